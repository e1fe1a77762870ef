"""How the place that is spoken in stands: what it is told of, how, and what it will be reminded of next."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from facts.report import Report
from forms.case_news import APPEAL, HEARING
from forms.clock import first_day, is_exact
from forms.cutoff import Cutoff, Occurrence, morning, steps, waking
from forms.moment import Moment
from handlers.turn import Context
from storage.deadlines import CALL, Deadline
from storage.listeners import Listener, Profile
from storage.subscriptions import ALL
from storage.tables import Tables
from texts import due
from texts.subscriptions import Coming, Standing

_BEFORE_CASE_DATES = ("d7", "d1", "d0")


@dataclass(frozen=True)
class _Expected:
    """Something that comes, and of which a place is reminded."""

    occurrence: Occurrence
    repeats: str = "once"
    deadline: Deadline | None = None


class Standings:
    """Looks it up."""

    def __init__(self, tables: Tables, report: Report, zone: ZoneInfo) -> None:
        self._tables = tables
        self._report = report
        self._home = str(zone)

    @property
    def profile(self) -> Profile:
        """That of a place which is new."""
        return Profile(self._home)

    async def of(self, context: Context) -> Standing:
        """How it stands now. Nothing is kept of a place that only looks."""
        place, now = context.place, context.turn.now
        listener = await self._tables.listeners.of(place) or Listener(place, self.profile)
        topics = sorted(await self._tables.subscriptions.of(place), key=_order)
        deadlines = await self.ahead(now)
        expected = [one async for one in self._expected(listener, topics, deadlines, now)]
        wakes = dt.datetime.fromtimestamp(max(listener.asleep_until, 0), dt.UTC)
        return Standing(
            listener,
            topics,
            deadlines,
            now,
            context.language,
            context.is_private,
            min((one for each in expected if (one := _first(each, listener, now))), key=_moment, default=None),
            [one.deadline for one in expected if one.deadline is not None and now < one.occurrence.at <= wakes],
        )

    def topics(self, deadline: Deadline) -> tuple[str, ...]:
        """Whose subscribers are reminded of it. A call that names no benchmarks asks about all of them."""
        everything = tuple(self._report.benchmarks) if deadline.kind == CALL else ()
        return (ALL, f"d:{deadline.id}", *(f"b:{letter}" for letter in deadline.benchmarks or everything))

    async def ahead(self, now: dt.datetime) -> list[Deadline]:
        """The deadlines that are still to come and of which somebody can be reminded, by their days."""
        open_ones = [one for one in await self._tables.deadlines.all() if not one.cancelled and not one.sent_on]
        return [one for one in open_ones if (rule := self._rule(one)) is not None and rule.next(now) is not None]

    def days(self, deadline: Deadline, now: dt.datetime) -> set[str]:
        """The days, as YYYY-MM-DD, on which it came last and comes next: of other times nobody was reminded yet."""
        rule = self._rule(deadline)
        times = (rule.latest(now), rule.next(now)) if rule is not None else ()
        return {one.day.isoformat() for one in times if one is not None}

    async def _expected(
        self, listener: Listener, topics: Collection[str], deadlines: Sequence[Deadline], now: dt.datetime
    ) -> AsyncIterator[_Expected]:
        """The next time of each thing of which this place is reminded, unless it has answered it."""
        for deadline in deadlines:
            if not set(topics).isdisjoint(self.topics(deadline)):
                occurrence = await self._open(deadline, listener, now)
                if occurrence is not None:
                    yield _Expected(occurrence, deadline.repeats, deadline)
        for topic in topics:
            if topic.startswith("case:"):
                for occurrence in await self._dates(topic.removeprefix("case:"), now):
                    yield _Expected(occurrence)

    async def _open(self, deadline: Deadline, listener: Listener, now: dt.datetime) -> Occurrence | None:
        """Its next time that the place has not answered; at most one more is looked at."""
        rule = self._rule(deadline)
        occurrence = rule.next(now) if rule is not None else None
        mark = self._tables.listeners.mark(listener.place)
        if rule is None or occurrence is None:
            return None
        answered = await self._tables.answered.has(f"{deadline.id}:{occurrence.day}", mark)
        return rule.next(occurrence.at) if answered else occurrence

    def _rule(self, deadline: Deadline) -> Cutoff | None:
        """When it comes; None for one that cannot be reckoned with, which must not stop the others."""
        try:
            return due.cutoff(deadline, self._home)
        except (ValueError, ZoneInfoNotFoundError):
            return None

    async def _dates(self, case: str, now: dt.datetime) -> Sequence[Occurrence]:
        """The hearings and last days for appeals of a case that are still to come and known to the day."""
        entries = await self._tables.case_entries.of(case)
        moments = [Moment.from_json(one.when) for one in entries if one.kind in (HEARING, APPEAL)]
        days = [first_day(one) for one in moments if one is not None and one.at is not None and is_exact(one)]
        found = (Cutoff(day, self._home, home=self._home).next(now) for day in days)
        return [one for one in found if one is not None]


def _first(expected: _Expected, listener: Listener, now: dt.datetime) -> Coming | None:
    """The first reminder of it that this place gets, if any."""
    for step_at in _steps(expected, listener):
        if step_at > now:
            told = _told_at(step_at, listener)
            if told < expected.occurrence.at:
                return Coming(told, expected.occurrence.at, expected.deadline)
    return None


def _steps(expected: _Expected, listener: Listener) -> Iterator[dt.datetime]:
    """The moments of its reminders, but for the word that it is over."""
    profile = listener.profile
    hour, few = morning(profile.quiet_from, profile.quiet_to), profile.leads == "few"
    for step in steps(expected.occurrence, profile.zone, hour, few=few, repeats=expected.repeats):
        if step.name != "passed" and (expected.deadline is not None or step.name in _BEFORE_CASE_DATES):
            yield step.at


def _told_at(step_at: dt.datetime, listener: Listener) -> dt.datetime:
    """A place that is asleep is told when it wakes up, and has slept."""
    profile = listener.profile
    if listener.asleep_until <= step_at.timestamp():
        return step_at
    wakes = dt.datetime.fromtimestamp(listener.asleep_until, dt.UTC)
    return waking(wakes, profile.zone, profile.quiet_from, profile.quiet_to)


def _moment(coming: Coming) -> dt.datetime:
    return coming.at


def _order(topic: str) -> tuple[int, str]:
    """All deadlines, announcements, single deadlines, benchmarks, cases."""
    kinds = ("all", "news", "d", "b", "case")
    kind = topic.partition(":")[0]
    return kinds.index(kind) if kind in kinds else len(kinds), topic
