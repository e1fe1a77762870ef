"""What people type about time, put into few plain words: lower case, figures, months and days in full, no ornament.

"Yestarday @ 3p.m.!!" becomes ``yesterday 3 pm``, "ថ្ងៃទី១៥ ខែឧសភា" becomes ``day 15 month may``. A word that is not
known stays, so that the reader in ``forms.when`` refuses it: nothing that could carry meaning is dropped.
"""

from __future__ import annotations

import re
import unicodedata

from rapidfuzz.distance import OSA

from forms.khmer_time import in_english

MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
UNITS = ("second", "minute", "hour", "day", "week", "month", "year")
PARTS = ("morning", "midday", "afternoon", "evening", "night")
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")

_OTHER_WORDS = {
    "march": "mar",
    "september": "sept",
    "tuesday": "tues",
    "thursday": "thur thurs",
    "minute": "min mins",
    "hour": "h hr hrs",
    "week": "wk wks",
    "month": "mth mths",
    "year": "yr yrs",
    "yesterday": "yday yest",
    "tomorrow": "tmr tmrw",
    "last": "previous",
    "night": "nite overnight",
    "morning": "dawn sunrise mornin",
    "midday": "lunchtime",
    "evening": "dusk sunset",
    "to": "till til until thru through",
    "about": "approx approximately around roughly circa ca nearly almost maybe perhaps probably possibly guess ish",
    "unsure": "unknown idk dunno forgot forget unclear",
    "vague": "recently lately few several some many ages long other",
    "be": "buddhist",
    "next": "coming later",
}
_SAME = {
    **{name[:3]: name for name in (*MONTHS, *WEEKDAYS)},
    **{f"{word}s": word for word in (*UNITS, *PARTS, *WEEKDAYS)},
    **{word: str(number) for number, word in enumerate(_NUMBERS, 1)},
    **{other: word for word, others in _OTHER_WORDS.items() for other in others.split()},
}
_ORNAMENT = (
    "a an ad arrested at beaten but by ce date detained did during early earlier end era exactly happen happened he him"
    " i in it its late mid my of on only s she sometime start still taken the them there they think time was we were when"
)
"""Words that say nothing about when."""

_OTHERS = (
    "today tonight yesterday daybefore tomorrow dayafter noon midnight oclock am pm ago last this next now just about"
    " unsure vague from since between and to half past quarter before back cannot remember couple beginning middle believe"
    " certain fortnight"
)
_RIGHT = frozenset((*MONTHS, *WEEKDAYS, *UNITS, *PARTS, *_OTHERS.split()))
KNOWN = _RIGHT.union(_SAME, _ORNAMENT.split())
_OFTEN_MISTYPED = tuple(sorted(word for word in _RIGHT.union(("around", "approximately")) if len(word) > 3))
_DROPPED = frozenset(_ORNAMENT.split())
_SHORTEST, _LONG = 4, 6
"""Shorter words are taken as typed; from the second length on two slips are put right, else one."""

_MONTH, _UNIT, _DAY_NAME = "|".join(MONTHS), "|".join(UNITS), "|".join(WEEKDAYS)

_FIGURES = tuple(
    (re.compile(rf"(?<![\d:/.-]){pattern}(?![\d:/]|[.-]\d)"), words)
    for pattern, words in (
        (r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", r" day \3 month \2 year \1 "),
        (r"(\d{1,2}) ?[-/.] ?(\d{1,2}) ?[-/.] ?(\d{4}|\d{2})", r" day \1 month \2 year \3 "),
        (r"(\d{1,2}) (\d{1,2}) (\d{4})", r" day \1 month \2 year \3 "),
        (r"(\d{1,2})[-/.](\d{4})", r" month \1 year \2 "),
        (r"(\d{4})[-/.](\d{1,2})", r" month \2 year \1 "),
        (r"(\d{1,2})/(\d{1,2})", r" day \1 month \2 "),
        (r"(\d{1,2})-([a-z]{3,9})-(\d{4}|\d{2})", r" day \1 \2 year \3 "),
    )
)
"""Dates in figures, the day before the month, as in Cambodia."""


def whole(pattern: str) -> re.Pattern[str]:
    """A pattern that begins and ends with words."""
    return re.compile(rf"(?<![a-z0-9:])(?:{pattern})(?![a-z0-9:])")


_PHRASES = tuple(
    (whole(pattern), words)
    for pattern, words in (
        (
            r"(?:(?:do|did) )?(?:not|no|dont|didnt|cant|cannot|can not) (?:know|sure|remember|idea|certain|known)",
            "unsure",
        ),
        (r"(?:the )?day before yesterday", "daybefore"),
        (r"(?:the )?day (?:after|next) tomorrow", "dayafter"),
        (r"couple(?: of)?", "about 2"),
        (r"(\d+) hour(?: and)?(?: an?)? half ago|(\d+) and (?:an? )?half hour ago", r"\1\2 hour 30 minute ago"),
        (r"half (?:an? |1 )?hour ago", "30 minute ago"),
        (r"(?:an? |1 )?fortnight", "2 week"),
        (rf"an? ({_UNIT})", r"1 \1"),
        (rf"(\d+) ({_UNIT}) (?:back|before|earlier)", r"\1 \2 ago"),
        (r"((?:day|month) \d{1,2}) (month|year) next", r"\1 next \2"),
        (rf"in (\d+) ({_UNIT})|(\d+) ({_UNIT}) next", r"next \1\3 \2\4"),
        (rf"(?<!\d )(week|month|year|{_DAY_NAME}) next(?! (?:{_UNIT}))", r"next \1"),
        (r"((?:day|month) \d{1,2}) (month|year) ago", r"\1 last \2"),
        (rf"(?<!\d )(week|month|year|{_DAY_NAME}) ago", r"last \1"),
        (rf"({_DAY_NAME}) this(?! (?:week|month|year))", r"this \1"),
        (r"(\d{1,2}) ago(?= \d)", r"\1 to"),
        (r"(\d{1,2}:\d\d) minute", r"\1"),
        (r"past (week|month|year)", r"last \1"),
        (r"half past (\d{1,2})|(?:hour )?(\d{1,2})(?: oclock)?(?: and)? half", r"\1\2:30"),
        (r"(?:1 )?quarter past (\d{1,2})", r"\1:15"),
        (r"(\d\d) (?:minute )?past (\d{1,2})", r"\2:\1"),
        (r"hour (\d{1,2})(?: and)? (\d\d) minute(?! ago)", r"\1:\2"),
        (r"hour (\d{1,2}:\d\d)", r"\1"),
        (r"hour (\d{1,2})(?! minute)", r"\1 oclock"),
        (rf"at (\d{{1,2}})(?! (?:am|pm|oclock|of|{_UNIT}|{_MONTH}))", r"\1 oclock"),
        (r"(?:12 )?noon", "12 pm"),
        (r"(?:12 )?midnight", "12 night"),
        (rf"(?:in|early|mid|late|(?:start|beginning|middle|end) of)(?: month)? ({_MONTH})", r"month \1"),
        (r"(?:beginning|middle)", ""),
    )
)


class Words:
    """Plain words, of which readers take what they understand; a comma stays where something was."""

    def __init__(self, text: str) -> None:
        self._text = text

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """The first place that fits, which is then gone."""
        if found := pattern.search(self._text):
            self._text = f"{self._text[: found.start()]},{self._text[found.end() :]}"
        return found

    def left(self) -> list[str]:
        """What nobody took."""
        return self._text.replace(",", " ").split()


def plain_words(said: str) -> str:
    """``said`` in plain words parted by single spaces, as the module says. A range keeps its dash as a word."""
    text = in_english("".join(map(_letter, unicodedata.normalize("NFKC", said).lower())))
    text = re.sub(r"(?<![a-z])([ap])\.? ?m(?![a-z])\.?", r" \1m ", text)
    text = re.sub(r"(-\d\d)t(?=\d\d:)", r"\1 ", text)
    text = re.sub(r"(?<![\d:])(\d{1,2}:\d\d):\d\d(?![\d:])", r"\1", text)
    text = re.sub(r"(?<![\d.])(\d{1,2})[.h](\d\d)(?= +[ap]m|h)|(?<!\d)(\d{1,2})h(\d\d)(?!\d)", r"\1\3:\2\4", text)
    text = re.sub(r"(?<!\d)(\d{1,2})h(?![a-z0-9]| ago)", r"hour \1", text)
    text = re.sub(r"(\d+)(?:st|nd|rd|th)(?![a-z])", r" day \1 ", text)
    for pattern, words in _FIGURES:
        text = pattern.sub(words, text)
    typed = re.findall(r"\d{1,2}:\d\d(?!\d)|\d+|[\u1780-\u17dd]+|[^\W\d_]+|[-/]|[^\s.:]", text.replace("-", " - "))
    text = " ".join(_word(word) for word in typed)
    for pattern, phrase in _PHRASES:
        text = pattern.sub(phrase, text)
    return " ".join(word for word in text.split() if word not in _DROPPED)


def _letter(letter: str) -> str:
    """One character as it is read: figures of any script as 0-9, nothing that cannot be seen."""
    if (digit := unicodedata.decimal(letter, None)) is not None:
        return str(digit)
    if letter in "'’‘ʼ`" or (unicodedata.category(letter) in ("Cf", "Cc", "Cs") and not letter.isspace()):
        return ""
    if letter == "@":
        return " at "
    if letter in "–—−‐‑":
        return "-"
    if letter in ":./-" or letter.isalnum() or unicodedata.category(letter).startswith("M"):
        return letter
    return " "


def _word(word: str) -> str:
    """A word in its one form, with slips of the finger put right where only one word is that near."""
    if word in _SAME:
        return _SAME[word]
    if word in KNOWN or len(word) < _SHORTEST or not word.isascii() or not word.isalpha():
        return word
    slips = 2 if len(word) >= _LONG else 1
    near = [(OSA.distance(word, right), right) for right in _OFTEN_MISTYPED if right[0] == word[0]]
    near = sorted(pair for pair in near if pair[0] <= slips)
    if not near or (len(near) > 1 and near[0][0] == near[1][0]):
        return word
    return _SAME.get(near[0][1], near[0][1])
