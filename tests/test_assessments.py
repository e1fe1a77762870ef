"""The network's own assessment stands beside the report's grade, labelled, and is never taken for it."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pytest
from backstage import Backstage
from conftest import House
from incident_story import at_noon
from reviewed import HEAD, Reviewed

from bot.talk import NoSuchButton, Seen, Talk
from facts.models import Grade
from facts.report import Report
from sandbox.world import World
from storage.assessments import Assessment
from storage.audit import Act
from storage.members import Role
from texts.assessment_questions import MARKS as OWN_MARKS
from texts.benchmarks import MARKS
from texts.cards import Cards
from texts.frame import Sharing
from texts.inline import Offers

OWN = "The network's own assessment — not the UN's"
GOVERNMENT = "What the Government says (as the network heard it)"
GROUNDS = "People are arrested before there is a warrant."
SAYS = "Every arrest follows the law."
SOURCE = "A spokesperson, on the radio, in May 2026."
ALL_STEPS = (GROUNDS, "Verdicts that were published.", SAYS, SOURCE)


class Coordinator:
    """Somebody who assesses benchmark B."""

    def __init__(self, talk: Talk, handle: str) -> None:
        self.talk = talk
        self.handle = handle

    async def fill_in(self, grade: str = "off_target", *words: str) -> Seen:
        """From the card to the preview; without words, only the grounds are given."""
        await self.talk.say("/benchmark B")
        await self.talk.press("✎ Our own assessment")
        await self.talk.press("✎ Assess it now")
        await self.talk.tap(f"f:c:own_grade:{grade}")
        for one in words or (GROUNDS,):
            await self.talk.say(one)
        if not words:
            await self.talk.tap("f:skip:other_sources")
            await self.talk.tap("f:skip:government")
        return (await self.talk.press("📨 Send"))[-1]

    async def decide(self, grade: str = "off_target", *words: str) -> None:
        """All the way."""
        await self.fill_in(grade, *words)
        await self.talk.press("✔ Decide")


async def coordinator(house: House, name: str) -> Coordinator:
    person = house.world.add_person(name)
    member = await house.admit(person, Role.COORDINATOR)
    talk = house.talk(person)
    await talk.say("/start")
    return Coordinator(talk, member.handle)


@pytest.fixture
async def reviewed(house: House, world: World) -> Reviewed:
    at_noon(world)
    return Reviewed(house)


@pytest.fixture
async def lotus(house: House, reviewed: Reviewed) -> Coordinator:
    return await coordinator(house, "Chenda")


async def card(talk: Talk, letter: str = "B") -> Seen:
    return (await talk.say(f"/benchmark {letter}"))[-1]


def tracks(seen: Seen) -> list[str]:
    """What stands under each of the three labels."""
    return [part.strip() for part in re.split(r"^[123] · .*$", seen.text, flags=re.MULTILINE)[1:]]


async def test_where_nothing_was_assessed_the_card_is_the_reports_alone(dara: Talk, lotus: Coordinator) -> None:
    before = await card(dara)
    assert OWN not in before.text
    assert GOVERNMENT not in before.text
    assert "1 ·" not in before.text


async def test_everybody_sees_three_tracks_each_under_its_label(
    dara: Talk, lotus: Coordinator, reviewed: Reviewed
) -> None:
    before = await card(dara)
    await reviewed.add(3)
    await lotus.decide("variable", *ALL_STEPS)
    after = await card(dara)
    report, own, government = tracks(after)
    assert report == before.text, "not a letter of the report's track is changed"
    assert "as of June 2023" in report
    assert re.search(rf"◆ Variable, decided on [0-9]+ [A-Z][a-z]+ 2026 by {lotus.handle}", own)
    assert "resting on 3 reviewed incidents" in own
    assert GROUNDS in own
    assert "Verdicts that were published." in own
    assert government.startswith(SAYS)
    assert SOURCE in government
    for words in (GROUNDS, SAYS):
        assert words not in report
    assert OWN in after.text
    assert GOVERNMENT in after.text


async def test_what_was_not_said_has_no_label(dara: Talk, lotus: Coordinator) -> None:
    await lotus.decide()
    seen = await card(dara)
    assert len(tracks(seen)) == 2
    assert GOVERNMENT not in seen.text
    assert "Other sources" not in seen.text


@pytest.mark.parametrize("count", [0, 1, 2])
async def test_fewer_than_three_incidents_are_not_numbered_and_none_looks_the_same(
    dara: Talk, lotus: Coordinator, reviewed: Reviewed, count: int
) -> None:
    await reviewed.add(count)
    await lotus.decide()
    assert "resting on fewer than 3 reviewed incidents" in (await card(dara)).text


async def test_the_number_is_that_of_the_statistics_so_that_it_adds_nothing_to_them(
    dara: Talk, lotus: Coordinator, reviewed: Reviewed
) -> None:
    await reviewed.add(3)
    await dara.say("/statistics")
    await reviewed.add(1)
    await reviewed.add(2, head=replace(HEAD, counts=False))
    await lotus.decide()
    assert "resting on 3 reviewed incidents" in (await card(dara)).text


async def test_no_reference_and_no_way_to_the_assessment_is_shown_to_the_public(
    house: House, dara: Talk, lotus: Coordinator, reviewed: Reviewed
) -> None:
    [reference] = await reviewed.add()
    preview = await lotus.fill_in()
    assert reference in preview.text, "control: the team sees it"
    await lotus.talk.press("✔ Decide")
    seen = await card(dara)
    assert reference not in seen.text
    assert not any("Our own" in label for row in seen.buttons for label in row)
    monitor = house.world.add_person("Vanna")
    await house.admit(monitor, Role.EDITOR)
    assert (await card(house.talk(monitor))).buttons == seen.buttons
    for data in ("as:B", "as:B:go", "as:B:back:1", "as:B:back:1:yes", "as:B:yes:0123456789abcdef"):
        assert (await dara.tap(data))[-1] == (await dara.tap("zz:nothing"))[-1]
    assert (await card(dara)).text == seen.text


async def test_in_a_group_a_coordinator_sees_what_everybody_sees(house: House, lotus: Coordinator) -> None:
    group = house.world.add_group("Monitors", people=(lotus.talk.person,))
    seen = await house.talk(lotus.talk.person, group).say("/benchmark B")
    assert not any("Our own" in label for row in seen[-1].buttons for label in row)


async def test_it_rests_on_what_was_found_each_happening_once_and_says_so_on_the_incidents(
    lotus: Coordinator, reviewed: Reviewed
) -> None:
    first, second = await reviewed.add(2)
    await reviewed.add(1, duplicates=(first,))
    for other in ({"finding": ""}, {"finding": "02"}, {"state": "withdrawn"}, {"benchmarks": ("C",)}):
        await reviewed.add(1, **other)
    preview = await lotus.fill_in()
    assert re.findall("R-[0-9]{4}", preview.text) == [first, second]
    await lotus.talk.press("✔ Decide")
    for reference in (first, second):
        [went] = (await reviewed.of(reference)).went
        assert (went.what, went.by) == ("assessment B", lotus.handle)
    assert (await reviewed.of("R-0003")).went == ()


async def test_deciding_is_on_record_and_the_other_coordinators_are_told(
    house: House, lotus: Coordinator, dara: Talk
) -> None:
    otter = await coordinator(house, "Bopha")
    await lotus.decide("on_target")
    backstage = Backstage(house)
    [newest] = await backstage.do(lambda: backstage.tables.audit.last(1))
    assert (newest.actor, newest.act, newest.on) == (lotus.handle, Act.ASSESSED.value, "B")
    told = [message.get("text", "") for message in house.world.private_chat(otter.talk.person).messages.values()]
    assert f"{lotus.handle} decided the network's own assessment of benchmark B." in told[-1]
    assert not any(
        OWN in message.get("text", "") for message in house.world.private_chat(dara.person).messages.values()
    )


async def test_whoever_decides_sees_first_what_it_rests_on_now(lotus: Coordinator, reviewed: Reviewed) -> None:
    await reviewed.add(1)
    await lotus.fill_in()
    [late] = await reviewed.add(1)
    [again] = [seen for seen in await lotus.talk.press("✔ Decide") if seen.kind != "toast"]
    assert late in again.text
    assert "✔ Decided" not in again.text
    seen = await lotus.talk.press("✔ Decide")
    assert any("✔ Decided" in one.text for one in seen)


async def test_a_second_press_of_decide_decides_nothing(house: House, lotus: Coordinator) -> None:
    await lotus.fill_in()
    [decide] = [
        button["callback_data"]
        for row in lotus.talk.last.message["reply_markup"]["inline_keyboard"]  # type: ignore[union-attr]
        for button in row
        if button["text"] == "✔ Decide"
    ]
    await lotus.talk.tap(decide)
    await lotus.talk.tap(decide)
    assert len(await found(house)) == 1


async def test_answers_can_be_changed_after_the_preview(dara: Talk, lotus: Coordinator) -> None:
    await lotus.fill_in("off_target")
    await lotus.talk.press("◀ Change something")
    await lotus.talk.tap("f:change:own_grade")
    await lotus.talk.tap("f:c:own_grade:on_target")
    await lotus.talk.press("📨 Send")
    await lotus.talk.press("✔ Decide")
    assert "▲ On target" in (await card(dara)).text


async def test_earlier_assessments_are_kept_and_shown_to_coordinators(
    house: House, dara: Talk, lotus: Coordinator
) -> None:
    await lotus.decide("off_target")
    await lotus.decide("variable")
    await lotus.talk.say("/benchmark B")
    [overview] = await lotus.talk.press("✎ Our own assessment")
    assert overview.text.index("◆ Variable") < overview.text.index("▼ Off target")
    own = tracks(await card(dara))[1]
    assert "◆ Variable" in own
    assert "▼" not in own
    assert [one.grade for one in await found(house)] == ["variable", "off_target"]


async def test_a_withdrawn_incident_makes_coordinators_look_again_and_nobody_else(
    dara: Talk, lotus: Coordinator, reviewed: Reviewed
) -> None:
    first, second, third = await reviewed.add(3)
    await lotus.decide()
    before = await card(dara)
    assert "look again" not in (await card(lotus.talk)).text
    await reviewed.withdraw(first)
    await reviewed.change(second, finding="02")
    seen = (await card(lotus.talk)).text
    assert "1 were withdrawn: look again" in seen
    assert "1 are judged otherwise now: look again" in seen
    assert (await card(dara)).text == before.text
    [overview] = await lotus.talk.press("✎ Our own assessment")
    assert f"A new one would rest on: {third}" in overview.text


async def test_taking_it_back_leaves_the_report_alone_and_is_on_record(
    house: House, dara: Talk, lotus: Coordinator
) -> None:
    plain = await card(dara)
    await lotus.decide("off_target")
    await lotus.decide("variable")
    await lotus.talk.say("/benchmark B")
    await lotus.talk.press("✎ Our own assessment")
    await lotus.talk.press("Take our assessment back")
    assert OWN in (await card(dara)).text, "it takes a second press"
    await lotus.talk.press("Yes, take it back")
    assert (await card(dara)).text == plain.text
    newest, *_ = await found(house)
    assert newest.back_by == lotus.handle
    backstage = Backstage(house)
    [entry] = await backstage.do(lambda: backstage.tables.audit.last(1))
    assert (entry.actor, entry.on) == (lotus.handle, "assessment:B")


async def test_an_old_button_takes_back_no_newer_assessment(house: House, lotus: Coordinator) -> None:
    await lotus.decide()
    await lotus.decide()
    await lotus.talk.tap("as:B:back:1:yes")
    assert all(one.holds for one in await found(house))


async def test_lists_pictures_and_what_is_shared_carry_the_report_alone(
    dara: Talk, lotus: Coordinator, report: Report, reviewed: Reviewed
) -> None:
    before = [(await dara.say(command))[-1].text for command in ("/benchmarks", "/scorecard", "/changes")]
    await lotus.decide("on_target", *ALL_STEPS)
    assert [(await dara.say(command))[-1].text for command in ("/benchmarks", "/scorecard", "/changes")] == before
    offer = Offers(Cards(report, Sharing("sangket_bot", inline=True))).of("b:B", "en", dt.date(2026, 11, 23))
    for word in (OWN, GROUNDS, "network"):
        assert word not in offer.text
    shared = [
        button["switch_inline_query_chosen_chat"]["query"]
        for row in (await card(dara)).message["reply_markup"]["inline_keyboard"]
        for button in row
        if "switch_inline_query_chosen_chat" in button
    ]
    assert shared in ([], ["b:B"])


def test_no_mark_of_the_network_is_one_of_the_reports() -> None:
    assert not set(OWN_MARKS.values()) & set(MARKS.values())
    assert set(OWN_MARKS) == set(MARKS) == set(Grade)


async def test_as_many_words_as_there_may_be_fit_the_card_and_are_shown_in_full(
    dara: Talk, lotus: Coordinator, reviewed: Reviewed
) -> None:
    grounds, sources, says, source = ("ab " * 333, "cd " * 133, "ef " * 200, "gh " * 66)
    await reviewed.add(9, benchmarks=("B",))
    await lotus.decide("off_target", grounds, sources, says, source)
    seen = await card(dara)
    assert OWN in seen.text
    assert grounds.strip() not in seen.text, "together with this report's card it is too long"
    [full] = await dara.press("Our assessment in full")
    assert all(words.strip() in full.text for words in (grounds, sources, says, source))
    assert OWN in full.text
    assert GOVERNMENT in full.text


async def test_what_is_typed_is_shown_as_it_is_and_is_no_markup(dara: Talk, lotus: Coordinator) -> None:
    typed = "<b>Bold</b> & <a href='x'>linked</a>"
    await lotus.decide("off_target", typed, typed, typed, typed)
    assert (await card(dara)).text.count(typed) == 4


async def test_a_khmer_reader_sees_the_labels_in_khmer(sok: Talk, lotus: Coordinator) -> None:
    await lotus.decide("off_target", *ALL_STEPS)
    seen = await card(sok)
    assert "មិនមែនរបស់អង្គការសហប្រជាជាតិទេ" in seen.text
    assert "តាមដែលបណ្ដាញបានឮ" in seen.text
    assert OWN not in seen.text


async def test_an_assessment_half_filled_in_is_gone_with_the_role(house: House, lotus: Coordinator) -> None:
    await lotus.fill_in()
    await Backstage(house).revoke(lotus.talk.person)
    await lotus.talk.press("✔ Decide")
    assert await found(house) == []
    await card(lotus.talk)
    with pytest.raises(NoSuchButton):
        await lotus.talk.press("✎ Our own assessment")


async def found(house: House) -> list[Assessment]:
    """All that was ever decided on B."""
    backstage = Backstage(house)
    return await backstage.do(lambda: backstage.tables.assessments.of("B"))
