"""The python-telegram-bot echo: every default kept; ``--concurrent`` adds ``concurrent_updates(True)``."""

from __future__ import annotations

import os
import sys

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters


async def echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Say the text back."""
    if update.message and update.message.text:
        await update.message.reply_text(update.message.text)


def main() -> None:
    builder = (
        Application.builder().token(os.environ["TELEGRAM_TOKEN"]).base_url(os.environ["TELEGRAM_API_URL"] + "/bot")
    )
    if "--concurrent" in sys.argv:
        builder = builder.concurrent_updates(True)
    application = builder.build()
    application.add_handler(MessageHandler(filters.TEXT, echo))
    application.run_polling()


if __name__ == "__main__":
    main()
