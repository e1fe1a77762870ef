"""What the team says among itself is sealed to the office key, in its order, and cannot be planted."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from storage.database import Database
from storage.sealing import DraftKeys, OfficeKey, OfficeLock, ServerKey, padded_json
from storage.tables import Tables

TODAY = dt.date(2026, 11, 23)
REFERENCE = "R-7F3K"
NOTE = {"by": "Lotus-4", "on": "2026-11-23", "words": "The market is closed on Mondays. សូមពិនិត្យ"}


@dataclass
class Store:
    database: Database
    office: OfficeKey
    tables: Tables

    async def add(self, words: str = NOTE["words"], day: dt.date = TODAY) -> None:
        await self.database.write(lambda: self.tables.notes.add(REFERENCE, {**NOTE, "words": words}, day))

    async def change(self, sql: str, *values: object) -> None:
        await self.database.write(lambda: self.database.execute(sql, values))

    async def read(self) -> list[dict[str, str]]:
        """What reviewers read."""
        sealed = await self.database.write(lambda: self.tables.notes.sealed(REFERENCE))
        return [json.loads(self.office.open(one.sealed)) for one in sealed]

    async def genuine(self) -> list[bool]:
        return [one.genuine for one in await self.database.write(lambda: self.tables.notes.sealed(REFERENCE))]


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    database = await Database.open(tmp_path / "sangket.db")
    office = OfficeKey.new()
    drafts = DraftKeys.load(tmp_path / "draft.keys", TODAY)
    server = ServerKey.load(tmp_path / "server.key", TODAY)
    tables = Tables.over(database, server, drafts, OfficeLock(office.recipients))
    await database.write(lambda: tables.incidents.take(REFERENCE, {}, TODAY))
    yield Store(database, office, tables)
    await database.close()


async def test_reviewers_read_notes_in_their_order_and_by_whom(store: Store) -> None:
    for words in ("first", "second", "third"):
        await store.add(words)
    assert [one["words"] for one in await store.read()] == ["first", "second", "third"]
    assert {one["by"] for one in await store.read()} == {"Lotus-4"}
    assert await store.genuine() == [True, True, True]
    assert await store.database.write(lambda: store.tables.notes.count(REFERENCE)) == 3


async def test_without_the_office_key_a_note_is_not_read(store: Store) -> None:
    await store.add()
    [sealed] = await store.database.write(lambda: store.tables.notes.sealed(REFERENCE))
    for word in ("Lotus-4", "market", "សូម"):
        assert word.encode() not in sealed.sealed


async def test_a_note_that_was_planted_or_moved_is_not_genuine(store: Store) -> None:
    await store.add("one")
    await store.add("two")
    forged = OfficeLock(store.office.recipients).seal(padded_json({"by": "Lotus-4", "words": "a lie"}))
    await store.change("UPDATE notes SET sealed = ? WHERE number = 1", forged)
    assert await store.genuine() == [False, True]
    await store.change("UPDATE notes SET number = number + 10")
    assert await store.genuine() == [False, False]


async def test_the_day_of_a_note_cannot_be_changed(store: Store) -> None:
    await store.add()
    await store.change("UPDATE notes SET made_on = '2026-11-24'")
    assert await store.genuine() == [False]


async def test_notes_go_with_their_incident_and_when_it_is_withdrawn(store: Store) -> None:
    await store.add()
    assert len(await store.read()) == 1, "control"
    await store.database.write(lambda: store.tables.incidents.withdraw(REFERENCE))
    assert await store.read() == []
    await store.database.write(lambda: store.tables.incidents.take("R-2222", {}, TODAY))
    await store.database.write(lambda: store.tables.notes.add("R-2222", NOTE, TODAY))
    await store.change("DELETE FROM incidents")
    assert await store.database.write(lambda: store.tables.notes.count("R-2222")) == 0


async def test_without_an_office_key_no_note_is_taken(tmp_path: Path, store: Store) -> None:
    drafts = DraftKeys.load(tmp_path / "draft.keys", TODAY)
    server = ServerKey.load(tmp_path / "server.key", TODAY)
    tables = Tables.over(store.database, server, drafts, None)
    with pytest.raises(RuntimeError):
        await store.database.write(lambda: tables.notes.add(REFERENCE, NOTE, TODAY))
