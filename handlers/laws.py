"""/law: articles, laws, drafts, treaties, and laws that the report finds missing."""

from __future__ import annotations

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from facts.codes import Codes
from handlers.finding import Finding
from handlers.opening import Opening
from handlers.turn import Context, Handler
from texts.cards import Cards
from texts.laws import STANDINGS


class LawLookups:
    """Answers what the report says about a law."""

    def __init__(self, cards: Cards, codes: Codes, opening: Opening, finding: Finding) -> None:
        self._laws = cards.laws
        self._codes = codes
        self._opening = opening
        self._finding = finding

    def handlers(self) -> list[Handler]:
        """The command and the buttons of the lists."""
        return [
            CommandHandler("law", self.look_up),
            CallbackQueryHandler(self.which, "^ls$"),
            CallbackQueryHandler(self.of_kind, f"^ls:({'|'.join(STANDINGS)})(?::([0-9]{{1,3}}))?$"),
        ]

    async def look_up(self, update: Update, context: Context) -> None:
        """An article's number, or words; the kinds without any."""
        ref = self._codes.law(context.words)
        if ref:
            context.answer(await self._opening.card(ref, context))
        elif context.words:
            context.answer(await self._finding.among("l", context.words, context))
        else:
            context.answer(self._laws.which(context.language))

    async def which(self, update: Update, context: Context) -> None:
        """The kinds of law."""
        context.answer(self._laws.which(context.language))

    async def of_kind(self, update: Update, context: Context) -> None:
        """The laws of the kind of the pressed button."""
        context.answer(self._laws.of_kind(context.found[0], context.page, context.language))
