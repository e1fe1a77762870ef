"""Every request the bot makes on a tour of everything, held against Telegram's own description of its Bot API."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from conftest import House
from walk import Walk

from bot.api import BotApi
from bot.webhook import announce
from bot.wire import Attached, LocalWire
from facts.report import Report
from sandbox.app import create_app
from sandbox.world import World
from texts.language import NAMES

SPECIFICATION = Path(__file__).parents[2] / "shared" / "bot-api" / "api.json"


class RecordingWire(LocalWire):
    """Remembers every request as it leaves, each kind once."""

    def __init__(self, world: World) -> None:
        super().__init__(create_app(world))
        self.requests: dict[str, tuple[str, dict[str, Any]]] = {}

    async def post(self, url: str, params: dict[str, Any], seconds: float) -> tuple[int, bytes]:
        """As LocalWire."""
        method = url.rpartition("/")[2]
        self.requests.setdefault(f"{method} {json.dumps(params, sort_keys=True)}", (method, params))
        return await super().post(url, params, seconds)

    async def upload(
        self, url: str, params: dict[str, Any], files: Mapping[str, Attached], seconds: float
    ) -> tuple[int, bytes]:
        """As LocalWire; a file is named where its parameter would be."""
        method = url.rpartition("/")[2]
        said = json.dumps(params)
        whole = params | {name: f"attach://{name}" for name in files if f"attach://{name}" not in said}
        self.requests.setdefault(f"{method} {json.dumps(whole, sort_keys=True)}", (method, whole))
        return await super().upload(url, params, files, seconds)


@dataclass
class Inspector:
    """Telegram's description of its API, and what it says against requests."""

    methods: dict[str, Any]
    types: dict[str, Any]
    complaints: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    """The methods and objects that were looked at."""

    def request(self, method: str, params: dict[str, Any]) -> list[str]:
        """What is wrong with a request."""
        self.complaints = []
        if method not in self.methods:
            return [f"{method}: no such method"]
        self.seen.add(method)
        self._fields(method, self.methods[method].get("fields", []), params)
        return self.complaints

    def _fields(self, place: str, declared: list[dict[str, Any]], given: dict[str, Any]) -> None:
        known = {one["name"]: one for one in declared}
        self.complaints += [f"{place}: no such field {name}" for name in given if name not in known]
        self.complaints += [
            f"{place}: {n} is missing" for n, one in known.items() if one["required"] and n not in given
        ]
        for name, value in given.items():
            if name in known:
                self._value(f"{place}.{name}", known[name]["types"], value)

    def _value(self, place: str, types: list[str], value: Any) -> None:
        """At least one of the types must fit; where none does, the complaints of the last one tried are kept."""
        before = list(self.complaints)
        for kind in self._members(types):
            self.complaints = list(before)
            self._one(place, kind, value)
            if self.complaints == before:
                return

    def _members(self, types: list[str]) -> list[str]:
        return [member for kind in types for member in self.types.get(kind, {}).get("subtypes") or [kind]]

    def _one(self, place: str, kind: str, value: Any) -> None:
        plain = {"Integer": int, "Float": (int, float), "Boolean": bool, "String": str}
        if kind in plain:
            fits = isinstance(value, plain[kind]) and (kind == "Boolean" or not isinstance(value, bool))  # type: ignore[arg-type]
            self.complaints += [] if fits else [f"{place}: {value!r} is no {kind}"]
        elif kind.startswith("Array of "):
            if not isinstance(value, list):
                self.complaints.append(f"{place}: {value!r} is no list")
                return
            for number, one in enumerate(value):
                self._value(f"{place}[{number}]", [kind.removeprefix("Array of ")], one)
        elif isinstance(value, dict):
            self.seen.add(kind)
            declared = self.types[kind].get("fields", [])
            self._fields(f"{place}({kind})", declared, value)
            self._constant(place, declared, value)
        else:
            self.complaints.append(f"{place}: {value!r} is no {kind}")

    def _constant(self, place: str, declared: list[dict[str, Any]], value: dict[str, Any]) -> None:
        """Members of a union are told apart by their type: ``Type of the button, must be commands``."""
        for one in declared:
            _, must, word = one["description"].rpartition("must be ")
            if one["name"] == "type" and must and value.get("type") != word.strip('".'):
                self.complaints.append(f"{place}: type is not {word}")


@pytest.fixture(scope="module")
def inspector() -> Inspector:
    if not SPECIFICATION.is_file():
        pytest.skip("the machine-readable Bot API is not beside this checkout (../shared/bot-api/api.json)")
    whole = json.loads(SPECIFICATION.read_text("utf-8"))
    return Inspector(whole["methods"], whole["types"])


@pytest.fixture
async def wire(world: World) -> AsyncIterator[RecordingWire]:
    wire = RecordingWire(world)
    yield wire
    await wire.close()


async def tour(house: House, world: World) -> None:
    """Everything people can do that makes the bot ask something of Telegram."""
    for language in ("km", "en"):
        talk = house.talk(world.add_person("Tourist", language_code=language))
        await talk.say("/start")
        [home] = await talk.press(NAMES[language])
        await Walk(talk).from_screen(home)
        for text in ("/help", "/benchmark", "assembly", "/benchmark Z", "xyzzy", "/nonsense"):
            await talk.say(text)
        await talk.tap("from-long-ago")
        await talk.after(lambda talk=talk: world.send_sticker(talk.person))  # type: ignore[misc]
    group = world.add_group("Network", people=(talk.person,), topics=("General", "Queue"), bot=False)
    in_group = house.talk(talk.person, group)
    await in_group.after(lambda: world.set_bot_status(group, "member"))
    await in_group.say("/benchmark D", thread_id=max(group.topics))
    await in_group.press("Figures")
    broken = {"message": {"message_id": 7, "date": "never", "chat": talk.chat.chat(), "text": "x"}}
    await talk.after(lambda: world.push(broken))


async def test_every_request_is_as_telegram_describes_it(
    inspector: Inspector, wire: RecordingWire, world: World, tmp_path: Path, report: Report
) -> None:
    house = House(world, tmp_path, report)
    house.wire = wire
    api = BotApi(wire, "http://127.0.0.1", world.token)
    await announce(api, "http://127.0.0.1:9/hook", "s" * 32)
    await house.start()  # takes the webhook down again
    await tour(house, world)
    await house.stop()
    complaints = deque[str](maxlen=20)
    for method, params in wire.requests.values():
        complaints += inspector.request(method, params)
    assert list(complaints) == []
    assert len(wire.requests) > 200
    assert inspector.seen >= MET


MET = {
    "getMe",
    "getUpdates",
    "setWebhook",
    "deleteWebhook",
    "sendMessage",
    "editMessageText",
    "answerCallbackQuery",
    "setMyCommands",
    "getMyCommands",
    "setMyDescription",
    "setMyShortDescription",
    "getChatMenuButton",
    "InlineKeyboardMarkup",
    "InlineKeyboardButton",
    "CopyTextButton",
    "LinkPreviewOptions",
    "ReplyParameters",
    "BotCommand",
    "BotCommandScopeAllPrivateChats",
    "BotCommandScopeAllGroupChats",
}
"""What the tour must have come by, or it proves little."""

GOOD: dict[str, Any] = {
    "chat_id": 5,
    "text": "x",
    "reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "b", "style": "primary"}]]},
    "link_preview_options": {"is_disabled": True},
    "reply_parameters": {"message_id": 7, "allow_sending_without_reply": True},
}


def keyboard(**button: Any) -> dict[str, Any]:
    return {"reply_markup": {"inline_keyboard": [[{"text": "a"} | button]]}}


@pytest.mark.parametrize(
    ("method", "params", "complaint"),
    [
        ("sendMassage", {}, "no such method"),
        ("sendMessage", GOOD | {"txet": "x"}, "no such field txet"),
        ("sendMessage", {"text": "x"}, "chat_id is missing"),
        ("sendMessage", GOOD | {"text": 5}, "5 is no String"),
        ("sendMessage", GOOD | {"disable_notification": 1}, "1 is no Boolean"),
        ("sendMessage", GOOD | {"message_thread_id": True}, "True is no Integer"),
        ("sendMessage", GOOD | {"link_preview_options": {"disabled": True}}, "no such field disabled"),
        ("sendMessage", GOOD | {"reply_parameters": {"allow_sending_without_reply": True}}, "message_id is missing"),
        ("sendMessage", GOOD | {"reply_parameters": 7}, "7 is no ReplyParameters"),
        ("editMessageText", keyboard(calback_data="b"), "no such field calback_data"),
        ("editMessageText", keyboard(copy_text="b"), "'b' is no CopyTextButton"),
        ("editMessageText", keyboard(copy_text={"txt": "b"}), "no such field txt"),
        ("editMessageText", {"reply_markup": {"inline_keyboard": [{"text": "a"}]}}, "is no list"),
        ("setMyCommands", {"commands": [{"command": "a"}]}, "description is missing"),
        ("setMyCommands", {"commands": [], "scope": {"type": "all_groups"}}, "scope"),
        ("setChatMenuButton", {"menu_button": {"type": "command"}}, "menu_button"),
    ],
)
def test_a_wrong_request_would_be_found(
    inspector: Inspector, method: str, params: dict[str, Any], complaint: str
) -> None:
    """Control."""
    assert any(complaint in one for one in inspector.request(method, params)), inspector.complaints
    assert inspector.request("sendMessage", GOOD) == []
