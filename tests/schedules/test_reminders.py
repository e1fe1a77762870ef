"""What is due is opened once for each profile, on time or late, over restarts, stops, changes and other clocks."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast
from zoneinfo import ZoneInfo

import pytest
from apscheduler.triggers.cron import CronTrigger
from backstage import Backstage
from conftest import House
from incident_story import later
from queue_story import colleague

from forms.case_news import APPEAL, HEALTH, HEARING
from forms.moment import Moment, Precision
from handlers.showing import notice
from schedules.dated import Dated
from schedules.reminders import AT_ONCE, STALE, Planner
from schedules.retention import SENT_DAYS
from storage.case_entries import CaseEntry
from storage.database import Database
from storage.deadlines import OWN, Deadline
from storage.deliveries import Delivery, Still
from storage.listeners import Listener, Place, Profile
from storage.members import Role
from storage.outbox import Priority, Queued
from storage.rounds import DONE, REMINDER, VOID, Round, marked
from storage.sealing import DraftKeys, ServerKey
from storage.tables import Tables
from storage.timekeeping import Timekeeping

T = TypeVar("T")

HOME, GENEVA = ZoneInfo("Asia/Phnom_Penh"), ZoneInfo("Europe/Zurich")
HERE, THERE = Profile(), Profile("Europe/Zurich")
"""Who listens in Phnom Penh and who does in Geneva."""
LETTERS = ("A", "B", "C")
CASE = "trial-2022-08-10"
START = dt.datetime(2026, 3, 2, 9, tzinfo=HOME)
SECOND, MINUTE, HOUR, DAY = (
    dt.timedelta(seconds=1),
    dt.timedelta(minutes=1),
    dt.timedelta(hours=1),
    dt.timedelta(days=1),
)
CALL = Deadline("Call for information", "2026-05-15", "Europe/Zurich")
"""Over at 16 May 2026, 5:00 in Phnom Penh; the last morning there is that of the 15th."""


def morning_of(day: str, zone: ZoneInfo = HOME, hour: int = 8) -> dt.datetime:
    return dt.datetime.combine(dt.date.fromisoformat(day), dt.time(hour), zone)


class Tending(Protocol):
    """A planner, or what a control has in its place."""

    async def tend(self, now: dt.datetime) -> None: ...


class Killed(Exception):
    """The process died before the commit."""


class Dying:
    """A database whose next transaction is lost, as by kill -9."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.dies = False

    async def write(self, work: Callable[[], Awaitable[T]]) -> T:
        async def lost() -> T:
            await work()
            raise Killed

        dies, self.dies = self.dies, False
        return await self._database.write(lost if dies else work)


class Desk:
    """The planner over a database, on a clock that the test moves."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.database = database
        self.dying = Dying(database)
        self.queued: list[Queued] = []
        self.server = ServerKey.load(folder / "server.key", START.date())
        self.tables = Tables.over(database, self.server, DraftKeys.load(folder / "draft.keys", START.date()), None)
        self.make: type[Planner] = Planner
        self.now = START
        self.restart()

    def restart(self) -> None:
        """Begin anew, as after a stop."""
        self.planner = self.make(
            cast(Database, self.dying), self.tables, LETTERS, [CASE], HOME, notice, self.queued.extend
        )

    async def do(self, deed: Callable[[], Awaitable[T]]) -> T:
        return await self.database.write(deed)

    async def listen(self, chat_id: int, profile: Profile = HERE, topic: str = "all") -> Place:
        place = Place(chat_id)
        await self.do(lambda: self.tables.subscriptions.begin(place, topic, profile))
        return place

    async def add(self, deadline: Deadline) -> Deadline:
        return await self.do(lambda: self.tables.deadlines.add(deadline))

    async def change(self, deadline: Deadline) -> Deadline:
        """As the handler does it: the open rounds are void in the same commit."""

        async def work() -> Deadline:
            changed = await self.tables.deadlines.change(deadline)
            await self.tables.rounds.void(f"d:{deadline.id}:")
            return changed

        return await self.do(work)

    async def publish(self, kind: str, iso: str, precision: Precision = "day", case: str = CASE) -> CaseEntry:
        when = Moment(dt.datetime.fromisoformat(iso), precision).to_json()
        entry = CaseEntry(case, kind, when, "a newspaper", "Lotus-4", "Held in room 3.", "en", "2026-03-01")
        return await self.do(lambda: self.tables.case_entries.add(entry))

    async def admit(self, user_id: int, role: Role) -> str:
        member = await self.do(lambda: self.tables.members.admit(user_id, role, START.date()))
        return member.handle

    async def rounds(self) -> list[Round]:
        return await self.do(lambda: self.tables.rounds.of(""))

    async def tick(self, at: dt.datetime | None = None) -> list[str]:
        """The subjects of the rounds that are opened now, in the order of their keys."""
        self.now = at or self.now
        before = {one.id for one in await self.rounds()}
        self.queued.clear()
        await self.planner.tend(self.now.astimezone(dt.UTC))
        return [one.subject for one in await self.rounds() if one.id not in before and one.state != VOID]

    async def days(self, since: str, until: str, *, hour: int = 8) -> dict[str, list[str]]:
        """The names of the steps that are opened at this hour in Phnom Penh, by day."""
        found, now = {}, morning_of(since, hour=hour)
        while now <= morning_of(until, hour=hour):
            found[now.date().isoformat()] = [subject.rpartition(":")[2] for subject in await self.tick(now)]
            now += DAY
        return {day: names for day, names in found.items() if names}

    async def deliver(self, state: str = "sent") -> None:
        """Send what is open, and end the rounds, as feeding and the sender do together."""

        async def work() -> None:
            for one in await self.tables.rounds.open_ones():
                while not await self.tables.rounds.expand(await self._fresh(one), 100):
                    pass
                await self.tables.rounds.turn(one.id, DONE)
            await self.database.execute("UPDATE deliveries SET state = ? WHERE state = 'waiting'", (state,))

        await self.do(work)

    async def _fresh(self, one: Round) -> Round:
        fresh = await self.tables.rounds.get(one.id)
        assert fresh is not None
        return fresh

    async def got(self, place: Place) -> list[str]:
        """The subjects of what a place got, in no order."""
        rows = await self.do(
            lambda: self.database.read(
                "SELECT subject FROM deliveries WHERE place = ?", (self.tables.listeners.mark(place),)
            )
        )
        return [subject for (subject,) in rows]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    database = await Database.open(tmp_path / "sangket.db", synchronous="OFF")
    yield Desk(tmp_path, database)
    await database.close()


# On time


async def test_each_step_is_opened_on_its_morning_and_no_other(desk: Desk) -> None:
    await desk.listen(1)
    await desk.add(CALL)
    await desk.tick()
    assert await desk.days("2026-03-03", "2026-06-01") == {
        "2026-04-15": ["d30"],
        "2026-05-01": ["d14"],
        "2026-05-08": ["d7"],
        "2026-05-12": ["d3"],
        "2026-05-14": ["d1"],
        "2026-05-15": ["d0"],
        "2026-05-16": ["passed"],
    }


async def test_a_step_is_opened_at_its_second_and_not_before(desk: Desk) -> None:
    await desk.listen(1)
    one = await desk.add(CALL)
    await desk.tick()
    assert await desk.tick(morning_of("2026-05-08") - SECOND) == [f"d:{one.id}:1:2026-05-15:d14"]
    assert await desk.tick(morning_of("2026-05-08")) == [f"d:{one.id}:1:2026-05-15:d7"]
    assert await desk.tick(morning_of("2026-05-08") + SECOND) == []


async def test_late_for_the_networks_own_day_it_is_weekly_then_daily(desk: Desk) -> None:
    await desk.listen(1)
    await desk.add(replace(CALL, internal="2026-04-20"))
    await desk.tick()
    days = await desk.days("2026-04-17", "2026-06-01")
    assert days == {
        "2026-04-17": ["d3"],
        "2026-04-19": ["d1"],
        "2026-04-20": ["d0"],
        "2026-04-27": ["w1"],
        "2026-05-04": ["w2"],
        "2026-05-12": ["l3"],
        "2026-05-13": ["l2"],
        "2026-05-14": ["l1"],
        "2026-05-15": ["l0"],
        "2026-05-16": ["passed"],
    }


async def test_a_round_says_all_that_feeding_and_wording_need(desk: Desk) -> None:
    await desk.listen(1)
    one = await desk.add(replace(CALL, benchmarks=("B",)))
    await desk.tick()
    await desk.tick(morning_of("2026-05-08") + 5 * SECOND)
    [opened] = [it for it in await desk.rounds() if it.state != VOID]
    due = int(morning_of("2026-05-08").timestamp())
    assert opened.kind == REMINDER
    assert opened.key == f"d:{one.id}:1:2026-05-15:d7:Asia/Phnom_Penh|21|7|all"
    assert opened.subject == f"d:{one.id}:1:2026-05-15:d7"
    assert opened.topics == ("all", f"d:{one.id}", "b:B")
    assert opened.profile == str(HERE)
    assert opened.content == {"deadline": one.id, "version": 1, "day": "2026-05-15", "step": "d7", "due": due}
    assert opened.ends == int(dt.datetime(2026, 5, 16, tzinfo=GENEVA).timestamp())
    assert opened.priority is Priority.REMINDER


@pytest.mark.parametrize(
    ("deadline", "letters"),
    [(CALL, LETTERS), (replace(CALL, benchmarks=("C", "A")), ("C", "A")), (replace(CALL, kind=OWN), ())],
)
async def test_a_call_that_names_no_benchmark_is_of_all_and_an_own_date_of_none(
    desk: Desk, deadline: Deadline, letters: Collection[str]
) -> None:
    await desk.listen(1)
    one = await desk.add(deadline)
    await desk.tick()
    await desk.tick(morning_of("2026-05-08"))
    assert {it.topics for it in await desk.rounds()} == {("all", f"d:{one.id}", *(f"b:{it}" for it in letters))}


async def test_who_wants_few_reminders_gets_few(desk: Desk) -> None:
    await desk.listen(1, Profile(leads="few"))
    await desk.add(CALL)
    await desk.tick()
    days = await desk.days("2026-03-03", "2026-06-01")
    assert [name for names in days.values() for name in names] == ["d7", "d1", "d0", "passed"]


async def test_whoever_sleeps_longer_is_reminded_when_they_wake(desk: Desk) -> None:
    await desk.listen(1, Profile(quiet_from=22, quiet_to=10))
    await desk.add(CALL)
    await desk.tick()
    assert await desk.days("2026-05-13", "2026-05-13", hour=10) == {"2026-05-13": ["d3"]}
    assert await desk.tick(morning_of("2026-05-14", hour=9)) == []
    assert [it[-2:] for it in await desk.tick(morning_of("2026-05-14", hour=10))] == ["d1"]


async def test_every_week_there_is_a_day_before_and_a_morning_and_nothing_else(desk: Desk) -> None:
    await desk.listen(1)
    await desk.add(Deadline("Weekly round", "2026-03-06", "Asia/Phnom_Penh", kind=OWN, repeats="weekly"))
    await desk.tick()
    days = await desk.days("2026-03-03", "2026-03-22")
    assert days == {
        "2026-03-05": ["d1"],
        "2026-03-06": ["d0"],
        "2026-03-12": ["d1"],
        "2026-03-13": ["d0"],
        "2026-03-19": ["d1"],
        "2026-03-20": ["d0"],
    }


async def test_a_yearly_29_february_is_reminded_of_each_year(desk: Desk) -> None:
    await desk.listen(1)
    await desk.add(Deadline("Rhythm", "2028-02-29", "Asia/Phnom_Penh", repeats="yearly"))
    await desk.tick(morning_of("2028-01-01"))
    assert await desk.days("2028-02-22", "2028-02-29") == {
        "2028-02-22": ["d7"],
        "2028-02-26": ["d3"],
        "2028-02-28": ["d1"],
        "2028-02-29": ["d0"],
    }
    await desk.tick(morning_of("2029-01-01"))
    assert await desk.days("2029-02-27", "2029-03-01") == {
        "2029-02-27": ["d1"],
        "2029-02-28": ["d0"],
        "2029-03-01": ["passed"],
    }


async def test_more_than_one_transaction_holds_is_opened_in_one_tick_all_the_same(desk: Desk) -> None:
    await desk.listen(1)
    for _ in range(AT_ONCE * 2 + 1):
        await desk.add(CALL)
    await desk.tick()
    assert len(await desk.tick(morning_of("2026-05-08"))) == AT_ONCE * 2 + 1


async def test_one_that_cannot_be_reckoned_with_stops_no_other(desk: Desk) -> None:
    await desk.listen(1)
    await desk.listen(2, Profile("Nowhere/Atlantis"))
    for bad in (replace(CALL, zone="Nowhere/Atlantis"), replace(CALL, day="soon"), replace(CALL, repeats="daily")):
        await desk.add(bad)
    one = await desk.add(CALL)
    await desk.tick()
    assert await desk.tick(morning_of("2026-05-08")) == [f"d:{one.id}:1:2026-05-15:d7"]


# Late


async def test_after_a_stop_over_several_steps_only_the_latest_is_opened(desk: Desk) -> None:
    """Its ``due`` says how late it comes."""
    await desk.listen(1)
    await desk.add(CALL)
    await desk.tick()
    desk.restart()
    [subject] = await desk.tick(morning_of("2026-05-10", hour=15))
    assert subject.endswith(":d7")
    rounds = {it.content["step"]: it for it in await desk.rounds()}
    assert {name: it.state for name, it in rounds.items()} == {"d30": VOID, "d14": VOID, "d7": "running"}
    assert rounds["d7"].content["due"] == int(morning_of("2026-05-08").timestamp())
    desk.restart()
    assert await desk.tick(morning_of("2026-05-10", hour=16)) == []


async def test_what_is_still_open_of_an_earlier_step_is_void_when_a_later_one_opens(desk: Desk) -> None:
    await desk.listen(1)
    place = await desk.listen(2, THERE)
    await desk.add(CALL)
    await desk.tick()
    await desk.tick(morning_of("2026-05-08", GENEVA))
    [there] = [it for it in await desk.rounds() if it.profile == str(THERE) and it.state != VOID]
    await desk.do(lambda: desk.tables.rounds.expand(there, 10))
    await desk.tick(morning_of("2026-05-12"))
    states = {(it.profile, it.content["step"]): it.state for it in await desk.rounds()}
    assert states[str(HERE), "d7"] == VOID
    assert states[str(THERE), "d7"] == "running", "in Geneva it is not eight yet"
    await desk.tick(morning_of("2026-05-12", GENEVA))
    assert await desk.got(place) == [there.subject]
    assert set((await desk.do(lambda: desk.tables.deliveries.states(there.id))).values()) == {"void"}


async def test_a_clock_that_is_put_back_a_little_brings_nothing_again(desk: Desk) -> None:
    await desk.listen(1)
    await desk.add(CALL)
    await desk.tick()
    assert len(await desk.tick(morning_of("2026-05-12") + MINUTE)) == 1, "the steps before it are left out"
    assert await desk.tick(morning_of("2026-05-12") - 50 * MINUTE) == []
    desk.restart()
    assert await desk.tick(morning_of("2026-05-12") - 49 * MINUTE) == []
    assert await desk.tick(morning_of("2026-05-12") + 2 * MINUTE) == []


async def test_what_was_forgotten_because_it_is_long_over_does_not_become_due_again(desk: Desk) -> None:
    await desk.listen(1, Profile(leads="few"))
    await desk.add(replace(CALL, day="2026-12-15", internal="2026-05-15"))
    await desk.tick()
    await desk.days("2026-05-14", "2026-05-16")
    await desk.deliver()
    now = morning_of("2026-05-15") + (SENT_DAYS + 2) * DAY
    before = now.date() - SENT_DAYS * DAY
    while not await desk.do(lambda: desk.tables.rounds.forget(before, 100)):
        pass
    assert await desk.rounds() == []
    desk.restart()
    assert await desk.tick(now) == []
    assert SENT_DAYS * DAY > STALE, "else it could be forgotten while it is still due"


# Over


async def test_that_it_has_passed_is_said_once_to_those_who_were_reminded(desk: Desk) -> None:
    reminded, late = await desk.listen(1), Place(2)
    one = await desk.add(CALL)
    await desk.tick()
    await desk.tick(morning_of("2026-05-15"))
    await desk.deliver()
    await desk.listen(late.chat_id)
    assert await desk.tick(morning_of("2026-05-16")) == [f"d:{one.id}:1:2026-05-15:passed"]
    await desk.deliver()
    assert await desk.days("2026-05-17", "2026-06-30") == {}
    assert sorted(await desk.got(reminded)) == [f"d:{one.id}:1:2026-05-15:{it}" for it in ("d0", "passed")]
    assert await desk.got(late) == []


async def test_it_is_said_in_each_zone_to_its_own_and_to_those_who_moved_there(desk: Desk) -> None:
    here, there, moved = await desk.listen(1), await desk.listen(2, THERE), await desk.listen(3)
    await desk.add(CALL)
    await desk.tick()
    for zone in (HOME, GENEVA):
        await desk.tick(morning_of("2026-05-15", zone))
    await desk.deliver()
    await desk.do(lambda: desk.tables.listeners.keep(Listener(moved, THERE)))
    await desk.tick(morning_of("2026-05-16"))
    await desk.deliver()
    assert [len(await desk.got(it)) for it in (here, there, moved)] == [2, 1, 1]
    await desk.tick(morning_of("2026-05-16", GENEVA))
    await desk.deliver()
    assert [len(await desk.got(it)) for it in (here, there, moved)] == [2, 2, 2]


async def test_that_it_has_passed_is_said_late_for_three_days_and_then_no_more(desk: Desk) -> None:
    await desk.listen(1)
    await desk.add(CALL)
    await desk.tick()
    await desk.tick(morning_of("2026-05-15"))
    await desk.deliver()
    over = dt.datetime(2026, 5, 16, tzinfo=GENEVA)
    assert await desk.tick(over) == [], "at five in the morning nobody is woken"
    desk.restart()
    assert [it.rpartition(":")[2] for it in await desk.tick(over + 3 * DAY)] == ["passed"]
    assert (await desk.rounds())[-1].ends == int((over + 3 * DAY).timestamp())


async def test_after_three_days_nothing_is_said_of_it(desk: Desk) -> None:
    await desk.listen(1)
    await desk.add(CALL)
    await desk.tick()
    await desk.tick(morning_of("2026-05-15"))
    await desk.deliver()
    desk.restart()
    assert await desk.tick(dt.datetime(2026, 5, 16, tzinfo=GENEVA) + 3 * DAY + SECOND) == []


async def test_down_over_the_cut_off_nothing_is_made_up_for_but_that_it_has_passed(desk: Desk) -> None:
    await desk.listen(1)
    await desk.add(CALL)
    await desk.tick()
    await desk.tick(morning_of("2026-05-08"))
    await desk.deliver()
    desk.restart()
    assert [it.rpartition(":")[2] for it in await desk.tick(morning_of("2026-05-17"))] == ["passed"]


# Changed, cancelled, entered late


async def test_a_change_voids_what_is_open_and_the_next_step_is_that_of_the_new_version(desk: Desk) -> None:
    await desk.listen(1)
    one = await desk.add(CALL)
    await desk.tick()
    await desk.tick(morning_of("2026-05-08"))
    changed = await desk.change(replace(one, day="2026-05-22"))
    assert {it.state for it in await desk.rounds()} == {VOID}
    assert await desk.tick(morning_of("2026-05-08", hour=9)) == [], "what is past of the new version is left out, too"
    assert await desk.days("2026-05-08", "2026-05-15", hour=10) == {"2026-05-15": ["d7"]}
    assert (await desk.rounds())[-1].subject == f"d:{one.id}:{changed.version}:2026-05-22:d7"


class Versionless(Planner):
    """Control: one that forgets in its keys which version it speaks of."""

    async def _deadlines(self) -> dict[str, Deadline | str]:
        return {f"d:{one.id}:0": one for one in await self._tables.deadlines.all() if not one.cancelled}


NEW_STEPS = {"2026-05-01": ["d14"], "2026-05-08": ["d7"]}


@pytest.mark.parametrize(("make", "expected"), [(Planner, NEW_STEPS), (Versionless, {})])
async def test_reminders_of_the_new_version_come_although_those_of_the_old_had_the_same_names(
    desk: Desk, make: type[Planner], expected: dict[str, list[str]]
) -> None:
    """And control: without the version in the key they would not."""
    desk.make = make
    desk.restart()
    await desk.listen(1)
    one = await desk.add(replace(CALL, internal="2026-05-05"))
    await desk.tick()
    assert list(await desk.days("2026-04-05", "2026-04-28")) == ["2026-04-05", "2026-04-21", "2026-04-28"]
    await desk.change(replace(one, internal=""))
    assert await desk.days("2026-04-29", "2026-05-11") == expected


@pytest.mark.parametrize("how", ["change", "cancel", "sent"])
async def test_what_lies_in_the_outbox_when_it_is_changed_or_cancelled_does_not_go(desk: Desk, how: str) -> None:
    """Between computing and sending."""
    place = await desk.listen(1)
    one = await desk.add(CALL)
    await desk.tick()
    await desk.tick(morning_of("2026-05-08"))
    [opened] = [it for it in await desk.rounds() if it.state != VOID]
    await desk.do(lambda: desk.tables.rounds.expand(opened, 10))
    now = int(desk.now.timestamp())
    [waiting] = await desk.do(lambda: desk.tables.deliveries.waiting(opened.id, now, 10))
    assert waiting == Delivery(opened.subject, desk.tables.listeners.mark(place), opened.id)
    await desk.do(lambda: desk.tables.deliveries.queue({"to:1": [waiting]}, now))
    assert await desk.do(lambda: desk.tables.deliveries.still("to:1", now)) is Still.GO, "control"
    changes: dict[str, dict[str, Any]] = {
        "change": {"address": "elsewhere"},
        "cancel": {"cancelled": True},
        "sent": {"sent_on": "2026-05-08"},
    }
    await desk.change(replace(one, **changes[how]))
    assert await desk.do(lambda: desk.tables.deliveries.still("to:1", now)) is Still.DROP
    if how != "change":
        assert await desk.days("2026-05-09", "2026-06-01") == {}


async def test_a_deadline_that_is_entered_late_brings_nothing_of_the_past(desk: Desk) -> None:
    await desk.listen(1)
    await desk.tick(morning_of("2026-05-09"))
    await desk.add(CALL)
    assert await desk.tick(morning_of("2026-05-09", hour=10)) == []
    desk.restart()
    assert await desk.days("2026-05-10", "2026-05-13") == {"2026-05-12": ["d3"]}


async def test_what_comes_due_after_it_was_entered_is_made_up_for(desk: Desk) -> None:
    """That nothing was opened yet does not mean that it is new."""
    await desk.listen(1)
    await desk.add(CALL)
    await desk.tick()
    desk.restart()
    [subject] = await desk.tick(morning_of("2026-04-16"))
    assert subject.endswith(":d30")


async def test_whoever_begins_to_listen_is_not_told_what_was_due_days_ago(desk: Desk) -> None:
    await desk.listen(1)
    await desk.add(CALL)
    await desk.tick()
    await desk.tick(morning_of("2026-05-08"))
    await desk.deliver()
    late = await desk.listen(2, THERE)
    assert await desk.tick(morning_of("2026-05-10")) == []
    assert await desk.got(late) == []


async def test_whoever_moves_to_another_zone_gets_each_step_once(desk: Desk) -> None:
    place = await desk.listen(1)
    one = await desk.add(CALL)
    await desk.tick()
    await desk.tick(morning_of("2026-05-08"))
    await desk.deliver()
    await desk.do(lambda: desk.tables.listeners.keep(Listener(place, THERE)))
    for zone, day in ((HOME, "2026-05-08"), (GENEVA, "2026-05-08"), (HOME, "2026-05-12"), (GENEVA, "2026-05-12")):
        await desk.tick(morning_of(day, zone, 9))
        await desk.deliver()
    assert sorted(await desk.got(place)) == [f"d:{one.id}:1:2026-05-15:{name}" for name in ("d3", "d7")]


async def test_whoever_moves_between_two_mornings_does_not_miss_the_step_of_that_day(desk: Desk) -> None:
    """In Phnom Penh it was eight before they were there, in Geneva it is not eight yet."""
    place = await desk.listen(1, THERE)
    await desk.add(CALL)
    await desk.tick()
    await desk.tick(morning_of("2026-05-11", GENEVA))
    await desk.deliver()
    await desk.do(lambda: desk.tables.listeners.keep(Listener(place, HERE)))
    await desk.tick(morning_of("2026-05-12", GENEVA, 7))
    await desk.deliver()
    assert sorted(it.rpartition(":")[2] for it in await desk.got(place)) == ["d3", "d7"]


# The clock in doubt


async def test_while_the_clock_is_in_doubt_nothing_is_opened_and_then_all_is(desk: Desk) -> None:
    await desk.listen(1)
    await desk.add(CALL)
    await desk.tick()
    timekeeping: Timekeeping = desk.tables.timekeeping
    await desk.do(lambda: timekeeping.saw(int(START.timestamp())))
    await desk.do(timekeeping.hold)
    assert await desk.tick(morning_of("2026-05-08")) == []
    assert await desk.rounds() == []
    await desk.do(timekeeping.release)
    assert [it[-2:] for it in await desk.tick(morning_of("2026-05-08"))] == ["d7"]


async def test_a_clock_that_was_ahead_when_it_was_entered_hides_nothing(desk: Desk) -> None:
    await desk.listen(1)
    await desk.add(CALL)
    await desk.tick(morning_of("2026-06-20"))
    await desk.tick(START)
    assert [it[-3:] for it in await desk.tick(morning_of("2026-04-15"))] == ["d30"]


# Cases


async def test_a_hearing_is_announced_to_those_who_follow_the_case(desk: Desk) -> None:
    await desk.listen(1, topic=f"case:{CASE}")
    entry = await desk.publish(HEARING, "2026-05-15T09:00", "minute")
    await desk.tick()
    assert await desk.days("2026-03-03", "2026-06-01") == {
        "2026-05-08": ["d7"],
        "2026-05-14": ["d1"],
        "2026-05-15": ["d0"],
    }
    [first, *_] = await desk.rounds()
    assert first.key == f"h:{entry.id}:d0:{marked(HERE)}"
    assert first.topics == (f"case:{CASE}",)
    due = int(morning_of("2026-05-15").timestamp())
    assert first.content == {"case": CASE, "entry": entry.id, "day": "2026-05-15", "step": "d0", "due": due}


async def test_so_is_the_last_day_for_an_appeal(desk: Desk) -> None:
    await desk.listen(1)
    await desk.publish(APPEAL, "2026-05-15")
    await desk.tick()
    assert list(await desk.days("2026-05-14", "2026-06-01")) == ["2026-05-14", "2026-05-15"]


@pytest.mark.parametrize(
    ("kind", "iso", "precision", "case"),
    [
        (HEALTH, "2026-05-15", "day", CASE),
        (HEARING, "2026-05-11", "week", CASE),
        (HEARING, "2026-05-15", "day", "left-out"),
    ],
)
async def test_what_is_for_members_or_not_of_a_day_or_of_no_case_is_not(
    desk: Desk, kind: str, iso: str, precision: Precision, case: str
) -> None:
    await desk.listen(1)
    await desk.publish(kind, iso, precision, case)
    await desk.tick()
    assert await desk.days("2026-05-01", "2026-05-20") == {}


async def test_nor_is_what_was_retracted(desk: Desk) -> None:
    await desk.listen(1)
    entry = await desk.publish(HEARING, "2026-05-15")
    await desk.tick()
    assert await desk.days("2026-05-08", "2026-05-08") == {"2026-05-08": ["d7"]}
    await desk.do(lambda: desk.tables.case_entries.retract(entry.id))
    assert await desk.days("2026-05-09", "2026-05-20") == {}


async def test_a_hearing_that_is_published_late_brings_nothing_of_the_past(desk: Desk) -> None:
    await desk.listen(1)
    await desk.tick(morning_of("2026-05-10"))
    await desk.publish(HEARING, "2026-05-15")
    assert await desk.days("2026-05-10", "2026-05-20", hour=9) == {"2026-05-14": ["d1"], "2026-05-15": ["d0"]}


# The responsible coordinator

LOTUS, TEAK, EDITOR = 6_123_456_789, 6_987_654_321, 6_555_555_555


def told(desk: Desk) -> list[tuple[int | None, str]]:
    return [(it.chat_id, str(it.letter.call.params["text"])) for it in desk.queued if it.letter is not None]


async def test_on_the_last_day_but_one_the_responsible_coordinator_is_told_once(desk: Desk) -> None:
    handle = await desk.admit(LOTUS, Role.COORDINATOR)
    await desk.admit(TEAK, Role.COORDINATOR)
    await desk.add(replace(CALL, responsible=handle))
    await desk.tick()
    await desk.tick(morning_of("2026-05-14") - SECOND)
    assert told(desk) == []
    await desk.tick(morning_of("2026-05-14"))
    [(chat_id, text)] = told(desk)
    assert chat_id == LOTUS
    assert "Call for information" in text
    assert "No chat was reminded" in text
    for hours in range(48):
        desk.restart()
        await desk.tick(morning_of("2026-05-14") + hours * HOUR + MINUTE)
        assert told(desk) == []


@pytest.mark.parametrize("role", [None, Role.EDITOR])
async def test_where_nobody_is_responsible_any_more_all_coordinators_are_told(desk: Desk, role: Role | None) -> None:
    handle = await desk.admit(LOTUS, Role.COORDINATOR)
    for person in (TEAK, EDITOR):
        await desk.admit(person, Role.COORDINATOR if person == TEAK else Role.EDITOR)
    if role is None:
        await desk.do(lambda: desk.tables.members.revoke(handle))
    else:
        await desk.admit(LOTUS, role)
    await desk.add(replace(CALL, responsible=handle))
    await desk.tick()
    await desk.tick(morning_of("2026-05-14"))
    assert [chat_id for chat_id, _ in told(desk)] == [TEAK]


async def test_it_says_how_many_were_reached_and_how_many_are_done(desk: Desk) -> None:
    await desk.admit(LOTUS, Role.COORDINATOR)
    places = [await desk.listen(n) for n in range(1, 6)]
    one = await desk.add(CALL)
    await desk.tick()
    for day in ("2026-05-08", "2026-05-12"):
        await desk.tick(morning_of(day))
        await desk.deliver()
    for place in places[:2]:
        mark = desk.tables.listeners.mark(place)
        await desk.do(partial(desk.tables.answered.note, f"{one.id}:2026-05-15", mark))
    await desk.tick(morning_of("2026-05-14"))
    [(_, text)] = told(desk)
    assert "reminded: at least 5" in text
    assert "want no more reminders of it: 2" in text
    assert "show nothing: A, B, C" in text


async def test_while_there_is_no_coordinator_nothing_counts_as_said(desk: Desk) -> None:
    await desk.add(CALL)
    await desk.tick()
    await desk.tick(morning_of("2026-05-14"))
    await desk.admit(LOTUS, Role.COORDINATOR)
    desk.restart()
    await desk.tick(morning_of("2026-05-14", hour=20))
    assert [chat_id for chat_id, _ in told(desk)] == [LOTUS]


async def test_nothing_is_escalated_that_was_sent_or_comes_every_week_or_is_over(desk: Desk) -> None:
    await desk.admit(LOTUS, Role.COORDINATOR)
    one = await desk.add(CALL)
    await desk.add(replace(CALL, repeats="weekly"))
    gone = await desk.add(replace(CALL, day="2026-05-10"))
    await desk.tick()
    await desk.change(replace(one, sent_on="2026-05-13"))
    await desk.tick(morning_of("2026-05-14"))
    assert gone.id, "its last day but one went by while the bot was down"
    assert told(desk) == []


# What memory may decide


async def test_two_planners_that_know_nothing_of_each_other_open_each_step_once(desk: Desk) -> None:
    """The tables decide."""
    await desk.listen(1)
    await desk.add(CALL)
    await desk.tick()
    other = Planner(desk.database, desk.tables, LETTERS, [CASE], HOME, notice, desk.queued.extend)
    assert len(await desk.tick(morning_of("2026-05-08"))) == 1
    before = len(await desk.rounds())
    await other.tend(morning_of("2026-05-08").astimezone(dt.UTC))
    assert len(await desk.rounds()) == before


async def test_a_tick_with_nothing_due_asks_the_tables_as_often_for_many_deadlines_as_for_few(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    read = Database.read

    async def counted(self: Database, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        asked.append(sql)
        return await read(self, sql, values)

    monkeypatch.setattr(Database, "read", counted)
    await desk.listen(1)
    asking = []
    for many in (1, 200):
        for n in range(many):
            await desk.add(replace(CALL, title=f"Call {n}"))
        await desk.planner.tend(START.astimezone(dt.UTC) + many * MINUTE)
        asked.clear()
        await desk.planner.tend(START.astimezone(dt.UTC) + many * MINUTE + 20 * SECOND)
        asking.append(len(asked))
    assert asking[0] == asking[1] <= 6


# In the chat


async def test_the_running_bot_reminds_once_on_the_morning_and_says_that_it_has_passed(house: House) -> None:
    member = await colleague(house, "Lotus", Role.MONITOR)
    backstage, place = Backstage(house), Place(member.person.id)
    today = house.world.clock().astimezone(HOME).date()
    last = (today + 9 * DAY).isoformat()
    await backstage.do(lambda: backstage.tables.subscriptions.begin(place, "all", HERE))
    await backstage.do(lambda: backstage.tables.deadlines.add(Deadline("A call", last, "Asia/Phnom_Penh", kind=OWN)))
    await later(house, 20 * SECOND)
    before = len(member.heard())
    for days in (7, 7, 0, 0, -1, -1):
        morning = morning_of((today + (9 - days) * DAY).isoformat()) + 5 * MINUTE
        await later(house, max(morning - house.world.clock(), MINUTE))
    heard = member.heard()[before:]
    assert [text.partition("\n")[0] for text in heard] == [
        "⏰ Reminder: due in 7 days",
        "⏰ Reminder: due in 15 hours",
        "⏰ Reminder: a deadline has passed",
    ]


# Every day for nine years


@dataclass(frozen=True)
class Expected:
    """A deadline of one day, and when it is to be reminded of, reckoned otherwise than the bot does: hour by hour."""

    day: dt.date
    zone: ZoneInfo
    internal: int | None = None

    def deadline(self) -> Deadline:
        internal = "" if self.internal is None else (self.day - self.internal * DAY).isoformat()
        return Deadline("", self.day.isoformat(), self.zone.key, internal=internal)

    def moments(self, listener: ZoneInfo) -> dict[str, dt.datetime]:
        """Every step, with its moment in UTC."""
        at = _midnight_after(self.day, self.zone)
        if self.internal is None:
            return {**_counted_back("d", (30, 14, 7, 3, 1, 0), at, listener), "passed": _next_eight(at, listener)}
        wanted = _midnight_after(self.day - self.internal * DAY, HOME)
        steps = _counted_back("d", (30, 14, 7, 3, 1, 0), wanted, listener)
        last = steps["d0"].astimezone(listener)
        for week in range(1, 60):
            moment = _eight(last.date() + 7 * week * DAY, listener)
            if at - moment > 7 * DAY:
                steps[f"w{week}"] = moment
        late = _counted_back("l", (3, 2, 1, 0), at, listener)
        steps |= {name: moment for name, moment in late.items() if moment >= wanted}
        return {**steps, "passed": _next_eight(at, listener)}


def _eight(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(8), zone).astimezone(dt.UTC)


def _midnight_after(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    return dt.datetime.combine(day + DAY, dt.time(), zone).astimezone(dt.UTC)


def _hours(start: dt.datetime, step: dt.timedelta, zone: ZoneInfo) -> dt.datetime:
    """The first instant from here, hour by hour, at which the clock in this zone shows eight."""
    while start.astimezone(zone).hour != 8:
        start += step
    return start


def _next_eight(at: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    return _hours(at, HOUR, zone)


def _counted_back(letter: str, ahead: Iterable[int], end: dt.datetime, zone: ZoneInfo) -> dict[str, dt.datetime]:
    last = _hours(end - HOUR, -HOUR, zone).astimezone(zone).date()
    return {f"{letter}{days}": _eight(last - days * DAY, zone) for days in ahead}


class Trusting:
    """Control: does what a scheduler's memory does. It opens what came due since it last looked, and after a restart it
    knows nothing of before."""

    def __init__(self, planner: Planner, tables: Tables, database: Database) -> None:
        self._planner, self._tables, self._database = planner, tables, database
        self._last: dt.datetime | None = None

    async def tend(self, now: dt.datetime) -> None:
        last, self._last = self._last, now
        if last is not None:
            await self._database.write(lambda: self._open(last, now))

    async def _open(self, last: dt.datetime, now: dt.datetime) -> None:
        profiles = await self._tables.listeners.profiles()
        for name, thing in (await self._planner._deadlines()).items():
            one = await self._planner._dated(name, thing)
            assert isinstance(one, Dated)
            for occurrence in one.near(now):
                for profile in profiles:
                    for step in one.steps(occurrence, profile):
                        if last < step.at <= now:
                            opened = self._planner._round(one, occurrence, step, profile)
                            await self._tables.rounds.open(opened, now.date())


class Sweep:
    """Deadlines, two listeners, and a bot that is stopped and killed every so often, but never for long."""

    def __init__(self, desk: Desk, chance: random.Random) -> None:
        self.desk = desk
        self.chance = chance
        self.planner: Tending = desk.planner
        self.places: dict[ZoneInfo, Place] = {}
        self.kills = 0

    def begin(self, *, trusting: bool) -> None:
        self.desk.restart()
        self.planner = self.desk.planner
        if trusting:
            self.planner = Trusting(self.desk.planner, self.desk.tables, self.desk.database)

    async def faults(self, several: Sequence[Expected], *, trusting: bool = False) -> list[str]:
        """What was skipped, came on another day, or came twice."""
        desk = self.desk
        self.places = {HOME: await desk.listen(1), GENEVA: await desk.listen(2, THERE)}
        due = {one: {zone: one.moments(zone) for zone in self.places} for one in several}
        moments = {at for zones in due.values() for steps in zones.values() for at in steps.values()}
        ids = {(await desk.add(one.deadline())).id: one for one in several}
        self.begin(trusting=trusting)
        await self.planner.tend(min(moments) - 3 * DAY)
        for now in self._looks(sorted(moments)):
            await self._look(now, trusting=trusting)
        return [fault for zone in self.places for fault in await self._compare(ids, zone)]

    def _looks(self, moments: Sequence[dt.datetime]) -> Iterator[dt.datetime]:
        """Within a tick of each moment at which something is due, and now and then between."""
        for moment, following in pairwise([*moments, moments[-1] + DAY]):
            yield moment + self.chance.randrange(20) * SECOND
            if self.chance.random() < 0.2:
                yield moment + self.chance.random() * (following - moment - 30 * SECOND) + 20 * SECOND

    async def _look(self, now: dt.datetime, *, trusting: bool) -> None:
        if self.chance.random() < 0.03:
            self.begin(trusting=trusting)
        if self.chance.random() < 0.03 and not trusting:
            self.desk.dying.dies = True
            with suppress(Killed):
                await self.planner.tend(now)
            self.kills += 1
            self.begin(trusting=trusting)
        await self.planner.tend(now)
        await self._deliver(now)

    async def _deliver(self, now: dt.datetime) -> None:
        """Each place gets what is open, and it is kept when that was."""

        async def work() -> None:
            opened = await self.desk.tables.rounds.open_ones()
            for one in opened:
                await self.desk.tables.rounds.expand(one, 10)
                await self.desk.tables.rounds.turn(one.id, DONE)
            if opened:
                await self.desk.database.execute(
                    "UPDATE deliveries SET state = 'sent', queued_at = ? WHERE state = 'waiting'",
                    (int(now.timestamp()),),
                )

        await self.desk.do(work)

    async def _compare(self, ids: dict[str, Expected], zone: ZoneInfo) -> list[str]:
        mark = self.desk.tables.listeners.mark(self.places[zone])
        rows = await self.desk.do(
            lambda: self.desk.database.read("SELECT subject, queued_at FROM deliveries WHERE place = ?", (mark,))
        )
        got: dict[tuple[str, str], list[int]] = {}
        for subject, at in rows:
            _, deadline_id, _, _, name = subject.split(":")
            got.setdefault((deadline_id, name), []).append(at)
        wanted = {(key, name): at for key, one in ids.items() for name, at in one.moments(zone).items()}
        faults = [f"{ids[key].day} {name}: unexpected" for key, name in got.keys() - wanted.keys()]
        for (key, name), at in wanted.items():
            came = got.get((key, name), [])
            if len(came) != 1 or not 0 <= came[0] - at.timestamp() < 20:
                faults.append(f"{ids[key].day} {ids[key].zone.key} {name} in {zone.key}: {at} came {came}")
        return faults


def days_of(year: int, *, every: int) -> list[dt.date]:
    """Of a year, every so many days; and always those around the changes of clocks, 29 February, and the year's ends."""
    days = [dt.date(year, 1, 1) + n * DAY for n in range(366) if (dt.date(year, 1, 1) + n * DAY).year == year]
    chosen = set(days[year % every :: every]) | {days[0], days[-1], dt.date(year, 2, 28), dt.date(year, 3, 1)}
    for before, day in pairwise(days):
        noon = [dt.datetime.combine(one, dt.time(12), GENEVA).utcoffset() for one in (before, day)]
        if noon[0] != noon[1] or (day.month, day.day) == (2, 29):
            chosen |= {day + n * DAY for n in (-1, 0, 1)}
    return sorted(chosen)


YEARS = range(2024, 2033)


@pytest.mark.parametrize("year", YEARS)
async def test_nothing_is_skipped_and_nothing_doubled(desk: Desk, year: int) -> None:
    """Days of nine years in two zones, all leads, two listeners in two zones, restarts and kills."""
    sweep = Sweep(desk, random.Random(year))
    several = [Expected(day, zone) for day in days_of(year, every=40) for zone in (HOME, GENEVA)]
    assert await sweep.faults(several) == []
    assert sweep.kills


@pytest.mark.parametrize("year", YEARS)
async def test_nor_is_it_where_the_network_has_an_earlier_day_of_its_own(desk: Desk, year: int) -> None:
    sweep = Sweep(desk, random.Random(year))
    several = [Expected(day, zone, 5 + day.day) for day in days_of(year, every=120) for zone in (HOME, GENEVA)]
    assert await sweep.faults(several) == []


@pytest.mark.long
@pytest.mark.parametrize("internal", [None, 20])
@pytest.mark.parametrize("year", YEARS)
async def test_nothing_is_skipped_on_any_day(desk: Desk, year: int, internal: int | None) -> None:
    """The same for every day."""
    sweep = Sweep(desk, random.Random(year))
    several = [Expected(day, zone, internal) for day in days_of(year, every=1) for zone in (HOME, GENEVA)]
    assert await sweep.faults(several) == []


async def test_a_planner_that_trusts_the_schedulers_memory_skips_some(desk: Desk) -> None:
    """Control."""
    sweep = Sweep(desk, random.Random(2026))
    several = [Expected(day, zone) for day in days_of(2026, every=40) for zone in (HOME, GENEVA)]
    faults = await sweep.faults(several, trusting=True)
    assert faults
    assert all(fault.endswith("came []") for fault in faults), "skipped, for it was not looking"


def fired(hour: int, minute: int, since: dt.date, until: dt.date) -> list[dt.date]:
    """The days on which the scheduler's own daily trigger fires in Geneva."""
    trigger = CronTrigger(hour=hour, minute=minute, timezone=GENEVA)
    now = dt.datetime.combine(since, dt.time(), GENEVA)
    before, days = None, []
    while (following := trigger.get_next_fire_time(before, now)).date() <= until:
        days.append(following.date())
        before = now = following
    return days


def test_the_schedulers_own_trigger_skips_30_march_2026_in_geneva() -> None:
    """Control, and why the planner reckons itself."""
    days = fired(0, 30, dt.date(2026, 3, 27), dt.date(2026, 4, 2))
    assert dt.date(2026, 3, 29) in days
    assert dt.date(2026, 3, 30) not in days
    assert dt.date(2026, 3, 31) in days
