"""Judging an incident: how reliable its source is and how valid what it says, what was found, and what it touches."""

from __future__ import annotations

from dataclasses import replace

from telegram import Update
from telegram.ext import CallbackQueryHandler

from facts.codes import Codes
from facts.search import Finder
from forms.incident import LETTERS
from forms.judging import CONFIRMED, FINDINGS, SCALE, lacks
from handlers.access import Rule, under
from handlers.answers import Answers
from handlers.approvals import Approvals
from handlers.claimed import REFERENCE, Claimed
from handlers.confirming import Confirming, counted
from handlers.deleting import Deleting
from handlers.desks import Desks
from handlers.filling import Fillings
from handlers.incidents import Tellings
from handlers.linking import Linking
from handlers.other_forms import OtherForms
from handlers.remarks import Remarks
from handlers.sources import Sources
from handlers.team import Team
from handlers.turn import Context, Handler
from storage.audit import Act
from storage.members import Role
from storage.reviews import Review
from storage.tables import Tables
from texts import judging
from texts.cards import Cards
from texts.filling import Filling
from texts.judging import Judging as Texts
from texts.linking import Linking as Links

_GRADES = f"({'|'.join(SCALE)})"


class Judging:
    """The overview of a judgement and its grades, and the topics around it. Everything here is for whoever has claimed
    the incident."""

    def __init__(
        self,
        tables: Tables,
        team: Team,
        approvals: Approvals,
        answers: Answers,
        desks: Desks,
        fillings: Fillings,
        filling: Filling,
        telling: Tellings,
        cards: Cards,
        finder: Finder,
        codes: Codes,
    ) -> None:
        claimed = Claimed(tables, team, approvals, desks, fillings, filling)
        self._claimed = claimed
        self._texts = Texts(cards.report, cards.frame.entries)
        self._confirming = Confirming(claimed, telling, self._texts)
        self._around = (
            Sources(claimed),
            Linking(claimed, telling, cards.report, finder, codes, Links(cards.report, cards.frame.entries)),
            Remarks(claimed, telling, answers),
            OtherForms(claimed, telling, fillings),
            Deleting(claimed, answers),
        )

    def handlers(self) -> list[Handler]:
        """All buttons, for coordinators in private."""
        return under(
            Rule(Role.COORDINATOR),
            CallbackQueryHandler(self.overview, f"^j:{REFERENCE}$"),
            CallbackQueryHandler(self.reliability, f"^j:re:{REFERENCE}$"),
            CallbackQueryHandler(self.judge_source, f"^j:re:{REFERENCE}:{_GRADES}$"),
            CallbackQueryHandler(self.validity, f"^j:va:{REFERENCE}$"),
            CallbackQueryHandler(self.judge_information, f"^j:va:{REFERENCE}:{_GRADES}$"),
            CallbackQueryHandler(self.finding, f"^j:fi:{REFERENCE}$"),
            CallbackQueryHandler(self.find, f"^j:fi:{REFERENCE}:({'|'.join(FINDINGS)})$"),
            CallbackQueryHandler(self.benchmarks, f"^j:be:{REFERENCE}$"),
            CallbackQueryHandler(self.tick, f"^j:be:{REFERENCE}:([{LETTERS}])([01])$"),
            *(handler for topic in self._around for handler in topic.handlers()),
        )

    async def overview(self, update: Update, context: Context) -> None:
        """How it is judged so far."""
        if (review := await self._claimed.asked_for(context)) is not None:
            await self._show(context, review, review)

    async def reliability(self, update: Update, context: Context) -> None:
        """How reliable is who told it?"""
        if (review := await self._claimed.asked_for(context)) is not None:
            context.answer(judging.reliability(review, context.language))

    async def judge_source(self, update: Update, context: Context) -> None:
        """So reliable."""
        if (review := await self._claimed.asked_for(context)) is not None:
            await self._change(context, review, replace(review, reliability=context.found[1]))

    async def validity(self, update: Update, context: Context) -> None:
        """How valid is what was told?"""
        if (review := await self._claimed.asked_for(context)) is not None:
            context.answer(judging.validity(review, context.language))

    async def judge_information(self, update: Update, context: Context) -> None:
        """So valid."""
        if (review := await self._claimed.asked_for(context)) is not None:
            await self._change(context, review, replace(review, validity=context.found[1]))

    async def finding(self, update: Update, context: Context) -> None:
        """What was found, and what is missing before it can be confirmed."""
        if (review := await self._claimed.asked_for(context)) is not None:
            missing = lacks(review.reliability, review.validity, counted(review))
            context.answer(judging.finding(review, missing, context.language))

    async def find(self, update: Update, context: Context) -> None:
        """This was found; to confirm it takes another person."""
        review = await self._claimed.asked_for(context)
        if review is None:
            return
        found = context.found[1]
        if found in CONFIRMED and found != review.finding:
            await self._confirming.begin(context, review, found)
        else:
            await self._change(context, review, replace(review, finding=found))

    async def benchmarks(self, update: Update, context: Context) -> None:
        """Which benchmarks it touches."""
        if (review := await self._claimed.asked_for(context)) is not None:
            context.answer(self._texts.benchmarks(review, review, context.language))

    async def tick(self, update: Update, context: Context) -> None:
        """It touches this one, or not. The button says which of the two, so that a second press changes nothing."""
        review = await self._claimed.asked_for(context)
        if review is None:
            return
        _, letter, on = context.found
        ticked = tuple(one for one in LETTERS if (on == "1" if one == letter else one in review.benchmarks))
        changed = review if (letter in review.benchmarks) == (on == "1") else replace(review, benchmarks=ticked)
        after = await self._claimed.judged(context, review, changed, Act.LINKED)
        context.answer(self._texts.benchmarks(after, review, context.language))

    async def _change(self, context: Context, before: Review, after: Review) -> None:
        await self._show(context, await self._claimed.judged(context, before, after, Act.GRADED), before)

    async def _show(self, context: Context, review: Review, before: Review) -> None:
        notes = await self._claimed.notes.count(review.reference)
        missing = lacks(review.reliability, review.validity, counted(review))
        context.answer(self._texts.overview(review, before, missing, notes, context.me.handle, context.language))
