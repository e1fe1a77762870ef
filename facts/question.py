"""The words of a question: which of them say something about its subject, and which only ask."""

from __future__ import annotations

import re
from collections.abc import Iterable

from facts.khmer import COENG, key
from facts.ranking import LONGEST, MOST_WORDS, SHORTEST_MISTYPED

FILLERS = frozenset(
    """a about an and any anything are at be been benchmark benchmarks by can cambodia cambodian could current currently
    did do does explain find for from give grade graded had has have hello help hi how i in info is it its know letter
    like look many me mean meaning mention mentioned mentions more much my new number of on or our please question rapporteur read regarding
    report reports said say says search section see should show situation some status still tell than thank thanks that the
    their them there these they this those to topic un up us want was we were what when where which who why will win won
    with would you your""".split()  # noqa: SIM905 - a hundred pairs of quotation marks would hide the words
)
"""Words of a question that say nothing about its subject."""

KHMER_FILLERS = """
    តើ របាយការណ៍នេះ របាយការណ៍ និយាយ អ្វីខ្លះ អ្វី ខ្លះ អំពី ស្តីពី ស្តីអំពី ពី យ៉ាងណា យ៉ាងដូចម្តេច ដូចម្តេច ថា មាន ចំពោះ ទាក់ទង
    នឹង សូម ជួយ ប្រាប់ ខ្ញុំ ចង់ដឹង បញ្ហា ករណី ស្ថានភាព លោកស្រី អ្នកស្រី លោក នៅក្នុង នៅ ក្នុង ប្រទេស កម្ពុជា ទេ ឬទេ ដែរ នេះ នោះ
    """.split()  # noqa: SIM905 - as above
"""The same in Khmer, where no spaces part the words: they are taken off both ends."""

_NOUN_MAKERS = ["ការ", "អំពើ", "ភាព", "សេចក្តី"]
"""Khmer beginnings that only make a noun of a word: ការអប់រំ and អប់រំ ask for the same."""


KHMER_BENCHMARK = ["ចំណុចវាស់វែង", "លក្ខខណ្ឌគោល"]


def one_of(phrases: Iterable[str]) -> str:
    """A pattern for the key of any of these phrases, the longest first."""
    return "|".join(sorted({re.escape(key(phrase)) for phrase in phrases}, key=len, reverse=True))


KHMER = "\u1780-\u17dd"
_KHMER_TEXT = re.compile(f"[{KHMER}]+")
_OTHER_TEXT = re.compile(f"[^ {KHMER}]+")
_FILLED = re.compile(  # possessive, so that a flood of fillers is not tried in every grouping
    rf"(?:{one_of(KHMER_FILLERS + KHMER_BENCHMARK + _NOUN_MAKERS)})*+(?![\u17b6-\u17dd])(.*?)(?<!{COENG})(?:{one_of(KHMER_FILLERS + KHMER_BENCHMARK)})*+"
)


def content(text: str) -> list[str]:
    """The Latin words and the numbers of a key that say something, each word without its plural."""
    words = (word for word in _OTHER_TEXT.findall(text) if len(word) > 1 or word.isdigit())
    return [singular(word) for word in words if word not in FILLERS]


def singular(word: str) -> str:
    """The word without an English plural ending; near enough, since both sides are treated alike."""
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    return word[:-3] + "y" if word.endswith("ies") else word[:-1]


def is_plain(word: str) -> bool:
    """Whether a word is long and Latin enough to be told from others by likeness."""
    return len(word) >= SHORTEST_MISTYPED and word.isascii() and word.isalpha()


def khmer_of(text: str) -> str:
    """The Khmer of a key, without spaces."""
    return "".join(_KHMER_TEXT.findall(text))


def core(khmer: str) -> str:
    """Khmer without the words of asking at both ends and what only makes a noun, where whole clusters remain."""
    match = _FILLED.fullmatch(khmer)
    return match[1] if match else khmer


def has_khmer(text: str) -> bool:
    """Whether there is any Khmer in a key."""
    return _KHMER_TEXT.search(text) is not None


def terms(words: str) -> tuple[str, ...]:
    """What to look for in running text: the Latin words that say something, and the Khmer without its asking."""
    text = key(words[:LONGEST])
    latin = [word for word in _OTHER_TEXT.findall(text) if word not in FILLERS]
    khmer = [core(part) for part in _KHMER_TEXT.findall(text)]
    return tuple(dict.fromkeys(term for term in (*latin, *khmer) if len(term) > 1))[:MOST_WORDS]
