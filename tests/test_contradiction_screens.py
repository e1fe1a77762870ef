"""Where the report disagrees with itself, every answer that touches it says so, with both places."""

from __future__ import annotations

import datetime as dt

import pytest
from refs import all_refs, buttons, cards_of, keyboard, languages, opened, shown, speak

from bot.talk import Talk
from facts.report import Report
from texts.cards import Cards
from texts.citing import cited
from texts.language import plain

TODAY = dt.date(2026, 11, 23)


@pytest.fixture(scope="module")
def cards(report: Report) -> Cards:
    return cards_of(report)


def says_so(cards: Cards, ref: str, language: str) -> bool:
    """Whether a card shows the first disagreement about it and leads to all of them."""
    screen = cards.card(ref, language, TODAY)
    found = cards.report.contradictions_on(ref)
    leads = f"xs:{ref}" in {button.data for button in buttons(screen)}
    return bool(found) and leads and found[0].gist[language] in shown(screen) and "⚠️" in shown(screen)


# On every card


@languages
def test_everything_that_a_contradiction_touches_shows_it(cards: Cards, language: str) -> None:
    for contradiction in cards.report.contradictions.values():
        for ref in contradiction.touches:
            if not ref.startswith("x:"):
                assert says_so(cards, ref, language), (contradiction.id, ref)
                assert contradiction.gist[language] in all_pages(cards, ref, language)


@languages
def test_every_paragraph_that_a_contradiction_reads_shows_it(cards: Cards, language: str) -> None:
    report = cards.report
    touched = {ref for ref in all_refs(report) if ref[0] == "p" and report.contradictions_on(ref)}
    assert len(touched) > 10, "control"
    for ref in touched:
        assert says_so(cards, ref, language), ref
    assert {"p:9", "p:41", "p:42", "p:68", "p:72", "p:96"} <= touched


@languages
def test_what_no_contradiction_touches_is_not_called_contradictory(cards: Cards, language: str) -> None:
    """Control: a warning everywhere would be none."""
    warning = plain(language, "⚠️ The report disagrees with itself. {what}", what="").strip()
    untouched = [ref for ref in all_refs(cards.report) if not cards.report.contradictions_on(ref) and ref[0] != "x"]
    assert len(untouched) > 100
    for ref in untouched:
        assert not says_so(cards, ref, language), ref
        assert warning not in shown(cards.card(ref, language, TODAY)), ref


def all_pages(cards: Cards, ref: str, language: str) -> str:
    """Every page of what the report disagrees about on a thing."""
    first = cards.frame.disagreements(ref, 1, language)
    turns = [b.label.partition("/")[2] for b in buttons(first) if b.label.startswith("1/")]
    count = int(turns[0]) if turns else 1
    return "\n".join(shown(cards.frame.disagreements(ref, page, language)) for page in range(1, count + 1))


@languages
def test_a_card_tells_how_many_more_there_are(cards: Cards, language: str) -> None:
    for ref in all_refs(cards.report):
        more = len(cards.report.contradictions_on(ref)) - 1
        if more > 0 and ref[0] != "x":
            said = plain(language, " <i>And in {more} more.</i>", more=more).replace("<i>", "").replace("</i>", "")
            assert said in shown(cards.card(ref, language, TODAY)), ref


# The contradiction itself


@languages
def test_each_has_every_reading_with_its_place_and_what_follows(cards: Cards, language: str) -> None:
    for key, contradiction in cards.report.contradictions.items():
        screen = cards.card(f"x:{key}", language, TODAY)
        text = shown(screen)
        for reading in contradiction.readings:
            assert f"{cited(reading.source, language)}: {reading[language]}" in text, key
            assert cited(reading.source, "en") in text.splitlines()[-1], "and all places are cited"
        assert contradiction.conclude[language] in text
        led_to = {button.data for button in buttons(screen)}
        assert set(contradiction.touches[:8]) <= led_to, key


@languages
def test_no_two_buttons_of_a_list_of_contradictions_are_called_the_same(cards: Cards, language: str) -> None:
    """Whoever reads with the ears has nothing but the label."""
    for page in range(1, 9):
        found = [b.label for b in buttons(cards.contradictions.all(page, language)) if b.data and b.data[0] == "x"]
        assert len(found) == len(set(found)), page
    for ref in ("e", "b:C", "b:D"):
        found = [b.label for b in buttons(cards.frame.disagreements(ref, 1, language)) if b.data]
        assert len(found) == len(set(found)), ref


# As people go through them


@languages
async def test_all_are_listed_page_by_page_and_round(dara: Talk, report: Report, language: str) -> None:
    await speak(dara, language)
    [first] = await dara.say("/contradictions")
    assert f"({len(report.contradictions)})" in first.text
    [turn] = [label for row in first.buttons for label in row if label.startswith("1/")]
    seen = [first]
    for _ in range(int(turn.removeprefix("1/"))):
        dara.world.advance(dt.timedelta(seconds=2))
        seen += await dara.press("▶")
    assert seen[-1].text == first.text
    listed = [ref for page in seen[:-1] for ref in opened(page) if ref.startswith("x:")]
    assert listed == [f"x:{key}" for key in report.contradictions]
    for page in seen:
        for ref in opened(page):
            if ref.startswith("x:"):
                assert report.contradictions[ref[2:]].gist[language] in page.text


async def test_from_a_card_to_the_disagreement_and_back(dara: Talk) -> None:
    [card] = await dara.say("/para 41")
    [listed] = await dara.press("⚠️ Where it disagrees")
    assert listed.text.startswith("Paragraph 41\nWhere the report disagrees with itself:")
    [one] = await dara.tap("x:august-2022-number")
    assert "seven" in one.text
    assert "Six" in one.text
    assert "What follows" in one.text
    assert "c:trial-2022-08-10" in opened(one)
    [all_] = await dara.press("⚠️ All disagreements")
    assert all_.text.startswith("Where the report disagrees with itself (")
    [back] = await dara.tap("p:41")
    assert back.text == card.text


async def test_neither_side_is_chosen(dara: Talk) -> None:
    for ref, sides in (
        ("x_commune-votes", ("80%", "74.32%")),
        ("x_august-2022-number", ("seven", "six")),
        ("x_disability-law", ("72", "96")),
    ):
        [card] = await dara.say(f"/start {ref}")
        for side in sides:
            assert side in card.text.lower(), ref
        assert "A/HRC/54/75, para" in card.text.splitlines()[-1]
        assert [b for b in keyboard(card) if b.get("copy_text", {}).get("text") == card.text.splitlines()[-1]]


# In lists


def marked(text: str, name: str) -> bool:
    """Whether a thing of this name is marked in a list."""
    return f"{name} ⚠️" in text


@languages
def test_what_a_contradiction_touches_is_marked_in_every_list_and_the_mark_is_explained(
    cards: Cards, language: str
) -> None:
    """A list gives the gist only, so the mark says that there is more to know before quoting."""
    report, entries = cards.report, cards.frame.entries
    explained = plain(language, "<i>⚠️ Here the report disagrees with itself: open it before you quote it.</i>")
    lists = {
        "c:trial-2022-08-10": cards.cases.by_kind("trial", 1, language),
        "l:criminal-code": cards.laws.of_kind("cc", 1, language),
        "d:national-elections-2018": cards.dates.of_year("2018", 1, language, TODAY),
        "p:41": cards.findings.several("x", ["p:41", "p:50"], language),
    }
    for ref, screen in lists.items():
        assert report.contradictions_on(ref), "control"
        text = shown(screen)
        assert marked(text, entries.title(ref, language)), ref
        assert explained.removeprefix("<i>").removesuffix("</i>") in text
    agenda = shown(cards.recommendations.agenda(1, language))
    assert marked(agenda, "annex I (a)") == bool(report.contradictions_on("r:ia"))


@languages
def test_what_none_touches_is_not_marked(cards: Cards, language: str) -> None:
    """Control."""
    refs = ["p:50", "b:F", "l:lango", "c:theary-seng"]
    assert not [ref for ref in refs if cards.report.contradictions_on(ref)]
    assert "⚠️" not in shown(cards.findings.several("x", refs, language))
