"""Members who do several things at once: two devices, an incident of their own, another language, a restart."""

from __future__ import annotations

import datetime as dt

import pytest
from backstage import Backstage
from conftest import House
from incident_story import Teller, incidents, later
from queue_story import Colleague, Office, colleague, datas

from bot.talk import Seen
from forms.appeals import KINDS, TRIAL, step_of
from forms.broadcast import BY_ROLE, ROLES
from forms.register import FORMS
from handlers.desks import LEAST
from storage.deadlines import Deadline
from storage.drafts import Desk
from storage.members import Role

CASE, CALL = "trial-2022-08-10", "0a1b2c3d"
BEGINNINGS = {
    "reply": "an:R-AAA2",
    "reason": "j:fi:R-AAA2:0101",
    "note": "j:no:R-AAA2",
    "paragraph_en": "j:su:R-AAA2:en",
    "paragraph_km": "j:su:R-AAA2:km",
    **{kind.form: f"j:of:R-AAA2:{kind.name}:open" for kind in KINDS.values()},
    "own_note": "j:ow:R-AAA2:add",
    "link": "j:li:R-AAA2:find",
    "same": "j:du:R-AAA2:name",
    "case_news": f"cn:{CASE}",
    "assessment": "as:B:go",
    "deadline": "dl:new",
    "broadcast": "bc:new",
    "submitters": f"sm:who:{CALL}",
    "section_owner": f"wp:new:{CALL}:B",
    "section_due": f"wp:day:{CALL}:B",
}
"""The button that begins each form of a member."""
ANSWERS = {
    **{step_of(one): f"f:c:{step_of(one)}:unknown" for one in TRIAL.questions},
    "news": "f:c:news:health",
    "news_since": "yesterday",
    "own_grade": "f:c:own_grade:variable",
    "same": "R-BBB3",
    "dl_kind": "f:c:dl_kind:own",
    "dl_day": "tomorrow",
    "dl_hour": "f:c:dl_hour:whole",
    "dl_zone": "f:c:dl_zone:geneva",
    "dl_repeats": "f:c:dl_repeats:once",
    "dl_internal": "f:skip:dl_internal",
    "benchmarks": "f:skip:benchmarks",
    "dl_responsible": "f:skip:dl_responsible",
    "wp_due": "tomorrow",
    "section_due": "tomorrow",
}
"""What answers questions that do not take any words."""
RESULTS = {
    "reply": "answered",
    "reason": "proposed",
    "note": "noted",
    **{kind.form: "noted" for kind in KINDS.values()},
    "own_note": "noted",
    "case_news": "proposed",
    "assessment": "assessed",
}
"""What the audit says once a form was sent."""


@pytest.fixture
async def kim(house: House) -> Colleague:
    """A coordinator who has claimed an incident."""
    one = await colleague(house, "Kim", Role.COORDINATOR)
    office = Office(house)
    reply_to = house.office.recipients[0]
    await office.came("R-AAA2", claimed_by=one.handle, reply_to=reply_to, urgency="days", announced=True)
    await office.came("R-BBB3", announced=True)
    backstage = Backstage(house)
    call = Deadline("Call for information", "2099-05-15", "Europe/Zurich", id=CALL)
    await backstage.do(lambda: backstage.tables.deadlines._keep(call))
    return one


@pytest.fixture
async def other(house: House, kim: Colleague) -> Colleague:
    """Somebody who could approve."""
    return await colleague(house, "Vanna", Role.COORDINATOR)


async def do(who: Colleague, said: str) -> list[Seen]:
    """Press what looks like data, write all else."""
    data = said in ("wipe", "q") or (":" in said and " " not in said)
    who.house.world.advance(dt.timedelta(seconds=2))
    return await (who.talk.tap(said) if data else who.talk.say(said))


async def desk(house: House, who: Colleague) -> Desk:
    """The forms that are begun."""
    backstage = Backstage(house)
    return await backstage.do(lambda: backstage.tables.drafts.of(who.person.id, int(house.world.now())))


async def send(who: Colleague) -> None:
    """Answer whatever is asked, and send it."""
    for _ in range(16):
        buttons = datas(who.talk.last)
        if "f:send" in buttons:
            await do(who, "f:send")
            for decide in [data for data in datas(who.talk.last) if data.startswith("as:B:yes")]:
                await do(who, decide)
            if "broadcast" in await desk(who.house, who):
                await _goes_out(who)
            return
        await do(who, _answer(buttons, next(iter(await desk(who.house, who)))))
    raise AssertionError(f"the form does not end: {who.talk.last}")


async def _goes_out(who: Colleague) -> None:
    """A broadcast stays open until it is told for whom it is."""
    await do(who, f"bc:to:{BY_ROLE}:{ROLES[0]}")
    [decide] = [data for data in datas(who.talk.last) if data.startswith("bc:send:")]
    await do(who, decide)


def _answer(buttons: list[str], form: str) -> str:
    named = [one.split(":")[2 if one.startswith("f:c:") else -1] for one in buttons if one.count(":") > 1]
    step = next((one for one in named if not one.isdigit()), form)
    return f"f:yes:{step}" if f"f:yes:{step}" in buttons else ANSWERS.get(step, "Some words.")


async def results(house: House, form: str) -> int:
    """How often such a form was handed in."""
    return [act for _, act, _ in await Office(house).acts()].count(RESULTS[form])


def test_every_form_of_members_is_tried() -> None:
    assert set(BEGINNINGS) == set(LEAST)


@pytest.mark.parametrize("form", BEGINNINGS)
async def test_a_form_that_a_restart_interrupts_goes_on_where_it_was(
    house: House, kim: Colleague, other: Colleague, form: str
) -> None:
    for step in range(len(FORMS[form].steps) + 1):
        await do(kim, BEGINNINGS[form])
        for _ in range(step):
            if "f:send" not in datas(kim.talk.last):
                await do(kim, _answer(datas(kim.talk.last), form))
        before = await desk(house, kim)
        await house.restart()
        assert await desk(house, kim) == before
        await kim.talk.say("/incident")
    await send(kim)
    assert form not in await desk(house, kim)
    if form in RESULTS:
        assert await results(house, form) == 1


@pytest.mark.parametrize("form", BEGINNINGS)
async def test_a_members_form_can_be_cancelled_wiped_left_and_told_in_another_language(
    house: House, kim: Colleague, other: Colleague, form: str
) -> None:
    await do(kim, BEGINNINGS[form])
    await kim.talk.say("/cancel")
    await do(kim, "f:cancel:yes")
    assert await desk(house, kim) == {}
    await do(kim, BEGINNINGS[form])
    await kim.talk.say("/wipe")
    assert await desk(house, kim) == {}
    await do(kim, BEGINNINGS[form])
    await do(kim, "f:leave")
    [left] = (await desk(house, kim)).values()
    assert left.left
    await kim.talk.say("/incident")
    question = kim.talk.last
    await kim.talk.say("/language")
    await do(kim, "lang:km")
    assert datas(kim.talk.last) == datas(question), "the same question, in the other language"
    assert question is not None
    assert kim.talk.last is not None
    assert kim.talk.last.text != question.text
    await send(kim)
    if form in RESULTS:
        assert await results(house, form) == 1


@pytest.mark.parametrize("form", BEGINNINGS)
async def test_a_members_form_ends_after_24_hours_and_its_owner_is_told(
    house: House, kim: Colleague, other: Colleague, form: str
) -> None:
    await do(kim, BEGINNINGS[form])
    before = len(kim.heard())
    await later(house, dt.timedelta(hours=24, minutes=1))
    assert await desk(house, kim) == {}
    assert len(kim.heard()) <= before + 2
    await do(kim, "f:send")
    if form in RESULTS:
        assert await results(house, form) == 0
    assert (await kim.say("/benchmark D")).text.startswith("D.")


async def test_two_devices_that_fill_in_two_forms_never_mix_them(
    house: House, kim: Colleague, other: Colleague
) -> None:
    await do(kim, BEGINNINGS["reply"])
    await do(kim, "For the reporter.")
    await do(kim, BEGINNINGS["note"])
    await do(kim, "For the team.")
    await do(kim, "f:send")
    assert (await results(house, "note"), await results(house, "reply")) == (1, 0)
    assert "For the reporter." in str((await desk(house, kim))["reply"].progress)
    for _ in range(2):
        await do(kim, "f:send")
        assert (await results(house, "note"), await results(house, "reply")) == (1, 1)


async def test_send_that_two_devices_press_sends_once(house: House, kim: Colleague, other: Colleague) -> None:
    for form in ("reply", "note", "reason"):
        await do(kim, BEGINNINGS[form])
        await do(kim, "Some words.")
        message_id = max(house.world.private_chat(kim.person).messages)

        def both(number: int = message_id) -> None:
            for _ in range(2):
                house.world.tap(kim.person, number, data="f:send")

        await kim.talk.after(both)
        assert await results(house, form) == 1


async def test_an_incident_that_a_member_tells_themselves_goes_on_after_what_interrupts_it(
    house: House, kim: Colleague, other: Colleague
) -> None:
    teller = Teller(house, kim.talk)
    await teller.tell("affected")
    question = kim.talk.last
    assert question is not None
    for ending in ("f:send", "f:cancel:yes"):
        await do(kim, BEGINNINGS["reply"])
        await do(kim, BEGINNINGS["note"])
        await do(kim, "Some words.")
        await do(kim, ending)
        assert "reply" in await desk(house, kim)
        await do(kim, "Other words.")
        seen = await do(kim, ending)
        assert datas(seen[-1]) == datas(question), "the question of the incident again"
        assert not (await desk(house, kim))["incident"].left
    await do(kim, "7")
    await teller.tell("review")
    await teller.do("f:send")
    [told] = [one for one in incidents(house) if "answers" in one]
    assert told["answers"]["affected"] == {"n": 7}
    assert "ther words." not in str(told["answers"])


async def test_an_incident_that_was_left_stays_left_after_a_members_form(
    house: House, kim: Colleague, other: Colleague
) -> None:
    """Only what the form itself interrupted is gone on with."""
    teller = Teller(house, kim.talk)
    await teller.tell("affected")
    await do(kim, "f:leave")
    await do(kim, BEGINNINGS["note"])
    await do(kim, "Some words.")
    await do(kim, "f:send")
    assert (await desk(house, kim))["incident"].left


@pytest.mark.parametrize("form", BEGINNINGS)
async def test_buttons_of_an_older_version_leave_a_members_form_where_it_was(
    house: House, kim: Colleague, other: Colleague, form: str
) -> None:
    await do(kim, BEGINNINGS[form])
    before = await desk(house, kim)
    for old in (
        "f:c:answer:1",
        "f:ok:words",
        "f:skip:reason+",
        "f:back:nothing",
        "f:change:reply",
        "f:yes:when",
        "r:1",
    ):
        await kim.talk.tap(old)
        assert await desk(house, kim) == before
    await send(kim)


async def test_somebody_revoked_in_the_middle_of_a_form_sends_nothing(
    house: House, kim: Colleague, other: Colleague
) -> None:
    await do(kim, BEGINNINGS["reply"])
    await do(kim, "Some words.")
    await Office(house).revoke(kim.handle)
    await do(kim, "f:send")
    assert await results(house, "reply") == 0
