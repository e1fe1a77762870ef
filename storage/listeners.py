"""Places that the bot writes to unasked, and how they want it: when they sleep, how often, whether they can be reached."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from storage.database import Database, Row
from storage.sealing import ServerKey, Unreadable

_LISTENERS = "SELECT place, address, profile, digest, asleep_until, blocked_on FROM listeners"


@dataclass(frozen=True)
class Place:
    """A chat or, in a forum, one topic of it."""

    chat_id: int
    thread_id: int | None = None


@dataclass(frozen=True)
class Profile:
    """What many places have in common, and on which the moment of a reminder depends. Hours are local, 0 to 23; nothing
    makes a sound from ``quiet_from`` on until ``quiet_to``; they are the same where nothing is quiet."""

    zone: str = "Asia/Phnom_Penh"
    quiet_from: int = 21
    quiet_to: int = 7
    leads: str = "all"
    """all, or few."""

    def __str__(self) -> str:
        return f"{self.zone} {self.quiet_from} {self.quiet_to} {self.leads}"

    @classmethod
    def read(cls, text: str) -> Profile:
        """The profile that ``str`` gave. Raises ValueError."""
        zone, quiet_from, quiet_to, leads = text.split(" ")
        return cls(zone, int(quiet_from), int(quiet_to), leads)


@dataclass(frozen=True)
class Listener:
    """One place, as it wants to be told."""

    place: Place
    profile: Profile = Profile()
    digest: bool = False
    """All that is due on a morning in one message."""
    asleep_until: int = 0
    """Unix seconds: nothing before."""
    blocked_on: str = ""
    """It cannot be written to since this day."""


class Listeners:
    """Places by pseudonym. The table alone says how many there are in each zone, and not who."""

    def __init__(self, database: Database, server: ServerKey) -> None:
        self._database = database
        self._server = server

    def mark(self, place: Place) -> bytes:
        """16 bytes that stand for a place in the tables."""
        return self._server.mac("place", f"{place.chat_id}:{place.thread_id or ''}".encode())[:16]

    async def of(self, place: Place) -> Listener | None:
        """How this place wants to be told; None for one that was never told anything."""
        return (await self.these([self.mark(place)])).get(self.mark(place))

    async def these(self, marks: Sequence[bytes]) -> dict[bytes, Listener]:
        """Those of these, at most some thousands, that are here and can be read."""
        wanted = ", ".join("?" * len(marks))
        rows = await self._database.read(f"{_LISTENERS} WHERE place IN ({wanted})", tuple(marks))
        found = {bytes(row[0]): self._opened(row) for row in rows}
        return {mark: one for mark, one in found.items() if one is not None}

    async def welcome(self, place: Place, profile: Profile) -> Listener:
        """This place, with this profile if it is new."""
        known = await self.of(place)
        if known is None:
            known = Listener(place, profile)
            await self.keep(known)
        return known

    async def keep(self, listener: Listener) -> None:
        """This is how it wants it now."""
        mark = self.mark(listener.place)
        whole = json.dumps([listener.place.chat_id, listener.place.thread_id]).encode()
        await self._database.execute(
            "INSERT INTO listeners (place, chat, address, profile, digest, asleep_until, blocked_on)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (place) DO UPDATE SET profile = excluded.profile,"
            " digest = excluded.digest, asleep_until = excluded.asleep_until, blocked_on = excluded.blocked_on",
            (
                mark,
                self._server.pseudonym(listener.place.chat_id),
                self._server.sealer.seal(whole, _name(mark)),
                str(listener.profile),
                int(listener.digest),
                listener.asleep_until,
                listener.blocked_on or None,
            ),
        )

    async def of_chat(self, chat_id: int) -> list[Listener]:
        """A chat and its topics."""
        rows = await self._database.read(f"{_LISTENERS} WHERE chat = ?", (self._server.pseudonym(chat_id),))
        return [one for row in rows if (one := self._opened(row)) is not None]

    async def profiles(self) -> list[Profile]:
        """Those that there are and can be read: looked up step by step, for the places can be a million."""
        rows = await self._database.read(
            "WITH RECURSIVE each (profile) AS (SELECT min(profile) FROM listeners UNION ALL"
            " SELECT (SELECT min(profile) FROM listeners WHERE profile > each.profile) FROM each"
            " WHERE each.profile IS NOT NULL) SELECT profile FROM each WHERE profile IS NOT NULL"
        )
        return [one for (text,) in rows if (one := _read(text)) is not None]

    async def block(self, chat_id: int, today: dt.date) -> bool:
        """This chat cannot be written to, and what waits for it is not sent; whether that is new."""
        chat = self._server.pseudonym(chat_id)
        rows = await self._database.execute(
            "UPDATE listeners SET blocked_on = ? WHERE chat = ? AND blocked_on IS NULL RETURNING place",
            (today.isoformat(), chat),
        )
        await self._database.execute(
            "UPDATE deliveries SET state = 'gone' WHERE place IN (SELECT place FROM listeners WHERE chat = ?)"
            " AND state IN ('waiting', 'queued') AND state = 'waiting'",
            (chat,),
        )
        return bool(rows)

    async def back(self, chat_id: int) -> None:
        """Somebody speaks there, so it can be written to."""
        await self._database.execute(
            "UPDATE listeners SET blocked_on = NULL WHERE chat = ? AND blocked_on IS NOT NULL",
            (self._server.pseudonym(chat_id),),
        )

    async def is_blocked(self, chat_id: int) -> bool:
        """Whether it is known that this chat cannot be written to."""
        rows = await self._database.read(
            "SELECT 1 FROM listeners WHERE chat = ? AND blocked_on IS NOT NULL", (self._server.pseudonym(chat_id),)
        )
        return bool(rows)

    async def forget(self, chat_id: int) -> None:
        """Remember nothing of this chat: neither what it wants to hear nor what it was told."""
        marks = "(SELECT place FROM listeners WHERE chat = ? UNION SELECT ?)"  # it may have stopped before
        chat = self._server.pseudonym(chat_id)
        for table in ("subscriptions", "answered", "deliveries"):
            await self._database.execute(
                f"DELETE FROM {table} WHERE place IN {marks}",  # noqa: S608 - ours
                (chat, self.mark(Place(chat_id))),
            )
        await self._database.execute("DELETE FROM listeners WHERE chat = ?", (chat,))

    async def tidy(self, after: bytes, most: int) -> bytes | None:
        """Of the next so many places, in their order, forget those that asked for nothing any more, and to which nothing is
        on its way. That one cannot be written to stays known. The last place that was looked at; None when that was all."""
        rows = await self._database.read(
            "SELECT place FROM listeners WHERE place > ? ORDER BY place LIMIT ?", (after, most)
        )
        if not rows:
            return None
        last = bytes(rows[-1][0])
        await self._database.execute(
            "DELETE FROM listeners WHERE place > ? AND place <= ? AND blocked_on IS NULL"
            " AND NOT EXISTS (SELECT 1 FROM subscriptions AS s WHERE s.place = listeners.place)"
            " AND NOT EXISTS (SELECT 1 FROM deliveries AS d WHERE d.place = listeners.place"
            " AND d.state IN ('waiting', 'queued'))",
            (after, last),
        )
        return last if len(rows) == most else None

    async def moved(self, old_chat_id: int, new_chat_id: int) -> None:
        """A group became a supergroup and has a new id. Telegram tells of it twice; a topic of it there was none."""
        for old in await self.of_chat(old_chat_id):
            await self._move(old, Place(new_chat_id, old.place.thread_id))

    async def left_topic(self, place: Place) -> None:
        """This topic is gone: what it was told is told in the chat."""
        known = await self.of(place)
        if known is not None and place.thread_id is not None:
            await self._move(known, Place(place.chat_id))

    async def _move(self, old: Listener, place: Place) -> None:
        if await self.of(place) is None:
            await self.keep(replace(old, place=place, blocked_on=""))
        marks = (self.mark(place), self.mark(old.place))
        for table in ("subscriptions", "answered", "deliveries"):
            await self._database.execute(f"UPDATE OR IGNORE {table} SET place = ? WHERE place = ?", marks)  # noqa: S608 - ours
            await self._database.execute(f"DELETE FROM {table} WHERE place = ?", marks[1:])  # noqa: S608 - ours
        await self._database.execute("DELETE FROM listeners WHERE place = ?", marks[1:])

    def _opened(self, row: Row) -> Listener | None:
        mark, address, profile, digest, asleep_until, blocked_on = row
        try:
            place = Place(*json.loads(self._server.sealer.open(bytes(address), _name(bytes(mark)))))
            return Listener(place, Profile.read(profile), bool(digest), asleep_until, blocked_on or "")
        except (Unreadable, ValueError, TypeError):
            return None


def _read(text: str) -> Profile | None:
    try:
        return Profile.read(text)
    except ValueError:
        return None


def _name(mark: bytes) -> str:
    return f"listener:{mark.hex()}"
