"""What coordinators are told unasked: that something came in, that nobody has it, that somebody has had it for long."""

from __future__ import annotations

import datetime as dt
import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from storage.audit import Act
from storage.database import Database
from storage.members import Role
from storage.outbox import Call, Letter, Priority, Queued
from storage.reviews import Review, by_need, held_by
from storage.tables import Tables
from texts.queue import Queue
from texts.screen import Screen

Say = Callable[[int, Screen, int | None], Call]

URGENT_HOURS = 2
"""After so long something urgent that nobody has is named again."""
HELD_DAYS = 7
"""After so long whoever has something and did nothing to it is asked, once."""
_DAY = range(7, 21)
"""Local hours in which people are reminded of what can wait until the morning."""
_QUARTER = 15 * 60
_ENTRIES = 200
_IN_ROOM = "queue:room:"
"""How the keys of letters to the room begin."""


@dataclass(frozen=True)
class Place:
    """Where to say it, in which language. A group gets links instead of buttons."""

    chat_id: int
    thread_id: int | None
    language: str
    in_group: bool


class QueueNews:
    """Tells the coordinators' room, or each coordinator where there is none, what waits for them.

    Something urgent is told at the next tick. All else is told when a quarter of an hour begins, several together in one
    message: were it told at once, whoever sees the room and a reporter's telephone, or its traffic, could tell by the
    minute who pressed Send. The quarters are those of the clock, so that the time of a message tells nothing but that.
    The quarter that runs when the bot starts is waited out, since there is no telling whether it was used.
    """

    def __init__(
        self,
        database: Database,
        tables: Tables,
        texts: Queue,
        zone: ZoneInfo,
        nudge_hours: int,
        say: Say,
        hand_over: Callable[[list[Queued]], None],
    ) -> None:
        self._database = database
        self._tables = tables
        self._texts = texts
        self._zone = zone
        self._nudge_hours = nudge_hours
        self._say = say
        self._hand_over = hand_over
        self._quarter: int | None = None
        self._asked_on: dt.date | None = None

    async def tend(self, now: dt.datetime) -> None:
        """Say what is due."""
        quarter, local = int(now.timestamp()) // _QUARTER, now.astimezone(self._zone)
        awake = local.hour in _DAY
        new_quarter = self._quarter not in (None, quarter)
        new_day = awake and self._asked_on != local.date()

        async def work() -> list[Queued]:
            if self._quarter is None:
                await self._tables.reviews.adopt()
            await self._leave_a_deaf_room(now.date())
            letters = await self._letters(now, awake=awake, new_quarter=new_quarter, new_day=new_day)
            return await self._tables.outbox.add(letters, now.date())

        self._hand_over(await self._database.write(work))
        self._quarter = quarter
        self._asked_on = local.date() if new_day else self._asked_on

    async def _letters(self, now: dt.datetime, *, awake: bool, new_quarter: bool, new_day: bool) -> list[Letter]:
        """What is to be said; that it was said is kept in the same commit."""
        coordinators = await self._coordinators()
        places = await self._places(coordinators)
        if not places:
            return []  # what came stays new until there is somebody to tell
        reviews = held_by(await self._tables.reviews.all(), coordinators)
        hour = _hour(now)
        came = [one for one in reviews if one.is_open and not one.announced and (one.is_urgent or new_quarter)]
        waiting = [one for one in reviews if self._waits(one, hour, awake)]
        held = await self._held(reviews, now) if new_day else []
        await self._remember(came, announced=True)
        await self._remember([*waiting, *held], nudged_hour=hour)
        letters: list[Letter] = []
        for say, what in ((self._texts.came, came), (self._texts.waits, waiting)):
            for place in places if what else []:
                screen = say(by_need(what), hour, place.language, in_group=place.in_group)
                letters.append(self._letter(place, screen, what, awake))
        return letters + await self._asked(held, hour)

    async def _leave_a_deaf_room(self, today: dt.date) -> None:
        """A room that takes no message is none, whoever saw to that: what nobody has is told anew, to each coordinator."""
        once = self._tables.nudges.once
        deaf = [key for key in await self._tables.outbox.refused(_IN_ROOM) if await once(key, today)]
        if not deaf:
            return
        if await self._tables.rooms.get() is not None:
            await self._tables.rooms.leave()
            await self._tables.audit.note(today, "bot", Act.ROOM, "ended")
        await self._remember([one for one in await self._tables.reviews.all() if one.is_free], announced=False)

    def _waits(self, review: Review, hour: int, awake: bool) -> bool:
        """Nobody has had it for too long, and this was not said within a day."""
        since = max(review.head.hour, review.claimed_hour)
        patience = min(URGENT_HOURS, self._nudge_hours) if review.is_urgent else self._nudge_hours
        return (
            review.is_free
            and review.announced
            and (awake or review.is_urgent)
            and hour - since >= patience
            and hour - review.nudged_hour >= 24
        )

    async def _held(self, reviews: Sequence[Review], now: dt.datetime) -> list[Review]:
        """What somebody has had for a week, did nothing to within it, and was not asked about."""
        hour = _hour(now)
        found = [
            one
            for one in reviews
            if one.is_open
            and one.claimed_by
            and hour - one.claimed_hour >= HELD_DAYS * 24
            and one.nudged_hour <= one.claimed_hour
        ]
        if not found:
            return []
        acts = await self._acts_since(now.date() - dt.timedelta(days=HELD_DAYS))
        return [one for one in found if not any(who == one.claimed_by and one.reference in on for who, on in acts)]

    async def _acts_since(self, day: dt.date) -> set[tuple[str, str]]:
        """Who did something, and on what, since this day."""
        acts: set[tuple[str, str]] = set()
        before = None
        while entries := await self._tables.audit.last(_ENTRIES, before):
            recent = [one for one in entries if one.day >= day.isoformat()]
            acts |= {(one.actor, one.on) for one in recent}
            if len(recent) < len(entries):
                break
            before = entries[-1].n
        return acts

    async def _asked(self, held: Iterable[Review], hour: int) -> list[Letter]:
        """To each who has something for long: one message about all of it."""
        by_handle: dict[str, list[Review]] = defaultdict(list)
        for one in held:
            by_handle[one.claimed_by].append(one)
        letters = []
        for handle, theirs in by_handle.items():
            for place in await self._places({handle}, room=False):
                screen = self._texts.still_yours(by_need(theirs), hour, place.language)
                letters.append(self._letter(place, screen, theirs, awake=True))
        return letters

    def _letter(self, place: Place, screen: Screen, about: Iterable[Review], awake: bool) -> Letter:
        """At night only what is urgent makes a sound."""
        urgent = any(one.is_urgent for one in about)
        call = self._say(place.chat_id, replace(screen, silent=not (awake or urgent)), place.thread_id)
        priority = Priority.CONVERSATION if urgent else Priority.REMINDER
        key = f"{_IN_ROOM if place.in_group else 'queue:'}{secrets.token_hex(8)}"
        return Letter(key, place.chat_id, call, place.language, priority)

    async def _remember(self, reviews: Iterable[Review], **what: bool | int) -> None:
        """Keep this with each of them as it is in the table: who has it is not for us to change."""
        for one in reviews:
            kept = await self._tables.reviews.of(one.reference)
            assert kept is not None  # noqa: S101 - read within this transaction
            await self._tables.reviews.keep(replace(kept, **what))  # type: ignore[arg-type]

    async def _coordinators(self) -> set[str]:
        return {one.handle for one in await self._tables.members.all() if one.role >= Role.COORDINATOR}

    async def _places(self, handles: Iterable[str], *, room: bool = True) -> list[Place]:
        """The coordinators' room; where there is none, the private chats of these members."""
        group = await self._tables.rooms.get() if room else None
        if group is not None:
            return [Place(group.chat_id, group.thread_id, await self._language(group.chat_id), True)]
        chats = [await self._tables.members.chat_of(handle) for handle in sorted(handles)]
        return [Place(one, None, await self._language(one), False) for one in chats if one is not None]

    async def _language(self, chat_id: int) -> str:
        return await self._tables.chats.language(chat_id) or "en"


def _hour(now: dt.datetime) -> int:
    return int(now.timestamp()) // 3600
