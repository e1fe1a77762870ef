"""The detention clock in words, and what the editor of a case is reminded of."""

from __future__ import annotations

from markupsafe import Markup

from forms.case_news import FAMILY, HELD
from forms.clock import Clock, Days
from forms.moment import Moment
from texts.entries import Entries
from texts.language import plain, say
from texts.screen import Button, Screen
from texts.when import told


def counted(clock: Clock, language: str, *, member: bool) -> list[Markup]:
    """What the clock shows: days held and the next hearing to everybody, all of it to members."""
    found = [*_held(clock, language), *_hearing(clock, language)]
    return [*found, *_appeal(clock, language), *_contacts(clock, language)] if member else found


class Reminders:
    """What is said unasked to whoever keeps a case current. The case's name stands on the button alone: what comes
    unasked shows on a locked telephone."""

    def __init__(self, entries: Entries) -> None:
        self._entries = entries

    def hearing_near(self, case: str, days: int, language: str) -> Screen:
        """It is today, or tomorrow."""
        text = (
            say(language, "⏰ Tomorrow there is a hearing in a case that the network keeps current.")
            if days
            else say(language, "⏰ Today there is a hearing in a case that the network keeps current.")
        )
        return self._screen(case, text, language)

    def what_happened(self, case: str, moment: Moment, language: str) -> Screen:
        """It is over, and nothing was published since."""
        text = say(
            language,
            "⏰ There was to be a hearing on {day}, in a case that the network keeps current. Nothing was published"
            " since. What happened?",
            day=told(moment, language),
        )
        return self._screen(case, text, language)

    def appeal_near(self, case: str, days: int, language: str) -> Screen:
        """The last day for an appeal comes near."""
        text = (
            say(
                language,
                "⏰ An appeal becomes impossible soon, in a case that the network keeps current. Days left: {days}.",
                days=days,
            )
            if days
            else say(
                language,
                "⏰ Today is the last day for an appeal, in a case that the network keeps current.",
            )
        )
        return self._screen(case, text, language)

    def no_contact(self, case: str, kind: str, days: int, language: str) -> Screen:
        """Nobody is known to have reached them for long."""
        text = (
            say(
                language,
                "⏰ In a case that the network keeps current, no contact with relatives is known for {days} days. Can"
                " you find out how they are?",
                days=days,
            )
            if kind == FAMILY
            else say(
                language,
                "⏰ In a case that the network keeps current, no contact with the lawyer is known for {days} days. Can"
                " you find out how they are?",
                days=days,
            )
        )
        return self._screen(case, text, language)

    def _screen(self, case: str, text: Markup, language: str) -> Screen:
        rows = (
            (self._entries.button(f"c:{case}", language),),
            (Button(plain(language, "✎ Add news"), f"cn:{case}"),),
        )
        return Screen(text, rows)


def _held(clock: Clock, language: str) -> list[Markup]:
    if clock.held is None:
        return []
    days, since = clock.held.count, told(clock.held.of.moment, language)
    if clock.released is not None:
        day = told(clock.released.moment, language)
        if clock.held.about or Days(0, clock.released).about:
            return [say(language, "⏱ <b>Released:</b> {day}. Days held: about {days}", day=day, days=days)]
        return [say(language, "⏱ <b>Released:</b> {day}. Days held: {days}", day=day, days=days)]
    if clock.held.about:
        return [say(language, "⏱ <b>Days held:</b> at most {days}, since about {day}", days=days, day=since)]
    return [say(language, "⏱ <b>Days held:</b> {days}, since {day}", days=days, day=since)]


def _hearing(clock: Clock, language: str) -> list[Markup]:
    if clock.hearing is None:
        return []
    return [say(language, "⏱ <b>Next hearing:</b> {day}", day=told(clock.hearing.moment, language))]


def _appeal(clock: Clock, language: str) -> list[Markup]:
    if clock.appeal is None:
        return []
    day = told(clock.appeal.moment, language)
    if clock.appeal_days is None:
        return [say(language, "⏱ <b>Last day for an appeal:</b> {day}", day=day)]
    return [say(language, "⏱ <b>Last day for an appeal:</b> {day}. Days left: {days}", day=day, days=clock.appeal_days)]


def _contacts(clock: Clock, language: str) -> list[Markup]:
    lines = []
    if clock.family is not None:
        words = (
            say(
                language,
                "⏱ 🔒 <b>Days without known contact with relatives:</b> {days}",
                days=_about(clock.family, language),
            )
            if clock.family.of.kind == HELD
            else say(
                language, "⏱ 🔒 <b>Days since contact with relatives:</b> {days}", days=_about(clock.family, language)
            )
        )
        lines.append(words)
    if clock.lawyer is not None:
        words = (
            say(
                language,
                "⏱ 🔒 <b>Days without known contact with the lawyer:</b> {days}",
                days=_about(clock.lawyer, language),
            )
            if clock.lawyer.of.kind == HELD
            else say(
                language, "⏱ 🔒 <b>Days since contact with the lawyer:</b> {days}", days=_about(clock.lawyer, language)
            )
        )
        lines.append(words)
    return lines


def _about(days: Days, language: str) -> str:
    return plain(language, "at most {days}", days=days.count) if days.about else str(days.count)
