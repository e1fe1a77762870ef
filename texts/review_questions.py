"""The questions of the forms in forms.review: what they are called, what they ask, and what can be chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from markupsafe import Markup

from texts.language import plain, say

Label = Callable[[str], str]
Sentence = Callable[[str], Markup]

NAMES: Mapping[str, Label] = {
    "reply": lambda language: plain(language, "Answer"),
    "reason": lambda language: plain(language, "Reason"),
    "note": lambda language: plain(language, "Note for the team"),
    "paragraph_en": lambda language: plain(language, "Paragraph in English"),
    "paragraph_km": lambda language: plain(language, "Paragraph in Khmer"),
    "own_note": lambda language: plain(language, "Note for yourself"),
    "link": lambda language: plain(language, "Case or recommendation"),
    "same": lambda language: plain(language, "The other reference"),
}

QUESTIONS: Mapping[str, Sentence] = {
    "reply": lambda language: say(
        language,
        "What shall I tell the reporter? Write it in their language, in one message. Only their receipt opens it.\n"
        "<i>Say what you need to know, or what happens next. No names, nothing that points to them.</i>",
    ),
    "reason": lambda language: say(
        language,
        "Why is it confirmed although the threshold is not reached? One message.\n"
        "<i>The second person reads this before they approve.</i>",
    ),
    "note": lambda language: say(
        language,
        "What should the other reviewers know? One message.\n"
        "<i>It is sealed to the office key, like the incident itself.</i>",
    ),
    "paragraph_en": lambda language: say(
        language,
        "What shall the submission say about it? Write it <b>in English</b>, in one message.\n<i>When, where, who did what to"
        " whom, what came of it; no names, no village, nothing that points to anybody. How sure it is, and the reference, I"
        " add.</i>",
    ),
    "paragraph_km": lambda language: say(
        language,
        "What shall stand beside the English? Write it <b>in Khmer</b>, in one message.\n<i>No names, no village, nothing"
        " that points to anybody.</i>",
    ),
    "own_note": lambda language: say(
        language,
        "What do you want to remember? One short message that only you see.\n"
        "<i>This server can open it: write no names.</i>",
    ),
    "link": lambda language: say(
        language,
        "Which case or recommendation of the report does it touch? Write a name, words, or a number such as"
        " <code>105d</code>.\n<i>You choose from what I find.</i>",
    ),
    "same": lambda language: say(
        language, "Which other incident tells of the same? Write its reference, such as <code>R-7F3K</code>."
    ),
}

OPTIONS: Mapping[str, Mapping[str, Label]] = {}
