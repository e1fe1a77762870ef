"""What became of a case since the report: proposed by one, published by another, told to those who asked for it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from backstage import Backstage
from conftest import House
from incident_story import count, later
from refs import all_refs, cards_of, labels, languages, opened, shown, speak

from bot.talk import Seen, Talk
from facts.report import Report
from forms.case_news import APPEAL, FAMILY, HEALTH, HEARING, HELD, KINDS, LAWYER, MEMBERS_ONLY, RELEASE, SENTENCE
from forms.clock import Clock
from forms.moment import Moment
from sandbox.records import Chat, Person
from sandbox.world import World
from storage.audit import Act
from storage.case_entries import CaseEntry
from storage.members import Member, Role
from storage.official import write
from texts.cards import Cards
from texts.frame import Quote
from texts.language import plain
from texts.living_cases import LivingCases, Reader, happenings, visible

CASE, OTHER = "trial-2022-08-10", "trial-2022-06-14"
SINCE = "Since then, by the network (not the UN)"
NEWS = "There is news of a case that is followed here."
WORDS, SOURCE = "Room 3 of the court of appeal.", "a document of the court"
NOON = dt.datetime(2026, 11, 23, 5, tzinfo=dt.UTC)
TODAY = NOON.date()


def entry(kind: str, iso: str = "2026-11-20", words: str = WORDS, **more: Any) -> CaseEntry:
    """Something that was published."""
    when = Moment(dt.datetime.fromisoformat(iso), "day").to_json()
    told: dict[str, Any] = {"source": SOURCE, "by": "Gecko-0", "language": "en", "published_on": "2026-11-20"}
    return CaseEntry(CASE, kind, when, words=words, **(told | more))


class Newsroom:
    """People with roles, and what was published behind the scenes."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.world: World = house.world
        self.tables = Backstage(house).tables
        self._backstage = Backstage(house)
        self.members: dict[str, Member] = {}

    async def person(self, name: str, role: Role = Role.PUBLIC) -> Talk:
        """Somebody in a private chat with the bot."""
        person = self.world.add_person(name)
        if role is not Role.PUBLIC:
            self.members[name] = await self.house.admit(person, role)
        talk = self.house.talk(person)
        await talk.say("/start")
        await talk.press("English")
        return talk

    async def publish(self, *entries: CaseEntry) -> list[CaseEntry]:
        """Put these on their cards without asking anybody."""
        return [await self._backstage.do(partial(self.tables.case_entries.add, one)) for one in entries]

    async def published(self) -> list[CaseEntry]:
        return await self._backstage.do(self.tables.case_entries.all)

    async def acts(self) -> list[str]:
        """What was done, as the audit has it, newest first."""
        return [one.act for one in await self._backstage.do(lambda: self.tables.audit.last(50))]

    async def revoke(self, person: Person) -> None:
        await self._backstage.revoke(person)

    def after(self, seconds: float = 2) -> None:
        self.world.advance(dt.timedelta(seconds=seconds))


@pytest.fixture(autouse=True)
def monday_noon(world: World) -> None:
    """In Phnom Penh, before the bot starts."""
    world.advance(NOON - world.clock())


@pytest.fixture
async def room(house: House) -> Newsroom:
    return Newsroom(house)


@pytest.fixture
async def lotus(room: Newsroom) -> Talk:
    """An editor."""
    return await room.person("Lin", Role.EDITOR)


@pytest.fixture
async def teak(room: Newsroom, lotus: Talk) -> Talk:
    """Another editor."""
    return await room.person("Tola", Role.EDITOR)


@pytest.fixture
async def visitor(room: Newsroom) -> Talk:
    return await room.person("Vanna")


@pytest.fixture(scope="module")
def cards(report: Report) -> Cards:
    return cards_of(report)


async def card(talk: Talk, case: str = CASE) -> Seen:
    """The card as it is now; a press that changes nothing shows nothing new."""
    talk.world.advance(dt.timedelta(seconds=2))
    seen = [*(await talk.tap(f"c:{case}")), talk.last]
    assert seen[0] is not None
    return seen[0]


async def propose(
    talk: Talk, kind: str, day: str = "tomorrow 8 am", words: str | None = WORDS, source: str = SOURCE, case: str = CASE
) -> list[Seen]:
    """Fill in the form, and send it."""
    await card(talk, case)
    await talk.press("✎ Add news")
    await talk.tap(f"f:c:news:{kind}")
    await talk.say(day)
    await talk.press("✔ Yes")
    await (talk.tap("f:skip:news_words") if words is None else talk.say(words))
    await talk.say(source)
    return await talk.press("📨 Send")


async def waiting(talk: Talk) -> list[str]:
    """The data of the buttons of what waits for a second person."""
    return [one for one in opened((await talk.say("/approvals"))[-1]) if re.fullmatch("pr:[0-9a-f]{12}", one)]


async def approve(talk: Talk, which: int = 0) -> Seen:
    """Look at what waits, and approve it; what was looked at."""
    looked = (await talk.tap((await waiting(talk))[which]))[-1]
    await talk.press("✔ Approve")
    return looked


def told(world: World, talk: Talk) -> Callable[[], list[str]]:
    """What the bot says to somebody from now on."""
    before = set(world.private_chat(talk.person).messages)

    def since() -> list[str]:
        messages = world.private_chat(talk.person).messages
        return [m.get("text", "") for n, m in messages.items() if n not in before and m["from"]["id"] == world.bot.id]

    return since


# Publishing


async def test_what_one_proposes_and_another_approves_stands_below_what_the_report_says(
    lotus: Talk, teak: Talk, visitor: Talk
) -> None:
    before = await card(visitor)
    await propose(lotus, HEARING)
    assert (await card(visitor)).text == before.text, "not before it is approved"
    looked = await approve(teak)
    for said in ("Hearing: Tuesday 24 November 2026, 08:00", WORDS, SOURCE, "to everybody", "Trial"):
        assert said in looked.text
    after = await card(visitor)
    assert after.text.startswith(before.text), "the report's part is unchanged"
    own = after.text.removeprefix(before.text)
    assert own.lstrip().startswith(SINCE)
    assert f"Hearing: Tuesday 24 November 2026, 08:00\n“{WORDS}”\nSource: {SOURCE}" in own
    assert "Next hearing: Tuesday 24 November 2026, 08:00" in own


async def test_nobody_approves_what_they_proposed(lotus: Talk, teak: Talk, room: Newsroom) -> None:
    await propose(lotus, HEARING)
    [data] = await waiting(lotus)
    looked = (await lotus.tap(data))[-1]
    assert "✔ Approve" not in labels(looked)
    assert await room.published() == []


async def test_several_proposals_on_one_case_wait_side_by_side(lotus: Talk, teak: Talk, room: Newsroom) -> None:
    await propose(lotus, HEARING)
    await propose(lotus, SENTENCE, "yesterday at noon")
    await propose(lotus, HEARING, "in 3 days", case=OTHER)
    assert len(await waiting(teak)) == 3
    for _ in range(3):
        await approve(teak)
    assert sorted((one.case, one.kind) for one in await room.published()) == [
        (OTHER, HEARING),
        (CASE, HEARING),
        (CASE, SENTENCE),
    ]
    assert await waiting(teak) == []


async def test_the_only_editor_publishes_alone_and_that_is_noted(lotus: Talk, room: Newsroom) -> None:
    seen = await propose(lotus, HEARING)
    assert seen[-1].text.startswith("✔ Published.")
    assert len(await room.published()) == 1
    assert Act.SINGLE in await room.acts()


async def test_what_was_declined_is_not_published(lotus: Talk, teak: Talk, room: Newsroom) -> None:
    await propose(lotus, HEARING)
    [data] = await waiting(teak)
    await teak.tap(data)
    await teak.press("Decline")
    assert await room.published() == []
    assert Act.DECLINED in await room.acts()


async def test_of_the_day_only_what_was_understood_is_kept(lotus: Talk, room: Newsroom) -> None:
    await propose(lotus, FAMILY, "about 3 days ago")
    [kept] = await room.published()
    assert set(kept.when) == {"at", "precision", "part", "about", "until"}
    assert Moment.from_json(kept.when) == Moment(dt.datetime(2026, 11, 20), "day", about=True)
    assert (kept.by, kept.published_on) == (room.members["Lin"].handle, "2026-11-23")


async def test_of_what_began_only_the_beginning_is_kept(lotus: Talk, room: Newsroom) -> None:
    await propose(lotus, HELD, "since 1 November")
    [kept] = await room.published()
    assert Moment.from_json(kept.when) == Moment(dt.datetime(2026, 11, 1), "day")


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in (HEARING, APPEAL)])
async def test_only_hearings_and_last_days_for_appeals_may_be_to_come(lotus: Talk, kind: str) -> None:
    await card(lotus)
    await lotus.press("✎ Add news")
    await lotus.tap(f"f:c:news:{kind}")
    [asked] = await lotus.say("tomorrow")
    assert "has not come yet" in asked.text


@pytest.mark.parametrize("kind", [HEARING, APPEAL])
async def test_hearings_and_last_days_for_appeals_may_be_to_come(lotus: Talk, kind: str) -> None:
    """Control."""
    await card(lotus)
    await lotus.press("✎ Add news")
    await lotus.tap(f"f:c:news:{kind}")
    [asked] = await lotus.say("tomorrow at noon")
    assert "Tuesday 24 November 2026" in asked.text


async def test_another_kind_of_news_asks_for_its_day_again(lotus: Talk, room: Newsroom) -> None:
    await card(lotus)
    await lotus.press("✎ Add news")
    await lotus.tap("f:c:news:hearing")
    await lotus.press("Tomorrow")
    await lotus.tap("f:skip:news_words")
    await lotus.say(SOURCE)
    await lotus.press("✎ What kind of news")
    [asked] = await lotus.tap("f:c:news:release")
    assert "On which day was it" in asked.text
    await lotus.press("Yesterday")
    await lotus.press("📨 Send")
    [kept] = await room.published()
    assert (kept.kind, kept.when["at"]) == (RELEASE, "2026-11-22T00:00")


async def test_a_form_that_was_left_goes_on_for_its_case_and_begins_anew_for_another(lotus: Talk) -> None:
    await card(lotus)
    await lotus.press("✎ Add news")
    await lotus.tap("f:c:news:hearing")
    await lotus.press("💾 Save and leave")
    await card(lotus)
    [asked] = await lotus.press("✎ Add news")
    assert "On which day?" in asked.text
    await lotus.press("💾 Save and leave")
    await card(lotus, OTHER)
    [asked] = await lotus.press("✎ Add news")
    assert "What happened in this case" in asked.text


# Who may


async def test_only_editors_are_offered_to_add_news_and_only_in_private(
    lotus: Talk, visitor: Talk, room: Newsroom, house: House, world: World
) -> None:
    monitor = await room.person("Mony", Role.MONITOR)
    coordinator = await room.person("Chenda", Role.COORDINATOR)
    group = world.add_group("Network", people=(lotus.person,))
    talk = house.talk(lotus.person, group)
    await talk.say("/case Kem Sokha")
    assert "✎ Add news" in labels(await card(lotus)), "control"
    assert "✎ Add news" in labels(await card(coordinator))
    for other in (visitor, monitor, talk):
        assert "✎ Add news" not in labels(await card(other))
        [toast] = await other.tap(f"cn:{CASE}")
        assert toast.text == plain("en", "This button is from an older version. Please send /start.")


async def test_who_is_no_editor_any_more_finds_neither_form_nor_button(lotus: Talk, room: Newsroom) -> None:
    await card(lotus)
    await lotus.press("✎ Add news")
    await room.revoke(lotus.person)
    [toast] = await lotus.tap("f:c:news:hearing")
    assert toast.text == plain("en", "This button is from an older version. Please send /start.")
    assert "✎ Add news" not in labels(await card(lotus))


@pytest.mark.parametrize("data", ["cn:no-such-case", "cn:all:no-such-case", "cn:r:0123456789ab"])
async def test_a_button_of_a_case_or_entry_that_is_not_there_opens_nothing(
    lotus: Talk, house: House, data: str
) -> None:
    await card(lotus)
    [toast] = await lotus.tap(data)
    assert toast.kind == "toast"
    assert count(house, "drafts") == 0


# What only members see


@pytest.mark.parametrize("kind", KINDS)
async def test_health_and_contacts_are_shown_to_members_in_private_alone(
    room: Newsroom, visitor: Talk, house: House, world: World, kind: str
) -> None:
    monitor = await room.person("Mony", Role.MONITOR)
    group = house.talk(monitor.person, world.add_group("Network", people=(monitor.person,)))
    await group.say("/case Kem Sokha")
    await room.publish(entry(kind, words="A quiet sign."))
    secret = kind in MEMBERS_ONLY
    assert "A quiet sign." in (await card(monitor)).text
    for public in (visitor, group):
        assert ("A quiet sign." not in (await card(public)).text) is secret
        assert (SINCE not in (await card(public)).text) is secret, "not even that there is something"
        await card(public)
        assert ("A quiet sign." not in (await public.tap(f"cn:all:{CASE}"))[-1].text) is secret


async def test_what_only_members_see_says_so_and_can_not_be_forwarded(room: Newsroom, visitor: Talk) -> None:
    monitor = await room.person("Mony", Role.MONITOR)
    await room.publish(entry(HEALTH), entry(HEARING))
    seen = (await monitor.say("/case 10 August 2022"))[-1]
    assert "🔒 Only members see this." in seen.text
    assert seen.message["has_protected_content"]
    seen = (await visitor.say("/case 10 August 2022"))[-1]
    assert SINCE in seen.text, "control"
    assert "🔒" not in seen.text
    assert not seen.message.get("has_protected_content")


# Being told


async def asks(talk: Talk, case: str = CASE) -> list[Seen]:
    """Ask for news of the case, by the button of its card."""
    seen = await card(talk, case)
    return await talk.press("🔔 Remind me" if "🔔 Remind me" in labels(seen) else "🔔 Remind this group")


def heard_in(world: World, chat: Chat) -> list[str]:
    """Everything that the bot says in a chat."""
    return [m.get("text", "") for m in chat.messages.values() if m["from"]["id"] == world.bot.id]


async def test_who_asked_for_a_case_is_told_without_a_word_of_what_it_is(
    lotus: Talk, teak: Talk, visitor: Talk, world: World
) -> None:
    [said] = await asks(visitor)
    assert "the number of this chat, encrypted" in said.text
    heard = told(world, visitor)
    await propose(lotus, HEARING)
    assert heard() == [], "not before it is published"
    await approve(teak)
    assert heard() == [f"🔔 {NEWS}"]
    newest = max(world.private_chat(visitor.person).messages.items())[1]
    [[button], [stop]] = newest["reply_markup"]["inline_keyboard"]
    assert (button["callback_data"], stop["callback_data"]) == (f"c:{CASE}", f"sb:off:case:{CASE}")


async def test_the_stop_below_the_news_ends_it(lotus: Talk, teak: Talk, visitor: Talk, world: World) -> None:
    await asks(visitor)
    await propose(lotus, HEARING)
    await approve(teak)
    [said] = await visitor.tap(f"sb:off:case:{CASE}")
    assert "I remind here no more of" in said.text
    heard = told(world, visitor)
    await propose(lotus, SENTENCE, "yesterday at noon")
    await approve(teak)
    assert heard() == []


async def test_the_two_who_publish_it_are_not_told_again(lotus: Talk, teak: Talk, visitor: Talk, world: World) -> None:
    for talk in (lotus, teak, visitor):
        await asks(talk)
    first, second, third = told(world, lotus), told(world, teak), told(world, visitor)
    await propose(lotus, HEARING)
    await approve(teak)
    assert not [said for said in first() + second() if NEWS in said]
    assert third() == [f"🔔 {NEWS}"], "control"


async def test_nobody_is_told_of_another_case_or_after_they_stopped(
    lotus: Talk, visitor: Talk, world: World, house: House
) -> None:
    await asks(visitor, OTHER)
    heard = told(world, visitor)
    await propose(lotus, HEARING)
    assert heard() == []
    await asks(visitor)
    await card(visitor)
    await visitor.press("🔕 No more reminders of it")
    assert "🔔 Remind me" in labels(await card(visitor))
    heard = told(world, visitor)
    await propose(lotus, SENTENCE, "yesterday at noon")
    assert heard() == []
    assert count(house, "subscriptions") == 1


@pytest.mark.parametrize("kind", [HEALTH, LAWYER])
async def test_of_what_only_members_see_only_they_are_told(
    lotus: Talk, visitor: Talk, room: Newsroom, world: World, kind: str
) -> None:
    monitor = await room.person("Mony", Role.MONITOR)
    for talk in (visitor, monitor):
        await asks(talk)
    public, member = told(world, visitor), told(world, monitor)
    await propose(lotus, kind, "yesterday at noon")
    assert public() == []
    assert member() == [f"🔔 {NEWS}"]


async def test_who_is_no_member_any_more_keeps_what_is_public_and_hears_nothing_else(
    lotus: Talk, room: Newsroom, world: World
) -> None:
    monitor = await room.person("Mony", Role.MONITOR)
    await asks(monitor)
    await room.revoke(monitor.person)
    heard = told(world, monitor)
    await propose(lotus, HEALTH, "yesterday at noon")
    assert heard() == []
    await propose(lotus, HEARING)
    assert heard() == [f"🔔 {NEWS}"]


async def test_a_group_is_told_of_public_news_alone_even_if_all_in_it_are_members(
    lotus: Talk, house: House, world: World
) -> None:
    group = world.add_group("Network", people=(lotus.person,))
    talk = house.talk(lotus.person, group)
    await talk.say("/case Kem Sokha")
    await asks(talk)
    await propose(lotus, HEALTH, "yesterday at noon")
    assert not [said for said in heard_in(world, group) if NEWS in said]
    await propose(lotus, HEARING)
    assert [said for said in heard_in(world, group) if NEWS in said] == [f"🔔 {NEWS}"]


async def test_news_in_the_night_waits_for_the_morning(lotus: Talk, visitor: Talk, house: House, world: World) -> None:
    await asks(visitor)
    heard = told(world, visitor)
    world.advance(dt.timedelta(hours=10))
    await propose(lotus, HEARING)
    assert heard() == [], "it is ten in the evening"
    await later(house, dt.timedelta(hours=9, minutes=5))
    assert heard() == [f"🔔 {NEWS}"]


async def test_forgetting_ends_what_somebody_asked_for(visitor: Talk, lotus: Talk, house: House, world: World) -> None:
    await asks(visitor)
    assert count(house, "subscriptions") == 1, "control"
    await visitor.say("/privacy")
    [done] = await visitor.press("Forget my language and my reminders")
    assert "no more reminders come" in done.text
    assert count(house, "subscriptions") == count(house, "listeners") == 0
    heard = told(world, visitor)
    await propose(lotus, HEARING)
    assert heard() == []


# Retracting


async def test_retracting_takes_two_people_too(lotus: Talk, teak: Talk, visitor: Talk, room: Newsroom) -> None:
    before = await card(visitor)
    await room.publish(entry(HEARING))
    await card(lotus)
    await lotus.press("News of this case in full")
    await lotus.press("✖ 1")
    await lotus.press("✖ Retract it")
    assert SINCE in (await card(visitor)).text, "not before it is approved"
    looked = await approve(teak)
    assert "taken off the card" in looked.text
    assert WORDS in looked.text
    assert (await card(visitor)).text == before.text
    assert await room.published() == []


async def test_what_was_retracted_meanwhile_is_not_retracted_again(lotus: Talk, teak: Talk, room: Newsroom) -> None:
    [kept] = await room.publish(entry(HEARING))
    await card(lotus)
    await lotus.tap(f"cn:r:{kept.id}:yes")
    await Backstage(room.house).do(lambda: room.tables.case_entries.retract(kept.id))
    looked = await approve(teak)
    assert "not on the card any more" in looked.text
    assert Act.VOIDED in await room.acts()
    [toast] = await lotus.tap(f"cn:r:{kept.id}:yes")
    assert "not on the card any more" in toast.text


async def test_only_editors_are_offered_to_retract(visitor: Talk, room: Newsroom) -> None:
    monitor = await room.person("Mony", Role.MONITOR)
    [kept] = await room.publish(entry(HEARING, words="w" * 600))
    for talk in (visitor, monitor):
        await card(talk)
        whole = (await talk.tap(f"cn:all:{CASE}"))[-1]
        assert not [label for label in labels(whole) if label.startswith("✖")]
        [toast] = await talk.tap(f"cn:r:{kept.id}:yes")
        assert toast.kind == "toast"
    assert len(await room.published()) == 1


# On the card


async def test_the_newest_six_stand_on_the_card_and_the_earlier_ones_on_pages(visitor: Talk, room: Newsroom) -> None:
    await room.publish(*(entry(HEARING, f"2026-10-{n:02}", f"News number {n}.") for n in range(1, 21)))
    seen = await card(visitor)
    assert re.findall(r"News number (\d+)\.", seen.text) == ["20", "19", "18", "17", "16", "15"]
    found: list[str] = []
    page = (await visitor.press("Earlier news of this case"))[-1]
    for _ in range(4):
        found += re.findall(r"News number (\d+)\.", page.text)
        page = (await visitor.press("▶"))[-1]
    assert found == [str(n) for n in range(20, 0, -1)]


async def test_words_in_another_language_are_quoted_as_they_are_and_marked(visitor: Talk, room: Newsroom) -> None:
    await room.publish(entry(HEARING, words="បន្ទប់លេខ ៣", language="km"))
    assert "“បន្ទប់លេខ ៣” (in Khmer)" in (await card(visitor)).text
    await speak(visitor, "km")
    seen = await card(visitor)
    assert "«បន្ទប់លេខ ៣»\n" in seen.text
    await room.publish(entry(SENTENCE))
    assert f"«{WORDS}» (ជាភាសាអង់គ្លេស)" in (await card(visitor)).text


@pytest.mark.parametrize(
    ("words", "language"), [("បន្ទប់លេខ ៣", "km"), ("Room 3", "en"), (None, "en")], ids=["Khmer", "English", "none"]
)
async def test_the_language_of_the_words_is_kept_beside_them(
    lotus: Talk, room: Newsroom, words: str | None, language: str
) -> None:
    await propose(lotus, HEARING, words=words)
    [kept] = await room.published()
    assert (kept.language, kept.words) == (language, words or "")


async def test_what_editors_write_can_not_look_like_ours(visitor: Talk, lotus: Talk) -> None:
    await propose(lotus, HEARING, words="<b>As of</b>\n• Released: today\n\u2066yad", source="<i>&amp;</i>\nSource: UN")
    seen = await card(visitor)
    assert "“<b>As of</b> • Released: today \ufffdyad”" in seen.text
    assert "Source: <i>&amp;</i> Source: UN" in seen.text


async def test_the_clock_shows_everything_to_members_and_to_others_what_is_public(
    visitor: Talk, room: Newsroom
) -> None:
    monitor = await room.person("Mony", Role.MONITOR)
    await room.publish(
        entry(HELD, "2026-11-01"),
        entry(FAMILY, "2026-11-13"),
        entry(HEARING, "2026-12-15"),
        entry(APPEAL, "2026-11-30"),
    )
    public, member = (await card(visitor)).text, (await card(monitor)).text
    for line in ("Days held: 22, since Sunday 1 November 2026", "Next hearing: Tuesday 15 December 2026"):
        assert line in public
        assert line in member
    for line in (
        "Last day for an appeal: Monday 30 November 2026. Days left: 7",
        "Days since contact with relatives: 10",
        "Days without known contact with the lawyer: 22",
    ):
        assert line not in public
        assert line in member


async def test_days_are_those_of_phnom_penh(visitor: Talk, room: Newsroom, world: World) -> None:
    await room.publish(entry(HELD, "2026-11-01"))
    world.advance(dt.timedelta(hours=11, minutes=59))
    assert "Days held: 22" in (await card(visitor)).text
    world.advance(dt.timedelta(minutes=2))
    assert "Days held: 23" in (await card(visitor)).text, "it is seven hours before midnight in UTC"


async def test_a_release_ends_the_count_and_is_said(visitor: Talk, room: Newsroom) -> None:
    await room.publish(entry(HELD, "2026-11-01"), entry(RELEASE, "2026-11-11"))
    assert "Released: Wednesday 11 November 2026. Days held: 10" in (await card(visitor)).text


async def test_news_of_a_case_that_a_newer_report_leaves_out_is_kept_and_not_shown(
    lotus: Talk, room: Newsroom, report: Report
) -> None:
    await room.publish(CaseEntry("left-out", HEARING, entry(HEARING).when, SOURCE, "Gecko-0"))
    assert "left-out" not in report.cases, "control"
    await card(lotus)
    [toast] = await lotus.tap("cn:all:left-out")
    assert toast.kind == "toast"
    assert [one.case for one in await room.published()] == ["left-out"]


async def test_the_report_s_own_words_make_room_for_news(
    visitor: Talk, room: Newsroom, house: House, cards: Cards
) -> None:
    """They are then a button away."""
    [place] = cards.places(f"c:{CASE}")
    wording = " ".join(f"heron{n}" for n in range(160))
    symbol = cards.report.document.symbol
    write(house.settings.official_file, symbol, [(place, None, "Heading", wording, wording)])
    assert "heron159" in (await card(visitor)).text, "control"
    await room.publish(*(entry(HEARING, f"2026-11-{n:02}", "w" * 600) for n in range(1, 7)))
    seen = await card(visitor)
    assert "heron159" not in seen.text
    assert SINCE in seen.text
    assert "heron159" in (await visitor.press("📖 Its own words"))[-1].text


# Everything fits


def much(most: int) -> list[CaseEntry]:
    """News of every kind, twice, as long as it may be."""
    kinds = enumerate(KINDS * 2, 1)
    return [entry(kind, f"2026-11-{n:02}", "ឃ" * most, source="ក" * 200) for n, kind in kinds]


@languages
@pytest.mark.parametrize("most", [0, 80, 600])
def test_every_card_with_the_longest_news_is_one_that_telegram_takes(cards: Cards, language: str, most: int) -> None:
    texts = LivingCases(cards.frame.entries)
    reader = Reader(language, member=True, editor=True)
    news = visible(much(most), member=True)
    clock = Clock.of(happenings(news), TODAY)
    quotes = (Quote("41", "&" * 1499),)
    for case in cards.report.cases:
        several = [cards.cases.card(case, language, quotes, folded=folded) for folded in (False, True)]
        for screen in (
            texts.beside(several, case, news, clock, reader),
            texts.beside(several[:1], case, news, clock, reader),
            texts.all(case, 1, news, clock, reader),
        ):
            assert len(shown(screen).encode("utf-16-le")) // 2 <= 4096, case


@languages
def test_the_data_of_every_button_fits(cards: Cards, language: str) -> None:
    texts = LivingCases(cards.frame.entries)
    longest = max(cards.report.cases, key=len)
    assert f"c:{longest}" in all_refs(cards.report), "control"
    reader = Reader(language, member=True, editor=True)
    news = visible(much(600), member=True)
    screens = [
        texts.all(longest, 1, news, Clock(), reader),
        texts.news(longest, language),
        texts.ask(news[0], language),
        texts.beside([cards.cases.card(longest, language)], longest, news, Clock(), reader),
    ]
    data = [button.data or "" for screen in screens for row in screen.rows for button in row]
    assert f"sb:off:case:{longest}" in data, "control"
    assert max(map(len, data)) <= 64
