"""Checks between facts: what is broken in a copy of the real folder is found, and told with its file and line."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from facts.loader import FactsError, load

REAL = files("facts") / "reports" / "a-hrc-54-75"


@dataclass(frozen=True)
class Slip:
    """A change in one file, the line on which it must be found (that of the new text), and what must be said."""

    name: str
    old: str
    new: str
    says: str

    def make(self, folder: Path) -> None:
        """Change the first place where ``old`` stands."""
        path = folder / self.name
        text = path.read_text(encoding="utf-8")
        assert self.old in text, self.old
        path.write_text(text.replace(self.old, self.new, 1), encoding="utf-8")

    def place(self, folder: Path) -> str:
        """The file and the line where the new text ends."""
        text = (folder / self.name).read_text(encoding="utf-8")
        end = text.index(self.new) + len(self.new.rstrip())
        return f"{self.name}:{text.count(chr(10), 0, end) + 1}"


SLIPS = {
    "a section that begins too late": Slip(
        "benchmarks/d.toml", "paragraphs = [39,", "paragraphs = [40,", "D does not begin where C ends"
    ),
    "a grade that the tally does not count": Slip(
        "report.toml", "off_target = 12", "off_target = 11", "tally: 11 are said to be off target, 12 are graded so"
    ),
    "a recommendation of another point": Slip(
        "recommendations.toml", 'source = "105 (d)"', 'source = "105 (e)"', "105d stands in 105 (d), not in 105 (e)"
    ),
    "a charge that nobody knows": Slip(
        "cases.toml", 'charges = ["plotting"]', 'charges = ["poaching"]', "charges: there is no poaching"
    ),
    "a law that nobody knows": Slip("cases.toml", 'laws = ["cc-450"]', 'laws = ["cc-999"]', "laws: there is no cc-999"),
    "a trial that nobody knows": Slip(
        "cases.toml", 'trials = ["trial-2021-03-01"]', 'trials = ["trial-2021-03-02"]', "there is no trial-2021-03-02"
    ),
    "defendants of no trial": Slip(
        "defendants.toml",
        'trial = "trial-2021-03-01"',
        'trial = "trial-2021-03-02"',
        "there is no trial trial-2021-03-02",
    ),
    "defendants of what is no trial": Slip(
        "defendants.toml", 'trial = "trial-2021-03-01"', 'trial = "kem-sokha"', "there is no trial kem-sokha"
    ),
    "a footnote left out": Slip("footnotes.toml", "number = 6\n", "number = 60\n", "footnote 60 of body: 6 is next"),
    "a paragraph left out": Slip("paragraphs.toml", "number = 107\n", "number = 108\n", "paragraph 108: 107 is next"),
    "a contradiction about nothing": Slip(
        "contradictions.toml", 'touches = ["e", "b:C"]', 'touches = ["e", "c:nobody"]', "there is no c:nobody"
    ),
    "a case in a paragraph that is not there": Slip(
        "cases.toml", 'source = "57"', 'source = "108"', "there is no paragraph 108"
    ),
    "a benchmark's account from a paragraph that is not there": Slip(
        "benchmarks/d.toml", 'source = "43"', 'source = "430"', "there is no paragraph 430"
    ),
    "a range that runs beyond the end": Slip(
        "benchmarks/d.toml", 'source = "39–42"', 'source = "39–942"', "there is no paragraph 942"
    ),
    "a footnote on a paragraph that is not there": Slip(
        "footnotes.toml", "paragraphs = [5]", "paragraphs = [500]", "there is no paragraph 500"
    ),
    "a date told in a footnote that is not there": Slip(
        "dates.toml", 'source = "footnote 8"', 'source = "footnote 88"', "there is no footnote 88"
    ),
    "a figure with a footnote that is not there": Slip(
        "benchmarks/a.toml", "footnotes = [8]", "footnotes = [88]", "there is no footnote 88"
    ),
    "a reading from a paragraph that is not there": Slip(
        "contradictions.toml", 'source = "9"', 'source = "109"', "there is no paragraph 109"
    ),
    "a note of the election from a paragraph that is not there": Slip(
        "election.toml", '[counted_by]\nsource = "table"', '[counted_by]\nsource = "900"', "there is no paragraph 900"
    ),
    "Khmer letters in the English": Slip(
        "charges.toml", 'name.en = "Plotting"', 'name.en = "Plotting ក"', "Khmer letters in the English"
    ),
    "English where Khmer should be": Slip("charges.toml", 'name.km = "ញុះញង់"', 'name.km = "Incitement"', "not in Khmer"),
    "Khmer digits": Slip("election.toml", 'value_km = "4 គណបក្ស"', 'value_km = "៤ គណបក្ស"', "write Latin digits, not ៤"),
    "an invisible character": Slip(
        "charges.toml", 'name.km = "ញុះញង់"', 'name.km = "ញុះ\u200bញង់"', "an invisible character (U+200B)"
    ),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the real folder."""
    with as_file(REAL) as real:
        return Path(shutil.copytree(real, tmp_path / "a-hrc-54-75"))


def faults(folder: Path) -> list[str]:
    """What loading the folder complains about; nothing when it loads."""
    try:
        load(folder)
    except FactsError as error:
        return error.faults
    return []


def test_the_real_folder_has_no_fault(folder: Path) -> None:
    assert faults(folder) == []


@pytest.mark.parametrize("slip", SLIPS.values(), ids=SLIPS)
def test_what_does_not_fit_together_is_found_at_its_line(folder: Path, slip: Slip) -> None:
    slip.make(folder)
    found = faults(folder)
    assert [fault for fault in found if fault.startswith(f"{slip.place(folder)}: ") and slip.says in fault], found


def test_one_slip_is_one_fault(folder: Path) -> None:
    for name in ("a law that nobody knows", "a date told in a footnote that is not there", "Khmer digits"):
        SLIPS[name].make(folder)
    assert len(faults(folder)) == 3


def test_a_benchmark_that_is_gone_is_missed(folder: Path) -> None:
    (folder / "benchmarks" / "t.toml").unlink()
    found = faults(folder)
    assert "benchmarks: T is missing" in found
    assert any(re.match(r"report\.toml:\d+: tally: 5 are said to be on target, 4 are graded so", one) for one in found)


def test_paragraphs_that_are_gone_are_missed_once(folder: Path) -> None:
    (folder / "paragraphs.toml").write_text("# none yet\n", encoding="utf-8")
    assert "paragraphs.toml: there is no paragraph" in faults(folder)


def test_annexes_number_their_footnotes_anew(folder: Path) -> None:
    report = load(folder)
    parts = [note.part for note in report.footnotes]
    assert {part: parts.count(part) for part in parts} == {"body": 35, "annex I": 1, "annex II": 1}
    assert [note.number for note in report.footnotes] == [*range(1, 36), 1, 1]
    SLIPS["a footnote left out"].make(folder)
    assert [re.sub(r"^.*?:\d+: ", "", fault) for fault in faults(folder) if "is next" in fault] == [
        "footnote 60 of body: 6 is next",
        "footnote 7 of body: 61 is next",
    ]


def test_only_persons_are_named_in_latin_letters_in_khmer(folder: Path) -> None:
    latin = [case.id for case in load(folder).cases.values() if case.name.km.isascii()]
    assert {"kem-sokha", "theary-seng"} <= set(latin)
    assert all(load(folder).cases[one].kind == "person" for one in latin)
