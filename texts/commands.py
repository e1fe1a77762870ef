"""The commands people can type, in the order of the menu, and what each does.

One table for the menu that Telegram shows, for ``/help`` and for the handlers: a command that is not here does
not exist (tests/test_completeness.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from texts.language import plain


@dataclass(frozen=True)
class Command:
    """A command, what it does in few words, and whether groups are shown it."""

    name: str
    does: Callable[[str], str]
    in_groups: bool = False


COMMANDS = (
    Command("benchmark", lambda language: plain(language, "One benchmark, such as /benchmark D"), in_groups=True),
    Command("benchmarks", lambda language: plain(language, "All 20 by grade"), in_groups=True),
    Command("start", lambda language: plain(language, "Start again")),
    Command("help", lambda language: plain(language, "What I can do"), in_groups=True),
    Command("language", lambda language: plain(language, "ខ្មែរ or English"), in_groups=True),
    Command("privacy", lambda language: plain(language, "Who can see what you write")),
    Command("about", lambda language: plain(language, "What this is and is not")),
)


def description(language: str) -> str:
    """What Telegram shows in an empty chat, at most 512 characters."""
    return plain(
        language,
        "Short answers about the UN Special Rapporteur's 2023 report on human rights in Cambodia, each with its"
        " paragraph.\n\nNot private: Telegram can read what you write to a bot.",
    )


def short_description(language: str) -> str:
    """What Telegram shows on the bot's profile and where it is shared, at most 120 characters."""
    return plain(language, "The UN report on human rights in Cambodia: short answers with paragraph numbers.")
