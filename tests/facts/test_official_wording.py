"""Our words beside the report's: figures are those of the paragraph cited, sentences are our own.

Runs where the report's text lies beside the checkout; the text itself is not part of the project.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from the_report import load

from facts.models import Benchmark, Case, Dated, Defendant, Fact, Figure, Footnote, Law, Words
from facts.places import paragraphs
from facts.report import Report

TEXTS = sorted((Path(__file__).parents[3] / "shared" / "report").glob("*.txt"))
REPORT = load()
BORROWED = 9
"""So many words in a row that are the report's are a sentence of the report's."""

TITLES = {"title", "annex_title", "keywords", "spellings"}
"""Names, which stay as they are."""

FILES = {"document", "election", "benchmarks", "recommendations", "cases", "defendants", "dates", "charges", "laws", "figures", "footnotes", "paragraphs", "contradictions"}  # fmt: skip
"""Everything that a report is made of."""

NOTES = [
    f"footnote {note.number}" if note.part == "body" else f"{note.part} footnote {note.number}"
    for note in REPORT.footnotes
]
"""The places of the report's footnotes, in its order."""

UNITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50}
ONE_YEAR = "year-long"

FIGURES = [*REPORT.figures, *(REPORT.election.notes if REPORT.election else ())]

NAMES = (
    "Labor Rights Supported Union of Khmer Employees of NagaWorld",
    "National United Front for an Independent, Neutral, Peaceful and Cooperative Cambodia",
    "early June 2022 to the first week of June 2023",
)
"""Long names, and the period that the report covers, which may stand in our words as they are."""

OURS = {
    "trial-2021-03-01": {"42000"},  # riel to the dollar, by our division
    "trial-2022-03-17": {"21"},  # 7, 13 and 1 initials, counted
    "trial-2022-06-14": {"50"},  # the 51 without S.T.
}
"""Numbers of ours in details that say so."""

pytestmark = pytest.mark.skipif(not TEXTS, reason="the report's text does not lie beside the checkout")


@pytest.fixture(scope="module")
def places() -> dict[str, str]:
    """The text of each place that a fact can cite: paragraphs by number, annexes, table, footnotes; the cover is summary."""
    lines = TEXTS[0].read_text(encoding="utf-8").splitlines()
    notes = [line for line in lines if re.match("[⁰¹²³⁴⁵⁶⁷⁸⁹]", line)]
    body = "\n".join(line for line in lines if not re.match("[⁰¹²³⁴⁵⁶⁷⁸⁹]", line))
    body = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹]|</?[a-z]+>", " ", body)
    found = dict(zip(NOTES, notes, strict=True))
    start = body.index("\n1. ")
    found["summary"] = body[:start]
    found["table"] = body[body.index("Results of the 2022 commune") : body.index("\n10. ")]
    for number in range(1, 108):
        end = body.index(f"\n{number + 1}. ", start) if number < 107 else body.index("\nAnnex I\n", start)
        found[str(number)] = body[start:end]
        start = end
    for annex, following in (("I", "\nAnnex II\n"), ("II", "\nAnnex III\n"), ("III", None)):
        end = body.index(following, start) if following else len(body)
        found[f"annex {annex}"] = body[start:end]
        start = end
    return found


def text_at(places: dict[str, str], source: str) -> str:
    """The report's text at a place: a paragraph, a range of them, several, a lettered point, an annex or the table."""
    if not source[0].isdigit():
        return places[re.sub(r" \([a-j]\)$", "", source)]
    numbers: list[int] = []
    for part in re.sub(r" \([a-k]\)", "", source).split(","):
        first, _, last = part.strip().partition("–")
        numbers += range(int(first), int(last or first) + 1)
    return "\n".join(places[str(number)] for number in numbers)


def numbers_in(text: str) -> set[str]:
    """The numbers of a text, in digits: 11 622 and 11,622 are 11622, thirty-four is 34, a year-long strike has 1."""
    text = re.sub(r"(?<=\d)[, \u00a0](?=\d{3}\b)", "", text.lower())
    numbers = set(re.findall(r"\d+", text))
    for tens, unit in re.findall(rf"\b(?:({'|'.join(TENS)})-?)?({'|'.join(UNITS)})?\b", text):
        if tens or unit:
            numbers.add(str(TENS.get(tens, 0) + (UNITS.index(unit) if unit else 0)))
    return numbers | ({"1"} if ONE_YEAR in text else set())


def figures_of(text: str) -> set[str]:
    """The numbers that a text of ours writes in digits."""
    return set(re.findall(r"\d+", re.sub(r"(?<=\d),(?=\d{3})", "", text)))


def cited(words: Words) -> set[str]:
    """The numbers of the places that a text of ours points to: ``paragraph 41``, ``footnotes 10 and 32``."""
    places = re.findall(r"(?i:paragraph|footnote)s? ([\d–, and]+)", words.en)
    return {number for place in places for number in re.findall(r"\d+", place)}


def noted(places: dict[str, str], source: str) -> set[str]:
    """The numbers in the footnotes to a place."""
    here = set(paragraphs(source))
    notes = [place for place, note in zip(NOTES, REPORT.footnotes, strict=True) if here & set(note.paragraphs)]
    return {number for place in notes for number in numbers_in(places[place])}


def runs(text: str, length: int = BORROWED) -> set[tuple[str, ...]]:
    """Every run of ``length`` words in a row, without case and punctuation; rows of a table are none."""
    for name in NAMES:
        text = text.replace(name, "Name")
    words = re.findall(r"[a-z0-9]+", text.lower().replace("’", "").replace("'", ""))
    found = {tuple(words[start : start + length]) for start in range(len(words) - length + 1)}
    return {run for run in found if not all(map(str.isdigit, run))}


def english(fact: Fact) -> Iterator[str]:
    """Every English text of a fact that we wrote, so not the titles, nor the names of what a footnote cites."""
    for name in type(fact).model_fields:
        value = getattr(fact, name)
        if name in TITLES or name in ("km", "value_km") or (isinstance(fact, Footnote) and name == "cites"):
            continue
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, Fact):
                yield from english(item)
            elif isinstance(item, str):
                yield item


def everything(report: Report) -> dict[str, list[Fact]]:
    """Every record of the report, by the part of the report that it is in."""
    found: dict[str, list[Fact]] = {}
    for field in fields(report):
        value: Any = getattr(report, field.name)
        if isinstance(value, Fact):
            found[field.name] = [value]
        elif value is not None:
            found[field.name] = list(value.values() if hasattr(value, "values") else value)
    return found


def benchmark_titles() -> set[tuple[str, ...]]:
    """The runs of words that are names: we may say them anywhere."""
    titles = [one.title.en for one in REPORT.benchmarks.values()]
    titles += [one.annex_title.en for one in REPORT.benchmarks.values() if one.annex_title]
    return {run for title in titles for run in runs(title)}


def names_of_law() -> set[tuple[str, ...]]:
    """The runs of words that are names of laws, parties and elections."""
    names = [law.name.en for law in REPORT.laws.values()]
    names += [party.name.en for party in REPORT.election.parties] if REPORT.election else []
    return {run for name in names for run in runs(name)}


@pytest.fixture(scope="module")
def theirs(places: dict[str, str]) -> set[tuple[str, ...]]:
    """Every run of words of the report that is not a name."""
    text = TEXTS[0].read_text(encoding="utf-8")
    return {run for part in (*places.values(), text) for run in runs(part)} - benchmark_titles() - names_of_law()


@pytest.mark.parametrize("part", sorted(FILES))
def test_no_sentence_of_the_report_is_copied(theirs: set[tuple[str, ...]], part: str) -> None:
    facts = everything(REPORT)[part]
    borrowed = [" ".join(run) for fact in facts for text in english(fact) for run in runs(text) & theirs]
    assert borrowed == []


def test_nothing_that_is_told_escapes_the_check() -> None:
    facts = everything(REPORT)
    assert set(facts) == FILES
    assert all(facts.values())
    texts = {part: sum(len(list(english(fact))) for fact in found) for part, found in facts.items()}
    assert {part for part, count in texts.items() if count < len(facts[part])} == set()
    assert texts["contradictions"] > 4 * len(facts["contradictions"])
    assert "27 years" in list(english(REPORT.benchmarks["D"]))


@pytest.mark.parametrize("benchmark", REPORT.benchmarks.values(), ids=REPORT.benchmarks)
def test_every_number_of_a_figure_stands_in_the_place_it_cites(benchmark: Benchmark, places: dict[str, str]) -> None:
    for figure in benchmark.figures:
        assert numbers_in(figure.value) <= numbers_in(text_at(places, figure.source)), figure


@pytest.mark.parametrize("benchmark", REPORT.benchmarks.values(), ids=REPORT.benchmarks)
def test_every_number_of_an_account_stands_in_the_place_it_cites(benchmark: Benchmark, places: dict[str, str]) -> None:
    for statement in benchmark.account:
        ours = set(re.findall(r"\d+", re.sub(r"(?<=\d),(?=\d{3})", "", statement.en)))
        assert ours <= numbers_in(text_at(places, statement.source)), statement


@pytest.mark.parametrize("benchmark", REPORT.benchmarks.values(), ids=REPORT.benchmarks)
def test_titles_are_the_reports_own(benchmark: Benchmark, places: dict[str, str]) -> None:
    heading = f"{benchmark.letter}. {benchmark.title.en}"
    assert heading in places[str(benchmark.paragraphs[0] - 1)]
    assert benchmark.title.en not in places[str(benchmark.paragraphs[0])]


@pytest.mark.parametrize("benchmark", REPORT.benchmarks.values(), ids=REPORT.benchmarks)
def test_grades_are_those_of_the_last_paragraph(benchmark: Benchmark, places: dict[str, str]) -> None:
    assert f"grade of {benchmark.grade.value}" in places[benchmark.grade_source]


@pytest.mark.parametrize("figure", FIGURES, ids=[f"{one.source} {one.value}" for one in FIGURES])
def test_every_number_of_a_figure_outside_the_sections_stands_in_the_place_it_cites(
    figure: Figure, places: dict[str, str]
) -> None:
    assert numbers_in(figure.value) <= numbers_in(text_at(places, figure.source))


@pytest.mark.parametrize("number", REPORT.paragraphs)
def test_every_number_that_a_paragraph_tells_stands_in_it(number: int, places: dict[str, str]) -> None:
    paragraph = REPORT.paragraphs[number]
    theirs = numbers_in(text_at(places, str(number))) | noted(places, str(number))
    assert figures_of(paragraph.en) <= theirs | cited(paragraph)


@pytest.mark.parametrize("case", REPORT.cases.values(), ids=REPORT.cases)
def test_every_number_of_a_detail_stands_in_the_place_it_cites(case: Case, places: dict[str, str]) -> None:
    for detail in case.details:
        theirs = numbers_in(text_at(places, detail.source)) | noted(places, detail.source)
        assert figures_of(detail.en) <= theirs | cited(detail) | OURS.get(case.id, set()), detail


@pytest.mark.parametrize("defendant", REPORT.defendants.values(), ids=REPORT.defendants)
def test_every_number_of_a_sentence_stands_in_the_annex_or_where_it_points(
    defendant: Defendant, places: dict[str, str]
) -> None:
    theirs = numbers_in(text_at(places, defendant.said.source))
    for text in english(defendant.said):
        if text not in (defendant.said.trial, defendant.said.source):
            words = Words(en=text, km=text)
            pointed = {number for n in cited(words) if n in places for number in numbers_in(places[n])}
            assert figures_of(text) <= theirs | cited(words) | pointed, text


@pytest.mark.parametrize("law", REPORT.laws.values(), ids=REPORT.laws)
def test_every_number_told_of_a_law_stands_in_the_place_it_cites(law: Law, places: dict[str, str]) -> None:
    for statement in law.statements:
        assert figures_of(statement.en) <= numbers_in(text_at(places, statement.source)) | cited(statement), statement


@pytest.mark.parametrize("date", REPORT.dates.values(), ids=REPORT.dates)
def test_every_date_stands_in_the_place_it_cites(date: Dated, places: dict[str, str]) -> None:
    theirs = numbers_in(text_at(places, date.source)) | noted(places, date.source)
    year, *rest = date.when.split("-")
    shown = figures_of(date.shown.en) if date.shown else {year, *(str(int(day)) for day in rest[1:])}
    assert shown <= theirs, date


@pytest.mark.parametrize("case", REPORT.cases.values(), ids=REPORT.cases)
def test_persons_are_spelt_as_the_report_spells_them(case: Case, places: dict[str, str]) -> None:
    if case.kind == "person" and case.name.en == case.name.km:
        assert case.name.en in text_at(places, case.source)


def test_the_checks_see_a_wrong_number_and_a_copied_sentence(places: dict[str, str]) -> None:
    assert numbers_in("Thirty-four of the 37, 11 622 seats, twenty, some 9,400") == {"34", "37", "11622", "20", "9400"}
    assert not numbers_in("28 years") <= numbers_in(text_at(places, "43"))
    assert numbers_in("27 years") <= numbers_in(text_at(places, "43"))
    sentence = " ".join(places["54"].split()[1:20])
    assert runs(sentence) & runs(places["54"])
    assert not runs("a sentence of our own that is long enough to have a run of twelve words") & runs(places["54"])
