"""What the chat page asks for: the state, the events, and people's deeds."""

from __future__ import annotations

import json
from typing import Any

import pytest
from scene import Scene, keyboard, picture

from sandbox import journal
from sandbox.journal import Journal
from sandbox.profile import Profile


@pytest.fixture
def scene() -> Scene:
    return Scene()


async def act(scene: Scene, do: str, **wish: Any) -> dict[str, Any]:
    answer: dict[str, Any] = (await scene.http.post("/page/act", json={"do": do, **wish})).json()
    return answer


async def state(scene: Scene) -> dict[str, Any]:
    found: dict[str, Any] = (await scene.http.get("/page/state")).json()
    return found


def events(scene: Scene, kind: str) -> list[dict[str, Any]]:
    return [event for event in scene.world.journal.since(0) if event["type"] == kind]


async def test_the_state_names_everybody_and_everything(scene: Scene) -> None:
    await scene.ask("sendMessage", chat_id=scene.sok.id, text="x")
    found = await state(scene)
    assert [person["name"] for person in found["people"]] == ["Dara", "Sok", "Chanthy"]
    assert [chat["kind"] for chat in found["chats"]] == ["private"] * 3 + ["supergroup"]
    assert [topic["name"] for topic in found["chats"][3]["topics"]] == ["General", "Queue", "Deadlines"]
    assert found["chats"][1]["messages"][0]["text"] == "x"
    assert found["bot"]["username"] == "sangket_bot"
    assert found["switches"] == {"down": False, "delay": 0.0, "offset": 0.0}
    assert found["calls"][0]["method"] == "sendMessage"
    assert found["event"] == scene.world.journal.last
    assert f"{scene.sok.id}:{scene.network.id}" in found["commands"]
    assert scene.world.token not in json.dumps(found)


async def test_people_say_tap_edit_and_delete(scene: Scene) -> None:
    place = {"as": scene.sok.id, "chat_id": scene.sok.id}
    said = await act(scene, "say", **place, text="/help")
    sent = await scene.ask("sendMessage", chat_id=scene.sok.id, text="x", reply_markup=keyboard("a"))
    tapped = await act(scene, "tap", **place, message_id=sent["message_id"], row=0, column=0)
    assert tapped["ok"]
    await scene.ask("answerCallbackQuery", callback_query_id=tapped["query_id"], text="done", show_alert=True)
    (toast,) = events(scene, "toast")
    assert (toast["person_id"], toast["text"], toast["alert"]) == (scene.sok.id, "done", True)
    assert (await act(scene, "edit", **place, message_id=said["message_id"], text="/start"))["ok"]
    assert (await act(scene, "delete", **place, message_id=said["message_id"]))["ok"]
    kinds = [set(update) - {"update_id"} for update in await scene.ask("getUpdates")]
    assert kinds == [{"message"}, {"callback_query"}, {"edited_message"}]


async def test_people_send_places_contacts_and_choose_inline_results(scene: Scene) -> None:
    place = {"as": scene.sok.id, "chat_id": scene.network.id, "thread_id": scene.queue}
    assert (await act(scene, "location", **place, latitude=11.5, longitude=104.9))["ok"]
    assert (await act(scene, "contact", **place))["ok"]
    asked = await act(scene, "inline", **{"as": scene.sok.id, "chat_id": scene.network.id}, query="D")
    text = {"message_text": "answer"}
    result = {"type": "article", "id": "1", "title": "t", "input_message_content": text}
    await scene.ask("answerInlineQuery", inline_query_id=asked["query_id"], results=[result])
    assert events(scene, "inline")[0]["query_id"] == asked["query_id"]
    assert (await act(scene, "choose", **place, query_id=asked["query_id"], result_id="1"))["ok"]
    assert [message.get("text") for message in scene.network.messages.values()][-1] == "answer"


async def test_the_switches_are_moved(scene: Scene) -> None:
    before = scene.world.now()
    assert (await act(scene, "advance", seconds=3600))["ok"]
    assert scene.world.now() - before == 3600
    assert (await act(scene, "delay", seconds=0.5))["ok"]
    assert (await act(scene, "down", value=True))["ok"]
    assert (await act(scene, "block", **{"as": scene.sok.id}))["ok"]
    assert (await act(scene, "language", **{"as": scene.sok.id}, language_code="en"))["ok"]
    assert (await state(scene))["switches"] == {"down": True, "delay": 0.5, "offset": 3600.0}
    assert (scene.sok.blocked, scene.sok.language_code) == (True, "en")
    assert (await act(scene, "unblock", **{"as": scene.sok.id}))["ok"]
    assert not scene.sok.blocked


@pytest.mark.parametrize(
    "wish",
    [
        {"do": "dance"},
        {"do": "say"},
        {"do": "say", "as": 5, "text": "x"},
        {"do": "say", "as": "x", "text": "x"},
        {"do": "advance", "seconds": -1},
        {"do": "advance", "seconds": "NaN"},
        {"do": "advance", "seconds": 10**400},
        {"do": "delay", "seconds": 10**9},
        {"do": ["say"]},
        ["say"],
    ],
)
async def test_what_makes_no_sense_gets_a_plain_sentence(scene: Scene, wish: Any) -> None:
    response = await scene.http.post("/page/act", json=wish)
    assert response.status_code == 200
    assert response.json()["ok"] is False
    assert response.json()["error"].endswith(".")


async def test_actions_come_as_json_so_that_no_foreign_form_can_make_them(scene: Scene) -> None:
    wish = json.dumps({"do": "block", "as": scene.sok.id})
    response = await scene.http.post("/page/act", content=wish, headers={"Content-Type": "text/plain"})
    assert response.status_code == 415
    assert not scene.sok.blocked


async def test_files_go_in_and_come_out_safely(scene: Scene) -> None:
    async def put(kind: str, name: str, data: bytes, mime: str) -> str:
        fields = {"as": str(scene.sok.id), "chat_id": str(scene.sok.id), "kind": kind, "caption": "c"}
        answer = await scene.http.post("/page/file", data=fields, files={"file": (name, data, mime)})
        message = scene.world.private_chat(scene.sok).messages[answer.json()["message_id"]]
        media = message["photo"][-1] if kind == "photo" else message[kind]
        file_id: str = media["file_id"]
        return file_id

    photo = await scene.http.get(f"/page/file/{await put('photo', 'a.png', picture(), 'image/png')}")
    assert (photo.content, photo.headers["content-type"]) == (picture(), "image/png")
    assert photo.headers["content-disposition"].startswith("inline")
    page = await scene.http.get(f"/page/file/{await put('document', '<ក>.html', b'<script>', 'text/html')}")
    assert page.headers["content-type"] == "application/octet-stream"
    assert page.headers["content-disposition"] == "attachment; filename*=UTF-8''%3C%E1%9E%80%3E.html"
    drawing = await scene.http.get(f"/page/file/{await put('document', 'a.svg', b'<svg/>', 'image/svg+xml')}")
    assert drawing.headers["content-disposition"].startswith("attachment")
    assert (await scene.http.get("/page/file/nonsense")).status_code == 404


async def test_a_file_that_telegram_would_not_take_is_refused(scene: Scene) -> None:
    fields = {"as": str(scene.sok.id), "kind": "photo"}
    answer = await scene.http.post("/page/file", data=fields, files={"file": ("a.png", b"no picture", "image/png")})
    assert answer.json()["ok"] is False
    answer = await scene.http.post("/page/file", data=fields | {"kind": "spell"}, files={"file": ("a", b"x")})
    assert answer.json()["ok"] is False
    answer = await scene.http.post("/page/file", content=b"nonsense")
    assert answer.json()["ok"] is False


async def test_the_pages_files_are_served_and_nothing_beside_them(scene: Scene) -> None:
    index = await scene.http.get("/")
    assert index.headers["content-type"].startswith("text/html")
    for path in ("/page/../world.py", "/page/%2e%2e/world.py", "/page/", "/page/nothing.js", "/page//etc/passwd"):
        assert (await scene.http.get(path)).status_code == 404, path


async def test_everything_that_happens_is_an_event(scene: Scene) -> None:
    sent = await scene.ask("sendMessage", chat_id=scene.sok.id, text="x", disable_notification=True)
    place = {"chat_id": scene.sok.id, "message_id": sent["message_id"]}
    await scene.ask("sendChatAction", chat_id=scene.sok.id, action="typing")
    await scene.ask("setMessageReaction", **place, reaction=[{"type": "emoji", "emoji": "👍"}])
    await scene.ask("editMessageText", **place, text="y")
    await scene.ask("deleteMessage", **place)
    await scene.ask("setMyCommands", commands=[])
    await scene.ask("setMyName", name="Watch")
    await scene.ask("sendMessage", chat_id=scene.sok.id, text="x", reply_markup={"keyboard": [["a"]]})
    kinds = {event["type"] for event in scene.world.journal.since(0)}
    happened = {"message", "action", "reaction", "edited", "deleted", "commands", "bot", "call", "keyboard"}
    assert happened | {"person", "chat"} == kinds
    assert events(scene, "message")[-2]["message"]["silent"] is True
    assert events(scene, "edited")[0]["message"]["reaction"] == [{"type": "emoji", "emoji": "👍"}]


async def test_events_are_followed_from_any_number_on(scene: Scene) -> None:
    after = scene.world.journal.last
    scene.world.say(scene.sok, "one")
    following = scene.world.subscribe(after)
    assert (await anext(following) or {})["message"]["text"] == "one"
    scene.world.say(scene.sok, "two")
    assert (await anext(following) or {})["message"]["text"] == "two"
    scene.world.hang_up()
    assert [event async for event in following] == []


async def test_a_page_that_missed_too_much_is_told_to_reload(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "KEPT", 3)
    kept = Journal()
    for number in range(5):
        kept.note("x", number=number)
    assert (await anext(kept.follow(2)) or {})["number"] == 2
    for lost in (0, 1, 99):
        assert await anext(kept.follow(lost)) == {"n": 5, "type": "reload"}


async def test_a_silent_stream_gives_signs_of_life() -> None:
    assert await anext(Journal().follow(0, idle=0.001)) is None


def test_a_bot_without_a_name_of_its_own_keeps_the_one_it_was_born_with() -> None:
    bot = Profile(1, "Sangket", "sangket_bot")
    bot.set_line("name", "", "Watch")
    bot.set_line("name", "", "")
    assert bot.line("name", "km") == "Sangket"
