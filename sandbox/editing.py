"""The methods that change what was sent: edits, deletions, reactions, pins."""

from __future__ import annotations

from typing import Any, Final

from sandbox.keyboards import checked_inline
from sandbox.records import Chat, Message
from sandbox.refusal import bad_request
from sandbox.sending import Params, captioned, find_chat, media_content, reachable, written
from sandbox.world import World

DELETABLE_SECONDS: Final = 48 * 3600
"""core.telegram.org/bots/api#deletemessage"""
BATCH: Final = range(1, 101)
_MEDIA: Final = ("photo", "document", "video", "voice", "audio")
_CAPTION: Final = ("caption", "caption_entities", "show_caption_above_media")
_NOT_MODIFIED: Final = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
_REACTIONS: Final = (
    "❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 "
    "😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡"
)
REACTIONS: Final = frozenset(_REACTIONS.split())


def edit_message_text(world: World, params: Params) -> Message:
    chat, message = _editable(world, params)
    if "text" not in message:
        raise bad_request("there is no text in the message to edit")
    content = written(params["text"], params)
    return _edit(world, params, chat, message, ("text", "entities", "link_preview_options"), content)


def edit_message_caption(world: World, params: Params) -> Message:
    chat, message = _editable(world, params)
    if not any(kind in message for kind in _MEDIA):
        raise bad_request("there is no caption in the message to edit")
    return _edit(world, params, chat, message, _CAPTION, captioned(params))


def edit_message_media(world: World, params: Params) -> Message:
    chat, message = _editable(world, params)
    if not any(kind in message for kind in _MEDIA):
        raise bad_request("there is no media in the message to edit")
    media = params["media"]
    if "media_group_id" in message and media["type"] not in message:
        raise bad_request("can't change media type in the album")
    content = media_content(world, media["type"], media["media"], media)
    return _edit(world, params, chat, message, (*_MEDIA, *_CAPTION, "has_media_spoiler"), content)


def edit_message_reply_markup(world: World, params: Params) -> Message:
    chat, message = _editable(world, params)
    return _edit(world, params, chat, message, (), {})


def delete_message(world: World, params: Params) -> bool:
    chat = find_chat(world, params["chat_id"])
    message = chat.messages.get(params["message_id"])
    if message is None:
        raise bad_request("message to delete not found")
    _check_deletable(world, chat, message)
    world.remove(chat, message["message_id"])
    return True


def delete_messages(world: World, params: Params) -> bool:
    """Unknown messages are passed over; if one of the others may not be deleted, none is."""
    if len(params["message_ids"]) not in BATCH:
        raise bad_request("too many messages identifiers specified")
    chat = find_chat(world, params["chat_id"])
    found = [message_id for message_id in dict.fromkeys(params["message_ids"]) if message_id in chat.messages]
    for message_id in found:
        _check_deletable(world, chat, chat.messages[message_id])
    for message_id in found:
        world.remove(chat, message_id)
    return True


def set_message_reaction(world: World, params: Params) -> bool:
    chat = reachable(world, params["chat_id"])
    if params["message_id"] not in chat.messages:
        raise bad_request("message to react not found")
    reaction = params.get("reaction") or []
    if len(reaction) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    if any(one["emoji"] not in REACTIONS for one in reaction):
        raise bad_request("REACTION_INVALID")
    world.journal.note("reaction", chat_id=chat.id, message_id=params["message_id"], reaction=reaction)
    chat.extras.setdefault(params["message_id"], {})["reaction"] = reaction
    return True


def pin_chat_message(world: World, params: Params) -> bool:
    chat = _pinnable(world, params)
    message = chat.messages.get(params["message_id"])
    if message is None:
        raise bad_request("message to pin not found")
    if message["message_id"] not in chat.pinned:
        chat.pinned.append(message["message_id"])
        # The one message of its own that a bot is told about: the note that something was pinned.
        note = world.post(chat, world.bot.user(), {"pinned_message": message})
        world.updates.put("message", note)
    return True


def unpin_chat_message(world: World, params: Params) -> bool:
    chat = _pinnable(world, params)
    message_id = params.get("message_id") or (chat.pinned[-1] if chat.pinned else 0)
    if message_id not in chat.pinned:
        raise bad_request("message to unpin not found")
    chat.pinned.remove(message_id)
    return True


def _pinnable(world: World, params: Params) -> Chat:
    chat = reachable(world, params["chat_id"])
    if chat.is_group and chat.bot_status != "administrator":
        raise bad_request("not enough rights to manage pinned messages in the chat")
    return chat


def _editable(world: World, params: Params) -> tuple[Chat, Message]:
    if "inline_message_id" in params:
        raise bad_request("MESSAGE_ID_INVALID")
    if "chat_id" not in params:
        raise bad_request("chat_id is empty")
    if "message_id" not in params:
        raise bad_request("message identifier is not specified")
    chat = reachable(world, params["chat_id"])
    message = chat.messages.get(params["message_id"])
    if message is None:
        raise bad_request("message to edit not found")
    if message["from"]["id"] != world.bot.id or "pinned_message" in message:
        raise bad_request("message can't be edited")
    return chat, message


def _edit(
    world: World, params: Params, chat: Chat, message: Message, replaced: tuple[str, ...], content: dict[str, Any]
) -> Message:
    """Put new content in the place of the `replaced` fields; without markup the keyboard goes, as at Telegram."""
    markup = checked_inline(params.get("reply_markup"))
    kept = {name: value for name, value in message.items() if name not in (*replaced, "reply_markup", "edit_date")}
    edited = kept | content | ({"reply_markup": markup} if markup else {})
    if edited == {name: value for name, value in message.items() if name != "edit_date"}:
        raise bad_request(_NOT_MODIFIED)
    if world.pace is not None:
        world.pace.admit(chat.id, world.now(), group=chat.is_group)
    return world.replace(chat, edited | {"edit_date": int(world.now())})


def _check_deletable(world: World, chat: Chat, message: Message) -> None:
    own = message["from"]["id"] == world.bot.id
    if world.now() - message["date"] >= DELETABLE_SECONDS:
        raise bad_request("message can't be deleted for everyone")
    if chat.is_group and not own and chat.bot_status != "administrator":
        raise bad_request("message can't be deleted")
    if "forum_topic_created" in message:
        raise bad_request("message can't be deleted")
