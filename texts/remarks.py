"""What is said around answers to the reporter, the states they see, and notes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from markupsafe import Markup

from forms.judging import stamp
from storage.reviews import Review
from texts import statuses
from texts.judging import back, titled
from texts.language import plain, say
from texts.layout import lines, paragraphs
from texts.screen import Button, Row, Screen, Toast, grid

STATES: Mapping[str, Callable[[str], str]] = {
    "read": lambda language: plain(language, "Being read"),
    "question": lambda language: plain(language, "A question"),
    "checking": lambda language: plain(language, "Being checked"),
    "used": lambda language: plain(language, "Used"),
    "closed": lambda language: plain(language, "Closed"),
}
"""What reviewers call the states that they can choose."""


def answered(review: Review, language: str, *, asks: bool) -> Screen:
    """The letter lies in the mailbox. ``asks`` offers to say that there is a question."""
    text = say(
        language,
        "✔ Sealed and put into the reporter's mailbox. Only their receipt opens it. A copy lies among the notes for"
        " the team.",
    )
    offer = say(language, "You asked something. Shall the reporter see that there is a question?") if asks else Markup()
    question = (Button(plain(language, "❓ Say so"), f"j:rs:{review.reference}:question", style="primary"),)
    rows: tuple[Row, ...] = (*((question,) if asks else ()), back(review, language))
    return Screen(paragraphs([titled(review), text, offer]), rows, fresh=True, protected=True)


def states(review: Review, language: str) -> Screen:
    """Each state in the words that the reporter reads, and which one it is now."""
    head = say(
        language,
        "This is what the reporter reads in the mailbox, in their language. Each change is told to them at once.",
    )
    now = say(language, "<b>Now:</b> {words}", words=statuses.words(review.state, language))
    each = [
        Markup("<b>{}</b>: {}").format(label(language), statuses.words(state, language))
        for state, label in STATES.items()
    ]
    buttons = [
        Button(("● " if state == review.state else "") + label(language), f"j:rs:{review.reference}:{state}")
        for state, label in STATES.items()
    ]
    parts = [titled(review, say(language, "State")), head, now, lines(each)]
    return Screen(paragraphs(parts), (*grid(buttons, 2), back(review, language)), protected=True)


def noted(review: Review, language: str) -> Screen:
    """The team's note is kept."""
    text = say(language, "✔ Noted. It is sealed to the office key and shown with the incident.")
    return Screen(paragraphs([titled(review), text]), (back(review, language),), fresh=True, protected=True)


def paragraph(review: Review, language: str, written: str = "") -> Screen:
    """What a submission will say about it, and that one was just ``written``, in ``en`` or ``km``."""
    done = (
        say(language, "✔ Kept, sealed like the incident. The newest in each language counts.") if written else Markup()
    )
    text = say(
        language,
        "What you write here stands in the submission if its teller allowed that, and it goes when they take it back. Without"
        " it, only the facts that were chosen stand there: month, province, kind, who did it.",
    )
    here = f"j:su:{review.reference}"
    rows = (
        (
            Button(plain(language, "Write it in English"), f"{here}:en"),
            Button(plain(language, "Write it in Khmer"), f"{here}:km"),
        ),
        back(review, language),
    )
    parts = [titled(review, say(language, "For the submission")), done, text]
    return Screen(paragraphs(parts), rows, fresh=bool(written), protected=True)


def own(review: Review, handle: str, language: str, toast: str | None = None, *, fresh: bool = False) -> Screen:
    """What this member wrote down for themselves."""
    here, notes = review.reference, review.own.get(handle, ())
    shown = [Markup("{}. {}").format(n, one) for n, one in enumerate(notes, 1)]
    parts = [
        titled(review, say(language, "Notes for yourself")),
        lines(shown) if shown else say(language, "You wrote down nothing about it."),
        say(language, "<i>Only you see this. At most {most} notes; this server can open them.</i>", most=MOST_OWN),
    ]
    off = [Button(f"✖ {n}", f"j:ox:{here}:{n - 1}:{stamp(notes)}") for n in range(1, len(notes) + 1)]
    add = ((Button(plain(language, "➕ Write one"), f"j:ow:{here}:add"),),) if len(notes) < MOST_OWN else ()
    rows = (*grid(off, 5), *add, back(review, language))
    return Screen(paragraphs(parts), rows, fresh=fresh, toast=toast, protected=True, personal=True)


def no_notes(language: str) -> Toast:
    """Notes cannot be sealed."""
    return Toast(plain(language, "No note can be sealed now: no incidents are taken in."), alert=True)


def nobody_to_tell(language: str) -> Toast:
    """An incident from before reporters could be answered."""
    return Toast(plain(language, "Nothing can be put into the mailbox of this one."), alert=True)


MOST_OWN = 10
"""Notes that a member may keep for themselves about one incident."""
