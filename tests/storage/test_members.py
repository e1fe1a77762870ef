"""Members: a handle stands for a person until the role ends, and for nobody after it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from storage.database import Database
from storage.members import Member, Members, Role
from storage.sealing import Key, ServerKey

T = TypeVar("T")

TODAY = dt.date(2026, 11, 23)
DARA, SOK, CHANTHY = 6_123_456_789, 6_987_654_321, 6_555_444_333


class Store:
    """The members over one database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.members = Members(database, ServerKey(Key.new(TODAY)))

    async def do(self, deed: Callable[[], Awaitable[T]]) -> T:
        return await self.database.write(deed)

    async def admit(self, person: int, role: Role = Role.EDITOR, day: dt.date = TODAY) -> Member:
        return await self.do(lambda: self.members.admit(person, role, day))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    database = await Database.open(tmp_path / "sangket.db")
    yield Store(database)
    await database.close()


async def test_who_was_not_admitted_is_the_public(store: Store) -> None:
    await store.admit(SOK)
    assert await store.do(lambda: store.members.of(DARA)) is None


async def test_a_member_has_a_handle_of_a_word_and_a_number(store: Store) -> None:
    members = [await store.admit(DARA + n) for n in range(100)]
    assert len({one.handle for one in members}) == 100
    assert all(re.fullmatch("[A-Z][a-z]+-[0-9]{1,4}", one.handle) for one in members)


async def test_a_member_who_gets_another_role_keeps_the_handle(store: Store) -> None:
    first = await store.admit(DARA)
    second = await store.admit(DARA, Role.ADMIN, TODAY + dt.timedelta(days=3))
    assert second == Member(first.handle, Role.ADMIN, "2026-11-26")
    assert await store.do(store.members.all) == [second]


async def test_a_revoked_member_is_nobody_and_cannot_be_written_to(store: Store) -> None:
    member = await store.admit(DARA)
    await store.do(lambda: store.members.revoke(member.handle))
    assert await store.do(lambda: store.members.of(DARA)) is None
    assert await store.do(lambda: store.members.named(member.handle)) is None
    assert await store.do(lambda: store.members.chat_of(member.handle)) is None
    assert await store.do(store.members.all) == []
    assert await store.do(lambda: store.members.chats(Role.PUBLIC)) == []


async def test_nothing_of_a_revoked_person_stays_in_their_row(store: Store) -> None:
    member = await store.admit(DARA)
    before = await store.do(lambda: store.database.read("SELECT person, address FROM members"))
    await store.do(lambda: store.members.revoke(member.handle))
    after = await store.do(lambda: store.database.read("SELECT handle, person, address, role FROM members"))
    assert after == [(member.handle, None, None, 0)]
    assert None not in before[0], "there was something to take out"


async def test_a_handle_is_never_given_twice_not_even_to_who_had_it(store: Store) -> None:
    handles = set()
    for _ in range(40):
        member = await store.admit(DARA)
        handles.add(member.handle)
        await store.do(lambda member=member: store.members.revoke(member.handle))  # type: ignore[misc]
    assert len(handles) == 40


async def test_those_who_may_do_most_come_first(store: Store) -> None:
    for person, role in ((DARA, Role.MONITOR), (SOK, Role.ADMIN), (CHANTHY, Role.COORDINATOR)):
        await store.admit(person, role)
    assert [one.role for one in await store.do(store.members.all)] == [Role.ADMIN, Role.COORDINATOR, Role.MONITOR]


async def test_the_chats_of_a_role_are_those_who_have_it_or_more(store: Store) -> None:
    await store.admit(DARA, Role.MONITOR)
    admin = await store.admit(SOK, Role.ADMIN)
    await store.admit(CHANTHY, Role.COORDINATOR)
    assert await store.do(lambda: store.members.chats(Role.COORDINATOR)) == [SOK, CHANTHY]
    assert await store.do(lambda: store.members.chats(Role.COORDINATOR, admin.handle)) == [CHANTHY]
    assert await store.do(lambda: store.members.others(Role.COORDINATOR, admin.handle))
    assert not await store.do(lambda: store.members.others(Role.ADMIN, admin.handle))


async def test_no_account_stands_readable_in_the_file(store: Store, tmp_path: Path) -> None:
    member = await store.admit(DARA)
    await store.database.tidy()
    disk = (tmp_path / "sangket.db").read_bytes()
    written = [str(DARA).encode(), DARA.to_bytes(6, "big"), DARA.to_bytes(8, "big"), DARA.to_bytes(8, "little")]
    assert not [one for one in written if one in disk]
    assert member.handle.encode() in disk, "the search does not find what is there"
