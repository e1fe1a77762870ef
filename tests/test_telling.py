"""Telling an incident: what is said before the first question, and what becomes of it after the last."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from conftest import House
from incident_story import ACCOUNT, PDF, VOICE, Teller, at_noon, blobs, count, incidents, later, rows, with_settings

from bot.talk import Talk
from forms.incident import INCIDENT
from sandbox.world import World
from storage.keyfiles import write_private
from storage.sealing import Receipt, ServerKey

EXAMPLE = Path(__file__).parents[1] / "contacts.example.toml"
SECRET = "the red house by the river"


@pytest.fixture
def teller(house: House, dara: Talk) -> Teller:
    return Teller(house, dara)


# In groups


@pytest.mark.parametrize("command", ["/incident", "/report", "/receipt", "/receipt abcde fghjk mnpqr stvwx"])
async def test_in_a_group_there_is_one_button_to_the_private_chat_and_no_word_of_what_it_is(
    house: House, world: World, command: str
) -> None:
    person = world.add_person("Vanna")
    group = world.add_group("Network", people=(person,))
    [answer] = await house.talk(person, group).say(command)
    assert len(answer.buttons) == 1
    assert len(answer.buttons[0]) == 1
    [[button]] = answer.message["reply_markup"]["inline_keyboard"]
    assert button["url"].startswith("https://t.me/sangket_bot")
    said = (answer.text + answer.buttons[0][0]).lower()
    assert not {"incident", "receipt", "report", "tell", "happened", "arrest"} & set(said.replace(".", "").split())
    assert count(house, "drafts") == 0


@pytest.mark.parametrize("command", ["/cancel", "/wipe"])
async def test_in_a_group_nothing_says_that_there_is_something_to_delete(
    house: House, world: World, command: str
) -> None:
    person = world.add_person("Vanna")
    group = world.add_group("Network", people=(person,))
    seen = await house.talk(person, group).say(command)
    said = " ".join(one.text for one in seen).lower()
    assert not [word for word in ("delete", "answer", "messages of ours", "open here", "forgot") if word in said]


async def test_the_button_in_a_group_leads_to_what_is_to_be_known_before(
    house: House, world: World, teller: Teller
) -> None:
    group = world.add_group("Network", people=(teller.person,))
    [answer] = await house.talk(teller.person, group).say("/incident")
    payload = answer.message["reply_markup"]["inline_keyboard"][0][0]["url"].partition("?start=")[2]
    [before] = await teller.do(f"/start {payload}")
    assert before.text.startswith("Before you begin")


async def test_a_forged_button_in_a_group_opens_nothing_there(house: House, world: World, teller: Teller) -> None:
    await teller.tell("account")
    group = world.add_group("Network", people=(teller.person,))
    talk = house.talk(teller.person, group)
    await talk.say("/incident")
    for data in ("in:go", "in", "f:c:category:arrest", "f:send", "mb:add", "f:stay"):
        for seen in await talk.tap(data):
            assert "Question" not in seen.text, data
            assert "Before you begin" not in seen.text, data
    assert len(group.messages) <= 3


# Before the first question


async def test_before_the_first_question_it_says_what_telegram_sees_what_is_kept_and_what_it_cannot_do(
    house: House, teller: Teller
) -> None:
    await with_settings(house, incident_days=99, contacts_file=EXAMPLE)
    [before] = await teller.do("/incident")
    assert "Telegram can read what you write here" in before.text
    assert "24 hours" in before.text
    assert "for 99 days" in before.text
    assert "180" not in before.text
    assert "nothing of your name, number or account goes with it" in before.text
    assert "What I cannot do" in before.text
    assert "Signal: +855 00 000 000" in before.text
    assert before.message["reply_markup"]["inline_keyboard"][1][0]["callback_data"] == "in:go"


async def test_with_no_other_channel_set_it_promises_none_and_still_takes_incidents(teller: Teller) -> None:
    [before] = await teller.do("/incident")
    assert "use this instead" not in before.text
    [question] = await teller.do("in:go")
    assert "Question 1 of 14" in question.text


async def test_where_the_office_key_is_on_the_server_it_says_so_before(house: House, teller: Teller) -> None:
    [before] = await teller.do("/incident")
    assert "this server cannot" in before.text
    write_private(house.settings.office_key, house.office.text)
    await house.restart()
    [before] = await teller.do("/incident")
    assert "whoever takes our server" in before.text
    assert "this server cannot" not in before.text


async def test_nothing_is_kept_of_anybody_before_they_press_begin(house: House, teller: Teller) -> None:
    await teller.do("/incident", "in:help")
    assert count(house, "drafts") == 0
    await teller.do("in:go")
    assert count(house, "drafts") == 1  # the control


async def test_the_first_question_says_until_when_the_answers_are_kept(teller: Teller) -> None:
    at_noon(teller.world)
    [question] = await teller.begin()
    local = teller.world.clock().astimezone(dt.timezone(dt.timedelta(hours=7))) + dt.timedelta(hours=24)
    assert f"until {local:%A}, {local:%H:%M}" in question.text


@pytest.mark.parametrize(
    ("language", "number"), [("en", "Call the network's lawyer"), ("km", "សូមទូរស័ព្ទទៅមេធាវីរបស់បណ្តាញ")]
)
async def test_help_comes_first_with_the_numbers_of_the_file_in_both_languages(
    house: House, teller: Teller, language: str, number: str
) -> None:
    await with_settings(house, contacts_file=EXAMPLE)
    await teller.do("/language", f"lang:{language}", "/incident")
    assert teller.buttons[0] == "in:help"
    [help_first] = await teller.do("in:help")
    assert number in help_first.text
    assert "+855 00 000 001" in help_first.text
    assert teller.buttons[0] == "in:go"


async def test_help_without_a_file_still_gives_steps(teller: Teller) -> None:
    [help_first] = await teller.do("/incident", "in:help")
    assert "ask for a lawyer" in help_first.text


async def test_without_an_office_key_nothing_is_taken_and_nothing_stored(house: House, teller: Teller) -> None:
    await house.stop()
    house.settings.office_lock.unlink()
    await house.start()
    [closed] = await teller.do("/incident")
    assert "cannot take incidents" in closed.text
    assert "in:go" not in teller.buttons
    await teller.talk.tap("in:go")
    await teller.talk.tap("f:c:category:arrest")
    await teller.do(SECRET)
    assert count(house, "drafts") == count(house, "incidents") == count(house, "evidence") == 0


# Leaving and coming back


async def test_after_a_restart_the_same_question_is_open_with_everything_answered(house: House, teller: Teller) -> None:
    await teller.tell("when")
    await house.restart()
    [question] = await teller.do("f:c:when:today")
    assert "Question 5 of 14" in question.text
    await house.restart()
    [question] = await teller.do("nowhere at all xyzzy")
    assert "Question 5 of 14" in question.text


async def test_whoever_comes_back_after_a_restart_finds_the_question_they_left(house: House, teller: Teller) -> None:
    await teller.tell("source")
    await house.restart()
    [question] = await teller.do("/incident")
    assert teller.asked == "source"
    assert "Welcome back" in question.text


async def test_what_is_written_after_save_and_leave_is_looked_up_and_no_answer(teller: Teller) -> None:
    await teller.tell("account")
    [left] = await teller.do("f:leave")
    assert "Saved until" in left.text
    [found] = await teller.do("prisons")
    assert "Question" not in found.text
    assert "F." in found.text or "prison" in found.text.lower()
    [question] = await teller.do("/incident")
    assert teller.asked == "account"
    assert "So far" not in question.text
    assert "prisons" not in question.text


async def test_the_button_below_save_and_leave_goes_on_where_one_left(teller: Teller) -> None:
    await teller.tell("state")
    await teller.do("f:leave", "in")
    assert teller.asked == "state"


async def test_a_command_in_the_middle_is_answered_and_the_question_comes_again(teller: Teller) -> None:
    await teller.tell("where")
    card, question = await teller.do("/benchmark D")
    assert card.text.startswith("D.")
    assert "Question 5 of 14" in question.text
    assert teller.asked == "where"
    await teller.do("f:c:where:online")
    assert teller.asked == "affected"


async def test_begin_pressed_again_on_an_old_screen_goes_back_to_the_open_question(
    house: House, teller: Teller
) -> None:
    await teller.tell("account")
    await teller.talk.tap("in:go")
    assert teller.asked == "account"
    assert "Welcome back" in teller.text


# Cancelling


async def test_cancel_asks_first_and_no_leads_back_to_the_question(house: House, teller: Teller) -> None:
    await teller.tell("when")
    [confirm] = await teller.do("/cancel")
    assert "cannot be undone" in confirm.text
    assert teller.buttons == ["f:stay", "f:cancel:yes"]  # the safe one first
    assert count(house, "drafts") == 1
    await teller.do("f:stay")
    assert teller.asked == "when"


async def test_cancel_really_deletes_answers_files_and_messages(house: House, teller: Teller) -> None:
    await teller.tell("account")
    await teller.do(SECRET, teller.file("voice", VOICE), "f:ok:account")
    assert (count(house, "drafts"), count(house, "evidence"), len(blobs(house))) == (1, 1, 1)  # the control
    shown = json.dumps(list(teller.messages().values()))
    assert SECRET in shown
    await teller.do("f:cancel", "f:cancel:yes")
    assert (count(house, "drafts"), count(house, "evidence")) == (0, 0)
    await later(house, dt.timedelta(seconds=20))
    assert blobs(house) == {}
    [last] = teller.left()
    assert last.startswith("Deleted")
    assert count(house, "incidents") == 0


async def test_cancel_with_nothing_open_says_so(house: House, teller: Teller) -> None:
    [answer] = await teller.do("/cancel")
    assert "nothing to delete" in answer.text
    assert "f:cancel:yes" not in teller.buttons
    await teller.talk.tap("f:cancel:yes")
    assert "nothing to delete" in teller.text


async def test_cancel_deletes_what_was_left_for_later_as_well(house: House, teller: Teller) -> None:
    await teller.tell("when")
    await teller.do("f:leave", "/cancel", "f:cancel:yes")
    assert count(house, "drafts") == 0


# Handing in


async def test_sending_seals_exactly_the_answers(house: House, teller: Teller) -> None:
    await teller.hand_in()
    [incident] = incidents(house)
    assert list(incident["answers"]) == [step.name for step in INCIDENT.applying(incident["answers"])]
    assert incident["answers"] | {"when": None} == {
        "category": "arrest",
        "children": "no",
        "account": [{"text": ACCOUNT}],
        "when": None,
        "where": {"code": "17"},
        "affected": {"n": 2},
        "actors": ["police"],
        "state": "held",
        "source": "saw",
        "evidence": None,
        "benchmarks": ["B"],
        "urgency": "days",
        "consent": [],
        "contact": "receipt",
    }
    assert incident["flood"] is False
    assert incident["form"] == "incident"
    assert sorted(incident) == [
        "answers", "ctx", "evidence", "flood", "form", "huridocs", "language", "mailbox", "received_at", "reference",
    ]  # fmt: skip
    assert incident["huridocs"]["Act"]["type_of_act"] == {"term": "arrest", "code": "030101"}


async def test_the_sealed_incident_says_nothing_of_who_told_it(house: House, world: World) -> None:
    person = world.add_person("Kanaryaname", username="kanarya_user", language_code="en")
    chat = world.private_chat(person)
    chat.number = itertools.count(81_234_500).__next__
    teller = Teller(house, house.talk(person))
    receipt = await teller.hand_in(evidence=(teller.file(caption="the gate"), "f:ok:evidence"))
    [incident] = incidents(house)
    written = json.dumps(incident)
    assert ACCOUNT in written  # the control
    for trace in (str(person.id), "Kanaryaname", "kanarya_user", "812345", receipt, receipt.replace(" ", "")):
        assert trace not in written
    assert '"message"' not in written
    assert '"chat' not in written
    assert incident["received_at"].endswith(":00+00:00")  # to the minute


async def test_what_is_on_the_disk_cannot_be_read_without_the_office_key(house: House, teller: Teller) -> None:
    await teller.hand_in(account=(SECRET, "f:ok:account"))
    assert SECRET in json.dumps(incidents(house))  # the control
    await house.stop()
    for file in house.settings.data_dir.rglob("*"):
        assert not file.is_file() or SECRET.encode() not in file.read_bytes()
    await house.start()


async def test_two_taps_on_send_make_one_incident(house: House, teller: Teller) -> None:
    await teller.tell()
    number = teller.talk.last.message["message_id"] if teller.talk.last else 0

    def twice() -> None:
        for _ in range(2):
            teller.world.tap(teller.person, number, data="f:send")

    seen = await teller.do(twice)
    assert count(house, "incidents") == count(house, "mailboxes") == 1
    assert sum("Your receipt" in one.text for one in seen) == 1
    assert any("Nothing is open here" in one.text for one in seen if one.kind == "toast")


async def test_send_before_the_last_answer_sends_nothing(house: House, teller: Teller) -> None:
    await teller.tell("consent")
    [toast] = await teller.talk.tap("f:send")
    assert toast.kind == "toast"
    assert count(house, "incidents") == 0


async def test_send_after_a_restart_makes_one_incident(house: House, teller: Teller) -> None:
    await teller.tell()
    await house.restart()
    await teller.do("f:send")
    assert count(house, "incidents") == 1


async def test_the_receipt_is_shown_once_can_be_copied_and_is_protected(house: House, teller: Teller) -> None:
    receipt = await teller.hand_in()
    assert Receipt.read(receipt) is not None
    assert receipt in teller.text
    assert teller.talk.last is not None
    assert teller.talk.last.message["has_protected_content"] is True
    assert "90 days" in teller.text
    await teller.talk.tap("f:send")
    await teller.do("/incident")
    shown = [message for message in teller.messages().values() if receipt in json.dumps(message)]
    assert len(shown) == 1


async def test_the_receipt_names_the_days_in_force(house: House, teller: Teller) -> None:
    await with_settings(house, mailbox_days=33)
    await teller.hand_in()
    assert "33 days" in teller.text


async def test_after_sending_only_the_receipt_is_left_of_the_conversation(house: House, teller: Teller) -> None:
    await teller.hand_in(
        account=(SECRET, teller.file("voice", VOICE), "/benchmark D", "f:ok:account"),
        when=("yesterday 3pm", "f:yes:when"),
    )
    [left] = teller.left()
    assert "Your receipt" in left


async def test_the_command_that_opened_the_form_is_deleted_with_it(teller: Teller) -> None:
    await teller.hand_in()
    assert "/incident" not in [message["text"] for message in teller.messages().values()]


async def test_what_was_said_before_the_incident_is_not_deleted_with_it(house: House, teller: Teller) -> None:
    await teller.do("/benchmark D")
    teller.world.advance(dt.timedelta(minutes=5))
    await teller.hand_in()
    texts = [message["text"] for message in teller.messages().values()]
    assert any(text.startswith("D.") for text in texts)


async def test_whoever_wants_to_be_told_here_is_remembered_and_nobody_else(house: House, world: World) -> None:
    at_noon(world)
    careful, trusting = (Teller(house, house.talk(world.add_person(name))) for name in ("Mao", "Nary"))
    await careful.hand_in()
    assert (count(house, "tellings"), count(house, "waiting")) == (0, 0)
    await trusting.hand_in(contact=("f:c:contact:here",))
    [(sealed,)] = rows(house, "SELECT sealed FROM tellings")
    [(chat, address)] = rows(house, "SELECT chat, address FROM waiting")
    server = ServerKey.load(house.settings.server_key, world.clock().date())
    assert chat == server.pseudonym(trusting.person.id)
    assert not any(str(trusting.person.id).encode() in one for one in (sealed, chat, address))


# Files


async def test_the_sealed_file_is_what_was_received_with_its_sha256(house: House, teller: Teller) -> None:
    data = PDF + bytes(range(256)) * 9 + b"the end"
    await teller.hand_in(evidence=(teller.file(data=data, caption="the order"), "f:ok:evidence"))
    [incident] = incidents(house)
    [facts] = incident["evidence"]
    assert facts["id"] in incident["answers"]["evidence"]
    assert facts["sha256"] == hashlib.sha256(data).hexdigest()
    assert (facts["size"], facts["type"], facts["kind"]) == (len(data), "application/pdf", "document")
    assert (facts["file_name"], facts["caption"], facts["step"]) == ("minutes.pdf", "the order", "evidence")
    [(name, sealed)] = blobs(house).items()
    assert name == facts["id"]
    assert data not in sealed
    opened = house.office.open(sealed)
    assert opened[: len(data)] == data
    assert set(opened[len(data) :]) <= {0}
    assert "coming" not in facts


async def test_files_stay_when_the_clock_moves_after_handing_in(house: House, teller: Teller) -> None:
    await teller.hand_in(evidence=(teller.file(), "f:ok:evidence"))
    await later(house, dt.timedelta(hours=30))
    assert len(blobs(house)) == 1


async def test_send_waits_for_files_that_are_still_on_the_way(house: House, teller: Teller) -> None:
    await teller.tell()
    await teller.do("f:change:evidence")
    world, number = teller.world, teller.talk.last.message["message_id"] if teller.talk.last else 0

    def all_at_once() -> None:
        teller.file()()
        for data in ("f:ok:evidence", "f:send"):
            world.tap(teller.person, number, data=data)

    seen = await teller.do(all_at_once)
    assert any("still on the way" in one.text for one in seen if one.kind == "toast")
    assert count(house, "incidents") == 0
    assert teller.asked == "review"
    await teller.do("f:send")
    [incident] = incidents(house)
    assert len(incident["evidence"]) == 1


# Children and sexual violence


@pytest.mark.parametrize(
    "answers",
    [{"category": ("f:c:category:sexual",)}, {"children": ("f:c:children:yes",)}],
    ids=["sexual violence", "a child"],
)
async def test_of_children_and_survivors_it_asks_no_more_and_says_who_listens(
    house: House, teller: Teller, answers: dict[str, Any]
) -> None:
    await with_settings(house, contacts_file=EXAMPLE)
    await teller.tell("care", **answers)
    assert "A trained counsellor: +855 00 000 002" in teller.text
    assert "write no details" in teller.text
    [refused] = await teller.do(SECRET)
    assert teller.asked == "care"
    assert SECRET not in refused.text
    await teller.tell()
    await teller.do("f:send")
    [incident] = incidents(house)
    assert set(incident["answers"]) == {
        "category", "children", "care", "when", "province", "urgency", "contact",
    }  # fmt: skip
    assert SECRET not in json.dumps(incident)


async def test_where_nobody_is_named_who_listens_the_other_channel_is_shown(
    house: House, teller: Teller, tmp_path: Path
) -> None:
    contacts = tmp_path / "contacts.toml"
    contacts.write_text('[other_channel]\nen = "Signal: 012 345"\nkm = "Signal៖ 012 345"\n', encoding="utf-8")
    await with_settings(house, contacts_file=contacts)
    await teller.tell("care", category=("f:c:category:sexual",))
    assert "012 345" in teller.text


async def test_of_survivors_not_even_the_words_around_a_date_or_a_place_are_handed_in(
    house: House, teller: Teller
) -> None:
    await teller.tell(
        category=("f:c:category:sexual",),
        when=("he was arrested yesterday at 3 pm", "f:yes:when"),
        province=("Puok, Siem Reap", "f:yes:province"),
    )
    await teller.do("f:send")
    [incident] = incidents(house)
    assert incident["answers"]["when"]["at"].endswith("T15:00")  # the control
    assert incident["answers"]["province"]["code"] == "17"
    assert "arrested" not in json.dumps(incident)
    assert "Puok" not in json.dumps(incident)


async def test_changing_to_sexual_violence_drops_the_account_and_its_files(house: House, teller: Teller) -> None:
    await teller.tell(
        account=(SECRET, teller.file("voice", VOICE), "f:ok:account"), evidence=(teller.file(), "f:ok:evidence")
    )
    assert len(blobs(house)) == 2  # the control
    await teller.do("f:change:category", "f:c:category:sexual")
    assert teller.asked == "care"
    await teller.tell()
    assert SECRET not in teller.text
    await teller.do("f:send")
    [incident] = incidents(house)
    assert "account" not in incident["answers"]
    assert SECRET not in json.dumps(incident)
    assert incident["evidence"] == []
    await later(house, dt.timedelta(seconds=20))
    assert (count(house, "evidence"), blobs(house)) == (0, {})


# Others, and quotas


async def test_nobody_can_press_the_buttons_of_another(house: House, world: World, teller: Teller) -> None:
    await teller.tell()
    other = house.talk(world.add_person("Vanna"))
    await other.say("/start")
    for data in ("f:send", "f:cancel:yes", "f:change:account", "f:c:contact:here", "f:leave", "f:stay", "f:ok:consent"):
        for seen in await other.tap(data):
            assert "Please look through" not in seen.text
            assert ACCOUNT not in seen.text
    assert count(house, "incidents") == 0
    assert count(house, "drafts") == 1
    await teller.do("f:send")
    assert count(house, "incidents") == 1  # the control: its owner can


async def test_two_people_tell_at_the_same_time_and_neither_sees_the_other(house: House, world: World) -> None:
    first, second = (Teller(house, house.talk(world.add_person(name))) for name in ("Mao", "Nary"))
    await first.tell("when", account=("what Mao saw", "f:ok:account"))
    await second.tell("when", account=("what Nary saw", "f:ok:account"))
    await first.tell()
    assert "what Mao saw" in first.text
    assert "Nary" not in first.text
    await second.tell()
    await first.do("f:send")
    await second.do("f:send")
    told = {incident["answers"]["account"][0]["text"] for incident in incidents(house)}
    assert told == {"what Mao saw", "what Nary saw"}


async def test_three_a_day_are_taken_the_fourth_is_not_and_the_next_day_again(house: House, teller: Teller) -> None:
    at_noon(teller.world)
    for _ in range(3):
        await teller.hand_in()
    [enough] = await teller.do("/incident")
    assert "3 today" in enough.text
    assert "in:go" not in teller.buttons
    await teller.talk.tap("in:go")
    assert count(house, "drafts") == 0
    await later(house, dt.timedelta(days=1))
    await teller.hand_in()
    assert count(house, "incidents") == 4


async def test_one_persons_quota_is_not_anothers(house: House, world: World, teller: Teller) -> None:
    at_noon(world)
    await with_settings(house, incidents_per_day=1)
    await teller.hand_in()
    await Teller(house, house.talk(world.add_person("Nary"))).hand_in()
    assert count(house, "incidents") == 2
    [enough] = await teller.do("/incident")
    assert "as many as I take" in enough.text


async def test_a_restart_does_not_give_a_new_quota(house: House, teller: Teller) -> None:
    at_noon(teller.world)
    await with_settings(house, incidents_per_day=1)
    await teller.hand_in()
    await house.restart()
    [enough] = await teller.do("/incident")
    assert "as many as I take" in enough.text


# The end of a draft


async def test_a_form_left_open_ends_after_24_hours_with_its_files_and_messages(house: House, teller: Teller) -> None:
    await teller.tell("when", account=(SECRET, teller.file("voice", VOICE), "f:ok:account"))
    await later(house, dt.timedelta(hours=23, minutes=50))
    assert (count(house, "drafts"), len(blobs(house))) == (1, 1)  # the control
    before = teller.world.journal.last
    await later(house, dt.timedelta(minutes=15))
    assert (count(house, "drafts"), count(house, "evidence"), blobs(house)) == (0, 0, {})
    [notice] = teller.left()
    assert notice == "The time is over: what you had begun here is deleted."
    events = [one for one in teller.world.journal.since(before) if one["type"] == "message"]
    assert [event["message"].get("silent") for event in events] == [True]
    assert SECRET not in json.dumps(list(teller.messages().values()))


async def test_between_the_end_of_a_draft_and_the_tick_nothing_of_it_is_shown(house: House, teller: Teller) -> None:
    await teller.tell("when")
    teller.world.advance(dt.timedelta(hours=24, seconds=1))
    [answer] = await teller.do("/incident")
    assert answer.text.startswith("Before you begin")


@pytest.mark.parametrize(("contact", "kept"), [("here", [("km",)]), ("receipt", [])])
async def test_who_asks_to_be_told_here_is_told_in_the_language_they_spoke(
    house: House, world: World, contact: str, kept: list[tuple[str]]
) -> None:
    """Nobody chose a language here. Control: of who wants a receipt only, not even that is kept."""
    teller = Teller(house, house.talk(world.add_person("Sok", language_code="km")))
    await teller.hand_in(contact=(f"f:c:contact:{contact}",))
    assert rows(house, "SELECT language FROM chats") == kept
