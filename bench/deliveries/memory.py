"""What the bot has in memory while it writes to very many, without pace: faster than Telegram would let it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bench.deliveries.audience import LOOK_EVERY, Audience, Sent
from bench.deliveries.contest import ours
from bench.processes import Cores


@dataclass(frozen=True)
class Memory:
    """Bytes: before the broadcast, at most while it ran, and after it."""

    before: int
    most: int
    after: int
    sent: Sent
    cpu: float


async def memory(people: int, cores: Cores) -> Memory:
    """Raises BotFailedError."""
    audience = Audience(people, pace=False)
    async with ours(audience, cores.bot, pace=0) as bot:
        before, cpu, most = bot.resident_bytes(), bot.cpu_seconds(), 0
        bot.begin()
        sending = asyncio.ensure_future(audience.until_all(bot.is_alive))
        while not sending.done():
            most = max(most, bot.resident_bytes())
            await asyncio.wait([sending], timeout=10 * LOOK_EVERY)
        return Memory(before, most, bot.resident_bytes(), await sending, bot.cpu_seconds() - cpu)
