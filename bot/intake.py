"""Raw updates from Telegram to the worker; they are on disk before Telegram is told that we have them."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from bot import logs, points
from bot.api import BotApi, Refused
from bot.sender import Fatal, plain_refusal
from bot.wire import NotSent, Unclear
from storage.inbox import Arrival

log = logging.getLogger("sangket.intake")

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "inline_query", "my_chat_member")
_LONGEST_PAUSE = 30.0
_LARGEST_ID = 2**62


class Intake:
    """Passes updates on to the worker, however they come."""

    def __init__(self, take: Callable[[Sequence[Arrival]], Awaitable[None]]) -> None:
        self._take = take

    async def store(self, raw_updates: Sequence[Any]) -> None:
        """Pass these on; they are on disk when this returns.

        What has no usable update_id is not an update and is dropped: there is no way to keep it once.
        """
        arrivals = [arrival for raw in raw_updates if (arrival := arrival_of(raw)) is not None]
        if len(arrivals) < len(raw_updates):
            log.error("unidentified", extra=logs.fields(count=len(raw_updates) - len(arrivals)))
        if arrivals:
            await self._take(arrivals)
            points.reached("intake.stored")


class Polling:
    """Asks Telegram for updates, again and again."""

    def __init__(self, api: BotApi, intake: Intake) -> None:
        self._api = api
        self._intake = intake
        self._offset: int | None = None

    async def run(self) -> None:
        """Poll until cancelled. Raises Fatal for a wrong token or a second instance."""
        pause = 0.0
        while True:
            try:
                await self._once()
            except Refused as refusal:
                if refusal.code in (401, 404, 409):
                    raise Fatal(plain_refusal(401 if refusal.code == 404 else refusal.code)) from None
                pause = float(refusal.retry_after or 0) or _longer(pause)
                log.warning("poll.refused", extra=logs.fields(code=refusal.code, seconds=pause))
            except (NotSent, Unclear) as error:
                pause = _longer(pause)
                log.warning("poll.unanswered", extra=logs.fields(kind=type(error).__name__, seconds=pause))
            else:
                pause = 0.0
            if pause:
                await asyncio.sleep(pause)

    async def _once(self) -> None:
        """One request. The offset it carries confirms only what the request before put on disk.

        The offset is the last id of the batch plus one, not the greatest id ever: Telegram starts again at a
        random number after a quiet week.
        """
        try:
            raw_updates = await self._api.updates(self._offset, ALLOWED_UPDATES)
        except Refused as refusal:
            if "webhook is active" not in refusal.description:
                raise
            # An earlier set-up left a webhook. What waits at Telegram is kept.
            await self._api.call("deleteWebhook", {"drop_pending_updates": False})
            return
        points.reached("intake.received")
        await self._intake.store(raw_updates)
        ids = [raw["update_id"] for raw in raw_updates if arrival_of(raw) is not None]
        if raw_updates and not ids:
            raise Unclear("updates without numbers")  # nothing to confirm: asking again at once would not end
        if ids:
            self._offset = ids[-1] + 1


def arrival_of(raw: Any) -> Arrival | None:
    """The update as the inbox keeps it, or None when it has no usable update_id."""
    if not isinstance(raw, dict) or not _is_id(raw.get("update_id")) or raw["update_id"] < 0:
        return None
    return Arrival(raw["update_id"], json.dumps(raw, separators=(",", ":")).encode(), chat_of(raw))


def chat_of(raw: dict[str, Any]) -> int | None:
    """Whom to apologise to should this update be lost, read with care: it was not validated yet."""
    for kind in ("message", "edited_message", "callback_query"):
        found = raw.get(kind)
        if kind == "callback_query" and isinstance(found, dict):
            found = found.get("message")
        chat = found.get("chat") if isinstance(found, dict) else None
        if isinstance(chat, dict) and _is_id(chat.get("id")):
            return int(chat["id"])
    return None


def _is_id(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < _LARGEST_ID


def _longer(pause: float) -> float:
    return min(_LONGEST_PAUSE, pause * 2 or 1.0)
