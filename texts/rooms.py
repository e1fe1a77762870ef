"""What is said in and about the coordinators' group. In the group itself no sentence says more than its members know."""

from __future__ import annotations

from texts.language import plain, say
from texts.screen import Button, Screen
from texts.ways import home


def chosen(topic: bool, language: str) -> Screen:
    """In the group, or the topic of it, that was chosen."""
    if topic:
        return Screen(
            say(
                language,
                "Noted: from now on this topic gets short notices with a number, a kind, an urgency and an age.",
            )
        )
    return Screen(
        say(language, "Noted: from now on this group gets short notices with a number, a kind, an urgency and an age.")
    )


def ended(language: str) -> Screen:
    """In the group that was the coordinators' until now."""
    return Screen(say(language, "Noted: no more notices come here."))


def was_none(language: str) -> Screen:
    """In a group that was not theirs."""
    return Screen(say(language, "No notices were coming here."))


def changed(who: str, language: str) -> Screen:
    """To the other coordinators, in private."""
    return Screen(
        say(language, "{who} chose a group for the coordinators. If you are not in it, ask {who}.", who=who),
        ((Button(plain(language, "The team"), "tm"), home(language)),),
    )


def how(language: str) -> Screen:
    """To an admin who writes the command in private."""
    return Screen(
        say(
            language,
            "Write this in the group of the coordinators, or in one of its topics: <code>/coordinators</code>. Notices of"
            " what comes in then appear there, without a word of content. <code>/coordinators off</code> ends it.",
        ),
        ((home(language),),),
    )
