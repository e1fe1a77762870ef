"""Rows that can no longer be read: how many there are, and never whose or of what."""

from __future__ import annotations

from storage.database import Database
from storage.tables import Tables


class Soundness:
    """Compares how many rows there are with how many can be opened. What cannot be is passed over everywhere else, so
    that it stops nothing; here it is missed."""

    def __init__(self, database: Database, tables: Tables) -> None:
        self._database = database
        self._tables = tables

    async def unreadable(self, now: int) -> dict[str, int]:
        """By table, where there are any: ``now`` in unix seconds. An incident whose review is missing counts as one.
        Listeners are not counted: there can be a million, and the feeder passes over one that cannot be read."""
        tables = self._tables
        found = {
            "reviews": await self._count("incidents WHERE state = 'new'") - await self._open_reviews(),
            "members": sum([await tables.members.chat_of(one.handle) is None for one in await tables.members.all()]),
            "proposals": await self._count("proposals WHERE ends > ?", now) - len(await tables.proposals.open(now)),
            "case_entries": await self._count("case_entries") - len(await tables.case_entries.all()),
            "deadlines": await self._count("deadlines") - len(await tables.deadlines.all()),
            "rounds": await self._count("rounds WHERE state IN ('running', 'paused')")
            - len(await tables.rounds.open_ones()),
            "rooms": await self._count("rooms") - (await tables.rooms.get() is not None),
            "audit": len(await tables.audit.faults()),
        }
        return {table: count for table, count in found.items() if count}

    async def _open_reviews(self) -> int:
        """How many incidents that are here have a review that can be read."""
        here = {reference for reference, state, _ in await self._tables.incidents.all() if state == "new"}
        return sum(one.reference in here for one in await self._tables.reviews.all())

    async def _count(self, rows: str, *values: int) -> int:
        [(count,)] = await self._database.read(f"SELECT count(*) FROM {rows}", values)  # noqa: S608 - ours
        return int(count)
