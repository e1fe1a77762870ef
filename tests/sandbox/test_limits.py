"""Telegram's pace: what is too fast is refused with the seconds to wait, what keeps the pace is not."""

from __future__ import annotations

import pytest
from scene import Refused, Scene, picture

from sandbox.limits import CHAT_BURST, CHATS_KEPT, Bucket, Pace, Window
from sandbox.refusal import Refusal


@pytest.fixture
def scene() -> Scene:
    return Scene(pace=True)


async def burst(scene: Scene, chat_id: int, count: int) -> list[int | None]:
    """`retry_after` of each of `count` messages sent at one moment; None for those that went through."""
    found: list[int | None] = []
    for number in range(count):
        response = await scene.post("sendMessage", chat_id=chat_id, text=str(number))
        found.append(response.json().get("parameters", {}).get("retry_after"))
    return found


async def test_a_chat_takes_five_messages_at_once_and_then_one_a_second(scene: Scene) -> None:
    assert await burst(scene, scene.sok.id, 7) == [None] * 5 + [1, 1]
    scene.pass_time(seconds=0.9)
    assert await burst(scene, scene.sok.id, 1) == [1]
    scene.pass_time(seconds=0.1)
    assert await burst(scene, scene.sok.id, 2) == [None, 1]
    scene.pass_time(seconds=60)
    assert await burst(scene, scene.sok.id, 6) == [None] * 5 + [1]


async def test_the_refusal_is_in_telegrams_words(scene: Scene) -> None:
    await burst(scene, scene.sok.id, 5)
    refused = await scene.refused("sendMessage", chat_id=scene.sok.id, text="x")
    assert refused == Refused(429, "Too Many Requests: retry after 1", retry_after=1)


async def test_a_group_takes_five_at_once_then_one_a_second_and_20_a_minute(scene: Scene) -> None:
    assert await burst(scene, scene.network.id, 6) == [None] * 5 + [1]
    for _ in range(15):
        scene.pass_time(seconds=1)
        assert await burst(scene, scene.network.id, 1) == [None]
    scene.pass_time(seconds=35)
    assert await burst(scene, scene.network.id, 1) == [10]
    scene.pass_time(seconds=10)
    assert await burst(scene, scene.network.id, 6) == [None] * 5 + [1]


async def test_a_small_group_keeps_the_pace_of_a_group(scene: Scene) -> None:
    group = scene.world.add_small_group("Friends", people=[scene.sok])
    for _ in range(20):
        assert await burst(scene, group.id, 1) == [None]
        scene.pass_time(seconds=1)
    assert await burst(scene, group.id, 1) == [40]


async def test_all_chats_together_take_30_messages_a_second(scene: Scene) -> None:
    people = [scene.world.add_person(str(number)) for number in range(31)]
    for person in people:
        person.started = True
    answers = [await burst(scene, person.id, 1) for person in people]
    assert answers == [[None]] * 30 + [[1]]
    scene.pass_time(seconds=1)
    assert await burst(scene, people[-1].id, 1) == [None]


async def test_an_album_counts_as_many_messages_as_it_has_items(scene: Scene) -> None:
    files = {str(number): (f"{number}.png", picture()) for number in range(5)}
    media = [{"type": "photo", "media": f"attach://{name}"} for name in files]
    assert len(await scene.ask("sendMediaGroup", files, chat_id=scene.sok.id, media=media)) == 5
    assert await burst(scene, scene.sok.id, 1) == [1]


async def test_edits_count_and_answers_to_taps_do_not(scene: Scene) -> None:
    message = await scene.ask("sendMessage", chat_id=scene.sok.id, text="x")
    place = {"chat_id": scene.sok.id, "message_id": message["message_id"]}
    for number in range(4):
        await scene.ask("editMessageText", **place, text=str(number))
    assert (await scene.refused("editMessageText", **place, text="x")).code == 429
    for _ in range(10):
        query_id = scene.world.tap(scene.sok, message["message_id"], data="x")
        await scene.ask("answerCallbackQuery", callback_query_id=query_id)
    await scene.ask("deleteMessage", **place)


async def test_what_is_refused_for_another_reason_does_not_count(scene: Scene) -> None:
    for _ in range(10):
        assert (await scene.refused("sendMessage", chat_id=scene.sok.id, text="<b>", parse_mode="HTML")).code == 400
    assert await burst(scene, scene.sok.id, 5) == [None] * 5


async def test_there_is_no_pace_where_a_test_turns_it_off() -> None:
    scene = Scene(pace=False)
    assert await burst(scene, scene.sok.id, 40) == [None] * 40


def test_a_refused_message_counts_for_nothing() -> None:
    pace = Pace()
    for _ in range(5):
        pace.admit(1, 0.0, group=False)
    for _ in range(100):
        with pytest.raises(Refusal):
            pace.admit(1, 0.5, group=False)
    pace.admit(1, 1.0, group=False)


def test_a_pace_over_many_chats_remembers_only_those_where_it_matters() -> None:
    pace = Pace()
    for number in range(3 * CHATS_KEPT):
        pace.admit(number, number / 25, group=number % 10 == 0)
    assert len(pace._chats) <= CHATS_KEPT
    for _ in range(CHAT_BURST):
        pace.admit(1, 3 * CHATS_KEPT / 25, group=False)
    with pytest.raises(Refusal):
        pace.admit(1, 3 * CHATS_KEPT / 25, group=False)


def test_a_batch_larger_than_the_limit_fits_when_nothing_was_sent_before() -> None:
    window, bucket = Window(3, 60), Bucket()
    assert (window.wait(0, 10), bucket.wait(0, 10)) == (0, 0)
    window.note(0, 10)
    bucket.note(0, 10)
    assert (window.wait(1, 1), bucket.wait(1, 1)) == (59, 5)
