"""Finding things: what people type leads to the most special thing that it names, or to where it is told of."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from the_report import load

from facts.models import Case, Law, Province
from facts.ranking import LEAD, SURE, Hits
from facts.search import Finder

REPORT = load()
FINDER = Finder(REPORT)
assert REPORT.election is not None
PROVINCES = REPORT.election.provinces

SHARED = {
    "enforced disappearance": "benchmark H is what most people mean, and is opened; the case is the next",
    "បាត់ខ្លួនដោយបង្ខំ": "as above",
    "surrogacy": "a case and a law that is wanted are called so",
    "ពពោះជំនួស": "as above",
}
"""Names that do not find their own thing first, but among the first three, and why."""

NUMBERS_ALONE = {law.keywords.en[0] for law in REPORT.laws.values() if law.keywords.en[0].isdigit()}
"""First keywords that are only an article's number: a number alone is a benchmark's or a paragraph's, and /law knows it."""

OPENED = {
    "c:kem-sokha": [
        "Kem Sokha",
        "KEM SOKHA",
        "កឹម សុខា",
        "កឹមសុខា",
        "លោក Kem Sokha",
        "ករណី Kem Sokha",
        "what did Kem Sokha do?",
        "is Kem Sokha in prison",
        "how many years did Kem Sokha get",
        "តើលោក Kem Sokha ជាប់ពន្ធនាគារប៉ុន្មានឆ្នាំ",
        "តើកឹម សុខាជាប់គុកប៉ុន្មានឆ្នាំ",
    ],
    "c:theary-seng": ["Theary Seng", "Seng Theary", "អ្នកស្រី Theary Seng", "what happened to Theary Seng in prison"],
    "c:sam-rainsy": ["Sam Rainsy", "តើលោក Sam Rainsy នៅទីណា", "សម រង្ស៊ី"],
    "c:chhim-sithar": ["Chhim Sithar", "ឈឹម ស៊ីថរ"],
    "c:cnrp": ["Cambodia National Rescue Party", "CNRP", "គណបក្សសង្គ្រោះជាតិ"],
    "c:clp-and-khmer-united-great-nation-party": ["Candlelight Party", "CLP", "គណបក្សភ្លើងទៀន"],
    "c:voice-of-democracy": ["Voice of Democracy", "VOD", "វីអូឌី"],
    "c:nagaworld-strikers": ["កូដករ NagaWorld"],
    "c:trial-2022-06-14": [
        "third mass trial",
        "the third mass trial",
        "mass trial 3",
        "trial of 14 June 2022",
        "ការជំនុំជម្រះទ្រង់ទ្រាយធំលើកទី 3",
    ],
    "c:trial-2022-12-22": ["fourth mass trial", "ការជំនុំជម្រះទ្រង់ទ្រាយធំលើកទី ៤"],
    "l:cc-494": ["មាត្រា 494", "មាត្រា ៤៩៤", "ក្រមព្រហ្មទណ្ឌ មាត្រា 494", "តើមាត្រា 494 និយាយអ្វី"],
    "l:cc-437-bis": ["437 bis", "Criminal Code, section 437 bis", "lèse-majesté"],
    "l:lango": ["NGO law", "ច្បាប់ស្តីពីសមាគម និងអង្គការមិនមែនរដ្ឋាភិបាល"],
    "e:12": ["Phnom Penh", "phnompenh", "ភ្នំពេញ", "រាជធានីភ្នំពេញ"],
    "e:14": ["Prey Veng results", "ព្រៃវែង"],
    "e": ["2022 commune elections", "FUNCINPEC"],
    "b:F": ["prisons", "ពន្ធនាគារ", "តើពន្ធនាគារនៅ Phnom Penh យ៉ាងណា"],
    "b:D": ["mass trials", "ជំនុំជម្រះទ្រង់ទ្រាយធំ"],
}
"""What is so clear that it is opened without asking."""

NOT_OPENED = [
    "prisons in Phnom Penh",
    "Kem Sokha and Sam Rainsy",
    "incitement",
    "Criminal Code",
    "surrogacy",
    "rights",
    "Kem",
    "'; DROP TABLE cases;--",
]
"""What names several things."""

MISTYPED = {
    "Kem Soka": "c:kem-sokha",
    "Theary Sengg": "c:theary-seng",
    "Batambong": "e:02",
    "Candelight Party": "c:clp-and-khmer-united-great-nation-party",
    "Phnom Phenh": "e:12",
    "Voice of Democrasy": "c:voice-of-democracy",
}

ONLY_IN_A_PARAGRAPH = {
    "tuk-tuk drivers": "p:5",
    "Myanmar": "p:4",
    "premier’s son": "p:16",
    "libraries": "p:50",
    "embassies": "p:3",
}

NONSENSE = [
    *["", " ", "?", "🙂", "banana", "asdf qwer", "xyzzy " * 500, "the", "what is this", "监狱", "тюрьма", "weather"],
    *["\u200b" * 4096, "\u17d2" * 4096, "a" * 4096, "1" * 4096, "494", "40,000", "\ud83d", "\x00", "<b></b>", "=1+1"],
    *["../../etc", "%s%n", "Hun Manet", "landmines"],
]


def refs(words: str) -> list[str]:
    return [found.key for found in FINDER.things(words)]


def opened(words: str) -> str | None:
    """What would be opened without asking."""
    found = FINDER.things(words)
    return found[0].key if found and found[0].sure else None


def own_names(thing: Case | Law) -> list[str]:
    """The name and the first keyword in both languages."""
    keywords = [words[0] for words in (thing.keywords.en, thing.keywords.km) if words]
    return list(dict.fromkeys([thing.name.en, thing.name.km, *keywords]))


CALLED = [(f"c:{case.id}", name) for case in REPORT.cases.values() for name in own_names(case)]
CALLED += [
    (f"l:{law.id}", name) for law in REPORT.laws.values() for name in own_names(law) if name not in NUMBERS_ALONE
]


@pytest.mark.parametrize(("ref", "name"), CALLED)
def test_every_name_and_first_keyword_finds_its_own_thing_first(ref: str, name: str) -> None:
    if name in SHARED:
        assert ref in refs(name)[:3]
    else:
        assert refs(name)[0] == ref


def test_names_that_are_shared_are_not_more_than_those_listed() -> None:
    assert {name for ref, name in CALLED if refs(name)[0] != ref} == set(SHARED)


def test_the_names_of_articles_are_told_apart_by_their_numbers_alone() -> None:
    articles = [law for law in REPORT.laws.values() if law.article]
    assert len(articles) == 14
    for law in articles:
        for name in (law.name.en, law.name.km, law.keywords.km[0]):
            assert opened(name) == f"l:{law.id}", name


@pytest.mark.parametrize("province", PROVINCES, ids=[province.name.en for province in PROVINCES])
def test_every_spelling_of_a_province_finds_it(province: Province) -> None:
    for name in (province.name.en, province.name.km, *province.spellings):
        assert FINDER.province(name) == f"e:{province.code}", name
        assert opened(name) == f"e:{province.code}", name


def test_a_mistyped_province_is_found_where_no_other_is_near() -> None:
    for words, code in (("Batambong", "02"), ("siemrep", "17"), ("seim reap", "17"), ("Phnom Phenh", "12")):
        assert FINDER.province(words) == f"e:{code}", words
    assert FINDER.province("Kampong") is FINDER.province("កំពង់") is FINDER.province("Preah") is None


def test_what_is_no_province_is_none() -> None:
    for words in ("", "banana", "Bangkok", "prisons", "កំពង់", "Kampong", "Preah", "CPP", "\ud83d", "a" * 4096):
        assert FINDER.province(words) is None, words


def test_every_party_is_found_by_its_abbreviation_its_names_and_its_keywords() -> None:
    assert REPORT.election is not None
    for party in REPORT.election.parties:
        keywords = (*party.keywords.en, *party.keywords.km)
        for name in (party.abbreviation, party.name.en, party.name.km, *keywords):
            assert FINDER.party(name) == party.abbreviation, name
    for words in ("", "banana", "Phnom Penh", "Democrats of Mars", "\u200b"):
        assert FINDER.party(words) is None, words


@pytest.mark.parametrize(("ref", "words"), [(ref, words) for ref, all_ in OPENED.items() for words in all_])
def test_words_that_clearly_mean_one_thing_open_it(ref: str, words: str) -> None:
    assert opened(words) == ref, FINDER.things(words)[:4]


@pytest.mark.parametrize("words", NOT_OPENED)
def test_words_that_may_mean_several_things_open_none(words: str) -> None:
    assert opened(words) is None
    assert len(refs(words)) > 1


def test_a_person_opens_as_a_person_and_not_as_the_benchmark_that_tells_of_them() -> None:
    assert FINDER.benchmarks("Kem Sokha")[0].key == "D"
    for case in REPORT.cases.values():
        if case.kind == "person":
            assert opened(case.name.en) == f"c:{case.id}"


@pytest.mark.parametrize(("words", "ref"), MISTYPED.items())
def test_a_mistyped_name_still_finds_its_thing(words: str, ref: str) -> None:
    assert refs(words)[0] == ref
    assert words not in {name for _, name in CALLED}


@pytest.mark.parametrize(("words", "ref"), ONLY_IN_A_PARAGRAPH.items())
def test_words_told_only_in_a_paragraph_find_it(words: str, ref: str) -> None:
    assert ref in refs(words)
    assert opened(words) is None


@pytest.mark.parametrize("words", NONSENSE)
def test_nonsense_finds_nothing(words: str) -> None:
    assert FINDER.things(words) == []


@pytest.mark.parametrize("name", [name for _, name in CALLED if not name.isascii()])
def test_khmer_is_found_with_and_without_zero_width_spaces(name: str) -> None:
    parted = "\u200b".join(name)
    spaced = name.replace(" ", "\u200b \u200b")
    assert FINDER.things(parted) == FINDER.things(spaced) == FINDER.things(name)


def test_only_the_kinds_asked_for_are_found() -> None:
    assert {found.key[0] for found in FINDER.things("incitement")} > {"c", "l"}
    assert {found.key[0] for found in FINDER.things("incitement", kinds="l")} == {"l"}
    assert {found.key[0] for found in FINDER.things("Kem Sokha", kinds="d")} == {"d"}


def test_the_surest_of_a_kind_is_opened_though_another_kind_has_the_name_too() -> None:
    assert opened("surrogacy") is None
    [first, *_] = FINDER.things("surrogacy", kinds="l")
    assert (first.key, first.sure) == ("l:surrogacy-law", True)


def test_finds_in_the_official_text_are_ranked_along() -> None:
    hits = Hits()
    hits.add("p:99", 61.0, "text")
    found = FINDER.things("Kem Sokha", hits)
    assert [one.key for one in found[:2]] == ["c:kem-sokha", "p:99"]
    assert found[1].how == "text"
    hits = Hits()
    hits.add("p:99", 61.0, "text")
    assert [one.key for one in FINDER.things("banana", hits)] == ["p:99"]


def test_a_code_in_a_name_counts_a_number_beside_khmer_counts_and_a_wrong_one_does_not() -> None:
    right, wrong = FINDER.things("មាត្រា 494"), FINDER.things("មាត្រា 999")
    assert right[0].sure
    assert not wrong[0].sure
    assert wrong[0].score < right[0].score


def test_words_that_occur_nowhere_are_told() -> None:
    assert FINDER.unknown(["landmines", "prison", "hun", "banana", "deported", "sokha"]) == ["landmines", "banana"]


def test_everything_found_can_be_opened() -> None:
    for words in ("the Supreme Court", "CNRP", "human rights", "2022", "election", "ឆ្នាំ 2022", "ច្បាប់"):
        assert all(REPORT.knows(ref) for ref in refs(words)), words


PIECES = ["Kem", "Sokha", "prison", "494", "មាត្រា", "ពន្ធនាគារ", "CNRP", "លោក", "តើ", "ដី", " ", "\u200b", "\u17d2", "\u17b6", "\u0301", "\ud83d", "\x00", "-", "3"]  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=4096) | st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_any_text_at_all_gets_a_ranked_answer_of_things_that_exist(words: str) -> None:
    found = FINDER.things(words)
    assert all(REPORT.knows(one.key) and 0 <= one.score <= 100 for one in found)
    assert len({one.key for one in found}) == len(found)
    assert all(better.score >= worse.score for better, worse in pairwise(found))
    assert not any(one.sure for one in found[1:])
    if found and found[0].sure and found[0].key[0] != "b":
        assert found[0].score >= SURE
        assert len(found) == 1 or found[0].score - found[1].score >= LEAD
    assert FINDER.province(words) in {None, *(f"e:{province.code}" for province in PROVINCES)}
    assert FINDER.party(words) in {None, *(party.abbreviation for party in REPORT.election.parties)}  # type: ignore[union-attr]


FLOODS = ["Kem Sokha ", "prison ", "មាត្រា 494 ", "ពន្ធនាគារ", "លោក", "494 ", "ករណី", "the ", "corupption ", "ក", "កា"]


@pytest.mark.parametrize("piece", FLOODS)
def test_floods_end_as_quickly_as_they_came(piece: str) -> None:
    words = (piece * 4096)[:4096]
    assert len(FINDER.things(words)) <= len(CALLED) + 400
    assert FINDER.province(words) is None
