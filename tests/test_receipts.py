"""A receipt opens its mailbox from any account, lets people add and withdraw, and cannot be guessed."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, TypeVar

import pytest
from conftest import House
from incident_story import PDF, VOICE, Teller, additions, blobs, count, incidents, later, rows, with_settings, write_to

from bot.talk import Talk
from sandbox.world import World
from storage.database import Database
from storage.members import Role
from storage.reviews import Review
from storage.sealing import DraftKeys, Receipt, ServerKey
from storage.tables import Tables

T = TypeVar("T")

WRONG = "22222 33333 44444 55555"
SECRET = "the red house by the river"


@pytest.fixture
def teller(house: House, dara: Talk) -> Teller:
    return Teller(house, dara)


@pytest.fixture
def other(house: House, world: World) -> Teller:
    """The same person on another phone, with another account."""
    return Teller(house, house.talk(world.add_person("Somebody", username="another_account")))


# Opening


async def test_a_receipt_opens_its_mailbox_from_another_account(house: House, teller: Teller, other: Teller) -> None:
    receipt = await teller.hand_in()
    [box] = await other.do(f"/receipt {receipt}")
    assert "Received. Nobody has read it yet." in box.text
    assert "There is no answer yet." in box.text
    assert box.message["has_protected_content"] is True


async def test_the_mailbox_shows_the_state_in_words_and_the_reviewers_answers(
    house: House, teller: Teller, other: Teller
) -> None:
    receipt = await teller.hand_in()
    public = incidents(house)[0]["mailbox"]
    await write_to(
        house,
        public,
        {"state": "read", "on": "2026-11-25"},
        {"on": "2026-11-26", "words": "Which market was it? <b>&</b>"},
        {"state": "question", "on": "2026-11-26"},
    )
    [box] = await other.do(f"/receipt {receipt}")
    assert "A reviewer has a question for you." in box.text
    assert "26 November 2026\nWhich market was it? <b>&</b>" in box.text
    assert "There is no answer yet" not in box.text


async def test_what_is_in_the_mailbox_cannot_be_read_on_the_disk(house: House, teller: Teller) -> None:
    await teller.hand_in()
    await write_to(house, incidents(house)[0]["mailbox"], {"on": "2026-11-26", "words": SECRET})
    await house.stop()
    for file in house.settings.data_dir.rglob("*"):
        assert not file.is_file() or SECRET.encode() not in file.read_bytes()
    await house.start()


@pytest.mark.parametrize("how", ["{}", "/receipt {}", "  {}\n"])
async def test_the_message_with_the_receipt_is_deleted_at_once(
    house: House, other: Teller, teller: Teller, how: str
) -> None:
    receipt = await teller.hand_in()
    [box] = await other.do(how.format(receipt))
    assert "Where it stands" in box.text
    assert receipt not in json.dumps(list(other.messages().values()))


async def test_the_receipt_may_be_typed_as_people_type(house: House, other: Teller, teller: Teller) -> None:
    receipt = await teller.hand_in()
    for typed in (receipt.upper(), receipt.replace(" ", ""), receipt.replace(" ", "-"), receipt.replace(" ", "\u200b")):
        [box] = await other.do(typed)
        assert "Where it stands" in box.text, typed


async def test_the_command_asks_for_the_receipt_and_says_that_it_deletes_it(teller: Teller) -> None:
    receipt = await teller.hand_in()
    [ask] = await teller.do("/receipt")
    assert "I delete that message" in ask.text
    [box] = await teller.do(receipt)
    assert "Where it stands" in box.text


async def test_while_a_form_is_open_a_receipt_opens_its_mailbox_and_is_no_answer(house: House, teller: Teller) -> None:
    receipt = await teller.hand_in()
    await teller.begin()
    await teller.tell("account")
    await teller.do("/receipt")
    seen = await teller.do(receipt)
    assert any("Where it stands" in one.text for one in seen)
    assert receipt not in teller.text
    await teller.do("/incident")
    await teller.tell()
    assert receipt not in teller.text


async def test_a_wrong_receipt_opens_nothing(house: House, teller: Teller) -> None:
    await teller.hand_in()
    for wrong in (WRONG, f"/receipt {WRONG}", "/receipt hello", "/receipt " + "2" * 500):
        [answer] = await teller.do(wrong)
        assert "No mailbox opens" in answer.text
    assert count(house, "drafts") == 0


async def test_a_receipt_with_a_slip_of_the_finger_does_not_stay_in_the_chat(teller: Teller, other: Teller) -> None:
    receipt = await teller.hand_in()
    slip = receipt[:-1] + ("2" if receipt[-1] != "2" else "3")
    [answer] = await other.do(slip)
    assert "No mailbox opens" in answer.text
    assert slip not in json.dumps(list(other.messages().values()))


async def test_a_mailbox_closes_when_its_time_is_over(house: House, teller: Teller, other: Teller) -> None:
    await with_settings(house, mailbox_days=7)
    receipt = await teller.hand_in()
    await later(house, dt.timedelta(days=6))
    assert "Where it stands" in (await other.do(receipt))[0].text  # the control
    await later(house, dt.timedelta(days=2))
    assert "No mailbox opens" in (await other.do(receipt))[0].text


async def test_a_receipt_opens_only_its_own_mailbox(house: House, teller: Teller, other: Teller) -> None:
    first = await teller.hand_in()
    second = await teller.hand_in()
    boxes = [incident["mailbox"] for incident in incidents(house)]
    assert len(set(boxes)) == 2
    for box in boxes:
        await write_to(house, box, {"on": "2026-11-26", "words": f"to {box}"})
    seen = [(await other.do(receipt))[0].text for receipt in (first, second)]
    for text in seen:
        assert sum(box in text for box in boxes) == 1
    assert seen[0] != seen[1]


# What reviewers said through the bot


async def look(house: House, deed: Callable[[Tables], Awaitable[T]]) -> T:
    """Do something with the tables, while the bot runs."""
    today = house.world.clock().date()
    database = await Database.open(house.database)
    try:
        drafts = DraftKeys.load(house.settings.draft_keys_folder() / "draft.keys", today)
        tables = Tables.over(database, ServerKey.load(house.settings.server_key, today), drafts, None)
        return await database.write(lambda: deed(tables))
    finally:
        await database.close()


async def review(house: House) -> Review:
    """The review of the only incident."""
    [only] = await look(house, lambda tables: tables.reviews.all())
    return only


async def reply(house: House, *letters: dict[str, Any]) -> None:
    """Put letters there for the only incident, as handlers.answers does."""
    to = await review(house)

    async def put(tables: Tables) -> None:
        for letter in letters:
            await tables.replies.put(to.reference, to.head.reply_to, letter)

    await look(house, put)


async def test_what_was_said_in_both_ways_is_one_story_by_day(house: House, teller: Teller, other: Teller) -> None:
    receipt = await teller.hand_in()
    await reply(
        house,
        {"state": "read", "on": "2026-11-25"},
        {"state": "question", "words": "third", "on": "2026-11-27"},
        {"words": "fourth", "on": "2026-11-27"},
    )
    await write_to(
        house,
        incidents(house)[0]["mailbox"],
        {"words": "first", "on": "2026-11-24"},
        {"state": "checking", "words": "second", "on": "2026-11-26"},
    )
    [box] = await other.do(receipt)
    places = [box.text.index(word) for word in ("first", "second", "third", "fourth")]
    assert places == sorted(places)
    assert "Where it stands since 27 November 2026\nA reviewer has a question for you." in box.text
    changed = [line for line in box.text.splitlines() if line.startswith("•")]
    assert changed[1:] == [
        "• 25 November 2026: read",
        "• 26 November 2026: being checked",
        "• 27 November 2026: a question for you",
    ]


async def test_when_something_was_asked_it_is_said_how_to_answer(house: House, teller: Teller, other: Teller) -> None:
    receipt = await teller.hand_in()
    await reply(house, {"state": "read", "on": "2026-11-25"})
    assert "press ➕" not in (await other.do(receipt))[0].text  # the control
    await reply(house, {"state": "question", "words": "Which market?", "on": "2026-11-25"})
    [box] = await other.do(receipt)
    assert "Something was asked: press ➕ to answer." in box.text
    assert "mb:add" in other.buttons


async def test_a_receipt_opens_no_replies_to_another_incident(house: House, teller: Teller, other: Teller) -> None:
    first = await teller.hand_in()
    await reply(house, {"words": "to the first", "on": "2026-11-25"})
    second = await teller.hand_in()
    assert "to the first" in (await other.do(first))[0].text
    assert "to the first" not in (await other.do(second))[0].text


@pytest.mark.parametrize("language", ["en", "km"])
async def test_what_is_no_longer_kept_is_said_and_what_was_told_stays(
    house: House, teller: Teller, other: Teller, language: str
) -> None:
    await other.do("/start", f"lang:{language}")
    receipt = await teller.hand_in()
    await write_to(house, incidents(house)[0]["mailbox"], {"words": "we thank you", "on": "2026-11-24"})
    await look(house, lambda tables: tables.reviews._database.execute("DELETE FROM incidents"))
    [box] = await other.do(receipt)
    assert ("no longer kept here" in box.text) == (language == "en")
    assert "Nobody has read it yet" not in box.text
    assert "we thank you" in box.text
    assert not {"mb:add", "mb:withdraw"} & set(other.buttons)


async def test_an_incident_whose_time_is_over_before_its_mailbox(house: House, teller: Teller, other: Teller) -> None:
    await with_settings(house, incident_days=7, mailbox_days=90)
    receipt = await teller.hand_in(contact=("f:c:contact:here",))
    await reply(house, {"state": "used", "words": "gone with it", "on": "2026-11-24"})
    await later(house, dt.timedelta(days=8))
    assert (count(house, "incidents"), count(house, "replies"), count(house, "waiting")) == (0, 0, 0)
    [box] = await other.do(receipt)
    assert "no longer kept here" in box.text


async def test_many_changes_and_long_answers_fit_one_message(house: House, teller: Teller, other: Teller) -> None:
    receipt = await teller.hand_in()
    states = ("read", "question", "checking", "used", "closed")
    await reply(
        house, *({"state": states[n % 5], "words": f"{n:02} " + "<&>" * 600, "on": "2026-11-25"} for n in range(30))
    )
    [box] = await other.do(receipt)
    assert "29 <&>" in box.text
    assert len(box.text) <= 4096
    assert "closed it" in box.text


# Guessing


async def test_after_five_wrong_ones_even_a_right_one_has_to_wait(house: House, teller: Teller, other: Teller) -> None:
    receipt = await teller.hand_in()
    for _ in range(5):
        [answer] = await other.do(f"/receipt {Receipt.new()}")
        assert "No mailbox opens" in answer.text
    for guess in (str(Receipt.new()), receipt):
        [answer] = await other.do(f"/receipt {guess}")
        assert "wrong too often" in answer.text
    [box] = await teller.do(receipt)
    assert "Where it stands" in box.text  # somebody else is not held up
    other.world.advance(dt.timedelta(hours=1))
    [box] = await other.do(receipt)
    assert "Where it stands" in box.text


async def test_a_receipt_that_has_to_wait_does_not_stay_in_the_chat(teller: Teller, other: Teller) -> None:
    receipt = await teller.hand_in()
    for _ in range(5):
        await other.do(f"/receipt {Receipt.new()}")
    [answer] = await other.do(receipt)
    assert "wrong too often" in answer.text
    assert receipt not in json.dumps(list(other.messages().values()))


async def test_right_receipts_are_never_throttled(teller: Teller, other: Teller) -> None:
    receipt = await teller.hand_in()
    for _ in range(8):
        [box] = await other.do(receipt)
        assert "Where it stands" in box.text


async def test_guessing_stays_slow_in_the_long_run(house: House, teller: Teller, other: Teller) -> None:
    refused = 0
    for _ in range(20):
        [answer] = await other.do(f"/receipt {Receipt.new()}")
        refused += "wrong too often" in answer.text
        other.world.advance(dt.timedelta(minutes=3))
    assert refused >= 8


# Adding


async def test_something_can_be_added_from_another_account(house: House, teller: Teller, other: Teller) -> None:
    receipt = await teller.hand_in()
    await other.do(receipt, "mb:add")
    assert "Question 1 of 2" in other.text
    await other.do(SECRET, "f:ok:account+", other.file(data=PDF + b"more"), "f:ok:evidence+")
    assert other.asked == "review"
    [added] = await other.do("f:send")
    assert "It is added" in added.text
    [incident], [addition] = incidents(house), additions(house)
    assert addition["answers"]["account"] == [{"text": SECRET}]
    assert addition["reference"] == incident["reference"]
    assert addition["form"] == "addition"
    [facts] = addition["evidence"]
    assert facts["sha256"] == hashlib.sha256(PDF + b"more").hexdigest()
    assert rows(house, "SELECT reference FROM evidence") == [(incident["reference"],)]
    assert str(other.person.id) not in json.dumps(addition)
    assert SECRET not in json.dumps(list(other.messages().values()))
    await later(house, dt.timedelta(hours=30))
    assert len(blobs(house)) == 1


async def test_after_adding_nothing_is_left_of_the_conversation(teller: Teller, other: Teller) -> None:
    receipt = await teller.hand_in()
    await other.do(receipt, "mb:add", SECRET, "f:ok:account+", "f:skip:evidence+", "f:send")
    [left] = other.left()
    assert "It is added" in left


async def test_an_addition_that_was_left_is_found_again(teller: Teller, other: Teller) -> None:
    receipt = await teller.hand_in()
    await other.do(receipt, "mb:add", SECRET)
    [left] = await other.do("f:leave")
    assert "Send /incident to go on" in left.text
    [question] = await other.do("/incident")
    assert SECRET in question.text
    assert other.asked == "account+"


async def test_an_incident_that_is_being_told_waits_while_something_is_added(house: House, teller: Teller) -> None:
    receipt = await teller.hand_in()
    await teller.begin()
    await teller.tell("when", account=("the second story", "f:ok:account"))
    await teller.do(f"/receipt {receipt}")
    await teller.talk.tap("mb:add")
    await teller.do("the addition", "f:ok:account+", "f:skip:evidence+", "f:send")
    assert additions(house)[0]["answers"]["account"] == [{"text": "the addition"}]
    await teller.do("/incident")
    assert teller.asked == "when"
    await teller.tell()
    assert "the second story" in teller.text
    assert "the addition" not in teller.text


async def test_cancelling_an_addition_keeps_the_incident(house: House, teller: Teller, other: Teller) -> None:
    receipt = await teller.hand_in()
    await other.do(receipt, "mb:add", SECRET, other.file("voice", VOICE), "f:cancel", "f:cancel:yes")
    await later(house, dt.timedelta(seconds=20))
    assert (count(house, "incidents"), count(house, "additions"), len(blobs(house))) == (1, 0, 0)
    assert "Where it stands" in (await other.do(receipt))[0].text


async def test_who_has_claimed_it_is_told_that_something_was_added_and_nothing_of_what(
    house: House, teller: Teller, other: Teller, world: World
) -> None:
    receipt = await teller.hand_in()
    people = [world.add_person(name) for name in ("Bopha", "Chan")]
    claimer, another = [await house.admit(one, Role.COORDINATOR) for one in people]
    await house.talk(people[0]).say("/start")
    await house.talk(people[1]).say("/start")
    kept = replace(await review(house), claimed_by=claimer.handle, announced=True)
    await look(house, lambda tables: tables.reviews.keep(kept))
    await other.do(receipt, "mb:add", SECRET, "f:ok:account+", "f:skip:evidence+", "f:send")
    told = [
        [one for one in world.private_chat(person).messages.values() if kept.reference in one.get("text", "")]
        for person in people
    ]
    assert [one["text"] for one in told[0]] == [f"{kept.reference}: something was added."]
    assert told[0][0]["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == f"r:{kept.reference}"
    assert told[1] == [], f"{another.handle} has not claimed it"
    assert await review(house) == kept


async def test_what_is_added_to_an_unclaimed_one_has_it_announced_anew(
    house: House, teller: Teller, other: Teller
) -> None:
    receipt = await teller.hand_in()
    kept = replace(await review(house), announced=True)
    await look(house, lambda tables: tables.reviews.keep(kept))
    await other.do(receipt, "mb:add", SECRET, "f:ok:account+", "f:skip:evidence+", "f:send")
    assert await review(house) == replace(kept, announced=False)


# Withdrawing


async def test_withdrawing_asks_first(house: House, teller: Teller, other: Teller) -> None:
    receipt = await teller.hand_in()
    [confirm] = await other.do(receipt, "mb:withdraw")
    assert "Withdraw it?" in confirm.text
    assert other.buttons == ["mb:keep", "mb:withdraw:yes"]  # the safe one first
    await other.do("mb:keep")
    assert len(incidents(house)) == 1


async def test_withdrawing_empties_the_incident_and_keeps_its_reference(
    house: House, teller: Teller, other: Teller
) -> None:
    receipt = await teller.hand_in(evidence=(teller.file(), "f:ok:evidence"))
    await other.do(receipt, "mb:add", SECRET, "f:ok:account+", other.file(data=PDF + b"2"), "f:ok:evidence+", "f:send")
    reference = incidents(house)[0]["reference"]
    assert (count(house, "additions"), len(blobs(house))) == (1, 2)  # the control
    [done] = await other.do(receipt, "mb:withdraw", "mb:withdraw:yes")
    assert "withdrawn" in done.text
    assert rows(house, "SELECT reference, state, sealed, mac FROM incidents") == [(reference, "withdrawn", None, None)]
    assert (count(house, "additions"), count(house, "evidence")) == (0, 0)
    await later(house, dt.timedelta(seconds=20))
    assert blobs(house) == {}
    [box] = await teller.do(receipt)
    assert "You withdrew it" in box.text
    assert not {"mb:add", "mb:withdraw"} & set(teller.buttons)


async def test_to_what_was_withdrawn_nothing_is_added(house: House, teller: Teller, other: Teller) -> None:
    receipt = await teller.hand_in()
    await teller.do(receipt, "mb:add", SECRET, "f:ok:account+", "f:skip:evidence+")
    await other.do(receipt, "mb:withdraw", "mb:withdraw:yes")
    [gone] = await teller.do("f:send")
    assert "no longer here" in gone.text
    assert count(house, "additions") == 0


async def test_withdrawing_twice_is_one_withdrawal(house: House, teller: Teller) -> None:
    receipt = await teller.hand_in()
    await teller.do(receipt, "mb:withdraw")
    number = teller.talk.last.message["message_id"] if teller.talk.last else 0

    def twice() -> None:
        for _ in range(2):
            teller.world.tap(teller.person, number, data="mb:withdraw:yes")

    await teller.do(twice)
    assert rows(house, "SELECT state FROM incidents") == [("withdrawn",)]
    assert count(house, "mail") == 2


# The end of an open mailbox


@pytest.mark.parametrize("data", ["mb:add", "mb:withdraw", "mb:withdraw:yes"])
async def test_the_buttons_of_a_mailbox_work_for_an_hour(house: House, teller: Teller, data: str) -> None:
    receipt = await teller.hand_in()
    await teller.do(receipt)
    teller.world.advance(dt.timedelta(minutes=61))
    [closed] = await teller.talk.tap(data)
    assert "closed again" in closed.text
    assert len(incidents(house)) == 1
    assert count(house, "additions") == 0


async def test_nobody_else_can_press_the_buttons_of_an_open_mailbox(
    house: House, teller: Teller, other: Teller
) -> None:
    receipt = await teller.hand_in()
    await teller.do(receipt)
    await other.do("/start")
    for data in ("mb:withdraw:yes", "mb:add"):
        await other.talk.tap(data)
        assert "closed again" in other.text
    assert len(incidents(house)) == 1
    await teller.do("mb:withdraw", "mb:withdraw:yes")
    assert incidents(house) == []  # the control: its owner can


async def test_an_open_mailbox_that_ends_says_nothing(house: House, teller: Teller) -> None:
    receipt = await teller.hand_in()
    await teller.do(receipt)
    before = len(teller.messages())
    await later(house, dt.timedelta(hours=2))
    assert count(house, "drafts") == 0
    assert len(teller.messages()) == before


async def test_a_mailbox_stays_open_over_a_restart(house: House, teller: Teller) -> None:
    receipt = await teller.hand_in()
    await teller.do(receipt)
    await house.restart()
    await teller.do("mb:add")
    assert "Question 1 of 2" in teller.text
