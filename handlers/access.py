"""Who may do what, and where. Every handler carries its rule; one that does not apply is as if it were not there.

The role is looked up anew for each update (handlers.arrivals), never taken from a button. A handler whose rule does not
fit is passed over, so that the next one answers: somebody without the right meets exactly what they would meet if
there were no such command or button.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from telegram import Update
from telegram.ext import BaseHandler, CallbackQueryHandler

from handlers.turn import App, Context, Handler, current
from storage.members import Role


class Where(Enum):
    """In which chats a rule holds."""

    ANYWHERE = "anywhere"
    """As the handler itself decides."""
    PRIVATE = "private"
    TEAM = "team"
    """In private, and in the coordinators' group."""
    GROUP = "group"
    """In groups alone."""


@dataclass(frozen=True)
class Rule:
    """The least role, and where."""

    role: Role
    where: Where = Where.PRIVATE

    def holds(self, update: Update) -> bool:
        """Whether whoever sent this may be answered here."""
        turn, chat = current.get(), update.effective_chat
        role = turn.member.role if turn.member is not None else Role.PUBLIC
        return role >= self.role and self._is_here(chat.type if chat is not None else "", turn.in_team_room)

    def _is_here(self, kind: str, team_room: bool) -> bool:
        match self.where:
            case Where.ANYWHERE:
                return True
            case Where.PRIVATE:
                return kind == "private"
            case Where.TEAM:
                return kind == "private" or team_room
            case Where.GROUP:
                return kind in ("group", "supergroup")


EVERYBODY = Rule(Role.PUBLIC, Where.ANYWHERE)


class Guarded(BaseHandler[Update, Context, Any]):
    """A handler with its rule."""

    def __init__(self, handler: Handler, rule: Rule) -> None:
        super().__init__(handler.callback, block=handler.block)
        self.handler = handler
        self.rule = rule

    def check_update(self, update: object) -> Any:
        """What the handler makes of the update, if the rule holds."""
        if not isinstance(update, Update) or self._is_empty_press(update) or not self.rule.holds(update):
            return None
        return self.handler.check_update(update)

    def _is_empty_press(self, update: Update) -> bool:
        """A press without data is of none of our buttons. PTB gives it to the first handler of any button."""
        query, handler = update.callback_query, self.handler
        patterned = isinstance(handler, CallbackQueryHandler) and handler.pattern is not None
        return patterned and query is not None and not query.data

    def collect_additional_context(self, context: Context, update: Update, application: App, check_result: Any) -> None:
        """What the handler found, for the context."""
        self.handler.collect_additional_context(context, update, application, check_result)


def under(rule: Rule, *handlers: Handler) -> list[Handler]:
    """These handlers, each under this rule."""
    return [Guarded(one, rule) for one in handlers]


def checked(handlers: Sequence[Handler]) -> list[Handler]:
    """The handlers; raises TypeError for one without a rule."""
    for one in handlers:
        if not isinstance(one, Guarded):
            raise TypeError(f"{one!r} says nobody for whom it is")
    return list(handlers)
