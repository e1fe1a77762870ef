"""What Telegram shows of the bot: commands, descriptions and menu, in both languages and each scope."""

from __future__ import annotations

import logging
from typing import Any

from bot import logs
from bot.api import BotApi, Refused
from bot.wire import NotSent, Unclear
from texts.commands import COMMANDS, description, short_description
from texts.language import LANGUAGES

log = logging.getLogger("sangket.profile")

_PRIVATE = {"type": "all_private_chats"}
_GROUPS = {"type": "all_group_chats"}


async def update(api: BotApi) -> int:
    """Read what Telegram shows now and write what differs; how many calls wrote something.

    English is also what readers of any other language see. Failure is logged and left for the next start: a
    menu is a convenience.
    """
    written = 0
    try:
        for language in LANGUAGES:
            for getter, setter, params, wanted in _wanted(language):
                if await api.call(getter, params) != wanted:
                    await api.call(setter, params | _given(wanted))
                    written += 1
    except (Refused, NotSent, Unclear) as error:
        log.warning("unset", extra=logs.fields(kind=type(error).__name__))
    else:
        log.debug("set", extra=logs.fields(written=written))
    return written


def _wanted(language: str) -> list[tuple[str, str, dict[str, Any], Any]]:
    """(getter, setter, parameters of both, what the getter should answer)."""
    code = {} if language == "en" else {"language_code": language}
    commands = [{"command": c.name, "description": c.does(language)} for c in COMMANDS if c.in_menu]
    in_groups = [{"command": c.name, "description": c.does(language)} for c in COMMANDS if c.in_groups]
    wanted: list[tuple[str, str, dict[str, Any], Any]] = [
        ("getMyCommands", "setMyCommands", {"scope": _PRIVATE} | code, commands),
        ("getMyCommands", "setMyCommands", {"scope": _GROUPS} | code, in_groups),
        ("getMyDescription", "setMyDescription", code, {"description": description(language)}),
        (
            "getMyShortDescription",
            "setMyShortDescription",
            code,
            {"short_description": short_description(language)},
        ),
    ]
    if language == "en":
        wanted.append(("getChatMenuButton", "setChatMenuButton", {}, {"type": "commands"}))
    return wanted


def _given(wanted: Any) -> dict[str, Any]:
    """What the getter should answer, as the setter takes it."""
    if isinstance(wanted, list):
        return {"commands": wanted}
    return {"menu_button": wanted} if "type" in wanted else dict(wanted)
