"""What is said around deleting an incident."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from storage.reviews import Review, Went
from texts.judging import back, titled
from texts.language import plain, say
from texts.layout import lines, paragraphs
from texts.screen import Button, Screen, grid
from texts.ways import home
from texts.withdrawn import whoever

REASONS: Mapping[str, Callable[[str], str]] = {
    "spam": lambda language: plain(language, "It is spam"),
    "twice": lambda language: plain(language, "It was handed in twice"),
    "unsafe": lambda language: plain(language, "It is unsafe to keep"),
    "asked": lambda language: plain(language, "The person asked for it"),
}


def why(review: Review, language: str) -> Screen:
    """For which reason?"""
    text = say(
        language,
        "<b>Delete it, and why?</b>\nIt goes with its files, its notes and all that was judged, and nobody can bring it"
        " back. A second person has to agree. The reporter will see that it is closed.",
    )
    buttons = [Button(label(language), f"j:rm:{review.reference}:{code}") for code, label in REASONS.items()]
    return Screen(paragraphs([titled(review), text]), (*grid(buttons, 1), back(review, language)), protected=True)


def proposed(content: Mapping[str, Any], went: Sequence[Went], language: str) -> Markup:
    """What would be deleted, why, and who has a copy that stays."""
    same = content["duplicates"]
    parts = [
        say(language, "Reason: <b>{reason}</b>", reason=REASONS[content["reason"]](language)),
        say(
            language,
            "The incident, its files, {parts} parts to read, {notes} notes, and all that was judged would be gone for good."
            " The reporter would see that it is closed.",
            parts=content["parts"],
            notes=content["notes"],
        ),
        say(language, "Linked with: {references}", references=", ".join(same)) if same else Markup(),
        _copies(went, language),
    ]
    return paragraphs(parts)


def done(review: Review, language: str) -> Screen:
    """It is gone."""
    text = say(language, "{reference} is deleted. The reporter sees that it is closed.", reference=review.reference)
    return Screen(
        paragraphs([text, _copies(review.went, language)]),
        ((Button(plain(language, "◀ Queue"), "q"), home(language)),),
        fresh=True,
    )


def was_deleted(reference: str, language: str) -> Screen:
    """To somebody who had read it or taken it along."""
    text = say(
        language,
        "{reference} was deleted here. If you have a copy or wrote something down, delete that, too.",
        reference=reference,
    )
    return Screen(text, ((Button(plain(language, "◀ Queue"), "q"), home(language)),))


def _copies(went: Sequence[Went], language: str) -> Markup:
    """Who read it or took it along, and when."""
    if not went:
        return Markup()
    listed = [Markup("• {} · {}").format(whoever(one, language), one.day) for one in dict.fromkeys(went)]
    return lines([say(language, "These members read it or have a copy:"), *listed[-20:]])
