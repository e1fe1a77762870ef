"""What is said about numbered paragraphs and annexes: our summary, what stands there, and the report's own words."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from facts.models import Benchmark
from facts.places import paragraphs as numbers
from facts.places import part
from texts.citing import cited
from texts.figures import figure_line
from texts.frame import Frame, Quote
from texts.language import plain, say
from texts.layout import lines, pages, paragraphs, turning
from texts.screen import Button, Row, Screen, grid
from texts.ways import home

_MOST_LINKS = 6
_ANNEXES = ("I", "II", "III", "IV", "V")


class Passages:
    """The screens about one report's paragraphs and annexes."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._report = frame.report
        self._entries = frame.entries

    def card(self, key: str, language: str, quotes: tuple[Quote, ...] = ()) -> Screen:
        """A paragraph: our summary, its figures and footnotes, and the things that stand in it."""
        number = int(key)
        section = self._report.section_of(number)
        head = Markup("<b>{title}</b>").format(title=self._entries.title(f"p:{key}", language))
        if section:
            head += Markup("\n{section}").format(section=self._entries.title(f"b:{section.letter}", language))
        parts = [
            head,
            Markup("{gist}").format(gist=self._report.paragraphs[number][language]),
            lines(self._figures(number, language)),
            lines(self._footnotes(number, language)),
        ]
        if not quotes:
            parts.append(say(language, "<i>This is our summary; the report's own words are not loaded here.</i>"))
        last = max(self._report.paragraphs)
        before, after = (number - 2) % last + 1, number % last + 1
        turn: Row = (Button(f"◀ {before}", f"p:{before}"), Button(f"{after} ▶", f"p:{after}"))
        refs = list(self._standing_here(number))[:_MOST_LINKS]
        rows = grid([self._entries.button(ref, language) for ref in refs], 2)
        return self._frame.card(f"p:{key}", parts, (*rows, turn), language, quotes=quotes)

    def annex(self, number: int, page: int, language: str) -> Screen:
        """An annex, counted from 1: the time frames or the trials that stand in it, and the ways to them."""
        annex = _ANNEXES[number - 1] if 1 <= number <= len(_ANNEXES) else str(number)
        if benchmarks := self._timed_in(annex):
            return self._time_frames(annex, benchmarks, language)
        if trials := self._tried_in(annex):
            return self._trials(annex, trials, f"an:{number}", page, language)
        text = say(language, "I know nothing of annex {number}.", number=annex)
        return Screen(text, self.which(language).rows)

    @property
    def annexes(self) -> list[int]:
        """The annexes, counted from 1, of which there is a screen here; the agenda has its own."""
        return [n for n, annex in enumerate(_ANNEXES, 1) if self._timed_in(annex) or self._tried_in(annex)]

    def _timed_in(self, annex: str) -> list[Benchmark]:
        """The benchmarks whose time frame stands in an annex."""
        return [b for b in self._report.benchmarks.values() if part(b.timeframe_source) == f"annex {annex}"]

    def _tried_in(self, annex: str) -> list[str]:
        """The trials that an annex tells of."""
        cases = self._report.cases.values()
        return [f"c:{case.id}" for case in cases if case.kind == "trial" and part(case.source) == f"annex {annex}"]

    def _trials(self, annex: str, trials: list[str], data: str, page: int, language: str) -> Screen:
        listed = [
            Markup("<b>{title}</b>: {what}").format(
                title=self._entries.title(ref, language), what=self._entries.gist(ref, language)
            )
            for ref in trials
        ]
        several = pages(listed, 2400)
        page = min(max(page, 1), len(several))
        head = say(language, "<b>Annex {number}</b>: trials", number=annex)
        touched = list(dict.fromkeys(letter for ref in trials for letter in self._report.cases[ref[2:]].benchmarks))
        odd = [
            Button(plain(language, "⚠️ Where it disagrees"), f"xs:b:{letter}")
            for letter in touched
            if self._report.contradictions_on(f"b:{letter}")
        ]
        return Screen(
            paragraphs([head, *several[page - 1]]),
            (
                *((self._entries.button(ref, language),) for ref in trials),
                *turning(data, page, len(several)),
                (*odd[:1], home(language)),
            ),
        )

    def which(self, language: str) -> Screen:
        """No paragraph was named."""
        last = max(self._report.paragraphs)
        text = say(
            language,
            "Which paragraph? Write its number after the command, such as <code>/para {number}</code>. They go from 1 to"
            " {last}.",
            number=min(41, last),
            last=last,
        )
        annexes = [Button(cited("annex I", language), "ag")] if self._agenda else []
        annexes += [Button(cited(f"annex {_ANNEXES[n - 1]}", language), f"an:{n}") for n in self.annexes]
        some = grid([Button(str(n), f"p:{n}") for n in range(1, last + 1, 10)], 6)
        return Screen(text, (*some, *grid(annexes, 3), (home(language),)))

    def missing(self, asked: str, language: str) -> Screen:
        """A number that no paragraph has."""
        last = max(self._report.paragraphs)
        text = say(language, "There is no paragraph “{asked}”. They go from 1 to {last}.", asked=asked, last=last)
        return Screen(text, self.which(language).rows)

    @property
    def _agenda(self) -> bool:
        """Whether annex I is an agenda of points."""
        return any(key[0] == "i" for key in self._report.recommendations)

    def _time_frames(self, annex: str, benchmarks: list[Benchmark], language: str) -> Screen:
        frames = {b.timeframe: [o.letter for o in benchmarks if o.timeframe == b.timeframe] for b in benchmarks}
        listed = lines(
            Markup("<b>{years}</b>: {letters}").format(years=frame.value, letters=", ".join(letters))
            for frame, letters in frames.items()
        )
        text = say(
            language,
            "<b>Annex {number}</b>: the benchmarks and their time frames\n\n{list}",
            number=annex,
            list=listed,
        )
        return Screen(text, (*grid([Button(b.letter, f"b:{b.letter}") for b in benchmarks], 5), (home(language),)))

    def _figures(self, number: int, language: str) -> Iterator[Markup]:
        section = self._report.section_of(number)
        figures = section.figures if section else self._report.figures
        for figure in figures:
            if number in numbers(figure.source):
                yield figure_line(figure, language, place=False)

    def _footnotes(self, number: int, language: str) -> Iterator[Markup]:
        for note in self._report.footnotes:
            if number in note.paragraphs:
                yield say(language, "Footnote {number}: {cites}", number=note.number, cites=note.cites)

    def _standing_here(self, number: int) -> Iterator[str]:
        """What else is told with this paragraph as its place."""
        section = self._report.section_of(number)
        if section:
            yield f"b:{section.letter}"
        for key, recommendation in self._report.recommendations.items():
            if number in numbers(recommendation.source):
                yield f"r:{key}"
        for key, case in self._report.cases.items():
            if any(number in numbers(place) for place in (case.source, *(d.source for d in case.details))):
                yield f"c:{key}"
        for key, law in self._report.laws.items():
            if any(number in numbers(statement.source) for statement in law.statements):
                yield f"l:{key}"
        for key, date in self._report.dates.items():
            if number in numbers(date.source):
                yield f"d:{key}"
