"""People ask for benchmarks: by letter, number and words, in two scripts; and press every button there is."""

from __future__ import annotations

import datetime as dt

import pytest
from conftest import House
from walk import Walk

from bot.talk import Seen, Talk
from facts.models import LETTERS, Grade
from facts.report import Report
from sandbox.world import World
from texts.benchmarks import grade_word
from texts.language import LANGUAGES, NAMES

SYMBOL = "A/HRC/54/75"


def letter_of(seen: Seen) -> str:
    """The letter of a card."""
    letter, dot, _ = seen.text.partition(". ")
    assert dot, seen.text
    return letter


def labels(seen: Seen) -> list[str]:
    return [label for row in seen.buttons for label in row]


async def test_a_newcomer_who_asks_for_benchmark_d_gets_a_cited_answer(dara: Talk) -> None:
    [card] = await dara.say("/benchmark D")
    assert card.text.startswith("D. End mass trials of the political opposition")
    assert "Off target as of June 2023 (para. 46)" in card.text
    assert "2022–2023, now over (annex II)" in card.text
    assert "A/HRC/54/75, paras. 39–46" in card.text


# What people type


@pytest.mark.parametrize(
    "typed",
    [
        "D",
        "d",
        "4",
        "៤",
        " D ",
        "D.",
        "(d)",
        "D?",
        "Ｄ",
        "benchmark D",
        "No. 4",
        "letter d",
        "ឃ",
        "ចំណុចទី៤",
        "ចំណុចវាស់វែង D",
    ],
)
async def test_a_letter_comes_in_any_case_and_script_with_and_without_the_command(dara: Talk, typed: str) -> None:
    for text in (typed, f"/benchmark {typed}"):
        [card] = await dara.say(text)
        assert letter_of(card) == "D", text


@pytest.mark.parametrize(
    "command", ["/benchmark D", "/BENCHMARK D", "/Benchmark   d", "/benchmark\nD", "/benchmark@sangket_bot D"]
)
async def test_the_command_comes_in_any_case_and_spacing(dara: Talk, command: str) -> None:
    [card] = await dara.say(command)
    assert letter_of(card) == "D"


@pytest.mark.parametrize(
    ("typed", "letter"),
    [
        ("mass trials", "D"),
        ("prisons", "F"),
        ("PRISONS!", "F"),
        ("prison", "F"),
        ("prisns", "F"),
        ("mass trails", "D"),
        ("what does the report say about prisons?", "F"),
        ("elections", "C"),
        ("women", "L"),
        ("ពន្ធនាគារ", "F"),
        ("ពន្ធ\u200bនាគារ", "F"),
        ("តើរបាយការណ៍និយាយអ្វីអំពីពន្ធនាគារ?", "F"),
        ("ការជំនុំជម្រះទ្រង់ទ្រាយធំ", "D"),
        ("ការ\u200bជំនុំ\u200bជម្រះ\u200bទ្រង់ទ្រាយ\u200bធំ", "D"),
        ("ការបោះឆ្នោត", "C"),
    ],
)
async def test_words_find_it_too_in_both_languages(dara: Talk, typed: str, letter: str) -> None:
    for text in (typed, f"/benchmark {typed}"):
        [card] = await dara.say(text)
        assert letter_of(card) == letter, text


async def test_words_that_may_mean_several_offer_them(dara: Talk) -> None:
    [choice] = await dara.say("/benchmark assembly")
    assert choice.text == "Which one do you mean by “assembly”?"
    offered = labels(choice)[0]
    [card] = await dara.press(offered)
    assert card.kind == "edited"
    assert letter_of(card) == offered[0]


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [
        ("Z", ["T", "S", "R", "Q"]),
        ("21", ["T", "S", "R", "Q"]),
        ("២១", ["T", "S", "R", "Q"]),
        ("0", ["A", "B", "C", "D"]),
    ],
)
async def test_a_wrong_letter_offers_the_nearest_as_buttons(dara: Talk, typed: str, nearest: list[str]) -> None:
    [offer] = await dara.say(f"/benchmark {typed}")
    assert [row[0][:2] for row in offer.buttons[:-1]] == [f"{letter}." for letter in nearest]
    [card] = await dara.press(offer.buttons[0][0])
    assert letter_of(card) == nearest[0]


async def test_what_the_report_does_not_tell_is_said_kindly_and_leads_on(dara: Talk) -> None:
    [answer] = await dara.say("/benchmark xyzzy <b>&")
    assert "“xyzzy <b>&”" in answer.text, "what was typed is shown as it was typed"
    assert "That does not mean it did not happen" in answer.text
    assert len([label for label in labels(answer) if label[-1] in LETTERS and len(label) == 3]) == 20


@pytest.mark.parametrize("nothing", ["/benchmark", "/benchmark \u200b", "/benchmark@sangket_bot"])
async def test_the_command_alone_asks_which(dara: Talk, nothing: str) -> None:
    [answer] = await dara.say(nothing)
    assert len([label for label in labels(answer) if label[-1] in LETTERS and len(label) == 3]) == 20


async def test_a_whole_page_pasted_in_is_answered_shortly(dara: Talk) -> None:
    [answer] = await dara.say("the price of rice " * 220)
    assert len(answer.text) < 1000


async def test_a_corrected_question_is_answered_too(dara: Talk) -> None:
    message = dara.world.say(dara.person, "/benchmark Z")
    await dara.after(lambda: None)
    [card] = await dara.after(lambda: dara.world.edit(dara.person, message["message_id"], "/benchmark D"))
    assert letter_of(card) == "D"


# What they are answered


async def test_benchmarks_shows_all_twenty_by_grade_and_that_paragraph_102_counts_the_same(
    dara: Talk, report: Report
) -> None:
    [seen] = await dara.say("/benchmarks")
    for grade, count in ((Grade.ON_TARGET, 5), (Grade.VARIABLE, 3), (Grade.OFF_TARGET, 12)):
        head = f"{grade_word(grade, 'en')}: {count}"
        assert head in seen.text
        block = seen.text.partition(head)[2].split("\n\n")[0].strip().splitlines()
        assert [line[0] for line in block] == [b.letter for b in report.graded(grade)]
        assert len(block) == count
    assert "(para. 102): 5 on target, 3 variable, 12 off target" in seen.text
    assert "as of June 2023" in seen.text
    assert SYMBOL in seen.text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_card_names_document_paragraphs_and_date(dara: Talk, report: Report, language: str) -> None:
    await dara.say("/language")
    await dara.press(NAMES[language])
    for benchmark in report.benchmarks.values():
        dara.world.advance(dt.timedelta(seconds=2))
        [card] = await dara.say(f"/benchmark {benchmark.letter}")
        first, last = benchmark.paragraphs
        assert card.text.startswith(f"{benchmark.letter}. {benchmark.title[language]}\n")
        assert card.text.endswith(f"{SYMBOL}, paras. {first}–{last}")
        as_of = report.document.as_of_words[language]
        standing = next(line for line in card.text.splitlines() if as_of in line)
        assert grade_word(benchmark.grade, language) in standing
        assert benchmark.grade_source in standing
        assert benchmark.timeframe.value in card.text
        for statement in benchmark.account:
            assert statement[language] in card.text
        for figure in benchmark.figures[:3]:
            assert f"• {figure.shown(language)} {figure[language]}" in card.text


async def test_where_the_report_disagrees_with_itself_the_card_says_so(dara: Talk, report: Report) -> None:
    cautious = {letter for letter in LETTERS if report.contradictions_on(f"b:{letter}")}
    assert cautious, "control"
    for letter in LETTERS:
        dara.world.advance(dt.timedelta(seconds=2))
        [card] = await dara.say(letter)
        assert ("The report disagrees with itself" in card.text) == (letter in cautious)


async def test_the_citation_is_copied_with_one_tap(dara: Talk) -> None:
    [card] = await dara.say("D")
    buttons = [button for row in card.message["reply_markup"]["inline_keyboard"] for button in row]
    assert {"text": f"{SYMBOL}, paras. 39–46"} in [button.get("copy_text") for button in buttons]


# Buttons


async def test_buttons_edit_in_place(dara: Talk) -> None:
    await dara.say("/benchmark D")
    [shown] = await dara.press("Figures")
    assert shown.kind == "edited"
    assert "para. 39" in shown.text
    [back] = await dara.press("◀ Back to D")
    assert back.text.startswith("D. End mass trials")


async def test_however_much_is_pressed_no_new_messages_pile_up(dara: Talk, world: World) -> None:
    [card] = await dara.say("/benchmark D")
    before = len(world.private_chat(dara.person).messages)
    for label in (
        "Figures",
        "◀ Back to D",
        "Sources",
        "◀ Back to D",
        "E ▶",
        "◀ D",
        "All 20",
        "🏠 Start",
        "Help",
        "🏠 Start",
    ):
        [seen] = await dara.press(label)
        assert (seen.kind, seen.message["message_id"]) == ("edited", card.message["message_id"])
    assert len(world.private_chat(dara.person).messages) == before


async def test_the_neighbours_are_next_to_each_card_and_the_last_leads_to_the_first(dara: Talk) -> None:
    await dara.say("T")
    for expected in "ABC":
        dara.world.advance(dt.timedelta(seconds=2))
        [card] = await dara.press(f"{expected} ▶")
        assert letter_of(card) == expected
    [card] = await dara.press("◀ B")
    assert letter_of(card) == "B"


async def test_long_lists_are_turned_page_by_page_and_round(dara: Talk, report: Report) -> None:
    await dara.say("D")
    [first] = await dara.press("Figures")
    pages = int(first.buttons[0][1].removeprefix("1/"))
    assert pages > 1, "control: there is something to turn"
    seen = [first]
    for _ in range(pages):
        seen += await dara.press("▶")
    assert seen[-1].text == first.text
    assert len({page.text for page in seen}) == pages
    for figure in report.benchmarks["D"].figures:
        assert sum(f"• {figure.value} {figure.en}" in page.text for page in seen[:pages]) == 1, figure
    [last] = await dara.press("◀")
    assert last.text == seen[-2].text


async def test_pressing_the_same_button_twice_shows_no_error(dara: Talk, world: World) -> None:
    await dara.say("/benchmarks")
    for _ in range(2):
        assert await dara.tap("bs") == [], "the screen is already shown: nothing changes, nothing is said"
    assert all(query.answered for query in world.taps.values())
    assert "message is not modified" in str([call.error for call in world.calls]), "control: Telegram did refuse it"
    [card] = await dara.tap("b:D")
    assert letter_of(card) == "D"


async def test_buttons_from_before_a_restart_still_work(dara: Talk, house: House, world: World) -> None:
    await dara.say("D")
    await house.restart()
    world.advance(dt.timedelta(days=30))
    [seen] = await dara.press("Figures")
    assert seen.kind == "edited"


async def test_a_button_whose_message_is_gone_answers_with_a_new_one(dara: Talk, world: World) -> None:
    [card] = await dara.say("D")
    chat = world.private_chat(dara.person)
    query = {"id": "1", "from": dara.person.user(), "chat_instance": "1", "data": "b:E", "message": card.message}
    world.delete(dara.person, card.message["message_id"])
    [seen] = await dara.after(lambda: world.push({"callback_query": query}))
    assert (seen.kind, letter_of(seen)) == ("message", "E")
    gone = {"chat": chat.chat(), "message_id": card.message["message_id"], "date": 0}
    [seen] = await dara.after(lambda: world.push({"callback_query": query | {"id": "2", "message": gone}}))
    assert (seen.kind, letter_of(seen)) == ("message", "E")


@pytest.mark.parametrize(
    "data", ["b:Z", "b:D:", "b:d", "b:D:fig:9999", "b:D:fig:1:2", "bs2", "x" * 64, "home ", "ខ្មែរ", "\u200b"]
)
async def test_a_button_whose_meaning_is_gone_answers_politely(dara: Talk, data: str) -> None:
    await dara.say("D")
    [toast] = await dara.tap(data)
    assert toast == Seen("toast", "This button is from an older version. Please send /start.")
    [card] = await dara.press("E ▶")
    assert letter_of(card) == "E", "and the screen is still good"


@pytest.mark.parametrize("data", ["b:D:zzz", "b:R:fig", "b:E:case:3"])
async def test_a_detail_that_is_not_there_any_more_shows_the_card(dara: Talk, data: str) -> None:
    await dara.say("/help")
    [card] = await dara.tap(data)
    assert letter_of(card) == data[2]


@pytest.mark.parametrize("data", ["b:D:fig:0", "b:D:fig:999", "b:D:fig:000"])
async def test_a_page_that_is_not_there_any_more_shows_the_nearest(dara: Talk, data: str) -> None:
    await dara.say("/help")
    [shown] = await dara.tap(data)
    assert shown.text.startswith("D. ")
    assert "Figures" in shown.text


# Every way there is


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_button_there_is_answers_and_leads_back_to_the_start(
    house: House, world: World, report: Report, language: str
) -> None:
    talk = house.talk(world.add_person("Walker", language_code=language))
    await talk.say("/start")
    [home] = await talk.press(NAMES[language])
    walk = Walk(talk)
    await walk.from_screen(home)
    assert {f"b:{letter}" for letter in LETTERS} < walk.ways.keys()
    assert {"bs", "help", "priv", "priv:forget", "about", "home"} < walk.ways.keys()
    every = {
        *(f"c:{key}" for key in report.cases),
        *(f"l:{key}" for key in report.laws),
        "e:25",
        "rs",
        "ls",
        "ds:ahead",
    }
    assert every < walk.ways.keys()
    assert len(walk.ways) > 500
    assert walk.dead_ends("home") == set()
    sent = [m for m in world.private_chat(talk.person).messages.values() if m["from"]["is_bot"]]
    pictures = sum("photo" in message for message in sent)
    assert 0 < pictures <= len(sent) <= 2 * pictures + 1, "one message all the way, but to a picture and back"
    assert {refusal for refusal in walk.refusals if "message is not modified" not in refusal} == set()


def test_a_dead_end_would_be_found(dara: Talk) -> None:
    """Control."""
    walk = Walk(dara, {"home": {"a"}, "a": {"home", "b"}, "b": {"b"}, "c": {"a"}})
    assert walk.dead_ends("home") == {"b"}
