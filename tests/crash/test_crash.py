"""Kill -9 at every named instant of the pipeline: nothing is lost, nothing is done twice, order is kept."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest

from bot.points import POINTS
from crash.campaign import SPACED, BadNetwork, campaign, survived
from crash.crowd import Answers, Crowd, Sight
from crash.lives import Life, Place, settled, tables
from sandbox.app import serve
from sandbox.world import World


def test_every_named_point_is_in_the_plan() -> None:
    assert sorted(SPACED) == sorted(POINTS)


async def test_nothing_is_lost_or_done_twice_whichever_point_the_bot_dies_at(tmp_path: Path, answers: Answers) -> None:
    kills = await asyncio.gather(_quiet(tmp_path / "quiet", answers), _busy(tmp_path / "busy", answers))
    assert sum(kills) >= 33


async def _quiet(folder: Path, answers: Answers) -> int:
    """One person, who asks the next question when the one before is answered."""
    async with campaign(folder, answers, size=1) as quiet:
        for hit in (1, 2):
            for point in SPACED:
                await quiet.kill_at(point, hit)
        print(await survived(quiet))
        assert max(quiet.in_the_air) <= 1, "at most one answer is repeated for a kill"
    return quiet.kills


async def _busy(folder: Path, answers: Answers) -> int:
    """Eight people at once, with up to four questions open each."""
    async with campaign(folder, answers, size=8, patience=4) as busy:
        for hit in (1, 3, 6):
            for point in SPACED:
                await busy.kill_at(point, hit)
        print(await survived(busy))
    return busy.kills


async def test_an_update_that_kills_the_bot_is_set_aside_at_the_fourth_attempt(world: World, tmp_path: Path) -> None:
    dara = world.add_person("Dara")
    async with serve(world) as url:
        place = Place(tmp_path, world, url)
        world.say(dara, "DIE")
        world.say(dara, "/benchmark D")
        for _ in range(3):
            async with Life(place, variants=["deadly-words"]) as life:
                assert await life.ended() < 0
        async with Life(place, variants=["deadly-words"]) as life:
            await settled(place, life)
            assert await life.stop() == 0
    assert tables(place).inbox == {"aside": 1, "done": 1}
    _, _, apology, answer = (message["text"] for message in world.private_chat(dara).messages.values())
    assert "Something went wrong" in apology
    assert answer.startswith("D. ")


async def test_control_a_bot_that_confirms_before_storing_loses_questions(tmp_path: Path, answers: Answers) -> None:
    async with campaign(tmp_path, answers, "confirms-first", size=8, hurried=True) as hasty:
        for hit in (1, 2):
            await hasty.kill_at("intake.received", hit)
        verdict, tables = await hasty.outcome()
    assert verdict.lost > 0
    assert tables.inbox.total() < hasty.crowd.deeds
    assert set(tables.outbox) <= {"sent", "expired"}, "nothing was lost on the way out"


async def test_control_a_bot_that_writes_sent_before_posting_loses_answers(tmp_path: Path, answers: Answers) -> None:
    async with campaign(tmp_path, answers, "says-sent-first", size=8, hurried=True) as hasty:
        for hit in (1, 2):
            await hasty.kill_at("sender.recorded", hit)
        verdict, tables = await hasty.outcome()
    assert verdict.lost > 0
    assert tables.inbox == {"done": hasty.crowd.deeds}, "nothing was lost on the way in"
    assert set(tables.outbox) <= {"sent", "expired"}, "as far as the bot knows, nothing was lost on the way out"


def test_control_the_count_notices_what_is_lost_doubled_strange_or_out_of_order(world: World, answers: Answers) -> None:
    crowd = Crowd(world, answers, size=1, patience=20, hurried=True)
    for _ in range(4):
        crowd.turn()
    [visitor] = crowd.visitors
    assert (crowd.verdict().asked, crowd.verdict().lost) == (4, 4)
    visitor.seen = [*reversed(visitor.expected), visitor.expected[0], Sight("message", "What?")]
    verdict = crowd.verdict()
    assert (verdict.lost, verdict.disordered, verdict.repeated) == (0, 1, 1)
    assert verdict.strange == {"What?": 1}


@pytest.mark.long
async def test_365_kills_and_a_bad_network_lose_nothing(tmp_path: Path, answers: Answers) -> None:
    kills = await asyncio.gather(
        _every_point_fifteen_times(tmp_path / "points", answers), _at_any_instant(tmp_path / "instants", answers, 260)
    )
    assert sum(kills) >= 365


async def _every_point_fifteen_times(folder: Path, answers: Answers) -> int:
    async with campaign(folder, answers, size=6, patience=3) as busy:
        for hit in range(1, 16):
            for point in SPACED:
                await busy.kill_at(point, hit)
        print(await survived(busy))
    return busy.kills


async def _at_any_instant(folder: Path, answers: Answers, kills: int) -> int:
    """At random instants, while one reply in ten is lost, one call in ten fails and some are asked to wait."""
    dice = random.Random(365)
    network = BadNetwork(dice)
    async with campaign(folder, answers, size=6, patience=3, faults=network) as unlucky:
        for _ in range(kills):
            await unlucky.kill_after(dice.random())
        network.stop()
        print(await survived(unlucky, lost_replies=network.lost))
        print(f"{network.calls} calls, {network.lost} replies to messages lost")
    return unlucky.kills
