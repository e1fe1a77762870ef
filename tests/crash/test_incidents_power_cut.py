"""Power cuts while people tell incidents: what was handed in is there, what was begun is gone, and that is said.

The model of the disk is that of ``powercut.c``: what was last synced, whole; a new name once its folder is synced.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.points import FILES
from crash.lives import Life, settled
from crash.powercut import Disk
from crash.reporters import Reporter, Telling, Verdict, telling
from crash.test_incidents_crash import EVERY_POINT
from sandbox.records import Fault
from texts import mailbox, otherwise

OFTEN = {"intake.received": 0.5, "intake.stored": 0.5, "sender.picked": 1.5, "sender.posted": 1.5} | dict.fromkeys(
    FILES, 0.05
)
"""How often a point is reached, beside a commit."""


def _disk(library: Path, folder: Path) -> Disk:
    return Disk(library, folder / "data", folder / "disk")


async def test_power_cuts_lose_nothing_handed_in_and_who_had_begun_is_told_so(tmp_path: Path, library: Path) -> None:
    """Where the draft keys survive them, not even what was begun."""
    await asyncio.gather(
        _keys_lost(tmp_path / "lost", library, ["worker.handled", "courier.kept", "worker.committed"], 80),
        _keys_kept(tmp_path / "kept", library, ["courier.kept", "sender.posted", "sender.recorded"], 60),
    )


async def test_who_had_begun_is_told_once_in_their_language_and_of_nothing_else(tmp_path: Path, library: Path) -> None:
    async with telling(tmp_path, size=4, disk=_disk(library, tmp_path), keys_are_lost=True) as dark:
        begun, home = dark.crowd.all[:2], dark.crowd.all[2:]
        async with Life(dark.place, variants=dark.variants) as life:
            while not all(_has_answered(reporter) for reporter in begun):
                now = asyncio.get_running_loop().time()
                for reporter in (*begun, *(one for one in home if len(one.deeds) < 2)):
                    reporter.turn(now)
                await asyncio.sleep(dark.pause)
            await settled(dark.place, life)
            await life.kill()
            await dark.bury(life)
        assert [reporter.bereft for reporter in dark.crowd.all] == [True, True, False, False]
        before = [_last(dark, reporter) for reporter in dark.crowd.all]
        async with Life(dark.place, kill=("sender.picked", 1)) as life:
            assert await life.ended() < 0
        async with Life(dark.place) as life:
            dark.place.world.say(home[0].person, "/about")
            await settled(dark.place, life)
            assert await life.stop() == 0
        await asyncio.sleep(0.05)
        heard = [_heard_since(dark, *one) for one in zip(dark.crowd.all, before, strict=True)]
        assert heard[:2] == [[str(otherwise.draft_lost(language).text)] for language in ("en", "km")]
        assert len(heard[2]) == 1, "the answer to what was asked"
        assert heard[3] == []


def _has_answered(reporter: Reporter) -> bool:
    progress = reporter.stories[0].progress
    return progress is not None and len(progress.answers) > 2


def _last(told: Telling, reporter: Reporter) -> int:
    """The number of the newest message in this chat; 0 when it is empty."""
    return max(told.place.world.private_chat(reporter.person).messages, default=0)


def _heard_since(told: Telling, reporter: Reporter, last: int) -> list[str]:
    """What the bot has written to this person after that message."""
    world = told.place.world
    messages = world.private_chat(reporter.person).messages.values()
    return [m["text"] for m in messages if m["message_id"] > last and m["from"]["id"] == world.bot.id]


async def test_control_without_full_synchronous_a_power_cut_loses_incidents(tmp_path: Path, library: Path) -> None:
    """Commits since the log was last folded in are gone: not after every cut is an incident among them."""
    disk = _disk(library, tmp_path)
    async with telling(tmp_path, "normal-synchronous", size=6, haste=0.8, disk=disk) as lax:
        for cut in range(1, 6):
            await lax.kill_when(lambda most=cut: len(lax.crowd.handed_in) > most)  # type: ignore[misc]
            if any("a receipt opens None" in one for one in (await lax.found()).lost):
                return
    pytest.fail("no incident was lost")


async def test_who_handed_in_before_a_power_cut_is_told_so_although_the_receipt_is_lost(
    tmp_path: Path, library: Path
) -> None:
    """The receipt goes with the draft keys, unless it was posted before; what was handed in stays."""
    async with telling(tmp_path, size=1, haste=0.8, disk=_disk(library, tmp_path), keys_are_lost=True) as dark:
        [reporter] = dark.crowd.all
        spoiled: list[str] = []

        def no_receipt_arrives(method: str, params: dict[str, Any]) -> Fault | None:
            if "copy_text" not in str(params.get("reply_markup")) or not reporter.stories[-1].sending:
                return None
            spoiled.append(method)
            return Fault(status=500)

        dark.place.world.faults = no_receipt_arrives
        await dark.kill_when(lambda: bool(spoiled))
        assert [one.receipt for one in reporter.handed_in] == [""]
        dark.place.world.faults = None
        before = _last(dark, reporter)
        verdict = await dark.outcome()
        assert (verdict.lost, verdict.doubled) == ([], 0)
        [handed_in] = reporter.handed_in
        assert handed_in.story.progress is not None
        expected = [str(otherwise.answer_lost("en").text)]
        if handed_in.story.progress.answers["contact"] == "here":
            expected.append(str(mailbox.told_no_more("en").text))
        assert sorted(_heard_since(dark, reporter, before)) == sorted(expected)


async def test_control_files_that_are_not_synced_are_damaged_by_a_power_cut(tmp_path: Path, library: Path) -> None:
    disk = _disk(library, tmp_path)
    async with telling(tmp_path, "files-unsynced", size=8, haste=0.5, disk=disk) as lax:
        await lax.kill_when(lambda: any(one.story.shown for one in lax.crowd.handed_in))
        verdict = await lax.found()
    assert verdict.damaged
    assert not verdict.lost


@pytest.mark.long
async def test_63_power_cuts_lose_nothing_handed_in(tmp_path: Path, library: Path) -> None:
    cuts = await asyncio.gather(
        _keys_lost(tmp_path / "lost", library, EVERY_POINT * 4, 90),
        _keys_kept(tmp_path / "kept", library, EVERY_POINT * 3, 60),
    )
    assert sum(cuts) >= 63


async def _keys_lost(folder: Path, library: Path, points: Sequence[str], commits: int) -> int:
    """Each cut takes the draft keys along."""
    disk = _disk(library, folder)
    async with telling(folder, size=5, haste=0.6, disk=disk, keys_are_lost=True) as dark:
        for point in points:
            await dark.kill_at(point, _hit(point, commits))
        verdict = await _cuts_survived(dark)
        assert verdict.told > 0
        assert verdict.incidents > 0
    return dark.kills


async def _keys_kept(folder: Path, library: Path, points: Sequence[str], commits: int) -> int:
    """The draft keys are where a power cut does not take them, and so everything goes on."""
    async with telling(folder, size=5, haste=0.4, disk=_disk(library, folder)) as dark:
        for point in points:
            await dark.kill_at(point, _hit(point, commits))
        verdict = await _cuts_survived(dark)
        assert verdict.told == 0
    return dark.kills


async def _cuts_survived(dark: Telling) -> Verdict:
    verdict = await dark.outcome()
    unseen = sum(not one.receipt for one in dark.crowd.handed_in)
    print(f"{dark.kills} power cuts: {verdict}; {unseen} handed in whose receipt nobody saw", *verdict.lost, sep="\n")
    assert not verdict.lost
    assert verdict.doubled == 0
    assert not verdict.damaged
    assert not verdict.strange
    return verdict


def _hit(point: str, commits: int) -> int:
    return max(1, round(commits * OFTEN.get(point, 1)))
