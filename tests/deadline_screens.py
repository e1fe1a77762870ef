"""Every screen of deadlines, with as little and as much on it as there can be."""

from __future__ import annotations

import datetime as dt
from itertools import product

from markupsafe import Markup
from showings import PAGE, WORST, Shown, paged, shown

from forms.cutoff import Occurrence
from forms.deadline import FORMATS, LANGUAGES, OWN, PUBLICATIONS
from forms.form import Progress
from forms.incident import LETTERS
from handlers.deadline_answers import answers_of
from storage.deadlines import Deadline
from storage.drafts import Draft
from texts import deadlines, due
from texts.cards import Cards
from texts.deadlines import Change, Deadlines, Here, Reached, Reader, Rhythm, mandate
from texts.due import proposed_title
from texts.filling import Filling
from texts.questions import NAMES

_WHO = "Kingfisher-9999"
_HOME = "Asia/Phnom_Penh"
_NOW = dt.datetime(2026, 11, 23, 5, tzinfo=dt.UTC)
_LITTLE = Deadline("A", "2026-11-30", "UTC", kind=OWN, id="0123abcd")
_CALL = Deadline(proposed_title(2027), "2027-05-15", "Europe/Zurich", mandate=mandate(), id="0123abce")
_MUCH = Deadline(
    WORST[:100],
    "2027-05-15",
    "America/New_York",
    "17:00",
    mandate=WORST[:120],
    symbol=WORST[:60],
    opens="2027-03-03",
    internal="2027-05-01",
    benchmarks=tuple(LETTERS),
    languages=LANGUAGES,
    formats=FORMATS,
    limits=WORST[:200],
    address=WORST[:300],
    questions=WORST[:1000],
    publication=PUBLICATIONS[1],
    source=WORST[:300],
    responsible=_WHO,
    checked_by=_WHO,
    checked_on="2026-11-23",
    version=99,
    id="0123abcf",
)
_WEEKLY = Deadline("B", "2026-11-30", "Asia/Phnom_Penh", kind=OWN, repeats="weekly", id="0123abc0")
_ENDED = (
    Deadline("C", "2026-12-30", "UTC", cancelled=True, id="0123abc1"),
    Deadline("D", "2026-12-30", "UTC", sent_on="2026-11-20", id="0123abc2"),
    Deadline("E", "2026-10-30", "UTC", sent_on="2026-10-20", id="0123abc3"),
    Deadline("F", "2026-10-30", "UTC", checked_on="2026-10-20", id="0123abc4"),
)
_HERE = (Here(), Here(told=True), Here(told_all=True), Here(letters=tuple(LETTERS)), Here(told=True, answered=True))
_STATES = ("sent", "waiting", "queued", "gone", "refused", "unknown", "void", "again")
_STEPS = ("new", "changed", "cancelled", "sent", "d30", "d14", "d1", "d0", "w1", "w2", "l3", "l1", "l0", "passed", "x")


def deadline_screens(cards: Cards, language: str) -> Shown:
    """Each with the name of the function that makes it."""
    texts, rhythm = Deadlines(cards.report, cards.frame.entries), Rhythm.of(cards.report)
    everything = [_LITTLE, _CALL, _MUCH, _WEEKLY, *_ENDED]
    for reader in _readers(language):
        ahead = [(one, at) for one in [_LITTLE, _CALL, _WEEKLY] + [_MUCH] * 20 if (at := _next(one)) is not None]
        for found, expected in product((ahead, []), (rhythm, None)):
            yield from paged(texts.ahead, found, expected, PAGE, reader)
        for past in ([], [(one, None if one.cancelled else _NOW) for one in [*_ENDED, *[_MUCH] * 30]]):
            yield from paged(texts.over, past, PAGE, reader)
        for one, here in product(everything, _HERE):
            for empty, toast in (((), None), (tuple(LETTERS), deadlines.done(language))):
                yield shown(texts.card, one, _next(one), here, empty, reader, toast)
    yield from _summaries(texts, cards, language)
    for key in ("call-2023", "kem-sokha-verdict"):
        card = cards.card(f"d:{key}", language, _NOW.date(), ())
        yield shown(texts.beside, card, key, language)
        yield shown(deadlines.is_it_this, card, language)
        if rhythm is not None:
            yield shown(texts.with_history, card, rhythm, language)
    yield from _decided(everything, language)
    for reached in ([], [Reached(step, dict.fromkeys(_STATES, 10**6)) for step in _STEPS]):
        yield shown(deadlines.reach, _MUCH, reached, 10**6, language)
    yield shown(deadlines.gone, language)


def _summaries(texts: Deadlines, cards: Cards, language: str) -> Shown:
    """All answers, with what comes of them and what is different."""
    filling = Filling({key: benchmark.short for key, benchmark in cards.report.benchmarks.items()}, lambda _: Markup())
    for one in (_LITTLE, _CALL, _MUCH, _WEEKLY):
        answers, at = answers_of(one), _next(one)
        assert at is not None
        changes = [Change(step, Markup("{}").format(WORST[:300]), Markup("—")) for step in answers if step in NAMES]
        for found in ([], changes):
            preview = texts.preview(one, at, found, _HOME, language)
            filling.previews("deadline", lambda draft, language, preview=preview: preview)  # type: ignore[misc]
            draft = Draft("deadline", 0, 1, Progress(answers).to_json())
            yield "filling.screen", filling.screen(draft, language, deadlines.meanwhile(_WHO, language))


def _decided(everything: list[Deadline], language: str) -> Shown:
    for one in everything:
        for new in (True, False):
            yield shown(deadlines.kept, one, language, new=new)
        for screen in (deadlines.unchanged, deadlines.confirm_cancel, deadlines.confirm_sent, deadlines.ended):
            yield shown(screen, one, language)
        for what in ("new", "changed", "cancelled", "sent"):
            yield shown(deadlines.was_decided, one, what, _WHO, language)
    for over in (None, _MUCH):
        yield shown(deadlines.over_meanwhile, over, language)


def _readers(language: str) -> list[Reader]:
    """Everybody in a group and in private, a member, a coordinator."""
    levels = ((False, False, False), (True, False, False), (True, True, False), (True, True, True))
    return [Reader(language, _HOME, _NOW, *level) for level in levels]


def _next(one: Deadline) -> Occurrence | None:
    return due.cutoff(one, _HOME).next(_NOW)
