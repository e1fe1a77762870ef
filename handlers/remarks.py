"""What is said about an incident: to its reporter, to the team, and to oneself."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from telegram import Update
from telegram.ext import CallbackQueryHandler

from forms.judging import stamp
from forms.review import PARAGRAPHS
from handlers.answers import Answers
from handlers.claimed import REFERENCE, Claimed
from handlers.incidents import Tellings
from handlers.turn import Context, Handler
from storage.audit import Act
from storage.drafts import Draft
from storage.proposals import Kind
from storage.reviews import Review
from texts import judging, queue, remarks
from texts.remarks import MOST_OWN, STATES


class Remarks:
    """Answers, states, notes for the team, and notes for oneself."""

    def __init__(self, claimed: Claimed, telling: Tellings, answers: Answers) -> None:
        self._claimed = claimed
        self._answers = answers
        telling.hands_in("reply", self._answered)
        telling.hands_in("note", self._noted)
        for written in PARAGRAPHS:
            telling.hands_in(PARAGRAPHS[written].name, partial(self._written, written))
        telling.hands_in("own_note", self._remembered)

    def handlers(self) -> list[Handler]:
        """What begins a form, and the states."""
        return [
            CallbackQueryHandler(self.answer, f"^an:{REFERENCE}$"),
            CallbackQueryHandler(self.states, f"^j:rs:{REFERENCE}$"),
            CallbackQueryHandler(self.state, f"^j:rs:{REFERENCE}:({'|'.join(STATES)})$"),
            CallbackQueryHandler(self.note, f"^j:no:{REFERENCE}$"),
            CallbackQueryHandler(self.paragraphs, f"^j:su:{REFERENCE}$"),
            CallbackQueryHandler(self.write, f"^j:su:{REFERENCE}:({'|'.join(PARAGRAPHS)})$"),
            CallbackQueryHandler(self.own, f"^j:ow:{REFERENCE}$"),
            CallbackQueryHandler(self.remember, f"^j:ow:{REFERENCE}:add$"),
            CallbackQueryHandler(self.forget, f"^j:ox:{REFERENCE}:([0-9]{{1,2}}):([0-9a-f]{{6}})$"),
        ]

    async def answer(self, update: Update, context: Context) -> None:
        """Begin to write to the reporter."""
        if (review := await self._asked_to_speak(context)) is not None:
            await self._claimed.ask(context, "reply", review.reference)

    async def _answered(self, context: Context, draft: Draft) -> None:
        review, words = await self._claimed.received(context, draft)
        if review is None or not review.head.reply_to:
            context.answer(judging.lost(context.language))
            return
        review = await self._answers.send(context, review, words=words)
        await self._claimed.reviews.keep(review)
        asks = words.rstrip("”»\"') ").endswith(("?", "？"))
        context.answer(remarks.answered(review, context.language, asks=asks and review.state != "question"))

    async def states(self, update: Update, context: Context) -> None:
        """Where it stands, in the words that the reporter reads."""
        if (review := await self._asked_to_speak(context)) is not None:
            context.answer(remarks.states(review, context.language))

    async def state(self, update: Update, context: Context) -> None:
        """Say this to the reporter."""
        review = await self._asked_to_speak(context)
        if review is None:
            return
        after = await self._answers.send(context, review, state=context.found[1])
        if after != review:
            await self._claimed.reviews.keep(after)
        context.answer(remarks.states(after, context.language))

    async def note(self, update: Update, context: Context) -> None:
        """Begin a note for the team; without an office key it could not be sealed."""
        review = await self._claimed.asked_for(context)
        if review is not None and not self._claimed.incidents.open:
            context.answer(remarks.no_notes(context.language))
        elif review is not None:
            await self._claimed.ask(context, "note", review.reference)

    async def _noted(self, context: Context, draft: Draft) -> None:
        review, words = await self._claimed.received(context, draft)
        if review is None or not self._claimed.incidents.open:
            context.answer(judging.lost(context.language))
            return
        note = {"by": context.me.handle, "on": context.today.isoformat(), "words": words}
        await self._claimed.notes.add(review.reference, note, context.today)
        await self._claimed.approvals.void(context, review.reference, Kind.DELETE)
        await self._claimed.team.note(context, Act.NOTED, review.reference)
        context.answer(remarks.noted(review, context.language))

    async def paragraphs(self, update: Update, context: Context) -> None:
        """What a submission is to say about it: in which language."""
        if (review := await self._claimed.asked_for(context)) is not None:
            context.answer(remarks.paragraph(review, context.language))

    async def write(self, update: Update, context: Context) -> None:
        """Begin a paragraph; without an office key it could not be sealed."""
        review = await self._claimed.asked_for(context)
        if review is not None and not self._claimed.incidents.open:
            context.answer(remarks.no_notes(context.language))
        elif review is not None:
            await self._claimed.ask(context, PARAGRAPHS[context.found[1]].name, review.reference)

    async def _written(self, written: str, context: Context, draft: Draft) -> None:
        """It is kept as a note: sealed like the incident, withdrawn with it. The newest of a language counts."""
        review, words = await self._claimed.received(context, draft)
        if review is None or not self._claimed.incidents.open:
            context.answer(judging.lost(context.language))
            return
        note = {"by": context.me.handle, "on": context.today.isoformat(), "words": words, "written": written}
        await self._claimed.notes.add(review.reference, note, context.today)
        await self._claimed.team.note(context, Act.NOTED, review.reference)
        context.answer(remarks.paragraph(review, context.language, written))

    async def own(self, update: Update, context: Context) -> None:
        """What whoever asks wrote down for themselves."""
        if (review := await self._claimed.asked_for(context)) is not None:
            context.answer(remarks.own(review, context.me.handle, context.language))

    async def remember(self, update: Update, context: Context) -> None:
        """Begin a note for oneself, unless there are as many as one may keep."""
        review = await self._claimed.asked_for(context)
        if review is not None and len(_own(context, review)) >= MOST_OWN:
            context.answer(remarks.own(review, context.me.handle, context.language))
        elif review is not None:
            await self._claimed.ask(context, "own_note", review.reference)

    async def _remembered(self, context: Context, draft: Draft) -> None:
        review, words = await self._claimed.received(context, draft)
        if review is None:
            context.answer(judging.lost(context.language))
            return
        kept = await self._keep_own(context, review, (*_own(context, review), words)[:MOST_OWN])
        context.answer(remarks.own(kept, context.me.handle, context.language, fresh=True))

    async def forget(self, update: Update, context: Context) -> None:
        """Take one of them off."""
        review = await self._claimed.asked_for(context)
        if review is None:
            return
        notes, place = _own(context, review), int(context.found[1])
        toast = None
        if context.found[2] == stamp(notes):
            review = await self._keep_own(context, review, tuple(n for at, n in enumerate(notes) if at != place))
        else:
            toast = queue.not_now(context.language)
        context.answer(remarks.own(review, context.me.handle, context.language, toast))

    async def _keep_own(self, context: Context, review: Review, notes: tuple[str, ...]) -> Review:
        kept = replace(review, own={**review.own, context.me.handle: notes})
        await self._claimed.reviews.keep(kept)
        await self._claimed.team.note(context, Act.NOTED, review.reference)
        return kept

    async def _asked_to_speak(self, context: Context) -> Review | None:
        """The review of the pressed button, if its reporter can be reached."""
        review = await self._claimed.asked_for(context)
        if review is not None and not review.head.reply_to:
            context.answer(remarks.nobody_to_tell(context.language))
            return None
        return review


def _own(context: Context, review: Review) -> tuple[str, ...]:
    return review.own.get(context.me.handle, ())
