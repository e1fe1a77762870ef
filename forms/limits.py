"""How long a reply to a call may be, read from what somebody wrote down of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

_DIGITS = str.maketrans("០១២៣៤៥៦៧៨៩", "0123456789")
_NUMBER = r"(\d{1,3}(?:[,. \u202f]\d{3})+|\d+)"
_WORDS = re.compile(rf"{_NUMBER}[\s\u200b-]*(?:words?|mots?|palabras?|ពាក្យ)", re.IGNORECASE)
_PAGES = re.compile(rf"{_NUMBER}[\s\u200b-]*(?:pages?|páginas?|ទំព័រ)", re.IGNORECASE)
_KHMER = {"words": re.compile(rf"ពាក្យ\s*{_NUMBER}"), "pages": re.compile(rf"ទំព័រ\s*{_NUMBER}")}


@dataclass(frozen=True)
class Limits:
    """At most so many; None where nothing is said."""

    words: int | None = None
    pages: int | None = None


def limits(said: str) -> Limits:
    """What ``2,500 words or 5 pages`` means. Of several numbers of one kind the smallest: the network may be any of those
    that they are for."""
    text = said.translate(_DIGITS)
    return Limits(_least(text, _WORDS, _KHMER["words"]), _least(text, _PAGES, _KHMER["pages"]))


def _least(text: str, *patterns: re.Pattern[str]) -> int | None:
    found = [int(re.sub(r"\D", "", number)) for pattern in patterns for number in pattern.findall(text)]
    return min((one for one in found if one), default=None)
