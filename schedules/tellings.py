"""What people who asked to be told in their chat are told by the clock: later than at once, or that it is over."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable

from storage.database import Database
from storage.outbox import Call, Letter, Queued
from storage.tables import Tables
from texts.mailbox import answered, told_no_more
from texts.screen import Screen

Say = Callable[[str], Screen]
"""The screen in a language."""


class TellingsDue:
    """Tells once who a power cut made the bot forget, and, an hour after the last time, who had looked before the next
    letter came. ``notice`` makes the call; ``hand_over`` gives what was queued to the sender."""

    def __init__(
        self,
        database: Database,
        tables: Tables,
        notice: Callable[[int, Screen], Call],
        hand_over: Callable[[list[Queued]], None],
    ) -> None:
        self._database = database
        self._tables = tables
        self._notice = notice
        self._hand_over = hand_over

    async def tend(self, now: dt.datetime) -> None:
        """Tell whoever is to be told now."""

        async def work() -> list[Queued]:
            letters = [await self._letter(chat_id, answered) for chat_id in await self._tables.replies.owed(now)]
            letters += [await self._letter(chat_id, told_no_more) for chat_id in await self._tables.replies.lost()]
            return await self._tables.outbox.add(letters, now.date())

        self._hand_over(await self._database.write(work))

    async def _letter(self, chat_id: int, say: Say) -> Letter:
        language = await self._tables.chats.language(chat_id) or "en"
        return Letter(f"telling:{secrets.token_hex(8)}", chat_id, self._notice(chat_id, say(language)), language)
