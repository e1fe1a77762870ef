"""What comes on a day and is reminded of: deadlines, and the dates of cases."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from forms.cutoff import Cutoff, Occurrence, Step, morning, steps
from storage.case_entries import CaseEntry
from storage.deadlines import Deadline
from storage.listeners import Profile

PASSED = "passed"
PASSED_FOR = dt.timedelta(days=3)
"""For so long after a cut-off it is said that it has passed."""
LONGEST_REST = dt.timedelta(days=1)
"""Even of what is due much later, so much later it is looked again."""
_SOON = dt.timedelta(days=32)
"""The first reminder comes 30 days before what is wanted, by clocks that are up to a day apart."""


@dataclass(frozen=True)
class Dated:
    """Something that comes once or again and is reminded of; ``name`` is what it is called among rounds."""

    name: str
    cutoff: Cutoff
    topics: tuple[str, ...]
    few: bool = False
    """It is reminded of few times, whatever listeners want."""
    passes: bool = True
    """It is said that it has passed."""

    def stem(self, occurrence: Occurrence) -> str:
        """How the subjects of one occurrence begin."""
        return f"{self.name}:{occurrence.day.isoformat()}"

    def content(self, occurrence: Occurrence, step: Step) -> dict[str, Any]:
        """What the words of a reminder are made from."""
        return {"day": occurrence.day.isoformat(), "step": step.name, "due": int(step.at.timestamp())}

    def steps(self, occurrence: Occurrence, profile: Profile) -> list[Step]:
        """When places of this profile are reminded of an occurrence."""
        hour = morning(profile.quiet_from, profile.quiet_to)
        few = self.few or profile.leads == "few"
        found = steps(occurrence, profile.zone, hour, few=few, repeats=self.cutoff.repeats)
        return [step for step in found if self.passes or step.name != PASSED]

    def near(self, now: dt.datetime) -> list[Occurrence]:
        """The occurrences of which anything can be due, or can become so within a day."""
        cutoff = self.cutoff
        ahead = cutoff.day - cutoff.internal if cutoff.internal is not None else dt.timedelta()
        return cutoff.occurrences(now - PASSED_FOR, now + _SOON + max(ahead, dt.timedelta()) + LONGEST_REST)


@dataclass(frozen=True)
class DeadlineDated(Dated):
    """A deadline in one version."""

    deadline: Deadline = field(kw_only=True)

    def content(self, occurrence: Occurrence, step: Step) -> dict[str, Any]:
        """With its id and version."""
        whole = {"deadline": self.deadline.id, "version": self.deadline.version}
        return whole | super().content(occurrence, step)


@dataclass(frozen=True)
class CaseDated(Dated):
    """A hearing, or the last day for an appeal: it comes once, on a day of the network's zone."""

    entry: CaseEntry = field(kw_only=True)

    def stem(self, occurrence: Occurrence) -> str:
        """An entry has one day."""
        return self.name

    def content(self, occurrence: Occurrence, step: Step) -> dict[str, Any]:
        """With the case and the entry."""
        return {"case": self.entry.case, "entry": self.entry.id} | super().content(occurrence, step)
