"""The figures of incidents can be believed: they come out of a real bot, and each would be noticed to be wrong."""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bench.contestants import ANSWER_MARKER
from bench.incidents import tellers
from bench.incidents.added import AS_IT_IS, VARIANTS, Added, added
from bench.incidents.house import at_work
from bench.incidents.kept import Kept, faults
from bench.incidents.page import page
from bench.incidents.plan import DOCUMENT, Plan
from bench.incidents.sealing import Sealing, sealing
from bench.incidents.season import Season
from bench.incidents.taking import Alone, Busy, Sizes, Together, alone, sizes, together
from bench.incidents.tellers import Asker, Crowd, Teller
from bench.processes import Cores
from sandbox.world import World
from storage.database import Database
from storage.drafts import Drafts
from storage.sealing import OfficeKey, OfficeLock
from storage.traces import Traces
from texts.language import plain

ANYWHERE = Cores(None, None)
TINY = Plan(rounds=1, alone=1, crowd=3, sending=2, kept=2, sealed=2, blocks=1, lookups=3)
PAPER = b"%PDF-1.7 minutes of a meeting"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Data of the bots lies with the test."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


# With the bot in its own process


async def test_everybody_tells_at_once_and_every_incident_is_there() -> None:
    found = await together(TINY, ANYWHERE)
    assert (found.told, found.kept, found.faults) == (3, 3, [])
    assert len(found.waits) + len(found.waits_for_files) == found.updates
    assert len(found.waits_for_files) == 2, "every second person sends a document"
    assert found.answers >= found.updates


async def test_one_after_the_other_walks_the_whole_form() -> None:
    found = await alone(TINY, ANYWHERE)
    assert found.faults == []
    assert found.updates == len(found.waits) + len(found.waits_for_files) == len(found.lookup_waits) == 25
    assert min(found.cpu, found.busy.bot, found.busy.people) > 0
    assert sum(found.waits) + sum(found.waits_for_files) <= found.wall


async def test_a_document_is_on_the_disk_and_an_incident_without_one_has_none() -> None:
    long, short = await sizes(TINY, ANYWHERE, DOCUMENT), await sizes(TINY, ANYWHERE, b"")
    assert long.faults == short.faults == []
    assert long.told > len(DOCUMENT) < long.blobs
    assert (short.blobs, short.sample["evidence"]) == (0, [])
    assert short.told < 4096 <= short.database
    assert short.row + short.letter <= short.lasting <= short.database


async def test_what_is_taken_away_or_altered_afterwards_is_missed() -> None:
    crowd = Crowd()
    async with at_work(crowd.world, None) as bot:
        people = [crowd.teller(PAPER) for _ in range(2)]
        await crowd.all_at_once(people, bot.is_alive)
        await bot.rest(crowd.world)
        await bot.stop()
        assert faults(people, Kept.by(bot)) == []
        [paper, _] = bot.evidence.glob("*.age")
        paper.write_bytes(paper.read_bytes()[:-1])
        [fault] = faults(people, Kept.by(bot))
        assert "their document is not what they sent" in fault
        with closing(sqlite3.connect(bot.database)) as database:
            database.execute("DELETE FROM incidents")
            database.commit()
        assert [fault.partition(":")[0] for fault in faults(people, Kept.by(bot))] == ["not there", "not there"]


# What would be noticed


@pytest.fixture
def crowd() -> Crowd:
    return Crowd()


def incident(teller: Teller, *files: str) -> dict[str, Any]:
    """What a bot keeps of this person, as far as it is compared."""
    return {"answers": {"account": [{"text": teller.account}]}, "evidence": [{"id": one} for one in files]}


def kept(incidents: Sequence[dict[str, Any]], **documents: bytes) -> Kept:
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in documents.items()}
    return Kept(list(incidents), hashes, row_bytes=0, letter_bytes=0, blob_bytes=0)


def thanked(crowd: Crowd, document: bytes = b"") -> Teller:
    """Somebody who has a receipt."""
    teller = crowd.teller(document)
    teller.receipt = "a receipt"
    return teller


def test_an_incident_that_is_lost_doubled_or_of_nobody_is_a_fault(crowd: Crowd) -> None:
    dara, sok = thanked(crowd), thanked(crowd)
    right = [incident(dara), incident(sok)]
    assert faults([dara, sok], kept(right)) == []
    assert faults([dara, sok], kept(right[:1])) == [f"not there: {sok.account}"]
    assert faults([dara, sok], kept([*right, incident(sok)])) == [f"there 2 times: {sok.account}"]
    assert faults([dara], kept(right)) == [f"told by nobody: {sok.account}"]


def test_a_document_that_is_missing_another_or_too_many_is_a_fault(crowd: Crowd) -> None:
    dara = thanked(crowd, PAPER)
    assert faults([dara], kept([incident(dara, "one")], one=PAPER)) == []
    wrong = "teller 1: their document is not what they sent"
    assert faults([dara], kept([incident(dara)])) == [wrong]
    assert faults([dara], kept([incident(dara, "one")], one=PAPER + b"!")) == [wrong]
    assert faults([dara], kept([incident(dara, "one", "two")], one=PAPER, two=PAPER)) == [wrong]


async def test_a_bot_that_does_not_answer_is_given_up_and_a_fault(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tellers, "PATIENCE", 0.0)
    dara = crowd.teller()
    await crowd.all_at_once([dara], alive=lambda: True)
    assert faults([dara], kept([incident(dara)])) == ["teller 1: no answer came"]


async def test_a_screen_that_nobody_expected_is_a_fault(crowd: Crowd) -> None:
    dara = crowd.teller()
    dara.begin()
    dara.saw(screen("Closed.", "home"))
    assert dara.done
    [fault] = faults([dara], kept([incident(dara)]))
    assert fault.startswith("teller 1: ")
    assert "Closed." in fault


async def test_nobody_answers_before_they_are_asked_again(crowd: Crowd) -> None:
    dara = crowd.teller()
    dara.begin()
    dara.saw({"message_id": 2, "text": "One moment."})
    assert (dara.updates, said(crowd.world)) == (0, 1), "what has no buttons asks nothing"
    dara.saw(screen("Before you begin", "in:go"))
    assert (dara.updates, said(crowd.world)) == (1, 2)


@pytest.mark.parametrize("language", ["en", "km"])
async def test_during_a_flood_the_right_sign_is_pressed(crowd: Crowd, language: str) -> None:
    person = next(one for one in (crowd.teller(), crowd.teller()) if one.language == language)
    person.begin()
    wanted = {"en": "please press: the boat", "km": plain("km", "the boat")}[language]
    person.saw(screen(wanted, "f:is:fish", "f:is:tree", "f:is:boat", "f:stay"))
    assert crowd.world.updates.take(0, 100)[-1]["callback_query"]["data"] == "f:is:boat"


def screen(text: str, *buttons: str) -> dict[str, Any]:
    rows = [[{"text": data, "callback_data": data}] for data in buttons]
    return {"message_id": 2, "text": text, "reply_markup": {"inline_keyboard": rows}}


def said(world: World) -> int:
    """How many updates wait for the bot."""
    return world.updates.pending()


async def test_a_wait_is_as_long_as_the_bot_let_people_wait(crowd: Crowd) -> None:
    async def slow_bot() -> None:
        for _ in range(2):
            await asyncio.sleep(0.02)
            crowd.world.post(
                crowd.world.private_chat(asker.person), crowd.world.bot.user(), {"text": f"D: {ANSWER_MARKER}"}
            )

    asker: Asker = crowd.asker(2)
    bot = asyncio.ensure_future(slow_bot())
    seconds = await crowd.all_at_once([asker], alive=lambda: True)
    await bot
    assert len(asker.waits) == 2
    assert min(asker.waits) >= 0.02
    assert seconds >= 0.04
    assert crowd.answers == 2


async def test_an_apology_is_no_answer_to_a_look_up(crowd: Crowd) -> None:
    asker = crowd.asker(2)
    asker.begin()
    asker.saw(screen("Please wait a moment."))
    assert (asker.done, asker.strange) == (True, "Please wait a moment.")


SHORT = {
    "ctx": "incident:R-2345:1",
    "form": "incident",
    "reference": "R-2345",
    "received_at": "2026-11-23T09:00:00+00:00",
    "language": "en",
    "answers": {"account": [{"text": "Four men took two people away."}]},
    "evidence": [],
}
LISTED = {"id": "0" * 32, "sha256": hashlib.sha256(DOCUMENT).hexdigest(), "size": len(DOCUMENT)}
LONG = SHORT | {"evidence": [LISTED]}


async def test_what_is_sealed_is_opened_and_checked() -> None:
    key = OfficeKey.new()
    found = await sealing(2, SHORT, LONG, OfficeLock(key.recipients), key)
    assert found.faults == []
    assert min(found.seal, found.seal_documents, found.open, found.open_documents, found.open_mailboxes) > 0


async def test_what_does_not_open_or_is_not_what_was_listed_is_a_fault() -> None:
    key = OfficeKey.new()
    lock = OfficeLock(key.recipients)
    assert len((await sealing(2, SHORT, LONG, lock, OfficeKey.new())).faults) == 4
    other = SHORT | {"evidence": [LISTED | {"sha256": "0" * 64}]}
    assert len((await sealing(2, SHORT, other, lock, key)).faults) == 2


async def test_only_what_forms_add_is_left_out_for_the_comparison(monkeypatch: pytest.MonkeyPatch) -> None:
    read, at_the_end = Database.read, Database.at_the_end
    original, seen = (Drafts.of, Traces.note), Counter[str]()

    async def reading(self: Database, sql: str, values: Sequence[Any] = ()) -> Any:
        if " FROM drafts WHERE chat" in sql:
            assert Drafts.of is original[0]
            seen["SELECT"] += 1
        return await read(self, sql, values)

    def ending(self: Database, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        if " INTO traces " in sql:
            assert Traces.note is original[1]
            seen["INSERT"] += len(rows)
        at_the_end(self, sql, rows)

    monkeypatch.setattr(Database, "read", reading)
    monkeypatch.setattr(Database, "at_the_end", ending)
    found = await added(TINY)
    lookups = 2 * 2 * TINY.lookups  # a block to warm up and one that counts, in two of the four variants each
    assert seen == {"SELECT": lookups, "INSERT": 2 * lookups}, "of a look-up both the question and the answer"
    assert {name: len(times) for name, times in found.wall.items()} == dict.fromkeys(VARIANTS, 1)
    assert (Drafts.of, Traces.note) == original
    assert found.faults == []


# The page


def season(*cpu: float, fault: str = "") -> Season:
    """Rounds that differ in the bot's CPU only."""
    waits = [n / 1000 for n in range(1, 101)]
    wrong = [fault] if fault else []
    size = Sizes(1000, 2300, 2300, 40_000.0, 5_000.0, 0.0, 4_000_000, {}, [])
    return Season(
        [Alone(25, one, 0.2, waits, waits[:1], 0.05, waits, Busy(0.5, 0.4, 0.1), wrong) for one in cpu],
        [Together(10, 10, 250, 300, 5.0, waits, waits[:1], 0.1, Busy(0.9, 0.8, 0.3), 4096, []) for _ in cpu],
        [size],
        [size],
        [Sealing(0.1, 0.5, 0.2, 0.9, 0.3, [])],
        [Added({name: [0.002] for name in VARIANTS} | {AS_IT_IS: [0.003]}, {name: [0.001] for name in VARIANTS})],
    )


def test_the_page_says_median_least_and_most() -> None:
    lines = page(TINY, season(0.1, 0.3, 0.2))
    assert "| the bot's CPU for an incident (s) | 0.200 (0.100–0.300) |" in lines
    assert "| an answer, p95 (ms) | 95.0 |" in lines
    assert "| for these, 30 a second alone would need (s) | 10 |" in lines
    assert "| without both | 2.00 | 1.00 | 1.50 | 1.00 |" in lines
    assert (
        "- All at once: the bot computed 90% of the time, people and Telegram 80%, others on this machine 30%." in lines
    )


def test_the_page_says_what_went_wrong() -> None:
    assert "## Faults" not in page(TINY, season(0.1))
    assert "- teller 1: no answer came" in page(TINY, season(0.1, fault="teller 1: no answer came"))
