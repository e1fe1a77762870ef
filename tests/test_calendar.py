"""/calendar: everybody gets what is due as a file, as it stands when it leaves, and only members the network's own days."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import partial

import pytest
from backstage import Backstage
from conftest import House
from reading_story import content
from refs import keyboard

from bot.talk import Seen, Talk
from sandbox.records import Fault
from sandbox.world import World
from storage.deadlines import Deadline
from storage.listeners import Listener, Place, Profile
from storage.members import Role
from storage.tables import Tables

NOON = dt.datetime(2026, 11, 23, 5, tzinfo=dt.UTC)
CALL = Deadline("Call for information 2027", "2027-05-15", "Europe/Zurich", internal="2027-05-01")
OTHER = Deadline("Side event", "2027-04-01", "Europe/Zurich", "17:00")


@pytest.fixture(autouse=True)
def monday_noon(world: World) -> None:
    """In Phnom Penh, before the bot starts."""
    world.advance(NOON - world.clock())


class Shelf:
    """What coordinators entered."""

    def __init__(self, house: House) -> None:
        self._backstage = Backstage(house)
        self.tables: Tables = self._backstage.tables

    async def add(self, deadline: Deadline) -> Deadline:
        return await self._backstage.do(partial(self.tables.deadlines.add, deadline))

    async def change(self, deadline: Deadline) -> Deadline:
        return await self._backstage.do(partial(self.tables.deadlines.change, deadline))

    async def keep(self, listener: Listener) -> None:
        await self._backstage.do(partial(self.tables.listeners.keep, listener))


@pytest.fixture
def shelf(house: House) -> Shelf:
    return Shelf(house)


def fail_once(world: World, fault: Fault) -> None:
    """The next document is answered so, and those after it as ever."""
    planned = [fault]
    world.faults = lambda method, params: planned.pop() if method == "sendDocument" and planned else None


def over(world: World) -> Fault:
    """Telegram cannot be reached for a moment, in which the cut-off passes."""
    world.advance(dt.timedelta(seconds=5))
    return Fault.flood(1)


def files(seen: list[Seen]) -> list[Seen]:
    return [one for one in seen if "document" in one.message]


def lines(world: World, seen: list[Seen]) -> list[str]:
    """What stands in the one file that came."""
    [file] = files(seen)
    assert file.message["document"]["file_name"] == "dates.ics"
    return content(world, file.message).replace(b"\r\n ", b"").decode().split("\r\n")


def uids(world: World, seen: list[Seen]) -> set[str]:
    return {line.removeprefix("UID:") for line in lines(world, seen) if line.startswith("UID:")}


# What comes


async def test_everybody_gets_what_is_due_as_a_file(world: World, dara: Talk, shelf: Shelf) -> None:
    call, other = await shelf.add(CALL), await shelf.add(OTHER)
    seen = await dara.say("/calendar")
    assert uids(world, seen) == {f"{call.id}-cutoff@sangket", f"{other.id}-cutoff@sangket"}
    [file] = files(seen)
    document = file.message["document"]
    assert file.text.startswith("📅 Dates for your calendar")
    assert [button["callback_data"] for button in keyboard(file)] == ["dl", "sb:new"]
    assert document["mime_type"].startswith("text/calendar")


async def test_a_khmer_reader_gets_khmer_in_and_below_the_file(world: World, sok: Talk, shelf: Shelf) -> None:
    await shelf.add(CALL)
    seen = await sok.say("/calendar")
    assert "SUMMARY:ថ្ងៃចុងក្រោយ៖ Call for information 2027" in lines(world, seen)
    assert "កាលបរិច្ឆេទសម្រាប់ប្រតិទិន" in files(seen)[0].text


async def test_the_button_of_one_brings_that_one(world: World, dara: Talk, shelf: Shelf) -> None:
    call = await shelf.add(CALL)
    await shelf.add(OTHER)
    await dara.say("/start")
    seen = await dara.tap(f"cal:{call.id}")
    assert uids(world, seen) == {f"{call.id}-cutoff@sangket"}
    assert [one.text for one in seen if one.kind == "toast"] == ["The file is on its way."]


async def test_the_button_of_all_brings_all(world: World, dara: Talk, shelf: Shelf) -> None:
    await shelf.add(CALL)
    await shelf.add(OTHER)
    await dara.say("/start")
    assert len(uids(world, await dara.tap("cal"))) == 2


async def test_with_nothing_ahead_that_is_said_and_leads_on(dara: Talk, shelf: Shelf) -> None:
    await shelf.add(replace(CALL, day="2026-11-20", internal=""))
    [said] = await dara.say("/calendar")
    assert "There is no date for a calendar now" in said.text
    assert [button["callback_data"] for button in keyboard(said)] == ["dl", "home"]
    await dara.say("/start")
    [pressed] = await dara.tap("cal")
    assert pressed.text == said.text


async def test_a_cancellation_reaches_the_calendars_that_have_the_date(world: World, dara: Talk, shelf: Shelf) -> None:
    await shelf.add(replace(CALL, cancelled=True))
    assert "STATUS:CANCELLED" in lines(world, await dara.say("/calendar"))


async def test_what_is_over_when_the_file_leaves_is_said_in_its_place(world: World, dara: Talk, shelf: Shelf) -> None:
    call = await shelf.add(CALL)
    world.advance(dt.datetime(2027, 5, 15, 21, 59, 59, tzinfo=dt.UTC) - world.clock())
    asked = await dara.say("/calendar")
    assert uids(world, asked) == {f"{call.id}-cutoff@sangket"}, "control"
    world.faults = lambda method, params: over(world) if method == "sendDocument" else None
    [said] = await dara.say("/calendar")
    assert "no date is ahead any more" in said.text


async def test_the_button_of_one_that_is_not_there_is_from_an_older_version(dara: Talk, shelf: Shelf) -> None:
    await shelf.add(CALL)
    await dara.say("/start")
    [toast] = await dara.tap("cal:00000000")
    assert (toast.kind, "older version" in toast.text) == ("toast", True)


async def test_it_reminds_when_the_chat_is_reminded(world: World, dara: Talk, shelf: Shelf) -> None:
    await shelf.add(OTHER)
    at_home = [line for line in lines(world, await dara.say("/calendar")) if line.startswith("TRIGGER")]
    profile = Profile("Europe/Zurich", 22, 9)
    await shelf.keep(Listener(Place(dara.chat.id), profile))
    in_geneva = [line for line in lines(world, await dara.say("/calendar")) if line.startswith("TRIGGER")]
    assert at_home[-1] == "TRIGGER;VALUE=DATE-TIME:20270401T010000Z"
    assert in_geneva[-1] == "TRIGGER;VALUE=DATE-TIME:20270401T070000Z"


# For whom


async def test_a_member_in_private_also_gets_the_networks_own_day_and_nobody_else_does(
    world: World, house: House, shelf: Shelf
) -> None:
    call = await shelf.add(CALL)
    own = f"{call.id}-own@sangket"
    member, visitor = world.add_person("Sophea"), world.add_person("Visal")
    await house.admit(member, Role.MONITOR)
    group = world.add_group("Network", people=(member, visitor), bot=True)
    assert own in uids(world, await house.talk(member).say("/calendar"))
    for talk in (house.talk(visitor), house.talk(visitor, group), house.talk(member, group)):
        seen = uids(world, await talk.say("/calendar"))
        assert seen == {f"{call.id}-cutoff@sangket"}


async def test_who_loses_the_role_while_the_file_waits_does_not_get_that_day(
    world: World, house: House, shelf: Shelf
) -> None:
    call = await shelf.add(CALL)
    person = world.add_person("Sophea")
    await house.admit(person, Role.MONITOR)
    talk = house.talk(person)

    async def asked() -> list[Seen]:
        fail_once(world, Fault.flood(1))
        return await talk.say("/calendar")

    assert f"{call.id}-own@sangket" in uids(world, await asked()), "control"
    await Backstage(house).revoke(person)
    assert uids(world, await asked()) == {f"{call.id}-cutoff@sangket"}


async def test_in_a_forum_the_file_comes_into_the_topic_in_which_it_was_asked_for(
    world: World, house: House, shelf: Shelf
) -> None:
    await shelf.add(CALL)
    person = world.add_person("Chanthy")
    group = world.add_group("Network", people=(person,), topics=("General", "Queue"), bot=True)
    topic = max(group.topics)
    talk = house.talk(person, group)
    [file] = files(await talk.say("/calendar", thread_id=topic))
    assert file.message["message_thread_id"] == topic
    [in_general] = files(await talk.say("/calendar"))
    assert "message_thread_id" not in in_general.message
    talk.last = file
    [again] = files(await talk.tap("cal"))
    assert again.message["message_thread_id"] == topic


# As it stands when it leaves


async def test_a_change_updates_what_was_fetched_before(world: World, dara: Talk, shelf: Shelf) -> None:
    call = await shelf.add(CALL)
    before = lines(world, await dara.say("/calendar"))
    await shelf.change(replace(call, day="2027-05-20"))
    world.advance(dt.timedelta(seconds=2))
    after = lines(world, await dara.say("/calendar"))
    assert f"UID:{call.id}-cutoff@sangket" in before
    assert f"UID:{call.id}-cutoff@sangket" in after
    assert ("SEQUENCE:1" in before, "SEQUENCE:2" in after) == (True, True)
    assert ("DTSTART;VALUE=DATE:20270515" in before, "DTSTART;VALUE=DATE:20270520" in after) == (True, True)


async def test_when_telegram_does_not_take_the_file_that_is_said(world: World, dara: Talk, shelf: Shelf) -> None:
    await shelf.add(CALL)
    fail_once(world, Fault.no(400, "Bad Request: wrong file"))
    [said] = await dara.say("/calendar")
    assert "I could not send the file" in said.text
