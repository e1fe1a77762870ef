"""For whom a broadcast can be, how many that are, and who of them sleeps."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from facts.report import Report
from forms.broadcast import BY_ROLE, BY_TOPIC, COORDINATORS, EDITORS, MEMBERS, MONITORS, ROLES, Audience
from forms.cutoff import waking
from storage.listeners import Listener, Place, Profile
from storage.members import Member, Role
from storage.rounds import Round
from storage.subscriptions import ALL, NEWS
from storage.tables import Tables

_WHO: Mapping[str, Collection[Role]] = {
    MEMBERS: (Role.MONITOR, Role.EDITOR, Role.COORDINATOR, Role.ADMIN),
    MONITORS: (Role.MONITOR,),
    EDITORS: (Role.EDITOR,),
    COORDINATORS: (Role.COORDINATOR, Role.ADMIN),
}
_TOPICS = {"d": "d:", "b": "b:", "c": "case:"}
"""How the topics of which there are many begin, by what their buttons call them."""


@dataclass(frozen=True)
class Reach:
    """How many places can be written to, by what they have in common, and how many cannot."""

    by_profile: Mapping[Profile, int]
    blocked: int

    @property
    def count(self) -> int:
        """Of those that can."""
        return sum(self.by_profile.values())

    def asleep(self, now: dt.datetime) -> tuple[int, dt.datetime]:
        """How many have their quiet hours now, and when the last of them wakes."""
        wake = {one: waking(now, one.zone, one.quiet_from, one.quiet_to) for one in self.by_profile}
        late = {one: at for one, at in wake.items() if at > now}
        return sum(self.by_profile[one] for one in late), max(late.values(), default=now)


class Audiences:
    """For whom a broadcast can be: members by role, or whoever asked to be told of a topic."""

    def __init__(self, tables: Tables, report: Report, home: ZoneInfo) -> None:
        self._members = tables.members
        self._listeners = tables.listeners
        self._subscriptions = tables.subscriptions
        self._deadlines = tables.deadlines
        self._rounds = tables.rounds
        self._report = report
        self._profile = Profile(str(home))

    async def named(self, by: str, what: str) -> Audience | None:
        """The audience of a button; None where there is no such thing (any more)."""
        if by == BY_ROLE:
            return Audience(BY_ROLE, what) if what in ROLES else None
        kind, _, key = what.partition(":")
        if kind == "d":
            deadline = await self._deadlines.get(key)
            return Audience(BY_TOPIC, what, deadline.title) if deadline is not None else None
        known = what in (ALL, NEWS) or key in (self._report.cases if kind == "case" else self._report.benchmarks)
        return Audience(BY_TOPIC, what) if known else None

    async def asked_for(self, kind: str) -> list[tuple[Audience, int]]:
        """Deadlines, benchmarks or cases of which anybody asked to be told, and how many did."""
        counts = await self._subscriptions.counts(_TOPICS[kind])
        found = [(await self.named(BY_TOPIC, topic), count) for topic, count in sorted(counts.items())]
        return [(audience, count) for audience, count in found if audience is not None]

    async def reach(self, audience: Audience) -> Reach:
        """How many it has now."""
        if audience.by == BY_TOPIC:
            by_profile = await self._subscriptions.by_profile(audience.topics)
            reachable = {one: count for one, count in by_profile.items() if one is not None}
            return Reach(reachable, by_profile.get(None, 0))
        known = [await self._listener(place) for _, place in await self.members(audience)]
        free = Counter(one.profile for one in known if not one.blocked_on)
        return Reach(free, len(known) - free.total())

    async def members(self, audience: Audience) -> list[tuple[Member, Place]]:
        """Those for whom it is by their role, with their private chats."""
        meant = [one for one in await self._members.all() if one.role in _WHO[audience.what]]
        chats = [(one, await self._members.chat_of(one.handle)) for one in meant]
        return [(one, Place(chat_id)) for one, chat_id in chats if chat_id is not None]

    async def deliver(self, one: Round, members: Sequence[tuple[Member, Place]]) -> None:
        """Give each of these members their delivery."""
        for _, place in members:
            await self._listeners.welcome(place, self._profile)
        await self._rounds.deliver_to(one, [self._listeners.mark(place) for _, place in members])

    async def _listener(self, place: Place) -> Listener:
        return await self._listeners.of(place) or Listener(place, self._profile)
