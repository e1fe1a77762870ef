"""Places that cannot be written to, or no longer where they were; and Telegram failing when a test says so."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from scene import Refused, Scene

from sandbox.methods import perform
from sandbox.records import Fault, NotPossible
from sandbox.refusal import Refusal
from sandbox.world import World


@pytest.fixture
def scene() -> Scene:
    return Scene()


async def heard(scene: Scene) -> list[dict[str, Any]]:
    """The messages that the bot has not heard before."""
    found: list[dict[str, Any]] = await scene.ask("getUpdates")
    if found:
        await scene.ask("getUpdates", offset=found[-1]["update_id"] + 1)
    return [update["message"] for update in found if "message" in update]


async def refusal(scene: Scene, chat_id: int, **more: Any) -> Refused:
    return await scene.refused("sendMessage", chat_id=chat_id, text="x", **more)


async def test_whoever_blocked_the_bot_or_left_telegram_is_forbidden(scene: Scene) -> None:
    scene.world.block(scene.sok)
    assert await refusal(scene, scene.sok.id) == Refused(403, "Forbidden: bot was blocked by the user")
    scene.world.unblock(scene.sok)
    await scene.ask("sendMessage", chat_id=scene.sok.id, text="x")
    scene.world.delete_account(scene.sok)
    assert await refusal(scene, scene.sok.id) == Refused(403, "Forbidden: user is deactivated")
    with pytest.raises(NotPossible):
        scene.world.say(scene.sok, "x")


async def test_a_group_that_removed_the_bot_is_forbidden_in_its_own_words(scene: Scene) -> None:
    small = scene.world.add_small_group("Friends", people=[scene.sok])
    for group, kind in ((small, "group"), (scene.network, "supergroup")):
        scene.world.set_bot_status(group, "kicked")
        assert (await refusal(scene, group.id)).description == f"Forbidden: bot was kicked from the {kind} chat"
        scene.world.set_bot_status(group, "left")
        assert (await refusal(scene, group.id)).description == f"Forbidden: bot is not a member of the {kind} chat"


async def test_a_small_group_is_a_group_and_shares_its_numbers_with_private_chats(scene: Scene) -> None:
    group = scene.world.add_small_group("Friends", people=[scene.sok, scene.dara])
    assert -1_000_000_000_000 < group.id < 0
    first = await scene.ask("sendMessage", chat_id=scene.sok.id, text="x")
    second = await scene.ask("sendMessage", chat_id=group.id, text="x")
    assert second["chat"] == {"id": group.id, "title": "Friends", "type": "group"}
    assert second["message_id"] == first["message_id"] + 1


async def test_a_group_that_became_a_supergroup_says_where_it_is_now_and_both_chats_tell_of_it(scene: Scene) -> None:
    old = scene.world.add_small_group("Friends", people=[scene.sok, scene.dara])
    new = scene.world.upgrade(old)
    answer = (await scene.post("sendMessage", chat_id=old.id, text="x")).json()
    assert answer == {
        "ok": False,
        "error_code": 400,
        "description": "Bad Request: group chat was upgraded to a supergroup chat",
        "parameters": {"migrate_to_chat_id": new.id},
    }
    there, here = await heard(scene)
    assert (there["chat"]["id"], there["migrate_to_chat_id"]) == (old.id, new.id)
    assert (here["chat"]["id"], here["migrate_from_chat_id"]) == (new.id, old.id)
    assert (new.kind, new.title, new.people) == ("supergroup", "Friends", old.people)
    await scene.ask("sendMessage", chat_id=new.id, text="x")
    with pytest.raises(NotPossible):
        scene.world.say(scene.sok, "/x", chat=old)
    for group in (old, new):
        with pytest.raises(NotPossible):
            scene.world.upgrade(group)


async def test_a_group_without_the_bot_tells_it_nothing_of_its_new_address(scene: Scene) -> None:
    old = scene.world.add_small_group("Friends", people=[scene.sok], bot=False)
    new = scene.world.upgrade(old)
    assert await heard(scene) == []
    assert (await refusal(scene, new.id)).code == 403


async def test_people_open_close_and_delete_topics(scene: Scene) -> None:
    group = scene.world.add_group("New", people=[scene.sok])
    assert not group.is_forum
    topic = scene.world.open_topic(scene.sok, group, "Dates")
    (created,) = await heard(scene)
    assert (created["message_thread_id"], created["forum_topic_created"]["name"]) == (topic, "Dates")
    assert list(group.topics.values()) == ["General", "Dates"]
    sent = await scene.ask("sendMessage", chat_id=group.id, text="x", message_thread_id=topic)
    assert (sent["chat"]["is_forum"], sent["message_thread_id"]) == (True, topic)
    scene.world.close_topic(group, topic)
    assert (await refusal(scene, group.id, message_thread_id=topic)).description == "Bad Request: TOPIC_CLOSED"
    scene.world.set_bot_status(group, "administrator")
    await scene.ask("sendMessage", chat_id=group.id, text="x", message_thread_id=topic)
    scene.world.delete_topic(group, topic)
    gone = await refusal(scene, group.id, message_thread_id=topic)
    assert gone.description == "Bad Request: message thread not found"
    assert all(message.get("message_thread_id") != topic for message in group.messages.values())


async def test_only_a_supergroup_has_topics(scene: Scene) -> None:
    group = scene.world.add_small_group("Friends", people=[scene.sok])
    with pytest.raises(NotPossible):
        scene.world.open_topic(scene.sok, group, "Dates")


async def test_a_flood_and_a_lost_reply_can_be_planned(scene: Scene) -> None:
    planned = [Fault.flood(7), Fault.lost_reply(), None]
    scene.world.faults = lambda method, params: planned.pop(0)
    assert await refusal(scene, scene.sok.id) == Refused(429, "Too Many Requests: retry after 7", retry_after=7)
    assert scene.world.private_chat(scene.sok).messages == {}
    assert (await scene.post("sendMessage", chat_id=scene.sok.id, text="came")).status_code == 502
    assert [m["text"] for m in scene.world.private_chat(scene.sok).messages.values()] == ["came"]
    await scene.ask("sendMessage", chat_id=scene.sok.id, text="x")


async def test_a_refusal_can_be_planned_with_its_parameters(scene: Scene) -> None:
    scene.world.faults = lambda method, params: Fault.no(400, "Bad Request: moved", migrate_to_chat_id=-5)
    answer = (await scene.post("sendMessage", chat_id=scene.sok.id, text="x")).json()
    assert answer["parameters"] == {"migrate_to_chat_id": -5}
    assert "parameters" not in Refusal(400, "Bad Request: x").answer()


def test_two_hundred_thousand_chats_are_borne(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each has its own number, and what everybody sees is worked out once somebody looks, not at each change."""
    world = World(pace=True, seed=1)
    people = [world.add_person(str(number)) for number in range(200_000)]
    assert len(world.people) == len(world.chats) == 200_000
    looked, commands = [], World.commands

    def watched(world: World) -> dict[str, list[dict[str, str]]]:
        looked.append(world)
        return commands(world)

    monkeypatch.setattr(World, "commands", watched)
    for person in people[:100]:
        world.set_language(person, "km")
        person.started = True
        perform(world, "sendMessage", {"chat_id": person.id, "text": "x"})
        world.advance(timedelta(seconds=1))
    assert looked == []  # the control stands below: one look, one reckoning
    (event,) = [event for event in world.journal.since(world.journal.last - 4) if event["type"] == "commands"]
    assert (looked, len(event["commands"])) == ([world], 200_000)
