"""Moments that something is due: by the clocks that count, by the reader's own, and how long is left.

``<tg-time>`` is shown by Telegram's apps as the reader's phone would; older ones show the words in it, so that they
say everything, the place of the clock among it.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from babel.dates import format_date, get_timezone_location
from markupsafe import Markup

from forms.cutoff import Cutoff
from storage.deadlines import Deadline
from texts.entries import day_words
from texts.language import LANGUAGES, plain, say
from texts.layout import shortened
from texts.told import calm

GENEVA, PHNOM_PENH = "Europe/Zurich", "Asia/Phnom_Penh"

_HOUR, _DAY = 3600, 86400


def proposed_title(year: int) -> str:
    """What a call is called that nobody gave a title: in both languages, for it stands in everybody's list."""
    return " · ".join(_call(year, language) for language in LANGUAGES)


def title(deadline: Deadline, language: str, most: int) -> str:
    """What it is called, in at most so many letters; where nobody gave it a title, in the reader's language."""
    year = int(deadline.day[:4])
    return _call(year, language) if deadline.title == proposed_title(year) else shortened(calm(deadline.title), most)


def cutoff(deadline: Deadline, home: str) -> Cutoff:
    """The rule of a deadline. ``home`` is the network's zone."""
    return Cutoff(
        dt.date.fromisoformat(deadline.day),
        deadline.zone,
        dt.time.fromisoformat(deadline.time) if deadline.time else None,
        deadline.repeats,
        dt.date.fromisoformat(deadline.internal) if deadline.internal else None,
        home,
    )


def until(at: dt.datetime, zone: str, language: str) -> Markup:
    """Until when, by the clock of ``zone`` and by those of Geneva and Phnom Penh. Tapped, it shows the reader's own."""
    first = _clock(at, zone, language, year=True)
    others = [_clock(at, other, language, like=zone) for other in (GENEVA, PHNOM_PENH) if other != zone]
    if len(others) == 1:
        said = say(language, "until {first}, that is {second}", first=first, second=others[0])
    else:
        said = say(
            language,
            "until {first}, that is {second} and {third}",
            first=first,
            second=others[0],
            third=others[1],
        )
    return _time(at, "", said)


def moment(at: dt.datetime, zone: str, language: str) -> Markup:
    """An instant as the reader's phone shows it; on older ones by the clock of ``zone``, which is named."""
    local = at.astimezone(ZoneInfo(zone))
    words = say(
        language,
        "{weekday} {day} {month} {year}, {time} ({place})",
        weekday=_in_words(local, "EEEE", language),
        day=local.day,
        month=_in_words(local, "MMMM", language),
        year=local.year,
        time=f"{local:%H:%M}",
        place=place(zone, language),
    )
    return _time(at, "wDt", words)


def countdown(at: dt.datetime, now: dt.datetime, language: str) -> Markup:
    """In how long, or how long ago; Telegram's apps keep it right by themselves."""
    seconds = int((at - now).total_seconds())
    return _time(at, "r", _ago(-seconds, language) if seconds < 0 else _ahead(seconds, language))


def place(zone: str, language: str) -> str:
    """Where the clocks show this zone: its best-known city, and Geneva for Switzerland."""
    if zone == GENEVA:
        return plain(language, "Geneva")
    try:
        return get_timezone_location(zone, locale=language, return_city=True).replace("\u200b", "")
    except LookupError:
        return zone.rpartition("/")[2].replace("_", " ")


def _ahead(seconds: int, language: str) -> Markup:
    days, hours = seconds // _DAY, seconds // _HOUR
    if days:
        return say(language, "in 1 day") if days == 1 else say(language, "in {days} days", days=days)
    if hours:
        return say(language, "in 1 hour") if hours == 1 else say(language, "in {hours} hours", hours=hours)
    return say(language, "in less than 1 hour")


def _ago(seconds: int, language: str) -> Markup:
    days, hours = seconds // _DAY, seconds // _HOUR
    if days:
        return say(language, "1 day ago") if days == 1 else say(language, "{days} days ago", days=days)
    if hours:
        return say(language, "1 hour ago") if hours == 1 else say(language, "{hours} hours ago", hours=hours)
    return say(language, "less than 1 hour ago")


def _clock(at: dt.datetime, zone: str, language: str, *, year: bool = False, like: str = "") -> Markup:
    """What the clock of a zone shows. Midnight is the end of a day: nobody can then take it for the end of the next.

    The year is said where it is asked for, and where it is not the one in the zone ``like``.
    """
    day, ends = _day_of(at, zone)
    year = year or day.year != _day_of(at, like)[0].year
    shown = day_words(day.isoformat(), language) if year else _in_words(day, "d MMMM", language)
    if ends:
        return say(language, "the end of {day} in {place}", day=shown, place=place(zone, language))
    time = f"{at.astimezone(ZoneInfo(zone)):%H:%M}"
    return say(language, "{time} on {day} in {place}", time=time, day=shown, place=place(zone, language))


def _day_of(at: dt.datetime, zone: str) -> tuple[dt.date, bool]:
    """The local day that an instant is in or ends, and whether it ends it."""
    before = (at - dt.timedelta(microseconds=1)).astimezone(ZoneInfo(zone)).date()
    day = at.astimezone(ZoneInfo(zone)).date()
    return before, before != day


def _time(at: dt.datetime, form: str, words: Markup) -> Markup:
    """``form`` as Telegram has it; without one the words are shown as they are."""
    shape = Markup('<tg-time unix="{unix}" format="{form}">{words}</tg-time>')
    if not form:
        shape = Markup('<tg-time unix="{unix}">{words}</tg-time>')
    return shape.format(unix=int(at.timestamp()), form=form, words=words)


def _in_words(day: dt.date, pattern: str, language: str) -> str:
    return format_date(day, pattern, locale=language).replace("\u200b", "")


def _call(year: int, language: str) -> str:
    return plain(language, "Call for information {year}", year=year)
