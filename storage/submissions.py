"""What the network submits to a call: who signs it, what was built last, and which incidents stand where in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from storage.database import Database
from storage.sealing import ServerKey, Unreadable

_BLOCK = 4096
"""Bytes to a multiple of which a row is filled up: the size tells no word."""


@dataclass(frozen=True)
class Submission:
    """One for each call."""

    deadline: str
    """Id of the call."""
    names: tuple[str, ...] = ()
    """Of the organisations that submit, the one that leads first."""
    contact: str = ""
    about: str = ""
    language: str = "en"
    """Of the headings: en, fr or es."""
    built_on: str = ""
    """The day of the last build; empty before there was one. The next five tell of that one."""
    by: str = ""
    """Handle of who proposed it; and of who approved it, empty where nobody else could."""
    approved_by: str = ""
    digest: str = ""
    """SHA-256 of its submission.docx; empty where it was built on a reviewers' machine."""
    used: Mapping[str, str] = field(default_factory=dict)
    """Number of the paragraph by reference."""
    left_out: Mapping[str, str] = field(default_factory=dict)
    """documents.submission.clearance.Why by reference."""
    told: tuple[str, ...] = ()
    """References of the incidents whose reporters were told that it went out."""
    told_on: str = ""
    """The day on which all of them were."""


class Submissions:
    """By call."""

    def __init__(self, database: Database, server: ServerKey) -> None:
        self._database = database
        self._server = server

    async def of(self, deadline: str) -> Submission:
        """That of this call; an empty one where there is none yet."""
        rows = await self._database.read("SELECT sealed FROM submissions WHERE deadline = ?", (deadline,))
        return (self._opened(deadline, rows[0][0]) if rows else None) or Submission(deadline)

    async def keep(self, submission: Submission) -> None:
        """This is how it stands now."""
        whole = json.dumps(asdict(submission), ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
        sealed = self._server.sealer.seal(whole + b" " * (-len(whole) % _BLOCK), _name(submission.deadline))
        await self._database.execute(
            "INSERT INTO submissions (deadline, sealed) VALUES (?, ?)"
            " ON CONFLICT (deadline) DO UPDATE SET sealed = excluded.sealed",
            (submission.deadline, sealed),
        )

    def _opened(self, deadline: str, sealed: bytes) -> Submission | None:
        try:
            return _submission(json.loads(self._server.sealer.open(bytes(sealed), _name(deadline))))
        except (Unreadable, ValueError, TypeError):
            return None


def _submission(whole: Mapping[str, Any]) -> Submission:
    """From JSON; what a later version of this program wrote besides is left out."""
    known: dict[str, Any] = {one.name: whole[one.name] for one in fields(Submission) if one.name in whole}
    return Submission(**(known | {name: tuple(known.get(name, ())) for name in ("names", "told")}))


def _name(deadline: str) -> str:
    return f"submission:{deadline}"
