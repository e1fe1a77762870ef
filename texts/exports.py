"""What is said around sending the sealed files of many incidents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from texts.language import plain, say
from texts.layout import paragraphs
from texts.screen import Button, Screen, grid
from texts.ways import home

_NAMES = {
    "confirmed": lambda language: plain(language, "All that are confirmed"),
    "found": lambda language: plain(language, "All with a finding"),
}


def choose(counts: Mapping[str, int], most: int, language: str) -> Screen:
    """Which files; those that are none, or too many for one export, cannot be pressed."""
    some = {name: count for name, count in counts.items() if 0 < count <= most}
    wide = [_button(name, some[name], language) for name in _NAMES if name in some]
    letters = [_button(name, some[name], language) for name in some if name not in _NAMES]
    if not some:
        text = say(
            language,
            "There is nothing to export: no incident has a finding yet, or there are more than {most} at once. One by one"
            " they are in /queue, and on the server in <code>python -m bot incidents</code>.",
            most=most,
        )
    else:
        text = say(
            language,
            "<b>Export</b>\nI send you the sealed files of reviewed incidents, one message each, at most {most}. Only"
            " the office key opens them. A second coordinator has to approve.",
            most=most,
        )
    return Screen(text, (*grid(wide, 1), *grid(letters, 4), (home(language),)))


def what(references: Sequence[str], who: str, language: str) -> Markup:
    """All that a second person approves."""
    return paragraphs(
        [
            say(language, "{who} gets the sealed files of {count} incidents:", who=who, count=len(references)),
            Markup(", ").join(references),
        ]
    )


def sent(count: int, who: str, language: str) -> Screen:
    """To whoever approved it."""
    return Screen(
        say(language, "Approved. {who} is being sent {count} sealed files.", who=who, count=count), ((home(language),),)
    )


def not_sent(reference: str, language: str) -> Screen:
    """One of the files could not be sent."""
    return Screen(
        say(
            language,
            "I could not send {reference}: it is too large for Telegram, damaged, or gone. On the server it can be"
            " fetched with <code>python -m bot incidents {reference} --to .</code>",
            reference=reference,
        )
    )


def _button(name: str, count: int, language: str) -> Button:
    label = _NAMES[name](language) if name in _NAMES else name
    return Button(f"{label} ({count})", f"ex:{name}")
