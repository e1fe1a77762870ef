"""The questions of the form in forms.broadcast."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from markupsafe import Markup

from forms.broadcast import MOST
from texts.language import plain, say

Label = Callable[[str], str]
Sentence = Callable[[str], Markup]

NAMES: Mapping[str, Label] = {
    "broadcast_km": lambda language: plain(language, "In Khmer"),
    "broadcast_en": lambda language: plain(language, "In English"),
}

QUESTIONS: Mapping[str, Sentence] = {
    "broadcast_km": lambda language: say(
        language,
        "<b>What is to be said, in Khmer?</b>\nOne message of at most {most} letters, without bold and the like. Everybody"
        " gets it in the language of their chat. It may lie open on a locked telephone: no names of people at risk, no"
        " places where you meet.",
        most=MOST,
    ),
    "broadcast_en": lambda language: say(
        language,
        "<b>And the same in English?</b>\nOne message of at most {most} letters. Afterwards you choose who gets it and see"
        " it as it will come; nothing goes out before that.",
        most=MOST,
    ),
}

OPTIONS: Mapping[str, Mapping[str, Label]] = {}
