"""What other bodies of the UN ask about one case, in words: questions, what is missing, and whom a letter goes to.

Questions are in our own words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from forms.appeals import Kind, Missing, Question
from storage.opened import Note
from texts.language import plain

Label = Callable[[str], str]

TITLES: Mapping[str, str] = {
    "special-procedures": "Communication to the special procedures of the Human Rights Council",
    "wgeid": "Report of an enforced disappearance",
    "wgad": "Communication on a detention",
    "trial": "Fair-trial checklist",
}
"""At the top of the document, in English."""
TO: Mapping[str, str] = {
    "special-procedures": "Special procedures of the Human Rights Council",
    "wgeid": "Working Group on Enforced or Involuntary Disappearances",
    "wgad": "Working Group on Arbitrary Detention",
    "trial": "For the network",
}
"""For whom it is."""

ASKS: Mapping[str, Label] = {
    # by the key of the question; where another form asks it in other words, by both names
    "organisation": lambda language: plain(language, "Which organisation submits it"),
    "contact": lambda language: plain(language, "How that organisation is reached"),
    "full_name": lambda language: plain(language, "The full name of the person concerned"),
    "born": lambda language: plain(language, "Date of birth or age, sex, nationality"),
    "occupation": lambda language: plain(language, "Occupation, and what they stand up for"),
    "consent": lambda language: plain(language, "Who agreed to the submission: the person or the family"),
    "what_happened": lambda language: plain(language, "What happened, in order, with dates and places"),
    "urgent": lambda language: plain(language, "Whether it is urgent: what is about to happen, and when"),
    "mandates": lambda language: plain(language, "Which mandates it is for"),
    "when_and_where": lambda language: plain(language, "When and where it happened"),
    "perpetrators": lambda language: plain(language, "Who is said to have done it, with full names of institutions"),
    "steps_taken": lambda language: plain(language, "What was done about it in the country, and what came of it"),
    "confidential": lambda language: plain(language, "What must stay confidential"),
    "disappeared_on": lambda language: plain(language, "When the person disappeared: at least month and year"),
    "last_seen_at": lambda language: plain(language, "Where they were arrested, taken or last seen"),
    "forces": lambda language: plain(
        language, "Which State forces, or who with the State behind them, are thought to have done it"
    ),
    "searched": lambda language: plain(
        language, "What relatives or others did to find them: whom they asked, when, what was said"
    ),
    "family_agrees": lambda language: plain(language, "That the family agrees, and that you can stay in touch with it"),
    "arrested_on": lambda language: plain(language, "When and where they were arrested"),
    "warrant": lambda language: plain(language, "Whether a warrant or decision was shown, and by which authority"),
    "reasons": lambda language: plain(language, "Which reasons and which law were given"),
    "held_at": lambda language: plain(language, "Where they have been held since, until when, by whom"),
    "categories": lambda language: plain(
        language,
        "Why it is arbitrary: no legal basis (I), for using a right (II), no fair trial (III), as a migrant (IV), discrimination (V)",
    ),
    "public": lambda language: plain(language, "The hearing was public (art. 14 (1))"),
    "impartial": lambda language: plain(language, "The court was independent and impartial (art. 14 (1))"),
    "innocent": lambda language: plain(language, "The accused was treated as innocent (art. 14 (2))"),
    "informed": lambda language: plain(
        language, "They were told of the charge, in a language they understand (art. 14 (3) (a))"
    ),
    "time": lambda language: plain(
        language, "They had time and means to prepare, and a lawyer of their choice (art. 14 (3) (b))"
    ),
    "delay": lambda language: plain(language, "The trial came without undue delay (art. 14 (3) (c))"),
    "present": lambda language: plain(language, "They were present, and defended (art. 14 (3) (d))"),
    "witnesses": lambda language: plain(language, "They could question witnesses and call their own (art. 14 (3) (e))"),
    "interpreter": lambda language: plain(language, "They had an interpreter where one was needed (art. 14 (3) (f))"),
    "confession": lambda language: plain(language, "Nobody was made to confess (art. 14 (3) (g))"),
    "juvenile": lambda language: plain(language, "The young were treated by their age (art. 14 (4))"),
    "appeal": lambda language: plain(language, "They could appeal (art. 14 (5))"),
    "twice": lambda language: plain(language, "Nobody was tried twice for the same (art. 14 (7))"),
    "law": lambda language: plain(language, "It was a crime by law when it was done (art. 15)"),
    "bail": lambda language: plain(language, "Detention before trial was the exception (art. 9 (3))"),
    "wgad.forces": lambda language: plain(language, "Which forces arrested them"),
}

SHORT: Mapping[str, Label] = {
    "organisation": lambda language: plain(language, "Organisation"),
    "contact": lambda language: plain(language, "Its address"),
    "consent": lambda language: plain(language, "Who agreed"),
    "family_agrees": lambda language: plain(language, "The family agrees"),
    "urgent": lambda language: plain(language, "Urgent"),
    "mandates": lambda language: plain(language, "Mandates"),
    "occupation": lambda language: plain(language, "Occupation"),
    "when_and_where": lambda language: plain(language, "When and where"),
    "perpetrators": lambda language: plain(language, "Who did it"),
    "what_happened": lambda language: plain(language, "What happened"),
    "steps_taken": lambda language: plain(language, "What was done"),
    "confidential": lambda language: plain(language, "Confidential"),
    "disappeared_on": lambda language: plain(language, "When they disappeared"),
    "last_seen_at": lambda language: plain(language, "Last seen"),
    "forces": lambda language: plain(language, "Which forces"),
    "searched": lambda language: plain(language, "The search"),
    "arrested_on": lambda language: plain(language, "The arrest"),
    "warrant": lambda language: plain(language, "Warrant"),
    "reasons": lambda language: plain(language, "Reasons"),
    "held_at": lambda language: plain(language, "Where they are held"),
    "categories": lambda language: plain(language, "Why arbitrary"),
    "public": lambda language: plain(language, "Public hearing"),
    "impartial": lambda language: plain(language, "Impartial court"),
    "innocent": lambda language: plain(language, "Presumed innocent"),
    "informed": lambda language: plain(language, "Told of the charge"),
    "time": lambda language: plain(language, "Time and a lawyer"),
    "delay": lambda language: plain(language, "No delay"),
    "present": lambda language: plain(language, "Present, defended"),
    "witnesses": lambda language: plain(language, "Witnesses"),
    "interpreter": lambda language: plain(language, "Interpreter"),
    "confession": lambda language: plain(language, "No forced confession"),
    "juvenile": lambda language: plain(language, "The young"),
    "appeal": lambda language: plain(language, "Appeal"),
    "twice": lambda language: plain(language, "Not tried twice"),
    "law": lambda language: plain(language, "A crime by law"),
    "bail": lambda language: plain(language, "Held before trial"),
}
"""What each question is called, by its key."""


def asks(kind: Kind, question: Question, language: str) -> str:
    """What a form asks."""
    return (ASKS.get(f"{kind.name}.{question.key}") or ASKS[question.key])(language)


def in_words(kind: Kind, lacks: Missing, language: str) -> tuple[str, ...]:
    """A line for how complete it is, and one for each question that is open."""
    each = (lacking(asks(kind, one, language), one.key, language) for one in lacks.questions)
    return (summary(lacks.there, lacks.needed, language), *each)


def said(note: Note, language: str) -> str:
    """What a note says, for whoever reads it: its words, or what was answered to each question."""
    answers = (f"{SHORT[key](language) if key in SHORT else key}: {fact}" for key, fact in note.facts.items())
    return "\n".join(filter(None, (note.words, *answers)))


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
