"""From lines to passages: what is a heading, a paragraph, a point, a footnote, a table, and what only goes on.

Both plain texts and .docx come through here. The rules are those of UN documents: numbered paragraphs count up without
a gap through all sections, lettered points count up within a paragraph, sections are headed by Roman numerals and
letters, annexes by their name alone, footnotes by their raised number, and annexes number them anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from facts.official.passages import LONGEST, MARKS, Line, NotTheText, Passage, ends, marked
from facts.official.tables import Table

_FOOTNOTE = re.compile(rf"([{MARKS}]{{1,3}})\s*(\S.*)")
_ANNEX = re.compile(rf"annex(?: ([IVX]{{1,6}}|\d{{1,2}}))?[{MARKS}]*(?:\s*[.:–—-]\s*(\S.*))?", re.IGNORECASE)
_HEADING = re.compile(r"([IVX]{1,6}|[A-Z])\. (\S.*)")
_PARAGRAPH = re.compile(r"(\d{1,3})[.)] (\S.*)")
_POINT = re.compile(r"(?:([-*•–]) )?(\([a-z]\)) (\S.*)")
_SUMMARY = re.compile(r"summary[.:]?", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:table of )?contents[.:]?(?: page)?", re.IGNORECASE)
_ASIDE = re.compile(r"\[[^\]]*\]")
_PART = re.compile(r"annex(?: [IVX\d]+)?")
_LONGEST_HEADING = 600
_ROMAN = {"I": 1, "V": 5, "X": 10}


def passages(lines: Sequence[Line]) -> tuple[Passage, ...]:
    """The passages of a text in its order. Raises NotTheText where numbers skip or repeat, or there are none."""
    spaced = _are_spaced(lines)
    reading = _Reading(spaced)
    for line, table_next in zip(lines, _tables_next(lines, spaced), strict=True):
        reading.take(line, table_next=table_next)
    return reading.end()


def _are_spaced(lines: Sequence[Line]) -> bool:
    """Whether the text parts its paragraphs by blank lines, so that a number within them cannot begin a paragraph."""
    numbered = [line.fresh for line in lines if not line.cells and _PARAGRAPH.fullmatch(line.text)]
    return sum(numbered) * 2 > len(numbered)


def _tables_next(lines: Sequence[Line], spaced: bool) -> list[bool]:
    """For each line, whether the next block that is no footnote is a row of a table."""
    found: list[bool] = []
    following = False
    for line in reversed(lines):
        found.append(following)
        if line.cells:
            following = True
        elif (line.fresh or not spaced) and not _FOOTNOTE.fullmatch(line.text):
            following = False
    return found[::-1]


@dataclass(slots=True)
class _Draft:
    """A passage while it is read."""

    place: str
    heading: str
    text: str
    line: int

    @property
    def finished(self) -> bool:
        """Whether the sentence is at its end."""
        return ends(self.text)

    @property
    def breaks_off(self) -> bool:
        """Whether its end is missing; points of a list may end with a comma."""
        comma = self.place.endswith(")") and self.text.endswith(",")
        return not (self.finished or comma or self.place == "summary")

    def go_on(self, line: Line) -> None:
        """The next piece of the same sentence."""
        hyphened = self.text.endswith(("-", "/")) and not self.text.endswith((" -", " /"))
        self.add("" if hyphened else " ", line)

    def add(self, between: str, line: Line) -> None:
        """More of it. Raises NotTheText when it becomes longer than any passage is."""
        self.text += between + line.text
        if len(self.text) > LONGEST:
            raise NotTheText(
                f"What begins as {self.place} does not end: it has more than {LONGEST} characters.", self.line
            )


class _Reading:
    """Where in the document the reader stands."""

    def __init__(self, spaced: bool) -> None:
        self._spaced = spaced
        self._drafts: list[_Draft | Table] = []
        self._notes: list[_Draft] = []
        self._part = "front"
        self._heading = ""
        self._letter = 0
        self._roman = 0
        self._annexes = 0
        self._paragraph = 0
        self._annex_paragraph = 0
        self._point = ""
        self._note = 0
        self._current: _Draft | None = None
        self._table: Table | None = None
        self._last = ""

    def take(self, line: Line, *, table_next: bool) -> None:
        """Read one line. What it is called at the end is what the next line may go on with."""
        if line.cells:
            self._row(line)
            self._last = "row"
            return
        if not any(map(str.isalnum, line.text)) or (self._last == "annex" and _ASIDE.fullmatch(line.text)):
            return  # a rule across the page, or “[English only]” over an annex
        for kind, read in (
            ("footnote", self._footnote),
            ("annex", self._annex),
            ("front", self._front),
            ("heading", self._section),
            ("paragraph", self._numbered),
            ("point", self._lettered),
        ):
            if read(line):
                self._last = kind
                return
        self._rest(line, table_next)

    def end(self) -> tuple[Passage, ...]:
        """Everything read. Raises NotTheText when it has no numbered paragraph."""
        if not self._paragraph:
            raise NotTheText("It has no numbered paragraphs, so it is not the text of a report.")
        for draft in self._drafts:
            if draft.breaks_off:
                raise NotTheText(f"The text breaks off in the middle of a sentence, in {draft.place}.", draft.line)
        read = list(self._read())
        return (*read, *self._with_headings(read))

    def _read(self) -> Iterator[Passage]:
        for draft in self._drafts:
            if isinstance(draft, Table):
                yield from draft.passages()
            else:
                yield Passage(draft.place, draft.heading, draft.text, draft.line)

    def _with_headings(self, read: Sequence[Passage]) -> Iterator[Passage]:
        """The footnotes, each under the heading where its mark stands: page breaks print it under another."""
        headings: dict[tuple[str, int], str] = {}
        for passage in read:
            for found in re.findall(f"[{MARKS}]+", passage.text):
                headings.setdefault((_part_of(passage.place), marked(found)), passage.heading)
        for note in self._notes:
            number = int(note.place.rpartition(" ")[2])
            heading = headings.get((_part_of(note.place), number), note.heading)
            yield Passage(note.place, heading, note.text, note.line)

    # What a line can be

    def _footnote(self, line: Line) -> bool:
        match = _FOOTNOTE.fullmatch(line.text)
        if match is None:
            return False
        number = marked(match[1])
        place = f"{self._part} footnote {number}" if self._in_annex else f"footnote {number}"
        same = next((note for note in self._notes if note.place == place), None)
        if same is not None and same.text == match[2]:
            return True  # printed again on the next page
        if number != self._note + 1:
            raise NotTheText(_misnumbered("Footnote", number, self._note), line.number)
        self._note = number
        self._notes.append(_Draft(place, self._heading, match[2], line.number))
        return True

    def _annex(self, line: Line) -> bool:
        match = _ANNEX.fullmatch(line.text)
        if match is None or not self._paragraph or not (self._begins(line) or self._last == "footnote"):
            return False
        number = _number(match[1]) if match[1] else self._annexes + 1
        if number != self._annexes + 1:
            before = self._part if self._annexes else f"paragraph {self._paragraph}"
            raise NotTheText(
                f"Annex {match[1]} follows {before}: one before it is missing or is there twice.", line.number
            )
        self._annexes = number
        name = f"annex {match[1].upper()}" if match[1] else "annex"
        self._open(name, f"A{name[1:]}. {match[2]}" if match[2] else f"A{name[1:]}")
        return True

    def _front(self, line: Line) -> bool:
        """What stands before the first section: only the summary is kept."""
        if self._paragraph:
            return False
        if _SUMMARY.fullmatch(line.text):
            self._part, self._heading, self._current = "summary", "Summary", None
            return True
        if _CONTENTS.fullmatch(line.text):
            self._part = "front"
            return True
        return False

    def _section(self, line: Line) -> bool:
        match = _HEADING.fullmatch(line.text)
        if match is None or len(line.text) > _LONGEST_HEADING or ends(line.text):
            return False
        if not self._paragraph and match[1] == "I":
            self._letter = self._roman = 0  # a table of contents counted before
        letter, roman = ord(match[1][0]) - ord("A") + 1 if len(match[1]) == 1 else 0, _number(match[1])
        fits = letter == self._letter + 1 or roman == self._roman + 1
        if not (self._begins(line) and (fits or self._is_finished)) or (self._in_annex and not fits):
            return False
        if letter == self._letter + 1 or not roman or (roman != self._roman + 1 and letter > self._letter > 0):
            self._letter = letter
        else:
            self._roman, self._letter = roman, 0
        self._head(line.text)
        return True

    def _numbered(self, line: Line) -> bool:
        match = _PARAGRAPH.fullmatch(line.text)
        if match is None:
            return False
        number = int(match[1])
        if self._in_annex:
            return self._numbered_in_annex(line, number, match[2])
        expected = number == self._paragraph + 1
        if not (self._begins(line) or (expected and self._is_finished)):
            return False
        if not expected and not line.fresh and self._is_cut:
            return False
        if not expected:
            raise NotTheText(_misnumbered("Paragraph", number, self._paragraph), line.number)
        self._paragraph, self._part = number, "body"
        self._begin(str(number), match[2], line)
        return True

    def _numbered_in_annex(self, line: Line, number: int, text: str) -> bool:
        if not self._begins(line) or number != self._annex_paragraph + 1:
            return False
        self._annex_paragraph = number
        self._begin(f"{self._part} §{number}", text, line)
        return True

    def _lettered(self, line: Line) -> bool:
        match = _POINT.fullmatch(line.text)
        owner = self._owner
        if match is None or owner is None or not (match[1] or self._begins(line)):
            return False
        expected = chr(ord(self._point) + 1) if self._point else "a"
        letter = match[2][1]
        if letter != expected:
            if letter in "ivx" or not self._is_finished:
                return False
            if letter == "a" and owner.isdecimal():
                begun = f"points begin anew after {owner} ({self._point})"
                raise NotTheText(f"Paragraph {self._paragraph + 1} is missing: {begun}.", line.number)
            raise NotTheText(f"Point ({letter}) of {owner} stands where ({expected}) should.", line.number)
        self._begin(f"{owner} ({letter})", match[3], line)
        self._point = letter
        return True

    def _row(self, line: Line) -> None:
        if self._part in ("front", "summary"):
            return
        if self._table is None:
            self._table = self._new_table(line)
        self._table.row(line, interrupted=self._last != "row" or line.fresh)

    def _new_table(self, line: Line) -> Table:
        place = self._part if self._in_annex else "table"
        table = Table(place, self._heading, line.number, by_row=self._in_annex)
        self._drafts.append(table)
        return table

    # What is none of these

    def _rest(self, line: Line, table_next: bool) -> None:
        """A line that goes on with something, or stands around a table."""
        if self._last == "footnote" and not line.fresh and not self._is_cut:
            self._notes[-1].go_on(line)
        elif len(self._heading) < _LONGEST_HEADING and (self._last == "heading" or self._is_title(line)):
            self._head(f"{self._heading}. {line.text}" if self._last == "annex" else f"{self._heading} {line.text}")
            self._last = "title" if self._in_annex else "heading"
        elif not self._paragraph:
            self._summary(line)
        elif self._is_cut and not self._is_new(line, table_next):
            self._piece(line)
        elif table_next or self._table is not None:
            self._around_table(line, table_next)
        else:
            self._piece(line)

    def _summary(self, line: Line) -> None:
        if self._part != "summary":
            return
        if self._current is None or line.fresh:
            self._begin("summary", line.text, line)
        else:
            self._current.go_on(line)

    def _is_title(self, line: Line) -> bool:
        """Whether the line is the title of an annex, or the rest of one."""
        return self._in_annex and (
            (self._last == "annex" and ". " not in self._heading) or (self._last == "title" and self._wraps(line))
        )

    def _is_new(self, line: Line, table_next: bool) -> bool:
        """Whether a line after an unfinished sentence is a table's title all the same."""
        return table_next and line.text[:1].isupper() and not ends(line.text)

    def _around_table(self, line: Line, table_next: bool) -> None:
        """A table's title, a heading among its rows, or what is printed under it."""
        if self._table is None:
            self._table = self._new_table(line)
        elif self._in_annex and not table_next:
            self._table = self._current = None
            self._piece(line)
            return
        self._table.words(line, wrapped=self._wraps(line) and self._last == "words")
        self._last = "words"

    def _piece(self, line: Line) -> None:
        if self._current is None:
            self._begin(self._part, line.text, line)
        elif line.fresh and self._current.finished and self._last != "footnote":
            self._current.add("\n", line)
        else:
            self._current.go_on(line)
        self._last = "piece"

    # Where the reader stands

    @property
    def _in_annex(self) -> bool:
        return self._annexes > 0

    @property
    def _owner(self) -> str | None:
        """The place whose points lettered lines are."""
        if not self._paragraph:
            return None
        return self._current.place.partition(" (")[0] if self._current else self._part

    @property
    def _is_finished(self) -> bool:
        return self._current is None or self._current.finished

    @property
    def _is_cut(self) -> bool:
        """Whether the sentence under way is not at its end."""
        return not self._is_finished

    def _begins(self, line: Line) -> bool:
        """Whether something can begin with this line."""
        return line.fresh or not self._spaced or self._last in ("heading", "title", "annex", "front", "row", "words")

    def _wraps(self, line: Line) -> bool:
        """Whether a line only goes on because the one before it was full."""
        return self._spaced and not line.fresh

    def _open(self, part: str, heading: str) -> None:
        """A new part, which numbers its footnotes and sections anew."""
        self._part = part
        self._note = self._letter = self._roman = self._annex_paragraph = 0
        self._head(heading)
        self._current = None

    def _head(self, heading: str) -> None:
        self._heading = heading
        self._table = None
        self._point = ""
        if not self._paragraph:
            self._part = "front"

    def _begin(self, place: str, text: str, line: Line) -> None:
        self._current = _Draft(place, self._heading, text, line.number)
        self._drafts.append(self._current)
        self._table = None
        self._point = ""


def _part_of(place: str) -> str:
    """``annex I`` for ``annex I (d)`` and ``annex I footnote 1``; empty for the body."""
    match = _PART.match(place)
    return match[0] if match else ""


def _number(roman: str) -> int:
    """The value of a Roman numeral up to XXXIX, or of digits; 0 when it is neither."""
    if roman.isdecimal():
        return int(roman)
    values = [_ROMAN.get(sign, 0) for sign in roman.upper()]
    if 0 in values:
        return 0
    return sum(-value if value < max(values[place:]) else value for place, value in enumerate(values))


def _misnumbered(what: str, number: int, before: int) -> str:
    if number <= before:
        return f"{what} {number} stands after {what.lower()} {before}: it is there twice, or its number is wrong."
    if not before:
        return f"The first {what.lower()} is {number}: {_missing(1, number - 1)}."
    return f"{what} {number} follows {what.lower()} {before}: {_missing(before + 1, number - 1)}."


def _missing(first: int, last: int) -> str:
    return f"{first} is missing" if first == last else f"{first} to {last} are missing"
