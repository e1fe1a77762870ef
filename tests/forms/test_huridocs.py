"""An incident in the terms of HURIDOCS: the right entity, field and code for each answer, and nothing that was not told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from forms.huridocs import CAMBODIA, event
from forms.incident import INCIDENT

WHEN = {"at": "2026-11-23T15:00", "precision": "minute", "part": "", "about": False, "until": None, "said": "yesterday"}
WHOLE: dict[str, Any] = {
    "category": "arrest",
    "children": "no",
    "account": [{"text": "Four men came."}, {"file": "f0"}, {"text": "They left."}],
    "when": WHEN,
    "where": {"code": "170305", "said": "Siem Reap"},
    "affected": {"n": 7},
    "actors": ["police", "local"],
    "state": "held",
    "source": "saw",
    "evidence": ["f1"],
    "benchmarks": ["B", "D"],
    "urgency": "hours",
    "consent": ["statistics"],
    "contact": "receipt",
}


def with_(**answers: Any) -> dict[str, Any]:
    return event(WHOLE | answers)


def test_a_whole_incident_is_there_entity_by_entity() -> None:
    assert event(WHOLE) == {
        "Event": {
            "event_description": "Four men came.\nThey left.",
            "initial_date": "2026-11-23T15:00:00",
            "geographical_term": CAMBODIA,
            "local_geographical_area": "170305",
            "benchmarks": ["B", "D"],
            "confidentiality": "y",
        },
        "Act": {
            "type_of_act": {"term": "arrest", "code": "030101"},
            "status_at_end_of_act": {"term": "held", "code": "020201"},
        },
        "Involvement": {"type_of_perpetrator": ["police", "local"]},
        "Person": {"number_of_persons_in_group": 7, "children": "no"},
        "Information": {"source_connection_to_information": {"term": "saw", "code": "0102"}},
        "Intervention": {"priority": {"term": "hours", "code": "01"}},
    }


def test_every_step_that_applies_is_an_answer_here() -> None:
    assert set(WHOLE) == {step.name for step in INCIDENT.applying(WHOLE)}


def test_what_was_skipped_is_left_out() -> None:
    skipped: dict[str, Any] = {"category": "other", "children": "unknown", "consent": [], "contact": "receipt"}
    skipped |= dict.fromkeys(["account", "when", "where", "affected", "actors", "state", "source", "urgency"])
    assert event(skipped) == {
        "Event": {"geographical_term": CAMBODIA, "confidentiality": "y"},
        "Act": {"type_of_act": {"term": "other"}},
        "Person": {"children": "unknown"},
    }


def test_a_term_without_a_code_has_none() -> None:
    assert with_(category="land")["Act"]["type_of_act"] == {"term": "land"}
    assert with_(affected="family")["Person"]["counting_unit"] == {"term": "family"}


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        ({}, None),
        ({"precision": "day"}, None),
        ({"precision": "week"}, "01"),
        ({"about": True}, "01"),
        ({"precision": "month"}, "02"),
        ({"precision": "year"}, "03"),
    ],
)
def test_the_kind_of_date_says_how_exact_it_is(changed: dict[str, Any], kind: str | None) -> None:
    assert with_(when=WHEN | changed)["Event"].get("initial_date_type") == kind


def test_an_unknown_time_has_no_date() -> None:
    unknown = WHEN | {"at": None, "precision": "unknown"}
    assert "initial_date" not in with_(when=unknown)["Event"]


@pytest.mark.parametrize("elsewhere", ["abroad", "online", "unknown"])
def test_what_happened_elsewhere_did_not_happen_in_the_country(elsewhere: str) -> None:
    placed = with_(where={"elsewhere": elsewhere})["Event"]
    assert "geographical_term" not in placed
    assert "local_geographical_area" not in placed


def test_of_a_sensitive_incident_only_the_province_is_there() -> None:
    sensitive = {"category": "sexual", "children": "no", "care": True, "province": {"code": "17"}, "consent": []}
    told = event(sensitive)
    assert told["Event"] == {"geographical_term": CAMBODIA, "local_geographical_area": "17", "confidentiality": "y"}
    assert set(told) == {"Event", "Act", "Person"}


@pytest.mark.parametrize(
    ("consent", "confidential"), [([], "y"), (["statistics", "rapporteur", "government"], "y"), (["public"], "n")]
)
def test_it_is_confidential_unless_it_may_be_public(consent: list[str], confidential: str) -> None:
    assert with_(consent=consent)["Event"]["confidentiality"] == confidential


def test_how_to_reach_somebody_is_in_no_entity() -> None:
    reached = with_(contact={"words": "my sister at the market"})
    assert "sister" in json.dumps(WHOLE | {"contact": {"words": "my sister at the market"}})  # the control
    assert "sister" not in json.dumps(reached)


def test_it_is_plain_json() -> None:
    assert json.loads(json.dumps(event(WHOLE))) == event(WHOLE)
