"""Who tells of an incident besides its reporter. Nobody is named: an organisation is a letter."""

from __future__ import annotations

from dataclasses import replace

from telegram import Update
from telegram.ext import CallbackQueryHandler

from forms.judging import LINKS, MOST_SOURCES, OWN, organisations
from handlers.claimed import REFERENCE, Claimed
from handlers.turn import Context, Handler
from storage.audit import Act
from storage.reviews import Review, Source
from texts import queue, sources

_LINK = f"({'|'.join(LINKS)})"
_VOICE = f"([A-Z{OWN}-])"
_STAMP = "([0-9a-f]{6})"


class Sources:
    """The list, one source more in three presses, one less in one."""

    def __init__(self, claimed: Claimed) -> None:
        self._claimed = claimed

    def handlers(self) -> list[Handler]:
        """Each button of the three holds what was pressed before it, and how the list stood."""
        return [
            CallbackQueryHandler(self.overview, f"^j:so:{REFERENCE}$"),
            CallbackQueryHandler(self.who, f"^j:so:{REFERENCE}:who$"),
            CallbackQueryHandler(self.voice, f"^j:so:{REFERENCE}:{_LINK}$"),
            CallbackQueryHandler(self.origin, f"^j:so:{REFERENCE}:{_LINK}:{_VOICE}$"),
            CallbackQueryHandler(self.add, f"^j:so:{REFERENCE}:{_LINK}:{_VOICE}:([yn]):{_STAMP}$"),
            CallbackQueryHandler(self.remove, f"^j:sx:{REFERENCE}:([0-9]{{1,2}}):{_STAMP}$"),
        ]

    async def overview(self, update: Update, context: Context) -> None:
        """All who tell of it, and how they count."""
        if (review := await self._claimed.asked_for(context)) is not None:
            context.answer(sources.listed(review, review, context.language))

    async def who(self, update: Update, context: Context) -> None:
        """Where does the new one stand to what it tells?"""
        if (review := await self._claimed.asked_for(context)) is not None:
            context.answer(sources.who_tells(review, context.language))

    async def voice(self, update: Update, context: Context) -> None:
        """Of which organisation is it?"""
        if (review := await self._claimed.asked_for(context)) is not None:
            letters = organisations(review.sources)
            context.answer(sources.whose_voice(review, context.found[1], letters, context.language))

    async def origin(self, update: Update, context: Context) -> None:
        """Does it say again what another said?"""
        if (review := await self._claimed.asked_for(context)) is not None:
            _, link, voice = context.found
            context.answer(sources.same_origin(review, link, voice, context.language))

    async def add(self, update: Update, context: Context) -> None:
        """One more."""
        review = await self._claimed.asked_for(context)
        if review is None:
            return
        _, link, voice, repeats, mark = context.found
        fits = voice in ("-", OWN, *organisations(review.sources)) and len(review.sources) < MOST_SOURCES
        more = Source(link, voice.strip("-"), repeats == "y")
        await self._change(context, review, (*review.sources, more) if fits else review.sources, mark)

    async def remove(self, update: Update, context: Context) -> None:
        """One less."""
        review = await self._claimed.asked_for(context)
        if review is not None:
            place = int(context.found[1])
            left = tuple(one for at, one in enumerate(review.sources) if at != place)
            await self._change(context, review, left, context.found[2])

    async def _change(self, context: Context, review: Review, those: tuple[Source, ...], mark: str) -> None:
        """The list becomes this, if it stands as it stood when the button was shown."""
        if mark != sources.standing(review):
            toast = queue.not_now(context.language)
            context.answer(sources.listed(review, review, context.language, toast))
            return
        after = await self._claimed.judged(context, review, replace(review, sources=those), Act.GRADED)
        context.answer(sources.listed(after, review, context.language))
