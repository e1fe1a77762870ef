"""What the queue may know of an incident: made once from the form's choices, before everything is sealed away."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from forms.form import Answers
from forms.incident import SOURCES, is_sensitive
from storage.reviews import Head

SENSITIVE = "sensitive"
"""Stands for children and sexual violence alike: the queue does not say which."""


def head_of(answers: Answers, *, reply_to: str, hour: int, flood: bool = False, whole: bool = True) -> Head:
    """The head of an incident with these answers: options alone, never a word that was written.

    ``whole`` is whether this network keeps heads; where it does not, only what the queue cannot do without is kept.
    """
    least = Head(urgency=answers.get("urgency") or "", flood=flood, reply_to=reply_to, hour=hour)
    if not whole:
        return least
    if is_sensitive(answers):
        return replace(least, category=SENSITIVE, province=_province(answers.get("province")))
    return replace(
        least,
        category=answers.get("category") or "",
        province=_province(answers.get("where")),
        benchmarks=tuple(answers.get("benchmarks") or ()),
        counts="statistics" in (answers.get("consent") or ()),
        source=_source(answers.get("source")),
    )


def _province(place: Any) -> str:
    """The first two digits of a place's code; empty for a point on the map, and for what is in no province."""
    return str(place.get("code") or "")[:2] if isinstance(place, dict) else ""


def _source(name: str | None) -> str:
    return next((option.code for option in SOURCES if option.name == name), "")
