"""/workplan: who writes which section by which day, one press each, and who is told when a day comes near."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from conftest import House
from planning_desk import LEFT, OWN, Network, datas

from bot.talk import Talk
from storage.members import Role
from storage.rooms import Room
from storage.submissions import Submission
from storage.workplans import Section, Workplan
from texts.workplan import mark

NAME, OTHER = "Kanarya Rights Network", "បណ្ដាញកាណារី"


@pytest.fixture
async def network(house: House) -> Network:
    network = Network(house)
    await network.open_call()
    return network


@pytest.fixture
async def lotus(network: Network) -> Talk:
    return await network.somebody("Chenda", Role.COORDINATOR)


async def sections(network: Network) -> dict[str, Section]:
    """As they are kept."""
    return dict((await network.do(lambda: network.tables.workplans.of(network.call.id))).sections)


async def plan(network: Network, **each: Section) -> None:
    """Write it down behind the scenes."""
    kept = Workplan(network.call.id, each)
    await network.do(lambda: network.tables.workplans.keep(kept))


# Who, by when, done


async def test_every_benchmark_that_the_call_asks_about_has_a_section(network: Network, lotus: Talk) -> None:
    seen = await network.do_in_turn(lotus, "/workplan")
    assert seen.text.count("· nobody") == 20
    assert f"in {LEFT} days" in seen.text
    assert "Done: 0 of 20 · without anybody: 20 · late: 0" in seen.text
    await network.do(lambda: network.tables.deadlines.change(replace(network.call, benchmarks=("D", "G"))))
    seen = await network.do_in_turn(lotus, "/workplan")
    assert seen.text.count("· nobody") == 2
    assert "older version" in (await network.do_in_turn(lotus, f"wp:done:{network.call.id}:A:1")).text
    assert await sections(network) == {}


async def test_done_is_turned_on_and_off_in_place_and_a_second_press_changes_nothing(
    network: Network, lotus: Talk
) -> None:
    teak = await network.somebody("Bopha", Role.COORDINATOR)
    first = await network.do_in_turn(lotus, f"wp:{network.call.id}:G")
    assert "Not done" in first.text
    for talk in (lotus, teak):
        mine = await network.do_in_turn(talk, f"wp:done:{network.call.id}:G:1")
        assert "✔ Done on" in mine.text
    assert lotus.last is not None
    assert lotus.last.message["message_id"] == first.message["message_id"], "in place"
    member = await network.do(lambda: network.tables.members.of(lotus.person.id))
    assert member is not None
    assert (await sections(network))["G"] == Section(done_on=network.day(0), done_by=member.handle)
    await network.do_in_turn(lotus, f"wp:done:{network.call.id}:G:0", f"wp:done:{network.call.id}:G:0")
    assert await sections(network) == {}


async def test_who_writes_it_is_written_once_and_then_chosen(network: Network, lotus: Talk) -> None:
    seen = await network.do_in_turn(lotus, f"wp:own:{network.call.id}:G", f"wp:new:{network.call.id}:G", NAME, "f:send")
    assert f"Written by: {NAME}" in seen.text
    offered = datas((await network.do_in_turn(lotus, f"wp:own:{network.call.id}:D")).message)
    assert f"wp:own:{network.call.id}:D:{mark(NAME)}" in offered
    assert f"wp:own:{network.call.id}:D:none" not in offered, "nobody has it"
    await network.do_in_turn(lotus, f"wp:own:{network.call.id}:D:{mark(NAME)}")
    assert {letter: one.owner for letter, one in (await sections(network)).items()} == {"G": NAME, "D": NAME}
    await network.do_in_turn(lotus, f"wp:own:{network.call.id}:G:none")
    assert set(await sections(network)) == {"D"}
    assert "older version" in (await network.do_in_turn(lotus, f"wp:own:{network.call.id}:G:{mark(OTHER)}")).text


async def test_who_submits_can_be_chosen_and_their_sections_ticked_one_by_one(network: Network, lotus: Talk) -> None:
    await plan(network, C=Section(OTHER))
    signed = Submission(network.call.id, names=(NAME,))
    await network.do(lambda: network.tables.submissions.keep(signed))
    seen = await network.do_in_turn(lotus, f"wp:org:{network.call.id}")
    assert {mark(NAME), mark(OTHER)} <= {data.rpartition(":")[2] for data in datas(seen.message)}
    screen = f"wp:has:{network.call.id}:{mark(NAME)}"
    first = await network.do_in_turn(lotus, f"wp:org:{network.call.id}:{mark(NAME)}")
    labels = [label for row in first.buttons for label in row]
    assert {"▫ A", "· C"} <= set(labels)
    for letter in ("A", "B", "C", "B"):
        seen = await network.do_in_turn(lotus, f"{screen}:{letter}:1")
    assert {"☑ A", "☑ B", "☑ C", "▫ D"} <= {label for row in seen.buttons for label in row}
    assert seen.message["message_id"] == first.message["message_id"]
    await network.do_in_turn(lotus, f"{screen}:B:0", f"{screen}:D:0")
    assert {letter: one.owner for letter, one in (await sections(network)).items()} == {"A": NAME, "C": NAME}


async def test_a_section_that_another_has_is_not_taken_from_them_by_an_old_untick(
    network: Network, lotus: Talk
) -> None:
    await plan(network, A=Section(OTHER), B=Section(NAME))
    await network.do_in_turn(lotus, f"wp:has:{network.call.id}:{mark(NAME)}:A:0")
    assert (await sections(network))["A"].owner == OTHER


async def test_the_day_is_proposed_or_written_and_never_over_nor_after_the_end(network: Network, lotus: Talk) -> None:
    offered = datas((await network.do_in_turn(lotus, f"wp:due:{network.call.id}:G")).message)
    proposed = [data.rpartition(":")[2] for data in offered if data.startswith(f"wp:due:{network.call.id}:G:2")]
    assert proposed == [network.day(OWN - before) for before in (10, 7, 5)], "only what is ahead"
    await network.do_in_turn(lotus, f"wp:due:{network.call.id}:G:{proposed[1]}")
    assert (await sections(network))["G"].due == proposed[1]
    for day in (network.day(-1), network.day(LEFT + 1), "2026-99-99"):
        seen = await network.do_in_turn(lotus, f"wp:due:{network.call.id}:G:{day}")
        assert "after the end of the call" in seen.text
    assert (await sections(network))["G"].due == proposed[1]
    written = dt.date.fromisoformat(network.day(9))
    said = f"{written.day} {written:%B %Y}"
    seen = await network.do_in_turn(lotus, f"wp:day:{network.call.id}:G", said, "f:yes:wp_due", "f:send")
    assert f"Due: {said}" in seen.text
    late = dt.date.fromisoformat(network.day(LEFT + 5))
    deeds = (f"wp:day:{network.call.id}:G", f"{late.day} {late:%B %Y}", "f:yes:wp_due", "f:send")
    assert "Nothing was changed" in (await network.do_in_turn(lotus, *deeds)).text
    await network.do_in_turn(lotus, f"wp:due:{network.call.id}:G:none")
    assert await sections(network) == {}


async def test_one_day_for_all_leaves_what_is_done_as_it_is(network: Network, lotus: Talk) -> None:
    done = Section(NAME, network.day(2), network.day(0), "Lotus-4")
    await plan(network, A=done, B=Section(NAME, network.day(3)))
    seen = await network.do_in_turn(lotus, f"wp:due:{network.call.id}:all:{network.day(7)}")
    assert "Who writes what" in seen.text
    kept = await sections(network)
    assert kept["A"] == done
    assert {one.due for letter, one in kept.items() if letter != "A"} == {network.day(7)}
    assert len(kept) == 20


async def test_what_is_late_shows_until_it_is_done(network: Network, lotus: Talk) -> None:
    await plan(network, A=Section(NAME, network.day(-1)), B=Section(NAME, network.day(0)))
    seen = await network.do_in_turn(lotus, "/workplan")
    assert "late: A" in seen.text
    assert "⚠ A" in seen.text
    assert "✎ B" in seen.text, "the day itself still counts"
    await network.do_in_turn(lotus, f"wp:done:{network.call.id}:A:1")
    assert "late: 0" in (await network.do_in_turn(lotus, f"wp:{network.call.id}")).text


async def test_whatever_is_written_as_a_name_is_shown_as_it_is_and_stays_short(network: Network, lotus: Talk) -> None:
    for name in ("<b>&amp; =1+1", "\u202eKanarya\u202c", "x" * 60):
        await network.do_in_turn(lotus, f"wp:new:{network.call.id}:G", name, "f:send")
        assert (await sections(network))["G"].owner == name.strip("\u202e\u202c")
        for data in (f"wp:{network.call.id}", f"wp:{network.call.id}:G", f"wp:org:{network.call.id}"):
            assert (await network.do_in_turn(lotus, data)).text
    assert "f:send" not in datas((await network.do_in_turn(lotus, f"wp:new:{network.call.id}:G", "x" * 61)).message)


async def test_when_the_call_is_gone_meanwhile_nothing_is_kept(network: Network, lotus: Talk) -> None:
    await network.do_in_turn(lotus, f"wp:new:{network.call.id}:G", NAME)
    await network.do(lambda: network.tables.deadlines.change(replace(network.call, cancelled=True)))
    assert "No call for information is entered" in (await network.do_in_turn(lotus, "f:send")).text
    assert await sections(network) == {}
    assert "older version" in (await network.do_in_turn(lotus, f"wp:{network.call.id}")).text


async def test_no_name_of_an_organisation_lies_on_the_disk(network: Network, lotus: Talk, house: House) -> None:
    await network.do_in_turn(lotus, f"wp:new:{network.call.id}:G", NAME, "f:send")
    assert (await sections(network))["G"].owner == NAME, "control: it is kept"
    files = [one for one in house.settings.data_dir.rglob("*") if one.is_file()]
    assert not any(NAME.encode() in one.read_bytes() for one in files)


async def test_the_plan_outlives_a_restart(network: Network, lotus: Talk, house: House) -> None:
    await network.do_in_turn(lotus, f"wp:new:{network.call.id}:G", NAME, "f:send")
    await house.restart()
    assert f"✎ G · {NAME}" in (await lotus.say("/workplan"))[-1].text


# Who is told


async def test_coordinators_are_told_three_days_before_and_when_it_is_late_once_each(
    network: Network, lotus: Talk
) -> None:
    monitor = await network.somebody("Vanna", Role.MONITOR, follows="G")
    await plan(network, G=Section(NAME, network.day(4)), D=Section(OTHER, network.day(9)))
    said: list[list[str]] = []
    for _ in range(6):
        before = len(network.heard(lotus.person))
        await network.pass_time(days=1)
        new = network.heard(lotus.person)[before:]
        said.append([one for one in new if "Sections of the submission" in one])
    assert [len(one) for one in said] == [1, 0, 0, 0, 1, 1]
    assert "Due soon:" in said[0][0]
    assert "G. Drug cases: rehabilitation" in said[0][0]
    assert NAME in said[0][0]
    assert "Late:" in said[4][0]
    assert "Due soon:" in said[5][0], "that of D"
    assert not any("Sections of" in one for one in network.heard(monitor.person))


async def test_in_their_group_stand_letters_and_days_alone(network: Network, lotus: Talk) -> None:
    group = network.house.world.add_group("Coordinators", people=(lotus.person,))
    await network.do(lambda: network.tables.rooms.choose(Room(group.id)))
    await plan(network, G=Section(NAME, network.day(3)))
    before = network.heard(lotus.person)
    await network.pass_time(days=1)
    [told] = [one for one in network.heard(group) if "Sections of the submission" in one]
    assert "• G: " in told
    assert NAME not in told
    assert "Drug" not in told
    assert not any("Sections of" in one for one in network.heard(lotus.person)[len(before) :])


@pytest.mark.parametrize("how", ["done", "sent", "cancelled", "another day", "nothing"])
async def test_what_is_settled_is_not_said(network: Network, lotus: Talk, how: str) -> None:
    due, done = network.day(3 if how != "another day" else 12), network.day(0) if how == "done" else ""
    await plan(network, G=Section(NAME, due, done, "Lotus-4" if done else ""))
    ended = replace(network.call, sent_on=network.day(0) if how == "sent" else "", cancelled=how == "cancelled")
    await network.do(lambda: network.tables.deadlines.change(ended))
    await network.pass_time(days=1)
    told = any("Sections of the submission" in one for one in network.heard(lotus.person))
    assert told is (how == "nothing"), "control: nothing of that, and it is said"


async def test_members_who_follow_it_are_reminded_once_for_each_day(network: Network, lotus: Talk) -> None:
    monitor = await network.somebody("Vanna", Role.MONITOR, follows="G")
    stranger = await network.somebody("Sophea", follows="G")
    other = await network.somebody("Bopha", Role.MONITOR, follows="D")
    await plan(network, G=Section(NAME, network.day(9)))
    before = {talk: len(network.heard(talk.person)) for talk in (monitor, stranger, other)}

    def news(talk: Talk) -> list[str]:
        return network.heard(talk.person)[before[talk] :]

    await network.do_in_turn(lotus, f"wp:ask:{network.call.id}:G")
    again = await network.do_in_turn(lotus, f"wp:ask:{network.call.id}:G")
    assert "reminded of it already" in again.text
    [reminded] = news(monitor)
    assert "Section: G. Drug cases: rehabilitation" in reminded
    assert NAME not in reminded
    assert news(stranger) == news(other) == [], "who is no member, or follows something else"
    await network.do_in_turn(lotus, f"wp:due:{network.call.id}:G:{network.day(10)}", f"wp:ask:{network.call.id}:G")
    assert len(news(monitor)) == 2


async def test_where_nobody_follows_or_it_is_done_nobody_is_reminded(network: Network, lotus: Talk) -> None:
    assert "Nobody follows" in (await network.do_in_turn(lotus, f"wp:ask:{network.call.id}:G")).text
    await network.somebody("Vanna", Role.MONITOR, follows="D")
    await plan(network, D=Section(NAME, network.day(9), network.day(0), "Lotus-4"))
    assert "nobody is asked" in (await network.do_in_turn(lotus, f"wp:ask:{network.call.id}:D")).text
    assert f"wp:ask:{network.call.id}:D" not in datas(
        (await network.do_in_turn(lotus, f"wp:{network.call.id}:D")).message
    )
