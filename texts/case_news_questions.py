"""The questions of the form in forms.case_news: what they are called, what they ask, and what can be chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from markupsafe import Markup

from forms.case_news import APPEAL, FAMILY, HEALTH, HEARING, HELD, LAWYER, RELEASE, SENTENCE, TRANSFER
from texts.language import plain, say

Label = Callable[[str], str]
Sentence = Callable[[str], Markup]

NAMES: Mapping[str, Label] = {
    "news": lambda language: plain(language, "What kind of news"),
    "news_day": lambda language: plain(language, "On which day"),
    "news_since": lambda language: plain(language, "On which day"),
    "news_words": lambda language: plain(language, "What exactly"),
    "news_source": lambda language: plain(language, "Who says so"),
}

QUESTIONS: Mapping[str, Sentence] = {
    "news": lambda language: say(
        language,
        "<b>What happened in this case, or will?</b>\nSomebody else has to approve it. Then it stands on the card,"
        " below what the report says. Health and contacts (🔒) are shown to members only; the rest to everybody.",
    ),
    "news_day": lambda language: say(
        language,
        "<b>On which day?</b>\nIt may be to come. Press a button, or write it: <code>15 December 8 am</code>,"
        " <code>tomorrow</code>, <code>in 3 days</code>.",
    ),
    "news_since": lambda language: say(
        language,
        "<b>On which day was it, or since when?</b>\nPress a button, or write it: <code>15 May 2026</code>,"
        " <code>May 2026</code>, <code>3 days ago</code>.",
    ),
    "news_words": lambda language: say(
        language,
        "<b>What exactly?</b>\nOne message: the court, the prison, how many years. No names of people at risk, and"
        " nothing that shows who told you.",
    ),
    "news_source": lambda language: say(
        language,
        "<b>Who says so?</b>\nIn a few words: a document of the court, the family through an organisation, a newspaper"
        " and its date. No names of people at risk.",
    ),
}

_DAYS: Mapping[str, Label] = {
    "today": lambda language: plain(language, "Today"),
    "yesterday": lambda language: plain(language, "Yesterday"),
}

OPTIONS: Mapping[str, Mapping[str, Label]] = {
    "news": {
        HELD: lambda language: plain(language, "Held since"),
        HEARING: lambda language: plain(language, "Hearing"),
        TRANSFER: lambda language: plain(language, "Moved to another place"),
        SENTENCE: lambda language: plain(language, "Verdict, sentence"),
        APPEAL: lambda language: plain(language, "Last day for an appeal"),
        RELEASE: lambda language: plain(language, "Released"),
        HEALTH: lambda language: plain(language, "🔒 Health"),
        FAMILY: lambda language: plain(language, "🔒 Contact with relatives"),
        LAWYER: lambda language: plain(language, "🔒 Contact with the lawyer"),
    },
    "news_day": {**_DAYS, "tomorrow": lambda language: plain(language, "Tomorrow")},
    "news_since": {
        **_DAYS,
        "this_week": lambda language: plain(language, "This week"),
        "unknown": lambda language: plain(language, "I do not know"),
    },
}
