"""What is said about benchmarks: the card, its details, the list by grade."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from functools import lru_cache

from markupsafe import Markup

from facts.models import LETTERS, Benchmark, Grade
from texts.citing import citation, cited
from texts.figures import figure_line
from texts.frame import Frame
from texts.language import plain, say
from texts.layout import lines, pages, paragraphs, shortened, turning
from texts.screen import Button, Row, Screen, grid
from texts.ways import all_twenty, home

MARKS = {Grade.ON_TARGET: "🟢", Grade.VARIABLE: "🟡", Grade.OFF_TARGET: "🔴"}


class Benchmarks:
    """The screens about one report's benchmarks.

    A screen depends on nothing but its arguments, so each is composed once and then kept.
    """

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._report = frame.report
        self._details: dict[str, Callable[[Benchmark, str], list[Markup]]] = {
            "fig": self._figures,
            "src": self._sources,
        }
        self.card = lru_cache(512)(self._card)
        self.detail = lru_cache(512)(self._detail)
        self.by_grade = lru_cache(2)(self._by_grade)
        self.kinds = lru_cache(32)(self._kinds)

    def _card(self, letter: str, language: str, today: dt.date, quotable: bool = False) -> Screen:
        """A benchmark at a glance: title, grade with date and place, time frame, account, first figures.

        ``quotable`` says that the report's own words are there to be shown on a screen of their own.
        """
        b = self._report.benchmarks[letter]
        parts = [
            self._title(b, language),
            self._standing(b, language, today),
            _account(b, language),
        ]
        if b.figures:
            parts.append(lines(self._figures(b, language)[:3]))
        return self._frame.card(
            f"b:{letter}",
            parts,
            self._card_rows(b, language),
            language,
            quotable=quotable,
        )

    def _detail(self, letter: str, kind: str, page: int, language: str) -> Screen:
        """All of one kind about a benchmark, ``fig`` or ``src``; ``page`` counts from 1."""
        b = self._report.benchmarks[letter]
        found = pages(self._details[kind](b, language))
        page = min(max(page, 1), len(found))
        head = Markup("<b>{letter}. {short}</b> · {kind}").format(
            letter=b.letter, short=b.short[language], kind=_kind(kind, language)
        )
        return Screen(
            paragraphs([head, *found[page - 1], Markup("<i>{source}</i>").format(source=self._citation(b))]),
            (
                *(self._numbered(b) if kind == "src" else ()),
                *turning(f"b:{b.letter}:{kind}", page, len(found)),
                (Button(plain(language, "◀ Back to {letter}", letter=b.letter), f"b:{b.letter}"), all_twenty(language)),
            ),
        )

    def _numbered(self, b: Benchmark) -> tuple[Row, ...]:
        """The paragraphs of its section."""
        first, last = b.paragraphs
        return grid([Button(f"¶ {number}", f"p:{number}") for number in range(first, last + 1)], 5)

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
            parts.append(lines([head, *(_item(b, language) for b in graded)]))
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
        return Screen(paragraphs(parts), (*self._letters(), (home(language),)))

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
            title += say(
                language,
                "\n<i>Worded in {place}: {title}</i>",
                place=cited(b.timeframe_source, language),
                title=b.annex_title[language],
            )
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
        return lines([grade, _timeframe(b, language, today)])

    def _figures(self, b: Benchmark, language: str) -> list[Markup]:
        return [figure_line(figure, language) for figure in b.figures]

    def _sources(self, b: Benchmark, language: str) -> list[Markup]:
        own = say(
            language,
            "{symbol}, paras. {first}–{last}",
            symbol=self._report.document.symbol,
            first=b.paragraphs[0],
            last=b.paragraphs[1],
        )
        notes = [
            say(language, "Footnote {number}: {cites}", number=note.number, cites=note.cites)
            for note in self._report.footnotes_on(b.letter)
        ]
        return [own, *notes]

    def _citation(self, b: Benchmark) -> str:
        return citation(self._report.document.symbol, f"{b.paragraphs[0]}–{b.paragraphs[1]}")

    def _card_rows(self, b: Benchmark, language: str) -> tuple[Row, ...]:
        details = [Button(_kind(kind, language), f"b:{b.letter}:{kind}") for kind in self.kinds(b.letter)]
        if self._report.recommendations_on(b.letter):
            details.append(Button(plain(language, "Recommendations"), f"rb:{b.letter}"))
        if self._report.cases_on(b.letter):
            details.append(Button(plain(language, "Cases and trials"), f"cb:{b.letter}"))
        before = LETTERS[(b.number - 2) % len(LETTERS)]
        after = LETTERS[b.number % len(LETTERS)]
        return (
            *grid(details, 2),
            (Button(f"◀ {before}", f"b:{before}"), all_twenty(language), Button(f"{after} ▶", f"b:{after}")),
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
    }[kind]


def grade_word(grade: Grade, language: str) -> str:
    """A grade in words."""
    return {
        Grade.ON_TARGET: plain(language, "On target"),
        Grade.VARIABLE: plain(language, "Variable"),
        Grade.OFF_TARGET: plain(language, "Off target"),
    }[grade]


def _account(b: Benchmark, language: str) -> Markup:
    """The first statement in full; the others fold away, so that the card fits a phone."""
    first, *others = (
        Markup("{what} <i>({place})</i>").format(what=s[language], place=cited(s.source, language)) for s in b.account
    )
    return first + Markup("\n<blockquote expandable>{others}</blockquote>").format(others=lines(others))


def _timeframe(b: Benchmark, language: str, today: dt.date) -> Markup:
    if b.timeframe.progressive:
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
