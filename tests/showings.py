"""Screens for tests, each with the name of the function that makes it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import Any

from texts.frame import Quote
from texts.screen import Screen, Toast

Shown = Iterator[tuple[str, Screen | Toast]]

TODAY = dt.date(2026, 11, 23)
QUOTES = (Quote("41", "word <b>&amp; " * 90), Quote("annex III", "ពាក្យ " * 1_500))
"""Words of a report, short enough to be shown on a card, and longer than a message."""
WORST = "<b>&" * 5000
"""What people type, at its longest, in letters that must be escaped; a step takes the first so many of them."""

PAGE = object()
"""Stands for the number of a page among what a screen is given."""


def shown(say: Callable[..., Screen | Toast], *given: Any, **named: Any) -> tuple[str, Screen | Toast]:
    """One screen, as ``module.function``."""
    return f"{say.__module__.removeprefix('texts.')}.{say.__name__.lstrip('_')}", say(*given, **named)


def paged(show: Callable[..., Screen], *given: object) -> Shown:
    """Every page of a screen."""

    def page(number: int) -> Screen:
        return show(*(number if one is PAGE else one for one in given))

    yield from (shown(show, *(n if one is PAGE else one for one in given)) for n in range(1, count(page(1)) + 1))


def count(screen: Screen) -> int:
    """How many pages there are, by what the button between the arrows says."""
    marks = [re.fullmatch(r"1/(\d+)", button.label) for row in screen.rows for button in row]
    return next((int(match[1]) for match in marks if match), 1)
