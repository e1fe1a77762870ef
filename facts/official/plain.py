"""Reading the lines of a plain text, with or without the traces of Markdown and HTML that transcriptions have."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator

from facts.official.passages import CELL_BREAK, Line, NotTheText, mark, squeezed

_OTHERS = {
    b"%PDF": "a PDF",
    b"\xd0\xcf\x11\xe0": "a Word document of the old kind",
    b"{\\rtf": "a document in rich text",
    b"SQLite format 3": "a database",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
}
"""How files begin that people may take for the text, and what they are."""

_ALLOWED_CONTROLS = "\t\n\r\f\v\x1c\x1d\x1e\x85"
_NUMBERED = re.compile(r"(?:\d{1,3}[.)]|\([a-z]\)|[A-Z]{1,6}\.|[⁰¹²³⁴⁵⁶⁷⁸⁹]+|[-*•–])")
_FURNITURE = re.compile(r"(?:\d{1,3}\s+)?GE\.\d\d-\d+.*|(?:\d{1,3}\s+)?A/[A-Z]+/[\d/]+(?:\s+\d{1,3})?")
_PAGE_NUMBER = re.compile(r"\d{1,3}")
_GLUED_BOLD = re.compile(r"\*\*([^*\n]{1,2000})\*\*")
_ASTERISKS = re.compile(r"(?<!\*)\*++(?=\S)|(?<=[^\s*])\*++")  # each run is tried once, however long it is
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!$&~|<>-])")
_RAISED = re.compile(r"<sup>\s*(\d{1,3})\s*</sup>", re.IGNORECASE)
_CELL_PARAGRAPHS = re.compile(r"</p>\s*<p>|<br\s*/?>", re.IGNORECASE)
_TAG = re.compile(r"</?(?:p|i|b|u|em|strong|span|sup|sub|br|a)(?:\s[^<>]*)?/?>", re.IGNORECASE)
_ADDRESS = re.compile(r"<(https?://[^<>\s]+)>")


def lines(data: bytes) -> list[Line]:
    """The lines of a text in UTF-8, blank ones and the furniture of pages left out.

    Raises NotTheText when it is no text.
    """
    found: list[Line] = []
    fresh = True
    for number, raw in enumerate(_decoded(data).split("\n"), 1):
        for piece in _unglued(raw):
            line = _line(number, piece, fresh=fresh or "\f" in piece)
            if line is None:
                fresh = True
                continue
            found.append(line)
            fresh = piece is not raw  # what was glued together stood on lines of its own
    return found


def _decoded(data: bytes) -> str:
    for beginning, kind in _OTHERS.items():
        if data.startswith(beginning):
            raise NotTheText(f"The file is {kind}. Save the report as plain text (UTF-8) or as .docx.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data.count(b"\n", 0, error.start)
        raise NotTheText(
            "The file is no text in UTF-8. Save the report as plain text (UTF-8) or as .docx.", before + 1
        ) from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for number, line in enumerate(text.split("\n"), 1):
        if any(unicodedata.category(c) == "Cc" and c not in _ALLOWED_CONTROLS for c in set(line)):
            raise NotTheText("The file is not a text: it has control characters in it.", number)
    return text


def _unglued(raw: str) -> Iterator[str]:
    """The line, or the several that a transcription glued together where bold print begins and ends."""
    parts = _GLUED_BOLD.split(raw) if "**" in raw else []
    if not _are_glued(parts):
        yield raw
        return
    yield from (part for part in parts if part.strip(" *"))


def _are_glued(parts: list[str]) -> bool:
    """Whether bold print (every second part) touches a letter before it, or print of another kind after it."""
    for place in range(1, len(parts), 2):
        before, after = parts[place - 1], parts[place + 1]
        if (not before and place > 1) or before[-1:].isalpha() or after[:1] == "*":
            return True
    return False


def _line(number: int, raw: str, *, fresh: bool) -> Line | None:
    """The cleaned line; None when nothing of the report stands on it."""
    if "\t" in raw:
        cells = tuple(_cleaned(cell) for cell in raw.split("\t"))
        filled = [cell for cell in cells if cell]
        if not filled:
            return None
        if not _is_indented(cells, filled):
            return Line(number, " | ".join(cells), fresh, cells)
        text = squeezed(" ".join(filled))
    else:
        text = squeezed(_cleaned(raw).replace(CELL_BREAK, " "))
    text = re.sub(r"^#{1,6} ", "", text)
    furniture = _FURNITURE.fullmatch(text) or (fresh and _PAGE_NUMBER.fullmatch(text))
    return Line(number, text, fresh) if text and not furniture else None


def _is_indented(cells: tuple[str, ...], filled: list[str]) -> bool:
    """Whether the tabs are no table's: they indent a line, or part a number from its paragraph."""
    indented = len(filled) == 1 and cells[-1] == filled[0] and len(cells) == 2 and not cells[0]
    return indented or (len(filled) == 2 and _NUMBERED.fullmatch(filled[0]) is not None)


def _cleaned(text: str) -> str:
    """The text without Markdown and HTML; paragraphs within a cell are parted by CELL_BREAK."""
    if "<" in text:
        text = _RAISED.sub(lambda number: mark(number[1]), text)
        text = _ADDRESS.sub(r"\1", text)
        text = _TAG.sub("", _CELL_PARAGRAPHS.sub(CELL_BREAK, text))
    if "*" in text:
        text = _ASTERISKS.sub("", text)
    text = _ESCAPE.sub(r"\1", text) if "\\" in text else text
    text = html.unescape(text) if "&" in text else text
    return CELL_BREAK.join(squeezed(part) for part in text.split(CELL_BREAK)) if CELL_BREAK in text else squeezed(text)
