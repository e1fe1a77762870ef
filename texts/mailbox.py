"""What a receipt opens: where things stand, the reviewers' answers, and what the reporter can still do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from texts.language import plain, say
from texts.layout import lines, paragraphs
from texts.screen import Button, Screen
from texts.ways import home

STATES: Mapping[str, Callable[[str], Markup]] = {
    "received": lambda language: say(language, "Received. Nobody has read it yet."),
    "read": lambda language: say(language, "A reviewer has read it."),
    "question": lambda language: say(language, "A reviewer has a question for you."),
    "checking": lambda language: say(language, "It is being checked against other sources."),
    "used": lambda language: say(language, "It is used in the network's work, within what you allowed."),
    "closed": lambda language: say(language, "The reviewers have closed it."),
    "withdrawn": lambda language: say(language, "You withdrew it. It is deleted here."),
}
"""The words for each state that a letter may carry."""


def ask(language: str) -> Screen:
    """Where to put the receipt."""
    return Screen(
        say(
            language,
            "Send me your receipt as a message, such as <code>abcde fghjk mnpqr stvwx</code>. I delete that message at"
            " once.",
        ),
        ((home(language),),),
    )


def unknown(language: str) -> Screen:
    """No mailbox for this receipt, whether there never was one or its time is over."""
    return Screen(
        say(
            language,
            "No mailbox opens with that. Please look at each letter again; spaces and capitals do not matter. A mailbox"
            " closes some time after the last incident in it.",
        ),
        ((home(language),),),
    )


def patience(language: str) -> Screen:
    """Too many wrong receipts."""
    return Screen(
        say(language, "That was wrong too often. Please look for the right receipt, and try again in an hour."),
        ((home(language),),),
    )


def opened(letters: Sequence[Mapping[str, Any]], language: str) -> Screen:
    """Where things stand, and every answer with its day."""
    state = _state(letters)
    answers = [
        Markup("<i>{}</i>\n{}").format(letter.get("on", ""), letter["words"])
        for letter in letters
        if isinstance(letter.get("words"), str)
    ]
    head = say(language, "<b>Where it stands:</b> {state}", state=STATES.get(state, STATES["received"])(language))
    none = (
        say(language, "There is no answer yet.")
        if not answers and state in ("received", "read", "checking")
        else Markup()
    )
    actions = (
        ()
        if state == "withdrawn"
        else (
            (Button(plain(language, "➕ Add something"), "mb:add", style="primary"),),
            (Button(plain(language, "Withdraw it"), "mb:withdraw", style="danger"),),
        )
    )
    rows = (*actions, (Button(plain(language, "🧹 Close and empty this chat"), "wipe"), home(language)))
    return Screen(paragraphs([head, none, _newest_that_fit(answers)]), rows, fresh=True, protected=True)


def expired(language: str) -> Screen:
    """The mailbox was opened too long ago."""
    return Screen(
        say(language, "The mailbox has closed again, to be safe. Please send your receipt once more: /receipt"),
        ((home(language),),),
    )


def confirm(language: str) -> Screen:
    """Ask once before it is withdrawn."""
    return Screen(
        say(
            language,
            "Withdraw it? What you handed in is deleted here, with its files, and is used no further. Reviewers who"
            " have a copy see that you withdrew it; what was published before cannot be called back.",
        ),
        (
            (Button(plain(language, "No, keep it"), "mb:keep", style="success"),),
            (Button(plain(language, "Yes, withdraw"), "mb:withdraw:yes", style="danger"),),
        ),
    )


def withdrawn(language: str) -> Screen:
    """It is gone."""
    return Screen(
        say(language, "It is withdrawn and deleted here. Thank you for having told us."),
        ((Button(plain(language, "🧹 Empty this chat"), "wipe"), home(language)),),
    )


def kept(language: str) -> Screen:
    """It was not withdrawn."""
    return Screen(
        say(language, "Nothing was changed."),
        ((Button(plain(language, "🧹 Empty this chat"), "wipe"), home(language)),),
    )


def gone(language: str) -> Screen:
    """What the receipt belongs to is not here any more."""
    return Screen(
        say(language, "What you handed in is no longer here, so nothing can be added to it."),
        ((home(language),),),
        fresh=True,
    )


def added(language: str) -> Screen:
    """What was added is with the reviewers."""
    return Screen(
        say(language, "Thank you. It is added, and the same receipt opens it. I delete our messages about it here."),
        ((Button(plain(language, "🧹 Empty this chat"), "wipe"), home(language)),),
        fresh=True,
    )


def enough(language: str) -> Screen:
    """As many additions as one person may make on one day."""
    return Screen(
        say(language, "You have added as much today as I take from one person in a day. Tomorrow I take more."),
        ((home(language),),),
    )


def answered(language: str) -> Screen:
    """To somebody who wanted to be told here. It names nothing."""
    return Screen(
        say(language, "There is something new for you. Send /receipt when you are alone."), ((home(language),),)
    )


def _state(letters: Sequence[Mapping[str, Any]]) -> str:
    """The last state that a letter tells."""
    states = [letter["state"] for letter in letters if letter.get("state") in STATES]
    return states[-1] if states else "received"


_MOST = 3000


def _newest_that_fit(answers: Sequence[Markup]) -> Markup:
    """The newest answers, as many as one message holds, in their order."""
    kept: list[Markup] = []
    size = 0
    for answer in reversed(answers):
        size += len(answer)
        if kept and size > _MOST:
            break
        kept.insert(0, answer)
    return lines(kept) if len(kept) < 2 else Markup("\n\n").join(kept)
