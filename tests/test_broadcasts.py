"""One message to many: whoever it is for gets exactly what was shown before, once, and nobody else gets anything."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from backstage import Backstage
from conftest import House
from incident_story import later, rows, with_settings
from refs import labels, opened
from ways_in import calls_since

from bot.talk import Seen, Talk
from forms.broadcast import BROADCAST, MOST
from forms.form import Given, Progress, Refused, Wrong
from sandbox.records import Fault, Person
from sandbox.world import World
from storage import rounds
from storage.audit import Act, Entry
from storage.deadlines import Deadline
from storage.listeners import Place, Profile
from storage.members import Member, Role
from storage.rounds import Round
from texts.broadcasts import sent

KM = "ការប្រជុំប្ដូរទៅថ្ងៃសុក្រ ម៉ោង 9។ <b>សំខាន់</b> & ខ្លី"
EN = "The meeting is on Friday at 9. <b>Important</b> & short: https://example.org"
FOOT = {
    "km": "ពីបណ្ដាញដែលដំណើរការ bot នេះ មិនមែនពីបុគ្គលណាម្នាក់ទេ។",
    "en": "From the network that runs this bot, not from a person.",
}
NOON = dt.datetime(2026, 11, 23, 5, tzinfo=dt.UTC)
"""In Phnom Penh, on a Monday."""
NIGHT = dt.timedelta(hours=11)
"""From noon until 23:00."""
NOW = dt.timedelta(seconds=1)
MORNING = dt.timedelta(hours=8, minutes=1)
"""From 23:00 until 07:01."""


class Network:
    """People with roles and wishes, and what was done."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.world: World = house.world
        self.members: dict[str, Member] = {}

    @property
    def backstage(self) -> Backstage:
        """Of the bot that runs now."""
        return Backstage(self.house)

    async def person(self, name: str, *topics: str, role: Role = Role.PUBLIC, language: str = "English") -> Talk:
        """Somebody in a private chat with the bot, who asked to be told of these."""
        person = self.world.add_person(name)
        if role is not Role.PUBLIC:
            self.members[name] = await self.house.admit(person, role)
        talk = self.house.talk(person)
        await talk.say("/start")
        await talk.press(language)
        for topic in topics:
            await self.ask_for(person, topic)
        return talk

    async def people(self, count: int, *topics: str) -> list[Talk]:
        """So many of them."""
        return [await self.person(f"Reader {n}", *topics) for n in range(count)]

    async def ask_for(self, person: Person, topic: str) -> None:
        tables = self.backstage.tables
        await self.backstage.do(lambda: tables.subscriptions.begin(Place(person.id), topic, Profile()))

    async def broadcasts(self) -> list[Round]:
        return await self.backstage.do(partial(self.backstage.tables.rounds.of, "bc:"))

    async def noted(self) -> list[Entry]:
        """What the audit says of broadcasts, oldest first."""
        entries = await self.backstage.do(lambda: self.backstage.tables.audit.last(50))
        return [one for one in reversed(entries) if one.act == Act.BROADCAST]

    async def pass_time(self, time: dt.timedelta = NOW) -> None:
        """Let time pass, and the clock's hand move."""
        await later(self.house, time)

    def came(self, talk: Talk) -> list[dict[str, Any]]:
        """The broadcasts in somebody's chat, as Telegram shows them."""
        messages = self.world.private_chat(talk.person).messages.values()
        return [_look(one) for one in messages if str(one.get("text", "")).endswith(tuple(FOOT.values()))]

    def shown(self, talk: Talk) -> str:
        """What now stands in the message that had buttons last."""
        assert talk.last is not None
        return str(self.world.private_chat(talk.person).messages[talk.last.message["message_id"]]["text"])

    def latest(self, talk: Talk) -> dict[str, Any]:
        """The last thing in somebody's chat."""
        return list(self.world.private_chat(talk.person).messages.values())[-1]


def _look(message: dict[str, Any]) -> dict[str, Any]:
    """All that somebody sees of a message, besides when and where."""
    return {name: one for name, one in message.items() if name not in ("message_id", "date", "chat", "from")}


@pytest.fixture(autouse=True)
def monday_noon(world: World) -> None:
    """Before the bot starts."""
    world.advance(NOON - world.clock())


@pytest.fixture
async def network(house: House) -> Network:
    return Network(house)


@pytest.fixture
async def nary(network: Network) -> Talk:
    """A coordinator."""
    return await network.person("Nary", role=Role.COORDINATOR)


@pytest.fixture
async def vanna(network: Network, nary: Talk) -> Talk:
    """Another coordinator."""
    return await network.person("Vanna", role=Role.COORDINATOR)


async def compose(talk: Talk, to: str, km: str = KM, en: str = EN) -> list[Seen]:
    """Up to the plan; what is then seen: both texts, and what to know before."""
    talk.world.advance(dt.timedelta(seconds=30))
    await talk.say("/broadcast")
    await talk.press("✎ New broadcast")
    await talk.say(km)
    await talk.say(en)
    await talk.press("Who gets it? ▶")
    return await talk.tap(f"bc:to:{to}")


async def press(talk: Talk, beginning: str) -> list[Seen]:
    """Press the button of the latest screen whose data begin so."""
    assert talk.last is not None
    [data] = [one for one in opened(talk.last) if one.startswith(beginning)]
    return await talk.tap(data)


async def send_out(talk: Talk, to: str) -> list[Seen]:
    """Write one, and send it."""
    await compose(talk, to)
    return await press(talk, "bc:send:")


# What comes, and to whom


async def test_what_comes_is_exactly_what_was_shown_before_in_both_languages(network: Network, nary: Talk) -> None:
    in_khmer = await network.person("Sok", "news", language="ខ្មែរ")
    in_english = await network.person("Dara", "news")
    seen = await compose(nary, "t:news")
    previews = [_look(one.message) for one in seen[:2]]
    await press(nary, "bc:send:")
    assert network.came(in_khmer) == previews[:1]
    assert network.came(in_english) == previews[1:]
    assert previews[0]["text"] == f"{KM}\n\n{FOOT['km']}"
    assert previews[1]["text"] == f"{EN}\n\n{FOOT['en']}", "marks are letters here"
    assert previews[1]["link_preview_options"] == {"is_disabled": True}
    assert opened(seen[1]) == ["sb:off:news"]


async def test_a_text_in_other_words_would_not_be_what_was_shown(network: Network, nary: Talk) -> None:
    """Control of the comparison above."""
    reader = await network.person("Dara", "news")
    first = await compose(nary, "t:news")
    await nary.tap("f:change:broadcast_en")
    await nary.say("Something else.")
    second = await nary.press("Who gets it? ▶")
    await press(nary, "bc:send:")
    assert network.came(reader) == [_look(second[1].message)]
    assert network.came(reader) != [_look(first[1].message)]


AUDIENCES = {
    "r:members": {"Monitor", "Editor", "Nary", "Admin"},
    "r:monitors": {"Monitor"},
    "r:editors": {"Editor"},
    "r:coordinators": {"Nary", "Admin"},
    "t:news": {"news"},
    "t:all": {"all"},
    "t:b:D": {"b:D"},
    "t:case:trial-2022-06-14": {"case:trial-2022-06-14"},
}


@pytest.mark.parametrize("to", AUDIENCES)
async def test_nobody_outside_the_audience_gets_it(network: Network, nary: Talk, to: str) -> None:
    everybody = {"Nary": nary, "nobody": await network.person("Nobody")}
    for role in (Role.MONITOR, Role.EDITOR, Role.ADMIN):
        everybody[role.name.title()] = await network.person(role.name.title(), role=role)
    for topic in ("news", "all", "b:D", "b:E", "case:trial-2022-06-14"):
        everybody[topic] = await network.person(f"Reader of {topic}", topic)
    previewed = len(network.came(nary)) + 2
    await send_out(nary, to)
    got = {name for name, talk in everybody.items() if len(network.came(talk)) > (previewed if talk is nary else 0)}
    assert got == AUDIENCES[to]


async def test_a_deadline_is_an_audience_too_and_is_called_by_its_title(network: Network, nary: Talk) -> None:
    tables = network.backstage.tables
    kept = await network.backstage.do(
        lambda: tables.deadlines.add(Deadline("Call <b>2027</b>", "2027-05-15", "Europe/Zurich"))
    )
    reader = await network.person("Dara", f"d:{kept.id}")
    await compose(nary, "t:news")
    await nary.tap("bc:whom:d")
    assert nary.last is not None
    assert labels(nary.last)[0] == "1 · Call <b>2027</b>"
    seen = await nary.tap(opened(nary.last)[0])
    assert "To: All who asked for: Call <b>2027</b>" in seen[-1].text
    await press(nary, "bc:send:")
    assert len(network.came(reader)) == 1


async def test_only_what_somebody_asked_for_is_offered(network: Network, nary: Talk) -> None:
    await network.people(3, "b:D")
    await network.person("Dara", "b:E")
    await compose(nary, "t:news")
    [seen] = await nary.tap("bc:whom:b")
    assert [one.split(".")[0] for one in labels(seen)] == ["3 · D", "1 · E", "◀ Back"]
    [none] = await nary.tap("bc:whom:c")
    assert "Nobody asked" in none.text


async def test_whoever_stops_it_below_one_gets_no_other(network: Network, nary: Talk) -> None:
    reader = await network.person("Dara", "news")
    await send_out(nary, "t:news")
    number = max(network.world.private_chat(reader.person).messages)
    await reader.after(lambda: network.world.tap(reader.person, number, row=0, column=0))
    other = await network.person("Sok", "news")
    await network.pass_time()
    await send_out(nary, "t:news")
    assert len(network.came(other)) == 1
    assert len(network.came(reader)) <= 1, "and the first has made room for the answer"


async def test_somebody_who_left_the_network_over_night_gets_nothing_of_it(network: Network, nary: Talk) -> None:
    left, stays = [await network.person(name, role=Role.MONITOR) for name in ("Leaver", "Stayer")]
    network.world.advance(NIGHT)
    await send_out(nary, "r:monitors")
    await network.backstage.revoke(left.person)
    await network.pass_time(MORNING)
    assert (len(network.came(left)), len(network.came(stays))) == (0, 1)


# What is known before


async def test_the_plan_says_how_many_how_long_and_who_cannot_be_reached(network: Network, nary: Talk) -> None:
    people = await network.people(4, "news")
    tables = network.backstage.tables
    await network.backstage.do(lambda: tables.listeners.block(people[0].person.id, NOON.date()))
    plan = (await compose(nary, "t:news"))[-1]
    assert "Chats: 3" in plan.text
    assert "not tried: 1" in plan.text
    assert "less than a minute" in plan.text
    assert "📨 Send to 3" in labels(plan)


async def test_at_night_it_waits_for_the_morning_of_each_and_says_so(network: Network, nary: Talk) -> None:
    reader = await network.person("Dara", "news")
    network.world.advance(NIGHT)
    plan = (await compose(nary, "t:news"))[-1]
    assert "It is night for 1 of them" in plan.text
    assert "2026-11-24 at 07:00" in plan.text
    await press(nary, "bc:send:")
    assert network.came(reader) == []
    await network.pass_time(MORNING)
    assert len(network.came(reader)) == 1


async def test_what_is_urgent_comes_at_night(network: Network, nary: Talk) -> None:
    reader = await network.person("Dara", "news")
    network.world.advance(NIGHT)
    await compose(nary, "t:news")
    [seen] = await nary.press("🚨 Urgent: also at night")
    assert seen.kind == "edited"
    assert "Urgent: at night, too" in seen.text
    await press(nary, "bc:send:")
    assert len(network.came(reader)) == 1


async def test_urgent_can_be_taken_back(network: Network, nary: Talk) -> None:
    """Control."""
    reader = await network.person("Dara", "news")
    network.world.advance(NIGHT)
    await compose(nary, "t:news")
    await nary.press("🚨 Urgent: also at night")
    await nary.press("🌙 Not urgent: not at night")
    await press(nary, "bc:send:")
    assert network.came(reader) == []


async def test_to_nobody_nothing_can_be_sent(network: Network, nary: Talk) -> None:
    plan = (await compose(nary, "t:news"))[-1]
    assert "Nobody can get it" in plan.text
    assert not [one for one in opened(plan) if one.startswith("bc:send:")]
    assert await network.broadcasts() == []


async def test_a_khmer_text_without_khmer_is_noticed(network: Network, nary: Talk) -> None:
    assert "no Khmer letter" in (await compose(nary, "t:news", km=EN))[-1].text
    await nary.tap("f:change:broadcast_km")
    await nary.say(KM)
    assert "no Khmer letter" not in (await nary.press("Who gets it? ▶"))[-1].text


# A second person


async def test_to_many_it_takes_a_second_person_who_sees_what_goes_out(
    network: Network, nary: Talk, vanna: Talk
) -> None:
    await with_settings(network.house, broadcast_alone=2)
    people = await network.people(3, "news")
    await compose(nary, "t:news")
    [asked] = await press(nary, "bc:send:")
    assert "one of them has to approve" in asked.text
    assert [network.came(one) for one in people] == [[]] * 3
    vanna.last = None
    await vanna.say("/approvals")
    [looked] = await press(vanna, "pr:")
    for said in (KM, EN, "All who asked for announcements", "Chats: 3", network.members["Nary"].handle):
        assert said in looked.text
    await network.person("Late", "news")
    [going] = await vanna.press("✔ Approve")
    assert [len(network.came(one)) for one in people] == [1] * 3
    assert "of 4" in going.text, "counted anew when it goes"
    [one] = await network.broadcasts()
    assert (one.content["by"], one.content["alone"]) == (network.members["Nary"].handle, False)


@pytest.mark.parametrize(("limit", "count", "alone"), [(2, 2, True), (2, 3, False), (0, 1, False), (50, 5, True)])
async def test_how_many_need_a_second_person_is_set(
    network: Network, nary: Talk, vanna: Talk, limit: int, count: int, alone: bool
) -> None:
    await with_settings(network.house, broadcast_alone=limit)
    people = await network.people(count, "news")
    await send_out(nary, "t:news")
    assert all(len(network.came(one)) == alone for one in people)


async def test_what_was_declined_goes_to_nobody(network: Network, nary: Talk, vanna: Talk) -> None:
    await with_settings(network.house, broadcast_alone=0)
    reader = await network.person("Dara", "news")
    await send_out(nary, "t:news")
    vanna.last = None
    await vanna.say("/approvals")
    await press(vanna, "pr:")
    await vanna.press("Decline")
    await network.pass_time()
    assert network.came(reader) == []
    assert await network.broadcasts() == []


async def test_a_button_sends_only_what_was_shown_with_it(network: Network, nary: Talk) -> None:
    reader = await network.person("Dara", "news")
    await compose(nary, "t:news")
    assert nary.last is not None
    [data] = [one for one in opened(nary.last) if one.startswith("bc:send:")]
    await nary.tap("f:change:broadcast_en")
    await nary.say("Something else.")
    await nary.press("Who gets it? ▶")
    seen = await nary.tap(data)
    assert "Above you see it" in seen[-1].text
    assert network.came(reader) == []


async def test_it_goes_once_however_often_the_button_is_pressed(network: Network, nary: Talk) -> None:
    reader = await network.person("Dara", "news")
    await compose(nary, "t:news")
    assert nary.last is not None
    [data] = [one for one in opened(nary.last) if one.startswith("bc:send:")]
    number = nary.last.message["message_id"]

    def twice() -> None:
        for _ in range(2):
            network.world.tap(nary.person, number, data=data)

    await nary.after(twice)
    assert len(network.came(reader)) == 1
    assert len(await network.broadcasts()) == 1


# While it runs


async def begun_at_night(network: Network, nary: Talk) -> tuple[Talk, Talk]:
    """One half of the places is awake, the other sleeps."""
    awake, asleep = await network.person("Awake", "news"), await network.person("Asleep", "news")
    tables = network.backstage.tables

    async def wakeful() -> None:
        listener = await tables.listeners.of(Place(awake.person.id))
        assert listener is not None
        await tables.listeners.keep(replace(listener, profile=Profile(quiet_from=7, quiet_to=7)))

    await network.backstage.do(wakeful)
    network.world.advance(NIGHT)
    await send_out(nary, "t:news")
    assert (len(network.came(awake)), len(network.came(asleep))) == (1, 0)
    return awake, asleep


async def test_the_message_shows_how_far_it_is_and_is_touched_only_when_that_changes(
    network: Network, nary: Talk
) -> None:
    await begun_at_night(network, nary)
    assert nary.last is not None
    number = nary.last.message["message_id"]
    await network.pass_time()
    assert "Sent: 1 of 2" in network.world.private_chat(nary.person).messages[number]["text"]
    before = network.world.journal.last
    for _ in range(5):
        await network.pass_time(dt.timedelta(minutes=1))
    assert [method for method, _ in calls_since(network.house, before)] == []
    await network.pass_time(MORNING)
    await network.pass_time()
    shown = network.world.private_chat(nary.person).messages[number]["text"]
    assert "It is over" in shown
    assert "Sent: 2 of 2" in shown


async def test_after_a_restart_in_the_middle_it_goes_on_and_so_does_the_message(network: Network, nary: Talk) -> None:
    awake, asleep = await begun_at_night(network, nary)
    assert nary.last is not None
    number = nary.last.message["message_id"]
    await network.house.restart()
    await network.pass_time()
    assert "Sent: 1 of 2" in network.world.private_chat(nary.person).messages[number]["text"]
    await network.house.stop()
    network.world.advance(MORNING)
    await network.house.start()
    await network.pass_time()
    await network.pass_time()
    assert (len(network.came(awake)), len(network.came(asleep))) == (1, 1)
    assert "Sent: 2 of 2" in network.world.private_chat(nary.person).messages[number]["text"]


async def test_what_is_paused_stays_until_it_is_let_go_on_by_any_coordinator(
    network: Network, nary: Talk, vanna: Talk
) -> None:
    _, asleep = await begun_at_night(network, nary)
    [paused] = await nary.press("⏸ Pause")
    assert "Paused" in paused.text
    await network.pass_time(MORNING)
    assert network.came(asleep) == []
    await vanna.say("/broadcast")
    await press(vanna, "bc:r:")
    [going] = await vanna.press("▶ Go on")
    assert "It is going out" in going.text
    assert len(network.came(asleep)) == 1


async def test_what_is_cancelled_goes_to_nobody_else_and_is_reported(network: Network, nary: Talk, vanna: Talk) -> None:
    _, asleep = await begun_at_night(network, nary)
    await vanna.say("/broadcast")
    await press(vanna, "bc:r:")
    [asked] = await vanna.press("✖ Cancel it")
    assert "cannot be called back" in asked.text
    [over] = await vanna.press("✖ Yes, cancel it")
    assert "It was cancelled" in over.text
    await network.pass_time(MORNING)
    assert network.came(asleep) == []
    told = network.latest(nary)["text"]
    assert "It was cancelled" in told, "whoever sent it hears of it"
    assert "Sent: 1 of 2" in told
    assert "Not sent any more: 1" in told
    assert [one.on.partition(":")[2] for one in await network.noted()] == ["begun", "void"]


async def test_the_question_whether_to_cancel_is_not_overwritten(network: Network, nary: Talk) -> None:
    await begun_at_night(network, nary)
    [asked] = await nary.press("✖ Cancel it")
    await network.pass_time(MORNING - dt.timedelta(minutes=2))
    shown = network.world.private_chat(nary.person).messages[asked.message["message_id"]]
    assert shown["text"] == asked.text
    await nary.press("No")
    await network.pass_time(dt.timedelta(minutes=3))
    await network.pass_time()
    shown = network.world.private_chat(nary.person).messages[asked.message["message_id"]]
    assert "Sent: 2 of 2" in shown["text"], "control: it is kept current again"


async def test_a_message_that_was_deleted_is_left_alone_and_the_report_comes_anew(network: Network, nary: Talk) -> None:
    await begun_at_night(network, nary)
    await nary.say("/wipe")
    await network.pass_time()
    before = len(network.world.private_chat(nary.person).messages)
    await network.pass_time(MORNING)
    await network.pass_time()
    messages = list(network.world.private_chat(nary.person).messages.values())
    assert len(messages) == before + 1, "one message, and no apology"
    assert "Sent: 2 of 2" in messages[-1]["text"]


async def test_a_message_that_cannot_be_edited_is_tried_once(network: Network, nary: Talk) -> None:
    await begun_at_night(network, nary)
    late = await network.person("Late", "news")
    tables = network.backstage.tables

    async def sleep_in() -> None:
        """And it is of this broadcast, too."""
        listener = await tables.listeners.of(Place(late.person.id))
        [one] = await tables.rounds.of("bc:")
        assert listener is not None
        await tables.listeners.keep(replace(listener, profile=Profile(quiet_to=9)))
        await tables.rounds.deliver_to(one, [tables.listeners.mark(listener.place)])

    await network.backstage.do(sleep_in)
    await nary.say("/wipe")
    before = network.world.journal.last
    for _ in range(3):
        await network.pass_time(MORNING)
        await network.pass_time()
    edits = [one for method, one in calls_since(network.house, before) if method == "editMessageText"]
    assert len(network.came(late)) == 1
    assert len(edits) == 1
    assert "Sent: 3 of 3" in network.latest(nary)["text"]


async def test_whoever_approved_it_and_was_revoked_is_not_shown_how_far_it_is(
    network: Network, nary: Talk, vanna: Talk
) -> None:
    await with_settings(network.house, broadcast_alone=0)
    await network.person("Dara", "news")
    network.world.advance(NIGHT)
    await send_out(nary, "t:news")
    vanna.last = None
    await vanna.say("/approvals")
    await press(vanna, "pr:")
    await vanna.press("✔ Approve")
    await network.backstage.revoke(vanna.person)
    before = network.world.journal.last
    await network.pass_time(MORNING)
    await network.pass_time()
    chats = [one.get("chat_id") for _, one in calls_since(network.house, before)]
    assert vanna.person.id not in chats
    assert "Sent: 1 of 1" in network.latest(nary)["text"], "control: whoever sent it is"


async def test_who_asks_in_the_middle_is_answered_before_the_broadcast_goes_on(network: Network, nary: Talk) -> None:
    await with_settings(network.house, messages_per_second=30)
    await network.people(45, "news")
    visitor = await network.person("Visitor")
    asked = False
    order: list[bool] = []

    def watch(method: str, params: dict[str, Any]) -> Fault | None:
        nonlocal asked
        if method == "sendMessage":
            order.append(params["chat_id"] == visitor.person.id)
            if len(order) == 5 and not asked:
                asked = True
                network.world.say(visitor.person, "/help")
        return None

    await compose(nary, "t:news")
    network.world.faults = watch
    await press(nary, "bc:send:")
    network.world.faults = None
    assert order.count(True) == 1
    assert order.index(True) < len(order) - 5, "not at the end of it"
    assert len(order) == 46


async def test_who_is_not_a_coordinator_any_more_has_their_broadcast_paused_and_the_others_told(
    network: Network, nary: Talk, vanna: Talk
) -> None:
    _, asleep = await begun_at_night(network, nary)
    heard = len(network.world.private_chat(nary.person).messages)
    await network.backstage.revoke(nary.person)
    await network.pass_time()
    told = network.latest(vanna)
    assert "A broadcast is paused" in told["text"]
    assert network.members["Nary"].handle in told["text"]
    await network.pass_time(MORNING)
    assert network.came(asleep) == []
    number = max(network.world.private_chat(vanna.person).messages)
    await vanna.after(lambda: network.world.tap(vanna.person, number, row=0, column=0))
    await vanna.press("▶ Go on")
    await network.pass_time()
    await network.pass_time()
    assert len(network.came(asleep)) == 1, "on the word of another"
    assert len(network.world.private_chat(nary.person).messages) == heard, "who was revoked hears nothing of it"


async def test_what_two_approved_goes_on_although_one_is_revoked(network: Network, nary: Talk, vanna: Talk) -> None:
    """Control."""
    await with_settings(network.house, broadcast_alone=0)
    reader = await network.person("Dara", "news")
    network.world.advance(NIGHT)
    await send_out(nary, "t:news")
    vanna.last = None
    await vanna.say("/approvals")
    await press(vanna, "pr:")
    await vanna.press("✔ Approve")
    await network.backstage.revoke(nary.person)
    await network.pass_time(MORNING)
    assert len(network.came(reader)) == 1


# When it is over


async def test_the_report_counts_every_place_and_names_members_who_were_not_reached(
    network: Network, nary: Talk
) -> None:
    fine = await network.person("Fine", role=Role.MONITOR)
    for name in ("Blocker", "Known"):
        talk = await network.person(name, role=Role.MONITOR)
        network.world.block(talk.person)
        if name == "Known":
            tables = network.backstage.tables
            place = Place(talk.person.id)
            await network.backstage.do(partial(tables.listeners.welcome, place, Profile()))
            await network.backstage.do(partial(tables.listeners.block, talk.person.id, NOON.date()))
    await network.house.settle()
    plan = (await compose(nary, "r:members"))[-1]
    await press(nary, "bc:send:")
    await network.pass_time()
    await network.pass_time()
    over = network.shown(nary)
    assert len(network.came(fine)) == 1
    assert "Blocked: 2" in over
    assert "because it was known: 1" in over
    missed = re.search("Not reached: (.*)", over)
    assert missed is not None
    assert {*missed[1].split(", ")} == {network.members[name].handle for name in ("Blocker", "Known")}
    assert "Sent: 2 of 3" in over
    assert "not tried: 1" in plan.text


async def test_lost_answers_and_refusals_are_counted_for_what_they_are(network: Network, nary: Talk) -> None:
    people = await network.people(3, "news")
    lost, refused = people[0].person.id, people[1].person.id
    dropped: list[int] = []

    def fault(method: str, params: dict[str, Any]) -> Fault | None:
        chat_id = params.get("chat_id")
        if method == "sendMessage" and chat_id == refused:
            return Fault.no(400, "Bad Request: message is too strange")
        if method == "sendMessage" and chat_id == lost and not dropped:
            dropped.append(lost)
            return Fault.lost_reply()
        return None

    await compose(nary, "t:news")
    network.world.faults = fault
    await press(nary, "bc:send:")
    network.world.faults = None
    await network.pass_time()
    await network.pass_time()
    over = network.shown(nary)
    for line in ("Sent: 2 of 3", "Telegram refused: 1", "answers were lost: 0", "May have come twice: 1"):
        assert line in over, over
    assert "Not reached" not in over, "those are nobody's handles"


@pytest.mark.parametrize("how", ["over", "cancelled"])
async def test_nothing_of_the_text_is_left_once_it_is_over(network: Network, nary: Talk, how: str) -> None:
    await begun_at_night(network, nary)
    [before] = await network.broadcasts()
    assert before.content["en"] == EN, "control: until then it is there"
    [(sealed,)] = rows(network.house, "SELECT sealed FROM rounds WHERE key LIKE 'bc:%'")
    if how == "over":
        await network.pass_time(MORNING)
    else:
        await nary.press("✖ Cancel it")
        await nary.press("✖ Yes, cancel it")
    await network.pass_time()
    await network.pass_time()
    [after] = await network.broadcasts()
    assert not {"km", "en"} & set(after.content)
    await network.house.stop()
    kept = [one for one in network.house.settings.data_dir.iterdir() if one.is_file()]
    whole = b"".join(one.read_bytes() for one in kept)
    assert bytes(after.key.encode()) in whole, "control: that is where it would be"
    assert bytes(sealed)[-200:] not in whole, "not even sealed"
    assert not [text for text in (KM, EN) if text.encode() in whole or text[:20].encode() in whole]


async def test_the_audit_says_who_began_it_and_never_what_it_said(network: Network, nary: Talk) -> None:
    await network.person("Dara", "news")
    await send_out(nary, "t:news")
    await network.pass_time()
    [one] = await network.broadcasts()
    assert [(entry.actor, entry.on) for entry in await network.noted()] == [
        (network.members["Nary"].handle, f"{one.id}:begun"),
        ("bot", f"{one.id}:done"),
    ]
    [seen] = await nary.say("/audit")
    assert f"broadcast {one.id}, begun" in seen.text


async def test_the_list_has_those_that_run_first(network: Network, nary: Talk) -> None:
    await network.person("Dara", "news")
    await send_out(nary, "t:news")
    await network.pass_time()
    network.world.advance(NIGHT)
    await send_out(nary, "t:news")
    await network.pass_time()
    [seen] = await nary.say("/broadcast")
    assert [one[0] for one in labels(seen)[1:3]] == ["▶", "✔"]


# What people do instead


@pytest.mark.parametrize(
    ("words", "why"),
    [("", Wrong.EMPTY), (" \u200b\n", Wrong.EMPTY), ("x" * (MOST + 1), Wrong.LONG), ("😀" * 751, Wrong.LONG)],
)
def test_texts_that_cannot_go_out_are_refused(words: str, why: Wrong) -> None:
    now = NOON.replace(tzinfo=None)
    taken = BROADCAST.take(Progress(), Given(now, words=words))
    assert isinstance(taken, Refused)
    assert taken.why is why
    fits = BROADCAST.take(Progress(), Given(now, words="😀" * 750))
    assert isinstance(fits, Progress), "control"


BUTTONS: Sequence[str] = (
    "bc:whom",
    "bc:whom:d",
    "bc:to:t:news",
    "bc:see",
    "bc:urgent:1",
    "bc:send:0123456789abcdef",
    "bc:r:0123456789ab",
    "bc:pause:0123456789ab",
    "bc:go:0123456789ab",
    "bc:end:0123456789ab",
    "bc:end:0123456789ab:yes",
)


@pytest.mark.parametrize("data", BUTTONS)
async def test_old_buttons_are_answered_and_do_nothing(network: Network, nary: Talk, data: str) -> None:
    before = network.world.journal.last
    [seen] = await nary.tap(data)
    assert seen.text
    assert await network.broadcasts() == []
    assert not [params for _, params in calls_since(network.house, before) if "fault" in str(params)]


@pytest.mark.parametrize("data", ["bc:to:t:d:01234567", "bc:to:t:case:no-such-case", "bc:to:t:b:Z", "bc:to:r:nobody"])
async def test_there_is_no_audience_that_there_is_not(network: Network, nary: Talk, data: str) -> None:
    await compose(nary, "t:news")
    seen = await nary.tap(data)
    assert "Above you see it" not in seen[-1].text


async def test_what_is_over_cannot_be_paused_or_taken_up_again(network: Network, nary: Talk) -> None:
    reader = await network.person("Dara", "news")
    await send_out(nary, "t:news")
    await network.pass_time()
    [one] = await network.broadcasts()
    assert one.state == rounds.DONE
    for verb in ("pause", "go", "end", "end:{}:yes"):
        data = f"bc:{verb}".format(one.id) if "{}" in verb else f"bc:{verb}:{one.id}"
        [seen] = await nary.tap(data)
        assert seen == Seen("toast", "It is over already."), data
    assert len(network.came(reader)) == 1


def test_direction_marks_do_not_reach_anybody() -> None:
    """A second person would read something else than what they approve."""
    screen = sent("", "Pay \u2067001\u2069 dollars", "en", None)
    assert str(screen.text).startswith("Pay \ufffd001\ufffd dollars")


async def test_a_file_is_no_text(network: Network, nary: Talk) -> None:
    await nary.say("/broadcast")
    await nary.press("✎ New broadcast")
    seen = await nary.after(lambda: network.world.send_file(nary.person, "document", b"%PDF-1.7 x", file_name="a.pdf"))
    assert "cannot use a file" in seen[-1].text
