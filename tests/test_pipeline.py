"""What the pipeline promises: nothing Telegram was told about is lost, and every update takes effect exactly once."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import logging
import re
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import House
from telegram import Update

from bot import points
from bot.intake import Intake
from bot.wire import LocalWire
from facts.report import Report
from handlers.turn import Context
from handlers.welcome import Welcomes
from sandbox.app import create_app
from sandbox.records import Fault, Person
from sandbox.world import World
from storage.database import Database, StorageError

_ERROR_ID = re.compile(r"E-[2-9A-Z]{4}")


@pytest.fixture
async def asleep(world: World, tmp_path: Path, report: Report) -> AsyncIterator[House]:
    """The bot before it is started."""
    house = House(world, tmp_path, report)
    yield house
    await house.stop()


@pytest.fixture
def reached() -> Iterator[list[str]]:
    """The points of the pipeline that were reached."""
    seen: list[str] = []
    points.watch(seen.append)
    yield seen
    points.watch(lambda _: None)


def _rows(house: House, sql: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(f"file:{house.database}?mode=ro", uri=True)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def _heard(world: World, person: Person) -> list[str]:
    """What the bot wrote to this person."""
    chat = world.private_chat(person)
    return [m["text"] for m in chat.messages.values() if m["from"]["id"] == world.bot.id]


def _crowd(world: World, count: int) -> list[Person]:
    """People whom the bot may write to."""
    people = [world.add_person(f"Visitor {n}") for n in range(count)]
    for person in people:
        person.started = True
    return people


def _raw(world: World, person: Person, text: str, **update: Any) -> dict[str, Any]:
    """An update as Telegram would write it."""
    person.started = True
    chat = world.private_chat(person)
    marks = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}] if text.startswith("/") else []
    head = {"message_id": chat.number(), "from": person.user(), "chat": chat.chat(), "date": int(world.now())}
    return {"message": head | {"text": text, "entities": marks}, **update}


class _Watchful(LocalWire):
    """A wire that looks, whenever Telegram is told "got it", whether all of it is on disk."""

    def __init__(self, house: House) -> None:
        super().__init__(create_app(house.world))
        self._house = house
        self._given: set[int] = set()
        self.confirmed: set[int] = set()
        self.unkept: set[int] = set()
        """Updates that Telegram was told we have, and that were not on disk."""

    async def post(self, url: str, params: dict[str, Any], seconds: float) -> tuple[int, bytes]:
        """See Wire."""
        if url.endswith("/getUpdates") and "offset" in params:
            now = {given for given in self._given if given < params["offset"]}
            kept = {update_id for (update_id,) in _rows(self._house, "SELECT update_id FROM inbox")}
            self.unkept |= now - self.confirmed - kept
            self.confirmed |= now
        status, body = await super().post(url, params, seconds)
        if url.endswith("/getUpdates") and status == 200:
            self._given |= {update["update_id"] for update in json.loads(body)["result"]}
        return status, body


# Taking in


async def test_an_update_is_on_disk_before_telegram_is_told_so(asleep: House, world: World) -> None:
    asleep.wire = wire = _Watchful(asleep)
    people = _crowd(world, 30)
    for person in people:
        world.say(person, "/benchmark D")
    await asleep.start()
    for person in people:
        world.say(person, "prisons")
        await asyncio.sleep(0)
    await asleep.settle()
    assert len(wire.confirmed) >= 60
    assert wire.unkept == set()


async def test_an_update_that_was_not_kept_would_be_noticed(
    asleep: House, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the test above."""

    async def forgetful(self: Intake, raw_updates: Any) -> None:
        pass

    monkeypatch.setattr(Intake, "store", forgetful)
    asleep.wire = wire = _Watchful(asleep)
    world.say(world.add_person("Dara"), "/benchmark D")
    await asleep.start()
    await asleep.settle()
    assert len(wire.unkept) == 1


async def test_an_update_that_cannot_be_parsed_is_set_aside_alone(house: House, world: World) -> None:
    dara, sok, chanthy = (world.add_person(name) for name in ("Dara", "Sok", "Chanthy"))
    world.say(dara, "/benchmark D")
    broken = _raw(world, sok, "/benchmark D")
    broken["message"]["date"] = 10**18
    world.push(broken)
    world.say(chanthy, "/benchmark E")
    await house.settle()
    assert [text[:2] for person in (dara, chanthy) for text in _heard(world, person)] == ["D.", "E."]
    [apology] = _heard(world, sok)
    [(error, sealed, address)] = _rows(house, "SELECT error, sealed, address FROM inbox WHERE state = 'aside'")
    assert _ERROR_ID.findall(apology) == [error]
    assert sealed is not None
    assert address is None
    world.say(sok, "/benchmark D")
    await house.settle()
    assert _heard(world, sok)[-1].startswith("D.")


async def test_an_update_that_comes_twice_is_answered_once(house: House, world: World) -> None:
    dara = world.add_person("Dara")
    update = _raw(world, dara, "/benchmark D", update_id=500)
    for _ in range(3):
        world.push(update)
        await house.settle()
    assert len(_heard(world, dara)) == 1


async def test_an_update_that_comes_twice_in_one_batch_is_answered_once(asleep: House, world: World) -> None:
    class Stammering(LocalWire):
        async def post(self, url: str, params: dict[str, Any], seconds: float) -> tuple[int, bytes]:
            status, body = await super().post(url, params, seconds)
            if not url.endswith("/getUpdates") or status != 200:
                return status, body
            updates = json.loads(body)["result"]
            return status, json.dumps({"ok": True, "result": [*updates, *updates]}).encode()

    asleep.wire = Stammering(create_app(world))
    dara = world.add_person("Dara")
    await asleep.start()
    for letter in "ABC":
        world.say(dara, f"/benchmark {letter}")
    await asleep.settle()
    assert [text[:2] for text in _heard(world, dara)] == ["A.", "B.", "C."]


async def test_a_lower_update_id_than_before_is_answered_too(house: House, world: World) -> None:
    dara = world.add_person("Dara")
    for update_id, letter in ((900_000_000, "A"), (5, "B"), (6, "C"), (700, "D")):
        world.push(_raw(world, dara, f"/benchmark {letter}", update_id=update_id))
        await house.settle()
    assert [text[:2] for text in _heard(world, dara)] == ["A.", "B.", "C.", "D."]


async def test_a_backlog_of_a_day_is_answered_at_start(asleep: House, world: World) -> None:
    people = _crowd(world, 120)
    for person in people:
        world.say(person, "/benchmark D")
    world.advance(dt.timedelta(hours=23, minutes=59))
    await asleep.start()
    await asleep.settle()
    assert [len(_heard(world, person)) for person in people] == [1] * 120


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=500),
        Fault(status=502, body=b"<html>", content_type="text/html"),
        Fault(status=502, after_effect=True),
        Fault(status=200, body=b'{"ok":true,"result":[{"upd'),
        Fault(status=200, body=b'{"ok":true,"result":{}}'),
        Fault(status=200, body=b'{"ok":true}'),
        Fault(status=200, body=b"null"),
        Fault(status=429, body=b'{"ok":false,"description":"Too Many Requests","parameters":{"retry_after":0}}'),
        Fault(status=400, body=b'{"ok":false,"description":"Bad Request"}'),
    ],
    ids=["500", "502", "lost reply", "half an answer", "no list", "no result", "null", "429", "400"],
)
async def test_a_poll_that_fails_is_repeated_until_it_does_not(
    asleep: House, world: World, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.intake._LONGEST_PAUSE", 0.02)
    left = 3

    def failing(method: str, params: dict[str, Any]) -> Fault | None:
        nonlocal left
        left -= method == "getUpdates"
        return fault if method == "getUpdates" and left >= 0 else None

    world.faults = failing
    dara = world.add_person("Dara")
    for letter in "ABC":
        world.say(dara, f"/benchmark {letter}")
    await asleep.start()
    await asleep.settle()
    assert left < 0
    assert [text[0] for text in _heard(world, dara)] == ["A", "B", "C"]


async def test_an_update_without_a_number_does_not_make_the_bot_ask_in_a_frenzy(asleep: House, world: World) -> None:
    class Yielding(LocalWire):
        """Lets others run at each call, as a network does; so that a frenzy is seen, and not the end of the test."""

        async def post(self, url: str, params: dict[str, Any], seconds: float) -> tuple[int, bytes]:
            await asyncio.sleep(0)
            return await super().post(url, params, seconds)

    asleep.wire = Yielding(create_app(world))
    await asleep.start()
    dara = world.add_person("Dara")
    world.say(dara, "/help")
    await asleep.settle()
    world.push(_raw(world, dara, "/benchmark D", update_id="seven"))
    await asyncio.sleep(0.5)
    assert sum(call.method == "getUpdates" for call in world.calls) <= 10
    world.say(dara, "/benchmark D")
    await asleep.settle()
    assert _heard(world, dara)[-1].startswith("D.")


async def test_what_comes_with_a_lower_number_while_the_bot_is_busy_is_not_confirmed_unseen(
    house: House, world: World
) -> None:
    dara = world.add_person("Dara")
    world.push(_raw(world, dara, "/benchmark A", update_id=900_000_000))
    await house.settle()
    later = [_raw(world, dara, f"/benchmark {letter}", update_id=n) for n, letter in ((6, "C"), (7, "D"))]

    def meanwhile(point: str) -> None:
        if point == "intake.received" and later:
            world.push(later.pop(0))

    points.watch(meanwhile)
    try:
        world.push(_raw(world, dara, "/benchmark B", update_id=5))
        await house.settle()
    finally:
        points.watch(lambda _: None)
    assert later == []
    assert [text[:2] for text in _heard(world, dara)] == ["A.", "B.", "C.", "D."]


# Handling


async def test_what_a_failing_handler_wrote_is_undone_and_its_writer_is_told(
    asleep: House, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = []

    async def failing(self: Welcomes, update: Update, context: Context) -> None:
        tries.append(update.update_id)
        assert update.effective_chat
        await self._chats.choose(update.effective_chat.id, "km", context.today)
        context.answer(self._texts.about("en"))
        raise LookupError("about nothing")

    monkeypatch.setattr(Welcomes, "about", failing)
    await asleep.start()
    dara = world.add_person("Dara")
    world.say(dara, "/about")
    world.say(dara, "/benchmark D")
    await asleep.settle()
    assert len(tries) == 3
    apology, card = _heard(world, dara)
    assert _ERROR_ID.findall(apology) == [
        error for (error,) in _rows(asleep, "SELECT error FROM inbox WHERE error <> ''")
    ]
    assert card.startswith("D. End mass trials")
    assert _rows(asleep, "SELECT * FROM chats") == []


async def test_a_handler_that_fails_twice_and_then_not_takes_effect_once(
    asleep: House, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    original, failures = Welcomes.choose, [LookupError("one"), LookupError("two")]

    async def moody(self: Welcomes, update: Update, context: Context) -> None:
        await original(self, update, context)
        if failures:
            raise failures.pop()

    monkeypatch.setattr(Welcomes, "choose", moody)
    await asleep.start()
    dara = asleep.talk(world.add_person("Dara"))
    await dara.say("/start")
    [home] = [one for one in await dara.press("English") if one.kind != "toast"]
    assert "Something went wrong" not in home.text
    assert failures == []
    assert _rows(asleep, "SELECT language FROM chats") == [("en",)]


async def test_under_a_backlog_updates_share_commits_and_yet_one_fails_alone(
    asleep: House, world: World, monkeypatch: pytest.MonkeyPatch, reached: list[str]
) -> None:
    original = Welcomes.choose
    people = _crowd(world, 300)
    unlucky = people[170]

    async def failing(self: Welcomes, update: Update, context: Context) -> None:
        await original(self, update, context)
        if update.effective_user and update.effective_user.id == unlucky.id:
            raise LookupError("no luck")

    monkeypatch.setattr(Welcomes, "choose", failing)
    await asleep.start()
    world.say(world.add_person("Dara"), "/benchmark D")
    await asleep.settle()
    reached.clear()
    for person in people:
        world.tap(person, 1, data="lang:km")
    await asleep.settle()
    assert reached.count("worker.committed") <= 30
    assert [len(_heard(world, person)) for person in people] == [1] * 300
    [apology] = _heard(world, unlucky)
    assert _ERROR_ID.search(apology)
    assert _rows(asleep, "SELECT count(*) FROM chats") == [(299,)]
    assert _rows(asleep, "SELECT state, count(*) FROM inbox GROUP BY state") == [("aside", 1), ("done", 300)]


async def test_a_handler_that_wants_the_network_fails_loudly(
    asleep: House, world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def impatient(self: Welcomes, update: Update, context: Context) -> None:
        assert update.message
        await update.message.reply_text("at once")

    monkeypatch.setattr(Welcomes, "about", impatient)
    await asleep.start()
    dara = world.add_person("Dara")
    with caplog.at_level(logging.ERROR, "sangket"):
        world.say(dara, "/about")
        await asleep.settle()
    assert "update.aside" in caplog.messages
    [apology] = _heard(world, dara)
    assert apology != "at once"
    assert _ERROR_ID.search(apology)


async def test_answers_come_in_the_order_of_the_questions(house: House, world: World) -> None:
    people = _crowd(world, 8)
    for letter in "ABCDEFGHIJKLMNOPQRST":
        for person in people:
            world.say(person, f"/benchmark {letter}")
    await house.settle()
    for person in people:
        assert [text[0] for text in _heard(world, person)] == list("ABCDEFGHIJKLMNOPQRST")


# Ending and starting again


async def test_a_restart_in_the_middle_loses_and_repeats_nothing(
    asleep: House, world: World, reached: list[str]
) -> None:
    people = _crowd(world, 50)
    for letter in "ABC":
        for person in people:
            world.say(person, f"/benchmark {letter}")
    for _ in range(3):
        reached.clear()
        await asleep.start()
        await _until(lambda: reached.count("sender.posted") >= 20)
        await asleep.stop()
    await asleep.start()
    await asleep.settle()
    for person in people:
        assert [text[0] for text in _heard(world, person)] == ["A", "B", "C"]


async def test_what_people_wrote_and_were_answered_is_emptied_at_the_end(house: House, world: World) -> None:
    stuck = True
    world.faults = lambda method, params: Fault(status=503) if stuck and method == "sendMessage" else None
    dara = world.add_person("Dara")
    world.say(dara, "/benchmark D")
    await _until(lambda: bool(_rows(house, "SELECT id FROM outbox")))
    [waiting] = _rows(house, "SELECT sealed, address FROM outbox")
    assert None not in waiting, "the control: there was something to empty"
    stuck = False
    await house.settle()
    assert _rows(house, "SELECT sealed, address FROM inbox") == [(None, None)]
    assert _rows(house, "SELECT sealed, address FROM outbox") == [(None, None)]


class _Killed(BaseException):
    """Stands for the death of the process: nothing in the bot may catch it."""


async def test_an_update_that_kills_the_process_again_and_again_is_recognised_by_its_attempts(
    asleep: House, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def deadly(self: Welcomes, update: Update, context: Context) -> None:
        raise _Killed

    monkeypatch.setattr(Welcomes, "about", deadly)
    dara, sok, chanthy = (world.add_person(name) for name in ("Dara", "Sok", "Chanthy"))
    world.say(dara, "/benchmark D")
    world.say(sok, "/about")
    world.say(chanthy, "/benchmark E")
    deaths = 0
    while deaths < 10:
        try:
            await asleep.start()
            await asleep.settle()
            break
        except (BaseExceptionGroup, _Killed, RuntimeError):
            deaths += 1
            with pytest.raises((BaseExceptionGroup, _Killed)):
                await asleep.stop()
            asleep._task = None
    assert 1 <= deaths <= 5
    [apology] = _heard(world, sok)
    assert _ERROR_ID.search(apology)
    assert [text[:2] for person in (dara, chanthy) for text in _heard(world, person)] == ["D.", "E."]


# Disks


class _Disk:
    """The bot's disk, which can be full; for SQLite it is a limit on the pages of the file."""

    def __init__(self) -> None:
        self.database: Database | None = None

    async def fill(self) -> None:
        """From now on the file cannot grow."""
        [(pages,)] = await self._pragma("PRAGMA page_count")
        await self._pragma(f"PRAGMA max_page_count = {pages}")

    async def free(self) -> None:
        """There is room again."""
        await self._pragma("PRAGMA max_page_count = 1000000")

    async def _pragma(self, pragma: str) -> list[tuple[Any, ...]]:
        assert self.database is not None
        return list(await self.database._connection.execute_fetchall(pragma))  # type: ignore[arg-type]


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> _Disk:
    """The disk of whichever bot is started next; and nobody waits long for it."""
    disk = _Disk()
    original = Database.open

    async def opened(path: Path, **more: Any) -> Database:
        disk.database = await original(path, **more)
        return disk.database

    monkeypatch.setattr(Database, "open", opened)
    monkeypatch.setattr("bot.worker._LONGEST_PAUSE", 0.05)
    return disk


async def test_a_full_disk_confirms_nothing_loses_nothing_and_heals(
    asleep: House, world: World, disk: _Disk, caplog: pytest.LogCaptureFixture
) -> None:
    asleep.wire = wire = _Watchful(asleep)
    people = _crowd(world, 60)
    await asleep.start()
    with caplog.at_level(logging.ERROR, "sangket"):
        await disk.fill()
        for person in people:
            world.say(person, "/benchmark D")
        await _until(lambda: "storage.failed" in caplog.messages)
        confirmed_when_full = set(wire.confirmed)
    assert any("SQLITE_FULL" in str(getattr(record, "fields", "")) for record in caplog.records)
    await disk.free()
    await asleep.settle()
    assert len(confirmed_when_full) < 60
    assert wire.unkept == set()
    assert [len(_heard(world, person)) for person in people] == [1] * 60


async def test_a_disk_that_fails_at_every_second_write_loses_and_repeats_nothing(
    asleep: House, world: World, disk: _Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await asleep.start()
    world.say(world.add_person("Dara"), "/benchmark D")
    await asleep.settle()
    await _asked_while_writes_fail(asleep, world, monkeypatch)


async def test_a_disk_that_fails_while_leftovers_are_handled_does_not_end_the_bot(
    asleep: House, world: World, disk: _Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await asleep.start()
    await _asked_while_writes_fail(asleep, world, monkeypatch)


async def _asked_while_writes_fail(house: House, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every second transaction fails; all questions are answered once, in order, all the same."""
    original, count = Database.write, 0

    async def flaky(self: Database, work: Callable[[], Any]) -> Any:
        nonlocal count
        count += 1
        if count % 2:
            raise StorageError("SQLITE_IOERR")
        return await original(self, work)

    monkeypatch.setattr(Database, "write", flaky)
    people = _crowd(world, 20)
    for letter in "AB":
        for person in people:
            world.say(person, f"/benchmark {letter}")
        await house.settle()
    monkeypatch.setattr(Database, "write", original)
    assert count >= 4
    for person in people:
        assert [text[0] for text in _heard(world, person)] == ["A", "B"]


async def test_a_stop_while_the_disk_is_full_ends_and_the_next_start_answers(
    asleep: House, world: World, disk: _Disk, caplog: pytest.LogCaptureFixture
) -> None:
    people = _crowd(world, 60)
    await asleep.start()
    await disk.fill()
    for person in people:
        world.say(person, "/benchmark D")
    await _until(lambda: "storage.failed" in caplog.messages)
    async with asyncio.timeout(5):
        try:
            await asleep.stop()
        except StorageError:
            asleep._task = None
    await asleep.start()
    await asleep.settle()
    answers = [len(_heard(world, person)) for person in people]
    assert all(1 <= count <= 2 for count in answers)


async def _until(happened: Callable[[], bool], seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not happened():  # noqa: ASYNC110 - another program's doing
            await asyncio.sleep(0.002)
