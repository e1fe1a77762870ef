"""What things of the report are called in lists, on buttons and in search results."""

from __future__ import annotations

import datetime as dt

from babel.dates import format_date

from facts.models import Dated, Defendant, Election, Exactness
from facts.report import Report
from texts.citing import cited
from texts.language import plain
from texts.layout import shortened
from texts.screen import Button

_MARKS = {"b": "📊", "r": "📌", "c": "⚖️", "n": "⚖️", "l": "📜", "d": "📅", "e": "🗳", "x": "⚠️", "p": "¶"}


class Entries:
    """Titles, one-line gists and places of everything that can be opened, by Ref."""

    def __init__(self, report: Report) -> None:
        self._report = report

    def title(self, ref: str, language: str) -> str:
        """What it is called."""
        kind, _, key = ref.partition(":")
        report = self._report
        if kind == "b":
            return f"{key}. {report.benchmarks[key].short[language]}"
        if kind == "r":
            return plain(language, "Recommendation {place}", place=report.recommendations[key].source)
        if kind == "c":
            return report.cases[key].name[language]
        if kind == "n":
            return self.defendant(report.defendants[key], language)
        if kind == "l":
            return report.laws[key].name[language]
        if kind == "d":
            return when(report.dates[key], language)
        if kind == "e":
            return self._province(key, language) if key else self._election.name[language]
        if kind == "x":
            return plain(language, "Where it disagrees: {places}", places=self._places(key, language))
        return plain(language, "Paragraph {number}", number=key)

    def gist(self, ref: str, language: str) -> str:
        """What it is about, in a sentence or two."""
        kind, _, key = ref.partition(":")
        report = self._report
        if kind == "b":
            return report.benchmarks[key].title[language]
        if kind == "r":
            return report.recommendations[key].summary[language]
        if kind == "c":
            return report.cases[key].summary[language]
        if kind == "n":
            return report.defendants[key].said.sentence[language]
        if kind == "l":
            return report.laws[key].statements[0][language]
        if kind == "d":
            return report.dates[key][language]
        if kind == "e":
            return self._printed(key, language)
        if kind == "x":
            return report.contradictions[key].gist[language]
        return report.paragraphs[int(key)][language]

    def place(self, ref: str) -> str:
        """Where the report says it."""
        kind, _, key = ref.partition(":")
        report = self._report
        if kind == "b":
            first, last = report.benchmarks[key].paragraphs
            return f"{first}–{last}"
        if kind == "r":
            return report.recommendations[key].source
        if kind == "c":
            return report.cases[key].source
        if kind == "n":
            return report.defendants[key].said.source
        if kind == "l":
            return report.laws[key].statements[0].source
        if kind == "d":
            return report.dates[key].source
        if kind == "e":
            return self._election.source
        if kind == "x":
            return report.contradictions[key].readings[0].source
        return key

    def button(self, ref: str, language: str, *, number: int | None = None) -> Button:
        """A button that opens it; with the ``number`` it has in a list of things that are called alike."""
        title = self.title(ref, language) if number is None else f"{number}. {self.title(ref, language)}"
        return Button(shortened(f"{_MARKS[ref[0]]} {title}", 60), ref)

    def defendant(self, defendant: Defendant, language: str) -> str:
        """Initials, trial, and which of several; initials alone name nobody."""
        day = day_words(defendant.said.trial.removeprefix("trial-"), language)
        if defendant.ordinals == 1:
            return plain(language, "{initials}, trial of {day}", initials=defendant.initials, day=day)
        return plain(
            language,
            "{initials}, no. {ordinal} of {ordinals}, trial of {day}",
            initials=defendant.initials,
            ordinal=defendant.ordinal,
            ordinals=defendant.ordinals,
            day=day,
        )

    @property
    def _election(self) -> Election:
        assert self._report.election is not None  # noqa: S101 - there is no Ref to it without one
        return self._report.election

    def _printed(self, code: str, language: str) -> str:
        """The printed numbers of a province's row; of the country without a code."""
        counts = next((p for p in self._election.provinces if p.code == code), self._election.printed)
        first, second = (party.abbreviation for party in self._election.parties[:2])
        return plain(
            language,
            "As printed: votes {first} {one}, {second} {two}; councillor seats {first} {three}, {second} {four}, in all"
            " {total}.",
            first=first,
            second=second,
            one=f"{counts.votes[0]:,}",
            two=f"{counts.votes[1]:,}",
            three=f"{counts.seats[0]:,}",
            four=f"{counts.seats[1]:,}",
            total=f"{counts.total:,}",
        )

    def _province(self, code: str, language: str) -> str:
        name = next(p.name for p in self._election.provinces if p.code == code)
        return f"{name[language]} · {self._election.name[language]}"

    def _places(self, key: str, language: str) -> str:
        places = dict.fromkeys(reading.source for reading in self._report.contradictions[key].readings)
        return " / ".join(cited(place, language) for place in places)


def when(date: Dated, language: str) -> str:
    """The date as exactly as the report gives it, with the month in words."""
    if date.shown is not None:
        return date.shown[language]
    if date.exactness is Exactness.RANGE:
        return f"{day_words(date.when, language)} – {day_words(date.until or date.when, language)}"
    return day_words(date.when, language)


def day_words(iso: str, language: str) -> str:
    """``2023-05-15`` as 15 May 2023, ``2023-05`` as May 2023, ``2023`` as it is; never in figures alone."""
    if len(iso) == 4:
        return iso
    day = len(iso) == 10
    value = dt.date.fromisoformat(iso if day else f"{iso}-01")
    pattern = "d MMMM y" if day else "MMMM y"
    return format_date(value, pattern, locale=language).replace("\u200b", "")
