"""The network's own assessments of benchmarks. All that were ever decided are kept; none is ever the report's."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from storage.database import Database
from storage.sealing import ServerKey, Unreadable

_BLOCK = 2048


@dataclass(frozen=True)
class Assessment:
    """One decision: a grade, why, on what it rests, and by whom."""

    letter: str
    grade: str
    """``on_target``, ``variable`` or ``off_target``, as in facts.models."""
    grounds: str
    by: str
    """A handle."""
    day: str
    references: tuple[str, ...] = ()
    """The incidents on which it rests: for the team alone."""
    counted: int = 0
    """How many the public statistics counted when it was decided; 0 for fewer than three."""
    sources: str = ""
    """Besides incidents."""
    government: str = ""
    """What the Government says, as the network heard it."""
    government_source: str = ""
    back_by: str = ""
    """Who took it back, and when; empty as long as it holds."""
    back_on: str = ""
    number: int = 0
    """Counted from 1 for each benchmark; 0 before it is kept."""

    @property
    def holds(self) -> bool:
        """Nobody took it back."""
        return not self.back_by


class Assessments:
    """Decisions, numbered for each benchmark."""

    def __init__(self, database: Database, server: ServerKey) -> None:
        self._database = database
        self._server = server

    async def of(self, letter: str) -> list[Assessment]:
        """All that were ever decided on this benchmark, newest first."""
        rows = await self._database.read(
            "SELECT id, sealed FROM assessments WHERE benchmark = ? ORDER BY id DESC", (letter,)
        )
        found = [self._opened(key, sealed) for key, sealed in rows]
        return [one for one in found if one is not None and one.letter == letter]

    async def current(self, letter: str) -> Assessment | None:
        """The newest, if it holds and can be read: what was decided before it does not come back."""
        rows = await self._database.read(
            "SELECT id, sealed FROM assessments WHERE benchmark = ? ORDER BY id DESC LIMIT 1", (letter,)
        )
        newest = self._opened(*rows[0]) if rows else None
        return newest if newest is not None and newest.letter == letter and newest.holds else None

    async def decide(self, assessment: Assessment) -> Assessment:
        """Keep a decision beside those before it."""
        rows = await self._database.read(
            "SELECT coalesce(max(id), '') FROM assessments WHERE benchmark = ?", (assessment.letter,)
        )
        number = int(rows[0][0].partition("-")[2] or 0) + 1
        numbered = replace(assessment, number=number)
        await self._keep(numbered)
        return numbered

    async def take_back(self, assessment: Assessment, by: str, today: dt.date) -> None:
        """It holds no longer. It stays on record, and who took it back."""
        await self._keep(replace(assessment, back_by=by, back_on=today.isoformat()))

    async def _keep(self, one: Assessment) -> None:
        key = f"{one.letter}-{one.number:04d}"
        whole = json.dumps(asdict(one), ensure_ascii=False, separators=(",", ":")).encode()
        sealed = self._server.sealer.seal(whole + b" " * (-len(whole) % _BLOCK), _name(key))
        await self._database.execute(
            "INSERT INTO assessments (id, benchmark, sealed, decided_on) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed",
            (key, one.letter, sealed, one.day),
        )

    def _opened(self, key: str, sealed: bytes) -> Assessment | None:
        try:
            return read_assessment(json.loads(self._server.sealer.open(bytes(sealed), _name(key))))
        except (Unreadable, ValueError, TypeError, KeyError):
            return None


def read_assessment(whole: Mapping[str, Any]) -> Assessment:
    """From JSON; what a later version of this program wrote besides is left out."""
    known = {one.name: whole[one.name] for one in fields(Assessment) if one.name in whole}
    return Assessment(**(known | {"references": tuple(known.get("references", ()))}))


def _name(key: str) -> str:
    return f"assessment:{key}"
