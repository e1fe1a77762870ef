"""Who is told of what: who is found, who is not, and what goes out no more once they stop."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from storage.answered import Answered
from storage.database import Database
from storage.listeners import Listeners, Place, Profile
from storage.rounds import NOTICE, REMINDER, Round, Rounds
from storage.sealing import ServerKey
from storage.subscriptions import ALL, NEWS, Subscriptions

T = TypeVar("T")

TODAY = dt.date(2026, 11, 23)
DARA, SOK = Place(6_123_456_789), Place(6_987_654_321)
GROUP, TOPIC = Place(-100_987_654_321), Place(-100_987_654_321, 17)
CASE, OTHER = "case:the-teachers", "case:the-printers"


class Store:
    """The subscriptions over one database."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.server = ServerKey.load(folder / "server.key", TODAY)
        self.database = database
        self.subscriptions = Subscriptions(database, self.server)
        self.listeners = Listeners(database, self.server)
        self.rounds = Rounds(database, self.server)
        self.answered = Answered(database)

    async def do(self, deed: Callable[[], Awaitable[T]]) -> T:
        return await self.database.write(deed)

    async def begin(self, place: Place, *topics: str) -> None:
        for topic in topics:
            await self.do(lambda topic=topic: self.subscriptions.begin(place, topic, Profile()))  # type: ignore[misc]

    async def told(self, *topics: str, key: str = "") -> set[Place]:
        """Who gets a round about these."""
        one = Round(NOTICE, key or f"n:{topics}", key or f"n:{topics}", topics)

        async def work() -> list[bytes]:
            kept = await self.rounds.open(one, TODAY)
            assert kept is not None
            while not await self.rounds.expand(kept, 100):
                kept = await self.rounds.get(kept.id)
                assert kept is not None
            rows = await self.database.read("SELECT place FROM deliveries WHERE round = ?", (kept.id,))
            return [bytes(place) for (place,) in rows]

        marks = await self.do(work)
        found = await self.do(lambda: self.listeners.these(marks))
        assert len(marks) == len(found), "nobody is told twice"
        return {one.place for one in found.values()}

    async def states(self) -> dict[str, str]:
        return dict(await self.do(lambda: self.database.read("SELECT subject, state FROM deliveries")))


def on_disk(folder: Path) -> bytes:
    """All that whoever takes the database has."""
    return b"".join(one.read_bytes() for one in folder.glob("sangket.db*"))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    database = await Database.open(tmp_path / "sangket.db")
    yield Store(tmp_path, database)
    await database.close()


async def test_those_who_asked_for_a_topic_are_found_once_and_no_others(store: Store) -> None:
    await store.begin(DARA, CASE, CASE)
    await store.begin(SOK, CASE, OTHER)
    await store.begin(TOPIC, OTHER)
    assert await store.told(CASE) == {DARA, SOK}
    assert await store.told(OTHER) == {SOK, TOPIC}
    assert await store.told(CASE, OTHER) == {DARA, SOK, TOPIC}
    assert await store.told("case:nothing") == set()
    assert await store.do(lambda: store.subscriptions.has(DARA, CASE))
    assert not await store.do(lambda: store.subscriptions.has(DARA, OTHER))
    assert await store.do(lambda: store.subscriptions.of(SOK)) == [OTHER, CASE]
    assert await store.do(lambda: store.subscriptions.of(GROUP)) == [], "a topic of it is another place"


async def test_who_stops_is_told_no_more_of_that_topic(store: Store) -> None:
    await store.begin(DARA, CASE, OTHER)
    await store.do(lambda: store.subscriptions.end(DARA, CASE))
    assert await store.told(CASE) == set()
    assert await store.told(OTHER) == {DARA}


async def test_places_that_cannot_be_written_to_are_neither_counted_nor_told(store: Store) -> None:
    await store.begin(DARA, ALL)
    await store.begin(SOK, ALL, NEWS)
    assert await store.do(lambda: store.subscriptions.count([ALL, NEWS])) == 2, "each once"
    await store.do(lambda: store.listeners.block(SOK.chat_id, TODAY))
    assert await store.do(lambda: store.subscriptions.count([ALL, NEWS])) == 1
    assert await store.told(ALL) == {DARA}
    await store.do(lambda: store.listeners.back(SOK.chat_id))
    assert await store.told(ALL, key="again") == {DARA, SOK}


async def test_what_was_on_its_way_for_a_topic_alone_does_not_go_out_once_it_is_stopped(store: Store) -> None:
    await store.begin(DARA, "b:D", "b:E")
    await store.told("b:D", key="D alone")
    await store.told("b:D", "b:E", key="D and E")
    await store.told("b:E", key="E alone")
    await store.do(lambda: store.subscriptions.end(DARA, "b:D"))
    assert await store.states() == {"D alone": "void", "D and E": "waiting", "E alone": "waiting"}


async def test_a_notice_that_was_for_whoever_was_told_still_goes_out(store: Store) -> None:
    """Nobody shall turn up on a day that was changed because they unsubscribed from something else."""
    await store.begin(DARA, ALL)

    async def work() -> None:
        kept = await store.rounds.open(Round(NOTICE, "n:1:2", "n:1:2"), TODAY)
        assert kept is not None
        await store.rounds.deliver_to(kept, [store.listeners.mark(DARA)])

    await store.do(work)
    await store.do(lambda: store.subscriptions.end(DARA, ALL))
    assert await store.states() == {"n:1:2": "waiting"}


async def test_who_stops_everything_gets_nothing_that_was_on_its_way_and_others_do(store: Store) -> None:
    await store.begin(DARA, ALL, CASE)
    await store.told(ALL, key="first")
    await store.begin(SOK, ALL)
    await store.told(ALL, key="second")
    await store.do(lambda: store.subscriptions.end_all(DARA))
    assert await store.do(lambda: store.subscriptions.of(DARA)) == []
    rows = await store.do(lambda: store.database.read("SELECT place, state FROM deliveries"))
    by_place = {bytes(place): state for place, state in rows}
    assert by_place == {store.listeners.mark(DARA): "void", store.listeners.mark(SOK): "waiting"}


async def test_an_occurrence_that_was_answered_is_so_there_alone_until_it_is_taken_back(store: Store) -> None:
    marks = [store.listeners.mark(place) for place in (DARA, SOK)]
    for _ in range(2):
        await store.do(lambda: store.answered.note("0123abcd:2027-05-15", marks[0]))
    assert await store.do(lambda: store.answered.has("0123abcd:2027-05-15", marks[0]))
    assert not await store.do(lambda: store.answered.has("0123abcd:2027-05-15", marks[1]))
    assert not await store.do(lambda: store.answered.has("0123abcd:2028-05-15", marks[0]))
    assert await store.do(lambda: store.answered.count("0123abcd:2027-05-15")) == 1
    await store.do(lambda: store.answered.forget(dt.date(2027, 5, 15)))
    assert await store.do(lambda: store.answered.has("0123abcd:2027-05-15", marks[0])), "control"
    await store.do(lambda: store.answered.take_back("0123abcd:2027-05-15", marks[0]))
    assert not await store.do(lambda: store.answered.has("0123abcd:2027-05-15", marks[0]))
    await store.do(lambda: store.answered.note("0123abcd:2027-05-15", marks[0]))
    await store.do(lambda: store.answered.forget(dt.date(2027, 5, 16)))
    assert not await store.do(lambda: store.answered.has("0123abcd:2027-05-15", marks[0]))


# Who followed a case before there were subscriptions


async def _followed(store: Store, chat_id: int, topic: str, named: str = "") -> None:
    chat = store.server.pseudonym(chat_id)
    address = store.server.seal_chat(chat_id, f"follow:{chat.hex()}:{named or topic}")
    row = (chat, topic, address)
    await store.do(lambda: store.database.execute("INSERT INTO follows (chat, topic, address) VALUES (?, ?, ?)", row))


async def _adopt(store: Store) -> None:
    await store.do(lambda: store.subscriptions.adopt(Profile("Europe/Zurich")))


async def test_those_who_followed_a_case_are_told_of_it_once_and_their_old_rows_are_gone(store: Store) -> None:
    await _followed(store, DARA.chat_id, CASE)
    await _followed(store, SOK.chat_id, CASE)
    await _followed(store, SOK.chat_id, OTHER)
    for _ in range(2):
        await _adopt(store)
    assert await store.told(CASE) == {DARA, SOK}
    assert await store.told(OTHER) == {SOK}
    assert await store.do(lambda: store.database.read("SELECT * FROM follows")) == []
    listener = await store.do(lambda: store.listeners.of(DARA))
    assert listener is not None
    assert listener.profile == Profile("Europe/Zurich")


async def test_an_address_that_was_put_under_another_topic_is_nobody_s(store: Store) -> None:
    await _followed(store, DARA.chat_id, CASE, named=OTHER)
    await _followed(store, SOK.chat_id, OTHER)
    await _adopt(store)
    assert await store.told(CASE) == set()
    assert await store.told(OTHER) == {SOK}, "control"


async def test_a_topic_names_no_place_in_the_table(store: Store, tmp_path: Path) -> None:
    await store.begin(DARA, CASE)
    await store.told(CASE)
    files = on_disk(tmp_path)
    assert CASE.encode() in files, "control"
    assert str(DARA.chat_id).encode() not in files


async def test_profiles_decide_who_of_a_topic_gets_a_round(store: Store) -> None:
    await store.begin(DARA, ALL)
    await store.do(lambda: store.subscriptions.begin(SOK, ALL, Profile("Europe/Zurich")))
    one = Round(REMINDER, "r", "r", (ALL,), profile=str(Profile("Europe/Zurich")))

    async def work() -> list[tuple[bytes]]:
        kept = await store.rounds.open(one, TODAY)
        assert kept is not None
        await store.rounds.expand(kept, 10)
        return [(bytes(place),) for (place,) in await store.database.read("SELECT place FROM deliveries")]

    assert await store.do(work) == [(store.listeners.mark(SOK),)]
