"""The bot's own account: commands by scope and language, names, the menu button."""

from __future__ import annotations

from typing import Any

import pytest
from scene import Refused, Scene


@pytest.fixture
def scene() -> Scene:
    return Scene()


def command(name: str) -> list[dict[str, str]]:
    return [{"command": name, "description": name}]


async def test_the_narrowest_scope_is_seen_and_within_it_ones_own_language(scene: Scene) -> None:
    async def seen(person: Any, chat: Any) -> str:
        return scene.world.commands()[f"{person.id}:{chat.id}"][0]["command"]

    private, group = scene.world.private_chat(scene.sok), scene.network
    steps: list[tuple[dict[str, Any], list[str]]] = [
        ({}, ["a0", "a0", "a0"]),
        ({"language_code": "km"}, ["a1", "a1", "a0"]),
        ({"scope": {"type": "all_private_chats"}}, ["a2", "a1", "a0"]),
        ({"scope": {"type": "all_group_chats"}}, ["a2", "a3", "a3"]),
        ({"scope": {"type": "all_chat_administrators"}}, ["a2", "a3", "a4"]),
        ({"scope": {"type": "chat", "chat_id": group.id}}, ["a2", "a5", "a5"]),
        ({"scope": {"type": "chat_administrators", "chat_id": group.id}}, ["a2", "a5", "a6"]),
        ({"scope": {"type": "chat_member", "chat_id": group.id, "user_id": scene.sok.id}}, ["a2", "a7", "a6"]),
        ({"scope": {"type": "chat", "chat_id": scene.sok.id}}, ["a8", "a7", "a6"]),
    ]
    for number, (params, expected) in enumerate(steps):
        await scene.ask("setMyCommands", commands=command(f"a{number}"), **params)
        views = [(scene.sok, private), (scene.sok, group), (scene.chanthy, group)]
        assert [await seen(*view) for view in views] == expected


async def test_commands_are_returned_and_deleted_by_scope_and_language(scene: Scene) -> None:
    await scene.ask("setMyCommands", commands=command("a"))
    assert await scene.ask("getMyCommands") == command("a")
    assert await scene.ask("getMyCommands", language_code="km") == []
    assert await scene.ask("deleteMyCommands") is True
    assert await scene.ask("getMyCommands") == []


@pytest.mark.parametrize(
    ("commands", "description"),
    [
        (command("Start"), "BOT_COMMAND_INVALID"),
        (command("a" * 33), "BOT_COMMAND_INVALID"),
        (command("ក"), "BOT_COMMAND_INVALID"),
        ([{"command": "a", "description": ""}], "BOT_COMMAND_DESCRIPTION_INVALID"),
        ([{"command": "a", "description": "x" * 257}], "BOT_COMMAND_DESCRIPTION_INVALID"),
        (command("a") * 101, "BOT_COMMANDS_TOO_MUCH"),
    ],
)
async def test_commands_of_another_form_are_refused(
    scene: Scene, commands: list[dict[str, str]], description: str
) -> None:
    assert await scene.refused("setMyCommands", commands=commands) == Refused(400, f"Bad Request: {description}")
    fine = [{"command": "/a" + "_" * 31, "description": "x" * 256}] * 100
    await scene.ask("setMyCommands", commands=fine)


async def test_a_language_has_two_letters_and_a_scope_a_known_chat(scene: Scene) -> None:
    refused = await scene.refused("setMyCommands", commands=command("a"), language_code="khm")
    assert refused == Refused(400, "Bad Request: invalid language code specified")
    scope = {"type": "chat", "chat_id": 5}
    refused = await scene.refused("setMyCommands", commands=command("a"), scope=scope)
    assert refused == Refused(400, "Bad Request: chat not found")


@pytest.mark.parametrize(
    ("what", "field", "limit"),
    [("Name", "name", 64), ("Description", "description", 512), ("ShortDescription", "short_description", 120)],
)
async def test_names_and_descriptions_are_kept_by_language_and_have_a_length(
    scene: Scene, what: str, field: str, limit: int
) -> None:
    await scene.ask(f"setMy{what}", **{field: "x" * limit})
    await scene.ask(f"setMy{what}", **{field: "សង្កេត"}, language_code="km")
    assert await scene.ask(f"getMy{what}") == {field: "x" * limit}
    assert await scene.ask(f"getMy{what}", language_code="km") == {field: "សង្កេត"}
    assert (await scene.refused(f"setMy{what}", **{field: "x" * (limit + 1)})).code == 400
    await scene.ask(f"setMy{what}", language_code="km")
    assert await scene.ask(f"getMy{what}", language_code="km") == {field: "x" * limit}


async def test_the_bots_name_is_the_one_its_messages_carry(scene: Scene) -> None:
    await scene.ask("setMyName", name="Watch")
    message = await scene.ask("sendMessage", chat_id=scene.sok.id, text="x")
    assert message["from"]["first_name"] == (await scene.ask("getMe"))["first_name"] == "Watch"


async def test_a_chats_menu_button_goes_before_the_default_one(scene: Scene) -> None:
    assert await scene.ask("getChatMenuButton") == {"type": "commands"}
    button = {"type": "web_app", "text": "Map", "web_app": {"url": "https://example.org"}}
    await scene.ask("setChatMenuButton", chat_id=scene.sok.id, menu_button=button)
    assert await scene.ask("getChatMenuButton", chat_id=scene.sok.id) == button
    assert await scene.ask("getChatMenuButton", chat_id=scene.dara.id) == {"type": "commands"}
    await scene.ask("setChatMenuButton", chat_id=scene.sok.id, menu_button={"type": "default"})
    assert await scene.ask("getChatMenuButton", chat_id=scene.sok.id) == {"type": "commands"}
    assert (await scene.refused("setChatMenuButton", chat_id=scene.network.id, menu_button=button)).code == 400


async def test_default_rights_are_kept_for_groups_and_channels_apart(scene: Scene) -> None:
    rights = await scene.ask("getMyDefaultAdministratorRights")
    assert not any(rights.values())
    await scene.ask("setMyDefaultAdministratorRights", rights=rights | {"can_pin_messages": True})
    assert (await scene.ask("getMyDefaultAdministratorRights"))["can_pin_messages"] is True
    assert "can_pin_messages" not in await scene.ask("getMyDefaultAdministratorRights", for_channels=True)
