"""When old rows were last deleted, so that a leap of the clock deletes nothing that people still need."""

from __future__ import annotations

import datetime as dt

from storage.database import Database

_LEAP = dt.timedelta(days=30)
_HOLD = dt.timedelta(days=3)


class Tended:
    """Remembers the day of the last deletion."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def may_delete(self, today: dt.date) -> bool:
        """Whether old rows may be deleted today. After a leap of more than 30 days, or backwards, not for three days:
        so long has the operator to see that the clock is wrong."""
        rows = await self._database.read("SELECT day, held_until FROM tended")
        last = dt.date.fromisoformat(rows[0][0]) if rows else today
        held_until = dt.date.fromisoformat(rows[0][1]) if rows and rows[0][1] else None
        if today < last or today - last > _LEAP:
            held_until = today + _HOLD
        elif held_until is not None and not today < held_until <= today + _HOLD:
            held_until = None
        await self._database.execute(
            "INSERT INTO tended (one, day, held_until) VALUES (1, ?, ?) ON CONFLICT (one)"
            " DO UPDATE SET day = excluded.day, held_until = excluded.held_until",
            (today.isoformat(), held_until.isoformat() if held_until else None),
        )
        return held_until is None
