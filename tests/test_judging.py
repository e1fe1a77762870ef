"""Judging an incident: grades, sources, links, remarks, and what takes a second pair of eyes."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from conftest import House
from incident_story import Teller, count, incidents, rows
from judging_screens import judging_screens
from queue_story import Colleague, Office, colleague, datas, labels
from test_completeness import misfits

from bot.talk import Seen
from facts.report import Report
from forms.judging import CONFIRMED, Lack
from sandbox.entities import parse_html
from sandbox.world import World
from storage.audit import Act
from storage.members import Role
from storage.proposals import Proposal, Proposals
from storage.reviews import Head, Review, Source, Went
from texts import statuses
from texts.judging import summary
from texts.language import LANGUAGES, plain
from texts.screen import Screen

R, OTHER = "R-AAA2", "R-BBB3"
ENOUGH: dict[str, Any] = {"reliability": "02", "validity": "03", "sources": (Source("0101"),), "source": "0102"}
"""A judgement that reaches the threshold."""


@pytest.fixture
def office(house: House) -> Office:
    return Office(house)


@pytest.fixture
async def lotus(house: House) -> Colleague:
    """A coordinator who reads English, and claims things."""
    return await colleague(house, "Chanthy", Role.COORDINATOR)


@pytest.fixture
async def teak(house: House) -> Colleague:
    """A coordinator who reads Khmer, and approves things."""
    return await colleague(house, "Bopha", Role.COORDINATOR, "km")


async def proposals(office: Office) -> list[Proposal]:
    """What waits for a second person."""
    now = int(office.house.world.clock().timestamp())
    return await office.do(lambda: Proposals(office._database, office._server).open(now))


def only(seen: list[Seen]) -> Seen:
    """The one screen among what was seen."""
    [screen] = [one for one in seen if one.kind != "toast"]
    return screen


def toast(seen: list[Seen]) -> str:
    [one] = [one.text for one in seen if one.kind == "toast"]
    return one


async def acts_on(office: Office, reference: str) -> list[str]:
    """What was written down on this."""
    return [act for _, act, on in await office.acts() if on == reference]


# Who may


EVERYTHING = (
    "j:{}",
    "j:re:{}",
    "j:re:{}:01",
    "j:va:{}:01",
    "j:fi:{}:04",
    "j:fi:{}:0101",
    "j:so:{}",
    "j:so:{}:who",
    "j:so:{}:0102:A",
    "j:be:{}:A1",
    "j:li:{}",
    "j:li:{}:find",
    "j:on:{}:c:cnrp",
    "j:du:{}",
    "j:du:{}:" + OTHER,
    "j:rs:{}",
    "j:rs:{}:closed",
    "j:no:{}",
    "j:of:{}",
    "j:of:{}:wgeid",
    "j:of:{}:wgeid:open",
    "j:ow:{}",
    "j:ow:{}:add",
    "j:rm:{}",
    "j:rm:{}:spam",
    "an:{}",
)


@pytest.mark.parametrize("data", EVERYTHING)
async def test_anothers_incident_answers_as_one_that_was_never_there(
    office: Office, lotus: Colleague, teak: Colleague, data: str
) -> None:
    await office.came(OTHER)
    before = await office.came(R, claimed_by=lotus.handle)
    said = [await teak.tap(data.format(reference)) for reference in (R, "R-ZZZZ")]
    assert said[0] == said[1]
    assert [one.kind for one in said[0]] == ["toast"]
    assert await office.of(R) == before
    assert await proposals(office) == []
    assert await lotus.tap(data.format(R)) != said[0], "control: whoever has it is answered"


async def test_what_its_reporter_took_back_is_not_judged_any_more(office: Office, lotus: Colleague) -> None:
    await office.came(R, claimed_by=lotus.handle)
    await office.withdraw(R)
    assert [one.kind for one in await lotus.tap(f"j:re:{R}:01")] == ["toast"]
    assert (await office.of(R)).reliability == ""


async def test_a_monitor_meets_no_judging_at_all(house: House, office: Office) -> None:
    rice = await colleague(house, "Rithy", Role.MONITOR)
    await office.came(R, claimed_by=rice.handle)
    assert toast(await rice.tap(f"j:{R}")) == toast(await rice.tap("no:such:button"))


# Grades


async def test_source_and_information_are_judged_apart(office: Office, lotus: Colleague) -> None:
    await office.came(R, claimed_by=lotus.handle)
    overview = only(await lotus.tap(f"j:{R}"))
    assert "Status of the violation" not in overview.text, "nobody has judged anything"
    only(await lotus.press(f"j:re:{R}"))
    await lotus.press(f"j:re:{R}:02")
    assert ((await office.of(R)).reliability, (await office.of(R)).validity) == ("02", "")
    await lotus.press(f"j:va:{R}")
    shown = only(await lotus.press(f"j:va:{R}:04"))
    assert "Source: Likely reliable · information: Likely unreliable" in shown.text
    assert await acts_on(office, R) == [Act.GRADED, Act.GRADED]


async def test_what_is_not_certain_is_decided_by_one_person(office: Office, lotus: Colleague, teak: Colleague) -> None:
    await office.came(R, claimed_by=lotus.handle)
    await lotus.tap(f"j:{R}")
    await lotus.press(f"j:fi:{R}")
    shown = only(await lotus.press(f"j:fi:{R}:03"))
    assert "Possible" in shown.text
    assert (await office.of(R)).finding == "03"
    assert await proposals(office) == []


async def test_pressing_a_grade_twice_is_written_down_once(office: Office, lotus: Colleague) -> None:
    await office.came(R, claimed_by=lotus.handle)
    for _ in range(2):
        await lotus.tap(f"j:re:{R}:02")
    assert await acts_on(office, R) == [Act.GRADED]


async def test_benchmarks_are_ticked_and_unticked(office: Office, lotus: Colleague) -> None:
    await office.came(R, claimed_by=lotus.handle)
    await lotus.tap(f"j:be:{R}")
    await lotus.press(f"j:be:{R}:A1")
    await lotus.tap(f"j:be:{R}:A1")
    await lotus.press(f"j:be:{R}:D0")
    review = await office.of(R)
    assert review.benchmarks == ("A", "B")
    assert review.head.benchmarks == ("B", "D"), "the reporter's own guess stays"
    assert await acts_on(office, R) == [Act.LINKED, Act.LINKED], "the second press of A changed nothing"


# Sources


async def test_sources_are_added_in_three_presses_and_counted_in_words(office: Office, lotus: Colleague) -> None:
    await office.came(R, claimed_by=lotus.handle, source="020101")
    for link, voice, repeats in (("0102", "A", "n"), ("040401", "A", "n"), ("media", "-", "y")):
        await lotus.tap(f"j:so:{R}")
        await lotus.press(f"j:so:{R}:who")
        await lotus.press(f"j:so:{R}:{link}")
        last = only(await lotus.press(f"j:so:{R}:{link}:{voice}"))
        [add] = [data for data in datas(last) if f":{repeats}:" in data]
        last = only(await lotus.press(add))
    told = (Source("0102", "A"), Source("040401", "A"), Source("media", "", True))
    assert (await office.of(R)).sources == told
    assert "Sources: 4 · independent: 2 · first-hand: 1 · repeating another: 1" in last.text
    assert "4. News, social media · says again what another said" in last.text


async def test_pressing_add_twice_adds_one(office: Office, lotus: Colleague) -> None:
    await office.came(R, claimed_by=lotus.handle)
    last = only(await lotus.tap(f"j:so:{R}:0102:-"))
    [add] = [data for data in datas(last) if ":n:" in data]
    await lotus.press(add)
    shown = await lotus.tap(add)
    assert len((await office.of(R)).sources) == 1
    assert "changed meanwhile" in toast(shown)


async def test_pressing_remove_twice_removes_one(office: Office, lotus: Colleague) -> None:
    await office.came(R, claimed_by=lotus.handle, sources=(Source("0102"), Source("03"), Source("03")))
    last = only(await lotus.tap(f"j:so:{R}"))
    [remove] = [data for data in datas(last) if data.startswith(f"j:sx:{R}:0:")]
    await lotus.press(remove)
    await lotus.tap(remove)
    assert (await office.of(R)).sources == (Source("03"), Source("03"))


async def test_a_forged_letter_adds_nobody(office: Office, lotus: Colleague) -> None:
    await office.came(R, claimed_by=lotus.handle)
    last = only(await lotus.tap(f"j:so:{R}:0102:A"))
    [add] = [data for data in datas(last) if ":n:" in data]
    await lotus.tap(add.replace(":A:", ":Z:"))
    assert (await office.of(R)).sources == ()
    await lotus.tap(add)
    assert (await office.of(R)).sources == (Source("0102", "A"),), "control"


# What it touches


async def write(who: Colleague, begin: str, words: str) -> Seen:
    """Begin a form by this button, write this, and send it; the screen that follows."""
    await who.tap(begin)
    await who.talk.say(words)
    return only(await who.press("f:send"))


async def test_a_case_and_a_recommendation_are_found_by_words_and_linked_by_a_button(
    office: Office, lotus: Colleague, report: Report
) -> None:
    await office.came(R, claimed_by=lotus.handle)
    found = await write(lotus, f"j:li:{R}:find", "105d")
    assert f"j:on:{R}:r:105d" in datas(found)
    await lotus.press(f"j:on:{R}:r:105d")
    case = next(iter(report.cases.values()))
    found = await write(lotus, f"j:li:{R}:find", case.name.en)
    shown = only(await lotus.press(f"j:on:{R}:c:{case.id}"))
    review = await office.of(R)
    assert (review.cases, review.recommendations) == ((case.id,), ("105d",))
    assert case.name.en in shown.text
    await lotus.press(f"j:of:{R}:c:{case.id}")
    assert (await office.of(R)).cases == ()


async def test_what_the_report_does_not_have_cannot_be_linked(office: Office, lotus: Colleague) -> None:
    await office.came(R, claimed_by=lotus.handle)
    await lotus.tap(f"j:on:{R}:c:nobody-here")
    assert (await office.of(R)).cases == ()
    assert "found no case" in (await write(lotus, f"j:li:{R}:find", "xyzzyqq")).text


@pytest.mark.parametrize("typed", ["R-BBB3", "r-bbb3", "bbb3", "R – BBB3", " r bbb3 "])
async def test_the_same_told_twice_is_linked_both_ways_and_never_merged(
    office: Office, lotus: Colleague, typed: str
) -> None:
    await office.came(R, claimed_by=lotus.handle)
    await office.came(OTHER)
    shown = await write(lotus, f"j:du:{R}:name", typed)
    assert OTHER in shown.text
    assert (await office.of(R)).duplicates == (OTHER,)
    assert (await office.of(OTHER)).duplicates == (R,)
    await lotus.press(f"j:dx:{R}:{OTHER}")
    assert (await office.of(R)).duplicates == (await office.of(OTHER)).duplicates == ()


async def test_incidents_that_could_be_the_same_are_offered(office: Office, lotus: Colleague) -> None:
    await office.came(R, claimed_by=lotus.handle)
    await office.came(OTHER, 3)
    await office.came("R-CCC4", 3, category="land")
    await office.came("R-DDD5", 3, province="17")
    shown = only(await lotus.tap(f"j:du:{R}"))
    assert [data for data in datas(shown) if data.startswith(f"j:du:{R}:R-")] == [f"j:du:{R}:{OTHER}"]
    await lotus.press(f"j:du:{R}:{OTHER}")
    assert (await office.of(OTHER)).duplicates == (R,)


@pytest.mark.parametrize("typed", [R, "R-ZZZZ", "nonsense", "R-CCC4"])
async def test_a_reference_that_is_not_there_was_withdrawn_or_is_its_own_is_told_alike(
    office: Office, lotus: Colleague, typed: str
) -> None:
    await office.came(R, claimed_by=lotus.handle)
    await office.came("R-CCC4")
    await office.withdraw("R-CCC4")
    assert "no other incident by that name" in (await write(lotus, f"j:du:{R}:name", typed)).text
    assert (await office.of(R)).duplicates == ()


# What is said


async def told(house: House, world: World) -> tuple[str, Teller, str]:
    """An incident that somebody told: its reference, who told it, and the receipt."""
    teller = Teller(house, house.talk(world.add_person("Vuthy")))
    receipt = await teller.hand_in(contact=("f:c:contact:here",))
    return str(incidents(house)[-1]["reference"]), teller, receipt


async def claimed(office: Office, who: Colleague, reference: str) -> None:
    await office.keep(replace(await office.of(reference), claimed_by=who.handle))


async def test_an_answer_reaches_the_mailbox_and_its_question_the_state(
    house: House, world: World, office: Office, lotus: Colleague
) -> None:
    reference, teller, receipt = await told(house, world)
    await claimed(office, lotus, reference)
    heard = len(teller.talk.world.private_chat(teller.person).messages)
    sent = await write(lotus, f"an:{reference}", "Are they home again?")
    assert "Sealed" in sent.text
    assert len(world.private_chat(teller.person).messages) == heard + 1, "who asked to be told here is told"
    await lotus.press(f"j:rs:{reference}:question")
    seen = only(await teller.talk.say(f"/receipt {receipt}"))
    assert "Are they home again?" in seen.text
    assert statuses.words("question", "en") in seen.text
    assert await acts_on(office, reference) == [Act.ANSWERED, Act.STATE]
    assert not any("home again" in text for text in lotus.heard()), "what was written is deleted from the chat"


@pytest.mark.parametrize("state", ["read", "question", "checking", "used", "closed"])
async def test_each_state_reaches_the_reporter_in_the_words_the_reviewer_saw(
    house: House, world: World, office: Office, lotus: Colleague, state: str
) -> None:
    reference, teller, receipt = await told(house, world)
    await claimed(office, lotus, reference)
    shown = only(await lotus.tap(f"j:rs:{reference}"))
    words = statuses.words(state, "en")
    assert words in shown.text
    assert words not in only(await teller.talk.say(f"/receipt {receipt}")).text, "control"
    await lotus.press(f"j:rs:{reference}:{state}")
    assert words in only(await teller.talk.say(f"/receipt {receipt}")).text


async def test_a_statement_offers_no_question(house: House, world: World, office: Office, lotus: Colleague) -> None:
    reference, _, _ = await told(house, world)
    await claimed(office, lotus, reference)
    sent = await write(lotus, f"an:{reference}", "We passed it on.")
    assert f"j:rs:{reference}:question" not in datas(sent)


async def test_a_note_for_the_team_is_sealed_to_the_office_and_one_for_oneself_is_ones_own(
    office: Office, lotus: Colleague, teak: Colleague, house: House
) -> None:
    await office.came(R, claimed_by=lotus.handle)
    await write(lotus, f"j:no:{R}", "Ask at the market.")
    [(sealed,)] = rows(house, "SELECT sealed FROM notes")
    assert b"Ask at the market." in house.office.open(bytes(sealed))
    shown = await write(lotus, f"j:ow:{R}:add", "Call on Monday.")
    assert "Call on Monday." in shown.text
    await office.keep(replace(await office.of(R), claimed_by=teak.handle))
    assert "Call on Monday." not in only(await teak.tap(f"j:ow:{R}")).text
    assert await acts_on(office, R) == [Act.NOTED, Act.NOTED]


async def test_a_note_for_oneself_is_taken_off_once(office: Office, lotus: Colleague) -> None:
    await office.came(R, claimed_by=lotus.handle, own={lotus.handle: ("one", "two", "two")})
    shown = only(await lotus.tap(f"j:ow:{R}"))
    [off] = [data for data in datas(shown) if data.startswith(f"j:ox:{R}:1:")]
    await lotus.press(off)
    await lotus.tap(off)
    assert (await office.of(R)).own[lotus.handle] == ("one", "two")


@pytest.mark.parametrize("begin", ["an:{}", "j:no:{}", "j:ow:{}:add", "j:li:{}:find", "j:du:{}:name"])
async def test_what_was_written_about_an_incident_that_another_has_by_now_does_nothing(
    house: House, world: World, office: Office, lotus: Colleague, teak: Colleague, begin: str
) -> None:
    reference, _, _ = await told(house, world)
    await office.came(OTHER)
    await claimed(office, lotus, reference)
    await lotus.tap(begin.format(reference))
    await lotus.talk.say(OTHER)
    await claimed(office, teak, reference)
    before = await office.of(reference)
    seen = only(await lotus.press("f:send"))
    assert "not with you any more" in seen.text
    assert await office.of(reference) == before
    assert (count(house, "notes"), count(house, "replies")) == (0, 0)
    assert (await office.of(OTHER)).duplicates == ()


# Confirmed, by two


async def proposed(office: Office, lotus: Colleague, finding: str = "0101") -> Proposal:
    """Lotus proposes to confirm what reaches the threshold."""
    await office.came(R, claimed_by=lotus.handle, **ENOUGH)
    await lotus.tap(f"j:fi:{R}")
    await lotus.press(f"j:fi:{R}:{finding}")
    [proposal] = await proposals(office)
    return proposal


def approve(proposal: Proposal) -> str:
    return f"pr:y:{proposal.id}:{proposal.digest}"


@pytest.mark.parametrize("finding", sorted(CONFIRMED))
async def test_what_a_second_person_approves_is_confirmed(
    office: Office, lotus: Colleague, teak: Colleague, finding: str
) -> None:
    proposal = await proposed(office, lotus, finding)
    assert (await office.of(R)).finding == "", "nothing is confirmed by one"
    shown = only(await teak.tap(f"pr:{proposal.id}"))
    assert f"rd:{R}" in datas(shown)
    await teak.press(approve(proposal))
    assert (await office.of(R)).finding == finding
    acts = [act for who, act, on in await office.acts() if R in on]
    assert acts == [Act.PROPOSED, Act.GRADED, Act.APPROVED]
    assert any("✔ Approved" in text for text in lotus.heard())


async def test_a_second_person_sees_everything_in_words_in_their_language(
    office: Office, lotus: Colleague, teak: Colleague
) -> None:
    proposal = await proposed(office, lotus)
    for who, language in ((lotus, "en"), (teak, "km")):
        text = only(await who.tap(f"pr:{proposal.id}")).text
        for sentence in ("Confirmed: a violation", "Likely reliable", "Unsure", "Eyewitness", "Victim"):
            assert plain(language, sentence) in text
        assert "B" in text, "and the benchmarks"


async def test_below_the_threshold_it_takes_a_reason_that_the_second_person_reads(
    house: House, office: Office, lotus: Colleague, teak: Colleague
) -> None:
    await office.came(R, claimed_by=lotus.handle, reliability="02", validity="04")
    shown = only(await lotus.tap(f"j:fi:{R}"))
    assert "Below the threshold" in shown.text
    assert "no second independent source" in shown.text
    sent = await write(lotus, f"j:fi:{R}:0101", "A court document says so.")
    assert "Proposed" in sent.text
    [proposal] = await proposals(office)
    text = only(await teak.tap(f"pr:{proposal.id}")).text
    assert "A court document says so." in text
    assert plain("km", "there is no second independent source") in text
    await teak.press(approve(proposal))
    assert (await office.of(R)).finding == "0101"
    [(sealed,)] = rows(house, "SELECT sealed FROM notes")
    assert b"A court document says so." in house.office.open(bytes(sealed)), "the reason stays, for the team"


async def test_without_a_reason_nothing_below_the_threshold_is_even_proposed(
    office: Office, lotus: Colleague, teak: Colleague
) -> None:
    await office.came(R, claimed_by=lotus.handle, reliability="02", validity="02")
    await lotus.tap(f"j:fi:{R}:0101")
    assert await proposals(office) == []


async def changed_behind(office: Office, review: Review) -> None:
    """The judgement changes on a way that voids nothing, to show that the content itself is looked at."""
    await office.keep(review)


CHANGES: dict[str, Callable[[Review], Review]] = {
    "reliability": lambda review: replace(review, reliability="01"),
    "validity": lambda review: replace(review, validity="01"),
    "sources": lambda review: replace(review, sources=(*review.sources, Source("03"))),
    "benchmarks": lambda review: replace(review, benchmarks=("A",)),
    "cases": lambda review: replace(review, cases=("cnrp",)),
    "recommendations": lambda review: replace(review, recommendations=("105d",)),
    "withdrawn": lambda review: replace(review, state="withdrawn"),
}


@pytest.mark.parametrize("change", sorted(CHANGES))
async def test_what_differs_from_what_was_proposed_is_never_confirmed(
    office: Office, lotus: Colleague, teak: Colleague, change: str
) -> None:
    proposal = await proposed(office, lotus)
    await teak.tap(f"pr:{proposal.id}")
    await changed_behind(office, CHANGES[change](await office.of(R)))
    seen = only(await teak.press(approve(proposal)))
    assert (await office.of(R)).finding == ""
    assert (
        plain("km", "It was changed after it was proposed, so nothing was done. It has to be proposed anew.")
        in seen.text
    )
    assert [act for _, act, _ in await office.acts()][-1] == Act.VOIDED


EDITS = ("j:re:{}:01", "j:va:{}:01", "j:fi:{}:04", "j:be:{}:A1", "j:on:{}:r:105d")


@pytest.mark.parametrize("edit", EDITS)
async def test_an_edit_after_the_proposal_voids_it_at_once(
    office: Office, lotus: Colleague, teak: Colleague, edit: str
) -> None:
    proposal = await proposed(office, lotus)
    await teak.tap(f"pr:{proposal.id}")
    await lotus.tap(edit.format(R))
    assert await proposals(office) == []
    await teak.press(approve(proposal))
    assert (await office.of(R)).finding not in CONFIRMED
    assert Act.VOIDED in [act for _, act, _ in await office.acts()]
    assert Act.APPROVED not in [act for _, act, _ in await office.acts()]


async def test_what_the_reporter_adds_after_the_proposal_was_read_by_nobody(
    house: House, world: World, office: Office, lotus: Colleague, teak: Colleague
) -> None:
    reference, teller, receipt = await told(house, world)
    await office.keep(
        replace(
            await office.of(reference),
            claimed_by=lotus.handle,
            reliability="01",
            validity="01",
            sources=(Source("0101"),),
        )
    )
    await lotus.tap(f"j:fi:{reference}:0101")
    [proposal] = await proposals(office)
    await teller.do(
        f"/receipt {receipt}", "mb:add", "I was wrong about it.", "f:ok:account+", "f:skip:evidence+", "f:send"
    )
    await teak.tap(approve(proposal))
    assert (await office.of(reference)).finding == ""


async def test_one_does_not_approve_ones_own(office: Office, lotus: Colleague, teak: Colleague) -> None:
    proposal = await proposed(office, lotus)
    assert "somebody else" in toast(await lotus.tap(approve(proposal)))
    assert (await office.of(R)).finding == ""


async def test_another_digest_approves_nothing(office: Office, lotus: Colleague, teak: Colleague) -> None:
    proposal = await proposed(office, lotus)
    await teak.tap(f"pr:y:{proposal.id}:{'0' * 16}")
    assert (await office.of(R)).finding == ""
    assert await proposals(office) == [proposal], "it waits on"


async def test_after_24_hours_nobody_approves_it(
    world: World, office: Office, lotus: Colleague, teak: Colleague
) -> None:
    proposal = await proposed(office, lotus)
    world.advance(dt.timedelta(hours=24))
    assert [one.kind for one in await teak.tap(approve(proposal))] == ["toast"]
    assert (await office.of(R)).finding == ""


async def test_just_before_24_hours_it_is_approved(
    world: World, office: Office, lotus: Colleague, teak: Colleague
) -> None:
    """Control."""
    proposal = await proposed(office, lotus)
    world.advance(dt.timedelta(hours=23, minutes=50))
    await teak.tap(approve(proposal))
    assert (await office.of(R)).finding == "0101"


async def test_somebody_revoked_approves_nothing(office: Office, lotus: Colleague, teak: Colleague) -> None:
    proposal = await proposed(office, lotus)
    await teak.tap(f"pr:{proposal.id}")
    await office.revoke(teak.handle)
    await teak.tap(approve(proposal))
    assert (await office.of(R)).finding == ""
    assert await proposals(office) == [proposal]


async def test_pressing_approve_twice_confirms_once(
    house: House, office: Office, lotus: Colleague, teak: Colleague
) -> None:
    proposal = await proposed(office, lotus)
    third = await colleague(house, "Dany", Role.ADMIN)
    for who in (teak, teak, third):
        await who.tap(approve(proposal))
    acts = [act for _, act, _ in await office.acts()]
    assert acts.count(Act.APPROVED) == acts.count(Act.GRADED) == 1


async def test_proposing_twice_leaves_one_proposal(office: Office, lotus: Colleague, teak: Colleague) -> None:
    first = await proposed(office, lotus)
    await lotus.tap(f"j:fi:{R}:0102")
    [second] = await proposals(office)
    await teak.tap(approve(first))
    assert (await office.of(R)).finding == ""
    await teak.tap(approve(second))
    assert (await office.of(R)).finding == "0102"


async def test_one_coordinator_alone_confirms_and_it_is_written_down_as_alone(office: Office, lotus: Colleague) -> None:
    await office.came(R, claimed_by=lotus.handle, **ENOUGH)
    await lotus.tap(f"j:fi:{R}:0101")
    assert (await office.of(R)).finding == "0101"
    assert [act for _, act, on in await office.acts() if R in on] == [Act.PROPOSED, Act.GRADED, Act.SINGLE]


@pytest.mark.parametrize("edit", [one for one in EDITS if ":fi:" not in one])
async def test_what_is_judged_otherwise_has_to_be_confirmed_anew(office: Office, lotus: Colleague, edit: str) -> None:
    await office.came(R, claimed_by=lotus.handle, finding="0101", **ENOUGH)
    shown = only(await lotus.tap(edit.format(R)))
    assert (await office.of(R)).finding == ""
    assert "confirmed anew" in shown.text


async def test_what_changes_nothing_leaves_it_confirmed(office: Office, lotus: Colleague) -> None:
    """Control."""
    await office.came(R, claimed_by=lotus.handle, finding="0101", **ENOUGH)
    for data in ("j:re:{}:02", "j:be:{}:B1", "j:fi:{}:0101", "j:{}", "j:so:{}"):
        await lotus.tap(data.format(R))
    assert (await office.of(R)).finding == "0101"


# Deleting, by two


async def test_two_people_delete_an_incident_with_everything_and_the_reporter_sees_that_it_is_closed(
    house: House, world: World, office: Office, lotus: Colleague, teak: Colleague
) -> None:
    teller = Teller(house, house.talk(world.add_person("Vuthy")))
    receipt = await teller.hand_in(evidence=(teller.file(), "f:ok:evidence"))
    reference = str(incidents(house)[-1]["reference"])
    other = await office.came(OTHER, duplicates=(reference,))
    review = replace(await office.of(reference), claimed_by=lotus.handle, duplicates=(OTHER,))
    await office.keep(replace(review, went=(Went("opened", teak.handle, "2026-11-23"),)))
    await write(lotus, f"j:no:{reference}", "Not ours.")
    await lotus.tap(f"j:rm:{reference}")
    await lotus.press(f"j:rm:{reference}:unsafe")
    assert count(house, "reviews") == 2, "nothing is deleted by one"
    [proposal] = await proposals(office)
    text = only(await teak.tap(f"pr:{proposal.id}")).text
    assert plain("km", "It is unsafe to keep") in text
    assert teak.handle in text, "who has a copy"
    await teak.press(approve(proposal))
    assert rows(house, f"SELECT reference FROM reviews WHERE reference = '{reference}'") == []
    assert rows(house, f"SELECT sealed, mac FROM incidents WHERE reference = '{reference}'") == [(None, None)]
    assert [count(house, table) for table in ("evidence", "notes", "additions")] == [0, 0, 0]
    assert (await office.of(OTHER)).duplicates == ()
    assert other.duplicates == (reference,)
    assert statuses.words("closed", "en") in only(await teller.talk.say(f"/receipt {receipt}")).text


@pytest.mark.parametrize("edit", [*EDITS, "j:du:{}:" + OTHER])
async def test_an_edit_after_the_proposal_to_delete_voids_it(
    house: House, office: Office, lotus: Colleague, teak: Colleague, edit: str
) -> None:
    await office.came(R, claimed_by=lotus.handle, reply_to="")
    await office.came(OTHER)
    await lotus.tap(f"j:rm:{R}:spam")
    [proposal] = await proposals(office)
    await lotus.tap(edit.format(R))
    await teak.tap(approve(proposal))
    assert count(house, "reviews") == 2


async def test_an_untouched_proposal_to_delete_is_approved_even_after_the_second_person_read_it(
    house: House, office: Office, lotus: Colleague, teak: Colleague
) -> None:
    """Control: reading adds to where it went, and that voids nothing."""
    await office.came(R, claimed_by=lotus.handle, reply_to="")
    await lotus.tap(f"j:rm:{R}:spam")
    [proposal] = await proposals(office)
    review = await office.of(R)
    await office.keep(replace(review, state="read", went=(Went("opened", teak.handle, "2026-11-23"),)))
    await teak.tap(approve(proposal))
    assert count(house, "reviews") == 0
    await teak.tap(approve(proposal))
    assert [act for _, act, _ in await office.acts()].count(Act.APPROVED) == 1, "a second press does nothing"


# Words


def shown(text: Screen | str) -> str:
    plain_text, _ = parse_html(str(text.text if isinstance(text, Screen) else text))
    return plain_text


def test_the_summary_says_what_was_found_and_nothing_before_anybody_judged() -> None:
    review = Review(R, Head(source="0102"))
    assert summary(review, "en") == ""
    told_twice = replace(review, finding="04", sources=(Source("040401", "A"), Source("media", "", True)))
    assert shown(str(summary(told_twice, "en"))).splitlines() == [
        "Status of the violation: Likely",
        "Source: not judged · information: not judged",
        "Sources: 3 · independent: 2 · first-hand: 1 · repeating another: 1",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_screen_fits_telegram_and_leads_on(report: Report, language: str) -> None:
    for name, screen in judging_screens(report, language):
        assert misfits(screen) == [], name
        if isinstance(screen, Screen):
            assert any(button.data for row in screen.rows for button in row), name


def test_each_thing_that_can_be_lacking_has_words(report: Report) -> None:
    texts = " ".join(shown(screen) for _, screen in judging_screens(report, "en") if isinstance(screen, Screen))
    assert texts.count("• ") >= len(Lack)
    assert labels(None) == []


async def test_what_is_written_to_a_reporter_is_read_by_the_team_too(
    house: House, office: Office, lotus: Colleague
) -> None:
    """Nobody asks for a name without a trace. Control: a state alone leaves no note."""
    await office.came(R, claimed_by=lotus.handle, reply_to=house.office.recipients[0])
    await lotus.tap(f"j:rs:{R}:checking")
    assert count(house, "notes") == 0
    await lotus.tap(f"an:{R}")
    await lotus.say("Who was there?")
    await lotus.tap("f:send")
    [(sealed,)] = rows(house, "SELECT sealed FROM notes")
    note = json.loads(house.office.open(sealed))
    assert (note["by"], note["words"]) == (lotus.handle, "✉ Who was there?")
