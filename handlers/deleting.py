"""Deleting an incident, which takes two people and a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from markupsafe import Markup
from telegram import Update
from telegram.ext import CallbackQueryHandler

from handlers.answers import Answers
from handlers.approvals import Deed
from handlers.claimed import REFERENCE, Claimed
from handlers.turn import Context, Handler
from storage.audit import Act
from storage.members import Role
from storage.proposals import Kind, Proposal
from storage.reviews import Review
from texts import deleting, judging
from texts.deleting import REASONS
from texts.screen import Screen


class Deleting:
    """Proposes to delete an incident, and carries it out once it is approved."""

    def __init__(self, claimed: Claimed, answers: Answers) -> None:
        self._claimed = claimed
        self._answers = answers
        claimed.approvals.carries(Kind.DELETE, Deed(Role.COORDINATOR, self._words, self._do, judging.ways))

    def handlers(self) -> list[Handler]:
        """The choice of a reason, and the reasons."""
        return [
            CallbackQueryHandler(self.why, f"^j:rm:{REFERENCE}$"),
            CallbackQueryHandler(self.propose, f"^j:rm:{REFERENCE}:({'|'.join(REASONS)})$"),
        ]

    async def why(self, update: Update, context: Context) -> None:
        """Ask for the reason."""
        if (review := await self._claimed.asked_for(context)) is not None:
            context.answer(deleting.why(review, context.language))

    async def propose(self, update: Update, context: Context) -> None:
        """For this reason."""
        review = await self._claimed.asked_for(context)
        if review is not None:
            content = await self._content(review, context.found[1])
            await self._claimed.approvals.propose(context, Kind.DELETE, review.reference, content)

    async def _content(self, review: Review, reason: str) -> dict[str, Any]:
        """What is deleted, and why. Where it went and what its reporter was told is left out: whoever reads it before approving
        changes that."""
        return {
            "reason": reason,
            "finding": review.finding,
            "duplicates": list(review.duplicates),
            "parts": await self._claimed.incidents.parts(review.reference),
            "notes": await self._claimed.notes.count(review.reference),
        }

    async def _words(self, proposal: Proposal, language: str) -> Markup:
        review = await self._claimed.reviews.of(proposal.subject)
        return deleting.proposed(proposal.content, review.went if review else (), language)

    async def _do(self, context: Context, proposal: Proposal) -> Screen | None:
        """Delete it, if it is still what was shown; its reporter and those who took a copy are told."""
        review = await self._claimed.reviews.of(proposal.subject)
        if review is None or not await self._still(review, proposal.content):
            return None
        if review.head.reply_to:
            await self._answers.send(context, review, state="closed")
        await self._unlink(context, review)
        await self._claimed.approvals.void(context, review.reference)
        await self._claimed.incidents.delete(review.reference)
        for handle in sorted({one.by for one in review.went} - {context.me.handle}):
            await self._claimed.team.tell_one(
                context, handle, lambda language: deleting.was_deleted(proposal.subject, language)
            )
        return deleting.done(review, context.language)

    async def _still(self, review: Review, content: Mapping[str, Any]) -> bool:
        return review.state != "withdrawn" and await self._content(review, content["reason"]) == content

    async def _unlink(self, context: Context, review: Review) -> None:
        """Others that tell of the same do so no longer."""
        for reference in review.duplicates:
            other = await self._claimed.reviews.of(reference)
            if other is not None and review.reference in other.duplicates:
                left = tuple(one for one in other.duplicates if one != review.reference)
                await self._claimed.reviews.keep(replace(other, duplicates=left))
                await self._claimed.approvals.void(context, other.reference, Kind.DELETE)
                await self._claimed.team.note(context, Act.LINKED, other.reference)
