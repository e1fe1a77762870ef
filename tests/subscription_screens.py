"""The screens of /remind and /subscriptions, with as little and as much on them as there can be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from showings import PAGE, WORST, Shown, paged, shown

from facts.models import LETTERS
from storage.deadlines import Deadline
from storage.listeners import Listener, Place, Profile
from texts import subscriptions
from texts.cards import Cards
from texts.subscriptions import MOST, NAPS, QUIET, ZONES, Coming, Standing, Subscriptions

_NOW = dt.datetime(2026, 11, 23, 5, tzinfo=dt.UTC)
_MANY = tuple(Deadline(WORST[:200], "2027-05-15", "Europe/Zurich", id=f"{n:08x}") for n in range(30))


def subscription_screens(cards: Cards, language: str) -> Shown:
    """Each with the name of the function that makes it."""
    texts = Subscriptions(cards.frame.entries, cards.report.cases)
    longest = max(cards.report.cases, key=len)
    for one in standings(cards, language):
        note = subscriptions.full(language)
        for words in (None, note):
            yield shown(texts.choose, one, words)
            yield shown(texts.settings, one, words)
        for told in (
            None,
            note,
            subscriptions.nothing_to_set(language),
            subscriptions.unknown(WORST, language),
            texts.began("all", one),
        ):
            yield from paged(texts.here, one, told, PAGE, texts.remind_again(f"case:{longest}", language))
        for screen in (texts.letters, texts.which_case, texts.zones, texts.quiet, texts.pause):
            yield shown(screen, one)
        yield shown(texts.several, WORST, one.topics[:6] or ["b:D"], one)
        for deadline in (None, _MANY[0]):
            yield shown(texts.stopped, one, deadline, "2027-05-15")
    for topic, on, private in product((f"case:{longest}", "b:D"), (True, False), (True, False)):
        card = cards.card(topic.replace("case:", "c:"), language, _NOW.date())
        yield shown(texts.below_card, card, topic, language, on=on, private=private)


def standings(cards: Cards, language: str) -> Iterator[Standing]:
    """How a place may stand."""
    place = Place(1)
    profiles = [Profile(), *(Profile(zone) for zone in ZONES.values())]
    profiles += [Profile(quiet_from=start, quiet_to=end, leads="few") for start, end in QUIET.values()]
    everything = ["all", "news", *(f"d:{one.id}" for one in _MANY), "d:ffffffff", "case:nobody"]
    everything += [*(f"case:{case}" for case in cards.report.cases), *(f"b:{letter}" for letter in LETTERS)]
    nothing = Standing(Listener(place, Profile()), (), (), _NOW, language, private=True)
    yield nothing
    yield replace(nothing, private=False)
    for profile, private in product(profiles, (True, False)):
        listener = Listener(place, profile, digest=private, asleep_until=int(_NOW.timestamp()) + NAPS[-1] * 86400)
        coming = Coming(_NOW, _NOW + dt.timedelta(days=30), _MANY[0])
        full = Standing(listener, everything[:MOST], _MANY, _NOW, language, private, coming, _MANY)
        yield full
        yield replace(full, topics=everything[-MOST:], next=replace(coming, deadline=None), missed=())
        yield replace(full, topics=["news"], next=None, listener=replace(listener, asleep_until=0, digest=False))
        yield replace(full, topics=["all"], next=None)
