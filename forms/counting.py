"""Counting incidents for everybody, so that no number leads to a person.

In a village a count is a name. So a group of fewer than three has no number, and what is shown must not give one away
by subtraction either. Who watches closely sees every table at every renewal and knows this file; these are the ways
in which numbers could be put together, and what stands against each:

*Within a table.* A total minus the numbers that are shown would be the number that is hidden. No total is shown, and
a group without a number is not even named: whether it has none, one or two incidents looks the same.

*Between tables.* Every table counts the same incidents, so a table without hidden groups would be the total of
another. Each table therefore has a part that is never shown, whatever its size: incidents of other kinds, without a
province, in the month that is not over, without a benchmark. So each says only that there are *at least* so many
incidents, and nothing bounds them from above. Whatever numbers a group may have had by its own line, it may have had
beside every content of every other line: what is derived of a group is derived from its own line alone.

*Over time.* Numbers are renewed together, once in a week (handlers.statistics). From one renewal to the next any number
of incidents may have come and gone. At a renewal (``moved``) a group under three loses its number; another gets a
number or another number only if it differs by three or more from what was shown, nothing counting as 0. So a line
that stays without a number says 0, 1 or 2; one that stays at v says 3 or more and at most two away from v; one that
moves from v to w says w, and v was possible before.

What follows, and what tests/forms/test_counting.py derives by force in small worlds:

* of a group without a number, 0 is possible at every renewal, and so are 1 and 2;
* from one renewal to the next, no change of exactly one or two can be derived, of a group or of all: no change, or one
  of three or more, is always possible, too;
* a group of fewer than three never has a number, and a number is never more than two away from the truth.

What is not promised: that nobody *guesses*, where so little happens that one change in a week is likely; that it stays
hidden that *something* came or went when a number appears, moves or goes; anything against who knows by other ways
how many incidents there are in all, or all of a group but one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from forms.incident import CATEGORIES

LEAST = 3
"""Fewer have no number."""

FOUND = ("01", "0101", "0102", "04", "03")
"""Confirmed, likely and possible, by micro-thesaurus 41. 0103 is left out: confirmed that it was *no* violation."""

TABLES = ("benchmark", "category", "province", "month")

KINDS = tuple(option.name for option in CATEGORIES if option.name not in ("other", "sexual"))
"""Categories that have a line. Sexual violence is never counted, and other kinds are the part that is never shown."""

Counts = Mapping[str, Mapping[str, int]]
"""By table and group. A group that is not in it has no number, or 0."""


@dataclass(frozen=True)
class Told:
    """What has to be known of an incident to count it. What has no line in a table is empty there."""

    reference: str
    hour: int = 0
    """When it was handed in."""
    found: bool = False
    """Reviewers found it confirmed, likely or possible, and it was not withdrawn."""
    agreed: bool = False
    """The person agreed to be counted."""
    category: str = ""
    province: str = ""
    month: str = ""
    """In which it was handed in; empty as long as that month is not over."""
    benchmarks: tuple[str, ...] = ()
    same_as: tuple[str, ...] = ()
    """References of incidents that tell of the same."""


def once(told: Iterable[Told], fits: Callable[[Told], bool]) -> list[Told]:
    """The incidents that fit, each happening once, in the order of hours: of several that tell of the same, the one
    that was handed in first, with the benchmarks of all of them that fit. What fits not still links others."""
    everything = sorted(told, key=lambda one: (one.hour, one.reference))
    first = _first_of_each(everything)
    happenings: dict[str, Told] = {}
    for one in filter(fits, everything):
        known = happenings.get(first[one.reference])
        happenings[first[one.reference]] = one if known is None else _with_benchmarks(known, one)
    return list(happenings.values())


def counted(told: Iterable[Told]) -> Counts:
    """How many there are, exactly: nothing of this may be shown as it is."""
    counts: dict[str, dict[str, int]] = {table: {} for table in TABLES}
    for one in once(told, lambda one: one.found and one.agreed):
        lines = {"category": [one.category], "province": [one.province], "month": [one.month]}
        for table, groups in (lines | {"benchmark": list(dict.fromkeys(one.benchmarks))}).items():
            for group in filter(None, groups):
                counts[table][group] = counts[table].get(group, 0) + 1
    return counts


def renewed(shown: Counts, now: Counts) -> Counts:
    """What is shown from this renewal on, when ``shown`` was before and there are so many ``now``."""
    return {table: _moved_line(shown.get(table, {}), now.get(table, {})) for table in TABLES}


def moved(shown: int, now: int) -> int:
    """The number that a group is shown with; 0 for none. ``shown`` was the one before."""
    if now < LEAST:
        return 0
    return now if abs(now - shown) >= LEAST else shown


def _moved_line(shown: Mapping[str, int], now: Mapping[str, int]) -> dict[str, int]:
    after = {group: moved(shown.get(group, 0), number) for group, number in now.items()}
    return {group: number for group, number in sorted(after.items()) if number}


def _with_benchmarks(one: Told, other: Told) -> Told:
    return replace(one, benchmarks=tuple(dict.fromkeys(one.benchmarks + other.benchmarks)))


def _first_of_each(told: list[Told]) -> dict[str, str]:
    """By reference: one reference that stands for all that tell of the same, over any number of links."""
    root = {one.reference: one.reference for one in told}

    def stands_for(reference: str) -> str:
        while root[reference] != reference:
            reference = root[reference]
        return reference

    for one in told:
        for other in one.same_as:
            if other in root:
                root[stands_for(other)] = stands_for(one.reference)
    return {reference: stands_for(reference) for reference in root}
