"""The webhook: updates are posted to the bot's address, one at a time and in order, until it takes them."""

from __future__ import annotations

import asyncio
import contextlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import SplitResult, urlsplit

if TYPE_CHECKING:
    from sandbox.stage import Stage

FIRST_PAUSE: Final = 0.25
LONGEST_PAUSE: Final = 30.0
ANSWER_SECONDS: Final = 60.0
LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(slots=True)
class Webhook:
    """Where updates are posted to, and how that went; an empty address means that there is no webhook."""

    url: str = ""
    secret_token: str = ""
    max_connections: int = 40
    last_error_at: float | None = None
    last_error: str = ""

    def info(self, pending: int, allowed: list[str] | None) -> dict[str, Any]:
        """The Bot API's WebhookInfo."""
        info: dict[str, Any] = {"url": self.url, "has_custom_certificate": False, "pending_update_count": pending}
        if self.url:
            info |= {"ip_address": "127.0.0.1", "max_connections": self.max_connections}
        if self.last_error_at is not None:
            info |= {"last_error_date": int(self.last_error_at), "last_error_message": self.last_error}
        return info | ({"allowed_updates": allowed} if allowed is not None else {})


async def deliver(world: Stage) -> None:
    """Post updates for as long as the server runs; a refused one is tried again after a growing pause."""
    pause = FIRST_PAUSE
    while not world.updates.hung_up:
        update = world.updates.first() if world.webhook.url and not world.down else None
        if update is None:
            world.updates.arrived.clear()
            await _within(world.updates.arrived, 1.0)
            continue
        error = await _post(world.webhook, update)
        if error is None:
            world.updates.confirm_one(update["update_id"])
            pause = FIRST_PAUSE
            continue
        world.webhook.last_error_at, world.webhook.last_error = world.now(), error
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


async def _within(event: asyncio.Event, seconds: float) -> None:
    # A look at least once a second: Telegram may have been down, or waiting updates may have grown too old.
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()


async def _post(webhook: Webhook, update: dict[str, Any]) -> str | None:
    """None when the bot took the update, else what went wrong in Telegram's words."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            status = await _request(urlsplit(webhook.url), webhook.secret_token, json.dumps(update).encode())
    except TimeoutError:
        return "Read timeout expired"
    except (OSError, ValueError, IndexError):
        return "Connection refused"
    return None if 200 <= status < 300 else f"Wrong response from the webhook: {status}"


async def _request(url: SplitResult, secret_token: str, body: bytes) -> int:
    """One HTTP/1.1 POST over a fresh connection; returns the status code."""
    reader, writer = await asyncio.open_connection(url.hostname, url.port or 80)
    try:
        target = (url.path or "/") + (f"?{url.query}" if url.query else "")
        lines = [
            f"POST {target} HTTP/1.1",
            f"Host: {url.netloc}",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
            "Connection: close",
        ]
        if secret_token:
            lines.append(f"X-Telegram-Bot-Api-Secret-Token: {secret_token}")
        writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        await writer.drain()
        status_line = await reader.readline()
        await reader.read()
        return int(status_line.split()[1])
    finally:
        writer.close()
