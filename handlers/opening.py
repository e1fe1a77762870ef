"""Opening anything of the report: by its button, by a link, or from what somebody typed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from handlers.turn import Context, Handler
from storage.official import OfficialTexts
from texts import otherwise
from texts.cards import Cards
from texts.frame import Quote
from texts.screen import Screen

REF = "e|[bcdelnprx]:[A-Za-z0-9-]{1,48}"

Beside = Callable[[str, Screen, Context], Awaitable[Screen]]
"""A card with what this network says beside it: takes the thing's key, the report's card and the turn."""


class Opening:
    """The card of a thing, with the report's own words where the official text was imported."""

    def __init__(self, cards: Cards, official: OfficialTexts) -> None:
        self._cards = cards
        self._official = official
        self._beside: defaultdict[str, list[Beside]] = defaultdict(list)

    def beside(self, kind: str, how: Beside) -> None:
        """What stands beside the report's own card of this kind, such as ``b``; below what was named before it."""
        self._beside[kind].append(how)

    async def card(self, ref: str, context: Context) -> Screen:
        """The card of a thing that the report has."""
        card = self._cards.card(ref, context.language, context.today, await self.quotes(ref))
        kind, _, key = ref.partition(":")
        for how in self._beside.get(kind, ()):
            card = await how(key, card, context)
        return card

    async def quotes(self, ref: str) -> tuple[Quote, ...]:
        """The report's own words for a card; none when the official text is not here."""
        passages = await self._official.at(self._cards.places(ref))
        return tuple(Quote(passage.place, passage.text) for passage in passages)


class Openings:
    """Answers the buttons that open things."""

    def __init__(self, cards: Cards, opening: Opening) -> None:
        self._cards = cards
        self._opening = opening

    def handlers(self) -> list[Handler]:
        """One pattern for all cards, and the screens that any card may have below it."""
        return [
            CommandHandler("contradictions", self.contradictions),
            CallbackQueryHandler(self.card, f"^({REF})$"),
            CallbackQueryHandler(self.quotes, f"^q:({REF})(?::p:([0-9]{{1,3}}))?$"),
            CallbackQueryHandler(self.disagreements, f"^xs:({REF})(?::p:([0-9]{{1,3}}))?$"),
            CallbackQueryHandler(self.contradictions, "^xs(?::([0-9]{1,3}))?$"),
        ]

    async def card(self, update: Update, context: Context) -> None:
        """The thing of the pressed button."""
        ref = context.found[0]
        if self._cards.report.knows(ref):
            context.answer(await self._opening.card(ref, context))
        else:
            context.answer(otherwise.old_button(context.language))

    async def quotes(self, update: Update, context: Context) -> None:
        """The report's own words on it, in pages; its card when they are not here (any more)."""
        ref, page = context.found
        if not self._cards.report.knows(ref):
            context.answer(otherwise.old_button(context.language))
        elif quotes := await self._opening.quotes(ref):
            context.answer(self._cards.frame.quotes(ref, quotes, int(page or 1), context.language))
        else:
            context.answer(await self._opening.card(ref, context))

    async def disagreements(self, update: Update, context: Context) -> None:
        """Where the report disagrees with itself about it."""
        ref, page = context.found
        if not self._cards.report.knows(ref):
            context.answer(otherwise.old_button(context.language))
        elif self._cards.report.contradictions_on(ref):
            context.answer(self._cards.frame.disagreements(ref, int(page or 1), context.language))
        else:
            context.answer(self._cards.contradictions.all(1, context.language))

    async def contradictions(self, update: Update, context: Context) -> None:
        """Everywhere the report disagrees with itself."""
        context.answer(self._cards.contradictions.all(context.page, context.language))
