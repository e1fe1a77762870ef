"""Which line of a TOML file an entry or a field stands on, so that a fault can be found at once."""

from __future__ import annotations

import re
from collections.abc import Sequence

_HEADER = re.compile(r"\s*\[{1,2}\s*([A-Za-z0-9_.-]+)\s*\]{1,2}\s*(?:#.*)?$")


def line_of(text: str, table: str | None, position: int, field: Sequence[str | int] = ()) -> int:
    """The line, counted from 1, of a field of the entry at ``position`` (from 0) of the array ``table``.

    ``field`` is the way to it, such as ``("details", 2, "en")``. What cannot be found is looked for one step higher,
    up to the entry, and up to the beginning of a file that is one entry (``table`` is None).
    """
    lines = text.split("\n")
    start, end = (0, len(lines)) if table is None else _entry(lines, table, position, 0, len(lines))
    prefix = table
    rest = list(field)
    while rest:
        step = rest.pop(0)
        name = f"{prefix}.{step}" if prefix else str(step)
        if rest and isinstance(index := rest[0], int) and _heads(lines, name, start, end):
            start, end = _entry(lines, name, index, start, end)
            prefix, rest = name, rest[1:]
            continue
        dotted = ".".join(str(one) for one in (step, *rest))
        return _key(lines, start, end, dotted) or _under(lines, start, end, name, rest) or start + 1
    return start + 1


def _entry(lines: list[str], table: str, position: int, start: int, end: int) -> tuple[int, int]:
    """From the header of the entry to the next of the same array; the whole when it is not written that way."""
    heads = _heads(lines, table, start, end)
    if position >= len(heads):
        return start, end
    return heads[position], heads[position + 1] if position + 1 < len(heads) else end


def _heads(lines: list[str], table: str, start: int, end: int) -> list[int]:
    """The lines, counted from 0, of this array's headers."""
    return [n for n in range(start, end) if (match := _HEADER.match(lines[n])) and match[1] == table]


def _key(lines: list[str], start: int, end: int, dotted: str) -> int | None:
    """The line that gives this key, or the longest beginning of it that there is, before the next header."""
    first = start + 1 if start < end and _HEADER.match(lines[start]) else start
    last = next((n for n in range(first, end) if _HEADER.match(lines[n])), end)
    while dotted:
        pattern = re.compile(rf"\s*{re.escape(dotted)}\s*(=|\.)")
        for n in range(first, last):
            if pattern.match(lines[n]):
                return n + 1
        dotted = dotted.rpartition(".")[0]
    return None


def _under(lines: list[str], start: int, end: int, name: str, rest: Sequence[str | int]) -> int | None:
    """The line of a key below a header of its own, such as ``[title]``; the header's when the key is missing."""
    for n in range(start, end):
        if (match := _HEADER.match(lines[n])) and match[1] == name:
            return (_key(lines, n + 1, end, str(rest[0])) if rest else None) or n + 1
    return None
