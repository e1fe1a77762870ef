"""One row that cannot be read stops nobody: the queue, the clock, the audit and everybody else go on."""

from __future__ import annotations

import datetime as dt
import json
import logging
import os
from dataclasses import replace
from typing import Any

import pytest
from backstage import Backstage
from conftest import House
from incident_story import Teller, later, rows
from queue_story import Colleague, Office, colleague, datas, listed

from bot.talk import Talk
from sandbox.world import World
from storage.database import Database
from storage.deadlines import Deadline
from storage.members import Role
from storage.proposals import Kind
from storage.rounds import BROADCAST, PAUSED, Round

DAY = dt.timedelta(days=1)


@pytest.fixture
async def kim(house: House) -> Colleague:
    """A coordinator."""
    return await colleague(house, "Kim", Role.COORDINATOR)


@pytest.fixture
async def vanna(house: House, kim: Colleague) -> Colleague:
    """Another coordinator, who is also an admin."""
    return await colleague(house, "Vanna", Role.ADMIN)


@pytest.fixture
def errors(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """What is logged as an error."""
    caplog.set_level(logging.ERROR, logger="sangket")
    return caplog


def _events(errors: pytest.LogCaptureFixture) -> list[tuple[str, Any]]:
    """(event, table) of each."""
    return [(one.getMessage(), getattr(one, "fields", {}).get("table")) for one in errors.records]


async def _break(house: House, table: str, column: str, where: str = "1", value: bytes | None = None) -> None:
    """Flip a bit in the middle of this column, in every row that fits; or put something else there."""
    assert house._bot is not None
    database: Database = house._bot._worker._database

    async def work() -> None:
        found = await database.read(
            f"SELECT rowid_of, sealed FROM (SELECT {_KEYS[table]} AS rowid_of, {column} AS sealed FROM {table} WHERE {where})"
        )
        assert found, "there is nothing to break"
        for key, sealed in found:
            whole = bytearray(sealed)
            whole[len(whole) // 2] ^= 16
            spoilt = bytes(whole) if value is None else value
            await database.execute(f"UPDATE {table} SET {column} = ? WHERE {_KEYS[table]} = ?", (spoilt, key))

    await database.write(work)


_KEYS = {
    "reviews": "reference",
    "members": "handle",
    "proposals": "id",
    "tellings": "id",
    "waiting": "chat",
    "audit": "n",
    "rooms": "kind",
    "invites": "hash",
    "replies": "number",
    "notes": "number",
    "case_entries": "id",
    "assessments": "id",
    "listeners": "place",
    "deadlines": "id",
    "rounds": "id",
    "published": "one",
}


async def _a_day_passes(house: House) -> None:
    """A tick on the same day, one within the next, and a start: whatever the clock does, it does."""
    await later(house, dt.timedelta(minutes=20))
    await later(house, DAY)
    await house.restart()
    await house.settle()


@pytest.mark.parametrize("value", [None, b"", b"\x00" * 64, b"\xff" * 2000], ids=["a bit", "empty", "zeros", "junk"])
async def test_a_review_that_cannot_be_read_leaves_the_queue_the_clock_and_the_others_as_they_are(
    house: House, kim: Colleague, vanna: Colleague, errors: pytest.LogCaptureFixture, value: bytes | None
) -> None:
    office = Office(house)
    await office.came("R-AAA2", urgency="hours")
    await office.came("R-BBB3", claimed_by=vanna.handle)
    await office.came("R-CCC4", duplicates=("R-AAA2",))
    await _break(house, "reviews", "sealed", "reference = 'R-AAA2'", value)
    assert sorted(listed(await kim.say("/queue"))) == ["R-BBB3", "R-CCC4"]
    gone, never = [(await kim.say(f"/queue {one}")).text for one in ("R-AAA2", "R-ZZZ9")]
    assert gone == never
    await kim.tap("r:claim:R-CCC4")
    for data in ("j:R-CCC4", "j:du:R-CCC4", "j:dx:R-CCC4:R-AAA2", "r:claim:R-AAA2", "rd:R-AAA2", "j:R-AAA2"):
        await kim.tap(data)
    await vanna.tap(f"tm:ry:{kim.handle}")
    assert (await office.of("R-CCC4")).claimed_by == ""
    assert "released" in (await vanna.say("/audit")).text
    assert errors.records == []
    await _a_day_passes(house)
    assert set(_events(errors)) == {("rows.unreadable", "reviews")}
    assert "R-AAA2" not in errors.text


async def test_a_reporter_withdraws_although_the_review_cannot_be_read(
    house: House, dara: Talk, kim: Colleague, errors: pytest.LogCaptureFixture
) -> None:
    teller = Teller(house, dara)
    receipt = await teller.hand_in(contact=("f:c:contact:here",))
    await _break(house, "reviews", "sealed")
    await _break(house, "tellings", "sealed")
    await teller.do(receipt, "mb:withdraw", "mb:withdraw:yes")
    assert [state for (state,) in rows(house, "SELECT state FROM incidents")] == ["withdrawn"]
    assert errors.records == []
    await _a_day_passes(house)
    assert errors.records == []


async def test_a_member_whose_address_cannot_be_read_is_passed_over_and_all_others_are_told(
    house: House, world: World, kim: Colleague, vanna: Colleague, errors: pytest.LogCaptureFixture
) -> None:
    await _break(house, "members", "address", f"handle = '{kim.handle}'")
    await Office(house).came("R-AAA2", urgency="hours")
    before = len(vanna.heard())
    await later(house, dt.timedelta(minutes=20))
    assert any("R-AAA2" in str(text) for text in vanna.heard()[before:])
    assert datas(await kim.say("/queue")), "who writes is answered all the same"
    await kim.tap("r:claim:R-AAA2")
    await vanna.tap("r:release:R-AAA2")
    await _a_day_passes(house)
    assert set(_events(errors)) == {("rows.unreadable", "members")}


async def test_a_proposal_that_cannot_be_read_is_none_and_the_same_can_be_proposed_again(
    house: House, kim: Colleague, vanna: Colleague, errors: pytest.LogCaptureFixture
) -> None:
    office, backstage = Office(house), Backstage(house)
    for reference in ("R-AAA2", "R-BBB3"):
        await office.came(reference, claimed_by=kim.handle)
        await _confirm(kim, reference)
    await _break(house, "proposals", "sealed", "subject = 'R-AAA2'")
    found = await vanna.say("/approvals")
    assert len([data for data in datas(found) if data.startswith("pr:")]) == 1
    [(broken,)] = rows(house, "SELECT id FROM proposals WHERE subject = 'R-AAA2'")
    await vanna.tap(f"pr:{broken}")
    await vanna.tap(f"pr:y:{broken}:{'0' * 16}")
    await kim.tap("j:re:R-AAA2:02")
    await _confirm(kim, "R-AAA2")
    proposals = await backstage.do(lambda: backstage.tables.proposals.open(int(house.world.now())))
    assert {(one.kind, one.subject) for one in proposals} == {(Kind.CONFIRM, "R-AAA2"), (Kind.CONFIRM, "R-BBB3")}
    for one in proposals:
        await vanna.tap(f"pr:y:{one.id}:{one.digest}")
    assert {(await office.of(one)).finding for one in ("R-AAA2", "R-BBB3")} == {"0101"}
    assert errors.records == []


async def _confirm(who: Colleague, reference: str) -> None:
    await who.tap(f"j:fi:{reference}:0101")
    await who.say("Two people told me.")
    await who.tap("f:send")


async def test_whom_to_tell_that_cannot_be_read_keeps_nobody_else_from_being_told(
    house: House, world: World, dara: Talk, kim: Colleague, errors: pytest.LogCaptureFixture
) -> None:
    first, second = Teller(house, dara), Teller(house, house.talk(world.add_person("Maly")))
    for teller in (first, second):
        await teller.hand_in(contact=("f:c:contact:here",))
    [(id_, _), *_] = rows(house, "SELECT id, sealed FROM tellings ORDER BY id")
    await _break(house, "tellings", "sealed", f"id = x'{bytes(id_).hex()}'")
    before = [len(one.messages()) for one in (first, second)]
    for (reference,) in rows(house, "SELECT reference FROM incidents"):
        await kim.tap(f"r:claim:{reference}")
        await kim.tap(f"an:{reference}")
        await kim.say("Please wait.")
        await kim.tap("f:send")
    told = [len(one.messages()) - n for one, n in zip((first, second), before, strict=True)]
    assert sorted(told) == [0, 1]
    await _a_day_passes(house)
    assert errors.records == []


async def test_an_entry_of_the_audit_that_cannot_be_read_says_so_and_the_rest_is_shown(
    house: House, kim: Colleague, vanna: Colleague, errors: pytest.LogCaptureFixture
) -> None:
    office = Office(house)
    for reference in ("R-AAA2", "R-BBB3", "R-CCC4"):
        await office.came(reference)
        await kim.tap(f"r:claim:{reference}")
    await _break(house, "audit", "sealed", "n = 2")
    shown = (await kim.say("/audit")).text
    assert "R-AAA2" in shown
    assert "R-CCC4" in shown
    assert "R-BBB3" not in shown
    await kim.tap("r:release:R-AAA2")
    assert "released R-AAA2" in (await kim.say("/audit")).text
    await _a_day_passes(house)
    assert set(_events(errors)) == {("rows.unreadable", "audit")}


@pytest.mark.parametrize(
    "table",
    [
        *("rooms", "invites", "case_entries", "assessments", "published", "notes", "replies"),
        *("listeners", "deadlines", "rounds"),
    ],
)
async def test_nothing_that_is_spoilt_elsewhere_stops_the_clock_or_an_answer(
    house: House, world: World, kim: Colleague, vanna: Colleague, errors: pytest.LogCaptureFixture, table: str
) -> None:
    column = {"rooms": "address", "listeners": "address"}.get(table, "sealed")
    await _fill(house, kim, vanna)
    await _break(house, table, column)
    for said in ("/queue", "/invite", "/team", "/statistics", "/approvals", "/benchmark B", "/case trial-2022-08-10"):
        assert (await kim.say(said)).text
    for said in ("/remind", "/remind D", "/subscriptions"):
        assert (await kim.say(said)).text
    for data in (
        "r:R-AAA2",
        "rd:R-AAA2",
        "j:R-AAA2",
        "as:B",
        "c:trial-2022-08-10",
        "iv",
        "st:benchmark",
        "sb:set",
        "sb",
    ):
        await kim.tap(data)
    await _a_day_passes(house)
    missed = ("rooms", "case_entries", "deadlines", "rounds")
    expected = {("rows.unreadable", table)} if table in missed else set()
    assert set(_events(errors)) == expected


async def _fill(house: House, kim: Colleague, vanna: Colleague) -> None:
    """A row in each of these tables."""
    office = Office(house)
    await office.came("R-AAA2", claimed_by=kim.handle, reply_to=house.office.recipients[0])
    await office.meet_in(house.world.add_group("Team", people=[kim.person]))
    for form, words in (("an:R-AAA2", "Please wait."), ("j:no:R-AAA2", "Call again.")):
        await kim.tap(form)
        await kim.say(words)
        await kim.tap("f:send")
    await kim.tap("iv:new:editor")
    await kim.tap("sb:on:case:trial-2022-08-10")
    await _subscribe(house)
    await kim.say("/statistics")
    for said in ("as:B:go", "f:c:own_grade:variable"):
        await kim.tap(said)
    await kim.say("It is written down.")
    for data in ("f:skip:other_sources", "f:skip:government", "f:send"):
        await kim.tap(data)
    [decide] = [data for data in datas(kim.talk.last) if ":yes:" in data]
    await kim.tap(decide)
    await _publish(house, kim, vanna)


async def _subscribe(house: House) -> None:
    """A deadline, and a broadcast about it that waits for its second person."""
    backstage = Backstage(house)
    tables, today = backstage.tables, house.world.clock().date()
    one = Round(BROADCAST, "b:1", "b:1", ("news",), state=PAUSED)
    await backstage.do(lambda: tables.deadlines.add(Deadline("A call", "2027-05-15", "Europe/Zurich")))
    await backstage.do(lambda: tables.rounds.open(one, today))


async def _publish(house: House, kim: Colleague, vanna: Colleague) -> None:
    await kim.tap("cn:trial-2022-08-10")
    await kim.tap("f:c:news:hearing")
    await kim.say("tomorrow 8 am")
    await kim.tap("f:yes:news_day")
    await kim.say("Room 3.")
    await kim.say("A lawyer.")
    await kim.tap("f:send")
    backstage = Backstage(house)
    [one] = await backstage.do(lambda: backstage.tables.proposals.open(int(house.world.now())))
    await vanna.tap(f"pr:y:{one.id}:{one.digest}")


async def test_a_file_for_the_mailboxes_that_is_none_does_not_keep_the_others_waiting(
    house: House, kim: Colleague, errors: pytest.LogCaptureFixture
) -> None:
    await Office(house).came("R-AAA2")
    folder = house.settings.answers_folder
    folder.mkdir(exist_ok=True)
    (folder / "a.answer").mkdir()
    (folder / "b.answer").write_text(json.dumps({"mailbox": "\ud800", "sealed": ""}))
    (folder / "c.bundled").write_text(json.dumps({"bundled": "\ud800"}))
    (folder / "d.bundled").write_text(json.dumps({"bundled": "R-AAA2"}))
    for file in folder.iterdir():
        os.utime(file, (0, 0))
    await later(house, dt.timedelta(minutes=10))
    assert [one.name for one in folder.iterdir()] == ["a.answer"]
    assert ("console", "bundled", "R-AAA2") in await Office(house).acts()
    assert {event for event, _ in _events(errors)} == {"refused"}


async def test_control_a_review_that_is_whole_is_not_reported(
    house: House, kim: Colleague, errors: pytest.LogCaptureFixture
) -> None:
    office = Office(house)
    await office.keep(replace(await office.came("R-AAA2"), claimed_by=kim.handle))
    await _a_day_passes(house)
    assert errors.records == []
