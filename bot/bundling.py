"""``python -m bot incidents``: what there is, and sealed bundles to carry to the reviewers' machine.

The bot may run meanwhile; nothing is opened here. That a bundle was made is left in a file for the bot, which alone
writes to its database: it notes that in the audit (schedules.answers).
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from bot import clock
from bot.packing import Packing
from bot.settings import Settings
from storage.database import Database
from storage.evidence import Blobs, Evidence
from storage.incidents import Incidents
from storage.keyfiles import write_new
from storage.notes import Notes
from storage.sealing import ServerKey

T = TypeVar("T")


class NotBundled(Exception):
    """There is no bundle; the message says in plain words why."""


def listed(settings: Settings) -> list[str]:
    """A line for each incident: reference, state, day of receipt."""

    async def work(database: Database, server: ServerKey) -> list[str]:
        found = await Incidents(database, None, server).all()
        return [f"{reference}  {state:9}  {day}" for reference, state, day in found]

    return asyncio.run(_looking_on(settings, work))


def bundle(settings: Settings, reference: str, folder: Path) -> Path:
    """Write the bundle of an incident into this folder; where it is. Raises NotBundled, OSError."""

    async def work(database: Database, server: ServerKey) -> Packing:
        notes = Notes(database, None, server)
        return await Packing.of(reference, Incidents(database, None, server), notes, Evidence(database, server))

    packing = asyncio.run(_looking_on(settings, work))
    if not packing.incident:
        raise NotBundled(f"There is no incident {reference} here, or it was withdrawn.")
    if packing.planted:
        raise NotBundled(
            f"{', '.join(packing.planted)} was not written by this server. Somebody tampered with the database."
        )
    target = folder / f"{reference}.tar"
    if target.exists():
        raise NotBundled(f"{target} is there already and was left as it is.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _leave_word(settings.answers_folder, reference)  # before: a copy that nobody knows of is worse than none
    try:
        write_new(target, packing.packed(Blobs(settings.evidence_folder)))
    except FileExistsError:
        raise NotBundled(f"{target} is there already and was left as it is.") from None
    return target


def _leave_word(folder: Path, reference: str) -> None:
    """For the bot: this was bundled. The file's name tells nothing."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_new(folder / f"{secrets.token_hex(8)}.bundled", json.dumps({"bundled": reference}).encode())


async def _looking_on(settings: Settings, work: Callable[[Database, ServerKey], Awaitable[T]]) -> T:
    if not settings.database.exists() or not settings.server_key.exists():
        raise NotBundled(f"There is no database in {settings.data_dir}, or no server key in {settings.keys_dir}.")
    server = ServerKey.load(settings.server_key, clock.now().date())
    database = await Database.looking_on(settings.database)
    try:
        return await database.write(lambda: work(database, server))
    finally:
        await database.stop_looking()
