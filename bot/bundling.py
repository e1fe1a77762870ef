"""``python -m bot incidents``: what there is, and sealed bundles to carry to the reviewers' machine.

The bot may run meanwhile; nothing is opened here, because the server cannot.
"""

from __future__ import annotations

import asyncio
import io
import tarfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from bot import clock
from bot.settings import Settings
from storage.database import Database
from storage.evidence import Blobs, Evidence
from storage.incidents import Incidents, Sealed
from storage.keyfiles import write_new
from storage.sealing import ServerKey

T = TypeVar("T")


class NotBundled(Exception):
    """There is no bundle; the message says in plain words why."""


def listed(settings: Settings) -> list[str]:
    """A line for each incident: reference, state, day of receipt."""

    async def work(incidents: Incidents, evidence: Evidence) -> list[str]:
        found = await incidents.all()
        return [f"{reference}  {state:9}  {day}" for reference, state, day in found]

    return asyncio.run(_looking_on(settings, work))


def bundle(settings: Settings, reference: str, folder: Path) -> Path:
    """Write the bundle of an incident into this folder; where it is. Raises NotBundled, OSError."""

    async def work(incidents: Incidents, evidence: Evidence) -> tuple[list[Sealed], list[str]]:
        return await incidents.sealed(reference), await evidence.of(reference)

    sealed, files = asyncio.run(_looking_on(settings, work))
    if not sealed:
        raise NotBundled(f"There is no incident {reference} here, or it was withdrawn.")
    if planted := [one.name for one in sealed if not one.genuine]:
        raise NotBundled(f"{', '.join(planted)} was not written by this server. Somebody tampered with the database.")
    target = folder / f"{reference}.tar"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        write_new(target, _tar(sealed, files, Blobs(settings.evidence_folder)))
    except FileExistsError:
        raise NotBundled(f"{target} is there already and was left as it is.") from None
    return target


async def _looking_on(settings: Settings, work: Callable[[Incidents, Evidence], Awaitable[T]]) -> T:
    if not settings.database.exists() or not settings.server_key.exists():
        raise NotBundled(f"There is no database in {settings.data_dir}, or no server key in {settings.keys_dir}.")
    server = ServerKey.load(settings.server_key, clock.now().date())
    database = await Database.looking_on(settings.database)
    try:
        return await database.write(lambda: work(Incidents(database, None, server), Evidence(database, server)))
    finally:
        await database.stop_looking()


def _tar(sealed: list[Sealed], files: list[str], blobs: Blobs) -> bytes:
    """``incident.age``, ``additions/<n>.age``, ``evidence/<id>.age``; a file that is missing is missed when it is opened."""
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w") as tar:
        for number, one in enumerate(sealed):
            _add(tar, f"additions/{number}.age" if number else "incident.age", one.sealed)
        for file_id in files:
            path = blobs.path(file_id)
            if path.exists():
                _add(tar, f"evidence/{file_id}.age", path.read_bytes())
    return whole.getvalue()


def _add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(data)
    member.mode = 0o600
    tar.addfile(member, io.BytesIO(data))
