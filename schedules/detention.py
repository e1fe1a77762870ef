"""What the editors of cases are reminded of: hearings, last days for appeals, and people whom nobody reached for long."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from zoneinfo import ZoneInfo

from forms.case_news import APPEAL, FAMILY, HEARING, LAWYER
from forms.clock import Clock, Happening, first_day, is_exact
from storage.case_entries import CaseEntry
from storage.database import Database
from storage.members import Role
from storage.outbox import Call, Letter, Priority, Queued
from storage.tables import Tables
from texts.detention import Reminders
from texts.living_cases import happenings
from texts.screen import Screen

_FROM_HOUR = 8
"""Nobody is woken: the local hour from which the day's reminders go out."""
_APPEAL_DAYS = (7, 1)
_ASKED_DAYS = 7
"""For so long after a hearing it is asked what happened, should the bot have been down on the day after it."""


@dataclass(frozen=True)
class Due:
    """One reminder: what it is called among those that were sent, whose it is, and what it says in a language."""

    subject: str
    by: str
    say: Callable[[str], Screen]


class DetentionClock:
    """Looks at all cases once a local day and at every start, and tells whoever proposed the entry that a reminder comes
    from. Where they are no editor any more, all who are get it."""

    def __init__(
        self,
        database: Database,
        tables: Tables,
        texts: Reminders,
        cases: Collection[str],
        zone: ZoneInfo,
        contact_days: int,
        say: Callable[[int, Screen], Call],
        hand_over: Callable[[list[Queued]], None],
    ) -> None:
        self._database = database
        self._tables = tables
        self._texts = texts
        self._cases = cases
        self._zone = zone
        self._contact_days = contact_days
        self._say = say
        self._hand_over = hand_over
        self._done_on: dt.date | None = None

    async def tend(self, now: dt.datetime) -> None:
        """Say what is due and was not said."""
        local = now.astimezone(self._zone)
        if local.hour < _FROM_HOUR or self._done_on == local.date():
            return

        async def work() -> list[Queued]:
            letters = [letter for due in await self._due(local.date()) for letter in await self._letters(due, now)]
            return await self._tables.outbox.add(letters, now.date())

        self._hand_over(await self._database.write(work))
        self._done_on = local.date()

    async def _due(self, today: dt.date) -> list[Due]:
        """What could be said on this day of the cases that the report still has."""
        found: list[Due] = []
        for case, entries in groupby(await self._tables.case_entries.all(), key=lambda one: one.case):
            if case in self._cases:
                found += self._of(case, list(entries), today)
        return found

    async def _letters(self, due: Due, now: dt.datetime) -> list[Letter]:
        """The reminder for each who gets it; none when it was sent before, or while there is nobody to be reminded."""
        chats = await self._whom(due.by)
        if not chats or not await self._tables.nudges.once(due.subject, now.date()):
            return []
        letters = []
        for chat_id in chats:
            language = await self._tables.chats.language(chat_id) or "en"
            call = self._say(chat_id, due.say(language))
            key = f"detention:{secrets.token_hex(8)}"
            letters.append(Letter(key, chat_id, call, language, Priority.REMINDER))
        return letters

    async def _whom(self, handle: str) -> Sequence[int]:
        member = await self._tables.members.named(handle)
        if member is not None and member.role >= Role.EDITOR:
            chat_id = await self._tables.members.chat_of(handle)
            return [] if chat_id is None else [chat_id]
        return await self._tables.members.chats(Role.EDITOR)

    def _of(self, case: str, entries: Sequence[CaseEntry], today: dt.date) -> Iterator[Due]:
        """What could be said of one case."""
        by_id = {one.id: one for one in entries}
        told_of = happenings(entries)
        for one in told_of:
            if one.kind == HEARING and is_exact(one.moment):
                yield from self._hearing(by_id[one.id], one, entries, today)
            if one.kind == APPEAL and is_exact(one.moment):
                yield from self._appeal(by_id[one.id], one, today)
        yield from self._contacts(case, by_id, Clock.of(told_of, today))

    def _hearing(
        self, entry: CaseEntry, hearing: Happening, entries: Sequence[CaseEntry], today: dt.date
    ) -> Iterator[Due]:
        """The day before it, and after it unless anything was published of the case from that day on. A hearing that
        was published only when it was over is news itself."""
        day = first_day(hearing.moment)
        days = (day - today).days
        if 0 <= days <= 1:
            yield Due(f"hearing:{entry.id}", entry.by, partial(self._texts.hearing_near, entry.case, days))
        since = [one for one in entries if one is not entry and one.published_on >= day.isoformat()]
        if -_ASKED_DAYS <= days < 0 and not since and entry.published_on <= day.isoformat():
            say = partial(self._texts.what_happened, entry.case, hearing.moment)
            yield Due(f"heard:{entry.id}", entry.by, say)

    def _appeal(self, entry: CaseEntry, appeal: Happening, today: dt.date) -> Iterator[Due]:
        """Seven days and one day before; one reminder when both are due."""
        days = (first_day(appeal.moment) - today).days
        near = [lead for lead in _APPEAL_DAYS if 0 <= days <= lead]
        if near:
            say = partial(self._texts.appeal_near, entry.case, days)
            yield Due(f"appeal:{entry.id}:{min(near)}", entry.by, say)

    def _contacts(self, case: str, by_id: dict[str, CaseEntry], clock: Clock) -> Iterator[Due]:
        """Each time that so many days more have passed without a contact."""
        for kind, days in ((FAMILY, clock.family), (LAWYER, clock.lawyer)):
            times = days.count // self._contact_days if days else 0
            if days is None or not times:
                continue
            say = partial(self._texts.no_contact, case, kind, days.count)
            yield Due(f"contact:{kind}:{days.of.id}:{times}", by_id[days.of.id].by, say)
