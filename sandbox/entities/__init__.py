"""Text formatting of the local Telegram: the HTML parse mode, what Telegram finds in a text by itself, what it keeps.

Offsets and lengths are UTF-16 code units everywhere, as in the Bot API. The rules are those of TDLib, which the Bot
API server itself runs, down to its oddities; the tests hold them against TDLib's own answers.
"""

from __future__ import annotations

from typing import Final

from sandbox.entities.finding import find
from sandbox.entities.given import GIVEN_KINDS, checked, given
from sandbox.entities.keeping import kept
from sandbox.entities.links import check_link
from sandbox.entities.markup import HtmlReader
from sandbox.entities.nesting import with_found
from sandbox.entities.reading import ParseError, utf16_len
from sandbox.entities.spans import Entity

__all__ = ["Entity", "ParseError", "check_link", "find_entities", "format_text", "parse_html", "utf16_len"]

_LONGEST_TEXT: Final = 1 << 15  # bytes of UTF-8 that the Bot API server takes before it looks for tags


def parse_html(text: str) -> tuple[str, list[Entity]]:
    """The text without its tags and the entities they stood for, neither trimmed nor checked for nesting.

    Raises ParseError with TDLib's words; byte offsets in them count UTF-8.
    """
    clean, spans = HtmlReader(text).read()
    return clean, [span.entity() for span in spans]


def find_entities(text: str) -> list[Entity]:
    """What Telegram finds by itself in a text: commands, mentions, tags, addresses, numbers. They do not overlap."""
    return [span.entity() for span in find(text)]


def format_text(text: str, parse_mode: str | None, entities: list[Entity] | None) -> tuple[str, list[Entity]]:
    """The text and entities that a message keeps: cleaned, trimmed, made to nest, with the found entities added.

    `entities` count only without a parse mode. A text with nothing to see in it comes back empty: whether that is an
    error is for the method to say. Raises ParseError.
    """
    if len(text.encode(errors="surrogatepass")) > _LONGEST_TEXT:
        raise ParseError("text is too long")
    mode = (parse_mode or "").lower()
    if not text or mode in {"", "none"}:
        spans = [given(entity) for entity in entities or () if entity.get("type") in GIVEN_KINDS]
    elif mode == "html":
        text, spans = HtmlReader(text).read()
    elif mode in {"markdown", "markdownv2"}:
        raise ParseError(f'sandbox: parse_mode "{parse_mode}" is not spoken here, use HTML')
    else:
        raise ParseError("unsupported parse_mode")
    text, spans = kept(text, [checked(span) for span in spans])
    return text, [span.entity() for span in with_found(spans, find(text))]
