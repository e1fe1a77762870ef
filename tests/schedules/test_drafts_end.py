"""The end of forms that nobody finished: when, what goes with them, and how quietly it is said."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pytest
from conftest import House

from bot.talk import Talk
from forms.form import Progress
from handlers.showing import emptying, notice
from sandbox.records import Fault
from sandbox.world import World
from schedules.drafts import DraftsEnd
from storage.database import Database, Row, StorageError
from storage.drafts import Draft
from storage.evidence import Blobs
from storage.outbox import Call, Queued
from storage.sealing import DraftKeys, OfficeKey, OfficeLock, ServerKey
from storage.tables import Tables
from texts.incidents import over

T = TypeVar("T")

START = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
SECOND = dt.timedelta(seconds=1)
DARA = 6_123_456_789
SOK = 6_987_654_321


class Desk:
    """The schedule over a database, on a clock that the test moves."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.database = database
        self.now = START
        self.queued: list[Queued] = []
        server = ServerKey.load(folder / "server.key", START.date())
        keys = DraftKeys.load(folder / "draft.keys", START.date())
        self.tables = Tables.over(database, server, keys, OfficeLock(OfficeKey.new().recipients))
        self.blobs = Blobs(folder / "evidence")
        self.end = DraftsEnd(database, self.tables, self.blobs, notice, emptying, self.queued.extend)

    async def do(self, deed: Callable[[], Awaitable[T]]) -> T:
        return await self.database.write(deed)

    async def begin(self, chat_id: int, *forms: str, progress: bool = True, files: tuple[str, ...] = ()) -> None:
        """These forms are begun now, beside those that are open already; the files belong to the first."""
        unix = int(self.now.timestamp())
        told: dict[str, Any] = {"answers": {}, "partial": None} if progress else {}
        held: dict[str, dict[str, Any]] = {one: {"step": "evidence"} for one in files}

        async def work() -> None:
            desk = dict(await self.tables.drafts.of(chat_id, unix))
            for form in forms:
                desk[form] = Draft(form, unix, unix + 24 * 3600, told, held if form == forms[0] else {})
            await self.tables.drafts.keep(chat_id, desk)
            for file_id in files:
                await self.tables.evidence.expect(file_id, chat_id, self.now.date())

        await self.do(work)
        for file_id in files:
            self.blobs.write(file_id, b"sealed")

    async def tick(self, passed: dt.timedelta = dt.timedelta()) -> list[Call]:
        """So much time passes, and the ticker comes by; the calls that were queued."""
        self.now += passed
        self.queued.clear()
        await self.end.tend(self.now)
        return [one.letter.call for one in self.queued if one.letter is not None]

    async def open(self, chat_id: int) -> set[str]:
        return set(await self.do(lambda: self.tables.drafts.of(chat_id, int(self.now.timestamp()))))

    async def rows(self, sql: str) -> list[Row]:
        return await self.do(lambda: self.database.read(sql))

    def files(self) -> set[str]:
        folder = self.blobs.path("any").parent
        return {file.name for file in folder.iterdir()} if folder.is_dir() else set()


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    database = await Database.open(tmp_path / "sangket.db")
    yield Desk(tmp_path, database)
    await database.close()


def said(calls: list[Call]) -> list[Call]:
    return [call for call in calls if call.method == "sendMessage"]


def emptied(calls: list[Call]) -> list[tuple[int, int]]:
    """(chat, since when) of the chats that are emptied."""
    return [(call.params["chat_id"], call.params["since"]) for call in calls if call.method == "empty"]


# When


async def test_a_draft_ends_at_24_hours_and_not_a_second_before(desk: Desk) -> None:
    await desk.begin(DARA, "incident")
    assert await desk.tick(DAY - SECOND) == []
    assert await desk.rows("SELECT count(*) FROM drafts") == [(1,)]
    assert said(await desk.tick(SECOND)) != []
    assert await desk.rows("SELECT count(*) FROM drafts") == [(0,)]


async def test_the_end_comes_once(desk: Desk) -> None:
    await desk.begin(DARA, "incident")
    assert await desk.tick(DAY) != []
    for _ in range(3):
        assert await desk.tick(SECOND) == []


async def test_what_ended_while_the_bot_was_off_ends_at_its_first_tick(desk: Desk) -> None:
    await desk.begin(DARA, "incident")
    await desk.begin(SOK, "incident", "addition")
    calls = await desk.tick(9 * DAY)
    assert sorted(call.params["chat_id"] for call in said(calls)) == [DARA, SOK]
    assert await desk.rows("SELECT count(*) FROM drafts") == [(0,)]


async def test_other_forms_and_other_chats_stay(desk: Desk) -> None:
    await desk.begin(DARA, "incident")
    desk.now += SECOND
    await desk.begin(DARA, "addition")
    await desk.begin(SOK, "incident")
    calls = await desk.tick(DAY - SECOND)
    assert [call.params["chat_id"] for call in said(calls)] == [DARA]
    assert await desk.open(DARA) == {"addition"}
    assert await desk.open(SOK) == {"incident"}
    assert await desk.tick(SECOND) != [], "and they end in their turn"


# What is said


@pytest.mark.parametrize("language", ["en", "km"])
async def test_the_end_is_said_without_a_sound_in_the_persons_language(desk: Desk, language: str) -> None:
    await desk.do(lambda: desk.tables.chats.choose(DARA, language, START.date()))
    await desk.begin(DARA, "incident")
    [call] = said(await desk.tick(DAY))
    assert call.params["chat_id"] == DARA
    assert call.params["disable_notification"] is True
    assert call.params["text"] == str(over(language).text)
    assert not {"incident", "arrest", "benchmark"} & set(call.params["text"].casefold().split()), "nor what it was"


async def test_a_mailbox_closes_without_a_word_and_without_touching_the_chat(desk: Desk) -> None:
    await desk.begin(DARA, "mailbox", progress=False)
    assert await desk.tick(DAY) == []
    assert await desk.rows("SELECT count(*) FROM drafts") == [(0,)]


async def test_a_mailbox_that_ends_beside_a_form_does_not_end_the_form(desk: Desk) -> None:
    await desk.begin(DARA, "mailbox", progress=False)
    desk.now += SECOND
    await desk.begin(DARA, "incident")
    assert await desk.tick(DAY - SECOND) == []
    assert await desk.open(DARA) == {"incident"}


async def test_the_chat_is_emptied_of_what_came_since_the_form_was_begun_and_then_it_is_said(desk: Desk) -> None:
    await desk.begin(DARA, "incident")
    desk.now += SECOND
    await desk.begin(DARA, "addition")
    calls = await desk.tick(DAY)
    assert emptied(calls) == [(DARA, int(START.timestamp()))]
    assert [call.method for call in calls] == ["empty", "sendMessage"], "or the notice would be deleted too"


# Files


async def test_the_files_of_an_ended_form_go_and_those_of_others_stay(desk: Desk) -> None:
    await desk.begin(DARA, "incident", files=("ended",))
    desk.now += SECOND
    await desk.begin(DARA, "addition", files=("open",))
    await desk.begin(SOK, "incident", files=("anothers",))
    await desk.tick(DAY - 2 * SECOND)
    assert desk.files() == {"ended.age", "open.age", "anothers.age"}, "control"
    await desk.tick(SECOND)
    assert desk.files() == {"open.age", "anothers.age"}
    assert await desk.do(desk.tables.evidence.all) == {"open", "anothers"}


async def test_evidence_that_was_handed_in_stays_when_its_draft_ends(desk: Desk) -> None:
    await desk.begin(DARA, "incident", files=("proof",))
    await desk.do(lambda: desk.tables.incidents.take("R-AAAA", {}, START.date()))
    await desk.do(lambda: desk.tables.evidence.hand_in(["proof"], "R-AAAA"))
    await desk.do(lambda: desk.tables.drafts.keep(DARA, {}))
    await desk.tick(9 * DAY)
    assert desk.files() == {"proof.age"}


async def test_files_nobody_wants_are_swept_at_each_tick(desk: Desk) -> None:
    desk.blobs.write("stray", b"sealed")
    await desk.tick()
    assert desk.files() == set()


async def test_a_file_that_arrives_during_a_tick_is_not_swept(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was asked for after the tick had read which files are wanted."""
    await desk.begin(DARA, "incident")
    threads = asyncio.to_thread
    arrived: list[str] = []

    async def meanwhile(work: Callable[..., Any], *given: Any) -> Any:
        arrived.append(f"proof{len(arrived)}")
        await desk.do(partial(desk.tables.evidence.expect, arrived[-1], DARA, START.date()))
        desk.blobs.write(arrived[-1], b"sealed")
        return await threads(work, *given)

    with monkeypatch.context() as patched:
        patched.setattr(asyncio, "to_thread", meanwhile)
        await desk.tick()
    assert arrived, "control: one came in the middle of the tick"
    assert desk.files() == {f"{one}.age" for one in arrived}
    await desk.do(lambda: desk.tables.evidence.drop(arrived))
    await desk.tick()
    assert desk.files() == set(), "control"


# Faults


async def test_a_disk_that_does_not_take_it_ends_nothing_and_the_next_tick_ends_it_all(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.begin(DARA, "incident", files=("proof",))

    async def full(*_: Any) -> None:
        raise StorageError("SQLITE_FULL")

    with monkeypatch.context() as patched:
        patched.setattr(desk.database, "_commit", full)
        with pytest.raises(StorageError):
            await desk.tick(DAY)
    assert desk.queued == []
    assert desk.files() == {"proof.age"}
    assert await desk.rows("SELECT count(*) FROM drafts") == [(1,)]
    calls = await desk.tick(SECOND)
    assert (len(emptied(calls)), len(said(calls))) == (1, 1)
    assert desk.files() == set()


# In the chat


async def _ticked(house: House, world: World, passed: dt.timedelta) -> None:
    """So much time passes, and the ticker comes by."""
    world.advance(passed)
    assert house._bot is not None
    await house._bot._ticker.tick()
    await house.settle()


async def _told(talk: Talk, world: World) -> None:
    """Somebody begins to tell something, as slowly as people do."""
    for what, deed in (
        ("/incident", talk.say),
        ("in:go", talk.tap),
        ("f:c:category:arrest", talk.tap),
        ("no", talk.say),
        ("Four men took two people away.", talk.say),
    ):
        await deed(what)
        world.advance(dt.timedelta(seconds=5))


def _left(talk: Talk) -> list[str]:
    """What can still be read in the chat."""
    return [message.get("text", "") for message in talk.chat.messages.values()]


async def test_after_24_hours_nothing_of_it_can_be_read_in_the_chat(house: House, dara: Talk, world: World) -> None:
    await _told(dara, world)
    assert any("Four men" in text for text in _left(dara)), "control"
    await _ticked(house, world, dt.timedelta(hours=23, minutes=59))
    assert any("Four men" in text for text in _left(dara)), "control"
    await _ticked(house, world, dt.timedelta(minutes=2))
    assert [text for text in _left(dara) if text != "/incident"] == [over("en").text.unescape()]
    assert dara.chat.extras[max(dara.chat.messages)]["silent"] is True
    again = await dara.say("/incident")
    assert "Before you begin" in again[-1].text, "there is no draft to go on with"


@pytest.mark.parametrize("minutes", [0, 1, 15])
async def test_the_command_that_it_began_with_is_deleted_too(
    house: House, dara: Talk, world: World, minutes: int
) -> None:
    """Whoever looks through the telephone needs no more than that word. Some read long before they begin."""
    await dara.say("/incident")
    world.advance(dt.timedelta(minutes=minutes))
    await dara.tap("in:go")
    await dara.tap("f:c:category:arrest")
    await _ticked(house, world, dt.timedelta(hours=24))
    assert _left(dara) == [over("en").text.unescape()]


async def test_what_was_looked_up_before_stays(house: House, dara: Talk, world: World) -> None:
    await dara.say("/benchmark D")
    before = _left(dara)
    world.advance(dt.timedelta(hours=1))
    await _told(dara, world)
    await _ticked(house, world, dt.timedelta(hours=24))
    assert _left(dara)[:2] == before
    assert _left(dara)[-1] == over("en").text.unescape()


async def test_no_telephone_rings_when_telegram_refuses_to_empty_the_chat(
    house: House, dara: Talk, world: World
) -> None:
    """It comes unasked, perhaps at night and perhaps beside somebody who must not see it."""
    await _told(dara, world)
    body = b'{"ok":false,"error_code":400,"description":"Bad Request: message can\'t be deleted"}'
    fault = Fault(400, body, "application/json")
    world.faults = lambda method, params: fault if method == "deleteMessages" else None
    before = set(dara.chat.messages)
    await _ticked(house, world, dt.timedelta(hours=24))
    come = [number for number in dara.chat.messages if number not in before]
    assert len(come) == 2, "control: that it is over, and that something stayed"
    assert [dara.chat.extras.get(number, {}).get("silent", False) for number in come] == [True, True]


async def test_messages_that_are_too_old_to_be_deleted_are_not_tried(house: House, dara: Talk, world: World) -> None:
    await _told(dara, world)
    world.advance(dt.timedelta(hours=23))
    [later] = await dara.say("They were seen again in Siem Reap.")
    await house.stop()
    world.advance(dt.timedelta(hours=26))
    before = len(world.calls)
    await house.start()
    await _ticked(house, world, dt.timedelta())
    calls = list(world.calls)[before:]
    tried = {n for call in calls if call.method == "deleteMessages" for n in call.params["message_ids"]}
    assert tried == {later.message["message_id"] - 1, later.message["message_id"]}


async def test_the_open_question_of_another_form_is_not_deleted(house: House, dara: Talk, world: World) -> None:
    """What was begun later is not over."""
    await _told(dara, world)
    await dara.tap("f:leave")
    world.advance(dt.timedelta(hours=23))
    assert house._bot is not None
    worker, now = house._bot._worker, int(world.clock().timestamp())
    addition = Draft("addition", now, now + 24 * 3600, Progress().to_json(), about={"reference": "R-AAAA"})

    async def add() -> None:
        desk = dict(await worker._drafts.of(dara.chat.id, now))
        await worker._drafts.keep(dara.chat.id, {**desk, "addition": addition})

    await worker._database.write(add)
    question = (await dara.say("A second car came."))[-1]
    assert "A second car came." in question.text, "control"
    await _ticked(house, world, dt.timedelta(hours=1))
    assert question.message["message_id"] in dara.chat.messages
    assert not any("Four men" in text for text in _left(dara))


async def test_a_draft_that_ended_just_now_is_swept_though_its_owner_begins_another(
    house: House, dara: Talk, world: World
) -> None:
    """Between the end and the next tick lie some seconds; what is begun in them must not hide what has ended."""
    await _told(dara, world)
    await dara.after(lambda: world.send_file(dara.person, "document", b"%PDF-1.7 proof", file_name="proof.pdf"))
    folder = house.settings.data_dir / "evidence"
    assert len(list(folder.iterdir())) == 1, "control"
    world.advance(dt.timedelta(hours=24))
    await dara.say("/incident")
    await dara.tap("in:go")
    await _ticked(house, world, dt.timedelta(seconds=20))
    assert list(folder.iterdir()) == []
    assert not any("Four men" in text for text in _left(dara))
