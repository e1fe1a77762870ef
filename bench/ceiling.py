"""How fast the server is when nothing else is slow: a client that does next to nothing, on the bot's core.

Run as a program with the server's port and the seconds for each figure; prints one line of JSON.
"""

from __future__ import annotations

import json
import selectors
import socket
import sys
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass

CONNECTIONS = (1, 8, 64)
BATCH = 100
TOKEN = b"1234567890:bench"


@dataclass(frozen=True)
class Ceiling:
    """Calls a second by number of connections, and updates a second in full batches."""

    messages: dict[int, float]
    updates: float


def _request(method: bytes, body: bytes) -> bytes:
    return b"POST /bot%b/%b HTTP/1.1\r\nHost: bench\r\nContent-Length: %d\r\n\r\n%b" % (TOKEN, method, len(body), body)


def _is_whole(answer: bytes) -> bool:
    """How the three kinds of answer end that are asked for here: a message, a batch, an empty batch."""
    return answer.endswith((b'"}}', b"}}]}", b":[]}"))


def messages_per_second(port: int, connections: int, seconds: float) -> float:
    """sendMessage over kept-alive connections, each sending its next when its last is answered."""
    call = _request(b"sendMessage", b'{"chat_id":1,"text":"/benchmark D"}')
    done = 0
    with ExitStack() as stack, selectors.DefaultSelector() as selector:
        for _ in range(connections):
            line = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(line, selectors.EVENT_READ, line)
            line.sendall(call)
        began = time.monotonic()
        ends = began + seconds
        while (now := time.monotonic()) < ends:
            for key, _ in selector.select():
                if _is_whole(key.data.recv(4096)):
                    done += 1
                    key.data.sendall(call)
    return done / (now - began)


def updates_per_second(port: int) -> float:
    """getUpdates in batches of 100 until the queue is empty; the answer is read for its last id alone."""
    offset = fetched = 0
    with socket.create_connection(("127.0.0.1", port)) as line:
        began = time.monotonic()
        while True:
            line.sendall(_request(b"getUpdates", b'{"offset":%d,"limit":%d}' % (offset, BATCH)))
            answer = b""
            while not _is_whole(answer):
                answer += line.recv(1 << 16)
            at = answer.rfind(b'"update_id"')
            if at < 0:
                return fetched / (time.monotonic() - began)
            fetched += answer.count(b'"update_id"')
            offset = int(answer[at + 12 : at + 32].split(b",", 1)[0]) + 1


def main() -> None:
    port, seconds = int(sys.argv[1]), float(sys.argv[2])
    messages = {count: messages_per_second(port, count, seconds) for count in CONNECTIONS}
    sys.stdout.write(json.dumps(asdict(Ceiling(messages, updates_per_second(port)))))


if __name__ == "__main__":
    main()
