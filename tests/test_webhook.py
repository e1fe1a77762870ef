"""Telegram posts updates to us: only with the secret, and taken only once they are on disk."""

from __future__ import annotations

import asyncio
import inspect
import json
import logging
import socket
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from conftest import House

from bot import webhook
from bot.ask import local_settings
from bot.webhook import LARGEST_BODY, PATH, Endpoint
from bot.wire import HttpWire
from facts.report import Report
from sandbox.app import serve
from sandbox.records import Person
from sandbox.world import World
from storage.database import Database, StorageError

SECRET = "kept-between-Telegram-and-us-0123"
_HEADER = "X-Telegram-Bot-Api-Secret-Token"


@pytest.fixture
async def house(world: World, tmp_path: Path, report: Report) -> AsyncIterator[House]:
    """The bot behind a webhook, and Telegram over loopback."""
    async with serve(world) as url:
        house = House(world, tmp_path, report)
        _put_behind_webhook(house, url)
        await house.start()
        await _until(lambda: house.settled and world.webhook.url != "")
        yield house
        await house.stop()


def _put_behind_webhook(house: House, url: str) -> None:
    port = _free_port()
    house.wire = HttpWire()
    house.settings = local_settings(
        house.world,
        url,
        house.folder,
        webhook_url=f"http://127.0.0.1:{port}{PATH}",
        webhook_secret=SECRET,
        webhook_listen=f"127.0.0.1:{port}",
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def dara(world: World) -> Person:
    """A visitor whom the bot may write to."""
    person = world.add_person("Dara")
    person.started = True
    return person


async def _post(house: House, body: bytes, headers: dict[str, str] | None = None) -> int:
    """The status that somebody gets who posts this to the bot's own address, with the secret unless told otherwise."""
    assert house.settings.webhook_url is not None
    given = {_HEADER: SECRET} if headers is None else headers
    async with (
        aiohttp.ClientSession() as session,
        session.post(house.settings.webhook_url, data=body, headers=given) as response,
    ):
        return response.status


def _update(world: World, person: Person, update_id: int = 7, text: str = "/benchmark D") -> bytes:
    chat = world.private_chat(person)
    marks = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
    head = {"message_id": chat.number(), "from": person.user(), "chat": chat.chat(), "date": int(world.now())}
    return json.dumps({"update_id": update_id, "message": head | {"text": text, "entities": marks}}).encode()


def _inbox(house: House) -> list[int]:
    connection = sqlite3.connect(f"file:{house.database}?mode=ro", uri=True)
    try:
        return [update_id for (update_id,) in connection.execute("SELECT update_id FROM inbox ORDER BY seq")]
    finally:
        connection.close()


def _heard(world: World, person: Person) -> list[str]:
    chat = world.private_chat(person)
    return [m["text"] for m in chat.messages.values() if m["from"]["id"] == world.bot.id]


async def test_a_question_travels_from_telegrams_post_to_its_answer(house: House, world: World, dara: Person) -> None:
    for letter in "ABC":
        world.say(dara, f"/benchmark {letter}")
    await house.settle()
    assert [text[0] for text in _heard(world, dara)] == list("ABC")
    assert world.webhook.last_error == ""
    assert world.webhook.max_connections == 1


async def test_telegram_is_told_200_when_the_update_is_on_disk(house: House, world: World, dara: Person) -> None:
    assert await _post(house, _update(world, dara, 7)) == 200
    assert _inbox(house) == [7]
    await house.settle()
    assert len(_heard(world, dara)) == 1


async def test_a_repeated_post_is_taken_and_answered_once(house: House, world: World, dara: Person) -> None:
    body = _update(world, dara, 7)
    assert [await _post(house, body) for _ in range(3)] == [200, 200, 200]
    await house.settle()
    assert len(_heard(world, dara)) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {_HEADER: ""},
        {_HEADER: "wrong"},
        {_HEADER: SECRET[:-1]},
        {_HEADER: SECRET + "x"},
        {_HEADER: SECRET.upper()},
        {_HEADER: "ខ្មែរ"},
        {"Authorization": f"Bearer {SECRET}"},
    ],
    ids=["none", "empty", "wrong", "shorter", "longer", "capitals", "not ASCII", "elsewhere"],
)
async def test_nobody_gets_in_without_the_secret(
    house: House, world: World, dara: Person, headers: dict[str, str]
) -> None:
    assert await _post(house, _update(world, dara), headers) == 403
    assert _inbox(house) == []


async def test_bytes_that_are_no_text_in_place_of_the_secret_are_refused(house: House) -> None:
    port = int(house.settings.webhook_listen.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n{_HEADER}: "
    writer.write(head.encode() + b"\xff\xfe\x80\r\n\r\n{}")
    status = await reader.readline()
    writer.close()
    await writer.wait_closed()
    assert int(status.split()[1]) in (400, 403)
    assert _inbox(house) == []


def test_the_secret_is_compared_in_constant_time() -> None:
    source = inspect.getsource(Endpoint)
    assert "compare_digest" in source
    assert "== self._secret" not in source


async def test_a_body_over_a_megabyte_is_refused_and_the_next_is_taken(
    house: House, world: World, dara: Person
) -> None:
    assert await _post(house, b" " * (LARGEST_BODY + 1)) == 413
    assert await _post(house, _update(world, dara)) == 200
    assert _inbox(house) == [7]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"hello",
        b'{"update_id": 7',
        b"\xff\xfe",
        b"[" * 100_000,
        b"1" * 10_000,
        b"null",
        b"[]",
        b"{}",
        b'{"update_id": "7"}',
        b'{"update_id": -7}',
        b'{"update_id": true}',
        b'{"update_id": 1e400}',
    ],
    ids=[
        "empty", "words", "half", "no text", "deep", "a huge number", "null", "a list", "no id", "id in words",
        "negative id", "id true", "infinite id",
    ],
)  # fmt: skip
async def test_what_can_never_be_an_update_is_logged_and_not_asked_for_again(
    house: House, world: World, dara: Person, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "sangket"):
        assert await _post(house, body) == 200
    assert {record.name.partition(".")[0] for record in caplog.records} == {"sangket"}
    assert _inbox(house) == []
    assert await _post(house, _update(world, dara)) == 200


async def test_other_addresses_and_methods_are_not_there(house: House) -> None:
    assert house.settings.webhook_url is not None
    root = house.settings.webhook_url.removesuffix(PATH)
    async with aiohttp.ClientSession() as session:
        for method, address, expected in (("GET", root + PATH, 405), ("GET", root + "/", 404), ("POST", root, 404)):
            async with session.request(method, address, headers={_HEADER: SECRET}) as response:
                assert response.status == expected


@asynccontextmanager
async def _failing_disk(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    async def write(self: Database, work: Callable[[], Awaitable[Any]]) -> Any:
        raise StorageError("SQLITE_FULL")

    with monkeypatch.context() as patched:
        patched.setattr(Database, "write", write)
        yield


async def test_a_disk_that_does_not_take_it_is_503_and_telegrams_repeat_is_answered_once(
    house: House, world: World, dara: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "PATIENCE", 0.2)
    monkeypatch.setattr("bot.worker._LONGEST_PAUSE", 0.05)
    assert await _post(house, _update(world, dara, 6, "/benchmark C")) == 200
    await house.settle()
    body = _update(world, dara, 7)
    async with _failing_disk(monkeypatch):
        assert await _post(house, body) == 503
        assert 7 not in _inbox(house)
        assert await _post(house, body) == 503
    assert await _post(house, body) == 200
    await house.settle()
    assert [text[0] for text in _heard(world, dara)] == ["C", "D"]


async def test_what_came_while_the_bot_was_away_is_answered_after(house: House, world: World, dara: Person) -> None:
    await house.stop()
    for letter in "ABC":
        world.say(dara, f"/benchmark {letter}")
    house.wire = HttpWire()
    await house.start()
    await house.settle()
    assert [text[0] for text in _heard(world, dara)] == list("ABC")


async def test_a_bot_that_polls_again_takes_its_webhook_away_and_loses_nothing(
    house: House, world: World, dara: Person
) -> None:
    await house.stop()
    world.say(dara, "/benchmark D")
    house.settings = local_settings(world, house.settings.telegram_api_url, house.folder)
    house.wire = HttpWire()
    await house.start()
    await house.settle()
    assert world.webhook.url == ""
    assert [text[0] for text in _heard(world, dara)] == ["D"]


async def test_an_address_that_telegram_does_not_take_ends_the_bot_in_plain_words(
    world: World, tmp_path: Path, report: Report
) -> None:
    async with serve(world) as url:
        house = House(world, tmp_path, report)
        _put_behind_webhook(house, url)
        house.settings = house.settings.model_copy(update={"webhook_url": "https://elsewhere.example/telegram"})
        await house.start()
        assert house._task is not None
        with pytest.raises(Exception, match="does not take WEBHOOK_URL"):
            await asyncio.wait_for(house._task, 10)


async def _until(happened: Callable[[], bool], seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not happened():  # noqa: ASYNC110 - another program's doing
            await asyncio.sleep(0.002)
