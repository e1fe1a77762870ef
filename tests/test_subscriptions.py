"""/remind and /subscriptions: few presses to be reminded in time, each with its stop, in private, in groups and in topics."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from backstage import Backstage
from conftest import House
from incident_story import count, later, rows
from refs import keyboard, labels

from bot.talk import Seen, Talk
from forms.case_news import APPEAL, HEARING, RELEASE
from forms.moment import Moment
from handlers.allowance import Allowance
from sandbox.records import Chat
from sandbox.world import World
from schedules.retention import SENT_DAYS
from storage.case_entries import CaseEntry
from storage.deadlines import OWN, Deadline
from storage.listeners import Listener, Place, Profile
from storage.members import Role
from storage.rounds import Round
from storage.sealing import ServerKey
from texts.subscriptions import MOST

NOON = dt.datetime(2026, 11, 23, 5, tzinfo=dt.UTC)
CALL = Deadline("Call for information 2027", "2027-05-15", "Europe/Zurich")
OURS = Deadline("Accounts from the provinces", "2026-12-20", "Asia/Phnom_Penh", kind=OWN)
CASE = "trial-2022-08-10"
KEPT = ("subscriptions", "listeners", "answered", "deliveries")


@pytest.fixture(autouse=True)
def monday_noon(world: World) -> None:
    """In Phnom Penh, before the bot starts."""
    world.advance(NOON - world.clock())


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is asked to slow down: much is pressed at once here."""
    monkeypatch.setattr(Allowance, "take", lambda *_: (True, False))


@pytest.fixture
def stage(house: House) -> Stage:
    return Stage(house)


@pytest.fixture
async def vanna(house: House, world: World) -> Talk:
    """A visitor who reads English."""
    talk = house.talk(world.add_person("Vanna"))
    await talk.say("/start")
    await talk.press("English")
    return talk


class Stage:
    """What lies in the tables, and what is put there behind the scenes."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.back = Backstage(house)
        self.tables = self.back.tables

    async def dated(self, deadline: Deadline = CALL) -> Deadline:
        return await self.back.do(lambda: self.tables.deadlines.add(deadline))

    async def happens(self, kind: str, at: dt.datetime) -> None:
        """Something is published of a case."""
        when = Moment(at, "minute" if at.hour else "day").to_json()
        entry = CaseEntry(CASE, kind, when, "the court", "Gecko-0", published_on="2026-11-20")
        await self.back.do(lambda: self.tables.case_entries.add(entry))

    async def topics(self, place: Place) -> list[str]:
        return await self.back.do(lambda: self.tables.subscriptions.of(place))

    async def listener(self, place: Place) -> Listener:
        found = await self.back.do(lambda: self.tables.listeners.of(place))
        assert found is not None
        return found

    async def waits(self, place: Place, subject: str, topic: str = "all") -> None:
        """A reminder of this is on its way there."""
        one = Round("reminder", subject, subject, (topic,))

        async def work() -> None:
            kept = await self.tables.rounds.open(one, NOON.date())
            assert kept is not None
            await self.tables.rounds.deliver_to(kept, [self.tables.listeners.mark(place)])

        await self.back.do(work)

    def heard(self, talk: Talk) -> list[str]:
        """Everything that the bot says in a private chat."""
        messages = self.house.world.private_chat(talk.person).messages.values()
        return [m.get("text", "") for m in messages if m["from"]["is_bot"]]

    def states(self) -> dict[str, str]:
        """What became of each delivery."""
        return dict(rows(self.house, "SELECT subject, state FROM deliveries"))

    def kept(self) -> dict[str, int]:
        """How many rows there are of what is kept for reminders."""
        return {table: count(self.house, table) for table in KEPT}


def here(talk: Talk, thread_id: int | None = None) -> Place:
    return Place(talk.chat.id, thread_id)


def next_line(seen: Seen) -> str:
    """What it says comes next."""
    [line] = [line for line in seen.text.splitlines() if line.startswith(("Next:", "បន្ទាប់៖"))]
    return line


def data(seen: Seen) -> list[str]:
    """What the buttons of a message send."""
    return [one["callback_data"] for one in keyboard(seen) if "callback_data" in one]


# Begin


async def test_all_deadlines_take_two_presses_and_it_says_when_the_next_reminder_comes(
    vanna: Talk, stage: Stage
) -> None:
    await stage.dated()
    [asked] = await vanna.say("/remind")
    assert "Of what shall I remind you here?" in asked.text
    [done] = await vanna.press("🔔 All deadlines")
    assert done.kind == "edited"
    assert "From now on I remind here of: All deadlines" in done.text
    assert next_line(done) == (
        "Next: Thursday 15 April 2027, 08:00 (Phnom Penh), for “Call for information 2027”, which ends Sunday 16 May"
        " 2027, 05:00 (Phnom Penh)"
    )
    assert await stage.topics(here(vanna)) == ["all"]
    assert await stage.listener(here(vanna)) == Listener(here(vanna), Profile())


async def test_nobody_who_only_looks_is_remembered(vanna: Talk, stage: Stage) -> None:
    await stage.dated()
    for said in ("/remind", "/subscriptions", "/remind xyzzy", "/remind trial"):
        await vanna.say(said)
    for pressed in ("sb", "sb:new", "sb:b", "sb:c", "sb:p:2", "sb:set", "sb:set:zone:ny", "sb:zzz:3", "sb:off"):
        await vanna.tap(pressed)
    assert set(stage.kept().values()) == {0}


@pytest.mark.parametrize(
    ("words", "topic"),
    [
        ("D", "b:D"),
        ("៤", "b:D"),
        ("Kem Sokha", "case:kem-sokha"),
        ("កឹម សុខា", "case:kem-sokha"),
        ("all", "all"),
        ("ទាំងអស់", "all"),
        ("News", "news"),
        ("call for information", "d:"),
    ],
)
async def test_what_is_clearly_meant_by_words_is_begun_at_once_and_can_be_stopped_with_one_press(
    vanna: Talk, stage: Stage, words: str, topic: str
) -> None:
    deadline = await stage.dated()
    topic = f"d:{deadline.id}" if topic == "d:" else topic
    [done] = await vanna.say(f"/remind {words}")
    assert await stage.topics(here(vanna)) == [topic]
    assert "From now on I remind here of:" in done.text
    [stopped] = await vanna.tap(f"sb:off:{topic}")
    assert f"sb:off:{topic}" in data(done)
    assert "I remind here no more of:" in stopped.text
    assert await stage.topics(here(vanna)) == []
    await vanna.press("↩ Remind again")
    assert await stage.topics(here(vanna)) == [topic]


async def test_words_that_may_mean_several_things_offer_them_and_begin_none(vanna: Talk, stage: Stage) -> None:
    await stage.dated(replace(CALL, title="Kem Sokha: letters"))
    [asked] = await vanna.say("/remind Kem Sokha")
    assert "Which of these do you mean" in asked.text
    assert "sb:on:case:kem-sokha" in data(asked)
    assert await stage.topics(here(vanna)) == []
    await vanna.press("🔔 Kem Sokha")
    assert await stage.topics(here(vanna)) == ["case:kem-sokha"]


async def test_words_that_mean_nothing_are_said_back_and_the_choice_is_shown(vanna: Talk, stage: Stage) -> None:
    [asked] = await vanna.say("/remind <b>xyzzy")
    assert "“<b>xyzzy”" in asked.text
    assert "🔔 All deadlines" in labels(asked)
    assert await stage.topics(here(vanna)) == []


@pytest.mark.parametrize("said", ["stop", "STOP!", "Please stop.", "ឈប់", "សូមឈប់រំលឹកខ្ញុំ។"])
async def test_who_writes_that_it_is_enough_sees_what_can_be_stopped_and_nothing_ends_without_a_press(
    vanna: Talk, stage: Stage, said: str
) -> None:
    await stage.dated()
    [nothing] = await vanna.say(said)
    assert "I remind you of nothing here." in nothing.text
    await vanna.say("/remind all")
    [asked] = await vanna.say(said)
    assert "Press 🔕 below at what shall end. Nothing has ended yet." in asked.text
    assert {"sb:off:all", "sb:off"} <= set(data(asked))
    assert await stage.topics(here(vanna)) == ["all"]
    [found] = await vanna.say("stop prosecuting the opposition")
    assert "sb:off:all" not in data(found), "control: other words are looked up in the report"


@pytest.mark.parametrize("said", ["remind me", "Reminders", "សូមរំលឹកខ្ញុំផង"])
async def test_who_writes_to_be_reminded_is_asked_of_what(vanna: Talk, said: str) -> None:
    [asked] = await vanna.say(said)
    assert "Of what shall I remind you here?" in asked.text


async def test_what_all_deadlines_still_bring_is_not_said_to_have_ended(vanna: Talk, stage: Stage) -> None:
    one = await stage.dated()
    await vanna.tap(f"sb:on:d:{one.id}")
    [ended] = await vanna.tap(f"sb:off:d:{one.id}")
    assert "still brings it" not in ended.text, "control: nothing else brings it"
    await vanna.tap("sb:on:all")
    for topic in (f"d:{one.id}", "b:D"):
        await vanna.tap(f"sb:on:{topic}")
        [ended] = await vanna.tap(f"sb:off:{topic}")
        assert "“All deadlines” still brings it." in ended.text
    await vanna.tap("sb:on:case:kem-sokha")
    [ended] = await vanna.tap("sb:off:case:kem-sokha")
    assert "still brings it" not in ended.text, "of a case only who asks for it is told"


async def test_a_single_deadline_is_offered_by_its_name_until_all_are_chosen(vanna: Talk, stage: Stage) -> None:
    deadline = await stage.dated()
    await stage.dated(replace(CALL, title="Cancelled", cancelled=True))
    await stage.dated(replace(CALL, title="Long ago", day="2026-05-15"))
    [asked] = await vanna.say("/remind")
    assert [one for one in data(asked) if one.startswith("sb:on:d:")] == [f"sb:on:d:{deadline.id}"]
    await vanna.press("🔔 Call for information 2027")
    assert await stage.topics(here(vanna)) == [f"d:{deadline.id}"]
    await vanna.tap("sb:on:all")
    [asked] = await vanna.say("/remind")
    assert not [one for one in data(asked) if one.startswith("sb:on:d:")]


async def test_letters_show_what_is_chosen(vanna: Talk, stage: Stage) -> None:
    await vanna.say("/remind")
    [asked] = await vanna.press("📊 A benchmark")
    await vanna.press("D")
    await vanna.tap("sb:b")
    assert vanna.last is not None
    assert "✔ D" in labels(vanna.last)
    assert "D" in labels(asked), "control"


@pytest.mark.parametrize(("ref", "topic"), [("b:D", "b:D"), (f"c:{CASE}", f"case:{CASE}")])
async def test_cards_of_benchmarks_and_cases_have_a_button_that_begins_and_then_one_that_stops(
    vanna: Talk, stage: Stage, ref: str, topic: str
) -> None:
    await vanna.tap(ref)
    await vanna.press("🔔 Remind me")
    assert await stage.topics(here(vanna)) == [topic]
    [card] = await vanna.tap(ref)
    assert "🔔 Remind me" not in labels(card)
    await vanna.press("🔕 No more reminders of it")
    assert await stage.topics(here(vanna)) == []


async def test_the_button_stands_below_what_the_network_says_and_replaces_none_of_it(
    house: House, world: World, stage: Stage
) -> None:
    person = world.add_person("Chenda")
    await house.admit(person, Role.COORDINATOR)
    talk = house.talk(person)
    [card] = await talk.say("/benchmark D")
    sent = data(card)
    assert "as:D" in sent, "what coordinators are offered is still there"
    assert sent.index("as:D") < sent.index("sb:on:b:D") < sent.index("home")


async def test_old_buttons_below_cases_still_do_what_they_said(vanna: Talk, stage: Stage) -> None:
    await vanna.tap(f"fo:case:{CASE}")
    assert await stage.topics(here(vanna)) == [f"case:{CASE}"]
    await vanna.tap(f"fo:off:case:{CASE}")
    assert await stage.topics(here(vanna)) == []


@pytest.mark.parametrize(
    "pressed", ["sb:on:d:00000000", "sb:on:case:nobody", "fo:case:nobody", "sb:again:d:00000000:2027-05-15"]
)
async def test_a_button_of_what_is_gone_is_answered_calmly_and_keeps_nothing(
    vanna: Talk, stage: Stage, pressed: str
) -> None:
    [said] = await vanna.tap(pressed)
    assert "That is over, or not there any more" in said.text
    assert set(stage.kept().values()) == {0}


async def test_what_is_gone_can_still_be_stopped_and_says_so(vanna: Talk, stage: Stage) -> None:
    deadline = await stage.dated()
    await vanna.tap(f"sb:on:d:{deadline.id}")
    await stage.back.do(lambda: stage.tables.deadlines.change(replace(deadline, cancelled=True)))
    [shown] = await vanna.say("/subscriptions")
    assert "Something that is over" in shown.text
    await vanna.press("🔕 Something that is over")
    assert await stage.topics(here(vanna)) == []
    assert vanna.last is not None
    assert "↩ Remind again" not in labels(vanna.last)


async def test_forty_things_are_enough_for_one_chat_and_that_is_said_kindly(vanna: Talk, stage: Stage) -> None:
    async def work() -> None:
        for number in range(MOST):
            await stage.tables.subscriptions.begin(here(vanna), f"case:no-{number}", Profile())

    await stage.back.do(work)
    [said] = await vanna.say("/remind D")
    assert f"{MOST} things already" in said.text
    assert "b:D" not in await stage.topics(here(vanna))
    assert "1/5" in labels(said)
    await vanna.tap("sb:off:case:no-7")
    await vanna.say("/remind D")
    assert "b:D" in await stage.topics(here(vanna)), "control"


# What comes next


async def _next(vanna: Talk) -> str:
    [shown] = await vanna.say("/subscriptions")
    return next_line(shown)


@pytest.mark.parametrize(
    ("pressed", "said"),
    [
        ((), "Thursday 15 April 2027, 08:00 (Phnom Penh)"),
        (("sb:set:few",), "Saturday 8 May 2027, 08:00 (Phnom Penh)"),
        (("sb:set:few", "sb:set:all"), "Thursday 15 April 2027, 08:00 (Phnom Penh)"),
        (("sb:set:zone:ny",), "Thursday 15 April 2027, 08:00 (New York)"),
        (("sb:set:zone:me",), "Thursday 15 April 2027, 08:00 (Melbourne)"),
        (("sb:set:quiet:none",), "Thursday 15 April 2027, 08:00 (Phnom Penh)"),
    ],
)
async def test_each_setting_says_what_it_means_for_the_next_reminder(
    vanna: Talk, stage: Stage, pressed: tuple[str, ...], said: str
) -> None:
    await stage.dated()
    await vanna.say("/remind all")
    for one in pressed:
        [shown] = await vanna.tap(one)
        assert "✔ Changed." in shown.text
    assert next_line((await vanna.tap("sb:set"))[0] if pressed else (await vanna.say("/subscriptions"))[0]).startswith(
        f"Next: {said}"
    )


async def test_what_comes_first_of_several_is_next(vanna: Talk, stage: Stage) -> None:
    await stage.dated()
    await vanna.say("/remind all")
    assert "15 April 2027" in await _next(vanna)
    await stage.dated(OURS)
    assert "Sunday 6 December 2026, 08:00" in await _next(vanna), "14 days before: 30 days before is over"
    assert OURS.title in await _next(vanna)


async def test_a_date_of_ours_concerns_no_benchmark_and_a_call_concerns_all(vanna: Talk, stage: Stage) -> None:
    await vanna.say("/remind D")
    await stage.dated(OURS)
    assert await _next(vanna) == "Next: nothing is due yet. As soon as something is, I say so here."
    await stage.dated(replace(CALL, benchmarks=("A",)))
    assert "nothing is due" in await _next(vanna)
    await stage.dated(CALL)
    assert "15 April 2027" in await _next(vanna)


@pytest.mark.parametrize("over", [{"cancelled": True}, {"sent_on": "2026-11-01"}])
async def test_of_what_was_cancelled_or_sent_nothing_is_next(vanna: Talk, stage: Stage, over: dict[str, Any]) -> None:
    await stage.dated(replace(CALL, **over))
    await vanna.say("/remind all")
    assert "nothing is due" in await _next(vanna)


async def test_of_announcements_alone_nobody_knows_when(vanna: Talk) -> None:
    await vanna.say("/remind news")
    assert await _next(vanna) == "Next: what the network announces, when it does."


@pytest.mark.parametrize(("kind", "comes"), [(HEARING, True), (APPEAL, True), (RELEASE, False)])
async def test_a_date_of_a_case_is_next_for_those_who_asked_for_the_case(
    vanna: Talk, stage: Stage, kind: str, comes: bool
) -> None:
    await stage.happens(kind, dt.datetime(2026, 12, 7, 9))
    await vanna.say("/remind news")
    assert "a date of a case" not in await _next(vanna), "control"
    await vanna.tap(f"sb:on:case:{CASE}")
    said = "Next: Monday 30 November 2026, 08:00 (Phnom Penh), for a date of a case"
    assert (await _next(vanna) == said) is comes


async def test_the_next_reminder_comes_exactly_when_it_was_said_with_a_stop_that_ends_it(
    vanna: Talk, house: House, world: World, stage: Stage
) -> None:
    deadline, other = await stage.dated(OURS), house.talk(world.add_person("Maly"))
    await vanna.say("/remind all")
    await other.say("/remind all")
    await later(house, dt.timedelta(minutes=1))
    assert "Sunday 6 December 2026, 08:00 (Phnom Penh)" in await _next(vanna)
    before = stage.heard(vanna)
    await later(house, dt.datetime(2026, 12, 6, 0, 59, tzinfo=dt.UTC) - house.world.clock())
    assert stage.heard(vanna) == before
    await later(house, dt.timedelta(minutes=2))
    assert len(stage.heard(vanna)) == len(before) + 1
    assert OURS.title in stage.heard(vanna)[-1]
    assert "Sunday 13 December 2026, 08:00 (Phnom Penh)" in await _next(vanna)
    [said] = await vanna.tap(f"sb:stop:d:{deadline.id}:{OURS.day}")
    assert "nothing is due" in next_line(said)
    heard, others = stage.heard(vanna), stage.heard(other)
    await later(house, dt.timedelta(days=8))
    assert stage.heard(vanna) == heard
    assert len(stage.heard(other)) > len(others), "control"


async def test_a_deadline_that_cannot_be_reckoned_with_stops_no_other(vanna: Talk, stage: Stage) -> None:
    broken = await stage.dated(replace(CALL, zone="Europe/Atlantis"))
    await stage.dated(replace(CALL, day="2027-02-30"))
    await stage.dated(OURS)
    await vanna.say("/remind all")
    assert OURS.title in await _next(vanna)
    [said] = await vanna.tap(f"sb:stop:d:{broken.id}:2027-05-15")
    assert "no more reminders of it come here" in said.text


# Stop


async def test_stop_on_a_reminder_ends_it_for_this_time_and_here_alone(
    vanna: Talk, house: House, world: World, stage: Stage
) -> None:
    deadline = await stage.dated(replace(CALL, repeats="yearly"))
    other = house.talk(world.add_person("Maly"))
    for talk in (vanna, other):
        await talk.say("/remind all")
    for step, talk in (("d30", vanna), ("d14", other)):
        await stage.waits(here(talk), f"d:{deadline.id}:1:2027-05-15:{step}")
    await stage.waits(here(vanna), f"d:{deadline.id}:1:2028-05-15:d30")
    [said] = await vanna.tap(f"sb:stop:d:{deadline.id}:2027-05-15")
    assert "No more reminders of this here:" in said.text
    assert "Saturday 15 May 2027" in said.text
    assert "14 April 2028" not in next_line(said)
    assert "15 April 2028" in next_line(said), "a year later it is another one"
    assert stage.states() == {
        f"d:{deadline.id}:1:2027-05-15:d30": "void",
        f"d:{deadline.id}:1:2027-05-15:d14": "waiting",
        f"d:{deadline.id}:1:2028-05-15:d30": "waiting",
    }
    assert "15 April 2027" in await _next(other)
    assert {"sb:off", "sb"} < set(data(said)), "everything can be stopped beside it"
    [again] = await vanna.press("↩ Remind again")
    assert "15 April 2027" in next_line(again)
    assert count(house, "answered") == 0


@pytest.mark.parametrize("day", ["2027-05-16", "9999-12-31", "2027-02-30"])
async def test_a_stop_of_a_day_that_the_deadline_has_not_is_answered_and_keeps_nothing(
    vanna: Talk, house: House, stage: Stage, day: str
) -> None:
    deadline = await stage.dated()
    [said] = await vanna.tap(f"sb:stop:d:{deadline.id}:{day}")
    assert "was changed or cancelled" in said.text
    assert count(house, "answered") == 0
    await vanna.tap(f"sb:stop:d:{deadline.id}:2027-05-15")
    assert count(house, "answered") == 1, "control"


async def test_a_stop_of_a_deadline_that_is_gone_is_answered(vanna: Talk, house: House) -> None:
    [said] = await vanna.tap("sb:stop:d:0123abcd:2027-05-15")
    assert "no more reminders of it come here" in said.text
    assert count(house, "answered") == 0


async def test_a_chat_that_is_told_of_nothing_can_begin_with_one_press(vanna: Talk, stage: Stage) -> None:
    await vanna.say("/subscriptions")
    await vanna.press("🔔 All deadlines")
    assert await stage.topics(here(vanna)) == ["all"]


async def test_stop_everything_works_at_once_and_within_a_day_the_chat_is_forgotten(
    vanna: Talk, house: House, stage: Stage
) -> None:
    await vanna.say("/remind all")
    await vanna.say("/remind D")
    await stage.waits(here(vanna), "d:0:1:2027-05-15:d30")
    await vanna.say("/subscriptions")
    [done] = await vanna.press("🔕 Stop everything")
    assert "I remind here of nothing any more" in done.text
    assert await stage.topics(here(vanna)) == []
    assert set(stage.states().values()) == {"void"}
    await later(house, dt.timedelta(days=1))
    assert count(house, "listeners") == 0


# How


@pytest.mark.parametrize(
    ("pressed", "profile", "digest"),
    [
        ("sb:set:zone:ge", Profile("Europe/Zurich"), False),
        ("sb:set:zone:bk", Profile("Asia/Bangkok"), False),
        ("sb:set:zone:la", Profile("America/Los_Angeles"), False),
        ("sb:set:quiet:22-6", Profile(quiet_from=22, quiet_to=6), False),
        ("sb:set:quiet:none", Profile(quiet_from=0, quiet_to=0), False),
        ("sb:set:few", Profile(leads="few"), False),
        ("sb:set:one", Profile(), True),
        ("sb:set:each", Profile(), False),
    ],
)
async def test_each_setting_is_kept(vanna: Talk, stage: Stage, pressed: str, profile: Profile, digest: bool) -> None:
    await vanna.say("/remind all")
    await vanna.tap(pressed)
    assert await stage.listener(here(vanna)) == Listener(here(vanna), profile, digest)


async def test_settings_of_a_chat_that_is_told_of_nothing_are_not_kept(vanna: Talk, house: House) -> None:
    await vanna.say("/subscriptions")
    for pressed in ("sb:set", "sb:set:quiet", "sb:set:zone:ge", "sb:zzz", "sb:zzz:7"):
        seen = await vanna.tap(pressed)
        shown = seen[0] if seen else vanna.last
        assert shown is not None
        assert "Choose first of what I shall remind here" in shown.text
    assert count(house, "listeners") == 0


async def test_the_way_to_the_settings_and_back_is_open(vanna: Talk) -> None:
    await vanna.say("/remind all")
    await vanna.press("⚙ Settings")
    for choice, press in (("Time zone", "Geneva"), ("Quiet hours", "22:00–06:00")):
        await vanna.press(choice)
        [shown] = await vanna.press(press)
        assert shown.text.startswith("✔ Changed.")
        assert press in shown.text
    [shown] = await vanna.press("In one message")
    assert "Several on one morning: in one message" in shown.text
    [shown] = await vanna.press("Each by itself")
    assert "Several on one morning: each by itself" in shown.text


async def test_a_chat_that_sleeps_gets_nothing_until_it_wakes_up(vanna: Talk, house: House, stage: Stage) -> None:
    await stage.dated(OURS)
    await vanna.say("/remind all")
    await stage.waits(here(vanna), "d:0:1:2027-05-15:d30")
    await vanna.press("😴 Pause")
    [shown] = await vanna.press("14 days")
    wakes = int(NOON.timestamp()) + 14 * 86400
    assert "I send nothing until Monday 7 December 2026, 12:00 (Phnom Penh)" in shown.text
    assert "Monday 7 December 2026, 12:00" in next_line(shown), "what fell due meanwhile comes then"
    assert abs((await stage.listener(here(vanna))).asleep_until - wakes) < 60
    assert abs(rows(house, "SELECT not_before FROM deliveries")[0][0] - wakes) < 60
    await vanna.press("😴 Pause")
    [shown] = await vanna.press("⏰ Wake up now")
    assert "Sunday 6 December 2026, 08:00" in next_line(shown)
    assert rows(house, "SELECT not_before FROM deliveries") == [(0,)]


async def test_who_sleeps_over_a_deadline_is_warned(vanna: Talk, stage: Stage) -> None:
    await stage.dated(replace(OURS, day="2026-11-28"))
    await vanna.say("/remind all")
    [shown] = await vanna.tap("sb:zzz:3")
    assert "⚠️" not in shown.text, "control"
    [shown] = await vanna.tap("sb:zzz:7")
    assert f"⚠️ This is over before I wake up: {OURS.title}" in shown.text
    assert "nothing is due" in next_line(shown)


# Groups and topics


@pytest.fixture
def group(world: World) -> Chat:
    return world.add_group("Network", people=[world.add_person("Kim"), world.add_person("Lin")])


def in_group(house: House, world: World, group: Chat, which: int = 0) -> Talk:
    return house.talk(world.people[group.people[which]], group)


async def test_in_a_group_it_says_who_sees_it_and_who_may_change_it(
    house: House, world: World, group: Chat, vanna: Talk
) -> None:
    kim = in_group(house, world, group)
    for said in ("/remind", "/remind D", "/remind Kem Sokha", "/subscriptions"):
        assert "👥 Everybody in this group sees the reminders" in (await kim.say(said))[-1].text
        assert "👥" not in (await vanna.say(said))[-1].text, "control"


async def test_anybody_in_a_group_may_stop_what_another_began(
    house: House, world: World, group: Chat, stage: Stage
) -> None:
    kim, lin = in_group(house, world, group), in_group(house, world, group, 1)
    await kim.say("/remind D")
    assert await stage.topics(Place(group.id)) == ["b:D"]
    lin.last = kim.last
    await lin.press("🔕 Stop everything")
    assert await stage.topics(Place(group.id)) == []
    assert await stage.topics(Place(kim.person.id)) == [], "nothing of it concerns their private chats"


async def test_each_topic_of_a_forum_is_a_place_of_its_own(
    house: House, world: World, group: Chat, stage: Stage
) -> None:
    kim = in_group(house, world, group)
    first, second = (world.open_topic(kim.person, group, name) for name in ("Cases", "Calls"))
    await kim.say("/remind D", thread_id=first)
    await kim.say("/remind all", thread_id=second)
    assert await stage.topics(Place(group.id, first)) == ["b:D"]
    assert await stage.topics(Place(group.id, second)) == ["all"]
    assert await stage.topics(Place(group.id)) == []
    [shown] = await kim.say("/subscriptions", thread_id=first)
    assert shown.message["message_thread_id"] == first
    assert [one for one in data(shown) if one.startswith("sb:off:")] == ["sb:off:b:D"]
    await kim.press("⚙ Settings")
    await kim.tap("sb:set:few")
    assert (await stage.listener(Place(group.id, first))).profile.leads == "few"
    assert (await stage.listener(Place(group.id, second))).profile.leads == "all"


async def test_a_card_in_a_group_offers_to_remind_the_group(house: House, world: World, group: Chat) -> None:
    kim = in_group(house, world, group)
    [card] = await kim.say("/benchmark D")
    assert "🔔 Remind this group" in labels(card)
    assert "🔔 Remind me" not in labels(card)


# Whether it can be written to


async def _blocked(stage: Stage, chat_id: int) -> bool:
    return await stage.back.do(lambda: stage.tables.listeners.is_blocked(chat_id))


async def test_who_blocks_the_bot_is_not_tried_and_is_back_with_all_they_asked_for(
    vanna: Talk, house: House, world: World, stage: Stage
) -> None:
    await vanna.say("/remind all")
    world.block(vanna.person)
    await house.settle()
    assert await _blocked(stage, vanna.chat.id)
    assert await stage.back.do(lambda: stage.tables.subscriptions.count(["all"])) == 0
    world.unblock(vanna.person)
    await house.settle()
    assert not await _blocked(stage, vanna.chat.id)
    assert await stage.topics(here(vanna)) == ["all"]
    assert await stage.back.do(lambda: stage.tables.subscriptions.count(["all"])) == 1


async def test_a_message_in_private_shows_that_somebody_is_back(vanna: Talk, stage: Stage) -> None:
    """Should Telegram's own word of it have been missed."""
    await vanna.say("/remind all")
    await stage.back.do(lambda: stage.tables.listeners.block(vanna.chat.id, NOON.date()))
    assert await _blocked(stage, vanna.chat.id)
    await vanna.say("prisons")
    assert not await _blocked(stage, vanna.chat.id)


async def test_a_group_that_sends_the_bot_away_is_left_alone_until_it_takes_it_in_again(
    house: House, world: World, group: Chat, stage: Stage
) -> None:
    kim = in_group(house, world, group)
    await kim.say("/remind all")
    world.set_bot_status(group, "kicked")
    await house.settle()
    assert await _blocked(stage, group.id)
    await kim.tap("sb:set")
    assert await _blocked(stage, group.id), "an old button can be pressed in a group that sent it away"
    assert await stage.topics(Place(group.id)) == ["all"]
    world.set_bot_status(group, "member")
    await house.settle()
    assert not await _blocked(stage, group.id)


async def test_a_group_that_became_a_supergroup_takes_its_reminders_along(
    house: House, world: World, stage: Stage
) -> None:
    small = world.add_small_group("Friends", people=[world.add_person("Gita")])
    gita = in_group(house, world, small)
    await gita.say("/remind all")
    await gita.tap("sb:set:zone:ge")
    large = world.upgrade(small)
    await house.settle()
    assert await stage.topics(Place(large.id)) == ["all"]
    assert (await stage.listener(Place(large.id))).profile.zone == "Europe/Zurich"
    assert stage.kept() | {"deliveries": 0} == {"subscriptions": 1, "listeners": 1, "answered": 0, "deliveries": 0}


# What is kept


async def test_privacy_says_what_is_kept_and_one_press_deletes_all_of_it(
    vanna: Talk, house: House, world: World, stage: Stage
) -> None:
    other = house.talk(world.add_person("Maly"))
    deadline = await stage.dated()
    for talk in (vanna, other):
        await talk.say("/remind all")
        await stage.waits(here(talk), f"d:{deadline.id}:1:2027-05-15:{talk.person.id}")
        await stage.waits(here(talk), f"d:0:1:2027-05-15:{talk.person.id}")
        await talk.tap(f"sb:stop:d:{deadline.id}:2027-05-15")
    assert stage.kept() == {"subscriptions": 2, "listeners": 2, "answered": 2, "deliveries": 4}
    [said] = await vanna.say("/privacy")
    assert "What I keep when you ask to be reminded" in said.text
    assert f"for {SENT_DAYS} days" in said.text
    [done] = await vanna.press("Forget my language and my reminders")
    assert "no more reminders come" in done.text
    assert stage.kept() == {"subscriptions": 1, "listeners": 1, "answered": 1, "deliveries": 2}
    assert await stage.topics(here(other)) == ["all"]


async def test_who_stopped_before_and_then_wants_to_be_forgotten_is_forgotten(
    vanna: Talk, house: House, stage: Stage
) -> None:
    await vanna.say("/remind all")
    await stage.waits(here(vanna), "d:0:1:2027-05-15:d30")
    await vanna.tap("sb:off")
    await later(house, dt.timedelta(days=1))
    assert stage.kept() == {"subscriptions": 0, "listeners": 0, "answered": 0, "deliveries": 1}
    await vanna.tap("priv:forget")
    assert set(stage.kept().values()) == {0}


async def test_wipe_says_that_reminders_go_on_where_there_are_any(vanna: Talk) -> None:
    [done] = await vanna.say("/wipe")
    assert "/subscriptions" not in done.text, "control"
    await vanna.say("/remind all")
    [done] = await vanna.say("/wipe")
    assert "still come. To end them: /subscriptions" in done.text


async def test_who_followed_a_case_before_there_were_reminders_is_still_told(
    vanna: Talk, house: House, stage: Stage
) -> None:
    server = ServerKey.load(house.settings.server_key, NOON.date())
    chat, topic = server.pseudonym(vanna.chat.id), f"case:{CASE}"
    row = (chat, topic, server.seal_chat(vanna.chat.id, f"follow:{chat.hex()}:{topic}"))
    database = stage.back._database
    await stage.back.do(partial(database.execute, "INSERT INTO follows (chat, topic, address) VALUES (?, ?, ?)", row))
    await house.restart()
    assert count(house, "follows") == 0
    assert await Stage(house).topics(here(vanna)) == [topic]


async def test_a_restart_changes_nothing(vanna: Talk, house: House, stage: Stage) -> None:
    await stage.dated()
    await vanna.say("/remind all")
    await vanna.tap("sb:set:zone:ny")
    before = (await vanna.say("/subscriptions"))[0].text
    await house.restart()
    assert (await vanna.say("/subscriptions"))[0].text == before


async def test_in_khmer_every_screen_is_khmer(sok: Talk, stage: Stage) -> None:
    await stage.dated()
    [asked] = await sok.say("/remind")
    assert "តើលោកអ្នកចង់ឱ្យខ្ញុំរំលឹកអំពីអ្វីនៅទីនេះ?" in asked.text
    [done] = await sok.press("🔔 ថ្ងៃផុតកំណត់ទាំងអស់")
    assert next_line(done).startswith("បន្ទាប់៖ ")
    assert "(ភ្នំពេញ)" in next_line(done)
