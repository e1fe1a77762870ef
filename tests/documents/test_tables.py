"""Tables for other programs, read by a CSV reader, by LibreOffice, and as plain XML."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from network import DAY, canaries, told
from test_papers import EVIL

from documents.submission.clearance import Stated, stated
from documents.tables import COLUMNS, dictionary, tables
from forms.incident import CATEGORIES

ROOT = Path(__file__).parents[2]
office = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://127.0.0.1")', "=cmd|' /C calc'!A0")


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def one(**fields: object) -> Stated:
    [found] = stated([told(1)])
    return replace(found, **fields)  # type: ignore[arg-type]


def test_a_row_has_codes_month_and_province_and_no_day_and_no_commune() -> None:
    [row] = rows(tables([one()], DAY)["incidents.csv"])
    assert row["title"] == "R-A001"
    assert (row["type_of_act"], row["kind"]) == ("030101", "arrest")
    assert (row["initial_date"], row["initial_date_type"]) == ("2027-02", "02")
    assert (row["province_code"], row["province"], row["geographical_term"]) == ("17", "Siem Reap", "030418")
    assert row["violation_status"] == "0101"
    assert row["number_of_persons"] == "", "two people are not said"
    assert row["event_description"] == canaries(1)["written"]
    assert "170101" not in tables([one()], DAY)["incidents.csv"].decode()


def test_several_values_are_separated_by_a_bar_and_are_lists_in_json() -> None:
    made = tables([one(benchmarks=("B", "D"))], DAY)
    assert rows(made["incidents.csv"])[0]["benchmarks"] == "B|D"
    assert json.loads(made["incidents.json"])["incidents"][0]["benchmarks"] == ["B", "D"]


def test_tags_stand_in_one_row_above_the_data_where_they_are_wanted() -> None:
    made = tables([one()], DAY)
    first, second = rows(made["incidents-hxl.csv"])
    assert all(re.fullmatch(r"#[a-z0-9]+(\+[a-z0-9_]+)*", tag) for tag in first.values())
    assert rows(made["incidents.csv"]) == [second], "without them it is the same"


def test_names_of_columns_are_those_that_other_programs_take() -> None:
    names = [column.name for column in COLUMNS]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch("[a-z][a-z0-9_]*", name) for name in names)
    assert "title" in names


@pytest.mark.parametrize("evil", FORMULAS)
def test_no_cell_is_a_formula(evil: str) -> None:
    made = tables([one(written=evil)], DAY)
    cell = rows(made["incidents.csv"])[0]["event_description"]
    assert cell.startswith("'") or not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    sheet = zipfile.ZipFile(io.BytesIO(made["incidents.xlsx"])).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet.lower()


@pytest.mark.parametrize("kind", EVIL)
def test_whatever_people_write_stays_in_its_cell(kind: str) -> None:
    made = tables([one(written=EVIL[kind]), one(reference="R-LAST")], DAY)
    assert [row["title"] for row in rows(made["incidents.csv"])] == ["R-A001", "R-LAST"]
    assert len(json.loads(made["incidents.json"])["incidents"]) == 2
    assert "R-LAST" in zipfile.ZipFile(io.BytesIO(made["incidents.xlsx"])).read("xl/sharedStrings.xml").decode()


def test_the_same_incidents_give_the_same_bytes() -> None:
    assert tables([one()], DAY) == tables([one()], DAY)
    assert tables([one()], DAY) != tables([one(finding="04")], DAY), "control"


@office
def test_libreoffice_opens_csv_and_xlsx(tmp_path: Path) -> None:
    evil = [one(reference=f"R-{n}", written=text) for n, text in enumerate((*FORMULAS, "ប៉ូលិសបានចាប់ខ្លួន"))]
    made = tables(evil, DAY)
    for name in ("incidents.xlsx", "incidents.csv"):
        folder = tmp_path / name.replace(".", "-")
        folder.mkdir()
        (folder / name).write_bytes(made[name])
        profile = f"-env:UserInstallation=file://{tmp_path}/profile"
        wanted = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
        source = ["--infilter=CSV:44,34,76,1"] if name.endswith("csv") else []
        command = ["soffice", profile, "--headless", *source, "--convert-to", wanted, "--outdir", str(folder / "out")]
        subprocess.run([*command, str(folder / name)], check=True, capture_output=True, timeout=120)
        [read] = [file.read_text() for file in (folder / "out").iterdir()]
        assert "ប៉ូលិសបានចាប់ខ្លួន" in read
        assert "=1+1" in read, "it is text, and was not reckoned"
        assert read.count("R-") == len(evil)


def test_the_dictionary_is_up_to_date() -> None:
    assert (ROOT / "docs" / "data-dictionary.md").read_text() == dictionary(), "make dictionary"
    assert all(f"`{option.name}`" in dictionary() for option in CATEGORIES)
