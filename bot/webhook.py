"""Telegram posts updates to us: secret compared in constant time, inbox committed before 200."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from bot.api import BotApi
from bot.intake import ALLOWED_UPDATES, Intake
from bot.sender import Fatal

log = logging.getLogger("sangket.webhook")

PATH = "/telegram"
LARGEST_BODY = 1_000_000
PATIENCE = 10.0
"""Seconds to wait for the disk; Telegram repeats what was answered 503, and the inbox takes it once."""

_HEADER = "X-Telegram-Bot-Api-Secret-Token"


class Endpoint:
    """The one address that Telegram posts to.

    403 without the secret, 413 for a body over 1 MB, 503 when the disk does not take it (Telegram repeats); 200
    for what is on disk, and for what can never be an update, which repeating would not mend.
    """

    def __init__(self, intake: Intake, secret: str) -> None:
        self._intake = intake
        self._secret = secret.encode()

    async def receive(self, request: web.Request) -> web.Response:
        """Take one update."""
        given = request.headers.get(_HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, self._secret):
            log.warning("secret.wrong")
            return web.Response(status=403)
        body = await request.read()
        try:
            async with asyncio.timeout(PATIENCE):
                await self._intake.store([json.loads(body)])
        except (ValueError, RecursionError):
            log.error("unparsable")
        except TimeoutError:
            log.error("storage.slow")
            return web.Response(status=503)
        return web.Response(status=200)

    @asynccontextmanager
    async def listening(self, host: str, port: int) -> AsyncIterator[int]:
        """Served for as long as the block runs; the port that was bound. Raises Fatal when it cannot be."""
        app = web.Application(client_max_size=LARGEST_BODY)
        app.router.add_post(PATH, self.receive)
        runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=2)
        await runner.setup()
        try:
            try:
                await web.TCPSite(runner, host, port).start()
            except OSError:
                raise Fatal(f"WEBHOOK_LISTEN: nobody can listen on {host}:{port}. Is it taken already?") from None
            yield int(runner.addresses[0][1])
        finally:
            await runner.cleanup()


async def announce(api: BotApi, url: str, secret: str) -> None:
    """Tell Telegram where to post: one update at a time, in order. What waits at Telegram is kept."""
    params = {
        "url": url,
        "secret_token": secret,
        "allowed_updates": list(ALLOWED_UPDATES),
        "max_connections": 1,
        "drop_pending_updates": False,
    }
    await api.call("setWebhook", params)
