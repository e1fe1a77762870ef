"""What is said on the way into the team: to whoever invites, and to whoever opens a link."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from storage.invites import Invite
from storage.members import Member, Role
from texts import roles, spoken
from texts.language import plain, say
from texts.layout import paragraphs
from texts.screen import Button, Row, Screen
from texts.ways import home

_MOST = 40
"""Open invites below each other: Telegram takes a hundred buttons."""


def choose(given: Sequence[Role], waiting: Sequence[Invite], language: str) -> Screen:
    """Which role somebody is to have; and the invitations that are open."""
    text = say(
        language,
        "<b>Take somebody in</b>\nChoose what they may do. You get a link that works once, within 48 hours. When it is"
        " opened, you call the person and have them say a word to you.",
    )
    new = tuple((Button(roles.IN_SHORT[role](language), f"iv:new:{role.name.lower()}"),) for role in given)
    more = say(language, "Your open invites are below.") if waiting else Markup()
    rows = (*new, *(_open(one, language) for one in waiting[:_MOST]), (_team(language), home(language)))
    return Screen(paragraphs([text, more]), rows)


def made(role: Role, invite_id: str, link: str, language: str) -> Screen:
    """The link, and how it works. Nobody can forward this message by mistake."""
    two = (
        say(language, "For this role, another coordinator has to agree, too, if there is one.")
        if role >= Role.COORDINATOR
        else Markup()
    )
    text = paragraphs(
        [
            say(language, "<b>An invite for one person: {role}</b>", role=roles.name(role, language)),
            Markup("<code>{}</code>").format(link),
            say(
                language,
                "Send the link to that one person, over a channel that you trust. It works once, within 48 hours.",
            ),
            say(
                language,
                "As soon as it is opened I write to you here. Then call that person: they tell you the word that I"
                " showed them, and I ask you which word it was. Until then, whoever has the link is nobody here.",
            ),
            two,
        ]
    )
    rows = (
        (Button(plain(language, "Copy the link"), copy=link, style="primary"),),
        (Button(plain(language, "End this invite"), f"iv:x:{invite_id}", style="danger"), home(language)),
    )
    return Screen(text, rows, fresh=True, protected=True)


def word(place: int, language: str) -> Screen:
    """To whoever opened the link."""
    text = paragraphs(
        [
            say(language, "You were invited. Your word is: {word}", word=spoken.shown(place, language)),
            say(
                language,
                "Whoever invited you will call you. If you know the voice, say this word, and nothing else of this chat."
                " Write the word to nobody. Then wait here: I tell you when you are in.",
            ),
        ]
    )
    return Screen(text, protected=True, personal=True)


def own(language: str) -> Screen:
    """The inviter opened their own link."""
    return Screen(
        say(language, "This is your own invite, and it still works. Send the link to the person you mean."),
        ((home(language),),),
    )


def dead(language: str) -> Screen:
    """To everybody for whom a link opens nothing, whatever the reason is."""
    return Screen(
        say(
            language,
            "This link opens nothing. If I showed you a word before, it still counts: wait for the call. If not, ask"
            " whoever gave you the link for a new one.",
        ),
        ((home(language),),),
    )


def which(invite: Invite, language: str) -> Screen:
    """To the inviter: somebody has the link and a word."""
    text = say(
        language,
        "Somebody opened your invite for: <b>{role}</b>. Call the person you meant, at a number that you know, and have"
        " them say their word. Which is it?",
        role=roles.name(invite.role, language),
    )
    words = tuple((Button(spoken.label(one, language), f"iv:w:{invite.id}:{one}"),) for one in invite.words)
    no = (Button(plain(language, "They have no word / it was not them"), f"iv:no:{invite.id}", style="danger"),)
    return Screen(text, (*words, no), protected=True)


def wrong(language: str) -> Screen:
    """The word was not the right one."""
    return _over(
        say(
            language,
            "That is not the word, so nobody was taken in and the invite is over. Either the word was misheard, or"
            " somebody else has opened the link. Send a new one another way: /invite",
        ),
        language,
    )


def not_them(language: str) -> Screen:
    """The person whom the inviter meant has no word."""
    return _over(
        say(
            language,
            "Good that you called. Nobody was taken in, and the invite is over. Somebody else has opened the link, so"
            " do not use that channel again. Send a new one another way: /invite",
        ),
        language,
    )


def ended(language: str) -> Screen:
    """The inviter took it back."""
    return _over(say(language, "The invite is over. Its link opens nothing any more."), language)


def admitted(member: Member, language: str) -> Screen:
    """To whoever took somebody in."""
    return _over(
        say(
            language,
            "✔ <b>{handle}</b> is in: {role}. Here we call each other by such names only.",
            handle=member.handle,
            role=roles.name(member.role, language),
        ),
        language,
    )


def already(language: str) -> Screen:
    """Whoever waited has that role by now, through another invitation."""
    return _over(say(language, "Nothing was changed: this person is in already. The invite is over."), language)


def welcome(member: Member, language: str) -> Screen:
    """To the new member."""
    text = paragraphs(
        [
            say(
                language,
                "<b>You are in: {role}.</b>\nHere you are called <b>{handle}</b>. The others see that name and nothing"
                " else of you.",
                role=roles.name(member.role, language),
                handle=member.handle,
            ),
            roles.MAY[member.role](language),
        ]
    )
    return Screen(text, ((_team(language), home(language)),), fresh=True)


def by_console(member: Member, language: str) -> Screen:
    """To all others who review: somebody used a code from the server's console."""
    return Screen(
        say(
            language,
            "<b>{handle}</b> is admin now, with a code from the server's console. If you know nothing of it, ask whoever"
            " runs the server.",
            handle=member.handle,
        ),
        ((_team(language),),),
    )


def approving(role: Role, inviter: str, language: str) -> Markup:
    """All that a second person agrees to."""
    return say(
        language,
        "{inviter} invited somebody as <b>{role}</b>, called them, and heard the right word. Ask {inviter} who it is,"
        " not in this chat, before you approve.",
        inviter=inviter,
        role=roles.name(role, language),
    )


def _open(invite: Invite, language: str) -> Row:
    name = f"{roles.name(invite.role, language)} · {invite.id}"
    end = Button(plain(language, "End it"), f"iv:x:{invite.id}", style="danger")
    if invite.chat_id is None or invite.heard:
        return (Button(name, f"iv:i:{invite.id}"), end)
    return (Button(plain(language, "Which word? {name}", name=name), f"iv:i:{invite.id}", style="primary"), end)


def state(invite: Invite, language: str) -> Screen:
    """How an open invitation stands on which nothing is to be decided now."""
    if invite.heard:
        text = say(language, "You heard the right word. Now another coordinator has to agree: /approvals")
    else:
        text = say(language, "Nobody opened this link yet. It cannot be shown again; if it is lost, end the invite.")
    end = Button(plain(language, "End this invite"), f"iv:x:{invite.id}", style="danger")
    return Screen(text, ((end,), (Button(plain(language, "◀ Invites"), "iv"), home(language))))


def _over(text: Markup, language: str) -> Screen:
    return Screen(text, ((Button(plain(language, "◀ Invites"), "iv"), home(language)),))


def _team(language: str) -> Button:
    return Button(plain(language, "The team"), "tm")
