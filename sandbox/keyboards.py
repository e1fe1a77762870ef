"""Reply markup: what Telegram checks about buttons."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from sandbox.refusal import bad_request

DATA_LIMIT: Final = 64
"""Bytes of `callback_data` (core.telegram.org/bots/api#inlinekeyboardbutton)."""
BUTTON_LIMIT: Final = 100
COPY_LIMIT: Final = 256
STYLES: Final = frozenset({"danger", "success", "primary"})
_LOOKS: Final = frozenset({"text", "icon_custom_emoji_id", "style"})
_SCHEMES: Final = frozenset({"http", "https", "tg", "ton"})


def checked(markup: dict[str, Any] | None) -> dict[str, Any] | None:
    """The markup as Telegram keeps it (None when there is no button in it), or `Refusal`."""
    if markup is None:
        return None
    if "inline_keyboard" in markup:
        return _inline(markup)
    if "keyboard" in markup:
        return _reply_keyboard(markup)
    return markup


def checked_inline(markup: dict[str, Any] | None) -> dict[str, Any] | None:
    """As `checked`, for the methods that take nothing but an inline keyboard."""
    if markup is not None and "inline_keyboard" not in markup:
        raise bad_request("inline keyboard expected")
    return checked(markup)


def _inline(markup: dict[str, Any]) -> dict[str, Any] | None:
    rows = [row for row in markup["inline_keyboard"] if row]
    if sum(map(len, rows)) > BUTTON_LIMIT:
        raise bad_request("reply markup is too long")
    for row in rows:
        for button in row:
            _check_inline_button(button)
    return {"inline_keyboard": rows} if rows else None


def _check_inline_button(button: dict[str, Any]) -> None:
    _check_looks(button)
    actions = button.keys() - _LOOKS
    if not actions:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad_request(f"sandbox: a button has exactly one action, not {', '.join(sorted(actions))}")
    if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= DATA_LIMIT:
        raise bad_request("BUTTON_DATA_INVALID")
    if "url" in button:
        _check_url(button["url"])
    if "copy_text" in button and not 1 <= len(button["copy_text"]["text"]) <= COPY_LIMIT:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")


def _check_looks(button: dict[str, Any]) -> None:
    if not button["text"].strip():
        raise bad_request('can\'t parse keyboard button: field "text" must be non-empty')
    if button.get("style", "primary") not in STYLES:
        raise bad_request("can't parse keyboard button: unsupported button style specified")


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if (
        parts.scheme not in _SCHEMES
        or not parts.netloc
        or (parts.scheme.startswith("http") and "." not in parts.netloc)
    ):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")


def _reply_keyboard(markup: dict[str, Any]) -> dict[str, Any]:
    rows = [[{"text": button} if isinstance(button, str) else button for button in row] for row in markup["keyboard"]]
    if not any(rows):
        raise bad_request("reply keyboard must have at least one button")
    for row in rows:
        for button in row:
            _check_looks(button)
    return markup | {"keyboard": rows}
