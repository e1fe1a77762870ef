"""The questions of forms.submission."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from markupsafe import Markup

from texts.language import plain, say

Label = Callable[[str], str]
Sentence = Callable[[str], Markup]

NAMES: Mapping[str, Label] = {
    "sub_names": lambda language: plain(language, "Submitted by"),
    "sub_contact": lambda language: plain(language, "Contact"),
    "sub_about": lambda language: plain(language, "About the submitters"),
}

QUESTIONS: Mapping[str, Sentence] = {
    "sub_names": lambda language: say(
        language,
        "<b>Which organisations submit?</b>\nOne a line, the one that leads first, spelled as they sign. They stand at the"
        " top of the text, which may be published: no names of persons.",
    ),
    "sub_contact": lambda language: say(
        language,
        "<b>How can the UN reach them?</b>\nAn address of an organisation, such as an e-mail. It is printed below the"
        " names of the organisations: leave out private numbers.",
    ),
    "sub_about": lambda language: say(
        language,
        "<b>Who are they, and how did they work?</b>\nA sentence or two in English, as the first paragraph.",
    ),
}

OPTIONS: Mapping[str, Mapping[str, Label]] = {}
