"""The bot's name in any chat: facts are offered while somebody types, and the chosen one is sent there by them."""

from __future__ import annotations

from telegram import Update
from telegram.ext import InlineQueryHandler

from facts.codes import Codes
from facts.search import Finder
from handlers.turn import Context, Handler
from texts.cards import Cards
from texts.inline import Offers

_TOGETHER = 10
_MOST = 30


class Inline:
    """Answers inline queries with public facts only; nothing of what people report is ever offered here."""

    def __init__(self, cards: Cards, finder: Finder, codes: Codes) -> None:
        self._cards = cards
        self._offers = Offers(cards)
        self._finder = finder
        self._codes = codes

    def handlers(self) -> list[Handler]:
        """Inline queries."""
        return [InlineQueryHandler(self.offer)]

    async def offer(self, update: Update, context: Context) -> None:
        """The next ten of what is meant; the benchmarks when nothing was typed."""
        query = update.inline_query
        assert query is not None  # noqa: S101 - what this handler is for
        first = int(query.offset) if query.offset.isascii() and query.offset.isdigit() and len(query.offset) < 4 else 0
        refs = self._meant(query.query)
        offers = [self._offers.of(ref, context.language, context.today) for ref in refs[first : first + _TOGETHER]]
        following = str(first + _TOGETHER) if first + _TOGETHER < len(refs) else ""
        context.offer(query.id, offers, following)

    def _meant(self, words: str) -> list[str]:
        """The Refs of what is meant, best first."""
        if not words.strip():
            return [f"b:{letter}" for letter in self._cards.report.benchmarks]
        if ref := self._codes.ref(words):
            return [ref]
        if same := self._codes.initials(words):
            return same
        codes = [f"b:{one.key}" for one in self._finder.benchmarks(words, 1) if one.how == "code"]
        return codes or [one.key for one in self._finder.things(words)][:_MOST]
