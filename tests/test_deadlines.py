"""/deadlines: what is due, what is only expected and what is history; entering it in a minute, changing it, ending it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from backstage import Backstage
from conftest import House
from incident_story import at_noon
from reviewed import HEAD, Reviewed

from bot.talk import Seen, Talk
from documents.calendar import Reader, calendar
from facts.report import Report
from forms.deadline import CALL, DEADLINE, OWN, zone
from forms.form import Given, Progress, Refused, Wrong
from forms.steps import day_answer
from forms.when import hour
from handlers.deadline_answers import answers_of, changed, deadline_of, expected, together
from sandbox.world import World
from storage.audit import Act
from storage.deadlines import Deadline
from storage.listeners import Place, Profile
from storage.members import Role
from storage.rounds import NOTICE, REMINDER, RUNNING, VOID, Round
from texts.deadlines import Rhythm, mandate
from texts.due import proposed_title

PAGE = "https://example.org/call"
NEW_CALL = (
    "dl:new:2027",
    "f:c:dl_day:proposed",
    "f:c:dl_hour:whole",
    "f:skip:dl_internal",
    PAGE,
    "f:skip:dl_details",
)
"""What a coordinator does to confirm what is expected, up to the summary."""
OWN_DATE = (
    "dl:new",
    "f:c:dl_kind:own",
    "Accounts from the provinces",
    "4 December 2026",
    "f:yes:dl_day",
    "5 pm",
    "f:c:dl_zone:phnom_penh",
    "f:c:dl_repeats:weekly",
    "f:skip:dl_internal",
    "f:skip:benchmarks",
    "f:skip:dl_responsible",
)
KNOWN = Deadline(
    proposed_title(2027),
    "2027-05-15",
    "Europe/Zurich",
    time="17:00",
    mandate=mandate(),
    symbol="A/HRC/66/1",
    opens="2027-03-03",
    internal="2027-05-01",
    benchmarks=("D", "E"),
    languages=("english",),
    formats=("pdf", "word"),
    limits="2,500 words",
    address="somebody@example.org",
    questions="One.\nTwo.",
    publication="request",
    source=PAGE,
    responsible="",
    checked_by="Lotus-4",
    checked_on="2026-11-23",
)


class Desk:
    """Somebody at the bot, at the pace of a person, and what is kept behind the scenes."""

    def __init__(self, house: House, talk: Talk, handle: str = "") -> None:
        self.house = house
        self.talk = talk
        self.handle = handle
        self._backstage = Backstage(house)
        self.tables = self._backstage.tables

    async def do(self, *deeds: str) -> Seen:
        """Press what is the data of a button, write everything else; the last that is seen."""
        seen: list[Seen] = []
        for deed in deeds:
            self.house.world.advance(dt.timedelta(seconds=3))
            pressed = deed.startswith(("dl", "f:", "d:", "sb:", "as:"))
            seen = await (self.talk.tap(deed) if pressed else self.talk.say(deed))
        assert seen, f"nothing answered {deeds[-1]}"
        return seen[-1]

    async def all(self) -> list[Deadline]:
        return await self._backstage.do(self.tables.deadlines.all)

    async def one(self) -> Deadline:
        [found] = await self.all()
        return found

    async def keep(self, one: Deadline) -> Deadline:
        """Entered behind the scenes."""
        return await self._backstage.do(lambda: self.tables.deadlines.add(one))

    async def rounds(self, beginning: str) -> list[Round]:
        return await self._backstage.do(lambda: self.tables.rounds.of(beginning))

    async def states(self, round_id: str) -> list[str]:
        return list((await self._backstage.do(lambda: self.tables.deliveries.states(round_id))).values())

    async def subscribe(self, place: Place, topic: str = "all") -> None:
        profile = Profile()
        await self._backstage.do(lambda: self.tables.subscriptions.begin(place, topic, profile))

    async def remind(self, one: Deadline, place: Place, state: str = "sent", step: str = "d30") -> Round:
        """A step of the reminders, and how it ended at a place."""
        subject = f"d:{one.id}:{one.version}:{one.day}:{step}"
        content = {"deadline": one.id, "version": one.version, "day": one.day, "step": step, "due": 0}
        planned = Round(REMINDER, f"{subject}:everybody", subject, ("all",), content=content)

        async def deed() -> Round:
            opened = await self.tables.rounds.open(planned, dt.date(2026, 11, 23))
            assert opened is not None
            mark = self.tables.listeners.mark(place)
            await self.tables.rounds.deliver_to(opened, [mark])
            if state != "waiting":
                [delivery] = await self.tables.deliveries.waiting(opened.id, 2**40, 1)
                await self.tables.deliveries.queue({"to:1": [delivery]}, 0)
                await self.tables.deliveries.ended([(state, "to:1")])
            return opened

        return await self._backstage.do(deed)


async def desk(house: House, name: str, role: Role | None = None, language: str = "en") -> Desk:
    person = house.world.add_person(name)
    member = await house.admit(person, role) if role is not None else None
    talk = house.talk(person)
    await talk.say("/start")
    await talk.tap(f"lang:{language}")
    return Desk(house, talk, member.handle if member else "")


@pytest.fixture
async def lotus(house: House, world: World) -> Desk:
    at_noon(world)
    return await desk(house, "Chenda", Role.COORDINATOR)


@pytest.fixture
async def visitor(house: House, lotus: Desk) -> Desk:
    return await desk(house, "Bopha")


def datas(seen: Seen) -> list[str]:
    rows = seen.message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["callback_data"] for row in rows for button in row if "callback_data" in button]


# What is due, what is expected, what is history


async def test_what_is_only_expected_says_so_and_from_which_paragraph_it_is_known(visitor: Desk) -> None:
    seen = await visitor.do("/deadlines")
    assert "Expected for 2027, not announced" in seen.text
    for known in ("March", "15 May", "September", "2023", "para. 3"):
        assert known in seen.text
    assert not any(data.startswith("dl:new") for data in datas(seen)), "only coordinators may confirm it"


async def test_a_confirmed_call_takes_the_place_of_what_is_expected_of_its_year_alone(lotus: Desk) -> None:
    await lotus.keep(replace(KNOWN, day="2028-05-15", opens="", internal=""))
    assert "Expected for 2027" in (await lotus.do("/deadlines")).text, "control: one of another year does not"
    await lotus.keep(KNOWN)
    seen = await lotus.do("/deadlines")
    assert "Expected" not in seen.text
    assert seen.text.index("until 17:00 on 15 May 2027") < seen.text.index("2028"), "the first comes first"


async def test_a_cancelled_call_confirms_nothing(lotus: Desk) -> None:
    await lotus.keep(replace(KNOWN, cancelled=True))
    assert "Expected for 2027" in (await lotus.do("/deadlines")).text


async def test_after_the_expected_day_that_of_the_next_year_is_expected(report: Report) -> None:
    rhythm = Rhythm.of(report)
    assert rhythm is not None
    assert rhythm.next(dt.date(2027, 5, 15)) == dt.date(2027, 5, 15)
    assert rhythm.next(dt.date(2027, 5, 16)) == dt.date(2028, 5, 15)


@pytest.mark.parametrize("asked", ["when is the deadline?", "What's due?", "ពេលណាផុតកំណត់", "តើត្រូវផ្ញើពេលណា?"])
async def test_who_asks_for_the_deadline_in_plain_words_is_told_the_coming_one_and_that_the_reports_is_over(
    lotus: Desk, visitor: Desk, asked: str
) -> None:
    assert "Expected for 2027, not announced" in (await visitor.do(asked)).text
    one = await lotus.keep(KNOWN)
    seen = await visitor.do(asked)
    assert "until 17:00 on 15 May 2027 in Geneva" in seen.text
    assert "The call of the report itself ended on 15 May 2023 (para. 3)." in seen.text
    assert f"dl:{one.id}" in datas(seen)
    looked_up = await visitor.do("deadline 2023")
    assert "d:call-2023" in datas(looked_up), "control: other words are looked up in the report"


async def test_the_reports_own_deadlines_are_history_and_say_that_they_closed(visitor: Desk) -> None:
    seen = await visitor.do("dl:all")
    assert "15 May 2023: closed." in seen.text
    card = await visitor.do("d:call-2023")
    assert "closed" in card.text
    assert "dl" in datas(card)
    assert "dl" in datas(await visitor.do("/dates"))
    other = await visitor.do("d:kem-sokha-verdict")
    assert "closed" not in other.text, "control: other dates have no such way"
    assert "dl" not in datas(other)


async def test_both_clocks_and_how_long_is_left_are_shown_to_everybody_and_in_groups(
    house: House, lotus: Desk, visitor: Desk
) -> None:
    one = await lotus.keep(KNOWN)
    group = house.world.add_group("Monitors", people=(visitor.talk.person,))
    for talk in (visitor.talk, house.talk(visitor.talk.person, group)):
        for said in ((await talk.say("/deadlines"))[-1].text, (await talk.tap(f"dl:{one.id}"))[-1].text):
            assert "until 17:00 on 15 May 2027 in Geneva, that is 22:00 on 15 May in Phnom Penh" in said
            assert "days" in said


async def test_a_whole_day_ends_with_the_day_of_its_own_zone(lotus: Desk) -> None:
    await lotus.keep(replace(KNOWN, time="", internal="", opens=""))
    assert "the end of 15 May 2027 in Geneva, that is 05:00 on 16 May in Phnom Penh" in (await lotus.do("dl")).text


async def test_the_networks_own_day_and_who_is_responsible_are_for_members_in_private_alone(
    house: House, lotus: Desk, visitor: Desk
) -> None:
    one = await lotus.keep(replace(KNOWN, responsible=lotus.handle))
    monitor = await desk(house, "Vanna", Role.MONITOR)
    group = house.world.add_group("Monitors", people=(lotus.talk.person, visitor.talk.person))
    secret = ("Our own day", lotus.handle, "Lotus-4", "Missing")
    mine = (await monitor.do(f"dl:{one.id}")).text
    for word in secret:
        assert word in mine, "control: a member sees it"
    for talk in (visitor.talk, house.talk(lotus.talk.person, group)):
        for data in ("dl", f"dl:{one.id}"):
            seen = (await talk.tap(data))[-1]
            for word in secret:
                assert word not in seen.text
            assert not any(one.startswith(("dl:edit", "dl:cancel", "dl:sent", "dl:reach")) for one in datas(seen))


async def test_a_card_tells_everything_that_the_call_says(lotus: Desk, visitor: Desk) -> None:
    one = await lotus.keep(KNOWN)
    text = (await visitor.do(f"dl:{one.id}")).text
    for said in ("A/HRC/66/1", "3 March 2027", "English", "PDF", "2,500 words", "somebody@example.org", "One.", PAGE):
        assert said in text
    assert "Published, unless one asks otherwise" in text
    assert "Checked on 23 November 2026." in text


async def test_members_are_told_which_benchmarks_have_no_reviewed_incident(house: House, lotus: Desk) -> None:
    one = await lotus.keep(KNOWN)
    assert "no reviewed incident yet on D, E." in (await lotus.do(f"dl:{one.id}")).text
    reviewed = Reviewed(house)
    await reviewed.add(head=replace(HEAD, benchmarks=("D",)))
    await reviewed.add(head=replace(HEAD, benchmarks=("E",)), finding="0103")
    assert "no reviewed incident yet on E." in (await lotus.do(f"dl:{one.id}")).text


async def test_a_button_of_a_deadline_that_is_not_there_is_an_old_one(visitor: Desk) -> None:
    old = (await visitor.talk.tap("zz:nothing"))[-1]
    for data in ("dl:0123abcd", "dl:done:0123abcd:2027-05-15"):
        assert await visitor.do(data) == old


# Entering


async def test_what_is_expected_is_filled_in_and_a_minute_enters_it(lotus: Desk) -> None:
    summary = await lotus.do(*NEW_CALL)
    assert "It is open until the end of 15 May 2027 in Geneva, that is 05:00 on 16 May in Phnom Penh" in summary.text
    assert await lotus.all() == [], "control: nothing is kept before it is sent"
    await lotus.do("f:send")
    one = await lotus.one()
    assert (one.kind, one.day, one.zone, one.time) == (CALL, "2027-05-15", "Europe/Zurich", "")
    assert (one.title, one.mandate, one.source) == (proposed_title(2027), mandate(), PAGE)
    assert (one.checked_by, one.checked_on, one.version) == (lotus.handle, "2026-11-24", 1)


async def test_the_expected_day_is_only_proposed_and_the_hour_is_asked(lotus: Desk) -> None:
    await lotus.do("dl:new:2027", "20 May 2027", "f:yes:dl_day", "noon", *NEW_CALL[3:], "f:send")
    one = await lotus.one()
    assert (one.day, one.time) == ("2027-05-20", "12:00")


async def test_a_date_of_our_own_may_come_every_week_by_any_clock(lotus: Desk) -> None:
    await lotus.do(*OWN_DATE, "f:send")
    one = await lotus.one()
    assert (one.kind, one.title, one.repeats) == (OWN, "Accounts from the provinces", "weekly")
    assert (one.day, one.time, one.zone) == ("2026-12-04", "17:00", "Asia/Phnom_Penh")
    assert "Every week" in (await lotus.do("/deadlines")).text


async def test_the_rest_of_a_call_is_asked_only_where_it_is_ticked(lotus: Desk) -> None:
    first = await lotus.do(*NEW_CALL[:-1])
    assert "Question 9 of 9" in first.text
    limits = await lotus.do("f:c:dl_details:limits", "f:ok:dl_details")
    assert "How long may it be?" in limits.text
    summary = await lotus.do("2,500 words")
    assert "f:send" in datas(summary), "nothing else is asked"


async def test_a_coordinator_enters_it_in_khmer(house: House, lotus: Desk) -> None:
    sok = await desk(house, "Sok", Role.COORDINATOR, "km")
    await sok.do("dl:new:2027", "15 ឧសភា 2027", "f:yes:dl_day", *NEW_CALL[2:], "f:send")
    assert (await sok.one()).day == "2027-05-15"


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("17:00", "17:00"),
        ("5 pm", "17:00"),
        ("ម៉ោង ៥ ល្ងាច", "17:00"),
        ("noon", "12:00"),
        ("12:00", "12:00"),
        ("09:30", "09:30"),
        ("5:00", ""),
        ("00:00", ""),
        ("24:00", ""),
        ("5 pm tomorrow", ""),
        ("soon", ""),
        ("", ""),
        ("9" * 500, ""),
    ],
)
def test_an_hour_is_taken_only_where_it_can_mean_one(words: str, meant: str) -> None:
    assert hour(words) == meant


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("Geneva", "Europe/Zurich"),
        ("ភ្នំពេញ", "Asia/Phnom_Penh"),
        ("new  york", "America/New_York"),
        ("europe/paris", "Europe/Paris"),
        ("UTC", "UTC"),
        ("Mars", ""),
        ("../../etc/passwd", ""),
        ("Europe/", ""),
    ],
)
def test_a_zone_is_known_by_its_city_or_its_name(words: str, meant: str) -> None:
    assert zone(words) == meant


# What cannot be


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("15 May 2023", Wrong.PAST),
        ("yesterday", Wrong.PAST),
        ("May 2027", Wrong.DAY),
        ("15 May 2027 17:00", Wrong.DAY),
        ("31 February 2027", Wrong.NO_DAY),
        ("31 February", Wrong.NO_DAY),
        ("31 ខែមេសា 2027", Wrong.NO_DAY),
        ("about 15 May 2027", Wrong.DAY),
        ("whenever", Wrong.DAY),
        ("\u200b", Wrong.EMPTY),
    ],
)
def test_a_day_that_cannot_be_is_refused_with_the_reason(words: str, why: Wrong) -> None:
    progress = expected(dt.date(2027, 5, 15))
    refused = DEADLINE.take(progress, Given(dt.datetime(2026, 11, 23, 12), words))
    assert isinstance(refused, Refused)
    assert refused.why is why


@pytest.mark.parametrize(
    ("words", "hinted"),
    [("05/06/2027", True), ("5-6-27", True), ("15/05/2027", False), ("05/05/2027", False), ("5 June 2027", False)],
)
async def test_a_day_in_figures_that_could_be_read_either_way_says_how_it_was_read(
    lotus: Desk, words: str, hinted: bool
) -> None:
    seen = await lotus.do("dl:new:2027", words)
    assert "Is that right?" in seen.text
    assert ("I read the day first, then the month." in seen.text) is hinted


def test_a_day_without_its_year_is_the_next_one() -> None:
    taken = DEADLINE.take(expected(dt.date(2027, 5, 15)), Given(dt.datetime(2026, 7, 1, 12), "15 May"))
    assert isinstance(taken, Progress)
    assert taken.unsure["at"] == "2027-05-15T00:00"


async def test_an_own_day_after_the_cut_off_is_asked_again_and_nothing_is_lost(lotus: Desk) -> None:
    asked = await lotus.do(*NEW_CALL, "f:change:dl_internal", "20 May 2027", "f:yes:dl_internal")
    assert "has to come before the last day" in asked.text
    assert "f:send" not in datas(asked)
    summary = await lotus.do("1 May 2027", "f:yes:dl_internal")
    assert "f:send" in datas(summary)
    assert PAGE in summary.text
    await lotus.do("f:send")
    assert (await lotus.one()).internal == "2027-05-01"


async def test_moving_the_cut_off_before_our_own_day_asks_for_that_alone(lotus: Desk) -> None:
    one = await lotus.keep(KNOWN)
    asked = await lotus.do(f"dl:edit:{one.id}", "f:change:dl_day", "20 April 2027", "f:yes:dl_day")
    assert "By which day does the network itself" in asked.text
    summary = await lotus.do("f:skip:dl_internal")
    assert "f:send" in datas(summary)
    assert "20 April 2027" in summary.text


async def test_a_call_that_opens_after_its_last_day_is_asked_again(lotus: Desk) -> None:
    one = await lotus.keep(KNOWN)
    asked = await lotus.do(f"dl:edit:{one.id}", "f:change:dl_opens", "16 May 2027", "f:yes:dl_opens")
    assert "cannot open after its last day" in asked.text
    assert "f:send" in datas(await lotus.do("15 May 2027", "f:yes:dl_opens")), "control: on it, it may"


async def test_a_day_that_ended_while_the_form_lay_open_is_asked_for_again(lotus: Desk) -> None:
    await lotus.do("dl:new", "f:c:dl_kind:own", "Accounts", "today", "f:yes:dl_day", "5 pm")
    await lotus.do("f:c:dl_zone:phnom_penh", "f:c:dl_repeats:once", "f:skip:dl_internal", "f:skip:benchmarks")
    await lotus.do("f:skip:dl_responsible")
    lotus.house.world.advance(dt.timedelta(hours=6))
    asked = await lotus.do("f:send")
    assert "over already" in asked.text
    assert await lotus.all() == []
    await lotus.do("11 pm", "f:send")
    assert (await lotus.one()).time == "23:00"


async def test_only_a_coordinator_can_be_responsible(house: House, lotus: Desk) -> None:
    monitor = await desk(house, "Vanna", Role.MONITOR)
    await lotus.do(*OWN_DATE[:-1], monitor.handle)
    assert "No coordinator is called that" in (await lotus.do("f:send")).text
    await lotus.do(lotus.handle.lower(), "f:send")
    assert (await lotus.one()).responsible == lotus.handle, "control: a coordinator is, however it is written"


async def test_what_is_written_is_shown_as_it_is_and_moves_nothing(lotus: Desk) -> None:
    await lotus.do(*OWN_DATE[:2], "<b>a</b> &amp; x\ny", *OWN_DATE[3:], "f:send")
    one = await lotus.one()
    text = (await lotus.do(f"dl:{one.id}")).text
    assert "<b>a</b> &amp; x y" in text


# Changing


async def test_everything_is_filled_in_and_the_summary_says_what_changes(lotus: Desk) -> None:
    one = await lotus.keep(KNOWN)
    summary = await lotus.do(f"dl:edit:{one.id}")
    for said in ("A/HRC/66/1", "2,500 words", "17:00", PAGE):
        assert said in summary.text
    assert "This changes" not in summary.text, "control: nothing does yet"
    after = await lotus.do("f:change:dl_hour", "f:c:dl_hour:whole")
    assert "Until what time: 17:00 → The whole day" in after.text
    await lotus.do("f:send")
    now = await lotus.one()
    assert now == replace(KNOWN, id=one.id, time="", version=2, checked_by=lotus.handle, checked_on="2026-11-24")


async def test_sending_it_as_it_was_changes_nothing_and_tells_nobody(lotus: Desk) -> None:
    one = await lotus.keep(KNOWN)
    assert "Nothing was different" in (await lotus.do(f"dl:edit:{one.id}", "f:send")).text
    assert (await lotus.one()).version == 1
    assert await lotus.rounds(f"n:{one.id}:") == []


async def test_the_later_of_two_is_told_and_what_the_other_changed_stays(house: House, lotus: Desk) -> None:
    one = await lotus.keep(KNOWN)
    teak = await desk(house, "Dany", Role.COORDINATOR)
    await lotus.do(f"dl:edit:{one.id}", "f:change:dl_limits", "3,000 words")
    await teak.do(f"dl:edit:{one.id}", "f:change:dl_day", "22 May 2027", "f:yes:dl_day", "f:send")
    told = await lotus.do("f:send")
    assert f"{teak.handle} changed this meanwhile" in told.text
    assert "22 May 2027" in told.text
    assert (await lotus.one()).version == 2, "nothing is kept before it was looked at"
    await lotus.do("f:send")
    now = await lotus.one()
    assert (now.day, now.limits, now.version) == ("2027-05-22", "3,000 words", 3)


async def test_what_was_cancelled_meanwhile_is_not_changed(house: House, lotus: Desk) -> None:
    one = await lotus.keep(KNOWN)
    teak = await desk(house, "Dany", Role.COORDINATOR)
    await lotus.do(f"dl:edit:{one.id}", "f:change:dl_limits", "3,000 words")
    await teak.do(f"dl:cancel:{one.id}", f"dl:cancel:{one.id}:yes")
    assert "ended this meanwhile" in (await lotus.do("f:send")).text
    now = await lotus.one()
    assert (now.cancelled, now.limits) == (True, "2,500 words")


def test_a_deadline_makes_answers_that_make_the_same_deadline() -> None:
    own = Deadline("Weekly", "2026-12-04", "UTC", kind=OWN, repeats="weekly", responsible="Lotus-4", benchmarks=("A",))
    for one in (KNOWN, own, replace(KNOWN, opens="", languages=(), limits="", benchmarks=(), internal="", time="")):
        again = deadline_of(answers_of(one), "Teak-1")
        assert replace(again, checked_by=one.checked_by, checked_on=one.checked_on) == one
        assert DEADLINE.asked(Progress(answers_of(one))) is None, "nothing is asked again"
    assert changed(answers_of(KNOWN), answers_of(replace(KNOWN, limits="1"))) == ["dl_limits"], "control"


def test_of_what_two_ticked_what_each_added_or_took_away_counts() -> None:
    base = {"benchmarks": ["A", "B"], "dl_hour": "whole"}
    mine = {"benchmarks": ["B", "C"], "dl_hour": "whole"}
    theirs = {
        "benchmarks": ["A", "B", "D"],
        "dl_hour": {"words": "17:00"},
        "dl_internal": day_answer(dt.date(2027, 5, 1)),
    }
    assert together(base, mine, theirs) == theirs | {"benchmarks": ["B", "D", "C"]}


# Telling


async def test_a_new_one_is_told_to_those_who_asked_for_all_or_for_its_benchmarks(lotus: Desk, report: Report) -> None:
    await lotus.do(*NEW_CALL, "f:send")
    one = await lotus.one()
    [notice] = await lotus.rounds(f"n:{one.id}:")
    assert (notice.kind, notice.key, notice.subject) == (NOTICE, f"n:{one.id}:1", f"n:{one.id}:1")
    assert notice.content == {"what": "new", "deadline": one.id}
    assert notice.topics == ("all", f"d:{one.id}", *(f"b:{letter}" for letter in report.benchmarks))
    assert notice.ends == int(dt.datetime(2027, 5, 15, 22, tzinfo=dt.UTC).timestamp()), "never after the cut-off"


async def test_our_own_date_without_benchmarks_is_told_to_nobody_for_a_benchmark(lotus: Desk) -> None:
    await lotus.do(*OWN_DATE, "f:send")
    one = await lotus.one()
    [notice] = await lotus.rounds(f"n:{one.id}:")
    assert notice.topics == ("all", f"d:{one.id}")


async def test_a_change_voids_what_had_not_gone_out_and_tells_those_who_were_told(lotus: Desk) -> None:
    one, told, untold = await lotus.keep(KNOWN), Place(5), Place(6)
    for place in (told, untold):
        await lotus.subscribe(place)
    await lotus.remind(one, told)
    waiting = await lotus.remind(one, untold, "waiting", "d14")
    await lotus.do(f"dl:edit:{one.id}", "f:change:dl_hour", "f:c:dl_hour:whole", "f:send")
    assert await lotus.states(waiting.id) == ["void"]
    assert {each.state for each in await lotus.rounds(f"d:{one.id}:")} == {VOID}
    [notice] = await lotus.rounds(f"n:{one.id}:2")
    was = {"day": "2027-05-15", "time": "17:00", "zone": "Europe/Zurich"}
    assert notice.content == {"what": "changed", "deadline": one.id, "was": was}
    assert len(await lotus.states(notice.id)) == 1, "one was told before, the other was not"


@pytest.mark.parametrize(("way", "what"), [("cancel", "cancelled"), ("sent", "sent")])
async def test_ending_it_takes_a_second_press_and_tells_those_who_were_told(lotus: Desk, way: str, what: str) -> None:
    one = await lotus.keep(KNOWN)
    await lotus.subscribe(Place(5))
    await lotus.remind(one, Place(5))
    await lotus.do(f"dl:{way}:{one.id}")
    assert (await lotus.one()).version == 1, "control: asking is not doing"
    await lotus.do(f"dl:{way}:{one.id}:yes")
    now = await lotus.one()
    assert (now.cancelled, bool(now.sent_on), now.version) == (what == "cancelled", what == "sent", 2)
    [notice] = await lotus.rounds(f"n:{one.id}:")
    assert notice.content == {"what": what, "deadline": one.id}
    assert len(await lotus.states(notice.id)) == 1
    await lotus.do(f"dl:{way}:{one.id}:yes")
    assert (await lotus.one()).version == 2, "a second press does nothing"


async def test_who_was_not_yet_told_of_a_new_one_is_told_of_it_as_it_is_now(lotus: Desk) -> None:
    await lotus.do(*NEW_CALL, "f:send")
    one = await lotus.one()
    [first] = await lotus.rounds(f"n:{one.id}:1")
    state = first.state
    await lotus.do(f"dl:edit:{one.id}", "f:change:dl_hour", "5 pm", "f:send")
    later = await lotus.rounds(f"n:{one.id}:2")
    assert {each.subject for each in later} == {f"n:{one.id}:2"}, "each place gets one of them"
    whats = [each.content["what"] for each in later]
    assert whats == (["changed", "new"] if state == RUNNING else ["changed"])
    assert [each.state for each in await lotus.rounds(f"n:{one.id}:1")] == [VOID if state == RUNNING else state]


async def test_the_other_coordinators_hear_of_it_and_the_audit_tells_who_did_what(house: House, lotus: Desk) -> None:
    teak = await desk(house, "Dany", Role.COORDINATOR)
    await lotus.do(*NEW_CALL, "f:send")
    one = await lotus.one()
    said = [event["message"]["text"] for event in house.world.journal.since(0) if _is_to(event, teak)]
    assert any(f"{lotus.handle} entered a deadline" in text for text in said)
    await lotus.do(f"dl:cancel:{one.id}:yes")
    entries = await Backstage(house).do(lambda: lotus.tables.audit.last(9))
    noted = [(entry.actor, entry.on) for entry in entries if entry.act == Act.DEADLINE]
    assert noted == [(lotus.handle, f"{one.id}:cancelled"), (lotus.handle, f"{one.id}:new")]


def _is_to(event: dict[str, Any], who: Desk) -> bool:
    return event["type"] == "message" and event["chat_id"] == who.talk.chat.id and "text" in event["message"]


# Having done one's part


async def test_a_place_that_has_done_its_part_gets_nothing_more_until_it_says_otherwise(
    lotus: Desk, visitor: Desk
) -> None:
    one, here = await lotus.keep(KNOWN), Place(visitor.talk.chat.id)
    await lotus.subscribe(here)
    waiting = await lotus.remind(one, here, "waiting")
    done = await visitor.do(f"dl:{one.id}", f"dl:done:{one.id}:2027-05-15")
    assert "Done here" in done.text
    assert await lotus.states(waiting.id) == ["void"]
    again = await visitor.do(f"dl:undone:{one.id}:2027-05-15")
    assert "Done here" not in again.text
    other = await visitor.do(f"dl:done:{one.id}:2026-05-15")
    assert other.kind == "toast", "control: an occurrence that is not the next is none of its business"


@pytest.mark.parametrize("said", ["done", "Done!", "រួចហើយ"])
async def test_who_writes_that_it_is_done_gets_the_card_of_what_they_are_reminded_of(
    lotus: Desk, visitor: Desk, said: str
) -> None:
    first = await lotus.keep(replace(KNOWN, day="2027-05-01", internal="", opens=""))
    second = await lotus.keep(KNOWN)
    assert "Is it this one?" not in (await visitor.do(said)).text, "control: they asked to be reminded of nothing"
    await visitor.do(f"sb:on:d:{second.id}")
    seen = await visitor.do(said)
    assert "Is it this one?" in seen.text
    await visitor.do(f"dl:done:{second.id}:{second.day}")
    assert "Is it this one?" not in (await visitor.do(said)).text, "of what was answered it is not asked again"
    await visitor.do("sb:on:all")
    assert f"dl:done:{first.id}:{first.day}" in datas(await visitor.do(said)), "the next one"


async def test_a_card_says_that_the_chat_is_reminded_of_it_already(lotus: Desk, visitor: Desk) -> None:
    one = await lotus.keep(KNOWN)
    remind = f"sb:on:d:{one.id}"
    assert remind in datas(await visitor.do(f"dl:{one.id}")), "control: a chat that asked for nothing"
    await visitor.do("sb:on:all")
    seen = await visitor.do(f"dl:{one.id}")
    assert "This chat is reminded of all deadlines" in seen.text
    assert remind not in datas(seen)


@pytest.mark.parametrize("asked", ["A", "B"])
async def test_a_card_says_by_which_benchmark_the_chat_is_reminded_of_it(
    lotus: Desk, visitor: Desk, asked: str
) -> None:
    one = await lotus.keep(replace(KNOWN, benchmarks=("A", "D")))
    await visitor.do(f"sb:on:b:{asked}")
    seen = await visitor.do(f"dl:{one.id}")
    on = asked == "A"
    assert ("reminded of this one, because it asks about: A" in seen.text) is on, "of another benchmark it is not"
    assert (f"sb:on:d:{one.id}" in datas(seen)) is not on
    assert ("sb" in datas(seen)) is on, "where all that is on can be seen and stopped"


async def test_what_is_called_off_after_years_of_weeks_still_reaches_the_calendars_that_have_it(lotus: Desk) -> None:
    """Counted from its first day it would be over long ago."""
    home = "Asia/Phnom_Penh"
    one = await lotus.keep(Deadline("Accounts", "2024-11-29", home, "17:00", OWN, "weekly"))
    await lotus.do(f"dl:cancel:{one.id}:yes")
    cancelled, now = await lotus.one(), lotus.house.world.clock()
    assert (cancelled.checked_by, cancelled.checked_on) == (
        lotus.handle,
        now.astimezone(ZoneInfo(home)).date().isoformat(),
    )
    assert calendar([replace(cancelled, checked_on="")], Reader("en", home, home), now) is None, "control"
    assert b"STATUS:CANCELLED" in (calendar([cancelled], Reader("en", home, home), now) or b"")


async def test_of_a_date_that_comes_again_only_this_time_is_done(lotus: Desk) -> None:
    await lotus.do(*OWN_DATE, "f:send")
    one = await lotus.one()
    assert "Done here" in (await lotus.do(f"dl:done:{one.id}:2026-12-04")).text
    lotus.house.world.advance(dt.timedelta(days=12))
    assert "Done here" not in (await lotus.do(f"dl:{one.id}")).text


async def test_a_coordinator_sees_by_numbers_who_was_reached(lotus: Desk, visitor: Desk) -> None:
    one = await lotus.keep(KNOWN)
    assert "Nothing went out yet" in (await lotus.do(f"dl:reach:{one.id}")).text, "control"
    for number, state in enumerate(("sent", "gone", "unknown"), 1):
        await lotus.subscribe(Place(number))
        await lotus.remind(one, Place(number), state, f"d{number}")
    await visitor.do(f"dl:done:{one.id}:2027-05-15")
    text = (await lotus.do(f"dl:reach:{one.id}")).text
    for said in (
        "1 days before: sent 1",
        "2 days before: sent 0, gone 1",
        "3 days before: sent 0, unknown 1",
        "part: 1",
    ):
        assert said in text


# Who may


async def test_nobody_but_a_coordinator_enters_changes_or_ends_one(house: House, lotus: Desk, visitor: Desk) -> None:
    one = await lotus.keep(KNOWN)
    editor = await desk(house, "Vanna", Role.EDITOR)
    tried: Sequence[str] = ("new", f"edit:{one.id}", f"cancel:{one.id}:yes", f"sent:{one.id}:yes", f"reach:{one.id}")
    for who in (visitor, editor):
        old = (await who.talk.tap("zz:nothing"))[-1]
        for way in tried:
            assert await who.do(f"dl:{way}") == old
    assert await lotus.one() == one
    assert "f:send" in datas(await lotus.do(f"dl:edit:{one.id}")), "control: a coordinator may"


@pytest.mark.parametrize(("repeats", "early", "in_time"), [("weekly", "27 November 2026", "28 November 2026")])
async def test_an_own_day_before_the_time_before_is_over_is_asked_again(
    lotus: Desk, repeats: str, early: str, in_time: str
) -> None:
    assert repeats in OWN_DATE[7]
    asked = await lotus.do(*OWN_DATE, "f:change:dl_internal", early, "f:yes:dl_internal")
    assert "too early" in asked.text
    assert "f:send" not in datas(asked)
    await lotus.do(in_time, "f:yes:dl_internal", "f:send")
    assert (await lotus.one()).internal == "2026-11-28"
