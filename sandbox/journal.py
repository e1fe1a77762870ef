"""What happened, numbered, for everybody who watches the world: the chat page's event stream."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from typing import Any, Final

KEPT: Final = 20_000
"""Events remembered for a page that lost its connection; an older page is told to read everything anew."""


class Journal:
    """Numbered events; readers follow from any number on.

    A field may be a function: it is asked once somebody reads the event, and tells how things are then. What is long
    and would be outdated by the next such event is not worth keeping.
    """

    def __init__(self) -> None:
        self._events: deque[dict[str, Any]] = deque(maxlen=KEPT)
        self._more: set[asyncio.Event] = set()
        self.last = 0
        self.hung_up = False

    def note(self, kind: str, **fields: Any) -> None:
        self.last += 1
        self._events.append({"n": self.last, "type": kind, **fields})
        self.wake()

    def wake(self) -> None:
        for more in self._more:
            more.set()

    async def follow(self, after: int, *, idle: float | None = None) -> AsyncIterator[dict[str, Any] | None]:
        """Events after number `after`, as they come, until the server hangs up.

        A reader who missed more than is kept first gets `{"type": "reload"}`. With `idle`, None comes whenever
        that many seconds passed without an event, so that a dead connection is noticed.
        """
        more = asyncio.Event()
        self._more.add(more)
        try:
            while not self.hung_up:
                more.clear()
                for event in self.since(after):
                    after = event["n"]
                    yield event
                if not more.is_set() and not await _set_within(more, idle):
                    yield None
        finally:
            self._more.discard(more)

    def since(self, after: int) -> list[dict[str, Any]]:
        """The events after number `after`; only a `reload` when they are no longer all there."""
        if after > self.last or (self._events and after < self._events[0]["n"] - 1):
            return [{"n": self.last, "type": "reload"}]
        missing = self.last - after
        return [_read(event) for event in list(self._events)[len(self._events) - missing :]] if missing else []


def _read(event: dict[str, Any]) -> dict[str, Any]:
    if not any(callable(value) for value in event.values()):
        return event
    return {name: value() if callable(value) else value for name, value in event.items()}


async def _set_within(event: asyncio.Event, seconds: float | None) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True
