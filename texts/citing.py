"""How a place in the report is written out, so that a reader can find it in the document."""

from __future__ import annotations

from texts.language import plain


def cited(place: str, language: str) -> str:
    """``39`` as “para. 39”, ``39–41`` as “paras. 39–41”; annex, table and footnote by name."""
    kind, _, number = place.partition(" ")
    if kind == "annex":
        part, _, note = number.partition(" footnote ")
        if note:
            return plain(language, "annex {number}, footnote {note}", number=part, note=note)
        return plain(language, "annex {number}", number=number)
    if kind == "table":
        return plain(language, "table after para. {number}", number=number.removeprefix("after ") or "9")
    if kind == "summary":
        return plain(language, "summary")
    if kind == "footnote":
        return plain(language, "footnote {number}", number=number)
    if "–" in place or "," in place:
        return plain(language, "paras. {numbers}", numbers=place)
    return plain(language, "para. {number}", number=place)


def citation(symbol: str, place: str) -> str:
    """As United Nations documents cite each other, for copying: in English, whatever the reader's language."""
    return f"{symbol}, {cited(place, 'en')}"
