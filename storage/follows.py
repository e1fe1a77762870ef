"""Who wants to be told of what. A topic is a Ref such as ``case:kem-sokha``."""

from __future__ import annotations

from storage.database import Database
from storage.sealing import ServerKey


class Follows:
    """Chats by pseudonym, each with a sealed address: the table alone says how many follow something, and not who."""

    def __init__(self, database: Database, server: ServerKey) -> None:
        self._database = database
        self._server = server

    async def begin(self, chat_id: int, topic: str) -> None:
        """Tell this chat of it from now on."""
        chat = self._server.pseudonym(chat_id)
        address = self._server.seal_chat(chat_id, _name(chat, topic))
        await self._database.execute(
            "INSERT INTO follows (chat, topic, address) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            (chat, topic, address),
        )

    async def end(self, chat_id: int, topic: str) -> None:
        """No longer."""
        await self._database.execute(
            "DELETE FROM follows WHERE chat = ? AND topic = ?", (self._server.pseudonym(chat_id), topic)
        )

    async def has(self, chat_id: int, topic: str) -> bool:
        """Whether this chat is told of it."""
        rows = await self._database.read(
            "SELECT 1 FROM follows WHERE chat = ? AND topic = ?", (self._server.pseudonym(chat_id), topic)
        )
        return bool(rows)

    async def chats(self, topic: str) -> list[int]:
        """Whom to tell; an address that is damaged is left out."""
        rows = await self._database.read("SELECT chat, address FROM follows WHERE topic = ? ORDER BY chat", (topic,))
        found = [self._server.open_chat(bytes(address), _name(bytes(chat), topic)) for chat, address in rows]
        return [chat_id for chat_id in found if chat_id is not None]

    async def forget(self, chat_id: int) -> None:
        """This chat is told of nothing any more."""
        await self._database.execute("DELETE FROM follows WHERE chat = ?", (self._server.pseudonym(chat_id),))

    async def moved(self, old_chat_id: int, new_chat_id: int) -> None:
        """A group became a supergroup and has a new id."""
        rows = await self._database.read(
            "SELECT topic FROM follows WHERE chat = ?", (self._server.pseudonym(old_chat_id),)
        )
        for (topic,) in rows:
            await self.begin(new_chat_id, topic)
        await self.forget(old_chat_id)


def _name(chat: bytes, topic: str) -> str:
    return f"follow:{chat.hex()}:{topic}"
