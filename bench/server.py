"""A lean Telegram in a process of its own: enough Bot API for an answering bot, and as little work per call as possible.

It serves getMe, getUpdates (long poll, offsets, 100 at most, a second poller ends the first) and sendMessage, and says
yes to everything else. Under ``/bench/`` it takes orders from the measuring side. It is no test of correctness: the
sandbox is strict, this one is fast.
"""

from __future__ import annotations

import asyncio
import gc
import json
import random
import sys
import time
from collections import deque
from collections.abc import Callable
from itertools import islice
from typing import Any

from bench.ledger import Ledger
from bench.wire import UnreadableRequestError, parameters, response, take_request

QUESTION = "/benchmark D"
BATCH = 100
LONGEST_POLL = 50.0
BOT = {"id": 1234567890, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}

YES = response(b'{"ok":true,"result":true}')
NOTHING = response(b'{"ok":true,"result":[]}')
CONFLICT = response(
    b'{"ok":false,"error_code":409,"description":"Conflict: terminated by other getUpdates request; '
    b'make sure that only one bot instance is running"}',
    b"409 Conflict",
)


def _ok(result: Any) -> bytes:
    return response(json.dumps({"ok": True, "result": result}).encode())


PLAUSIBLE = {
    b"getMe": _ok(
        {**BOT, "can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}
    ),
    b"getMyCommands": NOTHING,
    b"getMyName": _ok({"name": "Bench"}),
    b"getMyDescription": _ok({"description": ""}),
    b"getMyShortDescription": _ok({"short_description": ""}),
    b"getChatMenuButton": _ok({"type": "default"}),
    b"getWebhookInfo": _ok({"url": "", "has_custom_certificate": False, "pending_update_count": 0}),
}


class Telegram:
    """People who ask, the queue their updates wait in, and the one bot that fetches and answers them."""

    def __init__(self) -> None:
        self.ledger = Ledger()
        self.delay = 0.0
        self._queue: deque[tuple[int, bytes]] = deque()
        self._poller: Connection | None = None
        self._poll_ends: asyncio.TimerHandle | None = None
        self._pace: list[asyncio.TimerHandle] = []
        self._last_update_id = 1_000_000
        self._last_message_id = 0
        self._question = QUESTION

    # What people do.

    def reset(self, delay: float = 0.0, marker: str = "", question: str = QUESTION) -> None:
        """Forget the questions so far; from now on people ask ``question``, and calls are answered after ``delay`` s."""
        self._question = question
        for timer in self._pace:
            timer.cancel()
        self._pace.clear()
        self._queue.clear()
        self.ledger = Ledger(marker)
        self.delay = delay

    def ask(self, chat_id: int) -> None:
        """A person writes now; a poll that waits is answered at once."""
        self._enqueue(chat_id)
        self._wake()

    def burst(self, count: int, chats: int, first_chat: int) -> None:
        """``count`` questions at one instant, the chats taking turns."""
        for number in range(count):
            self._enqueue(first_chat + number % chats)
        self._wake()

    def pace(self, count: int, chats: int, first_chat: int, rate: float, seed: int) -> None:
        """``count`` questions at ``rate`` a second on average, as independent people write: gaps are exponential."""
        loop, chance = asyncio.get_running_loop(), random.Random(seed)
        at = loop.time()
        for number in range(count):
            at += chance.expovariate(rate)
            self._pace.append(loop.call_at(at, self.ask, first_chat + number % chats))

    def _enqueue(self, chat_id: int) -> None:
        self._last_update_id += 1
        self._last_message_id += 1
        person = {"id": chat_id, "first_name": "Sok"}
        message = {
            "message_id": self._last_message_id,
            "from": {**person, "is_bot": False, "language_code": "en"},
            "chat": {**person, "type": "private"},
            "date": int(time.time()),
            "text": self._question,
        }
        if self._question.startswith("/"):
            length = len(self._question.split()[0])
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        update = json.dumps({"update_id": self._last_update_id, "message": message}).encode()
        self._queue.append((self._last_update_id, update))
        self.ledger.ask(chat_id, self._last_update_id, time.monotonic())

    # What the bot does.

    def get_updates(self, bot: Connection, sent: dict[str, Any]) -> None:
        """Confirm everything below the offset, then hand out what waits, now or as soon as there is something."""
        self.ledger.first_poll_at = self.ledger.first_poll_at or time.monotonic()
        if self._poller is not None:
            self._release(CONFLICT)
        offset = int(sent.get("offset") or 0)
        while self._queue and self._queue[0][0] < offset:
            self._queue.popleft()
        timeout = min(float(sent.get("timeout") or 0), LONGEST_POLL)
        if self._queue:
            bot.answer(self._batch(int(sent.get("limit") or BATCH)))
        elif timeout:
            self._poller = bot
            self._poll_ends = asyncio.get_running_loop().call_later(timeout, self._release, NOTHING)
        else:
            bot.answer(NOTHING)

    def send_message(self, bot: Connection, sent: dict[str, Any]) -> None:
        """Book the answer at the instant it was read, then say what Telegram would."""
        chat_id, text = int(sent["chat_id"]), str(sent["text"])
        now = time.monotonic()
        self.ledger.answer(chat_id, text, now)
        self._last_message_id += 1
        bot.answer(
            response(
                b'{"ok":true,"result":{"message_id":%d,"date":%d,"from":%b,"chat":{"id":%d,"type":"private",'
                b'"first_name":"Sok"},"text":%b}}'
                % (self._last_message_id, int(time.time()), BOT_JSON, chat_id, json.dumps(text).encode())
            )
        )

    def forget(self, connection: Connection) -> None:
        """A connection went away; nobody waits on it any more."""
        if self._poller is connection:
            self._release(NOTHING)

    def _batch(self, limit: int) -> bytes:
        batch = list(islice(self._queue, min(max(limit, 1), BATCH)))
        self.ledger.hand_out(batch[-1][0])
        return response(b'{"ok":true,"result":[%b]}' % b",".join(update for _, update in batch))

    def _wake(self) -> None:
        if self._poller is not None and self._queue:
            self._release(self._batch(BATCH))

    def _release(self, answer: bytes) -> None:
        poller, timer = self._poller, self._poll_ends
        self._poller = self._poll_ends = None
        if timer is not None:
            timer.cancel()
        if poller is not None:
            poller.answer(answer)

    # What the measuring side does.

    def order(self, name: str, sent: dict[str, Any]) -> bytes:
        """Carry out one order from the measuring side; KeyError for an unknown one."""
        orders: dict[str, Callable[..., None]] = {"reset": self.reset, "burst": self.burst, "pace": self.pace}
        if name == "tally":
            return _ok(self.ledger.tally().as_json())
        if name == "progress":
            return _ok({"answered": self.ledger.answered, "first_poll_at": self.ledger.first_poll_at})
        orders[name](**sent)
        return YES


BOT_JSON = json.dumps(BOT).encode()


class Connection(asyncio.Protocol):
    """One kept-alive connection; one request at a time on it, as every Bot API client does."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._telegram.forget(self)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        try:
            while (request := take_request(self._buffer)) is not None:
                self._route(request.path, request.body)
        except (UnreadableRequestError, ValueError, KeyError, TypeError) as fault:
            self._refuse(fault)

    def answer(self, data: bytes) -> None:
        """Write a whole response, after the delay that every call has; others are not held up."""
        if self._telegram.delay:
            asyncio.get_running_loop().call_later(self._telegram.delay, self._write, data)
        else:
            self._write(data)

    def _route(self, path: bytes, body: bytes) -> None:
        _, place, name = path.split(b"/", 2)
        if place == b"bench":
            self._write(self._telegram.order(name.decode(), parameters(body)))
        elif name == b"sendMessage":
            self._telegram.send_message(self, parameters(body))
        elif name == b"getUpdates":
            self._telegram.get_updates(self, parameters(body))
        else:
            self.answer(PLAUSIBLE.get(name, YES))

    def _refuse(self, fault: Exception) -> None:
        text = json.dumps({"ok": False, "error_code": 400, "description": f"Bad Request: {fault}"})
        self._write(response(text.encode(), b"400 Bad Request"))
        if self._transport is not None:
            self._transport.close()

    def _write(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)


async def listen(telegram: Telegram) -> tuple[asyncio.Server, int]:
    """Serve on loopback, on a port the system picks; returns the server and the port."""
    server = await asyncio.get_running_loop().create_server(lambda: Connection(telegram), "127.0.0.1", 0, backlog=512)
    return server, server.sockets[0].getsockname()[1]


async def main() -> None:
    """Serve until killed; the port is the first line on stdout."""
    gc.disable()  # a collection would stand in somebody's latency; nothing here makes cycles worth collecting
    server, port = await listen(Telegram())
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
