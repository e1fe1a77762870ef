"""How a file comes over the wire, from servers on loopback that lie, stall, never end or point elsewhere."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import pytest

from bot.api import BotApi, Refused
from bot.wire import HttpWire, LocalWire, NotSent, Unclear, Wire
from sandbox.app import create_app, serve
from sandbox.records import Fault
from sandbox.world import World

TOKEN = "7000111222:kanary-tokan-kanary-tokan-kanary-123"
SECRET = TOKEN.partition(":")[2]
MOST = 200_000
DATA = b"%PDF-1.7 " + bytes(range(256)) * 500
PATH = "documents/file_0.pdf"

Reader: TypeAlias = asyncio.StreamReader
Writer: TypeAlias = asyncio.StreamWriter
Play = Callable[[Writer], Awaitable[None]]


@dataclass
class Server:
    """A server on loopback that says exactly what a test wants, byte by byte; HTTP libraries are too polite."""

    plays: dict[str, Play]
    """What follows a request whose path holds this word."""
    url: str = ""
    asked: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    written: int = 0
    """Bytes of an endless answer that were taken off our hands."""

    async def answer(self, reader: Reader, writer: Writer) -> None:
        """One request, one answer, and the end of the connection."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            self.asked.append(head.split("\r\n")[0])
            lengths = [line for line in head.lower().split("\r\n") if line.startswith("content-length:")]
            self.bodies.append(await reader.readexactly(int(lengths[0].split(":")[1])) if lengths else b"")
            path = self.asked[-1].split()[1]
            await next(play for word, play in self.plays.items() if word in path)(writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def endless(self, writer: Writer, piece: bytes = b"%PDF" * 16_384) -> None:
        """A body without an end, as quickly as it is read."""
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        while self.written < 50_000_000:
            writer.write(piece)
            await writer.drain()
            self.written += len(piece)


def says(status: str, body: bytes, *headers: str, length: int | None = None) -> Play:
    """A whole answer; with ``length``, one that promises another."""

    async def play(writer: Writer) -> None:
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", *headers]
        writer.write("\r\n".join([*lines, "Connection: close", "", ""]).encode() + body)
        await writer.drain()

    return play


def found(path: str = PATH, **more: Any) -> Play:
    """What getFile answers."""
    result = {"file_id": "x", "file_unique_id": "y", "file_path": path} | more
    return says("200 OK", json.dumps({"ok": True, "result": result}).encode())


async def silent(writer: Writer) -> None:
    """Says nothing, and does not hang up."""
    await asyncio.sleep(30)


@asynccontextmanager
async def serving(plays: dict[str, Play]) -> AsyncIterator[Server]:
    server = Server(plays)
    listening = await asyncio.start_server(server.answer, "127.0.0.1", 0)
    server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    try:
        yield server
    finally:
        listening.close()


@asynccontextmanager
async def calling(url: str, wire: Wire | None = None) -> AsyncIterator[BotApi]:
    api = BotApi(wire or HttpWire(), url, TOKEN)
    try:
        yield api
    finally:
        await api.close()


async def fetched(plays: dict[str, Play], most: int = MOST) -> bytes:
    """What ``download`` gives from such a server."""
    async with serving(plays) as server, calling(server.url) as api:
        return await api.download("x", most)


# Well


@pytest.mark.parametrize("over", ["loopback", "process"])
async def test_a_file_comes_as_it_was_sent(world: World, over: str) -> None:
    person = world.add_person("Dara")
    message = world.send_file(person, "document", DATA, file_name="proof.pdf")
    file_id = message["document"]["file_id"]
    async with serve(world) as url:
        wire: Wire = HttpWire() if over == "loopback" else LocalWire(create_app(world))
        api = BotApi(wire, url, world.token)
        assert await api.download(file_id, len(DATA)) == DATA, "exactly as many bytes as are allowed"
        with pytest.raises(Refused):
            await api.download(file_id, len(DATA) - 1)
        await api.close()


async def test_it_is_asked_for_where_telegram_keeps_files() -> None:
    async with (
        serving({"/getFile": found(file_size=len(DATA)), "/file/": says("200 OK", DATA)}) as server,
        calling(server.url) as api,
    ):
        assert await api.download("an id", MOST) == DATA
        assert server.asked == [f"POST /bot{TOKEN}/getFile HTTP/1.1", f"GET /file/bot{TOKEN}/{PATH} HTTP/1.1"]
        assert json.loads(server.bodies[0]) == {"file_id": "an id"}


async def test_a_file_whose_size_telegram_does_not_say_is_taken() -> None:
    assert await fetched({"/getFile": found(), "/file/": says("200 OK", DATA)}) == DATA


@pytest.mark.parametrize("path", ["photos/file_1.jpg", "file_2", "voice/file_12.oga", "documents/a-b_c.tar.gz"])
async def test_the_paths_that_telegram_gives_are_followed(path: str) -> None:
    assert await fetched({"/getFile": found(path), f"/{path}": says("200 OK", DATA)}) == DATA


# Paths


@pytest.mark.parametrize(
    "path",
    ["../getMe", "a/../../b", "..", "/etc/passwd", "//evil.example/x", "http://evil.example/x", "file:///etc/passwd",
     "user@evil.example", "a b", "a%20b", "a%2e%2e/b", "a?b=c", "a#b", "a\\b", "a\r\nHost: evil", "a\n", "ក", ""],
)  # fmt: skip
async def test_a_path_that_could_lead_elsewhere_is_refused_before_anything_is_asked_for(path: str) -> None:
    async with (
        serving({"/getFile": found(path), "/": says("200 OK", DATA)}) as server,
        calling(server.url) as api,
    ):
        with pytest.raises(Refused):
            await api.download("x", MOST)
        assert len(server.asked) == 1


@pytest.mark.parametrize("result", [{}, [], "x", 7, True, {"file_path": None}, {"file_path": ["a"]}])
async def test_an_answer_without_a_path_is_refused(result: Any) -> None:
    answer = says("200 OK", json.dumps({"ok": True, "result": result}).encode())
    with pytest.raises(Refused):
        await fetched({"/getFile": answer})


# Redirects


@pytest.mark.parametrize("status", ["301 Moved Permanently", "302 Found", "307 Temporary Redirect", "308 Permanent"])
async def test_a_download_is_not_redirected(status: str) -> None:
    async with serving({"/": says("200 OK", DATA)}) as elsewhere:
        away = says(status, b"", f"Location: {elsewhere.url}/{PATH}")
        with pytest.raises(Refused):
            await fetched({"/getFile": found(), "/file/": away})
        assert elsewhere.asked == []


@pytest.mark.parametrize("status", ["302 Found", "307 Temporary Redirect", "308 Permanent"])
async def test_a_call_is_not_redirected(status: str) -> None:
    """What people are told would go with it."""
    ok = says("200 OK", b'{"ok": true, "result": true}')
    async with serving({"/": ok}) as elsewhere:
        away = says(status, b"", f"Location: {elsewhere.url}/x")
        async with serving({"/sendMessage": away}) as server, calling(server.url) as api:
            with pytest.raises((Refused, Unclear)):
                await api.call("sendMessage", {"text": "kanarya"})
            assert len(server.asked) == 1, "control"
        assert elsewhere.asked == []


# Too much, too little, too slow


async def test_a_body_without_an_end_is_cut_off_while_it_is_read() -> None:
    async with serving({}) as server, calling(server.url) as api:
        server.plays = {"/getFile": found(), "/file/": server.endless}
        tracemalloc.start()
        try:
            with pytest.raises(Refused):
                await api.download("x", MOST)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert server.written < 20_000_000, "what the system's buffers take, and no more"
        assert peak < 5_000_000


async def test_reading_on_would_take_it_all() -> None:
    """The control of the test above."""
    async with serving({}) as server, calling(server.url) as api:
        server.plays = {"/getFile": found(), "/file/": server.endless}
        assert len(await api.download("x", 60_000_000)) == server.written == 50_003_968


async def test_a_body_in_endless_pieces_is_cut_off_too() -> None:
    async with serving({}) as server, calling(server.url) as api:

        async def pieces(writer: Writer) -> None:
            writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            while server.written < 50_000_000:
                writer.write(b"10000\r\n" + bytes(65_536) + b"\r\n")
                await writer.drain()
                server.written += 65_536

        server.plays = {"/getFile": found(), "/file/": pieces}
        with pytest.raises(Refused):
            await api.download("x", MOST)
        assert server.written < 20_000_000


async def test_a_small_body_that_unpacks_to_a_large_one_does_not_fill_the_memory() -> None:
    bomb = gzip.compress(bytes(100_000_000))
    assert len(bomb) < MOST, "control"
    plays = {"/getFile": found(), "/file/": says("200 OK", bomb, "Content-Encoding: gzip")}
    tracemalloc.start()
    try:
        with pytest.raises((Refused, Unclear)):
            await fetched(plays)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 20_000_000


async def test_a_file_that_is_one_byte_too_large_is_refused_and_the_largest_is_not() -> None:
    assert len(await fetched({"/getFile": found(), "/file/": says("200 OK", bytes(MOST))})) == MOST
    with pytest.raises(Refused):
        await fetched({"/getFile": found(), "/file/": says("200 OK", bytes(MOST + 1))})


@pytest.mark.parametrize(
    "play",
    [
        says("200 OK", DATA[:1000], length=len(DATA)),
        says("200 OK", DATA[:1000]),
        says("200 OK", DATA + b"more"),
        says("200 OK", b""),
        says("500 Internal Server Error", DATA),
        says("503 Busy", b"<html>"),
        says("429 Too Many Requests", b""),
        says("200 OK", b"not zipped", "Content-Encoding: gzip"),
    ],
    ids=["cut off", "short", "long", "empty", "500", "503", "429", "not what it says"],
)
async def test_what_is_not_the_whole_file_is_unclear_and_never_taken_for_it(play: Play) -> None:
    with pytest.raises(Unclear):
        await fetched({"/getFile": found(file_size=len(DATA)), "/file/": play})


async def test_a_server_that_hangs_up_is_unclear() -> None:
    async def hang_up(writer: Writer) -> None:
        writer.close()

    several: list[dict[str, Play]] = [{"/getFile": hang_up}, {"/getFile": found(), "/file/": hang_up}]
    for plays in several:
        with pytest.raises(Unclear):
            await fetched(plays)


async def test_a_server_that_says_nothing_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.api.DOWNLOAD_SECONDS", 0.2)
    with pytest.raises(Unclear):
        await fetched({"/getFile": found(), "/file/": silent})


async def test_a_body_that_drips_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    async def drip(writer: Writer) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(1000):
            writer.write(b"a")
            await writer.drain()
            await asyncio.sleep(0.05)

    monkeypatch.setattr("bot.api.DOWNLOAD_SECONDS", 0.3)
    with pytest.raises(Unclear):
        await fetched({"/getFile": found(), "/file/": drip})


async def test_a_connection_that_was_cut_off_spoils_no_later_call() -> None:
    async with serving({}) as server, calling(server.url) as api:
        server.plays = {"/getFile": found(), "/file/": server.endless}
        for _ in range(3):
            with pytest.raises(Refused):
                await api.download("x", MOST)
        server.plays = {"/getFile": found(), "/file/": says("200 OK", DATA)}
        assert await api.download("x", MOST) == DATA


async def test_nobody_at_the_address_means_that_nothing_was_sent() -> None:
    async with serving({}) as server:
        url = server.url
    async with calling(url) as api:
        with pytest.raises(NotSent):
            await api.download("x", MOST)


# The token


def _all_of(error: BaseException | None) -> str:
    """An error with everything that hangs on it."""
    parts = []
    while error is not None:
        parts.append(f"{error!r} {error} {error.args} {vars(error)}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return " ".join(parts)


@pytest.mark.parametrize(
    "play",
    [
        says("500 No", DATA),
        says("404 No", DATA),
        says("302 Found", b"", "Location: http://127.0.0.1:1/x"),
        says("200 OK", DATA[:9], length=99),
        says("200 OK", bytes(MOST + 1)),
        says("200 OK", b"no", "Content-Encoding: gzip"),
        says("OK", b"no number"),
        silent,
    ],
    ids=["500", "404", "302", "cut off", "large", "not zipped", "no HTTP", "silent"],
)
async def test_no_error_and_no_log_holds_the_token(
    play: Play, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.api.DOWNLOAD_SECONDS", 0.2)
    caplog.set_level(logging.DEBUG)
    async with serving({"/getFile": found(), "/file/": play}) as server, calling(server.url) as api:
        with pytest.raises((Refused, Unclear)) as error:
            await api.download("x", MOST)
        assert SECRET in " ".join(server.asked), "control: it was in the address"
    ours = [record for record in caplog.records if record.name != "asyncio"]
    shown = _all_of(error.value) + " ".join(f"{record.getMessage()} {vars(record)}" for record in ours)
    assert SECRET not in shown
    assert PATH not in shown


async def test_in_process_a_planned_fault_is_what_it_is_over_the_wire(world: World) -> None:
    message = world.send_file(world.add_person("Dara"), "document", DATA, file_name="proof.pdf")
    file_id = message["document"]["file_id"]
    async with serve(world) as url:
        for fault, expected in (
            (Fault(500), Unclear),
            (Fault(cut=True), Unclear),
            (Fault(200, DATA[:5]), Unclear),
            (Fault(404), Refused),
            (Fault(302), Refused),
        ):
            world.faults = lambda method, params, fault=fault: fault if method == "file" else None
            for wire in (HttpWire(), LocalWire(create_app(world))):
                api = BotApi(wire, url, world.token)
                with pytest.raises(expected):
                    await api.download(file_id, MOST)
                await api.close()
