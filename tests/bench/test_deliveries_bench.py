"""The figures of deliveries can be believed: who loses, doubles or hurries is noticed, and ours come out of a real bot."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import httpx
import pytest

from bench.deliveries import __main__ as program
from bench.deliveries import audience as listening
from bench.deliveries.audience import Audience, Sent
from bench.deliveries.contest import Contestant, Sender
from bench.deliveries.memory import memory
from bench.deliveries.page import Season, page
from bench.deliveries.plan import Plan
from bench.deliveries.sending import Broadcast, Interrupted, broadcast, interrupted
from bench.deliveries.ticks import Ticks, profiles, ticks
from bench.processes import Cores
from bench.rounds import BotFailedError
from sandbox.app import create_app

ANYWHERE = Cores(None, None)
TINY = Plan(
    messages=40,
    latency=0.0,
    questions=3,
    questions_per_second=50.0,
    crowd=8,
    places=60,
    deadlines=12,
    profiles=2,
    ticks=2,
    audience=5,
)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Data of the bots lies with the test, and nobody waits for long for what does not come."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(listening, "PATIENCE", 0.5)


Post = Callable[[int], Awaitable[int]]
"""Writes to a chat; the status."""


def imagined(sends: Callable[[Post, list[int]], Awaitable[None]], *, alive: bool = True) -> Contestant:
    """A bot that does its broadcast so, and answers every question at once."""

    @asynccontextmanager
    async def at_work(audience: Audience, core: int | None) -> AsyncIterator[Sender]:
        transport = httpx.ASGITransport(create_app(audience.world))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:

            async def post(chat_id: int) -> int:
                answer = await client.post(
                    f"/bot{audience.world.token}/sendMessage", json={"chat_id": chat_id, "text": "x"}
                )
                return answer.status_code

            async def answers() -> None:
                while True:
                    for update in audience.world.updates.take(0, 100):
                        await post(update["message"]["chat"]["id"])
                        audience.world.updates.confirm_one(update["update_id"])
                    await asyncio.sleep(0.001)

            chats = [person.id for person in audience.people]
            tasks = [asyncio.ensure_future(answers())]
            begin = lambda: tasks.append(asyncio.ensure_future(sends(post, chats)))  # noqa: E731
            yield Sender(begin, lambda: alive, lambda: 1.0, lambda: 1)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    return at_work


async def to_each(post: Post, chats: list[int], times: int = 1) -> None:
    for chat in chats * times:
        await post(chat)


async def test_whoever_keeps_the_pace_reaches_everybody_without_a_refusal() -> None:
    found = await broadcast(imagined(to_each), 30, 0.0, ANYWHERE)
    assert (found.sent.reached, found.sent.floods, found.sent.faults) == (30, 0, [])


async def test_whoever_hurries_is_refused_and_what_is_lost_is_a_fault() -> None:
    """Control."""
    found = await broadcast(imagined(to_each), 40, 0.0, ANYWHERE)
    assert (found.sent.reached, found.sent.floods) == (30, 10)
    assert found.sent.faults == ["10 did not get it"]


async def test_whoever_writes_twice_is_found_out() -> None:
    """Control."""
    found = await broadcast(imagined(partial(to_each, times=2)), 5, 0.0, ANYWHERE)
    assert found.sent.faults == ["5 more than was to be sent"]


async def test_a_bot_that_died_is_no_figure() -> None:
    """Control."""
    with pytest.raises(BotFailedError):
        await broadcast(imagined(to_each, alive=False), 5, 0.0, ANYWHERE)


async def test_questions_are_asked_before_and_during_a_broadcast_and_who_gets_no_answer_is_counted() -> None:
    found = await interrupted(imagined(to_each), TINY, ANYWHERE)
    assert (len(found.quiet), len(found.meanwhile), found.unanswered) == (3, 3, 0)
    assert found.sent.faults == []

    async def everything_at_once(post: Post, chats: list[int]) -> None:
        await to_each(post, chats)
        while await post(chats[0]) != 429:
            pass

    hurried = await interrupted(imagined(everything_at_once), Plan(**vars(TINY) | {"crowd": 19}), ANYWHERE)
    assert hurried.unanswered > 0, "no question met a Telegram that takes nothing more"


def test_the_rate_is_that_after_the_first_burst() -> None:
    assert Sent(900, 900, 0, 29.0, 0).rate == 30.0
    assert Sent(30, 30, 0, 0.0, 0).rate == 0.0


async def test_our_bot_sends_a_paused_broadcast_once_it_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "PATIENCE", 30.0)
    found = await memory(TINY.audience, ANYWHERE)
    assert (found.sent.reached, found.sent.faults) == (5, [])
    assert found.most >= found.before > 1_000_000


async def test_a_tick_is_measured_where_something_is_due_and_where_nothing_is() -> None:
    found = await ticks(TINY)
    assert found.subscriptions == TINY.places * TINY.topics_each
    assert (len(found.idle), len(found.busy), len(found.scans)) == (2, 2, 2)
    assert sum(found.rounds) > 0, "nothing was due"
    assert min(found.expanded, found.fed) > 0, "nothing was fed"


def test_there_are_as_many_kinds_of_listeners_as_are_wanted() -> None:
    assert len(set(profiles(8))) == 8


def test_the_page_says_each_figure_and_what_went_wrong() -> None:
    lost = Broadcast(Sent(40, 30, 0, 2.0, 10), 0.3)
    season = Season({(40, 0.05): {"Sangket": lost}}, {"Sangket": Interrupted([0.01], [0.03], lost.sent, 0)})
    season.ticks = Ticks(240, 0.5, [0.001], [0.02], [7], [0.1], 500, [0.2], 100, [0.5])
    printed = "\n".join(page(TINY, season))
    assert "| 40 messages, 50 ms to Telegram | 0.0 (0%); 10; 10 lost; CPU 10.00 s a thousand |" in printed
    assert "| median meanwhile / with nothing sent | 3.0 |" in printed
    assert "| giving 1,000 places their delivery | 200.0 | 0.40 |" in printed
    assert "- Sangket: 10 did not get it" in printed


@pytest.mark.parametrize(("floods", "code"), [(0, 0), (1, 1)])
def test_one_429_for_our_bot_fails_the_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], floods: int, code: int
) -> None:
    async def found(*_: object) -> Broadcast:
        return Broadcast(Sent(60, 60, 0, 1.0, floods), 0.1)

    monkeypatch.setattr(program, "broadcast", found)
    monkeypatch.setattr(program, "_entered", lambda *_: {"Sangket": imagined(to_each)})
    monkeypatch.setattr("sys.argv", ["bench.deliveries", "--quick", "--only", "broadcasts"])
    monkeypatch.setattr("os.sched_setaffinity", lambda *_: None)
    assert program.main() == code
    assert f"30.0 (100%); {floods};" in capsys.readouterr().out
