"""Telegram refuses, is slow, breaks off or is not there: every answer still gets where it belongs, once if it can be.

At least once is the promise; a repeat is possible only where Telegram's own reply was lost.
"""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from conftest import House

from bot.ask import local_settings
from bot.pace import Pace
from bot.talk import Talk
from bot.wire import Attached, HttpWire, LocalWire, NotSent
from facts.report import Report
from sandbox.app import create_app, serve
from sandbox.records import Fault, Person
from sandbox.world import World
from storage.chats import Chats

_ERROR_ID = re.compile(r"E-[2-9A-Z]{4}")
_VISIBLE = ("sendMessage", "editMessageText")


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long between two tries."""
    monkeypatch.setattr("bot.sender._LONGEST_PAUSE", 0.05)


@pytest.fixture
def people(house: House, world: World) -> list[Person]:
    """Three people whom the bot may write to."""
    people = [world.add_person(name) for name in ("Dara", "Sok", "Chanthy")]
    for person in people:
        person.started = True
    return people


def _refusal(code: int, description: str, **parameters: Any) -> Fault:
    """An answer of Telegram's that is no."""
    body = {"ok": False, "error_code": code, "description": description}
    whole = body | ({"parameters": parameters} if parameters else {})
    return Fault(code, json.dumps(whole).encode(), "application/json")


def _plan(world: World, *faults: Fault | None, method: str = "sendMessage", chat_id: int | None = None) -> list[Any]:
    """The next calls of this method (to this chat) go so; those after them well. What is left of the plan."""
    left = list(faults)

    def fault(called: str, params: dict[str, Any]) -> Fault | None:
        if called != method or (chat_id is not None and params["chat_id"] != chat_id) or not left:
            return None
        return left.pop(0)

    world.faults = fault
    return left


def _heard(world: World, person: Person) -> list[str]:
    """What the bot wrote to this person."""
    chat = world.private_chat(person)
    return [m["text"] for m in chat.messages.values() if m["from"]["id"] == world.bot.id]


def _letters(world: World, person: Person) -> str:
    """The first letters of the cards this person got."""
    return "".join(text[0] for text in _heard(world, person))


def _states(house: House) -> Counter[str]:
    connection = sqlite3.connect(f"file:{house.database}?mode=ro", uri=True)
    try:
        return Counter(state for (state,) in connection.execute("SELECT state FROM outbox"))
    finally:
        connection.close()


def _tries(world: World, method: str) -> list[int]:
    """The statuses of all calls of a method."""
    return [call.status for call in world.calls if call.method == method]


def _ask(world: World, person: Person, letters: str) -> None:
    for letter in letters:
        world.say(person, f"/benchmark {letter}")


# Refusals


async def test_a_429_keeps_everything_and_its_order(house: House, world: World, people: list[Person]) -> None:
    left = _plan(world, None, _refusal(429, "Too Many Requests: retry after 1", retry_after=1))
    for person in people:
        _ask(world, person, "ABC")
    await house.settle()
    assert left == []
    assert [_letters(world, person) for person in people] == ["ABC"] * 3
    assert _tries(world, "sendMessage").count(429) == 1
    assert _states(house) == {"sent": 9}


async def test_nothing_is_sent_while_a_429_lasts(house: House, world: World, people: list[Person]) -> None:
    _plan(world, _refusal(429, "Too Many Requests: retry after 1", retry_after=1))
    _ask(world, people[0], "A")
    await _until(lambda: 429 in _tries(world, "sendMessage"))
    refused_at = world.now()
    _ask(world, people[1], "B")
    await house.settle()
    times = [call.at for call in world.calls if call.method == "sendMessage" and call.status == 200]
    assert len(times) == 2
    assert min(times) - refused_at >= 0.9


async def test_who_blocked_the_bot_ends_alone(house: House, world: World, people: list[Person]) -> None:
    dara, *others = people
    world.faults = lambda method, params: Fault(status=503) if method == "sendMessage" else None
    _ask(world, dara, "ABCDE")
    await _until(lambda: 503 in _tries(world, "sendMessage") and _states(house)["ready"] == 5)
    world.block(dara)
    world.faults = None
    for person in others:
        _ask(world, person, "AB")
    await house.settle()
    assert [_letters(world, person) for person in people] == ["", "AB", "AB"]
    assert _states(house) == {"gone": 5, "sent": 4}
    assert _tries(world, "sendMessage").count(403) == 1
    world.unblock(dara)
    _ask(world, dara, "F")
    await house.settle()
    assert _letters(world, dara) == "F"


async def test_an_edit_that_telegram_refuses_comes_as_a_new_message(dara: Talk, world: World) -> None:
    await dara.say("/benchmark D")
    _plan(world, _refusal(400, "Bad Request: message can't be edited"), method="editMessageText")
    shown = [one for one in await dara.press("Figures") if one.kind != "toast"]
    assert [one.kind for one in shown] == ["message"]
    assert "para. 39" in shown[0].text


async def test_an_edit_of_a_message_that_is_gone_comes_as_a_new_message(dara: Talk, world: World) -> None:
    [card] = await dara.say("/benchmark D")
    world.delete(dara.person, card.message["message_id"])
    shown = [one for one in await dara.tap("b:E") if one.kind != "toast"]
    assert [(one.kind, one.text[:2]) for one in shown] == [("message", "E.")]


async def test_an_edit_that_changes_nothing_counts_as_sent(dara: Talk, house: House) -> None:
    await dara.say("/benchmark D")
    for _ in range(2):
        shown = [one for one in await dara.tap("b:D") if one.kind != "toast"]
        assert shown == []
    assert set(_states(house)) == {"sent"}


async def test_a_message_that_telegram_refuses_is_apologised_for_once(
    house: House, world: World, people: list[Person], caplog: pytest.LogCaptureFixture
) -> None:
    _plan(world, _refusal(400, "Bad Request: can't parse entities"))
    _ask(world, people[0], "AB")
    await house.settle()
    [apology] = [text for text in _heard(world, people[0]) if not text.startswith("B.")]
    [code] = _ERROR_ID.findall(apology)
    [record] = [record for record in caplog.records if record.message == "call.refused"]
    assert getattr(record, "fields", {})["error"] == code
    assert _states(house) == {"refused": 1, "sent": 2}


async def test_an_apology_that_telegram_refuses_too_ends_there(
    house: House, world: World, people: list[Person]
) -> None:
    world.faults = lambda method, params: _refusal(400, "Bad Request: no") if method == "sendMessage" else None
    _ask(world, people[0], "A")
    await house.settle()
    assert _tries(world, "sendMessage") == [400, 400]
    assert _states(house) == {"refused": 2}


async def test_a_press_that_is_answered_too_late_expires_silently(
    dara: Talk, house: House, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await dara.say("/benchmark D")
    _plan(
        world,
        _refusal(400, "Bad Request: query is too old and response timeout expired or query ID is invalid"),
        method="answerCallbackQuery",
    )
    [card] = await dara.tap("b:E")
    assert card.text.startswith("E.")
    assert _states(house) == {"sent": 2, "expired": 1}
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def test_a_group_that_became_a_supergroup_gets_its_answer_and_keeps_its_language(
    house: House, world: World, people: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    moves = []
    original = Chats.moved

    async def moved(self: Chats, old_chat_id: int, new_chat_id: int) -> None:
        moves.append((old_chat_id, new_chat_id))
        await original(self, old_chat_id, new_chat_id)

    monkeypatch.setattr(Chats, "moved", moved)
    old, new = (world.add_group("Network", people=people) for _ in range(2))
    sok = house.talk(people[1], old)
    await sok.say("/language")
    await sok.press("ខ្មែរ")
    upgraded = _refusal(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=new.id)
    _plan(world, upgraded, upgraded, chat_id=old.id)
    for letter in "DE":
        world.say(people[0], f"/benchmark {letter}", chat=old)
    await house.settle()
    answers = [m["text"] for m in new.messages.values() if m.get("from", {}).get("id") == world.bot.id]
    assert [text[:2] for text in answers] == ["D.", "E."]
    assert moves[0] == (old.id, new.id)
    [answer] = await house.talk(people[0], new).say("/help")
    assert any("\u1780" <= letter <= "\u17b3" for letter in answer.text)


async def test_what_replaced_a_refused_call_survives_a_restart(dara: Talk, house: House, world: World) -> None:
    await dara.say("/benchmark D")
    refused = _refusal(400, "Bad Request: message can't be edited")
    faults = {"editMessageText": refused, "sendMessage": Fault(status=503)}
    world.faults = lambda method, params: faults.get(method)
    world.tap(dara.person, max(dara.chat.messages), data="b:E")
    await _until(lambda: 503 in _tries(world, "sendMessage"))
    await house.stop()
    world.faults = None
    await house.start()
    await house.settle()
    assert _letters(world, dara.person) == "DE"
    assert _tries(world, "editMessageText") == [400]


async def test_a_token_that_is_revoked_ends_the_bot_and_loses_nothing(
    world: World, tmp_path: Path, report: Report
) -> None:
    house = House(world, tmp_path, report)
    await house.start()
    dara = world.add_person("Dara")
    _plan(world, _refusal(401, "Unauthorized"))
    _ask(world, dara, "A")
    with pytest.raises(Exception, match="does not know this token"):
        await asyncio.wait_for(_dead(house), 10)
    house = House(world, tmp_path, report)
    await house.start()
    await house.settle()
    assert _letters(world, dara) == "A"
    await house.stop()


async def _dead(house: House) -> None:
    assert house._task is not None
    await house._task


# Unclear ends


async def test_an_answer_whose_reply_was_lost_comes_twice_at_most(
    house: House, world: World, people: list[Person]
) -> None:
    _plan(world, None, Fault(after_effect=True, cut=True))
    _ask(world, people[0], "ABC")
    await house.settle()
    assert _letters(world, people[0]) == "ABBC"
    assert _states(house) == {"sent": 3}


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=500),
        Fault(status=502, body=b"<html>Bad Gateway</html>", content_type="text/html"),
        Fault(status=504, body=b""),
        Fault(status=200, body=b'{"ok":tru'),
        Fault(status=200, body=b"[]"),
        Fault(status=200, body=b'{"ok":false}'),
        Fault(cut=True),
    ],
    ids=["500", "502 in HTML", "empty", "half an answer", "a list", "no description", "cut off"],
)
async def test_an_answer_that_cannot_be_read_means_that_it_is_sent_again(
    house: House, world: World, people: list[Person], fault: Fault
) -> None:
    left = _plan(world, fault, None, fault)
    _ask(world, people[0], "AB")
    await house.settle()
    assert left == []
    assert _letters(world, people[0]) == "AB"
    assert _states(house) == {"sent": 2}


async def test_a_press_whose_answer_is_unclear_is_not_answered_again(dara: Talk, house: House, world: World) -> None:
    await dara.say("/benchmark D")
    _plan(world, Fault(status=500), method="answerCallbackQuery")
    [card] = await dara.tap("b:E")
    assert card.text.startswith("E.")
    assert _tries(world, "answerCallbackQuery") == [500]


async def test_everything_is_delivered_after_telegram_was_down(
    house: House, world: World, people: list[Person]
) -> None:
    world.faults = lambda method, params: Fault(status=502) if method in _VISIBLE else None
    for person in people:
        _ask(world, person, "AB")
    await _until(lambda: len(_tries(world, "sendMessage")) >= 40)
    world.faults = None
    await house.settle()
    assert [_letters(world, person) for person in people] == ["AB"] * 3
    assert _states(house) == {"sent": 6}


async def test_everything_is_delivered_after_telegram_could_not_be_reached(
    world: World, tmp_path: Path, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.intake._LONGEST_PAUSE", 0.05)
    people = [world.add_person(f"Visitor {n}") for n in range(20)]
    house = House(world, tmp_path, report)
    house.wire = HttpWire()
    async with serve(world) as url:
        port = int(url.rpartition(":")[2])
        house.settings = local_settings(world, url, tmp_path)
        await house.start()
        for person in people:
            _ask(world, person, "A")
        await house.settle()
    for person in people:
        _ask(world, person, "B")
    await asyncio.sleep(0.3)
    async with serve(world, port=port):
        await house.settle()
        assert [_letters(world, person) for person in people] == ["AB"] * 20
        await house.stop()


async def test_an_outage_makes_the_bot_wait_a_second_however_many_letters_were_in_the_air(
    house: House, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.sender._LONGEST_PAUSE", 60.0)
    crowd = [world.add_person(f"Visitor {n}") for n in range(20)]
    holds: list[float] = []
    original = Pace.hold

    def hold(self: Pace, until: float) -> None:
        holds.append(until - asyncio.get_running_loop().time())
        original(self, until)

    monkeypatch.setattr(Pace, "hold", hold)
    await house.stop()
    house.wire = wire = _Unplugged(create_app(world))
    await house.start()
    _ask(world, crowd[0], "D")
    await house.settle()
    wire.plugged_in = False
    for person in crowd[1:]:
        _ask(world, person, "A")
    await _until(lambda: bool(holds))
    wire.plugged_in = True
    await house.settle()
    assert [_letters(world, person) for person in crowd] == ["D"] + ["A"] * 19
    assert wire.failed > 1
    assert max(holds) <= 1.0


class _Unplugged(LocalWire):
    """A wire on which messages do not leave until it is plugged in."""

    plugged_in = True
    failed = 0

    async def post(self, url: str, params: dict[str, Any], seconds: float) -> tuple[int, bytes]:
        """See Wire."""
        if url.endswith("/sendMessage") and not self.plugged_in:
            self.failed += 1
            raise NotSent("unplugged")
        return await super().post(url, params, seconds)


# Slowness


async def test_a_slow_chat_does_not_delay_another(house: House, world: World, people: list[Person]) -> None:
    slow, quick, _ = people
    gate = asyncio.Event()
    await house.stop()
    house.wire = _Gate(world, gate, slow.id)
    await house.start()
    _ask(world, slow, "ABC")
    _ask(world, quick, "ABCDEFGH")
    await _until(lambda: _letters(world, quick) == "ABCDEFGH")
    assert _letters(world, slow) == ""
    gate.set()
    await house.settle()
    assert _letters(world, slow) == "ABC"


async def test_one_request_at_a_time_is_in_the_air_for_a_chat(house: House, world: World, people: list[Person]) -> None:
    gate = asyncio.Event()
    await house.stop()
    house.wire = wire = _Gate(world, gate, people[0].id)
    await house.start()
    _ask(world, people[0], "ABCDEF")
    await _until(lambda: wire.waiting == 1)
    await asyncio.sleep(0.1)
    assert wire.waiting == 1
    gate.set()
    await house.settle()
    assert wire.most == 1
    assert _letters(world, people[0]) == "ABCDEF"


class _Gate:
    """Telegram in this process; what is for one chat waits before the gate."""

    def __init__(self, world: World, gate: asyncio.Event, chat_id: int) -> None:
        self._wire = LocalWire(create_app(world))
        self._gate = gate
        self._chat_id = chat_id
        self.waiting = self.most = 0

    async def post(self, url: str, params: dict[str, Any], seconds: float) -> tuple[int, bytes]:
        """See Wire."""
        if params.get("chat_id") == self._chat_id:
            self.waiting += 1
            self.most = max(self.most, self.waiting)
            await self._gate.wait()
            self.waiting -= 1
        return await self._wire.post(url, params, seconds)

    async def upload(
        self, url: str, params: dict[str, Any], files: Mapping[str, Attached], seconds: float
    ) -> tuple[int, bytes]:
        """See Wire."""
        return await self._wire.upload(url, params, files, seconds)

    async def get(self, url: str, most: int, seconds: float) -> tuple[int, bytes]:
        """See Wire."""
        return await self._wire.get(url, most, seconds)

    async def close(self) -> None:
        """See Wire."""
        await self._wire.close()


@pytest.mark.parametrize("turns", range(4))
async def test_a_stop_that_comes_together_with_work_is_not_lost(house: House, turns: int) -> None:
    await house.settle()
    assert house._bot is not None
    sender = house._bot._sender
    await house.stop()
    loop = asyncio.get_running_loop()
    sender._turns.append((loop.time() + 1000, 0, 0, b"a lane that waits for its turn"))
    task = loop.create_task(sender.run())
    for _ in range(20):
        await asyncio.sleep(0)
    sender.take([])
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    done, _ = await asyncio.wait([task], timeout=5)
    assert done


async def _until(happened: Callable[[], bool], seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not happened():  # noqa: ASYNC110 - another program's doing
            await asyncio.sleep(0.002)
