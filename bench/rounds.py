"""One round of one bot: started fresh, looked at while idle, asked at a steady pace, flooded, and flooded over a slow line."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.contestants import ROOT, Contestant, cache_directory
from bench.ledger import Tally
from bench.processes import Cores, running, usage
from bench.remote import RemoteServer
from bench.server import QUESTION

TOKEN = "1234567890:" + "A" * 35
MEMORY = Path("/dev/shm")
PASSED_ON = ("HOME", "LANG", "LC_ALL", "PATH", "TZ")
START_WITHIN = 30.0
PATIENCE = 5.0
SETTLE = 0.5
LAST_WORDS = 12


class BotFailedError(Exception):
    """The bot did not start, or died while it was measured; the message ends with its last words."""


@dataclass(frozen=True)
class Plan:
    """How much is asked. Rates are updates a second, the rest seconds or counts."""

    rounds: int = 3
    warm_up: int = 100
    rate: float = 30.0
    paced: int = 600
    burst: int = 5_000
    chats: int = 500
    slow_call: float = 0.050
    slow_at_most: float = 15.0
    ceiling_seconds: float = 2.0

    @classmethod
    def quick(cls) -> Plan:
        """A small run that shows everything works; its figures are no basis for anything."""
        return cls(rounds=1, warm_up=20, paced=90, burst=500, slow_at_most=3.0, ceiling_seconds=0.5)


@dataclass(frozen=True)
class Run:
    """What came of one load: the tally, and the CPU seconds the bot and the server spent on it."""

    tally: Tally
    bot_cpu: float
    server_cpu: float

    @property
    def cpu_per_thousand(self) -> float:
        return self.bot_cpu * 1000 / self.tally.answered if self.tally.answered else 0.0

    @property
    def bot_busy(self) -> float:
        """Share of the time in which the bot computed, 0 to about 1."""
        return self.bot_cpu / self.tally.seconds if self.tally.seconds else 0.0

    @property
    def server_busy(self) -> float:
        return self.server_cpu / self.tally.seconds if self.tally.seconds else 0.0


@dataclass(frozen=True)
class Round:
    """Everything measured of one bot in one round. Memory in bytes."""

    started_after: float
    resting_bytes: int
    loaded_bytes: int
    paced: Run
    burst: Run
    slow: Run

    @property
    def faults(self) -> list[str]:
        """Questions that went wrong, a line per load; the slow load is cut off, so nothing counts as lost there."""
        seen = [("at a steady pace", self.paced.tally.faults), ("in the burst", self.burst.tally.faults)]
        if self.slow.tally.surplus:
            seen.append(("over the slow line", f"{self.slow.tally.surplus} answered twice or unasked"))
        return [f"{where}: {what}" for where, what in seen if what]


class Bot:
    """One bot's process under load, beside the server it talks to."""

    def __init__(
        self, process: subprocess.Popen[bytes], server: RemoteServer, contestant: Contestant, plan: Plan
    ) -> None:
        self._process, self._server, self._contestant, self._plan = process, server, contestant, plan
        self._next_chat = 1

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def wait_until_polling(self) -> float:
        """The instant of its first getUpdates."""
        give_up_at = time.monotonic() + START_WITHIN
        while self.is_alive() and time.monotonic() < give_up_at:
            if at := self._server.first_poll_at():
                return at
            time.sleep(0.02)
        raise BotFailedError("it did not ask for updates")

    def resident_bytes(self) -> int:
        return usage(self._process.pid).resident_bytes

    def pace(self, count: int, seed: int, question: str = QUESTION, marker: str | None = None) -> Run:
        """People who ask ``question`` at a steady pace; a right answer holds ``marker``, else the contestant's."""
        with self._load(delay=0.0, question=question, marker=marker) as chats:
            self._server.pace(count, self._plan.chats, chats, self._plan.rate, seed)
            return self._finish(count, at_most=count / self._plan.rate * 2 + PATIENCE)

    def burst(self, count: int, delay: float = 0.0, at_most: float = 120.0) -> Run:
        with self._load(delay) as chats:
            self._server.burst(count, self._plan.chats, chats)
            return self._finish(count, at_most)

    @contextmanager
    def _load(self, delay: float, question: str = QUESTION, marker: str | None = None) -> Iterator[int]:
        """Fresh chats for each load, so that no bot meets a limit per person that the loads before used up."""
        self._server.reset(delay, self._contestant.marker if marker is None else marker, question)
        self._before = usage(self._process.pid).cpu_seconds, self._server.usage().cpu_seconds
        yield self._next_chat
        self._next_chat += self._plan.chats

    def _finish(self, count: int, at_most: float) -> Run:
        """The CPU is read a little later: work left for after the answer is work all the same."""
        self._server.wait_for(count, patience=PATIENCE, at_most=at_most, alive=self.is_alive)
        server_cpu = self._server.usage().cpu_seconds - self._before[1]
        time.sleep(SETTLE)
        if not self.is_alive():
            raise BotFailedError("it died while it was asked")
        return Run(self._server.tally(), usage(self._process.pid).cpu_seconds - self._before[0], server_cpu)


def play(contestant: Contestant, server: RemoteServer, cores: Cores, plan: Plan, seed: int) -> Round:
    """One whole round; BotFailedError when the bot does not last."""
    server.reset()
    with started(contestant, server, cores, plan) as (bot, began):
        started_after = bot.wait_until_polling() - began
        time.sleep(1)
        resting_bytes = bot.resident_bytes()
        bot.burst(plan.warm_up)
        paced = bot.pace(plan.paced, seed)
        burst = bot.burst(plan.burst)
        loaded_bytes = bot.resident_bytes()
        slow = bot.burst(plan.burst, plan.slow_call, plan.slow_at_most)
        server.reset()  # what the cut-off left over is not worth waiting for at the slow line's pace
        return Round(started_after, resting_bytes, loaded_bytes, paced, burst, slow)


def rehearse(contestant: Contestant, server: RemoteServer, cores: Cores, plan: Plan) -> None:
    """Start it once and ask a little: what is compiled or read for the first time is so before anything counts."""
    server.reset()
    with started(contestant, server, cores, plan) as (bot, _):
        bot.wait_until_polling()
        run = bot.burst(plan.warm_up)
        if not run.tally.answered:
            raise BotFailedError("it answered nothing")


@contextmanager
def started(contestant: Contestant, server: RemoteServer, cores: Cores, plan: Plan) -> Iterator[tuple[Bot, float]]:
    """The bot with fresh directories, data on the disk and daily keys in memory; and the instant it was started at."""
    with _fresh(cache_directory()) as disk, _fresh(MEMORY if MEMORY.is_dir() else cache_directory()) as memory:
        said = disk / "said.txt"
        try:
            with said.open("wb") as log:
                began = time.monotonic()
                with running(
                    contestant.command,
                    core=cores.bot,
                    directory=ROOT,
                    environment=_environment(contestant, server, disk, memory),
                    stdout=log,
                    stderr=subprocess.STDOUT,
                ) as process:
                    yield Bot(process, server, contestant, plan), began
        except BotFailedError as failure:
            words = said.read_text(errors="replace").splitlines()[-LAST_WORDS:]
            raise BotFailedError("\n".join([str(failure), *words])) from failure


@contextmanager
def _fresh(parent: Path) -> Iterator[Path]:
    with TemporaryDirectory(dir=parent, prefix="sangket-bench-", ignore_cleanup_errors=True) as directory:
        yield Path(directory)


def _environment(contestant: Contestant, server: RemoteServer, disk: Path, memory: Path) -> dict[str, str]:
    """Nothing of ours but what a program needs to start at all, so that no setting of the operator's gets in."""
    return {
        **{name: os.environ[name] for name in PASSED_ON if name in os.environ},
        "TELEGRAM_TOKEN": TOKEN,
        "TELEGRAM_API_URL": server.url,
        "DATA_DIR": str(disk / "data"),
        "KEYS_DIR": str(disk / "keys"),
        "DRAFT_KEY_DIR": str(memory / "drafts"),
        **contestant.environment,
    }
