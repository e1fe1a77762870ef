"""What a round says to one listener at the moment at which it is said: looked up right before, so that nobody is told what
has changed since the round was opened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from facts.report import Report
from forms.case_news import APPEAL, HEARING, MEMBERS_ONLY
from forms.clock import first_day, is_exact
from forms.cutoff import Occurrence
from forms.moment import Moment
from storage.case_entries import CaseEntry
from storage.deadlines import CALL, Deadline
from storage.listeners import Listener
from storage.members import Role
from storage.rounds import BROADCAST, NOTICE, Round
from storage.tables import Tables
from storage.workplans import Section
from texts import broadcasts, due
from texts.coverage import Coverage
from texts.entries import Entries
from texts.living_cases import LivingCases
from texts.reminders import CaseDay, Due, Line, Reminders
from texts.screen import Screen
from texts.workplan import Workplans

LATE_SECONDS = 3 * 3600
"""A reminder that comes so long after it was due says so. Telegram's pace alone makes the last of 200,000 two hours late."""

_DAYS = dt.timedelta(days=3)
"""No zone is so far off that a local day ends further than this from midnight in UTC."""


class Wording:
    """The words of rounds. ``home`` is the network's zone; ``report`` the newest one, whose benchmarks and cases have
    names."""

    def __init__(self, tables: Tables, report: Report, home: str) -> None:
        self._tables = tables
        self._report = report
        self._home = home
        entries = Entries(report)
        self._cases = LivingCases(entries)
        self._texts = Reminders(entries, home)
        titles = {letter: benchmark.short for letter, benchmark in report.benchmarks.items()}
        self._coverage = Coverage(titles)
        self._workplans = Workplans(titles)

    async def of(self, one: Round, listener: Listener, language: str, now: dt.datetime) -> Screen | None:
        """What it says to this listener now; None when it must not be said to them any more. In the caller's
        transaction."""
        if one.kind == BROADCAST:
            return await self._broadcast(one, listener, language)
        if one.kind == NOTICE:
            return await self._notice(one, listener, language, now)
        reminded = await self._reminded(one, listener, now)
        match reminded:
            case Due():
                return self._texts.due(reminded, language)
            case CaseDay():
                return self._texts.case_day(reminded, language)
        return None

    async def digest(
        self, several: Sequence[Round], listener: Listener, language: str, now: dt.datetime
    ) -> Screen | None:
        """The same for all reminders of a morning in one message; as it is alone when only one is left to be said."""
        reminded = [(one, what) for one in several if (what := await self._reminded(one, listener, now)) is not None]
        if len(reminded) == 1:
            return await self.of(reminded[0][0], listener, language, now)
        lines: list[Line] = [what for _, what in reminded]
        return self._texts.digest(lines, language) if lines else None

    async def _reminded(self, one: Round, listener: Listener, now: dt.datetime) -> Line | None:
        if "case" in one.content:
            return await self._case_day(one.content, listener, now)
        return await self._due(one.content, listener, now)

    async def _due(self, content: Mapping[str, Any], listener: Listener, now: dt.datetime) -> Due | None:
        """A step of a deadline, if it is still as it was when the round was opened."""
        deadline = await self._tables.deadlines.get(content["deadline"])
        if deadline is None or deadline.cancelled or deadline.sent_on or deadline.version != content["version"]:
            return None
        occurrence = self._occurrence(deadline, dt.date.fromisoformat(content["day"]))
        step: str = content["step"]
        if occurrence is None or (occurrence.at <= now) != (step == "passed"):
            return None
        return Due(
            deadline,
            occurrence,
            step,
            now,
            listener.profile.zone,
            missing=await self._missing(deadline),
            late=_is_late(content, listener, now),
            member=await self._is_member(listener),
        )

    async def _case_day(self, content: Mapping[str, Any], listener: Listener, now: dt.datetime) -> CaseDay | None:
        """A hearing or the last day for an appeal, if it still stands on the card for whoever listens."""
        entry = await self._tables.case_entries.get(content["entry"])
        if entry is None or entry.case not in self._report.cases or not _is_on(entry, content["day"]):
            return None
        if entry.kind in MEMBERS_ONLY and not await self._is_member(listener):
            return None
        day = dt.date.fromisoformat(content["day"])
        left = (day - now.astimezone(ZoneInfo(self._home)).date()).days
        late, private = _is_late(content, listener, now), listener.place.chat_id > 0
        return CaseDay(entry, day, left, late=late, private=private) if left >= 0 else None

    async def _broadcast(self, one: Round, listener: Listener, language: str) -> Screen | None:
        """Words of coordinators; None once they are erased, because it is over."""
        content = one.content
        if not content.get("km") or not content.get("en"):
            return None
        if not one.topics and not await self._is_member(listener):
            return None  # it was for members, and whoever this is has left since
        asked_for = set(await self._tables.subscriptions.of(listener.place))
        topic = next((topic for topic in one.topics if topic in asked_for), None)
        return broadcasts.sent(content["km"], content["en"], language, topic)

    async def _notice(self, one: Round, listener: Listener, language: str, now: dt.datetime) -> Screen | None:
        if one.content["what"] == "case":
            return await self._case_news(one.content, listener, language)
        if one.content["what"] in ("wanted", "section"):
            return await self._asked(one.content, listener, language, now)
        deadline = await self._tables.deadlines.get(one.content["deadline"])
        if deadline is None:
            return None
        return self._deadline_notice(one, deadline, language, now)

    def _deadline_notice(self, one: Round, deadline: Deadline, language: str, now: dt.datetime) -> Screen | None:
        """That something became of a deadline, if nothing else became of it since."""
        what = one.content["what"]
        occurrence = due.cutoff(deadline, self._home).next(now)
        if what == "cancelled":
            day = occurrence.day if occurrence is not None else dt.date.fromisoformat(deadline.day)
            return self._texts.cancelled(deadline, day, language) if deadline.cancelled else None
        if deadline.cancelled:
            return None
        if what == "sent":
            return self._texts.sent(deadline, language) if deadline.sent_on else None
        if occurrence is None or deadline.sent_on:
            return None
        if what == "new":
            return self._texts.new(deadline, occurrence, language)
        is_last_word = one.key == f"n:{deadline.id}:{deadline.version}"
        return self._texts.changed(deadline, occurrence, one.content["was"], language) if is_last_word else None

    async def _case_news(self, content: Mapping[str, Any], listener: Listener, language: str) -> Screen | None:
        besides: Collection[str] = content.get("besides", ())
        if content["case"] not in self._report.cases or self._tables.listeners.mark(listener.place).hex() in besides:
            return None
        if content.get("members") and not await self._is_member(listener):
            return None
        return self._cases.news(content["case"], language)

    async def _asked(
        self, content: Mapping[str, Any], listener: Listener, language: str, now: dt.datetime
    ) -> Screen | None:
        """For accounts on a benchmark or from a province, or for a section, as long as it can come in time. Only who
        follows a benchmark need not be a member."""
        call, on = await self._tables.deadlines.get(content["deadline"]), content["on"]
        if call is None or call.cancelled or call.sent_on:
            return None
        occurrence = due.cutoff(call, self._home).next(now)
        public = content["what"] == "wanted" and on in self._report.benchmarks
        if occurrence is None or not (public or await self._is_member(listener)):
            return None
        if content["what"] == "wanted":
            private = listener.place.chat_id > 0
            return self._coverage.wanted(call, occurrence, on, self._home, language, private=private)
        section = (await self._tables.workplans.of(call.id)).sections.get(on, Section())
        return None if section.done_on else self._workplans.asked(call, on, section, language)

    async def _missing(self, deadline: Deadline) -> tuple[str, ...]:
        """Benchmarks of a call for which the published counts show nothing. Everybody may see those."""
        if deadline.kind != CALL:
            return ()
        published = await self._tables.published.last()
        shown = published.counts.get("benchmark", {}) if published is not None else {}
        asked = deadline.benchmarks or tuple(self._report.benchmarks)
        return tuple(letter for letter in asked if letter in self._report.benchmarks and letter not in shown)

    async def _is_member(self, listener: Listener) -> bool:
        """Whether this is the private chat of a monitor or more: there the chat has the number of the person."""
        if listener.place.chat_id < 0:
            return False
        member = await self._tables.members.of(listener.place.chat_id)
        return member is not None and member.role >= Role.MONITOR

    def _occurrence(self, deadline: Deadline, day: dt.date) -> Occurrence | None:
        """The one of this day; None when there is none any more."""
        midnight = dt.datetime.combine(day, dt.time(), dt.UTC)
        around = due.cutoff(deadline, self._home).occurrences(midnight - _DAYS, midnight + _DAYS)
        return next((one for one in around if one.day == day), None)


def _is_late(content: Mapping[str, Any], listener: Listener, now: dt.datetime) -> bool:
    """Whether it comes later than it was due, and not because the listener wanted to sleep for longer."""
    return now.timestamp() - max(int(content["due"]), listener.asleep_until) >= LATE_SECONDS


def _is_on(entry: CaseEntry, day: str) -> bool:
    """Whether it is something to come, and on this day."""
    moment = Moment.from_json(entry.when)
    if entry.kind not in (HEARING, APPEAL) or moment is None or not is_exact(moment):
        return False
    return first_day(moment).isoformat() == day
