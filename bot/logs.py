"""Logs that cannot leak.

Whatever is logged, by us or by a library, at whatever level: only an event's name and a few harmless fields get
out. A line of ours is ``log.info("update.handled", extra=fields(kind="message", ms=3))``. Messages of libraries
are dropped below WARNING, and above it replaced by logger, error type and place in the code, because they hold
tokens (httpx), SQL parameters (aiosqlite) and whole updates (python-telegram-bot).
"""

from __future__ import annotations

import asyncio
import logging
import re
import resource
import secrets
import sys
import time
import traceback
from types import TracebackType
from typing import Any

_EVENT = re.compile(r"[a-z]+(?:[._][a-z]+)*")
_HARMLESS = re.compile(r"[A-Za-z][A-Za-z0-9_.:/ -]{0,59}")
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
OURS = "sangket"


def fields(**values: str | int | float | bool) -> dict[str, Any]:
    """Harmless facts beside an event: counts, kinds, durations, error ids. Anything else is masked."""
    return {"fields": values}


def error_id() -> str:
    """A short random code, such as ``E-5KD2``, that the person and the log both get."""
    return "E-" + "".join(secrets.choice(_ALPHABET) for _ in range(4))


def place(error: BaseException) -> str:
    """The type of an error and where it passed, as ``ValueError search:41 benchmarks:70``: no message, no values."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    names = [f"{frame.filename.rpartition('/')[2].removesuffix('.py')}:{frame.lineno}" for frame in frames]
    return " ".join([type(error).__name__, *names])[:60]


def set_up(level: str = "INFO") -> None:
    """Make every way of logging safe: the root handler, warnings, uncaught exceptions, core dumps."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Line())
    handler.addFilter(_only_safe)
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.captureWarnings(True)
    logging.raiseExceptions = False
    for name in ("httpx", "httpcore", "telegram", "aiosqlite", "apscheduler", "asyncio", "aiohttp", "uvicorn"):
        logging.getLogger(name).setLevel(logging.WARNING)
    sys.excepthook = _uncaught
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def watch_loop() -> None:
    """Let errors that nobody awaited end in a safe line, too."""
    asyncio.get_running_loop().set_exception_handler(_unawaited)


class _Line(logging.Formatter):
    """``2026-11-23T10:00:00Z INFO worker update.handled kind=message ms=3``."""

    def format(self, record: logging.LogRecord) -> str:
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))
        return " ".join([at, record.levelname, _event(record), *_fields(record)])


def _only_safe(record: logging.LogRecord) -> bool:
    """Ours always; a library's only from WARNING up."""
    return _is_ours(record) or record.levelno >= logging.WARNING


def _is_ours(record: logging.LogRecord) -> bool:
    return record.name == OURS or record.name.startswith(OURS + ".")


def _event(record: logging.LogRecord) -> str:
    if _is_ours(record):
        name = record.name.removeprefix(OURS).lstrip(".")
        event = record.msg if isinstance(record.msg, str) and _EVENT.fullmatch(record.msg) else "unnamed"
        return f"{name} {event}".strip()
    return f"library {record.name if _HARMLESS.fullmatch(record.name) else 'unnamed'}"


def _fields(record: logging.LogRecord) -> list[str]:
    shown = []
    if record.exc_info and record.exc_info[1] is not None:
        shown.append(f"error={place(record.exc_info[1])!r}")
    if not _is_ours(record):
        shown.append(f"at={record.module}:{record.lineno}")
        return shown
    for name, value in getattr(record, "fields", {}).items():
        shown.append(f"{name}={_harmless(value)}")
    return shown


def _harmless(value: object) -> str:
    """Small numbers, and short words of ours; a large number could be somebody's id."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) and abs(value) < 1_000_000:
        return str(value)
    if isinstance(value, float):
        return f"{value:.3g}"
    if isinstance(value, str) and _HARMLESS.fullmatch(value):
        return repr(value) if " " in value else value
    return "…"


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        logging.getLogger(OURS).critical("uncaught", extra=fields(error=error_id(), place=place(error)))


def _unawaited(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    error = context.get("exception")
    where = place(error) if isinstance(error, BaseException) else "no exception"
    logging.getLogger(OURS).error("unawaited", extra=fields(error=error_id(), place=where))
