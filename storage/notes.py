"""What the team says among itself about an incident, sealed to the office key like the incident itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from storage.database import Database
from storage.incidents import Sealed
from storage.sealing import OfficeLock, ServerKey, padded_json


class Notes:
    """Comments for the team. Without ``office`` none is taken."""

    def __init__(self, database: Database, office: OfficeLock | None, server: ServerKey) -> None:
        self._database = database
        self._office = office
        self._server = server

    async def add(self, reference: str, note: Mapping[str, Any], today: dt.date) -> None:
        """Keep a note: ``by`` a handle, ``on`` a day, ``words``."""
        if self._office is None:
            raise RuntimeError("without an office key nothing is taken in")
        rows = await self._database.read(
            "SELECT coalesce(max(number), 0) + 1 FROM notes WHERE reference = ?", (reference,)
        )
        number, day = rows[0][0], today.isoformat()
        name = f"note:{reference}:{number}:1"
        sealed = self._office.seal(padded_json({"ctx": name, **note}))
        await self._database.execute(
            "INSERT INTO notes (reference, number, sealed, mac, made_on) VALUES (?, ?, ?, ?, ?)",
            (reference, number, sealed, self._server.mac(f"{name}:{day}", sealed), day),
        )

    async def count(self, reference: str) -> int:
        """How many there are."""
        rows = await self._database.read("SELECT count(*) FROM notes WHERE reference = ?", (reference,))
        return int(rows[0][0])

    async def sealed(self, reference: str) -> list[Sealed]:
        """The notes as they are kept, oldest first."""
        rows = await self._database.read(
            "SELECT 'note:' || reference || ':' || number || ':1', sealed, mac, made_on FROM notes"
            " WHERE reference = ? ORDER BY number",
            (reference,),
        )
        return [
            Sealed(name, bytes(sealed), day, self._server.wrote(f"{name}:{day}", bytes(sealed), bytes(mac)))
            for name, sealed, mac, day in rows
        ]
