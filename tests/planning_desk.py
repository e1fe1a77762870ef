"""A network three weeks before a call is over, at the running bot: coordinators, monitors, and who follows what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, TypeVar

from backstage import Backstage
from conftest import House
from incident_story import at_noon

from bot.talk import Seen, Talk
from sandbox.records import Chat, Person
from storage.deadlines import Deadline
from storage.listeners import Place, Profile
from storage.members import Role

T = TypeVar("T")

LEFT, OWN = 21, 14
"""Days to the cut-off, and to the network's own day before it."""


class Network:
    """One call, entered behind the scenes, and those who work on it."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._backstage = Backstage(house)
        self.tables = self._backstage.tables
        at_noon(house.world)
        self.today = house.world.clock().date()
        self.call = Deadline("", "", "")

    async def open_call(self, **more: Any) -> Deadline:
        """The call, as a coordinator entered it."""
        one = Deadline(
            "Call on Cambodia",
            self.day(LEFT),
            "Europe/Zurich",
            internal=self.day(OWN),
            checked_by="Lotus-4",
            checked_on=self.today.isoformat(),
        )
        self.call = await self.do(lambda: self.tables.deadlines.add(replace(one, **more)))
        return self.call

    def day(self, ahead: int) -> str:
        """So many days from the first one."""
        return (self.today + dt.timedelta(days=ahead)).isoformat()

    async def do(self, deed: Callable[[], Awaitable[T]]) -> T:
        return await self._backstage.do(deed)

    async def somebody(self, name: str, role: Role = Role.PUBLIC, follows: str = "", language: str = "en") -> Talk:
        """Somebody who came, with what they follow."""
        person = self.house.world.add_person(name)
        if role is not Role.PUBLIC:
            await self.house.admit(person, role)
        talk = self.house.talk(person)
        await talk.say("/start")
        await talk.tap(f"lang:{language}")
        if follows:
            await self.follow(Place(person.id), f"b:{follows}")
        return talk

    async def revoke(self, person: Person) -> None:
        """Take the role of this person."""
        await self._backstage.revoke(person)

    async def follow(self, place: Place, topic: str) -> None:
        await self.do(lambda: self.tables.subscriptions.begin(place, topic, Profile()))

    async def do_in_turn(self, talk: Talk, *deeds: str) -> Seen:
        """Write what is a command or words, press what is the data of a button; what is seen then. Where a press changed
        nothing, that is what stood there before."""
        seen: list[Seen] = []
        for deed in deeds:
            self.house.world.advance(dt.timedelta(seconds=2))
            pressed = deed.startswith(("cv", "wp", "f:", "dl", "q:"))
            seen = await (talk.tap(deed) if pressed else talk.say(deed))
        last = seen[-1] if seen else talk.last
        assert last is not None, f"nothing answered {deeds[-1]}"
        return last

    async def pass_time(self, **time: int) -> None:
        """Let time pass, and the bot look at what is due."""
        self.house.world.advance(dt.timedelta(**time))
        assert self.house._bot is not None
        await self.house._bot._ticker.tick()
        await self.house.settle()

    def heard(self, whom: Person | Chat) -> list[str]:
        """All that the bot said there, the newest last."""
        world = self.house.world
        chat = world.private_chat(whom) if isinstance(whom, Person) else whom
        return [
            str(one.get("text", ""))
            for _, one in sorted(chat.messages.items())
            if one.get("from", {}).get("id") == world.bot.id
        ]

    def buttons(self, whom: Person | Chat) -> list[str]:
        """What the newest message there can be pressed for."""
        world = self.house.world
        chat = world.private_chat(whom) if isinstance(whom, Person) else whom
        ours = [one for _, one in sorted(chat.messages.items()) if one.get("from", {}).get("id") == world.bot.id]
        return datas(ours[-1])


def datas(message: dict[str, Any]) -> list[str]:
    """The data of the buttons below a message."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["callback_data"] for row in rows for button in row if "callback_data" in button]
