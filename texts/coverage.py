"""/coverage: what is there for a call, what is missing, and how those are asked who may know of it.

What coordinators see is exact; what they send is neutral and holds no number: neither how much there is nor how little.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from markupsafe import Markup

from facts.models import Grade, Words
from forms.coverage import Covered, Gap
from forms.cutoff import Occurrence
from forms.where import place, provinces
from storage.deadlines import Deadline
from texts import due
from texts.benchmarks import MARKS, grade_word
from texts.entries import day_words
from texts.language import plain, say
from texts.layout import lines, paragraphs
from texts.screen import Button, Row, Screen, Toast, grid
from texts.ways import home

_TITLE = 80


@dataclass(frozen=True)
class Standing:
    """What there is for a call. ``occurrence`` is None once its cut-off is over; ``home`` is the network's zone."""

    call: Deadline
    occurrence: Occurrence | None
    now: dt.datetime
    home: str
    covered: Sequence[Covered]
    asked: Collection[str] = ()
    """Letters and codes of provinces about which others were asked already."""
    drawn: bool = False
    """There is a picture of it."""

    @property
    def is_open(self) -> bool:
        """Somebody could still tell something in time."""
        return self.occurrence is not None and not self.call.sent_on


class Coverage:
    """The coordinators' screens. ``titles`` are the short names of the benchmarks."""

    def __init__(self, titles: Mapping[str, Words]) -> None:
        self._titles = titles

    def overview(self, one: Standing, language: str) -> Screen:
        """The gaps in words, the first letters first; each has a button that asks."""
        whole = [each for each in one.covered if not each.gaps]
        parts = [
            say(language, "<b>📊 What is covered</b>"),
            lines(call_and_days(one.call, one.occurrence, one.now, one.home, language)),
            lines([say(language, "<b>Gaps</b>"), *(_gap(each, language) for each in one.covered if each.gaps)])
            if len(whole) < len(one.covered)
            else say(language, "No gap is to be seen."),
            say(language, "No gap: {letters}", letters=", ".join(each.letter for each in whole)) if whole else Markup(),
            _what_is_counted(language),
        ]
        letters = grid([_way(one, each) for each in one.covered], 5)
        return Screen(paragraphs(parts), (*letters, *_views(one, language)), protected=True)

    def numbers(self, one: Standing, language: str) -> Screen:
        """A line for each benchmark."""
        listed = [
            Markup(
                "<b>{letter}</b> {reviewed} · 🗺 {provinces} · 👥 {sources} · 📅 {months} · ⚖ {changes}{grade}"
            ).format(
                letter=each.letter,
                reviewed=each.reviewed,
                provinces=len(each.provinces),
                sources=each.sources,
                months=len(each.months),
                changes=each.changes,
                grade=f" · {MARKS[Grade[each.grade.upper()]]}" if each.grade else "",
            )
            for each in one.covered
        ]
        legend = say(
            language,
            "<i>Reviewed incidents · 🗺 provinces · 👥 independent sources · 📅 months in which they came · ⚖ changes in its"
            " cases since the report · 🟢🟡🔴 our own assessment, where there is one</i>",
        )
        head = say(language, "<b>📊 In numbers</b>\n{title}", title=due.title(one.call, language, _TITLE))
        rows = (*grid([_to(one, each.letter) for each in one.covered], 5), (_back(one.call, language), home(language)))
        return Screen(paragraphs([head, lines(listed), legend, _for_us(language)]), rows, protected=True)

    def one(self, one: Standing, letter: str, language: str) -> Screen:
        """All that is known of one benchmark."""
        each = next(each for each in one.covered if each.letter == letter)
        parts = [
            Markup("<b>📊 {name}</b>").format(name=self._name(letter, language)),
            lines(_facts(each, language)),
            _gap(each, language) if each.gaps else Markup(),
            say(language, "✔ Those who follow it were asked.") if letter in one.asked else Markup(),
            _for_us(language),
        ]
        ask = [Button(plain(language, "📣 Ask those who follow it"), f"cv:ask:{one.call.id}:{letter}")]
        rows: list[Row] = [
            *([tuple(ask)] if one.is_open and letter not in one.asked else []),
            (
                Button(plain(language, "📥 In the queue"), f"q:on-{letter}:1"),
                Button(plain(language, "🗂 Its section"), f"wp:{one.call.id}:{letter}"),
            ),
            (_back(one.call, language), home(language)),
        ]
        return Screen(paragraphs(parts), tuple(rows), protected=True)

    def places(self, one: Standing, counts: Mapping[str, int], language: str) -> Screen:
        """Provinces with how much came from there, most first; those without anything have a button that asks."""
        named = {each.code: str(getattr(each, language)) for each in provinces()}
        some = sorted((code for code in named if counts.get(code)), key=lambda code: (-counts[code], code))
        none = [code for code in named if not counts.get(code)]
        listed = [Markup("{name}: <b>{count}</b>").format(name=named[code], count=counts[code]) for code in some]
        parts = [
            say(language, "<b>🗺 By province</b>\n{title}", title=due.title(one.call, language, _TITLE)),
            lines(listed) if listed else say(language, "Nothing reviewed has a province."),
            say(language, "Nothing from: {names}", names=", ".join(named[code] for code in none)) if none else Markup(),
            say(
                language,
                "<i>Counted is what touches the benchmarks that the call asks about. A press below asks all monitors of the"
                " network, once.</i>",
            )
            if none and one.is_open
            else Markup(),
            _for_us(language),
        ]
        ask = [
            Button(f"📣 {named[code]}", f"cv:ask:{one.call.id}:{code}")
            for code in none
            if one.is_open and code not in one.asked
        ]
        return Screen(paragraphs(parts), (*grid(ask, 2), (_back(one.call, language), home(language))), protected=True)

    def confirm(self, one: Standing, what: str, chats: int, language: str) -> Screen:
        """Before others are asked: who they are, and exactly what they will read."""
        whom = (
            say(language, "Ask all monitors of the network? Chats: <b>{count}</b>", count=chats)
            if what not in self._titles
            else say(
                language,
                "Ask all who follow {name}? Chats: <b>{count}</b>. Not all of them are members.",
                name=self._name(what, language),
                count=chats,
            )
        )
        if not chats:
            return self._nobody(one, what, language)
        quoted = Markup("<blockquote>{}</blockquote>")
        said = [quoted.format(self.words(one.call, one.occurrence, what, one.home, each)) for each in ("km", "en")]
        text = paragraphs(
            [
                whom,
                *said,
                say(language, "It goes out once for this call, not in anybody's quiet hours. It cannot be taken back."),
            ]
        )
        yes = Button(plain(language, "📣 Yes, ask them"), f"cv:ask:{one.call.id}:{what}:yes", style="primary")
        return Screen(text, ((yes, Button(plain(language, "No"), self._whence(one, what))),), protected=True)

    def words(
        self,
        call: Deadline,
        occurrence: Occurrence | None,
        what: str,
        zone: str,
        language: str,
        *,
        private: bool = True,
    ) -> Markup:
        """What others are asked: on a benchmark by its letter, or a province by its code. ``zone`` is the network's;
        ``private``: nobody else reads what is answered."""
        title = due.title(call, language, _TITLE)
        on = (
            say(language, "The network collects what is known on: <b>{name}</b>", name=self._name(what, language))
            if what in self._titles
            else say(language, "The network collects what is known from: <b>{name}</b>", name=_province(what, language))
        )
        until = [_until(occurrence, zone, language)] if occurrence is not None else []
        return paragraphs(
            [
                say(language, "🗓 <b>A call for information is open.</b>"),
                lines([Markup("<b>{title}</b>").format(title=title), on, *until]),
                say(language, "If you know of something, and it is safe for you, tell it here. Nobody has to.")
                if private
                else say(language, "Please tell nothing in this group: write to me alone. Nobody has to."),
            ]
        )

    def wanted(
        self, call: Deadline, occurrence: Occurrence, what: str, zone: str, language: str, *, private: bool
    ) -> Screen:
        """To those who are asked: a way to tell where nobody else reads, and one to hear no more."""
        tell = [(Button(plain(language, "📣 Tell what happened"), "in"),)] if private else []
        stop = [(Button(plain(language, "🔕 No more of this benchmark"), f"sb:off:b:{what}"),)]
        rows = (
            *tell,
            (Button(plain(language, "🗓 The call"), f"dl:{call.id}"),),
            *(stop if what in self._titles else []),
        )
        return Screen(self.words(call, occurrence, what, zone, language, private=private), rows)

    def _nobody(self, one: Standing, what: str, language: str) -> Screen:
        text = (
            say(language, "Nobody follows this benchmark, so nobody can be asked this way. A broadcast reaches others.")
            if what in self._titles
            else say(language, "There is no monitor in the network who could be asked. A broadcast reaches others.")
        )
        back = Button(plain(language, "◀ Back"), self._whence(one, what))
        return Screen(text, ((Button(plain(language, "✎ Broadcast"), "bc"),), (back, home(language))), protected=True)

    def _whence(self, one: Standing, what: str) -> str:
        """Where the question came from."""
        return f"cv:{one.call.id}:{what}" if what in self._titles else f"cv:{one.call.id}:where"

    def _name(self, letter: str, language: str) -> str:
        return f"{letter}. {self._titles[letter][language]}"


def call_and_days(
    call: Deadline, occurrence: Occurrence | None, now: dt.datetime, zone: str, language: str
) -> list[Markup]:
    """Which call it is, and how long is left: until it is over, and until the network's own day."""
    title = Markup("<b>{title}</b>").format(title=due.title(call, language, _TITLE))
    if occurrence is None:
        return [title, say(language, "The call is over.")]
    left = Markup("⏳ {left} · {until}").format(
        left=due.countdown(occurrence.at, now, language), until=due.until(occurrence.at, call.zone, language)
    )
    said = [title, left]
    if occurrence.wanted != occurrence.at:
        said.append(say(language, "🔒 Our own day: {until}.", until=due.until(occurrence.wanted, zone, language)))
    if call.sent_on:
        said.append(say(language, "✔ Our submission went out on {day}.", day=day_words(call.sent_on, language)))
    return said


def no_call(language: str) -> Screen:
    """There is nothing to prepare for."""
    text = say(
        language,
        "No call for information is entered that is still open. A coordinator enters it in /deadlines; then it shows here what"
        " there is for it, and who writes what.",
    )
    return Screen(text, ((Button(plain(language, "📋 All deadlines"), "dl"),), (home(language),)))


def asked_before(language: str) -> Toast:
    """Others were asked about it, for this call, by whoever it was."""
    return Toast(plain(language, "They were asked about it before, and are asked once only."), alert=True)


def not_any_more(language: str) -> Toast:
    """It is too late to ask."""
    return Toast(plain(language, "The call is over, or our submission went out: nobody is asked any more."), alert=True)


def asked_now(language: str) -> str:
    """The word that answers the press."""
    return plain(language, "✔ They are being asked.")


def on_its_way(language: str) -> Toast:
    """It is being drawn."""
    return Toast(plain(language, "I am drawing it. It comes in a moment."))


def below_picture(call: Deadline, theme: str, language: str) -> Screen:
    """Below the picture, which shows no number under three."""
    text = say(
        language,
        "What is covered: {title}\n<i>A number under three is not shown in it: none, one and two look alike. Still it is for"
        " coordinators.</i>",
        title=due.title(call, language, _TITLE),
    )
    other = (
        Button(plain(language, "🌙 Dark"), f"cv:pic:{call.id}:dark")
        if theme == "light"
        else Button(plain(language, "☀️ Light"), f"cv:pic:{call.id}:light")
    )
    return Screen(text, ((other, _back(call, language)),), protected=True)


def not_drawn(language: str) -> Screen:
    """The picture could not be made."""
    return Screen(
        say(language, "I could not draw it. The same stands in words in /coverage."),
        ((home(language),),),
        protected=True,
    )


_GAPS: Mapping[Gap, Callable[[Covered, str], Markup]] = {
    Gap.NOTHING: lambda one, language: say(language, "nothing reviewed"),
    Gap.FEW: lambda one, language: say(language, "no pattern can be seen in so few"),
    Gap.ONE_PROVINCE: lambda one, language: say(
        language, "all from one province ({name})", name=_province(next(iter(one.provinces)), language)
    ),
    Gap.ALONE: lambda one, language: say(language, "each rests on one source"),
    Gap.OLD: lambda one, language: say(
        language, "the last came in {month}", month=day_words(one.months[-1], language) if one.months else "?"
    ),
}


def _gap(one: Covered, language: str) -> Markup:
    """``M: 14, all from one province``."""
    said = [_GAPS[gap](one, language) for gap in one.gaps]
    counted = [Markup("{}").format(one.reviewed)] if one.reviewed else []
    waiting = [say(language, "{count} not judged yet", count=one.waiting)] if one.waiting else []
    return Markup("• <b>{letter}</b>: {words}").format(
        letter=one.letter, words=Markup(", ").join([*counted, *said, *waiting])
    )


def _facts(one: Covered, language: str) -> list[Markup]:
    grade = grade_word(Grade[one.grade.upper()], language) if one.grade else plain(language, "none")
    came = [say(language, "When they came: {when}", when=_span(one.months, language))] if one.months else []
    return [
        say(language, "Reviewed incidents: <b>{count}</b>", count=one.reviewed),
        *_where(one, language),
        *came,
        say(language, "Independent sources, all together: {count}", count=one.sources),
        say(language, "Not judged yet: {count}", count=one.waiting),
        say(language, "Changes in its cases since the report: {count}", count=one.changes),
        say(language, "Our own assessment: {grade}", grade=grade),
    ]


def _where(one: Covered, language: str) -> list[Markup]:
    if not one.reviewed:
        return []
    known = [f"{_province(code, language)} {count}" for code, count in one.provinces.items()]
    without = one.reviewed - sum(one.provinces.values())
    unknown = [plain(language, "not known {count}", count=without)] if without else []
    return [say(language, "Provinces: {names}", names=", ".join([*known, *unknown]))]


def _span(months: Sequence[str], language: str) -> str:
    first, last = day_words(months[0], language), day_words(months[-1], language)
    if first == last:
        return first
    return plain(language, "{first} to {last}, in {count} months", first=first, last=last, count=len(months))


def _until(occurrence: Occurrence, zone: str, language: str) -> Markup:
    """The last day on which it helps: the network's own where there is one."""
    day = (occurrence.wanted - dt.timedelta(seconds=1)).astimezone(ZoneInfo(zone)).date()
    return say(language, "It helps most if it comes by {day}.", day=day_words(day.isoformat(), language))


def _way(one: Standing, each: Covered) -> Button:
    """To the question where there is a gap and nobody was asked, else to what is there."""
    if each.gaps and one.is_open and each.letter not in one.asked:
        return Button(f"📣 {each.letter}", f"cv:ask:{one.call.id}:{each.letter}")
    return _to(one, each.letter)


def _to(one: Standing, letter: str) -> Button:
    mark = "✔ " if letter in one.asked else ""
    return Button(f"{mark}{letter}", f"cv:{one.call.id}:{letter}")


def _views(one: Standing, language: str) -> list[Row]:
    call = one.call.id
    picture = [Button(plain(language, "🖼 Picture"), f"cv:pic:{call}:light")] if one.drawn else []
    return [
        (
            Button(plain(language, "📋 In numbers"), f"cv:{call}:all"),
            Button(plain(language, "🗺 Provinces"), f"cv:{call}:where"),
            *picture,
        ),
        (
            Button(plain(language, "🗂 Who writes what"), f"wp:{call}"),
            Button(plain(language, "📦 Submission"), f"sm:{call}"),
        ),
        (home(language),),
    ]


def _what_is_counted(language: str) -> Markup:
    return say(
        language,
        "<i>Counted is what reviewers found confirmed, likely or possible, each happening once; nothing about children or"
        " sexual violence. No incident is opened for it: what of it may be used, its tellers decided, and /submission shows"
        " that. 📣 asks those who follow the benchmark; ✔ they were asked. The numbers are exact: keep them among"
        " coordinators.</i>",
    )


def _for_us(language: str) -> Markup:
    return say(language, "<i>The numbers are exact: keep them among coordinators.</i>")


def _back(call: Deadline, language: str) -> Button:
    return Button(plain(language, "◀ What is covered"), f"cv:{call.id}")


def _province(code: str, language: str) -> str:
    found = place(code)
    return code if found is None else str(getattr(found, language))


def on_picture(language: str) -> dict[str, str]:
    """Above and below the bars."""
    return {
        "title": plain(language, "What is covered"),
        "standing": plain(language, "Reviewed incidents · in how many provinces"),
        "source": plain(language, "– stands for none, one or two. For coordinators."),
    }


def on_bar(reviewed: int, provinces: int) -> str:
    """Beside a bar; 0 stands for fewer than three, and is no number."""
    return f"{reviewed:,} · {provinces or '–'}" if reviewed else "–"
