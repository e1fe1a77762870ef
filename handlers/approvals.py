"""Two pairs of eyes: what one member proposes, another approves, on exactly what they were shown."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from handlers.access import Rule, under
from handlers.team import Team
from handlers.turn import Context, Handler
from storage.audit import Act
from storage.members import Role
from storage.proposals import Kind, Proposal, Proposals
from texts import approvals as texts
from texts.screen import Row, Screen


@dataclass(frozen=True)
class Deed:
    """What a kind of proposal does.

    ``least`` is the role that the second person needs. ``words`` tell all that will be done. ``do`` does it and gives
    the screen for whoever approved; None when the subject has changed since, and nothing was done. ``ways`` lead to what
    should be looked at before deciding.
    """

    least: Role
    words: Callable[[Proposal, str], Awaitable[Markup]]
    do: Callable[[Context, Proposal], Awaitable[Screen | None]]
    ways: Callable[[Proposal, str], Row] = lambda proposal, language: ()
    barred: Callable[[Proposal, int], Awaitable[str]] | None = None
    """The handle of a member who gains by it, at this moment in unix seconds, and so is no second person; or empty."""


class Approvals:
    """/approvals, and the one way in which anything that takes two people is done."""

    def __init__(self, proposals: Proposals, team: Team) -> None:
        self._proposals = proposals
        self._team = team
        self._deeds: dict[Kind, Deed] = {}

    def carries(self, kind: Kind, deed: Deed) -> None:
        """How proposals of this kind are told and done."""
        self._deeds[kind] = deed

    def handlers(self) -> list[Handler]:
        """The list, one proposal, and the two answers to it."""
        return under(
            Rule(Role.EDITOR),
            CommandHandler("approvals", self.overview),
            CallbackQueryHandler(self.overview, "^prs(?::([0-9]{1,3}))?$"),
            CallbackQueryHandler(self.look, "^pr:([0-9a-f]{12})$"),
            CallbackQueryHandler(self.approve, "^pr:y:([0-9a-f]{12}):([0-9a-f]{16})$"),
            CallbackQueryHandler(self.decline, "^pr:n:([0-9a-f]{12}):([0-9a-f]{16})$"),
        )

    async def propose(self, context: Context, kind: Kind, subject: str, content: Mapping[str, Any]) -> None:
        """Propose this; where nobody else could approve it, it is done at once and noted as done alone."""
        deed = self._deeds[kind]
        if (again := await self._already(context, kind, subject, content)) is not None:
            context.answer(texts.proposed(again, context.language))
            return
        await self._told_void(context, await self._proposals.void(subject, kind))
        proposal = await self._proposals.propose(kind, subject, content, context.me.handle, context.unix)
        await self._team.note(context, Act.PROPOSED, _on(proposal))
        barred = await self._barred(context, proposal)
        if await self._team.others(context, deed.least, barred):
            await self._team.tell(
                context, deed.least, lambda language: texts.waits(proposal, language), proposal.by, barred
            )
            context.answer(texts.proposed(proposal, context.language))
        elif context.me.role >= deed.least:
            await self._carry_out(context, proposal, Act.SINGLE)
        else:
            context.answer(texts.nobody(proposal, context.language))

    async def void(self, context: Context, subject: str, *kinds: Kind, by: str = "") -> None:
        """The subject was changed: what was proposed on it holds no longer, and its proposers are told. ``by`` is who
        changed it, where that is not the member who speaks."""
        await self._told_void(context, await self._proposals.void(subject, *kinds), by)

    async def void_of(self, context: Context, handle: str) -> None:
        """Somebody is no member any more, and so proposes nothing."""
        for one in await self._proposals.void_of(handle):
            await self._team.note(context, Act.VOIDED, _on(one))

    async def overview(self, update: Update, context: Context) -> None:
        """What waits for whoever asks, and what they proposed."""
        waiting = await self._proposals.open(context.unix)
        found = [one for one in waiting if await self._concerns(one, context)]
        context.answer(texts.listed(found, context.me.handle, context.language, context.page))

    async def look(self, update: Update, context: Context) -> None:
        """All that one proposal would do."""
        proposal = await self._get(context)
        if proposal is not None:
            await self._show(context, proposal)

    async def approve(self, update: Update, context: Context) -> None:
        """Yes, exactly this."""
        proposal = await self._get(context)
        if proposal is None:
            return
        if (
            context.me.handle in (proposal.by, await self._barred(context, proposal))
            or context.me.role < self._deeds[proposal.kind].least
        ):
            context.answer(texts.not_by_you(context.language))
        elif proposal.digest != context.found[1]:
            await self._show(context, proposal)
        else:
            await self._carry_out(context, proposal, Act.APPROVED)

    async def decline(self, update: Update, context: Context) -> None:
        """No; or whoever proposed it takes it back."""
        proposal = await self._get(context)
        if proposal is None:
            return
        if proposal.digest != context.found[1]:
            await self._show(context, proposal)
            return
        await self._proposals.take(proposal)
        await self._team.note(context, Act.DECLINED, _on(proposal))
        if proposal.by != context.me.handle:
            await self._team.tell_one(context, proposal.by, lambda language: texts.was_declined(proposal, language))
        context.answer(texts.declined(proposal, context.language))

    async def _carry_out(self, context: Context, proposal: Proposal, act: Act) -> None:
        """Do it, once: the proposal ends in the same commit."""
        if not await self._proposals.take(proposal):
            context.answer(texts.gone(context.language))
            return
        done = await self._deeds[proposal.kind].do(context, proposal)
        await self._team.note(context, act if done is not None else Act.VOIDED, _on(proposal))
        if proposal.by != context.me.handle:
            say = texts.was_approved if done is not None else texts.was_voided
            await self._team.tell_one(context, proposal.by, lambda language: say(proposal, language))
        context.answer(done or texts.voided(context.language))

    async def _show(self, context: Context, proposal: Proposal) -> None:
        deed = self._deeds[proposal.kind]
        words, ways = await deed.words(proposal, context.language), deed.ways(proposal, context.language)
        context.answer(texts.looked_at(proposal, words, ways, context.me.handle, context.language))

    async def _get(self, context: Context) -> Proposal | None:
        """The proposal of the pressed button; one that does not concern whoever pressed it is as if it had never been."""
        proposal = await self._proposals.get(context.found[0], context.unix)
        if proposal is not None and await self._concerns(proposal, context):
            return proposal
        context.answer(texts.gone(context.language))
        return None

    async def _concerns(self, proposal: Proposal, context: Context) -> bool:
        """Whether whoever speaks proposed it or may decide it. What somebody proposed who has left concerns nobody:
        they could come back under another handle, and be their own second person."""
        mine = proposal.by == context.me.handle
        return (mine or context.me.role >= self._deeds[proposal.kind].least) and not await self._team.left(proposal.by)

    async def _already(self, context: Context, kind: Kind, subject: str, content: Mapping[str, Any]) -> Proposal | None:
        """What whoever speaks proposed before, word for word, and somebody may still approve: a button that is pressed
        again and again wakes nobody twice."""
        mine = (kind, subject, content, context.me.handle)
        waiting = await self._proposals.open(context.unix)
        found = next((one for one in waiting if (one.kind, one.subject, one.content, one.by) == mine), None)
        if found is None:
            return None
        others = await self._team.others(context, self._deeds[kind].least, await self._barred(context, found))
        return found if others else None

    async def _barred(self, context: Context, proposal: Proposal) -> str:
        barred = self._deeds[proposal.kind].barred
        return await barred(proposal, context.unix) if barred is not None else ""

    async def _told_void(self, context: Context, found: list[Proposal], by: str = "") -> None:
        by = by or context.me.handle
        for one in found:
            await self._team.note(context, Act.VOIDED, _on(one), by)
            if one.by != by:
                await self._team.tell_one(context, one.by, lambda language, one=one: texts.was_voided(one, language))  # type: ignore[misc]


def _on(proposal: Proposal) -> str:
    """What the audit says of it: the digest tells later what exactly was approved."""
    return f"{proposal.kind}:{proposal.subject}:{proposal.digest}"
