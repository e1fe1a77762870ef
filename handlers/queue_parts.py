"""The parts of the queue: what belongs to each, and what people type for it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from forms.incident import LETTERS
from forms.where import found
from storage.reviews import Review
from texts.queue import BENCHMARK, TYPED

REFERENCE = "R-[0-9A-Z]{4}"
PART = f"(?:open|new|mine|urgent|old|waiting|closed|on-[{LETTERS[0]}-{LETTERS[-1]}]|in-[0-9]{{2}})"
"""A name of a part, as buttons carry it; ``on-D`` is what touches a benchmark, ``in-08`` what happened in a province."""

OLD_HOURS = 7 * 24

_PARTS = {word: part for part, words in TYPED.items() for word in words}
_WRITTEN = re.compile(r"r[\s\-–_]*([0-9a-z]{4})", re.IGNORECASE | re.ASCII)
_LETTER = re.compile(f"(?:{'|'.join(BENCHMARK)})?\\s*([{LETTERS[0]}-{LETTERS[-1]}])", re.IGNORECASE | re.ASCII)


def reference_in(words: str) -> str | None:
    """The reference that was typed, with or without capitals, spaces and hyphen."""
    match = _WRITTEN.fullmatch(words.strip())
    return f"R-{match[1].upper()}" if match else None


def part_in(words: str) -> str | None:
    """The part that was typed: a filter, a benchmark or a province, in either language; all that is open for nothing."""
    typed = " ".join(words.split()).lower()
    if not typed:
        return "open"
    if typed in _PARTS:
        return _PARTS[typed]
    if letter := _LETTER.fullmatch(typed):
        return f"on-{letter[1].upper()}"
    places = [one.place for one in found(typed, most=1)]
    return f"in-{places[0].code}" if places and places[0].level == "province" else None


@dataclass(frozen=True)
class Parts:
    """The whole queue as one member sees it at this hour. ``waiting`` are the references on which they are asked to
    decide."""

    reviews: Sequence[Review]
    handle: str
    waiting: Collection[str]
    hour: int

    def of(self, part: str) -> list[Review]:
        """What belongs to this part."""
        return [one for one in self.reviews if part in self._names(one)]

    def counts(self) -> Mapping[str, int]:
        """How many belong to each part."""
        return Counter(name for one in self.reviews for name in self._names(one))

    def _names(self, review: Review) -> set[str]:
        """The parts that it belongs to; what was withdrawn is in none."""
        if not review.is_open:
            return {"closed"} if review.state == "closed" else set()
        belongs = {
            "new": review.is_free,
            "mine": review.claimed_by == self.handle,
            "urgent": review.is_urgent,
            "old": self.hour - review.head.hour > OLD_HOURS,
            "waiting": review.reference in self.waiting,
        }
        province = {f"in-{review.head.province}"} if review.head.province else set()
        letters = {f"on-{letter}" for letter in review.benchmarks}
        return {"open"} | {name for name, does in belongs.items() if does} | province | letters
