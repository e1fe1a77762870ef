"""Reading the lines of a .docx: typed and automatic numbers, footnotes after their paragraph, tables in place."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

from facts.official.passages import CELL_BREAK, Line, NotTheText, mark, squeezed

LARGEST_UNPACKED = 200_000_000
"""Bytes that all parts of a document may have together when unpacked."""

LARGEST_PART = 60_000_000
MOST_PARTS = 2_000

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_FOOTNOTES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
_HOLDERS = {_W + name for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag")}
_APART = {_W + "txbxContent", _W + "del", _W + "moveFrom", _FALLBACK}
"""What stands beside the text, was deleted from it, or says it a second time."""

_TYPED = {"tab": " ", "br": " ", "cr": " ", "noBreakHyphen": "-"}


def lines(data: bytes) -> list[Line]:
    """The lines of a Word document. Raises NotTheText when it is none, is damaged, or unpacks to too much."""
    _refuse_bombs(data)
    from docx import Document  # an import of half a second that only an import of a .docx needs

    try:
        return list(_Reader(Document(io.BytesIO(data))).lines())
    except Exception:
        raise NotTheText("The .docx is damaged and cannot be read. Open it in Word and save it again.") from None


def _refuse_bombs(data: bytes) -> None:
    """Look at the sizes that the archive declares; the unpacker never gives more than those."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except Exception:
        raise NotTheText("The file looks like a .docx but is damaged, or only a part of it is there.") from None
    if "word/document.xml" not in {part.filename for part in parts}:
        raise NotTheText("The file is an archive, but no .docx.")
    sizes = [part.file_size for part in parts]
    if len(parts) > MOST_PARTS or max(sizes) > LARGEST_PART or sum(sizes) > LARGEST_UNPACKED:
        raise NotTheText("The .docx unpacks to far more than a report. It is not read.")


class _Reader:
    """Walks through a document once, in order, and counts numbers and footnotes as Word does."""

    def __init__(self, document: Any) -> None:
        self._body = document.element.body
        self._numbers = _Numbers(document)
        self._footnotes = _Footnotes(document)
        self._waiting: list[Line] = []

    def lines(self) -> Iterator[Line]:
        """Every line; a footnote after the paragraph or the table that has its mark."""
        for block in _blocks(self._body):
            yield from self._paragraph(block) if block.tag == _W + "p" else self._table(block)
            yield from self._waiting
            self._waiting = []
            if block.find(f"{_W}pPr/{_W}sectPr") is not None:
                self._footnotes.begin_section()

    def _paragraph(self, paragraph: Any) -> Iterator[Line]:
        text = self._text(paragraph)
        if text:
            yield Line(0, text, fresh=True)

    def _table(self, table: Any) -> Iterator[Line]:
        """A line for each row; a table of one column is only a frame around paragraphs."""
        rows = list(_rows(table))
        if all(len(list(_cells(row))) == 1 for row in rows):
            for paragraph in table.iter(_W + "p"):
                yield from self._paragraph(paragraph)
            return
        for row in rows:
            cells: list[str] = []
            for cell, span in _cells(row):
                cells += [self._cell(cell), *[""] * (span - 1)]
            if any(cells):
                yield Line(0, " | ".join(cells), fresh=False, cells=tuple(cells))

    def _cell(self, cell: Any) -> str:
        texts = (self._text(paragraph) for paragraph in cell.iter(_W + "p"))
        return CELL_BREAK.join(text for text in texts if text)

    def _text(self, paragraph: Any) -> str:
        """What a paragraph says, with its automatic number and the marks of its footnotes."""
        label = self._numbers.label(paragraph)
        said = squeezed("".join(self._pieces(paragraph)))
        return squeezed(f"{label} {said}") if said else ""

    def _pieces(self, paragraph: Any) -> Iterator[str]:
        for node in _walk(paragraph):
            name = node.tag.removeprefix(_W) if isinstance(node.tag, str) else ""
            if name == "t":
                yield _raised(node.text or "") if _is_raised(node.getparent()) else node.text or ""
            elif name == "footnoteReference":
                yield self._footnote(node)
            else:
                yield _TYPED.get(name, "")

    def _footnote(self, reference: Any) -> str:
        """The mark, after the footnote itself was put among the waiting; nothing for notes with marks of their own."""
        if _value(reference, "customMarkFollows") in ("1", "true", "on"):
            return ""
        number, text = self._footnotes.next(_value(reference, "id") or "")
        self._waiting.append(Line(0, f"{mark(number)} {text}", fresh=True))
        return mark(number)


class _Footnotes:
    """The footnotes, numbered in the order of their marks, anew in each section where the document says so."""

    def __init__(self, document: Any) -> None:
        self._texts = _footnote_texts(document)
        self._number = 0
        sections = document.element.body.iter(_W + "sectPr")
        self._anew = [_restarts(section) or _restarts(document.settings.element) for section in sections]
        self._section = 0

    def next(self, key: str) -> tuple[int, str]:
        """The next number and the text of the footnote that the document keeps under ``key``; each is told once."""
        self._number += 1
        return self._number, self._texts.pop(key, "")

    def begin_section(self) -> None:
        """The section after a section's last paragraph."""
        self._section += 1
        if self._section < len(self._anew) and self._anew[self._section]:
            self._number = 0


def _restarts(holder: Any) -> bool:
    rule = holder.find(f"{_W}footnotePr/{_W}numRestart")
    return rule is not None and _value(rule, "val") == "eachSect"


def _footnote_texts(document: Any) -> dict[str, str]:
    from docx.oxml import parse_xml

    try:
        blob = document.part.part_related_by(_FOOTNOTES).blob
    except KeyError:
        return {}
    return {
        _value(footnote, "id") or "": squeezed(" ".join(_plain(paragraph) for paragraph in footnote.iter(_W + "p")))
        for footnote in parse_xml(blob).iter(_W + "footnote")
    }


class _Numbers:
    """Automatic numbers: what Word would print before a paragraph."""

    def __init__(self, document: Any) -> None:
        self._styles = {_value(style, "styleId"): style for style in document.styles.element.iter(_W + "style")}
        try:
            numbering = document.part.numbering_part.element
        except (KeyError, NotImplementedError):
            numbering = None
        self._lists = {} if numbering is None else {_value(n, "numId"): n for n in numbering.iter(_W + "num")}
        kinds = [] if numbering is None else list(numbering.iter(_W + "abstractNum"))
        self._kinds = {_value(kind, "abstractNumId"): kind for kind in kinds}
        self._known: dict[str, dict[int, Any]] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[tuple[str, int]] = set()

    def label(self, paragraph: Any) -> str:
        """The paragraph's number as printed, such as ``12.`` or ``(a)``; empty when it has none."""
        found = self._list_of(paragraph)
        if found is None:
            return ""
        number, level = found
        kind = _child_value(self._lists[number], "abstractNumId") or ""
        if number not in self._known:
            self._known[number] = self._levels(number, kind)
        levels = self._known[number]
        if level not in levels:
            return ""
        counts = self._count(number, kind, level, levels)
        text = _child_value(levels[level], "lvlText") or ""
        if (_child_value(levels[level], "numFmt") or "decimal") in ("bullet", "none"):
            return "-" if text else ""
        return re.sub(r"%([1-9])", lambda place: _printed(levels, counts, int(place[1]) - 1), text)

    def _list_of(self, paragraph: Any) -> tuple[str, int] | None:
        """The list and the level that the paragraph, or its style, belongs to."""
        own = paragraph.find(f"{_W}pPr/{_W}numPr")
        number = _child_value(own, "numId") if own is not None else None
        level = _child_value(own, "ilvl") if own is not None else None
        style = self._styles.get(_child_value(paragraph.find(f"{_W}pPr"), "pStyle"))
        for _ in range(20):  # styles may be based on each other in a circle
            if style is None or (number is not None and level is not None):
                break
            inherited = style.find(f"{_W}pPr/{_W}numPr")
            if inherited is not None:
                number = number or _child_value(inherited, "numId")
                level = level or _child_value(inherited, "ilvl")
            style = self._styles.get(_child_value(style, "basedOn"))
        return (number, int(level or 0)) if number in self._lists and number is not None else None

    def _levels(self, number: str, kind: str) -> dict[int, Any]:
        levels = {int(_value(lvl, "ilvl") or 0): lvl for lvl in self._kinds[kind].iter(_W + "lvl")}
        for override in self._lists[number].iter(_W + "lvlOverride"):
            own = override.find(_W + "lvl")
            if own is not None:
                levels[int(_value(override, "ilvl") or 0)] = own
        return levels

    def _count(self, number: str, kind: str, level: int, levels: dict[int, Any]) -> dict[int, int]:
        """Count one more on this level; deeper levels begin anew. Lists of one kind count together."""
        counts = self._counts.setdefault(kind, {})
        restart = self._restart(number, level)
        if restart is not None:
            counts[level] = restart
        elif level in counts:
            counts[level] += 1
        else:
            counts[level] = _start(levels[level])
        for deeper in [one for one in counts if one > level]:
            del counts[deeper]
        return counts

    def _restart(self, number: str, level: int) -> int | None:
        """Where a list that starts again by itself starts, the first time it is met."""
        if (number, level) in self._begun:
            return None
        self._begun.add((number, level))
        for override in self._lists[number].iter(_W + "lvlOverride"):
            if int(_value(override, "ilvl") or 0) == level:
                start = _child_value(override, "startOverride")
                return int(start) if start is not None else None
        return None


def _start(level: Any) -> int:
    return int(_child_value(level, "start") or 1)


def _printed(levels: dict[int, Any], counts: dict[int, int], level: int) -> str:
    if level not in levels:
        return ""
    count = counts.get(level, _start(levels[level]))
    form = _child_value(levels[level], "numFmt") or "decimal"
    return _FORMS.get(form, str)(count)


def _letters(count: int) -> str:
    """a, b … z, aa, bb, as Word counts."""
    repeats, place = divmod(max(count, 1) - 1, 26)
    return chr(ord("a") + place) * min(repeats + 1, 10)


def _roman(count: int) -> str:
    parts = []
    for value, sign in ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
                        (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")):  # fmt: skip
        times, count = divmod(min(max(count, 0), 4999), value)
        parts.append(sign * times)
    return "".join(parts)


_FORMS: dict[str, Callable[[int], str]] = {
    "lowerLetter": _letters,
    "upperLetter": lambda count: _letters(count).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda count: _roman(count).upper(),
    "none": lambda _: "",
}


def _blocks(holder: Any) -> Iterator[Any]:
    """Paragraphs and tables in order, also those within content controls and tracked insertions."""
    waiting = list(reversed(holder))
    while waiting:
        node = waiting.pop()
        if node.tag in (_W + "p", _W + "tbl"):
            yield node
        elif node.tag in _HOLDERS:
            waiting.extend(reversed(node))


def _walk(holder: Any) -> Iterator[Any]:
    """Everything within, in order, but for what stands apart from the text."""
    waiting = list(reversed(holder))
    while waiting:
        node = waiting.pop()
        if node.tag not in _APART:
            yield node
            waiting.extend(reversed(node))


def _rows(table: Any) -> Iterator[Any]:
    return (node for node in _inside(table, "tr"))


def _cells(row: Any) -> Iterator[tuple[Any, int]]:
    """A row's cells and how many columns each covers; a cell that continues the one above is empty in Word, too."""
    for cell in _inside(row, "tc"):
        properties = cell.find(_W + "tcPr")
        span = _child_value(properties, "gridSpan")
        yield cell, min(max(int(span or 1), 1), 100)


def _inside(holder: Any, name: str) -> Iterator[Any]:
    """Rows of a table or cells of a row, not those of tables within."""
    waiting = list(reversed(holder))
    while waiting:
        node = waiting.pop()
        if node.tag == _W + name:
            yield node
        elif node.tag in _HOLDERS:
            waiting.extend(reversed(node))


def _plain(paragraph: Any) -> str:
    return "".join(
        (node.text or "") if node.tag == _W + "t" else _TYPED.get(str(node.tag).removeprefix(_W), "")
        for node in _walk(paragraph)
    )


def _is_raised(run: Any) -> bool:
    style = run.find(f"{_W}rPr/{_W}vertAlign") if run is not None else None
    return style is not None and _value(style, "val") == "superscript"


def _raised(text: str) -> str:
    """Raised numbers as footnote marks; anything else as it is."""
    return mark(text) if text.strip().isdecimal() and text.isascii() else text


def _value(node: Any, name: str) -> str | None:
    found = node.get(_W + name)
    return str(found) if found is not None else None


def _child_value(node: Any, name: str) -> str | None:
    child = node.find(_W + name) if node is not None else None
    return _value(child, "val") if child is not None else None
