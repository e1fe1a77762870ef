"""The detention clock: how long somebody has been held, since when nobody reached them, and what comes next.

It counts days, in the zone of the dates it is given, and only from what was published; nothing is guessed.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from forms.case_news import APPEAL, FAMILY, HEARING, HELD, LAWYER, RELEASE
from forms.moment import Moment

_EXACT = ("minute", "part_of_day", "day")


@dataclass(frozen=True)
class Happening:
    """One thing that was published of a case: its kind, as in forms.case_news, and when it was or will be."""

    id: str
    kind: str
    moment: Moment


@dataclass(frozen=True)
class Days:
    """Days that have passed since ``of``. Where that is not known to the day they are counted from the first that can
    be meant, and ``about`` is true."""

    count: int
    of: Happening

    @property
    def about(self) -> bool:
        """The day is not known."""
        return not is_exact(self.of.moment)


@dataclass(frozen=True)
class Clock:
    """What can be counted on one day. None is not known, or is not so."""

    held: Days | None = None
    """Since the beginning of detention: until today, or until ``released``. Nothing while no beginning is known."""
    released: Happening | None = None
    """The release that ended it."""
    family: Days | None = None
    """While held: since a relative last reached them; where nobody has since then, since the beginning."""
    lawyer: Days | None = None
    hearing: Happening | None = None
    """The next one, which may be today."""
    appeal: Happening | None = None
    """The next last day for an appeal, which may be today."""
    appeal_days: int | None = None
    """Days left for it. None where its day is not known exactly."""

    @classmethod
    def of(cls, happenings: Iterable[Happening], today: dt.date) -> Clock:
        """The clock of a case on this day."""
        dated = [one for one in happenings if one.moment.at is not None]
        began, released = _custody([one for one in dated if first_day(one.moment) <= today])
        ended = first_day(released.moment) if released else today
        held = _days(began, ended) if began else None
        contacts = {
            kind: _last_contact(dated, kind, began, today) if began and not released else None
            for kind in (FAMILY, LAWYER)
        }
        appeal = _next(dated, APPEAL, today)
        exact = appeal is not None and is_exact(appeal.moment)
        return cls(
            held,
            released if began else None,
            contacts[FAMILY],
            contacts[LAWYER],
            _next(dated, HEARING, today),
            appeal,
            (first_day(appeal.moment) - today).days if appeal and exact else None,
        )


def is_exact(moment: Moment) -> bool:
    """Whether the day is known."""
    return moment.precision in _EXACT and not moment.about


def first_day(moment: Moment) -> dt.date:
    """The first day that can be meant. Raises ValueError for a moment that is not known."""
    if moment.at is None:
        raise ValueError("nobody knows when")
    return moment.at.date()


def last_day(moment: Moment) -> dt.date:
    """The last day that can be meant. Raises ValueError for a moment that is not known."""
    first = first_day(moment)
    if moment.precision == "week":
        return first + dt.timedelta(days=6)
    if moment.precision == "month":
        return first.replace(day=calendar.monthrange(first.year, first.month)[1])
    return first.replace(month=12, day=31) if moment.precision == "year" else first


def _custody(past: Sequence[Happening]) -> tuple[Happening | None, Happening | None]:
    """The beginning of the last detention and the release that ended it, if one did.

    Whoever is held and is said to be held again is still held since the first time. Of a release and an arrest on one
    day, of which no hours are known, the release came first if the person was held before that day.
    """
    told = sorted((one for one in past if one.kind in (HELD, RELEASE)), key=lambda one: first_day(one.moment))
    began, released = None, None
    for _, day in groupby(told, key=lambda one: first_day(one.moment)):
        for one in _in_order(list(day), held=began is not None and released is None):
            if one.kind == RELEASE:
                released = released or (one if began else None)
            elif began is None or released is not None:
                began, released = one, None
    return began, released


def _in_order(day: list[Happening], *, held: bool) -> list[Happening]:
    if all(one.moment.precision == "minute" for one in day):
        return sorted(day, key=lambda one: str(one.moment.at))
    return sorted(day, key=lambda one: (one.kind == RELEASE) != held)


def _last_contact(dated: Iterable[Happening], kind: str, began: Happening, today: dt.date) -> Days:
    contacts = [one for one in dated if one.kind == kind and first_day(one.moment) <= today]
    since = [one for one in contacts if last_day(one.moment) >= first_day(began.moment)]
    last = max(since, key=lambda one: first_day(one.moment), default=began)
    return _days(last, today)


def _days(of: Happening, until: dt.date) -> Days:
    return Days(max((until - first_day(of.moment)).days, 0), of)


def _next(dated: Iterable[Happening], kind: str, today: dt.date) -> Happening | None:
    coming = [one for one in dated if one.kind == kind and last_day(one.moment) >= today]
    return min(coming, key=lambda one: (first_day(one.moment), str(one.moment.at)), default=None)
