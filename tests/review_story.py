"""A whole network reviews what people told, in words that occur nowhere else, with a bot in a process of its own."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import photos
from crash.lives import Life
from crash.traces import Hunt, Trace
from reviewing_child import SPOKEN
from telling import PDF, File, Tale, Teller
from test_incident_canaries import LOUD, Story

from bot.answering import answer
from sandbox.records import Chat, Message
from sandbox.world import World

TOKEN = "7000111444:kanary-tokan-kanary-tokan-kanary-789"
CASE, LETTER = "trial-2022-08-10", "B"
VARIANTS = (*LOUD, "patient", "planted-words", "failing-acts")
"""Libraries are loud, what people write can fail, the words for the telephone are planted, and nobody is too fast."""

TEXTS = {
    "the account": "kanarya-review-account",
    "a Khmer account": "គេបានចាប់កាណារីពីផ្ទះនៅពេលយប់",
    "a caption": "kanarya-review-caption",
    "a Khmer caption": "ចំណងជើងកាណារីក្រោមរូប",
    "a file's name": "kanarya-review-file.pdf",
    "a Khmer file's name": "ឯកសារកាណារីពិនិត្យ.jpg",
    "a file's content": "kanarya-review-content",
    "an addition": "kanarya-review-addition បន្ថែមកាណារី",
    "a withdrawn account": "kanarya-review-withdrawn",
    "a withdrawn note": "kanarya-note-on-withdrawn",
    "a deleted account": "kanarya-review-deleted",
    "a handed-over account": "kanarya-review-handed-over",
    "a declined account": "kanarya-review-declined",
    "an answer": "kanarya-answer-to-reporter",
    "a Khmer answer": "ចម្លើយកាណារីទៅអ្នករាយ",
    "an answer from the reviewers' machine": "kanarya-answer-from-laptop",
    "a note for the team": "kanarya-note-for-team",
    "a Khmer note for the team": "កំណត់ចំណាំកាណារីសម្រាប់ក្រុម",
    "a note for oneself": "kanarya-note-for-oneself",
    "a Khmer note for oneself": "កំណត់កាណារីសម្រាប់ខ្លួនឯង",
    "a reason": "kanarya-reason-below-threshold",
    "a Khmer reason": "មូលហេតុកាណារីបញ្ជាក់",
    "a declined reason": "kanarya-reason-declined",
    "an expired reason": "kanarya-reason-expired",
    "a search": "kanarya-case-looked-up",
    "news": "kanarya-case-news-words",
    "Khmer news": "ព័ត៌មានកាណារីនៃសំណុំរឿង",
    "a source of news": "kanarya-case-news-source",
    "a Khmer source of news": "ប្រភពកាណារីនៃព័ត៌មាន",
    "news of a revoked editor": "kanarya-news-of-revoked",
    "an open form of a revoked editor": "kanarya-draft-of-revoked",
    "grounds": "kanarya-assessment-grounds",
    "Khmer grounds": "មូលដ្ឋានកាណារីនៃការវាយតម្លៃ",
    "sources of an assessment": "kanarya-assessment-sources",
    "what the Government says": "kanarya-government-says",
    "a source of what it says": "ប្រភពកាណារីរដ្ឋាភិបាល",
    "an assessment that was taken back in the form": "kanarya-assessment-left",
    "who submits": "Kanarya-submitting-network",
    "a Khmer organisation": "អង្គការកាណារីដាក់ជូន",
    "a contact": "kanarya-contact-of-submitters",
    "about the submitters": "kanarya-about-the-submitters",
    "a failing note": "kanarya-note-that-fails",
    "a failing answer": "kanarya-reply-that-fails",
    "failing news": "kanarya-news-that-fails",
    "a failing form": "kanarya-form-that-fails",
    "a shouted note": "kanarya-note-shouted",
    "an expired note": "kanarya-note-left-open",
    "an answer at a power cut": "kanarya-answer-power-cut",
    "a note at a kill": "kanarya-note-at-kill",
    "whose call it is": "kanarya-mandate អាណត្តិកាណារី",
    "the title of a call": "kanarya-call-title",
    "a Khmer title of a call": "ចំណងជើងការអំពាវនាវកាណារី",
    "the network's own day": "2031-04-19",
    "a source of a call": "kanarya-call-source",
    "limits of a call": "kanarya-call-limits",
    "an address of a call": "kanarya-call-address",
    "a changed address of a call": "kanarya-call-moved អាសយដ្ឋានកាណារី",
    "key questions of a call": "kanarya-key-questions",
    "Khmer key questions of a call": "សំណួរសំខាន់កាណារី",
    "the symbol of a call": "A/KANARYA/54/75",
    "a date of the network": "kanarya-own-date",
    "a Khmer date of the network": "កាលបរិច្ឆេទកាណារីរបស់បណ្ដាញ",
    "a failing deadline": "kanarya-deadline-that-fails",
    "a broadcast": "kanarya-broadcast-to-members",
    "a Khmer broadcast": "សារផ្សាយកាណារីដល់សមាជិក",
    "a paused broadcast": "kanarya-broadcast-paused",
    "a paused Khmer broadcast": "សារផ្សាយកាណារីដែលផ្អាក",
    "a broadcast that waits": "kanarya-broadcast-to-approve",
    "a Khmer broadcast that waits": "សារផ្សាយកាណារីរង់ចាំការយល់ព្រម",
    "a broadcast that is not sent": "kanarya-broadcast-left-open",
    "a Khmer broadcast that is not sent": "សារផ្សាយកាណារីមិនទាន់ផ្ញើ",
    "a failing broadcast": "kanarya-broadcast-that-fails",
    "words after /remind": "kanarya-remind-words",
    "a wrong link": "i_kanaryaWrongLink1234567",
    "a wrong console code": "a_kanaryaWrongCode1234567",
    "a link to the queue": "q_R-KANARYA",
    "words after /queue": "kanarya-queue-words",
    "a spoken word": SPOKEN[0],
    "a Khmer spoken word": SPOKEN[1],
    "the group's title": "Kanarya Coordinators Group",
    "the forum's title": "Kanarya Forum of Monitors",
    "the name of a topic": "ប្រធានបទកាណារី",
    "the token": TOKEN,
    "the secret part of the token": TOKEN.partition(":")[2],
}
LAST_DAY = "2031-05-15"
"""Of the call. Rounds name it in clear; that of the network's own day stands in nothing but what is sealed."""
HOME = ZoneInfo("Asia/Phnom_Penh")
DETAILS = ("limits", "address", "questions", "symbol", "responsible")
UNDER_WAY = """
    SELECT 1 FROM rounds WHERE state = 'running' AND (reached IS NOT NULL OR EXISTS (
        SELECT 1 FROM deliveries WHERE round = rounds.id AND (state = 'queued' OR state = 'waiting'
        AND not_before <= ?)))
"""
"""Rounds that have not yet reached everybody who is awake, by the second that it is."""
ON_THE_CONSOLE = re.compile(rb"start=(a_[\w-]{22})")
LINK = re.compile(r"start=(i_[\w-]{22})")
REFERENCE = re.compile(r"R-[2-9A-Z]{4}\b")
HANDLE = re.compile(r"\b[A-Z][a-z]+-\d{1,4}\b")
PHOTO = photos.photo("JPEG")
FULL = Tale(
    account=(TEXTS["the account"], TEXTS["a Khmer account"]),
    files=(
        File(PDF + TEXTS["a file's content"].encode(), name=TEXTS["a file's name"], caption=TEXTS["a caption"]),
        File(PHOTO, name=TEXTS["a Khmer file's name"], caption=TEXTS["a Khmer caption"]),
    ),
    here=True,
)


@dataclass
class Colleague(Teller):
    """A member, who presses what is there."""

    handle: str = ""

    async def write(self, *texts: str) -> None:
        """Write these one after the other."""
        for text in texts:
            self.say(text)
        await self.rest()

    async def press(self, *patterns: str) -> None:
        """Press the newest buttons that send this, one after the other."""
        for pattern in patterns:
            number, data = self.button(pattern)
            self.world.tap(self.person, number, data=data)
            await self.rest()

    async def do(self, *datas: str) -> None:
        """Send this as button data, whether there is such a button or not."""
        for data in datas:
            self.tap(data)
            await self.rest()

    async def fill_in(self, *steps: str) -> None:
        """Answer the questions of a form: what begins with ``f:`` is pressed."""
        for step in steps:
            if step.startswith("f:"):
                await self.press(step)
            else:
                await self.write(step)

    def has(self, pattern: str) -> bool:
        """Whether there is a button that sends this."""
        return self._found(pattern) is not None

    def documents(self) -> list[Message]:
        """Files that the bot sent."""
        return [one for one in self._of_bot() if "document" in one]

    def button(self, pattern: str) -> tuple[int, str]:
        """The newest button that sends this: the number of its message, and what it sends."""
        found = self._found(pattern)
        assert found is not None, f"{self.person.name} has no button {pattern}; last: {self.heard()[-2:]}"
        return found

    def _found(self, pattern: str) -> tuple[int, str] | None:
        for message in reversed(self._of_bot()):
            for row in message.get("reply_markup", {}).get("inline_keyboard", []):
                for button in row:
                    if re.fullmatch(pattern, button.get("callback_data", "")):
                        return int(message["message_id"]), button["callback_data"]
        return None


@dataclass
class Cast:
    """Who takes part, by what they are."""

    admin: Colleague
    lotus: Colleague
    teak: Colleague
    editor: Colleague
    monitor: Colleague
    reporters: list[Teller] = field(default_factory=list)
    strangers: list[Teller] = field(default_factory=list)

    @property
    def members(self) -> list[Colleague]:
        """All who have, or had, a role."""
        return [self.admin, self.lotus, self.teak, self.editor, self.monitor]

    @property
    def listener(self) -> Teller:
        """The stranger who asked to be reminded, and came last."""
        return self.strangers[-1]


class Reviewing(Story):
    """The story. ``here`` is whether the office key lies on the server; ``languages`` are those of one coordinator and
    of everybody else, in turn."""

    def __init__(self, folder: Path, world: World, url: str, *, here: bool, languages: tuple[str, str]) -> None:
        self.laptop = folder / "laptop"
        super().__init__(folder / "server", world, url)
        self.here = here
        self._languages = languages
        self.secrets: dict[str, str] = {}
        """Links that were made, by name."""
        self.references: list[str] = []
        """In the order in which they were told."""
        self._bundles: dict[str, bytes] = {}
        self._call = ""
        self.place = replace(self.place, more={**self.place.more, "BROADCAST_ALONE": "3"})
        self.laptop.mkdir()
        key = (self.place.folder / "keys" if here else self.laptop) / "office.key"
        key.write_text(self.office.text)
        key.chmod(0o600)
        one, other = languages
        self.cast = Cast(
            self._member("Kanaryaadmin", "kanarya_admin", one),
            self._member("Kanaryalotus", "kanarya_lotus", other),
            self._member("កាណារីតេក", "kanarya_teak", one),
            self._member("Kanaryaeditor", "kanarya_editor", other),
            self._member("Kanaryamonitor", "kanarya_monitor", one),
        )
        people = [self.cast.admin.person, self.cast.lotus.person, self.cast.teak.person]
        self.group: Chat = world.add_group(TEXTS["the group's title"], people=people)
        self.forum: Chat = world.add_group(TEXTS["the forum's title"], people=[self.cast.monitor.person])
        self._topic = world.open_topic(self.cast.monitor.person, self.forum, TEXTS["the name of a topic"])

    def _member(self, name: str, username: str, language: str) -> Colleague:
        person = self.world.add_person(name, username=username, language_code=language)
        teller = Colleague(self.world, person, self.rest)
        self.tellers.append(teller)
        return teller

    def reporter(self, number: int) -> Teller:
        """Somebody who tells, in the one language or the other."""
        name = f"Kanaryareporter{number}" if number % 2 else f"អ្នករាយកាណារី{number}"
        person = self.world.add_person(
            name, username=f"kanarya_reports_{number}", language_code=self._languages[number % 2]
        )
        teller = Teller(self.world, person, self.rest)
        self.tellers.append(teller)
        self.cast.reporters.append(teller)
        return teller

    def canaries(self) -> dict[str, str | int | float]:
        """All that must be nowhere, by name: the names of the people, too."""
        groups = {"the id of the group": self.group.id, "the id of the forum": self.forum.id}
        found: dict[str, str | int | float] = {**TEXTS, **self.secrets, **groups}
        return found | self.of_people(*self.tellers) | self.of_receipts()

    @staticmethod
    def of_people(*tellers: Teller) -> dict[str, str | int | float]:
        """What says who these are."""
        found: dict[str, str | int | float] = {}
        for teller in tellers:
            person = teller.person
            found |= {f"the id of {person.username}": person.id, f"the name of {person.username}": person.name}
            found[f"the username {person.username}"] = str(person.username)
            for name in teller.telegram_names:
                found[f"Telegram's name for a file of {person.username}: {name[:6]}"] = name
        return found

    def of_receipts(self) -> dict[str, str | int | float]:
        """Every receipt as it can be written, and what it opens."""
        found: dict[str, str | int | float] = {}
        for receipt in self.receipts:
            found |= self._of_receipt(receipt)
        return found

    def found(self) -> set[Trace]:
        """The canaries in any file. Of the console's output, the two lines with the code are left out and no more."""
        hunt = Hunt(self.canaries())
        found = {one for one in hunt.through(self.place.folder) if one.file != self.place.output.name}
        found |= set(hunt.within(self.printed(), self.place.output.name))
        in_logs = {f"the handle {one.handle}": one.handle for one in self.cast.members if one.handle}
        spoken_of = Hunt(in_logs | {one: one for one in self.references})
        found |= set(spoken_of.within(self.place.log.read_bytes() + self.printed(), "log"))
        print(f"{hunt.canaries} canaries, {hunt.patterns} byte strings, {hunt.files} files, {hunt.bytes} bytes")
        return found

    def printed(self) -> bytes:
        """Standard output without the code for the first admin."""
        lines = self.place.output.read_bytes().splitlines()
        code = self.secrets.get("the code on the console", "?").encode()
        rest = [line for line in lines if code not in line]
        assert len(lines) - len(rest) in (0, 2)
        return b"\n".join(rest)

    # Acts

    async def gather(self, life: Life) -> None:
        """The team comes together."""
        admin, lotus, teak, editor, monitor = self.cast.members
        await life.begun()
        for one, language in zip(self.cast.members, self._languages * 3, strict=False):
            await one.write("/start")
            await one.do(f"lang:{language}")
        [self.secrets["the code on the console"]] = {
            found.decode() for found in ON_THE_CONSOLE.findall(self.place.output.read_bytes())
        }
        await self._stranger("Kanaryastranger", f"/start {TEXTS['a wrong console code']}")
        await admin.write(f"/start {self.secrets['the code on the console']}")
        await self._take_in(admin, lotus, "coordinator")
        await self._take_in(admin, teak, "coordinator")
        await lotus.press("pr:[0-9a-f]{12}", "pr:y:.+")
        await self._take_in(lotus, editor, "editor")
        await self._take_in(admin, monitor, "monitor")
        await self._turn_down()
        await self._stranger(
            "Kanaryaguesser", f"/start {TEXTS['a wrong link']}", f"/start {TEXTS['a link to the queue']}"
        )
        self._learn_handles()
        self.world.say(admin.person, "/coordinators", chat=self.group)
        await self.rest()

    async def _take_in(self, inviter: Colleague, invited: Colleague, role: str) -> None:
        link = await self._link(inviter, role)
        self.secrets[f"the link of {invited.person.username}"] = link
        await invited.write(f"/start {link}")
        await inviter.press(f"iv:w:{_newest_question(inviter)}:{_word_of(invited)}")

    async def _turn_down(self) -> None:
        """Somebody else has the link; another is never opened."""
        admin = self.cast.admin
        self.secrets["a link that is never opened"] = await self._link(admin, "editor")
        self.secrets["a link that went astray"] = await self._link(admin, "editor")
        thief = await self._stranger("Kanaryathief", f"/start {self.secrets['a link that went astray']}")
        await admin.press(f"iv:w:{_newest_question(admin)}:(?!{_word_of(thief)}$).+")

    async def _link(self, inviter: Colleague, role: str) -> str:
        await inviter.write("/invite")
        await inviter.press(f"iv:new:{role}")
        return next(match[1] for text in reversed(inviter.heard()) if (match := LINK.search(text)))

    async def _stranger(self, name: str, *texts: str) -> Teller:
        teller = self.somebody(name, name.lower())
        self.cast.strangers.append(teller)
        for text in texts:
            teller.say(text)
        await self.rest()
        return teller

    def _learn_handles(self) -> None:
        for one in self.cast.members:
            one.handle = next(found[0] for text in one.heard() if (found := HANDLE.search(text)))

    async def tell(self) -> None:
        """Five people tell something; one of them everything that there is."""
        for number, tale in enumerate(
            (
                FULL,
                *(
                    Tale((TEXTS[f"a {what} account"],), contact=f"kanarya contact {what}")
                    for what in ("withdrawn", "deleted", "handed-over", "declined")
                ),
            ),
            1,
        ):
            self.receipts.append(await self.reporter(number).hand_in(tale))
            self._learn_reference()

    def _learn_reference(self) -> None:
        known = [str(one) for (one,) in self.rows("SELECT reference FROM incidents")]
        self.references += [one for one in known if one not in self.references]

    async def until_announced(self) -> None:
        """At its start the bot tells the group what came."""
        async with asyncio.timeout(20):
            while not any(REFERENCE.search(one) for one in screens(self.world, self.group.id)):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        await self.rest()

    async def review(self) -> None:
        """Claimed, read, answered, noted, judged, confirmed by two."""
        lotus, teak = self.cast.lotus, self.cast.teak
        first = self.references[0]
        self.world.say(lotus.person, f"/queue {TEXTS['words after /queue']}", chat=self.group)
        self.world.say(lotus.person, "/queue", chat=self.group)
        await lotus.write(f"/start q_{first}", f"/queue {TEXTS['words after /queue']}", "/queue")
        await lotus.press(f"r:{first}.*", f"r:claim:{first}.*")
        await self._reads(lotus, first)
        await lotus.do(f"an:{first}")
        await lotus.fill_in(f"{TEXTS['an answer']} {TEXTS['a Khmer answer']}?", "f:send")
        await lotus.do(f"j:rs:{first}:checking", f"j:no:{first}")
        await lotus.fill_in(f"{TEXTS['a note for the team']} {TEXTS['a Khmer note for the team']}", "f:send")
        await lotus.do(f"j:ow:{first}:add")
        await lotus.fill_in(f"{TEXTS['a note for oneself']} {TEXTS['a Khmer note for oneself']}", "f:send")
        await lotus.do(f"j:li:{first}:find")
        await lotus.fill_in(TEXTS["a search"], "f:send")
        await lotus.do(f"j:{first}", f"j:re:{first}:02", f"j:va:{first}:03", f"j:du:{first}:{self.references[3]}")
        await lotus.do(f"j:fi:{first}:0101")
        await lotus.fill_in(f"{TEXTS['a reason']} {TEXTS['a Khmer reason']}", "f:send")
        await self._reads(teak, first)
        await teak.write("/approvals")
        await teak.press("pr:[0-9a-f]{12}", "pr:y:.+")
        await self._reporter_looks(0)

    async def _reads(self, who: Colleague, reference: str) -> None:
        """In the chat, or from the sealed file."""
        await who.do(f"rd:{reference}")
        if self.here and reference == self.references[0]:
            await who.do(f"rd:file:{reference}:1", f"rd:file:{reference}:2", "rd:done")
        elif not self.here:
            await who.do(f"rd:bundle:{reference}")
            newest = who.documents()[-1]["document"]
            assert newest["file_name"] == f"{reference}.tar"
            self._bundles[reference] = self.world.files._by_id[newest["file_id"]].data

    async def _reporter_looks(self, number: int) -> None:
        """With the receipt; and adds something."""
        reporter = self.cast.reporters[number]
        reporter.say(self.receipts[number])
        await self.rest()
        await reporter.add(self.receipts[number], TEXTS["an addition"])

    async def part(self) -> None:
        """What is withdrawn, deleted, handed over and declined."""
        lotus, teak = self.cast.lotus, self.cast.teak
        _, taken_back, deleted, passed_on, declined = self.references
        await lotus.do(f"r:claim:{taken_back}")
        await self._reads(lotus, taken_back)
        await lotus.do(f"j:no:{taken_back}")
        await lotus.fill_in(TEXTS["a withdrawn note"], "f:send")
        await self.cast.reporters[1].withdraw(self.receipts[1])
        await lotus.do(f"r:claim:{deleted}", f"j:rm:{deleted}:spam")
        await teak.press("pr:[0-9a-f]{12}", "pr:y:.+")
        await lotus.do(f"r:claim:{passed_on}", f"r:release:{passed_on}", f"r:claim:{passed_on}")
        await lotus.do(f"r:over:{passed_on}", f"r:over:{passed_on}:{teak.handle}")
        await lotus.do(f"r:claim:{declined}", f"j:fi:{declined}:0101")
        await lotus.fill_in(TEXTS["a declined reason"], "f:send")
        await teak.press("pr:[0-9a-f]{12}", "pr:n:.+")
        await self._reporter_looks(4)

    async def publish(self) -> None:
        """News of a case, and an assessment; whoever follows the case is told."""
        lotus, teak, editor = self.cast.lotus, self.cast.teak, self.cast.editor
        follower = await self._stranger("Kanaryafollower", "/start")
        follower.tap(f"fo:case:{CASE}")
        await self.rest()
        await editor.do(f"cn:{CASE}", "f:c:news:held")
        await editor.fill_in("17 March 2025", "f:yes:news_since")
        await editor.fill_in(f"{TEXTS['news']} {TEXTS['Khmer news']}")
        await editor.fill_in(f"{TEXTS['a source of news']} {TEXTS['a Khmer source of news']}", "f:send")
        await lotus.press("pr:[0-9a-f]{12}", "pr:y:.+")
        await teak.do(f"as:{LETTER}:go", "f:c:own_grade:off_target")
        await teak.fill_in(f"{TEXTS['grounds']} {TEXTS['Khmer grounds']}", TEXTS["sources of an assessment"])
        await teak.fill_in(TEXTS["what the Government says"], TEXTS["a source of what it says"], "f:send")
        await teak.press(f"as:{LETTER}:yes:.+")
        await lotus.do(f"as:{LETTER}:go", "f:c:own_grade:on_target")
        await lotus.fill_in(TEXTS["an assessment that was taken back in the form"])
        await lotus.do("f:cancel", "f:cancel:yes")

    async def remind(self) -> None:
        """A stranger and a topic of a group ask to be told of what coordinators then enter, change and write to many."""
        await self._subscribe()
        await self._enter_deadlines()
        await self._broadcast()
        await self._submit()

    async def _submit(self) -> None:
        """Who submits is written down, and the submission is proposed, approved and sent sealed."""
        lotus, teak = self.cast.lotus, self.cast.teak
        await lotus.do(f"sm:who:{self._call}")
        await lotus.fill_in(f"{TEXTS['who submits']}\n{TEXTS['a Khmer organisation']}", TEXTS["a contact"])
        await lotus.fill_in(TEXTS["about the submitters"], "f:send")
        await lotus.do(f"sm:build:{self._call}")
        await teak.press("pr:[0-9a-f]{12}", "pr:y:.+")

    async def _subscribe(self) -> None:
        listener = await self._stranger("Kanaryalistener", "/start", f"/remind {TEXTS['words after /remind']}")
        for data in (f"lang:{self._languages[0]}", "sb:on:all", "sb:on:news", "sb:set:quiet:none"):
            listener.tap(data)
        await self._in_topic("/remind", "sb:on:all", "sb:set:quiet:none", "/subscriptions")
        await self.cast.teak.do("sb:on:news")

    async def _enter_deadlines(self) -> None:
        """A call with all that it can say, which is changed; and a date of the network, of which is reminded within 25
        hours."""
        lotus, teak = self.cast.lotus, self.cast.teak
        await self._enter_call(lotus)
        [(call,)] = self.rows("SELECT id FROM deadlines")
        self._call = str(call)
        await teak.do("dl:new")
        await teak.fill_in(
            "f:c:dl_kind:own", f"{TEXTS['a date of the network']} {TEXTS['a Khmer date of the network']}"
        )
        await teak.fill_in(self._soon(), "f:yes:dl_day", "f:c:dl_hour:whole", "f:c:dl_zone:phnom_penh")
        await teak.fill_in("f:c:dl_repeats:once", "f:skip:dl_internal", "f:skip:benchmarks", "f:c:dl_responsible:me")
        await teak.fill_in("f:send")
        await self.until_delivered()
        await teak.do(f"dl:edit:{call}")
        await teak.fill_in("f:change:dl_address", TEXTS["a changed address of a call"], "f:send")
        await self.until_delivered()
        await lotus.do("dl", f"dl:{call}", f"dl:reach:{call}")
        for data in ("dl", f"dl:{call}", "cal", f"cal:{call}"):
            self.cast.listener.tap(data)
        await self._in_topic(f"dl:{call}", f"dl:done:{call}:{LAST_DAY}")

    async def _enter_call(self, who: Colleague) -> None:
        await who.do("dl", "dl:new")
        await who.fill_in("f:c:dl_kind:call", TEXTS["whose call it is"])
        await who.fill_in(_in_words(LAST_DAY), "f:yes:dl_day", "17:00", "f:c:dl_zone:geneva")
        await who.fill_in(f"{TEXTS['the title of a call']} {TEXTS['a Khmer title of a call']}")
        await who.fill_in(_in_words(TEXTS["the network's own day"]), "f:yes:dl_internal", TEXTS["a source of a call"])
        await who.fill_in(*(f"f:c:dl_details:{one}" for one in DETAILS), "f:ok:dl_details")
        await who.fill_in(TEXTS["limits of a call"], TEXTS["an address of a call"])
        await who.fill_in(f"{TEXTS['key questions of a call']}\n{TEXTS['Khmer key questions of a call']}")
        await who.fill_in(TEXTS["the symbol of a call"], "f:c:dl_responsible:me", "f:send")

    async def _broadcast(self) -> None:
        """One goes out, once a second person has approved it; one is paused while somebody sleeps; one waits."""
        lotus, teak = self.cast.lotus, self.cast.teak
        await self._write_to(lotus, "members", TEXTS["a Khmer broadcast"], TEXTS["a broadcast"])
        await teak.press("pr:[0-9a-f]{12}", "pr:y:.+")
        await self.until_delivered()
        await teak.do("sb:zzz:1")
        await self._write_to(lotus, "coordinators", TEXTS["a paused Khmer broadcast"], TEXTS["a paused broadcast"])
        await lotus.press("bc:pause:.+")
        await self._write_to(teak, "members", TEXTS["a Khmer broadcast that waits"], TEXTS["a broadcast that waits"])

    @staticmethod
    async def _write_to(who: Colleague, audience: str, khmer: str, english: str) -> None:
        """A broadcast in both languages, to those who sleep at this hour, too."""
        await who.do("bc", "bc:new")
        await who.fill_in(khmer, english, "f:send")
        await who.press(f"bc:to:r:{audience}", "bc:urgent:1", "bc:send:.+")

    async def _in_topic(self, *deeds: str) -> None:
        """The monitor writes, or presses a button, in the topic of the forum."""
        person = self.cast.monitor.person
        for deed in deeds:
            if deed.startswith("/"):
                self.world.say(person, deed, chat=self.forum, thread_id=self._topic)
            else:
                of_bot = [one for one in self.forum.messages.values() if one["from"]["id"] == self.world.bot.id]
                self.world.tap(person, of_bot[-1]["message_id"], data=deed, chat=self.forum)
            await self.rest()

    def _soon(self) -> str:
        """A day of which the eve, at eight in the morning, is within 25 hours, and not yet."""
        here = self.world.clock().astimezone(HOME)
        return _in_words((here + dt.timedelta(days=1 if here.hour < 7 else 2)).date().isoformat())

    async def until_delivered(self) -> None:
        """Until every round has reached all who are awake."""
        async with asyncio.timeout(20):
            while self.rows(UNDER_WAY, self.world.clock().timestamp()):  # noqa: ASYNC110 - another process does it
                await asyncio.sleep(0.02)
        await self.rest()

    def is_reminded(self) -> bool:
        """Whether both who asked for all deadlines were sent a reminder of the one that is near."""
        return len(self.rows("SELECT 1 FROM deliveries WHERE subject LIKE 'd:%' AND state = 'sent'")) == 2

    def rows(self, sql: str, *values: float) -> list[tuple[Any, ...]]:
        """What a query finds in the tables of the bot, which may be at work."""
        with closing(sqlite3.connect(f"file:{self.place.data / 'sangket.db'}?mode=ro", uri=True)) as connection:
            return connection.execute(sql, values).fetchall()

    async def fail(self) -> None:
        """Handlers raise in the middle of what they do, and libraries shout."""
        lotus, editor = self.cast.lotus, self.cast.editor
        first = self.references[0]
        await lotus.do(f"j:no:{first}")
        await lotus.fill_in(f"{TEXTS['a failing note']} FAIL", "f:send")
        await lotus.do("f:cancel:yes", f"an:{first}")
        await lotus.fill_in(f"{TEXTS['a failing answer']} FAIL", "f:send")
        await lotus.do("f:cancel:yes", f"j:ow:{first}:add")
        await lotus.fill_in(f"{TEXTS['a failing form']} RAISE")
        await lotus.fill_in(f"{TEXTS['a shouted note']} SHOUT", "f:send")
        await lotus.do("dl:new")
        await lotus.fill_in("f:c:dl_kind:own", f"{TEXTS['a failing deadline']} FAIL", self._soon(), "f:yes:dl_day")
        await lotus.fill_in("f:c:dl_hour:whole", "f:c:dl_zone:phnom_penh", "f:c:dl_repeats:once")
        await lotus.fill_in("f:skip:dl_internal", "f:skip:benchmarks", "f:skip:dl_responsible", "f:send")
        await lotus.do("f:cancel:yes")
        await self._write_to(lotus, "members", TEXTS["a Khmer broadcast"], f"{TEXTS['a failing broadcast']} FAIL")
        await lotus.do("f:cancel:yes")
        await editor.do(f"cn:{CASE}", "f:c:news:sentence")
        await editor.fill_in("17 March 2025", "f:yes:news_since")
        await editor.fill_in(TEXTS["news of a revoked editor"], f"{TEXTS['failing news']} FAIL", "f:send")
        await editor.do("f:cancel:yes")

    async def revoke(self) -> None:
        """An editor goes in the middle of things; so does a monitor."""
        admin, editor = self.cast.admin, self.cast.editor
        await editor.do(f"cn:{CASE}", "f:c:news:transfer")
        await editor.fill_in("17 March 2025", "f:yes:news_since")
        await editor.fill_in(TEXTS["news of a revoked editor"], TEXTS["a source of news"], "f:send")
        await editor.do(f"cn:{CASE}", "f:c:news:health")
        await editor.fill_in("17 March 2025", "f:yes:news_since")
        await editor.fill_in(TEXTS["an open form of a revoked editor"])
        for one in (editor, self.cast.monitor):
            await admin.write("/revoke")
            await admin.press(f"tm:r:{one.handle}", f"tm:ry:{one.handle}")
        await editor.write("/approvals")

    async def leave_open(self) -> None:
        """What nobody approves, and a form that nobody ends."""
        admin, lotus, teak = self.cast.admin, self.cast.lotus, self.cast.teak
        await admin.do("bc:new")
        await admin.fill_in(TEXTS["a Khmer broadcast that is not sent"], TEXTS["a broadcast that is not sent"])
        await lotus.do(f"r:claim:{self.references[4]}", f"j:fi:{self.references[4]}:0102")
        await lotus.fill_in(TEXTS["an expired reason"], "f:send")
        await teak.do(f"r:claim:{self.references[3]}", f"j:no:{self.references[3]}")
        await teak.fill_in(TEXTS["an expired note"])

    async def write_at(self, event: str) -> None:
        """Somebody writes when this happens."""
        lotus = self.cast.lotus
        begin, words = {"a kill": ("j:no", "a note at a kill"), "a power cut": ("an", "an answer at a power cut")}[
            event
        ]
        lotus.tap(f"{begin}:{self.references[4]}")
        lotus.say(TEXTS[words])

    def answer_from_laptop(self) -> Path:
        """An answer that was sealed where the office key is, on its way: not yet where the bot looks."""
        packed = self.laptop / "bundle.tar"
        packed.write_bytes(self._bundles[self.references[0]])
        today = self.world.clock().date()
        words = TEXTS["an answer from the reviewers' machine"]
        return answer(packed, words, "", today, keys_dir=self.laptop, key=None, folder=self.laptop / "answers")


def _newest_question(inviter: Colleague) -> str:
    """The invitation for which a word is asked."""
    return inviter.button("iv:no:.+")[1].removeprefix("iv:no:")


def _word_of(invited: Teller) -> int:
    """The place of the word that was shown to them."""
    found = [match[1] for text in invited.heard() if (match := re.search(rf"{SPOKEN[0]}-(\d\d)", text))]
    return int(found[-1])


def _in_words(day: str) -> str:
    """A day as people write it."""
    return f"{dt.date.fromisoformat(day):%d %B %Y}"


def screens(world: World, chat_id: int) -> list[str]:
    """Everything that was ever shown in this chat, as it was sent: texts, captions, buttons, names of files, toasts."""
    events = world.journal.since(0)
    assert events[0]["type"] != "reload", "the journal has forgotten the beginning"
    found = [str(one["text"]) for one in events if one["type"] == "toast" and one["person_id"] == chat_id]
    for event in events:
        if event["type"] in ("message", "edited") and event["chat_id"] == chat_id:
            message = event["message"]
            if message["from"]["id"] == world.bot.id:
                found.append(_as_shown(message))
    return [one for one in found if one]


def _as_shown(message: dict[str, Any]) -> str:
    kept: dict[str, Any] = {
        name: message[name] for name in ("text", "caption", "entities", "reply_markup") if name in message
    }
    if "document" in message:
        kept["file"] = message["document"].get("file_name", "")
    return json.dumps(kept, ensure_ascii=False)
