"""Withdrawing takes an incident out of all further use, and tells those who had it where it went."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TypeVar

import pytest
from conftest import House
from incident_story import ACCOUNT, Teller, at_noon, count, later, rows

from bot.talk import Talk
from sandbox.records import Person
from sandbox.world import World
from storage.database import Database
from storage.members import Member, Role
from storage.proposals import Kind
from storage.reviews import Head, Review, Went
from storage.sealing import DraftKeys, Receipt, ServerKey
from storage.tables import Tables

T = TypeVar("T")

REPORTER = "reporter"
WITHDRAW = ("mb:withdraw", "mb:withdraw:yes")


@dataclass
class Someone:
    """A member at the bot."""

    member: Member
    person: Person
    talk: Talk

    def texts(self, world: World) -> list[str]:
        """All that their chat shows."""
        return [one.get("text", "") for one in world.private_chat(self.person).messages.values()]

    def notices(self, world: World, reference: str) -> list[str]:
        """What they were told of this incident."""
        return [text for text in self.texts(world) if reference in text]


@dataclass
class Case:
    """An incident that somebody told, and the bot's tables."""

    house: House
    world: World
    reporter: Teller
    receipt: str
    reference: str

    async def look(self, deed: Callable[[Tables], Awaitable[T]]) -> T:
        """Do something with the tables, in a transaction of its own, while the bot runs."""
        today = self.world.clock().date()
        database = await Database.open(self.house.database)
        try:
            drafts = DraftKeys.load(self.house.settings.draft_keys_folder() / "draft.keys", today)
            tables = Tables.over(database, ServerKey.load(self.house.settings.server_key, today), drafts, None)
            return await database.write(lambda: deed(tables))
        finally:
            await database.close()

    async def review(self) -> Review:
        """As it is kept."""
        found = await self.look(lambda tables: tables.reviews.of(self.reference))
        assert found is not None
        return found

    async def keep(self, review: Review) -> None:
        """Keep it so."""
        await self.look(lambda tables: tables.reviews.keep(review))

    async def admit(self, name: str, role: Role = Role.COORDINATOR, language: str = "English") -> Someone:
        """A member who has begun to talk to the bot."""
        person = self.world.add_person(name)
        talk = self.house.talk(person)
        await talk.say("/start")
        await talk.press(language)
        return Someone(await self.house.admit(person, role), person, talk)

    async def went_to(self, claimer: Someone, *others: Someone) -> None:
        """The first claimed it; all of them opened it."""
        went = tuple(Went("opened", one.member.handle, "2026-11-24") for one in (claimer, *others))
        await self.keep(replace(await self.review(), claimed_by=claimer.member.handle, went=went))

    async def withdraw(self) -> None:
        """With the receipt."""
        await self.reporter.do(self.receipt, *WITHDRAW)


@pytest.fixture
async def case(house: House, world: World, dara: Talk) -> Case:
    at_noon(world)
    reporter = Teller(house, dara)
    receipt = await reporter.hand_in(contact=("f:c:contact:here",))
    [(reference,)] = rows(house, "SELECT reference FROM incidents")
    return Case(house, world, reporter, receipt, reference)


async def test_everybody_who_had_it_is_told_where_it_went_and_what_to_do(case: Case) -> None:
    claimer, reader, fetcher, other = [await case.admit(name) for name in ("Bopha", "Chan", "Kim", "Vanna")]
    went = (
        Went("opened", claimer.member.handle, "2026-11-24"),
        Went("opened", reader.member.handle, "2026-11-25"),
        Went("fetched", fetcher.member.handle, "2026-11-25"),
        Went("assessment T", claimer.member.handle, "2026-11-26"),
        Went("something new", claimer.member.handle, "2026-11-27"),
    )
    await case.keep(replace(await case.review(), claimed_by=claimer.member.handle, went=went))
    await case.withdraw()
    for one in (claimer, reader, fetcher):
        [notice] = one.notices(case.world, case.reference)
        assert "was withdrawn" in notice
        assert f"opened in the chat by {reader.member.handle}, 2026-11-25" in notice
        assert f"fetched as a sealed file by {fetcher.member.handle}, 2026-11-25" in notice
        assert f"used to assess benchmark T by {claimer.member.handle}, 2026-11-26" in notice
        assert f"something new by {claimer.member.handle}, 2026-11-27" in notice
        assert "delete your copies" in notice
    assert other.notices(case.world, case.reference) == [], "who never had it is not told"


async def test_whoever_has_claimed_it_is_told_even_if_they_never_opened_it(case: Case) -> None:
    claimer = await case.admit("Bopha")
    await case.keep(replace(await case.review(), claimed_by=claimer.member.handle))
    await case.withdraw()
    [notice] = claimer.notices(case.world, case.reference)
    assert "Nobody had opened it here." in notice


async def test_each_is_told_in_their_language(case: Case) -> None:
    khmer = await case.admit("Sok", language="ខ្មែរ")
    await case.went_to(khmer)
    await case.withdraw()
    [notice] = khmer.notices(case.world, case.reference)
    assert any("\u1780" <= letter <= "\u17ff" for letter in notice)


async def test_a_notice_holds_no_content_and_nobody_who_told_it(case: Case) -> None:
    claimer = await case.admit("Bopha")
    await case.went_to(claimer)
    await case.withdraw()
    shown = json.dumps(list(case.world.private_chat(claimer.person).messages.values()), ensure_ascii=False)
    for word in (ACCOUNT, "Dara", "dara_visits", str(case.reporter.person.id), "arrest", case.receipt):
        assert word not in shown


async def test_until_it_is_confirmed_nobody_is_told(case: Case) -> None:
    claimer = await case.admit("Bopha")
    await case.went_to(claimer)
    await case.reporter.do(case.receipt, "mb:withdraw", "mb:keep")
    assert claimer.notices(case.world, case.reference) == []
    assert (await case.review()).state == "received"


async def test_twice_is_once(case: Case) -> None:
    claimer = await case.admit("Bopha")
    await case.went_to(claimer)
    await case.withdraw()
    await case.reporter.do(case.receipt)
    await case.reporter.talk.tap("mb:withdraw:yes")
    assert len(claimer.notices(case.world, case.reference)) == 1
    entries = await case.look(lambda tables: tables.audit.on(case.reference))
    assert [one.act for one in entries] == ["withdrawn"]
    assert count(case.house, "mail") == 2


async def test_who_was_revoked_meanwhile_is_told_nothing_and_holds_up_nobody(case: Case) -> None:
    claimer, gone = await case.admit("Bopha"), await case.admit("Chan")
    await case.went_to(claimer, gone)
    await case.look(lambda tables: tables.members.revoke(gone.member.handle))
    await case.withdraw()
    assert gone.notices(case.world, case.reference) == []
    assert len(claimer.notices(case.world, case.reference)) == 1


# What is left


async def test_of_the_review_only_where_it_went_is_left(case: Case) -> None:
    claimer = await case.admit("Bopha")
    await case.went_to(claimer)
    before = await case.review()
    assert (before.head.category, before.head.province, before.head.reply_to != "") == ("arrest", "17", True)
    await case.withdraw()
    left = await case.review()
    assert left.head == Head(hour=before.head.hour)
    assert (left.state, left.went, left.claimed_by) == ("withdrawn", before.went, before.claimed_by)
    assert (left.benchmarks, left.finding, left.sources, dict(left.own)) == ((), "", (), {})


async def test_the_answers_go_with_it(case: Case) -> None:
    """Those that the reviewers' machine had sealed to the mailbox, too; only that it was withdrawn is there."""
    server = ServerKey.load(case.house.settings.server_key, case.world.clock().date())
    receipt = Receipt.read(case.receipt)
    assert receipt is not None
    answer = {"words": "We spoke to the lawyer.", "on": "2026-11-24"}
    before = await case.review()
    await case.look(lambda tables: tables.mailboxes.put(server.mailbox(receipt).public, answer))
    await case.look(lambda tables: tables.replies.put(case.reference, before.head.reply_to, answer))
    assert (await case.reporter.do(case.receipt))[-1].text.count("lawyer") == 2  # the control
    await case.withdraw()
    assert "lawyer" not in (await case.reporter.do(case.receipt))[-1].text


async def test_nothing_waits_to_be_told_any_more(case: Case) -> None:
    assert (count(case.house, "tellings"), count(case.house, "waiting")) == (1, 1)  # the control
    await case.withdraw()
    assert (count(case.house, "tellings"), count(case.house, "waiting"), count(case.house, "replies")) == (0, 0, 0)


async def test_what_waits_for_a_second_person_is_void_and_its_proposer_is_told(case: Case) -> None:
    proposer = await case.admit("Bopha")

    async def propose(tables: Tables) -> None:
        for kind, subject in ((Kind.CONFIRM, case.reference), (Kind.DELETE, case.reference), (Kind.CASE, "kem-sokha")):
            now = int(case.world.clock().timestamp())
            await tables.proposals.propose(kind, subject, {}, proposer.member.handle, now)

    await case.look(propose)
    await case.withdraw()
    assert rows(case.house, "SELECT subject FROM proposals") == [("kem-sokha",)]
    assert len(proposer.notices(case.world, case.reference)) == 2
    entries = await case.look(lambda tables: tables.audit.last(9))
    assert sorted((one.act, one.actor) for one in entries) == [
        ("voided", REPORTER),
        ("voided", REPORTER),
        ("withdrawn", REPORTER),
    ]


async def test_the_audit_does_not_say_which_member_told_it(case: Case, house: House) -> None:
    handle = (await house.admit(case.reporter.person, Role.COORDINATOR)).handle
    proposer = await case.admit("Bopha")
    now = int(case.world.clock().timestamp())
    await case.look(lambda t: t.proposals.propose(Kind.CONFIRM, case.reference, {}, proposer.member.handle, now))
    await case.withdraw()
    entries = await case.look(lambda tables: tables.audit.last(9))
    assert {one.actor for one in entries} == {REPORTER}
    assert handle not in repr(entries)
    assert proposer.texts(case.world), "control: they are there"
    assert not any(handle in text for text in proposer.texts(case.world))


async def test_an_incident_without_a_review_is_withdrawn_like_any_other(case: Case) -> None:
    """It came before there were reviews."""
    await case.look(lambda tables: tables.reviews._database.execute("DELETE FROM reviews"))
    await case.withdraw()
    assert rows(case.house, "SELECT state FROM incidents") == [("withdrawn",)]
    assert count(case.house, "reviews") == 0


async def test_what_the_network_deleted_before_is_told_to_nobody(case: Case) -> None:
    claimer = await case.admit("Bopha")
    await case.went_to(claimer)
    await case.reporter.do(case.receipt)
    await case.look(lambda tables: tables.reviews._database.execute("DELETE FROM incidents"))
    seen = await case.reporter.talk.tap("mb:withdraw:yes")
    assert "withdrawn and deleted here" in seen[-1].text
    assert claimer.notices(case.world, case.reference) == []


async def test_it_is_all_one_commit_with_a_restart_right_after(case: Case) -> None:
    claimer = await case.admit("Bopha")
    await case.went_to(claimer)
    await case.withdraw()
    await case.house.restart()
    await later(case.house, dt.timedelta(days=1))
    assert (await case.review()).state == "withdrawn"
    assert len(claimer.notices(case.world, case.reference)) == 1
