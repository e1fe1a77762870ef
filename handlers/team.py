"""Speaking to members who did not ask, and writing down what they did."""

from __future__ import annotations

from collections.abc import Callable

from handlers.turn import Context
from storage.audit import Act
from storage.members import Role
from storage.tables import Tables
from texts.screen import Screen

HANDLE = "[A-Z][a-z]{1,15}-[0-9]{1,4}"
"""A handle in the data of a button."""

Say = Callable[[str], Screen]
"""The screen in a language."""


class Team:
    """The other members, from the point of view of a handler."""

    def __init__(self, tables: Tables) -> None:
        self._members = tables.members
        self._chats = tables.chats
        self._rooms = tables.rooms
        self._audit = tables.audit

    async def note(self, context: Context, act: Act, on: str, by: str = "") -> None:
        """Whoever speaks did this, or who is named. ``on`` is a reference, a handle or a case: never content."""
        await self._audit.note(context.today, by or context.me.handle, act, on)

    async def tell(self, context: Context, least: Role, say: Say, *besides: str) -> None:
        """Tell all who have this role or more, each in their language, except these handles."""
        for chat_id in await self._members.chats(least, *besides):
            context.greet(chat_id, say(await self._language(chat_id)))

    async def tell_one(self, context: Context, handle: str, say: Say) -> None:
        """Tell this member, if they are still one."""
        chat_id = await self._members.chat_of(handle)
        if chat_id is not None:
            context.greet(chat_id, say(await self._language(chat_id)))

    async def others(self, context: Context, least: Role, *besides: str) -> bool:
        """Whether anybody but who speaks, and these handles, has this role or more."""
        return await self._members.others(least, context.me.handle, *besides)

    async def left(self, handle: str) -> bool:
        """Whether this was a member, and is none any more."""
        return await self._members.left(handle)

    async def _language(self, chat_id: int) -> str:
        return await self._chats.language(chat_id) or "en"
