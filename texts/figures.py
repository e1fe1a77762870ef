"""How a number of the report is shown: what it counts, whose number it is, and where it stands."""

from __future__ import annotations

from markupsafe import Markup

from facts.models import Figure
from texts.citing import cited
from texts.language import say


def figure_line(figure: Figure, language: str, *, place: bool = True) -> Markup:
    """The number in bold, what it counts, its basis where the report gives one, and its place unless that is clear."""
    line = Markup("• <b>{value}</b> {what}").format(value=figure.shown(language), what=figure[language])
    if figure.basis:
        line += say(language, " (basis: {basis})", basis=figure.basis[language])
    return line + Markup(" <i>({place})</i>").format(place=cited(figure.source, language)) if place else line
