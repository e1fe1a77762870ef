"""Entities that a request names itself, instead of a parse mode."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from sandbox.entities.keeping import cleaned
from sandbox.entities.links import NoAddress, linked_user, normal_url
from sandbox.entities.markup import KIND_OF_TAG
from sandbox.entities.reading import ParseError, require_utf8
from sandbox.entities.spans import Span, custom_emoji, date_time, mention_of

GIVEN_KINDS: Final = frozenset({*KIND_OF_TAG.values(), "expandable_blockquote", "text_mention"})
"""Entities that a bot may name; Telegram ignores the others, which it finds by itself."""


def given(entity: Mapping[str, Any]) -> Span:
    """An entity of a request. Raises ParseError when a field is missing."""
    kind, start = str(entity["type"]), int(_field(entity, "offset"))
    extra: Mapping[str, Any] = {}
    if kind == "text_link":
        extra = {"url": str(_field(entity, "url"))}
    elif kind == "text_mention":
        extra = mention_of(int(_field(_field(entity, "user"), "id")))
    elif kind == "pre" and entity.get("language"):
        extra = {"language": str(entity["language"])}
    elif kind == "custom_emoji":
        extra = custom_emoji(str(_field(entity, "custom_emoji_id")))
    elif kind == "date_time":
        extra = date_time(int(_field(entity, "unix_time")), str(entity.get("date_time_format", "")))
    return Span(kind, start, start + int(_field(entity, "length")), extra)


def _field(value: Mapping[str, Any], name: str) -> Any:
    if name not in value:
        raise ParseError(f"can't parse MessageEntity: Can't find field \"{name}\"")
    return value[name]


def checked(span: Span) -> Span:
    """The span with its language and address as Telegram keeps them. Raises ParseError."""
    if span.kind == "pre" and "language" in span.extra:
        language = require_utf8(span.extra["language"], "messageEntityPreCode.language")
        return replace(span, extra={"language": cleaned(language)})
    if span.kind != "text_link":
        return span
    url = cleaned(require_utf8(span.extra["url"], "messageEntityTextUrl.url"))
    if user_id := linked_user(url):
        return replace(span, kind="text_mention", extra=mention_of(user_id))
    try:
        return replace(span, extra={"url": normal_url(url)})
    except NoAddress as reason:
        raise ParseError(f"entity URL '{url}' is invalid: {reason}") from None
