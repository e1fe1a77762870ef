"""The incident form asks what is needed, in order, stops where trained people must ask, and never asks for names."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.form import Form, Given, Progress, Refused
from forms.incident import (
    ADDITION,
    AFFECTED,
    CATEGORIES,
    CHILDREN,
    CONSENTS,
    INCIDENT,
    LETTERS,
    SOURCES,
    STATES,
    URGENCIES,
    is_sensitive,
)
from forms.register import FORMS
from forms.steps import OneOf, Option, SomeOf
from forms.where import within
from texts.language import LANGUAGES
from texts.questions import NAMES, OPTIONS, QUESTIONS

NOW = dt.datetime(2026, 11, 24, 9, 30)
ORDINARY = {"category": "arrest", "children": "no"}
SENSITIVE = ({"category": "sexual", "children": "no"}, {"category": "arrest", "children": "yes"})
ASKED_OF_SURVIVORS = ["category", "children", "care", "when", "province", "urgency", "contact"]


def names(answers: dict[str, Any]) -> list[str]:
    return [step.name for step in INCIDENT.applying(answers)]


# Which questions


def test_the_questions_come_in_the_order_of_the_specification() -> None:
    assert names(ORDINARY) == [
        "category", "children", "account", "when", "where", "affected", "actors", "state", "source", "evidence",
        "benchmarks", "urgency", "consent", "contact",
    ]  # fmt: skip


@pytest.mark.parametrize("answers", SENSITIVE, ids=["sexual violence", "a child"])
def test_of_children_and_survivors_nothing_more_is_asked_about_what_happened(answers: dict[str, Any]) -> None:
    assert is_sensitive(answers)
    assert names(answers) == ASKED_OF_SURVIVORS


def test_whether_it_was_a_child_is_asked_before_any_word_of_what_happened() -> None:
    assert names({}).index("children") < names({}).index("account")


def test_what_a_child_had_already_told_is_not_handed_in() -> None:
    told = ORDINARY | {"account": [{"text": "what happened"}], "where": {"code": "170305"}, "evidence": ["f"]}
    assert INCIDENT.kept(told)["account"] == [{"text": "what happened"}]  # the control
    kept = INCIDENT.kept(told | {"children": "yes"})
    assert sorted(kept) == sorted(ASKED_OF_SURVIVORS)
    assert "what happened" not in json.dumps(kept)


def test_not_to_know_whether_it_was_a_child_does_not_stop_the_questions() -> None:
    assert "account" in names({"category": "arrest", "children": "unknown"})


def test_only_what_the_network_cannot_do_without_is_needed() -> None:
    needed = {step.name for form in (INCIDENT, ADDITION) for step in form.steps if step.needed}
    assert needed == {"category", "children", "care", "account", "consent", "contact"}


def test_nobody_is_asked_for_a_name() -> None:
    for name, question in QUESTIONS.items():
        if name == "link":
            continue  # what the report itself has made public
        for sentence in re.split(r"(?<=[.?!])\s", question("en")):
            if re.search(r"\bnames?\b", sentence.lower()):
                assert re.search(r"leave out|no names|without names|with names|names nothing", sentence.lower()), name
    assert re.search(r"name", QUESTIONS["account"]("en"))  # the control: the word is looked for where it is


def test_the_addition_asks_for_words_and_files_only() -> None:
    assert [step.name for step in ADDITION.steps] == ["account", "evidence"]


# Which answers


def options(form: Form) -> list[tuple[str, tuple[Option, ...]]]:
    return [(step.name, step.options) for step in form.steps if isinstance(step, OneOf | SomeOf)]


@pytest.mark.parametrize(("step", "some"), options(INCIDENT), ids=lambda one: one if isinstance(one, str) else "")
def test_every_option_has_a_label_in_both_languages(step: str, some: tuple[Option, ...]) -> None:
    if step == "benchmarks":
        assert "".join(option.name for option in some) == LETTERS
        return
    assert set(OPTIONS[step]) == {option.name for option in some}
    for language in LANGUAGES:
        assert all(OPTIONS[step][option.name](language).strip() for option in some)
    khmer = [OPTIONS[step][option.name]("km") for option in some]
    assert all(re.search("[\u1780-\u17ff]", label) for label in khmer)


@pytest.mark.parametrize("step", sorted(OPTIONS))
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_options_of_a_question_have_the_same_label(step: str, language: str) -> None:
    counted = Counter(label(language).casefold() for label in OPTIONS[step].values())
    assert max(counted.values()) == 1


@pytest.mark.parametrize("step", [step.name for form in FORMS.values() for step in form.steps])
def test_every_question_has_words_and_a_name_in_both_languages(step: str) -> None:
    for language in LANGUAGES:
        assert QUESTIONS[step](language)
        assert NAMES[step](language)
    assert QUESTIONS[step]("km") != QUESTIONS[step]("en")


def test_the_codes_are_those_of_the_micro_thesauri() -> None:
    def codes(some: tuple[Option, ...]) -> dict[str, str]:
        return {option.name: option.code for option in some if option.code}

    assert codes(CATEGORIES) == {"arrest": "030101", "detention": "030102", "trial": "350114", "missing": "030103"}
    assert codes(URGENCIES) == {"hours": "01", "days": "02", "weeks": "03", "none": "04"}
    assert codes(SOURCES)["saw"] == "0102"
    assert codes(SOURCES)["lawyer"] == "0401"
    assert codes(STATES)["held"] == "020201"
    assert not codes(AFFECTED) | codes(CHILDREN) | codes(CONSENTS)


def test_every_category_but_the_vaguest_proposes_benchmarks_that_exist() -> None:
    proposing = {option.name: option.benchmarks for option in CATEGORIES if option.benchmarks}
    assert set("".join(proposing.values())) <= set(LETTERS)
    assert {option.name for option in CATEGORIES} - set(proposing) == {"violence", "other"}


def test_the_category_proposes_benchmarks() -> None:
    step = INCIDENT.step("benchmarks")
    assert step is not None
    assert step.opened({"category": "detention"}) == ["B", "F"]
    assert step.opened({"category": "other"}) == []


def test_consent_is_to_the_network_only_unless_more_is_ticked() -> None:
    step = INCIDENT.step("consent")
    assert step is not None
    assert step.opened(ORDINARY) == []
    assert {option.name for option in CONSENTS} == {"statistics", "anonymised", "rapporteur", "public", "government"}


def test_buttons_fit_into_what_telegram_carries() -> None:
    for form in FORMS.values():
        for step in form.steps:
            longest = max((len(option.name) for option in getattr(step, "options", ())), default=10)
            assert len(f"f:c:{step.name}:") + longest <= 64
    assert len("f:c:province:here:") + len(within("1703")[0].code) <= 64


# Whatever anybody does


def deeds() -> st.SearchStrategy[Callable[[Progress], Progress | Refused | None]]:
    """Anything that can be done to a form."""
    chosen = [(step, option.name) for step, some in options(INCIDENT) for option in some]
    choices = [name for _, name in chosen] + ["today", "unknown", "in:17", "here:17", "online", "pin", "ok", "B,C"]
    given_ = st.one_of(
        st.sampled_from(choices).map(lambda choice: Given(NOW, choice=choice)),
        st.sampled_from(["yesterday 3pm", "7", "Siem Reap", "Chbar Ampov", "", "x" * 25_000, "\u200b"]).map(
            lambda words: Given(NOW, words, message=5)
        ),
        st.just(Given(NOW, file="f", message=6)),
        st.just(Given(NOW, pin=(11.5, 104.9))),
    )
    return st.one_of(
        given_.map(lambda one: lambda progress: INCIDENT.take(progress, one)),
        st.sampled_from(
            [INCIDENT.finish, INCIDENT.skip, INCIDENT.back, INCIDENT.agree, INCIDENT.disagree, INCIDENT.begin_anew]
        ),
        st.sampled_from([step.name for step in INCIDENT.steps]).map(
            lambda name: lambda progress: INCIDENT.change(progress, name) if INCIDENT.asked(progress) is None else None
        ),
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(deeds(), max_size=60))
def test_whatever_is_done_the_form_goes_on_and_only_back_takes_an_answer_away(
    done: list[Callable[[Progress], Progress | Refused | None]],
) -> None:
    way = [Progress()]
    for deed in done:
        outcome = deed(way[-1])
        if not isinstance(outcome, Progress):
            continue
        lost = set(way[-1].answers) - set(outcome.answers)
        assert not lost or (deed == INCIDENT.back and len(lost) == 1)
        way.append(Progress.from_json(json.loads(json.dumps(outcome.to_json()))))
        assert way[-1] == outcome
    for before, after in pairwise(way):
        number, count = INCIDENT.position(after)
        assert 1 <= number <= count <= 14
        assert before is not after
    assert json.dumps(INCIDENT.kept(way[-1].answers))
