"""Whole messages that ask nothing of the report: what is due, remind me, stop, done."""

from __future__ import annotations

import pytest

from facts.ranking import LONGEST
from facts.wishes import Wish, wished


@pytest.mark.parametrize(
    "words",
    [
        *("when is the deadline", "When's the next deadline?", "deadlines", "what is due?", "cut-off", "cut off date"),
        *("when do I have to submit?", "next call for information", "how long until the deadline"),
        *("ពេលណាផុតកំណត់", "ផុតកំណត់ពេលណា?", "តើថ្ងៃផុតកំណត់ថ្ងៃណា?", "តើត្រូវផ្ញើពេលណា?", "ឱសានវាទ", "កាលបរិច្ឆេទកំណត់"),
        "\u200bពេលណា\u200bផុត\u200bកំណត់",
    ],
)
def test_who_asks_what_is_due_is_understood(words: str) -> None:
    assert wished(words) is Wish.DUE


@pytest.mark.parametrize(
    ("words", "wish"),
    [
        ("STOP", Wish.STOP),
        ("please stop!", Wish.STOP),
        ("ឈប់", Wish.STOP),
        ("កុំរំលឹកខ្ញុំទៀត", Wish.STOP),
        ("Done.", Wish.DONE),
        ("I'm done", Wish.DONE),
        ("រួចហើយ", Wish.DONE),
        ("Remind me", Wish.REMIND),
        ("សូមរំលឹកខ្ញុំ", Wish.REMIND),
    ],
)
def test_a_word_that_is_a_wish_is_understood(words: str, wish: Wish) -> None:
    assert wished(words) is wish


@pytest.mark.parametrize(
    "words",
    [
        *("", " ", "?", "D", "due process", "deadline 2023", "deadline for replies to the public call"),
        *("stop prosecuting the opposition", "stop forced evictions", "call for information", "submission", "by when"),
        *("when is the election", "what was done about prisons", "ពេលណា", "ការអំពាវនាវរកព័ត៌មាន", "ឈប់ចាប់ខ្លួនសកម្មជន"),
    ],
)
def test_other_words_are_looked_up(words: str) -> None:
    assert wished(words) is None


@pytest.mark.parametrize("piece", ["ថ្ងៃ", "deadline ", "stop ", "ផុតកំណត់"])
def test_a_pasted_page_is_no_wish(piece: str) -> None:
    assert wished(piece * LONGEST) is None
