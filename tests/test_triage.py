"""What the queue may know of an incident: options alone, less of children and sexual violence, and nothing if so set."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest
from conftest import House
from incident_story import Teller, rows, with_settings

from bot.talk import Talk
from forms.incident import INCIDENT, SOURCES
from handlers.heads import head_of
from storage.database import Database
from storage.reviews import Head, Review, Reviews
from storage.sealing import Receipt, ServerKey

ANSWERS: dict[str, Any] = {
    "category": "arrest",
    "children": "no",
    "account": [{"text": "Four men took Sopheap away."}],
    "where": {"code": "171008", "said": "behind the pagoda"},
    "affected": {"n": 7},
    "source": "saw",
    "benchmarks": ["B", "F"],
    "urgency": "hours",
    "consent": ["statistics", "rapporteur"],
    "contact": {"words": "call 012 345 678"},
}
REPLY_TO = "age1example"


def head(**changed: Any) -> Head:
    whole = bool(changed.pop("whole", True))
    return head_of(INCIDENT.kept(ANSWERS | changed), reply_to=REPLY_TO, hour=498_000, flood=True, whole=whole)


def test_the_head_is_made_of_choices() -> None:
    assert head() == Head("arrest", "hours", "17", ("B", "F"), True, True, "0102", REPLY_TO, 498_000)


@pytest.mark.parametrize("changed", [{"category": "sexual"}, {"children": "yes"}])
def test_of_children_and_sexual_violence_only_urgency_and_province_are_kept(changed: dict[str, str]) -> None:
    told = head(**changed, province={"code": "17"})
    assert told == Head("sensitive", "hours", "17", (), True, False, "", REPLY_TO, 498_000)


def test_both_sensitive_kinds_look_the_same() -> None:
    assert head(category="sexual", province={"code": "17"}) == head(children="yes", province={"code": "17"})


def test_where_no_heads_are_kept_only_what_the_queue_cannot_do_without_is() -> None:
    assert head(whole=False) == Head(urgency="hours", flood=True, reply_to=REPLY_TO, hour=498_000)
    assert head(whole=False, category="sexual") == head(whole=False), "and a sensitive one does not show"


def test_no_word_that_was_written_gets_in() -> None:
    for changed in ({}, {"category": "sexual", "province": {"code": "17", "said": "behind the pagoda"}}):
        whole = repr(asdict(head(**changed)))
        for word in ("Sopheap", "pagoda", "012", "171008", "7}"):
            assert word not in whole


@pytest.mark.parametrize("where", [None, {"pin": [13.36, 103.86]}, {"elsewhere": "online"}, {"code": ""}])
def test_a_place_in_no_province_leaves_it_empty(where: Any) -> None:
    assert head(where=where).province == ""


def test_what_was_skipped_is_empty() -> None:
    bare = head(where=None, source=None, benchmarks=None, urgency=None, consent=None)
    assert bare == Head("arrest", "", "", (), True, False, "", REPLY_TO, 498_000)


def test_every_source_has_its_code() -> None:
    assert [head(source=one.name).source for one in SOURCES] == [one.code for one in SOURCES]


def test_who_did_not_agree_is_not_counted() -> None:
    assert head(consent=["rapporteur"]).counts is False


# At hand-in


async def kept(house: House) -> list[Review]:
    """All reviews, while the bot runs."""
    database = await Database.open(house.database)
    try:
        server = ServerKey.load(house.settings.server_key, house.world.clock().date())
        return await database.write(Reviews(database, server).all)
    finally:
        await database.close()


async def test_what_is_handed_in_has_its_review_at_once(house: House, dara: Talk) -> None:
    teller = Teller(house, dara)
    receipt = Receipt.read(await teller.hand_in())
    [(reference,)] = rows(house, "SELECT reference FROM incidents")
    [review] = await kept(house)
    assert receipt is not None
    server = ServerKey.load(house.settings.server_key, house.world.clock().date())
    assert review.reference == reference
    assert review.head == Head(
        "arrest",
        "days",
        "17",
        ("B",),
        False,
        False,
        "0102",
        server.replies(receipt).public,
        int(house.world.clock().timestamp()) // 3600,
    )
    assert (review.state, review.claimed_by, review.announced) == ("received", "", False)
    assert review.benchmarks == ("B",)


async def test_where_it_is_so_set_no_kind_and_no_province_are_kept(house: House, dara: Talk) -> None:
    await with_settings(house, incident_heads=False)
    await Teller(house, dara).hand_in()
    [review] = await kept(house)
    assert (review.head.category, review.head.province, review.head.source, review.benchmarks) == ("", "", "", ())
    assert review.head.urgency == "days"
    assert review.head.reply_to.startswith("age1")


async def test_people_are_told_before_which_of_both_it_is(house: House, dara: Talk) -> None:
    [before] = await dara.say("/incident")
    [privacy] = await dara.say("/privacy")
    for shown in (before, privacy):
        assert "urgency, province and benchmarks" in shown.text
    await with_settings(house, incident_heads=False)
    [before] = await dara.say("/incident")
    [privacy] = await dara.say("/privacy")
    for shown in (before, privacy):
        assert "urgency, province and benchmarks" not in shown.text
        assert "nothing else of it" in shown.text
