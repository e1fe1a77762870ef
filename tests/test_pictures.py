"""Pictures on their way: uploaded once, then sent by Telegram's name for them; never silence where one should be."""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from conftest import House

from bot.api import BotApi
from bot.ask import local_settings
from bot.talk import Talk
from bot.wire import HttpWire
from documents.pictures import WIDTH, Pictures
from sandbox.app import serve
from sandbox.records import Call, Fault, Person
from sandbox.world import World
from storage.database import Database, StorageError
from storage.pictures import Sent, SentPictures

WRONG_FILE = "Bad Request: wrong file identifier/HTTP URL specified"


def shown(world: World, *methods: str) -> list[Call]:
    """The calls that showed a picture, or tried to."""
    return [call for call in world.calls if call.method in (methods or ("sendPhoto", "editMessageMedia"))]


def photo_of(call: Call) -> str:
    """What a call sent in the place of the picture: a file, as the log describes it, or Telegram's name for one."""
    photo: str = call.params["photo"] if call.method == "sendPhoto" else call.params["media"]["media"]
    return photo


def is_upload(call: Call) -> bool:
    return photo_of(call).startswith("file 'picture.png'")


def uploads(world: World) -> list[Call]:
    return [call for call in shown(world) if is_upload(call)]


def refuse(world: World, description: str, *methods: str, code: int = 400, times: int = 1) -> list[str]:
    """Telegram refuses the next calls of these methods; the photos that it refused."""
    refused: list[str] = []

    def fault(called: str, params: dict[str, Any]) -> Fault | None:
        if called not in methods or len(refused) >= times:
            return None
        refused.append(str(params.get("photo")))
        body = {"ok": False, "error_code": code, "description": description}
        return Fault(code, json.dumps(body).encode(), "application/json")

    world.faults = fault
    return refused


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pictures that were drawn."""
    names: list[str] = []
    render = Pictures.render

    def noted(self: Pictures, name: str) -> bytes:
        names.append(name)
        return render(self, name)

    monkeypatch.setattr(Pictures, "render", noted)
    return names


@pytest.fixture
def crowd(house: House, world: World) -> list[Person]:
    """Twenty people whom the bot may write to."""
    people = [world.add_person(f"Visitor {n}") for n in range(20)]
    for person in people:
        person.started = True
    return people


def rows(house: House) -> list[tuple[str, str, str]]:
    connection = sqlite3.connect(f"file:{house.database}?mode=ro", uri=True)
    try:
        return connection.execute("SELECT name, digest, file_id FROM pictures ORDER BY name").fetchall()
    finally:
        connection.close()


def photos(world: World, people: Sequence[Person]) -> list[int]:
    """How many photos each of these people has got."""
    chats = [world.private_chat(person) for person in people]
    return [sum("photo" in message for message in chat.messages.values()) for chat in chats]


# Once uploaded


async def test_the_scorecard_is_a_picture_with_the_same_in_words(dara: Talk, world: World) -> None:
    [card] = await dara.say("/scorecard")
    assert "photo" in card.message
    assert "Off target: 12 (A, B, C, D, E, G, H, I, M, O, P, Q)" in card.text
    assert "June 2023" in card.text
    assert "A/HRC/54/75, para. 102" in card.text
    assert card.buttons == (("🌙 Dark", "All 20"), ("🏠 Start",))
    assert len(uploads(world)) == 1
    assert card.message["photo"][-1]["width"] == WIDTH


async def test_the_second_reader_gets_what_telegram_has(
    dara: Talk, house: House, world: World, drawn: list[str]
) -> None:
    [first] = await dara.say("/scorecard")
    [second] = await house.talk(world.add_person("Chanthy")).say("/scorecard")
    largest = max(first.message["photo"], key=lambda size: size["width"])
    assert [is_upload(call) for call in shown(world)] == [True, False]
    assert photo_of(shown(world)[-1]) == largest["file_id"]
    assert second.message["photo"] == first.message["photo"]
    assert drawn == ["scorecard:en:light"]


async def test_each_language_has_a_picture_of_its_own(dara: Talk, sok: Talk, world: World, drawn: list[str]) -> None:
    await dara.say("/scorecard")
    [card] = await sok.say("/scorecard")
    assert drawn == ["scorecard:en:light", "scorecard:km:light"]
    assert len(uploads(world)) == 2
    assert "មិថុនា 2023" in card.text
    assert len(card.text) <= 1024, "Telegram takes no longer captions"


async def test_what_telegram_has_is_known_after_a_restart(dara: Talk, house: House, world: World) -> None:
    await dara.say("/scorecard")
    [(name, _, file_id)] = rows(house)
    await house.restart()
    [card] = await dara.say("/scorecard")
    assert (name, file_id) == ("scorecard:en:light", photo_of(shown(world)[-1]))
    assert len(uploads(world)) == 1
    assert "photo" in card.message


async def test_twenty_at_once_are_answered_with_one_drawing_and_one_upload(
    crowd: list[Person], house: House, world: World, drawn: list[str]
) -> None:
    for person in crowd:
        world.say(person, "/scorecard")
    await house.settle()
    assert photos(world, crowd) == [1] * 20
    assert drawn == ["scorecard:en:light"]
    assert len(uploads(world)) == 1


async def test_who_looked_before_it_was_uploaded_does_not_upload_it_again(
    dara: Talk, house: House, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second one asks the disk before the first one's upload ends, and is told so after."""
    write, upload = Database.write, BotApi.upload
    asking: list[str] = []
    both_ask, ended = asyncio.Event(), asyncio.Event()

    async def slow_the_second_time(self: Database, work: Any) -> Any:
        if not (isinstance(work, partial) and work.func.__name__ == "known"):
            return await write(self, work)
        asking.append(work.args[0])
        mine = both_ask if len(asking) == 1 else ended
        if len(asking) == 2:
            both_ask.set()
        found = await write(self, work)
        await mine.wait()
        return found

    async def noted(self: BotApi, *args: Any) -> Any:
        answer = await upload(self, *args)
        asyncio.get_running_loop().call_later(0.02, ended.set)
        return answer

    monkeypatch.setattr(Database, "write", slow_the_second_time)
    monkeypatch.setattr(BotApi, "upload", noted)
    other = world.add_person("Chanthy")
    other.started = True
    world.say(dara.person, "/scorecard")
    world.say(other, "/scorecard")
    await house.settle()
    assert photos(world, [dara.person, other]) == [1, 1]
    assert len(asking) == 2
    assert len(uploads(world)) == 1


async def test_words_do_not_wait_for_a_picture(
    dara: Talk, house: House, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Drawing is done in a thread: while it lasts, other chats are answered."""
    other = world.add_person("Chanthy")
    other.started = True
    answered: list[bool] = []
    render = Pictures.render

    def slow(self: Pictures, name: str) -> bytes:
        while not any("text" in m for m in list(world.private_chat(other).messages.values()) if m["from"]["is_bot"]):
            pass
        answered.append(True)
        return render(self, name)

    monkeypatch.setattr(Pictures, "render", slow)
    world.say(dara.person, "/scorecard")
    world.say(other, "/benchmarks")
    await house.settle()
    assert answered == [True]
    assert photos(world, [dara.person]) == [1]


# Something changed


async def test_a_changed_picture_is_uploaded_again(
    dara: Talk, house: House, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await dara.say("/scorecard")
    monkeypatch.setattr(Pictures, "_digest", lambda self, name: "another")
    await house.restart()
    await dara.say("/scorecard")
    assert len(uploads(world)) == 2
    assert [(name, digest) for name, digest, _ in rows(house)] == [("scorecard:en:light", "another")]
    await dara.say("/scorecard")
    assert len(uploads(world)) == 2, "and then known again"


async def test_a_file_that_telegram_no_longer_knows_is_uploaded_again(dara: Talk, house: House, world: World) -> None:
    await dara.say("/scorecard")
    refused = refuse(world, WRONG_FILE, "sendPhoto")
    [card] = await dara.say("/scorecard")
    [before] = refused
    assert "photo" in card.message
    assert len(uploads(world)) == 2
    [(_, _, file_id)] = rows(house)
    assert file_id != before
    await dara.say("/scorecard")
    assert photo_of(shown(world)[-1]) == file_id


async def test_files_of_another_bot_are_forgotten_once_for_all_who_ask(
    crowd: list[Person], house: House, world: World, drawn: list[str]
) -> None:
    """As after a new token: what another bot uploaded is worth nothing."""
    world.say(crowd[0], "/scorecard")
    await house.settle()
    await house.stop()
    connection = sqlite3.connect(house.database)
    with connection:
        connection.execute("UPDATE pictures SET file_id = 'AgAC-of-another-bot'")
    connection.close()
    await house.start()
    for person in crowd[1:]:
        world.say(person, "/scorecard")
    await house.settle()
    assert photos(world, crowd) == [1] * 20
    assert len(uploads(world)) == 2
    assert len(drawn) == 2
    assert rows(house)[0][2] != "AgAC-of-another-bot"


@pytest.mark.parametrize(
    "description",
    [
        "Bad Request: not enough rights to send photos to the chat",
        "Bad Request: message thread not found",
        "Bad Request: chat not found",
    ],
)
async def test_a_refusal_that_is_not_about_the_file_costs_no_upload(
    dara: Talk, house: House, world: World, description: str
) -> None:
    await dara.say("/scorecard")
    refuse(world, description, "sendPhoto", times=9)
    [words] = await dara.say("/scorecard")
    assert "photo" not in words.message
    assert "Off target: 12" in words.text
    assert words.buttons == (("🌙 Dark", "All 20"), ("🏠 Start",))
    assert len(uploads(world)) == 1
    assert len(rows(house)) == 1


# In place


async def test_light_and_dark_change_in_place(dara: Talk, world: World) -> None:
    [light] = await dara.say("/scorecard")
    [dark] = await dara.press("🌙 Dark")
    assert (dark.kind, dark.message["message_id"]) == ("edited", light.message["message_id"])
    assert dark.message["photo"] != light.message["photo"]
    assert dark.text == light.text
    [again] = await dara.press("☀️ Light")
    assert again.message["photo"] == light.message["photo"]
    assert len(uploads(world)) == 2, "the light one is there already"
    await dara.press("🌙 Dark")
    assert len(uploads(world)) == 2, "and so is the dark one"


async def test_a_second_press_of_the_same_button_disturbs_nothing(dara: Talk, world: World) -> None:
    await dara.say("/scorecard")
    await dara.press("🌙 Dark")
    assert await dara.tap("sc:dark") == []
    assert shown(world)[-1].error is not None
    assert "not modified" in str(shown(world)[-1].error)


async def test_a_text_does_not_replace_a_picture_nor_a_picture_a_text(dara: Talk, world: World) -> None:
    [card] = await dara.say("/scorecard")
    [words] = await dara.press("All 20")
    assert (words.kind, "photo" in words.message) == ("message", False)
    [picture] = await dara.tap("sc:dark")
    assert (picture.kind, "photo" in picture.message) == ("message", True)
    [again] = await dara.tap("sc:light")
    assert (again.kind, again.message["message_id"]) == ("edited", picture.message["message_id"])
    assert card.message["message_id"] < words.message["message_id"]
    assert [call.error for call in world.calls if call.error] == [], "and Telegram was not asked in vain"


async def test_a_picture_that_cannot_be_changed_comes_as_a_new_message(dara: Talk, world: World) -> None:
    [card] = await dara.say("/scorecard")
    refuse(world, "Bad Request: message can't be edited", "editMessageMedia")
    [fresh] = await dara.press("🌙 Dark")
    assert fresh.kind == "message"
    assert "photo" in fresh.message
    assert fresh.message["message_id"] > card.message["message_id"]


# In groups


async def test_in_a_forum_the_picture_stays_in_its_topic(house: House, world: World) -> None:
    chanthy = world.add_person("Chanthy")
    forum = world.add_group("Network", people=(chanthy,), topics=("General", "Queue"))
    queue = max(forum.topics)
    talk = house.talk(chanthy, forum)
    [card] = await talk.say("/scorecard", thread_id=queue)
    assert "photo" in card.message
    assert card.message["message_thread_id"] == queue
    assert card.message["reply_to_message"]["text"] == "/scorecard"
    [dark] = await talk.press("🌙 Dark")
    assert (dark.kind, dark.message["message_thread_id"]) == ("edited", queue)
    [words] = await talk.press("All 20")
    assert (words.kind, words.message["message_thread_id"]) == ("message", queue)


# Failures


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing can be drawn."""

    def render(self: Pictures, name: str) -> bytes:
        raise RuntimeError("no ink")

    monkeypatch.setattr(Pictures, "render", render)


async def test_where_nothing_can_be_drawn_the_words_are_sent(
    broken: None, dara: Talk, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        [words] = await dara.say("/scorecard")
    assert "photo" not in words.message
    assert "Off target: 12" in words.text
    [record] = [record for record in caplog.records if record.message == "picture.failed"]
    assert record.__dict__["fields"]["error"].startswith("E-")
    assert rows(house) == []


async def test_a_picture_that_cannot_be_changed_for_want_of_ink_comes_as_words(
    dara: Talk, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await dara.say("/scorecard")
    monkeypatch.setattr(Pictures, "render", lambda self, name: 1 / 0)
    [words] = await dara.press("🌙 Dark")
    assert (words.kind, "photo" in words.message) == ("message", False)
    assert "Off target: 12" in words.text
    assert len(rows(house)) == 1, "the light one is still known"


async def test_a_picture_of_an_older_version_still_in_the_outbox_comes_as_words(
    dara: Talk, house: House, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Pictures, "names", lambda self: [])
    [words] = await dara.say("/scorecard")
    assert "photo" not in words.message
    assert "Off target: 12" in words.text


async def test_an_upload_whose_answer_was_lost_is_made_again(
    dara: Talk, house: House, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At least once: Telegram may have taken it or not."""
    monkeypatch.setattr("bot.sender._LONGEST_PAUSE", 0.05)
    lost = [Fault(after_effect=True)]
    world.faults = lambda method, params: lost.pop() if method == "sendPhoto" and lost else None
    seen = await dara.say("/scorecard")
    assert ["photo" in one.message for one in seen] == [True, True]
    assert len(rows(house)) == 1


async def test_when_the_first_upload_fails_nobody_is_forgotten(
    crowd: list[Person], house: House, world: World, drawn: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.sender._LONGEST_PAUSE", 0.05)
    failing = [Fault(status=502)]
    world.faults = lambda method, params: failing.pop() if method == "sendPhoto" and failing else None
    for person in crowd:
        world.say(person, "/scorecard")
    await house.settle()
    assert photos(world, crowd) == [1] * 20
    assert len(drawn) <= 3


async def test_a_stop_between_question_and_picture_loses_nothing(dara: Talk, house: House, world: World) -> None:
    world.faults = lambda method, params: Fault(status=503) if method == "sendPhoto" else None
    world.say(dara.person, "/scorecard")
    while not shown(world):  # noqa: ASYNC110 - another program's doing
        await asyncio.sleep(0.001)
    await house.stop()
    world.faults = None
    await house.start()
    await house.settle()
    assert photos(world, [dara.person]) == [1]
    assert len(rows(house)) == 1


async def test_names_of_pictures_survive_a_disk_that_was_full(
    dara: Talk, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = [True]
    write_down = SentPictures.write_down

    def fails_once(self: SentPictures, news: Sequence[Sent]) -> None:
        if news and full:
            full.pop()
            raise StorageError("SQLITE_FULL")
        write_down(self, news)

    monkeypatch.setattr(SentPictures, "write_down", fails_once)
    await dara.say("/scorecard")
    assert full == []
    assert [name for name, _, _ in rows(house)] == ["scorecard:en:light"]


async def test_a_disk_that_does_not_tell_costs_an_upload_and_no_answer(
    dara: Talk, house: House, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def known(self: SentPictures, name: str, digest: str) -> str | None:
        raise StorageError("SQLITE_IOERR")

    monkeypatch.setattr(SentPictures, "known", known)
    [card] = await dara.say("/scorecard")
    assert "photo" in card.message
    assert len(uploads(world)) == 1


# What is kept


async def test_forgotten_and_replaced_names(tmp_path: Path) -> None:
    database = await Database.open(tmp_path / "pictures.db")
    sent = SentPictures(database)

    async def tell(*news: Sent) -> None:
        async def work() -> None:
            sent.write_down(news)

        await database.write(work)

    async def known(name: str, digest: str) -> str | None:
        return await database.write(lambda: sent.known(name, digest))

    try:
        await tell(Sent("a", "1", "file-1"), Sent("b", "1", "file-2"))
        assert (await known("a", "1"), await known("a", "2"), await known("c", "1")) == ("file-1", None, None)
        await tell(Sent("a", "2", "file-3"))
        assert (await known("a", "1"), await known("a", "2")) == (None, "file-3")
        await tell(Sent("a", "2", None), Sent("b", "1", "file-4"))
        assert (await known("a", "2"), await known("b", "1")) == (None, "file-4")
        await tell(Sent("b", "1", None), Sent("b", "1", "file-5"))
        assert await known("b", "1") == "file-5", "in the order in which it was learned"
    finally:
        await database.close()


async def test_over_real_sockets_a_picture_goes_out_and_is_changed_as_well(
    house: House, world: World, tmp_path: Path
) -> None:
    """Through aiohttp, as in production."""
    await house.stop()
    async with serve(world) as url:
        house.settings = local_settings(world, url, tmp_path)
        house.wire = HttpWire()
        await house.start()
        talk = house.talk(world.add_person("Sok", language_code="km"))
        [card] = await talk.say("/scorecard")
        [dark] = await talk.press("🌙 ងងឹត")
        await house.stop()
    assert (card.kind, dark.kind) == ("message", "edited")
    assert "មិថុនា 2023" in dark.text
    assert len(uploads(world)) == 2
