"""What is wrong between facts that are each right by themselves."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from facts.models import (
    LETTERS,
    Benchmark,
    Case,
    Contradiction,
    Fact,
    Footnote,
    Grade,
    Paragraph,
    Recommendation,
    Sentenced,
)
from facts.places import footnote, paragraphs
from facts.report import Report

_KHMER = re.compile("[\u1780-\u17dd]")
_KHMER_DIGIT = re.compile("[\u17e0-\u17e9]")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")

Field = tuple[str | int, ...]
"""The way to a field of a record, such as ``("details", 2, "en")``."""


class Fault(NamedTuple):
    """What is wrong, the record that it shows in (None when it shows in none, such as a missing one), and the field."""

    what: str
    record: Fact | None = None
    field: Field = ()


def between(report: Report, sentenced: Sequence[Sentenced]) -> Iterator[Fault]:
    """Every fault between the records of a report."""
    yield from _sections(list(report.benchmarks.values()))
    yield from _tally(report)
    yield from _recommendations(report.recommendations)
    yield from _cases(report)
    yield from _sentences(report, sentenced)
    yield from _footnotes(report.footnotes)
    yield from _paragraphs(report.paragraphs)
    for contradiction in report.contradictions.values():
        yield from _touches(report, contradiction)
    for fact in (*_everything(report), *sentenced):
        yield from _places(report, fact)
        yield from _languages(fact)


def _sections(benchmarks: list[Benchmark]) -> Iterator[Fault]:
    letters = [b.letter for b in benchmarks]
    yield from (Fault(f"benchmarks: {letter} is missing") for letter in LETTERS if letter not in letters)
    for earlier, later in pairwise(sorted(benchmarks, key=lambda b: b.letter)):
        if later.paragraphs[0] != earlier.paragraphs[1] + 1:
            yield Fault(f"{later.letter} does not begin where {earlier.letter} ends", later, ("paragraphs",))


def _tally(report: Report) -> Iterator[Fault]:
    tally = report.document.tally
    for grade, count in zip(Grade, (tally.on_target, tally.variable, tally.off_target), strict=True):
        graded = len(report.graded(grade))
        if graded != count:
            what = f"tally: {count} are said to be {grade.value}, {graded} are graded so"
            yield Fault(what, report.document, ("tally", grade.value.replace(" ", "_")))


def _recommendations(found: Mapping[str, Recommendation]) -> Iterator[Fault]:
    """``105d`` stands in 105 (d), and ``ih`` in annex I (h)."""
    for key, recommendation in found.items():
        number, letter = (key[:-1], key[-1]) if key[-1].isalpha() else (key, "")
        place = ("annex I" if number == "i" else number) + (f" ({letter})" if letter else "")
        if recommendation.source != place:
            yield Fault(f"source: {key} stands in {place}, not in {recommendation.source}", recommendation, ("source",))


def _cases(report: Report) -> Iterator[Fault]:
    for case in report.cases.values():
        for name, keys, known in (
            ("charges", case.charges, report.charges),
            ("laws", case.laws, report.laws),
            ("trials", case.trials, report.cases),
        ):
            yield from (Fault(f"{name}: there is no {key}", case, (name,)) for key in keys if key not in known)


def _sentences(report: Report, sentenced: Sequence[Sentenced]) -> Iterator[Fault]:
    for one in sentenced:
        case = report.cases.get(one.trial)
        if case is None or case.kind != "trial":
            yield Fault(f"trial: there is no trial {one.trial}", one, ("trial",))


def _footnotes(footnotes: Sequence[Footnote]) -> Iterator[Fault]:
    """Within each part the numbers run from 1 without a gap."""
    next_number: Counter[str] = Counter()
    for note in footnotes:
        next_number[note.part] += 1
        if note.number != next_number[note.part]:
            what = f"footnote {note.number} of {note.part}: {next_number[note.part]} is next"
            yield Fault(what, note, ("number",))
            next_number[note.part] = note.number


def _paragraphs(found: Mapping[int, Paragraph]) -> Iterator[Fault]:
    if not found:
        yield Fault("paragraphs.toml: there is no paragraph")
    for expected, (number, paragraph) in enumerate(found.items(), 1):
        if number != expected:
            yield Fault(f"paragraph {number}: {expected} is next", paragraph, ("number",))
            return


def _touches(report: Report, contradiction: Contradiction) -> Iterator[Fault]:
    for ref in contradiction.touches:
        if not report.knows(ref):
            yield Fault(f"touches: there is no {ref}", contradiction, ("touches",))


def _everything(report: Report) -> Iterator[Fact]:
    """Every record."""
    yield report.document
    if report.election:
        yield report.election
    for facts in (
        report.benchmarks.values(),
        report.recommendations.values(),
        report.cases.values(),
        report.dates.values(),
        report.charges.values(),
        report.laws.values(),
        report.figures,
        report.footnotes,
        report.paragraphs.values(),
        report.contradictions.values(),
    ):
        yield from facts


def _places(report: Report, record: Fact) -> Iterator[Fault]:
    """Paragraphs and footnotes that the report does not have."""
    notes = {(note.part, note.number) for note in report.footnotes}
    for field, value in _fields(record):
        name = field[-1] if isinstance(field[-1], str) else field[-2]
        numbers: tuple[int, ...] = ()
        if name == "paragraphs" and isinstance(value, int):
            numbers = (value,)
        elif isinstance(name, str) and name.endswith("source") and isinstance(value, str):
            numbers = paragraphs(value)
            cited = footnote(value)
            if cited is not None and cited not in notes:
                yield Fault(f"there is no {value}", record, field)
        elif name == "footnotes" and ("body", value) not in notes:
            yield Fault(f"there is no footnote {value}", record, field)
        yield from (Fault(f"there is no paragraph {n}", record, field) for n in numbers if n not in report.paragraphs)


def _languages(record: Fact) -> Iterator[Fault]:
    """English without Khmer letters; Khmer in its own letters, with Latin digits; nothing invisible in either.

    Of the Khmer only the name of a person may do without Khmer letters: names stay as the report spells them.
    """
    for field, value in _fields(record):
        language = next((name for name in reversed(field) if isinstance(name, str)), "")
        if not isinstance(value, str):
            continue
        where = ".".join(map(str, field))
        if found := _INVISIBLE.search(value):
            yield Fault(f"{where}: an invisible character (U+{ord(found[0]):04X}) stands in it", record, field)
        if language == "en" and _KHMER.search(value):
            yield Fault(f"{where}: Khmer letters in the English", record, field)
        if language in ("km", "value_km"):
            if found := _KHMER_DIGIT.search(value):
                yield Fault(f"{where}: write Latin digits, not {found[0]}", record, field)
            if not _KHMER.search(value) and not _is_a_name(record, field):
                yield Fault(f"{where}: not in Khmer", record, field)


def _is_a_name(record: Fact, field: Field) -> bool:
    return isinstance(record, Case) and field[0] == "name"


def _fields(record: Fact, before: Field = ()) -> Iterator[tuple[Field, object]]:
    """Every value in a record, at whatever depth, and the way to it."""
    for name in type(record).model_fields:
        value = getattr(record, name)
        several = enumerate(value) if isinstance(value, tuple) else None
        for place, one in several if several is not None else [(None, value)]:
            field: Field = (*before, name) if place is None else (*before, name, place)
            if isinstance(one, Fact):
                yield from _fields(one, field)
            else:
                yield field, one
