"""The declarations are Telegram's own, and requests are held against them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from sandbox.methods import METHODS as PERFORMED
from sandbox.schema import METHODS, OBJECTS, UNIONS, faults, method_named

SPECIFICATION = Path(__file__).parents[3] / "shared" / "bot-api" / "api.json"


@pytest.fixture(scope="module")
def specification() -> dict[str, Any]:
    if not SPECIFICATION.is_file():
        pytest.skip("the machine-readable Bot API is not beside this checkout (../shared/bot-api/api.json)")
    loaded: dict[str, Any] = json.loads(SPECIFICATION.read_text())
    return loaded


def alternatives(declared: str) -> set[str]:
    """A declared type in the specification's words: `[A|B]` is an Array of A or an Array of B."""
    kind = declared.removesuffix("!")
    depth = len(kind) - len(kind.lstrip("["))
    inner = kind[depth : len(kind) - depth]
    found = {member for one in inner.split("|") for member in UNIONS.get(one, (one,))}
    return {"Array of " * depth + ("String" if one.startswith("=") else one) for one in found}


def specified(api: dict[str, Any], types: list[str]) -> set[str]:
    """The specification's types, with the names of unions replaced by those of their members."""
    found: set[str] = set()
    for one in types:
        *arrays, name = re.split(r"(?<=Array of )", one)
        members = api["types"].get(name, {}).get("subtypes") or [name]
        found |= {"".join(arrays) + member for member in members}
    return found


def complaints(api: dict[str, Any], owner: str, declared: dict[str, str], fields: list[dict[str, Any]]) -> list[str]:
    """What the declarations of a method or object say that the specification does not."""
    known = {field["name"]: field for field in fields}
    found = [f"{owner}.{name} does not exist" for name in declared if name not in known]
    for name, kind in declared.items():
        if name not in known:
            continue
        allowed = specified(api, known[name]["types"])
        if owner.startswith("InputMedia") and name in {"media", "thumbnail"}:
            allowed |= {"InputFile"}  # the string may be attach://name, which stands for a file
        if name == "keyboard":
            allowed |= {"Array of Array of String"}  # #keyboardbutton: a string may stand for a button with only a text
        foreign = alternatives(kind) - allowed
        if foreign:
            found.append(f"{owner}.{name} is {known[name]['types']}, not {sorted(foreign)}")
    return found + [
        f"{owner}.{name} is required"
        for name, field in known.items()
        if field["required"] and not declared.get(name, "").endswith("!")
    ]


def test_every_declared_method_and_parameter_is_telegrams(specification: dict[str, Any]) -> None:
    found = [f"{method} does not exist" for method in METHODS if method not in specification["methods"]]
    for method, declared in METHODS.items():
        fields = specification["methods"][method].get("fields", [])
        found += complaints(specification, method, dict(declared), fields)
    assert found == []


def test_every_declared_object_and_field_is_telegrams(specification: dict[str, Any]) -> None:
    found = [f"{name} does not exist" for name in OBJECTS if name not in specification["types"]]
    for name, declared in OBJECTS.items():
        found += complaints(specification, name, dict(declared), specification["types"][name].get("fields", []))
    assert found == []


def test_every_kind_of_a_union_is_declared(specification: dict[str, Any]) -> None:
    assert {name: set(specification["types"][name]["subtypes"]) for name in UNIONS} == {
        name: set(members) for name, members in UNIONS.items()
    }


@pytest.mark.parametrize(
    ("method", "declared", "complaint"),
    [
        ("getFile", {"file_ids": "String!", "file_id": "String!"}, "file_ids does not exist"),
        ("getFile", {"file_id": "Integer!"}, "file_id is ['String']"),
        ("getFile", {"file_id": "String"}, "file_id is required"),
        ("getFile", {}, "file_id is required"),
    ],
)
def test_a_wrong_declaration_is_noticed(
    specification: dict[str, Any], method: str, declared: dict[str, str], complaint: str
) -> None:
    fields = specification["methods"][method]["fields"]
    assert any(complaint in one for one in complaints(specification, method, declared, fields))


def test_every_declared_method_is_performed() -> None:
    assert set(METHODS) == set(PERFORMED) | {"getUpdates"}


def test_method_names_are_known_in_any_case() -> None:
    assert method_named("SENDmessage") == "sendMessage"
    assert method_named("sendMassage") is None


def test_a_right_request_has_no_fault() -> None:
    params = {
        "chat_id": 5,
        "text": "x",
        "reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]},
        "link_preview_options": {"is_disabled": True},
    }
    assert faults("sendMessage", params) == []
    assert faults("sendMessage", {name: json.dumps(value) for name, value in params.items()}) == []


@pytest.mark.parametrize(
    ("method", "params", "fault"),
    [
        ("sendMassage", {}, "unknown method 'sendMassage'"),
        ("sendMessage", {"chat_id": 5, "text": "x", "txet": 1}, 'sandbox: unknown parameter "txet" of sendMessage'),
        ("sendMessage", {"chat_id": 5}, "message text is empty"),
        ("sendMessage", {"text": "x"}, "chat_id is empty"),
        ("deleteMessage", {"chat_id": 5, "message_id": "a"}, "message_id must be Integer"),
        ("deleteMessage", {"chat_id": 5, "message_id": 2**63}, "message_id must be Integer"),
        ("sendMessage", {"chat_id": 5, "text": "x", "protect_content": "maybe"}, "protect_content must be Boolean"),
        ("sendMessage", {"chat_id": 5, "text": "x", "reply_markup": "{"}, "can't parse reply keyboard markup JSON"),
        (
            "sendMessage",
            {"chat_id": 5, "text": "x", "reply_markup": {"inline_keyboard": [[{"text": "a", "calback_data": "b"}]]}},
            'unknown field "calback_data" of InlineKeyboardButton in reply_markup.inline_keyboard[0][0]',
        ),
        (
            "sendMessage",
            {"chat_id": 5, "text": "x", "reply_markup": {"inline_keyboard": [[{"callback_data": "b"}]]}},
            'lacks the field "text" of InlineKeyboardButton',
        ),
        ("setMyCommands", {"commands": [{"command": "a"}]}, 'lacks the field "description" of BotCommand'),
        (
            "setMyCommands",
            {"commands": [], "scope": {"type": "chat"}},
            'lacks the field "chat_id" of BotCommandScopeChat',
        ),
        ("sendMessage", {"chat_id": 5, "text": "\ud83d"}, "strings must be encoded in UTF-8"),
    ],
)
def test_a_wrong_request_is_said_to_be_wrong(method: str, params: dict[str, Any], fault: str) -> None:
    assert any(fault in one for one in faults(method, params))


def test_every_fault_of_a_request_is_listed() -> None:
    assert len(faults("sendMessage", {"wrong": 1, "protect_content": 7})) == 4
