"""People ask for cases and trials, and for initials, which name nobody."""

from __future__ import annotations

import datetime as dt
import re
from itertools import groupby
from pathlib import Path

import pytest
from markupsafe import escape
from refs import all_refs, buttons, cards_of, labels, languages, opened, shown, speak

from bot.talk import Seen, Talk
from facts.report import Report
from texts.cards import Cards
from texts.cases import KINDS
from texts.language import LANGUAGES

TODAY = dt.date(2026, 11, 23)


def alike(initials: str, *sentences: str) -> dict[str, list[str]]:
    """Everybody with these initials, parted by spaces, got these sentences."""
    return {each: list(sentences) for each in initials.split()}


SENTENCES = {
    "2021-03-01": alike("S.R.", "25 years")
    | alike("E.C.E.", "22 years")
    | alike("M.S.", "22 years", "20 years")
    | alike("T.S. O.C. H.V. L.R. N.R.", "20 years"),
    "2022-03-17": alike("E.C.E. H.V. M.S. N.R. S.R. T.V.", "10 years")
    | alike("T.S.", "10 years", "5 years")
    | alike("C.B. C.C. H.C. K.C. K.P. K.T. L.P. N.K. N.V. P.M. S.C. S.T. Y.S.", "5 years"),
    "2022-06-14": alike("S.T.", "6 years"),
    "2022-08-10": alike("K.T. L.R. L.T. M.P. M.S. M.T.", "18 months"),
}
"""Annex III as read by somebody who did not write the facts: trial, initials, sentence of each in its order."""

OUTSIDE = ("Mony Somnang", "Hun Manet", "Sok Ratana", "Moeun Sreypov", "Tep Sarun", "Lim Rithy", "Kem Sokunthea Vann")
"""Names that are not in the report: one of public life, the others made up to fit initials."""

TEXTS = sorted((Path(__file__).parents[2] / "shared" / "report").glob("*.txt"))
NAME = re.compile(r"\b[A-Z][a-z]+(?: [A-Z][a-z]+)+\b")


@pytest.fixture(scope="module")
def cards(report: Report) -> Cards:
    return cards_of(report)


# Initials


@pytest.mark.parametrize("typed", ["M.S.", "m.s.", "M. S.", "M.S", "MS", "ms", " M.S. "])
async def test_initials_list_every_match_and_say_that_they_may_be_different_people(dara: Talk, typed: str) -> None:
    [found] = await dara.say(f"/case {typed}")
    assert found.text.startswith("M.S.: 4 entries in annex III")
    assert "Initials identify nobody" in found.text
    assert "may be different people" in found.text
    assert [ref for ref in opened(found) if ref.startswith("n:")] == [
        "n:2021-03-01-ms-1",
        "n:2021-03-01-ms-2",
        "n:2022-03-17-ms-1",
        "n:2022-08-10-ms-1",
    ]


async def test_initials_with_dots_need_no_command(dara: Talk, sok: Talk) -> None:
    [found] = await dara.say("M.S.")
    assert found.text.startswith("M.S.: 4 entries in annex III")
    [found] = await sok.say("M.S.")
    assert len([ref for ref in opened(found) if ref.startswith("n:")]) == 4


async def test_initials_within_a_question_are_answered_with_all_who_have_them(dara: Talk) -> None:
    for asked in ("who is S.R.", "who is S.R.?", "is S.R. in prison?", "what did S.R. get", "S.R. sentence"):
        dara.world.advance(dt.timedelta(seconds=2))
        [found] = await dara.say(asked)
        assert {"n:2021-03-01-sr-1", "n:2022-03-17-sr-1"} <= set(opened(found)), asked
        assert "Initials identify nobody" in found.text


@languages
async def test_everybody_with_initials_is_found_by_them(dara: Talk, report: Report, language: str) -> None:
    await speak(dara, language)
    by_initials: dict[str, set[str]] = {}
    for one in report.defendants.values():
        by_initials.setdefault(one.initials, set()).add(f"n:{one.id}")
    for initials, refs in by_initials.items():
        dara.world.advance(dt.timedelta(seconds=2))
        [found] = await dara.say(f"/case {initials}")
        assert {ref for ref in opened(found) if ref.startswith("n:")} == refs, initials
        assert "⚠️" in found.text


@pytest.mark.parametrize("typed", ["X.Y.", "xy", "A.B.C.D.", "S.R.S."])
async def test_initials_that_the_annex_does_not_have_are_not_found(dara: Talk, typed: str) -> None:
    [found] = await dara.say(f"/case {typed}")
    assert found.text.startswith("I found nothing in the report for")
    assert not [ref for ref in opened(found) if ref.startswith("n:")]


async def test_which_of_several_is_shown_leads_to_the_others(dara: Talk) -> None:
    await dara.say("/case ms")
    [card] = await dara.press("⚖️ M.S., no. 2 of 2, trial of 1 March 2021")
    assert "20 years" in card.text
    assert "22 years" not in card.text.partition("⚠️")[0]
    [same] = await dara.press("All M.S.")
    assert same.text.startswith("M.S.: 4 entries")


@languages
def test_each_defendant_has_the_sentence_of_annex_iii(cards: Cards, language: str) -> None:
    told: dict[str, dict[str, list[str]]] = {}
    for key, one in cards.report.defendants.items():
        text = shown(cards.card(f"n:{key}", language, TODAY))
        assert one.said.sentence[language] in text
        sentence = one.said.sentence.en
        [length] = re.findall(r"^\d+ (?:years|months)", sentence)
        assert length.partition(" ")[0] in text
        day = one.said.trial.removeprefix("trial-")
        told.setdefault(day, {}).setdefault(one.initials, []).append(length)
    assert told == SENTENCES


@languages
def test_no_two_defendants_are_called_the_same(cards: Cards, language: str) -> None:
    titles = sorted(cards.frame.entries.title(f"n:{key}", language) for key in cards.report.defendants)
    assert [title for title, same in groupby(titles) if len(list(same)) > 1] == []


# Names


@languages
def test_nobody_is_tied_to_initials(cards: Cards, language: str) -> None:
    persons = {case.name.en for case in cards.report.cases.values() if case.kind == "person"}
    persons = {name for name in persons if "(" not in name}
    assert {"Sam Rainsy", "Thach Setha", "Theary Seng"} <= persons, "control"
    said = {key: shown(cards.card(f"n:{key}", language, TODAY)) for key in cards.report.defendants}
    assert [(key, name) for key, text in said.items() for name in persons if name in text] == []
    for key in cards.report.defendants:
        led_to = {b.data for b in buttons(cards.card(f"n:{key}", language, TODAY)) if b.data}
        assert not [ref for ref in led_to if ref.startswith("c:") and not ref.startswith("c:trial-")]


@pytest.mark.skipif(not TEXTS, reason="the report's text does not lie beside the checkout")
def test_no_name_from_outside_the_report_is_on_any_card(cards: Cards) -> None:
    """In Khmer sentences whatever is in Latin letters is a name, so there it shows."""
    report = re.sub(r"\s+", " ", TEXTS[0].read_text(encoding="utf-8"))
    report += " ".join(note.cites for note in cards.report.footnotes)  # footnotes are not in that file
    names = {name for ref in all_refs(cards.report) for name in NAME.findall(shown(cards.card(ref, "km", TODAY)))}
    assert {"Kem Sokha", "Sam Rainsy", "Theary Seng"} <= names, "control"
    assert {name for name in names if name not in report} == set()
    assert not [name for name in OUTSIDE if name in report], "control"


@pytest.mark.parametrize("name", OUTSIDE)
async def test_a_name_from_outside_the_report_is_not_found_and_not_guessed_at(dara: Talk, name: str) -> None:
    [found] = await dara.say(f"/case {name}")
    assert not [ref for ref in opened(found) if ref.startswith("n:")]
    assert found.text.startswith(("I found nothing in the report for", "Nothing is called", "I do not find"))


async def test_a_name_is_never_answered_with_initials(dara: Talk, report: Report) -> None:
    for case in report.cases.values():
        if case.kind == "person":
            dara.world.advance(dt.timedelta(seconds=2))
            [found] = await dara.say(f"/case {case.name.en}")
            assert not [ref for ref in opened(found) if ref.startswith("n:")], case.name.en


# Finding


@pytest.mark.parametrize(
    ("typed", "begins"),
    [
        ("Kem Sokha", "Kem Sokha\nPerson"),
        ("kem sokha", "Kem Sokha\nPerson"),
        ("KEM SOKHA?", "Kem Sokha\nPerson"),
        ("Kem Soka", "Kem Sokha\nPerson"),
        ("Sokha", "Kem Sokha\nPerson"),
        ("Rainsy", "Sam Rainsy\nPerson"),
        ("Theary Seng", "Theary Seng\nPerson"),
        ("Chhim Sithar", "Chhim Sithar\nPerson"),
        ("kem ley", "Kem Ley\nPerson"),
        ("Wanchalearm", "Wanchalearm Satsaksit\nPerson"),
        ("voice of democracy", "Voice of Democracy"),
        ("VOD", "Voice of Democracy"),
    ],
)
async def test_a_person_or_group_is_found_by_name_as_people_write_it(dara: Talk, typed: str, begins: str) -> None:
    [card] = await dara.say(f"/case {typed}")
    assert begins in card.text


async def test_every_case_is_found_by_its_own_name_in_both_languages(dara: Talk, report: Report) -> None:
    for case in report.cases.values():
        for name in {case.name.en, case.name.km}:
            dara.world.advance(dt.timedelta(seconds=2))
            [found] = await dara.say(f"/case {name}")
            first = [ref for ref in opened(found) if ref.startswith("c:")][:1]
            assert first == [f"c:{case.id}"] or found.text.startswith(case.name.en) or case.name.km in found.text, name


@languages
def test_a_card_of_a_case_says_as_of_when_it_stood(cards: Cards, language: str) -> None:
    as_of = cards.report.document.as_of_words[language]
    for key in cards.report.cases:
        assert as_of in shown(cards.card(f"c:{key}", language, TODAY)), key


async def test_what_the_supreme_court_did_later_is_told_where_it_is_told(dara: Talk) -> None:
    [card] = await dara.say("/trial 17 March 2022")
    assert "30 March 2023" in card.text
    assert "Supreme Court" in card.text
    [card] = await dara.say("/start n_2022-03-17-lp-1")
    assert "Upheld by the Supreme Court on 30 March 2023" in card.text
    [card] = await dara.say("/start n_2022-03-17-sr-1")
    assert "Supreme Court" not in card.text, "control"


# Trials


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("1", "1 March 2021"),
        ("first", "1 March 2021"),
        ("១", "1 March 2021"),
        ("2", "17 March 2022"),
        ("17 March 2022", "17 March 2022"),
        ("March 2021", "1 March 2021"),
        ("2022-06-14", "14 June 2022"),
        ("14 មិថុនា 2022", "14 June 2022"),
        ("August 2022", "10 August 2022"),
        ("5", "22 December 2022"),
    ],
)
async def test_a_trial_is_found_by_number_or_date(dara: Talk, typed: str, day: str) -> None:
    await speak(dara, "en")
    [card] = await dara.say(f"/trial {typed}")
    assert card.text.splitlines()[0].endswith(f"({day})")
    assert card.text.splitlines()[1].startswith("Trial")


@pytest.mark.parametrize("typed", ["6", "0", "99999999999999999999", "1 April 2021", "30 February 2022", "x"])
async def test_a_trial_that_is_not_in_the_report_is_not_invented(dara: Talk, typed: str) -> None:
    [seen] = await dara.say(f"/trial {typed}")
    assert not re.match(r".*\(\d+ \w+ 20\d\d\)\nTrial", seen.text)


async def test_the_trials_are_five_and_each_lists_its_defendants(dara: Talk, report: Report) -> None:
    [listed] = await dara.say("/trial")
    assert listed.text.startswith("Trials (5)")
    for trial in [ref for ref in opened(listed) if ref.startswith("c:trial-")]:
        dara.world.advance(dt.timedelta(seconds=3))
        [card] = await dara.tap(trial)
        defendants = report.tried_in(trial.removeprefix("c:"))
        assert ("Defendants by initials" in labels(card)) == bool(defendants)
        if defendants:
            [those] = await dara.press("Defendants by initials")
            assert f"Defendants with initials in annex III: {len(defendants)}" in those.text
            assert [ref for ref in opened(those) if ref.startswith("n:")] == [f"n:{d.id}" for d in defendants]
            assert "Initials identify nobody" in those.text


# Lists


@pytest.mark.parametrize(
    ("typed", "begins"),
    [
        ("", "Cases and trials in the report"),
        ("D", "Cases on D. Mass trials of the opposition"),
        ("ឃ", "Cases on D. Mass trials of the opposition"),
        ("4", "Cases on D. Mass trials of the opposition"),
        ("treason", "Charge: Treason (2)"),
        ("incitement", "Charge: Incitement"),
        ("ញុះញង់", "Charge: Incitement"),
        ("17 March 2022", "Second mass trial: 21 defendants (17 March 2022)\nDefendants with initials"),
        ("S.R.", "S.R.: 2 entries"),
        ("Kem Sokha", "Kem Sokha\nPerson"),
    ],
)
async def test_cases_are_listed_by_benchmark_charge_and_trial(dara: Talk, typed: str, begins: str) -> None:
    await speak(dara, "en")
    [seen] = await dara.say(f"/cases {typed}")
    assert seen.text.startswith(begins)
    assert "home" in opened(seen)


@languages
async def test_the_lists_have_every_case_once(dara: Talk, report: Report, language: str) -> None:
    await speak(dara, language)
    found: list[str] = []
    for kind in KINDS:
        for page in range(1, 9):
            dara.world.advance(dt.timedelta(seconds=3))
            seen = await dara.tap(f"cs:{kind}:{page}")
            if not seen or seen[-1].text.splitlines()[0] == "":
                break
            refs = [ref for ref in opened(seen[-1]) if ref.startswith("c:")]
            if found[-len(refs) :] == refs:
                break  # the last page, again
            found += refs
    assert sorted(found) == sorted(f"c:{key}" for key in report.cases)


@languages
def test_a_charge_lists_those_who_had_it(cards: Cards, language: str) -> None:
    for charge in cards.report.charges:
        those = {key for key, case in cards.report.cases.items() if charge in case.charges}
        listed = {b.data for b in buttons(cards.cases.on_charge(charge, 1, language)) if b.data}
        assert {f"c:{key}" for key in list(those)[:8]} <= listed or len(those) > 8


def test_a_seen_message_has_buttons() -> None:
    """Control: what the checks above read."""
    button = {"text": "x", "callback_data": "c:kem-sokha"}
    assert opened(Seen("message", "", message={"reply_markup": {"inline_keyboard": [[button]]}})) == ["c:kem-sokha"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_does_not_fit_on_a_card_is_on_its_pages_of_details(report: Report, cards: Cards, language: str) -> None:
    leading = [key for key in report.cases if f"cd:{key}" in opened_by_card(cards, key, language)]
    assert 0 < len(leading) < len(report.cases), "control"
    for key, case in report.cases.items():
        told = str(cards.card(f"c:{key}", language, TODAY).text)
        if key in leading:
            told = "".join(str(cards.cases.details(key, page, language).text) for page in range(1, 6))
        assert [detail[language] for detail in case.details if str(escape(detail[language])) not in told] == []


def opened_by_card(cards: Cards, key: str, language: str) -> set[str | None]:
    """The data of a card's buttons."""
    return {button.data for row in cards.card(f"c:{key}", language, TODAY).rows for button in row}
