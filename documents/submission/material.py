"""What a submission is made of, as it is gathered on the server or on a reviewer's machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from facts.report import Report
from forms.counting import Counts
from storage.assessments import Assessment
from storage.case_entries import CaseEntry
from storage.deadlines import Deadline
from storage.opened import Incident
from storage.reviews import Review


class Damage(StrEnum):
    """Why an incident cannot be used as it lies there."""

    MISSING = "missing"
    """A part did not come along."""
    ALTERED = "altered"
    """A part is not what this server wrote."""
    UNREADABLE = "unreadable"
    """A part cannot be opened with this office key."""


@dataclass(frozen=True)
class Told:
    """One incident: as it was told, as it was judged, and as the team put it for a submission."""

    incident: Incident
    review: Review
    additions: tuple[Incident, ...] = ()
    written: Mapping[str, str] = field(default_factory=dict)
    """The paragraph that a reviewer wrote, without names, by language: ``en``, ``km``."""

    @property
    def reference(self) -> str:
        """Such as R-7F3K."""
        return self.review.reference


@dataclass(frozen=True)
class Submitters:
    """Who signs: the organisations, the one that leads first, and how the UN reaches them. All of it is printed."""

    names: tuple[str, ...]
    contact: str = ""
    about: str = ""
    """A sentence or two about them and how they worked."""


@dataclass(frozen=True)
class Material:
    """Everything that the text depends on. The same material gives the same files, byte for byte."""

    report: Report
    call: Deadline
    submitters: Submitters
    told: tuple[Told, ...]
    day: str
    """YYYY-MM-DD, as of which it is made."""
    assessments: tuple[Assessment, ...] = ()
    news: tuple[CaseEntry, ...] = ()
    """Of cases, published for everybody."""
    counts: Counts = field(default_factory=dict)
    """The public statistics as they are shown: no number under three is in them."""
    language: str = "en"
    """Of the headings: en, fr or es. The text itself is English, with the Khmer beside it."""
    damaged: Mapping[str, Damage] = field(default_factory=dict)
    """Incidents that could not be used, by reference."""
    withdrawn: tuple[str, ...] = ()
    """References of what was taken back: nothing else is left of it."""
