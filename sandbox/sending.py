"""The methods that send: text, files, albums, a location, a chat action."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.entities import ParseError, format_text
from sandbox.files import StoredFile
from sandbox.keyboards import checked
from sandbox.records import GENERAL_TOPIC, Chat, Message
from sandbox.refusal import bad_request, forbidden, upgraded
from sandbox.schema import Upload
from sandbox.world import CAPTION_LIMIT, TEXT_LIMIT, World

Params = dict[str, Any]

ALBUM: Final = range(2, 11)
ACTIONS: Final = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)
_MEDIA_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "photo": (),
    "document": (),
    "video": ("duration", "width", "height"),
    "voice": ("duration",),
    "audio": ("duration", "performer", "title"),
}
_SHOWN_WITH_MEDIA: Final = {"show_caption_above_media": "show_caption_above_media", "has_spoiler": "has_media_spoiler"}


def send_message(world: World, params: Params) -> Message:
    content = written(params["text"], params)
    return _send(world, params, content)


def send_photo(world: World, params: Params) -> Message:
    return _send_media(world, params, "photo")


def send_document(world: World, params: Params) -> Message:
    return _send_media(world, params, "document")


def send_video(world: World, params: Params) -> Message:
    return _send_media(world, params, "video")


def send_voice(world: World, params: Params) -> Message:
    return _send_media(world, params, "voice")


def send_audio(world: World, params: Params) -> Message:
    return _send_media(world, params, "audio")


def send_media_group(world: World, params: Params) -> list[Message]:
    items = params["media"]
    if len(items) not in ALBUM:
        raise bad_request("too many messages to send as an album" if items[10:] else "sandbox: an album has 2-10 items")
    kinds = {item["type"] for item in items}
    for kind in ("document", "audio"):
        if kind in kinds and len(kinds) > 1:
            raise bad_request(f"{kind} can't be mixed with other media types")
    chat = reachable(world, params["chat_id"])
    common = _framing(chat, params)
    contents = [media_content(world, item["type"], item["media"], item) for item in items]
    _admit(world, chat, events=len(items))
    group = {"media_group_id": world.new_id()}
    return [world.post(chat, world.bot.user(), content | common | group, _silence(params)) for content in contents]


def send_location(world: World, params: Params) -> Message:
    if not (-90 <= params["latitude"] <= 90 and -180 <= params["longitude"] <= 180):
        raise bad_request("invalid location specified")
    names = ("latitude", "longitude", "horizontal_accuracy")
    return _send(world, params, {"location": {name: params[name] for name in names if name in params}})


def send_chat_action(world: World, params: Params) -> bool:
    if params["action"] not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat = reachable(world, params["chat_id"])
    thread = _thread(chat, params.get("message_thread_id"), None)
    thread_id = thread.get("message_thread_id")
    world.journal.note("action", chat_id=chat.id, action=params["action"], thread_id=thread_id)
    return True


def find_chat(world: World, chat_id: int | str) -> Chat:
    """The chat with this identifier or @name that the bot can know of."""
    if isinstance(chat_id, int):
        chat = world.chats.get(chat_id)
    else:
        name = chat_id.removeprefix("@").lower()
        chat = next(
            (chat for chat in world.chats.values() if chat.is_group and (chat.username or "").lower() == name), None
        )
    if chat is None:
        raise bad_request("chat not found")
    return chat


def reachable(world: World, chat_id: int | str) -> Chat:
    """The chat, if the bot may write there."""
    chat = find_chat(world, chat_id)
    if chat.is_group:
        if chat.upgraded_to is not None:
            raise upgraded(chat.upgraded_to)
        if chat.bot_status == "kicked":
            raise forbidden(f"bot was kicked from the {chat.kind} chat")
        if chat.bot_status == "left":
            raise forbidden(f"bot is not a member of the {chat.kind} chat")
        return chat
    person = world.people[chat.id]
    if person.deleted:
        raise forbidden("user is deactivated")
    if person.blocked:
        raise forbidden("bot was blocked by the user")
    if not person.started:
        raise forbidden("bot can't initiate conversation with a user")
    return chat


def written(text: str, params: Params) -> dict[str, Any]:
    """The fields of a text message: 1-4096 characters after the entities are parsed."""
    clean, entities = formatted(text, params.get("parse_mode"), params.get("entities"))
    if not clean:
        raise bad_request("message text is empty")
    if len(clean) > TEXT_LIMIT:
        raise bad_request("message is too long")
    content: dict[str, Any] = {"text": clean}
    if entities:
        content["entities"] = entities
    if params.get("link_preview_options"):
        content["link_preview_options"] = params["link_preview_options"]
    return content


def captioned(params: Params) -> dict[str, Any]:
    """The fields of a caption: up to 1024 characters after the entities are parsed."""
    clean, entities = formatted(params.get("caption", ""), params.get("parse_mode"), params.get("caption_entities"))
    if len(clean) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    content: dict[str, Any] = {"caption": clean} if clean else {}
    if clean and entities:
        content["caption_entities"] = entities
    return content | {shown: True for name, shown in _SHOWN_WITH_MEDIA.items() if params.get(name)}


def formatted(text: str, parse_mode: str | None, entities: list[Any] | None) -> tuple[str, list[dict[str, Any]]]:
    try:
        return format_text(text, parse_mode, entities)
    except ParseError as error:
        raise bad_request(str(error)) from error


def media_content(world: World, kind: str, media: Upload | str, params: Params) -> dict[str, Any]:
    """The fields of a message with one file: a new one, or one sent before by its `file_id`."""
    return {kind: _stored(world, kind, media, params).described()} | captioned(params)


def _stored(world: World, kind: str, media: Upload | str, params: Params) -> StoredFile:
    if isinstance(media, Upload):
        extra = {name: params[name] for name in _MEDIA_FIELDS[kind] if name in params}
        return world.files.add(kind, media, extra)
    if media.startswith(("http://", "https://")):
        raise bad_request("sandbox: files are not fetched from the web here")
    return world.files.reused(media, kind)


def _send_media(world: World, params: Params, kind: str) -> Message:
    return _send(world, params, media_content(world, kind, params[kind], params))


def _send(world: World, params: Params, content: dict[str, Any]) -> Message:
    markup = checked(params.get("reply_markup"))
    chat = reachable(world, params["chat_id"])
    content = content | _framing(chat, params)
    _admit(world, chat)
    if markup is not None and "inline_keyboard" in markup:
        content["reply_markup"] = markup
    elif markup is not None:
        world.set_keyboard(chat, markup)
    return world.post(chat, world.bot.user(), content, _silence(params))


def _silence(params: Params) -> dict[str, Any]:
    return {"silent": True} if params.get("disable_notification") else {}


def _framing(chat: Chat, params: Params) -> dict[str, Any]:
    """Topic, reply and protection: what a message has besides its content."""
    replied = _replied(chat, params.get("reply_parameters"))
    frame = _thread(chat, params.get("message_thread_id"), replied)
    if replied is not None:
        frame["reply_to_message"] = {name: value for name, value in replied.items() if name != "reply_to_message"}
    if params.get("protect_content"):
        frame["has_protected_content"] = True
    return frame


def _replied(chat: Chat, parameters: dict[str, Any] | None) -> Message | None:
    if parameters is None:
        return None
    if parameters.get("chat_id", chat.id) != chat.id:
        raise bad_request("sandbox: replies across chats are not spoken here")
    message = chat.messages.get(parameters["message_id"])
    if message is None and not parameters.get("allow_sending_without_reply"):
        raise bad_request("message to be replied not found")
    return message


def _thread(chat: Chat, thread_id: int | None, replied: Message | None) -> dict[str, Any]:
    if thread_id is None:
        thread_id = (replied or {}).get("message_thread_id")
    elif thread_id not in chat.topics or thread_id == GENERAL_TOPIC:
        raise bad_request("message thread not found")
    if thread_id in chat.closed_topics and chat.bot_status != "administrator":
        raise bad_request("TOPIC_CLOSED")
    return {} if thread_id is None else {"message_thread_id": thread_id, "is_topic_message": True}


def _admit(world: World, chat: Chat, events: int = 1) -> None:
    if world.pace is not None:
        world.pace.admit(chat.id, world.now(), group=chat.is_group, events=events)


def uploads(params: Params) -> Iterator[Upload]:
    """Every file in the parameters."""
    for value in params.values():
        if isinstance(value, Upload):
            yield value
        elif isinstance(value, dict):
            yield from uploads(value)
        elif isinstance(value, list):
            yield from uploads({str(index): item for index, item in enumerate(value)})
