"""What is said about benchmarks: the card, its details, the list by grade."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from markupsafe import Markup

from facts.loader import Report
from facts.models import LETTERS, Benchmark, Grade, Timeframe
from texts.citing import cited
from texts.language import plain, say
from texts.screen import Button, Row, Screen, grid
from texts.ways import all_twenty, home

MARKS = {Grade.ON_TARGET: "🟢", Grade.VARIABLE: "🟡", Grade.OFF_TARGET: "🔴"}


class Benchmarks:
    """The screens about one report's benchmarks.

    A screen depends on nothing but its arguments, so each is composed once and then kept.
    """

    def __init__(self, report: Report) -> None:
        self._report = report
        self._details: dict[str, Callable[[Benchmark, str], list[Markup]]] = {
            "fig": self._figures,
            "src": self._sources,
            "rec": self._recommendations,
            "case": self._cases,
            "odd": self._cautions,
        }
        self.card = lru_cache(512)(self._card)
        self.detail = lru_cache(512)(self._detail)
        self.by_grade = lru_cache(2)(self._by_grade)
        self.kinds = lru_cache(32)(self._kinds)

    def _card(self, letter: str, language: str, today: dt.date) -> Screen:
        """A benchmark at a glance: title, grade with date and place, time frame, account, first figures."""
        b = self._report.benchmarks[letter]
        parts = [
            self._title(b, language),
            self._standing(b, language, today),
            _account(b, language),
        ]
        if b.figures:
            parts.append(_lines(self._figures(b, language)[:3]))
        if b.cautions:
            parts.append(self._warning(b, language))
        parts.append(self._cite(b, language))
        return Screen(_paragraphs(parts), self._card_rows(b, language))

    def _detail(self, letter: str, kind: str, page: int, language: str) -> Screen:
        """All of one kind about a benchmark: ``fig``, ``src``, ``rec``, ``case`` or ``odd``; ``page`` counts from 1."""
        b = self._report.benchmarks[letter]
        found = pages(self._details[kind](b, language))
        page = min(max(page, 1), len(found))
        head = Markup("<b>{letter}. {short}</b> · {kind}").format(
            letter=b.letter, short=b.short[language], kind=_kind(kind, language)
        )
        return Screen(
            _paragraphs([head, *found[page - 1], self._cite(b, language)]),
            (
                *_turning(f"b:{b.letter}:{kind}", page, len(found)),
                (Button(plain(language, "◀ Back to {letter}", letter=b.letter), f"b:{b.letter}"), all_twenty(language)),
            ),
        )

    def _kinds(self, letter: str) -> list[str]:
        """The kinds of detail that there are about a benchmark."""
        b = self._report.benchmarks[letter]
        return [kind for kind, lines in self._details.items() if lines(b, "en")]

    def _by_grade(self, language: str) -> Screen:
        """All twenty by grade, with the tally and that the report counts the same."""
        tally = self._report.document.tally
        parts = [
            say(
                language,
                "<b>The 20 benchmarks</b>\nGrades of the Special Rapporteur, as of {date}",
                date=self._report.document.as_of_words[language],
            )
        ]
        for grade in Grade:
            graded = self._report.graded(grade)
            head = Markup("{mark} <b>{grade}</b>: {count}").format(
                mark=MARKS[grade],
                grade=grade_word(grade, language),
                count=len(graded),
            )
            parts.append(_lines([head, *(_item(b, language) for b in graded)]))
        parts.append(
            say(
                language,
                "The report itself counts the same ({place}): {on} on target, {variable} variable, {off} off target.",
                place=cited(tally.source, language),
                on=tally.on_target,
                variable=tally.variable,
                off=tally.off_target,
            )
        )
        parts.append(Markup("<i>{symbol}</i>").format(symbol=self._report.document.symbol))
        return Screen(_paragraphs(parts), (*self._letters(), (home(language),)))

    def choose(self, asked: str, letters: Sequence[str], language: str) -> Screen:
        """Several benchmarks may be meant: offer them."""
        if letters:
            text = say(language, "Which one do you mean by “{asked}”?", asked=shortened(asked))
        else:
            text = say(
                language,
                "I found nothing in the report for “{asked}”. That does not mean it did not happen: the report may"
                " not speak of it, or call it by another name.\n\nTry another word, or choose a letter:",
                asked=shortened(asked),
            )
        offered = tuple((self._named(letter, language),) for letter in letters)
        return Screen(text, (*offered, *(() if letters else self._letters()), (all_twenty(language), home(language))))

    def wrong_letter(self, asked: str, letters: Sequence[str], language: str) -> Screen:
        """A letter or number that no benchmark has."""
        text = say(
            language,
            "There is no benchmark “{asked}”. They go from A to T (1 to 20). The nearest are:",
            asked=shortened(asked),
        )
        return Screen(
            text, (*((self._named(letter, language),) for letter in letters), (all_twenty(language), home(language)))
        )

    def which(self, language: str) -> Screen:
        """No letter was given."""
        text = say(
            language,
            "Which benchmark? Choose a letter, or write a word after the command, such as <code>/benchmark prisons</code>.",
        )
        return Screen(text, (*self._letters(), (all_twenty(language), home(language))))

    def _title(self, b: Benchmark, language: str) -> Markup:
        title = Markup("<b>{letter}. {title}</b>").format(letter=b.letter, title=b.title[language])
        if b.annex_title is not None:
            title += say(language, "\n<i>Annex II words it: {title}</i>", title=b.annex_title[language])
        return title

    def _standing(self, b: Benchmark, language: str, today: dt.date) -> Markup:
        grade = say(
            language,
            "{mark} <b>{grade}</b> as of {date} <i>({place})</i>",
            mark=MARKS[b.grade],
            grade=grade_word(b.grade, language),
            date=self._report.document.as_of_words[language],
            place=cited(b.grade_source, language),
        )
        return _lines([grade, _timeframe(b, language, today)])

    def _figures(self, b: Benchmark, language: str) -> list[Markup]:
        return [
            Markup("• <b>{value}</b> {what} <i>({place})</i>").format(
                value=f.shown(language),
                what=f[language],
                place=cited(f.source, language),
            )
            for f in b.figures
        ]

    def _warning(self, b: Benchmark, language: str) -> Markup:
        """That the report disagrees with itself: the weightiest place in full, and how many more there are."""
        first = say(language, "⚠️ The report disagrees with itself. {what}", what=b.cautions[0][language])
        more = len(b.cautions) - 1
        return first + say(language, " <i>And in {more} more.</i>", more=more) if more else first

    def _cautions(self, b: Benchmark, language: str) -> list[Markup]:
        return [
            Markup("⚠️ {what} <i>({places})</i>").format(
                what=c[language], places="; ".join(cited(place, language) for place in c.sources)
            )
            for c in b.cautions
        ]

    def _sources(self, b: Benchmark, language: str) -> list[Markup]:
        own = say(
            language,
            "{symbol}, paras. {first}–{last}",
            symbol=self._report.document.symbol,
            first=b.paragraphs[0],
            last=b.paragraphs[1],
        )
        notes = [
            say(language, "Footnote {number}: {cites}", number=note.number, cites=note.cites) for note in b.footnotes
        ]
        return [own, *notes]

    def _recommendations(self, b: Benchmark, language: str) -> list[Markup]:
        found = self._report.recommendations_on(b.letter)
        if not found:
            return []
        ours = say(language, "<i>Which recommendations belong here is our reading, not the report's.</i>")
        return [ours] + [
            Markup("<b>{place}</b> {what}").format(place=r.source, what=r.summary[language]) for r in found
        ]

    def _cases(self, b: Benchmark, language: str) -> list[Markup]:
        return [
            Markup("<b>{name}</b>: {what} <i>({place})</i>").format(
                name=c.name[language],
                what=c.summary[language],
                place=cited(c.source, language),
            )
            for c in self._report.cases_on(b.letter)
        ]

    def _cite(self, b: Benchmark, language: str) -> Markup:
        return Markup("<i>{citation}</i>").format(citation=self._citation(b))

    def _citation(self, b: Benchmark) -> str:
        """As UN documents are cited."""
        return f"{self._report.document.symbol}, paras. {b.paragraphs[0]}–{b.paragraphs[1]}"

    def _card_rows(self, b: Benchmark, language: str) -> tuple[Row, ...]:
        details = [Button(_kind(kind, language), f"b:{b.letter}:{kind}") for kind in self.kinds(b.letter)]
        before = LETTERS[(b.number - 2) % len(LETTERS)]
        after = LETTERS[b.number % len(LETTERS)]
        return (
            *grid(details, 2),
            (Button(f"◀ {before}", f"b:{before}"), all_twenty(language), Button(f"{after} ▶", f"b:{after}")),
            (Button(plain(language, "Copy the citation"), copy=self._citation(b)), home(language)),
        )

    def _letters(self) -> tuple[Row, ...]:
        return grid(
            [Button(f"{MARKS[b.grade]} {b.letter}", f"b:{b.letter}") for b in self._report.benchmarks.values()], 5
        )

    def _named(self, letter: str, language: str) -> Button:
        b = self._report.benchmarks[letter]
        return Button(f"{b.letter}. {b.short[language]}", f"b:{b.letter}")


def _kind(kind: str, language: str) -> str:
    """A kind of detail in words."""
    return {
        "fig": plain(language, "Figures"),
        "src": plain(language, "Sources"),
        "rec": plain(language, "Recommendations"),
        "case": plain(language, "Cases and trials"),
        "odd": plain(language, "⚠️ Where it disagrees"),
    }[kind]


def grade_word(grade: Grade, language: str) -> str:
    """A grade in words."""
    return {
        Grade.ON_TARGET: plain(language, "On target"),
        Grade.VARIABLE: plain(language, "Variable"),
        Grade.OFF_TARGET: plain(language, "Off target"),
    }[grade]


def shortened(words: str, most: int = 60) -> str:
    """What a person typed, short enough to say back."""
    one_line = " ".join(words.split())
    return one_line if len(one_line) <= most else one_line[: most - 1] + "…"


def pages(lines: Sequence[Markup], most: int = 2500) -> list[list[Markup]]:
    """The lines in pages of at most ``most`` characters each, so that one page fits a phone and Telegram's 4,096."""
    found: list[list[Markup]] = [[]]
    size = 0
    for line in lines:
        if found[-1] and size + len(line) > most:
            found.append([])
            size = 0
        found[-1].append(line)
        size += len(line)
    return found


def _turning(data: str, page: int, count: int) -> tuple[Row, ...]:
    """Buttons that turn pages; none when there is one page only."""
    if count == 1:
        return ()
    back, on = (page - 2) % count + 1, page % count + 1
    return ((Button("◀", f"{data}:{back}"), Button(f"{page}/{count}", f"{data}:{page}"), Button("▶", f"{data}:{on}")),)


def _account(b: Benchmark, language: str) -> Markup:
    """The first statement in full; the others fold away, so that the card fits a phone."""
    first, *others = (
        Markup("{what} <i>({place})</i>").format(what=s[language], place=cited(s.source, language)) for s in b.account
    )
    return first + Markup("\n<blockquote expandable>{others}</blockquote>").format(others=_lines(others))


def _timeframe(b: Benchmark, language: str, today: dt.date) -> Markup:
    if b.timeframe is Timeframe.PROGRESSIVE:
        return say(
            language,
            "Time frame: step by step, with the Sustainable Development Goals, 2015–2030 <i>({place})</i>",
            place=cited(b.timeframe_source, language),
        )
    if b.timeframe.lapsed(today):
        return say(
            language,
            "Time frame: {years}, now over <i>({place})</i>",
            years=b.timeframe.value,
            place=cited(b.timeframe_source, language),
        )
    return say(
        language,
        "Time frame: {years} <i>({place})</i>",
        years=b.timeframe.value,
        place=cited(b.timeframe_source, language),
    )


def _item(b: Benchmark, language: str) -> Markup:
    return Markup("{letter}. {short}").format(letter=b.letter, short=b.short[language])


def _lines(lines: Iterable[Markup]) -> Markup:
    return Markup("\n").join(lines)


def _paragraphs(parts: Iterable[Markup]) -> Markup:
    return Markup("\n\n").join(parts)
