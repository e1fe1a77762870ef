"""One moment in plain words: its day, its part of the day, its hour; or how long ago it was."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from forms.calendar_words import Day, Days
from forms.moment import STARTS, Moment, Part, Reason, Refused
from forms.time_words import KNOWN, PARTS, Words, whole

_HOURS: dict[str, tuple[tuple[int, int], ...]] = {
    "": ((0, 24),),
    "morning": ((1, 12),),
    "midday": ((11, 14),),
    "afternoon": ((12, 19),),
    "evening": ((15, 24),),
    "night": ((0, 6), (18, 30)),
    "this night": ((18, 30),),
}
"""Hours, counted from midnight of the day named, that people mean when they name a part of it: from, and before. "Two
in the night of the 5th" may be before or after that day; "last night at two" is after."""

_PARTS: dict[str, Part] = {
    "morning": "morning",
    "afternoon": "afternoon",
    "evening": "evening",
    "night": "night",
    "this night": "night",
}
_CLOCK = whole(
    r"(?P<hour>\d{1,2})(?::(?P<minute>\d\d)(?: oclock)?| oclock|(?= (?:am|pm|"
    rf"{'|'.join(PARTS)})(?![a-z])))(?: (?P<half>am|pm))?"
)
_PART = whole("|".join(PARTS))
_SPAN = whole(
    r"(?:(?P<hours>\d{1,4}) hour(?:(?: and)? (?P<more>\d{1,3}) minute)?"
    r"|(?P<minutes>\d{1,5}) minute|(?P<seconds>\d{1,5}) second) ago|now"
)


@dataclass(frozen=True)
class Clock:
    """An hour as told: the hours of the day it may mean, and the minute."""

    hours: tuple[int, ...]
    minute: int


@dataclass(frozen=True)
class Told:
    """What was said about one moment: a day, a part of it and an hour, or else how long ago."""

    day: Day | None = None
    part: str = ""
    clock: Clock | None = None
    ago: dt.timedelta | None = None
    ahead: bool = False
    """What is to come is meant."""

    def at(self, now: dt.datetime) -> Moment:
        """The moment, which is not after ``now`` unless ``ahead``. Raises :class:`Refused`."""
        moment = self._at(now)
        if moment.at is not None and moment.at > now and not self.ahead:
            raise Refused(Reason.AMBIGUOUS if self.day is None else Reason.FUTURE)
        return moment

    def _at(self, now: dt.datetime) -> Moment:
        if self.ago is not None:
            return Moment(now - self.ago, "minute", about=True)
        day = self.day or Day(now.date(), "day")
        start = dt.datetime.combine(day.start, dt.time())
        if self.clock is None and not self.part:
            return Moment(start, day.precision)
        if day.precision != "day":
            raise Refused(Reason.AMBIGUOUS)
        if self.clock:
            return Moment(self._hour(self.clock, start, now), "minute")
        if self.part == "midday":
            return Moment(start.replace(hour=12), "minute", about=True)
        part = _PARTS[self.part]
        return Moment(start.replace(hour=STARTS[part]), "part_of_day", part)

    def _hour(self, clock: Clock, start: dt.datetime, now: dt.datetime) -> dt.datetime:
        """The one time that can be meant."""
        hours = {hour for told in clock.hours for hour in (told, told + 24) if self._within(hour)}
        times = {start + dt.timedelta(hours=hour, minutes=clock.minute) for hour in hours}
        past = {time for time in times if time <= now}
        settled = self.part or (self.day and start.date() == now.date()) or len(times) == 1
        if self.ahead:
            return self._only(times, now)
        if not times or not settled or len(past) > 1:
            raise Refused(Reason.AMBIGUOUS)
        if not past:
            raise Refused(Reason.AMBIGUOUS if self.day is None else Reason.FUTURE)
        return past.pop()

    @staticmethod
    def _only(times: set[dt.datetime], now: dt.datetime) -> dt.datetime:
        """The one that has not been."""
        coming = {time for time in times if time >= now}
        if len(coming) != 1:
            raise Refused(Reason.AMBIGUOUS)
        return coming.pop()

    def _within(self, hour: int) -> bool:
        return any(first <= hour < last for first, last in _HOURS[self.part])


def read(text: str, now: dt.datetime, latest: dt.date, *, ahead: bool = False) -> Told:
    """What ``text`` says about one moment, whose day is ``latest`` or before; with ``ahead``, today or after.

    Raises :class:`Refused`.
    """
    words = Words(text)
    if span := words.take(_SPAN):
        told = Told(ago=_ago(span))
    else:
        day = Days(words, now, latest, ahead=ahead).read()
        told = Told(day, *_hour_and_part(words, day), ahead=ahead)
    left = words.left()
    if any(word not in KNOWN and not word.isdecimal() for word in left):
        raise Refused(Reason.NOT_UNDERSTOOD)
    if left:
        raise Refused(Reason.AMBIGUOUS)
    if told == Told(ahead=ahead) or (told.ago is not None and ahead):
        raise Refused(Reason.NOT_UNDERSTOOD)
    return told


def _ago(span: re.Match[str]) -> dt.timedelta:
    told = {name: int(value) for name, value in span.groupdict().items() if value}
    return dt.timedelta(hours=told.get("hours", 0), minutes=told.get("minutes", 0) + told.get("more", 0))


def _hour_and_part(words: Words, day: Day | None) -> tuple[str, Clock | None]:
    clock = words.take(_CLOCK)
    part = words.take(_PART)
    if part and day and day.part and day.part.removeprefix("this ") != part[0]:
        raise Refused(Reason.AMBIGUOUS)
    said = day.part if day and day.part else part[0] if part else ""
    return said, clock and _clock(clock, bool(said))


def _clock(found: re.Match[str], part_said: bool) -> Clock:
    """The hours that may be meant: both halves of the day for 1 to 12, unless am, pm or 03:00 says which."""
    hour, minute, half = int(found["hour"]), int(found["minute"] or 0), found["half"]
    if hour > 23 or minute > 59 or (half == "am" and hour > 12) or (half == "pm" and not hour):
        raise Refused(Reason.IMPOSSIBLE)
    if half and hour <= 12:
        return Clock((hour % 12 + 12 * (half == "pm"),), minute)
    as_written = found["hour"].startswith("0") and found["minute"] and not part_said
    if hour > 12 or hour == 0 or as_written:
        return Clock((hour,), minute)
    return Clock((hour % 12, hour % 12 + 12), minute)
