"""The picture of what is covered for a call, drawn right before it is posted: it changes with every review.

A call holds ``{"coverage": rows, "language": …, "theme": …}`` where Telegram wants a photo.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from bot import logs
from bot.pictures import NotDrawn
from bot.wire import Attached
from forms.coverage import Drawn
from storage.outbox import Call

log = logging.getLogger("sangket.pictures")


def holds_coverage(call: Call) -> bool:
    """Whether it has to be drawn for this call."""
    return "coverage" in _wanted(call)


async def drawn(call: Call) -> Attached:
    """The picture, as PNG; in a thread of its own, for it takes a moment. Raises NotDrawn."""
    try:
        return Attached(await asyncio.to_thread(_drawn, _wanted(call)))
    except Exception as error:
        log.error("coverage.failed", extra=logs.fields(error=logs.error_id(), place=logs.place(error)))
        raise NotDrawn from None


def _drawn(wanted: Mapping[str, Any]) -> bytes:
    from documents.coverage_picture import coverage

    return coverage([Drawn(**row) for row in wanted["coverage"]], wanted["language"], wanted["theme"])


def _wanted(call: Call) -> Mapping[str, Any]:
    found = call.params.get("photo")
    return found if isinstance(found, dict) else {}
