"""The head of the audit to all who review, each morning after something was done."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable
from zoneinfo import ZoneInfo

from storage.audit import Head
from storage.database import Database
from storage.members import Role
from storage.outbox import Call, Letter, Priority, Queued
from storage.tables import Tables
from texts.audit import keep
from texts.screen import Screen

FROM_HOUR = 8
"""In the configured zone."""


class Heads:
    """A copy of the head in many hands is what shows later that the end of the chain was cut off."""

    def __init__(
        self,
        database: Database,
        tables: Tables,
        zone: ZoneInfo,
        say: Callable[[int, Screen], Call],
        hand_over: Callable[[list[Queued]], None],
    ) -> None:
        self._database = database
        self._tables = tables
        self._zone = zone
        self._say = say
        self._hand_over = hand_over

    async def tend(self, now: dt.datetime) -> None:
        """Send today's, once."""
        local = now.astimezone(self._zone)
        if local.hour >= FROM_HOUR:
            self._hand_over(await self._database.write(lambda: self._send(local.date(), now.date())))

    async def _send(self, day: dt.date, today: dt.date) -> list[Queued]:
        head = await self._tables.audit.head()
        chats = await self._tables.members.chats(Role.COORDINATOR)
        if not chats or not await self._is_news(head, day):
            return []
        letters = [await self._letter(chat_id, head) for chat_id in chats]
        return await self._tables.outbox.add(letters, today)

    async def _is_news(self, head: Head, day: dt.date) -> bool:
        """Whether nothing was sent today, and this head on no other day: then it is written down that both were."""
        once = self._tables.nudges.once
        return head.count > 0 and await once(f"head:{day.isoformat()}", day) and await once(f"head:{head}", day)

    async def _letter(self, chat_id: int, head: Head) -> Letter:
        language = await self._tables.chats.language(chat_id) or "en"
        call = self._say(chat_id, keep(head, language))
        return Letter(f"head:{secrets.token_hex(8)}", chat_id, call, language, Priority.REMINDER)
