"""What editors add to a case: a hearing, a transfer, a sentence, a release, how somebody is."""

from __future__ import annotations

from forms.form import Answers, Form
from forms.steps import OneOf, Option, When, Words

HELD, HEARING, TRANSFER, SENTENCE = "held", "hearing", "transfer", "sentence"
APPEAL, RELEASE, HEALTH = "appeal", "release", "health"
FAMILY, LAWYER = "family", "lawyer"

KINDS = (HELD, HEARING, TRANSFER, SENTENCE, APPEAL, RELEASE, HEALTH, FAMILY, LAWYER)
"""In the order in which they are offered. ``appeal`` is the last day for it; ``family`` and ``lawyer`` are contacts."""

AHEAD = (HEARING, APPEAL)
"""What may be to come."""

MEMBERS_ONLY = (HEALTH, FAMILY, LAWYER)
"""What somebody in prison could be made to pay for, were it public."""


def _is_ahead(answers: Answers) -> bool:
    return answers.get("news") in AHEAD


def _is_past(answers: Answers) -> bool:
    return answers.get("news") not in AHEAD


CASE_NEWS = Form(
    "case_news",
    (
        OneOf(name="news", options=tuple(Option(kind) for kind in KINDS), needed=True),
        When(name="news_day", needed=True, ahead=True, applies=_is_ahead),
        When(name="news_since", needed=True, lasting=False, applies=_is_past),
        Words(name="news_words", most=600),
        Words(name="news_source", needed=True, most=200),
    ),
)
