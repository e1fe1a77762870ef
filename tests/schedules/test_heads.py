"""The head of the audit: once each morning on which there is something new, to all who review, silently."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import pytest

from handlers.showing import notice
from schedules.heads import Heads
from storage.audit import Act, Head
from storage.database import Database
from storage.members import Role
from storage.outbox import Priority, Queued
from storage.sealing import DraftKeys, OfficeKey, OfficeLock, ServerKey
from storage.tables import Tables

T = TypeVar("T")

ZONE = ZoneInfo("Asia/Phnom_Penh")
EIGHT = dt.datetime(2026, 11, 23, 8, tzinfo=ZONE)
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
EDITOR, COORDINATOR, ADMIN = 6_111_111_111, 6_222_222_222, 6_333_333_333


class Morning:
    """The schedule over a database."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.database = database
        self.queued: list[Queued] = []
        server = ServerKey.load(folder / "server.key", EIGHT.date())
        keys = DraftKeys.load(folder / "draft.keys", EIGHT.date())
        self.tables = Tables.over(database, server, keys, OfficeLock(OfficeKey.new().recipients))
        self.heads = Heads(database, self.tables, ZONE, notice, self.queued.extend)

    async def do(self, deed: Callable[[], Awaitable[T]]) -> T:
        return await self.database.write(deed)

    async def something_is_done(self) -> Head:
        await self.do(lambda: self.tables.audit.note(EIGHT.date(), "Lotus-4", Act.CLAIMED, "R-7F3K"))
        return await self.do(self.tables.audit.head)

    async def sent_at(self, now: dt.datetime) -> list[tuple[int, str]]:
        """What is then sent: to which chat, and the text."""
        self.queued.clear()
        await self.heads.tend(now.astimezone(dt.UTC))
        letters = [one.letter for one in self.queued if one.letter is not None]
        assert all(one.call.params["disable_notification"] for one in letters)
        assert all(one.priority is Priority.REMINDER for one in letters)
        return [(one.chat_id or 0, str(one.call.params["text"])) for one in letters]


@pytest.fixture
async def morning(tmp_path: Path) -> AsyncIterator[Morning]:
    database = await Database.open(tmp_path / "sangket.db")
    morning = Morning(tmp_path, database)
    for person, role in ((EDITOR, Role.EDITOR), (COORDINATOR, Role.COORDINATOR), (ADMIN, Role.ADMIN)):
        await morning.do(
            lambda person=person, role=role: morning.tables.members.admit(person, role, EIGHT.date())  # type: ignore[misc]
        )
    yield morning
    await database.close()


async def test_all_who_review_get_the_head_and_nobody_else(morning: Morning) -> None:
    head = await morning.something_is_done()
    sent = await morning.sent_at(EIGHT)
    assert sorted(chat_id for chat_id, _ in sent) == [COORDINATOR, ADMIN]
    assert all(str(head) in text for _, text in sent)


async def test_each_in_their_language(morning: Morning) -> None:
    await morning.something_is_done()
    await morning.do(lambda: morning.tables.chats.choose(ADMIN, "km", EIGHT.date()))
    sent = dict(await morning.sent_at(EIGHT))
    assert any("\u1780" <= letter <= "\u17ff" for letter in sent[ADMIN])
    assert sent[COORDINATOR].isascii()


async def test_not_before_eight_in_the_morning_of_the_configured_place(morning: Morning) -> None:
    await morning.something_is_done()
    assert await morning.sent_at(EIGHT - MINUTE) == []
    assert len(await morning.sent_at(EIGHT)) == 2


async def test_once_a_day_however_much_is_done(morning: Morning) -> None:
    await morning.something_is_done()
    assert len(await morning.sent_at(EIGHT)) == 2
    await morning.something_is_done()
    assert await morning.sent_at(EIGHT + HOUR) == []
    assert len(await morning.sent_at(EIGHT + DAY)) == 2


async def test_not_on_a_day_before_which_nothing_was_done(morning: Morning) -> None:
    await morning.something_is_done()
    assert len(await morning.sent_at(EIGHT)) == 2
    assert await morning.sent_at(EIGHT + DAY) == []
    await morning.something_is_done()
    assert len(await morning.sent_at(EIGHT + 2 * DAY)) == 2


async def test_nothing_is_sent_of_an_empty_chain(morning: Morning) -> None:
    assert await morning.sent_at(EIGHT) == []
    await morning.something_is_done()
    assert len(await morning.sent_at(EIGHT + MINUTE)) == 2, "an empty chain uses up no day"


async def test_a_late_start_sends_it_late(morning: Morning) -> None:
    await morning.something_is_done()
    assert len(await morning.sent_at(EIGHT + 15 * HOUR)) == 2


async def test_a_head_that_was_sent_finds_a_cut_end(morning: Morning) -> None:
    head = await morning.something_is_done()
    await morning.sent_at(EIGHT)
    await morning.do(lambda: morning.database.execute("DELETE FROM audit"))
    assert await morning.do(lambda: morning.tables.audit.faults([head])) != []
    assert await morning.do(lambda: morning.tables.audit.faults()) == []
