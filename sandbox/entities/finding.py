"""What Telegram finds by itself in a text: commands, mentions, tags, phone numbers, and addresses."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from sandbox.entities.addresses import Found, find_addresses, find_app_links
from sandbox.entities.nesting import without_overlaps
from sandbox.entities.reading import lower
from sandbox.entities.spans import Span, Units, in_order

_NAME: Final = "[A-Za-z0-9_]"
_MENTION: Final = re.compile(rf"(?<!\w)@({_NAME}{{2,32}})(?!\w)")
_COMMAND: Final = re.compile(rf"(?<![\w/<>])/{_NAME}{{1,64}}(?:@{_NAME}{{3,32}}|(?!@))(?![\w/<>])")
_TAG: Final = r"\w\u200c\u00b7\u0d80-\u0dff"
_HASHTAG: Final = re.compile(rf"(?<![{_TAG}])#([{_TAG}]{{1,256}}+)(?![{_TAG}]*#)(?:@{_NAME}{{3,32}}+)?+(?!#)")
_CASHTAG: Final = re.compile(rf"(?<![{_TAG}$])\$(?:1INCH|[A-Z]{{1,8}}+)(?:@{_NAME}{{3,32}}+(?!{_NAME}))?+(?![{_TAG}$])")
_PHONE: Final = re.compile(r"(?<![\w+])\+(?:[ \-()]*[0-9]){7,15}(?![ \-()]*[0-9])(?!\w)")
_SHORT_USERNAMES: Final = frozenset({"gif", "nft", "pic", "ufc", "vid"})


def find(text: str) -> list[Span]:
    """Everything found, in the order of the text; of two that overlap the first, or the longer one, stays."""
    units = Units(text)
    found = [*_find_names(text), *_find_tags(text), *find_app_links(text), *find_addresses(text)]
    return without_overlaps(in_order(Span(kind, units.at(start), units.at(end)) for kind, start, end in found))


def _find_names(text: str) -> Found:
    for match in _MENTION.finditer(text):
        if len(match[1]) > 3 or lower(match[1]) in _SHORT_USERNAMES:
            yield "mention", *match.span()
    for match in _COMMAND.finditer(text):
        yield "bot_command", *match.span()
    for match in _PHONE.finditer(text):
        yield "phone_number", *match.span()


def _find_tags(text: str) -> Found:
    if not text.isascii():  # numerals that are not digits, such as ², end a tag although \w takes them
        text = "".join(" " if unicodedata.category(one) in {"Nl", "No"} else one for one in text)
    for match in _HASHTAG.finditer(text):
        if any(map(str.isalpha, match[1])):
            yield "hashtag", *match.span()
    for match in _CASHTAG.finditer(text):
        yield "cashtag", *match.span()
