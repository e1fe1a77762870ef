"""/scorecard: the twenty benchmarks at a glance."""

from __future__ import annotations

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from documents.pictures import THEMES
from handlers.turn import Context, Handler
from texts.scorecard import Scorecard


class Scorecards:
    """Answers with a picture; its button turns the light on or off in the same message."""

    def __init__(self, texts: Scorecard) -> None:
        self._texts = texts

    def handlers(self) -> list[Handler]:
        """The command and the button."""
        return [
            CommandHandler("scorecard", self.show),
            CallbackQueryHandler(self.in_theme, f"^sc:({'|'.join(THEMES)})$"),
        ]

    async def show(self, update: Update, context: Context) -> None:
        """The picture for a light background, which most apps have by day."""
        context.answer(self._texts.screen(THEMES[0], context.language))

    async def in_theme(self, update: Update, context: Context) -> None:
        """The picture for the background of the pressed button."""
        assert context.matches  # noqa: S101 - the pattern matched
        context.answer(self._texts.screen(context.matches[0][1], context.language))
