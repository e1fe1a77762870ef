"""From what lies sealed to the material of a submission: the same on the server and on a reviewers' machine.

The *kit* is everything but what was told: the call, who submits, how incidents were judged, and of each incident the hashes
of its sealed parts as this server wrote them. Whatever is not among those hashes was swapped, cut off or added by
somebody else, and its incident stays out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from documents.submission.material import Damage, Material, Submitters, Told
from facts.report import Report
from forms.case_news import MEMBERS_ONLY
from forms.counting import Counts
from storage.assessments import Assessment, read_assessment
from storage.case_entries import CaseEntry
from storage.deadlines import Deadline, read_deadline
from storage.incidents import Sealed
from storage.opened import Incident, Note, opened
from storage.reviews import Review, read_review
from storage.sealing import OfficeKey, Unreadable
from storage.tables import Tables

Parts = Mapping[str, bytes]
"""The sealed parts of one incident by their names, such as ``incident:R-7F3K:1`` and ``note:R-7F3K:2:1``."""


class NoKit(Exception):
    """It opens, but is no kit of a submission."""


@dataclass(frozen=True)
class Kit:
    """All that was decided, as of a day."""

    symbol: str
    """Of the report whose benchmarks these are."""
    call: Deadline
    submitters: Submitters
    day: str
    reviews: tuple[Review, ...]
    digests: Mapping[str, Mapping[str, str]]
    """By reference and name of a part: its SHA-256."""
    assessments: tuple[Assessment, ...] = ()
    news: tuple[CaseEntry, ...] = ()
    counts: Counts | None = None
    language: str = "en"

    def as_json(self) -> bytes:
        """To be sealed."""
        return json.dumps({"kit": 1, **asdict(self)}, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def from_json(cls, data: bytes) -> Kit:
        """Raises NoKit."""
        try:
            whole: dict[str, Any] = json.loads(data)
            if whole.pop("kit") != 1:
                raise NoKit
            submitters = whole["submitters"]
            return cls(
                whole["symbol"],
                read_deadline(whole["call"]),
                Submitters(tuple(submitters["names"]), submitters["contact"], submitters["about"]),
                whole["day"],
                tuple(map(read_review, whole["reviews"])),
                whole["digests"],
                tuple(map(read_assessment, whole["assessments"])),
                tuple(CaseEntry(**one) for one in whole["news"]),
                whole["counts"],
                whole["language"],
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            raise NoKit from None


async def gather(
    tables: Tables, report: Report, call: Deadline, submitters: Submitters, day: str, language: str = "en"
) -> tuple[Kit, dict[str, Parts]]:
    """What there is, in the caller's transaction; nothing is opened."""
    reviews = await tables.reviews.all()
    sealed = {one.reference: await _sealed(tables, one.reference) for one in reviews}
    published = await tables.published.last()
    kit = Kit(
        report.document.symbol,
        call,
        submitters,
        day,
        tuple(reviews),
        {
            reference: {one.name: _digest(one.sealed) for one in parts if one.genuine}
            for reference, parts in sealed.items()
        },
        tuple([one for letter in report.benchmarks if (one := await tables.assessments.current(letter)) is not None]),
        tuple(one for one in await tables.case_entries.all() if one.kind not in MEMBERS_ONLY),
        published.counts if published else None,
        language,
    )
    return kit, {reference: {one.name: one.sealed for one in parts} for reference, parts in sealed.items()}


def material(kit: Kit, sealed: Mapping[str, Parts], key: OfficeKey, report: Report) -> Material:
    """Opened: some 0.5 ms for each part. What does not come along, or is not what the server wrote, is named as damaged."""
    told, damaged = [], {}
    for review in kit.reviews:
        if review.state == "withdrawn":
            continue
        try:
            told.append(_told(review, sealed.get(review.reference, {}), kit.digests.get(review.reference, {}), key))
        except _Damaged as why:
            damaged[review.reference] = why.damage
    return Material(
        report,
        kit.call,
        kit.submitters,
        tuple(told),
        kit.day,
        kit.assessments,
        kit.news,
        kit.counts or {},
        kit.language,
        damaged=damaged,
        withdrawn=tuple(one.reference for one in kit.reviews if one.state == "withdrawn"),
    )


class _Damaged(Exception):
    def __init__(self, damage: Damage) -> None:
        super().__init__(damage.value)
        self.damage = damage


def _told(review: Review, parts: Parts, digests: Mapping[str, str], key: OfficeKey) -> Told:
    """One incident, whole or not at all."""
    if not digests.keys() <= parts.keys() or f"incident:{review.reference}:1" not in digests:
        raise _Damaged(Damage.MISSING)
    if any(_digest(data) != digests.get(name) for name, data in parts.items()):
        raise _Damaged(Damage.ALTERED)
    try:
        incident = _record(f"incident:{review.reference}:1", parts, key)
        additions = tuple(_record(name, parts, key) for name in _in_order(parts, "addition:"))
        notes = [(name, opened(parts[name], key, Note)) for name in _in_order(parts, "note:")]
    except Unreadable:
        raise _Damaged(Damage.UNREADABLE) from None
    written = {note.written: note.words for name, note in notes if note.written and note.ctx == name}
    return Told(incident, review, additions, written)


def _record(name: str, parts: Parts, key: OfficeKey) -> Incident:
    """Bound to its place."""
    record = opened(parts[name], key, Incident)
    if record.ctx != name:
        raise _Damaged(Damage.ALTERED)
    return record


def _in_order(parts: Iterable[str], kind: str) -> list[str]:
    """``note:R-7F3K:2:1`` is the second."""
    return sorted((name for name in parts if name.startswith(kind)), key=lambda name: int(name.split(":")[2]))


async def _sealed(tables: Tables, reference: str) -> Sequence[Sealed]:
    return [*await tables.incidents.sealed(reference), *await tables.notes.sealed(reference)]


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
