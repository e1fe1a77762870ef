"""An incident in the words of HURIDOCS' Events Standard Formats (2001), so that Uwazi and others can import it:
who did what to whom. Codes are those of the micro-thesauri; what was not asked or skipped is left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from forms.form import Answers
from forms.incident import AFFECTED, CATEGORIES, SOURCES, STATES, URGENCIES
from forms.steps import Option
from forms.when import Moment

CAMBODIA = "030418"
"""Micro-thesaurus 15, geographical terms."""


def event(answers: Answers) -> dict[str, Any]:
    """The entities Event, Act, Involvement, Person, Information and Intervention, as far as was told."""
    return {name: filled for name, fields in _entities(answers).items() if (filled := _filled(fields))}


def _entities(answers: Answers) -> dict[str, dict[str, Any]]:
    moment = Moment.from_json(answers["when"]) if answers.get("when") else None
    place = answers.get("where") or answers.get("province") or {}
    affected = answers.get("affected")
    return {
        "Event": {
            "event_description": _account(answers),
            "initial_date": moment.at.isoformat() if moment and moment.at else None,
            "initial_date_type": moment.huridocs if moment else None,
            "geographical_term": None if place.get("elsewhere") else CAMBODIA,
            "local_geographical_area": place.get("code"),
            "benchmarks": answers.get("benchmarks"),
            "confidentiality": "n" if "public" in (answers.get("consent") or []) else "y",
        },
        "Act": {
            "type_of_act": _term(CATEGORIES, answers.get("category")),
            "status_at_end_of_act": _term(STATES, answers.get("state")),
        },
        "Involvement": {"type_of_perpetrator": answers.get("actors")},
        "Person": {
            "counting_unit": _term(AFFECTED, affected),
            "number_of_persons_in_group": affected.get("n") if isinstance(affected, dict) else None,
            "children": answers.get("children"),
        },
        "Information": {"source_connection_to_information": _term(SOURCES, answers.get("source"))},
        "Intervention": {"priority": _term(URGENCIES, answers.get("urgency"))},
    }


def _account(answers: Answers) -> str | None:
    parts: Sequence[Mapping[str, str]] = answers.get("account") or []
    return "\n".join(part["text"] for part in parts if "text" in part) or None


def _term(options: Sequence[Option], chosen: Any) -> dict[str, str] | None:
    """The option with its code, where the thesaurus has one."""
    found = next((option for option in options if option.name == chosen), None)
    if found is None:
        return None
    return {"term": found.name} | ({"code": found.code} if found.code else {})


def _filled(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value not in (None, "", [])}
