"""Who is speaking: the language of the chat, and whether to listen at all. Runs before every other handler."""

from __future__ import annotations

from telegram import ChatMember, ChatMemberRestricted, ChatMemberUpdated, InlineQuery, Message, Update
from telegram.ext import ApplicationHandlerStop, TypeHandler

from handlers.allowance import Allowance
from handlers.turn import Context, Handler
from storage.tables import Tables
from texts import otherwise
from texts.language import likely


class Arrivals:
    """Looks up the chat's language, follows a group to its new id, notes whether a chat can be written to, and slows down
    a flood."""

    def __init__(self, tables: Tables, allowance: Allowance, inline: Allowance) -> None:
        self._tables = tables
        self._chats = tables.chats
        self._members = tables.members
        self._rooms = tables.rooms
        self._listeners = tables.listeners
        self._allowance = allowance
        self._inline = inline

    def handlers(self) -> list[Handler]:
        """One handler that sees every update and never ends its turn unless nobody is to be answered."""
        return [TypeHandler(Update, self.arrive)]

    async def arrive(self, update: Update, context: Context) -> None:
        """Prepare the turn."""
        if update.inline_query is not None:
            await self._look_over(update.inline_query, context)
            return
        chat = update.effective_chat
        if chat is None or chat.type == "channel":
            if update.callback_query is not None:
                context.answer(otherwise.old_button(context.language))
            raise ApplicationHandlerStop
        await self._follow(update.message, chat.id)
        await self._note_reach(update, context)
        if _is_talk_of_others(update) or _was_chosen_inline(update):
            raise ApplicationHandlerStop
        await self._speak(update, context)
        listening, warn = self._allowance.take(_who(update), context.turn.now)
        if warn:
            pressed = update.callback_query is not None
            say = otherwise.too_quick if pressed else otherwise.too_many
            context.answer(say(context.language))
        if not listening:
            raise ApplicationHandlerStop
        await self._recognise(update, context)

    async def _look_over(self, query: InlineQuery, context: Context) -> None:
        """Somebody types the bot's name in another chat; each letter is a query, so they have an allowance of their own."""
        chosen = await self._chats.language(query.from_user.id)
        context.turn.language = chosen or likely(query.from_user.language_code, query.query)
        listening, _ = self._inline.take(query.from_user.id, context.turn.now)
        if not listening:
            raise ApplicationHandlerStop

    async def _recognise(self, update: Update, context: Context) -> None:
        """Who speaks, by the database and nothing else. An administrator who hides behind the group is nobody."""
        speaker, message = update.effective_user, update.message
        hidden = message is not None and message.sender_chat is not None
        if speaker is not None and not hidden:
            context.turn.member = await self._members.of(speaker.id)
        if not context.is_private:
            room = await self._rooms.get()
            context.turn.in_team_room = room is not None and room.chat_id == context.chat_id

    async def _follow(self, message: Message | None, chat_id: int) -> None:
        """A group that moved is told of in both places; either is enough."""
        if message is not None and message.migrate_from_chat_id is not None:
            await self._tables.moved(message.migrate_from_chat_id, chat_id)
        if message is not None and message.migrate_to_chat_id is not None:
            await self._tables.moved(chat_id, message.migrate_to_chat_id)

    async def _note_reach(self, update: Update, context: Context) -> None:
        """Whether this chat can be written to, where the update tells. It is looked up only when somebody writes to the
        bot, so that an old button in a group that sent it away says nothing."""
        change = update.my_chat_member
        if change is not None:
            await self._turn_reach(change, context)
        elif _is_for_us(update) and await self._listeners.is_blocked(context.chat_id):
            await self._listeners.back(context.chat_id)

    async def _turn_reach(self, change: ChatMemberUpdated, context: Context) -> None:
        if _may_write(change.new_chat_member):
            await self._listeners.back(change.chat.id)
        else:
            await self._listeners.block(change.chat.id, context.today)

    async def _speak(self, update: Update, context: Context) -> None:
        chat, speaker, message = update.effective_chat, update.effective_user, update.effective_message
        assert chat is not None  # noqa: S101 - asked by the caller
        chosen = await self._chats.language(chat.id)
        words = (getattr(message, "text", None) or "") if update.callback_query is None else ""
        context.turn.chosen = chosen is not None
        context.turn.language = chosen or likely(speaker.language_code if speaker else None, words)


def _is_for_us(update: Update) -> bool:
    """Somebody writes in private, or a command in a group: what was written there after it sent the bot away does not
    come."""
    message = update.message
    return message is not None and (message.chat.type == "private" or (message.text or "").startswith("/"))


def _may_write(us: ChatMember) -> bool:
    """Whether the bot can write in a chat of which it is this kind of member. One that blocked it has it ``kicked``."""
    if isinstance(us, ChatMemberRestricted):
        return us.is_member and us.can_send_messages
    return us.status in (ChatMember.OWNER, ChatMember.ADMINISTRATOR, ChatMember.MEMBER)


def _is_talk_of_others(update: Update) -> bool:
    """A group's talk that is not for the bot. It is read only where the bot is an administrator, and never answered."""
    message = update.message or update.edited_message
    return message is not None and message.chat.type != "private" and not (message.text or "").startswith("/")


def _was_chosen_inline(update: Update) -> bool:
    """A card that somebody sent through a bot's inline mode, to us too; it asks nothing."""
    return update.message is not None and update.message.via_bot is not None


def _who(update: Update) -> int:
    """Whose allowance an update is taken from: the person's; the group's where all administrators share one name."""
    chat, message, speaker = update.effective_chat, update.effective_message, update.effective_user
    assert chat is not None  # noqa: S101 - asked by the caller
    anonymous = isinstance(message, Message) and message.sender_chat is not None and update.callback_query is None
    return chat.id if anonymous or speaker is None else speaker.id
