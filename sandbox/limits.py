"""Telegram's pace: how fast a bot may send, and what it hears when it sends faster.

The numbers are those of core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this: about 30 messages a
second over all chats, one a second in a chat with short bursts, and in a group 20 a minute besides. Edits of messages
count too.
"""

from __future__ import annotations

import math
from collections import deque
from typing import Final

from sandbox.refusal import too_many_requests

ALL_CHATS: Final = (30, 1.0)
GROUP: Final = (20, 60.0)
CHAT_BURST: Final = 5
CHAT_RATE: Final = 1.0
CHATS_KEPT: Final = 10_000
"""With more chats than these, those that were silent for long enough are forgotten."""


class Window:
    """At most `count` events in any stretch of `seconds`."""

    def __init__(self, count: int, seconds: float) -> None:
        self._count = count
        self._seconds = seconds
        self._times: deque[float] = deque()

    def wait(self, now: float, events: int) -> float:
        """Seconds until `events` more fit; 0 when they fit now. A batch larger than the window fits an empty one."""
        while self._times and self._times[0] <= now - self._seconds:
            self._times.popleft()
        surplus = len(self._times) + min(events, self._count) - self._count
        return self._times[surplus - 1] + self._seconds - now if surplus > 0 else 0.0

    def note(self, now: float, events: int) -> None:
        self._times.extend([now] * events)

    def is_idle(self, now: float) -> bool:
        """Whether nothing of what was sent matters any more."""
        return not self._times or self._times[-1] <= now - self._seconds


class Bucket:
    """One event a second sustained, and a burst of five."""

    def __init__(self) -> None:
        self._level = 0.0
        self._at = -math.inf

    def wait(self, now: float, events: int) -> float:
        """Seconds until `events` more fit; a batch larger than the burst fits an empty bucket."""
        return max(0.0, (self._leaked(now) + min(events, CHAT_BURST) - CHAT_BURST) / CHAT_RATE)

    def note(self, now: float, events: int) -> None:
        self._level = self._leaked(now) + events
        self._at = now

    def is_idle(self, now: float) -> bool:
        """Whether the whole burst is there again."""
        return self._leaked(now) == 0

    def _leaked(self, now: float) -> float:
        return max(0.0, self._level - max(0.0, now - self._at) * CHAT_RATE)


class Pace:
    """Counts what the bot sends and refuses what comes too fast; a refused request counts for nothing."""

    def __init__(self) -> None:
        self._all = Window(*ALL_CHATS)
        self._chats: dict[int, tuple[Bucket | Window, ...]] = {}

    def admit(self, chat_id: int, now: float, *, group: bool, events: int = 1) -> None:
        """Count `events` messages to a chat, or raise `Refusal` 429 with the whole seconds to wait."""
        limits = (self._all, *self._limits_of(chat_id, now, group))
        wait = max(limit.wait(now, events) for limit in limits)
        if wait > 0:
            raise too_many_requests(max(1, math.ceil(wait)))
        for limit in limits:
            limit.note(now, events)

    def _limits_of(self, chat_id: int, now: float, group: bool) -> tuple[Bucket | Window, ...]:
        limits = self._chats.get(chat_id)
        if limits is None:
            if len(self._chats) >= CHATS_KEPT:
                self._chats = {one: of for one, of in self._chats.items() if not all(it.is_idle(now) for it in of)}
            limits = self._chats[chat_id] = (Bucket(), Window(*GROUP)) if group else (Bucket(),)
        return limits
