"""Forgetting on time, day by day on a clock that the test moves."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from schedules.retention import ASIDE_DAYS, KEPT_DAYS, NUDGED_DAYS, Retention
from storage.database import Database, Row
from storage.drafts import Draft
from storage.inbox import Arrival
from storage.outbox import Call, Letter
from storage.proposals import Kind
from storage.sealing import DraftKeys, OfficeKey, OfficeLock, Receipt, ServerKey, Unreadable, key_id
from storage.tables import Tables
from storage.traces import Trace

START = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)


class Office:
    """Retention on a database, with a clock of its own."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder = folder
        self.database = database
        self.now = START
        self.drafts = DraftKeys.load(folder / "draft.keys", START.date())
        self.server = ServerKey.load(folder / "server.key", START.date())
        self.tables = Tables.over(database, self.server, self.drafts, OfficeLock(OfficeKey.new().recipients))
        self.inbox, self.outbox = self.tables.inbox, self.tables.outbox
        self.retention = Retention(database, self.tables, self.drafts, incident_days=180)

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

    async def tell(self, reference: str, mailbox_days: int = 90) -> str:
        """An incident is handed in today, with a file, an addition and a mailbox; the mailbox's public key."""
        public = self.server.mailbox(Receipt.new()).public
        today, tables = self.now.date(), self.tables
        kept_until, told_until = (today + dt.timedelta(days=days) for days in (mailbox_days, 30))
        draft = Draft("incident", 0, 2**40, {"answers": {}, "partial": None})

        async def work() -> None:
            await tables.drafts.keep(815, {"incident": draft})
            await tables.evidence.expect(f"of {reference}", 815, today)
            await tables.incidents.take(reference, {}, today)
            await tables.incidents.add(reference, {}, today)
            await tables.evidence.hand_in([f"of {reference}"], reference)
            await tables.mailboxes.make(public, {"reference": reference}, kept_until)
            await tables.replies.tell(reference, public, 815, told_until)
            await tables.quotas.count(815, today)
            await tables.drafts.keep(815, {})

        await self.database.write(work)
        return public

    async def message(self, number: int) -> None:
        """A message comes in the private chat."""

        async def work() -> None:
            at = int(self.now.timestamp())
            self.tables.traces.note([Trace(815, number, at, at)])

        await self.database.write(work)

    async def counted(self, *tables: str) -> list[int]:
        """How many rows these tables have."""
        return [(await self.rows(f"SELECT count(*) FROM {table}"))[0][0] for table in tables]

    async def pass_days(self, days: int) -> None:
        """The ticker wakes retention on each of these days."""
        for _ in range(days):
            self.now += dt.timedelta(days=1)
            await self.retention.tend(self.now)

    async def pass_weeks(self, days: int) -> None:
        """So many days pass, on some of which the ticker wakes retention, and surely on the last."""
        last = self.now + dt.timedelta(days=days)
        while self.now < last:
            self.now = min(last, self.now + dt.timedelta(days=25))
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


async def test_once_a_day_is_enough_for_deleting_and_once_an_hour_for_tidying(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    deleted: list[int] = []
    tidied: list[int] = []
    needed_keys, tidy = Tables.needed_keys, office.database.tidy

    async def looked(tables: Tables) -> set[bytes]:
        deleted.append(1)
        return await needed_keys(tables)

    async def counted() -> None:
        tidied.append(1)
        await tidy()

    monkeypatch.setattr(Tables, "needed_keys", looked)
    monkeypatch.setattr(office.database, "tidy", counted)
    for minute in range(0, 24 * 60, 20):
        await office.retention.tend(START.replace(hour=0) + dt.timedelta(minutes=minute))
    assert (len(deleted), len(tidied)) == (1, 24)
    await office.retention.tend(START.replace(hour=0) + dt.timedelta(days=1))
    assert (len(deleted), len(tidied)) == (2, 25)


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


# What people told


INCIDENT = ("incidents", "additions", "evidence")


async def test_incidents_go_after_180_days_with_all_that_belongs_to_them(office: Office) -> None:
    await office.tell("R-AAAA")
    office.now += dt.timedelta(days=1)
    await office.tell("R-BBBB")
    office.now = START
    await office.pass_weeks(180)
    assert await office.counted(*INCIDENT) == [2, 2, 2]
    await office.pass_days(1)
    assert await office.counted(*INCIDENT) == [1, 1, 1]
    assert await office.rows("SELECT reference FROM incidents") == [("R-BBBB",)]
    await office.pass_days(1)
    assert await office.counted(*INCIDENT) == [0, 0, 0]


@pytest.mark.parametrize("days", [7, 40, 3650])
async def test_how_long_incidents_are_kept_is_a_setting(office: Office, days: int) -> None:
    office.retention = Retention(office.database, office.tables, office.drafts, incident_days=days)
    await office.tell("R-AAAA")
    await office.pass_weeks(days)
    assert await office.counted(*INCIDENT) == [1, 1, 1]
    await office.pass_days(1)
    assert await office.counted(*INCIDENT) == [0, 0, 0]


@pytest.mark.parametrize("days", [7, 90, 365])
async def test_mailboxes_go_when_their_own_time_is_over(office: Office, days: int) -> None:
    office.retention = Retention(office.database, office.tables, office.drafts, incident_days=3650)
    await office.tell("R-AAAA", mailbox_days=days)
    await office.pass_weeks(days)
    assert await office.counted("mailboxes", "mail") == [1, 1]
    await office.pass_days(1)
    assert await office.counted("mailboxes", "mail") == [0, 0]


@pytest.mark.parametrize("leap", [31, 400, 20_000, -400])
async def test_a_clock_that_leaps_deletes_nothing_that_people_told(
    office: Office, leap: int, caplog: pytest.LogCaptureFixture
) -> None:
    """As after a change of the machine's battery; it is noticed, and set right."""
    await office.tell("R-AAAA")
    await office.pass_days(1)
    right = office.now
    office.now += dt.timedelta(days=leap)
    for _ in range(2):
        await office.retention.tend(office.now)
        office.now += dt.timedelta(days=1)
    assert await office.counted(*INCIDENT, "mailboxes", "mail") == [1, 1, 1, 1, 1]
    assert "clock.leapt" in caplog.messages
    office.now = right
    await office.pass_days(10)
    assert await office.counted(*INCIDENT, "mailboxes", "mail") == [1, 1, 1, 1, 1]


async def test_after_a_long_absence_what_is_due_goes_three_days_later(office: Office) -> None:
    await office.tell("R-AAAA")
    await office.pass_days(1)
    office.now += dt.timedelta(days=300)
    await office.retention.tend(office.now)
    await office.pass_days(2)
    assert await office.counted(*INCIDENT, "mailboxes") == [1, 1, 1, 1]
    await office.pass_days(1)
    assert await office.counted(*INCIDENT, "mailboxes") == [0, 0, 0, 0]


async def test_thirty_days_of_absence_are_no_leap(office: Office) -> None:
    await office.tell("R-AAAA")
    await office.pass_weeks(160)
    office.now += dt.timedelta(days=30)
    await office.retention.tend(office.now)
    assert await office.counted(*INCIDENT) == [0, 0, 0]


async def test_whom_to_tell_is_forgotten_after_30_days(office: Office) -> None:
    public = await office.tell("R-AAAA")
    await office.pass_days(30)
    assert await office.database.write(lambda: office.tables.replies.whom_to_tell(office.now, public=public)) == 815
    assert await office.counted("tellings", "waiting") == [1, 1]
    await office.pass_days(1)
    assert await office.counted("tellings", "waiting") == [0, 0]


async def test_who_is_to_be_told_keeps_no_draft_key_alive(office: Office) -> None:
    await office.tell("R-AAAA")
    before = office.drafts.marks.newest.id
    await office.pass_days(3)
    [(sealed,)] = await office.rows("SELECT sealed FROM tellings")
    assert key_id(sealed) == office.drafts.marks.newest.id != before
    assert len((office.folder / "draft.keys").read_text().splitlines()) == 1


async def test_proposals_and_nudges_are_forgotten_in_time(office: Office) -> None:
    async def work() -> None:
        await office.tables.proposals.propose(Kind.CONFIRM, "R-AAAA", {}, "Lotus-4", int(office.now.timestamp()))
        await office.tables.nudges.once("head:2026-11-23", office.now.date())

    await office.database.write(work)
    await office.retention.tend(office.now)
    assert await office.counted("proposals", "nudges") == [1, 1], "control"
    await office.pass_days(2)
    assert await office.counted("proposals", "nudges") == [0, 1]
    await office.pass_days(NUDGED_DAYS - 2)
    assert await office.counted("proposals", "nudges") == [0, 1]
    await office.pass_days(1)
    assert await office.counted("proposals", "nudges") == [0, 0]


async def test_who_handed_something_in_is_forgotten_on_the_next_day(office: Office) -> None:
    await office.tell("R-AAAA")
    await office.retention.tend(office.now)
    assert await office.counted("quotas") == [1], "control"
    await office.pass_days(1)
    assert await office.counted("quotas") == [0]
    assert office.keys() == 1


async def test_numbers_of_messages_keep_no_key_alive(office: Office) -> None:
    await office.message(7)
    old = office.drafts.sealer.newest.id
    [(sealed,)] = await office.rows("SELECT sealed FROM traces")
    await office.pass_days(1)
    assert office.keys() == 1
    with pytest.raises(Unreadable):
        office.drafts.marks.open(sealed, "trace")
    [(sealed,)] = await office.rows("SELECT sealed FROM traces")
    assert key_id(sealed) == office.drafts.sealer.newest.id != old
    [trace] = await office.database.write(lambda: office.tables.traces.since(815, 0))
    assert trace.message_id == 7


async def test_numbers_of_messages_are_gone_after_three_days(office: Office) -> None:
    """As /privacy says; whatever the hour at which the message came. The ticker comes by all the time."""
    office.now = START.replace(hour=0, minute=40)
    await office.message(7)
    for _ in range(3 * 47):
        office.now += dt.timedelta(minutes=20)
        await office.retention.tend(office.now)
    assert await office.counted("traces") == [1], "control"
    for _ in range(3 * 25):
        office.now += dt.timedelta(minutes=20)
        await office.retention.tend(office.now)
    assert await office.counted("traces") == [0]


async def test_a_draft_keeps_its_key_for_as_long_as_it_is_open(office: Office) -> None:
    draft = Draft("incident", int(START.timestamp()), 2**40, {"answers": {}, "partial": None})
    await office.database.write(lambda: office.tables.drafts.keep(815, {"incident": draft}))
    await office.pass_days(1)
    assert office.keys() == 2, "its own, and today's"
    assert await office.database.write(lambda: office.tables.drafts.of(815, 0)) == {"incident": draft}
    await office.database.write(lambda: office.tables.drafts.keep(815, {}))
    await office.pass_days(1)
    assert office.keys() == 1


def size(file: Path) -> int:
    return file.stat().st_size
