"""Taps and inline queries: answered once, and in time."""

from __future__ import annotations

from typing import Any

import pytest
from scene import Refused, Scene, keyboard

from sandbox.records import NotPossible

TOO_OLD = Refused(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")


@pytest.fixture
def scene() -> Scene:
    return Scene()


async def tapped(scene: Scene) -> str:
    """The id of Sok's tap on a new message's button."""
    message = await scene.ask("sendMessage", chat_id=scene.sok.id, text="x", reply_markup=keyboard("a", "b"))
    return scene.world.tap(scene.sok, message["message_id"], row=1)


async def test_a_tap_reaches_the_bot_with_its_data_and_message(scene: Scene) -> None:
    query_id = await tapped(scene)
    (update,) = await scene.ask("getUpdates")
    query = update["callback_query"]
    assert (query["id"], query["data"], query["from"]["id"]) == (query_id, "b", scene.sok.id)
    assert query["message"]["text"] == "x"


async def test_a_tap_is_answered_once(scene: Scene) -> None:
    query_id = await tapped(scene)
    assert await scene.ask("answerCallbackQuery", callback_query_id=query_id) is True
    assert await scene.refused("answerCallbackQuery", callback_query_id=query_id) == TOO_OLD


async def test_an_unknown_tap_cannot_be_answered(scene: Scene) -> None:
    for query_id in ("1", "", "nonsense"):
        assert await scene.refused("answerCallbackQuery", callback_query_id=query_id) == TOO_OLD


async def test_a_tap_older_than_150_seconds_cannot_be_answered(scene: Scene) -> None:
    early, late = await tapped(scene), await tapped(scene)
    scene.pass_time(seconds=149)
    assert await scene.ask("answerCallbackQuery", callback_query_id=early) is True
    scene.pass_time(seconds=1)
    assert await scene.refused("answerCallbackQuery", callback_query_id=late) == TOO_OLD


async def test_an_answer_has_200_characters_and_leads_nowhere_but_to_the_bot(scene: Scene) -> None:
    query_id = await tapped(scene)
    refused = await scene.refused("answerCallbackQuery", callback_query_id=query_id, text="x" * 201)
    assert refused == Refused(400, "Bad Request: MESSAGE_TOO_LONG")
    refused = await scene.refused("answerCallbackQuery", callback_query_id=query_id, url="https://example.org")
    assert refused == Refused(400, "Bad Request: URL_INVALID")
    link = "https://t.me/sangket_bot?start=D"
    await scene.ask("answerCallbackQuery", callback_query_id=query_id, text="x" * 200, url=link)


async def test_only_a_button_that_is_there_can_be_tapped(scene: Scene) -> None:
    markup = keyboard("a")
    markup["inline_keyboard"].append([{"text": "read", "url": "https://example.org"}])
    message = await scene.ask("sendMessage", chat_id=scene.sok.id, text="x", reply_markup=markup)
    scene.world.tap(scene.sok, message["message_id"])
    for row, column in ((0, 1), (2, 0), (1, 0), (-1, 0)):
        with pytest.raises(NotPossible):
            scene.world.tap(scene.sok, message["message_id"], row=row, column=column)
    with pytest.raises(NotPossible):
        scene.world.tap(scene.sok, 999)


async def test_a_changed_app_can_send_any_data_and_name_a_message_that_is_gone(scene: Scene) -> None:
    scene.world.tap(scene.sok, 999, data="forged")
    (update,) = await scene.ask("getUpdates")
    assert update["callback_query"]["data"] == "forged"
    assert update["callback_query"]["message"]["date"] == 0


def article(identifier: str = "1", text: str = "x") -> dict[str, Any]:
    return {
        "type": "article",
        "id": identifier,
        "title": "t",
        "input_message_content": {"message_text": text, "parse_mode": "HTML"},
    }


async def test_an_inline_query_is_answered_within_30_seconds_and_a_result_becomes_a_message(scene: Scene) -> None:
    query_id = scene.world.ask_inline(scene.sok, "prisons")
    (update,) = await scene.ask("getUpdates")
    assert update["inline_query"]["query"] == "prisons"
    assert await scene.ask("answerInlineQuery", inline_query_id=query_id, results=[article(text="<b>x</b>")]) is True
    message = scene.world.choose(scene.sok, query_id, "1")
    assert (message["text"], message["via_bot"]["id"]) == ("x", scene.world.bot.id)
    late = scene.world.ask_inline(scene.sok, "prisons")
    scene.pass_time(seconds=30)
    assert await scene.refused("answerInlineQuery", inline_query_id=late, results=[]) == TOO_OLD


async def test_inline_results_are_checked(scene: Scene) -> None:
    query_id = scene.world.ask_inline(scene.sok, "x")
    bad = [[article()] * 2, [article(text="")], [article(text="<b>")], [article("")], [{"type": "article"}]]
    for results in bad:
        assert (await scene.refused("answerInlineQuery", inline_query_id=query_id, results=results)).code == 400
    await scene.ask("answerInlineQuery", inline_query_id=query_id, results=[article("1"), article("2")])
