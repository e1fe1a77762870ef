"""Rows that the bot would have written in months, put into its tables at once; nobody in them exists."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

from bench.echo.rate_limited import WORDS
from bot import clock
from bot.settings import Settings
from forms.broadcast import BY_TOPIC, Audience
from storage.database import Database
from storage.listeners import Place, Profile
from storage.members import Role
from storage.outbox import Priority
from storage.rounds import BROADCAST, PAUSED, Round
from storage.sealing import DraftKeys, OfficeLock, ServerKey
from storage.subscriptions import NEWS
from storage.tables import Tables

_BLOCK = 10_000
_LISTENER = "INSERT INTO listeners (place, chat, address, profile) VALUES (?, ?, ?, ?)"
_SUBSCRIPTION = "INSERT INTO subscriptions (topic, place) VALUES (?, ?)"


class House:
    """The tables of a bot that does not run."""

    def __init__(self, database: Database, server: ServerKey, tables: Tables) -> None:
        self.database, self.server, self.tables = database, server, tables

    async def listen(self, chats: Iterable[int], asked: Callable[[int], tuple[Profile, Sequence[str]]]) -> None:
        """Let these chats be told; ``asked`` says how and of which topics, by the chat's position."""
        listeners: list[Sequence[Any]] = []
        subscriptions: list[Sequence[Any]] = []
        for number, chat in enumerate(chats):
            mark, (profile, topics) = self.tables.listeners.mark(Place(chat)), asked(number)
            address = self.server.sealer.seal(json.dumps([chat, None]).encode(), f"listener:{mark.hex()}")
            listeners.append((mark, self.server.pseudonym(chat), address, str(profile)))
            subscriptions += [(topic, mark) for topic in topics]
        for statement, rows in ((_LISTENER, listeners), (_SUBSCRIPTION, subscriptions)):
            rows.sort(key=lambda row: row[0])  # as they lie on the disk: each page is written once
            for start in range(0, len(rows), _BLOCK):
                block = rows[start : start + _BLOCK]
                await self.database.write(lambda: self.database.execute_many(statement, block))  # noqa: B023 - awaited

    async def paused_broadcast(self, chats: Sequence[int], coordinator: int) -> str:
        """Everybody here asked for news, and there is a broadcast that waits for a coordinator to let it go on; its id."""
        await self.listen(chats, lambda _: (Profile(), (NEWS,)))
        now = clock.now()

        async def open_it() -> str:
            member = await self.tables.members.admit(coordinator, Role.COORDINATOR, now.date())
            content = {
                "km": WORDS,
                "en": WORDS,
                "by": member.handle,
                "alone": False,
                "urgent": True,
                "audience": Audience(BY_TOPIC, NEWS).to_json(),
                "count": len(chats),
                "blocked": 0,
                "whom": [],
                "at": now.isoformat(),
                "day": now.date().isoformat(),
                "progress": None,
                "said": None,
            }
            key, priority = "bc:000000000000", Priority.BROADCAST
            waiting = Round(BROADCAST, key, key, (NEWS,), content=content, priority=priority, state=PAUSED)
            one = await self.tables.rounds.open(waiting, now.date())
            assert one is not None
            return one.id

        return await self.database.write(open_it)


async def in_house(settings: Settings, work: Callable[[House], Awaitable[None]]) -> None:
    """Do something in the tables of a bot that does not run."""
    today = clock.now().date()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    server = ServerKey.load(settings.server_key, today)
    drafts = DraftKeys.load(settings.draft_keys_folder() / "draft.keys", today)
    database = await Database.open(settings.database)
    try:
        tables = Tables.over(database, server, drafts, OfficeLock.load(settings.office_lock))
        await work(House(database, server, tables))
    finally:
        await database.close()
