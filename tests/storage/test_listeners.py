"""Places that are written to unasked: how each wants it, who is found, and what the table alone tells."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest

from storage.answered import Answered
from storage.database import Database
from storage.deliveries import Deliveries
from storage.listeners import Listener, Listeners, Place, Profile
from storage.rounds import NOTICE, Round, Rounds
from storage.sealing import ServerKey
from storage.subscriptions import Subscriptions

T = TypeVar("T")

TODAY = dt.date(2026, 11, 23)
DARA, SOK = Place(6_123_456_789), Place(6_987_654_321)
GROUP, TOPIC = Place(-100_987_654_321), Place(-100_987_654_321, 17)
ANY, GENEVA = Profile(), Profile("Europe/Zurich", 22, 6, "few")
TABLES = ("listeners", "subscriptions", "answered", "deliveries")


class Store:
    """The listeners over one database."""

    def __init__(self, folder: Path, database: Database) -> None:
        server = ServerKey.load(folder / "server.key", TODAY)
        self.folder = folder
        self.database = database
        self.listeners = Listeners(database, server)
        self.subscriptions = Subscriptions(database, server)
        self.answered = Answered(database)
        self.deliveries = Deliveries(database)
        self.rounds = Rounds(database, server)

    async def do(self, deed: Callable[[], Awaitable[T]]) -> T:
        return await self.database.write(deed)

    async def welcome(self, *places: Place, profile: Profile = ANY) -> None:
        for place in places:
            await self.do(lambda place=place: self.listeners.welcome(place, profile))  # type: ignore[misc]

    async def tidy(self, most: int = 100) -> int:
        """In how many steps."""
        reached: bytes | None = b""
        steps = 0
        while reached is not None:
            reached, steps = await self.do(partial(self.listeners.tidy, reached, most)), steps + 1
        return steps

    async def keep(self, listener: Listener) -> None:
        await self.do(lambda: self.listeners.keep(listener))

    async def of(self, place: Place) -> Listener | None:
        return await self.do(lambda: self.listeners.of(place))

    async def blocked(self, place: Place) -> bool:
        return await self.do(lambda: self.listeners.is_blocked(place.chat_id))

    async def everything_about(self, place: Place) -> None:
        """A row in each table that has places."""
        key = f"n:{self.listeners.mark(place).hex()}"
        one = Round(NOTICE, key, key, ("all",))

        async def work() -> None:
            await self.subscriptions.begin(place, "all", Profile())
            await self.answered.note("0123abcd:2027-05-15", self.listeners.mark(place))
            kept = await self.rounds.open(one, TODAY)
            assert kept is not None
            await self.rounds.deliver_to(kept, [self.listeners.mark(place)])

        await self.do(work)

    async def marks(self) -> dict[str, set[bytes]]:
        """Whose rows there are, by table."""
        found = {}
        for table in TABLES:
            read = await self.do(lambda table=table: self.database.read(f"SELECT place FROM {table}"))  # type: ignore[misc]
            found[table] = {bytes(place) for (place,) in read}
        return found


def on_disk(folder: Path) -> bytes:
    """All that whoever takes the database has."""
    return b"".join(one.read_bytes() for one in folder.glob("sangket.db*"))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    database = await Database.open(tmp_path / "sangket.db")
    yield Store(tmp_path, database)
    await database.close()


async def test_how_a_place_wants_it_is_kept_and_a_second_welcome_changes_nothing(store: Store) -> None:
    wanted = Listener(DARA, GENEVA, digest=True, asleep_until=1_800_000_000)
    await store.keep(wanted)
    await store.welcome(DARA, profile=Profile())
    assert await store.of(DARA) == wanted
    assert await store.of(SOK) is None


async def test_a_topic_is_a_place_of_its_own_and_both_are_of_the_chat(store: Store) -> None:
    await store.welcome(GROUP)
    await store.welcome(TOPIC, profile=GENEVA)
    assert await store.of(TOPIC) == Listener(TOPIC, GENEVA)
    assert await store.of(GROUP) == Listener(GROUP)
    found = await store.do(lambda: store.listeners.of_chat(GROUP.chat_id))
    assert {one.place for one in found} == {GROUP, TOPIC}


@pytest.mark.parametrize(
    "profile", [Profile(), GENEVA, Profile("America/Argentina/Buenos_Aires", 0, 0), Profile("Asia/Seoul", 23, 5, "few")]
)
def test_a_profile_is_read_back_as_it_was_written(profile: Profile) -> None:
    assert Profile.read(str(profile)) == profile


@pytest.mark.parametrize("text", ["", "Asia/Phnom_Penh", "Asia/Phnom_Penh x 7 all", "a b c d e"])
def test_what_is_no_profile_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Profile.read(text)


async def test_each_profile_is_found_once_however_many_share_it(store: Store) -> None:
    assert await store.do(store.listeners.profiles) == []
    for number in range(20):
        await store.welcome(Place(1000 + number), profile=(Profile(), GENEVA)[number % 2])
    found = await store.do(store.listeners.profiles)
    assert sorted(map(str, found)) == sorted([str(Profile()), str(GENEVA)])


async def test_a_chat_is_blocked_once_with_its_topics_and_comes_back_with_them(store: Store) -> None:
    await store.welcome(GROUP, TOPIC, DARA)
    assert await store.do(lambda: store.listeners.block(GROUP.chat_id, TODAY))
    assert not await store.do(lambda: store.listeners.block(GROUP.chat_id, TODAY + dt.timedelta(days=9))), "once"
    for place in (GROUP, TOPIC):
        assert (await store.of(place)) == Listener(place, blocked_on=TODAY.isoformat())
    assert await store.blocked(GROUP)
    assert not await store.blocked(DARA)
    await store.do(lambda: store.listeners.back(GROUP.chat_id))
    assert not await store.blocked(GROUP)
    assert await store.of(TOPIC) == Listener(TOPIC)


async def test_to_block_or_forget_a_chat_that_is_not_here_does_nothing(store: Store) -> None:
    await store.welcome(DARA)
    assert not await store.do(lambda: store.listeners.block(SOK.chat_id, TODAY))
    await store.do(lambda: store.listeners.forget(SOK.chat_id))
    assert await store.of(DARA) == Listener(DARA)


async def test_of_a_chat_that_is_forgotten_nothing_is_left_in_any_table(store: Store) -> None:
    for place in (GROUP, TOPIC, DARA):
        await store.everything_about(place)
    await store.do(lambda: store.listeners.forget(GROUP.chat_id))
    dara = {store.listeners.mark(DARA)}
    assert await store.marks() == dict.fromkeys(TABLES, dara)


async def test_who_stopped_long_ago_is_forgotten_as_well(store: Store) -> None:
    await store.everything_about(DARA)
    await store.do(lambda: store.subscriptions.end_all(DARA))
    await store.tidy()
    assert (await store.marks())["listeners"] == set()
    assert (await store.marks())["deliveries"] != set(), "control: what was sent is still known"
    await store.do(lambda: store.listeners.forget(DARA.chat_id))
    assert not any((await store.marks()).values())


async def test_tidying_forgets_who_asks_for_nothing_but_not_who_waits_or_is_blocked(store: Store) -> None:
    await store.welcome(DARA, SOK)
    await store.everything_about(TOPIC)
    await store.do(lambda: store.listeners.block(SOK.chat_id, TODAY))
    await store.tidy()
    assert await store.of(DARA) is None
    assert (await store.of(SOK)) is not None, "it would be tried again"
    assert await store.of(TOPIC) == Listener(TOPIC)
    await store.do(lambda: store.database.execute("DELETE FROM subscriptions"))
    await store.tidy()
    assert await store.of(TOPIC) == Listener(TOPIC), "something is on its way to it"


async def test_tidying_looks_at_some_places_at_a_time_and_leaves_none_out(store: Store) -> None:
    asking, silent = [Place(n) for n in range(1, 8)], [Place(n) for n in range(8, 15)]
    await store.welcome(*asking, *silent)
    for place in asking:
        await store.do(lambda place=place: store.subscriptions.begin(place, "all", ANY))  # type: ignore[misc]
    assert await store.tidy(most=4) == 4, "14 places, 4 at a time"
    assert [await store.of(place) is not None for place in (*asking, *silent)] == [True] * 7 + [False] * 7
    assert await store.tidy(most=7) == 2, "the 7 that are left fill one step, and that it was all shows in the next"


async def test_a_group_that_moved_is_found_in_its_new_place_alone_with_all_that_it_wants(store: Store) -> None:
    old, new = Place(-41_234), Place(-100_555)
    await store.everything_about(old)
    await store.keep(Listener(old, GENEVA, digest=True, blocked_on="2026-11-01"))
    for _ in range(2):  # Telegram tells of it twice
        await store.do(lambda: store.listeners.moved(old.chat_id, new.chat_id))
    assert await store.of(new) == Listener(new, GENEVA, digest=True)
    assert await store.marks() == {table: {store.listeners.mark(new)} for table in TABLES}


async def test_a_group_that_moves_to_where_something_is_kept_already_keeps_that(store: Store) -> None:
    old, new = Place(-41_234), Place(-100_555)
    await store.everything_about(old)
    await store.everything_about(new)
    await store.keep(Listener(new, GENEVA))
    await store.do(lambda: store.listeners.moved(old.chat_id, new.chat_id))
    assert await store.of(new) == Listener(new, GENEVA)
    assert all(found == {store.listeners.mark(new)} for found in (await store.marks()).values())


async def test_the_table_alone_says_nobody_s_number(store: Store, tmp_path: Path) -> None:
    await store.everything_about(DARA)
    files = on_disk(tmp_path)
    assert b"Asia/Phnom_Penh" in files, "control"
    assert str(DARA.chat_id).encode() not in files
    assert DARA.chat_id.to_bytes(8, "big").lstrip(b"\0") not in files
    assert DARA.chat_id.to_bytes(8, "little").rstrip(b"\0") not in files


async def test_an_address_that_was_put_under_another_place_is_nobody_s(store: Store) -> None:
    await store.welcome(DARA, SOK)
    swap = "UPDATE listeners SET address = (SELECT address FROM listeners WHERE place = ?) WHERE place = ?"
    marks = (store.listeners.mark(SOK), store.listeners.mark(DARA))
    await store.do(lambda: store.database.execute(swap, marks))
    assert await store.of(DARA) is None
    assert await store.of(SOK) == Listener(SOK), "control"


@pytest.mark.parametrize(("column", "value"), [("address", b"\0" * 40), ("profile", "no profile at all")])
async def test_a_place_that_cannot_be_read_is_passed_over(store: Store, column: str, value: object) -> None:
    await store.welcome(DARA, SOK)
    mark = store.listeners.mark(DARA)
    await store.do(lambda: store.database.execute(f"UPDATE listeners SET {column} = ? WHERE place = ?", (value, mark)))
    found = await store.do(lambda: store.listeners.these([mark, store.listeners.mark(SOK)]))
    assert [one.place for one in found.values()] == [SOK]


async def test_a_new_setting_does_not_touch_the_others(store: Store) -> None:
    await store.keep(Listener(DARA, GENEVA, digest=True))
    await store.keep(replace(Listener(DARA, GENEVA, digest=True), asleep_until=5))
    assert await store.of(DARA) == Listener(DARA, GENEVA, digest=True, asleep_until=5)


async def test_a_profile_that_cannot_be_read_does_not_stand_in_the_way_of_the_others(store: Store) -> None:
    await store.welcome(GROUP, profile=GENEVA)
    await store.welcome(DARA)
    await store.do(
        lambda: store.database.execute(
            "UPDATE listeners SET profile = 'Asia/Nowhere' WHERE profile <> ?", (str(GENEVA),)
        )
    )
    assert await store.do(store.listeners.profiles) == [GENEVA]
