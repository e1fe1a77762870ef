"""The bot as its operators run it: a process of its own, with fresh directories, in front of a local Telegram."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack, asynccontextmanager, closing
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.contestants import CONTESTANTS, OURS, ROOT, cache_directory
from bench.incidents.tellers import PATIENCE
from bench.processes import running, usage
from bench.rounds import LAST_WORDS, MEMORY, PASSED_ON, START_WITHIN, BotFailedError
from bot.ask import local_settings, make_office
from bot.settings import Settings
from sandbox.app import serve
from sandbox.world import World
from storage.sealing import OfficeKey


class Bot:
    """The bot's process, and what it keeps in ``folder`` and, its daily keys, in ``memory``."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        stop: Callable[[], None],
        folder: Path,
        memory: Path,
        office: OfficeKey,
    ) -> None:
        self.office = office
        self.database = folder / "data" / "sangket.db"
        self.log = folder / "data" / "sangket.db-wal"
        """The write-ahead log."""
        self.evidence = folder / "data" / "evidence"
        self.server_key = folder / "keys" / "server.key"
        self.draft_keys = memory / "draft.keys"
        self._process = process
        self._stop = stop

    def is_alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def cpu_seconds(self) -> float:
        """What it has computed since its start."""
        return usage(self._process.pid).cpu_seconds

    def resident_bytes(self) -> int:
        """What it has in memory now."""
        return usage(self._process.pid).resident_bytes

    async def rest(self, world: World) -> None:
        """Wait until it has taken every update, handled it, and sent what it decided. Raises BotFailedError."""
        give_up_at = time.monotonic() + PATIENCE
        while not (world.settled() and world.updates.is_polled and self._nothing_waits()):
            if not self.is_alive():
                raise BotFailedError("it died")
            if time.monotonic() > give_up_at:
                raise BotFailedError("it does not come to rest")
            await asyncio.sleep(0.05)

    async def stop(self) -> None:
        """End it as its operators do; what it keeps is tidied and closed. Telegram answers meanwhile."""
        await asyncio.to_thread(self._stop)

    def _nothing_waits(self) -> bool:
        """Look into the tables of the living bot, without a lock or a trace."""
        try:
            with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
                [(waiting,)] = connection.execute(
                    "SELECT (SELECT count(*) FROM inbox WHERE state = 'waiting')"
                    " + (SELECT count(*) FROM outbox WHERE state = 'ready')"
                )
                return not waiting
        except sqlite3.Error:
            return False


@asynccontextmanager
async def at_work(
    world: World,
    core: int | None,
    *,
    prepare: Callable[[Settings], Awaitable[None]] | None = None,
    **given: str,
) -> AsyncIterator[Bot]:
    """The bot on this core, once it has come to rest after its start. Raises BotFailedError, with its last words.

    ``prepare`` puts things into its tables before that; ``given`` is what to set besides.
    """
    with on_disk() as disk, in_memory() as memory:
        folder, said = Path(disk), Path(disk) / "said.txt"
        office = make_office(folder / "keys")
        if prepare is not None:
            await prepare(local_settings(world, "http://127.0.0.1", folder, draft_key_dir=Path(memory)))
        async with serve(world) as url:
            with ExitStack() as life:
                process = life.enter_context(
                    running(
                        CONTESTANTS[OURS]().command,
                        core=core,
                        directory=ROOT,
                        environment=_environment(world, url, folder, memory) | given,
                        stdout=life.enter_context(said.open("wb")),
                        stderr=subprocess.STDOUT,
                    )
                )
                bot = Bot(process, life.close, folder, Path(memory), office)
                try:
                    await _started(bot, world)
                    yield bot
                except BotFailedError as failure:
                    words = said.read_text(errors="replace").splitlines()[-LAST_WORDS:]
                    raise BotFailedError("\n".join([str(failure), *words])) from failure
                finally:
                    await bot.stop()


def on_disk() -> TemporaryDirectory[str]:
    """A folder where data lies, gone afterwards."""
    return TemporaryDirectory(dir=cache_directory(), prefix="sangket-incidents-", ignore_cleanup_errors=True)


def in_memory() -> TemporaryDirectory[str]:
    """A folder where daily keys lie: in memory, where there is such a place."""
    parent = MEMORY if MEMORY.is_dir() else cache_directory()
    return TemporaryDirectory(dir=parent, prefix="sangket-incidents-", ignore_cleanup_errors=True)


def _environment(world: World, url: str, folder: Path, memory: str) -> dict[str, str]:
    """Nothing of ours but what a program needs to start at all, so that no setting of the operator's gets in."""
    return {
        **{name: os.environ[name] for name in PASSED_ON if name in os.environ},
        "TELEGRAM_TOKEN": world.token,
        "TELEGRAM_API_URL": url,
        "DATA_DIR": str(folder / "data"),
        "KEYS_DIR": str(folder / "keys"),
        "DRAFT_KEY_DIR": memory,
        **CONTESTANTS[OURS]().environment,
    }


async def _started(bot: Bot, world: World) -> None:
    give_up_at = time.monotonic() + START_WITHIN
    while not world.updates.is_polled:
        if not bot.is_alive() or time.monotonic() > give_up_at:
            raise BotFailedError("it did not ask for updates")
        await asyncio.sleep(0.02)
    await asyncio.sleep(0.5)  # it compares its menu with Telegram's
    await bot.rest(world)
