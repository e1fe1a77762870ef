"""The queue of updates keeps Telegram's promises to the bot, and no others."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import pytest
from scene import Refused, Scene, keyboard

from sandbox import updates
from sandbox.updates import Updates


@pytest.fixture
def scene() -> Scene:
    return Scene()


def say(scene: Scene, *texts: str) -> None:
    for text in texts:
        scene.world.say(scene.sok, text)


async def texts(scene: Scene, **params: Any) -> list[str]:
    return [update["message"]["text"] for update in await scene.ask("getUpdates", **params)]


async def first_id(scene: Scene) -> int:
    found: int = (await scene.ask("getUpdates", limit=1))[0]["update_id"]
    return found


async def test_updates_come_in_order_and_their_identifiers_grow_by_one(scene: Scene) -> None:
    say(scene, "a", "b", "c")
    found = await scene.ask("getUpdates")
    assert [update["message"]["text"] for update in found] == ["a", "b", "c"]
    assert [update["update_id"] - found[0]["update_id"] for update in found] == [0, 1, 2]


async def test_an_update_comes_again_until_a_higher_offset_confirms_it(scene: Scene) -> None:
    say(scene, "a", "b", "c")
    first = await first_id(scene)
    assert await texts(scene) == ["a", "b", "c"]
    assert await texts(scene, offset=first) == ["a", "b", "c"]
    assert await texts(scene, offset=first + 2) == ["c"]
    assert await texts(scene) == ["c"]
    assert not scene.world.settled()
    assert await texts(scene, offset=first + 3) == []
    assert scene.world.settled()


async def test_a_negative_offset_counts_from_the_end_and_forgets_what_is_before(scene: Scene) -> None:
    say(scene, "a", "b", "c")
    assert await texts(scene, offset=-2) == ["b", "c"]
    assert await texts(scene, offset=-9) == ["b", "c"]
    assert await texts(scene) == ["b", "c"]


async def test_an_offset_far_beyond_the_last_update_confirms_nothing(scene: Scene) -> None:
    say(scene, "a")
    first = await first_id(scene)
    assert await texts(scene, offset=first + 1000) == ["a"]
    assert await texts(scene, offset=first + 1) == []


async def test_the_limit_lies_between_1_and_100(scene: Scene) -> None:
    say(scene, *map(str, range(150)))
    lengths = {limit: len(await texts(scene, limit=limit)) for limit in (-1, 0, 1, 2, 100, 1000)}
    assert lengths == {-1: 1, 0: 1, 1: 1, 2: 2, 100: 100, 1000: 100}
    assert len(await texts(scene)) == 100


async def test_a_waiting_request_is_answered_as_soon_as_something_happens(scene: Scene) -> None:
    waiting = asyncio.ensure_future(texts(scene, timeout=50))
    await asyncio.sleep(0.01)
    assert not waiting.done()
    say(scene, "a", "b")
    assert await asyncio.wait_for(waiting, 5) == ["a", "b"]


async def test_an_empty_queue_is_answered_at_once_without_a_timeout(scene: Scene) -> None:
    assert await asyncio.wait_for(texts(scene), 5) == []


async def test_a_second_request_ends_the_older_one_with_a_conflict(scene: Scene) -> None:
    older = asyncio.ensure_future(scene.refused("getUpdates", timeout=50))
    await asyncio.sleep(0.01)
    newer = asyncio.ensure_future(texts(scene, timeout=50))
    assert await asyncio.wait_for(older, 5) == Refused(
        409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    )
    say(scene, "a")
    assert await asyncio.wait_for(newer, 5) == ["a"]


async def test_a_request_whose_client_went_away_is_no_conflict_and_loses_nothing(scene: Scene) -> None:
    waiting = asyncio.ensure_future(texts(scene, timeout=50))
    await asyncio.sleep(0.01)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    say(scene, "a")
    assert await texts(scene) == ["a"]


async def test_getting_updates_while_a_webhook_is_set_is_a_conflict(scene: Scene) -> None:
    await scene.ask("setWebhook", url="http://127.0.0.1:9/hook")
    refused = await scene.refused("getUpdates")
    assert refused.code == 409
    assert "can't use getUpdates method while webhook is active" in refused.description
    await scene.ask("deleteWebhook")
    assert await texts(scene) == []


async def test_setting_a_webhook_ends_the_waiting_request(scene: Scene) -> None:
    waiting = asyncio.ensure_future(scene.refused("getUpdates", timeout=50))
    await asyncio.sleep(0.01)
    await scene.ask("setWebhook", url="http://127.0.0.1:9/hook")
    assert await asyncio.wait_for(waiting, 5) == Refused(409, "Conflict: terminated by setWebhook request")


async def test_messages_wait_24_hours_taps_150_seconds_inline_queries_30(scene: Scene) -> None:
    message = await scene.ask("sendMessage", chat_id=scene.sok.id, text="x", reply_markup=keyboard("a"))
    say(scene, "a")
    scene.world.tap(scene.sok, message["message_id"])
    scene.world.ask_inline(scene.sok, "x")

    async def kinds() -> list[str]:
        return [next(name for name in update if name != "update_id") for update in await scene.ask("getUpdates")]

    scene.pass_time(seconds=29)
    assert await kinds() == ["message", "callback_query", "inline_query"]
    scene.pass_time(seconds=1)
    assert await kinds() == ["message", "callback_query"]
    scene.pass_time(seconds=120)
    assert await kinds() == ["message"]
    scene.pass_time(hours=24, seconds=-151)
    assert await kinds() == ["message"]
    scene.pass_time(seconds=1)
    assert await kinds() == []
    assert scene.world.settled()


async def test_allowed_updates_are_kept_until_they_are_named_anew(scene: Scene) -> None:
    await scene.ask("getUpdates", allowed_updates=["callback_query"])
    say(scene, "unheard")
    assert await texts(scene) == []
    await scene.ask("getUpdates", allowed_updates=[])
    say(scene, "heard")
    assert await texts(scene) == ["heard"]
    refused = await scene.refused("getUpdates", allowed_updates=["mesage"])
    assert refused == Refused(400, 'Bad Request: sandbox: unknown update type "mesage" in allowed_updates')


async def test_after_a_quiet_week_the_next_identifier_is_chosen_at_random(scene: Scene) -> None:
    say(scene, "a")
    first = await first_id(scene)
    scene.pass_time(days=6, hours=23)
    say(scene, "b")
    assert await first_id(scene) == first + 1
    scene.pass_time(days=7)
    say(scene, "c")
    assert await first_id(scene) != first + 2


def test_100_000_updates_wait_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    assert updates.QUEUE_LIMIT == 100_000
    monkeypatch.setattr(updates, "QUEUE_LIMIT", 3)
    queue = Updates(random.Random(1), lambda: 0.0)
    assert [queue.put("message", {}) is None for _ in range(5)] == [False, False, False, True, True]


async def test_any_object_can_be_pushed_as_an_update(scene: Scene) -> None:
    scene.world.push({"message": {"date": 10**18}, "nonsense": "\ud83d"})
    scene.world.push({"update_id": 5})
    found = await scene.ask("getUpdates")
    assert found[0]["nonsense"] == "\ud83d"
    assert found[1] == {"update_id": 5}


async def test_pushed_updates_out_of_order_are_confirmed_by_their_number(scene: Scene) -> None:
    scene.world.push({"update_id": 1000})
    scene.world.push({"update_id": 50})
    assert [update["update_id"] for update in await scene.ask("getUpdates", offset=51)] == [1000]
    assert await scene.ask("getUpdates", offset=1001) == []


async def test_the_same_update_can_be_delivered_twice(scene: Scene) -> None:
    say(scene, "a")
    (update,) = await scene.ask("getUpdates")
    assert await scene.ask("getUpdates", offset=update["update_id"] + 1) == []
    scene.world.push(update)
    assert await scene.ask("getUpdates") == [update]


async def test_pending_updates_are_dropped_only_when_asked(scene: Scene) -> None:
    say(scene, "a")
    await scene.ask("deleteWebhook")
    assert (await scene.ask("getWebhookInfo"))["pending_update_count"] == 1
    await scene.ask("deleteWebhook", drop_pending_updates=True)
    assert (await scene.ask("getWebhookInfo"))["pending_update_count"] == 0


async def test_a_bot_that_logged_out_is_unknown_for_ten_minutes(scene: Scene) -> None:
    assert await scene.ask("close") is True
    assert await scene.ask("logOut") is True
    assert await scene.refused("getMe") == Refused(400, "Logged out")
    scene.pass_time(minutes=10)
    await scene.ask("getMe")
