"""The audit: whoever edits the database without the server key is found, each time."""

from __future__ import annotations

import datetime as dt
import random
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import pytest

from storage.audit import Act, Audit, Head
from storage.database import Database
from storage.sealing import Key, ServerKey

T = TypeVar("T")
Row = tuple[int, bytes, bytes]
Edit = Callable[[list[Row], random.Random], list[Row]]

TODAY = dt.date(2027, 2, 14)
ENTRIES = 24
WHO = ("Lotus-4", "Otter-3", "Egret-7", "console")


class Log:
    """The chain over one database, and its rows as somebody with the file can change them."""

    def __init__(self, path: Path, database: Database, server: ServerKey) -> None:
        self.path = path
        self.database = database
        self.audit = Audit(database, server)

    async def do(self, deed: Callable[[], Awaitable[T]]) -> T:
        return await self.database.write(deed)

    async def fill(self, count: int = ENTRIES) -> None:
        acts = list(Act)
        for n in range(count):
            who, act, on = WHO[n % len(WHO)], acts[n % len(acts)], f"R-{n:04d}"
            await self.do(lambda who=who, act=act, on=on: self.audit.note(TODAY, who, act, on))  # type: ignore[misc]

    async def faults(self, *anchors: Head) -> list[str]:
        return await self.do(lambda: self.audit.faults(anchors))

    async def rows(self) -> list[Row]:
        return [
            (n, bytes(sealed), bytes(mac))
            for n, sealed, mac in await self.do(
                lambda: self.database.read("SELECT n, sealed, mac FROM audit ORDER BY n")
            )
        ]

    async def put(self, rows: Sequence[Row]) -> None:
        """Exactly these rows from now on."""

        async def work() -> None:
            await self.database.execute("DELETE FROM audit")
            await self.database.execute_many("INSERT INTO audit (n, sealed, mac) VALUES (?, ?, ?)", rows)

        await self.do(work)


@pytest.fixture
async def log(tmp_path: Path) -> AsyncIterator[Log]:
    path = tmp_path / "sangket.db"
    database = await Database.open(path)
    log = Log(path, database, ServerKey(Key.new(TODAY)))
    await log.fill()
    yield log
    await database.close()


def flip_sealed(rows: list[Row], dice: random.Random) -> list[Row]:
    place = dice.randrange(len(rows))
    n, sealed, mac = rows[place]
    rows[place] = (n, _flipped(sealed, dice), mac)
    return rows


def flip_mac(rows: list[Row], dice: random.Random) -> list[Row]:
    place = dice.randrange(len(rows))
    n, sealed, mac = rows[place]
    rows[place] = (n, sealed, _flipped(mac, dice))
    return rows


def delete(rows: list[Row], dice: random.Random) -> list[Row]:
    del rows[dice.randrange(len(rows))]
    return rows


def delete_and_close_the_gap(rows: list[Row], dice: random.Random) -> list[Row]:
    del rows[dice.randrange(len(rows))]
    return _numbered(rows)


def swap(rows: list[Row], dice: random.Random) -> list[Row]:
    """Two entries with what proves them, each under the number of the other."""
    one, other = dice.sample(range(len(rows)), 2)
    rows[one], rows[other] = rows[other], rows[one]
    return _numbered(rows)


def swap_words(rows: list[Row], dice: random.Random) -> list[Row]:
    """Only what was done changes places."""
    one, other = dice.sample(range(len(rows)), 2)
    first, second = rows[one], rows[other]
    rows[one], rows[other] = (first[0], second[1], first[2]), (second[0], first[1], second[2])
    return rows


def reorder(rows: list[Row], dice: random.Random) -> list[Row]:
    before = list(rows)
    while rows == before:
        dice.shuffle(rows)
    return _numbered(rows)


def renumber(rows: list[Row], dice: random.Random) -> list[Row]:
    step = dice.choice([-1, 1, 7, 1000])
    first = dice.randrange(len(rows))
    found = {n + step if place >= first else n: (sealed, mac) for place, (n, sealed, mac) in enumerate(rows)}
    return [(n, sealed, mac) for n, (sealed, mac) in sorted(found.items())]


def cut_the_tail(rows: list[Row], dice: random.Random) -> list[Row]:
    return rows[: dice.randrange(len(rows))]


def insert_a_copy(rows: list[Row], dice: random.Random) -> list[Row]:
    rows.insert(dice.randrange(len(rows) + 1), dice.choice(rows))
    return _numbered(rows)


def append_a_copy(rows: list[Row], dice: random.Random) -> list[Row]:
    return _numbered([*rows, dice.choice(rows)])


def empty_a_column(rows: list[Row], dice: random.Random) -> list[Row]:
    place = dice.randrange(len(rows))
    n, sealed, mac = rows[place]
    rows[place] = (n, b"", mac) if dice.random() < 0.5 else (n, sealed, b"")
    return rows


EDITS: tuple[Edit, ...] = (
    flip_sealed,
    flip_mac,
    delete,
    delete_and_close_the_gap,
    swap,
    swap_words,
    reorder,
    renumber,
    cut_the_tail,
    insert_a_copy,
    append_a_copy,
    empty_a_column,
)


async def test_of_1000_random_edits_1000_are_found(log: Log) -> None:
    whole, head, dice = await log.rows(), await log.do(log.audit.head), random.Random(54_75)
    missed = []
    for turn in range(1000):
        edit = EDITS[turn % len(EDITS)]
        edited = edit(list(whole), dice)
        assert edited != whole, f"{edit.__name__} changed nothing"
        await log.put(edited)
        if not await log.faults(head):
            missed.append(edit.__name__)
    assert missed == []
    await log.put(whole)
    assert await log.faults(head) == [], "the chain as it was written has no fault"


async def test_control_without_a_head_that_was_kept_a_cut_tail_passes(log: Log) -> None:
    whole, head, dice = await log.rows(), await log.do(log.audit.head), random.Random(3)
    for _ in range(20):
        await log.put(cut_the_tail(list(whole), dice))
        assert await log.faults() == []
        assert await log.faults(head) != []


async def test_control_all_other_edits_are_found_without_a_head_too(log: Log) -> None:
    whole, dice = await log.rows(), random.Random(4)
    for edit in EDITS:
        edited = edit(list(whole), dice)
        while edited == whole[:-1] and edit is not cut_the_tail:  # to take out the last one is to cut the tail
            edited = edit(list(whole), dice)
        await log.put(edited)
        assert bool(await log.faults()) == (edit is not cut_the_tail), edit.__name__


async def test_a_chain_that_somebody_made_anew_under_another_key_is_found(log: Log, tmp_path: Path) -> None:
    head = await log.do(log.audit.head)
    forged = Audit(log.database, ServerKey(Key.new(TODAY)))
    await log.put([])
    for n in range(ENTRIES):
        await log.do(lambda n=n: forged.note(TODAY, "Otter-3", Act.OPENED, f"R-{n:04d}"))  # type: ignore[misc]
    assert await log.do(lambda: forged.faults()) == [], "under its own key it looks whole"
    assert await log.faults() == ["Entry 1 was changed, or is not where it was written."]
    assert len(await log.faults(head)) == 2


async def test_macs_that_somebody_made_anew_under_another_key_are_found(log: Log) -> None:
    """The sealed entries stay; only what binds them is replaced."""
    stranger, before, rows = ServerKey(Key.new(TODAY)), b"", []
    for n, sealed, _ in await log.rows():
        before = stranger.mac(f"audit:{n}", before + sealed)
        rows.append((n, sealed, before))
    await log.put(rows)
    assert await log.faults() != []


async def test_what_is_no_blob_is_a_fault_and_no_error(log: Log) -> None:
    for value in ("text", 10**15, 3.5):
        whole = await log.rows()
        await log.do(lambda value=value: log.database.execute("UPDATE audit SET sealed = ? WHERE n = 5", (value,)))  # type: ignore[misc]
        assert await log.faults() == ["Entry 5 was changed, or is not where it was written."]
        assert [one.act for one in await log.do(lambda: log.audit.last(3, 7))] != []
        await log.put(whole)


async def test_every_head_that_was_kept_fits_for_as_long_as_nothing_is_changed(log: Log) -> None:
    await log.put([])
    heads = [await log.do(log.audit.head)]
    for _ in range(5):
        await log.do(lambda: log.audit.note(TODAY, "Lotus-4", Act.CLAIMED, "R-7F3K"))
        heads.append(await log.do(log.audit.head))
    assert [one.count for one in heads] == [0, 1, 2, 3, 4, 5]
    assert len({one.mark for one in heads}) == 6
    assert await log.faults(*heads) == []


async def test_a_tail_that_was_cut_and_grown_again_is_found_by_the_head(log: Log) -> None:
    whole, head = await log.rows(), await log.do(log.audit.head)
    await log.put(whole[:-3])
    await log.fill(3)
    assert await log.faults() == []
    assert await log.faults(head) == [f"Entry {ENTRIES} is not the one of which the head was written down."]


async def test_entries_come_newest_first_and_in_pages(log: Log) -> None:
    newest = await log.do(lambda: log.audit.last(5))
    assert [one.n for one in newest] == [24, 23, 22, 21, 20]
    assert [one.n for one in await log.do(lambda: log.audit.last(5, 20))] == [19, 18, 17, 16, 15]
    assert newest[-1].on == "R-0019"


async def test_what_was_done_on_one_thing_comes_oldest_first(log: Log) -> None:
    await log.do(lambda: log.audit.note(TODAY, "Lotus-4", Act.RELEASED, "R-0003"))
    found = await log.do(lambda: log.audit.on("R-0003"))
    assert [(one.n, one.act) for one in found] == [(4, list(Act)[3].value), (25, "released")]


async def test_no_entry_stands_readable_in_the_file(log: Log) -> None:
    await log.database.tidy()
    disk = log.path.read_bytes()
    assert not [word for word in (b"Lotus-4", b"R-0003", b"claimed", b"2027-02-14") if word in disk]
    with closing(sqlite3.connect(log.path)) as other:
        [(sealed,)] = other.execute("SELECT sealed FROM audit WHERE n = 4").fetchall()
    assert sealed in disk, "the search does not find what is there"


@pytest.mark.parametrize("text", ["41:ABCD-EFGH-JKMN", " 41:abcd-efgh-jkmn ", "41: ABCD-EFGH-JKMN"])
def test_a_head_is_read_as_people_copy_it(text: str) -> None:
    assert Head.read(text) == Head(41, "ABCD-EFGH-JKMN")


@pytest.mark.parametrize("text", ["", "41", "ABCD-EFGH-JKMN", "x:ABCD-EFGH-JKMN", "41:ABCD", "-1:ABCD-EFGH-JKMN"])
def test_what_is_no_head_is_none(text: str) -> None:
    assert Head.read(text) is None


def _flipped(data: bytes, dice: random.Random) -> bytes:
    place = dice.randrange(len(data))
    return data[:place] + bytes([data[place] ^ dice.randrange(1, 256)]) + data[place + 1 :]


def _numbered(rows: Sequence[Row]) -> list[Row]:
    return [(n, sealed, mac) for n, (_, sealed, mac) in enumerate(rows, 1)]
