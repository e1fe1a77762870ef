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


async def same_office(database: Database, server: ServerKey, recipients: Sequence[str]) -> bool:
    """Whether incidents are sealed to the same recipients as at the last start; from now on to these.

    Whoever can write to the disk could put their own public half there; the operator is told (bot.application).
    """
    mac = server.mac("office", "\n".join(sorted(recipients)).encode())

    async def compare() -> bool:
        rows = await database.read("SELECT office FROM identity")
        known = rows[0][0] if rows else None
        await database.execute("UPDATE identity SET office = ?", (mac,))
        return known is None or bytes(known) == mac

    return await database.write(compare)
