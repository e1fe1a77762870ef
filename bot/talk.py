"""Somebody talks to the bot in the local Telegram: what they do, and what they then see."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.application import Sangket
from sandbox.records import Chat, Person
from sandbox.world import World


@dataclass(frozen=True)
class Seen:
    """Something a person sees: a new message, an edited one, or a toast. Text as shown, without markup."""

    kind: str
    text: str
    buttons: tuple[tuple[str, ...], ...] = ()
    message: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def __str__(self) -> str:
        rows = ["".join(f"[{label}]" for label in row) for row in self.buttons]
        return "\n".join([self.text, *([""] if rows else []), *rows])

    def as_json(self) -> dict[str, Any]:
        """For other programs."""
        return {"kind": self.kind, "text": self.text, "buttons": [list(row) for row in self.buttons]}


class AtWork(Protocol):
    """A bot that can tell whether it has come to rest."""

    @property
    def settled(self) -> bool:
        """Everything that came in was handled, and everything decided was sent and written down."""


class NoSuchButton(Exception):
    """The last message has no button with that label."""


class Talk:
    """One person in one chat with the running bot."""

    def __init__(self, world: World, person: Person, bot: AtWork, chat: Chat | None = None) -> None:
        self.world = world
        self.person = person
        self._bot = bot
        self.chat = chat or world.private_chat(person)
        self.last: Seen | None = None
        """The latest message from the bot that has buttons."""

    async def say(self, text: str, **more: Any) -> list[Seen]:
        """Write a text; what the person sees in answer."""
        return await self.after(lambda: self.world.say(self.person, text, chat=self.chat, **more))

    async def press(self, label: str) -> list[Seen]:
        """Press the button with this label on the latest message that has buttons."""
        rows = self.last.message["reply_markup"]["inline_keyboard"] if self.last else []
        for row, buttons in enumerate(rows):
            for column, button in enumerate(buttons):
                if button["text"] == label:
                    return await self.after(self._pressing(row, column))
        raise NoSuchButton(label)

    async def tap(self, data: str) -> list[Seen]:
        """Send button data as an old or changed app could."""
        message_id = self.last.message["message_id"] if self.last else 1
        return await self.after(lambda: self.world.tap(self.person, message_id, data=data, chat=self.chat))

    async def after(self, deed: Callable[[], Any]) -> list[Seen]:
        """Do something in the world; what the person sees because of it once the bot has come to rest."""
        before = self.world.journal.last
        deed()
        await settle(self.world, self._bot)
        seen = [s for event in self.world.journal.since(before) if (s := self._seen(event)) is not None]
        for one in seen:
            if one.buttons:
                self.last = one
        return seen

    def _pressing(self, row: int, column: int) -> Callable[[], str]:
        assert self.last is not None  # noqa: S101 - asked by the caller
        message_id = self.last.message["message_id"]
        return lambda: self.world.tap(self.person, message_id, row=row, column=column, chat=self.chat)

    def _seen(self, event: dict[str, Any]) -> Seen | None:
        if event["type"] == "toast" and event["person_id"] == self.person.id and event["text"]:
            return Seen("toast", event["text"])
        if event["type"] not in ("message", "edited") or event["chat_id"] != self.chat.id:
            return None
        message = event["message"]
        if message["from"]["id"] != self.world.bot.id:
            return None
        keyboard = message.get("reply_markup", {}).get("inline_keyboard", [])
        labels = tuple(tuple(button["text"] for button in row) for row in keyboard)
        return Seen(event["type"], message.get("text") or message.get("caption", ""), labels, message)


async def settle(world: World, bot: AtWork, seconds: float = 20) -> None:
    """Wait until the bot has taken every update, handled it, and sent what it decided."""
    async with asyncio.timeout(seconds):
        while not (bot.settled and world.settled()):  # noqa: ASYNC110 - two programs; no one event says it
            await asyncio.sleep(0.001)


@asynccontextmanager
async def running(bot: Sangket) -> AsyncIterator[asyncio.Task[None]]:
    """The bot at work for as long as the block runs."""
    task = asyncio.get_running_loop().create_task(bot.run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait([task])
        if not task.cancelled() and (error := task.exception()) is not None:
            raise error
