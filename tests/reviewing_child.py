"""The program that the tests of reviewing start: that of telling, with more ways to spoil one thing on purpose."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import sys
from collections.abc import Mapping
from typing import Any
from unittest.mock import patch

import telling_child  # noqa: F401 - its variants are wanted, too
from crash import child

from handlers.allowance import Allowance
from handlers.approvals import Approvals
from handlers.claimed import Claimed
from handlers.turn import Context
from storage.database import Database
from storage.deadlines import Deadline, Deadlines
from storage.drafts import Draft
from storage.members import Members
from storage.notes import Notes
from storage.proposals import Kind
from storage.reviews import Review, Reviews
from storage.sealing import MailboxKey, OfficeKey, OfficeLock, ServerKey, Unreadable
from texts import spoken

SPOKEN = ("kanarya-spoken-word", "ពាក្យនិយាយកាណារី")


def _planted_words() -> None:
    """The words for the telephone occur nowhere else."""
    words = tuple((f"{SPOKEN[0]}-{n:02}", f"{SPOKEN[1]}-{n:02}") for n in range(len(spoken.WORDS)))
    patch.object(spoken, "WORDS", words).start()


def _patient() -> None:
    """The bot takes as much as people say at once: a story of weeks is told in seconds."""
    patch.object(Allowance, "take", lambda self, person, now: (True, False)).start()


def _failing_acts() -> None:
    """What members write with FAIL in it fails in the middle of its turn, when a part of it was done already, with
    everything in the error that an error should not tell."""
    received, add, propose, enter = Claimed.received, Notes.add, Approvals.propose, Deadlines.add

    async def fail_received(self: Claimed, context: Context, draft: Draft) -> tuple[Review | None, str]:
        review, words = await received(self, context, draft)
        if "FAIL" in words and draft.form != "note":
            raise ValueError(f"{words} on {review!r} from {context.chat_id}: {context.incoming!r}")
        return review, words

    async def fail_add(self: Notes, reference: str, note: Mapping[str, Any], today: dt.date) -> None:
        await add(self, reference, note, today)
        if "FAIL" in note["words"]:
            raise ValueError(f"{note} on {reference}")

    async def fail_propose(
        self: Approvals, context: Context, kind: Kind, subject: str, content: Mapping[str, Any]
    ) -> None:
        await propose(self, context, kind, subject, content)
        if "FAIL" in json.dumps(content, ensure_ascii=False):
            raise ValueError(f"{kind} {subject} {content} by {context.me} in {context.chat_id}")

    async def fail_enter(self: Deadlines, deadline: Deadline) -> Deadline:
        kept = await enter(self, deadline)
        if "FAIL" in kept.title:
            raise ValueError(f"{kept!r} is entered")
        return kept

    patch.object(Claimed, "received", fail_received).start()
    patch.object(Notes, "add", fail_add).start()
    patch.object(Approvals, "propose", fail_propose).start()
    patch.object(Deadlines, "add", fail_enter).start()


def _clear_reviews() -> None:
    """One column is written in clear: that of reviews."""
    of = Reviews._opened

    async def keep(self: Reviews, review: Review) -> None:
        whole = json.dumps(dataclasses.asdict(review), ensure_ascii=False).encode()
        await self._database.execute(
            "INSERT INTO reviews (reference, sealed) VALUES (?, ?)"
            " ON CONFLICT (reference) DO UPDATE SET sealed = excluded.sealed",
            (review.reference, whole),
        )

    def opened(self: Reviews, reference: str, sealed: bytes) -> Review | None:
        with patch.object(type(self._server.sealer), "open", lambda sealer, data, context: data):
            return of(self, reference, sealed)

    patch.object(Reviews, "keep", keep).start()
    patch.object(Reviews, "_opened", opened).start()


def _open_letters() -> None:
    """Nothing is sealed to the office key or to a receipt."""

    def as_it_is(self: OfficeKey | MailboxKey, sealed: bytes) -> bytes:
        if not sealed:
            raise Unreadable("nothing")
        return sealed

    patch.object(OfficeLock, "seal", lambda self, data: data).start()
    patch.object(OfficeKey, "open", as_it_is).start()
    patch.object(MailboxKey, "open", as_it_is).start()
    for module in ("replies", "mailboxes"):
        patch(f"storage.{module}.seal_to", lambda public, data: data).start()


class _Numbering:
    """A server key that gives people no pseudonyms."""

    def __init__(self, server: ServerKey) -> None:
        self._server = server

    def __getattr__(self, name: str) -> Any:
        return getattr(self._server, name)

    @staticmethod
    def pseudonym(user_id: int) -> int:
        return user_id


def _numbered_members() -> None:
    """Members are kept by their number, which SQLite writes in binary."""

    def begin(self: Members, database: Database, server: ServerKey) -> None:
        self._database = database
        self._server = _Numbering(server)  # type: ignore[assignment]

    patch.object(Members, "__init__", begin).start()


child.VARIANTS.update(
    {
        "planted-words": _planted_words,
        "patient": _patient,
        "failing-acts": _failing_acts,
        "clear-reviews": _clear_reviews,
        "open-letters": _open_letters,
        "numbered-members": _numbered_members,
    }
)


if __name__ == "__main__":
    sys.exit(child.main(sys.argv[1:]))
