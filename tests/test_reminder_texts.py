"""What reminders and notices say to each listener, and when they must not be said any more."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pytest
from refs import buttons, languages, shown

from facts.report import Report
from forms.case_news import APPEAL, HEALTH, HEARING, TRANSFER
from forms.moment import Moment
from schedules.wording import LATE_SECONDS, Wording
from storage.case_entries import CaseEntry
from storage.database import Database
from storage.deadlines import OWN, Deadline
from storage.listeners import Listener, Place, Profile
from storage.members import Role
from storage.rounds import BROADCAST, NOTICE, REMINDER, Round
from storage.sealing import DraftKeys, ServerKey
from storage.tables import Tables
from texts import due
from texts.screen import Screen

T = TypeVar("T")

HOME = "Asia/Phnom_Penh"
NOON = dt.datetime(2027, 5, 8, 1, tzinfo=dt.UTC)
"""8 o'clock in Phnom Penh, a week before the cut-off."""
CALL = Deadline("Call for information 2027", "2027-05-15", "Europe/Zurich", symbol="A/HRC/60/1")
"""Over at 5:00 on 16 May in Phnom Penh."""
PRIVATE, GROUP = Listener(Place(5_001)), Listener(Place(-1_005_001))
MEMBER = Listener(Place(5_002))
CASE = "trial-2022-08-10"
AHEAD = ("d30", "d14", "d7", "d3", "d1", "d0")


def at(text: str) -> dt.datetime:
    """A moment in UTC."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def words(screen: Screen | None) -> str:
    """What is read; nothing must not be said here."""
    assert screen is not None
    return shown(screen)


def labels(screen: Screen | None) -> list[str]:
    assert screen is not None
    return [button.label for button in buttons(screen)]


def data(screen: Screen | None) -> list[str | None]:
    assert screen is not None
    return [button.data for button in buttons(screen)]


class Desk:
    """The words over a database that the test changes."""

    def __init__(self, folder: Path, database: Database, report: Report) -> None:
        server = ServerKey.load(folder / "server.key", NOON.date())
        self.database = database
        self.tables = Tables.over(database, server, DraftKeys.load(folder / "draft.keys", NOON.date()), None)
        self.wording = Wording(self.tables, report, HOME)

    async def do(self, deed: Callable[[], Awaitable[T]]) -> T:
        return await self.database.write(deed)

    async def add(self, deadline: Deadline) -> Deadline:
        return await self.do(lambda: self.tables.deadlines.add(deadline))

    async def change(self, deadline: Deadline) -> Deadline:
        return await self.do(lambda: self.tables.deadlines.change(deadline))

    async def publish(self, kind: str, day: str = "2027-05-15") -> CaseEntry:
        when = Moment(dt.datetime.fromisoformat(day), "day").to_json()
        entry = CaseEntry(CASE, kind, when, "a document of the court", "Gecko-1", words="Room 3.", language="en")
        return await self.do(lambda: self.tables.case_entries.add(entry))

    async def counts(self, **letters: int) -> None:
        await self.do(lambda: self.tables.published.renew({"benchmark": letters}, NOON.date()))

    async def says(
        self, one: Round, listener: Listener = PRIVATE, now: dt.datetime = NOON, language: str = "en"
    ) -> Screen | None:
        return await self.do(lambda: self.wording.of(one, listener, language, now))

    async def digest(
        self, *several: Round, listener: Listener = PRIVATE, now: dt.datetime = NOON, language: str = "en"
    ) -> Screen | None:
        return await self.do(lambda: self.wording.digest(several, listener, language, now))


@pytest.fixture
async def desk(tmp_path: Path, report: Report) -> AsyncIterator[Desk]:
    database = await Database.open(tmp_path / "sangket.db", synchronous="OFF")
    try:
        desk = Desk(tmp_path, database, report)
        await desk.do(lambda: desk.tables.members.admit(MEMBER.place.chat_id, Role.MONITOR, NOON.date()))
        yield desk
    finally:
        await database.close()


def reminder(deadline: Deadline, step: str = "d7", due: dt.datetime = NOON, day: str = "") -> Round:
    """As the planner opens it."""
    content = {
        "deadline": deadline.id,
        "version": deadline.version,
        "day": day or deadline.day,
        "step": step,
        "due": int(due.timestamp()),
    }
    return Round(REMINDER, "key", "subject", content=content)


def of_case(entry: CaseEntry, step: str = "d7", due: dt.datetime = NOON, day: str = "2027-05-15") -> Round:
    content = {"case": entry.case, "entry": entry.id, "day": day, "step": step, "due": int(due.timestamp())}
    return Round(REMINDER, "key", "subject", content=content)


def notice(deadline: Deadline, what: str, was: dict[str, str] | None = None) -> Round:
    content: dict[str, Any] = {"what": what, "deadline": deadline.id} | ({"was": was} if was else {})
    key = f"n:{deadline.id}:{deadline.version}"
    return Round(NOTICE, key, key, content=content)


# What a reminder says


@languages
@pytest.mark.parametrize("step", AHEAD)
async def test_each_step_says_what_is_due_and_how_long_is_left_with_one_button_to_act_and_one_to_stop(
    desk: Desk, step: str, language: str
) -> None:
    deadline = await desk.add(CALL)
    now = at("2027-05-15T01:00") - dt.timedelta(days=int(step[1:]))
    screen = await desk.says(reminder(deadline, step, now), now=now, language=language)
    read = words(screen)
    assert read.startswith({"en": "⏰ Reminder: due in ", "km": "⏰ ការរំលឹក៖ ផុតកំណត់ "}[language])
    assert "Call for information 2027 (A/HRC/60/1)" in read
    assert screen is not None
    assert str(screen.text).count("<tg-time ") == 2
    assert data(screen) == [f"dl:{deadline.id}", f"sb:stop:d:{deadline.id}:2027-05-15"]


async def test_older_apps_read_the_cut_off_by_both_clocks_and_the_days_that_are_left(desk: Desk) -> None:
    read = words(await desk.says(reminder(await desk.add(CALL))))
    assert "due in 7 days" in read
    assert "until the end of 15 May 2027 in Geneva, that is 05:00 on 16 May in Phnom Penh" in read


async def test_on_the_last_morning_hours_are_counted(desk: Desk) -> None:
    now = at("2027-05-15T01:00")
    read = words(await desk.says(reminder(await desk.add(CALL), "d0", now), now=now))
    assert "due in 21 hours" in read


async def test_what_comes_late_says_so(desk: Desk) -> None:
    deadline = await desk.add(CALL)
    late, in_time = (NOON - dt.timedelta(seconds=LATE_SECONDS - short) for short in (0, 1))
    assert "This comes late" in words(await desk.says(reminder(deadline, due=late)))
    assert "late" not in words(await desk.says(reminder(deadline, due=in_time)))


async def test_who_wanted_to_sleep_is_not_told_that_it_comes_late(desk: Desk) -> None:
    deadline = await desk.add(CALL)
    due = NOON - dt.timedelta(days=2)
    slept = replace(PRIVATE, asleep_until=int(NOON.timestamp()) - 60)
    assert "late" not in words(await desk.says(reminder(deadline, due=due), slept))
    assert "late" in words(await desk.says(reminder(deadline, due=due), PRIVATE)), "control"


async def test_of_a_call_it_says_on_which_benchmarks_nothing_is_published_yet(desk: Desk, report: Report) -> None:
    deadline = await desk.add(replace(CALL, benchmarks=("A", "D")))
    both = words(await desk.says(reminder(deadline)))
    assert f"• A. {report.benchmarks['A'].short.en}" in both
    assert f"• D. {report.benchmarks['D'].short.en}" in both
    await desk.counts(A=3)
    one = words(await desk.says(reminder(deadline)))
    assert "• A." not in one
    assert "• D." in one
    await desk.counts(A=3, D=5)
    assert "Missing" not in words(await desk.says(reminder(deadline)))


async def test_a_call_that_names_no_benchmark_is_about_all_of_which_five_are_named_in_full(
    desk: Desk, report: Report
) -> None:
    call = await desk.add(CALL)
    await desk.counts(A=3)
    read = words(await desk.says(reminder(call)))
    assert len(re.findall("^• [A-T]\\. ", read, re.MULTILINE)) == 5
    assert "• and on " + ", ".join(list(report.benchmarks)[6:]) in read


async def test_where_nothing_at_all_is_published_no_letter_is_named(desk: Desk) -> None:
    read = words(await desk.says(reminder(await desk.add(CALL))))
    assert "nothing yet on any benchmark" in read
    assert "•" not in read


async def test_of_a_date_of_the_networks_own_nothing_is_missing(desk: Desk) -> None:
    own = await desk.add(replace(CALL, kind=OWN, benchmarks=("A",)))
    assert "Missing" not in words(await desk.says(reminder(own)))


async def test_only_a_member_in_private_hears_that_the_card_has_more(desk: Desk) -> None:
    deadline = await desk.add(CALL)
    hint = "what the network still needs"
    assert hint in words(await desk.says(reminder(deadline), MEMBER))
    assert hint not in words(await desk.says(reminder(deadline), PRIVATE))
    assert hint not in words(await desk.says(reminder(deadline), GROUP))


async def test_what_is_missing_is_the_same_for_everybody(desk: Desk) -> None:
    one = reminder(await desk.add(CALL))
    said = [words(await desk.says(one, who)) for who in (PRIVATE, GROUP, MEMBER)]
    assert len({re.search(r"Missing:[^<]*?(?=\n\n|$)", text, re.DOTALL)[0] for text in said}) == 1  # type: ignore[index]


# The network's own day


@languages
async def test_until_the_networks_own_day_it_counts_down_to_that(desk: Desk, language: str) -> None:
    deadline = await desk.add(replace(CALL, internal="2027-05-10"))
    read = words(await desk.says(reminder(deadline, "d1"), language=language))
    ask = {
        "en": "Please send your part to the network by 10 May 2027.",
        "km": "សូមផ្ញើផ្នែករបស់លោកអ្នកទៅបណ្ដាញ ត្រឹមថ្ងៃទី 10 ឧសភា 2027។",
    }
    assert ask[language] in read
    assert {"en": "due in 2 days", "km": "ផុតកំណត់ 2 ថ្ងៃទៀត"}[language] in read


@languages
async def test_a_call_without_a_title_of_its_own_is_called_so_in_the_readers_language(
    desk: Desk, language: str
) -> None:
    deadline = await desk.add(replace(CALL, title=due.proposed_title(2027)))
    read = words(await desk.says(reminder(deadline), language=language))
    called = {"en": "Call for information 2027", "km": "ការអំពាវនាវរកព័ត៌មាន ឆ្នាំ 2027"}
    assert {one for one, name in called.items() if name in read} == {language}


@pytest.mark.parametrize("step", ["w1", "l3", "l1", "l0"])
async def test_after_it_the_latecomer_is_asked_for_theirs_today_and_counts_to_the_cut_off(
    desk: Desk, step: str
) -> None:
    deadline = await desk.add(replace(CALL, internal="2027-05-05"))
    read = words(await desk.says(reminder(deadline, step)))
    assert "The network's own day has passed. Please send your part today" in read
    assert "due in 7 days" in read
    assert "by 5 May" not in read


async def test_without_such_a_day_nothing_is_said_of_one(desk: Desk) -> None:
    read = words(await desk.says(reminder(await desk.add(CALL))))
    assert "network" not in read.partition("Missing")[0]


@languages
async def test_when_it_has_passed_that_is_said_once_and_has_nothing_to_stop(desk: Desk, language: str) -> None:
    deadline = await desk.add(CALL)
    now = at("2027-05-16T01:00")
    screen = await desk.says(reminder(deadline, "passed", now), now=now, language=language)
    assert {"en": "a deadline has passed", "km": "បានកន្លងហួសហើយ"}[language] in words(screen)
    assert data(screen) == [f"dl:{deadline.id}"]


async def test_of_one_that_comes_every_year_it_is_not_said_that_there_are_no_more_reminders(desk: Desk) -> None:
    now, last = at("2027-05-16T01:00"), "No more reminders of it come."
    yearly, once = await desk.add(replace(CALL, repeats="yearly")), await desk.add(CALL)
    assert last in words(await desk.says(reminder(once, "passed", now), now=now)), "control"
    read = words(await desk.says(reminder(yearly, "passed", now), now=now))
    assert last not in read
    assert "No more reminders of it come this time." in read


# What must not be said any more


async def test_a_deadline_that_is_gone_cancelled_sent_or_changed_is_not_reminded_of(desk: Desk) -> None:
    deadline = await desk.add(CALL)
    one = reminder(deadline)
    assert await desk.says(one) is not None, "control"
    assert await desk.says(reminder(replace(deadline, id="0" * 8))) is None
    for change in ({"cancelled": True}, {"sent_on": "2027-05-01"}, {"limits": "2,500 words"}):
        changed = await desk.change(replace(deadline, **change))
        assert await desk.says(one) is None, change
    fresh = await desk.change(replace(deadline, version=changed.version))
    assert await desk.says(reminder(fresh)) is not None, "control"


async def test_a_day_that_it_does_not_have_is_not_reminded_of(desk: Desk) -> None:
    assert await desk.says(reminder(await desk.add(CALL), day="2027-05-16")) is None


async def test_of_one_that_comes_again_each_time_is_reminded_of_by_itself(desk: Desk) -> None:
    weekly = await desk.add(Deadline("Accounts", "2027-04-30", HOME, "17:00", kind=OWN, repeats="weekly"))
    assert "in 6 days" in words(await desk.says(reminder(weekly, day="2027-05-14")))
    assert await desk.says(reminder(weekly, day="2027-05-13")) is None


async def test_nothing_is_said_after_the_cut_off_but_that_it_has_passed_and_that_not_before(desk: Desk) -> None:
    deadline = await desk.add(CALL)
    end = at("2027-05-15T22:00")
    before = end - dt.timedelta(seconds=1)
    assert await desk.says(reminder(deadline, "d0"), now=before) is not None
    assert await desk.says(reminder(deadline, "d0"), now=end) is None
    assert await desk.says(reminder(deadline, "passed"), now=before) is None
    assert await desk.says(reminder(deadline, "passed"), now=end) is not None


# Dates of cases


@languages
@pytest.mark.parametrize(("kind", "word"), [(HEARING, "hearing"), (APPEAL, "appeal")])
async def test_a_day_of_a_case_is_said_in_neutral_words_and_its_name_is_on_the_button_alone(
    desk: Desk, report: Report, kind: str, word: str, language: str
) -> None:
    entry = await desk.publish(kind)
    name = report.cases[CASE].name[language]
    for now in (NOON, at("2027-05-15T01:00")):
        screen = await desk.says(of_case(entry), PRIVATE, now, language)
        read = words(screen)
        assert name not in read
        assert "Room 3" not in read
        assert language == "km" or word in read
        assert data(screen) == [f"c:{CASE}", f"sb:off:case:{CASE}"]


@languages
@pytest.mark.parametrize("kind", [HEARING, APPEAL])
async def test_in_a_group_a_case_is_named_nowhere(desk: Desk, report: Report, kind: str, language: str) -> None:
    entry = await desk.publish(kind)
    group, alone = [await desk.says(of_case(entry), who, language=language) for who in (GROUP, PRIVATE)]
    assert data(group) == data(alone)
    called = next(word for word in labels(alone)[0].split() if len(word) > 4)
    assert called not in " ".join([words(group), *labels(group)])
    assert {"en": "Open the case", "km": "បើកមើលករណី"}[language] in labels(group)[0]


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (NOON, "in 7 days, on 15 May 2027, there is a hearing"),
        (at("2027-05-14T01:00"), "tomorrow, on 15 May 2027, there is a hearing"),
        (at("2027-05-15T01:00"), "today there is a hearing"),
    ],
)
async def test_a_locked_telephone_shows_first_how_soon_a_day_of_a_case_is(
    desk: Desk, now: dt.datetime, said: str
) -> None:
    entry = await desk.publish(HEARING)
    assert words(await desk.says(of_case(entry), now=now)).startswith(f"⏰ Reminder: {said}")


async def test_a_day_of_a_case_that_was_retracted_or_is_over_is_not_reminded_of(desk: Desk) -> None:
    entry = await desk.publish(HEARING)
    assert await desk.says(of_case(entry), now=at("2027-05-15T16:59")) is not None, "control: the day ends at 17:00 UTC"
    assert await desk.says(of_case(entry), now=at("2027-05-15T17:00")) is None
    assert await desk.says(of_case(entry, day="2027-05-14")) is None
    await desk.do(lambda: desk.tables.case_entries.retract(entry.id))
    assert await desk.says(of_case(entry)) is None


@pytest.mark.parametrize("kind", [HEALTH, TRANSFER])
async def test_what_is_no_day_to_come_or_for_members_only_is_never_reminded_of(desk: Desk, kind: str) -> None:
    entry = await desk.publish(kind)
    assert await desk.says(of_case(entry), GROUP) is None
    assert await desk.says(of_case(entry), MEMBER) is None


async def test_a_case_that_the_report_does_not_have_any_more_is_not_reminded_of(desk: Desk) -> None:
    entry = await desk.publish(HEARING)
    gone = await desk.do(lambda: desk.tables.case_entries.add(replace(entry, case="gone")))
    assert await desk.says(of_case(gone)) is None


# Notices


@languages
async def test_a_new_date_is_announced_with_its_cut_off(desk: Desk, language: str) -> None:
    deadline = await desk.add(CALL)
    screen = await desk.says(notice(deadline, "new"), GROUP, language=language)
    assert {"en": "A new deadline", "km": "ថ្ងៃផុតកំណត់ថ្មី"}[language] in words(screen)
    assert {"en": "Geneva", "km": "ហ្សឺណែវ"}[language] in words(screen)
    assert data(screen) == [f"dl:{deadline.id}", "sb"]


async def test_a_change_says_what_the_day_was_and_what_it_is(desk: Desk) -> None:
    was = {"day": CALL.day, "time": "", "zone": CALL.zone}
    deadline = await desk.change(replace(await desk.add(CALL), day="2027-05-20", time="17:00"))
    read = words(await desk.says(notice(deadline, "changed", was)))
    assert "Before: 15 May 2027, Geneva → now: 20 May 2027, 17:00, Geneva" in read
    assert "that is 22:00 on 20 May in Phnom Penh" in read


async def test_a_change_that_leaves_the_day_says_that(desk: Desk) -> None:
    was = {"day": CALL.day, "time": "", "zone": CALL.zone}
    deadline = await desk.change(replace(await desk.add(CALL), limits="2,500 words"))
    read = words(await desk.says(notice(deadline, "changed", was)))
    assert "the day is the same" in read
    assert "→" not in read


async def test_of_several_changes_only_the_last_is_said(desk: Desk) -> None:
    was = {"day": CALL.day, "time": "", "zone": CALL.zone}
    first = await desk.change(replace(await desk.add(CALL), day="2027-05-20"))
    second = await desk.change(replace(first, day="2027-05-25"))
    assert await desk.says(notice(first, "changed", was)) is None
    assert "25 May" in words(await desk.says(notice(second, "changed", was)))


@languages
async def test_a_cancellation_and_that_the_submission_went_out_are_said_while_they_hold(
    desk: Desk, language: str
) -> None:
    deadline = await desk.add(CALL)
    assert await desk.says(notice(deadline, "cancelled")) is None
    assert await desk.says(notice(deadline, "sent")) is None
    gone_out = await desk.change(replace(deadline, sent_on="2027-05-07"))
    thanks = words(await desk.says(notice(gone_out, "sent"), language=language))
    assert {"en": "Thank you", "km": "សូមអរគុណ"}[language] in thanks
    cancelled = await desk.change(replace(gone_out, sent_on="", cancelled=True))
    said = words(await desk.says(notice(cancelled, "cancelled"), language=language))
    assert {"en": "15 May 2027", "km": "15 ឧសភា 2027"}[language] in said
    assert await desk.says(notice(cancelled, "sent")) is None
    assert await desk.says(notice(cancelled, "new")) is None
    assert await desk.says(notice(cancelled, "changed", {"day": "2027-05-01"})) is None


async def test_a_cancellation_of_what_comes_again_names_the_next_time(desk: Desk) -> None:
    weekly = await desk.add(Deadline("Accounts", "2027-04-30", HOME, "17:00", OWN, "weekly"))
    cancelled = await desk.change(replace(weekly, cancelled=True))
    read = words(await desk.says(notice(cancelled, "cancelled")))
    assert "The next time was to be on 14 May 2027. It comes no more" in read
    once = await desk.change(replace(await desk.add(CALL), cancelled=True))
    assert "no more, and" not in words(await desk.says(notice(once, "cancelled"))), "control"


async def test_nothing_new_is_said_of_what_is_over(desk: Desk) -> None:
    deadline = await desk.add(CALL)
    assert await desk.says(notice(deadline, "new"), now=at("2027-05-15T22:00")) is None


def case_news(**more: Any) -> Round:
    content = {"what": "case", "case": CASE, "members": False, "besides": []} | more
    return Round(NOTICE, "case:1", "case:1", content=content)


async def test_news_of_a_case_goes_to_whom_it_is_for_and_not_to_who_published_it(desk: Desk) -> None:
    mark = desk.tables.listeners.mark(PRIVATE.place).hex()
    assert "news of a case" in words(await desk.says(case_news()))
    assert await desk.says(case_news(besides=[mark])) is None
    assert await desk.says(case_news(besides=[mark]), GROUP) is not None
    assert await desk.says(case_news(case="gone")) is None
    assert await desk.says(case_news(members=True)) is None
    assert await desk.says(case_news(members=True), GROUP) is None
    assert await desk.says(case_news(members=True), MEMBER) is not None


async def test_who_lost_the_role_hears_no_more_of_what_is_for_members(desk: Desk) -> None:
    member = await desk.do(lambda: desk.tables.members.of(MEMBER.place.chat_id))
    assert member is not None
    await desk.do(lambda: desk.tables.members.revoke(member.handle))
    assert await desk.says(case_news(members=True), MEMBER) is None


# One message for a morning


@languages
async def test_a_digest_has_a_line_each_what_comes_first_first(desk: Desk, language: str) -> None:
    call = await desk.add(CALL)
    own = await desk.add(Deadline("Accounts", "2027-05-10", HOME, kind=OWN))
    entry = await desk.publish(HEARING, "2027-05-12")
    several = (reminder(call), of_case(entry, day="2027-05-12"), reminder(own, "d1"))
    screen = await desk.digest(*several, language=language)
    lines = [line for line in words(screen).splitlines() if line.startswith("• ")]
    assert len(lines) == 3
    assert "Accounts" in lines[0]
    assert "Call for information" in lines[2]
    first = {"en": "⏰ Reminder: 3 dates, the first in 2 days", "km": "⏰ ការរំលឹក៖ កាលបរិច្ឆេទចំនួន 3 មុនគេគឺ 2 ថ្ងៃទៀត"}
    assert words(screen).splitlines()[0] == first[language]
    assert data(screen) == ["dl", "sb:set:each"]


async def test_a_digest_has_what_has_passed_last_and_begins_with_how_soon_the_next_is(desk: Desk) -> None:
    now = at("2027-05-16T01:00")
    over = [reminder(await desk.add(replace(CALL, title=name)), "passed") for name in ("Old", "Older")]
    entry = await desk.publish(HEARING, "2027-05-16")
    screen = await desk.digest(over[0], of_case(entry, day="2027-05-16"), now=now)
    heading, _, *lines = words(screen).splitlines()
    assert heading == "⏰ Reminder: 2 dates, the first today"
    assert [("hearing" in line, "Old: has passed" in line) for line in lines[:2]] == [(True, False), (False, True)]
    assert words(await desk.digest(*over, now=now)).startswith("⏰ Reminder: deadlines have passed: 2")


async def test_a_digest_leaves_out_what_must_not_be_said_and_says_one_thing_as_it_is_alone(desk: Desk) -> None:
    call = await desk.add(CALL)
    gone = await desk.change(replace(await desk.add(replace(CALL, title="Gone")), cancelled=True))
    alone = await desk.says(reminder(call))
    assert await desk.digest(reminder(call), reminder(gone)) == alone
    assert await desk.digest(reminder(gone)) is None
    assert await desk.digest() is None


async def test_a_digest_of_very_many_says_how_many_more_there_are(desk: Desk) -> None:
    several = [reminder(await desk.add(replace(CALL, title=f"Call {n}"))) for n in range(25)]
    screen = await desk.digest(*several)
    assert words(screen).count("• ") == 20
    assert "and 5 more" in words(screen)


# Broadcasts


@languages
async def test_a_broadcast_comes_in_the_listeners_language_and_never_once_its_words_are_erased(
    desk: Desk, language: str
) -> None:
    said = {"km": "សួស្ដី", "en": "Good day"}
    await desk.do(lambda: desk.tables.subscriptions.begin(PRIVATE.place, "news", Profile()))
    one = Round(BROADCAST, "bc:1", "bc:1", ("all", "news"), content={**said, "by": "Lotus-4"})
    screen = await desk.says(one, language=language)
    assert said[language] in words(screen)
    assert any("news" in (one or "") for one in data(screen)), "a way to stop it"
    assert await desk.says(replace(one, content={"by": "Lotus-4"})) is None
