"""What was read in a chat has to go: when, once, and whatever happened to the bot meanwhile."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from handlers.showing import vanishing
from schedules.reading import ReadingEnds
from storage.database import Database
from storage.outbox import Call, Queued
from storage.sealing import DraftKeys, OfficeKey, OfficeLock, ServerKey
from storage.tables import Tables
from storage.traces import Trace

T = TypeVar("T")

START = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
DARA = 6_123_456_789
SOK = 6_987_654_321


class Clock:
    """The schedule over a database, on a clock that the test moves."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.database = database
        self.now = START
        self.queued: list[Queued] = []
        self.keys = DraftKeys.load(folder / "draft.keys", START.date())
        server = ServerKey.load(folder / "server.key", START.date())
        self.tables = Tables.over(database, server, self.keys, OfficeLock(OfficeKey.new().recipients))
        self.ends = ReadingEnds(database, self.tables, vanishing, self.queued.extend)

    async def do(self, deed: Callable[[], Awaitable[T]]) -> T:
        return await self.database.write(deed)

    async def sent(self, chat_id: int, *messages: int, lasts: dt.timedelta | None = 15 * MINUTE) -> None:
        """These messages were sent now, and last so long; for ever when it is None."""
        now = int(self.now.timestamp())
        gone_at = now + int(lasts.total_seconds()) if lasts else 0

        async def work() -> None:
            self.tables.traces.note([Trace(chat_id, number, now, now, gone_at) for number in messages])

        await self.do(work)

    async def tick(self, passed: dt.timedelta = dt.timedelta()) -> list[Call]:
        """So much time passes, and the ticker comes by; the calls that were queued."""
        self.now += passed
        self.queued.clear()
        await self.ends.tend(self.now)
        return [one.letter.call for one in self.queued if one.letter is not None]

    async def rows(self) -> int:
        [(count,)] = await self.do(lambda: self.database.read("SELECT count(*) FROM passing"))
        return int(count)


@pytest.fixture
async def clock(tmp_path: Path) -> AsyncIterator[Clock]:
    database = await Database.open(tmp_path / "sangket.db")
    yield Clock(tmp_path, database)
    await database.close()


async def test_what_is_due_is_deleted_together_and_once(clock: Clock) -> None:
    await clock.sent(DARA, 7, 8, 9)
    assert await clock.tick(14 * MINUTE) == []
    assert await clock.tick(MINUTE) == [vanishing(DARA, [7, 8, 9])]
    assert await clock.tick(MINUTE) == []
    assert await clock.rows() == 0


async def test_each_message_has_its_own_time(clock: Clock) -> None:
    await clock.sent(DARA, 7)
    clock.now += 10 * MINUTE
    await clock.sent(DARA, 8)
    assert await clock.tick(6 * MINUTE) == [vanishing(DARA, [7])]
    assert await clock.tick(10 * MINUTE) == [vanishing(DARA, [8])]


async def test_each_chat_has_its_own_letter(clock: Clock) -> None:
    await clock.sent(DARA, 7)
    await clock.sent(SOK, 7, 8)
    calls = await clock.tick(16 * MINUTE)
    assert calls == [vanishing(DARA, [7]), vanishing(SOK, [7, 8])]


async def test_what_was_sent_for_good_stays(clock: Clock) -> None:
    await clock.sent(DARA, 7, lasts=None)
    await clock.sent(DARA, 8)
    assert await clock.tick(dt.timedelta(hours=40)) == [vanishing(DARA, [8])]


async def test_the_letter_is_in_the_table_when_the_message_is_not_any_more(clock: Clock) -> None:
    """So that a crash in between loses neither."""
    await clock.sent(DARA, 7)
    await clock.tick(16 * MINUTE)
    [one] = await clock.do(lambda: clock.tables.outbox.ready(0, 10))
    assert one.letter is not None
    assert one.letter.call == vanishing(DARA, [7])
    assert one.letter.chat_id == DARA


async def test_it_is_due_under_the_keys_of_another_day_too(clock: Clock) -> None:
    await clock.sent(DARA, 7, lasts=dt.timedelta(days=1))
    midnight = START + dt.timedelta(hours=12, minutes=1)
    clock.keys.renew(midnight.date())
    await clock.do(lambda: clock.tables.traces.carry_over(midnight))
    assert clock.keys.drop(await clock.do(clock.tables.needed_keys)) == 1
    assert await clock.tick(dt.timedelta(days=1)) == [vanishing(DARA, [7])]


async def test_without_being_carried_over_it_is_lost_with_its_key(clock: Clock) -> None:
    """The control of the test above, and what a power cut does."""
    await clock.sent(DARA, 7)
    clock.keys.renew(START.date() + dt.timedelta(days=1))
    clock.keys.drop(set())
    assert await clock.tick(16 * MINUTE) == []
    await clock.do(lambda: clock.tables.traces.carry_over(clock.now))
    assert await clock.rows() == 0, "and nothing of it stays"


async def test_it_is_not_forgotten_for_being_old(clock: Clock) -> None:
    """Telegram will refuse, and then that is said."""
    await clock.sent(DARA, 7)
    clock.now += dt.timedelta(days=3)
    await clock.do(lambda: clock.tables.traces.carry_over(clock.now))
    assert await clock.tick() == [vanishing(DARA, [7])]


async def test_no_row_tells_the_chat_the_message_or_the_time(clock: Clock) -> None:
    await clock.sent(DARA, 8_123_321)
    [(_, sealed)] = await clock.do(lambda: clock.database.read("SELECT * FROM passing"))
    assert b"8123321" in clock.keys.marks.open(sealed, "passing"), "control"
    for secret in (DARA, 8_123_321, int(START.timestamp())):
        assert str(secret).encode() not in sealed


async def test_only_one_chat_s_messages_are_taken_when_its_reader_is_done(clock: Clock) -> None:
    await clock.sent(DARA, 7, 8)
    await clock.sent(SOK, 9)
    assert await clock.do(lambda: clock.tables.traces.take_passing(DARA)) == {DARA: [7, 8]}
    assert await clock.do(lambda: clock.tables.traces.take_passing(DARA)) == {}
    assert await clock.tick(16 * MINUTE) == [vanishing(SOK, [9])]
