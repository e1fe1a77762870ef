"""python-telegram-bot with its own rate limiter: echoes texts and, asked to, sends one text to many chats.

Every default is kept but ``max_retries``, without which a message that meets a 429 is lost. ``/go`` begins: with
``--in-turn`` each message waits for the one before, as in a loop; else all are begun at once and the limiter lets them
through one by one. BROADCAST_TO names a file with a chat's number on each line.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from telegram import Update
from telegram.ext import AIORateLimiter, Application, CommandHandler, ContextTypes, MessageHandler, filters

WORDS = "The network meets on Saturday at nine. Bring what you have written for the submission."
RETRIES = 5


async def echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Say the text back."""
    if update.message and update.message.text:
        await update.message.reply_text(update.message.text)


async def go(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Begin to send; whoever asks something meanwhile is answered meanwhile."""
    context.application.create_task(send(context, context.bot_data["chats"]), update)


async def send(context: ContextTypes.DEFAULT_TYPE, chats: list[int]) -> None:
    """One text to all of them."""
    if "--in-turn" in sys.argv:
        for chat in chats:
            await context.bot.send_message(chat, WORDS)
    else:
        await asyncio.gather(*(context.bot.send_message(chat, WORDS) for chat in chats), return_exceptions=True)


def main() -> None:
    application = (
        Application.builder()
        .token(os.environ["TELEGRAM_TOKEN"])
        .base_url(os.environ["TELEGRAM_API_URL"] + "/bot")
        .rate_limiter(AIORateLimiter(max_retries=RETRIES))
        .build()
    )
    application.bot_data["chats"] = [int(line) for line in Path(os.environ["BROADCAST_TO"]).read_text().split()]
    application.add_handler(CommandHandler("go", go))
    application.add_handler(MessageHandler(filters.TEXT, echo))
    application.run_polling()


if __name__ == "__main__":
    main()
