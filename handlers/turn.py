"""One update's turn: who speaks, in which language, and what was decided to answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from telegram import Message, Update
from telegram.ext import Application, BaseHandler, CallbackContext, ExtBot

from handlers.showing import calls_for, notice, offered
from storage.drafts import Draft
from storage.listeners import Place
from storage.members import Member
from storage.outbox import Call
from texts.inline import Offer
from texts.screen import Screen, Toast


@dataclass
class Turn:
    """What the worker gives to an update and gets back from it."""

    now: dt.datetime
    language: str = "en"
    chosen: bool = False
    member: Member | None = None
    """Who speaks, if they have a role; looked up for each update."""
    in_team_room: bool = False
    """This chat is the coordinators' group."""
    desk: dict[str, Draft] = field(default_factory=dict)
    """The forms that are open in this chat."""
    asked: bool = False
    """The question of the open form was shown."""
    resumed: bool = False
    """A form is over, and another that it interrupted goes on."""
    calls: list[Call] = field(default_factory=list)
    error: Exception | None = None


current: ContextVar[Turn] = ContextVar("the turn of the update being handled")


class Context(CallbackContext[ExtBot[None], dict[Any, Any], dict[Any, Any], dict[Any, Any]]):
    """PTB's context, with the turn: handlers read the language from it and answer through it."""

    incoming: Update
    turn: Turn

    @classmethod
    def from_update(cls, update: object, application: Any) -> Context:
        """PTB's hook that makes the context of an update; here the turn is put in."""
        context: Context = super().from_update(update, application)
        assert isinstance(update, Update)  # noqa: S101 - the worker passes nothing else
        context.incoming = update
        context.turn = current.get()
        return context

    @property
    def language(self) -> str:
        """The language to answer in."""
        return self.turn.language

    @property
    def today(self) -> dt.date:
        """The day, by the injected clock, in UTC."""
        return self.turn.now.date()

    @property
    def unix(self) -> int:
        """The moment, by the injected clock, in seconds since 1970."""
        return int(self.turn.now.timestamp())

    @property
    def chat_id(self) -> int:
        """The chat that is spoken in."""
        chat = self.incoming.effective_chat
        assert chat is not None  # noqa: S101 - Arrivals lets nothing pass that has none
        return chat.id

    @property
    def place(self) -> Place:
        """The chat that is spoken in or, in a forum, the topic of it."""
        message = self.incoming.effective_message
        if isinstance(message, Message) and message.is_topic_message:
            return Place(self.chat_id, message.message_thread_id)
        return Place(self.chat_id)

    @property
    def message_id(self) -> int:
        """The number of the message that was written, edited or pressed."""
        message = self.incoming.effective_message
        assert message is not None  # noqa: S101 - only updates of chats are asked for it
        return message.message_id

    @property
    def me(self) -> Member:
        """Who speaks, for handlers that only members reach."""
        assert self.turn.member is not None  # noqa: S101 - the rule of the handler saw to it
        return self.turn.member

    @property
    def hour(self) -> int:
        """The hour, counted from 1970."""
        return self.unix // 3600

    @property
    def is_private(self) -> bool:
        """Nobody else reads this chat."""
        chat = self.incoming.effective_chat
        return chat is not None and chat.type == "private"

    @property
    def words(self) -> str:
        """What was typed after the command, as one line."""
        return " ".join(self.args or [])

    @property
    def found(self) -> tuple[str, ...]:
        """What the pattern of the pressed button found; an empty string for a part that is not there."""
        assert self.matches  # noqa: S101 - only buttons ask
        return tuple(group or "" for group in self.matches[0].groups())

    @property
    def page(self) -> int:
        """The page that a pressed button asks for, which its pattern finds last; 1 after a command."""
        last = self.found[-1:] if self.matches else ()
        return int(last[0]) if last and last[0] else 1

    def answer(self, answer: Screen | Toast) -> None:
        """Decide the answer: it is sent once this update's effects are on disk."""
        self.turn.calls += calls_for(self.incoming, answer)

    def offer(self, query_id: str, offers: Sequence[Offer], following: str) -> None:
        """Decide what an inline query is answered with; ``following`` is where to go on, empty at the end."""
        self.turn.calls.append(offered(query_id, offers, following, self.language))

    def greet(self, chat_id: int, screen: Screen, thread_id: int | None = None) -> None:
        """Say something in a chat that did not ask."""
        self.turn.calls.append(notice(chat_id, screen, thread_id))


App = Application[ExtBot[None], Context, dict[Any, Any], dict[Any, Any], dict[Any, Any], Any]
Handler = BaseHandler[Update, Context, Any]
