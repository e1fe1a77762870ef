"""People in the local Telegram of this process, which keeps Telegram's pace: they read what comes, and some ask."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bench.deliveries.plan import CAP
from bench.rounds import BotFailedError
from bench.server import QUESTION
from sandbox.journal import Journal
from sandbox.records import Person
from sandbox.world import World

PATIENCE = 30.0
"""Seconds without a message to anybody after which a measurement is given up."""

LOOK_EVERY = 0.05


@dataclass(frozen=True)
class Sent:
    """What came of a broadcast. Seconds from its first message to its last."""

    wanted: int
    reached: int
    doubled: int
    """Messages beyond the first one to somebody."""
    seconds: float
    floods: int
    """Calls that Telegram refused with 429."""

    @property
    def rate(self) -> float:
        """Messages a second once the first second's burst is over: 30 is all that Telegram takes."""
        return (self.reached - CAP) / self.seconds if self.seconds and self.reached > CAP else 0.0

    @property
    def faults(self) -> list[str]:
        """Who did not get it, or got it twice."""
        found = ((self.wanted - self.reached, "did not get it"), (self.doubled, "more than was to be sent"))
        return [f"{count} {what}" for count, what in found if count]


class _Hearing(Journal):
    """Tells at once of each message of the bot and of each call that was refused for its pace; keeps nothing."""

    def __init__(self, hear: Callable[[int, Mapping[str, Any]], None], flooded: Callable[[], None]) -> None:
        super().__init__()
        self._hear, self._flooded = hear, flooded

    def note(self, kind: str, **fields: Any) -> None:
        """See Journal."""
        self.last += 1
        if kind == "message":
            self._hear(fields["chat_id"], fields["message"])
        elif kind == "call" and fields["call"]["status"] == 429:
            self._flooded()


class Audience:
    """``people`` wait for a broadcast; strangers ask something now and then."""

    def __init__(self, people: int, *, pace: bool = True, latency: float = 0.0) -> None:
        self.world = World(pace=pace, seed=1)
        self.world.delay = latency
        self.people = [self._somebody(f"Reader {number}") for number in range(people)]
        self.organiser = self._somebody("Organiser")
        self.world.journal = _Hearing(self._heard, self._refused)
        self._readers = {person.id for person in self.people}
        self._asked: dict[int, float] = {}
        self._waits: list[float] = []
        self._got: Counter[int] = Counter()
        self._first = self._last = 0.0
        self._heard_at = time.monotonic()
        self._floods = 0

    def _somebody(self, name: str) -> Person:
        person = self.world.add_person(name)
        person.started = True
        return person

    def give_the_word(self) -> None:
        """The organiser lets a bot begin that listens to commands."""
        self.world.say(self.organiser, "/go")

    @property
    def has_begun(self) -> bool:
        """Whether the first message of the broadcast is there."""
        return bool(self._got)

    @property
    def reached(self) -> int:
        """How many have theirs."""
        return len(self._got)

    def sent(self) -> Sent:
        """What came of the broadcast so far."""
        doubled = self._got.total() - len(self._got)
        return Sent(len(self.people), len(self._got), doubled, self._last - self._first, self._floods)

    async def until(self, condition: Callable[[], bool], alive: Callable[[], bool]) -> None:
        """Wait for it, but no longer than messages come. Raises BotFailedError when the bot dies."""
        self._heard_at = time.monotonic()
        while not condition() and time.monotonic() - self._heard_at < PATIENCE:
            if not alive():
                raise BotFailedError("it died while it was to send")
            await asyncio.sleep(LOOK_EVERY)

    async def until_all(self, alive: Callable[[], bool]) -> Sent:
        """The broadcast, once everybody has it or nothing comes any more."""
        await self.until(lambda: self.reached == len(self.people), alive)
        return self.sent()

    async def ask(self, count: int, rate: float, seed: int, alive: Callable[[], bool]) -> list[float]:
        """So many strangers each ask one thing, at ``rate`` a second as independent people do; seconds until each had
        an answer. Who gets none within PATIENCE is left out."""
        self._waits, chance = [], random.Random(seed)
        for number in range(count):
            await asyncio.sleep(chance.expovariate(rate))
            person = self._somebody(f"Stranger {seed}-{number}")
            self._asked[person.id] = time.monotonic()
            self.world.say(person, QUESTION)
        await self.until(lambda: not self._asked, alive)
        return self._waits

    def _heard(self, chat_id: int, message: Mapping[str, Any]) -> None:
        if message["from"]["id"] != self.world.bot.id:
            return
        self._heard_at = time.monotonic()
        if chat_id in self._readers:
            self._got[chat_id] += 1
            self._first, self._last = self._first or self._heard_at, self._heard_at
        elif chat_id in self._asked:
            self._waits.append(self._heard_at - self._asked.pop(chat_id))

    def _refused(self) -> None:
        self._floods += 1
