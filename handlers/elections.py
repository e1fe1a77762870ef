"""/election: the table of results, by country, province and party, and its pictures."""

from __future__ import annotations

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from facts.search import Finder
from handlers.opening import Opening
from handlers.turn import Context, Handler
from texts.cards import Cards
from texts.elections import PICTURES, THEMES
from texts.layout import shortened


class ElectionLookups:
    """Answers what the report prints about elections."""

    def __init__(self, cards: Cards, finder: Finder, opening: Opening) -> None:
        self._elections = cards.elections
        self._election = cards.report.election
        self._finder = finder
        self._opening = opening

    def handlers(self) -> list[Handler]:
        """The command and the buttons; provinces and the whole are opened like any other thing."""
        command: Handler = CommandHandler("election", self.look_up)
        if self._election is None:
            return [command]
        parties = "|".join(party.abbreviation for party in self._election.parties)
        pictures = f"^e:({'|'.join(PICTURES)}):({'|'.join(THEMES)})$"
        return [
            command,
            CallbackQueryHandler(self.provinces, "^es$"),
            CallbackQueryHandler(self.notes, "^en$"),
            CallbackQueryHandler(self.party, f"^ep:({parties})$"),
            CallbackQueryHandler(self.picture, pictures),
        ]

    async def look_up(self, update: Update, context: Context) -> None:
        """A province or party by any of its names; the country without one."""
        words, language = context.words, context.language
        party = self._finder.party(words)
        province = None if party else self._finder.province(words)
        if self._election is None:
            context.answer(self._elections.none(language))
        elif party:
            context.answer(self._elections.party(party, language))
        elif province:
            context.answer(await self._opening.card(province, context))
        elif words:
            context.answer(self._elections.unknown(shortened(words), language))
        else:
            context.answer(await self._opening.card("e", context))

    async def provinces(self, update: Update, context: Context) -> None:
        """The choice of provinces."""
        context.answer(self._elections.provinces(context.language))

    async def notes(self, update: Update, context: Context) -> None:
        """The notes below the table, and the parties."""
        context.answer(self._elections.notes(context.language))

    async def party(self, update: Update, context: Context) -> None:
        """The party of the pressed button."""
        context.answer(self._elections.party(context.found[0], context.language))

    async def picture(self, update: Update, context: Context) -> None:
        """The map or the bars, light or dark."""
        kind, theme = context.found
        context.answer(self._elections.picture(kind, theme, context.language))
