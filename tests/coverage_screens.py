"""Every screen of what is covered for a call, and of who writes what, with as little and as much on it as there can be."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from showings import WORST, Shown, shown

from forms.coverage import Covered, Gap
from forms.incident import LETTERS
from forms.where import provinces
from forms.workplan import MOST_LETTERS
from storage.deadlines import Deadline
from storage.workplans import Section, Workplan
from texts import coverage, due, workplan
from texts.cards import Cards

_HOME = "Asia/Phnom_Penh"
_NOW = dt.datetime(2027, 4, 24, 5, tzinfo=dt.UTC)
_CALL = Deadline(WORST[:100], "2027-05-15", "America/New_York", "17:00", internal="2027-05-01", id="0123abcf")
_CALLS = (_CALL, replace(_CALL, day="2027-04-01", internal=""), replace(_CALL, sent_on="2027-04-20"))
_EACH = {one.code: 999 for one in provinces()}
_MONTHS = ("2026-01", "2027-04")
_FULL = [
    Covered(letter, 99_999, _EACH, _MONTHS, 99_999, 999, 999, grade, gaps)
    for letter, grade, gaps in zip(
        LETTERS, ("on_target", "variable", "off_target", "") * 5, ((), tuple(Gap)[1:]) * 10, strict=True
    )
]
_EMPTY = [Covered(letter, waiting=n % 2, gaps=(Gap.NOTHING,)) for n, letter in enumerate(LETTERS)]
_WHOLE = [replace(one, gaps=()) for one in _FULL]
_NAMES = [f"{n}{WORST}"[:MOST_LETTERS] for n in range(40)]
_SECTIONS = {
    letter: Section(_NAMES[n % 3], "2027-04-20", *(("2027-04-19", "Kingfisher-9999") if n % 2 else ("", "")))
    for n, letter in enumerate(LETTERS)
}


def coverage_screens(cards: Cards, language: str) -> Shown:
    """Each with the name of the function that makes it."""
    titles = {letter: benchmark.short for letter, benchmark in cards.report.benchmarks.items()}
    texts = coverage.Coverage(titles)
    for call in _CALLS:
        at = due.cutoff(call, _HOME).next(_NOW)
        for covered, asked in ((_FULL, ()), (_EMPTY, ()), (_EMPTY, (*LETTERS, *_EACH)), (_WHOLE, ())):
            one = coverage.Standing(call, at, _NOW, _HOME, covered, asked, drawn=bool(asked))
            for screen in (texts.overview, texts.numbers):
                yield shown(screen, one, language)
            for letter in LETTERS:
                yield shown(texts.one, one, letter, language)
            for counts in ({}, {"08": 3}, _EACH):
                yield shown(texts.places, one, counts, language)
            for what, chats in (("G", 0), ("G", 9_999), ("08", 0), ("08", 9_999)):
                yield shown(texts.confirm, one, what, chats, language)
        for theme in ("light", "dark"):
            yield shown(coverage.below_picture, call, theme, language)
        for what, private in (("G", True), ("G", False), ("08", True)):
            if at is not None:
                yield shown(texts.wanted, call, at, what, _HOME, language, private=private)
    for said in (
        coverage.no_call,
        coverage.asked_before,
        coverage.not_any_more,
        coverage.on_its_way,
        coverage.not_drawn,
    ):
        yield shown(said, language)
    yield from _plan_screens(workplan.Workplans(titles), language)


def _plan_screens(texts: workplan.Workplans, language: str) -> Shown:
    days = [dt.date(2027, 5, 1) + dt.timedelta(days=n) for n in range(5)]
    for call in _CALLS:
        at = due.cutoff(call, _HOME).next(_NOW)
        for sections in ({}, _SECTIONS):
            plan = Workplan(call.id, sections)
            one = workplan.Standing(call, at, _NOW, _HOME, _NOW.date(), LETTERS, plan, dict.fromkeys(LETTERS, 9_999))
            yield shown(texts.overview, one, language)
            for letter in LETTERS:
                for reminded in (True, False):
                    yield shown(texts.section, one, letter, language, reminded=reminded)
                yield shown(texts.asked, call, letter, one.section(letter), language)
            for names in ((), _NAMES):
                yield shown(texts.owners, one, "A", names, language)
                yield shown(texts.organisations, one, names, language)
            yield shown(texts.organisation, one, _NAMES[0], language)
            for letter in ("A", "all"):
                for proposed in ((), days):
                    yield shown(texts.days, one, letter, proposed, language)
                yield shown(workplan.too_late_day, letter, call, language)
            if sections:
                for group in (True, False):
                    name = "workplan.due_soon, in a group" if group else "workplan.due_soon"
                    yield name, texts.due_soon(one, LETTERS, LETTERS, language, group=group)
    for said in (workplan.reminded_before, workplan.nobody_follows, workplan.no_such_day):
        yield shown(said, language)
