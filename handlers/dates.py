"""/dates: deadlines, time frames and everything else that the report dates."""

from __future__ import annotations

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from facts import scope
from facts.search import Finder
from handlers.turn import Context, Handler
from texts.cards import Cards
from texts.findings import Notes
from texts.layout import shortened


class DateLookups:
    """Answers when something was or was to be, and whether it has lapsed."""

    def __init__(self, cards: Cards, finder: Finder) -> None:
        self._dates = cards.dates
        self._findings = cards.findings
        self._finder = finder

    def handlers(self) -> list[Handler]:
        """The command and the buttons of the lists."""
        return [
            CommandHandler("dates", self.look_up),
            CallbackQueryHandler(self.list, "^ds:(ahead|all|[0-9]{4})(?::([0-9]{1,3}))?$"),
        ]

    async def look_up(self, update: Update, context: Context) -> None:
        """A year, or words; deadlines and time frames without any."""
        words = context.words
        years = scope.years(words)
        found = self._finder.things(words, kinds="d") if words else []
        if years:
            context.answer(self._dates.of_year(str(years[0]), 1, context.language, context.today))
        elif found:
            context.answer(self._dates.found([one.key[2:] for one in found], context.language, context.today))
        else:
            ahead = self._dates.ahead(1, context.language, context.today)
            notes = Notes(unknown=(shortened(words),)) if words else Notes()
            context.answer(self._findings.opened(ahead, notes, (), context.language))

    async def list(self, update: Update, context: Context) -> None:
        """The list of the pressed button."""
        which, page = context.found[0], context.page
        if which == "ahead":
            context.answer(self._dates.ahead(page, context.language, context.today))
        elif which == "all":
            context.answer(self._dates.all(page, context.language, context.today))
        else:
            context.answer(self._dates.of_year(which, page, context.language, context.today))
