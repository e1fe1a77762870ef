"""People ask for the results of 2022: by province in any spelling, by party, as printed and nothing else."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from refs import cards_of, keyboard, labels, languages, opened, shown, speak

from bot.talk import Talk
from facts.models import Election
from facts.report import Report
from texts.cards import Cards

TODAY = dt.date(2026, 11, 23)
SYMBOL = "A/HRC/54/75"


@pytest.fixture(scope="module")
def cards(report: Report) -> Cards:
    return cards_of(report)


@pytest.fixture(scope="module")
def election(report: Report) -> Election:
    assert report.election is not None
    return report.election


def numbers(text: str) -> set[str]:
    """The numbers of a text, as they are written."""
    return set(re.findall(r"\d[\d,]*(?:\.\d+)?", text))


# Provinces


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Kandal", "08"),
        ("kandal", "08"),
        ("Kandal province", "08"),
        ("កណ្ដាល", "08"),
        ("ខេត្តកណ្តាល", "08"),
        ("Phnom Penh", "12"),
        ("phnompenh", "12"),
        ("PP", "12"),
        ("Pnom Penh", "12"),
        ("ភ្នំពេញ", "12"),
        ("ភ្នំ\u200bពេញ", "12"),
        ("រាជធានីភ្នំពេញ", "12"),
        ("Siem Reap", "17"),
        ("Siemreap", "17"),
        ("Siem Riep", "17"),
        ("សៀមរាប", "17"),
        ("Sihanoukville", "18"),
        ("Kampong Som", "18"),
        ("កំពង់សោម", "18"),
        ("Kompong Cham", "03"),
        ("Kampong Chhnang", "04"),
        ("Kracheh", "10"),
        ("Ratanak Kiri", "16"),
        ("Mondolkiri", "11"),
        ("Otdar Meanchey", "22"),
        ("Tbong Khmum", "25"),
        ("ត្បូងឃ្មុំ", "25"),
        ("Takev", "21"),
    ],
)
async def test_a_province_is_found_by_any_spelling_in_both_scripts(
    dara: Talk, election: Election, typed: str, code: str
) -> None:
    await speak(dara, "en")
    [card] = await dara.say(f"/election {typed}")
    [province] = [p for p in election.provinces if p.code == code]
    assert card.text.startswith(f"{province.name.en}\n2022 commune elections"), typed


async def test_every_spelling_that_is_listed_finds_its_province(dara: Talk, election: Election) -> None:
    await speak(dara, "en")
    for province in election.provinces:
        for spelling in (province.name.en, province.name.km, *province.spellings):
            dara.world.advance(dt.timedelta(seconds=2))
            [card] = await dara.say(f"/election {spelling}")
            assert card.text.startswith(f"{province.name.en}\n"), spelling


@pytest.mark.parametrize("typed", ["Texas", "Bangkok", "zzz", "999", "'; DROP TABLE provinces;--", "<b>", "🗳"])
async def test_a_place_that_is_no_province_offers_the_provinces(dara: Talk, typed: str) -> None:
    [seen] = await dara.say(f"/election {typed}")
    assert f"has no province or party “{typed}”" in seen.text
    assert len([ref for ref in opened(seen) if re.fullmatch("e:[0-9]{2}", ref)]) == 25


@languages
async def test_the_provinces_are_next_to_each_other_and_the_last_leads_to_the_first(
    dara: Talk, election: Election, language: str
) -> None:
    await speak(dara, language)
    names = [province.name[language] for province in election.provinces]
    [card] = await dara.say(f"/election {names[0]}")
    for name in (*names[1:], names[0]):
        dara.world.advance(dt.timedelta(seconds=2))
        [card] = await dara.press(f"{name} ▶")
        assert card.text.startswith(name)


# Numbers


@languages
def test_numbers_are_exactly_those_that_are_printed_and_none_is_computed(
    cards: Cards, election: Election, language: str
) -> None:
    for province in election.provinces:
        text = shown(cards.card(f"e:{province.code}", language, TODAY))
        row = [*province.votes, *province.chiefs, *(n for n in province.seats if n), province.total]
        own = "\n".join(text.splitlines()[3:7])  # four lines of numbers, below the name of the election
        found = re.findall(r"(?<![\d,])\d[\d,]*", own)
        assert found == [f"{number:,}" for number in row], province.name.en


@languages
def test_no_percentage_is_given_for_a_province_since_none_is_printed(
    cards: Cards, election: Election, language: str
) -> None:
    for province in election.provinces:
        assert "%" not in shown(cards.card(f"e:{province.code}", language, TODAY))


@languages
def test_the_country_has_the_printed_totals(cards: Cards, language: str) -> None:
    text = shown(cards.card("e", language, TODAY))
    for printed in ("5,378,773", "1,610,556", "1,648", "9,376", "2,195", "11,622", "80.32%", "7,237,037", "157,390"):
        assert printed in text
    sums = {"11,619", "11,640", "9,371", "2,199", "1,652", "6,989,329", "7,394,427"}
    assert not sums & numbers(text), "sums that are ours stand only where the report is said to disagree"


@languages
async def test_a_party_has_the_printed_votes_seats_and_percentages(
    dara: Talk, election: Election, language: str
) -> None:
    await speak(dara, language)
    printed, share = election.printed, election.percentages
    for column, party in enumerate(election.parties):
        dara.world.advance(dt.timedelta(seconds=2))
        [card] = await dara.say(f"/election {party.abbreviation}")
        assert card.text.startswith(f"{party.abbreviation} · {party.name[language]}")
        assert f"{printed.seats[column]:,} ({share.seats[column]}%)" in card.text
        if column < 2:
            assert f"{printed.votes[column]:,} ({share.votes[column]}%)" in card.text
            assert f"{printed.chiefs[column]:,} ({share.chiefs[column]}%)" in card.text
        for province in election.provinces:
            line = f"{province.name[language]}: {province.seats[column]:,}"
            assert (line in card.text.splitlines()) == bool(province.seats[column])


@pytest.mark.parametrize(
    ("typed", "party"),
    [
        ("CPP", "CPP"),
        ("cpp", "CPP"),
        ("Candlelight", "CLP"),
        ("candle light party", "CLP"),
        ("ភ្លើងទៀន", "CLP"),
        ("គណបក្សប្រជាជនកម្ពុជា", "CPP"),
        ("FUNCINPEC", "FUN"),
        ("ហ៊្វុនស៊ិនប៉ិច", "FUN"),
        ("Grassroots", "GDP"),
        ("KNU", "KNU"),
    ],
)
async def test_a_party_is_found_by_its_usual_names(dara: Talk, typed: str, party: str) -> None:
    await speak(dara, "en")
    [card] = await dara.say(f"/election {typed}")
    assert card.text.startswith(f"{party} · ")


@languages
async def test_every_answer_with_numbers_says_where_they_are_printed_and_that_none_was_computed(
    dara: Talk, language: str
) -> None:
    await speak(dara, language)
    nothing = {"en": "Numbers as printed; I compute nothing from them.", "km": "ខ្ញុំមិនគណនាអ្វីពីលេខទាំងនេះទេ"}
    for text in ("/election", "/election Kandal", "/election CPP"):
        [card] = await dara.say(text)
        assert nothing[language] in card.text
        assert card.text.endswith(f"{SYMBOL}, table after para. 9")
        assert f"{SYMBOL}, table after para. 9" in str([b.get("copy_text") for b in keyboard(card)])
    [notes] = await dara.tap("en")
    assert nothing[language] in notes.text


@languages
def test_every_note_and_party_of_the_table_is_shown(cards: Cards, election: Election, language: str) -> None:
    text = shown(cards.elections.notes(language))
    for note in election.notes:
        assert f"{note.shown(language)} {note[language]}" in text
    for party in election.parties:
        assert party.name[language] in text
        if party.note:
            assert party.note[language] in shown(cards.elections.party(party.abbreviation, language))


# Where it does not add up


@languages
async def test_a_row_that_does_not_add_up_says_so_and_others_do_not(
    dara: Talk, election: Election, language: str
) -> None:
    await speak(dara, language)
    for province in election.provinces:
        dara.world.advance(dt.timedelta(seconds=2))
        [card] = await dara.say(f"/election {province.name.en}")
        assert ("⚠️" in card.text) == (sum(province.seats) != province.total), province.name.en
        assert (f"xs:e:{province.code}" in opened(card)) == ("⚠️" in card.text)


async def test_the_votes_of_paragraph_nine_and_of_the_table_stand_side_by_side(dara: Talk, sok: Talk) -> None:
    for talk in (dara, sok):
        for text in ("/election", "/election CLP", "/election CPP"):
            [card] = await talk.say(text)
            for number in ("80%", "19%", "74.32%", "22.25%"):
                assert number in card.text


@languages
async def test_a_picture_of_the_table_says_in_words_what_it_shows_and_that_the_table_disagrees(
    dara: Talk, language: str
) -> None:
    await speak(dara, language)
    await dara.say("/election")
    for data in ("e:map:light", "e:bars:dark"):
        [seen] = await dara.tap(data)
        assert seen.message.get("photo"), data
        assert "⚠️" in seen.text
        assert "/election" in seen.text
        assert "home" in opened(seen)
        assert len(labels(seen)) >= 4
