"""Nothing that people told of an incident, and nothing that says who they are, is in any file that the bot writes.

Every field of both forms is answered with words that occur nowhere else; so is everything that comes along, from the
name of a file to the place in a photo. Then every file is searched for all of it, in every encoding, after incidents
that were handed in, cancelled, wiped, withdrawn, that expired, and that a kill or a power cut ended.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import photos
import pytest
from crash import lives
from crash.lives import Life, Place, repositories, settled
from crash.traces import Hunt, Trace
from starlette.responses import Response
from telling import PDF, File, Tale, Teller

from bot.ask import make_office
from sandbox.app import serve
from sandbox.records import Fault
from sandbox.world import World
from storage.database import Database
from storage.mailboxes import Mailboxes
from storage.sealing import OfficeKey, Receipt, ServerKey

TOKEN = "7000111333:kanary-tokan-kanary-tokan-kanary-456"
TEXTS = {
    "the account": "kanarya-account-first-message",
    "a Khmer account": "ពួកគេបានចាប់ខ្លួនកាណារីនៅមុខផ្ទះ",
    "an edited account": "kanarya-account-as-edited",
    "spoken words": "kanarya-voice-note-bytes",
    "words below a voice note": "kanarya-below-the-voice",
    "a time": "17 March 2025 04:53",
    "a Khmer time": "កាណារី ៣ ថ្ងៃមុន",
    "a time that is none": "kanarya-when-the-moon-rose",
    "a place": "ភូមិកាណារី សៀមរាប",
    "a place that is none": "kanarya-village-nobody-knows",
    "how many": "481516",
    "a number that is none": "kanarya-many-of-us",
    "a contact": "kanarya-signal-contact",
    "a Khmer contact": "ទាក់ទងកាណារីតាមផ្សារ",
    "a file's name": "kanarya-file-name.pdf",
    "a Khmer file's name": "ឯកសារកាណារីសម្ងាត់.jpg",
    "a file's content": "kanarya-file-content",
    "a caption": "kanarya-caption",
    "a Khmer caption": "ចំណងជើងកាណារី",
    "a declared type": "application/x-kanarya-type",
    "a refused file's name": "kanarya-refused-name.exe",
    "a refused file's content": "kanarya-refused-content",
    "an addition": "kanarya-addition-words",
    "a Khmer addition": "បន្ថែមដោយកាណារី",
    "an added file": "kanarya-added-file-content",
    "an added file's name": "kanarya-added-name.pdf",
    "words after a command in the form": "kanarya-benchmark-in-form",
    "a button's data": "f:c:category:kanarya_button",
    "a telephone number in the form": "+85517481516234",
    "a contact's name in the form": "Kanaryacontactinform",
    "a failing answer": "kanarya-answer-that-raises",
    "a shouted answer": "kanarya-answer-shouted",
    "a wrong receipt": "kanar yarec eptba dbad2",
    "the reviewers' answer": "kanarya-answer-of-reviewers",
    "the reviewers' Khmer answer": "ចម្លើយកាណារីពីអ្នកពិនិត្យ",
    "a cancelled account": "kanarya-cancelled-account",
    "a cancelled file": "kanarya-cancelled-file",
    "a wiped account": "kanarya-wiped-account",
    "an expired account": "kanarya-expired-account",
    "an expired file's name": "kanarya-expired-name.pdf",
    "a withdrawn account": "kanarya-withdrawn-account",
    "a withdrawn file": "kanarya-withdrawn-file",
    "an account at a kill": "kanarya-killed-account",
    "a Khmer account at a kill": "កាណារីពេលដាច់ដំណើរ",
    "a file at a kill": "kanarya-killed-file",
    "a file's name at a kill": "kanarya-killed-name.pdf",
    "an account at a power cut": "kanarya-power-cut-account",
    "a file at a power cut": "kanarya-power-cut-file",
    "a first name": "Kanaryareporter",
    "a Khmer name": "អ្នករាយកាណារី",
    "a username": "kanarya_reports",
    "a second username": "kanarya_adds",
    "a failure's words": "kanarya-in-html-body",
    "a refusal's words": "kanarya-in-description",
    "the token": TOKEN,
    "the secret part of the token": TOKEN.partition(":")[2],
    **{f"{canary.decode()} in a photo": canary.decode() for canary in photos.CANARIES},
}
PIN = (11.556373812345, 104.928209954321)
LOUD = ("loud-libraries", "failing-words", "shouting-words", "failing-answers", "shouted-answers")
DEBUG = {"LOG_LEVEL": "DEBUG", "PYTHONASYNCIODEBUG": "1", "PYTHONWARNINGS": "always"}
PHOTO = photos.photo("JPEG")
VOICE = b"OggS\0\x02" + bytes(40) + TEXTS["spoken words"].encode()

FULL = Tale(
    account=(TEXTS["the account"], TEXTS["a Khmer account"]),
    edited=TEXTS["an edited account"],
    spoken=(File(VOICE, "voice", caption=TEXTS["words below a voice note"]),),
    when=(TEXTS["a time that is none"], TEXTS["a Khmer time"], TEXTS["a time"]),
    where=(TEXTS["a place that is none"], TEXTS["a place"]),
    affected=TEXTS["how many"],
    files=(
        File(PHOTO, name=TEXTS["a Khmer file's name"], caption=TEXTS["a Khmer caption"]),
        File(PDF + TEXTS["a file's content"].encode(), name=TEXTS["a file's name"], caption=TEXTS["a caption"]),
    ),
    contact=TEXTS["a contact"],
)


@pytest.fixture(scope="module", autouse=True)
def more_variants() -> Iterator[None]:
    """Lives are those of the program beside this one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lives, "_CHILD", Path(__file__).with_name("telling_child.py"))
        yield


class Story:
    """A bot in a process of its own, and the people who tell it something."""

    def __init__(self, folder: Path, world: World, url: str) -> None:
        self.world = world
        self.place = Place(folder, world, url, DEBUG)
        self.office: OfficeKey = make_office(folder / "keys")
        self.tellers: list[Teller] = []
        self.receipts: list[str] = []
        self._life: Life | None = None

    def somebody(self, name: str = "Somebody", username: str | None = None) -> Teller:
        """A person who has not written yet."""
        teller = Teller(self.world, self.world.add_person(name, username=username), self.rest)
        self.tellers.append(teller)
        return teller

    def life(self, *variants: str, kill: tuple[str, int] | None = None) -> Life:
        """A process; ``rest`` waits for it from now on."""
        self._life = Life(self.place, kill=kill, variants=variants)
        return self._life

    async def rest(self) -> None:
        """Until everything was handled and answered."""
        assert self._life is not None
        await settled(self.place, self._life)

    def canaries(self) -> dict[str, str | int | float]:
        """All that must be nowhere, by name."""
        found: dict[str, str | int | float] = {**TEXTS, "a latitude": PIN[0], "a longitude": PIN[1]}
        for number, teller in enumerate(self.tellers):
            found[f"the id of person {number}"] = teller.person.id
            for name in teller.telegram_names:
                found[f"Telegram's name for a file of person {number}: {name[:6]}"] = name
        for data in (PHOTO, VOICE):
            found[f"a hash, {len(data)} bytes"] = hashlib.sha256(data).hexdigest()
        for receipt in self.receipts:
            found |= self._of_receipt(receipt)
        return found

    def _of_receipt(self, shown: str) -> dict[str, str]:
        receipt = Receipt.read(shown)
        assert receipt is not None
        key = self.server.mailbox(receipt)
        return {
            f"receipt {shown[:5]}": shown,
            f"receipt {shown[:5]} without spaces": receipt.symbols,
            f"receipt {shown[:5]} as typed": as_typed(shown),
            f"the mailbox of {shown[:5]}": key.public,
            f"the key of the mailbox of {shown[:5]}": str(key._key),
        }

    @property
    def server(self) -> ServerKey:
        """The server's key."""
        return ServerKey.load(self.place.server_key, self.world.clock().date())

    def found(self) -> set[Trace]:
        """The canaries in any file."""
        hunt = Hunt(self.canaries())
        found = hunt.through(self.place.folder)
        print(f"{hunt.canaries} canaries, {hunt.patterns} byte strings, {hunt.files} files, {hunt.bytes} bytes")
        return found

    async def read(self) -> list[dict[str, Any]]:
        """What reviewers read: incidents and additions."""
        async with repositories(self.place) as (database, _, _):
            rows = await database.write(
                partial(
                    database.read,
                    "SELECT sealed FROM incidents WHERE sealed NOT NULL UNION ALL SELECT sealed FROM additions",
                )
            )
        return [json.loads(self.office.open(bytes(sealed))) for (sealed,) in rows]

    def originals(self) -> bytes:
        """What reviewers find in the files."""
        return b"".join(self.office.open(file.read_bytes()) for file in self.place.folder.rglob("evidence/*.age"))

    async def answer(self, receipt: str, *letters: dict[str, Any]) -> None:
        """Put letters into a mailbox. The bot is not running."""
        read = Receipt.read(receipt)
        assert read is not None
        public = self.server.mailbox(read).public
        database = await Database.open(self.place.data / "sangket.db")
        try:
            for letter in letters:
                await database.write(partial(Mailboxes(database, self.server).put, public, letter))
        finally:
            await database.close()


def as_typed(receipt: str) -> str:
    """As people type it."""
    return receipt.upper().replace(" ", "-")


async def test_nothing_that_was_handed_in_added_or_answered_is_in_any_file(tmp_path: Path) -> None:
    world = World(pace=False, seed=1, token=TOKEN)
    async with serve(world) as url:
        story = Story(tmp_path, world, url)
        async with story.life(*LOUD) as life:
            await _hand_in_everything(story)
            assert await life.stop() == 0
        letters = [
            {"state": "answered", "words": TEXTS[f"the reviewers' {kind}"]} for kind in ("answer", "Khmer answer")
        ]
        await story.answer(story.receipts[0], *letters)
        assert not story.found()
        async with story.life(*LOUD) as life:
            await _add_and_withdraw(story)
            assert (story.place.data / "sangket.db-wal").stat().st_size > 0, "there is a log that could hold something"
            assert not story.found()
            await life.kill()
        assert len(story.canaries()) >= 80
        assert not story.found()
        await _it_was_all_there(story)
        assert b"library telegram" in story.place.log.read_bytes(), "libraries logged something"


async def _hand_in_everything(story: Story) -> None:
    """One person answers everything in words, one sends a pin and wants to be told here, one will withdraw."""
    dara = story.somebody(TEXTS["a first name"], TEXTS["a username"])
    story.receipts.append(await dara.hand_in(FULL))
    sok = story.somebody(TEXTS["a Khmer name"])
    tale = Tale((f"{TEXTS['a shouted answer']} SHOUT",), where=(), pin=PIN, contact=TEXTS["a Khmer contact"])
    story.receipts.append(await sok.hand_in(tale))
    _disturb(story.somebody())
    file = File(PDF + TEXTS["a withdrawn file"].encode())
    story.receipts.append(
        await story.somebody().hand_in(Tale((TEXTS["a withdrawn account"],), files=(file,), here=True))
    )


def _disturb(teller: Teller) -> None:
    """What is no answer, in the middle of a form."""
    teller.begin()
    teller.say(f"/benchmark {TEXTS['words after a command in the form']}")
    number, name = TEXTS["a telephone number in the form"], TEXTS["a contact's name in the form"]
    teller.world.send_contact(teller.person, number, name)
    teller.say(f"{TEXTS['a failing answer']} RAISE")
    for data in (TEXTS["a button's data"], "f:c:category:arrest"):
        teller.tap(data)
    teller.say(TEXTS["a number that is none"])
    teller.tap("f:c:children:no")
    content = b"MZ\x90\0" + TEXTS["a refused file's content"].encode()
    teller.send(File(content, name=TEXTS["a refused file's name"], mime=TEXTS["a declared type"]))


async def _add_and_withdraw(story: Story) -> None:
    """From another account, with the receipt as it is typed."""
    other = story.somebody("Another", TEXTS["a second username"])
    other.say(f"/receipt {TEXTS['a wrong receipt']}")
    other.say(story.receipts[0].replace(" ", ""))
    await story.rest()
    assert any(TEXTS["the reviewers' answer"] in text for text in other.heard())
    file = File(PDF + TEXTS["an added file"].encode(), name=TEXTS["an added file's name"])
    await other.add(as_typed(story.receipts[0]), f"{TEXTS['an addition']}\n{TEXTS['a Khmer addition']}", (file,))
    await story.somebody().withdraw(story.receipts[2])


async def _it_was_all_there(story: Story) -> None:
    """The canaries did come through: reviewers read them."""
    read = json.dumps(await story.read(), ensure_ascii=False)
    for name in (
        *("a Khmer account", "an edited account", "words below a voice note", "a time", "a place"),
        *("how many", "a contact", "a Khmer contact", "a file's name", "a Khmer file's name", "a caption"),
        *("a Khmer caption", "an addition", "a Khmer addition", "an added file's name", "a shouted answer"),
    ):
        assert TEXTS[name] in read, name
    assert str(PIN[0]) in read
    assert TEXTS["a withdrawn account"] not in read
    originals = story.originals()
    assert PHOTO in originals
    assert VOICE in originals
    assert TEXTS["an added file"].encode() in originals


async def test_nothing_that_was_cancelled_wiped_or_expired_is_in_any_file(tmp_path: Path) -> None:
    world = World(pace=False, seed=2, token=TOKEN)
    async with serve(world) as url:
        story = Story(tmp_path, world, url)
        async with story.life(*LOUD) as life:
            for end, ending in (("cancelled", ("/cancel", "f:cancel:yes")), ("wiped", ("/wipe",)), ("expired", ())):
                teller = story.somebody()
                teller.begin()
                content = TEXTS.get(f"a{'n' * (end == 'expired')} {end} file", "").encode()
                file = File(PDF + content, name=TEXTS["an expired file's name"])
                teller.tell_what(Tale((TEXTS[f"a{'n' * (end == 'expired')} {end} account"],), (file,)))
                await story.rest()
                for deed in ending:
                    (teller.say if deed.startswith("/") else teller.tap)(deed)
            await story.rest()
            assert await life.stop() == 0
        assert not story.found()
        async with story.life(*LOUD, "a-day-later") as life:
            await life.begun()
            await _until_heard(story, story.tellers[2], "The time is over")
            assert not story.found()
            assert await life.stop() == 0
        assert not story.found()
        assert not story.originals(), "no file is left"


async def _until_heard(story: Story, teller: Teller, words: str) -> None:
    """Wait until the bot says this, and is at rest."""
    async with asyncio.timeout(20):
        while not any(words in text for text in teller.heard()):  # noqa: ASYNC110 - another process says it
            await asyncio.sleep(0.02)
    await story.rest()


KILLS = (("worker.committed", 3), ("courier.kept", 1))
MORE_KILLS = (
    ("worker.taken", 2),
    ("worker.handled", 3),
    ("sender.picked", 3),
    ("sender.posted", 4),
    ("sender.recorded", 3),
)


async def test_nothing_that_a_kill_or_a_power_cut_interrupted_is_in_any_file(tmp_path: Path) -> None:
    await _interrupted(tmp_path, KILLS)


@pytest.mark.long
async def test_nothing_that_a_kill_anywhere_interrupted_is_in_any_file(tmp_path: Path) -> None:
    await _interrupted(tmp_path, (*KILLS, *MORE_KILLS))


async def _interrupted(folder: Path, kills: Sequence[tuple[str, int]]) -> None:
    """Somebody tells at each kill; the last one when the power fails, which takes the draft keys along."""
    world = World(pace=False, seed=3, token=TOKEN)
    async with serve(world) as url:
        story = Story(folder, world, url)
        for kill in kills:
            _interrupt(story.somebody(), "a kill")
            async with story.life(*LOUD, kill=kill) as life:
                assert await life.ended() < 0
            assert not story.found()
        async with story.life(*LOUD) as life:
            await life.begun()
            await story.rest()
            cut = story.somebody()
            _interrupt(cut, "a power cut")
            await story.rest()
            await life.kill()
        assert not story.found()
        story.place.draft_keys.unlink()
        async with story.life(*LOUD) as life:
            await life.begun()
            await _until_heard(story, cut, "power")
            assert await life.stop() == 0
        assert not story.found()


def _interrupt(teller: Teller, by: str) -> None:
    """Begin to tell, and send a file."""
    teller.begin()
    account = TEXTS[f"an account at {by}"] + TEXTS.get(f"a Khmer account at {by}", "")
    name = TEXTS.get(f"a file's name at {by}")
    teller.tell_what(Tale((account,), (File(PDF + TEXTS[f"a file at {by}"].encode(), name=name),)))


class FailingDownloads:
    """A Telegram whose files are gone, broken or cut short, and that deletes nothing; it explains itself at length."""

    def __init__(self) -> None:
        said = TEXTS["a failure's words"]
        self._files: list[Fault | Response] = [
            Response(f"<html>{said} {TOKEN}</html>", status_code=500),
            Response(f"{said} {TOKEN}", status_code=404),
            Response(b"%PDF-1.7 " + said.encode()),  # shorter than was said
            Fault(cut=True),
        ]

    def __call__(self, method: str, params: dict[str, Any]) -> Fault | Response | None:
        """What goes wrong with this call."""
        if method == "file" and self._files:
            return self._files.pop(0)
        if method in ("deleteMessages", "deleteMessage"):
            words = TEXTS["a refusal's words"]
            description = f"Bad Request: {words} {TOKEN} {params}"
            whole = {"ok": False, "error_code": 400, "description": description}
            return Response(json.dumps(whole), status_code=400, media_type="application/json")
        return None


@pytest.mark.parametrize("trouble", ["failing downloads", "a full disk"])
async def test_whatever_goes_wrong_with_files_the_log_says_that_it_did_and_nothing_else(
    tmp_path: Path, trouble: str
) -> None:
    world = World(pace=False, seed=4, token=TOKEN)
    full = trouble == "a full disk"
    world.faults = None if full else FailingDownloads()
    async with serve(world) as url:
        story = Story(tmp_path, world, url)
        variants = (*LOUD, "full-disk") if full else LOUD
        async with story.life(*variants) as life:
            teller = story.somebody(TEXTS["a first name"], TEXTS["a username"])
            teller.begin()
            teller.tell_what(FULL)
            teller.send(File(PDF + TEXTS["a file's content"].encode(), name=TEXTS["a file's name"]))
            if full:
                await life.begun()
                await _until_logged(story, b"storage.failed")
            else:
                await story.rest()
                teller.say("/wipe")
                await story.rest()
                assert any("delete this chat yourself" in text for text in teller.heard())
            await life.kill()
        assert not story.found()


async def _until_logged(story: Story, event: bytes) -> None:
    async with asyncio.timeout(20):
        while event not in story.place.log.read_bytes():  # noqa: ASYNC110 - another process writes it
            await asyncio.sleep(0.05)


SPOILED = ("plain-columns", "plain-files", "files-on-the-way", "talkative-answers")


@pytest.fixture(scope="module")
def spoiled(tmp_path_factory: pytest.TempPathFactory) -> set[Trace]:
    """What is found when four protections were missing and a kill ended it."""
    return asyncio.run(_spoiled(tmp_path_factory.mktemp("spoiled")))


async def _spoiled(folder: Path) -> set[Trace]:
    world = World(pace=False, seed=5, token=TOKEN)
    async with serve(world) as url:
        story = Story(folder, world, url)
        async with story.life(*SPOILED) as life:
            teller = story.somebody(TEXTS["a first name"], TEXTS["a username"])
            teller.tell(FULL)
            await life.begun()
            await story.rest()
            await life.kill()
        return story.found()


def _found_in(spoiled: set[Trace], place: str) -> set[str]:
    return {trace.canary for trace in spoiled if trace.file.startswith(place)}


def test_control_a_plain_column_is_found(spoiled: set[Trace]) -> None:
    found = _found_in(spoiled, "data/sangket.db")
    assert found >= {"a Khmer account", "an edited account", "a time", "a place", "a contact", "how many"}
    assert found >= {"a caption", "a file's name", "a Khmer file's name", "the id of person 0"}


def test_control_files_in_clear_are_found(spoiled: set[Trace]) -> None:
    in_photos = {f"{canary.decode()} in a photo" for canary in photos.CANARIES if b"PROFILE" not in canary}
    assert _found_in(spoiled, "data/evidence/") >= {"spoken words", "a file's content", *in_photos}


def test_control_files_that_lay_somewhere_in_clear_are_found(spoiled: set[Trace]) -> None:
    assert _found_in(spoiled, "temporary/") >= {"spoken words", "a file's content"}


def test_control_a_line_in_the_log_is_found(spoiled: set[Trace]) -> None:
    assert _found_in(spoiled, "log") >= {"the account", "a Khmer account", "a time", "a place", "a contact"}


@pytest.mark.parametrize("written", ["{0}", "{1}", "{2}"])
def test_control_the_hunt_finds_a_receipt_however_it_is_written(tmp_path: Path, written: str) -> None:
    receipt = "abcde fgh2j kmn34 pqrst"
    noise = random.Random(1).randbytes(3000)
    forms = (receipt, receipt.replace(" ", ""), as_typed(receipt))
    (tmp_path / "file").write_bytes(noise + written.format(*forms).encode() + noise)
    canaries: Sequence[str] = forms
    found = Hunt({str(number): form for number, form in enumerate(canaries)}).through(tmp_path)
    assert {trace.canary for trace in found} == {written.strip("{}")}
