"""When programs hand in, people still can: they press a sign, and what came meanwhile is marked."""

from __future__ import annotations

import datetime as dt

import pytest
from conftest import House
from incident_story import Teller, incidents

from bot.talk import Talk
from handlers.flood import Flood
from sandbox.world import World
from texts.incidents import SIGNS, Telling

START = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)


def after(count_: int, minutes: float = 0.0) -> Flood:
    """A flood's measure after so many incidents, one each so many minutes."""
    measure = Flood()
    for n in range(count_):
        measure.note(START + dt.timedelta(minutes=n * minutes))
    return measure


def test_thirty_in_an_hour_are_none_too_many_and_the_next_meets_the_challenge() -> None:
    assert not after(29).is_on(START)
    assert after(30).is_on(START)


def test_many_over_many_hours_are_no_flood() -> None:
    assert not after(100, minutes=5).is_on(START + dt.timedelta(minutes=500))


def test_a_flood_is_over_after_an_hour() -> None:
    assert after(40).is_on(START + dt.timedelta(minutes=59))
    assert not after(40).is_on(START + dt.timedelta(minutes=61))


# In the conversation


MOST = 3
"""After as many in an hour the next meets the challenge in these conversations; the real number is tested above."""


@pytest.fixture
async def crowd(house: House, world: World, dara: Talk, monkeypatch: pytest.MonkeyPatch) -> Teller:
    """Somebody at the review, after so much was handed in that it is a flood."""
    monkeypatch.setattr(Flood.__init__, "__defaults__", (MOST,))
    await house.restart()
    sender = Teller(house, house.talk(world.add_person("A program")))
    for _ in range(MOST):
        await sender.hand_in()
    teller = Teller(house, dara)
    await teller.tell()
    return teller


def sign_asked(teller: Teller) -> str:
    """The sign that the challenge wants."""
    texts = {name: Telling.challenge(None, name, "en").text for name in SIGNS}  # type: ignore[arg-type]
    wanted = teller.text.rpartition(": ")[2].strip()
    return next(name for name, text in texts.items() if f"<b>{wanted}</b>" in text)


async def test_during_a_flood_a_person_presses_the_right_sign_and_is_handed_in_and_marked(
    house: House, crowd: Teller
) -> None:
    before = len(incidents(house))
    [challenge] = await crowd.do("f:send")
    assert "Very many messages" in challenge.text
    assert {f"f:is:{name}" for name in SIGNS} <= set(crowd.buttons)
    assert len(incidents(house)) == before
    right = sign_asked(crowd)
    wrong = next(name for name in SIGNS if name != right)
    [again] = await crowd.do(f"f:is:{wrong}")
    assert "Very many messages" in again.text
    assert sign_asked(crowd) != right
    assert len(incidents(house)) == before
    await crowd.do(f"f:is:{sign_asked(crowd)}")
    assert "Your receipt" in crowd.text
    marked = [incident["flood"] for incident in incidents(house)]
    assert marked.count(True) == 1
    assert len(marked) == before + 1


async def test_the_right_sign_of_somebody_else_opens_nothing(house: House, world: World, crowd: Teller) -> None:
    await crowd.do("f:send")
    other = house.talk(world.add_person("Vanna"))
    await other.say("/start")
    before = len(incidents(house))
    for name in SIGNS:
        await other.tap(f"f:is:{name}")
    assert len(incidents(house)) == before


async def test_an_hour_later_nobody_is_challenged(house: House, crowd: Teller) -> None:
    crowd.world.advance(dt.timedelta(hours=1, minutes=5))
    await crowd.do("f:send")
    assert "Your receipt" in crowd.text
    assert not any(incident["flood"] for incident in incidents(house))


async def test_what_was_answered_can_still_be_changed_during_a_challenge(house: House, crowd: Teller) -> None:
    await crowd.do("f:send")
    assert "Very many messages" in crowd.text
    await crowd.do("/incident")
    assert crowd.asked == "review"
    await crowd.do("f:change:state", "f:c:state:released")
    assert "Released" in crowd.text
