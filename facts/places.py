"""Places in the report: how they are written, and which numbered paragraphs they cover."""

from __future__ import annotations

import re

_PLACE = re.compile(
    r"(?:\d{1,3}(?:[–,] ?\d{1,3})*(?: \([a-z]\))?|annex [IVX]+(?: \([a-z]\))?|table(?: after \d{1,3})?|summary"
    r"|(?:annex [IVX]+ )?footnote \d{1,3})"
)
_RANGE = re.compile(r"(\d+)(?:–(\d+))?")


def checked(value: str) -> str:
    """The place itself. Raises ValueError when it is not one, for the checks of data files."""
    if not _PLACE.fullmatch(value):
        long_dash = "; a range has the long dash –" if "-" in value else ""
        raise ValueError(
            f"“{value}” is not a place in the report, such as 46, 39–41, 105 (d), annex III, table after 9, footnote 14"
            f"{long_dash}"
        )
    if any(last and int(last) <= int(first) for first, last in _RANGE.findall(value)):
        raise ValueError(f"“{value}” ends before it begins")
    return value


def paragraphs(place: str) -> tuple[int, ...]:
    """The numbered paragraphs that a place covers: ``39–41`` and ``7, 36`` name three and two; annexes none."""
    if not place[0].isdigit():
        return ()
    found: list[int] = []
    for first, last in _RANGE.findall(place.partition(" (")[0]):
        found += range(int(first), int(last or first) + 1)
    return tuple(found)


def part(place: str) -> str:
    """The part of the document: ``annex III`` for ``annex III``, ``annex I`` for ``annex I (d)``, else ``body``."""
    match = re.match(r"annex [IVX]+\b", place)
    return match[0] if match else "body"


def footnote(place: str) -> tuple[str, int] | None:
    """The part of the document and the number, when the place is a footnote: ``("annex I", 1)``."""
    before, is_one, number = place.rpartition("footnote ")
    return (before.strip() or "body", int(number)) if is_one else None
