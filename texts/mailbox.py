"""What a receipt opens: where things stand, the reviewers' answers, and what the reporter can still do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from babel.dates import format_date
from markupsafe import Markup, escape

from texts import statuses
from texts.language import plain, say
from texts.layout import lines, paragraphs
from texts.screen import Button, Row, Screen
from texts.statuses import STATES
from texts.ways import home

Letter = Mapping[str, Any]
"""What lies in a mailbox: ``on`` a day, with a ``state`` or ``words`` or both; or ``sent``, once the network's submission went
out: ``used``, or why the incident is not in it (documents.submission.clearance.Why)."""

_CHANGES: Mapping[str, Callable[[str], str]] = {
    "received": lambda language: plain(language, "received"),
    "read": lambda language: plain(language, "read"),
    "question": lambda language: plain(language, "a question for you"),
    "checking": lambda language: plain(language, "being checked"),
    "used": lambda language: plain(language, "in use"),
    "closed": lambda language: plain(language, "closed"),
    "withdrawn": lambda language: plain(language, "withdrawn"),
}
"""Each state in a word or two, for the list of what changed."""
_MOST_CHANGES = 12


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


def opened(letters: Sequence[Letter], language: str, *, kept: bool = True) -> Screen:
    """Where things stand and since when, each change, and every answer with its day.

    ``letters`` are in the order in which they came. ``kept`` is whether the incident itself is still here.
    """
    changes = [letter for letter in letters if letter.get("state") in STATES]
    answers = [letter for letter in letters if isinstance(letter.get("words", letter.get("sent")), str)]
    state = changes[-1]["state"] if changes else STATES[0]
    parts = [
        _standing(changes, state, language) if kept or state == "withdrawn" else _not_kept(language),
        _what_to_do(state, bool(answers), language) if kept else Markup(),
        _course(changes, language),
        _newest_that_fit([_answer(letter, language) for letter in answers]),
    ]
    actions: tuple[Row, ...] = (
        (Button(plain(language, "➕ Add something"), "mb:add", style="primary"),),
        (Button(plain(language, "Withdraw it"), "mb:withdraw", style="danger"),),
    )
    rows = (
        *(actions if kept and state != "withdrawn" else ()),
        (Button(plain(language, "🧹 Close and empty this chat"), "wipe"), home(language)),
    )
    return Screen(paragraphs(parts), rows, fresh=True, protected=True)


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
            "Withdraw it? What you handed in is deleted here, with its files and our answers, and is used no further."
            " Everybody here who has read it is told to delete their copies. What was published before cannot be called"
            " back.",
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
    """To somebody who wanted to be told here. It names nothing, and makes no sound."""
    return Screen(
        say(language, "There is something new for you. Send /receipt when you are alone."),
        ((home(language),),),
        silent=True,
    )


def told_no_more(language: str) -> Screen:
    """To somebody who wanted to be told here, when the bot no longer knows of what. It names nothing."""
    return Screen(
        say(
            language,
            "There was a power cut here, and from now on I cannot tell you when there is something new. Please look"
            " yourself now and then, when you are alone: /receipt",
        ),
        ((home(language),),),
        silent=True,
    )


def _standing(changes: Sequence[Letter], state: str, language: str) -> Markup:
    """The state in the words in force, and since which day."""
    since = next((letter["on"] for letter in changes[::-1] if letter["state"] == state and "on" in letter), "")
    head = (
        say(language, "<b>Where it stands</b> since {day}", day=_day(since, language))
        if since
        else say(language, "<b>Where it stands</b>")
    )
    return lines([head, escape(statuses.words(state, language))])


def _not_kept(language: str) -> Markup:
    return say(
        language,
        "What you handed in is no longer kept here: its time is over, or the network deleted it. Some of what you were"
        " told may be gone with it.",
    )


def _what_to_do(state: str, is_answered: bool, language: str) -> Markup:
    if state == "question":
        return say(language, "Something was asked: press ➕ to answer.")
    if not is_answered and state in ("received", "read", "checking"):
        return say(language, "There is no answer yet.")
    return Markup()


def _course(changes: Sequence[Letter], language: str) -> Markup:
    """What changed on which day, when more than one thing did."""
    if len(changes) < 2:
        return Markup()
    told = [
        Markup("• {}: {}").format(_day(letter.get("on", ""), language), _CHANGES[letter["state"]](language))
        for letter in changes[-_MOST_CHANGES:]
    ]
    return lines([say(language, "<b>What changed</b>"), *told])


def _answer(letter: Letter, language: str) -> Markup:
    words = letter["words"] if "words" in letter else _sent(letter["sent"], language)
    return Markup("<i>{}</i>\n{}").format(_day(letter.get("on", ""), language), words)


def _sent(what: str, language: str) -> Markup:
    return _used(language) if what == "used" else _not_used(what, language)


def _used(language: str) -> Markup:
    """To a reporter, in the mailbox: what they told was used. It names nothing that was told."""
    return say(
        language,
        "What you told us was used: it stands, in the way you allowed, in what our network sent to the UN. Thank you. You can"
        " still take it back here; what was sent cannot be called back, but it is left out of everything after.",
    )


def _not_used(why: str, language: str) -> Markup:
    """To a reporter: it was not, and why."""
    return {
        "not_allowed": say(
            language,
            "Our network has sent its submission to the UN. What you told us is not in it: you allowed only other uses. That"
            " is your right, and it helped us to understand what is happening.",
        ),
        "annex": say(
            language,
            "Our network has sent its submission to the UN. What you told us is not in the part that may be published; it was"
            " used only as you allowed.",
        ),
        "sensitive": say(
            language,
            "Our network has sent its submission to the UN. What you told us is not in it: to protect those concerned, such"
            " matters are only for trained people.",
        ),
        "not_judged": say(
            language,
            "Our network has sent its submission to the UN. What you told us is not in it, because we could not check it in"
            " time. It stays with us, and is looked at for the next one.",
        ),
    }.get(
        why,
        say(
            language,
            "Our network has sent its submission to the UN. What you told us is not in it this time: there was not enough"
            " room or not enough to go on. It stays with us.",
        ),
    )


def _day(on: Any, language: str) -> str:
    """A day in words; what is none as it stands there."""
    try:
        day = dt.date.fromisoformat(on)
    except (TypeError, ValueError):
        return str(on)
    return format_date(day, "d MMMM y", locale=language).replace("\u200b", "")


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
