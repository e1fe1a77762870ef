"""People ask when: deadlines and dates as exactly as the report gives them, and what has lapsed by the clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from conftest import House
from hypothesis import given
from hypothesis import strategies as st
from refs import buttons, cards_of, languages, opened, shown, speak
from the_report import load

from bot.talk import Talk
from facts.models import Dated
from facts.report import Report
from sandbox.world import World
from texts.cards import Cards
from texts.dates import exactness_word
from texts.entries import day_words, when

TODAY = dt.date(2026, 11, 23)


On = Callable[[dt.date], Awaitable[Talk]]


@pytest.fixture(scope="module")
def cards(report: Report) -> Cards:
    return cards_of(report)


@pytest.fixture
async def on(tmp_path: Path, report: Report) -> AsyncIterator[On]:
    """Somebody who reads English, on a day."""
    houses: list[House] = []

    async def begin(day: dt.date) -> Talk:
        noon = dt.datetime.combine(day, dt.time(12), dt.UTC)
        world = World(pace=False, seed=1, clock=lambda: noon)
        house = House(world, tmp_path / day.isoformat(), report)
        await house.start()
        houses.append(house)
        return house.talk(world.add_person("Dara"))

    yield begin
    for house in houses:
        await house.stop()


def last_day(date: Dated) -> dt.date:
    """The last day of a date or time frame, worked out another way than the code does."""
    year, *rest = map(int, (date.until or date.when).split("-"))
    if not rest:
        return dt.date(year, 12, 31)
    if len(rest) == 2:
        return dt.date(year, rest[0], rest[1])
    after = dt.date(year + rest[0] // 12, rest[0] % 12 + 1, 1)
    return after - dt.timedelta(days=1)


AHEAD = [date for date in load().dates.values() if date.ahead]


# Lapsed, by the clock


@pytest.mark.parametrize("date", AHEAD, ids=lambda date: date.id)
async def test_what_was_ahead_lapses_the_day_after_its_last_and_not_before(on: On, date: Dated) -> None:
    before = await on(last_day(date))
    [card] = await before.say(f"/start d_{date.id}")
    assert "⏳ Not over yet." in card.text
    assert "⌛" not in card.text
    after = await on(last_day(date) + dt.timedelta(days=1))
    [card] = await after.say(f"/start d_{date.id}")
    assert "⌛ Lapsed by now; the report cannot say what became of it." in card.text
    assert "⏳" not in card.text


async def test_the_same_question_is_answered_by_the_day_on_which_it_is_asked(on: On) -> None:
    [early] = await (await on(dt.date(2023, 6, 10))).say("/dates")
    [late] = await (await on(dt.date(2026, 11, 23))).say("/dates")
    [last] = await (await on(dt.date(2051, 1, 1))).say("/dates")
    assert (early.text.count("lapsed"), early.text.count("not over yet")) == (2, len(AHEAD) - 1)
    assert late.text.count("⌛ lapsed") == len(AHEAD) - 2
    assert late.text.count("⏳ not over yet") == 2
    assert last.text.count("⌛ lapsed") == len(AHEAD)


async def test_it_lapses_for_somebody_who_has_the_bot_open(dara: Talk) -> None:
    [card] = await dara.say("/start d_carbon-neutral-2050")
    assert "⏳ Not over yet." in card.text
    dara.world.advance(dt.timedelta(days=365 * 30))
    [card] = await dara.say("/start d_carbon-neutral-2050")
    assert "⌛ Lapsed by now" in card.text


@languages
def test_only_what_was_ahead_is_ever_called_lapsed_or_not_over(cards: Cards, language: str) -> None:
    far = dt.date(2099, 1, 1)
    for key, date in cards.report.dates.items():
        for day in (dt.date(2000, 1, 1), TODAY, far):
            text = shown(cards.card(f"d:{key}", language, day))
            assert ("⌛" in text) == (date.ahead and day > last_day(date)), (key, day)
            assert ("⏳" in text) == (date.ahead and day <= last_day(date)), (key, day)


@given(st.sampled_from(AHEAD), st.dates(dt.date(1990, 1, 1), dt.date(2060, 1, 1)))
def test_lapsed_means_that_the_last_day_is_over(date: Dated, day: dt.date) -> None:
    assert date.lapsed(day) == (day > last_day(date))


# As exactly as the report


@pytest.mark.parametrize(("iso", "english"), [("2023-05-15", "15 May 2023"), ("2023-05", "May 2023"), ("2023", "2023")])
def test_a_date_is_written_with_the_month_in_words_and_no_more_exactly_than_it_is(iso: str, english: str) -> None:
    assert day_words(iso, "en") == english
    assert "ឧសភា" in day_words(iso, "km") or len(iso) == 4
    assert not set("០១២៣៤៥៦៧៨៩") & set(day_words(iso, "km"))


@languages
def test_every_date_says_how_exact_it_is_and_where_it_stands(cards: Cards, language: str) -> None:
    for key, date in cards.report.dates.items():
        text = shown(cards.card(f"d:{key}", language, TODAY))
        assert text.splitlines()[:2] == [when(date, language), exactness_word(date, language)], key
        assert date[language] in text


@pytest.mark.parametrize(
    ("typed", "begins"),
    [
        ("", "Deadlines, time frames and plans in the report (11)"),
        ("2022", "Dates of 2022"),
        ("២០២២", "Dates of 2022"),
        ("in 2021", "Dates of 2021"),
        ("2035", "The report carries no date of 2035"),
        ("call for information", "Dates that fit"),
    ],
)
async def test_dates_are_found_by_year_and_by_words(dara: Talk, typed: str, begins: str) -> None:
    await speak(dara, "en")
    [seen] = await dara.say(f"/dates {typed}")
    assert seen.text.startswith(begins)
    assert "home" in opened(seen)


async def test_a_year_that_the_report_does_not_speak_of_says_what_it_covers(dara: Talk, sok: Talk) -> None:
    [seen] = await dara.say("/dates 2035")
    assert "It covers early June 2022 to the first week of June 2023." in seen.text
    [seen] = await sok.say("/dates 2035")
    assert "2035" in seen.text
    assert "2022" in seen.text


async def test_words_that_fit_no_date_are_said_not_to_be_found(dara: Talk) -> None:
    [seen] = await dara.say("/dates zeppelin")
    assert seen.text.startswith("I do not find “zeppelin” in the report.")
    assert "Deadlines, time frames and plans" in seen.text
    [seen] = await dara.say("/dates")
    assert seen.text.startswith("Deadlines"), "control"


@languages
async def test_every_date_is_in_the_list_of_all_once_and_in_that_of_its_year(
    dara: Talk, report: Report, language: str
) -> None:
    await speak(dara, language)
    found: list[str] = []
    for page in range(1, 20):
        dara.world.advance(dt.timedelta(seconds=2))
        seen = await dara.tap(f"ds:all:{page}")
        refs = [ref for ref in opened(seen[-1]) if ref.startswith("d:")] if seen else []
        if not refs or refs[0] in found:
            break
        found += refs
    assert found == [f"d:{key}" for key in report.dates]


async def test_a_find_is_on_one_page_and_no_button_leads_elsewhere(dara: Talk) -> None:
    [seen] = await dara.say("/dates elections")
    assert seen.text.startswith("Dates that fit")
    shown_here = [ref for ref in opened(seen) if ref.startswith("d:")]
    assert 0 < len(shown_here) <= 12
    assert sum(line[:1].isdigit() for line in seen.text.splitlines()) == len(shown_here)
    assert not [data for data in opened(seen) if data.startswith("ds:all:")]


@languages
def test_no_two_buttons_of_a_list_are_called_the_same(cards: Cards, language: str) -> None:
    for year in range(2014, 2025):
        found = [b.label for b in buttons(cards.dates.of_year(str(year), 1, language, TODAY)) if b.data]
        assert len(found) == len(set(found)), year
