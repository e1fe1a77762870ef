"""Submitted incidents. The server cannot read them: it has only the public half of the office key."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from storage.database import Database
from storage.sealing import OfficeLock, ServerKey, padded_json

_SYMBOLS = "23456789ABCDEFGHJKLMNPQRSTVWXYZ"


@dataclass(frozen=True)
class Sealed:
    """An incident or an addition as it is kept. ``genuine`` is whether this server wrote it."""

    name: str
    sealed: bytes
    received_on: str
    genuine: bool


class Incidents:
    """Incidents and what was added to them later. Without ``office``, the public half of a key, nothing is taken in."""

    def __init__(self, database: Database, office: OfficeLock | None, server: ServerKey) -> None:
        self._database = database
        self._office = office
        self._server = server

    @property
    def open(self) -> bool:
        """Whether incidents are taken in."""
        return self._office is not None and not self._office.held

    async def reference(self) -> str:
        """A reference that no incident has."""
        while True:
            reference = "R-" + "".join(secrets.choice(_SYMBOLS) for _ in range(4))
            if not await self._database.read("SELECT 1 FROM incidents WHERE reference = ?", (reference,)):
                return reference

    async def take(self, reference: str, incident: Mapping[str, Any], today: dt.date) -> None:
        """Keep a new incident."""
        name = f"incident:{reference}:1"
        sealed = self._seal(name, incident)
        await self._database.execute(
            "INSERT INTO incidents (reference, state, sealed, mac, received_on) VALUES (?, 'new', ?, ?, ?)",
            (reference, sealed, self._server.mac(f"{name}:{today.isoformat()}", sealed), today.isoformat()),
        )

    async def add(self, reference: str, addition: Mapping[str, Any], today: dt.date) -> bool:
        """Keep what was added to an incident; False when that is here no longer."""
        rows = await self._database.read(
            "SELECT (SELECT coalesce(max(number), 0) + 1 FROM additions WHERE reference = i.reference)"
            " FROM incidents AS i WHERE reference = ? AND state <> 'withdrawn'",
            (reference,),
        )
        if not rows:
            return False
        number = rows[0][0]
        name = f"addition:{reference}:{number}:1"
        sealed = self._seal(name, addition)
        await self._database.execute(
            "INSERT INTO additions (reference, number, sealed, mac, received_on) VALUES (?, ?, ?, ?, ?)",
            (reference, number, sealed, self._server.mac(f"{name}:{today.isoformat()}", sealed), today.isoformat()),
        )
        return True

    async def state(self, reference: str) -> str | None:
        """``new`` or ``withdrawn``; None when nothing is known of it any more."""
        rows = await self._database.read("SELECT state FROM incidents WHERE reference = ?", (reference,))
        return rows[0][0] if rows else None

    async def withdraw(self, reference: str) -> None:
        """Empty an incident. Its reference stays, so that those who have a copy can be told."""
        await self._database.execute("DELETE FROM additions WHERE reference = ?", (reference,))
        await self._database.execute("DELETE FROM evidence WHERE reference = ?", (reference,))
        for table in ("notes", "replies"):
            await self._database.execute(f"DELETE FROM {table} WHERE reference = ?", (reference,))  # noqa: S608 - ours
        await self._database.execute(
            "UPDATE incidents SET state = 'withdrawn', sealed = NULL, mac = NULL WHERE reference = ?", (reference,)
        )

    async def delete(self, reference: str) -> None:
        """Empty an incident because reviewers decided so, and forget all they found. What was said to its reporter stays,
        and so the reference under which it lies: nobody should wait for an answer that never comes."""
        for table in ("additions", "evidence", "notes", "reviews"):
            await self._database.execute(f"DELETE FROM {table} WHERE reference = ?", (reference,))  # noqa: S608 - ours
        await self._database.execute(
            "UPDATE incidents SET state = 'withdrawn', sealed = NULL, mac = NULL WHERE reference = ?", (reference,)
        )

    async def parts(self, reference: str) -> int:
        """How many parts there are to read: the incident and what was added to it; 0 when it is not here."""
        rows = await self._database.read(
            "SELECT (SELECT count(*) FROM incidents WHERE reference = ?1 AND sealed IS NOT NULL)"
            " + (SELECT count(*) FROM additions WHERE reference = ?1)",
            (reference,),
        )
        return int(rows[0][0])

    async def all(self) -> list[tuple[str, str, str]]:
        """(reference, state, day of receipt) of each, oldest day first."""
        return [
            (reference, state, day)
            for reference, state, day in await self._database.read(
                "SELECT reference, state, received_on FROM incidents ORDER BY received_on, reference"
            )
        ]

    async def sealed(self, reference: str) -> list[Sealed]:
        """The incident and then its additions, as they are kept; nothing when it is not here or was withdrawn."""
        rows = await self._database.read(
            "SELECT 'incident:' || reference || ':1', sealed, mac, received_on FROM incidents"
            " WHERE reference = ? AND sealed IS NOT NULL",
            (reference,),
        )
        rows += await self._database.read(
            "SELECT 'addition:' || reference || ':' || number || ':1', sealed, mac, received_on FROM additions"
            " WHERE reference = ? ORDER BY number",
            (reference,),
        )
        return [
            Sealed(name, bytes(sealed), day, self._server.wrote(f"{name}:{day}", bytes(sealed), bytes(mac)))
            for name, sealed, mac, day in rows
        ]

    async def forget(self, before: dt.date) -> int:
        """Delete what came before this day, with everything that belongs to it; how many incidents went."""
        rows = await self._database.execute(
            "DELETE FROM incidents WHERE received_on < ? RETURNING reference", (before.isoformat(),)
        )
        return len(rows)

    def _seal(self, name: str, told: Mapping[str, Any]) -> bytes:
        """Bound to its name, so that no row can be put in the place of another."""
        if self._office is None:
            raise RuntimeError("without an office key nothing is taken in")
        return self._office.seal(padded_json({"ctx": name, **told}))
