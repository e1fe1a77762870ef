"""What is said to a reporter: a letter that only the receipt opens, and a neutral word to who asked to be told here."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from handlers.team import Team
from handlers.turn import Context
from storage.audit import Act
from storage.reviews import Review
from storage.tables import Tables
from texts import mailbox


class Answers:
    """The one way in which anything reaches a reporter from a member."""

    def __init__(self, tables: Tables, team: Team) -> None:
        self._replies = tables.replies
        self._incidents = tables.incidents
        self._notes = tables.notes
        self._chats = tables.chats
        self._team = team

    async def send(self, context: Context, review: Review, *, state: str = "", words: str = "") -> Review:
        """Put one letter there, with a new state or words or both; the review as it stands then, for the caller to keep.

        A state that it has already is no news without words. Nothing is said after a withdrawal, nor where there is no
        key to seal it to.
        """
        if review.state == "withdrawn" or not review.head.reply_to or not (words or state not in ("", review.state)):
            return review
        letter = _letter(context, state, words)
        await self._replies.put(review.reference, review.head.reply_to, letter)
        await self._note(context, review, state, words)
        await self._tell(context, review.reference)
        return replace(review, state=state or review.state)

    async def _note(self, context: Context, review: Review, state: str, words: str) -> None:
        if words:
            await self._copy(context, review.reference, words)
            await self._team.note(context, Act.ANSWERED, review.reference)
        if state not in ("", review.state):
            await self._team.note(context, Act.STATE, review.reference)

    async def _copy(self, context: Context, reference: str, words: str) -> None:
        """What was written to a reporter is read by other reviewers, too: nobody asks for a name without a trace."""
        if self._incidents.open:
            note = {"by": context.me.handle, "on": context.today.isoformat(), "words": f"✉ {words}"}
            await self._notes.add(reference, note, context.today)

    async def _tell(self, context: Context, reference: str) -> None:
        """Say in the reporter's chat that there is something; what it is, and of what, only the receipt shows."""
        chat_id = await self._replies.whom_to_tell(context.turn.now, reference=reference)
        if chat_id is not None:
            context.greet(chat_id, mailbox.answered(await self._chats.language(chat_id) or "en"))


def _letter(context: Context, state: str, words: str) -> dict[str, Any]:
    said = {"on": context.today.isoformat(), "state": state, "words": words}
    return {name: value for name, value in said.items() if value}
