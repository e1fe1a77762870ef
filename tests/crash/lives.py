"""The lives of one bot: a data directory, and the processes that work on it one after the other."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from bot import clock
from sandbox.world import World
from storage.database import Database
from storage.sealing import DraftKeys, ServerKey
from storage.tables import Tables as Repositories

_PROJECT = Path(__file__).resolve().parents[2]
_CHILD = Path(__file__).with_name("child.py")
_DATABASE = "sangket.db"
_TAKEN = """
    SELECT count(*) FROM outbox AS one WHERE state = 'sent' AND (
        one.key LIKE '%:1' OR NOT EXISTS (SELECT 1 FROM outbox WHERE key = replace(one.key, ':0', ':1'))
    )
"""  # the last letter of each update: a press of a button is first answered by what shows in no chat
_RUNNING = b"Sangket is running."


@dataclass(frozen=True)
class Place:
    """Where a bot lives: everything it can write to is below ``folder``."""

    folder: Path
    world: World
    url: str
    more: dict[str, str] = field(default_factory=dict)
    """Further environment variables."""

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.folder / "data"

    @property
    def draft_keys(self) -> Path:
        """What a power cut takes away."""
        return self.folder / "memory" / "draft.keys"

    @property
    def server_key(self) -> Path:
        """What outlives power cuts."""
        return self.folder / "keys" / "server.key"

    @property
    def output(self) -> Path:
        """What all lives wrote to standard output."""
        return self.folder / "output"

    @property
    def log(self) -> Path:
        """What all lives wrote to standard error."""
        return self.folder / "log"

    def environment(self) -> dict[str, str]:
        """The environment of a life: the settings, and no more of this process's than it takes to run."""
        temporary = self.folder / "temporary"
        temporary.mkdir(parents=True, exist_ok=True)
        ours = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(_PROJECT),
            "TMPDIR": str(temporary),
            "HOME": str(temporary),
            "TELEGRAM_TOKEN": self.world.token,
            "TELEGRAM_API_URL": self.url,
            "DATA_DIR": str(self.data),
            "KEYS_DIR": str(self.folder / "keys"),
            "DRAFT_KEY_DIR": str(self.draft_keys.parent),
            "MESSAGES_PER_SECOND": "0",
        }
        return ours | self.more


class Life:
    """One process. Leaving the block kills it if it still lives."""

    def __init__(self, place: Place, *, kill: tuple[str, int] | None = None, variants: Sequence[str] = ()) -> None:
        self._place = place
        self._arguments = [f"--variant={name}" for name in variants]
        if kill is not None:
            self._arguments.append(f"--kill={kill[0]}:{kill[1]}")
        self._process: asyncio.subprocess.Process | None = None
        self._said_before = 0

    async def __aenter__(self) -> Life:
        environment = self._place.environment()
        with self._place.output.open("ab") as output, self._place.log.open("ab") as log:
            self._said_before = output.tell()
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                str(_CHILD),
                *self._arguments,
                cwd=self._place.folder,
                env=environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=log,
            )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.kill()

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self._running.returncode is not None

    async def begun(self, seconds: float = 20) -> None:
        """Wait until it says that it runs, or is over."""
        async with asyncio.timeout(seconds):
            while not (self.over or self._says_so()):  # noqa: ASYNC110 - another process; no event of ours says it
                await asyncio.sleep(0.005)

    def _says_so(self) -> bool:
        return _RUNNING in self._place.output.read_bytes()[self._said_before :]

    async def ended(self, seconds: float = 20) -> int:
        """Wait for its end; its exit code, negative for the signal it died of."""
        async with asyncio.timeout(seconds):
            return await self._running.wait()

    async def kill(self) -> None:
        """End it as ``kill -9`` does."""
        if not self.over:
            self._running.kill()
        await self._running.wait()

    async def stop(self) -> int:
        """End it as SIGTERM does; its exit code."""
        self._running.send_signal(signal.SIGTERM)
        return await self.ended()

    @property
    def _running(self) -> asyncio.subprocess.Process:
        assert self._process is not None, "not begun"
        return self._process


@dataclass(frozen=True)
class Tables:
    """What the bot's database holds, as far as these tests care."""

    inbox: Counter[str]
    """Updates by state."""
    outbox: Counter[str]
    """Letters by state."""
    taken: int
    """Messages and edits that are written down as taken by Telegram."""
    chats: int
    """Chats that chose a language."""


def tables(place: Place) -> Tables:
    """Read the database of a dead bot, from a copy: even opening the original would change it."""
    with tempfile.TemporaryDirectory() as folder:
        for name in (_DATABASE, f"{_DATABASE}-wal"):
            if (place.data / name).exists():
                shutil.copy(place.data / name, folder)
        with closing(sqlite3.connect(Path(folder) / _DATABASE)) as connection:
            return Tables(
                _counts(connection, "SELECT state, count(*) FROM inbox GROUP BY state"),
                _counts(connection, "SELECT state, count(*) FROM outbox GROUP BY state"),
                _number(connection, _TAKEN),
                _number(connection, "SELECT count(*) FROM chats"),
            )


@asynccontextmanager
async def repositories(place: Place) -> AsyncIterator[tuple[Database, Repositories, ServerKey]]:
    """What a dead bot keeps, opened with its keys: a copy of everything, so that nothing of it is changed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file in (place.data / _DATABASE, place.data / f"{_DATABASE}-wal", place.server_key, place.draft_keys):
            if file.exists():
                shutil.copy(file, folder)
        today = clock.now().date()
        server = ServerKey.load(folder / place.server_key.name, today)
        drafts = DraftKeys.load(folder / place.draft_keys.name, today)
        database = await Database.open(folder / _DATABASE)
        try:
            yield database, Repositories.over(database, server, drafts, None), server
        finally:
            await database.close()


async def settled(place: Place, life: Life, seconds: float = 60) -> None:
    """Wait until the bot has taken every update, handled it, and sent what it decided."""
    async with asyncio.timeout(seconds):
        while not (place.world.settled() and _nothing_waits(place)):
            assert not life.over, "the bot ended by itself"
            await asyncio.sleep(0.02)


def _nothing_waits(place: Place) -> bool:
    """Look into the tables of a living bot, without a lock or a trace."""
    try:
        with closing(sqlite3.connect(f"file:{place.data / _DATABASE}?mode=ro", uri=True)) as connection:
            waiting = _number(connection, "SELECT count(*) FROM inbox WHERE state = 'waiting'")
            return not waiting and not _number(connection, "SELECT count(*) FROM outbox WHERE state = 'ready'")
    except sqlite3.Error:
        return False


def _counts(connection: sqlite3.Connection, sql: str) -> Counter[str]:
    return Counter(dict(connection.execute(sql).fetchall()))


def _number(connection: sqlite3.Connection, sql: str) -> int:
    [(number,)] = connection.execute(sql).fetchall()
    return int(number)
