"""/workplan: who writes which section of a submission until when, and what is done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from facts.report import Report
from forms.form import Progress
from forms.incident import LETTERS
from forms.moment import Moment
from forms.workplan import DUE, MOST_LETTERS, OWNER
from handlers.access import Rule, under
from handlers.calls import CALL_ID, Calls
from handlers.coverage import Coverage
from handlers.desks import Desks
from handlers.filling import Fillings
from handlers.incidents import Tellings
from handlers.turn import Context, Handler
from handlers.wanted import Wanted
from storage.deadlines import Deadline
from storage.drafts import Draft
from storage.members import Role
from storage.tables import Tables
from storage.workplans import Section, Workplan
from texts import coverage, otherwise
from texts import workplan as texts
from texts.workplan import Standing, mark

_LETTER = f"([{LETTERS[0]}-{LETTERS[-1]}])"
_SOME = f"([{LETTERS[0]}-{LETTERS[-1]}]|all)"
_MARK = "([0-9a-f]{6})"
_ISO = "([0-9]{4}-[0-9]{2}-[0-9]{2})"
_ALL = "all"
_DAYS_BEFORE = (21, 14, 10, 7, 5)
"""Days before the network's own day, or the cut-off, that are proposed for a section: somebody has to put it together."""


class Workplans:
    """Every change is one press or one answer, and shown in its place. Buttons carry what is wanted, and not that it be
    turned around, so that one that is pressed twice does nothing more."""

    def __init__(
        self,
        tables: Tables,
        report: Report,
        calls: Calls,
        covered: Coverage,
        wanted: Wanted,
        desks: Desks,
        fillings: Fillings,
        telling: Tellings,
    ) -> None:
        self._plans = tables.workplans
        self._submissions = tables.submissions
        self._deadlines = tables.deadlines
        self._calls = calls
        self._covered = covered
        self._wanted = wanted
        self._desks = desks
        self._fillings = fillings
        self._texts = texts.Workplans({letter: benchmark.short for letter, benchmark in report.benchmarks.items()})
        telling.hands_in(OWNER.name, self._named)
        telling.hands_in(DUE.name, self._dated)

    def handlers(self) -> list[Handler]:
        """The command, and what can be changed."""
        return under(
            Rule(Role.COORDINATOR),
            CommandHandler("workplan", self.next),
            CallbackQueryHandler(self.next, "^wp$"),
            CallbackQueryHandler(self.overview, f"^wp:{CALL_ID}$"),
            CallbackQueryHandler(self.section, f"^wp:{CALL_ID}:{_LETTER}$"),
            CallbackQueryHandler(self.done, f"^wp:done:{CALL_ID}:{_LETTER}:([01])$"),
            CallbackQueryHandler(self.owners, f"^wp:own:{CALL_ID}:{_LETTER}$"),
            CallbackQueryHandler(self.own, f"^wp:own:{CALL_ID}:{_LETTER}:([0-9a-f]{{6}}|none)$"),
            CallbackQueryHandler(self.name, f"^wp:new:{CALL_ID}:{_LETTER}$"),
            CallbackQueryHandler(self.days, f"^wp:due:{CALL_ID}:{_SOME}$"),
            CallbackQueryHandler(self.due, f"^wp:due:{CALL_ID}:{_SOME}:(?:{_ISO}|none)$"),
            CallbackQueryHandler(self.write_day, f"^wp:day:{CALL_ID}:{_SOME}$"),
            CallbackQueryHandler(self.organisations, f"^wp:org:{CALL_ID}$"),
            CallbackQueryHandler(self.organisation, f"^wp:org:{CALL_ID}:{_MARK}$"),
            CallbackQueryHandler(self.has, f"^wp:has:{CALL_ID}:{_MARK}:{_LETTER}:([01])$"),
            CallbackQueryHandler(self.remind, f"^wp:ask:{CALL_ID}:{_LETTER}$"),
        )

    async def next(self, update: Update, context: Context) -> None:
        """Of the call whose cut-off comes next."""
        call = await self._calls.next(context.turn.now)
        if call is None:
            context.answer(coverage.no_call(context.language))
        else:
            context.answer(self._texts.overview(await self._standing(call, context), context.language))

    async def overview(self, update: Update, context: Context) -> None:
        """Of this call."""
        if (call := await self._calls.asked_for(context)) is not None:
            context.answer(self._texts.overview(await self._standing(call, context), context.language))

    async def section(self, update: Update, context: Context) -> None:
        """One section."""
        if (one := await self._asked_for(context)) is not None:
            await self._show(one, context.found[1], context)

    async def done(self, update: Update, context: Context) -> None:
        """It is written, or is not after all."""
        one = await self._asked_for(context)
        if one is None:
            return
        letter, is_done = context.found[1], context.found[2] == "1"
        section = one.section(letter)
        if is_done and not section.done_on:
            section = replace(section, done_on=one.today.isoformat(), done_by=context.me.handle)
        elif not is_done:
            section = replace(section, done_on="", done_by="")
        await self._show(await self._kept(one, {letter: section}), letter, context)

    async def owners(self, update: Update, context: Context) -> None:
        """Ask who writes it."""
        if (one := await self._asked_for(context)) is not None:
            names = await self._names(one)
            context.answer(self._texts.owners(one, context.found[1], names, context.language))

    async def own(self, update: Update, context: Context) -> None:
        """This one does, or nobody yet."""
        one = await self._asked_for(context)
        if one is None:
            return
        letter, chosen = context.found[1:3]
        name = "" if chosen == "none" else await self._name_of(one, chosen)
        if name is None:
            context.answer(otherwise.old_button(context.language))
            return
        after = await self._kept(one, {letter: replace(one.section(letter), owner=name)})
        await self._show(after, letter, context)

    async def name(self, update: Update, context: Context) -> None:
        """Begin to write who does."""
        if (one := await self._asked_for(context)) is not None:
            await self._fillings.begin(context, OWNER.name, {"call": one.call.id, "letter": context.found[1]})

    async def days(self, update: Update, context: Context) -> None:
        """Ask by which day."""
        if (one := await self._asked_for(context)) is not None:
            context.answer(self._texts.days(one, context.found[1], _proposed(one), context.language))

    async def due(self, update: Update, context: Context) -> None:
        """By this day, or by none."""
        one = await self._asked_for(context)
        if one is None:
            return
        letter, day = context.found[1:3]
        if day and not _is_due_day(one, day):
            context.answer(texts.no_such_day(context.language))
            return
        await self._show(await self._by(one, letter, day), letter, context)

    async def write_day(self, update: Update, context: Context) -> None:
        """Begin to write a day."""
        if (one := await self._asked_for(context)) is not None:
            await self._fillings.begin(context, DUE.name, {"call": one.call.id, "letter": context.found[1]})

    async def organisations(self, update: Update, context: Context) -> None:
        """Which organisation's sections."""
        if (one := await self._asked_for(context)) is not None:
            context.answer(self._texts.organisations(one, await self._names(one), context.language))

    async def organisation(self, update: Update, context: Context) -> None:
        """Its sections."""
        await self._tick(context, None)

    async def has(self, update: Update, context: Context) -> None:
        """This section is its own from now on, or nobody's."""
        await self._tick(context, context.found[2])

    async def remind(self, update: Update, context: Context) -> None:
        """Remind the members who follow the benchmark, once for each due day."""
        one = await self._asked_for(context)
        if one is None:
            return
        letter = context.found[1]
        section = one.section(letter)
        if one.occurrence is None or one.call.sent_on or section.done_on:
            context.answer(coverage.not_any_more(context.language))
        elif not await self._wanted.reach(letter):
            context.answer(texts.nobody_follows(context.language))
        elif await self._wanted.remind(one.call, letter, section.due, one.occurrence.at, one.now):
            await self._show(one, letter, context, texts.reminded_now(context.language))
        else:
            context.answer(texts.reminded_before(context.language))

    async def _named(self, context: Context, draft: Draft) -> None:
        """The name of an organisation was written."""
        words = str(Progress.from_json(draft.progress).answers["wp_owner"]["words"])
        one = await self._after(context, draft)
        if one is None:
            return
        letter, name = str(draft.about["letter"]), " ".join(words.split())[:MOST_LETTERS]
        await self._show(await self._kept(one, {letter: replace(one.section(letter), owner=name)}), letter, context)

    async def _dated(self, context: Context, draft: Draft) -> None:
        """A day was written."""
        moment = Moment.from_json(Progress.from_json(draft.progress).answers["wp_due"])
        one = await self._after(context, draft)
        if one is None:
            return
        letter = str(draft.about["letter"])
        day = moment.at.date().isoformat() if moment is not None and moment.at is not None else ""
        if _is_due_day(one, day):
            await self._show(await self._by(one, letter, day), letter, context)
        else:
            context.answer(texts.too_late_day(letter, one.call, context.language))

    async def _after(self, context: Context, draft: Draft) -> Standing | None:
        """The form is over; the plan that it was about. Where its call is gone, that is said."""
        await self._desks.clear(context, draft.form, handed_in=True)
        context.turn.asked = True
        call = await self._deadlines.get(str(draft.about["call"]))
        if call is not None and not call.cancelled:
            return await self._standing(call, context)
        context.answer(coverage.no_call(context.language))
        return None

    async def _tick(self, context: Context, letter: str | None) -> None:
        """The sections of an organisation, with this one changed."""
        one = await self._asked_for(context, letter)
        name = await self._name_of(one, context.found[1]) if one is not None else ""
        if one is None:
            return
        if name is None:
            context.answer(otherwise.old_button(context.language))
            return
        if letter is not None:
            section = one.section(letter)
            mine, wanted = section.owner == name, context.found[3] == "1"
            if mine != wanted:
                one = await self._kept(one, {letter: replace(section, owner=name if wanted else "")})
        context.answer(self._texts.organisation(one, name, context.language))

    async def _by(self, one: Standing, letter: str, day: str) -> Standing:
        """With this day for a section, or for all that are not done."""
        if letter != _ALL:
            return await self._kept(one, {letter: replace(one.section(letter), due=day)})
        undone = {each: one.section(each) for each in one.letters if not one.section(each).done_on}
        return await self._kept(one, {each: replace(section, due=day) for each, section in undone.items()})

    async def _kept(self, one: Standing, changed: dict[str, Section]) -> Standing:
        """The plan with these sections as they are now."""
        sections = {**one.plan.sections, **changed}
        plan = Workplan(one.call.id, {letter: section for letter, section in sections.items() if section != Section()})
        if plan != one.plan:
            await self._plans.keep(plan)
        return replace(one, plan=plan)

    async def _show(self, one: Standing, letter: str, context: Context, toast: str | None = None) -> None:
        if letter == _ALL:
            context.answer(self._texts.overview(one, context.language))
            return
        reminded = await self._wanted.reminded(one.call, letter, one.section(letter).due)
        screen = self._texts.section(one, letter, context.language, reminded=reminded)
        context.answer(replace(screen, toast=toast))

    async def _asked_for(self, context: Context, letter: str | None = None) -> Standing | None:
        """The plan of the call that the pressed button is of, if it asks about the benchmark that the button is of."""
        call = await self._calls.asked_for(context)
        if call is None:
            return None
        one = await self._standing(call, context)
        meant = letter or next((part for part in context.found[1:2] if len(part) == 1), None)
        if meant is None or meant in one.letters:
            return one
        context.answer(otherwise.old_button(context.language))
        return None

    async def _standing(self, call: Deadline, context: Context) -> Standing:
        now = context.turn.now
        covered = await self._covered.covered(call, now)
        return Standing(
            call,
            self._calls.occurrence(call, now),
            now,
            self._calls.zone.key,
            self._calls.today(now),
            [one.letter for one in covered],
            await self._plans.of(call.id),
            {one.letter: one.reviewed for one in covered},
        )

    async def _names(self, one: Standing) -> list[str]:
        """The organisations that submit or have a section, each once."""
        submits = (await self._submissions.of(one.call.id)).names
        return list(dict.fromkeys([*submits, *one.owners]))

    async def _name_of(self, one: Standing, chosen: str) -> str | None:
        """The organisation that a button means; None when there is none any more."""
        return next((name for name in await self._names(one) if mark(name) == chosen), None)


def _last_day(one: Standing) -> dt.date:
    """The last that could be of use: that of the cut-off."""
    return one.occurrence.day if one.occurrence is not None else one.today


def _proposed(one: Standing) -> Sequence[dt.date]:
    """Days that are still ahead."""
    if one.occurrence is None:
        return ()
    own = dt.date.fromisoformat(one.call.internal) if one.call.internal else _last_day(one)
    days = (own - dt.timedelta(days=before) for before in _DAYS_BEFORE)
    return [day for day in days if day > one.today]


def _is_due_day(one: Standing, day: str) -> bool:
    """Whether it is a day from today to the end of the call."""
    try:
        return one.today <= dt.date.fromisoformat(day) <= _last_day(one)
    except ValueError:
        return False
