"""Deadlines as they are kept: what comes back, by which version, and what stands in the table for whoever takes it."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

from storage.database import Database
from storage.deadlines import OWN, Deadline, Deadlines
from storage.sealing import ServerKey

T = TypeVar("T")

MONDAY = dt.date(2026, 11, 23)
CALL = Deadline(
    "Call for information 2027",
    "2027-05-15",
    "Europe/Zurich",
    mandate="A mandate",
    internal="2027-05-01",
    benchmarks=("D", "E"),
    languages=("english", "french"),
    formats=("pdf",),
    questions="សំណួរ 1\n2",
    responsible="Lotus-4",
    checked_by="Lotus-4",
    checked_on="2026-11-23",
)
MINE = Deadline("Weekly accounts", "2026-12-04", "Asia/Phnom_Penh", time="17:00", kind=OWN, repeats="weekly")


class Store:
    """The deadlines over one database."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.database = database
        self.deadlines = Deadlines(database, ServerKey.load(folder / "server.key", MONDAY))

    async def do(self, deed: Callable[[], Awaitable[T]]) -> T:
        return await self.database.write(deed)

    async def add(self, one: Deadline = CALL) -> Deadline:
        return await self.do(lambda: self.deadlines.add(one))

    async def get(self, deadline_id: str) -> Deadline | None:
        return await self.do(lambda: self.deadlines.get(deadline_id))


def on_disk(folder: Path) -> bytes:
    """All that whoever takes the database has."""
    return b"".join(one.read_bytes() for one in folder.glob("sangket.db*"))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    database = await Database.open(tmp_path / "sangket.db")
    yield Store(tmp_path, database)
    await database.close()


@pytest.mark.parametrize("one", [CALL, MINE], ids=["call", "own"])
async def test_a_deadline_comes_back_as_it_was_entered(store: Store, one: Deadline) -> None:
    kept = await store.add(one)
    assert await store.get(kept.id) == kept
    assert replace(kept, id="") == one
    assert kept.version == 1


async def test_a_change_counts_the_version_up_and_keeps_the_id(store: Store) -> None:
    kept = await store.add()
    changed = await store.do(lambda: store.deadlines.change(replace(kept, day="2027-05-22")))
    assert (changed.id, changed.version) == (kept.id, 2)
    assert await store.get(kept.id) == changed


async def test_all_are_listed_by_their_days(store: Store) -> None:
    for one in (CALL, MINE, replace(CALL, day="2026-12-01")):
        await store.add(one)
    listed = await store.do(store.deadlines.all)
    assert [one.day for one in listed] == ["2026-12-01", "2026-12-04", "2027-05-15"]


async def test_the_table_shows_neither_words_nor_days_nor_by_its_size_how_much_was_said(
    store: Store, tmp_path: Path
) -> None:
    await store.add()
    await store.add(MINE)
    taken = on_disk(tmp_path)
    for word in ("Weekly accounts", "2027-05-15", "Lotus-4", "Zurich", "សំណួរ"):
        assert word.encode() not in taken
    assert b"deadlines" in taken, "control: the table is there"
    sizes = await store.do(lambda: store.database.read("SELECT DISTINCT length(sealed) FROM deadlines"))
    assert len(sizes) == 1


async def test_a_row_in_the_place_of_another_is_not_read(store: Store) -> None:
    mine, call = await store.add(MINE), await store.add()
    await store.do(
        lambda: store.database.execute(
            "UPDATE deadlines SET sealed = (SELECT sealed FROM deadlines WHERE id = ?) WHERE id = ?", (mine.id, call.id)
        )
    )
    assert await store.get(call.id) is None
    assert await store.do(store.deadlines.all) == [mine], "control: the other one is read, and a bad row stops nothing"


@pytest.mark.parametrize(
    "odd",
    [
        replace(CALL, zone="Europe/Nowhere"),
        replace(CALL, zone="../../etc/passwd"),
        replace(CALL, zone=""),
        replace(CALL, day="2027-02-30"),
        replace(CALL, day="9999-12-31"),
        replace(CALL, internal="0001-01-01"),
        replace(CALL, time="25:00"),
        replace(MINE, repeats="hourly"),
    ],
    ids=lambda odd: f"{odd.day} {odd.internal} {odd.time} {odd.zone} {odd.repeats}",
)
async def test_one_that_cannot_be_reckoned_with_does_not_stand_in_the_way_of_the_others(
    store: Store, odd: Deadline
) -> None:
    whole = await store.add(MINE)
    kept = await store.add(odd)
    assert await store.do(store.deadlines.all) == [whole]
    assert await store.get(kept.id) is None
