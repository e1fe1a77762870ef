"""Forgetting on time: old rows, old keys, and what deleted rows leave in the write-ahead log."""

from __future__ import annotations

import datetime as dt
import logging
from functools import partial

from storage.database import Database
from storage.sealing import DraftKeys
from storage.tables import Tables

log = logging.getLogger("sangket.retention")

KEPT_DAYS = 7
"""Numbers of handled updates, so that none is handled twice; Telegram itself repeats for 24 hours at most."""

ASIDE_DAYS = 2
"""What failed and was set aside, sealed: until the day after."""

NUDGED_DAYS = 400
"""What was said unasked: longer than the longest CONTACT_DAYS, within which one reminder stays due."""

SENT_DAYS = 90
"""Who was sent what by rounds that are over: a coordinator looks back at them, and a changed deadline tells those whom
an older version reached."""

AT_ONCE = 2_000
"""Rows of deliveries, rounds or places in one transaction: there can be a million, and somebody waits for an answer."""

ARRANGED_EACH = dt.timedelta(hours=1)
"""Within it, pages that were written together still lie together: an incident and its mailbox."""


class Retention:
    """Once a UTC day and at every start; what deleted rows and the order of pages tell, each hour."""

    def __init__(self, database: Database, tables: Tables, keys: DraftKeys, incident_days: int) -> None:
        self._database = database
        self._tables = tables
        self._keys = keys
        self._incident_days = incident_days
        self._done_on: dt.date | None = None
        self._arranged_at: dt.datetime | None = None

    async def tend(self, now: dt.datetime) -> None:
        """Do today's forgetting unless it is done, and this hour's tidying."""
        if self._done_on != now.date():
            self._keys.renew(now.date())
            needed = await self._database.write(lambda: self._forget(now))
            self._keys.drop(needed)
            await self._forget_rounds(now.date() - dt.timedelta(days=SENT_DAYS))
            await self._forget_places()
            self._done_on, self._arranged_at = now.date(), None
        if self._arranged_at is None or abs(now - self._arranged_at) >= ARRANGED_EACH:
            await self._database.rearrange()
            self._arranged_at = now

    async def _forget(self, now: dt.datetime) -> set[bytes]:
        """Delete what is due; the draft keys that are still needed."""
        today, tables = now.date(), self._tables
        await tables.inbox.forget(today - dt.timedelta(days=KEPT_DAYS - 1))
        await tables.inbox.forget_words(today - dt.timedelta(days=ASIDE_DAYS - 1))
        await tables.outbox.forget(today - dt.timedelta(days=KEPT_DAYS - 1))
        if await tables.tended.may_delete(today):
            await tables.incidents.forget(today - dt.timedelta(days=self._incident_days))
            await tables.mailboxes.forget(today)
        else:
            log.error("clock.leapt")
        await tables.quotas.forget(today)
        await tables.invites.forget(int(now.timestamp()))
        await tables.proposals.forget(int(now.timestamp()))
        await tables.answered.forget(today - dt.timedelta(days=SENT_DAYS))
        await tables.nudges.forget(today - dt.timedelta(days=NUDGED_DAYS))
        await tables.replies.carry_over(today)
        await tables.traces.carry_over(now)
        return await tables.needed_keys()

    async def _forget_rounds(self, before: dt.date) -> None:
        """What was sent by rounds that were over by then, some at a time."""
        while not await self._database.write(lambda: self._tables.rounds.forget(before, AT_ONCE)):
            pass

    async def _forget_places(self) -> None:
        """Places that asked for nothing any more, some at a time."""
        reached: bytes | None = b""
        while reached is not None:
            reached = await self._database.write(partial(self._tables.listeners.tidy, reached, AT_ONCE))
