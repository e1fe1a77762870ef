"""/receipt: the mailbox of an incident, from any account."""

from __future__ import annotations

from dataclasses import replace

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler, filters

from forms.form import Progress
from forms.incident import ADDITION
from handlers.allowance import Allowance
from handlers.approvals import Approvals
from handlers.desks import HOURS, Desks
from handlers.filling import Fillings
from handlers.incidents import Tellings, handed_in
from handlers.showing import deletion
from handlers.team import Team
from handlers.turn import Context, Handler
from storage.audit import Act
from storage.drafts import Draft
from storage.reviews import withdrawn
from storage.sealing import Receipt, ServerKey
from storage.tables import Tables
from texts import mailbox
from texts import withdrawn as notices
from texts.filling import Filling
from texts.incidents import Telling as Texts

_OPEN_SECONDS = 3600
"""How long buttons work after a receipt was sent; then it has to be sent again."""
_MAILBOX = "mailbox"
REPORTER = "reporter"
"""Who withdrew, as the audit has it: never which person, nor which handle if they have one."""
_ADDITIONS_PER_DAY = 10


class _IsReceipt(filters.MessageFilter):
    """The whole message is a receipt."""

    def filter(self, message: object) -> bool:
        return Receipt.read(getattr(message, "text", None) or "") is not None


class Receipts:
    """Opens mailboxes; what belongs to them is added to or withdrawn by whoever has the receipt."""

    def __init__(
        self,
        desks: Desks,
        fillings: Fillings,
        telling: Tellings,
        tables: Tables,
        server: ServerKey,
        filling: Filling,
        texts: Texts,
        guesses: Allowance,
        team: Team,
        approvals: Approvals,
    ) -> None:
        self._desks = desks
        self._fillings = fillings
        self._incidents = tables.incidents
        self._evidence = tables.evidence
        self._mailboxes = tables.mailboxes
        self._reviews = tables.reviews
        self._replies = tables.replies
        self._audit = tables.audit
        self._quotas = tables.quotas
        self._server = server
        self._filling = filling
        self._texts = texts
        self._guesses = guesses
        self._team = team
        self._approvals = approvals
        telling.hands_in(ADDITION.name, self._hand_in)

    def handlers(self) -> list[Handler]:
        """The command, a receipt without it, and the buttons of an open mailbox."""
        return [
            CommandHandler("receipt", self.receipt),
            MessageHandler(filters.ChatType.PRIVATE & _IsReceipt(), self.typed),
            CallbackQueryHandler(self.add, "^mb:add$"),
            CallbackQueryHandler(self.withdraw, "^mb:withdraw$"),
            CallbackQueryHandler(self.really_withdraw, "^mb:withdraw:yes$"),
            CallbackQueryHandler(self.keep, "^mb:keep$"),
        ]

    async def receipt(self, update: Update, context: Context) -> None:
        """Ask for the receipt, or open what came with the command. Never in a group."""
        if not context.is_private:
            context.answer(self._texts.in_private(context.language))
        elif context.words:
            await self._open(context.words, context)
        else:
            context.answer(mailbox.ask(context.language))

    async def typed(self, update: Update, context: Context) -> None:
        """A receipt by itself, also in the middle of a form: it belongs into no account."""
        message = update.effective_message
        await self._open((message.text if message else None) or "", context)

    async def add(self, update: Update, context: Context) -> None:
        """Begin to add something; an incident that is being told waits meanwhile."""
        opened = self._opened(context)
        if opened is None or not self._incidents.open:
            context.answer(mailbox.expired(context.language))
            return
        held = context.turn.desk.get(ADDITION.name)
        if held is not None and held.about == opened.about:
            draft = replace(held, left=False)
            await self._desks.keep(context, draft)
            self._fillings.show(context, self._filling.screen(draft, context.language))
            return
        if await self._quotas.added(context.chat_id, context.today) >= _ADDITIONS_PER_DAY:
            context.answer(mailbox.enough(context.language))
            return
        if (other := context.turn.desk.get("incident")) is not None:
            await self._desks.keep(context, replace(other, left=True))
        draft = Draft(
            ADDITION.name, context.unix, context.unix + HOURS * 3600, Progress().to_json(), about=opened.about
        )
        await self._desks.clear(context, ADDITION.name)
        await self._desks.keep(context, draft)
        self._fillings.show(context, self._filling.screen(draft, context.language))

    async def withdraw(self, update: Update, context: Context) -> None:
        """Ask once more."""
        opened = self._opened(context)
        context.answer(mailbox.confirm(context.language) if opened else mailbox.expired(context.language))

    async def keep(self, update: Update, context: Context) -> None:
        """No, it is not withdrawn."""
        context.answer(mailbox.kept(context.language))

    async def really_withdraw(self, update: Update, context: Context) -> None:
        """Empty the incident, and tell those who had it."""
        opened = self._opened(context)
        if opened is None:
            context.answer(mailbox.expired(context.language))
            return
        reference, public = opened.about["reference"], opened.about["public"]
        state = await self._incidents.state(reference)
        if state == "new":
            await self._take_back(context, reference)
        if state != "withdrawn":
            await self._replies.tell_nobody(reference)
            await self._mailboxes.empty(public)
            await self._mailboxes.put(public, {"state": "withdrawn", "on": context.today.isoformat()})
        await self._desks.clear(context, _MAILBOX, ADDITION.name)
        context.answer(mailbox.withdrawn(context.language))

    async def _take_back(self, context: Context, reference: str) -> None:
        """Out of all further use. The audit says that the reporter did it, even where a member is the reporter."""
        await self._incidents.withdraw(reference)
        await self._audit.note(context.today, REPORTER, Act.WITHDRAWN, reference)
        await self._approvals.void(context, reference, by=REPORTER)
        review = await self._reviews.of(reference)
        if review is None:
            return
        left = withdrawn(review)
        await self._reviews.keep(left)
        for handle in sorted({one.by for one in left.went} | {left.claimed_by}):
            await self._team.tell_one(context, handle, lambda language: notices.withdrawn(left, language))

    async def _open(self, words: str, context: Context) -> None:
        """Show the mailbox; the message with the receipt, right or wrong, is deleted."""
        context.turn.calls.append(deletion(context.chat_id, context.message_id))
        if self._guesses.is_empty(context.chat_id, context.turn.now):
            context.answer(mailbox.patience(context.language))
            return
        receipt = Receipt.read(words)
        key = self._server.mailbox(receipt) if receipt else None
        letters = await self._mailboxes.open(key) if key else None
        if receipt is None or key is None or letters is None:
            self._guesses.take(context.chat_id, context.turn.now)
            context.answer(mailbox.unknown(context.language))
            return
        reference = next((letter["reference"] for letter in letters if "reference" in letter), "")
        about = {"public": key.public, "reference": reference}
        ends = context.unix + _OPEN_SECONDS
        await self._desks.keep(context, Draft(_MAILBOX, context.unix, ends, about=about))
        letters += await self._replies.read(reference, self._server.replies(receipt))
        await self._replies.looked(reference)
        kept = await self._incidents.state(reference) is not None
        letters.sort(key=lambda letter: str(letter.get("on", "")))
        context.answer(mailbox.opened(letters, context.language, kept=kept))

    async def _hand_in(self, context: Context, draft: Draft) -> None:
        """Seal what was added, and see to it that somebody hears of it."""
        sealed = handed_in(draft, context) | {"reference": draft.about["reference"]}
        kept = await self._incidents.add(draft.about["reference"], sealed, context.today)
        ids = [one["id"] for one in sealed["evidence"]]
        if kept:
            await self._evidence.hand_in(ids, draft.about["reference"])
            await self._say_that_something_was_added(context, draft.about["reference"])
        await self._evidence.drop([one for one in draft.files if one not in ids or not kept])
        await self._desks.clear(context, draft.form, handed_in=True)
        await self._quotas.count(context.chat_id, context.today, added=True)
        self._desks.empty_chat(context, draft.began)
        context.turn.asked = True
        context.answer(mailbox.added(context.language) if kept else mailbox.gone(context.language))

    async def _say_that_something_was_added(self, context: Context, reference: str) -> None:
        """To whoever has claimed it; else it is announced anew, as what is new in the queue."""
        review = await self._reviews.of(reference)
        if review is None:
            return
        if review.claimed_by:
            await self._team.tell_one(context, review.claimed_by, lambda language: notices.added(reference, language))
        else:
            await self._reviews.keep(replace(review, announced=False))

    @staticmethod
    def _opened(context: Context) -> Draft | None:
        return context.turn.desk.get(_MAILBOX)
