"""Around the incident form: what is said before the first question, and what after the last."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

from babel.dates import format_datetime
from markupsafe import Markup

from forms.contacts import Contacts, Words
from texts.language import LANGUAGES, NAMES, plain, say
from texts.layout import lines, paragraphs
from texts.screen import Button, Row, Screen, Toast, grid
from texts.ways import help_, home

Label = Callable[[str], str]

BEGIN = "in"
"""What the button to the form sends, and the payload of the link that leads here from a group."""


class Telling:
    """Screens around the form. ``hours``, ``days`` and ``per_day`` are those in force; ``read_here`` is whether the
    server has the office key, so that whoever takes it can read everything; ``in_memory`` whether the draft keys are
    where a power cut takes them; ``heads`` whether the server keeps the choices that the queue is sorted by;
    ``told_days`` is how long it remembers in which chat to tell of an answer."""

    def __init__(
        self,
        contacts: Contacts,
        *,
        username: str,
        hours: int,
        days: int,
        mailbox_days: int,
        per_day: int,
        read_here: bool,
        in_memory: bool,
        heads: bool,
        told_days: int,
    ) -> None:
        self._contacts = contacts
        self._username = username
        self._hours = hours
        self._days = days
        self._mailbox_days = mailbox_days
        self._per_day = per_day
        self._read_here = read_here
        self._in_memory = in_memory
        self._heads = heads
        self._told_days = told_days

    def before(self, language: str) -> Screen:
        """What to know before the first question, and whether to go on."""
        others = [Button(NAMES[code], f"in:{code}") for code in LANGUAGES if code != language]
        power = (
            say(language, "a power cut here deletes them;")
            if self._in_memory
            else say(language, "whoever takes our server meanwhile could read them;")
        )
        parts = [
            say(language, "<b>Before you begin</b>"),
            say(
                language,
                "<b>Telegram</b> can read what you write here, and who you are; it may give your number to a court. Whoever"
                " holds your phone sees this chat.",
            ),
            say(
                language,
                "<b>What we keep:</b>\n• your answers, encrypted, for {hours} hours while you write; {power}\n• what you"
                " hand in for {days} days: {seized}\n• as long, {readable}\n• nothing of your name, number or account goes"
                " with it: those who review it never see who told it;\n• only if you choose to be told here: the number of"
                " this chat, encrypted, for {told} days; {power_too}",
                hours=self._hours,
                power=power,
                days=self._days,
                seized=seized(self._read_here, language),
                readable=readable(self._heads, language),
                told=self._told_days,
                power_too=told_until(self._in_memory, language),
            ),
            self._other_channel(language),
            say(
                language,
                "<b>What I cannot do:</b> free anybody, promise an outcome, hide that you use Telegram, or delete"
                " anything from its servers. About {minutes} minutes; you may skip most questions, stop, and come"
                " back.",
                minutes=5,
            ),
        ]
        rows = (
            (Button(plain(language, "🆘 Somebody is in danger now"), "in:help", style="danger"),),
            (Button(plain(language, "I understand. Begin"), "in:go", style="success"),),
            (Button(plain(language, "Not now"), "home"), *others),
        )
        return Screen(paragraphs(parts), rows)

    def help_first(self, language: str) -> Screen:
        """Numbers and steps; telling comes after."""
        steps = [
            *_listed(self._contacts.help, language),
            say(language, "• If it is safe, stay where others can see you, and tell somebody you trust where you are."),
            say(
                language,
                "• Whoever is detained may ask for a lawyer, and need not sign what they have not read.",
            ),
            say(language, "• Do not film or write here if it puts you in danger. I am still here later."),
        ]
        text = paragraphs([say(language, "<b>Help first</b>"), lines(steps), self._other_channel(language)])
        rows: tuple[Row, ...] = (
            (Button(plain(language, "Now tell what happened"), "in:go", style="success"),),
            (Button(plain(language, "Not now"), "home"),),
        )
        return Screen(text, rows)

    def trained(self, language: str) -> Markup:
        """Who listens to children and survivors; where the network named nobody, its other channel."""
        listed = _listed(self._contacts.trained, language)
        if not listed:
            return self._other_channel(language)
        return lines([say(language, "<b>Who listens:</b>"), *listed])

    def closed(self, language: str) -> Screen:
        """There is no office key: nothing is taken."""
        text = say(
            language,
            "I cannot take incidents at present: nobody is set up here to read them safely. Please do not write what"
            " happened into this chat.",
        )
        return Screen(paragraphs([text, self._other_channel(language)]), ((home(language),),))

    def enough(self, language: str) -> Screen:
        """As many as one person may hand in on one day."""
        text = say(
            language,
            "You have handed in {count} today, which is as many as I take from one person in a day. Tomorrow I take"
            " more. You can add to one of today's with its receipt: /receipt",
            count=self._per_day,
        )
        return Screen(paragraphs([text, self._other_channel(language)]), ((home(language),),))

    def in_private(self, language: str) -> Screen:
        """In a group: one button, and nothing of what it is about."""
        link = f"https://t.me/{self._username}?start={BEGIN}"
        return Screen(
            say(language, "Please write to me in private."),
            ((Button(plain(language, "Open a private chat"), url=link),),),
        )

    def welcome_back(self, language: str) -> Markup:
        """To somebody who left."""
        return say(language, "Welcome back. Everything you answered is still here.")

    def began(self, until: dt.datetime, language: str) -> Markup:
        """How long there is time, above the first question."""
        return say(
            language,
            "Your answers are kept until {until}; then they are deleted. Send /cancel to delete them now.",
            until=_weekday(until, language),
        )

    def left(self, until: dt.datetime, language: str) -> Screen:
        """Saved to come back to."""
        return Screen(
            say(
                language,
                "Saved until {until}. Send /incident to go on. To empty this chat and delete what you answered, send"
                " /wipe.",
                until=_weekday(until, language),
            ),
            ((Button(plain(language, "Go on"), BEGIN), home(language)),),
        )

    def cancel(self, language: str) -> Screen:
        """Ask once before everything is deleted."""
        return Screen(
            say(language, "Delete everything you answered, and our messages about it? This cannot be undone."),
            (
                (Button(plain(language, "No, go on"), "f:stay", style="success"),),
                (Button(plain(language, "Yes, delete"), "f:cancel:yes", style="danger"),),
            ),
        )

    def nothing_to_cancel(self, language: str) -> Screen:
        """Nothing is open."""
        return Screen(say(language, "There is nothing to delete: you have no answers open here."), ((home(language),),))

    def cancelled(self, language: str) -> Screen:
        """Everything is deleted."""
        return Screen(
            say(
                language,
                "Deleted: your answers and files here, and our messages about them in this chat. I cannot delete what"
                " Telegram keeps on its servers.",
            ),
            ((home(language), help_(language)),),
            fresh=True,
        )

    def challenge(self, right: str, language: str) -> Screen:
        """A question that a program does not answer by chance, when very much comes in."""
        text = say(
            language,
            "Very many messages come in just now. To show that you are a person, please press: <b>{name}</b>",
            name=_SIGNS[right][1](language),
        )
        signs = [Button(sign, f"f:is:{name}") for name, (sign, _) in _SIGNS.items()]
        return Screen(text, (*grid(signs, 3), (Button(plain(language, "◀ Back"), "f:stay"),)))

    def handed_in(self, receipt: str, language: str) -> Screen:
        """The receipt, shown once."""
        text = say(
            language,
            "<b>Thank you. It is handed in.</b>\n\nYour receipt:\n<code>{receipt}</code>\n\nWrite it down where nobody"
            " looks for it. It is shown <b>once</b>. With it you see the answer, add something, or withdraw, from any"
            " phone, for {days} days: /receipt\n\n<b>Next:</b> a reviewer reads it. I cannot say when; please do not"
            " wait for us if somebody is in danger.\n\nI delete our other messages here. I cannot delete this one, what"
            " your phone shows as a notification, or what Telegram keeps on its servers.",
            receipt=receipt,
            days=self._mailbox_days,
        )
        rows = (
            (Button(plain(language, "📋 Copy the receipt"), copy=receipt),),
            (Button(plain(language, "🧹 I have it. Empty this chat"), "wipe", style="danger"),),
        )
        return Screen(text, rows, fresh=True, protected=True)

    def wiped(self, language: str, *, goes_on: bool = False) -> Screen:
        """What is deleted, and what is not. ``goes_on``: the chat is reminded of something."""
        text = say(
            language,
            "Done. I forgot what was open, and deleted what Telegram lets me delete here: our messages of the last 48"
            " hours.\n\nTo leave no trace on this phone, delete this chat as well. Telegram's servers may still keep"
            " copies.",
        )
        reminded = say(language, "🔔 The reminders that this chat asked for still come. To end them: /subscriptions")
        return Screen(paragraphs([text, reminded]) if goes_on else text, ((home(language),),), fresh=True)

    def sent_already(self, language: str) -> Toast:
        """Send was pressed again."""
        return Toast(
            plain(
                language,
                "Nothing is open here any more. If you got a receipt, it was handed in; if not, it was deleted: /incident",
            ),
            alert=True,
        )

    def _other_channel(self, language: str) -> Markup:
        other = self._contacts.other_channel
        if other is None:
            return Markup()
        return say(
            language,
            "<b>If it is dangerous for you to be known to have written here,</b> use this instead: {channel}",
            channel=other[language],
        )


def _weekday(moment: dt.datetime, language: str) -> str:
    """A moment of this day or the next."""
    weekday = format_datetime(moment, "EEEE", locale=language).replace("\u200b", "")
    return plain(language, "{weekday}, {time}", weekday=weekday, time=f"{moment:%H:%M}")


def seized(read_here: bool, language: str) -> Markup:
    """Who can open what was handed in."""
    if read_here:
        return say(language, "the network's reviewers read it, and so could whoever takes our server;")
    return say(language, "only the network's reviewers can open it, on their own machines; this server cannot;")


def readable(heads: bool, language: str) -> Markup:
    """What the server itself can read of an incident, in either mode."""
    if heads:
        return say(
            language,
            "so that it can be sorted, this server itself can read its kind, urgency, province and benchmarks, how you"
            " know of it, and the hour; of children and sexual violence only urgency and province; never your words;",
        )
    return say(language, "this server itself can read how urgent it is and the hour it came; nothing else of it;")


def told_until(in_memory: bool, language: str) -> Markup:
    """What ends it earlier that somebody is told in their chat."""
    if in_memory:
        return say(language, "a power cut here ends that, and I tell you so.")
    return say(language, "whoever takes our server can read it.")


def over(language: str) -> Screen:
    """The time for a form is over. No word of what it was: it comes unasked."""
    return Screen(
        say(language, "The time is over: what you had begun here is deleted."), ((home(language),),), silent=True
    )


def not_deleted(language: str) -> Screen:
    """Telegram refused to delete some of the messages."""
    return Screen(
        say(
            language,
            "Some of our messages here are too old for me: after 48 hours Telegram lets no bot delete them. To be safe,"
            " delete this chat yourself: hold it in the list of chats, and choose Delete.",
        ),
        ((home(language),),),
    )


def _listed(entries: Sequence[Words], language: str) -> list[Markup]:
    return [Markup("• {}").format(entry[language]) for entry in entries]


_SIGNS: Mapping[str, tuple[str, Label]] = {
    "fish": ("🐟", lambda language: plain(language, "the fish")),
    "tree": ("🌳", lambda language: plain(language, "the tree")),
    "boat": ("⛵", lambda language: plain(language, "the boat")),
    "house": ("🏠", lambda language: plain(language, "the house")),
    "sun": ("☀️", lambda language: plain(language, "the sun")),
    "cow": ("🐄", lambda language: plain(language, "the cow")),
}
SIGNS = tuple(_SIGNS)
"""The names of the pictures that a challenge shows."""
