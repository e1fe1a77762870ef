"""How fast messages go out, and how long a question waits meanwhile."""

from __future__ import annotations

from dataclasses import dataclass

from bench.deliveries.audience import Audience, Sent
from bench.deliveries.contest import Contestant
from bench.deliveries.plan import Plan
from bench.processes import Cores


@dataclass(frozen=True)
class Broadcast:
    """One broadcast, and what the bot computed for it."""

    sent: Sent
    cpu: float

    @property
    def cpu_per_thousand(self) -> float:
        """Seconds of the bot for a thousand messages."""
        return self.cpu * 1000 / self.sent.reached if self.sent.reached else 0.0


@dataclass(frozen=True)
class Interrupted:
    """Questions asked while nothing is sent, and while a broadcast is; seconds until each answer."""

    quiet: list[float]
    meanwhile: list[float]
    sent: Sent
    unanswered: int


async def broadcast(contestant: Contestant, messages: int, latency: float, cores: Cores) -> Broadcast:
    """Raises BotFailedError."""
    audience = Audience(messages, latency=latency)
    async with contestant(audience, cores.bot) as sender:
        before = sender.cpu_seconds()
        sender.begin()
        sent = await audience.until_all(sender.is_alive)
        return Broadcast(sent, sender.cpu_seconds() - before)


async def interrupted(contestant: Contestant, plan: Plan, cores: Cores) -> Interrupted:
    """Raises BotFailedError."""
    audience = Audience(plan.crowd, latency=plan.latency)
    async with contestant(audience, cores.bot) as sender:
        count, rate = plan.questions, plan.questions_per_second
        await audience.ask(5, rate, 0, sender.is_alive)  # what is done for the first time
        quiet = await audience.ask(count, rate, 1, sender.is_alive)
        sender.begin()
        await audience.until(lambda: audience.has_begun, sender.is_alive)
        meanwhile = await audience.ask(count, rate, 2, sender.is_alive)
        sent = await audience.until_all(sender.is_alive)
        return Interrupted(quiet, meanwhile, sent, 2 * count - len(quiet) - len(meanwhile))
