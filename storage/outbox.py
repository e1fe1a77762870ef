"""Bot API calls that were decided, until Telegram has taken them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from storage.database import Database
from storage.sealing import Sealer, ServerKey, Unreadable, key_id

FETCHING = ("fetch", "unfetched")
"""Methods that are not Telegram's: have a file brought in, or give it up."""

APART = (*FETCHING, "sendDocument")
"""Methods that move files. Each letter has a lane of its own, so that a slow file delays no word."""


class Priority(IntEnum):
    """What goes first when Telegram's pace makes the sender choose."""

    CONVERSATION = 0
    REMINDER = 1
    BROADCAST = 2


@dataclass(frozen=True)
class Call:
    """One Bot API call: method and parameters, and what to call instead should Telegram refuse it."""

    method: str
    params: dict[str, Any]
    otherwise: Call | None = None

    def to_json(self) -> dict[str, Any]:
        """The call as plain JSON values."""
        whole: dict[str, Any] = {"method": self.method, "params": self.params}
        if self.otherwise is not None:
            whole["otherwise"] = self.otherwise.to_json()
        return whole

    @classmethod
    def from_json(cls, whole: dict[str, Any]) -> Call:
        """The call that ``to_json`` gave."""
        otherwise = whole.get("otherwise")
        return cls(whole["method"], whole["params"], None if otherwise is None else cls.from_json(otherwise))


@dataclass(frozen=True)
class Letter:
    """A call on its way: who gets it, what it answers, and in which language to apologise for it.

    ``key`` is ``<update_id>:<n>``, so that an update can queue each of its answers only once.
    """

    key: str
    chat_id: int | None
    call: Call
    language: str
    priority: Priority = Priority.CONVERSATION


@dataclass(eq=False)
class Queued:
    """A letter in the outbox, with its row. ``letter`` is None when its draft key is gone; ``key`` is known even then."""

    id: int
    lane: bytes
    key: str
    letter: Letter | None
    attempts: int = 0
    due_at: float = 0.0
    chat_id: int | None = None


class Outbox:
    """The letters, in the order in which they were decided."""

    def __init__(self, database: Database, drafts: Sealer, server: ServerKey) -> None:
        self._database = database
        self._drafts = drafts
        self._server = server
        self._next_id: int | None = None

    async def add(self, letters: Sequence[Letter], today: dt.date) -> list[Queued]:
        """Queue these letters; their rows, so that the sender need not read them back."""
        first = await self._claim_ids(len(letters))
        queued = [
            Queued(first + n, self._lane(one), one.key, one, chat_id=one.chat_id) for n, one in enumerate(letters)
        ]
        self._database.at_the_end(
            "INSERT INTO outbox (id, key, lane, priority, state, sealed, address, made_on)"
            " VALUES (?, ?, ?, ?, 'ready', ?, ?, ?)",
            [self._row(q, one, today) for q, one in zip(queued, letters, strict=True)],
        )
        return queued

    async def ready(self, after: int, most: int) -> list[Queued]:
        """Letters not yet taken by Telegram whose id is beyond ``after``, oldest first."""
        rows = await self._database.read(
            "SELECT id, key, lane, priority, attempts, due_at, sealed, address FROM outbox"
            " WHERE state = 'ready' AND id > ? ORDER BY id LIMIT ?",
            (after, most),
        )
        return [self._queued(*row) for row in rows]

    def ended(self, ends: Sequence[tuple[str, str | None, int]]) -> None:
        """Write down how letters ended: (state, error id, row id) each. What they said is emptied."""
        self._database.at_the_end(
            "UPDATE outbox SET state = ?, error = ?, lane = x'', sealed = NULL, address = NULL WHERE id = ?", ends
        )

    async def replaced(self, row_id: int, letter: Letter) -> None:
        """Telegram refused the call; this one is to be tried in its place, in the same turn of the lane."""
        await self._database.execute(
            "UPDATE outbox SET lane = ?, sealed = ?, address = ? WHERE id = ?",
            (
                self._lane(letter),
                self._drafts.seal(_pack(letter), _name(row_id)),
                self._server.seal_chat(letter.chat_id, _name(row_id)),
                row_id,
            ),
        )

    def postponed(self, rows: Sequence[tuple[int, float, int]]) -> None:
        """Try these again: (attempts so far, unix time not before, row id) each."""
        self._database.at_the_end("UPDATE outbox SET attempts = ?, due_at = ? WHERE id = ?", rows)

    async def needed_keys(self) -> set[bytes]:
        """The ids of the draft keys that unsent letters are sealed with."""
        rows = await self._database.read("SELECT DISTINCT substr(sealed, 1, 5) FROM outbox WHERE state = 'ready'")
        return {key_id(bytes(head)) for (head,) in rows}

    async def refused(self, beginning: str) -> list[str]:
        """The keys with this beginning of letters that Telegram would not take; apologies for such are left out."""
        rows = await self._database.read(
            "SELECT key FROM outbox WHERE key > ?1 AND key < ?1 || x'7f' AND state IN ('refused', 'gone')"
            " AND key NOT LIKE '%!' ORDER BY id",
            (beginning,),
        )
        return [key for (key,) in rows]

    async def forget(self, before: dt.date) -> int:
        """Delete what ended before this day; how many rows went."""
        rows = await self._database.execute(
            "DELETE FROM outbox WHERE state <> 'ready' AND made_on < ? RETURNING id", (before.isoformat(),)
        )
        return len(rows)

    async def _claim_ids(self, count: int) -> int:
        """Row ids for ``count`` letters; beyond every id ever used, also those of deleted rows."""
        if self._next_id is None:
            rows = await self._database.read("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'")
            self._next_id = rows[0][0] + 1 if rows else 1
        first = self._next_id
        self._next_id += count
        return first

    def _lane(self, letter: Letter) -> bytes:
        if letter.chat_id is None or letter.call.method in APART:
            return letter.key.encode()
        return self._server.pseudonym(letter.chat_id)

    def _row(self, queued: Queued, letter: Letter, today: dt.date) -> tuple[Any, ...]:
        name = _name(queued.id)
        address = self._server.seal_chat(letter.chat_id, name)
        sealed = self._drafts.seal(_pack(letter), name)
        return (queued.id, letter.key, queued.lane, int(letter.priority), sealed, address, today.isoformat())

    def _queued(
        self,
        row_id: int,
        key: str,
        lane: bytes,
        priority: int,
        attempts: int,
        due_at: float,
        sealed: bytes,
        address: bytes | None,
    ) -> Queued:
        name = _name(row_id)
        chat_id = self._server.open_chat(address, name)
        try:
            whole = json.loads(self._drafts.open(sealed, name))
        except Unreadable:
            letter = None
        else:
            letter = Letter(key, chat_id, Call.from_json(whole), whole["language"], Priority(priority))
        return Queued(row_id, lane, key, letter, attempts, due_at, chat_id)


def _pack(letter: Letter) -> bytes:
    return json.dumps(letter.call.to_json() | {"language": letter.language}, separators=(",", ":")).encode()


def _name(row_id: int) -> str:
    return f"outbox:{row_id}"
