"""How long a reply to a call may be, read from what somebody wrote down of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_DIGITS = str.maketrans("០១២៣៤៥៦៧៨៩", "0123456789")
_SPELLED = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8"}
_SPELLED |= {"nine": "9", "ten": "10", "twelve": "12", "fifteen": "15", "twenty": "20"}
_SPELLED_OUT = re.compile(rf"\b(?:{'|'.join(_SPELLED)})\b", re.IGNORECASE)

_ONE = r"(?:(?<![\d.,])\d{1,3}(?:[,. ’'\u00a0\u202f]\d{3})+(?!\d)|(?<![\d.,])\d+(?:\.\d)?(?!\d))"
_NUMBER = re.compile(_ONE)
_SEVERAL = rf"((?:{_ONE}\s*(?:/|or|ou|ឬ)\s*)*{_ONE})"
"""Of which one holds, by who sends it: 1,500/2,000."""
_BETWEEN = r"[\s\u200b)-]*(?:\(\w+\)\s*)?(?:A4\s+|(?:single|double)[\s-](?:spaced|sided)\s+)*"
_OF_A_PART = r"(?!\s*(?:per\b|each\b|par\b|por\b|summary|abstract|résumé|resumen|ក្នុងមួយ))"
_AT_LEAST = re.compile(
    r"(?:at least|minimum(?: of)?|min\.?|no(?:t)? (?:less|fewer) than|au moins|al menos|យ៉ាងតិច)\s*$", re.IGNORECASE
)


@dataclass(frozen=True)
class Limits:
    """At most so many; None where nothing is said."""

    words: int | None = None
    pages: int | None = None


def limits(said: str) -> Limits:
    """What ``2,500 words or 5 pages`` means. Of several numbers of one kind the smallest: the network may be any of those
    that they are for. Not meant are the least that is asked for, and the length of a summary or of each answer."""
    text = _SPELLED_OUT.sub(lambda found: _SPELLED[found[0].lower()], said.translate(_DIGITS))
    return Limits(_smallest(text, _WORDS), _smallest(text, _PAGES))


def _patterns(latin: str, khmer: str) -> tuple[re.Pattern[str], ...]:
    """The number before the unit; or after it, where Khmer has it, and others have it behind a colon or ``limit``."""
    named = rf"{latin}(?:\s*[:=]|\s+(?:count|limit|maximum|max\.?)(?:\s+(?:is|of))?\s*[:=]?)"
    return (
        re.compile(rf"{_SEVERAL}{_BETWEEN}(?:{latin}|{khmer}){_OF_A_PART}", re.IGNORECASE),
        re.compile(rf"(?:{named}|{khmer})\s*{_SEVERAL}(?!{_BETWEEN}(?:{_LATIN}|ពាក្យ|ទំព័រ))", re.IGNORECASE),
    )


_LATIN = r"(?:words?|mots?|palabras?|pages?|pp|páginas?)\b"
_WORDS = _patterns(r"(?:words?|mots?|palabras?)\b", "ពាក្យ")
_PAGES = _patterns(r"(?:pages?|pp|páginas?)\b", "ទំព័រ")


def _smallest(text: str, patterns: tuple[re.Pattern[str], ...]) -> int | None:
    return min((one for pattern in patterns for one in _numbers(text, pattern) if one), default=None)


def _numbers(text: str, pattern: re.Pattern[str]) -> Iterator[int]:
    for found in pattern.finditer(text):
        if not _AT_LEAST.search(text[: found.start()]):
            yield from map(_whole, _NUMBER.findall(found[1]))


def _whole(number: str) -> int:
    """Of one and a half pages one."""
    return int(re.sub(r"\D", "", re.sub(r"\.\d$", "", number)))
