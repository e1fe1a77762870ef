"""/queue: what came in, who takes it on, and the links from the coordinators' group."""

from __future__ import annotations

from dataclasses import replace

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from handlers.access import Rule, Where, under
from handlers.queue_parts import PART, REFERENCE, Parts, part_in, reference_in
from handlers.team import HANDLE, Team
from handlers.turn import Context, Handler
from storage.audit import Act
from storage.members import Role
from storage.reviews import Review, by_need, held_by
from storage.tables import Tables
from texts import queue
from texts.queue import May, Shelf
from texts.queue import Queue as Texts

_WHENCE = f"(?::({PART}:[0-9]{{1,3}}))?"
_LINK = rf"^/start(?:@\w+)? q_({REFERENCE})$"


class Queue:
    """The list, one card for each incident, and the acts that say who has it."""

    def __init__(self, tables: Tables, team: Team, texts: Texts) -> None:
        self._reviews = tables.reviews
        self._members = tables.members
        self._proposals = tables.proposals
        self._team = team
        self._texts = texts

    def handlers(self) -> list[Handler]:
        """The command, the link, and the buttons; of these only the command is answered in the group."""
        return [
            *under(Rule(Role.COORDINATOR, Where.TEAM), CommandHandler("queue", self.look)),
            *under(
                Rule(Role.COORDINATOR),
                CommandHandler("start", self.follow, filters.Regex(_LINK)),
                CallbackQueryHandler(self.overview, "^q$"),
                CallbackQueryHandler(self.page, f"^q:({PART}):([0-9]{{1,3}})$"),
                CallbackQueryHandler(self.letters, "^q:letters$"),
                CallbackQueryHandler(self.provinces, "^q:provinces$"),
                CallbackQueryHandler(self.card, f"^r:({REFERENCE}){_WHENCE}$"),
                CallbackQueryHandler(self.claim, f"^r:claim:({REFERENCE}){_WHENCE}$"),
                CallbackQueryHandler(self.release, f"^r:release:({REFERENCE}){_WHENCE}$"),
                CallbackQueryHandler(self.choose, f"^r:over:({REFERENCE})$"),
                CallbackQueryHandler(self.hand_over, f"^r:over:({REFERENCE}):({HANDLE})$"),
            ),
        ]

    async def look(self, update: Update, context: Context) -> None:
        """The list, a part of it, or one card. In the group always the same short list, whatever was asked for."""
        if not context.is_private:
            waiting = by_need(one for one in await self._all() if one.is_open)
            context.answer(self._texts.in_group(waiting, context.hour, context.language))
        elif reference := reference_in(context.words):
            await self._open(context, reference)
        elif part := part_in(context.words):
            await self._list(context, part, 1)
        else:
            context.answer(self._texts.gone(context.language))

    async def follow(self, update: Update, context: Context) -> None:
        """The card that a link from the group leads to."""
        await self._open(context, context.found[0])

    async def overview(self, update: Update, context: Context) -> None:
        """All that is open."""
        await self._list(context, "open", 1)

    async def page(self, update: Update, context: Context) -> None:
        """A page of a part."""
        await self._list(context, context.found[0], context.page)

    async def letters(self, update: Update, context: Context) -> None:
        """Which benchmark."""
        context.answer(self._texts.letters((await self._parts(context)).counts(), context.language))

    async def provinces(self, update: Update, context: Context) -> None:
        """Which province."""
        context.answer(self._texts.provinces((await self._parts(context)).counts(), context.language))

    async def card(self, update: Update, context: Context) -> None:
        """One incident."""
        review = await self._asked_for(context)
        if review is not None:
            await self._show(context, review)

    async def claim(self, update: Update, context: Context) -> None:
        """Take it on, unless somebody has it already."""
        review = await self._asked_for(context)
        if review is None:
            return
        if not _may_claim(review):
            await self._show(context, review, self._why_not(context, review))
            return
        review = replace(review, claimed_by=context.me.handle, claimed_hour=context.hour)
        await self._reviews.keep(review)
        await self._team.note(context, Act.CLAIMED, review.reference)
        await self._show(context, review, queue.yours(review.reference, context.language))

    async def release(self, update: Update, context: Context) -> None:
        """Give it back; an admin may do so for a coordinator who cannot. It is announced anew, so that nobody can keep
        something from being named by taking it and giving it back again and again."""
        review = await self._asked_for(context)
        if review is None:
            return
        if not _may_pass_on(context, review):
            await self._show(context, review, queue.not_now(context.language))
            return
        free = replace(review, claimed_by="", claimed_hour=context.hour, announced=False)
        await self._reviews.keep(free)
        await self._team.note(context, Act.RELEASED, review.reference)
        await self._tell_who_had_it(context, review)
        await self._show(context, free, queue.released(review.reference, context.language))

    async def choose(self, update: Update, context: Context) -> None:
        """To whom to hand it over."""
        review = await self._asked_for(context)
        if review is None:
            return
        if not _may_pass_on(context, review):
            await self._show(context, review, queue.not_now(context.language))
            return
        handles = sorted(await self._coordinators() - {review.claimed_by})
        context.answer(self._texts.choose(review, handles, context.language))

    async def hand_over(self, update: Update, context: Context) -> None:
        """It is another's from now on, who is told."""
        review, to = await self._asked_for(context), context.found[1]
        if review is None:
            return
        if not _may_pass_on(context, review) or to not in await self._coordinators() - {review.claimed_by}:
            await self._show(context, review, queue.not_now(context.language))
            return
        passed = replace(review, claimed_by=to, claimed_hour=context.hour)
        await self._reviews.keep(passed)
        await self._team.note(context, Act.HANDED_OVER, f"{review.reference}:{to}")
        await self._tell_who_had_it(context, review)
        if to != context.me.handle:
            await self._team.tell_one(
                context, to, lambda language: self._texts.handed_over(passed, context.me.handle, language)
            )
        await self._show(context, passed, queue.given(review.reference, to, context.language))

    async def _list(self, context: Context, part: str, page: int) -> None:
        parts = await self._parts(context)
        shelf = Shelf(part, by_need(parts.of(part)), page, parts.counts(), context.me.handle, context.hour)
        context.answer(self._texts.listed(shelf, context.language))

    async def _open(self, context: Context, reference: str) -> None:
        """The card of what was typed or linked to."""
        review = await self._get(reference)
        if review is None:
            context.answer(self._texts.gone(context.language))
        else:
            await self._show(context, review)

    async def _show(self, context: Context, review: Review, toast: str | None = None) -> None:
        whence = _whence(context)
        if review.state == "withdrawn":
            context.answer(self._texts.withdrawn(review, whence, context.language))
            return
        may = await self._may(context, review)
        handle, hour = context.me.handle, context.hour
        context.answer(self._texts.card(review, may, handle, hour, whence, context.language, toast))

    async def _may(self, context: Context, review: Review) -> May:
        """What whoever asks can do with it now."""
        mine = review.claimed_by == context.me.handle
        return May(
            claim=_may_claim(review),
            release=_may_pass_on(context, review),
            read=mine or review.reference in await self._waiting(context),
            judge=mine,
            answer=mine and bool(review.head.reply_to),
        )

    def _why_not(self, context: Context, review: Review) -> str:
        """Why it cannot be claimed."""
        if review.claimed_by and review.claimed_by != context.me.handle:
            return queue.taken(review.reference, review.claimed_by, context.language)
        return queue.not_now(context.language)

    async def _tell_who_had_it(self, context: Context, review: Review) -> None:
        """Another decided about it."""
        if review.claimed_by != context.me.handle:
            await self._team.tell_one(
                context,
                review.claimed_by,
                lambda language: self._texts.taken_off(review, context.me.handle, language),
            )

    async def _asked_for(self, context: Context) -> Review | None:
        """What the pressed button is about; if it is not here, that is said."""
        review = await self._get(context.found[0])
        if review is None:
            context.answer(queue.no_such(context.language))
        return review

    async def _get(self, reference: str) -> Review | None:
        """One review. Whoever was revoked has it no more."""
        review = await self._reviews.of(reference)
        return held_by([review], await self._coordinators())[0] if review is not None else None

    async def _all(self) -> list[Review]:
        return held_by(await self._reviews.all(), await self._coordinators())

    async def _parts(self, context: Context) -> Parts:
        waiting = await self._waiting(context)
        return Parts(await self._all(), context.me.handle, waiting, context.hour)

    async def _waiting(self, context: Context) -> set[str]:
        """The references on which another proposed something that whoever asks may decide."""
        found = await self._proposals.open(context.unix)
        return {one.subject for one in found if one.by != context.me.handle}

    async def _coordinators(self) -> set[str]:
        return {one.handle for one in await self._members.all() if one.role >= Role.COORDINATOR}


def _whence(context: Context) -> str:
    """The page of the list that the pressed button came from, such as ``new:2``; empty when it came from elsewhere."""
    last = context.found[-1] if context.matches else ""
    return last if ":" in last else ""


def _may_claim(review: Review) -> bool:
    """What nobody has, also what is closed: else whoever closed it and left would be the last who could look at it."""
    return not review.claimed_by and review.state != "withdrawn"


def _may_pass_on(context: Context, review: Review) -> bool:
    """Whoever has it may give it away while it is open; so may an admin, for somebody who fell ill, and take from
    somebody what they closed."""
    mine = review.claimed_by == context.me.handle
    admin = context.me.role >= Role.ADMIN
    there = review.is_open or (admin and review.state != "withdrawn")
    return there and bool(review.claimed_by) and (mine or admin)
