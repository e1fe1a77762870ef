"""What a question asks that no report can answer: what came after it, and a plain yes or no."""

from __future__ import annotations

import datetime as dt
import re

from facts.khmer import key
from facts.question import one_of, terms
from facts.ranking import LONGEST

_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
_MONTHS = (
    ("january", "jan", "មករា"),
    ("february", "feb", "កុម្ភៈ"),
    ("march", "mar", "មីនា"),
    ("april", "apr", "មេសា"),
    ("may", "ឧសភា"),
    ("june", "jun", "មិថុនា"),
    ("july", "jul", "កក្កដា"),
    ("august", "aug", "សីហា"),
    ("september", "sept", "sep", "កញ្ញា"),
    ("october", "oct", "តុលា"),
    ("november", "nov", "វិច្ឆិកា"),
    ("december", "dec", "ធ្នូ"),
)
_MONTH_OF = {key(name): number for number, names in enumerate(_MONTHS, 1) for name in names}
_MONTH_NAMES = re.compile(
    rf"\b(?:{'|'.join(name for name in _MONTH_OF if name.isascii())})\b"
    f"|{one_of(name for name in _MONTH_OF if not name.isascii())}"
)
_NOW = re.compile(
    r"\b(?:today|now|nowadays|currently|latest|recent|recently|yesterday|this (?:year|month|week)|last (?:month|week))\b"
    f"|{one_of(['ថ្ងៃនេះ', 'ម្សិលមិញ', 'ឥឡូវ', 'បច្ចុប្បន្ន', 'ឆ្នាំនេះ', 'ខែនេះ', 'ថ្មីៗ', 'ចុងក្រោយ'])}"
)
_YES_OR_NO = re.compile(
    r"(?:(?:is|are|was|were|do|does|did|has|have|had|could|would|should|must)(?:nt)?|can|cant|cannot|will|wont|may)\b"
)
_KHMER_YES_OR_NO = tuple(map(key, ("ឬទេ", "ដែរឬទេ", "មែនទេ", "ឬអត់", "មែនឬទេ", "ទេ")))


def spelled(iso: str) -> tuple[str, ...]:
    """How people write a day or month in both languages; nothing for a year, which is too common to name one thing."""
    year, *rest = iso.split("-")
    if not rest:
        return ()
    english, *_, khmer = _MONTHS[int(rest[0]) - 1]
    if len(rest) == 1:
        return f"{english} {year}", f"{khmer} {year}", f"ខែ{khmer} ឆ្នាំ{year}"
    day = int(rest[1])
    return f"{day} {english} {year}", f"{day} {khmer} {year}", f"ថ្ងៃទី{day} ខែ{khmer} ឆ្នាំ{year}"


def years(words: str) -> list[int]:
    """The years that words name, in digits of any script."""
    return [int(year) for year in _YEAR.findall(key(words[:LONGEST]))]


def month(words: str) -> int | None:
    """The month, 1 to 12, that words name first in either language."""
    match = _MONTH_NAMES.search(key(words[:LONGEST]))
    return _MONTH_OF[match[0]] if match else None


def beyond(words: str, until: dt.date) -> bool:
    """Whether words ask for a time after ``until``, the last day the report knows of: by date, or by asking for now.

    The year of ``until`` without a month is taken for the whole year.
    """
    named = years(words)
    if not named:
        return _NOW.search(key(words[:LONGEST])) is not None
    last = max(named)
    return last > until.year or (last == until.year and (month(words) or 12) > until.month)


def wants_yes_or_no(words: str) -> bool:
    """Whether a question waits for a yes or a no."""
    text = key(words[:LONGEST])
    return _YES_OR_NO.match(text) is not None or text.endswith(_KHMER_YES_OR_NO)


def said(words: str) -> list[str]:
    """The Latin words of a question that say something and are long enough to be missed, for asking which are unknown."""
    return [term for term in terms(words) if len(term) > 2 and term.isascii() and term.isalpha()]


def names(words: str) -> list[str]:
    """Those of ``said`` that begin with a capital."""
    capitals = {key(word) for word in words[:LONGEST].split() if word[:1].isupper()}
    return [word for word in said(words) if word in capitals]
