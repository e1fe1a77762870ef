"""Nobody can do what their role does not allow: every role at every command and button, in every kind of chat.

For whom each command and button is stands here a second time, apart from the code. What is tried comes from the
handlers of the running bot, so that one which nobody wrote down here is found.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

import pytest
from backstage import Backstage
from conftest import House
from incident_story import Teller, rows
from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler, filters
from ways_in import (
    AnyHandler,
    application_of,
    calls_since,
    commands_of,
    every_handler,
    examples,
    inner,
    named,
    pattern_of,
    said,
    topic_of,
)

from forms.register import FORMS
from handlers.access import Guarded, Rule, Where, checked, under
from handlers.allowance import Allowance
from handlers.approvals import Approvals
from handlers.desks import LEAST
from handlers.turn import App, Context, Turn, current
from sandbox.records import Chat, Person, Query
from sandbox.world import World
from storage.audit import Act
from storage.members import Member, Role
from storage.proposals import Kind
from storage.rooms import Room
from texts.commands import COMMANDS as MENU

MOMENT = dt.datetime(2026, 11, 23, 5, tzinfo=dt.UTC)


class Place(Enum):
    """Where somebody may speak to the bot."""

    PRIVATE = "a private chat"
    GROUP = "some group"
    TEAM = "the coordinators' group"
    CHANNEL = "a channel"
    NOWHERE = "a card that was sent through the inline mode"


@dataclass(frozen=True)
class Row:
    """For whom something is, and where."""

    least: Role
    places: frozenset[Place]

    def allows(self, role: Role, place: Place) -> bool:
        return role >= self.least and place in self.places


ALONE = frozenset({Place.PRIVATE})
GROUPS = frozenset({Place.GROUP, Place.TEAM})
ANYBODY = Row(Role.PUBLIC, ALONE | GROUPS)
"""What is public is stopped in channels before any topic is asked (test_nobody_is_answered_in_a_channel)."""

COMMANDS: Mapping[str, Row] = {
    **dict.fromkeys(
        [
            "start",
            "help",
            "language",
            "settings",
            "privacy",
            "about",
            "incident",
            "report",
            "cancel",
            "wipe",
            "receipt",
            "benchmark",
            "benchmarks",
            "scorecard",
            "case",
            "cases",
            "trial",
            "recommendation",
            "recommendations",
            "agenda",
            "election",
            "dates",
            "law",
            "para",
            "search",
            "contradictions",
            "changes",
            "statistics",
            "deadlines",
            "remind",
            "subscriptions",
            "calendar",
        ],
        ANYBODY,
    ),
    "team": Row(Role.MONITOR, ALONE),
    "approvals": Row(Role.EDITOR, ALONE),
    "queue": Row(Role.COORDINATOR, ALONE | {Place.TEAM}),
    "invite": Row(Role.COORDINATOR, ALONE),
    "revoke": Row(Role.COORDINATOR, ALONE),
    "audit": Row(Role.COORDINATOR, ALONE),
    "export": Row(Role.COORDINATOR, ALONE),
    "broadcast": Row(Role.COORDINATOR, ALONE),
    "coverage": Row(Role.COORDINATOR, ALONE),
    "submission": Row(Role.COORDINATOR, ALONE),
    "workplan": Row(Role.COORDINATOR, ALONE),
    "coordinators": Row(Role.ADMIN, ALONE | GROUPS),
}
LINKS: Mapping[str, Row] = {
    "/start q_R-7F3K": Row(Role.COORDINATOR, ALONE),
    "/start i_AAAAAAAAAAAAAAAAAAAAAA": Row(Role.PUBLIC, ALONE),
    "/start a_AAAAAAAAAAAAAAAAAAAAAA": Row(Role.PUBLIC, ALONE),
}
"""Links that open something else than what ``/start`` opens for everybody."""

REF = "R-[0-9A-Z]{4}"
BUTTONS: Mapping[str, Row] = {
    "prs(?::.*)?|pr:.*": Row(Role.EDITOR, ALONE),
    "tm|tm:p:[0-9]+|tm:leave.*": Row(Role.MONITOR, ALONE),
    "tm:(r|ry|a)(:.*)?": Row(Role.COORDINATOR, ALONE),
    "iv|iv:.*": Row(Role.COORDINATOR, ALONE),
    "q:(e|[bcdelnprx]:[^:]*)(:p:[0-9]+)?": ANYBODY,
    "q|q:[^:]{3,}(:[0-9]+)?": Row(Role.COORDINATOR, ALONE),
    f"r:((claim|release|over):)?{REF}(:.*)?": Row(Role.COORDINATOR, ALONE),
    "ex:.*": Row(Role.COORDINATOR, ALONE),
    "bc|bc:.*": Row(Role.COORDINATOR, ALONE),
    "rd:.*": Row(Role.COORDINATOR, ALONE),
    "j:.*": Row(Role.COORDINATOR, ALONE),
    f"an:{REF}(:.*)?": Row(Role.COORDINATOR, ALONE),
    "dl|dl:(p|all)(:.*)?|dl:[0-9a-f]{8}|dl:(un)?done:.*": ANYBODY,
    "dl:.*": Row(Role.COORDINATOR, ALONE),
    "sm|sm:.*": Row(Role.COORDINATOR, ALONE),
    "cv|cv:.*": Row(Role.COORDINATOR, ALONE),
    "wp|wp:.*": Row(Role.COORDINATOR, ALONE),
    "cn:all:.*": ANYBODY,
    "cn:.*": Row(Role.EDITOR, ALONE),
    "as:.*": Row(Role.COORDINATOR, ALONE),
    "st|st:.*": ANYBODY,
    "sb|sb:.*|fo:.*": ANYBODY,
    "cal(:[0-9a-f]{8})?": ANYBODY,
    "ck:right": Row(Role.ADMIN, ALONE),
    "home|help|about|priv(:forget)?|lang(:..)?|wipe": ANYBODY,
    "in|in:[a-z]+|mb:[a-z:]+|f:.*": ANYBODY,
    "(bs|cs|rs|ag|es|en|ls|xs|ds|cb|cc|cd|td|rb|ep|sc|an)(:(?!R-).*)?": ANYBODY,
    "e|[bcdelnprx]:[^:]*(:.*)?": ANYBODY,
}
"""Button data by family; the first that fits counts."""

OTHERS: Mapping[str, Row] = {
    **dict.fromkeys(
        [
            "Receipts.typed",
            "Fillings.edited",
            "Fillings.given",
            "Welcomes.joined",
            "TeamRooms.gone",
            "Inline.offer",
            "Asking.words",
            "Otherwise.old_button",
            "Otherwise.unknown_command",
            "Otherwise.only_words",
        ],
        ANYBODY,
    )
}
"""What is neither a command nor a button with data of its own: words, files, comings and goings."""

FORM_OWNERS: Mapping[str, Role] = {
    "incident": Role.PUBLIC,
    "addition": Role.PUBLIC,
    "reply": Role.COORDINATOR,
    "reason": Role.COORDINATOR,
    "note": Role.COORDINATOR,
    "paragraph_en": Role.COORDINATOR,
    "paragraph_km": Role.COORDINATOR,
    "appeal_special": Role.COORDINATOR,
    "appeal_wgeid": Role.COORDINATOR,
    "appeal_wgad": Role.COORDINATOR,
    "appeal_trial": Role.COORDINATOR,
    "own_note": Role.COORDINATOR,
    "link": Role.COORDINATOR,
    "same": Role.COORDINATOR,
    "case_news": Role.EDITOR,
    "assessment": Role.COORDINATOR,
    "deadline": Role.COORDINATOR,
    "section_owner": Role.COORDINATOR,
    "section_due": Role.COORDINATOR,
    "broadcast": Role.COORDINATOR,
    "submitters": Role.COORDINATOR,
}
"""Whose answers are taken for a form; the buttons of all forms are the same."""

ROUND_ABOUT = {-2: ["Arrivals.arrive"], -1: ["Desks.arrive"], 1: ["Fillings.come_back"], 2: ["Desks.note"]}
"""What runs before and after the one handler that answers, by its group; each looks at every update and needs no rule."""


def row_of(sample: str) -> Row | None:
    """What the table says of a command, link or button data; None when nobody wrote it down."""
    if sample.startswith("/"):
        like = re.sub(f"_{REF}$", "_R-7F3K", sample)
        return LINKS.get(like) or COMMANDS.get(like.removeprefix("/"))
    return next((row for family, row in BUTTONS.items() if re.fullmatch(family, sample)), None)


# The rule of every handler


class Gate:
    """Updates from nobody in particular, and whether handlers would take them."""

    def __init__(self, application: App) -> None:
        self.application = application
        self._made: dict[tuple[str, Place], Update | None] = {}

    def takes(self, handler: AnyHandler, sample: str, role: Role, place: Place) -> bool:
        """Whether a handler takes this from somebody with this role, there."""
        update = self._update(sample, place)
        if update is None:
            return False
        member = Member("Crane-1", role, "2026-11-23") if role else None
        turn = Turn(MOMENT, member=member, in_team_room=place is Place.TEAM)
        token = current.set(turn)
        try:
            check = handler.check_update(update)
        finally:
            current.reset(token)
        return check is not None and check is not False

    def samples(self, handler: AnyHandler) -> list[str]:
        """What somebody would have to write or press; empty when it is neither a command nor a button with data."""
        bare = [f"/{name}" for name in commands_of(handler)]
        taken = [one for one in bare if self._fits(handler, one)]
        linked = [one for one in LINKS if one.split()[0] in bare and self._fits(handler, one)]
        pattern = pattern_of(handler)
        return taken or linked or (list(examples(pattern)) if pattern is not None else [])

    def _fits(self, handler: AnyHandler, text: str) -> bool:
        return any(self.takes(inner(handler), text, Role.ADMIN, place) for place in ALONE | GROUPS)

    def _update(self, sample: str, place: Place) -> Update | None:
        key = (sample, place)
        if key not in self._made:
            raw = raw_update(sample, place, {"id": 6_000_000_001, "is_bot": False, "first_name": "Dara"})
            self._made[key] = Update.de_json(raw, self.application.bot) if raw else None
        return self._made[key]


def raw_update(sample: str, place: Place, sender: dict[str, Any]) -> dict[str, Any] | None:
    """An update as Telegram makes it; None for what cannot be: words on a card of another chat."""
    kind = {Place.PRIVATE: "private", Place.CHANNEL: "channel"}.get(place, "supergroup")
    chat = {"id": sender["id"] if kind == "private" else -1_001_234_567_890, "type": kind, "title": "Somewhere"}
    head = {"message_id": 7, "date": int(MOMENT.timestamp()), "chat": chat, "text": "something"}
    if not sample.startswith("/"):
        query = {"id": "1", "from": sender, "chat_instance": "1", "data": sample}
        where = {"inline_message_id": "1"} if place is Place.NOWHERE else {"message": head}
        return {"update_id": 1, "callback_query": query | where}
    if place is Place.NOWHERE:
        return None
    entity = {"type": "bot_command", "offset": 0, "length": len(sample.split()[0])}
    words = head | {"text": sample, "entities": [entity]}
    return (
        {"update_id": 1, "channel_post": words}
        if kind == "channel"
        else {"update_id": 1, "message": words | {"from": sender}}
    )


def faults(application: App) -> list[str]:
    """Where code and table differ, in words."""
    gate = Gate(application)
    answering = [one for group, one in every_handler(application) if group not in ROUND_ABOUT]
    found = [fault for group, names in ROUND_ABOUT.items() for fault in _besides(application, group, names)]
    for handler in answering:
        found += _faults_of(handler, gate, [one for one in answering if topic_of(one) is topic_of(handler)])
    return found


def _besides(application: App, group: int, names: Sequence[str]) -> Iterator[str]:
    yield from (
        f"{named(one)}: runs for every update in group {group}, and nobody wrote it down"
        for one in application.handlers.get(group, [])
        if named(one) not in names
    )


def _faults_of(handler: AnyHandler, gate: Gate, topic: Sequence[AnyHandler]) -> Iterator[str]:
    if not isinstance(handler, Guarded):
        yield f"{named(handler)}: has no rule"
        return
    samples = gate.samples(handler)
    if not samples:
        yield from _fault_of_rule(handler)
    for sample in samples:
        row = row_of(sample)
        if row is None:
            yield f"{named(handler)}: nobody wrote down for whom {sample} is"
        else:
            yield from _faults_at(sample, row, handler, gate, topic)


def _fault_of_rule(handler: Guarded) -> Iterator[str]:
    """Of a handler for which no update can be made up here."""
    row = OTHERS.get(named(handler))
    if row is None or commands_of(handler):
        yield f"{named(handler)}: nobody wrote down for whom it is"
    elif handler.rule != Rule(row.least, Where.ANYWHERE if row is ANYBODY else Where.PRIVATE):
        yield f"{named(handler)}: its rule is {handler.rule}, and not that of the table"


def _faults_at(sample: str, row: Row, handler: AnyHandler, gate: Gate, topic: Sequence[AnyHandler]) -> Iterator[str]:
    for place in Place:
        if row is ANYBODY and place not in row.places:
            continue
        for role in Role:
            takes = gate.takes(handler, sample, role, place)
            if takes and not row.allows(role, place):
                yield f"{named(handler)}: takes {sample} from {role.name} in {place.value}"
            elif row.allows(role, place) and not any(gate.takes(one, sample, role, place) for one in topic):
                yield f"{named(handler)}: does not take {sample} from {role.name} in {place.value}"


async def test_every_handler_takes_what_the_table_allows_and_nothing_else(house: House) -> None:
    assert faults(application_of(house))[:20] == []


async def test_the_table_names_no_command_that_does_not_exist(house: House) -> None:
    registered = {name for _, one in every_handler(application_of(house)) for name in commands_of(one)}
    assert registered == set(COMMANDS)


def test_menus_offer_a_command_to_exactly_those_who_may_use_it() -> None:
    assert {one.name: one.role for one in MENU if COMMANDS[one.name].least is not one.role} == {}
    assert [one.name for one in MENU if one.in_groups and COMMANDS[one.name] is not ANYBODY] == []
    assert set(COMMANDS) - {one.name for one in MENU} == {"settings", "report"}, "other names of two commands"


def test_every_form_takes_answers_from_whom_the_table_says() -> None:
    assert {name: LEAST.get(name, Role.PUBLIC) for name in FORMS} == FORM_OWNERS
    assert set(LEAST) <= set(FORMS)


# What those see who have no right


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is asked to slow down: much is tried at once here."""
    monkeypatch.setattr(Allowance, "take", lambda *_: (True, False))


REVOKED = "somebody revoked"
NONSENSE = {True: "/nosuchcommand", False: "zz:zz"}
"""A command and a button that do not exist."""


class Office:
    """A network at work: somebody of every role, one who was revoked, both kinds of group; and something to find out."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.world: World = house.world
        self.backstage = Backstage(house)
        self.people: dict[str, Person] = {}
        self.places: dict[Place, Chat] = {}
        self.channel = {"id": -1_001_555_555_555, "type": "channel", "title": "News"}
        self._real: list[tuple[str, str]] = []

    async def open(self) -> None:
        """Take everybody in, and let something happen."""
        for role in Role:
            self.people[role.name] = self.world.add_person(role.name.title())
            if role is not Role.PUBLIC:
                await self.house.admit(self.people[role.name], role)
        self.people[REVOKED] = self.world.add_person("Revoked")
        await self.house.admit(self.people[REVOKED], Role.ADMIN)
        await self.backstage.revoke(self.people[REVOKED])
        everybody = list(self.people.values())
        for place, title in ((Place.GROUP, "Neighbours"), (Place.TEAM, "Coordinators")):
            self.places[place] = self.world.add_group(title, people=everybody)
            self.world.say(everybody[0], "/help", chat=self.places[place])
        for person in everybody:
            self.world.say(person, "/help")
        await Teller(self.house, self.house.talk(self.world.add_person("Reporter"))).hand_in()
        await self.backstage.do(self._work)

    async def _work(self) -> None:
        """A coordinator has the incident in hand, and everything that has a number of its own is open."""
        tables, now = self.backstage.tables, int(self.world.now())
        await tables.rooms.choose(Room(self.places[Place.TEAM].id))
        mine = await tables.members.of(self.people["COORDINATOR"].id)
        other = await tables.members.of(self.people["MONITOR"].id)
        assert mine is not None
        assert other is not None
        [(reference,)] = rows(self.house, "SELECT reference FROM incidents")
        review = await tables.reviews.of(reference)
        assert review is not None
        await tables.reviews.keep(replace(review, claimed_by=mine.handle))
        content = {"invite": "I-00000000", "role": "coordinator"}
        proposal = await tables.proposals.propose(Kind.COORDINATOR, reference, content, mine.handle, now)
        token = await tables.invites.make(Role.MONITOR, mine.handle, now, (1, 2, 3, 4), 3)
        invite = await tables.invites.find(token, now)
        assert invite is not None
        await tables.audit.note(MOMENT.date(), mine.handle, Act.CLAIMED, reference)
        self._real = [
            (r"R-[0-9A-Z]{4}", reference),
            (r"(?<=:)[A-Z][a-z]+-[0-9]{1,4}(?=:|$)", other.handle),
            (r"(?<=:)[0-9a-f]{12}(?=:|$)", proposal.id),
            (r"(?<=:)[0-9a-f]{16}(?=:|$)", proposal.digest),
            (r"(?<=:)I-[0-9A-F]{8}:[0-9]+", f"{invite.id}:{invite.word}"),
            (r"(?<=:)I-[0-9A-F]{8}(?=:|$)", invite.id),
        ]

    def real(self, sample: str) -> str:
        """The same about what there is, as the button would carry it for whoever may press it."""
        for pattern, there in self._real:
            sample = re.sub(pattern, there, sample)
        return sample

    def role(self, who: str) -> Role:
        return Role.PUBLIC if who == REVOKED else Role[who]

    async def everywhere(self, sample: str, wanted: set[tuple[str, Place]]) -> dict[tuple[str, Place], list[str]]:
        """What the bot does when these people write or press this there, all of them before it looks; by person and
        place, as calls of the Bot API without what differs from one call to the next."""
        before = self.world.journal.last
        for who, place in sorted(wanted, key=str):
            self._do(sample, self.people[who], place)
        await self.house.settle()
        done: dict[tuple[str, Place], list[str]] = {one: [] for one in wanted}
        for method, params in calls_since(self.house, before):
            done.setdefault(self._whose(params), []).append(f"{method} {_alike(params, sample)}")
        return done

    def _do(self, sample: str, person: Person, place: Place) -> None:
        if place is Place.CHANNEL:
            self._push(sample, person)
            return
        chat = self.places.get(place)
        if sample.startswith("/"):
            self.world.say(person, sample, chat=chat)
        else:
            shown = chat or self.world.private_chat(person)
            ours = max(n for n, one in shown.messages.items() if one["from"]["id"] == self.world.bot.id)
            self.world.tap(person, ours, data=sample, chat=chat)

    def _push(self, sample: str, person: Person) -> None:
        """In a channel, of which this Telegram has none."""
        raw = raw_update(sample, Place.CHANNEL, person.user())
        assert raw is not None
        del raw["update_id"]
        if "callback_query" in raw:
            raw["callback_query"]["id"] = query = self.world.new_id()
            self.world.taps[query] = Query(person.id, self.channel["id"], self.world.now() + 100)  # type: ignore[arg-type]
        self.world.push(raw)

    def _whose(self, params: Mapping[str, Any]) -> tuple[str, Place]:
        """To whom a call answers, and where."""
        tap = self.world.taps.get(params.get("callback_query_id", ""))
        chat_id = tap.chat_id if tap else params.get("chat_id")
        place = next((place for place, chat in self.places.items() if chat.id == chat_id), Place.CHANNEL)
        answered = params.get("reply_parameters", {}).get("message_id")
        who: int | None = tap.person_id if tap else chat_id
        if chat_id in self.world.people:
            place = Place.PRIVATE
        elif answered and place in self.places:
            who = self.places[place].messages[answered]["from"]["id"]
        return next((name for name, one in self.people.items() if one.id == who), "nobody in particular"), place


def _alike(params: Mapping[str, Any], sample: str) -> str:
    """What is said, with one name for all commands."""
    return said(params).replace(f"/{sample.split()[0].lstrip('/')}.", "/it.") if sample[0] == "/" else said(params)


@pytest.fixture
async def office(house: House, patient: None) -> Office:
    office = Office(house)
    await office.open()
    return office


SPOKEN = (Place.PRIVATE, Place.GROUP, Place.TEAM, Place.CHANNEL)


def somebodys(application: App, office: Office) -> list[str]:
    """Every command, and of each family of buttons one about nothing and one about what there is; what is for
    everybody everywhere left out."""
    gate, found = Gate(application), list(LINKS)
    for _, handler in every_handler(application):
        samples = gate.samples(handler)
        pressed = [samples[0], office.real(samples[0])] if samples and not samples[0].startswith("/") else samples
        found += pressed
    return [one for one in dict.fromkeys([*found, *map(office.real, LINKS)]) if row_of(one) not in (ANYBODY, None)]


async def test_who_has_no_right_sees_exactly_what_they_would_if_it_did_not_exist(house: House, office: Office) -> None:
    nothing = {
        is_command: await office.everywhere(sample, {(who, place) for who in office.people for place in SPOKEN})
        for is_command, sample in NONSENSE.items()
    }
    linked = await office.everywhere("/start nonsense", {(who, Place.PRIVATE) for who in office.people})
    kept, seen = office.backstage.decided(), []
    for sample in somebodys(application_of(house), office):
        row = row_of(sample)
        assert row is not None
        without = {
            (who, place)
            for who in office.people
            for place in SPOKEN
            if not row.allows(office.role(who), place) and (" " not in sample or place is Place.PRIVATE)
        }
        expected = linked if " " in sample else nothing[sample.startswith("/")]
        for (who, place), calls in (await office.everywhere(sample, without)).items():
            if calls != expected.get((who, place), []):
                seen.append(f"{sample} by {who} in {place.value}: {calls}, and not {expected.get((who, place))}")
    assert seen == []
    assert office.backstage.decided() == kept, "and nothing that they did had any effect"


async def test_who_has_the_right_sees_something_else(house: House, office: Office) -> None:
    """Control: what the others do not see is there. The group's own command comes last, for it changes which it is."""
    nothing = await office.everywhere("/nosuchcommand", {(who, place) for who in office.people for place in SPOKEN})
    silent, members_only = [], [name for name, row in COMMANDS.items() if row is not ANYBODY]
    for name in members_only:
        row = COMMANDS[name]
        may = {(who, place) for who in office.people for place in SPOKEN if row.allows(office.role(who), place)}
        assert may, name
        answers = await office.everywhere(f"/{name}", may)
        silent += [(name, one) for one in may if not answers[one] or answers[one] == nothing[one]]
    assert silent == []


async def test_nobody_is_answered_in_a_channel(house: House, office: Office) -> None:
    everybody = {(who, Place.CHANNEL) for who in office.people}
    for sample in ("/start", "/help", "/queue", "/nosuchcommand"):
        assert await office.everywhere(sample, everybody) == {one: [] for one in everybody}, sample
    foreign = await office.everywhere("zz:zz", everybody)
    for sample in ("home", "b:D", "q", "tm"):
        assert await office.everywhere(sample, everybody) == foreign, sample


async def test_an_administrator_who_hides_behind_the_coordinators_group_is_nobody(house: House, office: Office) -> None:
    """Telegram tells only that some administrator spoke: that may be anybody."""
    group, boss = office.places[Place.TEAM], office.people["ADMIN"]
    shown = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    for sender, name, answered in ((boss.user(), "/queue", True), (shown, "/queue", False), (shown, "/help", True)):
        raw = raw_update(name, Place.TEAM, sender)
        assert raw is not None
        hidden = {"sender_chat": group.chat()} if sender is shown else {}
        talk = house.talk(boss, group)
        raw = {"message": raw["message"] | {"chat": group.chat()} | hidden}
        assert bool(await talk.after(lambda raw=raw: office.world.push(raw))) is answered, (sender, name)  # type: ignore[misc]


# Revoked


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PUBLIC])
async def test_whoever_is_revoked_is_the_public_with_the_next_update(house: House, office: Office, role: Role) -> None:
    person = office.people[role.name]
    here, public = {(role.name, Place.PRIVATE)}, {(REVOKED, Place.PRIVATE)}
    mine = [f"/{name}" for name, row in COMMANDS.items() if row is not ANYBODY and row.allows(role, Place.PRIVATE)]
    before = [await office.everywhere(sample, here) for sample in mine]
    await office.backstage.revoke(person)
    for sample, answers in zip(mine, before, strict=True):
        after = await office.everywhere(sample, here)
        expected = await office.everywhere(sample, public)
        assert list(after.values()) == list(expected.values()), sample
        assert after != answers, sample


async def test_a_form_that_was_open_is_gone_with_the_role(house: House, office: Office) -> None:
    """What somebody writes then is what anybody writes, and the buttons of the form are as old as any."""
    coordinator, public = (house.talk(office.people[name]) for name in ("COORDINATOR", "PUBLIC"))
    number = max(office.world.private_chat(coordinator.person).messages)
    data = office.real("an:R-7F3K")
    [asked] = await coordinator.after(lambda: office.world.tap(coordinator.person, number, data=data))
    assert "f:cancel" in str(asked.message), "control: the form is open"
    await office.backstage.revoke(coordinator.person)
    kept = office.backstage.decided()
    for words in ("D", "/cancel"):
        assert await coordinator.say(words) == await public.say(words)
    for press in ("f:send", "f:stay", "f:leave", "f:cancel:yes"):
        assert await coordinator.tap(press) == await public.tap(press)
    assert office.backstage.decided() == kept


async def test_a_revocation_takes_effect_within_one_commit(house: House, office: Office, world: World) -> None:
    """Both updates are handled together; the second is already a stranger's."""
    coordinator, application = office.people["COORDINATOR"], application_of(house)
    member = await office.backstage.member(coordinator)
    assert member is not None

    async def revoke(update: Update, context: Context) -> None:
        await office.backstage.tables.members.revoke(member.handle)

    first = under(Rule(Role.ADMIN), CommandHandler("now", revoke))
    application.handlers[0] = [*first, *application.handlers[0]]
    talk = house.talk(coordinator)
    before = await talk.say("/queue")

    def together() -> None:
        world.say(office.people["ADMIN"], "/now")
        world.say(coordinator, "/queue")

    [after] = await talk.after(together)
    assert after.text.startswith("I do not know /queue.")
    assert not before[0].text.startswith("I do not know"), "control"


# Controls: a mistake in a rule would be found


async def test_the_bot_does_not_start_with_a_handler_that_has_no_rule(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def answer(update: Update, context: Context) -> None:
        raise AssertionError("never asked")

    bare = CommandHandler("secrets", answer)
    with pytest.raises(TypeError):
        checked([bare])
    assert len(checked(under(Rule(Role.ADMIN), bare))) == 1
    await house.stop()
    monkeypatch.setattr(Approvals, "handlers", lambda self: [bare])
    with pytest.raises(TypeError):
        await house.start()
    house._task = None


async def test_a_handler_with_a_wrong_rule_or_none_would_be_found(house: House) -> None:
    application = application_of(house)

    async def answer(update: Update, context: Context) -> None:
        raise AssertionError("never asked")

    def wrong(handler: AnyHandler) -> list[str]:
        return list(_faults_of(handler, Gate(application), [handler]))

    queue, words = CommandHandler("queue", answer), MessageHandler(filters.TEXT, answer)
    claim = CallbackQueryHandler(answer, "^r:claim:(R-[0-9A-Z]{4})$")
    for rule, handler in (
        (Rule(Role.EDITOR), queue),
        (Rule(Role.COORDINATOR, Where.ANYWHERE), queue),
        (Rule(Role.COORDINATOR), queue),
        (Rule(Role.ADMIN, Where.TEAM), queue),
        (Rule(Role.EDITOR), claim),
        (Rule(Role.ADMIN), CommandHandler("secrets", answer)),
        (Rule(Role.ADMIN), CallbackQueryHandler(answer, "^zz:secrets$")),
        (Rule(Role.ADMIN), words),
    ):
        assert wrong(Guarded(handler, rule)) != [], (rule, handler)
    assert wrong(queue) == [f"{named(queue)}: has no rule"]
    assert wrong(Guarded(queue, Rule(Role.COORDINATOR, Where.TEAM))) == [], "a right one is none"
    assert wrong(Guarded(claim, Rule(Role.COORDINATOR))) == []
    application.handlers[2] = [*application.handlers[2], words]
    assert len(list(_besides(application, 2, ROUND_ABOUT[2]))) == 1


async def test_a_looser_rule_would_show(house: House, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control of what is compared: with every rule gone, strangers see what they should not."""
    nothing = await office.everywhere("/nosuchcommand", {("PUBLIC", Place.PRIVATE)})
    member = Member("Crane-1", Role.ADMIN, "2026-11-23")
    monkeypatch.setattr(Rule, "holds", lambda *_: True)
    monkeypatch.setattr(Context, "me", member)
    assert await office.everywhere("/queue", {("PUBLIC", Place.PRIVATE)}) != nothing


def test_examples_of_patterns_reach_every_choice() -> None:
    """Control of what is pressed."""
    assert set(examples("^(a|b[0-9]?)x$")) == {"ax", "bx", *(f"b{n}x" for n in range(10))} & set(
        examples("^(a|b[0-9]?)x$")
    )
    assert {one[0] for one in examples("^(a|b[0-9]?)x$")} == {"a", "b"}
    assert {one[-1] for one in examples("^q:([A-T])$")} == set("ABCDEFGHIJKLMNOPQRST")
    assert {len(one) for one in examples("^([a-z]{1,80})$")} == {1, 2, 7}
