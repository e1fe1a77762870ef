"""The watch over the machine's clock: what goes by it waits when it leaps, until an admin says that it is right."""

from __future__ import annotations

import datetime as dt
import logging
import secrets
from collections.abc import Callable

from storage.audit import Act
from storage.database import Database
from storage.members import Role
from storage.outbox import Call, Letter, Priority, Queued
from storage.tables import Tables
from texts import timekeeping as texts
from texts.screen import Screen

log = logging.getLogger("sangket.clock")

MOST = dt.timedelta(hours=1)
"""The most that the clock may be put right by unnoticed."""
_WRITTEN_EACH = 60
"""Seconds: to keep each tick would be a write to the disk every 20 seconds."""


class ClockWatch:
    """Compares the clock with one that nobody can set, between two looks, and with the latest that it has shown, which
    is kept. So a clock that is put back is noticed over a restart, too; one that is put forward meanwhile looks the same
    as having been switched off.

    ``uptime`` gives seconds since the machine was switched on; it goes on while the machine sleeps.
    """

    def __init__(
        self,
        database: Database,
        tables: Tables,
        uptime: Callable[[], float],
        say: Callable[[int, Screen], Call],
        hand_over: Callable[[list[Queued]], None],
    ) -> None:
        self._database = database
        self._tables = tables
        self._uptime = uptime
        self._say = say
        self._hand_over = hand_over
        self._before: tuple[dt.datetime, float] | None = None

    async def tend(self, now: dt.datetime) -> None:
        """Look at the clock; hold everything and tell the admins, once, if it leapt."""
        uptime = self._uptime()
        leapt = self._leapt(now, uptime)
        self._hand_over(await self._database.write(lambda: self._look(now, leapt=leapt)))
        self._before = now, uptime

    def _leapt(self, now: dt.datetime, uptime: float) -> bool:
        """Whether it went on by more or less since the last look than it should have."""
        if self._before is None:
            return False
        then, uptime_then = self._before
        return abs(now - then - dt.timedelta(seconds=uptime - uptime_then)) > MOST

    async def _look(self, now: dt.datetime, *, leapt: bool) -> list[Queued]:
        timekeeping, second = self._tables.timekeeping, int(now.timestamp())
        seen = await timekeeping.seen()
        if (leapt or seen - second > MOST.total_seconds()) and await timekeeping.hold():
            log.error("clock.leapt")
            await self._tables.audit.note(now.date(), "bot", Act.CLOCK, "held")
        if await timekeeping.held():
            return await self._tables.outbox.add(await self._told(seen, now), now.date())
        if second - seen >= _WRITTEN_EACH:
            await timekeeping.saw(second)
        return []

    async def _told(self, seen: int, now: dt.datetime) -> list[Letter]:
        """To each admin, once; as long as there is none, it is still to be told."""
        chats = await self._tables.members.chats(Role.ADMIN)
        if not chats or not await self._tables.nudges.once(f"clock:{seen}", now.date()):
            return []
        return [await self._letter(chat_id, seen, now) for chat_id in chats]

    async def _letter(self, chat_id: int, seen: int, now: dt.datetime) -> Letter:
        language = await self._tables.chats.language(chat_id) or "en"
        screen = texts.leapt(dt.datetime.fromtimestamp(seen, dt.UTC), now, language)
        key = f"clock:{secrets.token_hex(8)}"
        return Letter(key, chat_id, self._say(chat_id, screen), language, Priority.CONVERSATION)
