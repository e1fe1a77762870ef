"""Groups in which the bot speaks unasked: that of the coordinators."""

from __future__ import annotations

import json
from dataclasses import dataclass

from storage.database import Database
from storage.sealing import ServerKey, Unreadable

COORDINATORS = "coordinators"


@dataclass(frozen=True)
class Room:
    """A group and, in a forum, its topic."""

    chat_id: int
    thread_id: int | None = None


class Rooms:
    """At most one group of each kind."""

    def __init__(self, database: Database, server: ServerKey) -> None:
        self._database = database
        self._server = server

    async def get(self, kind: str = COORDINATORS) -> Room | None:
        """The group of this kind."""
        rows = await self._database.read("SELECT address FROM rooms WHERE kind = ?", (kind,))
        try:
            return Room(*json.loads(self._server.sealer.open(bytes(rows[0][0]), f"room:{kind}"))) if rows else None
        except Unreadable:
            return None

    async def choose(self, room: Room, kind: str = COORDINATORS) -> None:
        """From now on it is this one."""
        whole = json.dumps([room.chat_id, room.thread_id]).encode()
        await self._database.execute(
            "INSERT INTO rooms (kind, address) VALUES (?, ?)"
            " ON CONFLICT (kind) DO UPDATE SET address = excluded.address",
            (kind, self._server.sealer.seal(whole, f"room:{kind}")),
        )

    async def leave(self, kind: str = COORDINATORS) -> None:
        """There is none any more."""
        await self._database.execute("DELETE FROM rooms WHERE kind = ?", (kind,))

    async def moved(self, old_chat_id: int, new_chat_id: int) -> None:
        """A group became a supergroup and has a new id; its topics are new, too."""
        room = await self.get()
        if room is not None and room.chat_id == old_chat_id:
            await self.choose(Room(new_chat_id))
