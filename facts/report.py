"""One report: everything it says, by key, and how its parts hang together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from facts.models import (
    Benchmark,
    Case,
    Charge,
    Contradiction,
    Dated,
    Defendant,
    Document,
    Election,
    Figure,
    Footnote,
    Grade,
    Law,
    Paragraph,
    Recommendation,
)
from facts.places import paragraphs


@dataclass(frozen=True)
class Report:
    """Everything one report says. Mappings are in the report's order."""

    document: Document
    benchmarks: Mapping[str, Benchmark]
    recommendations: Mapping[str, Recommendation]
    cases: Mapping[str, Case]
    defendants: Mapping[str, Defendant]
    election: Election | None
    dates: Mapping[str, Dated]
    charges: Mapping[str, Charge]
    laws: Mapping[str, Law]
    figures: tuple[Figure, ...]
    footnotes: tuple[Footnote, ...]
    paragraphs: Mapping[int, Paragraph]
    contradictions: Mapping[str, Contradiction]

    def graded(self, grade: Grade) -> list[Benchmark]:
        """The benchmarks that got this grade, A to T."""
        return [b for b in self.benchmarks.values() if b.grade is grade]

    def recommendations_on(self, letter: str) -> list[Recommendation]:
        """The recommendations that, in our reading, touch this benchmark, in the report's order."""
        return [r for r in self.recommendations.values() if letter in r.benchmarks]

    def cases_on(self, letter: str) -> list[Case]:
        """The cases and trials that concern this benchmark, in the report's order."""
        return [c for c in self.cases.values() if letter in c.benchmarks]

    def section_of(self, paragraph: int) -> Benchmark | None:
        """The benchmark whose section a numbered paragraph belongs to."""
        return next((b for b in self.benchmarks.values() if b.paragraphs[0] <= paragraph <= b.paragraphs[1]), None)

    def footnotes_on(self, letter: str) -> list[Footnote]:
        """The footnotes whose mark stands in this benchmark's section."""
        first, last = self.benchmarks[letter].paragraphs
        return [note for note in self.footnotes if any(first <= n <= last for n in note.paragraphs)]

    def contradictions_on(self, ref: str) -> list[Contradiction]:
        """Where the report disagrees with itself about this thing, the weightiest first."""
        kind, _, key = ref.partition(":")
        if kind == "p":
            return [x for x in self.contradictions.values() if int(key) in places_of(x)]
        return [x for x in self.contradictions.values() if ref in x.touches]

    def tried_in(self, trial: str) -> list[Defendant]:
        """The defendants of a trial whom the report gives initials, in its order."""
        return [d for d in self.defendants.values() if d.said.trial == trial]

    def knows(self, ref: str) -> bool:
        """Whether there is such a thing."""
        kind, _, key = ref.partition(":")
        return key in self._keys.get(kind, ()) and not ref.endswith(":")

    def refs(self) -> Iterator[str]:
        """Everything that can be opened."""
        for kind, keys in self._keys.items():
            yield from (f"{kind}:{key}" if key else kind for key in keys)

    @cached_property
    def _keys(self) -> Mapping[str, Mapping[str, None]]:
        """The keys of everything that can be opened, by kind."""
        return {
            "b": dict.fromkeys(self.benchmarks),
            "r": dict.fromkeys(self.recommendations),
            "c": dict.fromkeys(self.cases),
            "n": dict.fromkeys(self.defendants),
            "l": dict.fromkeys(self.laws),
            "d": dict.fromkeys(self.dates),
            "e": dict.fromkeys(["", *(p.code for p in self.election.provinces)] if self.election else ()),
            "x": dict.fromkeys(self.contradictions),
            "p": dict.fromkeys(map(str, self.paragraphs)),
        }


def places_of(contradiction: Contradiction) -> set[int]:
    """The numbered paragraphs that a contradiction is about."""
    return {n for reading in contradiction.readings for n in paragraphs(reading.source)}
