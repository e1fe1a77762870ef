"""Mailboxes: only the receipt opens one, and the table leads neither to the incident nor to the person."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest

from storage.database import Database, Row
from storage.mailboxes import Mailboxes
from storage.sealing import DraftKeys, MailboxKey, OfficeKey, OfficeLock, Receipt, ServerKey, Unreadable, seal_to
from storage.tables import Tables

T = TypeVar("T")

TODAY = dt.date(2026, 11, 23)
DAY = dt.timedelta(days=1)
FIRST = {"state": "received", "on": "2026-11-23", "reference": "R-7F3K"}
ANSWER = {"state": "read", "on": "2026-11-25", "words": "សូមអរគុណ, we spoke to the lawyer"}


class Store:
    """The mailboxes over one database."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder = folder
        self.database = database
        self.server = ServerKey.load(folder / "server.key", TODAY)
        self.office = OfficeKey.new()
        keys = DraftKeys.load(folder / "draft.keys", TODAY)
        self.tables = Tables.over(database, self.server, keys, OfficeLock(self.office.recipients))
        self.mailboxes = self.tables.mailboxes

    async def do(self, deed: Callable[[], Awaitable[T]]) -> T:
        """Do this in one transaction."""
        return await self.database.write(deed)

    async def make(self, first: dict[str, Any] = FIRST, day: dt.date = TODAY) -> MailboxKey:
        """A mailbox, kept for 90 days; the key that its receipt gives."""
        key = self.server.mailbox(Receipt.new())
        await self.do(lambda: self.mailboxes.make(key.public, first, day + 90 * DAY))
        return key

    async def put(self, key: MailboxKey, letter: dict[str, Any]) -> None:
        await self.do(lambda: self.mailboxes.put(key.public, letter))

    async def put_sealed(self, key: MailboxKey, sealed: bytes) -> bool | None:
        return await self.do(lambda: self.mailboxes.put_sealed(key.public, sealed))

    async def open(self, key: MailboxKey) -> list[dict[str, Any]] | None:
        return await self.do(lambda: self.mailboxes.open(key))

    async def rows(self, sql: str) -> list[Row]:
        return await self.do(lambda: self.database.read(sql))

    async def spoil(self, sql: str, *values: Any) -> None:
        """Somebody writes into the tables."""
        await self.do(lambda: self.database.execute(sql, values))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    database = await Database.open(tmp_path / "sangket.db")
    yield Store(tmp_path, database)
    await database.close()


# Opening


async def test_the_receipt_opens_its_letters_in_the_order_they_came(store: Store) -> None:
    key = await store.make()
    for n in range(12):
        await store.put(key, {"n": n})
    assert await store.open(key) == [FIRST, *({"n": n} for n in range(12))]


async def test_a_receipt_opens_its_own_mailbox_only(store: Store) -> None:
    mine, another = await store.make(), await store.make(first={"reference": "R-BBBB"})
    await store.put(another, ANSWER)
    assert await store.open(mine) == [FIRST]
    assert await store.open(store.server.mailbox(Receipt.new())) is None


async def test_the_same_receipt_opens_nothing_on_another_server(store: Store) -> None:
    receipt = Receipt.new()
    key = store.server.mailbox(receipt)
    await store.do(lambda: store.mailboxes.make(key.public, FIRST, TODAY))
    other = ServerKey.load(store.folder / "other.key", TODAY)
    elsewhere = Mailboxes(store.database, other)
    assert await store.do(lambda: elsewhere.open(other.mailbox(receipt))) is None
    assert await store.do(lambda: elsewhere.open(key)) is None, "not even with this server's key to it"
    assert await store.do(lambda: store.mailboxes.open(other.mailbox(receipt))) is None
    assert await store.open(store.server.mailbox(receipt)) == [FIRST], "control"


async def test_the_receipt_alone_without_the_server_key_opens_no_letter(store: Store) -> None:
    receipt = Receipt.new()
    key = store.server.mailbox(receipt)
    await store.do(lambda: store.mailboxes.make(key.public, FIRST, TODAY))
    [(sealed,)] = await store.rows("SELECT sealed FROM mail")
    assert b"received" in key.open(sealed), "control"
    with pytest.raises(Unreadable):
        ServerKey.load(store.folder / "other.key", TODAY).mailbox(receipt).open(sealed)
    with pytest.raises(Unreadable):
        store.office.open(sealed)


async def test_nothing_is_put_where_there_is_no_mailbox(store: Store) -> None:
    stranger = store.server.mailbox(Receipt.new())
    await store.put(stranger, ANSWER)
    assert await store.put_sealed(stranger, b"anything") is None
    assert await store.rows("SELECT * FROM mail") == []


async def test_a_letter_that_was_sealed_elsewhere_is_read_like_any_other(store: Store) -> None:
    key = await store.make()
    sealed = seal_to(key.public, b'{"words": "from the office"}')
    assert await store.put_sealed(key, sealed) is True
    assert await store.open(key) == [FIRST, {"words": "from the office"}]


async def test_a_letter_that_is_carried_over_twice_is_there_once(store: Store) -> None:
    key, another = await store.make(), await store.make()
    sealed = seal_to(key.public, b'{"words": "from the office"}')
    assert [await store.put_sealed(key, sealed) for _ in range(3)] == [True, False, False]
    assert await store.put_sealed(another, sealed) is True, "control: it is new where it was not"
    assert await store.open(key) == [FIRST, {"words": "from the office"}]


async def test_damaged_letters_are_left_out_and_the_others_are_read(store: Store) -> None:
    key, another = await store.make(), await store.make()
    for sealed in (
        b"",
        b"no letter at all",
        seal_to(another.public, b'{"words": "for somebody else"}'),
        seal_to(key.public, b"no JSON"),
        seal_to(key.public, b"\xff\xfe\xfd"),
        seal_to(key.public, b""),
    ):
        await store.put_sealed(key, sealed)
    await store.put(key, ANSWER)
    assert await store.rows("SELECT count(*) FROM mail") == [(9,)], "control"
    assert await store.open(key) == [FIRST, ANSWER]


@pytest.mark.parametrize("written", [b"7", b"[]", b"[" * 100_000], ids=["a number", "a list", "without end"])
async def test_what_is_json_but_no_letter_is_left_out_too(store: Store, written: bytes) -> None:
    key = await store.make()
    await store.put_sealed(key, seal_to(key.public, written))
    assert await store.open(key) == [FIRST]


async def test_letters_that_were_moved_to_another_mailbox_are_left_out(store: Store) -> None:
    mine, another = await store.make(), await store.make(first={"reference": "R-BBBB"})
    assert await store.open(mine), "control"
    await store.spoil("UPDATE mail SET box = ?, number = number + (box <> ?1)", store.server.box(another.public))
    assert await store.open(mine) == []
    assert await store.open(another) == [{"reference": "R-BBBB"}]


# What the table tells


async def test_the_rows_of_a_mailbox_do_not_link_to_the_incident(store: Store) -> None:
    key = await store.make()
    incident = {"reference": "R-7F3K", "mailbox": key.public}
    await store.do(lambda: store.tables.incidents.take("R-7F3K", incident, TODAY))
    await store.put(key, ANSWER)
    [found] = await store.rows("SELECT * FROM incidents")
    [box] = await store.rows("SELECT * FROM mailboxes")
    mail = await store.rows("SELECT * FROM mail")
    assert "R-7F3K" in found, "control"
    long = {value for value in found if isinstance(value, bytes | str) and len(value) > 3}
    assert long & {value for row in (box, *mail) for value in row} == set()
    shown = b" ".join(repr(row).encode() for row in (box, *mail))
    assert b"R-7F3K" not in shown
    assert key.public.encode() not in shown
    assert box[0] == store.server.box(key.public), "control: with the server key and the receipt, it is that row"
    assert box[0] != ServerKey.load(store.folder / "other.key", TODAY).box(key.public)


async def test_mailboxes_have_no_order_that_could_be_laid_beside_that_of_incidents(store: Store) -> None:
    boxes = [store.server.box((await store.make()).public) for _ in range(8)]
    assert [box for (box,) in await store.rows("SELECT box FROM mailboxes")] == sorted(boxes)
    with pytest.raises(Exception, match="no such column: rowid"):
        await store.rows("SELECT rowid FROM mailboxes")


async def test_the_size_of_a_letter_tells_a_page_and_not_a_word(store: Store) -> None:
    key = await store.make(first={"words": "a"})
    await store.put(key, {"words": "a" * 1500})
    await store.put(key, {"words": "a" * 2500})
    sizes = [len(key.open(sealed)) for (sealed,) in await store.rows("SELECT sealed FROM mail ORDER BY number")]
    assert sizes == [2048, 2048, 4096]


# The end


async def test_a_mailbox_is_gone_with_its_letters_when_its_time_is_over(store: Store) -> None:
    key, younger = await store.make(), await store.make(day=TODAY + DAY)
    await store.put(key, ANSWER)
    await store.do(lambda: store.mailboxes.forget(TODAY + 90 * DAY))
    assert await store.open(key) == [FIRST, ANSWER], "control: on the last day it still opens"
    await store.do(lambda: store.mailboxes.forget(TODAY + 91 * DAY))
    assert await store.open(key) is None
    await store.put(key, ANSWER)
    assert await store.rows("SELECT count(*) FROM mail") == [(1,)]
    assert await store.open(younger) == [FIRST]
