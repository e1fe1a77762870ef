"""How much is measured."""

from __future__ import annotations

from dataclasses import dataclass

MILLISECOND = 1e-3
MEGABYTE = 1e6

CAP = 30
"""Messages a second that Telegram takes from one bot (core.telegram.org/bots/faq)."""


@dataclass(frozen=True)
class Plan:
    """Counts, and seconds."""

    messages: int = 900
    latency: float = 0.05
    """What a call takes on its way; loopback alone has none, and no bot lives beside Telegram."""
    questions: int = 60
    questions_per_second: float = 2.0
    crowd: int = 1_500
    """Of a broadcast during which questions are asked: it lasts longer than they."""
    places: int = 250_000
    topics_each: int = 4
    deadlines: int = 1_000
    profiles: int = 8
    ticks: int = 5
    audience: int = 200_000

    @classmethod
    def quick(cls) -> Plan:
        """A small run that shows everything works; its figures are no basis for anything."""
        return cls(
            messages=60,
            questions=4,
            questions_per_second=4.0,
            crowd=90,
            places=500,
            deadlines=20,
            profiles=2,
            ticks=2,
            audience=400,
        )
