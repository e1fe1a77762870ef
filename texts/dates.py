"""What is said about dates and time frames: how exact they are, and whether they have lapsed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from markupsafe import Markup

from facts.models import Dated, Exactness
from texts.citing import cited
from texts.entries import when
from texts.frame import Frame, Quote
from texts.language import plain, say
from texts.layout import pages, paragraphs, turning
from texts.screen import Button, Row, Screen, grid
from texts.ways import home

_MOST, _TOGETHER = 2400, 12
"""Characters and dates on a page."""


class Dates:
    """The screens about one report's dates."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._report = frame.report
        self._entries = frame.entries

    def card(self, key: str, language: str, today: dt.date, quotes: tuple[Quote, ...] = ()) -> Screen:
        """One date: what the report says happened or was to happen then, and how exactly it dates it."""
        date = self._report.dates[key]
        parts = [
            Markup("<b>{when}</b>\n{exact}").format(when=when(date, language), exact=exactness_word(date, language)),
            Markup("{what} <i>({place})</i>").format(what=date[language], place=cited(date.source, language)),
        ]
        if date.ahead:
            parts.append(_standing(date, language, today))
        rows = grid([self._entries.button(f"b:{letter}", language) for letter in date.benchmarks[:4]], 2)
        return self._frame.card(f"d:{key}", parts, rows, language, quotes=quotes, back=dates_button(language))

    def ahead(self, page: int, language: str, today: dt.date) -> Screen:
        """Deadlines, time frames and plans, with what has lapsed."""
        found = [date for date in self._report.dates.values() if date.ahead]
        title = plain(language, "Deadlines, time frames and plans in the report")
        return self._listed(title, found, "ds:ahead", page, language, today)

    def all(self, page: int, language: str, today: dt.date) -> Screen:
        """Every date, the oldest first."""
        title = plain(language, "All dates in the report")
        return self._listed(title, list(self._report.dates.values()), "ds:all", page, language, today)

    def of_year(self, year: str, page: int, language: str, today: dt.date) -> Screen:
        """The dates of one year."""
        found = [date for date in self._report.dates.values() if date.when[:4] <= year <= (date.until or date.when)[:4]]
        if not found:
            return Screen(
                say(
                    language,
                    "The report carries no date of {year}. It covers {period}.",
                    year=year,
                    period=self._report.document.covers[language],
                ),
                ((dates_button(language), home(language)),),
            )
        title = plain(language, "Dates of {year}", year=year)
        return self._listed(title, found, f"ds:{year}", page, language, today)

    def found(self, keys: Sequence[str], language: str, today: dt.date) -> Screen:
        """Dates found by words, the best of them on one page: nothing could turn to a second."""
        title = plain(language, "Dates that fit")
        dates = [self._report.dates[key] for key in keys]
        fitting = pages(self._lines(dates, language, today), _MOST, _TOGETHER)[0]
        return self._listed(title, dates[: len(fitting)], "ds:all", 1, language, today)

    def _listed(
        self, title: str, found: Sequence[Dated], data: str, page: int, language: str, today: dt.date
    ) -> Screen:
        several = pages(self._lines(found, language, today), _MOST, _TOGETHER)
        page = min(max(page, 1), len(several))
        first = sum(map(len, several[: page - 1]))
        here = found[first : first + len(several[page - 1])]
        head = Markup("<b>{title}</b> ({count})").format(title=title, count=len(found))
        explained = self._frame.explained((f"d:{date.id}" for date in here), language)
        if any(date.lapsed(today) for date in here):
            head += say(language, "\n<i>Of what has lapsed, the report cannot say what became of it.</i>")
        others = (
            Button(plain(language, "Deadlines"), "ds:ahead"),
            Button(plain(language, "All dates"), "ds:all"),
        )
        now = (Button(plain(language, "🗓 What is due now"), "dl"),)
        buttons = [self._entries.button(f"d:{date.id}", language, number=n) for n, date in enumerate(here, first + 1)]
        rows: tuple[Row, ...] = grid(buttons, 2)
        return Screen(
            paragraphs([head, *several[page - 1], explained]),
            (*rows, *turning(data, page, len(several)), others, now, (home(language),)),
        )

    def _lines(self, dates: Sequence[Dated], language: str, today: dt.date) -> list[Markup]:
        """The dates, numbered as the buttons below are, since several are of the same year."""
        return [self._line(n, date, language, today) for n, date in enumerate(dates, 1)]

    def _line(self, n: int, date: Dated, language: str, today: dt.date) -> Markup:
        line = Markup("{n}. <b>{when}</b>{mark} {what} <i>({place})</i>").format(
            n=n,
            when=when(date, language),
            mark=self._frame.mark(f"d:{date.id}"),
            what=date[language],
            place=cited(date.source, language),
        )
        if not date.ahead:
            return line
        return line + (say(language, " ⌛ <b>lapsed</b>") if date.lapsed(today) else say(language, " ⏳ not over yet"))


def dates_button(language: str) -> Button:
    """The dates."""
    return Button(plain(language, "Dates"), "ds:ahead")


def exactness_word(date: Dated, language: str) -> str:
    """How exactly the report dates it."""
    return {
        Exactness.DAY: plain(language, "to the day"),
        Exactness.MONTH: plain(language, "to the month"),
        Exactness.YEAR: plain(language, "to the year"),
        Exactness.RANGE: plain(language, "a time frame"),
    }[date.exactness]


def _standing(date: Dated, language: str, today: dt.date) -> Markup:
    if date.lapsed(today):
        return say(language, "⌛ <i>Lapsed by now; the report cannot say what became of it.</i>")
    return say(language, "⏳ <i>Not over yet.</i>")
