"""Nothing that a network says while it reviews, and nothing that says who told or who reviews, is in any file.

A team comes together by links and spoken words; five people tell something; it is read, answered, noted, judged,
confirmed by two, withdrawn, deleted, handed over, declined, left to expire, and interrupted by errors, a kill, a power
cut and revocations, once with the office key on the server and once without. Meanwhile deadlines are entered, reminders
and a broadcast go out, another is stopped on its way, and the clock is put back. Every word is planted; every file is
searched for all of them in every encoding, and every screen for whoever must not be on it.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pytest
from crash import lives
from crash.lives import repositories
from crash.traces import Hunt, Trace
from review_story import CASE, HANDLE, LETTER, REFERENCE, TEXTS, TOKEN, VARIANTS, Reviewing, screens

from sandbox.app import serve
from sandbox.world import World
from storage.audit import Act
from storage.rounds import DONE, PAUSED

ENGLISH_FIRST, KHMER_FIRST = ("en", "km"), ("km", "en")
IN_GROUP = {
    "# · Arrest · hours ⚠ · under # h",
    "# · ការចាប់ខ្លួន · គិតជាម៉ោង ⚠ · ក្រោម # ម៉ោង",
    "# · Arrest · hours ⚠ · # h",
    "# · ការចាប់ខ្លួន · គិតជាម៉ោង ⚠ · # ម៉ោង",
}
"""All that it is told of an incident, but for reference and number."""
OF_DEADLINES = {
    "whose call it is",
    "the title of a call",
    "a Khmer title of a call",
    "the network's own day",
    "a source of a call",
    "limits of a call",
    "a changed address of a call",
    "key questions of a call",
    "Khmer key questions of a call",
    "the symbol of a call",
    "a date of the network",
    "a Khmer date of the network",
}
"""Everybody may read most of it in the bot; on the disk all of it is sealed."""
ON_ITS_WAY = "an answer lies there"
PROVINCE = {"a province": "Siem Reap", "a Khmer province": "សៀមរាប"}


@dataclass
class Told:
    """A story that is over, and what was found while it went on."""

    story: Reviewing
    found: dict[str, set[Trace]] = field(default_factory=dict)
    """After each part of it."""
    logs_of_writes: dict[str, int] = field(default_factory=dict)
    """Bytes of the write-ahead log when it was searched."""

    def look(self, when: str) -> None:
        """Search every file."""
        wal = self.story.place.data / "sangket.db-wal"
        self.logs_of_writes[when] = wal.stat().st_size if wal.exists() else 0
        self.found[when] = self.story.found()


@pytest.fixture(scope="module", autouse=True)
def more_variants() -> Iterator[None]:
    """Lives are those of the program beside this one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lives, "_CHILD", Path(__file__).with_name("reviewing_child.py"))
        yield


@pytest.fixture(
    scope="module", params=[(True, ENGLISH_FIRST), (False, KHMER_FIRST)], ids=["read in the chat", "sealed files"]
)
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, more_variants: None) -> Told:
    """The whole story."""
    here, languages = request.param
    return asyncio.run(_tell(tmp_path_factory.mktemp("reviewed"), here, languages))


async def _tell(folder: Path, here: bool, languages: tuple[str, str]) -> Told:
    world = World(pace=False, seed=7, token=TOKEN)
    async with serve(world) as url:
        story = Reviewing(folder, world, url, here=here, languages=languages)
        told = Told(story)
        await _begin(told)
        await _work(told)
        if not here:
            await _answered_from_laptop(told)
        await _interrupted(told)
        await _a_day_later(told)
        await _the_clock_is_put_back(told)
    return told


async def _begin(told: Told) -> None:
    async with told.story.life(*VARIANTS) as life:
        await told.story.gather(life)
        told.look("gathered")
        await told.story.tell()
        told.look("told")
        assert await life.stop() == 0


async def _work(told: Told) -> None:
    """It runs all the time; a kill ends it."""
    story = told.story
    async with story.life(*VARIANTS) as life:
        await life.begun()
        await story.until_announced()
        for act in (story.review, story.part, story.publish, story.remind, story.fail, story.revoke, story.leave_open):
            await act()
            if act in (story.part, story.remind, story.fail, story.leave_open):
                told.look(act.__name__)
        await life.kill()
    told.look("killed")


async def _answered_from_laptop(told: Told) -> None:
    """Somebody puts an answer where the bot looks for it."""
    story = told.story
    sealed = story.answer_from_laptop()
    folder = story.place.data / "answers"
    folder.mkdir(exist_ok=True)
    (folder / sealed.name).write_bytes(sealed.read_bytes())
    told.look(ON_ITS_WAY)
    async with story.life(*VARIANTS) as life:
        await life.begun()
        await _until(lambda: not list(folder.iterdir()))
        await story.rest()
        told.look("answered from the laptop")
        assert await life.stop() == 0


async def _interrupted(told: Told) -> None:
    """A kill while somebody writes, and a power cut, which takes the draft keys along."""
    story = told.story
    await story.write_at("a kill")
    async with story.life(*VARIANTS, kill=("worker.handled", 2)) as life:
        assert await life.ended() < 0
    told.look("a kill")
    async with story.life(*VARIANTS) as life:
        await life.begun()
        await story.rest()
        await story.write_at("a power cut")
        await story.rest()
        await life.kill()
    told.look("a power cut")
    story.place.draft_keys.unlink()
    async with story.life(*VARIANTS) as life:
        await life.begun()
        await story.rest()
        told.look("after the power cut")
        await story.leave_open()
        assert await life.stop() == 0


async def _a_day_later(told: Told) -> None:
    """Proposals and forms are over, and reminders go out."""
    story = told.story
    async with story.life(*VARIANTS, "a-day-later") as life:
        await life.begun()
        await _until(lambda: not story.rows("SELECT 1 FROM proposals UNION ALL SELECT 1 FROM drafts"))
        await _until(story.is_reminded)
        await story.rest()
        told.look("expired")
        assert await life.stop() == 0


async def _the_clock_is_put_back(told: Told) -> None:
    """To what it was: everything that goes by it waits for the admin."""
    story = told.story
    async with story.life(*VARIANTS) as life:
        await life.begun()
        await _until(lambda: story.cast.admin.has("ck:right"))
        told.look("the clock leapt")
        await story.cast.admin.press("ck:right")
        assert await life.stop() == 0
    told.look("the end")


async def _until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not happened():  # noqa: ASYNC110 - another process does it
            await asyncio.sleep(0.02)


# What lies in files


def test_nothing_that_was_said_or_says_who_is_in_any_file(told: Told) -> None:
    assert {when: found for when, found in told.found.items() if found and when != ON_ITS_WAY} == {}
    for one in told.found.get(ON_ITS_WAY, ()):
        assert one.file.endswith(".answer")
        assert one.canary.startswith("the mailbox of"), "for whom it is, as docs/safety.md says"
    assert len(told.story.canaries()) >= 120


def test_it_was_searched_while_the_write_ahead_log_could_hold_something(told: Told) -> None:
    assert sum(size > 0 for size in told.logs_of_writes.values()) >= 6


async def test_it_all_happened(told: Told) -> None:
    """The control of the story: what was planted did pass, and can be read by whoever may."""
    story = told.story
    async with repositories(story.place) as (database, tables, _):
        acts = {one.act for one in await database.write(lambda: tables.audit.last(1000))}
        entries = await database.write(lambda: tables.case_entries.of(CASE))
        assessment = await database.write(lambda: tables.assessments.current(LETTER))
        reviews = {one.reference: one for one in await database.write(tables.reviews.all)}
        notes = await database.write(lambda: tables.notes.sealed(story.references[0]))
    assert acts >= set(Act) - {Act.BUNDLED} - (set() if story.here else {Act.OPENED})
    assert TEXTS["Khmer news"] in entries[0].words
    assert assessment is not None
    assert TEXTS["Khmer grounds"] in assessment.grounds
    first = reviews[story.references[0]]
    assert first.finding == "0101"
    assert TEXTS["a Khmer note for oneself"] in str(first.own)
    read = b"".join(story.office.open(one.sealed) for one in notes).decode()
    assert TEXTS["a Khmer note for the team"] in read
    assert TEXTS["a Khmer reason"] in read
    assert reviews[story.references[1]].state == "withdrawn"
    assert story.references[2] not in reviews
    assert reviews[story.references[3]].claimed_by == story.cast.teak.handle
    assert told.story.place.log.read_bytes().count(b"update.aside") >= 6, "what should fail did"


async def test_what_was_entered_and_written_to_many_can_be_read_by_the_bot_as_long_as_it_is_needed(told: Told) -> None:
    """The control of deadlines and broadcasts: what ended has lost its words, what waits has them."""
    async with repositories(told.story.place) as (database, tables, _):
        call, own = sorted(await database.write(tables.deadlines.all), key=lambda one: one.kind)
        broadcasts = {one.state: one for one in await database.write(lambda: tables.rounds.of("bc:"))}
        audit = await database.write(lambda: tables.audit.last(1000))
        held = await database.write(tables.timekeeping.held)
    kept = json.dumps([asdict(call), asdict(own)], ensure_ascii=False)
    assert [name for name in sorted(OF_DEADLINES) if TEXTS[name] not in kept] == []
    over, paused = broadcasts[DONE].content, broadcasts[PAUSED].content
    assert over["result"]["sent"] == 5
    assert over.keys().isdisjoint({"km", "en"})
    assert (paused["km"], paused["en"]) == (TEXTS["a paused Khmer broadcast"], TEXTS["a paused broadcast"])
    noted = [f"{one.act} {one.on.rpartition(':')[2]}" for one in reversed(audit)]
    for what in ("deadline new", "deadline changed", "broadcast begun", "broadcast paused", "broadcast done"):
        assert what in noted, what
    assert [one for one in noted if one.startswith("clock")] == ["clock held", "clock right"]
    assert not held


def test_whoever_asked_was_reminded_and_members_got_the_broadcast(told: Told) -> None:
    cast, world = told.story.cast, told.story.world
    for chat_id in (told.story.forum.id, cast.listener.person.id):
        shown = screens(world, chat_id)
        reminders = [one for one in shown if '"sb:stop:d:' in one]
        assert [TEXTS["a Khmer date of the network"] in one for one in reminders] == [True]
        assert any(TEXTS["a Khmer title of a call"] in one for one in shown)
    for member in cast.members:
        said = "\n".join(screens(world, member.person.id))
        assert TEXTS["a broadcast"] in said or TEXTS["a Khmer broadcast"] in said
    said = "\n".join(screens(world, cast.monitor.person.id))
    for name in ("a paused broadcast", "a paused Khmer broadcast", "a broadcast that waits"):
        assert TEXTS[name] not in said, "control: it never went to her"


def test_what_was_answered_came_to_the_reporters(told: Told) -> None:
    said = "\n".join(screens(told.story.world, told.story.cast.reporters[0].person.id))
    assert TEXTS["a Khmer answer"] in said


def test_what_was_told_was_read_by_a_coordinator_where_it_may_be(told: Told) -> None:
    said = "\n".join(screens(told.story.world, told.story.cast.lotus.person.id))
    assert (TEXTS["a Khmer account"] in said) is told.story.here


# What stands on screens


def _who_told(story: Reviewing) -> Hunt:
    """Everything that says who told: names, usernames, numbers, receipts."""
    return Hunt(story.of_people(*story.cast.reporters) | story.of_receipts())


def _who_reviews(story: Reviewing) -> Hunt:
    handles: dict[str, str | int | float] = {f"the handle {one.handle}": one.handle for one in story.cast.members}
    return Hunt(handles | story.of_people(*story.cast.members) | {"the id of the group": story.group.id})


def _on(hunt: Hunt, shown: list[str]) -> set[str]:
    return {trace.canary for trace in hunt.within("\n".join(shown).encode(), "screens")}


def test_no_member_is_ever_shown_who_told(told: Told) -> None:
    for member in told.story.cast.members:
        shown = screens(told.story.world, member.person.id)
        assert len(shown) >= 3
        assert _on(_who_told(told.story), shown) == set(), member.handle


def test_no_reporter_and_no_stranger_is_ever_shown_who_reviews(told: Told) -> None:
    cast = told.story.cast
    for person in (*cast.reporters, *cast.strangers):
        shown = screens(told.story.world, person.person.id)
        assert shown
        assert _on(_who_reviews(told.story), shown) == set(), person.person.name
        assert not any(HANDLE.search(one) for one in shown)


def test_no_reporter_is_shown_a_reference(told: Told) -> None:
    for reporter in told.story.cast.reporters:
        shown = screens(told.story.world, reporter.person.id)
        assert not any(one in whole for one in told.story.references for whole in shown)


def test_the_group_is_told_a_reference_the_kind_the_urgency_and_the_age(told: Told) -> None:
    """Five incidents that differ in everything else look the same but for their references."""
    story = told.story
    shown = screens(story.world, story.group.id)
    assert _on(Hunt(story.canaries() | PROVINCE), shown) == set()
    assert _on(_who_reviews(story), shown) == set()
    about = [line for one in shown for line in json.loads(one)["text"].splitlines() if REFERENCE.search(line)]
    assert {REFERENCE.findall(line)[0] for line in about} == set(story.references)
    assert {re.sub(r"^R-[0-9A-Z]{4}|\d+", "#", line) for line in about} <= IN_GROUP
    buttons = [button for one in shown for row in _keyboard(one) for button in row]
    assert all(one.keys() <= {"text", "url"} and "?start=q" in one["url"] for one in buttons)
    assert {one["text"] for one in buttons if REFERENCE.search(one["text"])} == set(story.references)


def _keyboard(shown: str) -> list[list[dict[str, str]]]:
    keyboard: list[list[dict[str, str]]] = json.loads(shown).get("reply_markup", {}).get("inline_keyboard", [])
    return keyboard


@pytest.mark.parametrize("leak", ["the name", "the username", "the id", "receipt", "the mailbox", "Telegram's name"])
def test_control_a_screen_that_says_who_told_is_found(told: Told, leak: str) -> None:
    story = told.story
    known = story.of_people(*story.cast.reporters) | story.of_receipts()
    name, value = next((name, value) for name, value in known.items() if name.startswith(leak))
    shown = screens(story.world, story.cast.lotus.person.id)
    spoilt = next(one for one in shown if '"text": "' in one).replace('"text": "', f'"text": "{value} ', 1)
    assert name in _on(_who_told(story), [*shown, spoilt])


@pytest.mark.parametrize("leak", ["the handle", "the name", "the username", "the id"])
def test_control_a_screen_that_says_who_reviews_is_found(told: Told, leak: str) -> None:
    story = told.story
    shown = screens(story.world, story.cast.lotus.person.id)  # those of a member have all of it but names
    known = {f"the handle {one.handle}": one.handle for one in story.cast.members}
    if leak == "the handle":
        assert _on(_who_reviews(story), shown) & known.keys()
    whole = story.of_people(*story.cast.members) | known
    name, value = next((name, value) for name, value in whole.items() if name.startswith(leak))
    shown = screens(story.world, story.cast.reporters[0].person.id)
    pressed = '"callback_data": "'
    spoilt = next(one for one in shown if pressed in one).replace(pressed, f"{pressed}{value}:", 1)
    assert name in _on(_who_reviews(story), [*shown, spoilt])


# Controls: one protection is missing


async def _spoiled(folder: Path, *spoiled: str) -> set[Trace]:
    world = World(pace=False, seed=7, token=TOKEN)
    async with serve(world) as url:
        story = Reviewing(folder, world, url, here=True, languages=ENGLISH_FIRST)
        async with story.life(*VARIANTS, *spoiled) as life:
            await story.gather(life)
            await story.tell()
            await story.review()
            await story.publish()
            await story.remind()
            await story.leave_open()
            await life.kill()
        return story.found()


KEPT = {
    "the account",
    "a Khmer account",
    "a caption",
    "a Khmer file's name",
    "an answer",
    "a Khmer answer",
    "a note for the team",
    "a Khmer note for the team",
    "a note for oneself",
    "a Khmer note for oneself",
    "a reason",
    "a Khmer reason",
    "news",
    "a Khmer source of news",
    "grounds",
    "Khmer grounds",
    "who submits",
    "a Khmer organisation",
    "a contact",
    "about the submitters",
    "what the Government says",
    "an expired reason",
    "an expired note",
    *OF_DEADLINES,
    "a paused broadcast",
    "a paused Khmer broadcast",
    "a broadcast that waits",
    "a Khmer broadcast that waits",
    "a broadcast that is not sent",
    "a Khmer broadcast that is not sent",
}


@pytest.fixture(scope="module")
def unsealed(tmp_path_factory: pytest.TempPathFactory, more_variants: None) -> set[Trace]:
    """What is found when nothing is sealed at all."""
    return asyncio.run(_spoiled(tmp_path_factory.mktemp("unsealed"), "plain-columns", "open-letters"))


def test_control_with_sealing_switched_off_everything_is_found(unsealed: set[Trace]) -> None:
    found = {trace.canary for trace in unsealed if trace.file.startswith("data/sangket.db")}
    assert found >= KEPT
    assert found >= {f"the id of kanarya_{who}" for who in ("admin", "lotus", "teak", "editor", "monitor")}
    assert found >= {"the id of the group", "the id of the forum", "the id of kanaryalistener"}
    assert {trace.canary for trace in unsealed if trace.file.startswith("data/evidence/")} >= {"a file's content"}


async def test_control_one_column_in_clear_and_members_by_their_numbers_are_found(tmp_path: Path) -> None:
    found = await _spoiled(tmp_path, "clear-reviews", "numbered-members")
    members = {f"the id of kanarya_{who}" for who in ("admin", "lotus", "teak", "editor", "monitor")}
    assert {trace.canary for trace in found} == {"a note for oneself", "a Khmer note for oneself", *members}
    assert {trace.encoding for trace in found if trace.canary in members} == {"6 bytes, big-endian"}
