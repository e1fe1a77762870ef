"""Tellings an incident: before the first question, and from the last answer to the receipt."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from forms.form import Answers, Progress
from forms.huridocs import event
from forms.incident import INCIDENT, is_sensitive
from forms.register import FORMS
from handlers.desks import CONVERSATIONS, HOURS, LEAST, Desks
from handlers.filling import Fillings, open_draft, resumed
from handlers.flood import Flood
from handlers.heads import head_of
from handlers.showing import deletion
from handlers.turn import Context, Handler
from storage.drafts import Draft
from storage.reviews import Head
from storage.sealing import Receipt, ServerKey
from storage.tables import Tables
from texts import otherwise
from texts.filling import Filling
from texts.incidents import SIGNS
from texts.incidents import Telling as Texts
from texts.language import LANGUAGES

TOLD_DAYS = 30
"""How long the bot remembers where to tell of an answer, for those who asked for it."""

_TO_THE_OFFICE = frozenset({"incident", "addition", "note", "reason"})
"""Forms that are sealed to the office key when they are sent."""
_PATIENCE = 600
"""Seconds for which Send waits for a file; one that has not come by then is listed as lost."""

HandIn = Callable[[Context, Draft], Awaitable[None]]


class Tellings:
    """/incident, /cancel, /wipe, and what happens when a form is sent. Without an office key nothing is
    taken."""

    def __init__(
        self,
        desks: Desks,
        fillings: Fillings,
        tables: Tables,
        server: ServerKey,
        texts: Texts,
        filling: Filling,
        zone: ZoneInfo,
        per_day: int,
        mailbox_days: int,
        heads: bool,
    ) -> None:
        self._desks = desks
        self._fillings = fillings
        self._incidents = tables.incidents
        self._evidence = tables.evidence
        self._mailboxes = tables.mailboxes
        self._reviews = tables.reviews
        self._replies = tables.replies
        self._quotas = tables.quotas
        self._chats = tables.chats
        self._subscriptions = tables.subscriptions
        self._server = server
        self._texts = texts
        self._filling = filling
        self._zone = zone
        self._per_day = per_day
        self._mailbox_days = mailbox_days
        self._heads = heads
        self._flood = Flood()
        self._hand_in: dict[str, HandIn] = {INCIDENT.name: self._hand_in_incident}
        fillings.sends(self.send)

    def hands_in(self, form: str, how: HandIn) -> None:
        """What is to happen when a form of another topic is sent."""
        self._hand_in[form] = how

    def handlers(self) -> list[Handler]:
        """The commands and buttons around the form."""
        return [
            CommandHandler(["incident", "report"], self.begin),
            CommandHandler("cancel", self.cancel),
            CommandHandler("wipe", self.wipe),
            CallbackQueryHandler(self.begin, "^in$"),
            CallbackQueryHandler(self.speak, f"^in:({'|'.join(LANGUAGES)})$"),
            CallbackQueryHandler(self.help_first, "^in:help$"),
            CallbackQueryHandler(self.first_question, "^in:go$"),
            CallbackQueryHandler(self.leave, "^f:leave$"),
            CallbackQueryHandler(self.cancel, "^f:cancel$"),
            CallbackQueryHandler(self.really_cancel, "^f:cancel:yes$"),
            CallbackQueryHandler(self.send, "^f:send$"),
            CallbackQueryHandler(self.answer_challenge, f"^f:is:({'|'.join(SIGNS)})$"),
            CallbackQueryHandler(self.wipe, "^wipe$"),
        ]

    async def begin(self, update: Update, context: Context) -> None:
        """What to know before; or back to the open question. In a group one button, and no word of what it is about."""
        if not context.is_private:
            context.answer(self._texts.in_private(context.language))
            return
        if update.message is not None:  # the command that leads here tells what the chat is about
            context.turn.calls.append(deletion(context.chat_id, update.message.message_id))
        if (draft := resumed(context.turn.desk)) is not None:
            await self._desks.keep(context, draft)
            note = self._texts.welcome_back(context.language)
            self._fillings.show(context, self._filling.screen(draft, context.language, note))
        elif not self._incidents.open:
            context.answer(self._texts.closed(context.language))
        elif await self._quotas.sent(context.chat_id, context.today) >= self._per_day:
            context.answer(self._texts.enough(context.language))
        else:
            context.answer(self._texts.before(context.language))

    async def speak(self, update: Update, context: Context) -> None:
        """The same in another language, for somebody whom a link led here."""
        context.turn.language = context.found[0]
        await self._chats.choose(context.chat_id, context.language, context.today)
        await self.begin(update, context)

    async def help_first(self, update: Update, context: Context) -> None:
        """Somebody is in danger."""
        context.answer(self._texts.help_first(context.language))

    async def first_question(self, update: Update, context: Context) -> None:
        """The person read what there is to know, and wants to go on."""
        quota_left = await self._quotas.sent(context.chat_id, context.today) < self._per_day
        if not self._incidents.open or resumed(context.turn.desk) is not None or not quota_left:
            await self.begin(update, context)
            return
        draft = Draft(INCIDENT.name, context.unix, context.unix + HOURS * 3600, Progress().to_json())
        await self._desks.keep(context, draft)
        note = self._texts.began(self._until(draft), context.language)
        self._fillings.show(context, self._filling.screen(draft, context.language, note))

    async def leave(self, update: Update, context: Context) -> None:
        """Keep it for later; what is written from now on is no answer."""
        draft = open_draft(context.turn.desk)
        if draft is None:
            context.answer(otherwise.old_button(context.language))
            return
        await self._desks.keep(context, replace(draft, left=True))
        context.answer(self._texts.left(self._until(draft), context.language))

    async def cancel(self, update: Update, context: Context) -> None:
        """Ask before deleting."""
        if not context.is_private:
            context.answer(self._texts.in_private(context.language))
        elif any(form in context.turn.desk for form in CONVERSATIONS):
            context.turn.asked = True
            context.answer(self._texts.cancel(context.language))
        else:
            context.answer(self._texts.nothing_to_cancel(context.language))

    async def really_cancel(self, update: Update, context: Context) -> None:
        """Delete the answers, the files and the messages."""
        draft = resumed(context.turn.desk)
        if draft is None:
            context.answer(self._texts.nothing_to_cancel(context.language))
            return
        await self._desks.clear(context, draft.form)
        self._desks.empty_chat(context, draft.began)
        context.answer(self._texts.cancelled(context.language))

    async def wipe(self, update: Update, context: Context) -> None:
        """Delete whatever can be deleted, at once and without a question."""
        if not context.is_private:
            context.answer(self._texts.in_private(context.language))
            return
        await self._desks.clear(context, *list(context.turn.desk))
        self._desks.empty_chat(context)
        goes_on = bool(await self._subscriptions.of(context.place))
        context.answer(self._texts.wiped(context.language, goes_on=goes_on))

    async def send(self, update: Update, context: Context) -> None:
        """Hand in the open form, once."""
        draft = open_draft(context.turn.desk)
        if draft is None:
            context.answer(self._texts.sent_already(context.language))
        elif not self._incidents.open and draft.form in _TO_THE_OFFICE:
            context.turn.asked = True
            context.answer(self._texts.closed(context.language))
        elif FORMS[draft.form].asked(Progress.from_json(draft.progress)) is not None:
            context.answer(self._filling.not_now(context.language))
        elif coming := sum(context.unix - facts.get("coming", 0) < _PATIENCE for facts in draft.files.values()):
            context.answer(self._filling.still_coming(coming, context.language))
        elif draft.form in LEAST:
            await self._hand_in[draft.form](context, draft)
        elif self._flood.is_on(context.turn.now) and not draft.passed:
            await self._challenge(context, draft)
        else:
            self._flood.note(context.turn.now)
            await self._hand_in[draft.form](context, draft)

    async def answer_challenge(self, update: Update, context: Context) -> None:
        """Right: hand in. Wrong: ask for another."""
        draft = open_draft(context.turn.desk)
        if draft is None or not draft.asked:
            context.answer(otherwise.old_button(context.language))
        elif context.found[0] != draft.asked:
            await self._challenge(context, draft)
        else:
            await self._desks.keep(context, replace(draft, passed=True, asked=""))
            await self.send(update, context)

    async def _challenge(self, context: Context, draft: Draft) -> None:
        right = secrets.choice([sign for sign in SIGNS if sign != draft.asked])
        await self._desks.keep(context, replace(draft, asked=right))
        context.turn.asked = True
        context.answer(self._texts.challenge(right, context.language))

    async def _hand_in_incident(self, context: Context, draft: Draft) -> None:
        """Seal it, begin its review, make its mailbox, empty the chat, and show the receipt: one commit."""
        reference, receipt = await self._incidents.reference(), Receipt.new()
        mailbox = self._server.mailbox(receipt)
        sealed = handed_in(draft, context) | {"reference": reference, "mailbox": mailbox.public}
        await self._incidents.take(reference, sealed, context.today)
        await self._evidence.hand_in([one["id"] for one in sealed["evidence"]], reference)
        await self._reviews.begin(reference, self._head(sealed, receipt, context))
        await self._make_mailbox(mailbox.public, sealed, context)
        await self._quotas.count(context.chat_id, context.today)
        await self._evidence.drop([one for one in draft.files if one not in {e["id"] for e in sealed["evidence"]}])
        await self._desks.clear(context, draft.form, handed_in=True)
        self._desks.empty_chat(context, draft.began)
        context.turn.asked = True
        context.answer(self._texts.handed_in(str(receipt), context.language))

    def _head(self, sealed: Mapping[str, Any], receipt: Receipt, context: Context) -> Head:
        reply_to = self._server.replies(receipt).public
        return head_of(
            sealed["answers"], reply_to=reply_to, hour=context.hour, flood=sealed["flood"], whole=self._heads
        )

    async def _make_mailbox(self, public: str, sealed: Mapping[str, Any], context: Context) -> None:
        """The mailbox names the reference to who has the receipt; nothing else that is kept leads from one to the
        other, but what tells in which chat to say that there is an answer."""
        reference, here = sealed["reference"], sealed["answers"].get("contact") == "here"
        first = {"state": "received", "on": context.today.isoformat(), "reference": reference}
        await self._mailboxes.make(public, first, context.today + dt.timedelta(days=self._mailbox_days))
        if here:
            told_until = context.today + dt.timedelta(days=TOLD_DAYS)
            await self._replies.tell(reference, public, context.chat_id, told_until)
            if not context.turn.chosen:  # so that what comes unasked is in the language they spoke
                await self._chats.choose(context.chat_id, context.language, context.today)

    def _until(self, draft: Draft) -> dt.datetime:
        return dt.datetime.fromtimestamp(draft.ends, self._zone).replace(tzinfo=None)


def handed_in(draft: Draft, context: Context) -> dict[str, Any]:
    """What is sealed of a form: the answers that apply, what their files are, and never who gave them."""
    form = FORMS[draft.form]
    answers = form.kept(Progress.from_json(draft.progress).answers)
    if is_sensitive(answers):  # not even the words around a date or a place
        answers = {name: _unsaid(value) for name, value in answers.items()}
    if answers.get("account"):  # the number of a message could be looked up at Telegram
        answers["account"] = [{name: part[name] for name in part if name != "message"} for part in answers["account"]]
    ids = _files_in(answers)
    return {
        "form": draft.form,
        "received_at": context.turn.now.replace(second=0, microsecond=0).isoformat(),
        "language": context.language,
        "answers": answers,
        "huridocs": event(answers),
        "evidence": [{"id": one, **draft.files[one]} for one in ids if one in draft.files],
        "flood": draft.passed,
    }


def _unsaid(value: Any) -> Any:
    return {key: one for key, one in value.items() if key != "said"} if isinstance(value, dict) else value


def _files_in(answers: Answers) -> list[str]:
    """The ids of the files that answers hold."""
    spoken = [part["file"] for part in answers.get("account") or [] if "file" in part]
    return [*spoken, *(answers.get("evidence") or [])]
