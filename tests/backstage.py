"""What the running bot keeps, looked at and changed behind its back, in the same database and with its keys."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from conftest import House
from incident_story import rows

from sandbox.records import Person
from storage.database import Database
from storage.members import Member
from storage.sealing import DraftKeys, OfficeLock, ServerKey
from storage.tables import Tables

T = TypeVar("T")

_NAMES = """
members invites rooms incidents additions mailboxes reviews notes replies tellings proposals audit
case_entries assessments published deadlines rounds workplans submissions
"""
DECIDED = tuple(_NAMES.split())
"""Tables with what the team decides and what was told to it. Nobody without the right changes a row of them."""


class Backstage:
    """The tables of a bot that runs."""

    def __init__(self, house: House) -> None:
        assert house._bot is not None
        today = house.world.clock().date()
        self._house = house
        self._database: Database = house._bot._worker._database
        self.server = ServerKey.load(house.settings.server_key, today)
        drafts = DraftKeys.load(house.settings.draft_keys_folder() / "draft.keys", today)
        self.tables = Tables.over(self._database, self.server, drafts, OfficeLock.load(house.settings.office_lock))

    async def do(self, deed: Callable[[], Awaitable[T]]) -> T:
        """Do this in a transaction of its own."""
        return await self._database.write(deed)

    async def member(self, person: Person) -> Member | None:
        """The member that this person is."""
        return await self.do(lambda: self.tables.members.of(person.id))

    async def revoke(self, person: Person) -> None:
        """Take the role of this person."""
        member = await self.member(person)
        assert member is not None, f"{person.name} has no role"
        await self.do(lambda: self.tables.members.revoke(member.handle))

    def decided(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of the tables that only the team changes, as it lies on the disk."""
        return {table: rows(self._house, f"SELECT * FROM {table}") for table in DECIDED}
