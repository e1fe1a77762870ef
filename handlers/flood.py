"""When so much is handed in that programs may be at it."""

from __future__ import annotations

import datetime as dt
from collections import deque

_HOUR = dt.timedelta(hours=1)


class Flood:
    """``most`` incidents within an hour: the next one has to show that it comes from a person. In memory only: after a restart the count begins anew."""

    def __init__(self, most: int = 30) -> None:
        self._times: deque[dt.datetime] = deque(maxlen=most)
        self._most = most

    def note(self, now: dt.datetime) -> None:
        """One more was handed in."""
        self._times.append(now)

    def is_on(self, now: dt.datetime) -> bool:
        """Whether there were so many within the last hour."""
        return len(self._times) == self._most and now - self._times[0] < _HOUR
