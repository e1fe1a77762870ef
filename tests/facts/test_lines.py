"""Lines: a fault is looked for where it stands, however the entry is written."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facts.lines import line_of

CASES = """\
# A comment.

[[cases]]
id = "one"
name.en = "One"
name.km = "មួយ"
summary = { en = "Told.", km = "និយាយ។" }
benchmarks = ["A",
  "U"]

[[cases.details]]
about = "court"
en = "Where."

[[cases.details]]
about = "verdict"
source = "39"
en = "What."

[[cases]] # the second
id = "two"
source = "40"

  [cases.name]
  en = "Two"
"""

WHOLE = """\
letter = "D"
account = [{ source = "31", en = "One." }]

[title]
en = "A title"

[short]
en = "Short"
km = "ខ្លី"

[[figures]]
value = "7"
"""


def at(text: str, line: int) -> str:
    """What stands on a line, without the spaces around it."""
    return text.split("\n")[line - 1].strip()


@pytest.mark.parametrize(
    ("position", "field", "expected"),
    [
        (0, (), "[[cases]]"),
        (0, ("id",), 'id = "one"'),
        (0, ("name", "km"), 'name.km = "មួយ"'),
        (0, ("name", "fr"), 'name.en = "One"'),
        (0, ("summary", "km"), 'summary = { en = "Told.", km = "និយាយ។" }'),
        (0, ("benchmarks", 1), 'benchmarks = ["A",'),
        (0, ("details", 0, "en"), 'en = "Where."'),
        (0, ("details", 1, "en"), 'en = "What."'),
        (0, ("details", 1, "source"), 'source = "39"'),
        (1, (), "[[cases]] # the second"),
        (1, ("id",), 'id = "two"'),
        (1, ("name", "en"), 'en = "Two"'),
        (1, ("name", "km"), "[cases.name]"),
    ],
)
def test_a_field_of_an_entry_is_found(position: int, field: tuple[str | int, ...], expected: str) -> None:
    assert at(CASES, line_of(CASES, "cases", position, field)) == expected


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (("letter",), 'letter = "D"'),
        (("title", "en"), 'en = "A title"'),
        (("short", "km"), 'km = "ខ្លី"'),
        (("account", 0, "en"), 'account = [{ source = "31", en = "One." }]'),
        (("figures", 0, "value"), 'value = "7"'),
    ],
)
def test_a_field_of_a_file_that_is_one_entry_is_found(field: tuple[str | int, ...], expected: str) -> None:
    assert at(WHOLE, line_of(WHOLE, None, 0, field)) == expected


def test_a_missing_field_is_looked_for_at_its_own_entry_and_not_in_what_follows() -> None:
    assert at(CASES, line_of(CASES, "cases", 0, ("source",))) == "[[cases]]"
    assert at(CASES, line_of(CASES, "cases", 0, ("details", 0, "source"))) == "[[cases.details]]"
    assert line_of(CASES, "cases", 0, ("details", 0, "source")) == CASES.split("\n").index("[[cases.details]]") + 1
    assert at(WHOLE, line_of(WHOLE, None, 0, ("title", "km"))) == "[title]"
    assert line_of(WHOLE, None, 0, ("grade",)) == 1


def test_lines_are_counted_as_editors_count_them() -> None:
    text = 'a.en = "One\u2028line\x0b, still the first"\nb = 2\n'
    assert line_of(text, None, 0, ("b",)) == 2
    assert line_of("", None, 0) == line_of("", "cases", 3, ("id",)) == 1


def test_every_entry_of_the_real_facts_is_found_by_its_own_first_key() -> None:
    folder = files("facts") / "reports" / "a-hrc-54-75"
    tables = [name.name for name in folder.iterdir() if name.name.endswith(".toml")]
    assert len(tables) >= 12
    for name in tables:
        text = (folder / name).read_text(encoding="utf-8")
        table = name.removesuffix(".toml")
        for position, entry in enumerate(tomllib.loads(text).get(table, ())):
            for field in ("id", "number", "en"):
                if isinstance(entry, dict) and field in entry:
                    found = at(text, line_of(text, table, position, (field,)))
                    assert re.fullmatch(rf"{field} = .*", found), (name, position, found)
                    assert tomllib.loads(found)[field] == entry[field]


fields = st.lists(st.sampled_from(["id", "name", "en", "details", "", "[x]", "a.b"]) | st.integers(0, 3), max_size=5)


@given(st.text(max_size=300) | st.just(CASES) | st.just(WHOLE), st.none() | st.just("cases"), st.integers(0, 9), fields)
def test_whatever_is_asked_for_there_is_a_line(
    text: str, table: str | None, position: int, field: list[str | int]
) -> None:
    assert 1 <= line_of(text, table, position, field) <= len(text.split("\n"))
