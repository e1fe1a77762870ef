"""The Bot API over HTTP: reading requests of every encoding, answering as Telegram does, and failing on demand."""

from __future__ import annotations

import asyncio
import hmac
import json
import re
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

import starlette.requests
from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from sandbox.files import UPLOAD_LIMIT, too_large
from sandbox.methods import METHODS, get_updates, perform
from sandbox.records import Fault
from sandbox.refusal import Refusal, bad_request
from sandbox.schema import PARAMETERS, Upload, check, method_named, typed
from sandbox.sending import uploads
from sandbox.world import World

BODY_LIMIT: Final = 2 * UPLOAD_LIMIT + 1024 * 1024
_TOKEN: Final = re.compile(r"\d{1,20}:[\w-]{1,60}", re.ASCII)
_JSON: Final = "application/json"
_MULTIPART: Final = "multipart/form-data"
_NOT_UTF_8: Final = "strings must be encoded in UTF-8"


@dataclass(frozen=True, slots=True)
class Request:
    """What a request says: the method's proper name, or as it was written when there is none; typed parameters."""

    method: str
    params: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer, an ASGI application by itself. `cut`: none at all, the connection just ends."""

    status: int
    body: bytes
    content_type: str = _JSON
    error: str | None = None
    cut: bool = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.cut and "sandbox.cut" in scope:
            scope["sandbox.cut"]()
            # Two turns of the loop: the transport tells the server of the loss in the next one.
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            return
        headers = [(b"content-type", self.content_type.encode()), (b"content-length", str(len(self.body)).encode())]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


CUT: Final = Answer(502, b"Bad Gateway", "text/plain", error="connection cut", cut=True)


class BotApi:
    """The ASGI application behind `/bot<token>/<method>`."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        if self._world.down:
            await CUT(scope, receive, send)
            return
        refusal = token_refusal(self._world, scope["path_params"]["token"])
        if refusal is not None:
            await refused(refusal)(scope, receive, send)
            return
        request = Request(scope["path_params"]["method"], {})
        gone = asyncio.Event()
        try:
            request = await read_request(scope, receive)
            answer = await self._answered(request, receive, gone)
        except Refusal as error:
            answer = CUT if error.code == 502 else refused(error)
        self._note(request, answer, started)
        if not gone.is_set():
            await answer(scope, receive, send)

    async def _answered(self, request: Request, receive: Receive, gone: asyncio.Event) -> Answer | Response:
        if self._world.delay:
            await asyncio.sleep(self._world.delay)
        planned = self._world.faults(request.method, request.params) if self._world.faults else None
        if isinstance(planned, Response) or (planned is not None and not planned.after_effect):
            return _failure(planned)
        try:
            answer = _accepted(await self._performed(request, receive, gone))
        except Refusal as refusal:
            if planned is None:
                raise
            answer = refused(refusal)
        return answer if planned is None else _failure(planned)

    async def _performed(self, request: Request, receive: Receive, gone: asyncio.Event) -> Any:
        """The method's result, or `Refusal`."""
        if request.method not in METHODS and request.method != "getUpdates":
            raise Refusal(404, "Not Found: method not found")
        check(request.method, request.params)
        if request.method != "getUpdates":
            return perform(self._world, request.method, request.params)
        watch = asyncio.ensure_future(_watch(receive, gone))
        try:
            return await get_updates(self._world, request.params, gone)
        finally:
            watch.cancel()

    def _note(self, request: Request, answer: Answer | Response, started: float) -> None:
        status, error = _outcome(answer)
        milliseconds = 1000 * (time.perf_counter() - started)
        self._world.note_call(request.method, request.params, status, milliseconds, error)


class Downloads:
    """The ASGI application behind `/file/bot<token>/<path>`; in the log and for planned faults its method is `file`."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        path = scope["path_params"]["path"]
        answer = await self._answered(scope["path_params"]["token"], path)
        if not self._world.down:
            status, error = _outcome(answer)
            self._world.note_call("file", {"path": path}, status, 1000 * (time.perf_counter() - started), error)
        await answer(scope, receive, send)

    async def _answered(self, token: str, path: str) -> Answer | Response:
        if self._world.down:
            return CUT
        refusal = token_refusal(self._world, token)
        if refusal is not None:
            return refused(refusal)
        if self._world.delay:
            await asyncio.sleep(self._world.delay)
        planned = self._world.faults("file", {"path": path}) if self._world.faults else None
        if planned is not None:
            return _failure(planned)
        stored = self._world.files.linked(path, self._world.now())
        if stored is None:
            return refused(Refusal(404, "Not Found"))
        return Answer(200, stored.data, "application/octet-stream")


def _outcome(answer: Answer | Response) -> tuple[int, str | None]:
    """Status and error for the log."""
    if isinstance(answer, Answer):
        return answer.status, answer.error
    return answer.status_code, f"planned: HTTP {answer.status_code}"


async def _watch(receive: Receive, gone: asyncio.Event) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    gone.set()


def token_refusal(world: World, token: str) -> Refusal | None:
    """What Telegram says to a token that is not the bot's; None for the right one."""
    if not _TOKEN.fullmatch(token):
        return Refusal(404, "Not Found")
    return None if hmac.compare_digest(token, world.token) else Refusal(401, "Unauthorized")


def refused(refusal: Refusal) -> Answer:
    body = json.dumps(refusal.answer()).encode()
    return Answer(refusal.code, body, error=refusal.description)


def _accepted(result: Any) -> Answer:
    # Escaped, as Telegram itself does: so a lone surrogate in a test's raw update can travel.
    return Answer(200, json.dumps({"ok": True, "result": result}).encode())


def _failure(planned: Fault | Response) -> Answer | Response:
    if isinstance(planned, Response):
        return planned
    if planned.cut:
        return CUT
    error = f"planned: HTTP {planned.status}" + (" after the effect" if planned.after_effect else "")
    return Answer(planned.status, planned.body, planned.content_type, error=error)


async def read_request(scope: Scope, receive: Receive) -> Request:
    """Method and parameters from the query, a form (urlencoded or multipart) or a JSON body; `Refusal` if unreadable."""
    headers = Headers(scope=scope)
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    raw: dict[str, Any] = _pairs(scope["query_string"])
    attached: dict[str, Upload] = {}
    if kind == _MULTIPART:
        fields, attached = await _multipart(headers, _chunks(receive))
        raw |= fields
    else:
        raw |= _body_params(kind, b"".join([chunk async for chunk in _chunks(receive)]))
    method = method_named(scope["path_params"]["method"])
    if method is None:
        return Request(scope["path_params"]["method"], raw)
    own = {name: upload for name, upload in attached.items() if name in PARAMETERS[method]}
    rest = {name: upload for name, upload in attached.items() if name not in own}
    params = typed(method, raw | own, rest)
    refusal = too_large(uploads(params))
    if refusal is not None:
        raise refusal
    return Request(method, params)


def _body_params(kind: str, body: bytes) -> dict[str, Any]:
    if kind != _JSON:
        return _pairs(body)
    if not body:
        return {}
    try:
        params = json.loads(body)
    except (ValueError, RecursionError):
        raise bad_request("can't parse request body as JSON") from None
    if not isinstance(params, dict):
        raise bad_request("request body must be a JSON object")
    return params


def _pairs(encoded: bytes) -> dict[str, Any]:
    if not encoded:
        return {}
    try:
        return dict(parse_qsl(encoded.decode(), keep_blank_values=True, errors="strict"))
    except UnicodeDecodeError:
        raise bad_request(_NOT_UTF_8) from None


async def _chunks(receive: Receive) -> AsyncGenerator[bytes, None]:
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refusal(502, "Bad Gateway")
        size += len(message.get("body", b""))
        if size > BODY_LIMIT:
            raise Refusal(413, "Request Entity Too Large")
        yield message.get("body", b"")
        if not message.get("more_body", False):
            return


class _InMemoryParser(MultiPartParser):
    """Keeps files in memory whatever their size: what people send must not reach the disk."""

    spool_max_size = BODY_LIMIT


async def read_form(request: starlette.requests.Request) -> tuple[dict[str, Any], dict[str, Upload]]:
    """Fields and files of a multipart form, all kept in memory; `Refusal` when it is none."""
    if not request.headers.get("content-type", "").startswith(_MULTIPART):
        raise bad_request("multipart form data expected")
    return await _multipart(request.headers, _chunks(request.receive))


async def _multipart(headers: Headers, chunks: AsyncGenerator[bytes, None]) -> tuple[dict[str, Any], dict[str, Upload]]:
    try:
        form = await _InMemoryParser(headers, chunks, max_files=20, max_fields=100).parse()
    except MultiPartException as error:
        raise bad_request(f"can't parse multipart form data: {error.message}") from error
    fields: dict[str, Any] = {}
    files: dict[str, Upload] = {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            files[name] = Upload(value.filename or name, value.content_type or "", await value.read())
            await value.close()
        else:
            fields[name] = value
    return fields, files
