"""What coordinators are told unasked: to whom, when by the clock, how often, and in which few words."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pytest
from markupsafe import Markup

from facts.models import Words
from handlers.showing import notice
from schedules.queue import QueueNews
from storage.audit import Act
from storage.database import Database
from storage.members import Role
from storage.outbox import Call, Priority, Queued
from storage.reviews import Head, Review, withdrawn
from storage.rooms import Room
from storage.sealing import DraftKeys, OfficeKey, OfficeLock, ServerKey
from storage.tables import Tables
from texts.queue import Queue

T = TypeVar("T")

START = dt.datetime(2026, 11, 23, 5, 1, tzinfo=dt.UTC)
"""One minute past noon in Phnom Penh."""
MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
GROUP = -1_001_234_567_890
LOTUS = 6_123_456_789
TEAK = 6_987_654_321


class Desk:
    """The schedule over a database, on a clock that the test moves."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.database = database
        self.now = START
        self.queued: list[Queued] = []
        self.server = ServerKey.load(folder / "server.key", START.date())
        keys = DraftKeys.load(folder / "draft.keys", START.date())
        self.tables = Tables.over(database, self.server, keys, OfficeLock(OfficeKey.new().recipients))
        self.handles: dict[int, str] = {}
        self.restart()

    def restart(self, nudge_hours: int = 24) -> None:
        """Begin anew, as after a stop."""
        shorts = {"B": Words(en="Arbitrary detention", km="ការឃុំខ្លួន")}
        self.news = QueueNews(
            self.database,
            self.tables,
            Queue(shorts, "sangket_bot", lambda review, language: Markup()),
            ZoneInfo("Asia/Phnom_Penh"),
            nudge_hours,
            notice,
            self.queued.extend,
        )

    async def do(self, deed: Callable[[], Awaitable[T]]) -> T:
        return await self.database.write(deed)

    async def admit(self, user_id: int, role: Role = Role.COORDINATOR, language: str = "en") -> str:
        """Somebody has this role; their handle."""
        member = await self.do(lambda: self.tables.members.admit(user_id, role, self.now.date()))
        await self.do(lambda: self.tables.chats.choose(user_id, language, self.now.date()))
        self.handles[user_id] = member.handle
        return member.handle

    async def meet(self, language: str = "en") -> None:
        """The coordinators have a room: a topic of a group."""
        await self.do(lambda: self.tables.rooms.choose(Room(GROUP, 7)))
        await self.do(lambda: self.tables.chats.choose(GROUP, language, self.now.date()))

    async def came(self, reference: str, urgency: str = "days", **changed: Any) -> Review:
        """An incident comes now."""
        head = Head("arrest", urgency, "08", ("B",), hour=int(self.now.timestamp()) // 3600)
        review = replace(Review(reference, head, benchmarks=("B",)), **changed)

        async def work() -> None:
            await self.tables.incidents.take(reference, {}, self.now.date())
            await self.tables.reviews.keep(review)

        await self.do(work)
        return review

    async def of(self, reference: str) -> Review:
        review = await self.do(lambda: self.tables.reviews.of(reference))
        assert review is not None
        return review

    async def change(self, reference: str, **changed: Any) -> None:
        review = replace(await self.of(reference), **changed)
        await self.do(lambda: self.tables.reviews.keep(review))

    async def tick(self, passed: dt.timedelta = dt.timedelta()) -> list[Call]:
        """So much time passes, and the ticker comes by; the calls that were queued."""
        self.now += passed
        self.queued.clear()
        await self.news.tend(self.now)
        return [one.letter.call for one in self.queued if one.letter is not None]

    async def until(self, hour: int, minute: int = 0) -> list[Call]:
        """Tick at the next moment when it is so late in Phnom Penh."""
        local = self.now.astimezone(ZoneInfo("Asia/Phnom_Penh"))
        then = local.replace(hour=hour, minute=minute, second=0)
        return await self.tick(then - local + (DAY if then <= local else dt.timedelta()))

    @property
    def hour(self) -> int:
        return int(self.now.timestamp()) // 3600


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """A bot that has run for a while, with one coordinator and a room."""
    database = await Database.open(tmp_path / "sangket.db")
    desk = Desk(tmp_path, database)
    await desk.admit(LOTUS)
    await desk.meet()
    await desk.tick()
    yield desk
    await database.close()


def texts(calls: list[Call]) -> list[str]:
    return [call.params["text"] for call in calls]


def keyboard(call: Call) -> list[dict[str, Any]]:
    return [button for row in call.params["reply_markup"]["inline_keyboard"] for button in row]


# That something came


async def test_what_is_urgent_is_told_at_the_next_tick(desk: Desk) -> None:
    await desk.came("R-7F3K", "hours")
    [call] = await desk.tick()
    assert (call.params["chat_id"], call.params["message_thread_id"]) == (GROUP, 7)
    assert call.params["text"] == "📥 <b>New</b>\n\nR-7F3K · Arrest · hours ⚠ · under 1 h"
    assert keyboard(call) == [{"text": "R-7F3K", "url": "https://t.me/sangket_bot?start=q_R-7F3K"}]
    assert (await desk.of("R-7F3K")).announced


async def test_all_else_is_told_when_a_quarter_of_an_hour_begins_and_all_of_it_together(desk: Desk) -> None:
    await desk.came("R-AAA2")
    assert await desk.tick(MINUTE) == []
    await desk.came("R-AAA3", "weeks")
    assert await desk.until(12, 14) == []
    [call] = await desk.until(12, 15)
    assert texts([call]) == ["📥 <b>New</b>\n\nR-AAA2 · Arrest · days · under 1 h\nR-AAA3 · Arrest · weeks · under 1 h"]


@pytest.mark.parametrize("minute", [2, 7, 13])
async def test_the_minute_of_the_message_does_not_tell_the_minute_of_the_report(desk: Desk, minute: int) -> None:
    await desk.until(12, minute)
    await desk.came("R-7F3K")
    told = [desk.now.minute for _ in range(60) if await desk.tick(MINUTE)]
    assert told == [15]


async def test_what_is_urgent_does_not_take_the_others_along(desk: Desk) -> None:
    await desk.came("R-AAA2")
    await desk.came("R-AAA3", "hours")
    assert "R-AAA2" not in texts(await desk.tick())[0]
    assert "R-AAA3" not in texts(await desk.until(12, 15))[0]


async def test_it_is_told_once(desk: Desk) -> None:
    await desk.came("R-AAA2")
    await desk.came("R-AAA3", "hours")
    told = [text for _ in range(90) for text in texts(await desk.tick(MINUTE))]
    assert len(told) == 2
    desk.restart()
    await desk.tick()
    assert await desk.tick(15 * MINUTE) == []


async def test_a_start_waits_for_the_next_quarter_and_loses_nothing(desk: Desk) -> None:
    await desk.came("R-7F3K")
    desk.now += 40 * MINUTE
    desk.restart()
    assert await desk.tick() == [], "there is no telling whether it came within this quarter"
    assert len(await desk.until(12, 45)) == 1


async def test_more_than_ten_are_counted(desk: Desk) -> None:
    for n in range(23):
        await desk.came(f"R-AA{n:02}")
    [call] = await desk.until(12, 15)
    assert len(keyboard(call)) == 10
    assert call.params["text"].endswith("And 13 more: /queue")
    assert (await desk.of("R-AA22")).announced


async def test_without_a_room_each_coordinator_is_told_in_their_language(desk: Desk) -> None:
    await desk.admit(TEAK, Role.ADMIN, "km")
    await desk.admit(5, Role.EDITOR)
    await desk.do(desk.tables.rooms.leave)
    await desk.came("R-7F3K", "hours")
    calls = {call.params["chat_id"]: call for call in await desk.tick()}
    assert set(calls) == {LOTUS, TEAK}
    assert "ចាប់ខ្លួន" in calls[TEAK].params["text"]
    assert [one["callback_data"] for one in keyboard(calls[LOTUS])] == ["r:R-7F3K"]


async def test_with_nobody_to_tell_it_stays_new_until_there_is_somebody(desk: Desk) -> None:
    await desk.do(desk.tables.rooms.leave)
    await desk.do(lambda: desk.tables.members.revoke(desk.handles[LOTUS]))
    await desk.came("R-7F3K", "hours")
    assert await desk.tick() == []
    assert not (await desk.of("R-7F3K")).announced
    await desk.admit(TEAK)
    assert len(await desk.tick()) == 1


async def test_what_was_withdrawn_before_it_was_told_is_never_told(desk: Desk) -> None:
    review = await desk.came("R-7F3K", "hours")
    await desk.do(lambda: desk.tables.reviews.keep(withdrawn(review)))
    assert [text for _ in range(40) for text in texts(await desk.tick(HOUR))] == []


async def test_at_night_only_what_is_urgent_makes_a_sound(desk: Desk) -> None:
    await desk.until(23)
    await desk.came("R-AAA2")
    await desk.came("R-AAA3", "hours")
    [urgent] = await desk.tick()
    [quiet] = await desk.until(23, 15)
    assert "disable_notification" not in urgent.params
    assert quiet.params["disable_notification"] is True
    assert [one.letter.priority for one in desk.queued if one.letter] == [Priority.REMINDER]


async def test_nothing_but_reference_kind_urgency_and_age_is_ever_said(desk: Desk) -> None:
    await desk.came("R-AAA2", claimed_by=desk.handles[LOTUS], claimed_hour=desk.hour)
    await desk.came("R-AAA3", "hours")
    await desk.came("R-AAA4", own={"Lotus-4": ("secret",)})
    said = "\n".join([text for _ in range(24 * 10) for text in texts(await desk.tick(HOUR))])
    for secret in ("Kandal", "08", "Arbitrary", "B.", "secret", desk.handles[LOTUS]):
        assert secret not in said, secret
    assert "R-AAA4 · Arrest · days" in said, "control"


# That nobody has it


async def test_what_nobody_has_is_named_again_after_a_day_and_once_a_day(desk: Desk) -> None:
    await desk.came("R-7F3K")
    await desk.until(12, 15)
    assert await desk.tick(23 * HOUR) == []
    [call] = await desk.tick(HOUR)
    assert call.params["text"].startswith("⏳ <b>Still waiting for somebody</b>")
    assert call.params["text"].endswith("R-7F3K · Arrest · days · 1 d")
    assert [text for _ in range(23) for text in texts(await desk.tick(HOUR))] == []
    assert len(await desk.tick(HOUR)) == 1


async def test_what_is_urgent_is_named_again_after_two_hours_and_at_night(desk: Desk) -> None:
    await desk.until(22)
    await desk.came("R-AAA2", "hours")
    await desk.came("R-AAA3")
    await desk.tick(30 * MINUTE)
    assert await desk.until(23, 59) == []
    [call] = await desk.until(0, 1)
    assert "R-AAA2" in call.params["text"]
    assert "R-AAA3" not in call.params["text"]
    assert "disable_notification" not in call.params


async def test_what_can_wait_until_the_morning_does(desk: Desk) -> None:
    await desk.until(22)
    await desk.came("R-7F3K", announced=True)
    await desk.until(20, 59)
    assert await desk.until(22, 1) == []
    assert await desk.until(6, 59) == []
    assert len(await desk.until(7)) == 1


@pytest.mark.parametrize("state", ["closed", "withdrawn"])
async def test_what_is_over_is_not_named(desk: Desk, state: str) -> None:
    await desk.came("R-7F3K", announced=True, state=state)
    assert [text for _ in range(60) for text in texts(await desk.tick(HOUR))] == []


async def test_what_somebody_has_is_not_named_and_after_a_release_a_day_passes(desk: Desk) -> None:
    await desk.came("R-7F3K", announced=True, claimed_by=desk.handles[LOTUS], claimed_hour=desk.hour)
    assert [text for _ in range(30) for text in texts(await desk.tick(HOUR))] == []
    await desk.until(12)
    await desk.change("R-7F3K", claimed_by="", claimed_hour=desk.hour)
    assert await desk.tick(23 * HOUR) == []
    assert len(await desk.tick(HOUR)) == 1


async def test_what_somebody_had_who_was_revoked_is_waiting(desk: Desk) -> None:
    await desk.came("R-7F3K", announced=True, claimed_by="Teak-2", claimed_hour=desk.hour)
    await desk.tick(24 * HOUR)
    assert (await desk.of("R-7F3K")).nudged_hour == desk.hour
    assert (await desk.of("R-7F3K")).claimed_by == "Teak-2", "who had it is not changed by the clock"


async def test_how_long_is_a_setting(desk: Desk) -> None:
    desk.restart(nudge_hours=3)
    await desk.tick()
    await desk.came("R-7F3K", announced=True)
    assert await desk.tick(2 * HOUR) == []
    assert len(await desk.tick(HOUR)) == 1


# That somebody has had it for long


async def test_who_did_nothing_for_a_week_is_asked_once_and_alone(desk: Desk) -> None:
    await desk.admit(TEAK, language="km")
    for reference in ("R-AAA2", "R-AAA3"):
        await desk.came(reference, announced=True, claimed_by=desk.handles[TEAK], claimed_hour=desk.hour)
    told = [call for _ in range(24 * 12) for call in await desk.tick(HOUR)]
    [call] = told
    assert call.params["chat_id"] == TEAK
    assert call.params["text"].startswith("<b>លោកអ្នកនៅទទួលបន្ទុកទៀតឬទេ?</b>")
    assert [one["callback_data"] for one in keyboard(call)] == ["r:R-AAA2", "r:R-AAA3"]


async def test_the_week_begins_when_it_was_claimed_and_ends_by_day(desk: Desk) -> None:
    await desk.came("R-7F3K", announced=True, claimed_by=desk.handles[LOTUS], claimed_hour=desk.hour)
    asked = [desk.now for _ in range(24 * 12) if await desk.tick(HOUR)]
    [then] = asked
    assert dt.timedelta(days=7) <= then - START <= dt.timedelta(days=8)
    assert 7 <= then.astimezone(ZoneInfo("Asia/Phnom_Penh")).hour < 21


async def test_who_did_something_within_the_week_is_not_asked_until_a_week_after(desk: Desk) -> None:
    lotus = desk.handles[LOTUS]
    await desk.came("R-7F3K", announced=True, claimed_by=lotus, claimed_hour=desk.hour)
    await desk.tick(5 * DAY)
    await desk.do(lambda: desk.tables.audit.note(desk.now.date(), lotus, Act.NOTED, "R-7F3K"))
    await desk.do(lambda: desk.tables.audit.note(desk.now.date(), "Teak-2", Act.NOTED, "R-9Q2M"))
    for _ in range(7):
        assert await desk.tick(DAY) == []
    assert len(await desk.tick(DAY)) == 1


async def test_what_others_do_does_not_count_as_theirs(desk: Desk) -> None:
    await desk.came("R-7F3K", announced=True, claimed_by=desk.handles[LOTUS], claimed_hour=desk.hour)
    await desk.tick(6 * DAY)
    await desk.do(lambda: desk.tables.audit.note(desk.now.date(), "Teak-2", Act.OPENED, "R-7F3K"))
    assert len(await desk.tick(DAY)) + len(await desk.tick(DAY)) == 1


async def test_whoever_claims_it_anew_is_asked_anew(desk: Desk) -> None:
    await desk.admit(TEAK)
    await desk.came("R-7F3K", announced=True, claimed_by=desk.handles[LOTUS], claimed_hour=desk.hour)
    first = [call for _ in range(9) for call in await desk.tick(DAY)]
    await desk.change("R-7F3K", claimed_by=desk.handles[TEAK], claimed_hour=desk.hour)
    second = [call for _ in range(9) for call in await desk.tick(DAY)]
    assert [call.params["chat_id"] for call in first + second] == [LOTUS, TEAK]
