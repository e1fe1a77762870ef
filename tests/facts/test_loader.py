"""The loader: a folder of facts loads whole or says everything that is wrong with it, with file and place."""

from __future__ import annotations

from pathlib import Path

import pytest

from facts.loader import FactsError, load
from facts.models import LETTERS, Grade

GRADES = dict.fromkeys(LETTERS, "off target") | dict.fromkeys("FLR", "variable") | dict.fromkeys("JKNST", "on target")

DOCUMENT = """
symbol = "A/HRC/0/0"
author = "Somebody"
as_of = 2023-06-07
covers_source = "1"
scale_source = "23"
title = { en = "A title", km = "ចំណងជើង" }
as_of_words = { en = "June 2023", km = "មិថុនា 2023" }
tally = { on_target = 5, variable = 3, off_target = 12, source = "102" }
"""

BENCHMARK = """
letter = "{letter}"
grade = "{grade}"
grade_source = "{last}"
timeframe = "2022–2023"
paragraphs = [{first}, {last}]
title = {{ en = "Title {letter}", km = "ចំណងជើង" }}
short = {{ en = "Short {letter}", km = "ខ្លី" }}
keywords = {{ en = ["word"], km = ["ពាក្យ"] }}
account = [{{ source = "{first}", en = "One.", km = "មួយ។" }}, {{ source = "{last}", en = "Two.", km = "ពីរ។" }}]
footnotes = [{{ number = {note}, cites = "A source" }}]
"""

RECOMMENDATIONS = """
[[recommendations]]
id = "105a"
addressee = "government"
source = "105 (a)"
summary = { en = "Do it.", km = "ធ្វើ។" }
benchmarks = ["A"]
"""

CASES = """
[[cases]]
id = "somebody"
kind = "person"
name = { en = "Somebody", km = "Somebody" }
summary = { en = "Tried.", km = "ត្រូវបានកាត់ទោស។" }
source = "39"
benchmarks = ["D"]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A whole report in a folder: twenty benchmarks of two paragraphs each, in order, and nothing wrong."""
    (tmp_path / "benchmarks").mkdir()
    for place, letter in enumerate(LETTERS):
        first = 25 + 2 * place
        text = BENCHMARK.format(letter=letter, grade=GRADES[letter], first=first, last=first + 1, note=place + 1)
        (tmp_path / "benchmarks" / f"{letter.lower()}.toml").write_text(text, encoding="utf-8")
    (tmp_path / "report.toml").write_text(DOCUMENT, encoding="utf-8")
    (tmp_path / "recommendations.toml").write_text(RECOMMENDATIONS, encoding="utf-8")
    (tmp_path / "cases.toml").write_text(CASES, encoding="utf-8")
    return tmp_path


def change(folder: Path, name: str, old: str, new: str) -> None:
    """Replaces ``old``, which must be there, in one file."""
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new), encoding="utf-8")


def faults(folder: Path) -> list[str]:
    """What loading the folder complains about; nothing when it loads."""
    try:
        load(folder)
    except FactsError as error:
        return error.faults
    return []


def test_a_folder_with_nothing_wrong_loads(folder: Path) -> None:
    report = load(folder)
    assert "".join(report.benchmarks) == LETTERS
    assert len(report.graded(Grade.ON_TARGET)) == 5
    assert [one.id for one in report.recommendations_on("A")] == ["105a"]
    assert [one.id for one in report.cases_on("D")] == ["somebody"]
    assert report.cases_on("E") == []


def test_what_was_loaded_cannot_be_changed(folder: Path) -> None:
    report = load(folder)
    with pytest.raises(ValueError, match="frozen"):
        report.benchmarks["A"].letter = "B"  # type: ignore[misc]
    with pytest.raises(TypeError):
        del report.benchmarks["A"]  # type: ignore[attr-defined]


def test_a_byte_order_mark_does_no_harm(folder: Path) -> None:
    path = folder / "benchmarks" / "a.toml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert faults(folder) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("benchmarks/d.toml", "short =", "shrot =", ["benchmarks/d.toml: short: ", "benchmarks/d.toml: shrot: "]),
        ("benchmarks/d.toml", 'grade = "off target"', 'grade = "off"', ["benchmarks/d.toml: grade: "]),
        ("benchmarks/d.toml", "2022–2023", "2022-2023", ["benchmarks/d.toml: timeframe: "]),
        ("benchmarks/d.toml", 'en = "One."', 'en = ""', ["benchmarks/d.toml: account.0.en: "]),
        ("benchmarks/d.toml", 'km = "ខ្លី"', 'km = " "', ["benchmarks/d.toml: short.km: "]),
        ("benchmarks/d.toml", ', km = "ខ្លី"', "", ["benchmarks/d.toml: short.km: "]),
        ("benchmarks/d.toml", 'source = "31"', 'source = "page 3"', ["benchmarks/d.toml: account.0.source: "]),
        ("benchmarks/d.toml", 'grade_source = "32"', 'grade_source = "31"', ["benchmarks/d.toml: as a whole: "]),
        ("benchmarks/d.toml", 'letter = "D"', 'letter = "D', ["benchmarks/d.toml: "]),
        ("benchmarks/d.toml", "number = 4", "number = 3", ["benchmarks: the footnotes are not in the report's order"]),
        (
            "benchmarks/d.toml",
            'letter = "D"',
            'letter = "E"',
            ["benchmarks: D is missing", "benchmarks: E is there twice"],
        ),
        ("benchmarks/d.toml", "[31, 32]", "[30, 32]", ["benchmarks: D does not begin where C ends"]),
        (
            "report.toml",
            "on_target = 5",
            "on_target = 6",
            ["report.toml: tally: 6 are said to be on target, 5 are graded so"],
        ),
        ("report.toml", "symbol", "sign", ["report.toml: symbol: ", "report.toml: sign: "]),
        ("recommendations.toml", '["A"]', '["U"]', ["recommendations.toml: entry 1 (105a): benchmarks.0: "]),
        ("recommendations.toml", "[[recommendations]]", "[[advice]]", ["recommendations.toml: advice: no such table"]),
        ("cases.toml", 'kind = "person"', 'kind = "ghost"', ["cases.toml: entry 1 (somebody): kind: "]),
        ("cases.toml", 'benchmarks = ["D"]', "benchmarks = []", ["cases.toml: entry 1 (somebody): benchmarks: "]),
    ],
)
def test_each_slip_is_reported_with_its_file_and_place(
    folder: Path, name: str, old: str, new: str, expected: list[str]
) -> None:
    change(folder, name, old, new)
    found = faults(folder)
    for beginning in expected:
        assert any(fault.startswith(beginning) for fault in found), found


def test_a_wrong_grade_shows_in_the_tally_on_both_sides(folder: Path) -> None:
    change(folder, "benchmarks/d.toml", "off target", "variable")
    assert faults(folder) == [
        "report.toml: tally: 3 are said to be variable, 4 are graded so",
        "report.toml: tally: 12 are said to be off target, 11 are graded so",
    ]


def test_an_entry_that_is_there_twice_is_reported(folder: Path) -> None:
    (folder / "recommendations.toml").write_text(RECOMMENDATIONS * 2, encoding="utf-8")
    (folder / "cases.toml").write_text(CASES * 2, encoding="utf-8")
    assert faults(folder) == ["recommendations.toml: 105a is there twice", "cases.toml: somebody is there twice"]


@pytest.mark.parametrize("name", ["report.toml", "recommendations.toml", "cases.toml"])
def test_a_missing_file_is_reported_by_name(folder: Path, name: str) -> None:
    (folder / name).unlink()
    assert faults(folder) == [f"{name}: the file is missing"]


def test_a_missing_benchmark_is_reported_by_letter(folder: Path) -> None:
    (folder / "benchmarks" / "d.toml").unlink()
    assert "benchmarks: D is missing" in faults(folder)


def test_a_missing_folder_is_reported(tmp_path: Path) -> None:
    assert "benchmarks: the folder is missing" in faults(tmp_path / "nowhere")


def test_a_file_that_is_not_utf_8_is_reported_by_name(folder: Path) -> None:
    (folder / "benchmarks" / "d.toml").write_bytes("letter = 'ឃ'".encode("utf-16"))
    assert faults(folder) == ["benchmarks/d.toml: not UTF-8 text"]


def test_all_faults_are_reported_at_once(folder: Path) -> None:
    change(folder, "benchmarks/d.toml", 'en = "One."', 'en = ""')
    change(folder, "benchmarks/d.toml", 'source = "32"', 'source = "back"')
    change(folder, "benchmarks/e.toml", "letter =", "lettre =")
    change(folder, "cases.toml", 'source = "39"', "")
    (folder / "recommendations.toml").unlink()
    with pytest.raises(FactsError) as raised:
        load(folder)
    for part in (
        "d.toml: account.0.en",
        "d.toml: account.1.source",
        "e.toml: lettre",
        "cases.toml: entry 1",
        "recommendations",
    ):
        assert part in str(raised.value)


def test_a_file_that_is_no_benchmark_at_all_does_not_hide_the_others(folder: Path) -> None:
    (folder / "benchmarks" / "a.toml").write_text("", encoding="utf-8")
    (folder / "benchmarks" / "notes.txt").write_text("not read", encoding="utf-8")
    found = faults(folder)
    assert any(fault.startswith("benchmarks/a.toml: letter: ") for fault in found)
    assert not any("notes" in fault for fault in found)
