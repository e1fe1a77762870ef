"""What other bodies of the UN ask about one case, as questions; and what is missing before they can take it up.

Questions are in our own words. Required elements of the Working Group on Enforced or Involuntary Disappearances and what the
special procedures and the Working Group on Arbitrary Detention ask for: OHCHR's pages on their methods of work; the rights of
a fair trial: International Covenant on Civil and Political Rights, articles 9, 14 and 15.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from texts.language import plain

Label = Callable[[str], str]


@dataclass(frozen=True)
class Question:
    """``key`` is what it is called in a file of facts. ``needed``: an element without which the body does not take the case up.
    ``condition``: no element of the form, but it must not go without."""

    key: str
    asks: Label
    needed: bool = False
    condition: bool = False


@dataclass(frozen=True)
class Kind:
    """A form: its title in English, for whom it is, and what it asks, in order."""

    name: str
    title: str
    to: str
    questions: tuple[Question, ...]
    answers: tuple[str, ...] = ()
    """What may be answered; nothing for words."""
    raised: bool = True
    """It goes to the Government: the person has to have allowed that."""


_ORGANISATION = Question("organisation", lambda language: plain(language, "Which organisation submits it"), True)
_CONTACT = Question("contact", lambda language: plain(language, "How that organisation is reached"), condition=True)
_NAME = Question("full_name", lambda language: plain(language, "The full name of the person concerned"), True)
_BORN = Question("born", lambda language: plain(language, "Date of birth or age, sex, nationality"))
_WORK = Question("occupation", lambda language: plain(language, "Occupation, and what they stand up for"))
_CONSENT = Question(
    "consent",
    lambda language: plain(language, "Who agreed to the submission: the person or the family"),
    condition=True,
)
_HAPPENED = Question(
    "what_happened", lambda language: plain(language, "What happened, in order, with dates and places"), True
)

SPECIAL = Kind(
    "special-procedures",
    "Communication to the special procedures of the Human Rights Council",
    "Special procedures of the Human Rights Council",
    (
        _ORGANISATION,
        _CONTACT,
        _CONSENT,
        Question("urgent", lambda language: plain(language, "Whether it is urgent: what is about to happen, and when")),
        Question("mandates", lambda language: plain(language, "Which mandates it is for"), True),
        _NAME,
        _BORN,
        _WORK,
        Question("when_and_where", lambda language: plain(language, "When and where it happened"), True),
        Question(
            "perpetrators",
            lambda language: plain(language, "Who is said to have done it, with full names of institutions"),
            True,
        ),
        _HAPPENED,
        Question(
            "steps_taken",
            lambda language: plain(language, "What was done about it in the country, and what came of it"),
        ),
        Question("confidential", lambda language: plain(language, "What must stay confidential")),
    ),
)
WGEID = Kind(
    "wgeid",
    "Report of an enforced disappearance",
    "Working Group on Enforced or Involuntary Disappearances",
    (
        _NAME,
        Question(
            "disappeared_on",
            lambda language: plain(language, "When the person disappeared: at least month and year"),
            True,
        ),
        Question(
            "last_seen_at", lambda language: plain(language, "Where they were arrested, taken or last seen"), True
        ),
        Question(
            "forces",
            lambda language: plain(
                language, "Which State forces, or who with the State behind them, are thought to have done it"
            ),
            True,
        ),
        Question(
            "searched",
            lambda language: plain(
                language, "What relatives or others did to find them: whom they asked, when, what was said"
            ),
            True,
        ),
        _ORGANISATION,
        _CONTACT,
        Question(
            "family_agrees",
            lambda language: plain(language, "That the family agrees, and that you can stay in touch with it"),
            condition=True,
        ),
        _BORN,
        replace(_HAPPENED, needed=False),
    ),
)
WGAD = Kind(
    "wgad",
    "Communication on a detention",
    "Working Group on Arbitrary Detention",
    (
        _NAME,
        _BORN,
        _WORK,
        Question("arrested_on", lambda language: plain(language, "When and where they were arrested"), True),
        Question("forces", lambda language: plain(language, "Which forces arrested them"), True),
        Question(
            "warrant",
            lambda language: plain(language, "Whether a warrant or decision was shown, and by which authority"),
            True,
        ),
        Question("reasons", lambda language: plain(language, "Which reasons and which law were given"), True),
        Question(
            "held_at", lambda language: plain(language, "Where they have been held since, until when, by whom"), True
        ),
        _HAPPENED,
        Question(
            "categories",
            lambda language: plain(
                language,
                "Why it is arbitrary: no legal basis (I), for using a right (II), no fair trial (III), as a migrant (IV), discrimination (V)",
            ),
            True,
        ),
        Question(
            "steps_taken",
            lambda language: plain(language, "What was done about it in the country, and what came of it"),
            True,
        ),
        _CONSENT,
        _ORGANISATION,
        _CONTACT,
    ),
)
TRIAL = Kind(
    "trial",
    "Fair-trial checklist",
    "For the network",
    (
        Question("public", lambda language: plain(language, "The hearing was public (art. 14 (1))")),
        Question(
            "impartial", lambda language: plain(language, "The court was independent and impartial (art. 14 (1))")
        ),
        Question("innocent", lambda language: plain(language, "The accused was treated as innocent (art. 14 (2))")),
        Question(
            "informed",
            lambda language: plain(
                language, "They were told of the charge, in a language they understand (art. 14 (3) (a))"
            ),
        ),
        Question(
            "time",
            lambda language: plain(
                language, "They had time and means to prepare, and a lawyer of their choice (art. 14 (3) (b))"
            ),
        ),
        Question("delay", lambda language: plain(language, "The trial came without undue delay (art. 14 (3) (c))")),
        Question("present", lambda language: plain(language, "They were present, and defended (art. 14 (3) (d))")),
        Question(
            "witnesses",
            lambda language: plain(language, "They could question witnesses and call their own (art. 14 (3) (e))"),
        ),
        Question(
            "interpreter",
            lambda language: plain(language, "They had an interpreter where one was needed (art. 14 (3) (f))"),
        ),
        Question("confession", lambda language: plain(language, "Nobody was made to confess (art. 14 (3) (g))")),
        Question("juvenile", lambda language: plain(language, "The young were treated by their age (art. 14 (4))")),
        Question("appeal", lambda language: plain(language, "They could appeal (art. 14 (5))")),
        Question("twice", lambda language: plain(language, "Nobody was tried twice for the same (art. 14 (7))")),
        Question("law", lambda language: plain(language, "It was a crime by law when it was done (art. 15)")),
        Question("bail", lambda language: plain(language, "Detention before trial was the exception (art. 9 (3))")),
    ),
    ("yes", "no", "not applicable", "unknown"),
    raised=False,
)
KINDS: Mapping[str, Kind] = {one.name: one for one in (SPECIAL, WGEID, WGAD, TRIAL)}


def summary(there: int, needed: int, language: str) -> str:
    """How complete it is."""
    return plain(language, "{there} of {needed} required elements are there.", there=there, needed=needed)


def lacking(asks: str, key: str, language: str) -> str:
    """One that is missing."""
    return plain(language, "Missing: {asks} ({key})", asks=asks, key=key)


def not_allowed(language: str) -> str:
    """The person did not allow it."""
    return plain(
        language,
        "The person did not allow that the Government is asked about it, or no names: this cannot be made of it. Ask them with"
        " a question in their mailbox.",
    )
