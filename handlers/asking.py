"""/search, and questions in plain words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from telegram import Update
from telegram.ext import CommandHandler, MessageHandler, filters

from facts.addressees import asked_of
from facts.codes import Codes
from facts.grading import wants_grades, without_grades
from facts.ranking import NEAREST
from facts.search import Finder
from facts.wishes import Wish, wished
from handlers.finding import Finding
from handlers.opening import Opening
from handlers.turn import Context, Handler
from texts.cards import Cards
from texts.findings import Notes
from texts.recommendations import code_of
from texts.screen import Screen

Granted = Mapping[Wish, Callable[[Update, Context], Awaitable[None]]]
"""By what somebody wants: what does it."""


class Asking:
    """Answers whatever is asked without a command: a code, a name, a question; ``granted`` answers what is wanted else."""

    def __init__(
        self, cards: Cards, finder: Finder, codes: Codes, opening: Opening, finding: Finding, granted: Granted
    ) -> None:
        self._cards = cards
        self._finder = finder
        self._codes = codes
        self._opening = opening
        self._finding = finding
        self._granted = granted

    def handlers(self) -> list[Handler]:
        """/search everywhere, plain words in a private chat."""
        return [
            CommandHandler("search", self.search),
            MessageHandler(filters.TEXT & ~filters.COMMAND & filters.ChatType.PRIVATE, self.words),
        ]

    async def search(self, update: Update, context: Context) -> None:
        """Everything that fits the words, opened or not."""
        if context.words:
            context.answer(await self._finding.anything(context.words, context, open_one=False))
        else:
            context.answer(self._cards.findings.which(context.language))

    async def words(self, update: Update, context: Context) -> None:
        """Words without a command are looked up, not refused."""
        message = update.effective_message
        words = (message.text if message else None) or ""
        wish = wished(words)
        if wish is not None:
            await self._granted[wish](update, context)
        elif words.strip():
            context.answer(await self._meant(words, context))
        else:
            context.answer(self._cards.benchmarks.which(context.language))

    async def _meant(self, words: str, context: Context) -> Screen:
        """A code's card; else what the words mean; else, for what only looks like a code, the nearest."""
        language = context.language
        if ref := self._codes.ref(words):
            return await self._opening.card(ref, context)
        if same := self._codes.initials(words):
            return self._finding.beside(self._cards.cases.initials(same, language), words, context)
        if annex := self._codes.annex(words):
            return self._cards.annex(annex, 1, language)
        if to := asked_of(words):
            return self._cards.recommendations.to(code_of(to), 1, language)
        codes = self._finder.benchmarks(without_grades(words), 1)
        if codes and codes[0].how == "code":
            return self._finding.noted(await self._opening.card(f"b:{codes[0].key}", context), words, context)
        if wants_grades(words):
            return self._finding.noted(self._cards.benchmarks.by_grade(language), words, context)
        if self._finder.is_code(words):
            nearest = self._finder.nearest(words)[:NEAREST]
            screen = self._cards.benchmarks.wrong_letter(words, nearest, language)
            paragraph = self._codes.paragraph(f"para {words}")
            return self._cards.findings.opened(screen, Notes(), [paragraph] if paragraph else [], language)
        return await self._finding.anything(words, context)
