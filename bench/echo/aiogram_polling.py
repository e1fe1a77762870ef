"""The aiogram echo: every default kept, so updates are handled side by side."""

from __future__ import annotations

import asyncio
import os

from aiogram import Bot, Dispatcher  # type: ignore[import-not-found, unused-ignore]
from aiogram.client.session.aiohttp import AiohttpSession  # type: ignore[import-not-found, unused-ignore]
from aiogram.client.telegram import TelegramAPIServer  # type: ignore[import-not-found, unused-ignore]
from aiogram.types import Message  # type: ignore[import-not-found, unused-ignore]


async def echo(message: Message) -> None:
    """Say the text back."""
    if message.text:
        await message.answer(message.text)


async def main() -> None:
    server = TelegramAPIServer.from_base(os.environ["TELEGRAM_API_URL"])
    bot = Bot(os.environ["TELEGRAM_TOKEN"], session=AiohttpSession(api=server))
    dispatcher = Dispatcher()
    dispatcher.message.register(echo)
    await dispatcher.start_polling(bot)


if __name__ == "__main__":
    asyncio.run(main())
