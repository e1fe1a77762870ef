"""The time of day, injected everywhere, so that tests and the sandbox can set it."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable

Clock = Callable[[], dt.datetime]


def now() -> dt.datetime:
    """The real time, in UTC: the one place that asks the machine."""
    return dt.datetime.now(dt.UTC)  # noqa: TID251


def uptime() -> float:
    """Seconds since the machine was switched on, its sleep counted in, where there is such a clock: nobody can set it.
    That of macOS goes on while it sleeps by another name."""
    which = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", None))
    return time.monotonic() if which is None else time.clock_gettime(which)
