"""The methods about the bot's own account: commands, names and descriptions, the menu button, default rights."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from sandbox.profile import DEFAULT_SCOPE, Line, Scope
from sandbox.refusal import bad_request
from sandbox.sending import Params, find_chat
from sandbox.world import World

COMMANDS_LIMIT: Final = 100
DESCRIPTION_LIMIT: Final = 256
_COMMAND: Final = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE: Final = re.compile(r"([a-z]{2})?")
_LINE_LIMITS: Final[dict[Line, int]] = {"name": 64, "description": 512, "short_description": 120}
_NO_RIGHTS: Final = {
    "is_anonymous": False,
    "can_manage_chat": False,
    "can_delete_messages": False,
    "can_manage_video_chats": False,
    "can_restrict_members": False,
    "can_promote_members": False,
    "can_change_info": False,
    "can_invite_users": False,
    "can_post_stories": False,
    "can_edit_stories": False,
    "can_delete_stories": False,
}


def set_my_commands(world: World, params: Params) -> bool:
    scope, language = _scope(world, params), _language(params)
    commands = params["commands"]
    if len(commands) > COMMANDS_LIMIT:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not _COMMAND.fullmatch(command["command"].removeprefix("/")):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= DESCRIPTION_LIMIT:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    kept = [command | {"command": command["command"].removeprefix("/")} for command in commands]
    world.bot.commands[scope, language] = kept
    world.note_commands()
    return True


def get_my_commands(world: World, params: Params) -> list[dict[str, str]]:
    return world.bot.commands.get((_scope(world, params), _language(params)), [])


def delete_my_commands(world: World, params: Params) -> bool:
    world.bot.commands.pop((_scope(world, params), _language(params)), None)
    world.note_commands()
    return True


def setter(line: Line) -> Callable[[World, Params], bool]:
    """setMyName, setMyDescription or setMyShortDescription."""

    def set_line(world: World, params: Params) -> bool:
        text = params.get(line, "").strip()
        if len(text) > _LINE_LIMITS[line]:
            raise bad_request(f"{line.replace('_', ' ')} is too long")
        world.bot.set_line(line, _language(params), text)
        world.journal.note("bot", bot=world.bot.described())
        return True

    return set_line


def getter(line: Line) -> Callable[[World, Params], dict[str, str]]:
    """getMyName, getMyDescription or getMyShortDescription."""

    def get_line(world: World, params: Params) -> dict[str, str]:
        return {line: world.bot.line(line, _language(params))}

    return get_line


def set_chat_menu_button(world: World, params: Params) -> bool:
    world.bot.menu[_menu_chat(world, params)] = params.get("menu_button", {"type": "default"})
    world.journal.note("bot", bot=world.bot.described())
    return True


def get_chat_menu_button(world: World, params: Params) -> dict[str, Any]:
    return world.bot.menu_button(_menu_chat(world, params))


def set_default_rights(world: World, params: Params) -> bool:
    world.bot.rights[params.get("for_channels", False)] = params.get("rights", _NO_RIGHTS)
    return True


def get_default_rights(world: World, params: Params) -> dict[str, Any]:
    return world.bot.rights.get(params.get("for_channels", False), _NO_RIGHTS)


def _menu_chat(world: World, params: Params) -> int:
    """The private chat a menu button is for; 0 for all of them."""
    if "chat_id" not in params:
        return 0
    chat = find_chat(world, params["chat_id"])
    if chat.is_group:
        raise bad_request("chat not found")
    return chat.id


def _language(params: Params) -> str:
    code: str = params.get("language_code", "")
    if not _LANGUAGE.fullmatch(code):
        raise bad_request("invalid language code specified")
    return code


def _scope(world: World, params: Params) -> Scope:
    scope = params.get("scope")
    if scope is None:
        return DEFAULT_SCOPE
    chat_id = find_chat(world, scope["chat_id"]).id if "chat_id" in scope else 0
    return scope["type"], chat_id, scope.get("user_id", 0)
