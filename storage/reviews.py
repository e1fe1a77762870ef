"""What reviewers know and decide about an incident: never a word of what was told, nor who told it.

A review is one sealed row beside its incident. Its head is made when the incident is handed in, so that the queue can
be sorted without opening anything.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from storage.database import Database
from storage.sealing import ServerKey, Unreadable


@dataclass(frozen=True)
class Head:
    """What the queue may show, taken from the form's choices when it was handed in."""

    category: str = ""
    """An option of forms.incident; ``sensitive`` for children and sexual violence; empty where no heads are kept."""
    urgency: str = ""
    province: str = ""
    """Code of a province, or empty."""
    benchmarks: tuple[str, ...] = ()
    flood: bool = False
    counts: bool = False
    """The person agreed to be counted in statistics."""
    source: str = ""
    """Where the person stands to what they tell: micro-thesaurus 19."""
    reply_to: str = ""
    """Public half of a key that only the receipt makes: what is said to the reporter is sealed to it."""
    hour: int = 0
    """Hours since 1970 when it came."""


@dataclass(frozen=True)
class Source:
    """Somebody who told of it. Nobody is named: an organisation is a letter that the team agrees on."""

    link: str
    """Code of micro-thesaurus 19, such as 0102 for an eyewitness."""
    organisation: str = ""
    repeats: bool = False
    """Same origin, re-reported: it says again what another source said."""


@dataclass(frozen=True)
class Went:
    """Where it went: what was done with it, by whom, on which day."""

    what: str
    by: str
    day: str


@dataclass(frozen=True)
class Review:
    """Everything decided about one incident. Codes are those of the HURIDOCS micro-thesauri."""

    reference: str
    head: Head
    state: str = "received"
    """received, read, question, checking, used, closed or withdrawn."""
    claimed_by: str = ""
    claimed_hour: int = 0
    reliability: str = ""
    """Of the source: micro-thesaurus 42, 01 to 05 or 99."""
    validity: str = ""
    """Of the information: the same scale, judged apart."""
    finding: str = ""
    """Status of the violation: micro-thesaurus 41."""
    sources: tuple[Source, ...] = ()
    """Besides the person who handed it in."""
    benchmarks: tuple[str, ...] = ()
    """As the reviewers see it; the reporter's own choice is in the head."""
    cases: tuple[str, ...] = ()
    recommendations: tuple[str, ...] = ()
    duplicates: tuple[str, ...] = ()
    """References of other incidents that tell of the same."""
    went: tuple[Went, ...] = ()
    appeals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Which questions of another form are answered, by its name in forms.appeals; the answers are sealed to the office."""
    own: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What a member wrote down for themselves, by handle."""
    nudged_hour: int = 0
    announced: bool = False
    """The coordinators were told that it came."""

    @property
    def is_urgent(self) -> bool:
        """Somebody must act within hours."""
        return self.head.urgency == "hours"

    @property
    def is_open(self) -> bool:
        """Somebody has to do something about it."""
        return self.state not in ("closed", "withdrawn")

    @property
    def is_free(self) -> bool:
        """It waits for somebody to take it on."""
        return self.is_open and not self.claimed_by


class Reviews:
    """One review for each incident that is here."""

    def __init__(self, database: Database, server: ServerKey) -> None:
        self._database = database
        self._server = server

    async def begin(self, reference: str, head: Head) -> None:
        """An incident came in."""
        await self.keep(Review(reference, head, benchmarks=head.benchmarks))

    async def adopt(self) -> None:
        """Begin the review of what came before there were reviews: of that only the day is known."""
        rows = await self._database.read(
            "SELECT reference, unixepoch(received_on) / 3600 FROM incidents"
            " WHERE state = 'new' AND reference NOT IN (SELECT reference FROM reviews)"
        )
        for reference, hour in rows:
            await self.begin(reference, Head(hour=hour))

    async def of(self, reference: str) -> Review | None:
        """The review of this incident; None when it is not here."""
        rows = await self._database.read("SELECT sealed FROM reviews WHERE reference = ?", (reference,))
        return self._opened(reference, rows[0][0]) if rows else None

    async def all(self) -> list[Review]:
        """All of them, those first that came first. About 20 µs each: the queue of a network is some thousands."""
        rows = await self._database.read("SELECT reference, sealed FROM reviews ORDER BY reference")
        found = [self._opened(reference, sealed) for reference, sealed in rows]
        return sorted((one for one in found if one is not None), key=lambda one: one.head.hour)

    async def keep(self, review: Review) -> None:
        """This is how it stands now."""
        whole = json.dumps(asdict(review), ensure_ascii=False, separators=(",", ":")).encode()
        await self._database.execute(
            "INSERT INTO reviews (reference, sealed) VALUES (?, ?)"
            " ON CONFLICT (reference) DO UPDATE SET sealed = excluded.sealed",
            (review.reference, self._server.sealer.seal(whole + b" " * (-len(whole) % 1024), _name(review.reference))),
        )

    def _opened(self, reference: str, sealed: bytes) -> Review | None:
        try:
            return read_review(json.loads(self._server.sealer.open(bytes(sealed), _name(reference))))
        except (Unreadable, ValueError, TypeError, KeyError):
            return None


def withdrawn(review: Review) -> Review:
    """What is left of a review when the reporter takes the incident back: where it went, and who had it."""
    return Review(
        review.reference,
        Head(hour=review.head.hour),
        "withdrawn",
        review.claimed_by,
        went=review.went,
        duplicates=review.duplicates,
    )


def by_need(reviews: Iterable[Review]) -> list[Review]:
    """Those that need somebody first: urgent ones that nobody has, then others that nobody has, then the rest; the
    oldest of each first."""
    return sorted(reviews, key=lambda one: (not (one.is_free and one.is_urgent), not one.is_free, one.head.hour))


def held_by(reviews: Iterable[Review], handles: Collection[str]) -> list[Review]:
    """The reviews, free where whoever had it is not among these any more."""
    return [one if one.claimed_by in handles else replace(one, claimed_by="") for one in reviews]


def read_review(whole: Mapping[str, Any]) -> Review:
    """From JSON; what a later version of this program wrote besides is left out."""
    known = {one.name: whole[one.name] for one in fields(Review) if one.name in whole}
    head = {one.name: known["head"][one.name] for one in fields(Head) if one.name in known["head"]}
    known["head"] = replace(Head(**head), benchmarks=tuple(head.get("benchmarks", ())))
    for name in ("benchmarks", "cases", "recommendations", "duplicates"):
        known[name] = tuple(known.get(name, ()))
    known["sources"] = tuple(Source(**one) for one in known.get("sources", ()))
    known["went"] = tuple(Went(**one) for one in known.get("went", ()))
    known["appeals"] = {name: tuple(keys) for name, keys in known.get("appeals", {}).items()}
    known["own"] = {handle: tuple(notes) for handle, notes in known.get("own", {}).items()}
    return Review(**known)


def _name(reference: str) -> str:
    return f"review:{reference}"
