"""What may not appear cannot appear: every combination of what people allowed, in every place that has text.

Each incident has a word of its own in every field; each word is looked for in everything that is made.
"""

from __future__ import annotations

import dataclasses
import io
import itertools
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from network import canaries, material, told

from documents.paper import Paper
from documents.submission import clearance
from documents.submission.clearance import Use, Why
from documents.submission.compiling import Compiled, compiled
from documents.submission.files import files
from documents.submission.material import Told
from facts.report import Report

poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")
TIERS = [frozenset(some) for n in range(6) for some in itertools.combinations(Use, n)]
"""All 32 combinations of the five uses."""
MAIN: dict[Use, set[str]] = {
    Use.ANONYMISED: {"written", "khmer"},
    Use.PUBLIC: {"written", "khmer", "account"},
}
"""How to reach the person, and what a file was called, are in no document, whatever was allowed."""
ANNEX = {"written", "khmer", "account", "addition", "said", "place", "other"}


def may_stand(uses: frozenset[Use]) -> tuple[set[str], set[str]]:
    """Which fields the main text and the annex may have, by the table in docs/submission.md and nothing else."""
    main: set[str] = set().union(*(MAIN.get(use, set()) for use in uses))
    return main, ANNEX if Use.RAPPORTEUR in uses else set()


def everything(paper: Paper | None) -> str:
    """Every word that a paper has, wherever it would be drawn."""
    return "" if paper is None else repr(dataclasses.asdict(paper))


@pytest.fixture(scope="module")
def whole(report: Report) -> Compiled:
    """One incident of each combination."""
    return compiled(material(report, [told(n, uses) for n, uses in enumerate(TIERS)]))


def leaks(made: Compiled) -> list[str]:
    """Words that stand where nobody allowed them."""
    main, annex = everything(made.main), everything(made.annex)
    found = []
    for n, uses in enumerate(TIERS):
        in_main, in_annex = may_stand(uses)
        for field, word in canaries(n).items():
            if word in main and field not in in_main:
                found.append(f"{sorted(uses)}: {field} in the main text")
            if word in annex and field not in in_annex:
                found.append(f"{sorted(uses)}: {field} in the annex")
    return found


def test_nothing_stands_where_it_was_not_allowed(whole: Compiled) -> None:
    assert leaks(whole) == []


def test_what_was_allowed_does_stand_there(whole: Compiled) -> None:
    """The control: the words would be found."""
    main, annex = everything(whole.main), everything(whole.annex)
    for n, uses in enumerate(TIERS):
        in_main, in_annex = may_stand(uses)
        assert {field for field, word in canaries(n).items() if word in main} == in_main, sorted(uses)
        assert {field for field, word in canaries(n).items() if word in annex} == in_annex, sorted(uses)


def test_without_the_rule_every_word_leaks(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: a clearance that allows everything is found."""
    monkeypatch.setattr(clearance, "allowed", lambda told: frozenset(Use))
    made = compiled(material(report, [told(n, uses) for n, uses in enumerate(TIERS)]))
    assert len(leaks(made)) > 100


def test_an_incident_that_may_not_be_published_is_not_even_counted_or_cited(whole: Compiled) -> None:
    main = everything(whole.main)
    for n, uses in enumerate(TIERS):
        cited = f"R-A{n:03d}" in main
        assert cited is bool(uses & {Use.ANONYMISED, Use.PUBLIC}), sorted(uses)


def test_where_only_the_month_is_allowed_no_day_and_no_commune_stand(report: Report) -> None:
    main = everything(compiled(material(report, [told(1, ["anonymised"], written={})])).main)
    assert "In February 2027, in Siem Reap" in main
    assert "Char Chhuk" not in main
    assert "3 Feb" not in main
    public = everything(compiled(material(report, [told(1, ["public"], written={})])).main)
    assert "Char Chhuk" in public, "control"
    assert "3 Feb" in public, "control"


def test_fewer_than_three_people_are_no_number(report: Report) -> None:
    def affected(number: int) -> str:
        return everything(compiled(material(report, [told(1, written={}, answers={"affected": {"n": number}})])).main)

    assert "2 people" not in affected(2)
    assert "Affected" not in affected(1)
    assert "3 people" in affected(3), "control"


UNUSABLE: dict[str, tuple[Why, Callable[[], Told]]] = {
    "withdrawn": (Why.WITHDRAWN, lambda: told(1, Use, state="withdrawn")),
    "of a child": (Why.SENSITIVE, lambda: told(1, Use, answers={"children": "yes"})),
    "of sexual violence": (Why.SENSITIVE, lambda: told(1, Use, answers={"category": "sexual"})),
    "not judged": (Why.NOT_JUDGED, lambda: told(1, Use, finding="")),
    "not to be told": (Why.NOT_JUDGED, lambda: told(1, Use, finding="99")),
    "no violation": (Why.NO_VIOLATION, lambda: told(1, Use, finding="0103")),
    "unlikely": (Why.UNLIKELY, lambda: told(1, Use, finding="02")),
}


@pytest.mark.parametrize("kind", UNUSABLE)
def test_what_cannot_be_used_is_nowhere_whatever_was_allowed(report: Report, kind: str) -> None:
    why, incident = UNUSABLE[kind]
    made = compiled(material(report, [incident()]))
    assert made.annex is None
    assert not [word for word in canaries(1).values() if word in everything(made.main)]
    assert "R-A001" not in everything(made.main)
    assert made.left_out == (("R-A001", why),)
    assert made.used == {}


def test_a_consent_of_a_form_that_is_not_known_allows_nothing(report: Report) -> None:
    for consent in (["everything"], "public", {"public": True}, None, ["network"]):
        made = compiled(material(report, [told(1, (), answers={"consent": consent})]))
        assert made.left_out == (("R-A001", Why.NOT_ALLOWED),), consent


def test_of_several_that_tell_of_the_same_each_keeps_its_own_consent(report: Report) -> None:
    both = [told(1, ["anonymised"], duplicates=("R-A002",)), told(2, ["statistics"], duplicates=("R-A001",))]
    made = compiled(material(report, both))
    assert "R-A002" not in everything(made.main)
    agreed = [told(1, ["anonymised"], duplicates=("R-A002",)), told(2, ["anonymised"])]
    along = compiled(material(report, agreed))
    assert "references R-A001, R-A002" in everything(along.main), "control"
    assert along.used["R-A002"] == along.used["R-A001"]
    assert dict(along.left_out) == {"R-A002": Why.SAME}
    assert canaries(2)["written"] not in everything(along.main)


# In the files


def texts_of(data: bytes, name: str, folder: Path) -> str:
    """Everything readable in a file, its metadata and its hidden parts too."""
    if name.endswith((".docx", ".xlsx")):
        with zipfile.ZipFile(io.BytesIO(data)) as docx:
            return "".join(entry.filename + docx.read(entry).decode() for entry in docx.infolist())
    if name.endswith(".pdf"):
        path = folder / name
        path.write_bytes(data)
        run = subprocess.run(["pdftotext", "-raw", path, "-"], capture_output=True, check=True)
        about = subprocess.run(["pdfinfo", path], capture_output=True, check=True)
        return (run.stdout + about.stdout).decode()
    return data.decode()


def in_files(made: Compiled, folder: Path) -> dict[str, str]:
    """By the file's name."""
    return {name: texts_of(data, name, folder) for name, data in files(made).items()}


@poppler
def test_no_file_has_what_its_paper_must_not_have(whole: Compiled, tmp_path: Path) -> None:
    found = []
    for file, text in in_files(whole, tmp_path).items():
        for n, uses in enumerate(TIERS):
            in_main, in_annex = may_stand(uses)
            may = _may(file, in_main, in_annex)
            found += [
                f"{file} {field} {sorted(uses)}" for field, word in _latin(n) if word in text and field not in may
            ]
    assert found == []


@poppler
def test_the_files_do_have_what_was_allowed(whole: Compiled, tmp_path: Path) -> None:
    """Control."""
    found = in_files(whole, tmp_path)
    for n, uses in enumerate(TIERS):
        in_main, in_annex = may_stand(uses)
        for file, may in (("submission", in_main), ("annex-confidential", in_annex)):
            for kind in (".docx", ".pdf"):
                there = {field for field, word in _latin(n) if word in found[file + kind]}
                assert there == may - {"khmer"}, (file, kind, sorted(uses))
        for file in ("incidents.csv", "incidents-hxl.csv", "incidents.xlsx", "incidents.json"):
            there = {field for field, word in canaries(n).items() if word in found[file]}
            assert there == in_main - {"account"}, (file, sorted(uses))


def _may(file: str, main: set[str], annex: set[str]) -> set[str]:
    """Tables have what is written of it, and nobody's own words."""
    if file.startswith("annex"):
        return annex
    return main if file.startswith("submission") else main - {"account"} if file.startswith("incidents") else set()


def _latin(number: int) -> Iterable[tuple[str, str]]:
    """Khmer in a PDF is glyphs, and found in the papers."""
    return [(field, word) for field, word in canaries(number).items() if field != "khmer"]
