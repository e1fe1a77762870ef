"""The sender keeps Telegram's pace by itself, without a single 429, and no slower than it must."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pytest
from conftest import House
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.ask import local_settings
from bot.pace import ALL_SECONDS, CHAT, GROUP, Pace
from bot.talk import settle
from facts.report import Report
from sandbox.limits import Pace as Telegram
from sandbox.records import Person
from sandbox.refusal import Refusal
from sandbox.world import World

_ROUNDING = 1e-6


@dataclass(frozen=True)
class _Wish:
    """Somebody wants to send into a chat, so many seconds after the wish before. The answer takes ``takes`` seconds, and
    Telegram counts the call somewhere between, at this part of the way."""

    chat: int
    after: float = 0.0
    takes: float = 0.0
    part: float = 0.5
    bulk: bool = False


@dataclass(frozen=True)
class _Sent:
    """When a wish was granted, counted and answered."""

    wish: _Wish
    wanted: float
    began: float
    counted: float
    answered: float


@dataclass
class _Line:
    """A sender and its clock: calls overlap as their answers take time."""

    pace: Pace
    now: float = 0.0
    sent: list[_Sent] = field(default_factory=list)
    _flying: list[tuple[float, int, int]] = field(default_factory=list)

    def grant(self, wish: _Wish) -> _Sent:
        """Send it as soon as it may go."""
        wanted = self.now + wish.after
        self.wait(wanted)
        while (at := self.pace.free_at(wish.chat, self.now, bulk=wish.bulk)) > self.now:
            self.wait(at)
        self.pace.take(wish.chat, self.now, bulk=wish.bulk)
        one = _Sent(wish, wanted, self.now, self.now + wish.part * wish.takes, self.now + wish.takes)
        self.sent.append(one)
        heapq.heappush(self._flying, (one.answered, len(self.sent), wish.chat))
        return one

    def wait(self, until: float) -> None:
        """Let time pass."""
        while self._flying and self._flying[0][0] <= until:
            at, _, chat = heapq.heappop(self._flying)
            self.pace.land(chat, at)
        self.now = max(self.now, until)


def _all_sent(pace: Pace, wishes: list[_Wish]) -> list[_Sent]:
    line = _Line(pace)
    for wish in wishes:
        line.grant(wish)
    return line.sent


def _refused(sent: list[_Sent]) -> int:
    """How often Telegram would have said 429, counting each call when it arrived."""
    telegram, refused = Telegram(), 0
    for one in sorted(sent, key=lambda one: one.counted):
        try:
            telegram.admit(one.wish.chat, one.counted, group=one.wish.chat < 0)
        except Refusal:
            refused += 1
    return refused


_CHATS = st.one_of(st.integers(-3, -1), st.integers(1, 60))
_PAUSES = st.one_of(st.just(0.0), st.floats(0, 0.1), st.floats(0, 100))
_TAKES = st.one_of(st.just(0.0), st.floats(0, 0.05), st.floats(0, 5))
_WISHES = st.lists(st.builds(_Wish, _CHATS, _PAUSES, _TAKES, st.floats(0, 1), st.booleans()), max_size=200)


@settings(max_examples=200, deadline=None)
@given(_WISHES)
def test_telegram_never_has_a_reason_to_refuse_wherever_on_its_way_a_call_is_counted(wishes: list[_Wish]) -> None:
    assert _refused(_all_sent(Pace(), wishes)) == 0


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=200, max_size=200))
def test_a_crowd_whose_answers_take_anything_up_to_a_second_is_never_refused(ways: list[tuple[float, float]]) -> None:
    wishes = [_Wish(n, 0.0, takes, part) for n, (takes, part) in enumerate(ways, 1)]
    assert _refused(_all_sent(Pace(), wishes)) == 0


def test_the_check_of_telegrams_windows_can_fail() -> None:
    """The controls: without pace, and with one that forgets a call as soon as it has begun."""
    group = [_Wish(-1)] * 40
    assert _refused(_all_sent(Pace(0), group)) > 0
    crowd = [_Wish(n, 0.0, 0.5 if n <= 30 else 0.0, 1.0) for n in range(1, 61)]
    assert _refused(_all_sent(_CountsStarts(), crowd)) > 0
    assert _refused(_all_sent(Pace(), crowd)) == 0


class _CountsStarts(Pace):
    """A call counts when it begins."""

    def take(self, chat_id: int, now: float, *, bulk: bool = False) -> None:
        super().take(chat_id, now, bulk=bulk)
        super().land(chat_id, now)

    def land(self, chat_id: int, now: float) -> None:
        pass


@settings(max_examples=200, deadline=None)
@given(_WISHES)
def test_nobody_waits_without_a_full_window(wishes: list[_Wish]) -> None:
    line = _Line(Pace())
    for wish in wishes:
        before = list(line.sent)
        one = line.grant(wish)
        if one.began > one.wanted + 20 * _ROUNDING:
            assert _is_full(before, wish, one.began - 10 * _ROUNDING)


def _is_full(sent: list[_Sent], wish: _Wish, at: float) -> bool:
    """Whether something had no room at this moment: a window, or the even flow of bulk."""
    in_chat = [one for one in sent if one.wish.chat == wish.chat]
    windows = [(30, ALL_SECONDS, sent)] + ([(GROUP.count, GROUP.seconds, in_chat)] if wish.chat < 0 else [])
    if any(sum(one.answered + seconds > at for one in ones) >= count for count, seconds, ones in windows):
        return True
    flow = wish.bulk and any(one.wish.bulk and at - one.began < 2 * ALL_SECONDS / 30 for one in sent)
    return flow or _level(in_chat, at) + 1 > CHAT.count


def _level(sent: list[_Sent], at: float) -> float:
    """How full the bucket of a chat is: what was answered leaks, what is in the air does not."""
    full_at, each = 0.0, CHAT.seconds / CHAT.count
    for one in sorted((one for one in sent if one.answered <= at), key=lambda one: one.answered):
        full_at = max(full_at, one.answered) + each
    return max(0.0, full_at - at) / each + sum(one.answered > at for one in sent)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(0, 1000), min_size=1, max_size=10), st.integers(0, 1))
def test_nothing_goes_while_telegram_wants_silence(untils: list[float], per_second: int) -> None:
    pace = Pace(per_second)
    for until in untils:
        pace.hold(until)
    for chat in (1, 2):
        assert pace.free_at(chat, 0.0) == max(untils)
        assert pace.free_at(chat, max(untils) + 1) == max(untils) + 1


def test_what_was_not_sent_after_all_takes_no_place() -> None:
    pace = Pace()
    for chat in range(1, 1000):
        assert pace.free_at(chat, 0.0) == 0.0
        pace.take(chat, 0.0)
        pace.give_back(chat)
    for _ in range(4):
        pace.take(1, 0.0)
    assert pace.free_at(1, 0.0) > 0.0


def test_chats_that_fell_silent_are_forgotten_and_others_are_not() -> None:
    pace = Pace(1000)
    for n in range(1, 1000):
        pace.take(n, n * 1.0)
        pace.land(n, n * 1.0)
    for n in range(19):
        pace.take(-1, 2000.0 + 2 * n)
        pace.land(-1, 2000.0 + 2 * n)
    pace.take(5000, 2040.0)
    assert len(pace._chats) == 2
    assert pace.free_at(-1, 2040.0) == 2060.5
    for n in range(10_000):
        pace.take(6000 + n, 3000.0 + n)
        pace.land(6000 + n, 3000.0 + n)
        assert len(pace._chats) <= 1000


@pytest.mark.parametrize("bulk", [False, True])
def test_a_crowd_is_served_at_nearly_the_full_rate(bulk: bool) -> None:
    sent = _all_sent(Pace(), [_Wish(chat, takes=0.005, bulk=bulk) for chat in range(1, 3001)])
    assert 3000 / sent[-1].began >= 29
    assert all(earlier.began <= later.began for earlier, later in pairwise(sent))


def _waits(bulk: bool) -> list[float]:
    """How long somebody waits who speaks while a broadcast of 900 is on its way, in chats of their own, now and then."""
    line, waits = _Line(Pace()), []
    for n in range(1, 901):
        line.grant(_Wish(n, takes=0.005, bulk=bulk))
        if n % 10 == 0:
            waits.append(line.grant(_Wish(10_000 + n, takes=0.005)).began - line.sent[-2].began)
    return waits


def test_somebody_who_speaks_during_a_broadcast_waits_for_a_few_places_at_most() -> None:
    assert max(_waits(bulk=True)) <= 4 * ALL_SECONDS / 30


def test_the_control_of_that_waits_nearly_a_second() -> None:
    """Without the even flow a broadcast takes all the places at once."""
    assert max(_waits(bulk=False)) > 0.5


def test_half_of_what_may_be_in_the_air_is_left_to_conversation() -> None:
    assert [Pace(rate).most_bulk for rate in (1, 2, 30, 1000, 0)] == [1, 1, 15, 64, 64]


# Against Telegram
#
# Telegram counts when a call arrives, which the sender does not see: the bound is 0 all the same.


async def _refused_for_pace(folder: Path, report: Report, per_second: int, crowd: int, burst: int) -> int:
    """How often Telegram said 429 while a crowd got an answer each and one person a burst of them."""
    world = World(seed=1)
    house = House(world, folder, report)
    house.settings = local_settings(world, "http://127.0.0.1", folder, messages_per_second=per_second)
    people = [world.add_person(f"Visitor {n}") for n in range(crowd)]
    await house.start()
    world.say(world.add_person("Dara"), "/help")
    await house.settle()
    for person in people:
        world.say(person, "/benchmark D")
    for _ in range(burst - 1):
        world.say(people[0], "/benchmark D")
    await house.settle()
    await house.stop()
    assert [_answers(world, person) for person in people] == [burst] + [1] * (crowd - 1)
    return sum(call.status == 429 for call in world.calls)


def _answers(world: World, person: Person) -> int:
    chat = world.private_chat(person)
    return sum(message["from"]["id"] == world.bot.id for message in chat.messages.values())


async def test_a_crowd_and_a_hasty_person_are_answered_without_a_429(tmp_path: Path, report: Report) -> None:
    assert await _refused_for_pace(tmp_path, report, per_second=30, crowd=40, burst=6) == 0


async def test_without_pace_the_same_crowd_earns_many(tmp_path: Path, report: Report) -> None:
    """The control: this Telegram does refuse."""
    assert await _refused_for_pace(tmp_path, report, per_second=0, crowd=40, burst=6) > 6


@pytest.mark.long
async def test_a_group_and_a_large_crowd_are_answered_without_a_429(tmp_path: Path, report: Report) -> None:
    world = World(seed=1)
    house = House(world, tmp_path, report)
    house.settings = local_settings(world, "http://127.0.0.1", tmp_path, messages_per_second=30)
    people = [world.add_person(f"Visitor {n}") for n in range(400)]
    group = world.add_group("Network", people=people)
    await house.start()
    for n, person in enumerate(people):
        world.say(person, "/benchmark D")
        if n < 25:
            world.say(person, "/benchmark E", chat=group)
    await settle(world, house, seconds=120)
    await house.stop()
    assert [_answers(world, person) for person in people] == [1] * 400
    assert len([m for m in group.messages.values() if m.get("from", {}).get("id") == world.bot.id]) == 25
    assert sum(call.status == 429 for call in world.calls) == 0
