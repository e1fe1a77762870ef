"""What has to be done by when: calls for information and the network's own dates; what is expected; what is over.

Three things are never mixed: what a coordinator confirmed, with its source; what is only expected, because it was so
before; and the deadlines of the report, which are history.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from babel.dates import format_date
from markupsafe import Markup

from facts.models import Dated
from facts.report import Report
from forms.cutoff import Occurrence
from storage.deadlines import CALL, Deadline
from texts import due
from texts.citing import cited
from texts.deadline_questions import OPTIONS
from texts.entries import Entries, day_words, when
from texts.language import LANGUAGES, plain, say
from texts.layout import lines, pages, paragraphs, shortened, turning
from texts.questions import NAMES
from texts.screen import Button, Row, Screen, Toast, grid
from texts.told import calm
from texts.ways import home, tell

_MOST, _TOGETHER = 2600, 8
"""Characters and deadlines on a page."""
_TITLE, _CHANGE, _IN_FULL = 100, 40, 5
"""Letters of a title and of an answer that changes; how many of these are shown with what they were."""
_CALL_OF = re.compile(r"call-[0-9]{4}")
"""What facts call the date of the cut-off of a report's own call."""


@dataclass(frozen=True)
class Reader:
    """Whoever looks. Members, and coordinators among them, are known as such in private only."""

    language: str
    home: str
    """The network's zone."""
    now: dt.datetime
    private: bool = False
    member: bool = False
    coordinator: bool = False


@dataclass(frozen=True)
class Here:
    """How the place that is spoken in stands to a deadline."""

    told: bool = False
    """It is reminded of it."""
    told_all: bool = False
    """It is reminded of all deadlines, so of this one."""
    answered: bool = False
    """It has done its part."""
    letters: tuple[str, ...] = ()
    """Benchmarks that it asks about, and of which the place is told."""

    @property
    def reminded(self) -> bool:
        """It is reminded of it, in whatever way it asked for that."""
        return self.told or self.told_all or bool(self.letters)


@dataclass(frozen=True)
class Rhythm:
    """When the call of the report was, which is all that is known of the next one."""

    cutoff: Dated
    opened: Dated
    session: Dated

    @classmethod
    def of(cls, report: Report) -> Rhythm | None:
        """From the dates of the report; None where it tells of no call."""
        calls = [date for key, date in report.dates.items() if _CALL_OF.fullmatch(key) and len(date.when) == 10]
        opened = report.dates.get("call-opened")
        session = next((date for key, date in report.dates.items() if key.startswith("council-session-")), None)
        if not calls or opened is None or session is None:
            return None
        return cls(max(calls, key=lambda one: one.when), opened, session)

    def day(self, year: int) -> dt.date:
        """The same day of another year."""
        return dt.date.fromisoformat(self.cutoff.when).replace(year=year)

    def next(self, today: dt.date) -> dt.date:
        """The one that is expected next."""
        this_year = self.day(today.year)
        return this_year if today <= this_year else self.day(today.year + 1)


@dataclass(frozen=True)
class Reached:
    """A step of the reminders, or a notice, and how many places it reached: by the states of storage.deliveries."""

    step: str
    counts: Mapping[str, int]


@dataclass(frozen=True)
class Change:
    """An answer of the form that is another one now, each as it is shown."""

    step: str
    before: Markup
    after: Markup


class Deadlines:
    """The screens about deadlines, beside one report."""

    def __init__(self, report: Report, entries: Entries) -> None:
        self._report = report
        self._entries = entries

    def ahead(
        self, found: Sequence[tuple[Deadline, Occurrence]], rhythm: Rhythm | None, page: int, reader: Reader
    ) -> Screen:
        """What is to come, the first first; what is expected where ``rhythm`` is given; and the way to what is over."""
        language = reader.language
        head = say(language, "<b>🗓 Deadlines</b>")
        listed = [_line(n, one, at, reader) for n, (one, at) in enumerate(found, 1)]
        several = pages(listed or [say(language, "No date is confirmed now.")], _MOST, _TOGETHER)
        page = min(max(page, 1), len(several))
        first = sum(map(len, several[: page - 1]))
        buttons = [_opened(n, one, language) for n, (one, _) in enumerate(found[first : first + _TOGETHER], first + 1)]
        shown = buttons[: len(several[page - 1])]
        expected = self._expected(rhythm, reader) if rhythm is not None else Markup()
        rows: list[Row] = [*grid(shown, 1), *turning("dl:p", page, len(several))]
        if reader.coordinator:
            rows += self._enter(rhythm, reader)
        rows += [
            (
                Button(plain(language, "🔔 Remind me here"), "sb:new"),
                Button(plain(language, "📅 Calendar file"), "cal"),
            ),
            (Button(plain(language, "What is over"), "dl:all"), home(language)),
        ]
        return Screen(paragraphs([head, *several[page - 1], expected]), tuple(rows))

    def over(self, found: Sequence[tuple[Deadline, dt.datetime | None]], page: int, reader: Reader) -> Screen:
        """What was entered here and is over, the newest first; then the deadlines of the report, which are history."""
        language = reader.language
        head = say(language, "<b>🗓 What is over</b>")
        mine = [
            Markup("{n}. {line}").format(n=n, line=_past(one, at, language)) for n, (one, at) in enumerate(found, 1)
        ]
        report = say(language, "<b>In the report ({symbol})</b>", symbol=self._report.document.symbol)
        theirs = [
            self._history(one, language)
            for one in self._report.dates.values()
            if one.ahead and one.lapsed(reader.now.date())
        ]
        several = pages([*mine, report, *theirs] if theirs else mine or [say(language, "Nothing yet.")], _MOST, 20)
        page = min(max(page, 1), len(several))
        rows = (
            *grid(
                [_opened(n, one, language) for n, (one, _) in enumerate(found[:_TOGETHER], 1)] if page == 1 else [], 1
            ),
            *turning("dl:all", page, len(several)),
            (Button(plain(language, "All dates in the report"), "ds:ahead"),),
            (_back(language), home(language)),
        )
        return Screen(paragraphs([head, *several[page - 1]]), rows)

    def card(
        self,
        one: Deadline,
        occurrence: Occurrence | None,
        here: Here,
        empty: Sequence[str],
        reader: Reader,
        toast: str | None = None,
    ) -> Screen:
        """Everything that a call says. ``occurrence`` is what is ahead of it; ``empty`` are the benchmarks without a
        reviewed incident, which members are told of."""
        language = reader.language
        head = Markup("<b>{kind}\n{title}</b>").format(
            kind=OPTIONS["dl_kind"][one.kind](language), title=due.title(one, language, _TITLE)
        )
        is_open = occurrence is not None and not one.cancelled and not one.sent_on
        parts = [
            paragraphs([head, lines(_standing(one, occurrence, reader))]),
            lines(_terms(one, language)),
            lines(_checked(one, reader)),
            _missing(one, empty, language) if reader.member and is_open else Markup(),
            say(language, "✔ <b>Done here.</b> No more reminders of it come to this chat.")
            if here.answered
            else Markup(),
            _reminded(here, language) if is_open and not here.answered else Markup(),
        ]
        rows: list[Row] = []
        if occurrence is not None and is_open:
            rows += _acts(one, occurrence, here, reader)
        if reader.coordinator:
            rows += _offices(one, occurrence, language)
        return Screen(paragraphs(parts), (*rows, (_back(language), home(language))), toast=toast)

    def preview(
        self, one: Deadline, occurrence: Occurrence, changes: Sequence[Change], zone: str, language: str
    ) -> Markup:
        """Below all answers: the cut-off as it will be shown, and what is different from now. ``zone`` is the network's."""
        until = due.until(occurrence.at, one.zone, language)
        parts = [say(language, "🗓 It is open {until}.", until=until), *_own_day(occurrence, zone, language)]
        if changes:
            others = ", ".join(NAMES[each.step](language) for each in changes[_IN_FULL:])
            parts += [Markup(), say(language, "✎ <b>This changes:</b>")]
            parts += [_changed(each, language) for each in changes[:_IN_FULL]]
            parts += [Markup("{}").format(others)] if others else []
        return lines(parts)

    def with_history(self, ahead: Screen, rhythm: Rhythm, language: str) -> Screen:
        """What is to come, for somebody who asked when the deadline is: they may mean the report's own."""
        own = say(
            language,
            "<i>The call of the report itself ended on {day} ({place}).</i>",
            day=when(rhythm.cutoff, language),
            place=cited(rhythm.cutoff.source, language),
        )
        return replace(ahead, text=paragraphs([ahead.text, own]))

    def beside(self, card: Screen, key: str, language: str) -> Screen:
        """The card of a date of the report: from that of its call one comes to what is due now."""
        if not key.startswith("call-"):
            return card
        text = card.text + say(language, "\n\n<i>That call is closed. What is due now stands in /deadlines.</i>")
        return replace(card, text=text, rows=(*card.rows[:-1], (_deadlines(language),), *card.rows[-1:]))

    def _expected(self, rhythm: Rhythm, reader: Reader) -> Markup:
        language, day = reader.language, rhythm.next(reader.now.date())
        return say(
            language,
            "<b>Expected for {year}, not announced</b>\nThe call in {month}, the cut-off around {day}, the session of the"
            " Human Rights Council in {session}. So it was in {before} ({place}; the session: {session_place}). It counts"
            " only once a coordinator has confirmed the real dates here.",
            year=day.year,
            month=_month(rhythm.opened.when, language),
            day=_day_and_month(day, language),
            before=rhythm.cutoff.when[:4],
            place=cited(rhythm.cutoff.source, language),
            session=_month(rhythm.session.when, language),
            session_place=cited(rhythm.session.source, language),
        )

    def _enter(self, rhythm: Rhythm | None, reader: Reader) -> list[Row]:
        language = reader.language
        new = (Button(plain(language, "＋ Enter a deadline"), "dl:new"),)
        if rhythm is None:
            return [new]
        year = rhythm.next(reader.now.date()).year
        return [(Button(plain(language, "✔ Confirm the real one"), f"dl:new:{year}", style="primary"),), new]

    def _history(self, one: Dated, language: str) -> Markup:
        shown = when(one, language)
        closed = (
            say(language, "<b>{day}</b>: closed.", day=shown)
            if _CALL_OF.fullmatch(one.id)
            else say(language, "<b>{day}</b>: lapsed.", day=shown)
        )
        return Markup("{closed} {what} <i>({place})</i>").format(
            closed=closed, what=one[language], place=cited(one.source, language)
        )


def mandate() -> str:
    """The mandate that the report is of, in both languages."""
    return " · ".join(OPTIONS["dl_mandate"]["cambodia"](language) for language in LANGUAGES)


def kept(one: Deadline, language: str, *, new: bool) -> Screen:
    """It is entered, or changed."""
    text = (
        say(language, "✔ <b>Entered.</b> Everybody sees it in /deadlines now, and those who asked for it are told.")
        if new
        else say(
            language,
            "✔ <b>Changed.</b> Reminders that had not gone out are void, and those who were told already are told of the"
            " change.",
        )
    )
    return Screen(text, ((_look(one, language), _back(language)), (home(language),)))


def unchanged(one: Deadline, language: str) -> Screen:
    """Nothing was different."""
    text = say(language, "Nothing was different, so nothing was changed and nobody is told.")
    return Screen(text, ((_look(one, language), _back(language)), (home(language),)))


def meanwhile(who: str, language: str) -> Markup:
    """Somebody was faster."""
    return say(
        language,
        "⚠️ <b>{who} changed this meanwhile.</b> What you did not touch is now as they left it; what you changed stands."
        " Please look through it once more before you send it.",
        who=who,
    )


def over_meanwhile(one: Deadline | None, language: str) -> Screen:
    """It was cancelled, or noted as sent, while somebody changed it."""
    text = say(
        language,
        "⚠️ Another coordinator ended this meanwhile: it is cancelled, or the submission went out. Nothing was changed.",
    )
    look = (_look(one, language),) if one is not None else ()
    return Screen(text, ((*look, _back(language)), (home(language),)))


def confirm_cancel(one: Deadline, language: str) -> Screen:
    """Before it is cancelled."""
    text = say(
        language,
        "Call off “{title}”? No more reminders of it go out, and everybody who was told of it is told. It cannot be taken"
        " back; it can be entered anew.",
        title=due.title(one, language, _TITLE),
    )
    yes = Button(plain(language, "✖ Yes, call it off"), f"dl:cancel:{one.id}:yes", style="danger")
    return Screen(text, ((yes,), (Button(plain(language, "No"), f"dl:{one.id}"),)))


def confirm_sent(one: Deadline, language: str) -> Screen:
    """Before it is noted that the submission went out."""
    text = say(
        language,
        "Has the network's submission for “{title}” gone out? Everybody who was told of it is told, and no more reminders"
        " of it come. It cannot be taken back; it can be entered anew.",
        title=due.title(one, language, _TITLE),
    )
    yes = Button(plain(language, "✔ Yes, it is sent"), f"dl:sent:{one.id}:yes", style="success")
    return Screen(text, ((yes,), (Button(plain(language, "No"), f"dl:{one.id}"),)))


def is_it_this(card: Screen, language: str) -> Screen:
    """The card of what is due next, for somebody who wrote that it is done."""
    note = say(language, "<b>Is it this one?</b> Then press ✔ below, and no more reminders of it come to this chat.")
    return replace(card, text=paragraphs([note, card.text]))


def ended(one: Deadline, language: str) -> Screen:
    """It is cancelled, or noted as sent."""
    text = (
        say(language, "✖ Cancelled. No more reminders of it go out; those who were told of it are told.")
        if one.cancelled
        else say(language, "✔ Noted. No more reminders of it go out; those who were told of it are told.")
    )
    return Screen(text, ((_look(one, language), _back(language)), (home(language),)))


def was_decided(one: Deadline, what: str, who: str, language: str) -> Screen:
    """To the other coordinators: one of them entered, changed or ended a deadline."""
    text = _DECIDED[what](language, who, due.title(one, language, _TITLE))
    return Screen(text, ((_look(one, language),),))


def reach(one: Deadline, found: Sequence[Reached], done: int, language: str) -> Screen:
    """Who was reached, for coordinators: by numbers alone, for nobody sees which places these are."""
    head = say(
        language,
        "<b>Who was reached</b>\n{title}",
        title=due.title(one, language, _TITLE),
    )
    steps = [
        Markup("<b>{step}</b>: {counts}").format(step=_step(each.step, language), counts=_counts(each, language))
        for each in found
    ]
    parts = [
        head,
        lines(steps) if steps else say(language, "Nothing went out yet."),
        say(language, "Places that say they have done their part: {done}", done=done),
        say(
            language,
            "<i>Places are chats, groups and topics. Gone: the bot was blocked there or sent away. Unknown: Telegram's"
            " answer was lost, so it may have come or not.</i>",
        ),
    ]
    return Screen(paragraphs(parts), ((_look(one, language), _back(language)),), protected=True)


def done(language: str) -> str:
    """The word that answers the press."""
    return plain(language, "✔ Noted. No more reminders of it here.")


def undone(language: str) -> str:
    """The word that answers the press."""
    return plain(language, "Reminders of it come again.")


def gone(language: str) -> Toast:
    """There is no such deadline, or no such occurrence of it any more."""
    return Toast(plain(language, "That is not ahead any more."), alert=True)


_DECIDED: Mapping[str, Callable[[str, str, str], Markup]] = {
    "new": lambda language, who, title: say(language, "{who} entered a deadline: {title}", who=who, title=title),
    "changed": lambda language, who, title: say(language, "{who} changed a deadline: {title}", who=who, title=title),
    "cancelled": lambda language, who, title: say(
        language, "{who} cancelled a deadline: {title}", who=who, title=title
    ),
    "sent": lambda language, who, title: say(
        language, "{who} noted that the submission went out: {title}", who=who, title=title
    ),
}

_STEPS: Mapping[str, Callable[[str, str], str]] = {
    "d": lambda language, n: plain(language, "{n} days before", n=n),
    "w": lambda language, n: plain(language, "week {n} after our own day", n=n),
    "l": lambda language, n: plain(language, "late, {n} days before the end", n=n),
}
_STEP_NAMES: Mapping[str, Callable[[str], str]] = {
    "d0": lambda language: plain(language, "that morning"),
    "l0": lambda language: plain(language, "late, on the last morning"),
    "passed": lambda language: plain(language, "it has passed"),
    "new": lambda language: plain(language, "notice: it is new"),
    "changed": lambda language: plain(language, "notice: it was changed"),
    "cancelled": lambda language: plain(language, "notice: it was cancelled"),
    "sent": lambda language: plain(language, "notice: the submission went out"),
}

_STATES: Mapping[str, Callable[[str, int], str]] = {
    "sent": lambda language, n: plain(language, "sent {n}", n=n),
    "waiting": lambda language, n: plain(language, "waiting {n}", n=n),
    "gone": lambda language, n: plain(language, "gone {n}", n=n),
    "refused": lambda language, n: plain(language, "refused {n}", n=n),
    "unknown": lambda language, n: plain(language, "unknown {n}", n=n),
    "void": lambda language, n: plain(language, "not sent any more {n}", n=n),
    "again": lambda language, n: plain(language, "may have come twice {n}", n=n),
}


def _step(step: str, language: str) -> str:
    if step in _STEP_NAMES:
        return _STEP_NAMES[step](language)
    return _STEPS[step[0]](language, step[1:]) if step[:1] in _STEPS and step[1:].isdecimal() else step


def _counts(reached: Reached, language: str) -> str:
    """How many of each; what is on its way waits, too."""
    counts = dict(reached.counts)
    counts["waiting"] = counts.get("waiting", 0) + counts.pop("queued", 0)
    said = [say_(language, n) for state, say_ in _STATES.items() if (n := counts.get(state, 0)) or state == "sent"]
    return ", ".join(said)


def _line(number: int, one: Deadline, occurrence: Occurrence, reader: Reader) -> Markup:
    """A deadline in the list."""
    head = Markup("{n}. <b>{title}</b>").format(n=number, title=due.title(one, reader.language, _TITLE))
    return lines([head, *_standing(one, occurrence, reader)])


def _standing(one: Deadline, occurrence: Occurrence | None, reader: Reader) -> list[Markup]:
    """When it is over and how long is left; what members are told of the network's own day and who is responsible."""
    language = reader.language
    if one.cancelled:
        return [say(language, "✖ <b>Cancelled.</b> It was to be on {day}.", day=day_words(one.day, language))]
    if occurrence is None:
        over = due.cutoff(one, reader.home).latest(reader.now)
        at = over.at if over is not None else reader.now
        return [
            say(
                language,
                "⌛ <b>Closed</b> {when}: {until}.",
                when=due.countdown(at, reader.now, language),
                until=due.until(at, one.zone, language),
            )
        ]
    said = [
        Markup("⏳ {left} · {until}").format(
            left=due.countdown(occurrence.at, reader.now, language),
            until=due.until(occurrence.at, one.zone, language),
        )
    ]
    if one.repeats != "once":
        said.append(Markup("🔁 {often}").format(often=OPTIONS["dl_repeats"][one.repeats](language)))
    if one.sent_on:
        said.append(say(language, "✔ Our submission went out on {day}.", day=day_words(one.sent_on, language)))
    if reader.member:
        said += _own_day(occurrence, reader.home, language)
        said += [_field("dl_responsible", calm(one.responsible), language)] if one.responsible else []
    return said


def _own_day(occurrence: Occurrence, zone: str, language: str) -> list[Markup]:
    """When the network's own day ends, by the clock of ``zone``; nothing where there is none."""
    if occurrence.wanted == occurrence.at:
        return []
    return [say(language, "🔒 Our own day: {until}.", until=due.until(occurrence.wanted, zone, language))]


def _terms(one: Deadline, language: str) -> list[Markup]:
    """What the call says, as far as it is known."""
    chosen = {
        "dl_languages": one.languages,
        "dl_formats": one.formats,
        "dl_publication": (one.publication,) if one.publication else (),
    }
    written = {
        "dl_mandate": OPTIONS["dl_mandate"]["cambodia"](language) if one.mandate == mandate() else one.mandate,
        "dl_symbol": one.symbol,
        "dl_opens": day_words(one.opens, language) if one.opens else "",
        **{step: _chosen(step, names, language) for step, names in chosen.items()},
        "dl_limits": one.limits,
        "dl_address": one.address,
        "dl_questions": one.questions,
    }
    asked = [_field("benchmarks", ", ".join(one.benchmarks), language)] if one.benchmarks else []
    open_questions = one.kind == CALL and not one.publication
    published = [say(language, "Whether it is published is not said: expect that it may be.")] if open_questions else []
    return [*(_field(step, calm(words), language) for step, words in written.items() if words), *asked, *published]


def _chosen(step: str, names: Sequence[str], language: str) -> str:
    return "; ".join(OPTIONS[step][name](language) if name in OPTIONS[step] else calm(name) for name in names)


def _checked(one: Deadline, reader: Reader) -> list[Markup]:
    """Where it stands, and who looked when: the handle is for members."""
    language, said = reader.language, []
    if one.source:
        said.append(_field("dl_source", calm(one.source), language))
    if one.checked_on and reader.member and one.checked_by:
        said.append(
            say(language, "Checked on {day} by {who}.", day=day_words(one.checked_on, language), who=one.checked_by)
        )
    elif one.checked_on:
        said.append(say(language, "Checked on {day}.", day=day_words(one.checked_on, language)))
    return said


def _missing(one: Deadline, empty: Sequence[str], language: str) -> Markup:
    """What is missing for a call, so that somebody can tell of it in time."""
    if one.kind != CALL:
        return Markup()
    if not empty:
        return say(language, "🔒 There are reviewed incidents on every benchmark that it asks about.")
    return say(language, "🔒 <b>Missing:</b> no reviewed incident yet on {letters}.", letters=", ".join(empty))


def _acts(one: Deadline, occurrence: Occurrence, here: Here, reader: Reader) -> list[Row]:
    """What the place that is spoken in can do about it."""
    language, day = reader.language, occurrence.day.isoformat()
    if here.answered:
        part = Button(plain(language, "↩ Not done yet"), f"dl:undone:{one.id}:{day}")
    elif reader.private:
        part = Button(plain(language, "✔ I have done my part"), f"dl:done:{one.id}:{day}")
    else:
        part = Button(plain(language, "✔ We have done our part"), f"dl:done:{one.id}:{day}")
    if here.told_all or here.letters:
        remind = Button(plain(language, "🔔 Reminders here"), "sb")
    elif here.told:
        remind = Button(plain(language, "🔕 No more reminders of it"), f"sb:off:d:{one.id}")
    elif reader.private:
        remind = Button(plain(language, "🔔 Remind me"), f"sb:on:d:{one.id}")
    else:
        remind = Button(plain(language, "🔔 Remind this group"), f"sb:on:d:{one.id}")
    file = Button(plain(language, "📅 Calendar file"), f"cal:{one.id}")
    return [*(((tell(language),),) if reader.private else ()), (part,), (remind, file)]


def _reminded(here: Here, language: str) -> Markup:
    """What is on in this place, where it is not this deadline alone: then there is nothing to turn on."""
    if here.told_all:
        return say(language, "🔔 This chat is reminded of all deadlines, so of this one, too.")
    if here.letters:
        letters = ", ".join(here.letters)
        return say(language, "🔔 This chat is reminded of this one, because it asks about: {letters}", letters=letters)
    return say(language, "🔔 This chat is reminded of this one.") if here.told else Markup()


def _offices(one: Deadline, occurrence: Occurrence | None, language: str) -> list[Row]:
    """What coordinators can do about it."""
    reached = Button(plain(language, "Who was reached"), f"dl:reach:{one.id}")
    if one.cancelled or one.sent_on:
        return [(reached,)]
    rows: list[Row] = [
        (Button(plain(language, "✎ Change it"), f"dl:edit:{one.id}"), reached),
    ]
    ways = [Button(plain(language, "✖ Call it off"), f"dl:cancel:{one.id}")] if occurrence is not None else []
    if one.kind == CALL:
        ways.insert(0, Button(plain(language, "📨 Submission sent"), f"dl:sent:{one.id}"))
    return [*rows, tuple(ways)] if ways else rows


def _past(one: Deadline, at: dt.datetime | None, language: str) -> Markup:
    """A deadline that was entered and is over."""
    title, day = due.title(one, language, _TITLE), day_words(one.day, language)
    if one.cancelled or at is None:
        return say(language, "<b>{day}</b>: cancelled. {title}", day=day, title=title)
    if one.sent_on:
        sent = day_words(one.sent_on, language)
        return say(
            language,
            "<b>{day}</b>: closed. {title} (our submission went out on {sent})",
            day=day,
            title=title,
            sent=sent,
        )
    return say(language, "<b>{day}</b>: closed. {title}", day=day, title=title)


def _changed(change: Change, language: str) -> Markup:
    before, after = (shortened(str(one.unescape()), _CHANGE) for one in (change.before, change.after))
    return _field(change.step, f"{before} → {after}", language)


def _field(step: str, words: str, language: str) -> Markup:
    return say(language, "<b>{name}:</b> {value}", name=NAMES[step](language), value=words)


def _opened(number: int, one: Deadline, language: str) -> Button:
    return Button(shortened(f"{number}. {due.title(one, language, _TITLE)}", 60), f"dl:{one.id}")


def _look(one: Deadline, language: str) -> Button:
    return Button(plain(language, "🗓 Open it"), f"dl:{one.id}")


def _back(language: str) -> Button:
    return Button(plain(language, "◀ Deadlines"), "dl")


def _deadlines(language: str) -> Button:
    return Button(plain(language, "🗓 What is due now"), "dl")


def _month(iso: str, language: str) -> str:
    """The month of a day or a month, without its year."""
    return _in_words(dt.date.fromisoformat(f"{iso[:7]}-01"), "MMMM", language)


def _day_and_month(day: dt.date, language: str) -> str:
    return _in_words(day, "d MMMM", language)


def _in_words(day: dt.date, pattern: str, language: str) -> str:
    return format_date(day, pattern, locale=language).replace("\u200b", "")
