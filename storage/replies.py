"""What is said to a reporter about an incident, sealed to a key that only the receipt makes; and whom to tell of it.

Nothing here leads from an incident to its mailbox or to a chat: the letters lie under the reference, which the
reporter's own mailbox names to whoever opens it with the receipt. Which chat is to be told of which incident only the
draft key opens. Under the server key stand the chats alone, so that after a power cut they can be told that it is over.
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Mapping
from dataclasses import astuple, dataclass, replace
from typing import Any

from storage.database import Database
from storage.sealing import DraftKeys, MailboxKey, ServerKey, Unreadable, key_id, padded_json, seal_to

TOLD_EACH = dt.timedelta(hours=1)
"""However much happens, nobody's phone says it more often."""


@dataclass(frozen=True)
class _Telling:
    """Who asked to be told of what, and until which day; when they were last (unix seconds, 0 for never), whether they
    opened their letters since, and whether something came after that which they were not told of."""

    reference: str
    box: str
    chat_id: int
    until: str
    told: int = 0
    looked: bool = False
    owed: bool = False

    def may_be_told(self, now: dt.datetime) -> bool:
        """Whether the last time is long enough ago; also when the clock was put back."""
        return abs(now.timestamp() - self.told) >= TOLD_EACH.total_seconds()


@dataclass(frozen=True)
class _Kept:
    """A telling as it is kept."""

    id: bytes
    sealed: bytes
    telling: _Telling | None
    """None where it cannot be read."""


class Replies:
    """Letters to reporters, and whom to tell that there is one. ``drafts`` is the key that a power cut takes."""

    def __init__(self, database: Database, server: ServerKey, drafts: DraftKeys) -> None:
        self._database = database
        self._server = server
        self._drafts = drafts

    async def put(self, reference: str, reply_to: str, letter: Mapping[str, Any]) -> None:
        """Put a letter there: ``on`` a day, with a ``state`` or ``words`` or both."""
        sealed = seal_to(reply_to, padded_json(letter))
        await self._database.execute(
            "INSERT INTO replies (reference, number, sealed)"
            " SELECT ?, coalesce(max(number), 0) + 1, ? FROM replies WHERE reference = ?",
            (reference, sealed, reference),
        )

    async def read(self, reference: str, key: MailboxKey) -> list[dict[str, Any]]:
        """The letters, oldest first; one that is damaged is left out."""
        rows = await self._database.read("SELECT sealed FROM replies WHERE reference = ? ORDER BY number", (reference,))
        return key.letters(bytes(sealed) for (sealed,) in rows)

    async def tell(self, reference: str, public: str, chat_id: int, until: dt.date) -> None:
        """This chat asked to be told, until that day, of what comes for this incident or into its mailbox."""
        telling = _Telling(reference, self._server.box(public).hex(), chat_id, until.isoformat())
        await self._keep(secrets.token_bytes(16), telling)
        chat = self._server.pseudonym(chat_id)
        await self._database.execute(
            "INSERT INTO waiting (chat, address) VALUES (?, ?) ON CONFLICT DO NOTHING",
            (chat, self._server.seal_chat(chat_id, _waits(chat))),
        )

    async def whom_to_tell(self, now: dt.datetime, *, reference: str = "", public: str = "") -> int | None:
        """The chat to be told now that there is a letter for this incident, or in this mailbox; None when nobody asked,
        or a power cut took who did.

        It is told once an hour at most. What comes within the hour is there when they look; should they have looked
        already, they are ``owed`` a word at its end.
        """
        box = self._server.box(public).hex() if public else ""
        for one in await self._all():
            if one.telling is not None and (one.telling.reference == reference or one.telling.box == box):
                return await self._told(one.id, one.telling, now)
        return None

    async def looked(self, reference: str) -> None:
        """The letters were opened."""
        for one in await self._all():
            if one.telling is not None and one.telling.reference == reference and one.telling.told:
                await self._keep(one.id, replace(one.telling, looked=True, owed=False))

    async def owed(self, now: dt.datetime) -> list[int]:
        """The chats to be told now of letters that came soon after they had looked; from now on they were told."""
        due = [(one.id, one.telling) for one in await self._all() if one.telling is not None and one.telling.owed]
        chats = [await self._told(id_, telling, now) for id_, telling in due if telling.may_be_told(now)]
        return [chat_id for chat_id in chats if chat_id is not None]

    async def tell_nobody(self, reference: str) -> None:
        """Forget whom to tell."""
        for one in await self._all():
            if one.telling is not None and one.telling.reference == reference:
                await self._forget(one.id)
        await self._settle()

    async def lost(self) -> list[int]:
        """Forget whom to tell if a power cut took the key to it; the chats that waited and are told no more."""
        gone = [one.id for one in await self._all() if not self._drafts.marks.has_key_of(one.sealed)]
        if not gone:
            return []
        for id_ in gone:
            await self._forget(id_)
        waited = await self._waiting()
        await self._settle()
        left = set(await self._waiting())
        return [chat_id for chat, chat_id in waited.items() if chat not in left and chat_id is not None]

    async def carry_over(self, today: dt.date) -> None:
        """Forget whose time is over and whose incident is gone, and seal the rest with today's key, so that older ones
        can be dropped."""
        here = {reference for (reference,) in await self._database.read("SELECT reference FROM incidents")}
        for one in await self._all():
            if one.telling is None or one.telling.until < today.isoformat() or one.telling.reference not in here:
                await self._forget(one.id)
            elif key_id(one.sealed) != self._drafts.marks.newest.id:
                await self._keep(one.id, one.telling)
        await self._settle()

    async def _told(self, id_: bytes, telling: _Telling, now: dt.datetime) -> int | None:
        """The chat, which is told now; None while it is too early or its time is over."""
        if telling.until < now.date().isoformat():
            return None
        if not telling.may_be_told(now):
            if telling.looked:
                await self._keep(id_, replace(telling, owed=True))
            return None
        await self._keep(id_, replace(telling, told=int(now.timestamp()), looked=False, owed=False))
        return telling.chat_id

    async def _all(self) -> list[_Kept]:
        """Every telling. There are at most some hundreds, at a few microseconds each."""
        rows = await self._database.read("SELECT id, sealed FROM tellings ORDER BY id")
        return [_Kept(bytes(id_), bytes(sealed), self._opened(bytes(id_), bytes(sealed))) for id_, sealed in rows]

    async def _keep(self, id_: bytes, telling: _Telling) -> None:
        sealed = self._drafts.marks.seal(json.dumps(astuple(telling)).encode(), _tells(id_))
        await self._database.execute(
            "INSERT INTO tellings (id, sealed) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed",
            (id_, sealed),
        )

    async def _forget(self, id_: bytes) -> None:
        await self._database.execute("DELETE FROM tellings WHERE id = ?", (id_,))

    async def _waiting(self) -> dict[bytes, int | None]:
        """The chats that wait, by their pseudonyms."""
        rows = await self._database.read("SELECT chat, address FROM waiting ORDER BY chat")
        return {bytes(chat): self._server.open_chat(address, _waits(bytes(chat))) for chat, address in rows}

    async def _settle(self) -> None:
        """Forget the chats that wait for nothing any more. While something cannot be read, nobody knows whose it is."""
        kept = await self._all()
        if any(not self._drafts.marks.has_key_of(one.sealed) for one in kept):
            return
        still = {self._server.pseudonym(one.telling.chat_id) for one in kept if one.telling is not None}
        gone = [(chat,) for chat in await self._waiting() if chat not in still]
        await self._database.execute_many("DELETE FROM waiting WHERE chat = ?", gone)

    def _opened(self, id_: bytes, sealed: bytes) -> _Telling | None:
        try:
            return _Telling(*json.loads(self._drafts.marks.open(sealed, _tells(id_))))
        except (Unreadable, ValueError, TypeError):
            return None


def _tells(id_: bytes) -> str:
    return f"telling:{id_.hex()}"


def _waits(chat: bytes) -> str:
    return f"waiting:{chat.hex()}"
