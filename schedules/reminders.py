"""What is due to be reminded of: steps of deadlines and of the dates of cases, and the last word to the coordinators.

The planner opens rounds (storage.rounds) and sends nothing itself. What was opened stands in the tables, so that neither a
restart nor a longer stop skips or doubles a step. In memory is kept only until when there is nothing to look for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from itertools import islice
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from forms.case_news import APPEAL, HEARING
from forms.clock import first_day, is_exact
from forms.cutoff import Cutoff, Occurrence, Step
from forms.moment import Moment
from schedules.dated import LONGEST_REST, PASSED, PASSED_FOR, CaseDated, Dated, DeadlineDated
from schedules.escalation import Escalation
from storage.case_entries import CaseEntry
from storage.database import Database
from storage.deadlines import CALL, Deadline
from storage.listeners import Profile
from storage.outbox import Call, Letter, Queued
from storage.rounds import REMINDER, RUNNING, VOID, Round, marked
from storage.tables import Tables
from texts import due
from texts.screen import Screen

STALE = dt.timedelta(days=60)
"""What has been due for longer is left out. Rounds that are over are forgotten after schedules.retention.SENT_DAYS, and
that must not make them due again."""
CHANGED_PLACES = dt.timedelta(days=1)
"""A profile that turns up is as a rule that of somebody who has just moved or changed their hours: what was due so recently
may have come in neither. Nobody gets it twice, for the subject is the same."""
AT_ONCE = 20
"""So many things are looked at in one transaction, so that nobody who asks something waits for all of them."""

_CASE_DATES = (HEARING, APPEAL)


@dataclass(frozen=True)
class Looked:
    """What one transaction came to: until when there is nothing to look for, by name, and letters."""

    rests: Mapping[str, dt.datetime]
    letters: list[Queued]


class Planner:
    """Opens a round for each step that is due, once for each profile of places.

    A step is due from its moment on until the next one is. So after a stop of days the latest is opened, and says by
    its ``due`` that it comes late; those before it are remembered as left out. ``letters`` are the report's benchmarks,
    ``cases`` its cases, and ``zone`` is the network's.
    """

    def __init__(
        self,
        database: Database,
        tables: Tables,
        letters: Collection[str],
        cases: Collection[str],
        zone: ZoneInfo,
        say: Callable[[int, Screen], Call],
        hand_over: Callable[[list[Queued]], None],
    ) -> None:
        self._database = database
        self._tables = tables
        self._letters = tuple(letters)
        self._cases = cases
        self._zone = zone
        self._escalation = Escalation(tables, self._letters, zone, say)
        self._hand_over = hand_over
        self._entries: dict[str, CaseEntry] = {}
        """Published entries never change; only which there are is read each time."""
        self._profiles: list[Profile] = []
        self._looked = dt.datetime.min.replace(tzinfo=dt.UTC)
        self._rests: dict[str, dt.datetime] = {}

    async def tend(self, now: dt.datetime) -> None:
        """Open what is due, unless the clock is in doubt."""
        while (looked := await self._database.write(lambda: self._look(now))) is not None:
            self._rests.update(looked.rests)
            self._hand_over(looked.letters)

    async def _look(self, now: dt.datetime) -> Looked | None:
        """Look at some of what may be due; None when there is nothing left to look at."""
        if await self._tables.timekeeping.held():
            self._rests.clear()
            return None
        await self._wake(now)
        things = {**await self._deadlines(), **await self._case_entries()}
        awake = (name for name in things if name not in self._rests or self._rests[name] <= now)
        names = list(islice(awake, AT_ONCE))
        if not names:
            self._rests = {name: until for name, until in self._rests.items() if name in things}
            return None
        since = await self._since(names, things.keys(), now)
        rests, letters = {}, list[Letter]()
        for name in names:
            one = await self._dated(name, things[name])
            rests[name] = now + LONGEST_REST if one is None else await self._plan(one, since, now)
            if isinstance(one, DeadlineDated):
                rests[name] = min([rests[name], *self._escalation.ahead(one, now)])
                letters += await self._escalation.letters(one, since[name], now)
        return Looked(rests, await self._tables.outbox.add(letters, now.date()))

    async def _wake(self, now: dt.datetime) -> None:
        """Look at everything again if there are other profiles now, or the clock was put back."""
        profiles = [one for one in await self._tables.listeners.profiles() if _is_zone(one.zone)]
        if profiles != self._profiles or now < self._looked:
            self._rests.clear()
        self._profiles, self._looked = profiles, now

    async def _deadlines(self) -> dict[str, Deadline | str]:
        """Those that are still to be kept, by what their rounds are called."""
        live = (one for one in await self._tables.deadlines.all() if not one.cancelled and not one.sent_on)
        return {f"d:{one.id}:{one.version}": one for one in live}

    async def _case_entries(self) -> dict[str, Deadline | str]:
        """The ids of what is published of cases, by what their rounds are called."""
        ids = await self._tables.case_entries.ids()
        self._entries = {entry_id: one for entry_id, one in self._entries.items() if entry_id in ids}
        return {f"h:{entry_id}": entry_id for entry_id in ids}

    async def _since(self, names: Iterable[str], all_names: AbstractSet[str], now: dt.datetime) -> dict[str, int]:
        """Since when each of these, and each profile, is known: the new ones from now on. What is gone is forgotten."""
        known, second = await self._tables.planned.since(), int(now.timestamp())
        profiles = {_profile_name(one) for one in self._profiles}
        new = [name for name in (*names, *profiles) if name not in known or known[name] > second]
        await self._tables.planned.begin(new, second)
        await self._tables.planned.end(known.keys() - all_names - profiles)
        return known | dict.fromkeys(new, second)

    async def _dated(self, name: str, thing: Deadline | str) -> Dated | None:
        """When it is reminded of, and whom; None when never."""
        if isinstance(thing, str):
            return await self._case_date(name, thing)
        letters = thing.benchmarks or (self._letters if thing.kind == CALL else ())
        topics = ("all", f"d:{thing.id}", *(f"b:{letter}" for letter in letters))
        try:
            return DeadlineDated(name, due.cutoff(thing, self._zone.key), topics, deadline=thing)
        except (ValueError, ZoneInfoNotFoundError):
            return None  # one that cannot be reckoned with stops no other

    async def _case_date(self, name: str, entry_id: str) -> Dated | None:
        entry = self._entries.get(entry_id) or await self._tables.case_entries.get(entry_id)
        if entry is None:
            return None
        self._entries[entry_id] = entry
        moment = Moment.from_json(entry.when)
        if entry.kind not in _CASE_DATES or entry.case not in self._cases or moment is None or not is_exact(moment):
            return None
        cutoff = Cutoff(first_day(moment), self._zone.key)
        return CaseDated(name, cutoff, (f"case:{entry.case}",), few=True, passes=False, entry=entry)

    async def _plan(self, one: Dated, since: Mapping[str, int], now: dt.datetime) -> dt.datetime:
        """Open what is due of one thing; until when there is nothing to look for."""
        rest = now + LONGEST_REST
        occurrences = one.near(now)
        known = await self._tables.rounds.known(f"{one.name}:") if occurrences else set[str]()
        for occurrence in occurrences:
            for profile in self._profiles:
                several = one.steps(occurrence, profile)
                moved_in = _moment(since[_profile_name(profile)]) - CHANGED_PLACES
                first = max(_moment(since[one.name]), moved_in, now - STALE)
                await self._open_latest(one, occurrence, profile, _past(several, occurrence, now), first, known, now)
                rest = min([rest, *(step.at for step in several if step.at > now)])
        return rest

    async def _open_latest(
        self,
        one: Dated,
        occurrence: Occurrence,
        profile: Profile,
        past: Sequence[Step],
        first: dt.datetime,
        known: AbstractSet[str],
        now: dt.datetime,
    ) -> None:
        """Open the last of the steps that are due, unless it was due before ``first`` or is known. Those before it are
        void: what is still open, and what was never opened."""
        if not past or past[-1].at < first:
            return
        *earlier, latest = (self._round(one, occurrence, step, profile) for step in past)
        if latest.key in known:
            return
        await self._tables.rounds.open(latest, now.date())
        for before, step in zip(earlier, past, strict=False):
            if before.key in known:
                await self._tables.rounds.void(before.key)
            elif step.at >= first:
                await self._tables.rounds.open(replace(before, state=VOID), now.date())

    def _round(self, one: Dated, occurrence: Occurrence, step: Step, profile: Profile) -> Round:
        subject = f"{one.stem(occurrence)}:{step.name}"
        passed = step.name == PASSED
        ends = occurrence.at + PASSED_FOR if passed else occurrence.at
        return Round(
            REMINDER,
            f"{subject}:{marked(profile)}",
            subject,
            one.topics,
            str(profile),
            one.content(occurrence, step),
            ends=int(ends.timestamp()),
            state=RUNNING,
            told=self._subjects(one, occurrence, profile) if passed else (),
        )

    def _subjects(self, one: Dated, occurrence: Occurrence, profile: Profile) -> tuple[str, ...]:
        """What a place may have been reminded by, whichever leads it wanted then."""
        several = one.steps(occurrence, replace(profile, leads="all"))
        return tuple(f"{one.stem(occurrence)}:{step.name}" for step in several if step.name != PASSED)


def _past(several: Iterable[Step], occurrence: Occurrence, now: dt.datetime) -> list[Step]:
    """The steps that are due. After a cut-off nothing is, but that it has passed."""
    over = occurrence.at <= now
    return [step for step in several if step.at <= now and (step.name == PASSED) == over]


def _moment(second: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(second, dt.UTC)


def _profile_name(profile: Profile) -> str:
    return f"p:{marked(profile)}"


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, ZoneInfoNotFoundError):
        return False
    return True
