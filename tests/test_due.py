"""Whoever reads until when something is due cannot be late by a zone, a midnight or a change of the clocks."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from forms.cutoff import WEEKLY, YEARLY, Cutoff, Occurrence, steps
from sandbox.entities import parse_html
from storage.deadlines import Deadline
from texts.due import GENEVA, PHNOM_PENH, countdown, cutoff, moment, place, until
from texts.language import LANGUAGES

FIRST, DAYS = dt.date(2024, 1, 1), 3288
"""Nine years, day by day."""

instants = st.datetimes(dt.datetime(2024, 1, 1), dt.datetime(2032, 12, 31), timezones=st.just(dt.UTC))
zones = st.sampled_from([GENEVA, PHNOM_PENH, "America/New_York", "Asia/Bangkok", "Asia/Tokyo", "UTC"])


def utc(iso: str) -> dt.datetime:
    """An instant."""
    return dt.datetime.fromisoformat(iso).replace(tzinfo=dt.UTC)


def only(rule: Cutoff) -> Occurrence:
    """Its one time, or its first."""
    found = rule.next(utc("2000-01-01"))
    assert found is not None
    return found


def shown(markup: Markup) -> str:
    """What an app reads that does not know of moments."""
    text, _ = parse_html(str(markup))
    return text


def clock(markup: Markup) -> dict[str, object]:
    """What Telegram is told about the moment."""
    text, [entity] = parse_html(str(markup))
    assert (entity["type"], entity["offset"], entity["length"]) == ("date_time", 0, len(text.encode("utf-16-le")) // 2)
    return {name: entity[name] for name in entity if name not in ("type", "offset", "length")}


# The rule of a deadline


def test_a_deadline_is_reckoned_with_as_it_was_entered() -> None:
    whole = Deadline("Call", "2026-05-15", GENEVA, "17:00", repeats=YEARLY, internal="2026-05-01")
    rule = Cutoff(dt.date(2026, 5, 15), GENEVA, dt.time(17), YEARLY, dt.date(2026, 5, 1), "Asia/Bangkok")
    assert cutoff(whole, "Asia/Bangkok") == rule


def test_what_was_not_entered_is_not_made_up() -> None:
    rule = cutoff(Deadline("Call", "2026-05-15", GENEVA), PHNOM_PENH)
    assert (rule.time, rule.internal, rule.repeats) == (None, None, "once")
    assert cutoff(Deadline("Call", "2026-05-15", GENEVA, "00:00"), PHNOM_PENH).time == dt.time(0)
    assert cutoff(Deadline("Meeting", "2026-05-15", PHNOM_PENH, repeats=WEEKLY), PHNOM_PENH).repeats == WEEKLY


# Until when


@pytest.mark.parametrize(
    ("rule", "english", "khmer"),
    [
        (
            Cutoff(dt.date(2026, 5, 15), GENEVA),
            "until the end of 15 May 2026 in Geneva, that is 05:00 on 16 May in Phnom Penh",
            "រហូតដល់ចប់ថ្ងៃទី 15 ឧសភា 2026 នៅហ្សឺណែវ ពោលគឺម៉ោង 05:00 ថ្ងៃទី 16 ឧសភា នៅភ្នំពេញ",
        ),
        (
            Cutoff(dt.date(2026, 1, 15), GENEVA, dt.time(17)),
            "until 17:00 on 15 January 2026 in Geneva, that is 23:00 on 15 January in Phnom Penh",
            "រហូតដល់ម៉ោង 17:00 ថ្ងៃទី 15 មករា 2026 នៅហ្សឺណែវ ពោលគឺម៉ោង 23:00 ថ្ងៃទី 15 មករា នៅភ្នំពេញ",
        ),
        (
            Cutoff(dt.date(2026, 5, 15), PHNOM_PENH),
            "until the end of 15 May 2026 in Phnom Penh, that is 19:00 on 15 May in Geneva",
            "រហូតដល់ចប់ថ្ងៃទី 15 ឧសភា 2026 នៅភ្នំពេញ ពោលគឺម៉ោង 19:00 ថ្ងៃទី 15 ឧសភា នៅហ្សឺណែវ",
        ),
        (
            Cutoff(dt.date(2026, 5, 15), "America/New_York", dt.time(18)),
            "until 18:00 on 15 May 2026 in New York, that is the end of 15 May in Geneva and 05:00 on 16 May in Phnom Penh",
            "រហូតដល់ម៉ោង 18:00 ថ្ងៃទី 15 ឧសភា 2026 នៅញូវយ៉ក ពោលគឺចប់ថ្ងៃទី 15 ឧសភា នៅហ្សឺណែវ និងម៉ោង 05:00 ថ្ងៃទី 16 ឧសភា នៅភ្នំពេញ",
        ),
        (
            Cutoff(dt.date(2026, 12, 31), GENEVA),
            "until the end of 31 December 2026 in Geneva, that is 06:00 on 1 January 2027 in Phnom Penh",
            "រហូតដល់ចប់ថ្ងៃទី 31 ធ្នូ 2026 នៅហ្សឺណែវ ពោលគឺម៉ោង 06:00 ថ្ងៃទី 1 មករា 2027 នៅភ្នំពេញ",
        ),
    ],
)
def test_until_when_is_told_by_both_clocks(rule: Cutoff, english: str, khmer: str) -> None:
    assert shown(until(only(rule).at, rule.zone, "en")) == english
    assert shown(until(only(rule).at, rule.zone, "km")) == khmer


def test_midnight_is_told_as_the_end_of_a_day_for_nobody_can_mistake_that() -> None:
    """Whether 00:00 of a day is its beginning or its end is what people are late by."""
    midnight = only(Cutoff(dt.date(2026, 5, 16), GENEVA, dt.time(0)))
    assert shown(until(midnight.at, GENEVA, "en")).startswith("until the end of 15 May 2026 in Geneva")
    minute_before = only(Cutoff(dt.date(2026, 5, 15), GENEVA, dt.time(23, 59)))
    assert "23:59 on 15 May 2026" in shown(until(minute_before.at, GENEVA, "en"))


def test_a_day_whose_midnight_is_left_out_ends_all_the_same() -> None:
    one = only(Cutoff(dt.date(2026, 4, 23), "Africa/Cairo"))
    assert shown(until(one.at, "Africa/Cairo", "en")).startswith("until the end of 23 April 2026 in Cairo")


def test_each_day_of_nine_years_ends_for_both_clocks_when_it_does() -> None:
    told = re.compile(r"until the end of (.+) in Geneva, that is (\d\d:\d\d) on (\d+ \w+)( \d+)? in Phnom Penh")
    for n in range(DAYS):
        day = FIRST + dt.timedelta(days=n)
        at = only(Cutoff(day, GENEVA)).at
        match = told.fullmatch(shown(until(at, GENEVA, "en")))
        assert match is not None
        here = at.astimezone(ZoneInfo(PHNOM_PENH))
        assert match[1] == f"{day.day} {day:%B} {day.year}"
        assert match[2] in ("05:00", "06:00"), "in summer and in winter"
        assert (match[2], match[3]) == (f"{here:%H:%M}", f"{here.day} {here:%B}")
        assert (match[4] or "").strip() == ("" if here.year == day.year else str(here.year))


def test_one_distance_between_the_clocks_would_be_wrong_for_half_of_the_days() -> None:
    """The control of the days: what holds in May does not hold in January."""
    distances = [
        only(Cutoff(FIRST + dt.timedelta(days=n), GENEVA)).at.astimezone(ZoneInfo(PHNOM_PENH)).hour for n in range(DAYS)
    ]
    assert 1500 < distances.count(5) < 2100
    assert distances.count(5) + distances.count(6) == DAYS


@settings(derandomize=True, deadline=None, max_examples=200)
@given(instants, zones, st.sampled_from(LANGUAGES))
def test_both_clocks_are_named_whatever_the_zone(at: dt.datetime, zone: str, language: str) -> None:
    said = until(at, zone, language)
    for named in (GENEVA, PHNOM_PENH, zone):
        assert shown(said).count(place(named, language)) == 1
    assert "00:00" not in shown(said)
    assert "\u200b" not in said
    assert clock(said) == {"unix_time": int(at.timestamp())}, "shown as it is, and tapped by the reader's own clock"


# A moment on the reader's phone


def test_a_moment_is_shown_as_the_phone_does_and_names_its_clock_where_it_cannot() -> None:
    at = only(Cutoff(dt.date(2026, 5, 15), GENEVA)).at
    assert shown(moment(at, PHNOM_PENH, "en")) == "Saturday 16 May 2026, 05:00 (Phnom Penh)"
    assert shown(moment(at, PHNOM_PENH, "km")) == "ថ្ងៃសៅរ៍ ទី 16 ខែឧសភា ឆ្នាំ 2026 ម៉ោង 05:00 (ភ្នំពេញ)"
    assert clock(moment(at, PHNOM_PENH, "en")) == {"unix_time": 1778882400, "date_time_format": "wDt"}


def test_a_moment_without_its_instant_would_be_words_only() -> None:
    """The control of what Telegram is told."""
    assert parse_html('<tg-time unix="">soon</tg-time>') == ("soon", [])


# How long is left


@pytest.mark.parametrize(
    ("before", "english", "khmer"),
    [
        (dt.timedelta(days=30, hours=21), "in 30 days", "30 ថ្ងៃទៀត"),
        (dt.timedelta(days=2), "in 2 days", "2 ថ្ងៃទៀត"),
        (dt.timedelta(days=1, hours=23), "in 1 day", "1 ថ្ងៃទៀត"),
        (dt.timedelta(days=1), "in 1 day", "1 ថ្ងៃទៀត"),
        (dt.timedelta(hours=23, minutes=59), "in 23 hours", "23 ម៉ោងទៀត"),
        (dt.timedelta(hours=1), "in 1 hour", "1 ម៉ោងទៀត"),
        (dt.timedelta(minutes=59), "in less than 1 hour", "មិនដល់ 1 ម៉ោងទៀត"),
        (dt.timedelta(0), "in less than 1 hour", "មិនដល់ 1 ម៉ោងទៀត"),
        (dt.timedelta(minutes=-1), "less than 1 hour ago", "មិនដល់ 1 ម៉ោងមុន"),
        (dt.timedelta(hours=-1), "1 hour ago", "1 ម៉ោងមុន"),
        (dt.timedelta(hours=-7), "7 hours ago", "7 ម៉ោងមុន"),
        (dt.timedelta(days=-1), "1 day ago", "1 ថ្ងៃមុន"),
        (dt.timedelta(days=-3), "3 days ago", "3 ថ្ងៃមុន"),
    ],
)
def test_a_countdown_counts_by_itself_and_never_tells_more_time_than_is_left(
    before: dt.timedelta, english: str, khmer: str
) -> None:
    at = utc("2026-05-15 22:00")
    assert shown(countdown(at, at - before, "en")) == english
    assert shown(countdown(at, at - before, "km")) == khmer
    assert clock(countdown(at, at - before, "en")) == {"unix_time": int(at.timestamp()), "date_time_format": "r"}


@pytest.mark.parametrize("listener", [GENEVA, PHNOM_PENH, "America/Los_Angeles", "Pacific/Apia"])
def test_a_reminder_of_so_many_days_before_says_so_many_days(listener: str) -> None:
    """Though days of 23 and 25 hours lie between."""
    words = {"d30": "in 30 days", "d14": "in 14 days", "d7": "in 7 days", "d3": "in 3 days", "d1": "in 1 day"}
    for n in range(0, DAYS):
        one = only(Cutoff(FIRST + dt.timedelta(days=n), GENEVA))
        said = {step.name: shown(countdown(one.at, step.at, "en")) for step in steps(one, listener, 8)}
        assert {name: said[name] for name in words} == words
        assert re.fullmatch(r"in (\d+ hours?|1 day)", said["d0"])
        assert re.fullmatch(r"(\d+ hours?|1 day|less than 1 hour) ago|in less than 1 hour", said["passed"])


# Places


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_zone_that_there_is_has_a_name(language: str) -> None:
    for zone in available_timezones():
        assert place(zone, language).strip()
        assert "\u200b" not in place(zone, language)
        assert "_" not in place(zone, language)


def test_the_places_of_this_work_are_called_by_their_names() -> None:
    assert [place(zone, "en") for zone in (GENEVA, PHNOM_PENH, "America/St_Johns")] == [
        "Geneva",
        "Phnom Penh",
        "St. John’s",
    ]
    assert [place(zone, "km") for zone in (GENEVA, PHNOM_PENH)] == ["ហ្សឺណែវ", "ភ្នំពេញ"]
