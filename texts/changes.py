"""What is said about two reports side by side."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from facts.changes import Direction, Move, moves
from facts.report import Report
from texts.benchmarks import MARKS, grade_word
from texts.citing import cited
from texts.language import plain, say
from texts.layout import lines, paragraphs
from texts.screen import Screen
from texts.ways import all_twenty, home


class Changes:
    """The screen that compares the newest report with the one before it."""

    def __init__(self, report: Report, earlier: Sequence[Report]) -> None:
        self._report = report
        self._before = earlier[-1] if earlier else None

    def screen(self, language: str) -> Screen:
        """How each grade moved; with one report only, that there is nothing to compare yet."""
        ways = ((all_twenty(language), home(language)),)
        if self._before is None:
            text = say(
                language,
                "I hold one report only, {symbol}, so I cannot say how grades moved. When the next report is added, this"
                " shows both side by side.",
                symbol=self._report.document.symbol,
            )
            return Screen(text, ways)
        found = moves(self._before, self._report)
        head = say(
            language,
            "<b>How the grades moved</b>\nfrom {old} ({before}) to {new} ({now})",
            old=self._before.document.symbol,
            before=self._before.document.as_of_words[language],
            new=self._report.document.symbol,
            now=self._report.document.as_of_words[language],
        )
        groups = [self._group(direction, found, language) for direction in ("better", "worse", "same", "new", "gone")]
        tail = say(language, "Each grade is as of its report's date; what lies between is not measured.")
        return Screen(paragraphs([head, *groups, tail]), ways)

    def _group(self, direction: str, found: Sequence[Move], language: str) -> Markup:
        those = [move for move in found if move.direction == direction]
        if not those:
            return Markup()
        head = Markup("<b>{word}</b>: {count}").format(word=_word(those[0].direction, language), count=len(those))
        return lines([head, *(self._line(move, language) for move in those)])

    def _line(self, move: Move, language: str) -> Markup:
        report = self._report if move.now else self._before
        assert report is not None  # noqa: S101 - one of the two has it
        grades = [f"{MARKS[grade]} {grade_word(grade, language)}" if grade else "–" for grade in (move.was, move.now)]
        line = Markup("{letter}. {short}: {grades} <i>({places})</i>").format(
            letter=move.letter,
            short=report.benchmarks[move.letter].short[language],
            grades=" → ".join(dict.fromkeys(grades)),
            places=" → ".join(
                cited(one.benchmarks[move.letter].grade_source, language)
                for one in (self._before, self._report)
                if one is not None and move.letter in one.benchmarks
            ),
        )
        return line + say(language, " <i>(worded differently)</i>") if move.reworded else line


def _word(direction: Direction, language: str) -> str:
    return {
        "better": plain(language, "Better"),
        "worse": plain(language, "Worse"),
        "same": plain(language, "Unchanged"),
        "new": plain(language, "New"),
        "gone": plain(language, "No longer graded"),
    }[direction]
