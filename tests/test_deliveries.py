"""What many are told, by the whole bot: once, nobody who did not ask, nothing that has changed meanwhile; through blocks,
lost answers, refusals and kills."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pytest
from conftest import House
from crash.lives import Life, repositories
from crash.lives import Place as Home
from markupsafe import Markup

from sandbox.app import serve
from sandbox.records import Fault, Person
from sandbox.world import World
from storage import identity
from storage.database import Database
from storage.deliveries import Deliveries, Still
from storage.listeners import Listener, Place, Profile
from storage.outbox import Priority
from storage.rounds import BROADCAST, DONE, PAUSED, RUNNING, Round
from storage.sealing import DraftKeys, ServerKey
from storage.tables import Tables
from texts.screen import Screen

T = TypeVar("T")

AWAKE = Profile(quiet_from=0, quiet_to=0)
TODAY = dt.date(2026, 11, 24)
WORDS = {"km": "សូមមកប្រជុំ។", "en": "Please come to the meeting."}
NEWS = Round(BROADCAST, "x:1", "x:1", ("news",), content=WORDS, priority=Priority.BROADCAST)


class Office:
    """The running bot, from within: what a handler or the planner would write."""

    def __init__(self, house: House) -> None:
        self.house = house

    @property
    def tables(self) -> Tables:
        assert self.house._bot is not None
        return self.house._bot._feeder._tables

    async def do(self, deed: Callable[[], Awaitable[T]]) -> T:
        assert self.house._bot is not None
        return await self.house._bot._feeder._database.write(deed)

    async def subscribe(self, *places: Place) -> None:
        for place in places:
            await self.do(lambda place=place: self.tables.subscriptions.begin(place, "news", AWAKE))  # type: ignore[misc]

    async def open(self, one: Round = NEWS) -> Round:
        kept = await self.do(lambda: self.tables.rounds.open(one, TODAY))
        assert kept is not None
        return kept

    async def turn(self, one: Round, state: str) -> None:
        await self.do(lambda: self.tables.rounds.turn(one.id, state))

    async def counts(self, one: Round) -> dict[str, int]:
        found = await self.do(lambda: self.tables.deliveries.counts([one.id]))
        return {state: count for state, count in found.items() if count}

    async def state(self, one: Round) -> str:
        found = await self.do(lambda: self.tables.rounds.get(one.id))
        assert found is not None
        return found.state

    async def until(self, state: str, one: Round, least: int = 1) -> None:
        """Wait until so many deliveries are in this state."""
        async with asyncio.timeout(10):
            while (await self.counts(one)).get(state, 0) < least:  # noqa: ASYNC110 - two programs; no one event says it
                await asyncio.sleep(0.005)


@pytest.fixture
def office(house: House, monkeypatch: pytest.MonkeyPatch) -> Office:
    """With words that are the name of the round."""

    async def of(self: object, one: Round, listener: Listener, language: str, now: dt.datetime) -> Screen:
        return Screen(Markup(one.key))

    monkeypatch.setattr("schedules.wording.Wording.of", of)
    monkeypatch.setattr("bot.sender._LONGEST_PAUSE", 0.05)
    return Office(house)


@pytest.fixture
def people(house: House, world: World) -> list[Person]:
    people = [world.add_person(name) for name in ("Dara", "Sok", "Chanthy", "Bopha")]
    for person in people:
        person.started = True
    return people


def _patience() -> Fault:
    """Telegram asks for a second's patience."""
    body = {"ok": False, "error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 1}}
    return Fault(429, json.dumps(body).encode(), "application/json")


def heard(world: World, chat_id: int) -> list[str]:
    """What the bot wrote into a chat."""
    messages = world.chats[chat_id].messages.values()
    return [m["text"] for m in messages if m.get("from", {}).get("id") == world.bot.id]


def tries(world: World, chat_id: int) -> list[int]:
    return [call.status for call in world.calls if call.params.get("chat_id") == chat_id]


class Gate:
    """Telegram is unreachable until it is opened, so that letters wait in the outbox."""

    def __init__(self, world: World) -> None:
        self.world = world
        world.delay = 0.0
        world.faults = self._shut

    def _shut(self, method: str, params: dict[str, Any]) -> Fault | None:
        return _patience() if method == "sendMessage" else None

    def open(self) -> None:
        self.world.faults = None


async def test_everybody_who_asked_is_told_and_nobody_else(office: Office, world: World, people: list[Person]) -> None:
    dara, sok, chanthy, _ = people
    await office.subscribe(Place(dara.id), Place(sok.id), Place(chanthy.id))
    one = await office.open()
    await office.house.settle()
    assert [heard(world, person.id) for person in people] == [["x:1"]] * 3 + [[]]
    assert await office.counts(one) == {"sent": 3}
    assert await office.state(one) == DONE
    await office.house.restart()
    await office.house.settle()
    assert [len(heard(world, person.id)) for person in people] == [1, 1, 1, 0]


async def _overtaken(
    office: Office, world: World, people: list[Person], deed: Callable[[Round], Awaitable[None]]
) -> Round:
    """A round lies in the outbox while Telegram asks for patience; then this happens."""
    gate = Gate(world)
    await office.subscribe(*[Place(person.id) for person in people])
    one = await office.open()
    await office.until("queued", one, len(people))
    await deed(one)
    gate.open()
    await office.house.settle()
    return one


async def test_a_change_between_writing_and_sending_keeps_it_back(
    office: Office, world: World, people: list[Person]
) -> None:
    async def change(one: Round) -> None:
        await office.do(lambda: office.tables.rounds.void("x:"))

    one = await _overtaken(office, world, people, change)
    assert [heard(world, person.id) for person in people] == [[]] * 4
    assert await office.counts(one) == {"void": 4}


async def test_the_control_a_sender_that_does_not_ask_sends_what_was_cancelled(
    office: Office, world: World, people: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def go(self: Deliveries, letter: str, now: int) -> Still:
        return Still.GO

    monkeypatch.setattr(Deliveries, "still", go)

    async def change(one: Round) -> None:
        await office.do(lambda: office.tables.rounds.void("x:"))

    await _overtaken(office, world, people, change)
    assert [heard(world, person.id) for person in people] == [["x:1"]] * 4


async def test_who_unsubscribes_between_writing_and_sending_is_not_told(
    office: Office, world: World, people: list[Person]
) -> None:
    async def leave(one: Round) -> None:
        await office.do(lambda: office.tables.subscriptions.end_all(Place(people[0].id)))

    one = await _overtaken(office, world, people, leave)
    assert [len(heard(world, person.id)) for person in people] == [0, 1, 1, 1]
    assert await office.counts(one) == {"void": 1, "sent": 3}


async def test_a_pause_holds_back_what_lies_in_the_outbox_and_all_of_it_goes_on_after(
    office: Office, world: World, people: list[Person]
) -> None:
    async def pause(one: Round) -> None:
        await office.turn(one, PAUSED)

    one = await _overtaken(office, world, people, pause)
    assert [heard(world, person.id) for person in people] == [[]] * 4
    assert await office.counts(one) == {"waiting": 4}
    await office.turn(one, RUNNING)
    await office.house.settle()
    assert [heard(world, person.id) for person in people] == [["x:1"]] * 4


async def test_who_blocked_the_bot_is_tried_once_until_they_speak(
    office: Office, world: World, people: list[Person]
) -> None:
    dara = people[0]
    world.block(dara)
    await office.house.settle()
    await office.subscribe(*[Place(person.id) for person in people])
    first = await office.open()
    await office.house.settle()
    second = await office.open(Round(BROADCAST, "x:2", "x:2", ("news",), content=WORDS))
    await office.house.settle()
    assert tries(world, dara.id) == [403]
    assert await office.counts(first) == {"gone": 1, "sent": 3}
    assert await office.counts(second) == {"sent": 3}
    world.unblock(dara)
    await office.house.talk(dara).say("/help")
    await office.open(Round(BROADCAST, "x:3", "x:3", ("news",), content=WORDS))
    await office.house.settle()
    assert heard(world, dara.id)[-1] == "x:3"


async def test_a_chat_that_is_not_there_counts_as_gone_and_not_as_refused(office: Office, world: World) -> None:
    await office.subscribe(Place(4_000_000_001))
    one = await office.open()
    await office.house.settle()
    assert await office.counts(one) == {"gone": 1}
    assert await office.do(lambda: office.tables.listeners.is_blocked(4_000_000_001))


async def test_an_answer_that_is_lost_once_is_counted_and_one_that_is_lost_always_is_unknown(
    office: Office, world: World, people: list[Person]
) -> None:
    dara, sok, *_ = people
    lost: Counter[int] = Counter()

    def fault(method: str, params: dict[str, Any]) -> Fault | None:
        if method != "sendMessage":
            return None
        lost[params["chat_id"]] += 1
        first = lost[params["chat_id"]] == 1
        return Fault(after_effect=True, cut=True) if params["chat_id"] == sok.id or first else None

    world.faults = fault
    await office.subscribe(Place(dara.id), Place(sok.id))
    one = await office.open()
    await office.house.settle()
    assert [len(heard(world, person.id)) for person in (dara, sok)] == [2, 5]
    assert await office.counts(one) == {"sent": 1, "unknown": 1, "again": 2}
    assert await office.state(one) == DONE


async def test_an_outage_leaves_few_unknown(office: Office, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.sender._LONGEST_PAUSE", 0.2)
    crowd = [world.add_person(f"Visitor {n}") for n in range(100)]
    for person in crowd:
        person.started = True
    calls: list[int] = []

    def fault(method: str, params: dict[str, Any]) -> Fault | None:
        if method == "sendMessage":
            calls.append(params["chat_id"])
        return Fault(status=502) if method == "sendMessage" else None

    world.faults = fault
    await office.subscribe(*[Place(person.id) for person in crowd])
    one = await office.open()
    async with asyncio.timeout(10):
        while len(calls) < 80:  # noqa: ASYNC110 - two programs; no one event says it
            await asyncio.sleep(0.005)
    world.faults = None
    await office.house.settle()
    counts = await office.counts(one)
    assert counts["sent"] + counts.get("unknown", 0) == 100
    assert counts.get("unknown", 0) <= 10


async def test_a_group_that_became_a_supergroup_is_told_there_and_stays_so(
    office: Office, world: World, people: list[Person]
) -> None:
    old, new = (world.add_group("Network", people=people) for _ in range(2))
    body = {
        "ok": False,
        "error_code": 400,
        "description": "Bad Request: group chat was upgraded to a supergroup chat",
        "parameters": {"migrate_to_chat_id": new.id},
    }
    upgraded = Fault(400, json.dumps(body).encode(), "application/json")
    world.faults = lambda method, params: upgraded if params.get("chat_id") == old.id else None
    await office.subscribe(Place(old.id))
    one = await office.open()
    await office.house.settle()
    assert heard(world, new.id) == ["x:1"]
    assert await office.counts(one) == {"sent": 1}
    await office.open(Round(BROADCAST, "x:2", "x:2", ("news",), content=WORDS))
    await office.house.settle()
    assert heard(world, new.id) == ["x:1", "x:2"]
    assert tries(world, old.id) == [400]


async def test_what_was_for_a_topic_that_is_gone_is_told_in_the_chat_from_then_on(
    office: Office, world: World, people: list[Person]
) -> None:
    forum = world.add_group("Network", people=people, topics=("General", "Deadlines"))
    await office.subscribe(Place(forum.id, 999))
    first = await office.open()
    await office.house.settle()
    await office.open(Round(BROADCAST, "x:2", "x:2", ("news",), content=WORDS))
    await office.house.settle()
    assert heard(world, forum.id) == ["x:1", "x:2"]
    assert tries(world, forum.id) == [400, 200, 200]
    assert await office.counts(first) == {"sent": 1}


async def test_somebody_who_asks_is_answered_before_what_waits_for_them(
    office: Office, world: World, people: list[Person]
) -> None:
    gate = Gate(world)
    dara, *_ = people
    await office.subscribe(*[Place(person.id) for person in people])
    one = await office.open()
    await office.until("queued", one, 4)
    world.say(dara, "/benchmark D")
    async with asyncio.timeout(10):
        while not world.settled():  # noqa: ASYNC110 - two programs; no one event says it
            await asyncio.sleep(0.005)
    gate.open()
    await office.house.settle()
    assert [text[:2] for text in heard(world, dara.id)] == ["D.", "x:"]


async def test_letters_whose_key_a_power_cut_took_are_written_anew_and_nobody_is_apologised_to(
    office: Office, world: World, people: list[Person]
) -> None:
    Gate(world)
    await office.subscribe(*[Place(person.id) for person in people])
    one = await office.open()
    await office.until("queued", one, 4)
    await office.house.stop()
    (office.house.settings.draft_keys_folder() / "draft.keys").unlink()
    world.faults = None
    await office.house.start()
    await office.house.settle()
    assert [heard(world, person.id) for person in people] == [["x:1"]] * 4
    assert await office.counts(one) == {"sent": 4}


# A storm


@dataclass
class Storm:
    """What goes wrong, and to whom."""

    dice: random.Random
    lost: set[int] = field(default_factory=set)
    """Chats whose answer was lost."""
    refused: Counter[int] = field(default_factory=Counter)
    """How often a deaf chat was tried."""
    deaf: set[int] = field(default_factory=set)
    patience: int = 0

    def __call__(self, method: str, params: dict[str, Any]) -> Fault | None:
        if method != "sendMessage":
            return None
        chat_id, chance = params["chat_id"], self.dice.random()
        if chance < 0.03 and chat_id not in self.deaf:
            self.lost.add(chat_id)
            return Fault(after_effect=True, cut=True)
        if chance > 0.997 and self.patience < 4:
            self.patience += 1
            return _patience()
        self.refused[chat_id] += chat_id in self.deaf
        return None


async def _prepare(home: Home, chats: list[int]) -> None:
    """These subscribe, and a round is open, before the bot lives."""
    home.data.mkdir(parents=True)
    for folder in (home.server_key.parent, home.draft_keys.parent):
        folder.mkdir(parents=True, exist_ok=True)
    server, drafts = ServerKey.load(home.server_key, TODAY), DraftKeys.load(home.draft_keys, TODAY)
    database = await Database.open(home.data / "sangket.db")
    tables = Tables.over(database, server, drafts, None)
    await identity.recognise(database, server)

    async def work() -> None:
        for chat_id in chats:
            await tables.subscriptions.begin(Place(chat_id), "news", AWAKE)
        await tables.rounds.open(NEWS, TODAY)

    await database.write(work)
    await database.close()


async def _counts(home: Home) -> dict[str, int]:
    async with repositories(home) as (database, tables, _):
        [one] = await database.write(lambda: tables.rounds.of("x:"))
        counts = await database.write(lambda: tables.deliveries.counts([one.id]))
        return counts | {one.state: -1}


async def _in_the_air(home: Home, storm: Storm, chats: list[int]) -> set[int]:
    """Chats whose message had come, or been refused, although nothing says so."""
    async with repositories(home) as (database, tables, _):
        [one] = await database.write(lambda: tables.rounds.of("x:"))
        states = await database.write(lambda: tables.deliveries.states(one.id))
        ends = {n: states.get(tables.listeners.mark(Place(n))) for n in chats}
    came = {n for n in chats if heard(home.world, n) and ends[n] != "sent"}
    return came | {n for n in chats if storm.refused[n] and ends[n] != "gone"}


async def test_2000_subscribers_three_in_ten_deaf_lost_answers_429s_and_four_kills(tmp_path: Path) -> None:
    world = World(pace=False, seed=1)
    people = [world.add_person(f"Visitor {n}") for n in range(2100)]
    for person in people:
        person.started = True
    subscribed, strangers = [one.id for one in people[:2000]], [one.id for one in people[2000:]]
    storm = Storm(random.Random(6), deaf=set(subscribed[:600]))
    for person in people[:600]:
        person.blocked = True
    world.faults = storm
    in_the_air: set[int] = set()
    async with serve(world) as url:
        home = Home(tmp_path, world, url)
        await _prepare(home, subscribed)
        for point, hit in (
            ("sender.posted", 150),
            ("sender.picked", 300),
            ("sender.recorded", 25),
            ("sender.posted", 400),
        ):
            async with Life(home, kill=(point, hit)) as life:
                assert await life.ended(30) < 0
            await asyncio.sleep(0.05)
            in_the_air |= await _in_the_air(home, storm, subscribed)
        async with Life(home) as life:
            await life.begun()
            async with asyncio.timeout(60):
                while (await _counts(home)).get(DONE) is None:  # noqa: ASYNC110 - two programs; no one event says it
                    await asyncio.sleep(0.2)
            assert await life.stop() == 0
    counts = await _counts(home)
    times = {chat_id: len(heard(world, chat_id)) for chat_id in subscribed + strangers}
    reachable = [chat_id for chat_id in subscribed if chat_id not in storm.deaf]
    assert all(times[chat_id] >= 1 for chat_id in reachable), "every reachable chat is served"
    assert not any(times[chat_id] for chat_id in strangers), "nobody who did not ask is touched"
    doubled = {chat_id for chat_id in reachable if times[chat_id] > 1}
    assert doubled <= storm.lost | in_the_air, "doubles only for what was in the air"
    assert storm.lost & set(reachable) <= doubled, "the control: a lost answer does double"
    assert (counts["sent"] + counts.get("unknown", 0), counts["gone"]) == (1400, 600)
    tried_again = {chat_id for chat_id, count in storm.refused.items() if count > 1}
    assert tried_again <= in_the_air, "who blocked the bot is tried once, but for what was in the air"
    assert storm.patience > 0
    print(f"{len(doubled)} doubled, {len(in_the_air)} in the air at a kill, {len(tried_again)} deaf ones tried again")
