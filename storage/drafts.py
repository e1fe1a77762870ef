"""Forms in progress. Power that fails takes them: they are sealed with a draft key."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from storage.database import Database
from storage.sealing import Sealer, ServerKey, Unreadable, key_id

_HOUR = 3600


@dataclass(frozen=True)
class Draft:
    """One form in progress. ``progress`` is the form's own; all values are plain JSON."""

    form: str
    began: int
    """Unix seconds."""
    ends: int
    """Unix seconds; from then on it is no more, whatever is in the table."""
    progress: dict[str, Any] = field(default_factory=dict)
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What is known of each file, by its id; empty while it is being taken in."""
    left: bool = False
    """The person went away to come back later: what they write is no answer."""
    about: dict[str, Any] = field(default_factory=dict)
    """What the form is about, when not a new incident: the mailbox and reference that a receipt opened."""
    passed: bool = False
    """The person passed the challenge of a flood."""
    asked: str = ""
    """The right answer to that challenge."""
    refused_album: str = ""
    """The album of which a file was refused; it is said once."""
    interrupts: str = ""
    """The form that was being answered when this one was begun; it goes on when this one is over."""


Desk = Mapping[str, Draft]
"""The drafts of one chat, by form."""


class Drafts:
    """At most one draft of each form for a chat."""

    def __init__(self, database: Database, drafts: Sealer, server: ServerKey) -> None:
        self._database = database
        self._drafts = drafts
        self._server = server

    async def of(self, chat_id: int, now: int) -> Desk:
        """The drafts of this chat that have not ended; none where a power cut took them."""
        chat = self._server.pseudonym(chat_id)
        rows = await self._database.read("SELECT sealed FROM drafts WHERE chat = ?", (chat,))
        if not rows:
            return {}
        found = self._opened(chat, rows[0][0]) or (0, {})
        return {form: draft for form, draft in found[1].items() if draft.ends > now}

    async def keep(self, chat_id: int, desk: Desk, now: int | None = None) -> None:
        """These are the drafts of this chat; with none of them, nothing is kept, and files go that they had. Those
        that have ended by ``now`` and were not swept yet wait beside them."""
        chat = self._server.pseudonym(chat_id)
        if now is not None:
            desk = {**await self._unswept(chat, now), **desk}
        if not desk:
            await self._database.execute("DELETE FROM drafts WHERE chat = ?", (chat,))
            return
        whole = {"chat": chat_id, "drafts": {form: asdict(draft) for form, draft in desk.items()}}
        name = _name(chat)
        await self._database.execute(
            "INSERT INTO drafts (chat, sealed, address, due) VALUES (?, ?, ?, ?) ON CONFLICT (chat)"
            " DO UPDATE SET sealed = excluded.sealed, address = excluded.address, due = excluded.due",
            (
                chat,
                self._drafts.seal(json.dumps(whole, separators=(",", ":")).encode(), name),
                self._server.seal_chat(chat_id if any(draft.progress for draft in desk.values()) else None, name),
                min(draft.ends for draft in desk.values()) // _HOUR,
            ),
        )

    async def ended(self, now: int) -> list[tuple[int, Desk, Desk]]:
        """Chats with drafts that have ended: (chat, what ended, what did not)."""
        rows = await self._database.read("SELECT chat, sealed FROM drafts WHERE due <= ?", (now // _HOUR,))
        found: list[tuple[int, Desk, Desk]] = []
        for chat, sealed in rows:
            opened = self._opened(bytes(chat), sealed)
            if opened is not None and any(draft.ends <= now for draft in opened[1].values()):
                chat_id, desk = opened
                over = {form: draft for form, draft in desk.items() if draft.ends <= now}
                found.append((chat_id, over, {form: d for form, d in desk.items() if form not in over}))
        return found

    async def lost(self) -> list[int]:
        """Forget the drafts whose key a power cut took; the chats of those who were answering questions."""
        rows = await self._database.read("SELECT chat, sealed, address FROM drafts")
        gone = [(bytes(chat), address) for chat, sealed, address in rows if self._opened(bytes(chat), sealed) is None]
        for chat, _ in gone:
            await self._database.execute("DELETE FROM drafts WHERE chat = ?", (chat,))
        chats = [self._server.open_chat(address, _name(chat)) for chat, address in gone]
        return [chat_id for chat_id in chats if chat_id is not None]

    async def _unswept(self, chat: bytes, now: int) -> dict[str, Draft]:
        rows = await self._database.read("SELECT sealed FROM drafts WHERE chat = ?", (chat,))
        opened = self._opened(chat, rows[0][0]) if rows else None
        found = opened[1].values() if opened else ()
        return {f"{draft.form}@{draft.began}": draft for draft in found if draft.ends <= now}

    async def needed_keys(self) -> set[bytes]:
        """The ids of the draft keys that drafts are sealed with."""
        rows = await self._database.read("SELECT DISTINCT substr(sealed, 1, 5) FROM drafts")
        return {key_id(bytes(head)) for (head,) in rows}

    def _opened(self, chat: bytes, sealed: bytes) -> tuple[int, dict[str, Draft]] | None:
        try:
            whole = json.loads(self._drafts.open(sealed, _name(chat)))
            return whole["chat"], {form: Draft(**draft) for form, draft in whole["drafts"].items()}
        except (Unreadable, KeyError, TypeError):  # its key is gone, or another version of this program wrote it
            return None


def _name(chat: bytes) -> str:
    return f"draft:{chat.hex()}"
