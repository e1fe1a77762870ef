"""What people do reaches the bot as Telegram would send it, or not at all."""

from __future__ import annotations

from typing import Any

import pytest
from scene import START, Scene

from sandbox.records import NotPossible


@pytest.fixture
def scene() -> Scene:
    return Scene()


async def heard(scene: Scene) -> list[dict[str, Any]]:
    """What the bot has not heard before."""
    found: list[dict[str, Any]] = await scene.ask("getUpdates")
    if found:
        await scene.ask("getUpdates", offset=found[-1]["update_id"] + 1)
    return found


async def test_a_command_comes_with_its_sender_chat_date_and_entity(scene: Scene) -> None:
    scene.world.say(scene.sok, "/benchmark ឃ")
    (update,) = await heard(scene)
    message = update["message"]
    assert message["from"] == {
        "id": scene.sok.id,
        "is_bot": False,
        "first_name": "Sok",
        "username": "sok_monitors",
        "language_code": "km",
    }
    assert message["chat"]["type"] == "private"
    assert message["date"] == int(START.timestamp())
    assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 10}]


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 4097])
async def test_no_app_sends_an_empty_text_or_one_over_4096_characters(scene: Scene, text: str) -> None:
    with pytest.raises(NotPossible):
        scene.world.say(scene.sok, text)
    scene.world.say(scene.sok, "x" * 4096)


@pytest.mark.parametrize(
    ("text", "reaches"),
    [
        ("hello", False),
        ("@sangket_bot hello", False),
        ("see /help", False),
        ("/help", True),
        ("/help@sangket_bot", True),
        ("/help@Sangket_Bot", True),
        ("/help@other_bot", False),
    ],
)
async def test_in_a_group_the_bot_hears_its_commands_only(scene: Scene, text: str, reaches: bool) -> None:
    scene.world.say(scene.sok, text, chat=scene.network)
    assert bool(await heard(scene)) is reaches
    scene.world.set_bot_status(scene.network, "administrator")
    await heard(scene)
    scene.world.say(scene.sok, text, chat=scene.network)
    assert await heard(scene)


async def test_in_a_group_the_bot_hears_replies_to_itself_but_not_to_others(scene: Scene) -> None:
    own = await scene.ask("sendMessage", chat_id=scene.network.id, text="x")
    other = scene.world.say(scene.chanthy, "y", chat=scene.network)
    scene.world.say(scene.sok, "to Chanthy", chat=scene.network, reply_to=other["message_id"])
    scene.world.say(scene.sok, "to the bot", chat=scene.network, reply_to=own["message_id"])
    assert [update["message"]["text"] for update in await heard(scene)] == ["to the bot"]


async def test_a_message_in_a_topic_comes_as_a_reply_to_the_note_that_opened_it(scene: Scene) -> None:
    scene.world.say(scene.sok, "/x", chat=scene.network, thread_id=scene.queue)
    (update,) = await heard(scene)
    message = update["message"]
    assert (message["message_thread_id"], message["is_topic_message"]) == (scene.queue, True)
    assert message["reply_to_message"]["forum_topic_created"]["name"] == "Queue"
    assert "reply_to_message" not in scene.network.messages[message["message_id"]]
    with pytest.raises(NotPossible):
        scene.world.say(scene.sok, "/x", chat=scene.network, thread_id=999)


async def test_nobody_speaks_in_a_chat_they_are_not_in(scene: Scene) -> None:
    with pytest.raises(NotPossible):
        scene.world.say(scene.dara, "/x", chat=scene.network)
    with pytest.raises(NotPossible):
        scene.world.say(scene.dara, "/x", chat=scene.world.private_chat(scene.sok))


async def test_an_edited_text_comes_as_an_edited_message(scene: Scene) -> None:
    message = scene.world.say(scene.sok, "/benchmark C")
    await heard(scene)
    scene.pass_time(seconds=5)
    scene.world.edit(scene.sok, message["message_id"], "/benchmark D")
    (update,) = await heard(scene)
    edited = update["edited_message"]
    assert (edited["text"], edited["edit_date"] - edited["date"]) == ("/benchmark D", 5)
    with pytest.raises(NotPossible):
        scene.world.edit(scene.sok, message["message_id"], "/benchmark D")


async def test_only_ones_own_texts_can_be_edited(scene: Scene) -> None:
    message = await scene.ask("sendMessage", chat_id=scene.sok.id, text="x")
    with pytest.raises(NotPossible):
        scene.world.edit(scene.sok, message["message_id"], "y")


async def test_blocking_and_unblocking_are_told_to_the_bot_once_each(scene: Scene) -> None:
    for _ in range(2):
        scene.world.block(scene.sok)
    with pytest.raises(NotPossible):
        scene.world.say(scene.sok, "x")
    for _ in range(2):
        scene.world.unblock(scene.sok)
    changes = [update["my_chat_member"] for update in await heard(scene)]
    statuses = [(change["old_chat_member"]["status"], change["new_chat_member"]["status"]) for change in changes]
    assert statuses == [("member", "kicked"), ("kicked", "member")]
    assert changes[0]["from"]["id"] == changes[0]["chat"]["id"] == scene.sok.id
    scene.world.say(scene.sok, "x")


async def test_the_bot_is_told_when_it_joins_and_leaves_a_group(scene: Scene) -> None:
    group = scene.world.add_group("New", people=[scene.sok], bot=False)
    scene.world.say(scene.sok, "/x", chat=group)
    assert await heard(scene) == []
    scene.world.set_bot_status(group, "member", by=scene.sok)
    await scene.ask("leaveChat", chat_id=group.id)
    changes = [update["my_chat_member"]["new_chat_member"]["status"] for update in await heard(scene)]
    assert changes == ["member", "left"]
    assert (await scene.refused("leaveChat", chat_id=scene.sok.id)).code == 400


async def test_places_contacts_and_stickers_reach_the_bot(scene: Scene) -> None:
    scene.world.send_location(scene.sok, 11.5, 104.9)
    scene.world.send_contact(scene.sok, "+85512345678", "Sok", user_id=scene.sok.id)
    scene.world.send_sticker(scene.sok, "🙏")
    place, contact, sticker = [update["message"] for update in await heard(scene)]
    assert place["location"] == {"latitude": 11.5, "longitude": 104.9}
    assert contact["contact"]["user_id"] == scene.sok.id
    assert sticker["sticker"]["emoji"] == "🙏"
    with pytest.raises(NotPossible):
        scene.world.send_location(scene.sok, 200, 0)


@pytest.mark.parametrize("kind", ["document", "video", "voice", "audio"])
async def test_every_kind_of_file_reaches_the_bot(scene: Scene, kind: str) -> None:
    scene.world.send_file(scene.sok, kind, b"data", media_group_id="7")
    (update,) = await heard(scene)
    assert update["message"][kind]["file_size"] == 4
    assert update["message"]["media_group_id"] == "7"


async def test_a_deleted_message_is_gone_and_the_bot_is_told_nothing(scene: Scene) -> None:
    message = scene.world.say(scene.sok, "x")
    await heard(scene)
    scene.world.delete(scene.sok, message["message_id"])
    assert await heard(scene) == []
    with pytest.raises(NotPossible):
        scene.world.delete(scene.sok, message["message_id"])


async def test_private_chats_share_one_sequence_of_numbers_and_groups_have_their_own(scene: Scene) -> None:
    first = scene.world.say(scene.sok, "x")["message_id"]
    assert scene.world.say(scene.dara, "x")["message_id"] == first + 1
    assert scene.world.say(scene.sok, "x", chat=scene.network)["message_id"] == max(scene.network.topics) + 1


async def test_members_are_known_by_their_status(scene: Scene) -> None:
    async def status(chat_id: int, user_id: int) -> str:
        found: str = (await scene.ask("getChatMember", chat_id=chat_id, user_id=user_id))["status"]
        return found

    group = scene.network.id
    assert await status(group, scene.chanthy.id) == "creator"
    assert await status(group, scene.sok.id) == "member"
    assert await status(group, scene.dara.id) == "left"
    assert await status(group, scene.world.bot.id) == "member"
    assert (await scene.refused("getChatMember", chat_id=group, user_id=5)).code == 400
    assert (await scene.ask("getChat", chat_id=group))["is_forum"] is True


def test_a_seed_makes_the_same_world_again() -> None:
    first, second = Scene(), Scene()
    assert list(first.world.people) == list(second.world.people)
    assert first.world.token == second.world.token
