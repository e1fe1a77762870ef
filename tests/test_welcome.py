"""The first minute: language, welcome, privacy, help, about; and what is remembered of it."""

from __future__ import annotations

import datetime as dt
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from conftest import House

from bot.talk import Seen, Talk
from facts.report import Report
from sandbox.world import World
from schedules.retention import ASIDE_DAYS, KEPT_DAYS
from storage.members import Role
from storage.sealing import ServerKey
from texts.commands import COMMANDS
from texts.language import LANGUAGES, NAMES, plain

CHOICE = "សង្កេត · Sangket\n\nសូមជ្រើសរើសភាសា\nPlease choose your language"


def is_home(seen: Seen, language: str) -> bool:
    """Whether this is the first screen, in this language."""
    return seen.text.startswith({"en": "Sangket (សង្កេត, “observe”)", "km": "សង្កេត (Sangket)"}[language])


def datas(seen: Seen) -> list[str]:
    return [b["callback_data"] for row in seen.message["reply_markup"]["inline_keyboard"] for b in row]


# Language first


@pytest.mark.parametrize("app", ["en", "km", "fr", "km-KH", ""])
async def test_the_language_comes_first_in_both_languages_whatever_the_app_speaks(
    house: House, world: World, app: str
) -> None:
    [seen] = await house.talk(world.add_person("Newcomer", language_code=app)).say("/start")
    assert seen.text == CHOICE
    assert seen.buttons == (("ខ្មែរ", "English"),)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_choice_leads_to_the_welcome_in_place_and_holds_after_a_restart(
    dara: Talk, house: House, language: str
) -> None:
    [choice] = await dara.say("/start")
    [home] = await dara.press(NAMES[language])
    assert home.kind == "edited"
    assert home.message["message_id"] == choice.message["message_id"]
    assert is_home(home, language)
    await house.restart()
    [again] = await dara.say("/start")
    assert is_home(again, language), "and is not asked again"
    [card] = await dara.say("/benchmark")
    assert (plain(language, "All 20"), plain(language, "🏠 Start")) in card.buttons


async def test_the_language_can_be_changed_at_any_time(dara: Talk) -> None:
    await dara.say("/start")
    await dara.press("ខ្មែរ")
    [home] = await dara.press("English")
    assert is_home(home, "en"), "from the first screen"
    for command in ("/language", "/settings"):
        [choice] = await dara.say(command)
        assert choice.text == CHOICE
        [home] = await dara.press("ខ្មែរ")
        assert is_home(home, "km")


async def test_a_stranger_is_answered_in_the_language_they_write_or_read(house: House, world: World) -> None:
    in_khmer = plain("km", "The 20 benchmarks")
    for app, typed, khmer in (
        ("en", "xyzzy", False),
        ("km", "xyzzy", True),
        ("en", "អរុណសួស្ដី", True),
        ("fr", "x y", False),
    ):
        talk = house.talk(world.add_person("Stranger", language_code=app))
        [seen] = await talk.say(typed)
        assert ("រកមិនឃើញ" in seen.text) == khmer, (app, typed)
        [seen] = await talk.say("/nonsense")
        assert (in_khmer in seen.buttons[0]) == (app == "km")


async def test_a_chosen_language_stands_above_what_is_typed(dara: Talk, sok: Talk) -> None:
    await dara.say("/start")
    await dara.press("English")
    [seen] = await dara.say("ពន្ធនាគារ")
    assert seen.text.startswith("F. Improve")
    [seen] = await sok.say("prisons")
    assert seen.text.startswith("F. កែលម្អ")


async def test_one_persons_choice_is_not_anothers(dara: Talk, sok: Talk) -> None:
    [seen] = await dara.say("/start")
    assert seen.text == CHOICE
    [seen] = await sok.say("/start")
    assert is_home(seen, "km")


# The welcome


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_welcome_says_what_it_is_what_is_not_private_and_where_to_begin(dara: Talk, language: str) -> None:
    await dara.say("/start")
    [home] = await dara.press(NAMES[language])
    assert "2023" in home.text
    assert {"en": "Not private.", "km": "មិនមែនជាការសម្ងាត់ទេ។"}[language] in home.text
    assert "Telegram" in home.text
    assert len(home.buttons) <= 4
    assert home.buttons[0][0] == plain(language, "📣 Tell what happened")
    assert home.buttons[1][0] == plain(language, "The 20 benchmarks")


@pytest.mark.parametrize(
    ("typed", "button", "beginning"),
    [
        ("/help", "Help", "What I can do"),
        ("/privacy", "Privacy", "Who can see what"),
        ("/about", "About", "What this is"),
    ],
)
async def test_each_page_is_a_command_a_button_and_leads_back(
    dara: Talk, typed: str, button: str, beginning: str
) -> None:
    [page] = await dara.say(typed)
    assert page.text.startswith(beginning)
    [home] = await dara.press("🏠 Start")
    assert is_home(home, "en")
    if button in ("About", "Privacy"):
        await dara.press("Help")
    [again] = await dara.press(button)
    assert (again.kind, again.text) == ("edited", page.text)


async def test_help_lists_every_command_that_is_everybodys(dara: Talk) -> None:
    [page] = await dara.say("/help")
    assert [line.partition(" · ")[0] for line in page.text.splitlines() if line.startswith("/")] == [
        f"/{command.name}" for command in COMMANDS if command.role is Role.PUBLIC
    ]


async def test_about_says_whose_it_is_not_and_which_document_it_tells_of(dara: Talk, report: Report) -> None:
    [page] = await dara.say("/about")
    assert "not run by the United Nations or by any government" in page.text
    for fact in (report.document.symbol, report.document.author, report.document.as_of_words.en):
        assert fact in page.text
    [copy] = [b for row in page.message["reply_markup"]["inline_keyboard"] for b in row if "copy_text" in b]
    assert copy["copy_text"] == {"text": report.document.symbol}


# Privacy


@pytest.mark.parametrize("language", LANGUAGES)
async def test_privacy_names_the_numbers_that_are_in_force(dara: Talk, language: str) -> None:
    await dara.say("/language")
    await dara.press(NAMES[language])
    [page] = await dara.say("/privacy")
    for number in (ASIDE_DAYS, KEPT_DAYS):
        assert {"en": f"{number} days", "km": f"{number} ថ្ងៃ"}[language] in page.text
    assert {"en": "never end-to-end encrypted", "km": "ពីចុងម្ខាងទៅចុងម្ខាង"}[language] in page.text
    assert page.buttons[0][0] == plain(language, "Forget my language and my reminders")


async def test_what_is_forgotten_stays_forgotten_after_a_restart(sok: Talk, house: House) -> None:
    await sok.say("/privacy")
    [done] = await sok.press(plain("km", "Forget my language and my reminders"))
    assert done.text.startswith("រួចរាល់។")
    [choice] = await sok.say("/start")
    assert choice.text == CHOICE
    await house.restart()
    [choice] = await sok.say("/start")
    assert choice.text == CHOICE


def blobs(file: Path) -> set[bytes]:
    """Every value of every column that is no number."""
    connection = sqlite3.connect(file)
    try:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = [row for table in tables for row in connection.execute(f"SELECT * FROM {table}")]
    finally:
        connection.close()
    return {
        value if isinstance(value, bytes) else value.encode()
        for row in rows
        for value in row
        if isinstance(value, (bytes, str))
    }


async def test_after_forgetting_nothing_in_the_database_stands_for_the_chat(sok: Talk, house: House) -> None:
    """Not even its pseudonym among the answers that were sent."""
    pseudonym = ServerKey.load(house.settings.keys_dir / "server.key", dt.date(2026, 1, 1)).pseudonym(sok.person.id)
    await sok.say("/privacy")
    assert pseudonym in blobs(house.database), "control: the chosen language stands under it"
    await sok.press(plain("km", "Forget my language and my reminders"))
    assert pseudonym not in blobs(house.database)


async def test_nobody_who_only_asks_is_remembered(dara: Talk, house: House) -> None:
    pseudonym = ServerKey.load(house.settings.keys_dir / "server.key", dt.date(2026, 1, 1)).pseudonym(dara.person.id)
    await dara.say("/benchmark D")
    await dara.press("Figures")
    assert pseudonym not in blobs(house.database)


# Links


async def test_a_link_to_a_benchmark_opens_it_at_once(dara: Talk, sok: Talk) -> None:
    [card] = await dara.say("/start b_D")
    assert card.text.startswith("D. End mass trials")
    [card] = await sok.say("/start b_J")
    assert card.text.startswith("J. ")
    assert "គិតត្រឹម" in card.text


@pytest.mark.parametrize(
    "payload",
    ["b_Z", "b_", "b_d", "b_DE", "b", "D", "_", "x" * 64, "b_D_", "b_D x", "'; DROP TABLE chats", "ខ្មែរ", "-1"],
)
async def test_a_link_that_leads_nowhere_is_a_plain_start(dara: Talk, payload: str) -> None:
    [seen] = await dara.say(f"/start {payload}")
    assert seen.text == CHOICE
    await dara.press("English")
    [seen] = await dara.say(f"/start {payload}")
    assert is_home(seen, "en")


# Nobody is met with silence


@pytest.mark.parametrize(
    "command", ["/monitor", "/Nonsense", "/benchmark_d", "/benchmark@another_bot D", f"/{'x' * 60}"]
)
async def test_an_unknown_command_is_said_to_be_unknown_and_leads_on(dara: Talk, command: str) -> None:
    [seen] = await dara.say(command)
    assert seen.text.startswith(f"I do not know {command.split()[0]}"[:60])
    [page] = await dara.press("Help")
    assert page.text.startswith("What I can do")


async def test_pictures_places_contacts_and_stickers_are_not_opened_and_that_is_said(dara: Talk, world: World) -> None:
    person = dara.person
    deeds: list[Any] = [
        lambda: world.send_file(person, "document", b"canary", file_name="canary.txt"),
        lambda: world.send_file(person, "document", b"canary", file_name="canary.txt", caption="/benchmark D"),
        lambda: world.send_location(person, 11.55, 104.92),
        lambda: world.send_contact(person, "+85512345678", "Canary"),
        lambda: world.send_sticker(person),
    ]
    for deed in deeds:
        [seen] = await dara.after(deed)
        assert seen.text.startswith("I did not open or keep what you sent")
        assert datas(seen) == ["in", "bs", "help"]
    assert not any(call.method == "getFile" for call in world.calls)


async def test_a_flood_is_asked_for_patience_once_and_then_listened_to_again(dara: Talk, world: World) -> None:
    for _ in range(30):
        world.say(dara.person, "D")
    [*cards] = await dara.after(lambda: None)
    assert len(cards) == 30, "control: as much as a person may write"
    answers = []
    for _ in range(10):
        answers += await dara.say("D")
    assert [seen.text[:26] for seen in answers if not seen.text.startswith("D.")] == ["Many messages came at once"]
    world.advance(dt.timedelta(minutes=1))
    [card] = await dara.say("D")
    assert card.text.startswith("D.")


async def test_a_flood_of_one_does_not_silence_another(dara: Talk, sok: Talk, world: World) -> None:
    for _ in range(40):
        world.say(dara.person, "D")
    [card] = await sok.say("D")
    assert card.text.startswith("D.")


async def test_someone_who_blocked_the_bot_and_came_back_is_answered(dara: Talk, world: World) -> None:
    await dara.say("D")
    assert await dara.after(lambda: world.block(dara.person)) == []
    assert await dara.after(lambda: world.unblock(dara.person)) == [], "nobody is spoken to unasked"
    [card] = await dara.say("D")
    assert card.text.startswith("D.")
