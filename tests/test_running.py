"""The program as its operator meets it: commands, settings, keys, signals, and plain sentences when it cannot go on."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from sandbox.app import serve
from sandbox.records import Person
from sandbox.stage import TOKEN
from sandbox.world import World

_ROOT = Path(__file__).parents[1]
_WRONG_TOKEN = "987654321:" + "Wr0ng-" * 6
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


@dataclass(frozen=True)
class Ended:
    """How a program ended: its exit code and everything it said."""

    code: int
    out: str
    err: str

    @property
    def complaint(self) -> str:
        """The one plain sentence on stderr: no traceback, no log line, no secret."""
        lines = [line for line in self.err.splitlines() if not line.startswith("Note: ")]
        lines = [line for line in lines if not re.match(r"\d{4}-\d\d-\d\dT.* (WARNING|ERROR|INFO) ", line)]
        assert len(lines) == 1, self.err
        assert "Traceback" not in self.err
        assert "CRITICAL" not in self.err
        assert lines[0].endswith((".", "?", ")")) or "chmod" in lines[0]
        return lines[0]


class Program:
    """``python -m bot`` in a process and a folder of its own."""

    def __init__(self, folder: Path, *arguments: str, **settings: str) -> None:
        self._folder = folder
        self._arguments = arguments
        self._settings = settings
        self._process: asyncio.subprocess.Process | None = None
        self._readers: list[asyncio.Task[None]] = []
        self._said: dict[str, list[str]] = {"out": [], "err": []}

    async def start(self) -> None:
        """Start it; what it says is collected."""
        self._folder.mkdir(parents=True, exist_ok=True)
        pipe = asyncio.subprocess.PIPE
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", *self._arguments,
            cwd=self._folder, env=self._environment(), stdin=asyncio.subprocess.DEVNULL, stdout=pipe, stderr=pipe,
        )  # fmt: skip
        streams = {"out": self._process.stdout, "err": self._process.stderr}
        loop = asyncio.get_running_loop()
        self._readers = [loop.create_task(self._collect(name, s)) for name, s in streams.items() if s is not None]

    async def says(self, words: str, seconds: float = 30) -> str:
        """Wait until it has said this; everything it said so far."""
        async with asyncio.timeout(seconds):
            while words not in self.said and not self.over:  # noqa: ASYNC110 - another program's doing
                await asyncio.sleep(0.01)
        assert words in self.said, self.said
        return self.said

    @property
    def said(self) -> str:
        """Everything it said so far."""
        return "".join(self._said["out"] + self._said["err"])

    def signal(self, number: int) -> None:
        """Send it a signal."""
        assert self._process is not None
        self._process.send_signal(number)

    async def ended(self, seconds: float = 30) -> Ended:
        """Wait for its end."""
        assert self._process is not None
        async with asyncio.timeout(seconds):
            code = await self._process.wait()
            await asyncio.gather(*self._readers)
        return Ended(code, "".join(self._said["out"]), "".join(self._said["err"]))

    async def kill(self) -> None:
        """End it without ceremony if it still runs."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self.ended()

    @property
    def over(self) -> bool:
        """It has ended, or at least fallen silent for good."""
        return all(reader.done() for reader in self._readers)

    async def _collect(self, name: str, stream: asyncio.StreamReader) -> None:
        async for line in stream:
            self._said[name].append(line.decode())

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        ours = {"PYTHONPATH": str(_ROOT), "PYTHONIOENCODING": "utf-8", "SANDBOX_PORT": "0"}
        return kept | ours | {"DRAFT_KEY_DIR": str(self._folder / "draft-keys")} | self._settings


@pytest.fixture
async def programs(tmp_path: Path) -> AsyncIterator[Callable[..., Program]]:
    """Makes programs, and ends those that are still running."""
    made: list[Program] = []

    def program(*arguments: str, folder: str = "here", **settings: str) -> Program:
        made.append(Program(tmp_path / folder, *arguments, **settings))
        return made[-1]

    yield program
    for one in made:
        await one.kill()


Programs = Callable[..., Program]


async def _run(program: Program, seconds: float = 30) -> Ended:
    await program.start()
    return await program.ended(seconds)


def _bot(programs: Programs, url: str, folder: str = "here", **settings: str) -> Program:
    """The bot on a Telegram at this address."""
    given = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": url} | settings
    return programs("run", folder=folder, **given)


async def _running(programs: Programs, url: str, folder: str = "here", **settings: str) -> Program:
    bot = _bot(programs, url, folder, **settings)
    await bot.start()
    await bot.says("Sangket is running")
    return bot


def _answers(world: World, person: Person) -> list[str]:
    chat = world.private_chat(person)
    return [m["text"] for m in chat.messages.values() if m["from"]["id"] == world.bot.id]


async def _until(happened: Callable[[], bool], seconds: float = 30) -> None:
    async with asyncio.timeout(seconds):
        while not happened():  # noqa: ASYNC110 - another program's doing
            await asyncio.sleep(0.01)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _crowd(world: World, count: int) -> list[Person]:
    return [world.add_person(f"Visitor {n}") for n in range(count)]


# Running and stopping


async def test_a_second_instance_on_the_same_data_refuses_in_one_sentence(programs: Programs, world: World) -> None:
    async with serve(world) as url:
        first = await _running(programs, url)
        second = await _run(_bot(programs, url))
        assert second.code == 1
        assert second.complaint.startswith("Another instance already works on the data directory")
        world.say(dara := world.add_person("Dara"), "/benchmark D")
        await _until(lambda: bool(_answers(world, dara)))
        first.signal(signal.SIGTERM)
        assert (await first.ended()).code == 0


async def test_sigterm_in_the_middle_of_work_ends_within_five_seconds_and_loses_nothing(
    programs: Programs, world: World
) -> None:
    people = _crowd(world, 200)
    async with serve(world) as url:
        for person in people:
            world.say(person, "/benchmark D")
        bot = await _running(programs, url, MESSAGES_PER_SECOND="100")
        await _until(lambda: sum(bool(_answers(world, person)) for person in people) >= 5)
        bot.signal(signal.SIGTERM)
        ended = await bot.ended(5)
        assert (ended.code, ended.err.count("Traceback")) == (0, 0)
        assert any(not _answers(world, person) for person in people), "the control: it was in the middle"
        again = await _running(programs, url, MESSAGES_PER_SECOND="0")
        await _until(lambda: all(_answers(world, person) for person in people))
        again.signal(signal.SIGINT)
        assert (await again.ended(5)).code == 0
    assert [len(_answers(world, person)) for person in people] == [1] * 200


async def test_sigterm_ends_within_five_seconds_though_telegram_does_not_answer(
    programs: Programs, world: World
) -> None:
    people = _crowd(world, 5)
    async with serve(world) as url:
        bot = await _running(programs, url)
        world.say(people[0], "/help")
        await _until(lambda: bool(_answers(world, people[0])))
        world.delay = 60
        for person in people:
            world.say(person, "/benchmark D")
        await asyncio.sleep(0.5)
        bot.signal(signal.SIGTERM)
        assert (await bot.ended(5)).code == 0
        world.delay = 0
        await _running(programs, url)
        await _until(lambda: all("D. End" in "".join(_answers(world, person)) for person in people))


async def test_sigterm_while_telegram_is_waited_for_ends_at_once(programs: Programs) -> None:
    bot = _bot(programs, f"http://127.0.0.1:{_free_port()}")
    await bot.start()
    await bot.says("Telegram cannot be reached")
    bot.signal(signal.SIGTERM)
    ended = await bot.ended(5)
    assert (ended.code, ended.err.count("Traceback")) == (0, 0)


async def test_telegram_that_cannot_be_reached_at_start_is_waited_for(programs: Programs, world: World) -> None:
    port = _free_port()
    bot = _bot(programs, f"http://127.0.0.1:{port}")
    await bot.start()
    assert (await bot.says("Telegram cannot be reached")).count("Telegram cannot be reached") == 1
    async with serve(world, port=port):
        world.say(dara := world.add_person("Dara"), "/benchmark D")
        await _until(lambda: bool(_answers(world, dara)))
        assert bot.said.count("Telegram cannot be reached") == 1


async def test_a_wrong_token_is_fatal_in_one_sentence(programs: Programs, world: World) -> None:
    async with serve(world) as url:
        ended = await _run(_bot(programs, url, TELEGRAM_TOKEN=_WRONG_TOKEN))
    assert ended.code == 1
    assert ended.complaint.startswith("Telegram does not know this token.")
    assert _WRONG_TOKEN not in ended.out + ended.err


async def test_a_token_that_is_revoked_is_fatal_in_one_sentence(programs: Programs, world: World) -> None:
    async with serve(world) as url:
        bot = await _running(programs, url)
        world.token = _WRONG_TOKEN
        world.updates.end_poll()
        ended = await bot.ended()
    assert ended.code == 1
    assert ended.complaint.startswith("Telegram does not know this token.")
    assert TOKEN not in ended.out + ended.err


async def test_another_program_with_the_same_token_is_fatal_in_one_sentence(programs: Programs, world: World) -> None:
    async with serve(world) as url:
        bot = await _running(programs, url)
        world.say(dara := world.add_person("Dara"), "/benchmark D")
        await _until(lambda: bool(_answers(world, dara)))
        async with aiohttp.ClientSession() as session:
            while not bot.over:  # it may be between two polls
                await (await session.post(f"{url}/bot{TOKEN}/getUpdates")).read()
                await asyncio.sleep(0.05)
        ended = await bot.ended()
    assert ended.code == 1
    assert ended.complaint.startswith("Another program is reading this bot's messages")


async def test_without_a_token_the_sandbox_starts_with_an_address_and_a_first_answer(programs: Programs) -> None:
    bot = programs("run", SANDBOX_PORT="0")
    await bot.start()
    said = await bot.says("Ctrl-C stops.")
    assert "> /benchmark D" in said
    assert "D. End mass trials" in said
    [address, *_] = _ADDRESS.findall(said)
    async with aiohttp.ClientSession() as session, session.get(address) as page:
        assert page.status == 200
        assert "<html" in await page.text()
    bot.signal(signal.SIGTERM)
    ended = await bot.ended(5)
    assert (ended.code, ended.err.count("Traceback")) == (0, 0)


# Settings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TELEGRAM_TOKEN", "s3cret-but-no-token"),
        ("TELEGRAM_API_URL", "http://s3cret.example"),
        ("TELEGRAM_API_URL", "s3cret"),
        ("TIME_ZONE", "Mars/s3cret"),
        ("TIME_ZONE", "../../etc/s3cret"),
        ("MESSAGES_PER_SECOND", "s3cret"),
        ("MESSAGES_PER_SECOND", "-1"),
        ("LOG_LEVEL", "S3CRET"),
        ("SANDBOX_PORT", "99999"),
        ("WEBHOOK_URL", "http://s3cret.example/telegram"),
        ("WEBHOOK_SECRET", "s3cret"),
        ("WEBHOOK_LISTEN", "s3cret"),
        ("TELEGRAM_TOKN", "s3cret"),
        ("WEBHOOK_SECRETT", "s3cret"),
    ],
)
async def test_a_wrong_or_unknown_setting_is_one_sentence_that_names_it(
    programs: Programs, name: str, value: str
) -> None:
    ended = await _run(programs("run", **{name: value}))
    assert ended.code == 2
    assert ended.complaint.startswith(f"{name} ")
    assert "s3cret" not in (ended.out + ended.err).lower()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"TELEGRAM_TOKEN=s3cret\n", "TELEGRAM_TOKEN"),
        (b"TIMEZONE=s3cret\n", "TIMEZONE"),
        (b"TELEGRAM_TOKN=s3cret\r\n", "TELEGRAM_TOKN"),
        (b"LOG_LEVEL=\xff\xfes3cret\n", ".env"),
    ],
)
async def test_a_wrong_env_file_is_one_sentence_that_names_what_is_wrong(
    programs: Programs, tmp_path: Path, content: bytes, name: str
) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / ".env").write_bytes(content)
    ended = await _run(programs("config"))
    assert ended.code == 2
    assert name in ended.complaint
    assert "s3cret" not in (ended.out + ended.err).lower()


async def test_a_webhook_without_a_secret_is_refused(programs: Programs) -> None:
    ended = await _run(programs("run", TELEGRAM_TOKEN=TOKEN, WEBHOOK_URL="https://bot.example/telegram"))
    assert ended.code == 2
    assert ended.complaint.startswith("WEBHOOK_SECRET ")


async def test_an_env_file_from_windows_works(programs: Programs, tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    text = f"TELEGRAM_TOKEN={TOKEN}\r\nTIME_ZONE=Asia/Tokyo\r\nDATA_DIR=elsewhere\r\nWEBHOOK_URL=\r\n\r\n# a word\r\n"
    (tmp_path / "here" / ".env").write_bytes(b"\xef\xbb\xbf" + text.encode())
    ended = await _run(programs("config"))
    assert ended.code == 0
    lines = ended.out.splitlines()
    assert {"TIME_ZONE=Asia/Tokyo", "DATA_DIR=elsewhere", "WEBHOOK_URL="} <= set(lines)
    assert "TELEGRAM_TOKEN=(set, not shown)" in lines


async def test_config_shows_every_setting_and_no_secret(programs: Programs) -> None:
    secret = "between-us-0123456789"
    ended = await _run(
        programs("config", TELEGRAM_TOKEN=TOKEN, WEBHOOK_SECRET=secret, WEBHOOK_URL="https://bot.example/telegram")
    )
    assert ended.code == 0
    names = [line.partition("=")[0] for line in ended.out.splitlines()]
    offered = re.findall(r"^#?([A-Z_]+)=", (_ROOT / ".env.example").read_text(), re.M)
    assert sorted(names) == sorted(offered)
    assert TOKEN not in ended.out + ended.err
    assert secret not in ended.out + ended.err


# Keys and disks


@pytest.mark.parametrize("key", ["keys/server.key", "draft-keys/draft.keys"])
async def test_a_key_that_others_can_read_is_refused_with_the_remedy(
    programs: Programs, world: World, tmp_path: Path, key: str
) -> None:
    async with serve(world) as url:
        await _started_and_stopped(programs, url)
        (tmp_path / "here" / key).chmod(0o644)
        ended = await _run(_bot(programs, url))
        assert ended.code == 1
        assert "chmod 600" in ended.complaint
        (tmp_path / "here" / key).chmod(0o600)
        await _started_and_stopped(programs, url)


async def test_a_server_key_that_is_missing_another_or_damaged_is_refused(
    programs: Programs, world: World, tmp_path: Path
) -> None:
    key, other = (tmp_path / folder / "keys" / "server.key" for folder in ("here", "another"))
    async with serve(world) as url:
        await _started_and_stopped(programs, url, folder="another")
        await _started_and_stopped(programs, url)
        right = key.read_bytes()
        for content in (None, other.read_bytes(), b"not a key\n", b"\xff\xfe", b"", right[:-5]):
            key.unlink(missing_ok=True)
            if content is not None:
                key.write_bytes(content)
                key.chmod(0o600)
            ended = await _run(_bot(programs, url))
            assert ended.code == 1
            assert "key" in ended.complaint
            assert content is not None or not key.exists(), "no wrong key is left lying about"
            assert right.split()[1].decode() not in ended.out + ended.err
        key.write_bytes(right)
        await _started_and_stopped(programs, url)


async def _started_and_stopped(programs: Programs, url: str, folder: str = "here") -> None:
    bot = await _running(programs, url, folder)
    bot.signal(signal.SIGTERM)
    assert (await bot.ended()).code == 0


async def test_a_database_that_is_none_is_refused_in_one_sentence(
    programs: Programs, world: World, tmp_path: Path
) -> None:
    async with serve(world) as url:
        await _started_and_stopped(programs, url)
        (tmp_path / "here" / "data" / "sangket.db").write_bytes(os.urandom(5000))
        ended = await _run(_bot(programs, url))
    assert ended.code == 1
    assert "SQLITE_NOTADB" in ended.complaint


@pytest.mark.parametrize("name", ["DATA_DIR", "KEYS_DIR", "DRAFT_KEY_DIR"])
async def test_a_folder_that_cannot_be_made_is_one_sentence(
    programs: Programs, world: World, tmp_path: Path, name: str
) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "file").write_text("in the way")
    async with serve(world) as url:
        ended = await _run(_bot(programs, url, **{name: "file/x"}))
    assert ended.code == 1
    assert "file/x" in ended.complaint


async def test_an_address_that_is_taken_is_one_sentence(programs: Programs, world: World) -> None:
    with _taken() as port:
        async with serve(world) as url:
            listen = f"127.0.0.1:{port}"
            given = {"WEBHOOK_LISTEN": listen, "WEBHOOK_URL": f"http://{listen}/telegram", "WEBHOOK_SECRET": "x" * 20}
            ended = await _run(_bot(programs, url, **given))
    assert ended.code == 1
    assert ended.complaint.startswith("WEBHOOK_LISTEN")
    assert str(port) in ended.complaint


@contextmanager
def _taken() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


# Asking


async def test_ask_prints_the_answer_and_nothing_else(programs: Programs, tmp_path: Path) -> None:
    ended = await _run(programs("ask", "/benchmark D"))
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("D. End mass trials of the political opposition")
    assert "A/HRC/54/75, paras. 39–46" in ended.out
    assert "[Figures]" in ended.out
    assert list((tmp_path / "here").iterdir()) == [], "the control: nothing is kept"


async def test_ask_holds_a_conversation_and_presses_buttons(programs: Programs) -> None:
    ended = await _run(programs("ask", "/benchmark D", "[Figures]", "[No such button]", "/benchmarks"))
    assert (ended.code, ended.err) == (0, "")
    for words in ("> /benchmark D\n", "> [Figures]\n", "> /benchmarks\n", "There is no button called No such button"):
        assert words in ended.out


async def test_ask_answers_in_khmer_when_told_so(programs: Programs) -> None:
    ended = await _run(programs("ask", "--language", "km", "/help"))
    assert (ended.code, ended.err) == (0, "")
    assert sum("\u1780" <= letter <= "\u17ff" for letter in ended.out) > 100


async def test_ask_speaks_to_programs_in_json(programs: Programs) -> None:
    ended = await _run(programs("ask", "--json", "--as", "Sok", "/benchmark D", "nonsense-xyzzy"))
    assert (ended.code, ended.err) == (0, "")
    first, second = json.loads(ended.out)
    assert (first["asked"], second["asked"]) == ("/benchmark D", "nonsense-xyzzy")
    [card] = first["answers"]
    assert card["kind"] == "message"
    assert card["text"].startswith("D. ")
    assert any("Figures" in row for row in card["buttons"])


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        ("", "There is nothing to send."),
        ("  ", "There is nothing to send."),
        ("a" * 5000, "This is longer than 4096 characters."),
        ("[Figures]", "There is no button called Figures here."),
    ],
    ids=["empty", "blank", "long", "no buttons yet"],
)
async def test_what_no_app_would_send_is_said_plainly(programs: Programs, message: str, sentence: str) -> None:
    ended = await _run(programs("ask", message))
    assert (ended.err, ended.out.strip()) == ("", sentence)


async def test_a_wrong_command_line_is_explained(programs: Programs) -> None:
    for arguments in ((), ("dance",), ("ask",), ("ask", "--language", "fr", "hi"), ("ask", "--role", "boss", "hi")):
        ended = await _run(programs(*arguments))
        assert ended.code == 2
        assert "usage: python -m bot" in ended.err
