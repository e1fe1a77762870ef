"""What one person proposes and a second must approve, on exactly the content that was proposed."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from storage.database import Database
from storage.sealing import ServerKey, Unreadable

SECONDS = 24 * 3600
"""How long a proposal waits for its second person."""


class Kind(StrEnum):
    """What takes two people."""

    CONFIRM = "confirm"
    CASE = "case"
    DELETE = "delete"
    EXPORT = "export"
    RECIPIENTS = "recipients"
    COORDINATOR = "coordinator"
    BROADCAST = "broadcast"
    SUBMISSION = "submission"


@dataclass(frozen=True)
class Proposal:
    """``content`` is all that will be done, as plain JSON; ``by`` is who proposed it; ``ends`` is in unix seconds."""

    id: str
    kind: Kind
    subject: str
    content: Mapping[str, Any]
    by: str
    ends: int

    @property
    def digest(self) -> str:
        """16 hexadecimal digits of the SHA-256 of what is approved: a button carries them, so that nobody approves
        what they did not see."""
        whole = [self.kind.value, self.subject, self.content, self.by]
        written = json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(written.encode()).hexdigest()[:16]


class Proposals:
    """Open proposals: at most one for each kind and subject."""

    def __init__(self, database: Database, server: ServerKey) -> None:
        self._database = database
        self._server = server

    async def propose(
        self, kind: Kind, subject: str, content: Mapping[str, Any], by: str, now: int, seconds: int = SECONDS
    ) -> Proposal:
        """Keep a proposal; what was proposed before on the same subject is void."""
        await self._database.execute("DELETE FROM proposals WHERE kind = ? AND subject = ?", (kind.value, subject))
        one = Proposal(secrets.token_hex(6), kind, subject, content, by, now + seconds)
        whole = json.dumps([kind.value, subject, content, by], ensure_ascii=False).encode()
        await self._database.execute(
            "INSERT INTO proposals (id, kind, subject, sealed, ends) VALUES (?, ?, ?, ?, ?)",
            (one.id, kind.value, subject, self._server.sealer.seal(whole, _name(one.id)), one.ends),
        )
        return one

    async def get(self, proposal_id: str, now: int) -> Proposal | None:
        """The proposal, if it still waits."""
        rows = await self._database.read(
            "SELECT id, sealed, ends FROM proposals WHERE id = ? AND ends > ?", (proposal_id, now)
        )
        return self._proposal(*rows[0]) if rows else None

    async def open(self, now: int) -> list[Proposal]:
        """All that wait, those that end first before the others."""
        rows = await self._database.read("SELECT id, sealed, ends FROM proposals WHERE ends > ? ORDER BY ends", (now,))
        found = [self._proposal(*row) for row in rows]
        return [one for one in found if one is not None]

    async def take(self, proposal: Proposal) -> bool:
        """End a proposal; whether it was still there. Only who gets True may carry it out."""
        rows = await self._database.execute("DELETE FROM proposals WHERE id = ? RETURNING id", (proposal.id,))
        return bool(rows)

    async def void(self, subject: str, *kinds: Kind) -> list[Proposal]:
        """What was proposed on this subject holds no longer, because the subject changed."""
        rows = await self._database.read("SELECT id, sealed, ends FROM proposals WHERE subject = ?", (subject,))
        found = [one for row in rows if (one := self._proposal(*row)) and (not kinds or one.kind in kinds)]
        for one in found:
            await self.take(one)
        return found

    async def void_of(self, handle: str) -> list[Proposal]:
        """What somebody proposed who is no longer here."""
        rows = await self._database.read("SELECT id, sealed, ends FROM proposals")
        found = [one for row in rows if (one := self._proposal(*row)) and one.by == handle]
        for one in found:
            await self.take(one)
        return found

    async def forget(self, now: int) -> None:
        """Delete what nobody approved in time."""
        await self._database.execute("DELETE FROM proposals WHERE ends <= ?", (now,))

    def _proposal(self, proposal_id: str, sealed: bytes, ends: int) -> Proposal | None:
        try:
            kind, subject, content, by = json.loads(self._server.sealer.open(bytes(sealed), _name(proposal_id)))
            return Proposal(proposal_id, Kind(kind), subject, content, by, ends)
        except (Unreadable, ValueError, TypeError):
            return None


def _name(proposal_id: str) -> str:
    return f"proposal:{proposal_id}"
