"""Who follows what: who is found, and what the table alone tells."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from storage.database import Database
from storage.follows import Follows
from storage.sealing import ServerKey

T = TypeVar("T")

DARA, SOK, GROUP, SUPERGROUP = 6_123_456_789, 6_987_654_321, -41_234, -100_987_654_321
CASE, OTHER = "case:the-teachers", "case:the-printers"


class Store:
    """The follows over one database."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.database = database
        self.follows = Follows(database, ServerKey.load(folder / "server.key", dt.date(2026, 11, 23)))

    async def do(self, deed: Callable[[], Awaitable[T]]) -> T:
        return await self.database.write(deed)

    async def begin(self, chat_id: int, topic: str = CASE) -> None:
        await self.do(lambda: self.follows.begin(chat_id, topic))

    async def chats(self, topic: str = CASE) -> set[int]:
        found = await self.do(lambda: self.follows.chats(topic))
        assert len(set(found)) == len(found), "nobody is told twice"
        return set(found)


def on_disk(folder: Path) -> bytes:
    """All that whoever takes the database has."""
    return b"".join(one.read_bytes() for one in folder.glob("sangket.db*"))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    database = await Database.open(tmp_path / "sangket.db")
    yield Store(tmp_path, database)
    await database.close()


async def test_those_who_follow_a_topic_are_found_once_and_no_others(store: Store) -> None:
    await store.begin(DARA)
    await store.begin(DARA)
    await store.begin(SOK)
    await store.begin(SOK, OTHER)
    assert await store.chats() == {DARA, SOK}
    assert await store.chats(OTHER) == {SOK}
    assert await store.chats("case:nothing") == set()
    assert await store.do(lambda: store.follows.has(DARA, CASE))
    assert not await store.do(lambda: store.follows.has(DARA, OTHER))


async def test_who_stops_is_told_no_more_of_that_topic(store: Store) -> None:
    await store.begin(DARA)
    await store.begin(DARA, OTHER)
    await store.do(lambda: store.follows.end(DARA, CASE))
    assert await store.chats() == set()
    assert await store.chats(OTHER) == {DARA}


async def test_of_who_is_forgotten_nothing_is_left(store: Store) -> None:
    await store.begin(DARA)
    await store.begin(DARA, OTHER)
    await store.begin(SOK)
    await store.do(lambda: store.follows.forget(DARA))
    assert await store.chats() == {SOK}
    assert await store.chats(OTHER) == set()


async def test_a_group_that_moved_is_told_in_its_new_place(store: Store) -> None:
    await store.begin(GROUP)
    await store.begin(DARA)
    await store.do(lambda: store.follows.moved(GROUP, SUPERGROUP))
    await store.do(lambda: store.follows.moved(GROUP, SUPERGROUP))  # Telegram tells of it twice
    assert await store.chats() == {SUPERGROUP, DARA}


async def test_the_table_alone_says_nobody_s_number(store: Store, tmp_path: Path) -> None:
    await store.begin(DARA)
    files = on_disk(tmp_path)
    assert CASE.encode() in files, "control"
    assert str(DARA).encode() not in files
    assert DARA.to_bytes(8, "big").lstrip(b"\0") not in files


async def test_an_address_that_was_put_under_another_topic_or_chat_tells_nobody(store: Store) -> None:
    await store.begin(DARA)
    await store.begin(SOK, OTHER)
    await store.do(lambda: store.database.execute("UPDATE follows SET topic = ? WHERE topic = ?", ("case:x", CASE)))
    assert await store.chats("case:x") == set()
    assert await store.chats(OTHER) == {SOK}, "control"
