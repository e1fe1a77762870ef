"""The official text of a report: reading it from a file, and recognising which report's it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields

from facts.khmer import key
from facts.models import Benchmark, Fact
from facts.official import docx, outline, plain
from facts.official.passages import NotTheText, Passage, without_marks
from facts.places import paragraphs
from facts.report import Report

LARGEST = 20_000_000
"""Bytes that a file may have; the text of a report has less than a hundredth of it."""


def read(data: bytes, name: str) -> tuple[Passage, ...]:
    """The passages of a file that holds a report's text, in its order, the footnotes last.

    ``name`` tells a .docx from a plain text where the content does not. Raises NotTheText.
    """
    if not data.strip(b"\xef\xbb\xbf \t\r\n\f"):
        raise NotTheText("The file is empty.")
    if len(data) > LARGEST:
        raise NotTheText(f"The file has more than {LARGEST // 1_000_000} MB. The text of a report has less than one.")
    is_docx = data.startswith(b"PK") or name.lower().endswith(".docx")
    return outline.passages(docx.lines(data) if is_docx else plain.lines(data))


def recognise(passages: Sequence[Passage], reports: Sequence[Report]) -> Report:
    """The report whose text this is: its headings, its numbers, and every place that its facts cite.

    Raises NotTheText with the first thing that is amiss with the report that it is most like.
    """
    likeness = {id(report): _headed(passages, report) for report in reports}
    report = max(reports, key=lambda one: likeness[id(one)])
    if not likeness[id(report)]:
        symbols = " or ".join(one.document.symbol for one in reports)
        raise NotTheText(
            f"It is another document, or its beginning only: no section is headed by a benchmark of {symbols}."
        )
    fault = next(_faults(passages, report), None)
    if fault is not None:
        raise fault
    return report


def searchable(text: str) -> str:
    """The key of a passage's text as full-text search compares it; footnote marks do not stick to words."""
    return key(without_marks(text))


def each(place: str) -> tuple[str, ...]:
    """The places that one source names, each by itself: 39, 40 and 41 for ``39–41``; ``105 (d)`` stays whole."""
    numbers = paragraphs(place)
    if place.startswith("table"):
        return ("table",)
    return tuple(map(str, numbers)) if numbers and " (" not in place else (place,)


def _headings(passages: Sequence[Passage]) -> dict[str, Passage]:
    """The first passage under each heading, by the heading's key."""
    found: dict[str, Passage] = {}
    for passage in passages:
        found.setdefault(searchable(passage.heading), passage)
    return found


def _heading(benchmark: Benchmark) -> str:
    return f"{benchmark.letter}. {benchmark.title.en}"


def _headed(passages: Sequence[Passage], report: Report) -> int:
    """How many benchmarks head a section, under whatever letter."""
    titles = {heading.partition(" ")[2] for heading in _headings(passages)}
    return sum(key(benchmark.title.en) in titles for benchmark in report.benchmarks.values())


def _faults(passages: Sequence[Passage], report: Report) -> Iterator[NotTheText]:
    """Everything amiss with the text of this report, the plainest first."""
    yield from _of_length(passages, report)
    yield from _of_headings(passages, report)
    yield from _of_places(passages, report)
    yield from _of_tables(passages, report)


def _of_headings(passages: Sequence[Passage], report: Report) -> Iterator[NotTheText]:
    """Each benchmark's title heads its paragraphs, under its letter."""
    headings = _headings(passages)
    by_place = {passage.place: passage for passage in passages}
    for benchmark in report.benchmarks.values():
        wanted = key(_heading(benchmark))
        first, last = (by_place.get(str(number)) for number in benchmark.paragraphs)
        if wanted not in headings:
            yield NotTheText(
                f"The heading of benchmark {benchmark.letter} is missing: “{_heading(benchmark)}”.",
                first.line if first else None,
            )
        for passage in (first, last):
            if passage is not None and searchable(passage.heading) != wanted:
                yield NotTheText(
                    f"Paragraph {passage.place} does not stand under benchmark {benchmark.letter}, as it should.",
                    passage.line,
                )


def _of_length(passages: Sequence[Passage], report: Report) -> Iterator[NotTheText]:
    last = max(passage.paragraph or 0 for passage in passages)
    wanted = max([*report.paragraphs, *(b.paragraphs[1] for b in report.benchmarks.values())])
    if last < wanted or (report.paragraphs and last > wanted):
        yield NotTheText(f"The text ends with paragraph {last}; {report.document.symbol} ends with {wanted}.")


def _of_places(passages: Sequence[Passage], report: Report) -> Iterator[NotTheText]:
    """Everything that facts cite is in the text."""
    known = {passage.place for passage in passages}
    known |= {place.partition(" (")[0] for place in known} | set(_tables_after(passages))
    cited = dict.fromkeys(place for source in _sources(report) for place in each(source))
    cited |= dict.fromkeys(
        f"footnote {note.number}" if note.part == "body" else f"{note.part} footnote {note.number}"
        for note in report.footnotes
    )
    for place in cited:
        if place not in known:
            name = f"Paragraph {place}" if place[0].isdigit() else f"{place[0].upper()}{place[1:]}"
            yield NotTheText(f"{name} is missing, which the facts cite.")


def _tables_after(passages: Sequence[Passage]) -> Iterator[str]:
    """``table after 9`` for each table of the body, as facts cite one of several."""
    last = 0
    for passage in passages:
        last = passage.paragraph or last
        if passage.place == "table":
            yield f"table after {last}"


def _of_tables(passages: Sequence[Passage], report: Report) -> Iterator[NotTheText]:
    """The tables have a row for every province and benchmark, and annex III for every trial."""
    tables = [passage.text for passage in passages if passage.place == "table"]
    rows = {key(line.partition(" | ")[0]) for table in tables for line in table.split("\n") if " | " in line}
    for province in report.election.provinces if report.election else ():
        if not rows & set(map(key, (province.name.en, *province.spellings))):
            yield NotTheText(f"The table of results has no row for {province.name.en}.")
    listed = {key(passage.text.partition(" | ")[0]) for passage in passages if passage.place == "annex II"}
    for benchmark in report.benchmarks.values():
        names = {key(words.en) for words in (benchmark.title, benchmark.annex_title) if words}
        if benchmark.timeframe_source == "annex II" and not listed & names:
            yield NotTheText(f"Benchmark {benchmark.letter} is missing in annex II.")
    trials = sum(case.kind == "trial" and case.source == "annex III" for case in report.cases.values())
    told = sum(passage.place == "annex III" and "\n" in passage.text for passage in passages)
    if told < trials:
        yield NotTheText(f"Annex III tells of {told} trials; the facts know {trials} from there.")


def _sources(record: object) -> Iterator[str]:
    """Every place that a report, or a record of it, names as its source."""
    if isinstance(record, Report):
        names = [field.name for field in fields(record)]
    elif isinstance(record, Fact):
        names = list(type(record).model_fields)
    else:
        return
    for name in names:
        value = getattr(record, name)
        if isinstance(value, str) and name.endswith("source"):
            yield value
        inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, tuple) else (value,)
        for one in inner:
            yield from _sources(one)
