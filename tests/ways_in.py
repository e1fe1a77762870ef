"""Every way into the running bot: its handlers, and what somebody would have to write or press to reach each."""

from __future__ import annotations

import json
import re
import string
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any

from conftest import House
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler

from handlers.access import Guarded
from handlers.turn import App

AnyHandler = BaseHandler[Any, Any, Any]

_ROUNDS = 40
"""How many examples of a pattern are tried: more than any of its choices has options."""
_TYPED = "".join(char for char in string.printable if char.isprintable() and char != " ")
_CATEGORIES: dict[Any, Callable[[str], bool]] = {
    _constants.CATEGORY_DIGIT: str.isdigit,
    _constants.CATEGORY_WORD: lambda char: char.isalnum() or char == "_",
}


def application_of(house: House) -> App:
    """PTB's application in the bot that runs here."""
    assert house._bot is not None
    return house._bot._worker._application


def every_handler(application: App) -> Iterator[tuple[int, AnyHandler]]:
    """Each handler with its group, in the order in which they are asked."""
    for group in sorted(application.handlers):
        yield from ((group, one) for one in application.handlers[group])


def inner(handler: AnyHandler) -> AnyHandler:
    """The handler without its rule."""
    return handler.handler if isinstance(handler, Guarded) else handler


def named(handler: AnyHandler) -> str:
    """The method behind a handler, such as ``Queue.claim``."""
    return getattr(handler.callback, "__qualname__", repr(handler.callback))


def topic_of(handler: AnyHandler) -> object:
    """The object whose method answers."""
    return getattr(handler.callback, "__self__", handler)


def commands_of(handler: AnyHandler) -> list[str]:
    """The commands of a handler."""
    within = inner(handler)
    return sorted(within.commands) if isinstance(within, CommandHandler) else []


def pattern_of(handler: AnyHandler) -> str | None:
    """The pattern of the button data that a handler takes; None where it takes no button, or any."""
    within = inner(handler)
    pattern = within.pattern if isinstance(within, CallbackQueryHandler) else None
    assert pattern is None or isinstance(pattern, re.Pattern), f"{named(handler)}: only patterns can be read here"
    return pattern.pattern if pattern is not None else None


def topic(application: App, kind: type) -> Any:
    """The one topic of this class."""
    [found] = {id(t): t for _, one in every_handler(application) if isinstance(t := topic_of(one), kind)}.values()
    return found


def said(params: Mapping[str, Any]) -> str:
    """What a call of the Bot API says, byte for byte, without to whom and in which message."""
    besides = ("callback_query_id", "chat_id", "message_id", "reply_parameters")
    return json.dumps({name: one for name, one in params.items() if name not in besides}, ensure_ascii=False)


def calls_since(house: House, event: int) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What the bot called after this event of the journal: the method and its parameters."""
    for one in house.world.journal.since(event):
        if one["type"] == "call" and one["call"]["method"] not in ("getUpdates", "getMe"):
            yield one["call"]["method"], one["call"]["params"]


@lru_cache(1000)
def examples(pattern: str) -> tuple[str, ...]:
    """Button data that the pattern takes: each option of each of its choices is in one of them."""
    parsed = _parser.parse(pattern)
    found = dict.fromkeys(_written(parsed, turn) for turn in range(_ROUNDS))
    fitting = tuple(one for one in found if len(one.encode()) <= 64)
    assert fitting, f"{pattern}: nothing that it takes fits a button"
    for one in fitting:
        assert re.fullmatch(pattern, one), f"{pattern} does not take {one!r}"
    return fitting


def _written(parts: Sequence[tuple[Any, Any]], turn: int) -> str:
    """One text that these parts of a pattern take; ``turn`` says which option of each choice."""
    return "".join(_part(name, given, turn + place) for place, (name, given) in enumerate(parts))


def _part(name: Any, given: Any, turn: int) -> str:
    match name:
        case _constants.LITERAL:
            return chr(given)
        case _constants.AT:
            return ""
        case _constants.IN:
            return _one_of(given, turn)
        case _constants.BRANCH:
            options = given[1]
            return _written(options[turn % len(options)], turn // len(options))
        case _constants.SUBPATTERN:
            return _written(given[-1], turn)
        case _constants.MAX_REPEAT:
            least, most, what = given
            times = sorted({least, min(most, least + 1), min(most, max(least, 7))})
            return "".join(_written(what, turn + n) for n in range(times[turn % len(times)]))
    raise AssertionError(f"patterns of buttons have no {name}")


def _one_of(options: Sequence[tuple[Any, Any]], turn: int) -> str:
    """One character of a class."""
    negated = options[0][0] == _constants.NEGATE
    found = [char for char in _TYPED if any(_is(char, *option) for option in options) is not negated]
    return found[turn % len(found)]


def _is(char: str, name: Any, given: Any) -> bool:
    match name:
        case _constants.LITERAL:
            return bool(ord(char) == given)
        case _constants.RANGE:
            return bool(given[0] <= ord(char) <= given[1])
        case _constants.CATEGORY:
            return _CATEGORIES[given](char)
    return False
