"""The last word before a cut-off, to the coordinator who is responsible for it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from markupsafe import Markup

from forms.cutoff import Occurrence
from storage.deadlines import CALL, Deadline
from texts import due
from texts.language import plain, say
from texts.layout import lines, paragraphs
from texts.screen import Button, Screen


@dataclass(frozen=True)
class Standing:
    """How far the network is: chats that were reminded, and those that need no more, letters of benchmarks of which
    nothing is published."""

    reminded: int
    answered: int
    missing: tuple[str, ...] = ()


def nearly_over(
    deadline: Deadline, occurrence: Occurrence, standing: Standing, zone: str, now: dt.datetime, language: str
) -> Screen:
    """What is due, how long is left, how many have answered, and what is missing. ``zone`` is the network's."""
    parts = [
        say(language, "⏰ <b>Nearly over:</b> {left}", left=due.countdown(occurrence.at, now, language)),
        lines(
            [
                Markup("<b>{title}</b>").format(title=due.title(deadline, language, 200)),
                due.until(occurrence.at, deadline.zone, language),
            ]
        ),
        _own_day(occurrence, zone, now, language),
        lines(_counts(standing, language)),
        _missing(standing, language),
        _unsent(deadline, language),
    ]
    return Screen(paragraphs(parts), tuple((button,) for button in _buttons(deadline, language)))


def _own_day(occurrence: Occurrence, zone: str, now: dt.datetime, language: str) -> Markup:
    if occurrence.wanted == occurrence.at or now < occurrence.wanted:
        return Markup()
    return say(
        language,
        "The network's own day is over since {moment}.",
        moment=due.moment(occurrence.wanted, zone, language),
    )


def _counts(standing: Standing, language: str) -> list[Markup]:
    """The first is that of the step which reached most, so it is a least number."""
    if not standing.reminded:
        return [say(language, "No chat was reminded of it.")]
    return [
        say(language, "Chats that were reminded: at least {count}", count=standing.reminded),
        say(language, "Chats that are done, or want no more reminders of it: {count}", count=standing.answered),
    ]


def _missing(standing: Standing, language: str) -> Markup:
    if not standing.missing:
        return Markup()
    return say(
        language,
        "Benchmarks for which the published numbers show nothing: {letters}",
        letters=", ".join(standing.missing),
    )


def _unsent(deadline: Deadline, language: str) -> Markup:
    if deadline.kind != CALL:
        return say(language, "You get this because nobody has noted yet that it is done.")
    return say(language, "You get this because nobody has noted yet that the network's submission was sent.")


def _buttons(deadline: Deadline, language: str) -> list[Button]:
    return [
        Button(plain(language, "Open it"), f"dl:{deadline.id}", style="primary"),
        Button(plain(language, "Who was reached"), f"dl:reach:{deadline.id}"),
    ]
