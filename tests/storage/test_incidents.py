"""Submitted incidents: what stands in the table, what it tells, and how a row of somebody else's is noticed."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pytest

from storage.database import Database, Row
from storage.drafts import Draft
from storage.incidents import Incidents, Sealed
from storage.sealing import DraftKeys, OfficeKey, OfficeLock, ServerKey, Unreadable, padded_json
from storage.tables import Tables

T = TypeVar("T")

MONDAY = dt.date(2026, 11, 23)
TUESDAY = MONDAY + dt.timedelta(days=1)
TOLD = {"answers": {"account": "ខ្ញុំឃើញ four men at noon"}}
LATER = {"answers": {"account": "a second car came"}}


class Store:
    """The incidents over one database, with the office's key at hand."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder = folder
        self.database = database
        self.server = ServerKey.load(folder / "server.key", MONDAY)
        self.office = OfficeKey.new()
        keys = DraftKeys.load(folder / "draft.keys", MONDAY)
        self.tables = Tables.over(database, self.server, keys, OfficeLock(self.office.recipients))
        self.incidents = self.tables.incidents

    async def do(self, deed: Callable[[], Awaitable[T]]) -> T:
        """Do this in one transaction."""
        return await self.database.write(deed)

    async def take(self, reference: str, told: Mapping[str, Any] = TOLD, day: dt.date = MONDAY) -> None:
        await self.do(lambda: self.incidents.take(reference, told, day))

    async def add(self, reference: str, told: Mapping[str, Any] = LATER, day: dt.date = TUESDAY) -> bool:
        return await self.do(lambda: self.incidents.add(reference, told, day))

    async def sealed(self, reference: str) -> list[Sealed]:
        return await self.do(lambda: self.incidents.sealed(reference))

    async def genuine(self, reference: str) -> list[bool]:
        """Of the incident and its additions: whether this server wrote them."""
        return [one.genuine for one in await self.sealed(reference)]

    async def rows(self, sql: str, *values: Any) -> list[Row]:
        return await self.do(lambda: self.database.read(sql, values))

    async def spoil(self, sql: str, *values: Any) -> None:
        """Somebody writes into the tables."""
        await self.do(lambda: self.database.execute(sql, values))

    def opened(self, one: Sealed) -> dict[str, Any]:
        """What reviewers read."""
        told: dict[str, Any] = json.loads(self.office.open(one.sealed))
        return told


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    database = await Database.open(tmp_path / "sangket.db")
    yield Store(tmp_path, database)
    await database.close()


# References


async def test_a_reference_is_short_plain_and_says_nothing(store: Store) -> None:
    found = {await store.do(store.incidents.reference) for _ in range(200)}
    assert len(found) >= 199, "of 900,000 there are; two may be alike by chance"
    assert {reference for reference in found if not re.fullmatch("R-[2-9A-HJ-NP-TV-Z]{4}", reference)} == set()
    firsts = {reference[2] for reference in found}
    assert len(firsts) > 20, "control: not a counter"


async def test_no_reference_is_given_twice(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    await store.take("R-2222")
    symbols = iter("2222" + "2222" + "3333")
    monkeypatch.setattr("storage.incidents.secrets.choice", lambda _: next(symbols))
    assert await store.do(store.incidents.reference) == "R-3333"
    assert list(symbols) == [], "control: the taken one came up twice"


async def test_the_reference_of_a_withdrawn_incident_is_not_given_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store.take("R-2222")
    await store.do(lambda: store.incidents.withdraw("R-2222"))
    symbols = iter("2222" + "3333")
    monkeypatch.setattr("storage.incidents.secrets.choice", lambda _: next(symbols))
    assert await store.do(store.incidents.reference) == "R-3333"


async def test_the_table_tells_no_order_within_a_day(store: Store) -> None:
    coming = ["R-ZZZZ", "R-5555", "R-KKKK", "R-AAAA", "R-PPPP"]
    for reference in coming:
        await store.take(reference)
        await store.add(reference)
    assert [r for (r,) in await store.rows("SELECT reference FROM incidents")] == sorted(coming)
    assert [r for (r,) in await store.rows("SELECT reference FROM additions")] == sorted(coming)
    assert [r for r, _, _ in await store.do(store.incidents.all)] == sorted(coming)
    for table in ("incidents", "additions", "evidence"):
        with pytest.raises(Exception, match="no such column: rowid"):
            await store.rows(f"SELECT rowid FROM {table}")
    await store.rows("SELECT rowid FROM inbox")  # control: a table with an order


async def test_the_list_is_by_day_and_has_the_state_of_each(store: Store) -> None:
    await store.take("R-AAAA", day=TUESDAY)
    await store.take("R-ZZZZ", day=MONDAY)
    await store.do(lambda: store.incidents.withdraw("R-ZZZZ"))
    assert await store.do(store.incidents.all) == [
        ("R-ZZZZ", "withdrawn", "2026-11-23"),
        ("R-AAAA", "new", "2026-11-24"),
    ]


# Reading


async def test_the_office_reads_what_was_told_and_what_was_added_in_order(store: Store) -> None:
    await store.take("R-AAAA")
    more = [{"answers": {"account": f"part {n}"}} for n in range(12)]
    for one in more:
        assert await store.add("R-AAAA", one)
    first, *additions = await store.sealed("R-AAAA")
    assert store.opened(first) == {"ctx": "incident:R-AAAA:1", **TOLD}
    assert [one.name for one in additions] == [f"addition:R-AAAA:{n}:1" for n in range(1, 13)], "10 comes after 9"
    assert [store.opened(one)["answers"] for one in additions] == [one["answers"] for one in more]
    assert await store.genuine("R-AAAA") == [True] * 13
    assert [one.received_on for one in (first, additions[0])] == ["2026-11-23", "2026-11-24"]


async def test_neither_the_server_nor_another_office_reads_it(store: Store) -> None:
    await store.take("R-AAAA")
    [one] = await store.sealed("R-AAAA")
    for opens in (
        OfficeKey.new().open,
        lambda sealed: store.server.sealer.open(sealed, one.name),
        lambda sealed: store.server.sealer.open(sealed, ""),
    ):
        with pytest.raises(Unreadable):
            opens(one.sealed)
    assert store.opened(one), "control"


async def test_nothing_of_what_was_told_is_in_the_file(store: Store) -> None:
    await store.take("R-AAAA")
    await store.add("R-AAAA")
    await store.database.tidy()
    on_disk = (store.folder / "sangket.db").read_bytes()
    assert b"R-AAAA" in on_disk, "control"
    assert b"four men" not in on_disk
    assert b"second car" not in on_disk


async def test_the_size_tells_a_page_and_not_a_word(store: Store) -> None:
    for reference, words in (("R-AAAA", "a"), ("R-BBBB", "a" * 1500), ("R-CCCC", "a" * 3000)):
        await store.take(reference, {"account": words})
    a, b, c = [len(store.office.open((await store.sealed(one))[0].sealed)) for one in ("R-AAAA", "R-BBBB", "R-CCCC")]
    assert a == b == 2048, "what age adds to it is of random length"
    assert c == 4096, "control"


async def test_without_an_office_key_nothing_is_taken(store: Store) -> None:
    closed = Incidents(store.database, None, store.server)
    assert not closed.open
    assert store.incidents.open
    with pytest.raises(RuntimeError, match="office key"):
        await store.do(lambda: closed.take("R-AAAA", TOLD, MONDAY))
    assert await store.rows("SELECT * FROM incidents") == []


async def test_half_a_character_does_not_keep_an_incident_out(store: Store) -> None:
    await store.take("R-AAAA", {"account": "before \ud83d after"})
    [one] = await store.sealed("R-AAAA")
    assert store.opened(one)["account"] == "before ? after"


# Rows of somebody else's


async def test_an_incident_that_was_planted_is_not_genuine(store: Store) -> None:
    """The public half of the office key is no secret, so anybody can seal something for the office."""
    await store.take("R-AAAA")
    lock = OfficeLock(store.office.recipients)
    planted = lock.seal(padded_json({"ctx": "incident:R-EVIL:1", **TOLD}))
    for mac in (b"", bytes(32), ServerKey.load(store.folder / "other.key", MONDAY).mac("incident:R-EVIL:1", planted)):
        await store.spoil("DELETE FROM incidents WHERE reference = 'R-EVIL'")
        await store.spoil("INSERT INTO incidents VALUES ('R-EVIL', 'new', ?, ?, '2026-11-23')", planted, mac)
        assert await store.genuine("R-EVIL") == [False]
    await store.spoil("DELETE FROM incidents WHERE reference = 'R-EVIL'")
    await store.take("R-EVIL")
    assert await store.genuine("R-EVIL") == [True], "control: of this server's own it is"


@pytest.mark.parametrize("columns", [("sealed",), ("sealed", "mac")])
async def test_incidents_that_were_swapped_are_not_genuine(store: Store, columns: tuple[str, ...]) -> None:
    await store.take("R-AAAA")
    await store.take("R-BBBB", LATER)
    assert await store.genuine("R-AAAA") == [True], "control"
    copies = ", ".join(f"{c} = (SELECT {c} FROM incidents WHERE reference = 'R-BBBB')" for c in columns)
    await store.spoil(f"UPDATE incidents SET {copies} WHERE reference = 'R-AAAA'")
    assert await store.genuine("R-AAAA") == [False]
    assert await store.genuine("R-BBBB") == [True]


async def test_an_incident_under_another_reference_is_not_genuine(store: Store) -> None:
    await store.take("R-AAAA")
    await store.spoil("UPDATE incidents SET reference = 'R-BBBB'")
    assert await store.genuine("R-BBBB") == [False]


async def test_an_incident_of_which_a_bit_was_changed_is_not_genuine(store: Store) -> None:
    await store.take("R-AAAA")
    [(sealed, mac)] = await store.rows("SELECT sealed, mac FROM incidents")
    for column, value in (("sealed", sealed), ("mac", mac)):
        for place in (0, len(value) // 2, len(value) - 1):
            changed = bytearray(value)
            changed[place] ^= 1
            await store.spoil(f"UPDATE incidents SET {column} = ?", bytes(changed))
            assert await store.genuine("R-AAAA") == [False]
        await store.spoil(f"UPDATE incidents SET {column} = ?", value)
        assert await store.genuine("R-AAAA") == [True], "control"


async def test_additions_that_were_swapped_repeated_or_moved_are_not_genuine(store: Store) -> None:
    await store.take("R-AAAA")
    await store.take("R-BBBB")
    for n in range(3):
        await store.add("R-AAAA", {"account": f"part {n}"})
    assert await store.genuine("R-AAAA") == [True] * 4, "control"
    await store.spoil("INSERT INTO additions SELECT reference, 4, sealed, mac, received_on FROM additions LIMIT 1")
    await store.spoil("INSERT INTO additions SELECT 'R-BBBB', 1, sealed, mac, received_on FROM additions LIMIT 1")
    assert await store.genuine("R-AAAA") == [True] * 4 + [False]
    assert await store.genuine("R-BBBB") == [True, False]
    await store.spoil("UPDATE additions SET number = 9 WHERE number = 1 AND reference = 'R-AAAA'")
    assert await store.genuine("R-AAAA") == [True, True, True, False, False]


async def test_an_addition_that_poses_as_an_incident_is_not_genuine(store: Store) -> None:
    await store.take("R-AAAA")
    await store.add("R-AAAA")
    await store.spoil("UPDATE incidents SET sealed = (SELECT sealed FROM additions), mac = (SELECT mac FROM additions)")
    assert await store.genuine("R-AAAA") == [False, True]


async def test_a_row_with_another_day_is_not_genuine(store: Store) -> None:
    """The day decides when it is deleted, and reviewers see it."""
    await store.take("R-AAAA")
    await store.spoil("UPDATE incidents SET received_on = '2025-01-01'")
    assert await store.genuine("R-AAAA") == [False]


# Additions, withdrawing, forgetting


async def test_additions_are_numbered_for_each_incident(store: Store) -> None:
    for reference in ("R-AAAA", "R-BBBB"):
        await store.take(reference)
    for reference in ("R-AAAA", "R-BBBB", "R-AAAA", "R-AAAA"):
        assert await store.add(reference)
    assert await store.rows("SELECT reference, number FROM additions") == [
        ("R-AAAA", 1),
        ("R-AAAA", 2),
        ("R-AAAA", 3),
        ("R-BBBB", 1),
    ]


async def test_several_additions_in_one_transaction_have_numbers_of_their_own(store: Store) -> None:
    await store.take("R-AAAA")

    async def twice() -> list[bool]:
        return [await store.incidents.add("R-AAAA", LATER, TUESDAY) for _ in range(2)]

    assert await store.do(twice) == [True, True]
    assert await store.genuine("R-AAAA") == [True] * 3


async def test_nothing_is_added_to_what_is_not_here(store: Store) -> None:
    await store.take("R-AAAA")
    assert await store.add("R-AAAA"), "control"
    assert not await store.add("R-BBBB")
    assert await store.rows("SELECT DISTINCT reference FROM additions") == [("R-AAAA",)]


async def test_a_withdrawn_incident_is_empty_and_takes_nothing_more(store: Store) -> None:
    for reference in ("R-AAAA", "R-BBBB"):
        await store.take(reference)
        await store.add(reference)
    await store.do(lambda: store.incidents.withdraw("R-AAAA"))
    assert await store.rows("SELECT reference, state, sealed IS NULL, mac IS NULL FROM incidents") == [
        ("R-AAAA", "withdrawn", 1, 1),
        ("R-BBBB", "new", 0, 0),
    ]
    assert await store.rows("SELECT reference FROM additions") == [("R-BBBB",)]
    assert await store.sealed("R-AAAA") == []
    assert not await store.add("R-AAAA")
    assert [
        await store.do(partial(store.incidents.state, reference)) for reference in ("R-AAAA", "R-BBBB", "R-CCCC")
    ] == ["withdrawn", "new", None]


async def test_withdrawn_bytes_do_not_linger_in_the_files(store: Store) -> None:
    await store.take("R-AAAA")
    [one] = await store.sealed("R-AAAA")
    await store.database.tidy()
    assert one.sealed[:64] in (store.folder / "sangket.db").read_bytes(), "control"
    await store.do(lambda: store.incidents.withdraw("R-AAAA"))
    await store.database.tidy()
    left = b"".join(file.read_bytes() for file in store.folder.glob("sangket.db*"))
    assert [place for place in range(0, len(one.sealed) - 64, 64) if one.sealed[place : place + 64] in left] == []


async def test_what_is_forgotten_goes_with_its_additions_and_its_evidence(store: Store) -> None:
    evidence = store.tables.evidence
    draft = Draft("incident", 0, 2**40, {"answers": {}, "partial": None})
    await store.do(lambda: store.tables.drafts.keep(1, {"incident": draft}))
    for reference, day in (("R-OLD2", MONDAY), ("R-NEW2", TUESDAY)):
        await store.take(reference, day=day)
        await store.add(reference, day=TUESDAY + dt.timedelta(days=30))
        await store.do(partial(evidence.expect, f"of {reference}", 1, MONDAY))
        await store.do(partial(evidence.hand_in, [f"of {reference}"], reference))
    assert await store.do(lambda: store.incidents.forget(MONDAY)) == 0, "control: that day itself is kept"
    assert await store.do(lambda: store.incidents.forget(TUESDAY)) == 1
    assert await store.rows("SELECT reference FROM incidents") == [("R-NEW2",)]
    assert await store.rows("SELECT reference FROM additions") == [("R-NEW2",)]
    assert await store.do(evidence.all) == {"of R-NEW2"}
    assert await store.do(lambda: store.incidents.state("R-OLD2")) is None
    assert not await store.add("R-OLD2")


async def test_a_withdrawn_incident_is_forgotten_too(store: Store) -> None:
    await store.take("R-AAAA")
    await store.do(lambda: store.incidents.withdraw("R-AAAA"))
    assert await store.do(lambda: store.incidents.forget(TUESDAY)) == 1
    assert await store.rows("SELECT * FROM incidents") == []
