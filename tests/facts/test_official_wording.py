"""Our words beside the report's: figures are those of the paragraph cited, sentences are our own.

Runs where the report's text lies beside the checkout; the text itself is not part of the project.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from facts.loader import load
from facts.models import Benchmark, Case, Fact, Words

TEXTS = sorted((Path(__file__).parents[3] / "shared" / "report").glob("*.txt"))
REPORT = load()
BORROWED = 12
"""So many words in a row that are the report's are a sentence of the report's."""

TITLES = {"title", "annex_title"}
"""Names, which stay as they are."""

UNITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50}
ONE_YEAR = "year-long"

pytestmark = pytest.mark.skipif(not TEXTS, reason="the report's text does not lie beside the checkout")


@pytest.fixture(scope="module")
def places() -> dict[str, str]:
    """The text of each place that a fact can cite: paragraphs by number, annexes, table and summary."""
    lines = TEXTS[0].read_text(encoding="utf-8").splitlines()
    body = "\n".join(line for line in lines if not re.match("[⁰¹²³⁴⁵⁶⁷⁸⁹]", line))
    body = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹]|</?[a-z]+>", " ", body)
    found = {}
    start = body.index("\n1. ")
    found["summary"] = body[body.index("*Summary*") : start]
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


def runs(text: str, length: int = BORROWED) -> set[tuple[str, ...]]:
    """Every run of ``length`` words in a row, without case and punctuation."""
    words = re.findall(r"[a-z0-9]+", text.lower().replace("’", "").replace("'", ""))
    return {tuple(words[start : start + length]) for start in range(len(words) - length + 1)}


def english(fact: Fact) -> Iterator[str]:
    """Every English text of a fact that we wrote, so not the titles."""
    for name in type(fact).model_fields:
        value = getattr(fact, name)
        if name in TITLES:
            continue
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, Words):
                yield item.en
            if isinstance(item, Fact):
                yield from english(item)
            if isinstance(item, str):
                yield item


def benchmark_titles() -> set[tuple[str, ...]]:
    """The runs of words that are names: we may say them anywhere."""
    titles = [one.title.en for one in REPORT.benchmarks.values()]
    titles += [one.annex_title.en for one in REPORT.benchmarks.values() if one.annex_title]
    return {run for title in titles for run in runs(title)}


def test_no_sentence_of_the_report_is_copied(places: dict[str, str]) -> None:
    theirs = {run for text in places.values() for run in runs(text)} - benchmark_titles()
    facts = [*REPORT.benchmarks.values(), *REPORT.recommendations.values(), *REPORT.cases.values()]
    borrowed = [" ".join(run) for fact in facts for text in english(fact) for run in runs(text) & theirs]
    assert borrowed == []


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
