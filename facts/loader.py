"""Reading a folder of facts and checking that everything in it hangs together."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import pairwise
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import ValidationError

from facts.models import LETTERS, Benchmark, Case, Document, Fact, Footnote, Grade, Recommendation

CURRENT = "a-hrc-54-75"

F = TypeVar("F", bound=Fact)


class FactsError(Exception):
    """A folder of facts has faults; ``faults`` lists every one as ``file: place: what is wrong``."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Report:
    """Everything one report says, by its keys."""

    document: Document
    benchmarks: Mapping[str, Benchmark]
    recommendations: Mapping[str, Recommendation]
    cases: Mapping[str, Case]

    def graded(self, grade: Grade) -> list[Benchmark]:
        """The benchmarks that got this grade, A to T."""
        return [b for b in self.benchmarks.values() if b.grade is grade]

    def recommendations_on(self, letter: str) -> list[Recommendation]:
        """The recommendations that, in our reading, touch this benchmark, in the report's order."""
        return [r for r in self.recommendations.values() if letter in r.benchmarks]

    def cases_on(self, letter: str) -> list[Case]:
        """The cases and trials that concern this benchmark, in the report's order."""
        return [c for c in self.cases.values() if letter in c.benchmarks]


def load(folder: Traversable | None = None) -> Report:
    """The facts of one report folder; of the current report when none is named.

    Raises FactsError with every fault found, not only the first.
    """
    folder = folder if folder is not None else files("facts") / "reports" / CURRENT
    reader = _Reader(folder)
    documents = reader.records("report.toml", Document, None)
    benchmarks = [b for name in reader.names("benchmarks") for b in reader.records(name, Benchmark, None)]
    recommendations = reader.records("recommendations.toml", Recommendation, "recommendations")
    cases = reader.records("cases.toml", Case, "cases")
    # A file that cannot be read would make its neighbours look wrong, so those faults come first.
    faults = reader.faults or list(_contradictions(documents, benchmarks, recommendations, cases))
    if faults:
        raise FactsError(faults)
    return Report(
        documents[0],
        MappingProxyType({b.letter: b for b in sorted(benchmarks, key=lambda b: b.letter)}),
        MappingProxyType({r.id: r for r in recommendations}),
        MappingProxyType({c.id: c for c in cases}),
    )


class _Reader:
    """Reads TOML into records and collects faults instead of stopping at the first."""

    def __init__(self, folder: Traversable) -> None:
        self._folder = folder
        self.faults: list[str] = []

    def names(self, folder: str) -> list[str]:
        """The TOML files of a sub-folder, in order of name."""
        inner = self._folder / folder
        if not inner.is_dir():
            self.faults.append(f"{folder}: the folder is missing")
            return []
        return sorted(f"{folder}/{f.name}" for f in inner.iterdir() if f.name.endswith(".toml"))

    def records(self, name: str, kind: type[F], table: str | None) -> list[F]:
        """The records of one file: the whole file as one, or each entry of its array ``table``."""
        content = self._toml(name)
        if content is None:
            return []
        entries = [content] if table is None else content.pop(table, [])
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            self.faults.append(f"{name}: write each entry as [[{table}]]")
            return []
        if table is not None and content:
            self.faults.append(f"{name}: {', '.join(content)}: no such table, only [[{table}]]")
        found = []
        for position, entry in enumerate(entries, 1):
            label = name if table is None else f"{name}: entry {position} ({entry.get('id', 'no id')})"
            try:
                found.append(kind.model_validate(entry))
            except ValidationError as error:
                for fault in error.errors(include_url=False, include_input=False):
                    place = ".".join(str(part) for part in fault["loc"]) or "as a whole"
                    self.faults.append(f"{label}: {place}: {fault['msg']}")
        return found

    def _toml(self, name: str) -> dict[str, Any] | None:
        try:
            return tomllib.loads((self._folder / name).read_text(encoding="utf-8-sig"))
        except FileNotFoundError:
            self.faults.append(f"{name}: the file is missing")
        except UnicodeDecodeError:
            self.faults.append(f"{name}: not UTF-8 text")
        except OSError as error:
            self.faults.append(f"{name}: cannot be read ({error.strerror})")
        except tomllib.TOMLDecodeError as error:
            self.faults.append(f"{name}: {error}")
        return None


def _contradictions(
    documents: list[Document], benchmarks: list[Benchmark], recommendations: list[Recommendation], cases: list[Case]
) -> Iterator[str]:
    """What is wrong between records that are each right by themselves."""
    letters = [b.letter for b in benchmarks]
    yield from (f"benchmarks: {letter} is missing" for letter in LETTERS if letter not in letters)
    yield from (f"benchmarks: {letter} is there twice" for letter in LETTERS if letters.count(letter) > 1)
    yield from _doubles("recommendations.toml", [r.id for r in recommendations])
    yield from _doubles("cases.toml", [c.id for c in cases])
    ordered = sorted(benchmarks, key=lambda b: b.letter)
    for earlier, later in pairwise(ordered):
        if later.paragraphs[0] != earlier.paragraphs[1] + 1:
            yield f"benchmarks: {later.letter} does not begin where {earlier.letter} ends"
    numbers = [note.number for note in _footnotes(ordered)]
    if numbers != sorted(set(numbers)):
        yield "benchmarks: the footnotes are not in the report's order, or one is there twice"
    for document in documents:
        tally = document.tally
        for grade, count in zip(Grade, (tally.on_target, tally.variable, tally.off_target), strict=True):
            graded = sum(b.grade is grade for b in benchmarks)
            if graded != count:
                yield f"report.toml: tally: {count} are said to be {grade.value}, {graded} are graded so"


def _footnotes(benchmarks: list[Benchmark]) -> Iterator[Footnote]:
    for benchmark in benchmarks:
        yield from benchmark.footnotes


def _doubles(name: str, ids: list[str]) -> Iterator[str]:
    yield from (f"{name}: {one} is there twice" for one in dict.fromkeys(ids) if ids.count(one) > 1)
