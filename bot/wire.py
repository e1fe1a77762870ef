"""How bytes reach Telegram: over aiohttp, or straight into an ASGI application within this process."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import aiohttp


class NotSent(Exception):
    """The request never left: nobody answers at that address. Trying again is safe."""


class Unclear(Exception):
    """The request left, but no answer that can be read came back: it may have taken effect or not."""


@dataclass(frozen=True)
class Attached:
    """A file that goes along with a call: its bytes, its name for Telegram's apps, and its media type."""

    data: bytes
    name: str = "picture.png"
    kind: str = "image/png"


class Wire(Protocol):
    """Posts JSON, or a form with files, and returns what came back."""

    async def post(self, url: str, params: dict[str, Any], seconds: float) -> tuple[int, bytes]:
        """The HTTP status and body. Raises NotSent and Unclear; waits at most ``seconds``."""

    async def upload(
        self, url: str, params: dict[str, Any], files: Mapping[str, Attached], seconds: float
    ) -> tuple[int, bytes]:
        """The same with files, each under the name of a form field."""

    async def get(self, url: str, most: int, seconds: float) -> tuple[int, bytes]:
        """The HTTP status and the body, of which at most ``most`` + 1 bytes are read."""

    async def close(self) -> None:
        """Let go of connections."""


class HttpWire:
    """Telegram over the network. Proxies are not taken from the environment: the address is a setting."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def post(self, url: str, params: dict[str, Any], seconds: float) -> tuple[int, bytes]:
        """See Wire."""
        return await self._send(url, _body(params), _JSON, seconds)

    async def upload(
        self, url: str, params: dict[str, Any], files: Mapping[str, Attached], seconds: float
    ) -> tuple[int, bytes]:
        """See Wire."""
        form = aiohttp.FormData(_fields(params))
        for field, file in files.items():
            form.add_field(field, file.data, filename=file.name, content_type=file.kind)
        return await self._send(url, form, {}, seconds)

    async def _send(
        self, url: str, data: bytes | aiohttp.FormData, headers: dict[str, str], seconds: float
    ) -> tuple[int, bytes]:
        with _explained():
            async with self._opened().post(
                url, data=data, headers=headers, timeout=_timeout(seconds), allow_redirects=False
            ) as response:
                return response.status, await response.read()

    async def get(self, url: str, most: int, seconds: float) -> tuple[int, bytes]:
        """See Wire."""
        with _explained():
            async with self._opened().get(url, timeout=_timeout(seconds), allow_redirects=False) as response:
                body = bytearray()
                async for piece in response.content.iter_chunked(65_536):
                    body += piece
                    if len(body) > most:
                        break
                return response.status, bytes(body[: most + 1])

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=60))
        return self._session

    async def close(self) -> None:
        """See Wire."""
        if self._session is not None:
            await self._session.close()


class LocalWire:
    """An ASGI application in this process as Telegram: no sockets, for ``ask`` and for tests."""

    def __init__(self, app: Any) -> None:
        import httpx

        self._client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), trust_env=False)

    async def post(self, url: str, params: dict[str, Any], seconds: float) -> tuple[int, bytes]:
        """See Wire."""
        response = await self._client.post(url, content=_body(params), headers=_JSON)
        return response.status_code, response.content

    async def upload(
        self, url: str, params: dict[str, Any], files: Mapping[str, Attached], seconds: float
    ) -> tuple[int, bytes]:
        """See Wire."""
        attached = {field: (file.name, file.data, file.kind) for field, file in files.items()}
        response = await self._client.post(url, data=_fields(params), files=attached)
        return response.status_code, response.content

    async def get(self, url: str, most: int, seconds: float) -> tuple[int, bytes]:
        """See Wire."""
        response = await self._client.get(url)
        return response.status_code, response.content[: most + 1]

    async def close(self) -> None:
        """See Wire."""
        await self._client.aclose()


_JSON = {"Content-Type": "application/json"}


@contextmanager
def _explained() -> Iterator[None]:
    """What went wrong, in the two kinds that matter here."""
    try:
        yield
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
        raise NotSent(type(error).__name__) from None
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise Unclear(type(error).__name__) from None


def _timeout(seconds: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=seconds, connect=10)


def _body(params: Any) -> bytes:
    return json.dumps(params, ensure_ascii=False, separators=(",", ":")).encode()


def _fields(params: dict[str, Any]) -> dict[str, str]:
    """Parameters as form fields: texts as they are, everything else as JSON."""
    return {name: value if isinstance(value, str) else _body(value).decode() for name, value in params.items()}
