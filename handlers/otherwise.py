"""What nothing else answered: unknown commands, buttons of older versions, pictures and stickers."""

from __future__ import annotations

from telegram import Update
from telegram.ext import CallbackQueryHandler, MessageHandler, filters

from handlers.turn import Context, Handler
from texts import otherwise
from texts.layout import shortened

_TO_US = filters.ChatType.PRIVATE & ~filters.StatusUpdate.ALL


class Otherwise:
    """The last resort, so that nobody in a private chat is met with silence."""

    def handlers(self) -> list[Handler]:
        """Must come after all others."""
        return [
            CallbackQueryHandler(self.old_button),
            MessageHandler(filters.COMMAND & filters.ChatType.PRIVATE, self.unknown_command),
            MessageHandler(_TO_US, self.only_words),
        ]

    async def old_button(self, update: Update, context: Context) -> None:
        """A button that means nothing any more."""
        context.answer(otherwise.old_button(context.language))

    async def unknown_command(self, update: Update, context: Context) -> None:
        """A command that does not exist. In groups it is probably for another bot, and left alone."""
        message = update.effective_message
        words = (message.text or "").split() if message else []
        name = words[0].lstrip("/") if words else ""
        context.answer(otherwise.unknown_command(shortened(name), context.language))

    async def only_words(self, update: Update, context: Context) -> None:
        """Something that is not text."""
        context.answer(otherwise.only_words(context.language))
