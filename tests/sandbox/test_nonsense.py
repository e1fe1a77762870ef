"""Whatever is sent, the sandbox answers: a request that makes no sense is refused and never makes it stumble."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scene import Scene, keyboard

from sandbox.records import NotPossible
from sandbox.schema import METHODS, OBJECTS

WORDS = sorted({name for fields in [*METHODS.values(), *OBJECTS.values()] for name in fields})
TEXTS = st.one_of(
    st.text(st.characters(), max_size=40),
    st.sampled_from(
        ["\ud83d", "\0", "<b>", "/start@", "attach://x", "@x", "http://[", "-1", "1e999", "[[[", "", "ខ្មែរ"]
    ),
)
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), TEXTS)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.one_of(st.sampled_from(WORDS), TEXTS), inner, max_size=4)
    ),
    max_leaves=8,
)


async def post_json(scene: Scene, path: str, body: Any) -> httpx.Response:
    """As a client that escapes what is not ASCII, so that lone surrogates can be sent."""
    return await scene.http.post(path, content=json.dumps(body), headers={"Content-Type": "application/json"})


@pytest.fixture(scope="module")
def scene() -> Scene:
    scene = Scene()
    scene.world.say(scene.sok, "/start")
    return scene


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_every_method_answers_any_parameters(scene: Scene, data: st.DataObject) -> None:
    method = data.draw(st.sampled_from(sorted(set(METHODS) - {"logOut", "setWebhook", "leaveChat"})))
    declared = sorted(METHODS[method])
    params: dict[str, Any] = data.draw(st.dictionaries(st.sampled_from(declared), VALUES)) if declared else {}
    known = {"chat_id": scene.sok.id, "message_id": 1, "text": "x", "timeout": 0, "reply_markup": keyboard("a")}
    for name in data.draw(st.sets(st.sampled_from(sorted(known)))):
        if name in METHODS[method]:
            params[name] = known[name]
    if isinstance(params.get("timeout"), int):
        params["timeout"] = 0
    response = await post_json(scene, f"/bot{scene.world.token}/{method}", params)
    assert response.json()["ok"] is (response.status_code == 200)
    assert response.status_code in {200, 400, 403}


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wish=st.dictionaries(st.sampled_from(["do", "as", "chat_id", "text", "message_id", "seconds"]), VALUES))
async def test_the_page_is_answered_whatever_it_asks(scene: Scene, wish: dict[str, Any]) -> None:
    for do in ("say", "tap", "edit", "delete", "location", "block", "advance", "delay", "language", "inline", "choose"):
        answer = (await post_json(scene, "/page/act", {"as": scene.dara.id, **wish, "do": do})).json()
        assert isinstance(answer["ok"], bool)
    scene.world.delay = 0.0


@settings(max_examples=100, deadline=None)
@given(body=st.binary(max_size=80), kind=st.sampled_from(["json", "x-www-form-urlencoded", "octet-stream"]))
async def test_a_body_of_any_bytes_is_answered(scene: Scene, body: bytes, kind: str) -> None:
    path = f"/bot{scene.world.token}/sendMessage"
    for content_type in (f"application/{kind}", "multipart/form-data; boundary=x", "multipart/form-data"):
        response = await scene.http.post(path, content=body, headers={"Content-Type": content_type})
        assert response.status_code == 400, body


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(), max_size=200))
async def test_any_text_a_person_writes_is_delivered_or_not_possible(scene: Scene, text: str) -> None:
    try:
        message = scene.world.say(scene.sok, text)
    except NotPossible:
        return
    found = await scene.ask("getUpdates", offset=-1)
    assert found[0]["message"]["text"] == message["text"]
