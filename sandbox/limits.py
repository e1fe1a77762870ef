"""Telegram's pace: how fast a bot may send, and what it hears when it sends faster.

The numbers are those of core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this: about 30 messages a
second over all chats, one a second in a chat with short bursts, 20 a minute in a group. Edits of messages count too.
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

    def _leaked(self, now: float) -> float:
        return max(0.0, self._level - max(0.0, now - self._at) * CHAT_RATE)


class Pace:
    """Counts what the bot sends and refuses what comes too fast; a refused request counts for nothing."""

    def __init__(self) -> None:
        self._all = Window(*ALL_CHATS)
        self._chats: dict[int, Bucket | Window] = {}

    def admit(self, chat_id: int, now: float, *, group: bool, events: int = 1) -> None:
        """Count `events` messages to a chat, or raise `Refusal` 429 with the whole seconds to wait."""
        chat = self._chats.get(chat_id)
        if chat is None:
            chat = self._chats[chat_id] = Window(*GROUP) if group else Bucket()
        wait = max(self._all.wait(now, events), chat.wait(now, events))
        if wait > 0:
            raise too_many_requests(max(1, math.ceil(wait)))
        self._all.note(now, events)
        chat.note(now, events)
