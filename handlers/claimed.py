"""The incident that whoever speaks has claimed, and what follows when it is judged anew."""

from __future__ import annotations

from dataclasses import replace

from forms.form import Answers, Progress
from forms.judging import CONFIRMED
from handlers import queue_parts
from handlers.approvals import Approvals
from handlers.desks import HOURS, Desks
from handlers.filling import Fillings
from handlers.team import Team
from handlers.turn import Context
from storage.audit import Act
from storage.drafts import Draft
from storage.proposals import Kind
from storage.reviews import Review
from storage.tables import Tables
from texts import queue
from texts.filling import Filling

REFERENCE = f"({queue_parts.REFERENCE})"
"""A reference in the data of a button."""


class Claimed:
    """Reads and changes reviews for those who have claimed them. Anybody else's is as if it were not there."""

    def __init__(
        self, tables: Tables, team: Team, approvals: Approvals, desks: Desks, fillings: Fillings, filling: Filling
    ) -> None:
        self.reviews = tables.reviews
        self.incidents = tables.incidents
        self.notes = tables.notes
        self.team = team
        self.approvals = approvals
        self._desks = desks
        self._fillings = fillings
        self._filling = filling

    async def asked_for(self, context: Context) -> Review | None:
        """The review that the pressed button names; where whoever pressed has not claimed it, that is said."""
        review = await self.of(context, context.found[0])
        if review is None:
            context.answer(queue.no_such(context.language))
        return review

    async def of(self, context: Context, reference: str) -> Review | None:
        """The review of this incident, if whoever speaks has claimed it and its reporter did not take it back."""
        review = await self.reviews.of(reference)
        mine = review is not None and review.claimed_by == context.me.handle and review.state != "withdrawn"
        return review if mine else None

    async def judged(self, context: Context, before: Review, after: Review, act: Act) -> Review:
        """Keep a changed judgement. What was proposed on it holds no longer, and what was confirmed is so no more."""
        if after == before:
            return before
        if before.finding in CONFIRMED and after.finding == before.finding:
            after = replace(after, finding="")
        await self.reviews.keep(after)
        await self.approvals.void(context, after.reference, Kind.CONFIRM, Kind.DELETE)
        await self.team.note(context, act, after.reference)
        return after

    async def ask(
        self, context: Context, form: str, reference: str, progress: Progress | None = None, **about: str
    ) -> None:
        """Begin a form about this incident, at its first question that ``progress`` has not answered."""
        whole = {"reference": reference, **about}
        answered = (progress or Progress()).to_json()
        draft = Draft(form, context.unix, context.unix + HOURS * 3600, answered, about=whole)
        await self._desks.begin(context, draft)
        self._fillings.show(context, self._filling.screen(draft, context.language))

    async def received(self, context: Context, draft: Draft) -> tuple[Review | None, str]:
        """``handed_in``, of a form that asks for nothing but words."""
        review, answers = await self.handed_in(context, draft)
        return review, str(answers[draft.form]["words"]).strip()

    async def handed_in(self, context: Context, draft: Draft) -> tuple[Review | None, Answers]:
        """What was answered in such a form, which is over now, and its review: None when it is somebody else's by now.
        The words are deleted from the chat either way."""
        answers = Progress.from_json(draft.progress).answers
        await self._desks.clear(context, draft.form, handed_in=True)
        self._desks.empty_chat(context, draft.began)
        context.turn.asked = True
        return await self.of(context, draft.about["reference"]), answers
