"""What is said with the file for calendar programs, and in it: there without markup, for a program shows it as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from forms.cutoff import WEEKLY, YEARLY, Occurrence
from storage.deadlines import Deadline
from texts import due
from texts.deadline_questions import NAMES, OPTIONS
from texts.deadlines import mandate
from texts.entries import day_words
from texts.language import plain, say
from texts.layout import shortened
from texts.screen import Button, Screen, Toast
from texts.told import calm
from texts.ways import home

_TITLE, _TERM = 160, 600
"""Letters of a title and of a term in the file."""


def coming(language: str) -> Toast:
    """A button for the file was pressed."""
    return Toast(plain(language, "The file is on its way."))


def below(language: str) -> Screen:
    """Below the file."""
    text = say(
        language,
        "📅 <b>Dates for your calendar</b>\nOpen the file with the calendar of your phone or computer: it reminds you there, too."
        " It does not change by itself: after a change, fetch it again, and the calendar shows the new day in the place of"
        " the old one. Everybody who sees that calendar sees these dates.",
    )
    return Screen(text, ((_all(language), Button(plain(language, "🔔 Remind me here"), "sb:new")),))


def nothing(language: str) -> Screen:
    """There is nothing to put into a file."""
    text = say(
        language,
        "📅 There is no date for a calendar now. Only dates that a coordinator entered go into it, and none is ahead. What"
        " is expected, but not announced, stands in /deadlines.",
    )
    return Screen(text, ((_all(language), home(language)),))


def not_sent(language: str) -> Screen:
    """In the place of the file."""
    text = say(
        language, "📅 I could not send the file, or no date is ahead any more. Please try /calendar again later."
    )
    return Screen(text, ((_all(language), home(language)),))


def name(language: str) -> str:
    """What programs call the calendar."""
    return plain(language, "Deadlines")


def closing(deadline: Deadline, language: str) -> str:
    """What the event of a cut-off is called. Some programs show nothing else of one that is cancelled."""
    if deadline.cancelled:
        return _cancelled(deadline, language)
    return plain(language, "Last day: {title}", title=due.title(deadline, language, _TITLE))


def own(deadline: Deadline, language: str) -> str:
    """What the event of the network's own day is called."""
    if deadline.cancelled:
        return _cancelled(deadline, language)
    return plain(language, "Send your part to the network: {title}", title=due.title(deadline, language, _TITLE))


def alarm(deadline: Deadline, language: str) -> str:
    """What a calendar says when it makes itself heard."""
    return plain(language, "Reminder: {title}", title=due.title(deadline, language, _TITLE))


def own_terms(deadline: Deadline, language: str) -> str:
    """What the network's own day means."""
    return "\n".join(
        [
            *_state(deadline, language),
            plain(
                language,
                "The last day on which the network collects what it sends. For members only: please do not share it.",
            ),
            _last(language),
        ]
    )


def terms(deadline: Deadline, coming: Occurrence, language: str) -> str:
    """Until when it is open, by the clocks that count, and what everybody may know of it."""
    if deadline.cancelled:
        return "\n".join([*_state(deadline, language), _last(language)])
    said = _said(deadline, language)
    lines = [
        *_state(deadline, language),
        _until(deadline, coming, language),
        *(plain(language, "{name}: {value}", name=name, value=value) for name, value in said.items() if value),
        _last(language),
    ]
    return "\n".join(lines)


def _state(deadline: Deadline, language: str) -> list[str]:
    if deadline.cancelled:
        return [plain(language, "It was cancelled.")]
    return [plain(language, "The network's submission went out.")] if deadline.sent_on else []


def _until(deadline: Deadline, coming: Occurrence, language: str) -> str:
    """The next time that it closes. The words of what comes again stand at each time, so they say which one they mean."""
    until = due.until(coming.at, deadline.zone, language).striptags()
    if deadline.repeats == WEEKLY:
        return plain(language, "It comes every week. When you fetched this, the next was open {until}", until=until)
    if deadline.repeats == YEARLY:
        return plain(language, "It comes every year. When you fetched this, the next was open {until}", until=until)
    return plain(language, "Open {until}", until=until)


def _said(deadline: Deadline, language: str) -> Mapping[str, str]:
    """The terms by their names, as far as they are known."""
    opens = day_words(deadline.opens, language) if deadline.opens else ""
    values = {
        "dl_mandate": _mandate(deadline.mandate, language),
        "dl_symbol": deadline.symbol,
        "dl_opens": opens,
        "dl_languages": _named("dl_languages", deadline.languages, language),
        "dl_formats": _named("dl_formats", deadline.formats, language),
        "dl_limits": deadline.limits,
        "dl_address": deadline.address,
        "dl_questions": deadline.questions,
        "dl_publication": _named("dl_publication", [deadline.publication], language),
        "dl_source": deadline.source,
    }
    asked_about = {OPTIONS["dl_details"]["benchmarks"](language): ", ".join(deadline.benchmarks)}
    return {NAMES[step](language): shortened(calm(value), _TERM) for step, value in values.items()} | asked_about


def _mandate(whose: str, language: str) -> str:
    """Whose call it is; of the Special Rapporteur on Cambodia, in the reader's language."""
    return OPTIONS["dl_mandate"]["cambodia"](language) if whose == mandate() else whose


def _named(step: str, values: Sequence[str], language: str) -> str:
    """Choices of the form by their labels; what is none of them, as it is."""
    known = OPTIONS[step]
    return ", ".join(known[one](language) if one in known else one for one in values)


def _last(language: str) -> str:
    return plain(language, "This entry does not change by itself. The bot tells what holds now: /deadlines")


def _cancelled(deadline: Deadline, language: str) -> str:
    return plain(language, "Cancelled: {title}", title=due.title(deadline, language, _TITLE))


def _all(language: str) -> Button:
    return Button(plain(language, "📋 All deadlines"), "dl")
