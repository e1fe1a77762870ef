"""What the network published of cases since the report: a timeline of its own, never mixed with what the report says."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from storage.database import Database
from storage.sealing import ServerKey, Unreadable

_BLOCK = 2048
"""Bytes to a multiple of which an entry is filled up: the size tells no word."""


@dataclass(frozen=True)
class CaseEntry:
    """One thing that happened, as two people published it."""

    case: str
    """Id of a case of the report. It may be gone from a newer one."""
    kind: str
    """As in forms.case_news."""
    when: Mapping[str, Any]
    """``forms.moment.Moment`` as JSON."""
    source: str
    by: str
    """The handle of whoever proposed it."""
    words: str = ""
    language: str = ""
    """In which the words and the source are."""
    published_on: str = ""
    id: str = field(default="", compare=False)
    """12 hexadecimal digits; empty before it is kept."""


class CaseEntries:
    """Published entries. What is retracted is gone. Of which case one is, and since when, only the server key tells:
    that somebody reaches a prisoner is for members alone, and for no disk."""

    def __init__(self, database: Database, server: ServerKey) -> None:
        self._database = database
        self._server = server

    async def add(self, entry: CaseEntry) -> CaseEntry:
        """Publish it; the entry with its id."""
        entry = replace(entry, id=secrets.token_hex(6))
        whole = json.dumps(asdict(entry), ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
        sealed = self._server.sealer.seal(whole + b" " * (-len(whole) % _BLOCK), _name(entry.id))
        await self._database.execute(
            "INSERT INTO case_entries (id, case_ref, sealed) VALUES (?, ?, ?)",
            (entry.id, self._mark(entry.case), sealed),
        )
        return entry

    async def get(self, entry_id: str) -> CaseEntry | None:
        """The entry of this id."""
        rows = await self._database.read("SELECT id, case_ref, sealed FROM case_entries WHERE id = ?", (entry_id,))
        return self._opened(*rows[0]) if rows else None

    async def of(self, case: str) -> list[CaseEntry]:
        """Those of one case, in the order of the days on which they were published."""
        rows = await self._database.read(
            "SELECT id, case_ref, sealed FROM case_entries WHERE case_ref = ?", (self._mark(case),)
        )
        return self._all(rows)

    async def all(self) -> list[CaseEntry]:
        """Those of all cases; of one case in the same order."""
        return self._all(await self._database.read("SELECT id, case_ref, sealed FROM case_entries"))

    async def ids(self) -> set[str]:
        """Of all, without opening any."""
        return {entry_id for (entry_id,) in await self._database.read("SELECT id FROM case_entries")}

    async def retract(self, entry_id: str) -> bool:
        """Take it off the timeline; whether it was on it."""
        rows = await self._database.execute("DELETE FROM case_entries WHERE id = ? RETURNING id", (entry_id,))
        return bool(rows)

    def _all(self, rows: list[tuple[Any, ...]]) -> list[CaseEntry]:
        found = [self._opened(*row) for row in rows]
        return sorted((one for one in found if one is not None), key=lambda one: (one.case, one.published_on, one.id))

    def _mark(self, case: str) -> bytes:
        """What stands for a case in the table."""
        return self._server.mac("case", case.encode())

    def _opened(self, entry_id: str, mark: object, sealed: bytes) -> CaseEntry | None:
        """The entry; None for one that is damaged, or was put into the place of another."""
        try:
            entry = _entry(json.loads(self._server.sealer.open(bytes(sealed), _name(entry_id))))
        except (Unreadable, ValueError, TypeError):
            return None
        return entry if self._mark(entry.case) == mark else None


def _entry(whole: Mapping[str, Any]) -> CaseEntry:
    """From JSON; what a later version of this program wrote besides is left out."""
    return CaseEntry(**{one.name: whole[one.name] for one in fields(CaseEntry) if one.name in whole})


def _name(entry_id: str) -> str:
    return f"case entry:{entry_id}"
