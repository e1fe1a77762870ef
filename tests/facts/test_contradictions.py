"""Where the report disagrees with itself: the table computed anew, initials counted, and nothing forgotten.

Whatever does not add up in the election table must be told, with the printed number and ours; and whatever is told of a
province must be so. The numbers themselves are compared with the report's text where it lies beside the checkout.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import NamedTuple

import pytest
from the_report import load

from facts.models import Contradiction, Counts, Election, Percentages
from facts.places import paragraphs

REPORT = load()
assert REPORT.election is not None
ELECTION = REPORT.election
CONTRADICTIONS = list(REPORT.contradictions.values())

TEXTS = sorted((Path(__file__).parents[3] / "shared" / "report").glob("*.txt"))

COLUMNS = (
    "votes for CPP",
    "votes for CLP",
    "chiefs of CPP",
    "chiefs of CLP",
    *(f"seats of {name}" for name in ("CPP", "CLP", "FUN", "KNU", "GDP", "Other")),
)

DATE = re.compile(r"(?:\b\d{1,2} )?\b(?:January|March|June|August|December)\b(?: \d{4})?|\b(?:in|year) 20\d\d\b")
"""A day, a month or a year that says which event a gist is about."""

FIRST = {
    "e": "commune-votes",
    "b:C": "commune-votes",
    "b:D": "august-2022-number",
    "b:L": "women-elected-2022",
    "c:trial-2021-03-01": "march-2021-compensation",
    "c:trial-2022-03-17": "march-2022-sentences",
    "c:trial-2022-06-14": "june-2022-suspension",
    "c:trial-2022-08-10": "august-2022-number",
    "c:trial-2022-12-22": "december-2022-outcome",
    "n:2022-03-17-sr-1": "initials-in-several-trials",
    "n:2022-03-17-ts-1": "initials-twice-in-a-trial",
    "p:9": "commune-votes",
    "p:41": "august-2022-number",
    "p:42": "december-2022-outcome",
}
"""An answer shows one disagreement and counts the others: that one has to be the gravest."""

each = pytest.mark.parametrize("contradiction", CONTRADICTIONS, ids=[one.id for one in CONTRADICTIONS])


class Mismatch(NamedTuple):
    """A number of the table that does not follow from its other numbers, and the thing whose answer must tell it."""

    what: str
    printed: str
    computed: str
    ref: str = "e"


class Caution(NamedTuple):
    """Something a benchmark's card warned of before contradictions had a file: where it stands, and its numbers."""

    letter: str
    sources: tuple[str, ...]
    numbers: tuple[str, ...]


CAUTIONS = (
    Caution("C", ("9", "table"), ("80", "19", "74.32", "22.25", "80.67", "18.88")),
    Caution("C", ("9", "table"), ("20", "19", "13", "6", "10", "48")),
    Caution("C", ("table",), ("11,622", "11,619", "11,640")),
    Caution("C", ("table",), ("817", "616", "300", "688", "518", "734")),
    Caution("C", ("table",), ("5,379,773", "5,378,773", "9,371", "9,376", "1,610,266", "1,610,556", "2,199", "2,195")),
    Caution("C", ("table",), ("0.08", "0.10", "0.05", "0.09", "11,622")),
    Caution("D", ("41", "annex III"), ("18",)),
    Caution("D", ("41", "42", "annex III"), ("10", "22")),
    Caution("D", ("42", "annex III"), ("34", "37", "11")),
    Caution("D", ("40", "annex III"), ("14", "16")),
    Caution("D", ("41", "annex III"), ("20", "51")),
    Caution("D", ("annex III",), ("1,800", "42,500")),
    Caution("D", ("40", "annex III"), ("21", "20", "13")),
    Caution("D", ("40", "annex III"), ("453", "471", "13")),
    Caution("D", ("40", "annex III"), ("2019",)),
    Caution("D", ("42", "annex III"), ("2020", "2021")),
    Caution("D", ("annex III",), ("22", "20", "10")),
    Caution("L", ("68", "table"), ("10", "2,562", "22.04", "173")),
    Caution("L", ("72", "96"), ()),
    Caution("S", ("72", "96"), ()),
)


def numbers_of(row: Counts | Percentages) -> tuple[int | str, ...]:
    """The numbers of a row in the order of its columns, without the total."""
    return (*row.votes, *row.chiefs, *row.seats)


def share(part: int, whole: int) -> str:
    """A share in per cent as the table prints it: two places, halves rounded up."""
    return str((Decimal(100 * part) / whole).quantize(Decimal("0.01"), ROUND_HALF_UP))


def note(election: Election, beginning: str) -> str:
    """The number of the note whose words begin so."""
    return next(one.value for one in election.notes if one.en.startswith(beginning))


def count(text: str) -> int:
    """The first whole number of a note: 7237037 for ``7,237,037``, 2562 for ``2,562 (22.04%)``."""
    return int(text.split()[0].replace(",", ""))


def rows_off(election: Election) -> Iterator[Mismatch]:
    """Provinces whose seats do not add up to their printed total."""
    for row in election.provinces:
        if sum(row.seats) != row.total:
            yield Mismatch(row.name.en, f"{row.total:,}", f"{sum(row.seats):,}", f"e:{row.code}")


def columns_off(election: Election) -> Iterator[Mismatch]:
    """Columns that do not add up to the Total row, and the Total row's own sum."""
    sums = [sum(map(int, column)) for column in zip(*map(numbers_of, election.provinces), strict=True)]
    for name, printed, computed in zip(COLUMNS, numbers_of(election.printed), sums, strict=True):
        if printed != computed:
            yield Mismatch(name, f"{printed:,}", f"{computed:,}")
    for name, computed in (
        ("seats of the Total row", sum(election.printed.seats)),
        ("totals of the provinces", sum(row.total for row in election.provinces)),
        ("seats of all provinces and parties", sum(sums[4:])),
    ):
        if computed != election.printed.total:
            yield Mismatch(name, f"{election.printed.total:,}", f"{computed:,}")


def shares_off(election: Election) -> Iterator[Mismatch]:
    """Percentages, of the table and of its notes, that do not follow from the printed numbers."""
    printed, total = election.percentages, election.printed
    valid = count(note(election, "ballots were valid"))
    cast = valid + count(note(election, "ballots were invalid"))
    women = re.findall(r"[\d.,]+", note(election, "of the councillors were women"))
    wholes = [valid] * 2 + [sum(total.chiefs)] * 2 + [total.total] * 6
    shares = [share(int(n), whole) for n, whole in zip(numbers_of(total), wholes, strict=True)]
    turnout = share(cast, count(note(election, "voters were registered")))
    for name, one, other in (
        *zip(COLUMNS, map(str, numbers_of(printed)), shares, strict=True),
        ("turnout", note(election, "was the voter turnout").rstrip("%"), turnout),
        ("women councillors", women[1], share(count(women[0]), total.total)),
    ):
        if one != other:
            yield Mismatch(f"percentage: {name}", one, other)


def mismatches(election: Election) -> list[Mismatch]:
    """Everything in the table that does not follow from the rest of it."""
    return [*rows_off(election), *columns_off(election), *shares_off(election)]


def holds(text: str, number: str) -> bool:
    """Whether a number stands in a text by itself, not as a part of a longer one."""
    return re.search(rf"(?<![\d.,]){re.escape(number)}(?!\d|[.,]\d)", text) is not None


def all_read(contradiction: Contradiction, numbers: Iterable[str]) -> bool:
    """Whether the readings say all these numbers, in English and in Khmer."""
    texts = [" ".join(reading[language] for reading in contradiction.readings) for language in ("en", "km")]
    return all(holds(text, number) for number in numbers for text in texts)


def told(mismatch: Mismatch, contradictions: Iterable[Contradiction]) -> bool:
    """Whether a contradiction that touches it gives the printed number and the computed one."""
    numbers = (mismatch.printed, mismatch.computed)
    return any(mismatch.ref in one.touches and all_read(one, numbers) for one in contradictions)


def kept(caution: Caution, contradictions: Iterable[Contradiction]) -> bool:
    """Whether a contradiction of the same benchmark reads the same places and numbers."""
    return any(
        f"b:{caution.letter}" in one.touches
        and {reading.source for reading in one.readings} >= set(caution.sources)
        and all_read(one, caution.numbers)
        for one in contradictions
    )


def integers(text: str) -> set[str]:
    """The numbers of a text, without the commas of thousands."""
    return set(re.findall(r"\d+(?:\.\d+)?", re.sub(r"(?<=\d),(?=\d{3})", "", text)))


def test_whatever_does_not_add_up_in_the_table_is_told_with_both_numbers() -> None:
    assert [one for one in mismatches(ELECTION) if not told(one, CONTRADICTIONS)] == []


def test_the_table_is_off_where_it_was_found_to_be_off_and_nowhere_else() -> None:
    assert [one.what for one in rows_off(ELECTION)] == [
        "Kampong Cham", "Kampong Speu", "Kratie", "Siem Reap", "Svay Rieng", "Takeo",
    ]  # fmt: skip
    assert [one.what for one in columns_off(ELECTION)] == [
        "votes for CPP",
        "votes for CLP",
        "seats of CPP",
        "seats of CLP",
        "seats of the Total row",
        "totals of the provinces",
        "seats of all provinces and parties",
    ]
    assert [one.what for one in shares_off(ELECTION)] == [
        "percentage: seats of CLP",
        "percentage: seats of GDP",
        "percentage: seats of Other",
    ]


def test_a_province_is_touched_only_if_its_row_does_not_add_up() -> None:
    touched = {ref for one in CONTRADICTIONS for ref in one.touches if ref.startswith("e:")}
    assert touched == {one.ref for one in rows_off(ELECTION)}


@pytest.mark.parametrize("key", ["total-of-seats", "columns", "rows", "percentages"])
def test_whoever_meets_a_wrong_sum_is_told_that_digits_may_be_misread_and_not_to_compute(key: str) -> None:
    conclude = REPORT.contradictions[f"commune-{key}"].conclude
    assert "misread" in conclude.en
    assert "compute nothing" in conclude.en
    assert "អានខុស" in conclude.km
    assert "កុំយកតារាងនេះទៅគណនា" in conclude.km


def test_printed_percentages_make_a_hundred() -> None:
    for row in (ELECTION.percentages.chiefs, ELECTION.percentages.seats):
        assert sum(map(Decimal, row)) == Decimal(ELECTION.percentages.total)


def test_a_mismatch_that_nobody_recorded_is_seen() -> None:
    first = ELECTION.provinces[0]
    wrong = first.model_copy(update={"total": first.total + 7})
    spoilt = ELECTION.model_copy(update={"provinces": (wrong, *ELECTION.provinces[1:])})
    untold = [one for one in mismatches(spoilt) if not told(one, CONTRADICTIONS)]
    assert Mismatch("Banteay Meanchey", "540", "533", "e:01") in untold
    shares = ELECTION.percentages.model_copy(update={"votes": ("74.33", "22.25")})
    assert [one.what for one in shares_off(ELECTION.model_copy(update={"percentages": shares}))][:1] == [
        "percentage: votes for CPP"
    ]


def test_a_contradiction_that_loses_a_number_or_a_province_is_seen() -> None:
    takeo = next(one for one in rows_off(ELECTION) if one.what == "Takeo")
    rows = REPORT.contradictions["commune-rows"]
    assert told(takeo, [rows])
    assert not told(takeo, [rows.model_copy(update={"readings": rows.readings[:-1]})])
    assert not told(takeo, [rows.model_copy(update={"touches": ("e",)})])
    assert not holds("11,622", "622")
    assert not holds("0.080", "0.08")
    assert holds("ប្រហែល 80% និង 0.08។", "0.08")


@pytest.mark.parametrize("caution", CAUTIONS, ids=[f"{c.letter}-{'-'.join(c.numbers[:2]) or '72'}" for c in CAUTIONS])
def test_every_former_caution_is_still_there(caution: Caution) -> None:
    assert kept(caution, CONTRADICTIONS)
    assert not kept(caution._replace(letter="T"), CONTRADICTIONS)
    assert not kept(caution._replace(numbers=("123,456",)), CONTRADICTIONS)


def test_initials_that_return_are_touched_by_the_warning_about_them() -> None:
    trials: dict[str, set[str]] = {}
    for one in REPORT.defendants.values():
        trials.setdefault(one.initials, set()).add(one.said.trial)
    twice = {f"n:{key}" for key, one in REPORT.defendants.items() if one.ordinals > 1}
    several = {f"n:{key}" for key, one in REPORT.defendants.items() if len(trials[one.initials]) > 1}
    assert twice == {ref for ref in REPORT.contradictions["initials-twice-in-a-trial"].touches if ref[0] == "n"}
    assert several == {ref for ref in REPORT.contradictions["initials-in-several-trials"].touches if ref[0] == "n"}


def test_every_defendant_of_march_2022_is_touched_by_the_charges_that_only_the_body_has() -> None:
    tried = {f"n:{one.id}" for one in REPORT.tried_in("trial-2022-03-17")}
    assert tried == {ref for ref in REPORT.contradictions["march-2022-charges"].touches if ref[0] == "n"}


def test_those_tried_in_absentia_are_counted_from_the_lists() -> None:
    absent = Counter(one.said.trial for one in REPORT.defendants.values() if one.said.presence is not None)
    absent["trial-2022-08-10"] -= sum(one.initials == "L.T." for one in REPORT.tried_in("trial-2022-08-10"))
    readings = " ".join(one.en for one in REPORT.contradictions["in-absentia"].readings)
    assert absent["trial-2022-03-17"] == 7
    assert "seven, in a list of 21" in readings
    assert absent["trial-2022-08-10"] == 5
    assert "five of the six" in readings


@pytest.mark.parametrize(("ref", "first"), FIRST.items())
def test_what_a_thing_shows_first_is_its_weightiest(ref: str, first: str) -> None:
    assert REPORT.contradictions_on(ref)[0].id == first


def test_counts_of_the_lists_are_those_that_the_readings_compare() -> None:
    listed = Counter(one.said.trial for one in REPORT.defendants.values())
    assert listed == {"trial-2021-03-01": 9, "trial-2022-03-17": 21, "trial-2022-06-14": 1, "trial-2022-08-10": 6}
    assert all_read(REPORT.contradictions["march-2022-who"], ("21",))
    seven, six = REPORT.contradictions["august-2022-number"].readings
    assert "seven" in seven.en
    assert holds(seven.km, "7")
    assert "Six" in six.en
    assert holds(six.km, "6")


@each
def test_each_place_is_read_by_itself(contradiction: Contradiction) -> None:
    assert len({reading.en for reading in contradiction.readings}) == len(contradiction.readings)
    assert len({reading.source for reading in contradiction.readings}) > 1 or contradiction.id in {
        "commune-total-of-seats",
        "commune-columns",
        "commune-rows",
        "commune-percentages",
        "initials-twice-in-a-trial",
        "initials-in-several-trials",
        "march-2021-compensation",
    }  # within the table, or within annex III


@each
def test_the_gist_is_short_and_counts_nothing_that_its_readings_do_not(contradiction: Contradiction) -> None:
    gist = contradiction.gist.en
    assert len(re.findall(r"[.?](?:\s|$)", re.sub(r"\b(?:[A-Z]\.)+|Mr\.", "", gist))) <= 2
    assert len(gist) <= 220
    assert len(contradiction.gist.km) <= 235
    said = {str(n) for reading in contradiction.readings for n in paragraphs(reading.source)}
    said |= integers(" ".join(reading.en for reading in contradiction.readings))
    assert {number for number in integers(DATE.sub("", gist)) if len(number) > 1} <= said


@each
def test_both_languages_say_the_same_numbers(contradiction: Contradiction) -> None:
    for words in (contradiction.gist, contradiction.conclude, *contradiction.readings):
        english, khmer = integers(words.en), integers(words.km)
        assert {n for n in english if len(n) > 1} <= khmer
        assert {n for n in khmer if len(n) > 1} <= english | {"10", "11", "12", "13"}  # ten to thirteen, in words


@each
def test_nothing_is_touched_twice(contradiction: Contradiction) -> None:
    assert len(set(contradiction.touches)) == len(contradiction.touches)


@pytest.mark.skipif(not TEXTS, reason="the report's text does not lie beside the checkout")
def test_every_number_of_the_table_is_the_reports() -> None:
    lines = [line.split("\t") for line in TEXTS[0].read_text(encoding="utf-8").splitlines()]
    printed = {cells[0]: cells[1:] for cells in lines if len(cells) == 12 and cells[0] not in {"", "Province"}}
    rows = {row.name.en: row for row in ELECTION.provinces} | {"Total": ELECTION.printed}
    assert [*rows, "Percentage"] == list(printed)
    for name, row in rows.items():
        assert [int(re.sub(r"\s", "", cell)) for cell in printed[name]] == [*numbers_of(row), row.total], name
    assert [*numbers_of(ELECTION.percentages), ELECTION.percentages.total] == printed["Percentage"]


@pytest.mark.skipif(not TEXTS, reason="the report's text does not lie beside the checkout")
def test_every_number_of_the_notes_is_the_reports() -> None:
    text = TEXTS[0].read_text(encoding="utf-8")
    below = integers(text[text.index("Notes: Voter turnout") : text.index("Abbreviations: FUN")])
    ours = set().union(*(integers(one.value) for one in ELECTION.notes))
    assert ours == (below - {"35"}) | {"4"}  # the age is in the words; the report writes four
