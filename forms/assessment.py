"""The network's own assessment of a benchmark. The grades are those that the report uses, so that both can be compared."""

from __future__ import annotations

from forms.form import Answers, Form
from forms.steps import OneOf, Option, Words

GRADES = (Option("on_target"), Option("variable"), Option("off_target"))


def _government_spoke(answers: Answers) -> bool:
    return bool(answers.get("government"))


ASSESSMENT = Form(
    "assessment",
    (
        OneOf(name="own_grade", options=GRADES, needed=True),
        Words(name="grounds", needed=True, most=1000),
        Words(name="other_sources", most=400),
        Words(name="government", most=600),
        Words(name="government_source", needed=True, most=200, applies=_government_spoke),
    ),
)
