"""Since when what can be reminded of is known: a deadline in one version, a date of a case, a profile of places."""

from __future__ import annotations

from collections.abc import Collection

from storage.database import Database


class Planned:
    """Names, and the unix second at which the planner met each. What was due before is left out, so that a deadline that
    is entered late, or somebody who subscribes late, brings no reminders of the past; what fell due afterwards, while the
    bot was down, is made up for."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def since(self) -> dict[str, int]:
        """All that are known."""
        return dict(await self._database.read("SELECT what, since FROM planned"))

    async def begin(self, names: Collection[str], now: int) -> None:
        """These are known from now on. A moment that lies ahead was written by a clock that was wrong, and gives way."""
        await self._database.execute_many(
            "INSERT INTO planned (what, since) VALUES (?, ?)"
            " ON CONFLICT (what) DO UPDATE SET since = min(since, excluded.since)",
            [(name, now) for name in names],
        )

    async def end(self, names: Collection[str]) -> None:
        """These are not reminded of any more."""
        await self._database.execute_many("DELETE FROM planned WHERE what = ?", [(name,) for name in names])
