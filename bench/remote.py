"""The server's process as the measuring side holds it: start it, order questions, read what came of them."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.ceiling import Ceiling
from bench.ledger import Tally
from bench.processes import Cores, Usage, running, usage
from bench.server import QUESTION

ROOT = Path(__file__).resolve().parents[1]
LOOK_EVERY = 0.1


class RemoteServer:
    """Orders to one running server; blocking, as nothing else happens meanwhile."""

    def __init__(self, port: int, pid: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self._pid = pid

    def usage(self) -> Usage:
        return usage(self._pid)

    def reset(self, delay: float = 0.0, marker: str = "", question: str = QUESTION) -> None:
        self._order("reset", delay=delay, marker=marker, question=question)

    def burst(self, count: int, chats: int, first_chat: int) -> None:
        self._order("burst", count=count, chats=chats, first_chat=first_chat)

    def pace(self, count: int, chats: int, first_chat: int, rate: float, seed: int) -> None:
        self._order("pace", count=count, chats=chats, first_chat=first_chat, rate=rate, seed=seed)

    def tally(self) -> Tally:
        return Tally.from_json(self._order("tally"))

    def first_poll_at(self) -> float:
        """The instant of the first getUpdates since the reset, 0.0 before it."""
        return float(self._order("progress")["first_poll_at"])

    def wait_for(self, count: int, *, patience: float, at_most: float, alive: Callable[[], bool]) -> None:
        """Until ``count`` answers, or none for ``patience`` seconds, or ``at_most`` seconds, or the bot has died."""
        began = moved_at = time.monotonic()
        before = -1
        while True:
            answered = int(self._order("progress")["answered"])
            now = time.monotonic()
            if answered > before:
                before, moved_at = answered, now
            if answered >= count or now - moved_at > patience or now - began > at_most or not alive():
                return
            time.sleep(LOOK_EVERY)

    def _order(self, name: str, **sent: Any) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("POST", f"/bench/{name}", json.dumps(sent))
            reply = json.loads(connection.getresponse().read())
        finally:
            connection.close()
        if not reply["ok"]:
            raise RuntimeError(f"the server refused {name}: {reply['description']}")
        return reply["result"]


@contextmanager
def serving(core: int | None) -> Iterator[RemoteServer]:
    """A fresh server process on this core."""
    with running(
        [sys.executable, "-m", "bench.server"],
        core=core,
        directory=ROOT,
        environment=os.environ,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        yield RemoteServer(int(process.stdout.readline()), process.pid)


def measure_ceiling(cores: Cores, *, seconds: float, updates: int) -> Ceiling:
    """What a fresh server manages at most, asked from the bot's core; the first round warms it up and is not kept."""
    with serving(cores.server) as server:
        for kept in (False, True):
            server.reset()
            server.burst(updates, chats=500, first_chat=1)
            with running(
                [sys.executable, "-m", "bench.ceiling", str(server.port), str(seconds if kept else seconds / 5)],
                core=cores.bot,
                directory=ROOT,
                environment=os.environ,
                stdout=subprocess.PIPE,
            ) as client:
                printed, _ = client.communicate()
        found = json.loads(printed)
    return Ceiling({int(count): rate for count, rate in found["messages"].items()}, found["updates"])
