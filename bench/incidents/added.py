"""What forms cost those who only look something up: a SELECT and an INSERT for every update of a private chat."""

from __future__ import annotations

import asyncio
import gc
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bench.contestants import ANSWER_MARKER
from bench.incidents.house import in_memory, on_disk
from bench.incidents.plan import Plan
from bench.incidents.tellers import PATIENCE
from bench.server import PLAUSIBLE, QUESTION, YES
from bench.wire import END_OF_HEAD
from bot import clock
from bot.application import Sangket, sangket
from bot.ask import local_settings, make_office
from bot.talk import running
from bot.wire import Attached
from facts.loader import load_all
from sandbox.world import World
from storage.drafts import Desk, Drafts
from storage.traces import Trace, Traces


class Line:
    """Telegram in this process, at next to no cost: one question at a time, from people who take turns."""

    def __init__(self, chats: int = 500) -> None:
        self._chats = chats
        self._number = 0
        self._asked: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._answered = asyncio.Event()
        self.wrong: list[str] = []
        """Answers that are none."""

    async def ask(self) -> None:
        """Ask, and wait for the answer. Raises TimeoutError when none comes."""
        self._number += 1
        self._answered.clear()
        self._asked.put_nowait(_question(self._number, 1 + self._number % self._chats))
        async with asyncio.timeout(PATIENCE):
            await self._answered.wait()

    async def post(self, url: str, params: dict[str, Any], seconds: float) -> tuple[int, bytes]:
        """See bot.wire.Wire."""
        method = url.rpartition("/")[2]
        if method == "getUpdates":
            return _result([await self._asked.get()])
        if method == "sendMessage":
            self._answered.set()
            if ANSWER_MARKER not in params["text"].lower():
                self.wrong.append(params["text"][:80])
            return _result({"message_id": self._number * 2 + 1, "date": int(time.time())})
        return 200, PLAUSIBLE.get(method.encode(), YES).partition(END_OF_HEAD)[2]

    async def upload(
        self, url: str, params: dict[str, Any], files: Mapping[str, Attached], seconds: float
    ) -> tuple[int, bytes]:
        """See bot.wire.Wire. No picture is asked for."""
        raise NotImplementedError

    async def get(self, url: str, most: int, seconds: float) -> tuple[int, bytes]:
        """See bot.wire.Wire. No file is sent."""
        raise NotImplementedError

    async def close(self) -> None:
        """See bot.wire.Wire."""


def _question(number: int, chat_id: int) -> dict[str, Any]:
    person = {"id": chat_id, "first_name": "Sok"}
    message = {
        "message_id": number * 2,
        "from": {**person, "is_bot": False, "language_code": "en"},
        "chat": {**person, "type": "private"},
        "date": int(time.time()),
        "text": QUESTION,
        "entities": [{"type": "bot_command", "offset": 0, "length": len(QUESTION.split()[0])}],
    }
    return {"update_id": 1_000_000 + number, "message": message}


def _result(result: Any) -> tuple[int, bytes]:
    return 200, json.dumps({"ok": True, "result": result}).encode()


async def _no_drafts(self: Drafts, chat_id: int, now: int) -> Desk:
    return {}


def _no_traces(self: Traces, traces: Sequence[Trace]) -> None:
    pass


@contextmanager
def _with(*parts: Any) -> Iterator[None]:
    """The bot in this process with these parts in the place of its own."""
    with ExitStack() as patches:
        for part in parts:
            patches.enter_context(part)
        yield


AS_IT_IS = "as it is"
VARIANTS: Mapping[str, Callable[[], Any]] = {
    AS_IT_IS: lambda: _with(),
    "without the SELECT of drafts": lambda: _with(patch.object(Drafts, "of", _no_drafts)),
    "without the INSERT of traces": lambda: _with(patch.object(Traces, "note", _no_traces)),
    "without both": lambda: _with(patch.object(Drafts, "of", _no_drafts), patch.object(Traces, "note", _no_traces)),
}
"""The bot with and without what forms add."""


@dataclass(frozen=True)
class Added:
    """Seconds for one look-up, block by block, by variant."""

    wall: dict[str, list[float]]
    cpu: dict[str, list[float]]
    faults: list[str] = field(default_factory=list)


async def added(plan: Plan) -> Added:
    """All variants in one bot in this process, taking turns, so that the machine's moods hit all alike."""
    line = Line()
    found = Added({name: [] for name in VARIANTS}, {name: [] for name in VARIANTS})
    with on_disk() as disk, in_memory() as memory:
        settings = local_settings(World(), "http://127.0.0.1", Path(disk), draft_key_dir=Path(memory))
        make_office(settings.keys_dir)
        async with sangket(settings, line, load_all(), clock.now) as bot, running(bot):
            for number in range(plan.blocks + 1):
                for name, variant in VARIANTS.items():
                    with variant():
                        wall, cpu = await _block(line, bot, plan.lookups)
                    if number:  # the first of each is for what is done for the first time
                        found.wall[name].append(wall)
                        found.cpu[name].append(cpu)
    found.faults.extend(f"a look-up was answered with {text}" for text in line.wrong)
    return found


async def _block(line: Line, bot: Sangket, count: int) -> tuple[float, float]:
    """Seconds and CPU seconds for each of so many questions, one after the other, with what is left for after."""
    gc.collect()
    began, computed = time.perf_counter(), time.process_time()
    for _ in range(count):
        await line.ask()
    while not bot.settled:  # noqa: ASYNC110 - no one event says it
        await asyncio.sleep(0.0005)
    return (time.perf_counter() - began) / count, (time.process_time() - computed) / count
