"""What may leave the network of what somebody told: the only place that reads consent for a document.

Everything here gives back less than it was given. What a use was not allowed for is not in the result, so that whoever
writes, draws or counts with it cannot let it out. Consent is per use, and none follows from another:

=============  =======================================================================================
anonymised     main text: kind, month, province, who did it, the paragraph that a reviewer wrote
public         main text: besides, the day, the exact place, and the person's own words
rapporteur     confidential annex: all that was told, with the files by their hashes
government     a letter that the Government is asked about; only with rapporteur or public
statistics     counts, in groups of three and more (forms.counting)
=============  =======================================================================================

Whatever is withdrawn, about a child or sexual violence, found not to be a violation or unlikely, or not judged yet, is in
none of them. Nothing is taken from evidence but its type and hash.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from documents.submission.material import Told
from forms.counting import FOUND, LEAST
from forms.incident import is_sensitive
from forms.judging import independent
from forms.moment import Moment
from forms.where import chain
from storage.opened import Incident
from texts.told import Allowed, calm


class Use(StrEnum):
    """What people are asked about, by the names that forms.incident keeps."""

    STATISTICS = "statistics"
    ANONYMISED = "anonymised"
    RAPPORTEUR = "rapporteur"
    PUBLIC = "public"
    GOVERNMENT = "government"


class Why(StrEnum):
    """Why an incident is not in the main text."""

    WITHDRAWN = "withdrawn"
    SENSITIVE = "sensitive"
    NOT_JUDGED = "not_judged"
    NO_VIOLATION = "no_violation"
    UNLIKELY = "unlikely"
    SAME = "same"
    ANNEX = "annex"
    """It is told in confidence instead."""
    NOT_ALLOWED = "not_allowed"
    NO_BENCHMARK = "no_benchmark"
    DAMAGED = "damaged"


@dataclass(frozen=True)
class Stated:
    """What the main text may say of one happening. Codes are options of forms.incident; the month is YYYY-MM."""

    reference: str
    benchmarks: tuple[str, ...]
    finding: str
    sources: int
    """Independent ones."""
    category: str
    month: str = ""
    year: str = ""
    province: str = ""
    affected: str = ""
    number: int = 0
    """Of people; 0 where it is not known, or fewer than three."""
    actors: tuple[str, ...] = ()
    state: str = ""
    recommendations: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    written: str = ""
    written_km: str = ""
    also: tuple[str, ...] = ()
    """References of others that tell of the same and may be used as well."""
    moment: Moment | None = None
    """To the day; only where it is public, as the next two."""
    place: str = ""
    """Code of the exact place."""
    own_words: tuple[str, ...] = ()
    language: str = ""
    """In which the own words are."""


@dataclass(frozen=True)
class Confided:
    """What the annex may say: all that was told in words and choices, and which files there are."""

    reference: str
    benchmarks: tuple[str, ...]
    finding: str
    sources: int
    received_on: str
    language: str
    answers: tuple[tuple[str, Any], ...]
    """Step and answer, for texts.told.parts; how to reach the person and what is allowed are left out."""
    additions: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Day and words."""
    written: str = ""
    written_km: str = ""
    files: tuple[tuple[str, str], ...] = ()
    """Type and SHA-256."""
    government: bool = False
    """The Government may be asked about it."""


def allowed(told: Told) -> frozenset[Use]:
    """What the person said yes to; nothing for what cannot be used at all."""
    if _unusable(told) is not None:
        return frozenset()
    uses = Allowed.by(told.incident.answers).uses
    return frozenset(use for use in Use if uses.get(use.value))


def stated(told: Iterable[Told]) -> list[Stated]:
    """Each happening once, in the order of references; of several that tell of the same the one that says most."""
    usable = [one for one in told if _for_main(one)]
    return [_stated(group) for group in _happenings(usable)]


def confided(told: Iterable[Told]) -> list[Confided]:
    """Those that may be told to the Rapporteur in confidence, each by itself, in the order of references."""
    return [_confided(one) for one in sorted(told, key=_by_reference) if Use.RAPPORTEUR in allowed(one)]


def raised(told: Told) -> Confided | None:
    """What a body that asks the Government may be told: only where that was allowed, and names in confidence or in
    public, for without names such a body takes nothing up."""
    uses = allowed(told)
    return _confided(told) if Use.GOVERNMENT in uses and {Use.RAPPORTEUR, Use.PUBLIC} & uses else None


def left_out(told: Iterable[Told]) -> list[tuple[str, Why]]:
    """Which are not in the main text, and why; for the network alone."""
    everything = sorted(told, key=_by_reference)
    shown = stated(everything)
    said = {one.reference for one in shown}
    along = {other for one in shown for other in one.also}
    return [(one.reference, _why(one, along)) for one in everything if one.reference not in said]


def _for_main(told: Told) -> bool:
    return bool({Use.ANONYMISED, Use.PUBLIC} & allowed(told)) and bool(told.review.benchmarks)


def _unusable(told: Told) -> Why | None:
    review = told.review
    if review.state == "withdrawn":
        return Why.WITHDRAWN
    if is_sensitive(told.incident.answers) or review.head.category == "sensitive":
        return Why.SENSITIVE
    if review.finding == "0103":
        return Why.NO_VIOLATION
    if review.finding == "02":
        return Why.UNLIKELY
    return None if review.finding in FOUND else Why.NOT_JUDGED


def _why(told: Told, along: set[str]) -> Why:
    unusable = _unusable(told)
    if unusable is not None:
        return unusable
    if told.reference in along:
        return Why.SAME
    if not {Use.ANONYMISED, Use.PUBLIC} & allowed(told):
        return Why.ANNEX if Use.RAPPORTEUR in allowed(told) else Why.NOT_ALLOWED
    return Why.NO_BENCHMARK


def _happenings(told: Sequence[Told]) -> list[list[Told]]:
    """Groups that tell of the same, by what the reviewers linked. What may not be used links nothing."""
    group_of: dict[str, list[Told]] = {one.reference: [one] for one in told}
    for one in told:
        for other in one.review.duplicates:
            first, second = group_of[one.reference], group_of.get(other)
            if second is not None and second is not first:
                first.extend(second)
                group_of.update({each.reference: first for each in second})
    groups = {id(group): sorted(group, key=_says_most) for group in group_of.values()}
    return sorted(groups.values(), key=lambda group: group[0].reference)


def _stated(group: Sequence[Told]) -> Stated:
    one, review, answers = group[0], group[0].review, group[0].incident.answers
    moment = Moment.from_json(when) if isinstance(when := answers.get("when"), Mapping) else None
    where = answers.get("where")
    code = str(where.get("code", "")) if isinstance(where, Mapping) else ""
    places = chain(code)
    affected = answers.get("affected")
    known = Stated(
        one.reference,
        review.benchmarks,
        review.finding,
        _independent(review.head.source, one),
        category=_choice(answers.get("category")),
        month=_month(moment),
        year=str(moment.at.year) if moment and moment.at else "",
        province=places[0].code if places else "",
        affected=_choice(affected),
        number=_number(affected),
        actors=tuple(actor for actor in _list(answers.get("actors")) if actor != "unknown"),
        state=_choice(answers.get("state")),
        recommendations=review.recommendations,
        cases=review.cases,
        written=one.written.get("en", ""),
        written_km=one.written.get("km", ""),
        also=tuple(sorted(other.reference for other in group[1:])),
    )
    return _in_public(known, one, moment, code) if Use.PUBLIC in allowed(one) else known


def _in_public(known: Stated, told: Told, moment: Moment | None, place: str) -> Stated:
    words, language = _own_words(told.incident), told.incident.language
    return replace(known, moment=moment, place=place, own_words=words, language=language)


def _confided(told: Told) -> Confided:
    incident, review = told.incident, told.review
    kept_back = ("consent", "contact", "account", "evidence")
    answers = tuple((step, value) for step, value in incident.answers.items() if step not in kept_back)
    records = (incident, *told.additions)
    return Confided(
        told.reference,
        review.benchmarks,
        review.finding,
        _independent(review.head.source, told),
        incident.received_at.date().isoformat(),
        incident.language,
        (*answers, ("account", incident.answers.get("account"))),
        tuple((one.received_at.date().isoformat(), _own_words(one)) for one in told.additions),
        told.written.get("en", ""),
        told.written.get("km", ""),
        tuple((file.type, file.sha256) for one in records for file in one.evidence if file.sha256),
        Use.GOVERNMENT in allowed(told),
    )


def _own_words(record: Incident) -> tuple[str, ...]:
    """What was typed as the account; what was spoken is a file, and stays one."""
    account = record.answers.get("account")
    parts = account if isinstance(account, list) else [account]
    texts = [part.get("text") for part in parts if isinstance(part, Mapping)]
    return tuple(calm(text) for text in texts if isinstance(text, str) and text.strip())


def _month(moment: Moment | None) -> str:
    return f"{moment.at:%Y-%m}" if moment and moment.at and moment.precision != "year" else ""


def _choice(value: Any) -> str:
    """The option that was pressed; nothing where a number or words were given."""
    return value if isinstance(value, str) else ""


def _number(value: Any) -> int:
    number = value.get("n") if isinstance(value, Mapping) else 0
    return number if isinstance(number, int) and number >= LEAST else 0


def _list(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _independent(own_source: str, told: Told) -> int:
    return independent(own_source, told.review.sources).independent


def _says_most(told: Told) -> tuple[bool, bool, str]:
    return Use.PUBLIC not in allowed(told), not told.written, told.reference


def _by_reference(told: Told) -> str:
    return told.reference
