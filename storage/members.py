"""Who works here. A member is known by a handle such as Lotus-4; nobody but the server can tell whose it is."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass
from enum import IntEnum

from storage.database import Database
from storage.sealing import ServerKey


class Role(IntEnum):
    """What somebody may do. Each may do what those before it may."""

    PUBLIC = 0
    MONITOR = 1
    EDITOR = 2
    COORDINATOR = 3
    ADMIN = 4


_NAMES = (
    "Bamboo Banyan Cicada Crane Dolphin Egret Firefly Gecko Heron Ibis Jasmine Kapok Kingfisher Langur Lotus Mango"
    " Myna Orchid Otter Palm Pelican Rice River Rumduol Sarus Sparrow Stork Tamarind Teak Turtle"
)
"""Words that say nothing of a person; no two begin alike enough to be confused on the telephone."""


@dataclass(frozen=True)
class Member:
    """Somebody with a role, since a day."""

    handle: str
    role: Role
    since: str


class Members:
    """People with a role. Whoever is not here is the public."""

    def __init__(self, database: Database, server: ServerKey) -> None:
        self._database = database
        self._server = server

    async def of(self, user_id: int) -> Member | None:
        """The member behind this Telegram account; None for the public and for those who were revoked."""
        rows = await self._database.read(
            "SELECT handle, role, since FROM members WHERE person = ?", (self._server.pseudonym(user_id),)
        )
        return _member(*rows[0]) if rows else None

    async def all(self) -> list[Member]:
        """Everybody with a role, those who may do most first."""
        rows = await self._database.read(
            "SELECT handle, role, since FROM members WHERE person IS NOT NULL ORDER BY role DESC, handle"
        )
        return [_member(*row) for row in rows]

    async def named(self, handle: str) -> Member | None:
        """The member of this handle."""
        rows = await self._database.read(
            "SELECT handle, role, since FROM members WHERE handle = ? AND person IS NOT NULL", (handle,)
        )
        return _member(*rows[0]) if rows else None

    async def chat_of(self, handle: str) -> int | None:
        """The private chat with this member."""
        rows = await self._database.read("SELECT address FROM members WHERE handle = ?", (handle,))
        return self._server.open_chat(rows[0][0], f"member:{handle}") if rows else None

    async def chats(self, least: Role, *besides: str) -> list[int]:
        """The private chats with all who have this role or more, except with these handles."""
        members = [one for one in await self.all() if one.role >= least and one.handle not in besides]
        chats = [await self.chat_of(one.handle) for one in members]
        return [chat_id for chat_id in chats if chat_id is not None]

    async def others(self, least: Role, *besides: str) -> bool:
        """Whether anybody but these handles has this role or more."""
        return any(one.role >= least and one.handle not in besides for one in await self.all())

    async def left(self, handle: str) -> bool:
        """Whether this was a member, and is none any more."""
        return bool(await self._database.read("SELECT 1 FROM members WHERE handle = ? AND person IS NULL", (handle,)))

    async def admit(self, user_id: int, role: Role, today: dt.date) -> Member:
        """Give somebody this role, under a new handle; a member keeps theirs."""
        known = await self.of(user_id)
        handle = known.handle if known else await self._new_handle()
        await self._database.execute(
            "INSERT INTO members (handle, person, address, role, since) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (handle) DO UPDATE SET role = excluded.role, since = excluded.since",
            (
                handle,
                self._server.pseudonym(user_id),
                self._server.seal_chat(user_id, f"member:{handle}"),
                int(role),
                today.isoformat(),
            ),
        )
        return Member(handle, role, today.isoformat())

    async def revoke(self, handle: str) -> None:
        """From the next update on this is nobody. The handle stays taken, so that what it did is not another's."""
        await self._database.execute(
            "UPDATE members SET person = NULL, address = NULL, role = 0 WHERE handle = ?", (handle,)
        )

    async def _new_handle(self) -> str:
        taken = {handle for (handle,) in await self._database.read("SELECT handle FROM members")}
        for digits in (1, 2, 3, 4):
            free = [f"{name}-{n}" for name in _NAMES.split() for n in range(10 ** (digits - 1), 10**digits)]
            free = [one for one in free if one not in taken]
            if len(free) > len(taken):
                return secrets.choice(free)
        raise RuntimeError("every handle is taken")


def _member(handle: str, role: int, since: str) -> Member:
    return Member(handle, Role(role), since)
