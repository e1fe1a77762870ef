"""Invitations: a link works once and for 48 hours, and the table leads to no token."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

from storage.database import Database, Row
from storage.invites import CONSOLE, SECONDS, Invites
from storage.members import Role
from storage.sealing import Key, ServerKey

T = TypeVar("T")

NOW = 1_790_000_000
DARA = 6_123_456_789
SOK = 6_987_654_321


class Store:
    """The invitations over one database."""

    def __init__(self, database: Database, server: ServerKey) -> None:
        self.database = database
        self.server = server
        self.invites = Invites(database, server)

    async def do(self, deed: Callable[[], Awaitable[T]]) -> T:
        return await self.database.write(deed)

    async def make(self, role: Role = Role.EDITOR, inviter: str = "Lotus-4", now: int = NOW) -> str:
        return await self.do(lambda: self.invites.make(role, inviter, now, (3, 7, 11, 30), 11))

    async def rows(self) -> list[Row]:
        return await self.do(lambda: self.database.read("SELECT hash, sealed, used, ends FROM invites"))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    database = await Database.open(tmp_path / "sangket.db")
    yield Store(database, ServerKey(Key.new(dt.date(2026, 11, 23))))
    await database.close()


async def test_a_token_is_128_bits_in_22_characters_that_a_link_can_carry(store: Store) -> None:
    tokens = {await store.make() for _ in range(200)}
    assert len(tokens) == 200
    assert all(re.fullmatch("[A-Za-z0-9_-]{22}", token) for token in tokens)
    assert {len(base64.urlsafe_b64decode(token + "==")) for token in tokens} == {16}


async def test_only_the_hash_of_a_token_is_kept_and_nothing_readable_beside_it(store: Store, tmp_path: Path) -> None:
    token = await store.make()
    await store.do(lambda: store.invites.use(token, DARA, "en", NOW))
    [(name, _, used, ends)] = await store.rows()
    assert (name, used, ends) == (hashlib.sha256(token.encode()).digest(), 1, NOW + SECONDS)
    await store.database.tidy()
    disk = (tmp_path / "sangket.db").read_bytes()
    forms = [token.encode(), base64.urlsafe_b64decode(token + "=="), b"Lotus-4", str(DARA).encode()]
    assert not [one for one in forms if one in disk]
    assert name in disk, "the search does not find what is there"


async def test_a_token_works_once(store: Store) -> None:
    token = await store.make()
    used = [await store.do(lambda: store.invites.use(token, DARA, "en", NOW)) for _ in range(3)]
    assert [one is not None for one in used] == [True, False, False]
    assert used[0] is not None
    assert (used[0].role, used[0].inviter, used[0].word, used[0].chat_id) == (Role.EDITOR, "Lotus-4", 11, DARA)


async def test_a_token_works_for_48_hours_and_not_a_second_longer(store: Store) -> None:
    first, second = await store.make(), await store.make()
    assert await store.do(lambda: store.invites.use(first, DARA, "en", NOW + SECONDS - 1))
    assert not await store.do(lambda: store.invites.find(second, NOW + SECONDS))
    assert not await store.do(lambda: store.invites.use(second, DARA, "en", NOW + SECONDS))


async def test_whoever_opened_it_in_the_last_minute_can_still_be_called(store: Store) -> None:
    token = await store.make()
    opened = NOW + SECONDS - 1
    used = await store.do(lambda: store.invites.use(token, DARA, "km", opened))
    assert used is not None
    assert await store.do(lambda: store.invites.waiting(used.id, opened + SECONDS - 1)) == used
    assert await store.do(lambda: store.invites.waiting(used.id, opened + SECONDS)) is None


@pytest.mark.parametrize("wrong", ["", "x", "A" * 22, "A" * 23, "ស្វាយ", "\ud83d", "' OR 1=1 --"])
async def test_what_is_no_token_opens_nothing(store: Store, wrong: str) -> None:
    await store.make()
    assert await store.do(lambda: store.invites.find(wrong, NOW)) is None
    assert await store.do(lambda: store.invites.use(wrong, DARA, "en", NOW)) is None
    assert [row[2] for row in await store.rows()] == [0]


async def test_another_spelling_of_the_same_bits_is_another_token(store: Store) -> None:
    token = await store.make()
    others = [token[:-1] + last for last in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if last != token[-1]]
    assert not [one for one in others if await store.do(lambda one=one: store.invites.find(one, NOW))]  # type: ignore[misc]
    assert await store.do(lambda: store.invites.find(token, NOW))


async def test_nobody_waits_on_a_link_that_was_not_opened(store: Store) -> None:
    token = await store.make()
    found = await store.do(lambda: store.invites.find(token, NOW))
    assert found is not None
    assert await store.do(lambda: store.invites.waiting(found.id, NOW)) is None


async def test_the_right_word_is_remembered_with_whoever_waits(store: Store) -> None:
    used = await store.do(lambda: _use(store))
    later = NOW + SECONDS - 1
    await store.do(lambda: store.invites.hear(used, later))
    assert await store.do(lambda: store.invites.waiting(used.id, later + SECONDS - 1)) == replace(used, heard=True)


async def test_an_invitation_ends_once(store: Store) -> None:
    used = await store.do(lambda: _use(store))
    assert [await store.do(lambda: store.invites.end(used.id)) for _ in range(2)] == [True, False]
    assert await store.rows() == []


async def test_the_invitations_of_one_member_end_and_those_of_others_stay(store: Store) -> None:
    await store.do(lambda: _use(store))
    await store.make()
    other = await store.make(inviter="Otter-3")
    assert len(await store.do(lambda: store.invites.of("Lotus-4", NOW))) == 2
    assert await store.do(lambda: store.invites.end_of("Lotus-4")) == 2
    assert await store.do(lambda: store.invites.of("Lotus-4", NOW)) == []
    assert await store.do(lambda: store.invites.find(other, NOW))


async def test_only_the_newest_code_of_the_console_works(store: Store) -> None:
    kept = await store.make()
    codes = [await store.make(Role.ADMIN, CONSOLE) for _ in range(3)]
    found = [await store.do(lambda code=code: store.invites.find(code, NOW)) for code in codes]  # type: ignore[misc]
    assert [one is not None for one in found] == [False, False, True]
    assert await store.do(lambda: store.invites.find(kept, NOW)), "an invitation by a member stays"


async def test_what_is_over_is_forgotten(store: Store) -> None:
    await store.make(now=NOW - SECONDS)
    young = await store.make()
    await store.do(lambda: store.invites.forget(NOW))
    assert len(await store.rows()) == 1
    assert await store.do(lambda: store.invites.find(young, NOW))


async def test_a_row_that_was_moved_under_another_token_opens_nothing(store: Store) -> None:
    """Whoever can write the database but has no server key cannot make a monitor's link one for an admin."""
    low, high = await store.make(Role.MONITOR), await store.make(Role.ADMIN)
    names = [hashlib.sha256(token.encode()).digest() for token in (low, high)]
    await store.do(
        lambda: store.database.execute(
            "UPDATE invites SET sealed = (SELECT sealed FROM invites WHERE hash = ?) WHERE hash = ?",
            (names[1], names[0]),
        )
    )
    assert await store.do(lambda: store.invites.find(low, NOW)) is None
    assert await store.do(lambda: store.invites.use(low, DARA, "en", NOW)) is None
    assert await store.do(lambda: store.invites.find(high, NOW))


async def _use(store: Store):  # type: ignore[no-untyped-def]
    token = await store.invites.make(Role.EDITOR, "Lotus-4", NOW, (3, 7, 11, 30), 11)
    used = await store.invites.use(token, SOK, "en", NOW)
    assert used is not None
    return used
