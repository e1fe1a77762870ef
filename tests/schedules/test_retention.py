"""Forgetting on time, day by day on a clock that the test moves."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from schedules.retention import ASIDE_DAYS, KEPT_DAYS, Retention
from storage.database import Database, Row
from storage.inbox import Arrival, Inbox
from storage.outbox import Call, Letter, Outbox
from storage.sealing import DraftKeys, ServerKey, Unreadable, key_id

START = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)


class Office:
    """Retention on a database, with a clock of its own."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder = folder
        self.database = database
        self.now = START
        self.drafts = DraftKeys.load(folder / "draft.keys", START.date())
        server = ServerKey.load(folder / "server.key", START.date())
        self.inbox = Inbox(database, self.drafts.sealer, server)
        self.outbox = Outbox(database, self.drafts.sealer, server)
        self.retention = Retention(database, self.inbox, self.outbox, self.drafts)

    async def arrive(self, update_id: int, state: str = "waiting") -> None:
        """An update comes in today, and is handled or set aside at once."""
        arrival = Arrival(update_id, b"what was said", 815)

        async def work() -> None:
            await self.inbox.store([arrival], self.now.date())
            [*_, one] = await self.inbox.waiting(100)
            if state == "done":
                self.inbox.done([one.seq])
            elif state == "aside":
                await self.inbox.set_aside(one.seq, "E-7F3K")

        await self.database.write(work)

    async def answer(self, update_id: int, state: str = "ready") -> None:
        """A letter is queued today, and sent at once unless it stays ready."""
        letter = Letter(f"{update_id}:0", 815, Call("sendMessage", {}), "en")

        async def work() -> int:
            [queued] = await self.outbox.add([letter], self.now.date())
            return queued.id

        row_id = await self.database.write(work)

        async def end() -> None:
            self.outbox.ended([(state, None, row_id)])

        if state != "ready":
            await self.database.write(end)

    async def pass_days(self, days: int) -> None:
        """The ticker wakes retention on each of these days."""
        for _ in range(days):
            self.now += dt.timedelta(days=1)
            await self.retention.tend(self.now)

    async def rows(self, sql: str) -> list[Row]:
        return await self.database.write(lambda: self.database.read(sql))

    def keys(self) -> int:
        """How many draft keys the key file holds."""
        return len((self.folder / "draft.keys").read_text().splitlines())


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    database = await Database.open(tmp_path / "sangket.db")
    yield Office(tmp_path, database)
    await database.close()


async def test_numbers_of_handled_updates_are_gone_before_seven_days_are_over(office: Office) -> None:
    assert KEPT_DAYS == 7
    await office.arrive(1, "done")
    await office.answer(1, "sent")
    await office.pass_days(6)
    assert await office.rows("SELECT update_id FROM inbox") == [(1,)]
    assert await office.rows("SELECT key FROM outbox") == [("1:0",)]
    await office.pass_days(1)
    assert await office.rows("SELECT update_id FROM inbox") == []
    assert await office.rows("SELECT key FROM outbox") == []


async def test_what_still_waits_is_never_forgotten(office: Office) -> None:
    await office.arrive(1)
    await office.answer(1)
    await office.pass_days(30)
    [waiting] = await office.database.write(lambda: office.inbox.waiting(10))
    [ready] = await office.database.write(lambda: office.outbox.ready(0, 10))
    assert waiting.raw == b"what was said"
    assert ready.letter is not None


async def test_the_words_of_what_failed_are_gone_after_two_days(office: Office) -> None:
    assert ASIDE_DAYS == 2
    await office.arrive(1, "aside")
    [(sealed,)] = await office.rows("SELECT sealed FROM inbox")
    assert office.drafts.sealer.open(sealed, "inbox:1") == b"what was said", "control"
    await office.pass_days(1)
    with pytest.raises(Unreadable):
        office.drafts.sealer.open(sealed, "inbox:1")
    await office.pass_days(1)
    assert await office.rows("SELECT state, sealed FROM inbox") == [("aside", None)]


async def test_each_day_has_a_key_of_its_own_and_yesterdays_is_dropped(office: Office) -> None:
    used = {key_id(office.drafts.sealer.seal(b"", "row"))}
    for _ in range(3):
        await office.pass_days(1)
        used.add(key_id(office.drafts.sealer.seal(b"", "row")))
        assert office.keys() == 1
    assert len(used) == 4


async def test_a_key_is_kept_for_as_long_as_something_waits_under_it(office: Office) -> None:
    await office.arrive(1)
    await office.pass_days(2)
    assert office.keys() == 2, "that of the waiting update, and today's"
    [waiting] = await office.database.write(lambda: office.inbox.waiting(10))

    async def end() -> None:
        office.inbox.done([waiting.seq])

    await office.database.write(end)
    await office.pass_days(1)
    assert office.keys() == 1


async def test_retention_leaves_nothing_in_the_write_ahead_log(office: Office) -> None:
    await office.arrive(1, "done")
    wal = office.folder / "sangket.db-wal"
    assert size(wal) > 0, "control"
    await office.retention.tend(office.now)
    assert size(wal) == 0


async def test_once_a_day_is_enough(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    tidied: list[int] = []
    tidy = office.database.tidy

    async def counted() -> None:
        tidied.append(1)
        await tidy()

    monkeypatch.setattr(office.database, "tidy", counted)
    for hour in range(24):
        await office.retention.tend(START.replace(hour=hour))
    assert len(tidied) == 1
    await office.retention.tend(START + dt.timedelta(days=1))
    assert len(tidied) == 2


async def test_a_day_on_which_the_disk_failed_is_tried_again(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    await office.arrive(1, "done")
    office.now += dt.timedelta(days=KEPT_DAYS + 1)

    async def broken(*_: Any) -> Any:
        raise OSError

    with monkeypatch.context() as patched:
        patched.setattr(office.database, "write", broken)
        with pytest.raises(OSError):
            await office.retention.tend(office.now)
    assert await office.rows("SELECT update_id FROM inbox") == [(1,)]
    await office.retention.tend(office.now)
    assert await office.rows("SELECT update_id FROM inbox") == []


async def test_a_long_absence_is_caught_up_at_the_first_tick(office: Office) -> None:
    await office.arrive(1, "done")
    await office.arrive(2, "aside")
    office.now += dt.timedelta(days=60)
    await office.retention.tend(office.now)
    assert await office.rows("SELECT update_id FROM inbox") == []
    assert office.keys() == 1


def size(file: Path) -> int:
    return file.stat().st_size
