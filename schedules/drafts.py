"""The end of forms that nobody finished, and of files that nobody wants any more."""

from __future__ import annotations

import asyncio
import datetime as dt
import secrets
from collections.abc import Callable
from typing import Protocol

from storage.database import Database
from storage.drafts import Desk
from storage.evidence import Blobs
from storage.outbox import Call, Letter, Queued
from storage.tables import Tables
from texts.incidents import over
from texts.screen import Screen

Say = Callable[[int, Screen], Call]


class Empty(Protocol):
    """Makes the call that empties a chat."""

    def __call__(self, chat_id: int, since: int, before: int | None, *, silent: bool) -> Call:
        """Of what came or changed from ``since`` on, and came before ``before``."""


class DraftsEnd:
    """Deletes what is over at each tick, with its messages, and says so without a sound. ``say`` and ``empty`` make the calls; ``hand_over``
    gives what was queued to the sender."""

    def __init__(
        self,
        database: Database,
        tables: Tables,
        blobs: Blobs,
        say: Say,
        empty: Empty,
        hand_over: Callable[[list[Queued]], None],
    ) -> None:
        self._database = database
        self._tables = tables
        self._blobs = blobs
        self._say = say
        self._empty = empty
        self._hand_over = hand_over

    async def tend(self, now: dt.datetime) -> None:
        """End what is over, and sweep."""

        there = await asyncio.to_thread(self._blobs.all)  # before the rows: a row precedes its file

        async def work() -> tuple[list[Queued], set[str]]:
            letters: list[Letter] = []
            for chat_id, ended, rest in await self._tables.drafts.ended(int(now.timestamp())):
                await self._tables.evidence.drop([one for draft in ended.values() for one in draft.files])
                await self._tables.drafts.keep(chat_id, rest)
                letters += await self._said(chat_id, ended, rest)
            return await self._tables.outbox.add(letters, now.date()), await self._tables.evidence.all()

        queued, wanted = await self._database.write(work)
        self._hand_over(queued)
        await asyncio.to_thread(self._blobs.remove, there - wanted)
        await self._database.tidy()  # a commit in the log holds side by side who was answered and what was handed in

    async def _said(self, chat_id: int, ended: Desk, rest: Desk) -> list[Letter]:
        """Empty the chat of a conversation that is over; a mailbox closes without a word."""
        began = [draft.began for draft in ended.values() if draft.progress]
        if not began:
            return []
        language = await self._tables.chats.language(chat_id) or "en"
        before = min((draft.began for draft in rest.values() if draft.progress), default=None)
        calls = [self._empty(chat_id, min(began), before, silent=True), self._say(chat_id, over(language))]
        key = f"over:{secrets.token_hex(8)}"
        return [Letter(f"{key}:{n}", chat_id, call, language) for n, call in enumerate(calls)]
