"""Who sends to many: the bot as its operators run it, and python-telegram-bot with its own limiter."""

from __future__ import annotations

import asyncio
import os
import subprocess
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench.contestants import OURS, ROOT, ptb_limited
from bench.deliveries.audience import LOOK_EVERY, Audience
from bench.deliveries.filling import House, in_house
from bench.deliveries.plan import CAP
from bench.incidents.house import at_work, on_disk
from bench.processes import running, usage
from bench.rounds import LAST_WORDS, PASSED_ON, START_WITHIN, BotFailedError
from sandbox.app import serve


@dataclass(frozen=True)
class Sender:
    """A running bot that was told whom to write to, and waits for the word."""

    begin: Callable[[], None]
    is_alive: Callable[[], bool]
    cpu_seconds: Callable[[], float]
    resident_bytes: Callable[[], int]


Contestant = Callable[[Audience, int | None], AbstractAsyncContextManager[Sender]]
"""Starts a bot on a core, for an audience."""


def contestants(*, others: bool = True) -> dict[str, tuple[str, Contestant]]:
    """By name: the title, and how to start it. Raises UnavailableError where the others cannot be had."""
    if not others:
        return {OURS: ("Sangket", ours)}
    in_turn, together = (ptb_limited(in_turn=style) for style in (True, False))
    return {
        OURS: ("Sangket", ours),
        "together": (together.title, partial(limited, in_turn=False)),
        "in turn": (in_turn.title, partial(limited, in_turn=True)),
    }


@asynccontextmanager
async def ours(audience: Audience, core: int | None, *, pace: int = CAP) -> AsyncIterator[Sender]:
    """A broadcast stands paused in the bot's tables; the word is a coordinator's button that lets it go on. They see how
    far it is, as always."""
    number = ""

    async def fill(house: House) -> None:
        nonlocal number
        number = await house.paused_broadcast([person.id for person in audience.people], audience.organiser.id)

    def go() -> None:
        audience.world.tap(audience.organiser, 1, data=f"bc:go:{number}")

    prepare = partial(in_house, work=fill)
    async with at_work(audience.world, core, prepare=prepare, MESSAGES_PER_SECOND=str(pace)) as bot:
        yield Sender(go, bot.is_alive, bot.cpu_seconds, bot.resident_bytes)


@asynccontextmanager
async def limited(audience: Audience, core: int | None, *, in_turn: bool) -> AsyncIterator[Sender]:
    """The library's own way; the word is a command. Raises BotFailedError, with its last words."""
    with on_disk() as disk:
        chats, said = Path(disk) / "chats.txt", Path(disk) / "said.txt"
        chats.write_text("\n".join(str(person.id) for person in audience.people))
        contestant = ptb_limited(in_turn=in_turn)
        async with serve(audience.world) as url:
            environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ} | {
                "TELEGRAM_TOKEN": audience.world.token,
                "TELEGRAM_API_URL": url,
                "BROADCAST_TO": str(chats),
            }
            with ExitStack() as life:
                process = life.enter_context(
                    running(
                        contestant.command,
                        core=core,
                        directory=ROOT,
                        environment=environment,
                        stdout=life.enter_context(said.open("wb")),
                        stderr=subprocess.STDOUT,
                    )
                )
                try:
                    await _polling(audience, process)
                    yield Sender(
                        audience.give_the_word,
                        lambda: process.poll() is None,
                        lambda: usage(process.pid).cpu_seconds,
                        lambda: usage(process.pid).resident_bytes,
                    )
                except BotFailedError as failure:
                    words = said.read_text(errors="replace").splitlines()[-LAST_WORDS:]
                    raise BotFailedError("\n".join([str(failure), *words])) from failure
                finally:
                    await asyncio.to_thread(life.close)


async def _polling(audience: Audience, process: subprocess.Popen[bytes]) -> None:
    give_up_at = time.monotonic() + START_WITHIN
    while not audience.world.updates.is_polled:
        if process.poll() is not None or time.monotonic() > give_up_at:
            raise BotFailedError("it did not ask for updates")
        await asyncio.sleep(LOOK_EVERY)
