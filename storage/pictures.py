"""What Telegram calls the pictures that it has already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from storage.database import Database


@dataclass(frozen=True)
class Sent:
    """A picture, drawn from what has this digest, and Telegram's name for it; None when Telegram no longer takes it."""

    name: str
    digest: str
    file_id: str | None


class SentPictures:
    """Pictures that need not be uploaded again."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def known(self, name: str, digest: str) -> str | None:
        """Telegram's name for this picture, when what it was drawn from is still the same."""
        rows = await self._database.read("SELECT file_id FROM pictures WHERE name = ? AND digest = ?", (name, digest))
        return rows[0][0] if rows else None

    def write_down(self, news: Sequence[Sent]) -> None:
        """Remember these, in this order, or forget them."""
        for one in news:
            if one.file_id is None:
                self._database.at_the_end("DELETE FROM pictures WHERE name = ?", [(one.name,)])
            else:
                self._database.at_the_end(
                    "INSERT INTO pictures (name, digest, file_id) VALUES (?, ?, ?) ON CONFLICT (name)"
                    " DO UPDATE SET digest = excluded.digest, file_id = excluded.file_id",
                    [(one.name, one.digest, one.file_id)],
                )
