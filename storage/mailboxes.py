"""What reviewers tell a reporter. Only the receipt opens it; the server can put something in and no more."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from storage.database import Database
from storage.sealing import MailboxKey, ServerKey, Unreadable, padded_json, seal_to


class Mailboxes:
    """One mailbox for each incident."""

    def __init__(self, database: Database, server: ServerKey) -> None:
        self._database = database
        self._server = server

    async def make(
        self, public: str, first: Mapping[str, Any], kept_until: dt.date, tell: int | None, told_until: dt.date
    ) -> None:
        """A mailbox with a first letter in it. ``tell`` is the chat that wants to hear of answers until then."""
        box = self._server.box(public)
        await self._database.execute(
            "INSERT INTO mailboxes (box, address, told_until, kept_until) VALUES (?, ?, ?, ?)",
            (
                box,
                self._server.seal_chat(tell, _name(box)),
                None if tell is None else told_until.isoformat(),
                kept_until.isoformat(),
            ),
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
        letters = []
        for (sealed,) in rows:
            try:
                letter = json.loads(key.open(bytes(sealed)))
            except (Unreadable, ValueError, RecursionError):
                continue
            if isinstance(letter, dict):
                letters.append(letter)
        return letters

    async def whom_to_tell(self, public: str, today: dt.date) -> int | None:
        """The chat that wants to hear of an answer."""
        box = self._server.box(public)
        rows = await self._database.read(
            "SELECT address FROM mailboxes WHERE box = ? AND told_until >= ?", (box, today.isoformat())
        )
        return self._server.open_chat(rows[0][0], _name(box)) if rows else None

    async def tell_nobody(self, public: str) -> None:
        """Forget whom to tell of answers."""
        await self._database.execute(
            "UPDATE mailboxes SET address = NULL, told_until = NULL WHERE box = ?", (self._server.box(public),)
        )

    async def forget(self, today: dt.date) -> None:
        """Delete mailboxes whose time is over, and addresses of those who were to be told until yesterday."""
        await self._database.execute("DELETE FROM mailboxes WHERE kept_until < ?", (today.isoformat(),))
        await self._database.execute(
            "UPDATE mailboxes SET address = NULL, told_until = NULL WHERE told_until < ?", (today.isoformat(),)
        )


def _name(box: bytes) -> str:
    return f"mailbox:{box.hex()}"
