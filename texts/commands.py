"""The commands people can type, in the order of the menu, and what each does.

One table for the menu that Telegram shows, for ``/help`` and for the handlers: a command that is not here does
not exist (tests/test_completeness.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from storage.members import Role
from texts.language import plain


@dataclass(frozen=True)
class Command:
    """A command, what it does in few words, whether menus show it, whether those of groups do, and for whom it is."""

    name: str
    does: Callable[[str], str]
    in_menu: bool = False
    in_groups: bool = False
    role: Role = Role.PUBLIC


COMMANDS = (
    Command("incident", lambda language: plain(language, "Tell what happened, safely"), True, True),
    Command("receipt", lambda language: plain(language, "The answer to what you told"), True),
    Command("wipe", lambda language: plain(language, "Empty this chat at once"), True),
    Command("cancel", lambda language: plain(language, "Delete the answers that are open")),
    Command("benchmark", lambda language: plain(language, "One benchmark, such as /benchmark D"), True, True),
    Command("benchmarks", lambda language: plain(language, "All 20 by grade")),
    Command("scorecard", lambda language: plain(language, "A picture of the 20 grades"), True, True),
    Command("case", lambda language: plain(language, "A person, group, trial or initials"), True, True),
    Command("cases", lambda language: plain(language, "Cases by benchmark or charge")),
    Command("trial", lambda language: plain(language, "A trial, such as /trial 2")),
    Command("recommendation", lambda language: plain(language, "One, by its number and letter")),
    Command("recommendations", lambda language: plain(language, "What is asked, and of whom")),
    Command("agenda", lambda language: plain(language, "The agenda for the Government")),
    Command("election", lambda language: plain(language, "Results, such as /election Kandal")),
    Command("dates", lambda language: plain(language, "Deadlines and dates")),
    Command("deadlines", lambda language: plain(language, "What is due next, and how long is left"), True, True),
    Command("remind", lambda language: plain(language, "Be reminded in time"), True, True),
    Command("subscriptions", lambda language: plain(language, "What I remind of here, and how")),
    Command("calendar", lambda language: plain(language, "The dates as a file for your calendar")),
    Command("law", lambda language: plain(language, "A law or article, such as /law 494")),
    Command("para", lambda language: plain(language, "A paragraph, such as /para 41")),
    Command("search", lambda language: plain(language, "Search everything"), True, True),
    Command("contradictions", lambda language: plain(language, "Where the report disagrees")),
    Command("changes", lambda language: plain(language, "How grades moved between reports")),
    Command("statistics", lambda language: plain(language, "What reviewers found, in numbers")),
    Command("queue", lambda language: plain(language, "What came in, such as /queue mine"), role=Role.COORDINATOR),
    Command("approvals", lambda language: plain(language, "What waits for a second person"), role=Role.EDITOR),
    Command("broadcast", lambda language: plain(language, "One message to many"), role=Role.COORDINATOR),
    Command("submission", lambda language: plain(language, "What we send to a call"), role=Role.COORDINATOR),
    Command("export", lambda language: plain(language, "Sealed files of what was reviewed"), role=Role.COORDINATOR),
    Command("coverage", lambda language: plain(language, "What is there for a call"), role=Role.COORDINATOR),
    Command("workplan", lambda language: plain(language, "Who writes which section"), role=Role.COORDINATOR),
    Command("team", lambda language: plain(language, "Who works here"), role=Role.MONITOR),
    Command("invite", lambda language: plain(language, "Take somebody in"), role=Role.COORDINATOR),
    Command("revoke", lambda language: plain(language, "Take back a role"), role=Role.COORDINATOR),
    Command("audit", lambda language: plain(language, "Who did what"), role=Role.COORDINATOR),
    Command("coordinators", lambda language: plain(language, "In a group: this one is the team's"), role=Role.ADMIN),
    Command("start", lambda language: plain(language, "Start again")),
    Command("help", lambda language: plain(language, "What I can do"), True, True),
    Command("language", lambda language: plain(language, "ខ្មែរ or English"), True, True),
    Command("privacy", lambda language: plain(language, "Who can see what you write"), True),
    Command("about", lambda language: plain(language, "What this is and is not")),
)


def allowed(role: Role) -> tuple[Command, ...]:
    """The commands of somebody with this role; those of members come last."""
    mine = [one for one in COMMANDS if one.role <= role]
    return tuple(sorted(mine, key=lambda one: one.role > Role.PUBLIC))


def description(language: str) -> str:
    """What Telegram shows in an empty chat, at most 512 characters."""
    return plain(
        language,
        "Short answers about the UN Special Rapporteur's report on human rights in Cambodia, each with its"
        " paragraph.\n\nNot private: Telegram can read what you write to a bot.",
    )


def short_description(language: str) -> str:
    """What Telegram shows on the bot's profile and where it is shared, at most 120 characters."""
    return plain(language, "The UN report on human rights in Cambodia: short answers with paragraph numbers.")
