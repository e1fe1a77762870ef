"""The numbers of messages that could still be deleted: for 48 hours, under pseudonyms that change every day."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from storage.database import Database, Row
from storage.sealing import DraftKeys, key_id
from storage.traces import Trace, Traces

T = TypeVar("T")

MONDAY = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
NOON = int(MONDAY.timestamp())
HOUR = 3600
DARA = 6_123_456_789
SOK = 6_987_654_321


class Store:
    """The traces over one database, on a clock that the test moves."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.file = folder / "draft.keys"
        self.database = database
        self.keys = DraftKeys.load(self.file, MONDAY.date())
        self.traces = Traces(database, self.keys)

    async def do(self, deed: Callable[[], Awaitable[T]]) -> T:
        """Do this in one transaction."""
        return await self.database.write(deed)

    async def note(self, chat_id: int, *messages: int, at: int = NOON, date: int | None = None) -> None:
        """These messages changed at that time; they came then, or at another ``date``."""

        async def work() -> None:
            self.traces.note([Trace(chat_id, number, at, at if date is None else date) for number in messages])

        await self.do(work)

    async def since(self, chat_id: int, at: int = 0) -> list[int]:
        return [trace.message_id for trace in await self.do(lambda: self.traces.since(chat_id, at))]

    async def forget(self, chat_id: int, *messages: int) -> None:
        await self.do(lambda: self.traces.forget(chat_id, messages))

    async def midnight(self, days: int = 1) -> int:
        """What the schedule does on each new day; how many keys were forgotten."""
        now = dt.datetime.combine(MONDAY.date() + dt.timedelta(days=days), dt.time(0, 0, 20), dt.UTC)
        self.keys.renew(now.date())
        await self.do(lambda: self.traces.carry_over(now))
        return self.keys.drop(set())

    async def rows(self, columns: str = "*") -> list[Row]:
        return await self.do(lambda: self.database.read(f"SELECT {columns} FROM traces ORDER BY id"))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    database = await Database.open(tmp_path / "sangket.db")
    yield Store(tmp_path, database)
    await database.close()


async def test_the_messages_of_a_chat_are_found_in_the_order_of_their_numbers_until_they_are_forgotten(
    store: Store,
) -> None:
    await store.note(DARA, 12, 10, 11)
    await store.note(SOK, 10, 99)
    assert await store.since(DARA) == [10, 11, 12]
    assert await store.since(DARA) == [10, 11, 12], "looking deletes nothing"
    await store.forget(DARA, 10, 12, 77)
    assert await store.since(DARA) == [11]
    assert await store.since(SOK) == [10, 99], "another chat's are not touched"


async def test_only_messages_since_then_are_found(store: Store) -> None:
    for number, at in ((1, NOON - 1), (2, NOON), (3, NOON + 1)):
        await store.note(DARA, number, at=at)
    assert await store.since(DARA, NOON) == [2, 3]
    assert await store.since(DARA) == [1, 2, 3]


async def test_a_message_that_was_changed_is_found_by_its_last_change_and_knows_when_it_came(store: Store) -> None:
    await store.note(DARA, 7)
    for at in (NOON + 10, NOON + 20):
        await store.note(DARA, 7, at=at, date=NOON)
    [trace] = await store.do(lambda: store.traces.since(DARA, NOON + 15))
    assert (trace.message_id, trace.date) == (7, NOON)
    assert await store.since(DARA) == [7], "once, however often it was changed"
    await store.forget(DARA, 7)
    assert await store.rows() == [], "and nothing of it stays"


async def test_forgetting_nothing_forgets_nothing(store: Store) -> None:
    await store.note(DARA, 1, 2, 3)
    await store.forget(DARA)
    assert await store.since(DARA) == [1, 2, 3]


async def test_no_row_tells_the_chat_the_message_or_the_time(store: Store) -> None:
    await store.note(DARA, 8_123_321)
    [(_, chat, sealed, made_on)] = await store.rows()
    assert made_on == "2026-11-23"
    assert b"8123321" in store.keys.marks.open(sealed, "trace"), "control"
    for secret in (DARA, 8_123_321, NOON):
        assert str(secret).encode() not in chat + sealed
        assert secret.to_bytes(8, "big").lstrip(b"\0") not in chat + sealed


# Days and keys


async def test_over_midnight_traces_are_sealed_anew_so_that_the_old_key_is_really_dropped(store: Store) -> None:
    await store.note(DARA, 7)
    yesterdays = store.keys.marks.newest.id
    [(_, chat, sealed, _)] = await store.rows()
    assert await store.midnight() == 1
    assert len(store.file.read_text().splitlines()) == 1
    [(_, new_chat, new_sealed, made_on)] = await store.rows()
    assert key_id(sealed) == yesterdays
    assert key_id(new_sealed) == store.keys.marks.newest.id != yesterdays
    assert new_chat != chat, "and nobody can tell that it is the same chat as yesterday"
    assert made_on == "2026-11-23"
    assert await store.since(DARA) == [7]


async def test_a_trace_that_was_not_carried_over_is_lost_with_its_key(store: Store) -> None:
    """The control of the test above."""
    await store.note(DARA, 7)
    store.keys.renew(MONDAY.date() + dt.timedelta(days=1))
    store.keys.drop(set())
    assert await store.since(DARA) == []


async def test_traces_of_two_keys_are_found_together_until_they_are_carried_over(store: Store) -> None:
    await store.note(DARA, 7)
    store.keys.renew(MONDAY.date() + dt.timedelta(days=1))
    await store.note(DARA, 8)
    assert await store.since(DARA) == [7, 8]


async def test_carrying_over_twice_changes_nothing(store: Store) -> None:
    await store.note(DARA, 7)
    await store.midnight()
    before = await store.rows()
    await store.midnight()
    assert await store.rows() == before


async def test_what_a_power_cut_made_unreadable_is_cleared_away(store: Store, tmp_path: Path) -> None:
    await store.note(DARA, 7)
    (tmp_path / "draft.keys").unlink()
    after = Store(tmp_path, store.database)
    await after.note(SOK, 8)
    assert await after.since(DARA) == []
    await after.do(lambda: after.traces.carry_over(MONDAY))
    assert len(await after.rows()) == 1
    assert await after.since(SOK) == [8]


async def test_a_change_does_not_make_a_message_younger(store: Store) -> None:
    """Telegram counts from when it was sent."""
    await store.note(DARA, 1, at=NOON, date=NOON - 13 * HOUR)
    await store.midnight(1)
    assert len(await store.rows()) == 1, "control"
    await store.midnight(2)
    assert await store.rows() == []


async def test_what_is_too_old_to_be_deleted_is_not_carried_over(store: Store) -> None:
    young = NOON
    await store.note(DARA, 1, at=young - 13 * HOUR)
    await store.note(DARA, 2, at=young)
    await store.midnight(1)
    assert len(await store.rows()) == 2, "control"
    await store.midnight(2)
    assert await store.since(DARA) == [2], "one is 49 hours old, the other 36"
