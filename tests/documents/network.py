"""A made-up network: incidents with a word of their own in every field, for what is made of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from documents.submission.material import Material, Submitters, Told
from facts.report import Report
from forms.moment import Moment
from storage.assessments import Assessment
from storage.deadlines import Deadline
from storage.opened import Incident, Listed
from storage.reviews import Head, Review, Source

CALL = Deadline(
    "Call for information 2027", "2027-05-15", "Europe/Zurich", id="0a1b2c3d", symbol="A/HRC/60/1", limits="2,500 words"
)
SUBMITTERS = Submitters(
    ("Lotus Network", "Teak Association"), "desk@lotus.example", "Twenty organisations in Cambodia."
)
DAY = "2027-05-10"
HASH = "ab" * 32


def canaries(number: int) -> dict[str, str]:
    """The words that stand in each field of an incident and nowhere else."""
    fields = (
        "account",
        "addition",
        "said",
        "place",
        "name",
        "caption",
        "contact",
        "other",
        "written",
        "khmer",
        "spoken",
    )
    return {field: f"kanary{field}{number:03d}x" for field in fields} | {"khmer": f"កាណារី{number:03d}x"}


def told(
    number: int,
    consent: Iterable[str] = ("anonymised",),
    *,
    language: str = "en",
    written: Mapping[str, str] | None = None,
    answers: Mapping[str, Any] | None = None,
    **review: Any,
) -> Told:
    """An incident of 3 February 2027, confirmed, linked to benchmark B; with canaries in every field."""
    reference, words = f"R-A{number:03d}", canaries(number)
    moment = Moment(dt.datetime(2027, 2, 3, 15, 20), "minute").to_json() | {"said": words["said"]}
    given: dict[str, Any] = {
        "category": "arrest",
        "children": "no",
        "account": [{"text": words["account"]}, {"file": "f" * 32}],
        "when": moment,
        "where": {"code": "170101", "said": words["place"]},
        "affected": {"n": 2},
        "actors": ["police"],
        "state": "held",
        "source": "saw",
        "evidence": ["e" * 32],
        "urgency": "days",
        "consent": list(consent),
        "contact": {"words": words["contact"]},
        "of_a_later_form": {"words": words["other"]},
    } | dict(answers or {})
    files = (
        Listed(id="e" * 32, sha256=HASH, size=9, type="image/jpeg", file_name=words["name"], caption=words["caption"]),
    )
    received = dt.datetime(2027, 2, 5, 9, 12, tzinfo=dt.UTC)

    def record(form: str, answers: Mapping[str, Any], n: str = "") -> Incident:
        return Incident(
            ctx=f"{form}:{reference}:{n}1",
            reference=reference,
            form=form,
            received_at=received,
            language=language,
            answers=answers,
            evidence=files if form == "incident" else (),
        )

    known: dict[str, Any] = {
        "state": "used",
        "finding": "0101",
        "benchmarks": ("B",),
        "sources": (Source("0101", "A"),),
    }
    return Told(
        record("incident", given),
        Review(reference, Head("arrest", "02", "17", ("B",), source="0102"), **(known | review)),
        (record("addition", {"account": [{"text": words["addition"]}]}, "1:"),),
        {"en": words["written"], "km": words["khmer"]} if written is None else written,
    )


def material(report: Report, incidents: Iterable[Told], **more: Any) -> Material:
    """What a submission is made of."""
    given: dict[str, Any] = {
        "assessments": (Assessment("B", "off_target", "Many arrests", "Lotus-4", "2027-04-01", counted=5),),
        "counts": {"benchmark": {"B": 5}},
    }
    return Material(report, CALL, SUBMITTERS, tuple(incidents), DAY, **(given | more))
