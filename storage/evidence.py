"""Files that people sent: a row each, and the sealed original beside the database."""

from __future__ import annotations

import datetime as dt
import os
import secrets
from collections.abc import Iterable, Sequence
from pathlib import Path

from storage.database import Database
from storage.sealing import ServerKey

_SUFFIX = ".age"


class Evidence:
    """Which files there are, and whose: of a draft first, of an incident once that is handed in."""

    def __init__(self, database: Database, server: ServerKey) -> None:
        self._database = database
        self._server = server

    async def expect(self, file_id: str, chat_id: int, today: dt.date) -> None:
        """A file is about to be taken in for the draft of this chat."""
        await self._database.execute(
            "INSERT INTO evidence (id, draft, arrived_on) VALUES (?, ?, ?)",
            (file_id, self._server.pseudonym(chat_id), today.isoformat()),
        )

    async def drop(self, file_ids: Sequence[str]) -> None:
        """These are not wanted any more."""
        await self._database.execute_many("DELETE FROM evidence WHERE id = ?", [(one,) for one in file_ids])

    async def hand_in(self, file_ids: Sequence[str], reference: str) -> None:
        """These belong to an incident from now on."""
        await self._database.execute_many(
            "UPDATE evidence SET draft = NULL, reference = ? WHERE id = ?", [(reference, one) for one in file_ids]
        )

    async def of(self, reference: str) -> list[str]:
        """The files of an incident."""
        rows = await self._database.read("SELECT id FROM evidence WHERE reference = ? ORDER BY id", (reference,))
        return [file_id for (file_id,) in rows]

    async def all(self) -> set[str]:
        """Every file that is wanted."""
        return {file_id for (file_id,) in await self._database.read("SELECT id FROM evidence")}


class Blobs:
    """The sealed files. Each is written whole or not at all, and never in clear."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, file_id: str) -> Path:
        """Where a file is, or would be."""
        return self._folder / f"{file_id}{_SUFFIX}"

    def write(self, file_id: str, sealed: bytes) -> None:
        """Put it on the disk; it is there when this returns, whatever happens to the power. Raises OSError."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self._folder / f".{file_id}.{secrets.token_hex(4)}"
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(sealed)
                file.flush()
                os.fsync(file.fileno())
            os.utime(draft, (0, 0))  # the minute in which somebody sent it is nobody's business
            draft.replace(self.path(file_id))
        except OSError:
            draft.unlink(missing_ok=True)
            raise
        directory = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)

    def tidy(self) -> None:
        """Remove what was half written when the process died; only before anything writes."""
        for file in self._folder.glob(".*"):
            if file.is_file():
                file.unlink(missing_ok=True)

    def all(self) -> set[str]:
        """The ids of the files that are there whole."""
        files = self._folder.iterdir() if self._folder.is_dir() else ()
        return {file.name.removesuffix(_SUFFIX) for file in files if not file.name.startswith(".")}

    def remove(self, file_ids: Iterable[str]) -> None:
        """Remove these."""
        for file_id in file_ids:
            self.path(file_id).unlink(missing_ok=True)
