"""Broadcasts: what those see who get one, how a coordinator puts one together, and how it went."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from forms.broadcast import BY_ROLE, BY_TOPIC, COORDINATORS, EDITORS, MEMBERS, MONITORS, ROLES, Audience
from storage.rounds import DONE, PAUSED, RUNNING, VOID, Round
from storage.subscriptions import ALL, NEWS
from texts.entries import Entries
from texts.language import likely, plain, say
from texts.layout import lines, paragraphs, shortened, turning
from texts.screen import Button, Row, Screen, Toast, grid
from texts.told import calm
from texts.ways import home

Counts = Mapping[str, int]
"""By state of storage.deliveries: how many places."""

_SAID: Mapping[str, Callable[[str], str]] = {
    MEMBERS: lambda language: plain(language, "All members"),
    MONITORS: lambda language: plain(language, "Monitors"),
    EDITORS: lambda language: plain(language, "Editors"),
    COORDINATORS: lambda language: plain(language, "Coordinators and admins"),
    NEWS: lambda language: plain(language, "All who asked for announcements"),
    ALL: lambda language: plain(language, "All who asked for all deadlines"),
}
_MARKS = {RUNNING: "▶", PAUSED: "⏸", DONE: "✔", VOID: "✖"}
_SHELF = 20
_MOST_HANDLES = 60
_MINUTE, _HOUR = 60, 3600
_ENDED = ("sent", "gone", "refused", "unknown")


@dataclass(frozen=True)
class Plan:
    """What would go out now. ``asleep`` of the ``count`` places have their quiet hours, the last until ``awake``, which
    is in the network's zone; ``seconds`` is what Telegram's pace takes, 0 where none is kept."""

    km: str
    en: str
    audience: Audience
    urgent: bool
    count: int = 0
    blocked: int = 0
    asleep: int = 0
    awake: dt.datetime | None = None
    seconds: int = 0
    second: bool = False
    """It takes a second person."""
    digest: str = ""


def sent(km: str, en: str, language: str, topic: str | None) -> Screen:
    """The broadcast itself. ``topic`` is what the place asked to be told of; None where it is for members, who get it
    because they are."""
    words = Markup("{}").format(calm(km if language == "km" else en))
    whose = say(language, "<i>From the network that runs this bot, not from a person.</i>")
    label = {
        ALL: plain(language, "🔕 No more of all deadlines"),
        NEWS: plain(language, "🔕 No more announcements"),
    }.get(topic or "", plain(language, "🔕 No more of this"))
    stop = Button(label, f"sb:off:{topic}")
    return Screen(paragraphs([words, whose]), ((stop,),) if topic else (), personal=True)


class Broadcasts:
    """The coordinators' screens."""

    def __init__(self, entries: Entries) -> None:
        self._entries = entries

    def overview(self, latest: Sequence[Round], language: str, *, begun: bool) -> Screen:
        """Those that run, and the last ones."""
        what = say(
            language,
            "<b>Broadcasts</b>\nOne message to many, in Khmer and English. Every coordinator can pause and cancel each.",
        )
        label = plain(language, "✎ On with the one you began") if begun else plain(language, "✎ New broadcast")
        rows = tuple((Button(self._label(one, language), f"bc:r:{one.id}"),) for one in latest)
        return Screen(what, ((Button(label, "bc:new", style="primary"),), *rows, (home(language),)))

    def whom(self, language: str) -> Screen:
        """For whom it is to be."""
        roles = [Button(_SAID[one](language), f"bc:to:{BY_ROLE}:{one}") for one in ROLES]
        topics = [Button(_SAID[one](language), f"bc:to:{BY_TOPIC}:{one}") for one in (NEWS, ALL)]
        kinds = (
            Button(plain(language, "A deadline ▸"), "bc:whom:d"),
            Button(plain(language, "A benchmark ▸"), "bc:whom:b"),
            Button(plain(language, "A case ▸"), "bc:whom:c"),
        )
        rows = (*grid(roles, 2), *grid(topics, 1), kinds, _leaving(language))
        return Screen(say(language, "<b>Who is to get it?</b>\nMembers by role, or those who asked for a topic."), rows)

    def which(self, found: Sequence[tuple[Audience, int]], data: str, page: int, language: str) -> Screen:
        """Of which deadline, benchmark or case; with how many places asked for each."""
        back = (Button(plain(language, "◀ Back"), "bc:whom"),)
        if not found:
            return Screen(say(language, "Nobody asked to be told of any of these yet."), (back,))
        count = -(-len(found) // _SHELF)
        page = min(max(page, 1), count)
        rows = tuple(
            (Button(shortened(f"{number:,} · {self._thing(one, language)}", 60), f"bc:to:{BY_TOPIC}:{one.what}"),)
            for one, number in found[(page - 1) * _SHELF :][:_SHELF]
        )
        text = say(
            language, "<b>Which?</b>\nThe number says how many chats asked to be told of it, and can be reached."
        )
        return Screen(text, (*rows, *turning(data, page, count), back))

    def plan(self, plan: Plan, language: str, *, fresh: bool = False) -> Screen:
        """All that should be known before it goes; above it stands what will come, in both languages."""
        parts = [self._to(plan.audience, language), *_reach(plan, language), *_night(plan, language)]
        doubt = likely(None, plan.km) != "km"
        rows = (*_decision(plan, language), *_changes(plan, language), _leaving(language))
        text = paragraphs(
            [
                say(language, "<b>Above you see it as it will come, in Khmer and in English.</b>"),
                say(language, "⚠️ There is no Khmer letter in the Khmer text.") if doubt else Markup(),
                lines(parts),
                _who_decides(plan, language),
            ]
        )
        return Screen(text, rows, fresh=fresh)

    def proposed(self, plan: Plan, language: str) -> Markup:
        """Everything that would go out, for whoever is to approve it."""
        urgent = [say(language, "🚨 Urgent: at night, too.")] if plan.urgent else []
        parts = [self._to(plan.audience, language), *_reach(plan, language), *urgent]
        return paragraphs([lines(parts), _quoted(plan.km), _quoted(plan.en)])

    def progress(self, one: Round, counts: Counts, language: str) -> Screen:
        """How far it is, and what can be done."""
        state = (
            say(language, "⏸ Paused. Nothing more goes out until somebody presses Go on.")
            if one.state == PAUSED
            else say(language, "▶ It is going out. Answers to people come first.")
        )
        waits = not one.content["urgent"] and one.state == RUNNING
        text = paragraphs(
            [
                self._head(one, language),
                state,
                lines(_numbers(counts, total(one, counts), language)),
                say(language, "🌙 Who has quiet hours gets it when these are over.") if waits else Markup(),
            ]
        )
        turn = (
            Button(plain(language, "▶ Go on"), f"bc:go:{one.id}", style="success")
            if one.state == PAUSED
            else Button(plain(language, "⏸ Pause"), f"bc:pause:{one.id}")
        )
        cancel = Button(plain(language, "✖ Cancel it"), f"bc:end:{one.id}", style="danger")
        return Screen(text, ((turn, cancel), (Button(plain(language, "↻ How far is it?"), f"bc:r:{one.id}"),)))

    def ask(self, one: Round, counts: Counts, language: str) -> Screen:
        """Whether it is really to be cancelled."""
        text = say(
            language,
            "<b>Cancel it for good?</b>\nWhat came cannot be called back, nor what is in the air at this moment. It cannot be"
            " taken up again.",
        )
        rows = (
            (
                Button(plain(language, "✖ Yes, cancel it"), f"bc:end:{one.id}:yes", style="danger"),
                Button(plain(language, "No"), f"bc:r:{one.id}"),
            ),
        )
        return Screen(
            paragraphs([self._head(one, language), lines(_numbers(counts, total(one, counts), language)), text]), rows
        )

    def over(self, one: Round, counts: Counts, language: str) -> Screen:
        """How it went."""
        state = (
            say(
                language,
                "✖ It was cancelled. What was in the air at that moment came all the same.",
            )
            if one.state == VOID
            else say(language, "✔ It is over.")
        )
        parts = [self._head(one, language), state, lines(_result(one, counts, language)), _missed(one, language)]
        parts += [say(language, "<i>I keep no copy of the text.</i>")]
        rows = ((Button(plain(language, "◀ All broadcasts"), "bc"), home(language)),)
        return Screen(paragraphs(parts), rows)

    def left(self, one: Round, language: str) -> Screen:
        """To the coordinators: whoever sent it alone is none any more."""
        text = say(
            language,
            "⏸ <b>A broadcast is paused.</b> {who}, who sent it alone, is not a coordinator any more. Look at it, and let it"
            " go on or cancel it.",
            who=one.content["by"],
        )
        return Screen(
            paragraphs([text, self._to(Audience.from_json(one.content["audience"]), language)]),
            ((Button(plain(language, "Look at it"), f"bc:r:{one.id}", style="primary"),),),
        )

    def name(self, audience: Audience, language: str) -> str:
        """An audience in words."""
        if audience.what in _SAID:
            return _SAID[audience.what](language)
        return plain(language, "All who asked for: {what}", what=self._thing(audience, language))

    def _thing(self, audience: Audience, language: str) -> str:
        """The deadline, benchmark or case of a topic."""
        kind, _, key = audience.what.partition(":")
        if kind == "d":
            return audience.name or key
        return self._entries.title(f"c:{key}" if kind == "case" else audience.what, language)

    def _to(self, audience: Audience, language: str) -> Markup:
        return say(language, "<b>To:</b> {audience}", audience=self.name(audience, language))

    def _head(self, one: Round, language: str) -> Markup:
        audience = Audience.from_json(one.content["audience"])
        return say(
            language,
            "<b>Broadcast</b> by {who}, {day}\n<b>To:</b> {audience}",
            who=one.content["by"],
            day=one.content["day"],
            audience=self.name(audience, language),
        )

    def _label(self, one: Round, language: str) -> str:
        audience = Audience.from_json(one.content["audience"])
        return shortened(f"{_MARKS[one.state]} {one.content['day']} · {self.name(audience, language)}", 60)


def old(language: str) -> Toast:
    """A button of a broadcast that is not open any more."""
    return Toast(plain(language, "It is over already."), alert=True)


def total(one: Round, counts: Counts) -> int:
    """How many places it is for: as many as have a delivery, or as were counted while not all have theirs yet."""
    known = sum(number for state, number in counts.items() if state != "again")
    return known if one.reached is None else max(known, int(one.content["count"]))


def moved(one: Round, counts: Counts) -> list[Any]:
    """What ``progress`` shows: while it is the same, there is nothing new to show."""
    return [one.state, total(one, counts), *(counts.get(state, 0) for state in _ENDED)]


def _reach(plan: Plan, language: str) -> list[Markup]:
    """How many places, and how long it takes."""
    found = [say(language, "<b>Chats:</b> {count}", count=f"{plan.count:,}")]
    if plan.blocked:
        found += [say(language, "Cannot be written to, and are not tried: {count}", count=f"{plan.blocked:,}")]
    if plan.count:
        found += [say(language, "<b>It takes:</b> {time}", time=_lasting(plan.seconds, language))]
    return found


def _lasting(seconds: int, language: str) -> str:
    if seconds < _MINUTE:
        return plain(language, "less than a minute")
    if seconds < 2 * _HOUR:
        return plain(language, "about {count} min", count=-(-seconds // _MINUTE))
    return plain(language, "about {count} h", count=-(-seconds // _HOUR))


def _night(plan: Plan, language: str) -> list[Markup]:
    """Whether it waits for the morning."""
    if plan.urgent:
        return [say(language, "🚨 Urgent: at night, too.")]
    if not plan.asleep or plan.awake is None:
        return [say(language, "🌙 Nobody's quiet hours are disturbed; nobody has any at this moment.")]
    return [
        say(
            language,
            "🌙 It is night for {count} of them: they get it when their quiet hours are over, the last on {day} at {time} by"
            " the network's clock.",
            count=f"{plan.asleep:,}",
            day=plan.awake.strftime("%Y-%m-%d"),
            time=plan.awake.strftime("%H:%M"),
        )
    ]


def _who_decides(plan: Plan, language: str) -> Markup:
    if not plan.count:
        return say(language, "Nobody can get it at this moment. Choose somebody else.")
    if plan.second:
        return say(language, "Another coordinator has to approve it: to so many, nobody writes alone.")
    return Markup()


def _decision(plan: Plan, language: str) -> tuple[Row, ...]:
    if not plan.count:
        return ()
    label = (
        plain(language, "📨 Ask for approval")
        if plan.second
        else plain(language, "📨 Send to {count}", count=f"{plan.count:,}")
    )
    night = (
        Button(plain(language, "🌙 Not urgent: not at night"), "bc:urgent:0")
        if plan.urgent
        else Button(plain(language, "🚨 Urgent: also at night"), "bc:urgent:1")
    )
    return ((Button(label, f"bc:send:{plan.digest}", style="success"),), (night,))


def _changes(plan: Plan, language: str) -> tuple[Row, ...]:
    texts = (
        Button(plain(language, "✎ Khmer"), "f:change:broadcast_km"),
        Button(plain(language, "✎ English"), "f:change:broadcast_en"),
    )
    return (texts, (Button(plain(language, "✎ Who gets it"), "bc:whom"), Button(plain(language, "👁 Again"), "bc:see")))


def _leaving(language: str) -> Row:
    return (
        Button(plain(language, "💾 Save and leave"), "f:leave"),
        Button(plain(language, "✖ Cancel"), "f:cancel"),
    )


def _quoted(words: str) -> Markup:
    return Markup("<blockquote>{}</blockquote>").format(calm(words))


def _numbers(counts: Counts, places: int, language: str) -> list[Markup]:
    """How far it is; what did not go well only where there is any."""
    found = [
        say(language, "Sent: {count} of {total}", count=f"{counts.get('sent', 0):,}", total=f"{places:,}"),
    ]
    return found + [label(language, counts[state]) for state, label in _TROUBLE.items() if counts.get(state)]


_TROUBLE: Mapping[str, Callable[[str, int], Markup]] = {
    "gone": lambda language, count: say(language, "Blocked: {count}", count=f"{count:,}"),
    "refused": lambda language, count: say(language, "Failed, because Telegram refused: {count}", count=f"{count:,}"),
    "unknown": lambda language, count: say(
        language, "Unknown, because Telegram's answers were lost: {count}", count=f"{count:,}"
    ),
}


def _result(one: Round, counts: Counts, language: str) -> list[Markup]:
    """Every number of the report, 0 too."""
    before = int(one.content["blocked"])
    blocked = {"gone": counts.get("gone", 0) + before}
    found = [
        say(language, "Sent: {count} of {total}", count=f"{counts.get('sent', 0):,}", total=f"{total(one, counts):,}")
    ]
    found += [label(language, (counts | blocked).get(state, 0)) for state, label in _TROUBLE.items()]  # type: ignore[operator]
    if before:
        found.insert(2, say(language, "Of these not tried, because it was known: {count}", count=f"{before:,}"))
    found += [say(language, "May have come twice: {count}", count=f"{counts.get('again', 0):,}")]
    dropped = sum(number for state, number in counts.items() if state not in (*_ENDED, "again"))
    if dropped:
        found += [say(language, "Not sent any more: {count}", count=f"{dropped:,}")]
    return found


def _missed(one: Round, language: str) -> Markup:
    """Members who were not reached: whoever sent it has to call them."""
    missed: Sequence[str] = one.content.get("missed", ())
    if not missed:
        return Markup()
    more = ["…"] if len(missed) > _MOST_HANDLES else []
    return say(language, "<b>Not reached:</b> {handles}", handles=", ".join([*missed[:_MOST_HANDLES], *more]))
