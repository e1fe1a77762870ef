"""How Telegram reads letters, numbers and UTF-8, and how it says that it could not."""

from __future__ import annotations

import re
from typing import Final


class ParseError(ValueError):
    """A text that Telegram refuses; the message is what the Bot API prints after "Bad Request: "."""


def utf16_len(text: str) -> int:
    """The length of a text in UTF-16 code units."""
    return len(text) + sum(character > "\uffff" for character in text)


_LOWER: Final = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}


def lower(text: str) -> str:
    """ASCII letters made small, all others left alone."""
    return text.translate(_LOWER)


def whole_number(text: str, *, bits: int) -> int | None:
    """A number written in the one normal way that fits the bits; otherwise None."""
    if not re.fullmatch("0|-?[1-9][0-9]{0,18}", text):
        return None
    number = int(text)
    return number if -(2 ** (bits - 1)) <= number < 2 ** (bits - 1) else None


def leading_number(text: str) -> int:
    """The number a text begins with, wrapped around into 32 bits; 0 when there is none."""
    match = re.match("-?[0-9]+", text)
    value = 0
    for digit in match[0].lstrip("-") if match else "":
        value = (value * 10 + int(digit)) % 2**32
    value = -value % 2**32 if text.startswith("-") else value
    return value if value < 2**31 else value - 2**32


def is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def require_utf8(text: str, name: str) -> str:
    """The text itself; refused when half a surrogate pair stands in it."""
    if not is_utf8(text):
        raise ParseError(f"{name} must be encoded in UTF-8")
    return text


def unparsable(message: str) -> ParseError:
    return ParseError(f"can't parse entities: {message}")
