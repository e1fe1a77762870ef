"""Deadlines as a file for calendar programs (RFC 5545).

Each deadline is one event, which keeps its UID for ever: a program that reads a newer file shows the change in the place of
what was there, because SEQUENCE counts the versions. A cut-off without a time is an event of the whole day that is the
last; what that means on the network's clock stands in its text.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vText

from forms.cutoff import ONCE, WEEKLY, Cutoff, Occurrence, steps
from storage.deadlines import Deadline
from texts import calendar as texts
from texts import due

_ALARMS = ("d7", "d1", "d0")
"""Of the steps of reminders: those at which a calendar makes itself heard."""

_CANCELLED_DAYS = 90
"""For so long after its day, or after it was last looked at, a cancelled deadline still says so."""

_YEARS = 10
"""Time zones are written down for so long: programs that know the zone by its name look there instead."""

_OWN_YEARS = 3
"""The network's own days of a yearly deadline are events of their own: they are counted back over 29 February, which no
rule of a calendar does."""

_ADDRESS = re.compile(r"https?://[!-~]+")
"""A source that can be opened. An address in other letters stands in the words alone."""

_DAY = dt.timedelta(days=1)


class _Words(vText):
    """Words letter for letter (RFC 5545, 3.3.11). icalendar's own take a backslash before an N for the end of a line."""

    def to_ical(self) -> bytes:
        """As they stand in the file."""
        escaped = re.sub(r"([\\,;])", r"\\\1", str(self)).replace("\n", "\\n")
        return escaped.encode()


@dataclass(frozen=True)
class Reader:
    """For whom a calendar is made. ``zone`` and ``hour`` are where and when reminders come; ``home`` is the network's zone.
    A ``member`` in private also gets the network's own days."""

    language: str
    home: str
    zone: str
    hour: int = 8
    member: bool = False


def calendar(deadlines: Iterable[Deadline], reader: Reader, now: dt.datetime) -> bytes | None:
    """What comes, as an .ics file; None when nothing does."""
    events = [event for one in deadlines for event in _events(one, reader, now)]
    if not events:
        return None
    whole = Calendar()
    whole.add("version", "2.0")
    whole.add("prodid", f"-//Sangket//Deadlines//{reader.language.upper()}")
    whole.add("calscale", "GREGORIAN")
    whole.add("method", "PUBLISH")
    for name in ("name", "x-wr-calname"):  # RFC 7986, and what programs took before it
        whole.add(name, texts.name(reader.language))
    for zone in sorted(_zones(events)):
        whole.add_component(time_zone(zone, *_span(events)))
    for event in events:
        whole.add_component(event)
    made: bytes = whole.to_ical()
    return made


def time_zone(name: str, first: dt.date, last: dt.date) -> Timezone:
    """The rules of a zone between two days. Changes of the clocks stand at the local time *before* the change (RFC 5545,
    3.6.5); icalendar's own ``add_missing_timezones`` puts those in spring an hour later."""
    whole = Timezone()
    whole.add("tzid", name)
    changes = _changes(name, first, last)
    begin = dt.datetime.combine(first, dt.time(), dt.UTC)
    offset = _offset(name, begin)
    whole.add_component(_observance(name, begin, [begin.replace(tzinfo=None) + offset], offset))
    kinds: dict[tuple[dt.timedelta, dt.timedelta, str], list[dt.datetime]] = {}
    for change in changes:
        before = _offset(name, change - dt.timedelta(seconds=1))
        kind = (before, _offset(name, change), str(change.astimezone(ZoneInfo(name)).tzname()))
        kinds.setdefault(kind, []).append(change)
    for (before, _, _), several in kinds.items():
        onsets = [one.replace(tzinfo=None) + before for one in several]
        whole.add_component(_observance(name, several[0], onsets, before))
    return whole


def _observance(
    name: str, change: dt.datetime, onsets: Sequence[dt.datetime], before: dt.timedelta
) -> TimezoneStandard | TimezoneDaylight:
    local = change.astimezone(ZoneInfo(name))
    made = TimezoneDaylight() if local.dst() else TimezoneStandard()
    made.add("dtstart", onsets[0])
    if onsets[1:]:
        made.add("rdate", list(onsets[1:]))
    made.add("tzoffsetfrom", before)
    made.add("tzoffsetto", _offset(name, change))
    made.add("tzname", str(local.tzname()))
    return made


@lru_cache(64)
def _changes(name: str, first: dt.date, last: dt.date) -> tuple[dt.datetime, ...]:
    """When the clocks change, in UTC."""
    start = dt.datetime.combine(first, dt.time(), dt.UTC)
    days = [start + n * _DAY for n in range((last - first).days + 1)]
    return tuple(_change(name, one, one + _DAY) for one in days[:-1] if _offset(name, one) != _offset(name, one + _DAY))


def _change(name: str, low: dt.datetime, high: dt.datetime) -> dt.datetime:
    """The first second of the new time, between two that differ."""
    while high - low > dt.timedelta(seconds=1):
        middle = low + dt.timedelta(seconds=(high - low).total_seconds() // 2)
        low, high = (middle, high) if _offset(name, middle) == _offset(name, low) else (low, middle)
    return high


def _offset(name: str, instant: dt.datetime) -> dt.timedelta:
    offset = instant.astimezone(ZoneInfo(name)).utcoffset()
    assert offset is not None  # noqa: S101 - every IANA zone has one
    return offset


def coming(deadline: Deadline, home: str, now: dt.datetime) -> Occurrence | None:
    """The next time of a deadline that a calendar has; of a cancelled one also the last. None for what is in none."""
    cutoff = due.cutoff(deadline, home)
    if deadline.cancelled:
        return (cutoff.next(now) or cutoff.latest(now)) if _is_news(deadline, now) else None
    return cutoff.next(now)


def _events(deadline: Deadline, reader: Reader, now: dt.datetime) -> Iterator[Event]:
    """The cut-off and, for members, the network's own day, as long as they are ahead."""
    next_ = coming(deadline, reader.home, now)
    if next_ is None:
        return
    cutoff = due.cutoff(deadline, reader.home)
    yield _closing(deadline, cutoff, next_, reader, now)
    if cutoff.internal is not None and reader.member:
        yield from _own(deadline, cutoff, reader, now)


def _is_news(deadline: Deadline, now: dt.datetime) -> bool:
    """Whether a calendar that has a cancelled deadline may not have heard yet that it is."""
    last = max(deadline.day, deadline.checked_on)
    return now.date() <= dt.date.fromisoformat(last) + _CANCELLED_DAYS * _DAY


def _closing(deadline: Deadline, cutoff: Cutoff, next_: Occurrence, reader: Reader, now: dt.datetime) -> Event:
    """The cut-off."""
    event = _event(f"{deadline.id}-cutoff@sangket", deadline, now)
    event.add("summary", _Words(texts.closing(deadline, reader.language)))
    event.add("description", _Words(texts.terms(deadline, next_, reader.language)))
    if cutoff.time is None:
        _lasts_a_day(event, cutoff.day)
    else:
        event.add("dtstart", _begins(cutoff, cutoff.time, next_))
    if rule := _rule(cutoff):
        event.add("rrule", rule)
    if _ADDRESS.fullmatch(deadline.source):
        event.add("url", deadline.source)
    if not (deadline.cancelled or deadline.sent_on):
        ahead = replace(next_, wanted=next_.at)
        alarms = (
            _morning_alarms(cutoff, ahead, reader) if cutoff.time is None else _timed_alarms(cutoff, ahead, reader, now)
        )
        _ring(event, alarms, texts.alarm(deadline, reader.language))
    return event


def _own(deadline: Deadline, cutoff: Cutoff, reader: Reader, now: dt.datetime) -> Iterator[Event]:
    """The network's own day, a whole one at home. Of a yearly deadline each is an event of its own."""
    assert cutoff.internal is not None  # noqa: S101 - asked by the caller
    before = cutoff.day - cutoff.internal
    if cutoff.repeats in (ONCE, WEEKLY):
        days = {"": cutoff.internal}
    else:
        several = cutoff.occurrences(now, now + (_OWN_YEARS + 1) * 366 * _DAY)[:_OWN_YEARS]
        days = {f"-{one.day.year}": one.day - before for one in several}
    for mark, day in days.items():
        event = _event(f"{deadline.id}-own{mark}@sangket", deadline, now)
        event.add("summary", _Words(texts.own(deadline, reader.language)))
        event.add("description", _Words(texts.own_terms(deadline, reader.language)))
        event.add("class", "PRIVATE")
        _lasts_a_day(event, day)
        if cutoff.repeats == WEEKLY:
            event.add("rrule", {"freq": "weekly"})
        if not (deadline.cancelled or deadline.sent_on):
            collected = Cutoff(day, reader.home).next(_long_before(day))
            assert collected is not None  # noqa: S101 - there is none only after the last
            _ring(event, _morning_alarms(cutoff, collected, reader), texts.alarm(deadline, reader.language))
        yield event


def _event(uid: str, deadline: Deadline, now: dt.datetime) -> Event:
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", now.astimezone(dt.UTC))
    event.add("last-modified", now.astimezone(dt.UTC))
    event.add("sequence", deadline.version)
    event.add("status", "CANCELLED" if deadline.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT")  # nobody is busy because something closes
    return event


def _lasts_a_day(event: Event, day: dt.date) -> None:
    event.add("dtstart", day)
    event.add("dtend", day + _DAY)


def _rule(cutoff: Cutoff) -> dict[str, object]:
    """How it comes again. What is due on 29 February is due on the last day of February."""
    if cutoff.repeats == ONCE:
        return {}
    if cutoff.repeats == WEEKLY:
        return {"freq": "weekly"}
    if (cutoff.day.month, cutoff.day.day) == (2, 29):
        return {"freq": "yearly", "bymonth": 2, "bymonthday": -1}
    return {"freq": "yearly"}


def _begins(cutoff: Cutoff, time: dt.time, next_: Occurrence) -> dt.datetime:
    """Where its rule begins, by the clock of its zone. Of what comes once that is the instant itself. All that comes again
    is counted from it, so there an hour that the clocks leave out on the first day stays as it was given."""
    zone = ZoneInfo(cutoff.zone)
    return next_.at.astimezone(zone) if cutoff.repeats == ONCE else dt.datetime.combine(cutoff.day, time, zone)


def _morning_alarms(cutoff: Cutoff, next_: Occurrence, reader: Reader) -> Sequence[dt.timedelta | dt.datetime]:
    """Before or after the midnight with which a whole day begins where the calendar is looked at. Where that day ends early
    on the reader's clock, they ring a day sooner, as reminders do."""
    named = {step.name: step.at for step in steps(next_, reader.zone, reader.hour, repeats=cutoff.repeats)}
    last = named["d0"].astimezone(ZoneInfo(reader.zone)).date() if "d0" in named else next_.day
    sooner = max((next_.day - last).days, 0)
    ahead = (1, 0) if cutoff.repeats == WEEKLY else (7, 1, 0)
    return [dt.timedelta(hours=reader.hour) - (days + sooner) * _DAY for days in ahead]


def _long_before(day: dt.date) -> dt.datetime:
    """When a local day has not ended in any zone."""
    return dt.datetime.combine(day, dt.time(), dt.UTC) - 3 * _DAY


def _timed_alarms(
    cutoff: Cutoff, next_: Occurrence, reader: Reader, now: dt.datetime
) -> Sequence[dt.timedelta | dt.datetime]:
    """The moments at which reminders come. Of what comes once they are instants, which no change of the clocks moves; of
    what comes again they are distances, taken from the next time."""
    named = steps(next_, reader.zone, reader.hour, repeats=cutoff.repeats)
    found = [step.at for step in named if step.name in _ALARMS]
    if cutoff.repeats == ONCE:
        return [at for at in found if at > now]
    return [at - next_.at for at in found]


def _ring(event: Event, alarms: Sequence[dt.timedelta | dt.datetime], words: str) -> None:
    for when in alarms:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", _Words(words))
        given = {"VALUE": "DATE-TIME"} if isinstance(when, dt.datetime) else {}
        alarm.add("trigger", when, parameters=given)
        event.add_component(alarm)


def _zones(events: Iterable[Event]) -> set[str]:
    """The zones that these events name."""
    return {str(zone) for event in events if (zone := event["dtstart"].params.get("TZID")) is not None}


def _span(events: Iterable[Event]) -> tuple[dt.date, dt.date]:
    """From before the first event to long after the last."""
    days = [_date(event.decoded("dtstart")) for event in events]
    return dt.date(min(days).year - 1, 1, 1), dt.date(max(days).year + _YEARS, 1, 1)


def _date(start: dt.date) -> dt.date:
    return start.date() if isinstance(start, dt.datetime) else start
