"""A cut-off is over when its zone says so, and its reminders come on the right mornings: each day, in each zone, whatever
the clocks do. What is right is told by a table that was made the other way round: instant by instant, from UTC."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from apscheduler.triggers.cron import CronTrigger
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.cutoff import LEADS, ONCE, WEEKLY, YEARLY, Cutoff, Occurrence, Step, morning, steps, waking

GENEVA, PHNOM_PENH = "Europe/Zurich", "Asia/Phnom_Penh"
LISTENERS = (GENEVA, PHNOM_PENH, "America/Los_Angeles", "Australia/Sydney", "America/St_Johns", "Pacific/Apia")
ODD = (*LISTENERS, "Africa/Cairo", "America/Havana", "America/Nuuk", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC")
"""Clocks that change at midnight, before it, or by half an hour, besides."""

FIRST, LAST = dt.date(2024, 1, 1), dt.date(2032, 12, 31)
DAYS = [FIRST + dt.timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
HALF_HOUR, HOUR, DAY, WEEK = dt.timedelta(minutes=30), dt.timedelta(hours=1), dt.timedelta(days=1), dt.timedelta(days=7)
NAMES = [f"d{lead}" for lead in LEADS]

Planned = Callable[[Occurrence, str, int], list[Step]]

everywhere = st.sampled_from(ODD)
instants = st.datetimes(dt.datetime(2024, 1, 1), dt.datetime(2032, 12, 31), timezones=st.just(dt.UTC))
dates = st.dates(FIRST, LAST)
hours = st.integers(0, 23)
times = st.none() | st.times().map(lambda time: time.replace(second=0, microsecond=0))


def utc(iso: str) -> dt.datetime:
    """An instant."""
    return dt.datetime.fromisoformat(iso).replace(tzinfo=dt.UTC)


def local(at: dt.datetime, zone: str) -> str:
    """What the clock on the wall shows."""
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


@cache
def struck(zone: str, hour: int) -> list[dt.datetime]:
    """Every instant at which a clock of this zone showed this full hour, looked up half an hour by half an hour."""
    at, end, place = utc("2023-11-01"), utc("2033-03-01"), ZoneInfo(zone)
    found = []
    while at < end:
        shown = at.astimezone(place)
        if shown.hour == hour and not shown.minute:
            found.append(at)
        at += HALF_HOUR
    return found


def only(cutoff: Cutoff) -> Occurrence:
    """Its one time, or its first."""
    found = cutoff.next(utc("2000-01-01"))
    assert found is not None
    return found


def named(found: list[Step]) -> dict[str, dt.datetime]:
    """Steps by their names."""
    assert len({step.name for step in found}) == len(found)
    return {step.name: step.at for step in found}


def mornings_before(end: dt.datetime, zone: str, leads: tuple[int, ...]) -> list[dt.datetime]:
    """The mornings that many days before the last one that leaves an hour."""
    mornings = struck(zone, 8)
    anchor = bisect_right(mornings, end - HOUR) - 1
    return [mornings[anchor - lead] for lead in leads]


def days_planned_wrongly(planned: Planned, zone: str, listener: str) -> list[dt.date]:
    """Of the days of nine years, each a cut-off in ``zone``, those whose reminders come at a wrong time, or not at all,
    or twice."""
    mornings = struck(listener, 8)
    wrong = []
    for day in DAYS:
        one = only(Cutoff(day, zone))
        passed = mornings[bisect_left(mornings, one.at)]
        right = [*zip(NAMES, mornings_before(one.at, listener, LEADS), strict=True), ("passed", passed)]
        if [(step.name, step.at) for step in planned(one, listener, 8)] != right:
            wrong.append(day)
    return wrong


# Nothing skipped, nothing doubled


@pytest.mark.parametrize("zone", [GENEVA, PHNOM_PENH])
def test_each_day_of_nine_years_ends_when_the_next_one_begins(zone: str) -> None:
    midnights = struck(zone, 0)
    for day in DAYS:
        one = only(Cutoff(day, zone))
        assert one.day == day
        assert one.at == one.wanted
        assert one.at == midnights[bisect_left(midnights, one.at)]
        assert local(one.at, zone) == f"{day + DAY} 00:00"


@pytest.mark.parametrize("listener", LISTENERS)
@pytest.mark.parametrize("zone", [GENEVA, PHNOM_PENH])
def test_each_day_of_nine_years_is_told_of_on_the_right_mornings_and_once(zone: str, listener: str) -> None:
    assert days_planned_wrongly(steps, zone, listener) == []


def test_sums_of_hours_would_miss_the_morning() -> None:
    """The control: leads as so many times 24 hours are an hour off whenever the clocks change between."""

    def summed(one: Occurrence, zone: str, hour: int) -> list[Step]:
        right = steps(one, zone, hour)
        last = right[len(LEADS) - 1].at
        early = [Step(name, last - lead * DAY) for name, lead in zip(NAMES, LEADS, strict=True)]
        return [*early, right[-1]]

    wrong = days_planned_wrongly(summed, GENEVA, GENEVA)
    assert dt.date(2026, 3, 30) in wrong
    assert len(wrong) > 500
    assert days_planned_wrongly(summed, GENEVA, PHNOM_PENH) == [], "where no clock changes nobody would notice"


def test_the_scheduler_s_own_trigger_skips_a_day_in_zurich() -> None:
    """The control: why reminders are reckoned here, and not left to a trigger."""
    zurich = ZoneInfo(GENEVA)
    trigger = CronTrigger(hour=0, minute=0, timezone=zurich)
    fired: list[dt.datetime] = [dt.datetime(2026, 3, 27, tzinfo=zurich)]
    while fired[-1].date() < dt.date(2026, 4, 2):
        fired.append(trigger.get_next_fire_time(fired[-1], fired[-1]))
    missing = {dt.date(2026, 3, day) for day in range(27, 32)} - {at.date() for at in fired}
    assert missing == {dt.date(2026, 3, 30)}
    assert local(only(Cutoff(dt.date(2026, 3, 29), GENEVA)).at, GENEVA) == "2026-03-30 00:00"


def test_times_of_one_zone_subtract_as_if_no_clock_changed() -> None:
    """The control: why everything is compared in UTC."""
    zurich = ZoneInfo(GENEVA)
    noon, next_noon = (dt.datetime(2026, 3, day, 12, tzinfo=zurich) for day in (28, 29))
    assert next_noon - noon == 24 * HOUR
    assert next_noon.astimezone(dt.UTC) - noon.astimezone(dt.UTC) == 23 * HOUR


@pytest.mark.parametrize("listener", LISTENERS)
def test_each_day_with_an_own_earlier_one_is_told_of_weekly_and_then_daily_to_who_is_late(listener: str) -> None:
    mornings = struck(listener, 8)
    for day in DAYS:
        one = only(Cutoff(day, GENEVA, internal=day - 20 * DAY))
        found = named(steps(one, listener, 8))
        assert local(one.wanted, PHNOM_PENH) == f"{day - 19 * DAY} 00:00"
        assert [found[name] for name in NAMES] == mornings_before(one.wanted, listener, LEADS)
        late = ("l3", "l2", "l1", "l0")
        assert [found[name] for name in late] == mornings_before(one.at, listener, (3, 2, 1, 0))
        anchor = mornings.index(found["d0"])
        weeks = [name for name in found if name[0] == "w"]
        assert [found[name] for name in weeks] == [mornings[anchor + 7 * n] for n in range(1, len(weeks) + 1)]
        assert weeks in (["w1"], ["w1", "w2"])
        assert list(found) == [*NAMES, *weeks, *late, "passed"]


@settings(derandomize=True, deadline=None, max_examples=400)
@given(dates, everywhere, times, everywhere, hours, st.integers(-2, 60), st.booleans())
def test_no_reminder_is_late_or_at_a_wrong_hour(
    day: dt.date, zone: str, time: dt.time | None, listener: str, hour: int, earlier: int, few: bool
) -> None:
    one = only(Cutoff(day, zone, time, internal=day - earlier * DAY))
    found = steps(one, listener, hour, few=few)
    assert one.wanted <= one.at
    assert all(first.at < second.at for first, second in pairwise(found)), "in order, and no two at once"
    assert [step.name for step in found].count("passed") == 1
    assert found[-1].name == "passed"
    assert one.at <= found[-1].at < one.at + 26 * HOUR
    for step in found[:-1]:
        assert step.at <= (one.at if step.name[0] == "w" else one.at - HOUR)
        assert step.name[0] == "d" or step.at >= one.wanted
        assert step.name[0] != "d" or step.at <= one.wanted - HOUR
        days = {"d": (0, 1, 3, 7, 14, 30), "l": (0, 1, 2, 3), "w": range(1, 10)}[step.name[0]]
        assert int(step.name[1:]) in days
        shown = step.at.astimezone(ZoneInfo(listener))
        assert shown.hour == hour or not _shows(shown.date(), hour, listener), "where it is left out, right after"
    told = [step.at.astimezone(ZoneInfo(listener)).date() for step in found[:-1]]
    assert len(set(told)) == len(told), "one a day at most"


def _shows(day: dt.date, hour: int, zone: str) -> bool:
    """Whether a clock there shows this hour on this day at all."""
    return any(local(at, zone) == f"{day} {hour:02}:00" for at in _half_hours(day))


def _half_hours(day: dt.date) -> list[dt.datetime]:
    start = dt.datetime.combine(day, dt.time(), dt.UTC) - 15 * HOUR
    return [start + n * dt.timedelta(minutes=15) for n in range(4 * 54)]


@settings(derandomize=True, deadline=None, max_examples=300)
@given(dates, everywhere, times, everywhere, hours, hours)
def test_no_reminder_comes_in_quiet_hours(
    day: dt.date, zone: str, time: dt.time | None, listener: str, quiet_from: int, quiet_to: int
) -> None:
    one = only(Cutoff(day, zone, time, internal=day - 20 * DAY))
    for step in steps(one, listener, morning(quiet_from, quiet_to)):
        shown = step.at.astimezone(ZoneInfo(listener))
        exists = _shows(shown.date(), morning(quiet_from, quiet_to), listener)
        assert shown.hour not in quiet(quiet_from, quiet_to) or not exists


def test_a_reminder_at_a_fixed_hour_would_come_in_somebody_s_night() -> None:
    """The control: eight in the morning is quiet for who asked to sleep until nine."""
    one = only(Cutoff(dt.date(2026, 5, 15), GENEVA))
    careless, right = steps(one, PHNOM_PENH, 8)[0].at, steps(one, PHNOM_PENH, morning(21, 9))[0].at
    assert waking(careless, PHNOM_PENH, 21, 9) == right != careless
    assert waking(right, PHNOM_PENH, 21, 9) == right


# One cut-off


def test_a_day_in_geneva_is_over_at_five_the_next_morning_in_phnom_penh() -> None:
    one = only(Cutoff(dt.date(2026, 5, 15), GENEVA))
    assert local(one.at, PHNOM_PENH) == "2026-05-16 05:00"
    found = named(steps(one, PHNOM_PENH, 8))
    assert local(found["d0"], PHNOM_PENH) == "2026-05-15 08:00", "the morning before, for the next one is too late"
    assert local(found["d1"], PHNOM_PENH) == "2026-05-14 08:00"
    assert local(found["d30"], PHNOM_PENH) == "2026-04-15 08:00"
    assert local(found["passed"], PHNOM_PENH) == "2026-05-16 08:00"


def test_a_day_in_phnom_penh_is_over_at_six_in_the_evening_in_a_winter_of_geneva() -> None:
    one = only(Cutoff(dt.date(2026, 1, 15), PHNOM_PENH))
    assert local(one.at, GENEVA) == "2026-01-15 18:00"
    assert local(named(steps(one, GENEVA, 8))["d0"], GENEVA) == "2026-01-15 08:00"


@pytest.mark.parametrize(
    ("time", "last_morning"),
    [("08:59", "2026-05-14 08:00"), ("09:00", "2026-05-15 08:00"), ("08:00", "2026-05-14 08:00")],
)
def test_the_last_morning_leaves_an_hour(time: str, last_morning: str) -> None:
    one = only(Cutoff(dt.date(2026, 5, 15), PHNOM_PENH, dt.time.fromisoformat(time)))
    assert local(named(steps(one, PHNOM_PENH, 8))["d0"], PHNOM_PENH) == last_morning


def test_a_cut_off_is_over_at_its_instant_and_not_before() -> None:
    cutoff = Cutoff(dt.date(2026, 5, 15), GENEVA, dt.time(17))
    one = only(cutoff)
    assert one.at == utc("2026-05-15 15:00")
    instant = dt.timedelta(microseconds=1)
    assert cutoff.next(one.at - instant) == one
    assert cutoff.latest(one.at - instant) is None
    assert cutoff.next(one.at) is None
    assert cutoff.latest(one.at) == one
    assert cutoff.occurrences(one.at, one.at + instant) == [one]
    assert cutoff.occurrences(one.at - HOUR, one.at) == []


def test_who_wants_few_reminders_gets_few() -> None:
    one = only(Cutoff(dt.date(2026, 5, 15), GENEVA, internal=dt.date(2026, 4, 20)))
    assert [step.name for step in steps(one, PHNOM_PENH, 8, few=True)] == ["d7", "d1", "d0", "l1", "l0", "passed"]


def test_who_is_late_by_a_day_is_told_from_the_next_morning_on() -> None:
    one = only(Cutoff(dt.date(2026, 5, 15), GENEVA, internal=dt.date(2026, 5, 13)))
    found = [(step.name, local(step.at, PHNOM_PENH)) for step in steps(one, PHNOM_PENH, 8)][-4:]
    assert found == [
        ("d0", "2026-05-13 08:00"),
        ("l1", "2026-05-14 08:00"),
        ("l0", "2026-05-15 08:00"),
        ("passed", "2026-05-16 08:00"),
    ]


def test_weekly_words_to_who_is_late_end_where_the_daily_ones_are_near() -> None:
    one = only(Cutoff(dt.date(2026, 5, 15), PHNOM_PENH, internal=dt.date(2026, 5, 1)))
    found = [(step.name, local(step.at, PHNOM_PENH)[:10]) for step in steps(one, PHNOM_PENH, 8)][5:]
    assert found == [
        ("d0", "2026-05-01"),
        ("w1", "2026-05-08"),
        ("l3", "2026-05-12"),
        ("l2", "2026-05-13"),
        ("l1", "2026-05-14"),
        ("l0", "2026-05-15"),
        ("passed", "2026-05-16"),
    ]


def test_an_own_day_after_the_cut_off_gives_nobody_more_time() -> None:
    one = only(Cutoff(dt.date(2026, 5, 15), GENEVA, internal=dt.date(2026, 5, 16)))
    assert one.wanted == one.at
    assert [step.name for step in steps(one, PHNOM_PENH, 8)] == [*NAMES, "passed"]


def test_an_own_day_ends_at_home_and_not_where_the_cut_off_is() -> None:
    one = only(Cutoff(dt.date(2026, 5, 15), GENEVA, internal=dt.date(2026, 5, 15)))
    assert local(one.wanted, PHNOM_PENH) == "2026-05-16 00:00"
    assert one.at - one.wanted == 5 * HOUR
    assert "l0" not in named(steps(one, PHNOM_PENH, 8)), "that morning is still in time"


@pytest.mark.parametrize("rule", ["daily", "", "Once"])
def test_a_rule_of_repeating_that_there_is_none_of_is_refused(rule: str) -> None:
    with pytest.raises(ValueError, match="nothing repeats"):
        Cutoff(FIRST, GENEVA, repeats=rule)


@pytest.mark.parametrize(("zone", "home"), [("Europe/Geneva", PHNOM_PENH), (GENEVA, "Asia/PhnomPenh")])
def test_a_zone_that_there_is_none_of_is_refused(zone: str, home: str) -> None:
    with pytest.raises(ZoneInfoNotFoundError):
        Cutoff(FIRST, zone, home=home)


# Clocks that change


@pytest.mark.parametrize(("day", "length"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-05-15", 24)])
def test_a_day_counts_to_its_end_however_long_it_is(day: str, length: int) -> None:
    before, that = (only(Cutoff(dt.date.fromisoformat(day) - n * DAY, GENEVA)).at for n in (1, 0))
    assert that - before == length * HOUR


@pytest.mark.parametrize(
    ("zone", "time", "at", "why"),
    [
        (GENEVA, "2026-03-29 02:30", "2026-03-29 00:30", "left out: the earlier that it can mean"),
        (GENEVA, "2026-10-25 02:30", "2026-10-25 00:30", "shown twice: the first time"),
        (GENEVA, "2026-03-29 03:00", "2026-03-29 01:00", "the first after the gap"),
        (GENEVA, "2026-03-29 01:59", "2026-03-29 00:59", "the last before it"),
        ("America/Los_Angeles", "2026-11-01 01:30", "2026-11-01 08:30", "shown twice: the first time"),
        ("Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-03 15:15", "left out, by half an hour"),
    ],
)
def test_a_time_that_comes_never_or_twice_is_the_earlier(zone: str, time: str, at: str, why: str) -> None:
    moment = dt.datetime.fromisoformat(time)
    assert only(Cutoff(moment.date(), zone, moment.time())).at == utc(at), why


@pytest.mark.parametrize(
    ("zone", "day", "at", "shown", "why"),
    [
        ("Africa/Cairo", "2026-04-23", "2026-04-23 22:00", "2026-04-24 01:00", "midnight is left out"),
        ("Africa/Cairo", "2026-10-29", "2026-10-29 22:00", "2026-10-30 00:00", "the hour before it comes twice"),
        ("America/Havana", "2026-10-31", "2026-11-01 04:00", "2026-11-01 00:00", "midnight comes twice"),
        ("America/Nuuk", "2026-03-28", "2026-03-29 01:00", "2026-03-29 00:00", "the hour before it is left out"),
    ],
)
def test_a_day_ends_with_its_last_minute_even_where_clocks_change_at_night(
    zone: str, day: str, at: str, shown: str, why: str
) -> None:
    one = only(Cutoff(dt.date.fromisoformat(day), zone))
    assert one.at == utc(at), why
    assert local(one.at, zone) == shown
    assert local(one.at - dt.timedelta(minutes=1), zone).startswith(day)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(dates, everywhere)
def test_every_day_everywhere_ends_where_the_next_begins(day: dt.date, zone: str) -> None:
    at = only(Cutoff(day, zone)).at
    instant = dt.timedelta(microseconds=1)
    assert (at - instant).astimezone(ZoneInfo(zone)).date() == day
    assert at.astimezone(ZoneInfo(zone)).date() == day + DAY


def test_mornings_stay_at_eight_when_the_clocks_change_before_them() -> None:
    one = only(Cutoff(dt.date(2026, 4, 10), GENEVA))
    found = named(steps(one, GENEVA, 8))
    assert [f"{at:%H:%M}" for at in found.values()] == [*["07:00"] * 2, *["06:00"] * 5], "in UTC"
    assert {local(at, GENEVA)[-5:] for at in found.values()} == {"08:00"}


# Again and again


def test_what_falls_on_a_29th_of_february_comes_on_the_28th_where_there_is_none() -> None:
    cutoff = Cutoff(dt.date(2024, 2, 29), GENEVA, repeats=YEARLY)
    found = [one.day.isoformat() for one in cutoff.occurrences(utc("2024-01-01"), utc("2033-01-01"))]
    assert found == [f"{year}-02-{29 if year % 4 == 0 else 28}" for year in range(2024, 2033)]


def test_what_falls_on_a_28th_of_february_stays_there() -> None:
    cutoff = Cutoff(dt.date(2023, 2, 28), GENEVA, repeats=YEARLY)
    assert {one.day.day for one in cutoff.occurrences(utc("2023-01-01"), utc("2033-01-01"))} == {28}


def test_a_reminder_falls_on_a_29th_of_february() -> None:
    one = only(Cutoff(dt.date(2028, 3, 7), PHNOM_PENH))
    assert local(named(steps(one, PHNOM_PENH, 8))["d7"], PHNOM_PENH) == "2028-02-29 08:00"
    before = only(Cutoff(dt.date(2027, 3, 7), PHNOM_PENH))
    assert local(named(steps(before, PHNOM_PENH, 8))["d7"], PHNOM_PENH) == "2027-02-28 08:00"


def test_the_last_day_of_a_year_is_not_over_everywhere_when_the_next_year_begins_in_utc() -> None:
    cutoff = Cutoff(dt.date(2024, 12, 31), "America/Los_Angeles", repeats=YEARLY)
    coming, latest = cutoff.next(utc("2027-01-01 00:30")), cutoff.latest(utc("2027-01-01 00:30"))
    assert coming is not None
    assert latest is not None
    assert (latest.day, coming.day) == (dt.date(2025, 12, 31), dt.date(2026, 12, 31))
    assert coming.at == utc("2027-01-01 08:00")


def test_an_own_day_keeps_its_distance_from_year_to_year() -> None:
    cutoff = Cutoff(dt.date(2024, 3, 1), GENEVA, repeats=YEARLY, internal=dt.date(2024, 2, 29))
    ends = [local(one.wanted, PHNOM_PENH) for one in cutoff.occurrences(utc("2024-01-01"), utc("2029-01-01"))]
    assert ends == [f"{year}-03-01 00:00" for year in range(2024, 2029)]


@pytest.mark.parametrize("listener", LISTENERS)
def test_each_friday_of_nine_years_is_told_of_the_day_before_and_that_morning(listener: str) -> None:
    cutoff = Cutoff(dt.date(2024, 1, 5), GENEVA, dt.time(17), WEEKLY)
    found = cutoff.occurrences(utc("2024-01-01"), utc("2033-01-01"))
    assert [one.day for one in found] == [day for day in DAYS if day.weekday() == 4]
    assert {local(one.at, GENEVA)[-5:] for one in found} == {"17:00"}
    for one in found:
        planned = [(step.name, step.at) for step in steps(one, listener, 8, repeats=WEEKLY)]
        assert planned == list(zip(("d1", "d0"), mornings_before(one.at, listener, (1, 0)), strict=True))


def test_nobody_is_told_of_the_next_one_before_this_one_is_over() -> None:
    rule = Cutoff(dt.date(2026, 5, 1), GENEVA, dt.time(17), WEEKLY, dt.date(2026, 4, 23))
    first, second = rule.occurrences(utc("2026-01-01"), utc("2026-05-09"))
    assert first.after is None
    assert second.after == first.at
    assert [step.name for step in steps(first, PHNOM_PENH, 8, repeats=WEEKLY)] == ["d1", "d0"]
    assert steps(second, PHNOM_PENH, 8, repeats=WEEKLY) == [], "its own day was over before the one before it was"


@settings(derandomize=True, deadline=None, max_examples=300)
@given(dates, everywhere, times, st.sampled_from([ONCE, WEEKLY, YEARLY]), instants)
def test_the_next_follows_the_latest_at_every_instant(
    day: dt.date, zone: str, time: dt.time | None, repeats: str, now: dt.datetime
) -> None:
    cutoff = Cutoff(day, zone, time, repeats)
    following, latest = cutoff.next(now), cutoff.latest(now)
    assert following is None or following.at > now
    assert latest is None or latest.at <= now
    assert (following or latest) is not None
    if repeats != ONCE:
        assert following is not None
        assert following.after == (latest.at if latest else None), "none lies between"


@settings(derandomize=True, deadline=None, max_examples=150)
@given(dates, everywhere, times, st.sampled_from([ONCE, WEEKLY, YEARLY]), st.lists(instants, max_size=8))
def test_whoever_looks_now_and_then_sees_each_one_once(
    day: dt.date, zone: str, time: dt.time | None, repeats: str, looks: list[dt.datetime]
) -> None:
    cutoff = Cutoff(day, zone, time, repeats)
    first, last = utc("2023-06-01"), utc("2033-06-01")
    seen = [one for since, until in pairwise([first, *sorted(looks), last]) for one in cutoff.occurrences(since, until)]
    assert seen == cutoff.occurrences(first, last)
    assert len({one.day for one in seen}) == len(seen)
    assert len(seen) >= 1


# Quiet hours


def quiet(quiet_from: int, quiet_to: int) -> set[int]:
    """Those hours, counted off one by one."""
    return {(quiet_from + n) % 24 for n in range((quiet_to - quiet_from) % 24)}


@pytest.mark.parametrize(
    ("zone", "now", "then"),
    [
        (PHNOM_PENH, "2026-05-15 20:59", "2026-05-15 20:59"),
        (PHNOM_PENH, "2026-05-15 21:00", "2026-05-16 07:00"),
        (PHNOM_PENH, "2026-05-15 23:59", "2026-05-16 07:00"),
        (PHNOM_PENH, "2026-05-16 00:00", "2026-05-16 07:00"),
        (PHNOM_PENH, "2026-05-16 06:59", "2026-05-16 07:00"),
        (PHNOM_PENH, "2026-05-16 07:00", "2026-05-16 07:00"),
        (GENEVA, "2026-03-28 22:00", "2026-03-29 07:00"),
        (GENEVA, "2026-10-24 22:00", "2026-10-25 07:00"),
        (GENEVA, "2027-12-31 22:00", "2028-01-01 07:00"),
        (GENEVA, "2028-02-28 22:00", "2028-02-29 07:00"),
    ],
)
def test_what_is_due_at_night_waits_for_the_morning(zone: str, now: str, then: str) -> None:
    at = dt.datetime.fromisoformat(now).replace(tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)
    assert local(waking(at, zone, 21, 7), zone) == then


def test_a_night_in_which_the_clocks_change_is_an_hour_shorter_or_longer() -> None:
    def night(evening: str) -> dt.timedelta:
        at = dt.datetime.fromisoformat(evening).replace(tzinfo=ZoneInfo(GENEVA)).astimezone(dt.UTC)
        return waking(at, GENEVA, 21, 7) - at

    assert night("2026-03-27 21:00") == 10 * HOUR
    assert night("2026-03-28 21:00") == 9 * HOUR
    assert night("2026-10-24 21:00") == 11 * HOUR


@settings(derandomize=True, deadline=None, max_examples=300)
@given(instants, everywhere, hours, hours)
def test_nothing_waits_longer_than_it_is_quiet(now: dt.datetime, zone: str, quiet_from: int, quiet_to: int) -> None:
    _waits_while_it_is_quiet(now, zone, quiet_from, quiet_to)


@pytest.mark.parametrize(
    ("zone", "change"),
    [
        (GENEVA, "2026-03-29 01:00"),
        (GENEVA, "2026-10-25 01:00"),
        ("America/Los_Angeles", "2026-11-01 09:00"),
        ("America/Havana", "2026-11-01 05:00"),
        ("Africa/Cairo", "2026-04-23 22:00"),
        ("Africa/Cairo", "2026-10-29 21:00"),
        ("America/Nuuk", "2026-03-29 01:00"),
        ("America/Nuuk", "2026-10-25 01:00"),
        ("Australia/Lord_Howe", "2026-04-04 15:00"),
        ("Australia/Lord_Howe", "2026-10-03 15:30"),
    ],
)
def test_nothing_waits_longer_than_it_is_quiet_while_clocks_change(zone: str, change: str) -> None:
    for quiet_from, quiet_to in ((21, 7), (22, 2), (23, 0), (0, 1), (1, 2), (2, 3), (3, 1), (1, 0), (5, 5)):
        for quarter in range(-16, 17):
            now = utc(change) + quarter * dt.timedelta(minutes=15)
            _waits_while_it_is_quiet(now, zone, quiet_from, quiet_to)


def _waits_while_it_is_quiet(now: dt.datetime, zone: str, quiet_from: int, quiet_to: int) -> None:
    hushed, place = quiet(quiet_from, quiet_to), ZoneInfo(zone)
    then = waking(now, zone, quiet_from, quiet_to)
    assert then >= now
    assert then.utcoffset() == dt.timedelta()
    assert then.astimezone(place).hour not in hushed
    at = now
    while at < then:
        assert at.astimezone(place).hour in hushed, "it was awake before"
        at += dt.timedelta(minutes=5)


def test_the_hour_of_reminders_is_eight_or_the_first_waking_one() -> None:
    for quiet_from in range(24):
        for quiet_to in range(24):
            hushed = quiet(quiet_from, quiet_to)
            waking_hours = [hour % 24 for hour in range(8, 32) if hour % 24 not in hushed]
            assert morning(quiet_from, quiet_to) == waking_hours[0]
