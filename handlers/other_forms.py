"""Letters to other bodies of the UN on one incident: what is missing, and the questions that only reviewers can answer."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from telegram import Update
from telegram.ext import CallbackQueryHandler

from forms.appeals import KINDS, THERE, Kind, there, written
from forms.form import Progress
from handlers.claimed import REFERENCE, Claimed
from handlers.filling import Fillings
from handlers.incidents import Tellings
from handlers.turn import Context, Handler
from storage.audit import Act
from storage.drafts import Draft
from storage.proposals import Kind as Proposed
from storage.reviews import Review
from texts import judging, remarks
from texts import other_forms as texts

_KIND = f"({'|'.join(KINDS)})"


class OtherForms:
    """What is answered is a note, sealed to the office key; the review knows only which questions are."""

    def __init__(self, claimed: Claimed, telling: Tellings, fillings: Fillings) -> None:
        self._claimed = claimed
        self._fillings = fillings
        for kind in KINDS.values():
            telling.hands_in(kind.form, partial(self._answered, kind))

    def handlers(self) -> list[Handler]:
        """The list, one form, and its questions."""
        return [
            CallbackQueryHandler(self.choose, f"^j:of:{REFERENCE}$"),
            CallbackQueryHandler(self.one, f"^j:of:{REFERENCE}:{_KIND}$"),
            CallbackQueryHandler(self.ask, f"^j:of:{REFERENCE}:{_KIND}:(open|all)$"),
        ]

    async def choose(self, update: Update, context: Context) -> None:
        """Which form."""
        if (review := await self._claimed.asked_for(context)) is not None:
            context.answer(texts.choose(review, context.language))

    async def one(self, update: Update, context: Context) -> None:
        """What is missing of this one."""
        if (review := await self._claimed.asked_for(context)) is not None:
            context.answer(texts.one(review, KINDS[context.found[1]], context.language))

    async def ask(self, update: Update, context: Context) -> None:
        """Begin the questions that are open, or all; without an office key no answer could be sealed."""
        review = await self._claimed.asked_for(context)
        if review is None:
            return
        if not self._claimed.incidents.open:
            context.answer(remarks.no_notes(context.language))
            return
        kind = KINDS[context.found[1]]
        known = review.appeals.get(kind.name, ()) if context.found[2] == "open" else ()
        await self._claimed.ask(context, kind.form, review.reference, Progress({THERE: list(known)}))

    async def _answered(self, kind: Kind, context: Context, draft: Draft) -> None:
        review, answers = await self._claimed.handed_in(context, draft)
        if review is None or not self._claimed.incidents.open:
            context.answer(judging.lost(context.language))
            return
        facts = written(kind, answers, self._fillings.now(context))
        if facts:
            review = await self._keep(context, review, kind, facts)
        context.answer(texts.one(review, kind, context.language, kept=bool(facts)))

    async def _keep(self, context: Context, review: Review, kind: Kind, facts: dict[str, str]) -> Review:
        """An answer that is too vague to count takes the place of one that counted."""
        by = {"by": context.me.handle, "on": context.today.isoformat(), "words": ""}
        await self._claimed.notes.add(review.reference, {**by, "appeal": kind.name, "facts": facts}, context.today)
        before = set(review.appeals.get(kind.name, ())) - facts.keys()
        known = before | set(there(kind, facts))
        keys = tuple(one.key for one in kind.questions if one.key in known)
        kept = replace(review, appeals={**review.appeals, kind.name: keys})
        await self._claimed.reviews.keep(kept)
        await self._claimed.approvals.void(context, review.reference, Proposed.DELETE)
        await self._claimed.team.note(context, Act.NOTED, review.reference)
        return kept
