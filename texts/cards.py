"""Opening anything by its Ref: which card it gets, and which paragraphs are quoted on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from facts.places import paragraphs
from facts.report import Report
from texts.benchmarks import Benchmarks
from texts.cases import Cases
from texts.changes import Changes
from texts.contradictions import Contradictions
from texts.dates import Dates
from texts.elections import Elections
from texts.findings import Findings
from texts.frame import Frame, Quote, Sharing
from texts.laws import Laws
from texts.passages import Passages
from texts.recommendations import Recommendations
from texts.screen import Screen


class Cards:
    """All screens about one report, by topic, and the card of anything."""

    def __init__(self, report: Report, sharing: Sharing, earlier: Sequence[Report] = ()) -> None:
        self.report = report
        self.frame = Frame(report, sharing)
        self.benchmarks = Benchmarks(self.frame)
        self.recommendations = Recommendations(self.frame)
        self.cases = Cases(self.frame)
        self.laws = Laws(self.frame)
        self.dates = Dates(self.frame)
        self.elections = Elections(self.frame)
        self.passages = Passages(self.frame)
        self.contradictions = Contradictions(self.frame)
        self.findings = Findings(self.frame)
        self.changes = Changes(report, earlier)

    def card(self, ref: str, language: str, today: dt.date, quotes: tuple[Quote, ...] = ()) -> Screen:
        """The card of a thing that the report has. Raises KeyError for a Ref that it does not have."""
        kind, _, key = ref.partition(":")
        if not self.report.knows(ref):
            raise KeyError(ref)
        if kind == "b":
            return self.benchmarks.card(key, language, today, bool(quotes))
        if kind == "d":
            return self.dates.card(key, language, today, quotes)
        if kind == "e":
            return self.elections.province(key, language) if key else self.elections.overview(language)
        kinds = {
            "r": self.recommendations.card,
            "c": self.cases.card,
            "n": self.cases.defendant,
            "l": self.laws.card,
            "p": self.passages.card,
            "x": self.contradictions.card,
        }
        return kinds[kind](key, language, quotes)

    def annex(self, number: int, page: int, language: str) -> Screen:
        """An annex, counted from 1; the first may be the agenda."""
        if number == 1 and self.recommendations.has_agenda:
            return self.recommendations.agenda(page, language)
        return self.passages.annex(number, page, language)

    def ref_of(self, place: str) -> str | None:
        """The thing that a place of the official text is shown as: a point of a recommendation, or a paragraph."""
        recommendations = self.report.recommendations.values()
        for recommendation in recommendations:
            if recommendation.source == place:
                return f"r:{recommendation.id}"
        return f"p:{place}" if self.report.knows(f"p:{place}") else None

    def places(self, ref: str) -> tuple[str, ...]:
        """The places in the official text whose words belong to a card: paragraphs and points by themselves."""
        kind, _, key = ref.partition(":")
        report = self.report
        if kind == "x":
            sources = [reading.source for reading in report.contradictions[key].readings]
        elif kind == "l":
            sources = [statement.source for statement in report.laws[key].statements]
        elif kind == "e":
            sources = []
        else:
            sources = [self.frame.entries.place(ref)]
        return tuple(dict.fromkeys(one for source in sources for one in _single(source)))


def _single(source: str) -> tuple[str, ...]:
    """A place as the official text has it: every paragraph of a range; a point, an annex as it is."""
    if source.startswith("table"):
        return ("table",)
    return (source,) if " (" in source or not source[0].isdigit() else tuple(map(str, paragraphs(source)))
