"""How many words a paper has, as a word processor counts them, and never fewer: a desk that counts more may refuse it.

What stands between spaces is a word, and so is a paragraph's number, or a dash that stands alone: so counts Word. Long dashes
divide words as well: so counts LibreOffice. Footnotes count; what stands on each page does not. Khmer is written without
spaces between words, and Word has no list of them: a phrase between two spaces is one. LibreOffice has a list, and finds about
three times as many in Khmer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from documents.paper import Item, Paper

_DASHES = re.compile("[–—]")
"""En and em: what LibreOffice divides words at besides spaces, unless somebody set it otherwise."""


def words(paper: Paper) -> int:
    """Of the whole paper, the table and the lines below the title counted in."""
    return sum(map(_words, _texts(paper)))


def words_of(item: Item) -> int:
    """Of one paragraph with its number, its footnotes and its Khmer."""
    return sum(map(_words, _of(item)))


def _words(text: str) -> int:
    return sum(max(1, sum(map(bool, _DASHES.split(one)))) for one in text.split())


def _texts(paper: Paper) -> Iterator[str]:
    yield paper.title
    for label, text in paper.front:
        yield f"{label}: {text}"
    for part in paper.parts:
        yield part.heading
        for item in part.items:
            yield from _of(item)
        if part.table is not None:
            for row in (part.table.head, *part.table.rows):
                yield from row


def _of(item: Item) -> Iterator[str]:
    yield f"{item.number}." if item.number is not None else ""
    yield f"{item.label}. {item.text}" if item.label else item.text
    yield item.original
    yield from item.notes
