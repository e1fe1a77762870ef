"""The server's clock: that it leapt, and that everything goes on. To admins."""

from __future__ import annotations

import datetime as dt

from markupsafe import Markup

from texts import due
from texts.language import plain, say
from texts.layout import paragraphs
from texts.screen import Button, Screen
from texts.ways import home


def leapt(before: dt.datetime, now: dt.datetime, language: str) -> Screen:
    """What it showed last, what it shows now, and what waits for an answer."""
    parts = [
        say(language, "⚠️ <b>The server's clock leapt by more than an hour.</b>"),
        say(language, "It had shown {moment}.", moment=_shown(before, language)),
        say(language, "Now it shows {moment}.", moment=_shown(now, language)),
        say(
            language,
            "Reminders and broadcasts wait, so that nothing goes out on a wrong day. Compare this with the clock of your"
            " telephone. If it is wrong, have whoever runs the server put it right first; then press the button.",
        ),
    ]
    right = Button(plain(language, "✔ The clock is right now"), "ck:right", style="primary")
    return Screen(paragraphs(parts), ((right,),))


def released(now: dt.datetime, language: str) -> Screen:
    """To whoever pressed the button."""
    parts = [
        say(
            language, "✔ Reminders and broadcasts go on. What came due meanwhile is sent now, and says that it is late."
        ),
        say(language, "The server's clock shows {moment}.", moment=_shown(now, language)),
    ]
    return Screen(paragraphs(parts), ((home(language),),))


def goes_on(language: str) -> Screen:
    """Nothing waits: another admin has pressed it."""
    return Screen(say(language, "Nothing waits for the clock: reminders and broadcasts go on."), ((home(language),),))


def _shown(moment: dt.datetime, language: str) -> Markup:
    """As the reader's phone would show it, so that both can be compared."""
    return due.moment(moment, due.PHNOM_PENH, language)
