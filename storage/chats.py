"""What the bot remembers of a chat: the language it chose, under a pseudonym."""

from __future__ import annotations

import datetime as dt

from storage.database import Database
from storage.sealing import ServerKey


class Chats:
    """Chats that chose a language."""

    def __init__(self, database: Database, server: ServerKey) -> None:
        self._database = database
        self._server = server

    async def language(self, chat_id: int) -> str | None:
        """The language this chat chose (``en`` or ``km``), or None."""
        rows = await self._database.read(
            "SELECT language FROM chats WHERE chat = ?", (self._server.pseudonym(chat_id),)
        )
        return rows[0][0] if rows else None

    async def choose(self, chat_id: int, language: str, today: dt.date) -> None:
        """Remember the language of this chat."""
        await self._database.execute(
            "INSERT INTO chats (chat, language, seen_on) VALUES (?, ?, ?)"
            " ON CONFLICT (chat) DO UPDATE SET language = excluded.language, seen_on = excluded.seen_on",
            (self._server.pseudonym(chat_id), language, today.isoformat()),
        )

    async def moved(self, old_chat_id: int, new_chat_id: int) -> None:
        """A group became a supergroup and has a new id."""
        await self._database.execute(
            "UPDATE OR REPLACE chats SET chat = ? WHERE chat = ?",
            (self._server.pseudonym(new_chat_id), self._server.pseudonym(old_chat_id)),
        )

    async def forget(self, chat_id: int) -> None:
        """Remember nothing of this chat."""
        await self._database.execute("DELETE FROM chats WHERE chat = ?", (self._server.pseudonym(chat_id),))
