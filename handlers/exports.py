"""/export: the sealed files of many incidents at once, for the reviewers' machine. It takes two people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from markupsafe import Markup
from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from handlers.access import Rule, under
from handlers.approvals import Approvals, Deed
from handlers.showing import document
from handlers.team import Team
from handlers.turn import Context, Handler
from storage.audit import Act
from storage.members import Role
from storage.outbox import Call
from storage.proposals import Kind, Proposal
from storage.reviews import Review, Went
from storage.tables import Tables
from texts import exports as texts
from texts.screen import Screen

MOST = 50
"""Files in one export: each is a message, and Telegram takes one a second into a chat."""


class Exports:
    """Sends whoever proposed it the sealed files that another has approved, by their references."""

    def __init__(self, tables: Tables, team: Team, approvals: Approvals) -> None:
        self._reviews = tables.reviews
        self._members = tables.members
        self._chats = tables.chats
        self._team = team
        self._approvals = approvals
        approvals.carries(Kind.EXPORT, Deed(Role.COORDINATOR, self._words, self._send))

    def handlers(self) -> list[Handler]:
        """The command, and the choices below it."""
        return under(
            Rule(Role.COORDINATOR),
            CommandHandler("export", self.choose),
            CallbackQueryHandler(self.propose, "^ex:(confirmed|found|[A-T])$"),
        )

    async def choose(self, update: Update, context: Context) -> None:
        """Which of those that were reviewed."""
        reviews = await self._reviews.all()
        wanted = ("confirmed", "found", *sorted({letter for one in reviews for letter in one.benchmarks}))
        context.answer(texts.choose({name: len(_chosen(reviews, name)) for name in wanted}, MOST, context.language))

    async def propose(self, update: Update, context: Context) -> None:
        """Ask for a second person; what is sent is what the references were at this moment."""
        name = context.found[0]
        references = [one.reference for one in _chosen(await self._reviews.all(), name)]
        if 0 < len(references) <= MOST:
            await self._approvals.propose(context, Kind.EXPORT, name, {"references": references})
        else:
            await self.choose(update, context)

    async def _words(self, proposal: Proposal, language: str) -> Markup:
        return texts.what(proposal.content["references"], proposal.by, language)

    async def _send(self, context: Context, proposal: Proposal) -> Screen | None:
        """Send them; nothing at all if one was withdrawn, deleted or judged otherwise meanwhile."""
        wanted = proposal.content["references"]
        there = {one.reference: one for one in _chosen(await self._reviews.all(), proposal.subject)}
        chat_id = await self._members.chat_of(proposal.by)
        if chat_id is None or not set(wanted) <= set(there):
            return None
        language = await self._chats.language(chat_id) or "en"
        for reference in wanted:
            went = Went("exported", proposal.by, context.today.isoformat())
            await self._reviews.keep(replace(there[reference], went=(*there[reference].went, went)))
            await self._team.note(context, Act.FETCHED, reference, proposal.by)
            context.turn.calls.append(sealed_file(chat_id, reference, language))
        return texts.sent(len(wanted), proposal.by, context.language)


def sealed_file(chat_id: int, reference: str, language: str) -> Call:
    """The sealed bundle of an incident as a document; the courier packs it right before it goes."""
    wanted = {"bundle": reference, "name": f"{reference}.tar"}
    return document(chat_id, wanted, None, texts.not_sent(reference, language))


def _chosen(reviews: Sequence[Review], name: str) -> list[Review]:
    """Those with a finding that it happened, or may have: all, the confirmed ones, or those of a benchmark."""
    found = [one for one in reviews if one.finding.startswith(("01", "03", "04")) and one.state != "withdrawn"]
    if name == "found":
        return found
    if name == "confirmed":
        return [one for one in found if one.finding.startswith("01")]
    return [one for one in found if name in one.benchmarks]
