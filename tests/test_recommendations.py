"""People ask what is recommended: by number in any shape, by addressee in their own words, by benchmark."""

from __future__ import annotations

import datetime as dt

import pytest
from refs import labels, languages, opened, speak

from bot.talk import Talk
from facts.models import LETTERS, Addressee
from facts.report import Report
from texts.recommendations import addressee_word

COUNTS = {"104": "abc", "105": "abcdefghijk", "106": "abcde", "107": "abcdef", "annex I": "abcdefghij"}
"""The points of each part, as the document letters them."""


# By number


@pytest.mark.parametrize(
    "typed",
    [
        "105d",
        "105D",
        "105 d",
        "105(d)",
        "105 (d)",
        "105 (D)",
        "105.d",
        "105-d",
        "១០៥d",
        "១០៥(d)",
        "១០៥ ឃ",
        "para. 105 (d)",
        "paragraph 105 d",
        "recommendation 105d",
        "rec 105 (d)",
        "អនុសាសន៍ 105 (d)",
        "កថាខណ្ឌ ១០៥ (ឃ)",
        "１０５ｄ",
        " 105d? ",
    ],
)
async def test_an_id_comes_in_any_shape_with_and_without_the_command(dara: Talk, typed: str) -> None:
    await speak(dara, "en")
    for text in (f"/recommendation {typed}", f"/recommendations {typed}", f"/para {typed}", typed):
        [card] = await dara.say(text)
        assert card.text.startswith("Recommendation 105 (d)\nTo: The Government"), text
        assert card.text.endswith("A/HRC/54/75, para. 105 (d)")


@pytest.mark.parametrize(
    "typed",
    ["annex 1 h", "annex I (h)", "annex i h", "Annex 1(H)", "agenda 8", "agenda h", "agenda point 8", "ឧបសម្ព័ន្ធ ១ (h)"],
)
async def test_a_point_of_the_agenda_comes_in_any_shape(dara: Talk, typed: str) -> None:
    await speak(dara, "en")
    for text in (f"/recommendation {typed}", typed):
        [card] = await dara.say(text)
        assert card.text.startswith("Recommendation annex I (h)\nTo: The Government"), text
        assert card.text.endswith("A/HRC/54/75, annex I (h)")


@pytest.mark.parametrize(("typed", "letter"), [("1", "a"), ("8", "h"), ("h", "h"), ("10", "j"), ("៨", "h"), ("J", "j")])
async def test_the_agenda_has_ten_points_by_number_and_letter(dara: Talk, typed: str, letter: str) -> None:
    await speak(dara, "en")
    [card] = await dara.say(f"/agenda {typed}")
    assert card.text.startswith(f"Recommendation annex I ({letter})")


@pytest.mark.parametrize("typed", ["11", "0", "k", "x y", "zzz"])
async def test_a_point_that_the_agenda_does_not_have_shows_the_ten(dara: Talk, typed: str) -> None:
    [seen] = await dara.say(f"/agenda {typed}")
    assert "(annex I) (10)" in seen.text.splitlines()[0]
    assert len([ref for ref in opened(seen) if ref.startswith("r:i")]) == 10


@pytest.mark.parametrize("typed", ["annex II", "annex 2", "Annex III", "annex 3", "annex I", "ឧបសម្ព័ន្ធ ២"])
async def test_an_annex_as_a_whole_is_not_taken_for_a_point_of_the_first(dara: Talk, typed: str) -> None:
    await speak(dara, "en")
    inside = {"annex I": "r:ia", "Annex III": "c:trial-2021-03-01", "annex 3": "c:trial-2021-03-01"}.get(typed, "b:A")
    for text in (typed, f"/para {typed}"):
        [seen] = await dara.say(text)
        assert not seen.text.startswith("Recommendation"), text
        assert inside in opened(seen), text


@pytest.mark.parametrize("typed", ["105l", "105z", "104d", "108a", "103a", "1050d", "105dd", "10d"])
async def test_a_number_that_no_recommendation_has_is_not_taken_for_another(dara: Talk, typed: str) -> None:
    [seen] = await dara.say(f"/recommendation {typed}")
    assert not seen.text.startswith("Recommendation 10")
    assert "home" in opened(seen)


@languages
async def test_every_recommendation_is_opened_by_its_number(dara: Talk, report: Report, language: str) -> None:
    await speak(dara, language)
    ids = [("i" if part == "annex I" else part) + letter for part, letters in COUNTS.items() for letter in letters]
    assert ids == list(report.recommendations)
    for key in ids:
        dara.world.advance(dt.timedelta(seconds=2))
        one = report.recommendations[key]
        [card] = await dara.say(f"/recommendation {one.source}")
        assert one.source in card.text.splitlines()[0]
        assert one.summary[language] in card.text
        assert addressee_word(one.addressee, language) in card.text.splitlines()[1]
        assert [ref for ref in opened(card) if ref.startswith("b:")] == [f"b:{letter}" for letter in one.benchmarks]


async def test_which_benchmarks_it_concerns_is_marked_as_our_reading(dara: Talk, sok: Talk) -> None:
    [card] = await dara.say("/recommendation 105d")
    assert "Which benchmarks it concerns is our reading, not the report's." in card.text
    [card] = await sok.say("/recommendation 105d")
    assert "ជាការយល់របស់យើង មិនមែនរបស់របាយការណ៍ទេ" in card.text
    [listed] = await dara.say("/recommendations D")
    assert "is our reading, not the report's" in listed.text
    [listed] = await dara.say("/recommendations NGOs")
    assert "our reading" not in listed.text, "control: the addressee is the report's"


# By addressee


@pytest.mark.parametrize(
    ("typed", "addressee"),
    [
        ("NGOs", Addressee.CIVIL_SOCIETY),
        ("ngo", Addressee.CIVIL_SOCIETY),
        ("for NGOs", Addressee.CIVIL_SOCIETY),
        ("civil society", Addressee.CIVIL_SOCIETY),
        ("CSOs", Addressee.CIVIL_SOCIETY),
        ("អង្គការក្រៅរដ្ឋាភិបាល", Addressee.CIVIL_SOCIETY),
        ("សង្គមស៊ីវិល", Addressee.CIVIL_SOCIETY),
        ("government", Addressee.GOVERNMENT),
        ("the Government", Addressee.GOVERNMENT),
        ("authorities", Addressee.GOVERNMENT),
        ("រដ្ឋាភិបាល", Addressee.GOVERNMENT),
        ("អាជ្ញាធរ", Addressee.GOVERNMENT),
        ("UN", Addressee.INTERNATIONAL),
        ("donors", Addressee.INTERNATIONAL),
        ("embassies", Addressee.INTERNATIONAL),
        ("សហគមន៍អន្តរជាតិ", Addressee.INTERNATIONAL),
        ("អង្គការសហប្រជាជាតិ", Addressee.INTERNATIONAL),
        ("next generation of leaders", Addressee.LEADERS),
        ("young leaders", Addressee.LEADERS),
        ("អ្នកដឹកនាំជំនាន់ក្រោយ", Addressee.LEADERS),
    ],
)
async def test_addressees_are_found_by_usual_words_in_both_languages(
    dara: Talk, report: Report, typed: str, addressee: Addressee
) -> None:
    await speak(dara, "en")
    expected = [f"r:{r.id}" for r in report.recommendations.values() if r.addressee is addressee and r.id[0] != "i"]
    for text in (f"/recommendations {typed}", f"recommendations for {typed.removeprefix('for ')}"):
        [listed] = await dara.say(text)
        assert listed.text.startswith(f"{addressee_word(addressee, 'en')} ({len(expected)})"), text
        assert [ref for ref in opened(listed) if ref.startswith("r:")] == expected


async def test_without_a_word_each_addressee_is_offered_with_its_count(dara: Talk) -> None:
    [seen] = await dara.say("/recommendations")
    assert "Recommendations: 25" in seen.text
    for count, places in ((3, "104 (a)–(c)"), (11, "105 (a)–(k)"), (5, "106 (a)–(e)"), (6, "107 (a)–(f)")):
        assert f": {count} ({places})" in seen.text
    for label in labels(seen)[:4]:
        await dara.say("/recommendations")
        [listed] = await dara.press(label)
        assert listed.text.startswith(label)


# By benchmark and words


@pytest.mark.parametrize("language", ["en", "km"])
async def test_a_benchmark_lists_what_is_recommended_on_it(dara: Talk, report: Report, language: str) -> None:
    await speak(dara, language)
    for letter in LETTERS:
        dara.world.advance(dt.timedelta(seconds=2))
        [listed] = await dara.say(f"/recommendations {letter}")
        expected = [f"r:{r.id}" for r in report.recommendations_on(letter)]
        assert [ref for ref in opened(listed) if ref.startswith("r:")] == expected
        assert f"{letter}." in listed.text.splitlines()[0]


async def test_words_find_a_recommendation(dara: Talk) -> None:
    [seen] = await dara.say("/recommendation digital security")
    assert "r:107d" in opened(seen) or seen.text.startswith("Recommendation 107 (d)")


async def test_words_that_no_recommendation_has_are_said_not_to_be_found(dara: Talk) -> None:
    [seen] = await dara.say("/recommendation zeppelins")
    assert seen.text.startswith("I found nothing in the report for “zeppelins”")


# Ways


async def test_the_neighbours_are_next_to_each_and_the_last_leads_to_the_first(dara: Talk) -> None:
    await dara.say("/recommendation 105d")
    [card] = await dara.press("105 (e) ▶")
    assert card.text.startswith("Recommendation 105 (e)")
    await dara.say("/agenda 10")
    [card] = await dara.press("104 (a) ▶")
    assert card.text.startswith("Recommendation 104 (a)")
    [card] = await dara.press("◀ I (j)")
    assert card.text.startswith("Recommendation annex I (j)")


async def test_the_agenda_is_cited_as_annex_i_and_has_its_points_in_order(dara: Talk) -> None:
    [seen] = await dara.say("/agenda")
    assert "annex I" in seen.text.splitlines()[0]
    assert [ref for ref in opened(seen) if ref.startswith("r:i")] == [f"r:i{letter}" for letter in "abcdefghij"]
