"""Two pairs of eyes: nothing is done that a second person did not see exactly so, and nothing is done twice."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest
from backstage import Backstage
from conftest import House
from markupsafe import Markup
from telegram import Update
from telegram.ext import CommandHandler
from ways_in import application_of, topic

from bot.talk import Seen, Talk
from handlers.access import Rule, under
from handlers.approvals import Approvals, Deed
from handlers.team import Team
from handlers.turn import Context
from sandbox.world import World
from storage.audit import Act
from storage.database import Database
from storage.members import Member, Role
from storage.proposals import SECONDS, Kind, Proposal
from storage.sealing import DraftKeys, ServerKey
from storage.tables import Tables
from texts.screen import Screen, Toast

KIND = Kind.EXPORT
GONE = "That is not open any more."


class Paper:
    """What is decided on here, in the place of a real deed: a page that two people publish."""

    def __init__(self, house: House, least: Role = Role.COORDINATOR) -> None:
        self.house = house
        self.backstage = Backstage(house)
        self.published: list[tuple[Any, str, str]] = []
        """What was published: the page, who proposed it and who approved it."""
        self.outdated = self.jammed = False
        self._approvals: Approvals = topic(application_of(house), Approvals)
        self._approvals.carries(KIND, Deed(least, self._words, self._publish))
        ours = under(Rule(Role.EDITOR), CommandHandler("page", self._propose), CommandHandler("edit", self._edit))
        application_of(house).handlers[0] = [*ours, *application_of(house).handlers[0]]

    async def _words(self, proposal: Proposal, language: str) -> Markup:
        return Markup("Page {}").format(proposal.content["page"])

    async def _publish(self, context: Context, proposal: Proposal) -> Screen | None:
        if self.jammed:
            raise RuntimeError("out of ink")
        if self.outdated:
            return None
        self.published.append((proposal.content["page"], proposal.by, context.me.handle))
        return Screen(Markup("Published."))

    async def _propose(self, update: Update, context: Context) -> None:
        await self._approvals.propose(context, KIND, "paper", {"page": context.words})

    async def _edit(self, update: Update, context: Context) -> None:
        await self._approvals.void(context, "paper")
        context.answer(Screen(Markup("Edited.")))

    async def acts(self) -> list[tuple[str, str]]:
        """Who did what, as the audit has it, oldest first."""
        entries = await self.backstage.do(lambda: self.backstage.tables.audit.last(100))
        return [(one.actor, one.act) for one in reversed(entries)]

    async def open(self) -> list[Proposal]:
        """What waits for a second person."""
        now = int(self.house.world.now())
        return await self.backstage.do(lambda: self.backstage.tables.proposals.open(now))


@dataclass
class Reviewer:
    """A member at work."""

    talk: Talk
    member: Member

    @classmethod
    async def of(cls, house: House, name: str, role: Role = Role.COORDINATOR) -> Reviewer:
        """Somebody new with this role, whom the bot may write to."""
        talk = house.talk(house.world.add_person(name))
        await talk.say("/help")
        return cls(talk, await house.admit(talk.person, role))

    @property
    def handle(self) -> str:
        return self.member.handle

    async def propose(self, page: str) -> str:
        """Propose a page; what is then said."""
        seen = await self.talk.say(f"/page {page}")
        return seen[-1].text

    async def look(self) -> Seen:
        """Open the only proposal in the list."""
        [listed] = await self.talk.say("/approvals")
        [[label], *_] = listed.buttons
        [seen] = await self.talk.press(label)
        return seen

    async def press(self, label: str) -> str:
        """Press a button of the latest screen; what is then said to whoever pressed it."""
        seen = await self.talk.press(label)
        return seen[0].text

    async def tap(self, data: str) -> str:
        """Send this as if there were a button for it."""
        seen = await self.talk.tap(data)
        return seen[0].text

    def button(self, label: str) -> str:
        """What a button of the latest screen sends."""
        assert self.talk.last is not None
        rows = self.talk.last.message["reply_markup"]["inline_keyboard"]
        [data] = [str(one["callback_data"]) for row in rows for one in row if one["text"] == label]
        return data

    def messages(self) -> list[dict[str, Any]]:
        """What this chat shows, oldest first."""
        return list(self.talk.world.private_chat(self.talk.person).messages.values())

    def latest(self) -> str:
        """The last thing that this chat shows."""
        return str(self.messages()[-1]["text"])


@pytest.fixture
def paper(house: House) -> Paper:
    return Paper(house)


@pytest.fixture
async def nary(house: House) -> Reviewer:
    """A coordinator, who proposes."""
    return await Reviewer.of(house, "Nary")


@pytest.fixture
async def vanna(house: House) -> Reviewer:
    """Another coordinator."""
    return await Reviewer.of(house, "Vanna")


# As it should go


async def test_what_one_proposes_another_approves_and_then_it_is_done(
    paper: Paper, nary: Reviewer, vanna: Reviewer
) -> None:
    assert await nary.propose("7") == "Proposed: Export incidents, paper. The others were told; one of them has to" + (
        " approve within 24 hours."
    )
    assert vanna.latest() == f"{nary.handle} asks for a second pair of eyes: Export incidents, paper."
    assert paper.published == []
    seen = await vanna.look()
    assert "Page 7" in seen.text
    assert f"proposed by {nary.handle}" in seen.text
    assert await vanna.press("✔ Approve") == "Published."
    assert paper.published == [("7", nary.handle, vanna.handle)]
    assert nary.latest() == "✔ Approved: Export incidents, paper."
    assert await paper.acts() == [(nary.handle, Act.PROPOSED), (vanna.handle, Act.APPROVED)]
    assert await paper.open() == []


@pytest.mark.parametrize("way", ["the notice", "the list", "the list, from elsewhere"])
async def test_what_is_looked_at_can_neither_be_forwarded_nor_saved(
    paper: Paper, nary: Reviewer, vanna: Reviewer, way: str
) -> None:
    """An edit cannot protect a message that was not; so it comes as one of its own."""
    await nary.propose("7")
    if way == "the notice":
        vanna.talk.last = Seen("message", "", message=vanna.messages()[-1])
    elif way == "the list, from elsewhere":
        await vanna.talk.say("/help")
        await vanna.talk.tap("prs")
    else:
        await vanna.talk.say("/approvals")
    label = "Look at it" if way == "the notice" else "Export incidents · paper"
    [shown] = await vanna.talk.press(label)
    assert "Page 7" in shown.text
    assert shown.message["has_protected_content"]


async def test_whoever_proposed_it_can_take_it_back(paper: Paper, nary: Reviewer, vanna: Reviewer) -> None:
    await nary.propose("7")
    await vanna.look()
    await nary.look()
    assert await nary.press("Take it back") == "It is off the list, and nothing was done."
    assert await vanna.press("✔ Approve") == GONE
    assert paper.published == []
    assert await paper.acts() == [(nary.handle, Act.PROPOSED), (nary.handle, Act.DECLINED)]


async def test_the_second_person_may_decline_and_the_first_is_told(
    paper: Paper, nary: Reviewer, vanna: Reviewer
) -> None:
    await nary.propose("7")
    await vanna.look()
    yes = vanna.button("✔ Approve")
    assert await vanna.press("Decline") == "It is off the list, and nothing was done."
    assert nary.latest() == "Declined: Export incidents, paper."
    assert await vanna.tap(yes) == GONE
    assert paper.published == []


# One's own


async def test_nobody_approves_what_they_proposed(paper: Paper, nary: Reviewer, vanna: Reviewer) -> None:
    await nary.propose("7")
    await vanna.look()
    yes = vanna.button("✔ Approve")
    await nary.look()
    assert [label for row in nary.talk.last.buttons for label in row] == ["Take it back", "◀ All that wait"]  # type: ignore[union-attr]
    assert await nary.tap(yes) == "That takes somebody else than who proposed it."
    assert paper.published == []
    assert await vanna.press("✔ Approve") == "Published.", "control: to another the same button does it"


async def test_nobody_approves_it_who_left_and_came_back_under_another_handle(
    paper: Paper, house: House, nary: Reviewer, vanna: Reviewer
) -> None:
    await nary.propose("7")
    await vanna.look()
    yes = vanna.button("✔ Approve")
    await paper.backstage.revoke(nary.talk.person)
    again = Reviewer(nary.talk, await house.admit(nary.talk.person, Role.COORDINATOR))
    assert again.handle != nary.handle
    assert await again.tap(yes) == GONE
    assert await vanna.tap(yes) == GONE, "what somebody proposed who left waits for nobody"
    assert paper.published == []


# Exactly what was seen


async def test_the_button_of_another_content_shows_what_there_is_now(
    paper: Paper, nary: Reviewer, vanna: Reviewer
) -> None:
    await nary.propose("7")
    await vanna.look()
    _, _, number, digest = vanna.button("✔ Approve").split(":")
    for answer in "yn":
        await vanna.tap("prs")
        assert "Page 7" in await vanna.tap(f"pr:{answer}:{number}:{'0' * 16}")
    assert paper.published == []
    assert len(await paper.open()) == 1
    assert await vanna.tap(f"pr:y:{number}:{digest}") == "Published.", "control"


async def test_what_is_proposed_anew_has_to_be_looked_at_anew(paper: Paper, nary: Reviewer, vanna: Reviewer) -> None:
    await nary.propose("7")
    await vanna.look()
    yes = vanna.button("✔ Approve")
    await nary.propose("8")
    assert await vanna.tap(yes) == GONE
    assert paper.published == []
    assert "Page 8" in (await vanna.look()).text
    await vanna.press("✔ Approve")
    assert paper.published == [("8", nary.handle, vanna.handle)]


async def test_an_edit_makes_what_was_proposed_void_and_its_proposer_is_told(
    paper: Paper, nary: Reviewer, vanna: Reviewer
) -> None:
    await nary.propose("7")
    await vanna.look()
    yes = vanna.button("✔ Approve")
    await vanna.talk.say("/edit")
    assert nary.latest().startswith("It was changed meanwhile, so your proposal holds no longer")
    assert await vanna.tap(yes) == GONE
    assert paper.published == []
    assert await paper.acts() == [(nary.handle, Act.PROPOSED), (vanna.handle, Act.VOIDED)]


async def test_an_edit_in_the_same_moment_wins_over_an_approval_that_comes_after_it(
    paper: Paper, world: World, nary: Reviewer, vanna: Reviewer
) -> None:
    await nary.propose("7")
    await vanna.look()
    yes = vanna.button("✔ Approve")
    shown = vanna.talk.last
    assert shown is not None

    def together() -> None:
        world.say(nary.talk.person, "/edit")
        world.tap(vanna.talk.person, shown.message["message_id"], data=yes)

    await vanna.talk.after(together)
    assert paper.published == []


async def test_what_no_longer_fits_is_not_done_and_both_are_told(paper: Paper, nary: Reviewer, vanna: Reviewer) -> None:
    """The last look before it is done is the deed's own."""
    await nary.propose("7")
    await vanna.look()
    paper.outdated = True
    assert (await vanna.press("✔ Approve")).startswith("It was changed after it was proposed, so nothing was done.")
    assert nary.latest().startswith("It was changed meanwhile")
    assert paper.published == []
    assert await paper.open() == []
    assert (await paper.acts())[-1] == (vanna.handle, Act.VOIDED)


# Once


async def test_two_presses_at_once_do_it_once(paper: Paper, world: World, nary: Reviewer, vanna: Reviewer) -> None:
    await nary.propose("7")
    shown = await vanna.look()
    yes = vanna.button("✔ Approve")

    def twice() -> None:
        for _ in range(2):
            world.tap(vanna.talk.person, shown.message["message_id"], data=yes)

    seen = await vanna.talk.after(twice)
    assert len(paper.published) == 1
    assert {one.text for one in seen} == {"Published.", GONE}
    assert [act for _, act in await paper.acts()] == [Act.PROPOSED, Act.APPROVED]


async def test_two_people_at_once_do_it_once(paper: Paper, house: House, nary: Reviewer, vanna: Reviewer) -> None:
    others = [vanna, await Reviewer.of(house, "Sophea"), await Reviewer.of(house, "Bopha", Role.ADMIN)]
    await nary.propose("7")
    shown = [await one.look() for one in others]
    yes = [one.button("✔ Approve") for one in others]

    def together() -> None:
        for one, screen, data in zip(others, shown, yes, strict=True):
            house.world.tap(one.talk.person, screen.message["message_id"], data=data)

    await vanna.talk.after(together)
    assert len(paper.published) == 1
    assert [act for _, act in await paper.acts()] == [Act.PROPOSED, Act.APPROVED]


async def test_yes_and_no_at_once_is_what_came_first(
    paper: Paper, house: House, nary: Reviewer, vanna: Reviewer
) -> None:
    sophea = await Reviewer.of(house, "Sophea")
    await nary.propose("7")
    shown = [await one.look() for one in (vanna, sophea)]
    no, yes = vanna.button("Decline"), sophea.button("✔ Approve")

    def together() -> None:
        house.world.tap(vanna.talk.person, shown[0].message["message_id"], data=no)
        house.world.tap(sophea.talk.person, shown[1].message["message_id"], data=yes)

    await vanna.talk.after(together)
    assert paper.published == []
    assert [act for _, act in await paper.acts()] == [Act.PROPOSED, Act.DECLINED]


async def test_a_fault_of_ours_leaves_it_as_it_was(paper: Paper, nary: Reviewer, vanna: Reviewer) -> None:
    await nary.propose("7")
    await vanna.look()
    yes = vanna.button("✔ Approve")
    paper.jammed = True
    assert (await vanna.tap(yes)).startswith("Something went wrong on my side")
    assert len(await paper.open()) == 1
    assert await paper.acts() == [(nary.handle, Act.PROPOSED)]
    paper.jammed = False
    assert await vanna.tap(yes) == "Published."


async def test_it_waits_for_a_day_and_not_for_a_second_more(
    paper: Paper, world: World, nary: Reviewer, vanna: Reviewer
) -> None:
    await nary.propose("7")
    [proposal] = await paper.open()
    assert proposal.ends - int(world.now()) == pytest.approx(SECONDS, abs=2)
    await vanna.look()
    yes = vanna.button("✔ Approve")
    world.advance(dt.timedelta(seconds=SECONDS - 60))
    assert "Page 7" in (await vanna.look()).text
    world.advance(dt.timedelta(seconds=61))
    assert await vanna.tap(yes) == GONE
    assert paper.published == []
    [empty] = await vanna.talk.say("/approvals")
    assert empty.text == "Nothing waits for a second person."


async def test_a_restart_changes_nothing(paper: Paper, house: House, nary: Reviewer, vanna: Reviewer) -> None:
    await nary.propose("7")
    await vanna.look()
    await house.restart()
    after = Paper(house)
    assert await vanna.press("✔ Approve") == "Published."
    assert after.published == [("7", nary.handle, vanna.handle)]


# Who


async def test_whoever_is_revoked_between_looking_and_approving_approves_nothing(
    paper: Paper, nary: Reviewer, vanna: Reviewer
) -> None:
    await nary.propose("7")
    await vanna.look()
    yes = vanna.button("✔ Approve")
    await paper.backstage.revoke(vanna.talk.person)
    assert await vanna.tap(yes) == await vanna.tap("zz:zz")
    assert paper.published == []
    assert len(await paper.open()) == 1


async def test_whoever_may_do_less_by_now_approves_nothing(
    paper: Paper, house: House, nary: Reviewer, vanna: Reviewer
) -> None:
    await nary.propose("7")
    await vanna.look()
    yes = vanna.button("✔ Approve")
    await house.admit(vanna.talk.person, Role.EDITOR)
    assert await vanna.tap(yes) == GONE
    assert await vanna.tap(yes.replace("pr:y", "pr:n")) == GONE
    assert paper.published == []
    assert len(await paper.open()) == 1


@pytest.mark.parametrize("how", ["with a row", "with the command"])
async def test_what_somebody_proposed_who_was_revoked_is_not_done(
    paper: Paper, house: House, nary: Reviewer, vanna: Reviewer, how: str
) -> None:
    await nary.propose("7")
    await vanna.look()
    yes = vanna.button("✔ Approve")
    if how == "with a row":
        await paper.backstage.revoke(nary.talk.person)
    else:
        admin = await Reviewer.of(house, "Bopha", Role.ADMIN)
        await admin.talk.say(f"/revoke {nary.handle}")
        await admin.tap(f"tm:ry:{nary.handle}")
        assert await paper.backstage.member(nary.talk.person) is None
        assert (admin.handle, Act.VOIDED) in await paper.acts()
    assert await vanna.tap(yes) == GONE
    assert paper.published == []
    [listed] = await vanna.talk.say("/approvals")
    assert listed.text == "Nothing waits for a second person."


async def test_a_proposal_is_shown_to_those_who_may_decide_it_and_to_nobody_else(
    paper: Paper, house: House, nary: Reviewer, vanna: Reviewer
) -> None:
    """Others learn neither what it is nor that it is there: the answer is that for one that never was."""
    editor = await Reviewer.of(house, "Sophea", Role.EDITOR)
    monitor = await Reviewer.of(house, "Rith", Role.MONITOR)
    await nary.propose("7")
    await vanna.look()
    yes = vanna.button("✔ Approve")
    _, _, number, digest = yes.split(":")
    [listed] = await editor.talk.say("/approvals")
    assert listed.text == "Nothing waits for a second person."
    for data in (f"pr:{number}", yes, f"pr:n:{number}:{digest}"):
        assert await editor.tap(data) == await editor.tap(data.replace(number, "0" * 12)) == GONE
        assert await monitor.tap(data) == await monitor.tap("zz:zz") != GONE
    assert paper.published == []
    assert len(await paper.open()) == 1
    assert "Export" not in editor.latest() + monitor.latest()


@pytest.mark.parametrize(
    "data",
    ["pr:000000000000", "pr:y:000000000000:0000000000000000", "pr:n:000000000000:0000000000000000"],
)
async def test_ids_that_never_were_open_nothing(paper: Paper, nary: Reviewer, vanna: Reviewer, data: str) -> None:
    await nary.propose("7")
    assert await vanna.tap(data) == GONE
    assert len(await paper.open()) == 1
    assert paper.published == []


@pytest.mark.parametrize(
    "data", ["pr:", "pr:zz", "pr:y:", "pr:y:000000000000", "pr:x:1:2", "pr:000000000000\n0", "PRS"]
)
async def test_what_is_no_button_of_ours_is_answered_as_any_other(paper: Paper, vanna: Reviewer, data: str) -> None:
    assert await vanna.tap(data) == await vanna.tap("zz:zz")


# Alone


async def test_where_there_is_nobody_else_it_is_done_at_once_and_said_to_be_so(
    paper: Paper, house: House, nary: Reviewer
) -> None:
    for name, role in (("Sophea", Role.EDITOR), ("Rith", Role.MONITOR)):
        await Reviewer.of(house, name, role)
    assert await nary.propose("7") == "Published."
    assert paper.published == [("7", nary.handle, nary.handle)]
    assert await paper.acts() == [(nary.handle, Act.PROPOSED), (nary.handle, Act.SINGLE)]
    assert await paper.open() == []


async def test_with_a_second_coordinator_it_is_not_done_alone(paper: Paper, nary: Reviewer, vanna: Reviewer) -> None:
    """Control of the one before; and once the other is revoked, one has to propose it anew to do it alone."""
    await nary.propose("7")
    assert paper.published == []
    await paper.backstage.revoke(vanna.talk.person)
    assert paper.published == []
    await nary.look()
    assert [label for row in nary.talk.last.buttons for label in row] == ["Take it back", "◀ All that wait"]  # type: ignore[union-attr]
    await nary.propose("7")
    assert paper.published == [("7", nary.handle, nary.handle)]
    assert (await paper.acts())[-1] == (nary.handle, Act.SINGLE)


async def test_what_somebody_proposes_who_could_not_approve_it_waits_for_whoever_can(
    paper: Paper, house: House
) -> None:
    editor = await Reviewer.of(house, "Sophea", Role.EDITOR)
    assert (await editor.propose("7")).startswith("Nobody here may approve that yet, so it waits.")
    assert paper.published == []
    vanna = await Reviewer.of(house, "Vanna")
    await vanna.look()
    assert await vanna.press("✔ Approve") == "Published."
    assert paper.published == [("7", editor.handle, vanna.handle)]


async def test_one_coordinator_is_enough_to_approve_what_an_editor_proposed(
    paper: Paper, house: House, nary: Reviewer
) -> None:
    editor = await Reviewer.of(house, "Sophea", Role.EDITOR)
    await editor.propose("7")
    assert paper.published == []
    await nary.look()
    assert await nary.press("✔ Approve") == "Published."
    assert (await paper.acts())[-1] == (nary.handle, Act.APPROVED)


async def test_everything_that_takes_two_people_is_known(house: House) -> None:
    approvals: Approvals = topic(application_of(house), Approvals)
    assert {kind: deed.least for kind, deed in approvals._deeds.items()} == {
        Kind.CONFIRM: Role.COORDINATOR,
        Kind.CASE: Role.EDITOR,
        Kind.DELETE: Role.COORDINATOR,
        Kind.EXPORT: Role.COORDINATOR,
        Kind.RECIPIENTS: Role.COORDINATOR,
        Kind.COORDINATOR: Role.COORDINATOR,
        Kind.BROADCAST: Role.COORDINATOR,
        Kind.SUBMISSION: Role.COORDINATOR,
    }


# Whatever happens in whatever order

MOMENT = 1_790_000_000
LEAST = Role.COORDINATOR
PEOPLE = range(4)
"""Telegram accounts; a person who leaves and comes back has another handle, and is the same person."""


@dataclass
class Speaker:
    """As much of a context as approvals ask for."""

    me: Member
    unix: int
    found: tuple[str, ...] = ()
    language: str = "en"
    said: list[Screen | Toast] = field(default_factory=list)
    today = dt.date(2026, 11, 23)

    def answer(self, answer: Screen | Toast) -> None:
        self.said.append(answer)

    def greet(self, chat_id: int, screen: Screen, thread_id: int | None = None) -> None:
        """Somebody else is told."""


@dataclass(frozen=True)
class Proposed:
    """What the story knows of a proposal, besides what is kept."""

    who: int
    at: int
    edits: int
    digest: str


class Story:
    """People propose, look, approve, decline, edit, come and go; what is done is held against what should be."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.approvals = Approvals(tables.proposals, Team(tables))
        self.approvals.carries(KIND, Deed(LEAST, self._words, self._do))
        self.now = MOMENT
        self.edits = {"a": 0, "b": 0}
        self.known: dict[str, Proposed] = {}
        self.done: set[str] = set()
        self.speaking = 0
        self.pressed = ""
        self.alone = self.together = 0

    async def _words(self, proposal: Proposal, language: str) -> Markup:
        return Markup(proposal.digest)

    async def _do(self, context: Context, proposal: Proposal) -> Screen | None:
        """Hold what is done against what may be done."""
        assert proposal.id not in self.done, "it was done before"
        self.done.add(proposal.id)
        assert context.me.role >= LEAST
        known = self.known.get(proposal.id)
        if known is None:  # in the very turn in which it is proposed
            assert not await self._others(self.speaking), "it was done alone, and there was somebody else"
            assert proposal.by == context.me.handle
            self.alone += 1
            return Screen(Markup("done"))
        assert known.who != self.speaking, "the second person is the first"
        assert self.pressed == known.digest == proposal.digest, "what was approved is not what is done"
        assert self.now < known.at + SECONDS, "its time was over"
        assert known.edits == self.edits[proposal.subject], "what it is about had changed"
        self.together += 1
        return Screen(Markup("done"))

    async def _others(self, who: int) -> bool:
        found = [await self.tables.members.of(one) for one in PEOPLE if one != who]
        return any(one is not None and one.role >= LEAST for one in found)

    async def step(self, name: str, who: int, n: int, m: int) -> None:
        """One thing that somebody does."""
        member = await self.tables.members.of(who)
        self.speaking, subject = who, "ab"[n % 2]
        if name == "admit":
            await self.tables.members.admit(who, Role(1 + n % 4), Speaker.today)
        elif name == "wait":
            self.now += 3600 * (1 + n % 25)
        elif member is not None and name == "revoke":
            await self.tables.members.revoke(member.handle)
        elif member is not None and member.role >= Role.EDITOR:
            speaker = Speaker(member, self.now)
            await self._at(name, subject, n, m, cast(Context, speaker), speaker)

    async def _at(self, name: str, subject: str, n: int, m: int, context: Context, speaker: Speaker) -> None:
        known = list(self.known)
        if name == "propose":
            await self.approvals.propose(context, KIND, subject, {"page": m % 3})
            for one in await self.tables.proposals.open(self.now):
                self.known.setdefault(one.id, Proposed(self.speaking, self.now, self.edits[one.subject], one.digest))
        elif name == "edit":
            self.edits[subject] += 1
            await self.approvals.void(context, subject)
        elif known:
            chosen = known[-1 - n % min(3, len(known))]
            digest = self.known[known[-1 - m % min(2, len(known))]].digest
            self.pressed, speaker.found = digest, (chosen, digest)
            press = {"look": self.approvals.look, "approve": self.approvals.approve, "decline": self.approvals.decline}
            await press[name](cast(Update, None), context)
            assert len(speaker.said) == 1, "every press is answered, once"


STORIES = 300
DEEDS = {"propose": 4, "approve": 8, "look": 1, "decline": 1, "edit": 1, "admit": 3, "revoke": 1, "wait": 1}
"""How often people do what."""


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture
def tables(runner: asyncio.Runner, tmp_path: Path) -> Iterator[tuple[Database, Tables]]:
    database = runner.run(Database.open(tmp_path / "sangket.db", synchronous="OFF"))
    server, today = ServerKey.load(tmp_path / "server.key", Speaker.today), Speaker.today
    yield database, Tables.over(database, server, DraftKeys.load(tmp_path / "draft.keys", today), None)
    runner.run(database.close())


async def _told(database: Database, tables: Tables, seed: int) -> Story:
    """A story of 40 turns, begun with two coordinators; another seed makes another. Raises AssertionError."""
    story, dice = Story(tables), random.Random(seed)

    async def tell() -> None:
        for table in ("members", "proposals", "audit"):
            await database.execute(f"DELETE FROM {table}")
        for who in PEOPLE[:2]:
            await tables.members.admit(who, Role.COORDINATOR, Speaker.today)
        for name in dice.choices(list(DEEDS), list(DEEDS.values()), k=40):
            await story.step(name, dice.choice(PEOPLE), dice.randrange(30), dice.randrange(6))
        acts = [one.act for one in await tables.audit.last(1000)]
        assert (acts.count(Act.SINGLE), acts.count(Act.APPROVED)) == (story.alone, story.together)

    await database.write(tell)
    return story


def test_nothing_is_ever_done_without_two_different_people_who_saw_exactly_that(
    runner: asyncio.Runner, tables: tuple[Database, Tables]
) -> None:
    """In 300 stories; unless there is only one who may, and then it is noted as done alone."""
    stories = [runner.run(_told(*tables, seed)) for seed in range(STORIES)]
    assert sum(one.together for one in stories) > STORIES / 2, "control: things are done"
    assert sum(one.alone for one in stories) > STORIES / 10, "control: also by one alone"


@pytest.mark.parametrize(
    "broken", ["the second person", "the digest", "the end", "the void", "the take", "the leaving"]
)
def test_a_hole_in_the_mechanism_would_be_found(
    runner: asyncio.Runner, tables: tuple[Database, Tables], monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    """Control: with one of its guards gone, one of the stories ends badly."""

    async def get(self: Any, proposal_id: str, now: int) -> Proposal | None:
        found = [one for one in await self.open(0) if one.id == proposal_id]
        return found[0] if found else None

    async def nothing(*_: Any) -> list[Proposal]:
        return []

    async def always(*_: Any) -> bool:
        return True

    async def never(*_: Any) -> bool:
        return False

    async def unseen(self: Approvals, update: Update, context: Context) -> None:
        proposal = await self._get(context)
        seen = proposal is not None and (broken == "the digest" or proposal.digest == context.found[1])
        another = proposal is not None and (broken == "the second person" or proposal.by != context.me.handle)
        if proposal is not None and seen and another:
            await self._carry_out(context, proposal, Act.APPROVED)
        elif proposal is not None:
            context.answer(Screen(Markup("no")))

    place, hole = {
        "the second person": ("handlers.approvals.Approvals.approve", unseen),
        "the digest": ("handlers.approvals.Approvals.approve", unseen),
        "the end": ("storage.proposals.Proposals.get", get),
        "the void": ("storage.proposals.Proposals.void", nothing),
        "the take": ("storage.proposals.Proposals.take", always),
        "the leaving": ("handlers.team.Team.left", never),
    }[broken]
    monkeypatch.setattr(place, hole)

    def every_story() -> None:
        for seed in range(STORIES):
            runner.run(_told(*tables, seed))

    with pytest.raises(AssertionError):
        every_story()
