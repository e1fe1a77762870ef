"""What the clock has shown, so that a leap of it is noticed after a restart, too; and whether it is waited for somebody
to say that it is right."""

from __future__ import annotations

from storage.database import Database


class Timekeeping:
    """One row. Times in unix seconds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def seen(self) -> int:
        """The latest that the clock has shown; 0 before the first time."""
        rows = await self._database.read("SELECT seen FROM timekeeping")
        return int(rows[0][0]) if rows else 0

    async def saw(self, now: int) -> None:
        """The clock shows this."""
        await self._database.execute(
            "INSERT INTO timekeeping (one, seen, held) VALUES (1, ?, 0) ON CONFLICT (one) DO UPDATE SET seen = excluded.seen",
            (now,),
        )

    async def held(self) -> bool:
        """Whether everything that goes by the clock waits."""
        rows = await self._database.read("SELECT held FROM timekeeping")
        return bool(rows and rows[0][0])

    async def hold(self) -> bool:
        """The clock leapt: send nothing that goes by it; whether that is new."""
        rows = await self._database.execute("UPDATE timekeeping SET held = 1 WHERE held = 0 RETURNING one")
        return bool(rows)

    async def release(self) -> bool:
        """Somebody says that it is right; whether anything waited."""
        rows = await self._database.execute("UPDATE timekeeping SET held = 0 WHERE held = 1 RETURNING one")
        return bool(rows)
