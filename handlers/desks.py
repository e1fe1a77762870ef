"""What lies on somebody's desk: their drafts, and the messages that could still be deleted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from telegram import Update
from telegram.ext import ApplicationHandlerStop, TypeHandler

from forms.appeals import APPEALS
from forms.register import FORMS
from handlers.showing import emptying
from handlers.turn import Context, Handler
from storage.drafts import Draft, Drafts
from storage.evidence import Evidence
from storage.members import Role
from storage.traces import Trace, Traces
from texts import otherwise

_PRIVATE_BUTTONS = ("in", "f:", "mb:", "wipe")
"""How the data of buttons begin that are never shown in a group."""

CONVERSATIONS = tuple(FORMS)
"""Forms whose answers are written into the chat; the first that is open is the one that is asked."""

HOURS = 24
"""How long a draft lives, counted from its first question."""

LEAST: Mapping[str, Role] = {
    "reply": Role.COORDINATOR,
    "reason": Role.COORDINATOR,
    "note": Role.COORDINATOR,
    "paragraph_en": Role.COORDINATOR,
    "paragraph_km": Role.COORDINATOR,
    **dict.fromkeys(APPEALS, Role.COORDINATOR),
    "own_note": Role.COORDINATOR,
    "link": Role.COORDINATOR,
    "same": Role.COORDINATOR,
    "case_news": Role.EDITOR,
    "assessment": Role.COORDINATOR,
    "deadline": Role.COORDINATOR,
    "section_owner": Role.COORDINATOR,
    "section_due": Role.COORDINATOR,
    "broadcast": Role.COORDINATOR,
    "submitters": Role.COORDINATOR,
}
"""Who may fill in the forms that are not everybody's. One that somebody began before they were revoked is not there."""


class Desks:
    """Looks up the drafts of a private chat before any other handler, and changes them for those that decide."""

    def __init__(self, drafts: Drafts, evidence: Evidence, traces: Traces) -> None:
        self._drafts = drafts
        self._evidence = evidence
        self._traces = traces

    def handlers(self) -> list[Handler]:
        """One handler that sees every update and never ends its turn."""
        return [TypeHandler(Update, self.arrive)]

    def leaving(self) -> list[Handler]:
        """What comes after all others: remember which message could be deleted."""
        return [TypeHandler(Update, self.note)]

    async def arrive(self, update: Update, context: Context) -> None:
        """Put the drafts into the turn."""
        query = update.callback_query
        if context.is_private:
            desk = await self._drafts.of(context.chat_id, context.unix)
            role = context.turn.member.role if context.turn.member else Role.PUBLIC
            context.turn.desk = {form: one for form, one in desk.items() if role >= LEAST.get(form, Role.PUBLIC)}
        elif query is not None and (query.data or "").startswith(_PRIVATE_BUTTONS):
            context.answer(otherwise.old_button(context.language))
            raise ApplicationHandlerStop

    async def note(self, update: Update, context: Context) -> None:
        """This message could be deleted later, if it is not already."""
        message = update.message
        if message is not None and context.is_private and isinstance(message.message_id, int):  # PTB takes anything
            self._traces.note([Trace(context.chat_id, message.message_id, context.unix, context.unix)])

    async def keep(self, context: Context, draft: Draft) -> None:
        """This is how far a form is now."""
        context.turn.desk[draft.form] = draft
        await self._drafts.keep(context.chat_id, context.turn.desk, context.unix)

    async def begin(self, context: Context, draft: Draft) -> None:
        """A form is begun; whatever else is being answered waits meanwhile, and goes on after it."""
        await self.clear(context, draft.form)
        open_form = next((one for one in self._conversations(context) if not one.left), None)
        for one in self._conversations(context):
            context.turn.desk[one.form] = replace(one, left=True)
        context.turn.resumed = False
        await self.keep(context, replace(draft, interrupts=open_form.form if open_form else ""))

    async def clear(self, context: Context, *forms: str, handed_in: bool = False) -> None:
        """These forms are over; what is on the desk besides stays. Their files go, unless they were handed in."""
        ended = [draft for form in forms if (draft := context.turn.desk.pop(form, None)) is not None]
        if not handed_in:
            await self._evidence.drop([file_id for draft in ended for file_id in draft.files])
        for draft in ended:
            self._go_on_after(draft, context)
        if ended:
            await self._drafts.keep(context.chat_id, context.turn.desk, context.unix)

    def _go_on_after(self, ended: Draft, context: Context) -> None:
        """Open again what this form interrupted, unless the person left this one themselves, or is at something else."""
        waiting = context.turn.desk.get(ended.interrupts)
        if waiting is not None and not ended.left and all(one.left for one in self._conversations(context)):
            context.turn.desk[waiting.form] = replace(waiting, left=False)
            context.turn.resumed = True

    @staticmethod
    def _conversations(context: Context) -> list[Draft]:
        """The forms on the desk whose answers are written into the chat."""
        return [context.turn.desk[form] for form in CONVERSATIONS if form in context.turn.desk]

    def empty_chat(self, context: Context, began: int | None = None) -> None:
        """Have the messages of this chat deleted: those since a form began, or all that can be."""
        context.turn.calls.append(emptying(context.chat_id, began or 0))
