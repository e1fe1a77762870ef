"""The sandbox in process, with its default cast and a clock that stands still until a test moves it."""

from __future__ import annotations

import asyncio
import json
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from sandbox.app import create_app
from sandbox.cast import cast
from sandbox.world import World

START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Refused:
    """What the Bot API said instead of doing it."""

    code: int
    description: str
    retry_after: int | None = None


class Scene:
    """A world, its people (all but Dara have pressed Start), and the wire of the bot."""

    def __init__(self, *, pace: bool = False, clock: Callable[[], datetime] = lambda: START) -> None:
        self.world = World(clock=clock, pace=pace, seed=7)
        self.cast = cast(self.world)
        self.dara, self.sok, self.chanthy, self.network = (
            self.cast.dara,
            self.cast.sok,
            self.cast.chanthy,
            self.cast.network,
        )
        self.queue, self.deadlines = list(self.network.topics)[1:]
        for person in (self.sok, self.chanthy):
            person.started = True
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(create_app(self.world)), base_url="http://127.0.0.1"
        )

    async def post(self, method: str, files: Any = None, **params: Any) -> httpx.Response:
        """One request as a client library makes it: a form, with JSON in its fields."""
        fields = {name: value if isinstance(value, str) else json.dumps(value) for name, value in params.items()}
        return await self.http.post(f"/bot{self.world.token}/{method}", data=fields, files=files)

    async def ask(self, method: str, files: Any = None, **params: Any) -> Any:
        """The method's result."""
        answer = (await self.post(method, files, **params)).json()
        assert answer["ok"], answer
        return answer["result"]

    async def refused(self, method: str, files: Any = None, **params: Any) -> Refused:
        """The method's refusal; HTTP status and error code agree."""
        response = await self.post(method, files, **params)
        answer = response.json()
        assert not answer["ok"], answer
        assert answer["error_code"] == response.status_code
        retry_after = answer.get("parameters", {}).get("retry_after")
        return Refused(response.status_code, answer["description"], retry_after)

    def pass_time(self, **amount: float) -> None:
        self.world.advance(timedelta(**amount))


async def until(condition: Callable[[], Any]) -> None:
    """Let the loop run until the condition holds; five seconds of nothing are a failure."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 (the condition may be about anything)
            await asyncio.sleep(0.005)


def keyboard(*data: str) -> dict[str, Any]:
    """An inline keyboard with one button a row."""
    return {"inline_keyboard": [[{"text": one or "?", "callback_data": one}] for one in data]}


def picture(width: int = 8, height: int = 6) -> bytes:
    """A black PNG."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes((width + 1) * height))), (b"IEND", b""))
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + body
