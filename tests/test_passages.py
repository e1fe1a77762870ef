"""People ask for a paragraph by its number, in any shape, and for the annexes."""

from __future__ import annotations

import datetime as dt

import pytest
from refs import cards_of, labels, languages, opened, shown, speak

from bot.talk import Talk
from facts.places import paragraphs
from facts.report import Report
from texts.cards import Cards

TODAY = dt.date(2026, 11, 23)


@pytest.fixture(scope="module")
def cards(report: Report) -> Cards:
    return cards_of(report)


@pytest.mark.parametrize(
    "typed",
    [
        "41",
        "041",
        "៤១",
        "para 41",
        "para. 41",
        "paragraph 41",
        "paragraph no. 41",
        "§ 41",
        "¶41",
        "#41",
        "41.",
        "(41)",
        "４１",
        "កថាខណ្ឌ 41",
        "កថាខណ្ឌទី ៤១",
        "កថាខណ្ឌ៤១",
    ],
)
async def test_a_paragraph_comes_in_any_shape(dara: Talk, typed: str) -> None:
    await speak(dara, "en")
    [card] = await dara.say(f"/para {typed}")
    assert card.text.startswith("Paragraph 41\nD. Mass trials of the opposition")
    assert card.text.endswith("A/HRC/54/75, para. 41")


@pytest.mark.parametrize("typed", ["para 41", "para. 41", "paragraph 41", "កថាខណ្ឌ 41", "កថាខណ្ឌ ៤១?"])
async def test_a_paragraph_that_is_called_one_needs_no_command(dara: Talk, typed: str) -> None:
    await speak(dara, "en")
    [card] = await dara.say(typed)
    assert card.text.startswith("Paragraph 41")


@pytest.mark.parametrize("typed", ["0", "108", "999", "9999999999999999999999", "4.5", "4,1", "xyz", "១០៨"])
async def test_a_paragraph_that_is_not_there_is_said_not_to_be_there(dara: Talk, typed: str) -> None:
    await speak(dara, "en")
    [seen] = await dara.say(f"/para {typed}")
    assert seen.text.startswith(f"There is no paragraph “{typed[:10]}")
    assert "107" in seen.text
    assert "home" in opened(seen)


@pytest.mark.parametrize("typed", ["21", "46", "107"])
async def test_a_bare_number_that_is_no_benchmarks_offers_the_paragraph_too(dara: Talk, typed: str) -> None:
    [seen] = await dara.say(typed)
    assert seen.text.startswith(f"There is no benchmark “{typed}”")
    assert f"p:{typed}" in opened(seen)


async def test_a_bare_number_up_to_twenty_is_a_benchmark(dara: Talk) -> None:
    [card] = await dara.say("4")
    assert card.text.startswith("D. End mass trials")


async def test_the_command_alone_asks_which_and_names_the_last(dara: Talk, report: Report) -> None:
    [seen] = await dara.say("/para")
    assert f"from 1 to {max(report.paragraphs)}" in seen.text
    assert {"p:1", "p:101", "ag", "an:2", "an:3", "home"} <= set(opened(seen))


@languages
def test_every_paragraph_has_our_summary_and_says_that_it_is_ours(cards: Cards, language: str) -> None:
    ours = {"en": "This is our summary", "km": "សេចក្តីសង្ខេប"}
    for number, paragraph in cards.report.paragraphs.items():
        text = shown(cards.card(f"p:{number}", language, TODAY))
        assert paragraph[language] in text, number
        assert ours[language] in text, number


@languages
def test_every_figure_and_footnote_of_a_paragraph_is_on_its_card(cards: Cards, language: str) -> None:
    report = cards.report
    seen = 0
    for number in report.paragraphs:
        text = shown(cards.card(f"p:{number}", language, TODAY))
        section = report.section_of(number)
        for figure in section.figures if section else report.figures:
            if number in paragraphs(figure.source):
                assert f"• {figure.shown(language)} {figure[language]}" in text, number
                seen += 1
        for note in report.footnotes:
            if number in note.paragraphs:
                assert note.cites in text, (number, note.number)
                seen += 1
    assert seen > 60, "control"


async def test_the_neighbours_are_next_to_each_and_the_last_leads_to_the_first(dara: Talk) -> None:
    [card] = await dara.say("/para 107")
    [card] = await dara.press("1 ▶")
    assert card.text.startswith("Paragraph 1\n")
    [card] = await dara.press("◀ 107")
    assert card.text.startswith("Paragraph 107\n")


@languages
async def test_every_paragraph_is_reached_by_going_on_and_on(dara: Talk, report: Report, language: str) -> None:
    await speak(dara, language)
    await dara.say("/para 1")
    for number in [*list(report.paragraphs)[1:], 1]:
        dara.world.advance(dt.timedelta(seconds=2))
        [card] = await dara.press(f"{number} ▶")
        assert str(number) in card.text.splitlines()[0]


@languages
async def test_annex_two_names_the_time_frame_of_every_benchmark(dara: Talk, report: Report, language: str) -> None:
    await speak(dara, language)
    [seen] = await dara.say("/para annex 2")
    lines = {
        years: line for line in seen.text.splitlines() for years in ("2022–2023", "2015–2030") if line.startswith(years)
    }
    for benchmark in report.benchmarks.values():
        assert benchmark.letter in lines[benchmark.timeframe.value].partition(": ")[2].split(", ")
        assert f"b:{benchmark.letter}" in opened(seen)


@languages
async def test_annex_three_leads_to_all_trials_and_to_where_it_disagrees(
    dara: Talk, report: Report, language: str
) -> None:
    await speak(dara, language)
    [seen] = await dara.say("/para annex III")
    assert [ref for ref in opened(seen) if ref.startswith("c:trial-")] == [
        f"c:{case.id}" for case in report.cases.values() if case.kind == "trial"
    ]
    assert any("⚠️" in label for label in labels(seen))
