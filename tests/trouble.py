"""Every point of the conversations about incidents, and a bot in which a person can be put at any of them at once.

A *station* is a point where something is asked, with what an honest person does there and where that leads. Each is
reached once by talking; what then lies on the desk is kept, and put there again whenever somebody is to stand there.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from conftest import House

from bot import courier, dispatch, sender
from bot.talk import Seen, Talk
from facts.report import Report
from forms.form import Progress
from forms.register import FORMS
from handlers.allowance import Allowance
from handlers.desks import CONVERSATIONS
from sandbox.records import Person
from sandbox.world import World
from storage.database import Database
from storage.drafts import Desk, Draft, Drafts
from storage.outbox import Letter
from storage.sealing import DraftKeys, Receipt, ServerKey

Deed = Callable[[World, Person], object]

PDF = b"%PDF-1.7 of this test"
_MORNING = dt.datetime(2026, 11, 23, 0, 30, tzinfo=dt.UTC)
"""The clock stands, and only moves when a test says so: the day must not end meanwhile."""


@dataclass(frozen=True)
class Say:
    """A text, as typed."""

    text: str

    def __call__(self, world: World, person: Person) -> None:
        world.say(person, self.text)


@dataclass(frozen=True)
class Tap:
    """A press of a button with this data below the latest message of the bot."""

    data: str

    def __call__(self, world: World, person: Person) -> None:
        world.tap(person, latest(world, person), data=self.data)


@dataclass(frozen=True)
class Document:
    """A file."""

    data: bytes = PDF

    def __call__(self, world: World, person: Person) -> None:
        world.send_file(person, "document", self.data, file_name="x.pdf", mime="application/pdf")


@dataclass(frozen=True)
class ShowReceipt:
    """The receipt of the scene, typed."""

    def __call__(self, world: World, person: Person) -> None:
        world.say(person, person.note)


@dataclass(frozen=True)
class Station:
    """A point of a conversation. ``takes`` says which kinds of things are answers there: ``words``, ``numbers``,
    ``files``, ``pins``. ``then`` is where the honest answer leads (see ``where``)."""

    name: str
    after: str
    deeds: tuple[Deed, ...]
    honest: tuple[Deed, ...]
    then: str
    takes: frozenset[str] = frozenset()

    @property
    def step(self) -> str:
        """The step that is asked there; empty where none is."""
        return self.name.partition(" ")[0].rpartition(":")[2] if ":" in self.name else ""


def _station(name: str, after: str, deeds: Iterable[Deed], honest: Iterable[Deed], then: str, *takes: str) -> Station:
    return Station(name, after, tuple(deeds), tuple(honest), then, frozenset(takes))


def _changing(step: str, then: Iterable[Deed], *takes: str) -> Station:
    name = f"incident:{step} changing"
    return _station(name, "incident:review", [Tap(f"f:change:{step}")], then, "incident:review", *takes)


RECEIVED = "received"
"""Where handing in leads: nothing is open any more."""

STATIONS: tuple[Station, ...] = (
    _station("before", "", [Say("/incident")], [Tap("in:go")], "incident:category"),
    _station("help first", "before", [Tap("in:help")], [Tap("in:go")], "incident:category"),
    _station("incident:category", "before", [Tap("in:go")], [Tap("f:c:category:arrest")], "incident:children"),
    _station(
        "incident:children",
        "incident:category",
        [Tap("f:c:category:arrest")],
        [Tap("f:c:children:no")],
        "incident:account",
    ),
    _station(
        "incident:account",
        "incident:children",
        [Tap("f:c:children:no")],
        [Say("Four men took two people away."), Tap("f:ok:account")],
        "incident:when",
        "words",
        "files",
    ),
    _station(
        "incident:account begun",
        "incident:account",
        [Say("Four men took two people away."), Document()],
        [Tap("f:ok:account")],
        "incident:when",
        "words",
        "files",
    ),
    _station(
        "incident:when",
        "incident:account begun",
        [Tap("f:ok:account")],
        [Say("yesterday 3pm"), Tap("f:yes:when")],
        "incident:where",
        "words",
    ),
    _station(
        "incident:when understood",
        "incident:when",
        [Say("yesterday 3pm")],
        [Tap("f:yes:when")],
        "incident:where",
        "words",
    ),
    _station(
        "incident:where",
        "incident:when understood",
        [Tap("f:yes:when")],
        [Say("Siem Reap"), Tap("f:yes:where")],
        "incident:affected",
        "words",
    ),
    _station(
        "incident:where within",
        "incident:where",
        [Tap("f:c:where:in:17")],
        [Tap("f:c:where:here:17")],
        "incident:affected",
        "words",
    ),
    _station(
        "incident:where several",
        "incident:where",
        [Say("Kampong")],
        [Say("Siem Reap"), Tap("f:yes:where")],
        "incident:affected",
        "words",
    ),
    _station(
        "incident:where spot",
        "incident:where",
        [Tap("f:c:where:pin")],
        [lambda world, person: world.send_location(person, 11.5, 104.9)],
        "incident:affected",
        "words",
        "pins",
    ),
    _station(
        "incident:where understood",
        "incident:where",
        [Say("Siem Reap")],
        [Tap("f:yes:where")],
        "incident:affected",
        "words",
    ),
    _station(
        "incident:affected", "incident:where understood", [Tap("f:yes:where")], [Say("៧")], "incident:actors", "numbers"
    ),
    _station(
        "incident:actors",
        "incident:affected",
        [Say("7")],
        [Tap("f:c:actors:police"), Tap("f:ok:actors")],
        "incident:state",
    ),
    _station(
        "incident:actors ticked",
        "incident:actors",
        [Tap("f:c:actors:police"), Tap("f:c:actors:local")],
        [Tap("f:ok:actors")],
        "incident:state",
    ),
    _station(
        "incident:state", "incident:actors ticked", [Tap("f:ok:actors")], [Tap("f:c:state:held")], "incident:source"
    ),
    _station(
        "incident:source", "incident:state", [Tap("f:c:state:held")], [Tap("f:c:source:saw")], "incident:evidence"
    ),
    _station(
        "incident:evidence",
        "incident:source",
        [Tap("f:c:source:saw")],
        [Document(), Tap("f:ok:evidence")],
        "incident:benchmarks",
        "files",
    ),
    _station(
        "incident:evidence begun",
        "incident:evidence",
        [Document(PDF + b"1"), Document(PDF + b"2")],
        [Tap("f:ok:evidence")],
        "incident:benchmarks",
        "files",
    ),
    _station(
        "incident:evidence full",
        "incident:evidence begun",
        [Document(PDF + b"3"), Document(PDF + b"4")],
        [Tap("f:ok:evidence")],
        "incident:benchmarks",
    ),
    _station(
        "incident:benchmarks",
        "incident:evidence begun",
        [Tap("f:ok:evidence")],
        [Tap("f:ok:benchmarks")],
        "incident:urgency",
    ),
    _station(
        "incident:urgency",
        "incident:benchmarks",
        [Tap("f:ok:benchmarks")],
        [Tap("f:c:urgency:hours")],
        "incident:consent",
    ),
    _station(
        "incident:consent",
        "incident:urgency",
        [Tap("f:c:urgency:hours")],
        [Tap("f:c:consent:anonymised"), Tap("f:ok:consent")],
        "incident:contact",
    ),
    _station(
        "incident:contact",
        "incident:consent",
        [Tap("f:c:consent:anonymised"), Tap("f:ok:consent")],
        [Tap("f:c:contact:receipt")],
        "incident:review",
        "words",
    ),
    _station("incident:review", "incident:contact", [Tap("f:c:contact:receipt")], [Tap("f:send")], RECEIVED),
    _station("incident:review challenged", "incident:review", [], [Tap("f:is:fish")], RECEIVED),
    _changing("category", [Tap("f:c:category:arrest")]),
    _changing("account", [Say("One more thing."), Tap("f:ok:account")], "words", "files"),
    _changing("when", [Tap("f:c:when:today")], "words"),
    _changing("affected", [Tap("f:c:affected:group")], "numbers"),
    _changing("evidence", [Tap("f:ok:evidence")], "files"),
    _changing("consent", [Tap("f:ok:consent")]),
    _station(
        "incident:care",
        "incident:category",
        [Tap("f:c:category:sexual"), Tap("f:c:children:unknown")],
        [Tap("f:c:care:ok")],
        "incident:when",
    ),
    _station(
        "incident:when apart",
        "incident:care",
        [Tap("f:c:care:ok")],
        [Tap("f:c:when:today")],
        "incident:province",
        "words",
    ),
    _station(
        "incident:province",
        "incident:when apart",
        [Tap("f:c:when:today")],
        [Tap("f:c:province:in:17")],
        "incident:urgency",
        "words",
    ),
    _station(
        "incident:review apart",
        "incident:province",
        [
            Tap("f:c:province:in:17"),
            Tap("f:c:urgency:days"),
            Tap("f:ok:consent"),
            Tap("f:c:contact:here"),
        ],
        [Tap("f:send")],
        RECEIVED,
    ),
    _station("left", "incident:state", [Tap("f:leave")], [Say("/incident"), Tap("f:c:state:held")], "incident:source"),
    _station(
        "incident:state to cancel",
        "incident:state",
        [Tap("f:cancel")],
        [Tap("f:stay"), Tap("f:c:state:held")],
        "incident:source",
    ),
    _station("mailbox", "", [ShowReceipt()], [Tap("mb:add")], "addition:account"),
    _station(
        "mailbox to withdraw", "mailbox", [Tap("mb:withdraw")], [Tap("mb:keep"), Tap("mb:add")], "addition:account"
    ),
    _station(
        "addition:account",
        "mailbox",
        [Tap("mb:add")],
        [Say("She was released today."), Tap("f:ok:account+")],
        "addition:evidence",
        "words",
        "files",
    ),
    _station(
        "addition:evidence",
        "addition:account",
        [Say("She was released today."), Tap("f:ok:account+")],
        [Document(), Tap("f:ok:evidence+")],
        "addition:review",
        "files",
    ),
    _station("addition:review", "addition:evidence", [Document(), Tap("f:ok:evidence+")], [Tap("f:send")], RECEIVED),
)
AT = {station.name: station for station in STATIONS}


def latest(world: World, person: Person) -> int:
    """The number of the bot's latest message to this person."""
    messages = world.private_chat(person).messages
    return next((number for number in reversed(messages) if messages[number]["from"]["id"] == world.bot.id), 1)


def open_form(desk: Desk) -> Draft | None:
    """The form whose question is asked."""
    return next((desk[form] for form in CONVERSATIONS if form in desk and not desk[form].left), None)


def where(desk: Desk) -> str:
    """``form:step``, ``form:review`` at the end of one, ``RECEIVED`` when none is open."""
    draft = open_form(desk)
    if draft is None:
        return RECEIVED
    asked = FORMS[draft.form].asked(Progress.from_json(draft.progress))
    return f"{draft.form}:{asked.name if asked else 'review'}"


def answers(desk: Desk) -> dict[str, Any]:
    """What was answered in the open form."""
    draft = open_form(desk)
    return dict(draft.progress["answers"]) if draft else {}


def _challenged(desk: Desk) -> Desk:
    """The same in a flood, when the person was asked to press the fish."""
    return {form: replace(draft, asked="fish") for form, draft in desk.items()}


class Errors(logging.Handler):
    """The names of the errors that the bot logged."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.events: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.events.append(str(record.msg))


class Scene:
    """A running bot, and people who can be put at any station. Its methods are called from outside the event loop."""

    def __init__(self, folder: Path, report: Report) -> None:
        self._runner = asyncio.Runner()
        self._folder = folder
        self._report = report
        self._lives = 0
        self._answered: set[int] = set()
        self._errors = Errors()
        self._patches = pytest.MonkeyPatch()
        self._desks: dict[str, Desk] = {}
        self.buttons: dict[str, list[str]] = {}
        """The data of the buttons with which each station asks its question."""
        self._receipt = ""
        self._incidents: set[str] = set()
        self._spoilt = False
        logging.getLogger("sangket").addHandler(self._errors)
        self._hurry()
        self._begin()

    def _hurry(self) -> None:
        """Nobody waits for an album or for a network that answers badly, or is asked for patience; and which update
        a letter answers is noted."""
        deliver, seen = courier.Courier.deliver, self._answered

        async def noted(of: courier.Courier, letter: Letter) -> None:
            number = letter.key.partition(":")[0]
            if number.isdigit():
                seen.add(int(number))
            await deliver(of, letter)

        self._patches.setattr(courier.Courier, "deliver", noted)
        self._patches.setattr(sender, "_ALBUM_SECONDS", 0.01)
        self._patches.setattr(sender, "_LONGEST_PAUSE", 0.0)
        self._patches.setattr(dispatch, "Allowance", lambda **given: Allowance(burst=10**6))

    def stop(self) -> None:
        """The bot stops without having died."""
        try:
            self._runner.run(self._end())
        finally:
            self._runner.close()
            self._patches.undo()
            logging.getLogger("sangket").removeHandler(self._errors)

    def spoil(self) -> None:
        """Whoever comes next wants another bot: this one may have come to harm."""
        self._spoilt = True

    def spare(self) -> None:
        """It did not, after all."""
        self._spoilt = False

    def _revive(self) -> None:
        self._spoilt = False
        try:
            self._runner.run(self._end())
        except BaseException as error:  # what it died of was reported where it happened
            logging.getLogger("sangket.test").info("the bot had ended with %s", type(error).__name__)
        self._begin()

    def _begin(self) -> None:
        self._lives += 1
        self.world = World(pace=False, seed=1, clock=lambda: _MORNING)
        self.house = House(self.world, self._folder / str(self._lives), self._report)
        self.house.settings = self.house.settings.model_copy(update={"incidents_per_day": 1000})
        self._runner.run(self._enter())

    async def _enter(self) -> None:
        await self.house.start()
        await self._open()
        self._desks = {}
        await self._visit_all(await self._somebody(0))

    async def _open(self) -> None:
        """Look into the bot's database, with its keys."""
        today, settings = self.world.clock().date(), self.house.settings
        server = ServerKey.load(settings.keys_dir / "server.key", today)
        keys = DraftKeys.load(settings.draft_keys_folder() / "draft.keys", today)
        self._database = await Database.open(self.house.database)
        self._drafts = Drafts(self._database, keys.sealer, server)

    async def _end(self) -> None:
        await self._database.close()
        await self.house.stop()

    async def _somebody(self, number: int) -> Talk:
        name, language = (("Dara", "English"), ("Sok", "ខ្មែរ"))[number % 2]
        talk = self.house.talk(self.world.add_person(name, note=self._receipt))
        await talk.say("/language")
        await talk.press(language)
        return talk

    async def _visit_all(self, dara: Talk) -> None:
        """Go to every station by talking, and keep what lies on the desk there."""
        for station in STATIONS:
            await self._put(dara, self._desks.get(station.after, {}))
            for deed in station.deeds:
                await self._after(dara, deed)
            desk = await self._desk(dara)
            self._desks[station.name] = _challenged(desk) if "challenged" in station.name else desk
            self.buttons[station.name] = await self._buttons(dara) if ":" in station.name else []
            if station.name == "incident:review":
                await self._get_receipt(dara)
        self._errors.events.clear()

    async def _buttons(self, talk: Talk) -> list[str]:
        """The buttons of the question, when somebody comes back to it."""
        [screen] = await self._after(talk, Say("/incident"))
        rows = screen.message["reply_markup"]["inline_keyboard"]
        return [button["callback_data"] for row in rows for button in row]

    async def _get_receipt(self, talk: Talk) -> None:
        [*_, screen] = await self._after(talk, Tap("f:send"))
        self._receipt = next(line for line in screen.text.splitlines() if Receipt.read(line) is not None)
        talk.person.note = self._receipt

    async def _desk(self, talk: Talk) -> Desk:
        """But for the note which album was refused already."""
        desk = await self._database.write(lambda: self._drafts.of(talk.person.id, int(self.world.now())))
        return {form: replace(draft, refused_album="") for form, draft in desk.items()}

    async def _put(self, talk: Talk, desk: Desk) -> None:
        now = int(self.world.now())
        fresh = {form: replace(draft, began=now, ends=now + draft.ends - draft.began) for form, draft in desk.items()}
        await self._database.write(lambda: self._drafts.keep(talk.person.id, fresh))

    async def _after(self, talk: Talk, deed: Deed) -> list[Seen]:
        self.world.advance(dt.timedelta(seconds=1))
        return await talk.after(lambda: deed(self.world, talk.person))

    # From outside the event loop

    @property
    def errors(self) -> list[str]:
        """What went wrong in the log since this was last emptied."""
        return self._errors.events

    def somebody(self, number: int) -> Talk:
        """Somebody new, who reads English if the number is even and else Khmer."""
        if self._spoilt:
            self._revive()
        return self._runner.run(self._somebody(number))

    def bring(self, talk: Talk, station: Station) -> Desk:
        """Put somebody there; what then lies on their desk."""
        self._runner.run(self._put(talk, self._desks[station.name]))
        return self.desk(talk)

    def put(self, talk: Talk, desk: Desk) -> None:
        """Put this on somebody's desk."""
        self._runner.run(self._put(talk, desk))

    def kept(self, name: str) -> Desk:
        """What lay on the desk at a station."""
        return self._desks[name]

    def desk(self, talk: Talk) -> Desk:
        """What lies on somebody's desk."""
        return self._runner.run(self._desk(talk))

    def after(self, talk: Talk, deed: Deed) -> list[Seen]:
        """Let it happen and the bot come to rest; what the person sees."""
        return self._runner.run(self._after(talk, deed))

    def together(self, talk: Talk, deeds: Sequence[Deed]) -> tuple[list[int], list[Seen]]:
        """Let all of them happen before the bot looks: how many updates of each were answered, and what is seen."""
        self._answered.clear()
        numbers: list[list[int]] = []

        def happen(world: World, person: Person) -> None:
            for deed in deeds:
                before = len(world.updates.take(0, 1_000_000))
                self.world.advance(dt.timedelta(seconds=1))
                deed(world, person)
                if person.blocked:
                    world.unblock(person)
                numbers.append([update["update_id"] for update in world.updates.take(0, 1_000_000)[before:]])

        seen = self.after(talk, happen)
        self.world.faults = None
        return [len(self._answered & set(ids)) for ids in numbers], seen

    def restart(self) -> None:
        """The bot stops and starts."""
        self._runner.run(self._start_again())

    async def _start_again(self) -> None:
        await self._database.close()
        await self.house.restart()
        await self._open()

    def handed_in(self) -> dict[str, Any]:
        """The incident that was handed in since ``note_incidents``, as only the office can read it."""

        async def newest() -> bytes:
            rows = await self._database.write(
                lambda: self._database.read("SELECT reference, sealed FROM incidents WHERE sealed IS NOT NULL")
            )
            [sealed] = [bytes(sealed) for reference, sealed in rows if reference not in self._incidents]
            self._incidents |= {reference for reference, _ in rows}
            return sealed

        told: dict[str, Any] = json.loads(self.house.office.open(self._runner.run(newest())))
        return told

    def note_incidents(self) -> None:
        """Those that are there now are old."""

        async def known() -> set[str]:
            rows = await self._database.write(lambda: self._database.read("SELECT reference FROM incidents"))
            return {reference for (reference,) in rows}

        self._incidents = self._runner.run(known())


@contextmanager
def scene(folder: Path, report: Report) -> Iterator[Scene]:
    """A scene, closed at the end."""
    opened = Scene(folder, report)
    try:
        yield opened
    finally:
        opened.stop()
