"""What the official text is made of: its passages, the lines they are read from, and why a file is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

MARKS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
"""The digits of footnote marks, 0 to 9."""

CELL_BREAK = "\u2029"
"""What parts the paragraphs of one table cell while a row is still one line."""

LONGEST = 50_000
"""Characters of one passage; more means that the text has no structure, or lost it."""

_MARK = re.compile(f"[{MARKS}]+")
_ENDS = re.compile(rf"(?:[.;:!?។]|; ?(?:and|or))[”’\"'»)\]{MARKS}]*$")
_TO_MARKS = str.maketrans("0123456789", MARKS)
_TO_DIGITS = str.maketrans(MARKS, "0123456789")


class NotTheText(Exception):
    """A file is not, or is no longer, the text of a report; the message says so in one plain sentence.

    ``line`` is the line of a plain text where it shows, counted from 1; a .docx has none.
    """

    def __init__(self, sentence: str, line: int | None = None) -> None:
        super().__init__(f"Line {line}: {sentence}" if line else sentence)
        self.sentence = sentence
        self.line = line or None


@dataclass(frozen=True, slots=True)
class Passage:
    """One citable piece of the official text, word for word.

    ``place`` is written as facts cite it: ``41``, ``105 (d)``, ``annex I (d)``, ``annex III``, ``table``, ``summary``,
    ``footnote 14``, ``annex I footnote 1``. A table's rows, and the rows of annexes that are tables, are lines with
    `` | `` between the cells. ``line`` is where it begins in a plain text; 0 in a .docx.
    """

    place: str
    heading: str
    text: str
    line: int = field(default=0, compare=False)

    @property
    def paragraph(self) -> int | None:
        """The numbered paragraph it belongs to, if any."""
        number = self.place.partition(" ")[0]
        return int(number) if number.isdecimal() else None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a text, or one row of a table, cleaned of everything that is only typesetting.

    ``fresh`` says that a blank line, a page break or a paragraph mark stands before it. ``cells`` are a row's cells,
    empty ones included; none when it is no row. ``number`` counts from 1; 0 when the file has no lines.
    """

    number: int
    text: str
    fresh: bool
    cells: tuple[str, ...] = ()


def mark(number: int | str) -> str:
    """A footnote's number as its mark: ``¹²`` for 12."""
    return str(number).translate(_TO_MARKS)


def marked(text: str) -> int:
    """The number that a mark stands for. Raises ValueError when it is none."""
    return int(text.translate(_TO_DIGITS))


def without_marks(text: str) -> str:
    """The text with a space for every footnote mark, so that marks do not stick to words when they are compared."""
    return _MARK.sub(" ", text)


def squeezed(text: str) -> str:
    """The text with every run of white space as one space; hyphens that only show where a line breaks are gone."""
    return " ".join(text.replace("\u00ad", "").split())


def ends(text: str) -> bool:
    """Whether the text ends as sentences, points of a list and openings of lists do."""
    return _ENDS.search(text[-40:]) is not None
