"""Proposals: kept as they were proposed, found by nobody who has only the disk, ended once."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.database import Database
from storage.proposals import SECONDS, Kind, Proposal, Proposals
from storage.sealing import ServerKey

T = TypeVar("T")

TODAY = dt.date(2026, 11, 23)
NOW = 1_790_000_000
CONTENT = {"finding": "06", "reason": "ជនរងគ្រោះបីនាក់និយាយដូចគ្នា", "sources": [["0102", "A", False]], "parts": 2}


class Store:
    """The proposals over one database."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.database = database
        self.proposals = Proposals(database, ServerKey.load(folder / "server.key", TODAY))

    async def do(self, deed: Callable[[], Awaitable[T]]) -> T:
        """Do this in one transaction."""
        return await self.database.write(deed)

    async def propose(
        self,
        content: Mapping[str, Any] = CONTENT,
        kind: Kind = Kind.CONFIRM,
        subject: str = "R-7F3K",
        by: str = "Crane-1",
        now: int = NOW,
    ) -> Proposal:
        return await self.do(lambda: self.proposals.propose(kind, subject, content, by, now))

    async def get(self, proposal: Proposal, now: int = NOW) -> Proposal | None:
        return await self.do(lambda: self.proposals.get(proposal.id, now))

    async def take(self, proposal: Proposal) -> bool:
        return await self.do(lambda: self.proposals.take(proposal))

    async def open(self, now: int = NOW) -> list[Proposal]:
        return await self.do(lambda: self.proposals.open(now))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    database = await Database.open(tmp_path / "sangket.db", synchronous="OFF")
    yield Store(tmp_path, database)
    await database.close()


# Kept as it was


async def test_what_was_proposed_is_what_is_found(store: Store) -> None:
    one = await store.propose()
    found = await store.get(one)
    assert found == one
    assert found is not None
    assert found.digest == one.digest
    assert (found.kind, found.subject, found.by, found.ends) == (Kind.CONFIRM, "R-7F3K", "Crane-1", NOW + SECONDS)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abក", max_size=3), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.text("abcក", max_size=4), JSON, max_size=5))
async def test_the_digest_is_the_same_before_and_after_the_disk(store: Store, content: dict[str, Any]) -> None:
    one = await store.propose(content)
    found = await store.get(one)
    assert found is not None
    assert found.content == content
    assert found.digest == one.digest


async def test_lists_and_tuples_are_one_content(store: Store) -> None:
    """Code gives tuples and JSON gives lists: an approval is not lost to that."""
    one = await store.propose({"cases": ("kem-sokha", "theary-seng")})
    found = await store.get(one)
    assert found is not None
    assert found.digest == one.digest


@pytest.mark.parametrize(
    "other",
    [
        {"kind": Kind.DELETE},
        {"subject": "R-7F3M"},
        {"by": "Crane-2"},
        {"content": CONTENT | {"finding": "07"}},
        {"content": CONTENT | {"sources": [["0102", "A", True]]}},
        {"content": CONTENT | {"parts": "2"}},
        {"content": CONTENT | {"more": None}},
        {"content": {name: value for name, value in CONTENT.items() if name != "reason"}},
    ],
)
def test_any_change_changes_the_digest(other: dict[str, Any]) -> None:
    one = Proposal("0" * 12, Kind.CONFIRM, "R-7F3K", CONTENT, "Crane-1", NOW)
    assert dataclasses.replace(one, **other).digest != one.digest


def test_the_order_in_which_content_was_written_changes_nothing() -> None:
    """Control of the one before; nor does the number, or when it ends."""
    one = Proposal("0" * 12, Kind.CONFIRM, "R-7F3K", CONTENT, "Crane-1", NOW)
    turned = dict(reversed(CONTENT.items()))
    assert list(turned) != list(CONTENT)
    assert dataclasses.replace(one, id="1" * 12, content=turned, ends=0).digest == one.digest
    assert len(one.digest) == 16


def test_the_whole_of_a_button_fits() -> None:
    one = Proposal("0" * 12, Kind.CONFIRM, "R-7F3K", CONTENT, "Crane-1", NOW)
    assert len(f"pr:y:{one.id}:{one.digest}".encode()) <= 64


# One of each, for a day


async def test_a_second_on_the_same_subject_takes_the_place_of_the_first(store: Store) -> None:
    first = await store.propose()
    second = await store.propose(CONTENT | {"finding": "07"}, by="Crane-2")
    assert await store.get(first) is None
    assert await store.open() == [second]


async def test_other_kinds_and_other_subjects_stay(store: Store) -> None:
    all_of_them = [
        await store.propose(),
        await store.propose(kind=Kind.DELETE),
        await store.propose(subject="R-0000"),
    ]
    assert sorted(one.id for one in await store.open()) == sorted(one.id for one in all_of_them)


async def test_ids_are_not_to_be_guessed_and_never_come_again(store: Store) -> None:
    ids = [(await store.propose()).id for _ in range(200)]
    assert len(set(ids)) == 200
    assert all(len(one) == 12 and int(one, 16) >= 0 for one in ids)


async def test_it_ends_with_the_second_that_was_said(store: Store) -> None:
    one = await store.propose()
    assert await store.get(one, NOW + SECONDS - 1) == one
    assert await store.get(one, NOW + SECONDS) is None
    assert await store.open(NOW + SECONDS) == []


async def test_those_that_end_first_are_listed_first(store: Store) -> None:
    late = await store.propose(subject="R-0002", now=NOW + 60)
    early = await store.propose(subject="R-0001")
    assert await store.open() == [early, late]


async def test_what_ended_is_forgotten_and_nothing_else(store: Store) -> None:
    await store.propose(subject="R-0001")
    kept = await store.propose(subject="R-0002", now=NOW + 60)
    await store.do(lambda: store.proposals.forget(NOW + SECONDS))
    assert await store.open(0) == [kept]


# Ended once


async def test_only_one_of_many_takes_it(store: Store) -> None:
    one = await store.propose()
    assert sorted(await asyncio.gather(*(store.take(one) for _ in range(50)))) == [False] * 49 + [True]
    assert await store.get(one) is None


async def test_what_is_rolled_back_can_be_taken_again(store: Store) -> None:
    """Control: taking and doing are one commit. If it cannot be done, it was not taken."""
    one = await store.propose()

    async def fail() -> None:
        assert await store.proposals.take(one)
        raise RuntimeError("could not be done")

    with pytest.raises(RuntimeError, match="could not be done"):
        await store.do(fail)
    assert await store.take(one)


async def test_a_changed_subject_makes_void_what_is_named_or_everything(store: Store) -> None:
    confirm, delete = await store.propose(), await store.propose(kind=Kind.DELETE)
    other = await store.propose(subject="R-0000")
    assert await store.do(lambda: store.proposals.void("R-7F3K", Kind.DELETE)) == [delete]
    assert await store.do(lambda: store.proposals.void("R-7F3K")) == [confirm]
    assert await store.do(lambda: store.proposals.void("R-7F3K")) == []
    assert await store.open() == [other]


async def test_what_somebody_proposed_who_left_is_void_and_what_others_did_is_not(store: Store) -> None:
    hers = await store.propose(by="Crane-1")
    his = await store.propose(by="Crane-11", subject="R-0000")
    assert await store.do(lambda: store.proposals.void_of("Crane-1")) == [hers]
    assert await store.open() == [his]


# On the disk


async def test_the_disk_shows_neither_the_content_nor_who_proposed_it(store: Store) -> None:
    await store.propose()
    [row] = await store.do(lambda: store.database.read("SELECT * FROM proposals"))
    raw = b"".join(one if isinstance(one, bytes) else str(one).encode() for one in row)
    for secret in ("Crane-1", "ជនរងគ្រោះ", "0102", json.dumps("ជនរងគ្រោះ")[1:-1]):
        assert secret.encode() not in raw, secret
    assert b"R-7F3K" in raw, "control: the subject is in the clear, as it is beside every incident"


async def test_a_row_that_was_moved_or_changed_is_none(store: Store) -> None:
    """A seal holds for its own id, so that nobody approves one content under the number of another."""
    small, large = await store.propose(subject="R-0001"), await store.propose(subject="R-0002")
    swap = "UPDATE proposals SET sealed = (SELECT sealed FROM proposals WHERE id = ?) WHERE id = ?"
    await store.do(lambda: store.database.execute(swap, (large.id, small.id)))
    assert await store.get(small) is None
    assert await store.open() == [large]
    await store.do(lambda: store.database.execute("UPDATE proposals SET sealed = zeroblob(64)"))
    assert await store.open() == []
    assert await store.do(lambda: store.proposals.void("R-0002")) == []


async def test_the_clear_columns_are_not_believed(store: Store) -> None:
    """Whoever can write the disk cannot make a deletion of a confirmation, nor move it to another incident."""
    one = await store.propose()
    await store.do(lambda: store.database.execute("UPDATE proposals SET kind = 'delete', subject = 'R-0000'"))
    assert await store.get(one) == one
