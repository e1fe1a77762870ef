"""What is said around letters to other bodies of the UN: which there are, what is missing, and how one is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from markupsafe import Markup

from forms.appeals import KINDS, Kind, Missing, missing
from storage.reviews import Review
from texts.appeals import asks, in_words
from texts.judging import back, titled
from texts.language import plain, say
from texts.layout import lines, paragraphs
from texts.screen import Button, Row, Screen, grid

_NAMES: Mapping[str, Callable[[str], str]] = {
    "special-procedures": lambda language: plain(language, "Special procedures: a letter"),
    "wgeid": lambda language: plain(language, "Enforced disappearance (WGEID)"),
    "wgad": lambda language: plain(language, "Arbitrary detention (WGAD)"),
    "trial": lambda language: plain(language, "Fair-trial checklist"),
}


def choose(review: Review, language: str) -> Screen:
    """Which form, and how much of each is there."""
    text = say(
        language,
        "From the same incident. The first three go to the Government, too: they can be made only if the person allowed that"
        " it is asked, and names in confidence or in public. An organisation signs; who told it stays behind the"
        " reference.",
    )
    each = [Button(_counted(kind, review, language), f"j:of:{review.reference}:{kind.name}") for kind in KINDS.values()]
    parts = [titled(review, say(language, "Other forms")), text]
    return Screen(paragraphs(parts), (*grid(each, 1), back(review, language)), protected=True)


def one(review: Review, kind: Kind, language: str, *, kept: bool = False) -> Screen:
    """What is missing of one, in words, and the way on. ``kept``: something was just written down."""
    keys = review.appeals.get(kind.name, ())
    lacks = missing(kind, keys)
    summary, *_ = in_words(kind, lacks, language)
    parts = [
        titled(review, Markup("{}").format(_NAMES[kind.name](language))),
        say(language, "✔ Kept, sealed like the incident. The newest answer to each question counts.")
        if kept
        else Markup(),
        lines([Markup("{}").format(summary), *_open(kind, lacks, language)]),
        _made(review, kind, language),
    ]
    rows = _ways(review, kind, lacks, some=bool(keys), language=language)
    return Screen(paragraphs(parts), rows, fresh=kept, protected=True)


def _open(kind: Kind, lacks: Missing, language: str) -> list[Markup]:
    """Each question that is open; who it is about is written elsewhere."""
    chat = [Markup("• {}").format(asks(kind, one, language)) for one in lacks.questions if not one.identifies]
    away = [Markup("• {}").format(asks(kind, one, language)) for one in lacks.questions if one.identifies]
    if chat:
        chat = [say(language, "<b>Missing:</b>"), *chat]
    if away:
        away = [say(language, "<b>Not in a chat, but on the reviewers' machine:</b>"), *away]
    return [*chat, *away]


def _made(review: Review, kind: Kind, language: str) -> Markup:
    return say(
        language,
        "It is made on the reviewers' machine, from the sealed file: <code>python -m bot submission letter {kind} --bundle"
        " {reference}.tar</code>. Whether the person allowed it is looked up there.",
        kind=kind.name,
        reference=review.reference,
    )


def _ways(review: Review, kind: Kind, lacks: Missing, *, some: bool, language: str) -> tuple[Row, ...]:
    here = f"j:of:{review.reference}"
    rows: list[Row] = []
    if lacks.in_chat:
        rows.append((Button(plain(language, "✏️ Write what is missing"), f"{here}:{kind.name}:open", style="primary"),))
    if some or not lacks.in_chat:
        rows.append((Button(plain(language, "✏️ Ask everything again"), f"{here}:{kind.name}:all"),))
    rows.append((Button(plain(language, "📦 The sealed file"), f"rd:bundle:{review.reference}"),))
    rows.append((Button(plain(language, "◀ Other forms"), here), *back(review, language)))
    return tuple(rows)


def _counted(kind: Kind, review: Review, language: str) -> str:
    lacks = missing(kind, review.appeals.get(kind.name, ()))
    return f"{_NAMES[kind.name](language)} · {lacks.there}/{lacks.needed}"
