"""In groups: only commands are read, answers stay in their topic, and the group has a language of its own."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import House

from bot.talk import Seen, Talk
from sandbox.records import Chat, Person
from sandbox.world import World


class Network:
    """A forum of two people with the bot in it, each of whom can talk there."""

    def __init__(self, house: House, world: World, *, bot: bool = True) -> None:
        self.house = house
        self.world = world
        self.chanthy = world.add_person("Chanthy", username="chanthy_coordinates")
        self.sok = world.add_person("Sok", username="sok_monitors", language_code="km")
        self.chat = world.add_group("Network", people=(self.chanthy, self.sok), topics=("General", "Queue"), bot=bot)
        self.queue = max(self.chat.topics)

    def talk(self, person: Person) -> Talk:
        return self.house.talk(person, self.chat)


@pytest.fixture
def network(house: House, world: World) -> Network:
    return Network(house, world)


def reply_to(seen: Seen) -> int:
    """The number of the message that this one answers."""
    number: int = seen.message["reply_to_message"]["message_id"]
    return number


# Who is answered, and where


async def test_a_command_is_answered_as_a_reply_in_the_same_topic(network: Network) -> None:
    talk = network.talk(network.chanthy)
    [card] = await talk.say("/benchmark D", thread_id=network.queue)
    asked = max(n for n, m in network.chat.messages.items() if m["from"]["id"] == network.chanthy.id)
    assert card.text.startswith("D. End mass trials")
    assert card.message["message_thread_id"] == network.queue
    assert reply_to(card) == asked


async def test_in_the_general_topic_the_answer_stays_there(network: Network) -> None:
    [card] = await network.talk(network.chanthy).say("/benchmark D")
    assert "message_thread_id" not in card.message
    assert card.text.startswith("D.")


async def test_buttons_edit_the_answer_where_it_is(network: Network) -> None:
    talk = network.talk(network.chanthy)
    [card] = await talk.say("/benchmark D", thread_id=network.queue)
    [shown] = await talk.press("Figures")
    assert (shown.kind, shown.message["message_id"]) == ("edited", card.message["message_id"])
    assert shown.message["message_thread_id"] == network.queue


async def test_anyone_in_the_group_may_press(network: Network) -> None:
    [card] = await network.talk(network.chanthy).say("/benchmark D")
    other = network.talk(network.sok)
    other.last = card
    [shown] = await other.press("Figures")
    assert shown.kind == "edited"


async def test_a_question_that_was_deleted_meanwhile_is_answered_without_a_reply(
    network: Network, house: House, world: World
) -> None:
    await house.stop()
    message = world.say(network.chanthy, "/benchmark D", chat=network.chat, thread_id=network.queue)
    world.delete(network.chanthy, message["message_id"], network.chat)
    await house.start()
    [card] = await network.talk(network.chanthy).after(lambda: None) or [
        Seen("message", m["text"], message=m)
        for m in network.chat.messages.values()
        if m["from"]["is_bot"] and "text" in m
    ]
    assert card.text.startswith("D.")
    assert card.message["message_thread_id"] == network.queue
    assert card.message.get("reply_to_message", {}).get("message_id") != message["message_id"]


@pytest.mark.parametrize("command", ["/benchmark@sangket_bot D", "/benchmark@Sangket_Bot D", "/help@sangket_bot"])
async def test_a_command_with_the_bots_name_is_answered(network: Network, command: str) -> None:
    [seen] = await network.talk(network.chanthy).say(command)
    assert seen.text.startswith(("D. End mass trials", "What I can do"))


def heard(network: Network, text: str, **more: Any) -> dict[str, Any]:
    """A message as Telegram gives it to a bot that may read everything, as administrators may."""
    entities = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}] if text.startswith("/") else []
    return {
        "message": {
            "message_id": 900,
            "date": 1_790_000_000,
            "chat": network.chat.chat(),
            "from": network.chanthy.user(),
            "text": text,
            "entities": entities,
        }
        | more
    }


SILENCE = [
    "/benchmark@other_bot D",
    "/start@other_bot",
    "/nonsense",
    "/nonsense@sangket_bot",
    "D",
    "mass trials",
    "ពន្ធនាគារ",
]


@pytest.mark.parametrize("text", SILENCE)
async def test_plain_words_and_commands_for_others_are_met_with_silence(network: Network, text: str) -> None:
    """Also where the bot is made administrator, and Telegram lets it read everything."""
    network.world.set_bot_status(network.chat, "administrator")
    talk = network.talk(network.chanthy)
    assert await talk.say(text) == []
    assert await talk.after(lambda: network.world.push(heard(network, text))) == []
    [card] = await talk.after(lambda: network.world.push(heard(network, "/benchmark D")))
    assert card.text.startswith("D."), "control: the bot does listen"


async def test_a_reply_to_the_bot_in_plain_words_is_not_answered(network: Network) -> None:
    talk = network.talk(network.chanthy)
    [card] = await talk.say("/benchmark D")
    assert await talk.say("thank you, F please", reply_to=card.message["message_id"]) == []


async def test_a_file_in_a_group_is_left_alone(network: Network, world: World) -> None:
    world.set_bot_status(network.chat, "administrator")
    talk = network.talk(network.chanthy)
    assert await talk.after(lambda: world.send_file(network.chanthy, "document", b"x", chat=network.chat)) == []
    assert await talk.after(lambda: world.send_location(network.chanthy, 1, 1, chat=network.chat)) == []


async def test_an_unknown_button_in_a_group_answers_the_one_who_pressed_and_says_nothing_aloud(
    network: Network,
) -> None:
    talk = network.talk(network.chanthy)
    await talk.say("/benchmark D")
    [toast] = await talk.tap("from-long-ago")
    assert toast.kind == "toast"


async def test_an_anonymous_administrator_is_answered(network: Network) -> None:
    anonymous = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    raw = heard(network, "/benchmark D", **{"from": anonymous, "sender_chat": network.chat.chat()})
    [card] = await network.talk(network.chanthy).after(lambda: network.world.push(raw))
    assert card.text.startswith("D.")


async def test_what_a_channel_posts_is_ignored(network: Network, world: World) -> None:
    channel = {"id": -1_001_555_555_555, "type": "channel", "title": "News"}
    post = {"message_id": 5, "date": 1_790_000_000, "chat": channel, "sender_chat": channel, "text": "/benchmark D"}
    command = {"entities": [{"type": "bot_command", "offset": 0, "length": 10}]}
    before = len(world.calls)
    for kind in ("channel_post", "edited_channel_post", "message"):
        await network.talk(network.chanthy).after(lambda kind=kind: world.push({kind: post | command}))  # type: ignore[misc]
    calls = [call.method for call in list(world.calls)[before:]]
    assert not [method for method in calls if method.startswith(("send", "edit"))]


# Coming and going


async def test_the_bot_greets_a_group_that_takes_it_in(house: House, world: World) -> None:
    network = Network(house, world, bot=False)
    talk = network.talk(network.chanthy)
    [greeting] = await talk.after(lambda: world.set_bot_status(network.chat, "member", network.chanthy))
    assert greeting.text.startswith("Hello. Send /benchmark D")
    assert "Everyone in this group sees what is asked" in greeting.text
    assert greeting.buttons == (("English", "ខ្មែរ"),)
    assert await talk.after(lambda: world.set_bot_status(network.chat, "administrator")) == [], "once is enough"


async def test_the_greeting_is_in_the_language_of_who_took_it_in(house: House, world: World) -> None:
    network = Network(house, world, bot=False)
    [greeting] = await network.talk(network.sok).after(
        lambda: world.set_bot_status(network.chat, "member", network.sok)
    )
    assert greeting.text.startswith("សួស្ដី។")


@pytest.mark.parametrize("status", ["left", "kicked"])
async def test_the_bot_goes_in_silence(network: Network, world: World, status: Any) -> None:
    before = len(world.calls)
    assert await network.talk(network.chanthy).after(lambda: world.set_bot_status(network.chat, status)) == []
    assert not [call for call in list(world.calls)[before:] if call.method.startswith("send")]


async def test_a_command_sent_just_before_the_bot_was_sent_away_disturbs_nothing(
    network: Network, house: House, world: World, dara: Talk
) -> None:
    await house.stop()
    world.say(network.chanthy, "/benchmark D", chat=network.chat)
    world.set_bot_status(network.chat, "kicked")
    await house.start()
    await house.settle()
    [card] = await dara.say("D")
    assert card.text.startswith("D.")
    assert "403" in [str(call.status) for call in world.calls], "control: Telegram refused the answer"


# Its own language


async def choose(talk: Talk, label: str) -> None:
    await talk.say("/language")
    await talk.press(label)


async def test_a_group_has_a_language_of_its_own(network: Network, house: House) -> None:
    private = house.talk(network.chanthy)
    await choose(network.talk(network.chanthy), "ខ្មែរ")
    await choose(private, "English")
    [in_group] = await network.talk(network.chanthy).say("/benchmark D")
    [in_private] = await private.say("/benchmark D")
    assert in_group.text.startswith("D. បញ្ចប់")
    assert in_private.text.startswith("D. End")
    await house.restart()
    [in_group] = await network.talk(network.chanthy).say("/benchmark D")
    assert in_group.text.startswith("D. បញ្ចប់")


@pytest.mark.parametrize("told", ["by the new group", "by the old group", "by both"])
async def test_a_group_that_moves_keeps_its_language(network: Network, world: World, told: str) -> None:
    talk = network.talk(network.chanthy)
    await choose(talk, "ខ្មែរ")
    new = world.add_group("Network", people=(network.chanthy, network.sok))
    if told != "by the old group":
        move(world, new, network, {"migrate_from_chat_id": network.chat.id})
    if told != "by the new group":
        move(world, network.chat, network, {"migrate_to_chat_id": new.id})
    [card] = await network.house.talk(network.chanthy, new).say("/benchmark D")
    assert card.text.startswith("D. បញ្ចប់")


def move(world: World, chat: Chat, network: Network, content: dict[str, int]) -> None:
    """The service message that tells of a move."""
    head = {"message_id": 901, "date": 1_790_000_000, "chat": chat.chat(), "from": network.chanthy.user()}
    world.push({"message": head | content})
