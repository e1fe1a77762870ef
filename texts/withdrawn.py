"""What members are told when a reporter takes an incident back, or adds to one. It names a reference and no content."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from markupsafe import Markup

from storage.reviews import Review, Went
from texts.language import plain, say
from texts.layout import lines, paragraphs
from texts.screen import Button, Screen
from texts.ways import home

_WENT: Mapping[str, Callable[[str], str]] = {
    "opened": lambda language: plain(language, "opened in the chat"),
    "fetched": lambda language: plain(language, "fetched as a sealed file"),
    "bundled": lambda language: plain(language, "taken along in a bundle"),
    "exported": lambda language: plain(language, "exported"),
    "submitted": lambda language: plain(language, "sent to the UN in a submission"),
}

_MOST = 40


def withdrawn(review: Review, language: str) -> Screen:
    """To everybody who had it: where it went, and what to do now."""
    went = where_to(review.went, language)
    parts = [
        say(
            language,
            "<b>{reference} was withdrawn</b> by whoever told it. It is deleted here, and must not be used any further.",
            reference=review.reference,
        ),
        lines([say(language, "<b>Where it had gone</b>"), *went])
        if went
        else say(language, "Nobody had opened it here."),
        say(
            language,
            "<b>Please, today:</b>\n• delete your copies: files, bundles, notes, messages about it;\n• take it out of"
            " whatever is not published yet;\n• tell those you gave it to.",
        ),
    ]
    return Screen(paragraphs(parts), ((home(language),),))


def added(reference: str, language: str) -> Screen:
    """To whoever has claimed it."""
    return Screen(
        say(language, "{reference}: something was added.", reference=reference),
        ((Button(plain(language, "Look at it"), f"r:{reference}", style="primary"), home(language)),),
    )


def where_to(went: Sequence[Went], language: str) -> list[Markup]:
    """A line for each way it went, without those that are said already; of very many the last ones: a message must fit,
    however often somebody opened it."""
    listed = [_line(one, language) for one in dict.fromkeys(went)]
    return [*([Markup("…")] if len(listed) > _MOST else []), *listed[-_MOST:]]


def _line(went: Went, language: str) -> Markup:
    topic, _, letter = went.what.partition(" ")
    if topic == "assessment":
        what = plain(language, "used to assess benchmark {letter}", letter=letter)
    else:
        what = _WENT[went.what](language) if went.what in _WENT else went.what
    return say(language, "• {what} by {who}, {day}", what=what, who=whoever(went, language), day=went.day)


def whoever(went: Went, language: str) -> str:
    """The handle of whoever took it along; what is taken from the server's own disk has none."""
    return plain(language, "the server's console") if went.by == "console" else went.by
