"""A moment is said back in words, with the weekday, so that who told it can see a slip."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from forms.when import Moment, Reason, understood
from texts.language import LANGUAGES
from texts.when import told, why_not

NOW = dt.datetime.fromisoformat("2026-11-21 15:10")

SAID_BACK = [
    ("around 3pm", "Saturday 21 November 2026, about 15:00", "ថ្ងៃសៅរ៍ ទី 21 ខែវិច្ឆិកា ឆ្នាំ 2026 ប្រហែលម៉ោង 15:00"),
    ("yesterday 15:30", "Friday 20 November 2026, 15:30", "ថ្ងៃសុក្រ ទី 20 ខែវិច្ឆិកា ឆ្នាំ 2026 ម៉ោង 15:30"),
    ("last night", "Friday 20 November 2026, at night", "ថ្ងៃសុក្រ ទី 20 ខែវិច្ឆិកា ឆ្នាំ 2026 ពេលយប់"),
    ("3/5/2026", "Sunday 3 May 2026", "ថ្ងៃអាទិត្យ ទី 3 ខែឧសភា ឆ្នាំ 2026"),
    ("about 3 may", "about Sunday 3 May 2026", "ប្រហែលថ្ងៃអាទិត្យ ទី 3 ខែឧសភា ឆ្នាំ 2026"),
    ("this week", "the week of 16 November 2026", "សប្ដាហ៍ចាប់ពីថ្ងៃទី 16 ខែវិច្ឆិកា ឆ្នាំ 2026"),
    ("this month", "November 2026", "ខែវិច្ឆិកា ឆ្នាំ 2026"),
    ("2023", "the year 2023", "ឆ្នាំ 2023"),
    ("not sure", "not known", "មិនដឹង"),
    (
        "3-5 May",
        "from Sunday 3 May 2026 to Tuesday 5 May 2026",
        "ពីថ្ងៃអាទិត្យ ទី 3 ខែឧសភា ឆ្នាំ 2026 ដល់ថ្ងៃអង្គារ ទី 5 ខែឧសភា ឆ្នាំ 2026",
    ),
    (
        "yesterday 2-4 pm",
        "Friday 20 November 2026, from 14:00 to 16:00",
        "ថ្ងៃសុក្រ ទី 20 ខែវិច្ឆិកា ឆ្នាំ 2026 ពីម៉ោង 14:00 ដល់ 16:00",
    ),
    (
        "between 2 and 4 pm yesterday",
        "Friday 20 November 2026, from about 14:00 to 16:00",
        "ថ្ងៃសុក្រ ទី 20 ខែវិច្ឆិកា ឆ្នាំ 2026 ពីប្រហែលម៉ោង 14:00 ដល់ 16:00",
    ),
]


@pytest.mark.parametrize(("said", "english", "khmer"), SAID_BACK)
def test_what_was_understood_is_said_back_in_words(said: str, english: str, khmer: str) -> None:
    moment = understood(said, NOW)
    assert isinstance(moment, Moment)
    assert told(moment, "en") == english
    assert told(moment, "km") == khmer


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("part", ["morning", "afternoon", "evening", "night"])
def test_no_two_parts_of_a_day_are_said_alike(part: str, language: str) -> None:
    def said(name: str) -> str:
        moment = understood(f"yesterday {name}", NOW)
        assert isinstance(moment, Moment)
        return told(moment, language)

    others = {"morning", "afternoon", "evening", "night"} - {part}
    assert said(part) not in {said(other) for other in others}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", list(Reason))
def test_who_was_not_understood_is_told_what_would_be(reason: Reason, language: str) -> None:
    examples = re.findall("<code>(.+?)</code>", why_not(reason, language))
    assert examples
    for example in examples:
        assert isinstance(understood(example, NOW), Moment), example


@pytest.mark.parametrize("reason", list(Reason))
def test_khmer_is_khmer(reason: Reason) -> None:
    """The control of the examples: in Khmer they are Khmer ones, and the sentence is not the English one."""
    assert "yesterday" in why_not(Reason.TOO_LONG, "en")
    assert not re.search("(?i)please|yesterday|may", why_not(reason, "km"))
    assert "\u200b" not in why_not(reason, "km")


def test_what_is_said_back_is_understood_as_the_same_moment() -> None:
    """In both languages, so that a person can copy the echo, change one figure and send it again."""
    for said, english, khmer in SAID_BACK:
        meant = understood(said, NOW)
        if isinstance(meant, Moment) and meant.precision != "week" and meant.until is None:
            assert understood(english, NOW) == meant, english
            assert understood(khmer, NOW) == meant, khmer
