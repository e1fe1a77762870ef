"""The key: spellings a reader sees as the same compare as the same, and nothing people type breaks it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facts.khmer import is_khmer, is_khmer_sign, key

ZERO_WIDTH = "\u200b\u200c\u200d\ufeff\u2060"
DIRECTIONS = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c"
KHMER_AND_MORE = st.text("កខដតរសហ្្្ាិីុំះៈ៉៊៌េែោើ់័៍៏៤0 -D\u200b\u0301'")

SAME = [
    ("Ｄ", "d"),
    ("Ⓓ", "d"),
    ("🅓", "d"),
    ("🄳", "d"),
    ("(d)", "d"),
    ("⑷", "4"),
    ("❹", "4"),
    ("០៤", "04"),
    ("٤", "4"),
    ("Théary  SENG", "theary seng"),
    ("Đặng Ngọc", "dang ngoc"),
    ("women’s", "womens"),
    ("NON-CUSTODIAL", "non custodial"),
    ("ﬁne", "fine"),
    ("ពន្ធ\u200bនាគារ", "ពន្ធនាគារ"),
    ("ស្ដេច", "ស្តេច"),
    ("ស្រ្តី", "ស្ត្រី"),
    ("ស\u17c1\u17d2តច", "ស្តេច"),
    ("ក\u17c1\u17b6ះ", "កោះ"),
    ("ក\u17c1\u17b8ត", "កើត"),
    ("ក\u17c6\u17bb", "កុំ"),
    ("ស\u17bb\u17ca\u17b8", "ស\u17ca\u17bb\u17b8"),
    ("ឲ្យ", "ឱ្យ"),
    ("ក\u17b7\u17b7", "កិ"),
    ("ក\u17b4ខ", "កខ"),
    ("តើពិតទេ?", "តើពិតទេ"),
    ("ចប់។", "ចប់"),
]

DIFFERENT = [
    ("ដី", "តី"),
    ("ត្រី", "ត្រ"),
    ("កុំ", "កំ"),
    ("ស្តី", "សត្តី"),
    ("កោះ", "កេះ"),
    ("prison", "prisons"),
    ("4", "40"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_that_look_the_same_have_one_key(one: str, other: str) -> None:
    assert key(one) == key(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_words_that_differ_keep_different_keys(one: str, other: str) -> None:
    assert key(one) != key(other)


@pytest.mark.parametrize("invisible", ZERO_WIDTH + DIRECTIONS + "\x00\u00ad\ud83d\udc00\ufe0f")
def test_what_cannot_be_seen_does_not_count(invisible: str) -> None:
    assert key(f"mass{invisible} tri{invisible}als") == "mass trials"
    assert key(invisible) == ""


def test_letters_that_unicode_joins_or_splits_have_one_key() -> None:
    assert key("e\u0301lection") == key("\u00e9lection") == "election"


def test_the_signs_of_a_cluster_come_in_the_order_in_which_they_are_spoken() -> None:
    assert key("ស\u17c6\u17b8\u17ca\u17d2\u179a\u17d2\u178f") == "ស\u17d2\u178f\u17d2\u179a\u17ca\u17b8\u17c6"


def test_a_flood_of_combining_marks_is_one_letter() -> None:
    assert key("a" + "\u0301\u0323" * 100_000) == "a"
    assert key("ក" + "\u17b7\u17d2\u179a" * 100_000) == key("ក្រិ")


@given(st.text() | KHMER_AND_MORE)
def test_a_key_is_its_own_key(text: str) -> None:
    assert key(key(text)) == key(text)


@given(st.text(st.characters(), max_size=200) | KHMER_AND_MORE)
def test_a_key_holds_only_letters_digits_khmer_signs_and_single_spaces(text: str) -> None:
    assert all(c == " " or c.isalnum() or is_khmer(c) for c in key(text))
    assert key(text) == " ".join(key(text).split(" ")).strip()
    assert not re.search("[A-Z]|[\u17e0-\u17e9]", key(text))


@settings(max_examples=50)
@given(st.integers(0, 0x10FF))
def test_no_single_character_raises_and_each_is_its_own_key(block: int) -> None:
    for point in range(block * 256, block * 256 + 256):
        folded = key(chr(point))
        assert key(folded) == folded


def test_a_subscript_and_a_vowel_cannot_begin_a_word_and_a_consonant_can() -> None:
    assert is_khmer_sign("\u17d2")
    assert is_khmer_sign("\u17b6")
    assert not is_khmer_sign("ក")
