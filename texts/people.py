"""Who works here, and the end of a role. People are shown by their handles, and by nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from storage.members import Member, Role
from texts import roles
from texts.language import plain, say
from texts.layout import lines, paragraphs, turning
from texts.screen import Button, Screen, grid
from texts.ways import home

_ON_A_PAGE = 40


def team(members: Sequence[Member], me: Member, page: int, language: str) -> Screen:
    """All of them, those who may do most first."""
    count = -(-len(members) // _ON_A_PAGE)
    page = min(max(page, 1), count)
    here = members[(page - 1) * _ON_A_PAGE : page * _ON_A_PAGE]
    text = paragraphs(
        [say(language, "<b>The team</b>: {count}", count=len(members)), lines(_line(one, me, language) for one in here)]
    )
    tending = (
        ((Button(plain(language, "➕ Invite"), "iv"), Button(plain(language, "Take back a role"), "tm:r")),)
        if me.role >= Role.COORDINATOR
        else ()
    )
    leave = (Button(plain(language, "Leave the team"), "tm:leave"), home(language))
    return Screen(text, (*turning("tm:p", page, count), *tending, leave))


def whom(members: Sequence[Member], language: str) -> Screen:
    """Whose role is to end."""
    if not members:
        return _news(say(language, "There is nobody here whose role you can take back."), language)
    found = [Button(_name(one, language), f"tm:r:{one.handle}") for one in members[:60]]
    return Screen(say(language, "Whose role do you take back?"), (*grid(found, 2), (_team(language), home(language))))


def confirm(member: Member, language: str) -> Screen:
    """Once more, before it is done."""
    text = say(
        language,
        "Take back the role of <b>{handle}</b> ({role})? From their next message on they are nobody here. What they"
        " claimed is free again, and what they proposed or offered to others is void.",
        handle=member.handle,
        role=roles.name(member.role, language),
    )
    return Screen(
        text,
        (
            (Button(plain(language, "No, leave it"), "tm"),),
            (Button(plain(language, "Yes, take it back"), f"tm:ry:{member.handle}", style="danger"),),
        ),
    )


def revoked(handle: str, freed: Sequence[str], language: str) -> Screen:
    """To whoever took the role back."""
    done = say(language, "Done. {handle} is not in the team any more.", handle=handle)
    return _news(paragraphs([done, _free(freed, language)]), language)


def freed_by(handle: str, freed: Sequence[str], language: str) -> Screen:
    """To the other coordinators: incidents that nobody reviews now."""
    text = paragraphs([say(language, "{handle} is not in the team any more.", handle=handle), _free(freed, language)])
    return Screen(text, ((Button(plain(language, "The queue"), "q"), home(language)),))


def ended(language: str) -> Screen:
    """To whoever lost the role. It names nothing."""
    text = say(language, "Your role here has ended; everything that is open to all stays open to you.")
    return Screen(text, ((home(language),),))


def leave(language: str) -> Screen:
    """Ask once before somebody leaves."""
    text = say(
        language,
        "Leave the team? What you claimed is free again, and what you proposed is void. To come back you need a new"
        " invite, and get a new name.",
    )
    return Screen(
        text,
        (
            (Button(plain(language, "No, stay"), "tm", style="success"),),
            (Button(plain(language, "Yes, leave"), "tm:leave:yes", style="danger"),),
        ),
    )


def last_admin(language: str) -> Screen:
    """Nobody would be left who can do everything."""
    return _news(
        say(language, "You are the only admin, so the team would be without one. Invite another admin first: /invite"),
        language,
    )


def _line(one: Member, me: Member, language: str) -> Markup:
    values = {"handle": one.handle, "role": roles.name(one.role, language), "day": one.since}
    if one.handle == me.handle:
        return say(language, "<b>{handle}</b> (you) · {role} · since {day}", **values)
    return say(language, "<b>{handle}</b> · {role} · since {day}", **values)


def _name(one: Member, language: str) -> str:
    return f"{one.handle} · {roles.name(one.role, language)}"


def _free(freed: Sequence[str], language: str) -> Markup:
    """At most 60 references: a message must fit."""
    if not freed:
        return Markup()
    named = ", ".join(freed[:60]) + (" …" if len(freed) > 60 else "")
    return say(language, "Free again: {references}", references=named)


def _news(text: Markup, language: str) -> Screen:
    return Screen(text, ((_team(language), home(language)),))


def _team(language: str) -> Button:
    return Button(plain(language, "The team"), "tm")
