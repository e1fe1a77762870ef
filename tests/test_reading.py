"""Reading an incident: in the chat where the office key is on the server, as the sealed file where it is not.

What was read does not stay: not in the chat, and never anywhere else.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import io
import json
import sqlite3
import tarfile
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from conftest import House
from incident_story import ACCOUNT, PDF, later, with_settings
from reading_story import CALM, PICTURE, WORDS, Down, Reader, acts, content, put_key, review, told, with_files

from bot.bundling import bundle
from bot.talk import Seen
from bot.unsealing import unseal
from sandbox.records import Fault
from sandbox.world import World
from storage.members import Role
from storage.proposals import Kind
from storage.sealing import OfficeKey, OfficeLock, padded_json
from texts.reading import MOST

OLD = "This button is from an older version"
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
async def open_house(house: House) -> House:
    """The office key is on the server."""
    await put_key(house)
    return house


@pytest.fixture
async def reference(open_house: House, world: World) -> str:
    return await told(open_house, world, **with_files(open_house, world))


@pytest.fixture
async def reader(open_house: House, reference: str) -> Reader:
    """A coordinator who has claimed the incident."""
    reader = await Reader.admitted(open_house, "Vanna")
    await reader.claim(reference)
    return reader


# In the chat


async def test_it_is_shown_consent_first_and_behind_bars_what_people_wrote(reader: Reader, reference: str) -> None:
    seen = await reader.read(reference)
    text = "\n".join(one.text for one in seen)
    told = [
        reference,
        "disappear after 15 min",
        "What the person allowed",
        "Only reading inside the network",
        "✖ Count it in statistics",
        "Kind of incident: Arrest",
        "In their words:",
        CALM,
        "Where: Siem Reap (17)",
        "How many people: 2",
        "Who did it: Police",
        "📎 1 · File",
        "image/jpeg",
        "SHA-256",
        "kanarya below it",
        "📎 2 · File",
    ]
    places = [text.find(words) for words in told]
    assert -1 not in places, told[places.index(-1)]
    assert places == sorted(places), "in this order"
    assert "IMG_kanarya" not in text, "the name of a file may be somebody's"
    quoted = [
        one.message["text"].encode("utf-16-le")[e["offset"] * 2 : (e["offset"] + e["length"]) * 2].decode("utf-16-le")
        for one in seen
        for e in one.message["entities"]
        if e["type"] == "blockquote"
    ]
    assert CALM in quoted
    assert not [e for one in seen for e in one.message["entities"] if e["type"] == "bold" and "four" in _of(one, e)]


def _of(seen: Seen, entity: dict[str, Any]) -> str:
    start, end = entity["offset"] * 2, (entity["offset"] + entity["length"]) * 2
    return str(seen.message["text"].encode("utf-16-le")[start:end].decode("utf-16-le"))


async def test_every_message_is_protected_and_only_the_first_makes_a_sound(reader: Reader, reference: str) -> None:
    await reader.house.stop()
    async with Down(reader.house) as store:
        for n in range(4):
            words = {"account": [{"text": f"{n} " + "many words " * 300}]}
            await store.database.write(
                partial(store.incidents.add, reference, _addition(reference, words), store.today)
            )
    seen = await reader.read(reference)
    assert len(seen) > 3
    assert all(one.message["has_protected_content"] for one in seen)
    sent = [call for call in reader.world.calls if call.method == "sendMessage"][-len(seen) :]
    assert [bool(call.params.get("disable_notification")) for call in sent] == [False, *[True] * (len(seen) - 1)]
    assert [len(one.buttons) > 0 for one in seen] == [*[False] * (len(seen) - 1), True]


def _addition(reference: str, answers: dict[str, Any], **given: Any) -> dict[str, Any]:
    return {
        "reference": reference,
        "form": "addition",
        "received_at": "2026-11-23T09:12:00+00:00",
        "language": "km",
        "answers": answers,
    } | given


@pytest.mark.parametrize("words", ["ខ្ញុំបានឃើញស្ត្រីម្នាក់" * 800, "&<>" * 5000, "a " * 9000, "😀" * 6000])
async def test_what_is_long_comes_whole_in_messages_that_fit(reader: Reader, reference: str, words: str) -> None:
    async with Down(reader.house) as store:
        answers = {"account": [{"text": words}]}
        await store.database.write(partial(store.incidents.add, reference, _addition(reference, answers), store.today))
    seen = await reader.read(reference)
    while following := [b for b in reader_buttons(reader) if b.startswith(f"rd:{reference}:")]:
        seen += [one for one in await reader.tap(following[0]) if one.kind == "message"]
    quoted = [_of(one, e) for one in seen for e in one.message.get("entities", []) if e["type"] == "blockquote"]
    assert words.replace(" ", "") in "".join(quoted).replace(" ", "").replace("\n", "")
    texts = [call.params["text"] for call in reader.world.calls if call.method == "sendMessage"]
    assert max(len(text.encode("utf-16-le")) // 2 for text in texts) <= MOST
    assert not [one for one in quoted if one[0] in "\u17d2\u17b6\u17bb"], "no Khmer cluster is torn apart"


def reader_buttons(reader: Reader) -> list[str]:
    assert reader.talk.last is not None
    rows = reader.talk.last.message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button.get("callback_data", "") for row in rows for button in row]


async def test_a_khmer_reader_reads_it_in_khmer(open_house: House, reference: str) -> None:
    reader = await Reader.admitted(open_house, "Sok", "km")
    await reader.claim(reference)
    text = "\n".join(one.text for one in await reader.read(reference))
    assert "ចាប់ខ្លួន" in text
    assert "Kind of incident" not in text
    assert "disappear" not in text
    assert CALM in text, "what was told stays as it was told"


async def test_additions_and_notes_follow(reader: Reader, reference: str) -> None:
    async with Down(reader.house) as store:
        answers = {"account": [{"text": "They came back."}]}
        await store.database.write(partial(store.incidents.add, reference, _addition(reference, answers), store.today))
        note = {"by": "Lotus-4", "on": "2026-11-23", "words": "Ask the lawyer <first>."}
        await store.database.write(partial(store.notes.add, reference, note, store.today))
    text = "\n".join(one.text for one in await reader.read(reference))
    assert "➕ Addition 1" in text
    assert "They came back." in text
    assert "Note for the team: Lotus-4, 2026-11-23" in text
    assert "Ask the lawyer <first>." in text


# Disappearing


async def test_it_disappears_after_the_set_time_and_the_card_stays(reader: Reader, reference: str) -> None:
    before = set(reader.messages())
    read = {one.message["message_id"] for one in await reader.read(reference)}
    assert CALM in reader.texts(), "control"
    await later(reader.house, 14 * MINUTE)
    assert CALM in reader.texts(), "control: not before"
    await later(reader.house, 2 * MINUTE)
    assert not read & set(reader.messages())
    assert before <= set(reader.messages())


async def test_it_disappears_after_a_restart_too(reader: Reader, reference: str) -> None:
    before = set(reader.messages())
    read = {one.message["message_id"] for one in await reader.read(reference)}
    await reader.house.stop()
    reader.world.advance(16 * MINUTE)
    await reader.house.start()
    await reader.house.settle()
    assert not read & set(reader.messages())
    assert before <= set(reader.messages())


async def test_how_long_it_stays_is_a_setting(reader: Reader, reference: str) -> None:
    await with_settings(reader.house, reading_minutes=60)
    seen = await reader.read(reference)
    assert "disappear after 60 min" in seen[0].text
    await later(reader.house, 59 * MINUTE)
    assert CALM in reader.texts()
    await later(reader.house, 2 * MINUTE)
    assert CALM not in reader.texts()


async def test_over_midnight_it_is_not_forgotten(reader: Reader, reference: str) -> None:
    await with_settings(reader.house, reading_minutes=1440)
    await reader.read(reference)
    await later(reader.house, dt.timedelta(hours=23, minutes=50))
    assert CALM in reader.texts(), "control"
    await later(reader.house, 20 * MINUTE)
    assert CALM not in reader.texts()


async def test_whoever_has_read_it_deletes_it_at_once(reader: Reader, reference: str) -> None:
    before = set(reader.messages())
    await reader.read(reference)
    await reader.tap(f"rd:file:{reference}:1")
    assert len(reader.documents()) == 1, "control"
    seen = await reader.tap("rd:done")
    assert [one.text for one in seen] == ["Deleted here."]
    assert set(reader.messages()) == before
    deletions = deleted(reader.world)
    await later(reader.house, 20 * MINUTE)
    assert deleted(reader.world) == deletions, "and nothing is deleted twice"


def deleted(world: World) -> int:
    return sum(call.method == "deleteMessages" for call in world.calls)


async def test_what_another_reads_stays(reader: Reader, reference: str, world: World) -> None:
    other_reference = await told(reader.house, world, "Dara")
    other = await Reader.admitted(reader.house, "Rith")
    await other.claim(other_reference)
    await other.read(other_reference)
    await reader.read(reference)
    await reader.tap("rd:done")
    assert ACCOUNT in other.texts()
    assert CALM not in reader.texts()


async def test_what_telegram_does_not_delete_any_more_is_said(reader: Reader, reference: str) -> None:
    await reader.read(reference)
    await reader.house.stop()
    reader.world.advance(dt.timedelta(hours=49))
    await reader.house.start()
    await reader.house.settle()
    assert CALM in reader.texts(), "control"
    assert "delete this chat yourself" in reader.texts()


# Files


async def test_evidence_comes_as_the_very_bytes_that_were_received_and_goes_again(
    reader: Reader, reference: str
) -> None:
    await reader.read(reference)
    assert f"rd:file:{reference}:2" in reader_buttons(reader)
    await reader.tap(f"rd:file:{reference}:1")
    await reader.tap(f"rd:file:{reference}:2")
    first, second = reader.documents()
    assert (content(reader.world, first), content(reader.world, second)) == (PICTURE, PDF)
    assert [one["document"]["file_name"] for one in (first, second)] == [f"{reference}-1.jpg", f"{reference}-2.pdf"]
    assert first["has_protected_content"]
    assert "disappears after 15 min" in first["caption"]
    assert not [call for call in reader.world.calls if call.method == "sendPhoto"]
    await later(reader.house, 16 * MINUTE)
    assert reader.documents() == []


async def test_a_flipped_byte_is_told_and_nothing_is_sent(reader: Reader, reference: str) -> None:
    for file in reader.house.settings.evidence_folder.glob("*.age"):
        data = bytearray(file.read_bytes())
        data[-40] ^= 1
        file.write_bytes(data)
    [*_, said] = await reader.tap(f"rd:file:{reference}:1")
    assert "not what was received" in said.text
    assert reader.documents() == []


async def test_evidence_in_the_place_of_another_is_told(reader: Reader, reference: str) -> None:
    first, second = sorted(reader.house.settings.evidence_folder.glob("*.age"))
    one, other = first.read_bytes(), second.read_bytes()
    first.write_bytes(other)
    second.write_bytes(one)
    for number in (1, 2):
        [*_, said] = await reader.tap(f"rd:file:{reference}:{number}")
        assert "not what was received" in said.text
    assert reader.documents() == []


async def test_evidence_that_is_gone_is_told(reader: Reader, reference: str) -> None:
    for file in reader.house.settings.evidence_folder.glob("*.age"):
        file.unlink()
    [*_, said] = await reader.tap(f"rd:file:{reference}:1")
    assert "not here any more" in said.text


async def test_a_file_larger_than_telegram_takes_is_told(
    reader: Reader, reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.attachments.MOST_BYTES", len(PDF))
    [*_, said] = await reader.tap(f"rd:file:{reference}:1")
    assert "larger than the 50 MB" in said.text
    await reader.tap(f"rd:file:{reference}:2")
    assert len(reader.documents()) == 1, "control"


async def test_a_document_that_telegram_refuses_is_told_once(reader: Reader, reference: str) -> None:
    refusal = {"ok": False, "error_code": 413, "description": "Request Entity Too Large"}
    fault = Fault(413, json.dumps(refusal).encode(), "application/json")
    reader.world.faults = lambda method, params: fault if method == "sendDocument" else None
    [*_, said] = await reader.tap(f"rd:bundle:{reference}")
    assert "Telegram did not take that file" in said.text


# The sealed file


@pytest.mark.parametrize("key_is_here", [True, False])
async def test_the_sealed_file_is_what_the_console_writes_and_stays(
    house: House, world: World, tmp_path: Path, key_is_here: bool
) -> None:
    if key_is_here:
        await put_key(house)
    reference = await told(house, world, **with_files(house, world))
    reader = await Reader.admitted(house, "Vanna")
    await reader.claim(reference)
    async with Down(house) as store:
        note = {"by": "Lotus-4", "on": "2026-11-23", "words": "Ask the lawyer first."}
        await store.database.write(partial(store.notes.add, reference, note, store.today))
    await reader.tap(f"rd:bundle:{reference}")
    [message] = reader.documents()
    assert message["document"]["file_name"] == f"{reference}.tar"
    assert "has_protected_content" not in message, "it has to be carried to another computer"
    data = content(world, message)
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        assert [name.partition("/")[0] for name in tar.getnames()] == ["incident.age", "notes", "evidence", "evidence"]
    assert b"kanarya" not in data
    (tmp_path / f"{reference}.tar").write_bytes(data)
    (tmp_path / "the.key").write_text(house.office.text)
    (tmp_path / "the.key").chmod(0o600)
    shown = unseal(tmp_path / f"{reference}.tar", keys_dir=tmp_path, key=tmp_path / "the.key")
    assert shown.whole
    assert CALM in shown.text
    assert "1. Lotus-4, 2026-11-23" in shown.text
    assert "| Ask the lawyer first." in shown.text
    await later(house, 20 * MINUTE)
    assert len(reader.documents()) == 1


async def test_without_the_key_it_says_how_to_read_it_and_opens_nothing(house: House, world: World) -> None:
    reference = await told(house, world, account=(WORDS, "f:ok:account"))
    reader = await Reader.admitted(house, "Vanna")
    await reader.claim(reference)
    [*_, said] = await reader.tap(f"rd:{reference}")
    assert f"python -m bot open {reference}.tar" in said.text
    assert "kanarya" not in said.text
    assert f"rd:bundle:{reference}" in reader_buttons(reader)
    [toast] = await reader.tap(f"rd:file:{reference}:1")
    assert OLD in toast.text
    assert await acts(house) == []


async def test_a_bundle_that_somebody_planted_something_in_is_not_sent(reader: Reader, reference: str) -> None:
    async with Down(reader.house) as store:
        await store.database.write(partial(store.database.execute, "UPDATE incidents SET mac = zeroblob(32)"))
    [*_, said] = await reader.tap(f"rd:bundle:{reference}")
    assert "did not write it" in said.text
    assert reader.documents() == []


# What cannot be trusted


async def _spoil(house: House, sql: str, *values: Any) -> None:
    async with Down(house) as store:
        await store.database.write(partial(store.database.execute, sql, values))


async def test_what_another_key_sealed_says_so(reader: Reader, reference: str) -> None:
    await put_key(reader.house, OfficeKey.new())
    [*_, said] = await reader.tap(f"rd:{reference}")
    assert "another office key" in said.text
    assert f"rd:bundle:{reference}" in reader_buttons(reader)


async def test_what_this_server_did_not_write_is_not_shown(reader: Reader, reference: str) -> None:
    forged = OfficeLock(reader.house.office.recipients).seal(padded_json({"ctx": f"incident:{reference}:1"}))
    await _spoil(reader.house, "UPDATE incidents SET sealed = ?", forged)
    [*_, said] = await reader.tap(f"rd:{reference}")
    assert "did not write it" in said.text
    assert await acts(reader.house) == [], "nothing was opened"


async def test_what_is_damaged_says_so(reader: Reader, reference: str) -> None:
    async with Down(reader.house) as store:
        [(sealed, day)] = await store.database.write(
            partial(store.database.read, "SELECT sealed, received_on FROM incidents")
        )
        cut = bytes(sealed)[:-30]
        mac = store.server.mac(f"incident:{reference}:1:{day}", cut)
        await store.database.write(
            partial(store.database.execute, "UPDATE incidents SET sealed = ?, mac = ?", (cut, mac))
        )
    [*_, said] = await reader.tap(f"rd:{reference}")
    assert "damaged" in said.text


async def test_an_incident_under_another_name_is_not_shown(reader: Reader, reference: str) -> None:
    async with Down(reader.house) as store:
        sealed = store.office.seal(padded_json({"ctx": "incident:R-9ZZZ:1", **_addition("R-9ZZZ", {})}))
        mac = store.server.mac(f"incident:{reference}:1:{store.today.isoformat()}", sealed)
        await store.database.write(
            partial(
                store.database.execute,
                "UPDATE incidents SET sealed = ?, mac = ?, received_on = ?",
                (sealed, mac, store.today.isoformat()),
            )
        )
    [*_, said] = await reader.tap(f"rd:{reference}")
    assert "swapped" in said.text


async def test_a_planted_addition_and_note_are_named_and_the_rest_is_shown(reader: Reader, reference: str) -> None:
    async with Down(reader.house) as store:
        for number in (1, 2):
            words = {"account": [{"text": f"addition {number}"}]}
            await store.database.write(
                partial(store.incidents.add, reference, _addition(reference, words), store.today)
            )
            note = {"by": "Lotus-4", "on": "2026-11-23", "words": f"note {number}"}
            await store.database.write(partial(store.notes.add, reference, note, store.today))
        swap = "UPDATE {0} SET sealed = (SELECT sealed FROM {0} AS o WHERE o.number = 2) WHERE number = 1"
        for table in ("additions", "notes"):
            await store.database.write(partial(store.database.execute, swap.format(table)))
    text = "\n".join(one.text for one in await reader.read(reference))
    assert "Addition 1 was damaged or put there by somebody else" in text
    assert "Note 1 was damaged or put there by somebody else" in text
    assert "addition 2" in text
    assert "note 2" in text
    assert CALM in text


# Who


async def test_only_whoever_has_the_claim_or_has_to_approve_reads(
    open_house: House, world: World, reference: str
) -> None:
    first = await Reader.admitted(open_house, "Vanna")
    second = await Reader.admitted(open_house, "Rith")
    buttons = (f"rd:{reference}", f"rd:file:{reference}:1", f"rd:bundle:{reference}")
    for data in buttons:
        [toast] = await first.tap(data)
        assert OLD in toast.text, "unclaimed"
    await first.claim(reference)
    for data in buttons:
        [toast] = await second.tap(data)
        assert OLD in toast.text, "another's"
    async with Down(open_house) as store:
        now = int(world.clock().timestamp())
        await store.database.write(
            partial(store.proposals.propose, Kind.CONFIRM, reference, {"grade": 1}, first.handle, now)
        )
    assert CALM in "\n".join(one.text for one in await second.read(reference))
    assert (await review(open_house, reference)).state == "received", "an approver is not who answers"


async def test_ones_own_proposal_opens_nothing(open_house: House, world: World, reference: str) -> None:
    reader = await Reader.admitted(open_house, "Vanna")
    async with Down(open_house) as store:
        now = int(world.clock().timestamp())
        await store.database.write(partial(store.proposals.propose, Kind.DELETE, reference, {}, reader.handle, now))
    [toast] = await reader.tap(f"rd:{reference}")
    assert OLD in toast.text


@pytest.mark.parametrize("role", [Role.PUBLIC, Role.MONITOR, Role.EDITOR])
async def test_others_meet_an_unknown_button(open_house: House, world: World, reference: str, role: Role) -> None:
    person = world.add_person("Visitor")
    talk = open_house.talk(person)
    if role is not Role.PUBLIC:
        await open_house.admit(person, role)
    await talk.say("/start")
    unknown = await talk.tap("xx:no:such")
    for data in (f"rd:{reference}", f"rd:file:{reference}:1", f"rd:bundle:{reference}", "rd:done"):
        assert await talk.tap(data) == unknown


@pytest.mark.parametrize(
    "data", ["rd:R-0000", "rd:file:R-0000:1", "rd:bundle:R-0000", "rd:{}:99", "rd:file:{}:3", "rd:file:{}:0", "rd:{}:0"]
)
async def test_what_is_not_there_is_as_if_it_had_never_been(reader: Reader, reference: str, data: str) -> None:
    [toast] = await reader.tap(data.format(reference))
    assert OLD in toast.text
    assert await acts(reader.house) == []


async def test_a_withdrawn_incident_is_not_there(reader: Reader, reference: str) -> None:
    async with Down(reader.house) as store:
        await store.database.write(partial(store.incidents.withdraw, reference))
    for data in (f"rd:{reference}", f"rd:file:{reference}:1", f"rd:bundle:{reference}"):
        [toast] = await reader.tap(data)
        assert OLD in toast.text


# Who knows of it


async def test_every_opening_is_written_down_and_the_reporter_is_told_once(reader: Reader, reference: str) -> None:
    await reader.read(reference)
    await reader.read(reference)
    await reader.tap(f"rd:file:{reference}:1")
    await reader.tap(f"rd:bundle:{reference}")
    opened, fetched = (reader.handle, "opened", reference), (reader.handle, "fetched", reference)
    assert await acts(reader.house) == [opened, (reader.handle, "state", reference), opened, fetched, fetched]
    kept = await review(reader.house, reference)
    assert [(one.what, one.by) for one in kept.went] == [("opened", reader.handle), ("fetched", reader.handle)]
    assert kept.state == "read"


async def test_a_bundle_at_the_console_is_written_down_when_the_bot_next_looks(
    reader: Reader, reference: str, tmp_path: Path
) -> None:
    await reader.house.stop()
    await asyncio.to_thread(bundle, reader.house.settings, reference, tmp_path / "out")
    [word] = reader.house.settings.answers_folder.iterdir()
    assert reference not in word.name
    unknown = word.with_name("0" * 16 + ".bundled")
    unknown.write_text(json.dumps({"bundled": "R-0000"}))
    await reader.house.start()
    await later(reader.house, MINUTE)
    assert list(reader.house.settings.answers_folder.iterdir()) == []
    assert await acts(reader.house) == [("console", "bundled", reference)]
    kept = await review(reader.house, reference)
    assert [(one.what, one.by) for one in kept.went] == [("bundled", "console")]


# Nowhere else


async def test_nothing_that_was_read_is_anywhere_but_in_the_chat(
    reader: Reader, reference: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with Down(reader.house) as store:
        note = {"by": "Lotus-4", "on": "2026-11-23", "words": "kanarya said the lawyer"}
        await store.database.write(partial(store.notes.add, reference, note, store.today))
    gate = _Silent()
    await reader.read(reference)
    await reader.tap(f"rd:file:{reference}:1")
    reader.world.faults = gate
    reader.world.advance(MINUTE)
    reader.world.tap(reader.talk.person, 1, data=f"rd:{reference}", chat=reader.talk.chat)
    await _until_queued(reader.house)
    assert _found(reader.house.folder) == [], "while it waits to be sent, too"
    reader.world.faults = None
    await reader.house.stop()
    assert _found(reader.house.folder) == []
    assert "kanarya" not in caplog.text
    (reader.house.folder / "control").write_text("kanarya")
    assert _found(reader.house.folder) == ["control"]


class _Silent:
    """A Telegram that takes no messages for now."""

    def __call__(self, method: str, params: dict[str, Any]) -> Fault | None:
        body = {"ok": False, "error_code": 502, "description": "Bad Gateway"}
        return Fault(502, json.dumps(body).encode(), "application/json") if method.startswith("send") else None


async def _until_queued(house: House) -> None:
    async with asyncio.timeout(10):
        while True:
            with closing(sqlite3.connect(house.database)) as database:
                [(ready,)] = database.execute("SELECT count(*) FROM outbox WHERE state = 'ready'").fetchall()
            if ready:
                return
            await asyncio.sleep(0.01)


def _found(folder: Path) -> list[str]:
    canaries = [b"kanarya", "ភ្នំពេញ".encode(), PICTURE[:64], b"IMG_kan"]
    return [
        str(file.relative_to(folder))
        for file in sorted(folder.rglob("*"))
        if file.is_file() and any(canary in file.read_bytes() for canary in canaries)
    ]


async def test_no_cache_of_screens_remembers_what_was_read(reader: Reader, reference: str) -> None:
    from handlers import showing

    showing._what.cache_clear()  # a full one could not grow
    before = showing._what.cache_info().currsize
    await reader.read(reference)
    grown = showing._what.cache_info().currsize - before
    assert grown == 0
    await reader.tap("home")
    await reader.talk.say("/help")
    assert showing._what.cache_info().currsize > before, "control"
