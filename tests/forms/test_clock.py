"""The detention clock counts days from what was published, and guesses nothing."""

from __future__ import annotations

import datetime as dt
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.case_news import APPEAL, FAMILY, HEALTH, HEARING, HELD, KINDS, LAWYER, RELEASE
from forms.clock import Clock, Happening, first_day, last_day
from forms.moment import Moment, Precision

TODAY = dt.date(2026, 11, 23)


def happening(kind: str, iso: str, precision: Precision = "day", *, about: bool = False) -> Happening:
    """Something of this kind that was, or is, then; its id tells both."""
    at = dt.datetime.fromisoformat(iso)
    return Happening(f"{kind} {iso}", kind, Moment(at, precision, about=about))


def unknown(kind: str) -> Happening:
    return Happening(kind, kind, Moment(None, "unknown"))


def clock(*happenings: Happening, today: dt.date = TODAY) -> Clock:
    """The clock of these; the order in which they are told makes no difference."""
    found = [Clock.of(order, today) for order in permutations(happenings)] if len(happenings) < 6 else []
    first = Clock.of(happenings, today)
    assert all(one == first for one in found)
    return first


def held(of: Clock) -> int | None:
    return of.held.count if of.held else None


# Days held


def test_without_news_there_is_nothing_to_count() -> None:
    assert clock() == Clock()


def test_days_are_counted_from_the_beginning_until_today() -> None:
    assert held(clock(happening(HELD, "2026-11-01"))) == 22
    assert held(clock(happening(HELD, "2026-11-01T23:50", "minute"))) == 22, "by dates, not by hours"
    assert held(clock(happening(HELD, "2026-11-23"))) == 0


def test_a_release_stops_the_clock_for_good() -> None:
    told = (happening(HELD, "2026-11-01"), happening(RELEASE, "2026-11-11"))
    stopped = clock(*told)
    assert held(stopped) == 10
    assert stopped.released == told[1]
    assert clock(*told, today=dt.date(2030, 1, 1)) == stopped
    assert clock(told[0]).released is None, "control"


def test_after_another_arrest_it_counts_anew() -> None:
    again = clock(
        happening(HELD, "2026-10-01"),
        happening(RELEASE, "2026-10-11"),
        happening(HELD, "2026-11-20"),
    )
    assert (held(again), again.released) == (3, None)


def test_somebody_held_who_is_said_to_be_held_again_was_held_all_the_time() -> None:
    assert held(clock(happening(HELD, "2026-11-01"), happening(HELD, "2026-11-10"))) == 22


def test_the_first_release_counts_until_there_is_another_arrest() -> None:
    told = clock(happening(HELD, "2026-11-01"), happening(RELEASE, "2026-11-05"), happening(RELEASE, "2026-11-09"))
    assert held(told) == 4


def test_a_release_without_a_known_beginning_counts_nothing() -> None:
    assert clock(happening(RELEASE, "2026-11-11")) == Clock()
    assert clock(unknown(HELD)) == Clock()


def test_arrested_and_released_on_one_day_is_free_at_its_end() -> None:
    told = clock(happening(HELD, "2026-11-10"), happening(RELEASE, "2026-11-10"))
    assert held(told) == 0
    assert told.released is not None


def test_released_and_arrested_at_the_gate_is_held_at_the_end_of_the_day() -> None:
    told = clock(happening(HELD, "2026-10-01"), happening(RELEASE, "2026-11-10"), happening(HELD, "2026-11-10"))
    assert (held(told), told.released) == (13, None)


def test_hours_decide_what_was_first_where_they_are_known() -> None:
    released = happening(RELEASE, "2026-11-10T08:00", "minute")
    again = happening(HELD, "2026-11-10T15:00", "minute")
    assert held(clock(released, again)) == 13
    first = happening(HELD, "2026-11-10T07:00", "minute")
    assert clock(first, released).released == released


@pytest.mark.parametrize(
    ("iso", "precision", "days"),
    [("2026-11-01", "month", 22), ("2026-01-01", "year", 326), ("2026-11-16", "week", 7)],
)
def test_what_is_not_known_to_the_day_is_counted_from_the_first_that_can_be_meant_and_said_to_be_about(
    iso: str, precision: Precision, days: int
) -> None:
    told = clock(happening(HELD, iso, precision)).held
    assert told is not None
    assert (told.count, told.about) == (days, True)
    exact = clock(happening(HELD, iso)).held
    assert exact is not None
    assert not exact.about, "control"


def test_a_day_that_is_only_about_right_is_said_to_be() -> None:
    told = clock(happening(HELD, "2026-11-01", about=True)).held
    assert told is not None
    assert told.about


def test_a_detention_that_is_to_begin_has_not_begun() -> None:
    assert clock(happening(HELD, "2026-11-24")) == Clock()


# Contacts


def test_days_without_contact_are_counted_from_the_last_one() -> None:
    told = clock(
        happening(HELD, "2026-10-01"),
        happening(FAMILY, "2026-10-20"),
        happening(FAMILY, "2026-11-13"),
        happening(LAWYER, "2026-11-03"),
        happening(HEALTH, "2026-11-22"),
    )
    assert told.family is not None
    assert told.lawyer is not None
    assert (told.family.count, told.lawyer.count) == (10, 20)


def test_where_nobody_reached_them_since_they_are_held_the_days_count_from_then() -> None:
    told = clock(happening(HELD, "2026-11-03"), happening(FAMILY, "2026-11-01"))
    assert told.family is not None
    assert (told.family.count, told.family.of.kind) == (20, HELD)


def test_contacts_are_counted_of_people_who_are_held_alone() -> None:
    assert clock(happening(FAMILY, "2026-11-13")).family is None
    free = clock(happening(HELD, "2026-11-01"), happening(RELEASE, "2026-11-11"), happening(FAMILY, "2026-11-05"))
    assert (free.family, free.lawyer) == (None, None)


# Hearings and appeals


def test_the_next_of_several_hearings_is_shown_also_on_its_day() -> None:
    several = [happening(HEARING, day) for day in ("2026-11-22", "2026-12-15", "2026-11-23", "2026-11-30")]
    assert clock(*several).hearing == several[2]
    assert clock(*several, today=dt.date(2026, 11, 24)).hearing == several[3]
    assert clock(*several, today=dt.date(2027, 1, 1)).hearing is None


def test_a_hearing_of_this_month_may_still_come_until_the_month_is_over() -> None:
    month = happening(HEARING, "2026-11-01", "month")
    assert clock(month).hearing == month
    assert clock(month, today=dt.date(2026, 11, 30)).hearing == month
    assert clock(month, today=dt.date(2026, 12, 1)).hearing is None


def test_days_left_for_an_appeal_are_those_after_today() -> None:
    told = clock(happening(APPEAL, "2026-11-30"), happening(APPEAL, "2026-12-24"))
    assert told.appeal_days == 7
    assert clock(happening(APPEAL, "2026-11-23")).appeal_days == 0
    assert clock(happening(APPEAL, "2026-11-22")).appeal is None


def test_of_an_appeal_whose_day_is_not_known_no_days_are_counted() -> None:
    told = clock(happening(APPEAL, "2026-12-01", "month"))
    assert told.appeal is not None
    assert told.appeal_days is None


# Whatever is published


MOMENTS = st.builds(
    lambda at, precision: Moment(at.replace(second=0, microsecond=0), precision),
    st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2030, 1, 1)),
    st.sampled_from(("minute", "day", "week", "month", "year")),
) | st.just(Moment(None, "unknown"))
STORIES = st.lists(st.builds(lambda kind, moment: Happening(kind, kind, moment), st.sampled_from(KINDS), MOMENTS))


@given(STORIES, st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)))
def test_no_story_makes_it_count_backwards_or_show_what_is_over(story: list[Happening], today: dt.date) -> None:
    told = Clock.of(story, today)
    for days in (told.held, told.family, told.lawyer):
        assert days is None or days.count >= 0
    for coming in (told.hearing, told.appeal):
        assert coming is None or last_day(coming.moment) >= today
    assert told.released is None or told.held is not None
    assert told.held is None or first_day(told.held.of.moment) <= today
