"""What an incident touches: cases and recommendations of the report, and other incidents that tell of the same."""

from __future__ import annotations

import re
from dataclasses import replace

from telegram import Update
from telegram.ext import CallbackQueryHandler

from facts.codes import Codes
from facts.report import Report
from facts.search import Finder
from handlers.claimed import REFERENCE, Claimed
from handlers.incidents import Tellings
from handlers.turn import Context, Handler
from storage.audit import Act
from storage.drafts import Draft
from storage.proposals import Kind
from storage.reviews import Review
from texts import judging, linking
from texts.linking import Linking as Texts

_REF = "([cr]):([a-z0-9-]{1,48})"
_MOST = 8
"""Finds that are offered, and cases or recommendations that one incident may be linked to."""
_NEAR = 6
"""Incidents that are offered because they could tell of the same."""


class Linking:
    """Links are added from what was found or is near, and taken off by a button. Incidents are linked both ways and
    never merged: each has a reporter of its own, who agreed to something of their own."""

    def __init__(
        self, claimed: Claimed, telling: Tellings, report: Report, finder: Finder, codes: Codes, texts: Texts
    ) -> None:
        self._claimed = claimed
        self._report = report
        self._finder = finder
        self._codes = codes
        self._texts = texts
        telling.hands_in("link", self._looked_up)
        telling.hands_in("same", self._named)

    def handlers(self) -> list[Handler]:
        """Buttons name what they link or unlink, so that pressing one twice does no more than once."""
        return [
            CallbackQueryHandler(self.links, f"^j:li:{REFERENCE}$"),
            CallbackQueryHandler(self.look_up, f"^j:li:{REFERENCE}:find$"),
            CallbackQueryHandler(self.link, f"^j:on:{REFERENCE}:{_REF}$"),
            CallbackQueryHandler(self.unlink, f"^j:of:{REFERENCE}:{_REF}$"),
            CallbackQueryHandler(self.duplicates, f"^j:du:{REFERENCE}$"),
            CallbackQueryHandler(self.name, f"^j:du:{REFERENCE}:name$"),
            CallbackQueryHandler(self.same, f"^j:du:{REFERENCE}:{REFERENCE}$"),
            CallbackQueryHandler(self.not_same, f"^j:dx:{REFERENCE}:{REFERENCE}$"),
        ]

    async def links(self, update: Update, context: Context) -> None:
        """The cases and recommendations."""
        if (review := await self._claimed.asked_for(context)) is not None:
            context.answer(self._texts.links(review, review, context.language))

    async def look_up(self, update: Update, context: Context) -> None:
        """Ask which."""
        if (review := await self._claimed.asked_for(context)) is not None:
            await self._claimed.ask(context, "link", review.reference)

    async def _looked_up(self, context: Context, draft: Draft) -> None:
        review, words = await self._claimed.received(context, draft)
        if review is None:
            context.answer(judging.lost(context.language))
        else:
            context.answer(self._texts.found(review, words, self._refs(words), context.language))

    async def link(self, update: Update, context: Context) -> None:
        """It touches this, too."""
        review = await self._claimed.asked_for(context)
        if review is None:
            return
        _, kind, key = context.found
        linked = _linked(review, kind)
        known = self._report.knows(f"{kind}:{key}") and len(linked) < _MOST
        await self._relink(context, review, kind, tuple(dict.fromkeys((*linked, key))) if known else linked)

    async def unlink(self, update: Update, context: Context) -> None:
        """It does not touch this."""
        review = await self._claimed.asked_for(context)
        if review is not None:
            _, kind, key = context.found
            await self._relink(context, review, kind, tuple(one for one in _linked(review, kind) if one != key))

    async def _relink(self, context: Context, review: Review, kind: str, keys: tuple[str, ...]) -> None:
        changed = replace(review, cases=keys) if kind == "c" else replace(review, recommendations=keys)
        after = await self._claimed.judged(context, review, changed, Act.LINKED)
        context.answer(self._texts.links(after, review, context.language))

    def _refs(self, words: str) -> list[str]:
        """Cases and recommendations that words may mean: what they name exactly first."""
        exact = [self._codes.recommendation(words), f"c:{trial}" if (trial := self._codes.trial(words)) else None]
        found = [one.key for one in self._finder.things(words, kinds="cr")]
        return list(dict.fromkeys([*(one for one in exact if one), *found]))[:_MOST]

    async def duplicates(self, update: Update, context: Context) -> None:
        """Others that tell of the same."""
        if (review := await self._claimed.asked_for(context)) is not None:
            await self._show_duplicates(context, review)

    async def name(self, update: Update, context: Context) -> None:
        """Ask for the reference of another."""
        if (review := await self._claimed.asked_for(context)) is not None:
            await self._claimed.ask(context, "same", review.reference)

    async def _named(self, context: Context, draft: Draft) -> None:
        review, words = await self._claimed.received(context, draft)
        if review is None:
            context.answer(judging.lost(context.language))
            return
        typed = re.sub(r"[\s\u200b–—_]", "", words).upper().removeprefix("R").lstrip("-")
        await self._join(context, review, f"R-{typed}", fresh=True)

    async def same(self, update: Update, context: Context) -> None:
        """That one tells of the same."""
        if (review := await self._claimed.asked_for(context)) is not None:
            await self._join(context, review, context.found[1])

    async def _join(self, context: Context, review: Review, reference: str, *, fresh: bool = False) -> None:
        """Link both ways. One that is not here is told as one that never was."""
        other = await self._claimed.reviews.of(reference)
        if other is None or other.state == "withdrawn" or other.reference == review.reference:
            context.answer(linking.no_other(review, context.language))
            return
        if reference not in review.duplicates:
            await self._keep(context, replace(other, duplicates=(*other.duplicates, review.reference)))
            review = await self._keep(context, replace(review, duplicates=(*review.duplicates, reference)))
        await self._show_duplicates(context, review, fresh=fresh)

    async def not_same(self, update: Update, context: Context) -> None:
        """That one tells of something else, after all."""
        review = await self._claimed.asked_for(context)
        if review is None:
            return
        reference = context.found[1]
        if reference in review.duplicates:
            other = await self._claimed.reviews.of(reference)
            if other is not None:
                await self._keep(context, _without(other, review.reference))
            review = await self._keep(context, _without(review, reference))
        await self._show_duplicates(context, review)

    async def _keep(self, context: Context, review: Review) -> Review:
        """No judgement changed, but what was to be deleted did."""
        await self._claimed.reviews.keep(review)
        await self._claimed.approvals.void(context, review.reference, Kind.DELETE)
        await self._claimed.team.note(context, Act.LINKED, review.reference)
        return review

    async def _show_duplicates(self, context: Context, review: Review, *, fresh: bool = False) -> None:
        every = await self._claimed.reviews.all()
        near = sorted((one for one in every if _could_be_same(one, review)), key=lambda one: _apart(one, review))
        context.answer(linking.duplicates(review, near[:_NEAR], context.hour, context.language, fresh=fresh))


def _linked(review: Review, kind: str) -> tuple[str, ...]:
    return review.cases if kind == "c" else review.recommendations


def _without(review: Review, reference: str) -> Review:
    return replace(review, duplicates=tuple(one for one in review.duplicates if one != reference))


def _could_be_same(one: Review, review: Review) -> bool:
    """Of the same kind, in the same province as far as that is known."""
    if one.reference in (review.reference, *review.duplicates) or one.state == "withdrawn" or not one.head.category:
        return False
    there = {one.head.province, review.head.province} - {""}
    return one.head.category == review.head.category and len(there) < 2


def _apart(one: Review, review: Review) -> int:
    """How many hours lie between them."""
    return abs(one.head.hour - review.head.hour)
