"""Which messages of a private chat the bot could still delete: their numbers only, for 48 hours."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass

from storage.database import Database
from storage.sealing import DraftKeys, Unreadable, key_id

DELETABLE = dt.timedelta(hours=47, minutes=30)
"""Telegram deletes what is younger than 48 hours (core.telegram.org/bots/api#deletemessage)."""


_CONTEXT = "trace"
"""One for all: a trace names its chat, and one put in another's place deletes nothing that is not there."""


@dataclass(frozen=True)
class Trace:
    """A message by its number in the chat; when it last changed (``at``) and when it came (``date``), in unix seconds."""

    chat_id: int
    message_id: int
    at: int
    date: int


class Traces:
    """Numbers of messages, under pseudonyms that end with the draft key."""

    def __init__(self, database: Database, drafts: DraftKeys) -> None:
        self._database = database
        self._drafts = drafts

    def note(self, traces: Sequence[Trace]) -> None:
        """Remember these."""
        self._database.at_the_end(
            "INSERT INTO traces (chat, sealed, made_on) VALUES (?, ?, ?)", [self._row(trace) for trace in traces]
        )

    async def since(self, chat_id: int, at: int) -> list[Trace]:
        """The messages that came or changed in this chat since then, in the order of their numbers, each once."""
        found = {trace.message_id: trace for _, trace in await self._of(chat_id) if trace.at >= at}
        return [found[number] for number in sorted(found)]

    async def forget(self, chat_id: int, message_ids: Sequence[int]) -> None:
        """These are deleted."""
        gone = set(message_ids)
        rows = [(row_id,) for row_id, trace in await self._of(chat_id) if trace.message_id in gone]
        await self._database.execute_many("DELETE FROM traces WHERE id = ?", rows)

    async def carry_over(self, now: dt.datetime) -> None:
        """Delete what is too old to be deleted, and seal the rest with today's key, so that older ones can be dropped."""
        newest = self._drafts.marks.newest.id
        oldest = (now - DELETABLE).timestamp()
        rows = await self._database.read("SELECT id, sealed FROM traces")
        opened = [(row_id, key_id(bytes(sealed)) == newest, self._opened(sealed)) for row_id, sealed in rows]
        young = {row_id for row_id, _, trace in opened if trace is not None and trace.date >= oldest}
        gone = [(row_id,) for row_id, current, _ in opened if not current or row_id not in young]
        await self._database.execute_many("DELETE FROM traces WHERE id = ?", gone)
        self.note([trace for row_id, current, trace in opened if trace and not current and row_id in young])

    async def _of(self, chat_id: int) -> list[tuple[int, Trace]]:
        pseudonyms = self._drafts.pseudonyms(chat_id)
        marks = ", ".join("?" * len(pseudonyms))
        rows = await self._database.read(f"SELECT id, sealed FROM traces WHERE chat IN ({marks})", pseudonyms)  # noqa: S608 - marks only
        return [(row_id, trace) for row_id, sealed in rows if (trace := self._opened(sealed))]

    def _row(self, trace: Trace) -> tuple[bytes, bytes, str]:
        whole = json.dumps([trace.chat_id, trace.message_id, trace.at, trace.date]).encode()
        day = dt.datetime.fromtimestamp(trace.at, dt.UTC).date().isoformat()
        return self._drafts.pseudonyms(trace.chat_id)[-1], self._drafts.marks.seal(whole, _CONTEXT), day

    def _opened(self, sealed: bytes) -> Trace | None:
        try:
            return Trace(*json.loads(self._drafts.marks.open(bytes(sealed), _CONTEXT)))
        except Unreadable:
            return None
