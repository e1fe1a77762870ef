"""Rooms: where the bot may speak unasked. Which group that is, nobody reads off the disk."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from storage.database import Database
from storage.rooms import Room, Rooms
from storage.sealing import ServerKey

T = TypeVar("T")

TODAY = dt.date(2026, 11, 23)
GROUP = -1_001_234_567_890
OTHER = -1_009_876_543_210


class Store:
    """The rooms over one database."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder = folder
        self.database = database
        self.rooms = self.over(folder / "server.key")

    def over(self, key: Path) -> Rooms:
        """The rooms with this key."""
        return Rooms(self.database, ServerKey.load(key, TODAY))

    async def do(self, deed: Callable[[], Awaitable[T]]) -> T:
        return await self.database.write(deed)

    async def choose(self, chat_id: int, thread_id: int | None = None) -> None:
        await self.do(lambda: self.rooms.choose(Room(chat_id, thread_id)))

    async def get(self) -> Room | None:
        return await self.do(self.rooms.get)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    database = await Database.open(tmp_path / "sangket.db")
    yield Store(tmp_path, database)
    await database.close()


async def test_there_is_no_room_until_one_is_chosen(store: Store) -> None:
    assert await store.get() is None
    await store.choose(GROUP, 7)
    assert await store.get() == Room(GROUP, 7)


async def test_there_is_one_room_and_a_new_choice_replaces_it(store: Store) -> None:
    await store.choose(GROUP, 7)
    await store.choose(OTHER)
    assert await store.get() == Room(OTHER, None)
    assert await store.do(lambda: store.database.read("SELECT count(*) FROM rooms")) == [(1,)]


async def test_a_room_can_be_left(store: Store) -> None:
    await store.choose(GROUP)
    await store.do(store.rooms.leave)
    assert await store.get() is None


async def test_a_group_that_moved_is_followed_and_its_topics_are_forgotten(store: Store) -> None:
    await store.choose(-4321, 7)
    await store.do(lambda: store.rooms.moved(-4321, GROUP))
    assert await store.get() == Room(GROUP, None)


async def test_another_group_that_moved_changes_nothing(store: Store) -> None:
    await store.do(lambda: store.rooms.moved(-4321, GROUP))
    assert await store.get() is None
    await store.choose(GROUP, 7)
    await store.do(lambda: store.rooms.moved(-4321, OTHER))
    assert await store.get() == Room(GROUP, 7)


async def test_which_group_it_is_cannot_be_read_on_the_disk(store: Store) -> None:
    await store.choose(GROUP, 7)
    await store.database.tidy()
    whole = b"".join(file.read_bytes() for file in store.folder.glob("sangket.db*"))
    assert str(GROUP).encode() not in whole
    assert GROUP.to_bytes(8, "big", signed=True) not in whole
    assert b"coordinators" in whole, "control: the kind stands there in clear"
    (store.folder / "elsewhere").mkdir()
    assert await store.do(store.over(store.folder / "elsewhere" / "server.key").get) is None
