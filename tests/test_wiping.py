"""/wipe deletes whatever can be deleted, at any moment, and says what could not be."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest
from conftest import House
from incident_story import VOICE, Teller, blobs, count, incidents, later

from bot.talk import Talk
from sandbox.records import Fault
from sandbox.world import World

SECRET = "the red house by the river"
NO = b'{"ok":false,"error_code":400,"description":"Bad Request: message can\'t be deleted for everyone"}'


@pytest.fixture
def teller(house: House, dara: Talk) -> Teller:
    return Teller(house, dara)


def refuse_deleting(world: World) -> None:
    """From now on Telegram deletes nothing for this bot."""
    world.faults = lambda method, _: Fault(400, NO, "application/json") if method.startswith("deleteMess") else None


@pytest.mark.parametrize("moment", ["before", "account", "when", "review", "handed in"])
async def test_wipe_deletes_everything_at_any_moment(house: House, teller: Teller, moment: str) -> None:
    await teller.do("/benchmark D", "/incident", "in:help")
    if moment == "handed in":
        await teller.hand_in(account=(SECRET, "f:ok:account"))
    elif moment != "before":
        await teller.tell(moment, account=(SECRET, teller.file("voice", VOICE), "f:ok:account"))
    await teller.do("/help")
    assert len(teller.messages()) > 2  # the control
    [done] = await teller.do("/wipe")
    [left] = teller.messages().values()
    assert left["text"] == done.text
    assert (count(house, "drafts"), count(house, "evidence")) == (0, 0)
    assert "too old" not in done.text
    await later(house, dt.timedelta(seconds=20))
    assert blobs(house) == {}


async def test_wipe_by_the_button_below_the_receipt_takes_the_receipt_along(house: House, teller: Teller) -> None:
    receipt = await teller.hand_in()
    await teller.do("wipe")
    assert receipt not in json.dumps(list(teller.messages().values()))
    assert len(teller.messages()) == 1
    assert len(incidents(house)) == 1  # what was handed in stays


async def test_wipe_says_that_telegram_and_the_phone_may_keep_copies(teller: Teller) -> None:
    [done] = await teller.do("/wipe")
    assert "last 48 hours" in done.text
    assert "Telegram's servers may still keep copies" in done.text
    assert len(teller.messages()) == 1


async def test_what_is_older_than_48_hours_stays_and_it_is_said(teller: Teller) -> None:
    await teller.do("/benchmark D", "/benchmark E")
    old = set(teller.messages())
    teller.world.advance(dt.timedelta(hours=49))
    await teller.do("/benchmark F")
    seen = await teller.do("/wipe")
    assert any("too old for me" in one.text for one in seen)
    assert set(teller.messages()) == old | {one.message["message_id"] for one in seen}


@pytest.mark.parametrize("hours", [40, 47])
async def test_what_is_younger_than_48_hours_can_be_deleted_also_after_midnights(
    house: House, teller: Teller, hours: int
) -> None:
    await teller.do("/benchmark D")
    for _ in range(hours):
        await later(house, dt.timedelta(hours=1))
    seen = await teller.do("/wipe")
    assert not [one for one in seen if "too old" in one.text]
    assert len(teller.messages()) == 1


async def test_wipe_after_days_still_says_that_older_messages_stay(house: House, teller: Teller) -> None:
    await teller.do("/benchmark D")
    for _ in range(4):
        await later(house, dt.timedelta(days=1))
    seen = await teller.do("/wipe")
    assert any("the last 48 hours" in one.text for one in seen)
    assert any("delete this chat" in one.text for one in seen)


async def test_what_telegram_refuses_to_delete_is_said(house: House, teller: Teller) -> None:
    await teller.tell("when")
    refuse_deleting(teller.world)
    seen = await teller.do("/wipe")
    teller.world.faults = None
    assert any("delete this chat yourself" in one.text for one in seen)
    assert count(house, "drafts") == 0


async def test_where_telegram_refused_it_does_not_claim_to_have_deleted(teller: Teller) -> None:
    await teller.tell("when")
    refuse_deleting(teller.world)
    seen = await teller.do("/wipe")
    teller.world.faults = None
    assert not [one.text for one in seen if re.search(r"deleted \d+ messages", one.text)]


async def test_what_telegram_refuses_to_delete_after_sending_is_said(house: House, teller: Teller) -> None:
    await teller.tell()
    refuse_deleting(teller.world)
    seen = await teller.do("f:send")
    teller.world.faults = None
    assert any("delete this chat yourself" in one.text for one in seen)
    assert any("Your receipt" in one.text for one in seen)
    assert len(incidents(house)) == 1


async def test_a_file_that_is_still_on_the_way_is_wiped_as_well(house: House, teller: Teller) -> None:
    await teller.tell("account")

    def at_once() -> None:
        teller.file("voice", VOICE)()
        teller.world.say(teller.person, "/wipe")

    await teller.do(at_once)
    await later(house, dt.timedelta(seconds=20))
    assert (count(house, "drafts"), count(house, "evidence"), blobs(house)) == (0, 0, {})
    assert len(teller.messages()) == 1


async def test_more_than_a_hundred_messages_are_deleted(teller: Teller) -> None:
    for _ in range(55):
        await teller.do("/help")
    assert len(teller.messages()) == 110  # the control
    await teller.do("/wipe")
    assert len(teller.messages()) == 1


async def test_one_person_wipes_only_their_own_chat(house: House, world: World, teller: Teller) -> None:
    other = Teller(house, house.talk(world.add_person("Vanna")))
    await other.tell("when")
    before = len(other.messages())
    await teller.do("/help", "/wipe")
    assert len(other.messages()) == before
    await other.do("/incident")
    assert other.asked == "when"


async def test_wipe_works_after_a_restart(house: House, teller: Teller) -> None:
    await teller.tell("when")
    await house.restart()
    await teller.do("/wipe")
    assert len(teller.messages()) == 1


async def test_a_language_that_was_chosen_survives_wiping(teller: Teller) -> None:
    await teller.do("/language", "lang:km", "/wipe")
    [home] = await teller.do("/start")
    assert re.search("[\u1780-\u17ff]", home.text)
