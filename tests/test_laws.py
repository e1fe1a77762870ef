"""People ask for laws: by article, by name, by kind."""

from __future__ import annotations

import datetime as dt

import pytest
from refs import buttons, cards_of, languages, opened, shown, speak

from bot.talk import Talk
from facts.report import Report
from texts.cards import Cards
from texts.citing import cited
from texts.laws import STANDINGS

TODAY = dt.date(2026, 11, 23)


@pytest.fixture(scope="module")
def cards(report: Report) -> Cards:
    return cards_of(report)


@pytest.mark.parametrize(
    "typed",
    [
        "494",
        "article 494",
        "Article 494.",
        "art. 494",
        "section 494",
        "sec 494",
        "cc 494",
        "criminal code 494",
        "Criminal Code, section 494",
        "article 494 of the Criminal Code",
        "art. 494 of the penal code",
        "៤៩៤",
        "មាត្រា ៤៩៤",
        "មាត្រា 494",
        "ក្រមព្រហ្មទណ្ឌ មាត្រា ៤៩៤",
    ],
)
async def test_an_article_comes_in_any_shape(dara: Talk, typed: str) -> None:
    await speak(dara, "en")
    [card] = await dara.say(f"/law {typed}")
    assert card.text.startswith("Criminal Code, section 494\n")


@pytest.mark.parametrize("typed", ["article 494", "section 494", "មាត្រា ៤៩៤", "art. 437 bis"])
async def test_an_article_that_is_called_one_needs_no_command(dara: Talk, typed: str) -> None:
    [card] = await dara.say(typed)
    assert [ref for ref in opened(card) if ref.startswith("ls")], typed


@pytest.mark.parametrize("typed", ["437 bis", "437bis", "article 437 bis", "មាត្រា ៤៣៧ bis"])
async def test_an_article_bis_is_another(dara: Talk, typed: str) -> None:
    await speak(dara, "en")
    [card] = await dara.say(f"/law {typed}")
    assert "437" in card.text.splitlines()[0]
    assert "bis" in card.text.splitlines()[0]


@pytest.mark.parametrize("typed", ["999", "article 1", "section 0", "4940"])
async def test_an_article_that_the_report_does_not_name_is_said_not_to_be_there(dara: Talk, typed: str) -> None:
    [seen] = await dara.say(f"/law {typed}")
    assert not seen.text.startswith("Criminal Code, ")
    assert "home" in opened(seen)


@pytest.mark.parametrize(
    ("typed", "law"),
    [
        ("LANGO", "lango"),
        ("lango", "lango"),
        ("law on associations", "lango"),
        ("ច្បាប់សមាគម", "lango"),
        ("disability law", "disability-law"),
        ("drug law", "drug-law"),
        ("ICCPR", "iccpr"),
        ("Paris Peace Agreements", "paris-peace-agreements"),
        ("constitution", "constitution"),
    ],
)
async def test_a_law_is_found_by_its_usual_names(dara: Talk, report: Report, typed: str, law: str) -> None:
    await speak(dara, "en")
    [seen] = await dara.say(f"/law {typed}")
    assert report.laws[law].name.en in seen.text
    assert seen.text.startswith(report.laws[law].name.en) or f"l:{law}" in opened(seen)[:1]


async def test_every_law_is_found_by_its_own_name_in_both_languages(dara: Talk, report: Report) -> None:
    for key, law in report.laws.items():
        for language in ("en", "km"):
            dara.world.advance(dt.timedelta(seconds=2))
            [seen] = await dara.say(f"/law {law.name[language]}")
            offered = [ref for ref in opened(seen) if ref.startswith("l:")]
            assert law.name.en in seen.text or law.name.km in seen.text or f"l:{key}" in offered, law.name[language]


@languages
def test_every_statement_about_a_law_stands_on_its_card_with_its_place(cards: Cards, language: str) -> None:
    for key, law in cards.report.laws.items():
        text = shown(cards.card(f"l:{key}", language, TODAY))
        for statement in law.statements:
            assert f"• {statement[language]} ({cited(statement.source, language)})" in text, key
        last = text.splitlines()[-1]
        assert last.startswith("A/HRC/54/75, ")
        assert all(cited(statement.source, "en") in last for statement in law.statements), key


@languages
def test_a_law_leads_to_the_cases_in_which_it_was_used(cards: Cards, language: str) -> None:
    for key in cards.report.laws:
        cases = [case.id for case in cards.report.cases.values() if key in case.laws]
        led_to = {b.data for b in buttons(cards.card(f"l:{key}", language, TODAY)) if b.data}
        assert {f"c:{case}" for case in cases[:6]} == {ref for ref in led_to if ref.startswith("c:")}


@languages
async def test_the_kinds_list_every_law_once(dara: Talk, report: Report, language: str) -> None:
    await speak(dara, language)
    found: list[str] = []
    for kind in STANDINGS:
        for page in range(1, 9):
            dara.world.advance(dt.timedelta(seconds=2))
            seen = await dara.tap(f"ls:{kind}:{page}")
            refs = [ref for ref in opened(seen[-1]) if ref.startswith("l:")] if seen else []
            if not refs or refs[0] in found:
                break
            found += refs
    assert sorted(found) == sorted(f"l:{key}" for key in report.laws)


async def test_without_a_word_the_kinds_are_offered(dara: Talk, report: Report) -> None:
    [seen] = await dara.say("/law")
    assert f"Laws in the report: {len(report.laws)}" in seen.text
    assert [data for data in opened(seen) if data.startswith("ls:")] == [f"ls:{kind}" for kind in STANDINGS]


async def test_sections_and_articles_of_the_same_number_are_told_of_as_a_disagreement(dara: Talk) -> None:
    [card] = await dara.say("/law 494")
    assert "⚠️ The report disagrees with itself." in card.text
    assert "sections" in card.text.partition("⚠️")[2]
    [card] = await dara.say("/law 451")
    assert "called sections" not in card.text, "control"
