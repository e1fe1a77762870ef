"""Filling in the form: one question at a time, by button or in words, and nothing that was answered is lost."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re

import pytest
from conftest import House
from incident_story import ACCOUNT, ANSWERS, PDF, VOICE, NotShown, Teller, blobs, count, incidents, later, rows
from photos import photo

from bot import sender
from bot.talk import Talk
from forms.files import MOST_BYTES
from forms.form import Form
from forms.incident import ADDITION, INCIDENT
from forms.steps import OneOf, SomeOf
from sandbox.records import Fault
from sandbox.world import World
from texts.language import LANGUAGES
from texts.questions import NAMES, OPTIONS, QUESTIONS

STEPS = [step.name for step in INCIDENT.applying({"category": "arrest", "children": "no"})]
NEEDED = {step.name for step in INCIDENT.steps if step.needed}


@pytest.fixture(autouse=True)
def quick_albums(monkeypatch: pytest.MonkeyPatch) -> None:
    """The messages of an album come at once here."""
    monkeypatch.setattr(sender, "_ALBUM_SECONDS", 0.02)


@pytest.fixture
def teller(house: House, dara: Talk) -> Teller:
    return Teller(house, dara)


def plain(markup: str) -> str:
    return re.sub(r"<[^>]+>", "", markup).replace("&#39;", "'")


# Every step


async def test_each_question_shows_its_number_and_the_ways_out(teller: Teller) -> None:
    await teller.begin()
    for number, step in enumerate(STEPS, 1):
        assert teller.asked == step
        assert f"Question {number} of 14" in teller.text
        assert plain(QUESTIONS[step]("en")).splitlines()[0] in teller.text
        assert teller.buttons[-2:] == ["f:leave", "f:cancel"]
        assert (f"f:skip:{step}" in teller.buttons) is (step not in NEEDED and step != "benchmarks")
        assert (f"f:back:{step}" in teller.buttons) is (number > 1)
        await teller.do(*ANSWERS[step])
    assert teller.asked == "review"
    assert {"f:send", "f:leave", "f:cancel"} <= set(teller.buttons)


async def test_a_question_that_takes_words_or_files_shows_an_example_or_what_to_send(teller: Teller) -> None:
    for step in ("account", "when", "where", "affected", "evidence"):
        await teller.tell(step)
        assert re.search(r"Example:|such as|write it:|write the place:|At most", teller.text), step


async def test_every_step_that_may_be_skipped_can_be(house: House, teller: Teller) -> None:
    await teller.begin()
    while teller.asked != "review":
        skip = f"f:skip:{teller.asked}"
        await teller.do(*([skip] if skip in teller.buttons else ANSWERS[teller.asked]))
    await teller.do("f:send")
    [incident] = incidents(house)
    skipped = {name for name, value in incident["answers"].items() if value is None}
    assert skipped == set(STEPS) - NEEDED - {"benchmarks"}


async def test_a_needed_step_cannot_be_skipped_by_a_forged_button(teller: Teller) -> None:
    await teller.tell("account")
    with pytest.raises(NotShown):
        await teller.press("f:skip:account")
    [again] = await teller.talk.tap("f:skip:account")
    assert "need an answer" in again.text
    assert teller.asked == "account"


async def test_back_leads_through_all_questions_to_the_first(teller: Teller) -> None:
    await teller.tell("contact")
    for step in reversed(STEPS[:-1]):
        await teller.do(f"f:back:{teller.asked}")
        assert teller.asked == step
    assert not [data for data in teller.buttons if data.startswith("f:back")]


async def test_back_keeps_the_account_and_the_ticks(teller: Teller) -> None:
    await teller.tell("when")
    await teller.do("f:back:when")
    assert ACCOUNT in teller.text
    await teller.do("f:ok:account")
    await teller.tell("state")
    await teller.do("f:back:state")
    assert teller.talk.last is not None
    assert "☑ Police" in [label for row in teller.talk.last.buttons for label in row]


def pressable(form: Form) -> list[tuple[str, str]]:
    """(step, option) of everything that can be pressed."""
    found = [
        (step.name, option.name) for step in form.steps if isinstance(step, OneOf | SomeOf) for option in step.options
    ]
    found += [("when", name) for name in OPTIONS["when"]]
    return found + [("where", name) for name in ("online", "abroad", "unknown")]


async def reopen(teller: Teller, step: str) -> None:
    """Back to this step, if its answer was taken."""
    if teller.asked != step:
        await teller.do(f"f:change:{step}" if teller.asked == "review" else f"f:back:{teller.asked}")
    assert teller.asked == step


async def test_every_option_of_every_step_can_be_pressed(house: House, teller: Teller) -> None:
    await teller.begin()
    pressed = 0
    for step in STEPS:
        for name in [option for one, option in pressable(INCIDENT) if one == step]:
            if (step, name) in (("category", "sexual"), ("children", "yes")):
                continue
            await teller.do(f"f:c:{step}:{name}")
            pressed += 1
            await reopen(teller, step)
        await teller.do(*ANSWERS[step] if step != "actors" else ("f:ok:actors",))
    assert teller.asked == "review"
    assert pressed == len(pressable(INCIDENT)) - 2


@pytest.mark.parametrize("typed_in", LANGUAGES)
async def test_every_option_of_every_step_can_be_typed_in_either_language(
    house: House, teller: Teller, typed_in: str
) -> None:
    await teller.begin()
    for step in STEPS:
        for name in [option for one, option in pressable(INCIDENT) if one == step]:
            if (step, name) in (("category", "sexual"), ("children", "yes")):
                continue
            label = name.lower() if step == "benchmarks" else OPTIONS[step][name](typed_in)
            await teller.do(label.upper() if len(label) % 2 else label)
            assert "Please press" not in teller.text, label
            await reopen(teller, step)
        await teller.do(*ANSWERS[step] if step != "actors" else ("f:ok:actors",))
    assert teller.asked == "review"


async def test_khmer_labels_are_understood_with_zero_width_spaces(teller: Teller) -> None:
    await teller.begin()
    label = OPTIONS["category"]["land"]("km")
    assert re.search("[\u1780-\u17ff]", label)
    await teller.do("\u200b".join(label))
    assert teller.asked == "children"


async def test_the_whole_conversation_can_be_had_in_khmer(house: House, sok: Talk) -> None:
    teller = Teller(house, sok)
    await teller.begin()
    seen = []
    while teller.asked != "review":
        seen.append(teller.text)
        await teller.do(*ANSWERS[teller.asked])
    seen.append(teller.text)
    for text in seen:
        assert re.search("[\u1780-\u17ff]", text)
        assert not re.search(r"\b(Question|Please|the|Continue)\b", text.replace(ACCOUNT, "")), text
    await teller.do("f:send")
    [incident] = incidents(house)
    assert incident["language"] == "km"


# Wrong answers


WRONG = {
    "category": ("none of these",),
    "children": ("perhaps two",),
    "when": ("blue", "tomorrow"),
    "where": ("no such place xyzzy",),
    "affected": ("quite a lot",),
    "actors": ("my neighbour",),
    "state": ("?",),
    "source": ("42",),
    "evidence": ("I have none",),
    "benchmarks": ("D and something",),
    "urgency": ("now!!",),
    "consent": ("anything",),
    "contact": ("x" * 301,),
}


async def test_a_wrong_answer_repeats_the_question_and_keeps_the_rest(teller: Teller) -> None:
    for step, several in WRONG.items():
        await teller.tell(step)
        number = re.search(r"Question \d+ of \d+", teller.text)
        assert number
        for wrong in several:
            [again] = await teller.do(wrong)
            assert teller.asked == step
            assert number[0] in again.text
            assert plain(QUESTIONS[step]("en")).splitlines()[0] in again.text
    await teller.tell()
    assert f"{NAMES['category']('en')}: Arrest" in teller.text
    assert ACCOUNT in teller.text
    assert not [wrong for several in WRONG.values() for wrong in several if wrong in teller.text and len(wrong) > 3]


async def test_nothing_that_can_be_sent_leads_away_from_a_question(house: House, teller: Teller) -> None:
    world, person = teller.world, teller.person
    private = {"id": person.id, "type": "private", "first_name": person.name}
    dice = {"message_id": 9_999, "date": int(world.now()), "chat": private, "from": person.user()}
    dice["dice"] = {"emoji": "🎲", "value": 3}
    deeds = (
        lambda: world.send_sticker(person),
        lambda: world.send_contact(person, "+85512345678", "Kanarya"),
        lambda: world.send_location(person, 11.55, 104.92),
        lambda: world.say(person, "\u200b\u2060"),
        lambda: world.push({"message": dice}),
    )
    for step in STEPS:
        await teller.tell(step)
        for number, deed in enumerate(deeds):
            seen = await teller.do(deed)
            assert (len(seen), teller.asked) == (1, step), number
    await teller.tell()
    await teller.do("f:send")
    written = json.dumps(incidents(house))
    assert ACCOUNT in written  # the control
    assert not [trace for trace in ("85512345678", "Kanarya", "11.55") if trace in written]


async def test_after_something_that_could_say_who_people_are_it_says_that_it_was_not_kept(teller: Teller) -> None:
    await teller.tell("when")
    [again] = await teller.do(lambda: teller.world.send_contact(teller.person, "+85512345678", "Kanarya"))
    assert "did not keep that" in again.text


async def test_a_button_of_a_question_that_is_over_changes_nothing(teller: Teller) -> None:
    await teller.tell("affected")
    [toast] = await teller.talk.tap("f:c:category:land")
    assert toast.kind == "toast"
    assert "change every answer at the end" in toast.text
    await teller.tell()
    assert f"{NAMES['category']('en')}: Arrest" in teller.text


# When


async def test_a_typed_time_is_said_back_as_precisely_as_it_was_told(teller: Teller) -> None:
    await teller.do("/language", "lang:en")
    await teller.tell("when")
    for said, echo in (
        ("yesterday 3pm", r"\w+day \d+ \w+ \d{4}, 15:00"),
        ("៣ ថ្ងៃមុន", r"\w+day \d+ \w+ \d{4}\n"),
        ("last month", r"understood: \w+ \d{4}\n"),
        ("2025", r"the year 2025"),
    ):
        [understood] = await teller.do(said)
        assert "I understood" in understood.text
        assert re.search(echo, understood.text), understood.text
        assert teller.asked == "when"
        await teller.do("f:yes:when")
        assert teller.asked == "where"
        await teller.do("f:back:where")


async def test_not_to_be_sure_is_an_answer(teller: Teller) -> None:
    for said in ("not sure", "I do not know", "មិនដឹង"):
        await teller.tell("when")
        await teller.do(said)
        if "f:yes:when" in teller.buttons:
            await teller.do("f:yes:when")
        assert teller.asked == "where", said
        await teller.do("f:back:where")
    await teller.do("not sure")
    await teller.tell()
    assert "When: not known" in teller.text


async def test_no_asks_for_the_time_again(teller: Teller) -> None:
    await teller.tell("when")
    await teller.do("yesterday 3pm", "f:no:when")
    assert "When was it?" in teller.text
    await teller.do("last week", "f:yes:when")
    assert teller.asked == "where"


@pytest.mark.parametrize(("yes", "no"), [("yes", "no"), ("បាទ", "ទេ")], ids=LANGUAGES)
async def test_is_that_right_can_be_answered_in_words(teller: Teller, yes: str, no: str) -> None:
    await teller.tell("when")
    await teller.do("yesterday 3pm", no)
    assert "f:yes:when" not in teller.buttons
    assert teller.asked == "when"
    await teller.do("yesterday 3pm", yes)
    assert teller.asked == "where"


async def test_another_time_can_be_typed_instead_of_pressing_no(teller: Teller) -> None:
    await teller.tell("when")
    await teller.do("yesterday 3pm")
    [understood] = await teller.do("yesterday 5pm")
    assert "17:00" in understood.text


async def test_what_was_understood_still_waits_for_its_yes_after_a_restart(house: House, teller: Teller) -> None:
    await teller.tell("when")
    await teller.do("yesterday 3pm")
    await house.restart()
    await teller.do("/incident")
    assert "15:00" in teller.text
    await teller.do("f:yes:when")
    assert teller.asked == "where"


# Where


async def test_a_place_is_pressed_from_province_to_commune(house: House, teller: Teller) -> None:
    await teller.hand_in(where=("f:c:where:in:17", "f:c:where:in:1703", "f:c:where:in:170304"))
    assert incidents(house)[0]["answers"]["where"] == {"code": "170304"}


async def test_a_typed_place_is_said_back_and_confirmed(teller: Teller) -> None:
    await teller.do("/language", "lang:en")
    for said in ("Siem Reap", "siemreap", "សៀមរាប"):
        await teller.tell("where")
        [understood] = await teller.do(said)
        assert "I understood: Siem Reap" in understood.text
        await teller.do("f:yes:where")
        assert teller.asked == "affected"
        await teller.do("f:back:affected")
    await teller.do(*ANSWERS["where"])


async def test_an_ambiguous_place_is_offered_with_what_tells_them_apart(teller: Teller) -> None:
    await teller.tell("where")
    [offered] = await teller.do("Chbar Ampov")
    assert "Which of these" in offered.text
    labels = [label for row in offered.buttons for label in row]
    assert "Phnom Penh, Chbar Ampov" in labels
    await teller.do("f:c:where:here:1210")
    await teller.tell()
    assert "Where: Phnom Penh, Chbar Ampov" in teller.text


async def test_a_point_on_the_map_is_refused_unless_it_was_asked_for_after_a_warning(
    house: House, teller: Teller
) -> None:
    await teller.tell("where")

    def pin() -> None:
        teller.world.send_location(teller.person, 11.556, 104.928)

    [refused] = await teller.do(pin)
    assert "did not keep that point" in refused.text
    [warned] = await teller.do("f:c:where:pin")
    assert "may show where you live or work" in warned.text
    await teller.do(pin)
    assert teller.asked == "affected"
    await teller.tell()
    await teller.do("f:send")
    assert incidents(house)[0]["answers"]["where"] == {"pin": [11.556, 104.928]}


async def test_whoever_asked_for_the_exact_spot_can_still_choose_a_province(teller: Teller) -> None:
    await teller.tell("where")
    await teller.do("f:c:where:pin", "f:c:where:in:17")
    assert "So far: Siem Reap" in teller.text
    [refused] = await teller.do(lambda: teller.world.send_location(teller.person, 11.556, 104.928))
    assert "did not keep that point" in refused.text


# Benchmarks and consent


async def test_the_category_proposes_benchmarks_and_the_person_corrects_them(house: House, teller: Teller) -> None:
    await teller.tell("benchmarks", category=("f:c:category:detention",))
    assert "my guess" in teller.text
    labels = [label for row in teller.talk.last.buttons for label in row] if teller.talk.last else []
    assert [label for label in labels if label.startswith("☑")] == ["☑ B", "☑ F"]
    await teller.do("f:c:benchmarks:B", "f:c:benchmarks:T")
    await teller.tell()
    await teller.do("f:send")
    assert incidents(house)[0]["answers"]["benchmarks"] == ["F", "T"]


async def test_several_letters_can_be_typed_at_once(teller: Teller) -> None:
    await teller.tell("benchmarks")
    await teller.do("a, t")
    labels = [label for row in teller.talk.last.buttons for label in row] if teller.talk.last else []
    assert [label for label in labels if label.startswith("☑")] == ["☑ A", "☑ B", "☑ T"]


async def test_another_category_proposes_other_benchmarks(teller: Teller) -> None:
    await teller.tell()
    assert "Benchmarks: B" in teller.text
    await teller.do("f:change:category", "f:c:category:land")
    await teller.tell()
    assert "Benchmarks: M" in teller.text


async def test_without_a_tick_only_the_network_reads_it(house: House, teller: Teller) -> None:
    await teller.tell("consent")
    labels = [label for row in teller.talk.last.buttons for label in row] if teller.talk.last else []
    assert not [label for label in labels if label.startswith("☑")]
    await teller.do("f:ok:consent")
    await teller.tell()
    assert "Only the network's reviewers read it" in teller.text
    await teller.do("f:send")
    assert incidents(house)[0]["answers"]["consent"] == []


async def test_each_use_is_allowed_by_itself(house: House, teller: Teller) -> None:
    await teller.hand_in(
        consent=("f:c:consent:statistics", "f:c:consent:anonymised", "f:c:consent:statistics", "f:ok:consent")
    )
    [incident] = incidents(house)
    assert incident["answers"]["consent"] == ["anonymised"]
    assert incident["huridocs"]["Event"]["confidentiality"] == "y"


# The review


async def test_the_review_lists_every_answer_in_order_with_a_button_each(teller: Teller) -> None:
    await teller.tell()
    listed = [line.partition(":")[0] for line in teller.text.splitlines() if ": " in line]
    assert listed == [NAMES[step]("en") for step in STEPS]
    assert [data for data in teller.buttons if data.startswith("f:change")] == [f"f:change:{step}" for step in STEPS]


async def test_changing_one_answer_leads_back_and_keeps_the_others(teller: Teller) -> None:
    others = {
        "category": ("f:c:category:trial",), "children": ("f:c:children:unknown",), "account": ("More.", "f:ok:account"),
        "when": ("f:c:when:today",), "where": ("f:c:where:abroad",), "affected": ("99",),
        "actors": ("f:c:actors:court", "f:ok:actors"), "state": ("f:c:state:dead",), "source": ("f:c:source:media",),
        "evidence": (teller.file(), "f:ok:evidence"), "benchmarks": ("f:c:benchmarks:T", "f:ok:benchmarks"),
        "urgency": ("f:c:urgency:none",), "consent": ("f:c:consent:public", "f:ok:consent"),
        "contact": ("f:c:contact:here",),
    }  # fmt: skip
    await teller.tell()
    for step in reversed(STEPS):  # the category last: what it proposes may change with it
        before = teller.text.splitlines()
        await teller.do(f"f:change:{step}")
        assert teller.asked == step
        await teller.do(*others[step])
        assert teller.asked == "review"
        changed = [line.partition(":")[0] for line in teller.text.splitlines() if line not in before and ": " in line]
        assert changed[:1] == [NAMES[step]("en")]
        assert len(changed) == 1 or step == "category"


async def test_back_from_a_change_leads_to_the_review_unchanged(teller: Teller) -> None:
    await teller.tell()
    before = teller.text
    await teller.do("f:change:where", "f:back:where")
    assert (teller.asked, teller.text) == ("review", before)


async def test_leaving_in_the_middle_of_a_change_keeps_the_old_answer(teller: Teller) -> None:
    await teller.tell()
    await teller.do("f:change:state", "f:leave", "/incident")
    assert teller.asked == "state"
    await teller.do("f:back:state")
    assert "How they are now: Held, not on trial" in teller.text


async def test_words_written_at_the_review_change_nothing_and_show_it_again(teller: Teller) -> None:
    await teller.tell()
    await teller.do("is that all?")
    assert teller.asked == "review"
    assert "is that all" not in teller.text


async def test_names_with_markup_are_shown_as_they_were_typed(house: House, teller: Teller) -> None:
    told = '<b>A&B</b> "quoted" <script> ខ្មែរ'
    await teller.tell(account=(told, "f:ok:account"), contact=(told,))
    assert teller.text.count(told) == 2
    await teller.do("f:send")
    assert incidents(house)[0]["answers"]["contact"] == {"words": told}


# Editing


async def test_an_edited_message_changes_the_account(house: House, teller: Teller) -> None:
    await teller.tell("account")
    await teller.do("Fuor men came.", "They left.")
    number = next(n for n, message in teller.messages().items() if message.get("text") == "Fuor men came.")
    [changed] = await teller.do(lambda: teller.world.edit(teller.person, number, "Four men came."))
    assert "Changed" in changed.text
    assert "“Four men came. They left.”" in changed.text
    await teller.do("f:ok:account")
    await teller.do(lambda: teller.world.edit(teller.person, number, "Five men came."))
    assert teller.asked == "when"
    await teller.tell()
    await teller.do("f:send")
    assert [part["text"] for part in incidents(house)[0]["answers"]["account"]] == ["Five men came.", "They left."]


async def test_another_edited_message_changes_nothing_and_it_says_so(teller: Teller) -> None:
    await teller.tell("affected")
    await teller.do("7")
    number = next(n for n, message in teller.messages().items() if message.get("text") == "7")
    [calm] = await teller.do(lambda: teller.world.edit(teller.person, number, "70"))
    assert "Editing a message changes no answer" in calm.text
    assert teller.asked == "actors"
    await teller.tell()
    assert "How many people: 7" in teller.text
    assert "70" not in teller.text


# Files


async def test_an_album_is_answered_once_and_counts_every_file(house: House, teller: Teller) -> None:
    await teller.tell("evidence")

    def album() -> None:
        for n in range(4):
            teller.file(data=PDF + bytes([65 + n]), media_group_id="77")()

    seen = await teller.do(album)
    [answer] = [one for one in seen if one.text]
    assert "Files so far: 4" in answer.text
    await teller.do("f:ok:evidence")
    await teller.tell()
    await teller.do("f:send")
    [incident] = incidents(house)
    assert len(incident["answers"]["evidence"]) == len(incident["evidence"]) == len(blobs(house)) == 4


@pytest.mark.parametrize("step", ["affected", "consent"])
async def test_an_album_where_no_files_are_asked_for_is_answered_once(teller: Teller, step: str) -> None:
    await teller.tell(step)

    def album() -> None:
        for _ in range(4):
            teller.file(media_group_id="78")()

    seen = await teller.do(album)
    assert len(seen) == 1


async def test_of_an_album_that_is_too_large_it_is_said_once(house: House, teller: Teller) -> None:
    await teller.tell("evidence")

    def album() -> None:
        for n in range(10):
            teller.file(data=PDF + bytes([65 + n]), media_group_id="79")()

    seen = await teller.do(album)
    assert sum("more files than I can take" in one.text for one in seen) == 1
    assert len(blobs(house)) == 5


async def test_a_voice_message_is_an_account(house: House, teller: Teller) -> None:
    await teller.hand_in(account=(teller.file("voice", VOICE), "f:ok:account"))
    [incident] = incidents(house)
    [part] = incident["answers"]["account"]
    [facts] = incident["evidence"]
    assert part == {"file": facts["id"]}
    assert (facts["kind"], facts["type"], facts["step"]) == ("voice", "audio/ogg", "account")
    assert facts["sha256"] == hashlib.sha256(VOICE).hexdigest()


async def test_the_difference_between_a_photo_and_a_file_is_explained_and_kept(house: House, teller: Teller) -> None:
    picture = photo("JPEG")
    await teller.tell("evidence")
    assert "As a photo" in teller.text
    assert "As a file" in teller.text
    await teller.do(teller.file("photo", picture, "p.jpg"), teller.file("document", picture, "p.jpg"), "f:ok:evidence")
    await teller.tell()
    await teller.do("f:send")
    [incident] = incidents(house)
    kinds = {facts["id"]: facts["kind"] for facts in incident["evidence"]}
    assert [kinds[one] for one in incident["answers"]["evidence"]] == ["photo", "document"]
    for one in incident["evidence"]:  # the largest size of the photo, and nothing decoded
        assert house.office.open(blobs(house)[one["id"]]).startswith(picture)


async def test_a_sixth_file_is_refused_and_the_five_are_kept(house: House, teller: Teller) -> None:
    await teller.tell("evidence")
    await teller.do(*(teller.file(data=PDF + bytes([65 + n])) for n in range(5)))
    [refused] = await teller.do(teller.file(data=PDF + b"six"))
    assert "more files than I can take" in refused.text
    assert "Files: 5" in refused.text
    await teller.do("f:ok:evidence")
    await teller.tell()
    await teller.do("f:send")
    assert len(incidents(house)[0]["evidence"]) == 5
    assert count(house, "evidence") == len(blobs(house)) == 5


async def test_a_file_that_is_too_large_is_refused_before_it_is_fetched(house: House, teller: Teller) -> None:
    await teller.tell("evidence")
    await teller.do(teller.file())
    too_large = bytes(MOST_BYTES + 1)
    before = len([call for call in teller.world.calls if call.method == "getFile"])
    [refused] = await teller.do(teller.file(data=PDF + too_large))
    assert "too large" in refused.text
    assert "at most 10 MB each and 25 MB together" in refused.text
    assert "Files: 1" in refused.text
    assert len([call for call in teller.world.calls if call.method == "getFile"]) == before
    assert len(blobs(house)) == 1


async def test_files_that_are_too_large_together_are_refused_and_the_earlier_ones_kept(
    house: House, teller: Teller
) -> None:
    nine = PDF + bytes(9_000_000)
    await teller.tell("evidence")
    await teller.do(teller.file(data=nine), teller.file(data=nine + b"2"))
    [refused] = await teller.do(teller.file(data=nine + b"3"))
    assert "too large" in refused.text
    assert "Files: 2, 18.0 MB" in refused.text


async def test_a_program_is_refused_whatever_it_calls_itself(house: House, teller: Teller) -> None:
    await teller.tell("evidence")
    seen = await teller.do(teller.file(data=b"MZ\x90\0 program", name="photo.jpg", mime="image/jpeg"))
    assert "do not take that kind of file" in seen[-1].text
    assert teller.asked == "evidence"
    await teller.do("f:skip:evidence")
    await later(house, dt.timedelta(seconds=20))
    assert blobs(house) == {}


async def test_of_an_album_of_programs_it_is_said_once(house: House, teller: Teller) -> None:
    await teller.tell("evidence")

    def album() -> None:
        for n in range(4):
            teller.file(data=b"MZ\x90\0" + bytes([n]), media_group_id="80")()

    seen = await teller.do(album)
    assert sum("do not take that kind of file" in one.text for one in seen) == 1
    assert teller.asked == "evidence"


async def test_a_file_that_telegram_does_not_give_is_said_and_the_rest_kept(house: House, teller: Teller) -> None:
    await teller.tell("evidence")
    await teller.do(teller.file())

    def fault(method: str, params: object) -> Fault | None:
        if method != "getFile":
            return None
        return Fault(
            400, b'{"ok":false,"error_code":400,"description":"Bad Request: file is gone"}', "application/json"
        )

    teller.world.faults = fault
    seen = await teller.do(teller.file(data=PDF + b"2"))
    teller.world.faults = None
    assert "could not fetch that file" in seen[-1].text
    assert "Files: 1" in seen[-1].text
    await teller.do("f:ok:evidence")
    await teller.tell()
    await teller.do("f:send")
    assert len(incidents(house)[0]["evidence"]) == 1


async def test_a_file_is_taken_in_while_the_bot_answers_somebody_else(
    house: House, world: World, teller: Teller
) -> None:
    others = [world.add_person(f"Person {n}") for n in range(6)]
    await teller.tell("evidence")

    def at_once() -> None:
        teller.file()()
        for other in others:
            world.say(other, "/help")

    world.delay = 0.01
    await teller.do(at_once)
    world.delay = 0
    assert "Files so far: 1" in teller.text
    await teller.do("f:ok:evidence")
    await teller.tell()
    await teller.do("f:send")
    assert len(incidents(house)[0]["evidence"]) == 1


async def test_anew_empties_the_answer_and_its_files(house: House, teller: Teller) -> None:
    await teller.tell("evidence")
    await teller.do(teller.file(), "f:anew:evidence")
    assert "So far" not in teller.text
    await later(house, dt.timedelta(seconds=20))
    assert (count(house, "evidence"), blobs(house)) == (0, {})
    await teller.do(teller.file(), "f:ok:evidence")
    await teller.tell()
    assert "Photos and files: 📎 Files: 1" in teller.text


async def test_a_file_belongs_to_the_draft_until_it_is_handed_in(house: House, teller: Teller) -> None:
    await teller.tell(evidence=(teller.file(), "f:ok:evidence"))
    [(draft, reference)] = rows(house, "SELECT draft IS NOT NULL, reference FROM evidence")
    assert (draft, reference) == (1, None)
    await teller.do("f:send")
    [(draft, reference)] = rows(house, "SELECT draft IS NOT NULL, reference FROM evidence")
    assert (draft, reference) == (0, incidents(house)[0]["reference"])


# The addition has the same manners


async def test_an_addition_counts_its_own_questions(house: House, teller: Teller) -> None:
    receipt = await teller.hand_in()
    await teller.do(f"/receipt {receipt}", "mb:add")
    assert f"Question 1 of {len(ADDITION.steps)}" in teller.text
