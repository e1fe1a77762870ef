"""A team that reviews, and reporters who keep it busy, while the bot dies and comes back; and what is found of it all."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import json
import random
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot import clock
from bot.ask import make_office
from crash.campaign import Lives
from crash.child import TALLY
from crash.decisions import Case, Decisions, Deed, Differs
from crash.lives import Place, repositories
from crash.powercut import Disk
from crash.reporters import Screen
from sandbox.app import serve
from sandbox.records import Person
from sandbox.world import World
from storage.chats import Chats
from storage.database import Database
from storage.keyfiles import write_private
from storage.members import Members, Role
from storage.sealing import OfficeKey, Receipt, ServerKey
from storage.tables import Tables
from texts import mailbox
from texts.spoken import WORDS

_REFERENCE = re.compile(r"R-[0-9A-Z]{4}")
_HANDLE = re.compile(r"[A-Z][a-z]+-[0-9]+")
_TOLD = str(mailbox.answered("en").text)
_TOLD_NO_MORE = str(mailbox.told_no_more("en").text)
_STORY = (
    "/incident",
    "in:go",
    "f:c:category:arrest",
    "f:c:children:no",
    "Four men came to house {n}.",
    "f:ok:account",
    "yesterday 3pm",
    "f:yes:when",
    "Siem Reap",
    "f:yes:where",
    "7",
    "f:c:actors:police",
    "f:ok:actors",
    "f:c:state:held",
    "f:c:source:saw",
)
_REST = ("f:ok:evidence", "f:ok:benchmarks", "f:c:urgency:hours", "f:ok:consent", "f:c:contact:here", "f:send")
_MOST_WAITING = 60
"""Updates that the bot has not fetched: what piles up while it is dead would only delay the next death."""
_CHANCES = {"r": 40, "grade": 16, "confirm": 14, "answer": 14, "file": 10, "read": 4, "state": 4, "list": 5, "pass": 8}
"""What a coordinator does, and how often."""


@dataclass
class Somebody:
    """A person at the bot, who acts without waiting, as on a bad line."""

    team: Team
    person: Person
    dice: random.Random
    acts_at: float = 0.0
    seen: list[Screen] = field(default_factory=list)
    told: int = 0
    """How often they were told that there is something new."""
    bereft: int = 0
    """How often they were told that they will be told no more."""
    documents: Counter[str] = field(default_factory=Counter)
    """How often a file of each incident came."""

    def saw(self, message: Mapping[str, Any]) -> None:
        """The bot wrote or changed something."""
        text = message.get("text", message.get("caption", ""))
        self.told += text == _TOLD
        self.bereft += text == _TOLD_NO_MORE
        if "document" in message:
            self.documents[_REFERENCE.findall(message["document"]["file_name"])[0]] += 1
        screen = Screen.of(message)
        self.seen.append(screen)
        self.team.references |= {one for data in screen.data for one in _REFERENCE.findall(data)}
        self.noticed(message, screen)

    def noticed(self, message: Mapping[str, Any], screen: Screen) -> None:
        """What follows from it at once."""

    def turn(self, now: float) -> None:
        """Do the next thing, at a person's pace."""
        if now >= self.acts_at:
            self.acts_at = now + self.dice.uniform(0.02, 0.25)
            self.act()

    def act(self) -> None:
        """The next thing."""

    def does(self, *deeds: str, receipt: str = "") -> None:
        """Write or press, one right after the other."""
        for said in deeds:
            self.team.does(self.person, said, receipt)


class Reporter(Somebody):
    """Tells one incident after the other, looks into mailboxes, and takes back what they told."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.receipts: list[str] = []
        self._told_at = 0.0

    def noticed(self, message: Mapping[str, Any], screen: Screen) -> None:
        if screen.receipt and screen.receipt not in self.receipts:
            self.receipts.append(screen.receipt)
            self._told_at = 0.0

    def act(self) -> None:
        now, chance = asyncio.get_running_loop().time(), self.dice.random()
        known = [one for one in self.receipts if one in self.team.decisions.references]
        if self._told_at and now - self._told_at > 6:  # a power cut took it, or Send came before a file
            self._told_at = 0.0 if chance < 0.5 else self._told_at
            self.does("f:send") if self._told_at else self.does("f:cancel:yes")
        elif not self._told_at and len(self.receipts) < self.team.most_told:
            self._tell()
        elif known and chance < 0.05:
            self._look(self.dice.choice(known))
        elif known and chance < 0.06:
            self._look(self.dice.choice(known))
            self.does("mb:withdraw", "mb:withdraw:yes", "mb:withdraw:yes")

    def _tell(self) -> None:
        number = next(self.team.numbers)
        self._told_at = asyncio.get_running_loop().time()
        self.does(*(one.format(n=number) for one in _STORY))
        if number % 2:
            self.team.world.send_file(self.person, "document", b"%PDF-1.7 " + bytes([65 + number % 26]) * number)
        self.does(*_REST)

    def _look(self, receipt: str) -> None:
        self.does(receipt, receipt=receipt)


class Member(Somebody):
    """Somebody who acts as a coordinator does, whether they are one or not."""

    def noticed(self, message: Mapping[str, Any], screen: Screen) -> None:
        for data in screen.data:
            if re.fullmatch("pr:[0-9a-f]{12}", data) and data not in self.team.looked_at:
                self.team.looked_at.add(data)
                self.does(data)
            if data.startswith("pr:y:"):
                self.team.decided(self, data)

    def act(self) -> None:
        [what] = self.dice.choices(list(_CHANCES), list(_CHANCES.values()))
        ref = self._some_incident()
        if what == "list" or not ref:
            self.does(self.dice.choice(["/queue", "/queue mine", "/approvals", "/audit"]))
            return
        number = next(self.team.numbers)
        finding = self.dice.choice(["0101", "0102", "04"])
        deeds = {
            "r": (f"r:claim:{ref}",),
            "grade": (f"j:re:{ref}:0{self.dice.randint(1, 5)}",),
            "confirm": (f"j:fi:{ref}:{finding}", f"Two saw it, number {number}", "f:send"),
            "answer": (f"an:{ref}", f"Answer {number}: please wait", "f:send", "f:send"),
            "file": (f"rd:file:{ref}:1",),
            "read": (f"rd:{ref}",),
            "state": (f"j:rs:{ref}:{self.dice.choice(['question', 'checking'])}",),
            "pass": (self._passing(ref),),
        }
        self.does(*deeds[what])

    def _passing(self, ref: str) -> str:
        handles = [handle for handle, _ in self.team.decisions.members.values()]
        return f"r:over:{ref}:{self.dice.choice(handles)}" if self.dice.random() < 0.5 else f"r:release:{ref}"

    def _some_incident(self) -> str:
        """Mostly one that is this member's own as far as anybody knows."""
        handle, _ = self.team.decisions.members.get(self.person.id, ("", None))
        known = sorted(self.team.references)
        mine = [one for one in known if self.team.decisions.cases.get(one, Case()).claimed_by == handle]
        return self.dice.choice((mine if mine and self.dice.random() < 0.8 else known) or [""])


class Guest(Member):
    """Somebody who follows links, and then acts as if the role were theirs."""

    word = ""

    def noticed(self, message: Mapping[str, Any], screen: Screen) -> None:
        super().noticed(message, screen)
        if "Your word is" in screen.text:
            self.word = screen.text

    def act(self) -> None:
        if self.dice.random() < 0.4:
            super().act()


class Boss(Member):
    """The admin, who also takes people in and lets them go."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._asked: dict[str, Screen] = {}
        self._linked: set[str] = set()
        self._invites_at = 0.0
        self._joined: set[str] = set()

    def noticed(self, message: Mapping[str, Any], screen: Screen) -> None:
        super().noticed(message, screen)
        rows = message.get("reply_markup", {}).get("inline_keyboard", [])
        copied = [button["copy_text"]["text"] for row in rows for button in row if "copy_text" in button]
        for link in copied:
            self._pass_on(link.partition("?start=")[2])
        asked = [data for data in screen.data if data.startswith("iv:w:")]
        if asked:
            self._asked[asked[0].split(":")[2]] = screen
        if " is in: " in screen.text:
            self._joined.add(_HANDLE.findall(screen.text)[0])

    def _pass_on(self, payload: str) -> None:
        """Several people have the link, and open it at the same time."""
        if payload and payload not in self._linked:
            self._linked.add(payload)
            for guest in self.dice.sample(self.team.guests, 4):
                guest.does(f"/start {payload}", f"/start {payload}")

    def act(self) -> None:
        chance = self.dice.random()
        if self._asked and chance < 0.3:
            self._hear(*self._asked.popitem())
        elif chance < 0.4 and len(self.team.decisions.members) < 8 and self.acts_at > self._invites_at:
            self._invites_at = self.acts_at + 2
            self.does(f"iv:new:{self.dice.choice(['editor', 'coordinator', 'coordinator'])}")
        elif self._joined and chance < 0.42:
            handle = self._joined.pop()
            self.does(f"tm:r:{handle}", f"tm:ry:{handle}", f"tm:ry:{handle}")
        else:
            super().act()

    def _hear(self, invite: str, screen: Screen) -> None:
        """Press the word that one of the guests was shown, twice; wait for it if nobody saw it yet."""
        for data in (one for one in screen.data if one.startswith("iv:w:")):
            for guest in self.team.guests:
                if f"{WORDS[int(data.rpartition(':')[2])][0]} (" in guest.word:
                    guest.word = ""
                    self.does(data, data)
                    return
        self._asked[invite] = screen


@dataclass
class Team:
    """Everybody, and what they did, in the order in which the bot got it."""

    world: World
    most_told: int
    decisions: Decisions = field(default_factory=Decisions)
    deeds: dict[int, Deed] = field(default_factory=dict)
    """By the numbers of their updates; those that were not handled yet, or will never be."""
    references: set[str] = field(default_factory=set)
    """Those that somebody saw on a button."""
    looked_at: set[str] = field(default_factory=set)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    everybody: list[Somebody] = field(default_factory=list)
    _decided: set[str] = field(default_factory=set)
    _by_chat: dict[int, Somebody] = field(default_factory=dict)

    def enter(self, kind: type[Somebody], count: int) -> list[Any]:
        """So many more people of this kind."""
        found = []
        for _ in range(count):
            n = len(self.everybody)
            one = kind(self, self.world.add_person(f"{kind.__name__}{n}", language_code="en"), random.Random(n))
            self.everybody.append(one)
            self._by_chat[one.person.id] = one
            found.append(one)
        return found

    @property
    def guests(self) -> list[Guest]:
        return [one for one in self.everybody if isinstance(one, Guest)]

    @property
    def reporters(self) -> list[Reporter]:
        return [one for one in self.everybody if isinstance(one, Reporter)]

    @property
    def members(self) -> list[Member]:
        return [one for one in self.everybody if isinstance(one, Member)]

    def turn(self) -> None:
        """Let everybody who may do the next thing."""
        now = asyncio.get_running_loop().time()
        if len(self.world.updates.take(0, _MOST_WAITING)) == _MOST_WAITING:
            return
        for one in self.everybody:
            one.turn(now)

    def does(self, person: Person, said: str, receipt: str) -> None:
        """It is on its way to the bot."""
        pressed = re.match("[a-z]+(:|$)", said) and not receipt
        if pressed:
            self.world.tap(person, max(self.world.private_chat(person).messages, default=1), data=said)
        else:
            self.world.say(person, said)
        newest = self.world.updates.take(0, 1_000_000)[-1]["update_id"]
        self.deeds[newest] = Deed(person.id, said, receipt)

    def decided(self, who: Member, data: str) -> None:
        """Somebody sees the answers to a proposal: two people press one at the same time, once or twice."""
        if data not in self._decided:
            self._decided.add(data)
            answer = data.replace("pr:y:", "pr:n:") if who.dice.random() < 0.15 else data
            other = who.dice.choice(self.members)
            for one in (who, other, who, other):
                one.does(answer if one is who else data)

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """See what comes into the chats for as long as the block runs."""
        task = asyncio.get_running_loop().create_task(self._watch())
        await asyncio.sleep(0)
        try:
            yield
        finally:
            await asyncio.sleep(0)
            task.cancel()
            await asyncio.wait([task])
            if not task.cancelled():
                task.result()

    async def _watch(self) -> None:
        async for event in self.world.subscribe():
            assert event is not None
            assert event["type"] != "reload", "events were missed"
            if event["type"] in ("message", "edited") and event["message"]["from"]["id"] == self.world.bot.id:
                self._by_chat[event["chat_id"]].saw(event["message"])


@dataclass
class Verdict:
    """What became of all that was done."""

    deeds: int = 0
    entries: int = 0
    acts: Counter[str] = field(default_factory=Counter)
    incidents: int = 0
    answers: int = 0
    files: int = 0
    members: int = 0
    sent_again: int = 0
    """Files beyond those that were asked for."""
    told: int = 0
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        acts = ", ".join(f"{count} {act}" for act, count in sorted(self.acts.items()))
        return (
            f"{self.deeds} updates came to {self.entries} entries of the audit ({acts}); {self.incidents} incidents,"
            f" {self.answers} letters in mailboxes, {self.files} files sent and {self.sent_again} of them again,"
            f" {self.members} members, {self.told} notices; wrong: {len(self.wrong)}"
        )


@dataclass
class Reviewing(Lives[Team]):
    """A team at work, and what is found of it at each death and in the end."""

    office: OfficeKey = field(default_factory=OfficeKey.new)
    keys_are_lost: bool = False
    """A death takes the draft keys along, as a power cut does."""
    verdict: Verdict = field(default_factory=Verdict)

    async def outcome(self) -> Verdict:
        """Let the bot live until it has done everything, stop it, and look at what it kept and what people saw."""
        await self.last_life()
        await self.look_around()
        await self._compare_letters()
        self._compare_sights()
        return self.verdict

    async def look_around(self) -> None:
        """At a death: all that was done is there, once, and nothing that was not; nobody saw what is not."""
        async with repositories(self.place) as (database, tables, server):
            await database.write(lambda: self._compare(database, tables, server))
        if self.keys_are_lost:
            self.crowd.decisions.power_failed()
            self.place.draft_keys.unlink(missing_ok=True)

    async def _compare(self, database: Database, tables: Tables, server: ServerKey) -> None:
        team, wrong = self.crowd, self.verdict.wrong
        states: dict[int, str] = dict(await database.read("SELECT update_id, state FROM inbox"))
        self._nobody_saw_more_than(states)
        await self._learn(tables, server)
        over = sorted(number for number in team.deeds if states.get(number) not in (None, "waiting"))
        deeds = [one for number in over if (one := team.deeds.pop(number)) and states[number] == "done"]
        entries = [*reversed(await tables.audit.last(1_000_000))]
        self.verdict.deeds += len(deeds)
        self.verdict.entries, self.verdict.acts = len(entries), Counter(one.act for one in entries)
        try:
            team.decisions.follow(deeds, entries)
        except Differs as why:
            wrong.append(f"after {self.kills} kills: {why}")
            return
        wrong += await tables.audit.faults()
        await self._compare_cases(database, tables)
        await self._compare_people(tables)

    def _nobody_saw_more_than(self, states: Mapping[int, str]) -> None:
        """What was posted answers updates that are done with."""
        posted = {key.partition(":")[0] for key in (self.place.folder / TALLY).read_text().split()}
        early = [number for number in posted if number.isdecimal() and states.get(int(number)) in (None, "waiting")]
        self.verdict.wrong += [f"update {number} was answered before it was done" for number in early]

    async def _learn(self, tables: Tables, server: ServerKey) -> None:
        """Which incidents there are, what they hold, and to which of them the receipts lead."""
        decisions = self.crowd.decisions
        for reference, state, _ in await tables.incidents.all():
            if reference not in decisions.cases:
                decisions.cases[reference], decisions.letters[reference] = Case(), []
                sealed = await tables.incidents.sealed(reference) if state == "new" else []
                if sealed and json.loads(self.office.open(sealed[0].sealed))["evidence"]:
                    decisions.with_files.add(reference)
        for reporter in self.crowd.reporters:
            for written in set(reporter.receipts) - decisions.references.keys():
                receipt = Receipt.read(written)
                letters = await tables.mailboxes.open(server.mailbox(receipt)) if receipt else None
                if not letters or "reference" not in letters[0]:
                    self.verdict.wrong.append(f"a receipt opens {letters}")
                else:
                    decisions.references[written] = letters[0]["reference"]

    async def _compare_cases(self, database: Database, tables: Tables) -> None:
        decisions, wrong = self.crowd.decisions, self.verdict.wrong
        for reference, case in decisions.cases.items():
            review = await tables.reviews.of(reference)
            kept = Case(review.claimed_by, review.state, review.reliability, review.finding) if review else None
            if kept != case:
                wrong.append(f"{reference} is kept as {kept}, and should be {case}")
            [(letters,)] = await database.read("SELECT count(*) FROM replies WHERE reference = ?", (reference,))
            if letters != len(decisions.letters[reference]):
                wrong.append(f"{reference} has {letters} letters, and should have {decisions.letters[reference]}")
        kept_proposals = {one.digest for one in await tables.proposals.open(0)}
        if kept_proposals != decisions.proposals.keys():
            wrong.append(f"the proposals are {kept_proposals}, and should be {decisions.proposals}")

    async def _compare_people(self, tables: Tables) -> None:
        decisions, wrong = self.crowd.decisions, self.verdict.wrong
        kept = {one.handle: one.role for one in await tables.members.all()}
        if kept != dict(decisions.members.values()):
            wrong.append(f"the members are {kept}, and should be {decisions.members}")
        wrong += [f"{invite} made {many} members" for invite, many in decisions.used.items() if many > 1]
        self.verdict.members = len(kept)

    async def _compare_letters(self) -> None:
        """What the receipts open, letter by letter."""
        decisions, verdict = self.crowd.decisions, self.verdict
        verdict.incidents = len(decisions.cases)
        async with repositories(self.place) as (database, tables, server):
            for written, reference in decisions.references.items():
                receipt = Receipt.read(written)
                assert receipt is not None
                key = server.replies(receipt)
                found = await database.write(lambda r=reference, k=key: tables.replies.read(r, k))  # type: ignore[misc]
                letters = [(one.get("state", ""), one.get("words", "")) for one in found]
                verdict.answers += len(letters)
                if letters != decisions.letters[reference]:
                    verdict.wrong.append(f"the mailbox of {reference} holds {letters}")

    def _compare_sights(self) -> None:
        """Each file came, and whoever wanted to be told was told, at least once."""
        decisions, verdict = self.crowd.decisions, self.verdict
        for one in self.crowd.everybody:
            for (person, reference), wanted in decisions.fetched.items():
                if person == one.person.id:
                    came = one.documents[reference]
                    verdict.files += came
                    verdict.sent_again += max(0, came - wanted)
                    if came < wanted:
                        verdict.wrong.append(f"{one.person.name} asked {wanted} times for a file, and got {came}")
        for reporter in self.crowd.reporters:
            answered = [one for one in reporter.receipts if decisions.letters[decisions.references[one]]]
            verdict.told += reporter.told
            if reporter.told < len(answered) and not self.keys_are_lost:
                verdict.wrong.append(
                    f"{reporter.person.name} was told {reporter.told} times of {len(answered)} answers"
                )


@asynccontextmanager
async def reviewing(
    folder: Path, *variants: str, most_told: int = 4, disk: Disk | None = None, keys_are_lost: bool = False
) -> AsyncIterator[Reviewing]:
    """An admin, three coordinators, some guests and reporters, and a bot that has not lived yet."""
    world = World(pace=False, seed=1)
    team = Team(world, most_told)
    team.enter(Boss, 1)
    team.enter(Member, 3)
    team.enter(Guest, 6)
    team.enter(Reporter, 3)
    async with serve(world) as url, team.watching():
        more = {"INCIDENTS_PER_DAY": "1000"} | (disk.environment() if disk else {})
        place = Place(folder, world, url, more)
        place.folder.mkdir(parents=True, exist_ok=True)
        office = make_office(place.server_key.parent)
        write_private(place.server_key.with_name("office.key"), office.text)
        await _admit(place, team)
        yield Reviewing(
            place,
            team,
            ("keeps-a-tally", "takes-any-pace", *variants),
            disk.cut if disk else lambda: None,
            office=office,
            keys_are_lost=keys_are_lost,
        )


async def _admit(place: Place, team: Team) -> None:
    """Those who are members from the beginning; and everybody chose English."""
    today: dt.date = clock.now().date()
    place.data.mkdir(mode=0o700, parents=True)
    server = ServerKey.load(place.server_key, today)
    database = await Database.open(place.data / "sangket.db")
    members, chats = Members(database, server), Chats(database, server)

    async def work() -> None:
        for one in team.everybody:
            await chats.choose(one.person.id, "en", today)
        for one, role in zip(team.members, (Role.ADMIN, *[Role.COORDINATOR] * 3), strict=False):
            member = await members.admit(one.person.id, role, today)
            team.decisions.members[one.person.id] = (member.handle, role)

    await database.write(work)
    await database.close()
