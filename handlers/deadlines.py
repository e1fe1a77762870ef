"""/deadlines: what is to come, what is expected, what is over; and entering, changing and ending it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup
from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from facts.report import Report
from forms.cutoff import Occurrence
from forms.deadline import DEADLINE
from forms.form import Answers, Progress, Wrong
from handlers.access import EVERYBODY, Rule, under
from handlers.deadline_answers import answers_of, changed, deadline_of, expected, together
from handlers.deadline_notices import DeadlineNotices
from handlers.deadline_reach import DeadlineReach
from handlers.desks import Desks
from handlers.filling import Fillings
from handlers.incidents import Tellings
from handlers.opening import Opening
from handlers.statistics import told
from handlers.team import Team
from handlers.turn import Context, Handler
from storage.audit import Act
from storage.deadlines import CALL, Deadline
from storage.drafts import Draft
from storage.members import Role
from storage.subscriptions import ALL
from storage.tables import Tables
from texts import deadlines as texts
from texts import due, otherwise
from texts.cards import Cards
from texts.filling import Filling
from texts.screen import Screen

ID = "([0-9a-f]{8})"
"""The id of a deadline in the data of a button."""
_TWO_DAYS = dt.timedelta(days=2)
"""No zone is so far off that a local day ends further than this from its midnight in UTC."""
_DAY = "([0-9]{4}-[0-9]{2}-[0-9]{2})"


class Deadlines:
    """Shows deadlines to everybody, and takes coordinators through entering them. ``reach`` counts whom they reached."""

    def __init__(
        self,
        tables: Tables,
        report: Report,
        cards: Cards,
        opening: Opening,
        desks: Desks,
        fillings: Fillings,
        filling: Filling,
        telling: Tellings,
        team: Team,
        zone: ZoneInfo,
    ) -> None:
        self._tables = tables
        self._deadlines = tables.deadlines
        self._report = report
        self._texts = texts.Deadlines(report, cards.frame.entries)
        self._rhythm = texts.Rhythm.of(report)
        self._notices = DeadlineNotices(tables, report, str(zone))
        self._reach = DeadlineReach(tables)
        self._desks = desks
        self._fillings = fillings
        self._filling = filling
        self._team = team
        self._zone = zone
        telling.hands_in(DEADLINE.name, self._hand_in)
        filling.previews(DEADLINE.name, self._preview)
        opening.beside("d", self.beside)

    def handlers(self) -> list[Handler]:
        """The lists and cards for everybody; what changes anything for coordinators in private."""
        return [
            *under(
                EVERYBODY,
                CommandHandler("deadlines", self.ahead),
                CallbackQueryHandler(self.ahead, "^dl(?::p:([0-9]{1,3}))?$"),
                CallbackQueryHandler(self.over, "^dl:all(?::([0-9]{1,3}))?$"),
                CallbackQueryHandler(self.card, f"^dl:{ID}$"),
                CallbackQueryHandler(self.done, f"^dl:done:{ID}:{_DAY}$"),
                CallbackQueryHandler(self.undone, f"^dl:undone:{ID}:{_DAY}$"),
            ),
            *under(
                Rule(Role.COORDINATOR),
                CallbackQueryHandler(self.begin, "^dl:new(?::([0-9]{4}))?$"),
                CallbackQueryHandler(self.edit, f"^dl:edit:{ID}$"),
                CallbackQueryHandler(self.ask_cancel, f"^dl:cancel:{ID}$"),
                CallbackQueryHandler(self.cancel, f"^dl:cancel:{ID}:yes$"),
                CallbackQueryHandler(self.ask_sent, f"^dl:sent:{ID}$"),
                CallbackQueryHandler(self.sent, f"^dl:sent:{ID}:yes$"),
                CallbackQueryHandler(self.reach, f"^dl:reach:{ID}$"),
            ),
        ]

    async def beside(self, key: str, card: Screen, context: Context) -> Screen:
        """From the date of the report's own call there is a way to what is due now."""
        return self._texts.beside(card, key, context.language)

    async def ahead(self, update: Update, context: Context) -> None:
        """What is to come, the first first; what is expected as long as nobody has confirmed it."""
        context.answer(await self._ahead(context))

    async def said_when(self, update: Update, context: Context) -> None:
        """The same for somebody who asks it in plain words, and may mean the deadline of the report."""
        screen = await self._ahead(context)
        if self._rhythm is not None:
            screen = self._texts.with_history(screen, self._rhythm, context.language)
        context.answer(screen)

    async def said_done(self, update: Update, context: Context) -> None:
        """Somebody writes that it is done: the card of what this place is reminded of next, where one press says so."""
        everything = [one for one in await self._deadlines.all() if not one.cancelled and not one.sent_on]
        found = [(one, at) for one in everything if (at := self._next(one, context)) is not None]
        for one, occurrence in sorted(found, key=lambda each: (each[1].at, each[0].id)):
            here = await self._here(one, occurrence, context)
            if here.reminded and not here.answered:
                context.answer(texts.is_it_this(await self._card(one, context), context.language))
                return
        await self.ahead(update, context)

    async def over(self, update: Update, context: Context) -> None:
        """History: what was entered here, and the deadlines of the report."""
        past = [one for one in await self._deadlines.all() if one.cancelled or self._next(one, context) is None]
        found = [(one, self._latest(one, context)) for one in reversed(past)]
        context.answer(self._texts.over(found, context.page, self._reader(context)))

    async def card(self, update: Update, context: Context) -> None:
        """Everything that is known of one."""
        one = await self._meant(context)
        if one is not None:
            context.answer(await self._card(one, context))

    async def done(self, update: Update, context: Context) -> None:
        """The place that is spoken in has done its part: nothing more of this occurrence goes there."""
        one, occurrence = await self._this_time(context)
        if one is None or occurrence is None:
            return
        mark = self._tables.listeners.mark(context.place)
        await self._tables.answered.note(_time(one, occurrence), mark)
        await self._tables.deliveries.drop_those_of(mark, f"d:{one.id}:{one.version}:{occurrence.day}:")
        context.answer(await self._card(one, context, texts.done(context.language)))

    async def undone(self, update: Update, context: Context) -> None:
        """It has not, after all."""
        one, occurrence = await self._this_time(context)
        if one is None or occurrence is None:
            return
        await self._tables.answered.take_back(_time(one, occurrence), self._tables.listeners.mark(context.place))
        context.answer(await self._card(one, context, texts.undone(context.language)))

    async def begin(self, update: Update, context: Context) -> None:
        """The first question; for a year that is expected, with what is expected filled in."""
        year = context.found[0]
        today = self._today(context)
        near = year and today.year <= int(year) <= today.year + 2
        if self._rhythm is not None and near and self._rhythm.day(int(year)) >= today:
            await self._fillings.begin(context, DEADLINE.name, {"new": year}, expected(self._rhythm.day(int(year))))
        else:
            await self._fillings.begin(context, DEADLINE.name, {"new": ""})

    async def edit(self, update: Update, context: Context) -> None:
        """All answers, to change any of them."""
        one = await self._changeable(context)
        if one is not None:
            answers = answers_of(one)
            await self._fillings.begin(context, DEADLINE.name, _about(one, answers), Progress(answers))

    async def ask_cancel(self, update: Update, context: Context) -> None:
        """Ask before it is cancelled."""
        one = await self._changeable(context)
        if one is not None:
            context.answer(texts.confirm_cancel(one, context.language))

    async def cancel(self, update: Update, context: Context) -> None:
        """It does not come."""
        one = await self._changeable(context)
        if one is not None:
            by, on = context.me.handle, self._today(context).isoformat()
            await self._end(replace(one, cancelled=True, checked_by=by, checked_on=on), "cancelled", context)

    async def ask_sent(self, update: Update, context: Context) -> None:
        """Ask before it is noted."""
        one = await self._changeable(context)
        if one is not None and one.kind == CALL:
            context.answer(texts.confirm_sent(one, context.language))

    async def sent(self, update: Update, context: Context) -> None:
        """The network's submission went out."""
        one = await self._changeable(context)
        if one is not None and one.kind == CALL:
            await self._end(replace(one, sent_on=self._today(context).isoformat()), "sent", context)

    async def reach(self, update: Update, context: Context) -> None:
        """Who was reached."""
        one = await self._meant(context)
        if one is not None:
            found, done = await self._reach.of(one)
            context.answer(texts.reach(one, found, done, context.language))

    async def _ahead(self, context: Context) -> Screen:
        everything = await self._deadlines.all()
        found = [(one, at) for one in everything if not one.cancelled and (at := self._next(one, context)) is not None]
        found.sort(key=lambda each: (each[1].at, each[0].id))
        rhythm = self._rhythm
        if rhythm is not None and self._is_confirmed(everything, rhythm.next(self._today(context)).year):
            rhythm = None
        return self._texts.ahead(found, rhythm, context.page, self._reader(context))

    async def _hand_in(self, context: Context, draft: Draft) -> None:
        """Keep what was filled in, unless somebody was faster, or it cannot be any more."""
        was = await self._deadlines.get(str(draft.about["deadline"])) if "deadline" in draft.about else None
        if "deadline" in draft.about and (was is None or was.cancelled or was.sent_on):
            await self._clear(draft, context)
            context.answer(texts.over_meanwhile(was, context.language))
        elif was is not None and was.version != draft.about["version"]:
            await self._meanwhile(was, draft, context)
        else:
            one = self._made_of(draft, was, context)
            wrong = await self._wrong(one, context)
            if wrong is not None:
                await self._fillings.ask_again(context, draft, *wrong)
            else:
                await self._keep(one, was, draft, context)

    async def _meanwhile(self, was: Deadline, draft: Draft, context: Context) -> None:
        """Put together what both changed, and have it looked at once more."""
        progress, theirs = Progress.from_json(draft.progress), answers_of(was)
        answers = together(draft.about["was"], progress.answers, theirs)
        draft = replace(draft, about=_about(was, theirs), progress=Progress(answers).to_json())
        await self._fillings.look_again(context, draft, texts.meanwhile(was.checked_by, context.language))

    async def _wrong(self, one: Deadline, context: Context) -> tuple[str, Wrong] | None:
        """The question that has to be asked again, and why."""
        if self._next(one, context) is None:
            today = context.turn.now.astimezone(ZoneInfo(one.zone)).date().isoformat()
            return ("dl_hour" if one.time and one.day == today else "dl_day"), Wrong.PAST
        if one.responsible:
            member = await self._tables.members.named(one.responsible)
            if member is None or member.role < Role.COORDINATOR:
                return "dl_responsible", Wrong.HANDLE
        return None

    async def _keep(self, one: Deadline, was: Deadline | None, draft: Draft, context: Context) -> None:
        """Keep it, and tell of it; where nothing is different, neither."""
        await self._clear(draft, context)
        if was is not None and not changed(draft.about["was"], answers_of(one)):
            context.answer(texts.unchanged(was, context.language))
            return
        if was is None:
            kept, what = await self._deadlines.add(one), "new"
            await self._notices.new(kept, context.turn.now)
        else:
            kept, what = await self._deadlines.change(one), "changed"
            await self._notices.changed(kept, was, context.turn.now)
        await self._note(kept, what, context)
        context.answer(texts.kept(kept, context.language, new=was is None))

    async def _end(self, one: Deadline, what: str, context: Context) -> None:
        kept = await self._deadlines.change(one)
        await self._notices.ended(kept, what, context.turn.now)
        await self._note(kept, what, context)
        context.answer(texts.ended(kept, context.language))

    async def _note(self, one: Deadline, what: str, context: Context) -> None:
        """Write down who did what, and tell the other coordinators: what one of them ends, the others may have to save."""
        who = context.me.handle
        await self._team.note(context, Act.DEADLINE, f"{one.id}:{what}")
        await self._team.tell(
            context, Role.COORDINATOR, lambda language: texts.was_decided(one, what, who, language), who
        )

    async def _clear(self, draft: Draft, context: Context) -> None:
        await self._desks.clear(context, draft.form, handed_in=True)
        context.turn.asked = True

    async def _card(self, one: Deadline, context: Context, toast: str | None = None) -> Screen:
        occurrence, reader = self._next(one, context), self._reader(context)
        empty = await self._empty(one) if reader.member and one.kind == CALL else ()
        return self._texts.card(one, occurrence, await self._here(one, occurrence, context), empty, reader, toast)

    async def _here(self, one: Deadline, occurrence: Occurrence | None, context: Context) -> texts.Here:
        """How the place that is spoken in stands to it."""
        mark = self._tables.listeners.mark(context.place)
        topics = set(await self._tables.subscriptions.of(context.place))
        letters = one.benchmarks or (tuple(self._report.benchmarks) if one.kind == CALL else ())
        return texts.Here(
            told=f"d:{one.id}" in topics,
            told_all=ALL in topics,
            letters=tuple(letter for letter in letters if f"b:{letter}" in topics),
            answered=occurrence is not None and await self._tables.answered.has(_time(one, occurrence), mark),
        )

    async def _empty(self, one: Deadline) -> Sequence[str]:
        """The benchmarks that it asks about, and on which no reviewed incident was found to be one."""
        reviewed = {
            letter for review in await self._tables.reviews.all() if told(review).found for letter in review.benchmarks
        }
        return [letter for letter in one.benchmarks or self._report.benchmarks if letter not in reviewed]

    def _preview(self, draft: Draft, language: str) -> Markup:
        """What would come of all answers, and what that changes."""
        answers = Progress.from_json(draft.progress).answers
        one, home = deadline_of(answers, ""), str(self._zone)
        before = dt.datetime.combine(dt.date.fromisoformat(one.day), dt.time(), dt.UTC) - _TWO_DAYS
        occurrence = due.cutoff(one, home).next(before)
        assert occurrence is not None  # noqa: S101 - it comes once at least
        was = draft.about.get("was")
        changes = [self._change(step, was, answers, language) for step in changed(was, answers)] if was else ()
        return self._texts.preview(one, occurrence, changes, home, language)

    def _change(self, step: str, was: Answers, now: Answers, language: str) -> texts.Change:
        before, after = (self._filling.value(step, answers.get(step), {}, language) for answers in (was, now))
        return texts.Change(step, before, after)

    async def _meant(self, context: Context) -> Deadline | None:
        """The deadline of the pressed button; else that there is none is said."""
        one = await self._deadlines.get(context.found[0])
        if one is None:
            context.answer(otherwise.old_button(context.language))
        return one

    async def _changeable(self, context: Context) -> Deadline | None:
        """The same, if it is neither cancelled nor sent."""
        one = await self._meant(context)
        if one is not None and (one.cancelled or one.sent_on):
            context.answer(await self._card(one, context))
            return None
        return one

    async def _this_time(self, context: Context) -> tuple[Deadline | None, Occurrence | None]:
        """The deadline of the pressed button and the next time that it comes, if that is still the one meant."""
        one = await self._meant(context)
        occurrence = self._next(one, context) if one is not None else None
        if one is not None and (occurrence is None or occurrence.day.isoformat() != context.found[1]):
            context.answer(texts.gone(context.language))
            return one, None
        return one, occurrence

    def _made_of(self, draft: Draft, was: Deadline | None, context: Context) -> Deadline:
        """The deadline of a form in which everything is answered, checked by whoever sends it, today."""
        who = context.me.handle
        one = deadline_of(Progress.from_json(draft.progress).answers, who)
        one = replace(one, checked_by=who, checked_on=self._today(context).isoformat())
        return one if was is None else replace(one, id=was.id, version=was.version)

    def _is_confirmed(self, everything: Sequence[Deadline], year: int) -> bool:
        return any(one.kind == CALL and not one.cancelled and one.day[:4] == str(year) for one in everything)

    def _next(self, one: Deadline, context: Context) -> Occurrence | None:
        return due.cutoff(one, str(self._zone)).next(context.turn.now)

    def _latest(self, one: Deadline, context: Context) -> dt.datetime | None:
        found = due.cutoff(one, str(self._zone)).latest(context.turn.now)
        return found.at if found is not None else None

    def _reader(self, context: Context) -> texts.Reader:
        role = context.turn.member.role if context.turn.member is not None and context.is_private else Role.PUBLIC
        return texts.Reader(
            context.language,
            str(self._zone),
            context.turn.now,
            context.is_private,
            role >= Role.MONITOR,
            role >= Role.COORDINATOR,
        )

    def _today(self, context: Context) -> dt.date:
        return context.turn.now.astimezone(self._zone).date()


def _about(one: Deadline, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What the form is about: which version of which deadline, and how its answers were."""
    return {"deadline": one.id, "version": one.version, "was": dict(answers)}


def _time(one: Deadline, occurrence: Occurrence) -> str:
    """The name of one time that it comes."""
    return f"{one.id}:{occurrence.day}"
