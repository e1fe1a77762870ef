"""Nothing that people said, and nothing that says who they are, is in any file that the bot writes.

A whole life is led with words that occur nowhere else, up to a power cut; then every file is searched for each of
them in every encoding. The controls spoil one protection at a time and must be found out.
"""

from __future__ import annotations

import base64
import json
import random
import struct
import zlib
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from crash.lives import Life, Place, settled, tables
from crash.traces import Hunt, Trace
from starlette.responses import Response

from sandbox.app import serve
from sandbox.world import World

TOKEN = "7000111222:kanary-tokan-kanary-tokan-kanary-123"
OLD_ACCOUNT = 77_345_123
"""A number of the early days, which fits in four bytes."""

TEXTS = {
    "a Latin word": "kanarya-latin-wort",
    "a Khmer word": "កាណារីពាក្យសម្ងាត់",
    "a Khmer sentence": "ខ្ញុំឃើញនគរបាលចាប់ខ្លួនសកម្មជននៅផ្សារកាណារី",
    "the end of a long text": "kanarya-at-the-very-end",
    "an edited text": "kanarya-as-edited",
    "words after a command": "kanarya-benchmark-words",
    "an unknown command": "kanarya_command",
    "a start parameter": "kanarya_payload",
    "a group's question": "kanarya-in-the-group",
    "a failing text": "kanarya-that-raises",
    "a failing Khmer text": "កាណារីដែលបរាជ័យ",
    "a text all libraries shout": "kanarya-shouted",
    "a refused text": "kanarya-refused",
    "a text at a kill": "kanarya-at-a-kill",
    "a second text at a kill": "កាណារីពេលស្លាប់",
    "a text at a power cut": "kanarya-power-cut",
    "a Khmer text at a power cut": "កាណារីដាច់ភ្លើង",
    "a text after the power cut": "kanarya-afterwards",
    "a first name": "Kanaryaname",
    "a Khmer name": "កាណារីនាម",
    "a last name": "Kanarylastname",
    "a username": "kanarya_username",
    "a group's title": "Kanarya Network Title",
    "a topic": "Kanarya Topic Name",
    "a telephone number": "+85512987654321",
    "a contact's name": "Kanaryacontact",
    "a contact's card": "BEGIN:VCARD kanarya-vcard",
    "a file name": "kanarya-file-name.pdf",
    "a Khmer file name": "ឯកសារកាណារី.pdf",
    "a caption": "kanarya-caption",
    "a Khmer caption": "កាណារីចំណងជើងរូប",
    "the content of a file": "kanarya-file-content",
    "data of a forged button": "kanarya:button:data",
    "Khmer data of a forged button": "កាណារីប៊ូតុង",
    "a word in a malformed update": "kanarya-malformed",
    "a word in an update of unknown kind": "kanarya-unknown-kind",
    "a word beside an update_id": "kanarya-not-validated",
    "a word without an update_id": "kanarya-unidentified",
    "a quoted text": "kanarya-quoted",
    "a forwarder's name": "Kanarya Hidden Sender",
    "an inline query": "kanarya-inline-query",
    "a venue": "kanarya-venue-title",
    "a poll": "kanarya-poll-question",
    "a text in a refusal": "kanarya-in-description",
    "a text in a failure": "kanarya-in-html-body",
    "the token": TOKEN,
    "the secret part of the token": TOKEN.partition(":")[2],
}
PLACES = {"a latitude": 11.556373812345, "a longitude": 104.928209954321}


class Cast:
    """The people of one life; every one of them is a canary."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.dara = world.add_person(TEXTS["a first name"], username=TEXTS["a username"])
        self.sok = world.add_person(TEXTS["a Khmer name"], language_code="km")
        self.group = world.add_group(
            TEXTS["a group's title"], people=(self.dara, self.sok), topics=("General", TEXTS["a topic"])
        )

    def canaries(self) -> dict[str, str | int | float]:
        """Everything that must be nowhere, by name."""
        return {
            **TEXTS,
            **PLACES,
            "a person's number": self.dara.id,
            "another person's number": self.sok.id,
            "a group's number": self.group.id,
            "an old account's number": OLD_ACCOUNT,
        }

    def converse(self) -> None:
        """Everything that can be said."""
        world, dara, sok = self.world, self.dara, self.sok
        for person in (dara, sok):
            world.say(person, "/start")
            world.tap(person, 999_999, data="lang:km")
        world.say(dara, TEXTS["a Latin word"])
        world.say(sok, TEXTS["a Khmer word"])
        world.say(sok, TEXTS["a Khmer sentence"])
        said = world.say(dara, "x " * 2000 + TEXTS["the end of a long text"])
        world.edit(dara, said["message_id"], TEXTS["an edited text"])
        world.say(dara, f"/benchmark {TEXTS['words after a command']}")
        world.say(dara, f"/{TEXTS['an unknown command']}")
        world.say(dara, f"/start {TEXTS['a start parameter']}")
        world.say(dara, "/benchmark " + TEXTS["a group's question"], chat=self.group)
        world.send_contact(dara, TEXTS["a telephone number"], TEXTS["a contact's name"], user_id=OLD_ACCOUNT)
        world.send_location(sok, PLACES["a latitude"], PLACES["a longitude"])
        content = TEXTS["the content of a file"].encode()
        for file_name, caption in (("a file name", "a caption"), ("a Khmer file name", "a Khmer caption")):
            world.send_file(sok, "document", content, file_name=TEXTS[file_name], caption=TEXTS[caption])
        world.tap(dara, 1, data=TEXTS["data of a forged button"])
        world.tap(sok, 999_999, data=TEXTS["Khmer data of a forged button"])

    def misbehave(self) -> None:
        """Updates as Telegram should never send them, and one of an old account."""
        message = self.message(OLD_ACCOUNT)
        for update in (
            {"message": message | {"text": TEXTS["a word in a malformed update"], "date": 10**18}},
            {"message": message | {"text": TEXTS["a word in a malformed update"], "from": "nobody"}},
            {"message": {"chat": {"id": OLD_ACCOUNT}, "text": [TEXTS["a word in a malformed update"]]}},
            {"of_tomorrow": {"text": TEXTS["a word in an update of unknown kind"], "chat": {"id": OLD_ACCOUNT}}},
            {"message": TEXTS["a word beside an update_id"]},
            {"inline_query": {"id": "1", "from": message["from"], "query": TEXTS["an inline query"], "offset": ""}},
            {"message": message | {"text": "A", "quote": {"text": TEXTS["a quoted text"], "position": 0}}},
            {"message": message | {"text": "B", "forward_origin": self.hidden_sender()}},
            {"message": message | {"venue": self.venue()}},
            {"message": message | {"poll": {"question": TEXTS["a poll"]}}},
            {"message": message | {"contact": {"phone_number": "1", "vcard": TEXTS["a contact's card"]}}},
        ):
            self.world.push(update)

    def message(self, person_id: int) -> dict[str, Any]:
        """The head of a message that somebody sent."""
        sender = {"id": person_id, "is_bot": False, "first_name": "Old", "last_name": TEXTS["a last name"]}
        return {"message_id": 5, "date": 1, "chat": {"id": person_id, "type": "private"}, "from": sender}

    @staticmethod
    def hidden_sender() -> dict[str, Any]:
        """Where a forwarded message comes from."""
        return {"type": "hidden_user", "date": 1, "sender_user_name": TEXTS["a forwarder's name"]}

    @staticmethod
    def venue() -> dict[str, Any]:
        """A place with a name."""
        place = {"latitude": PLACES["a latitude"], "longitude": PLACES["a longitude"]}
        return {"location": place, "title": TEXTS["a venue"], "address": "1"}


class UnfriendlyTelegram:
    """Refuses one text, and answers the first requests for updates with words that no log may repeat."""

    def __init__(self) -> None:
        nameless = {"ok": True, "result": [{"message": {"text": TEXTS["a word without an update_id"]}}]}
        self._to_polls = [
            Response(json.dumps(nameless), media_type="application/json"),
            Response(f"<html>{TEXTS['a text in a failure']}</html>", status_code=502),
        ]

    def __call__(self, method: str, params: dict[str, Any]) -> Response | None:
        """What goes wrong with this call."""
        if method == "getUpdates" and self._to_polls:
            return self._to_polls.pop()
        if method == "sendMessage" and TEXTS["a refused text"] in str(params):
            description = f"Bad Request: {TEXTS['a text in a refusal']} {TOKEN}"
            refusal = {"ok": False, "error_code": 400, "description": description}
            return Response(json.dumps(refusal), status_code=400, media_type="application/json")
        return None


LOUD = ("loud-libraries", "failing-words", "shouting-words")
DEBUG = {"LOG_LEVEL": "DEBUG", "PYTHONASYNCIODEBUG": "1", "PYTHONWARNINGS": "always"}


async def test_no_file_holds_what_people_said_or_who_they_are(tmp_path: Path) -> None:
    world = World(pace=False, seed=1, token=TOKEN)
    cast = Cast(world)
    hunt = Hunt(cast.canaries())
    world.faults = UnfriendlyTelegram()
    async with serve(world) as url:
        place = Place(tmp_path, world, url, DEBUG)
        await _normal_and_failing(place, cast)
        assert tables(place).inbox["aside"] >= 2, "something failed"
        assert not hunt.through(tmp_path)
        await _killed(place, cast)
        assert (place.data / "sangket.db-wal").stat().st_size > 0, "there is a log that could hold something"
        assert not hunt.through(tmp_path)
        await _power_cut(place, cast)
        assert tables(place).inbox["lost"] == 2
        assert not hunt.through(tmp_path)
    print(f"{hunt.canaries} canaries, {hunt.patterns} byte strings, {hunt.files} files, {hunt.bytes} bytes")
    assert b"library telegram" in place.log.read_bytes(), "libraries logged something"


async def _normal_and_failing(place: Place, cast: Cast) -> None:
    """A conversation with everything in it; some of it fails, is refused, or is no update at all."""
    async with Life(place, variants=LOUD) as life:
        cast.converse()
        cast.world.say(cast.dara, f"{TEXTS['a failing text']} RAISE")
        cast.world.say(cast.sok, f"{TEXTS['a failing Khmer text']} RAISE")
        cast.world.say(cast.sok, f"{TEXTS['a text all libraries shout']} SHOUT")
        cast.world.say(cast.dara, TEXTS["a refused text"])
        cast.misbehave()
        await life.begun()
        await settled(place, life)
        assert await life.stop() == 0


async def _killed(place: Place, cast: Cast) -> None:
    """Two deaths with questions in the inbox and answers in the outbox."""
    for point, text in (("sender.picked", "a text at a kill"), ("intake.stored", "a second text at a kill")):
        cast.world.say(cast.dara, TEXTS[text])
        async with Life(place, kill=(point, 1), variants=LOUD) as life:
            assert await life.ended() < 0


async def _power_cut(place: Place, cast: Cast) -> None:
    """A death that takes the draft keys along, and the life after it."""
    async with Life(place, variants=LOUD) as life:
        await life.begun()
        await settled(place, life)
        assert await life.stop() == 0
    cast.world.say(cast.dara, TEXTS["a text at a power cut"])
    cast.world.say(cast.sok, TEXTS["a Khmer text at a power cut"])
    async with Life(place, kill=("intake.stored", 1), variants=LOUD) as life:
        assert await life.ended() < 0
    place.draft_keys.unlink()
    async with Life(place, variants=LOUD) as life:
        await life.begun()
        await settled(place, life)
        cast.world.say(cast.dara, TEXTS["a text after the power cut"])
        await settled(place, life)
        assert await life.stop() == 0


async def test_control_a_plain_column_is_found(tmp_path: Path) -> None:
    found = await _spoiled(tmp_path, "plain-columns")
    in_the_database = {trace.canary for trace in found if trace.file.startswith("data/sangket.db")}
    assert in_the_database >= {"a Latin word", "a Khmer word", "a first name", "a person's number", "a caption"}


async def test_control_a_number_in_a_column_is_found(tmp_path: Path) -> None:
    found = await _spoiled(tmp_path, "numbered-chats")
    assert {(trace.canary, trace.encoding) for trace in found} >= {
        ("a person's number", "6 bytes, big-endian"),
        ("a group's number", "6 bytes, big-endian"),
    }


async def test_control_stock_logging_is_found_out(tmp_path: Path) -> None:
    found = await _spoiled(tmp_path, "stock-logs")
    assert {trace.canary for trace in found if trace.file == "log"} >= {"the token"}
    assert not {trace for trace in found if trace.file != "log"}


async def _spoiled(folder: Path, *variants: str) -> set[Trace]:
    """What is found after one life in which a protection was missing, ended by a kill."""
    world = World(pace=False, seed=1, token=TOKEN)
    cast = Cast(world)
    async with serve(world) as url:
        place = Place(folder, world, url)
        async with Life(place, variants=variants) as life:
            cast.converse()
            await life.begun()
            await settled(place, life)
            await life.kill()
    return Hunt(cast.canaries()).through(folder)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("a Khmer word", TEXTS["a Khmer word"].encode()),
        ("a Khmer word", TEXTS["a Khmer word"].encode("utf-16")),
        ("a Khmer word", json.dumps({"text": TEXTS["a Khmer word"]}).encode()),
        ("a Khmer word", repr({b"text": TEXTS["a Khmer word"].encode()}).encode()),
        ("a Latin word", base64.b64encode(b"." + TEXTS["a Latin word"].encode() + b".")),
        ("a Latin word", base64.b64encode(b".." + TEXTS["a Latin word"].encode() + b"..")),
        ("a Latin word", base64.b64encode(b"..." + TEXTS["a Latin word"].encode())),
        ("a Latin word", b"\x00junk" + zlib.compress(b"before " + TEXTS["a Latin word"].encode()) + b"junk"),
        ("the token", quote(TOKEN, safe="").encode()),
        ("the token", TOKEN.encode().hex().encode()),
        ("a person's number", b"{'id': 5123456789}"),
        ("a person's number", (5123456789).to_bytes(6, "big")),
        ("a person's number", (5123456789).to_bytes(8, "little")),
        ("a group's number", (-1001234567890).to_bytes(6, "big", signed=True)),
        ("an old account's number", 2 * OLD_ACCOUNT.to_bytes(4, "big")),
        ("a latitude", struct.pack(">d", PLACES["a latitude"])),
    ],
)
def test_control_the_hunt_finds_what_is_there(tmp_path: Path, name: str, written: bytes) -> None:
    numbers = {
        "a person's number": 5123456789,
        "a group's number": -1001234567890,
        "an old account's number": OLD_ACCOUNT,
    }
    (tmp_path / "file").write_bytes(random.Random(1).randbytes(4000) + written + random.Random(2).randbytes(4000))
    found = Hunt({**TEXTS, **PLACES, **numbers}).through(tmp_path)
    assert name in {trace.canary for trace in found}
    assert {trace.canary for trace in found} <= {name, "the secret part of the token"}
