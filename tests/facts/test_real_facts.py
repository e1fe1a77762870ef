"""The facts of the current report: complete, in two languages, and each with a place where the report says it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import pytest

from facts.loader import Report, load
from facts.models import LETTERS, Benchmark, Fact, Grade, Words

REPORT = load()
BENCHMARKS = list(REPORT.benchmarks.values())

APART = re.compile(r"^(?:table|summary|annex .*|footnote .*|10[4-7] \([a-k]\))$")
"""Places outside the numbered sections, which any benchmark may cite."""

ELSEWHERE = {"C": range(7, 18), "J": [65]}
"""Paragraphs outside its section that a benchmark may cite: that of C sends the reader back to the election chapter,
and that of J speaks of a bigger budget whose sum is told in paragraph 65."""

NO_FIGURES = "R"
"""Sections that give no number at all."""

KHMER_DIGITS = re.compile("[\u17e0-\u17e9]")
INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")

by_letter = pytest.mark.parametrize("benchmark", BENCHMARKS, ids=LETTERS)


def words_of(fact: Fact, place: str = "") -> Iterator[tuple[str, Words]]:
    """Everything in a fact that is said in both languages, with its place in the fact."""
    for name in type(fact).model_fields:
        value = getattr(fact, name)
        for number, item in enumerate(value if isinstance(value, tuple) else (value,)):
            if isinstance(item, Words):
                yield f"{place}{name}[{number}]", item
            if isinstance(item, Fact):
                yield from words_of(item, f"{place}{name}[{number}].")


def everything_said(report: Report) -> Iterator[tuple[str, Words]]:
    """Every pair of English and Khmer words in the report, with its place."""
    yield from words_of(report.document, "document.")
    for group in (report.benchmarks, report.recommendations, report.cases):
        for identity, fact in group.items():
            yield from words_of(fact, f"{identity}.")


def mostly_khmer(text: str) -> bool:
    """Whether more than half of the letters are Khmer."""
    letters = [character for character in text if unicodedata.category(character)[0] in "LM"]
    return 2 * sum("\u1780" <= character <= "\u17ff" for character in letters) > len(letters)


def latin_only(text: str) -> bool:
    """Whether no letter is of another script than Latin."""
    return all("LATIN" in unicodedata.name(character) for character in text if character.isalpha())


def lies_inside(source: str, benchmark: Benchmark) -> bool:
    """Whether every paragraph of a place is in the benchmark's section, apart from the sections, or listed for it."""
    if APART.match(source):
        return True
    first, last = benchmark.paragraphs
    allowed = {*range(first, last + 1), *ELSEWHERE.get(benchmark.letter, ())}
    return {int(number) for number in re.findall(r"\d+", source)} <= allowed


def test_there_are_twenty_benchmarks_with_the_grades_and_time_frames_of_the_report() -> None:
    grades = {grade: "".join(one.letter for one in REPORT.graded(grade)) for grade in Grade}
    assert grades == {Grade.ON_TARGET: "JKNST", Grade.VARIABLE: "FLR", Grade.OFF_TARGET: "ABCDEGHIMOPQ"}
    assert "".join(one.letter for one in BENCHMARKS if one.timeframe.value == "2015–2030") == "KNST"
    assert (BENCHMARKS[0].paragraphs[0], BENCHMARKS[-1].paragraphs[1]) == (25, 101)


def test_the_tally_of_the_report_is_that_of_its_grades() -> None:
    tally = REPORT.document.tally
    assert [tally.on_target, tally.variable, tally.off_target] == [len(REPORT.graded(grade)) for grade in Grade]
    assert tally.source == "102"


def test_every_section_of_the_recommendations_is_there() -> None:
    letters = {"104": "abc", "105": "abcdefghijk", "106": "abcde", "107": "abcdef", "i": "abcdefghij"}
    assert list(REPORT.recommendations) == [number + letter for number, all_ in letters.items() for letter in all_]


@by_letter
def test_every_benchmark_says_what_a_newcomer_needs(benchmark: Benchmark) -> None:
    assert benchmark.figures or benchmark.letter in NO_FIGURES
    assert sum(len(one.en.split()) for one in benchmark.account) <= 130
    assert len(benchmark.short.en) <= 32
    assert len(benchmark.keywords.en) >= 6
    assert len(benchmark.keywords.km) >= 6


@by_letter
def test_every_benchmark_is_reached_from_a_recommendation(benchmark: Benchmark) -> None:
    assert REPORT.recommendations_on(benchmark.letter)


@by_letter
def test_whatever_a_benchmark_tells_stands_in_its_section_or_in_a_place_that_is_named(benchmark: Benchmark) -> None:
    for statement in (*benchmark.account, *benchmark.figures):
        assert lies_inside(statement.source, benchmark), statement


@by_letter
def test_a_caution_names_a_place_in_the_section_or_a_table(benchmark: Benchmark) -> None:
    for caution in benchmark.cautions:
        assert any(lies_inside(source, benchmark) for source in caution.sources), caution


@by_letter
def test_an_annex_title_is_given_only_where_it_differs(benchmark: Benchmark) -> None:
    assert benchmark.annex_title is None or benchmark.annex_title.en.lower() != benchmark.title.en.lower()


@by_letter
def test_keywords_are_each_there_once_and_in_their_own_script(benchmark: Benchmark) -> None:
    for keywords in (benchmark.keywords.en, benchmark.keywords.km):
        assert len({keyword.casefold() for keyword in keywords}) == len(keywords)
    assert all(latin_only(keyword) for keyword in benchmark.keywords.en)
    assert all(mostly_khmer(keyword) for keyword in benchmark.keywords.km)


def test_every_khmer_text_is_khmer_but_for_names() -> None:
    names = {case.name.km for case in REPORT.cases.values()}
    wrong = [place for place, words in everything_said(REPORT) if words.km not in names and not mostly_khmer(words.km)]
    assert wrong == []


def test_every_english_text_is_in_latin_script() -> None:
    assert [place for place, words in everything_said(REPORT) if not latin_only(words.en)] == []


def test_khmer_texts_use_latin_digits_and_hide_nothing() -> None:
    for place, words in everything_said(REPORT):
        assert not KHMER_DIGITS.search(words.km), place
        assert not INVISIBLE.search(words.en + words.km), place
    for benchmark in BENCHMARKS:
        assert not KHMER_DIGITS.search("".join(benchmark.keywords.km)), benchmark.letter
        assert not INVISIBLE.search("".join(benchmark.keywords.en + benchmark.keywords.km)), benchmark.letter


def test_khmer_sentences_end_as_khmer_sentences_do() -> None:
    for benchmark in BENCHMARKS:
        for words in (*benchmark.account, *benchmark.cautions):
            assert words.km.endswith("។"), words.km
            assert words.en.endswith((".", "?")), words.en


def test_both_languages_give_the_same_figures_in_digits() -> None:
    for place, words in everything_said(REPORT):
        english, khmer = (sorted(re.findall(r"\d{2,}", text.replace(",", ""))) for text in (words.en, words.km))
        assert set(english) <= set(khmer), (place, words.en, words.km)


def test_the_checks_see_what_they_look_for() -> None:
    assert not mostly_khmer("Kem Sokha ត្រូវ")
    assert mostly_khmer("លោក Kem Sokha ត្រូវបានផ្តន្ទាទោស")
    assert not latin_only("ឃ D")
    assert KHMER_DIGITS.search("ឆ្នាំ២០២២")
    assert INVISIBLE.search("ពន្ធ\u200bនាគារ")
    mass_trials = REPORT.benchmarks["D"]
    assert lies_inside("39–46", mass_trials)
    assert lies_inside("annex III", mass_trials)
    assert not lies_inside("47", mass_trials)
    assert not lies_inside("39, 47", mass_trials)
    assert len(dict(words_of(mass_trials))) == len(list(words_of(mass_trials))) > 10
