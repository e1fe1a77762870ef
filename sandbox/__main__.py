"""The sandbox alone, for any bot: `python -m sandbox [PORT]`."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys

from sandbox.app import serve
from sandbox.cast import cast
from sandbox.world import World


async def main(port: int) -> None:
    """Serve until interrupted."""
    world = World()
    cast(world)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with serve(world, port=port) as url:
        print(f"Chat page and Bot API: {url}\nToken: {world.token}", flush=True)  # noqa: T201
        await stop.wait()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 8081))
