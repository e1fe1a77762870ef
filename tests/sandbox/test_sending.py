"""Sending is as strict as Telegram: each refusal beside the case that goes through."""

from __future__ import annotations

from typing import Any

import pytest
from scene import Refused, Scene, keyboard, picture


@pytest.fixture
def scene() -> Scene:
    return Scene()


async def test_a_token_of_the_wrong_shape_is_not_found_and_a_wrong_one_unauthorized(scene: Scene) -> None:
    assert (await scene.http.get("/botnonsense/getMe")).json() == {
        "ok": False,
        "error_code": 404,
        "description": "Not Found",
    }
    assert (await scene.http.get("/bot1:abc/getMe")).json()["description"] == "Unauthorized"
    assert (await scene.http.get("/bot1:abc/getMe")).status_code == 401
    assert (await scene.ask("getMe"))["username"] == "sangket_bot"


async def test_an_unknown_method_is_not_found_and_a_known_one_works_in_any_case(scene: Scene) -> None:
    assert await scene.refused("sendMassage", chat_id=1) == Refused(404, "Not Found: method not found")
    assert (await scene.ask("GETME"))["id"] == scene.world.bot.id


async def test_an_unknown_parameter_is_refused(scene: Scene) -> None:
    refused = await scene.refused("sendMessage", chat_id=scene.sok.id, text="x", silent=True)
    assert refused == Refused(400, 'Bad Request: sandbox: unknown parameter "silent" of sendMessage')


@pytest.mark.parametrize(
    ("params", "description"),
    [
        ({"text": "x"}, "chat_id is empty"),
        ({"chat_id": 0, "text": "x"}, "chat not found"),
        ({"chat_id": 1, "text": "x"}, "chat not found"),
        ({"chat_id": "@nobody", "text": "x"}, "chat not found"),
        ({"chat_id": 1}, "message text is empty"),
        ({"chat_id": 1, "text": ""}, "message text is empty"),
    ],
)
async def test_missing_parameters_are_refused_in_telegrams_words(
    scene: Scene, params: dict[str, Any], description: str
) -> None:
    assert await scene.refused("sendMessage", **params) == Refused(400, f"Bad Request: {description}")


async def test_parameters_come_in_the_query_a_form_multipart_or_json(scene: Scene) -> None:
    path = f"/bot{scene.world.token}/sendMessage"
    params = {"chat_id": str(scene.sok.id), "text": "ត្បូងឃ្មុំ"}
    responses = [
        await scene.http.get(path, params=params),
        await scene.http.post(path, data=params),
        await scene.http.post(path, data=params, files={}),
        await scene.http.post(path, json={"chat_id": scene.sok.id, "text": "ត្បូងឃ្មុំ"}),
        await scene.http.post(path, files={name: (None, value) for name, value in params.items()}),
    ]
    assert [response.json()["result"]["text"] for response in responses] == ["ត្បូងឃ្មុំ"] * 5


async def test_json_that_cannot_be_read_and_text_that_is_not_utf_8_are_refused(scene: Scene) -> None:
    path = f"/bot{scene.world.token}/sendMessage"
    bodies = {b"{": "application/json", b"[]": "application/json", b"text=%ff": "application/x-www-form-urlencoded"}
    for body, kind in bodies.items():
        response = await scene.http.post(path, content=body, headers={"Content-Type": kind})
        assert response.status_code == 400, body


async def test_a_text_has_4096_characters_after_its_entities_are_parsed(scene: Scene) -> None:
    whole = f"<b>{'ក' * 4096}</b>&lt;"[:-4]
    assert len((await scene.ask("sendMessage", chat_id=scene.sok.id, text=whole, parse_mode="HTML"))["text"]) == 4096
    refused = await scene.refused("sendMessage", chat_id=scene.sok.id, text="ក" * 4097)
    assert refused == Refused(400, "Bad Request: message is too long")


async def test_a_text_that_is_empty_once_parsed_is_refused(scene: Scene) -> None:
    refused = await scene.refused("sendMessage", chat_id=scene.sok.id, text="<b> </b>\n", parse_mode="HTML")
    assert refused == Refused(400, "Bad Request: message text is empty")


async def test_html_that_does_not_parse_is_refused_and_html_that_does_becomes_entities(scene: Scene) -> None:
    refused = await scene.refused("sendMessage", chat_id=scene.sok.id, text="<foo>x</foo>", parse_mode="HTML")
    assert refused.code == 400
    assert refused.description.startswith('Bad Request: can\'t parse entities: Unsupported start tag "foo"')
    message = await scene.ask("sendMessage", chat_id=scene.sok.id, text="<b>x</b> /help", parse_mode="HTML")
    assert message["text"] == "x /help"
    assert [entity["type"] for entity in message["entities"]] == ["bold", "bot_command"]


async def test_a_caption_has_1024_characters_at_most(scene: Scene) -> None:
    files = {"photo": ("a.png", picture())}
    message = await scene.ask("sendPhoto", files, chat_id=scene.sok.id, caption="ខ" * 1024)
    assert len(message["caption"]) == 1024
    refused = await scene.refused("sendPhoto", files, chat_id=scene.sok.id, caption="ខ" * 1025)
    assert refused == Refused(400, "Bad Request: message caption is too long")


@pytest.mark.parametrize("data", ["x", "x" * 64, "ក" * 21])
async def test_callback_data_of_1_to_64_bytes_is_taken(scene: Scene, data: str) -> None:
    await scene.ask("sendMessage", chat_id=scene.sok.id, text="x", reply_markup=keyboard(data))


@pytest.mark.parametrize("data", ["", "x" * 65, "ក" * 22])
async def test_callback_data_of_other_lengths_is_refused(scene: Scene, data: str) -> None:
    refused = await scene.refused("sendMessage", chat_id=scene.sok.id, text="x", reply_markup=keyboard(data))
    assert refused == Refused(400, "Bad Request: BUTTON_DATA_INVALID")


@pytest.mark.parametrize(
    ("button", "description"),
    [
        ({"text": "a"}, "Text buttons are unallowed in the inline keyboard"),
        ({"text": "a", "callback_data": "b", "url": "https://example.org"}, "exactly one action"),
        ({"text": " ", "callback_data": "b"}, "must be non-empty"),
        ({"text": "a", "url": "nonsense"}, "Wrong HTTP URL"),
        ({"text": "a", "url": "https://[bad"}, "Wrong HTTP URL"),
        ({"text": "a", "callback_data": "b", "style": "pink"}, "unsupported button style"),
        ({"text": "a", "copy_text": {"text": "x" * 257}}, "BUTTON_COPY_TEXT_INVALID"),
    ],
)
async def test_a_button_has_a_text_and_exactly_one_action(
    scene: Scene, button: dict[str, Any], description: str
) -> None:
    markup = {"inline_keyboard": [[button]]}
    refused = await scene.refused("sendMessage", chat_id=scene.sok.id, text="x", reply_markup=markup)
    assert description in refused.description


@pytest.mark.parametrize(
    "button",
    [
        {"text": "a", "url": "https://example.org/ក"},
        {"text": "a", "url": "tg://user?id=5"},
        {"text": "a", "switch_inline_query_current_chat": ""},
        {"text": "a", "copy_text": {"text": "R-7F3K"}},
        {"text": "a", "callback_data": "b", "style": "primary"},
    ],
)
async def test_every_action_we_know_is_taken_and_kept(scene: Scene, button: dict[str, Any]) -> None:
    markup = {"inline_keyboard": [[button]]}
    message = await scene.ask("sendMessage", chat_id=scene.sok.id, text="x", reply_markup=markup)
    assert message["reply_markup"] == markup


async def test_a_keyboard_has_100_buttons_at_most(scene: Scene) -> None:
    await scene.ask("sendMessage", chat_id=scene.sok.id, text="x", reply_markup=keyboard(*"x" * 100))
    refused = await scene.refused("sendMessage", chat_id=scene.sok.id, text="x", reply_markup=keyboard(*"x" * 101))
    assert refused.description == "Bad Request: reply markup is too long"


async def test_a_reply_keyboard_belongs_to_the_chat_and_not_to_the_message(scene: Scene) -> None:
    markup = {"keyboard": [["One", {"text": "Two"}]], "resize_keyboard": True}
    message = await scene.ask("sendMessage", chat_id=scene.sok.id, text="x", reply_markup=markup)
    assert "reply_markup" not in message
    chat = scene.world.private_chat(scene.sok)
    assert chat.keyboard == {"keyboard": [[{"text": "One"}, {"text": "Two"}]], "resize_keyboard": True}
    await scene.ask("sendMessage", chat_id=scene.sok.id, text="x", reply_markup={"remove_keyboard": True})
    assert chat.keyboard is None


async def test_nobody_who_has_not_pressed_start_gets_a_message(scene: Scene) -> None:
    refused = await scene.refused("sendMessage", chat_id=scene.dara.id, text="x")
    assert refused == Refused(403, "Forbidden: bot can't initiate conversation with a user")
    scene.world.say(scene.dara, "/start")
    await scene.ask("sendMessage", chat_id=scene.dara.id, text="x")


async def test_nobody_who_blocked_the_bot_gets_a_message_until_they_unblock(scene: Scene) -> None:
    scene.world.block(scene.sok)
    for method, params in (("sendMessage", {"text": "x"}), ("sendChatAction", {"action": "typing"})):
        refused = await scene.refused(method, chat_id=scene.sok.id, **params)
        assert refused == Refused(403, "Forbidden: bot was blocked by the user")
    scene.world.unblock(scene.sok)
    await scene.ask("sendMessage", chat_id=scene.sok.id, text="x")


async def test_a_bot_outside_the_group_cannot_write_there(scene: Scene) -> None:
    await scene.ask("sendMessage", chat_id=scene.network.id, text="x")
    scene.world.set_bot_status(scene.network, "kicked")
    refused = await scene.refused("sendMessage", chat_id=scene.network.id, text="x")
    assert refused == Refused(403, "Forbidden: bot was kicked from the supergroup chat")
    scene.world.set_bot_status(scene.network, "member")
    await scene.ask("leaveChat", chat_id=scene.network.id)
    refused = await scene.refused("sendMessage", chat_id=scene.network.id, text="x")
    assert refused == Refused(403, "Forbidden: bot is not a member of the supergroup chat")


async def test_a_reply_needs_its_message_unless_it_may_go_without(scene: Scene) -> None:
    message = scene.world.say(scene.sok, "hello")
    reply = {"message_id": message["message_id"]}
    sent = await scene.ask("sendMessage", chat_id=scene.sok.id, text="x", reply_parameters=reply)
    assert sent["reply_to_message"]["text"] == "hello"
    refused = await scene.refused("sendMessage", chat_id=scene.sok.id, text="x", reply_parameters={"message_id": 999})
    assert refused == Refused(400, "Bad Request: message to be replied not found")
    lenient = {"message_id": 999, "allow_sending_without_reply": True}
    sent = await scene.ask("sendMessage", chat_id=scene.sok.id, text="x", reply_parameters=lenient)
    assert "reply_to_message" not in sent


async def test_a_topic_must_exist_and_the_general_one_has_no_number(scene: Scene) -> None:
    sent = await scene.ask("sendMessage", chat_id=scene.network.id, text="x", message_thread_id=scene.queue)
    assert (sent["message_thread_id"], sent["is_topic_message"]) == (scene.queue, True)
    assert "message_thread_id" not in await scene.ask("sendMessage", chat_id=scene.network.id, text="x")
    for chat_id, thread_id in ((scene.network.id, 999), (scene.network.id, 1), (scene.sok.id, scene.queue)):
        refused = await scene.refused("sendMessage", chat_id=chat_id, text="x", message_thread_id=thread_id)
        assert refused == Refused(400, "Bad Request: message thread not found")


async def test_a_reply_stays_in_the_topic_of_its_message(scene: Scene) -> None:
    message = scene.world.say(scene.sok, "/x", chat=scene.network, thread_id=scene.queue)
    reply = {"message_id": message["message_id"]}
    sent = await scene.ask("sendMessage", chat_id=scene.network.id, text="x", reply_parameters=reply)
    assert sent["message_thread_id"] == scene.queue


async def test_protection_and_silence_are_kept(scene: Scene) -> None:
    params = {"chat_id": scene.sok.id, "text": "x", "protect_content": True, "disable_notification": True}
    sent = await scene.ask("sendMessage", **params)
    chat = scene.world.private_chat(scene.sok)
    assert sent["has_protected_content"] is True
    assert chat.shown(chat.messages[sent["message_id"]])["silent"] is True
    plain = await scene.ask("sendMessage", chat_id=scene.sok.id, text="x")
    assert "has_protected_content" not in plain
    assert "silent" not in chat.shown(chat.messages[plain["message_id"]])


async def test_a_location_lies_on_the_globe(scene: Scene) -> None:
    sent = await scene.ask("sendLocation", chat_id=scene.sok.id, latitude=11.55, longitude=104.9)
    assert sent["location"] == {"latitude": 11.55, "longitude": 104.9}
    refused = await scene.refused("sendLocation", chat_id=scene.sok.id, latitude=91, longitude=0)
    assert refused.code == 400


async def test_a_chat_action_is_one_of_telegrams(scene: Scene) -> None:
    assert await scene.ask("sendChatAction", chat_id=scene.sok.id, action="typing") is True
    refused = await scene.refused("sendChatAction", chat_id=scene.sok.id, action="thinking")
    assert refused == Refused(400, "Bad Request: wrong parameter action in request")
