"""/recommendation, /recommendations and /agenda."""

from __future__ import annotations

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from facts.addressees import addressee
from facts.codes import Codes
from facts.models import LETTERS
from facts.search import Finder
from handlers.finding import Finding
from handlers.opening import Opening
from handlers.turn import Context, Handler
from texts.cards import Cards
from texts.recommendations import ADDRESSEES, code_of


class RecommendationLookups:
    """Answers what is recommended, by number, addressee, benchmark or words."""

    def __init__(self, cards: Cards, finder: Finder, codes: Codes, opening: Opening, finding: Finding) -> None:
        self._recommendations = cards.recommendations
        self._finder = finder
        self._codes = codes
        self._opening = opening
        self._finding = finding

    def handlers(self) -> list[Handler]:
        """The commands and the buttons of the lists."""
        return [
            CommandHandler(["recommendation", "recommendations"], self.look_up),
            CommandHandler("agenda", self.agenda),
            CallbackQueryHandler(self.which, "^rs$"),
            CallbackQueryHandler(self.to, f"^rs:({'|'.join(ADDRESSEES)})(?::([0-9]{{1,3}}))?$"),
            CallbackQueryHandler(self.on_benchmark, f"^rb:([{LETTERS}])(?::([0-9]{{1,3}}))?$"),
            CallbackQueryHandler(self.agenda_page, "^ag(?::([0-9]{1,3}))?$"),
        ]

    async def look_up(self, update: Update, context: Context) -> None:
        """A number, an addressee, a benchmark or words; all by addressee without any."""
        words, language = context.words, context.language
        if ref := self._codes.recommendation(words):
            context.answer(await self._opening.card(ref, context))
        elif to := addressee(words):
            context.answer(self._recommendations.to(code_of(to), 1, language))
        elif letter := self._finder.letter(words):
            context.answer(self._recommendations.on_benchmark(letter, 1, language))
        elif words:
            context.answer(await self._finding.among("r", words, context))
        else:
            context.answer(self._recommendations.which(language))

    async def agenda(self, update: Update, context: Context) -> None:
        """The ten points; one of them by letter or number."""
        ref = self._codes.recommendation(f"agenda {context.words}") if context.words else None
        if ref:
            context.answer(await self._opening.card(ref, context))
        else:
            context.answer(self._recommendations.agenda(1, context.language))

    async def agenda_page(self, update: Update, context: Context) -> None:
        """A page of the ten points."""
        context.answer(self._recommendations.agenda(context.page, context.language))

    async def which(self, update: Update, context: Context) -> None:
        """All by addressee."""
        context.answer(self._recommendations.which(context.language))

    async def to(self, update: Update, context: Context) -> None:
        """Those to the addressee of the pressed button."""
        context.answer(self._recommendations.to(context.found[0], context.page, context.language))

    async def on_benchmark(self, update: Update, context: Context) -> None:
        """Those on the benchmark of the pressed button."""
        context.answer(self._recommendations.on_benchmark(context.found[0], context.page, context.language))
