"""Sealing and opening: incidents, documents and mailboxes, without the bot around it."""

from __future__ import annotations

import io
import tarfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from bench.incidents.house import on_disk
from bench.incidents.plan import DOCUMENT
from bot import clock
from bot.bundles import NotOpened, open_bundle
from storage.database import Database
from storage.mailboxes import Mailboxes
from storage.sealing import Key, OfficeKey, OfficeLock, Receipt, ServerKey, padded_file, padded_json


class Stopwatch:
    """Adds up what its blocks took."""

    def __init__(self) -> None:
        self.seconds = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        """Count this."""
        began = time.perf_counter()
        yield
        self.seconds += time.perf_counter() - began


@dataclass(frozen=True)
class Sealing:
    """Seconds for all of them."""

    seal: float
    seal_documents: float
    open: float
    open_documents: float
    open_mailboxes: float
    faults: list[str]


async def sealing(
    count: int, short: Mapping[str, Any], long: Mapping[str, Any], lock: OfficeLock, key: OfficeKey
) -> Sealing:
    """Seal and open ``short``, an incident without files, and ``long``, one with DOCUMENT, so many times.

    Opening is what a reviewer's machine does with a bundle: read it, open it, and check it against itself.
    """
    server = ServerKey(Key.new(clock.now().date()))
    seal, seal_documents, opening, opening_documents = (Stopwatch() for _ in range(4))
    found: list[str] = []
    with on_disk() as folder:
        for _ in range(count):
            with seal.running():
                incident = _sealed(short, lock, server)
            with seal_documents.running():
                document = lock.seal(padded_file(DOCUMENT))
            found += _faults(opening, Path(folder) / "incident.age", incident, key)
            bundle = _bundle(_sealed(long, lock, server), long["evidence"][0]["id"], document)
            found += _faults(opening_documents, Path(folder) / "bundle.tar", bundle, key)
        open_mailboxes, missing = await _mailboxes(count, Path(folder) / "mailboxes.db", server)
    return Sealing(
        seal=seal.seconds,
        seal_documents=seal_documents.seconds,
        open=opening.seconds,
        open_documents=opening_documents.seconds,
        open_mailboxes=open_mailboxes,
        faults=[*found, *missing],
    )


def _sealed(incident: Mapping[str, Any], lock: OfficeLock, server: ServerKey) -> bytes:
    """As the bot does it when an incident is handed in."""
    sealed = lock.seal(padded_json(incident))
    server.mac(incident["ctx"], sealed)
    return sealed


def _bundle(incident: bytes, file_id: str, document: bytes) -> bytes:
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w") as tar:
        for name, data in (("incident.age", incident), (f"evidence/{file_id}.age", document)):
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return whole.getvalue()


def _faults(watch: Stopwatch, path: Path, data: bytes, key: OfficeKey) -> list[str]:
    """Open it, while the watch runs; what is wrong with it."""
    path.write_bytes(data)
    try:
        with watch.running():
            return list(open_bundle(path, key).faults)
    except NotOpened as why:
        return [str(why)]


async def _mailboxes(count: int, path: Path, server: ServerKey) -> tuple[float, list[str]]:
    """Seconds for opening so many mailboxes with their receipts, of which the server first makes the keys."""
    database = await Database.open(path)
    try:
        mailboxes = Mailboxes(database, server)
        receipts = [Receipt.new() for _ in range(count)]
        letter = {"state": "received", "on": clock.now().date().isoformat(), "reference": "R-2222"}

        async def make() -> None:
            for receipt in receipts:
                public, today = server.mailbox(receipt).public, clock.now().date()
                await mailboxes.make(public, letter, today)

        await database.write(make)
        watch = Stopwatch()
        with watch.running():
            opened = [await database.write(partial(mailboxes.open, server.mailbox(one))) for one in receipts]
    finally:
        await database.close()
    return watch.seconds, [f"a mailbox holds {letters}" for letters in opened if letters != [letter]]
