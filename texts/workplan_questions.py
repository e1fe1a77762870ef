"""The questions of forms.workplan."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from markupsafe import Markup

from texts.language import plain, say

Label = Callable[[str], str]
Sentence = Callable[[str], Markup]

NAMES: Mapping[str, Label] = {
    "wp_owner": lambda language: plain(language, "Who writes it"),
    "wp_due": lambda language: plain(language, "Due day"),
}

QUESTIONS: Mapping[str, Sentence] = {
    "wp_owner": lambda language: say(
        language,
        "<b>Which organisation writes this section?</b>\nAs the coordinators call it. No names of persons.",
    ),
    "wp_due": lambda language: say(
        language,
        "<b>By which day is it to be written?</b>\nWrite the day, the month in words and the year:"
        " <code>25 April 2027</code>.",
    ),
}

OPTIONS: Mapping[str, Mapping[str, Label]] = {}
