"""The network's own assessment of a benchmark: shown to everybody beside the report's grade, decided by coordinators."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace

from telegram import Update
from telegram.ext import CallbackQueryHandler

from facts.models import LETTERS
from facts.report import Report
from forms.assessment import ASSESSMENT
from forms.counting import once
from forms.form import Progress
from handlers.access import EVERYBODY, Rule, under
from handlers.desks import Desks
from handlers.filling import Fillings
from handlers.incidents import Tellings
from handlers.opening import Opening
from handlers.statistics import Statistics, told
from handlers.team import Team
from handlers.turn import Context, Handler
from storage.assessments import Assessment
from storage.audit import Act
from storage.drafts import Draft
from storage.members import Role
from storage.reviews import Went
from storage.tables import Tables
from texts import assessments as texts
from texts import otherwise
from texts.screen import Screen

_LETTER = f"([{LETTERS}])"


class Assessments:
    """Puts the assessment onto the card of its benchmark, and takes coordinators through deciding one."""

    def __init__(
        self,
        tables: Tables,
        report: Report,
        statistics: Statistics,
        opening: Opening,
        desks: Desks,
        fillings: Fillings,
        telling: Tellings,
        team: Team,
    ) -> None:
        self._assessments = tables.assessments
        self._reviews = tables.reviews
        self._report = report
        self._statistics = statistics
        self._opening = opening
        self._desks = desks
        self._fillings = fillings
        self._team = team
        telling.hands_in(ASSESSMENT.name, self._hand_in)
        opening.beside("b", self.beside)

    def handlers(self) -> list[Handler]:
        """The words of a decision for everybody; everything else for coordinators in private."""
        return [
            *under(EVERYBODY, CallbackQueryHandler(self.in_full, f"^b:{_LETTER}:own$")),
            *under(
                Rule(Role.COORDINATOR),
                CallbackQueryHandler(self.overview, f"^as:{_LETTER}$"),
                CallbackQueryHandler(self.begin, f"^as:{_LETTER}:go$"),
                CallbackQueryHandler(self.decide, f"^as:{_LETTER}:yes:([0-9a-f]{{16}})$"),
                CallbackQueryHandler(self.confirm_back, f"^as:{_LETTER}:back:([0-9]{{1,4}})$"),
                CallbackQueryHandler(self.take_back, f"^as:{_LETTER}:back:([0-9]{{1,4}}):yes$"),
            ),
        ]

    async def beside(self, letter: str, card: Screen, context: Context) -> Screen:
        """The card of a benchmark with what the network says beside the report."""
        assessment = await self._assessments.current(letter)
        if assessment is not None:
            card = texts.beside(card, assessment, context.language)
        member = context.turn.member
        if member is None or member.role < Role.COORDINATOR or not context.is_private:
            return card
        return texts.for_coordinators(card, letter, await self._doubts(assessment), context.language)

    async def in_full(self, update: Update, context: Context) -> None:
        """Every word of an assessment; the card when there is none (any more)."""
        [letter] = context.found
        assessment = await self._assessments.current(letter)
        if assessment is None:
            context.answer(await self._opening.card(f"b:{letter}", context))
        else:
            context.answer(texts.in_full(assessment, self._report.benchmarks[letter].short, context.language))

    async def overview(self, update: Update, context: Context) -> None:
        """What was decided so far, and on what a new assessment would rest."""
        [letter] = context.found
        found = await self._assessments.of(letter)
        doubts = await self._doubts(await self._assessments.current(letter))
        title = self._report.benchmarks[letter].short
        context.answer(texts.overview(letter, title, found, doubts, await self._references(letter), context.language))

    async def begin(self, update: Update, context: Context) -> None:
        """The first question, or back to the open one of the same benchmark."""
        about = {"letter": context.found[0]}
        await self._fillings.begin(context, ASSESSMENT.name, about)

    async def decide(self, update: Update, context: Context) -> None:
        """Yes, exactly this; when incidents came or went since, it is shown once more instead."""
        letter, digest = context.found
        draft = context.turn.desk.get(ASSESSMENT.name)
        if draft is None or draft.about.get("letter") != letter or not _is_whole(draft):
            context.answer(otherwise.old_button(context.language))
            return
        assessment = await self._drafted(draft, context)
        if _digest(assessment) != digest:
            await self._hand_in(context, draft)
            return
        await self._keep(assessment, context)
        await self._desks.clear(context, draft.form, handed_in=True)
        self._desks.empty_chat(context, draft.began)
        context.turn.asked = True
        context.answer(texts.decided(assessment, context.language))

    async def confirm_back(self, update: Update, context: Context) -> None:
        """Ask once more."""
        assessment = await self._meant(context)
        if assessment is not None:
            context.answer(texts.confirm_back(assessment, context.language))

    async def take_back(self, update: Update, context: Context) -> None:
        """It holds no longer."""
        assessment = await self._meant(context)
        if assessment is None:
            return
        letter, who = assessment.letter, context.me.handle
        await self._assessments.take_back(assessment, who, context.today)
        await self._team.note(context, Act.VOIDED, f"assessment:{letter}")
        await self._team.tell(
            context, Role.COORDINATOR, lambda language: texts.was_taken_back(letter, who, language), who
        )
        context.answer(texts.taken_back(letter, context.language))

    async def _hand_in(self, context: Context, draft: Draft) -> None:
        """Show what will be seen by whom; the draft stays until it is decided."""
        assessment = await self._drafted(draft, context)
        context.turn.asked = True
        context.answer(texts.preview(assessment, _digest(assessment), context.language))

    async def _keep(self, assessment: Assessment, context: Context) -> None:
        """Decide it, and write down with each incident where it went."""
        letter, who = assessment.letter, context.me.handle
        await self._assessments.decide(assessment)
        for reference in assessment.references:
            review = await self._reviews.of(reference)
            if review is not None:
                went = Went(f"assessment {letter}", who, context.today.isoformat())
                await self._reviews.keep(replace(review, went=(*review.went, went)))
        await self._team.note(context, Act.ASSESSED, letter)
        await self._team.tell(context, Role.COORDINATOR, lambda language: texts.was_decided(letter, who, language), who)

    async def _drafted(self, draft: Draft, context: Context) -> Assessment:
        """The assessment of a form in which everything is answered."""
        answers, letter = ASSESSMENT.kept(Progress.from_json(draft.progress).answers), draft.about["letter"]
        shown = await self._statistics.shown(context)
        return Assessment(
            letter,
            answers["own_grade"],
            _words(answers["grounds"]),
            context.me.handle,
            context.today.isoformat(),
            tuple(await self._references(letter)),
            shown.counts.get("benchmark", {}).get(letter, 0),
            _words(answers["other_sources"]),
            _words(answers["government"]),
            _words(answers.get("government_source")),
        )

    async def _references(self, letter: str) -> Sequence[str]:
        """The incidents on which an assessment of this benchmark rests, each happening once."""
        everything = [told(review) for review in await self._reviews.all()]
        return [one.reference for one in once(everything, lambda one: one.found and letter in one.benchmarks)]

    async def _doubts(self, assessment: Assessment | None) -> texts.Doubts:
        """What became of the incidents since; one whose time is over is no reason to look again."""
        reviews = [await self._reviews.of(one) for one in (assessment.references if assessment else ())]
        there = [review for review in reviews if review is not None]
        withdrawn = sum(review.state == "withdrawn" for review in there)
        standing = sum(told(review).found for review in there)
        return texts.Doubts(withdrawn, len(there) - withdrawn - standing)

    async def _meant(self, context: Context) -> Assessment | None:
        """The assessment of the pressed button, if it is still the one that holds; else that is said."""
        letter, number = context.found
        assessment = await self._assessments.current(letter)
        if assessment is not None and assessment.number == int(number):
            return assessment
        context.answer(otherwise.old_button(context.language))
        return None


def _is_whole(draft: Draft) -> bool:
    return ASSESSMENT.asked(Progress.from_json(draft.progress)) is None


def _words(answer: object) -> str:
    return str(answer["words"]) if isinstance(answer, dict) else ""


def _digest(assessment: Assessment) -> str:
    """16 hexadecimal digits over everything that is decided, so that nobody decides what they did not see."""
    whole = [assessment.letter, assessment.grade, assessment.grounds, assessment.sources, assessment.references]
    written = json.dumps([*whole, assessment.government, assessment.government_source], ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()[:16]
