"""Reviews: all that is known of an incident without opening it, sealed beside it, and in the order of need."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

from storage.database import Database, Row
from storage.reviews import Head, Review, Source, Went, by_need, held_by, withdrawn
from storage.sealing import DraftKeys, OfficeKey, OfficeLock, ServerKey
from storage.tables import Tables

T = TypeVar("T")

TODAY = dt.date(2026, 11, 23)
HEAD = Head("arrest", "hours", "08", ("B", "D"), True, True, "0102", "age1reply", 498_000)
FULL = Review(
    "R-7F3K",
    HEAD,
    "checking",
    "Lotus-4",
    498_010,
    "02",
    "03",
    "01",
    (Source("0102", "A"), Source("03", "B", repeats=True)),
    ("B", "D", "M"),
    ("c:kem-sokha",),
    ("r:105a",),
    ("R-9Q2M",),
    (Went("opened", "Lotus-4", "2026-11-20"),),
    {"wgeid": ("forces",)},
    {"Lotus-4": ("ask the lawyer", "ភ្នំពេញ")},
    498_020,
    announced=True,
)


class Store:
    """The reviews over one database."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder = folder
        self.database = database
        self.tables = self.over(folder)
        self.reviews = self.tables.reviews

    def over(self, keys: Path) -> Tables:
        """The tables with the keys of this folder."""
        server = ServerKey.load(keys / "server.key", TODAY)
        drafts = DraftKeys.load(keys / "draft.keys", TODAY)
        return Tables.over(self.database, server, drafts, OfficeLock(OfficeKey.new().recipients))

    async def do(self, deed: Callable[[], Awaitable[T]]) -> T:
        return await self.database.write(deed)

    async def came(self, *references: str) -> None:
        """These incidents are here."""
        for reference in references:
            await self.do(lambda reference=reference: self.tables.incidents.take(reference, {}, TODAY))  # type: ignore[misc]

    async def keep(self, *reviews: Review) -> None:
        for one in reviews:
            await self.do(lambda one=one: self.reviews.keep(one))  # type: ignore[misc]

    async def of(self, reference: str) -> Review | None:
        return await self.do(lambda: self.reviews.of(reference))

    async def all(self) -> list[Review]:
        return await self.do(self.reviews.all)

    async def rows(self, sql: str, *values: object) -> list[Row]:
        return await self.do(lambda: self.database.execute(sql, values))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    database = await Database.open(tmp_path / "sangket.db")
    yield Store(tmp_path, database)
    await database.close()


async def test_a_review_comes_back_as_it_was_kept(store: Store) -> None:
    await store.came("R-7F3K")
    await store.keep(FULL)
    assert await store.of("R-7F3K") == FULL
    assert await store.all() == [FULL]


async def test_it_begins_with_what_the_reporter_chose_and_nobody_has_it(store: Store) -> None:
    await store.came("R-7F3K")
    await store.do(lambda: store.reviews.begin("R-7F3K", HEAD))
    assert await store.of("R-7F3K") == Review("R-7F3K", HEAD, benchmarks=("B", "D"))


async def test_keeping_it_again_replaces_it(store: Store) -> None:
    await store.came("R-7F3K")
    await store.keep(FULL, replace(FULL, claimed_by="", own={}))
    assert await store.of("R-7F3K") == replace(FULL, claimed_by="", own={})


async def test_there_is_none_for_what_is_not_here(store: Store) -> None:
    assert await store.of("R-7F3K") is None
    with pytest.raises(sqlite3.IntegrityError):
        await store.keep(FULL)


async def test_what_came_first_is_first(store: Store) -> None:
    await store.came("R-AAA2", "R-AAA3", "R-AAA4")
    for reference, hour in (("R-AAA2", 3), ("R-AAA3", 1), ("R-AAA4", 2)):
        await store.keep(Review(reference, Head(hour=hour)))
    assert [one.reference for one in await store.all()] == ["R-AAA3", "R-AAA4", "R-AAA2"]


async def test_nothing_of_it_can_be_read_on_the_disk(store: Store) -> None:
    await store.came("R-7F3K")
    await store.keep(FULL)
    await store.database.tidy()
    whole = b"".join(file.read_bytes() for file in store.folder.glob("sangket.db*"))
    for word in (b"arrest", b"Lotus-4", b"kem-sokha", b"age1reply", b"lawyer", "ភ្នំពេញ".encode()):
        assert word not in whole, word
    assert b"R-7F3K" in whole, "control: the reference stands there in clear"


async def test_an_empty_and_a_full_review_are_of_one_size(store: Store) -> None:
    await store.came("R-7F3K", "R-7F3L")
    await store.keep(FULL, Review("R-7F3L", Head()))
    sizes = await store.rows("SELECT DISTINCT length(sealed) FROM reviews")
    assert len(sizes) == 1


async def test_a_row_put_in_the_place_of_another_is_none(store: Store) -> None:
    await store.came("R-7F3K", "R-7F3L")
    await store.keep(FULL, Review("R-7F3L", Head()))
    await store.rows("UPDATE reviews SET sealed = (SELECT sealed FROM reviews WHERE reference = 'R-7F3K')")
    assert await store.of("R-7F3L") is None
    assert await store.all() == [FULL], "the others are still there"


async def test_another_servers_key_opens_nothing(store: Store, tmp_path: Path) -> None:
    await store.came("R-7F3K")
    await store.keep(FULL)
    (tmp_path / "other").mkdir()
    other = store.over(tmp_path / "other")
    assert await store.do(lambda: other.reviews.of("R-7F3K")) is None
    assert await store.do(other.reviews.all) == []


async def test_what_another_version_wrote_besides_or_not_yet_is_passed_over(store: Store) -> None:
    await store.came("R-7F3K")
    written = {"reference": "R-7F3K", "head": {"category": "land", "benchmarks": ["M"], "moon": 1}, "tide": [1]}
    sealed = ServerKey.load(store.folder / "server.key", TODAY).sealer.seal(
        json.dumps(written).encode(), "review:R-7F3K"
    )
    await store.rows("INSERT INTO reviews (reference, sealed) VALUES ('R-7F3K', ?)", sealed)
    assert await store.of("R-7F3K") == Review("R-7F3K", Head("land", benchmarks=("M",)))


async def test_it_goes_with_its_incident(store: Store) -> None:
    await store.came("R-7F3K")
    await store.keep(FULL)
    await store.do(lambda: store.tables.incidents.forget(TODAY + dt.timedelta(days=1)))
    assert await store.rows("SELECT * FROM reviews") == []


def test_what_was_withdrawn_keeps_only_who_had_it_and_where_it_went() -> None:
    left = withdrawn(FULL)
    assert left == Review(
        "R-7F3K",
        Head(hour=498_000),
        "withdrawn",
        "Lotus-4",
        went=FULL.went,
        duplicates=("R-9Q2M",),
    )
    assert (left.is_open, left.is_free, left.is_urgent) == (False, False, False)


def test_what_needs_somebody_is_first_and_the_oldest_of_each() -> None:
    def one(name: str, hour: int, urgency: str = "days", who: str = "", state: str = "received") -> Review:
        return Review(name, Head(urgency=urgency, hour=hour), state, who)

    reviews = [
        one("held", 1, who="Lotus-4"),
        one("free late", 5),
        one("urgent late", 9, "hours"),
        one("urgent held", 2, "hours", "Lotus-4"),
        one("free early", 4),
        one("urgent early", 8, "hours"),
        one("urgent closed", 0, "hours", state="closed"),
    ]
    assert [one.reference for one in by_need(reviews)] == [
        "urgent early",
        "urgent late",
        "free early",
        "free late",
        "urgent closed",
        "held",
        "urgent held",
    ]


def test_what_somebody_had_who_is_not_here_any_more_is_free() -> None:
    assert [one.claimed_by for one in held_by([FULL], ["Lotus-4"])] == ["Lotus-4"]
    assert [one.claimed_by for one in held_by([FULL], ["Teak-2"])] == [""]
