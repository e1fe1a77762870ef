"""The questions of the forms in forms.assessment: what they are called, what they ask, and what can be chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from markupsafe import Markup

from facts.models import Grade
from texts.benchmarks import grade_word
from texts.language import plain, say

Label = Callable[[str], str]
Sentence = Callable[[str], Markup]

MARKS = {Grade.ON_TARGET: "▲", Grade.VARIABLE: "◆", Grade.OFF_TARGET: "▼"}
"""Shapes, where the report's grades have colours: neither is mistaken for the other, also in black and white."""

NAMES: Mapping[str, Label] = {
    "own_grade": lambda language: plain(language, "Grade"),
    "grounds": lambda language: plain(language, "Grounds"),
    "other_sources": lambda language: plain(language, "Other sources"),
    "government": lambda language: plain(language, "The Government says"),
    "government_source": lambda language: plain(language, "Where it says so"),
}

QUESTIONS: Mapping[str, Sentence] = {
    "own_grade": lambda language: say(
        language,
        "<b>How does the network itself grade this benchmark today?</b>\nThe grades are called as in the report. Yours is"
        " always shown as the network's own, beside the UN's and never in its place.",
    ),
    "grounds": lambda language: say(
        language,
        "<b>On what does this grade rest?</b>\nOne message. Everybody will read it: no names, no places or dates that"
        " point to a single incident, no references.",
    ),
    "other_sources": lambda language: say(
        language,
        "<b>Which sources are there besides incidents?</b>\nOne message: published reports, verdicts, laws. Everybody"
        " will read it.",
    ),
    "government": lambda language: say(
        language,
        "<b>What does the Government say about it?</b>\nOne message, as fairly as you can. It is shown as what the"
        " network heard.",
    ),
    "government_source": lambda language: say(
        language, "<b>Where does the Government say so?</b>\nWho, where and when: a speech, a letter, a web page."
    ),
}

OPTIONS: Mapping[str, Mapping[str, Label]] = {
    "own_grade": {
        "on_target": lambda language: own_grade("on_target", language),
        "variable": lambda language: own_grade("variable", language),
        "off_target": lambda language: own_grade("off_target", language),
    },
}


def own_grade(name: str, language: str) -> str:
    """A grade of the network's own, by the name of its option, with its mark."""
    grade = Grade[name.upper()]
    return f"{MARKS[grade]} {grade_word(grade, language)}"
