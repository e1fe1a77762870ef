"""Each kind of question takes its answers and no others; whatever else comes leaves what it holds."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from forms.form import Answered, Given, More, Progress, Refused, Step, Unsure, Wrong
from forms.steps import WHEN_BUTTONS, Account, Evidence, Notice, OneOf, Option, SomeOf, When, Where, is_empty, reworded

NOW = dt.datetime(2026, 11, 24, 9, 30)
ZWSP = "\u200b"
PIN = (11.5564, 104.9282)

COLOURS = (Option("red"), Option("green"), Option("blue"))
CHOICE = OneOf(name="choice", options=COLOURS)
COUNT = OneOf(name="count", options=COLOURS, number=True)
FREE = OneOf(name="free", options=COLOURS, free=True)
TICKS = SomeOf(name="ticks", options=COLOURS, proposed=lambda answers: ["green"] if answers.get("mood") else [])
ACCOUNT = Account(name="account", needed=True)
EVIDENCE = Evidence(name="evidence")
WHEN = When(name="when")
WHERE = Where(name="where")
PROVINCE = Where(name="province", deepest=2)
NOTICE = Notice(name="notice")
ALL: tuple[Step, ...] = (CHOICE, COUNT, FREE, TICKS, ACCOUNT, EVIDENCE, WHEN, WHERE, PROVINCE, NOTICE)


def words(text: str, message: int = 0) -> Given:
    return Given(NOW, text, message=message)


def pressed(choice: str) -> Given:
    return Given(NOW, choice=choice)


def sent(file: str, caption: str = "") -> Given:
    return Given(NOW, caption, file=file, message=7)


def pinned() -> Given:
    return Given(NOW, pin=PIN)


# What every step has in common


@pytest.mark.parametrize("step", ALL, ids=lambda step: step.name)
@pytest.mark.parametrize(
    "nothing", ["", "  ", ZWSP, f" {ZWSP}\u2060\ufeff\n"], ids=["empty", "spaces", "zwsp", "mixed"]
)
def test_a_message_with_nothing_to_see_is_no_answer(step: Step, nothing: str) -> None:
    assert isinstance(step.take(words(nothing), None), Refused)


@pytest.mark.parametrize("step", [s for s in ALL if s not in (ACCOUNT, EVIDENCE)], ids=lambda step: step.name)
def test_a_file_is_an_answer_only_where_files_are_asked_for(step: Step) -> None:
    assert step.take(sent("f1", "a caption"), None) == Refused(Wrong.NO_FILES)
    assert isinstance(ACCOUNT.take(sent("f1"), None), More)
    assert isinstance(EVIDENCE.take(sent("f1"), None), More)


@pytest.mark.parametrize("step", ALL, ids=lambda step: step.name)
def test_a_point_on_the_map_that_nobody_asked_for_is_kept_nowhere(step: Step) -> None:
    taken = step.take(pinned(), None)
    assert isinstance(taken, Refused)
    assert str(PIN[0]) not in repr(taken)


@pytest.mark.parametrize("step", [s for s in ALL if s not in (ACCOUNT, EVIDENCE)], ids=lambda step: step.name)
@pytest.mark.parametrize("forged", ["purple", "in:99", "here:", "in:", ":", "'; DROP", "here:17x", "in:here:17"])
def test_a_forged_button_is_no_answer(step: Step, forged: str) -> None:
    assert step.take(pressed(forged), None) == Refused(Wrong.CHOOSE)


@pytest.mark.parametrize(("text", "empty"), [("", True), (f"{ZWSP} \u200e", True), (".", False), (f"ក{ZWSP}ខ", False)])
def test_invisible_letters_alone_are_empty(text: str, empty: bool) -> None:
    assert is_empty(text) is empty


# One of several


@pytest.mark.parametrize("option", COLOURS, ids=lambda option: option.name)
def test_a_pressed_option_is_the_answer(option: Option) -> None:
    assert CHOICE.take(pressed(option.name), None) == Answered(option.name)


def test_other_words_are_no_answer_to_a_choice() -> None:
    assert CHOICE.take(words("purple"), None) == Refused(Wrong.CHOOSE)


@pytest.mark.parametrize(
    ("said", "count"), [("7", 7), ("៧", 7), (" 12 ", 12), ("1,200", 1200), (f"១២{ZWSP}", 12), ("1000000", 1_000_000)]
)
def test_a_count_is_taken_in_digits_of_either_script(said: str, count: int) -> None:
    assert COUNT.take(words(said), None) == Answered({"n": count})


@pytest.mark.parametrize("said", ["0", "1000001", "99999999999999999999", "many", "½", "²", "3-4", "3 or 4"])
def test_what_is_no_count_of_people_is_refused(said: str) -> None:
    assert COUNT.take(words(said), None) == Refused(Wrong.NUMBER)


@pytest.mark.parametrize("said", ["7.5", "1.5"])
def test_a_broken_number_is_not_read_as_ten_times_as_many(said: str) -> None:
    assert COUNT.take(words(said), None) == Refused(Wrong.NUMBER)


@pytest.mark.parametrize("said", ["7 people", "៧ នាក់", "7នាក់"])
def test_a_count_is_understood_with_the_word_that_people_say_it_with(said: str) -> None:
    taken = COUNT.take(words(said), None)
    assert isinstance(taken, Answered)
    assert taken.value["n"] == 7


def test_own_words_are_taken_where_they_may_be_up_to_a_length() -> None:
    assert FREE.take(words("Signal, ask my sister"), None) == Answered({"words": "Signal, ask my sister"})
    assert FREE.take(words("x" * 300), None) == Answered({"words": "x" * 300})
    assert FREE.take(words("x" * 301), None) == Refused(Wrong.LONG)


# Some of several


def test_options_are_ticked_and_unticked_one_by_one_and_stay_in_their_order() -> None:
    assert TICKS.take(pressed("blue"), None) == More(["blue"])
    assert TICKS.take(pressed("red"), ["blue"]) == More(["red", "blue"])
    assert TICKS.take(pressed("blue"), ["red", "blue"]) == More(["red"])


def test_several_can_be_ticked_at_once() -> None:
    assert TICKS.take(pressed("blue,red"), None) == More(["red", "blue"])
    assert TICKS.take(pressed("blue,purple"), None) == Refused(Wrong.CHOOSE)


def test_what_is_proposed_is_ticked_beforehand_and_can_be_unticked() -> None:
    assert TICKS.opened({"mood": "spring"}) == ["green"]
    assert TICKS.opened({}) == []
    assert TICKS.take(pressed("green"), ["green"]) == More([])


def test_nothing_ticked_is_an_answer() -> None:
    assert TICKS.finish(None) == Answered([])
    assert TICKS.finish(["red"]) == Answered(["red"])


def test_reopened_it_holds_what_was_ticked() -> None:
    assert TICKS.reopened(["red"]) == ["red"]


# The account


def test_an_account_is_told_in_as_many_messages_as_one_likes() -> None:
    first = ACCOUNT.take(words("Four men came.", 11), None)
    assert isinstance(first, More)
    assert first.partial == [{"text": "Four men came.", "message": 11}]
    second = ACCOUNT.take(words("They left.", 12), first.partial)
    assert isinstance(second, More)
    assert [part["text"] for part in second.partial] == ["Four men came.", "They left."]


def test_a_voice_message_and_the_words_below_a_picture_belong_to_the_account() -> None:
    assert ACCOUNT.take(sent("voice-1"), None) == More([{"file": "voice-1"}])
    both = ACCOUNT.take(sent("photo-1", "the gate"), None)
    assert both == More([{"file": "photo-1"}, {"text": "the gate", "message": 7}])


def test_an_account_that_grows_too_long_keeps_what_was_told_before() -> None:
    held = [{"text": "x" * 19_990, "message": 1}]
    assert ACCOUNT.take(words("y" * 11), held) == Refused(Wrong.LONG)
    assert ACCOUNT.take(words("y" * 10), held) == More([*held, {"text": "y" * 10, "message": 0}])


def test_an_account_needs_something() -> None:
    assert ACCOUNT.finish(None) == Refused(Wrong.NEEDED)
    assert ACCOUNT.finish([]) == Refused(Wrong.NEEDED)
    assert ACCOUNT.finish([{"file": "v"}]) == Answered([{"file": "v"}])


def test_a_button_is_no_account() -> None:
    assert ACCOUNT.take(pressed("red"), None) == Refused(Wrong.WORDS)


PARTS: list[dict[str, Any]] = [{"text": "Fuor men", "message": 11}, {"file": "f"}, {"text": "left", "message": 12}]


@pytest.mark.parametrize(
    "progress", [Progress(partial=PARTS), Progress({"account": PARTS})], ids=["still open", "already answered"]
)
def test_an_edited_message_changes_its_part_of_the_account_only(progress: Progress) -> None:
    changed = reworded(progress, 11, "Four men")
    assert changed is not None
    assert (changed.partial or changed.answers["account"]) == [{"text": "Four men", "message": 11}, *PARTS[1:]]
    assert PARTS[0]["text"] == "Fuor men"


@pytest.mark.parametrize(
    ("message", "text"),
    [(99, "Four men"), (11, ""), (11, ZWSP), (11, "x" * 20_001)],
    ids=["other", "empty", "zwsp", "long"],
)
def test_an_edit_that_is_no_part_of_the_account_changes_nothing(message: int, text: str) -> None:
    assert reworded(Progress(partial=PARTS), message, text) is None


def test_an_edit_cannot_make_the_account_longer_than_it_may_be() -> None:
    held = [{"text": "x" * 19_000, "message": 1}, {"text": "y", "message": 2}]
    assert reworded(Progress(partial=held), 2, "y" * 4_000) is None


# Files


def test_files_are_held_in_order_and_none_is_an_answer() -> None:
    assert EVIDENCE.take(sent("b"), ["a"]) == More(["a", "b"])
    assert EVIDENCE.finish(None) == Answered([])
    assert EVIDENCE.finish(["a"]) == Answered(["a"])
    assert EVIDENCE.take(words("I have none"), None) == Refused(Wrong.FILES)
    assert EVIDENCE.take(pinned(), None) == Refused(Wrong.PIN)


# When


@pytest.mark.parametrize(
    ("choice", "at", "precision"),
    [
        ("today", "2026-11-24T00:00", "day"),
        ("yesterday", "2026-11-23T00:00", "day"),
        ("this_week", "2026-11-23T00:00", "week"),
        ("unknown", None, "unknown"),
    ],
)
def test_a_time_by_button_counts_at_once(choice: str, at: str | None, precision: str) -> None:
    assert choice in WHEN_BUTTONS
    taken = WHEN.take(pressed(choice), None)
    assert isinstance(taken, Answered)
    assert (taken.value["at"], taken.value["precision"]) == (at, precision)


def test_a_day_to_come_is_taken_only_where_it_may_be() -> None:
    hearing = When(name="hearing", needed=True, ahead=True)
    taken = hearing.take(pressed("tomorrow"), None)
    assert isinstance(taken, Answered)
    assert taken.value["at"] == "2026-11-25T00:00"
    assert WHEN.take(pressed("tomorrow"), None) == Refused(Wrong.CHOOSE)
    unsure = hearing.take(words("in 3 days"), None)
    assert isinstance(unsure, Unsure)
    assert unsure.value["at"] == "2026-11-27T00:00"
    assert WHEN.take(words("in 3 days"), None) == Refused(Wrong.TIME, "FUTURE")


def test_a_day_to_come_has_to_be_known() -> None:
    hearing = When(name="hearing", needed=True, ahead=True)
    assert hearing.take(pressed("unknown"), None) == Refused(Wrong.CHOOSE)
    assert hearing.take(words("not sure"), None) == Refused(Wrong.NEEDED)


def test_of_what_lasts_only_the_beginning_counts_where_it_is_asked_for() -> None:
    lasting = WHEN.take(words("since 3 November"), None)
    assert isinstance(lasting, Unsure)
    assert lasting.value["until"] is not None, "control"
    begun = When(name="held", lasting=False).take(words("since 3 November"), None)
    assert isinstance(begun, Unsure)
    assert (begun.value["at"], begun.value["until"]) == ("2026-11-03T00:00", None)


@pytest.mark.parametrize(
    ("said", "at", "precision"),
    [
        ("yesterday 3pm", "2026-11-23T15:00", "minute"),
        ("៣ ថ្ងៃមុន", "2026-11-21T00:00", "day"),
        ("last month", "2026-10-01T00:00", "month"),
        ("not sure", None, "unknown"),
    ],
)
def test_a_time_in_words_waits_for_a_yes_and_is_no_more_precise_than_told(
    said: str, at: str | None, precision: str
) -> None:
    taken = WHEN.take(words(said), None)
    assert isinstance(taken, Unsure)
    assert (taken.value["at"], taken.value["precision"], taken.value["said"]) == (at, precision, said)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("tomorrow", "FUTURE"),
        ("31 February 2026", "IMPOSSIBLE"),
        ("yesterday at 3", "AMBIGUOUS"),
        ("hello", "NOT_UNDERSTOOD"),
    ],
)
def test_what_is_no_time_is_refused_with_the_reason(said: str, why: str) -> None:
    assert WHEN.take(words(said), None) == Refused(Wrong.TIME, why)


# Where


def test_a_place_is_chosen_from_province_to_district_to_commune() -> None:
    province = WHERE.take(pressed("in:17"), None)
    assert province == More({"code": "17"})
    district = WHERE.take(pressed("in:1703"), {"code": "17"})
    assert district == More({"code": "1703"})
    assert WHERE.take(pressed("in:170304"), {"code": "1703"}) == Answered({"code": "170304"})


def test_one_can_stop_at_any_level_and_begin_again() -> None:
    assert WHERE.take(pressed("here:17"), {"code": "17"}) == Answered({"code": "17"})
    assert WHERE.take(pressed("provinces"), {"code": "1703"}) == More({})


@pytest.mark.parametrize("elsewhere", ["online", "abroad", "unknown"])
def test_it_need_not_be_a_place_in_the_country(elsewhere: str) -> None:
    assert WHERE.take(pressed(elsewhere), None) == Answered({"elsewhere": elsewhere})


@pytest.mark.parametrize("said", ["Siem Reap", "siemreap", "សៀមរាប", f"សៀម{ZWSP}រាប"])
def test_a_place_in_words_waits_for_a_yes(said: str) -> None:
    assert WHERE.take(words(said), None) == Unsure({"code": "17", "said": said})


def test_a_name_that_several_places_have_is_offered_and_one_of_them_pressed() -> None:
    offered = WHERE.take(words("Chbar Ampov"), None)
    assert isinstance(offered, More)
    assert {"1210", "030102"} <= set(offered.partial["matches"])
    assert WHERE.take(pressed("here:1210"), offered.partial) == Answered({"code": "1210"})


def test_an_unknown_place_is_refused() -> None:
    assert WHERE.take(words("no such place xyzzy"), None) == Refused(Wrong.PLACE)


def test_a_point_on_the_map_counts_only_once_it_was_asked_for() -> None:
    asking = WHERE.take(pressed("pin"), {"code": "17"})
    assert asking == More({"code": "17", "asking_pin": True})
    assert WHERE.take(pinned(), asking.partial) == Answered({"pin": list(PIN), "code": "17"})
    assert WHERE.take(pinned(), {"code": "17"}) == Refused(Wrong.PIN)


@pytest.mark.parametrize("said", ["Battambang", "បាត់ដំបង"])
def test_where_only_the_province_is_asked_no_more_is_taken(said: str) -> None:
    taken = PROVINCE.take(words(said), None)
    assert isinstance(taken, Unsure)
    assert taken.value["code"] == "02"
    assert PROVINCE.take(pressed("in:02"), None) == Answered({"code": "02"})
    assert PROVINCE.take(pressed("in:020105"), None) == Answered({"code": "02"})


def test_where_only_the_province_is_asked_the_words_for_a_smaller_place_are_not_kept() -> None:
    taken = PROVINCE.take(words("Puok, Siem Reap"), None)
    assert "Puok" in repr(WHERE.take(words("Puok, Siem Reap"), None))  # the control
    assert "Puok" not in repr(taken)


def test_where_only_the_province_is_asked_no_point_on_the_map_can_be_given() -> None:
    assert PROVINCE.take(pressed("pin"), None) == Refused(Wrong.CHOOSE)


# Something to read


def test_a_notice_is_left_by_its_button_only() -> None:
    assert NOTICE.take(pressed("ok"), None) == Answered(True)
    assert NOTICE.take(words("she was"), None) == Refused(Wrong.CHOOSE)
    assert NOTICE.take(sent("f"), None) == Refused(Wrong.NO_FILES)


def test_the_limit_of_words_counts_as_telegram_does() -> None:
    assert FREE.take(words("🙂" * 150), None) != Refused(Wrong.LONG)
    assert FREE.take(words("🙂" * 151), None) == Refused(Wrong.LONG)
