"""Kill -9 while a team reviews: no decision is lost or made twice, and the audit says exactly what was done."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.points import POINTS
from crash.campaign import SPACED
from crash.child import APART
from crash.powercut import Disk
from crash.reviewers import Reviewing, Verdict, reviewing
from storage.audit import Act

MUST_HAPPEN = {Act.CLAIMED, Act.GRADED, Act.INVITED}
"""Without these a campaign shows nothing."""
MUST_HAPPEN_OFTEN = MUST_HAPPEN | {
    Act.PROPOSED,
    Act.ANSWERED,
    Act.STATE,
    Act.APPROVED,
    Act.DECLINED,
    Act.VOIDED,
    Act.FETCHED,
    Act.OPENED,
    Act.CONFIRMED_PERSON,
    Act.JOINED,
    Act.REVOKED,
    Act.RELEASED,
    Act.HANDED_OVER,
    Act.WITHDRAWN,
}
_SELDOM = {"intake.received": 0.1, "intake.stored": 0.1}
"""How often a point is reached, beside a commit; several updates come at once."""


def test_every_named_point_is_in_the_plan() -> None:
    assert sorted(SPACED) == sorted(POINTS)


async def test_no_decision_is_lost_or_made_twice_whichever_point_the_bot_dies_at(tmp_path: Path) -> None:
    teams = await asyncio.gather(
        _killed(tmp_path / "some", SPACED[::2], 100), _killed(tmp_path / "others", SPACED[1::2], 100)
    )
    assert sum(team.kills for team in teams) >= 10
    assert {act for act in MUST_HAPPEN if not any(team.verdict.acts[act] for team in teams)} == set()


async def _killed(folder: Path, points: Sequence[str], hit: int, instants: int = 0) -> Reviewing:
    """At each of these points, when it is reached for about that many times, and then at random."""
    dice = random.Random(hit)
    async with reviewing(folder) as team:
        await team.kill_when(lambda: len(team.crowd.references) > 2)
        for point in points:
            await team.kill_at(point, max(1, round(hit * _SELDOM.get(point, 1))))
        for _ in range(instants):
            await team.kill_after(0.1 + dice.random())
        _sound(team, await team.outcome())
    return team


def _sound(team: Reviewing, verdict: Verdict) -> Verdict:
    """Hold what was found against every promise."""
    print(f"{team.kills} kills: {verdict}", *verdict.wrong[:20], sep="\n")
    assert not verdict.wrong
    return verdict


@pytest.mark.parametrize("variant", ["approves-apart", "answers-apart"])
async def test_control_a_bot_that_decides_before_the_update_is_done_decides_what_nobody_finds_in_the_audit(
    tmp_path: Path, variant: str
) -> None:
    async with reviewing(tmp_path, variant) as hasty:
        await hasty.kill_at(APART, 1)
        assert hasty.verdict.wrong


async def test_control_the_count_notices_another_letter_another_judgement_and_another_member(tmp_path: Path) -> None:
    async with reviewing(tmp_path) as honest:
        await honest.kill_when(lambda: bool(honest.crowd.references))
        assert not honest.verdict.wrong
        decisions = honest.crowd.decisions
        reference, person = next(iter(decisions.cases)), next(iter(decisions.members))
        decisions.cases[reference] = replace(decisions.cases[reference], finding="0102")
        decisions.letters[reference].append(("", "never said"))
        del decisions.members[person]
        await honest.look_around()
        assert len(honest.verdict.wrong) == 3


@pytest.mark.long
async def test_160_kills_lose_no_decision(tmp_path: Path) -> None:
    teams = await asyncio.gather(
        _killed(tmp_path / "points", SPACED * 9, 170), _killed(tmp_path / "instants", SPACED[:3], 90, instants=94)
    )
    assert sum(team.kills for team in teams) >= 160
    for team in teams:
        assert {act for act in MUST_HAPPEN_OFTEN if not team.verdict.acts[act]} == set()


async def _cut(folder: Path, library: Path, points: Sequence[str], commits: int) -> None:
    disk = Disk(library, folder / "data", folder / "disk")
    async with reviewing(folder, disk=disk, keys_are_lost=True) as dark:
        await dark.kill_when(lambda: all(one.receipts for one in dark.crowd.reporters))
        for point in points:
            await dark.kill_at(point, commits, seconds=240)
        verdict = _sound(dark, await dark.outcome())
    assert {act for act in MUST_HAPPEN if not verdict.acts[act]} == set()
    assert all(one.bereft for one in dark.crowd.reporters), "who had asked to be told here"


@pytest.mark.long
async def test_24_power_cuts_take_no_decision_and_who_was_to_be_told_is_told_that_it_is_over(
    tmp_path: Path, library: Path
) -> None:
    """What members were about to write is gone, and so is whom to tell of answers."""
    await _cut(tmp_path, library, ["worker.handled", "worker.committed", "sender.posted", "sender.recorded"] * 6, 50)
