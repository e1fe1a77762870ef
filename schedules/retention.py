"""Forgetting on time: old rows, old keys, and what deleted rows leave in the write-ahead log."""

from __future__ import annotations

import datetime as dt

from storage.database import Database
from storage.inbox import Inbox
from storage.outbox import Outbox
from storage.sealing import DraftKeys

KEPT_DAYS = 7
"""Numbers of handled updates, so that none is handled twice; Telegram itself repeats for 24 hours at most."""

ASIDE_DAYS = 2
"""What failed and was set aside, sealed: until the day after."""


class Retention:
    """Once a UTC day, and at every start."""

    def __init__(self, database: Database, inbox: Inbox, outbox: Outbox, drafts: DraftKeys) -> None:
        self._database = database
        self._inbox = inbox
        self._outbox = outbox
        self._drafts = drafts
        self._done_on: dt.date | None = None

    async def tend(self, now: dt.datetime) -> None:
        """Do today's forgetting unless it is done."""
        today = now.date()
        if self._done_on == today:
            return
        self._drafts.renew(today)
        needed = await self._database.write(lambda: self._forget(today))
        self._drafts.drop(needed)
        await self._database.tidy()
        self._done_on = today

    async def _forget(self, today: dt.date) -> set[bytes]:
        """Delete what is due; the draft keys that are still needed."""
        await self._inbox.forget(today - dt.timedelta(days=KEPT_DAYS - 1))
        await self._inbox.forget_words(today - dt.timedelta(days=ASIDE_DAYS - 1))
        await self._outbox.forget(today - dt.timedelta(days=KEPT_DAYS - 1))
        return await self._inbox.needed_keys() | await self._outbox.needed_keys()
