"""An incident as people tell it in tests: step by step, at the pace of a person, in any language."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from functools import partial
from typing import Any

from conftest import House

from bot.talk import Seen, Talk
from sandbox.records import Message, Person
from sandbox.world import World
from storage.database import Database
from storage.mailboxes import Mailboxes
from storage.sealing import ServerKey

ACCOUNT = "Four men in uniform took two women away in a car."
ANSWERS: dict[str, tuple[str, ...]] = {
    "category": ("f:c:category:arrest",),
    "children": ("f:c:children:no",),
    "care": ("f:c:care:ok",),
    "account": (ACCOUNT, "f:ok:account"),
    "when": ("f:c:when:yesterday",),
    "where": ("f:c:where:in:17", "f:c:where:here:17"),
    "province": ("f:c:province:in:17",),
    "affected": ("2",),
    "actors": ("f:c:actors:police", "f:ok:actors"),
    "state": ("f:c:state:held",),
    "source": ("f:c:source:saw",),
    "evidence": ("f:skip:evidence",),
    "benchmarks": ("f:ok:benchmarks",),
    "urgency": ("f:c:urgency:days",),
    "consent": ("f:ok:consent",),
    "contact": ("f:c:contact:receipt",),
}
"""What is done at each step of a plain story: buttons by their data, everything else is written."""
PDF = b"%PDF-1.7 minutes of a meeting"
VOICE = b"OggS\0\x02" + bytes(200) + b"spoken words"


class NotShown(AssertionError):
    """The last screen has no such button."""


class Teller:
    """Somebody in a private chat with the bot, who takes two seconds for everything and presses only what is there."""

    def __init__(self, house: House, talk: Talk) -> None:
        self.house = house
        self.world: World = house.world
        self.talk = talk
        self.person: Person = talk.person
        self.screen: Seen | None = None
        """The latest message with buttons."""

    async def do(self, *deeds: str | Callable[[], Any]) -> list[Seen]:
        """Write, press (what begins with the name of a topic and a colon, or is one) or do; what is then seen."""
        seen: list[Seen] = []
        for deed in deeds:
            self.world.advance(dt.timedelta(seconds=2))
            if callable(deed):
                seen = await self.talk.after(deed)
            elif _is_data(deed):
                seen = await self.press(deed)
            else:
                seen = await self.talk.say(deed)
        return seen

    async def press(self, data: str) -> list[Seen]:
        """Press the button that sends this on the latest screen; raises NotShown."""
        if data not in self.buttons:
            raise NotShown(f"{data} is not among {self.buttons}")
        return await self.talk.tap(data)

    @property
    def buttons(self) -> list[str]:
        """What the buttons of the latest screen send."""
        return [one["callback_data"] for one in self._keyboard() if "callback_data" in one]

    @property
    def asked(self) -> str:
        """The step that the latest screen asks; ``review`` at the end, empty elsewhere."""
        data = self.buttons
        if "f:send" in data:
            return "review"
        if data == ["f:leave", "f:cancel"]:
            return "account"  # the only question that can have no button of its own
        steps = [one.split(":")[2 if one.startswith("f:c:") else -1] for one in data if one.count(":") > 1]
        return steps[0] if steps and data[0].startswith("f:") else ""

    @property
    def text(self) -> str:
        """The latest screen."""
        assert self.talk.last is not None
        return self.talk.last.text

    async def begin(self) -> list[Seen]:
        """Up to the first question."""
        return await self.do("/incident", "in:go")

    async def tell(self, until: str = "review", **others: Iterable[str | Callable[[], Any]]) -> list[Seen]:
        """Answer everything before this step as in ANSWERS, or as said here; what was seen last."""
        seen = [] if self.asked else await self.begin()
        for _ in range(40):
            if self.asked == until:
                return seen
            assert self.asked, f"no question is open: {self.text}"
            seen = await self.do(*others.get(self.asked, ANSWERS[self.asked]))
        raise AssertionError(f"{until} was never asked")

    async def hand_in(self, **others: Iterable[str | Callable[[], Any]]) -> str:
        """Tell everything and send it; the receipt."""
        await self.tell("review", **others)
        await self.do("f:send")
        return self.receipt()

    def receipt(self) -> str:
        """The receipt on the latest screen, as its button copies it."""
        [receipt] = [str(one["copy_text"]["text"]) for one in self._keyboard() if "copy_text" in one]
        return receipt

    def file(
        self, kind: str = "document", data: bytes = PDF, name: str = "minutes.pdf", **more: Any
    ) -> Callable[[], Message]:
        """The deed of sending a file."""
        return lambda: self.world.send_file(self.person, kind, data, file_name=name, **more)

    def messages(self) -> dict[int, Message]:
        """What this chat shows now, by number."""
        return self.world.private_chat(self.person).messages

    def left(self) -> list[str]:
        """The texts that this chat shows, without the command that opened the form."""
        texts = [message.get("text", "a file") for message in self.messages().values()]
        return [text for text in texts if text != "/incident"]

    def _keyboard(self) -> list[dict[str, Any]]:
        last = self.talk.last
        rows = last.message.get("reply_markup", {}).get("inline_keyboard", []) if last else []
        return [button for row in rows for button in row]


def _is_data(deed: str) -> bool:
    return deed in ("in", "home", "wipe") or deed.startswith(("f:", "in:", "mb:", "lang:"))


async def later(house: House, time: dt.timedelta) -> None:
    """Let so much time pass, and the clock's hand move once after it."""
    house.world.advance(time)
    assert house._bot is not None
    await house._bot._ticker.tick()
    await house.settle()


def at_noon(world: World) -> None:
    """Go on to the next noon in Phnom Penh, far from the end of any day, so that days can be counted."""
    now = world.clock()
    noon = now.replace(hour=5, minute=0, second=0, microsecond=0)
    world.advance(noon + dt.timedelta(days=noon <= now) - now)


def rows(house: House, query: str) -> list[tuple[Any, ...]]:
    """Rows of the bot's database."""
    with closing(sqlite3.connect(house.database)) as database:
        return database.execute(query).fetchall()


def count(house: House, table: str) -> int:
    """How many rows a table has."""
    [(number,)] = rows(house, f"SELECT count(*) FROM {table}")
    return int(number)


def incidents(house: House) -> list[dict[str, Any]]:
    """What reviewers read of each incident, in the order of arrival."""
    return [
        _opened(house, sealed) for (sealed,) in rows(house, "SELECT sealed FROM incidents WHERE sealed IS NOT NULL")
    ]


def additions(house: House) -> list[dict[str, Any]]:
    """What reviewers read of each addition."""
    return [_opened(house, sealed) for (sealed,) in rows(house, "SELECT sealed FROM additions ORDER BY number")]


def _opened(house: House, sealed: bytes) -> dict[str, Any]:
    incident: dict[str, Any] = json.loads(house.office.open(bytes(sealed)))
    return incident


def blobs(house: House) -> dict[str, bytes]:
    """The sealed files on the disk, by id."""
    folder = house.settings.data_dir / "evidence"
    return {one.stem: one.read_bytes() for one in folder.glob("*.age")}


async def write_to(house: House, public: str, *letters: dict[str, Any]) -> None:
    """Put letters into a mailbox, as reviewers do, while the bot is down."""
    await house.stop()
    database = await Database.open(house.database)
    server = ServerKey.load(house.settings.keys_dir / "server.key", house.world.clock().date())
    mailboxes = Mailboxes(database, server)
    for letter in letters:
        await database.write(partial(mailboxes.put, public, letter))
    await database.close()
    await house.start()


async def with_settings(house: House, **changed: Any) -> None:
    """Start the bot again with these settings."""
    await house.stop()
    house.settings = house.settings.model_copy(update=changed)
    await house.start()
