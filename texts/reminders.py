"""What comes unasked because a day comes near, or because something became of it.

All of it shows on locked telephones: the first words say that it is a reminder and how long is left, and no case is named
but on a button, and in groups not even there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from markupsafe import Markup

from facts.models import LETTERS
from forms.case_news import HEARING
from forms.cutoff import ONCE, Occurrence
from storage.case_entries import CaseEntry
from storage.deadlines import Deadline
from texts import due
from texts.entries import Entries, day_words
from texts.language import plain, say
from texts.layout import lines, paragraphs
from texts.screen import Button, Screen
from texts.told import calm

_NAMED = 5
"""Benchmarks that are named in full; of more, the letters stand."""
_IN_DIGEST = 20
_TITLE, _TITLE_IN_LINE = 160, 70
"""Letters of a title: a coordinator may write a longer one."""


@dataclass(frozen=True)
class Due:
    """One step of a deadline, at the moment at which it is said. ``zone`` is the listener's; ``missing`` are letters."""

    deadline: Deadline
    occurrence: Occurrence
    step: str
    now: dt.datetime
    zone: str
    missing: tuple[str, ...] = ()
    late: bool = False
    """It comes later than it was due."""
    member: bool = False
    """A monitor or more reads it in private."""

    @property
    def passed(self) -> bool:
        """It is over."""
        return self.step == "passed"

    @property
    def network_waited(self) -> bool:
        """The network's own day is over, and the cut-off is not."""
        return self.occurrence.wanted <= self.now < self.occurrence.at

    @property
    def end(self) -> dt.datetime:
        """What is counted down to: the network's own day as long as it is ahead, else the cut-off."""
        return self.occurrence.at if self.network_waited else self.occurrence.wanted


@dataclass(frozen=True)
class CaseDay:
    """A hearing, or the last day for an appeal, so many days before it."""

    entry: CaseEntry
    day: dt.date
    left: int
    late: bool = False
    private: bool = False
    """Nobody but the listener sees it."""


Line = Due | CaseDay


class Reminders:
    """The messages. ``entries`` name benchmarks and cases; ``home`` is the network's zone."""

    def __init__(self, entries: Entries, home: str) -> None:
        self._entries = entries
        self._home = home

    def due(self, one: Due, language: str) -> Screen:
        """What is due, how long is left, what is missing; a button to act, and one to stop."""
        if one.passed:
            return self._passed(one, language)
        parts = [
            _head(one, language),
            lines([_title(one.deadline, language), *self._when(one, language)]),
            self._missing(one.missing, language),
            say(language, "<i>The card has its terms, and what the network still needs.</i>")
            if one.member
            else Markup(),
            _late(language) if one.late else Markup(),
        ]
        stop = f"sb:stop:d:{one.deadline.id}:{one.occurrence.day.isoformat()}"
        act = Button(plain(language, "📋 Open it: terms, “done”"), f"dl:{one.deadline.id}")
        rows = ((act,), (Button(plain(language, "🔕 No more of this one"), stop),))
        return Screen(paragraphs(parts), rows)

    def case_day(self, one: CaseDay, language: str) -> Screen:
        """A day of a case, to those who follow it. Its name stands on the button alone, and in a group nowhere: what people
        follow together is not for whoever looks over a shoulder."""
        case = one.entry.case
        named = self._entries.button(f"c:{case}", language)
        act = named if one.private else replace(named, label=plain(language, "⚖️ Open the case"))
        parts = [_case_words(one, language), _late(language) if one.late else Markup()]
        stop = Button(plain(language, "🔕 No more of this case"), f"sb:off:case:{case}")
        return Screen(paragraphs(parts), ((act,), (stop,)))

    def digest(self, several: Sequence[Line], language: str) -> Screen:
        """What is due on one morning, a line each: what comes first stands first, and what has passed last."""
        ordered = sorted(several, key=_comes)
        head = _heading(ordered, language)
        told = [_line(one, language) for one in ordered[:_IN_DIGEST]]
        more = len(several) - len(told)
        last = say(language, "… and {more} more.", more=more) if more else Markup()
        parts = [head, lines(told), last, _late(language) if any(one.late for one in several) else Markup()]
        stop = Button(plain(language, "Each by itself again"), "sb:set:each")
        return Screen(paragraphs(parts), ((Button(plain(language, "📋 All deadlines"), "dl"),), (stop,)))

    def new(self, deadline: Deadline, occurrence: Occurrence, language: str) -> Screen:
        """A date was entered."""
        head = say(language, "🗓 <b>A new deadline</b>")
        return _notice(head, deadline, _dated(deadline, occurrence, self._home, language), language)

    def changed(self, deadline: Deadline, occurrence: Occurrence, was: Mapping[str, str], language: str) -> Screen:
        """The day is another one, or the terms are. ``was`` has the day, the time and the zone that it had."""
        head = say(language, "🗓 <b>A deadline was changed</b>")
        now = {"day": deadline.day, "time": deadline.time, "zone": deadline.zone}
        if {**now, **was} == now:
            first = say(language, "Its terms were changed; the day is the same.")
        else:
            before, after = _rule(was, language), _rule(now, language)
            first = say(language, "Before: {before} → now: <b>{after}</b>", before=before, after=after)
        return _notice(head, deadline, [first, *_dated(deadline, occurrence, self._home, language)], language)

    def cancelled(self, deadline: Deadline, day: dt.date, language: str) -> Screen:
        """A date does not come, for the first time on this ``day``."""
        head = say(language, "✖ <b>A deadline was cancelled</b>")
        said = day_words(day.isoformat(), language)
        if deadline.repeats == ONCE:
            what = say(language, "It was to be on {day}. No more reminders of it come.", day=said)
        else:
            what = say(
                language,
                "The next time was to be on {day}. It comes no more, and neither do reminders of it.",
                day=said,
            )
        return _notice(head, deadline, [what], language)

    def sent(self, deadline: Deadline, language: str) -> Screen:
        """The network has handed in."""
        head = say(language, "✔ <b>The network's submission went out</b>")
        return _notice(head, deadline, [say(language, "No more reminders of it come. Thank you.")], language)

    def _passed(self, one: Due, language: str) -> Screen:
        """The last word about it."""
        head = say(language, "⏰ <b>Reminder:</b> a deadline has passed")
        ended = say(language, "It was open {until}.", until=due.until(one.occurrence.at, one.deadline.zone, language))
        last = (
            say(language, "No more reminders of it come.")
            if one.deadline.repeats == ONCE
            else say(language, "No more reminders of it come this time.")
        )
        return Screen(
            paragraphs([head, lines([_title(one.deadline, language), ended]), last]),
            ((_open(one.deadline, language),),),
        )

    def _when(self, one: Due, language: str) -> list[Markup]:
        """Until when the network wants it, and until when it is open."""
        open_ = due.until(one.occurrence.at, one.deadline.zone, language)
        if one.network_waited:
            return [
                say(
                    language,
                    "The network's own day has passed. Please send your part today, so that it can still go along.",
                ),
                say(language, "It is open {until}.", until=open_),
            ]
        return _dated(one.deadline, one.occurrence, self._home, language)

    def _missing(self, letters: Sequence[str], language: str) -> Markup:
        """Benchmarks of which the published numbers say nothing."""
        if not letters:
            return Markup()
        if len(letters) == len(LETTERS):
            return say(language, "<b>Missing:</b> the published numbers show nothing yet on any benchmark.")
        named = [self._entries.title(f"b:{letter}", language) for letter in letters[:_NAMED]]
        heading = say(language, "<b>Missing:</b> the published numbers show nothing yet on:")
        told = [Markup("• {name}").format(name=name) for name in named]
        if rest := ", ".join(letters[_NAMED:]):
            told.append(say(language, "• and on {letters}", letters=rest))
        return lines([heading, *told])


def _head(one: Due, language: str) -> Markup:
    """The first words: all that a locked telephone may show."""
    return say(language, "⏰ <b>Reminder:</b> due {countdown}", countdown=due.countdown(one.end, one.now, language))


def _title(deadline: Deadline, language: str) -> Markup:
    symbol = f" ({calm(deadline.symbol)})" if deadline.symbol else ""
    return Markup("<b>{title}</b>{symbol}").format(title=due.title(deadline, language, _TITLE), symbol=symbol)


def _dated(deadline: Deadline, occurrence: Occurrence, home: str, language: str) -> list[Markup]:
    """Until when the network collects, where it set a day of its own; and until when it is open."""
    open_ = say(language, "It is open {until}.", until=due.until(occurrence.at, deadline.zone, language))
    if occurrence.wanted == occurrence.at:
        return [open_]
    own = _last_day(occurrence.wanted, home, language)
    return [say(language, "Please send your part to the network by <b>{day}</b>.", day=own), open_]


def _last_day(end: dt.datetime, home: str, language: str) -> str:
    """The local day that ends then."""
    return day_words((end - dt.timedelta(seconds=1)).astimezone(ZoneInfo(home)).date().isoformat(), language)


def _rule(terms: Mapping[str, str], language: str) -> str:
    """A day, with its time and place where it has them."""
    day, time, zone = (terms.get(name) or "" for name in ("day", "time", "zone"))
    where = due.place(zone, language) if zone else ""
    return ", ".join(filter(None, (day_words(day, language), time, where)))


def _late(language: str) -> Markup:
    return say(language, "<i>This comes late: I could not send it when it was due.</i>")


def _case_words(one: CaseDay, language: str) -> Markup:
    """How long it is until then, without a name and without what the court is to decide."""
    day = day_words(one.day.isoformat(), language)
    if one.entry.kind == HEARING:
        if one.left == 0:
            return say(language, "⏰ <b>Reminder:</b> today there is a hearing in a case that you follow.")
        if one.left == 1:
            return say(
                language,
                "⏰ <b>Reminder:</b> tomorrow, on {day}, there is a hearing in a case that you follow.",
                day=day,
            )
        return say(
            language,
            "⏰ <b>Reminder:</b> in {days} days, on {day}, there is a hearing in a case that you follow.",
            day=day,
            days=one.left,
        )
    if one.left == 0:
        return say(language, "⏰ <b>Reminder:</b> today is the last day for an appeal in a case that you follow.")
    if one.left == 1:
        return say(
            language,
            "⏰ <b>Reminder:</b> tomorrow, {day}, is the last day for an appeal in a case that you follow.",
            day=day,
        )
    return say(
        language,
        "⏰ <b>Reminder:</b> in {days} days, on {day}, is the last day for an appeal in a case that you follow.",
        day=day,
        days=one.left,
    )


def _heading(ordered: Sequence[Line], language: str) -> Markup:
    """How many there are and how soon the first is: all that a locked telephone may show of a digest."""
    first = ordered[0]
    if isinstance(first, Due) and first.passed:
        return say(language, "⏰ <b>Reminder:</b> deadlines have passed: {count}", count=len(ordered))
    soon = _soon(first, language)
    return say(language, "⏰ <b>Reminder:</b> {count} dates, the first {soon}", count=len(ordered), soon=soon)


def _soon(one: Line, language: str) -> str:
    """When it comes, after “the first”."""
    if isinstance(one, Due):
        return due.countdown(one.end, one.now, language)
    if one.left == 0:
        return plain(language, "today")
    if one.left == 1:
        return plain(language, "tomorrow")
    return plain(language, "on {day}", day=day_words(one.day.isoformat(), language))


def _line(one: Line, language: str) -> Markup:
    """One of several in a digest."""
    if isinstance(one, CaseDay):
        day = day_words(one.day.isoformat(), language)
        if one.entry.kind == HEARING:
            return say(language, "• {day}: a hearing in a case that you follow", day=day)
        return say(language, "• {day}: last day for an appeal in a case that you follow", day=day)
    title = due.title(one.deadline, language, _TITLE_IN_LINE)
    if one.passed:
        return say(language, "• <b>{title}</b>: has passed", title=title)
    return say(
        language,
        "• <b>{title}</b>: due {countdown}",
        title=title,
        countdown=due.countdown(one.end, one.now, language),
    )


def _comes(one: Line) -> tuple[bool, str]:
    """What comes first is first in this order, and what has passed is last."""
    if isinstance(one, CaseDay):
        return False, one.day.isoformat()
    return one.passed, one.end.astimezone(ZoneInfo(one.zone)).isoformat()


def _open(deadline: Deadline, language: str) -> Button:
    """The card."""
    return Button(plain(language, "🗓 Open it"), f"dl:{deadline.id}")


def _notice(head: Markup, deadline: Deadline, what: Sequence[Markup], language: str) -> Screen:
    """Something became of a deadline."""
    told_of = Button(plain(language, "🔔 All reminders here"), "sb")
    return Screen(
        paragraphs([head, lines([_title(deadline, language), *what])]), ((_open(deadline, language),), (told_of,))
    )
