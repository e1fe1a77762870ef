"""Files that people send: fetched once, sealed, answered together; and what is said when they cannot be had. Files that
reviewers are sent: opened as they leave, in lanes of their own.

Telegram is the local one of the tests, which refuses, breaks off or lies where a test plans it.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import errno
import hashlib
import json
import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from conftest import House
from incident_story import PDF as EVIDENCE
from reading_story import Reader, content, put_key, told, with_files

from bot.api import BotApi, Refused
from bot.talk import Seen, Talk
from bot.wire import Attached, LocalWire
from facts.report import Report
from forms.files import MOST_BYTES
from sandbox.app import create_app
from sandbox.records import Call, Fault
from sandbox.world import World
from storage.drafts import Desk, Draft
from storage.sealing import padded_file
from storage.traces import Trace

PDF = b"%PDF-1.7 proof of kanarya"
TAKEN = "Taken in and sealed"
WHY_NOT = {
    "empty": "That file was empty",
    "kind": "I do not take that kind of file",
    "large": "That file is too large",
    "gone": "I could not fetch that file",
}
_TICK = dt.timedelta(seconds=20)


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long between two tries, or for an album."""
    monkeypatch.setattr("bot.sender._LONGEST_PAUSE", 0.02)
    monkeypatch.setattr("bot.sender._ALBUM_SECONDS", 0.3)


class Telling:
    """Somebody who was asked to tell what happened, and sends files."""

    def __init__(self, talk: Talk, house: House) -> None:
        self.talk = talk
        self.house = house
        self.world = talk.world
        self.person = talk.person

    @classmethod
    async def begun(cls, talk: Talk, house: House) -> Telling:
        """At the question for the account, which takes files."""
        for what, deed in (
            ("/incident", talk.say),
            ("in:go", talk.tap),
            ("f:c:category:arrest", talk.tap),
            ("no", talk.say),
        ):
            await deed(what)
            talk.world.advance(dt.timedelta(seconds=2))
        telling = cls(talk, house)
        assert (await telling.draft()).files == {}
        return telling

    def put(self, data: bytes = PDF, **more: Any) -> None:
        """Send a document, and do not wait."""
        self.world.send_file(self.person, "document", data, file_name="proof.pdf", **more)

    async def send(self, data: bytes = PDF, **more: Any) -> list[Seen]:
        """Send a document; what the person sees when everything came to rest."""
        return await self.talk.after(lambda: self.put(data, **more))

    async def desk(self) -> Desk:
        """What lies open in this chat."""
        bot = self.house._bot
        assert bot is not None
        worker, now = bot._worker, int(self.world.clock().timestamp())
        return await worker._database.write(lambda: worker._drafts.of(self.talk.chat.id, now))

    async def draft(self) -> Draft:
        return (await self.desk())["incident"]

    async def coming(self) -> int:
        """How many files are on their way."""
        desk = await self.desk()
        return sum(bool(facts.get("coming")) for draft in desk.values() for facts in draft.files.values())

    async def held(self) -> int:
        """How many files the draft has."""
        return len((await self.draft()).files)


@pytest.fixture
async def dara_tells(dara: Talk, house: House) -> Telling:
    return await Telling.begun(dara, house)


@pytest.fixture
async def slow(world: World, tmp_path: Path, report: Report) -> AsyncIterator[tuple[House, Slow]]:
    """The bot on a wire whose downloads wait until the test lets them go."""
    house = House(world, tmp_path, report)
    wire = Slow(create_app(world))
    house.wire = wire
    await house.start()
    yield house, wire
    wire.go.set()
    await house.stop()


class Slow(LocalWire):
    """A wire on which no file arrives before ``go``."""

    def __init__(self, app: Any) -> None:
        super().__init__(app)
        self.go = asyncio.Event()
        self.under_way = 0
        self.most = 0

    async def get(self, url: str, most: int, seconds: float) -> tuple[int, bytes]:
        """See Wire."""
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        await self.go.wait()
        self.under_way -= 1
        return await super().get(url, most, seconds)


def evidence(house: House) -> list[Path]:
    """What is in the folder for evidence, hidden files too."""
    folder = house.settings.data_dir / "evidence"
    return sorted(folder.iterdir()) if folder.is_dir() else []


def counted(house: House, sql: str) -> int:
    """A number out of the database."""
    connection = sqlite3.connect(f"file:{house.database}?mode=ro", uri=True)
    try:
        [(number,)] = connection.execute(sql).fetchall()
    finally:
        connection.close()
    return int(number)


def texts(seen: list[Seen]) -> list[str]:
    return [one.text for one in seen if one.kind != "toast"]


def found(**file: Any) -> Fault:
    """What getFile answers, by plan."""
    body = {"ok": True, "result": {"file_id": "x", "file_unique_id": "y", **file}}
    return Fault(200, json.dumps(body).encode(), "application/json")


def refused(code: int, description: str = "Bad Request: no", **parameters: Any) -> Fault:
    body = {"ok": False, "error_code": code, "description": description, "parameters": parameters}
    return Fault(code, json.dumps(body).encode(), "application/json")


def plan(world: World, faults: Mapping[str, Fault | None]) -> None:
    """Every call of these methods goes so."""
    world.faults = lambda method, params: faults.get(method)


def tries(world: World, method: str) -> list[Call]:
    return [call for call in world.calls if call.method == method]


async def tick(house: House, world: World) -> None:
    """The ticker comes by."""
    world.advance(_TICK)
    assert house._bot is not None
    await house._bot._ticker.tick()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - the database and another program; no one event says it
            await asyncio.sleep(0.005)


# Taken


async def test_a_file_is_sealed_to_the_office_as_it_was_received(dara_tells: Telling, house: House) -> None:
    [screen] = await dara_tells.send(PDF * 500)
    assert TAKEN in screen.text
    [file] = evidence(house)
    assert house.office.open(file.read_bytes()) == padded_file(PDF * 500)
    assert b"kanarya" not in file.read_bytes()
    [(file_id, facts)] = (await dara_tells.draft()).files.items()
    assert file.name == f"{file_id}.age"
    assert (facts["sha256"], facts["size"]) == (hashlib.sha256(PDF * 500).hexdigest(), len(PDF) * 500)
    assert facts["type"] == "application/pdf"
    assert "coming" not in facts


async def test_the_kind_is_known_by_the_bytes_and_not_by_what_was_declared(dara_tells: Telling) -> None:
    await dara_tells.send(b"\x89PNG\r\n\x1a\n" + bytes(50), mime="application/pdf")
    [facts] = (await dara_tells.draft()).files.values()
    assert (facts["type"], facts["declared_type"]) == ("image/png", "application/pdf")


async def test_nothing_appears_in_the_chat_while_a_file_is_being_fetched(
    slow: tuple[House, Slow], world: World
) -> None:
    house, wire = slow
    telling = await Telling.begun(house.talk(world.add_person("Dara")), house)
    before = len(telling.talk.chat.messages)
    telling.put()
    await until(lambda: wire.under_way == 1)
    assert len(telling.talk.chat.messages) == before + 1
    assert await telling.coming() == 1
    wire.go.set()
    await house.settle()
    assert len(telling.talk.chat.messages) == before + 2
    assert await telling.coming() == 0


async def test_what_was_said_to_telegram_names_no_file_of_ours(dara_tells: Telling, world: World, house: House) -> None:
    await dara_tells.send()
    [file] = evidence(house)
    assert tries(world, "getFile"), "control"
    assert [call for call in world.calls if file.stem in json.dumps(call.params)] == []


# Albums


async def _apart(telling: Telling, house: House, count: int, **more: Any) -> list[str]:
    """Send files one after the other, each once the one before is being waited for; what the bot says."""
    before = set(telling.talk.chat.messages)
    for n in range(count):
        telling.put(PDF + bytes([65 + n]), **more)
        await until(lambda n=n: counted(house, "SELECT count(*) FROM evidence") == n + 1)  # type: ignore[misc]
    await house.settle()
    bot = telling.world.bot.id
    chat = telling.talk.chat.messages
    return [m["text"] for number, m in chat.items() if number not in before and m["from"]["id"] == bot]


async def test_an_album_is_answered_once(dara_tells: Telling, house: House) -> None:
    [answer] = await _apart(dara_tells, house, 3, media_group_id="77")
    assert f"{TAKEN}. Files so far: 3" in answer
    assert len(evidence(house)) == 3


async def test_files_that_are_no_album_are_not_waited_for(
    dara_tells: Telling, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the test above: what comes later is answered by itself."""
    monkeypatch.setattr("bot.sender._ALBUM_SECONDS", 60)
    for n in range(3):
        [answer] = texts(await dara_tells.send(PDF + bytes([65 + n])))
        assert f"Files so far: {n + 1}" in answer


async def test_of_an_album_with_a_bad_file_the_good_ones_are_kept(dara_tells: Telling, house: House) -> None:
    for data in (PDF, b"MZ\x90\x00 a program", PDF + b"2"):
        dara_tells.put(data, media_group_id="77")
    await house.settle()
    said = [m["text"] for m in dara_tells.talk.chat.messages.values() if m["from"]["id"] == dara_tells.world.bot.id]
    assert sum(WHY_NOT["kind"] in text for text in said) == 1
    assert sum(TAKEN in text for text in said) == 1
    assert f"{TAKEN}. Files so far: 2" in said[-1]
    assert await dara_tells.held() == 2


# Why not


async def _not_taken(telling: Telling, seen: list[Seen], why: str) -> None:
    [said] = texts(seen)
    assert WHY_NOT[why] in said
    assert "Tell what happened" in said, "and the question again"
    assert await telling.held() == 0
    assert (await telling.draft()).progress["partial"] in (None, [])
    assert await telling.coming() == 0
    telling.world.faults = None
    await telling.talk.say("Four men took two people away.")
    [said] = texts(await telling.send(PDF))
    assert TAKEN in said, "and afterwards all is well again"


@pytest.mark.parametrize("data", [b"MZ\x90\x00 a program", b"<html><script>"])
async def test_a_kind_that_is_not_taken_is_said_and_the_draft_is_kept(
    dara_tells: Telling, house: House, data: bytes
) -> None:
    seen = await dara_tells.send(data)
    assert evidence(house) == []
    await _not_taken(dara_tells, seen, "kind")


async def test_an_empty_file_is_said_and_the_draft_is_kept(dara_tells: Telling, house: House, world: World) -> None:
    plan(world, {"getFile": found(file_path="documents/file_0.pdf"), "file": Fault(200, b"")})
    seen = await dara_tells.send()
    assert evidence(house) == []
    await _not_taken(dara_tells, seen, "empty")


async def test_files_that_are_too_large_together_are_refused_by_what_came_not_by_what_was_declared(
    dara_tells: Telling, house: House, world: World
) -> None:
    whole = b"%PDF-" + bytes(9_000_000)
    for n in range(3):
        [screen] = await dara_tells.send(whole, file_size=1000)
        assert (WHY_NOT["large"] if n == 2 else TAKEN) in screen.text
    assert await dara_tells.held() == 2
    assert len(evidence(house)) == 3, "control: the third came, and was weighed"
    await tick(house, world)
    assert len(evidence(house)) == 2
    await dara_tells.talk.tap("f:cancel:yes")
    await tick(house, world)
    assert evidence(house) == []


async def test_a_file_that_is_larger_than_it_said_is_called_too_large(dara_tells: Telling, house: House) -> None:
    """Told to send it again, the person would send it again and again."""
    seen = await dara_tells.send(b"%PDF-" + bytes(MOST_BYTES), file_size=1000)
    assert evidence(house) == []
    await _not_taken(dara_tells, seen, "large")


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (refused(400, "Bad Request: wrong file_id or the file is temporarily unavailable"), "gone"),
        (refused(404, "Not Found"), "gone"),
        (refused(400, "Bad Request: file is too big"), "large"),
    ],
)
async def test_a_file_that_telegram_does_not_give_is_not_asked_for_again(
    dara_tells: Telling, world: World, fault: Fault, why: str
) -> None:
    plan(world, {"getFile": fault})
    seen = await dara_tells.send()
    assert len(tries(world, "getFile")) == 1
    assert tries(world, "file") == []
    await _not_taken(dara_tells, seen, why)


@pytest.mark.parametrize("code", [302, 401, 403, 404])
async def test_a_download_that_is_refused_is_gone_at_once(dara_tells: Telling, world: World, code: int) -> None:
    plan(world, {"file": Fault(code, b"no")})
    seen = await dara_tells.send()
    assert len(tries(world, "file")) == 1
    await _not_taken(dara_tells, seen, "gone")


@pytest.mark.parametrize("path", ["../secret", "/etc/passwd", "https://evil.example/x", None])
async def test_a_path_that_leads_anywhere_else_is_not_followed(
    dara_tells: Telling, world: World, path: str | None
) -> None:
    plan(world, {"getFile": found(file_path=path)})
    seen = await dara_tells.send()
    assert tries(world, "file") == []
    assert len(tries(world, "getFile")) == 1
    await _not_taken(dara_tells, seen, "gone")


# Tried again


@pytest.mark.parametrize(
    ("method", "fault"),
    [
        ("getFile", Fault(500)),
        ("getFile", Fault(200, b'{"ok":tru')),
        ("getFile", Fault(502, b"<html>Bad Gateway</html>", "text/html")),
        ("file", Fault(500)),
        ("file", Fault(200, PDF[:5])),
        ("file", Fault(200, PDF + b"and more")),
        ("file", Fault(cut=True)),
    ],
    ids=lambda one: one if isinstance(one, str) else f"{one.status} {one.body[:9]!r}{' cut' if one.cut else ''}",
)
async def test_what_may_work_another_time_is_tried_five_times(
    dara_tells: Telling, house: House, world: World, method: str, fault: Fault
) -> None:
    plan(world, {method: fault})
    seen = await dara_tells.send()
    assert len(tries(world, method)) == 5
    assert evidence(house) == []
    await _not_taken(dara_tells, seen, "gone")


async def test_the_fifth_try_may_still_succeed(dara_tells: Telling, world: World) -> None:
    failures = [Fault(500), Fault(200, PDF[:3]), Fault(cut=True), Fault(502)]
    world.faults = lambda method, params: failures.pop() if method == "file" and failures else None
    [said] = texts(await dara_tells.send())
    assert TAKEN in said
    assert len(tries(world, "file")) == 5


async def test_a_429_without_a_number_of_seconds_is_tried_again(dara_tells: Telling, world: World) -> None:
    """As a file server in front of Telegram's may answer when there is much to do."""
    failures = [Fault(429, b"Too Many Requests")]
    world.faults = lambda method, params: failures.pop() if method == "file" and failures else None
    [said] = texts(await dara_tells.send())
    assert TAKEN in said


async def test_a_fetch_goes_on_after_a_restart(dara_tells: Telling, house: House, world: World) -> None:
    plan(world, {"file": Fault(500)})
    dara_tells.put()
    await until(lambda: bool(tries(world, "file")))
    await house.stop()
    world.faults = None
    await house.start()
    await house.settle()
    assert await dara_tells.coming() == 0
    assert len(evidence(house)) == 1
    said = [m["text"] for m in dara_tells.talk.chat.messages.values() if "text" in m]
    assert sum(TAKEN in text for text in said) == 1


# The disk


async def test_a_full_disk_is_tried_five_times_and_said_and_then_all_is_well_again(
    dara_tells: Telling, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed: list[int] = []

    def full(descriptor: int) -> None:
        failed.append(descriptor)
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("storage.evidence.os.fsync", full)
        seen = await dara_tells.send()
    assert len(failed) == 5
    assert evidence(house) == [], "not even the half of it"
    await _not_taken(dara_tells, seen, "gone")


# Meanwhile


@pytest.mark.parametrize("deed", ["cancelled", "wiped", "begun anew"])
async def test_a_file_that_is_not_wanted_any_more_when_it_comes_leaves_nothing(
    slow: tuple[House, Slow], world: World, deed: str
) -> None:
    house, wire = slow
    telling = await Telling.begun(house.talk(world.add_person("Dara")), house)
    telling.put()
    await until(lambda: wire.under_way == 1)
    chat = telling.talk.chat
    if deed == "wiped":
        world.say(telling.person, "/wipe")
    else:
        data = "f:cancel:yes" if deed == "cancelled" else "f:anew:account"
        world.tap(telling.person, max(chat.messages), data=data)
    await until(lambda: counted(house, "SELECT count(*) FROM evidence") == 0)
    before = len(evidence(house))
    wire.go.set()
    await house.settle()
    assert (before, len(evidence(house))) == (0, 1), "control: it came"
    said = [m["text"] for m in chat.messages.values() if "text" in m]
    assert not any(TAKEN in text for text in said)
    await tick(house, world)
    assert evidence(house) == []


async def test_a_file_of_an_earlier_draft_does_not_get_into_the_next(slow: tuple[House, Slow], world: World) -> None:
    house, wire = slow
    telling = await Telling.begun(house.talk(world.add_person("Dara")), house)
    telling.put()
    await until(lambda: wire.under_way == 1)
    for deed in (
        lambda: world.tap(telling.person, max(telling.talk.chat.messages), data="f:cancel:yes"),
        lambda: world.say(telling.person, "/incident"),
        lambda: world.tap(telling.person, max(telling.talk.chat.messages), data="in:go"),
    ):
        deed()
    wire.go.set()
    await house.settle()
    assert (await telling.draft()).files == {}
    await tick(house, world)
    assert evidence(house) == []


async def test_nothing_is_handed_in_while_a_file_is_on_its_way(slow: tuple[House, Slow], world: World) -> None:
    house, wire = slow
    telling = await Telling.begun(house.talk(world.add_person("Dara")), house)
    await telling.talk.say("Four men took two people away.")
    telling.put()
    await until(lambda: wire.under_way == 1)
    world.tap(telling.person, max(telling.talk.chat.messages), data="f:send")
    wire.go.set()
    await house.settle()
    assert counted(house, "SELECT count(*) FROM incidents") == 0
    assert await telling.held() == 1


@pytest.mark.parametrize("data", [PDF, b"MZ\x90\x00 a program"], ids=["taken", "not taken"])
async def test_no_question_follows_somebody_who_has_left(slow: tuple[House, Slow], world: World, data: bytes) -> None:
    """Who saves and leaves may have a reason: nothing about it may light up the telephone."""
    house, wire = slow
    telling = await Telling.begun(house.talk(world.add_person("Dara")), house)
    telling.put(data)
    await until(lambda: wire.under_way == 1)
    world.tap(telling.person, max(telling.talk.chat.messages), data="f:leave")
    async with asyncio.timeout(10):
        while not (await telling.draft()).left:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0)
    wire.go.set()
    await house.settle()
    said = [m["text"] for m in telling.talk.chat.messages.values() if m["from"]["id"] == world.bot.id]
    assert "Saved until" in said[-1], "control: that is what leaving says"
    assert not any(part in said[-1] for part in ("Question", TAKEN, *WHY_NOT.values()))
    assert await telling.coming() == 0


async def test_a_file_that_was_asked_for_when_the_person_blocked_the_bot_is_not_waited_for_for_ever(
    dara_tells: Telling, house: House, world: World
) -> None:
    """Telegram's no to one message must not end the fetch behind it: else the draft can never be handed in."""
    refusals = [refused(403, "Forbidden: bot was blocked by the user")]
    world.faults = lambda method, params: refusals.pop() if method == "sendMessage" and refusals else None
    world.say(dara_tells.person, "Four men took two people away.")
    dara_tells.put()
    await house.settle()
    assert refusals == [], "control"
    assert await dara_tells.coming() == 0


# Many


async def test_at_most_four_files_are_in_memory_at_once(slow: tuple[House, Slow], world: World) -> None:
    house, wire = slow
    people = [await Telling.begun(house.talk(world.add_person(f"Monitor {n}")), house) for n in range(7)]
    for telling in people:
        telling.put()
    await until(lambda: wire.under_way == 4)
    for _ in range(20):
        await asyncio.sleep(0.005)
    assert wire.most == 4
    wire.go.set()
    await house.settle()
    assert wire.most == 4
    assert [await telling.held() for telling in people] == [1] * 7


async def test_without_the_limit_all_would_be_in_memory(
    world: World, tmp_path: Path, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the test above."""
    monkeypatch.setattr("bot.sender._FILES_AT_ONCE", 100)
    house, wire = House(world, tmp_path, report), Slow(create_app(world))
    house.wire = wire
    await house.start()
    people = [await Telling.begun(house.talk(world.add_person(f"Monitor {n}")), house) for n in range(5)]
    for telling in people:
        telling.put()
    await until(lambda: wire.under_way == 5)
    wire.go.set()
    await house.settle()
    await house.stop()


async def test_a_file_that_cannot_be_had_delays_nobody_else(slow: tuple[House, Slow], world: World) -> None:
    house, wire = slow
    telling = await Telling.begun(house.talk(world.add_person("Dara")), house)
    telling.put()
    await until(lambda: wire.under_way == 1)
    sok = world.add_person("Sok")
    world.say(sok, "/benchmark D")
    await until(lambda: any(m["from"]["id"] == world.bot.id for m in world.private_chat(sok).messages.values()))
    assert wire.under_way == 1, "control"


async def test_a_file_is_noted_though_others_were_answered_while_it_came(
    slow: tuple[House, Slow], world: World
) -> None:
    """News that is lost leaves a file on its way for ever, and nothing can be handed in."""
    house, wire = slow
    telling = await Telling.begun(house.talk(world.add_person("Dara")), house)
    telling.put()
    await until(lambda: wire.under_way == 1)
    sent = counted(house, "SELECT count(*) FROM outbox WHERE state = 'sent'")
    world.say(world.add_person("Sok"), "/benchmark D")
    await until(lambda: counted(house, "SELECT count(*) FROM outbox WHERE state = 'sent'") == sent + 1)
    wire.go.set()
    await house.settle()
    assert await telling.coming() == 0
    assert await telling.held() == 1


# Traces


async def test_answers_in_private_are_remembered_to_be_deleted_and_those_in_groups_are_not(
    house: House, dara: Talk, world: World
) -> None:
    group = world.add_group("Network", people=[dara.person])
    in_group = house.talk(dara.person, group)
    await in_group.say("/benchmark D@sangket_bot")
    await in_group.say("/benchmark D")
    assert any(m.get("from", {}).get("id") == world.bot.id for m in group.messages.values()), "control"
    assert counted(house, "SELECT count(*) FROM traces") == 0
    await dara.say("/benchmark D")
    assert counted(house, "SELECT count(*) FROM traces") == 2, "what was asked, and the answer"


# Emptying a chat


def _numbers(calls: list[Call]) -> list[list[int]]:
    """The messages of each call to delete some."""
    return [call.params["message_ids"] for call in calls if call.method == "deleteMessages"]


async def _note(telling: Telling, *numbers: int, hours_ago: int = 0) -> None:
    """The bot remembers messages that came so long ago."""
    bot, at = telling.house._bot, int(telling.world.clock().timestamp()) - hours_ago * 3600
    assert bot is not None
    tables, database = bot._sender._courier._tables, bot._worker._database

    async def work() -> None:
        tables.traces.note([Trace(telling.talk.chat.id, number, at, at) for number in numbers])

    await database.write(work)


async def test_a_wipe_empties_the_chat(dara: Talk, world: World) -> None:
    for letter in "DEF":
        await dara.say(f"/benchmark {letter}")
    await dara.say("/wipe")
    assert len(dara.chat.messages) == 1


async def test_a_wipe_that_came_with_other_messages_deletes_those_and_their_answers_too(
    dara: Talk, house: House, world: World
) -> None:
    """As when the telephone was out of reach: all of it comes at once, and is handled in one commit."""
    await dara.say("/start")
    for text in ("/benchmark D", "what about prisons", "/wipe"):
        world.say(dara.person, text)
    await house.settle()
    assert [m["text"] for m in dara.chat.messages.values() if not m["text"].startswith("Done")] == []


async def test_messages_are_deleted_a_hundred_at_a_time(dara_tells: Telling, house: House, world: World) -> None:
    await _note(dara_tells, *range(5001, 5251))
    await dara_tells.talk.say("/wipe")
    calls = _numbers(tries(world, "deleteMessages"))
    assert set(range(5001, 5251)) <= {number for numbers in calls for number in numbers}
    assert [len(numbers) for numbers in calls if len(numbers) > 1][:2] == [100, 100]
    assert max(len(numbers) for numbers in calls) == 100
    assert counted(house, "SELECT count(*) FROM traces") == 1, "the answer to /wipe alone"


async def test_one_message_that_cannot_be_deleted_keeps_no_other_there(
    dara_tells: Telling, house: House, world: World
) -> None:
    await _note(dara_tells, *range(5001, 5041))

    def fault(method: str, params: dict[str, Any]) -> Fault | None:
        stubborn = method == "deleteMessages" and 5017 in params["message_ids"]
        return refused(400, "Bad Request: message can't be deleted") if stubborn else None

    world.faults = fault
    seen = await dara_tells.talk.say("/wipe")
    calls = tries(world, "deleteMessages")
    gone = {number for call in calls if call.status == 200 for number in call.params["message_ids"]}
    assert gone >= set(range(5001, 5041)) - {5017}
    assert 5017 not in gone
    assert any("delete this chat yourself" in text for text in texts(seen)), "and that is said"
    world.faults = None
    await dara_tells.talk.say("/wipe")
    assert 5017 in {
        n for call in tries(world, "deleteMessages") if call.status == 200 for n in call.params["message_ids"]
    }


async def test_when_all_could_be_deleted_nothing_more_is_said(dara_tells: Telling) -> None:
    seen = await dara_tells.talk.say("/wipe")
    assert not any("delete this chat yourself" in text for text in texts(seen))


async def test_what_is_too_old_is_said_and_not_tried(dara_tells: Telling, world: World) -> None:
    await _note(dara_tells, 5001, hours_ago=49)
    await _note(dara_tells, 5002, hours_ago=47)
    seen = await dara_tells.talk.say("/wipe")
    tried = {number for numbers in _numbers(tries(world, "deleteMessages")) for number in numbers}
    assert 5002 in tried
    assert 5001 not in tried
    assert any("delete this chat yourself" in text for text in texts(seen))


@pytest.mark.parametrize("fault", [Fault(500), Fault(cut=True), refused(429, "Too Many Requests", retry_after=1)])
async def test_what_telegram_did_not_answer_is_deleted_at_the_next_try(
    dara_tells: Telling, world: World, fault: Fault
) -> None:
    await _note(dara_tells, *range(5001, 5151))
    failures: list[Fault | None] = [fault, None]
    world.faults = lambda method, params: failures.pop() if method == "deleteMessages" and failures else None
    await dara_tells.talk.say("/wipe")
    calls = tries(world, "deleteMessages")
    assert fault.status in {call.status for call in calls} or fault.cut, "control"
    gone = {number for call in calls if call.status == 200 for number in call.params["message_ids"]}
    assert set(range(5001, 5151)) <= gone
    assert len(dara_tells.talk.chat.messages) == 1


# What is never said


async def test_no_error_of_a_download_names_the_token_or_the_path(
    dara_tells: Telling, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    for fault in (Fault(500, PDF), Fault(404, PDF), Fault(302, PDF), Fault(cut=True), Fault(200, PDF[:4])):
        plan(world, {"file": fault})
        await dara_tells.send()
    assert len(tries(world, "file")) > 10, "control"
    paths = {call.params["path"] for call in tries(world, "file")}
    shown = " ".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records)
    assert [word for word in (world.token, world.token.partition(":")[2], *paths) if word in shown] == []


async def test_a_download_that_is_refused_says_so_without_its_address(world: World) -> None:
    api = BotApi(LocalWire(create_app(world)), "http://127.0.0.1", world.token)
    with pytest.raises(Refused) as refusal:
        await api.download("no such file", 100)
    assert world.token not in f"{refusal.value!r} {refusal.value.description} {refusal.value.args}"
    await api.close()


# Documents


@pytest.fixture
async def reading(house: House, world: World) -> tuple[Reader, str]:
    """A coordinator who has claimed an incident with two files, where the office key is."""
    await put_key(house)
    reference = await told(house, world, **with_files(house, world))
    reader = await Reader.admitted(house, "Vanna")
    await reader.claim(reference)
    return reader, reference


async def test_a_slow_upload_delays_no_word(house: House, world: World) -> None:
    wire = SlowUpload(create_app(world))
    house.wire = wire
    await put_key(house)
    reference = await told(house, world, **with_files(house, world))
    reader = await Reader.admitted(house, "Vanna")
    await reader.claim(reference)
    for n in (1, 2):
        world.tap(reader.talk.person, 1, data=f"rd:file:{reference}:{n}", chat=reader.talk.chat)
    await until(lambda: wire.under_way == 2)
    before = len(reader.messages())
    world.say(reader.talk.person, "/help", chat=reader.talk.chat)
    await until(lambda: len(reader.messages()) == before + 2)
    assert reader.documents() == []
    wire.go.set()
    await house.settle()
    assert len(reader.documents()) == 2


class SlowUpload(LocalWire):
    """A wire on which no file leaves before ``go``."""

    def __init__(self, app: Any) -> None:
        super().__init__(app)
        self.go = asyncio.Event()
        self.under_way = 0

    async def upload(
        self, url: str, params: dict[str, Any], files: Mapping[str, Attached], seconds: float
    ) -> tuple[int, bytes]:
        """See Wire."""
        self.under_way += 1
        await self.go.wait()
        return await super().upload(url, params, files, seconds)


async def test_an_upload_without_a_readable_answer_is_tried_five_times_and_then_told(
    reading: tuple[Reader, str], world: World
) -> None:
    """Each try may leave a copy in the chat that nobody knows of; so there are few."""
    reader, reference = reading
    plan(world, {"sendDocument": Fault(500)})
    [*_, said] = await reader.tap(f"rd:file:{reference}:1")
    assert len(tries(world, "sendDocument")) == 5
    assert "Telegram did not take that file" in said.text


async def test_an_upload_obeys_a_429_and_then_goes(reading: tuple[Reader, str], world: World) -> None:
    reader, reference = reading
    failures = [refused(429, "Too Many Requests: retry after 0", retry_after=0), Fault(cut=True)]
    world.faults = lambda method, params: failures.pop() if method == "sendDocument" and failures else None
    await reader.tap(f"rd:file:{reference}:2")
    [message] = reader.documents()
    assert content(world, message) == EVIDENCE
    assert len(tries(world, "sendDocument")) == 3


async def test_an_upload_goes_on_after_a_restart_and_still_disappears(
    reading: tuple[Reader, str], house: House, world: World
) -> None:
    reader, reference = reading
    plan(world, {"sendDocument": Fault(500)})
    world.tap(reader.talk.person, 1, data=f"rd:file:{reference}:2", chat=reader.talk.chat)
    await until(lambda: bool(tries(world, "sendDocument")))
    await house.stop()
    assert b"minutes of a meeting" not in house.database.read_bytes()
    world.faults = None
    await house.start()
    await house.settle()
    [message] = reader.documents()
    assert content(world, message) == EVIDENCE
    world.advance(dt.timedelta(minutes=16))
    await tick(house, world)
    await house.settle()
    assert reader.documents() == []


async def test_telegram_does_not_hear_how_long_a_message_lasts(reading: tuple[Reader, str], world: World) -> None:
    reader, reference = reading
    await reader.read(reference)
    await reader.tap(f"rd:file:{reference}:1")
    sent = [call for call in world.calls if call.method.startswith("send") and call.params.get("protect_content")]
    assert {call.method for call in sent} == {"sendMessage", "sendDocument"}, "control"
    assert [call for call in sent if "lasts" in call.params] == []
