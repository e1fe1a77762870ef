"""Kills: the bot dies again and again while a crowd talks to it, and in the end everything is counted."""

from __future__ import annotations

import asyncio
import json
import random
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from starlette.responses import Response

from crash.crowd import Answers, Crowd, Verdict
from crash.lives import Life, Place, Tables, settled, tables
from sandbox.app import serve
from sandbox.records import Fault
from sandbox.world import World

SPACED = (
    "intake.received",
    "worker.taken",
    "sender.picked",
    "intake.stored",
    "worker.handled",
    "sender.posted",
    "worker.committed",
    "sender.recorded",
)
"""All points of the pipeline, in an order in which no update is the one being handled at more than two deaths
running: the worker sets aside what seems to kill the process."""


class People(Protocol):
    """Those who talk to the bot."""

    def turn(self) -> None:
        """Let everybody who may do the next thing."""


P = TypeVar("P", bound=People)


@dataclass
class Lives(Generic[P]):
    """People, a bot, and how often it died."""

    place: Place
    crowd: P
    variants: Sequence[str] = ()
    after_death: Callable[[], None] = lambda: None
    """What befalls the machine while the bot is dead."""
    pause: float = 0.01
    """Seconds between two turns of the crowd. People who do not wait for answers need longer ones."""
    kills: int = 0

    async def kill_at(self, point: str, hit: int, seconds: float = 120) -> None:
        """Let the bot live until it reaches this point for the ``hit``-th time."""
        async with Life(self.place, kill=(point, hit), variants=self.variants) as life, asyncio.timeout(seconds):
            while not life.over:
                self.crowd.turn()
                await asyncio.sleep(self.pause)
            await self.bury(life)

    async def kill_after(self, seconds: float) -> None:
        """Let the bot live so long after it said that it runs."""
        loop = asyncio.get_running_loop()
        async with Life(self.place, variants=self.variants) as life:
            self.crowd.turn()
            await life.begun()
            end = loop.time() + seconds
            await self._kill_when(life, lambda: loop.time() >= end)

    async def kill_when(self, enough: Callable[[], bool], seconds: float = 120) -> None:
        """Let the bot live until the crowd has done enough."""
        async with Life(self.place, variants=self.variants) as life, asyncio.timeout(seconds):
            await self._kill_when(life, enough)

    async def _kill_when(self, life: Life, enough: Callable[[], bool]) -> None:
        while not enough():
            assert not life.over, "the bot ended by itself"
            self.crowd.turn()
            await asyncio.sleep(self.pause)
        await life.kill()
        await self.bury(life)

    async def last_life(self, also: Callable[[], bool] = lambda: True) -> None:
        """Let the bot live until it has done everything, this also, and stop it."""
        async with Life(self.place, variants=self.variants) as life, asyncio.timeout(180):
            await life.begun()
            while not also():  # noqa: ASYNC110 - what the crowd sees; no one event says it
                await asyncio.sleep(self.pause)
            await settled(self.place, life, 120)
            assert await life.stop() == 0
        await asyncio.sleep(0.05)

    async def look_around(self) -> None:
        """See what a death left behind."""

    async def bury(self, life: Life) -> None:
        """This life was ended; see what is left of it."""
        assert await life.ended() == -signal.SIGKILL, "the bot ended by itself"
        await asyncio.sleep(0.02)  # what it sent last arrives
        self.kills += 1
        self.after_death()
        await self.look_around()


@dataclass
class Campaign(Lives[Crowd]):
    """A crowd that asks questions."""

    in_the_air: list[int] = field(default_factory=list)
    """At each death, answers that had reached a chat without being written down as sent."""

    async def outcome(self) -> tuple[Verdict, Tables]:
        """Let the bot live until it has done everything, stop it, and look."""
        await self.last_life()
        return self.crowd.verdict(), tables(self.place)

    async def look_around(self) -> None:
        """Count what was in the air."""
        self.in_the_air.append(self.crowd.sights - tables(self.place).taken)


@asynccontextmanager
async def campaign(
    folder: Path,
    answers: Answers,
    *variants: str,
    size: int,
    patience: int = 1,
    hurried: bool = False,
    faults: BadNetwork | None = None,
    more: dict[str, str] | None = None,
) -> AsyncIterator[Campaign]:
    """A crowd and a bot that has not lived yet, on a local Telegram of their own."""
    world = World(pace=False, seed=1)
    world.faults = faults
    crowd = Crowd(world, answers, size=size, patience=patience, hurried=hurried)
    async with serve(world) as url, crowd.watching():
        yield Campaign(Place(folder, world, url, more or {}), crowd, variants, pause=0.1 if hurried else 0.01)


async def survived(campaign: Campaign, *, lost_replies: int = 0) -> str:
    """Hold what was seen and what is in the tables against every promise; the figures."""
    verdict, tables = await campaign.outcome()
    crowd = campaign.crowd
    figures = f"{campaign.kills} kills: {verdict}, {sum(campaign.in_the_air)} in the air at a kill"
    assert verdict.lost == 0, figures
    assert verdict.disordered == 0, figures
    assert not verdict.strange, verdict.strange
    assert verdict.repeated <= sum(campaign.in_the_air) + lost_replies, figures
    assert tables.inbox == {"done": crowd.deeds}, "every update is handled once"
    assert tables.chats == sum(visitor.deeds > 1 for visitor in crowd.visitors), "every choice of a language is kept"
    # Over a bad network the bot does not insist on answering a press; the screen that follows is what counts.
    assert set(tables.outbox) <= {"sent", "expired"} | ({"lost"} if lost_replies else set()), tables.outbox
    return figures


@dataclass
class BadNetwork:
    """Loses replies after their effect, fails before it, and asks for patience; counts what it lost."""

    dice: random.Random
    lost_replies: float = 0.10
    failures: float = 0.10
    pauses: float = 0.03
    calls: int = 0
    lost: int = 0
    """Replies to sent messages that were lost: each may be sent again, as nobody can know."""
    spoiled: int = 0
    """Calls that went wrong, of whatever kind."""
    over: bool = False
    _fetched: set[str] = field(default_factory=set)

    def __call__(self, method: str, params: dict[str, Any]) -> Fault | Response | None:
        """What goes wrong with this call."""
        if method in ("getFile", "file"):
            return self._fetching(f"{method} {params}")
        if method not in ("getUpdates", "sendMessage", "editMessageText", "answerCallbackQuery", "deleteMessages"):
            return None
        self.calls += 1
        if self.over:
            return None
        fault = self._fault(method)
        self.spoiled += fault is not None
        return fault

    def stop(self) -> None:
        """Nothing goes wrong any more."""
        self.over = True

    def _fetching(self, what: str) -> Fault | None:
        """Each way to a file fails at first; the bot asks a person for the file again only when it fails often."""
        first = what not in self._fetched
        self._fetched.add(what)
        return Fault(status=500) if first and not self.over and self.dice.random() < 2 * self.failures else None

    def _fault(self, method: str) -> Fault | Response | None:
        chance = self.dice.random()
        if chance < self.lost_replies:
            self.lost += method == "sendMessage"
            return Fault(after_effect=True, cut=True)
        if chance < self.lost_replies + self.failures:
            return Fault(status=500)
        if chance < self.lost_replies + self.failures + self.pauses:
            return _too_many()
        return None


def _too_many() -> Response:
    body = {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 1",
        "parameters": {"retry_after": 1},
    }
    return Response(json.dumps(body), status_code=429, media_type="application/json")
