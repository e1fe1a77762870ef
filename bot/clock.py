"""The time of day, injected everywhere, so that tests and the sandbox can set it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

Clock = Callable[[], dt.datetime]


def now() -> dt.datetime:
    """The real time, in UTC: the one place that asks the machine."""
    return dt.datetime.now(dt.UTC)  # noqa: TID251
