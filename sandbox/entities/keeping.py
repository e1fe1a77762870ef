"""What a message keeps of a text: cleaned, trimmed, its entities whole."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace
from typing import Final

from sandbox.entities.nesting import nest
from sandbox.entities.reading import ParseError, require_utf8, utf16_len
from sandbox.entities.spans import Span, Units, in_order

_REMOVED: Final = re.compile("[\r\u2028-\u202e\u0333\u033f\u030a]")
_BLANKED: Final = re.compile(r"[\0-\x09\x0b\x0c\x0e-\x1f]")
_DIRECTION_PILE: Final = re.compile("[\u200e\u200f](?=[\u200e\u200f])")
_BLANK: Final = " \n"
_FARTHEST: Final = 1_000_000
_SPACES: Final = r"[\t\n\v\f\r \u1680\u180e\u2000-\u200a\u202f\u205f\u2800\u3000\ufffc]*"
_NOTHING_TO_SEE: Final = re.compile(rf"{_SPACES}[\u00a0\u200b-\u200f\ufeff]*{_SPACES}")


def kept(text: str, spans: list[Span]) -> tuple[str, list[Span]]:
    """The text cleaned and trimmed with its entities made to nest; empty when there is nothing to see in it."""
    text, spans = _trim(*fix(text, spans))
    return ("", []) if _NOTHING_TO_SEE.fullmatch(text) else (text, spans)


def fix(text: str, spans: list[Span]) -> tuple[str, list[Span]]:
    """The text cleaned, the spans moved accordingly, made to nest and put in order."""
    require_utf8(text, "strings")
    for span in spans:
        if not 0 <= span.start <= _FARTHEST:
            raise ParseError(f"receive an entity with incorrect offset {span.start}")
        if not 0 <= span.end - span.start <= _FARTHEST:
            raise ParseError(f"receive an entity with incorrect length {span.end - span.start}")
    nested = nest([span for span in spans if span.end > span.start])
    _require_whole_characters(text, nested)
    units = Units(text)
    removed = [units.at(match.start()) for match in _REMOVED.finditer(text)]

    def moved(offset: int) -> int:
        return offset - bisect_left(removed, offset)

    followed = (replace(span, start=moved(span.start), end=moved(span.end)) for span in nested)
    return cleaned(text), nest([span for span in followed if span.end > span.start])


def cleaned(text: str) -> str:
    """A text without what Telegram never keeps: control characters, changes of direction, lines through letters."""
    clean = _BLANKED.sub(" ", _REMOVED.sub("", text))
    return _DIRECTION_PILE.sub("\u200c", clean)


def _require_whole_characters(text: str, spans: list[Span]) -> None:
    """Entities must lie inside the text and not cut a surrogate pair."""
    units = Units(text)
    halves = {units.at(at) + 1: at + 1 for at, character in enumerate(text) if character > "\uffff"}
    cuts = [(edge, span) for span in reversed(spans) for edge in (span.end, span.start) if edge in halves]
    for edge, span in sorted(cuts, key=lambda cut: (cut[0], cut[0] == cut[1].start)):
        place = f"in a middle of a UTF-16 symbol at byte offset {len(text[: halves[edge]].encode())}"
        if edge == span.start:
            raise ParseError(f"entity begins {place}")
        raise ParseError(f"entity beginning at UTF-16 offset {span.start} ends {place}")
    length = utf16_len(text)
    for span in spans:
        if span.start > length:
            raise ParseError(f"entity begins after the end of the text at UTF-16 offset {span.start}")
    for span in reversed(spans):
        if span.end > length:
            place = f"after the end of the text at UTF-16 offset {span.end}"
            raise ParseError(f"entity beginning at UTF-16 offset {span.start} ends {place}")


def _trim(text: str, spans: list[Span]) -> tuple[str, list[Span]]:
    """Without blanks at the end, and without those at the beginning that no entity covers."""
    text = text.rstrip(_BLANK)
    end = utf16_len(text)
    cut = [replace(span, end=min(span.end, end)) for span in spans if span.start < end]
    blanks = len(text) - len(text.lstrip(_BLANK))
    lead = min([blanks, *(span.start for span in cut)])
    return text[lead:], in_order(replace(span, start=span.start - lead, end=span.end - lead) for span in cut)
