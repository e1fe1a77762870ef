"""The network's own assessments, and the counts that were last shown: sealed, and none of them lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from storage.assessments import Assessment, Assessments
from storage.database import Database
from storage.published import Published, PublishedCounts
from storage.sealing import ServerKey

MONDAY = dt.date(2026, 11, 23)
GROUNDS = "Nobody who was convicted has been released."
ONE = Assessment("D", "off_target", GROUNDS, "Lotus-4", MONDAY.isoformat(), ("R-7F3K", "R-2222"), 5)


class Store:
    """Both repositories over one database."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.database = database
        server = ServerKey.load(folder / "server.key", MONDAY)
        self.assessments = Assessments(database, server)
        self.published = PublishedCounts(database, server)

    async def decide(self, assessment: Assessment) -> Assessment:
        return await self.database.write(lambda: self.assessments.decide(assessment))

    async def current(self, letter: str) -> Assessment | None:
        return await self.database.write(lambda: self.assessments.current(letter))

    async def of(self, letter: str) -> list[Assessment]:
        return await self.database.write(lambda: self.assessments.of(letter))

    async def take_back(self, assessment: Assessment) -> None:
        await self.database.write(lambda: self.assessments.take_back(assessment, "Otter-7", MONDAY))

    async def renew(self, counts: dict[str, dict[str, int]]) -> None:
        await self.database.write(lambda: self.published.renew(counts, MONDAY))

    async def run(self, sql: str) -> list[tuple[object, ...]]:
        return await self.database.write(lambda: self.database.execute(sql))


def on_the_disk(folder: Path) -> bytes:
    """The database's files."""
    return b"".join(file.read_bytes() for file in folder.glob("sangket.db*"))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    database = await Database.open(tmp_path / "sangket.db")
    yield Store(tmp_path, database)
    await database.close()


async def test_a_decision_comes_back_as_it_was_kept_with_its_number(store: Store) -> None:
    assert await store.current("D") is None
    kept = await store.decide(ONE)
    assert kept == replace(ONE, number=1)
    assert await store.current("D") == kept
    assert await store.current("E") is None


async def test_all_earlier_decisions_are_kept_and_the_newest_holds(store: Store) -> None:
    for grade in ("off_target", "variable") * 6:
        await store.decide(replace(ONE, grade=grade))
    assert [one.number for one in await store.of("D")] == list(range(12, 0, -1))
    current = await store.current("D")
    assert current is not None
    assert current.number == 12


async def test_what_is_taken_back_stays_on_record_and_what_was_before_does_not_come_back(store: Store) -> None:
    first, second = await store.decide(ONE), await store.decide(replace(ONE, grade="variable"))
    await store.take_back(second)
    assert await store.current("D") is None
    assert await store.of("D") == [replace(second, back_by="Otter-7", back_on=MONDAY.isoformat()), first]
    third = await store.decide(ONE)
    assert (third.number, await store.current("D")) == (3, third)


async def test_nothing_of_a_decision_or_of_the_counts_can_be_read_on_the_disk(store: Store, tmp_path: Path) -> None:
    await store.decide(ONE)
    counts = {"category": {"arrest": 7}}
    await store.renew(counts)
    raw = on_the_disk(tmp_path)
    for word in (GROUNDS, "off_target", "Lotus-4", "R-7F3K", "arrest"):
        assert word.encode() not in raw
    assert b"assessments" in raw, "control: names of tables can be read"


async def test_a_decision_put_onto_another_benchmark_or_number_is_none(store: Store) -> None:
    await store.decide(ONE)
    await store.run("UPDATE assessments SET benchmark = 'E'")
    assert await store.current("E") is None
    await store.run("UPDATE assessments SET id = 'E-0001'")
    assert await store.of("E") == []


async def test_the_size_of_counts_tells_nothing_of_how_many_groups_there_are(store: Store) -> None:
    sizes = set()
    for groups in range(60):
        counts = {"month": {f"2026-{n:02}": 3 for n in range(groups)}}
        await store.renew(counts)
        sizes |= set(await store.run("UPDATE published SET one = 1 RETURNING length(sealed)"))
    assert len(sizes) == 1


async def test_counts_come_back_and_what_was_changed_on_the_disk_is_nothing(store: Store) -> None:
    assert await store.database.write(store.published.last) is None
    counts = {"category": {"arrest": 7}, "month": {}}
    await store.renew(counts)
    assert await store.database.write(store.published.last) == Published("2026-11-23", counts)
    await store.run("UPDATE published SET sealed = zeroblob(80)")
    assert await store.database.write(store.published.last) is None
