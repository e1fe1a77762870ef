"""/submission: from paragraphs and who signs to sealed files, by two people; and back into each mailbox."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from backstage import Backstage
from conftest import House
from incident_story import Teller, later, rows
from reading_story import Reader, content, put_key, references

from bot.talk import Seen
from documents.submission.files import unpacked
from documents.submission.gathering import Kit, material
from facts.report import Report
from forms.submission import names
from sandbox.world import World
from storage.deadlines import Deadline
from storage.members import Role
from storage.reviews import Source
from storage.sealing import Unreadable
from storage.submissions import Submission

CALL = Deadline("Call for information 2027", "2027-05-15", "Europe/Zurich", symbol="A/HRC/60/1", limits="2,500 words")

FILES = {
    *("submission.docx", "submission.pdf", "left-out.txt"),
    *("incidents.csv", "incidents-hxl.csv", "incidents.xlsx", "incidents.json"),
}


class Desk:
    """Two coordinators, a call, and incidents that were judged."""

    def __init__(self, house: House, lotus: Reader, teak: Reader) -> None:
        self.house = house
        self.world = house.world
        self.lotus, self.teak = lotus, teak
        self.back = Backstage(house)
        self.receipts: dict[str, str] = {}
        self.tellers: dict[str, Teller] = {}
        self.call = CALL

    async def began(self, call: Deadline = CALL) -> None:
        self.call = await self.back.do(lambda: self.back.tables.deadlines.add(call))

    async def told(self, name: str, consent: str, finding: str = "04", **others: Any) -> str:
        """Somebody told something, and reviewers found it; its reference."""
        known = set(references(self.house))
        teller = Teller(self.house, self.house.talk(self.world.add_person(name)))
        ticks = tuple(f"f:c:consent:{one}" for one in consent.split()) if consent else ()
        receipt = await teller.hand_in(
            consent=(*ticks, "f:ok:consent"), account=(f"kanary {name} account", "f:ok:account"), **others
        )
        [reference] = set(references(self.house)) - known
        self.tellers[reference], self.receipts[reference] = teller, receipt
        await self.judge(reference, finding=finding)
        return reference

    async def judge(self, reference: str, **review: Any) -> None:
        async def work() -> None:
            one = await self.back.tables.reviews.of(reference)
            assert one is not None
            given: dict[str, Any] = {"benchmarks": ("B",), "sources": (Source("0101", "A"),)}
            await self.back.tables.reviews.keep(replace(one, **(given | review)))

        await self.back.do(work)

    async def signed(self) -> None:
        """Who submits, written in the chat."""
        await self.lotus.tap(f"sm:who:{self.call.id}")
        await self.lotus.talk.say("Lotus Network\n• Teak Association\n\nLotus Network")
        await self.lotus.talk.say("desk@lotus.example")
        await self.lotus.talk.say("Two organisations.")
        await self.lotus.tap("f:send")

    async def wrote(self, reference: str, language: str, words: str) -> list[Seen]:
        """A paragraph, on the incident's card."""
        await self.lotus.claim(reference)
        await self.lotus.tap(f"j:su:{reference}:{language}")
        await self.lotus.talk.say(words)
        return await self.lotus.tap("f:send")

    async def approved(self) -> list[Seen]:
        """The other coordinator says yes."""
        [(proposal,)] = rows(self.house, "SELECT id FROM proposals WHERE kind = 'submission'")
        await self.teak.tap(f"pr:{proposal}")
        [data] = [one for one in _buttons(self.teak) if one.startswith("pr:y:")]
        return await self.teak.tap(data)

    async def built(self) -> dict[str, bytes]:
        """The files that the first coordinator was sent, opened."""
        await self.lotus.tap(f"sm:build:{self.call.id}")
        await self.approved()
        sealed = content(self.world, self.lotus.documents()[-1])
        return unpacked(self.house.office.open(sealed))

    async def kept(self) -> Submission:
        return await self.back.do(lambda: self.back.tables.submissions.of(self.call.id))

    async def mailbox(self, reference: str) -> str:
        """What the reporter of this reads with the receipt."""
        teller = self.tellers[reference]
        seen = await teller.do("/receipt", self.receipts[reference])
        return seen[-1].text


def _buttons(reader: Reader) -> list[str]:
    assert reader.talk.last is not None
    rows = reader.talk.last.message.get("reply_markup", {}).get("inline_keyboard", [])
    return [one["callback_data"] for row in rows for one in row if "callback_data" in one]


@pytest.fixture
async def desk(house: House, world: World) -> Desk:
    await put_key(house)
    lotus, teak = await Reader.admitted(house, "Lina"), await Reader.admitted(house, "Tevy")
    desk = Desk(house, lotus, teak)
    await desk.began()
    return desk


async def test_from_a_paragraph_to_sealed_files_and_back_into_the_mailbox(desk: Desk) -> None:
    first, second = await desk.told("Maly", "anonymised"), await desk.told("Rith", "statistics")
    seen = await desk.wrote(first, "en", "In May 2026 a defender was arrested.")
    assert "Kept, sealed like the incident" in seen[-1].text
    await desk.signed()
    made = await desk.built()
    assert set(made) == FILES
    assert f"{second}  the reporter did not allow it" in made["left-out.txt"].decode()
    one = await desk.kept()
    assert one.names == ("Lotus Network", "Teak Association")
    assert (one.by, one.approved_by) == (desk.lotus.handle, desk.teak.handle)
    assert set(one.used) == {first}
    assert one.left_out == {second: "not_allowed"}
    await desk.lotus.tap(f"dl:sent:{desk.call.id}:yes")
    await later(desk.house, dt.timedelta(minutes=1))
    assert "What you told us was used" in await desk.mailbox(first)
    assert "you allowed only other uses" in await desk.mailbox(second)
    review = await desk.back.do(lambda: desk.back.tables.reviews.of(first))
    assert review is not None
    assert (review.state, review.went[-1].what) == ("used", "submitted")


async def test_each_reporter_is_told_once_however_often_the_clock_ticks_and_the_bot_starts(desk: Desk) -> None:
    reference = await desk.told("Maly", "anonymised")
    await desk.signed()
    await desk.built()
    await desk.lotus.tap(f"dl:sent:{desk.call.id}:yes")
    for _ in range(3):
        await later(desk.house, dt.timedelta(minutes=1))
    await desk.house.restart()
    await desk.house.settle()
    assert (await desk.mailbox(reference)).count("What you told us was used") == 1
    assert (await Desk.kept(_again(desk))).told_on


def _again(desk: Desk) -> Desk:
    desk.back = Backstage(desk.house)
    return desk


async def test_nobody_is_told_before_it_went_out(desk: Desk) -> None:
    reference = await desk.told("Maly", "anonymised")
    await desk.signed()
    await desk.built()
    await later(desk.house, dt.timedelta(minutes=1))
    assert "What you told us was used" not in await desk.mailbox(reference)


async def test_whoever_took_it_back_is_not_in_the_next_build_and_is_told_nothing(desk: Desk) -> None:
    gone, stays = await desk.told("Maly", "anonymised"), await desk.told("Rith", "anonymised")
    await desk.signed()
    await desk.built()
    assert gone in (await desk.kept()).used, "control"
    await desk.mailbox(gone)
    await desk.tellers[gone].do("mb:withdraw", "mb:withdraw:yes")
    made = await desk.built()
    assert set((await desk.kept()).used) == {stays}
    assert f"{gone}  the reporter took it back" in made["left-out.txt"].decode()


async def test_a_draft_comes_as_a_picture_and_a_pdf_that_do_not_stay(desk: Desk) -> None:
    await desk.told("Maly", "anonymised rapporteur")
    await desk.signed()
    before = set(desk.lotus.messages())
    await desk.lotus.tap(f"sm:look:{desk.call.id}")
    new = {number: one for number, one in desk.lotus.messages().items() if number not in before}
    [picture] = [one for one in new.values() if "photo" in one]
    [draft] = [one for one in new.values() if "document" in one]
    assert picture["has_protected_content"]
    assert draft["has_protected_content"]
    assert "Nothing was sent to anybody" in draft["caption"]
    assert "/ 2,500" in draft["caption"]
    assert "annex, which is not shown here: 1" in draft["caption"]
    assert content(desk.world, draft).startswith(b"%PDF")
    await later(desk.house, dt.timedelta(minutes=16))
    assert not new.keys() & desk.lotus.messages().keys()


async def test_it_takes_two_and_what_changes_meanwhile_is_void(desk: Desk) -> None:
    await desk.told("Maly", "anonymised")
    await desk.signed()
    await desk.lotus.tap(f"sm:build:{desk.call.id}")
    assert desk.lotus.documents() == [], "not by one alone"
    await desk.lotus.tap(f"sm:in:{desk.call.id}:fr")
    assert rows(desk.house, "SELECT count(*) FROM proposals") == [(0,)]
    await desk.lotus.tap(f"sm:build:{desk.call.id}")
    await desk.approved()
    assert len(desk.lotus.documents()) == 1, "control"


async def test_what_is_judged_after_the_proposal_is_not_in_what_was_approved(desk: Desk) -> None:
    early, late = await desk.told("Maly", "anonymised"), await desk.told("Rith", "anonymised", finding="")
    await desk.signed()
    await desk.lotus.tap(f"sm:build:{desk.call.id}")
    await desk.judge(late, finding="04")
    await desk.approved()
    assert set((await desk.kept()).used) == {early}
    await desk.built()
    assert set((await desk.kept()).used) == {early, late}, "control: the next one has it"


async def test_without_submitters_nothing_is_built(desk: Desk) -> None:
    seen = await desk.lotus.tap(f"sm:build:{desk.call.id}")
    assert [one.kind for one in seen] == ["toast"]
    assert rows(desk.house, "SELECT count(*) FROM proposals") == [(0,)]


async def test_without_a_call_it_says_where_one_is_entered(house: House) -> None:
    lotus = await Reader.admitted(house, "Lina")
    [seen] = await lotus.talk.say("/submission")
    assert "/deadlines" in seen.text


async def test_where_the_office_key_is_not_here_a_sealed_kit_comes_instead(house: House, report: Report) -> None:
    desk = Desk(house, await Reader.admitted(house, "Lina"), await Reader.admitted(house, "Tevy"))
    await desk.began()
    reference = await desk.told("Maly", "anonymised")
    [seen] = await desk.lotus.talk.say("/submission")
    assert "not on this server" in seen.text
    assert f"sm:look:{desk.call.id}" not in _buttons(desk.lotus)
    await desk.signed()
    await desk.lotus.tap(f"sm:build:{desk.call.id}")
    await desk.approved()
    sealed = content(desk.world, desk.lotus.documents()[-1])
    kit = Kit.from_json(house.office.open(sealed))
    assert kit.submitters.names == ("Lotus Network", "Teak Association")
    assert set(kit.digests) == {reference}
    assert material(kit, {}, house.office, report).damaged == {reference: "missing"}
    assert b"kanary" not in sealed
    with pytest.raises(Unreadable):
        type(house.office).new().open(sealed)


@pytest.mark.parametrize("role", [Role.PUBLIC, Role.MONITOR, Role.EDITOR])
async def test_nobody_else_meets_it(desk: Desk, role: Role) -> None:
    person = desk.world.add_person("Visal", language_code="en")
    visal = desk.house.talk(person)
    await visal.say("/start")
    if role > Role.PUBLIC:
        await desk.house.admit(person, role)
    [unknown] = await visal.say("/nosuchcommand")
    assert [one.text.replace("submission", "nosuchcommand") for one in await visal.say("/submission")] == [unknown.text]
    seen = [await visal.tap(data) for data in (f"sm:{desk.call.id}", f"sm:look:{desk.call.id}", "no:such:button")]
    assert seen[0] == seen[1] == seen[2]


def test_names_are_lines_each_once() -> None:
    assert names("Lotus Network\n - Teak\n\n• Teak\nLotus  Network") == ("Lotus Network", "Teak")
