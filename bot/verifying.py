"""``python -m bot audit``: whether the chain of what was done is whole, and the chain as lines.

The bot may run meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from bot import clock
from bot.settings import Settings
from storage.audit import Audit, Entry, Head
from storage.database import Database
from storage.sealing import ServerKey

T = TypeVar("T")


class NotVerified(Exception):
    """The chain cannot be looked at; the message says in plain words why."""


def heads(written: Sequence[str]) -> list[Head]:
    """The heads that somebody kept. Raises NotVerified for what is none."""
    found = [(text, Head.read(text)) for text in written]
    if wrong := [text for text, head in found if head is None]:
        raise NotVerified(f"{wrong[0]} is no head. A head looks like 41:ABCD-EFGH-JKMN.")
    return [head for _, head in found if head is not None]


def verify(settings: Settings, anchors: Sequence[Head]) -> tuple[Head, list[str]]:
    """Where the chain ends, and what is wrong with it. Raises NotVerified, KeyFault, StorageError."""

    async def work(audit: Audit) -> tuple[Head, list[str]]:
        return await audit.head(), await audit.faults(anchors)

    return asyncio.run(_looking_on(settings, work))


def verdict(head: Head, faults: Sequence[str], anchors: Sequence[Head]) -> list[str]:
    """What ``verify`` found, in lines."""
    lines = [f"{head.count} entries, head {head}"]
    if faults:
        return [*lines, *faults]
    if anchors:
        return [*lines, "The chain is whole, and fits the heads that were kept."]
    return [*lines, "The chain is whole. That its end was not cut off shows only with --head and a head that was kept."]


def shown(settings: Settings) -> list[str]:
    """A line for each entry, oldest first. Raises NotVerified, KeyFault, StorageError."""

    async def work(audit: Audit) -> list[Entry]:
        head = await audit.head()
        return await audit.last(head.count)

    entries = asyncio.run(_looking_on(settings, work))
    return [f"{one.n:>5}  {one.day:10}  {one.actor:14}  {one.act:16}  {one.on}".rstrip() for one in reversed(entries)]


async def _looking_on(settings: Settings, work: Callable[[Audit], Awaitable[T]]) -> T:
    if not settings.database.exists() or not settings.server_key.exists():
        raise NotVerified(f"There is no database in {settings.data_dir}, or no server key in {settings.keys_dir}.")
    server = ServerKey.load(settings.server_key, clock.now().date())
    database = await Database.looking_on(settings.database)
    try:
        return await database.write(lambda: work(Audit(database, server)))
    finally:
        await database.stop_looking()
