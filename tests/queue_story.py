"""What came in, and the people who see to it, as tests of the queue need them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from conftest import House

from bot.talk import Seen, Talk
from sandbox.records import Chat, Person
from storage.audit import Audit, Entry
from storage.chats import Chats
from storage.database import Database
from storage.incidents import Incidents
from storage.members import Members, Role
from storage.reviews import Head, Review, Reviews, withdrawn
from storage.rooms import Room, Rooms
from storage.sealing import OfficeLock, ServerKey

T = TypeVar("T")

ARREST = Head("arrest", "days", "08", ("B", "D"), reply_to="age1reply", hour=0)
"""An arrest in Kandal; the hour is that of the test."""


@dataclass
class Office:
    """The tables of the running bot, for tests that put things there and look at them."""

    house: House

    async def came(self, reference: str, hours_ago: int = 0, **changed: Any) -> Review:
        """An incident came so many hours ago: an arrest in Kandal, within days, unless told otherwise."""
        head = {name: changed.pop(name) for name in list(changed) if name in Head.__dataclass_fields__}
        if "benchmarks" in head:
            changed["benchmarks"] = head["benchmarks"]
        made = Review(reference, replace(ARREST, hour=self.hour - hours_ago, **head), benchmarks=("B", "D"))
        review = replace(made, **changed)

        async def work() -> None:
            incidents = Incidents(self._database, OfficeLock(self.house.office.recipients), self._server)
            await incidents.take(reference, {"form": "incident"}, self.today)
            await self._reviews.keep(review)

        await self.do(work)
        return review

    async def of(self, reference: str) -> Review:
        """How a review stands."""
        review = await self.do(lambda: self._reviews.of(reference))
        assert review is not None
        return review

    async def keep(self, review: Review) -> None:
        """From now on it stands so."""
        await self.do(lambda: self._reviews.keep(review))

    async def withdraw(self, reference: str) -> None:
        """Its reporter takes it back."""
        await self.keep(withdrawn(await self.of(reference)))

    async def acts(self) -> list[tuple[str, str, str]]:
        """(who, what, on what) of the audit, oldest first."""
        entries: list[Entry] = await self.do(lambda: Audit(self._database, self._server).last(1000))
        return [(one.actor, one.act, one.on) for one in reversed(entries)]

    async def revoke(self, handle: str) -> None:
        """This is nobody any more."""
        await self.do(lambda: Members(self._database, self._server).revoke(handle))

    async def meet_in(self, chat: Chat, thread_id: int | None = None) -> None:
        """The coordinators' room is this group."""
        await self.do(lambda: Rooms(self._database, self._server).choose(Room(chat.id, thread_id)))

    async def speaks(self, chat: Chat, language: str) -> None:
        """This group chose a language."""
        await self.do(lambda: Chats(self._database, self._server).choose(chat.id, language, self.today))

    async def do(self, deed: Callable[[], Awaitable[T]]) -> T:
        """Do this in one transaction of the running bot."""
        return await self._database.write(deed)

    @property
    def hour(self) -> int:
        """The hour of the test, counted from 1970."""
        return int(self.house.world.clock().timestamp()) // 3600

    @property
    def today(self) -> dt.date:
        """The day of the test."""
        return self.house.world.clock().date()

    @property
    def _database(self) -> Database:
        assert self.house._bot is not None
        return self.house._bot._worker._database

    @property
    def _server(self) -> ServerKey:
        return ServerKey.load(self.house.settings.server_key, self.today)

    @property
    def _reviews(self) -> Reviews:
        return Reviews(self._database, self._server)


class Colleague:
    """Somebody with a role, who takes two seconds for everything."""

    def __init__(self, house: House, person: Person, handle: str) -> None:
        self.house = house
        self.person = person
        self.handle = handle
        self.talk: Talk = house.talk(person)

    async def say(self, text: str, chat: Chat | None = None, **more: Any) -> Seen:
        """Write, in private unless a group is named; the one answer."""
        self.house.world.advance(dt.timedelta(seconds=2))
        talk = self.talk if chat is None else self.house.talk(self.person, chat)
        [seen] = await talk.say(text, **more)
        return seen

    async def press(self, data: str) -> list[Seen]:
        """Press the button of the latest screen that sends this."""
        assert data in datas(self.talk.last), f"{data} is not among {datas(self.talk.last)}"
        return await self.tap(data)

    async def tap(self, data: str) -> list[Seen]:
        """Send this, whether there is such a button or not."""
        self.house.world.advance(dt.timedelta(seconds=2))
        return await self.talk.tap(data)

    def heard(self) -> list[str]:
        """Everything that the bot ever wrote to them, as it stands now."""
        messages = self.house.world.private_chat(self.person).messages.values()
        return [one.get("text", "") for one in messages if one["from"]["is_bot"]]


async def colleague(house: House, name: str, role: Role, language: str = "en") -> Colleague:
    """A member with this role who has chosen a language."""
    person = house.world.add_person(name, username=f"{name.lower()}_works")
    member = await house.admit(person, role)
    made = Colleague(house, person, member.handle)
    await made.talk.say("/start")
    await made.talk.press({"en": "English", "km": "ខ្មែរ"}[language])
    return made


def datas(seen: Seen | None) -> list[str]:
    """What the buttons of a screen send."""
    return [one["callback_data"] for one in _keyboard(seen) if "callback_data" in one]


def links(seen: Seen | None) -> list[str]:
    """Where the buttons of a screen lead."""
    return [one["url"] for one in _keyboard(seen) if "url" in one]


def labels(seen: Seen | None) -> list[str]:
    """What stands on the buttons of a screen."""
    return [one["text"] for one in _keyboard(seen)]


def listed(seen: Seen) -> list[str]:
    """The references of a list, in its order."""
    return [data.split(":")[1] for data in datas(seen) if data.startswith("r:R-")]


def _keyboard(seen: Seen | None) -> list[dict[str, Any]]:
    rows = seen.message.get("reply_markup", {}).get("inline_keyboard", []) if seen else []
    return [button for row in rows for button in row]
