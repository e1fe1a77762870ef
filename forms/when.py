"""When something happened: read from what people type on a phone, in English or in Khmer, never more exactly than told.

Every word must have been read; a word that was not makes a :class:`Reason`, never a guess. That is why dateparser is
not used here: it drops what it does not know, so that "yesterday at 3" becomes a time that nobody said.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace

from forms.moment import Moment, Part, Precision, Reason, Refused
from forms.one_moment import read
from forms.time_words import MONTHS, PARTS, plain_words

__all__ = ["LONGEST", "Moment", "Part", "Precision", "Reason", "coming", "hour", "understood"]

LONGEST = 200
"""Characters; who needs more is telling something else."""

_SOON = dt.timedelta(days=7)

_NAMES = "|".join(MONTHS)
_HALF = f"am|pm|{'|'.join(PARTS)}"

_SINCE = re.compile(r"(?:since|from) (?P<first>(?:(?! (?:to|-) ).)+?)(?: (?:to|-) now)?")
_DAY_BEFORE_FROM = re.compile(r"^(.+?) (from|between) (.+)$")
_RANGE = re.compile(r"(?P<how>from |between )?(?P<first>.+?) (?:to|-|and) (?P<last>.+)")

_DAY_ALONE = re.compile(r"(?:day )?\d{1,2}")
_MONTH_OF_DAY = re.compile(
    rf"(?:day )?\d{{1,2}} (?P<rest>(?:(?:month )?(?:{_NAMES})|month \d+)(?: (?:year )?\d{{4}})?)"
)
_MONTH_THEN_DAY = re.compile(rf"(?P<month>{_NAMES}) \d{{1,2}}")
_MONTH_ALONE = re.compile(rf"(?={_NAMES})([a-z]+(?: \d{{4}})?)")
_DAY_THEN_YEAR = re.compile(r"\d{1,2}(?: \d{4})?")
_HOUR_ALONE = re.compile(rf"(?:(?:.* )?(?!{_NAMES}|day|month|year)[a-z]+ )?\d{{1,2}}(?::\d\d)?(?: oclock)?")
_HOUR_WRITTEN = re.compile(r"(?:0\d|1\d|2[0-3]):[0-5]\d")
_HALF_OF_HOUR = re.compile(rf"\d{{1,2}}(?::\d\d)?(?: oclock)? (?P<rest>{_HALF})(?![a-z])")


def understood(said: str, now: dt.datetime, *, ahead: bool = False) -> Moment | Reason:
    """The moment somebody means by ``said``, or why it cannot be taken.

    ``now`` is naive local time from the clock. Without a day, today is meant if that is past; 3/5 is 3 May; an hour
    that may be of the morning or of the evening is taken only for today, and where just one of the two is past.
    ``ahead`` also takes one moment that is to come; where a day could be either, the nearer is meant, and the coming
    one if that is within a week.
    """
    if len(said) > LONGEST:
        return Reason.TOO_LONG
    words, now = plain_words(said), now.replace(second=0, microsecond=0)
    past = _tried(_moment, words, now)
    return _either(past, _tried(_coming, words, now), now) if ahead else past


def coming(said: str, now: dt.datetime) -> Moment | Reason:
    """The one moment from today on that somebody means by ``said``, or why it cannot be taken. Where ``understood`` would
    take a day for the nearer one that has been, the one to come is meant here."""
    if len(said) > LONGEST:
        return Reason.TOO_LONG
    return _tried(_coming, plain_words(said), now.replace(second=0, microsecond=0))


def hour(said: str) -> str:
    """The hour of a day as HH:MM that somebody means by ``said``, such as ``17:00``, ``5 pm`` or ``noon``; empty where it
    may be of the morning or of the evening, or is none. 00:00 is none either: it may be either end of the day."""
    words = plain_words(said[:LONGEST].replace(".", ":"))
    written = _HOUR_WRITTEN.fullmatch(words)
    midnight = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - of any day
    try:
        told = None if written else read(words, midnight, midnight.date(), ahead=True)
        at = midnight if told is None or told.day or told.clock is None else told.at(midnight).at
    except Refused:
        return ""
    found = words if written else f"{at:%H:%M}"
    return found if found != "00:00" else ""


def _tried(read_as: Callable[[str, dt.datetime], Moment], words: str, now: dt.datetime) -> Moment | Reason:
    try:
        return read_as(words, now)
    except Refused as refused:
        return refused.reason


def _either(past: Moment | Reason, coming: Moment | Reason, now: dt.datetime) -> Moment | Reason:
    """The one of the two that is meant."""
    if isinstance(past, Moment) and past.until is not None:
        return Reason.AMBIGUOUS
    if isinstance(coming, Reason):
        return coming if past is Reason.FUTURE else past
    if isinstance(past, Reason):
        return coming
    if past.at is None or coming.at is None:
        return past
    return coming if coming.at - now <= max(now - past.at, _SOON) else past


def _coming(words: str, now: dt.datetime) -> Moment:
    """One moment from today on."""
    told = words.split()
    if "vague" in told:
        raise Refused(Reason.AMBIGUOUS)
    rest = " ".join(word for word in told if word not in ("about", "unsure"))
    moment = read(rest, now, now.date(), ahead=True).at(now)
    return replace(moment, about=moment.about or "about" in told or "unsure" in told)


def _moment(words: str, now: dt.datetime) -> Moment:
    told = set(words.split())
    if told & {"tomorrow", "dayafter", "next"}:
        raise Refused(Reason.FUTURE)
    if "vague" in told:
        raise Refused(Reason.AMBIGUOUS)
    rest = " ".join(word for word in words.split() if word not in ("about", "unsure", "just"))
    if not rest and "unsure" in told:
        return Moment(None, "unknown")
    moment = _one_or_lasting(rest or ("now" if "just" in told else ""), now)
    return replace(moment, about=moment.about or bool(told & {"about", "unsure"}))


def _one_or_lasting(words: str, now: dt.datetime) -> Moment:
    words = _DAY_BEFORE_FROM.sub(r"\2 \1 \3", words)
    if since := _SINCE.fullmatch(words):
        return _until_now(_one(since["first"], now), now)
    if " - " in words:
        try:
            return _one(words.replace(" - ", " "), now)  # "15 May - 3 pm" is one moment
        except Refused:
            pass
    if not (both := _RANGE.fullmatch(words)):
        return _one(words, now)
    first, last = _completed(both["first"], both["last"])
    if last == "now":
        return _until_now(_one(first, now), now)
    moment = _lasting(first, last, now)
    if both["how"] == "between " and moment.until:
        return replace(moment, about=True, until=replace(moment.until, about=True))
    return moment


def _one(words: str, now: dt.datetime) -> Moment:
    return read(words, now, now.date()).at(now)


def _until_now(start: Moment, now: dt.datetime) -> Moment:
    """What began then and goes on, to the day if the day was told, to the year if the year was."""
    today = dt.datetime.combine(now, dt.time())
    starts = {
        "day": today,
        "week": today - dt.timedelta(days=today.weekday()),
        "month": today.replace(day=1),
        "year": today.replace(month=1, day=1),
    }
    precision: Precision = start.precision if start.precision in starts else "minute"
    return _joined(start, Moment(starts.get(precision, now), precision))


def _completed(first: str, last: str) -> tuple[str, str]:
    """Both ends in full, where one of them says something for both: "3 to 5 May", "May 3 to 5",
    "2 to 4 pm"; months named with one another are not to be asked for."""
    if _DAY_ALONE.fullmatch(first) and (of := _MONTH_OF_DAY.match(last)):
        return f"{first} {of['rest']}", last
    if _HOUR_ALONE.fullmatch(first) and (of := _HALF_OF_HOUR.match(last)):
        return f"{first} {of['rest']}", last
    if _DAY_THEN_YEAR.fullmatch(last) and (before := _MONTH_THEN_DAY.fullmatch(first)):
        return first, f"{before['month']} {last}"
    if _MONTH_ALONE.fullmatch(first) and _MONTH_ALONE.fullmatch(last):
        return f"month {first}", f"month {last}"
    return first, last


def _lasting(first: str, last: str, now: dt.datetime) -> Moment:
    """What lasted from one moment to another; a day or a year named with one of them counts for both."""
    ended = read(last, now, now.date())
    began = read(first, now, min(ended.day.start, now.date()) if ended.day else now.date())
    if began.day is None and began.ago is None:
        began = replace(began, day=ended.day)
    start = began.at(now)
    if ended.day is None and ended.ago is None:
        return _joined(start, _next(start, replace(ended, day=began.day).at(now), now))
    return _joined(start, ended.at(now))


def _next(start: Moment, end: Moment, now: dt.datetime) -> Moment:
    """An end that no day was named for, which is on the next day if it would come before the start."""
    if start.at is None or end.at is None or end.at >= start.at:
        return end
    if end.at + dt.timedelta(days=1) > now:
        raise Refused(Reason.FUTURE)
    return replace(end, at=end.at + dt.timedelta(days=1))


def _joined(start: Moment, end: Moment) -> Moment:
    if start.at is None or end.at is None or end.at < start.at:
        raise Refused(Reason.AMBIGUOUS)
    if (start.at, start.precision) == (end.at, end.precision):
        return start
    return replace(start, until=end)
