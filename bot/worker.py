"""Takes updates in and handles them, one at a time and in order; effects, answers and end are one commit."""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from telegram import Update

from bot import logs, points
from bot.clock import Clock
from bot.sender import Sender
from handlers.showing import notice
from handlers.turn import App, Turn, current
from storage.chats import Chats
from storage.database import Database, StorageError
from storage.drafts import Drafts
from storage.inbox import Arrival, Inbox, Waiting
from storage.outbox import Letter, Outbox, Queued
from texts import otherwise
from texts.screen import Screen

T = TypeVar("T")

log = logging.getLogger("sangket.worker")

_TRIES = 3
_TOGETHER = 50
_LONGEST_PAUSE = 30.0


@dataclass
class _Batch:
    """What one commit holds: answers, updates that are done, and chats that are told of a power cut."""

    letters: list[Letter] = field(default_factory=list)
    done: list[int] = field(default_factory=list)
    told: set[int] = field(default_factory=set)


class Worker:
    """Puts arrivals into the inbox, handles what waits there, and gives letters to the sender.

    One commit holds it all: an update's arrival, its effects and its answers are on disk together, before Telegram
    is told that we have it. Under a backlog up to 50 updates share a commit, each with a savepoint of its own. An
    update that fails three times is set aside and its writer is told; one that kills the process is recognised
    by its attempts, because what comes first after a start is stored before it is touched.
    """

    def __init__(
        self,
        database: Database,
        inbox: Inbox,
        outbox: Outbox,
        chats: Chats,
        drafts: Drafts,
        application: App,
        sender: Sender,
        clock: Clock,
    ) -> None:
        self._database = database
        self._inbox = inbox
        self._outbox = outbox
        self._chats = chats
        self._drafts = drafts
        self._application = application
        self._sender = sender
        self._clock = clock
        self._fresh = True
        self._arrived: list[tuple[Sequence[Arrival], asyncio.Future[None]]] = []
        self._wake = asyncio.Event()
        self.settled = False
        """Nothing waits, neither to be stored nor in the inbox."""

    async def take(self, arrivals: Sequence[Arrival]) -> None:
        """Take these in; they are on disk when this returns, however long the disk needs."""
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._arrived.append((arrivals, stored))
        self.settled = False
        self._wake.set()
        await stored

    async def begin(self) -> None:
        """Before anything is sent or handled: tell those whose form in progress a power cut took."""
        await self._patiently(self._tell_of_lost_drafts)

    async def run(self) -> None:
        """Work until cancelled."""
        await self._leftovers()
        while True:
            self.settled = not self._arrived
            await self._wake.wait()
            self._wake.clear()
            if self._fresh:
                await self._patiently(partial(self._some, 0))
                await self._leftovers()
                self._fresh = False
            while await self._patiently(partial(self._some, _TOGETHER)) == _TOGETHER:
                pass

    async def _tell_of_lost_drafts(self) -> None:
        """A power cut took the key of these forms in progress; each owner is told, and told of nothing else that is
        lost with them."""

        async def work() -> tuple[list[Queued], set[int]]:
            chats = [chat_id for chat_id in await self._drafts.lost() if chat_id is not None]
            letters = [await self._of_lost_draft(chat_id) for chat_id in chats]
            return await self._outbox.add(letters, self._clock().date()), set(chats)

        queued, told = await self._database.write(work)
        self._sender.told |= told
        self._sender.take(queued)

    async def _of_lost_draft(self, chat_id: int) -> Letter:
        language = await self._chats.language(chat_id) or "en"
        screen = otherwise.draft_lost(language)
        return Letter(f"draft:{secrets.token_hex(8)}!", chat_id, notice(chat_id, screen), language)

    async def _leftovers(self) -> None:
        """What waits after a start: one at a time, each attempt written down before it is made."""
        while True:
            rows = await self._patiently(partial(self._database.write, partial(self._inbox.waiting, 1)))
            if not rows:
                return
            await self._patiently(partial(self._database.write, partial(self._inbox.attempted, rows[0].seq)))
            await self._patiently(partial(self._some, 1))

    async def _patiently(self, work: Callable[[], Awaitable[T]]) -> T:
        """What ``work`` gives; wait and try again for as long as the disk does not take it."""
        pause = 0.0
        while True:
            try:
                return await work()
            except StorageError as error:
                pause = min(_LONGEST_PAUSE, pause * 2 or 1.0)
                log.error("storage.failed", extra=logs.fields(reason=str(error), seconds=pause))
                await asyncio.sleep(pause)

    async def _some(self, most: int) -> int:
        """One commit: store what has arrived, and handle up to ``most`` updates; how many were handled."""

        arrived = list(self._arrived)

        async def work() -> tuple[list[Queued], int, set[int]]:
            today = self._clock().date()
            rows = await self._inbox.store([one for arrivals, _ in arrived for one in arrivals], today, most)
            points.reached("worker.taken")
            batch = _Batch()
            for row in rows:
                await self._handle(row, batch)
            queued = await self._outbox.add(batch.letters, today)
            self._inbox.done(batch.done)
            points.reached("worker.handled")
            return queued, len(rows), batch.told

        queued, count, told = await self._database.write(work)
        points.reached("worker.committed")
        self._sender.told |= told
        self._sender.take(queued)
        del self._arrived[: len(arrived)]
        for _, stored in arrived:
            if not stored.done():
                stored.set_result(None)
        return count

    async def _handle(self, row: Waiting, batch: _Batch) -> None:
        """One update, to its end: done, set aside, or lost."""
        if row.raw is None:
            await self._lose(row, batch)
        elif row.attempts > _TRIES:
            batch.letters += await self._set_aside(row, logs.error_id(), "killed the process")
        else:
            batch.letters += await self._try(row, row.raw, batch.done)

    async def _lose(self, row: Waiting, batch: _Batch) -> None:
        """A power cut took the key of this update; its chat is told once, however much was lost."""
        await self._inbox.lost(row.seq)
        if row.chat_id is not None and row.chat_id not in self._sender.told | batch.told:
            batch.told.add(row.chat_id)
            batch.letters += await self._sorry(row, otherwise.power_cut)

    async def _try(self, row: Waiting, raw: bytes, done: list[int]) -> list[Letter]:
        """The letters that answer one update; its seq goes to ``done`` unless it is set aside."""
        error: Exception | None = None
        for _ in range(_TRIES):
            try:
                letters = await self._turn(row.update_id, raw)
            except StorageError:
                raise
            except Exception as failure:
                error = failure
            else:
                done.append(row.seq)
                return letters
        assert error is not None  # noqa: S101 - every try failed
        return await self._set_aside(row, logs.error_id(), logs.place(error))

    async def _turn(self, update_id: int, raw: bytes) -> list[Letter]:
        """Let the handlers decide. Raises what they raise, with everything they wrote undone."""
        turn = Turn(self._clock())
        token = current.set(turn)
        try:
            async with self._database.savepoint():
                update = Update.de_json(readable(raw), self._application.bot)
                await self._application.process_update(update)
                if turn.error is not None:
                    raise turn.error
                return [
                    Letter(f"{update_id}:{n}", _chat_id(call.params), call, turn.language)
                    for n, call in enumerate(turn.calls)
                ]
        finally:
            current.reset(token)

    async def _set_aside(self, row: Waiting, code: str, place: str) -> list[Letter]:
        log.error("update.aside", extra=logs.fields(error=code, place=place))
        await self._inbox.set_aside(row.seq, code)
        return await self._sorry(row, lambda language: otherwise.fault(language, code))

    async def _sorry(self, row: Waiting, say: Any) -> list[Letter]:
        """An apology to the chat the update came from, when that can be read."""
        if row.chat_id is None:
            return []
        language = await self._chats.language(row.chat_id) or "en"
        screen: Screen = say(language)
        return [Letter(f"{row.update_id}:!", row.chat_id, notice(row.chat_id, screen), language)]


def readable(raw: bytes) -> dict[str, Any]:
    """The JSON of an update without what no text should hold: lone surrogates and NUL."""
    whole = json.loads(raw)
    if b"\\ud" in raw or b"\\u0000" in raw:
        whole = _clean(whole)
    return whole  # type: ignore[no-any-return]


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\x00", "")
    if isinstance(value, list):
        return [_clean(one) for one in value]
    if isinstance(value, dict):
        return {_clean(key): _clean(one) for key, one in value.items()}
    return value


def _chat_id(params: dict[str, Any]) -> int | None:
    """Whom a call is for, if anybody. Raises ValueError for what is no number: the update was malformed."""
    chat_id = params.get("chat_id")
    if chat_id is not None and not isinstance(chat_id, int):
        raise ValueError("a chat's id is a number")
    return chat_id
