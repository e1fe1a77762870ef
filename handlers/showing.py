"""A Screen as Bot API calls: the only place that knows ``parse_mode`` and keyboards."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from telegram import CallbackQuery, Message, Update

from storage.outbox import Call
from texts.screen import Button, Screen, Toast


def calls_for(update: Update, answer: Screen | Toast) -> list[Call]:
    """The calls that show this answer where the update came from; none when there is nowhere to answer.

    A press of a button is always answered, so that its clock stops turning; its message is edited in place,
    and should Telegram refuse that (the message is gone or too old), the screen comes as a new message.
    """
    query = update.callback_query
    if isinstance(answer, Toast):
        return [_stop_the_clock(query, answer.text, answer.alert)] if query else []
    calls = [] if query is None else [_stop_the_clock(query, answer.toast)]
    message = update.effective_message
    if message is None or update.effective_chat is None:
        return calls
    fresh = Call("sendMessage", {**_where(update), **_what(answer)})
    if query is not None and isinstance(query.message, Message) and not answer.fresh:
        edit = {"chat_id": query.message.chat.id, "message_id": query.message.message_id}
        return [*calls, Call("editMessageText", {**edit, **_what(answer)}, otherwise=fresh)]
    return [*calls, fresh]


def notice(chat_id: int, screen: Screen) -> Call:
    """A screen for a chat out of turn, such as an apology."""
    return Call("sendMessage", {"chat_id": chat_id, **_what(screen)})


def _where(update: Update) -> dict[str, Any]:
    """The chat and, in a forum, the topic; in groups as a reply, so that it is clear who is answered."""
    message = update.effective_message
    assert message is not None  # noqa: S101 - asked by the caller
    where: dict[str, Any] = {"chat_id": message.chat.id}
    if isinstance(message, Message):
        if message.is_topic_message and message.message_thread_id is not None:
            where["message_thread_id"] = message.message_thread_id
        if message.chat.type != "private" and update.callback_query is None:
            where["reply_parameters"] = {"message_id": message.message_id, "allow_sending_without_reply": True}
    return where


@lru_cache(512)
def _what(screen: Screen) -> Mapping[str, Any]:
    """The text and buttons as parameters; most screens are shown many times, so they are kept."""
    what: dict[str, Any] = {
        "text": str(screen.text),
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
    }
    if screen.rows:
        what["reply_markup"] = {"inline_keyboard": [[_button(b) for b in row] for row in screen.rows]}
    return what


def _button(button: Button) -> dict[str, Any]:
    shown: dict[str, Any] = {"text": button.label}
    if button.data is not None:
        shown["callback_data"] = button.data
    elif button.copy is not None:
        shown["copy_text"] = {"text": button.copy}
    elif button.url is not None:
        shown["url"] = button.url
    if button.style is not None:
        shown["style"] = button.style
    return shown


def _stop_the_clock(query: CallbackQuery, text: str | None, alert: bool = False) -> Call:
    params: dict[str, Any] = {"callback_query_id": query.id}
    if text:
        params["text"] = text[:200]
    if alert:
        params["show_alert"] = True
    return Call("answerCallbackQuery", params)
