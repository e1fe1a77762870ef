"""What an incident touches, and which others tell of the same."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from facts.report import Report
from storage.reviews import Review
from texts.entries import Entries
from texts.judging import back, fell, titled
from texts.language import plain, say
from texts.layout import lines, paragraphs, shortened
from texts.screen import Button, Row, Screen, grid
from texts.ways import home


class Linking:
    """The cases and recommendations of one report."""

    def __init__(self, report: Report, entries: Entries) -> None:
        self._report = report
        self._entries = entries

    def links(self, review: Review, before: Review, language: str) -> Screen:
        """What it touches so far."""
        here = review.reference
        refs = [ref for ref in linked(review) if self._report.knows(ref)]
        named = [Markup("{}. {}").format(n, self._entries.title(ref, language)) for n, ref in enumerate(refs, 1)]
        none = say(language, "It is linked to no case and no recommendation of the report yet.")
        parts = [
            titled(review, say(language, "Cases and recommendations")),
            fell(review, before, language),
            lines(named) if named else none,
        ]
        off = grid([Button(f"✖ {n}", f"j:of:{here}:{ref}") for n, ref in enumerate(refs, 1)], 5)
        find = (Button(plain(language, "🔎 Find one"), f"j:li:{here}:find", style="primary"),)
        return Screen(paragraphs(parts), (*off, find, back(review, language)), protected=True)

    def found(self, review: Review, words: str, refs: Sequence[str], language: str) -> Screen:
        """What the words may mean, to choose from."""
        again = (Button(plain(language, "🔎 Look again"), f"j:li:{review.reference}:find"),)
        on = tuple((self._choice(review, ref, language),) for ref in refs)
        said = say(language, "You looked for “{words}”.", words=shortened(words))
        which = (
            say(language, "Which does it touch?")
            if refs
            else say(language, "I found no case and no recommendation for that. Try other words, or a number.")
        )
        parts = [titled(review, say(language, "Cases and recommendations")), said, which]
        return Screen(paragraphs(parts), (*on, again, back(review, language)), fresh=True, protected=True)

    def _choice(self, review: Review, ref: str, language: str) -> Button:
        mark = "✔ " if ref in linked(review) else ""
        return Button(shortened(f"{mark}{self._entries.title(ref, language)}"), f"j:on:{review.reference}:{ref}")


def linked(review: Review) -> list[str]:
    """The Refs of what it touches."""
    return [f"c:{one}" for one in review.cases] + [f"r:{one}" for one in review.recommendations]


def duplicates(review: Review, near: Sequence[Review], hour: int, language: str, *, fresh: bool = False) -> Screen:
    """Others that tell of the same, and those that could: ``hour`` is now, counted from 1970."""
    here = review.reference
    now = (
        say(language, "Tell of the same: {references}", references=", ".join(review.duplicates))
        if review.duplicates
        else say(language, "It is linked to no other incident yet.")
    )
    note = say(
        language,
        "Linked incidents stay apart: each has a reporter of its own, who is answered and may take theirs back.",
    )
    could = say(language, "These could be the same, by kind, place and time:") if near else Markup()
    off = [Button(f"✖ {one}", f"j:dx:{here}:{one}") for one in review.duplicates]
    on = [Button(f"➕ {_aged(one, hour, language)}", f"j:du:{here}:{one.reference}") for one in near]
    name = (Button(plain(language, "Name another"), f"j:du:{here}:name"),)
    parts = [titled(review, say(language, "Same as another")), now, note, could]
    rows = (*grid(off[:30], 3), *grid(on, 2), name, back(review, language))
    return Screen(paragraphs(parts), rows, fresh=fresh, protected=True)


def no_other(review: Review, language: str) -> Screen:
    """There is no incident of that name; whether there ever was, is not said."""
    text = say(language, "There is no other incident by that name here.")
    rows: tuple[Row, ...] = (
        (Button(plain(language, "Name another"), f"j:du:{review.reference}:name"),),
        (Button(plain(language, "◀ Back"), f"j:du:{review.reference}"), home(language)),
    )
    return Screen(paragraphs([titled(review), text]), rows, fresh=True, protected=True)


def _aged(one: Review, hour: int, language: str) -> str:
    days = max(0, hour - one.head.hour) // 24
    return plain(language, "{reference} · days: {days}", reference=one.reference, days=days)
