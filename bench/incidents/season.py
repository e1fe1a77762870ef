"""All measurements, round by round."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field

from bench.incidents.added import Added, added
from bench.incidents.plan import DOCUMENT, Plan
from bench.incidents.sealing import Sealing, sealing
from bench.incidents.taking import Alone, Sizes, Together, alone, sizes, together
from bench.processes import Cores
from storage.sealing import OfficeKey, OfficeLock


@dataclass
class Season:
    """Every measurement of every round."""

    alone: list[Alone] = field(default_factory=list)
    together: list[Together] = field(default_factory=list)
    short: list[Sizes] = field(default_factory=list)
    long: list[Sizes] = field(default_factory=list)
    sealing: list[Sealing] = field(default_factory=list)
    added: list[Added] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        """Everything that was not as it should be."""
        rounds: list[Alone | Together | Sizes | Sealing | Added]
        rounds = [*self.alone, *self.together, *self.short, *self.long, *self.sealing, *self.added]
        return [fault for one in rounds for fault in one.faults]


async def play(plan: Plan, cores: Cores) -> Season:
    """All rounds. Raises BotFailedError."""
    season = Season()
    for number in range(1, plan.rounds + 1):
        _say(f"round {number}: one after the other")
        season.alone.append(await alone(plan, cores))
        _say(f"round {number}: {plan.crowd:,} at once")
        season.together.append(await together(plan, cores))
        _say(f"round {number}: sizes on the disk")
        season.short.append(await sizes(plan, cores, b""))
        season.long.append(await sizes(plan, cores, DOCUMENT))
        _say(f"round {number}: sealing and opening")
        season.sealing.append(await _sealing(plan, season))
        _say(f"round {number}: what forms add to a look-up")
        season.added.append(await added(plan))
    return season


async def _sealing(plan: Plan, season: Season) -> Sealing:
    """With incidents as this round's bot took them in."""
    office = OfficeKey.new()
    lock = OfficeLock(office.recipients)
    return await sealing(plan.sealed, season.short[-1].sample, season.long[-1].sample, lock, office)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
