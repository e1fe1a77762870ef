"""What is said when nothing else fits: unknown commands, old buttons, pictures, floods, faults of ours."""

from __future__ import annotations

from texts.language import plain, say
from texts.screen import Button, Screen, Toast
from texts.ways import help_


def unknown_command(name: str, language: str) -> Screen:
    """A command that does not exist here."""
    return Screen(say(language, "I do not know /{name}. Here is what I can do:", name=name), _ways_out(language))


def only_words(language: str) -> Screen:
    """Something that is not text."""
    return Screen(
        say(
            language,
            "I can only read words at present. I did not open or keep what you sent; you may want to delete it here.\n\n"
            "Send a letter (<code>D</code>) or a word (<code>prisons</code>).",
        ),
        _ways_out(language),
    )


def nothing_to_offer(language: str) -> str:
    """The button above an empty list of offers; Telegram shows at most 64 characters."""
    return plain(language, "Nothing found. Ask me in a private chat")


def old_button(language: str) -> Toast:
    """A button whose meaning is no longer known."""
    return Toast(plain(language, "This button is from an older version. Please send /start."), alert=True)


def too_many(language: str) -> Screen:
    """More messages than a person writes."""
    return Screen(
        say(language, "Many messages came at once. Please wait a minute, then write again; I answer one at a time.")
    )


def fault(language: str, error: str) -> Screen:
    """A fault of ours, with the id that the log has too."""
    return Screen(
        say(
            language,
            "Something went wrong on my side, and I could not answer. Please try again in a minute. If it happens"
            " again, tell those who run me this code: <code>{error}</code>",
            error=error,
        ),
        _ways_out(language),
    )


def power_cut(language: str) -> Screen:
    """What the person wrote last was lost."""
    return Screen(
        say(
            language,
            "The power failed here before I could answer you, and your last message is gone. Please send it again.",
        ),
        _ways_out(language),
    )


def _ways_out(language: str) -> tuple[tuple[Button, ...], ...]:
    return ((Button(plain(language, "The 20 benchmarks"), "bs"), help_(language)),)
