"""Gives rounds to the sender: each place its delivery, and a letter when its turn comes, and not before.

A round is expanded some hundred places at a time, and fed some seconds' worth of letters at a time, whatever its size: so
no transaction takes long, memory and outbox stay small, and what is said is true at the moment at which it is said.
Everything that decides whether somebody is written to is looked up anew for each letter.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import math
import secrets
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from forms.cutoff import waking
from storage.database import Database, StorageError
from storage.deliveries import CARRIER, Delivery
from storage.listeners import Listener, Profile
from storage.outbox import Call, Letter, Queued
from storage.rounds import BROADCAST, DONE, REMINDER, RUNNING, VOID, Round, Standing
from storage.tables import Tables
from texts.screen import Screen

log = logging.getLogger("sangket.feeder")

SECONDS_AHEAD = 5
"""So much is given to the sender at Telegram's pace before it goes. It is written again if it has to wait for long."""
UNPACED = 3000
"""The same in letters where no pace is kept."""
GATHERING = 45
"""Seconds that a digest waits for other rounds of the same morning, which open within a tick or two."""
AGAIN_LATER = 600
"""Seconds after which a delivery is tried anew that could not be put into words."""

_EXPANDED = _SWEPT = 250
_LOOKED_AT = 100
_LETTERS = 50
"""Places and letters in one step: each takes some milliseconds."""
_AT_WORK = 0.01
"""Seconds after which a transaction begins no further step."""
_BUSY, _IDLE, _FAILED = 0.1, 1.0, 5.0
"""Seconds between two looks: while letters are on their way, at the clock alone, and after something went wrong."""


class Says(Protocol):
    """The words of rounds. None stands for what is not to be said any more. Called within a transaction."""

    async def of(self, one: Round, listener: Listener, language: str, now: dt.datetime) -> Screen | None:
        """What one round says to one place."""

    async def digest(
        self, several: Sequence[Round], listener: Listener, language: str, now: dt.datetime
    ) -> Screen | None:
        """What several reminders say to one place in one message."""


@dataclass
class _Look:
    """What one look at the tables led to. ``next_at``: unix seconds at which there may be more to do."""

    queued: list[Queued] = field(default_factory=list)
    busy: bool = False
    """Letters are on their way, or there is more to do at once."""
    at_once: bool = False
    next_at: float = math.inf


@dataclass
class _Sorted:
    """Deliveries of one round by what is to be done with them."""

    go: list[tuple[Delivery, Listener]] = field(default_factory=list)
    later: dict[int, list[Delivery]] = field(default_factory=lambda: defaultdict(list))
    never: list[Delivery] = field(default_factory=list)
    gone: list[Delivery] = field(default_factory=list)


class Feeder:
    """``say`` makes the call, ``room`` tells how many more letters the sender takes if it is to hold so many, and
    ``hand_over`` gives it what was queued. ``per_second`` is Telegram's pace, or 0 for none."""

    def __init__(
        self,
        database: Database,
        tables: Tables,
        says: Says,
        say: Callable[[int, Screen, int | None], Call],
        room: Callable[[int], int],
        hand_over: Callable[[list[Queued]], None],
        clock: Callable[[], dt.datetime],
        per_second: int,
    ) -> None:
        self._database = database
        self._tables = tables
        self._says = says
        self._say = say
        self._room = room
        self._hand_over = hand_over
        self._clock = clock
        self._most = per_second * SECONDS_AHEAD or UNPACED
        self._stirred = tables.rounds.stirred
        self._stirred.set()
        self._busy = True
        self._next_at = math.inf
        self._since: dict[str, float] = {}
        """When open rounds were first seen."""

    @property
    def settled(self) -> bool:
        """Nothing is to be fed now, and every round of which nothing is left is over."""
        return not (self._busy or self._stirred.is_set() or self._clock().timestamp() >= self._next_at)

    async def run(self) -> None:
        """Feed until cancelled. Asleep while nothing is due: a round that begins wakes it."""
        while True:
            self._stirred.clear()
            self._busy = True
            began = time.monotonic()
            try:
                look = await self.look()
            except StorageError as error:
                await self._failed(str(error))
                continue
            except Exception as error:
                await self._failed(type(error).__name__)
                continue
            self._busy, self._next_at = look.busy, look.next_at
            if look.at_once:
                await asyncio.sleep(time.monotonic() - began)  # half of the time is for everybody else
            else:
                await self._rest()

    async def tend(self, now: dt.datetime) -> None:
        """Have it look, whatever it knows: for the ticker, as the clock may have been set."""
        self._stirred.set()

    async def _failed(self, reason: str) -> None:
        log.error("feeding.failed", extra={"fields": {"kind": reason}})
        self._stirred.set()
        await asyncio.sleep(_FAILED)

    async def _rest(self) -> None:
        """Until there may be something to do."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(_BUSY if self._busy else _IDLE):
                    await self._stirred.wait()
            if not self.settled:
                return

    async def look(self) -> _Look:
        """Do some of what is due now."""
        look = await self._database.write(self._keep_house)
        if look.busy or look.at_once:
            fed = await self._database.write(self._feed)
            self._hand_over(fed.queued)
            look.at_once |= fed.at_once
        return look

    # Rounds

    async def _keep_house(self) -> _Look:
        """Expand rounds, sweep those that are void, end those that are over."""
        now = int(self._clock().timestamp())
        if await self._tables.timekeeping.held():
            return _Look(next_at=now + _IDLE)
        standings = await self._tables.rounds.standings()
        self._since = {one.id: self._since.get(one.id, now) for one in standings}
        look = _Look(busy=any(one.queued or _is_due(one, now) for one in standings))
        look.next_at = min((at for one in standings for at in _moments(one) if at > now), default=math.inf)
        if await self._tidied(standings, now):
            look.busy = look.at_once = True
        return look

    async def _tidied(self, standings: Iterable[Standing], now: int) -> bool:
        """Whether there was anything to do. Stops after some milliseconds."""
        done, until = False, time.monotonic() + _AT_WORK
        for round_id in await self._tables.rounds.unswept():
            await self._tables.rounds.sweep(round_id, _SWEPT)
            done = True
            if time.monotonic() > until:
                return True
        for one in standings:
            done |= await self._moved_on(one, now)
            if time.monotonic() > until:
                return True
        return done

    async def _moved_on(self, one: Standing, now: int) -> bool:
        """Whether there was anything to do for this round."""
        rounds = self._tables.rounds
        ended = 0 < one.ends <= now
        if ended and one.next_at is not None:
            await rounds.sweep(one.id, _SWEPT)
            return True
        if (ended and not one.queued) or (one.state == RUNNING and one.is_over):
            return await rounds.turn(one.id, DONE)
        return not ended and one.state == RUNNING and one.expanding and await self._expand(one.id)

    async def _expand(self, round_id: str) -> bool:
        """Whether it came any further: what is in the air may have to come down before."""
        one = await self._opened(round_id)
        if one is None:
            return True
        before = one.reached
        await self._tables.rounds.expand(one, _EXPANDED)
        after = await self._tables.rounds.get(round_id)
        return after is None or after.reached != before

    async def _opened(self, round_id: str) -> Round | None:
        """The round, or None for one that cannot be read, which nobody can be told."""
        one = await self._tables.rounds.get(round_id)
        if one is None:
            log.error("round.unreadable")
            await self._tables.rounds.turn(round_id, VOID)
        return one

    # Letters

    async def _feed(self) -> _Look:
        """Write letters, as many as the sender has room for."""
        now = self._clock()
        unix, look, letters = int(now.timestamp()), _Look(), list[Letter]()
        if not self._has_room(0):
            return look
        room = min(_LETTERS, self._room(self._most))
        standings = await self._tables.rounds.standings()
        gathering = any(one.expanding for one in standings)
        for standing in standings:
            if room <= len(letters):
                break
            if not _may_go(standing, unix):
                continue
            one = await self._opened(standing.id)
            if one is None:
                continue
            waiting = await self._tables.deliveries.waiting(one.id, unix, room + _LOOKED_AT)
            found = await self._sorted(one, waiting, now, gathering=gathering)
            await self._put_aside(found)
            for delivery, listener in found.go[: room - len(letters)]:
                letters += await self._letter(one, delivery, listener, now)
            look.at_once = True
            if len(waiting) > len(found.go):
                break
        look.queued = await self._tables.outbox.add(letters, now.date())
        look.at_once = look.at_once and self._has_room(len(letters))
        return look

    def _has_room(self, taken: int) -> bool:
        """Whether it is worth while to write more: not for each letter that went."""
        return self._room(self._most) - taken >= max(1, self._most // 4)

    async def _sorted(self, one: Round, waiting: Sequence[Delivery], now: dt.datetime, *, gathering: bool) -> _Sorted:
        """Who is to be told now, who later, and who not at all."""
        marks = [delivery.place for delivery in waiting]
        listeners = await self._tables.listeners.these(marks)
        silent = await self._answered(one, marks)
        wanting = await self._tables.subscriptions.among(one.topics, marks) if one.topics else set(marks)
        found, wakes = _Sorted(), _Wakes(now, awake=bool(one.content.get("urgent")) and one.kind == BROADCAST)
        for delivery in waiting:
            listener = listeners.get(delivery.place)
            if listener is None or delivery.place in silent or delivery.place not in wanting:
                found.never.append(delivery)
            elif listener.blocked_on:
                found.gone.append(delivery)
            elif (
                at := max(wakes.at(listener), self._gathered(one, listener, now, gathering=gathering))
            ) > now.timestamp():
                found.later[at].append(delivery)
            else:
                found.go.append((delivery, listener))
        return found

    async def _answered(self, one: Round, marks: Sequence[bytes]) -> set[bytes]:
        """Places that need no more reminders of this occurrence."""
        if one.kind != REMINDER or "deadline" not in one.content:
            return set()
        return await self._tables.answered.those(f"{one.content['deadline']}:{one.content['day']}", marks)

    def _gathered(self, one: Round, listener: Listener, now: dt.datetime, *, gathering: bool) -> int:
        """Unix seconds at which what belongs into one digest is there."""
        if not listener.digest or one.kind != REMINDER:
            return 0
        at = math.ceil(self._since.get(one.id, now.timestamp()) + GATHERING)
        return max(at, int(now.timestamp()) + 1) if gathering else at

    async def _put_aside(self, found: _Sorted) -> None:
        for at, several in found.later.items():
            await self._tables.deliveries.postpone(several, at)
        await self._tables.deliveries.drop(found.never)
        await self._tables.deliveries.drop(found.gone, "gone")

    async def _letter(self, one: Round, delivery: Delivery, listener: Listener, now: dt.datetime) -> list[Letter]:
        """The letter that carries this delivery; none when there is nothing to say."""
        carried = {delivery: one}
        if listener.digest and one.kind == REMINDER:
            carried |= await self._others(delivery.place, now)
        try:
            language = await self._tables.chats.language(listener.place.chat_id) or "en"
            screen = await self._words(list(carried.values()), listener, language, now)
        except StorageError:
            raise
        except Exception as error:
            log.error("wording.failed", extra={"fields": {"kind": type(error).__name__}})
            await self._tables.deliveries.postpone(carried, int(now.timestamp()) + AGAIN_LATER)
            return []
        if screen is None:
            await self._tables.deliveries.drop(carried)
            return []
        key = f"{CARRIER}{secrets.token_hex(8)}"
        await self._tables.deliveries.queue({key: list(carried)}, int(now.timestamp()))
        place = listener.place
        call = self._say(place.chat_id, screen, place.thread_id)
        return [Letter(key, place.chat_id, call, language, one.priority)]

    async def _words(
        self, rounds: Sequence[Round], listener: Listener, language: str, now: dt.datetime
    ) -> Screen | None:
        if len(rounds) == 1:
            return await self._says.of(rounds[0], listener, language, now)
        return await self._says.digest(rounds, listener, language, now)

    async def _others(self, place: bytes, now: dt.datetime) -> dict[Delivery, Round]:
        """What else this place is to be reminded of now."""
        found: dict[Delivery, Round] = {}
        for delivery in await self._tables.deliveries.for_place(place, int(now.timestamp())):
            one = await self._tables.rounds.get(delivery.round)
            if one is None or one.kind != REMINDER or one.state != RUNNING or 0 < one.ends <= now.timestamp():
                continue
            if place not in await self._answered(one, [place]):
                found[delivery] = one
        return found


class _Wakes:
    """When listeners may be written to, by their quiet hours and as long as they asked to be left alone. ``awake``: the
    first does not count."""

    def __init__(self, now: dt.datetime, *, awake: bool) -> None:
        self._now = now
        self._awake = awake
        self._by_profile: dict[Profile, int] = {}

    def at(self, listener: Listener) -> int:
        """Unix seconds; in the past or now for whoever is awake."""
        return max(listener.asleep_until, 0 if self._awake else self._morning(listener.profile))

    def _morning(self, profile: Profile) -> int:
        if profile not in self._by_profile:
            moment = waking(self._now, profile.zone, profile.quiet_from, profile.quiet_to)
            self._by_profile[profile] = 0 if moment <= self._now else math.ceil(moment.timestamp())
        return self._by_profile[profile]


def _is_due(one: Standing, now: int) -> bool:
    """Whether something of it is to be done now."""
    if 0 < one.ends <= now:
        return True
    return _may_go(one, now) or (one.state == RUNNING and (one.expanding or one.is_over))


def _may_go(one: Standing, now: int) -> bool:
    """Whether deliveries of it may go now."""
    return one.state == RUNNING and not 0 < one.ends <= now and one.next_at is not None and one.next_at <= now


def _moments(one: Standing) -> list[int]:
    """Unix seconds at which something of it is to be done."""
    return [one.ends, *([one.next_at] if one.next_at is not None and one.state == RUNNING else [])]
