"""A paper as Word: what a UN desk expects, and the same bytes again for the same paper.

Times New Roman 12, justified, pages numbered. How it looks is in the styles of ``templates/word``, so that whoever reads it
last can change it in one place. Paragraphs have the numbers that the paper gives them, as text: other paragraphs, and the
list of what was left out, point to them, and numbering by Word would move away from those with the first cut.

Footnotes are Word's own; python-docx has no way to make them, so their part is written here (ECMA-376 part 1, 17.11).
Khmer is set as what Word calls a complex script, or it would be shown in whatever font is left.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from documents.paper import Item, Paper, Part, Table
from texts.layout import shortened
from texts.told import calm

_TEMPLATES = Path(__file__).parent / "templates" / "word"
_REMARK = re.compile(rb"<!--.*?-->\s*", re.DOTALL)
_KHMER = re.compile("([\u1780-\u17ff\u19e0-\u19ff][\u1780-\u17ff\u19e0-\u19ff\u200b\u200c\u200d ]*)")
_RAGGED = re.compile("[\u1780-\u17ff\u200b]{20}|[^\\s\u1780-\u17ff]{40}")
"""What makes holes in a justified line: Khmer, which has few spaces, and what cannot be broken, such as a hash."""
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LONG = 1500
"""Characters of a paragraph that need not stay with the next: it may fill a page."""
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_FOOTNOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_KEPT = ("/officeDocument", "/core-properties", "/extended-properties", "/styles", "/settings", "/fontTable")
"""Relationships of the library's template that a paper needs; the rest is its thumbnail, its theme and its lists."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip can say."""
_PAGE = {"width": 21.0, "height": 29.7, "margin": 2.5}
"""A4, in centimetres."""
_NUMBERS = 2.6
"""Centimetres of a column that has nothing but numbers."""


def word(paper: Paper) -> bytes:
    """The .docx. It says who wrote it nowhere but in its text, and no time but ``made_on``."""
    return _same_again(_Writing(paper).saved())


class _Writing:
    """One document being written."""

    def __init__(self, paper: Paper) -> None:
        import docx  # 6 MB that a bot without documents does without

        self._paper = paper
        self._document = docx.Document()
        self._notes: list[str] = []

    def saved(self) -> bytes:
        """As python-docx writes it, with the times of this moment in the zip."""
        self._replace_template()
        self._properties()
        self._page()
        self._front()
        for part in self._paper.parts:
            self._part(part)
        self._footnotes()
        whole = io.BytesIO()
        self._document.save(whole)
        return whole.getvalue()

    def _replace_template(self) -> None:
        """Our styles and settings; nothing that the library's template says of the machine it was made on."""
        from docx.parts.settings import SettingsPart
        from docx.parts.styles import StylesPart

        main = self._document.part
        for rels in (main.package.rels, main.rels):
            for key in [key for key, one in rels.items() if not one.reltype.endswith(_KEPT)]:
                rels.pop(key)
        known = {one.reltype.rpartition("/")[2]: one for one in (*main.package.rels.values(), *main.rels.values())}
        for kind, load in (("styles", StylesPart.load), ("settings", SettingsPart.load)):
            old = known[kind].target_part
            known[kind]._target = load(old.partname, old.content_type, _template(kind), main.package)
        for kind, name in (("fontTable", "fonts"), ("extended-properties", "app")):
            known[kind].target_part._blob = _template(name)

    def _properties(self) -> None:
        properties, paper = self._document.core_properties, self._paper
        properties.title, properties.language = shortened(_clean(paper.title), 200), paper.language
        properties.author = properties.last_modified_by = properties.comments = properties.keywords = ""
        properties.created = properties.modified = dt.datetime.fromisoformat(paper.made_on)
        properties.revision = 1

    def _page(self) -> None:
        from docx.shared import Cm

        section = self._document.sections[0]
        section._sectPr.attrib.clear()  # of the template: in which sessions it was edited
        section.page_width, section.page_height = Cm(_PAGE["width"]), Cm(_PAGE["height"])
        for side in ("left", "right", "top", "bottom"):
            setattr(section, f"{side}_margin", Cm(_PAGE["margin"]))
        foot = section.footer.paragraphs[0]
        _field(foot, "PAGE")
        foot.add_run(" / ")
        _field(foot, "NUMPAGES")
        if self._paper.marking:
            self._runs(section.header.paragraphs[0], self._paper.marking)

    def _front(self) -> None:
        from docx.shared import Cm

        self._runs(self._paragraph("Title"), self._paper.title)
        rows = self._paper.front
        wide = Cm(min(6.5, 0.6 + 0.2 * max((len(label) for label, _ in rows), default=0)))
        for place, (label, text) in enumerate(rows, 1):
            paragraph = self._paragraph("FrontEnd" if place == len(rows) else "Front")
            paragraph.paragraph_format.tab_stops.add_tab_stop(wide)
            paragraph.paragraph_format.left_indent, paragraph.paragraph_format.first_line_indent = wide, -wide
            self._runs(paragraph, f"{label}:", strong=True)
            paragraph.add_run().add_tab()
            self._runs(paragraph, text)

    def _part(self, part: Part) -> None:
        if part.heading:
            self._runs(self._paragraph(f"Heading{min(part.level, 2)}"), part.heading)
        items = part.items
        below = False
        for previous, item, following in zip((None, *items), items, (*items[1:], None), strict=False):
            style = _style(item, previous, below)
            below = below or item.number is not None
            self._item(item, style, _stays_with(item, following, below))
        if part.table is not None:
            self._table(part.table)

    def _item(self, item: Item, style: str, stays: bool) -> None:
        """Where it ``stays``, no page ends between it and the next."""
        if item.text or item.label or item.notes or item.number is not None:
            paragraph = self._paragraph(style, stays or (bool(item.original) and len(item.text) < _LONG))
            if _RAGGED.search(item.text):
                _align_left(paragraph)
            if item.number is not None:
                self._runs(paragraph, f"{item.number}.")
                paragraph.add_run().add_tab()
            if item.label:
                self._runs(paragraph, f"{item.label}. ", strong=True)
            self._runs(paragraph, item.text)
            for note in item.notes:
                self._note(paragraph, note)
        if item.original:
            self._runs(self._paragraph("Original", stays), item.original)

    def _table(self, table: Table) -> None:
        from docx.shared import Cm

        grid = self._document.add_table(rows=len(table.rows) + 1, cols=len(table.head))
        grid._tbl.tblStyle_val = "TableGrid"
        grid.autofit = False
        numbers = [bool(table.rows) and all(row[at].isdecimal() for row in table.rows) for at in range(len(table.head))]
        widths = [Cm(one) for one in _widths(numbers)]
        for column, width in zip(grid.columns, widths, strict=True):
            column.width = width
        for place, (row, texts) in enumerate(zip(grid.rows, (table.head, *table.rows), strict=True)):
            properties = row._tr.get_or_add_trPr()
            properties.append(_element("cantSplit"))
            if place == 0:
                properties.append(_element("tblHeader"))  # again on each page that it goes on to
            for cell, text, width, number in zip(row.cells, texts, widths, numbers, strict=True):
                cell.width = width
                paragraph = cell.paragraphs[0]
                paragraph._p.style = "Cell"
                if number:
                    _align_right(paragraph)
                self._runs(paragraph, text, strong=place == 0)

    def _paragraph(self, style: str, stays: bool = False) -> Any:
        """A new one, last so far. By the style's id: looking its name up is what makes python-docx slow."""
        paragraph = self._document.add_paragraph()
        if style != "Normal":
            paragraph._p.style = style
        if stays:
            paragraph.paragraph_format.keep_with_next = True
        return paragraph

    def _runs(self, paragraph: Any, text: str, *, strong: bool = False) -> None:
        """Khmer and the rest in runs of their own."""
        for piece, khmer in _pieces(_clean(text)):
            run = paragraph.add_run()
            if strong:
                run._r.style = "Strong"
            if khmer:
                properties = run._r.get_or_add_rPr()  # python-docx knows no complex scripts
                properties.append(_element("cs"))
                properties.append(_element("lang", bidi="km-KH"))
            for place, line in enumerate(piece.split("\n")):
                if place:
                    run.add_break()
                run.add_text(line)

    def _note(self, paragraph: Any, text: str) -> None:
        """A footnote; its words are written down last."""
        self._notes.append(text)
        run = paragraph.add_run()
        run._r.style = "FootnoteReference"
        run._r.append(_element("footnoteReference", id=str(len(self._notes))))

    def _footnotes(self) -> None:
        from docx.opc.constants import RELATIONSHIP_TYPE
        from docx.opc.packuri import PackURI
        from docx.opc.part import Part as OpcPart

        lines = "".join(
            f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:pPr><w:spacing w:after="0"/></w:pPr>'
            f"<w:r><w:{kind}/></w:r></w:p></w:footnote>"
            for number, kind in ((-1, "separator"), (0, "continuationSeparator"))
        )
        notes = "".join(_footnote(number, note) for number, note in enumerate(self._notes, 1))
        xml = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:footnotes xmlns:w="{_W}">{lines}{notes}</w:footnotes>'
        part = OpcPart(PackURI("/word/footnotes.xml"), _FOOTNOTES, xml.encode(), self._document.part.package)
        self._document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)


def _style(item: Item, previous: Item | None, below: bool) -> str:
    """What stands below a number has its indent; the number after that stands apart from it."""
    if item.number is None:
        return "Below" if below else "Normal"
    return "Next" if below and previous is not None and previous.number is None else "Numbered"


def _stays_with(item: Item, following: Item | None, below: bool) -> bool:
    """Whether a page break after it would leave the next, or itself, alone: what opens a part stays with the first number,
    and a numbered paragraph with the line below it."""
    if following is None or len(item.text) >= _LONG:
        return False
    if not below:
        return not item.label
    return following.number is None and (item.number is not None or (not following.label and bool(following.text)))


def _footnote(number: int, text: str) -> str:
    mark = '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteRef/></w:r>'
    runs = "".join(
        f'<w:r>{_COMPLEX if khmer else ""}<w:t xml:space="preserve">{escape(piece)}</w:t></w:r>'
        for piece, khmer in _pieces(" " + _clean(text).replace("\n", " "))
    )
    style = '<w:pPr><w:pStyle w:val="FootnoteText"/></w:pPr>'
    return f'<w:footnote w:id="{number}"><w:p>{style}{mark}{runs}</w:p></w:footnote>'


_COMPLEX = '<w:rPr><w:cs/><w:lang w:bidi="km-KH"/></w:rPr>'


def _field(paragraph: Any, code: str) -> None:
    """A number that Word fills in."""
    for kind in ("begin", "", "end"):
        run = paragraph.add_run()
        if kind:
            run._r.append(_element("fldChar", fldCharType=kind))
        else:
            instruction = _element("instrText")
            instruction.text = code
            run._r.append(instruction)


def _align_left(paragraph: Any) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT


def _align_right(paragraph: Any) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _widths(numbers: Sequence[bool]) -> Iterator[float]:
    """Of the columns, in centimetres: what words leave to numbers is little."""
    whole = _PAGE["width"] - 2 * _PAGE["margin"]
    narrow = sum(numbers) if not all(numbers) else 0
    for number in numbers:
        yield _NUMBERS if number and narrow else (whole - narrow * _NUMBERS) / (len(numbers) - narrow)


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """The text in order, cut where Khmer begins and ends."""
    for place, piece in enumerate(_KHMER.split(text)):
        if piece:
            yield piece, place % 2 == 1


def _clean(text: str) -> str:
    """Without what turns the direction of writing, and without what XML cannot hold."""
    return _NOT_XML.sub("\ufffd", calm(text))


@cache
def _template(name: str) -> bytes:
    return _REMARK.sub(b"", (_TEMPLATES / f"{name}.xml").read_bytes())


def _element(name: str, **attributes: str) -> Any:
    from docx.oxml import OxmlElement

    element = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        element.set(f"{{{_W}}}{key}", value)
    return element


def _same_again(docx: bytes) -> bytes:
    """The same zip without the moment at which it was made, its parts in the order of their names. Nothing is deflated:
    libraries for that differ between machines in what they make of the same bytes."""
    whole = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx)) as before, zipfile.ZipFile(whole, "w") as after:
        for name in sorted(before.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = 0
            after.writestr(entry, before.read(name))
    return whole.getvalue()
