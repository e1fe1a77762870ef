"""What somebody does who means harm and knows the source: one of the team, somebody who was, or who has the disk."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from functools import partial

import pytest
from backstage import Backstage
from conftest import House
from incident_story import Teller, at_noon, later, rows
from queue_story import Colleague, Office, colleague, datas, listed
from reading_story import Reader, put_key, told, with_files
from test_courier import SlowUpload, until

from bot.talk import Talk
from forms.case_news import FAMILY, HELD
from forms.moment import Moment
from sandbox.app import create_app
from sandbox.records import Fault
from sandbox.world import World
from storage.case_entries import CaseEntry
from storage.members import Role
from storage.proposals import Kind
from storage.reviews import Went

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
CASE = "trial-2022-08-10"


@pytest.fixture
async def office(house: House, world: World) -> Office:
    at_noon(world)
    return Office(house)


@pytest.fixture
async def lotus(house: House, office: Office) -> Colleague:
    """A coordinator who means harm."""
    return await colleague(house, "Lin", Role.COORDINATOR)


@pytest.fixture
async def teak(house: House, office: Office) -> Colleague:
    """A coordinator."""
    return await colleague(house, "Tola", Role.COORDINATOR)


@pytest.fixture
async def admin(house: House, office: Office) -> Colleague:
    return await colleague(house, "Arun", Role.ADMIN)


# That others cannot work


async def test_what_somebody_closed_who_was_revoked_can_be_taken_on_by_another(
    office: Office, lotus: Colleague, teak: Colleague, admin: Colleague
) -> None:
    await office.came("R-7F3K")
    await lotus.say("/queue R-7F3K")
    await lotus.press("r:claim:R-7F3K")
    await office.keep(replace(await office.of("R-7F3K"), state="closed"))
    await admin.say(f"/revoke {lotus.handle}")
    await admin.press(f"tm:ry:{lotus.handle}")
    assert "r:claim:R-7F3K" in datas(await teak.say("/queue R-7F3K"))
    await teak.press("r:claim:R-7F3K")
    assert (await office.of("R-7F3K")).claimed_by == teak.handle


async def test_an_admin_takes_what_is_closed_off_who_closed_it(
    office: Office, lotus: Colleague, teak: Colleague, admin: Colleague
) -> None:
    await office.came("R-7F3K", claimed_by=lotus.handle, state="closed")
    await admin.say("/queue R-7F3K")
    await admin.press("r:release:R-7F3K")
    await teak.say("/queue R-7F3K")
    await teak.press("r:claim:R-7F3K")
    assert (await office.of("R-7F3K")).claimed_by == teak.handle


async def test_whoever_claims_and_releases_again_and_again_does_not_silence_what_waits(
    office: Office, house: House, world: World, lotus: Colleague, teak: Colleague
) -> None:
    await later(house, HOUR)
    await office.came("R-7F3K", urgency="hours")
    await later(house, HOUR)
    before = len(teak.heard())
    for _ in range(30):
        await lotus.tap("r:claim:R-7F3K")
        await lotus.tap("r:release:R-7F3K")
        await later(house, HOUR)
    assert [one for one in teak.heard()[before:] if "R-7F3K" in one]


async def test_twenty_proposals_of_one_editor_hide_no_other(
    office: Office, house: House, lotus: Colleague, teak: Colleague
) -> None:
    await office.came("R-7F3K")
    proposals, now = Backstage(house).tables.proposals, int(house.world.clock().timestamp())
    editor = await colleague(house, "Eng", Role.EDITOR)
    for n in range(30):
        await office.do(partial(proposals.propose, Kind.CASE, f"{CASE}/{n:06}", {}, editor.handle, now))
    one = await office.do(lambda: proposals.propose(Kind.CONFIRM, "R-7F3K", {}, lotus.handle, now + 1))
    seen = await teak.say("/approvals")
    found = set(datas(seen))
    for _ in range(5):
        turns = [data for data in datas(seen) if data.startswith("prs:")]
        for data in turns[-1:]:
            seen = (await teak.press(data))[-1] if data in datas(teak.talk.last) else seen
            found |= set(datas(teak.talk.last))
    assert f"pr:{one.id}" in found


# That a reporter's word is not heard


async def test_however_often_it_was_opened_everybody_hears_that_it_was_withdrawn(
    house: House, world: World, dara: Talk
) -> None:
    at_noon(world)
    await put_key(house)
    teller = Teller(house, dara)
    receipt = await teller.hand_in()
    [(reference,)] = rows(house, "SELECT reference FROM incidents")
    reader = await Reader.admitted(house, "Vanna")
    await reader.claim(reference)
    office = Office(house)
    review = await office.of(reference)
    went = tuple(Went("opened", f"Kingfisher-{n}", "2026-11-24") for n in range(200))
    await office.keep(replace(review, went=went))
    await teller.do(receipt, "mb:withdraw", "mb:withdraw:yes")
    assert any("was withdrawn" in one for one in reader.texts().split("\n")), "it did not fit a message"
    assert "Where it went" in (await reader.talk.say(f"/queue {reference}"))[-1].text


async def test_pressing_read_a_hundred_times_makes_the_review_no_longer(house: House, world: World) -> None:
    await put_key(house)
    reference = await told(house, world)
    reader = await Reader.admitted(house, "Vanna")
    await reader.claim(reference)
    for _ in range(20):
        await reader.tap(f"rd:{reference}")
        world.advance(dt.timedelta(seconds=30))
    review = await Office(house).of(reference)
    assert len(review.went) == 1
    assert len([one for one in await Office(house).acts() if one[1] == "opened"]) == 20, "each is written down"


async def test_an_incident_without_a_way_to_its_reporter_can_be_read(house: House, world: World) -> None:
    await put_key(house)
    reference = await told(house, world)
    office = Office(house)
    review = await office.of(reference)
    await office.keep(replace(review, head=replace(review.head, reply_to="")))
    reader = await Reader.admitted(house, "Vanna")
    await reader.claim(reference)
    assert "Only for you" in (await reader.read(reference))[0].text


# What is on its way


async def asked_in_vain(house: House, reader: Reader, *presses: str) -> None:
    """Press these while Telegram takes nothing: what is to be sent waits in the outbox."""
    world, number = reader.world, max(reader.messages())
    silent = Fault(502, b"", "text/plain")
    world.faults = lambda method, params: silent if method.startswith("send") else None
    for data in presses:
        world.tap(reader.talk.person, number, data=data, chat=reader.talk.chat)
        world.advance(dt.timedelta(seconds=2))
    waiting = "SELECT count(*) FROM outbox WHERE state = 'ready'"
    await until(lambda: rows(house, waiting)[0][0] >= len(presses))


async def heard_again(house: House, reader: Reader) -> None:
    """Telegram takes again what it is sent, once nothing that was tried before is in the air."""
    assert house._bot is not None
    sender = house._bot._sender
    await until(lambda: not sender._tasks)
    reader.world.faults = lambda method, params: None
    await house.settle()


@pytest.mark.parametrize("revoked", [True, False])
async def test_what_waits_in_the_outbox_for_somebody_who_was_revoked_is_not_sent(
    house: House, world: World, revoked: bool
) -> None:
    await put_key(house)
    reference = await told(house, world, **with_files(house, world))
    reader = await Reader.admitted(house, "Vanna")
    await reader.claim(reference)
    await asked_in_vain(house, reader, f"rd:{reference}", f"rd:file:{reference}:1", f"rd:bundle:{reference}")
    if revoked:
        await Backstage(house).revoke(reader.talk.person)
    await heard_again(house, reader)
    assert len(reader.documents()) == (0 if revoked else 2)
    assert ("kanarya" in reader.texts()) is not revoked, "the other way round is the control"


@pytest.mark.parametrize("withdrawn", [True, False])
async def test_a_file_of_an_incident_that_was_withdrawn_is_not_sent(
    house: House, world: World, withdrawn: bool
) -> None:
    await put_key(house)
    reference = await told(house, world, **with_files(house, world))
    reader = await Reader.admitted(house, "Vanna")
    await reader.claim(reference)
    await asked_in_vain(house, reader, f"rd:file:{reference}:1")
    if withdrawn:
        backstage = Backstage(house)
        await backstage.do(lambda: backstage.tables.incidents.withdraw(reference))
    await heard_again(house, reader)
    assert len(reader.documents()) == (0 if withdrawn else 1)


# What the disk tells


async def test_the_disk_does_not_tell_that_somebody_reaches_a_prisoner(house: House, world: World) -> None:
    at_noon(world)
    editor = await colleague(house, "Eng", Role.EDITOR)
    backstage = Backstage(house)

    def entry(kind: str, day: str) -> CaseEntry:
        when = Moment(dt.datetime.fromisoformat(day), "day").to_json()
        return CaseEntry(CASE, kind, when, "a source", editor.handle, published_on="2026-11-20")

    today = world.clock().date()
    held, contact = (today - dt.timedelta(days=100)).isoformat(), (today - dt.timedelta(days=20)).isoformat()
    await backstage.do(lambda: backstage.tables.case_entries.add(entry(HELD, held)))
    await backstage.do(lambda: backstage.tables.case_entries.add(entry(FAMILY, contact)))
    before = len(editor.heard())
    await later(house, DAY)
    assert len(editor.heard()) > before, "control: the editor is reminded"
    said = " ".join(str(one) for one in rows(house, "SELECT * FROM nudges"))
    ids = [one for (one,) in rows(house, "SELECT id FROM case_entries")]
    assert "family" not in said
    assert CASE not in str(rows(house, "SELECT * FROM case_entries")), "some of a case is for members alone"
    assert not [one for one in ids if one in said]


# What the audit says


async def test_the_audit_says_who_got_what_was_exported(
    office: Office, house: House, lotus: Colleague, teak: Colleague
) -> None:
    await office.came("R-7F3K", finding="0101")
    await lotus.say("/export")
    await lotus.press("ex:confirmed")
    await teak.say("/approvals")
    await teak.press(next(one for one in datas(teak.talk.last) if one.startswith("pr:")))
    await teak.press(next(one for one in datas(teak.talk.last) if one.startswith("pr:y:")))
    assert [(who, on) for who, act, on in await office.acts() if act == "fetched"] == [(lotus.handle, "R-7F3K")]


async def test_whoever_asks_for_many_files_does_not_keep_those_of_reporters_from_being_fetched(
    house: House, world: World
) -> None:
    wire = SlowUpload(create_app(world))
    house.wire = wire
    await put_key(house)
    reference = await told(house, world, **with_files(house, world))
    reader = await Reader.admitted(house, "Vanna")
    await reader.claim(reference)
    for n in range(8):
        world.tap(reader.talk.person, 1, data=f"rd:file:{reference}:{n % 2 + 1}", chat=reader.talk.chat)
    await until(lambda: wire.under_way > 0)
    teller = Teller(house, house.talk(world.add_person("Dara")))
    person = teller.person
    for deed in ("/incident", "in:go", "f:c:category:arrest", "f:c:children:no"):
        said = world.say(person, deed) if deed.startswith("/") else world.tap(person, 1, data=deed, chat=None)
        assert said is not None
        world.advance(dt.timedelta(seconds=2))
        await asyncio.sleep(0.1)
    teller.file()()
    await until(lambda: any("Taken in" in one.get("text", "") for one in teller.messages().values()))
    assert reader.documents() == [], "control: what the reviewer asked for is still under way"
    wire.go.set()
    await house.settle()
    assert len(reader.documents()) == 8


async def test_an_incident_from_before_there_were_reviews_stands_in_the_queue(
    office: Office, house: House, lotus: Colleague
) -> None:
    await office.came("R-7F3K")
    await house.stop()
    with closing(sqlite3.connect(house.database)) as database, database:
        database.execute("DELETE FROM reviews")
    await house.start()
    await later(house, HOUR)
    assert listed(await lotus.say("/queue")) == ["R-7F3K"]


async def test_when_the_room_takes_no_message_each_coordinator_is_told(
    office: Office, house: House, world: World, lotus: Colleague
) -> None:
    group = world.add_group("Team", people=[lotus.person])
    await office.meet_in(group)
    refusal = {
        "ok": False,
        "error_code": 400,
        "description": "Bad Request: not enough rights to send text messages to the chat",
    }
    fault = Fault(400, json.dumps(refusal).encode(), "application/json")
    world.faults = lambda method, params: (
        fault if method == "sendMessage" and params.get("chat_id") == group.id else None
    )
    await later(house, HOUR)
    await office.came("R-7F3K", urgency="hours")
    await later(house, HOUR)
    await later(house, HOUR)
    assert any("R-7F3K" in one for one in lotus.heard())


async def test_pressing_one_button_again_and_again_wakes_the_others_once(
    office: Office, lotus: Colleague, teak: Colleague
) -> None:
    await office.came("R-7F3K", finding="0101")
    await lotus.say("/export")
    before = len(teak.heard())
    for _ in range(10):
        await lotus.tap("ex:confirmed")
    assert len(teak.heard()) == before + 1
    assert len([one for one in await office.acts() if one[1] == "proposed"]) == 1
    await office.came("R-AAA2", finding="0101")
    await lotus.tap("ex:confirmed")
    assert len(teak.heard()) == before + 2, "control: something else is something new"


async def test_what_its_reporter_withdrew_is_never_taken_on_again(office: Office, lotus: Colleague) -> None:
    """The control of what may be claimed although it is closed."""
    await office.came("R-7F3K", claimed_by=lotus.handle)
    await office.withdraw("R-7F3K")
    review = await office.of("R-7F3K")
    await office.keep(replace(review, claimed_by=""))
    await lotus.tap("r:claim:R-7F3K")
    assert (await office.of("R-7F3K")).claimed_by == ""
