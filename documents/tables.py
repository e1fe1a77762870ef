"""What may be published of incidents, as tables for other programs: CSV, CSV with HXL tags, XLSX and JSON.

A row is a ``Stated``: what clearance let into the main text, and nothing else. Codes are those of the HURIDOCS
micro-thesauri (Events Standard Formats, 2001) and of the National Institute of Statistics for provinces. ``COLUMNS`` is the
one description of all of it: docs/data-dictionary.md is written from it (``python -m documents.tables``).
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from documents.submission.clearance import Stated
from forms.huridocs import CAMBODIA
from forms.incident import CATEGORIES, STATES
from forms.steps import Option
from forms.where import place
from texts.told import calm

MANY = "|"
"""Between several values in one cell, as Uwazi's CSV import has it."""
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""With these a cell begins that spreadsheets take for a formula (OWASP, CSV injection)."""


@dataclass(frozen=True)
class Column:
    """``name`` has neither capitals nor spaces. ``hxl`` is a tag of the Humanitarian Exchange Language 1.1, ``huridocs`` the
    field of the Events Standard Formats with its micro-thesaurus."""

    name: str
    of: Callable[[Stated], str | int]
    meaning: str
    hxl: str
    huridocs: str = ""
    many: bool = False


def _code(options: Sequence[Option], name: str) -> str:
    return next((one.code for one in options if one.name == name), "")


def _joined(values: Sequence[str]) -> str:
    return MANY.join(values)


def _province(one: Stated) -> str:
    known = place(one.province) if one.province else None
    return known.en if known else ""


COLUMNS: tuple[Column, ...] = (
    Column("title", lambda one: one.reference, "The network’s reference, such as R-7F3K; no name.", "#event+id"),
    Column(
        "benchmarks",
        lambda one: _joined(one.benchmarks),
        "Letters A–T, as reviewers linked it.",
        "#subsector+list",
        many=True,
    ),
    Column(
        "type_of_act",
        lambda one: _code(CATEGORIES, one.category),
        "What happened, where the thesaurus has a term.",
        "#event+type+code",
        "Act.type_of_act, MT 4",
    ),
    Column("kind", lambda one: one.category, "What happened, by the options of the form.", "#event+type+name"),
    Column(
        "initial_date",
        lambda one: one.month or one.year,
        "YYYY-MM, or YYYY where only the year is known. Never a day.",
        "#date+occurred",
        "Event.initial_date",
    ),
    Column(
        "initial_date_type",
        lambda one: "02" if one.month else "03" if one.year else "",
        "02 unknown day, 03 unknown month and day.",
        "#date+occurred+type",
        "Event.initial_date_type, MT 48",
    ),
    Column("geographical_term", lambda one: CAMBODIA, "Cambodia.", "#country+code", "Event.geographical_term, MT 15"),
    Column(
        "province_code",
        lambda one: one.province,
        "Two digits, as the National Institute of Statistics numbers provinces.",
        "#adm1+code",
        "Event.local_geographical_area",
    ),
    Column("province", _province, "Its English name. Nothing smaller is given.", "#adm1+name"),
    Column(
        "counting_unit",
        lambda one: one.affected,
        "one, family, group, community, unknown.",
        "#affected+type",
        "Person.counting_unit, MT 7 (by name)",
    ),
    Column(
        "number_of_persons",
        lambda one: one.number or "",
        "How many people; empty where it is not known, or fewer than three.",
        "#affected+num",
        "Person.number_of_persons_in_group",
    ),
    Column(
        "type_of_perpetrator",
        lambda one: _joined(one.actors),
        "Who is said to have acted, by kind; nobody is named.",
        "#actor+type+list",
        "Involvement.type_of_perpetrator, MT 24 (by name)",
        many=True,
    ),
    Column(
        "status_at_end_of_act",
        lambda one: _code(STATES, one.state),
        "How those concerned are, where the thesaurus has a term.",
        "#status+code",
        "Act.status_at_end_of_act, MT 25",
    ),
    Column("status", lambda one: one.state, "The same by the options of the form.", "#status+name"),
    Column(
        "violation_status",
        lambda one: one.finding,
        "What reviewers found: 0101, 0102 confirmed by two, 04 likely, 03 possible.",
        "#status+verification+code",
        "Event.violation_status, MT 41",
    ),
    Column(
        "independent_sources",
        lambda one: one.sources,
        "How many independent sources tell of it.",
        "#indicator+sources+num",
    ),
    Column(
        "recommendations",
        lambda one: _joined(one.recommendations),
        "Ids of recommendations of the report, such as 105d.",
        "#meta+recommendation+list",
        many=True,
    ),
    Column("cases", lambda one: _joined(one.cases), "Ids of cases of the report.", "#meta+case+list", many=True),
    Column(
        "event_description",
        lambda one: one.written,
        "The paragraph that a reviewer wrote, in English.",
        "#description+i_en",
        "Event.event_description",
    ),
    Column("event_description_km", lambda one: one.written_km, "The same in Khmer.", "#description+i_km"),
)

_HEADS = tuple(one.name for one in COLUMNS)


def tables(stated: Sequence[Stated], day: str) -> dict[str, bytes]:
    """The four files by their names; the same incidents on the same day give the same bytes."""
    rows = [[_calmed(column.of(one)) for column in COLUMNS] for one in stated]
    tags = [column.hxl for column in COLUMNS]
    return {
        "incidents.csv": _csv([list(_HEADS), *rows]),
        "incidents-hxl.csv": _csv([list(_HEADS), tags, *rows]),
        "incidents.xlsx": _xlsx([list(_HEADS), tags, *rows], day),
        "incidents.json": _json(stated, day),
    }


def _calmed(value: str | int) -> str | int:
    return calm(value) if isinstance(value, str) else value


def _csv(rows: Sequence[Sequence[str | int]]) -> bytes:
    """UTF-8 with a byte order mark, so that Excel shows Khmer; a cell that would be a formula is text."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerows([[_harmless(cell) for cell in row] for row in rows])
    return b"\xef\xbb\xbf" + written.getvalue().encode(errors="replace")


def _harmless(cell: str | int) -> str | int:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_DANGEROUS) else cell


def _xlsx(rows: Sequence[Sequence[str | int]], day: str) -> bytes:
    """Strings are written as strings: nothing is a formula or a link, whatever it begins with."""
    import xlsxwriter

    whole = io.BytesIO()
    book = xlsxwriter.Workbook(whole, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": dt.datetime.fromisoformat(day), "author": "", "title": "Incidents"})
    sheet = book.add_worksheet("incidents")
    bold = book.add_format({"bold": True})
    for number, row in enumerate(rows):
        for place_, cell in enumerate(row):
            if isinstance(cell, int):
                sheet.write_number(number, place_, cell)
            elif cell:
                sheet.write_string(number, place_, _xml(cell)[:32_767], bold if number == 0 else None)
    sheet.freeze_panes(2, 1)
    book.close()
    return whole.getvalue()


def _xml(text: str) -> str:
    """Without what no XML can hold; Excel takes at most 32,767 letters a cell."""
    return text.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")


def _json(stated: Sequence[Stated], day: str) -> bytes:
    """Several values are lists; codes as in the table."""
    incidents = [
        {column.name: _value(column, one) for column in COLUMNS if _value(column, one) != ""} for one in stated
    ]
    whole = {"format": "sangket-incidents-1", "made_on": day, "incidents": incidents}
    return json.dumps(whole, ensure_ascii=False, indent=1).encode(errors="replace") + b"\n"


def _value(column: Column, one: Stated) -> str | int | list[str]:
    value = _calmed(column.of(one))
    return (value.split(MANY) if value else []) if column.many and isinstance(value, str) else value


def dictionary() -> str:
    """docs/data-dictionary.md."""
    lines = [
        "# Data dictionary",
        "",
        "Written by `make dictionary` from `documents/tables.py`; a test says when it is not up to date.",
        "",
        "`incidents.csv`, `incidents-hxl.csv` (a second row with HXL tags), `incidents.xlsx` (the same two rows) and"
        " `incidents.json` hold what the main text of a submission may hold of each incident, and nothing else: a row is in"
        " them only if its teller allowed “without names” or “in public”. Several values in a cell are separated by `|`. Months, never days;"
        " provinces, never communes; no number of people under three.",
        "",
        "| column | meaning | HXL tag | HURIDOCS field, micro-thesaurus |",
        "|---|---|---|---|",
        *(f"| `{one.name}` | {one.meaning} | `{one.hxl}` | {one.huridocs or '–'} |" for one in COLUMNS),
        "",
        "Kinds and their codes: " + _listed(CATEGORIES) + ".",
        "",
        "States and their codes: " + _listed(STATES) + ".",
        "",
        "**Checked against documentation, not against the programs.** Uwazi (wiki page “Import CSV” of huridocs/uwazi): a column"
        " `title` that names the record, names of columns without spaces, `|` between values, order of no importance: all"
        " columns; use `incidents.csv`, for a row of tags would become a record. KoboToolbox and ODK (files that a form"
        " looks things up in): names of columns without spaces and capitals: all columns. HXL: tags begin with `#` and stand in one"
        " row directly above the data; that each tag is one of the core schema was not checked. LibreOffice Calc opens CSV and XLSX in"
        " a test. Nothing was imported into a running Uwazi or KoboToolbox.",
        "",
    ]
    return "\n".join(lines)


def _listed(options: Sequence[Option]) -> str:
    return ", ".join(f"`{one.name}` {one.code}".strip() for one in options)


if __name__ == "__main__":
    import sys

    sys.stdout.write(dictionary())
