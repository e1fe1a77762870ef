"""/invite and the links that it makes: who is taken into the team, and by whose word."""

from __future__ import annotations

import secrets

from markupsafe import Markup
from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from handlers.access import Rule, Where, under
from handlers.allowance import Allowance
from handlers.approvals import Approvals, Deed
from handlers.team import Team
from handlers.turn import Context, Handler
from storage.audit import Act
from storage.invites import CONSOLE, Invite
from storage.members import Member, Role
from storage.proposals import Kind, Proposal
from storage.tables import Tables
from texts import invites as texts
from texts import otherwise, spoken
from texts.screen import Screen

BY_MEMBER = "i_"
BY_CONSOLE = "a_"
"""How the payloads of links begin: an invitation by a member, or a code from the server's console."""

_CHOICES = 4
_ID = "(I-[0-9A-F]{8})"
_ROLES = "(monitor|editor|coordinator|admin)"
_dice = secrets.SystemRandom()


class _IsInvite(filters.MessageFilter):
    """``/start`` with the payload of an invitation, whether it is one or not."""

    def filter(self, message: object) -> bool:
        words = (getattr(message, "text", None) or "").split(maxsplit=1)
        return len(words) == 2 and words[1].startswith((BY_MEMBER, BY_CONSOLE))


class Invitations:
    """A link makes somebody wait; the inviter's ear, and for coordinators and admins a second person, take them in."""

    def __init__(
        self, tables: Tables, team: Team, approvals: Approvals, username: str, guesses: Allowance | None = None
    ) -> None:
        self._invites = tables.invites
        self._members = tables.members
        self._audit = tables.audit
        self._team = team
        self._approvals = approvals
        self._username = username
        self._guesses = guesses or Allowance(burst=5, per_minute=5 / 60)
        approvals.carries(Kind.COORDINATOR, Deed(Role.COORDINATOR, self._words, self._approved, barred=self._raised))

    def handlers(self) -> list[Handler]:
        """Links for everybody; the making of links, and the question for the word, for those who may invite."""
        return [
            *under(Rule(Role.PUBLIC, Where.PRIVATE), CommandHandler("start", self.open, _IsInvite())),
            *under(
                Rule(Role.COORDINATOR),
                CommandHandler("invite", self.overview),
                CallbackQueryHandler(self.overview, "^iv$"),
                CallbackQueryHandler(self.make, f"^iv:new:{_ROLES}$"),
                CallbackQueryHandler(self.look, f"^iv:i:{_ID}$"),
                CallbackQueryHandler(self.end, f"^iv:x:{_ID}$"),
                CallbackQueryHandler(self.hear, f"^iv:w:{_ID}:([0-9]{{1,3}})$"),
                CallbackQueryHandler(self.not_them, f"^iv:no:{_ID}$"),
            ),
        ]

    async def overview(self, update: Update, context: Context) -> None:
        """Which role; and the invitations of whoever asks."""
        roles = [role for role in Role if Role.PUBLIC < role <= context.me.role]
        waiting = await self._invites.of(context.me.handle, context.unix)
        context.answer(texts.choose(roles, waiting, context.language))

    async def make(self, update: Update, context: Context) -> None:
        """A link for one person."""
        role = Role[context.found[0].upper()]
        if role > context.me.role:
            context.answer(otherwise.old_button(context.language))
            return
        words = _dice.sample(range(len(spoken.WORDS)), _CHOICES)
        token = await self._invites.make(role, context.me.handle, context.unix, words, _dice.choice(words))
        invite = await self._invites.find(token, context.unix)
        assert invite is not None  # noqa: S101 - it was made in this very commit
        await self._team.note(context, Act.INVITED, _on(invite))
        context.answer(texts.made(role, invite.id, link(self._username, BY_MEMBER + token), context.language))

    async def open(self, update: Update, context: Context) -> None:
        """Somebody follows a link. For all for whom it opens nothing, the answer is one and the same."""
        payload, now = context.words, context.unix
        guessing = self._guesses.is_empty(context.chat_id, context.turn.now)
        invite = None if guessing else await self._invites.find(payload[2:], now)
        if invite is not None and context.turn.member and context.turn.member.handle == invite.inviter:
            context.answer(texts.own(context.language))
        elif invite is None or not _is_for(invite, payload, context.turn.member):
            self._guesses.take(context.chat_id, context.turn.now)
            context.answer(texts.dead(context.language))
        elif (used := await self._invites.use(payload[2:], context.chat_id, context.language, now)) is not None:
            await self._opened(context, used)
        else:
            context.answer(texts.dead(context.language))

    async def look(self, update: Update, context: Context) -> None:
        """How one of one's invitations stands: the question again, if somebody waits."""
        mine = await self._invites.of(context.me.handle, context.unix)
        invite = next((one for one in mine if one.id == context.found[0]), None)
        if invite is None:
            context.answer(otherwise.old_button(context.language))
        elif invite.chat_id is None or invite.heard:
            context.answer(texts.state(invite, context.language))
        else:
            context.answer(texts.which(invite, context.language))

    async def end(self, update: Update, context: Context) -> None:
        """Take an invitation back, wherever it stands."""
        mine = await self._invites.of(context.me.handle, context.unix)
        invite = next((one for one in mine if one.id == context.found[0]), None)
        if invite is None:
            context.answer(otherwise.old_button(context.language))
            return
        await self._approvals.void(context, invite.id, Kind.COORDINATOR)
        await self._turn_down(context, invite, texts.ended(context.language))

    async def hear(self, update: Update, context: Context) -> None:
        """The inviter chose a word."""
        invite = await self._asked(context)
        place = int(context.found[1])
        if invite is None or place not in invite.words:
            context.answer(otherwise.old_button(context.language))
        elif place != invite.word:
            await self._turn_down(context, invite, texts.wrong(context.language))
        else:
            await self._heard(context, invite)

    async def not_them(self, update: Update, context: Context) -> None:
        """Whom the inviter called knows of no word."""
        invite = await self._asked(context)
        if invite is None:
            context.answer(otherwise.old_button(context.language))
        else:
            await self._turn_down(context, invite, texts.not_them(context.language))

    async def _opened(self, context: Context, invite: Invite) -> None:
        """A code from the console needs no confirmation, since only who runs the server sees it."""
        if invite.inviter != CONSOLE:
            context.answer(texts.word(invite.word, context.language))
            await self._team.tell_one(context, invite.inviter, lambda language: texts.which(invite, language))
            return
        member = await self._take_in(context, invite, CONSOLE)
        if member is not None:
            await self._team.tell(
                context, Role.COORDINATOR, lambda language: texts.by_console(member, language), member.handle
            )

    async def _heard(self, context: Context, invite: Invite) -> None:
        """The right word: monitors and editors are in; for others a second person is asked."""
        await self._team.note(context, Act.CONFIRMED_PERSON, _on(invite))
        if invite.role >= Role.COORDINATOR:
            await self._invites.hear(invite, context.unix)
            content = {"invite": invite.id, "role": invite.role.name.lower()}
            await self._approvals.propose(context, Kind.COORDINATOR, invite.id, content)
            return
        member = await self._take_in(context, invite, context.me.handle)
        language = context.language
        context.answer(texts.admitted(member, language) if member else texts.already(language))

    async def _approved(self, context: Context, proposal: Proposal) -> Screen | None:
        """A second person agreed."""
        invite = await self._invites.waiting(proposal.subject, context.unix)
        if invite is None or not invite.heard or (invite.role, invite.inviter) != _proposed(proposal):
            return None
        member = await self._take_in(context, invite, context.me.handle)
        if member is None:
            return None
        if proposal.by != context.me.handle:
            await self._team.tell_one(context, proposal.by, lambda language: texts.admitted(member, language))
        return texts.admitted(member, context.language)

    async def _raised(self, proposal: Proposal, now: int) -> str:
        """The coordinator who would become admin, if it is one."""
        invite = await self._invites.waiting(proposal.subject, now)
        known = await self._members.of(invite.chat_id) if invite and invite.chat_id is not None else None
        return known.handle if known else ""

    async def _words(self, proposal: Proposal, language: str) -> Markup:
        role, inviter = _proposed(proposal)
        return texts.approving(role, inviter, language)

    async def _take_in(self, context: Context, invite: Invite, by: str) -> Member | None:
        """Make whoever waits a member, greet them, and end the invitation; None for who has that role already."""
        if not await self._invites.end(invite.id) or invite.chat_id is None:
            return None
        known = await self._members.of(invite.chat_id)
        if known is not None and known.role >= invite.role:
            return None
        member = await self._members.admit(invite.chat_id, invite.role, context.today)
        await self._audit.note(context.today, by, Act.JOINED, member.handle)
        context.greet(invite.chat_id, texts.welcome(member, invite.language))
        return member

    async def _turn_down(self, context: Context, invite: Invite, answer: Screen) -> None:
        """It is over; whoever waits is told nothing, for it may be anybody."""
        await self._invites.end(invite.id)
        await self._team.note(context, Act.TURNED_DOWN, _on(invite))
        context.answer(answer)

    async def _asked(self, context: Context) -> Invite | None:
        """The invitation of the pressed button, if its word is asked of whoever pressed it."""
        invite = await self._invites.waiting(context.found[0], context.unix)
        if invite is None or invite.heard or invite.inviter != context.me.handle or invite.role > context.me.role:
            return None
        return invite


def link(username: str, payload: str) -> str:
    """What opens a private chat with the bot and sends this payload."""
    return f"https://t.me/{username}?start={payload}"


def _is_for(invite: Invite, payload: str, member: Member | None) -> bool:
    """Whether the link is of the kind that its payload says, and gives this person anything."""
    kind = BY_CONSOLE if invite.inviter == CONSOLE else BY_MEMBER
    return payload.startswith(kind) and (member is None or member.role < invite.role)


def _proposed(proposal: Proposal) -> tuple[Role, str]:
    return Role[str(proposal.content["role"]).upper()], proposal.by


def _on(invite: Invite) -> str:
    """What the audit says of it: its role and number."""
    return f"{invite.role.name.lower()}:{invite.id}"
