"""Finding the benchmark somebody means: by letter or number in any script, or by words in English or Khmer."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from rapidfuzz import fuzz, process

from facts.khmer import COENG, is_khmer_sign, key
from facts.loader import Report
from facts.models import LETTERS, Benchmark, Case

How = Literal["code", "prefix", "words", "fuzzy"]

# How finds are ranked: points of 100, the better way of being meant above the worse.
CODE = 100  # the letter or number itself
WHOLE = 98  # a title or the first keyword, and nothing else but a question around it
PLACE = 2  # less for each place further down in the list of keywords, which begins with the most telling
PLACES = 8  # ... up to this place
CASE_HERE, CASE = 90, 70  # the name of a case that its section tells of; that only concerns it
PREFIX_MOST, PREFIX_LEAST = 92, 84  # instead of WHOLE for the beginning of one, by how much of it was typed
WORDS, CONTAINED = 80, 56  # a whole name among other words, or several words of one name: by the share in common
SCATTERED = 68  # all the words, but here and there; else the share
TOLD = 54  # instead of WHOLE for words of the account, the figures and the cases
FUZZY = 84  # of 100 points, times the likeness of what was typed and what was found
LEAST = 33  # below this a find is chance

# What makes the first find one to open at once.
SURE = 70
LEAD = 12  # points ahead of the second

PARTIAL = 0.9  # a word that only begins like one of the benchmark's
UNKNOWN = 1.0  # weight of a word that no benchmark has; a word that only one has weighs ln 21 = 3.0
LIKENESS_LEAST = 80  # of 100, between a mistyped word and the word put in its place
LONG = 12  # Khmer letters and signs from which a match inside running text is no accident

# What is read at all.
LONGEST = 400  # characters; people's questions are shorter, and a pasted page is not a question
MOST_WORDS = 30
MOST_MISTYPED = 6
SHORTEST_PREFIX = 3
SHORTEST_BEGINNING = 4
SHORTEST_MISTYPED = 4
NEAREST = 4

_FILLERS = frozenset(
    """a about an and any anything are at be been benchmark benchmarks by can cambodia cambodian could current currently
    did do does explain find for from give grade graded had has have hello help hi how i in info is it its know letter
    like look many me mean meaning more much my new number of on or our please question rapporteur read regarding report
    reports said say says search section see should show situation some status still tell than thank thanks that the
    their them there these they this those to topic un up us want was we were what when where which who why will with
    would you your""".split()  # noqa: SIM905 - a hundred pairs of quotation marks would hide the words
)
"""Words of a question that say nothing about its subject."""

_KHMER_FILLERS = """
    តើ របាយការណ៍នេះ របាយការណ៍ និយាយ អ្វីខ្លះ អ្វី ខ្លះ អំពី ស្តីពី ស្តីអំពី ពី យ៉ាងណា យ៉ាងដូចម្តេច ដូចម្តេច ថា មាន ចំពោះ ទាក់ទង
    នឹង សូម ជួយ ប្រាប់ ខ្ញុំ ចង់ដឹង បញ្ហា ស្ថានភាព នៅក្នុង នៅ ក្នុង ប្រទេស កម្ពុជា ទេ ឬទេ ដែរ នេះ នោះ
    """.split()  # noqa: SIM905 - as above
"""The same in Khmer, where no spaces part the words: they are taken off both ends."""

_NOUN_MAKERS = ["ការ", "អំពើ", "ភាព", "សេចក្តី"]
"""Khmer beginnings that only make a noun of a word: ការអប់រំ and អប់រំ ask for the same."""

_ALPHABET = "កខគឃងចឆជឈញដឋឌឍណតថទធនបផពភមយរលវសហឡអ"
"""Khmer lists are lettered in the order of the alphabet: ក is A, ន is T."""

_KHMER_BENCHMARK = ["ចំណុចវាស់វែង", "លក្ខខណ្ឌគោល"]
_KHMER_CODE_NAMES = [*_KHMER_BENCHMARK, "លក្ខខណ្ឌ", "ចំណុចគោល", "ចំណុច", "គោលដៅ", "សូចនាករ", "ស្តង់ដារ", "លេខ", "អក្សរ", "ទី"]
"""What people call a benchmark, or put before its letter or number."""


def _one_of(phrases: Iterable[str]) -> str:
    """A pattern for the key of any of these phrases, the longest first."""
    return "|".join(sorted({re.escape(key(phrase)) for phrase in phrases}, key=len, reverse=True))


_KHMER = "\u1780-\u17dd"
_CODE = rf"([a-z]|[0-9]+|[{_ALPHABET}])"
_ONLY_A_CODE = re.compile(
    rf"(?:(?:the|benchmark|letter|number|no) )*(?:benchmark)?(?:(?:{_one_of(_KHMER_CODE_NAMES)}) ?)*+{_CODE}"
)
_ENDS_IN_A_CODE = re.compile(rf"\bbenchmark {_CODE}(?: (?:{_one_of(_FILLERS)}))*$")
_KHMER_CODE = re.compile(rf"(?:{_one_of(_KHMER_BENCHMARK)}) ?([a-z]|[0-9]+|[{_ALPHABET}](?=$| ))(?= ?[{_KHMER}]| ?$)")
_CAPITAL_FIRST = re.compile(r"\s*\(?([B-HJ-Tb-hj-t])[).:]?\s")
_CAPITAL = re.compile(r"(?<=\s)([A-HJ-T])(?=[\s?.!,]|$)")
_NEGATIVE = re.compile(r"\s*[-–−]\s*[0-9]")
_KHMER_TEXT = re.compile(f"[{_KHMER}]+")
_OTHER_TEXT = re.compile(f"[^ {_KHMER}]+")
_FILLED = re.compile(  # possessive, so that a flood of fillers is not tried in every grouping
    rf"(?:{_one_of(_KHMER_FILLERS + _KHMER_BENCHMARK + _NOUN_MAKERS)})*+(?![\u17b6-\u17dd])(.*?)(?<!{COENG})(?:{_one_of(_KHMER_FILLERS + _KHMER_BENCHMARK)})*+"
)


@dataclass(frozen=True)
class Found:
    """A benchmark that may be meant, how strongly (0 to 100), and what gave it away."""

    letter: str
    score: int
    how: How
    sure: bool = False
    """Only ever true of the first of a list: it is clearly the one meant and may be opened without asking."""


class Finder:
    """Answers which benchmark is meant. Built once from a report; holds no state of any question."""

    def __init__(self, report: Report) -> None:
        names = [_Name(key(text), letter, points) for text, letter, points in _names(report)]
        told = [_Name(key(text), letter, TOLD) for text, letter in _told(report)]
        self._letters = "".join(report.benchmarks)
        self._english = _English(names, told)
        self._khmer = _Khmer(names, told)

    def letter(self, words: str) -> str | None:
        """The letter, when the words are nothing but a benchmark's letter or number, in whatever script."""
        place = _only_a_code(words)
        return self._at(place) if place is not None else None

    def benchmarks(self, words: str, most: int = 5) -> list[Found]:
        """The benchmarks that may be meant, best first, at most ``most``; empty when nothing is near."""
        text = key(words[:LONGEST])
        place = _code_in(words[:LONGEST], text)
        if place is not None:
            code = self._at(place)
            found = [Found(code, CODE, "code", sure=True)] if code else []
        else:
            found = self._by_words(text)
        return found[: max(most, 0)]

    def nearest(self, words: str) -> list[str]:
        """Up to four letters to offer to somebody whose letter or number does not exist, nearest first."""
        text = key(words[:LONGEST])
        place = _only_a_code(words)
        if place is not None:
            return sorted(self._letters, key=lambda letter: abs(LETTERS.index(letter) + 1 - place))[:NEAREST]
        found = [find.letter for find in self.benchmarks(words, NEAREST)]
        if found or len(text) > NEAREST:
            return found
        return [letter for letter in dict.fromkeys(text.upper()) if letter in self._letters]

    def _by_words(self, text: str) -> list[Found]:
        """All that the words of a key may mean, best first."""
        hits = _Hits()
        self._english.find(text, hits)
        self._khmer.find(text, hits)
        return hits.ranked()

    def _at(self, place: int) -> str | None:
        """The letter in this place of the alphabet, 1 for A, if the report has it."""
        letter = LETTERS[place - 1] if 1 <= place <= len(LETTERS) else ""
        return letter if letter and letter in self._letters else None


class _Hits:
    """The best score each benchmark got, and how."""

    def __init__(self) -> None:
        self._best: dict[str, tuple[float, How]] = {}

    def add(self, letter: str, score: float, how: How) -> None:
        """Keeps the score if it is the benchmark's best so far and no chance."""
        if score >= LEAST and score > self._best.get(letter, (0.0, how))[0]:
            self._best[letter] = score, how

    def ranked(self) -> list[Found]:
        """Best first, A before T among equals; the first marked sure when it is good enough and far enough ahead."""
        found = [Found(letter, round(score), how) for letter, (score, how) in self._best.items()]
        found.sort(key=lambda find: (-find.score, find.letter))
        if found and found[0].score >= SURE and (len(found) == 1 or found[0].score - found[1].score >= LEAD):
            found[0] = replace(found[0], sure=True)
        return found


@dataclass(frozen=True)
class _Name:
    """The key of something a benchmark is called or that is told of it, and the points for asking exactly that."""

    key: str
    letter: str
    points: float


_Phrases = dict[str, dict[str, float]]
"""Each phrase with the letters it may stand for and the points for each."""


def _phrases(pairs: Iterable[tuple[str, _Name]]) -> _Phrases:
    """The phrases that are not empty, each with the most points it has for a letter."""
    phrases: _Phrases = {}
    for phrase, name in pairs:
        letters = phrases.setdefault(phrase, {})
        letters[name.letter] = max(letters.get(name.letter, 0.0), name.points)
    phrases.pop("", None)
    return phrases


class _English:
    """Everything benchmarks are called in Latin script, word by word. Words are compared without their plural."""

    def __init__(self, names: list[_Name], told: list[_Name]) -> None:
        self._phrases = _phrases((" ".join(_content(name.key)), name) for name in names)
        self._strengths: dict[str, dict[str, float]] = {}
        for name in names + told:
            for word in _content(name.key):
                letters = self._strengths.setdefault(word, {})
                letters[name.letter] = max(letters.get(name.letter, 0.0), name.points / WHOLE)
        self._sorted = sorted(self._strengths)
        self._mendable = [word for word in self._sorted if _is_plain(word)]

    def find(self, text: str, hits: _Hits) -> None:
        """Adds what the Latin words of a key point to, as typed and with mistyped words put right."""
        words = self._joined(_content(text)[:MOST_WORDS])
        if not any(map(str.isalpha, words)):
            return
        for letter, points, how in self._points(words):
            hits.add(letter, points, how)
        mended = self._mended(words)
        if mended != words:
            factor = FUZZY / 100 * fuzz.ratio(" ".join(words), " ".join(mended)) / 100
            for letter, points, _ in self._points(mended):
                hits.add(letter, points * factor, "fuzzy")

    def _points(self, words: list[str]) -> Iterator[tuple[str, float, How]]:
        """The points of every benchmark that these words point to, one or several times."""
        text = " ".join(words)
        beginning = text if words[-1] not in self._strengths else text + " "
        inside = f" {text} "
        shares = self._shares(words)
        for phrase, letters in self._phrases.items():
            for letter, points in letters.items():
                if phrase == text:
                    yield letter, points, "prefix"
                elif phrase.startswith(beginning) and len(text) >= SHORTEST_PREFIX:
                    yield letter, _beginning(points, len(text) / len(phrase)), "prefix"
                elif len(words) > 1 and inside in f" {phrase} ":
                    yield letter, min(points, _between(CONTAINED, WORDS, len(text) / len(phrase))), "words"
        runs = {" ".join(words[start:end]) for start in range(len(words)) for end in range(start + 1, len(words) + 1)}
        for run in runs & self._phrases.keys():
            for letter, points in self._phrases[run].items():
                yield letter, min(points, _between(CONTAINED, WORDS, shares[letter])), "words"
        for letter, share in shares.items():
            yield letter, SCATTERED * share, "words"

    def _shares(self, words: list[str]) -> dict[str, float]:
        """For each benchmark that has any of the words: the share it has, rare words weighing more than common ones."""
        total = 0.0
        shares: dict[str, float] = {}
        for word in words:
            strengths = self._strengths.get(word) or self._beginning_like(word)
            weight = math.log(1 + len(LETTERS) / sum(strengths.values())) if strengths else UNKNOWN
            total += weight
            for letter, strength in strengths.items():
                shares[letter] = shares.get(letter, 0.0) + weight * strength
        return {letter: share / total for letter, share in shares.items()}

    def _beginning_like(self, word: str) -> dict[str, float]:
        """The strengths of an unknown word that begins like known ones: ``deported`` like ``deportation``."""
        stump = word[: max(6, len(word) - 3)]
        strengths: dict[str, float] = {}
        if len(stump) >= SHORTEST_BEGINNING:
            for known in self._sorted[bisect_left(self._sorted, stump) :]:
                if not known.startswith(stump):
                    break
                for letter, strength in self._strengths[known].items():
                    strengths[letter] = max(strengths.get(letter, 0.0), strength * PARTIAL)
        return strengths

    def _joined(self, words: list[str]) -> list[str]:
        """The words, with ``micro finance`` made ``microfinance`` where only that is known."""
        joined: list[str] = []
        for word in words:
            if joined and joined[-1] + word in self._strengths:
                joined[-1] += word
            else:
                joined.append(word)
        return joined

    def _mended(self, words: list[str]) -> list[str]:
        """The words, the first few unknown ones replaced by the known word most like each, if any is like it enough."""
        mended = list(words)
        unknown = [place for place, word in enumerate(words) if word not in self._strengths and _is_plain(word)]
        for place in unknown[:MOST_MISTYPED]:
            match = process.extractOne(words[place], self._mendable, scorer=fuzz.ratio, score_cutoff=LIKENESS_LEAST)
            if match:
                mended[place] = match[0]
        return mended


class _Khmer:
    """Everything benchmarks are called in Khmer, compared without spaces, since those do not part words there."""

    def __init__(self, names: list[_Name], told: list[_Name]) -> None:
        self._phrases = _phrases((_core(_khmer(name.key)), name) for name in names)
        self._told = [(_khmer(text.key), text) for text in told]

    def find(self, text: str, hits: _Hits) -> None:
        """Adds what the Khmer of a key points to: what contains it, and the longest names that it contains."""
        asked = _core(_khmer(text))
        if len(asked) < 2:
            return
        for letter, points in self._phrases.get(asked, {}).items():
            hits.add(letter, points, "prefix")
        inside = []
        for phrase in self._phrases:
            if _stands_in(asked, phrase):
                self._add_part(asked, phrase, hits)
            elif _stands_in(phrase, asked):
                inside.append(phrase)
        for phrase in inside:
            if not any(phrase in other for other in inside if other != phrase):
                share = len(phrase) / min(len(asked), LONG)
                for letter, points in self._phrases[phrase].items():
                    hits.add(letter, min(points, _between(CONTAINED, WORDS, share)), "words")
        for khmer, told in self._told:
            if _stands_in(asked, khmer):
                hits.add(told.letter, SCATTERED * told.points / WHOLE, "words")

    def _add_part(self, asked: str, phrase: str, hits: _Hits) -> None:
        """Adds the benchmarks of a phrase that holds what was asked, at its beginning or further on."""
        for letter, points in self._phrases[phrase].items():
            if phrase.startswith(asked):
                hits.add(letter, _beginning(points, len(asked) / len(phrase)), "prefix")
            share = len(asked) / min(len(phrase), LONG)
            hits.add(letter, min(points, _between(CONTAINED, WORDS, share)), "words")


def _names(report: Report) -> Iterator[tuple[str, str, float]]:
    """Everything benchmarks are called, in both languages, with its letter and points."""
    for letter, benchmark in report.benchmarks.items():
        for words in (benchmark.title, benchmark.annex_title, benchmark.short):
            if words:
                yield from ((words.en, letter, WHOLE), (words.km, letter, WHOLE))
        for keywords in (benchmark.keywords.en, benchmark.keywords.km):
            for place, keyword in enumerate(keywords):
                yield keyword, letter, WHOLE - PLACE * min(place, PLACES)
    for case in report.cases.values():
        for letter in case.benchmarks:
            points = CASE_HERE if _tells_of(report.benchmarks[letter], case) else CASE
            yield from ((case.name.en, letter, points), (case.name.km, letter, points))


def _tells_of(benchmark: Benchmark, case: Case) -> bool:
    """Whether the case is told in the benchmark's own section."""
    first, last = benchmark.paragraphs
    return case.source[0].isdigit() and any(
        first <= int(number) <= last for number in re.findall("[0-9]+", case.source)
    )


def _told(report: Report) -> Iterator[tuple[str, str]]:
    """Everything told about benchmarks, in both languages, with its letter."""
    for letter, benchmark in report.benchmarks.items():
        for words in (*benchmark.account, *benchmark.figures, *benchmark.cautions):
            yield from ((words.en, letter), (words.km, letter))
        yield from ((figure.shown(language), letter) for figure in benchmark.figures for language in ("en", "km"))
    for case in report.cases.values():
        for letter in case.benchmarks:
            yield from ((case.summary.en, letter), (case.summary.km, letter))


def _only_a_code(words: str) -> int | None:
    """The place that is asked for when the words are nothing but a code; 0 for a negative number."""
    if _NEGATIVE.match(words):
        return 0
    return _place(_ONLY_A_CODE.fullmatch(key(words[:LONGEST])))


def _code_in(words: str, text: str) -> int | None:
    """The place of the code that words with this key ask for, if they do.

    A letter among words that say nothing is a code (“show me D”), and so is one that stands first (“D extra”); a
    letter that is also an English word must be a capital, and “I” never is one.
    """
    place = _only_a_code(words)
    if place is not None:
        return place
    match = _ENDS_IN_A_CODE.search(text) or _KHMER_CODE.search(text) or _CAPITAL_FIRST.match(words)
    if match is None and not _content(text) and not _KHMER_TEXT.search(text):
        match = _CAPITAL.search(words)
    return _place(match)


def _place(match: re.Match[str] | None) -> int | None:
    """The place in the alphabet that a code stands for: 4 for d, 04 and ឃ; it may lie outside A to T."""
    if match is None:
        return None
    code = match[1].lower()
    if code.isdigit():
        return int(code)
    return _ALPHABET.index(code) + 1 if code in _ALPHABET else ord(code) - ord("a") + 1


def _content(text: str) -> list[str]:
    """The Latin words of a key that say something, each without its plural."""
    return [_singular(word) for word in _OTHER_TEXT.findall(text) if len(word) > 1 and word not in _FILLERS]


def _singular(word: str) -> str:
    """The word without an English plural ending; near enough, since both sides are treated alike."""
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    return word[:-3] + "y" if word.endswith("ies") else word[:-1]


def _is_plain(word: str) -> bool:
    """Whether a word is long and Latin enough to be told from others by likeness."""
    return len(word) >= SHORTEST_MISTYPED and word.isascii() and word.isalpha()


def _khmer(text: str) -> str:
    """The Khmer of a key, without spaces."""
    return "".join(_KHMER_TEXT.findall(text))


def _core(khmer: str) -> str:
    """Khmer without the words of asking at both ends and what only makes a noun, where whole clusters remain."""
    match = _FILLED.fullmatch(khmer)
    return match[1] if match else khmer


def _stands_in(part: str, whole: str) -> bool:
    """Whether Khmer text contains other Khmer text that neither begins nor ends inside a cluster."""
    start = whole.find(part)
    while start >= 0:
        end = start + len(part)
        if (start == 0 or whole[start - 1] != COENG) and (end == len(whole) or not is_khmer_sign(whole[end])):
            return True
        start = whole.find(part, start + 1)
    return False


def _beginning(points: float, share: float) -> float:
    """The points for typing this share of a name, from its beginning on, when the whole of it is worth ``points``."""
    return points - WHOLE + _between(PREFIX_LEAST, PREFIX_MOST, share)


def _between(least: float, most: float, share: float) -> float:
    """The point this share (0 to 1; more counts as 1) of the way from ``least`` to ``most``."""
    return least + (most - least) * min(share, 1.0)
