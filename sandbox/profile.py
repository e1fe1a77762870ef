"""What the bot says about itself: commands by scope and language, names, descriptions, the menu button."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from sandbox.records import Chat, Person

Scope = tuple[str, int, int]
"""A BotCommandScope as a key: its type, the chat's id or 0, the user's id or 0."""
DEFAULT_SCOPE: Scope = ("default", 0, 0)
Line = Literal["name", "description", "short_description"]


@dataclass
class Profile:
    """The bot's account; texts are kept by language code, "" being everybody else's."""

    id: int
    name: str
    username: str
    commands: dict[tuple[Scope, str], list[dict[str, str]]] = field(default_factory=dict)
    lines: dict[tuple[Line, str], str] = field(default_factory=dict)
    menu: dict[int, dict[str, Any]] = field(default_factory=dict)
    """Menu buttons by private chat; 0 is the default one."""
    rights: dict[bool, dict[str, Any]] = field(default_factory=dict)
    """Default administrator rights, for groups (False) and channels (True)."""

    def user(self) -> dict[str, Any]:
        """The Bot API's User as it stands in messages."""
        return {"id": self.id, "is_bot": True, "first_name": self.line("name", ""), "username": self.username}

    def account(self) -> dict[str, Any]:
        """The Bot API's User as getMe returns it."""
        return self.user() | {
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": True,
            "can_connect_to_business": False,
            "has_main_web_app": False,
        }

    def line(self, line: Line, language_code: str) -> str:
        """A text in a language, or the one for everybody else; the name is never empty."""
        found = self.lines.get((line, language_code)) or self.lines.get((line, ""), "")
        return found or (self.name if line == "name" else "")

    def set_line(self, line: Line, language_code: str, text: str) -> None:
        """An empty text removes the one of that language."""
        self.lines.pop((line, language_code), None)
        if text:
            self.lines[line, language_code] = text

    def menu_button(self, chat_id: int) -> dict[str, Any]:
        button = self.menu.get(chat_id) or self.menu.get(0) or {"type": "commands"}
        return self.menu.get(0, {"type": "commands"}) if button == {"type": "default"} else button

    def commands_for(self, person: Person, chat: Chat) -> list[dict[str, str]]:
        """What the person sees: the narrowest scope, and within it their language first (#botcommandscope)."""
        for scope in _scopes_seen(person, chat):
            for language in (person.language_code, ""):
                found = self.commands.get((scope, language))
                if found:
                    return found
        return []

    def described(self) -> dict[str, Any]:
        """What the chat page shows of it."""
        by_language: dict[str, dict[str, str]] = {}
        for (line, language), text in self.lines.items():
            by_language.setdefault(language, {})[line] = text
        return {
            "id": self.id,
            "name": self.line("name", ""),
            "username": self.username,
            "description": self.line("description", ""),
            "short_description": self.line("short_description", ""),
            "localized": by_language,
        }


def _scopes_seen(person: Person, chat: Chat) -> list[Scope]:
    if not chat.is_group:
        return [("chat", chat.id, 0), ("all_private_chats", 0, 0), DEFAULT_SCOPE]
    administers = chat.status_of(person.id) in {"creator", "administrator"}
    seen: list[tuple[Scope, bool]] = [
        (("chat_member", chat.id, person.id), True),
        (("chat_administrators", chat.id, 0), administers),
        (("chat", chat.id, 0), True),
        (("all_chat_administrators", 0, 0), administers),
        (("all_group_chats", 0, 0), True),
        (DEFAULT_SCOPE, True),
    ]
    return [scope for scope, applies in seen if applies]
