"""Forms in progress: whose they are, how long they last, and what a power cut or a thief leaves of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pytest

from storage.database import Database, Row
from storage.drafts import Desk, Draft
from storage.sealing import DraftKeys, ServerKey, key_id
from storage.tables import Tables

T = TypeVar("T")

MONDAY = dt.date(2026, 11, 23)
TUESDAY = MONDAY + dt.timedelta(days=1)
NOON = int(dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC).timestamp())
DAY = 24 * 3600
DARA = 6_123_456_789
SOK = 6_987_654_321
WORDS = "ខ្ញុំឃើញ four men at noon"
FILE = "f" * 32


class Store:
    """The drafts, and the evidence that hangs on them, over one database."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder = folder
        self.database = database
        self.server = ServerKey.load(folder / "server.key", MONDAY)
        self.keys = DraftKeys.load(folder / "draft.keys", MONDAY)
        self.tables = Tables.over(database, self.server, self.keys, None)
        self.drafts = self.tables.drafts

    async def do(self, deed: Callable[[], Awaitable[T]]) -> T:
        """Do this in one transaction."""
        return await self.database.write(deed)

    async def keep(self, chat_id: int, *drafts: Draft) -> None:
        """These lie on the desk of this chat."""
        await self.do(lambda: self.drafts.keep(chat_id, {draft.form: draft for draft in drafts}))

    async def of(self, chat_id: int, now: int = NOON) -> Desk:
        return await self.do(lambda: self.drafts.of(chat_id, now))

    async def rows(self, sql: str) -> list[Row]:
        return await self.do(lambda: self.database.read(sql))

    async def spoil(self, sql: str, *values: Any) -> None:
        """Somebody writes into the table."""
        await self.do(lambda: self.database.execute(sql, values))

    def power_cut(self) -> Store:
        """The same database and server key with fresh draft keys."""
        (self.folder / "draft.keys").unlink()
        return Store(self.folder, self.database)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    database = await Database.open(tmp_path / "sangket.db")
    yield Store(tmp_path, database)
    await database.close()


def draft(form: str = "incident", began: int = NOON, **more: Any) -> Draft:
    """A form that was just begun, and lives for 24 hours."""
    progress = {"answers": {"account": [{"text": WORDS, "message": 7}]}, "partial": None}
    return Draft(form, began, began + DAY, progress, **more)


# What is kept


async def test_what_is_kept_comes_back_as_it_was(store: Store) -> None:
    whole = draft(
        files={FILE: {"step": "account", "size": 12, "coming": True}},
        left=True,
        about={"reference": "R-7F3K"},
        passed=True,
        asked="fish",
    )
    await store.keep(DARA, whole)
    assert await store.of(DARA) == {"incident": whole}


async def test_a_chat_without_a_form_has_an_empty_desk(store: Store) -> None:
    await store.keep(DARA, draft())
    assert await store.of(SOK) == {}


async def test_a_chat_has_one_row_whatever_is_open_in_it(store: Store) -> None:
    await store.keep(DARA, draft())
    await store.keep(DARA, draft(), draft("addition"), draft("mailbox"))
    await store.keep(SOK, draft())
    assert await store.rows("SELECT count(*), count(DISTINCT chat) FROM drafts") == [(2, 2)]
    assert set(await store.of(DARA)) == {"incident", "addition", "mailbox"}
    assert set(await store.of(SOK)) == {"incident"}


async def test_an_empty_desk_leaves_no_row(store: Store) -> None:
    await store.keep(DARA, draft())
    assert await store.rows("SELECT count(*) FROM drafts") == [(1,)], "control"
    await store.keep(DARA)
    assert await store.rows("SELECT count(*) FROM drafts") == [(0,)]
    await store.keep(DARA)


async def test_nothing_of_a_draft_can_be_read_in_the_database(store: Store) -> None:
    await store.keep(DARA, draft(files={FILE: {"file_name": "bail-hearing.pdf"}}))
    [(sealed,)] = await store.rows("SELECT sealed FROM drafts")
    chat = store.server.pseudonym(DARA)
    opened = store.keys.sealer.open(sealed, f"draft:{chat.hex()}")
    secrets = [b"four men", b"bail-hearing", str(DARA).encode(), DARA.to_bytes(8, "big")]
    assert all(one in opened for one in secrets[:3]), "control"
    await store.database.tidy()
    on_disk = (store.folder / "sangket.db").read_bytes()
    assert sealed in on_disk, "control"
    assert [one for one in secrets if one in on_disk] == []


async def test_the_size_of_a_row_tells_no_word(store: Store) -> None:
    sizes = set()
    for words in ("a", "a" * 40, "a" * 80):
        await store.keep(DARA, replace(draft(), progress={"answers": {"account": words}}))
        [(size,)] = await store.rows("SELECT length(sealed) FROM drafts")
        sizes.add(size)
    assert len(sizes) == 1
    await store.keep(DARA, replace(draft(), progress={"answers": {"account": "a" * 2000}}))
    assert {size for (size,) in await store.rows("SELECT length(sealed) FROM drafts")}.isdisjoint(sizes), "control"


async def test_drafts_that_were_swapped_between_chats_are_read_by_neither(store: Store) -> None:
    await store.keep(DARA, draft())
    await store.keep(SOK, draft("addition"))
    assert await store.of(DARA), "control"
    rows: dict[bytes, bytes] = dict(await store.rows("SELECT chat, sealed FROM drafts"))
    dara, sok = store.server.pseudonym(DARA), store.server.pseudonym(SOK)
    await store.spoil("UPDATE drafts SET sealed = ? WHERE chat = ?", rows[sok], dara)
    await store.spoil("UPDATE drafts SET sealed = ? WHERE chat = ?", rows[dara], sok)
    assert await store.of(DARA) == {}
    assert await store.of(SOK) == {}
    assert await store.do(lambda: store.drafts.ended(NOON + 3 * DAY)) == [], "nobody gets the other's notice either"


async def test_a_draft_whose_row_was_edited_is_not_read(store: Store) -> None:
    await store.keep(DARA, draft())
    [(sealed,)] = await store.rows("SELECT sealed FROM drafts")
    for place in (0, 3, 10, len(sealed) // 2, len(sealed) - 1):
        edited = bytearray(sealed)
        edited[place] ^= 1
        await store.spoil("UPDATE drafts SET sealed = ?", bytes(edited))
        assert await store.of(DARA) == {}
    await store.spoil("UPDATE drafts SET sealed = ?", sealed)
    assert await store.of(DARA), "control"


# How long


async def test_a_draft_is_no_more_from_the_second_it_ends_though_its_row_waits_for_the_sweep(store: Store) -> None:
    await store.keep(DARA, draft())
    assert set(await store.of(DARA, NOON + DAY - 1)) == {"incident"}
    assert await store.of(DARA, NOON + DAY) == {}
    assert await store.rows("SELECT count(*) FROM drafts") == [(1,)]


async def test_what_has_ended_is_found_at_that_second_and_not_before(store: Store) -> None:
    await store.keep(DARA, draft(began=NOON))
    await store.keep(SOK, draft(began=NOON + 1))
    assert await store.do(lambda: store.drafts.ended(NOON + DAY - 1)) == []
    [(chat, over, rest)] = await store.do(lambda: store.drafts.ended(NOON + DAY))
    assert (chat, set(over), rest) == (DARA, {"incident"}, {})
    both = await store.do(lambda: store.drafts.ended(NOON + DAY + 1))
    assert {one[0] for one in both} == {DARA, SOK}


@pytest.mark.parametrize("second", [0, 1, 1799, 3599])
async def test_the_second_of_the_hour_in_which_a_draft_began_makes_no_difference(store: Store, second: int) -> None:
    began = NOON + second
    await store.keep(DARA, draft(began=began))
    assert await store.do(lambda: store.drafts.ended(began + DAY - 1)) == []
    assert len(await store.do(lambda: store.drafts.ended(began + DAY))) == 1


async def test_of_several_forms_only_those_end_whose_time_is_over(store: Store) -> None:
    early, late = draft("incident"), draft("addition", began=NOON + 7200)
    await store.keep(DARA, late, early)
    [(chat, over, rest)] = await store.do(lambda: store.drafts.ended(NOON + DAY))
    assert (chat, over, rest) == (DARA, {"incident": early}, {"addition": late})
    assert await store.of(DARA, NOON + DAY) == {"addition": late}


# A power cut


async def test_after_a_power_cut_each_chat_is_found_once_and_its_row_is_gone(store: Store) -> None:
    await store.keep(DARA, draft(), draft("addition"))
    await store.keep(SOK, draft())
    after = store.power_cut()
    assert await after.of(DARA) == {}
    assert sorted(await after.do(after.drafts.lost)) == [DARA, SOK]
    assert await after.do(after.drafts.lost) == []
    assert await after.rows("SELECT count(*) FROM drafts") == [(0,)]


async def test_without_a_power_cut_nobody_is_told_and_nothing_goes(store: Store) -> None:
    await store.keep(DARA, draft())
    again = Store(store.folder, store.database)
    assert await again.do(again.drafts.lost) == []
    assert set(await again.of(DARA)) == {"incident"}


async def test_drafts_that_were_begun_after_the_power_cut_are_not_lost(store: Store) -> None:
    await store.keep(DARA, draft())
    after = store.power_cut()
    await after.keep(SOK, draft())
    assert await after.do(after.drafts.lost) == [DARA]
    assert set(await after.of(SOK)) == {"incident"}


async def test_a_lost_draft_whose_address_was_damaged_too_goes_without_a_word(store: Store) -> None:
    await store.keep(DARA, draft())
    await store.keep(SOK, draft())
    rows: dict[bytes, bytes] = dict(await store.rows("SELECT chat, address FROM drafts"))
    dara, sok = store.server.pseudonym(DARA), store.server.pseudonym(SOK)
    await store.spoil("UPDATE drafts SET address = ? WHERE chat = ?", rows[sok], dara)
    after = store.power_cut()
    assert await after.do(after.drafts.lost) == [SOK], "another's address is nobody's"
    assert await after.rows("SELECT count(*) FROM drafts") == [(0,)]


async def test_whoever_only_looked_into_a_mailbox_is_not_told_of_a_power_cut(store: Store) -> None:
    """The address of somebody who reads answers is nowhere but in the sealed row."""
    await store.keep(DARA, replace(draft("mailbox"), progress={}))
    assert await store.rows("SELECT address FROM drafts") == [(None,)]
    await store.keep(SOK, draft(), replace(draft("mailbox"), progress={}))
    after = store.power_cut()
    assert await after.do(after.drafts.lost) == [SOK], "control"
    assert await after.rows("SELECT count(*) FROM drafts") == [(0,)]


async def test_a_draft_of_another_version_of_the_program_stops_nothing(store: Store) -> None:
    chat = store.server.pseudonym(DARA)
    name = f"draft:{chat.hex()}"
    for written in (b'{"chat": 1, "drafts": {"incident": {"unknown": 1}}}', b'{"drafts": {}}', b"[]"):
        await store.keep(DARA, draft())
        await store.spoil("UPDATE drafts SET sealed = ? WHERE chat = ?", store.keys.sealer.seal(written, name), chat)
        assert await store.of(DARA) == {}
        assert await store.do(lambda: store.drafts.ended(NOON + 3 * DAY)) == []
    assert await store.do(store.drafts.lost) == [DARA]


async def test_the_address_alone_brings_no_answer_back(store: Store) -> None:
    await store.keep(DARA, draft())
    [(sealed, address)] = await store.rows("SELECT sealed, address FROM drafts")
    name = f"draft:{store.server.pseudonym(DARA).hex()}"
    assert store.server.open_chat(address, name) == DARA, "control"
    assert store.server.open_chat(sealed, name) is None
    assert WORDS.encode() not in store.server.sealer.open(address, name)


# Files


async def test_the_files_of_a_draft_go_with_its_row(store: Store) -> None:
    evidence = store.tables.evidence
    await store.keep(DARA, draft())
    await store.keep(SOK, draft())
    await store.do(lambda: evidence.expect("dara1", DARA, MONDAY))
    await store.do(lambda: evidence.expect("dara2", DARA, MONDAY))
    await store.do(lambda: evidence.expect("sok", SOK, MONDAY))
    await store.keep(DARA, replace(draft(), left=True))
    assert await store.do(evidence.all) == {"dara1", "dara2", "sok"}, "saving again lets no file go"
    await store.keep(DARA)
    assert await store.do(evidence.all) == {"sok"}


async def test_the_files_of_a_lost_draft_go_with_it(store: Store) -> None:
    await store.keep(DARA, draft())
    await store.do(lambda: store.tables.evidence.expect(FILE, DARA, MONDAY))
    after = store.power_cut()
    await after.do(after.drafts.lost)
    assert await after.do(after.tables.evidence.all) == set()


async def test_no_file_is_expected_for_a_chat_without_a_draft(store: Store) -> None:
    with pytest.raises(Exception, match="FOREIGN KEY"):
        await store.do(lambda: store.tables.evidence.expect(FILE, DARA, MONDAY))


# Keys


async def test_a_draft_outlives_midnight_and_the_key_it_needs_outlives_it_too(store: Store) -> None:
    await store.keep(DARA, draft())
    yesterdays = store.keys.sealer.newest.id
    store.keys.renew(TUESDAY)
    assert store.keys.drop(await store.do(store.drafts.needed_keys)) == 0
    assert set(await store.of(DARA)) == {"incident"}
    reread = Store(store.folder, store.database)
    assert set(await reread.of(DARA)) == {"incident"}, "also after a restart on the next day"
    assert await store.do(store.drafts.needed_keys) == {yesterdays}


async def test_an_answer_after_midnight_moves_the_draft_to_todays_key(store: Store) -> None:
    await store.keep(DARA, draft())
    store.keys.renew(TUESDAY)
    await store.keep(DARA, draft())
    [(sealed,)] = await store.rows("SELECT sealed FROM drafts")
    assert key_id(sealed) == store.keys.sealer.newest.id
    assert store.keys.drop(await store.do(store.drafts.needed_keys)) == 1
    assert set(await store.of(DARA)) == {"incident"}


async def test_once_its_key_is_dropped_a_draft_is_gone_for_good(store: Store) -> None:
    await store.keep(DARA, draft())
    store.keys.renew(TUESDAY)
    assert await store.of(DARA), "control"
    assert store.keys.drop(set()) == 1
    assert await store.of(DARA) == {}
    assert await store.do(lambda: store.drafts.ended(NOON + 3 * DAY)) == []
    assert await store.do(store.drafts.lost) == [DARA]
