"""Finding things by what they are called and what is told of them, in English and in Khmer."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from facts.khmer import COENG, is_khmer_sign
from facts.question import content, core, has_khmer, is_plain, khmer_of, singular
from facts.ranking import (
    CONTAINED,
    FUZZY,
    LIKENESS_LEAST,
    LONG,
    MOST_MISTYPED,
    MOST_WORDS,
    PARTIAL,
    PREFIX_LEAST,
    PREFIX_MOST,
    SCATTERED,
    SHORTEST_BEGINNING,
    SHORTEST_PREFIX,
    UNKNOWN,
    WHOLE,
    WORDS,
    Hits,
    How,
)


@dataclass(frozen=True)
class Name:
    """The key of something a thing is called or that is told of it, and the points for asking exactly that.

    ``among`` are the points for all of it among other words, at least; more for the name of a person, since a question
    that names somebody is about nobody else.
    """

    key: str
    thing: str
    points: float
    among: float = CONTAINED


_Phrases = dict[str, dict[str, Name]]
"""Each phrase with the things it may stand for, and the name that gives each the most points."""


def _phrases(pairs: Iterable[tuple[str, Name]]) -> _Phrases:
    """The phrases that are not empty, each with the best name that it is of a thing."""
    phrases: _Phrases = {}
    for phrase, name in pairs:
        things = phrases.setdefault(phrase, {})
        things[name.thing] = max(things.get(name.thing, name), name, key=lambda one: (one.points, one.among))
    phrases.pop("", None)
    return phrases


class Index:
    """Things and their names, in both languages. Holds no state of any question."""

    def __init__(self, names: Iterable[Name], told: Iterable[Name]) -> None:
        names, told = list(names), list(told)
        self._english = _English(names, told)
        self._khmer = _Khmer(names, told)

    def find(self, text: str, hits: Hits) -> None:
        """Adds what the words of a key may mean."""
        self._english.find(text, hits)
        self._khmer.find(text, hits)

    def unknown(self, words: Iterable[str]) -> list[str]:
        """The Latin words among these, as they stand in a key, that nothing is called and that are told of nothing."""
        return [word for word in words if not self._english.knows(word)]


class _English:
    """Everything that things are called in Latin script, word by word. Words are compared without their plural."""

    def __init__(self, names: list[Name], told: list[Name]) -> None:
        self._phrases = _phrases((" ".join(content(name.key)), name) for name in names if not has_khmer(name.key))
        self._strengths: dict[str, dict[str, float]] = {}
        for name in names + told:
            for word in content(name.key):
                things = self._strengths.setdefault(word, {})
                things[name.thing] = max(things.get(name.thing, 0.0), name.points / WHOLE)
        self._size = len({name.thing for name in names + told})
        self._sorted = sorted(self._strengths)
        self._mendable = [word for word in self._sorted if is_plain(word)]

    def knows(self, word: str) -> bool:
        """Whether a word, or one that begins like it, occurs anywhere."""
        word = singular(word)
        return word in self._strengths or bool(self._beginning_like(word))

    def find(self, text: str, hits: Hits) -> None:
        """Adds what the Latin words of a key point to, as typed and with mistyped words put right."""
        words = self._joined(content(text)[:MOST_WORDS])
        if not any(map(str.isalpha, "".join(words))):
            return
        typed, khmer = " ".join(words), core(khmer_of(text))
        part = len(typed) / (len(typed) + len(khmer))
        for thing, points, how in self._points(words, part):
            hits.add(thing, points, how)
        mended = self._mended(words)
        if mended != words:
            factor = FUZZY / 100 * fuzz.ratio(typed, " ".join(mended)) / 100
            for thing, points, _ in self._points(mended, part):
                hits.add(thing, points * factor, "fuzzy")

    def _points(self, words: list[str], part: float) -> Iterator[tuple[str, float, How]]:
        """The points of everything that these words, which are this part of a question, point to, once or more."""
        if part == 1:
            yield from self._beginnings(words)
        shares = {thing: part * share for thing, share in self._shares(words).items()}
        runs = {" ".join(words[start:end]) for start in range(len(words)) for end in range(start + 1, len(words) + 1)}
        for run in runs & self._phrases.keys():
            for thing, name in self._phrases[run].items():
                yield thing, min(name.points, _between(name.among, WORDS, shares[thing])), "words"
        for thing, share in shares.items():
            yield thing, SCATTERED * share, "words"

    def _beginnings(self, words: list[str]) -> Iterator[tuple[str, float, How]]:
        """The points of everything whose name these words are, begin, or are several words of."""
        text = " ".join(words)
        beginning = text if words[-1] not in self._strengths else text + " "
        inside = f" {text} "
        for phrase, things in self._phrases.items():
            for thing, name in things.items():
                if phrase == text:
                    yield thing, name.points, "prefix"
                elif phrase.startswith(beginning) and len(text) >= SHORTEST_PREFIX:
                    yield thing, _beginning(name.points, len(text) / len(phrase)), "prefix"
                elif len(words) > 1 and inside in f" {phrase} ":
                    yield thing, min(name.points, _between(CONTAINED, WORDS, len(text) / len(phrase))), "words"

    def _shares(self, words: list[str]) -> dict[str, float]:
        """For each thing that has any of the words: the share it has, rare words weighing more than common ones."""
        total = 0.0
        shares: dict[str, float] = {}
        for word in words:
            strengths = self._strengths.get(word) or self._beginning_like(word)
            weight = math.log(1 + self._size / sum(strengths.values())) if strengths else UNKNOWN
            total += weight
            for thing, strength in strengths.items():
                shares[thing] = shares.get(thing, 0.0) + weight * strength
        return {thing: share / total for thing, share in shares.items()}

    def _beginning_like(self, word: str) -> dict[str, float]:
        """The strengths of an unknown word that begins like known ones: ``deported`` like ``deportation``."""
        stump = word[: max(6, len(word) - 3)]
        strengths: dict[str, float] = {}
        if len(stump) >= SHORTEST_BEGINNING:
            for known in self._sorted[bisect_left(self._sorted, stump) :]:
                if not known.startswith(stump):
                    break
                for thing, strength in self._strengths[known].items():
                    strengths[thing] = max(strengths.get(thing, 0.0), strength * PARTIAL)
        return strengths

    def _joined(self, words: list[str]) -> list[str]:
        """The words, with ``micro finance`` made ``microfinance`` where only that is known."""
        joined: list[str] = []
        for word in words:
            parts_known = joined and joined[-1] in self._strengths and word in self._strengths
            if joined and not parts_known and joined[-1] + word in self._strengths:
                joined[-1] += word
            else:
                joined.append(word)
        return joined

    def _mended(self, words: list[str]) -> list[str]:
        """The words, the first few unknown ones replaced by the known word most like each, if any is like it enough."""
        mended = list(words)
        unknown = [place for place, word in enumerate(words) if word not in self._strengths and is_plain(word)]
        for place in unknown[:MOST_MISTYPED]:
            match = process.extractOne(words[place], self._mendable, scorer=fuzz.ratio, score_cutoff=LIKENESS_LEAST)
            if match:
                mended[place] = match[0]
        return mended


@dataclass(frozen=True)
class _Part:
    """The Khmer of a name, and the Latin words and numbers beside it."""

    name: Name
    beside: frozenset[str]

    def meant(self, phrase: str, others: set[str]) -> tuple[float, How]:
        """The points for its Khmer, asked for beside these Latin words and numbers, and how they were given.

        What stands beside it must be there too: of “article 305” in Khmer, the word for article is only a part.
        """
        if self.beside <= others:
            return self.name.points, "prefix"
        share = len(phrase) / (len(phrase) + sum(map(len, self.beside)))
        if others:
            return min(self.name.points, _between(CONTAINED, WORDS, share)), "words"
        return _beginning(self.name.points, share), "prefix"


class _Khmer:
    """Everything that things are called in Khmer, compared without spaces, since those do not part words there."""

    def __init__(self, names: list[Name], told: list[Name]) -> None:
        self._parts: dict[str, list[_Part]] = {}
        for name in names:
            if phrase := core(khmer_of(name.key)):
                self._parts.setdefault(phrase, []).append(_Part(name, frozenset(content(name.key))))
        self._told = [(khmer_of(text.key), text) for text in told]

    def find(self, text: str, hits: Hits) -> None:
        """Adds what the Khmer of a key points to: what contains it, and the longest names that it contains."""
        asked = core(khmer_of(text))
        if len(asked) < 2:
            return
        others = set(content(text))
        for part in self._parts.get(asked, ()):
            hits.add(part.name.thing, *part.meant(asked, others))
        inside = []
        for phrase in self._parts:
            if _stands_in(asked, phrase):
                self._add_holders(asked, phrase, others, hits)
            elif _stands_in(phrase, asked):
                inside.append(phrase)
        for phrase in inside:
            if not any(phrase in other for other in inside if other != phrase):
                self._add_held(asked, phrase, others, hits)
        for khmer, told in self._told:
            if _stands_in(asked, khmer):
                hits.add(told.thing, SCATTERED * told.points / WHOLE, "words")

    def _add_holders(self, asked: str, phrase: str, others: set[str], hits: Hits) -> None:
        """Adds the things of a phrase that holds what was asked, at its beginning or further on."""
        for part in self._parts[phrase]:
            points, how = part.meant(phrase, others)
            if phrase.startswith(asked):
                hits.add(part.name.thing, _beginning(points, len(asked) / len(phrase)), how)
            share = len(asked) / min(len(phrase), LONG)
            hits.add(part.name.thing, min(points, _between(CONTAINED, WORDS, share)), "words")

    def _add_held(self, asked: str, phrase: str, others: set[str], hits: Hits) -> None:
        """Adds the things of a phrase that stands in what was asked, less strongly the more else stands there."""
        for part in self._parts[phrase]:
            points, _ = part.meant(phrase, others)
            latin = sum(len(word) for word in others - part.beside if word.isalpha())
            share = len(phrase) / (min(len(asked), LONG) + latin)
            hits.add(part.name.thing, min(points, _between(part.name.among, WORDS, share)), "words")


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
