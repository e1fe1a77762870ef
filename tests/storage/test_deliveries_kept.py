"""The ledger: one row for each subject and place, asked before a letter goes, and true about how it ended."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from ledger import GENEVA, NOW, STEP, TODAY, Store

from storage.database import Database
from storage.deliveries import CARRIER, STALE_SECONDS, Delivery, Still
from storage.listeners import Place
from storage.rounds import PAUSED, RUNNING, VOID, Round
from storage.timekeeping import Timekeeping

LETTER = f"{CARRIER}1"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    database = await Database.open(tmp_path / "sangket.db")
    yield Store(tmp_path, database)
    await database.close()


async def queued(store: Store, *chats: int, one: Round = STEP, letter: str = LETTER) -> Round:
    """A letter in the outbox carries this round to these chats."""
    await store.subscribe(chats)
    kept = await store.open(one)
    await store.expand(kept)
    rows = [Delivery(kept.subject, store.listeners.mark(Place(n)), kept.id) for n in chats]
    await store.do(lambda: store.deliveries.queue({letter: rows}, NOW))
    return kept


async def still(store: Store, now: int = NOW, letter: str = LETTER) -> Still:
    return await store.do(lambda: store.deliveries.still(letter, now))


async def test_there_is_one_row_for_a_subject_and_a_place_and_no_way_to_a_second(store: Store) -> None:
    one = await queued(store, 1)
    await store.do(lambda: store.rounds.deliver_to(replace(one, id="another"), [store.listeners.mark(Place(1))]))
    rows = await store.do(lambda: store.database.read("SELECT count(*), min(round) FROM deliveries"))
    assert rows == [(1, one.id)]
    with pytest.raises(sqlite3.IntegrityError):
        await store.do(
            lambda: store.database.execute(
                "INSERT INTO deliveries (subject, place, round, state, not_before)"
                " SELECT subject, place, 'x', 'waiting', 0 FROM deliveries"
            )
        )


async def test_a_letter_goes_while_nothing_has_changed(store: Store) -> None:
    await queued(store, 1)
    assert await still(store) is Still.GO
    assert await still(store, letter=f"{CARRIER}unknown") is Still.DROP


async def test_a_letter_of_a_void_round_is_dropped(store: Store) -> None:
    one = await queued(store, 1)
    await store.do(lambda: store.rounds.turn(one.id, VOID))
    assert await still(store) is Still.DROP


async def test_a_letter_is_dropped_from_the_second_on_in_which_its_round_ends(store: Store) -> None:
    await queued(store, 1, one=replace(STEP, ends=NOW + 5))
    assert await still(store, NOW + 4) is Still.GO
    assert await still(store, NOW + 5) is Still.DROP


async def test_a_letter_to_somebody_who_unsubscribed_is_dropped(store: Store) -> None:
    await queued(store, 1)
    await store.do(lambda: store.subscriptions.end(Place(1), "all"))
    assert await still(store) is Still.DROP


async def test_a_letter_to_a_chat_that_turned_out_to_be_deaf_is_gone(store: Store) -> None:
    await queued(store, 1)
    await store.do(lambda: store.listeners.block(1, TODAY))
    assert await still(store) is Still.GONE


async def test_a_letter_of_a_paused_round_goes_back_and_then_out_again(store: Store) -> None:
    one = await queued(store, 1)
    await store.do(lambda: store.rounds.turn(one.id, PAUSED))
    assert await still(store) is Still.BACK
    await store.do(lambda: store.deliveries.back([LETTER], NOW))
    assert await store.states(one) == {1: "waiting"}
    await store.do(lambda: store.rounds.turn(one.id, RUNNING))
    assert len(await store.do(lambda: store.deliveries.waiting(one.id, NOW, 10))) == 1


@pytest.mark.parametrize(
    ("passed", "expected"),
    [(0, Still.GO), (STALE_SECONDS - 1, Still.GO), (STALE_SECONDS, Still.BACK), (-1, Still.BACK)],
)
async def test_a_letter_that_lay_for_long_or_comes_from_the_future_is_written_anew(
    store: Store, passed: int, expected: Still
) -> None:
    await queued(store, 1)
    assert await still(store, NOW + passed) is expected


async def test_nothing_goes_while_the_clock_is_in_doubt(store: Store) -> None:
    await queued(store, 1)
    timekeeping = Timekeeping(store.database)
    await store.do(lambda: timekeeping.saw(NOW))
    assert await still(store) is Still.GO
    await store.do(timekeeping.hold)
    assert await still(store) is Still.BACK
    await store.do(timekeeping.release)
    assert await still(store) is Still.GO


async def test_a_digest_of_which_a_part_is_void_goes_back_and_leaves_that_part_out(store: Store) -> None:
    first = await queued(store, 1)
    second = await queued(store, 1, one=replace(STEP, key="other", subject="other"))
    assert await still(store) is Still.GO
    await store.do(lambda: store.rounds.turn(first.id, VOID))
    assert await still(store) is Still.BACK
    await store.do(lambda: store.deliveries.back([LETTER], NOW))
    assert await store.states(first) == {1: "void"}
    assert await store.states(second) == {1: "waiting"}


async def test_a_digest_of_which_a_part_was_unsubscribed_goes_back(store: Store) -> None:
    await queued(store, 1)
    await queued(store, 1, one=replace(STEP, key="other", subject="other"))
    await store.do(lambda: store.deliveries.drop_those_of(store.listeners.mark(Place(1)), "oth"))
    assert await still(store) is Still.BACK


async def test_what_was_in_the_air_while_its_round_was_voided_ends_as_what_it_was(store: Store) -> None:
    one = await queued(store, 1)
    await store.do(lambda: store.rounds.turn(one.id, VOID))
    await store.do(lambda: store.deliveries.ended([("sent", LETTER)]))
    assert await store.states(one) == {1: "sent"}


async def test_lost_answers_are_counted_apart_from_what_was_sent(store: Store) -> None:
    one = await queued(store, 1)
    for _ in range(2):
        await store.do(lambda: store.deliveries.doubtful([LETTER]))
    await store.do(lambda: store.deliveries.ended([("sent", LETTER)]))
    assert await store.do(lambda: store.deliveries.counts([one.id])) == {"sent": 1, "again": 1}


async def test_what_waits_for_a_deaf_chat_is_gone_and_only_that(store: Store) -> None:
    await store.subscribe((1, 2))
    one = await store.open(STEP)
    await store.expand(one)
    assert await store.do(lambda: store.listeners.block(1, TODAY))
    assert not await store.do(lambda: store.listeners.block(1, TODAY + dt.timedelta(days=1))), "marked once"
    assert await store.states(one) == {1: "gone", 2: "waiting"}


async def test_a_delivery_moves_with_its_group_and_from_a_topic_that_is_gone(store: Store) -> None:
    old, new, topic = Place(-5), Place(-1005), Place(-1005, 7)
    await store.do(lambda: store.subscriptions.begin(old, "all", GENEVA))
    await store.do(lambda: store.subscriptions.begin(topic, "d:0a", GENEVA))
    one = await store.open(replace(STEP, topics=("all",)))
    await store.expand(one)
    other = await store.open(replace(STEP, key="other", subject="other", topics=("d:0a",)))
    await store.expand(other)
    await store.do(lambda: store.listeners.moved(-5, -1005))
    await store.do(lambda: store.listeners.left_topic(topic))
    for kept in (one, other):
        assert await store.do(lambda kept=kept: store.deliveries.states(kept.id)) == {  # type: ignore[misc]
            store.listeners.mark(new): "waiting"
        }
    assert await store.do(lambda: store.subscriptions.of(new)) == ["all", "d:0a"]
    assert await store.do(lambda: store.listeners.of(topic)) is None
    [left] = await store.do(lambda: store.listeners.of_chat(-1005))
    assert left.profile == GENEVA
