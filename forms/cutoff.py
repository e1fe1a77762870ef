"""When a cut-off is over, and when to remind of it.

Local days are counted on the calendar and turned into instants one by one: no sum of hours goes across a change of the
clocks, and what is compared is compared in UTC. Instants that are given may be in any zone, but must be aware.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count, takewhile
from zoneinfo import ZoneInfo

ONCE, WEEKLY, YEARLY = "once", "weekly", "yearly"

LEADS = (30, 14, 7, 3, 1, 0)
"""Days before the one that counts; 0 is its morning."""
LATE = (3, 2, 1, 0)
"""The same before the cut-off itself, for those who missed the network's own."""
_FEW, _FEW_LATE, _WEEKLY = (7, 1, 0), (1, 0), (1, 0)

_MORNING = 8
"""The hour of reminders, where it is not a quiet one."""
_DAY, _WEEK = dt.timedelta(days=1), dt.timedelta(days=7)
_SOONEST = dt.timedelta(hours=1)
"""The last reminder leaves this much time at least."""


@dataclass(frozen=True)
class Occurrence:
    """One time that a cut-off comes, in UTC. ``day`` is the local one in its zone."""

    day: dt.date
    wanted: dt.datetime
    """When the network's own, earlier day is over; the same as ``at`` where there is none."""
    at: dt.datetime
    """When the cut-off is over: from this instant on it is missed."""
    after: dt.datetime | None = None
    """When the one before was over; None for the first."""


@dataclass(frozen=True)
class Step:
    """An instant to remind at, in UTC. ``d30`` to ``d0`` count down to what is wanted; ``w1``, ``w2`` ... are the weeks
    after that, and ``l3`` to ``l0`` count down to the cut-off; ``passed`` says that it is over."""

    name: str
    at: dt.datetime


@dataclass(frozen=True)
class Cutoff:
    """The rule of a deadline. Without a ``time``, the whole ``day`` in ``zone`` still counts. ``internal`` is the
    network's own earlier day, which ends at ``home``; of a cut-off that comes again it keeps its distance in days.

    Raises ValueError where nothing repeats like that, zoneinfo.ZoneInfoNotFoundError where there is no such zone.
    """

    day: dt.date
    zone: str
    time: dt.time | None = None
    repeats: str = ONCE
    internal: dt.date | None = None
    home: str = "Asia/Phnom_Penh"

    def __post_init__(self) -> None:
        if self.repeats not in (ONCE, WEEKLY, YEARLY):
            raise ValueError(f"nothing repeats {self.repeats!r}")
        for zone in (self.zone, self.home):
            ZoneInfo(zone)

    def occurrences(self, since: dt.datetime, until: dt.datetime) -> list[Occurrence]:
        """Those whose ``at`` is in [since, until), in order."""
        return [one for one in takewhile(lambda one: one.at < until, self._around(since)) if one.at >= since]

    def next(self, now: dt.datetime) -> Occurrence | None:
        """The first one that is not over. None when the only one is."""
        return next((one for one in self._around(now) if one.at > now), None)

    def latest(self, now: dt.datetime) -> Occurrence | None:
        """The last one that is over. None before the first."""
        over = list(takewhile(lambda one: one.at <= now, self._around(now)))
        return over[-1] if over else None

    def _around(self, instant: dt.datetime) -> Iterator[Occurrence]:
        """In order from one that is over by then, or from the first."""
        return map(self._numbered, self._numbers(instant.astimezone(dt.UTC).date()))

    def _numbers(self, day: dt.date) -> Iterable[int]:
        """Two are gone back: seen from UTC, a cut-off may be over up to two days after its day."""
        if self.repeats == ONCE:
            return (0,)
        gone = (day - self.day).days // 7 if self.repeats == WEEKLY else day.year - self.day.year
        return count(max(gone - 2, 0))

    def _numbered(self, number: int) -> Occurrence:
        day = self._day(number)
        at = self._over(day)
        return Occurrence(day, self._wanted(day, at), at, self._over(self._day(number - 1)) if number else None)

    def _day(self, number: int) -> dt.date:
        if self.repeats == WEEKLY:
            return self.day + number * _WEEK
        return _in_year(self.day, self.day.year + number)

    def _over(self, day: dt.date) -> dt.datetime:
        return _end(day, self.zone) if self.time is None else _earliest(day, self.time, self.zone)

    def _wanted(self, day: dt.date, at: dt.datetime) -> dt.datetime:
        if self.internal is None:
            return at
        return min(_end(day - (self.day - self.internal), self.home), at)


def steps(occurrence: Occurrence, zone: str, hour: int, *, few: bool = False, repeats: str = ONCE) -> list[Step]:
    """When to remind a listener in ``zone``, where ``hour`` is the local hour of reminders, in order. No two are on one
    local day, save ``passed``; none is before the occurrence before this one is over. ``few`` is for those who want few.
    """
    found = _before(occurrence, ZoneInfo(zone), hour, few=few, weekly=repeats == WEEKLY)
    if repeats != WEEKLY:
        found.append(Step("passed", _first(occurrence.at, ZoneInfo(zone), hour)))
    return [step for step in found if occurrence.after is None or step.at >= occurrence.after]


def morning(quiet_from: int, quiet_to: int) -> int:
    """The local hour of reminders: 8, or the first waking one when that is quiet."""
    return quiet_to if _is_quiet(_MORNING, quiet_from, quiet_to) else _MORNING


def waking(now: dt.datetime, zone: str, quiet_from: int, quiet_to: int) -> dt.datetime:
    """``now`` in UTC, or the end of the quiet hours that it lies in. They may span midnight; equal hours are none."""
    local = now.astimezone(ZoneInfo(zone))
    if not _is_quiet(local.hour, quiet_from, quiet_to):
        return now.astimezone(dt.UTC)
    day = local.date() if local.hour < quiet_to else local.date() + _DAY
    # Again, for a change of the clocks can leave out the only hour that is not quiet.
    return waking(_clock(day, quiet_to, ZoneInfo(zone)), zone, quiet_from, quiet_to)


def _before(occurrence: Occurrence, zone: ZoneInfo, hour: int, *, few: bool, weekly: bool) -> list[Step]:
    """All but the last word. Whoever is late hears of it weekly, and daily at the end."""
    days = _WEEKLY if weekly else _FEW if few else LEADS
    found = _countdown("d", days, occurrence.wanted, zone, hour)
    if weekly or occurrence.wanted == occurrence.at:
        return found
    late = _countdown("l", _FEW_LATE if few else LATE, occurrence.at, zone, hour)
    weeks = [] if few else _weeks(occurrence, zone, hour)
    return [*found, *weeks, *(step for step in late if step.at >= occurrence.wanted)]


def _countdown(letter: str, days: Iterable[int], end: dt.datetime, zone: ZoneInfo, hour: int) -> list[Step]:
    anchor = _last(end - _SOONEST, zone, hour)
    return [Step(f"{letter}{ahead}", _clock(anchor - ahead * _DAY, hour, zone)) for ahead in days]


def _weeks(occurrence: Occurrence, zone: ZoneInfo, hour: int) -> list[Step]:
    """Weeks after the last morning before what was wanted, while more than one is left."""
    anchor = _last(occurrence.wanted - _SOONEST, zone, hour)
    weeks = (Step(f"w{number}", _clock(anchor + number * _WEEK, hour, zone)) for number in count(1))
    return list(takewhile(lambda step: occurrence.at - step.at > _WEEK, weeks))


def _last(instant: dt.datetime, zone: ZoneInfo, hour: int) -> dt.date:
    """The last local day on which it struck ``hour`` by this instant."""
    day = instant.astimezone(zone).date()
    return day if _clock(day, hour, zone) <= instant else day - _DAY


def _first(instant: dt.datetime, zone: ZoneInfo, hour: int) -> dt.datetime:
    """When it strikes ``hour`` for the first time at this instant or later."""
    day = instant.astimezone(zone).date()
    struck = _clock(day, hour, zone)
    return struck if struck >= instant else _clock(day + _DAY, hour, zone)


def _is_quiet(hour: int, quiet_from: int, quiet_to: int) -> bool:
    if quiet_from <= quiet_to:
        return quiet_from <= hour < quiet_to
    return hour >= quiet_from or hour < quiet_to


def _in_year(day: dt.date, year: int) -> dt.date:
    """The same day of another year; 28 February for a 29 February that does not come."""
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)


def _end(day: dt.date, zone: str) -> dt.datetime:
    return _clock(day + _DAY, 0, ZoneInfo(zone))


def _clock(day: dt.date, hour: int, zone: ZoneInfo) -> dt.datetime:
    """When a clock in this zone first strikes ``hour`` on this day; where that hour is left out, when it is."""
    return dt.datetime.combine(day, dt.time(hour), zone).astimezone(dt.UTC)


def _earliest(day: dt.date, time: dt.time, zone: str) -> dt.datetime:
    """What a clock in this zone shows twice, or never, is taken to mean the earlier of what it can mean."""
    local = dt.datetime.combine(day, time, ZoneInfo(zone))
    return min(local.replace(fold=fold).astimezone(dt.UTC) for fold in (0, 1))
