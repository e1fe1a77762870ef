"""Finding what somebody means: by a code in any script, or by words in English or Khmer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from facts import codes
from facts.index import Index, Name
from facts.khmer import key
from facts.models import LETTERS, Benchmark, Case, Keywords, Statement, Words
from facts.places import paragraphs
from facts.ranking import (
    CASE,
    CASE_HERE,
    CODE,
    CONTAINED,
    LEAD,
    LONGEST,
    NEAR,
    NEAREST,
    PLACE,
    PLACES,
    TOLD,
    WHOLE,
    WORDS,
    Found,
    Hits,
)
from facts.report import Report
from facts.scope import spelled


class Finder:
    """Answers which benchmark, and which thing of the report, is meant. Built once; holds no state of any question."""

    def __init__(self, report: Report) -> None:
        self._letters = "".join(report.benchmarks)
        self._benchmarks = Index(_keyed(_benchmark_names(report)), _keyed(_benchmark_told(report)))
        self._things = Index(_keyed(_names(report), _persons(report)), _keyed(_told(report)))
        self._provinces = Index(_keyed(_province_names(report)), ())
        self._parties = Index(_keyed(_party_names(report)), ())

    def letter(self, words: str) -> str | None:
        """The letter, when the words are nothing but a benchmark's letter or number, in whatever script."""
        place = codes.only_a_code(words)
        return self._at(place) if place is not None else None

    def benchmarks(self, words: str, most: int = 5) -> list[Found]:
        """The benchmarks that may be meant, best first, at most ``most``; empty when nothing is near.

        A benchmark is also found by the cases that concern it.
        """
        text = key(words[:LONGEST])
        place = codes.code_in(words[:LONGEST], text)
        if place is not None:
            code = self._at(place)
            found = [Found(code, CODE, "code", sure=True)] if code else []
        else:
            found = _ranked(self._benchmarks, text)
        return found[: max(most, 0)]

    def nearest(self, words: str) -> list[str]:
        """Up to four letters to offer to somebody whose letter or number does not exist, nearest first."""
        text = key(words[:LONGEST])
        place = codes.only_a_code(words)
        if place is not None:
            return sorted(self._letters, key=lambda letter: abs(LETTERS.index(letter) + 1 - place))[:NEAREST]
        found = [find.key for find in self.benchmarks(words, NEAREST)]
        if found or len(text) > NEAREST:
            return found
        return [letter for letter in dict.fromkeys(text.upper()) if letter in self._letters]

    def things(self, words: str, hits: Hits | None = None, kinds: str = "") -> list[Found]:
        """Everything that may be meant by words, best first; keys are Refs.

        ``hits`` may hold finds from elsewhere, such as the official text, that are to be ranked along. ``kinds`` keeps
        only things of these kinds, such as ``c`` for cases.
        """
        hits = hits or Hits()
        self._things.find(key(words[:LONGEST]), hits)
        found = hits.ranked(lambda ref: not kinds or ref[0] in kinds)
        if found and not found[0].sure and found[0].key[0] == "b":
            # A subject is asked for more often than the cases and laws whose names begin with it.
            clearest = self.benchmarks(words, 1)
            if clearest and clearest[0].sure and found[0].key == f"b:{clearest[0].key}":
                found[0] = replace(found[0], sure=True)
        return found

    def province(self, words: str) -> str | None:
        """The Ref of the province that words name, in either language and any usual spelling."""
        return _only(self._provinces, words)

    def party(self, words: str) -> str | None:
        """The abbreviation of the party that words name."""
        return _only(self._parties, words)

    def is_code(self, words: str) -> bool:
        """Whether words are nothing but a letter or number, of a benchmark or not."""
        return codes.only_a_code(words) is not None

    def unknown(self, words: Iterable[str]) -> list[str]:
        """The words, as they stand in a key, that occur nowhere in the facts, not even in another form."""
        return self._things.unknown(words)

    def _at(self, place: int) -> str | None:
        """The letter in this place of the alphabet, 1 for A, if the report has it."""
        letter = LETTERS[place - 1] if 1 <= place <= len(LETTERS) else ""
        return letter if letter and letter in self._letters else None


def _ranked(index: Index, text: str) -> list[Found]:
    hits = Hits()
    index.find(text, hits)
    return hits.ranked()


def _only(index: Index, words: str) -> str | None:
    """The one thing that words name or are near to, when no other is nearly as near."""
    found = _ranked(index, key(words[:LONGEST]))
    alone = len(found) == 1 or (len(found) > 1 and found[0].score - found[1].score >= LEAD)
    return found[0].key if alone and found[0].score >= NEAR else None


_Called = tuple[str, str, float]
"""What a thing is called or what is told of it, the thing, and the points for asking exactly that."""


def _keyed(texts: Iterable[_Called], persons: frozenset[str] = frozenset()) -> Iterator[Name]:
    """The names; those of ``persons``, given as keys, count fully among other words too."""
    for text, thing, points in texts:
        name = key(text)
        yield Name(name, thing, points, WORDS if name in persons else CONTAINED)


def _persons(report: Report) -> frozenset[str]:
    """The keys of the full names of persons, in all spellings."""
    names = (
        name
        for case in report.cases.values()
        if case.kind == "person"
        for name in (case.name.en, case.name.km, *case.keywords.en, *case.keywords.km)
    )
    return frozenset(text for text in map(key, names) if " " in text)


def _both(words: Words, thing: str, points: float) -> Iterator[_Called]:
    yield from ((words.en, thing, points), (words.km, thing, points))


def _listed(keywords: Keywords, thing: str) -> Iterator[_Called]:
    """Keywords, the first of which weighs most."""
    for language in (keywords.en, keywords.km):
        for place, keyword in enumerate(language):
            yield keyword, thing, WHOLE - PLACE * min(place, PLACES)


def _of_benchmark(b: Benchmark, thing: str) -> Iterator[_Called]:
    for words in (b.title, b.annex_title, b.short):
        if words:
            yield from _both(words, thing, WHOLE)
    yield from _listed(b.keywords, thing)


def _benchmark_names(report: Report) -> Iterator[_Called]:
    """Everything benchmarks are called, and the cases that concern them."""
    for letter, benchmark in report.benchmarks.items():
        yield from _of_benchmark(benchmark, letter)
    for case in report.cases.values():
        for letter in case.benchmarks:
            points = CASE_HERE if _tells_of(report.benchmarks[letter], case) else CASE
            yield from _both(case.name, letter, points)


def _tells_of(benchmark: Benchmark, case: Case) -> bool:
    """Whether the case is told in the benchmark's own section."""
    first, last = benchmark.paragraphs
    return any(first <= number <= last for number in paragraphs(case.source))


def _benchmark_told(report: Report) -> Iterator[_Called]:
    """Everything told about benchmarks."""
    for letter, benchmark in report.benchmarks.items():
        yield from _about_benchmark(report, benchmark, letter)
    for case in report.cases.values():
        for letter in case.benchmarks:
            yield from _both(case.summary, letter, TOLD)


def _about_benchmark(report: Report, b: Benchmark, thing: str) -> Iterator[_Called]:
    gists = (x.gist for x in report.contradictions_on(f"b:{b.letter}"))
    for words in (*b.account, *b.figures, *gists):
        yield from _both(words, thing, TOLD)
    yield from ((figure.shown(language), thing, TOLD) for figure in b.figures for language in ("en", "km"))


def _names(report: Report) -> Iterator[_Called]:
    """Everything that things are called; a name goes to the most special thing, not also to its benchmark."""
    own = {key(text) for text, _, _ in _special_names(report)}
    for letter, benchmark in report.benchmarks.items():
        yield from (name for name in _of_benchmark(benchmark, f"b:{letter}") if key(name[0]) not in own)
    yield from _special_names(report)


def _special_names(report: Report) -> Iterator[_Called]:
    """What everything but the benchmarks is called."""
    for case in report.cases.values():
        yield from _both(case.name, f"c:{case.id}", WHOLE)
        yield from _listed(case.keywords, f"c:{case.id}")
    for law in report.laws.values():
        yield from _both(law.name, f"l:{law.id}", WHOLE)
        yield from _listed(law.keywords, f"l:{law.id}")
    for date in report.dates.values():
        if date.until is None and f"trial-{date.when}" not in report.cases:  # a verdict's day asks for the trial
            yield from ((text, f"d:{date.id}", WHOLE) for text in spelled(date.when))
    if report.election:
        yield from _both(report.election.name, "e", WHOLE)
        yield from _listed(report.election.keywords, "e")
    yield from ((text, "e", min(points, CASE)) for text, _, points in _party_names(report))
    yield from _province_names(report)


def _party_names(report: Report) -> Iterator[_Called]:
    for party in report.election.parties if report.election else ():
        yield party.abbreviation, party.abbreviation, WHOLE
        yield from _both(party.name, party.abbreviation, WHOLE)
        yield from _listed(party.keywords, party.abbreviation)


def _province_names(report: Report) -> Iterator[_Called]:
    for province in report.election.provinces if report.election else ():
        yield from _both(province.name, f"e:{province.code}", WHOLE)
        yield from ((spelling, f"e:{province.code}", WHOLE) for spelling in province.spellings)


def _told(report: Report) -> Iterator[_Called]:
    """Everything told of things."""
    for letter, benchmark in report.benchmarks.items():
        yield from _about_benchmark(report, benchmark, f"b:{letter}")
    for ref, words in _statements(report):
        yield from _both(words, ref, TOLD)


def _statements(report: Report) -> Iterator[tuple[str, Words]]:
    for recommendation in report.recommendations.values():
        yield f"r:{recommendation.id}", recommendation.summary
    for case in report.cases.values():
        yield from ((f"c:{case.id}", words) for words in (case.summary, *case.details))
        yield from ((f"c:{case.id}", report.charges[charge].name) for charge in case.charges)
    for law in report.laws.values():
        yield from ((f"l:{law.id}", words) for words in law.statements)
    for date in report.dates.values():
        yield from ((f"d:{date.id}", words) for words in (date, date.shown) if words)
    if report.election:
        told = (*report.election.notes, *(party.note for party in report.election.parties if party.note))
        yield from (("e", words) for words in told)
    for paragraph in report.paragraphs.values():
        yield f"p:{paragraph.number}", paragraph
    for figure in report.figures:
        yield from ((f"p:{number}", figure) for number in paragraphs(figure.source))
    for contradiction in report.contradictions.values():
        statements: tuple[Words | Statement, ...] = (contradiction.gist, *contradiction.readings)
        yield from ((f"x:{contradiction.id}", words) for words in statements)
