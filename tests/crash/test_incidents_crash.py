"""Kill -9 while people tell incidents: no answer, no file and no incident is lost, and none is there twice."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.points import FILES, POINTS
from crash.campaign import SPACED, BadNetwork
from crash.child import APART
from crash.reporters import Telling, Verdict, telling
from crash.stories import Story
from forms.form import Progress
from storage.sealing import Receipt

EVERY_POINT = (*SPACED, *FILES)


def test_every_named_point_is_in_the_plan() -> None:
    assert sorted(EVERY_POINT) == sorted((*POINTS, *FILES))


async def test_no_incident_is_lost_or_doubled_whichever_point_the_bot_dies_at(tmp_path: Path) -> None:
    kills = await asyncio.gather(
        _alone(tmp_path / "alone"),
        _together(tmp_path / "points", hits=[24]),
        _together(tmp_path / "instants", hits=[10], instants=4),
    )
    assert sum(kills) >= 30


async def _alone(folder: Path) -> int:
    """One reporter, so that what is said again can be counted exactly."""
    async with telling(folder, size=1) as alone:
        for point in EVERY_POINT:
            await alone.kill_at(point, 1 if point in FILES else 4)
        verdict = _safe(alone, await alone.outcome())
        assert verdict.posted_again <= alone.kills, "at most one message is repeated for a kill"
    return alone.kills


async def _together(folder: Path, *, hits: Sequence[int] = (), instants: int = 0) -> int:
    """Several reporters at once: at every point as often as there are hits, then at random over a bad network."""
    dice = random.Random(30)
    network = BadNetwork(dice)
    network.stop()
    async with telling(folder, size=5, haste=0.2 if hits else 0.6, faults=network) as together:
        for hit in hits:
            for point in EVERY_POINT:
                await together.kill_at(point, 2 if point in FILES else hit)
        network.over = False
        for _ in range(instants):
            await together.kill_after(dice.random())
        network.stop()
        verdict = _safe(together, await together.outcome())
        print(f"{network.calls} calls, {network.spoiled} spoiled")
        most = together.kills * len(together.crowd.all) + network.spoiled
        assert verdict.posted_again <= most, "at most one message is repeated for a kill in a chat, or for a lost reply"
    return together.kills


def _safe(told: Telling, verdict: Verdict) -> Verdict:
    """Hold what was seen, and what the network can open, against every promise."""
    print(f"{told.kills} kills: {verdict}", *verdict.lost, sep="\n")
    assert not verdict.lost
    assert verdict.doubled == 0
    assert not verdict.damaged
    assert not verdict.strange
    assert verdict.told == 0, "nobody is told of a power cut that was none"
    return verdict


@pytest.mark.parametrize("variant", ["drafts-in-memory", "drafts-written-late"])
async def test_control_a_bot_that_does_not_write_answers_before_it_asks_on_loses_them(
    tmp_path: Path, variant: str
) -> None:
    async with telling(tmp_path, variant, size=4) as careless:
        await careless.kill_when(lambda: all(reporter.prompts > 2 for reporter in careless.crowd.all))
    assert careless.verdict.lost


async def test_control_a_bot_that_hands_in_before_the_update_is_done_hands_in_twice(tmp_path: Path) -> None:
    async with telling(tmp_path, "hands-in-apart", size=6, haste=0.8) as hasty:
        await hasty.kill_at(APART, 1)
        verdict = await hasty.outcome()
    assert verdict.doubled > 0


async def test_control_files_that_no_row_names_are_noticed(tmp_path: Path) -> None:
    """Such files are swept away sooner or later."""
    async with telling(tmp_path, "files-without-rows", size=8, haste=0.5) as careless:
        await careless.kill_when(lambda: any(one.story.shown for one in careless.crowd.handed_in))
        verdict = await careless.found()
    assert verdict.damaged


async def test_control_the_count_notices_another_receipt_and_another_answer(tmp_path: Path) -> None:
    async with telling(tmp_path, size=6, haste=0.8) as honest:
        await honest.kill_when(lambda: len(honest.crowd.handed_in) > 1)
        assert (await honest.found()).lost == []
        (some, n), (others, m), *_ = [(r.handed_in, n) for r in honest.crowd.all for n in range(len(r.handed_in))]
        some[n] = replace(some[n], receipt=str(Receipt.new()))
        others[m] = replace(others[m], story=Story(Progress()))
        verdict = await honest.found()
    assert len(verdict.lost) == 2


@pytest.mark.long
async def test_305_kills_and_a_bad_network_lose_no_incident(tmp_path: Path) -> None:
    kills = await asyncio.gather(
        _together(tmp_path / "points", hits=range(6, 34, 2)), _together(tmp_path / "instants", instants=180)
    )
    assert sum(kills) >= 305
