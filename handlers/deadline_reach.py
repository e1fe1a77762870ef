"""Whom a deadline reached: for each step of its reminders, and each notice, how many places are in which state."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from storage.deadlines import Deadline
from storage.rounds import Round
from storage.tables import Tables
from texts.deadlines import Reached

_MOST = 16
"""Steps and notices that are shown, the newest."""


class DeadlineReach:
    """Counts the deliveries of a deadline as it is now. Of one that comes again, those of the time that came last."""

    def __init__(self, tables: Tables) -> None:
        self._rounds = tables.rounds
        self._deliveries = tables.deliveries
        self._answered = tables.answered

    async def of(self, one: Deadline) -> tuple[Sequence[Reached], int]:
        """Step by step in the order of time, and how many places said that they have done their part."""
        reminders = await self._rounds.of(f"d:{one.id}:{one.version}:")
        day = max((each.content["day"] for each in reminders), default=one.day)
        last = [each for each in reminders if each.content["day"] == day]
        steps = defaultdict(list)
        for each in sorted(last, key=lambda each: each.content.get("due", 0)):
            steps[each.content["step"]].append(each)
        notices = [(each.content["what"], [each]) for each in await self._rounds.of(f"n:{one.id}:")]
        found = [await self._counted(step, rounds) for step, rounds in [*notices, *steps.items()]]
        return [each for each in found if each.counts][-_MOST:], await self._answered.count(f"{one.id}:{day}")

    async def _counted(self, step: str, rounds: Sequence[Round]) -> Reached:
        counts = await self._deliveries.counts([each.id for each in rounds])
        return Reached(step, {state: count for state, count in counts.items() if count})
