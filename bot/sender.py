"""Posts the outbox: many requests in flight but one per chat, conversation first, at Telegram's pace.

At least once: a letter leaves the outbox only after Telegram's answer, so what was in the air when the process
died is sent again, and nothing else is.
"""

from __future__ import annotations

import asyncio
import heapq
import logging
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial

from bot import logs, points
from bot.api import Refused
from bot.clock import Clock
from bot.pace import Pace
from bot.pictures import Gallery
from bot.wire import NotSent, Unclear
from handlers.showing import notice
from storage.chats import Chats
from storage.database import Database, StorageError
from storage.outbox import Call, Letter, Outbox, Priority, Queued
from storage.pictures import Sent
from texts import otherwise
from texts.screen import Screen

log = logging.getLogger("sangket.sender")

_IN_FLIGHT = 128
_WINDOW = 2000
_UNCLEAR_TRIES = 60  # about an hour of trying
_LONGEST_PAUSE = 60.0
_APOLOGY = "!"


@dataclass
class _Lane:
    """The letters for one chat, in order; one of them at most is in the air."""

    letters: deque[Queued] = field(default_factory=deque)
    busy: bool = False
    not_before: float = 0.0


@dataclass(frozen=True)
class _Apology:
    """Words of regret for a chat; in its own language when the letter did not say which."""

    key: str
    chat_id: int
    language: str | None
    say: Callable[[str], Screen]


@dataclass
class _Ends:
    """What is to be written down about letters, and about pictures that went with them."""

    ended: list[tuple[str, str | None, int]] = field(default_factory=list)
    postponed: list[tuple[int, float, int]] = field(default_factory=list)
    replaced: list[tuple[int, Letter]] = field(default_factory=list)
    apologies: list[_Apology] = field(default_factory=list)
    moved: list[tuple[int, int]] = field(default_factory=list)
    pictures: list[Sent] = field(default_factory=list)
    lanes: set[bytes] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.ended or self.postponed or self.replaced or self.apologies or self.moved)


class Fatal(Exception):
    """The bot cannot go on; the message is a plain sentence for the operator."""


class Sender:
    """Takes letters from the worker, and on start from the table; calls Telegram; writes down how it went."""

    def __init__(
        self, database: Database, outbox: Outbox, chats: Chats, gallery: Gallery, pace: Pace, clock: Clock
    ) -> None:
        self._database = database
        self._outbox = outbox
        self._chats = chats
        self._gallery = gallery
        self._pace = pace
        self._clock = clock
        self._lanes: dict[bytes, _Lane] = {}
        self._turns: list[tuple[float, int, int, bytes]] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._ends = _Ends()
        self._work = asyncio.Event()
        self._record = asyncio.Event()
        self._recording = False
        self._loaded = 0
        self._known: set[int] = set()
        self.told: set[int] = set()
        """Chats that were told of the power cut: once after a start, however much was lost."""
        self._more_in_table = True
        self._came_meanwhile = False
        self._pause = 0.0
        self._resume_at = 0.0
        self._fatal: Fatal | None = None

    @property
    def settled(self) -> bool:
        """Nothing to send, nothing in the air, nothing to write down."""
        return not (self._lanes or self._tasks or self._ends or self._recording or self._more_in_table)

    def take(self, queued: list[Queued]) -> None:
        """Send these, which are in the table already; while the table is being read, they are found there."""
        if self._more_in_table:
            self._came_meanwhile = bool(queued) or self._came_meanwhile
        else:
            for one in queued:
                self._enqueue(one)
        self._work.set()

    async def run(self) -> None:
        """Send until cancelled. Raises Fatal when Telegram does not know the bot or somebody else runs it."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._recorder())
            group.create_task(self._sending())

    async def finish(self, seconds: float) -> None:
        """Wait for what is in the air, at most so long, and write it down."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._ends:
            await self._write_down()

    async def _sending(self) -> None:
        while True:
            self._work.clear()
            if self._more_in_table and len(self._known) < _WINDOW:
                await self._load()
            pause = self._start_what_may_go()
            if self._fatal is not None:
                raise self._fatal
            with suppress(TimeoutError):
                await asyncio.wait_for(self._work.wait(), pause)

    async def _load(self) -> None:
        """Read letters from the table that were left there: by an earlier run, or beyond the window."""
        self._came_meanwhile = False
        try:
            queued = await self._database.write(lambda: self._outbox.ready(self._loaded, _WINDOW))
        except StorageError as error:
            log.error("storage.failed", extra=logs.fields(reason=str(error)))
            await asyncio.sleep(1)
            self._work.set()
            return
        now = self._clock().timestamp()
        for one in queued:
            self._loaded = one.id
            self._enqueue(one, wait=max(0.0, one.due_at - now))
        self._more_in_table = len(queued) == _WINDOW or self._came_meanwhile
        if self._more_in_table:
            self._work.set()

    def _enqueue(self, one: Queued, wait: float = 0.0) -> None:
        if one.id in self._known:
            return
        self._known.add(one.id)
        lane = self._lanes.setdefault(one.lane, _Lane())
        lane.letters.append(one)
        if wait:
            lane.not_before = _time() + wait
        if len(lane.letters) == 1 and not lane.busy:
            self._queue_lane(one.lane, lane)

    def _queue_lane(self, name: bytes, lane: _Lane) -> None:
        head = lane.letters[0]
        priority = head.letter.priority if head.letter else Priority.CONVERSATION
        heapq.heappush(self._turns, (lane.not_before, int(priority), head.id, name))

    def _start_what_may_go(self) -> float | None:
        """Start every call that may go now; seconds until another may, or None when all wait for something else."""
        postponed = []
        now = _time()
        while self._turns and len(self._tasks) < _IN_FLIGHT:
            at, priority, row_id, name = self._turns[0]
            if at > now:
                break
            heapq.heappop(self._turns)
            lane = self._lanes[name]
            head = lane.letters[0]
            free_at = now if head.chat_id is None else self._pace.free_at(name, now)
            if free_at > now:
                postponed.append((free_at, priority, row_id, name))
                continue
            self._start(name, lane, head, now)
        for turn in postponed:
            heapq.heappush(self._turns, turn)
        if not self._turns or len(self._tasks) >= _IN_FLIGHT:
            return None
        return max(0.0, self._turns[0][0] - now)

    def _start(self, name: bytes, lane: _Lane, head: Queued, now: float) -> None:
        if head.chat_id is not None:
            self._pace.take(name, head.chat_id < 0, now)
        lane.busy = True
        points.reached("sender.picked")
        task = asyncio.get_running_loop().create_task(self._post(name, lane, head))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _post(self, name: bytes, lane: _Lane, one: Queued) -> None:
        """One call, and what follows from its answer."""
        try:
            if one.letter is None:
                self._lost(one)
            else:
                await self._gallery.post(one.letter.call)
                points.reached("sender.posted")
                self._end(one, "sent")
            self._pause = 0.0
        except Refused as refusal:
            self._refused(name, lane, one, refusal)
        except NotSent:
            self._wait_for_network()
            self._again(lane, one, self._pause)
        except Unclear:
            self._unclear(lane, one)
        except Exception as error:
            code = logs.error_id()
            log.error("post.failed", extra=logs.fields(error=code, place=logs.place(error)))
            self._end(one, "refused", code)
        self._record.set()
        if one in lane.letters:
            self._next(name)
        # Else the lane's next letter waits until this one's end is on disk: a crash repeats one a chat at most.

    def _next(self, name: bytes) -> None:
        """The lane's turn is over: queue its next letter, or forget the lane."""
        lane = self._lanes[name]
        lane.busy = False
        if lane.letters:
            self._queue_lane(name, lane)
        else:
            del self._lanes[name]
        self._work.set()

    def _end(self, one: Queued, state: str, error: str | None = None) -> None:
        lane = self._lanes[one.lane]
        lane.letters.remove(one)
        self._ends.ended.append((state, error, one.id))
        self._ends.lanes.add(one.lane)

    def _again(self, lane: _Lane, one: Queued, pause: float) -> None:
        """Try the same letter after a pause, before any other of its lane."""
        lane.not_before = _time() + pause
        self._ends.postponed.append((one.attempts, self._clock().timestamp() + pause, one.id))

    def _wait_for_network(self) -> None:
        """Hold everything for a while, longer each time; calls that fail together are one failure."""
        if _time() >= self._resume_at:
            self._pause = min(_LONGEST_PAUSE, self._pause * 2 or 1.0)
            self._resume_at = _time() + self._pause
            self._pace.hold(self._resume_at)

    def _unclear(self, lane: _Lane, one: Queued) -> None:
        """No readable answer: a person is better answered twice than not at all; a press is not worth it."""
        one.attempts += 1
        if one.chat_id is None or one.attempts >= _UNCLEAR_TRIES:
            self._end(one, "lost")
        else:
            self._again(lane, one, min(_LONGEST_PAUSE, 2.0 ** (one.attempts - 1)))

    def _lost(self, one: Queued) -> None:
        """The key of this letter is gone; its chat is told once."""
        self._end(one, "lost")
        if one.chat_id is not None and one.chat_id not in self.told:
            self.told.add(one.chat_id)
            self._ends.apologies.append(_Apology(f"lost:{one.id}{_APOLOGY}", one.chat_id, None, otherwise.power_cut))

    def _refused(self, name: bytes, lane: _Lane, one: Queued, refusal: Refused) -> None:
        assert one.letter is not None  # noqa: S101 - it was just posted
        call = one.letter.call
        if refusal.code in (401, 409):
            self._fatal = Fatal(plain_refusal(refusal.code))
            self._work.set()
        elif refusal.retry_after is not None:
            log.warning("pace.exceeded", extra=logs.fields(seconds=refusal.retry_after))
            self._pace.hold(_time() + refusal.retry_after)
            self._again(lane, one, refusal.retry_after)
        elif refusal.migrate_to is not None and one.chat_id is not None:
            self._ends.moved.append((one.chat_id, refusal.migrate_to))
            self._replace(
                one, replace(one.letter, call=_to(refusal.migrate_to, one.letter), chat_id=refusal.migrate_to)
            )
        elif refusal.code == 403:
            for waiting in list(lane.letters):
                self._end(waiting, "gone")
        elif "message is not modified" in refusal.description:
            self._end(one, "sent")
        elif one.chat_id is None:
            self._end(one, "expired")
        elif call.otherwise is not None:
            self._replace(one, replace(one.letter, call=call.otherwise))
        else:
            self._give_up(one, one.letter, refusal)

    def _replace(self, one: Queued, letter: Letter) -> None:
        one.letter, one.chat_id = letter, letter.chat_id
        self._ends.replaced.append((one.id, letter))

    def _give_up(self, one: Queued, letter: Letter, refusal: Refused) -> None:
        """Telegram will never take this: say sorry once, and leave an id in the log."""
        code = logs.error_id()
        log.error("call.refused", extra=logs.fields(error=code, method=letter.call.method, code=refusal.code))
        self._end(one, "refused", code)
        if not letter.key.endswith(_APOLOGY) and letter.priority is Priority.CONVERSATION and one.chat_id is not None:
            self._ends.apologies.append(
                _Apology(letter.key + _APOLOGY, one.chat_id, letter.language, partial(otherwise.fault, error=code))
            )

    async def _recorder(self) -> None:
        """Write down how letters ended, many in one commit when there are many."""
        pause = 0.0
        while True:
            await self._record.wait()
            self._record.clear()
            if pause:
                await asyncio.sleep(pause)
            try:
                if self._ends:
                    await self._write_down()
                pause = 0.0
            except StorageError as error:
                pause = min(30.0, pause * 2 or 1.0)
                log.error("storage.failed", extra=logs.fields(reason=str(error)))
                self._record.set()

    async def _write_down(self) -> None:
        ends, self._ends = self._ends, _Ends()
        ends.pictures += self._gallery.take_news()
        self._recording = True

        async def work() -> list[Queued]:
            for old, new in ends.moved:
                await self._chats.moved(old, new)
            for row_id, letter in ends.replaced:
                await self._outbox.replaced(row_id, letter)
            self._outbox.postponed(ends.postponed)
            self._outbox.ended(ends.ended)
            self._gallery.write_down(ends.pictures)
            apologies = [await self._worded(apology) for apology in ends.apologies]
            return await self._outbox.add(apologies, self._clock().date())

        try:
            queued = await self._database.write(work)
        except StorageError:
            later = self._ends
            for kind in ("ended", "postponed", "replaced", "apologies", "moved"):
                setattr(ends, kind, getattr(ends, kind) + getattr(later, kind))
            ends.lanes |= later.lanes
            self._ends = ends
            raise
        finally:
            self._recording = False
        self._known.difference_update(row_id for _, _, row_id in ends.ended)
        points.reached("sender.recorded")
        for lane in ends.lanes:
            self._next(lane)
        self.take(queued)

    async def _worded(self, apology: _Apology) -> Letter:
        language = apology.language or await self._chats.language(apology.chat_id) or "en"
        return Letter(apology.key, apology.chat_id, notice(apology.chat_id, apology.say(language)), language)


def plain_refusal(code: int) -> str:
    """What 401 and 409 mean, for the operator."""
    if code == 401:
        return "Telegram does not know this token. Ask @BotFather for the right one and put it into TELEGRAM_TOKEN."
    return (
        "Another program is reading this bot's messages with the same token. Stop it first; if you did not start"
        " it, revoke the token at @BotFather."
    )


def _to(chat_id: int, letter: Letter) -> Call:
    return replace(letter.call, params=letter.call.params | {"chat_id": chat_id})


def _time() -> float:
    return asyncio.get_running_loop().time()
