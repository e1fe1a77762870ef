"""A look each day whether everything that is kept can still be read."""

from __future__ import annotations

import datetime as dt
import logging

from storage.database import Database
from storage.soundness import Soundness

log = logging.getLogger("sangket.soundness")


class SoundnessWatch:
    """At every start and once a UTC day: one line in the log for each table with rows that cannot be read."""

    def __init__(self, database: Database, soundness: Soundness) -> None:
        self._database = database
        self._soundness = soundness
        self._done_on: dt.date | None = None

    async def tend(self, now: dt.datetime) -> None:
        """Look, unless it was done today."""
        if self._done_on == now.date():
            return
        found = await self._database.write(lambda: self._soundness.unreadable(int(now.timestamp())))
        for table, count in found.items():
            log.error("rows.unreadable", extra={"fields": {"table": table, "count": count}})
        self._done_on = now.date()
