"""A Screen as Bot API calls: the only place that knows ``parse_mode`` and keyboards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from telegram import CallbackQuery, Message, Update

from storage.outbox import Call
from texts import otherwise
from texts.inline import Offer
from texts.screen import Button, Screen, Toast


def calls_for(update: Update, answer: Screen | Toast) -> list[Call]:
    """The calls that show this answer where the update came from; none when there is nowhere to answer.

    A press of a button is always answered, so that its clock stops turning; its message is edited in place,
    and should Telegram refuse that (the message is gone or too old), the screen comes as a new message. So does a
    text after a picture, which Telegram cannot put in its place, and a picture after a text, so that both can be read.
    """
    query = update.callback_query
    if isinstance(answer, Toast):
        return [_stop_the_clock(query, answer.text, answer.alert)] if query else []
    calls = [] if query is None else [_stop_the_clock(query, answer.toast)]
    message = update.effective_message
    if message is None or update.effective_chat is None:
        return calls
    fresh = _fresh(_where(update), answer)
    pressed = query.message if query is not None else None
    if isinstance(pressed, Message) and _fits(pressed, answer):
        return [*calls, _edit(pressed, answer, fresh)]
    return [*calls, fresh]


def _fits(message: Message, screen: Screen) -> bool:
    """Whether the screen can be shown in place of this message. An edit protects nothing that was not protected."""
    protects = not screen.protected or bool(message.has_protected_content)
    return not screen.fresh and protects and bool(message.photo) == bool(screen.picture)


def notice(chat_id: int, screen: Screen, thread_id: int | None = None) -> Call:
    """A screen for a chat, or a topic of it, out of turn, such as an apology."""
    where = {"chat_id": chat_id} if thread_id is None else {"chat_id": chat_id, "message_thread_id": thread_id}
    return _fresh(where, screen)


def replacing(chat_id: int, message_id: int, screen: Screen) -> Call:
    """A screen in the place of one of our messages, out of turn; should that one be gone, nothing."""
    return Call("editMessageText", {"chat_id": chat_id, "message_id": message_id, **_worded(screen)})


def document(chat_id: int, wanted: Mapping[str, Any], below: Screen | None, instead: Screen) -> Call:
    """A file, which the courier makes right before it goes, and the words below it. As a file, whatever is in it:
    Telegram shows and keeps photos otherwise than it was given them. ``instead`` is said should it not be taken."""
    params = {"chat_id": chat_id, "document": dict(wanted), "disable_content_type_detection": True}
    said = {**_manner(below), **_caption(below)} if below is not None else {}
    return Call("sendDocument", params | said, otherwise=notice(chat_id, instead))


def photo(chat_id: int, wanted: Mapping[str, Any], below: Screen, instead: Screen) -> Call:
    """A picture that the courier makes right before it goes, and the words below it."""
    params = {"chat_id": chat_id, "photo": dict(wanted), **_manner(below), **_caption(below)}
    return Call("sendPhoto", params, otherwise=notice(chat_id, instead))


def deletion(chat_id: int, message_id: int) -> Call:
    """Have one message deleted; Telegram skips what is gone."""
    return Call("deleteMessages", {"chat_id": chat_id, "message_ids": [message_id]})


def vanishing(chat_id: int, message_ids: Sequence[int]) -> Call:
    """Have these messages deleted, and forgotten once they are; should some stay, that is said."""
    return Call("vanish", {"chat_id": chat_id, "message_ids": list(message_ids)})


def emptying(chat_id: int, since: int, before: int | None = None, *, silent: bool = False) -> Call:
    """Have the messages of this chat deleted that came or changed since then, and came before ``before`` (unix seconds).

    Which those are is looked up when it is done (bot.courier), so that nothing is missed that was still on its way.
    ``silent``: should some stay, that is said without a sound.
    """
    return Call("empty", {"chat_id": chat_id, "since": since, "before": before, "silent": silent})


def _fresh(where: Mapping[str, Any], screen: Screen) -> Call:
    """The screen as a new message; the words alone should there be no way for its picture."""
    where = {**where, **_manner(screen)}
    words = Call("sendMessage", {**where, **_worded(screen)})
    if screen.picture is None:
        return words
    return Call("sendPhoto", {**where, "photo": {"picture": screen.picture}, **_caption(screen)}, otherwise=words)


def _manner(screen: Screen) -> dict[str, Any]:
    """How a new message comes."""
    protected = {"protect_content": True} if screen.protected else {}
    lasts = {"lasts": screen.lasts} if screen.lasts else {}  # the courier takes it off
    return protected | lasts | ({"disable_notification": True} if screen.silent else {})


def _edit(message: Message, screen: Screen, fresh: Call) -> Call:
    """The screen in place of this message, picture for picture or text for text."""
    which = {"chat_id": message.chat.id, "message_id": message.message_id}
    if screen.picture is None:
        return Call("editMessageText", {**which, **_worded(screen)}, otherwise=fresh)
    said = dict(_caption(screen))
    markup = {"reply_markup": said.pop("reply_markup")} if screen.rows else {}
    media = {"type": "photo", "media": {"picture": screen.picture}, **said}
    return Call("editMessageMedia", {**which, "media": media, **markup}, otherwise=fresh)


def offered(query_id: str, offers: Sequence[Offer], following: str, language: str) -> Call:
    """The answer to an inline query. Telegram keeps it for the asker for five minutes."""
    params: dict[str, Any] = {
        "inline_query_id": query_id,
        "results": [_offer(offer) for offer in offers],
        "cache_time": 300,
        "is_personal": True,  # the language is the asker's
        "next_offset": following,
    }
    if not offers:
        params["button"] = {"text": otherwise.nothing_to_offer(language), "start_parameter": "inline"}
    return Call("answerInlineQuery", params)


def _offer(offer: Offer) -> dict[str, Any]:
    return {
        "type": "article",
        "id": offer.ref,
        "title": offer.title,
        "description": offer.description,
        "input_message_content": {
            "message_text": str(offer.text),
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
        },
        "reply_markup": {"inline_keyboard": [[{"text": offer.link_label, "url": offer.link}]]},
    }


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


def _worded(screen: Screen) -> Mapping[str, Any]:
    """The text and buttons as parameters. What holds somebody's own words is not remembered here."""
    return _what.__wrapped__(screen) if screen.personal or screen.protected else _what(screen)


@lru_cache(512)
def _what(screen: Screen) -> Mapping[str, Any]:
    """The text and buttons as parameters; most screens are shown many times, so they are kept."""
    what: dict[str, Any] = {
        "text": str(screen.text),
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
    }
    return what | _markup(screen)


def _caption(screen: Screen) -> Mapping[str, Any]:
    """The same below a picture."""
    return {"caption": str(screen.text), "parse_mode": "HTML"} | _markup(screen)


def _markup(screen: Screen) -> dict[str, Any]:
    if not screen.rows:
        return {}
    return {"reply_markup": {"inline_keyboard": [[_button(b) for b in row] for row in screen.rows]}}


def _button(button: Button) -> dict[str, Any]:
    shown: dict[str, Any] = {"text": button.label}
    if button.data is not None:
        shown["callback_data"] = button.data
    elif button.copy is not None:
        shown["copy_text"] = {"text": button.copy}
    elif button.url is not None:
        shown["url"] = button.url
    elif button.share is not None:
        shown["switch_inline_query_chosen_chat"] = _ANYBODY | {"query": button.share}
    if button.style is not None:
        shown["style"] = button.style
    return shown


_ANYBODY = {"allow_user_chats": True, "allow_group_chats": True, "allow_channel_chats": True}


def _stop_the_clock(query: CallbackQuery, text: str | None, alert: bool = False) -> Call:
    params: dict[str, Any] = {"callback_query_id": query.id}
    if text:
        params["text"] = text[:200]
    if alert:
        params["show_alert"] = True
    return Call("answerCallbackQuery", params)
