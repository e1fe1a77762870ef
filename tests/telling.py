"""Somebody tells an incident, step by step, to a bot in this process or in another."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.records import Person
from sandbox.world import World

Rest = Callable[[], Awaitable[None]]
"""Waits until the bot has come to rest."""

PDF = b"%PDF-1.7 "
_RECEIPT = re.compile(r"(?:[2-9a-hjkmnp-tv-z]{5} ){3}[2-9a-hjkmnp-tv-z]{5}")


@dataclass(frozen=True)
class File:
    """A file as it is sent. ``facts`` are what the sandbox wants to know of it besides."""

    data: bytes
    kind: str = "document"
    name: str | None = None
    caption: str = ""
    mime: str | None = None


@dataclass(frozen=True)
class Tale:
    """What somebody tells; the answers that tell nothing of anybody are always the same."""

    account: tuple[str, ...] = ("Four men took two people away.",)
    spoken: tuple[File, ...] = ()
    """Files that come with the account, such as voice notes."""
    when: tuple[str, ...] = ("yesterday 3pm",)
    """What is typed for the time; the last must be understood."""
    where: tuple[str, ...] = ("Siem Reap",)
    """What is typed for the place; the last must be understood, unless there is a pin."""
    pin: tuple[float, float] | None = None
    affected: str = "7"
    files: tuple[File, ...] = ()
    contact: str = ""
    """How to be reached, in the person's own words; a button when empty."""
    here: bool = False
    """Wants to be told in this chat."""
    edited: str = ""
    """What the first message of the account is changed to, once the others are there."""


@dataclass
class Teller:
    """One person in the private chat with the bot. What they do is queued at once, as by somebody with a bad line."""

    world: World
    person: Person
    rest: Rest
    telegram_names: set[str] = field(default_factory=set)
    """What Telegram called the files that were sent."""

    def begin(self) -> None:
        """Ask for the form and consent to go on."""
        self.say("/incident")
        self.tap("in:go")

    def say(self, text: str) -> int:
        """Write a message; its number."""
        number: int = self.world.say(self.person, text)["message_id"]
        return number

    def tap(self, data: str) -> None:
        """Press a button, of which message does not matter."""
        self.world.tap(self.person, self._latest(), data=data)

    def send(self, file: File) -> None:
        """Send a file."""
        message = self.world.send_file(
            self.person, file.kind, file.data, file_name=file.name, mime=file.mime, caption=file.caption
        )
        sent = message[file.kind]
        for size in sent if isinstance(sent, list) else [sent]:
            self.telegram_names |= {size["file_id"], size["file_unique_id"]}

    def tell(self, tale: Tale) -> None:
        """Begin, and answer everything up to the review."""
        self.begin()
        self.tell_what(tale)
        self.tell_when_and_where(tale)
        self.tell_the_rest(tale)

    def tell_what(self, tale: Tale) -> None:
        """Category, children, and the account."""
        self.tap("f:c:category:arrest")
        self.tap("f:c:children:no")
        numbers = [self.say(text) for text in tale.account]
        if tale.edited:
            self.world.edit(self.person, numbers[0], tale.edited)
        for file in tale.spoken:
            self.send(file)
        self.tap("f:ok:account")

    def tell_when_and_where(self, tale: Tale) -> None:
        """The time and the place, in words or as a point on the map."""
        for words in tale.when:
            self.say(words)
        self.tap("f:yes:when")
        for words in tale.where:
            self.say(words)
        if tale.pin is None:
            self.tap("f:yes:where")
        else:
            self.tap("f:c:where:pin")
            self.world.send_location(self.person, *tale.pin)

    def tell_the_rest(self, tale: Tale) -> None:
        """Everything after the place."""
        self.say(tale.affected)
        for data in ("actors:police", "", "state:held", "source:saw"):
            self.tap(f"f:c:{data}" if data else "f:ok:actors")
        for file in tale.files:
            self.send(file)
        for data in ("f:ok:evidence", "f:ok:benchmarks", "f:c:urgency:hours", "f:ok:consent"):
            self.tap(data)
        if tale.contact:
            self.say(tale.contact)
        else:
            self.tap(f"f:c:contact:{'here' if tale.here else 'receipt'}")

    async def hand_in(self, tale: Tale) -> str:
        """Tell all of it, wait until the files are here, and send; the receipt, as it was shown."""
        self.tell(tale)
        await self.rest()
        return await self.press_send()

    async def press_send(self) -> str:
        """Send what was told; the receipt, as it was shown."""
        self.tap("f:send")
        await self.rest()
        receipt = self.receipt()
        assert receipt is not None, f"no receipt, but: {self.heard()[-1:]}"
        return receipt

    async def add(self, receipt: str, account: str, files: tuple[File, ...] = ()) -> None:
        """Show the receipt, as typed, and add something."""
        self.say(receipt)
        self.tap("mb:add")
        self.say(account)
        self.tap("f:ok:account+")
        for file in files:
            self.send(file)
        self.tap("f:ok:evidence+")
        await self.rest()
        self.tap("f:send")
        await self.rest()

    async def withdraw(self, receipt: str) -> None:
        """Show the receipt, and take the incident back."""
        for deed in (lambda: self.say(receipt), lambda: self.tap("mb:withdraw"), lambda: self.tap("mb:withdraw:yes")):
            deed()
        await self.rest()

    def receipt(self) -> str | None:
        """The receipt that stands in the chat, if one does."""
        found = [match[0] for text in self.heard() if (match := _RECEIPT.search(text))]
        return found[-1] if found else None

    def heard(self) -> list[str]:
        """What the bot wrote, as far as it is still there."""
        return [message.get("text", "") for message in self._of_bot()]

    def _of_bot(self) -> list[dict[str, Any]]:
        messages = self.world.private_chat(self.person).messages.values()
        return [message for message in messages if message["from"]["id"] == self.world.bot.id]

    def _latest(self) -> int:
        messages = self._of_bot()
        return int(messages[-1]["message_id"]) if messages else 999_999
