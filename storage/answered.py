"""Places that need no more reminders of one occurrence of a deadline: they have done their part, or asked for quiet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from storage.database import Database


class Answered:
    """Places by the marks of storage.listeners; an occurrence is ``<deadline>:<day>``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(self, occurrence: str, place: bytes) -> None:
        """No more of it there."""
        await self._database.execute(
            "INSERT INTO answered (occurrence, place) VALUES (?, ?) ON CONFLICT DO NOTHING", (occurrence, place)
        )

    async def take_back(self, occurrence: str, place: bytes) -> None:
        """Remind there again."""
        await self._database.execute("DELETE FROM answered WHERE occurrence = ? AND place = ?", (occurrence, place))

    async def has(self, occurrence: str, place: bytes) -> bool:
        """Whether this place needs no more."""
        rows = await self._database.read(
            "SELECT 1 FROM answered WHERE occurrence = ? AND place = ?", (occurrence, place)
        )
        return bool(rows)

    async def those(self, occurrence: str, places: Sequence[bytes]) -> set[bytes]:
        """Those of these places, at most some hundreds, that need no more."""
        marks = ", ".join("?" * len(places))
        rows = await self._database.read(
            f"SELECT place FROM answered WHERE occurrence = ? AND place IN ({marks})",  # noqa: S608 - ours
            (occurrence, *places),
        )
        return {bytes(place) for (place,) in rows}

    async def count(self, occurrence: str) -> int:
        """How many places have answered."""
        [(count,)] = await self._database.read("SELECT count(*) FROM answered WHERE occurrence = ?", (occurrence,))
        return int(count)

    async def forget(self, before: dt.date) -> None:
        """Forget what was over before this day."""
        await self._database.execute("DELETE FROM answered WHERE substr(occurrence, -10) < ?", (before.isoformat(),))
