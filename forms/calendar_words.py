"""Days, weeks, months and years in plain words."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from forms.moment import Precision, Reason, Refused
from forms.time_words import MONTHS, PARTS, WEEKDAYS, Words, whole
from forms.years import EARLIEST, short_year, years_meant

_DAY = r"(?:day )?(?P<day>\d{1,2})"
_MONTH = rf"(?:month (?P<number>\d{{1,2}})|(?:month )?(?P<name>{'|'.join(MONTHS)}))"
_WHICH_YEAR = "(?P<which>last|this|next) year"
_YEAR = rf"(?:(?P<era>(?:year |be )*)(?P<year>\d{{4}})(?: (?P<be>be))?|year (?P<short>\d\d)|{_WHICH_YEAR})"
_OF_THE_CLOCK = rf"(?! (?:am|pm|oclock|{'|'.join(PARTS)}))"


_FARTHEST = {"day": 3660, "week": 520, "month": 120, "year": 10}
"""How far ahead somebody can mean: ten years."""


@dataclass(frozen=True)
class Day:
    """A day or a longer period; ``part`` where the word for the day named a part of it too."""

    start: dt.date
    precision: Precision
    part: str = ""


_DATES = tuple(
    map(
        whole,
        (
            rf"{_DAY} {_MONTH}(?: {_YEAR})?",
            rf"{_MONTH} {_DAY}{_OF_THE_CLOCK}(?: {_YEAR})?",
            rf"{_YEAR} {_MONTH}",
            rf"{_MONTH} {_YEAR}",
            rf"{_DAY} (?P<month>last|this|next) month",
            rf"(?P<month>last|this|next) month {_DAY}{_OF_THE_CLOCK}",
            rf"(?:month|(?P<before>last)) (?P<name>{'|'.join(MONTHS)})",
            r"month (?P<number>\d{1,2})",
            r"day (?P<day>\d{1,2})",
            _YEAR,
        ),
    )
)
_AGO = whole(r"(?P<n>\d+) (?P<unit>day|week|month|year) ago")
_HENCE = whole(r"next (?P<n>\d+) (?P<unit>day|week|month|year)")
_WHICH = whole(r"(?P<which>last|this|next) (?P<unit>week|month)")
_LAST_NIGHT = whole("last night|yesterday night|night yesterday")
_THIS_PART = whole(rf"(?P<which>this|last) (?P<part>{'|'.join(PARTS)})|(?P<tonight>tonight)")
_NAMED = whole("dayafter|tomorrow|today|yesterday|daybefore")
_AGO_NAMED = {"dayafter": -2, "tomorrow": -1, "today": 0, "yesterday": 1, "daybefore": 2}
_AGO_WHICH = {"next": -1, "this": 0, "last": 1}
_WEEKDAY = whole(rf"(?:(?P<which>last|this|next) )?(?P<name>{'|'.join(WEEKDAYS)})")


class Days:
    """Reads the day, with ``now`` to count from and ``latest`` as the last day that is meant; with ``ahead``, today
    is the first."""

    def __init__(self, words: Words, now: dt.datetime, latest: dt.date, *, ahead: bool = False) -> None:
        self._words = words
        self._now = now
        self._today = now.date()
        self._latest = latest
        self._ahead = ahead

    def read(self) -> Day | None:
        """The one day that was named, if any. Raises :class:`Refused` where there are several, or none like it."""
        named = list(self._named())
        if len({(day.start, day.precision) for day in named}) > 1:
            raise Refused(Reason.AMBIGUOUS)
        day = max(named, key=lambda day: day.part, default=None)
        if weekday := self._words.take(_WEEKDAY):
            day = self._on(weekday["which"], WEEKDAYS.index(weekday["name"]), day)
        if day and day.start.year < EARLIEST:
            raise Refused(Reason.TOO_LONG_AGO)
        return day

    def _named(self) -> Iterator[Day]:
        if found := self._words.take(_AGO):
            yield self._back(found["unit"], _number(found["n"]))
        if found := self._words.take(_HENCE):
            yield self._back(found["unit"], -_number(found["n"]))
        for pattern in _DATES:
            if found := self._words.take(pattern):
                yield self._dated({name: value for name, value in found.groupdict().items() if value is not None})
        if found := self._words.take(_WHICH):
            yield self._back(found["unit"], _AGO_WHICH[found["which"]])
        if self._words.take(_LAST_NIGHT):
            yield Day(self._today - dt.timedelta(days=1), "day", "this night")
        if found := self._words.take(_THIS_PART):
            yield self._this(found["which"], found["part"] or "night")
        if found := self._words.take(_NAMED):
            yield self._back("day", _AGO_NAMED[found[0]])

    def _dated(self, told: dict[str, str]) -> Day:
        """A date of which the day, the month or the year may be missing."""
        month, day = self._month(told), int(told.get("day", 0))
        years = self._years(told, month, day)
        if not month and not day:
            return Day(self._only([dt.date(year, 1, 1) for year in years or ()]), "year")
        if not day:
            return Day(self._dates(years, month, 1), "month")
        if not month:
            return Day(self._ordinal(day), "day")
        return Day(self._dates(years, month, day), "day")

    def _month(self, told: dict[str, str]) -> int:
        """1 to 12, or 0 where no month was named."""
        if "month" in told:
            return self._back("month", _AGO_WHICH[told["month"]]).start.month
        if "name" in told:
            month = MONTHS.index(told["name"]) + 1
            if "before" in told and month == self._today.month:
                raise Refused(Reason.AMBIGUOUS)  # this one, or a year ago
            return month
        if "number" not in told:
            return 0
        month = int(told["number"])
        if 1 <= month <= 12:
            return month
        # The month first, as in America, or a slip: asked again rather than guessed.
        raise Refused(Reason.AMBIGUOUS if 1 <= int(told.get("day", 0)) <= 12 < month <= 31 else Reason.IMPOSSIBLE)

    def _years(self, told: dict[str, str], month: int, day: int) -> list[int] | None:
        """The years that can be meant; ``None`` where none was named."""
        if "month" in told:
            return [self._back("month", _AGO_WHICH[told["month"]]).start.year]
        if "which" in told:
            return [self._today.year - _AGO_WHICH[told["which"]]]
        if "short" in told:
            return [short_year(int(told["short"]), self._today, ahead=self._ahead)]
        if "year" not in told:
            return None
        marked = "be" in told["era"].split() or "be" in told
        return years_meant(int(told["year"]), (month, day), self._today, buddhist=marked)

    def _dates(self, years: list[int] | None, month: int, day: int) -> dt.date:
        """The one such date that is past: of the years named, or else the last one. Ahead: the next one."""
        if day > calendar.monthrange(2000, month)[1] or day < 1:
            raise Refused(Reason.IMPOSSIBLE)
        first = self._today.year if self._ahead else self._latest.year
        among = years or [first, first + (1 if self._ahead else -1)]
        dates = [dt.date(year, month, day) for year in among if day <= calendar.monthrange(year, month)[1]]
        if years is not None:
            return self._only(dates)
        dates = [date for date in dates if (date >= self._today if self._ahead else date <= self._latest)]
        if not dates:
            raise Refused(Reason.AMBIGUOUS)  # 29 February, more than a year ago
        return dates[0]

    def _ordinal(self, day: int) -> dt.date:
        """The last such day of a month. Ahead: the next one."""
        if not 1 <= day <= 31:
            raise Refused(Reason.IMPOSSIBLE)
        if self._ahead:
            days = (self._today + dt.timedelta(days=n) for n in range(62))
            return next(one for one in days if one.day == day)
        month = self._latest.replace(day=1)
        while day > calendar.monthrange(month.year, month.month)[1] or month.replace(day=day) > self._latest:
            month = (month - dt.timedelta(days=1)).replace(day=1)
        return month.replace(day=day)

    def _only(self, dates: list[dt.date]) -> dt.date:
        if not dates:
            raise Refused(Reason.IMPOSSIBLE)
        if self._ahead:
            dates = [date for date in dates if date >= self._today]
            if len(dates) != 1:
                raise Refused(Reason.AMBIGUOUS)
            return dates[0]
        past = [date for date in dates if date <= self._today]
        if len(past) != 1:
            raise Refused(Reason.AMBIGUOUS if past else Reason.FUTURE)
        return past[0]

    def _back(self, unit: str, n: int) -> Day:
        """So many days, weeks, months or years before the one that is now; after it, where ``n`` is below 0."""
        today = self._today
        months = today.year * 12 + today.month - 1 - (n if unit == "month" else 0)
        if n < -_FARTHEST[unit]:
            raise Refused(Reason.IMPOSSIBLE)
        if n > 100 * 366 or months < 12 or (unit == "year" and n >= today.year):
            raise Refused(Reason.TOO_LONG_AGO)
        if unit == "year":
            return Day(dt.date(today.year - n, 1, 1), "year")
        if unit == "month":
            return Day(dt.date(months // 12, months % 12 + 1, 1), "month")
        if unit == "week":
            return Day(today - dt.timedelta(days=today.weekday(), weeks=n), "week")
        return Day(today - dt.timedelta(days=n), "day")

    def _this(self, which: str | None, part: str) -> Day:
        """Last evening, this morning, tonight: a night that has begun goes on after midnight."""
        if which == "last":
            if part != "evening" or self._now.hour >= 16:
                raise Refused(Reason.AMBIGUOUS)  # yesterday's, or the one that has just been
            return Day(self._today - dt.timedelta(days=1), "day", part)
        if part != "night":
            return Day(self._today, "day", part)
        return Day(self._today - dt.timedelta(days=self._now.hour < 5), "day", "this night")

    def _on(self, which: str | None, weekday: int, day: Day | None) -> Day:
        """The weekday itself, or of the week named, or beside a date, which it has to fit."""
        if day is None:
            return Day(self._last(which, weekday), "day")
        if day.precision == "week" and which is None:
            return Day(day.start + dt.timedelta(days=weekday), "day")
        if day.precision != "day" or day.start.weekday() != weekday:
            raise Refused(Reason.AMBIGUOUS)
        return day

    def _last(self, which: str | None, weekday: int) -> dt.date:
        if which == "this":
            return self._today + dt.timedelta(days=weekday - self._today.weekday())
        if self._ahead:
            ahead = (weekday - self._today.weekday()) % 7
            if which == "last" or (not ahead and which is None):
                raise Refused(Reason.AMBIGUOUS)  # past; or today, or in a week
            return self._today + dt.timedelta(days=ahead or 7)
        back = (self._latest.weekday() - weekday) % 7
        if not back and which is None:
            raise Refused(Reason.AMBIGUOUS)  # today, or a week ago
        return self._latest - dt.timedelta(days=back or 7)


def _number(told: str) -> int:
    """A number of figures, of which more than six say nothing more."""
    return int(told[:6])
