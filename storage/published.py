"""The counts that everybody was last shown. The next ones depend on them, so that they cannot be compared (forms.counting)."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass

from storage.database import Database
from storage.sealing import ServerKey, Unreadable

_NAME = "published"
_BLOCK = 4096
"""Bytes: the size on the disk tells nothing of how many groups have a number."""


@dataclass(frozen=True)
class Published:
    """Numbers by table and group, and the day on which they were renewed, as YYYY-MM-DD."""

    day: str
    counts: Mapping[str, Mapping[str, int]]


class PublishedCounts:
    """One row."""

    def __init__(self, database: Database, server: ServerKey) -> None:
        self._database = database
        self._server = server

    async def last(self) -> Published | None:
        """What was last shown; None when nothing was yet, or it cannot be read."""
        rows = await self._database.read("SELECT sealed FROM published WHERE one = 1")
        try:
            return Published(**json.loads(self._server.sealer.open(bytes(rows[0][0]), _NAME))) if rows else None
        except (Unreadable, ValueError, TypeError):
            return None

    async def renew(self, counts: Mapping[str, Mapping[str, int]], today: dt.date) -> Published:
        """From now on these are shown."""
        published = Published(today.isoformat(), counts)
        whole = json.dumps({"day": published.day, "counts": counts}, separators=(",", ":")).encode()
        await self._database.execute(
            "INSERT INTO published (one, sealed) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET sealed = excluded.sealed",
            (self._server.sealer.seal(whole + b" " * (-len(whole) % _BLOCK), _NAME),),
        )
        return published
