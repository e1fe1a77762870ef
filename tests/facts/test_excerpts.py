"""Excerpts show where a search matched, and never cut a letter from its signs."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facts.excerpts import MISSING, Piece, excerpt
from facts.khmer import COENG, key

LONG = (
    "An orchard begins with a wall. The wall keeps goats away, and goats are many. "
    "Then come the quinces, which nobody eats raw, and the medlars, which nobody eats before the frost. "
    "In the third year the gardeners were deported to another garden, where the walls are lower and the goats fewer. "
    "There they planted quinces again, and again waited for the frost, as gardeners do."
)
KHMER = "សិទ្ធិ\u200bមនុស្ស\u200bនៅ\u200bកម្ពុជា" * 12 + "តុលាការ\u200bកំពូល" + "ប្រជាពលរដ្ឋ" * 30


def shown(text: str, *terms: str, most: int = 200) -> str:
    """The excerpt with brackets around what matched."""
    pieces = excerpt(text, [key(term) for term in terms], most)
    return "".join(f"[{piece.text}]" if piece.matched else piece.text for piece in pieces)


def matched(text: str, *terms: str) -> list[str]:
    """What is marked."""
    return [piece.text for piece in excerpt(text, [key(term) for term in terms], len(text) + 1) if piece.matched]


def test_a_short_text_is_whole_with_its_matches_marked() -> None:
    assert shown("The wall keeps goats away.", "goats") == "The wall keeps [goats] away."
    assert excerpt("", ["goat"]) == ()
    assert excerpt("No match.", []) == (Piece("No match.", matched=False),)


def test_a_long_text_is_cut_around_the_match_between_words() -> None:
    part = shown(LONG, "deported", most=80)
    assert "[deported]" in part
    assert part.startswith(MISSING)
    assert part.endswith(MISSING)
    inner = part.strip(MISSING).replace("[", "").replace("]", "")
    assert f" {inner.strip()} " in f" {LONG} "


def test_the_part_with_the_most_terms_is_chosen() -> None:
    part = shown(LONG, "goats", "gardeners", "deported", most=90)
    assert "[gardeners]" in part
    assert "[deported]" in part
    assert not part.startswith("An orchard")


def test_without_a_match_it_is_the_beginning() -> None:
    assert shown(LONG, "zebra", most=60).startswith("An orchard begins")
    assert shown(LONG, most=60).endswith(MISSING)


@pytest.mark.parametrize(
    ("asked", "marked"),
    [
        ("gardener", ["gardeners", "garden", "gardeners"]),
        ("deportation", ["deported"]),
        ("walls", ["wall", "wall", "walls"]),
        ("QUINCE", ["quinces", "quinces"]),
        ("plant", ["planted"]),
        ("rost", ["rost", "rost"]),
    ],
)
def test_other_endings_and_fragments_are_marked(asked: str, marked: list[str]) -> None:
    assert matched(LONG, asked) == marked


def test_other_words_that_begin_alike_are_not_marked() -> None:
    assert matched("The political police of the polity.", "political") == ["political"]
    assert matched("Committees commit.", "commit") == ["commit"]
    assert matched("a of an", "a") == ["a"]


def test_case_accents_and_apostrophes_do_not_matter() -> None:
    assert matched("CAFÉ, café and Cafe\u0301.", "cafe") == ["CAFÉ", "café", "Cafe\u0301"]
    assert matched("Women’s rights", "womens") == ["Women’s"]


def test_footnote_marks_do_not_hide_the_word_before_them() -> None:
    assert matched("Of independence¹³ and more", "independence") == ["independence"]


def test_khmer_is_marked_with_its_invisible_spaces_wherever_it_stands() -> None:
    assert matched(KHMER, "តុលាការកំពូល") == ["តុលាការ\u200bកំពូល"]
    part = shown(KHMER, "តុលាការកំពូល", most=60)
    assert "[តុលាការ\u200bកំពូល]" in part
    assert len(part) <= 62


def test_part_of_a_khmer_letter_marks_the_whole_letter() -> None:
    assert matched("ស្ត្រី", key("ស្ត")) == ["ស្ត្រី"]


def test_signs_in_another_order_are_the_same() -> None:
    assert matched("នៅ ស្រី្ត ទេ", "ស្ត្រី") == ["ស្រី្ត"]


def hangs(before: str, after: str) -> bool:
    """Whether the first character of ``after`` cannot stand without the last of ``before``."""
    mark = unicodedata.category(after[0]) in ("Mn", "Mc", "Me")
    return mark or (before[-1] == COENG and "\u1780" <= after[0] <= "\u17b3")


CHARACTERS = st.characters() | st.sampled_from("កខងត្រីាំះេើ\u17d2\u200b\u200d é\u0301👩🇰🇭 a ")


@given(st.text(CHARACTERS, max_size=300), st.lists(st.text(CHARACTERS, max_size=4), max_size=3), st.integers(1, 120))
def test_pieces_are_the_text_cut_between_letters_and_never_too_long(text: str, terms: list[str], most: int) -> None:
    pieces = excerpt(text, [key(term) for term in terms], most)
    whole = "".join(piece.text for piece in pieces)
    assert all(piece.text for piece in pieces)
    assert len(whole) <= max(most, 2 * len(MISSING))
    cut = whole
    if whole != text:
        cut = cut.removeprefix(MISSING) if cut not in text else cut
        cut = cut.removesuffix(MISSING) if cut not in text else cut
    assert cut in text
    for one, other in pairwise(pieces):
        assert not hangs(one.text, other.text) or one.text == MISSING


@given(st.integers(1, 200), st.integers(0, 40))
def test_khmer_is_never_cut_within_a_letter(most: int, start: int) -> None:
    text = KHMER[start:].lstrip("\u200b")
    while text and hangs("ក", text):
        text = text[1:]
    whole = "".join(piece.text for piece in excerpt(text, [key("តុលាការកំពូល")], most)).strip(MISSING)
    if not whole:
        return
    place = text.index(whole)
    assert place == 0 or not hangs(text[:place], text[place:])
    after = text[place + len(whole) :]
    assert not after or not hangs(whole, after)


def test_cutting_anywhere_would_part_letters() -> None:
    """Control: the Khmer text has many places where a cut is wrong."""
    assert sum(hangs(KHMER[:place], KHMER[place:]) for place in range(1, len(KHMER))) > len(KHMER) / 3
