"""/broadcast: one message to many, written and watched over by coordinators."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup
from telegram import Message, Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from forms.broadcast import BROADCAST, BY_ROLE, BY_TOPIC, ROLES, Audience, without_words
from forms.form import Progress
from handlers.access import Rule, under
from handlers.approvals import Approvals, Deed
from handlers.audiences import Audiences
from handlers.desks import Desks
from handlers.filling import Fillings
from handlers.incidents import Tellings
from handlers.team import Team
from handlers.turn import Context, Handler
from storage import rounds
from storage.audit import Act
from storage.drafts import Draft
from storage.members import Role
from storage.outbox import Priority
from storage.proposals import Kind, Proposal
from storage.rounds import Round
from storage.tables import Tables
from texts import broadcasts as texts
from texts import otherwise
from texts.broadcasts import Plan
from texts.screen import Screen

_TOPIC = "all|news|d:[0-9a-f]{8}|b:[A-T]|case:[a-z0-9-]{1,48}"
_LATEST = 10


class Broadcasts:
    """From the first word to the last place. ``alone`` is the number of places above which it takes a second person, 0
    for always; ``per_second`` is Telegram's pace, 0 where none is kept."""

    def __init__(
        self,
        tables: Tables,
        team: Team,
        approvals: Approvals,
        desks: Desks,
        fillings: Fillings,
        telling: Tellings,
        wording: texts.Broadcasts,
        audiences: Audiences,
        zone: ZoneInfo,
        alone: int,
        per_second: int,
    ) -> None:
        self._rounds = tables.rounds
        self._deliveries = tables.deliveries
        self._team = team
        self._approvals = approvals
        self._desks = desks
        self._fillings = fillings
        self._texts = wording
        self._audiences = audiences
        self._zone = zone
        self._alone = alone
        self._per_second = per_second
        telling.hands_in(BROADCAST.name, self._hand_in)
        approvals.carries(Kind.BROADCAST, Deed(Role.COORDINATOR, self._words, self._do))

    def handlers(self) -> list[Handler]:
        """The command, the way to one, and what can be done to those that run."""
        one = "([0-9a-f]{12})"
        return under(
            Rule(Role.COORDINATOR),
            CommandHandler("broadcast", self.overview),
            CallbackQueryHandler(self.overview, "^bc$"),
            CallbackQueryHandler(self.begin, "^bc:new$"),
            CallbackQueryHandler(self.whom, "^bc:whom$"),
            CallbackQueryHandler(self.which, "^bc:whom:([dbc])(?::([0-9]{1,3}))?$"),
            CallbackQueryHandler(self.choose, f"^bc:to:({BY_ROLE}):({'|'.join(ROLES)})$"),
            CallbackQueryHandler(self.choose, f"^bc:to:({BY_TOPIC}):({_TOPIC})$"),
            CallbackQueryHandler(self.see, "^bc:see$"),
            CallbackQueryHandler(self.hurry, "^bc:urgent:([01])$"),
            CallbackQueryHandler(self.send, "^bc:send:([0-9a-f]{16})$"),
            CallbackQueryHandler(self.look, f"^bc:r:{one}$"),
            CallbackQueryHandler(self.pause, f"^bc:pause:{one}$"),
            CallbackQueryHandler(self.go_on, f"^bc:go:{one}$"),
            CallbackQueryHandler(self.ask, f"^bc:end:{one}$"),
            CallbackQueryHandler(self.cancel, f"^bc:end:{one}:yes$"),
        )

    async def overview(self, update: Update, context: Context) -> None:
        """Those that run, and the last ones, the newest first."""
        every = sorted(await self._rounds.of("bc:"), key=lambda one: int(one.content["at"]), reverse=True)
        live = [one for one in every if one.state in (rounds.RUNNING, rounds.PAUSED)]
        over = [one for one in every if one not in live]
        for one in live:
            await self._let_go(context, one)
        begun = BROADCAST.name in context.turn.desk
        context.answer(self._texts.overview([*live, *over[:_LATEST]], context.language, begun=begun))

    async def begin(self, update: Update, context: Context) -> None:
        """The first question, or back to the open one."""
        held = context.turn.desk.get(BROADCAST.name)
        await self._fillings.begin(context, BROADCAST.name, held.about if held is not None else {})

    async def whom(self, update: Update, context: Context) -> None:
        """Ask for whom it is."""
        if self._written(context) is not None:
            context.answer(self._texts.whom(context.language))

    async def which(self, update: Update, context: Context) -> None:
        """Of which deadline, benchmark or case."""
        if self._written(context) is not None:
            kind = context.found[0]
            found = await self._audiences.asked_for(kind)
            context.answer(self._texts.which(found, f"bc:whom:{kind}", context.page, context.language))

    async def choose(self, update: Update, context: Context) -> None:
        """For these; what would come is shown, and then what should be known before."""
        draft, audience = self._written(context), await self._audiences.named(*context.found)
        if draft is None:
            return
        if audience is None:
            context.answer(otherwise.old_button(context.language))
            return
        draft = replace(draft, about=draft.about | {"audience": audience.to_json()})
        await self._desks.keep(context, draft)
        await self._preview(context, draft)

    async def see(self, update: Update, context: Context) -> None:
        """Show once more what would come."""
        if (draft := self._planned(context)) is not None:
            await self._preview(context, draft)

    async def hurry(self, update: Update, context: Context) -> None:
        """At night, too; or not."""
        draft = self._planned(context)
        if draft is not None:
            draft = replace(draft, about=draft.about | {"urgent": context.found[0] == "1"})
            await self._desks.keep(context, draft)
            context.answer(self._texts.plan(await self._plan(draft, context), context.language))

    async def send(self, update: Update, context: Context) -> None:
        """Yes, exactly this: at once, or once somebody else has approved it."""
        draft = self._planned(context)
        if draft is None:
            return
        plan = await self._plan(draft, context)
        if plan.digest != context.found[0] or not plan.count:
            await self._preview(context, draft)
            return
        await self._desks.clear(context, draft.form, handed_in=True)
        context.turn.asked = True
        if plan.second:
            subject = f"B-{secrets.token_hex(3)}"
            await self._approvals.propose(context, Kind.BROADCAST, subject, _proposed(plan))
        else:
            context.answer(await self._start(context, plan, context.me.handle, alone=True))

    async def look(self, update: Update, context: Context) -> None:
        """How far one is, or how it went."""
        one = await self._rounds.get(context.found[0])
        if one is None or one.kind != rounds.BROADCAST:
            context.answer(otherwise.old_button(context.language))
        else:
            context.answer(await self._shown(context, one))

    async def pause(self, update: Update, context: Context) -> None:
        """Nothing more goes out for now."""
        await self._turn(context, rounds.PAUSED)

    async def go_on(self, update: Update, context: Context) -> None:
        """On from where it was."""
        await self._turn(context, rounds.RUNNING)

    async def ask(self, update: Update, context: Context) -> None:
        """Ask before it ends. Meanwhile no progress is shown in the place of the question."""
        one = await self._open(context)
        if one is not None:
            await self._let_go(context, one)
            context.answer(self._texts.ask(one, await self._deliveries.progress(one.id), context.language))

    async def cancel(self, update: Update, context: Context) -> None:
        """The end of it; its words go at once."""
        await self._turn(context, rounds.VOID)

    async def _hand_in(self, context: Context, draft: Draft) -> None:
        """Both texts are there: on to whom it is for, or, where that is known, to what would come."""
        context.turn.asked = True
        if "audience" in draft.about:
            await self._preview(context, draft)
        else:
            context.answer(self._texts.whom(context.language))

    async def _preview(self, context: Context, draft: Draft) -> None:
        """What would come, exactly so, in both languages; below it what to know and decide."""
        plan = await self._plan(draft, context)
        topic = next(iter(plan.audience.topics), None)
        for language in ("km", "en"):
            context.greet(context.chat_id, texts.sent(plan.km, plan.en, language, topic))
        context.answer(self._texts.plan(plan, context.language, fresh=True))

    async def _plan(self, draft: Draft, context: Context) -> Plan:
        answers = BROADCAST.kept(Progress.from_json(draft.progress).answers)
        km, en = (str(answers[name]["words"]) for name in ("broadcast_km", "broadcast_en"))
        audience = Audience.from_json(draft.about["audience"])
        return await self._reckoned(Plan(km, en, audience, bool(draft.about.get("urgent"))), context.turn.now)

    async def _reckoned(self, plan: Plan, now: dt.datetime | None) -> Plan:
        """With what its audience is at this moment; without ``now`` nothing is said of the night."""
        reach = await self._audiences.reach(plan.audience)
        asleep, awake = reach.asleep(now) if now is not None else (0, None)
        return replace(
            plan,
            count=reach.count,
            blocked=reach.blocked,
            asleep=asleep,
            awake=awake.astimezone(self._zone) if awake is not None else None,
            seconds=-(-reach.count // self._per_second) if self._per_second else 0,
            second=reach.count > self._alone or not self._alone,
            digest=_digest(plan),
        )

    async def _words(self, proposal: Proposal, language: str) -> Markup:
        """All that would go out, to how many as it is now."""
        return self._texts.proposed(await self._reckoned(_plan_of(proposal), None), language)

    async def _do(self, context: Context, proposal: Proposal) -> Screen | None:
        """Start it; nothing where nobody would get it any more."""
        plan = _plan_of(proposal)
        if await self._audiences.named(plan.audience.by, plan.audience.what) is None:
            return None
        plan = await self._reckoned(plan, context.turn.now)
        alone = proposal.by == context.me.handle
        return await self._start(context, plan, proposal.by, alone=alone) if plan.count else None

    async def _start(self, context: Context, plan: Plan, by: str, *, alone: bool) -> Screen:
        """Open the round; the message whose button was pressed shows how far it is from now on."""
        members = await self._audiences.members(plan.audience) if plan.audience.by == BY_ROLE else []
        content = _content(plan, [one.handle for one, _ in members], context.turn.now.astimezone(self._zone))
        key, said = f"bc:{secrets.token_hex(6)}", {**content, "by": by, "alone": alone}
        one = await self._rounds.open(
            Round(rounds.BROADCAST, key, key, plan.audience.topics, content=said, priority=Priority.BROADCAST),
            context.today,
        )
        assert one is not None  # noqa: S101 - nobody drew this number before
        await self._audiences.deliver(one, members)
        await self._team.note(context, Act.BROADCAST, f"{one.id}:begun")
        return await self._shown(context, one)

    async def _shown(self, context: Context, one: Round) -> Screen:
        """A broadcast as it stands. A message that shows one that runs is kept current, if no other is."""
        if one.state in (rounds.DONE, rounds.VOID):
            counts = one.content.get("result") or await self._deliveries.counts([one.id])
            return self._texts.over(one, counts, context.language)
        counts = await self._deliveries.progress(one.id)
        here, shown = _pressed(context), one.content["progress"]
        if here is not None and (shown is None or shown[0] == here[0]):
            kept = {**one.content, "progress": here, "said": texts.moved(one, counts)}
            await self._rounds.reword(replace(one, content=kept))
        return self._texts.progress(one, counts, context.language)

    async def _turn(self, context: Context, state: str) -> None:
        """Pause it, let it go on, or end it; whoever is a coordinator may."""
        one = await self._open(context)
        if one is None:
            return
        await self._rounds.turn(one.id, state)
        if state != one.state:
            await self._team.note(context, Act.BROADCAST, f"{one.id}:{state}")
        await self._rounds.reword(replace(one, content=self._turned(context, one, state)))
        after = await self._rounds.get(one.id)
        assert after is not None  # noqa: S101 - it was just there
        context.answer(await self._shown(context, after))

    async def _let_go(self, context: Context, one: Round) -> None:
        """The pressed message shows something else from now on, so no progress is put in its place."""
        if one.content["progress"] is not None and one.content["progress"] == _pressed(context):
            await self._rounds.reword(replace(one, content={**one.content, "progress": None}))

    @staticmethod
    def _turned(context: Context, one: Round, state: str) -> Mapping[str, Any]:
        """The content that goes with the new state: without the words when it is cancelled. What its sender was alone with
        becomes that of whoever lets it go on."""
        if state == rounds.VOID:
            return {**without_words(one.content), "progress": _pressed(context)}
        mine = one.content["by"] == context.me.handle
        return {**one.content, "alone": one.content["alone"] and (mine or state != rounds.RUNNING)}

    async def _open(self, context: Context) -> Round | None:
        """The broadcast of the pressed button, if it is not over; else that is said."""
        one = await self._rounds.get(context.found[0])
        if one is None or one.kind != rounds.BROADCAST or one.state not in (rounds.RUNNING, rounds.PAUSED):
            context.answer(texts.old(context.language))
            return None
        return one

    def _written(self, context: Context) -> Draft | None:
        """The draft with both texts; else that is said."""
        draft = context.turn.desk.get(BROADCAST.name)
        if draft is not None and BROADCAST.asked(Progress.from_json(draft.progress)) is None:
            return draft
        context.answer(otherwise.old_button(context.language))
        return None

    def _planned(self, context: Context) -> Draft | None:
        """The same, once it is known for whom it is."""
        draft = self._written(context)
        if draft is None or "audience" in draft.about:
            return draft
        context.answer(otherwise.old_button(context.language))
        return None


def _pressed(context: Context) -> list[int] | None:
    """The message whose button was pressed, and in whose place the answer stands; None after a command."""
    query = context.incoming.callback_query
    message = query.message if query is not None else None
    return [message.chat.id, message.message_id] if isinstance(message, Message) else None


def _proposed(plan: Plan) -> dict[str, Any]:
    """What a second person decides on."""
    return {
        "km": plan.km,
        "en": plan.en,
        "audience": plan.audience.to_json(),
        "urgent": plan.urgent,
        "count": plan.count,
    }


def _content(plan: Plan, whom: Sequence[str], local: dt.datetime) -> dict[str, Any]:
    """What is known of a broadcast while it runs. ``progress`` is the message that shows how far it is, and ``said`` what
    stands in it."""
    return {
        "km": plan.km,
        "en": plan.en,
        "urgent": plan.urgent,
        "audience": plan.audience.to_json(),
        "count": plan.count,
        "blocked": plan.blocked,
        "whom": list(whom),
        "at": int(local.timestamp()),
        "day": local.date().isoformat(),
        "progress": None,
        "said": None,
    }


def _plan_of(proposal: Proposal) -> Plan:
    """What was proposed."""
    content = proposal.content
    audience = Audience.from_json(content["audience"])
    return Plan(content["km"], content["en"], audience, bool(content["urgent"]), int(content["count"]))


def _digest(plan: Plan) -> str:
    """16 hexadecimal digits over what goes out and to whom: a button carries them, so that nobody sends what they did not
    see."""
    whole = json.dumps([plan.km, plan.en, plan.audience.to_json(), plan.urgent], ensure_ascii=False)
    return hashlib.sha256(whole.encode(errors="replace")).hexdigest()[:16]
