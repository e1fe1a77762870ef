"""Papers as Word: their XML as the standard has it, and what LibreOffice shows of them."""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from network import DAY, material, told

from documents.paper import Item, Paper, Part, Table
from documents.submission.compiling import compiled
from documents.word import word
from facts.report import Report

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
KHMER = "ប៉ូលិសបានចាប់ខ្លួនអ្នកការពារសិទ្ធិមនុស្សម្នាក់"
office = pytest.mark.skipif(
    not (shutil.which("soffice") and shutil.which("pdftotext")), reason="LibreOffice or poppler-utils is not installed"
)
EVIL = {
    "Khmer": KHMER * 30,
    "right to left": "safe \u202egnp.exe\u2066 name \u200f \u061c",
    "Arabic": "قال الشهود",
    "markup": "<b>&amp;</b> <w:p/> ]]> <!-- x --> <?xml?> &#x0; {{ x }} %s",
    "a field": 'INCLUDETEXT "c:\\secret" HYPERLINK PAGE',
    "a formula": '=cmd|" /C calc"!A0 =1+1 +1 -1 @x',
    "ten thousand letters": "word " * 2000,
    "one long word": "x" * 10_000,
    "control characters": "".join(map(chr, range(32))) + "\x7f\x85 end",
    "half a character": "\ud83d end \udfff",
    "no characters": "\ufffe\uffff end",
    "emoji": "👩🏽‍⚕️ 🇰🇭 end",
    "nothing": "",
    "spaces": "   ",
    "lines": "one\n\ntwo\r\nthree\u2028four\ttab",
}
_ORDER = {
    "pPr": "pStyle keepNext keepLines widowControl pBdr tabs spacing ind jc outlineLvl",
    "rPr": "rStyle rFonts b bCs sz szCs vertAlign cs lang",
    "trPr": "cantSplit tblHeader",
    "settings": "zoom defaultTabStop characterSpacingControl footnotePr compat themeFontLang decimalSymbol listSeparator",
    "style": "name basedOn next uiPriority semiHidden qFormat pPr rPr tblPr",
}
"""Those children that we use, in the order of the schema (ECMA-376 part 1, annex A.1): Word refuses a file with another."""


def paper(text: str = "A sentence.", marking: str = "") -> Paper:
    """A small one with this text in every field that is drawn."""
    items = (
        Item(text, "1", (text, "Second note."), text, text, "R-HIDDEN"),
        Item("The second paragraph.", text or "2"),
    )
    table = Table(("Head", text), ((text, "5"), ("Last row", "12")))
    parts = (Part(text, items, table), Part("Another part", (Item("Last words.", "3"),), level=2))
    return Paper(text, (("Submitted by", text), (text, "Lotus")), parts, DAY, marking=marking)


def parts(data: bytes) -> dict[str, Element]:
    """Every part, parsed by a reader that wrote none of it."""
    with zipfile.ZipFile(io.BytesIO(data)) as docx:
        assert docx.testzip() is None
        return {name: ElementTree.fromstring(docx.read(name)) for name in docx.namelist()}


def body(whole: Paper) -> Element:
    return parts(word(whole))["word/document.xml"]


def said(tree: Element) -> str:
    return "".join(one.text or "" for one in tree.iter(f"{_W}t"))


def paragraphs(whole: Paper) -> list[Element]:
    return list(body(whole).iter(f"{_W}p"))


def style(paragraph: Element) -> str:
    found = paragraph.find(f"{_W}pPr/{_W}pStyle")
    return found.attrib[f"{_W}val"] if found is not None else "Normal"


def stays(paragraph: Element) -> bool:
    return paragraph.find(f"{_W}pPr/{_W}keepNext") is not None


def styles(name: str, *path: str) -> dict[str, str]:
    """What the styles part says at a path, as bare names and values; the name is a style's."""
    tree = parts(word(paper()))["word/styles.xml"]
    found = tree.find("/".join((f"{_W}style[@{_W}styleId='{name}']", *(f"{_W}{step}" for step in path))))
    return {key.removeprefix(_W): value for key, value in found.attrib.items()} if found is not None else {}


def out_of_order(tree: Element) -> Iterator[tuple[str, list[str]]]:
    for name, order in _ORDER.items():
        for one in tree.iter(f"{_W}{name}"):
            children = [child.tag.removeprefix(_W) for child in one]
            if children != sorted(children, key=order.split().index):
                yield name, children


def printed(data: bytes, folder: Path) -> str:
    """The text of the PDF that LibreOffice makes of it; pages end with a form feed."""
    file = folder / "paper.docx"
    file.write_bytes(data)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    shown = subprocess.run(["pdftotext", "-layout", file.with_suffix(".pdf"), "-"], capture_output=True, check=True)
    return shown.stdout.decode()


def test_what_a_un_desk_expects_is_in_the_styles() -> None:
    defaults = parts(word(paper()))["word/styles.xml"].find(f"{_W}docDefaults/{_W}rPrDefault/{_W}rPr")
    assert defaults is not None
    fonts, size = defaults.find(f"{_W}rFonts"), defaults.find(f"{_W}sz")
    assert fonts is not None
    assert size is not None
    assert fonts.attrib[f"{_W}ascii"] == fonts.attrib[f"{_W}hAnsi"] == "Times New Roman"
    assert size.attrib[f"{_W}val"] == "24", "half points"
    assert styles("Normal", "pPr", "jc") == {"val": "both"}
    assert styles("FootnoteText", "rPr", "sz") == {"val": "20"}
    assert styles("Original", "pPr", "jc") == {"val": "left"}, "control: Khmer is not justified"


def test_every_style_that_is_used_is_there() -> None:
    found = parts(word(paper(marking="SECRET")))
    known = {one.attrib[f"{_W}styleId"] for one in found["word/styles.xml"].iter(f"{_W}style")}
    kinds = ("pStyle", "rStyle", "tblStyle", "basedOn", "next")
    used = {one.attrib[f"{_W}val"] for tree in found.values() for kind in kinds for one in tree.iter(f"{_W}{kind}")}
    assert used <= known
    assert {"Numbered", "Original", "FootnoteText", "Strong", "TableGrid", "Header"} <= used, "control"


def test_elements_stand_in_the_order_of_the_standard() -> None:
    for tree in parts(word(paper(KHMER, "SECRET"))).values():
        assert list(out_of_order(tree)) == []
    turned = ElementTree.fromstring(f'<w:rPr xmlns:w="{_W[1:-1]}"><w:cs/><w:sz/></w:rPr>')
    assert list(out_of_order(turned)), "control"


def test_the_package_names_every_part_and_nothing_outside_it() -> None:
    data = word(paper(marking="SECRET"))
    found = parts(data)
    folder = {"_rels/.rels": "", "word/_rels/document.xml.rels": "word/"}
    relations = {name: list(tree.iter(_RELATION)) for name, tree in found.items() if name.endswith(".rels")}
    assert set(relations) == set(folder)
    assert not [one for each in relations.values() for one in each if one.get("TargetMode") == "External"]
    targets = {folder[name] + one.attrib["Target"].lstrip("/") for name, each in relations.items() for one in each}
    assert targets == set(found) - set(relations) - {"[Content_Types].xml"}
    types = {one.get("PartName", "").lstrip("/") for one in found["[Content_Types].xml"]} - {""}
    assert types == targets


def test_the_file_says_nothing_of_who_or_what_made_it_or_when_but_the_day() -> None:
    with zipfile.ZipFile(io.BytesIO(word(paper()))) as docx:
        assert {(one.date_time, one.create_system, one.extra) for one in docx.infolist()} == {
            ((1980, 1, 1, 0, 0, 0), 0, b"")
        }
        everything = b"\n".join(docx.read(name) for name in docx.namelist()).decode()
    assert re.findall(r"\d{4}-\d\d-\d\dT[0-9:]+", everything) == [f"{DAY}T00:00:00"] * 2
    for trace in (
        "python",
        "docx",
        "Macintosh",
        "Normal.dotm",
        "rsid",
        "docId",
        "<!--",
        "documents/",
        "thumbnail",
        "theme/",
    ):
        assert trace not in everything, trace
    core = parts(word(paper()))["docProps/core.xml"]
    assert {one.text for one in core if one.tag.endswith(("creator", "lastModifiedBy", "description", "keywords"))} == {
        None
    }
    assert "A sentence." in {one.text for one in core}, "control: the title is there"


def test_the_same_paper_gives_the_same_bytes_in_another_process_place_and_time(tmp_path: Path) -> None:
    script = "import hashlib, sys; from test_word import paper, word; print(hashlib.sha256(word(paper())).hexdigest())"
    here = Path(__file__).parent
    path = os.pathsep.join(map(str, (here.parents[1], here.parent, here)))
    for zone, seed in (("Asia/Phnom_Penh", "1"), ("America/New_York", "2")):
        environment = os.environ | {"TZ": zone, "PYTHONHASHSEED": seed, "PYTHONPATH": path, "LC_ALL": "C"}
        made = subprocess.run(
            [sys.executable, "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
        )
        assert made.stdout.strip() == hashlib.sha256(word(paper())).hexdigest()
    assert word(paper("Another sentence.")) != word(paper()), "control"


def test_no_byte_depends_on_a_library_that_deflates() -> None:
    with zipfile.ZipFile(io.BytesIO(word(paper()))) as docx:
        assert {one.compress_type for one in docx.infolist()} == {zipfile.ZIP_STORED}


def test_notes_are_footnotes_of_word_each_called_once_and_in_order() -> None:
    whole = paper()
    found = parts(word(whole))
    called = [one.attrib[f"{_W}id"] for one in found["word/document.xml"].iter(f"{_W}footnoteReference")]
    notes = {one.attrib[f"{_W}id"]: one for one in found["word/footnotes.xml"].iter(f"{_W}footnote")}
    assert called == ["1", "2"]
    assert [said(notes[one]).strip() for one in called] == ["A sentence.", "Second note."]
    assert {notes[one].attrib[f"{_W}type"] for one in ("-1", "0")} == {"separator", "continuationSeparator"}
    assert {one.get(f"{_W}id") for one in found["word/settings.xml"].iter(f"{_W}footnote")} == {"-1", "0"}
    assert all(style(one) == "FootnoteText" for name in called for one in notes[name].iter(f"{_W}p"))


def test_khmer_is_a_complex_script_with_its_language_and_nothing_else_is() -> None:
    found = parts(word(paper(f"In Khmer: {KHMER} end.")))
    for name in ("word/document.xml", "word/footnotes.xml"):
        runs = [one for one in found[name].iter(f"{_W}r") if said(one)]
        khmer = [one for one in runs if re.search("[\u1780-\u17ff]", said(one))]
        assert khmer
        for one in runs:
            language = one.find(f"{_W}rPr/{_W}lang")
            assert (one.find(f"{_W}rPr/{_W}cs") is not None) == (one in khmer)
            assert (language.attrib[f"{_W}bidi"] if language is not None else "") == ("km-KH" if one in khmer else "")
        assert not any("end" in said(one) for one in khmer), "control: the English beside it is in a run of its own"


def test_bold_khmer_is_bold() -> None:
    """Word makes a complex script bold by an element of its own."""
    assert {child.tag for child in _style_element("Strong", "rPr")} == {f"{_W}b", f"{_W}bCs"}
    runs = [one for one in body(Paper("", ((KHMER, "x"),), (), DAY)).iter(f"{_W}r") if KHMER in said(one)]
    assert [one.attrib[f"{_W}val"] for run in runs for one in run.iter(f"{_W}rStyle")] == ["Strong"]


def _style_element(name: str, child: str) -> Element:
    tree = parts(word(paper()))["word/styles.xml"]
    found = tree.find(f"{_W}style[@{_W}styleId='{name}']/{_W}{child}")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("An English sentence, with ខ្មែរ in it.", False),
        (f"An account: {KHMER}", True),
        (f"SHA-256 {'ab' * 32}.", True),
        ("https://example.org/" + "a" * 40, True),
    ],
)
def test_what_would_make_holes_in_a_line_is_not_justified(text: str, left: bool) -> None:
    (one,) = [each for each in paragraphs(Paper("", (), (Part("", (Item(text, "1"),)),), DAY)) if "1." in said(each)]
    assert (one.find(f"{_W}pPr/{_W}jc") is not None) == left


def test_numbers_are_text_because_other_paragraphs_point_to_them() -> None:
    whole = Paper("", (), (Part("", (Item("First", "1"), Item("Second", "A17"))),), DAY)
    assert [said(one) for one in paragraphs(whole) if style(one) == "Numbered"] == ["1.First", "A17.Second"]
    assert not list(body(whole).iter(f"{_W}numPr"))


def test_no_page_ends_between_what_belongs_together() -> None:
    items = (
        Item("The grade."),
        Item("With an original", "1", original=KHMER),
        Item("With one below", "2"),
        Item("Below"),
        Item("Alone", "3"),
        Item("x" * 9000, "4"),
        Item("After it"),
    )
    found = paragraphs(Paper("T", (), (Part("Heading", items),), DAY))
    kept = {said(one)[:18]: stays(one) for one in found}
    assert kept["The grade."], "a heading and its opening do not stay behind alone"
    assert kept["1.With an original"]
    assert kept["2.With one below"]
    assert not kept["3.Alone"], "control"
    assert not kept[f"4.{'x' * 16}"], "what fills pages cannot stay with anything"
    assert not kept["After it"]


def test_what_stands_below_a_number_has_its_indent_and_the_next_number_stands_apart() -> None:
    items = (Item("Opening"), Item("a", "1"), Item("below"), Item("b", "2"), Item("c", "3"))
    found = paragraphs(Paper("T", (("By", "Us"), ("On", "a day")), (Part("H", items),), DAY))
    assert [style(one) for one in found] == [
        "Title", "Front", "FrontEnd", "Heading1", "Normal", "Numbered", "Below", "Next", "Numbered"
    ]  # fmt: skip


def test_a_table_repeats_its_head_and_sets_numbers_to_the_right() -> None:
    table = Table(("Benchmark", "Incidents"), (("A. Laws", "12"), ("B. Defenders", "5")))
    tree = body(Paper("T", (), (Part("Numbers", table=table),), DAY))
    head, *rows = tree.iter(f"{_W}tr")
    assert head.find(f"{_W}trPr/{_W}tblHeader") is not None
    assert not [row for row in rows if row.find(f"{_W}trPr/{_W}tblHeader") is not None], "control"
    sides = [[cell.find(f".//{_W}jc") is not None for cell in row.iter(f"{_W}tc")] for row in rows]
    assert sides == [[False, True]] * 2
    assert [[said(cell) for cell in row.iter(f"{_W}tc")] for row in rows] == [list(row) for row in table.rows]
    widths = [int(one.attrib[f"{_W}w"]) for one in tree.iter(f"{_W}gridCol")]
    assert 9000 < sum(widths) < 9080, "sixteen centimetres"
    assert widths[0] > 4 * widths[1]


def test_a_table_of_nothing_but_numbers_fills_the_line() -> None:
    tree = body(Paper("T", (), (Part("", table=Table(("a", "b"), (("1", "2"),))),), DAY))
    assert len({one.attrib[f"{_W}w"] for one in tree.iter(f"{_W}gridCol")}) == 1


def test_the_marking_is_in_the_header_of_every_page_and_the_page_number_in_the_footer() -> None:
    marked, plain = parts(word(paper(marking="CONFIDENTIAL"))), parts(word(paper()))
    assert [said(tree) for name, tree in marked.items() if "header" in name] == ["CONFIDENTIAL"]
    assert not [name for name in plain if "header" in name], "control"
    for found in (marked, plain):
        (foot,) = [tree for name, tree in found.items() if "footer" in name]
        assert [one.text for one in foot.iter(f"{_W}instrText")] == ["PAGE", "NUMPAGES"]
    assert not list(marked["word/document.xml"].iter(f"{_W}titlePg")), "the first page is no other"


def test_the_reference_of_an_incident_is_nowhere_unless_a_text_says_it(report: Report) -> None:
    with zipfile.ZipFile(io.BytesIO(word(paper()))) as docx:
        assert not [name for name in docx.namelist() if b"R-HIDDEN" in docx.read(name)]
    with zipfile.ZipFile(io.BytesIO(word(compiled(material(report, [told(7)])).main))) as docx:
        assert [name for name in docx.namelist() if b"R-A007" in docx.read(name)] == ["word/footnotes.xml"], "control"


@pytest.mark.parametrize("kind", EVIL)
def test_whatever_people_write_in_whatever_field_gives_xml_that_reads_back(kind: str) -> None:
    found = parts(word(paper(EVIL[kind], marking=EVIL[kind])))
    tree = found["word/document.xml"]
    assert "Last words." in said(tree)
    assert "Last row" in said(tree)
    everything = "".join(map(said, found.values()))
    assert not [char for char in everything if char in "\u202e\u2066\u200f\u061c" or (ord(char) < 32 and char != "\n")]
    # what looks like a field of Word is text; the only fields are the page numbers below
    assert [one.text for each in found.values() for one in each.iter(f"{_W}instrText")] == ["PAGE", "NUMPAGES"]
    if kind in ("markup", "a field", "a formula", "emoji", "Arabic", "Khmer"):
        assert EVIL[kind].strip() in said(tree)


@office
def test_libreoffice_shows_the_worst_of_it(tmp_path: Path) -> None:
    worst = tuple(Part(kind, (Item(text, "1", (text[:500],), text, "Label"),)) for kind, text in EVIL.items())
    text = printed(word(Paper("The worst", (("Submitted by", "Lotus"),), worst, DAY, marking="SECRET")), tmp_path)
    assert all(kind in text for kind in EVIL)
    assert "<b>&amp;</b>" in text
    assert '=cmd|" /C calc"!A0' in text


@office
def test_each_page_in_libreoffice_has_the_marking_and_its_number(tmp_path: Path) -> None:
    items = tuple(Item("word " * 90, str(n), (f"Note {n}.",)) for n in range(1, 31))
    whole = Paper("T", (), (Part("P", items),), DAY, marking="CONFIDENTIAL")
    each = printed(word(whole), tmp_path).rstrip("\f").split("\f")
    assert len(each) > 4, "control: there are pages to look at"
    assert all(page.count("CONFIDENTIAL") == 1 for page in each)
    assert [re.findall(r"(\d+) ?/ ?(\d+)", page)[-1] for page in each] == [
        (str(n), str(len(each))) for n in range(1, len(each) + 1)
    ]
    for page in each:  # a footnote stands on the page that calls it
        called = re.findall(r"^ *(\d+)\. +word", page, re.MULTILINE)
        ends = [number for number in called if f"Note {number}." in page]
        assert len(ends) >= len(called) - 1


@office
def test_nothing_of_a_submission_is_lost_on_the_way_to_a_reader(report: Report, tmp_path: Path) -> None:
    incidents = [
        told(n, ["anonymised", "rapporteur"], written={"en": f"Alpha{n} was told.", "km": KHMER}) for n in range(12)
    ]
    done = compiled(material(report, incidents))
    assert done.annex is not None
    for whole in (done.main, done.annex):
        shown = re.sub(r"\s+", "", printed(word(whole), tmp_path))
        assert all(f"Alpha{n}was" in shown for n in range(12))
        assert all(f"R-A{n:03d}" in shown for n in range(12))
        assert all(re.sub(r"\s+", "", part.heading) in shown for part in whole.parts)
        less = replace(whole, parts=whole.parts[:-1])
        assert re.sub(r"\s+", "", printed(word(less), tmp_path)) != shown, "control"
