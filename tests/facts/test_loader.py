"""The loader: a folder of facts loads whole or says everything that is wrong with it, with file and line."""

from __future__ import annotations

import shutil
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import pytest

from facts.loader import FactsError, load, load_all
from facts.models import LETTERS, Grade

GRADES = dict.fromkeys(LETTERS, "off target") | dict.fromkeys("FLR", "variable") | dict.fromkeys("JKNST", "on target")

DOCUMENT = """
symbol = "A/HRC/0/0"
author = "Somebody"
as_of = 2023-06-07
covers_source = "1"
scale_source = "23"
title = { en = "A title", km = "ចំណងជើង" }
covers = { en = "a year", km = "មួយឆ្នាំ" }
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

[[account]]
source = "{first}"
en = "One."
km = "មួយ។"

[[account]]
source = "{last}"
en = "Two."
km = "ពីរ។"
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

[[cases]]
id = "trial-2022-01-02"
kind = "trial"
name = { en = "A trial", km = "ការជំនុំជម្រះ" }
summary = { en = "Of some.", km = "របស់អ្នកខ្លះ។" }
source = "annex III"
benchmarks = ["D"]
"""

DEFENDANTS = """
[[defendants]]
trial = "trial-2022-01-02"
initials = ["A.B.", "C.D.", "A.B."]
source = "annex III"
sentence = { en = "One year", km = "មួយឆ្នាំ" }
charge = { en = "Plotting", km = "រួមគំនិតក្បត់" }

[[defendants]]
trial = "trial-2022-01-02"
initials = ["A.B."]
source = "annex III"
sentence = { en = "Two years", km = "ពីរឆ្នាំ" }
charge = { en = "Plotting", km = "រួមគំនិតក្បត់" }
"""

OTHERS = {
    "dates": 'id = "day"\nwhen = "2023-05-15"\nsource = "3"\nen = "A day."\nkm = "ថ្ងៃ។"',
    "charges": 'id = "plotting"\nname = { en = "Plotting", km = "រួមគំនិតក្បត់" }',
    "laws": 'id = "a-law"\nstanding = "law"\nname = { en = "A law", km = "ច្បាប់" }\n'
    'statements = [{ source = "27", en = "It is.", km = "មាន។" }]',
    "figures": 'value = "7"\nsource = "5"\nen = "things"\nkm = "របស់"',
    "footnotes": 'number = 1\nparagraphs = [1]\ncites = "A source"',
    "contradictions": 'id = "odd"\ngist = { en = "Odd.", km = "ចម្លែក។" }\nconclude = { en = "Both.", km = "ទាំងពីរ។" }\n'
    'readings = [{ source = "1", en = "One.", km = "មួយ។" }, { source = "2", en = "Two.", km = "ពីរ។" }]\n'
    'touches = ["b:D"]',
}
"""One entry for every other file."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A whole report in a folder: twenty benchmarks of two paragraphs each, in order, and nothing wrong."""
    made = tmp_path / "a-hrc-0-0"
    (made / "benchmarks").mkdir(parents=True)
    for place, letter in enumerate(LETTERS):
        first = 25 + 2 * place
        text = BENCHMARK.format(letter=letter, grade=GRADES[letter], first=first, last=first + 1)
        (made / "benchmarks" / f"{letter.lower()}.toml").write_text(text, encoding="utf-8")
    texts = {"report": DOCUMENT, "recommendations": RECOMMENDATIONS, "cases": CASES, "defendants": DEFENDANTS}
    texts |= {name: f"[[{name}]]\n{entry}\n" for name, entry in OTHERS.items()}
    texts["paragraphs"] = "".join(
        f'[[paragraphs]]\nnumber = {number}\nen = "Says {number}."\nkm = "និយាយ {number}។"\n' for number in range(1, 108)
    )
    for name, text in texts.items():
        (made / f"{name}.toml").write_text(text, encoding="utf-8")
    return made


def change(folder: Path, name: str, old: str, new: str) -> None:
    """Replaces the first ``old``, which must be there, in one file."""
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")


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
    assert [one.id for one in report.cases_on("D")] == ["somebody", "trial-2022-01-02"]
    assert report.cases_on("E") == []
    assert report.election is None
    assert [list(group) for group in (report.dates, report.charges, report.laws, report.contradictions)] == [
        ["day"],
        ["plotting"],
        ["a-law"],
        ["odd"],
    ]
    assert (len(report.figures), len(report.footnotes), len(report.paragraphs)) == (1, 1, 107)


def test_equal_initials_in_a_trial_are_counted_in_the_order_of_the_lists(folder: Path) -> None:
    report = load(folder)
    assert list(report.defendants) == ["2022-01-02-ab-1", "2022-01-02-cd-1", "2022-01-02-ab-2", "2022-01-02-ab-3"]
    assert [one.ordinals for one in report.defendants.values()] == [3, 1, 3, 3]
    assert [one.said.sentence.en for one in report.tried_in("trial-2022-01-02")] == ["One year"] * 3 + ["Two years"]


def test_everything_that_can_be_opened_is_known_by_its_ref_and_nothing_else_is(folder: Path) -> None:
    report = load(folder)
    for ref in ("b:D", "r:105a", "c:somebody", "n:2022-01-02-ab-2", "l:a-law", "d:day", "x:odd", "p:107"):
        assert report.knows(ref), ref
    for ref in ("b:U", "b:d", "r:105b", "n:ab", "e", "e:12", "p:108", "p:0", "z:1", "D", "", ":"):
        assert not report.knows(ref), ref


def copied(folder: Path, name: str) -> Path:
    """A copy of the folder beside it."""
    return Path(shutil.copytree(folder, folder.with_name(name)))


def test_reports_are_loaded_by_age_and_the_newest_is_the_last(folder: Path) -> None:
    older = copied(folder, "z-older")
    change(older, "report.toml", "as_of = 2023-06-07", "as_of = 2022-06-07")
    change(older, "report.toml", "A/HRC/0/0", "A/HRC/0/1")
    assert [report.document.symbol for report in load_all(folder.parent)] == ["A/HRC/0/1", "A/HRC/0/0"]


def test_a_copied_folder_that_still_says_it_is_the_same_report_is_refused(folder: Path) -> None:
    copied(folder, "z-copy")
    with pytest.raises(FactsError) as raised:
        load_all(folder.parent)
    assert [fault.partition(": ")[0] for fault in raised.value.faults] == ["z-copy/report.toml"] * 2


def test_a_draft_is_not_loaded_and_its_faults_stop_nothing(folder: Path) -> None:
    draft = copied(folder, "_next-year")
    (draft / "cases.toml").unlink()
    assert len(load_all(folder.parent)) == 1
    draft.rename(folder.with_name("next-year"))
    with pytest.raises(FactsError, match=r"next-year/cases\.toml: the file is missing"):
        load_all(folder.parent)


def test_a_folder_without_any_report_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(FactsError, match="there is no report"):
        load_all(tmp_path)


def test_what_was_loaded_cannot_be_changed(folder: Path) -> None:
    report = load(folder)
    with pytest.raises(ValueError, match="frozen"):
        report.benchmarks["A"].letter = "B"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        report.figures = ()  # type: ignore[misc]
    groups: list[Any] = [report.benchmarks, report.cases, report.defendants, report.laws, report.paragraphs]
    for group in groups:
        with pytest.raises(TypeError):
            del group[next(iter(group))]


def test_a_byte_order_mark_does_no_harm(folder: Path) -> None:
    path = folder / "benchmarks" / "a.toml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert faults(folder) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("benchmarks/d.toml", "short =", "shrot =", ["benchmarks/d.toml:1: short: ", "benchmarks/d.toml:8: shrot: "]),
        ("benchmarks/d.toml", 'grade = "off target"', 'grade = "off"', ["benchmarks/d.toml:3: grade: "]),
        ("benchmarks/d.toml", "2022–2023", "2022-2023", ["benchmarks/d.toml:5: timeframe: "]),
        ("benchmarks/d.toml", 'en = "One."', 'en = ""', ["benchmarks/d.toml:13: account.0.en: "]),
        ("benchmarks/d.toml", 'km = "ពីរ។"', 'km = " "', ["benchmarks/d.toml:19: account.1.km: "]),
        ("benchmarks/d.toml", 'km = "ខ្លី"', 'km = " "', ["benchmarks/d.toml:8: short.km: "]),
        ("benchmarks/d.toml", ', km = "ខ្លី"', "", ["benchmarks/d.toml:8: short.km: "]),
        ("benchmarks/d.toml", 'source = "31"', 'source = "page 3"', ["benchmarks/d.toml:12: account.0.source: "]),
        ("benchmarks/d.toml", 'grade_source = "32"', 'grade_source = "31"', ["benchmarks/d.toml:4: grade_source: "]),
        ("benchmarks/d.toml", 'letter = "D"', 'letter = "D', ["benchmarks/d.toml:2: "]),
        ("benchmarks/d.toml", 'letter = "D"', 'letter = "E"', ["benchmarks/e.toml:1: E is there twice"]),
        ("benchmarks/d.toml", "[31, 32]", "[30, 32]", ["benchmarks/d.toml:6: D does not begin where C ends"]),
        ("report.toml", "on_target = 5", "on_target = 6", ["report.toml:10: tally: 6 are said to be on target, 5 are"]),
        ("report.toml", "symbol", "sign", ["report.toml:1: symbol: ", "report.toml:2: sign: "]),
        (
            "recommendations.toml",
            "[[recommendations]]",
            "[[advice]]",
            ["recommendations.toml:2: advice: no such table"],
        ),
        ("cases.toml", 'kind = "person"', 'kind = "ghost"', ["cases.toml:4: kind: "]),
        ("cases.toml", 'benchmarks = ["D"]', "benchmarks = []", ["cases.toml:8: benchmarks: "]),
        ("defendants.toml", '"C.D."', '"CD"', ["defendants.toml:"]),
        ("defendants.toml", "[[defendants]]", "[defendants]", ["defendants.toml:"]),
        ("dates.toml", "2023-05-15", "2023-15-05", ["dates.toml:3: when: "]),
        ("footnotes.toml", "number = 1", "number = 0", ["footnotes.toml:2: number: "]),
        ("contradictions.toml", "b:D", "D", ["contradictions.toml:6: touches.0: "]),
        ("paragraphs.toml", "number = 9\n", 'number = "nine"\n', ["paragraphs.toml:34: number: "]),
        ("laws.toml", 'standing = "law"', 'standing = "rule"', ["laws.toml:3: standing: "]),
    ],
)
def test_each_slip_is_reported_with_its_file_and_line(
    folder: Path, name: str, old: str, new: str, expected: list[str]
) -> None:
    change(folder, name, old, new)
    found = faults(folder)
    for part in expected:
        assert any(part in fault for fault in found), found


def test_a_wrong_grade_shows_in_the_tally_on_both_sides(folder: Path) -> None:
    change(folder, "benchmarks/d.toml", "off target", "variable")
    assert faults(folder) == [
        "report.toml:10: tally: 3 are said to be variable, 4 are graded so",
        "report.toml:10: tally: 12 are said to be off target, 11 are graded so",
    ]


def test_an_entry_that_is_there_twice_is_reported_where_it_stands_again(folder: Path) -> None:
    (folder / "recommendations.toml").write_text(RECOMMENDATIONS * 2, encoding="utf-8")
    (folder / "cases.toml").write_text(CASES * 2, encoding="utf-8")
    assert faults(folder) == [
        "recommendations.toml:9: 105a is there twice",
        "cases.toml:18: somebody is there twice",
        "cases.toml:26: trial-2022-01-02 is there twice",
    ]


@pytest.mark.parametrize("name", ["report", "recommendations", "cases", "defendants", "paragraphs", *OTHERS])
def test_a_missing_file_is_reported_by_name(folder: Path, name: str) -> None:
    (folder / f"{name}.toml").unlink()
    assert faults(folder) == [f"{name}.toml: the file is missing"]


def test_a_report_without_an_election_may_leave_its_file_out(folder: Path) -> None:
    assert not (folder / "election.toml").exists()
    assert faults(folder) == []
    (folder / "election.toml").write_text('source = "table"\n', encoding="utf-8")
    assert any(fault.startswith("election.toml:1: name: ") for fault in faults(folder))


def test_a_missing_benchmark_is_reported_by_letter(folder: Path) -> None:
    (folder / "benchmarks" / "d.toml").unlink()
    assert "benchmarks: D is missing" in faults(folder)


def test_a_missing_folder_is_reported(tmp_path: Path) -> None:
    assert "benchmarks: the folder is missing" in faults(tmp_path / "nowhere")


def test_a_file_that_is_not_utf_8_is_reported_with_the_line_where_it_shows(folder: Path) -> None:
    (folder / "benchmarks" / "d.toml").write_bytes(b"letter = 'D'\nshort.en = '\xe9'\n")
    assert [fault.partition(";")[0] for fault in faults(folder)] == ["benchmarks/d.toml:2: not UTF-8 text"]


def test_all_faults_are_reported_at_once(folder: Path) -> None:
    change(folder, "benchmarks/d.toml", 'en = "One."', 'en = ""')
    change(folder, "benchmarks/d.toml", 'source = "32"', 'source = "back"')
    change(folder, "benchmarks/e.toml", "letter =", "lettre =")
    change(folder, "cases.toml", 'source = "39"', "")
    (folder / "recommendations.toml").unlink()
    with pytest.raises(FactsError) as raised:
        load(folder)
    for part in (
        "d.toml:13: account.0.en",
        "d.toml:4: grade_source",
        "e.toml:2: lettre",
        "cases.toml:2: source",
        "recommendations.toml: the file is missing",
    ):
        assert part in str(raised.value), part


def test_a_file_that_is_no_benchmark_at_all_does_not_hide_the_others(folder: Path) -> None:
    (folder / "benchmarks" / "a.toml").write_text('letter = "A"', encoding="utf-8")
    change(folder, "benchmarks/b.toml", "timeframe", "frame")
    (folder / "benchmarks" / "notes.txt").write_text("not read", encoding="utf-8")
    found = faults(folder)
    assert any(fault.startswith("benchmarks/a.toml:1: title: ") for fault in found)
    assert any(fault.startswith("benchmarks/b.toml:5: frame: ") for fault in found)
    assert not any("notes" in fault for fault in found)


def test_an_empty_file_of_entries_has_none_and_an_empty_benchmark_lacks_everything(folder: Path) -> None:
    (folder / "contradictions.toml").write_text("# none were found\n", encoding="utf-8")
    assert faults(folder) == []
    (folder / "benchmarks" / "a.toml").write_text("", encoding="utf-8")
    found = faults(folder)
    assert found
    assert all(fault.startswith("benchmarks/a.toml:1: ") for fault in found)
