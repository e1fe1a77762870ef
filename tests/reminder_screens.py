"""Every reminder and notice, and what goes with a calendar, with as little and as much on it as there can be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from showings import WORST, Shown, shown

from forms.case_news import APPEAL, HEARING
from storage.case_entries import CaseEntry
from storage.deadlines import Deadline
from texts import calendar, due
from texts.cards import Cards
from texts.reminders import CaseDay, Due, Reminders

HOME = "Asia/Phnom_Penh"
NOW = dt.datetime(2027, 5, 8, 1, tzinfo=dt.UTC)
LITTLE = Deadline("x", "2027-05-15", HOME, id="0" * 8)
MUCH = Deadline(
    WORST[:300], "2027-05-15", "America/Argentina/ComodRivadavia", "23:59", internal="2027-05-10",
    symbol=WORST[:100], id="f" * 8,
)  # fmt: skip
STEPS = ("d30", "d0", "w1", "l0", "passed")


def reminder_screens(cards: Cards, language: str) -> Shown:
    """Each with the name of the function that makes it."""
    texts = Reminders(cards.frame.entries, HOME)
    dues = list(_dues(tuple(cards.report.benchmarks)))
    days = [CaseDay(_entry(case, kind), dt.date(2027, 5, 15), left, late=True) for case, kind, left in _cases(cards)]
    for one in dues:
        yield shown(texts.due, one, language)
    for day in days:
        yield shown(texts.case_day, day, language)
    for several in ([dues[0], days[0]], [*dues, *days] * 9):
        yield shown(texts.digest, several, language)
    for deadline in (LITTLE, MUCH):
        occurrence = due.cutoff(deadline, HOME).next(NOW)
        assert occurrence is not None
        yield shown(texts.new, deadline, occurrence, language)
        for was in (
            {"day": "2027-05-15", "time": "", "zone": HOME},
            {"day": "2026-12-31", "time": "00:01", "zone": HOME},
        ):
            yield shown(texts.changed, deadline, occurrence, was, language)
        yield shown(texts.cancelled, deadline, dt.date(2027, 5, 15), language)
        yield shown(texts.sent, deadline, language)


def calendar_screens(language: str) -> Shown:
    """What is said around the file."""
    for say in (calendar.coming, calendar.below, calendar.nothing, calendar.not_sent):
        yield shown(say, language)


def _dues(letters: tuple[str, ...]) -> Iterator[Due]:
    for deadline, step, missing in product((LITTLE, MUCH), STEPS, ((), letters)):
        occurrence = due.cutoff(deadline, HOME).next(NOW)
        assert occurrence is not None
        one = Due(deadline, occurrence, step, NOW, HOME, missing, late=bool(missing), member=bool(missing))
        yield one
        yield replace(one, now=occurrence.wanted)


def _cases(cards: Cards) -> Iterator[tuple[str, str, int]]:
    longest = sorted(cards.report.cases, key=len)[-2:]
    yield from product(longest, (HEARING, APPEAL), (0, 999))


def _entry(case: str, kind: str) -> CaseEntry:
    return CaseEntry(case, kind, {}, WORST[:200], "Lotus-4", WORST[:600], id="f" * 12)
