"""The questions of forms.appeals: what they are called, what they ask, and what can be chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from markupsafe import Markup

from forms.appeals import APPEALS, KINDS, TRIAL, Question, step_of
from forms.steps import Words
from texts.appeals import ASKS, SHORT
from texts.language import plain, say

Label = Callable[[str], str]
Sentence = Callable[[str], Markup]

_ANSWERS: Mapping[str, Label] = {
    "yes": lambda language: plain(language, "Yes"),
    "no": lambda language: plain(language, "No"),
    "na": lambda language: plain(language, "Not applicable"),
    "unknown": lambda language: plain(language, "Not known"),
}


def _in_words(asked: Label, most: int) -> Sentence:
    return lambda language: say(
        language,
        "<b>{asked}</b>\n<i>No names of persons: write “the person”, “the mother”. In English, in one message of at most {most}"
        " letters. What is longer, and who it is about, is written on the reviewers' machine.</i>",
        asked=asked(language),
        most=most,
    )


def _by_button(asked: Label) -> Sentence:
    return lambda language: say(
        language,
        "<b>{asked}</b>\n<i>Press what you saw or know. Remarks are written on the reviewers' machine.</i>",
        asked=asked(language),
    )


_MOST = {step.name: step.most for form in APPEALS.values() for step in form.steps if isinstance(step, Words)}
_ASKED = {step_of(one): ASKS[one.key] for kind in KINDS.values() for one in kind.questions if not one.identifies}

NAMES: Mapping[str, Label] = {step_of(Question(key)): label for key, label in SHORT.items()}

QUESTIONS: Mapping[str, Sentence] = {
    name: _in_words(asked, _MOST[name]) if name in _MOST else _by_button(asked) for name, asked in _ASKED.items()
}

OPTIONS: Mapping[str, Mapping[str, Label]] = {step_of(one): _ANSWERS for one in TRIAL.questions}
