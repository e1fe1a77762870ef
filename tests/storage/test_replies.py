"""What is said to a reporter: only the receipt reads it, and only the draft key knows whom to tell."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from storage.database import Database, Row
from storage.sealing import DraftKeys, OfficeKey, OfficeLock, Receipt, ServerKey, Unreadable, key_id
from storage.tables import Tables

T = TypeVar("T")

NOW = dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)
UNTIL = NOW.date() + 30 * DAY
DARA, MAO = 6_123_456_789, 815
ONE, TWO = "R-7F3K", "R-2222"
LETTER = {"on": "2026-11-25", "state": "question", "words": "សូមអរគុណ, which market?"}


class Store:
    """Replies over one database, and two incidents to reply to."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder = folder
        self.database = database
        self.server = ServerKey.load(folder / "server.key", NOW.date())
        self.drafts = DraftKeys.load(folder / "draft.keys", NOW.date())
        self.receipts = {ONE: Receipt.new(), TWO: Receipt.new()}
        self._open()

    def _open(self) -> None:
        office = OfficeLock(OfficeKey.new().recipients)
        self.tables = Tables.over(self.database, self.server, self.drafts, office)
        self.replies = self.tables.replies

    async def begin(self) -> None:
        """Two incidents come in."""
        for reference in self.receipts:
            await self.do(lambda reference=reference: self.tables.incidents.take(reference, {}, NOW.date()))  # type: ignore[misc]

    def power_cut(self) -> None:
        """The keys in memory are gone."""
        (self.folder / "draft.keys").unlink()
        self.drafts = DraftKeys.load(self.folder / "draft.keys", NOW.date())
        self._open()

    async def do(self, deed: Callable[[], Awaitable[T]]) -> T:
        """Do this in one transaction."""
        return await self.database.write(deed)

    async def rows(self, sql: str) -> list[Row]:
        return await self.do(lambda: self.database.read(sql))

    async def tell(self, reference: str, chat_id: int, until: dt.date = UNTIL) -> None:
        public = self.server.mailbox(self.receipts[reference]).public
        await self.do(lambda: self.replies.tell(reference, public, chat_id, until))

    async def told(self, reference: str, after: dt.timedelta = dt.timedelta()) -> int | None:
        return await self.do(lambda: self.replies.whom_to_tell(NOW + after, reference=reference))

    async def put(self, reference: str, letter: dict[str, str]) -> None:
        public = self.server.replies(self.receipts[reference]).public
        await self.do(lambda: self.replies.put(reference, public, letter))

    async def put_there(self, id_: bytes, sealed: bytes) -> None:
        """Change a row behind the bot's back."""
        await self.do(lambda: self.database.execute("UPDATE tellings SET sealed = ? WHERE id = ?", (sealed, id_)))

    async def waiting(self) -> set[bytes]:
        return {bytes(chat) for (chat,) in await self.rows("SELECT chat FROM waiting")}


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    database = await Database.open(tmp_path / "sangket.db")
    store = Store(tmp_path, database)
    await store.begin()
    yield store
    await database.close()


# Letters


async def test_letters_are_read_with_the_receipt_of_their_incident_in_their_order(store: Store) -> None:
    for number in range(3):
        await store.put(ONE, {"words": str(number)})
    await store.put(TWO, LETTER)
    key = store.server.replies(store.receipts[ONE])
    assert [one["words"] for one in await store.do(lambda: store.replies.read(ONE, key))] == ["0", "1", "2"]
    assert await store.do(lambda: store.replies.read(TWO, key)) == [], "another's receipt opens nothing"


async def test_no_other_key_of_the_same_receipt_reads_them(store: Store) -> None:
    await store.put(ONE, LETTER)
    [(sealed,)] = await store.rows("SELECT sealed FROM replies")
    assert store.server.replies(store.receipts[ONE]).open(sealed), "control"
    with pytest.raises(Unreadable):
        store.server.mailbox(store.receipts[ONE]).open(sealed)
    assert store.server.replies(store.receipts[ONE]).public != store.server.mailbox(store.receipts[ONE]).public


async def test_a_damaged_letter_hides_no_other(store: Store) -> None:
    await store.put(ONE, {"words": "first"})
    await store.put(ONE, LETTER)
    await store.do(lambda: store.database.execute("UPDATE replies SET sealed = ? WHERE number = 1", (b"age",)))
    key = store.server.replies(store.receipts[ONE])
    assert await store.do(lambda: store.replies.read(ONE, key)) == [LETTER]


async def test_letters_go_with_their_incident(store: Store) -> None:
    await store.put(ONE, LETTER)
    await store.put(TWO, LETTER)
    await store.do(lambda: store.database.execute("DELETE FROM incidents WHERE reference = ?", (ONE,)))
    assert await store.rows("SELECT reference FROM replies") == [(TWO,)]


# Whom to tell


async def test_who_asked_is_told_and_nobody_else(store: Store) -> None:
    await store.tell(ONE, DARA)
    assert await store.told(TWO) is None
    assert await store.told(ONE) == DARA


async def test_the_mailbox_finds_the_same_chat(store: Store) -> None:
    await store.tell(ONE, DARA)
    publics = [store.server.mailbox(store.receipts[one]).public for one in (TWO, ONE)]
    found = [await store.do(lambda p=p: store.replies.whom_to_tell(NOW, public=p)) for p in publics]  # type: ignore[misc]
    assert found == [None, DARA]


async def test_asking_for_nothing_finds_nobody(store: Store) -> None:
    await store.tell(ONE, DARA)
    assert await store.do(lambda: store.replies.whom_to_tell(NOW)) is None


async def test_within_an_hour_nobody_is_told_twice(store: Store) -> None:
    await store.tell(ONE, DARA)
    seen = [await store.told(ONE, minutes * MINUTE) for minutes in (0, 1, 59, 60, 61, 119, 120)]
    assert seen == [DARA, None, None, DARA, None, None, DARA]


async def test_a_clock_that_was_put_back_does_not_silence_anybody(store: Store) -> None:
    await store.tell(ONE, DARA)
    assert await store.told(ONE) == DARA
    assert await store.told(ONE, -2 * DAY) == DARA


async def test_only_who_looked_is_owed_a_word_and_once(store: Store) -> None:
    await store.tell(ONE, DARA)
    await store.tell(TWO, MAO)
    for reference in (ONE, TWO):
        await store.told(reference)
    await store.do(lambda: store.replies.looked(ONE))
    for reference in (ONE, TWO):
        assert await store.told(reference, MINUTE) is None
    owed = [await store.do(lambda m=m: store.replies.owed(NOW + m * MINUTE)) for m in (2, 59, 60, 61, 200)]  # type: ignore[misc]
    assert owed == [[], [], [DARA], [], []]


async def test_nothing_is_owed_to_who_looks_before_the_first_letter(store: Store) -> None:
    await store.tell(ONE, DARA)
    await store.do(lambda: store.replies.looked(ONE))
    assert await store.told(ONE) == DARA


async def test_the_last_day_is_kept_and_the_next_is_not(store: Store) -> None:
    await store.tell(ONE, DARA)
    assert await store.told(ONE, 30 * DAY) == DARA, "control"
    assert await store.told(ONE, 31 * DAY) is None


async def test_who_is_not_to_be_told_any_more_waits_no_longer(store: Store) -> None:
    await store.tell(ONE, DARA)
    await store.tell(TWO, DARA)
    await store.do(lambda: store.replies.tell_nobody(ONE))
    assert await store.told(ONE) is None
    assert await store.waiting() == {store.server.pseudonym(DARA)}, "still for the other"
    await store.do(lambda: store.replies.tell_nobody(TWO))
    assert await store.waiting() == set()


async def test_whose_incident_is_gone_is_forgotten_with_the_day(store: Store) -> None:
    await store.tell(ONE, DARA)
    await store.tell(TWO, MAO)
    await store.do(lambda: store.database.execute("DELETE FROM incidents WHERE reference = ?", (ONE,)))
    await store.do(lambda: store.replies.carry_over(NOW.date()))
    assert await store.waiting() == {store.server.pseudonym(MAO)}


async def test_tellings_are_carried_over_to_the_key_of_the_day(store: Store) -> None:
    await store.tell(ONE, DARA)
    await store.told(ONE)
    store.drafts.renew(NOW.date() + DAY)
    await store.do(lambda: store.replies.carry_over(NOW.date() + DAY))
    store.drafts.drop(set())
    [(sealed,)] = await store.rows("SELECT sealed FROM tellings")
    assert key_id(sealed) == store.drafts.marks.newest.id
    assert await store.told(ONE, MINUTE) is None, "and it is known that they were told"
    assert await store.told(ONE, DAY) == DARA


# What lies on the disk


async def test_rows_say_neither_who_nor_of_what_and_are_all_alike(store: Store) -> None:
    await store.tell(ONE, DARA)
    await store.tell(TWO, 7)
    await store.told(TWO)
    sealed = [bytes(one) for (one,) in await store.rows("SELECT sealed FROM tellings")]
    assert len({len(one) for one in sealed}) == 1
    whole = b"".join(sealed) + b"".join([bytes(a) + bytes(b) for a, b in await store.rows("SELECT * FROM waiting")])
    assert str(DARA).encode() not in whole
    assert ONE.encode() not in whole
    assert {name for _, name, *_ in await store.rows("PRAGMA table_info(tellings)")} == {"id", "sealed"}
    assert {name for _, name, *_ in await store.rows("PRAGMA table_info(waiting)")} == {"chat", "address"}


async def test_a_telling_in_the_place_of_another_tells_nobody(store: Store) -> None:
    await store.tell(ONE, DARA)
    await store.tell(TWO, MAO)
    (a, one), (b, two) = await store.rows("SELECT id, sealed FROM tellings ORDER BY id")
    for id_, sealed in ((a, two), (b, one)):
        await store.put_there(id_, sealed)
    assert [await store.told(one) for one in (ONE, TWO)] == [None, None]


async def test_after_a_power_cut_the_chats_are_known_once_and_nothing_of_what_they_asked(store: Store) -> None:
    await store.tell(ONE, DARA)
    await store.tell(TWO, MAO)
    assert await store.do(lambda: store.replies.lost()) == [], "control"
    store.power_cut()
    assert [await store.told(one) for one in (ONE, TWO)] == [None, None]
    assert set(await store.do(lambda: store.replies.lost())) == {DARA, MAO}
    assert await store.do(lambda: store.replies.lost()) == []
    assert await store.waiting() == set()


async def test_the_days_forgetting_before_that_forgets_nobody_who_is_to_hear_of_it(store: Store) -> None:
    await store.tell(ONE, DARA)
    await store.tell(TWO, MAO)
    store.power_cut()
    await store.do(lambda: store.replies.tell_nobody(ONE))
    assert len(await store.waiting()) == 2
    assert len(await store.do(lambda: store.replies.lost())) == 2


async def test_who_asks_after_the_power_cut_goes_on_waiting(store: Store) -> None:
    await store.tell(ONE, DARA)
    store.power_cut()
    await store.tell(TWO, MAO)
    assert await store.do(lambda: store.replies.lost()) == [DARA]
    assert await store.told(TWO) == MAO
    assert await store.waiting() == {store.server.pseudonym(MAO)}
