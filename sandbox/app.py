"""The sandbox as one web application, and the server that runs it on loopback."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from typing import Any, Final

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox import chatpage
from sandbox.botapi import BotApi, Downloads
from sandbox.webhook import LOOPBACK, deliver
from sandbox.world import World

CLOSING_SECONDS: Final = 1
SECURITY_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def create_app(world: World) -> Starlette:
    """Bot API, file downloads and chat page of one world."""

    return Starlette(
        routes=[
            Route("/bot{token}/{method}", BotApi(world)),
            Route("/file/bot{token}/{path:path}", Downloads(world)),
            *chatpage.routes(world),
        ],
        middleware=[Middleware(Guard)],
    )


class Guard:
    """Answers only to this machine's own name, to no other site's pages, and with the security headers on everything.

    The names keep a site that points its own name at 127.0.0.1 (DNS rebinding) from reading the chats.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if _host_name(headers.get("host", "")) not in LOOPBACK:
            await PlainTextResponse("Misdirected Request", 421)(scope, receive, send)
            return
        if _from_elsewhere(scope["method"], headers):
            await PlainTextResponse("Forbidden", 403)(scope, receive, send)
            return
        await self._app(scope, receive, _with_headers(send))


def _host_name(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].lower()


def _from_elsewhere(method: str, headers: Headers) -> bool:
    """A browser says so itself when another site's page made the request; a link that was followed is no such one."""
    if method == "GET" and headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document":
        return False
    origin = headers.get("origin")
    if origin is not None and origin != f"http://{headers.get('host')}":
        return True
    return headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}


def _with_headers(send: Send) -> Send:
    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(SECURITY_HEADERS)
        await send(message)

    return guarded


@contextlib.asynccontextmanager
async def serve(world: World, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Serve the world from this event loop; yields the base URL, without a slash at its end.

    Signals stay the program's own. On leaving, everything that waits is answered and the server closes within a
    second or so. A port that is taken is an OSError.
    """
    listener = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    config = uvicorn.Config(
        _Cuttable(create_app(world)),
        lifespan="off",
        ws="none",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=CLOSING_SECONDS,
    )
    server = _Server(config)
    running = asyncio.ensure_future(server.serve([listener]))
    posting = asyncio.ensure_future(deliver(world))
    try:
        await server.ready(running)
        yield f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        world.hang_up()
        posting.cancel()
        await asyncio.gather(running, posting, return_exceptions=True)
        world.hang_up(False)


class _Server(uvicorn.Server):
    """A uvicorn that leaves signals alone and says when it listens."""

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        yield

    async def ready(self, running: asyncio.Future[None]) -> None:
        """Return once the server answers."""
        while not self.started:
            if running.done():
                running.result()
                raise RuntimeError("the server ended before it began")
            await asyncio.sleep(0.005)


class _Cuttable:
    """Lets the application end a connection without an answer, as a failing network does."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # uvicorn offers no way to do this; its `send` is a method of the object that holds the connection.
        transport = getattr(getattr(send, "__self__", None), "transport", None)
        if transport is not None:
            scope["sandbox.cut"] = transport.abort
        await self._app(scope, receive, send)
