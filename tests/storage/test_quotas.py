"""How much one person handed in today, and that tomorrow nobody can tell who it was."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest

from storage.database import Database, Row
from storage.quotas import Quotas
from storage.sealing import DraftKeys, ServerKey

T = TypeVar("T")

MONDAY = dt.date(2026, 11, 23)
TUESDAY = MONDAY + dt.timedelta(days=1)
DARA = 6_123_456_789
SOK = 6_987_654_321


class Store:
    """The counts over one database."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder = folder
        self.database = database
        self.keys = DraftKeys.load(folder / "draft.keys", MONDAY)
        self.quotas = Quotas(database, self.keys)

    async def do(self, deed: Callable[[], Awaitable[T]]) -> T:
        """Do this in one transaction."""
        return await self.database.write(deed)

    async def count(self, person: int, day: dt.date = MONDAY) -> None:
        await self.do(lambda: self.quotas.count(person, day))

    async def sent(self, person: int, day: dt.date = MONDAY) -> int:
        return await self.do(lambda: self.quotas.sent(person, day))

    async def rows(self) -> list[Row]:
        return await self.do(lambda: self.database.read("SELECT person, day, sent FROM quotas"))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    database = await Database.open(tmp_path / "sangket.db")
    yield Store(tmp_path, database)
    await database.close()


async def test_each_person_is_counted_apart(store: Store) -> None:
    assert await store.sent(DARA) == 0
    for expected in (1, 2, 3):
        await store.count(DARA)
        assert await store.sent(DARA) == expected
    assert await store.sent(SOK) == 0
    await store.count(SOK)
    assert (await store.sent(DARA), await store.sent(SOK)) == (3, 1)


async def test_additions_are_counted_beside_incidents(store: Store) -> None:
    for added in (False, True, True):
        await store.do(partial(store.quotas.count, DARA, MONDAY, added=added))
    assert await store.sent(DARA) == 1
    assert await store.do(lambda: store.quotas.added(DARA, MONDAY)) == 2
    assert await store.do(lambda: store.quotas.added(SOK, MONDAY)) == 0
    await store.do(lambda: store.quotas.count(DARA, TUESDAY, added=True))
    assert await store.do(lambda: store.quotas.added(DARA, TUESDAY)) == 1
    assert await store.sent(DARA, TUESDAY) == 0


async def test_another_day_is_fresh(store: Store) -> None:
    await store.count(DARA)
    await store.count(DARA)
    assert await store.sent(DARA, TUESDAY) == 0
    await store.count(DARA, TUESDAY)
    assert await store.sent(DARA, TUESDAY) == 1, "and does not go on where yesterday ended"


async def test_the_count_of_a_day_holds_across_a_restart_and_a_renewed_key(store: Store) -> None:
    await store.count(DARA, TUESDAY)
    store.keys.renew(TUESDAY)
    await store.count(DARA, TUESDAY)
    again = Store(store.folder, store.database)
    assert await again.sent(DARA, TUESDAY) == 2, "one under each key"
    assert len(await store.rows()) == 2, "control"


async def test_nobody_can_link_a_count_to_a_person_once_the_key_is_dropped(store: Store) -> None:
    await store.count(DARA)
    [(person, _, _)] = await store.rows()
    assert person in store.keys.pseudonyms(DARA), "control"
    store.keys.renew(TUESDAY)
    assert person in store.keys.pseudonyms(DARA), "control"
    store.keys.drop(set())
    assert person not in store.keys.pseudonyms(DARA)
    assert await store.sent(DARA) == 0
    assert person != ServerKey.load(store.folder / "server.key", MONDAY).pseudonym(DARA)


async def test_the_counts_of_two_days_do_not_tell_that_it_was_the_same_person(store: Store) -> None:
    await store.count(DARA)
    store.keys.renew(TUESDAY)
    store.keys.drop(set())
    await store.count(DARA, TUESDAY)
    [(one, _, _), (other, _, _)] = await store.rows()
    assert one != other


async def test_a_pseudonym_says_nothing_by_itself(store: Store) -> None:
    await store.count(DARA)
    await store.count(DARA + 1)
    (first, *_), (second, *_) = await store.rows()
    assert len(first) == len(second) == 16
    assert sum(a == b for a, b in zip(first, second, strict=True)) < 6, "numbers side by side look unrelated"


async def test_yesterday_is_forgotten_and_today_is_not(store: Store) -> None:
    await store.count(DARA)
    await store.count(SOK, TUESDAY)
    await store.do(lambda: store.quotas.forget(MONDAY))
    assert len(await store.rows()) == 2, "control"
    await store.do(lambda: store.quotas.forget(TUESDAY))
    assert [(day, sent) for _, day, sent in await store.rows()] == [("2026-11-24", 1)]
