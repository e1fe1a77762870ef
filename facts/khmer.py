"""One normal form of words, so that spellings a reader sees as the same compare as the same, in Khmer and in English."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

COENG = "\u17d2"
"""The sign that turns the consonant after it into a subscript."""

_COENG_RO = "\u17d2\u179a"
_COENG_DA = "\u17d2\u178a"
_COENG_TA = "\u17d2\u178f"
_INHERENT_VOWELS = "\u17b4\u17b5"
_SHIFTERS_AND_ROBAT = "\u17c9\u17ca\u17cc"
_VOWELS = frozenset(map(chr, range(0x17B6, 0x17C6)))

_MARKS = re.compile("(?:\u17d2[\u1780-\u17b3]|[\u17b6-\u17d1\u17d3\u17dd])+")
_UNITS = re.compile("\u17d2[\u1780-\u17b3]|.")

_SPLIT_VOWELS = (("\u17c1", "\u17b6", "\u17c4"), ("\u17c1", "\u17b8", "\u17be"))
"""Two vowel signs that people type one after the other, and the single sign that draws the same."""

_LOOK_ALIKES = {
    **{"\u2019": "", "\u2018": "", "\u02bc": "", "'": "", "`": ""},  # women's and womens are one word
    **dict(zip("đøłħıæœ", ("d", "o", "l", "h", "i", "ae", "oe"), strict=True)),
    **{chr(0x1F150 + n): chr(0x61 + n) for n in range(26)},  # white letters on black discs and squares:
    **{chr(0x1F170 + n): chr(0x61 + n) for n in range(26)},  # Unicode gives them no plain letter
    "\u17b2": "\u17b1",  # ឲ្យ and ឱ្យ are both in daily use
}


def key(text: str) -> str:
    """The text as it is compared: letters, digits and Khmer signs only, words parted by single spaces.

    Case, width, circles and Latin accents are folded; digits of any script become 0-9; everything invisible
    (zero-width spaces, direction controls, lone surrogates, NUL) is dropped; punctuation becomes a space. Within a
    Khmer cluster the signs are put in the order in which they are spoken, subscript ro last, doubled signs once, and a
    subscript da becomes the subscript ta that looks like it. Takes time in proportion to the text, however many
    combining marks it piles up. ``key(key(text)) == key(text)``.
    """
    letters = "".join(map(_folded, text))
    return " ".join(_MARKS.sub(_in_order, letters).split())


def is_khmer(character: str) -> bool:
    """Whether a character of a key is a Khmer letter or sign."""
    return "\u1780" <= character <= "\u17dd"


def is_khmer_sign(character: str) -> bool:
    """Whether a character of a key hangs on the letter before it, so that no word can begin with it."""
    return "\u17b6" <= character <= "\u17dd"


@lru_cache(maxsize=4096)
def _folded(character: str) -> str:
    """One character as it goes into a key; nothing, one or several characters."""
    return "".join(map(_kept, unicodedata.normalize("NFKD", character).casefold()))


def _kept(character: str) -> str:
    """What remains of one decomposed, case-folded character."""
    if character in _LOOK_ALIKES:
        return _LOOK_ALIKES[character]
    if character in _INHERENT_VOWELS:
        return ""
    if (digit := unicodedata.digit(character, None)) is not None:
        return str(digit)
    if character.isalnum() or (is_khmer(character) and unicodedata.category(character) in ("Mn", "Mc")):
        return character
    if character.isspace():
        return " "
    return "" if unicodedata.category(character) in ("Mn", "Mc", "Me", "Cf", "Cc", "Cs") else " "


def _in_order(marks: re.Match[str]) -> str:
    """The signs of one Khmer cluster, each once, in the order of ``_rank``."""
    units = list(dict.fromkeys(_UNITS.findall(marks[0].replace(_COENG_DA, _COENG_TA))))
    for first, second, both in _SPLIT_VOWELS:
        if first in units and second in units:
            units = [unit for unit in units if unit not in (first, second, both)] + [both]
    return "".join(sorted(units, key=_rank))


def _rank(unit: str) -> tuple[int, str]:
    """Subscripts as typed, subscript ro, shifters and robat, vowels, all other signs."""
    if unit[0] == COENG:
        return (1 if unit == _COENG_RO else 0), ""
    if unit in _SHIFTERS_AND_ROBAT:
        return 2, unit
    return (3 if unit in _VOWELS else 4), unit
