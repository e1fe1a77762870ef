"""What is read out of the rounds: the figures by name, their medians, and ours against theirs."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from bench.rounds import Plan, Round, Run

MILLISECOND = 1e-3
MEGABYTE = 1e6


@dataclass(frozen=True)
class Figure:
    """One row of the table. ``load`` names the run whose busy shares tell what limits it, where one does."""

    title: str
    unit: str
    decimals: int
    read: Callable[[Round], float]
    load: Callable[[Round], Run] | None = None

    def values(self, rounds: Sequence[Round]) -> list[float]:
        return [self.read(one) for one in rounds]

    def text(self, value: float) -> str:
        return f"{value:,.{self.decimals}f}"


def figures(plan: Plan) -> list[Figure]:
    """All figures, with the plan's numbers in their titles."""
    slow = f"{plan.slow_call * 1000:.0f} ms"
    return [
        Figure(f"reply at {plan.rate:.0f} updates/s, median", "ms", 2, lambda one: _wait(one, 0.50), _paced),
        Figure(f"reply at {plan.rate:.0f} updates/s, p99", "ms", 2, lambda one: _wait(one, 0.99), _paced),
        Figure(f"rate over {plan.burst:,} from {plan.chats} chats", "/s", 0, lambda one: one.burst.tally.rate, _burst),
        Figure(f"the same, {slow} added to each call", "/s", 0, lambda one: one.slow.tally.rate, _slow),
        Figure("CPU per 1,000 updates, in the burst", "s", 3, lambda one: one.burst.cpu_per_thousand, _burst),
        Figure(f"CPU per 1,000 updates, at {plan.rate:.0f}/s", "s", 3, lambda one: one.paced.cpu_per_thousand, _paced),
        Figure("memory at rest", "MB", 1, lambda one: one.resting_bytes / MEGABYTE),
        Figure("memory after the burst", "MB", 1, lambda one: one.loaded_bytes / MEGABYTE),
        Figure("start to first poll", "s", 2, lambda one: one.started_after),
    ]


def ratios(figure: Figure, ours: Sequence[Round | None], theirs: Sequence[Round | None]) -> list[float]:
    """Ours divided by theirs, round by round, where both were measured; noise of a moment then hits both alike."""
    pairs = [(figure.read(our), figure.read(their)) for our, their in zip(ours, theirs, strict=True) if our and their]
    return [our / their for our, their in pairs if their]


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of all values does not exceed; not a number for none."""
    if not values:
        return math.nan
    return sorted(values)[max(math.ceil(share * len(values)) - 1, 0)]


def busy(load: Callable[[Round], Run], rounds: Sequence[Round]) -> tuple[float, float]:
    """Median shares of the time in which the bot and the server computed."""
    runs = [load(one) for one in rounds]
    return median(run.bot_busy for run in runs), median(run.server_busy for run in runs)


def _wait(one: Round, share: float) -> float:
    return percentile(one.paced.tally.waits, share) / MILLISECOND


def _paced(one: Round) -> Run:
    return one.paced


def _burst(one: Round) -> Run:
    return one.burst


def _slow(one: Round) -> Run:
    return one.slow
