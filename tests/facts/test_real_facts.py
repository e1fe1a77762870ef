"""The facts of the current report: complete, in two languages, and each with a place where the report says it."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import combinations

import pytest
from the_report import load

from facts.models import LETTERS, Benchmark, Fact, Figure, Grade, Keywords, Words
from facts.places import paragraphs
from facts.report import Report

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

CITED = re.compile(r"[“«(][^”»)]*[”»)]|[A-Z][\w’-]*(?: [A-Z][\w’-]*)*")
"""Quotations, names and abbreviations, which a Khmer text gives in Latin letters."""

DIFFERENT_THINGS = {
    frozenset(("for six of the nine form", "former CNRP members, cou")),
    frozenset(("for six of the nine form", "defendants got five year")),
    frozenset(("former CNRP members, cou", "defendants got five year")),
    frozenset(("people whose sentences o", "other defendants got fiv")),
}
"""How figures begin that give the same number from the same place, of different things: twenty years, people, defendants."""

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


def everything(report: Report) -> Iterator[tuple[str, Fact]]:
    """Every record of the report, with what it is called."""
    yield "document", report.document
    if report.election:
        yield "election", report.election
    groups: dict[str, Iterable[tuple[object, Fact]]] = {
        "benchmark": report.benchmarks.items(),
        "recommendation": report.recommendations.items(),
        "case": report.cases.items(),
        "defendant": report.defendants.items(),
        "date": report.dates.items(),
        "charge": report.charges.items(),
        "law": report.laws.items(),
        "figure": enumerate(report.figures),
        "footnote": enumerate(report.footnotes),
        "paragraph": report.paragraphs.items(),
        "contradiction": report.contradictions.items(),
    }
    for kind, group in groups.items():
        yield from ((f"{kind} {identity}", fact) for identity, fact in group)


def everything_said(report: Report) -> Iterator[tuple[str, Words]]:
    """Every pair of English and Khmer words in the report, with its place."""
    for name, fact in everything(report):
        if isinstance(fact, Words):
            yield name, fact
        yield from words_of(fact, f"{name}.")


def keywords_of(fact: Fact) -> Iterator[Keywords]:
    """What a record, or a record in it, is found by."""
    for name in type(fact).model_fields:
        value = getattr(fact, name)
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, Keywords):
                yield item
            elif isinstance(item, Fact):
                yield from keywords_of(item)


def figures_everywhere(report: Report) -> list[tuple[str, Figure]]:
    """Every figure, with where it is told."""
    found = [(letter, figure) for letter, one in report.benchmarks.items() for figure in one.figures]
    found += [("figures", figure) for figure in report.figures]
    return found + [("election", note) for note in (report.election.notes if report.election else ())]


def numbers(text: str) -> tuple[str, ...]:
    """The numbers of a text, without the commas of thousands."""
    return tuple(re.findall(r"\d+(?:\.\d+)?", re.sub(r"(?<=\d),(?=\d{3})", "", text)))


def told_twice(report: Report) -> Iterator[tuple[tuple[str, Figure], tuple[str, Figure]]]:
    """Pairs of figures that give the same numbers from the same place."""
    for one, other in combinations(figures_everywhere(report), 2):
        if one[1].source == other[1].source and numbers(one[1].value) == numbers(other[1].value) != ():
            yield one, other


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
def test_an_annex_title_is_given_only_where_it_differs(benchmark: Benchmark) -> None:
    assert benchmark.annex_title is None or benchmark.annex_title.en.lower() != benchmark.title.en.lower()


@by_letter
def test_keywords_are_each_there_once_and_in_their_own_script(benchmark: Benchmark) -> None:
    for keywords in (benchmark.keywords.en, benchmark.keywords.km):
        assert len({keyword.casefold() for keyword in keywords}) == len(keywords)
    assert all(latin_only(keyword) for keyword in benchmark.keywords.en)
    assert all(mostly_khmer(keyword) for keyword in benchmark.keywords.km)


def test_all_keywords_are_each_there_once_and_hide_nothing() -> None:
    for name, fact in everything(REPORT):
        for keywords in keywords_of(fact):
            for language in (keywords.en, keywords.km):
                assert len({keyword.casefold() for keyword in language}) == len(language), name
            assert all(latin_only(keyword) for keyword in keywords.en), name
            assert not INVISIBLE.search("".join(keywords.en + keywords.km)), name
            assert not KHMER_DIGITS.search("".join(keywords.km)), name


def test_every_khmer_text_is_khmer_but_for_names() -> None:
    names = {case.name.km for case in REPORT.cases.values()}
    wrong = [
        place
        for place, words in everything_said(REPORT)
        if words.km not in names and not mostly_khmer(CITED.sub("", words.km))
    ]
    assert wrong == []


def test_every_english_text_is_in_latin_script() -> None:
    assert [place for place, words in everything_said(REPORT) if not latin_only(words.en)] == []


def test_khmer_texts_use_latin_digits_and_hide_nothing() -> None:
    for place, words in everything_said(REPORT):
        assert not KHMER_DIGITS.search(words.km), place
        assert not INVISIBLE.search(words.en + words.km), place


def test_khmer_sentences_end_as_khmer_sentences_do() -> None:
    told: list[Words] = [words for one in BENCHMARKS for words in one.account]
    told += [case.summary for case in REPORT.cases.values()]
    told += [words for law in REPORT.laws.values() for words in law.statements]
    told += [*REPORT.dates.values(), *REPORT.paragraphs.values()]
    told += [words for x in REPORT.contradictions.values() for words in (x.gist, x.conclude)]
    told += [one.summary for one in REPORT.recommendations.values()]
    for words in told:
        assert words.km.endswith(("។", "៕")), words.km
        assert words.en.endswith((".", "?", ".”")), words.en


def test_both_languages_give_the_same_figures_in_digits() -> None:
    for place, words in everything_said(REPORT):
        english, khmer = (sorted(re.findall(r"\d{2,}", text.replace(",", ""))) for text in (words.en, words.km))
        assert set(english) <= set(khmer), (place, words.en, words.km)


def test_every_paragraph_of_the_report_is_told() -> None:
    assert list(REPORT.paragraphs) == list(range(1, 108))


def test_every_defendant_whom_annex_iii_gives_initials_is_there_once_for_each_time() -> None:
    listed = Counter(one.said.trial for one in REPORT.defendants.values())
    assert listed == {"trial-2021-03-01": 9, "trial-2022-03-17": 21, "trial-2022-06-14": 1, "trial-2022-08-10": 6}
    twice = {(one.said.trial, one.initials) for one in REPORT.defendants.values() if one.ordinals > 1}
    assert twice == {("trial-2021-03-01", "M.S."), ("trial-2022-03-17", "T.S.")}


def test_no_defendant_is_tied_to_a_named_person() -> None:
    names = [case.name.en for case in REPORT.cases.values() if case.kind == "person"]
    for one in REPORT.defendants.values():
        said = " ".join(words.en for _, words in words_of(one.said))
        assert not [name for name in names if name in said], one.id


def test_the_five_trials_of_annex_iii_are_there_with_their_days() -> None:
    trials = [case for case in REPORT.cases.values() if case.kind == "trial"]
    assert [trial.id.removeprefix("trial-") for trial in trials] == [
        "2021-03-01",
        "2022-03-17",
        "2022-06-14",
        "2022-08-10",
        "2022-12-22",
    ]
    for trial in trials:
        assert {"A" <= letter <= "T" for letter in trial.benchmarks} == {True}
        assert "D" in trial.benchmarks


def test_there_are_twenty_five_provinces_with_codes_of_their_own() -> None:
    assert REPORT.election is not None
    codes = [province.code for province in REPORT.election.provinces]
    assert sorted(codes) == [f"{number:02}" for number in range(1, 26)]
    assert [party.abbreviation for party in REPORT.election.parties] == ["CPP", "CLP", "FUN", "KNU", "GDP", "Other"]


def test_every_charge_and_every_article_is_used_or_told() -> None:
    used = {charge for case in REPORT.cases.values() for charge in case.charges}
    assert set(REPORT.charges) - used == set()
    articles = {law.id for law in REPORT.laws.values() if law.article}
    named = {law for case in REPORT.cases.values() for law in case.laws}
    assert named & articles
    for law in articles:
        assert REPORT.laws[law].statements


def test_a_trial_names_the_persons_who_name_it_only_where_the_report_ties_them() -> None:
    tied = {case.id: case.trials for case in REPORT.cases.values() if case.trials}
    assert tied == {"sam-rainsy": ("trial-2021-03-01",)}


def test_a_figure_that_two_files_tell_is_told_in_the_same_words() -> None:
    shared = 0
    for (where, one), (there, other) in told_twice(REPORT):
        if "figures" not in (where, there) or frozenset((one.en[:24], other.en[:24])) in DIFFERENT_THINGS:
            continue
        assert one == other, (where, there)
        shared += 1
    assert shared >= 20


def test_a_figure_told_in_other_words_would_be_seen() -> None:
    shared = next(one for (where, _), (there, one) in told_twice(REPORT) if (where, there) == ("C", "figures"))
    others = tuple(
        one if one is not shared else one.model_copy(update={"en": "something else"}) for one in REPORT.figures
    )
    changed = replace(REPORT, figures=others)
    assert sum(one != other for (_, one), (_, other) in told_twice(changed)) > sum(
        one != other for (_, one), (_, other) in told_twice(REPORT)
    )


def test_the_same_numbers_from_the_same_place_are_written_the_same_way() -> None:
    for (where, one), (there, other) in told_twice(REPORT):
        if frozenset((one.en[:24], other.en[:24])) not in DIFFERENT_THINGS:
            assert (one.value, one.value_km) == (other.value, other.value_km), (where, there)


def test_the_same_words_never_count_two_numbers() -> None:
    counted: dict[tuple[str, str], str] = {}
    for where, figure in figures_everywhere(REPORT):
        assert counted.setdefault((figure.source, figure.en), figure.value) == figure.value, (where, figure.en)


def test_pairs_that_count_different_things_are_all_needed() -> None:
    pairs = {frozenset((one.en[:24], other.en[:24])) for (_, one), (_, other) in told_twice(REPORT) if one != other}
    assert pairs >= DIFFERENT_THINGS


def test_what_a_benchmark_and_the_dates_tell_of_a_paragraph_lies_in_the_report() -> None:
    for name, fact in everything(REPORT):
        for field in ("source", "grade_source"):
            for number in paragraphs(getattr(fact, field, "") or "table"):
                assert number in REPORT.paragraphs, name


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
