"""TDLib's own parser, asked offline and synchronously: what the local Telegram's formatting is held against.

The Bot API server gives every text to this same code, so its answers and its error texts are Telegram's.
Entities come back as the Bot API's MessageEntity dicts. TDLib aborts the process when an attribute holds half a
surrogate pair (it cannot write such a link or language into JSON), so texts with those must not be given to it.
"""

from __future__ import annotations

import json
from typing import Any

import tdjson

Entity = dict[str, Any]

_KINDS = {
    "textEntityTypeMention": "mention",
    "textEntityTypeHashtag": "hashtag",
    "textEntityTypeCashtag": "cashtag",
    "textEntityTypeBotCommand": "bot_command",
    "textEntityTypeUrl": "url",
    "textEntityTypeEmailAddress": "email",
    "textEntityTypePhoneNumber": "phone_number",
    "textEntityTypeBold": "bold",
    "textEntityTypeItalic": "italic",
    "textEntityTypeUnderline": "underline",
    "textEntityTypeStrikethrough": "strikethrough",
    "textEntityTypeSpoiler": "spoiler",
    "textEntityTypeBlockQuote": "blockquote",
    "textEntityTypeExpandableBlockQuote": "expandable_blockquote",
    "textEntityTypeCode": "code",
    "textEntityTypePre": "pre",
    "textEntityTypePreCode": "pre",
    "textEntityTypeTextUrl": "text_link",
    "textEntityTypeMentionName": "text_mention",
    "textEntityTypeCustomEmoji": "custom_emoji",
    "textEntityTypeDateTime": "date_time",
}
_NAMES = {kind: name for name, kind in reversed(_KINDS.items())}
HIDDEN = frozenset({"textEntityTypeBankCardNumber", "textEntityTypeMediaTimestamp", "textEntityTypeTonAddress"})
"""What TDLib finds and the Bot API never shows."""


class Refused(Exception):
    """TDLib's error, worded as the Bot API words it after "Bad Request: "."""


class Shadowed(Exception):
    """TDLib found something in the text that the Bot API has no word for, which may have hidden another entity."""


def parse_html(text: str) -> tuple[str, list[Entity]]:
    """The HTML parse mode alone."""
    mode = {"@type": "textParseModeHTML"}
    return _formatted(_execute({"@type": "parseTextEntities", "text": text, "parse_mode": mode}))


def find_entities(text: str) -> list[Entity]:
    """What TDLib finds by itself; it leaves phone numbers to the server. Raises Shadowed."""
    found = _execute({"@type": "getTextEntities", "text": text})["entities"]
    if any(entity["type"]["@type"] in HIDDEN for entity in found):
        raise Shadowed(text)
    return [_entity(entity) for entity in found]


def fix_entities(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """A text cleaned and its entities made to nest, as before sending but untrimmed and with nothing found in it.

    Runs through TDLib's reader of Markdown, so the text must be free of its signs: * _ ~ ` | [ ].
    """
    formatted = {"@type": "formattedText", "text": text, "entities": [_text_entity(entity) for entity in entities]}
    return _formatted(_execute({"@type": "parseMarkdown", "text": formatted}))


def _execute(request: dict[str, Any]) -> dict[str, Any]:
    answer = tdjson.td_execute(json.dumps(request).encode())
    assert answer is not None, request
    result: dict[str, Any] = json.loads(answer)
    return result


def _formatted(answer: dict[str, Any]) -> tuple[str, list[Entity]]:
    if answer["@type"] == "error":
        message = answer["message"]
        raise Refused(message[:1].lower() + message[1:])
    return answer["text"], [_entity(entity) for entity in answer["entities"]]


def _entity(entity: dict[str, Any]) -> Entity:
    said = entity["type"]
    shown: Entity = {"type": _KINDS[said["@type"]], "offset": entity["offset"], "length": entity["length"]}
    for name in ("url", "language", "custom_emoji_id", "unix_time"):
        if name in said:
            shown[name] = said[name]
    if "user_id" in said:
        shown["user"] = {"id": said["user_id"]}
    if letters := _time_format(said.get("formatting_type")):
        shown["date_time_format"] = letters
    return shown


def _text_entity(entity: Entity) -> dict[str, Any]:
    kind: dict[str, Any] = {"@type": _NAMES[entity["type"]]}
    for name in ("url", "language", "custom_emoji_id", "unix_time"):
        if name in entity:
            kind[name] = entity[name]
    if "language" in entity:
        kind["@type"] = "textEntityTypePreCode"
    if "user" in entity:
        kind["user_id"] = entity["user"]["id"]
    return {"@type": "textEntity", "offset": entity["offset"], "length": entity["length"], "type": kind}


def _time_format(formatting: dict[str, Any] | None) -> str:
    if formatting is None:
        return ""
    if formatting["@type"] == "dateTimeFormattingTypeRelative":
        return "r"
    letters = {"dateTimePartPrecisionNone": "", "dateTimePartPrecisionShort": "s", "dateTimePartPrecisionLong": "L"}
    date = letters[formatting["date_precision"]["@type"]].translate({ord("s"): "d", ord("L"): "D"})
    time = letters[formatting["time_precision"]["@type"]].translate({ord("s"): "t", ord("L"): "T"})
    return ("w" if formatting["show_day_of_week"] else "") + date + time


_execute({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0})
