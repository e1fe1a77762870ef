"""/coordinators: which group is theirs, and its end."""

from __future__ import annotations

from functools import partial

from telegram import ChatMember, Message, Update
from telegram.ext import ChatMemberHandler, CommandHandler

from handlers.access import EVERYBODY, Rule, Where, under
from handlers.team import Team
from handlers.turn import Context, Handler
from storage.audit import Act
from storage.members import Role
from storage.rooms import Room
from storage.tables import Tables
from texts import rooms as texts

_AWAY = (ChatMember.LEFT, ChatMember.BANNED)


class _Gone(ChatMemberHandler[Context, None]):
    """The bot is no longer in a group."""

    def check_update(self, update: object) -> bool:
        """Whether the update tells that."""
        if not isinstance(update, Update) or update.my_chat_member is None:
            return False
        change = update.my_chat_member
        return change.chat.type != "private" and change.new_chat_member.status in _AWAY


class TeamRooms:
    """The one group in which the bot speaks unasked."""

    def __init__(self, tables: Tables, team: Team) -> None:
        self._rooms = tables.rooms
        self._audit = tables.audit
        self._team = team

    def handlers(self) -> list[Handler]:
        """For admins, in the group itself; and what happens when the bot is sent away from it."""
        return [
            *under(Rule(Role.ADMIN, Where.GROUP), CommandHandler("coordinators", self.here)),
            *under(Rule(Role.ADMIN), CommandHandler("coordinators", self.how)),
            *under(EVERYBODY, _Gone(self.gone, ChatMemberHandler.MY_CHAT_MEMBER)),
        ]

    async def here(self, update: Update, context: Context) -> None:
        """This group, or this topic of it, from now on; or, with ``off``, no more."""
        if context.words.casefold() == "off":
            await self._off(context)
            return
        thread_id = _topic(update.effective_message)
        await self._rooms.choose(Room(context.chat_id, thread_id))
        await self._team.note(context, Act.ROOM, "chosen")
        who = context.me.handle
        await self._team.tell(context, Role.COORDINATOR, partial(texts.changed, who), who)
        context.answer(texts.chosen(thread_id is not None, context.language))

    async def how(self, update: Update, context: Context) -> None:
        """In private there is no group to choose."""
        context.answer(texts.how(context.language))

    async def gone(self, update: Update, context: Context) -> None:
        """Forget a group that the bot was sent away from; of others there is nothing to forget."""
        if context.turn.in_team_room:
            await self._rooms.leave()
            await self._audit.note(context.today, "bot", Act.ROOM, "ended")

    async def _off(self, context: Context) -> None:
        if not context.turn.in_team_room:
            context.answer(texts.was_none(context.language))
            return
        await self._rooms.leave()
        await self._team.note(context, Act.ROOM, "ended")
        context.answer(texts.ended(context.language))


def _topic(message: object) -> int | None:
    """The topic in which a message was written, in a group that has some."""
    return message.message_thread_id if isinstance(message, Message) and message.is_topic_message else None
