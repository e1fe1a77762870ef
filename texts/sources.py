"""Who tells of an incident besides its reporter, and how a source more is added in three presses."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from forms.judging import LINKS, MOST_SOURCES, OWN, independent, stamp
from storage.reviews import Review
from texts.judging import back, counted, fell, link_word, titled, told, voice_word
from texts.language import plain, say
from texts.layout import lines, paragraphs
from texts.screen import Button, Row, Screen, grid
from texts.ways import home


def listed(review: Review, before: Review, language: str, toast: str | None = None) -> Screen:
    """All who tell of it, and how they count."""
    here, mark = review.reference, standing(review)
    note = say(
        language,
        "Sources of one organisation count once. One that says again what another said does not count. Name nobody: an"
        " organisation is a letter that your team agrees on.",
    )
    parts = [
        titled(review, say(language, "Who tells of it")),
        fell(review, before, language),
        lines(told(review, language)),
        counted(independent(review.head.source, review.sources), language),
        note,
    ]
    removing = [Button(f"✖ {place + 2}", f"j:sx:{here}:{place}:{mark}") for place in range(len(review.sources))]
    add = ((Button(plain(language, "➕ Add a source"), f"j:so:{here}:who", style="primary"),),)
    rows = (*grid(removing, 5), *(add if len(review.sources) < MOST_SOURCES else ()), back(review, language))
    return Screen(paragraphs(parts), rows, toast=toast, protected=True)


def who_tells(review: Review, language: str) -> Screen:
    """Where does the new source stand to what it tells?"""
    buttons = [Button(link_word(link, language), f"j:so:{review.reference}:{link}") for link in LINKS]
    text = say(language, "Who else tells of it?")
    return Screen(paragraphs([titled(review), text]), (*grid(buttons, 2), _to_list(review, language)), protected=True)


def whose_voice(review: Review, link: str, letters: Sequence[str], language: str) -> Screen:
    """Of which organisation is it? ``letters`` are those in use and the next."""
    text = say(
        language,
        "{link}: for which organisation do they speak?\nTake a letter that stands for it already, or the next one.",
        link=link_word(link, language),
    )
    here = f"j:so:{review.reference}:{link}"
    nobody = Button(plain(language, "For none"), f"{here}:-")
    own = Button(plain(language, "The reporter's own"), f"{here}:{OWN}")
    named = grid([Button(letter, f"{here}:{letter}") for letter in letters], 6)
    return Screen(
        paragraphs([titled(review), text]), ((nobody, own), *named, _to_list(review, language)), protected=True
    )


def same_origin(review: Review, link: str, voice: str, language: str) -> Screen:
    """Does it say again what another said?"""
    whose = Markup() if voice == "-" else Markup(" · {}").format(voice_word(voice, language))
    text = say(
        language,
        "{who}\nWhere do they have it from? Somebody who says again what another source said, such as a newspaper that"
        " quotes one, adds nothing to the count.",
        who=Markup("<b>{}</b>{}").format(link_word(link, language), whose),
    )
    here, mark = f"j:so:{review.reference}:{link}:{voice}", standing(review)
    rows: tuple[Row, ...] = (
        (Button(plain(language, "They know it by themselves"), f"{here}:n:{mark}"),),
        (Button(plain(language, "They say again what another said"), f"{here}:y:{mark}"),),
        _to_list(review, language),
    )
    return Screen(paragraphs([titled(review), text]), rows, protected=True)


def standing(review: Review) -> str:
    """How the list stands, for buttons that change it."""
    return stamp([[one.link, one.organisation, one.repeats] for one in review.sources])


def _to_list(review: Review, language: str) -> Row:
    return (Button(plain(language, "◀ Back"), f"j:so:{review.reference}"), home(language))
