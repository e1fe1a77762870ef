"""Counts that lead to no person.

An observer who sees every table at every renewal, and knows the program, derives by force whatever can be derived:
of all small worlds, those that would have looked the same are what the observer holds possible.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import combinations_with_replacement, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.counting import FOUND, KINDS, LEAST, TABLES, Counts, Told, counted, moved, once, renewed

AUGUST, SEPTEMBER = "2026-08", "2026-09"

Numbers = tuple[int, ...]
"""By group."""
Size = tuple[int, ...]
"""How many incidents there are in all, then those of each group."""
World = tuple[Told, ...]


def one(category: str = "", month: str = "", *benchmarks: str) -> Told:
    """An incident that counts."""
    return Told("", found=True, agreed=True, category=category, month=month, benchmarks=benchmarks)


def count(world: Iterable[Told]) -> Counts:
    """The counts of a world whose incidents are all different ones."""
    return counted(Told(**(vars(told) | {"reference": f"R-{n:04}"})) for n, told in enumerate(world))


@dataclass(frozen=True)
class Place:
    """Groups that are shown, and the kinds of incidents that there can be."""

    groups: tuple[tuple[str, str], ...]
    kinds: tuple[Told, ...]

    def numbers(self, counts: Counts) -> Numbers:
        """What a table says of each group."""
        return tuple(counts[table].get(group, 0) for table, group in self.groups)

    def counts(self, numbers: Numbers) -> Counts:
        """The tables that say so."""
        counts: dict[str, dict[str, int]] = {table: {} for table in TABLES}
        for (table, group), number in zip(self.groups, numbers, strict=True):
            counts[table] |= {group: number} if number else {}
        return counts


CATEGORIES = (("category", "arrest"), ("category", "land"))
MONTHS = (("month", AUGUST), ("month", SEPTEMBER))
TWO_PARTITIONS = Place(
    (*CATEGORIES, *MONTHS), tuple(one(c, m) for c in ("arrest", "land", "") for m in (AUGUST, SEPTEMBER, ""))
)
"""Every incident is in one category and one month, or in none that has a line."""
OVERLAPPING = Place(
    (*CATEGORIES, ("benchmark", "B"), ("benchmark", "D")),
    tuple(one(c, "", *b) for c in ("arrest", "land", "") for b in ((), ("B",), ("D",), ("B", "D"))),
)
"""An incident may touch several benchmarks."""
NOTHING_UNSHOWN = Place(
    TWO_PARTITIONS.groups, tuple(one(c, m) for c in ("arrest", "land") for m in (AUGUST, SEPTEMBER))
)
"""Control: every incident is in a line of every table."""

Show = Callable[[Place, Numbers, Size], Numbers]
"""What is seen when the first was seen before and the world is of this size."""


@lru_cache(None)
def ours(place: Place, before: Numbers, size: Size) -> Numbers:
    """As the program does it."""
    return _renewed(place, before, size[1:])


@lru_cache(None)
def _renewed(place: Place, before: Numbers, numbers: Numbers) -> Numbers:
    return place.numbers(renewed(place.counts(before), place.counts(numbers)))


def small_ones_hidden(place: Place, before: Numbers, size: Size) -> Numbers:
    """Control: what many programs do, and no more."""
    return tuple(number if number >= LEAST else 0 for number in size[1:])


def with_total(place: Place, before: Numbers, size: Size) -> Numbers:
    """Control: as the program does it, with a total below."""
    return (*_renewed(place, before[: len(place.groups)], size[1:]), size[0])


def zero_is_told_apart(place: Place, before: Numbers, size: Size) -> Numbers:
    """Control: a group of one or two is named, one of none is not."""
    shown = _renewed(place, tuple(max(number, 0) for number in before), size[1:])
    return tuple(-1 if number in (1, 2) else seen for number, seen in zip(size[1:], shown, strict=True))


@cache
def sizes(place: Place, most: int) -> frozenset[Size]:
    """The sizes of all worlds with at most so many incidents."""
    return frozenset(
        (size, *place.numbers(count(world)))
        for size in range(most + 1)
        for world in combinations_with_replacement(place.kinds, size)
    )


def watched(show: Show, place: Place, history: Iterable[World]) -> list[Numbers]:
    """What is seen when these worlds follow each other."""
    seen: list[Numbers] = []
    for world in history:
        before = seen[-1] if seen else (0,) * len(place.groups)
        seen.append(show(place, before, (len(world), *place.numbers(count(world)))))
    return seen


def possible(show: Show, place: Place, seen: Sequence[Numbers], most: int) -> list[set[Size]]:
    """The sizes that each world may have had for all that was seen. Any number of incidents may come and go between
    two renewals, so that any world may follow any other."""
    befores = [(0,) * len(place.groups), *seen]
    return [
        {size for size in sizes(place, most) if show(place, before, size) == now}
        for before, now in zip(befores, seen, strict=False)
    ]


def derived(show: Show, place: Place, history: Sequence[World], most: int = 7) -> set[str]:
    """What the observer knows for sure and must not know."""
    seen = watched(show, place, history)
    at = possible(show, place, seen, most)
    assert all((len(world), *place.numbers(count(world))) in fits for world, fits in zip(history, at, strict=True)), (
        "what really was is possible"
    )
    known = set()
    for index, name in enumerate(("all", *(group for _, group in place.groups))):
        values = [{size[index] for size in fits} for fits in at]
        if any(several <= {1, 2} for several in values):
            known.add(f"{name}: one or two")
        if any({b - a for a in earlier for b in later} <= {-2, -1, 1, 2} for earlier, later in pairwise(values)):
            known.add(f"{name}: moved by one or two")
    return known


def histories(place: Place) -> st.SearchStrategy[list[World]]:
    """Worlds that follow each other from renewal to renewal: incidents were added and withdrawn, any number."""
    return st.lists(st.lists(st.sampled_from(place.kinds), max_size=4).map(tuple), min_size=1, max_size=5)


def steps(place: Place) -> st.SearchStrategy[list[World]]:
    """The same, one incident at a time."""

    def follow(moves: list[tuple[bool, Told]]) -> list[World]:
        worlds: list[World] = [()]
        for added, told in moves:
            now = worlds[-1]
            if added and len(now) < 4:
                worlds.append((*now, told))
            elif now:
                worlds.append(now[1:])
        return worlds

    return st.lists(st.tuples(st.booleans(), st.sampled_from(place.kinds)), max_size=7).map(follow)


# What can be derived


@pytest.mark.parametrize("place", [TWO_PARTITIONS, OVERLAPPING], ids=["two partitions", "overlapping"])
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_who_sees_all_tables_at_all_renewals_derives_no_small_group_and_no_small_change(
    place: Place, data: st.DataObject
) -> None:
    history = data.draw(st.one_of(histories(place), steps(place)))
    assert derived(ours, place, history) == set()


@pytest.mark.parametrize("place", [TWO_PARTITIONS, OVERLAPPING], ids=["two partitions", "overlapping"])
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_group_without_a_number_may_have_none_one_or_two_at_every_renewal(place: Place, data: st.DataObject) -> None:
    seen = watched(ours, place, data.draw(histories(place)))
    for now, fits in zip(seen, possible(ours, place, seen, 8), strict=True):
        for index, number in enumerate(now, 1):
            if not number:
                assert {size[index] for size in fits} == {0, 1, 2}


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 12), max_size=30))
def test_a_number_is_never_of_a_small_group_and_never_more_than_two_away(numbers: list[int]) -> None:
    before = 0
    for number in numbers:
        now = moved(before, number)
        assert (now == 0) == (number < LEAST)
        assert not now or abs(now - number) < LEAST
        assert not before or not now or now == before or abs(now - before) >= LEAST
        before = now


# Controls: the same observer derives from other ways of showing numbers what must not be known

THREE = (one("arrest", AUGUST),) * 3
FOUR = (one("arrest", AUGUST),) * 4


def test_hiding_small_numbers_alone_gives_single_incidents_away() -> None:
    assert "arrest: moved by one or two" in derived(small_ones_hidden, TWO_PARTITIONS, [THREE, FOUR])
    assert derived(ours, TWO_PARTITIONS, [THREE, FOUR]) == set()


def test_a_total_gives_small_groups_and_single_incidents_away() -> None:
    beside = (*THREE, one("land"))
    assert "all: moved by one or two" in derived(with_total, TWO_PARTITIONS, [THREE, FOUR])
    assert "land: one or two" in derived(with_total, NOTHING_UNSHOWN, [(*THREE, one("land", AUGUST))])
    assert derived(ours, TWO_PARTITIONS, [THREE, beside]) == set()


def test_a_table_without_an_unshown_part_is_the_total_of_another() -> None:
    """By category there are six, so that of the two months one has four and the other the two that are hidden."""
    august, september = one("arrest", AUGUST), one("land", SEPTEMBER)
    world = (august, august, august, one("land", AUGUST), september, september)
    assert "2026-09: one or two" in derived(ours, NOTHING_UNSHOWN, [world], most=8)
    assert derived(ours, TWO_PARTITIONS, [world], most=8) == set()


def test_naming_the_groups_that_have_one_or_two_is_giving_them_away() -> None:
    assert "arrest: one or two" in derived(zero_is_told_apart, TWO_PARTITIONS, [THREE[:1]])
    assert derived(ours, TWO_PARTITIONS, [THREE[:1]]) == set()


def test_numbers_that_are_renewed_at_every_change_show_each_change() -> None:
    """Where one incident comes between two looks, a number that appears is a third one: hence renewals once a week."""
    seen = watched(ours, TWO_PARTITIONS, [THREE[:2], THREE])
    earlier, later = possible(ours, TWO_PARTITIONS, seen, 7)
    one_by_one = {(a[1], b[1]) for a in earlier for b in later if abs(a[0] - b[0]) == 1 and abs(a[1] - b[1]) <= 1}
    assert one_by_one == {(2, 3)}


# What is counted


def test_only_who_agreed_and_what_was_found_is_counted() -> None:
    told = [
        Told("R-0001", 1, found=True, agreed=True, category="arrest", benchmarks=("B", "D")),
        Told("R-0002", 2, found=True, agreed=False, category="arrest", benchmarks=("B",)),
        Told("R-0003", 3, found=False, agreed=True, category="arrest", benchmarks=("B",)),
    ]
    assert counted(told) == {"benchmark": {"B": 1, "D": 1}, "category": {"arrest": 1}, "province": {}, "month": {}}


def test_what_tells_of_the_same_counts_once_as_what_came_first_with_the_benchmarks_of_all() -> None:
    told = [
        Told("R-0003", 3, True, True, category="land", month=SEPTEMBER, benchmarks=("M",)),
        Told("R-0002", 2, True, False, category="trial", benchmarks=("E",), same_as=("R-0003",)),
        Told("R-0001", 1, True, True, category="arrest", month=AUGUST, benchmarks=("B",), same_as=("R-0002",)),
    ]
    [happening] = once(told, lambda one: one.agreed)
    assert (happening.reference, happening.category, happening.benchmarks) == ("R-0001", "arrest", ("B", "M"))
    assert counted(told)["month"] == {AUGUST: 1}


def test_links_in_a_circle_and_to_what_is_not_here_any_more_do_no_harm() -> None:
    told = [
        Told("R-0001", 1, True, True, category="arrest", same_as=("R-0002", "R-9999")),
        Told("R-0002", 2, True, True, category="arrest", same_as=("R-0001",)),
        Told("R-0003", 3, True, True, category="arrest", same_as=("R-0003",)),
    ]
    assert counted(told)["category"] == {"arrest": 2}


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.integers(0, 7), max_size=3), max_size=8))
def test_the_order_of_incidents_and_the_direction_of_links_change_nothing(links: list[list[int]]) -> None:
    told = [
        Told(f"R-{n}", n, True, True, category="arrest", same_as=tuple(f"R-{other}" for other in others))
        for n, others in enumerate(links)
    ]
    backwards = {f"R-{n}": [] for n in range(8)}  # type: dict[str, list[str]]
    for one_told in told:
        for other in one_told.same_as:
            backwards[other].append(one_told.reference)
    turned = [Told(**(vars(t) | {"same_as": tuple(backwards[t.reference])})) for t in reversed(told)]
    assert counted(turned) == counted(told)


def test_what_is_confirmed_to_be_no_violation_is_not_counted_and_other_kinds_have_no_line() -> None:
    assert "0103" not in FOUND
    assert set(FOUND) == {"01", "0101", "0102", "04", "03"}
    assert not {"other", "sexual", "sensitive", ""} & set(KINDS)
