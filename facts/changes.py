"""Two reports side by side: how each benchmark's grade moved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from facts.khmer import key
from facts.models import Grade
from facts.report import Report

Direction = Literal["better", "worse", "same", "new", "gone"]

_ORDER = [Grade.OFF_TARGET, Grade.VARIABLE, Grade.ON_TARGET]


@dataclass(frozen=True)
class Move:
    """One benchmark in two reports. ``reworded`` says that its title changed, so the grades may not measure the same."""

    letter: str
    was: Grade | None
    now: Grade | None
    reworded: bool = False

    @property
    def direction(self) -> Direction:
        """Which way it went, on the report's own scale."""
        if self.was is None or self.now is None:
            return "new" if self.was is None else "gone"
        step = _ORDER.index(self.now) - _ORDER.index(self.was)
        return "better" if step > 0 else "worse" if step < 0 else "same"


def moves(old: Report, new: Report) -> list[Move]:
    """Every benchmark of either report, by letter."""
    return [_move(letter, old, new) for letter in sorted(old.benchmarks.keys() | new.benchmarks.keys())]


def _move(letter: str, old: Report, new: Report) -> Move:
    before, after = old.benchmarks.get(letter), new.benchmarks.get(letter)
    if before is None or after is None:
        return Move(letter, before.grade if before else None, after.grade if after else None)
    return Move(letter, before.grade, after.grade, key(before.title.en) != key(after.title.en))
