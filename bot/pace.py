"""Telegram's pace, kept by our own windows so that a 429 is rare; one that comes is obeyed and loses nothing.

Telegram allows about 30 messages a second over all chats, one a second in a chat (short bursts are borne) and
20 a minute in a group (core.telegram.org/bots/faq). A window of 30 per 1.02 s was measured to give 98 % of the
best possible without a single 429. A window counts when a call starts, Telegram when it arrives: if this process
stalls for longer than the margin, a call can arrive too early.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True)
class Limit:
    """At most ``count`` sends in any ``seconds``."""

    count: int
    seconds: float


CHAT = Limit(4, 4.08)
"""In a chat: a burst of four, and one each 1.02 s."""

GROUP = Limit(19, 60.5)
"""In a group besides: one less than Telegram's 20 a minute."""


class Window:
    """The times of the latest sends under one limit."""

    def __init__(self, limit: Limit) -> None:
        self._limit = limit
        self._sent: deque[float] = deque(maxlen=limit.count)

    def free_at(self, now: float) -> float:
        """When the next send fits: ``now`` or later."""
        if len(self._sent) < self._limit.count:
            return now
        return max(now, self._sent[0] + self._limit.seconds)

    def take(self, now: float) -> None:
        """A send was made."""
        self._sent.append(now)

    def idle(self, now: float) -> bool:
        """Whether nothing in the window matters any more."""
        return not self._sent or self._sent[-1] + self._limit.seconds < now


class Bucket:
    """A burst at once, then one send each ``seconds``: kinder to a person who presses quickly than a window."""

    def __init__(self, limit: Limit) -> None:
        self._each = limit.seconds / limit.count
        self._burst = limit.seconds - self._each
        self._full_at = 0.0

    def free_at(self, now: float) -> float:
        """When the next send fits: ``now`` or later."""
        return max(now, self._full_at - self._burst)

    def take(self, now: float) -> None:
        """A send was made."""
        self._full_at = max(self._full_at, now) + self._each

    def idle(self, now: float) -> bool:
        """Whether the whole burst is there again."""
        return self._full_at <= now


class Pace:
    """One window over all chats; per chat a bucket, and for a group a window besides.

    ``per_second`` 0 keeps no pace (measurements only). Times are seconds of a monotonic clock.
    """

    def __init__(self, per_second: int = 30) -> None:
        self._off = per_second == 0
        self._all = Window(Limit(max(per_second, 1), 1.02))
        self._chats: dict[bytes, list[Window | Bucket]] = {}
        self._held_until = 0.0

    def free_at(self, lane: bytes, now: float) -> float:
        """When the next call in this lane may go: ``now`` or later."""
        if self._off:
            return max(now, self._held_until)
        times = [limit.free_at(now) for limit in self._chats.get(lane, ())]
        return max(now, self._held_until, self._all.free_at(now), *times)

    def take(self, lane: bytes, group: bool, now: float) -> None:
        """A call in this lane goes now."""
        if self._off:
            return
        if lane not in self._chats:
            self._forget_idle(now)
            self._chats[lane] = [Bucket(CHAT), Window(GROUP)] if group else [Bucket(CHAT)]
        for limit in (self._all, *self._chats[lane]):
            limit.take(now)

    def hold(self, until: float) -> None:
        """Send nothing before then."""
        self._held_until = max(self._held_until, until)

    def _forget_idle(self, now: float) -> None:
        if len(self._chats) >= 1000:
            self._chats = {k: v for k, v in self._chats.items() if not all(limit.idle(now) for limit in v)}
