"""/workplan: which organisation writes which section, by which day, and what is done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from facts.models import Words
from forms.cutoff import Occurrence
from forms.judging import stamp
from storage.deadlines import Deadline
from storage.workplans import Section, Workplan
from texts import due
from texts.coverage import call_and_days
from texts.entries import day_words
from texts.language import plain, say
from texts.layout import lines, paragraphs, shortened
from texts.screen import Button, Row, Screen, Toast, grid
from texts.told import on_one_line
from texts.ways import home

_TITLE, _IN_LINE = 80, 24
_TO_CHOOSE = 30
"""Organisations that have a button: Telegram takes a hundred buttons, and a screen of a telephone shows ten."""
_NONE = Section()


@dataclass(frozen=True)
class Standing:
    """The plan of a call as it is now. ``today`` is the day in the network's zone, ``home``."""

    call: Deadline
    occurrence: Occurrence | None
    now: dt.datetime
    home: str
    today: dt.date
    letters: Sequence[str]
    plan: Workplan
    reviewed: Mapping[str, int]
    """How many reviewed incidents there are, by letter."""

    def section(self, letter: str) -> Section:
        """That on this benchmark."""
        return self.plan.sections.get(letter, _NONE)

    def is_late(self, letter: str) -> bool:
        """Its day is over, and it is not done."""
        one = self.section(letter)
        return bool(one.due) and not one.done_on and one.due < self.today.isoformat()

    @property
    def owners(self) -> list[str]:
        """Who has a section, each once, in the order of the alphabet."""
        return sorted({one.owner for one in self.plan.sections.values() if one.owner}, key=str.casefold)


def mark(owner: str) -> str:
    """6 hexadecimal digits that stand for an organisation on a button."""
    return stamp([owner])


class Workplans:
    """The screens. ``titles`` are the short names of the benchmarks."""

    def __init__(self, titles: Mapping[str, Words]) -> None:
        self._titles = titles

    def overview(self, one: Standing, language: str) -> Screen:
        """A line and a button for each section."""
        done = sum(bool(one.section(letter).done_on) for letter in one.letters)
        free = sum(not one.section(letter).owner for letter in one.letters)
        late = [letter for letter in one.letters if one.is_late(letter)]
        parts = [
            say(language, "<b>🗂 Who writes what</b>"),
            lines(call_and_days(one.call, one.occurrence, one.now, one.home, language)),
            lines(self._line(one, letter, language) for letter in one.letters),
            say(
                language,
                "Done: {done} of {count} · without anybody: {free} · late: {late}",
                done=done,
                count=len(one.letters),
                free=free,
                late=", ".join(late) or "0",
            ),
        ]
        letters = grid([Button(_marked(one, each), f"wp:{one.call.id}:{each}") for each in one.letters], 5)
        rows: list[Row] = [
            *letters,
            (
                Button(plain(language, "👥 By organisation"), f"wp:org:{one.call.id}"),
                Button(plain(language, "📅 One day for all"), f"wp:due:{one.call.id}:all"),
            ),
            (
                Button(plain(language, "📊 What is covered"), f"cv:{one.call.id}"),
                Button(plain(language, "📦 Submission"), f"sm:{one.call.id}"),
            ),
            (home(language),),
        ]
        return Screen(paragraphs(parts), tuple(rows), protected=True)

    def section(self, one: Standing, letter: str, language: str, *, reminded: bool = False) -> Screen:
        """One section. ``reminded``: those who follow the benchmark were reminded of it already."""
        section, call = one.section(letter), one.call.id
        parts = [
            Markup("<b>🗂 {name}</b>").format(name=self._name(letter, language)),
            lines(
                [
                    _owner(section, language),
                    _due(section, language, late=one.is_late(letter)),
                    _done(section, language),
                    say(language, "Reviewed incidents: <b>{count}</b>", count=one.reviewed.get(letter, 0)),
                ]
            ),
            say(language, "✔ The members who follow it were reminded.") if reminded else Markup(),
        ]
        toggle = (
            Button(plain(language, "↩ Not done"), f"wp:done:{call}:{letter}:0")
            if section.done_on
            else Button(plain(language, "✔ Done"), f"wp:done:{call}:{letter}:1", style="success")
        )
        remind = Button(plain(language, "🔔 Remind members who follow it"), f"wp:ask:{call}:{letter}")
        may_remind = one.occurrence is not None and not (one.call.sent_on or section.done_on or reminded)
        rows: list[Row] = [
            (toggle,),
            (
                Button(plain(language, "👥 Who writes it"), f"wp:own:{call}:{letter}"),
                Button(plain(language, "📅 Due day"), f"wp:due:{call}:{letter}"),
            ),
            *([(remind,)] if may_remind else []),
            (Button(plain(language, "📊 What there is"), f"cv:{call}:{letter}"), _back(one.call, language)),
            (home(language),),
        ]
        return Screen(paragraphs(parts), tuple(rows), protected=True)

    def owners(self, one: Standing, letter: str, names: Sequence[str], language: str) -> Screen:
        """Who is to write it: one of these, another, or nobody yet."""
        text = say(language, "<b>Who writes {name}?</b>", name=self._name(letter, language))
        call, mine = one.call.id, one.section(letter).owner
        each = [
            Button(f"{'● ' if name == mine else ''}{_short(name)}", f"wp:own:{call}:{letter}:{mark(name)}")
            for name in names[:_TO_CHOOSE]
        ]
        rows = (
            *grid(each, 2),
            (Button(plain(language, "✎ Another one"), f"wp:new:{call}:{letter}"),),
            *(((Button(plain(language, "Nobody yet"), f"wp:own:{call}:{letter}:none"),),) if mine else ()),
            (Button(plain(language, "◀ Back"), f"wp:{call}:{letter}"), home(language)),
        )
        return Screen(text, rows, protected=True)

    def days(self, one: Standing, letter: str, proposed: Sequence[dt.date], language: str) -> Screen:
        """By which day; ``letter`` is ``all`` where it is one day for all that is not done."""
        call, every = one.call.id, letter == "all"
        head = (
            say(
                language, "<b>One day for every section that is not done</b>\nIt takes the place of the days they have."
            )
            if every
            else say(language, "<b>By which day is {name} to be written?</b>", name=self._name(letter, language))
        )
        each = [
            Button(
                plain(
                    language,
                    "{day} ({days} days before the end)",
                    day=day_words(day.isoformat(), language),
                    days=_before(one, day),
                ),
                f"wp:due:{call}:{letter}:{day.isoformat()}",
            )
            for day in proposed
        ]
        rows = (
            *grid(each, 1),
            (Button(plain(language, "✎ Another day"), f"wp:day:{call}:{letter}"),),
            (Button(plain(language, "No day"), f"wp:due:{call}:{letter}:none"),),
            (
                _back(one.call, language) if every else Button(plain(language, "◀ Back"), f"wp:{call}:{letter}"),
                home(language),
            ),
        )
        return Screen(head, rows, protected=True)

    def organisations(self, one: Standing, names: Sequence[str], language: str) -> Screen:
        """Of whom the sections are to be given out."""
        text = (
            say(language, "<b>By organisation</b>\nChoose one, and tick its sections.")
            if names
            else say(
                language,
                "<b>By organisation</b>\nNone is known yet: write one down at a section, or who submits in /submission.",
            )
        )
        held = {name: [letter for letter in one.letters if one.section(letter).owner == name] for name in names}
        each = [
            Button(_with_letters(name, held[name]), f"wp:org:{one.call.id}:{mark(name)}") for name in names[:_TO_CHOOSE]
        ]
        return Screen(text, (*grid(each, 1), (_back(one.call, language), home(language))), protected=True)

    def organisation(self, one: Standing, name: str, language: str) -> Screen:
        """The sections of one, ticked one by one; what another has is marked, and a press takes it over."""
        text = say(
            language,
            "<b>{name}</b>\nTick its sections: ☑ its own, ▫ free, · another's.",
            name=on_one_line(name),
        )
        each = []
        for letter in one.letters:
            owner = one.section(letter).owner
            sign, wanted = ("☑", 0) if owner == name else ("·" if owner else "▫", 1)
            each.append(Button(f"{sign} {letter}", f"wp:has:{one.call.id}:{mark(name)}:{letter}:{wanted}"))
        back = Button(plain(language, "◀ Organisations"), f"wp:org:{one.call.id}")
        return Screen(text, (*grid(each, 5), (back, home(language))), protected=True)

    def due_soon(
        self, one: Standing, soon: Sequence[str], late: Sequence[str], language: str, *, group: bool
    ) -> Screen:
        """To the coordinators, in the morning. In a group stand letters and days alone, and not who writes what."""
        rows = ((Button(plain(language, "🗂 Who writes what"), f"wp:{one.call.id}"),),)
        parts = [say(language, "⏰ <b>Sections of the submission</b>")]
        if soon:
            parts.append(
                lines([say(language, "Due soon:"), *(self._reminder(one, each, language, group) for each in soon)])
            )
        if late:
            parts.append(
                lines([say(language, "Late:"), *(self._reminder(one, each, language, group) for each in late)])
            )
        return Screen(paragraphs(parts), () if group else rows)

    def asked(self, call: Deadline, letter: str, section: Section, language: str) -> Screen:
        """To members who follow the benchmark: its section is due. Who writes it is left out."""
        day = day_words(section.due, language) if section.due else ""
        by = [say(language, "It is to be ready by {day}.", day=day)] if day else []
        text = paragraphs(
            [
                say(language, "⏰ <b>Reminder:</b> a section of the submission is being written."),
                lines(
                    [
                        Markup("<b>{title}</b>").format(title=due.title(call, language, _TITLE)),
                        say(language, "Section: {name}", name=self._name(letter, language)),
                        *by,
                    ]
                ),
                say(
                    language, "If it is yours to write, or you have something for it, send it to your coordinator now."
                ),
            ]
        )
        rows = (
            (Button(plain(language, "🗓 The call"), f"dl:{call.id}"),),
            (Button(plain(language, "🔕 No more of this benchmark"), f"sb:off:b:{letter}"),),
        )
        return Screen(text, rows)

    def _line(self, one: Standing, letter: str, language: str) -> Markup:
        section = one.section(letter)
        owner = _short(section.owner) if section.owner else plain(language, "nobody")
        day = _day(section.done_on or section.due, language)
        return Markup("{mark} · {owner}{day}").format(
            mark=_marked(one, letter), owner=owner, day=f" · {day}" if day else ""
        )

    def _reminder(self, one: Standing, letter: str, language: str, group: bool) -> Markup:
        section = one.section(letter)
        day = day_words(section.due, language)
        if group:
            return Markup("• {letter}: {day}").format(letter=letter, day=day)
        owner = _short(section.owner) if section.owner else plain(language, "nobody")
        return Markup("• {name}: {day} · {owner}").format(name=self._name(letter, language), day=day, owner=owner)

    def _name(self, letter: str, language: str) -> str:
        return f"{letter}. {self._titles[letter][language]}"


def reminded_now(language: str) -> str:
    """The word that answers the press."""
    return plain(language, "✔ They are being reminded.")


def reminded_before(language: str) -> Toast:
    """Once for each day that it is due."""
    return Toast(plain(language, "They were reminded of it already. A new due day allows one more."), alert=True)


def nobody_follows(language: str) -> Toast:
    """There is nobody to be reminded."""
    return Toast(plain(language, "Nobody follows this benchmark. Call those who write it."), alert=True)


def no_such_day(language: str) -> Toast:
    """It is over, or later than the call."""
    return Toast(plain(language, "That day is over, or after the end of the call."), alert=True)


def too_late_day(letter: str, call: Deadline, language: str) -> Screen:
    """What was written is no day on which a section could be due."""
    again = Button(plain(language, "📅 Due day"), f"wp:due:{call.id}:{letter}")
    text = say(language, "That day is over, or after the end of the call. Nothing was changed.")
    return Screen(text, ((again, _back(call, language)), (home(language),)), fresh=True)


def _marked(one: Standing, letter: str) -> str:
    """Done, late, given to somebody, or free."""
    section = one.section(letter)
    if section.done_on:
        return f"✔ {letter}"
    if one.is_late(letter):
        return f"⚠ {letter}"
    return f"✎ {letter}" if section.owner else f"▫ {letter}"


def _owner(section: Section, language: str) -> Markup:
    if not section.owner:
        return say(language, "Written by: <i>nobody yet</i>")
    return say(language, "Written by: <b>{owner}</b>", owner=on_one_line(section.owner))


def _due(section: Section, language: str, *, late: bool) -> Markup:
    if not section.due:
        return say(language, "Due: <i>no day</i>")
    day = day_words(section.due, language)
    return say(language, "⚠ Due: <b>{day}</b>, late", day=day) if late else say(language, "Due: <b>{day}</b>", day=day)


def _done(section: Section, language: str) -> Markup:
    if not section.done_on:
        return say(language, "▫ Not done")
    return say(
        language, "✔ Done on {day}, noted by {who}", day=day_words(section.done_on, language), who=section.done_by
    )


def _before(one: Standing, day: dt.date) -> int:
    return (one.occurrence.day - day).days if one.occurrence is not None else 0


def _with_letters(name: str, letters: Sequence[str]) -> str:
    return shortened(f"{_short(name)} · {', '.join(letters)}" if letters else _short(name))


def _short(name: str) -> str:
    return shortened(on_one_line(name), _IN_LINE)


def _day(iso: str, language: str) -> str:
    return day_words(iso, language) if iso else ""


def _back(call: Deadline, language: str) -> Button:
    return Button(plain(language, "◀ Who writes what"), f"wp:{call.id}")
