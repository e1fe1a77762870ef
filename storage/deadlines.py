"""What has to be done by when: calls for information, and what the network set itself."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from storage.database import Database
from storage.sealing import ServerKey, Unreadable

_BLOCK = 4096
"""Bytes to a multiple of which a row is filled up: the size tells no word."""

CALL, OWN = "call", "own"

_REPEATS = ("once", "weekly", "yearly")
_YEARS = range(1900, 2200)
"""Of a cut-off. In later ones calendars come to their end, and files of calendars grow too large."""


@dataclass(frozen=True)
class Deadline:
    """A call for information, or a date of the network's own. Days are YYYY-MM-DD, times HH:MM, zones IANA names; what is
    not known is empty. forms.cutoff reckons with it."""

    title: str
    day: str
    """Of the cut-off; of the first one where it comes again."""
    zone: str
    time: str = ""
    """Without one, the day in its zone is the last."""
    kind: str = CALL
    repeats: str = "once"
    """once, weekly or yearly."""
    mandate: str = ""
    symbol: str = ""
    opens: str = ""
    internal: str = ""
    """The network's own earlier day, in the network's zone."""
    benchmarks: tuple[str, ...] = ()
    """Letters of those it asks about; none stands for all."""
    languages: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    limits: str = ""
    address: str = ""
    questions: str = ""
    publication: str = ""
    """published, request, closed, or empty where the call does not say."""
    source: str = ""
    responsible: str = ""
    """Handle of the coordinator who is told when it gets late."""
    checked_by: str = ""
    checked_on: str = ""
    version: int = 1
    """Counted up by each change: reminders of an older version are void."""
    cancelled: bool = False
    sent_on: str = ""
    """The day on which a coordinator noted that the network's submission went out; no reminders after it."""
    id: str = ""
    """8 hexadecimal digits; empty before it is kept."""


class Deadlines:
    """All that were entered, those that are over among them: some dozens."""

    def __init__(self, database: Database, server: ServerKey) -> None:
        self._database = database
        self._server = server
        self._read: dict[str, tuple[bytes, Deadline | None]] = {}
        """What ``all`` found last. The planner asks at every tick, and opening a thousand rows takes longer than all else
        that it does; a row that is byte for byte the same is not opened again."""

    async def add(self, deadline: Deadline) -> Deadline:
        """Keep a new one; the same with its id."""
        deadline = replace(deadline, id=secrets.token_hex(4), version=1)
        await self._keep(deadline)
        return deadline

    async def change(self, deadline: Deadline) -> Deadline:
        """This is how it is now; the same with its new version."""
        deadline = replace(deadline, version=deadline.version + 1)
        await self._keep(deadline)
        return deadline

    async def get(self, deadline_id: str) -> Deadline | None:
        """The deadline of this id; None when there is none or it cannot be read."""
        rows = await self._database.read("SELECT id, sealed FROM deadlines WHERE id = ?", (deadline_id,))
        return self._opened(*rows[0]) if rows else None

    async def all(self) -> list[Deadline]:
        """Those that can be read, by their days."""
        rows = await self._database.read("SELECT id, sealed FROM deadlines")
        self._read = {deadline_id: self._again(deadline_id, bytes(sealed)) for deadline_id, sealed in rows}
        found = [one for _, one in self._read.values() if one is not None]
        return sorted(found, key=lambda one: (one.day, one.id))

    async def _keep(self, deadline: Deadline) -> None:
        whole = json.dumps(asdict(deadline), ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
        sealed = self._server.sealer.seal(whole + b" " * (-len(whole) % _BLOCK), _name(deadline.id))
        await self._database.execute(
            "INSERT INTO deadlines (id, sealed) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed",
            (deadline.id, sealed),
        )

    def _again(self, deadline_id: str, sealed: bytes) -> tuple[bytes, Deadline | None]:
        known = self._read.get(deadline_id)
        return known if known is not None and known[0] == sealed else (sealed, self._opened(deadline_id, sealed))

    def _opened(self, deadline_id: str, sealed: bytes) -> Deadline | None:
        try:
            one = read_deadline(json.loads(self._server.sealer.open(bytes(sealed), _name(deadline_id))))
        except (Unreadable, ValueError, TypeError):
            return None
        return one if _comes(one) else None


def read_deadline(whole: Mapping[str, Any]) -> Deadline:
    """From JSON; what a later version of this program wrote besides is left out."""
    known: dict[str, Any] = {one.name: whole[one.name] for one in fields(Deadline) if one.name in whole}
    for name in ("benchmarks", "languages", "formats"):
        known[name] = tuple(known.get(name, ()))
    return Deadline(**known)


def _comes(one: Deadline) -> bool:
    """Whether it can be reckoned with: one that cannot, as where this machine does not know its zone, must not stop whoever
    looks at all of them."""
    try:
        days = [dt.date.fromisoformat(day) for day in (one.day, one.internal or one.day)]
        dt.time.fromisoformat(one.time or "00:00")
        ZoneInfo(one.zone)
    except (ValueError, TypeError, OSError, ZoneInfoNotFoundError):
        return False
    return one.repeats in _REPEATS and all(day.year in _YEARS for day in days)


def _name(deadline_id: str) -> str:
    return f"deadline:{deadline_id}"
