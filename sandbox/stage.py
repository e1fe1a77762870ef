"""What there is in the sandbox: people, chats, messages, files, updates, the clock and the switches.

Nothing here waits: a change is made at once, and whoever waits in getUpdates or on the event stream is woken.
Everything runs in one event loop's thread.
"""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from sandbox.files import Files
from sandbox.journal import Journal
from sandbox.limits import Pace
from sandbox.profile import Profile
from sandbox.records import GENERAL_TOPIC, Call, Chat, Fault, MemberStatus, Message, Person, Query
from sandbox.refusal import Refusal
from sandbox.schema import Upload
from sandbox.updates import Updates
from sandbox.webhook import Webhook

if TYPE_CHECKING:
    from starlette.responses import Response

TOKEN: Final = "123456789:sandbox-sandbox-sandbox-sandbox-123"  # noqa: S105 (opens nothing but this sandbox)
CALLS_KEPT: Final = 500
_HIDDEN: Final = "•••"


def _real_clock() -> datetime:
    return datetime.fromtimestamp(time.time(), tz=UTC)


class Stage:
    """A Telegram with one bot in it, before anybody does anything."""

    def __init__(
        self,
        *,
        token: str = TOKEN,
        clock: Callable[[], datetime] | None = None,
        pace: bool = True,
        seed: int | None = None,
        bot_name: str = "Sangket",
        bot_username: str = "sangket_bot",
    ) -> None:
        self.token = token
        self.pace: Pace | None = Pace() if pace else None
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.taps: dict[str, Query] = {}
        self.inline_queries: dict[str, Query] = {}
        self.calls: deque[Call] = deque(maxlen=CALLS_KEPT)
        self.faults: Callable[[str, dict[str, Any]], Fault | Response | None] | None = None
        self.logged_out_until = 0.0
        self.bot = Profile(int(token.partition(":")[0]), bot_name, bot_username)
        self._dice = random.Random(seed)
        self.id = self.new_id()
        self.files = Files(self._dice)
        self.updates = Updates(self._dice, self.now)
        self.webhook = Webhook()
        self.journal = Journal()
        self._source = clock or _real_clock
        self._offset = timedelta()
        self._down = False
        self._delay = 0.0
        self._call_count = 0
        self._private_number = self._numbers()

    def new_id(self) -> str:
        """An identifier as long as those of callback queries and albums."""
        return str(self._dice.randrange(10**17, 10**18))

    # The clock and the switches

    def clock(self) -> datetime:
        """The world's time, aware, UTC."""
        return self._source() + self._offset

    def now(self) -> float:
        """The world's time in Unix seconds."""
        return self.clock().timestamp()

    def advance(self, time: timedelta) -> None:
        """Let time pass at once: waiting updates age, old taps and messages become too old."""
        self._offset += time
        self._note_switches()

    @property
    def down(self) -> bool:
        """Whether Telegram cannot be reached."""
        return self._down

    @down.setter
    def down(self, value: bool) -> None:
        self._down = value
        self.updates.end_poll(Refusal(502, "Bad Gateway") if value else None)
        self._note_switches()

    @property
    def delay(self) -> float:
        """Seconds added to every API call."""
        return self._delay

    @delay.setter
    def delay(self, seconds: float) -> None:
        self._delay = seconds
        self._note_switches()

    def switches(self) -> dict[str, Any]:
        return {"down": self._down, "delay": self._delay, "offset": self._offset.total_seconds()}

    def _note_switches(self) -> None:
        self.journal.note("switches", switches=self.switches())

    # Watching

    def subscribe(self, after: int | None = None) -> AsyncIterator[dict[str, Any] | None]:
        """What happens from now on (or after event number `after`), as the chat page hears it."""
        return self.journal.follow(self.journal.last if after is None else after)

    def settled(self) -> bool:
        """True when the bot has confirmed every update."""
        return self.updates.pending() == 0

    def hang_up(self, value: bool = True) -> None:
        """End everything that waits and let nothing wait any more, so that a server can close; False ends that."""
        self.updates.hung_up = self.journal.hung_up = value
        self.updates.end_poll()
        self.updates.arrived.set()
        self.journal.wake()

    def note_call(
        self, method: str, params: dict[str, Any], status: int, milliseconds: float, error: str | None
    ) -> None:
        """Put an API call into the log, without token, secrets and file contents."""
        self._call_count += 1
        shown = {name: _HIDDEN if name == "secret_token" else self._shown(value) for name, value in params.items()}
        call = Call(self._call_count, self.now(), method, shown, status, round(milliseconds, 2), error)
        self.calls.append(call)
        self.journal.note("call", call=call.described())

    def _shown(self, value: Any) -> Any:
        if isinstance(value, str):
            return value.replace(self.token, _HIDDEN)
        if isinstance(value, dict):
            return {name: self._shown(item) for name, item in value.items()}
        if isinstance(value, list):
            return [self._shown(item) for item in value]
        return str(value) if isinstance(value, Upload) else value

    # People and chats

    def add_person(
        self, name: str, *, username: str | None = None, language_code: str = "en", note: str = ""
    ) -> Person:
        """Somebody new; their private chat with the bot is there, but they have not pressed Start."""
        number = self._free_id(5_000_000_000, 8_000_000_000)
        person = Person(number, name, username, language_code, note=note)
        chat = Chat(person.id, "private", name, [person.id], self._private_number, username=username)
        self.people[person.id] = person
        self.chats[chat.id] = chat
        self.journal.note("person", person=person.described())
        self.journal.note("chat", chat=chat.described())
        return person

    def add_group(self, title: str, *, people: Sequence[Person], topics: Iterable[str] = (), bot: bool = True) -> Chat:
        """A supergroup of the given people, the first its creator; a forum when topics are named, the first General."""
        chat_id = self._free_id(-1_003_000_000_000, -1_001_000_000_000)
        chat = Chat(chat_id, "supergroup", title, [person.id for person in people], self._numbers())
        chat.bot_status = "member" if bot else "left"
        self.chats[chat.id] = chat
        chat.number()  # a supergroup's first message is the note of its creation, which bots do not get
        for name in topics:
            self._add_topic(chat, people[0], name)
        self.journal.note("chat", chat=chat.described())
        return chat

    def add_small_group(self, title: str, *, people: Sequence[Person], bot: bool = True) -> Chat:
        """A group as people make one: it becomes a supergroup, with another identifier, once it needs to be one."""
        chat_id = self._free_id(-900_000_000, -100_000_000)
        chat = Chat(chat_id, "group", title, [person.id for person in people], self._private_number)
        chat.bot_status = "member" if bot else "left"
        self.chats[chat.id] = chat
        self.journal.note("chat", chat=chat.described())
        return chat

    def _add_topic(self, chat: Chat, creator: Person, name: str) -> Message | None:
        """The note of its creation; none for General, which is there from the first."""
        if not chat.topics:
            chat.topics[GENERAL_TOPIC] = name
            return None
        created = {"forum_topic_created": {"name": name, "icon_color": 0x6FB9F0}, "is_topic_message": True}
        message = self.post(chat, creator.user(), created)
        chat.topics[message["message_id"]] = name
        whole = message | {"message_thread_id": message["message_id"]}
        self._put_in_place(chat, whole)
        return whole

    def _free_id(self, least: int, beyond: int) -> int:
        """An identifier that no chat has yet: among 200,000 people two would else share one."""
        while (number := self._dice.randrange(least, beyond)) in self.chats:
            pass
        return number

    @staticmethod
    def _numbers() -> Callable[[], int]:
        last = 0

        def number() -> int:
            nonlocal last
            last += 1
            return last

        return number

    def private_chat(self, person: Person) -> Chat:
        return self.chats[person.id]

    def set_language(self, person: Person, language_code: str) -> None:
        """The language of the person's Telegram app."""
        person.language_code = language_code
        self.journal.note("person", person=person.described())
        self.note_commands()

    def note_commands(self) -> None:
        self.journal.note("commands", commands=self.commands)

    def commands(self) -> dict[str, list[dict[str, str]]]:
        """The commands menu of every person in every chat, under `"<person_id>:<chat_id>"`."""
        return {
            f"{person_id}:{chat.id}": self.bot.commands_for(self.people[person_id], chat)
            for chat in self.chats.values()
            for person_id in chat.people
        }

    # Messages

    def post(
        self, chat: Chat, sender: dict[str, Any], content: dict[str, Any], extras: dict[str, Any] | None = None
    ) -> Message:
        """Put a message into a chat; tells the watchers, not the bot."""
        message_id = chat.number()
        head = {"message_id": message_id, "from": sender, "chat": chat.chat(), "date": int(self.now())}
        message = head | content
        chat.messages[message_id] = message
        if extras:
            chat.extras[message_id] = extras
        self.journal.note("message", chat_id=chat.id, message=chat.shown(message))
        return message

    def replace(self, chat: Chat, message: Message) -> Message:
        """Put an edited message in the old one's place."""
        self._put_in_place(chat, message)
        self.journal.note("edited", chat_id=chat.id, message=chat.shown(message))
        return message

    def remove(self, chat: Chat, message_id: int) -> None:
        del chat.messages[message_id]
        chat.extras.pop(message_id, None)
        if message_id in chat.pinned:
            chat.pinned.remove(message_id)
        self.journal.note("deleted", chat_id=chat.id, message_id=message_id)

    def set_keyboard(self, chat: Chat, markup: dict[str, Any]) -> None:
        """Show a reply keyboard under the text field, or take it away."""
        chat.keyboard = None if "remove_keyboard" in markup else markup
        self.journal.note("keyboard", chat_id=chat.id, keyboard=chat.keyboard)

    def _put_in_place(self, chat: Chat, message: Message) -> None:
        chat.messages[message["message_id"]] = message

    # The bot in a chat

    def set_bot_status(self, chat: Chat, status: MemberStatus, by: Person | None = None) -> None:
        """Add the bot to a group, make it administrator, let it go or remove it."""
        old, chat.bot_status = chat.bot_status, status
        actor = by or self.people[chat.people[0]]
        self._note_bot_status(chat, actor, old, status)
        self.journal.note("chat", chat=chat.described())

    def leave(self, chat: Chat) -> None:
        """The bot goes by itself."""
        old, chat.bot_status = chat.bot_status, "left"
        self._note_bot_status(chat, self.bot, old, "left")
        self.journal.note("chat", chat=chat.described())

    def _note_bot_status(self, chat: Chat, by: Person | Profile, old: MemberStatus, new: MemberStatus) -> None:
        change = {
            "chat": chat.chat(),
            "from": by.user(),
            "date": int(self.now()),
            "old_chat_member": self.bot_member(old),
            "new_chat_member": self.bot_member(new),
        }
        self.updates.put("my_chat_member", change)

    def bot_member(self, status: MemberStatus) -> dict[str, Any]:
        """The bot as a ChatMember."""
        return chat_member(self.bot.user(), status)

    def push(self, update: dict[str, Any]) -> int:
        """Queue any object as an update, also a malformed one; `update_id` is filled in unless given."""
        return self.updates.put_raw(update)


def chat_member(user: dict[str, Any], status: MemberStatus) -> dict[str, Any]:
    """The Bot API's ChatMember with the fields its status requires."""
    member: dict[str, Any] = {"user": user, "status": status}
    if status == "kicked":
        return member | {"until_date": 0}
    if status == "creator":
        return member | {"is_anonymous": False}
    if status == "administrator":
        return member | {"can_be_edited": False, **ADMINISTRATOR_RIGHTS}
    return member


ADMINISTRATOR_RIGHTS: Final = {
    "is_anonymous": False,
    "can_manage_chat": True,
    "can_delete_messages": True,
    "can_manage_video_chats": False,
    "can_restrict_members": False,
    "can_promote_members": False,
    "can_change_info": False,
    "can_invite_users": True,
    "can_post_stories": False,
    "can_edit_stories": False,
    "can_delete_stories": False,
    "can_pin_messages": True,
    "can_manage_topics": True,
}
