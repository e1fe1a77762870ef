"""People who tell incidents while the bot dies and comes back, and what the network should then find."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import itertools
import json
import random
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Set
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.ask import make_office
from crash.campaign import BadNetwork, Lives
from crash.child import TALLY
from crash.lives import Place, repositories
from crash.powercut import Disk
from crash.stories import Keyboard, Story, renamed
from forms.where import provinces
from sandbox.app import serve
from sandbox.records import Person
from sandbox.world import World
from storage.drafts import Draft
from storage.evidence import Blobs
from storage.sealing import OfficeKey, Receipt, ServerKey
from storage.tables import Tables as Repositories
from texts import otherwise
from texts.questions import OPTIONS

_ZONE = ZoneInfo("Asia/Phnom_Penh")
_STEP = re.compile(r"f:(?:c|ok|skip|back|yes|no|anew):([a-z_]+)")
_PURSE = 26
"""Fewer updates at once than the bot takes from one person (handlers.allowance)."""
_RARE = {"sexual": 0.3, "yes": 0.3}
"""Where nothing more is asked, fewer answers can be lost."""
_ACCOUNTS = {
    "en": "Four men in uniform came to house {n} and took two people away.",
    "km": "បុរសបួននាក់ស្លៀកឯកសណ្ឋាន បានមកផ្ទះលេខ {n} ហើយយកមនុស្សពីរនាក់ទៅ។",
}
_CONTACTS = {"en": "Ask for house {n} at the market.", "km": "សូមសួររកផ្ទះលេខ {n} នៅផ្សារ។"}


@dataclass(frozen=True)
class Screen:
    """What the bot wrote last: a new message, or an edited one."""

    message_id: int
    text: str
    keyboard: Keyboard
    receipt: str = ""

    @classmethod
    def of(cls, message: Mapping[str, Any]) -> Screen:
        """The screen in a message of the bot."""
        rows = message.get("reply_markup", {}).get("inline_keyboard", [])
        keyboard = tuple(tuple((b["text"], b.get("callback_data")) for b in row) for row in rows)
        copied = [b["copy_text"]["text"] for row in rows for b in row if "copy_text" in b]
        receipt = next((text for text in copied if Receipt.read(text)), "")
        return cls(message["message_id"], message.get("text", ""), keyboard, receipt)

    @property
    def data(self) -> list[str]:
        """What its buttons send."""
        return [data for row in self.keyboard for _, data in row if data is not None]

    @property
    def step(self) -> str:
        """The question it asks; empty when it is none."""
        found = (_STEP.match(one) for one in self.data)
        return next((match[1] for match in found if match), "")


@dataclass(frozen=True)
class HandedIn:
    """An incident that somebody handed in. Without a receipt when a power cut took the screen that shows it."""

    story: Story
    receipt: str = ""


@dataclass
class Reporter:
    """Somebody who tells one incident after the other, and remembers everything they did.

    They act on the newest screen. When none comes they press the same button again, or ask where they were.
    """

    world: World
    person: Person
    language: str
    dice: random.Random
    numbers: Iterator[int]
    patience: float
    """Seconds."""
    haste: float
    """How likely they skip a question."""
    files: dict[str, bytes]
    """All that anybody sent, by their size."""
    stories: list[Story] = field(default_factory=lambda: [Story()])
    """What it comes to after each deed that may not have been handled, from what is known to have been."""
    deeds: list[tuple[int, Callable[[Story], Story]]] = field(default_factory=list)
    """(number of the update, what it changes), one for each story but the first."""
    handed_in: list[HandedIn] = field(default_factory=list)
    prompts: int = 0
    seen_again: int = 0
    """Screens with a receipt that was seen before."""
    strange: list[str] = field(default_factory=list)
    """What no order of events explains."""
    bereft: bool = False
    """A power cut took what was answered, and nobody has said so yet."""
    bereaved: int = 0
    told: int = 0
    """How often that was said."""
    _screen: Screen | None = None
    _unread: bool = False
    _acted_at: float = 0.0
    _again: Callable[[], None] | None = None
    _purse: float = _PURSE
    _purse_at: float = 0.0
    _alone: bool = True
    """Nothing came since the bot died, if it lives at all."""
    _updates: list[int] = field(default_factory=list)
    """Those that the bot has perhaps not handled."""
    _patience_lost: int = 0
    _last_words: int = 0
    _edited: bool = False

    # What they see

    def saw(self, message: Mapping[str, Any]) -> None:
        """The bot wrote or changed something in the chat."""
        screen = Screen.of(message)
        self._alone = False
        if screen.text == str(otherwise.draft_lost(self.language).text):
            self.told += 1
            self.bereft = False
        if screen.receipt:
            self._thanked(screen.receipt)
        elif screen.step or "f:send" in screen.data:
            self._prompted(screen)
        if screen.data:
            self._screen, self._unread, self._patience_lost = screen, True, 0

    def _prompted(self, screen: Screen) -> None:
        """Whatever leads to this prompt is on the disk, or the bot would not have shown it."""
        self.prompts += 1
        for number, story in enumerate(self.stories):
            if story.keyboard(self.language) == screen.keyboard:
                self._known(number)
                return
        self.strange.append(f"asked {screen.data} when it should be {self.stories[-1].asked}")

    def _thanked(self, receipt: str) -> None:
        if any(one.receipt == receipt for one in self.handed_in):
            self.seen_again += 1
        elif not self.stories[-1].sending:
            self.strange.append("a receipt for nothing that was handed in, or a second one")
        else:
            self.handed_in.append(HandedIn(self.stories[-1], receipt))
            self._begin_anew()

    def _known(self, number: int) -> None:
        """The first so many deeds have been handled."""
        del self.stories[:number]
        del self.deeds[:number]

    def _begin_anew(self) -> None:
        self.stories, self.deeds, self._edited = [Story()], [], False

    # What becomes of it

    def finds(self, draft: Draft | None, *, settled: bool) -> str:
        """What is wrong with this draft on the disk of a dead bot; empty when nothing is."""
        possible = self.stories[-1:] if settled else self.stories
        if settled and draft and any(facts.get("coming") for facts in draft.files.values()):
            return f"sent {draft.files}, and it never came"
        if any(story.is_kept_as(draft) for story in possible):
            return ""
        return f"came from {possible[0]} to {possible[-1]}, kept is {draft}"

    def died(self, handled: Set[int]) -> None:
        """The bot died: it no longer knows how much anybody asked, but for what it has not handled yet."""
        self._updates = [number for number in self._updates if number not in handled]
        self._purse, self._alone = _PURSE - len(self._updates), True

    def power_failed(self, arrived: Set[int], draft: Draft | None) -> None:
        """The bot's memory is gone. ``arrived`` are the updates that it had taken in, ``draft`` what was on its disk."""
        pending = [(number, deed) for number, deed in self.deeds if number not in arrived]
        sent = [number for (number, _), story in zip(self.deeds, self.stories[1:], strict=True) if story.sending]
        if draft is None and self.stories[-1].sending and (self.stories[0].sending or sent[0] in arrived):
            self.handed_in.append(HandedIn(self.stories[-1]))
        self._begin_anew()
        for number, deed in pending:
            self._note(number, deed)
        self.bereaved += (draft is not None) - self.bereft  # what was to be said before went the same way
        self.bereft = draft is not None
        self._unread, self._again = False, None

    # What they do

    def turn(self, now: float) -> None:
        """Do the next thing, if there is one to do."""
        if not self._alone:
            self._purse = min(_PURSE, self._purse + now - self._purse_at)
        self._purse_at = now
        if self.bereft or self._purse < 1:
            return
        if self._unread:
            self._unread = False
            self._act()
        elif now - self._acted_at < self.patience * (0.5 + self.dice.random()) * (1 + self._patience_lost):
            return
        else:
            self._lose_patience()
        self._acted_at = now

    def _lose_patience(self) -> None:
        self._patience_lost += 1
        if self._screen is None:
            self._say("/start")
        elif self._again is not None and self.dice.random() < 0.5:
            self._again()
        else:
            self._say("/incident")

    def _act(self) -> None:
        screen, chance = self._screen, self.dice.random()
        assert screen is not None
        if self.stories[-1].sending:
            self._press("f:send")
        elif f"lang:{self.language}" in screen.data:
            self._press(f"lang:{self.language}")
        elif screen.receipt and chance < 0.3:
            self._press("wipe")
        elif "f:cancel:yes" in screen.data:
            self._press("f:cancel:yes" if chance < 0.5 else "f:stay")
        elif "in:go" in screen.data or "in" in screen.data:
            self._press("in:go" if "in:go" in screen.data else "in")
        elif "f:send" in screen.data:
            self._look_through(screen, chance)
        elif screen.step:
            self._answer(screen, screen.step, chance)
        else:
            self._say("/incident")

    def _look_through(self, screen: Screen, chance: float) -> None:
        if chance < 0.4 and not self._edited:
            self._edited = True
            self._press(self.dice.choice([one for one in screen.data if one.startswith("f:change:")]))
        else:
            self._press("f:send")

    def _answer(self, screen: Screen, step: str, chance: float) -> None:
        if f"f:yes:{step}" in screen.data:
            self._press(f"f:yes:{step}" if chance < 0.9 else f"f:no:{step}")
        elif chance < 0.03 and f"f:back:{step}" in screen.data:
            self._press(f"f:back:{step}")
        elif chance < 0.045:
            self._press("f:leave")
        elif chance < 0.055:
            self._press("f:cancel")
        elif chance < 0.07 and f"f:anew:{step}" in screen.data:
            self._press(f"f:anew:{step}")
        elif chance < 0.07 + self.haste and f"f:skip:{step}" in screen.data:
            self._press(f"f:skip:{step}")
        else:
            answer = {
                "account": self._tell,
                "evidence": self._show,
                "when": self._date,
                "where": self._place,
                "province": self._place,
            }
            answer.get(step, self._choose)(screen, step, self.dice.random())

    def _tell(self, screen: Screen, step: str, chance: float) -> None:
        if "f:ok:account" in screen.data and chance < 0.6:
            self._press("f:ok:account")
        elif self._last_words in self.world.private_chat(self.person).messages and chance < 0.75:
            self._reword(_ACCOUNTS[self.language].format(n=next(self.numbers)))
        elif chance < 0.85:
            self._say(_ACCOUNTS[self.language].format(n=next(self.numbers)))
        else:
            self._send_file("voice" if chance < 0.9 else "document", caption=f"house {next(self.numbers)}")

    def _show(self, screen: Screen, step: str, chance: float) -> None:
        if "f:ok:evidence" in screen.data and chance < 0.7:
            self._press("f:ok:evidence")
        elif chance < 0.9:
            self._send_file("document")
        else:
            album = str(next(self.numbers))
            self._send_file("document", album=album)
            self._send_file("document", album=album)

    def _date(self, screen: Screen, step: str, chance: float) -> None:
        if chance < 0.8:
            moment = dt.datetime(2021, 1, 1) + dt.timedelta(minutes=97 * next(self.numbers))
            self._say(f"{moment:%d.%m.%Y %H:%M}")
        else:
            self._press("f:c:when:unknown")

    def _place(self, screen: Screen, step: str, chance: float) -> None:
        if chance < 0.4:
            place = self.dice.choice(provinces())
            self._say(place.en if self.language == "en" else place.km)
        else:
            self._press_one_of(screen, f"f:c:{step}:", but=f"f:c:{step}:pin")

    def _choose(self, screen: Screen, step: str, chance: float) -> None:
        finish = f"f:ok:{step}"
        if finish in screen.data and chance < 0.6:
            self._press(finish)
        elif step == "affected" and chance < 0.4:
            self._say(str(next(self.numbers)))
        elif step == "contact" and chance < 0.3:
            self._say(_CONTACTS[self.language].format(n=next(self.numbers)))
        elif chance < 0.75 or finish in screen.data or step not in OPTIONS:
            self._press_one_of(screen, f"f:c:{step}:")
        else:
            self._say(self.dice.choice([*OPTIONS[step].values()])(self.language))

    def _press_one_of(self, screen: Screen, start: str, *, but: str = "") -> None:
        shown = [one for one in screen.data if one.startswith(start) and one != but]
        self._press(self.dice.choices(shown, [_RARE.get(one.rpartition(":")[2], 1) for one in shown])[0])

    # How it reaches the bot

    def _press(self, data: str) -> None:
        assert self._screen is not None
        message_id, now = self._screen.message_id, self._now()

        def press() -> None:
            self.world.tap(self.person, message_id, data=data)
            self._did(lambda story: story.pressed(data, now))

        self._again = press
        press()

    def _say(self, words: str) -> None:
        message_id, now = self.world.say(self.person, words)["message_id"], self._now()
        self._did(lambda story: story.wrote(words, message_id, now))
        if not words.startswith("/"):
            self._again = None
        self._last_words = message_id

    def _reword(self, words: str) -> None:
        message_id, self._last_words = self._last_words, 0
        self.world.edit(self.person, message_id, words)
        self._did(lambda story: story.rewrote(words, message_id))
        self._again = None

    def _send_file(self, kind: str, *, caption: str = "", album: str | None = None) -> None:
        size = 200 + len(self.files)
        data = (b"OggS" if kind == "voice" else b"%PDF-1.7\n").ljust(size, b"%")[:9] + self.dice.randbytes(size - 9)
        file, now = str(size), self._now()
        self.files[file] = data
        name = None if kind == "voice" else f"{size}.pdf"
        sent = self.world.send_file(self.person, kind, data, file_name=name, caption=caption, media_group_id=album)
        self._did(lambda story: story.sent(file, caption, sent["message_id"], now))
        self._again = None

    def _did(self, deed: Callable[[Story], Story]) -> None:
        """Remember what was just done, with the number of its update."""
        newest = self.world.updates.take(0, 1_000_000)[-1]
        self._updates.append(newest["update_id"])
        self._note(newest["update_id"], deed)
        self._purse -= 1

    def _note(self, number: int, deed: Callable[[Story], Story]) -> None:
        self.deeds.append((number, deed))
        self.stories.append(deed(self.stories[-1]))

    def _now(self) -> dt.datetime:
        return self.world.clock().astimezone(_ZONE).replace(tzinfo=None)


class Reporters:
    """So many reporters, half of whom read Khmer."""

    def __init__(self, world: World, size: int, patience: float, haste: float) -> None:
        self.files: dict[str, bytes] = {}
        self._world = world
        numbers = itertools.count(1)
        self.all = [
            Reporter(
                world,
                world.add_person(f"Reporter {n}"),
                ("en", "km")[n % 2],
                random.Random(n),
                numbers,
                patience,
                haste,
                self.files,
            )
            for n in range(size)
        ]
        self._by_chat = {one.person.id: one for one in self.all}

    def turn(self) -> None:
        """Let everybody do the next thing."""
        now = asyncio.get_running_loop().time()
        for one in self.all:
            one.turn(now)

    @property
    def handed_in(self) -> list[HandedIn]:
        """What everybody handed in."""
        return [one for reporter in self.all for one in reporter.handed_in]

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """See what comes into the chats for as long as the block runs."""
        task = asyncio.get_running_loop().create_task(self._watch())
        await asyncio.sleep(0)
        try:
            yield
        finally:
            await asyncio.sleep(0)
            task.cancel()
            await asyncio.wait([task])
            if not task.cancelled():
                task.result()

    async def _watch(self) -> None:
        async for event in self._world.subscribe():
            assert event is not None
            assert event["type"] != "reload", "events were missed"
            if event["type"] in ("message", "edited") and event["message"]["from"]["id"] == self._world.bot.id:
                self._by_chat[event["chat_id"]].saw(event["message"])


@dataclass
class Verdict:
    """What became of everything that was told."""

    incidents: int = 0
    """Those that were handed in."""
    answers: int = 0
    files: int = 0
    prompts: int = 0
    lost: list[str] = field(default_factory=list)
    """Incidents and answers that are not there, or are not what was answered."""
    doubled: int = 0
    """Incidents and mailboxes beyond those that were handed in."""
    damaged: list[str] = field(default_factory=list)
    """Files that are not there, or are not what was sent."""
    strange: list[str] = field(default_factory=list)
    receipts_again: int = 0
    posted_again: int = 0
    """Letters that were posted more than once."""
    told: int = 0

    def __str__(self) -> str:
        return (
            f"{self.incidents} incidents and {self.files} files handed in, {self.answers} answers compared,"
            f" {self.prompts} prompts seen; {len(self.lost)} lost, {self.doubled} doubled, {len(self.damaged)} damaged,"
            f" {len(self.strange)} strange; {self.posted_again} letters posted again, {self.receipts_again} of them"
            f" receipts; {self.told} told of a power cut"
        )


@dataclass
class Telling(Lives[Reporters]):
    """Reporters, and what is found of their incidents at each death and in the end."""

    office: OfficeKey = field(default_factory=OfficeKey.new)
    keys_are_lost: bool = False
    """A death takes the draft keys along, as a power cut does."""
    verdict: Verdict = field(default_factory=Verdict)

    async def outcome(self) -> Verdict:
        """Let the bot live until it has done everything, stop it, and open what it kept."""
        await self.last_life(lambda: not any(reporter.bereft for reporter in self.crowd.all))
        await self._compare_drafts(settled=True)
        return await self.found()

    async def found(self) -> Verdict:
        """Open what was handed in; the bot is dead."""
        verdict = self.verdict
        await self._open_incidents()
        for one in self.crowd.all:
            verdict.prompts += one.prompts
            verdict.strange += one.strange
            verdict.receipts_again += one.seen_again
            verdict.told += one.told
            if one.told != one.bereaved:
                verdict.strange.append(
                    f"{one.person.name} lost {one.bereaved} drafts, and was told so {one.told} times"
                )
        keys = (self.place.folder / TALLY).read_text().split()
        verdict.posted_again = len(keys) - len(set(keys))
        return verdict

    async def look_around(self) -> None:
        """At a death: whatever led to a prompt that somebody saw is on the disk."""
        updates, drafts = await self._compare_drafts(settled=False)
        for one in self.crowd.all:
            one.died({number for number, state in updates.items() if state != "waiting"})
            if self.keys_are_lost:
                one.power_failed(updates.keys(), drafts[one.person.id])
        if self.keys_are_lost:
            self.place.draft_keys.unlink()

    async def _compare_drafts(self, *, settled: bool) -> tuple[dict[int, str], dict[int, Draft | None]]:
        """The updates that the bot took in, with their state, and each reporter's draft."""
        now = int(self.place.world.now())
        async with repositories(self.place) as (database, tables, _):

            async def work() -> tuple[dict[int, str], dict[int, Draft | None]]:
                updates: dict[int, str] = dict(await database.read("SELECT update_id, state FROM inbox"))
                desks = {one.person.id: await tables.drafts.of(one.person.id, now) for one in self.crowd.all}
                return updates, {chat: desk.get("incident") for chat, desk in desks.items()}

            updates, drafts = await database.write(work)
        for one in self.crowd.all:
            draft = drafts[one.person.id]
            self.verdict.answers += len(draft.progress["answers"]) if draft else 0
            if wrong := one.finds(draft, settled=settled):
                self.verdict.lost.append(f"{one.person.name} {wrong}")
        return updates, drafts

    async def _open_incidents(self) -> None:
        async with repositories(self.place) as (database, tables, server):

            async def work() -> None:
                found = {reference for reference, _, _ in await tables.incidents.all()}
                [(mailboxes,)] = await database.read("SELECT count(*) FROM mailboxes")
                told = [(reporter, one) for reporter in self.crowd.all for one in reporter.handed_in]
                self.verdict.incidents = len(told)
                self.verdict.doubled = max(0, len(found) - len(told)) + max(0, mailboxes - len(told))
                for reporter, one in told:
                    if one.receipt:
                        found.discard(await self._opens(reporter, one, tables, server))
                for reporter, one in told:
                    if not one.receipt:
                        found.discard(await self._is_among(found, reporter, one, tables))

            await database.write(work)

    async def _opens(self, reporter: Reporter, one: HandedIn, tables: Repositories, server: ServerKey) -> str:
        """The incident to which a receipt leads, compared with what was told."""
        receipt = Receipt.read(one.receipt)
        letters = await tables.mailboxes.open(server.mailbox(receipt)) if receipt else None
        if not letters or len(letters) != 1:
            self.verdict.lost.append(f"{reporter.person.name}: a receipt opens {letters}")
            return ""
        reference: str = letters[0]["reference"]
        incident = await self._opened(reference, tables)
        if _told_in(incident) != one.story.answers:
            self.verdict.lost.append(f"{reporter.person.name}: told {one.story.answers}, handed in {incident}")
        self.verdict.answers += len(one.story.answers)
        await self._compare_files(reference, incident, tables)
        return reference

    async def _is_among(self, found: Set[str], reporter: Reporter, one: HandedIn, tables: Repositories) -> str:
        """One of these incidents is this one, for which nobody saw a receipt."""
        for reference in sorted(found):
            incident = await self._opened(reference, tables)
            if _told_in(incident) == one.story.answers:
                await self._compare_files(reference, incident, tables)
                return reference
        self.verdict.lost.append(f"{reporter.person.name}: told {one.story.answers}, and it is nowhere")
        return ""

    async def _opened(self, reference: str, tables: Repositories) -> dict[str, Any]:
        """An incident as the network reads it. Raises Unreadable."""
        rows = await tables.incidents.sealed(reference)
        if not rows:
            return {"answers": None, "evidence": []}
        assert rows[0].genuine
        incident: dict[str, Any] = json.loads(self.office.open(rows[0].sealed))
        return incident

    async def _compare_files(self, reference: str, incident: Mapping[str, Any], tables: Repositories) -> None:
        blobs = Blobs(self.place.data / "evidence")
        rows = set(await tables.evidence.of(reference))
        if rows != {facts["id"] for facts in incident["evidence"]}:
            self.verdict.damaged.append(f"{reference} has the files {rows}")
        for facts in incident["evidence"]:
            self.verdict.files += 1
            if wrong := self._compare_file(facts, blobs.path(facts["id"])):
                self.verdict.damaged.append(f"{reference}: a file {wrong}")

    def _compare_file(self, facts: Mapping[str, Any], path: Path) -> str:
        """What is wrong with a file; empty when nothing is."""
        sent = self.crowd.files[str(facts["size"])]
        if not path.exists():
            return "is not there"
        opened = self.office.open(path.read_bytes())
        if opened[: len(sent)] != sent or opened[len(sent) :].strip(b"\0"):
            return "is not what was sent"
        return "" if facts.get("sha256") == hashlib.sha256(sent).hexdigest() else "has another hash"


def _told_in(incident: Mapping[str, Any]) -> Any:
    """The answers of an incident, its files named by their sizes."""
    return renamed(incident["answers"], {facts["id"]: str(facts["size"]) for facts in incident["evidence"]})


@asynccontextmanager
async def telling(
    folder: Path,
    *variants: str,
    size: int,
    patience: float = 2.5,
    haste: float = 0.05,
    faults: BadNetwork | None = None,
    disk: Disk | None = None,
    keys_are_lost: bool = False,
) -> AsyncIterator[Telling]:
    """Reporters and a bot that has not lived yet, on a local Telegram of their own."""
    world = World(pace=False, seed=1)
    world.faults = faults
    crowd = Reporters(world, size, patience, haste)
    async with serve(world) as url, crowd.watching():
        more = {"INCIDENTS_PER_DAY": "1000"} | (disk.environment() if disk else {})
        place = Place(folder, world, url, more)
        place.folder.mkdir(parents=True, exist_ok=True)
        yield Telling(
            place,
            crowd,
            ("keeps-a-tally", *variants),
            disk.cut if disk else lambda: None,
            office=make_office(place.server_key.parent),
            keys_are_lost=keys_are_lost,
        )
