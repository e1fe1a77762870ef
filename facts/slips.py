"""Slips of the pen in data files, told to who edits them: where each is, and what to do, without words of programs."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping

from pydantic_core import ErrorDetails

_PLACED = re.compile(r"(?P<what>.*) \(at (?:line (?P<line>\d+), column \d+|end of document)\)", re.DOTALL)
_TYPOGRAPHIC = re.compile("[=[,{][ \t]*[“”„‘’«»]")
"""A typographic quotation mark where a straight one has to begin the text."""

_TOML = {
    "Cannot overwrite a value": "this field was given before in the same entry",
    "Expected '=' after a key in a key/value pair": "a field is a name, then =, then its value",
    "Expected ']' at the end of a table declaration": "the ] after the name is missing",
    "Expected ']]' at the end of an array declaration": "an entry begins with two brackets on both sides, as in [[cases]]",
    "Expected newline or end of document after a statement": "something is left over after the value; quotation marks"
    ' inside a text are “ ” or \\"',
    "Illegal character '\\n'": 'the " at the end of the text is missing',
    "Invalid date or datetime": "there is no such day",
    "Invalid initial character for a key part": "a field's name is missing, or does not begin with a letter",
    "Invalid statement": "this line is not a field, an entry such as [[cases]], or a comment that begins with #",
    "Invalid value": 'the value cannot be read; a text stands between straight quotation marks, "like this"',
    "Unclosed array": "a comma or the closing ] is missing here or on the line before",
    "Unclosed inline table": "a comma or the closing } is missing here",
    "Unescaped '\\' in a string": "a \\ in a text is written twice: \\\\",
    "Unterminated string": "a text begins and does not end",
}
_BEGINNINGS = {
    "Cannot declare ": "this name was given before; each entry begins with two brackets on both sides, as in [[cases]]",
    "Illegal character ": "an invisible character stands here; delete it and type it anew",
    "Found invalid character ": "an invisible character stands here; delete it and type it anew",
}
_KINDS: Mapping[str, str] = {
    "missing": "is missing",
    "extra_forbidden": "there is no such field",
    "string_too_short": "must not be empty",
    "string_type": "must be a text, between straight quotation marks",
    "int_type": "must be a number, without quotation marks",
    "int_parsing": "must be a number, without quotation marks",
    "bool_type": "must be true or false, without quotation marks",
    "bool_parsing": "must be true or false, without quotation marks",
    "tuple_type": "must be a list between [ and ]",
    "model_type": "must be a group of fields, such as .en and .km",
    "date_type": "must be a day such as 2024-06-07",
    "date_from_datetime_parsing": "must be a day such as 2024-06-07",
    "date_parsing": "must be a day such as 2024-06-07",
}


def field_of(fault: ErrorDetails) -> tuple[str | int, ...]:
    """The way to the field; checks of whole records name one before a colon. Empty when it is the record as a whole."""
    named = re.match("Value error, ([a-z_]+): ", fault["msg"])
    return fault["loc"] or ((named[1],) if named else ())


def of_field(fault: ErrorDetails) -> str:
    """What is wrong with a field, by what pydantic found."""
    kind, context = fault["type"], fault.get("ctx", {})
    if kind in _KINDS:
        return _KINDS[kind]
    if kind in ("enum", "literal_error"):
        return f"must be one of {context['expected']}"
    if kind == "too_short":
        return f"has {context['actual_length']}, must have at least {context['min_length']}"
    if kind == "too_long":
        return f"has {context['actual_length']}, must have {context['max_length']} at most"
    if kind == "string_too_long":
        return f"must have {context['max_length']} letters at most"
    said = fault["msg"].removeprefix("Value error, ")
    return said if fault["loc"] else said.removeprefix(f"{'.'.join(map(str, field_of(fault)))}: ")


def of_toml(error: tomllib.TOMLDecodeError, text: str) -> tuple[int, str]:
    """The line, counted from 1, and what keeps it from being read."""
    lines = text.split("\n")
    found = _PLACED.fullmatch(str(error))
    what = found["what"] if found else str(error)
    if found and not found["line"]:
        return len(text.rstrip().split("\n")), 'the file ends in the middle of something; a closing ] or " is missing'
    line = int(found["line"]) if found else 1
    if what == "Invalid value" and _TYPOGRAPHIC.search(lines[min(line, len(lines)) - 1]):
        return line, 'a text stands between straight quotation marks, "like this", not “like this”'
    plain = _TOML.get(what) or next((said for start, said in _BEGINNINGS.items() if what.startswith(start)), what)
    return line, plain


def of_bytes(data: bytes, error: UnicodeDecodeError) -> tuple[int, str]:
    """The line of the first byte that is not UTF-8, and what to do."""
    line = data.count(b"\n", 0, error.start) + 1
    return line, "not UTF-8 text; save the file anew with the encoding UTF-8"
