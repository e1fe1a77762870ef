"""/benchmark and /benchmarks, and the buttons below a benchmark's card."""

from __future__ import annotations

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from facts.models import LETTERS
from facts.search import Finder
from handlers.opening import Opening
from handlers.turn import Context, Handler
from texts.cards import Cards
from texts.screen import Screen


class BenchmarkLookups:
    """Answers what the report says about one benchmark, or all."""

    def __init__(self, cards: Cards, finder: Finder, opening: Opening) -> None:
        self._finder = finder
        self._texts = cards.benchmarks
        self._changes = cards.changes
        self._opening = opening

    def handlers(self) -> list[Handler]:
        """The commands and the buttons; a card is opened like that of any other thing."""
        return [
            CommandHandler("benchmark", self.look_up),
            CommandHandler("benchmarks", self.by_grade),
            CommandHandler("changes", self.changes),
            CallbackQueryHandler(self.by_grade, "^bs$"),
            CallbackQueryHandler(self.detail, f"^b:([{LETTERS}]):([a-z]+)(?::([0-9]{{1,3}}))?$"),
        ]

    async def look_up(self, update: Update, context: Context) -> None:
        """A letter, a number or words after the command."""
        words = context.words
        context.answer(await self._found(words, context) if words else self._texts.which(context.language))

    async def by_grade(self, update: Update, context: Context) -> None:
        """All twenty."""
        context.answer(self._texts.by_grade(context.language))

    async def changes(self, update: Update, context: Context) -> None:
        """How grades moved since the report before."""
        context.answer(self._changes.screen(context.language))

    async def detail(self, update: Update, context: Context) -> None:
        """Figures or sources of the pressed button; the card when there are none, or for a kind of older versions."""
        letter, kind, page = context.found
        if kind in self._texts.kinds(letter):
            context.answer(self._texts.detail(letter, kind, int(page or 1), context.language))
        else:
            context.answer(await self._opening.card(f"b:{letter}", context))

    async def _found(self, words: str, context: Context) -> Screen:
        """Exactly one meant: its card. Several: a choice. A wrong letter or number: the nearest."""
        found = self._finder.benchmarks(words)
        if found and found[0].sure:
            return await self._opening.card(f"b:{found[0].key}", context)
        if found:
            return self._texts.choose(words, [one.key for one in found], context.language)
        nearest = self._finder.nearest(words)
        if nearest:
            return self._texts.wrong_letter(words, nearest, context.language)
        return self._texts.choose(words, (), context.language)
