"""What Telegram shows of the bot, in both languages and each scope, written only when it changed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from conftest import House

from bot import profile
from bot.api import BotApi
from bot.wire import LocalWire
from sandbox.app import create_app
from sandbox.records import Fault
from sandbox.world import World
from texts.commands import COMMANDS, description, short_description
from texts.language import LANGUAGES

PRIVATE = ("all_private_chats", 0, 0)
GROUPS = ("all_group_chats", 0, 0)


@pytest.fixture
async def api(world: World) -> AsyncIterator[BotApi]:
    """The Bot API of the world, without a bot."""
    api = BotApi(LocalWire(create_app(world)), "http://127.0.0.1", world.token)
    yield api
    await api.close()


def writes(world: World) -> list[str]:
    """The methods that changed something of the account, so far."""
    return [call.method for call in world.calls if call.method.startswith(("set", "delete"))]


async def test_commands_and_descriptions_are_there_for_every_language_and_scope(api: BotApi, world: World) -> None:
    await profile.update(api)
    for language, code in zip(LANGUAGES, ("", "km"), strict=True):
        private = [(c["command"], c["description"]) for c in world.bot.commands[PRIVATE, code]]
        groups = [(c["command"], c["description"]) for c in world.bot.commands[GROUPS, code]]
        assert private == [(c.name, c.does(language)) for c in COMMANDS if c.in_menu]
        assert 8 <= len(private) <= 12, "a menu that is read"
        assert groups == [(c.name, c.does(language)) for c in COMMANDS if c.in_groups]
        assert world.bot.line("description", code) == description(language)
        assert world.bot.line("short_description", code) == short_description(language)
    assert world.bot.line("description", "") != world.bot.line("description", "km"), "control"
    assert world.bot.menu_button(0) == {"type": "commands"}


async def test_people_see_the_menu_in_their_own_language_and_a_shorter_one_in_groups(api: BotApi, world: World) -> None:
    await profile.update(api)
    dara = world.add_person("Dara")
    sok = world.add_person("Sok", language_code="km")
    ana = world.add_person("Ana", language_code="pt")
    group = world.add_group("Network", people=(sok, dara))
    shown = world.commands()
    mine = {name: shown[f"{person.id}:{person.id}"] for name, person in (("en", dara), ("km", sok), ("pt", ana))}
    assert mine["en"] == mine["pt"] != mine["km"]
    assert 0 < len(shown[f"{sok.id}:{group.id}"]) < len(mine["km"])
    assert [c["command"] for c in shown[f"{sok.id}:{group.id}"]] == [c.name for c in COMMANDS if c.in_groups]


async def test_a_second_start_writes_nothing(house: House, world: World) -> None:
    await looked_at(house)
    first = writes(world)
    assert len(first) >= 8, "control: the first start wrote everything"
    await house.restart()
    await looked_at(house)
    assert writes(world) == first


async def looked_at(house: House) -> None:
    """Wait until the bot has compared everything with what it wants."""
    methods = [call.method for call in house.world.calls]
    start = len(methods) - methods[::-1].index("getMe")
    async with asyncio.timeout(10):
        while [call.method for call in house.world.calls][start:].count("getMyShortDescription") < len(LANGUAGES):  # noqa: ASYNC110
            await asyncio.sleep(0.001)
    await house.talk(house.world.add_person("Dara")).say("/help")  # and what it then wrote is written


@pytest.mark.parametrize(
    ("method", "changed"),
    [
        ("setMyCommands", {"scope": {"type": "all_private_chats"}, "commands": [{"command": "x", "description": "y"}]}),
        (
            "setMyCommands",
            {
                "scope": {"type": "all_group_chats"},
                "language_code": "km",
                "commands": [{"command": "x", "description": "y"}],
            },
        ),
        ("setMyDescription", {"description": "changed by hand"}),
        ("setMyShortDescription", {"language_code": "km", "short_description": "changed by hand"}),
        ("deleteMyCommands", {"scope": {"type": "all_group_chats"}}),
    ],
)
async def test_what_somebody_changed_by_hand_is_repaired_and_nothing_else_is_written(
    api: BotApi, world: World, method: str, changed: dict[str, Any]
) -> None:
    await profile.update(api)
    right = (dict(world.bot.commands), dict(world.bot.lines))
    await api.call(method, changed)
    assert (world.bot.commands, world.bot.lines) != right, "control"
    assert await profile.update(api) == 1
    assert (world.bot.commands, world.bot.lines) == right
    assert await profile.update(api) == 0


async def test_a_menu_that_cannot_be_set_does_not_keep_the_bot_from_answering(world: World, house: House) -> None:
    await house.stop()
    world.bot.commands.clear()
    world.faults = lambda method, _: Fault(status=500) if "My" in method or "Menu" in method else None
    await house.start()
    [answer] = await house.talk(world.add_person("Dara")).say("/benchmark D")
    assert answer.text.startswith("D.")
    assert world.bot.commands == {}, "control: nothing could be set"
