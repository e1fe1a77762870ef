"""How sources count, and what keeps a finding below the threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from string import ascii_uppercase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.incident import SOURCES
from forms.judging import (
    CONFIRMED,
    FINDINGS,
    FIRST_HAND,
    LINKS,
    MOST_SOURCES,
    OWN,
    SCALE,
    Counted,
    Lack,
    independent,
    lacks,
    organisations,
    stamp,
)

VICTIM, WITNESS, RELATIVE, NGO = "0101", "0102", "020101", "040401"
ENOUGH = Counted(2, 2, 1, 0)


@dataclass(frozen=True)
class Somebody:
    """A source."""

    link: str = NGO
    organisation: str = ""
    repeats: bool = False


SOMEBODY = st.builds(Somebody, st.sampled_from(LINKS), st.sampled_from(["", OWN, "A", "B", "C"]), st.booleans())
SOURCES_TOLD = st.lists(SOMEBODY, max_size=MOST_SOURCES)
OWN_LINK = st.sampled_from(["", *LINKS])


# The scales


def test_the_codes_are_those_of_the_thesauri() -> None:
    assert list(SCALE) == ["01", "02", "03", "04", "05", "99"]
    assert set(FINDINGS) == {"0101", "0102", "0103", "02", "03", "04", "99"}
    assert set(FINDINGS) > CONFIRMED == {code for code in FINDINGS if code.startswith("01")}
    assert FINDINGS["02"] == "Unlikely", "the list is not in the order of its codes"


def test_each_way_of_knowing_that_the_form_offers_can_be_a_source() -> None:
    assert len(LINKS) == len(SOURCES) == len(set(LINKS))
    assert set(LINKS) > FIRST_HAND
    assert "" not in LINKS


# Counting


def test_the_reporter_alone_is_one() -> None:
    assert independent(WITNESS, ()) == Counted(1, 1, 1, 0)
    assert independent("", ()) == Counted(1, 1, 0, 0), "nobody knows how they know"


def test_sources_of_one_organisation_count_once() -> None:
    told = (Somebody(organisation="A"), Somebody(organisation="A"), Somebody(organisation="B"))
    assert independent(RELATIVE, told) == Counted(4, 3, 0, 0)
    apart = tuple(replace(one, organisation="") for one in told)
    assert independent(RELATIVE, apart).independent == 4, "control"


def test_a_source_of_the_reporters_own_organisation_does_not_count_again() -> None:
    assert independent(NGO, (Somebody(organisation=OWN),)) == Counted(2, 1, 0, 0)
    assert independent(NGO, (Somebody(VICTIM, OWN),)).first_hand == 1, "but it may have been there"


def test_who_says_again_what_another_said_does_not_count_at_all() -> None:
    assert independent(RELATIVE, (Somebody(VICTIM, repeats=True),)) == Counted(2, 1, 0, 1)
    assert independent(RELATIVE, (Somebody(VICTIM),)) == Counted(2, 2, 1, 0), "control"


def test_an_organisation_that_repeats_still_counts_for_what_it_knows_itself() -> None:
    told = (Somebody(organisation="A", repeats=True), Somebody(WITNESS, "A"))
    assert independent("03", told) == Counted(3, 2, 1, 1)


@given(OWN_LINK, SOURCES_TOLD)
def test_numbers_fit_together_whoever_tells(own: str, told: Sequence[Somebody]) -> None:
    count = independent(own, told)
    assert count.total == 1 + len(told)
    assert 1 <= count.independent <= count.total - count.repeated
    assert 0 <= count.first_hand <= count.independent


@given(OWN_LINK, SOURCES_TOLD, st.randoms())
def test_the_order_of_sources_does_not_matter(own: str, told: list[Somebody], chance: object) -> None:
    mixed = list(told)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert independent(own, told) == independent(own, mixed)


@given(OWN_LINK, SOURCES_TOLD, SOMEBODY)
def test_a_repetition_raises_nothing_but_the_total(own: str, told: list[Somebody], more: Somebody) -> None:
    before, after = independent(own, told), independent(own, [*told, replace(more, repeats=True)])
    assert (after.independent, after.first_hand) == (before.independent, before.first_hand)
    assert after.total == before.total + 1


@given(OWN_LINK, SOURCES_TOLD, SOMEBODY)
def test_one_source_more_never_counts_for_more_than_one_and_never_for_less_than_nothing(
    own: str, told: list[Somebody], more: Somebody
) -> None:
    before, after = independent(own, told), independent(own, [*told, more])
    assert 0 <= after.independent - before.independent <= 1
    assert 0 <= after.first_hand - before.first_hand <= 1


# The threshold


@pytest.mark.parametrize("grade", ["01", "02", "03"])
def test_unsure_is_good_enough_and_nothing_worse_is(grade: str) -> None:
    assert lacks(grade, grade, ENOUGH) == ()


@pytest.mark.parametrize("grade", ["04", "05", "99"])
def test_worse_than_unsure_is_below_the_threshold_for_source_and_information_apart(grade: str) -> None:
    assert lacks(grade, "01", ENOUGH) == (Lack.SOURCE_WEAK,)
    assert lacks("01", grade, ENOUGH) == (Lack.INFORMATION_WEAK,)


def test_what_is_not_judged_is_below_the_threshold() -> None:
    assert lacks("", "01", ENOUGH) == (Lack.SOURCE_NOT_JUDGED,)
    assert lacks("01", "", ENOUGH) == (Lack.INFORMATION_NOT_JUDGED,)


def test_it_takes_two_independent_sources_one_of_whom_was_there() -> None:
    assert lacks("01", "01", Counted(3, 1, 1, 2)) == (Lack.ALONE,)
    assert lacks("01", "01", Counted(3, 3, 0, 0)) == (Lack.NOBODY_WAS_THERE,)
    assert lacks("01", "01", Counted(2, 2, 1, 0)) == ()


@given(st.sampled_from(["", *SCALE]), st.sampled_from(["", *SCALE]), OWN_LINK, SOURCES_TOLD)
def test_the_threshold_is_reached_exactly_when_every_part_of_it_is(
    source: str, information: str, own: str, told: list[Somebody]
) -> None:
    count = independent(own, told)
    reached = (
        source in ("01", "02", "03")
        and information in ("01", "02", "03")
        and count.independent >= 2
        and count.first_hand >= 1
    )
    assert (lacks(source, information, count) == ()) is reached


@given(OWN_LINK, SOURCES_TOLD)
def test_repetitions_and_voices_of_one_organisation_alone_never_reach_it(own: str, told: list[Somebody]) -> None:
    same = [replace(one, organisation=OWN) for one in told]
    assert Lack.ALONE in lacks("01", "01", independent(own, same))
    again = [replace(one, repeats=True) for one in told]
    assert Lack.ALONE in lacks("01", "01", independent(own, again))


# Letters, and how a list stood


def test_the_next_organisation_gets_the_first_letter_that_is_free() -> None:
    assert organisations(()) == ("A",)
    assert organisations((Somebody(organisation="A"), Somebody(organisation="C"))) == ("A", "B", "C")
    assert organisations((Somebody(organisation=OWN), Somebody())) == ("A",), "only letters are letters"
    full = [Somebody(organisation=letter) for letter in ascii_uppercase[:MOST_SOURCES]]
    assert len(organisations(full)) == MOST_SOURCES + 1


def test_a_stamp_tells_lists_apart() -> None:
    lists: list[list[object]] = [[], [1], [1, 1], [[1], 1], ["1"], ["ក"], ["A", "B"], ["B", "A"]]
    assert len({stamp(one) for one in lists}) == len(lists)
    assert stamp(["A"]) == stamp(("A",))
