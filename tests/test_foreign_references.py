"""What is another's, was taken back, is over or never was: all of it answers alike, and nothing comes of it.

Which buttons carry the number of something is read from the handlers of the running bot.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from backstage import Backstage
from conftest import House
from queue_story import Office
from reading_story import put_key
from telegram import Update
from telegram.ext import CallbackQueryHandler
from ways_in import application_of, calls_since, every_handler, examples, named, pattern_of, said

from bot.talk import Talk
from handlers.access import Guarded, Rule, under
from handlers.allowance import Allowance
from handlers.turn import Context
from sandbox.world import World
from storage.case_entries import CaseEntry
from storage.invites import Invite
from storage.members import Member, Role
from storage.proposals import Kind
from storage.reviews import withdrawn

REFERENCE, HANDLE, INVITE = "R-[0-9A-Z]{4}", "[A-Z][a-z]+-[0-9]{1,4}", "I-[0-9A-F]{8}"
ENTRY = "[0-9a-f]{12}"

MINE, THEIRS, NOBODYS, WITHDRAWN, DELETED, LOST = (f"R-000{n}" for n in range(1, 7))
NEVER = "R-ZZZZ"
FOREIGN = {
    THEIRS: "another has it",
    NOBODYS: "nobody has it",
    WITHDRAWN: "its reporter took it back from me",
    DELETED: "it was deleted",
    LOST: "it was handed over to another",
}

OPEN_TO_ALL = ("r:",)
"""The cards of the queue: each coordinator sees all of them, and who has which."""


@dataclass
class Desk:
    """A coordinator with the office key on the server, colleagues, and incidents that stand in every way."""

    house: House
    office: Office
    backstage: Backstage
    talk: Talk
    me: Member
    other: Member
    admin: Member
    editor: Member
    former: Member

    @classmethod
    async def of(cls, house: House) -> Desk:
        await put_key(house)
        names = ("Nary", "Vanna", "Bopha", "Sophea", "Rith")
        people = [house.world.add_person(name) for name in names]
        roles = (Role.COORDINATOR, Role.COORDINATOR, Role.ADMIN, Role.EDITOR, Role.COORDINATOR)
        members = [await house.admit(person, role) for person, role in zip(people, roles, strict=True)]
        desk = cls(house, Office(house), Backstage(house), house.talk(people[0]), *members)
        await desk.backstage.revoke(people[-1])
        for person in people:
            await house.talk(person).say("/help")
        await desk.talk.say("/help")
        await desk._fill()
        return desk

    async def _fill(self) -> None:
        mine, hers = self.me.handle, self.other.handle
        for reference, held in (
            (MINE, mine),
            (THEIRS, hers),
            (NOBODYS, ""),
            (WITHDRAWN, mine),
            (DELETED, mine),
            (LOST, hers),
        ):
            await self.office.came(reference, claimed_by=held, own={mine: ("mine alone",), hers: ("hers",)})
        tables = self.backstage.tables
        review = await self.office.of(WITHDRAWN)
        await self.backstage.do(lambda: tables.reviews.keep(withdrawn(review)))
        await self.backstage.do(lambda: tables.incidents.withdraw(WITHDRAWN))
        await self.backstage.do(lambda: tables.incidents.delete(DELETED))

    async def press(self, data: str, *besides: str) -> list[str]:
        """What the bot does about this button, with one name for what it is about and whatever else is named."""
        before = self.house.world.journal.last
        await self.talk.tap(data)
        done = [f"{method} {said(params)}" for method, params in calls_since(self.house, before)]
        return [re.sub("|".join(map(re.escape, besides)), "•", one) if besides else one for one in done]


@pytest.fixture
async def desk(house: House, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(Allowance, "take", lambda *_: (True, False))
    return await Desk.of(house)


def carrying(house: House, what: str) -> Iterator[tuple[str, str]]:
    """Every button of members whose data holds such a number: whose it is, and an example."""
    for _, handler in every_handler(application_of(house)):
        pattern = pattern_of(handler)
        if isinstance(handler, Guarded) and handler.rule.role > Role.PUBLIC and pattern is not None:
            fitting = [one for one in examples(pattern) if re.search(f"(?<=:){what}(?=:|$)", one)]
            yield from ((named(handler), one) for one in fitting[:4])


def about(sample: str, what: str, *those: str) -> str:
    """The same button about these, in the place of the numbers that the example has."""
    found = iter(those)
    return re.sub(f"(?<=:){what}(?=:|$)", lambda match: next(found, match[0]), sample)


async def unlike(
    desk: Desk, samples: Sequence[tuple[str, str]], what: str, others: dict[str, str], never: str
) -> list[str]:
    """Where the answer about one of these is not that about what never was."""
    found = []
    for name, sample in samples:
        expected = await desk.press(about(sample, what, never, MINE), never)
        for one, why in others.items():
            seen = await desk.press(about(sample, what, one, MINE), one)
            if seen != expected:
                found.append(f"{name}, {sample}: {why}: {seen}, and not {expected}")
    return found


# References


async def test_an_incident_that_is_not_in_my_hands_is_as_if_it_had_never_been(desk: Desk, house: House) -> None:
    """To read, judge or answer it takes the claim."""
    kept = desk.backstage.decided()
    samples = [(name, one) for name, one in carrying(house, REFERENCE) if not one.startswith(OPEN_TO_ALL)]
    assert {one.split(":")[0] for _, one in samples} >= {"rd", "j", "an"}
    assert await unlike(desk, samples, REFERENCE, FOREIGN, NEVER) == []
    assert desk.backstage.decided() == kept


async def test_what_is_in_my_hands_answers_otherwise(desk: Desk) -> None:
    """Control."""
    for sample in (f"j:{MINE}", f"rd:{MINE}", f"rd:bundle:{MINE}", f"an:{MINE}", f"r:{MINE}", f"r:claim:{NOBODYS}"):
        [reference] = re.findall(REFERENCE, sample)
        assert await desk.press(sample, reference) != await desk.press(sample.replace(reference, NEVER), NEVER), sample


async def test_a_button_of_the_queue_about_what_is_gone_is_as_if_it_had_never_been(desk: Desk, house: House) -> None:
    kept = desk.backstage.decided()
    samples = [(name, one) for name, one in carrying(house, REFERENCE) if one.startswith(OPEN_TO_ALL)]
    assert len(samples) > 4
    assert await unlike(desk, samples, REFERENCE, {DELETED: "it was deleted"}, NEVER) == []
    assert desk.backstage.decided() == kept


async def test_nothing_can_be_done_through_the_card_of_what_another_has(desk: Desk, house: House) -> None:
    """Its card may be looked at. It is not claimed, given back or handed over by its buttons."""
    kept = desk.backstage.decided()
    for _, sample in carrying(house, REFERENCE):
        if sample.startswith(OPEN_TO_ALL):
            for reference in (THEIRS, LOST, WITHDRAWN):
                await desk.press(about(about(sample, REFERENCE, reference), HANDLE, desk.me.handle))
    assert desk.backstage.decided() == kept


@pytest.mark.parametrize("typed", ["/start q_{}", "/queue {}"])
async def test_a_link_or_a_typed_reference_to_what_is_gone_is_as_if_it_had_never_been(desk: Desk, typed: str) -> None:
    async def ask(reference: str) -> list[str]:
        seen = await desk.talk.say(typed.format(reference))
        return [f"{one.kind} {one.text} {one.buttons}".replace(reference, "•") for one in seen]

    assert await ask(DELETED) == await ask(NEVER) != await ask(MINE)


async def test_who_is_asked_to_approve_may_read_what_another_has_as_long_as_that_is_open(desk: Desk) -> None:
    """Control of the first: the one way to read it without the claim, and it ends with the proposal."""
    proposals, now = desk.backstage.tables.proposals, int(desk.house.world.now())
    never = await desk.press(f"rd:bundle:{NEVER}")

    async def asked(by: Member) -> Any:
        return await desk.backstage.do(
            lambda: proposals.propose(Kind.DELETE, THEIRS, {"reason": "asked"}, by.handle, now)
        )

    await asked(desk.me)
    assert await desk.press(f"rd:bundle:{THEIRS}") == never, "not by one's own proposal"
    proposal = await asked(desk.other)
    assert await desk.press(f"rd:bundle:{THEIRS}") != never
    await desk.backstage.do(lambda: proposals.take(proposal))
    assert await desk.press(f"rd:bundle:{THEIRS}") == never


# People


async def test_who_is_not_mine_to_revoke_is_as_if_they_had_never_been(desk: Desk, house: House) -> None:
    never = "Zebra-99"
    others = {
        desk.other.handle: "another coordinator",
        desk.admin.handle: "an admin",
        desk.me.handle: "myself",
        desk.former.handle: "somebody revoked",
    }
    samples = [(name, one) for name, one in carrying(house, HANDLE) if one.startswith("tm:")]
    assert samples
    kept = desk.backstage.decided()
    assert await unlike(desk, samples, HANDLE, others, never) == []
    assert desk.backstage.decided() == kept
    assert await desk.press(f"tm:r:{desk.editor.handle}") != await desk.press(f"tm:r:{never}"), "control"


async def test_an_incident_is_handed_to_coordinators_and_to_nobody_else(desk: Desk, house: House) -> None:
    never = "Zebra-99"
    others = {desk.editor.handle: "an editor", desk.former.handle: "somebody revoked", desk.me.handle: "myself"}
    samples = [
        (name, about(one, REFERENCE, MINE)) for name, one in carrying(house, HANDLE) if one.startswith("r:over:")
    ]
    assert samples
    await desk.press("q")
    kept = desk.backstage.decided()
    assert await unlike(desk, samples, HANDLE, others, never) == []
    assert desk.backstage.decided() == kept


# Invitations, proposals, entries


async def test_anothers_invitation_is_as_if_it_had_never_been(desk: Desk, house: House, world: World) -> None:
    invites, now = desk.backstage.tables.invites, int(world.now())
    stranger = world.add_person("Stranger")

    async def invited(by: Member, *, opened: bool) -> Invite:
        token = await invites.make(Role.MONITOR, by.handle, now, (1, 2, 3, 4), 3)
        found = await invites.find(token, now)
        assert found is not None
        if opened:
            await invites.use(token, stranger.id, "en", now)
        return found

    fresh = await desk.backstage.do(lambda: invited(desk.other, opened=False))
    waiting = await desk.backstage.do(lambda: invited(desk.admin, opened=True))
    ended = await desk.backstage.do(lambda: invited(desk.me, opened=True))
    await desk.backstage.do(lambda: invites.end(ended.id))
    mine = await desk.backstage.do(lambda: invited(desk.me, opened=True))
    others = {fresh.id: "another's", waiting.id: "another's, opened", ended.id: "mine, ended"}
    samples = [(name, re.sub(":[0-9]+$", ":3", one)) for name, one in carrying(house, INVITE)]
    assert {one.split(":")[1] for _, one in samples} >= {"i", "x", "w", "no"}
    kept = desk.backstage.decided()
    assert await unlike(desk, samples, INVITE, others, "I-00000000") == []
    assert desk.backstage.decided() == kept
    assert await desk.press(f"iv:i:{mine.id}") != await desk.press("iv:i:I-00000000"), "control"


async def test_an_entry_that_was_retracted_is_as_if_it_had_never_been(desk: Desk, house: House) -> None:
    entries = desk.backstage.tables.case_entries
    entry = CaseEntry("kem-sokha", "hearing", {"day": "2026-11-20"}, "his lawyer", desk.editor.handle)
    kept, retracted = [await desk.backstage.do(lambda: entries.add(entry)) for _ in range(2)]
    await desk.backstage.do(lambda: entries.retract(retracted.id))
    samples = [(name, one) for name, one in carrying(house, ENTRY) if one.startswith("cn:")]
    assert samples
    assert await unlike(desk, samples, ENTRY, {retracted.id: "it was retracted"}, "0" * 12) == []
    assert await desk.press(f"cn:r:{kept.id}") != await desk.press(f"cn:r:{'0' * 12}"), "control"


async def test_a_proposal_that_is_over_is_as_if_it_had_never_been(desk: Desk, house: House, world: World) -> None:
    proposals, now = desk.backstage.tables.proposals, int(world.now())
    content = {"invite": "I-00000000", "role": "coordinator"}

    async def proposed(subject: str, by: Member, seconds: int = 3600) -> Any:
        return await desk.backstage.do(
            lambda: proposals.propose(Kind.COORDINATOR, subject, content, by.handle, now, seconds)
        )

    taken, late, left = [
        await proposed("I-00000001", desk.other),
        await proposed("I-00000002", desk.other, -1),
        await proposed("I-00000003", desk.former),
    ]
    await desk.backstage.do(lambda: proposals.take(taken))
    others = {taken.id: "decided", late.id: "too late", left.id: "by somebody who left"}
    samples = [(name, one) for name, one in carrying(house, ENTRY) if one.startswith("pr:")]
    assert {one[:5] for _, one in samples} >= {"pr:y:", "pr:n:"}
    kept = desk.backstage.decided()
    assert await unlike(desk, samples, ENTRY, others, "0" * 12) == []
    assert desk.backstage.decided() == kept
    still = await proposed("I-00000004", desk.other)
    assert await desk.press(f"pr:{still.id}") != await desk.press(f"pr:{'0' * 12}"), "control"


# Forged

LEAVES = "tm:leave:yes"
"""Does something without naming anything: whoever presses it leaves the team."""


async def test_every_button_there_can_be_is_answered_and_none_breaks_anything(desk: Desk, house: House) -> None:
    """Numbers that never were, pages that are not there, steps of forms that nobody began, made up from the patterns;
    pressed by somebody of every role."""
    world, before, silent = house.world, house.world.journal.last, []
    people = [world.add_person(role.name.title()) for role in Role]
    for person, role in zip(people, Role, strict=True):
        world.say(person, "/help")
        if role is not Role.PUBLIC:
            await house.admit(person, role)
    await house.settle()
    shown = {person.id: max(world.private_chat(person).messages) for person in people}
    patterns = {pattern: named(one) for _, one in every_handler(application_of(house)) if (pattern := pattern_of(one))}
    for pattern, name in patterns.items():
        samples = [one for one in examples(pattern)[:5] if one != LEAVES]
        taps = {world.tap(one, shown[one.id], data=data): (data, one) for data in samples for one in people}
        await house.settle()
        silent += [(name, data, one.name) for tap, (data, one) in taps.items() if not world.taps[tap].answered]
    assert silent == []
    faults = [params for _, params in calls_since(house, before) if "Something went wrong" in str(params.get("text"))]
    assert faults == []


async def test_a_button_that_is_not_answered_would_be_found(house: House, world: World) -> None:
    """Control."""

    async def nothing(update: Update, context: Context) -> None:
        pass

    [silent] = under(Rule(Role.PUBLIC), CallbackQueryHandler(nothing, "^zz:silent$"))
    application_of(house).handlers[0] = [silent, *application_of(house).handlers[0]]
    talk = house.talk(world.add_person("Kosal"))
    await talk.say("/help")
    taps = [world.tap(talk.person, 2, data=data) for data in ("zz:silent", "zz:zz")]
    await house.settle()
    assert [world.taps[one].answered for one in taps] == [False, True]
