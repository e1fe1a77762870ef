"""``python -m bot run``: on Telegram when there is a token, else in the local sandbox."""

from __future__ import annotations

import asyncio
import gc
import signal
import tempfile
from pathlib import Path

from bot import clock, logs
from bot.application import sangket
from bot.settings import Settings
from bot.wire import HttpWire
from facts.loader import load_all
from storage.keyfiles import write_private

_EXAMPLE = Path(__file__).parents[1] / "contacts.example.toml"


async def run(settings: Settings, *, new_admin: bool = False) -> None:
    """Run until SIGTERM or SIGINT; ``new_admin`` prints a code that makes somebody an admin. Raises Fatal, InUse, KeyFault and StorageError."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    logs.watch_loop()
    where = _in_sandbox if settings.telegram_token is None else _on_telegram
    work = where(settings, new_admin)
    await _until(stop, asyncio.get_running_loop().create_task(work))


async def _on_telegram(settings: Settings, new_admin: bool) -> None:
    async with sangket(
        settings, HttpWire(), load_all(), clock.now, say=_say, new_admin=new_admin, uptime=clock.uptime
    ) as bot:
        _say("Sangket is running. Ctrl-C stops it.")
        gc.collect()
        gc.freeze()  # what was built at start stays; looking through it again only delays answers
        await bot.run()


async def _in_sandbox(settings: Settings, new_admin: bool) -> None:
    """The local Telegram and the bot in one process, on data that is gone afterwards."""
    from bot.ask import ask, local_settings, make_office, memory
    from sandbox.app import serve
    from sandbox.cast import cast
    from sandbox.world import World

    world = World()
    cast(world)
    question = "/benchmark D"
    [[answer, *_]] = await ask([question], name="Visitor", language=None, official=settings.official_file)
    _say(f"> {question}\n\n{answer}")
    with tempfile.TemporaryDirectory(dir=memory()) as folder:
        async with serve(world, port=_free_port(settings.sandbox_port)) as url:
            local = local_settings(
                world,
                url,
                Path(folder),
                messages_per_second=settings.messages_per_second,
                official_text=settings.official_file,
                contacts_file=settings.contacts_file or _EXAMPLE,
            )
            key = Path(folder) / "reviewers" / "office.key"
            write_private(key, make_office(local.keys_dir).text)
            async with sangket(local, HttpWire(), load_all(), world.clock, say=_say, new_admin=new_admin) as bot:
                _say(
                    "\nNo TELEGRAM_TOKEN is set, so this is a Telegram of your own on this machine.\n"
                    f"Open the chat page: {url}\n"
                    f"To open a sealed file that the bot sends you: python -m bot open FILE --key {key}\n"
                    "To run on Telegram, put a token from @BotFather into .env (see .env.example). Ctrl-C stops."
                )
                await bot.run()


async def _until(stop: asyncio.Event, work: asyncio.Task[None]) -> None:
    """Let the work go on until it is told to stop; what it dies of is raised."""
    waiting = asyncio.get_running_loop().create_task(stop.wait())
    await asyncio.wait([work, waiting], return_when=asyncio.FIRST_COMPLETED)
    for task in (work, waiting):
        task.cancel()
    await asyncio.wait([work, waiting])
    if not work.cancelled() and (error := work.exception()) is not None:
        raise _only(error)


def _only(error: BaseException) -> BaseException:
    """The one error inside groups of one."""
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    return error


def _free_port(wanted: int) -> int:
    """The wanted port, or any when somebody has it."""
    import socket

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            return 0
    return wanted


def _say(sentence: str) -> None:
    print(sentence, flush=True)  # noqa: T201 - for the operator at the terminal
