"""The HTML parse mode."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from sandbox.entities.links import opened
from sandbox.entities.reading import ParseError, is_utf8, leading_number, lower, require_utf8, unparsable, utf16_len
from sandbox.entities.spans import Span, custom_emoji, date_time, in_order

KIND_OF_TAG: Final = {
    "a": "text_link",
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "u": "underline",
    "ins": "underline",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
    "pre": "pre",
    "code": "code",
    "blockquote": "blockquote",
}
_CLASS_PREFIX: Final = {"span": "tg-", "code": "language-"}
_END: Final = "\0"  # ends the text for the reader; inside a tag any NUL does
_PLAIN: Final = re.compile("[^&<]+")
_TAG_NAME: Final = re.compile(r"[^ \t\r\n\v\0>]*")
_ATTRIBUTE_NAME: Final = re.compile(r"[^ \t\r\n\v\0=>/\"']*")
_NAME_TOKEN: Final = re.compile(r"[A-Za-z0-9.\-]*")
_BLANKS: Final = re.compile(r"[ \t\r\n\v]*")
_REFERENCE: Final = re.compile(r"&(?:#[xX](?P<hex>[0-9a-fA-F]*)|#(?P<decimal>[0-9]*)|(?P<name>[A-Za-z]*))")
_LONGEST_NUMBER: Final = 9  # characters of a numeric reference without its semicolon
_NAMED: Final = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}


@dataclass(frozen=True, slots=True)
class _OpenTag:
    """A start tag whose end has not come yet; `start` and `text_at` say where its text begins."""

    name: str
    attributes: Mapping[str, str]
    start: int
    text_at: int


class HtmlReader:
    """Reads one text of Telegram's HTML from left to right."""

    def __init__(self, text: str) -> None:
        require_utf8(text, "text")
        self._text = text + _END
        self._last = len(text)
        self._at = 0
        self._clean: list[str] = []
        self._length = 0
        self._open: list[_OpenTag] = []
        self._spans: list[Span] = []

    def read(self) -> tuple[str, list[Span]]:
        while self._at < self._last:
            if self._text[self._at] == "<":
                self._read_tag()
            else:
                self._read_text()
        if self._open:
            raise unparsable(f'Can\'t find end tag corresponding to start tag "{self._open[-1].name}"')
        clean = "".join(self._clean)
        if not is_utf8(clean):
            raise unparsable(
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            )
        return clean, in_order(map(_without_waiting_language, self._spans))

    def _read_text(self) -> None:
        """A run of plain text, or one character reference."""
        piece = self._take_reference() if self._text[self._at] == "&" else self._take(_PLAIN)
        self._clean.append(piece)
        self._length += utf16_len(piece)

    def _read_tag(self) -> None:
        begin = self._at
        self._at += 1
        if self._text[self._at] == "/":
            self._at += 1
            self._read_end_tag(begin)
        else:
            self._read_start_tag(begin)

    def _read_start_tag(self, begin: int) -> None:
        name = lower(self._take(_TAG_NAME))
        if self._text[self._at] == _END:
            raise self._error("Unclosed start tag", begin)
        if name not in KIND_OF_TAG:
            raise self._error(f'Unsupported start tag "{name}"', begin)
        attributes = self._read_attributes(name, begin)
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise self._error('Tag "span" must have class "tg-spoiler"', begin)
        self._open.append(_OpenTag(name, attributes, self._length, len(self._clean)))

    def _read_attributes(self, tag: str, begin: int) -> dict[str, str]:
        """Everything up to and with the `>` of a start tag."""
        attributes: dict[str, str] = {}
        while self._next_after_blanks() != ">":
            name = self._take(_ATTRIBUTE_NAME)
            if not name:
                raise self._error(f'Empty attribute name in the tag "{tag}"', begin)
            if self._next_after_blanks() == "=":
                self._at += 1
                value = self._read_value(tag, begin)
                if self._text[self._at] == _END:
                    raise self._error("Unclosed start tag", begin)
                if name != "class" or value.startswith(_CLASS_PREFIX.get(tag, "")):
                    attributes[name] = value
            elif self._text[self._at] == _END:
                raise self._error(f'Unclosed start tag "{tag}"', begin)
            else:
                attributes.setdefault(name, "")
        self._at += 1
        return attributes

    def _read_value(self, tag: str, begin: int) -> str:
        quote = self._next_after_blanks()
        if quote == _END:
            raise self._error(f'Unclosed start tag "{tag}"', begin)
        if quote not in {"'", '"'}:
            return self._read_name_token()
        self._at += 1
        pieces: list[str] = []
        while (character := self._text[self._at]) not in {quote, _END}:
            if character == "&":
                pieces.append(self._take_reference())
            else:
                pieces.append(character)
                self._at += 1
        if character == quote:
            self._at += 1
        return "".join(pieces)

    def _read_name_token(self) -> str:
        token_at = self._at
        token = self._take(_NAME_TOKEN)
        if self._text[self._at] not in " \t\r\n\v\0>":
            raise self._error("Unexpected end of name token", token_at)
        return lower(token)

    def _read_end_tag(self, begin: int) -> None:
        if not self._open:
            raise self._error("Unexpected end tag", begin)
        name = lower(self._take(_TAG_NAME))
        if self._next_after_blanks() != ">":
            raise self._error("Unclosed end tag", begin)
        self._at += 1
        tag = self._open.pop()
        if name and name != tag.name:
            message = (
                f'Unmatched end tag at byte offset {self._bytes(begin)}, expected "</{tag.name}>", found "</{name}>"'
            )
            raise unparsable(message)
        if self._length > tag.start:
            self._close(tag)

    def _close(self, tag: _OpenTag) -> None:
        """Adds the entity of a tag that has some text in it."""
        kind: str | None = KIND_OF_TAG[tag.name]
        extra: Mapping[str, Any] = {}
        if tag.name == "a":
            kind, extra = opened(tag.attributes.get("href") or "".join(self._clean[tag.text_at :]))
        elif tag.name == "tg-time":
            kind, extra = _moment(tag.attributes)
        elif tag.name == "tg-emoji":
            extra = custom_emoji(tag.attributes.get("emoji-id", ""))
        elif tag.name == "blockquote" and "expandable" in tag.attributes:
            kind = "expandable_blockquote"
        elif tag.name == "code" and (language := tag.attributes.get("class", "")[len("language-") :]):
            extra = {"language": language}
        if kind:
            self._add(Span(kind, tag.start, self._length, extra))

    def _add(self, span: Span) -> None:
        """A `pre` and a `code` with a language over the same text are one block of code, whichever is inside."""
        inner = self._spans[-1] if self._spans else None
        if inner and {inner.kind, span.kind} == {"pre", "code"} and (inner.start, inner.end) == (span.start, span.end):
            code, block = (inner, span) if inner.kind == "code" else (span, inner)
            if code.extra and not block.extra:
                self._spans[-1] = replace(block, extra=code.extra)
                return
        self._spans.append(span)

    # Reading on

    def _take(self, pattern: re.Pattern[str]) -> str:
        """What the pattern matches here, which may be nothing; reading goes on after it."""
        match = pattern.match(self._text, self._at, self._last)
        taken = match[0] if match else ""
        self._at += len(taken)
        return taken

    def _take_reference(self) -> str:
        """The character that a reference stands for, its semicolon taken too; a bare `&` when it stands for none."""
        match = _REFERENCE.match(self._text, self._at)
        if match and (character := _referred(match)):
            self._at = match.end() + (self._text[match.end()] == ";")
            return character
        self._at += 1
        return "&"

    def _next_after_blanks(self) -> str:
        self._take(_BLANKS)
        return self._text[self._at]

    def _error(self, message: str, at: int) -> ParseError:
        return unparsable(f"{message} at byte offset {self._bytes(at)}")

    def _bytes(self, at: int) -> int:
        return len(self._text[:at].encode())


def _referred(reference: re.Match[str]) -> str:
    """The character of a reference, "" for one that Telegram leaves as it is."""
    if reference["name"] is not None:
        return _NAMED.get(reference["name"], "")
    if len(reference[0]) > _LONGEST_NUMBER:
        return ""
    code = int(reference["hex"] or "0", 16) or int(reference["decimal"] or "0")
    return chr(code) if 0 < code < sys.maxunicode else ""


def _without_waiting_language(span: Span) -> Span:
    """A language counts for a block only: what is left on a `code` goes."""
    return replace(span, extra={}) if span.kind == "code" and span.extra else span


def _moment(attributes: Mapping[str, str]) -> tuple[str | None, Mapping[str, Any]]:
    """What a `tg-time` stands for: no entity without a time after 1970 that fits into 32 bits."""
    extra = date_time(leading_number(attributes.get("unix", "")), attributes.get("format", ""))
    return ("date_time", extra) if extra["unix_time"] > 0 else (None, {})
