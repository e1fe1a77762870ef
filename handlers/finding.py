"""What is answered to words: the card that is clearly meant, or the finds, best first."""

from __future__ import annotations

from collections.abc import Sequence

from facts import scope
from facts.excerpts import excerpt
from facts.question import terms
from facts.ranking import SURE, TEXT_MOST, TEXT_PART, TEXT_STEP, Found, Hits
from facts.search import Finder
from handlers.opening import Opening
from handlers.turn import Context
from storage.official import Hit, OfficialTexts
from texts.cards import Cards
from texts.findings import Notes, Piece
from texts.screen import Screen

_MOST_TEXT = 8
_MOST_ALSO = 2


class Finding:
    """Looks words up in the facts and in the official text, and ranks both in one list."""

    def __init__(self, cards: Cards, finder: Finder, opening: Opening, official: OfficialTexts) -> None:
        self._cards = cards
        self._finder = finder
        self._opening = opening
        self._official = official

    async def anything(self, words: str, context: Context, *, open_one: bool = True) -> Screen:
        """Whatever fits; with ``open_one`` the card itself when it is clear which one is meant."""
        matches = await self._in_text(words)
        hits = Hits()
        for place, (ref, hit) in enumerate(matches.items()):
            hits.add(ref, (TEXT_MOST if hit.whole else TEXT_PART) - TEXT_STEP * place, "text")
        return await self._answer(words, self._finder.things(words, hits), matches, context, open_one)

    async def among(self, kinds: str, words: str, context: Context) -> Screen:
        """What fits among things of these kinds; anything that fits when none of them does."""
        found = self._finder.things(words, kinds=kinds)
        if not found:
            return await self.anything(words, context, open_one=False)
        return await self._answer(words, found, {}, context, True)

    def noted(self, screen: Screen, words: str, context: Context, also: Sequence[str] = ()) -> Screen:
        """A screen that answers words otherwise than by a find, with what must be said before it."""
        return self._cards.findings.opened(screen, self._notes(words, opened=True), also, context.language)

    def beside(self, screen: Screen, words: str, context: Context) -> Screen:
        """The same, with what else the words may clearly mean."""
        found = self._finder.things(words)
        return self.noted(screen, words, context, [one.key for one in found if one.score >= SURE][:_MOST_ALSO])

    async def _answer(
        self, words: str, found: Sequence[Found], matches: dict[str, Hit], context: Context, open_one: bool
    ) -> Screen:
        opened = open_one and bool(found) and found[0].sure
        notes = self._notes(words, opened)
        if not found:
            return self._cards.findings.none(words, context.language, notes)
        best = found[0]
        if opened:
            also = [one.key for one in found[1:] if one.score >= SURE][:_MOST_ALSO]
            card = await self._opening.card(best.key, context)
            return self._cards.findings.opened(card, notes, also, context.language)
        excerpts = {ref: _pieces(words, hit.passage.text) for ref, hit in matches.items()}
        return self._cards.findings.several(
            words,
            [one.key for one in found],
            context.language,
            notes=notes,
            excerpts=excerpts,
            near=best.how == "fuzzy",
        )

    def _notes(self, words: str, opened: bool) -> Notes:
        """What must be said before the answer. Below an opened card only names are missed: a slip was understood."""
        missed = scope.names(words) if opened else scope.said(words)
        return Notes(
            beyond=scope.beyond(words, self._cards.report.document.as_of),
            yes_or_no=scope.wants_yes_or_no(words),
            unknown=tuple(self._finder.unknown(missed))[:3],
        )

    async def _in_text(self, words: str) -> dict[str, Hit]:
        """The paragraphs of the official text that have the words, best first."""
        hits = await self._official.search(terms(words), _MOST_TEXT)
        found: dict[str, Hit] = {}
        for hit in hits:
            ref = self._cards.ref_of(hit.passage.place)
            if ref is not None:
                found.setdefault(ref, hit)
        return found


def _pieces(words: str, text: str) -> tuple[Piece, ...]:
    return tuple(Piece(piece.text, piece.matched) for piece in excerpt(text, terms(words)))
