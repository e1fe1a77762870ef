"""Updates that Telegram was told we have, until their effect is on disk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from storage.database import Database
from storage.sealing import Sealer, ServerKey, Unreadable, key_id


@dataclass(frozen=True)
class Arrival:
    """A raw update as it came in: JSON bytes, and the chat to apologise to should it be lost."""

    update_id: int
    raw: bytes
    chat_id: int | None


@dataclass(frozen=True)
class Waiting:
    """An update to be handled. ``raw`` is None when its draft key is gone: a power cut took it."""

    seq: int
    update_id: int
    attempts: int
    raw: bytes | None
    chat_id: int | None


_STORE = "INSERT OR IGNORE INTO inbox (update_id, state, sealed, address, arrived_on) VALUES (?, 'waiting', ?, ?, ?)"
_WAITING = "SELECT seq, update_id, attempts, sealed, address FROM inbox WHERE state = 'waiting' ORDER BY seq LIMIT ?"


class Inbox:
    """The updates, in order of arrival. Each update_id is taken once, however often Telegram repeats it."""

    def __init__(self, database: Database, drafts: Sealer, server: ServerKey) -> None:
        self._database = database
        self._drafts = drafts
        self._server = server

    async def store(self, arrivals: Sequence[Arrival], today: dt.date, most: int = 0) -> list[Waiting]:
        """Keep these updates, each once; the next ``most`` that wait, oldest first."""
        new = [
            (
                a.update_id,
                self._drafts.seal(a.raw, _name(a.update_id)),
                self._server.seal_chat(a.chat_id, _name(a.update_id)),
                today.isoformat(),
            )
            for a in arrivals
        ]
        rows = await self._database.execute_many_then_read(_STORE, new, _WAITING, (most,))
        return [self._waiting(*row) for row in rows]

    async def waiting(self, most: int) -> list[Waiting]:
        """The next updates to handle, oldest first."""
        return [self._waiting(*row) for row in await self._database.read(_WAITING, (most,))]

    async def attempted(self, seq: int) -> None:
        """Count an attempt at an update before it is made, so that one that kills the process is noticed."""
        await self._database.execute("UPDATE inbox SET attempts = attempts + 1 WHERE seq = ?", (seq,))

    def done(self, seqs: Sequence[int]) -> None:
        """These updates took effect; forget what they said."""
        self._database.at_the_end(
            "UPDATE inbox SET state = 'done', sealed = NULL, address = NULL WHERE seq = ?", [(s,) for s in seqs]
        )

    async def set_aside(self, seq: int, error: str) -> None:
        """This update cannot be handled; keep it, sealed, until its draft key is dropped."""
        await self._database.execute(
            "UPDATE inbox SET state = 'aside', address = NULL, error = ? WHERE seq = ?", (error, seq)
        )

    async def lost(self, seq: int) -> None:
        """A power cut took the key of this update."""
        await self._database.execute(
            "UPDATE inbox SET state = 'lost', sealed = NULL, address = NULL WHERE seq = ?", (seq,)
        )

    async def needed_keys(self) -> set[bytes]:
        """The ids of the draft keys that waiting updates are sealed with."""
        rows = await self._database.read("SELECT DISTINCT substr(sealed, 1, 5) FROM inbox WHERE state = 'waiting'")
        return {key_id(bytes(head)) for (head,) in rows}

    async def forget(self, before: dt.date) -> int:
        """Delete what ended before this day, and the words of what was set aside before it; how many rows went."""
        rows = await self._database.execute(
            "DELETE FROM inbox WHERE state <> 'waiting' AND arrived_on < ? RETURNING seq", (before.isoformat(),)
        )
        return len(rows)

    async def forget_words(self, before: dt.date) -> None:
        """Empty what was set aside before this day: its draft key is gone by then."""
        await self._database.execute(
            "UPDATE inbox SET sealed = NULL WHERE state = 'aside' AND sealed IS NOT NULL AND arrived_on < ?",
            (before.isoformat(),),
        )

    def _waiting(self, seq: int, update_id: int, attempts: int, sealed: bytes, address: bytes | None) -> Waiting:
        try:
            raw = self._drafts.open(sealed, _name(update_id))
        except Unreadable:
            raw = None
        return Waiting(seq, update_id, attempts, raw, self._server.open_chat(address, _name(update_id)))


def _name(update_id: int) -> str:
    return f"inbox:{update_id}"
