"""/team and /revoke: who works here, and the end of a role."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from handlers.access import Rule, under
from handlers.approvals import Approvals
from handlers.desks import LEAST
from handlers.showing import vanishing
from handlers.team import HANDLE, Team
from handlers.turn import Context, Handler
from storage.audit import Act
from storage.members import Member, Role
from storage.tables import Tables
from texts import otherwise
from texts import people as texts
from texts.screen import Screen


class People:
    """A role ends with one row: from the next update on, whoever had it is nobody."""

    def __init__(self, tables: Tables, team: Team, approvals: Approvals) -> None:
        self._members = tables.members
        self._invites = tables.invites
        self._reviews = tables.reviews
        self._drafts = tables.drafts
        self._traces = tables.traces
        self._team = team
        self._approvals = approvals

    def handlers(self) -> list[Handler]:
        """The list and the way out for all members; taking roles back for those who may."""
        return [
            *under(
                Rule(Role.MONITOR),
                CommandHandler("team", self.team),
                CallbackQueryHandler(self.team, "^tm(?::p:([0-9]{1,3}))?$"),
                CallbackQueryHandler(self.leave, "^tm:leave$"),
                CallbackQueryHandler(self.really_leave, "^tm:leave:yes$"),
            ),
            *under(
                Rule(Role.COORDINATOR),
                CommandHandler("revoke", self.whom),
                CallbackQueryHandler(self.whom, "^tm:r$"),
                CallbackQueryHandler(self.confirm, f"^tm:r:({HANDLE})$"),
                CallbackQueryHandler(self.revoke, f"^tm:ry:({HANDLE})$"),
            ),
        ]

    async def team(self, update: Update, context: Context) -> None:
        """Everybody, by handle."""
        context.answer(texts.team(await self._members.all(), context.me, context.page, context.language))

    async def whom(self, update: Update, context: Context) -> None:
        """Those whose role can be taken back, or the one who is named."""
        named = context.words.casefold()
        members = [one for one in await self._members.all() if _is_under(one, context.me)]
        one = next((one for one in members if one.handle.casefold() == named), None)
        context.answer(texts.confirm(one, context.language) if one else texts.whom(members, context.language))

    async def confirm(self, update: Update, context: Context) -> None:
        """Ask once more."""
        member = await self._pressed(context)
        found = texts.confirm(member, context.language) if member else None
        context.answer(found or otherwise.old_button(context.language))

    async def revoke(self, update: Update, context: Context) -> None:
        """Take the role back."""
        member = await self._pressed(context)
        if member is None:
            context.answer(otherwise.old_button(context.language))
            return
        await self._team.tell_one(context, member.handle, texts.ended)
        freed = await self._end(context, member)
        context.answer(texts.revoked(member.handle, freed, context.language))

    async def leave(self, update: Update, context: Context) -> None:
        """Ask once whether somebody wants to go."""
        context.answer(await self._held_back(context) or texts.leave(context.language))

    async def really_leave(self, update: Update, context: Context) -> None:
        """Go."""
        stays = await self._held_back(context)
        if stays is None:
            await self._end(context, context.me)
        context.answer(stays or texts.ended(context.language))

    async def _end(self, context: Context, member: Member) -> list[str]:
        """The end of a role, and of all that waits by whoever had it; the incidents that nobody reviews now."""
        handle = member.handle
        await self._clear(context, handle)
        await self._approvals.void_of(context, handle)
        await self._invites.end_of(handle)
        await self._members.revoke(handle)
        await self._team.note(context, Act.REVOKED, handle)
        freed = await self._free(context, handle)
        if freed:
            tell = partial(texts.freed_by, handle, freed)
            await self._team.tell(context, Role.COORDINATOR, tell, context.me.handle)
        return freed

    async def _clear(self, context: Context, handle: str) -> None:
        """The forms they have open as a member go, and what they are reading."""
        chat_id = await self._members.chat_of(handle)
        if chat_id is None:
            return
        desk = context.turn.desk if chat_id == context.chat_id else dict(await self._drafts.of(chat_id, context.unix))
        for form in [one for one in desk if one in LEAST]:
            del desk[form]
        await self._drafts.keep(chat_id, desk, context.unix)
        taken = await self._traces.take_passing(chat_id)
        context.turn.calls += [vanishing(chat, numbers) for chat, numbers in taken.items()]

    async def _free(self, context: Context, handle: str) -> list[str]:
        """What they claimed is released; what they wrote down for themselves goes, since nobody else may read it."""
        freed = []
        for review in await self._reviews.all():
            own = {who: words for who, words in review.own.items() if who != handle}
            if review.claimed_by == handle:
                await self._team.note(context, Act.RELEASED, review.reference)
                await self._reviews.keep(replace(review, claimed_by="", claimed_hour=0, own=own))
                freed.append(review.reference)
            elif own != review.own:
                await self._reviews.keep(replace(review, own=own))
        return freed

    async def _held_back(self, context: Context) -> Screen | None:
        """Why somebody cannot leave, if they cannot."""
        only = context.me.role == Role.ADMIN and not await self._team.others(context, Role.ADMIN)
        return texts.last_admin(context.language) if only else None

    async def _pressed(self, context: Context) -> Member | None:
        """The member of the pressed button, if whoever pressed it may take back that role."""
        member = await self._members.named(context.found[0])
        return member if member is not None and _is_under(member, context.me) else None


def _is_under(member: Member, me: Member) -> bool:
    """Whether ``me`` may take back this role: coordinators those of monitors and editors, admins that of any other."""
    if member.handle == me.handle:
        return False
    return me.role == Role.ADMIN or (me.role == Role.COORDINATOR and member.role < Role.COORDINATOR)
