"""What /statistics shows: numbers that forms.counting made safe, and exactly what they count."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from markupsafe import Markup

from facts.models import Words
from forms.counting import LEAST
from forms.where import place
from texts.entries import day_words
from texts.language import plain, say
from texts.layout import lines, pages, paragraphs, turning
from texts.questions import OPTIONS
from texts.screen import Button, Row, Screen
from texts.ways import all_twenty, home

_TITLES: Mapping[str, Callable[[str], str]] = {
    "benchmark": lambda language: plain(language, "By benchmark"),
    "category": lambda language: plain(language, "By kind"),
    "province": lambda language: plain(language, "By province"),
    "month": lambda language: plain(language, "By month"),
}


class Statistics:
    """The four tables. ``titles`` are the short names of the benchmarks; ``days`` is how long incidents are kept."""

    def __init__(self, titles: Mapping[str, Words], days: int) -> None:
        self._titles = titles
        self._days = days
        self._names: Mapping[str, Callable[[str, str], str]] = {
            "benchmark": self._benchmark,
            "category": _category,
            "province": _province,
            "month": day_words,
        }

    def table(self, table: str, numbers: Mapping[str, int], day: str, page: int, language: str) -> Screen:
        """One table: the groups that have a number, the many first; months and benchmarks in their order."""
        listed = [
            Markup("{group}: <b>{number}</b>").format(group=self._names[table](group, language), number=number)
            for group, number in _in_order(table, numbers)
        ]
        found = pages(listed, 1800, 30)
        page = min(max(page, 1), len(found))
        parts = [
            say(
                language,
                "<b>What reviewers found, in numbers</b>\n{table}, as of {day}",
                table=_TITLES[table](language),
                day=day_words(day, language),
            ),
            lines(found[page - 1]),
            _others(bool(listed), language),
            _beside(table, language),
            self._what_is_counted(language),
        ]
        return Screen(paragraphs(parts), (*turning(f"st:{table}", page, len(found)), *_switch(table, language)))

    def _what_is_counted(self, language: str) -> Markup:
        return say(
            language,
            "<i>Counted are incidents told to this network that its reviewers found confirmed, likely or possible, whose"
            " teller agreed to be counted, and which were not withdrawn; several that tell of the same count once."
            " It is no count of all that happened.\nThe numbers are renewed once a week and move by {least} or more, so"
            " one may be {off} too high or too low: no number shall lead to a person. Incidents are deleted after {days}"
            " days and then count no longer.</i>",
            least=LEAST,
            off=LEAST - 1,
            days=self._days,
        )

    def _benchmark(self, letter: str, language: str) -> str:
        return f"{letter}. {self._titles[letter][language]}" if letter in self._titles else letter


def counted(number: int, language: str) -> Markup:
    """A number of reviewed incidents, where 0 stands for fewer than three."""
    if number < LEAST:
        return say(language, "fewer than {least} reviewed incidents", least=LEAST)
    return say(language, "{count} reviewed incidents", count=number)


def _in_order(table: str, numbers: Mapping[str, int]) -> Iterable[tuple[str, int]]:
    if table == "month":
        return sorted(numbers.items(), reverse=True)
    if table == "benchmark":
        return sorted(numbers.items())
    return sorted(numbers.items(), key=lambda item: (-item[1], item[0]))


def _others(some: bool, language: str) -> Markup:
    """The groups without a number. Which of them have any is not said."""
    if some:
        return say(language, "Each one that is not listed: <b>fewer than {least}</b>, or none.", least=LEAST)
    return say(language, "Each one: <b>fewer than {least}</b>, or none.", least=LEAST)


def _beside(table: str, language: str) -> Markup:
    """What the lines of this table leave out, or count twice."""
    return {
        "benchmark": say(language, "An incident that touches several benchmarks is counted in each of them."),
        "category": say(
            language,
            "Other kinds have no line. What was told about children and sexual violence is never counted here.",
        ),
        "province": say(language, "Incidents without a province have no line."),
        "month": say(language, "The month in which an incident was told. This month gets its line when it is over."),
    }[table]


def _switch(table: str, language: str) -> tuple[Row, ...]:
    buttons = [Button(title(language), f"st:{name}") for name, title in _TITLES.items() if name != table]
    return (tuple(buttons), (all_twenty(language), home(language)))


def _category(name: str, language: str) -> str:
    return OPTIONS["category"][name](language)


def _province(code: str, language: str) -> str:
    found = place(code)
    return code if found is None else str(getattr(found, language))
