"""Tables of the official text, with what page breaks do to them: repeated heads and rows that are cut in two."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from facts.official.passages import CELL_BREAK, LONGEST, Line, Passage, ends, without_marks

_BETWEEN = " | "


@dataclass(slots=True)
class _Row:
    """A row, or words that stand above, among or under the rows: those have one cell."""

    cells: list[str]
    line: int
    is_words: bool = False

    @property
    def text(self) -> str:
        """The cells on one line, but for empty ones at its end; a cell of several paragraphs goes on below."""
        filled = max((place for place, cell in enumerate(self.cells, 1) if cell), default=0)
        return _BETWEEN.join(self.cells[:filled]).replace(CELL_BREAK, "\n")


@dataclass(slots=True)
class Table:
    """A table while it is read.

    With ``by_row`` each row becomes a passage of its own, and the rows under words of their own become one; otherwise
    the whole table is one passage.
    """

    place: str
    heading: str
    line: int
    by_row: bool
    _rows: list[_Row] = field(default_factory=list)
    _cells: list[list[str]] = field(default_factory=list)
    _head_seen: int = 0

    def words(self, line: Line, *, wrapped: bool) -> None:
        """A line without cells: the title, a heading among the rows, a note; ``wrapped`` goes on with the last one."""
        if wrapped and self._rows and self._rows[-1].is_words and len(self._rows[-1].text) < LONGEST:
            self._rows[-1].cells[0] += f" {line.text}"
        else:
            self._rows.append(_Row([line.text], line.number, is_words=True))
        self._head_seen = 0

    def row(self, line: Line, *, interrupted: bool) -> None:
        """A row, unless it repeats the head on a new page; the rest of the last one, if a page break cut that."""
        cells = list(line.cells)
        if self._repeats_head(cells):
            return
        cut = interrupted or self._head_seen > 0 or (self.by_row and not cells[0])
        if cut and self._is_rest(cells):
            self._join(cells)
        else:
            heads = self.by_row and len([cell for cell in cells if cell]) == 1 and bool(cells[0])
            self._rows.append(_Row(cells[:1] if heads else cells, line.number, is_words=heads))
            if not heads:
                self._cells.append(cells)
        self._head_seen = 0

    @property
    def breaks_off(self) -> bool:
        """Whether its last words are sentences, the last of which has no end."""
        last = self._rows[-1].cells[-1] if self._rows else ""
        return ". " in last and not ends(last)

    def passages(self) -> Iterator[Passage]:
        """The table as passages."""
        if not self._rows:
            return
        if not self.by_row:
            yield Passage(self.place, self.heading, "\n".join(row.text for row in self._rows), self.line)
            return
        group: list[_Row] = []
        for row in self._rows:
            if group and (row.is_words or not group[0].is_words):
                yield self._passage(group)
                group = []
            group.append(row)
        yield self._passage(group)

    def _passage(self, group: list[_Row]) -> Passage:
        return Passage(self.place, self.heading, "\n".join(row.text for row in group), group[0].line)

    def _repeats_head(self, cells: list[str]) -> bool:
        """Whether this row is the next one of a head that is printed again."""
        if self._head_seen < len(self._cells) and _same(self._cells[self._head_seen], cells):
            self._head_seen += 1
            return True
        return False

    def _is_rest(self, cells: list[str]) -> bool:
        """Whether the row begins in the middle of a sentence, or not in the first column."""
        if not self._rows or self._rows[-1].is_words or "" not in cells:
            return False
        first = next(cell for cell in cells if cell)
        return not cells[0] or first[0].islower()

    def _join(self, cells: list[str]) -> None:
        last = self._rows[-1]
        width = max(len(last.cells), len(cells))
        both = zip(_padded(last.cells, width), _padded(cells, width), strict=True)
        last.cells = [" ".join(part for part in pair if part) for pair in both]


def _padded(cells: list[str], width: int) -> list[str]:
    return cells + [""] * (width - len(cells))


def _same(one: list[str], other: list[str]) -> bool:
    """Whether two rows say the same, whatever footnote marks and empty cells at the end they have."""
    plain = [[without_marks(cell).strip() for cell in cells] for cells in (one, other)]
    return "\0".join(plain[0]).rstrip("\0") == "\0".join(plain[1]).rstrip("\0")
