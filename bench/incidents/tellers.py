"""People who tell incidents or look something up, in the local Telegram of this process."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bench.contestants import ANSWER_MARKER
from bench.rounds import BotFailedError
from bench.server import QUESTION
from sandbox.journal import Journal
from sandbox.records import Person
from sandbox.world import World
from texts.incidents import SIGNS
from texts.language import plain

PATIENCE = 30.0
"""Seconds without an answer to anybody after which a measurement is given up."""

_STEP = re.compile(r"f:(?:c|ok|skip|back|yes|no|anew):([a-z_]+)")
_CHOSEN = {
    "category": "arrest",
    "children": "no",
    "state": "held",
    "source": "saw",
    "urgency": "days",
    "contact": "receipt",
}
_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "account": "Four men in uniform came to house {n} and took two people away.",
        "more": "They showed no paper and said nothing of where they went.",
        "when": "yesterday 3pm",
        "where": "Siem Reap",
    },
    "km": {
        "account": "បុរសបួននាក់ស្លៀកឯកសណ្ឋាន បានមកផ្ទះលេខ {n} ហើយយកមនុស្សពីរនាក់ទៅ។",
        "more": "ពួកគេមិនបានបង្ហាញលិខិតអ្វីទេ ហើយមិនបានប្រាប់ថាទៅណាទេ។",
        "when": "ម្សិលមិញ ម៉ោង 3 រសៀល",
        "where": "សៀមរាប",
    },
}


class Announcing(Journal):
    """Tells at once what comes into the chats, and keeps nothing of it."""

    def __init__(self, hear: Callable[[int, Mapping[str, Any]], None]) -> None:
        super().__init__()
        self._hear = hear

    def note(self, kind: str, **fields: Any) -> None:
        """People hear of it once Telegram has done what it is about."""
        self.last += 1
        if kind in ("message", "edited"):
            asyncio.get_running_loop().call_soon(self._hear, fields["chat_id"], fields["message"])


class Asker:
    """Somebody who asks the same thing again and again, each time once the answer is there."""

    def __init__(self, world: World, person: Person, times: int) -> None:
        self.person = person
        self.waits: list[float] = []
        """Seconds from question to answer."""
        self.strange = ""
        """An answer that was not the right one; nothing was asked after it."""
        self._world = world
        self._times = times

    @property
    def done(self) -> bool:
        """There is nothing left to do."""
        return bool(self.strange) or len(self.waits) == self._times

    def begin(self) -> None:
        """Ask."""
        self._asked_at = time.monotonic()
        self._world.say(self.person, QUESTION)

    def saw(self, message: Mapping[str, Any]) -> None:
        """The bot wrote."""
        if self.done:
            return
        self.waits.append(time.monotonic() - self._asked_at)
        if ANSWER_MARKER not in message["text"].lower():
            self.strange = message["text"][:80]
        elif not self.done:
            self.begin()


class Teller:
    """Somebody who tells one incident, from the first button to the receipt."""

    def __init__(self, world: World, person: Person, number: int, document: bytes = b"") -> None:
        self.person = person
        self.language = person.language_code
        self.number = number
        self.document = document
        self.waits: list[float] = []
        """Seconds from each update to the screen that answers it."""
        self.waits_for_files: list[float] = []
        """The same for the document, which the bot fetches and seals first; these are not among the others."""
        self.receipt = ""
        self.strange = ""
        """A screen that was not expected; nothing was done after it."""
        self.took = 0.0
        """Seconds from the first button to the receipt."""
        self._world = world
        self._deeds = self._to_do()
        self._last_was_file = False
        self._answered = True

    @property
    def done(self) -> bool:
        """There is nothing left to do."""
        return bool(self.receipt or self.strange)

    @property
    def account(self) -> str:
        """What only this person tells."""
        return _WORDS[self.language]["account"].format(n=self.number)

    @property
    def updates(self) -> int:
        """What they sent so far, as far as it was answered."""
        return len(self.waits) + len(self.waits_for_files)

    def begin(self) -> None:
        """Ask for the form."""
        self._began_at = time.monotonic()
        self._say("/incident")

    def saw(self, message: Mapping[str, Any]) -> None:
        """The bot wrote or changed a message: what has buttons is the answer to what was done last."""
        buttons = [button for row in _rows(message) for button in row]
        if self.done or self._answered or not buttons:
            return
        self._answered = True
        waits = self.waits_for_files if self._last_was_file else self.waits
        waits.append(time.monotonic() - self._asked_at)
        self.receipt = next((button["copy_text"]["text"] for button in buttons if "copy_text" in button), "")
        if self.receipt:
            self.took = time.monotonic() - self._began_at
            return
        shown = [button["callback_data"] for button in buttons if "callback_data" in button]
        self._answer(message, shown)

    def _answer(self, message: Mapping[str, Any], shown: Sequence[str]) -> None:
        deed = self._next(message["text"], shown)
        if deed == "document":
            self._send_document()
        elif deed in shown:
            self._press(message["message_id"], deed)
        elif deed and ":" not in deed:
            self._say(deed)
        else:
            self.strange = f"{deed or 'nothing'} to do at {shown}: {message['text'][:80]}"

    def _next(self, text: str, shown: Sequence[str]) -> str:
        """A button by its data, something to write, or nothing where the screen is not known."""
        if "f:is:fish" in shown:
            return next(f"f:is:{sign}" for sign in SIGNS if plain(self.language, f"the {sign}") in text)
        for always in ("in:go", "f:send"):
            if always in shown:
                return always
        step = next((match[1] for one in shown if (match := _STEP.match(one))), "")
        if f"f:yes:{step}" in shown:
            return f"f:yes:{step}"
        deeds = self._deeds.get(step, [])
        return deeds.pop(0) if deeds else f"f:ok:{step}"

    def _to_do(self) -> dict[str, list[str]]:
        words = _WORDS[self.language]
        return {step: [f"f:c:{step}:{option}"] for step, option in _CHOSEN.items()} | {
            "account": [self.account, words["more"]],
            "when": [words["when"]],
            "where": [words["where"]],
            "affected": ["7"],
            "actors": ["f:c:actors:police", "f:c:actors:local"],
            "evidence": ["document" if self.document else "f:skip:evidence"],
            "consent": ["f:c:consent:anonymised"],
        }

    def _say(self, words: str) -> None:
        self._ask()
        self._world.say(self.person, words)

    def _press(self, message_id: int, data: str) -> None:
        self._ask()
        self._world.tap(self.person, message_id, data=data)

    def _send_document(self) -> None:
        self._ask(file=True)
        self._world.send_file(self.person, "document", self.document, file_name="scan.pdf", mime="application/pdf")

    def _ask(self, *, file: bool = False) -> None:
        self._asked_at, self._answered, self._last_was_file = time.monotonic(), False, file


def _rows(message: Mapping[str, Any]) -> list[list[dict[str, Any]]]:
    rows: list[list[dict[str, Any]]] = message.get("reply_markup", {}).get("inline_keyboard", [])
    return rows


class Crowd:
    """The people of one local Telegram, half of whom read Khmer."""

    def __init__(self) -> None:
        self.world = World(pace=False, seed=1)
        self.world.journal = Announcing(self._heard)
        self.answers = 0
        """Messages that the bot wrote or changed, each of which counts at Telegram."""
        self.tellers: list[Teller] = []
        self._by_chat: dict[int, Asker | Teller] = {}
        self._busy: set[int] = set()
        self._heard_at = 0.0
        self._over = asyncio.Event()

    def teller(self, document: bytes = b"") -> Teller:
        """One more person who has something to tell."""
        number = len(self.tellers) + 1
        person = self.world.add_person(f"Teller {number}", language_code=("en", "km")[number % 2])
        teller = Teller(self.world, person, number, document)
        self.tellers.append(teller)
        self._by_chat[person.id] = teller
        return teller

    def asker(self, times: int) -> Asker:
        """One more person who looks something up."""
        asker = Asker(self.world, self.world.add_person("Asker"), times)
        self._by_chat[asker.person.id] = asker
        return asker

    async def all_at_once(self, people: Sequence[Asker | Teller], alive: Callable[[], bool]) -> float:
        """Let these people begin at one instant, until the last is done or nobody is answered any more; seconds.

        Raises BotFailedError when the bot dies.
        """
        self._over.clear()
        self._busy = {one.person.id for one in people}
        began = self._heard_at = time.monotonic()
        for one in people:
            one.begin()
        while not self._over.is_set() and time.monotonic() - self._heard_at < PATIENCE:
            if not alive():
                raise BotFailedError("it died while people told")
            await _within(self._over, 1.0)
        return self._heard_at - began

    def _heard(self, chat_id: int, message: Mapping[str, Any]) -> None:
        if message["from"]["id"] != self.world.bot.id:
            return
        self.answers += 1
        person = self._by_chat[chat_id]
        person.saw(message)
        if chat_id in self._busy:
            self._heard_at = time.monotonic()
            if person.done:
                self._busy.discard(chat_id)
        if not self._busy:
            self._over.set()


async def _within(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        pass
