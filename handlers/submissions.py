"""/submission: what the network sends to a call. It is put together by the courier; two people decide that it is built."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from markupsafe import Markup
from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from forms.counting import FOUND
from forms.form import Progress
from forms.submission import HEADINGS, SUBMITTERS, names
from handlers.access import Rule, under
from handlers.approvals import Approvals, Deed
from handlers.desks import Desks
from handlers.filling import Fillings
from handlers.incidents import Tellings
from handlers.showing import document, photo
from handlers.team import Team
from handlers.turn import Context, Handler
from storage.audit import Act
from storage.deadlines import CALL, Deadline
from storage.drafts import Draft
from storage.members import Role
from storage.outbox import Call
from storage.proposals import Kind, Proposal
from storage.submissions import Submission
from storage.tables import Tables
from texts import due, otherwise
from texts import submissions as texts
from texts.screen import Row, Screen

_CALL = "([0-9a-f]{8})"


class Submissions:
    """One for each call. ``here`` is whether the office key lies on this server; ``lasts`` the seconds for which a draft
    stays in the chat."""

    def __init__(
        self,
        tables: Tables,
        team: Team,
        approvals: Approvals,
        desks: Desks,
        fillings: Fillings,
        telling: Tellings,
        zone: ZoneInfo,
        lasts: int,
        *,
        here: bool,
    ) -> None:
        self._deadlines = tables.deadlines
        self._submissions = tables.submissions
        self._reviews = tables.reviews
        self._members = tables.members
        self._chats = tables.chats
        self._team = team
        self._approvals = approvals
        self._desks = desks
        self._fillings = fillings
        self._zone = zone
        self._lasts = lasts
        self._here = here
        telling.hands_in(SUBMITTERS.name, self._signed)
        approvals.carries(Kind.SUBMISSION, Deed(Role.COORDINATOR, self._words, self._build, self._ways))

    def handlers(self) -> list[Handler]:
        """The command, and what can be done with one submission."""
        return under(
            Rule(Role.COORDINATOR),
            CommandHandler("submission", self.next),
            CallbackQueryHandler(self.next, "^sm$"),
            CallbackQueryHandler(self.one, f"^sm:{_CALL}$"),
            CallbackQueryHandler(self.who, f"^sm:who:{_CALL}$"),
            CallbackQueryHandler(self.headings, f"^sm:in:{_CALL}$"),
            CallbackQueryHandler(self.head, f"^sm:in:{_CALL}:({'|'.join(HEADINGS)})$"),
            CallbackQueryHandler(self.look, f"^sm:look:{_CALL}$"),
            CallbackQueryHandler(self.propose, f"^sm:build:{_CALL}$"),
        )

    async def next(self, update: Update, context: Context) -> None:
        """That of the call whose cut-off comes next."""
        calls = [one for one in await self._deadlines.all() if one.kind == CALL and not one.cancelled]
        ahead = {ends: one for one in calls if (ends := self._ends(one, context.turn.now)) is not None}
        if ahead:
            await self._show(context, ahead[min(ahead)])
        else:
            context.answer(texts.no_call(context.language))

    async def one(self, update: Update, context: Context) -> None:
        """That of this call."""
        if (call := await self._asked_for(context)) is not None:
            await self._show(context, call)

    async def who(self, update: Update, context: Context) -> None:
        """Begin to write who submits."""
        if (call := await self._asked_for(context)) is not None:
            await self._fillings.begin(context, SUBMITTERS.name, {"call": call.id})

    async def _signed(self, context: Context, draft: Draft) -> None:
        answers = Progress.from_json(draft.progress).answers
        await self._desks.clear(context, draft.form, handed_in=True)
        context.turn.asked = True
        call = await self._deadlines.get(draft.about["call"])
        if call is None:
            context.answer(texts.no_call(context.language))
            return
        said = {
            name: str((answers.get(name) or {}).get("words", "")) for name in ("sub_names", "sub_contact", "sub_about")
        }
        before = await self._submissions.of(call.id)
        await self._keep(
            context,
            replace(
                before,
                names=names(said["sub_names"]),
                contact=" ".join(said["sub_contact"].split()),
                about=said["sub_about"].strip(),
            ),
        )
        context.answer(texts.kept(call, context.language))

    async def headings(self, update: Update, context: Context) -> None:
        """Which language the headings are in."""
        if (call := await self._asked_for(context)) is not None:
            context.answer(texts.headings(call, await self._submissions.of(call.id), context.language))

    async def head(self, update: Update, context: Context) -> None:
        """This one."""
        if (call := await self._asked_for(context)) is None:
            return
        before = await self._submissions.of(call.id)
        after = replace(before, language=context.found[1])
        if after != before:
            await self._keep(context, after)
        context.answer(texts.headings(call, after, context.language))

    async def look(self, update: Update, context: Context) -> None:
        """A draft: its first page as a picture, and all of it as PDF."""
        call = await self._asked_for(context)
        if call is None:
            return
        if not (await self._submissions.of(call.id)).names:
            context.answer(texts.nobody_submits(context.language))
        elif not self._here:
            context.answer(otherwise.old_button(context.language))
        else:
            await self._team.note(context, Act.SUBMISSION, f"{call.id}:drafted")
            context.answer(texts.on_its_way(context.language))
            wanted = {"submission": call.id, "day": context.today.isoformat(), "by": context.me.handle}
            language, instead = context.language, texts.not_built(context.language)
            page = {**wanted, "what": "page", "name": "page-1.png"}
            whole = {**wanted, "what": "draft", "name": "draft.pdf", "lasts": self._lasts}
            context.turn.calls += [
                photo(context.chat_id, page, texts.below_page(language, self._lasts), instead),
                document(context.chat_id, whole, None, instead),
            ]

    async def propose(self, update: Update, context: Context) -> None:
        """Ask for a second person: on who submits, and on the incidents that have a finding at this moment."""
        call = await self._asked_for(context)
        if call is None:
            return
        one = await self._submissions.of(call.id)
        if not one.names:
            context.answer(texts.nobody_submits(context.language))
            return
        content = {**_signs(one), "version": call.version, "references": await self._judged()}
        await self._approvals.propose(context, Kind.SUBMISSION, call.id, content)

    async def _words(self, proposal: Proposal, language: str) -> Markup:
        call = await self._deadlines.get(proposal.subject)
        known = call or Deadline(proposal.subject, "2023-05-15", "UTC")
        content = proposal.content
        return texts.approves(known, content["names"], len(content["references"]), proposal.by, language)

    def _ways(self, proposal: Proposal, language: str) -> Row:
        return texts.ways(proposal.subject, language) if self._here else ()

    async def _build(self, context: Context, proposal: Proposal) -> Screen | None:
        """Have it built for whoever proposed it; not if the call or who submits was changed meanwhile."""
        call, one = await self._deadlines.get(proposal.subject), await self._submissions.of(proposal.subject)
        chat_id = await self._members.chat_of(proposal.by)
        content = proposal.content
        if call is None or chat_id is None or call.version != content["version"] or _signs(one) != _signs_of(content):
            return None
        approved_by = "" if context.me.handle == proposal.by else context.me.handle
        day = context.today.isoformat()
        await self._submissions.keep(replace(one, built_on=day, by=proposal.by, approved_by=approved_by, digest=""))
        await self._team.note(context, Act.SUBMISSION, f"{call.id}:built", proposal.by)
        language = await self._chats.language(chat_id) or "en"
        context.turn.calls.append(self._files(chat_id, call, day, content["references"], language))
        return texts.being_built(proposal.by, context.language)

    def _files(self, chat_id: int, call: Deadline, day: str, references: Sequence[str], language: str) -> Call:
        wanted = {"submission": call.id, "day": day, "references": list(references)}
        if not self._here:
            kit = {**wanted, "what": "kit", "name": "kit.age"}
            return document(chat_id, kit, texts.below_kit(language), texts.not_built(language))
        whole = {**wanted, "what": "sealed", "name": f"submission-{day}.tar.age"}
        return document(chat_id, whole, texts.below_built(day, language), texts.not_built(language))

    async def _keep(self, context: Context, one: Submission) -> None:
        """Changed: what was proposed on it holds no longer."""
        await self._submissions.keep(one)
        await self._approvals.void(context, one.deadline, Kind.SUBMISSION)
        await self._team.note(context, Act.SUBMISSION, f"{one.deadline}:signed")

    async def _judged(self) -> list[str]:
        reviews = await self._reviews.all()
        return sorted(one.reference for one in reviews if one.finding in FOUND and one.state != "withdrawn")

    async def _show(self, context: Context, call: Deadline) -> None:
        submission, judged = await self._submissions.of(call.id), len(await self._judged())
        ends = self._ends(call, context.turn.now)
        context.answer(texts.overview(call, submission, ends, judged, here=self._here, language=context.language))

    async def _asked_for(self, context: Context) -> Deadline | None:
        """The call of the pressed button."""
        call = await self._deadlines.get(context.found[0])
        if call is None or call.kind != CALL or call.cancelled:
            context.answer(otherwise.old_button(context.language))
            return None
        return call

    def _ends(self, call: Deadline, now: dt.datetime) -> dt.datetime | None:
        """When its cut-off is over; None when it is."""
        following = due.cutoff(call, self._zone.key).next(now)
        return following.at if following else None


def _signs(one: Submission) -> dict[str, object]:
    """What a second person approves of who submits, as plain JSON."""
    return {"names": list(one.names), "contact": one.contact, "about": one.about, "language": one.language}


def _signs_of(content: object) -> dict[str, object]:
    assert isinstance(content, dict)  # noqa: S101 - as it was proposed
    return {name: content[name] for name in ("names", "contact", "about", "language")}
