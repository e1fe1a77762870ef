"""The form for an incident, and the shorter one for what somebody adds later.

The codes are those of the HURIDOCS micro-thesauri (Events Standard Formats, 2001); an option without one has no
term there that fits. Which benchmarks an incident touches is only proposed: the person corrects it, and reviewers do.
"""

from __future__ import annotations

from forms.form import Answers, Form, Step
from forms.steps import Account, Evidence, Notice, OneOf, Option, SomeOf, When, Where

LETTERS = "ABCDEFGHIJKLMNOPQRST"

CATEGORIES = (
    Option("arrest", "030101", "B"),
    Option("detention", "030102", "BF"),
    Option("trial", "350114", "DE"),
    Option("missing", "030103", "H"),
    Option("violence"),
    Option("sexual", "", "L"),
    Option("assembly", "", "AD"),
    Option("speech", "", "AD"),
    Option("election", "", "C"),
    Option("land", "", "M"),
    Option("labour", "", "D"),
    Option("scam", "", "P"),
    Option("return", "", "O"),
    Option("debt", "", "I"),
    Option("corruption", "", "Q"),
    Option("other"),
)
"""Micro-thesaurus 4, types of acts."""

CHILDREN = (Option("no"), Option("yes"), Option("unknown"))

AFFECTED = (Option("one"), Option("family"), Option("group"), Option("community"), Option("unknown"))
"""Micro-thesaurus 7, counting units."""

ACTORS = (
    Option("police"),
    Option("military"),
    Option("prison"),
    Option("court"),
    Option("local"),
    Option("government"),
    Option("party"),
    Option("company"),
    Option("private"),
    Option("unknown"),
)
"""Kinds of those who did it; nobody is named."""

STATES = (
    Option("held", "020201"),
    Option("on_trial", "020202"),
    Option("sentenced", "020203"),
    Option("released"),
    Option("missing", "0103"),
    Option("hiding", "0203"),
    Option("abroad", "0302"),
    Option("injured"),
    Option("dead"),
    Option("safe"),
    Option("unknown"),
)
"""Micro-thesaurus 25, status at the end of the act."""

SOURCES = (
    Option("self", "0101"),
    Option("saw", "0102"),
    Option("relative", "020101"),
    Option("told", "03"),
    Option("lawyer", "0401"),
    Option("ngo", "040401"),
    Option("media"),
)
"""Micro-thesaurus 19, where somebody stands to what they tell."""

URGENCIES = (Option("hours", "01"), Option("days", "02"), Option("weeks", "03"), Option("none", "04"))
"""Micro-thesaurus 46, priority."""

CONSENTS = (
    Option("statistics"),
    Option("anonymised"),
    Option("rapporteur"),
    Option("public"),
    Option("government"),
)
"""What the network may do beyond reading it itself, which is always meant. Of children and survivors of sexual violence
it is not asked here: nothing more is allowed."""

CONTACTS = (Option("receipt"), Option("here"))


def is_sensitive(answers: Answers) -> bool:
    """Children and sexual violence are for trained people: nothing more is asked about what happened."""
    return answers.get("category") == "sexual" or answers.get("children") == "yes"


def _ordinary(answers: Answers) -> bool:
    return not is_sensitive(answers)


def _proposed(answers: Answers) -> list[str]:
    """The benchmarks that the category probably touches."""
    return [letter for option in CATEGORIES if option.name == answers.get("category") for letter in option.benchmarks]


_STEPS: tuple[Step, ...] = (
    OneOf(name="category", options=CATEGORIES, needed=True),
    OneOf(name="children", options=CHILDREN, needed=True),
    Notice(name="care", needed=True, applies=is_sensitive),
    Account(name="account", needed=True, applies=_ordinary),
    When(name="when"),
    Where(name="where", applies=_ordinary),
    Where(name="province", deepest=2, applies=is_sensitive),
    OneOf(name="affected", options=AFFECTED, number=True, applies=_ordinary),
    SomeOf(name="actors", options=ACTORS, applies=_ordinary),
    OneOf(name="state", options=STATES, applies=_ordinary),
    OneOf(name="source", options=SOURCES, applies=_ordinary),
    Evidence(name="evidence", applies=_ordinary),
    SomeOf(
        name="benchmarks",
        options=tuple(Option(letter) for letter in LETTERS),
        proposed=_proposed,
        applies=_ordinary,
    ),
    OneOf(name="urgency", options=URGENCIES),
    SomeOf(name="consent", options=CONSENTS, needed=True, applies=_ordinary),
    OneOf(name="contact", options=CONTACTS, free=True, needed=True),
)

INCIDENT = Form("incident", _STEPS)
ADDITION = Form("addition", (Account(name="account", needed=True), Evidence(name="evidence")))
