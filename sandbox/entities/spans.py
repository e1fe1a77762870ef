"""Entities on their way from a text to a message."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sandbox.entities.reading import unparsable, whole_number

Entity = dict[str, Any]
"""A Bot API MessageEntity: type, offset, length and what the type adds."""

_STYLES: Final = frozenset({"bold", "italic", "underline", "strikethrough", "spoiler"})
_RANKS: Final = {
    "blockquote": 0,
    "expandable_blockquote": 0,
    "pre": 11,
    "code": 20,
    "date_time": 30,
    "text_link": 49,
    "text_mention": 49,
    "bold": 90,
    "italic": 91,
    "underline": 92,
    "strikethrough": 93,
    "spoiler": 94,
    "custom_emoji": 99,
}
"""Which of two entities over the same text is the outer one: the smaller number; all other kinds have 50."""


@dataclass(frozen=True, slots=True)
class Span:
    """An entity on its way: from `start` to before `end` in UTF-16 units, with the fields that its type adds."""

    kind: str
    start: int
    end: int
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def bare(self) -> bool:
        """Whether nothing else can be inside it."""
        return self.kind in {"pre", "code", "date_time"}

    @property
    def quote(self) -> bool:
        return self.kind in {"blockquote", "expandable_blockquote"}

    @property
    def style(self) -> bool:
        """Whether it may be cut into pieces to fit between others."""
        return self.kind in _STYLES

    @property
    def order(self) -> tuple[int, int, int]:
        """Where it stands among others: the first, the longer and then the outer kind come first."""
        rank = 10 if self.kind == "pre" and "language" in self.extra else _RANKS.get(self.kind, 50)
        return self.start, -self.end, rank

    def overlaps(self, other: Span) -> bool:
        return self.start < other.end and other.start < self.end

    def within(self, other: Span) -> bool:
        return other.start <= self.start and self.end <= other.end

    def entity(self) -> Entity:
        return {"type": self.kind, "offset": self.start, "length": self.end - self.start, **self.extra}


def in_order(spans: Iterable[Span]) -> list[Span]:
    return sorted(spans, key=lambda span: span.order)


class Units:
    """UTF-16 offsets of the characters of one text."""

    def __init__(self, text: str) -> None:
        self._wide = [at for at, character in enumerate(text) if character > "\uffff"]

    def at(self, index: int) -> int:
        """The offset of the character with this index."""
        return index + bisect_left(self._wide, index)


def mention_of(user_id: int) -> dict[str, Any]:
    """What a text mention adds: the person as far as an id tells; whoever knows the person may say more."""
    return {"user": {"id": user_id, "is_bot": False, "first_name": ""}}


def custom_emoji(identifier: str) -> dict[str, Any]:
    """What a custom emoji adds. Raises ParseError when the identifier is no number of 64 bits, or zero."""
    if not whole_number(identifier, bits=64):
        raise unparsable("Invalid custom emoji identifier specified")
    return {"custom_emoji_id": identifier}


def date_time(unix_time: int, letters: str) -> dict[str, Any]:
    """What a date adds. Raises ParseError for letters that are no format."""
    shown = _time_format(letters)
    if shown is None:
        raise unparsable("Invalid date format used")
    return {"unix_time": unix_time, "date_time_format": shown} if shown else {"unix_time": unix_time}


def _time_format(letters: str) -> str | None:
    """A date's format as the Bot API gives it back: `r`, or `w`, a date and a time letter; None when it is not one."""
    if letters in {"", "r", "R"}:
        return letters.lower()
    if not set(letters) <= set("wWdDtT"):
        return None
    day = "w" if "w" in letters.lower() else ""
    date = "d" if "d" in letters else "D" if "D" in letters else ""
    time = "t" if "t" in letters else "T" if "T" in letters else ""
    return day + date + time
