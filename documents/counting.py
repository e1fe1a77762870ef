"""How many words a paper has, as Word counts them: what stands between spaces, footnotes counted in, headers not.

A number at the beginning of a paragraph is a word, and so is a dash that stands alone. Khmer is written without spaces between
words: Word counts a phrase between two spaces as one, and so is it here.
"""

from __future__ import annotations

from collections.abc import Iterator

from documents.paper import Item, Paper


def words(paper: Paper) -> int:
    """Of the whole paper."""
    return sum(len(text.split()) for text in _texts(paper))


def words_of(item: Item) -> int:
    """Of one paragraph with its footnotes and its Khmer."""
    return sum(len(text.split()) for text in _of(item))


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
