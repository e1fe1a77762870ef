"""Asking others for what is missing: each thing once for each call, through the rounds that reminders go by."""

from __future__ import annotations

import datetime as dt
import secrets
from zoneinfo import ZoneInfo

from facts.report import Report
from forms.broadcast import BY_ROLE, BY_TOPIC, MONITORS, Audience
from handlers.audiences import Audiences
from storage.deadlines import Deadline
from storage.rounds import NOTICE, Round
from storage.tables import Tables

_ASKED, _REMINDED = "w", "s"
"""How the keys of such rounds begin."""


class Wanted:
    """Opens the rounds. Who follows a benchmark is asked about it; about a province, which nobody can follow, every
    monitor is."""

    def __init__(self, tables: Tables, report: Report, zone: ZoneInfo) -> None:
        self._rounds = tables.rounds
        self._nudges = tables.nudges
        self._letters = frozenset(report.benchmarks)
        self._audiences = Audiences(tables, report, zone)

    async def asked(self, call: Deadline) -> set[str]:
        """The letters and codes of provinces about which others were asked."""
        return {str(one.content["on"]) for one in await self._rounds.of(f"{_ASKED}:{call.id}:")}

    async def reach(self, what: str) -> int:
        """How many chats would be asked."""
        return (await self._audiences.reach(self._audience(what))).count

    async def ask(self, call: Deadline, what: str, ends: dt.datetime, now: dt.datetime) -> bool:
        """Ask about a benchmark or a province; False where that was done before. Nothing goes out after ``ends``."""
        content = {"what": "wanted", "deadline": call.id, "on": what}
        return await self._once(f"{_ASKED}:{call.id}:{what}", _ASKED, content, ends, now)

    async def remind(self, call: Deadline, letter: str, day: str, ends: dt.datetime, now: dt.datetime) -> bool:
        """Remind the members who follow a benchmark that its section is due on a day; False where that was done before."""
        content = {"what": "section", "deadline": call.id, "on": letter, "due": day}
        return await self._once(f"{_REMINDED}:{call.id}:{letter}:{day}", _REMINDED, content, ends, now)

    async def reminded(self, call: Deadline, letter: str, day: str) -> bool:
        """Whether that was done."""
        known = await self._rounds.of(f"{_REMINDED}:{call.id}:")
        return any((one.content["on"], one.content["due"]) == (letter, day) for one in known)

    async def _once(
        self, subject: str, kind: str, content: dict[str, str], ends: dt.datetime, now: dt.datetime
    ) -> bool:
        """The key of the round is drawn: it lies in clear, and would tell what is missing."""
        if not await self._nudges.once(subject, now.date()):
            return False
        audience, key = self._audience(content["on"]), f"{kind}:{content['deadline']}:{secrets.token_hex(6)}"
        planned = Round(NOTICE, key, key, audience.topics, content=content, ends=int(ends.timestamp()))
        one = await self._rounds.open(planned, now.date())
        if one is not None and audience.by == BY_ROLE:
            await self._audiences.deliver(one, await self._audiences.members(audience))
        return one is not None

    def _audience(self, what: str) -> Audience:
        return Audience(BY_TOPIC, f"b:{what}") if what in self._letters else Audience(BY_ROLE, MONITORS)
