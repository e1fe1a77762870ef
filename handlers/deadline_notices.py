"""Telling of deadlines that are new, were changed or ended: as rounds, in the turn in which it is decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from facts.report import Report
from storage.deadlines import CALL, Deadline
from storage.rounds import NOTICE, PAUSED, RUNNING, VOID, Round
from storage.subscriptions import ALL
from storage.tables import Tables
from texts import due


class DeadlineNotices:
    """Opens the rounds. A notice is never sent after the cut-off that it is about."""

    def __init__(self, tables: Tables, report: Report, home: str) -> None:
        self._rounds = tables.rounds
        self._report = report
        self._home = home

    async def new(self, one: Deadline, now: dt.datetime) -> None:
        """Tell all who asked for it: by all deadlines, or by one of its benchmarks."""
        await self._open_new(one, now, "")

    async def changed(self, one: Deadline, was: Deadline, now: dt.datetime) -> None:
        """Void what has not gone out of the version before, and tell those who were told of it. Those to whom it was not
        even said that there is one are told that instead: both have one subject, which a place gets once."""
        unsaid = await self._withdraw(one)
        before = {"day": was.day, "time": was.time, "zone": was.zone}
        await self._tell_the_told(one, {"what": "changed", "was": before}, now)
        if unsaid:
            await self._open_new(one, now, ":new")

    async def ended(self, one: Deadline, what: str, now: dt.datetime) -> None:
        """Void what has not gone out, and tell those who were told of it that it was ``cancelled`` or is ``sent``."""
        await self._withdraw(one)
        await self._tell_the_told(one, {"what": what}, now)

    async def _withdraw(self, one: Deadline) -> bool:
        """Nothing of an older version goes out any more; whether it was still being said that there is a new one."""
        await self._rounds.void(f"d:{one.id}:")
        notices = [each for each in await self._rounds.of(f"n:{one.id}:") if each.state in (RUNNING, PAUSED)]
        for each in notices:
            await self._rounds.turn(each.id, VOID)
        return any(each.content.get("what") == "new" for each in notices)

    async def _tell_the_told(self, one: Deadline, content: Mapping[str, Any], now: dt.datetime) -> None:
        opened = await self._rounds.open(self._notice(one, content, now), now.date())
        if opened is not None:
            await self._rounds.tell_the_told(opened, f"d:{one.id}:")
            await self._rounds.tell_the_told(opened, f"n:{one.id}:")

    async def _open_new(self, one: Deadline, now: dt.datetime, marked: str) -> None:
        every = tuple(self._report.benchmarks) if one.kind == CALL else ()
        topics = (ALL, f"d:{one.id}", *(f"b:{letter}" for letter in one.benchmarks or every))
        await self._rounds.open(self._notice(one, {"what": "new"}, now, topics, marked), now.date())

    def _notice(
        self,
        one: Deadline,
        content: Mapping[str, Any],
        now: dt.datetime,
        topics: tuple[str, ...] = (),
        marked: str = "",
    ) -> Round:
        subject = f"n:{one.id}:{one.version}"
        ahead = due.cutoff(one, self._home).next(now)
        ends = int(ahead.at.timestamp()) if ahead is not None else 0
        whole = {**content, "deadline": one.id}
        return Round(NOTICE, f"{subject}{marked}", subject, topics, content=whole, ends=ends)
