"""The sandbox over loopback: connections that end, a server that closes, the webhook, planned failures."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from scene import Scene, until
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.app import SECURITY_HEADERS, serve
from sandbox.records import Fault

ROOT = Path(__file__).parents[2]


@pytest.fixture
def scene() -> Scene:
    return Scene()


@contextlib.asynccontextmanager
async def online(scene: Scene) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the served world, at the bot's address."""
    async with (
        serve(scene.world) as url,
        httpx.AsyncClient(base_url=f"{url}/bot{scene.world.token}/", trust_env=False) as client,
    ):
        yield client


async def test_a_call_over_loopback_does_what_it_does_in_process(scene: Scene) -> None:
    async with online(scene) as client:
        answer = await client.post("sendMessage", json={"chat_id": scene.sok.id, "text": "x"})
    assert answer.json()["result"]["text"] == "x"


async def test_a_waiting_request_wakes_when_something_happens(scene: Scene) -> None:
    async with online(scene) as client:
        waiting = asyncio.ensure_future(client.get("getUpdates", params={"timeout": 50}))
        await until(lambda: scene.world.updates.is_polled)
        scene.world.say(scene.sok, "x")
        answer = await asyncio.wait_for(waiting, 5)
    assert answer.json()["result"][0]["message"]["text"] == "x"


async def test_a_client_that_goes_away_is_noticed(scene: Scene) -> None:
    async with online(scene) as client:
        with pytest.raises(httpx.ReadTimeout):
            await client.get("getUpdates", params={"timeout": 50}, timeout=0.05)
        await until(lambda: not scene.world.updates.is_polled)
        scene.world.say(scene.sok, "x")
        answer = await client.get("getUpdates")
    assert len(answer.json()["result"]) == 1


async def test_the_server_closes_although_a_request_and_a_stream_wait(scene: Scene) -> None:
    async with asyncio.timeout(10), httpx.AsyncClient(trust_env=False) as client:
        async with serve(scene.world) as url:
            path = f"{url}/bot{scene.world.token}/getUpdates"
            waiting = asyncio.ensure_future(client.get(path, params={"timeout": 50}, timeout=60))
            stream = asyncio.ensure_future(client.get(f"{url}/page/events", params={"after": 0}, timeout=60))
            await until(lambda: scene.world.updates.is_polled)
        assert (await waiting).json() == {"ok": True, "result": []}
        assert "text/event-stream" in (await stream).headers["content-type"]
        with pytest.raises(httpx.ConnectError):
            await client.get(path)


async def test_a_world_can_be_served_again(scene: Scene) -> None:
    for _ in range(2):
        async with online(scene) as client:
            waiting = asyncio.ensure_future(client.get("getUpdates", params={"timeout": 50}))
            await until(lambda: scene.world.updates.is_polled)
            scene.world.say(scene.sok, "x")
            update = (await waiting).json()["result"][0]
            await client.get("getUpdates", params={"offset": update["update_id"] + 1})


async def test_a_port_that_is_taken_is_an_error(scene: Scene) -> None:
    async with serve(scene.world) as url:
        port = int(url.rpartition(":")[2])
        with pytest.raises(OSError):
            async with serve(Scene().world, port=port):
                pass


async def test_when_telegram_is_down_every_connection_is_cut(scene: Scene) -> None:
    async with online(scene) as client:
        waiting = asyncio.ensure_future(client.get("getUpdates", params={"timeout": 50}))
        await until(lambda: scene.world.updates.is_polled)
        scene.world.down = True
        with pytest.raises(httpx.RemoteProtocolError):
            await waiting
        for path in ("getMe", f"../file/bot{scene.world.token}/x"):
            with pytest.raises(httpx.RemoteProtocolError):
                await client.get(path)
        scene.world.down = False
        assert (await client.get("getMe")).json()["ok"]


async def test_in_process_where_there_is_no_connection_down_is_a_502(scene: Scene) -> None:
    scene.world.down = True
    assert (await scene.post("getMe")).status_code == 502
    scene.world.down = False
    assert (await scene.post("getMe")).status_code == 200


async def test_a_delay_is_added_to_every_call(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    sleep = asyncio.sleep

    async def note(seconds: float) -> None:
        slept.append(seconds)
        await sleep(0)

    monkeypatch.setattr("sandbox.botapi.asyncio.sleep", note)
    await scene.ask("getMe")
    scene.world.delay = 0.25
    await scene.ask("getMe")
    assert slept == [0.25]


async def test_a_reply_can_be_lost_after_the_effect_or_before_it(scene: Scene) -> None:
    plans = {"after": Fault(cut=True, after_effect=True), "before": Fault(cut=True)}
    scene.world.faults = lambda method, params: plans.get(params.get("text", ""))
    async with online(scene) as client:
        for text in plans:
            with pytest.raises(httpx.RemoteProtocolError):
                await client.post("sendMessage", json={"chat_id": scene.sok.id, "text": text})
        await client.post("sendMessage", json={"chat_id": scene.sok.id, "text": "calm"})
    texts = [message["text"] for message in scene.world.private_chat(scene.sok).messages.values()]
    assert texts == ["after", "calm"]


async def test_any_answer_can_be_planned(scene: Scene) -> None:
    answers: list[Any] = [
        Fault(502, b"<html>Bad Gateway</html>", "text/html"),
        Response(b'{"ok": false', 500),
        None,
    ]
    scene.world.faults = lambda method, params: answers.pop(0)
    found = [await scene.post("getMe") for _ in range(3)]
    assert [response.status_code for response in found] == [502, 500, 200]
    assert found[0].headers["content-type"] == "text/html"


async def test_the_log_of_calls_keeps_the_newest_500_and_no_secret(scene: Scene) -> None:
    token = scene.world.token
    await scene.ask("sendMessage", chat_id=scene.sok.id, text=f"is it {token}?", reply_markup={"force_reply": True})
    await scene.ask("setWebhook", url="http://127.0.0.1:9/", secret_token="hush-hush")
    await scene.ask("sendDocument", {"document": ("a.txt", b"evidence")}, chat_id=scene.sok.id)
    await scene.refused("sendMessage", chat_id=1, text="x")
    sent, _, document, failed = scene.world.calls
    assert sent.params["reply_markup"] == {"force_reply": True}
    assert document.params["document"] == "file 'a.txt', 8 bytes"
    assert (failed.status, failed.error) == (400, "Bad Request: chat not found")
    logged = json.dumps([call.described() for call in scene.world.calls])
    assert "is it" in logged
    for secret in (token, "hush-hush", "evidence"):
        assert secret not in logged
    for _ in range(510):
        await scene.ask("getMe")
    assert len(scene.world.calls) == 500


async def test_the_sandbox_runs_alone_and_ends_when_told_to() -> None:
    command = (sys.executable, "-m", "sandbox", "0")
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=PIPE, stderr=PIPE)
    assert process.stdout is not None
    first = (await process.stdout.readline()).decode()
    token = (await process.stdout.readline()).decode().split()[-1]
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(f"{first.split()[-1]}/bot{token}/getMe")
    process.terminate()
    _, errors = await asyncio.wait_for(process.communicate(), 10)
    assert answer.json()["ok"]
    assert (process.returncode, errors) == (0, b"")


async def test_a_world_that_was_served_can_still_be_used_in_process(scene: Scene) -> None:
    async with online(scene):
        pass
    waiting = asyncio.ensure_future(scene.ask("getUpdates", timeout=50))
    await until(lambda: scene.world.updates.is_polled)
    scene.world.say(scene.sok, "x")
    assert len(await waiting) == 1


class Bot:
    """A bot with a webhook: takes updates, answers with the planned statuses first and 200 after that."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.updates: list[dict[str, Any]] = []
        self.secrets: list[str | None] = []

    async def take(self, request: Request) -> Response:
        self.updates.append(await request.json())
        self.secrets.append(request.headers.get("x-telegram-bot-api-secret-token"))
        return Response(status_code=self.statuses.pop(0) if self.statuses else 200)

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        app = Starlette(routes=[Route("/hook", self.take, methods=["POST"])])
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, lifespan="off", ws="none"))
        running = asyncio.ensure_future(server._serve())
        await until(lambda: server.started)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/hook"
        server.should_exit = True
        await running


async def test_the_webhook_gets_updates_in_order_with_the_secret_and_again_after_a_failure(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sandbox.webhook.FIRST_PAUSE", 0.01)
    bot = Bot(500, 302)
    async with bot.listening() as url, online(scene) as client:
        await client.post("setWebhook", json={"url": url, "secret_token": "hush"})
        scene.world.say(scene.sok, "a")
        scene.world.say(scene.sok, "b")
        await until(scene.world.settled)
        info = (await client.get("getWebhookInfo")).json()["result"]
    assert [update["message"]["text"] for update in bot.updates] == ["a", "a", "a", "b"]
    assert set(bot.secrets) == {"hush"}
    assert info["last_error_message"] == "Wrong response from the webhook: 302"


async def test_only_this_machine_is_called(scene: Scene) -> None:
    for url in ("https://example.org/hook", "http://example.org/hook", "ftp://127.0.0.1/"):
        refused = await scene.refused("setWebhook", url=url)
        assert refused.description.startswith("Bad Request: bad webhook")
    refused = await scene.refused("setWebhook", url="http://127.0.0.1:9/", secret_token="ក")
    assert refused.code == 400
    await scene.ask("setWebhook", url="http://localhost:9/hook")
    await scene.ask("setWebhook", url="")
    assert (await scene.ask("getWebhookInfo"))["url"] == ""


async def test_every_answer_carries_the_security_headers(scene: Scene) -> None:
    for path in ("/", "/page/state", "/nowhere", f"/bot{scene.world.token}/getMe"):
        headers = (await scene.http.get(path)).headers
        assert {name: headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1", 200),
        ("127.0.0.1:8081", 200),
        ("localhost:8081", 200),
        ("[::1]:8081", 200),
        ("evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("", 421),
    ],
)
async def test_only_this_machines_own_name_is_answered(scene: Scene, host: str, status: int) -> None:
    assert (await scene.http.get("/page/state", headers={"Host": host})).status_code == status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": "http://127.0.0.1", "Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}, 200),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "http://127.0.0.1:9999"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, 403),
    ],
)
async def test_pages_of_other_sites_are_refused(scene: Scene, headers: dict[str, str], status: int) -> None:
    assert (await scene.http.get("/page/state", headers=headers)).status_code == status


async def test_a_followed_link_opens_the_page_but_a_foreign_form_does_nothing(scene: Scene) -> None:
    crossing = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    form = crossing | {"Origin": "http://evil.example"}
    path = f"/bot{scene.world.token}/sendMessage"
    response = await scene.http.post(path, data={"chat_id": scene.sok.id, "text": "x"}, headers=form)
    assert response.status_code == 403
    assert scene.world.private_chat(scene.sok).messages == {}
    assert (await scene.http.get("/page/state", headers=crossing)).status_code == 200
