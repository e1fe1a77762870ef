"""Each morning: which sections of a submission are due soon, and which are late."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from facts.report import Report
from storage.database import Database
from storage.deadlines import CALL, Deadline
from storage.members import Role
from storage.outbox import Call, Letter, Priority, Queued
from storage.tables import Tables
from storage.workplans import Section
from texts import due
from texts.screen import Screen
from texts.workplan import Standing, Workplans

FROM_HOUR = 8
"""In the network's zone."""
_SOON = dt.timedelta(days=3)
_BEFORE, _AFTER = "soon", "late"

Say = Callable[[int, Screen, int | None], Call]


@dataclass(frozen=True)
class _Place:
    chat_id: int
    thread_id: int | None
    group: bool


class SectionsDue:
    """Tells the coordinators' group, or each coordinator where there is none: three days before the day of a section, and
    once it is over. Who writes it has no account here, so somebody who knows them calls."""

    def __init__(
        self,
        database: Database,
        tables: Tables,
        report: Report,
        zone: ZoneInfo,
        say: Say,
        hand_over: Callable[[list[Queued]], None],
    ) -> None:
        self._database = database
        self._tables = tables
        self._letters = tuple(report.benchmarks)
        self._texts = Workplans({letter: benchmark.short for letter, benchmark in report.benchmarks.items()})
        self._zone = zone
        self._say = say
        self._hand_over = hand_over
        self._told_on: dt.date | None = None

    async def tend(self, now: dt.datetime) -> None:
        """Say what is due, once a day."""
        local = now.astimezone(self._zone)
        if local.hour < FROM_HOUR or self._told_on == local.date():
            return
        self._hand_over(await self._database.write(lambda: self._told(now)))
        self._told_on = local.date()

    async def _told(self, now: dt.datetime) -> list[Queued]:
        places = await self._places()
        if not places or await self._tables.timekeeping.held():
            return []
        letters = []
        for call in await self._tables.deadlines.all():
            occurrence = due.cutoff(call, self._zone.key).next(now) if _is_open(call) else None
            if occurrence is not None:
                today = now.astimezone(self._zone).date()
                plan = await self._tables.workplans.of(call.id)
                asked = [letter for letter in self._letters if letter in (call.benchmarks or self._letters)]
                one = Standing(call, occurrence, now, self._zone.key, today, asked, plan, {})
                letters += await self._of(one, places)
        return await self._tables.outbox.add(letters, now.date())

    async def _of(self, one: Standing, places: Sequence[_Place]) -> list[Letter]:
        """What was not said before of one call."""
        news: Mapping[str, list[str]] = {_BEFORE: [], _AFTER: []}
        for letter in one.letters:
            section = one.section(letter)
            step = _step(section, one.today)
            if step and await self._tables.nudges.once(f"plan:{one.call.id}:{letter}:{section.due}:{step}", one.today):
                news[step].append(letter)
        if not any(news.values()):
            return []
        return [await self._letter(one, news, place) for place in places]

    async def _letter(self, one: Standing, news: Mapping[str, list[str]], place: _Place) -> Letter:
        language = await self._tables.chats.language(place.chat_id) or "en"
        screen = self._texts.due_soon(one, news[_BEFORE], news[_AFTER], language, group=place.group)
        call = self._say(place.chat_id, screen, place.thread_id)
        return Letter(f"plan:{secrets.token_hex(8)}", place.chat_id, call, language, Priority.REMINDER)

    async def _places(self) -> list[_Place]:
        room = await self._tables.rooms.get()
        if room is not None:
            return [_Place(room.chat_id, room.thread_id, group=True)]
        return [_Place(chat, None, group=False) for chat in await self._tables.members.chats(Role.COORDINATOR)]


def _is_open(call: Deadline) -> bool:
    return call.kind == CALL and not call.cancelled and not call.sent_on


def _step(section: Section, today: dt.date) -> str:
    """What there is to be said of it today; empty for nothing."""
    if not section.due or section.done_on:
        return ""
    day = dt.date.fromisoformat(section.due)
    if day < today:
        return _AFTER
    return _BEFORE if day - today <= _SOON else ""
