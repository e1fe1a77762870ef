"""Reading folders of facts, and telling an editor what is wrong with one, by file and line."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import ValidationError

from facts import checks, slips
from facts.lines import line_of
from facts.models import (
    Benchmark,
    Case,
    Charge,
    Contradiction,
    Dated,
    Defendant,
    Document,
    Election,
    Fact,
    Figure,
    Footnote,
    Law,
    Paragraph,
    Recommendation,
    Sentenced,
)
from facts.report import Report

F = TypeVar("F", bound=Fact)
K = TypeVar("K", str, int)


class FactsError(Exception):
    """A folder of facts has faults; ``faults`` lists every one as ``file:line: what is wrong``."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def load_all(folder: Traversable | None = None) -> tuple[Report, ...]:
    """Every report there is, one folder each, the oldest first; what begins with ``_`` or ``.`` is a draft, not read.

    Raises FactsError with the faults of all folders, each after the name of its folder.
    """
    folder = folder if folder is not None else files("facts") / "reports"
    found: dict[str, Report] = {}
    faults: list[str] = []
    for one in sorted(folder.iterdir(), key=lambda f: f.name):
        if not one.is_dir() or one.name[0] in "_.":
            continue
        try:
            found[one.name] = load(one)
        except FactsError as error:
            faults += [f"{one.name}/{fault}" for fault in error.faults]
    faults += _alike(found)
    if faults or not found:
        raise FactsError(faults or [f"{folder}: there is no report"])
    return tuple(sorted(found.values(), key=lambda report: report.document.as_of))


def load(folder: Traversable | None = None) -> Report:
    """The facts of one report folder; of the newest report when none is named.

    Raises FactsError with every fault found, not only the first.
    """
    if folder is None:
        return load_all()[-1]
    reader = _Reader(folder)
    documents = reader.whole("report.toml", Document)
    elections = reader.whole("election.toml", Election, optional=True)
    benchmarks = [b for name in reader.names("benchmarks") for b in reader.whole(name, Benchmark)]
    sentenced = reader.entries("defendants.toml", Sentenced)
    found = {
        "benchmarks": reader.keyed(sorted(benchmarks, key=lambda b: b.letter), lambda b: b.letter),
        "recommendations": reader.keyed(reader.entries("recommendations.toml", Recommendation), lambda r: r.id),
        "cases": reader.keyed(reader.entries("cases.toml", Case), lambda c: c.id),
        "defendants": MappingProxyType({d.id: d for d in _defendants(sentenced)}),
        "dates": reader.keyed(reader.entries("dates.toml", Dated), lambda d: d.id),
        "charges": reader.keyed(reader.entries("charges.toml", Charge), lambda c: c.id),
        "laws": reader.keyed(reader.entries("laws.toml", Law), lambda law: law.id),
        "figures": tuple(reader.entries("figures.toml", Figure)),
        "footnotes": tuple(reader.entries("footnotes.toml", Footnote)),
        "paragraphs": reader.keyed(reader.entries("paragraphs.toml", Paragraph), lambda p: p.number),
        "contradictions": reader.keyed(reader.entries("contradictions.toml", Contradiction), lambda x: x.id),
    }
    reader.refuse_faults()  # a file that cannot be read would make its neighbours look wrong
    report = Report(document=documents[0], election=elections[0] if elections else None, **found)  # type: ignore[arg-type]
    reader.blame(checks.between(report, sentenced))
    reader.refuse_faults()
    return report


def _alike(found: Mapping[str, Report]) -> Iterator[str]:
    """Reports that cannot be told apart, or of which none is the newer one: a folder was copied and not all changed."""
    for field in ("symbol", "as_of"):
        first: dict[object, str] = {}
        for name, report in found.items():
            value = getattr(report.document, field)
            if value in first:
                yield f"{name}/report.toml: {field}: {value} is also that of {first[value]}"
            first.setdefault(value, name)


def _defendants(sentenced: Sequence[Sentenced]) -> Iterator[Defendant]:
    """Everybody on the lists, each with the place among those of the same trial who have the same initials."""
    ordinals = Counter((said.trial, initials) for said in sentenced for initials in said.initials)
    seen: Counter[tuple[str, str]] = Counter()
    for said in sentenced:
        for initials in said.initials:
            same = (said.trial, initials)
            seen[same] += 1
            yield Defendant(initials=initials, ordinal=seen[same], ordinals=ordinals[same], said=said)


@dataclass(frozen=True)
class _Stand:
    """Where a record stands: the file and its text, and the record's place in the array ``table``."""

    name: str
    text: str
    table: str | None
    position: int

    def of(self, field: Sequence[str | int] = ()) -> str:
        """The file and line of a field of the record, or of the record."""
        return f"{self.name}:{line_of(self.text, self.table, self.position, field)}"


class _Reader:
    """Reads TOML into records, remembers where each stands, and collects faults instead of stopping at the first."""

    def __init__(self, folder: Traversable) -> None:
        self._folder = folder
        self._faults: list[str] = []
        self._stands: dict[int, _Stand] = {}
        self._kept: list[Fact] = []

    def names(self, folder: str) -> list[str]:
        """The TOML files of a sub-folder, in order of name."""
        inner = self._folder / folder
        if not inner.is_dir():
            self._faults.append(f"{folder}: the folder is missing")
            return []
        return sorted(f"{folder}/{f.name}" for f in inner.iterdir() if f.name.endswith(".toml"))

    def whole(self, name: str, kind: type[F], *, optional: bool = False) -> list[F]:
        """A file that is one record; none when it is faulty, or when it may be missing and is."""
        if optional and not (self._folder / name).is_file():
            return []
        read = self._read(name)
        return [] if read is None else list(self._records(name, read[0], None, [read[1]], kind))

    def entries(self, name: str, kind: type[F]) -> list[F]:
        """The records of a file that is an array of tables called as the file is."""
        table = name.removesuffix(".toml")
        read = self._read(name)
        if read is None:
            return []
        text, content = read
        entries = content.pop(table, [])
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            self._faults.append(f"{name}:{line_of(text, None, 0, (table,))}: write each entry as [[{table}]]")
            return []
        for other in content:
            line = line_of(text, None, 0, (other,))
            self._faults.append(f"{name}:{line}: {other}: no such table, only [[{table}]]")
        return list(self._records(name, text, table, entries, kind))

    def keyed(self, records: Iterable[F], key: Callable[[F], K]) -> Mapping[K, F]:
        """The records by their keys; a key that is there twice is a fault."""
        found: dict[K, F] = {}
        for record in records:
            if key(record) in found:
                self.blame([checks.Fault(f"{key(record)} is there twice", record)])
            found[key(record)] = record
        return MappingProxyType(found)

    def blame(self, faults: Iterable[checks.Fault]) -> None:
        """Add these faults, each with the place of its record."""
        for fault in faults:
            stand = self._stands.get(id(fault.record))
            self._faults.append(f"{stand.of(fault.field)}: {fault.what}" if stand else fault.what)

    def refuse_faults(self) -> None:
        """Raise FactsError if there is any fault."""
        if self._faults:
            raise FactsError(self._faults)

    def _records(self, name: str, text: str, table: str | None, entries: Sequence[Any], kind: type[F]) -> Iterator[F]:
        for position, entry in enumerate(entries):
            stand = _Stand(name, text, table, position)
            try:
                record = kind.model_validate(entry)
            except ValidationError as error:
                for fault in error.errors(include_url=False, include_input=False):
                    field = slips.field_of(fault)
                    place = ".".join(map(str, field)) or "as a whole"
                    self._faults.append(f"{stand.of(field)}: {place}: {slips.of_field(fault)}")
            else:
                self._stands[id(record)] = stand
                self._kept.append(record)  # so that no other record gets its id()
                yield record

    def _read(self, name: str) -> tuple[str, dict[str, Any]] | None:
        """The text of a file and what it holds; None when there is a fault, which is then noted."""
        data = b""
        try:
            data = (self._folder / name).read_bytes()
            text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
            return text, tomllib.loads(text)
        except FileNotFoundError:
            self._faults.append(f"{name}: the file is missing")
        except OSError as error:
            self._faults.append(f"{name}: cannot be read ({error.strerror})")
        except UnicodeDecodeError as error:
            line, what = slips.of_bytes(data, error)
            self._faults.append(f"{name}:{line}: {what}")
        except tomllib.TOMLDecodeError as error:
            line, what = slips.of_toml(error, text)
            self._faults.append(f"{name}:{line}: {what}")
        return None
