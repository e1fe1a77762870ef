"""Rounds, deliveries and places over one database, for tests that look at what is kept of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypeVar

from storage.database import Database
from storage.deliveries import CARRIER, Deliveries, Delivery
from storage.listeners import Listener, Listeners, Place, Profile
from storage.rounds import REMINDER, Round, Rounds
from storage.sealing import ServerKey
from storage.subscriptions import Subscriptions

T = TypeVar("T")

TODAY = dt.date(2026, 11, 23)
NOW = 1_795_000_000
HOME, GENEVA = Profile(), Profile("Europe/Zurich")
STEP = Round(REMINDER, "d:0a:1:2027-03-01:d7:x", "d:0a:1:2027-03-01:d7", ("all", "d:0a", "b:D"))


class Store:
    """Rounds over one database."""

    def __init__(self, folder: Path, database: Database) -> None:
        server = ServerKey.load(folder / "server.key", TODAY)
        self.folder = folder
        self.database = database
        self.listeners = Listeners(database, server)
        self.subscriptions = Subscriptions(database, server)
        self.deliveries = Deliveries(database)
        self.rounds = Rounds(database, server)

    async def do(self, deed: Callable[[], Awaitable[T]]) -> T:
        return await self.database.write(deed)

    async def subscribe(self, chat_ids: Sequence[int], topic: str = "all", profile: Profile = HOME) -> None:
        """These private chats ask for it."""

        async def work() -> None:
            for chat_id in chat_ids:
                await self.subscriptions.begin(Place(chat_id), topic, profile)

        await self.do(work)

    async def keep(self, listener: Listener) -> None:
        """This is how a place wants it now."""
        await self.do(lambda: self.listeners.keep(listener))

    async def open(self, one: Round) -> Round:
        kept = await self.do(lambda: self.rounds.open(one, TODAY))
        assert kept is not None
        return kept

    async def expand(self, one: Round, most: int = 1000) -> int:
        """Give everybody their delivery; how many transactions it took."""
        for count in range(1, 1000):
            found = await self.do(lambda: self.rounds.get(one.id))
            assert found is not None
            if await self.do(lambda found=found: self.rounds.expand(found, most)):  # type: ignore[misc]
                return count
        raise AssertionError("it never ends")

    async def states(self, one: Round) -> dict[int, str]:
        """How it stands with each chat of a round, for chats 1 to 99."""
        by_mark = {self.listeners.mark(Place(n)): n for n in range(1, 100)}
        states = await self.do(lambda: self.deliveries.states(one.id))
        return {by_mark[mark]: state for mark, state in states.items()}

    async def end(self, one: Round, state: str, *chat_ids: int) -> None:
        """What waits for these chats has come to this end."""
        subject, keys = one.subject, {f"{CARRIER}{one.id}{n}": n for n in chat_ids}

        async def work() -> None:
            carried = {key: [Delivery(subject, self.listeners.mark(Place(n)), one.id)] for key, n in keys.items()}
            await self.deliveries.queue(carried, NOW)
            if state != "queued":
                await self.deliveries.ended([(state, key) for key in keys])

        await self.do(work)

    async def land(self, one: Round, state: str, chat_id: int) -> None:
        """A letter that was in the air has come to this end."""
        await self.do(lambda: self.deliveries.ended([(state, f"{CARRIER}{one.id}{chat_id}")]))
