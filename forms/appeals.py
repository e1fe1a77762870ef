"""What other bodies of the UN ask about one case: which elements, what of them is there, and what is asked in the chat.

Required elements of the Working Group on Enforced or Involuntary Disappearances and what the special procedures and the
Working Group on Arbitrary Detention ask for: OHCHR's pages on their methods of work; the rights of a fair trial: International
Covenant on Civil and Political Rights, articles 9, 14 and 15. The words for it are in texts.appeals.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from forms.form import Answers, Form, Step
from forms.moment import Moment
from forms.steps import OneOf, Option, Words
from forms.when import understood

Facts = Mapping[str, str]
"""What is known, by the key of the question."""

_MONTH = re.compile(
    r"\b(?:19|20)\d\d-(?:0[1-9]|1[0-2])\b"
    r"|\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\s+(?:19|20)\d\d\b",
    re.IGNORECASE,
)
"""At least the month and the year, as the Working Group on disappearances asks."""
_DATED = "disappeared_on"

THERE = "there"
"""Beside the answers of a form that was begun: keys that are written down already, and are not asked again."""
_PREFIX = "ap_"
_SHORT, _STORY = 250, 600
"""Letters: all answers of a form fit one message. What is longer is written on the reviewers' machine."""


@dataclass(frozen=True)
class Question:
    """``needed``: an element without which the body does not take the case up. ``condition``: no element, but it must not go
    without. ``identifies``: who it is about; that is written on the reviewers' machine and never asked in a chat."""

    key: str
    needed: bool = False
    condition: bool = False
    identifies: bool = False


@dataclass(frozen=True)
class Kind:
    """A form, and what it asks, in order."""

    name: str
    questions: tuple[Question, ...]
    answers: tuple[str, ...] = ()
    """What may be answered; nothing for words."""
    raised: bool = True
    """It goes to the Government: the person has to have allowed that."""

    @property
    def form(self) -> str:
        """The name of its form in the chat."""
        return f"appeal_{self.name.partition('-')[0]}"


@dataclass(frozen=True)
class Missing:
    """How many of the required elements are there, and which questions are open."""

    there: int
    needed: int
    questions: tuple[Question, ...]

    @property
    def in_chat(self) -> bool:
        """Whether some of it can be asked in the chat."""
        return any(not one.identifies for one in self.questions)


_ORGANISATION, _CONTACT = Question("organisation", needed=True), Question("contact", condition=True)
_NAME, _BORN = Question("full_name", needed=True, identifies=True), Question("born", identifies=True)

SPECIAL = Kind(
    "special-procedures",
    (
        _ORGANISATION,
        _CONTACT,
        Question("consent", condition=True),
        Question("urgent"),
        Question("mandates", needed=True),
        _NAME,
        _BORN,
        Question("occupation"),
        Question("when_and_where", needed=True),
        Question("perpetrators", needed=True),
        Question("what_happened", needed=True),
        Question("steps_taken"),
        Question("confidential"),
    ),
)
WGEID = Kind(
    "wgeid",
    (
        _NAME,
        Question("disappeared_on", needed=True),
        Question("last_seen_at", needed=True),
        Question("forces", needed=True),
        Question("searched", needed=True),
        _ORGANISATION,
        _CONTACT,
        Question("family_agrees", condition=True),
        _BORN,
        Question("what_happened"),
    ),
)
WGAD = Kind(
    "wgad",
    (
        _NAME,
        _BORN,
        Question("occupation"),
        Question("arrested_on", needed=True),
        Question("forces", needed=True),
        Question("warrant", needed=True),
        Question("reasons", needed=True),
        Question("held_at", needed=True),
        Question("what_happened", needed=True),
        Question("categories", needed=True),
        Question("steps_taken", needed=True),
        Question("consent", condition=True),
        _ORGANISATION,
        _CONTACT,
    ),
)
_RIGHTS = (
    *("public", "impartial", "innocent", "informed", "time", "delay", "present", "witnesses"),
    *("interpreter", "confession", "juvenile", "appeal", "twice", "law", "bail"),
)
_ANSWERS = {"yes": "yes", "no": "no", "na": "not applicable", "unknown": "unknown"}
"""Option in the chat → as it is kept."""
TRIAL = Kind("trial", tuple(map(Question, _RIGHTS)), tuple(_ANSWERS.values()), raised=False)

KINDS: Mapping[str, Kind] = {one.name: one for one in (SPECIAL, WGEID, WGAD, TRIAL)}


def there(kind: Kind, facts: Facts) -> tuple[str, ...]:
    """Keys that are answered. A date of a disappearance counts from its month and year on."""
    return tuple(one.key for one in kind.questions if _is_there(one, facts))


def missing(kind: Kind, keys: Collection[str]) -> Missing:
    """The completeness check, by the keys that are there."""
    counted = [one for one in kind.questions if one.needed or kind.answers]
    wanted = (one for one in kind.questions if one.needed or one.condition or kind.answers)
    return Missing(
        sum(one.key in keys for one in counted), len(counted), tuple(one for one in wanted if one.key not in keys)
    )


def allows(kind: Kind, fact: str) -> bool:
    """Whether this may be answered; where there are choices, remarks may follow after a semicolon."""
    return not kind.answers or fact.partition(";")[0].strip().lower() in kind.answers


def step_of(question: Question) -> str:
    """What its step is called in the chat."""
    return _PREFIX + question.key


def written(kind: Kind, answers: Answers, now: dt.datetime) -> dict[str, str]:
    """What was answered in the chat, as facts; nothing of what was skipped. ``now`` is naive local time from the clock."""
    found: dict[str, str] = {}
    for one in kind.questions:
        match answers.get(step_of(one)):
            case {"words": str(words)} if words.strip():
                found[one.key] = _dated(words.strip(), now) if one.key == _DATED else words.strip()
            case str(option) if option in _ANSWERS:
                found[one.key] = _ANSWERS[option]
    return found


def _is_there(one: Question, facts: Facts) -> bool:
    answer = facts.get(one.key, "")
    return bool(_MONTH.search(answer)) if one.key == _DATED else bool(answer)


def _dated(words: str, now: dt.datetime) -> str:
    """A date in Khmer, or “yesterday”, behind the date that it is: readers of the letter know neither."""
    moment = None if _MONTH.search(words) else understood(words, now)
    if not isinstance(moment, Moment) or moment.at is None or moment.precision in ("week", "year"):
        return words
    return f"{moment.at.date().isoformat()[: 7 if moment.precision == 'month' else 10]} ({words})"


def _step(kind: Kind, one: Question) -> Step:
    def is_open(answers: Answers) -> bool:
        return one.key not in answers.get(THERE, ())

    if kind.answers:
        return OneOf(name=step_of(one), applies=is_open, options=tuple(map(Option, _ANSWERS)))
    return Words(name=step_of(one), applies=is_open, most=_STORY if one.key == "what_happened" else _SHORT)


APPEALS: Mapping[str, Form] = {
    kind.form: Form(kind.form, tuple(_step(kind, one) for one in kind.questions if not one.identifies))
    for kind in KINDS.values()
}
"""The forms of the chat, by their names."""
