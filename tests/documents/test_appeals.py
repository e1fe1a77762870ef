"""Letters to other bodies of the UN: complete or not, and only where the person allowed it."""

from __future__ import annotations

import dataclasses
import itertools

import pytest
from network import DAY, canaries, told

from bot.__main__ import main
from documents.appeals import BadFacts, appeal, blank, noted, read_facts
from documents.submission.clearance import Use, raised
from documents.word import word
from forms.appeals import APPEALS, KINDS, SPECIAL, TRIAL, WGAD, WGEID, Kind, missing, there
from storage.opened import Note
from texts.appeals import in_words

WHOLE = {
    "full_name": "A Full Name",
    "disappeared_on": "March 2026",
    "last_seen_at": "Street 51, Phnom Penh",
    "forces": "Municipal police",
    "searched": "The family asked at three police posts in April 2026; each said they knew nothing",
    "organisation": "Lotus Network",
    "contact": "desk@lotus.example",
    "family_agrees": "The mother, on 2 May 2026",
}


def _named(uses: frozenset[Use]) -> str:
    return "+".join(sorted(uses)) or "nothing"


@pytest.mark.parametrize("left", [*WHOLE, ""])
def test_the_working_group_on_disappearances_has_six_elements_and_each_is_missed(left: str) -> None:
    facts = {key: value for key, value in WHOLE.items() if key != left}
    found = missing(WGEID, there(WGEID, facts))
    assert found.needed == 6
    besides = left in ("contact", "family_agrees", "")
    assert found.there == (6 if besides else 5)
    assert [one.key for one in found.questions] == ([left] if left else [])
    for language in ("en", "km"):
        assert len(in_words(WGEID, found, language)) == 1 + bool(left)
    assert ("5 of 6" in in_words(WGEID, found, "en")[0]) is not besides


@pytest.mark.parametrize(
    ("written", "enough"),
    [
        *(("2026-03", True), ("2026-03-14", True), ("14 March 2026", True), ("about March 2026", True)),
        *(("2026", False), ("March", False), ("last year", False), ("2026-13", False)),
    ],
)
def test_a_disappearance_needs_at_least_a_month_and_a_year(written: str, enough: bool) -> None:
    lacks = {one.key for one in missing(WGEID, there(WGEID, {**WHOLE, "disappeared_on": written})).questions}
    assert ("disappeared_on" not in lacks) is enough


@pytest.mark.parametrize(
    "uses", [frozenset(some) for n in range(6) for some in itertools.combinations(Use, n)], ids=_named
)
def test_only_what_may_be_raised_with_the_government_is(uses: frozenset[Use]) -> None:
    confided = raised(told(1, uses))
    allowed = Use.GOVERNMENT in uses and bool(uses & {Use.RAPPORTEUR, Use.PUBLIC})
    assert (confided is not None) is allowed
    text = repr(dataclasses.asdict(appeal(SPECIAL, {}, confided, DAY)))
    assert (canaries(1)["account"] in text) is allowed
    assert canaries(1)["contact"] not in text
    assert canaries(1)["name"] not in text


@pytest.mark.parametrize("kind", KINDS)
def test_a_blank_file_is_taken_and_everything_is_missing(kind: str) -> None:
    form = KINDS[kind]
    facts = read_facts(blank(form).encode(), form)
    assert facts == {}
    assert missing(form, there(form, facts)).there == 0
    assert "Not complete" in repr(appeal(form, facts, None, DAY))
    assert word(appeal(form, facts, None, DAY)).startswith(b"PK")


def test_a_whole_one_does_not_say_that_it_is_incomplete() -> None:
    paper = appeal(WGEID, WHOLE, raised(told(1, [Use.GOVERNMENT, Use.RAPPORTEUR])), DAY)
    assert "Not complete" not in repr(paper)
    assert "source must not be named" in paper.marking
    assert "R-A001" in repr(paper)
    assert ("Submitted by", "Lotus Network") in paper.front, "an organisation signs"


def test_the_checklist_takes_four_answers_with_remarks() -> None:
    facts = read_facts(b'public = "yes"\nappeal = "Not applicable; no verdict yet"\nlaw = "unknown"', TRIAL)
    text = repr(appeal(TRIAL, facts, None, DAY))
    assert "Not applicable. no verdict yet" in text
    assert missing(TRIAL, there(TRIAL, facts)).there == 3
    with pytest.raises(BadFacts, match="with one of: yes, no, not applicable, unknown"):
        read_facts(b'public = "perhaps"', TRIAL)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"not toml", "no TOML"),
        (b"\xff\xfe", "UTF-8"),
        (b'nickname = "x"', "does not ask for nickname"),
        (b"full_name = 5", "between quotation marks"),
    ],
)
def test_facts_that_cannot_be_used_are_refused_in_a_sentence(data: bytes, says: str) -> None:
    with pytest.raises(BadFacts, match=says):
        read_facts(data, WGAD)


def test_the_command_line_prints_a_blank_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["submission", "letter", "wgeid"]) == 0
    assert read_facts(capsys.readouterr().out.encode(), WGEID) == {}


def test_of_what_was_answered_in_the_chat_the_newest_counts_and_nothing_of_another_form() -> None:
    def note(appeal: str, **facts: str) -> Note:
        return Note(ctx="", by="Lotus-4", on="2026-11-20", words="", appeal=appeal, facts=facts)

    first, again = note("wgeid", forces="a", searched="b"), note("wgeid", forces="c", searched=" ", stranger="d")
    others = [note("wgad", forces="e"), Note(ctx="", by="Lotus-4", on="2026-11-20", words="f")]
    assert noted(WGEID, [first, again, *others]) == {"forces": "c", "searched": "b"}
    assert noted(TRIAL, [note("trial", public="yes", law="perhaps")]) == {"public": "yes"}


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_the_chat_asks_everything_but_who_it_is_about(kind: Kind) -> None:
    asked = {step.name.removeprefix("ap_") for step in APPEALS[kind.form].steps}
    assert asked == {one.key for one in kind.questions} - {"full_name", "born"}


def test_a_letter_says_nothing_of_what_was_not_answered() -> None:
    confided = raised(told(1, [Use.GOVERNMENT, Use.RAPPORTEUR]))
    assert confided is not None
    asked = dataclasses.replace(confided, answers=(("state", None), ("affected", {"n": 7})))
    text = repr(appeal(WGEID, WHOLE, asked, DAY))
    assert "skipped" not in text
    assert "How many people" in text, "control"
