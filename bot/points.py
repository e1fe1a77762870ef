"""Named instants of the pipeline at which tests kill the process. In production nothing happens here."""

from __future__ import annotations

from collections.abc import Callable

POINTS = (
    "intake.received",
    "intake.stored",
    "worker.taken",
    "worker.handled",
    "worker.committed",
    "sender.picked",
    "sender.posted",
    "sender.recorded",
)

FILES = ("courier.kept",)
"""Those that are reached only when somebody sends a file."""


def _nothing(point: str) -> None:
    pass


reached: Callable[[str], None] = _nothing


def watch(hook: Callable[[str], None]) -> None:
    """Call ``hook`` at every point from now on."""
    global reached
    reached = hook
