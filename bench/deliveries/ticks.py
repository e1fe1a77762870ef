"""What the clock's tick costs with a million subscriptions: nothing due, much due, and writing what is due."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from bench.deliveries.filling import House, in_house
from bench.deliveries.plan import CAP, Plan
from bench.incidents.house import in_memory, on_disk
from bot import clock
from bot.ask import local_settings
from facts.loader import load
from facts.report import Report
from handlers.showing import notice
from sandbox.world import World
from schedules.feeding import Feeder
from schedules.reminders import Planner
from schedules.wording import Wording
from storage.deadlines import CALL, OWN, Deadline
from storage.listeners import Profile
from storage.outbox import Queued
from storage.subscriptions import ALL, NEWS

_ZONES = ("Asia/Phnom_Penh", "Europe/Zurich", "America/New_York", "Australia/Melbourne")
_HOME = _ZONES[0]
_DAYS = 365


@dataclass
class Ticks:
    """Seconds, each of them of one tick or one step."""

    subscriptions: int = 0
    first: float = 0.0
    """The first after a start: everything is looked at."""
    idle: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)
    """Such in which something is due."""
    rounds: list[int] = field(default_factory=list)
    """How many were opened in each of these."""
    expanding: list[float] = field(default_factory=list)
    """Looks of the feeder in which places are only given their delivery."""
    expanded: int = 0
    """How many in all of these."""
    feeding: list[float] = field(default_factory=list)
    """Such in which letters are written as well."""
    fed: int = 0
    """How many in all of these."""
    scans: list[float] = field(default_factory=list)
    """Reading every subscription once, as a tick without an index would."""


def profiles(count: int) -> list[Profile]:
    """Half of them want few reminders."""
    return [Profile(_ZONES[n % len(_ZONES)], leads=("all", "few")[n // len(_ZONES) % 2]) for n in range(count)]


async def ticks(plan: Plan) -> Ticks:
    """A year of deadlines, some each day; all who asked for anything asked for some of them."""
    found = Ticks()
    with on_disk() as disk, in_memory() as memory:
        settings = local_settings(World(), "http://127.0.0.1", Path(disk), draft_key_dir=Path(memory))

        async def work(house: House) -> None:
            await _fill(house, plan)
            await _tick(house, plan, found)

        await in_house(settings, work)
    return found


class _Feeding:
    """The feeder of a sender that takes nothing, and then as much as there is. It looks once each time it is told to."""

    def __init__(self, house: House, report: Report, now: dt.datetime) -> None:
        self.letters = 0
        self._house = house
        self._room = 0
        self._feeder = Feeder(
            house.database,
            house.tables,
            Wording(house.tables, report, _HOME),
            notice,
            lambda most: min(most, self._room),
            self._take,
            lambda: now,
            CAP,
        )

    async def measure(self, looks: int, found: Ticks) -> None:
        """So many looks that only give places their delivery, and as many that write letters too."""
        before = await _count(self._house, "deliveries")
        found.expanding = [await seconds(self._feeder.look) for _ in range(looks)]
        found.expanded = await _count(self._house, "deliveries") - before
        self._room = 10**6
        found.feeding = [await seconds(self._feeder.look) for _ in range(looks)]
        found.fed = self.letters

    def _take(self, queued: list[Queued]) -> None:
        self.letters += len(queued)


async def _fill(house: House, plan: Plan) -> None:
    today = clock.now().date()
    ids: list[str] = []

    async def add() -> None:
        for number in range(plan.deadlines):
            day = today + dt.timedelta(days=2 + number * _DAYS // plan.deadlines)
            kind, zone = ((CALL, "Europe/Zurich"), (OWN, "Asia/Phnom_Penh"))[number % 2]
            deadline = Deadline(f"Call {number}", day.isoformat(), zone, kind=kind, benchmarks=("D",))
            ids.append((await house.tables.deadlines.add(deadline)).id)

    await house.database.write(add)
    several = profiles(plan.profiles)

    def asked(number: int) -> tuple[Profile, list[str]]:
        """All deadlines, or one and a benchmark of each; and news, and a case."""
        own = [ALL, "b:D"] if number % 2 else [f"d:{ids[number % len(ids)]}", "b:D"]
        return several[number % len(several)], [*own, NEWS, "case:x"][: plan.topics_each]

    await house.listen(range(1, plan.places + 1), asked)


async def _tick(house: House, plan: Plan, found: Ticks) -> None:
    report = load()
    found.subscriptions = await _count(house, "subscriptions")
    planner = Planner(
        house.database,
        house.tables,
        list(report.benchmarks),
        list(report.cases),
        ZoneInfo(_HOME),
        notice,
        _keep_none,
    )
    midnight = clock.now().replace(hour=17, minute=30, second=0, microsecond=0)  # 00:30 in Phnom Penh
    found.first = await _timed(planner, midnight)
    for n in range(plan.ticks):
        found.idle.append(await _timed(planner, midnight + dt.timedelta(seconds=20 * (n + 1))))
    morning = midnight
    for n in range(plan.ticks):
        morning = midnight + dt.timedelta(days=n, hours=7, minutes=30, seconds=20)  # 08:00 in Phnom Penh
        await planner.tend(morning - dt.timedelta(seconds=60))
        before = await _count(house, "rounds")
        found.busy.append(await _timed(planner, morning))
        found.rounds.append(await _count(house, "rounds") - before)
    await _Feeding(house, report, morning + dt.timedelta(minutes=1)).measure(4 * plan.ticks, found)
    for _ in range(plan.ticks):
        found.scans.append(await seconds(lambda: _scan(house)))


async def _scan(house: House) -> None:
    query = "SELECT sum(length(place)) FROM subscriptions s JOIN listeners USING (place) WHERE length(topic) > 0"
    await house.database.write(lambda: house.database.read(query))


async def _count(house: House, table: str) -> int:
    query = f"SELECT count(*) FROM {table}"
    [(count,)] = await house.database.write(lambda: house.database.read(query))
    return int(count)


async def _timed(planner: Planner, now: dt.datetime) -> float:
    return await seconds(lambda: planner.tend(now))


async def seconds(work: Callable[[], Awaitable[object]]) -> float:
    """How long this takes."""
    before = time.perf_counter()
    await work()
    return time.perf_counter() - before


def _keep_none(letters: list[Queued]) -> None:
    """Nobody is to be told here."""
