"""Telegram's pace, kept by our own windows so that there is no 429; one that comes all the same is obeyed and loses nothing.

Telegram allows about 30 messages a second over all chats, one a second in a chat (short bursts are borne) and
20 a minute in a group (core.telegram.org/bots/faq). It counts a call when it arrives, which is at some instant between
its start and its answer, and nobody here knows at which. So a call counts from its start until the answer is here *and*
a window more. Then no stretch of Telegram's can hold more than our count: when the last call of such a stretch started,
all the others of it still counted. The price is the time of one answer for each window: with answers after 5 ms,
30 in each 1.01 s.

Conversation goes before everything else, and three rules keep a way free for it. What many places get ("bulk": reminders and
broadcasts) starts evenly, one each thirtieth of a window, and not 30 at once; so a place comes free each 34 ms, and the sender
gives it to conversation first. Bulk has half of the calls at most that may be in the air, so that answers that are long in
coming do not hold up everybody. And nothing is kept empty for conversation: a reserve of one would cost a thirtieth of a
broadcast and save 17 ms on average.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True)
class Limit:
    """At most ``count`` sends in any ``seconds``."""

    count: int
    seconds: float


ALL_SECONDS = 1.005
"""Telegram's second, and what its clock and ours may differ by within one."""

CHAT = Limit(4, 4.08)
"""In a chat: a burst of four, and one each 1.02 s."""

GROUP = Limit(19, 60.5)
"""In a group besides: one less than Telegram's 20 a minute."""

_MOST_BULK = 64
"""Calls of bulk in the air, however high the pace."""


class Window:
    """The latest sends under one limit: those in the air, and when the answers to the others came."""

    def __init__(self, limit: Limit) -> None:
        self._limit = limit
        self._flying = 0
        self._landed: deque[float] = deque()

    def free_at(self, now: float) -> float:
        """When the next send fits: ``now``, or the earliest that it can be; an answer that is long in coming defers it."""
        while self._landed and self._landed[0] + self._limit.seconds <= now:
            self._landed.popleft()
        if self._flying + len(self._landed) < self._limit.count:
            return now
        return (self._landed[0] if self._landed else now) + self._limit.seconds

    def take(self) -> None:
        """A send begins."""
        self._flying += 1

    def land(self, now: float) -> None:
        """Its answer is here."""
        self._flying -= 1
        self._landed.append(now)

    def give_back(self) -> None:
        """It was not sent after all."""
        self._flying -= 1

    def idle(self, now: float) -> bool:
        """Whether nothing in the window matters any more."""
        return not self._flying and (not self._landed or self._landed[-1] + self._limit.seconds <= now)


class Bucket:
    """A burst at once, then one send each ``seconds``: kinder to a person who presses quickly than a window.

    What is in the air fills it and does not leak before its answer is here.
    """

    def __init__(self, limit: Limit) -> None:
        self._each = limit.seconds / limit.count
        self._burst = limit.seconds - self._each
        self._flying = 0
        self._full_at = 0.0

    def free_at(self, now: float) -> float:
        """When the next send fits: ``now``, or the earliest that it can be."""
        return max(now, max(self._full_at, now) + self._flying * self._each - self._burst)

    def take(self) -> None:
        """A send begins."""
        self._flying += 1

    def land(self, now: float) -> None:
        """Its answer is here."""
        self._flying -= 1
        self._full_at = max(self._full_at, now) + self._each

    def give_back(self) -> None:
        """It was not sent after all."""
        self._flying -= 1

    def idle(self, now: float) -> bool:
        """Whether the whole burst is there again."""
        return not self._flying and self._full_at <= now


class Pace:
    """One window over all chats; per chat a bucket, and for a group a window besides; an even flow for bulk.

    Chats are Telegram's numbers, which are negative for groups; they are in memory alone. ``per_second`` 0 keeps no pace
    (measurements only). Times are seconds of a monotonic clock.
    """

    def __init__(self, per_second: int = 30) -> None:
        self._off = per_second == 0
        count = max(per_second, 1)
        self._all = Window(Limit(count, ALL_SECONDS))
        self._chats: dict[int, list[Window | Bucket]] = {}
        self._most_chats = 1000
        self._held_until = 0.0
        self.most_bulk = _MOST_BULK if self._off else min(_MOST_BULK, max(1, count // 2))
        """How many calls of bulk may be in the air."""
        self._each = ALL_SECONDS / count
        self._slack = max(self._each, ALL_SECONDS / 30)  # a loop that wakes late catches up
        self._bulk_at = 0.0

    def free_at(self, chat_id: int, now: float, *, bulk: bool = False) -> float:
        """When the next call to this chat may go: ``now``, or the earliest that it can be."""
        if self._off:
            return max(now, self._held_until)
        times = [limit.free_at(now) for limit in self._chats.get(chat_id, ())]
        flow = self._bulk_at if bulk else now
        return max(now, self._held_until, self._all.free_at(now), flow, *times)

    def take(self, chat_id: int, now: float, *, bulk: bool = False) -> None:
        """A call to this chat begins. ``land`` or ``give_back`` has to follow."""
        if self._off:
            return
        if chat_id not in self._chats:
            self._forget_idle(now)
            self._chats[chat_id] = [Bucket(CHAT), Window(GROUP)] if chat_id < 0 else [Bucket(CHAT)]
        for limit in (self._all, *self._chats[chat_id]):
            limit.take()
        if bulk:
            self._bulk_at = max(self._bulk_at, now - self._slack) + self._each

    def land(self, chat_id: int, now: float) -> None:
        """The answer to a call is here, or it is not waited for any more."""
        if not self._off:
            for limit in (self._all, *self._chats[chat_id]):
                limit.land(now)

    def give_back(self, chat_id: int) -> None:
        """The call was not sent after all."""
        if not self._off:
            for limit in (self._all, *self._chats[chat_id]):
                limit.give_back()

    def hold(self, until: float) -> None:
        """Send nothing before then."""
        self._held_until = max(self._held_until, until)

    def _forget_idle(self, now: float) -> None:
        if len(self._chats) >= self._most_chats:
            self._chats = {k: v for k, v in self._chats.items() if not all(limit.idle(now) for limit in v)}
            self._most_chats = max(1000, 2 * len(self._chats))
