"""/case, /cases and /trial: persons, groups, trials, and initials that name nobody."""

from __future__ import annotations

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from facts.codes import Codes
from facts.models import LETTERS
from facts.search import Finder
from handlers.finding import Finding
from handlers.opening import Opening
from handlers.turn import Context, Handler
from texts.cards import Cards
from texts.cases import KINDS


class CaseLookups:
    """Answers what the report says about a case, and lists cases by kind, benchmark, charge or trial."""

    def __init__(self, cards: Cards, finder: Finder, codes: Codes, opening: Opening, finding: Finding) -> None:
        self._cases = cards.cases
        self._report = cards.report
        self._finder = finder
        self._codes = codes
        self._opening = opening
        self._finding = finding

    def handlers(self) -> list[Handler]:
        """The commands and the buttons of the lists."""
        return [
            CommandHandler("case", self.look_up),
            CommandHandler("cases", self.list),
            CommandHandler("trial", self.trial),
            CallbackQueryHandler(self.which, "^cs$"),
            CallbackQueryHandler(self.by_kind, f"^cs:({'|'.join(KINDS)})(?::([0-9]{{1,3}}))?$"),
            CallbackQueryHandler(self.on_benchmark, f"^cb:([{LETTERS}])(?::([0-9]{{1,3}}))?$"),
            CallbackQueryHandler(self.on_charge, f"^cc:({'|'.join(self._report.charges)})(?::([0-9]{{1,3}}))?$"),
            CallbackQueryHandler(self.defendants, r"^td:(trial-[0-9-]{10})(?::([0-9]{1,3}))?$"),
            CallbackQueryHandler(self.details, "^cd:([a-z0-9-]{1,48})(?::([0-9]{1,3}))?$"),
            CallbackQueryHandler(self.initials, "^in:([a-z]{2,4})$"),
        ]

    async def look_up(self, update: Update, context: Context) -> None:
        """Initials, with or without dots; else a name or words."""
        words = context.words
        same = self._codes.initials(words, dotted=False)
        if not words:
            context.answer(self._cases.which(context.language))
        elif same:
            context.answer(self._cases.initials(same, context.language))
        else:
            context.answer(await self._finding.among("cn", words, context))

    async def list(self, update: Update, context: Context) -> None:
        """All, or those of a benchmark, of a charge, of a trial."""
        words = context.words
        letter = self._finder.letter(words)
        charge = self._codes.charge(words)
        trial = self._codes.trial(words)
        if letter:
            context.answer(self._cases.on_benchmark(letter, 1, context.language))
        elif charge:
            context.answer(self._cases.on_charge(charge, 1, context.language))
        elif trial:
            context.answer(self._cases.defendants(trial, 1, context.language))
        elif words:
            await self.look_up(update, context)
        else:
            context.answer(self._cases.which(context.language))

    async def trial(self, update: Update, context: Context) -> None:
        """The trial of a date, a number from 1, or words; all trials without any."""
        trial = self._codes.trial(context.words)
        if trial:
            context.answer(await self._opening.card(f"c:{trial}", context))
        elif context.words:
            await self.look_up(update, context)
        else:
            context.answer(self._cases.by_kind("trial", 1, context.language))

    async def which(self, update: Update, context: Context) -> None:
        """The choice of cases."""
        context.answer(self._cases.which(context.language))

    async def by_kind(self, update: Update, context: Context) -> None:
        """Persons, groups or trials."""
        context.answer(self._cases.by_kind(context.found[0], context.page, context.language))

    async def on_benchmark(self, update: Update, context: Context) -> None:
        """Those that concern a benchmark."""
        context.answer(self._cases.on_benchmark(context.found[0], context.page, context.language))

    async def on_charge(self, update: Update, context: Context) -> None:
        """Those with a charge."""
        context.answer(self._cases.on_charge(context.found[0], context.page, context.language))

    async def defendants(self, update: Update, context: Context) -> None:
        """The defendants of a trial; the trials when there is none of that day."""
        trial = context.found[0]
        if self._report.tried_in(trial):
            context.answer(self._cases.defendants(trial, context.page, context.language))
        else:
            context.answer(self._cases.by_kind("trial", 1, context.language))

    async def details(self, update: Update, context: Context) -> None:
        """All details of the case of the pressed button; the choice of cases when there is none."""
        case = context.found[0]
        if case in self._report.cases:
            context.answer(self._cases.details(case, context.page, context.language))
        else:
            context.answer(self._cases.which(context.language))

    async def initials(self, update: Update, context: Context) -> None:
        """Everybody with the initials of the pressed button."""
        same = self._codes.initials(context.found[0], dotted=False)
        context.answer(self._cases.initials(same, context.language) if same else self._cases.which(context.language))
