"""What people can do in the sandbox; each action queues the update that Telegram would send to the bot."""

from __future__ import annotations

from typing import Any, Final

from sandbox.entities import ParseError, format_text
from sandbox.records import GENERAL_TOPIC, Chat, MemberStatus, Message, NotPossible, Person, Query
from sandbox.refusal import Refusal
from sandbox.schema import Upload
from sandbox.stage import Stage
from sandbox.updates import INLINE_SECONDS, TAP_SECONDS

TEXT_LIMIT: Final = 4096
CAPTION_LIMIT: Final = 1024


class World(Stage):
    """A Telegram with one bot in it, and people who use it."""

    def say(
        self,
        person: Person,
        text: str,
        *,
        chat: Chat | None = None,
        thread_id: int | None = None,
        reply_to: int | None = None,
    ) -> Message:
        """Write a text; in the private chat by default."""
        clean, entities = self._written(text, TEXT_LIMIT)
        if not clean:
            raise NotPossible("There is nothing to send.")
        return self._send(person, _with_entities("text", clean, entities), chat, thread_id, reply_to)

    def send_file(
        self,
        person: Person,
        kind: str,
        data: bytes,
        *,
        file_name: str | None = None,
        mime: str | None = None,
        caption: str = "",
        chat: Chat | None = None,
        thread_id: int | None = None,
        reply_to: int | None = None,
        media_group_id: str | None = None,
        **media: Any,
    ) -> Message:
        """Send a photo, document, video, voice or audio; `media` are fields such as `duration`."""
        clean, entities = self._written(caption, CAPTION_LIMIT)
        try:
            stored = self.files.add(kind, Upload(file_name or kind, mime or "", data), media)
        except Refusal as refusal:
            raise NotPossible(f"Telegram does not take this file: {refusal.description}.") from refusal
        content = {kind: stored.described(), **_with_entities("caption", clean, entities)}
        if media_group_id:
            content["media_group_id"] = media_group_id
        return self._send(person, content, chat, thread_id, reply_to)

    def send_location(
        self,
        person: Person,
        latitude: float,
        longitude: float,
        *,
        chat: Chat | None = None,
        thread_id: int | None = None,
    ) -> Message:
        """Send a point on the map, in degrees."""
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
            raise NotPossible("There is no such place on the map.")
        return self._send(person, {"location": {"latitude": latitude, "longitude": longitude}}, chat, thread_id)

    def send_contact(
        self,
        person: Person,
        phone_number: str,
        first_name: str,
        *,
        user_id: int | None = None,
        chat: Chat | None = None,
        thread_id: int | None = None,
    ) -> Message:
        """Send a contact; with `user_id` it is one that has Telegram."""
        contact: dict[str, Any] = {"phone_number": phone_number, "first_name": first_name}
        return self._send(person, {"contact": contact | ({"user_id": user_id} if user_id else {})}, chat, thread_id)

    def send_sticker(self, person: Person, emoji: str = "👍", *, chat: Chat | None = None) -> Message:
        """Send a sticker that stands for an emoji."""
        stored = self.files.add("sticker", Upload("sticker.webp", "image/webp", emoji.encode()), {"emoji": emoji})
        sticker = {name: value for name, value in stored.described().items() if name != "mime_type"}
        return self._send(person, {"sticker": sticker}, chat)

    def edit(self, person: Person, message_id: int, text: str, chat: Chat | None = None) -> Message:
        """Change one's own text."""
        chat = self._chat_of(person, chat)
        message = self._message(chat, message_id)
        if message["from"]["id"] != person.id or "text" not in message:
            raise NotPossible("Only one's own texts can be changed.")
        clean, entities = self._written(text, TEXT_LIMIT)
        changed = _with_entities("text", clean, entities)
        if not clean or clean == message["text"]:
            raise NotPossible("The text is the same as before." if clean else "There is nothing to send.")
        kept = {name: value for name, value in message.items() if name not in {"text", "entities"}}
        edited = self.replace(chat, kept | changed | {"edit_date": int(self.now())})
        self._deliver(chat, "edited_message", edited)
        return edited

    def delete(self, person: Person, message_id: int, chat: Chat | None = None) -> None:
        """Take a message away; Telegram tells bots nothing of it."""
        chat = self._chat_of(person, chat)
        message = self._message(chat, message_id)
        if chat.is_group and message["from"]["id"] != person.id and chat.status_of(person.id) == "member":
            raise NotPossible("Only one's own messages can be deleted here.")
        self.remove(chat, message_id)

    def tap(
        self,
        person: Person,
        message_id: int,
        *,
        data: str | None = None,
        row: int = 0,
        column: int = 0,
        chat: Chat | None = None,
    ) -> str:
        """Press the button at row and column, or send `data` as a changed app could; returns the callback query's id."""
        chat = self._chat_of(person, chat)
        message = chat.messages.get(message_id)
        if data is None:
            data = _button_data(self._message(chat, message_id), row, column)
        tap_id = self.new_id()
        self.taps[tap_id] = Query(person.id, chat.id, self.now() + TAP_SECONDS)
        gone = {"chat": chat.chat(), "message_id": message_id, "date": 0}
        query = {"id": tap_id, "from": person.user(), "message": message or gone, "chat_instance": str(-chat.id * 7)}
        self.updates.put("callback_query", query | {"data": data})
        return tap_id

    def ask_inline(self, person: Person, query: str, *, offset: str = "", chat: Chat | None = None) -> str:
        """Type the bot's name and a query into a chat; returns the inline query's id."""
        chat = self._chat_of(person, chat)
        query_id = self.new_id()
        self.inline_queries[query_id] = Query(person.id, chat.id, self.now() + INLINE_SECONDS)
        place = chat.kind if chat.is_group else "sender"
        payload = {"id": query_id, "from": person.user(), "query": query, "offset": offset, "chat_type": place}
        self.updates.put("inline_query", payload)
        return query_id

    def choose(
        self, person: Person, query_id: str, result_id: str, *, chat: Chat | None = None, thread_id: int | None = None
    ) -> Message:
        """Send one of the results that the bot offered."""
        results = self.inline_queries[query_id].results if query_id in self.inline_queries else []
        for result in results:
            if result["id"] == result_id:
                return self._send(person, {"via_bot": self.bot.user(), **result["content"]}, chat, thread_id)
        raise NotPossible("The bot did not offer this.")

    def upgrade(self, chat: Chat, by: Person | None = None) -> Chat:
        """Make a small group a supergroup: a chat with another identifier. The bot is told of it in both."""
        if chat.kind != "group" or chat.upgraded_to is not None:
            raise NotPossible("Only a small group becomes a supergroup, and only once.")
        people = [self.people[person_id] for person_id in chat.people]
        sender = (by or people[0]).user()
        new = self.add_group(chat.title, people=people, bot=chat.bot_status in {"member", "administrator"})
        new.administrators = set(chat.administrators)
        new.bot_status = chat.bot_status
        chat.upgraded_to = new.id
        for place, content in ((chat, {"migrate_to_chat_id": new.id}), (new, {"migrate_from_chat_id": chat.id})):
            self._announce(place, self.post(place, sender, content))
        return new

    def open_topic(self, person: Person, chat: Chat, name: str) -> int:
        """Begin a topic in a supergroup, which is a forum from then on; the topic's identifier."""
        if chat.kind != "supergroup":
            raise NotPossible("Only a supergroup has topics.")
        if not chat.topics:
            self._add_topic(chat, person, "General")
        created = self._add_topic(chat, person, name)
        assert created is not None  # noqa: S101 - only General has no such note
        self._announce(chat, created)
        self.journal.note("chat", chat=chat.described())
        thread_id: int = created["message_id"]
        return thread_id

    def close_topic(self, chat: Chat, thread_id: int) -> None:
        """From now on only administrators write there."""
        self._thread(chat, thread_id)
        chat.closed_topics.add(thread_id)

    def delete_topic(self, chat: Chat, thread_id: int) -> None:
        """Take a topic away with all its messages; Telegram tells bots nothing of it."""
        self._thread(chat, thread_id)
        del chat.topics[thread_id]
        for message_id in [n for n, message in chat.messages.items() if message.get("message_thread_id") == thread_id]:
            self.remove(chat, message_id)
        self.journal.note("chat", chat=chat.described())

    def delete_account(self, person: Person) -> None:
        """Somebody leaves Telegram; bots are told only when they write to them."""
        person.deleted = True
        self.journal.note("person", person=person.described())

    def block(self, person: Person) -> None:
        """Stop the bot from writing to the person."""
        if not person.blocked:
            self._set_blocked(person, True)

    def unblock(self, person: Person) -> None:
        """Let the bot write again."""
        if person.blocked:
            self._set_blocked(person, False)

    def _set_blocked(self, person: Person, blocked: bool) -> None:
        person.blocked = blocked
        old: MemberStatus = "member" if blocked else "kicked"
        self._note_bot_status(self.private_chat(person), person, old, "kicked" if blocked else "member")
        self.journal.note("person", person=person.described())

    # How a person's message reaches chat and bot

    def _written(self, text: str, limit: int) -> tuple[str, list[dict[str, Any]]]:
        try:
            clean, entities = format_text(text, None, None)
        except ParseError as error:
            raise NotPossible(f"Telegram does not take this text: {error}.") from error
        if len(clean) > limit:
            raise NotPossible(f"This is longer than {limit} characters.")
        return clean, entities

    def _send(
        self,
        person: Person,
        content: dict[str, Any],
        chat: Chat | None,
        thread_id: int | None = None,
        reply_to: int | None = None,
    ) -> Message:
        chat = self._chat_of(person, chat)
        if reply_to is not None:
            content = content | {"reply_to_message": _without_reply(self._message(chat, reply_to))}
        message = self.post(chat, person.user(), content | self._thread(chat, thread_id))
        if not chat.is_group and not person.started:
            person.started = True
            self.journal.note("person", person=person.described())
        self._deliver(chat, "message", message)
        return message

    def _chat_of(self, person: Person, chat: Chat | None) -> Chat:
        chat = chat or self.private_chat(person)
        if person.id not in chat.people:
            raise NotPossible(f"{person.name} is not in this chat.")
        if person.deleted:
            raise NotPossible(f"{person.name} has left Telegram.")
        if chat.upgraded_to is not None:
            raise NotPossible("This group has become a supergroup: write there.")
        if not chat.is_group and person.blocked:
            raise NotPossible(f"{person.name} has blocked the bot.")
        return chat

    @staticmethod
    def _message(chat: Chat, message_id: int) -> Message:
        message = chat.messages.get(message_id)
        if message is None:
            raise NotPossible("This message is no longer there.")
        return message

    @staticmethod
    def _thread(chat: Chat, thread_id: int | None) -> dict[str, Any]:
        if thread_id is None or thread_id == GENERAL_TOPIC:
            return {}
        if thread_id not in chat.topics:
            raise NotPossible("There is no such topic.")
        return {"message_thread_id": thread_id, "is_topic_message": True}

    def _deliver(self, chat: Chat, kind: str, message: Message) -> None:
        if chat.bot_status in {"left", "kicked"} or not self._may_read(chat, message):
            return
        thread_id = message.get("message_thread_id")
        if thread_id is not None and "reply_to_message" not in message:
            # Telegram writes every message of a topic as a reply to the service message that opened the topic.
            message = message | {"reply_to_message": chat.messages[thread_id]}
        self.updates.put(kind, message)

    def _announce(self, chat: Chat, message: Message) -> None:
        """Bots get the notes of what happened to a group, whatever else they may read there."""
        if chat.bot_status not in {"left", "kicked"}:
            self.updates.put("message", message)

    def _may_read(self, chat: Chat, message: Message) -> bool:
        """Privacy mode: in groups a bot gets commands meant for it and replies to it, unless it is administrator."""
        if not chat.is_group or chat.bot_status == "administrator":
            return True
        replied = message.get("reply_to_message", {}).get("from", {})
        return "via_bot" in message or replied.get("id") == self.bot.id or self._is_command(message)

    def _is_command(self, message: Message) -> bool:
        text = message.get("text") or message.get("caption") or ""
        entities = message.get("entities") or message.get("caption_entities") or []
        for entity in entities:
            if entity["type"] == "bot_command" and entity["offset"] == 0:
                _, at, name = text[: entity["length"]].partition("@")
                return not at or name.lower() == self.bot.username.lower()
        return False


def _with_entities(name: str, text: str, entities: list[dict[str, Any]]) -> dict[str, Any]:
    if not text:
        return {}
    return {name: text} | ({"entities" if name == "text" else f"{name}_entities": entities} if entities else {})


def _without_reply(message: Message) -> Message:
    return {name: value for name, value in message.items() if name != "reply_to_message"}


def _button_data(message: Message, row: int, column: int) -> str:
    if row < 0 or column < 0:
        raise NotPossible("There is no such button.")
    try:
        button = message["reply_markup"]["inline_keyboard"][row][column]
    except (KeyError, IndexError):
        raise NotPossible("There is no such button.") from None
    if "callback_data" not in button:
        raise NotPossible("This button opens something else and tells the bot nothing.")
    data: str = button["callback_data"]
    return data
