"""How an incident is judged: the scales, who counts as a source of their own, and what it takes to confirm.

The scales are micro-thesauri of the HURIDOCS Events Standard Formats (2001): 41 for the status of a violation, 42 for
reliability, 19 for where a source stands to what it tells. That the source and what it says are judged apart is the
rule of the OHCHR Manual on Human Rights Monitoring (revised), chapter 7. How many sources must agree is the network's
own decision, and may be set aside for a reason in words.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from string import ascii_uppercase
from typing import Any, Protocol

from forms.incident import SOURCES

SCALE = {
    "01": "Highly reliable",
    "02": "Likely reliable",
    "03": "Unsure",
    "04": "Likely unreliable",
    "05": "Highly unreliable",
    "99": "Unknown",
}
"""Micro-thesaurus 42, from the best to the worst: of the source, and apart from that of the information."""

FINDINGS = {
    "0101": "Confirmed: violation",
    "0102": "Confirmed: similar act",
    "0103": "Confirmed: not a violation",
    "04": "Likely",
    "03": "Possible",
    "02": "Unlikely",
    "99": "Unknown",
}
"""Micro-thesaurus 41, from the firmest down."""
CONFIRMED = frozenset({"0101", "0102", "0103"})
"""What takes two people."""

LINKS = tuple(option.code or option.name for option in SOURCES)
"""Where a source stands to what it tells: micro-thesaurus 19, and the name of an option that has no term there."""
FIRST_HAND = frozenset({"0101", "0102"})
"""Who was there: victims and witnesses."""
OWN = "="
"""Stands for the organisation of whoever handed the incident in."""

MOST_SOURCES = 20
_WORST = "03"
_INDEPENDENT, _FIRST_HAND = 2, 1


class Told(Protocol):
    """A source besides the reporter."""

    @property
    def link(self) -> str:
        """One of LINKS."""

    @property
    def organisation(self) -> str:
        """A letter, OWN, or empty."""

    @property
    def repeats(self) -> bool:
        """Same origin, re-reported."""


@dataclass(frozen=True)
class Counted:
    """How many tell of it, the reporter among them; how many of these count, and how many of those were there."""

    total: int
    independent: int
    first_hand: int
    repeated: int


def independent(own_source: str, sources: Sequence[Told]) -> Counted:
    """Count those who tell of one incident. ``own_source`` is where the reporter stands, one of LINKS or empty.

    The reporter is one. Sources of one organisation count once, and are first-hand if one of them is; a source that
    says again what another said does not count at all.
    """
    was_there = {OWN: own_source in FIRST_HAND}
    for place, one in enumerate(sources):
        if not one.repeats:
            voice = one.organisation or f"alone {place}"
            was_there[voice] = was_there.get(voice, False) or one.link in FIRST_HAND
    repeated = sum(one.repeats for one in sources)
    return Counted(1 + len(sources), len(was_there), sum(was_there.values()), repeated)


class Lack(StrEnum):
    """What is missing before something may be confirmed without a reason."""

    SOURCE_NOT_JUDGED = "source not judged"
    SOURCE_WEAK = "source weak"
    INFORMATION_NOT_JUDGED = "information not judged"
    INFORMATION_WEAK = "information weak"
    ALONE = "alone"
    NOBODY_WAS_THERE = "nobody was there"


def lacks(reliability: str, validity: str, counted: Counted) -> tuple[Lack, ...]:
    """What keeps this below the threshold: two independent sources, one of them first-hand, and source and information
    both judged and not worse than unsure. Nothing when it is reached."""
    found = [
        _graded(reliability, Lack.SOURCE_NOT_JUDGED, Lack.SOURCE_WEAK),
        _graded(validity, Lack.INFORMATION_NOT_JUDGED, Lack.INFORMATION_WEAK),
        Lack.ALONE if counted.independent < _INDEPENDENT else None,
        Lack.NOBODY_WAS_THERE if counted.first_hand < _FIRST_HAND else None,
    ]
    return tuple(one for one in found if one is not None)


def _graded(grade: str, without: Lack, weak: Lack) -> Lack | None:
    """Unknown is worse than unsure: somebody looked, and could not tell."""
    if grade not in SCALE:
        return without
    return weak if grade > _WORST else None


def organisations(sources: Sequence[Told]) -> tuple[str, ...]:
    """The letters that stand for organisations so far, and the next free one."""
    used = {one.organisation for one in sources} & set(ascii_uppercase)
    free = next(letter for letter in ascii_uppercase if letter not in used)
    return tuple(sorted({*used, free}))


def stamp(listed: Sequence[Any]) -> str:
    """6 hexadecimal digits of how a list stands. Buttons that change a list carry it, so that one that is pressed
    twice, or late, changes nothing more."""
    return hashlib.sha256(json.dumps(listed, ensure_ascii=False).encode()).hexdigest()[:6]
