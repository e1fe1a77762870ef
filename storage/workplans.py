"""Who writes which part of a submission, until when, and whether it is done."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from storage.database import Database
from storage.sealing import ServerKey, Unreadable

_BLOCK = 4096


@dataclass(frozen=True)
class Section:
    """The part on one benchmark."""

    owner: str = ""
    """An organisation, as the coordinators call it; empty where nobody has it."""
    due: str = ""
    """YYYY-MM-DD: the network's own date for it."""
    done_on: str = ""
    done_by: str = ""
    """A handle."""


@dataclass(frozen=True)
class Workplan:
    """The sections of a call, by letter. Those that nobody touched are not in it."""

    deadline: str
    sections: Mapping[str, Section] = field(default_factory=dict)


class Workplans:
    """By call."""

    def __init__(self, database: Database, server: ServerKey) -> None:
        self._database = database
        self._server = server

    async def of(self, deadline: str) -> Workplan:
        """That of this call; an empty one where there is none yet."""
        rows = await self._database.read("SELECT sealed FROM workplans WHERE deadline = ?", (deadline,))
        try:
            whole = json.loads(self._server.sealer.open(bytes(rows[0][0]), _name(deadline))) if rows else {}
            return Workplan(deadline, {letter: Section(**one) for letter, one in whole.items()})
        except (Unreadable, ValueError, TypeError, AttributeError):
            return Workplan(deadline)

    async def keep(self, workplan: Workplan) -> None:
        """This is how it stands now."""
        sections = {letter: asdict(one) for letter, one in workplan.sections.items()}
        whole = json.dumps(sections, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
        sealed = self._server.sealer.seal(whole + b" " * (-len(whole) % _BLOCK), _name(workplan.deadline))
        await self._database.execute(
            "INSERT INTO workplans (deadline, sealed) VALUES (?, ?)"
            " ON CONFLICT (deadline) DO UPDATE SET sealed = excluded.sealed",
            (workplan.deadline, sealed),
        )


def _name(deadline: str) -> str:
    return f"workplan:{deadline}"
