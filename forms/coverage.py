"""What is covered for a call, and what is not: counted from what reviewers decided, and never from what was told.

These numbers are for members who see the queue, and so they are exact. What leaves to anybody else is made of ``drawn``, in
which no number is under three.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from forms.counting import LEAST, Told, once

OLD_DAYS = 183
"""What came longer ago than half a year tells little of how things are now."""


class Gap(StrEnum):
    """What a reader at the UN would miss."""

    NOTHING = "nothing"
    """Nothing was found."""
    FEW = "few"
    """One or two: no pattern."""
    ONE_PROVINCE = "one province"
    """All that is known of where is one province."""
    ALONE = "alone"
    """Each rests on one source."""
    OLD = "old"
    """Nothing came for half a year."""


@dataclass(frozen=True)
class Happened:
    """An incident as it is counted here. ``sources`` are the independent ones; ``waits``: nobody has judged it yet."""

    told: Told
    sources: int = 0
    waits: bool = False


@dataclass(frozen=True)
class Covered:
    """What there is on one benchmark."""

    letter: str
    reviewed: int = 0
    """Found confirmed, likely or possible; each happening once."""
    provinces: Mapping[str, int] = field(default_factory=dict)
    """How many of them by the code of the province, most first; those without one are in none."""
    months: tuple[str, ...] = ()
    """YYYY-MM in which they came, the first first."""
    sources: int = 0
    """Independent ones, of all together."""
    waiting: int = 0
    """Not judged yet."""
    changes: int = 0
    """Published news of its cases since the report."""
    grade: str = ""
    """The network's own assessment, as in facts.models; empty where there is none."""
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True)
class Drawn:
    """The same for a picture: whatever is under three is 0, so that none, one and two look alike."""

    letter: str
    name: str
    reviewed: int
    provinces: int
    """In how many."""
    assessed: bool


def coverage(
    letters: Sequence[str],
    happened: Sequence[Happened],
    changes: Mapping[str, int],
    grades: Mapping[str, str],
    today: dt.date,
) -> tuple[Covered, ...]:
    """Each benchmark in this order. ``changes`` and ``grades`` are by letter. The months are those of the incidents."""
    sources = {one.told.reference: one.sources for one in happened}
    found = once((one.told for one in happened), lambda told: told.found)
    waiting = Counter(letter for one in happened if one.waits for letter in set(one.told.benchmarks))
    return tuple(
        _covered(
            [one for one in found if letter in one.benchmarks],
            sources,
            today,
            Covered(letter, waiting=waiting[letter], changes=changes.get(letter, 0), grade=grades.get(letter, "")),
        )
        for letter in letters
    )


def by_province(letters: Sequence[str], happened: Sequence[Happened]) -> Counter[str]:
    """How many of what touches any of these benchmarks, by the code of the province."""
    found = once((one.told for one in happened), lambda told: told.found)
    return Counter(one.province for one in found if one.province and set(one.benchmarks) & set(letters))


def drawn(one: Covered, name: str) -> Drawn:
    """What a picture may show of it."""
    return Drawn(one.letter, name, _shown(one.reviewed), _shown(len(one.provinces)), bool(one.grade))


def _covered(found: Sequence[Told], sources: Mapping[str, int], today: dt.date, known: Covered) -> Covered:
    provinces = Counter(one.province for one in found if one.province)
    return Covered(
        known.letter,
        len(found),
        dict(provinces.most_common()),
        tuple(sorted({one.month for one in found if one.month})),
        sum(sources[one.reference] for one in found),
        known.waiting,
        known.changes,
        known.grade,
        _gaps(found, provinces, sources, today),
    )


def _gaps(
    found: Sequence[Told], provinces: Mapping[str, int], sources: Mapping[str, int], today: dt.date
) -> tuple[Gap, ...]:
    if not found:
        return (Gap.NOTHING,)
    last = max(dt.datetime.fromtimestamp(one.hour * 3600, dt.UTC).date() for one in found)
    several = len(found) >= LEAST
    missing = {
        Gap.FEW: not several,
        Gap.ONE_PROVINCE: several and len(provinces) == 1 and sum(provinces.values()) == len(found),
        Gap.ALONE: all(sources[one.reference] <= 1 for one in found),
        Gap.OLD: (today - last).days > OLD_DAYS,
    }
    return tuple(gap for gap, is_there in missing.items() if is_there)


def _shown(number: int) -> int:
    return number if number >= LEAST else 0
