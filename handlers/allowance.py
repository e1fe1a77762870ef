"""How much one person may ask before the bot asks for patience."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass
class _Purse:
    left: float
    at: dt.datetime
    warned_at: dt.datetime | None = None


class Allowance:
    """A purse per person: ``burst`` updates at once, refilled with ``per_minute``; beyond that nothing is answered.

    In memory only, on purpose: who asks how often is nobody's business after a restart. At most ``most`` purses
    are kept; the longest unused go first.
    """

    def __init__(self, *, burst: int = 30, per_minute: float = 60.0, most: int = 10_000) -> None:
        self._burst = burst
        self._per_second = per_minute / 60
        self._most = most
        self._purses: dict[int, _Purse] = {}

    def is_empty(self, person: int, now: dt.datetime) -> bool:
        """Whether ``take`` would refuse; nothing is spent."""
        purse = self._purses.get(person)
        return purse is not None and self._filled(purse, now) < 1

    def take(self, person: int, now: dt.datetime) -> tuple[bool, bool]:
        """Spend one update: (whether to listen, whether to ask for patience, at most once a minute)."""
        purse = self._purses.pop(person, None) or _Purse(float(self._burst), now)
        self._purses[person] = purse
        if len(self._purses) > self._most:
            del self._purses[next(iter(self._purses))]
        purse.left = self._filled(purse, now)
        purse.at = now
        if purse.left >= 1:
            purse.left -= 1
            return True, False
        warn = purse.warned_at is None or now - purse.warned_at >= dt.timedelta(minutes=1)
        if warn:
            purse.warned_at = now
        return False, warn

    def _filled(self, purse: _Purse, now: dt.datetime) -> float:
        """What is in the purse by now."""
        passed = max(0.0, (now - purse.at).total_seconds())
        return min(self._burst, purse.left + passed * self._per_second)
