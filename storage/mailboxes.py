"""What reviewers tell a reporter. Only the receipt opens it; the server can put something in and no more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from storage.database import Database
from storage.sealing import MailboxKey, ServerKey, padded_json, seal_to


class Mailboxes:
    """One mailbox for each incident."""

    def __init__(self, database: Database, server: ServerKey) -> None:
        self._database = database
        self._server = server

    async def make(self, public: str, first: Mapping[str, Any], kept_until: dt.date) -> None:
        """A mailbox with a first letter in it."""
        await self._database.execute(
            "INSERT INTO mailboxes (box, kept_until) VALUES (?, ?)", (self._server.box(public), kept_until.isoformat())
        )
        await self.put(public, first)

    async def put(self, public: str, letter: Mapping[str, Any]) -> None:
        """Put a letter into a mailbox, if there is one."""
        await self.put_sealed(public, seal_to(public, padded_json(letter)))

    async def put_sealed(self, public: str, sealed: bytes) -> bool | None:
        """The same for a letter that was sealed elsewhere: whether it is new there, or None when there is no mailbox."""
        box = self._server.box(public)
        rows = await self._database.read(
            "SELECT EXISTS (SELECT 1 FROM mail WHERE box = ? AND sealed = ?) FROM mailboxes WHERE box = ?",
            (box, sealed, box),
        )
        if not rows:
            return None
        if not rows[0][0]:
            await self._database.execute(
                "INSERT INTO mail (box, number, sealed)"
                " SELECT ?, coalesce(max(number), 0) + 1, ? FROM mail WHERE box = ?",
                (box, sealed, box),
            )
        return not rows[0][0]

    async def open(self, key: MailboxKey) -> list[dict[str, Any]] | None:
        """The letters, oldest first; None when there is no such mailbox. One that is damaged is left out."""
        box = self._server.box(key.public)
        if not await self._database.read("SELECT 1 FROM mailboxes WHERE box = ?", (box,)):
            return None
        rows = await self._database.read("SELECT sealed FROM mail WHERE box = ? ORDER BY number", (box,))
        return key.letters(bytes(sealed) for (sealed,) in rows)

    async def empty(self, public: str) -> None:
        """Delete all letters but the first, which says of what they were."""
        await self._database.execute("DELETE FROM mail WHERE box = ? AND number > 1", (self._server.box(public),))

    async def forget(self, today: dt.date) -> None:
        """Delete mailboxes whose time is over."""
        await self._database.execute("DELETE FROM mailboxes WHERE kept_until < ?", (today.isoformat(),))
