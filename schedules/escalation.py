"""The last word before a cut-off to whoever is responsible for it."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from forms.cutoff import WEEKLY, Occurrence, steps
from schedules.dated import DeadlineDated
from storage.deadlines import CALL, Deadline
from storage.members import Role
from storage.outbox import Call, Letter, Priority
from storage.tables import Tables
from texts import escalation as texts
from texts.screen import Screen

FROM_HOUR = 8
"""In the network's zone."""


class Escalation:
    """The last word before a cut-off, to whoever is responsible for it, or to all coordinators: on the last day but one,
    in the network's zone, once. What comes every week is not escalated."""

    def __init__(
        self, tables: Tables, letters: Sequence[str], zone: ZoneInfo, say: Callable[[int, Screen], Call]
    ) -> None:
        self._tables = tables
        self._letters = letters
        self._zone = zone
        self._say = say

    def ahead(self, one: DeadlineDated, now: dt.datetime) -> list[dt.datetime]:
        """When it will be said."""
        return [moment for occurrence in one.near(now) for moment in self._moments(one, occurrence) if moment > now]

    async def letters(self, one: DeadlineDated, since: int, now: dt.datetime) -> list[Letter]:
        """What is to be said now, and was not."""
        found = []
        for occurrence in one.near(now):
            for moment in self._moments(one, occurrence):
                if since <= moment.timestamp() and moment <= now < occurrence.at:
                    found += await self._say_once(one.deadline, occurrence, now)
        return found

    def _moments(self, one: DeadlineDated, occurrence: Occurrence) -> list[dt.datetime]:
        """The morning before the last one; none where it is not said."""
        if one.cutoff.repeats == WEEKLY:
            return []
        several = steps(replace(occurrence, wanted=occurrence.at), self._zone.key, FROM_HOUR)
        return [step.at for step in several if step.name == "d1"]

    async def _say_once(self, deadline: Deadline, occurrence: Occurrence, now: dt.datetime) -> list[Letter]:
        """The letters; none when they went before, or while there is nobody to be told."""
        chats = await self._whom(deadline.responsible)
        subject = f"late:{deadline.id}:{occurrence.day.isoformat()}"
        if not chats or not await self._tables.nudges.once(subject, now.date()):
            return []
        standing = await self._standing(deadline, occurrence)
        return [await self._letter(chat_id, deadline, occurrence, standing, now) for chat_id in chats]

    async def _whom(self, handle: str) -> Sequence[int]:
        member = await self._tables.members.named(handle)
        if member is not None and member.role >= Role.COORDINATOR:
            chat_id = await self._tables.members.chat_of(handle)
            return [] if chat_id is None else [chat_id]
        return await self._tables.members.chats(Role.COORDINATOR)

    async def _standing(self, deadline: Deadline, occurrence: Occurrence) -> texts.Standing:
        """How many were reminded, how many answered, and of what nothing is published."""
        day = occurrence.day.isoformat()
        answered = await self._tables.answered.count(f"{deadline.id}:{day}")
        return texts.Standing(await self._reminded(deadline, day), answered, await self._missing(deadline))

    async def _reminded(self, deadline: Deadline, day: str) -> int:
        """How many places the step that reached most reached. Who was reached by any would take reading every row."""
        by_step: dict[str, list[str]] = {}
        for one in await self._tables.rounds.of(f"d:{deadline.id}:"):
            if one.content.get("day") == day:
                by_step.setdefault(one.subject, []).append(one.id)
        return max([0, *[await self._tables.deliveries.sent(ids) for ids in by_step.values()]])

    async def _missing(self, deadline: Deadline) -> tuple[str, ...]:
        """Benchmarks of a call for which the published counts show nothing."""
        if deadline.kind != CALL:
            return ()
        published = await self._tables.published.last()
        shown = published.counts.get("benchmark", {}) if published is not None else {}
        asked = [letter for letter in deadline.benchmarks if letter in self._letters] or self._letters
        return tuple(letter for letter in asked if letter not in shown)

    async def _letter(
        self, chat_id: int, deadline: Deadline, occurrence: Occurrence, standing: texts.Standing, now: dt.datetime
    ) -> Letter:
        language = await self._tables.chats.language(chat_id) or "en"
        screen = texts.nearly_over(deadline, occurrence, standing, self._zone.key, now, language)
        key = f"late:{secrets.token_hex(8)}"
        return Letter(key, chat_id, self._say(chat_id, screen), language, Priority.REMINDER)
