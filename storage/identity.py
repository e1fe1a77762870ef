"""Which server key this database belongs to."""

from __future__ import annotations

from collections.abc import Sequence

from storage.database import Database
from storage.sealing import KeyFault, ServerKey


async def recognise(database: Database, server: ServerKey) -> None:
    """Make sure that the server key is the one this database was made with; a new database takes this one.

    Raises KeyFault when it is another: every chat would be a stranger, and nothing sealed could be opened.
    """

    async def check() -> None:
        rows = await database.read("SELECT server_key FROM identity")
        if not rows:
            await database.execute("INSERT INTO identity (one, server_key) VALUES (1, ?)", (server.id,))
        elif bytes(rows[0][0]) != server.id:
            raise KeyFault(
                "The server key is not the one this data directory was made with."
                " Put the right key file back, or start with an empty data directory."
            )

    await database.write(check)


async def knows_office(database: Database, server: ServerKey, recipients: Sequence[str]) -> bool:
    """Whether incidents may be sealed to these recipients: they were accepted, or none were before.

    Whoever can write to the disk could put their own public half there. In the caller's transaction.
    """
    rows = await database.read("SELECT office FROM identity")
    known = rows[0][0] if rows else None
    return known is None or server.wrote("office", _listed(recipients), bytes(known))


async def accept_office(database: Database, server: ServerKey, recipients: Sequence[str]) -> None:
    """From now on to these. In the caller's transaction."""
    await database.execute("UPDATE identity SET office = ?", (server.mac("office", _listed(recipients)),))


def _listed(recipients: Sequence[str]) -> bytes:
    return "\n".join(sorted(recipients)).encode()
