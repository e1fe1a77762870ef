"""What is said below the picture of the twenty benchmarks."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from facts.models import Benchmark, Grade
from facts.report import Report
from texts.benchmarks import MARKS, grade_word
from texts.citing import cited
from texts.language import plain, say
from texts.screen import Button, Screen
from texts.ways import all_twenty, home


class Scorecard:
    """The picture, and the same in words for those who cannot see it."""

    def __init__(self, report: Report) -> None:
        self._report = report

    def screen(self, theme: str, language: str) -> Screen:
        """The scorecard for this background, ``light`` or ``dark``."""
        document = self._report.document
        parts = [
            say(
                language,
                "<b>The 20 benchmarks</b>\nGrades of the Special Rapporteur, as of {date}",
                date=document.as_of_words[language],
            ),
            Markup("\n").join(_graded(grade, self._report.graded(grade), language) for grade in Grade),
            Markup("<i>{symbol}, {place}</i>").format(
                symbol=document.symbol, place=cited(document.tally.source, language)
            ),
        ]
        rows = ((_other_theme(theme, language), all_twenty(language)), (home(language),))
        return Screen(Markup("\n\n").join(parts), rows, picture=f"scorecard:{language}:{theme}")


def _graded(grade: Grade, benchmarks: Sequence[Benchmark], language: str) -> Markup:
    """A grade, how many benchmarks have it, and which."""
    return Markup("{mark} <b>{grade}</b>: {count} ({letters})").format(
        mark=MARKS[grade],
        grade=grade_word(grade, language),
        count=len(benchmarks),
        letters=", ".join(b.letter for b in benchmarks),
    )


def _other_theme(theme: str, language: str) -> Button:
    """The way to the picture for the other background."""
    if theme == "light":
        return Button(plain(language, "🌙 Dark"), "sc:dark")
    return Button(plain(language, "☀️ Light"), "sc:light")
