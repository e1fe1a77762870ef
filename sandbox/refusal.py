"""What the Bot API says when it does not do what it was asked."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """An answer with `"ok": false`: HTTP status, Telegram's description and, where a program can act on them,
    parameters: when to come back (429), or which chat a group has become."""

    def __init__(
        self, code: int, description: str, *, retry_after: int | None = None, migrate_to_chat_id: int | None = None
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after
        self.migrate_to_chat_id = migrate_to_chat_id

    def answer(self) -> dict[str, Any]:
        """The JSON body of the answer."""
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        given = {"retry_after": self.retry_after, "migrate_to_chat_id": self.migrate_to_chat_id}
        parameters = {name: value for name, value in given.items() if value is not None}
        return body | ({"parameters": parameters} if parameters else {})


def bad_request(text: str) -> Refusal:
    return Refusal(400, f"Bad Request: {text}")


def forbidden(text: str) -> Refusal:
    return Refusal(403, f"Forbidden: {text}")


def conflict(text: str) -> Refusal:
    return Refusal(409, f"Conflict: {text}")


def upgraded(chat_id: int) -> Refusal:
    return Refusal(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat_id)


def too_many_requests(seconds: int) -> Refusal:
    return Refusal(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
