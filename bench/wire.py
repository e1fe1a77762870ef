"""HTTP/1.1 as far as Bot API clients speak it: whole requests out of a stream of bytes, answers into one."""

from __future__ import annotations

import json
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

END_OF_HEAD = b"\r\n\r\n"


class UnreadableRequestError(Exception):
    """The bytes are not a request this server knows how to read; the message says why."""


class Request(NamedTuple):
    """One whole request: its path without the query, and its parameters' bytes as they came."""

    path: bytes
    body: bytes


def take_request(buffer: bytearray) -> Request | None:
    """Cut the first whole request off the front of ``buffer``; None while it has not all arrived.

    Query and body are one thing to the Bot API: a request without a body hands over its query instead.
    """
    end = buffer.find(END_OF_HEAD)
    if end < 0:
        return None
    head = bytes(buffer[:end])
    start = end + len(END_OF_HEAD)
    stop = start + _content_length(head.lower())
    if len(buffer) < stop:
        return None
    body = bytes(buffer[start:stop])
    del buffer[:stop]
    try:
        path, _, query = head.split(b" ", 2)[1].partition(b"?")
    except IndexError:
        raise UnreadableRequestError("no request line") from None
    return Request(path, body or query)


def _content_length(head: bytes) -> int:
    """Bytes of body that follow a lower-cased head; 0 when it names none (RFC 9112, 6.3)."""
    at = head.find(b"\r\ncontent-length:")
    if at < 0:
        if b"\r\ntransfer-encoding:" in head:
            raise UnreadableRequestError("chunked bodies are not read here")
        return 0
    return int(head[at + 17 :].split(b"\r\n", 1)[0])


def parameters(body: bytes) -> dict[str, Any]:
    """What was sent, as JSON or as a form; values of a form stay strings."""
    if body.startswith(b"{"):
        sent: dict[str, Any] = json.loads(body)
        return sent
    if body.startswith(b"--"):
        raise UnreadableRequestError("multipart bodies are not read here")
    return dict(parse_qsl(body.decode(), keep_blank_values=True))


def response(body: bytes, status: bytes = b"200 OK") -> bytes:
    """A whole JSON answer, kept alive."""
    return b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (status, len(body), body)
