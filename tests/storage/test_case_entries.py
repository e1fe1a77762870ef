"""What was published of cases: what stands in the table, what it tells, and how a swapped row is noticed."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

from forms.moment import Moment
from storage.case_entries import CaseEntries, CaseEntry
from storage.database import Database
from storage.sealing import ServerKey

T = TypeVar("T")

MONDAY = dt.date(2026, 11, 23)
WHEN = Moment(dt.datetime(2026, 12, 15, 8), "minute").to_json()
HEARING = CaseEntry(
    "the-teachers", "hearing", WHEN, "a court document", "Lotus-4", "នៅសាលាដំបូង, room 3", "km", "2026-11-23"
)


class Store:
    """The entries over one database."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.database = database
        self.entries = CaseEntries(database, ServerKey.load(folder / "server.key", MONDAY))

    async def do(self, deed: Callable[[], Awaitable[T]]) -> T:
        return await self.database.write(deed)

    async def add(self, entry: CaseEntry = HEARING) -> CaseEntry:
        return await self.do(lambda: self.entries.add(entry))

    async def of(self, case: str) -> list[CaseEntry]:
        return await self.do(lambda: self.entries.of(case))

    async def get(self, entry_id: str) -> CaseEntry | None:
        return await self.do(lambda: self.entries.get(entry_id))


def on_disk(folder: Path) -> bytes:
    """All that whoever takes the database has."""
    return b"".join(one.read_bytes() for one in folder.glob("sangket.db*"))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    database = await Database.open(tmp_path / "sangket.db")
    yield Store(tmp_path, database)
    await database.close()


async def test_an_entry_comes_back_as_it_was_published(store: Store) -> None:
    kept = await store.add()
    assert kept == HEARING
    assert await store.of("the-teachers") == [HEARING]
    found = await store.get(kept.id)
    assert found is not None
    assert (found, found.id) == (kept, kept.id)
    assert Moment.from_json(found.when) == Moment(dt.datetime(2026, 12, 15, 8), "minute")


async def test_entries_of_a_case_come_in_the_order_of_their_days_and_no_others_with_them(store: Store) -> None:
    for day in ("2026-11-25", "2026-11-23", "2026-11-24"):
        await store.add(replace(HEARING, published_on=day))
    await store.add(replace(HEARING, case="the-printers"))
    assert [one.published_on for one in await store.of("the-teachers")] == ["2026-11-23", "2026-11-24", "2026-11-25"]
    everything = await store.do(store.entries.all)
    assert [one.case for one in everything] == ["the-printers", *["the-teachers"] * 3]


async def test_what_is_retracted_is_gone_and_only_that(store: Store) -> None:
    first, second = await store.add(), await store.add()
    assert await store.do(lambda: store.entries.retract(first.id))
    assert not await store.do(lambda: store.entries.retract(first.id)), "twice"
    assert [one.id for one in await store.of("the-teachers")] == [second.id]
    assert await store.get(first.id) is None
    assert await store.get("000000000000") is None


async def test_nothing_of_an_entry_can_be_read_without_the_key_not_even_its_case_or_day(
    store: Store, tmp_path: Path
) -> None:
    kept = await store.add()
    files = on_disk(tmp_path)
    assert kept.id.encode() in files, "control"
    for secret in ("the-teachers", "hearing", "court document", "room 3", "Lotus-4", "2026-12-15", "2026-11-23"):
        assert secret.encode() not in files


async def test_the_size_tells_no_word(store: Store) -> None:
    await store.add(replace(HEARING, words=""))
    await store.add(replace(HEARING, words="w" * 600))
    sizes = await store.do(lambda: store.database.read("SELECT DISTINCT length(sealed) FROM case_entries"))
    assert len(sizes) == 1


async def test_an_entry_that_was_moved_to_another_case_or_row_is_left_out(store: Store) -> None:
    first, second = await store.add(), await store.add(replace(HEARING, words="another"))
    other = await store.add(replace(HEARING, case="the-printers"))
    spoil = "UPDATE case_entries SET case_ref = (SELECT case_ref FROM case_entries WHERE id = ?) WHERE id = ?"
    await store.do(lambda: store.database.execute(spoil, (other.id, first.id)))
    assert [one.id for one in await store.of("the-printers")] == [other.id]
    assert await store.get(first.id) is None
    swap = "UPDATE case_entries SET sealed = (SELECT sealed FROM case_entries WHERE id = ?) WHERE id = ?"
    await store.do(lambda: store.database.execute(swap, (first.id, second.id)))
    assert await store.of("the-teachers") == []


async def test_half_a_surrogate_pair_breaks_nothing(store: Store) -> None:
    await store.add(replace(HEARING, words="before \ud800 after"))
    [kept] = await store.of("the-teachers")
    assert kept.words == "before ? after"
