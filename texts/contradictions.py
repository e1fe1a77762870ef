"""What is said about the places where the report disagrees with itself."""

from __future__ import annotations

from markupsafe import Markup

from texts.citing import cited
from texts.frame import Frame, Quote
from texts.language import plain, say
from texts.layout import lines, paragraphs
from texts.screen import Button, Screen, grid
from texts.ways import home


class Contradictions:
    """The screens about one report's contradictions."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._report = frame.report
        self._entries = frame.entries

    def card(self, key: str, language: str, quotes: tuple[Quote, ...] = ()) -> Screen:
        """Both readings, both places, and what can and cannot be concluded."""
        x = self._report.contradictions[key]
        readings = [
            Markup("• <b>{place}</b>: {what}").format(place=cited(r.source, language), what=r[language])
            for r in x.readings
        ]
        parts = [
            say(language, "<b>⚠️ The report disagrees with itself</b>")
            + Markup("\n{gist}").format(gist=x.gist[language]),
            lines(readings),
            say(language, "<b>What follows</b>: {what}", what=x.conclude[language]),
        ]
        rows = grid([self._entries.button(ref, language) for ref in x.touches[:8]], 2)
        place = "; ".join(cited(place, "en") for place in dict.fromkeys(r.source for r in x.readings))
        return self._frame.card(
            f"x:{key}", parts, rows, language, quotes=quotes, back=contradictions_button(language), cite=place
        )

    def all(self, page: int, language: str) -> Screen:
        """Every contradiction found."""
        found = list(self._report.contradictions.values())
        head = say(
            language,
            "<b>Where the report disagrees with itself</b> ({count})\nI correct nothing; quote both places.",
            count=len(found),
        )
        several, rows = self._frame.numbered(found, page, "xs", language)
        return Screen(paragraphs([head, *several]), (*rows, (home(language),)))


def contradictions_button(language: str) -> Button:
    """All contradictions."""
    return Button(plain(language, "⚠️ All disagreements"), "xs")
