"""Scope: what is asked about a time after the report, and what waits for a yes or a no, is noticed."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from the_report import load

from facts import scope

UNTIL = dt.date(2023, 6, 7)

BEYOND = [
    "What happened in 2024?",
    "who won the election of 23 July 2023",
    "Kem Sokha in August 2023",
    "ឆ្នាំ ២០២៥",
    "ខែកក្កដា ឆ្នាំ ២០២៣",
    "ធ្នូ 2023",
    "from 2021 to 2030",
    "2023",
    "Is Kem Sokha in prison today?",
    "what is the latest",
    "where is he now",
    "តើឥឡូវលោកនៅឯណា",
    "ស្ថានភាពបច្ចុប្បន្ន",
    "this year",
]

WITHIN = [
    "",
    "mass trials",
    "March 2023",
    "3 March 2023",
    "June 2023",
    "ខែមីនា ឆ្នាំ ២០២៣",
    "what happened in 2022",
    "17 March 2022 and 14 June 2022",
    "article 494",
    "the 20230 riel",
    "A/HRC/54/75",
    "nowhere",
    "known",
    "last meeting",
]

YES_OR_NO = [
    "Is Kem Sokha in prison?",
    "was the election fair",
    "Did the Supreme Court uphold it?",
    "  can NGOs observe",
    "តើលោកជាប់គុកឬទេ?",
    "តើលោកជាប់គុកដែរឬទេ",
    "តើត្រឹមត្រូវមែនទេ",
    "ជាប់គុកឬអត់",
]

OPEN = [
    "",
    "How many people were convicted?",
    "island",
    "domestic violence",
    "mayor",
    "prisons",
    "who is in prison",
    "តើរបាយការណ៍និយាយអ្វីខ្លះ",
    "ពន្ធនាគារ",
]


@pytest.mark.parametrize("words", BEYOND)
def test_a_time_after_the_report_is_noticed(words: str) -> None:
    assert scope.beyond(words, UNTIL)


@pytest.mark.parametrize("words", WITHIN)
def test_what_the_report_covers_is_not_taken_for_later(words: str) -> None:
    assert not scope.beyond(words, UNTIL)


def test_what_is_later_depends_on_the_report() -> None:
    assert scope.beyond("March 2023", dt.date(2022, 6, 1))
    assert not scope.beyond("March 2023", load().document.as_of)
    assert not scope.beyond("2023", dt.date(2023, 12, 31))


@pytest.mark.parametrize("words", YES_OR_NO)
def test_a_question_that_waits_for_a_yes_or_a_no_is_noticed(words: str) -> None:
    assert scope.wants_yes_or_no(words)


@pytest.mark.parametrize("words", OPEN)
def test_a_question_that_asks_for_more_is_not(words: str) -> None:
    assert not scope.wants_yes_or_no(words)


@pytest.mark.parametrize(
    ("words", "years", "month"),
    [
        ("14 June 2022", [2022], 6),
        ("ថ្ងៃទី ១៤ ខែមិថុនា ឆ្នាំ ២០២២", [2022], 6),
        ("from December 2021 to January 2022", [2021, 2022], 12),
        ("sept. 2022", [2022], 9),
        ("ខែ\u200bសី\u200bហា", [], 8),
        ("120221", [], None),
        ("1850 2150", [], None),
        ("៤៩៤", [], None),
    ],
)
def test_years_and_months_are_read_in_both_languages(words: str, years: list[int], month: int | None) -> None:
    assert scope.years(words) == years
    assert scope.month(words) == month


def test_all_months_are_known_in_both_languages() -> None:
    khmer = ["មករា", "កុម្ភៈ", "មីនា", "មេសា", "ឧសភា", "មិថុនា", "កក្កដា", "សីហា", "កញ្ញា", "តុលា", "វិច្ឆិកា", "ធ្នូ"]
    for number, name in enumerate(khmer, 1):
        assert scope.month(f"ខែ{name} 2022") == number
        assert scope.month(dt.date(2022, number, 1).strftime("%B")) == number
        assert scope.month(dt.date(2022, number, 1).strftime("%b")) == number


@pytest.mark.parametrize("words", ["the mayor in 2022", "doctors 2022", "decision 2022", "markets", "a separate trial"])
def test_a_word_that_only_begins_like_a_month_is_none(words: str) -> None:
    assert scope.month(words) is None


@pytest.mark.parametrize(
    "words", ["Isn’t Kem Sokha in prison?", "wasn't he convicted", "តើ Kem Sokha ជាប់គុកឬទេ?", "តើ CNRP ត្រូវបានរំលាយមែនទេ"]
)
def test_a_contraction_or_a_name_in_latin_letters_hides_no_yes_or_no(words: str) -> None:
    assert scope.wants_yes_or_no(words)


def test_the_words_said_are_those_that_may_be_missed() -> None:
    assert scope.said("What does the report say about landmines in Pailin?") == ["landmines", "pailin"]
    assert scope.said("តើ Hun Manet នៅឯណា 2024 at") == ["hun", "manet"]
    assert scope.said("?") == []
    assert scope.names("What does the report say about Hun Manet and landmines in Pailin?") == [
        "hun",
        "manet",
        "pailin",
    ]


@given(st.text(max_size=4096))
def test_any_text_has_a_scope(words: str) -> None:
    assert scope.beyond(words, UNTIL) in {True, False}
    assert scope.wants_yes_or_no(words) in {True, False}
    assert all(1900 <= year <= 2099 for year in scope.years(words))
    assert scope.month(words) in {None, *range(1, 13)}
    assert all(len(word) > 2 for word in scope.said(words))


def test_a_day_and_a_month_are_spelled_as_people_write_them_and_a_year_is_not() -> None:
    assert "15 may 2023" in scope.spelled("2023-05-15")
    assert "ថ្ងៃទី15 ខែឧសភា ឆ្នាំ2023" in scope.spelled("2023-05-15")
    assert "may 2023" in scope.spelled("2023-05")
    assert scope.spelled("2023") == ()
