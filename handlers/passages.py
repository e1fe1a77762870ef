"""/para: a numbered paragraph, a point of one, or an annex."""

from __future__ import annotations

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from facts.codes import Codes
from handlers.opening import Opening
from handlers.turn import Context, Handler
from texts.cards import Cards
from texts.layout import shortened


class PassageLookups:
    """Answers what stands at a place in the report."""

    def __init__(self, cards: Cards, codes: Codes, opening: Opening) -> None:
        self._cards = cards
        self._codes = codes
        self._opening = opening

    def handlers(self) -> list[Handler]:
        """The command, and the buttons of the annexes."""
        annexes = "|".join(map(str, self._cards.passages.annexes)) or "(?!)"  # which matches nothing
        return [
            CommandHandler("para", self.look_up),
            CallbackQueryHandler(self.annex, f"^an:({annexes})(?::([0-9]{{1,3}}))?$"),
        ]

    async def look_up(self, update: Update, context: Context) -> None:
        """A number, a point such as 105 (d), or an annex."""
        words = context.words
        ref = (
            self._codes.paragraph(words) or self._codes.paragraph(f"para {words}") or self._codes.recommendation(words)
        )
        annex = self._codes.annex(words)
        if ref:
            context.answer(await self._opening.card(ref, context))
        elif annex:
            context.answer(self._cards.annex(annex, 1, context.language))
        elif words:
            context.answer(self._cards.passages.missing(shortened(words), context.language))
        else:
            context.answer(self._cards.passages.which(context.language))

    async def annex(self, update: Update, context: Context) -> None:
        """The annex of the pressed button."""
        context.answer(self._cards.annex(int(context.found[0]), context.page, context.language))
