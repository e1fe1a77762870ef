"""Papers from what was cleared: the submission, in the order of the benchmarks, and its confidential annex.

Nothing in here has seen an incident: ``documents.submission.clearance`` gives it what may stand where.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from documents.paper import Item, Paper, Part, Table
from documents.submission.clearance import Confided, Stated, Why, confided, left_out, stated
from documents.submission.material import Material
from texts import due
from texts import papers as words
from texts.told import calm, name, parts


@dataclass(frozen=True)
class Compiled:
    """A submission: what is sent, what is sent in confidence, and what stays behind."""

    main: Paper
    annex: Paper | None
    """None where nobody allowed anything for it."""
    left_out: tuple[tuple[str, Why], ...]
    stated: tuple[Stated, ...] = ()
    """What the main text may say, for tables."""
    used: dict[str, str] = field(default_factory=dict)
    """Reference → number of the paragraph that rests on it: of the main text, else of the annex."""


def compiled(material: Material) -> Compiled:
    """The papers of this material."""
    cleared = tuple(stated(material.told))
    main = _Main(material, cleared)
    annex = _Annex(material, confided(material.told))
    used = annex.used | main.used
    behind = [*left_out(material.told), *((reference, Why.DAMAGED) for reference in material.damaged)]
    behind += [(reference, Why.WITHDRAWN) for reference in material.withdrawn]
    return Compiled(main.paper(), annex.paper(), tuple(sorted(behind)), cleared, used)


class _Main:
    """The text that may be published."""

    def __init__(self, material: Material, stated: Sequence[Stated]) -> None:
        self._material = material
        self._language = material.language
        self._first: dict[str, list[Stated]] = {}
        self._elsewhere: dict[str, list[Stated]] = {}
        for one in sorted(stated, key=lambda one: (one.month or one.year, one.reference)):
            known = [letter for letter in material.report.benchmarks if letter in one.benchmarks]
            for place, letter in enumerate(known):
                (self._elsewhere if place else self._first).setdefault(letter, []).append(one)
        self._count = 0
        self.used: dict[str, str] = {}
        self._number_of: dict[str, str] = {}
        self._sections = self._numbered()

    def paper(self) -> Paper:
        """The whole of it."""
        material, language = self._material, self._language
        last = [self._recommendations(), self._cases(), self._numbers()]
        return Paper(
            words.heading("title", language),
            front(material),
            (*self._opening, *self._sections, *(part for part in last if part is not None)),
            material.day,
            language,
        )

    def _numbered(self) -> list[Part]:
        """Opening and sections, numbered as they are read; what points to a later paragraph is filled in afterwards."""
        material, language = self._material, self._language
        self._opening = []
        if material.submitters.about:
            item = Item(calm(material.submitters.about), self._next())
            self._opening.append(Part(words.heading("about", language), (item,)))
        method = Item(words.method(), self._next())
        self._opening.append(Part(words.heading("method", language), (method,)))
        drafts = [(letter, list(self._paragraphs(letter))) for letter in material.report.benchmarks]
        spoken_of = [(letter, items) for letter, items in drafts if items or letter in self._elsewhere]
        silent = [letter for letter, items in drafts if not items and letter not in self._elsewhere]
        sections = [self._section(letter, items) for letter, items in spoken_of]
        return [*sections, self._silence(silent)] if silent else sections

    def _next(self) -> str:
        self._count += 1
        return str(self._count)

    def _paragraphs(self, letter: str) -> Iterator[Item]:
        for one in self._first.get(letter, ()):
            number = self._next()
            self._number_of[one.reference] = number
            self.used |= dict.fromkeys((one.reference, *one.also), number)
            yield _paragraph(one, number)
        yield from self._own(letter)

    def _own(self, letter: str) -> Iterator[Item]:
        for one in self._material.assessments:
            if one.letter == letter and one.holds:
                text = words.assessed(one.grade, one.day, one.counted, calm(one.grounds), calm(one.sources))
                yield Item(text, self._next(), label=words.heading("own", self._language))
                if one.government:
                    told = words.says(calm(one.government), calm(one.government_source))
                    yield Item(told, self._next(), label=words.heading("government", self._language))

    def _section(self, letter: str, items: Sequence[Item]) -> Part:
        report = self._material.report
        benchmark = report.benchmarks[letter]
        before = [Item(words.graded(benchmark, report.document.symbol))]
        numbers = [self._number_of[one.reference] for one in self._elsewhere.get(letter, ())]
        after = [Item(words.see(numbers))] if numbers else []
        return Part(words.benchmark(benchmark, self._language), (*before, *items, *after))

    def _silence(self, letters: Sequence[str]) -> Part:
        """No paragraph does not mean that nothing happened."""
        item = Item(words.nothing_on(letters), self._next())
        return Part(words.heading("other", self._language), (item,))

    def _recommendations(self) -> Part | None:
        report = self._material.report
        numbers: dict[str, list[str]] = {}
        for one in (each for section in self._first.values() for each in section):
            for recommendation in one.recommendations:
                numbers.setdefault(recommendation, []).append(self._number_of[one.reference])
        known = [one for one in report.recommendations.values() if one.id in numbers]
        items = tuple(
            Item(words.recommended(one, report.document.symbol, sorted(numbers[one.id], key=int)), self._next())
            for one in known
        )
        return Part(words.heading("recommendations", self._language), items) if items else None

    def _cases(self) -> Part | None:
        report, items = self._material.report, []
        for entry in self._material.news:
            case = report.cases.get(entry.case)
            if case is not None:
                items.append(Item(words.news(case, entry), self._next()))
        return Part(words.heading("cases", self._language), tuple(items)) if items else None

    def _numbers(self) -> Part | None:
        """The public statistics as everybody sees them: these never tell of fewer than three."""
        report, counts = self._material.report, self._material.counts.get("benchmark", {})
        rows = tuple(
            (f"{letter}. {report.benchmarks[letter].short.en}", str(counts[letter])) for letter in sorted(counts)
        )
        if not rows:
            return None
        head = (words.heading("benchmark", self._language, letter="").strip(), words.heading("count", self._language))
        return Part(words.heading("numbers", self._language), (Item(words.counted(), self._next()),), Table(head, rows))


class _Annex:
    """What the Rapporteur is told in confidence."""

    def __init__(self, material: Material, confided: Sequence[Confided]) -> None:
        self._material = material
        self._confided = confided
        self.used = {one.reference: f"A{number}" for number, one in enumerate(confided, 1)}

    def paper(self) -> Paper | None:
        """None where there is nothing."""
        if not self._confided:
            return None
        material, language = self._material, self._material.language
        items = [item for one in self._confided for item in self._items(one)]
        return Paper(
            words.heading("annex", language),
            front(material),
            (Part(words.heading("count", language), tuple(items)),),
            material.day,
            language,
            words.heading("confidential", language),
        )

    def _items(self, one: Confided) -> Iterator[Item]:
        head = (
            words.on_benchmarks(one.benchmarks),
            words.finding(one.finding, one.sources),
            words.may_be_asked(one.government),
        )
        number = self.used[one.reference]
        yield Item(" ".join(filter(None, head)), number, label=one.reference, reference=one.reference)
        if one.written or one.written_km:
            yield Item(one.written, original=one.written_km, reference=one.reference)
        for step, value in one.answers:
            told = "; ".join(calm(part.text) for part in parts(step, value, {}, "en"))
            if told:
                yield Item(told, label=name(step, "en"), reference=one.reference)
        for day, texts in one.additions:
            yield Item("\n".join(texts), label=words.added(day), reference=one.reference)
        for kind, digest in one.files:
            yield Item(words.file(kind, digest), reference=one.reference)


def front(material: Material) -> tuple[tuple[str, str], ...]:
    """Below the title: joint submitters first."""
    language, submitters, call = material.language, material.submitters, material.call
    names = "; ".join(calm(one) for one in submitters.names)
    who = words.heading("submitters" if len(submitters.names) > 1 else "submitter", language)
    symbol = f" ({calm(call.symbol)})" if call.symbol else ""
    rows = [
        (who, names),
        (words.heading("contact", language), calm(submitters.contact)),
        (words.heading("call", language), due.title(call, "en", 200) + symbol),
        (words.heading("day", language), words.in_words(material.day)),
    ]
    return tuple((label, text) for label, text in rows if text)


def _paragraph(one: Stated, number: str) -> Item:
    """What a reviewer wrote, or else what the choices say; then how sure it is, and the person's own words."""
    known = words.happened(one.month, one.year, one.province, one.category, one.affected, one.number, one.actors)
    exact = words.exactly(one.moment, one.place) if one.moment or one.place else ""
    texts = [calm(one.written) or known, exact and f"{exact}.", words.finding(one.finding, one.sources)]
    quoted = [words.quoted(text) for text in one.own_words] if one.language != "km" else []
    original = "\n".join((calm(one.written_km), *(one.own_words if one.language == "km" else ()))).strip()
    notes = (words.cited((one.reference, *one.also)),)
    return Item(" ".join(filter(None, (*texts, *quoted))), number, notes, original, reference=one.reference)
