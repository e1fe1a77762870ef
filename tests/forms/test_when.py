"""A moment is understood as told: in English and Khmer, with slips of the finger, and never more exactly than said."""

from __future__ import annotations

import datetime as dt
import json
import re
import warnings
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from forms.khmer_time import in_english
from forms.time_words import plain_words
from forms.when import LONGEST, Moment, Part, Precision, Reason, understood


def local(iso: str) -> dt.datetime:
    """A time as a clock on the wall shows it."""
    return dt.datetime.fromisoformat(iso)


SATURDAY = local("2026-11-21 15:10")
NEW_YEAR = local("2027-01-01 00:10")
LEAP_DAY = local("2028-02-29 09:00")
MONDAY = local("2026-11-23 08:05")


def on(iso: str, precision: Precision = "day", *, about: bool = False, until: Moment | None = None) -> Moment:
    """A moment from its date, with the precision."""
    return Moment(local(iso), precision, "", about, until)


def at(iso: str, *, about: bool = False, until: Moment | None = None) -> Moment:
    """A moment to the minute."""
    return on(iso, "minute", about=about, until=until)


def part(iso: str, name: Part) -> Moment:
    """A part of a day."""
    hours = {"morning": 4, "afternoon": 12, "evening": 16, "night": 18}
    return Moment(local(iso).replace(hour=hours[name]), "part_of_day", name)


UNKNOWN = Moment(None, "unknown")

ENGLISH: list[tuple[str, Moment | Reason]] = [
    ("yesterday 3pm", at("2026-11-20 15:00")),
    ("Yestarday @ 3 p.m.!!", at("2026-11-20 15:00")),
    ("YESTERDAY, 3PM", at("2026-11-20 15:00")),
    ("yesterday\u200b 3\u200cpm", at("2026-11-20 15:00")),
    ("yesterday at ៣ pm", at("2026-11-20 15:00")),
    ("yesterday 15h", at("2026-11-20 15:00")),
    ("3.30 pm yesterday", at("2026-11-20 15:30")),
    ("half past three in the afternoon, yesterday", at("2026-11-20 15:30")),
    ("quarter past 9 in the morning", at("2026-11-21 09:15")),
    ("he was arrested yesterday at 3 pm", at("2026-11-20 15:00")),
    ("yesterday at 3", Reason.AMBIGUOUS),
    ("yesterday 10:30", Reason.AMBIGUOUS),
    ("yesterday 03:30", at("2026-11-20 03:30")),
    ("today at 4", at("2026-11-21 04:00")),
    ("today at 3", Reason.AMBIGUOUS),
    ("at 3", Reason.AMBIGUOUS),
    ("3pm", at("2026-11-21 15:00")),
    ("4pm", Reason.AMBIGUOUS),
    ("today 4pm", Reason.FUTURE),
    ("today at 15:10", at("2026-11-21 15:10")),
    ("today at 15:11", Reason.FUTURE),
    ("noon today", at("2026-11-21 12:00")),
    ("3 days ago at noon", at("2026-11-18 12:00")),
    ("around noon 3 days ago", at("2026-11-18 12:00", about=True)),
    ("yesterday midnight", Reason.AMBIGUOUS),
    ("last night at midnight", at("2026-11-21 00:00")),
    ("last night", part("2026-11-20", "night")),
    ("last night at 11", at("2026-11-20 23:00")),
    ("last night at 2", at("2026-11-21 02:00")),
    ("tonight", Reason.FUTURE),
    ("this morning", part("2026-11-21", "morning")),
    ("yesterday evening", part("2026-11-20", "evening")),
    ("morning", part("2026-11-21", "morning")),
    ("evening", Reason.AMBIGUOUS),
    ("the day before yesterday", on("2026-11-19")),
    ("today", on("2026-11-21")),
    ("two days ago", on("2026-11-19")),
    ("2 hours ago", at("2026-11-21 13:10", about=True)),
    ("an hour and a half ago", Reason.AMBIGUOUS),
    ("1 and a half hours ago", at("2026-11-21 13:40", about=True)),
    ("half an hour ago", at("2026-11-21 14:40", about=True)),
    ("half an hour agog", Reason.NOT_UNDERSTOOD),
    ("1half past 3", Reason.AMBIGUOUS),
    ("just now", at("2026-11-21 15:10", about=True)),
    ("a couple of days ago", on("2026-11-19", about=True)),
    ("a few days ago", Reason.AMBIGUOUS),
    ("15 May 2023", on("2023-05-15")),
    ("May 15th, 2023", on("2023-05-15")),
    ("the 15th of may 2023", on("2023-05-15")),
    ("15-May-2023", on("2023-05-15")),
    ("15/5/2023", on("2023-05-15")),
    ("15.05.23", on("2023-05-15")),
    ("2023-05-15T14:30:05", at("2023-05-15 14:30")),
    ("15 May - 3pm", at("2026-05-15 15:00")),
    ("3/5", on("2026-05-03")),
    ("5/13/2023", Reason.AMBIGUOUS),
    ("25/13/2023", Reason.IMPOSSIBLE),
    ("31 December", on("2025-12-31")),
    ("the 25th", on("2026-10-25")),
    ("5th of last month", on("2026-10-05")),
    ("Febuary 2025", on("2025-02-01", "month")),
    ("in May", on("2026-05-01", "month")),
    ("last december", on("2025-12-01", "month")),
    ("last november", Reason.AMBIGUOUS),
    ("end of may 2025", on("2025-05-01", "month")),
    ("may", Reason.AMBIGUOUS),
    ("4", Reason.AMBIGUOUS),
    ("05/2023", on("2023-05-01", "month")),
    ("2023", on("2023-01-01", "year")),
    ("last year", on("2025-01-01", "year")),
    ("last month", on("2026-10-01", "month")),
    ("3 months ago", on("2026-08-01", "month")),
    ("last week", on("2026-11-09", "week")),
    ("2 wks ago", on("2026-11-02", "week")),
    ("a fortnight ago", on("2026-11-02", "week")),
    ("monday", on("2026-11-16")),
    ("wensday", on("2026-11-18")),
    ("thuesday", Reason.NOT_UNDERSTOOD),
    ("monday last week", on("2026-11-09")),
    ("friday morning", part("2026-11-20", "morning")),
    ("on Saturday", Reason.AMBIGUOUS),
    ("last Saturday", on("2026-11-14")),
    ("saturday 21 november 2026", on("2026-11-21")),
    ("monday 21 november 2026", Reason.AMBIGUOUS),
    ("about 15 may", on("2026-05-15", about=True)),
    ("not sure, maybe yesterday", on("2026-11-20", about=True)),
    ("I don't know", UNKNOWN),
    ("can't remember", UNKNOWN),
    ("not sure", UNKNOWN),
    ("31 february", Reason.IMPOSSIBLE),
    ("29 feb 2023", Reason.IMPOSSIBLE),
    ("29 feb 2024", on("2024-02-29")),
    ("29 february", Reason.AMBIGUOUS),
    ("yesterday 25:00", Reason.IMPOSSIBLE),
    ("yesterday 14:75", Reason.IMPOSSIBLE),
    ("15 may 1965", Reason.TOO_LONG_AGO),
    ("100 years ago", Reason.TOO_LONG_AGO),
    ("9999999999 days ago", Reason.TOO_LONG_AGO),
    ("3000 days ago", on("2018-09-04")),
    ("tomorrow", Reason.FUTURE),
    ("next week", Reason.FUTURE),
    ("in 3 days", Reason.FUTURE),
    ("May 2027", Reason.FUTURE),
    ("2300", Reason.IMPOSSIBLE),
    ("hello", Reason.NOT_UNDERSTOOD),
    ("yesterday near the market", Reason.NOT_UNDERSTOOD),
    ("", Reason.NOT_UNDERSTOOD),
    ("👍", Reason.NOT_UNDERSTOOD),
    ("15 January 2569", on("2026-01-15")),
    ("3 June 2570", on("2026-06-03")),
    ("3 June 2569", Reason.AMBIGUOUS),
    ("BE 2023", Reason.IMPOSSIBLE),
    ("2600", Reason.IMPOSSIBLE),
]

LASTING: list[tuple[str, Moment | Reason]] = [
    ("3-5 May 2023", on("2023-05-03", until=on("2023-05-05"))),
    ("3–5 May", on("2026-05-03", until=on("2026-05-05"))),
    ("May 3-5", on("2026-05-03", until=on("2026-05-05"))),
    ("from 3 to 5 May", on("2026-05-03", until=on("2026-05-05"))),
    ("28 december to 3 january 2026", on("2025-12-28", until=on("2026-01-03"))),
    ("may to july 2023", on("2023-05-01", "month", until=on("2023-07-01", "month"))),
    ("2019-2021", on("2019-01-01", "year", until=on("2021-01-01", "year"))),
    ("monday to wednesday", on("2026-11-16", until=on("2026-11-18"))),
    ("from friday to sunday", on("2026-11-13", until=on("2026-11-15"))),
    ("since Monday", on("2026-11-16", until=on("2026-11-21"))),
    ("from 25 december until now", on("2025-12-25", until=on("2026-11-21"))),
    ("yesterday 2-4 pm", at("2026-11-20 14:00", until=at("2026-11-20 16:00"))),
    ("yesterday from 11pm to 2am", at("2026-11-20 23:00", until=at("2026-11-21 02:00"))),
    (
        "between 2 and 4 pm yesterday",
        at("2026-11-20 14:00", about=True, until=at("2026-11-20 16:00", about=True)),
    ),
    ("5 May to 3 May 2023", on("2022-05-05", until=on("2023-05-03"))),
    ("5 may 2023 to 3 may 2023", Reason.AMBIGUOUS),
    ("from yesterday to tomorrow", Reason.FUTURE),
    ("តាំងពីថ្ងៃចន្ទ", on("2026-11-16", until=on("2026-11-21"))),
    ("ពីថ្ងៃទី៣ ដល់ថ្ងៃទី៥ ខែឧសភា", on("2026-05-03", until=on("2026-05-05"))),
    ("ពី ៣ ទៅ ៥ ឧសភា", on("2026-05-03", until=on("2026-05-05"))),
    ("ពីម៉ោង២ ដល់ម៉ោង៤ រសៀល ម្សិលមិញ", at("2026-11-20 14:00", until=at("2026-11-20 16:00"))),
]

KHMER: list[tuple[str, Moment | Reason]] = [
    ("ថ្ងៃនេះ", on("2026-11-21")),
    ("ថ្ងៃ\u200bនេះ", on("2026-11-21")),
    ("៣ ថ្ងៃមុន", on("2026-11-18")),
    ("3 ថ្ងៃ\u200bមុន", on("2026-11-18")),
    ("៣\u200cថ្ងៃ មុន", on("2026-11-18")),
    ("បីថ្ងៃមុន", on("2026-11-18")),
    ("គាត់ត្រូវចាប់ខ្លួនកាលពី៣ថ្ងៃមុន", on("2026-11-18")),
    ("ពីរបីថ្ងៃមុន", Reason.AMBIGUOUS),
    ("ម្សិលមិញ", on("2026-11-20")),
    ("ពីម្សិលមិញ", on("2026-11-20")),
    ("ម្សិលម្ង៉ៃ", on("2026-11-19")),
    ("ម្សិលម៉្ងៃ", on("2026-11-19")),
    ("ម្សិលមិញម៉ោង៣", Reason.AMBIGUOUS),
    ("កាលពីម្សិលមិញ ម៉ោង ៣ រសៀល", at("2026-11-20 15:00")),
    ("ម៉ោង ៣:៣០ រសៀល ម្សិលមិញ", at("2026-11-20 15:30")),
    ("ម៉ោង ៣កន្លះ រសៀល ម្សិលមិញ", at("2026-11-20 15:30")),
    ("ម៉ោង ៩ និង ៣០ នាទីព្រឹក", at("2026-11-21 09:30")),
    ("នៅវេលាម៉ោង ០៩:០០ នាទីព្រឹក ថ្ងៃទី១៤ ខែមិថុនា ឆ្នាំ២០២២", at("2022-06-14 09:00")),
    ("ម៉ោង៩និង០០នាទីព្រឹក ថ្ងៃអង្គារ ទី១៤ ខែមិថុនា ឆ្នាំ២០២២", at("2022-06-14 09:00")),
    ("ប្រហែលម៉ោង ៧ យប់ ថ្ងៃទី១៥ ខែឧសភា ឆ្នាំ២០២៣", at("2023-05-15 19:00", about=True)),
    ("ម៉ោង១៥:៣០ ម្សិលមិញ", at("2026-11-20 15:30")),
    ("ម៉ោង ១២ ថ្ងៃត្រង់ ម្សិលមិញ", at("2026-11-20 12:00")),
    ("ថ្ងៃត្រង់ម្សិលមិញ", at("2026-11-20 12:00", about=True)),
    ("ព្រឹកមិញ", part("2026-11-21", "morning")),
    ("ព្រលឹមថ្ងៃនេះ", part("2026-11-21", "morning")),
    ("យប់មិញ", part("2026-11-20", "night")),
    ("យប់មិញម៉ោង២", at("2026-11-21 02:00")),
    ("ល្ងាចមិញ", part("2026-11-20", "evening")),
    ("ថ្ងៃសុក្រ ពេលល្ងាច", part("2026-11-20", "evening")),
    ("ថ្ងៃចន្ទ", on("2026-11-16")),
    ("ថ្ងៃច័ន្ទ", on("2026-11-16")),
    ("ថ្ងៃព្រហស្បតិ៍", on("2026-11-19")),
    ("ថ្ងៃអាទិត្យ", on("2026-11-15")),
    ("ថ្ងៃចន្ទ អាទិត្យមុន", on("2026-11-09")),
    ("អាទិត្យមុន", on("2026-11-09", "week")),
    ("សប្ដាហ៍មុន", on("2026-11-09", "week")),
    ("សប្តាហ៏មុន", on("2026-11-09", "week")),
    ("២ អាទិត្យមុន", on("2026-11-02", "week")),
    ("ខែមុន", on("2026-10-01", "month")),
    ("៥ ខែមុន", on("2026-06-01", "month")),
    ("ថ្ងៃទី៥ ខែមុន", on("2026-10-05")),
    ("ឆ្នាំមុន", on("2025-01-01", "year")),
    ("ឆ្នាំទៅ", on("2025-01-01", "year")),
    ("ខែឧសភា", on("2026-05-01", "month")),
    ("ឧសភា", Reason.AMBIGUOUS),
    ("១៥ ឧសភា ២០២៣", on("2023-05-15")),
    ("ថ្ងៃទី ១៥ ខែ ៥ ឆ្នាំ ២០២៣", on("2023-05-15")),
    ("១៥/៥/២០២៣", on("2023-05-15")),
    ("១៥ មករា ព.ស. ២៥៦៩", on("2026-01-15")),
    ("ព.ស. ២៥៦៩", Reason.AMBIGUOUS),
    ("ព.ស. ២៥៧០", on("2026-01-01", "year")),
    ("២ ម៉ោងមុន", at("2026-11-21 13:10", about=True)),
    ("១ ម៉ោងកន្លះមុន", at("2026-11-21 13:40", about=True)),
    ("អម្បាញ់មិញ", at("2026-11-21 15:10", about=True)),
    ("ទើបតែកើតឡើង", at("2026-11-21 15:10", about=True)),
    ("មិនដឹង", UNKNOWN),
    ("ខ្ញុំមិនចាំទេ", UNKNOWN),
    ("មិនប្រាកដ ប្រហែលជាម្សិលមិញ", on("2026-11-20", about=True)),
    ("៣១ កុម្ភៈ", Reason.IMPOSSIBLE),
    ("ម៉ោង ២៥", Reason.IMPOSSIBLE),
    ("ថ្ងៃស្អែក", Reason.FUTURE),
    ("១ កើត ខែចេត្រ", Reason.NOT_UNDERSTOOD),
    ("សួស្តី", Reason.NOT_UNDERSTOOD),
]

AT_OTHER_TIMES: list[tuple[dt.datetime, str, Moment | Reason]] = [
    (NEW_YEAR, "yesterday", on("2026-12-31")),
    (NEW_YEAR, "last night", part("2026-12-31", "night")),
    (NEW_YEAR, "tonight", part("2026-12-31", "night")),
    (NEW_YEAR, "last night at 12", at("2027-01-01 00:00")),
    (NEW_YEAR, "20 minutes ago", at("2026-12-31 23:50", about=True)),
    (NEW_YEAR, "last month", on("2026-12-01", "month")),
    (NEW_YEAR, "last year", on("2026-01-01", "year")),
    (NEW_YEAR, "last week", on("2026-12-21", "week")),
    (NEW_YEAR, "31 december", on("2026-12-31")),
    (NEW_YEAR, "1 january", on("2027-01-01")),
    (NEW_YEAR, "2 january", on("2026-01-02")),
    (NEW_YEAR, "this morning", Reason.FUTURE),
    (NEW_YEAR, "ម្សិលមិញ ម៉ោង ១១ យប់", at("2026-12-31 23:00")),
    (LEAP_DAY, "29 february", on("2028-02-29")),
    (LEAP_DAY, "a year ago", on("2027-01-01", "year")),
    (LEAP_DAY, "month ago", on("2028-01-01", "month")),
    (LEAP_DAY, "1 march", on("2027-03-01")),
    (LEAP_DAY, "2 ថ្ងៃមុន", on("2028-02-27")),
    (LEAP_DAY, "29/2/2027", Reason.IMPOSSIBLE),
    (local("2029-02-10 09:00"), "29 february", on("2028-02-29")),
    (local("2027-03-31 09:00"), "1 month ago", on("2027-02-01", "month")),
    (MONDAY, "yesterday", on("2026-11-22")),
    (MONDAY, "monday", Reason.AMBIGUOUS),
    (MONDAY, "this monday", on("2026-11-23")),
    (MONDAY, "last monday", on("2026-11-16")),
    (MONDAY, "sunday", on("2026-11-22")),
    (MONDAY, "this week", on("2026-11-23", "week")),
    (MONDAY, "last week", on("2026-11-16", "week")),
    (MONDAY, "this friday", Reason.FUTURE),
    (MONDAY, "today at 7", at("2026-11-23 07:00")),
    (local("2026-11-21 21:00"), "ល្ងាចមិញ", Reason.AMBIGUOUS),
]


AHEAD: list[tuple[str, Moment | Reason]] = [
    ("tomorrow", on("2026-11-22")),
    ("tomorrow 8am", at("2026-11-22 08:00")),
    ("Tomorow 8.30 am", at("2026-11-22 08:30")),
    ("tomorrow morning", part("2026-11-22", "morning")),
    ("tomorrow at 8", Reason.AMBIGUOUS),
    ("tomorrow 08:30", at("2026-11-22 08:30")),
    ("the day after tomorrow", on("2026-11-23")),
    ("tonight", part("2026-11-21", "night")),
    ("today 4pm", at("2026-11-21 16:00")),
    ("4pm", at("2026-11-21 16:00")),
    ("in 3 days", on("2026-11-24")),
    ("3 days later", on("2026-11-24")),
    ("in two weeks", on("2026-11-30", "week")),
    ("next week", on("2026-11-23", "week")),
    ("next month", on("2026-12-01", "month")),
    ("next year", on("2027-01-01", "year")),
    ("15 next month", on("2026-12-15")),
    ("next monday 8 am", at("2026-11-23 08:00")),
    ("monday next week", on("2026-11-23")),
    ("monday", on("2026-11-23")),
    ("friday", on("2026-11-27")),
    ("last friday", on("2026-11-20")),
    ("saturday", Reason.AMBIGUOUS),
    ("15 December", on("2026-12-15")),
    ("15 December 8 am", at("2026-12-15 08:00")),
    ("about 15 December", on("2026-12-15", about=True)),
    ("tuesday 1 december 9am", at("2026-12-01 09:00")),
    ("monday 1 december 9am", at("2025-12-01 09:00")),
    ("wednesday 1 december 9am", Reason.AMBIGUOUS),
    ("3 November", on("2026-11-03")),
    ("the 25th", on("2026-11-25")),
    ("15/12/2026", on("2026-12-15")),
    ("15/12/27", on("2027-12-15")),
    ("15/12/69", Reason.AMBIGUOUS),
    ("15.12.2569", on("2026-12-15")),
    ("December 2026", on("2026-12-01", "month")),
    ("November 2026", on("2026-11-01", "month")),
    ("2027", on("2027-01-01", "year")),
    ("5 May", on("2027-05-05")),
    ("15 May 2025", on("2025-05-15")),
    ("yesterday", on("2026-11-20")),
    ("not sure", UNKNOWN),
    ("from 3 to 5 December", Reason.AMBIGUOUS),
    ("in 3 hours", Reason.AMBIGUOUS),
    ("in 300 years", Reason.IMPOSSIBLE),
    ("31/2/2027", Reason.IMPOSSIBLE),
    ("soon", Reason.NOT_UNDERSTOOD),
    ("ថ្ងៃស្អែក", on("2026-11-22")),
    ("ថ្ងៃស្អែក ម៉ោង ៨ ព្រឹក", at("2026-11-22 08:00")),
    ("ខានស្អែក", on("2026-11-23")),
    ("៣ថ្ងៃទៀត", on("2026-11-24")),
    ("3 ថ្ងៃទៀត", on("2026-11-24")),
    ("សប្តាហ៍ក្រោយ", on("2026-11-23", "week")),
    ("ខែក្រោយ", on("2026-12-01", "month")),
    ("ថ្ងៃទី១៥ ខែក្រោយ", on("2026-12-15")),
    ("ថ្ងៃច័ន្ទក្រោយ", on("2026-11-23")),
    ("ថ្ងៃទី 15 ខែធ្នូ ម៉ោង 8 ព្រឹក", at("2026-12-15 08:00")),
    ("ថ្ងៃទី១៥ ខែធ្នូ ឆ្នាំ២០២៦", on("2026-12-15")),
]


@pytest.mark.parametrize(("said", "meant"), AHEAD, ids=lambda value: str(value)[:40])
def test_what_is_to_come_is_understood_where_it_may_be_meant(said: str, meant: Moment | Reason) -> None:
    assert understood(said, SATURDAY, ahead=True) == meant


@pytest.mark.parametrize(
    "said", [said for said, meant in AHEAD if isinstance(meant, Moment) and (meant.at or NEW_YEAR) > SATURDAY]
)
def test_what_is_to_come_is_never_taken_where_only_the_past_is_meant(said: str) -> None:
    meant = understood(said, SATURDAY)
    assert isinstance(meant, Reason) or meant.at is None or meant.at <= SATURDAY


@pytest.mark.parametrize(("said", "meant"), ENGLISH + LASTING + KHMER, ids=lambda value: str(value)[:40])
def test_what_people_type_is_understood_as_precisely_as_it_was_told(said: str, meant: Moment | Reason) -> None:
    assert understood(said, SATURDAY) == meant


@pytest.mark.parametrize(("now", "said", "meant"), AT_OTHER_TIMES, ids=lambda value: str(value)[:40])
def test_midnight_month_ends_leap_days_and_mondays_are_counted_right(
    now: dt.datetime, said: str, meant: Moment | Reason
) -> None:
    assert understood(said, now) == meant


def test_more_than_anybody_needs_to_say_when_is_not_read() -> None:
    assert understood("yesterday" + " " * (LONGEST - 9), SATURDAY) == on("2026-11-20")
    assert understood("yesterday" + " " * (LONGEST - 8), SATURDAY) is Reason.TOO_LONG


def test_a_khmer_word_is_found_whatever_order_its_signs_were_typed_in() -> None:
    assert in_english("ម\u17c9\u17c4ង").split() == in_english("ម\u17c4\u17c9ង").split() == ["hour"]
    assert in_english("សប\u17d2ដ\u17b6ហ\u17cd").split() == in_english("សប\u17d2ត\u17b6ហ").split() == ["week"]


def test_a_khmer_word_is_not_found_inside_another_one() -> None:
    assert "from" not in in_english("ពីរ").split()
    assert in_english("ខែ").split() == ["month"]
    assert in_english("ខែ\u17c6").split() != ["month"]


def by_dateparser(said: str) -> dt.datetime | None:
    """What dateparser makes of it with the settings that suit a Cambodian form best."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from dateparser.date import DateDataParser

        settings: dict[str, Any] = {"PREFER_DATES_FROM": "past", "DATE_ORDER": "DMY", "RELATIVE_BASE": SATURDAY}
        found = DateDataParser(languages=["en", "km"], settings=settings).get_date_data(said)
    moment: dt.datetime | None = found.date_obj
    return moment


def test_a_general_date_parser_would_not_do() -> None:
    """The control: it fails on everyday Khmer, loses the hour, says the time of asking for it, and looks ahead."""
    assert by_dateparser("៣ ថ្ងៃមុន") is None
    assert by_dateparser("3 days ago") == SATURDAY - dt.timedelta(days=3)
    assert by_dateparser("yesterday at 3") == by_dateparser("yesterday") == SATURDAY - dt.timedelta(days=1)
    assert by_dateparser("4") is not None
    assert (by_dateparser("tomorrow") or SATURDAY) > SATURDAY


VOCABULARY = (
    "yesterday today 3 4 15 31 29 12 pm am at may february monday last this night tonight morning ago day week month"
    " year hour minute since from to between and - / : 2023 2026 2569 2570 9999 next about unsure half past noon"
    " midnight tomorrow dayafter in later 27 ទៀត ស្អែក ក្រោយ ថ្ងៃ ម៉ោង ៣ មុន ខែ ឆ្នាំ នេះ យប់ ល្ងាច ពី ដល់ ព.ស. កន្លះ អាទិត្យ 00:30 23:59 3/5 ,"
)
WORDS = st.sampled_from(VOCABULARY.split())
SAID = st.one_of(
    st.text(max_size=300), st.lists(WORDS, max_size=12).map(" ".join), st.lists(WORDS, max_size=9).map("".join)
)
NOWS = st.datetimes(local("1971-01-01 00:00"), local("2199-12-31 00:00"))


@given(SAID, NOWS)
@example("year 0000", SATURDAY)
@example("1 month ago", local("1971-01-01 00:00"))
@example("\ud800\x00", SATURDAY)
def test_nothing_people_type_breaks_it_or_makes_a_moment_that_has_not_come(said: str, now: dt.datetime) -> None:
    meant = understood(said, now)
    if isinstance(meant, Reason):
        return
    for moment in (meant, meant.until):
        if moment is not None and moment.at is not None:
            assert local("1970-01-01 00:00") - dt.timedelta(days=7) <= moment.at <= now
    assert meant.until is None or (meant.at is not None and meant.until.at is not None and meant.at <= meant.until.at)
    assert Moment.from_json(json.loads(json.dumps(meant.to_json()))) == meant


@given(SAID, NOWS)
@example("next 9999 day", SATURDAY)
@example("in 10 years", local("2199-12-31 00:00"))
def test_nothing_people_type_of_what_is_to_come_breaks_it_or_is_farther_than_ten_years(
    said: str, now: dt.datetime
) -> None:
    meant = understood(said, now, ahead=True)
    if isinstance(meant, Moment) and meant.at is not None:
        named = [int(year) for year in re.findall(r"\d{4}", plain_words(said))]
        assert meant.at.year <= max(now.year + 11, *named, 0)
        assert meant.until is None
        assert Moment.from_json(json.loads(json.dumps(meant.to_json()))) == meant


@pytest.mark.parametrize(
    "moment",
    [meant for _, meant in ENGLISH + LASTING + KHMER if isinstance(meant, Moment)],
    ids=lambda moment: str(moment.to_json()),
)
def test_a_moment_comes_back_from_json_as_it_was(moment: Moment) -> None:
    assert Moment.from_json(json.loads(json.dumps(moment.to_json()))) == moment


GOOD = on("2026-05-03", until=on("2026-05-05")).to_json()


@pytest.mark.parametrize(
    "changed",
    [
        {"at": None},
        {"at": "2026-05-03"},
        {"at": "2026-05-03T00:00+07:00"},
        {"at": 5},
        {"at": "2026-05-06T00:00"},
        {"precision": "second"},
        {"precision": ["day"]},
        {"precision": "part_of_day"},
        {"precision": "unknown"},
        {"part": "night"},
        {"part": {}},
        {"about": 1},
        {"until": "yesterday"},
        {"until": GOOD},
        {"until": UNKNOWN.to_json()},
        {"more": 1},
    ],
    ids=str,
)
def test_json_that_no_moment_wrote_is_nothing(changed: dict[str, Any]) -> None:
    assert Moment.from_json(GOOD) is not None
    assert Moment.from_json(GOOD | changed) is None


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_no_other_json_is_a_moment_or_breaks_anything(value: object) -> None:
    assert Moment.from_json(value) is None
    assert Moment.from_json({"at": value, "precision": value, "part": value, "about": value, "until": value}) is None


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("15 May 2023", ""),
        ("yesterday 3pm", ""),
        ("last night", ""),
        ("about 15 May 2023", "01"),
        ("last week", "01"),
        ("May 2023", "02"),
        ("about May 2023", "02"),
        ("2023", "03"),
        ("don't know", ""),
    ],
)
def test_the_date_says_by_a_huridocs_code_what_is_not_known_of_it(said: str, code: str) -> None:
    moment = understood(said, SATURDAY)
    assert isinstance(moment, Moment)
    assert moment.huridocs == code
