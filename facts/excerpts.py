"""The part of a passage where a search matched, with what matched marked."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from facts.khmer import COENG, is_khmer, key
from facts.official.passages import MARKS

MISSING = "…"
"""Stands where text was left out."""

_SHARED = 4
"""So many letters two words share before their endings can make them forms of one word."""

_ENDINGS = frozenset(
    """e s es ed er ers or ors ing ings d r al ally ial ion ions ation ations ational ive ively ition itions ity ities
    y ies ied ly ment ments ance ances ence ences ant ants ent ents ism ist ists ize izes ized izing ization ise ised
    able ible ness ful ate ates ated ating""".split()  # noqa: SIM905 - fifty pairs of quotation marks would hide them
) | {""}
"""English endings, near enough to those that full-text search takes off words."""

_WORD = re.compile("[^ \u1780-\u17dd]+")
_PART = re.compile("[\u1780-\u17dd]+|[^ \u1780-\u17dd]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the passage, and whether it is what was searched for."""

    text: str
    matched: bool


@dataclass(frozen=True, slots=True)
class _Match:
    """The characters from ``start`` to before ``end``, counted in clusters, match a term."""

    start: int
    end: int
    term: int


def excerpt(text: str, terms: Sequence[str], most: int = 200) -> tuple[Piece, ...]:
    """Up to ``most`` characters of the text around the best matches of the terms, in order.

    ``terms`` are keys, as full-text search takes them. Spelling is compared as keys are: case, accents, zero-width
    spaces and the order of Khmer signs do not matter, and neither do the endings of English words. Where text is left
    out at either end stands ``MISSING``. Letters are never parted from their signs. Without any match it is the
    beginning of the text.
    """
    folded = _Folded(text)
    matches = sorted(folded.matches(terms), key=lambda match: (match.start, -match.end))
    start, end = folded.window(matches, most)
    return tuple(_pieces(folded, matches, start, end))


def _pieces(folded: _Folded, matches: Sequence[_Match], start: int, end: int) -> Iterator[Piece]:
    before = MISSING if start > 0 else ""
    place = start
    for match in matches:
        first, last = max(match.start, place), min(match.end, end)
        if first >= last:
            continue
        if before or first > place:
            yield Piece(before + folded.between(place, first), matched=False)
            before = ""
        yield Piece(folded.between(first, last), matched=True)
        place = last
    rest = before + folded.between(place, end) + (MISSING if end < folded.length else "")
    if rest:
        yield Piece(rest, matched=False)


class _Folded:
    """A text cut into clusters, and the key of each."""

    def __init__(self, text: str) -> None:
        self._clusters = list(_clusters(text))
        self._offsets = list(accumulate((len(cluster) for cluster in self._clusters), initial=0))
        keys = [_key(cluster) for cluster in self._clusters]
        self._key = "".join(keys)
        self._key_offsets = list(accumulate(map(len, keys), initial=0))
        self._text = text

    @property
    def length(self) -> int:
        """In clusters."""
        return len(self._clusters)

    def between(self, start: int, end: int) -> str:
        """The text of these clusters."""
        return self._text[self._offsets[start] : self._offsets[end]]

    def matches(self, terms: Sequence[str]) -> Iterator[_Match]:
        """Everything that matches a term: whole words in any form, Khmer anywhere, and fragments of words."""
        words = [(found.start(), found.end()) for found in _WORD.finditer(self._key)]
        parts = dict.fromkeys(part for given in terms for part in _PART.findall(key(given)))
        for number, term in enumerate(parts):
            places = [] if is_khmer(term[0]) else [w for w in words if _are_forms(term, self._key[w[0] : w[1]])]
            if not places and (is_khmer(term[0]) or len(term) > 2):
                places = list(self._all(term))
            yield from (self._match(start, end, number) for start, end in places)

    def _all(self, term: str) -> Iterator[tuple[int, int]]:
        start = self._key.find(term)
        while start >= 0:
            yield start, start + len(term)
            start = self._key.find(term, start + len(term))

    def _match(self, start: int, end: int, term: int) -> _Match:
        """From places in the key to clusters, whole ones. Clusters of no key, such as quotation marks, stay outside."""
        return _Match(bisect_right(self._key_offsets, start) - 1, bisect_left(self._key_offsets, end), term)

    def window(self, matches: Sequence[_Match], most: int) -> tuple[int, int]:
        """From which to before which cluster to show."""
        if self._offsets[-1] <= most:
            return 0, self.length
        room = max(most - 2 * len(MISSING), 0)
        first, last = self._best(matches, room)
        spare = room - (self._offsets[last] - self._offsets[first])
        start = self._back(first, spare // 3 if last > first else 0)
        end = self._forth(last, room - (self._offsets[last] - self._offsets[start]))
        if end == self.length:
            start = self._back(first, room - (self._offsets[last] - self._offsets[first]) - self._between(last, end))
        return start, end

    def _between(self, start: int, end: int) -> int:
        return self._offsets[end] - self._offsets[start]

    def _best(self, matches: Sequence[_Match], room: int) -> tuple[int, int]:
        """The stretch that has the most different terms, then the most matches, then comes first."""
        best, stretch = (0, 0), (0, 0)
        left = 0
        counts: dict[int, int] = {}
        for right, match in enumerate(matches):
            counts[match.term] = counts.get(match.term, 0) + 1
            while left <= right and self._between(matches[left].start, max(match.end, matches[left].end)) > room:
                counts[matches[left].term] -= 1
                if not counts[matches[left].term]:
                    del counts[matches[left].term]
                left += 1
            found = (len(counts), right - left + 1)
            if found > best:
                best, stretch = found, (matches[left].start, match.end)
        return stretch

    def _back(self, place: int, room: int) -> int:
        """Up to ``room`` characters further back, to where a word begins, if there is such a place."""
        start = max(bisect_left(self._offsets, self._offsets[place] - max(room, 0)), 0)
        if start == 0:
            return 0
        return next((n for n in range(start, place) if self._clusters[n - 1].isspace()), self._unspaced(start, place))

    def _unspaced(self, start: int, place: int) -> int:
        """Khmer has no spaces to stop at; a Latin word that is cut is better left out."""
        return start if start < place and is_khmer(self._clusters[start][0]) else place

    def _forth(self, place: int, room: int) -> int:
        """Up to ``room`` characters further on, to where a word ends, if there is such a place."""
        end = bisect_right(self._offsets, self._offsets[place] + max(room, 0)) - 1
        if end >= self.length:
            return self.length
        ends = (n for n in range(end, place, -1) if self._clusters[n].isspace())
        return next(ends, end)


def _clusters(text: str) -> Iterator[str]:
    """Letters with everything that hangs on them: signs, subscripts, joiners, and invisible characters after them."""
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or not _hangs(text, place):
            yield text[start:place]
            start = place


def _hangs(text: str, place: int) -> bool:
    """Whether the character at ``place`` belongs to the one before it."""
    character, before = text[place], text[place - 1]
    if before == "\u200d" and ord(character) > 0x2000:
        return True  # one picture of several
    if before in (COENG, "\u200b", "\u2060") and is_khmer(character):
        return text[:place].rstrip("\u200b\u200c\u200d\u2060")[-1:] == COENG
    return unicodedata.category(character) in ("Mn", "Mc", "Me", "Cf")


@lru_cache(maxsize=4096)
def _key(cluster: str) -> str:
    """The key of one cluster; a space for what parts words, nothing for what is dropped."""
    if cluster[0] in MARKS:
        return " "
    return key(f"a{cluster}a")[1:-1]  # between letters, for a key has no spaces at its ends


def _are_forms(one: str, other: str) -> bool:
    """Whether two words are the same but for an English ending."""
    shared = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        shared += 1
    if shared == len(one) == len(other):
        return True
    return any(one[n:] in _ENDINGS and other[n:] in _ENDINGS for n in range(shared, _SHARED - 1, -1))
