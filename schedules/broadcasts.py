"""What coordinators are shown of a broadcast by the clock: how far it is, how it went, and that it lost its sender."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from forms.broadcast import Audience, without_words
from storage.audit import Act
from storage.database import Database
from storage.listeners import Place
from storage.members import Role
from storage.outbox import Call, Letter, Priority, Queued
from storage.rounds import DONE, PAUSED, RUNNING, VOID, Round
from storage.tables import Tables
from texts.broadcasts import Broadcasts, moved
from texts.screen import Screen

Say = Callable[[str], Screen]
"""The screen in a language."""


class BroadcastNews:
    """Keeps the message current that shows how far a broadcast is, in place, and only when its numbers have moved. When one
    is over, writes down how it went and forgets its words. ``notice`` and ``replacing`` make the calls."""

    def __init__(
        self,
        database: Database,
        tables: Tables,
        texts: Broadcasts,
        notice: Callable[[int, Screen], Call],
        replacing: Callable[[int, int, Screen], Call],
        hand_over: Callable[[list[Queued]], None],
    ) -> None:
        self._database = database
        self._tables = tables
        self._texts = texts
        self._notice = notice
        self._replacing = replacing
        self._hand_over = hand_over

    async def tend(self, now: dt.datetime) -> None:
        """Look at each that runs, and at each that is over and was not reported yet."""

        async def work() -> list[Queued]:
            letters: list[Letter] = []
            for one in await self._tables.rounds.of("bc:"):
                letters += await self._tended(one, now.date())
            return await self._tables.outbox.add(letters, now.date())

        self._hand_over(await self._database.write(work))

    async def _tended(self, one: Round, today: dt.date) -> list[Letter]:
        if one.state in (DONE, VOID):
            return [] if "result" in one.content else await self._ended(one, today)
        if one.state == RUNNING and one.content["alone"] and not await self._is_coordinator(one.content["by"]):
            return await self._orphaned(one, today)
        return await self._progress(one)

    async def _progress(self, one: Round) -> list[Letter]:
        """How far it is, where that changed and somebody looks."""
        counts = await self._tables.deliveries.progress(one.id)
        now = moved(one, counts)
        if one.content["progress"] is None or one.content["said"] == now:
            return []
        looks = await self._looks(one)
        kept = {**one.content, "progress": one.content["progress"] if looks else None, "said": now}
        await self._tables.rounds.reword(replace(one, content=kept))
        return [await self._edit(one, partial(self._texts.progress, one, counts))] if looks else []

    async def _ended(self, one: Round, today: dt.date) -> list[Letter]:
        """Write down how it went, once nothing of it is in the air any more; its words go, and whoever sent it is told."""
        counts = await self._tables.deliveries.counts([one.id])
        if counts.get("queued"):
            return []
        kept = {**without_words(one.content), "result": counts, "missed": await self._missed(one)}
        over = replace(one, content={**kept, "progress": None, "whom": []})
        await self._tables.rounds.reword(over)
        if one.state == DONE:
            await self._tables.audit.note(today, "bot", Act.BROADCAST, f"{one.id}:{DONE}")
        say = partial(self._texts.over, over, counts)
        looks = await self._looks(one)
        letters = [await self._edit(one, say, last=True)] if looks else []
        told = {one.content["progress"][0]} if looks else set()
        return letters + [
            await self._letter(chat_id, say) for chat_id in await self._senders(one) if chat_id not in told
        ]

    async def _orphaned(self, one: Round, today: dt.date) -> list[Letter]:
        """Whoever sent it alone has no say any more: it waits until another coordinator decides."""
        await self._tables.rounds.turn(one.id, PAUSED)
        kept = {**one.content, "alone": False, "progress": None}
        await self._tables.rounds.reword(replace(one, content=kept))
        await self._tables.audit.note(today, "bot", Act.BROADCAST, f"{one.id}:{PAUSED}")
        say = partial(self._texts.left, one)
        return [await self._letter(chat_id, say) for chat_id in await self._tables.members.chats(Role.COORDINATOR)]

    async def _missed(self, one: Round) -> list[str]:
        """The members for whom it was and whom it did not reach, as far as is known."""
        if Audience.from_json(one.content["audience"]).topics:
            return []
        states, missed = await self._tables.deliveries.states(one.id), []
        for handle in one.content["whom"]:
            chat_id = await self._tables.members.chat_of(handle)
            mark = self._tables.listeners.mark(Place(chat_id)) if chat_id is not None else b""
            if states.get(mark) != "sent":
                missed.append(handle)
        return missed

    async def _senders(self, one: Round) -> list[int]:
        """Whoever sent it; all coordinators, should that be nobody any more."""
        if await self._is_coordinator(one.content["by"]):
            chat_id = await self._tables.members.chat_of(one.content["by"])
            return [] if chat_id is None else [chat_id]
        return await self._tables.members.chats(Role.COORDINATOR)

    async def _is_coordinator(self, handle: str) -> bool:
        member = await self._tables.members.named(handle)
        return member is not None and member.role >= Role.COORDINATOR

    async def _looks(self, one: Round) -> bool:
        """Whether the message is still there, as far as is known, and before the eyes of a coordinator: in private the
        number of the chat is that of the person."""
        if one.content["progress"] is None or await self._tables.outbox.refused(self._key(one)):
            return False
        member = await self._tables.members.of(one.content["progress"][0])
        return member is not None and member.role >= Role.COORDINATOR

    async def _edit(self, one: Round, say: Say, *, last: bool = False) -> Letter:
        """Of the priority of a reminder: before any broadcast, and no apology follows where somebody deleted the message.
        The last is said anew then."""
        chat_id, message_id = one.content["progress"]
        language = await self._language(chat_id)
        screen = say(language)
        call = self._replacing(chat_id, message_id, screen)
        call = replace(call, otherwise=self._notice(chat_id, screen)) if last else call
        return Letter(f"{self._key(one)}{secrets.token_hex(6)}", chat_id, call, language, Priority.REMINDER)

    @staticmethod
    def _key(one: Round) -> str:
        """How the keys of edits of this message begin."""
        return f"bc:{one.id}:{one.content['progress'][1]}:"

    async def _letter(self, chat_id: int, say: Say) -> Letter:
        language = await self._language(chat_id)
        return Letter(f"bc:{secrets.token_hex(8)}", chat_id, self._notice(chat_id, say(language)), language)

    async def _language(self, chat_id: int) -> str:
        return await self._tables.chats.language(chat_id) or "en"
