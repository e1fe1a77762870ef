"""Power cuts at every named instant: only what was synced to the disk is left, and the draft keys are gone.

The model: a file is what it was at its last fsync, whole. Torn sectors and disks that lie are beyond it.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from crash.campaign import SPACED, Campaign, campaign, survived
from crash.crowd import Answers
from crash.lives import Life, Place, settled, tables
from crash.powercut import Disk
from sandbox.app import serve
from sandbox.records import Person
from sandbox.world import World
from texts import otherwise

APOLOGIES = {language: str(otherwise.power_cut(language).text) for language in ("en", "km")}
LOST_ANSWERS = {language: str(otherwise.answer_lost(language).text) for language in ("en", "km")}


def _disk(library: Path, folder: Path) -> Disk:
    return Disk(library, folder / "data", folder / "disk")


async def test_a_power_cut_loses_nothing_where_the_draft_keys_survive_it(
    tmp_path: Path, answers: Answers, library: Path
) -> None:
    print(await _cuts_survived(tmp_path, answers, library, hits=[3]))


async def test_control_without_full_synchronous_a_power_cut_loses_questions(
    tmp_path: Path, answers: Answers, library: Path
) -> None:
    disk = _disk(library, tmp_path)
    async with campaign(tmp_path, answers, "normal-synchronous", size=8, hurried=True, more=disk.environment()) as lax:
        lax.after_death = disk.cut
        for point in ("worker.committed", "sender.recorded"):
            await lax.kill_at(point, 50)  # at the start the log is folded in
        verdict, after = await lax.outcome()
    assert verdict.lost > 0
    assert after.inbox.total() < lax.crowd.deeds
    assert set(after.outbox) <= {"sent", "expired"}


@pytest.mark.parametrize(("point", "of_the_first"), [("intake.stored", APOLOGIES), ("sender.picked", LOST_ANSWERS)])
async def test_who_was_not_answered_before_a_power_cut_is_told_once_in_their_language(
    world: World, tmp_path: Path, library: Path, point: str, of_the_first: dict[str, str]
) -> None:
    dara, sok = world.add_person("Dara"), world.add_person("Sok")
    async with serve(world) as url:
        disk = _disk(library, tmp_path)
        place = Place(tmp_path, world, url, disk.environment())
        await _choose_languages(place, (dara, "en"), (sok, "km"))
        for person in (dara, sok):
            world.say(person, "/benchmark D")
        await _power_fails(place, disk, point)
        async with Life(place) as life:
            await settled(place, life)
            assert _heard(world, dara) == [of_the_first["en"]]
            assert _heard(world, sok) == [APOLOGIES["km"]]
            world.say(dara, "/benchmark D")
            await settled(place, life)
            assert await life.stop() == 0
        assert _heard(world, dara)[-1].startswith("D. "), "life goes on"
        after = tables(place)
        assert after.inbox["lost"] + after.outbox["lost"] == 2


async def test_the_apology_after_a_power_cut_survives_a_kill(world: World, tmp_path: Path, library: Path) -> None:
    dara = world.add_person("Dara")
    async with serve(world) as url:
        disk = _disk(library, tmp_path)
        place = Place(tmp_path, world, url, disk.environment())
        await _choose_languages(place, (dara, "km"))
        world.say(dara, "/benchmark D")
        await _power_fails(place, disk, "intake.stored")
        for point in ("worker.handled", "worker.committed", "sender.picked"):
            async with Life(place, kill=(point, 1)) as life:
                assert await life.ended() < 0
            assert _heard(world, dara) == []
        async with Life(place) as life:
            await settled(place, life)
        assert _heard(world, dara) == [APOLOGIES["km"]]


async def test_who_asked_several_things_before_a_power_cut_is_told_once(
    world: World, tmp_path: Path, library: Path
) -> None:
    dara = world.add_person("Dara")
    async with serve(world) as url:
        disk = _disk(library, tmp_path)
        place = Place(tmp_path, world, url, disk.environment())
        for letter in "ABC":
            world.say(dara, f"/benchmark {letter}")
        await _power_fails(place, disk, "intake.stored")
        async with Life(place) as life:
            await settled(place, life)
        assert _heard(world, dara) == [APOLOGIES["en"]]


async def _choose_languages(place: Place, *chosen: tuple[Person, str]) -> None:
    async with Life(place) as life:
        for person, language in chosen:
            place.world.say(person, "/start")
            place.world.tap(person, 999_999, data=f"lang:{language}")
        await life.begun()
        await settled(place, life)
        assert await life.stop() == 0
    for person, _ in chosen:
        place.world.private_chat(person).messages.clear()


async def _power_fails(place: Place, disk: Disk, point: str) -> None:
    """The bot reaches this point for the first time; then the disk forgets what was not synced, the memory all."""
    async with Life(place, kill=(point, 1)) as life:
        assert await life.ended() < 0
    disk.cut()
    place.draft_keys.unlink()


def _heard(world: World, person: Person) -> list[str]:
    """What the bot has written to this person."""
    messages = world.private_chat(person).messages.values()
    return [message["text"] for message in messages if message["from"]["id"] == world.bot.id]


@pytest.mark.long
async def test_64_power_cuts_lose_nothing_where_the_draft_keys_survive_them(
    tmp_path: Path, answers: Answers, library: Path
) -> None:
    print(await _cuts_survived(tmp_path, answers, library, hits=list(range(1, 9))))


@pytest.mark.long
async def test_after_64_power_cuts_every_question_was_answered_or_apologised_for(
    tmp_path: Path, answers: Answers, library: Path
) -> None:
    """Also when the draft keys are lost each time: no update that Telegram was told about is without a trace."""
    disk = _disk(library, tmp_path)
    async with campaign(tmp_path, answers, size=6, hurried=True, more=disk.environment()) as dark:

        def power_fails() -> None:
            disk.cut()
            dark.place.draft_keys.unlink()

        dark.after_death = power_fails
        for hit in range(1, 9):
            for point in SPACED:
                await dark.kill_at(point, hit)
                verdict, after = await dark.outcome()
    print(f"{dark.kills} kills:", verdict, after)
    _all_accounted_for(dark, after.inbox)
    assert set(after.outbox) <= {"sent", "lost", "expired"}


def _all_accounted_for(dark: Campaign, inbox: Counter[str]) -> None:
    assert inbox.total() == dark.crowd.deeds
    assert set(inbox) <= {"done", "lost"}
    told = {*APOLOGIES.values(), *LOST_ANSWERS.values()}
    for visitor in dark.crowd.visitors:
        if visitor.unanswered:
            assert any(sight.text in told for sight in visitor.seen), "lost without a word"


async def _cuts_survived(folder: Path, answers: Answers, library: Path, hits: list[int]) -> str:
    disk = _disk(library, folder)
    async with campaign(folder, answers, size=6, patience=3, more=disk.environment()) as dark:
        dark.after_death = disk.cut
        for hit in hits:
            for point in SPACED:
                await dark.kill_at(point, hit)
        return await survived(dark)
