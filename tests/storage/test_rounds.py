"""Rounds: opened once, given to the places they are for, paused, voided, forgotten; and nobody who did not ask gets any."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from ledger import GENEVA, HOME, NOW, STEP, TODAY, Store

from storage.database import Database
from storage.listeners import Listener, Place
from storage.rounds import BROADCAST, DONE, NOTICE, PAUSED, RUNNING, VOID, Round

SECRET = "Bring the forms to the office on Monday"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    database = await Database.open(tmp_path / "sangket.db")
    yield Store(tmp_path, database)
    await database.close()


async def test_a_round_is_opened_once_and_read_back_as_it_was(store: Store) -> None:
    wanted = replace(STEP, profile=str(HOME), content={"deadline": "0a", "due": NOW}, ends=NOW, told=("d:0a:1:x",))
    kept = await store.open(wanted)
    assert replace(kept, id="") == wanted
    assert await store.do(lambda: store.rounds.get(kept.id)) == kept
    assert await store.do(lambda: store.rounds.open(replace(wanted, content={}), TODAY)) is None
    assert await store.do(lambda: store.rounds.known("d:0a:1:")) == {wanted.key}


async def test_what_is_said_and_to_whom_does_not_lie_on_the_disk(store: Store) -> None:
    await store.open(replace(STEP, kind=BROADCAST, content={"en": SECRET}))
    disk = b"".join(one.read_bytes() for one in store.folder.glob("sangket.db*"))
    assert SECRET.encode() not in disk
    assert STEP.key.encode() in disk, "the control: what is not sealed would be found"


async def test_all_who_asked_for_any_of_it_get_one_delivery_each_however_small_the_steps(store: Store) -> None:
    await store.subscribe(range(1, 30))
    await store.subscribe(range(20, 50), "b:D")
    await store.subscribe(range(50, 60), "b:E")
    one = await store.open(STEP)
    assert await store.expand(one, most=7) == 8
    assert set(await store.states(one)) == set(range(1, 50))


async def test_a_round_for_one_profile_reaches_only_its_places_and_looks_at_no_more_in_one_step(store: Store) -> None:
    await store.subscribe(range(1, 40), profile=GENEVA)
    await store.subscribe(range(40, 45))
    one = await store.open(replace(STEP, profile=str(HOME)))
    assert await store.expand(one, most=10) == 5, "bounded by how many are looked at, not by how many fit"
    assert set(await store.states(one)) == set(range(40, 45))


async def test_a_subject_reaches_a_place_once_in_however_many_rounds_it_is(store: Store) -> None:
    await store.subscribe(range(1, 5), profile=GENEVA)
    first = await store.open(replace(STEP, profile=str(GENEVA)))
    await store.expand(first)
    for n in (1, 2):
        await store.keep(Listener(Place(n), HOME))
    second = await store.open(replace(STEP, key="another", profile=str(HOME)))
    await store.expand(second)
    assert set(await store.states(first)) == {1, 2, 3, 4}
    assert await store.states(second) == {}
    other = await store.open(replace(STEP, key="third", subject="other", profile=str(HOME)))
    await store.expand(other)
    assert set(await store.states(other)) == {1, 2}, "the control: they are there to be found"


async def test_who_cannot_be_written_to_gets_none_and_who_sleeps_gets_it_later(store: Store) -> None:
    await store.subscribe((1, 2, 3))
    await store.do(lambda: store.listeners.block(1, TODAY))
    await store.keep(Listener(Place(2), asleep_until=NOW + 60))
    one = await store.open(STEP)
    await store.expand(one)
    assert set(await store.states(one)) == {2, 3}
    [now] = await store.do(lambda: store.deliveries.waiting(one.id, NOW, 10))
    assert now.place == store.listeners.mark(Place(3))
    assert len(await store.do(lambda: store.deliveries.waiting(one.id, NOW + 60, 10))) == 2


async def test_a_notice_tells_those_who_were_told_and_still_ask_for_it(store: Store) -> None:
    await store.subscribe(range(1, 8))
    step = await store.open(STEP)
    await store.expand(step)
    await store.end(step, "sent", 1, 2)
    await store.end(step, "unknown", 3)
    await store.end(step, "refused", 4)
    await store.do(lambda: store.subscriptions.end(Place(2), "all"))
    await store.subscribe([2], "case:kem-sokha")
    await store.do(lambda: store.rounds.void("d:0a:"))
    notice = await store.open(Round(NOTICE, "n:0a:2", "n:0a:2"))
    await store.do(lambda: store.rounds.tell_the_told(notice, "d:0a:"))
    await store.expand(notice, most=2)
    assert set(await store.states(notice)) == {1, 3}


async def test_who_unsubscribes_before_the_notice_goes_does_not_get_it(store: Store) -> None:
    await store.subscribe((1, 2))
    step = await store.open(STEP)
    await store.expand(step)
    await store.end(step, "sent", 1, 2)
    notice = await store.open(Round(NOTICE, "n:0a:2", "n:0a:2"))
    await store.do(lambda: store.rounds.tell_the_told(notice, "d:0a:"))
    await store.expand(notice)
    await store.do(lambda: store.subscriptions.end(Place(1), "all"))
    assert await store.states(notice) == {1: "void", 2: "waiting"}


async def test_a_notice_waits_for_what_is_in_the_air_and_tells_whom_it_reached(store: Store) -> None:
    await store.subscribe((1, 2, 3))
    step = await store.open(STEP)
    await store.expand(step)
    await store.end(step, "queued", 1, 2)
    await store.do(lambda: store.rounds.void("d:0a:"))
    notice = await store.open(Round(NOTICE, "n:0a:2", "n:0a:2"))
    await store.do(lambda: store.rounds.tell_the_told(notice, "d:0a:"))
    found = await store.do(lambda: store.rounds.get(notice.id))
    assert found is not None
    assert not await store.do(lambda: store.rounds.expand(found, 1000))
    assert await store.states(notice) == {}
    await store.land(step, "sent", 1)
    await store.land(step, "void", 2)
    await store.expand(notice)
    assert set(await store.states(notice)) == {1}
    assert await store.states(step) == {1: "sent", 2: "void", 3: "void"}


async def test_a_void_round_waits_for_nobody_and_the_rest_is_swept_in_steps(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.rounds._AT_ONCE", 10)
    await store.subscribe(range(1, 40))
    one = await store.open(STEP)
    await store.expand(one)
    await store.end(one, "sent", 1)
    assert await store.do(lambda: store.rounds.turn(one.id, VOID))
    assert not await store.do(lambda: store.rounds.turn(one.id, RUNNING)), "what is void stays so"
    assert sorted((await store.states(one)).values()) == ["sent", *["void"] * 10, *["waiting"] * 28]
    assert await store.do(lambda: store.deliveries.counts([one.id])) == {"sent": 1, "void": 38, "again": 0}
    assert await store.do(store.rounds.unswept) == [one.id]
    while not await store.do(lambda: store.rounds.sweep(one.id, 10)):
        pass
    assert set((await store.states(one)).values()) == {"sent", "void"}
    assert await store.do(store.rounds.unswept) == []


async def test_how_far_rounds_are_is_known_in_the_order_in_which_they_are_fed(store: Store) -> None:
    await store.subscribe((1, 2))
    broadcast = await store.open(replace(STEP, key="b", subject="b", kind=BROADCAST, priority=STEP.priority.BROADCAST))
    step = await store.open(STEP)
    await store.open(replace(STEP, key="left out", state=VOID))
    first, second = await store.do(store.rounds.standings)
    assert (first.id, second.id) == (step.id, broadcast.id)
    assert (first.expanding, first.next_at, first.queued, first.is_over) == (True, None, False, False)
    await store.expand(step)
    await store.end(step, "queued", 1)
    first, _ = await store.do(store.rounds.standings)
    assert (first.expanding, first.next_at, first.queued, first.is_over) == (False, 0, True, False)
    await store.land(step, "sent", 1)
    await store.end(step, "sent", 2)
    await store.do(lambda: store.rounds.turn(broadcast.id, PAUSED))
    first, second = await store.do(store.rounds.standings)
    assert (first.is_over, second.state) == (True, PAUSED)
    await store.do(lambda: store.rounds.turn(step.id, DONE))
    assert [one.id for one in await store.do(store.rounds.standings)] == [broadcast.id]


async def test_what_was_over_long_ago_is_forgotten_with_its_deliveries_and_what_is_open_is_not(store: Store) -> None:
    await store.subscribe((1, 2))
    old, open_one = await store.open(STEP), await store.open(replace(STEP, key="b", subject="b"))
    for one in (old, open_one):
        await store.expand(one)
    await store.do(lambda: store.rounds.turn(old.id, VOID))
    assert await store.do(lambda: store.rounds.forget(TODAY, 2))
    assert await store.do(lambda: store.rounds.get(old.id)) == replace(old, state=VOID, reached=None)
    before = TODAY + dt.timedelta(days=1)
    steps = [await store.do(lambda: store.rounds.forget(before, 2)) for _ in range(2)]
    assert steps == [False, True], "its deliveries first"
    assert await store.do(lambda: store.rounds.get(old.id)) is None
    assert await store.states(old) == {}
    assert set(await store.states(open_one)) == {1, 2}


async def test_no_step_of_forgetting_takes_more_rows_than_it_may_and_none_is_left_over(store: Store) -> None:
    await store.subscribe((1, 2, 3, 4, 5))
    for name in "abc":
        one = await store.open(replace(STEP, key=name, subject=name))
        await store.expand(one)
        await store.do(lambda one=one: store.rounds.turn(one.id, DONE))  # type: ignore[misc]
    before, left = TODAY + dt.timedelta(days=1), [await rows(store)]
    while not await store.do(lambda: store.rounds.forget(before, 4)):
        left.append(await rows(store))
    assert left == [(15, 3), (11, 3), (7, 3), (3, 3), (0, 3)]
    assert await rows(store) == (0, 0)


async def rows(store: Store) -> tuple[int, int]:
    """How many deliveries and rounds there are."""
    counted = "SELECT (SELECT count(*) FROM deliveries), (SELECT count(*) FROM rounds)"
    [(deliveries, rounds)] = await store.do(lambda: store.database.read(counted))
    return deliveries, rounds


async def test_opening_a_round_rouses_whoever_feeds_them(store: Store) -> None:
    assert not store.rounds.stirred.is_set()
    await store.open(STEP)
    assert store.rounds.stirred.is_set()


async def test_a_round_for_more_topics_than_sqlite_puts_side_by_side_reaches_everybody_once(store: Store) -> None:
    topics = tuple(f"case:{n}" for n in range(1200))
    for chat, topic in ((1, topics[0]), (2, topics[700]), (2, topics[701]), (3, topics[-1])):
        await store.subscribe([chat], topic)
    one = await store.open(replace(STEP, topics=topics))
    await store.expand(one)
    assert set(await store.states(one)) == {1, 2, 3}
