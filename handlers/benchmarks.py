"""/benchmark and /benchmarks, their buttons, and words without a command."""

from __future__ import annotations

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler, filters

from facts.models import LETTERS
from facts.search import Finder
from handlers.turn import Context, Handler
from texts.benchmarks import Benchmarks
from texts.screen import Screen


class BenchmarkLookups:
    """Answers what the report says about one benchmark, or all."""

    def __init__(self, finder: Finder, texts: Benchmarks) -> None:
        self._finder = finder
        self._texts = texts

    def handlers(self) -> list[Handler]:
        """The commands, the buttons, and plain words in a private chat."""
        return [
            CommandHandler("benchmark", self.look_up),
            CommandHandler("benchmarks", self.by_grade),
            CallbackQueryHandler(self.by_grade, "^bs$"),
            CallbackQueryHandler(self.card, f"^b:([{LETTERS}])$"),
            CallbackQueryHandler(self.detail, f"^b:([{LETTERS}]):([a-z]+)(?::([0-9]{{1,3}}))?$"),
            MessageHandler(filters.TEXT & ~filters.COMMAND & filters.ChatType.PRIVATE, self.words),
        ]

    async def look_up(self, update: Update, context: Context) -> None:
        """A letter, a number or words after the command."""
        words = context.words
        context.answer(self._found(words, context) if words else self._texts.which(context.language))

    async def words(self, update: Update, context: Context) -> None:
        """Words without a command are looked up, not refused."""
        message = update.effective_message
        words = (message.text if message else None) or ""
        context.answer(self._found(words, context) if words.strip() else self._texts.which(context.language))

    async def by_grade(self, update: Update, context: Context) -> None:
        """All twenty."""
        context.answer(self._texts.by_grade(context.language))

    async def card(self, update: Update, context: Context) -> None:
        """The benchmark of the pressed button."""
        assert context.matches  # noqa: S101 - the pattern matched
        context.answer(self._texts.card(context.matches[0][1], context.language, context.today))

    async def detail(self, update: Update, context: Context) -> None:
        """Figures, sources, recommendations or cases of the pressed button; the card when there are none."""
        assert context.matches  # noqa: S101 - the pattern matched
        letter, kind, page = context.matches[0].groups()
        if kind in self._texts.kinds(letter):
            context.answer(self._texts.detail(letter, kind, int(page or 1), context.language))
        else:
            context.answer(self._texts.card(letter, context.language, context.today))

    def _found(self, words: str, context: Context) -> Screen:
        """Exactly one meant: its card. Several: a choice. A wrong letter or number: the nearest."""
        found = self._finder.benchmarks(words)
        if found and found[0].sure:
            return self._texts.card(found[0].letter, context.language, context.today)
        if found:
            return self._texts.choose(words, [one.letter for one in found], context.language)
        nearest = self._finder.nearest(words)
        if nearest:
            return self._texts.wrong_letter(words, nearest, context.language)
        return self._texts.choose(words, (), context.language)
