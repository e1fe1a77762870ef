"""What was read in a chat does not stay there."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Sequence

from storage.database import Database
from storage.outbox import Call, Letter, Queued
from storage.tables import Tables


class ReadingEnds:
    """Has messages deleted whose time is over. ``vanish`` makes the call; ``hand_over`` gives what was queued to the
    sender."""

    def __init__(
        self,
        database: Database,
        tables: Tables,
        vanish: Callable[[int, Sequence[int]], Call],
        hand_over: Callable[[list[Queued]], None],
    ) -> None:
        self._database = database
        self._tables = tables
        self._vanish = vanish
        self._hand_over = hand_over

    async def tend(self, now: dt.datetime) -> None:
        """Queue what is due, once: what is queued has to go no more by the table."""

        async def work() -> list[Queued]:
            due = await self._tables.traces.take_passing(by=int(now.timestamp()))
            letters = []
            for chat_id, numbers in due.items():
                language = await self._tables.chats.language(chat_id) or "en"
                call = self._vanish(chat_id, numbers)
                letters.append(Letter(f"read:{secrets.token_hex(8)}", chat_id, call, language))
            return await self._tables.outbox.add(letters, now.date()) if letters else []

        self._hand_over(await self._database.write(work))
