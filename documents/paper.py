"""The shape of a document that leaves the network: what is printed, before it is Word or PDF.

Whoever draws it gets nothing but this: no incident, no consent, no database. What may not appear was never put in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Item:
    """A paragraph. ``number`` is None where it has none; ``notes`` are its footnotes, in order."""

    text: str
    number: str | None = None
    notes: tuple[str, ...] = ()
    original: str = ""
    """The same in Khmer, as it was written, beside the text."""
    label: str = ""
    """Words in bold before the text."""
    reference: str = ""
    """Of the incident it rests on, for counting and cutting: it is not drawn."""


@dataclass(frozen=True)
class Table:
    """Cells of text; every row is as long as the head."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Part:
    """A heading and what stands below it. ``level`` 1 is a part of the document, 2 a part of that."""

    heading: str
    items: tuple[Item, ...] = ()
    table: Table | None = None
    level: int = 1


@dataclass(frozen=True)
class Paper:
    """One document. ``front`` are pairs of label and text that stand below the title, the submitters first."""

    title: str
    front: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]
    made_on: str
    """YYYY-MM-DD: the only date in it that says when it was made, and the date of the file itself."""
    language: str = "en"
    marking: str = ""
    """Printed on each page, such as CONFIDENTIAL."""

    @property
    def items(self) -> Iterator[Item]:
        """Every paragraph, in order."""
        for part in self.parts:
            yield from part.items
