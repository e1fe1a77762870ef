"""Edits, deletions, reactions and pins are refused where Telegram refuses them."""

from __future__ import annotations

import pytest
from scene import Refused, Scene, keyboard, picture

NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


@pytest.fixture
def scene() -> Scene:
    return Scene()


async def sent(scene: Scene, text: str = "first", **params: object) -> dict[str, int]:
    """Where the bot's new message is."""
    message = await scene.ask("sendMessage", chat_id=scene.sok.id, text=text, **params)
    return {"chat_id": scene.sok.id, "message_id": message["message_id"]}


async def test_an_edit_changes_text_and_keyboard_and_notes_the_time(scene: Scene) -> None:
    place = await sent(scene, reply_markup=keyboard("a"))
    scene.pass_time(minutes=1)
    edited = await scene.ask("editMessageText", **place, text="<i>second</i>", parse_mode="HTML")
    assert edited["text"] == "second"
    assert edited["edit_date"] == edited["date"] + 60
    assert "reply_markup" not in edited


async def test_an_edit_that_changes_nothing_is_refused(scene: Scene) -> None:
    place = await sent(scene, text="<b>x</b>", parse_mode="HTML", reply_markup=keyboard("a"))
    same = {"text": "<strong>x</strong> ", "parse_mode": "HTML", "reply_markup": keyboard("a")}
    assert await scene.refused("editMessageText", **place, **same) == Refused(400, NOT_MODIFIED)
    assert await scene.refused("editMessageReplyMarkup", **place, reply_markup=keyboard("a")) == Refused(
        400, NOT_MODIFIED
    )
    await scene.ask("editMessageText", **place, text="x", reply_markup=keyboard("a"))
    await scene.ask("editMessageReplyMarkup", **place, reply_markup=keyboard("b"))


async def test_only_the_bots_own_messages_can_be_edited(scene: Scene) -> None:
    message = scene.world.say(scene.sok, "mine")
    refused = await scene.refused(
        "editMessageText", chat_id=scene.sok.id, message_id=message["message_id"], text="yours"
    )
    assert refused == Refused(400, "Bad Request: message can't be edited")


async def test_a_message_that_is_not_there_cannot_be_edited(scene: Scene) -> None:
    refused = await scene.refused("editMessageText", chat_id=scene.sok.id, message_id=999, text="x")
    assert refused == Refused(400, "Bad Request: message to edit not found")
    refused = await scene.refused("editMessageText", chat_id=scene.sok.id, text="x")
    assert refused == Refused(400, "Bad Request: message identifier is not specified")


async def test_text_caption_and_media_are_edited_each_with_its_own_method(scene: Scene) -> None:
    place = await sent(scene)
    refused = await scene.refused("editMessageCaption", **place, caption="x")
    assert refused == Refused(400, "Bad Request: there is no caption in the message to edit")
    photo = await scene.ask("sendPhoto", {"photo": ("a.png", picture())}, chat_id=scene.sok.id, caption="old")
    place["message_id"] = photo["message_id"]
    refused = await scene.refused("editMessageText", **place, text="x")
    assert refused == Refused(400, "Bad Request: there is no text in the message to edit")
    assert (await scene.ask("editMessageCaption", **place, caption="new"))["caption"] == "new"
    media = {"type": "document", "media": "attach://file", "caption": "a document"}
    edited = await scene.ask("editMessageMedia", {"file": ("a.txt", b"text")}, **place, media=media)
    assert edited["document"]["file_name"] == "a.txt"
    assert "photo" not in edited


async def test_nothing_but_an_inline_keyboard_goes_under_an_edited_message(scene: Scene) -> None:
    place = await sent(scene)
    refused = await scene.refused("editMessageText", **place, text="x", reply_markup={"remove_keyboard": True})
    assert refused.code == 400


async def test_a_message_is_deleted_once_and_within_48_hours(scene: Scene) -> None:
    first, second = await sent(scene), await sent(scene)
    theirs = scene.world.say(scene.sok, "hello")["message_id"]
    scene.pass_time(hours=47, minutes=59)
    assert await scene.ask("deleteMessage", **first) is True
    assert await scene.ask("deleteMessage", chat_id=scene.sok.id, message_id=theirs) is True
    refused = await scene.refused("deleteMessage", **first)
    assert refused == Refused(400, "Bad Request: message to delete not found")
    scene.pass_time(minutes=1)
    refused = await scene.refused("deleteMessage", **second)
    assert refused == Refused(400, "Bad Request: message can't be deleted for everyone")


async def test_many_messages_are_deleted_at_once_and_unknown_ones_passed_over(scene: Scene) -> None:
    places = [await sent(scene) for _ in range(3)]
    identifiers = [place["message_id"] for place in places]
    assert await scene.ask("deleteMessages", chat_id=scene.sok.id, message_ids=[*identifiers, 999]) is True
    assert not set(identifiers) & set(scene.world.private_chat(scene.sok).messages)
    assert (await scene.refused("deleteMessages", chat_id=scene.sok.id, message_ids=[])).code == 400
    assert (await scene.refused("deleteMessages", chat_id=scene.sok.id, message_ids=list(range(101)))).code == 400


async def test_other_peoples_messages_in_a_group_are_an_administrators_to_delete(scene: Scene) -> None:
    message = scene.world.say(scene.sok, "hello", chat=scene.network)
    place = {"chat_id": scene.network.id, "message_id": message["message_id"]}
    assert await scene.refused("deleteMessage", **place) == Refused(400, "Bad Request: message can't be deleted")
    scene.world.set_bot_status(scene.network, "administrator")
    assert await scene.ask("deleteMessage", **place) is True


async def test_the_note_that_opened_a_topic_cannot_be_deleted(scene: Scene) -> None:
    scene.world.set_bot_status(scene.network, "administrator")
    refused = await scene.refused("deleteMessage", chat_id=scene.network.id, message_id=scene.queue)
    assert refused == Refused(400, "Bad Request: message can't be deleted")


async def test_a_reaction_is_one_emoji_that_telegram_knows(scene: Scene) -> None:
    place = {"chat_id": scene.sok.id, "message_id": scene.world.say(scene.sok, "hello")["message_id"]}
    known, unknown = {"type": "emoji", "emoji": "👍"}, {"type": "emoji", "emoji": "🇰🇭"}
    assert await scene.ask("setMessageReaction", **place, reaction=[known]) is True
    assert await scene.ask("setMessageReaction", **place) is True
    refused = await scene.refused("setMessageReaction", **place, reaction=[unknown])
    assert refused == Refused(400, "Bad Request: REACTION_INVALID")
    refused = await scene.refused("setMessageReaction", **place, reaction=[known, known])
    assert refused == Refused(400, "Bad Request: REACTIONS_TOO_MANY")
    place["message_id"] = 999
    refused = await scene.refused("setMessageReaction", **place, reaction=[known])
    assert refused == Refused(400, "Bad Request: message to react not found")


async def test_pinning_in_a_group_needs_the_right_to_do_so(scene: Scene) -> None:
    message = await scene.ask("sendMessage", chat_id=scene.network.id, text="x")
    place = {"chat_id": scene.network.id, "message_id": message["message_id"]}
    assert "not enough rights" in (await scene.refused("pinChatMessage", **place)).description
    scene.world.set_bot_status(scene.network, "administrator")
    assert await scene.ask("pinChatMessage", **place) is True
    assert (await scene.ask("getChat", chat_id=scene.network.id))["pinned_message"]["text"] == "x"
    assert await scene.ask("unpinChatMessage", chat_id=scene.network.id) is True
    assert "pinned_message" not in await scene.ask("getChat", chat_id=scene.network.id)
