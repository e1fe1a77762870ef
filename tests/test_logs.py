"""Logs say what happened, and at no level, whatever goes wrong, to whom or with which words or token."""

from __future__ import annotations

import ast
import asyncio
import json
import re
from pathlib import Path
from typing import Any, TypeGuard

import pytest
from conftest import early
from crash.lives import Life, Place, settled
from crash.traces import Hunt
from starlette.responses import Response

from sandbox.app import serve
from sandbox.records import Fault, Person
from sandbox.world import World

TOKEN = "7000111222:kanary-tokan-kanary-tokan-kanary-123"
TEXTS = {
    "a text": "kanarya-latin",
    "a Khmer text": "កាណារីពាក្យសម្ងាត់",
    "a failing text": "kanarya-raises",
    "a shouted text": "kanarya-shouted",
    "a refused text": "kanarya-refused",
    "a malformed text": "kanarya-malformed",
    "a refusal": "kanarya-in-description",
    "a failure": "kanarya-in-html",
    "a name": "Kanaryaname",
    "a username": "kanarya_username",
    "the token": TOKEN,
    "the secret part of the token": TOKEN.partition(":")[2],
}
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
BAD = ("failing-words", "shouting-words")
CODE = re.compile(r"E-[2-9A-Z]{4}")


class Trouble:
    """A Telegram that fails, refuses one text, and explains both in words that no log may repeat."""

    def __init__(self) -> None:
        self._to_polls = [Response(f"<html>{TEXTS['a failure']} {TOKEN}</html>", status_code=500)]
        self._to_messages: list[Fault | Response] = [Response("no JSON: " + TEXTS["a failure"]), Fault(cut=True)]

    def __call__(self, method: str, params: dict[str, Any]) -> Fault | Response | None:
        """What goes wrong with this call."""
        if method == "getUpdates" and self._to_polls:
            return self._to_polls.pop()
        if method != "sendMessage":
            return None
        if TEXTS["a refused text"] in str(params):
            whole = {"ok": False, "error_code": 400, "description": f"Bad Request: {TEXTS['a refusal']} {TOKEN}"}
            return Response(json.dumps(whole), status_code=400, media_type="application/json")
        return self._to_messages.pop() if self._to_messages else None


class Evening:
    """One life in which everything goes wrong that can."""

    def __init__(self, folder: Path) -> None:
        self.world = World(pace=False, seed=1, token=TOKEN, clock=early)
        self.dara = self.world.add_person(TEXTS["a name"], username=TEXTS["a username"])
        self.sok = self.world.add_person("Sok", language_code="km")
        self._hunt = Hunt({**TEXTS, "a person's number": self.dara.id, "another number": self.sok.id})
        self.code: int | None = None
        """What it ended with."""
        self.log = ""
        """What was written to standard output and standard error."""
        self._folder = folder

    async def pass_by(self, *variants: str, level: str) -> None:
        """Live through it."""
        self.world.faults = Trouble()
        async with serve(self.world) as url:
            place = Place(self._folder, self.world, url, {"LOG_LEVEL": level, "PYTHONWARNINGS": "always"})
            async with Life(place, variants=variants) as life:
                self._talk()
                self._misbehave()
                await life.begun()
                await settled(place, life)
                self.world.token = f"{self.world.bot.id}:another-token-another-token-another-token"
                self.world.say(self.dara, TEXTS["a text"])  # wakes the request that waits
                self.world.updates.end_poll()
                self.code = await life.ended(40)
            self.log = place.output.read_text("utf-8") + place.log.read_text("utf-8")

    def traces(self) -> set[str]:
        """What the log tells that it should not."""
        return {trace.canary for trace in self._hunt.within(self.log.encode(), "log")}

    def heard(self, person: Person) -> list[str]:
        """What the bot wrote to this person."""
        messages = self.world.private_chat(person).messages.values()
        return [message["text"] for message in messages if message["from"]["id"] == self.world.bot.id]

    def _talk(self) -> None:
        for person in (self.dara, self.sok):
            self.world.say(person, TEXTS["a text"])
            self.world.say(person, TEXTS["a Khmer text"])
        self.world.say(self.dara, f"{TEXTS['a failing text']} RAISE")
        self.world.say(self.sok, f"{TEXTS['a shouted text']} SHOUT")
        self.world.say(self.sok, TEXTS["a refused text"])

    def _misbehave(self) -> None:
        chat = {"id": self.dara.id, "type": "private"}
        message = {"message_id": 1, "date": 1, "chat": chat, "text": TEXTS["a malformed text"]}
        for update in (
            {"message": message | {"date": 10**18}},
            {"message": message | {"from": TEXTS["a malformed text"]}},
            {"message": message | {"entities": [{"type": TEXTS["a malformed text"]}]}},
            {"message": TEXTS["a malformed text"]},
            {"callback_query": {"id": TEXTS["a malformed text"], "from": chat}},
            {TEXTS["a malformed text"]: message},
        ):
            self.world.push(update)


@pytest.fixture(scope="module")
def evenings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Evening]:
    """An evening at every level; at DEBUG with the libraries' own loggers turned up, too."""

    async def all_at_once() -> dict[str, Evening]:
        evenings = {level: Evening(tmp_path_factory.mktemp(level)) for level in LEVELS}
        async with asyncio.TaskGroup() as group:
            for level, evening in evenings.items():
                loud = ["loud-libraries"] if level == "DEBUG" else []
                group.create_task(evening.pass_by(*BAD, *loud, level=level))
        return evenings

    return asyncio.run(all_at_once())


@pytest.mark.parametrize("level", LEVELS)
def test_whatever_goes_wrong_the_log_tells_no_token_no_text_and_nobody(
    evenings: dict[str, Evening], level: str
) -> None:
    assert not evenings[level].traces()


@pytest.mark.parametrize("level", LEVELS)
def test_whatever_goes_wrong_the_log_tells_that_it_did(evenings: dict[str, Evening], level: str) -> None:
    log = evenings[level].log
    for event in (
        "worker update.aside error=E-",
        "sender call.refused error=E-",
        "ERROR unawaited error=E-",
        "ERROR library telegram ",
    ):
        assert event in log
    assert ("WARNING intake poll.unanswered kind=Unclear" in log) == (level != "ERROR")
    assert ("WARNING library py.warnings" in log) == (level != "ERROR")
    assert "Traceback" not in log


@pytest.mark.parametrize("level", LEVELS)
def test_the_code_that_a_person_gets_is_the_code_in_the_log(evenings: dict[str, Evening], level: str) -> None:
    evening = evenings[level]
    logged = set(re.findall(r"(?:update\.aside|call\.refused) error=(E-\w{4})", evening.log))
    heard = [text for person in (evening.dara, evening.sok) for text in evening.heard(person)]
    told = {code for text in heard for code in CODE.findall(text)}
    assert len(told) >= 2
    assert told <= logged


@pytest.mark.parametrize("level", LEVELS)
def test_a_token_that_is_no_longer_known_ends_the_bot_with_a_plain_sentence(
    evenings: dict[str, Evening], level: str
) -> None:
    assert evenings[level].code == 1
    assert "Telegram does not know this token." in evenings[level].log


async def test_control_stock_logging_tells_all(tmp_path: Path) -> None:
    evening = Evening(tmp_path)
    await evening.pass_by(*BAD, "stock-logs", level="DEBUG")
    assert evening.traces() >= {"the token", "a shouted text", "another number"}


@pytest.mark.parametrize("variant", ["dies-at-the-top", "dies-in-a-loop"])
async def test_an_error_that_ends_the_bot_is_logged_by_place_alone(tmp_path: Path, variant: str) -> None:
    log = await _end_of(tmp_path, variant)
    assert TOKEN.partition(":")[2] not in log
    assert re.search(r"CRITICAL uncaught error=E-\w{4} place='?\w+", log)
    assert "Traceback" not in log


@pytest.mark.parametrize("variant", ["dies-at-the-top", "dies-in-a-loop"])
async def test_control_a_stock_traceback_tells_the_token(tmp_path: Path, variant: str) -> None:
    log = await _end_of(tmp_path, variant, "stock-logs")
    assert TOKEN.partition(":")[2] in log


async def _end_of(folder: Path, *variants: str) -> str:
    world = World(pace=False, seed=1, token=TOKEN, clock=early)
    async with serve(world) as url:
        place = Place(folder, world, url)
        async with Life(place, variants=variants) as life:
            assert await life.ended() == 1
        return place.log.read_text("utf-8")


FIELDS = {"error", "place", "reason", "kind", "count", "code", "method", "seconds", "written", "table"}
"""All that a line of ours may tell besides its event: ids of ours, names of errors, places and tables, and numbers."""
ROOMS = ("bot", "handlers", "schedules", "documents", "texts", "forms", "storage", "facts")


def strange_lines(source: str) -> list[str]:
    """Calls of a log in this source whose event is no plain name, or that tell more than FIELDS."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if _logs(node) and not (_is_event(node.args[:1]) and len(node.args) == 1 and _fields(node) <= FIELDS):
            found.append(ast.unparse(node))
    return found


def _logs(node: ast.AST) -> TypeGuard[ast.Call]:
    """Whether this speaks to a log of ours."""
    called = node.func if isinstance(node, ast.Call) else None
    levels = ("debug", "info", "warning", "error", "critical", "exception", "log")
    return (
        isinstance(called, ast.Attribute)
        and called.attr in levels
        and isinstance(called.value, ast.Name)
        and called.value.id in ("log", "_log", "logger")
    )


def _is_event(arguments: list[ast.expr]) -> bool:
    event = arguments[0] if arguments else None
    return isinstance(event, ast.Constant) and bool(re.fullmatch(r"[a-z_.]+", str(event.value)))


def _fields(call: ast.Call) -> set[str]:
    """The names of the fields of a line; ``?`` for what is told in any other way."""
    told = set()
    for keyword in call.keywords:
        value = keyword.value
        if keyword.arg == "extra" and isinstance(value, ast.Call):
            told |= {one.arg or "?" for one in value.keywords}
        elif keyword.arg == "extra" and isinstance(value, ast.Dict):
            [inner] = value.values
            told |= {str(key.value) for key in getattr(inner, "keys", []) if isinstance(key, ast.Constant)}
        else:
            told.add("?")
    return told


@pytest.mark.parametrize("room", ROOMS)
def test_every_line_of_ours_is_an_event_with_numbers_ids_and_names_of_errors(room: str) -> None:
    files = sorted((Path(__file__).parents[1] / room).rglob("*.py"))
    assert files
    for file in files:
        assert strange_lines(file.read_text("utf-8")) == [], file.name


@pytest.mark.parametrize(
    "line",
    [
        'log.info("claimed by %s", handle)',
        'log.info(f"claimed.{handle}")',
        'log.info("claimed", extra=logs.fields(handle=handle))',
        'log.error("failed", extra={"fields": {"reference": reference}})',
        'log.exception("failed", exc_info=error)',
        "log.warning(words)",
    ],
)
def test_control_a_line_that_tells_more_is_noticed(line: str) -> None:
    assert strange_lines(line) != []
