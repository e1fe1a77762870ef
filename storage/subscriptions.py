"""Who asked to be told of what.

A topic is ``all`` (every deadline), ``news`` (announcements of the network), ``d:<deadline>``, ``b:<benchmark>`` or
``case:<case>``.
"""

from __future__ import annotations

from collections.abc import Sequence

from storage.database import Database
from storage.listeners import Listeners, Place, Profile
from storage.rounds import Rounds
from storage.sealing import ServerKey

ALL, NEWS = "all", "news"


class Subscriptions:
    """Places and topics. Nobody is told of anything that they did not ask for."""

    def __init__(self, database: Database, server: ServerKey) -> None:
        self._database = database
        self._server = server
        self._listeners = Listeners(database, server)
        self._rounds = Rounds(database, server)

    async def begin(self, place: Place, topic: str, profile: Profile) -> None:
        """Tell this place of it from now on; ``profile`` is for one that is new."""
        await self._listeners.welcome(place, profile)
        await self._database.execute(
            "INSERT INTO subscriptions (topic, place) VALUES (?, ?) ON CONFLICT DO NOTHING",
            (topic, self._listeners.mark(place)),
        )

    async def end(self, place: Place, topic: str) -> None:
        """No longer; and nothing goes out that was on its way for this alone."""
        mark = self._listeners.mark(place)
        await self._database.execute("DELETE FROM subscriptions WHERE topic = ? AND place = ?", (topic, mark))
        left = set(await self.of(place))
        for subject, round_id in await self._database.read(
            "SELECT subject, round FROM deliveries WHERE place = ? AND state IN ('waiting', 'queued')", (mark,)
        ):
            meant = await self._rounds.get(round_id)
            if meant is not None and meant.topics and left.isdisjoint(meant.topics):
                await self._database.execute(
                    "UPDATE deliveries SET state = 'void' WHERE subject = ? AND place = ?", (subject, mark)
                )

    async def end_all(self, place: Place) -> None:
        """This place is told of nothing any more, and nothing that is on its way goes out."""
        mark = self._listeners.mark(place)
        await self._database.execute("DELETE FROM subscriptions WHERE place = ?", (mark,))
        await self._database.execute(
            "UPDATE deliveries SET state = 'void' WHERE place = ? AND state IN ('waiting', 'queued')", (mark,)
        )

    async def of(self, place: Place) -> list[str]:
        """What this place is told of."""
        rows = await self._database.read(
            "SELECT topic FROM subscriptions WHERE place = ? ORDER BY topic", (self._listeners.mark(place),)
        )
        return [topic for (topic,) in rows]

    async def has(self, place: Place, topic: str) -> bool:
        """Whether this place is told of it."""
        rows = await self._database.read(
            "SELECT 1 FROM subscriptions WHERE topic = ? AND place = ?", (topic, self._listeners.mark(place))
        )
        return bool(rows)

    async def among(self, topics: Sequence[str], places: Sequence[bytes]) -> set[bytes]:
        """Those of these places, at most some hundreds, that are told of any of these topics."""
        wanted, marks = ", ".join("?" * len(topics)), ", ".join("?" * len(places))
        rows = await self._database.read(
            f"SELECT DISTINCT place FROM subscriptions WHERE place IN ({marks}) AND topic IN ({wanted})",  # noqa: S608 - ours
            (*places, *topics),
        )
        return {bytes(place) for (place,) in rows}

    async def count(self, topics: Sequence[str]) -> int:
        """How many places that can be written to asked for any of these."""
        each = " UNION ".join(["SELECT place FROM subscriptions WHERE topic = ?"] * len(topics))
        [(count,)] = await self._database.read(
            f"SELECT count(*) FROM ({each}) JOIN listeners USING (place) WHERE blocked_on IS NULL",  # noqa: S608 - ours
            tuple(topics),
        )
        return int(count)

    async def by_profile(self, topics: Sequence[str]) -> dict[Profile | None, int]:
        """How many places asked for any of these, by what they have in common; under None those that cannot be written
        to."""
        each = " UNION ".join(["SELECT place FROM subscriptions WHERE topic = ?"] * len(topics))
        rows = await self._database.read(
            f"SELECT CASE WHEN blocked_on IS NULL THEN profile END, count(*) FROM ({each})"  # noqa: S608 - ours
            " JOIN listeners USING (place) GROUP BY 1",
            tuple(topics),
        )
        return {None if profile is None else Profile.read(profile): count for profile, count in rows}

    async def counts(self, beginning: str) -> dict[str, int]:
        """How many places that can be written to asked for each topic that begins so; those that nobody asked for left
        out."""
        rows = await self._database.read(
            "SELECT topic, count(*) FROM subscriptions JOIN listeners USING (place)"
            " WHERE topic >= ?1 AND topic < ?1 || x'7f' AND blocked_on IS NULL GROUP BY topic",
            (beginning,),
        )
        return dict(rows)

    async def adopt(self, profile: Profile) -> None:
        """Take over who followed a case before there were subscriptions."""
        for chat, topic, address in await self._database.read("SELECT chat, topic, address FROM follows"):
            chat_id = self._server.open_chat(bytes(address), f"follow:{bytes(chat).hex()}:{topic}")
            if chat_id is not None:
                await self.begin(Place(chat_id), topic, profile)
        await self._database.execute("DELETE FROM follows")
