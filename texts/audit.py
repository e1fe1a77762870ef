"""What was done, in words: a sentence for each act, and the head by which everybody can see that the chain is whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from markupsafe import Markup

from storage.audit import Act, Entry, Head
from storage.members import Role
from storage.proposals import Kind
from texts import roles
from texts.approvals import KINDS
from texts.language import plain, say
from texts.layout import lines, paragraphs
from texts.screen import Button, Screen
from texts.ways import home

WORDS: Mapping[Act, Callable[[str, str, str], str]] = {
    Act.JOINED: lambda language, who, on: plain(language, "{who} took in {on}", who=who, on=on),
    Act.INVITED: lambda language, who, on: plain(language, "{who} made an invite: {on}", who=who, on=on),
    Act.CONFIRMED_PERSON: lambda language, who, on: plain(language, "{who} heard the right word: {on}", who=who, on=on),
    Act.TURNED_DOWN: lambda language, who, on: plain(language, "{who} ended an invite: {on}", who=who, on=on),
    Act.REVOKED: lambda language, who, on: plain(language, "{who} took back the role of {on}", who=who, on=on),
    Act.ROOM: lambda language, who, on: plain(language, "{who} changed the coordinators' group: {on}", who=who, on=on),
    Act.CLAIMED: lambda language, who, on: plain(language, "{who} claimed {on}", who=who, on=on),
    Act.HANDED_OVER: lambda language, who, on: plain(language, "{who} handed over {on}", who=who, on=on),
    Act.RELEASED: lambda language, who, on: plain(language, "{who} released {on}", who=who, on=on),
    Act.OPENED: lambda language, who, on: plain(language, "{who} opened {on}", who=who, on=on),
    Act.FETCHED: lambda language, who, on: plain(language, "{who} fetched a file of {on}", who=who, on=on),
    Act.BUNDLED: lambda language, who, on: plain(language, "{who} took the sealed file of {on}", who=who, on=on),
    Act.GRADED: lambda language, who, on: plain(language, "{who} graded {on}", who=who, on=on),
    Act.LINKED: lambda language, who, on: plain(language, "{who} linked {on}", who=who, on=on),
    Act.NOTED: lambda language, who, on: plain(language, "{who} wrote a note on {on}", who=who, on=on),
    Act.ANSWERED: lambda language, who, on: plain(language, "{who} answered the reporter of {on}", who=who, on=on),
    Act.STATE: lambda language, who, on: plain(language, "{who} changed where {on} stands", who=who, on=on),
    Act.WITHDRAWN: lambda language, who, on: plain(language, "The reporter withdrew {on}", who=who, on=on),
    Act.PROPOSED: lambda language, who, on: plain(language, "{who} proposed: {on}", who=who, on=on),
    Act.APPROVED: lambda language, who, on: plain(language, "{who} approved: {on}", who=who, on=on),
    Act.SINGLE: lambda language, who, on: plain(
        language, "{who} approved alone, with nobody else to ask: {on}", who=who, on=on
    ),
    Act.DECLINED: lambda language, who, on: plain(language, "{who} declined: {on}", who=who, on=on),
    Act.VOIDED: lambda language, who, on: plain(language, "Void, because it was changed: {on}", who=who, on=on),
    Act.ASSESSED: lambda language, who, on: plain(language, "{who} decided an assessment: {on}", who=who, on=on),
    Act.CLOCK: lambda language, who, on: plain(language, "{who}, the server's clock: {on}", who=who, on=on),
    Act.DEADLINE: lambda language, who, on: plain(language, "{who}: deadline {on}", who=who, on=on),
    Act.BROADCAST: lambda language, who, on: plain(language, "{who}: broadcast {on}", who=who, on=on),
    Act.SUBMISSION: lambda language, who, on: plain(language, "{who}: submission {on}", who=who, on=on),
}
"""A sentence for each act: in which language, by whom, and on what."""

_ACTORS: Mapping[str, Callable[[str], str]] = {
    "console": lambda language: plain(language, "The server's console"),
    "bot": lambda language: plain(language, "The bot"),
}

_ROOMS: Mapping[str, Callable[[str], str]] = {
    "chosen": lambda language: plain(language, "another one was chosen"),
    "ended": lambda language: plain(language, "there is none any more"),
}
"""What is noted of the coordinators' group: never which group it is."""

_CLOCK: Mapping[str, Callable[[str], str]] = {
    "held": lambda language: plain(language, "it leapt, and everything waits"),
    "right": lambda language: plain(language, "it is right, and everything goes on"),
}

_DEADLINES: Mapping[str, Callable[[str], str]] = {
    "new": lambda language: plain(language, "entered"),
    "changed": lambda language: plain(language, "changed"),
    "cancelled": lambda language: plain(language, "called off"),
    "sent": lambda language: plain(language, "its submission went out"),
}
"""What is noted of a deadline besides its id: never what it says."""

_SUBMISSIONS: Mapping[str, Callable[[str], str]] = {
    "signed": lambda language: plain(language, "who submits was changed"),
    "drafted": lambda language: plain(language, "looked at"),
    "built": lambda language: plain(language, "built"),
    "asked": lambda language: plain(language, "others were asked for what is missing"),
    "told": lambda language: plain(language, "the reporters were told"),
}
"""What is noted of a submission besides the call's id."""

_BROADCASTS: Mapping[str, Callable[[str], str]] = {
    "begun": lambda language: plain(language, "begun"),
    "paused": lambda language: plain(language, "paused"),
    "running": lambda language: plain(language, "let go on"),
    "void": lambda language: plain(language, "cancelled"),
    "done": lambda language: plain(language, "over"),
}
"""What is noted of a broadcast besides its number: never what it said."""


def page(entries: Sequence[Entry], head: Head, language: str) -> Screen:
    """The newest entries before some point, newest first, and how to see that none was changed."""
    if not entries:
        return Screen(say(language, "Nothing was done yet."), ((home(language),),))
    title = say(language, "<b>Who did what</b>")
    parts = [title, lines(line(one, language) for one in entries), _verified(head, language)]
    older = [Button(plain(language, "Older ▶"), f"tm:a:{entries[-1].n}")] if entries[-1].n > 1 else []
    newest = [Button(plain(language, "◀ Newest"), "tm:a")] if entries[0].n < head.count else []
    rows = ((*newest, *older),) if newest or older else ()
    return Screen(paragraphs(parts), (*rows, (home(language),)), protected=True)


def line(entry: Entry, language: str) -> Markup:
    """One entry: its number, its day, and what was done."""
    day = entry.day or "?"
    return Markup("{n}. {day}: {what}").format(n=entry.n, day=day, what=told(entry, language))


def told(entry: Entry, language: str) -> str:
    """What was done, in words."""
    if entry.act not in {one.value for one in Act}:
        return plain(language, "This entry cannot be read: somebody changed it, or a newer program wrote it.")
    who = _ACTORS[entry.actor](language) if entry.actor in _ACTORS else entry.actor
    return WORDS[Act(entry.act)](language, who, _on(entry.on, language))


def keep(head: Head, language: str) -> Screen:
    """To each coordinator, once a day."""
    return Screen(
        say(
            language,
            "Keep this: entries 1 to {count}, <code>{head}</code>. With it you can show later that nobody changed or cut off"
            " what was written down until today.",
            count=head.count,
            head=str(head),
        ),
        silent=True,
    )


def _verified(head: Head, language: str) -> Markup:
    return say(
        language,
        "Entries: {count}. Head: <code>{head}</code>. Whoever runs the server can check the chain:"
        " <code>python -m bot audit verify --head {head}</code>",
        count=head.count,
        head=str(head),
    )


def _on(on: str, language: str) -> str:
    """A proposal is named by what it is, on what, and by the first symbols of what exactly was seen; an invitation by
    the role and its number."""
    if on in _ROOMS:
        return _ROOMS[on](language)
    if on in _CLOCK:
        return _CLOCK[on](language)
    kind, _, rest = on.partition(":")
    if rest in _SUBMISSIONS:
        return f"{kind}, {_SUBMISSIONS[rest](language)}"
    if rest in _DEADLINES:
        return f"{kind}, {_DEADLINES[rest](language)}"
    if rest in _BROADCASTS:
        return f"{kind}, {_BROADCASTS[rest](language)}"
    subject, _, digest = rest.rpartition(":")
    if subject and kind in {one.value for one in Kind}:
        return f"{KINDS[Kind(kind)](language)}, {subject} ({digest[:6]})"
    if rest and kind.upper() in {one.name for one in roles.NAMES}:
        return f"{roles.name(Role[kind.upper()], language)}, {rest}"
    return on
