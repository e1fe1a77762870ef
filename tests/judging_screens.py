"""Every screen of judging, with as little and as much on it as there can be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from facts.report import Report
from forms.appeals import KINDS
from forms.incident import LETTERS
from forms.judging import FINDINGS, LINKS, MOST_SOURCES, OWN, Lack
from storage.proposals import Kind, Proposal
from storage.reviews import Head, Review, Source, Went
from texts import approvals, deleting, judging, linking, other_forms, remarks, sources
from texts.cards import Cards
from texts.deleting import REASONS
from texts.frame import Sharing
from texts.remarks import STATES
from texts.screen import Screen, Toast

Shown = Iterator[tuple[str, Screen | Toast]]

LITTLE = Review("R-AAA2", Head())
WHO = "Kingfisher-9999"


def much(report: Report) -> Review:
    """A review that holds as much as one may."""
    every = tuple(Source(LINKS[n % len(LINKS)], chr(65 + n), bool(n % 2)) for n in range(MOST_SOURCES - 1))
    return Review(
        "R-BBB3",
        Head("arrest", benchmarks=tuple(LETTERS), source="0102", reply_to="age1reply", hour=1),
        state="checking",
        claimed_by=WHO,
        reliability="99",
        validity="05",
        finding="0101",
        sources=(*every, Source("media", OWN, True)),
        benchmarks=tuple(LETTERS),
        cases=tuple(sorted(report.cases, key=lambda key: -len(report.cases[key].name.km))[:8]),
        recommendations=tuple(report.recommendations)[:8],
        duplicates=tuple(f"R-CCC{n}" for n in range(10)),
        went=tuple(Went("opened", WHO, f"2026-11-{n:02}") for n in range(1, 31)),
        own={WHO: ("<b>&" * 75,) * 10},
    )


def judging_screens(report: Report, language: str) -> Shown:
    """Each with the name of the function that makes it."""
    entries = Cards(report, Sharing("sangket_bot", inline=True)).frame.entries
    texts, links = judging.Judging(report, entries), linking.Linking(report, entries)
    full = much(report)
    for review in (LITTLE, full):
        before = replace(review, finding="0101")
        after = replace(review, finding="")
        yield "overview", texts.overview(after, before, tuple(Lack), 99, WHO, language)
        yield "overview", texts.overview(review, review, (), 0, WHO, language)
        yield "benchmarks", texts.benchmarks(after, before, language)
        yield "confirmed", texts.confirmed(before, WHO, language)
        yield "reliability", judging.reliability(review, language)
        yield "validity", judging.validity(review, language)
        for missing in ((), tuple(Lack)):
            yield "finding", judging.finding(review, missing, language)
        yield "listed", sources.listed(after, before, language, "!")
        yield "who_tells", sources.who_tells(review, language)
        for link in LINKS:
            yield "whose_voice", sources.whose_voice(review, link, [chr(65 + n) for n in range(21)], language)
            for voice in ("-", OWN, "A"):
                yield "same_origin", sources.same_origin(review, link, voice, language)
        yield "links", links.links(after, before, language)
        refs = linking.linked(full)
        yield "found", links.found(review, "<b>&" * 50, refs[:8], language)
        yield "found", links.found(review, "x", [], language)
        yield "duplicates", linking.duplicates(review, [full] * 6, 9999, language)
        yield "no_other", linking.no_other(review, language)
        for asks in (True, False):
            yield "answered", remarks.answered(review, language, asks=asks)
        for state in STATES:
            yield "states", remarks.states(replace(review, state=state), language)
        yield "noted", remarks.noted(review, language)
        for written in ("", "en", "km"):
            yield "paragraph", remarks.paragraph(review, language, written)
        yield "choose", other_forms.choose(review, language)
        for kind in KINDS.values():
            every = tuple(one.key for one in kind.questions)
            for keys, kept in (((), False), (every[:2], True), (every, True)):
                yield "one", other_forms.one(replace(review, appeals={kind.name: keys}), kind, language, kept=kept)
        yield "own", remarks.own(review, WHO, language)
        yield "why", deleting.why(review, language)
        yield "done", deleting.done(review, language)
    yield "was_deleted", deleting.was_deleted("R-AAA2", language)
    yield "lost", judging.lost(language)
    yield "no_reason", judging.no_reason(language)
    yield "no_notes", remarks.no_notes(language)
    yield "nobody_to_tell", remarks.nobody_to_tell(language)
    yield from looked_at(report, full, language)


def looked_at(report: Report, full: Review, language: str) -> Shown:
    """What a second person reads, with the row that leads to the incident."""
    entries = Cards(report, Sharing("sangket_bot", inline=True)).frame.entries
    texts = judging.Judging(report, entries)
    for finding in FINDINGS:
        for review, reason in ((full, "<b>&" * 250), (LITTLE, "")):
            proposal = Proposal("0" * 12, Kind.CONFIRM, review.reference, {}, "Lotus-1", 1)
            words = texts.confirming(replace(review, finding=finding), tuple(Lack), reason, 9, language)
            yield "looked_at", approvals.looked_at(proposal, words, judging.ways(proposal, language), WHO, language)
    for reason in REASONS:
        content = {"reason": reason, "duplicates": full.duplicates, "parts": 9, "notes": 9, "finding": ""}
        proposal = Proposal("0" * 12, Kind.DELETE, full.reference, content, "Lotus-1", 1)
        words = deleting.proposed(content, full.went, language)
        yield "looked_at", approvals.looked_at(proposal, words, judging.ways(proposal, language), WHO, language)
