"""The clock's hand: APScheduler wakes us, and each chore decides from the tables what is due."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Awaitable, Callable, Sequence

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

log = logging.getLogger("sangket.ticker")

Chore = Callable[[dt.datetime], Awaitable[None]]

SECONDS = 20


class Ticker:
    """Runs every chore at start and then at each tick. A chore that fails is tried again at the next."""

    def __init__(self, chores: Sequence[Chore], clock: Callable[[], dt.datetime]) -> None:
        self._chores = chores
        self._clock = clock
        self._scheduler = AsyncIOScheduler(timezone=dt.UTC)
        self._ticking = asyncio.Lock()
        self._ticked = False

    @property
    def settled(self) -> bool:
        """Every chore has looked at the tables at least once since the start, and none is looking now."""
        return self._ticked and not self._ticking.locked()

    async def run(self) -> None:
        """Tick until cancelled."""
        self._scheduler.add_job(
            self.tick,
            IntervalTrigger(seconds=SECONDS, timezone=dt.UTC),
            misfire_grace_time=None,  # the default of one second drops a tick silently when the loop was busy
            coalesce=True,
            max_instances=1,
        )
        self._scheduler.start()
        try:
            await self.tick()
            await asyncio.Event().wait()
        finally:
            self._scheduler.shutdown(wait=False)

    async def tick(self) -> None:
        """Let every chore look at the tables once. Ticks do not overlap, should the first take longer than a pause."""
        async with self._ticking:
            for chore in self._chores:
                try:
                    await chore(self._clock())
                except Exception as error:
                    log.error("chore.failed", extra={"fields": {"kind": type(error).__name__}})
        self._ticked = True
