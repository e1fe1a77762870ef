"""How many incidents somebody handed in today, under a pseudonym that nobody can link tomorrow."""

from __future__ import annotations

import datetime as dt

from storage.database import Database
from storage.sealing import DraftKeys


class Quotas:
    """Counts by person and day."""

    def __init__(self, database: Database, drafts: DraftKeys) -> None:
        self._database = database
        self._drafts = drafts

    async def sent(self, person: int, today: dt.date) -> int:
        """How many incidents this person handed in today."""
        return (await self._counted(person, today))[0]

    async def added(self, person: int, today: dt.date) -> int:
        """How many times this person added something today."""
        return (await self._counted(person, today))[1]

    async def count(self, person: int, today: dt.date, *, added: bool = False) -> None:
        """One more incident, or one more addition."""
        one = (0, 1) if added else (1, 0)
        await self._database.execute(
            "INSERT INTO quotas (person, day, sent, added) VALUES (?, ?, ?, ?) ON CONFLICT (person) DO UPDATE SET"
            " sent = excluded.sent + CASE WHEN day = excluded.day THEN sent ELSE 0 END,"
            " added = excluded.added + CASE WHEN day = excluded.day THEN added ELSE 0 END, day = excluded.day",
            (self._drafts.pseudonyms(person)[-1], today.isoformat(), *one),
        )

    async def _counted(self, person: int, today: dt.date) -> tuple[int, int]:
        sent = added = 0
        for pseudonym in self._drafts.pseudonyms(person):
            for row in await self._database.read(
                "SELECT sent, added FROM quotas WHERE person = ? AND day = ?", (pseudonym, today.isoformat())
            ):
                sent, added = sent + row[0], added + row[1]
        return sent, added

    async def forget(self, today: dt.date) -> None:
        """Yesterday does not count."""
        await self._database.execute("DELETE FROM quotas WHERE day < ?", (today.isoformat(),))
