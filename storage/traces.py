"""Which messages of a private chat the bot could still delete: their numbers only, for 48 hours; and which of them it
will delete by itself."""

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
_PASSING = "passing"


@dataclass(frozen=True)
class Trace:
    """A message by its number in the chat; when it last changed (``at``), when it came (``date``), and when it has to go
    (``gone_at``; 0 for never), in unix seconds."""

    chat_id: int
    message_id: int
    at: int
    date: int
    gone_at: int = 0


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
        passing = [
            (self._seal_passing(trace.chat_id, trace.message_id, trace.gone_at),) for trace in traces if trace.gone_at
        ]
        self._database.at_the_end("INSERT INTO passing (sealed) VALUES (?)", passing)

    async def since(self, chat_id: int, at: int) -> list[Trace]:
        """The messages that came or changed in this chat since then, in the order of their numbers, each once."""
        found = {trace.message_id: trace for _, trace in await self._of(chat_id) if trace.at >= at}
        return [found[number] for number in sorted(found)]

    async def take_passing(self, chat_id: int | None = None, by: int | None = None) -> dict[int, list[int]]:
        """Messages that have to go, by chat, each given once: in this chat, or by this moment (unix seconds)."""
        rows = await self._database.read("SELECT id, sealed FROM passing ORDER BY id")
        opened = [(row_id, self._open_passing(sealed)) for row_id, sealed in rows]
        wanted = [
            (row_id, one)
            for row_id, one in opened
            if one and chat_id in (None, one[0]) and (by is None or one[2] <= by)
        ]
        taken: dict[int, list[int]] = {}
        for _, (chat, message_id, _) in wanted:
            taken.setdefault(chat, []).append(message_id)
        await self._database.execute_many("DELETE FROM passing WHERE id = ?", [(row_id,) for row_id, _ in wanted])
        return taken

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
        await self._carry_passing_over(newest)

    async def _carry_passing_over(self, newest: bytes) -> None:
        """Those that have to go are kept until they are taken, however old: should they stay, that is said then."""
        for row_id, sealed in await self._database.read("SELECT id, sealed FROM passing"):
            one = self._open_passing(sealed)
            if one is None:
                await self._database.execute("DELETE FROM passing WHERE id = ?", (row_id,))
            elif key_id(bytes(sealed)) != newest:
                sealed_anew = self._seal_passing(*one)
                await self._database.execute("UPDATE passing SET sealed = ? WHERE id = ?", (sealed_anew, row_id))

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

    def _seal_passing(self, chat_id: int, message_id: int, gone_at: int) -> bytes:
        return self._drafts.marks.seal(json.dumps([chat_id, message_id, gone_at]).encode(), _PASSING)

    def _open_passing(self, sealed: bytes) -> tuple[int, int, int] | None:
        """Chat, message, and when it has to go."""
        try:
            chat_id, message_id, gone_at = json.loads(self._drafts.marks.open(bytes(sealed), _PASSING))
        except Unreadable:
            return None
        return chat_id, message_id, gone_at
