"""A form asks the first question that applies and has no answer; what was answered is never lost on the way."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from forms.form import Answered, Answers, Form, Given, More, Progress, Refused, Step, Taken, Unsure, Wrong

NOW = dt.datetime(2026, 11, 24, 9, 30)


class Word(Step):
    """Takes one word; asks back about one with a question mark; ``more`` keeps it open, ``bad`` is refused."""

    def take(self, given: Given, partial: Any) -> Taken:
        if given.words == "bad":
            return Refused(Wrong.CHOOSE)
        if given.words.endswith("?"):
            return Unsure(given.words[:-1])
        if given.words.startswith("more"):
            return More([*(partial or []), given.words])
        return Answered(given.words)

    def finish(self, partial: Any) -> Answered | Refused:
        return Answered(partial) if partial else Refused(Wrong.NEEDED)

    def reopened(self, value: Any) -> Any:
        return value if isinstance(value, list) else None


class Ticked(Word):
    """Holds something before anything was given."""

    def opened(self, answers: Answers) -> Any:
        return [f"more {answers.get('first')}"]


def only_long(answers: Answers) -> bool:
    return answers.get("first") == "long"


FORM = Form(
    "example",
    (Word(name="first", needed=True), Word(name="second", applies=only_long), Word(name="third"), Ticked(name="last")),
)


def said(words: str) -> Given:
    return Given(NOW, words)


def after(*words: str, form: Form = FORM) -> Progress:
    """How far one is after saying this."""
    progress = Progress()
    for one in words:
        taken = form.take(progress, said(one))
        assert isinstance(taken, Progress)
        progress = taken
    return progress


def asked(progress: Progress, form: Form = FORM) -> str | None:
    step = form.asked(progress)
    return step.name if step else None


# What is asked


def test_the_first_question_without_an_answer_is_asked() -> None:
    assert asked(after()) == "first"
    assert asked(after("short")) == "third"
    assert asked(after("short", "x", "y")) is None


def test_a_question_is_asked_only_of_those_it_applies_to() -> None:
    assert asked(after("long")) == "second"
    assert asked(after("short")) == "third"


def test_the_number_of_the_question_counts_the_questions_that_apply() -> None:
    assert FORM.position(after()) == (1, 3)
    assert FORM.position(after("long")) == (2, 4)
    assert FORM.position(after("short")) == (2, 3)


def test_a_form_that_got_a_new_question_asks_it_of_those_who_are_already_further() -> None:
    longer = Form("example", (*FORM.steps, Word(name="new")))
    done = after("short", "x", "y")
    assert asked(done, longer) == "new"
    assert longer.kept(done.answers) == {"first": "short", "third": "x", "last": "y", "new": None}


def test_a_form_that_lost_a_question_hands_in_no_answer_to_it() -> None:
    shorter = Form("example", FORM.steps[:-1])
    done = after("short", "x", "y")
    assert asked(done, shorter) is None
    assert shorter.kept(done.answers) == {"first": "short", "third": "x"}


# What is taken


def test_a_wrong_answer_leaves_everything_as_it_was() -> None:
    before = after("long", "more one")
    kept = json.dumps(before.to_json())
    assert FORM.take(before, said("bad")) == Refused(Wrong.CHOOSE)
    assert json.dumps(before.to_json()) == kept
    taken = FORM.take(before, said("good"))  # the control: a right one does change it
    assert isinstance(taken, Progress)
    assert json.dumps(taken.to_json()) != kept


def test_an_answer_in_several_parts_stays_open_until_it_is_finished() -> None:
    progress = after("long", "more one", "more two")
    assert asked(progress) == "second"
    finished = FORM.finish(progress)
    assert isinstance(finished, Progress)
    assert finished.answers["second"] == ["more one", "more two"]


def test_nothing_cannot_be_finished_where_something_is_needed() -> None:
    assert FORM.finish(after()) == Refused(Wrong.NEEDED)


def test_what_was_understood_counts_only_after_a_yes() -> None:
    unsure = after("perhaps?")
    assert asked(unsure) == "first"
    assert "first" not in unsure.answers
    agreed = FORM.agree(unsure)
    assert agreed is not None
    assert agreed.answers == {"first": "perhaps"}


def test_after_a_no_the_question_is_asked_again() -> None:
    again = FORM.disagree(after("perhaps?"))
    assert again is not None
    assert (asked(again), again.answers, again.unsure) == ("first", {}, None)


def test_a_yes_or_no_to_nothing_changes_nothing() -> None:
    assert FORM.agree(after("short")) is None
    assert FORM.disagree(after("short")) is None


def test_another_answer_takes_the_place_of_the_one_that_waits_for_a_yes() -> None:
    assert after("perhaps?", "surely?").unsure == "surely"
    assert after("perhaps?", "short").answers == {"first": "short"}


def test_only_what_is_not_needed_can_be_skipped() -> None:
    assert FORM.skip(after()) == Refused(Wrong.NEEDED)
    skipped = FORM.skip(after("short"))
    assert isinstance(skipped, Progress)
    assert skipped.answers == {"first": "short", "third": None}
    assert asked(skipped) == "last"


def test_skip_on_an_older_screen_keeps_what_was_given_since() -> None:
    skipped = FORM.skip(after("short", "more one"))
    assert isinstance(skipped, Progress)
    assert skipped.answers["third"] == ["more one"]
    assert skipped.partial is None


def test_a_question_can_hold_something_before_anything_was_given() -> None:
    progress = after("short", "x")
    assert FORM.partial(progress) == ["more short"]
    assert FORM.partial(after("short", "x", "more y")) == ["more short", "more y"]


def test_a_finished_form_takes_nothing_more() -> None:
    done = after("short", "x", "y")
    assert isinstance(FORM.take(done, said("z")), Refused)
    assert isinstance(FORM.finish(done), Refused)
    assert isinstance(FORM.skip(done), Refused)


# Back and changing


def test_back_asks_the_question_before_and_keeps_the_rest() -> None:
    back = FORM.back(after("long", "x", "y"))
    assert back is not None
    assert asked(back) == "third"
    assert back.answers == {"first": "long", "second": "x"}


def test_back_passes_over_questions_that_do_not_apply() -> None:
    back = FORM.back(after("short"))
    assert back is not None
    assert (asked(back), back.answers) == ("first", {})


def test_back_shows_what_had_been_given_in_several_parts() -> None:
    finished = FORM.finish(after("long", "more one"))
    assert isinstance(finished, Progress)
    back = FORM.back(finished)
    assert back is not None
    assert back.partial == ["more one"]


def test_back_at_the_first_question_leads_nowhere() -> None:
    assert FORM.back(after()) is None


def test_back_from_what_was_understood_leads_to_the_same_question() -> None:
    back = FORM.back(after("short", "perhaps?"))
    assert back is not None
    assert (asked(back), back.answers, back.unsure) == ("third", {"first": "short"}, None)


def test_a_change_keeps_the_old_answer_until_there_is_a_new_one() -> None:
    changing = FORM.change(after("short", "x", "y"), "third")
    assert changing is not None
    assert (asked(changing), changing.answers["third"]) == ("third", "x")
    changed = FORM.take(changing, said("new"))
    assert isinstance(changed, Progress)
    assert changed.answers == {"first": "short", "third": "new", "last": "y"}
    assert asked(changed) is None


def test_back_from_a_change_changes_nothing() -> None:
    done = after("short", "x", "y")
    changing = FORM.change(done, "third")
    assert changing is not None
    assert FORM.back(changing) == done


def test_a_changed_answer_can_open_further_questions_and_close_them_again() -> None:
    done = after("short", "x", "y")
    changing = FORM.change(done, "first")
    assert changing is not None
    longer = FORM.take(changing, said("long"))
    assert isinstance(longer, Progress)
    assert asked(longer) == "second"
    assert longer.answers["third"] == "x"


def test_only_answers_that_are_there_and_apply_can_be_changed() -> None:
    assert FORM.change(after("short"), "third") is None
    assert FORM.change(after("short", "x", "y"), "second") is None
    assert FORM.change(after("short", "x", "y"), "nothing") is None


def test_beginning_anew_empties_the_open_question_only() -> None:
    anew = FORM.begin_anew(after("long", "more one"))
    assert (anew.answers, anew.partial) == ({"first": "long"}, None)


# What is kept


def test_answers_to_questions_that_do_not_apply_are_not_handed_in() -> None:
    answers = after("long", "hidden", "x", "y").answers | {"first": "short"}
    assert "hidden" in answers.values()  # the control: it is still there
    assert FORM.kept(answers) == {"first": "short", "third": "x", "last": "y"}


@pytest.mark.parametrize("words", [(), ("long", "more one"), ("perhaps?",), ("short", "x", "y")])
def test_progress_comes_back_from_json_as_it_was(words: tuple[str, ...]) -> None:
    progress = after(*words)
    assert Progress.from_json(json.loads(json.dumps(progress.to_json()))) == progress


def test_steps_are_found_by_their_name() -> None:
    step = FORM.step("third")
    assert step is not None
    assert step.name == "third"
    assert FORM.step("nothing") is None
