"""Words of a paper, against what LibreOffice counts in the file that is made of it."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from network import DAY, material, told

from documents.counting import words, words_of
from documents.paper import Item, Paper, Part, Table
from documents.submission.compiling import compiled
from documents.word import word
from facts.report import Report

office = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
FOOT = 3
"""Words below each page, which LibreOffice counts once: the page, a slash, the pages."""
KHMER = "ប៉ូលិសបានចាប់ខ្លួនអ្នកការពារសិទ្ធិមនុស្សម្នាក់ នៅមុខសាលាស្រុក"


def counted_by_libreoffice(papers: Mapping[str, Paper], folder: Path) -> dict[str, int]:
    """Its own statistics of each file, without what stands on each page."""
    for name, paper in papers.items():
        (folder / f"{name}.docx").write_bytes(word(paper))
    files = [str(folder / f"{name}.docx") for name in papers]
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "odt", "--outdir", str(folder), *files]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return {name: _statistics(folder / f"{name}.odt") - FOOT for name in papers}


def _statistics(file: Path) -> int:
    with zipfile.ZipFile(file) as odt:
        found = re.search(r'word-count="(\d+)"', odt.read("meta.xml").decode())
    assert found is not None
    return int(found[1])


def saying(text: str) -> Paper:
    return Paper("", (), (Part("", (Item(text),)),), DAY)


ALIKE = {
    "a sentence": "Police took two people away, and showed no warrant.",
    "numbers": "1,234.5 people on 3/4 days (A/HRC/54/75, para. 35)",
    "hyphens": "a well-known co-defendant - a farmer - was free",
    "addresses": "https://a.example/b?c=d and desk@lotus.example",
    "spaces": "one  two\tthree\u00a0four\u202ffive\nsix",
    "quotes": "“one” ‘two’ (three) [four]; … five?!",
    "long dashes": "the court—closed to them–refused",
    "emoji": "a 😀 b",
    "nothing": "",
}


@office
def test_words_of_latin_letters_are_counted_as_libreoffice_counts_them(tmp_path: Path) -> None:
    papers = {str(place): saying(text) for place, text in enumerate(ALIKE.values())}
    found = counted_by_libreoffice(papers, tmp_path)
    ours = {name: words(paper) for name, paper in papers.items()}
    assert ours == found
    assert sum(ours.values()) > 40, "control: there was something to count"


@office
def test_footnotes_labels_numbers_tables_and_the_front_are_counted_in(report: Report, tmp_path: Path) -> None:
    incidents = [
        told(n, ["anonymised", "rapporteur"], written={"en": "In May, police arrested a woman."}) for n in range(30)
    ]
    done = compiled(material(report, incidents))
    assert done.annex is not None
    table = Paper(
        "T",
        (("By", "Us"),),
        (Part("P", (Item("a", "1", ("b c",), "", "L"),), Table(("H", "I"), (("x y", "5"),))),),
        DAY,
    )
    papers = {"main": done.main, "annex": done.annex, "table": table}
    head = len(done.annex.marking.split())
    assert counted_by_libreoffice(papers, tmp_path) == {
        "main": words(done.main),
        "annex": words(done.annex) + head,
        "table": words(table),
    }


@office
def test_never_fewer_than_either_program_counts_in_english(tmp_path: Path) -> None:
    """A dash that stands alone is a word for Word, and none for LibreOffice."""
    alone = saying("the court – closed — refused")
    assert counted_by_libreoffice({"alone": alone}, tmp_path) == {"alone": 4}
    assert words(alone) == 6


@office
def test_khmer_is_counted_by_its_spaces_and_libreoffice_finds_more(tmp_path: Path) -> None:
    """What counting.py says of the two: it is no word limit of anybody that LibreOffice knows more words."""
    assert words(saying(KHMER)) == 2
    assert counted_by_libreoffice({"khmer": saying(KHMER)}, tmp_path)["khmer"] > 5


def test_what_a_word_is() -> None:
    known = {
        "well-known": 1,
        "a/b": 1,
        "–": 1,
        "a – b": 3,
        "a–b": 2,
        "—a—": 1,
        "5.": 1,
        "3 May": 2,
        "a\u200bb": 1,
        " \n ": 0,
    }
    assert {text: words(saying(text)) for text in known} == known


def test_every_field_of_a_paper_counts_once() -> None:
    assert words(Paper("A title", (), (), DAY, marking="NOT COUNTED")) == 2
    assert words(Paper("", (("Submitted by", "Lotus"),), (), DAY)) == 3
    assert words(Paper("", (), (Part("One heading"),), DAY)) == 2
    assert words(Paper("", (), (Part("", table=Table(("a", "b"), (("c d", "5"),))),), DAY)) == 5
    item = Item("one two", "1", ("a note", "another"), "ខ្មែរ", "Label", reference="R-A001")
    assert words_of(item) == 1 + 1 + 2 + 3 + 1
    assert words(Paper("", (), (Part("", (item, item)),), DAY)) == 2 * words_of(item)
