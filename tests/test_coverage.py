"""/coverage: what there is for a call, what is missing, and asking for it once, without a number and without a name."""

from __future__ import annotations

import datetime as dt
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from types import ModuleType

import photos
import pytest
from conftest import House
from hypothesis import given
from hypothesis import strategies as st
from planning_desk import LEFT, Network, datas
from reviewed import HEAD, Reviewed

from bot.talk import Talk
from facts.report import Report
from forms.case_news import FAMILY, HELD
from forms.counting import LEAST, Told
from forms.coverage import Covered, Drawn, Gap, Happened, by_province, coverage, drawn
from forms.incident import LETTERS
from forms.where import place, provinces
from handlers.showing import photo
from storage.assessments import Assessment
from storage.case_entries import CaseEntry
from storage.deadlines import Deadline
from storage.listeners import Place
from storage.members import Role
from storage.outbox import Letter
from storage.reviews import Source
from texts.coverage import below_picture, not_drawn
from texts.screen import Screen

TODAY = dt.date(2026, 11, 24)
NOON = 24 * (TODAY - dt.date(1970, 1, 1)).days + 5
MINE, OTHER = "17", "08"
"""Provinces."""


@pytest.fixture
async def network(house: House) -> Network:
    network = Network(house)
    await network.open_call()
    return network


@pytest.fixture
async def lotus(network: Network) -> Talk:
    return await network.somebody("Chenda", Role.COORDINATOR)


@pytest.fixture
def reviewed(house: House) -> Reviewed:
    return Reviewed(house)


def line(text: str, letter: str) -> str:
    """What is said of one benchmark among the gaps; empty where it is none."""
    return next((one for one in text.splitlines() if one.startswith(f"• {letter}: ")), "")


# What there is


async def test_without_an_open_call_there_is_nothing_to_cover_and_it_says_where_one_is_entered(house: House) -> None:
    network = Network(house)
    talk = await network.somebody("Chenda", Role.COORDINATOR)
    seen = await network.do_in_turn(talk, "/coverage")
    assert "No call for information is entered" in seen.text
    assert "dl" in datas(seen.message)


async def test_the_gaps_stand_there_in_words_and_each_has_a_button_that_asks(
    network: Network, lotus: Talk, reviewed: Reviewed
) -> None:
    await reviewed.add(14, head=replace(HEAD, benchmarks=("M",)))
    await reviewed.add(3, head=replace(HEAD, benchmarks=("B",)), sources=(Source("0102"),))
    await reviewed.add(1, head=replace(HEAD, benchmarks=("B",), province=OTHER), sources=(Source("0102"),))
    seen = await network.do_in_turn(lotus, "/coverage")
    name = place(MINE)
    assert name is not None
    assert line(seen.text, "G") == "• G: nothing reviewed"
    assert line(seen.text, "M") == f"• M: 14, all from one province ({name.en}), each rests on one source"
    assert line(seen.text, "B") == "", "control: what has no gap is not among them"
    assert "No gap: B" in seen.text
    asked = {data for data in datas(seen.message) if data.startswith("cv:ask:")}
    assert asked == {f"cv:ask:{network.call.id}:{letter}" for letter in LETTERS if letter != "B"}


async def test_how_long_is_left_and_the_networks_own_day_stand_above(network: Network, lotus: Talk) -> None:
    text = (await network.do_in_turn(lotus, "/coverage")).text
    assert f"in {LEFT} days" in text
    assert "Our own day: until the end of" in text


async def test_only_what_the_call_asks_about_is_looked_at(house: House, reviewed: Reviewed) -> None:
    network = Network(house)
    await network.open_call(benchmarks=("D", "G"))
    talk = await network.somebody("Chenda", Role.COORDINATOR)
    seen = await network.do_in_turn(talk, "/coverage")
    assert [line[2] for line in seen.text.splitlines() if line.startswith("• ")] == ["D", "G"]
    assert (await network.do_in_turn(talk, f"cv:{network.call.id}:A")).text != seen.text
    assert "older version" in (await network.do_in_turn(talk, f"cv:ask:{network.call.id}:A:yes")).text


async def test_what_is_unlikely_withdrawn_no_violation_or_about_children_covers_nothing(
    network: Network, lotus: Talk, reviewed: Reviewed
) -> None:
    head = replace(HEAD, benchmarks=("D",))
    for finding in ("02", "0103", "99"):
        await reviewed.add(head=head, finding=finding)
    await reviewed.add(head=replace(head, category="sensitive"))
    [withdrawn] = await reviewed.add(head=head)
    await reviewed.withdraw(withdrawn)
    await reviewed.add(2, head=head, finding="", state="received")
    text = (await network.do_in_turn(lotus, "/coverage")).text
    assert line(text, "D") == "• D: nothing reviewed, 2 not judged yet"


async def test_a_benchmark_shows_everything_that_is_known_of_it(
    network: Network, lotus: Talk, reviewed: Reviewed, report: Report
) -> None:
    case = next(case for case in report.cases.values() if "D" in case.benchmarks)
    head = replace(HEAD, benchmarks=("D",))
    since = int(network.house.world.clock().timestamp()) // 3600
    await reviewed.add(2, head=head, hour=since - 70 * 24, sources=(Source("0102", "A"), Source("04", "A")))
    await reviewed.add(1, head=replace(head, province=OTHER))
    await reviewed.add(1, head=replace(head, province=""))
    await network.do(lambda: network.tables.case_entries.add(CaseEntry(case.id, HELD, {}, "Radio", "Lotus-4")))
    await network.do(lambda: network.tables.case_entries.add(CaseEntry(case.id, FAMILY, {}, "Her son", "Lotus-4")))
    decided = Assessment("D", "off_target", "Because.", "Lotus-4", network.day(0))
    await network.do(lambda: network.tables.assessments.decide(decided))
    text = (await network.do_in_turn(lotus, f"cv:{network.call.id}:D")).text
    names = [one.en for code in (MINE, OTHER) if (one := place(code)) is not None]
    for said in (
        "Reviewed incidents: 4",
        f"Provinces: {names[0]} 2, {names[1]} 1, not known 1",
        ", in 2 months",
        "Independent sources, all together: 6",
        "Changes in its cases since the report: 1",
        "Our own assessment: Off target",
    ):
        assert said in text
    numbers = (await network.do_in_turn(lotus, f"cv:{network.call.id}:all")).text
    assert "D 4 · 🗺 2 · 👥 6 · 📅 2 · ⚖ 1 · 🔴" in numbers
    assert "A 0 · 🗺 0 · 👥 0 · 📅 0 · ⚖ 0" in numbers, "control"


async def test_nothing_that_was_told_is_opened_for_it(network: Network, lotus: Talk, reviewed: Reviewed) -> None:
    await reviewed.add(3)
    before = (await network.do_in_turn(lotus, "/coverage")).text
    database = network._backstage._database
    await network.do(lambda: database.execute("UPDATE incidents SET sealed = x'00'"))
    assert (await network.do_in_turn(lotus, "/coverage")).text == before


async def test_it_is_for_coordinators_in_private_and_its_messages_cannot_be_forwarded(
    network: Network, lotus: Talk
) -> None:
    """Who else may not is seen in test_access."""
    for data in ("/coverage", f"cv:{network.call.id}:all", f"cv:{network.call.id}:where", f"cv:{network.call.id}:D"):
        assert (await network.do_in_turn(lotus, data)).message["has_protected_content"] is True


# Asking


async def test_who_follows_the_benchmark_is_asked_once_however_many_press(network: Network, lotus: Talk) -> None:
    follower = await network.somebody("Vanna", follows="G")
    other = await network.somebody("Sophea", follows="D")
    teak = await network.somebody("Bopha", Role.COORDINATOR)
    before = len(network.heard(follower.person)), network.heard(other.person)
    shown = await network.do_in_turn(lotus, f"cv:ask:{network.call.id}:G")
    assert "Chats: 1" in shown.text
    assert network.heard(follower.person)[before[0] :] == [], "control: nothing goes out before it is confirmed"
    seen = await network.do_in_turn(lotus, f"cv:ask:{network.call.id}:G:yes")
    assert f"cv:{network.call.id}:G" in datas(lotus.last.message), seen  # type: ignore[union-attr]
    for talk in (lotus, teak):
        for data in (f"cv:ask:{network.call.id}:G", f"cv:ask:{network.call.id}:G:yes"):
            assert "asked once only" in (await network.do_in_turn(talk, data)).text
    [asked] = network.heard(follower.person)[before[0] :]
    assert "G. Drug cases: rehabilitation" in asked
    assert {"in", f"dl:{network.call.id}", "sb:off:b:G"} == set(network.buttons(follower.person))
    assert network.heard(other.person) == before[1], "who follows something else is not asked"
    assert "✔ Those who follow it were asked." in (await network.do_in_turn(teak, f"cv:{network.call.id}:G")).text


async def test_no_key_of_a_round_names_what_is_missing(network: Network, lotus: Talk) -> None:
    """They lie in clear. Whom it went to, and what they follow, still tells whoever takes the disk of a benchmark."""
    await network.somebody("Vanna", Role.MONITOR, follows="G")
    keys = {}
    for what in ("G", OTHER):
        await network.do_in_turn(lotus, f"cv:ask:{network.call.id}:{what}:yes")
        [one] = [one for one in await network.do(lambda: network.tables.rounds.of("w:")) if one.content["on"] == what]
        keys[what] = one.key
    assert all(re.fullmatch(f"w:{network.call.id}:[0-9a-f]{{12}}", key) for key in keys.values())


async def test_another_call_may_ask_again(network: Network, lotus: Talk) -> None:
    follower = await network.somebody("Vanna", follows="G")
    await network.do_in_turn(lotus, f"cv:ask:{network.call.id}:G:yes")
    heard = len(network.heard(follower.person))
    await network.open_call(title="Another")
    await network.do_in_turn(lotus, f"cv:ask:{network.call.id}:G:yes")
    assert len(network.heard(follower.person)) == heard + 1


async def test_what_is_asked_holds_no_number_but_the_day_and_no_word_of_what_is_missing(
    network: Network, lotus: Talk, reviewed: Reviewed
) -> None:
    """However much there is, the same is said."""
    follower = await network.somebody("Vanna", follows="M")
    second = await network.somebody("Sophea", follows="D")
    await reviewed.add(14, head=replace(HEAD, benchmarks=("M",)))
    for letter in "MD":
        await network.do_in_turn(lotus, f"cv:ask:{network.call.id}:{letter}:yes")
    much, nothing = network.heard(follower.person)[-1], network.heard(second.person)[-1]
    by = re.search(r"by (\d+ \w+ \d{4})\.", much)
    assert by is not None
    assert re.findall(r"\d+", much.replace(by[1], "")) == []
    without = [re.sub(r"on: .*", "on:", one) for one in (much, nothing)]
    assert without[0] == without[1]


async def test_a_group_that_follows_is_asked_to_tell_nothing_there(network: Network, lotus: Talk) -> None:
    group = network.house.world.add_group("Monitors", people=(lotus.person,))
    await network.follow(Place(group.id), "b:G")
    await network.do_in_turn(lotus, f"cv:ask:{network.call.id}:G:yes")
    assert "Please tell nothing in this group" in network.heard(group)[-1]
    assert "in" not in network.buttons(group)


async def test_where_nobody_follows_nothing_is_used_up(network: Network, lotus: Talk) -> None:
    seen = await network.do_in_turn(lotus, f"cv:ask:{network.call.id}:G:yes")
    assert "Nobody follows this benchmark" in seen.text
    assert "bc" in datas(seen.message)
    follower = await network.somebody("Vanna", follows="G")
    await network.do_in_turn(lotus, f"cv:ask:{network.call.id}:G:yes")
    assert "Drug cases" in network.heard(follower.person)[-1]


async def test_about_a_province_every_monitor_is_asked_and_nobody_else(
    network: Network, lotus: Talk, reviewed: Reviewed
) -> None:
    await reviewed.add(3)
    monitor = await network.somebody("Vanna", Role.MONITOR, language="km")
    stranger = await network.somebody("Sophea", follows="G")
    before = network.heard(stranger.person)
    seen = await network.do_in_turn(lotus, f"cv:{network.call.id}:where")
    mine, other = place(MINE), place(OTHER)
    assert mine is not None
    assert other is not None
    assert f"{mine.en}: 3" in seen.text
    assert f"cv:ask:{network.call.id}:{OTHER}" in datas(seen.message)
    assert f"cv:ask:{network.call.id}:{MINE}" not in datas(seen.message), "only about those with nothing"
    await network.do_in_turn(lotus, f"cv:ask:{network.call.id}:{OTHER}", f"cv:ask:{network.call.id}:{OTHER}:yes")
    assert other.km in network.heard(monitor.person)[-1]
    assert "in" in network.buttons(monitor.person)
    assert network.heard(stranger.person) == before
    heard = network.heard(monitor.person)
    assert "asked once only" in (await network.do_in_turn(lotus, f"cv:ask:{network.call.id}:{OTHER}:yes")).text
    assert network.heard(monitor.person) == heard
    assert "older version" in (await network.do_in_turn(lotus, f"cv:ask:{network.call.id}:99:yes")).text


@pytest.mark.parametrize(
    "over", [{"cancelled": True}, {"sent_on": "2026-11-24"}, {}], ids=["cancelled", "sent", "open"]
)
async def test_who_sleeps_is_asked_in_the_morning_and_not_at_all_if_it_is_over_by_then(
    network: Network, lotus: Talk, over: dict[str, object]
) -> None:
    follower = await network.somebody("Vanna", follows="G")
    await network.pass_time(hours=10)
    before = network.heard(follower.person)
    await network.do_in_turn(lotus, f"cv:ask:{network.call.id}:G:yes")
    assert network.heard(follower.person) == before, "it is ten at night"
    if over:
        await network.do(lambda: network.tables.deadlines.change(replace(network.call, **over)))  # type: ignore[arg-type]
    await network.pass_time(hours=10)
    asked = network.heard(follower.person)[len(before) :]
    assert any("Drug cases" in one for one in asked) is not bool(over)


@pytest.mark.parametrize(
    "over", [{"sent_on": "2026-11-24"}, {"day": "2026-11-01", "internal": ""}], ids=["sent", "over"]
)
async def test_when_it_is_too_late_nobody_is_asked(network: Network, lotus: Talk, over: dict[str, object]) -> None:
    follower = await network.somebody("Vanna", follows="G")
    before = network.heard(follower.person)
    await network.do(lambda: network.tables.deadlines.change(replace(network.call, **over)))  # type: ignore[arg-type]
    for data in (f"cv:ask:{network.call.id}:G", f"cv:ask:{network.call.id}:G:yes"):
        assert "nobody is asked any more" in (await network.do_in_turn(lotus, data)).text
    assert not any("ask" in data for data in datas((await network.do_in_turn(lotus, f"cv:{network.call.id}")).message))
    assert network.heard(follower.person) == before


async def test_that_others_were_asked_is_written_down(network: Network, lotus: Talk) -> None:
    await network.somebody("Vanna", follows="G")
    await network.do_in_turn(lotus, f"cv:ask:{network.call.id}:G:yes")
    [entry] = [one for one in await network.do(lambda: network.tables.audit.last(20)) if one.act == "submission"]
    assert entry.on == f"{network.call.id}:asked"
    assert "others were asked for what is missing" in (await network.do_in_turn(lotus, "/audit")).text


# The picture


async def test_the_picture_comes_to_who_asked_and_is_drawn_from_no_number_under_three(
    network: Network, lotus: Talk, reviewed: Reviewed, monkeypatch: pytest.MonkeyPatch
) -> None:
    await reviewed.add(14, head=replace(HEAD, benchmarks=("M",)))
    await reviewed.add(2, head=replace(HEAD, benchmarks=("D",)))
    asked: list[tuple[Sequence[Drawn], str, str]] = []

    def draw(rows: Sequence[Drawn], language: str, theme: str) -> bytes:
        asked.append((rows, language, theme))
        return photos.photo("PNG")

    _drawing(monkeypatch, draw)
    seen = await lotus.tap(f"cv:pic:{network.call.id}:dark")
    [[rows, language, theme]] = asked
    assert (language, theme) == ("en", "dark")
    assert {one.letter: (one.reviewed, one.provinces) for one in rows if one.reviewed} == {"M": (14, 0)}
    sent = seen[-1].message
    assert "photo" in sent
    assert sent["has_protected_content"] is True
    assert f"cv:pic:{network.call.id}:light" in datas(sent)


async def test_where_it_cannot_be_drawn_words_come_instead(
    network: Network, lotus: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def draw(rows: Sequence[Drawn], language: str, theme: str) -> bytes:
        raise ValueError

    _drawing(monkeypatch, draw)
    seen = await lotus.tap(f"cv:pic:{network.call.id}:light")
    assert "I could not draw it" in seen[-1].text


async def test_who_was_revoked_meanwhile_gets_no_picture(
    network: Network, lotus: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    _drawing(monkeypatch, lambda *_: photos.photo("PNG"))
    call = photo(lotus.person.id, {"coverage": [], "language": "en", "theme": "light"}, *_around(network.call))

    async def post(key: str) -> int:
        """How many messages are in the chat once it has gone out."""
        letter = Letter(key, lotus.person.id, call, "en")
        queued = await network.do(lambda: network.tables.outbox.add([letter], network.today))
        assert network.house._bot is not None
        network.house._bot._sender.take(queued)
        await network.house.settle()
        return len(network.house.world.private_chat(lotus.person).messages)

    before = await post("cv:1")
    assert await post("cv:2") == before + 1, "control"
    await network.revoke(lotus.person)
    assert await post("cv:3") == before + 1


def _around(call: Deadline) -> tuple[Screen, Screen]:
    return below_picture(call, "light", "en"), not_drawn("en")


def _drawing(monkeypatch: pytest.MonkeyPatch, draw: Callable[..., bytes]) -> None:
    module = ModuleType("documents.coverage_picture")
    module.coverage = draw  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "documents.coverage_picture", module)


# What is counted (forms.coverage)


def happened(
    letters: str = "D", province: str = MINE, days: int = 0, sources: int = 2, *, found: bool = True, number: int = 0
) -> Happened:
    hour = NOON - days * 24
    month = dt.datetime.fromtimestamp(hour * 3600, dt.UTC).strftime("%Y-%m")
    told = Told(f"R-{number:04}", hour, found, province=province, month=month, benchmarks=tuple(letters))
    return Happened(told, sources, waits=not found)


def covered(*each: Happened, letter: str = "D") -> Covered:
    numbered = [replace(one, told=replace(one.told, reference=f"R-{n:04}")) for n, one in enumerate(each)]
    [one] = coverage([letter], numbered, {}, {}, TODAY)
    return one


@pytest.mark.parametrize(
    ("each", "gaps"),
    [
        ((), (Gap.NOTHING,)),
        ((happened(found=False),), (Gap.NOTHING,)),
        ((happened(), happened(province=OTHER)), (Gap.FEW,)),
        ((happened(),) * 3, (Gap.ONE_PROVINCE,)),
        ((happened(), happened(), happened(province="")), ()),
        ((happened(), happened(), happened(province=OTHER)), ()),
        ((happened(sources=1), happened(sources=1), happened(province=OTHER, sources=1)), (Gap.ALONE,)),
        ((happened(sources=1), happened(sources=1), happened(province=OTHER)), ()),
        ((happened(days=184), happened(days=300), happened(province=OTHER, days=200)), (Gap.OLD,)),
        ((happened(days=183), happened(days=300), happened(province=OTHER, days=200)), ()),
    ],
)
def test_each_gap_is_there_exactly_where_it_is(each: tuple[Happened, ...], gaps: tuple[Gap, ...]) -> None:
    assert covered(*each).gaps == gaps


def test_what_tells_of_the_same_counts_once_with_the_benchmarks_of_all() -> None:
    first, second = happened("D", number=1), happened("G", number=2)
    same = replace(second, told=replace(second.told, same_as=("R-0001",)))
    both = coverage(["D", "G"], [first, same], {}, {}, TODAY)
    assert [one.reviewed for one in both] == [1, 1]
    assert sum(by_province("DG", [first, same]).values()) == 1
    assert sum(by_province("DG", [first, second]).values()) == 2, "control"


happenings = st.lists(
    st.builds(
        happened,
        st.sampled_from(["D", "DG", "G", ""]),
        st.sampled_from(["", *(one.code for one in provinces())]),
        st.integers(0, 400),
        st.integers(1, 4),
        found=st.booleans(),
    ),
    max_size=40,
)


@given(happenings)
def test_what_a_picture_is_made_of_has_no_number_under_three(each: list[Happened]) -> None:
    exact = covered(*each)
    shown = drawn(exact, "A name")
    numbers = [value for value in asdict(shown).values() if type(value) is int]
    assert len(numbers) == 2
    assert all(number == 0 or number >= LEAST for number in numbers)
    if exact.reviewed >= LEAST:
        assert shown.reviewed == exact.reviewed, "control: what is not small is shown"


@given(st.integers(0, LEAST - 1), st.integers(0, LEAST - 1))
def test_none_one_and_two_look_alike_in_a_picture(one: int, other: int) -> None:
    assert drawn(covered(*(happened(),) * one), "") == drawn(covered(*(happened(),) * other), "")


@given(happenings)
def test_counts_of_provinces_and_of_all_agree(each: list[Happened]) -> None:
    one = covered(*each)
    assert sum(one.provinces.values()) <= one.reviewed
    assert len(one.months) <= one.reviewed
    assert bool(one.gaps == (Gap.NOTHING,)) is (one.reviewed == 0)
    assert list(one.months) == sorted(one.months)
