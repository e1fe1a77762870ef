"""How finds are ranked: the one place where what counts for how much is written down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

How = Literal["code", "prefix", "words", "text", "fuzzy"]

# Points of 100, the better way of being meant above the worse: a code, then the beginning of a name, then words of a
# name or of what is told, then a match in the official text, then what is only like a word that is known.
CODE = 100  # the letter, number or id itself
WHOLE = 98  # a title or the first keyword, and nothing else but a question around it
PLACE = 2  # less for each place further down in the list of keywords, which begins with the most telling
PLACES = 8  # ... up to this place
CASE_HERE, CASE = 90, 70  # the name of a case that its section tells of; that only concerns it
PREFIX_MOST, PREFIX_LEAST = 92, 84  # instead of WHOLE for the beginning of one, by how much of it was typed
WORDS, CONTAINED = 80, 56  # a whole name among other words, or several words of one name: by the share in common
SCATTERED = 68  # all the words, but here and there; else the share
TOLD = 54  # instead of WHOLE for words of what is told
TEXT_MOST, TEXT_PART = 62, 42  # the best paragraph of the official text that has all the words; that has some
TEXT_STEP = 3  # less for each one after it
FUZZY = 84  # of 100 points, times the likeness of what was typed and what was found
LEAST = 33  # below this a find is chance

# What makes the first find one to open at once.
SURE = 70
LEAD = 12  # points ahead of the second
NEAR = 50  # enough for a province or a party, when no other is less than LEAD behind

PARTIAL = 0.9  # a word that only begins like a known one
UNKNOWN = 1.0  # weight of a word that nothing has; one that only one of twenty has weighs ln 21 = 3.0
LIKENESS_LEAST = 80  # of 100, between a mistyped word and the word put in its place
LONG = 12  # Khmer letters and signs from which a match inside running text is no accident

# What is read at all.
LONGEST = 400  # characters; people's questions are shorter, and a pasted page is not a question
MOST_WORDS = 30
MOST_MISTYPED = 6
SHORTEST_PREFIX = 3
SHORTEST_BEGINNING = 4
SHORTEST_MISTYPED = 4
NEAREST = 4


@dataclass(frozen=True)
class Found:
    """Something that may be meant, how strongly (0 to 100), and what gave it away."""

    key: str
    score: int
    how: How
    sure: bool = False
    """Only ever true of the first of a list: it is clearly the one meant and may be opened without asking."""


class Hits:
    """The best score each thing got, and how."""

    def __init__(self) -> None:
        self._best: dict[str, tuple[float, How]] = {}

    def add(self, key: str, score: float, how: How) -> None:
        """Keeps the score if it is the thing's best so far and no chance."""
        if score >= LEAST and score > self._best.get(key, (0.0, how))[0]:
            self._best[key] = score, how

    def ranked(self, fits: Callable[[str], bool] = lambda key: True) -> list[Found]:
        """Best first, by key among equals; the first marked sure when it is good enough and far enough ahead."""
        found = [Found(key, round(score), how) for key, (score, how) in self._best.items() if fits(key)]
        found.sort(key=lambda find: (-find.score, find.key))
        if found and found[0].score >= SURE and (len(found) == 1 or found[0].score - found[1].score >= LEAD):
            found[0] = replace(found[0], sure=True)
        return found
