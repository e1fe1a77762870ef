"""/coverage: what there is for a call, benchmark by benchmark, and asking those who may know of more."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, replace

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from facts.report import Report
from forms.case_news import MEMBERS_ONLY
from forms.coverage import Covered, Happened, by_province, coverage, drawn
from forms.incident import LETTERS
from forms.judging import independent
from forms.where import place
from handlers.access import Rule, under
from handlers.calls import CALL_ID, Calls
from handlers.showing import photo
from handlers.statistics import told
from handlers.team import Team
from handlers.turn import Context, Handler
from handlers.wanted import Wanted
from storage.audit import Act
from storage.deadlines import Deadline
from storage.members import Role
from storage.reviews import Review
from storage.tables import Tables
from texts import coverage as texts
from texts import otherwise
from texts.coverage import Coverage as Texts
from texts.coverage import Standing

_LETTER = f"[{LETTERS[0]}-{LETTERS[-1]}]"


class Coverage:
    """Counts reviews; nothing that was told is opened for it."""

    def __init__(self, tables: Tables, report: Report, calls: Calls, wanted: Wanted, team: Team) -> None:
        self._reviews = tables.reviews
        self._entries = tables.case_entries
        self._assessments = tables.assessments
        self._report = report
        self._calls = calls
        self._wanted = wanted
        self._team = team
        self._titles = {letter: benchmark.short for letter, benchmark in report.benchmarks.items()}
        self._texts = Texts(self._titles)

    def handlers(self) -> list[Handler]:
        """The command, and what can be looked at and asked."""
        return under(
            Rule(Role.COORDINATOR),
            CommandHandler("coverage", self.next),
            CallbackQueryHandler(self.next, "^cv$"),
            CallbackQueryHandler(self.overview, f"^cv:{CALL_ID}$"),
            CallbackQueryHandler(self.numbers, f"^cv:{CALL_ID}:all$"),
            CallbackQueryHandler(self.places, f"^cv:{CALL_ID}:where$"),
            CallbackQueryHandler(self.one, f"^cv:{CALL_ID}:({_LETTER})$"),
            CallbackQueryHandler(self.confirm, f"^cv:ask:{CALL_ID}:({_LETTER}|[0-9]{{2}})$"),
            CallbackQueryHandler(self.ask, f"^cv:ask:{CALL_ID}:({_LETTER}|[0-9]{{2}}):yes$"),
            CallbackQueryHandler(self.picture, f"^cv:pic:{CALL_ID}:(light|dark)$"),
        )

    async def next(self, update: Update, context: Context) -> None:
        """For the call whose cut-off comes next."""
        call = await self._calls.next(context.turn.now)
        if call is None:
            context.answer(texts.no_call(context.language))
        else:
            context.answer(self._texts.overview(await self._standing(call, context), context.language))

    async def overview(self, update: Update, context: Context) -> None:
        """For this call."""
        if (call := await self._calls.asked_for(context)) is not None:
            context.answer(self._texts.overview(await self._standing(call, context), context.language))

    async def numbers(self, update: Update, context: Context) -> None:
        """A line for each benchmark."""
        if (call := await self._calls.asked_for(context)) is not None:
            context.answer(self._texts.numbers(await self._standing(call, context), context.language))

    async def places(self, update: Update, context: Context) -> None:
        """By province."""
        if (call := await self._calls.asked_for(context)) is not None:
            await self._show_places(call, context)

    async def one(self, update: Update, context: Context) -> None:
        """One benchmark."""
        if (call := await self._meant(context)) is not None:
            context.answer(self._texts.one(await self._standing(call, context), context.found[1], context.language))

    async def confirm(self, update: Update, context: Context) -> None:
        """Show what would go out, and to how many."""
        call, what = await self._meant(context), context.found[1]
        if call is None or not self._can_be_asked(call, context):
            return
        if what in await self._wanted.asked(call):
            context.answer(texts.asked_before(context.language))
            return
        chats = await self._wanted.reach(what)
        context.answer(self._texts.confirm(await self._standing(call, context), what, chats, context.language))

    async def ask(self, update: Update, context: Context) -> None:
        """Ask them, once for this call."""
        call, what = await self._meant(context), context.found[1]
        if call is None or not self._can_be_asked(call, context):
            return
        ends = self._calls.occurrence(call, context.turn.now)
        assert ends is not None  # noqa: S101 - it can be asked
        if not await self._wanted.reach(what):
            context.answer(self._texts.confirm(await self._standing(call, context), what, 0, context.language))
            return
        if not await self._wanted.ask(call, what, ends.at, context.turn.now):
            context.answer(texts.asked_before(context.language))
            return
        await self._team.note(context, Act.SUBMISSION, f"{call.id}:asked")
        toast = texts.asked_now(context.language)
        if _is_province(what):
            await self._show_places(call, context, toast)
        else:
            standing = await self._standing(call, context)
            context.answer(replace(self._texts.overview(standing, context.language), toast=toast))

    async def picture(self, update: Update, context: Context) -> None:
        """Have it drawn, without any number under three."""
        call, theme = await self._calls.asked_for(context), context.found[1]
        if call is None:
            return
        language = context.language
        rows = [drawn(one, self._titles[one.letter][language]) for one in await self.covered(call, context.turn.now)]
        wanted = {"coverage": [asdict(row) for row in rows], "language": language, "theme": theme}
        below, instead = texts.below_picture(call, theme, language), texts.not_drawn(language)
        context.turn.calls.append(photo(context.chat_id, wanted, below, instead))
        context.answer(texts.on_its_way(language))

    async def _show_places(self, call: Deadline, context: Context, toast: str | None = None) -> None:
        counts = by_province(self._letters(call), await self._happened())
        screen = self._texts.places(await self._standing(call, context), counts, context.language)
        context.answer(replace(screen, toast=toast))

    async def _meant(self, context: Context) -> Deadline | None:
        """The call of the pressed button, if it asks about this benchmark, or this is a province."""
        call = await self._calls.asked_for(context)
        if call is None or context.found[1] in self._letters(call) or _is_province(context.found[1]):
            return call
        context.answer(otherwise.old_button(context.language))
        return None

    def _can_be_asked(self, call: Deadline, context: Context) -> bool:
        """Whether it is not too late; else that is said."""
        if self._calls.occurrence(call, context.turn.now) is not None and not call.sent_on:
            return True
        context.answer(texts.not_any_more(context.language))
        return False

    async def _standing(self, call: Deadline, context: Context) -> Standing:
        now = context.turn.now
        return Standing(
            call,
            self._calls.occurrence(call, now),
            now,
            self._calls.zone.key,
            await self.covered(call, now),
            await self._wanted.asked(call),
            drawn=True,
        )

    async def covered(self, call: Deadline, now: dt.datetime) -> tuple[Covered, ...]:
        """What there is on each benchmark that it asks about."""
        letters = self._letters(call)
        return coverage(
            letters,
            await self._happened(),
            await self._changes(),
            {letter: one.grade for letter in letters if (one := await self._assessments.current(letter)) is not None},
            self._calls.today(now),
        )

    async def _happened(self) -> list[Happened]:
        return [self._counted(review) for review in await self._reviews.all()]

    def _counted(self, review: Review) -> Happened:
        """What is about a child or sexual violence can stand in no submission, and so covers nothing."""
        head = review.head
        month = dt.datetime.fromtimestamp(head.hour * 3600, self._calls.zone).strftime("%Y-%m")
        known = told(review, month)
        known = replace(known, found=known.found and head.category != "sensitive")
        waits = review.is_open and not review.finding and head.category != "sensitive"
        return Happened(known, independent(head.source, review.sources).independent, waits)

    async def _changes(self) -> Mapping[str, int]:
        """How much was published of the cases of each benchmark."""
        public = [one for one in await self._entries.all() if one.kind not in MEMBERS_ONLY]
        cases = [self._report.cases[one.case] for one in public if one.case in self._report.cases]
        return Counter(letter for case in cases for letter in case.benchmarks)

    def _letters(self, call: Deadline) -> tuple[str, ...]:
        """The benchmarks that it asks about, as far as the report has them."""
        asked = tuple(letter for letter in call.benchmarks if letter in self._report.benchmarks)
        return asked or tuple(self._report.benchmarks)


def _is_province(code: str) -> bool:
    found = place(code)
    return found is not None and found.level == "province"
