"""What the editors of cases are reminded of: what, when by the local clock, whom, how often, and in which words."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pytest

from facts.report import Report
from forms.case_news import APPEAL, FAMILY, HEARING, HELD, LAWYER, RELEASE, SENTENCE
from forms.moment import Moment, Precision
from handlers.showing import notice
from schedules.detention import DetentionClock
from storage.case_entries import CaseEntry
from storage.database import Database
from storage.members import Role
from storage.outbox import Priority, Queued
from storage.sealing import DraftKeys, ServerKey
from storage.tables import Tables
from texts.detention import Reminders
from texts.entries import Entries

T = TypeVar("T")

ZONE = ZoneInfo("Asia/Phnom_Penh")
MORNING = dt.datetime(2026, 11, 23, 8, tzinfo=ZONE)
DAY = dt.timedelta(days=1)
CASE = "trial-2022-08-10"
LOTUS, TEAK, GECKO, MONITOR = 6_123_456_789, 6_987_654_321, 6_555_555_555, 6_444_444_444


class Desk:
    """The schedule over a database, on a clock that the test moves."""

    def __init__(self, folder: Path, database: Database, report: Report) -> None:
        self.database = database
        self.report = report
        self.now = MORNING
        self.queued: list[Queued] = []
        server = ServerKey.load(folder / "server.key", MORNING.date())
        self.tables = Tables.over(database, server, DraftKeys.load(folder / "draft.keys", MORNING.date()), None)
        self.handles: dict[int, str] = {}
        self.restart()

    def restart(self, contact_days: int = 14) -> None:
        """Begin anew, as after a stop."""
        self.clock = DetentionClock(
            self.database,
            self.tables,
            Reminders(Entries(self.report)),
            self.report.cases,
            ZONE,
            contact_days,
            notice,
            self.queued.extend,
        )

    async def do(self, deed: Callable[[], Awaitable[T]]) -> T:
        return await self.database.write(deed)

    async def admit(self, user_id: int, role: Role) -> None:
        member = await self.do(lambda: self.tables.members.admit(user_id, role, MORNING.date()))
        self.handles[user_id] = member.handle

    async def publish(
        self,
        kind: str,
        iso: str,
        precision: Precision = "day",
        *,
        by: int = LOTUS,
        case: str = CASE,
        on: str = "2026-11-01",
    ) -> CaseEntry:
        """Something was published on that day, as this editor proposed it."""
        when = Moment(dt.datetime.fromisoformat(iso), precision).to_json()
        one = CaseEntry(case, kind, when, "a newspaper", self.handles[by], "Held in room 3.", "en", on)
        return await self.do(partial(self.tables.case_entries.add, one))

    async def said(self, at: dt.datetime | None = None) -> list[tuple[int, str]]:
        """To whom something is said when the clock shows this, and its text."""
        self.now = at or self.now
        self.queued.clear()
        await self.clock.tend(self.now.astimezone(dt.UTC))
        return [(queued.chat_id or 0, _params(queued)["text"]) for queued in self.queued]

    async def on(self, *days: int) -> dict[int, list[str]]:
        """What is said at eight on these days after the first, by day."""
        found = {day: [text for _, text in await self.said(MORNING + day * DAY)] for day in days}
        return {day: texts for day, texts in found.items() if texts}


def _params(queued: Queued) -> dict[str, Any]:
    assert queued.letter is not None
    return queued.letter.call.params


@pytest.fixture
async def desk(tmp_path: Path, report: Report) -> AsyncIterator[Desk]:
    database = await Database.open(tmp_path / "sangket.db")
    desk = Desk(tmp_path, database, report)
    await desk.admit(LOTUS, Role.EDITOR)
    await desk.admit(TEAK, Role.EDITOR)
    await desk.admit(GECKO, Role.COORDINATOR)
    await desk.admit(MONITOR, Role.MONITOR)
    yield desk
    await database.close()


# Hearings


async def test_of_a_hearing_its_editor_is_told_the_day_before_once(desk: Desk) -> None:
    await desk.publish(HEARING, "2026-11-25T09:00", "minute")
    assert await desk.said() == []
    [(chat, text)] = await desk.said(MORNING + DAY)
    assert (chat, "Tomorrow there is a hearing" in text) == (LOTUS, True)
    desk.restart()
    assert await desk.said(MORNING + DAY + dt.timedelta(hours=3)) == []
    assert await desk.said(MORNING + 2 * DAY) == []


async def test_of_a_hearing_that_the_bot_slept_through_the_evening_before_it_is_told_on_the_day(desk: Desk) -> None:
    await desk.publish(HEARING, "2026-11-23")
    [(_, text)] = await desk.said()
    assert "Today there is a hearing" in text


async def test_after_a_hearing_it_is_asked_once_what_happened(desk: Desk) -> None:
    await desk.publish(HEARING, "2026-11-22")
    [(chat, text)] = await desk.said()
    assert chat == LOTUS
    assert "Sunday 22 November 2026" in text
    assert "What happened?" in text
    desk.restart()
    assert await desk.on(0, 1, 2, 3) == {}


@pytest.mark.parametrize(("days", "asked"), [(2, True), (6, True), (7, False)])
async def test_it_is_still_asked_some_days_later_if_the_bot_was_down(desk: Desk, days: int, asked: bool) -> None:
    await desk.publish(HEARING, "2026-11-22")
    assert bool(await desk.on(days)) is asked


async def test_it_is_not_asked_where_something_was_published_since(desk: Desk) -> None:
    await desk.publish(HEARING, "2026-11-22")
    await desk.publish(SENTENCE, "2026-11-22", on="2026-11-22")
    assert await desk.on(0, 1) == {}


async def test_it_is_asked_although_something_was_published_before(desk: Desk) -> None:
    """Control."""
    await desk.publish(HEARING, "2026-11-22")
    await desk.publish(SENTENCE, "2026-11-01", on="2026-11-21")
    assert list(await desk.on(0, 1)) == [0]


async def test_a_hearing_that_was_published_when_it_was_over_is_news_itself(desk: Desk) -> None:
    await desk.publish(HEARING, "2026-11-21", on="2026-11-22")
    assert await desk.on(0, 1) == {}


async def test_of_a_hearing_whose_day_is_not_known_nobody_is_reminded(desk: Desk) -> None:
    await desk.publish(HEARING, "2026-11-01", "month")
    assert await desk.on(*range(14)) == {}


# Appeals


async def test_of_an_appeal_its_editor_is_told_seven_days_and_one_day_before(desk: Desk) -> None:
    await desk.publish(APPEAL, "2026-12-03")
    said = await desk.on(*range(14))
    assert list(said) == [3, 9]
    assert "Days left: 7." in said[3][0]
    assert "Days left: 1." in said[9][0]


async def test_what_was_missed_of_an_appeal_is_caught_up_with_the_days_that_are_really_left(desk: Desk) -> None:
    await desk.publish(APPEAL, "2026-11-28")
    assert "Days left: 5." in (await desk.on(0))[0][0]
    await desk.publish(APPEAL, "2026-11-24")
    assert await desk.on(1) == {
        1: ["⏰ Today is the last day for an appeal, in a case that the network keeps current."]
    }


async def test_of_an_appeal_that_is_too_late_nothing_is_said(desk: Desk) -> None:
    await desk.publish(APPEAL, "2026-11-22")
    assert await desk.on(*range(5)) == {}


# Contacts


async def test_without_a_contact_for_fourteen_days_its_editor_is_told_and_each_fourteen_days_again(desk: Desk) -> None:
    await desk.publish(HELD, "2026-11-10")
    said = await desk.on(*range(40))
    assert list(said) == [1, 15, 29]
    assert ["relatives" in text for text in said[1]] == [True, False]
    assert ["for 42 days" in text for text in said[29]] == [True, True]


async def test_a_contact_begins_the_days_anew_for_whom_it_was_with(desk: Desk) -> None:
    await desk.publish(HELD, "2026-11-10")
    await desk.publish(FAMILY, "2026-11-20", by=TEAK)
    said = [(day, chat) for day in range(20) for chat, _ in await desk.said(MORNING + day * DAY)]
    assert said == [(1, LOTUS), (11, TEAK), (15, LOTUS)], "of the contact with relatives, who wrote of the last one"


async def test_nobody_is_asked_for_contact_with_somebody_who_is_free(desk: Desk) -> None:
    await desk.publish(HELD, "2026-10-01")
    await desk.publish(RELEASE, "2026-11-01")
    await desk.publish(LAWYER, "2026-10-05")
    assert await desk.on(*range(30)) == {}


async def test_the_number_of_days_is_a_setting(desk: Desk) -> None:
    await desk.publish(HELD, "2026-11-20")
    assert await desk.on(0) == {}
    desk.restart(contact_days=3)
    assert len((await desk.on(0))[0]) == 2


# Whom, and when


@pytest.mark.parametrize(("hour", "minute", "said"), [(0, 5, False), (7, 59, False), (8, 0, True), (23, 0, True)])
async def test_nobody_is_woken(desk: Desk, hour: int, minute: int, said: bool) -> None:
    await desk.publish(HEARING, "2026-11-24")
    assert bool(await desk.said(MORNING.replace(hour=hour, minute=minute))) is said


async def test_the_day_is_that_of_phnom_penh(desk: Desk) -> None:
    await desk.publish(HEARING, "2026-11-25")
    assert await desk.said(dt.datetime(2026, 11, 23, 23, tzinfo=dt.UTC)) == [], "six in the morning of the 24th there"
    [(_, text)] = await desk.said(dt.datetime(2026, 11, 24, 1, tzinfo=dt.UTC))
    assert "Tomorrow" in text


@pytest.mark.parametrize("role", [None, Role.MONITOR])
async def test_where_the_editor_is_none_any_more_all_editors_and_coordinators_are_told(
    desk: Desk, role: Role | None
) -> None:
    await desk.publish(HEARING, "2026-11-24")
    if role is None:
        await desk.do(lambda: desk.tables.members.revoke(desk.handles[LOTUS]))
    else:
        await desk.admit(LOTUS, role)
    assert {chat for chat, _ in await desk.said()} == {TEAK, GECKO}


async def test_while_there_is_no_editor_nothing_counts_as_said(desk: Desk) -> None:
    await desk.publish(HEARING, "2026-11-24")
    for handle in desk.handles.values():
        await desk.do(partial(desk.tables.members.revoke, handle))
    assert await desk.said() == []
    await desk.admit(TEAK, Role.EDITOR)
    [(chat, text)] = await desk.said(MORNING + DAY)
    assert (chat, "Today" in text) == (TEAK, True)


async def test_what_was_retracted_reminds_nobody(desk: Desk) -> None:
    one = await desk.publish(HEARING, "2026-11-24")
    await desk.do(lambda: desk.tables.case_entries.retract(one.id))
    assert await desk.said() == []


async def test_a_case_that_the_report_does_not_have_reminds_nobody(desk: Desk) -> None:
    await desk.publish(HEARING, "2026-11-24", case="left-out")
    assert await desk.said() == []


async def test_a_reminder_names_the_case_on_its_button_alone_and_waits_for_conversations(desk: Desk) -> None:
    await desk.publish(HEARING, "2026-11-24")
    [(_, text)] = await desk.said()
    name = desk.report.cases[CASE].name.en
    [[card], [add]] = _params(desk.queued[0])["reply_markup"]["inline_keyboard"]
    assert name in card["text"]
    assert (card["callback_data"], add["callback_data"]) == (f"c:{CASE}", f"cn:{CASE}")
    for secret in (name, "room 3", "newspaper", desk.handles[LOTUS]):
        assert secret not in text
    assert desk.queued[0].letter is not None
    assert desk.queued[0].letter.priority is Priority.REMINDER


async def test_a_reminder_comes_in_the_language_of_whoever_gets_it(desk: Desk) -> None:
    await desk.do(lambda: desk.tables.chats.choose(LOTUS, "km", MORNING.date()))
    await desk.publish(HEARING, "2026-11-24")
    [(_, text)] = await desk.said()
    assert text.startswith("⏰ ថ្ងៃស្អែកមានសវនាការ")


async def test_what_was_said_is_remembered_without_what_it_was(desk: Desk) -> None:
    await desk.publish(HELD, "2026-11-01")
    await desk.said()
    subjects = [row[0] for row in await desk.do(lambda: desk.database.read("SELECT subject FROM nudges"))]
    assert len(subjects) == 2
    assert not [one for one in subjects if CASE in one or "2026" in one]
