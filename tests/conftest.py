"""People and things that tests talk to: a local Telegram in this process, and the bot on a data directory."""

from __future__ import annotations

import asyncio
import datetime as dt
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from the_report import load

from bot.application import Sangket, sangket
from bot.ask import give_role, local_settings, make_office
from bot.settings import Settings
from bot.talk import Talk, settle
from bot.wire import LocalWire, Wire
from facts.report import Report
from facts.search import Finder
from sandbox.app import create_app
from sandbox.records import Chat, Person
from sandbox.world import World
from storage.members import Member, Role

_connect = socket.socket.connect


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests talk to this machine only."""

    def connect(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else "unix"
        assert host in ("127.0.0.1", "::1", "localhost", "unix"), f"a test reached out to {host}"
        _connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)


_finders: dict[int, Finder] = {}


@pytest.fixture(autouse=True)
def one_finder(monkeypatch: pytest.MonkeyPatch) -> None:
    """The index of a report is built once for all tests, not at each start of the bot."""

    def found(report: Report) -> Finder:
        return _finders.get(id(report)) or _finders.setdefault(id(report), Finder(report))

    monkeypatch.setattr("bot.dispatch.Finder", found)


@pytest.fixture(autouse=True, scope="session")
def clock_waits_for_the_test() -> Iterator[None]:
    """What is due by the clock comes at the bot's start, and when a test lets it: not in between, on a busy machine."""
    with pytest.MonkeyPatch.context() as patches:
        patches.setattr("schedules.ticker.SECONDS", 86_400)
        yield


_STARTED = dt.datetime.now(dt.UTC)


def early() -> dt.datetime:
    """Today, going on from half past seven in Phnom Penh, whatever the hour: everybody is awake, and nothing that comes at
    eight has come."""
    return _STARTED.replace(hour=0, minute=30) + (dt.datetime.now(dt.UTC) - _STARTED)


class House:
    """The bot on its data directory; can be stopped, started again, and given another wire."""

    def __init__(self, world: World, folder: Path, report: Report) -> None:
        self.world = world
        self.folder = folder
        self.settings: Settings = local_settings(world, "http://127.0.0.1", folder)
        self.office = make_office(self.settings.keys_dir)
        self.wire: Wire | None = None
        self.said: list[str] = []
        self._report = report
        self._bot: Sangket | None = None
        self._task: asyncio.Task[None] | None = None
        self._stop = asyncio.Event()
        self._ready = asyncio.Event()

    @property
    def settled(self) -> bool:
        """The bot has come to rest. What it died of is raised."""
        assert self._task is not None, "the bot is not running"
        if self._task.done():
            self._task.result()
            raise AssertionError("the bot ended by itself")
        return self._bot is not None and self._bot.settled

    @property
    def database(self) -> Path:
        """Where everything it keeps is."""
        return self.settings.data_dir / "sangket.db"

    async def start(self) -> None:
        """Start the bot, and wait until it runs or has failed."""
        self._stop.clear()
        self._ready.clear()
        self._task = asyncio.get_running_loop().create_task(self._run())
        ready = asyncio.get_running_loop().create_task(self._ready.wait())
        await asyncio.wait([ready, self._task], return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
        if self._task.done():
            self._task.result()

    async def stop(self) -> None:
        """Stop it as SIGTERM does."""
        if self._task is not None:
            self._stop.set()
            await self._task
            self._task = self._bot = None

    async def restart(self) -> None:
        """Stop and start."""
        await self.stop()
        await self.start()

    async def settle(self) -> None:
        """Wait until everything that came in is handled and answered."""
        await settle(self.world, self)

    async def admit(self, person: Person, role: Role) -> Member:
        """Give this person a role, without an invite."""
        return await give_role(self.settings, person.id, role)

    def talk(self, person: Person, chat: Chat | None = None) -> Talk:
        """This person at the bot; in the private chat when no other is named."""
        return Talk(self.world, person, self, chat)

    async def _run(self) -> None:
        wire = self.wire or LocalWire(create_app(self.world))
        async with sangket(self.settings, wire, [self._report], self.world.clock, say=self.said.append) as bot:
            self._bot = bot
            work = asyncio.get_running_loop().create_task(bot.run())
            stop = asyncio.get_running_loop().create_task(self._stop.wait())
            self._ready.set()
            await asyncio.wait([work, stop], return_when=asyncio.FIRST_COMPLETED)
            for task in (work, stop):
                task.cancel()
            await asyncio.wait([work, stop])
            if not work.cancelled():
                work.result()


@pytest.fixture(scope="session")
def report() -> Report:
    """The facts of the current report."""
    return load()


@pytest.fixture
def world() -> World:
    """A Telegram of the test's own, without pace."""
    return World(pace=False, seed=1, clock=early)


@pytest.fixture
async def house(world: World, tmp_path: Path, report: Report) -> AsyncIterator[House]:
    """The bot, running."""
    house = House(world, tmp_path, report)
    await house.start()
    yield house
    await house.stop()


@pytest.fixture
def dara(house: House, world: World) -> Talk:
    """A visitor who reads English and has not chosen a language."""
    return house.talk(world.add_person("Dara", username="dara_visits"))


@pytest.fixture
async def sok(house: House, world: World) -> Talk:
    """A monitor who has chosen Khmer."""
    talk = house.talk(world.add_person("Sok", username="sok_monitors", language_code="km"))
    await talk.say("/start")
    await talk.press("ខ្មែរ")
    return talk
