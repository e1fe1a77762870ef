"""What is said when nothing else fits: unknown commands, old buttons, pictures, floods, faults of ours."""

from __future__ import annotations

from texts.language import plain, say
from texts.screen import Button, Screen, Toast
from texts.ways import help_, tell


def unknown_command(name: str, language: str) -> Screen:
    """A command that does not exist here."""
    return Screen(say(language, "I do not know /{name}. Here is what I can do:", name=name), _ways_out(language))


def only_words(language: str) -> Screen:
    """Something that is not text."""
    return Screen(
        say(
            language,
            "I did not open or keep what you sent; you may want to delete it here. If it shows something that happened,"
            " press “Tell what happened” first.\n\n"
            "To ask about the report, send a letter (<code>D</code>) or a word (<code>prisons</code>).",
        ),
        ((tell(language),), *_ways_out(language)),
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
        say(
            language,
            "Many messages came at once, and I kept only the first of them. Please wait a minute, then send the rest again.",
        )
    )


def too_quick(language: str) -> Toast:
    """More presses of buttons than a person makes; the screen stays as it is."""
    return Toast(plain(language, "That was very quick. Please wait a moment, then press again."), alert=True)


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


def answer_lost(language: str) -> Screen:
    """What the bot was about to say was lost; what the person had done was not."""
    return Screen(
        say(
            language,
            "The power failed here before my last answer reached you. What you had sent or pressed is done all the"
            " same. If it was Send: it is handed in, but its receipt is lost, and nobody can make another; please delete"
            " this chat. If not: /incident shows where you were.",
        ),
        _ways_out(language),
    )


def draft_lost(language: str) -> Screen:
    """A power cut took a form in progress."""
    return Screen(
        say(
            language,
            "The power failed here. What you had answered was never written where anybody could read it, and so it"
            " is gone. I am sorry. Please begin again when you can: /incident\n\nWhat we wrote here before I cannot delete any"
            " more; you may want to delete it, or this chat.",
        ),
        ((Button(plain(language, "Begin again"), "in"), help_(language)),),
    )


def _ways_out(language: str) -> tuple[tuple[Button, ...], ...]:
    return ((Button(plain(language, "The 20 benchmarks"), "bs"), help_(language)),)
