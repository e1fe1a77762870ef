"""The Bot API's methods and parameters as data, and the checking of requests against them.

Types are written as the documentation names them: `Integer`, `Float`, `String`, `Boolean`, `InputFile`, an object
declared in `OBJECTS`, `[X]` for an array of X, `A|B` for a choice, `=word` for a string that must be that word.
A trailing `!` marks what is required. Telegram ignores parameters it does not know; here they are refused, so that a
typing mistake is found on the day it is made.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sandbox.refusal import Refusal, bad_request

_CHAT: Final = {"chat_id": "Integer|String!"}
_PLACE: Final = {**_CHAT, "message_thread_id": "Integer"}
_DELIVERY: Final = {
    "disable_notification": "Boolean",
    "protect_content": "Boolean",
    "reply_parameters": "ReplyParameters",
}
_KEYBOARD: Final = {"reply_markup": "InlineKeyboardMarkup|ReplyKeyboardMarkup|ReplyKeyboardRemove|ForceReply"}
_CAPTION: Final = {"caption": "String", "parse_mode": "String", "caption_entities": "[MessageEntity]"}
_ABOVE: Final = {"show_caption_above_media": "Boolean"}
_SCREENED: Final = {**_ABOVE, "has_spoiler": "Boolean"}
_TEXT: Final = {"parse_mode": "String", "entities": "[MessageEntity]", "link_preview_options": "LinkPreviewOptions"}
_SEND: Final = {**_PLACE, **_DELIVERY, **_KEYBOARD}
_MEDIA: Final = {**_SEND, **_CAPTION}
_EDIT: Final = {
    "chat_id": "Integer|String",
    "message_id": "Integer",
    "inline_message_id": "String",
    "reply_markup": "InlineKeyboardMarkup",
}
_SCOPED: Final = {"scope": "BotCommandScope", "language_code": "String"}
_LANGUAGE: Final = {"language_code": "String"}

METHODS: Final[Mapping[str, Mapping[str, str]]] = {
    "getMe": {},
    "close": {},
    "logOut": {},
    "getUpdates": {"offset": "Integer", "limit": "Integer", "timeout": "Integer", "allowed_updates": "[String]"},
    "setWebhook": {
        "url": "String!",
        "certificate": "InputFile",
        "ip_address": "String",
        "max_connections": "Integer",
        "allowed_updates": "[String]",
        "drop_pending_updates": "Boolean",
        "secret_token": "String",
    },
    "deleteWebhook": {"drop_pending_updates": "Boolean"},
    "getWebhookInfo": {},
    "sendMessage": {**_SEND, **_TEXT, "text": "String!"},
    "sendPhoto": {**_MEDIA, **_SCREENED, "photo": "InputFile|String!"},
    "sendDocument": {
        **_MEDIA,
        "document": "InputFile|String!",
        "thumbnail": "InputFile|String",
        "disable_content_type_detection": "Boolean",
    },
    "sendVideo": {
        **_MEDIA,
        **_SCREENED,
        "video": "InputFile|String!",
        "duration": "Integer",
        "width": "Integer",
        "height": "Integer",
        "thumbnail": "InputFile|String",
        "supports_streaming": "Boolean",
    },
    "sendVoice": {**_MEDIA, "voice": "InputFile|String!", "duration": "Integer"},
    "sendAudio": {
        **_MEDIA,
        "audio": "InputFile|String!",
        "duration": "Integer",
        "performer": "String",
        "title": "String",
        "thumbnail": "InputFile|String",
    },
    "sendMediaGroup": {
        **_PLACE,
        **_DELIVERY,
        "media": "[InputMediaPhoto|InputMediaVideo|InputMediaDocument|InputMediaAudio]!",
    },
    "sendLocation": {
        **_SEND,
        "latitude": "Float!",
        "longitude": "Float!",
        "horizontal_accuracy": "Float",
    },
    "sendChatAction": {**_PLACE, "action": "String!"},
    "editMessageText": {**_EDIT, **_TEXT, "text": "String!"},
    "editMessageCaption": {**_EDIT, **_CAPTION, **_ABOVE},
    "editMessageMedia": {**_EDIT, "media": "InputMediaPhoto|InputMediaVideo|InputMediaDocument|InputMediaAudio!"},
    "editMessageReplyMarkup": _EDIT,
    "deleteMessage": {**_CHAT, "message_id": "Integer!"},
    "deleteMessages": {**_CHAT, "message_ids": "[Integer]!"},
    "setMessageReaction": {**_CHAT, "message_id": "Integer!", "reaction": "[ReactionTypeEmoji]", "is_big": "Boolean"},
    "pinChatMessage": {**_CHAT, "message_id": "Integer!", "disable_notification": "Boolean"},
    "unpinChatMessage": {**_CHAT, "message_id": "Integer"},
    "answerCallbackQuery": {
        "callback_query_id": "String!",
        "text": "String",
        "show_alert": "Boolean",
        "url": "String",
        "cache_time": "Integer",
    },
    "answerInlineQuery": {
        "inline_query_id": "String!",
        "results": "[InlineQueryResultArticle]!",
        "cache_time": "Integer",
        "is_personal": "Boolean",
        "next_offset": "String",
        "button": "InlineQueryResultsButton",
    },
    "getFile": {"file_id": "String!"},
    "getChat": _CHAT,
    "getChatMember": {**_CHAT, "user_id": "Integer!"},
    "leaveChat": _CHAT,
    "setMyCommands": {**_SCOPED, "commands": "[BotCommand]!"},
    "getMyCommands": _SCOPED,
    "deleteMyCommands": _SCOPED,
    "setMyName": {**_LANGUAGE, "name": "String"},
    "getMyName": _LANGUAGE,
    "setMyDescription": {**_LANGUAGE, "description": "String"},
    "getMyDescription": _LANGUAGE,
    "setMyShortDescription": {**_LANGUAGE, "short_description": "String"},
    "getMyShortDescription": _LANGUAGE,
    "setChatMenuButton": {"chat_id": "Integer", "menu_button": "MenuButton"},
    "getChatMenuButton": {"chat_id": "Integer"},
    "setMyDefaultAdministratorRights": {"rights": "ChatAdministratorRights", "for_channels": "Boolean"},
    "getMyDefaultAdministratorRights": {"for_channels": "Boolean"},
}

_WEB_APP: Final = {"web_app": "WebAppInfo"}
_INPUT_MEDIA: Final = {**_CAPTION, "media": "InputFile|String!"}
_SCOPED_CHAT: Final = {"chat_id": "Integer|String!"}

OBJECTS: Final[Mapping[str, Mapping[str, str]]] = {
    "MessageEntity": {
        "type": "String!",
        "offset": "Integer!",
        "length": "Integer!",
        "url": "String",
        "user": "User",
        "language": "String",
        "custom_emoji_id": "String",
        "unix_time": "Integer",
        "date_time_format": "String",
    },
    "User": {
        "id": "Integer!",
        "is_bot": "Boolean!",
        "first_name": "String!",
        "last_name": "String",
        "username": "String",
        "language_code": "String",
    },
    "LinkPreviewOptions": {
        "is_disabled": "Boolean",
        "url": "String",
        "prefer_small_media": "Boolean",
        "prefer_large_media": "Boolean",
        "show_above_text": "Boolean",
    },
    "ReplyParameters": {
        "message_id": "Integer!",
        "chat_id": "Integer|String",
        "allow_sending_without_reply": "Boolean",
        "quote": "String",
        "quote_parse_mode": "String",
        "quote_entities": "[MessageEntity]",
        "quote_position": "Integer",
    },
    "InlineKeyboardMarkup": {"inline_keyboard": "[[InlineKeyboardButton]]!"},
    "InlineKeyboardButton": {
        **_WEB_APP,
        "text": "String!",
        "icon_custom_emoji_id": "String",
        "style": "String",
        "url": "String",
        "callback_data": "String",
        "switch_inline_query": "String",
        "switch_inline_query_current_chat": "String",
        "switch_inline_query_chosen_chat": "SwitchInlineQueryChosenChat",
        "copy_text": "CopyTextButton",
    },
    "SwitchInlineQueryChosenChat": {
        "query": "String",
        "allow_user_chats": "Boolean",
        "allow_bot_chats": "Boolean",
        "allow_group_chats": "Boolean",
        "allow_channel_chats": "Boolean",
    },
    "WebAppInfo": {"url": "String!"},
    "CopyTextButton": {"text": "String!"},
    "ReplyKeyboardMarkup": {
        "keyboard": "[[String|KeyboardButton]]!",
        "is_persistent": "Boolean",
        "resize_keyboard": "Boolean",
        "one_time_keyboard": "Boolean",
        "input_field_placeholder": "String",
        "selective": "Boolean",
    },
    "KeyboardButton": {
        **_WEB_APP,
        "text": "String!",
        "icon_custom_emoji_id": "String",
        "style": "String",
        "request_contact": "Boolean",
        "request_location": "Boolean",
    },
    "ReplyKeyboardRemove": {"remove_keyboard": "Boolean!", "selective": "Boolean"},
    "ForceReply": {"force_reply": "Boolean!", "input_field_placeholder": "String", "selective": "Boolean"},
    "InputMediaPhoto": {**_INPUT_MEDIA, **_SCREENED, "type": "=photo!"},
    "InputMediaVideo": {
        **_INPUT_MEDIA,
        **_SCREENED,
        "type": "=video!",
        "thumbnail": "InputFile|String",
        "width": "Integer",
        "height": "Integer",
        "duration": "Integer",
        "supports_streaming": "Boolean",
    },
    "InputMediaDocument": {
        **_INPUT_MEDIA,
        "type": "=document!",
        "thumbnail": "InputFile|String",
        "disable_content_type_detection": "Boolean",
    },
    "InputMediaAudio": {
        **_INPUT_MEDIA,
        "type": "=audio!",
        "thumbnail": "InputFile|String",
        "duration": "Integer",
        "performer": "String",
        "title": "String",
    },
    "ReactionTypeEmoji": {"type": "=emoji!", "emoji": "String!"},
    "InlineQueryResultArticle": {
        "type": "=article!",
        "id": "String!",
        "title": "String!",
        "input_message_content": "InputTextMessageContent!",
        "reply_markup": "InlineKeyboardMarkup",
        "url": "String",
        "description": "String",
        "thumbnail_url": "String",
        "thumbnail_width": "Integer",
        "thumbnail_height": "Integer",
    },
    "InputTextMessageContent": {**_TEXT, "message_text": "String!"},
    "InlineQueryResultsButton": {**_WEB_APP, "text": "String!", "start_parameter": "String"},
    "BotCommand": {"command": "String!", "description": "String!"},
    "BotCommandScopeDefault": {"type": "=default!"},
    "BotCommandScopeAllPrivateChats": {"type": "=all_private_chats!"},
    "BotCommandScopeAllGroupChats": {"type": "=all_group_chats!"},
    "BotCommandScopeAllChatAdministrators": {"type": "=all_chat_administrators!"},
    "BotCommandScopeChat": {**_SCOPED_CHAT, "type": "=chat!"},
    "BotCommandScopeChatAdministrators": {**_SCOPED_CHAT, "type": "=chat_administrators!"},
    "BotCommandScopeChatMember": {**_SCOPED_CHAT, "type": "=chat_member!", "user_id": "Integer!"},
    "MenuButtonCommands": {"type": "=commands!"},
    "MenuButtonDefault": {"type": "=default!"},
    "MenuButtonWebApp": {"type": "=web_app!", "text": "String!", "web_app": "WebAppInfo!"},
    "ChatAdministratorRights": {
        "is_anonymous": "Boolean!",
        "can_manage_chat": "Boolean!",
        "can_delete_messages": "Boolean!",
        "can_manage_video_chats": "Boolean!",
        "can_restrict_members": "Boolean!",
        "can_promote_members": "Boolean!",
        "can_change_info": "Boolean!",
        "can_invite_users": "Boolean!",
        "can_post_stories": "Boolean!",
        "can_edit_stories": "Boolean!",
        "can_delete_stories": "Boolean!",
        "can_post_messages": "Boolean",
        "can_edit_messages": "Boolean",
        "can_pin_messages": "Boolean",
        "can_manage_topics": "Boolean",
        "can_manage_direct_messages": "Boolean",
        "can_manage_tags": "Boolean",
    },
}

UNIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "BotCommandScope": tuple(name for name in OBJECTS if name.startswith("BotCommandScope")),
    "MenuButton": tuple(name for name in OBJECTS if name.startswith("MenuButton")),
}

_MISSING: Final[Mapping[str, str]] = {
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "message_id": "message identifier is not specified",
    "message_ids": "message identifiers are not specified",
    "callback_query_id": "query is too old and response timeout expired or query ID is invalid",
    "inline_query_id": "query is too old and response timeout expired or query ID is invalid",
    "photo": "there is no photo in the request",
    "document": "there is no document in the request",
    "video": "there is no video in the request",
    "voice": "there is no voice in the request",
    "audio": "there is no audio in the request",
    "file_id": "invalid file_id specified",
    "user_id": "invalid user_id specified",
    "action": "wrong parameter action in request",
    "latitude": "latitude is empty",
    "longitude": "longitude is empty",
}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with the request."""

    name: str
    mime: str
    data: bytes

    def __str__(self) -> str:
        return f"file {self.name!r}, {len(self.data)} bytes"


@dataclass(frozen=True, slots=True)
class Field:
    """One declared parameter of a method, or field of an object."""

    name: str
    type: str
    required: bool


def _fields(declared: Mapping[str, str]) -> dict[str, Field]:
    return {name: Field(name, kind.removesuffix("!"), kind.endswith("!")) for name, kind in declared.items()}


PARAMETERS: Final = {method: _fields(declared) for method, declared in METHODS.items()}
_OBJECT_FIELDS: Final = {name: _fields(declared) for name, declared in OBJECTS.items()}
_PROPER_NAMES: Final = {name.lower(): name for name in METHODS}


def method_named(name: str) -> str | None:
    """The method's proper name (Telegram takes any case), or None when there is no such method here."""
    return _PROPER_NAMES.get(name.lower())


def typed(method: str, raw: Mapping[str, Any], attached: Mapping[str, Upload] | None = None) -> dict[str, Any]:
    """The parameters with their proper types; what does not fit its type stays as it came.

    `attached` are the request's files that are no parameters themselves; `attach://name` stands for one of them.
    """
    declared = PARAMETERS[method]
    given = {name: value for name, value in raw.items() if value is not None}
    params = {
        name: _decoded(declared[name].type, value) if name in declared else value for name, value in given.items()
    }
    if attached:
        used: set[str] = set()
        params = {name: _with_files(value, attached, used) for name, value in params.items()}
        params |= {name: upload for name, upload in attached.items() if name not in used}
    return params


def check(method: str, params: Mapping[str, Any]) -> None:
    """`Refusal` 400 for the first thing wrong with typed parameters."""
    for problem in _problems(method, PARAMETERS[method], params):
        raise problem


def _with_files(value: Any, attached: Mapping[str, Upload], used: set[str]) -> Any:
    """The value with each `attach://name` replaced by its file; names met are added to `used`."""
    if isinstance(value, list):
        return [_with_files(item, attached, used) for item in value]
    if isinstance(value, dict):
        return {name: _with_files(item, attached, used) for name, item in value.items()}
    name = value.removeprefix("attach://") if isinstance(value, str) and value.startswith("attach://") else None
    if name is None or name not in attached:
        return value
    used.add(name)
    return attached[name]


def faults(method: str, params: Mapping[str, Any]) -> list[str]:
    """Everything wrong with a request, in plain words; an empty list for a right one."""
    name = method_named(method)
    if name is None:
        return [f"unknown method {method!r}"]
    problems = _problems(name, PARAMETERS[name], typed(name, params))
    return [problem.description.removeprefix("Bad Request: ") for problem in problems]


def _problems(method: str, declared: Mapping[str, Field], params: Mapping[str, Any]) -> Iterator[Refusal]:
    for name in params:
        if name not in declared:
            yield bad_request(f'sandbox: unknown parameter "{name}" of {method}')
    for name, field in declared.items():
        value = params.get(name)
        if value is None or (value == "" and field.required and name != "url"):
            if field.required:
                yield bad_request(_MISSING.get(name, f'parameter "{name}" is required'))
            continue
        for fault in _value_faults(field.type, value, name):
            yield bad_request(_telegrams_words(name, value) or f"sandbox: {fault}, in {method}")


def _telegrams_words(name: str, value: Any) -> str | None:
    """Telegram's own sentence where it has one for a value that could not even be read."""
    if isinstance(value, str) and not _is_text(value):
        return "strings must be encoded in UTF-8"
    if name == "reply_markup" and isinstance(value, str):
        return "can't parse reply keyboard markup JSON object"
    if name in {"entities", "caption_entities"} and isinstance(value, str):
        return "can't parse entities: expected an Array of MessageEntity"
    return None


_INTEGER: Final = re.compile(r"[+-]?\d{1,19}")
_FLOAT: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_TRUTH: Final = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


def _decoded(kind: str, raw: Any) -> Any:
    """The value a form's string stands for; what does not fit its type stays as it came and is refused later."""
    if not isinstance(raw, str):
        return str(raw) if kind == "String" and type(raw) is int else _without_nulls(raw)
    reader = _READERS.get(kind)
    return reader(raw) if reader is not None else _without_nulls(_json(raw))


def _without_nulls(value: Any) -> Any:
    """A field that is null is a field that is not there."""
    if isinstance(value, dict):
        return {name: _without_nulls(item) for name, item in value.items() if item is not None}
    return [_without_nulls(item) for item in value] if isinstance(value, list) else value


def _json(raw: str) -> Any:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return raw


def _integer(raw: str) -> Any:
    return int(raw) if _INTEGER.fullmatch(raw) else raw


def _float(raw: str) -> Any:
    return float(raw) if _FLOAT.fullmatch(raw) else raw


def _boolean(raw: str) -> Any:
    return _TRUTH.get(raw.lower(), raw)


def _as_it_is(raw: str) -> Any:
    return raw


_READERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "String": _as_it_is,
    "InputFile": _as_it_is,
    "InputFile|String": _as_it_is,
    "Integer": _integer,
    "Integer|String": _integer,
    "Float": _float,
    "Boolean": _boolean,
}


def _is_integer(value: Any) -> bool:
    return type(value) is int and -(2**63) <= value < 2**63


def _is_text(value: Any) -> bool:
    """A string without lone surrogates, which UTF-8 cannot express."""
    if not isinstance(value, str):
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


_SCALARS: Final[Mapping[str, Callable[[Any], bool]]] = {
    "String": _is_text,
    "Integer": _is_integer,
    "Float": lambda value: type(value) in (int, float),
    "Boolean": lambda value: isinstance(value, bool),
    "InputFile": lambda value: isinstance(value, Upload) or (isinstance(value, str) and value != ""),
}


def _value_faults(kind: str, value: Any, where: str) -> list[str]:
    scalar = _SCALARS.get(kind)
    if scalar is not None:
        return [] if scalar(value) else [f"{where} must be {kind}"]
    if kind.startswith("[") and kind.endswith("]"):
        return _array_faults(kind[1:-1], value, where)
    if "|" in kind:
        return _choice_faults(tuple(kind.split("|")), value, where)
    if kind in UNIONS:
        return _choice_faults(UNIONS[kind], value, where)
    if kind.startswith("="):
        return [] if value == kind[1:] else [f'{where} must be "{kind[1:]}"']
    return _object_faults(kind, value, where)


def _array_faults(kind: str, value: Any, where: str) -> list[str]:
    if not isinstance(value, list):
        return [f"{where} must be an Array of {kind}"]
    return [fault for index, item in enumerate(value) for fault in _value_faults(kind, item, f"{where}[{index}]")]


def _choice_faults(kinds: tuple[str, ...], value: Any, where: str) -> list[str]:
    """No fault if one alternative fits; otherwise the faults of the alternative that the value was meant to be."""
    found = [(kind, _value_faults(kind, value, where)) for kind in kinds]
    if any(not faulty for _, faulty in found):
        return []
    if isinstance(value, dict):
        for kind, faulty in found:
            if _is_meant(kind, value):
                return faulty
    return [f"{where} must be {' or '.join(kinds)}"]


def _is_meant(kind: str, value: dict[str, Any]) -> bool:
    fields = _OBJECT_FIELDS.get(kind, {})
    tag = fields.get("type")
    if tag is not None and tag.type.startswith("="):
        return value.get("type") == tag.type[1:]
    return any(field.required and name in value for name, field in fields.items())


def _object_faults(kind: str, value: Any, where: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{where} must be {kind}"]
    fields = _OBJECT_FIELDS[kind]
    found = [f'unknown field "{name}" of {kind} in {where}' for name in value if name not in fields]
    for name, field in fields.items():
        if value.get(name) is not None:
            found += _value_faults(field.type, value[name], f"{where}.{name}")
        elif field.required:
            found.append(f'{where} lacks the field "{name}" of {kind}')
    return found
