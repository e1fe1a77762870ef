"""What was said once, so that it is not said again."""

from __future__ import annotations

import datetime as dt

from storage.database import Database
from storage.sealing import ServerKey


class Nudges:
    """Subjects, such as ``head:2026-11-23``, and the day on which they were said. In the table stands what the server
    key makes of a subject: one such as ``contact:family:…`` said of which prisoner somebody has news."""

    def __init__(self, database: Database, server: ServerKey) -> None:
        self._database = database
        self._server = server

    async def once(self, subject: str, today: dt.date) -> bool:
        """Whether this was not said before; from now on it was."""
        rows = await self._database.execute(
            "INSERT INTO nudges (subject, day) VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING subject",
            (self._server.mac("nudge", subject.encode()).hex(), today.isoformat()),
        )
        return bool(rows)

    async def forget(self, before: dt.date) -> None:
        """Forget what was said before this day."""
        await self._database.execute("DELETE FROM nudges WHERE day < ?", (before.isoformat(),))
