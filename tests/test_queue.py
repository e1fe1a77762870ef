"""The queue: what coordinators see of what came in, who takes it on, and that no group ever hears what it is about."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pytest
from conftest import House
from incident_story import Teller, at_noon, incidents, later
from queue_story import Colleague, Office, colleague, datas, labels, links, listed

from bot.talk import Seen
from sandbox.records import Chat, Person
from sandbox.world import World
from storage.members import Role
from storage.proposals import Kind, Proposals
from storage.reviews import Source, Went

WEEK = 7 * 24


@pytest.fixture
def office(house: House, world: World) -> Office:
    """What is in the tables, at noon: no hour and no day ends while somebody presses a few buttons."""
    at_noon(world)
    return Office(house)


@pytest.fixture
async def lotus(house: House) -> Colleague:
    """A coordinator who reads English."""
    return await colleague(house, "Chanthy", Role.COORDINATOR)


@pytest.fixture
async def teak(house: House) -> Colleague:
    """A coordinator who reads Khmer."""
    return await colleague(house, "Bopha", Role.COORDINATOR, "km")


@pytest.fixture
async def admin(house: House) -> Colleague:
    return await colleague(house, "Vanna", Role.ADMIN)


@pytest.fixture
def guest(world: World) -> Person:
    """Somebody in the coordinators' group who has no role."""
    return world.add_person("Guest")


@pytest.fixture
async def room(world: World, office: Office, lotus: Colleague, teak: Colleague, guest: Person) -> Chat:
    """The coordinators' group: a forum in which the bot speaks in one topic."""
    people = (lotus.person, teak.person, guest)
    chat = world.add_group("Coordinators", people=people, topics=("General", "Queue"), bot=True)
    await office.meet_in(chat, max(chat.topics))
    return chat


def only(seen: list[Seen]) -> Seen:
    """The one screen among what was seen."""
    [screen] = [one for one in seen if one.kind != "toast"]
    return screen


def toast(seen: list[Seen]) -> str:
    [one] = [one.text for one in seen if one.kind == "toast"]
    return one


# The list


async def test_what_needs_somebody_most_comes_first(office: Office, lotus: Colleague) -> None:
    await office.came("R-AAA2", 3)
    await office.came("R-AAA3", 50)
    await office.came("R-AAA4", 90, claimed_by=lotus.handle)
    await office.came("R-AAA5", 1, urgency="hours")
    await office.came("R-AAA6", 200, urgency="hours", claimed_by=lotus.handle)
    assert listed(await lotus.say("/queue")) == ["R-AAA5", "R-AAA3", "R-AAA2", "R-AAA6", "R-AAA4"]


async def test_a_line_says_reference_kind_urgency_age_and_who_has_it(
    office: Office, lotus: Colleague, teak: Colleague
) -> None:
    await office.came("R-AAA2", 49, urgency="hours")
    await office.came("R-AAA3", 5, category="land", urgency="none", claimed_by=lotus.handle)
    await office.came("R-AAA4", category="sensitive", urgency="weeks", claimed_by=teak.handle)
    await office.came("R-AAA5", 24, category="", urgency="")
    seen = await lotus.say("/queue")
    assert labels(seen)[:4] == [
        "R-AAA2 · Arrest · hours ⚠ · 2 d",
        "R-AAA5 · 1 d",
        "R-AAA3 · Land, forest, eviction · record · 5 h ★",
        "R-AAA4 · For trained people · weeks · under 1 h ✍",
    ]
    assert "⚠ somebody must act within hours · ★ with you · ✍ with somebody else" in seen.text
    assert labels(await teak.say("/queue"))[0] == "R-AAA2 · ការចាប់ខ្លួន · គិតជាម៉ោង ⚠ · 2 ថ្ងៃ"


async def test_eight_stand_on_a_page_and_turning_edits_in_place(office: Office, lotus: Colleague) -> None:
    for n in range(17):
        await office.came(f"R-AA{n:02}", 100 - n)
    first = await lotus.say("/queue")
    assert (len(listed(first)), "2/3" in labels(first)) == (8, False)
    second = only(await lotus.press("q:open:2"))
    assert (second.kind, second.message["message_id"]) == ("edited", first.message["message_id"])
    assert listed(second) == [f"R-AA{n:02}" for n in range(8, 16)]
    assert listed(only(await lotus.press("q:open:3"))) == ["R-AA16"]
    await lotus.press("q:open:1")
    assert "3/3" in labels(only(await lotus.tap("q:open:99"))), "a page that is no more is the last one"


async def test_each_part_holds_what_belongs_to_it_and_its_number_stands_beside_it(
    office: Office, house: House, lotus: Colleague, teak: Colleague
) -> None:
    await office.came("R-NEW2")
    await office.came("R-MNE2", 2, claimed_by=lotus.handle)
    await office.came("R-HRS2", 3, urgency="hours", claimed_by=teak.handle)
    await office.came("R-PLD2", WEEK + 1, claimed_by=teak.handle, province="12", benchmarks=("M",))
    await office.came("R-CLS2", 4, state="closed", claimed_by=lotus.handle)
    await office.came("R-GNE2", 4)
    await office.withdraw("R-GNE2")
    proposals = Proposals(office._database, office._server)
    now = int(house.world.clock().timestamp())
    await office.do(lambda: proposals.propose(Kind.CONFIRM, "R-HRS2", {}, teak.handle, now))
    await office.do(lambda: proposals.propose(Kind.CONFIRM, "R-MNE2", {}, lotus.handle, now))
    seen = await lotus.say("/queue")
    shown = {label for label in labels(seen) if label[-1].isdigit()}
    assert {"• All 4", "New 1", "Mine 1", "⚠ Urgent 1", "Over a week 1", "Your yes 1", "Closed 1"} <= shown
    for part, reference in {
        "new": "R-NEW2",
        "mine": "R-MNE2",
        "urgent": "R-HRS2",
        "old": "R-PLD2",
        "waiting": "R-HRS2",
        "closed": "R-CLS2",
    }.items():
        assert listed(only(await lotus.press(f"q:{part}:1"))) == [reference], part
    assert "R-PLD2" in listed(only(await lotus.press("q:open:1")))


async def test_a_benchmark_and_a_province_are_chosen_among_those_that_have_any(
    office: Office, lotus: Colleague, teak: Colleague
) -> None:
    await office.came("R-AAA2")
    await office.came("R-AAA3", province="12", benchmarks=("M",))
    await lotus.say("/queue")
    letters = only(await lotus.press("q:letters"))
    assert labels(letters)[:3] == ["B 1", "D 1", "M 1"]
    chosen = only(await lotus.press("q:on-M:1"))
    assert listed(chosen) == ["R-AAA3"]
    assert chosen.text.startswith("Queue · M. ")
    await lotus.say("/queue")
    assert labels(only(await lotus.press("q:provinces")))[:2] == ["Kandal 1", "Phnom Penh 1"]
    assert listed(only(await lotus.press("q:in-08:1"))) == ["R-AAA2"]
    await teak.say("/queue")
    assert labels(only(await teak.press("q:provinces")))[0] == "កណ្តាល 1"


TYPED = {
    "open": ("", "all", "ទាំងអស់"),
    "new": ("new", "NEW", "unclaimed", "ថ្មី"),
    "mine": ("mine", " Mine ", "របស់ខ្ញុំ"),
    "urgent": ("urgent", "បន្ទាន់"),
    "old": ("older", "week"),
    "waiting": ("waiting", "រង់ចាំ"),
    "closed": ("closed", "បិទ"),
    "on-D": ("D", "d", "benchmark D", "ចំណុចវាស់វែង D"),
    "in-08": ("kandal", "KANDAL", "Kandal province", "កណ្ដាល"),
}


@pytest.mark.parametrize(("words", "part"), [(words, part) for part, all_ in TYPED.items() for words in all_])
async def test_a_part_can_be_typed_in_either_language(office: Office, lotus: Colleague, words: str, part: str) -> None:
    for n in range(9):
        await office.came(
            f"R-AAA{n}", WEEK + 1, urgency="hours", claimed_by=lotus.handle * (part != "new"),
            state="closed" if part == "closed" else "read",
        )  # fmt: skip
    seen = await lotus.say(f"/queue {words}")
    if part == "waiting":
        assert "Nobody waits for your decision." in seen.text
    else:
        assert f"q:{part}:2" in datas(seen)


async def test_an_empty_queue_says_something_kind(lotus: Colleague, teak: Colleague) -> None:
    assert "Everything that came in was seen to. Thank you." in (await lotus.say("/queue")).text
    assert "If you have the strength" in (await lotus.say("/queue mine")).text
    assert "សូមអរគុណ" in (await teak.say("/queue")).text
    assert "Nothing of that is open." in (await lotus.say("/queue D")).text


# One incident


@pytest.mark.parametrize("typed", ["R-7F3K", "r-7f3k", "R 7F3K", "r7f3k", "R - 7f3k", " R-7F3K "])
async def test_a_reference_opens_its_card_however_it_is_written(office: Office, lotus: Colleague, typed: str) -> None:
    await office.came("R-7F3K")
    assert (await lotus.say(f"/queue {typed}")).text.startswith("R-7F3K · Arrest")


async def test_what_is_not_here_and_what_never_was_a_reference_are_answered_alike(
    office: Office, lotus: Colleague
) -> None:
    await office.came("R-7F3K")
    asked = ("R-7F3L", "R-ZZZZ", "R-7F3K2", "xyzzy", "'; DROP TABLE reviews", "R-7F3", "<b>")
    answers = {(await lotus.say(f"/queue {one}")).text for one in asked} | {(await lotus.say("/start q_R-7F3L")).text}
    assert len(answers) == 1
    assert answers.pop().startswith("There is nothing here by that name.")


async def test_the_card_tells_what_is_known_without_opening_anything(
    office: Office, lotus: Colleague, teak: Colleague
) -> None:
    await office.came("R-7F3K", 50, urgency="hours", flood=True, state="checking", claimed_by=teak.handle)
    seen = await lotus.say("/queue R-7F3K")
    assert seen.message["has_protected_content"]
    said = (
        "Act: Within hours", "Province: Kandal", "Benchmarks: B. ", "; D. ", "Came: 2 d ago", "State: being checked",
        f"With: {teak.handle}", "some of that may be made up",
    )  # fmt: skip
    for one in said:
        assert one in seen.text, one
    assert "Only for trained people" not in seen.text
    khmer = (await teak.say("/queue R-7F3K")).text
    for one in ("កណ្តាល", "កំពុងផ្ទៀងផ្ទាត់", "2 ថ្ងៃមុន", "អ្នកទទួលបន្ទុក៖ លោកអ្នក"):
        assert one in khmer, one


async def test_what_is_about_children_or_sexual_violence_is_for_trained_people(
    office: Office, lotus: Colleague
) -> None:
    await office.came("R-7F3K", category="sensitive", benchmarks=())
    seen = await lotus.say("/queue R-7F3K")
    assert seen.text.startswith("R-7F3K · For trained people")
    assert "Only for trained people." in seen.text
    assert "Benchmarks" not in seen.text


async def test_only_what_is_possible_now_is_shown(
    office: Office, house: House, lotus: Colleague, teak: Colleague, admin: Colleague
) -> None:
    await office.came("R-7F3K")
    claim, release, over = "r:claim:R-7F3K", "r:release:R-7F3K", "r:over:R-7F3K"
    read, judge, answer = "rd:R-7F3K", "j:R-7F3K", "an:R-7F3K"
    rest = ["q", "home"]
    assert datas(await lotus.say("/queue R-7F3K")) == [claim, *rest]
    mine = only(await lotus.press(claim))
    assert datas(mine) == [read, judge, answer, release, over, *rest]
    assert datas(await teak.say("/queue R-7F3K")) == rest
    assert datas(await admin.say("/queue R-7F3K")) == [release, over, *rest]
    proposals = Proposals(office._database, office._server)
    now = int(house.world.clock().timestamp())
    await office.do(lambda: proposals.propose(Kind.CONFIRM, "R-7F3K", {}, lotus.handle, now))
    assert datas(await teak.say("/queue R-7F3K")) == [read, *rest], "who is asked to decide may read"
    review = await office.of("R-7F3K")
    await office.keep(replace(review, head=replace(review.head, reply_to="")))
    assert answer not in datas(await lotus.say("/queue R-7F3K")), "there is nothing to seal an answer to"
    await office.keep(replace(review, state="closed"))
    assert datas(await lotus.say("/queue R-7F3K")) == [read, judge, answer, *rest]


async def test_the_way_back_leads_to_the_page_one_came_from(office: Office, lotus: Colleague) -> None:
    for n in range(12):
        await office.came(f"R-AA{n:02}", 100 - n)
    await lotus.say("/queue new")
    await lotus.press("q:new:2")
    await lotus.press("r:R-AA10:new:2")
    assert "q:new:2" in datas(only(await lotus.press("r:claim:R-AA10:new:2")))
    assert listed(only(await lotus.press("q:new:2"))) == ["R-AA08", "R-AA09", "R-AA11"]


# Who has it


async def test_claiming_edits_the_card_in_place_and_is_written_down(office: Office, lotus: Colleague) -> None:
    await office.came("R-7F3K")
    card = await lotus.say("/queue R-7F3K")
    seen = await lotus.press("r:claim:R-7F3K")
    assert toast(seen) == "R-7F3K is with you now."
    assert (only(seen).kind, only(seen).message["message_id"]) == ("edited", card.message["message_id"])
    review = await office.of("R-7F3K")
    assert (review.claimed_by, review.claimed_hour) == (lotus.handle, office.hour)
    assert (await office.acts())[-1] == (lotus.handle, "claimed", "R-7F3K")


async def test_who_comes_a_second_late_sees_who_has_it_and_the_card_as_it_stands(
    office: Office, lotus: Colleague, teak: Colleague
) -> None:
    await office.came("R-7F3K")
    await lotus.say("/queue R-7F3K")
    await teak.say("/queue R-7F3K")
    await lotus.press("r:claim:R-7F3K")
    late = await teak.press("r:claim:R-7F3K")
    assert toast(late) == f"{lotus.handle} បានទទួលបន្ទុក R-7F3K រួចហើយ។"
    assert lotus.handle in only(late).text
    assert (await office.of("R-7F3K")).claimed_by == lotus.handle
    assert [one for one in await office.acts() if one[1] == "claimed"] == [(lotus.handle, "claimed", "R-7F3K")]


async def test_two_who_press_at_once_make_one_claim(
    office: Office, house: House, lotus: Colleague, teak: Colleague
) -> None:
    await office.came("R-7F3K")
    cards = [await one.say("/queue R-7F3K") for one in (lotus, teak)]
    await house.stop()
    for one, card in zip((lotus, teak), cards, strict=True):
        house.world.tap(one.person, card.message["message_id"], data="r:claim:R-7F3K", chat=one.talk.chat)
    await house.start()
    await house.settle()
    assert (await office.of("R-7F3K")).claimed_by == lotus.handle
    assert len([one for one in await office.acts() if one[1] == "claimed"]) == 1


async def test_releasing_makes_it_free_for_others(office: Office, lotus: Colleague, teak: Colleague) -> None:
    await office.came("R-7F3K", claimed_by=lotus.handle)
    await lotus.say("/queue mine")
    await lotus.press("r:R-7F3K:mine:1")
    seen = await lotus.press("r:release:R-7F3K:mine:1")
    assert toast(seen) == "R-7F3K is free again."
    assert (await office.of("R-7F3K")).claimed_by == ""
    assert (await office.acts())[-1] == (lotus.handle, "released", "R-7F3K")
    await teak.say("/queue R-7F3K")
    await teak.press("r:claim:R-7F3K")
    assert (await office.of("R-7F3K")).claimed_by == teak.handle


async def test_handing_over_tells_the_other_in_neutral_words(
    office: Office, lotus: Colleague, teak: Colleague, admin: Colleague
) -> None:
    await office.came("R-7F3K", claimed_by=lotus.handle)
    await lotus.say("/queue R-7F3K")
    choice = only(await lotus.press("r:over:R-7F3K"))
    assert sorted(labels(choice)[:2]) == sorted([teak.handle, admin.handle])
    seen = await lotus.press(f"r:over:R-7F3K:{teak.handle}")
    assert toast(seen) == f"R-7F3K is with {teak.handle} now, who was told."
    assert (await office.of("R-7F3K")).claimed_by == teak.handle
    assert (await office.acts())[-1] == (lotus.handle, "handed over", f"R-7F3K:{teak.handle}")
    assert teak.heard()[-1] == f"{lotus.handle} បានប្រគល់ R-7F3K ឱ្យលោកអ្នក។"
    assert admin.heard() == admin.heard()[:1], "nobody else is told"
    assert "អ្នកទទួលបន្ទុក៖ លោកអ្នក" in only(await teak.tap("r:R-7F3K")).text


async def test_an_admin_may_release_and_hand_over_for_somebody_who_fell_ill_and_they_are_told(
    office: Office, lotus: Colleague, teak: Colleague, admin: Colleague
) -> None:
    await office.came("R-7F3K", claimed_by=lotus.handle)
    await admin.say("/queue R-7F3K")
    await admin.press("r:over:R-7F3K")
    await admin.press(f"r:over:R-7F3K:{teak.handle}")
    assert (await office.of("R-7F3K")).claimed_by == teak.handle
    assert lotus.heard()[-1] == f"{admin.handle} saw to it that R-7F3K is not with you any more."
    await admin.press("r:release:R-7F3K")
    assert (await office.of("R-7F3K")).claimed_by == ""
    assert (await office.acts())[-1] == (admin.handle, "released", "R-7F3K")


@pytest.mark.parametrize("forged", ["r:release:R-7F3K", "r:over:R-7F3K", "r:over:R-7F3K:{own}", "r:claim:R-7F3K"])
async def test_what_another_has_cannot_be_taken_by_a_forged_button(
    office: Office, lotus: Colleague, teak: Colleague, forged: str
) -> None:
    before = await office.came("R-7F3K", claimed_by=lotus.handle)
    await teak.say("/queue R-7F3K")
    seen = await teak.tap(forged.format(own=teak.handle))
    assert toast(seen)
    assert await office.of("R-7F3K") == before
    assert [one for one in await office.acts() if one[0] == teak.handle] == []


async def test_it_is_handed_over_to_coordinators_only(
    office: Office, house: House, lotus: Colleague, teak: Colleague
) -> None:
    editor = await colleague(house, "Editor", Role.EDITOR)
    gone = await colleague(house, "Gone", Role.COORDINATOR)
    await office.revoke(gone.handle)
    before = await office.came("R-7F3K", claimed_by=lotus.handle)
    await lotus.say("/queue R-7F3K")
    assert {editor.handle, gone.handle} & set(labels(only(await lotus.press("r:over:R-7F3K")))) == set()
    for handle in (editor.handle, gone.handle, lotus.handle, "Nobody-1"):
        await lotus.tap(f"r:over:R-7F3K:{handle}")
        assert await office.of("R-7F3K") == before, handle
    await lotus.tap(f"r:over:R-7F3K:{teak.handle}")
    assert (await office.of("R-7F3K")).claimed_by == teak.handle, "control: a coordinator gets it"


async def test_who_is_alone_learns_that_there_is_nobody_to_hand_it_to(office: Office, lotus: Colleague) -> None:
    await office.came("R-7F3K", claimed_by=lotus.handle)
    await lotus.say("/queue R-7F3K")
    assert "There is no other coordinator yet" in only(await lotus.press("r:over:R-7F3K")).text


async def test_what_somebody_had_who_was_revoked_is_free(office: Office, lotus: Colleague, teak: Colleague) -> None:
    await office.came("R-7F3K", claimed_by=lotus.handle)
    assert "r:claim:R-7F3K" not in datas(await teak.say("/queue R-7F3K"))
    await office.revoke(lotus.handle)
    assert listed(await teak.say("/queue new")) == ["R-7F3K"]
    await teak.say("/queue R-7F3K")
    await teak.press("r:claim:R-7F3K")
    assert (await office.of("R-7F3K")).claimed_by == teak.handle


async def test_what_was_withdrawn_says_only_that_and_where_it_went(
    office: Office, lotus: Colleague, teak: Colleague
) -> None:
    review = await office.came("R-7F3K", 50, claimed_by=lotus.handle, sources=(Source("0102", "A"),), finding="01")
    await lotus.say("/queue R-7F3K")
    await office.keep(replace(review, went=(Went("opened", lotus.handle, "2026-11-20"),)))
    await office.withdraw("R-7F3K")
    seen = only(await lotus.tap("r:release:R-7F3K"))
    assert seen.text == (
        "R-7F3K\nThe reporter withdrew it. It is deleted here; please use it no further.\n\n"
        f"Where it went before:\n• opened in the chat by {lotus.handle}, 2026-11-20"
    )
    assert datas(seen) == ["q", "home"]
    for data in ("r:claim:R-7F3K", "r:over:R-7F3K", f"r:over:R-7F3K:{teak.handle}"):
        await lotus.tap(data)
        assert (await office.of("R-7F3K")).state == "withdrawn"
    assert await office.acts() == []
    await office.came("R-7F3L", 50)
    await office.withdraw("R-7F3L")
    assert "គ្មាននរណាបានអានវាទេ" in (await teak.say("/queue R-7F3L")).text


async def test_a_button_of_what_is_deleted_says_that_it_is_not_here(office: Office, lotus: Colleague) -> None:
    await office.came("R-7F3K")
    await lotus.say("/queue R-7F3K")
    await office.do(lambda: office._database.execute("DELETE FROM incidents", ()))
    for data in ("r:R-7F3K", "r:claim:R-7F3K", "r:release:R-7F3K", "r:over:R-7F3K", "r:over:R-7F3K:Lotus-4"):
        assert toast(await lotus.tap(data)) == "That is not here any more."


# For whom it is


@pytest.mark.parametrize("role", [Role.PUBLIC, Role.MONITOR, Role.EDITOR])
async def test_for_all_others_there_is_no_queue(office: Office, house: House, role: Role) -> None:
    await office.came("R-7F3K")
    person = house.world.add_person("Somebody")
    if role is not Role.PUBLIC:
        await house.admit(person, role)
    talk = house.talk(person)
    await talk.say("/start")
    home = await talk.press("English")
    [command] = await talk.say("/queue")
    [unknown] = await talk.say("/quux")
    assert command.text == unknown.text.replace("quux", "queue")
    [link] = await talk.say("/start q_R-7F3K")
    assert link.text == home[-1].text
    [old] = await talk.tap("zz:never")
    for data in ("q", "q:open:1", "q:letters", "r:R-7F3K", "r:claim:R-7F3K", "r:over:R-7F3K:Lotus-4"):
        assert await talk.tap(data) == [old], data
    assert (await office.of("R-7F3K")).claimed_by == ""


async def test_a_role_that_was_taken_back_ends_at_once(office: Office, lotus: Colleague) -> None:
    await office.came("R-7F3K")
    await lotus.say("/queue R-7F3K")
    await office.revoke(lotus.handle)
    seen = await lotus.press("r:claim:R-7F3K")
    assert [one.kind for one in seen] == ["toast"]
    assert (await office.of("R-7F3K")).claimed_by == ""
    assert (await lotus.say("/queue")).text.startswith("I do not know /queue")


# In the group


async def test_the_group_sees_ten_lines_and_links_and_nothing_else(
    office: Office, room: Chat, lotus: Colleague
) -> None:
    for n in range(12):
        await office.came(f"R-AA{n:02}", 100 - n, claimed_by=lotus.handle * (n == 11))
    seen = await lotus.say("/queue", room)
    assert seen.text.splitlines()[2:] == [
        *(f"R-AA{n:02} · Arrest · days · {'4' if n < 5 else '3'} d" for n in range(10)),
        "And 2 more: /queue",
    ]
    assert links(seen) == [f"https://t.me/{office.house.world.bot.username}?start=q_R-AA{n:02}" for n in range(10)]
    assert datas(seen) == []


@pytest.mark.parametrize("words", ["R-7F3K", "D", "kandal", "mine", "closed", "nonsense"])
async def test_in_the_group_every_question_has_the_same_answer(
    office: Office, room: Chat, lotus: Colleague, words: str
) -> None:
    await office.came("R-7F3K")
    await office.came("R-7F3L", province="12", benchmarks=("M",))
    assert (await lotus.say(f"/queue {words}", room)).text == (await lotus.say("/queue", room)).text


async def test_no_button_of_the_queue_works_in_the_group(office: Office, room: Chat, lotus: Colleague) -> None:
    await office.came("R-7F3K")
    await lotus.say("/queue", room)
    talk = lotus.house.talk(lotus.person, room)
    talk.last = lotus.talk.last
    for data in ("q", "q:open:1", "q:provinces", "r:R-7F3K", "r:claim:R-7F3K"):
        assert [one.kind for one in await talk.tap(data)] == ["toast"], data
    assert (await office.of("R-7F3K")).claimed_by == ""


async def test_other_groups_and_guests_of_the_room_hear_nothing(
    office: Office, house: House, world: World, room: Chat, guest: Person, lotus: Colleague
) -> None:
    await office.came("R-7F3K")
    other = world.add_group("Friends", people=(lotus.person,), bot=True)
    assert await house.talk(lotus.person, other).say("/queue") == []
    assert await house.talk(guest, room).say("/queue") == []
    assert "R-7F3K" in (await lotus.say("/queue", room)).text, "control"


async def test_the_link_from_the_group_opens_the_card_in_private(office: Office, room: Chat, lotus: Colleague) -> None:
    await office.came("R-7F3K")
    [link] = links(await lotus.say("/queue", room))
    payload = link.partition("?start=")[2]
    assert "Province: Kandal" in (await lotus.say(f"/start {payload}")).text


# What the group ever hears

CANARY = "Sokha Canary"
NEUTRAL = {
    "Arrest · hours ⚠ · under n h",
    "Arrest · hours ⚠ · n d",
    "ការចាប់ខ្លួន · គិតជាម៉ោង ⚠ · n ថ្ងៃ",
    "ការចាប់ខ្លួន · គិតជាថ្ងៃ · ក្រោម n ម៉ោង",
    "ការចាប់ខ្លួន · គិតជាថ្ងៃ · n ថ្ងៃ",
}
"""Everything that the group hears of an incident besides its reference, with any number."""
WORDS = "They came with two cars; the elder brother is called Canary."


async def test_in_a_whole_story_the_group_hears_nothing_of_what_it_is_about(
    house: House, world: World, office: Office, room: Chat, lotus: Colleague, teak: Colleague
) -> None:
    teller = Teller(house, house.talk(world.add_person(CANARY, username="canary_sings")))
    for urgency, language in (("hours", "en"), ("days", "km")):
        await office.speaks(room, language)
        await teller.hand_in(
            account=(WORDS, "f:ok:account"),
            where=("f:c:where:in:08", "f:c:where:here:08"),
            urgency=(f"f:c:urgency:{urgency}",),
        )
        await later(house, dt.timedelta(minutes=16))
        await lotus.say("/queue", room)
        await lotus.say("/queue D", room)
        await later(house, dt.timedelta(hours=30))
    references = [one["reference"] for one in incidents(house)]
    for reference in references:
        await lotus.say(f"/queue {reference}")
        await lotus.press(f"r:claim:{reference}")
        await lotus.press(f"r:over:{reference}")
        await lotus.press(f"r:over:{reference}:{teak.handle}")
    await lotus.say("/queue", room)
    await later(house, dt.timedelta(days=8))
    said = [one for one in room.messages.values() if one["from"]["is_bot"]]
    assert len(said) >= 9, "the group was spoken to"
    lines = [line for one in said for line in one.get("text", "").splitlines() if line.startswith("R-")]
    assert {re.sub(r"\d+", "n", line[9:]) for line in lines} == NEUTRAL
    assert {line[:6] for line in lines} == set(references)
    whole = str(said)
    secrets = ("Kandal", "កណ្តាល", "brother", "cars", "anary", "B.", "enchmark", "ចំណុច", lotus.handle, teak.handle)
    assert [one for one in secrets if one in whole] == []
    card = (await teak.say(f"/queue {references[0]}")).text
    assert "កណ្តាល" in card, "control: in private the province is told"
    assert "B." in card
    everything = "\n".join(lotus.heard() + teak.heard())
    assert "Canary" not in everything, "who told it and what they said is nowhere but behind Read"
