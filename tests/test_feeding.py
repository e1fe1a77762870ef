"""The feeder: whom it writes to and when, in how small steps, and that it asks anew each time."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from ledger import GENEVA, HOME, STEP, Store
from markupsafe import Markup

from handlers.showing import notice
from schedules import feeding
from schedules.feeding import AGAIN_LATER, GATHERING, Feeder
from storage.database import Database
from storage.deliveries import CARRIER
from storage.listeners import Listener, Place, Profile
from storage.outbox import Priority, Queued
from storage.rounds import BROADCAST, DONE, NOTICE, PAUSED, RUNNING, VOID, Round
from storage.sealing import DraftKeys, ServerKey
from storage.tables import Tables
from texts.screen import Screen

NOON = dt.datetime(2026, 11, 24, 5, 0, tzinfo=dt.UTC)
"""In Phnom Penh."""
NIGHT = dt.datetime(2026, 11, 24, 15, 30, tzinfo=dt.UTC)
"""Half past ten in the evening in Phnom Penh, and half past four in the afternoon in Zurich."""
MORNING = dt.datetime(2026, 11, 25, 0, 0, tzinfo=dt.UTC)
"""Seven o'clock in Phnom Penh, when quiet hours end."""
NEWS = Round(BROADCAST, "bc:1", "bc:1", ("news",), priority=Priority.BROADCAST)
DUE = replace(STEP, content={"deadline": "0a", "version": 1, "day": "2027-03-01", "step": "d7", "due": 0})


class Says:
    """Each round says its key."""

    silent_about: tuple[str, ...] = ()
    stumbles_over: tuple[int, ...] = ()

    async def of(self, one: Round, listener: Listener, language: str, now: dt.datetime) -> Screen | None:
        if listener.place.chat_id in self.stumbles_over:
            raise ValueError("no words for this one")
        return None if one.key in self.silent_about else Screen(Markup("{} {}").format(one.key, language))

    async def digest(
        self, several: Sequence[Round], listener: Listener, language: str, now: dt.datetime
    ) -> Screen | None:
        return Screen(Markup(" + ").join(sorted(one.key for one in several)))


class Desk(Store):
    """The feeder over a database, on a clock that the test moves, beside a sender that takes so many."""

    def __init__(self, folder: Path, database: Database) -> None:
        super().__init__(folder, database)
        self.now = NOON
        self.capacity = 1000
        self.queued: list[Queued] = []
        self.says = Says()
        server = ServerKey.load(folder / "server.key", NOON.date())
        self.tables = Tables.over(database, server, DraftKeys.load(folder / "draft.keys", NOON.date()), None)
        self.rounds = self.tables.rounds
        self.feeder = Feeder(
            database, self.tables, self.says, notice, self._room, self.queued.extend, lambda: self.now, 30
        )

    def _room(self, most: int) -> int:
        return max(0, min(most, self.capacity) - len(self.queued))

    async def feed(self) -> None:
        """Look until there is nothing to do at once."""
        while (await self.feeder.look()).at_once:
            pass

    async def said(self) -> list[tuple[int, str]]:
        """Chat and text of what the sender was given since this was last asked, all of it sent."""
        found = [(one.chat_id or 0, one.letter.call.params["text"]) for one in self.queued if one.letter]
        states = [("sent", one.key) for one in self.queued]
        self.queued.clear()
        await self.do(lambda: self.tables.deliveries.ended(states))
        return sorted(found)

    async def told(self) -> list[int]:
        """Feed; the chats that were written to."""
        await self.feed()
        return [chat_id for chat_id, _ in await self.said()]

    async def state(self, one: Round) -> str:
        found = await self.do(lambda: self.rounds.get(one.id))
        assert found is not None
        return found.state


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    database = await Database.open(tmp_path / "sangket.db")
    yield Desk(tmp_path, database)
    await database.close()


# Whom


async def test_everybody_who_asked_is_written_to_once_and_then_the_round_is_over(desk: Desk) -> None:
    await desk.subscribe((1, 2, 3), "news")
    await desk.subscribe((4,), "all")
    one = await desk.open(NEWS)
    await desk.feed()
    assert {letter.letter.priority for letter in desk.queued if letter.letter} == {Priority.BROADCAST}
    assert all(letter.key.startswith(CARRIER) for letter in desk.queued)
    assert await desk.state(one) == RUNNING, "letters are on their way"
    assert await desk.said() == [(n, "bc:1 en") for n in (1, 2, 3)]
    assert await desk.told() == []
    assert await desk.state(one) == DONE


async def test_a_topic_of_a_forum_is_written_to_in_its_language(desk: Desk) -> None:
    await desk.do(lambda: desk.subscriptions.begin(Place(-100, 7), "news", HOME))
    await desk.do(lambda: desk.tables.chats.choose(-100, "km", NOON.date()))
    await desk.open(NEWS)
    await desk.feed()
    [letter] = desk.queued
    assert letter.letter is not None
    assert (letter.chat_id, letter.letter.language) == (-100, "km")
    assert letter.letter.call.params["message_thread_id"] == 7
    assert letter.letter.call.params["text"] == "bc:1 km"


async def test_who_unsubscribed_blocked_or_was_forgotten_since_is_not_written_to(desk: Desk) -> None:
    await desk.subscribe((1, 2, 3, 4), "news")
    one = await desk.open(NEWS)
    desk.capacity = 0
    await desk.feed()
    assert set((await desk.states(one)).values()) == {"waiting"}
    await desk.do(lambda: desk.subscriptions.end(Place(1), "news"))
    await desk.keep(Listener(Place(2), blocked_on="2026-11-24"))
    await desk.do(lambda: desk.listeners.forget(3))
    desk.capacity = 1000
    assert await desk.told() == [4]
    assert await desk.states(one) == {1: "void", 2: "gone", 4: "sent"}


async def test_a_subscription_that_is_gone_is_noticed_even_where_nobody_took_back_the_delivery(desk: Desk) -> None:
    await desk.subscribe((1, 2), "news")
    one = await desk.open(NEWS)
    await desk.expand(one)
    mark = desk.listeners.mark(Place(1))
    await desk.do(lambda: desk.database.execute("DELETE FROM subscriptions WHERE place = ?", (mark,)))
    assert await desk.told() == [2]


async def test_who_has_answered_is_not_reminded_of_that_occurrence_and_of_others_is(desk: Desk) -> None:
    await desk.subscribe((1, 2))
    mark = desk.listeners.mark(Place(1))
    await desk.do(lambda: desk.tables.answered.note("0a:2027-03-01", mark))
    await desk.open(DUE)
    assert await desk.told() == [2]
    other = replace(DUE, key="other", subject="other", content={**DUE.content, "day": "2028-03-01"})
    await desk.open(other)
    assert await desk.told() == [1, 2]


async def test_what_must_not_be_said_any_more_is_dropped(desk: Desk) -> None:
    await desk.subscribe((1,), "news")
    desk.says.silent_about = (NEWS.key,)
    one = await desk.open(NEWS)
    assert await desk.told() == []
    assert await desk.states(one) == {1: "void"}
    assert await desk.state(one) == DONE


async def test_one_place_without_words_holds_up_nobody_and_is_tried_again(desk: Desk) -> None:
    await desk.subscribe((1, 2), "news")
    desk.says.stumbles_over = (1,)
    await desk.open(NEWS)
    assert await desk.told() == [2]
    desk.says.stumbles_over = ()
    assert await desk.told() == []
    desk.now += dt.timedelta(seconds=AGAIN_LATER)
    assert await desk.told() == [1]


# When


async def test_nobody_is_written_to_at_night_and_everybody_in_the_morning(desk: Desk) -> None:
    await desk.subscribe((1, 2), "news")
    await desk.subscribe((3,), "news", GENEVA)
    await desk.subscribe((4,), "news", Profile(quiet_from=9, quiet_to=9))
    one = await desk.open(NEWS)
    desk.now = NIGHT
    assert await desk.told() == [3, 4]
    for before_midnight_and_after in (2, 4, 8):
        desk.now = NIGHT + dt.timedelta(hours=before_midnight_and_after)
        assert await desk.told() == []
    desk.now = MORNING - dt.timedelta(seconds=1)
    assert await desk.told() == []
    desk.now = MORNING
    assert await desk.told() == [1, 2]
    assert await desk.told() == []
    assert await desk.state(one) == DONE


async def test_the_control_a_feeder_that_knows_no_night_wakes_people(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeding, "waking", lambda now, *quiet: now)
    await desk.subscribe((1,), "news")
    await desk.open(NEWS)
    desk.now = NIGHT
    assert await desk.told() == [1]


async def test_what_is_urgent_goes_at_night_but_a_reminder_cannot_say_so(desk: Desk) -> None:
    await desk.subscribe((1,), "news")
    await desk.subscribe((2,))
    desk.now = NIGHT
    await desk.open(replace(NEWS, content={"urgent": True}))
    await desk.open(replace(DUE, content={**DUE.content, "urgent": True}))
    assert await desk.told() == [1]


async def test_who_sleeps_is_written_to_when_the_time_is_over(desk: Desk) -> None:
    await desk.subscribe((1, 2), "news")
    await desk.open(NEWS)
    desk.capacity = 0
    await desk.feed()
    await desk.keep(Listener(Place(1), asleep_until=int(NOON.timestamp()) + 3600))
    desk.capacity = 1000
    assert await desk.told() == [2]
    desk.now += dt.timedelta(hours=1)
    assert await desk.told() == [1]


async def test_a_digest_waits_for_the_other_rounds_of_its_morning_and_says_all_in_one(desk: Desk) -> None:
    await desk.subscribe((1, 2))
    await desk.keep(Listener(Place(1), digest=True))
    first = await desk.open(replace(DUE, key="a", subject="a"))
    assert await desk.told() == [2]
    second = await desk.open(replace(DUE, key="b", subject="b", content={**DUE.content, "deadline": "0b"}))
    assert await desk.told() == [2]
    desk.now += dt.timedelta(seconds=GATHERING + 1)
    await desk.feed()
    assert await desk.said() == [(1, "a + b")]
    assert await desk.states(first) == await desk.states(second) == {1: "sent", 2: "sent"}


async def test_nothing_is_sent_from_the_second_on_in_which_a_round_ends(desk: Desk) -> None:
    await desk.subscribe((1, 2), "news")
    ends = int(NOON.timestamp()) + 60
    one = await desk.open(replace(NEWS, ends=ends))
    desk.capacity = 0
    await desk.feed()
    desk.capacity, desk.now = 1000, dt.datetime.fromtimestamp(ends, dt.UTC)
    assert await desk.told() == []
    assert set((await desk.states(one)).values()) == {"void"}
    assert await desk.state(one) == DONE
    control = await desk.open(replace(NEWS, key="bc:2", subject="bc:2", ends=ends + 1))
    assert await desk.told() == [1, 2]
    assert await desk.state(control) == RUNNING


async def test_a_paused_round_sends_nothing_and_goes_on_where_it_was(desk: Desk) -> None:
    await desk.subscribe(range(1, 101), "news")
    one = await desk.open(NEWS)
    desk.capacity = 40
    assert len(before := await desk.told()) == 40
    await desk.do(lambda: desk.rounds.turn(one.id, PAUSED))
    desk.capacity = 1000
    assert await desk.told() == []
    await desk.do(lambda: desk.rounds.turn(one.id, RUNNING))
    assert sorted([*before, *await desk.told()]) == list(range(1, 101))


async def test_a_void_round_sends_nothing_however_many_wait(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.rounds._AT_ONCE", 10)
    await desk.subscribe(range(1, 90), "news")
    one = await desk.open(NEWS)
    await desk.expand(one)
    await desk.do(lambda: desk.rounds.turn(one.id, VOID))
    assert await desk.told() == []
    assert set((await desk.states(one)).values()) == {"void"}


async def test_nothing_is_fed_while_the_clock_is_in_doubt(desk: Desk) -> None:
    await desk.subscribe((1,), "news")
    await desk.do(lambda: desk.tables.timekeeping.saw(int(NOON.timestamp())))
    await desk.do(desk.tables.timekeeping.hold)
    one = await desk.open(NEWS)
    assert await desk.told() == []
    assert await desk.states(one) == {}
    await desk.do(desk.tables.timekeeping.release)
    assert await desk.told() == [1]


# How much


async def test_reminders_and_notices_go_before_broadcasts(desk: Desk) -> None:
    await desk.subscribe(range(1, 50), "news")
    await desk.subscribe((60,))
    await desk.open(NEWS)
    desk.capacity = 40
    assert 60 not in await desk.told()
    await desk.open(DUE)
    await desk.open(Round(NOTICE, "n:0a:1", "n:0a:1", ("all",)))
    await desk.feed()
    assert [one.chat_id for one in desk.queued][:2] == [60, 60]


async def test_the_outbox_never_holds_more_than_some_seconds_worth(desk: Desk) -> None:
    await desk.subscribe(range(1, 99), "news")
    await desk.subscribe(range(1000, 1500), "news")
    one = await desk.open(NEWS)
    most, told = 0, 0
    while await desk.state(one) == RUNNING:
        await desk.feed()
        most = max(most, len(desk.queued))
        told += len(await desk.said())
    assert told == 598
    assert most <= 30 * feeding.SECONDS_AHEAD


async def test_a_round_that_cannot_be_read_is_void_and_others_go_on(desk: Desk) -> None:
    await desk.subscribe((1,), "news")
    broken = await desk.open(replace(NEWS, key="bc:0", subject="bc:0"))
    await desk.do(lambda: desk.database.execute("UPDATE rounds SET sealed = x'00' WHERE id = ?", (broken.id,)))
    await desk.open(NEWS)
    assert await desk.told() == [1]
    rows = await desk.do(lambda: desk.database.read("SELECT state FROM rounds WHERE id = ?", (broken.id,)))
    assert rows == [(VOID,)]


async def test_it_rests_until_something_is_due_and_wakes_by_a_round_or_the_clock(desk: Desk) -> None:
    look = await desk.feeder.look()
    assert (look.busy, look.at_once) == (False, False)
    assert look.next_at == float("inf")
    await desk.subscribe((1,), "news")
    desk.now = NIGHT
    await desk.open(NEWS)
    assert not desk.feeder.settled, "a round was opened"
    await desk.feed()
    look = await desk.feeder.look()
    assert not look.busy
    assert look.next_at == MORNING.timestamp()
