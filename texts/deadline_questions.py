"""The questions of the form in forms.deadline: what they are called, what they ask, and what can be chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from markupsafe import Markup

from forms.deadline import GENEVA, PHNOM_PENH, WHOLE
from texts.language import plain, say

Label = Callable[[str], str]
Sentence = Callable[[str], Markup]

NAMES: Mapping[str, Label] = {
    "dl_kind": lambda language: plain(language, "What kind"),
    "dl_mandate": lambda language: plain(language, "Whose call"),
    "dl_name": lambda language: plain(language, "What is due"),
    "dl_day": lambda language: plain(language, "Last day"),
    "dl_hour": lambda language: plain(language, "Until what time"),
    "dl_zone": lambda language: plain(language, "By which clock"),
    "dl_title": lambda language: plain(language, "Title"),
    "dl_repeats": lambda language: plain(language, "How often"),
    "dl_internal": lambda language: plain(language, "Our own earlier day"),
    "dl_source": lambda language: plain(language, "Where it stands"),
    "dl_details": lambda language: plain(language, "What else it says"),
    "dl_opens": lambda language: plain(language, "Open since"),
    "dl_languages": lambda language: plain(language, "Languages"),
    "dl_formats": lambda language: plain(language, "Formats"),
    "dl_limits": lambda language: plain(language, "Length"),
    "dl_address": lambda language: plain(language, "Where to send it"),
    "dl_questions": lambda language: plain(language, "Key questions"),
    "dl_publication": lambda language: plain(language, "Published or not"),
    "dl_symbol": lambda language: plain(language, "Symbol"),
    "dl_responsible": lambda language: plain(language, "Responsible"),
}

QUESTIONS: Mapping[str, Sentence] = {
    "dl_kind": lambda language: say(
        language,
        "<b>What is to be remembered?</b>\nEverybody sees it in /deadlines, and whoever asked for reminders is told of"
        " it once you press Send.",
    ),
    "dl_mandate": lambda language: say(
        language, "<b>Who calls for information?</b>\nPress the button, or write who it is, in a few words."
    ),
    "dl_name": lambda language: say(
        language,
        "<b>What is due?</b>\nA few words that everybody may read, such as: <i>Accounts from the provinces to the"
        " coordinators</i>.",
    ),
    "dl_day": lambda language: say(
        language,
        "<b>What is the last day?</b>\nWrite the day, the month in words and the year: <code>15 May 2027</code>. The hour"
        " is asked next. Only a day that is certain: everybody relies on it.",
    ),
    "dl_hour": lambda language: say(
        language,
        "<b>Until what time on that day?</b>\nPress the button where only the day is named, or write the hour:"
        " <code>17:00</code>, <code>5 pm</code>.",
    ),
    "dl_zone": lambda language: say(
        language,
        "<b>By the clock of which place?</b>\nCalls of the UN mostly mean Geneva. Press a button, or write a city, such"
        " as <code>New York</code>.",
    ),
    "dl_title": lambda language: say(
        language,
        "<b>What shall it be called?</b>\nPress the button for “Call for information” with its year in both languages, or"
        " write a title.",
    ),
    "dl_repeats": lambda language: say(language, "<b>Does it come again?</b>"),
    "dl_internal": lambda language: say(
        language,
        "<b>By which day does the network itself want to be ready?</b>\nAn earlier day, so that there is time to check"
        " and compile. Reminders count back from it, and ask everybody who gets them to send theirs by then. On the card only"
        " members see it. <code>1 May 2027</code>",
    ),
    "dl_source": lambda language: say(
        language,
        "<b>Where does it stand?</b>\nThe address of the page, or the letter and its date, so that anybody can check.",
    ),
    "dl_details": lambda language: say(
        language,
        "<b>What else does the call say?</b>\nTick what you have at hand; only that is asked. The rest can be added"
        " later.",
    ),
    "dl_opens": lambda language: say(
        language, "<b>Since when is it open?</b>\nA day, which may be to come: <code>3 March 2027</code>."
    ),
    "dl_languages": lambda language: say(language, "<b>In which languages may one answer?</b>"),
    "dl_formats": lambda language: say(language, "<b>In which formats?</b>"),
    "dl_limits": lambda language: say(
        language, "<b>How long may it be?</b>\nAs the call says it, such as <code>2,500 words</code>."
    ),
    "dl_address": lambda language: say(
        language, "<b>Where is it to be sent?</b>\nThe address, and what the subject line has to say."
    ),
    "dl_questions": lambda language: say(
        language, "<b>What are the key questions?</b>\nIn one message, in a few words each."
    ),
    "dl_publication": lambda language: say(
        language,
        "<b>What becomes of what is sent in?</b>\nWhere the call does not say, skip this: it may be published.",
    ),
    "dl_symbol": lambda language: say(
        language, "<b>What is the symbol of the document or the session?</b>\nSuch as <code>A/HRC/54/75</code>."
    ),
    "deadline.benchmarks": lambda language: say(
        language,
        "<b>Which benchmarks does it ask about?</b>\nTick them. With none, it is about all twenty.",
    ),
    "dl_responsible": lambda language: say(
        language,
        "<b>Which coordinator is told when it gets late?</b>\nPress the button, or write a handle. Without one, all are"
        " told.",
    ),
}

OPTIONS: Mapping[str, Mapping[str, Label]] = {
    "dl_kind": {
        "call": lambda language: plain(language, "A call for information"),
        "own": lambda language: plain(language, "A date of our own"),
    },
    "dl_mandate": {
        "cambodia": lambda language: plain(language, "Special Rapporteur on Cambodia"),
    },
    "dl_hour": {WHOLE: lambda language: plain(language, "The whole day")},
    "dl_zone": {
        GENEVA: lambda language: plain(language, "Geneva"),
        PHNOM_PENH: lambda language: plain(language, "Phnom Penh"),
    },
    "dl_title": {"proposed": lambda language: plain(language, "“Call for information” and the year")},
    "dl_repeats": {
        "once": lambda language: plain(language, "Once"),
        "weekly": lambda language: plain(language, "Every week"),
        "yearly": lambda language: plain(language, "Every year"),
    },
    "dl_details": {
        "opens": NAMES["dl_opens"],
        "languages": NAMES["dl_languages"],
        "formats": NAMES["dl_formats"],
        "limits": NAMES["dl_limits"],
        "address": NAMES["dl_address"],
        "questions": NAMES["dl_questions"],
        "publication": NAMES["dl_publication"],
        "symbol": NAMES["dl_symbol"],
        "benchmarks": lambda language: plain(language, "Benchmarks"),
        "responsible": NAMES["dl_responsible"],
    },
    "dl_languages": {
        "english": lambda language: plain(language, "English"),
        "french": lambda language: plain(language, "French"),
        "spanish": lambda language: plain(language, "Spanish"),
        "arabic": lambda language: plain(language, "Arabic"),
        "chinese": lambda language: plain(language, "Chinese"),
        "russian": lambda language: plain(language, "Russian"),
        "khmer": lambda language: plain(language, "Khmer"),
    },
    "dl_formats": {
        "word": lambda language: plain(language, "Word file"),
        "pdf": lambda language: plain(language, "PDF file"),
        "rtf": lambda language: plain(language, "RTF file"),
        "text": lambda language: plain(language, "Plain text"),
        "online": lambda language: plain(language, "A form on a web page"),
    },
    "dl_publication": {
        "published": lambda language: plain(language, "It is published"),
        "request": lambda language: plain(language, "Published, unless one asks otherwise"),
        "closed": lambda language: plain(language, "It stays closed"),
    },
    "dl_responsible": {"me": lambda language: plain(language, "Me")},
}

CLASHES: Mapping[str, Sentence] = {
    "internal": lambda language: say(
        language, "⚠️ Our own day has to come before the last day of the call. Nothing else is lost."
    ),
    "internal_early": lambda language: say(
        language,
        "⚠️ Our own day is too early: less than 7 days before the last day of what comes every week, less than a year"
        " before that of what comes every year. Nothing else is lost.",
    ),
    "opens": lambda language: say(language, "⚠️ It cannot open after its last day. Nothing else is lost."),
}
"""Why an answer is asked for again, by what forms.deadline calls it."""
