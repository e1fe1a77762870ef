"""``python -m bench.reviews``: what reviewing costs as the queue grows, beside a look-up asked in the same run.

Bot and local Telegram share this process, so that a figure is the time until the answer is there, without a network.
The incidents are rows that the bot would have written; nothing in them was told by anybody.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import random
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.contestants import cache_directory
from bot import clock
from bot.application import sangket
from bot.ask import give_role, local_settings, make_office
from bot.settings import Settings
from bot.talk import Talk, running
from bot.wire import LocalWire
from facts.loader import load_all
from forms.incident import CATEGORIES, LETTERS, URGENCIES
from sandbox.app import create_app
from sandbox.world import World
from storage.audit import Act
from storage.database import Database
from storage.members import Role
from storage.reviews import Head, Review
from storage.sealing import DraftKeys, OfficeLock, ServerKey
from storage.tables import Tables

SIZES = (20, 200, 2_000)
"""Incidents in the queue: a week, a busy half-year of one network, and ten times that."""
ENTRIES = 10_000
ASKED = 40


def main() -> int:
    """Exit 0; 1 when the audit chain of the measurement is not whole."""
    arguments = _arguments()
    sizes, entries, asked = ((5, 20), 200, 3) if arguments.quick else (SIZES, ENTRIES, ASKED)
    results = {size: asyncio.run(_measured(size, asked)) for size in sizes}
    print("\n".join(_table(results)))
    written, verified, faults = asyncio.run(_audited(entries))
    print(
        f"\nAudit: {written / entries * 1e6:.0f} µs to write an entry, {verified * 1000:.0f} ms to verify {entries:,}"
        f" ({verified / entries * 1e6:.0f} µs each)."
    )
    return 1 if faults else 0


async def _measured(size: int, asked: int) -> dict[str, float]:
    """The median time until each answer, in seconds."""
    world = World(pace=False, seed=1)
    person = world.add_person("Chanthy")
    with TemporaryDirectory(dir=cache_directory(), prefix="sangket-reviews-") as folder:
        settings = local_settings(world, "http://127.0.0.1", Path(folder))
        make_office(settings.keys_dir)
        await give_role(settings, person.id, Role.COORDINATOR)
        await _in_tables(settings, lambda tables: _fill(tables, size))
        async with (
            sangket(settings, LocalWire(create_app(world)), load_all(), world.clock, say=_quietly) as bot,
            running(bot),
        ):
            talk = Talk(world, person, bot)
            await talk.say("/start")
            questions: dict[str, Callable[[], Awaitable[object]]] = {
                "/benchmark D": lambda: talk.say("/benchmark D"),
                "/queue": lambda: talk.say("/queue"),
                "/queue D": lambda: talk.say("/queue D"),
                "a card": lambda: talk.say("/queue R-0001"),
                "/statistics": lambda: talk.say("/statistics"),
            }
            return {name: await _timed(world, ask, asked) for name, ask in questions.items()}


async def _timed(world: World, ask: Callable[[], Awaitable[object]], asked: int) -> float:
    times = []
    for _ in range(asked):
        world.advance(dt.timedelta(seconds=10))
        before = time.perf_counter()
        await ask()
        times.append(time.perf_counter() - before)
    return median(times)


async def _fill(tables: Tables, size: int) -> None:
    """Incidents as they come: most are of few kinds, a third has a finding."""
    chance = random.Random(1)
    today = clock.now().date()
    hour = int(clock.now().timestamp()) // 3600
    for number in range(size):
        reference = f"R-{number:04d}"
        letters = tuple(sorted(chance.sample(LETTERS, chance.choice((1, 1, 2)))))
        head = Head(
            category=chance.choice(CATEGORIES).name,
            urgency=chance.choice(URGENCIES).name,
            province=f"{chance.randrange(1, 26):02d}",
            benchmarks=letters,
            counts=chance.random() < 0.7,
            source="0102",
            hour=hour - chance.randrange(24 * 180),
        )
        await tables.incidents.take(reference, {"reference": reference}, today)
        finding = chance.choice(("", "", "04"))
        await tables.reviews.keep(Review(reference, head, benchmarks=letters, finding=finding, announced=True))


async def _audited(entries: int) -> tuple[float, float, list[str]]:
    """Seconds to write so many entries, seconds to verify them, and what was found wrong."""
    with TemporaryDirectory(dir=cache_directory(), prefix="sangket-audit-") as folder:
        settings = local_settings(World(pace=False), "http://127.0.0.1", Path(folder))
        times: list[float] = []
        faults: list[str] = []

        async def work(tables: Tables) -> None:
            today = clock.now().date()
            times.append(time.perf_counter())
            for number in range(entries):
                await tables.audit.note(today, "Lotus-4", Act.OPENED, f"R-{number:04d}")
            times.append(time.perf_counter())
            faults.extend(await tables.audit.faults([await tables.audit.head()]))
            times.append(time.perf_counter())

        settings.data_dir.mkdir(parents=True)
        await _in_tables(settings, work)
        return times[1] - times[0], times[2] - times[1], faults


async def _in_tables(settings: Settings, work: Callable[[Tables], Awaitable[None]]) -> None:
    today = clock.now().date()
    server = ServerKey.load(settings.server_key, today)
    drafts = DraftKeys.load(settings.draft_keys_folder() / "draft.keys", today)
    database = await Database.open(settings.database)
    tables = Tables.over(database, server, drafts, OfficeLock.load(settings.office_lock))
    try:
        await database.write(lambda: work(tables))
    finally:
        await database.close()


def _table(results: dict[int, dict[str, float]]) -> list[str]:
    """Milliseconds, and in how many look-ups of the same run that is."""
    names = list(next(iter(results.values())))
    head = ["incidents", *(f"{name}, ms" for name in names)]
    lines = [f"| {' | '.join(head)} |", f"|{' --: |' * len(head)}"]
    for size, times in results.items():
        look_up = times[names[0]]
        cells = [f"{times[name] * 1000:.1f} ({times[name] / look_up:.1f}×)" for name in names]
        lines.append(f"| {size:,} | {' | '.join(cells)} |")
    return lines


def _quietly(sentence: str) -> None:
    """The console's code is for nobody here."""


def _arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.reviews", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small run that shows everything works")
    return parser.parse_args(given)


if __name__ == "__main__":
    sys.exit(main())
