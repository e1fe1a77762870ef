"""/statistics: people see numbers that are safe, and what they count."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from conftest import House
from incident_story import at_noon
from reviewed import HEAD, Reviewed

from bot.talk import Seen, Talk
from forms.counting import TABLES
from sandbox.world import World
from storage.reviews import Head

WEEK = dt.timedelta(days=7)
FEWER = "fewer than 3"


def lines(seen: list[Seen]) -> dict[str, str]:
    """The groups that are listed, with what is said of each."""
    text = seen[-1].text.partition("\n\n")[2].partition("Each one")[0]
    return dict(line.split(": ", 1) for line in text.splitlines() if line)


@pytest.fixture
async def reviewed(house: House, world: World) -> Reviewed:
    at_noon(world)
    return Reviewed(house)


async def test_a_newcomer_sees_what_is_counted_and_that_small_groups_have_no_number(
    dara: Talk, reviewed: Reviewed
) -> None:
    await reviewed.add(2)
    [seen] = await dara.say("/statistics")
    assert lines([seen]) == {}
    assert f"Each one: {FEWER}, or none." in seen.text
    for word in ("confirmed, likely or possible", "agreed to be counted", "not withdrawn", "tell of the same"):
        assert word in seen.text


async def test_three_are_shown_by_benchmark_kind_province_and_month(
    dara: Talk, reviewed: Reviewed, world: World
) -> None:
    await reviewed.add(3, benchmarks=("B", "F"))
    await reviewed.add(2, head=replace(HEAD, category="land", province="12"))
    world.advance(5 * WEEK)
    assert list(lines(await dara.say("/statistics")).values()) == ["5", "3"]
    assert f"Each one that is not listed: {FEWER}, or none." in dara.last.text  # type: ignore[union-attr]
    assert lines(await dara.press("By kind")) == {"Arrest": "3"}
    assert lines(await dara.press("By province")) == {"Siem Reap": "3"}
    assert list(lines(await dara.press("By month")).values()) == ["5"]
    assert list(lines(await dara.press("By benchmark")).values()) == ["5", "3"]


async def test_the_month_that_is_not_over_has_no_line(dara: Talk, reviewed: Reviewed) -> None:
    await reviewed.add(5)
    await dara.say("/statistics")
    assert lines(await dara.press("By kind")) == {"Arrest": "5"}
    assert lines(await dara.press("By month")) == {}


@pytest.mark.parametrize(
    ("head", "review"),
    [
        (replace(HEAD, counts=False), {}),
        (HEAD, {"finding": ""}),
        (HEAD, {"finding": "02"}),
        (HEAD, {"finding": "0103"}),
        (HEAD, {"state": "withdrawn"}),
        (Head("sensitive", "01", "17"), {"benchmarks": ("L",)}),
    ],
    ids=["no consent", "not judged", "unlikely", "no violation", "withdrawn", "sensitive"],
)
async def test_who_did_not_agree_and_what_was_not_found_is_in_no_table(
    dara: Talk, reviewed: Reviewed, head: Head, review: dict[str, Any]
) -> None:
    await reviewed.add(4, head=head, **review)
    await reviewed.add(3)  # the control: these are counted
    await dara.say("/statistics")
    assert lines(await dara.press("By province")) == {"Siem Reap": "3"}


async def test_what_tells_of_the_same_counts_once(dara: Talk, reviewed: Reviewed) -> None:
    first, *_ = await reviewed.add(3)
    await reviewed.add(4, duplicates=(first,))
    await dara.say("/statistics")
    assert lines(await dara.press("By kind")) == {"Arrest": "3"}


async def test_within_a_week_nothing_moves_and_after_it_only_by_three(
    dara: Talk, reviewed: Reviewed, world: World
) -> None:
    await reviewed.add(2)
    await dara.say("/statistics")
    for added, shown in ((1, {}), (0, {"Arrest": "3"}), (2, {"Arrest": "3"}), (1, {"Arrest": "6"})):
        await reviewed.add(added)
        if shown:
            world.advance(WEEK)
        await dara.say("/statistics")
        assert lines(await dara.press("By kind")) == shown


async def test_what_falls_under_three_loses_its_number_with_the_next_week(
    dara: Talk, reviewed: Reviewed, world: World
) -> None:
    references = await reviewed.add(4)
    await dara.say("/statistics")
    for reference in references[:2]:
        await reviewed.withdraw(reference)
    assert lines(await dara.press("By kind")) == {"Arrest": "4"}
    world.advance(WEEK)
    await dara.say("/statistics")
    assert lines(await dara.press("By kind")) == {}


async def test_numbers_survive_a_restart_and_are_the_same_for_everybody(
    house: House, dara: Talk, reviewed: Reviewed, world: World
) -> None:
    await reviewed.add(3)
    before = await dara.say("/statistics")
    await house.restart()
    await Reviewed(house).change("R-0001", finding="02")
    vanna = house.talk(world.add_person("Vanna"))
    assert [seen.text for seen in await vanna.say("/statistics")] == [seen.text for seen in before]


async def test_a_khmer_reader_gets_all_of_it_in_khmer(sok: Talk, reviewed: Reviewed) -> None:
    await reviewed.add(3)
    await sok.say("/statistics")
    for table in reversed(TABLES):
        [seen] = await sok.tap(f"st:{table}")
        assert "Counted" not in seen.text
        assert "តិចជាង 3" in seen.text


async def test_a_page_that_is_not_there_is_the_nearest(dara: Talk, reviewed: Reviewed) -> None:
    await reviewed.add(3)
    await dara.say("/statistics")
    assert lines(await dara.tap("st:category:7")) == {"Arrest": "3"}
