"""Coordinators who read incidents in tests, and what somebody could change while the bot is down."""

from __future__ import annotations

import datetime as dt
import sqlite3
from contextlib import closing
from functools import partial
from typing import Any

from conftest import House
from incident_story import PDF, Teller
from photos import photo

from bot.talk import Seen, Talk
from sandbox.records import Message
from sandbox.world import World
from storage.audit import Act, Audit
from storage.database import Database
from storage.incidents import Incidents
from storage.members import Member, Role
from storage.notes import Notes
from storage.proposals import Proposals
from storage.reviews import Review, Reviews
from storage.sealing import OfficeKey, OfficeLock, ServerKey

PICTURE = photo("JPEG")
WORDS = "kanarya & <b>four</b> men\u2067 took her to ភ្នំពេញ"
CALM = "kanarya & <b>four</b> men\ufffd took her to ភ្នំពេញ"
"""What is shown of WORDS."""


class Reader:
    """A coordinator at the bot."""

    def __init__(self, house: House, talk: Talk, member: Member) -> None:
        self.house = house
        self.world = house.world
        self.talk = talk
        self.handle = member.handle

    @classmethod
    async def admitted(cls, house: House, name: str, language: str = "en", role: Role = Role.COORDINATOR) -> Reader:
        person = house.world.add_person(name, language_code=language)
        reader = cls(house, house.talk(person), await house.admit(person, role))
        await reader.talk.say("/start")
        return reader

    async def tap(self, data: str) -> list[Seen]:
        """Press; what is then seen."""
        self.world.advance(dt.timedelta(seconds=2))
        return await self.talk.tap(data)

    async def claim(self, reference: str) -> None:
        await self.tap(f"r:claim:{reference}")

    async def read(self, reference: str) -> list[Seen]:
        """Open it; the messages that are then there."""
        return [one for one in await self.tap(f"rd:{reference}") if one.kind == "message"]

    def messages(self) -> dict[int, Message]:
        return self.world.private_chat(self.talk.person).messages

    def texts(self) -> str:
        return "\n".join(str(one.get("text", one.get("caption", ""))) for one in self.messages().values())

    def documents(self) -> list[Message]:
        return [one for one in self.messages().values() if "document" in one]


def content(world: World, message: Message) -> bytes:
    """The bytes of a document in a chat."""
    return world.files._by_id[message["document"]["file_id"]].data


async def put_key(house: House, key: OfficeKey | None = None) -> None:
    """The office key lies on the server."""
    house.settings.office_key.write_text((key or house.office).text)
    house.settings.office_key.chmod(0o600)
    await house.restart()


async def told(house: House, world: World, name: str = "Maly", **others: Any) -> str:
    """Somebody told an incident; its reference."""
    known = set(references(house))
    teller = Teller(house, house.talk(world.add_person(name)))
    await teller.hand_in(**others)
    [reference] = set(references(house)) - known
    return reference


def with_files(house: House, world: World) -> dict[str, Any]:
    """The answers of somebody who sends a picture and a text."""

    def picture() -> Message:
        [person] = [one for one in world.people.values() if one.name == "Maly"]
        return world.send_file(person, "document", PICTURE, file_name="IMG_kanarya.jpg", caption="kanarya below it")

    def minutes() -> Message:
        [person] = [one for one in world.people.values() if one.name == "Maly"]
        return world.send_file(person, "document", PDF, file_name="minutes.pdf")

    return {"evidence": (picture, minutes, "f:ok:evidence"), "account": (WORDS, "f:ok:account")}


def references(house: House) -> list[str]:
    with closing(sqlite3.connect(house.database)) as database:
        return [one for (one,) in database.execute("SELECT reference FROM incidents")]


class Store:
    """The tables of a bot that is down."""

    def __init__(self, house: House, database: Database) -> None:
        self.database = database
        self.today = house.world.clock().date()
        self.server = ServerKey.load(house.settings.server_key, self.today)
        self.office = OfficeLock(house.office.recipients)
        self.reviews = Reviews(database, self.server)
        self.notes = Notes(database, self.office, self.server)
        self.incidents = Incidents(database, self.office, self.server)
        self.proposals = Proposals(database, self.server)
        self.audit = Audit(database, self.server)


class Down:
    """The tables while the bot is down; it runs again after."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def __aenter__(self) -> Store:
        await self._house.stop()
        self._database = await Database.open(self._house.database)
        return Store(self._house, self._database)

    async def __aexit__(self, *_: object) -> None:
        await self._database.close()
        await self._house.start()


async def review(house: House, reference: str) -> Review:
    async with Down(house) as store:
        found = await store.database.write(partial(store.reviews.of, reference))
    assert found is not None
    return found


async def acts(house: House) -> list[tuple[str, str, str]]:
    """Who did what on what, oldest first; only acts of reading."""
    async with Down(house) as store:
        entries = await store.database.write(partial(store.audit.last, 100))
    wanted = (Act.OPENED, Act.FETCHED, Act.BUNDLED, Act.STATE)
    return [(one.actor, one.act, one.on) for one in reversed(entries) if one.act in wanted]
