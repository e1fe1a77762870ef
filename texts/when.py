"""The moment that was understood, said back in words, and what to type instead of what was not."""

from __future__ import annotations

import datetime as dt

from babel.dates import format_date
from markupsafe import Markup

from forms.moment import Moment, Reason
from texts.language import say


def told(moment: Moment, language: str) -> Markup:
    """What was understood, month in words and weekday where the day is known, so that a slip shows."""
    if moment.until is None:
        return _one(moment, language)
    if (hours := _hours(moment, moment.until, language)) is not None:
        return hours
    return say(language, "from {start} to {end}", start=_one(moment, language), end=_one(moment.until, language))


def why_not(reason: Reason, language: str) -> Markup:
    """What to type instead, with examples that are understood."""
    return {
        Reason.NOT_UNDERSTOOD: say(
            language,
            "I could not find a date or a time in that. Please write only when it happened, for example"
            " <code>yesterday 3 pm</code>, <code>15 May 2025</code> or <code>not sure</code>.",
        ),
        Reason.FUTURE: say(
            language,
            "That has not come yet. Please write when it happened, with the year if it was not this year, for example"
            " <code>yesterday 3 pm</code> or <code>15 May 2025</code>.",
        ),
        Reason.IMPOSSIBLE: say(
            language,
            "There is no such date or time. Please look at it once more and write the day, the month in words and the"
            " year, for example <code>28 February 2025, 3 pm</code>.",
        ),
        Reason.TOO_LONG_AGO: say(
            language,
            "I can take dates from 1970 on. Please write the year with four figures, for example"
            " <code>15 May 2025</code>.",
        ),
        Reason.AMBIGUOUS: say(
            language,
            "That can mean more than one day or hour. Please write the day, the month in words and the year as on a"
            " phone, and whether it was morning or evening, for example <code>15 May 2025, 3 in the afternoon</code>"
            " or only <code>May 2025</code>.",
        ),
        Reason.TOO_LONG: say(
            language,
            "That is longer than I can read here. Please write only when it happened, for example"
            " <code>yesterday 3 pm</code> or <code>last week</code>.",
        ),
    }[reason]


def _hours(start: Moment, end: Moment, language: str) -> Markup | None:
    """Two times of one day, which is then said once; ``None`` for anything else."""
    if start.at is None or end.at is None or {start.precision, end.precision} != {"minute"}:
        return None
    if start.at.date() != end.at.date():
        return None
    day, first, last = _day(start.at, language), f"{start.at:%H:%M}", f"{end.at:%H:%M}"
    if start.about or end.about:
        return say(language, "{day}, from about {first} to {last}", day=day, first=first, last=last)
    return say(language, "{day}, from {first} to {last}", day=day, first=first, last=last)


def _one(moment: Moment, language: str) -> Markup:
    if moment.at is None:
        return say(language, "not known")
    if moment.precision == "minute":
        return _at(moment.at, moment.about, language)
    period = _period(moment, moment.at, language)
    return say(language, "about {when}", when=period) if moment.about else period


def _at(at: dt.datetime, about: bool, language: str) -> Markup:
    day, time = _day(at, language), f"{at:%H:%M}"
    if about:
        return say(language, "{day}, about {time}", day=day, time=time)
    return say(language, "{day}, {time}", day=day, time=time)


def _period(moment: Moment, at: dt.datetime, language: str) -> Markup:
    """A part of a day, a day, a week, a month or a year."""
    month = _in_words(at, "MMMM", language)
    if moment.precision == "part_of_day":
        return _part(moment.part, _day(at, language), language)
    if moment.precision == "week":
        return say(language, "the week of {day} {month} {year}", day=at.day, month=month, year=at.year)
    if moment.precision == "month":
        return say(language, "{month} {year}", month=month, year=at.year)
    if moment.precision == "year":
        return say(language, "the year {year}", year=at.year)
    return _day(at, language)


def _part(part: str, day: Markup, language: str) -> Markup:
    return {
        "morning": say(language, "{day}, in the morning", day=day),
        "afternoon": say(language, "{day}, in the afternoon", day=day),
        "evening": say(language, "{day}, in the evening", day=day),
        "night": say(language, "{day}, at night", day=day),
    }[part]


def _day(at: dt.datetime, language: str) -> Markup:
    return say(
        language,
        "{weekday} {day} {month} {year}",
        weekday=_in_words(at, "EEEE", language),
        day=at.day,
        month=_in_words(at, "MMMM", language),
        year=at.year,
    )


def _in_words(at: dt.datetime, pattern: str, language: str) -> str:
    return format_date(at.date(), pattern, locale=language).replace("\u200b", "")
