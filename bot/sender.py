"""Posts the outbox: many requests in flight but one per chat, conversation first, at Telegram's pace.

At least once: a letter leaves the outbox only after Telegram's answer, so what was in the air when the process
died is sent again, and nothing else is.

Letters that carry a delivery (storage.deliveries) are what many places get: reminders, notices, broadcasts. Right before
such a letter goes, the ledger is asked whether it still should; how it ended is written into the ledger in the commit
that ends the letter.
"""

from __future__ import annotations

import asyncio
import heapq
import logging
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from functools import partial

from bot import logs, points
from bot.api import Refused
from bot.clock import Clock
from bot.courier import Courier, News
from bot.pace import Pace
from bot.wire import NotSent, Unclear
from handlers.showing import notice
from storage.database import Database, StorageError
from storage.deliveries import CARRIER, Still
from storage.listeners import Place
from storage.outbox import APART, FETCHING, Call, Letter, Priority, Queued
from storage.tables import Tables
from texts import otherwise
from texts.screen import Screen

log = logging.getLogger("sangket.sender")

_IN_FLIGHT = 128
_WINDOW = 2000
_UNCLEAR_TRIES = 60  # about an hour of trying
_FILE_TRIES = 5  # half a minute: Send waits for a file, and the person can ask or send again
_FILES_AT_ONCE = 4  # so that they fit into memory, and leave the way free for words
_DOCUMENTS_AT_ONCE = 2  # of these: however much reviewers ask for, what people send is fetched before it is given up
_ALBUM_SECONDS = 1.0  # the messages of one album arrive within a second; its files are answered together
_LONGEST_PAUSE = 60.0
_APOLOGY = "!"
_DELIVERY_TRIES = 5  # of a delivery: after so many lost answers it has come, or nobody can tell
_DOUBTS = 8  # so many answers lost one after the other are no chance: Telegram is in trouble

_UNREACHABLE = (
    "chat not found",
    "PEER_ID_INVALID",
    "user not found",
    "group chat was deactivated",
    "group chat was upgraded",
    "CHAT_WRITE_FORBIDDEN",
    "not enough rights to send",
    "have no rights to send",
)
"""What Telegram says with 400 where it could say 403: nothing can be written there."""
_NO_TOPIC, _CLOSED_TOPIC = "message thread not found", "TOPIC_CLOSED"
_LEDGER = {"sent": "sent", "gone": "gone", "refused": "refused", "lost": "unknown"}
"""What the ledger calls the ends of letters."""


@dataclass
class _Lane:
    """The letters for one chat, in order; one of them at most is in the air. Conversation goes before the others."""

    letters: deque[Queued] = field(default_factory=deque)
    flying: Queued | None = None
    busy: bool = False
    """One is in the air, or its end is not on disk yet."""
    not_before: dict[int, float] = field(default_factory=dict)
    """For letters that have to wait, by their rows."""

    def add(self, one: Queued) -> bool:
        """Put it in its place; whether that is the first."""
        place = len(self.letters)
        if not _is_bulk(one):
            waiting = (n for n, other in enumerate(self.letters) if _is_bulk(other) and other is not self.flying)
            place = next(waiting, place)
        self.letters.insert(place, one)
        return place == 0


@dataclass(frozen=True)
class _Apology:
    """Words of regret for a chat; in its own language when the letter did not say which."""

    key: str
    chat_id: int
    language: str | None
    say: Callable[[str], Screen]


@dataclass
class _Flight:
    """What a call takes while it is in the air: pace towards a chat, and hands."""

    chat_id: int | None
    moving: bool
    document: bool
    bulk: bool
    left: bool = False
    """It may have reached Telegram."""


@dataclass
class _Ends:
    """What is to be written down about letters, and what was learned by sending them."""

    ended: list[tuple[str, str | None, int]] = field(default_factory=list)
    postponed: list[tuple[int, float, int]] = field(default_factory=list)
    replaced: list[tuple[int, Letter]] = field(default_factory=list)
    apologies: list[_Apology] = field(default_factory=list)
    moved: list[tuple[int, int]] = field(default_factory=list)
    news: list[News] = field(default_factory=list)
    delivered: list[tuple[str, str]] = field(default_factory=list)
    doubtful: list[str] = field(default_factory=list)
    back: list[str] = field(default_factory=list)
    deaf: list[int] = field(default_factory=list)
    left_topics: list[Place] = field(default_factory=list)
    lanes: set[bytes] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.ended or self.postponed or self.replaced or self.apologies or self.moved)

    def followed_by(self, later: _Ends) -> _Ends:
        """These and what came after them."""
        both = {one.name: getattr(self, one.name) for one in fields(_Ends)}
        for name, mine in both.items():
            both[name] = mine | later.lanes if isinstance(mine, set) else mine + getattr(later, name)
        return _Ends(**both)


class Fatal(Exception):
    """The bot cannot go on; the message is a plain sentence for the operator."""


class Sender:
    """Takes letters from the worker, and on start from the table; calls Telegram; writes down how it went."""

    def __init__(self, database: Database, tables: Tables, courier: Courier, pace: Pace, clock: Clock) -> None:
        self._database = database
        self._tables = tables
        self._courier = courier
        self._pace = pace
        self._clock = clock
        self._lanes: dict[bytes, _Lane] = {}
        self._turns: list[tuple[float, int, int, bytes]] = []
        self._parked: list[tuple[int, int, bytes]] = []
        """Turns of bulk that wait until less of it is in the air."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._moving = self._documents = self._bulk = 0
        self._deliveries: set[int] = set()
        """Rows that carry a delivery."""
        self._doubts = 0
        self._probe_at = 0.0
        self._to_move: list[bytes] = []
        """Lanes whose file waits until another was fetched or sent."""
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

    def room(self, most: int) -> int:
        """How many more letters with deliveries it may be given, if it is to hold so many; none before it knows what was
        left in the table."""
        return 0 if self._more_in_table else max(0, most - len(self._deliveries))

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
                async with asyncio.timeout(pause):  # wait_for loses a cancellation that comes together with work
                    await self._work.wait()

    async def _load(self) -> None:
        """Read letters from the table that were left there: by an earlier run, or beyond the window."""
        self._came_meanwhile = False
        try:
            queued = await self._database.write(lambda: self._tables.outbox.ready(self._loaded, _WINDOW))
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
        if _carries(one):
            self._deliveries.add(one.id)
        lane = self._lanes.setdefault(one.lane, _Lane())
        is_first = lane.add(one)
        if _is_fetching(one) and one.letter is not None and one.letter.call.params.get("album"):
            wait = max(wait, _ALBUM_SECONDS)
        if wait:
            lane.not_before[one.id] = _time() + wait
        if is_first and not lane.busy:
            self._queue_lane(one.lane, lane)

    def _queue_lane(self, name: bytes, lane: _Lane) -> None:
        head = lane.letters[0]
        priority = head.letter.priority if head.letter else Priority.CONVERSATION
        heapq.heappush(self._turns, (lane.not_before.get(head.id, 0.0), int(priority), head.id, name))

    def _start_what_may_go(self) -> float | None:
        """Start every call that may go now; seconds until another may, or None when all wait for something else."""
        postponed = []
        now = _time()
        for _ in range(min(len(self._parked), self._pace.most_bulk - self._bulk)):
            heapq.heappush(self._turns, (now, *heapq.heappop(self._parked)))
        while self._turns and len(self._tasks) < _IN_FLIGHT:
            at, priority, row_id, name = self._turns[0]
            if at > now:
                break
            heapq.heappop(self._turns)
            lane = self._lanes.get(name)
            if lane is None or lane.busy or lane.letters[0].id != row_id:
                continue  # it has gone meanwhile, or another went before it
            head = lane.letters[0]
            if self._has_no_hand_for(head):
                self._to_move.append(name)
            elif _is_bulk(head) and self._bulk >= self._pace.most_bulk:
                heapq.heappush(self._parked, (priority, row_id, name))
            elif (free_at := max(self._free_at(head, now), lane.not_before.get(row_id, now))) > now:
                postponed.append((free_at, priority, row_id, name))
            else:
                self._start(name, lane, head, now)
        for turn in postponed:
            heapq.heappush(self._turns, turn)
        if not self._turns or len(self._tasks) >= _IN_FLIGHT:
            return None
        return max(0.0, self._turns[0][0] - now)

    def _free_at(self, head: Queued, now: float) -> float:
        """When this letter may go, or is to be looked at again."""
        if head.chat_id is None or _is_fetching(head):
            return now
        if not _is_bulk(head):
            return self._pace.free_at(head.chat_id, now)
        if self._doubts >= _DOUBTS and _carries(head):
            now = max(now + (1.0 if self._bulk else 0.0), self._probe_at)
        return self._pace.free_at(head.chat_id, now, bulk=True)

    def _has_no_hand_for(self, head: Queued) -> bool:
        """Whether a file has to wait until another was fetched or sent."""
        if _is_document(head) and self._documents == _DOCUMENTS_AT_ONCE:
            return True
        return _moves_a_file(head) and self._moving == _FILES_AT_ONCE

    def _start(self, name: bytes, lane: _Lane, head: Queued, now: float) -> None:
        flight = _Flight(
            None if _is_fetching(head) else head.chat_id, _moves_a_file(head), _is_document(head), _is_bulk(head)
        )
        self._moving += flight.moving
        self._documents += flight.document
        self._bulk += flight.bulk
        if flight.chat_id is not None:
            self._pace.take(flight.chat_id, now, bulk=flight.bulk)
        lane.busy, lane.flying = True, head
        points.reached("sender.picked")
        task = asyncio.get_running_loop().create_task(self._post(name, lane, head, flight))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _post(self, name: bytes, lane: _Lane, one: Queued, flight: _Flight) -> None:
        """One call, and what follows from its answer."""
        try:
            if one.letter is None:
                self._lost(one)
            elif await self._is_wanted(one):
                flight.left = True
                await self._courier.deliver(one.letter)
                points.reached("sender.posted")
                self._end(one, "sent")
                self._pause = 0.0
                self._doubts = 0
        except Refused as refusal:
            self._doubts = 0
            self._refused(name, lane, one, refusal)
        except NotSent:
            flight.left = False
            self._wait_for_network()
            self._again(lane, one, self._pause)
        except Unclear:
            self._unclear(lane, one)
        except (OSError, StorageError) as error:
            log.error("storage.failed", extra=logs.fields(reason=type(error).__name__))
            if flight.left:
                self._unclear(lane, one)
            else:
                self._again(lane, one, 1.0)
        except Exception as error:
            code = logs.error_id()
            log.error("post.failed", extra=logs.fields(error=code, place=logs.place(error)))
            if not self._give_up_file(one):
                self._end(one, "refused", code)
        lane.flying = None
        self._land(flight)
        self._record.set()
        self._work.set()
        if one in lane.letters:
            self._next(name)
        # Else the lane's next letter waits until this one's end is on disk: a crash repeats one a chat at most.

    def _land(self, flight: _Flight) -> None:
        """What this call took of pace and hands is free again."""
        self._bulk -= flight.bulk
        if flight.chat_id is not None and flight.left:
            self._pace.land(flight.chat_id, _time())
        elif flight.chat_id is not None:
            self._pace.give_back(flight.chat_id)
        if flight.moving:
            self._moving -= 1
            self._documents -= flight.document
            for waiting in self._to_move:
                self._queue_lane(waiting, self._lanes[waiting])
            self._to_move.clear()

    async def _is_wanted(self, one: Queued) -> bool:
        """Whether a letter still is to go. Between its writing and its turn people unsubscribe, deadlines move, night falls."""
        if not _carries(one):
            return True
        now = int(self._clock().timestamp())
        match await self._database.write(partial(self._tables.deliveries.still, one.key, now)):
            case Still.GO:
                return True
            case Still.BACK:
                self._end(one, "expired")
                self._ends.back.append(one.key)
            case Still.DROP:
                self._end(one, "expired")
                self._ends.delivered.append(("void", one.key))
            case Still.GONE:
                self._end(one, "gone")
        return False

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
        lane.not_before.pop(one.id, None)
        self._ends.ended.append((state, error, one.id))
        self._ends.lanes.add(one.lane)
        if _carries(one) and state in _LEDGER:
            self._ends.delivered.append((_LEDGER[state], one.key))

    def _again(self, lane: _Lane, one: Queued, pause: float) -> None:
        """Try the same letter after a pause, before the others of its lane that it went before."""
        lane.not_before[one.id] = _time() + pause
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
        if _carries(one):
            self._ends.doubtful.append(one.key)
            self._doubt()
        if one.attempts >= _FILE_TRIES and self._give_up_file(one):
            return
        if one.chat_id is None or one.attempts >= (_DELIVERY_TRIES if _carries(one) else _UNCLEAR_TRIES):
            self._end(one, "lost")
        else:
            self._again(lane, one, min(_LONGEST_PAUSE, 2.0 ** (one.attempts - 1)))

    def _doubt(self) -> None:
        """One answer that is lost says something of one letter, many say something of Telegram: then deliveries go one at a
        time, so that an outage leaves few of them unknown."""
        self._doubts += 1
        if self._doubts >= _DOUBTS:
            self._probe_at = _time() + min(_LONGEST_PAUSE, 2.0 ** (self._doubts - _DOUBTS))

    def _give_up_file(self, one: Queued) -> bool:
        """Have it said that this file cannot be had; False when the letter is for something else."""
        letter = one.letter
        if letter is None or letter.call.method not in APART or letter.call.otherwise is None:
            return False
        self._replace(one, replace(letter, call=letter.call.otherwise))
        return True

    def _lost(self, one: Queued) -> None:
        """The key of this letter is gone; its chat is told once. What carries a delivery is written anew instead."""
        if _carries(one):
            self._end(one, "expired")
            self._ends.back.append(one.key)
            return
        self._end(one, "lost")
        if one.chat_id is not None and one.chat_id not in self.told:
            self.told.add(one.chat_id)
            self._ends.apologies.append(_Apology(f"lost:{one.id}{_APOLOGY}", one.chat_id, None, otherwise.answer_lost))

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
        elif refusal.code == 403 or (_carries(one) and _says(refusal, *_UNREACHABLE)):
            self._ends.deaf += [one.chat_id] if one.chat_id is not None else []
            for waiting in list(lane.letters):
                self._end(waiting, "gone")
        elif _carries(one) and _says(refusal, _NO_TOPIC, _CLOSED_TOPIC) and "message_thread_id" in call.params:
            self._leave_topic(one, one.letter, gone=_says(refusal, _NO_TOPIC))
        elif "message is not modified" in refusal.description:
            self._end(one, "sent")
        elif one.chat_id is None:
            self._end(one, "expired")
        elif call.method == "deleteMessages":
            self._end(one, "refused")  # it is gone already, or too old; words about it would be one message more
        elif call.otherwise is not None:
            self._replace(one, replace(one.letter, call=call.otherwise))
        else:
            self._give_up(one, one.letter, refusal)

    def _leave_topic(self, one: Queued, letter: Letter, *, gone: bool) -> None:
        """Say it in the chat instead; from now on, when the topic is there no more."""
        thread_id = letter.call.params["message_thread_id"]
        self._replace(one, replace(letter, call=_without_topic(letter.call)))
        if gone and one.chat_id is not None:
            self._ends.left_topics.append(Place(one.chat_id, thread_id))

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
        ends.news += self._courier.take_news()
        self._recording = True

        async def work() -> list[Queued]:
            for old, new in ends.moved:
                await self._tables.moved(old, new)
            await self._enter(ends)
            for row_id, letter in ends.replaced:
                await self._tables.outbox.replaced(row_id, letter)
            self._tables.outbox.postponed(ends.postponed)
            self._tables.outbox.ended(ends.ended)
            letters = await self._courier.write_down(ends.news)
            letters += [await self._worded(apology) for apology in ends.apologies]
            return await self._tables.outbox.add(letters, self._clock().date())

        try:
            queued = await self._database.write(work)
        except StorageError:
            self._ends = ends.followed_by(self._ends)
            raise
        finally:
            self._recording = False
        ended = {row_id for _, _, row_id in ends.ended}
        self._known -= ended
        self._deliveries -= ended
        points.reached("sender.recorded")
        for lane in ends.lanes:
            self._next(lane)
        self.take(queued)

    async def _enter(self, ends: _Ends) -> None:
        """Into the ledger."""
        now, deliveries, listeners = self._clock(), self._tables.deliveries, self._tables.listeners
        await deliveries.doubtful(ends.doubtful)
        await deliveries.ended(ends.delivered)
        if ends.back:
            await deliveries.back(ends.back, int(now.timestamp()))
        for chat_id in ends.deaf:
            await listeners.block(chat_id, now.date())
        for place in ends.left_topics:
            await listeners.left_topic(place)

    async def _worded(self, apology: _Apology) -> Letter:
        language = apology.language or await self._tables.chats.language(apology.chat_id) or "en"
        return Letter(apology.key, apology.chat_id, notice(apology.chat_id, apology.say(language)), language)


def plain_refusal(code: int) -> str:
    """What 401 and 409 mean, for the operator."""
    if code == 401:
        return "Telegram does not know this token. Ask @BotFather for the right one and put it into TELEGRAM_TOKEN."
    return (
        "Another program is reading this bot's messages with the same token. Stop it first; if you did not start"
        " it, revoke the token at @BotFather."
    )


def _moves_a_file(one: Queued) -> bool:
    """Whether it takes as long as a file takes."""
    return one.letter is not None and one.letter.call.method in APART


def _is_document(one: Queued) -> bool:
    """Whether it is a file on its way out."""
    return _moves_a_file(one) and not _is_fetching(one)


def _is_fetching(one: Queued) -> bool:
    """Whether a file is brought in or given up: nothing appears in the chat."""
    return one.letter is not None and one.letter.call.method in FETCHING


def _carries(one: Queued) -> bool:
    """Whether it carries a delivery that is in the ledger."""
    return one.key.startswith(CARRIER)


def _is_bulk(one: Queued) -> bool:
    """Whether conversation goes before it."""
    return one.letter is not None and one.letter.priority > Priority.CONVERSATION


def _says(refusal: Refused, *reasons: str) -> bool:
    """Whether Telegram gives one of these reasons."""
    return refusal.code == 400 and any(reason in refusal.description for reason in reasons)


def _without_topic(call: Call) -> Call:
    params = {name: value for name, value in call.params.items() if name != "message_thread_id"}
    return replace(call, params=params, otherwise=call.otherwise and _without_topic(call.otherwise))


def _to(chat_id: int, letter: Letter) -> Call:
    return replace(letter.call, params=letter.call.params | {"chat_id": chat_id})


def _time() -> float:
    return asyncio.get_running_loop().time()
