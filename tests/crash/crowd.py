"""People who talk to the bot while it dies and comes back, and what they should see."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from bot.ask import ask
from sandbox.records import Person
from sandbox.world import World

LETTERS = "ABCDEFGHIJKLMNOPQRST"
_OTHER = {"km": "en", "en": "km"}
_NOWHERE = 999_999
"""No chat has so many messages: a press on this one is a press on a message that is gone."""


@dataclass(frozen=True)
class Sight:
    """Something seen in a chat: a new message or an edited one."""

    kind: str
    text: str


@dataclass(frozen=True)
class Answers:
    """What a bot that never dies says."""

    languages: str
    home: dict[str, str]
    cards: dict[str, dict[str, str]]

    @classmethod
    async def learn(cls) -> Answers:
        """Ask a bot in this process."""
        home, cards = {}, {}
        for language in _OTHER:
            [[welcome], *shown] = await ask(
                ["/start", *(f"/benchmark {letter}" for letter in LETTERS)], name="Nobody", language=language
            )
            home[language] = welcome.text
            cards[language] = {letter: seen.text for letter, [seen] in zip(LETTERS, shown, strict=True)}
        [[first]] = await ask(["/start"], name="Nobody", language=None)
        return cls(first.text, home, cards)


@dataclass
class Visitor:
    """Somebody who asks for all twenty benchmarks and changes the language on the way.

    Every act has one visible answer, and no two answers of a visitor look the same, so that what was seen tells
    what was answered, in which order and how often. Cards come in the language chosen last before the question:
    a choice that was lost, done late or done again shows in every card after it.
    """

    world: World
    person: Person
    acts: Iterator[tuple[str, str]]
    answers: Answers
    language: str
    deeds: int = 0
    """Updates caused."""
    expected: list[Sight] = field(default_factory=list)
    seen: list[Sight] = field(default_factory=list)
    screen: int | None = None
    """The message with the language buttons, once it has come."""
    finished: bool = False

    @property
    def unanswered(self) -> int:
        """How many answers are still to come."""
        return len(set(self.expected) - set(self.seen))

    def act(self) -> None:
        """Do the next thing."""
        kind, what = next(self.acts, ("", ""))
        if not kind:
            self.finished = True
            return
        self.deeds += 1
        if kind == "say":
            self.world.say(self.person, f"/benchmark {what}")
            self.expected.append(Sight("message", self.answers.cards[self.language][what]))
        elif kind == "start":
            self.world.say(self.person, "/start")
            self.expected.append(Sight("message", self.answers.languages))
        elif kind == "press":
            assert self.screen is not None
            self._choose(self.screen, what, "edited")
        else:
            self._choose(_NOWHERE, what, "message")

    def _choose(self, message_id: int, language: str, shown_as: str) -> None:
        self.world.tap(self.person, message_id, data=f"lang:{language}")
        self.language = language
        self.expected.append(Sight(shown_as, self.answers.home[language]))

    def saw(self, event: dict[str, Any]) -> None:
        """The bot wrote or changed something in the chat."""
        message = event["message"]
        self.seen.append(Sight(event["type"], message["text"]))
        if message["text"] == self.answers.languages:
            self.screen = message["message_id"]


@dataclass(frozen=True)
class Verdict:
    """What became of everything that was asked."""

    asked: int
    lost: int
    disordered: int
    """Visitors whose answers came in another order than their questions."""
    strange: Counter[str]
    """What nobody asked for."""
    repeated: int

    def __str__(self) -> str:
        return (
            f"{self.asked} asked, {self.lost} lost, {self.disordered} out of order,"
            f" {sum(self.strange.values())} strange, {self.repeated} repeated"
        )


class Crowd:
    """So many visitors at a time, each with at most ``patience`` questions open; who is done makes room.

    With ``hurried`` nobody waits for an answer at all, not even for the screen with the buttons.
    """

    def __init__(
        self, world: World, answers: Answers, *, size: int, patience: int, hurried: bool = False, seed: int = 1
    ) -> None:
        self.visitors: list[Visitor] = []
        self._world = world
        self._answers = answers
        self._size = size
        self._patience = patience
        self._hurried = hurried
        self._dice = random.Random(seed)
        self._by_chat: dict[int, Visitor] = {}

    def turn(self) -> None:
        """Let everybody who may do the next thing."""
        present = [v for v in self.visitors if not v.finished]
        while len(present) < self._size:
            present.append(self._welcome())
        for visitor in present:
            if self._hurried or visitor.unanswered < (self._patience if visitor.screen else 1):
                visitor.act()

    @property
    def deeds(self) -> int:
        """Updates caused by everybody."""
        return sum(visitor.deeds for visitor in self.visitors)

    @property
    def sights(self) -> int:
        """Different answers seen so far."""
        return sum(len(set(visitor.seen)) for visitor in self.visitors)

    def verdict(self) -> Verdict:
        """Compare what was seen with what should have been."""
        strange: Counter[str] = Counter()
        disordered = 0
        for visitor in self.visitors:
            strange.update(s.text for s in visitor.seen if s not in visitor.expected)
            first_sights = list(dict.fromkeys(s for s in visitor.seen if s in visitor.expected))
            disordered += first_sights != [s for s in visitor.expected if s in first_sights]
        return Verdict(
            sum(len(visitor.expected) for visitor in self.visitors),
            sum(visitor.unanswered for visitor in self.visitors),
            disordered,
            strange,
            sum(len(visitor.seen) - len(set(visitor.seen)) for visitor in self.visitors),
        )

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """See what comes into the chats for as long as the block runs."""
        task = asyncio.get_running_loop().create_task(self._watch())
        await asyncio.sleep(0)
        try:
            yield
        finally:
            await asyncio.sleep(0)  # what happened last is seen, too
            task.cancel()
            await asyncio.wait([task])
            if not task.cancelled():
                task.result()

    async def _watch(self) -> None:
        async for event in self._world.subscribe():
            assert event is not None
            assert event["type"] != "reload", "events were missed"
            if event["type"] not in ("message", "edited") or event["message"]["from"]["id"] != self._world.bot.id:
                continue
            self._by_chat[event["chat_id"]].saw(event)

    def _welcome(self) -> Visitor:
        language = self._dice.choice(sorted(_OTHER))
        person = self._world.add_person(f"Visitor {len(self.visitors)}", language_code="en")
        visitor = Visitor(self._world, person, iter(self._script(language)), self._answers, "en")
        self.visitors.append(visitor)
        self._by_chat[person.id] = visitor
        return visitor

    def _script(self, language: str) -> list[tuple[str, str]]:
        """Start, choose a language with the button, and ask; twice on the way change the language."""
        letters = self._dice.sample(LETTERS, len(LETTERS))
        questions = [("say", letter) for letter in letters]
        first, second = sorted(self._dice.sample(range(1, len(questions)), 2))
        other = _OTHER[language]
        opening = [("start", ""), ("tap" if self._hurried else "press", language)]
        middle = [*questions[:first], ("tap", other), *questions[first:second]]
        if self._hurried:
            return [*opening, *middle, *questions[second:]]
        return [*opening, *middle, ("tap", language), *questions[second:]]
