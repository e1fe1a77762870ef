"""Confirming what was found: one member proposes exactly how it was judged, another approves exactly that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from markupsafe import Markup

from forms.judging import CONFIRMED, Counted, independent, lacks
from handlers.approvals import Deed
from handlers.claimed import Claimed
from handlers.incidents import Tellings
from handlers.turn import Context
from storage.audit import Act
from storage.drafts import Draft
from storage.members import Role
from storage.proposals import Kind, Proposal
from storage.reviews import Head, Review, Source
from texts import judging
from texts.judging import Judging as Texts
from texts.screen import Screen


class Confirming:
    """Proposes a finding, below the threshold with a reason; and carries it out once it is approved."""

    def __init__(self, claimed: Claimed, telling: Tellings, texts: Texts) -> None:
        self._claimed = claimed
        self._texts = texts
        telling.hands_in("reason", self._reasoned)
        claimed.approvals.carries(Kind.CONFIRM, Deed(Role.COORDINATOR, self._words, self._do, judging.ways))

    async def begin(self, context: Context, review: Review, finding: str) -> None:
        """Somebody chose to confirm this; below the threshold they are asked for a reason first."""
        below = lacks(review.reliability, review.validity, counted(review))
        if below and not self._claimed.incidents.open:
            context.answer(judging.no_reason(context.language))
        elif below:
            await self._claimed.ask(context, "reason", review.reference, finding=finding)
        else:
            await self._propose(context, review, finding, "")

    async def _reasoned(self, context: Context, draft: Draft) -> None:
        review, words = await self._claimed.received(context, draft)
        if review is None:
            context.answer(judging.lost(context.language))
        else:
            await self._propose(context, review, draft.about["finding"], words)

    async def _propose(self, context: Context, review: Review, finding: str, reason: str) -> None:
        content = await self._content(review, finding, reason)
        await self._claimed.approvals.propose(context, Kind.CONFIRM, review.reference, content)

    async def _content(self, review: Review, finding: str, reason: str) -> dict[str, Any]:
        """All that is confirmed, as plain JSON. ``parts`` is how much there was to read: what the reporter adds later
        was not looked at."""
        return {
            "finding": finding,
            "reliability": review.reliability,
            "validity": review.validity,
            "reporter": review.head.source,
            "sources": [[one.link, one.organisation, one.repeats] for one in review.sources],
            "benchmarks": list(review.benchmarks),
            "cases": list(review.cases),
            "recommendations": list(review.recommendations),
            "reason": reason,
            "parts": await self._claimed.incidents.parts(review.reference),
        }

    async def _words(self, proposal: Proposal, language: str) -> Markup:
        judged, content = _as_proposed(proposal), proposal.content
        missing = lacks(judged.reliability, judged.validity, counted(judged))
        return self._texts.confirming(judged, missing, content["reason"], content["parts"], language)

    async def _do(self, context: Context, proposal: Proposal) -> Screen | None:
        """Confirm it, if it is still judged as it was shown."""
        review, content = await self._claimed.reviews.of(proposal.subject), proposal.content
        if review is None or not await self._still(review, content):
            return None
        confirmed = replace(review, finding=content["finding"])
        await self._claimed.reviews.keep(confirmed)
        await self._claimed.approvals.void(context, review.reference, Kind.DELETE)
        await self._claimed.team.note(context, Act.GRADED, review.reference)
        if content["reason"] and self._claimed.incidents.open:
            note = {"by": proposal.by, "on": context.today.isoformat(), "words": content["reason"]}
            await self._claimed.notes.add(review.reference, note, context.today)
        return self._texts.confirmed(confirmed, context.me.handle, context.language)

    async def _still(self, review: Review, content: Mapping[str, Any]) -> bool:
        """Whether this is what was approved, and may be confirmed at all."""
        same = await self._content(review, content["finding"], content["reason"]) == content
        low = lacks(review.reliability, review.validity, counted(review))
        return (
            same
            and review.state != "withdrawn"
            and content["finding"] in CONFIRMED
            and bool(content["reason"] or not low)
        )


def counted(review: Review) -> Counted:
    """Who tells of it."""
    return independent(review.head.source, review.sources)


def _as_proposed(proposal: Proposal) -> Review:
    """The judgement that was proposed, as a review, whatever has become of the incident's own since."""
    content = proposal.content
    return Review(
        proposal.subject,
        Head(source=content["reporter"]),
        finding=content["finding"],
        reliability=content["reliability"],
        validity=content["validity"],
        sources=tuple(Source(*one) for one in content["sources"]),
        benchmarks=tuple(content["benchmarks"]),
        cases=tuple(content["cases"]),
        recommendations=tuple(content["recommendations"]),
    )
