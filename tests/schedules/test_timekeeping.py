"""A clock that leaps: everything that goes by it waits, the admins are told once, and their word lets it go on."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pytest
from backstage import Backstage
from conftest import House
from incident_story import later
from queue_story import colleague

from bot.clock import uptime
from handlers.showing import notice
from schedules.reminders import Planner
from schedules.timekeeping import MOST, ClockWatch
from storage.database import Database
from storage.deadlines import Deadline
from storage.listeners import Place, Profile
from storage.members import Role
from storage.outbox import Priority, Queued
from storage.sealing import DraftKeys, ServerKey
from storage.tables import Tables

T = TypeVar("T")

HOME = ZoneInfo("Asia/Phnom_Penh")
NOON = dt.datetime(2026, 5, 7, 12, tzinfo=HOME).astimezone(dt.UTC)
SECOND, MINUTE, HOUR, DAY = (
    dt.timedelta(seconds=1),
    dt.timedelta(minutes=1),
    dt.timedelta(hours=1),
    dt.timedelta(days=1),
)
TICK = 20 * SECOND
ADMIN, OTHER, COORDINATOR = 6_111_111_111, 6_222_222_222, 6_333_333_333


class Machine:
    """The watch on a machine whose clock the test sets."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.database = database
        self.now = NOON
        self.uptime = 100.0
        self.queued: list[Queued] = []
        server = ServerKey.load(folder / "server.key", NOON.date())
        self.tables = Tables.over(database, server, DraftKeys.load(folder / "draft.keys", NOON.date()), None)
        self.restart()

    def restart(self, *, switched_off: bool = False) -> None:
        """Begin anew, as after a stop; a machine that was switched off counts from nothing."""
        self.uptime = 0.0 if switched_off else self.uptime
        self.watch = ClockWatch(self.database, self.tables, lambda: self.uptime, notice, self.queued.extend)

    async def do(self, deed: Callable[[], Awaitable[T]]) -> T:
        return await self.database.write(deed)

    async def admit(self, user_id: int, role: Role) -> None:
        await self.do(lambda: self.tables.members.admit(user_id, role, NOON.date()))

    async def passes(self, time: dt.timedelta = TICK, *, leap: dt.timedelta = dt.timedelta()) -> list[int]:
        """So much time passes, and the clock leaps by so much; who is told something at the tick after it."""
        self.now += time + leap
        self.uptime += time.total_seconds()
        self.queued.clear()
        await self.watch.tend(self.now)
        return sorted(one.chat_id or 0 for one in self.queued)

    async def held(self) -> bool:
        return await self.do(self.tables.timekeeping.held)

    async def acts(self) -> list[tuple[str, str, str]]:
        return [(one.actor, one.act, one.on) for one in await self.do(lambda: self.tables.audit.last(10))]


@pytest.fixture
async def machine(tmp_path: Path) -> AsyncIterator[Machine]:
    database = await Database.open(tmp_path / "sangket.db", synchronous="OFF")
    machine = Machine(tmp_path, database)
    for person, role in ((ADMIN, Role.ADMIN), (OTHER, Role.ADMIN), (COORDINATOR, Role.COORDINATOR)):
        await machine.admit(person, role)
    yield machine
    await database.close()


async def test_a_clock_that_goes_as_it_should_holds_nothing(machine: Machine) -> None:
    for time in (TICK, HOUR, DAY, 400 * DAY, TICK):
        assert await machine.passes(time) == []
    assert not await machine.held()


async def test_a_machine_that_slept_or_was_busy_for_long_holds_nothing(machine: Machine) -> None:
    """The time since it was switched on goes on meanwhile."""
    await machine.passes()
    assert await machine.passes(9 * HOUR) == []
    assert not await machine.held()


@pytest.mark.parametrize("leap", [MOST + SECOND, -MOST - SECOND, 40 * DAY, -40 * DAY])
async def test_a_leap_of_more_than_an_hour_holds_everything_and_all_admins_are_told_once(
    machine: Machine, leap: dt.timedelta
) -> None:
    await machine.passes()
    assert await machine.passes(leap=leap) == [ADMIN, OTHER]
    assert await machine.held()
    assert await machine.passes() == []
    machine.restart()
    assert await machine.passes() == []
    assert await machine.passes(leap=-leap) == [], "nobody has said yet that it is right"
    assert await machine.held()
    assert await machine.acts() == [("bot", "clock", "held")]


@pytest.mark.parametrize("leap", [MOST, -MOST, 2 * SECOND, -MINUTE])
async def test_a_smaller_one_holds_nothing(machine: Machine, leap: dt.timedelta) -> None:
    """Control."""
    await machine.passes()
    assert await machine.passes(leap=leap) == []
    assert not await machine.held()


async def test_several_small_steps_back_are_one_large_one(machine: Machine) -> None:
    """The latest that the clock has shown is kept."""
    await machine.passes()
    assert await machine.passes(leap=-40 * MINUTE) == []
    assert await machine.passes(leap=-40 * MINUTE) == [ADMIN, OTHER]


@pytest.mark.parametrize("switched_off", [True, False])
async def test_a_clock_that_was_put_back_during_a_restart_is_noticed(machine: Machine, switched_off: bool) -> None:
    await machine.passes()
    await machine.passes(DAY)
    machine.restart(switched_off=switched_off)
    assert await machine.passes(leap=-2 * HOUR) == [ADMIN, OTHER]
    assert await machine.held()


async def test_one_that_was_put_forward_meanwhile_cannot_be_told_from_a_stop(machine: Machine) -> None:
    await machine.passes()
    machine.restart(switched_off=True)
    assert await machine.passes(leap=3 * DAY) == []
    assert not await machine.held()


async def test_a_watch_without_the_other_clock_would_take_a_stop_of_the_loop_for_a_leap(machine: Machine) -> None:
    """Control: what counts is not that much time passed, but that the two clocks disagree."""
    machine.watch = ClockWatch(machine.database, machine.tables, lambda: 0.0, notice, machine.queued.extend)
    await machine.passes()
    assert await machine.passes(2 * HOUR) == [ADMIN, OTHER]


async def test_while_there_is_no_admin_it_is_still_to_be_told(machine: Machine) -> None:
    for person in (ADMIN, OTHER):
        member = await machine.do(lambda person=person: machine.tables.members.of(person))  # type: ignore[misc]
        assert member is not None
        await machine.do(lambda handle=member.handle: machine.tables.members.revoke(handle))  # type: ignore[misc]
    await machine.passes()
    assert await machine.passes(leap=DAY) == []
    assert await machine.held()
    await machine.admit(ADMIN, Role.ADMIN)
    assert await machine.passes() == [ADMIN]
    assert await machine.passes() == []


async def test_the_message_shows_both_times_and_has_one_button_and_overtakes_reminders(machine: Machine) -> None:
    await machine.do(lambda: machine.tables.chats.choose(OTHER, "km", NOON.date()))
    await machine.passes()
    await machine.passes(leap=2 * HOUR)
    letters = [one.letter for one in machine.queued if one.letter is not None]
    english, khmer = (letter.call.params for letter in sorted(letters, key=lambda one: one.chat_id or 0))
    assert "12:00 (Phnom Penh)" in english["text"]
    assert "14:00 (Phnom Penh)" in english["text"]
    assert "នាឡិការបស់ម៉ាស៊ីនមេបានលោត" in khmer["text"]
    for params in (english, khmer):
        assert [[one["callback_data"] for one in row] for row in params["reply_markup"]["inline_keyboard"]] == [
            ["ck:right"]
        ]
    assert {letter.priority for letter in letters} == {Priority.CONVERSATION}


async def test_after_the_admins_word_the_next_leap_is_told_anew(machine: Machine) -> None:
    await machine.passes()
    await machine.passes(leap=-DAY)
    await machine.do(machine.tables.timekeeping.release)
    await machine.do(lambda: machine.tables.timekeeping.saw(int(machine.now.timestamp())))
    assert await machine.passes() == []
    machine.restart()
    assert await machine.passes() == []
    assert not await machine.held(), "what it had shown before it was put right does not count any more"
    assert await machine.passes(leap=DAY) == [ADMIN, OTHER]


async def test_the_table_is_not_written_at_each_tick(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk lives longer so; and a crash loses a minute of what is known, where an hour matters."""
    written: list[str] = []
    execute = Database.execute

    async def counted(self: Database, sql: str, values: Any = ()) -> list[tuple[Any, ...]]:
        written.append(sql)
        return await execute(self, sql, values)

    monkeypatch.setattr(Database, "execute", counted)
    for _ in range(30):
        await machine.passes()
    assert 9 <= len(written) <= 11


@pytest.mark.parametrize("leap", [2 * HOUR, -2 * HOUR])
async def test_no_reminder_is_opened_until_the_clock_is_said_to_be_right_and_none_is_lost(
    machine: Machine, leap: dt.timedelta
) -> None:
    """The watch is asked before the planner. The clock leaps in the evening, and is put right before it is confirmed."""
    tables = machine.tables
    await machine.do(lambda: tables.subscriptions.begin(Place(1), "all", Profile()))
    await machine.do(lambda: tables.deadlines.add(Deadline("Call", "2026-05-15", "Europe/Zurich")))
    planner = Planner(machine.database, tables, "ABC", [], HOME, notice, machine.queued.extend)

    async def opened() -> list[str]:
        await planner.tend(machine.now)
        rounds = await machine.do(lambda: tables.rounds.of("d:"))
        return [one.content["step"] for one in rounds if one.state == "running"]

    await machine.passes()
    assert await opened() == []
    await machine.passes(19 * HOUR, leap=leap)
    assert await opened() == []
    await machine.passes(3 * HOUR)
    assert await opened() == [], "it is past eight by either clock"
    await machine.passes(leap=-leap)
    assert await opened() == []
    await machine.do(tables.timekeeping.release)
    await machine.do(lambda: tables.timekeeping.saw(int(machine.now.timestamp())))
    await machine.passes()
    assert await opened() == ["d7"]


async def test_without_the_watch_a_leap_would_remind_on_a_wrong_day(machine: Machine) -> None:
    """Control."""
    tables = machine.tables
    await machine.do(lambda: tables.subscriptions.begin(Place(1), "all", Profile()))
    await machine.do(lambda: tables.deadlines.add(Deadline("Call", "2026-05-15", "Europe/Zurich")))
    planner = Planner(machine.database, tables, "ABC", [], HOME, notice, machine.queued.extend)
    await planner.tend(NOON)
    await planner.tend(NOON + 5 * DAY)
    assert [one.content["step"] for one in await machine.do(lambda: tables.rounds.of("d:")) if one.state == "running"]


def test_the_clock_that_nobody_can_set_goes_on() -> None:
    first, second = uptime(), uptime()
    assert 0 < first <= second


# In the chat


async def test_an_admin_presses_the_button_and_everything_goes_on(house: House) -> None:
    """The clock had shown a time two hours from now before the bot was started."""
    admin, other = await colleague(house, "Lotus", Role.ADMIN), await colleague(house, "Teak", Role.ADMIN)
    backstage, world = Backstage(house), house.world
    timekeeping = backstage.tables.timekeeping
    await backstage.do(lambda: timekeeping.saw(int(world.now()) + 2 * 3600))
    await later(house, TICK)
    assert await backstage.do(timekeeping.held)
    assert "leapt by more than an hour" in admin.heard()[-1]
    [seen] = await admin.tap("ck:right")
    assert "go on" in seen.text
    assert not await backstage.do(timekeeping.held)
    await later(house, TICK)
    assert not await backstage.do(timekeeping.held), "what it had shown before does not count any more"
    [seen] = await other.tap("ck:right")
    assert "Nothing waits" in seen.text
    acts = [(one.actor, one.act, one.on) for one in await backstage.do(lambda: backstage.tables.audit.last(10))]
    assert acts == [(admin.handle, "clock", "right"), ("bot", "clock", "held")]


async def test_for_a_coordinator_the_button_is_none(house: House) -> None:
    coordinator = await colleague(house, "Lotus", Role.COORDINATOR)
    backstage = Backstage(house)
    await backstage.do(lambda: backstage.tables.timekeeping.saw(int(house.world.now())))
    await backstage.do(backstage.tables.timekeeping.hold)
    await coordinator.tap("ck:right")
    assert await backstage.do(backstage.tables.timekeeping.held)
