"""Taking incidents in: from one person after the other, from everybody at once, and what stays on the disk."""

from __future__ import annotations

import datetime as dt
import gc
import json
import sqlite3
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from bench.incidents.house import Bot, at_work
from bench.incidents.kept import Kept, faults
from bench.incidents.plan import DOCUMENT, MILLISECOND, Plan
from bench.incidents.tellers import Asker, Crowd, Teller
from bench.processes import PROC, TICKS, Cores
from bot import clock
from schedules.retention import KEPT_DAYS, Retention
from storage.database import Database
from storage.sealing import DraftKeys, ServerKey
from storage.tables import Tables


@dataclass(frozen=True)
class Busy:
    """How much was computed, as shares of the time in which somebody waited. 1.0 is one core."""

    bot: float
    people: float
    """And Telegram, which is in the same process."""
    others: float
    """Who has nothing to do with it, and takes their time from both."""


@dataclass(frozen=True)
class Alone:
    """One person after the other tells an incident with a document, and others look something up as often."""

    updates: int
    """Of one incident."""
    cpu: float
    """Seconds of the bot for each incident."""
    wall: float
    """Seconds for an incident, the median."""
    waits: list[float]
    waits_for_files: list[float]
    lookup_cpu: float
    """Seconds of the bot for as many look-ups as an incident has updates."""
    lookup_waits: list[float]
    busy: Busy
    faults: list[str]


@dataclass(frozen=True)
class Together:
    """Everybody tells at one instant."""

    told: int
    kept: int
    updates: int
    answers: int
    seconds: float
    waits: list[float]
    waits_for_files: list[float]
    cpu: float
    """Seconds of the bot for each incident."""
    busy: Busy
    log_bytes: int
    """Of the write-ahead log at the end, before it was folded in."""
    faults: list[str]


@dataclass(frozen=True)
class Sizes:
    """Bytes for each incident."""

    told: int
    """Of the incident as JSON, before padding and sealing, and of its files."""
    row: int
    letter: int
    database: float
    """What the file of the database grew by, tidied."""
    lasting: float
    """What of that is in use a week later, when the numbers of handled updates are forgotten."""
    blobs: float
    log_bytes: int
    """Of the write-ahead log in all, before it was folded in."""
    sample: dict[str, Any]
    """One of the incidents."""
    faults: list[str]

    @property
    def whole(self) -> float:
        """All that stays on the disk."""
        return self.database + self.blobs

    @property
    def lasting_whole(self) -> float:
        """All that stays on the disk for months."""
        return self.lasting + self.blobs


async def alone(plan: Plan, cores: Cores) -> Alone:
    """Raises BotFailedError."""
    crowd = Crowd()
    async with at_work(crowd.world, cores.bot) as bot:
        await _in_turn(crowd, bot, [crowd.teller(DOCUMENT) for _ in range(2)])  # what is done for the first time
        tellers = [crowd.teller(DOCUMENT) for _ in range(plan.alone)]
        told = await _in_turn(crowd, bot, tellers)
        updates = max(one.updates for one in tellers)
        askers = [crowd.asker(updates) for _ in range(plan.alone)]
        asked = await _in_turn(crowd, bot, askers)
        await bot.stop()
        return Alone(
            updates=updates,
            cpu=told.bot_cpu / plan.alone,
            wall=median(one.took for one in tellers),
            waits=[wait for one in tellers for wait in one.waits],
            waits_for_files=[wait for one in tellers for wait in one.waits_for_files],
            lookup_cpu=asked.bot_cpu / plan.alone,
            lookup_waits=[wait for one in askers for wait in one.waits],
            busy=told.busy,
            faults=[*faults(crowd.tellers, Kept.by(bot)), *_faults_of_answers(askers, updates)],
        )


def _faults_of_answers(askers: Sequence[Asker], times: int) -> list[str]:
    return [
        f"a look-up was answered with {one.strange or 'nothing'}"
        for one in askers
        if one.strange or len(one.waits) < times
    ]


async def together(plan: Plan, cores: Cores) -> Together:
    """Raises BotFailedError."""
    crowd = Crowd()
    async with at_work(crowd.world, cores.bot) as bot:
        tellers = [crowd.teller(DOCUMENT if n % plan.sending == 0 else b"") for n in range(plan.crowd)]
        spent = await _spent(crowd, bot, partial(crowd.all_at_once, tellers, bot.is_alive))
        log_bytes = _size(bot.log)
        await bot.stop()
        kept = Kept.by(bot)
        return Together(
            told=len(tellers),
            kept=len(kept.incidents),
            updates=sum(one.updates for one in tellers),
            answers=crowd.answers,
            seconds=spent.seconds,
            waits=[wait for one in tellers for wait in one.waits],
            waits_for_files=[wait for one in tellers for wait in one.waits_for_files],
            cpu=spent.bot_cpu / len(tellers),
            busy=spent.busy,
            log_bytes=log_bytes,
            faults=faults(tellers, kept),
        )


async def sizes(plan: Plan, cores: Cores, document: bytes) -> Sizes:
    """Raises BotFailedError."""
    crowd = Crowd()
    async with at_work(crowd.world, cores.bot) as bot:
        empty = _size(bot.database)  # it tidied when it began
        tellers = [crowd.teller(document) for _ in range(plan.kept)]
        await crowd.all_at_once(tellers, bot.is_alive)
        await bot.rest(crowd.world)
        log_bytes = _size(bot.log)
        await bot.stop()
        kept = Kept.by(bot)
        count = max(len(kept.incidents), 1)
        told = sum(len(json.dumps(one, ensure_ascii=False, separators=(",", ":")).encode()) for one in kept.incidents)
        return Sizes(
            told=told // count + len(document),
            row=kept.row_bytes // count,
            letter=kept.letter_bytes // count,
            database=(_size(bot.database) - empty) / count,
            lasting=(await _in_use_a_week_later(bot) - empty) / count,
            blobs=kept.blob_bytes / count,
            log_bytes=log_bytes,
            sample=kept.incidents[0] if kept.incidents else {},
            faults=faults(tellers, kept),
        )


@dataclass(frozen=True)
class Spent:
    """Seconds in which somebody waited, and of CPU."""

    seconds: float
    bot_cpu: float
    our_cpu: float
    others_cpu: float
    """Of everybody else on this machine."""

    @property
    def busy(self) -> Busy:
        """Shares of the time."""
        return Busy(*(cpu / self.seconds for cpu in (self.bot_cpu, self.our_cpu, self.others_cpu)))


async def _in_turn(crowd: Crowd, bot: Bot, people: Sequence[Asker | Teller]) -> Spent:
    """One person at a time. The seconds are those in which somebody waited for an answer."""

    async def each() -> float:
        return sum([await crowd.all_at_once([one], bot.is_alive) for one in people])

    return await _spent(crowd, bot, each)


async def _spent(crowd: Crowd, bot: Bot, work: Callable[[], Awaitable[float]]) -> Spent:
    """The processors are read once the bot is at rest: what is left for after an answer is work all the same."""
    gc.collect()
    gc.freeze()  # what was built before stays; looking through it again would stand in somebody's answer
    bot_before, ours_before, all_before = bot.cpu_seconds(), time.process_time(), _computed()
    try:
        seconds = await work()
    finally:
        gc.unfreeze()
    await bot.rest(crowd.world)
    cpu, ours = bot.cpu_seconds() - bot_before, time.process_time() - ours_before
    return Spent(max(seconds, MILLISECOND), cpu, ours, max(0.0, _computed() - all_before - cpu - ours))


def _computed() -> float:
    """CPU seconds of everybody on all cores since the machine was started (proc(5), stat: all but idle and iowait)."""
    user, nice, system, _, _, *interrupts = map(int, (PROC / "stat").read_text().split("\n", 1)[0].split()[1:9])
    return (user + nice + system + sum(interrupts)) / TICKS


async def _in_use_a_week_later(bot: Bot) -> int:
    """Bytes of the database that are in use when the bot, which has stopped, has forgotten what it keeps for a week."""
    later = clock.now() + dt.timedelta(days=KEPT_DAYS + 1)
    server = ServerKey.load(bot.server_key, later.date())
    drafts = DraftKeys.load(bot.draft_keys, later.date())
    database = await Database.open(bot.database)
    try:
        await Retention(database, Tables.over(database, server, drafts, None), drafts, incident_days=180).tend(later)
    finally:
        await database.close()
    with closing(sqlite3.connect(bot.database)) as connection:
        page, pages, free = (
            int(connection.execute(f"PRAGMA {name}").fetchone()[0])
            for name in ("page_size", "page_count", "freelist_count")
        )
    return page * (pages - free)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
