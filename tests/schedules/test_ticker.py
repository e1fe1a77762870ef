"""The clock's hand: every chore at the start and at every tick, whatever becomes of the others."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Callable

import pytest
from apscheduler.triggers.interval import IntervalTrigger

from schedules import ticker
from schedules.ticker import Ticker

NOW = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)


class Chore:
    """Remembers when it was done; fails as often as it is told to."""

    def __init__(self, fails: int = 0) -> None:
        self.done: list[dt.datetime] = []
        self._fails = fails

    async def __call__(self, now: dt.datetime) -> None:
        self.done.append(now)
        if len(self.done) <= self._fails:
            raise ValueError("a canary in the message")


async def test_every_tick_gives_each_chore_the_injected_time() -> None:
    first, second = Chore(), Chore()
    await Ticker([first, second], lambda: NOW).tick()
    assert first.done == second.done == [NOW]


async def test_a_chore_that_fails_does_not_stop_the_others_and_is_tried_again() -> None:
    failing, other = Chore(fails=1), Chore()
    hand = Ticker([failing, other], lambda: NOW)
    await hand.tick()
    await hand.tick()
    assert len(failing.done) == len(other.done) == 2


async def test_the_log_names_the_kind_of_failure_and_quotes_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        await Ticker([Chore(fails=1)], lambda: NOW).tick()
    [record] = caplog.records
    assert record.getMessage() == "chore.failed"
    assert record.__dict__["fields"] == {"kind": "ValueError"}
    assert "canary" not in caplog.text


async def until(done: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not done():  # noqa: ASYNC110 - APScheduler tells nobody
            await asyncio.sleep(0.002)


async def test_the_chores_are_done_at_the_start_and_again_at_each_tick(monkeypatch: pytest.MonkeyPatch) -> None:
    def quick(*, seconds: float, timezone: dt.tzinfo) -> IntervalTrigger:
        assert seconds == ticker.SECONDS
        return IntervalTrigger(seconds=1, timezone=timezone)

    monkeypatch.setattr(ticker, "IntervalTrigger", quick)
    chore = Chore()
    task = asyncio.get_running_loop().create_task(Ticker([Chore(fails=9), chore], lambda: NOW).run())
    await until(lambda: len(chore.done) == 1)
    await until(lambda: len(chore.done) == 2)
    await ended(task)


async def test_stopping_ends_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    chore = Chore()
    hand = Ticker([chore], lambda: NOW)
    task = asyncio.get_running_loop().create_task(hand.run())
    await until(lambda: len(chore.done) == 1)
    await ended(task)
    assert len(asyncio.all_tasks()) == 1, "only this test is left"


async def ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
