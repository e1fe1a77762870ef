"""Every screen of broadcasts, with as little and as much on it as there can be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

from showings import PAGE, WORST, Shown, paged, shown

from forms.broadcast import BY_ROLE, BY_TOPIC, MOST, ROLES, Audience
from storage.proposals import Kind, Proposal
from storage.rounds import BROADCAST, DONE, PAUSED, RUNNING, VOID, Round
from texts import approvals, broadcasts
from texts.broadcasts import Broadcasts, Plan
from texts.cards import Cards

_WHO = "Kingfisher-9999"
_MUCH = {
    "sent": 10**6,
    "gone": 10**6,
    "refused": 10**6,
    "unknown": 10**6,
    "waiting": 10**6,
    "queued": 9,
    "again": 10**6,
}


def broadcast_screens(cards: Cards, language: str) -> Shown:
    """Each with the name of the function that makes it."""
    texts = Broadcasts(cards.frame.entries)
    audiences = list(_audiences(cards))
    yield from _sent(cards, language)
    yield from _planned(texts, audiences, language)
    yield from _going(texts, audiences, language)
    yield shown(broadcasts.old, language)


def _audiences(cards: Cards) -> Iterator[Audience]:
    yield from (Audience(BY_ROLE, one) for one in ROLES)
    yield from (Audience(BY_TOPIC, one) for one in ("all", "news"))
    yield Audience(BY_TOPIC, "d:01234567", WORST[:200])
    yield from (Audience(BY_TOPIC, f"b:{one}") for one in cards.report.benchmarks)
    yield from (Audience(BY_TOPIC, f"case:{one}") for one in cards.report.cases)


def _sent(cards: Cards, language: str) -> Shown:
    for topic in (None, "news", "d:01234567", f"case:{max(cards.report.cases, key=len)}", f"case:{'x' * 48}"):
        yield shown(broadcasts.sent, WORST[:MOST], WORST[:MOST], language, topic)


def _planned(texts: Broadcasts, audiences: list[Audience], language: str) -> Shown:
    yield shown(texts.whom, language)
    yield shown(texts.which, [], "bc:whom:c", 1, language)
    yield from paged(texts.which, [(one, 10**6) for one in audiences[6:]], "bc:whom:c", PAGE, language)
    for audience, urgent, second in product(audiences, (True, False), (True, False)):
        plan = Plan(WORST[:MOST], WORST[:MOST], audience, urgent, second=second, digest="0" * 16)
        full = replace(
            plan, count=10**7, blocked=10**6, seconds=10**6, asleep=10**6, awake=dt.datetime(2026, 11, 24, 7)
        )
        for one in (plan, full, replace(full, seconds=60, asleep=0), replace(full, seconds=5)):
            yield shown(texts.plan, one, language)
            words = texts.proposed(one, language)
            proposal = Proposal("0" * 12, Kind.BROADCAST, "B-012345", {}, _WHO, 1)
            yield shown(approvals.looked_at, proposal, words, (), "Lotus-1", language)


def _going(texts: Broadcasts, audiences: list[Audience], language: str) -> Shown:
    yield shown(texts.overview, [], language, begun=False)
    several = []
    for audience, state in product(audiences, (RUNNING, PAUSED, DONE, VOID)):
        one = _round(audience, state)
        several.append(one)
        for counts in ({}, _MUCH):
            if state in (RUNNING, PAUSED):
                yield shown(texts.progress, one, counts, language)
                yield shown(texts.ask, one, counts, language)
                yield shown(texts.left, one, language)
            else:
                yield shown(texts.over, one, counts, language)
    yield shown(texts.overview, several[:14], language, begun=True)


def _round(audience: Audience, state: str) -> Round:
    content: dict[str, Any] = {
        "audience": audience.to_json(),
        "by": _WHO,
        "day": "2026-11-23",
        "count": 10**7,
        "blocked": 10**6 if state == DONE else 0,
        "urgent": state == PAUSED,
        "missed": [_WHO] * (100 if state == DONE else 0),
    }
    return Round(BROADCAST, "bc:0", "bc:0", audience.topics, content=content, state=state, id="0" * 12)
