"""What each Bot API method does to the world: every method by name, and those that fit no other module."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from sandbox import account, editing, sending
from sandbox.keyboards import checked_inline
from sandbox.records import Message, Query
from sandbox.refusal import Refusal, bad_request, conflict
from sandbox.sending import Params, find_chat, reachable, written
from sandbox.stage import chat_member
from sandbox.updates import DEFAULT_KINDS, KINDS
from sandbox.webhook import LOOPBACK, Webhook
from sandbox.world import World

Method = Callable[[World, Params], Any]

TOAST_LIMIT: Final = 200
RESULTS_LIMIT: Final = 50
LONGEST_POLL: Final = 50
LOG_OUT_SECONDS: Final = 600
_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{0,256}")
_TOO_OLD: Final = "query is too old and response timeout expired or query ID is invalid"


def get_me(world: World, params: Params) -> dict[str, Any]:
    return world.bot.account()


def close(world: World, params: Params) -> bool:
    return True


def log_out(world: World, params: Params) -> bool:
    """Leaves Telegram's servers; they do not know the bot for the next ten minutes."""
    world.logged_out_until = world.now() + LOG_OUT_SECONDS
    return True


async def get_updates(world: World, params: Params, gone: asyncio.Event) -> list[dict[str, Any]]:
    """The one method that may wait: up to 50 seconds, or until the client is `gone`."""
    if world.webhook.url:
        raise conflict(
            "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
        )
    _allow(world, params)
    limit = min(max(params.get("limit", 100), 1), 100)
    timeout = min(max(params.get("timeout", 0), 0), LONGEST_POLL)
    return await world.updates.poll(params.get("offset", 0), limit, timeout, gone)


def set_webhook(world: World, params: Params) -> bool:
    url = params["url"]
    if url and (urlsplit(url).scheme != "http" or urlsplit(url).hostname not in LOOPBACK):
        raise bad_request("bad webhook: sandbox: only http addresses of this machine are called")
    if not _SECRET.fullmatch(params.get("secret_token", "")):
        raise bad_request("secret token contains unallowed characters")
    _allow(world, params)
    _drop_pending(world, params)
    world.webhook = (
        Webhook(url, params.get("secret_token", ""), params.get("max_connections", 40)) if url else Webhook()
    )
    if url:
        world.updates.end_poll(conflict("terminated by setWebhook request"))
    world.updates.arrived.set()
    return True


def delete_webhook(world: World, params: Params) -> bool:
    _drop_pending(world, params)
    world.webhook = Webhook()
    return True


def get_webhook_info(world: World, params: Params) -> dict[str, Any]:
    allowed = None if world.updates.allowed == DEFAULT_KINDS else sorted(world.updates.allowed)
    return world.webhook.info(world.updates.pending(), allowed)


def answer_callback_query(world: World, params: Params) -> bool:
    tap = _answered(world, world.taps.get(params["callback_query_id"]))
    text = params.get("text", "")
    if len(text) > TOAST_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    if params.get("url") and not _leads_to(world.bot.username, params["url"]):
        raise bad_request("URL_INVALID")
    tap.answered = True
    world.journal.note(
        "toast",
        person_id=tap.person_id,
        chat_id=tap.chat_id,
        query_id=params["callback_query_id"],
        text=text,
        alert=params.get("show_alert", False),
        url=params.get("url"),
    )
    return True


def _leads_to(username: str, url: str) -> bool:
    """Whether a link opens the bot itself; a bot without games may answer a tap with no other."""
    parts = urlsplit(url)
    named = parts.netloc.lower() == "t.me" and parts.path.strip("/").lower() == username.lower()
    return named and parts.scheme in {"http", "https"}


def answer_inline_query(world: World, params: Params) -> bool:
    query = _answered(world, world.inline_queries.get(params["inline_query_id"]))
    results = params["results"]
    if len(results) > RESULTS_LIMIT:
        raise bad_request("too many inline query results specified")
    identifiers = [result["id"] for result in results]
    if len(set(identifiers)) < len(identifiers):
        raise bad_request("RESULT_ID_DUPLICATE")
    if any(not 1 <= len(identifier.encode()) <= 64 for identifier in identifiers):
        raise bad_request("RESULT_ID_INVALID")
    query.results = [result | {"content": _inline_content(result)} for result in results]
    query.answered = True
    world.journal.note("inline", person_id=query.person_id, query_id=params["inline_query_id"], results=query.results)
    return True


def _inline_content(result: Params) -> Message:
    """The fields of the message that a result becomes."""
    text = result["input_message_content"]
    markup = checked_inline(result.get("reply_markup"))
    return written(text["message_text"], text) | ({"reply_markup": markup} if markup else {})


def get_file(world: World, params: Params) -> dict[str, Any]:
    return world.files.link(params["file_id"], world.now())


def get_chat(world: World, params: Params) -> dict[str, Any]:
    """The Bot API's ChatFullInfo, with the fields every chat has."""
    chat = find_chat(world, params["chat_id"])
    if chat.is_group:
        reachable(world, chat.id)
    full = chat.chat() | {
        "accent_color_id": abs(chat.id) % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            "unlimited_gifts": False,
            "limited_gifts": False,
            "unique_gifts": False,
            "premium_subscription": False,
            "gifts_from_channels": False,
        },
    }
    return full | ({"pinned_message": chat.messages[chat.pinned[-1]]} if chat.pinned else {})


def get_chat_member(world: World, params: Params) -> dict[str, Any]:
    chat = find_chat(world, params["chat_id"])
    if chat.is_group:
        reachable(world, chat.id)
    if params["user_id"] == world.bot.id:
        return world.bot_member(chat.bot_status)
    person = world.people.get(params["user_id"])
    if person is None:
        raise bad_request("PARTICIPANT_ID_INVALID")
    return chat_member(person.user(), chat.status_of(person.id))


def leave_chat(world: World, params: Params) -> bool:
    chat = find_chat(world, params["chat_id"])
    if not chat.is_group:
        raise bad_request("chat member status can't be changed in private chats")
    reachable(world, chat.id)
    world.leave(chat)
    return True


def _allow(world: World, params: Params) -> None:
    """Take note of `allowed_updates`; without it the last choice stays, an empty list is the default."""
    kinds = params.get("allowed_updates")
    if kinds is None:
        return
    unknown = sorted(set(kinds) - KINDS)
    if unknown:
        raise bad_request(f'sandbox: unknown update type "{unknown[0]}" in allowed_updates')
    world.updates.allowed = frozenset(kinds) or DEFAULT_KINDS


def _drop_pending(world: World, params: Params) -> None:
    if params.get("drop_pending_updates"):
        world.updates.clear()


def _answered(world: World, query: Query | None) -> Query:
    """The query, if it waits for an answer still."""
    if query is None or query.answered or world.now() >= query.until:
        raise bad_request(_TOO_OLD)
    return query


def perform(world: World, method: str, params: Params) -> Any:
    """Do what the method does; returns its result or raises `Refusal`."""
    if world.now() < world.logged_out_until:
        raise Refusal(400, "Logged out")
    return METHODS[method](world, params)


METHODS: Final[Mapping[str, Method]] = {
    "getMe": get_me,
    "close": close,
    "logOut": log_out,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    "sendMessage": sending.send_message,
    "sendPhoto": sending.send_photo,
    "sendDocument": sending.send_document,
    "sendVideo": sending.send_video,
    "sendVoice": sending.send_voice,
    "sendAudio": sending.send_audio,
    "sendMediaGroup": sending.send_media_group,
    "sendLocation": sending.send_location,
    "sendChatAction": sending.send_chat_action,
    "editMessageText": editing.edit_message_text,
    "editMessageCaption": editing.edit_message_caption,
    "editMessageMedia": editing.edit_message_media,
    "editMessageReplyMarkup": editing.edit_message_reply_markup,
    "deleteMessage": editing.delete_message,
    "deleteMessages": editing.delete_messages,
    "setMessageReaction": editing.set_message_reaction,
    "pinChatMessage": editing.pin_chat_message,
    "unpinChatMessage": editing.unpin_chat_message,
    "answerCallbackQuery": answer_callback_query,
    "answerInlineQuery": answer_inline_query,
    "getFile": get_file,
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "leaveChat": leave_chat,
    "setMyCommands": account.set_my_commands,
    "getMyCommands": account.get_my_commands,
    "deleteMyCommands": account.delete_my_commands,
    "setMyName": account.setter("name"),
    "getMyName": account.getter("name"),
    "setMyDescription": account.setter("description"),
    "getMyDescription": account.getter("description"),
    "setMyShortDescription": account.setter("short_description"),
    "getMyShortDescription": account.getter("short_description"),
    "setChatMenuButton": account.set_chat_menu_button,
    "getChatMenuButton": account.get_chat_menu_button,
    "setMyDefaultAdministratorRights": account.set_default_rights,
    "getMyDefaultAdministratorRights": account.get_default_rights,
}
