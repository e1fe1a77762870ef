"""Telegram's Bot API as the pipeline needs it: a method, its parameters, and how it went."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from telegram.request import BaseRequest, RequestData

from bot.wire import Attached, Unclear, Wire

POLL_SECONDS = 25
UPLOAD_SECONDS = 60
DOWNLOAD_SECONDS = 120
_FILE_PATH = re.compile(r"(?!/)(?!.*(\.\.|//))[A-Za-z0-9_./-]{1,256}")


class Refused(Exception):
    """Telegram said no. ``code`` is Telegram's error code, as in HTTP; the description stays out of ``str``."""

    def __init__(self, code: int, description: str, parameters: dict[str, Any]) -> None:
        super().__init__(str(code))
        self.code = code
        self.description = description
        self.retry_after: int | None = parameters.get("retry_after")
        self.migrate_to: int | None = parameters.get("migrate_to_chat_id")


class TooLarge(Refused):
    """The file is larger than wanted, or than Telegram gives to bots."""

    def __init__(self) -> None:
        super().__init__(400, "the file is too large", {})


class BotApi:
    """Calls methods at one API root with one token. Neither is ever part of an error."""

    def __init__(self, wire: Wire, root: str, token: str) -> None:
        self._wire = wire
        self._base = f"{root.rstrip('/')}/bot{token}/"
        self._files = f"{root.rstrip('/')}/file/bot{token}/"

    async def call(self, method: str, params: dict[str, Any] | None = None, *, seconds: float = 20) -> Any:
        """The method's result. Raises Refused, NotSent, or Unclear for server errors and unreadable answers."""
        return _result(*await self._wire.post(self._base + method, params or {}, seconds))

    async def upload(
        self, method: str, params: dict[str, Any], files: Mapping[str, Attached], *, seconds: float = UPLOAD_SECONDS
    ) -> Any:
        """The same for a call that brings files along, each under the name of a form field."""
        return _result(*await self._wire.upload(self._base + method, params, files, seconds))

    async def download(self, file_id: str, most: int) -> bytes:
        """The content of a file. Raises what ``call`` raises, Refused when it is gone, TooLarge over ``most`` bytes."""
        try:
            found = await self.call("getFile", {"file_id": file_id})
        except Refused as refusal:
            raise TooLarge if "too big" in refusal.description else refusal from None
        path = found.get("file_path") if isinstance(found, dict) else None
        if not isinstance(path, str) or not _FILE_PATH.fullmatch(path):
            raise Refused(400, "no usable file_path", {})
        status, data = await self._wire.get(self._files + path, most, DOWNLOAD_SECONDS)
        if status >= 500 or status == 429:
            raise Unclear(f"status {status}")
        if status != 200:
            raise Refused(400, "the file is gone", {})
        if len(data) > most:
            raise TooLarge
        if len(data) != found.get("file_size", len(data)):
            raise Unclear("cut short")
        return data

    async def updates(self, offset: int | None, allowed: Sequence[str]) -> list[Any]:
        """The next updates, waiting for one up to POLL_SECONDS; asking confirms all below ``offset``."""
        params: dict[str, Any] = {"timeout": POLL_SECONDS, "allowed_updates": list(allowed)}
        if offset is not None:
            params["offset"] = offset
        result = await self.call("getUpdates", params, seconds=POLL_SECONDS + 10)
        if not isinstance(result, list):
            raise Unclear("no list of updates")
        return result

    async def close(self) -> None:
        """Let go of connections."""
        await self._wire.close()


def _result(status: int, body: bytes) -> Any:
    """What Telegram answered. Raises Refused and Unclear."""
    try:
        answer = json.loads(body)
        if answer["ok"]:
            return answer["result"]
        description, parameters = str(answer["description"]), answer.get("parameters") or {}
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Unclear(f"status {status}") from None
    if status >= 500:
        raise Unclear(f"status {status}")
    raise Refused(status, description, parameters)


class NoNetwork(BaseRequest):
    """The network as handlers see it: there is none.

    PTB's bot asks for itself once (getMe) and is told what start-up learned; whatever else it is asked to
    send fails loudly, because handlers decide and the sender sends.
    """

    def __init__(self, me: dict[str, Any]) -> None:
        self._me = json.dumps({"ok": True, "result": me}).encode()

    @property
    def read_timeout(self) -> float | None:
        """Nothing is read."""
        return None

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *timeouts: Any, **more: Any
    ) -> tuple[int, bytes]:
        """Answer getMe; refuse everything else."""
        if url.endswith("/getMe"):
            return 200, self._me
        raise RuntimeError("handlers never await the network: answer with a Screen")
