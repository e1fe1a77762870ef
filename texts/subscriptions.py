"""What a chat is reminded of, how it wants that, and when it is reminded next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from babel.dates import format_date
from markupsafe import Markup

from facts.models import LETTERS
from forms.cutoff import morning
from storage.deadlines import Deadline
from storage.listeners import Listener
from storage.subscriptions import ALL, NEWS
from texts import due
from texts.cases import cases_button
from texts.entries import Entries
from texts.language import NAMES, plain, say
from texts.layout import lines, pages, paragraphs, shortened, turning
from texts.screen import Button, Row, Screen, grid
from texts.told import calm
from texts.ways import home

MOST = 40
"""Topics of one chat: more than anybody reads."""

_ON_PAGE = 8
_OFFERED = 6
"""Deadlines that /remind offers by their names; the others are a button away."""

ZONES: Mapping[str, str] = {
    "pp": "Asia/Phnom_Penh",
    "ge": "Europe/Zurich",
    "bk": "Asia/Bangkok",
    "se": "Asia/Seoul",
    "pa": "Europe/Paris",
    "ny": "America/New_York",
    "la": "America/Los_Angeles",
    "me": "Australia/Melbourne",
}
"""Where those live who watch Cambodia, by what their buttons call it."""

QUIET: Mapping[str, tuple[int, int]] = {"21-7": (21, 7), "22-6": (22, 6), "20-8": (20, 8), "none": (0, 0)}
"""Quiet hours that can be chosen: from, to."""

CALLED: Mapping[str, str] = {
    "all": ALL,
    "all deadlines": ALL,
    "deadlines": ALL,
    "ទាំងអស់": ALL,
    "ថ្ងៃផុតកំណត់": ALL,
    "ថ្ងៃផុតកំណត់ទាំងអស់": ALL,
    "news": NEWS,
    "announcements": NEWS,
    "ដំណឹង": NEWS,
    "សេចក្តីជូនដំណឹង": NEWS,
}
"""What people write after /remind for what has no name of its own."""

NAPS = (1, 3, 7, 14)
"""Days for which a chat can be left in peace."""


@dataclass(frozen=True)
class Coming:
    """The next reminder that a place gets: when, of what, and when that is over. All in UTC."""

    at: dt.datetime
    over: dt.datetime
    deadline: Deadline | None = None
    """None for a date of a case."""


@dataclass(frozen=True)
class Standing:
    """How a place stands. ``deadlines`` are those that are still to come; ``missed`` of them what ends before it wakes
    up."""

    listener: Listener
    topics: Sequence[str]
    deadlines: Sequence[Deadline]
    now: dt.datetime
    language: str
    private: bool
    next: Coming | None = None
    missed: Sequence[Deadline] = ()

    @property
    def asleep(self) -> bool:
        """It is to be left in peace."""
        return self.listener.asleep_until > self.now.timestamp()


class Subscriptions:
    """The screens of /remind and /subscriptions."""

    def __init__(self, entries: Entries, cases: Collection[str]) -> None:
        self._entries = entries
        self._cases = cases

    def choose(self, one: Standing, note: Markup | None = None) -> Screen:
        """Of what shall it be reminded?"""
        language = one.language
        asked = (
            say(language, "🔔 <b>So that no deadline is missed</b>\nOf what shall I remind you here?")
            if one.private
            else say(language, "🔔 <b>So that no deadline is missed</b>\nOf what shall I remind this group?")
        )
        how = say(
            language,
            "Reminders come 30, 14, 7, 3 and 1 days before, and on the morning of the day itself, never at night. You can"
            " stop them at any time.",
        )
        offered = [] if ALL in one.topics else [f"d:{deadline.id}" for deadline in one.deadlines[:_OFFERED]]
        rows = (
            *((self._turned(topic, one),) for topic in (ALL, NEWS, *offered)),
            (Button(plain(language, "📊 A benchmark"), "sb:b"), Button(plain(language, "⚖️ A case"), "sb:c")),
            (_all_of_it(language), _deadlines(language)),
            (home(language),),
        )
        return Screen(paragraphs([note or Markup(), asked, how, _in_group(one)]), rows)

    def letters(self, one: Standing) -> Screen:
        """Of which benchmark?"""
        titles = [Markup("{}").format(self._entries.title(f"b:{letter}", one.language)) for letter in LETTERS]
        head = say(
            one.language,
            "<b>Of which benchmark?</b>\nI remind of the deadlines that ask about it. ✔ is chosen already.",
        )
        buttons = [
            Button(f"✔ {letter}", f"sb:off:b:{letter}")
            if f"b:{letter}" in one.topics
            else Button(letter, f"sb:on:b:{letter}")
            for letter in LETTERS
        ]
        return Screen(paragraphs([head, lines(titles)]), (*grid(buttons, 5), (_more(one.language), home(one.language))))

    def which_case(self, one: Standing) -> Screen:
        """Of which case?"""
        text = say(
            one.language,
            "<b>Of which case?</b>\nWrite its name after the command, such as <code>/remind Kem Sokha</code>, or open the"
            " case and press 🔔 below it. I tell when the network publishes news of it, and remind of its hearings.",
        )
        return Screen(
            paragraphs([text, _in_group(one)]),
            ((cases_button(one.language),), (_more(one.language), home(one.language))),
        )

    def several(self, words: str, topics: Sequence[str], one: Standing) -> Screen:
        """Words that can mean more than one thing."""
        text = say(one.language, "Which of these do you mean by “{words}”?", words=shortened(calm(words)))
        rows = tuple((self._turned(topic, one),) for topic in topics)
        return Screen(text, (*rows, (_more(one.language), home(one.language))))

    def here(self, one: Standing, note: Markup | None = None, page: int = 1, undo: Row = ()) -> Screen:
        """What this place is told of, each with its stop, and what comes next. ``undo`` takes back what was just done."""
        several = pages([self._line(topic, one) for topic in one.topics], 2000, _ON_PAGE)
        page = min(max(page, 1), len(several))
        first = sum(map(len, several[: page - 1]))
        shown = one.topics[first : first + len(several[page - 1])]
        parts = [
            note or Markup(),
            self._head(one),
            lines(several[page - 1]),
            self.next(one),
            _in_group(one),
            _kept(one),
        ]
        return Screen(
            paragraphs(parts),
            (
                *((undo,) if undo else ()),
                *((self._stop(topic, one),) for topic in shown),
                *turning("sb:p", page, len(several)),
                *_ways(one),
            ),
        )

    def stopped(self, one: Standing, deadline: Deadline | None, day: str) -> Screen:
        """No more of one time that a deadline comes."""
        language = one.language
        if deadline is None:
            text = say(
                language, "🔕 That date is over, or was changed or cancelled. So no more reminders of it come here."
            )
            ways = ((_all_of_it(language), _deadlines(language)), (home(language),))
            return Screen(paragraphs([text, self.next(one)]), ways)
        text = say(
            language,
            "🔕 <b>No more reminders of this here:</b>\n{title}, {day}\nShould its date be changed, that is said once.",
            title=_named(deadline, language),
            day=_date(dt.date.fromisoformat(day), language),
        )
        rows = (
            (Button(plain(language, "↩ Remind again"), f"sb:again:d:{deadline.id}:{day}"),),
            (Button(plain(language, "🗓 Open it"), f"dl:{deadline.id}"), _all_of_it(language)),
            (_stop_everything(language),),
        )
        return Screen(paragraphs([text, self.next(one)]), rows)

    def settings(self, one: Standing, note: Markup | None = None) -> Screen:
        """How this place wants to be told."""
        language, listener = one.language, one.listener
        few = listener.profile.leads == "few"
        told = [
            say(language, "<b>Language:</b> {name}", name=NAMES[language]),
            say(
                language,
                "<b>Time zone:</b> {zone}, where it is {time} now",
                zone=due.place(listener.profile.zone, language),
                time=f"{one.now.astimezone(ZoneInfo(listener.profile.zone)):%H:%M}",
            ),
            _quietness(listener, language),
            say(language, "<b>Reminders:</b> few (7 days and 1 day before, and on the morning)")
            if few
            else say(language, "<b>Reminders:</b> all (30, 14, 7, 3 and 1 days before, and on the morning)"),
            say(language, "<b>Several on one morning:</b> in one message")
            if listener.digest
            else say(language, "<b>Several on one morning:</b> each by itself"),
        ]
        head = (
            say(language, "⚙ <b>How I remind you here</b>")
            if one.private
            else say(language, "⚙ <b>How I remind this group</b>")
        )
        rows = (
            (Button(plain(language, "Language"), "lang"), Button(plain(language, "Time zone"), "sb:set:zone")),
            (Button(plain(language, "Quiet hours"), "sb:set:quiet"),),
            (
                Button(plain(language, "All reminders"), "sb:set:all")
                if few
                else Button(plain(language, "Fewer reminders"), "sb:set:few"),
                Button(plain(language, "Each by itself"), "sb:set:each")
                if listener.digest
                else Button(plain(language, "In one message"), "sb:set:one"),
            ),
            (_all_of_it(language), home(language)),
        )
        return Screen(paragraphs([note or Markup(), head, lines(told), self.next(one), _in_group(one)]), rows)

    def zones(self, one: Standing) -> Screen:
        """Where do they live?"""
        text = say(one.language, "<b>In which time zone?</b>\nReminders come in the morning there.")
        buttons = [
            Button(
                f"{'✔ ' if zone == one.listener.profile.zone else ''}{due.place(zone, one.language)}",
                f"sb:set:zone:{code}",
            )
            for code, zone in ZONES.items()
        ]
        return Screen(text, (*grid(buttons, 2), (_back_to_settings(one.language),)))

    def quiet(self, one: Standing) -> Screen:
        """When shall nothing make a sound?"""
        text = say(one.language, "<b>When shall I be quiet?</b>\nWhat falls into these hours comes when they end.")
        now = (one.listener.profile.quiet_from, one.listener.profile.quiet_to)
        buttons = [
            Button(f"{'✔ ' if hours == now else ''}{_hours(hours, one.language)}", f"sb:set:quiet:{code}")
            for code, hours in QUIET.items()
        ]
        return Screen(text, (*grid(buttons, 2), (_back_to_settings(one.language),)))

    def pause(self, one: Standing) -> Screen:
        """For how long is it to be left in peace?"""
        language = one.language
        text = say(
            language,
            "<b>For how long shall I send nothing here?</b>\nWhat falls due meanwhile comes afterwards, unless it is over"
            " by then.",
        )
        naps = [Button(_days(days, language), f"sb:zzz:{days}") for days in NAPS]
        wake = ((Button(plain(language, "⏰ Wake up now"), "sb:zzz:0"),),) if one.asleep else ()
        return Screen(
            paragraphs([text, self.next(one)]), (*grid(naps, 2), *wake, (_all_of_it(language), home(language)))
        )

    def next(self, one: Standing) -> Markup:
        """The next reminder that this place gets; what it sleeps through comes first."""
        language, zone = one.language, one.listener.profile.zone
        missed = [
            say(
                language,
                "⚠️ This is over before I wake up: {titles}",
                titles=", ".join(_named(each, language) for each in one.missed[:5]),
            )
        ]
        return lines([*(missed if one.missed else ()), self._next(one.next, one.topics, zone, language)])

    def began(self, topic: str, one: Standing) -> Markup:
        """It is told of this from now on."""
        return say(one.language, "🔔 From now on I remind here of: <b>{topic}</b>", topic=self.name(topic, one))

    def ended(self, topic: str, one: Standing) -> Markup:
        """No longer; or still, where everything is asked for."""
        said = say(one.language, "🔕 I remind here no more of: <b>{topic}</b>", topic=self.name(topic, one))
        if ALL not in one.topics or topic.partition(":")[0] not in ("d", "b"):
            return said
        return lines([said, say(one.language, "⚠️ “All deadlines” still brings it. To end that, too, press its 🔕.")])

    def remind_again(self, topic: str, language: str) -> Row:
        """Takes back that it was stopped."""
        return (Button(plain(language, "↩ Remind again"), f"sb:on:{topic}"),)

    def name(self, topic: str, one: Standing) -> str:
        """What a topic is called, also when there is no such thing any more."""
        kind, _, key = topic.partition(":")
        if topic == ALL:
            return plain(one.language, "All deadlines")
        if topic == NEWS:
            return plain(one.language, "Announcements of the network")
        if kind == "b":
            return self._entries.title(topic, one.language)
        if kind == "case" and key in self._cases:
            return self._entries.title(f"c:{key}", one.language)
        found = next((_named(deadline, one.language) for deadline in one.deadlines if deadline.id == key), None)
        return found or plain(one.language, "Something that is over")

    def below_card(self, card: Screen, topic: str, language: str, *, on: bool, private: bool) -> Screen:
        """A card with the button by which a place is told of the thing."""
        if on:
            button = Button(plain(language, "🔕 No more reminders of it"), f"sb:off:{topic}")
        elif private:
            button = Button(plain(language, "🔔 Remind me"), f"sb:on:{topic}")
        else:
            button = Button(plain(language, "🔔 Remind this group"), f"sb:on:{topic}")
        return _with_row(card, (button,))

    def _head(self, one: Standing) -> Markup:
        language = one.language
        if not one.topics:
            return (
                say(language, "<b>I remind you of nothing here.</b>")
                if one.private
                else say(language, "<b>I remind this group of nothing.</b>")
            )
        head = (
            say(language, "🔔 <b>What I remind you of here</b>")
            if one.private
            else say(language, "🔔 <b>What I remind this group of</b>")
        )
        asleep = dt.datetime.fromtimestamp(one.listener.asleep_until, dt.UTC)
        zone = one.listener.profile.zone
        return lines(
            [head, say(language, "😴 I send nothing until {moment}.", moment=due.moment(asleep, zone, language))]
            if one.asleep
            else [head]
        )

    def _line(self, topic: str, one: Standing) -> Markup:
        return Markup("• {}").format(self.name(topic, one))

    def _stop(self, topic: str, one: Standing) -> Button:
        return Button(shortened(f"🔕 {self.name(topic, one)}", 60), f"sb:off:{topic}")

    def _turned(self, topic: str, one: Standing) -> Button:
        """Turns a topic on, or off."""
        on = topic in one.topics
        return Button(
            shortened(f"{'✔' if on else '🔔'} {self.name(topic, one)}", 60), f"sb:{'off' if on else 'on'}:{topic}"
        )

    def _next(self, coming: Coming | None, topics: Sequence[str], zone: str, language: str) -> Markup:
        if not topics:
            return Markup()
        if set(topics) == {NEWS}:
            return say(language, "<b>Next:</b> what the network announces, when it does.")
        if coming is None:
            return say(language, "<b>Next:</b> nothing is due yet. As soon as something is, I say so here.")
        when = due.moment(coming.at, zone, language)
        if coming.deadline is None:
            return say(language, "<b>Next:</b> {when}, for a date of a case", when=when)
        return say(
            language,
            "<b>Next:</b> {when}, for “{title}”, which ends {over}",
            when=when,
            title=_named(coming.deadline, language),
            over=due.moment(coming.over, zone, language),
        )


def full(language: str) -> Markup:
    """One topic more than anybody reads."""
    return say(
        language,
        "This chat is reminded of {most} things already, and that is as many as I keep. Stop one that you do not need any"
        " more, then choose this again. “All deadlines” counts as one.",
        most=MOST,
    )


def which_to_stop(language: str) -> Markup:
    """Above what can be stopped, for somebody who wrote that it is enough."""
    return say(language, "Press 🔕 below at what shall end. Nothing has ended yet.")


def unknown(words: str, language: str) -> Markup:
    """Words that mean nothing that can be subscribed to."""
    return say(language, "I found no deadline, benchmark or case called “{words}”.", words=shortened(calm(words)))


def gone(language: str) -> Markup:
    """A button of something that is not there any more."""
    return say(language, "That is over, or not there any more, so I cannot remind of it.")


def ended_all(language: str) -> Markup:
    """Everything stopped."""
    return say(
        language,
        "🔕 Done. I remind here of nothing any more, and forget the number of this chat within a day. What was already on its"
        " way to Telegram may still come.",
    )


def asleep(days: int, language: str) -> Markup:
    """It is left in peace."""
    return say(language, "😴 I send nothing here for {days}.", days=_days(days, language))


def awake(language: str) -> Markup:
    """No longer."""
    return say(language, "⏰ I am awake, and remind here again.")


def changed(language: str) -> Markup:
    """A setting is another one."""
    return say(language, "✔ Changed. It holds from the next reminder on.")


def nothing_to_set(language: str) -> Markup:
    """Settings of a place that is told of nothing would be kept for nobody."""
    return say(language, "Choose first of what I shall remind here; then you can choose how.")


def _ways(one: Standing) -> tuple[Row, ...]:
    language = one.language
    if not one.topics:
        every = Button(plain(language, "🔔 All deadlines"), f"sb:on:{ALL}")
        return ((every,), (_more(language), _deadlines(language)), (home(language),))
    return (
        (_more(language), Button(plain(language, "⚙ Settings"), "sb:set")),
        (Button(plain(language, "😴 Pause"), "sb:zzz"), _deadlines(language)),
        (_stop_everything(language), home(language)),
    )


def _in_group(one: Standing) -> Markup:
    if one.private:
        return Markup()
    return say(
        one.language,
        "👥 Everybody in this group sees the reminders, and anybody in it may change or stop them. I write only neutral"
        " words here, and of cases only what is public.",
    )


def _kept(one: Standing) -> Markup:
    if not one.topics:
        return Markup()
    return say(
        one.language, "<i>For this I keep the number of this chat, encrypted, until you stop. More: /privacy</i>"
    )


def _quietness(listener: Listener, language: str) -> Markup:
    hours = (listener.profile.quiet_from, listener.profile.quiet_to)
    return say(
        language,
        "<b>Quiet hours:</b> {hours}; reminders come at {hour}",
        hours=_hours(hours, language),
        hour=f"{morning(*hours):02}:00",
    )


def _hours(hours: tuple[int, int], language: str) -> str:
    if hours[0] == hours[1]:
        return plain(language, "none")
    return f"{hours[0]:02}:00–{hours[1]:02}:00"


def _days(days: int, language: str) -> str:
    return plain(language, "1 day") if days == 1 else plain(language, "{days} days", days=days)


def _date(day: dt.date, language: str) -> str:
    return format_date(day, "EEEE d MMMM y", locale=language).replace("\u200b", "")


def _all_of_it(language: str) -> Button:
    return Button(plain(language, "🔔 All reminders here"), "sb")


def _more(language: str) -> Button:
    return Button(plain(language, "＋ Remind of more"), "sb:new")


def _deadlines(language: str) -> Button:
    return Button(plain(language, "🗓 Deadlines"), "dl")


def _stop_everything(language: str) -> Button:
    return Button(plain(language, "🔕 Stop everything"), "sb:off", style="danger")


def _back_to_settings(language: str) -> Button:
    return Button(plain(language, "◀ Back"), "sb:set")


def _with_row(card: Screen, row: Row) -> Screen:
    """Above the last row, which leads on."""
    return replace(card, rows=(*card.rows[:-1], row, *card.rows[-1:]))


def _named(deadline: Deadline, language: str) -> str:
    return due.title(deadline, language, 60)
