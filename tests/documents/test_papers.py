"""Papers as Word and PDF, read by programs that are not the ones that wrote them: LibreOffice, poppler, and plain XML."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from network import CALL, DAY, material, told

from documents.counting import words, words_of
from documents.paper import Item, Paper, Part, Table
from documents.print import first_page, pages, pdf
from documents.submission.compiling import compiled
from documents.submission.cutting import cuts
from documents.word import word
from facts.report import Report
from forms.limits import Limits, limits

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
KHMER = "ប៉ូលិសបានចាប់ខ្លួនអ្នកការពារសិទ្ធិមនុស្សម្នាក់"
EVIL = {
    "Khmer": KHMER * 30,
    "right to left": "safe \u202egnp.exe\u2066 name \u200f",
    "markup": "<b>&amp;</b> <w:p/> ]]> #set page(width: 1pt) $x$ *bold* `raw` @ref \\ #include",
    "a formula": '=cmd|" /C calc"!A0',
    "ten thousand letters": "word " * 2000,
    "one long word": "x" * 10_000,
    "control characters": "".join(map(chr, range(32))) + "\x7f\x85 end",
    "half a character": "\ud83d end",
    "no characters": "\ufffe\uffff end",
    "emoji": "👩🏽‍⚕️ 🇰🇭 end",
    "nothing": "",
    "lines": "one\n\ntwo\r\nthree\u2028four",
}
office = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")


def paper(text: str = "A sentence.", **more: str) -> Paper:
    """A small one with this text in every field that has text."""
    items = (
        Item(text, "1", (text, "Second note."), text, text),
        Item("The second paragraph.", "2"),
    )
    table = Table(("Head", text), ((text, "5"),))
    parts = (Part(text, items, table), Part("Another part", (Item("Last words.", "3"),), level=2))
    return Paper(text, (("Submitted by", text),), parts, DAY, **more)


def document(data: bytes, part: str = "word/document.xml") -> ElementTree.Element:
    with zipfile.ZipFile(io.BytesIO(data)) as docx:
        assert docx.testzip() is None
        return ElementTree.fromstring(docx.read(part))


def said(tree: ElementTree.Element) -> str:
    return "".join(one.text or "" for one in tree.iter(f"{_W}t"))


def converted(data: bytes, kind: str, folder: Path) -> bytes:
    """What LibreOffice makes of it."""
    file = folder / "paper.docx"
    file.write_bytes(data)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", str(folder), str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return file.with_suffix(f".{kind.partition(':')[0]}").read_bytes()


@pytest.mark.parametrize("render", [word, pdf, first_page])
def test_the_same_paper_gives_the_same_bytes(report: Report, render: object) -> None:
    assert callable(render)
    main = compiled(material(report, [told(n) for n in range(5)])).main
    assert render(main) == render(main)
    assert render(replace(main, title="Another")) != render(main), "control"


def test_neither_file_says_who_made_it_or_when_but_the_day() -> None:
    with zipfile.ZipFile(io.BytesIO(word(paper()))) as docx:
        assert {one.date_time for one in docx.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = docx.read("docProps/core.xml").decode()
        assert "python-docx" not in core
        assert re.findall(r"\d{4}-\d{2}-\d{2}", core) == [DAY, DAY]
        assert not [name for name in docx.namelist() if "thumbnail" in name]
    assert b"python" not in pdf(paper()).lower()


def test_notes_are_footnotes_of_word_and_each_is_called_once() -> None:
    data = word(paper())
    called = [one.get(f"{_W}id") for one in document(data).iter(f"{_W}footnoteReference")]
    known = {
        one.get(f"{_W}id"): said(one).strip() for one in document(data, "word/footnotes.xml").iter(f"{_W}footnote")
    }
    assert called == ["1", "2"]
    assert [known["1"], known["2"]] == ["A sentence.", "Second note."]


def test_khmer_is_set_as_a_complex_script() -> None:
    runs = [one for one in document(word(paper(f"In Khmer: {KHMER} end."))).iter(f"{_W}r") if KHMER in said(one)]
    assert runs
    assert all(one.find(f"{_W}rPr/{_W}cs") is not None for one in runs)
    assert not any("end" in said(one) for one in runs), "control: the English beside it is not"


def test_the_marking_stands_on_every_page() -> None:
    marked = word(paper(marking="CONFIDENTIAL"))
    headers = [name for name in zipfile.ZipFile(io.BytesIO(marked)).namelist() if "header" in name]
    assert "CONFIDENTIAL" in "".join(said(document(marked, name)) for name in headers)
    assert not [name for name in zipfile.ZipFile(io.BytesIO(word(paper()))).namelist() if "header" in name], "control"


@poppler
def test_in_the_pdf_too(tmp_path: Path) -> None:
    long = Paper(
        "T", (), (Part("P", tuple(Item("word " * 90, str(n)) for n in range(30))),), DAY, marking="CONFIDENTIAL"
    )
    (tmp_path / "a.pdf").write_bytes(pdf(long))
    text = subprocess.run(["pdftotext", tmp_path / "a.pdf", "-"], capture_output=True, check=True).stdout.decode()
    each = text.rstrip("\f").split("\f")
    assert len(each) == pages(long) > 2
    assert all("CONFIDENTIAL" in one for one in each)
    assert [re.findall(r"(\d+)\s*/\s*(\d+)", one)[-1] for one in each] == [
        (str(n), str(len(each))) for n in range(1, len(each) + 1)
    ]


@pytest.mark.parametrize("kind", EVIL)
def test_whatever_people_write_gives_files_that_open(kind: str) -> None:
    evil = paper(EVIL[kind])
    tree = document(word(evil))
    assert "Last words." in said(tree)
    assert pdf(evil).startswith(b"%PDF")
    assert not [char for char in said(tree) if char in "\u202e\u2066\u200f"]


@office
@poppler
def test_libreoffice_and_poppler_open_the_worst_of_it(tmp_path: Path) -> None:
    parts = tuple(Part(kind, (Item(text, "1", (text[:500],), text, "Label"),)) for kind, text in EVIL.items())
    worst = Paper("The worst", (("Submitted by", "Lotus"),), parts, DAY)
    text = converted(word(worst), "txt:Text", tmp_path).decode("utf-8-sig")
    assert all(kind in text for kind in EVIL)
    assert "<b>&amp;</b>" in text, "what looks like markup is text"
    (tmp_path / "b.pdf").write_bytes(pdf(worst))
    printed = subprocess.run(["pdftotext", tmp_path / "b.pdf", "-"], capture_output=True, check=True).stdout.decode()
    assert all(kind in printed for kind in EVIL)


@office
def test_words_are_counted_as_a_word_processor_counts_them(report: Report, tmp_path: Path) -> None:
    """LibreOffice's own count of the file, which has the page number below besides: three words."""
    incidents = [told(n, written={"en": "In May, police arrested a defender - without a warrant."}) for n in range(30)]
    main = compiled(material(report, incidents)).main
    with zipfile.ZipFile(io.BytesIO(converted(word(main), "odt", tmp_path))) as odt:
        found = re.search(r'word-count="(\d+)"', odt.read("meta.xml").decode())
    assert found is not None
    assert int(found[1]) - 3 == words(main)


def test_every_part_of_a_paper_counts() -> None:
    assert words(Paper("A title", (), (), DAY)) == 2
    assert words(paper("one two")) == 2 + 4 + 2 + 1 + 4 * 2 + 2 + 4 + 4 + 2 + 3 + 2
    assert words_of(Item("one two", "1", ("a note",), "ខ្មែរ", "Label")) == 7


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2,500 words", Limits(2500)),
        ("at most 2 500 words or five pages", Limits(2500, 5)),
        ("10 pages or 5000 words", Limits(5000, 10)),
        ("5 pages; 10 pages for coalitions", Limits(None, 5)),
        ("២៥០០ ពាក្យ", Limits(2500)),
        ("ពាក្យ ២,៥០០ ឬ ៥ ទំព័រ", Limits(2500, 5)),
        ("2.500 palabras", Limits(2500)),
        ("2000-word limit", Limits(2000)),
        ("short", Limits()),
        ("", Limits()),
        ("0 words", Limits()),
        ("by 15 May 2027", Limits()),
    ],
)
def test_limits_are_read_from_what_somebody_wrote_down(written: str, meant: Limits) -> None:
    assert limits(written) == meant


def test_what_is_cut_first_makes_it_fit_and_no_more(report: Report) -> None:
    main = compiled(material(report, [told(n, benchmarks=(letter,)) for n, letter in enumerate("AABBBBC" * 3)])).main
    most = words(main) - 60
    found = cuts(main, Limits(most))
    saved = sum(one.words for one in found)
    assert saved >= 60 > saved - found[-1].words
    assert len({one.number for one in found}) == len(found)
    assert cuts(main, Limits(words(main))) == (), "control: what fits is not cut"
    assert cuts(main, limits(CALL.limits)) == ()


def test_no_benchmark_falls_silent_before_another_is_short(report: Report) -> None:
    main = compiled(material(report, [told(n, benchmarks=(letter,)) for n, letter in enumerate("A" + "B" * 9)])).main
    cut = {one.reference for one in cuts(main, Limits(words(main) - 100))}
    assert cut
    assert "R-A000" not in cut
    assert "R-A000" in {one.reference for one in cuts(main, Limits(1))}, "control"
