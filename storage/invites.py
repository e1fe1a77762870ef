"""Invitations into the team: a link that works once, and whoever opened it until they are taken in.

The token is 128 random bits and is kept nowhere; its SHA-256 finds the row. The link alone makes nobody a member:
whoever opened it waits until the inviter has heard the right word from them.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from storage.database import Database
from storage.members import Role
from storage.sealing import ServerKey, Unreadable

SECONDS = 48 * 3600
"""How long a link works; whoever opened it waits as long, counted anew."""

CONSOLE = "console"
"""Stands where the inviter's handle does when a code was printed on the server's console."""


@dataclass(frozen=True)
class Invite:
    """An invitation. ``id`` stands for it on buttons and in the audit; it leads to nobody.

    ``words`` are the places, in a list that both sides know, of the words to choose from, and ``word`` of the right
    one. ``chat_id`` and ``language`` are of whoever opened it; ``heard`` once the inviter chose the right word.
    """

    id: str
    role: Role
    inviter: str
    words: tuple[int, ...] = ()
    word: int = -1
    chat_id: int | None = None
    language: str = ""
    heard: bool = False


class Invites:
    """Invitations that were not opened, and those whose person waits."""

    def __init__(self, database: Database, server: ServerKey) -> None:
        self._database = database
        self._server = server

    async def make(self, role: Role, inviter: str, now: int, words: Sequence[int] = (), word: int = -1) -> str:
        """The token of a new invitation: 22 characters of base64url. Of the console's only the newest works."""
        if inviter == CONSOLE:
            await self._end(lambda one: one.inviter == CONSOLE and one.chat_id is None)
        token = base64.urlsafe_b64encode(secrets.token_bytes(16)).rstrip(b"=").decode()
        name = _hash(token)
        one = Invite(_id(name), role, inviter, tuple(words), word)
        await self._database.execute(
            "INSERT INTO invites (hash, sealed, used, ends) VALUES (?, ?, 0, ?)",
            (name, self._seal(name, one), now + SECONDS),
        )
        return token

    async def find(self, token: str, now: int) -> Invite | None:
        """The invitation of this token, if nobody opened it yet."""
        rows = await self._database.read(
            "SELECT hash, sealed FROM invites WHERE hash = ? AND used = 0 AND ends > ?", (_hash(token), now)
        )
        return self._opened(*rows[0]) if rows else None

    async def use(self, token: str, chat_id: int, language: str, now: int) -> Invite | None:
        """Open it, once: None to everybody after the first, as to anybody whose token is none."""
        rows = await self._database.execute(
            "UPDATE invites SET used = 1, ends = ? WHERE hash = ? AND used = 0 AND ends > ? RETURNING hash, sealed",
            (now + SECONDS, _hash(token), now),
        )
        found = self._opened(*rows[0]) if rows else None
        if found is None:
            return None
        one = replace(found, chat_id=chat_id, language=language)
        await self._keep(bytes(rows[0][0]), one)
        return one

    async def waiting(self, invite_id: str, now: int) -> Invite | None:
        """The invitation of this id, if somebody opened it and waits."""
        for name, one in await self._all("WHERE used = 1 AND ends > ?", now):
            if _id(name) == invite_id:
                return one
        return None

    async def of(self, inviter: str, now: int) -> list[Invite]:
        """All open invitations by this member."""
        return [one for _, one in await self._all("WHERE ends > ?", now) if one.inviter == inviter]

    async def hear(self, invite: Invite, now: int) -> None:
        """The inviter heard the right word; a second person has as long again to agree."""
        for name, one in await self._all("WHERE used = 1"):
            if one.id == invite.id:
                await self._keep(name, replace(one, heard=True), now + SECONDS)

    async def end(self, invite_id: str) -> bool:
        """It is over, whatever came of it; whether it was still there. Only who gets True may take somebody in."""
        return await self._end(lambda one: one.id == invite_id) > 0

    async def end_of(self, inviter: str) -> int:
        """This member invites nobody any more; how many invitations were open."""
        return await self._end(lambda one: one.inviter == inviter)

    async def forget(self, now: int) -> None:
        """Delete those whose time is over."""
        await self._database.execute("DELETE FROM invites WHERE ends <= ?", (now,))

    async def _all(self, where: str, *values: Any) -> list[tuple[bytes, Invite]]:
        """The rows that fit, opened. A team has a handful."""
        rows = await self._database.read(f"SELECT hash, sealed FROM invites {where}", values)  # noqa: S608 - ours
        opened = [(bytes(name), self._opened(name, sealed)) for name, sealed in rows]
        return [(name, one) for name, one in opened if one is not None]

    async def _keep(self, name: bytes, one: Invite, ends: int | None = None) -> None:
        await self._database.execute(
            "UPDATE invites SET sealed = ?, ends = coalesce(?, ends) WHERE hash = ?",
            (self._seal(name, one), ends, name),
        )

    async def _end(self, which: Callable[[Invite], bool]) -> int:
        names = [name for name, one in await self._all("") if which(one)]
        await self._database.execute_many("DELETE FROM invites WHERE hash = ?", [(name,) for name in names])
        return len(names)

    def _seal(self, name: bytes, one: Invite) -> bytes:
        return self._server.sealer.seal(json.dumps(asdict(one), separators=(",", ":")).encode(), _name(name))

    def _opened(self, name: bytes, sealed: bytes) -> Invite | None:
        try:
            whole = json.loads(self._server.sealer.open(bytes(sealed), _name(name)))
            return Invite(**whole | {"role": Role(whole["role"]), "words": tuple(whole["words"])})
        except (Unreadable, ValueError, TypeError, KeyError):
            return None


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="replace")).digest()


def _id(name: bytes) -> str:
    """``I-`` and 8 hexadecimal digits: of the hash, so that the token cannot be told from it."""
    return f"I-{bytes(name)[:4].hex().upper()}"


def _name(name: bytes) -> str:
    return f"invite:{bytes(name).hex()}"
