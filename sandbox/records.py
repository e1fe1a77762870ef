"""Who and what lives in the world: people, chats, taps, calls; each knows how the Bot API writes it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Message = dict[str, Any]
"""A Bot API Message; never changed in place, an edit puts a new one in its stead."""
MemberStatus = Literal["creator", "administrator", "member", "left", "kicked"]
GENERAL_TOPIC = 1
"""The identifier of a forum's General topic; its messages carry no `message_thread_id`."""


class NotPossible(ValueError):
    """A person tried what Telegram's own apps would not let them do; the text says so in a plain sentence."""


@dataclass(slots=True)
class Person:
    """Somebody with Telegram on their phone."""

    id: int
    name: str
    username: str | None
    language_code: str
    blocked: bool = False
    started: bool = False
    deleted: bool = False
    """The account is no more."""
    note: str = ""
    """Who they are to the reader of the chat page, such as "a monitor"."""

    def user(self) -> dict[str, Any]:
        """The Bot API's User."""
        user: dict[str, Any] = {"id": self.id, "is_bot": False, "first_name": self.name}
        if self.username:
            user["username"] = self.username
        return user | {"language_code": self.language_code}

    def described(self) -> dict[str, Any]:
        """What the chat page shows of them."""
        return asdict(self)


@dataclass(slots=True)
class Chat:
    """A private chat with the bot, a small group as people make them, or a supergroup; keeps every message."""

    id: int
    kind: Literal["private", "group", "supergroup"]
    title: str
    people: list[int]
    number: Callable[[], int]
    """The next message identifier: private chats and small groups share one sequence, each supergroup has its own."""
    topics: dict[int, str] = field(default_factory=dict)
    closed_topics: set[int] = field(default_factory=set)
    """Where only administrators write."""
    upgraded_to: int | None = None
    """The supergroup that this group became; nobody writes here any more."""
    messages: dict[int, Message] = field(default_factory=dict)
    username: str | None = None
    administrators: set[int] = field(default_factory=set)
    bot_status: MemberStatus = "member"
    pinned: list[int] = field(default_factory=list)
    keyboard: dict[str, Any] | None = None
    """The reply keyboard (or forced reply) that the bot put under the text field."""
    extras: dict[int, dict[str, Any]] = field(default_factory=dict)
    """By message, what the person's app knows and the Bot API's Message has no field for: silence, reactions."""

    @property
    def is_forum(self) -> bool:
        return bool(self.topics)

    @property
    def is_group(self) -> bool:
        return self.kind != "private"

    def chat(self) -> dict[str, Any]:
        """The Bot API's Chat."""
        named = {"title": self.title} if self.is_group else {"first_name": self.title}
        if self.username:
            named["username"] = self.username
        forum = {"is_forum": True} if self.is_forum else {}
        return {"id": self.id, **named, "type": self.kind, **forum}

    def described(self) -> dict[str, Any]:
        """What the chat page shows of it, without the messages."""
        topics = [{"id": topic_id, "name": name} for topic_id, name in self.topics.items()]
        return {
            "id": self.id,
            "kind": self.kind,
            "title": self.title,
            "people": self.people,
            "topics": topics,
            "keyboard": self.keyboard,
        }

    def shown(self, message: Message) -> dict[str, Any]:
        """A message as the chat page gets it."""
        return {**message, **self.extras.get(message["message_id"], {})}

    def status_of(self, user_id: int) -> MemberStatus:
        if user_id not in self.people:
            return "left"
        if not self.is_group:
            return "member"
        if user_id == self.people[0]:
            return "creator"
        return "administrator" if user_id in self.administrators else "member"


@dataclass(slots=True)
class Query:
    """A callback or inline query: answered once, and until a moment given in Unix seconds."""

    person_id: int
    chat_id: int
    until: float
    answered: bool = False
    results: list[dict[str, Any]] = field(default_factory=list)
    """What an inline query was answered with; each has its Message fields under `content`."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request to the Bot API, as the log shows it. The token is never part of it."""

    id: int
    at: float
    method: str
    params: dict[str, Any]
    status: int
    milliseconds: float
    error: str | None

    def described(self) -> dict[str, Any]:
        """What the chat page shows of it."""
        return {
            "id": self.id,
            "at": self.at,
            "method": self.method,
            "params": self.params,
            "status": self.status,
            "milliseconds": self.milliseconds,
            "error": self.error,
        }


@dataclass(frozen=True, slots=True)
class Fault:
    """A failure a test plans for one call: what is answered, and whether Telegram acted before the answer was lost."""

    status: int = 500
    body: bytes = b"Internal Server Error"
    content_type: str = "text/plain"
    after_effect: bool = False
    cut: bool = False
    """End the connection without an answer. In process, where there is no connection, the answer is HTTP 502."""

    @classmethod
    def no(cls, code: int, description: str, **parameters: Any) -> Fault:
        """An answer of Telegram's that is no, such as one the sandbox itself would not give."""
        body = {"ok": False, "error_code": code, "description": description}
        whole = body | ({"parameters": parameters} if parameters else {})
        return cls(code, json.dumps(whole).encode(), "application/json")

    @classmethod
    def flood(cls, seconds: int) -> Fault:
        """429: come back in so many seconds."""
        return cls.no(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)

    @classmethod
    def lost_reply(cls) -> Fault:
        """Telegram does it, and its answer never arrives."""
        return cls(after_effect=True, cut=True)
