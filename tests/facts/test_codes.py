"""Codes: ids, numbers, initials and dates in every usual way of writing them name one thing, and nothing else does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from the_report import load

from facts.codes import Codes
from facts.report import Report

RECOMMENDATIONS = {
    "r:105d": [
        "105d",
        "105D",
        "105 (D)",
        "105(d)",
        "105 d.",
        "105-d",
        "១០៥(d)",
        "១០៥ ឃ",
        "១០៥ឃ",
        "105\u200b(d)",
        "１０５ｄ",
        "para. 105 (d)",
        "paragraph 105 (d)",
        "recommendation 105d",
        "recommendation 105 (d)",
        "the recommendation 105 (d)",
        "កថាខណ្ឌ 105 (d)",
        "អនុសាសន៍ ១០៥(d)",
        "អនុសាសន៍ 105 ឃ",
    ],
    "r:ih": [
        "annex 1 h",
        "annex I (h)",
        "Annex I(h)",
        "annex i h",
        "annex 1 8",
        "agenda 8",
        "agenda h",
        "agenda point 8",
        "agenda item 8",
        "agenda no. 8",
        "Agenda (h)",
        "ih",
        "I (h)",
        "ឧបសម្ព័ន្ធ I (h)",
        "ឧបសម្ព័ន្ធ ១ (h)",
        "របៀបវារៈ 8",
        "របៀបវារៈ ទី ៨",
        "របៀបវារៈ ជ",
    ],
    "r:ij": ["agenda 10", "annex I (j)", "annex 1 10", "របៀបវារៈ ១០"],
    "r:107f": ["107f", "១០៧ ច", "107 (f)"],
}

NO_RECOMMENDATIONS = [
    *["", " ", "105", "105l", "105z", "103a", "107g", "1055d", "105dd", "105 d e", "d", "41"],
    *["agenda", "agenda 11", "agenda 0", "agenda k", "agenda 99", "annex 2 h", "annex III h", "annex I", "annex"],
    *["recommendations", "i", "ik", "prisons", "១០៥", "ឃ", "r105d'; --", "105\x00", "banana 105d"],
]

PARAGRAPHS = {
    "p:41": ["para 41", "Para. 41", "paras. 41", "paragraph 41", "par. 41", "para 041", "para៤១", "កថាខណ្ឌ ៤១", "កថាខណ្ឌទី 41"],
    "p:1": ["paragraph 1", "កថាខណ្ឌ ១"],
    "p:107": ["para 107", "para.107"],
}  # fmt: skip

NO_PARAGRAPHS = [
    "",
    "41",
    "para",
    "para 0",
    "para 108",
    "para 999",
    "para 1000",
    "para 41-43",
    "para x",
    "page 41",
    "-41",
]

ARTICLES = {
    "l:cc-494": [
        "494",
        "៤៩៤",
        "section 494",
        "sections 494",
        "Sec. 494",
        "article 494",
        "articles 494",
        "art. 494",
        "Criminal Code 494",
        "Criminal Code, art. 494",
        "494 of the Criminal Code",
        "article 494 of the Penal Code",
        "មាត្រា ៤៩៤",
        "មាត្រា៤៩៤",
        "មាត្រា\u200b 494",
        "ក្រមព្រហ្មទណ្ឌ មាត្រា ៤៩៤",
        "cc-494",
    ],
    "l:cc-437-bis": ["437 bis", "437bis", "437 BIS", "article 437 bis", "section 437 bis", "៤៣៧ bis", "មាត្រា ៤៣៧ bis"],
    "l:cc-27": ["27", "article 27", "មាត្រា ២៧"],
}

NO_ARTICLES = [
    "",
    "1",
    "999",
    "494 495",
    "494a",
    "section",
    "defamation",
    "bis",
    "494 ter",
    "4940",
    "-",
    "articles of faith",
]

TRIALS = {
    "trial-2021-03-01": ["1", "first", "១", "1 March 2021", "March 2021", "2021-03-01", "មីនា 2021"],
    "trial-2022-03-17": ["2", "second", "17 March 2022", "17th March 2022", "ថ្ងៃទី ១៧ ខែមីនា ឆ្នាំ ២០២២"],
    "trial-2022-06-14": [
        "3",
        "៣",
        "third",
        "THIRD",
        "14 June 2022",
        "June 14, 2022",
        "14 Jun 2022",
        "2022-06-14",
        "២០២២-០៦-១៤",
        "June 2022",
        "verdict of 14 June 2022",
        "១៤ មិថុនា ២០២២",
        "មិថុនា ២០២២",
        "ខែមិថុនា ឆ្នាំ 2022",
    ],
    "trial-2022-08-10": ["10 August 2022", "August 2022", "Aug. 2022", "ខែសីហា ២០២២", "2022-08-10"],
    "trial-2022-12-22": ["22 December 2022", "December 2022", "ធ្នូ 2022", "ថ្ងៃទី 22 ខែធ្នូ ឆ្នាំ 2022", "2022-12-22"],
}

NO_TRIALS = [
    *["", "0", "6", "99", "9999", "sixth", "2022", "March", "17 March", "13 June 2022", "11 August 2022", "July 2022"],
    *["2022-06-15", "2022-13-01", "2023-03-30", "30 March 2023", "3 March 2023", "Kem Sokha", "trial", "mass trials"],
]

CHARGES = {
    "incitement": ["incitement", "INCITEMENT", "inciting", "incite", "ញុះញង់", "ញុះ\u200bញង់", "បទញុះញង់", "ការញុះញង់"],
    "plotting": ["plotting", "plot", "រួមគំនិតក្បត់"],
    "treason": ["treason", "ក្បត់ជាតិ"],
    "conspiracy-with-a-foreign-power": ["foreign power", "សន្ទិដ្ឋិភាពជាមួយបរទេស"],
    "defamation": ["defamation", "libel", "បរិហារកេរ្តិ៍"],
    "dishonoured-cheques": ["bad cheques", "dishonored checks"],
}

NO_CHARGES = ["", "murder", "494", "D", "incitements of all kinds", "បទ", "ញុះ", "ពន្ធនាគារ"]

INITIALS = {
    "M.S.": ["2021-03-01-ms-1", "2021-03-01-ms-2", "2022-03-17-ms-1", "2022-08-10-ms-1"],
    "T.S.": ["2021-03-01-ts-1", "2022-03-17-ts-1", "2022-03-17-ts-2"],
    "E.C.E.": ["2021-03-01-ece-1", "2022-03-17-ece-1"],
    "S.T.": ["2022-03-17-st-1", "2022-06-14-st-1"],
    "H.C.": ["2022-03-17-hc-1"],
}


@pytest.fixture(scope="module")
def report() -> Report:
    return load()


@pytest.fixture(scope="module")
def codes(report: Report) -> Codes:
    return Codes(report)


def listed(ways: dict[str, list[str]]) -> list[tuple[str, str]]:
    """Each way of writing beside what it names."""
    return [(named, words) for named, all_ in ways.items() for words in all_]


@pytest.mark.parametrize(("ref", "words"), listed(RECOMMENDATIONS))
def test_a_recommendation_is_known_by_its_place_however_it_is_written(codes: Codes, ref: str, words: str) -> None:
    assert codes.recommendation(words) == ref
    assert codes.ref(words) == ref


@pytest.mark.parametrize("words", NO_RECOMMENDATIONS)
def test_what_is_no_place_of_a_recommendation_names_none(codes: Codes, words: str) -> None:
    assert codes.recommendation(words) is None


def test_every_recommendation_is_known_by_its_id_and_by_its_source(codes: Codes, report: Report) -> None:
    for one in report.recommendations.values():
        assert codes.recommendation(one.id) == codes.recommendation(one.source) == f"r:{one.id}"


def test_the_agendas_points_are_counted_from_one_in_both_alphabets(codes: Codes) -> None:
    points = [f"r:i{letter}" for letter in "abcdefghij"]
    assert [codes.recommendation(f"agenda {number}") for number in range(1, 11)] == points
    assert [codes.recommendation(f"របៀបវារៈ {letter}") for letter in "កខគឃងចឆជឈញ"] == points


@pytest.mark.parametrize(("ref", "words"), listed(PARAGRAPHS))
def test_a_paragraph_is_known_by_its_number(codes: Codes, ref: str, words: str) -> None:
    assert codes.paragraph(words) == ref
    assert codes.ref(words) == ref


@pytest.mark.parametrize("words", NO_PARAGRAPHS)
def test_a_number_alone_or_one_that_is_not_there_is_no_paragraph(codes: Codes, words: str) -> None:
    assert codes.paragraph(words) is None


@pytest.mark.parametrize(("ref", "words"), listed(ARTICLES))
def test_an_article_is_known_by_its_number(codes: Codes, ref: str, words: str) -> None:
    assert codes.law(words) == ref


@pytest.mark.parametrize("words", NO_ARTICLES)
def test_a_number_that_the_report_does_not_name_is_no_article(codes: Codes, words: str) -> None:
    assert codes.law(words) is None


def test_every_article_of_the_report_is_known_by_its_number(codes: Codes, report: Report) -> None:
    numbers = {law.id: law.article for law in report.laws.values() if law.article}
    assert len(numbers) == 14
    for identity, number in numbers.items():
        assert codes.law(f"article {number}") == codes.law(f"មាត្រា {number}") == f"l:{identity}"


def test_in_plain_words_a_number_alone_is_no_article_and_a_named_one_is(codes: Codes) -> None:
    assert codes.ref("27") is codes.ref("494") is codes.ref("៤៩៤") is None
    assert codes.ref("section 494") == codes.ref("មាត្រា ៤៩៤") == "l:cc-494"
    assert codes.ref("437 bis") == "l:cc-437-bis"


@pytest.mark.parametrize(("trial", "words"), listed(TRIALS))
def test_a_trial_is_known_by_its_number_or_its_verdict(codes: Codes, trial: str, words: str) -> None:
    assert codes.trial(words) == trial


@pytest.mark.parametrize("words", NO_TRIALS)
def test_a_day_without_a_verdict_and_a_number_without_a_trial_name_none(codes: Codes, words: str) -> None:
    assert codes.trial(words) is None


@pytest.mark.parametrize(("charge", "words"), listed(CHARGES))
def test_a_charge_is_known_by_its_names(codes: Codes, charge: str, words: str) -> None:
    assert codes.charge(words) == charge


@pytest.mark.parametrize("words", NO_CHARGES)
def test_other_words_are_no_charge(codes: Codes, words: str) -> None:
    assert codes.charge(words) is None


def test_every_charge_is_known_by_its_name_in_both_languages(codes: Codes, report: Report) -> None:
    for charge in report.charges.values():
        assert codes.charge(charge.name.en) == codes.charge(charge.name.km) == charge.id


@pytest.mark.parametrize(
    ("annex", "words"),
    [
        *[(1, words) for words in ("annex I", "annex 1", "ANNEX i", "ឧបសម្ព័ន្ធ ១", "ឧបសម្ព័ន្ធទី I")],
        *[(2, words) for words in ("annex II", "annex 2", "ឧបសម្ព័ន្ធ II")],
        *[(3, words) for words in ("Annex III", "annex 3", "annex-3", "ឧបសម្ព័ន្ធ ៣", "ឧបសម្ព័ន្ធទី៣")],
    ],
)
def test_an_annex_is_known_by_its_number(codes: Codes, annex: int, words: str) -> None:
    assert codes.annex(words) == annex


@pytest.mark.parametrize(
    "words", ["", "annex", "annexes", "annex 0", "annex 9", "annex iiii", "3", "annex I (d)", "ឧបសម្ព័ន្ធ"]
)
def test_what_is_no_annex_is_none(codes: Codes, words: str) -> None:
    assert codes.annex(words) is None


@pytest.mark.parametrize(("initials", "ids"), INITIALS.items())
def test_initials_list_every_match_and_pick_none(codes: Codes, initials: str, ids: list[str]) -> None:
    expected = [f"n:{one}" for one in ids]
    for words in (initials, initials.lower(), initials.replace(".", ". "), initials[:-1], f"  {initials} "):
        assert codes.initials(words) == expected, words
    bare = initials.replace(".", "")
    for words in (bare, bare.lower(), " ".join(bare[:2]) + bare[2:]):
        assert codes.initials(words) == []
        assert codes.initials(words, dotted=False) == expected, words


@pytest.mark.parametrize("words", ["", ".", "M", "M.", "X.Y.", "A.B.C.D.E.", "Mr.", "e.g.", "U.N.", "hello.", "ក.ខ."])
def test_what_are_nobodys_initials_list_nothing(codes: Codes, words: str) -> None:
    assert codes.initials(words) == []
    assert codes.initials(words, dotted=False) == []


def test_every_defendant_is_listed_by_the_initials_and_only_by_them(codes: Codes, report: Report) -> None:
    for defendant in report.defendants.values():
        found = [report.defendants[ref.removeprefix("n:")] for ref in codes.initials(defendant.initials)]
        assert defendant in found
        assert {one.initials for one in found} == {defendant.initials}


def test_a_ref_names_itself_when_there_is_such_a_thing(codes: Codes, report: Report) -> None:
    groups = {"b": report.benchmarks, "c": report.cases, "n": report.defendants, "l": report.laws, "d": report.dates}
    keys = {kind: list(things) for kind, things in groups.items()}
    keys |= {"x": list(report.contradictions), "r": list(report.recommendations)}
    keys["p"] = [str(number) for number in report.paragraphs]
    for kind, things in keys.items():
        for one in things:
            assert codes.ref(f"{kind}:{one}") == f"{kind}:{one}"
    for words in ("b:Z", "b:d", "p:999", "e:99", "x:", ":", "::", "c:Kem Sokha", "z:1", "b:D extra"):
        assert codes.ref(words) is None, words


@pytest.mark.parametrize("words", ["D", "4", "41", "prisons", "Kem Sokha", "M.S.", "annex III", "what is 105", "?"])
def test_what_is_no_code_of_a_thing_is_left_to_others(codes: Codes, words: str) -> None:
    assert codes.ref(words) is None


def test_the_second_annex_is_not_the_ninth_point_of_the_agenda(codes: Codes) -> None:
    assert codes.ref("annex II") is codes.recommendation("annex ii") is codes.recommendation("annex 11") is None


@pytest.mark.parametrize("words", ["id", "if", "I'd", "the 27", "of 27", "e", "b:"])
def test_small_words_and_loose_numbers_are_no_codes(codes: Codes, words: str) -> None:
    assert codes.ref(words) is None


@pytest.mark.parametrize(("words"), ["4", "fourth", "fourth mass trial", "the fourth trial", "ការជំនុំជម្រះទ្រង់ទ្រាយធំលើកទី 4"])
def test_the_fourth_mass_trial_is_the_one_that_the_report_calls_so(codes: Codes, report: Report, words: str) -> None:
    assert codes.trial(words) == "trial-2022-12-22"
    assert "fourth mass trial" in report.cases["trial-2022-12-22"].keywords.en


@pytest.mark.parametrize("words", ["third mass trial", "the third", "trial 3", "3rd trial", "ទី ៣", "លើកទី 3", "14.06.2022", "14/6/2022", "2022-06"])  # fmt: skip
def test_other_usual_ways_name_a_trial(codes: Codes, words: str) -> None:
    assert codes.trial(words) == "trial-2022-06-14"


@pytest.mark.parametrize("words", ["decision 2022", "marriage 2022"])
def test_a_word_that_begins_like_a_month_names_no_trial(codes: Codes, words: str) -> None:
    assert codes.trial(words) is None


@pytest.mark.parametrize(
    ("words", "ref"),
    [
        ("437", "l:cc-437-bis"),
        ("article 437", "l:cc-437-bis"),
        ("មាត្រា 437 ស្ទួន", "l:cc-437-bis"),
        ("s. 494", "l:cc-494"),
        ("art 494 CC", "l:cc-494"),
        ("មាត្រាទី ៤៩៤", "l:cc-494"),
        ("មាត្រា ៤៩៤ នៃក្រមព្រហ្មទណ្ឌ", "l:cc-494"),
    ],
)
def test_other_usual_ways_name_an_article(codes: Codes, words: str, ref: str) -> None:
    assert codes.law(words) == ref


@pytest.mark.parametrize("words", ["the paragraph 41", "paragraph no. 41", "កថាខណ្ឌ លេខ ៤១"])
def test_other_usual_ways_name_a_paragraph(codes: Codes, words: str) -> None:
    assert codes.paragraph(words) == "p:41"


def test_three_initials_with_spaces_between_are_found_too(codes: Codes) -> None:
    assert codes.initials("E C E", dotted=False) == [f"n:{one}" for one in INITIALS["E.C.E."]]


@pytest.mark.parametrize("words", ["who is M.S.?", "what sentence did M.S. get", "តើ M.S. ជានរណា", "M.S.?"])
def test_initials_within_a_question_list_their_matches(codes: Codes, words: str) -> None:
    assert codes.initials(words) == [f"n:{one}" for one in INITIALS["M.S."]]


def test_initials_within_a_question_need_capitals_and_all_dots(codes: Codes) -> None:
    for words in ("i.e. the m.s. of it", "the U.N. in Phnom Penh", "no.S.T", "MS Word", "A.M.S. is three"):
        assert codes.initials(words) == []


PIECES = ["105", "d", "(", ")", " ", ".", "-", ":", "annex", "I", "agenda", "para", "មាត្រា", "កថាខណ្ឌ", "ឃ", "៤", "June", "2022", "M.", "S.", "bis", "the", "of", "section", "\u200b", "\u17d2", "trial", "third", "no", "b:", "e"]  # fmt: skip


@given(st.text(max_size=4096) | st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_any_text_at_all_is_a_code_of_something_real_or_of_nothing(codes: Codes, report: Report, words: str) -> None:
    for ref in (codes.recommendation(words), codes.paragraph(words), codes.law(words), codes.ref(words)):
        assert ref is None or report.knows(ref)
    trial, charge = codes.trial(words), codes.charge(words)
    assert trial is None or report.cases[trial].kind == "trial"
    assert charge is None or charge in report.charges
    assert codes.annex(words) in {None, 1, 2, 3, 4, 5}
    for dotted in (True, False):
        assert all(report.knows(ref) for ref in codes.initials(words, dotted=dotted))


FLOODS = ["the ", "recommendation", "no ", "number", "ទី", "លេខ", "section", "sections", "articles ", "of ", "point ", "A.", "A. ", "1", "១", "10 ", "para ", "june ", "2022 ", "អនុសាសន៍", "cc", "trial ", "mass ", "annex 1 "]  # fmt: skip


@pytest.mark.parametrize("piece", FLOODS)
def test_floods_end_as_quickly_as_they_came(codes: Codes, piece: str) -> None:
    words = (piece * 4096)[:4096]
    assert (codes.ref(words), codes.trial(words), codes.charge(words), codes.annex(words)) == (None,) * 4
    assert codes.initials(words) == []


@pytest.mark.parametrize("words", ["-41", "para -41", "− 494", "section -494", "agenda -1", "-105 d"])
def test_a_number_below_zero_names_nothing(words: str) -> None:
    codes = Codes(load())
    assert (codes.paragraph(words), codes.paragraph(f"para {words}"), codes.law(words)) == (None, None, None)
    assert codes.recommendation(words) is None
    assert codes.paragraph("para 41") == "p:41", "control"
