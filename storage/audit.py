"""What was done, by whom, on what: a chain that shows every edit, and by its head also a cut end.

Each entry's MAC covers the MAC before it, so that nothing in the middle can be changed, swapped or taken out without
the server key. That the end was cut off shows only to who knows where it was: the head goes to the coordinators daily.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from storage.database import Database
from storage.sealing import ServerKey, Unreadable

_SYMBOLS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


class Act(StrEnum):
    """What can be done. The value is kept; the words for it are in texts.audit."""

    JOINED = "joined"
    INVITED = "invited"
    CONFIRMED_PERSON = "confirmed person"
    TURNED_DOWN = "turned down"
    REVOKED = "revoked"
    ROOM = "room"
    CLAIMED = "claimed"
    HANDED_OVER = "handed over"
    RELEASED = "released"
    OPENED = "opened"
    FETCHED = "fetched"
    BUNDLED = "bundled"
    GRADED = "graded"
    LINKED = "linked"
    NOTED = "noted"
    ANSWERED = "answered"
    STATE = "state"
    WITHDRAWN = "withdrawn"
    PROPOSED = "proposed"
    APPROVED = "approved"
    SINGLE = "approved alone"
    DECLINED = "declined"
    VOIDED = "voided"
    ASSESSED = "assessed"
    DEADLINE = "deadline"
    BROADCAST = "broadcast"
    CLOCK = "clock"
    SUBMISSION = "submission"


@dataclass(frozen=True)
class Entry:
    """One thing that was done. ``on`` is a reference, a handle or a case, and never content."""

    n: int
    day: str
    actor: str
    act: str
    on: str


@dataclass(frozen=True)
class Head:
    """Where the chain ends: how many entries, and 12 symbols of the last MAC."""

    count: int
    mark: str

    def __str__(self) -> str:
        return f"{self.count}:{self.mark}"

    @classmethod
    def read(cls, text: str) -> Head | None:
        """The head in what somebody copied; None when it is none."""
        count, _, mark = text.strip().partition(":")
        mark = mark.strip().upper()
        return cls(int(count), mark) if count.strip().isdecimal() and len(mark) == 14 else None


class Audit:
    """The chain. It only grows."""

    def __init__(self, database: Database, server: ServerKey) -> None:
        self._database = database
        self._server = server

    async def note(self, day: dt.date, actor: str, act: Act, on: str) -> None:
        """Write down what was done. ``actor`` is a handle, or ``console`` or ``bot``."""
        rows = await self._database.read("SELECT n, mac FROM audit ORDER BY n DESC LIMIT 1")
        n, before = (rows[0][0] + 1, _blob(rows[0][1])) if rows else (1, b"")
        whole = json.dumps([day.isoformat(), actor, act.value, on], ensure_ascii=False).encode()
        sealed = self._server.sealer.seal(whole, _name(n))
        await self._database.execute(
            "INSERT INTO audit (n, sealed, mac) VALUES (?, ?, ?)", (n, sealed, self._mac(n, before, sealed))
        )

    async def last(self, most: int, before: int | None = None) -> list[Entry]:
        """The newest entries before this one, newest first. One that cannot be read says so."""
        rows = await self._database.read(
            "SELECT n, sealed FROM audit WHERE ? IS NULL OR n < ? ORDER BY n DESC LIMIT ?", (before, before, most)
        )
        return [self._entry(n, _blob(sealed)) or Entry(n, "", "?", "unreadable", "") for n, sealed in rows]

    async def on(self, subject: str) -> list[Entry]:
        """All that was done on this, oldest first."""
        rows = await self._database.read("SELECT n, sealed FROM audit ORDER BY n")
        entries = [self._entry(n, _blob(sealed)) for n, sealed in rows]
        return [one for one in entries if one is not None and one.on == subject]

    async def head(self) -> Head:
        """Where the chain ends now."""
        rows = await self._database.read("SELECT n, mac FROM audit ORDER BY n DESC LIMIT 1")
        return Head(rows[0][0], _mark(_blob(rows[0][1]))) if rows else Head(0, _mark(b""))

    async def faults(self, anchors: Sequence[Head] = ()) -> list[str]:
        """What is wrong with the chain, in plain words; ``anchors`` are heads that were written down elsewhere."""
        rows = await self._database.read("SELECT n, sealed, mac FROM audit ORDER BY n")
        before, found, marks = b"", [], {0: _mark(b"")}
        for place, (n, sealed, mac) in enumerate(rows, 1):
            if n != place:
                found.append(f"Entry {place} is missing.")
                break
            if not self._genuine(n, before, _blob(sealed), _blob(mac)):
                found.append(f"Entry {n} was changed, or is not where it was written.")
                break
            before = _blob(mac)
            marks[n] = _mark(before)
        for anchor in anchors:
            if anchor.count not in marks:
                found.append(f"There were {anchor.count} entries, and now the chain is whole only to {len(marks) - 1}.")
            elif marks[anchor.count] != anchor.mark:
                found.append(f"Entry {anchor.count} is not the one of which the head was written down.")
        return found

    def _genuine(self, n: int, before: bytes, sealed: bytes, mac: bytes) -> bool:
        return self._mac(n, before, sealed) == mac and self._entry(n, sealed) is not None

    def _mac(self, n: int, before: bytes, sealed: bytes) -> bytes:
        return self._server.mac(_name(n), before + sealed)

    def _entry(self, n: int, sealed: bytes) -> Entry | None:
        try:
            return Entry(n, *json.loads(self._server.sealer.open(sealed, _name(n))))
        except (Unreadable, ValueError, TypeError):
            return None


def _name(n: int) -> str:
    return f"audit:{n}"


def _blob(value: object) -> bytes:
    """What stands in a column; nothing where somebody put what is no blob."""
    return value if isinstance(value, bytes) else b""


def _mark(mac: bytes) -> str:
    """12 symbols in fours: 58 bits, short enough to be read aloud."""
    number, symbols = int.from_bytes(mac[:16] or b"\0", "big"), ""
    for _ in range(12):
        number, place = divmod(number, len(_SYMBOLS))
        symbols += _SYMBOLS[place]
    return "-".join(symbols[n : n + 4] for n in (0, 4, 8))
