"""The words of the forms: what each step asks, an example, and what its options are called."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from markupsafe import Markup

from texts import (
    appeal_questions,
    assessment_questions,
    broadcast_questions,
    case_news_questions,
    deadline_questions,
    review_questions,
    submission_questions,
    workplan_questions,
)
from texts.language import plain, say

Sentence = Callable[[str], Markup]
Label = Callable[[str], str]

NAMES: Mapping[str, Label] = {
    "category": lambda language: plain(language, "Kind of incident"),
    "children": lambda language: plain(language, "Children"),
    "care": lambda language: plain(language, "Read this first"),
    "account": lambda language: plain(language, "In your words"),
    "when": lambda language: plain(language, "When"),
    "where": lambda language: plain(language, "Where"),
    "province": lambda language: plain(language, "Province"),
    "affected": lambda language: plain(language, "How many people"),
    "actors": lambda language: plain(language, "Who did it"),
    "state": lambda language: plain(language, "How they are now"),
    "source": lambda language: plain(language, "How you know"),
    "evidence": lambda language: plain(language, "Photos and files"),
    "benchmarks": lambda language: plain(language, "Benchmarks"),
    "urgency": lambda language: plain(language, "How urgent"),
    "consent": lambda language: plain(language, "What we may do"),
    "contact": lambda language: plain(language, "How to answer you"),
}
"""What a step is called on the list of answers."""

QUESTIONS: Mapping[str, Sentence] = {
    # by the name of the step; where another form asks it in other words, by both names
    "category": lambda language: say(
        language, "<b>What happened?</b>\nChoose what fits best; you can tell the rest in your own words."
    ),
    "children": lambda language: say(language, "<b>Was anybody under 18 harmed?</b>"),
    "care": lambda language: say(
        language,
        "<b>Please write no details here.</b>\nWhat happened to a child, and sexual violence, should be told to somebody"
        " who is trained to listen, and not to a machine. I only pass on that something happened, roughly where and when,"
        " and how you can be reached.",
    ),
    "account": lambda language: say(
        language,
        "<b>Tell what happened, in your own words.</b>\nAs many messages as you like, or a voice message. Then press"
        " Continue.\n<i>Example: Four policemen in uniform came to the market in the morning and took two women away"
        " in a car.</i>\nPlease leave out names, telephone numbers and addresses, unless somebody asked you to give"
        " theirs.",
    ),
    "addition.account": lambda language: say(
        language,
        "<b>What would you like to add?</b>\nAs many messages as you like, or a voice message. Then press Continue.",
    ),
    "when": lambda language: say(
        language,
        "<b>When was it?</b>\nPress a button, or write it: <code>yesterday 3pm</code>, <code>15 May 2026</code>,"
        " <code>last week</code>.",
    ),
    "where": lambda language: say(
        language,
        "<b>Where was it?</b>\nPress a button, or write the place: <code>Battambang</code>,"
        " <code>Chbar Ampov</code>. The district is precise enough.",
    ),
    "province": lambda language: say(language, "<b>In which province?</b>\nNo more than that."),
    "affected": lambda language: say(
        language, "<b>How many people were harmed?</b>\nPress a button, or write a number such as <code>7</code>."
    ),
    "actors": lambda language: say(
        language, "<b>Who did it?</b>\nTick all that fit, then press Continue. No names are needed."
    ),
    "state": lambda language: say(language, "<b>How are they now,</b> as far as you know?"),
    "source": lambda language: say(language, "<b>How do you know?</b>"),
    "evidence": lambda language: say(
        language,
        "<b>Do you have photos, videos, voice messages or documents?</b>\nSend them here, then press Continue. At most"
        " {count}, each up to {each} MB, {all} MB together. Send a long video in parts.\n"
        "• As a <b>photo</b>: Telegram makes it smaller and takes out where and when it was made.\n"
        "• As a <b>file</b>: it stays as it is. That is stronger proof, but it may show where and when it was made"
        " and with which phone; Telegram sees that, too.",
        count=5,
        each=10,
        all=25,
    ),
    "benchmarks": lambda language: say(
        language,
        "<b>Which of the UN's benchmarks does it touch?</b>\nThe ticked ones are my guess. If you are not sure,"
        " just press Continue.",
    ),
    "urgency": lambda language: say(language, "<b>How soon must somebody act?</b>"),
    "consent": lambda language: say(
        language,
        "<b>What may the network do with it?</b>\nIf you tick nothing, only its reviewers read it. Tick what else you"
        " allow; if it happened to somebody else, tick only what they would agree to. The UN passes letters on single"
        " cases to the Government.",
    ),
    "contact": lambda language: say(
        language,
        "<b>How shall we answer you?</b>\nSafest is the receipt: you get it at the end, and ask when you want to."
        "\nIf you choose to be told here, I keep the number of this chat, encrypted, for {days} days, and send you a"
        " message that names nothing. Or write another way to reach you.",
        days=30,
    ),
}

OPTIONS: Mapping[str, Mapping[str, Label]] = {
    "category": {
        "arrest": lambda language: plain(language, "Arrest"),
        "detention": lambda language: plain(language, "Prison, detention"),
        "trial": lambda language: plain(language, "Charge, trial"),
        "missing": lambda language: plain(language, "Someone is missing"),
        "violence": lambda language: plain(language, "Beating, threat, killing"),
        "sexual": lambda language: plain(language, "Sexual violence"),
        "assembly": lambda language: plain(language, "Protest or meeting stopped"),
        "speech": lambda language: plain(language, "Speech, post, media"),
        "election": lambda language: plain(language, "Party, election"),
        "land": lambda language: plain(language, "Land, forest, eviction"),
        "labour": lambda language: plain(language, "Workers, union"),
        "scam": lambda language: plain(language, "Scam site, trafficking"),
        "return": lambda language: plain(language, "Sent back from abroad"),
        "debt": lambda language: plain(language, "Debt, microfinance"),
        "corruption": lambda language: plain(language, "Corruption"),
        "other": lambda language: plain(language, "Something else"),
    },
    "children": {
        "no": lambda language: plain(language, "No"),
        "yes": lambda language: plain(language, "Yes"),
        "unknown": lambda language: plain(language, "I do not know"),
    },
    "care": {"ok": lambda language: plain(language, "I understand")},
    "when": {
        "today": lambda language: plain(language, "Today"),
        "yesterday": lambda language: plain(language, "Yesterday"),
        "this_week": lambda language: plain(language, "This week"),
        "unknown": lambda language: plain(language, "I do not know"),
    },
    "where": {
        "online": lambda language: plain(language, "Online"),
        "abroad": lambda language: plain(language, "Abroad"),
        "unknown": lambda language: plain(language, "I do not know"),
        "pin": lambda language: plain(language, "📍 Exact spot"),
        "provinces": lambda language: plain(language, "All provinces"),
    },
    "affected": {
        "one": lambda language: plain(language, "One person"),
        "family": lambda language: plain(language, "A family"),
        "group": lambda language: plain(language, "A group"),
        "community": lambda language: plain(language, "A whole community"),
        "unknown": lambda language: plain(language, "I do not know"),
    },
    "actors": {
        "police": lambda language: plain(language, "Police"),
        "military": lambda language: plain(language, "Military, gendarmerie"),
        "prison": lambda language: plain(language, "Prison staff"),
        "court": lambda language: plain(language, "Court, prosecutor"),
        "local": lambda language: plain(language, "Local authority"),
        "government": lambda language: plain(language, "Ministry, other official"),
        "party": lambda language: plain(language, "People of a party"),
        "company": lambda language: plain(language, "Company, its guards"),
        "private": lambda language: plain(language, "Private persons"),
        "unknown": lambda language: plain(language, "I do not know"),
    },
    "state": {
        "held": lambda language: plain(language, "Held, not on trial"),
        "on_trial": lambda language: plain(language, "Held, on trial"),
        "sentenced": lambda language: plain(language, "Serving a sentence"),
        "released": lambda language: plain(language, "Released"),
        "missing": lambda language: plain(language, "Missing"),
        "hiding": lambda language: plain(language, "In hiding"),
        "abroad": lambda language: plain(language, "Fled abroad"),
        "injured": lambda language: plain(language, "Injured"),
        "dead": lambda language: plain(language, "Dead"),
        "safe": lambda language: plain(language, "Free and unharmed"),
        "unknown": lambda language: plain(language, "I do not know"),
    },
    "source": {
        "self": lambda language: plain(language, "It happened to me"),
        "saw": lambda language: plain(language, "I saw it"),
        "relative": lambda language: plain(language, "A relative told me"),
        "told": lambda language: plain(language, "Somebody else told me"),
        "lawyer": lambda language: plain(language, "A lawyer"),
        "ngo": lambda language: plain(language, "An organisation"),
        "media": lambda language: plain(language, "News, social media"),
    },
    "urgency": {
        "hours": lambda language: plain(language, "Within hours"),
        "days": lambda language: plain(language, "Within days"),
        "weeks": lambda language: plain(language, "Within weeks"),
        "none": lambda language: plain(language, "It is for the record"),
    },
    "consent": {
        "statistics": lambda language: plain(language, "Count it in statistics"),
        "anonymised": lambda language: plain(language, "To the UN without names"),
        "rapporteur": lambda language: plain(language, "To the UN with names, in confidence"),
        "public": lambda language: plain(language, "In public, with names"),
        "government": lambda language: plain(language, "The UN may ask the Government"),
    },
    "contact": {
        "receipt": lambda language: plain(language, "By receipt only"),
        "here": lambda language: plain(language, "Tell me here"),
    },
}
"""The options of each step, by the name that is kept. Benchmarks and places are called by their own names."""
_OTHERS = (
    review_questions,
    appeal_questions,
    case_news_questions,
    assessment_questions,
    deadline_questions,
    broadcast_questions,
    submission_questions,
    workplan_questions,
)
NAMES = dict(item for topic in _OTHERS for item in topic.NAMES.items()) | dict(NAMES)
QUESTIONS = dict(item for topic in _OTHERS for item in topic.QUESTIONS.items()) | dict(QUESTIONS)
OPTIONS = dict(item for topic in _OTHERS for item in topic.OPTIONS.items()) | dict(OPTIONS)
OPTIONS = {**OPTIONS, "province": {name: OPTIONS["where"][name] for name in ("unknown", "provinces")}}

ALSO: Mapping[str, tuple[str, ...]] = {
    "yes": ("yes", "បាទ", "ចាស", "ចាះ", "មាន"),
    "no": ("no", "ទេ", "អត់", "អត់ទេ", "គ្មាន"),
    "unknown": ("dont know", "not sure", "unsure", "មិនដឹង", "អត់ដឹង", "មិនប្រាកដ"),
}
"""What else people type for some options."""
