"""A document of our own in the form of the report: its numbers, headings and tables, none of its sentences.

It is built from the facts as blocks, which become a plain text with page breaks in the wrong places, or a .docx with
typed or automatic numbers, and it knows which passages are to be read from either.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from facts.official.passages import Passage, mark
from facts.report import Report

CUT = 15, 30, 54, 60, 71, 80, 101
"""Paragraphs that a page break cuts, with footnotes between the halves."""

FRUITS = ["mango", "papaya", "durian", "longan", "rambutan", "jackfruit", "pomelo", "sapodilla", "lychee", "tamarind"]
TABLE_HEAD = (
    ["Place", "Ballots", "", "Heads", "", "Seats", "", "", "", "", "", "Sum"],
    ["", "CPP", "CLP", "CPP", "CLP", "CPP", "CLP", "FUN", "KNU", "GDP", "Other", ""],
)
FOOTNOTES_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"


@dataclass
class Block:
    """A heading, a paragraph, a point, a footnote, an annex or a table; whatever its ``kind`` does not need is empty."""

    kind: str
    mark: str = ""
    text: str = ""
    rows: list[list[list[str]]] = field(default_factory=list)
    """Rows of cells of paragraphs."""


class Invented:
    """The document. Change its blocks to damage it."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.passages: list[Passage] = []
        self.blocks = list(self._blocks())
        notes = [passage for passage in self.passages if "footnote" in passage.place]
        self.passages = [passage for passage in self.passages if "footnote" not in passage.place] + notes

    def _blocks(self) -> Iterator[Block]:
        yield from self._front()
        yield from self._body()
        yield from self._annexes()

    def _front(self) -> Iterator[Block]:
        yield Block("plain", text="Council of Invented Documents")
        yield Block("plain", text="Agenda item 10")
        yield Block("plain", text="Summary")
        text = "An invented document is summed up here. It has everything but the words of a real one."
        self._told("summary", "Summary", text)
        yield Block("plain", text=text)

    def _body(self) -> Iterator[Block]:
        report = self.report
        first = report.benchmarks["A"].paragraphs[0]
        last = report.benchmarks["T"].paragraphs[1]
        romans = {1: "I. Opening", 2: "II. Ways", 4: "III. Votes", first - 3: "IV. Measures", last + 1: "V. Close"}
        heading = ""
        for number in report.paragraphs:
            section = report.section_of(number)
            if number in romans:
                heading = romans[number]
                yield Block("roman", heading.partition(". ")[0], heading.partition(". ")[2])
            elif section and section.paragraphs[0] == number:
                heading = f"{section.letter}. {section.title.en}"
                yield Block("letter", section.letter, section.title.en)
            yield from self._paragraph(number, heading)

    def _paragraph(self, number: int, heading: str) -> Iterator[Block]:
        points = [r.id.removeprefix(str(number)) for r in self.report.recommendations.values() if _is_of(r.id, number)]
        notes = [n.number for n in self.report.footnotes if n.part == "body" and (n.paragraphs or (1,))[0] == number]
        text = _sentence(number) + ("".join(map(mark, notes)) if len(notes) == 1 else "")
        text += "".join(f" Note {note} belongs here.{mark(note)}" for note in notes if len(notes) > 1)
        text = "They are asked:" if points else text
        self._told(str(number), heading, text)
        yield Block("paragraph", str(number), text)
        for letter in points:
            text = f"Point {letter} of paragraph {number} asks for {FRUITS[ord(letter) % 10]}{'.' if letter == points[-1] else ';'}"
            self._told(f"{number} ({letter})", heading, text)
            yield Block("point", letter, text)
        yield from (self._note("", note, heading) for note in notes)
        if number == 9:
            yield self._table(heading)

    def _note(self, part: str, number: int, heading: str) -> Block:
        text = f"See volume {number} of the invented library, p. {number * 3}."
        self._told(f"{part} footnote {number}".strip(), heading, text)
        return Block("note", str(number), text)

    def _table(self, heading: str) -> Block:
        assert self.report.election is not None
        rows = [*TABLE_HEAD]
        for province in self.report.election.provinces:
            numbers = (*province.votes, *province.chiefs, *province.seats, province.total)
            rows.append([province.name.en, *(f"{number:,}".replace(",", " ") for number in numbers)])
        after = ["Source: an invented office, 2022.", "Notes: ballots were counted by nobody; all of it is made up."]
        lines = ["Ballots of an invented year", *(" | ".join(row).removesuffix(" | ") for row in rows), *after]
        self._told("table", heading, "\n".join(lines))
        return Block("table", "Ballots of an invented year", "\n".join(after), [[[c] for c in row] for row in rows])

    def _annexes(self) -> Iterator[Block]:
        agenda = [r.id.removeprefix("i") for r in self.report.recommendations.values() if r.id.startswith("i")]
        yield self._annex("I", "Ten invented wishes")
        heading = "Annex I. Ten invented wishes"
        self._told("annex I", heading, f"Somebody once wished, in an invented August,{mark(1)} for the following:")
        yield Block("plain", text=self.passages[-1].text)
        for letter in agenda:
            text = f"Wish {letter} is for {FRUITS[ord(letter) % 10]}{'.' if letter == agenda[-1] else ';'}"
            self._told(f"annex I ({letter})", heading, text)
            yield Block("point", letter, text)
        yield self._note("annex I", 1, heading)
        yield self._annex("II", "Twenty measures, invented")
        yield self._measures("Annex II. Twenty measures, invented")
        yield self._note("annex II", 1, "Annex II. Twenty measures, invented")
        yield self._annex("III", "Trials that never were")
        yield self._trials("Annex III. Trials that never were")

    def _annex(self, number: str, title: str) -> Block:
        return Block("annex", number, title)

    def _measures(self, heading: str) -> Block:
        rows = [[f"Measure{mark(1)}", "Time"]]
        for benchmark in self.report.benchmarks.values():
            rows.append([(benchmark.annex_title or benchmark.title).en, benchmark.timeframe.value])
        for row in rows:
            self._told("annex II", heading, " | ".join(row))
        return Block("table", rows=[[[cell] for cell in row] for row in rows])

    def _trials(self, heading: str) -> Block:
        count = sum(c.kind == "trial" and c.source == "annex III" for c in self.report.cases.values())
        rows = [[["Day"], ["Charge"], ["Judgment"]]]
        self._told("annex III", heading, "Day | Charge | Judgment")
        for number in range(1, count + 1):
            judged = [f"Nobody {step} was judged in invented trial {number}." for step in ("at first", "later")]
            rows += [[[f"Trial {number} of nobody"], [], []], [[f"{number} May 2020"], ["Daydreaming"], judged]]
            text = f"Trial {number} of nobody\n{number} May 2020 | Daydreaming | {judged[0]}\n{judged[1]}"
            self._told("annex III", heading, text)
        return Block("table", rows=rows)

    def _told(self, place: str, heading: str, text: str) -> None:
        self.passages.append(Passage(place, heading, text))

    # As a file

    def as_text(self, *, width: int = 0) -> str:
        """A plain text as transcribed: page breaks in sentences and tables, Markdown, HTML, and tabs.

        ``width`` breaks long lines as mail does; the text then has a blank line between paragraphs only.
        """
        return "\n".join(_as_text(self.blocks, width))

    def as_docx(self, *, automatic: bool) -> bytes:
        """A .docx with real footnotes and tables, its numbers typed or counted by Word."""
        return _Word(automatic).document(self.blocks)


def _is_of(recommendation: str, number: int) -> bool:
    return recommendation[:-1] == str(number)


def _sentence(number: int) -> str:
    fruit, other = FRUITS[number % 10], FRUITS[number // 10 % 10]
    return (
        f"This invented paragraph {number} speaks of {fruit} and of {other}; it goes on as long as it takes for a page "
        f"to end in the middle of it, which pages do, and it says nothing that anybody else has said before it did."
    )


def _as_text(blocks: Sequence[Block], width: int) -> Iterator[str]:
    waiting: list[str] = []
    yield "**Council of Invented Documents****Fifty-first meeting**\n\nItem 10**An invented document***Summary*\n"
    for kind, group in groupby(blocks[3:], key=lambda block: block.kind):
        for block in group:
            if kind == "note":
                waiting.append(f"{mark(block.mark)} {block.text}\n")
            elif kind == "table":
                yield from _table_text(block, waiting)
                waiting = []
            else:
                text = {"annex": f"Annex {block.mark}\n\n{block.text}", "plain": block.text}.get(kind)
                text = text or (f"({block.mark}) {block.text}" if kind == "point" else f"{block.mark}. {block.text}")
                cut = kind == "paragraph" and int(block.mark) in CUT
                if kind == "annex":
                    yield from waiting
                    waiting = []
                if cut:
                    halfway = text.index(" in the middle")
                    yield _wrapped(text[:halfway], width) + "\n"
                    yield from waiting
                    waiting, text = [], text[halfway + 1 :]
                yield _wrapped(text, width) + "\n"
    yield from waiting


def _wrapped(text: str, width: int) -> str:
    lines, line = [], ""
    for word in text.split(" "):
        if width and line and len(line) + len(word) >= width and "\n" not in line:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return "\n".join([*lines, line])


def _table_text(block: Block, waiting: Sequence[str]) -> Iterator[str]:
    """A table that a page break cuts after its ninth row; the measures' also cuts that row, trials' begins a trial."""
    head = 2 if block.mark else 1
    lines = ["\t".join(_cell_text(cell) for cell in row).rstrip("\t") for row in block.rows]
    if block.mark:
        yield block.mark + "\n"
    second = ""
    if not block.mark and "\t" in lines[9] and len(block.rows[9]) == 2:
        title, time = lines[9].split("\t")
        title, second = title[: (middle := title.index(" ", len(title) // 2))], title[middle + 1 :]
        lines[9] = f"{title}\t{time}"
    yield "\n".join(lines[:10]) + "\n"
    yield from waiting
    yield "\n".join([*lines[:head], *([f"{second}\t"] if second else []), *lines[10:]]) + "\n"
    yield from (line + "\n" for line in block.text.split("\n") if line)


def _cell_text(cell: list[str]) -> str:
    return "".join(f"<p>{text}</p>" for text in cell) if len(cell) > 1 else "".join(cell)


class _Word:
    """Makes a Word document of blocks."""

    def __init__(self, automatic: bool) -> None:
        self._automatic = automatic
        self._document = Document()
        self._notes: list[str] = []
        self._pending: list[Block] = []

    def document(self, blocks: Sequence[Block]) -> bytes:
        """The document's bytes."""
        self._define_numbers()
        notes = {
            (self._part(blocks, place), block.mark): block.text
            for place, block in enumerate(blocks)
            if block.kind == "note"
        }
        points = 0
        for place, block in enumerate(blocks):
            part = self._part(blocks, place)
            if block.kind == "annex":
                self._begin_section()
                self._paragraph(f"Annex {block.mark}", {}, part)
                self._paragraph(block.text, notes, part)
            elif block.kind == "table":
                self._table(block, notes, part)
            elif block.kind == "point":
                points += block.mark == "a"
                self._numbered(block, notes, part, number=200 + points, shown=f"({block.mark})")
            elif block.kind in ("roman", "letter", "paragraph"):
                number = {"paragraph": 101, "roman": 102, "letter": 103}[block.kind]
                self._numbered(block, notes, part, number=number, shown=f"{block.mark}.")
            elif block.kind == "plain":
                self._paragraph(block.text, notes, part)
        self._attach_notes()
        self._restart_notes(self._document.element.body.sectPr)
        file = io.BytesIO()
        self._document.save(file)
        return file.getvalue()

    @staticmethod
    def _part(blocks: Sequence[Block], place: int) -> str:
        return next((block.mark for block in reversed(blocks[: place + 1]) if block.kind == "annex"), "")

    def _numbered(self, block: Block, notes: dict[tuple[str, str], str], part: str, *, number: int, shown: str) -> None:
        if not self._automatic:
            self._paragraph(f"{shown}\t{block.text}", notes, part)
            return
        paragraph = self._paragraph(block.text, notes, part)
        paragraph._p.get_or_add_pPr().append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr>')
        )

    def _paragraph(self, text: str, notes: dict[tuple[str, str], str], part: str) -> Any:
        paragraph = self._document.add_paragraph()
        self._fill(paragraph, text, notes, part)
        return paragraph

    def _fill(self, paragraph: Any, text: str, notes: dict[tuple[str, str], str], part: str) -> None:
        """The text in several runs, each mark as a reference to its footnote."""
        for is_mark, group in groupby(text, key=lambda character: character in "⁰¹²³⁴⁵⁶⁷⁸⁹"):
            piece = "".join(group)
            if not is_mark:
                paragraph.add_run(piece[:7])
                paragraph.add_run(piece[7:])
                continue
            number = "".join(str("⁰¹²³⁴⁵⁶⁷⁸⁹".index(digit)) for digit in piece)
            self._notes.append(notes[part, number])
            reference = f'<w:footnoteReference {nsdecls("w")} w:id="{len(self._notes) + 1}"/>'
            paragraph.add_run()._r.append(parse_xml(reference))

    def _table(self, block: Block, notes: dict[tuple[str, str], str], part: str) -> None:
        if block.mark:
            self._paragraph(block.mark, notes, part)
        table = self._document.add_table(rows=len(block.rows), cols=len(block.rows[0]))
        for row, made in zip(block.rows, table.rows, strict=True):
            for cell, place in zip(row, made.cells, strict=True):
                for number, text in enumerate(cell):
                    self._fill(place.add_paragraph() if number else place.paragraphs[0], text, notes, part)
            if row[0] and not any(row[1:]):
                made.cells[0].merge(made.cells[-1])
        for line in block.text.split("\n"):
            self._paragraph(line, notes, part)

    def _begin_section(self) -> None:
        self._document.add_section()
        for holder in self._document.element.body.iter(qn("w:sectPr")):
            self._restart_notes(holder)

    @staticmethod
    def _restart_notes(section: Any) -> None:
        if section.find(qn("w:footnotePr")) is None:
            rule = f'<w:footnotePr {nsdecls("w")}><w:numRestart w:val="eachSect"/></w:footnotePr>'
            section.insert(0, parse_xml(rule))

    def _define_numbers(self) -> None:
        numbering = self._document.part.numbering_part.element
        forms = (("decimal", "%1."), ("upperRoman", "%1."), ("upperLetter", "%1."), ("lowerLetter", "(%1)"))
        for kind, (form, text) in enumerate(forms, 901):
            level = (
                f'<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
            )
            xml = f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{kind}">{level}</w:abstractNum>'
            numbering.insert(0, parse_xml(xml))
        again = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
        lists = [(101, 901, ""), (102, 902, ""), (103, 903, ""), *((number, 904, again) for number in range(201, 221))]
        for number, kind, override in lists:
            xml = f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="{kind}"/>{override}</w:num>'
            numbering.append(parse_xml(xml))

    def _attach_notes(self) -> None:
        footnotes = "".join(
            f'<w:footnote w:id="{number}"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t xml:space="preserve"> {text}</w:t></w:r></w:p></w:footnote>'
            for number, text in enumerate(self._notes, 2)
        )
        separator = '<w:footnote w:type="separator" w:id="0"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
        blob = f"<w:footnotes {nsdecls('w')}>{separator}{footnotes}</w:footnotes>".encode()
        main = self._document.part
        part = Part(PackURI("/word/footnotes.xml"), FOOTNOTES_TYPE, blob, main.package)
        main.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
