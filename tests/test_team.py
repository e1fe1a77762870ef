"""The team: how people come in by a link and a spoken word, and how a role ends."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import pytest
from conftest import House
from incident_story import at_noon, later, rows

from bot.talk import Seen, Talk
from handlers.allowance import Allowance
from sandbox.records import Person
from sandbox.world import World
from storage.audit import Audit, Entry
from storage.database import Database
from storage.invites import Invites
from storage.members import Member, Members, Role
from storage.proposals import Kind, Proposals
from storage.reviews import Head, Review, Reviews
from storage.rooms import Room, Rooms
from storage.sealing import ServerKey
from texts import audit, invites, otherwise, people, roles, rooms
from texts.screen import Screen
from texts.spoken import WORDS

T = TypeVar("T")

HOUR = dt.timedelta(hours=1)
DEAD = invites.dead("en").text.unescape()


class Network:
    """A team at work, with whoever it needs."""

    def __init__(self, house: House, world: World) -> None:
        self.house = house
        self.world = world

    def stranger(self, name: str = "Visitor", language: str = "en") -> Talk:
        """Somebody with no role."""
        return self.house.talk(self.world.add_person(name, language_code=language))

    async def member(self, role: Role, name: str = "Member") -> Talk:
        """Somebody with this role."""
        talk = self.stranger(name)
        await talk.say("/start")
        await self.house.admit(talk.person, role)
        return talk

    async def within(self, deed: Callable[[Database, ServerKey], Awaitable[T]]) -> T:
        """Look into the bot's tables, or change them, beside it."""
        server = ServerKey.load(self.house.settings.server_key, self.world.clock().date())
        database = await Database.open(self.house.database)
        try:
            return await database.write(lambda: deed(database, server))
        finally:
            await database.close()

    async def who(self, person: Person) -> Member | None:
        return await self.within(lambda database, server: Members(database, server).of(person.id))

    async def team(self) -> list[Member]:
        return await self.within(lambda database, server: Members(database, server).all())

    async def log(self) -> list[Entry]:
        """All entries of the audit, oldest first."""
        found = await self.within(lambda database, server: Audit(database, server).last(1000))
        return found[::-1]

    async def invite(self, inviter: Talk, role: str = "editor") -> str:
        """The payload of a new link."""
        await inviter.say("/invite")
        [seen] = await inviter.tap(f"iv:new:{role}")
        return payload(seen)

    async def take_in(self, inviter: Talk, guest: Talk, role: str = "editor") -> None:
        """From the link to the right word."""
        [seen] = await guest.say(f"/start {await self.invite(inviter, role)}")
        latest(inviter)
        await inviter.tap(answer(inviter, spoken_in(seen)))

    def pass_time(self, time: dt.timedelta) -> None:
        self.world.advance(time)


@pytest.fixture
def network(house: House, world: World) -> Network:
    return Network(house, world)


def payload(seen: Seen) -> str:
    """What the link on this screen sends to the bot."""
    match = re.search(r"https://t\.me/sangket_bot\?start=(\S+)", seen.text)
    assert match is not None, seen.text
    return match[1]


def spoken_in(seen: Seen) -> int:
    """The place of the word that is shown."""
    [place] = [n for n, (english, khmer) in enumerate(WORDS) if english in seen.text and khmer in seen.text]
    return place


def latest(talk: Talk) -> Seen:
    """The newest message of the bot in this chat; its buttons are those that are pressed next."""
    messages = [one for one in talk.chat.messages.values() if one["from"]["is_bot"]]
    found = talk._seen({"type": "message", "chat_id": talk.chat.id, "message": messages[-1]})
    assert found is not None
    talk.last = found
    return found


def buttons(talk: Talk) -> list[str]:
    """What the buttons of the latest message send."""
    assert talk.last is not None
    keyboard: list[list[dict[str, Any]]] = talk.last.message.get("reply_markup", {}).get("inline_keyboard", [])
    return [one["callback_data"] for row in keyboard for one in row if "callback_data" in one]


def buttons_of_latest(talk: Talk) -> list[str]:
    latest(talk)
    return buttons(talk)


def answer(talk: Talk, place: int) -> str:
    """The data of the button for this word."""
    [data] = [one for one in buttons(talk) if one.startswith("iv:w:") and one.endswith(f":{place}")]
    return data


def said(screen: Screen) -> str:
    return (
        screen.text.striptags() if "\n" not in screen.text else re.sub("<[^>]+>", "", screen.text).replace("&#39;", "'")
    )


def sent_since(world: World, before: int, talk: Talk) -> list[dict[str, Any]]:
    """The calls that went to this chat since then, without what differs by nature."""
    calls = [one for one in world.calls if one.id > before and str(one.params.get("chat_id")) == str(talk.chat.id)]
    return [{"method": one.method} | {k: v for k, v in one.params.items() if k != "chat_id"} for one in calls]


# The first admin


async def test_the_console_prints_a_code_while_there_is_no_admin_and_it_makes_one(network: Network) -> None:
    [code] = codes(network.house)
    guest = network.stranger()
    [welcome] = await guest.say(f"/start {code}")
    member = await network.who(guest.person)
    assert member is not None
    assert member.role is Role.ADMIN
    assert member.handle in welcome.text
    assert [(one.actor, one.act, one.on) for one in await network.log()] == [("console", "joined", member.handle)]
    assert guest.person.name not in welcome.text


async def test_no_code_is_printed_once_there_is_an_admin(network: Network) -> None:
    await network.member(Role.ADMIN)
    network.house.said.clear()
    await network.house.restart()
    assert codes(network.house) == []


async def test_only_the_newest_code_works(network: Network) -> None:
    await network.house.restart()
    first, second = codes(network.house)
    guest = network.stranger()
    [seen] = await guest.say(f"/start {first}")
    assert seen.text == DEAD
    await guest.say(f"/start {second}")
    assert (await network.who(guest.person)) is not None


async def test_a_code_works_once(network: Network) -> None:
    [code] = codes(network.house)
    one, other = network.stranger("One"), network.stranger("Other")
    await one.say(f"/start {code}")
    [seen] = await other.say(f"/start {code}")
    assert seen.text == DEAD
    assert len(await network.team()) == 1


async def test_a_new_admin_by_the_console_is_told_to_those_who_review(network: Network) -> None:
    coordinator = await network.member(Role.COORDINATOR)
    [code] = codes(network.house)
    guest = network.stranger()
    await guest.say(f"/start {code}")
    member = await network.who(guest.person)
    assert member is not None
    assert latest(coordinator).text.startswith(f"{member.handle} is admin now")


async def test_a_code_under_the_name_of_an_invite_opens_nothing_and_the_other_way_round(network: Network) -> None:
    [code] = codes(network.house)
    invite = await network.invite(await network.member(Role.COORDINATOR))
    guest = network.stranger()
    for wrong in ("i_" + code[2:], "a_" + invite[2:]):
        [seen] = await guest.say(f"/start {wrong}")
        assert seen.text == DEAD
    assert await network.who(guest.person) is None
    await guest.say(f"/start {code}")
    assert await network.who(guest.person) is not None, "the code was not used up"


def codes(house: House) -> list[str]:
    """The codes that the console showed, oldest first."""
    found = [re.findall(r"^/start (a_\S+)$", sentence, re.M) for sentence in house.said]
    links = [re.findall(r"\?start=(a_[A-Za-z0-9_-]+)", sentence) for sentence in house.said]
    assert found == links
    return [code for several in found for code in several]


# Invites


async def test_an_editor_comes_in_by_a_link_and_a_spoken_word(network: Network) -> None:
    inviter, guest = await network.member(Role.COORDINATOR), network.stranger()
    start = await network.invite(inviter, "editor")
    [word] = await guest.say(f"/start {start}")
    assert await network.who(guest.person) is None, "a link alone makes nobody a member"
    question = latest(inviter)
    assert "editor" in question.text
    assert len([one for one in buttons(inviter) if one.startswith("iv:w:")]) == 4
    [seen] = await inviter.tap(answer(inviter, spoken_in(word)))
    member = await network.who(guest.person)
    assert member is not None
    assert member.role is Role.EDITOR
    assert seen.text == said(invites.admitted(member, "en"))
    assert member.handle in latest(guest).text
    assert "/case" in latest(guest).text
    assert (await guest.say("/team"))[0].text.startswith("The team: 2")


async def test_the_log_says_who_invited_whom_by_handles_only(network: Network) -> None:
    inviter, guest = await network.member(Role.COORDINATOR), network.stranger()
    await network.take_in(inviter, guest, "monitor")
    mine, theirs = await network.who(inviter.person), await network.who(guest.person)
    assert mine is not None
    assert theirs is not None
    log = await network.log()
    assert [(one.actor, one.act) for one in log] == [
        (mine.handle, "invited"),
        (mine.handle, "confirmed person"),
        (mine.handle, "joined"),
    ]
    assert log[-1].on == theirs.handle
    assert re.fullmatch("monitor:I-[0-9A-F]{8}", log[0].on)
    assert str(guest.person.id) not in str(log)


async def test_nobody_sees_more_of_somebody_than_the_handle(network: Network) -> None:
    inviter = await network.member(Role.ADMIN, "Chanthy Inviter")
    guest = network.house.talk(network.world.add_person("Dara Guest", username="dara_guest"))
    await network.take_in(inviter, guest)
    await inviter.say("/team")
    await guest.say("/team")
    await inviter.say("/audit")
    for talk, other in ((inviter, guest), (guest, inviter)):
        whole = str([one for one in talk.chat.messages.values() if one["from"]["is_bot"]])
        hidden = [other.person.name, "dara_guest", str(other.person.id)]
        assert not [one for one in hidden if one in whole.replace(str(talk.chat.chat()), "")]


@pytest.mark.parametrize("how", ["wrong word", "not them", "taken back"])
async def test_whoever_is_not_the_one_meant_never_comes_in(network: Network, how: str) -> None:
    inviter, guest = await network.member(Role.COORDINATOR), network.stranger()
    start = await network.invite(inviter)
    [word] = await guest.say(f"/start {start}")
    latest(inviter)
    right = answer(inviter, spoken_in(word))
    wrong = next(one for one in buttons(inviter) if one.startswith("iv:w:") and one != right)
    [no] = [one for one in buttons(inviter) if one.startswith("iv:no:")]
    before = len(guest.chat.messages)
    await inviter.tap({"wrong word": wrong, "not them": no, "taken back": no.replace("iv:no", "iv:x")}[how])
    assert (await network.log())[-1].act == "turned down"
    [toast] = await inviter.tap(right)
    assert toast.text == otherwise.old_button("en").text
    assert await network.who(guest.person) is None
    assert len(guest.chat.messages) == before, "whoever waits is told nothing"
    [seen] = await guest.say(f"/start {start}")
    assert seen.text == DEAD


@pytest.mark.parametrize(
    ("role", "offered"),
    [
        (Role.COORDINATOR, ["monitor", "editor", "coordinator"]),
        (Role.ADMIN, ["monitor", "editor", "coordinator", "admin"]),
    ],
)
async def test_nobody_gives_a_higher_role_than_their_own(network: Network, role: Role, offered: list[str]) -> None:
    inviter = await network.member(role)
    await inviter.say("/invite")
    assert [one[7:] for one in buttons(inviter) if one.startswith("iv:new:")] == offered
    [seen] = await inviter.tap("iv:new:admin")
    assert (seen.text == otherwise.old_button("en").text) == (role is Role.COORDINATOR)


@pytest.mark.parametrize("role", ["coordinator", "admin"])
async def test_a_new_coordinator_or_admin_takes_two_people(network: Network, role: str) -> None:
    inviter, second = await network.member(Role.ADMIN, "A"), await network.member(Role.COORDINATOR, "B")
    guest = network.stranger()
    await network.take_in(inviter, guest, role)
    assert await network.who(guest.person) is None
    assert latest(second).text.startswith((await _handle(network, inviter)) + " asks for a second pair of eyes")
    [data] = buttons(second)
    [look] = await second.tap(data)
    assert roles.name(Role[role.upper()], "en") in look.text
    assert str(guest.person.id) not in str(look.message).replace(str(second.chat.id), "")
    [approve] = [one for one in buttons(second) if one.startswith("pr:y:")]
    await second.tap(approve)
    member = await network.who(guest.person)
    assert member is not None
    assert member.role is Role[role.upper()]
    assert member.handle in latest(guest).text
    texts = [one.get("text", "") for one in inviter.chat.messages.values()]
    assert any(member.handle in text for text in texts)
    acts = [one.act for one in await network.log()]
    assert acts == ["invited", "confirmed person", "proposed", "joined", "approved"]


async def test_a_coordinator_who_would_become_admin_is_not_the_second_person(network: Network) -> None:
    inviter, raised = await network.member(Role.ADMIN, "A"), await network.member(Role.COORDINATOR, "B")
    second = await network.member(Role.COORDINATOR, "C")
    await network.take_in(inviter, raised, "admin")
    assert "second pair of eyes" not in latest(raised).text
    [data] = [one for one in buttons_of_latest(second) if one.startswith("pr:")]
    await second.tap(data)
    [approve] = [one for one in buttons(second) if one.startswith("pr:y:")]
    await raised.tap(approve)
    assert (await network.who(raised.person)).role is Role.COORDINATOR  # type: ignore[union-attr]
    await second.tap(approve)
    assert (await network.who(raised.person)).role is Role.ADMIN, "control"  # type: ignore[union-attr]


async def test_with_one_coordinator_only_it_is_done_and_noted_as_done_alone(network: Network) -> None:
    inviter, guest = await network.member(Role.ADMIN), network.stranger()
    await network.take_in(inviter, guest, "coordinator")
    member = await network.who(guest.person)
    assert member is not None
    assert member.role is Role.COORDINATOR
    assert [one.act for one in await network.log()][-1] == "approved alone"


async def test_what_is_approved_holds_no_telegram_id(network: Network) -> None:
    inviter, _ = await network.member(Role.ADMIN, "A"), await network.member(Role.COORDINATOR, "B")
    guest = network.stranger()
    await network.take_in(inviter, guest, "coordinator")
    now = int(network.world.clock().timestamp())
    [one] = await network.within(lambda database, server: Proposals(database, server).open(now))
    assert one.kind is Kind.COORDINATOR
    assert re.fullmatch("I-[0-9A-F]{8}", one.subject)
    assert dict(one.content) == {"invite": one.subject, "role": "coordinator"}


async def test_an_invite_that_was_taken_back_cannot_be_approved(network: Network) -> None:
    inviter, second = await network.member(Role.ADMIN, "A"), await network.member(Role.COORDINATOR, "B")
    guest = network.stranger()
    await network.take_in(inviter, guest, "coordinator")
    latest(second)
    await second.tap(buttons(second)[0])
    [approve] = [one for one in buttons(second) if one.startswith("pr:y:")]
    await inviter.say("/invite")
    await inviter.tap(next(one for one in buttons(inviter) if one.startswith("iv:x:")))
    await second.tap(approve)
    assert await network.who(guest.person) is None


async def test_somebody_who_is_a_member_rises_and_keeps_the_handle(network: Network) -> None:
    inviter, guest = await network.member(Role.COORDINATOR), await network.member(Role.MONITOR, "Guest")
    before = await _handle(network, guest)
    await network.take_in(inviter, guest, "editor")
    member = await network.who(guest.person)
    assert member is not None
    assert (member.handle, member.role) == (before, Role.EDITOR)


async def test_the_word_is_shown_in_both_languages_the_readers_first(network: Network) -> None:
    inviter = await network.member(Role.COORDINATOR)
    for language, place in (("en", 0), ("km", 1)):
        guest = network.stranger("Guest", language)
        [seen] = await guest.say(f"/start {await network.invite(inviter)}")
        word = WORDS[spoken_in(seen)]
        assert seen.text.index(word[place]) < seen.text.index(word[1 - place])
        assert seen.message.get("has_protected_content")


def test_no_word_is_part_of_another_and_none_is_there_twice() -> None:
    for language in (0, 1):
        words = [one[language] for one in WORDS]
        assert len(words) >= 40
        for word in words:
            assert [one for one in words if word in one] == [word] or word in ("ស្វា",), word


# Links that open nothing


async def test_dead_used_expired_malformed_and_wrong_links_are_answered_byte_for_byte_alike(network: Network) -> None:
    inviter = await network.member(Role.COORDINATOR)
    member = await network.member(Role.EDITOR, "Has it")
    used, ended, live = [await network.invite(inviter) for _ in range(3)]
    await network.stranger().say(f"/start {used}")
    await inviter.say("/invite")
    invite = await network.within(
        lambda database, server: Invites(database, server).find(ended[2:], int(network.world.clock().timestamp()))
    )
    assert invite is not None
    await inviter.tap(f"iv:x:{invite.id}")
    old = await network.invite(inviter)
    network.pass_time(48 * HOUR)
    fresh = await network.invite(inviter)
    tries = {
        "used": used,
        "ended": ended,
        "expired": old,
        "expired too": live,
        "wrong": "i_" + secrets.token_urlsafe(16),
        "wrong code": "a_" + secrets.token_urlsafe(16),
        "malformed": "i_x",
        "empty": "i_",
        "much too long": "i_" + "A" * 62,
        "two words": f"{fresh} x",
        "not Latin": "i_ёжик",
    }
    seen: dict[str, Any] = {}
    for name, start in tries.items():
        guest = network.stranger(name)
        before = network.world.calls[-1].id
        await guest.say(f"/start {start}")
        seen[name] = sent_since(network.world, before, guest)
    before = network.world.calls[-1].id
    await member.say(f"/start {fresh}")
    seen["has the role"] = sent_since(network.world, before, member)
    assert len(seen["wrong"]) == 1
    different = {name: calls for name, calls in seen.items() if calls != seen["wrong"]}
    assert different == {}
    guest = network.stranger()
    before = network.world.calls[-1].id
    await guest.say(f"/start {fresh}")
    assert sent_since(network.world, before, guest) != seen["wrong"], "a live link is answered in another way"


async def test_the_inviter_is_told_kindly_and_nothing_is_used_up(network: Network) -> None:
    inviter = await network.member(Role.COORDINATOR)
    start = await network.invite(inviter)
    [seen] = await inviter.say(f"/start {start}")
    assert seen.text == said(invites.own("en"))
    [word] = await network.stranger().say(f"/start {start}")
    assert spoken_in(word) >= 0


async def test_somebody_who_has_the_role_uses_nothing_up(network: Network) -> None:
    inviter, member = await network.member(Role.COORDINATOR), await network.member(Role.EDITOR, "Has it")
    start = await network.invite(inviter, "editor")
    [seen] = await member.say(f"/start {start}")
    assert seen.text == DEAD
    [word] = await network.stranger().say(f"/start {start}")
    assert spoken_in(word) >= 0


async def test_who_guesses_too_often_is_not_even_listened_to(network: Network) -> None:
    start = await network.invite(await network.member(Role.COORDINATOR))
    guest = network.stranger()
    for _ in range(5):
        await guest.say(f"/start i_{secrets.token_urlsafe(16)}")
    [seen] = await guest.say(f"/start {start}")
    assert seen.text == DEAD
    network.pass_time(HOUR)
    [word] = await guest.say(f"/start {start}")
    assert spoken_in(word) >= 0, "after an hour the link still works"


async def test_control_without_the_limit_the_sixth_guess_is_heard(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = await network.invite(await network.member(Role.COORDINATOR))
    monkeypatch.setattr(Allowance, "is_empty", lambda self, person, now: False)
    guest = network.stranger()
    for _ in range(5):
        await guest.say(f"/start i_{secrets.token_urlsafe(16)}")
    [word] = await guest.say(f"/start {start}")
    assert spoken_in(word) >= 0


@pytest.mark.parametrize("kind", ["w", "no", "x", "i"])
async def test_buttons_of_others_invites_are_answered_as_if_there_were_none(network: Network, kind: str) -> None:
    inviter, other = await network.member(Role.COORDINATOR, "A"), await network.member(Role.COORDINATOR, "B")
    guest = network.stranger()
    [word] = await guest.say(f"/start {await network.invite(inviter)}")
    latest(inviter)
    right = answer(inviter, spoken_in(word))
    _, _, invite_id, place = right.split(":")
    real = f"iv:{kind}:{invite_id}" + (f":{place}" if kind == "w" else "")
    made_up = f"iv:{kind}:I-00000000" + (f":{place}" if kind == "w" else "")
    assert (await other.tap(real)) == (await other.tap(made_up)) == [Seen("toast", otherwise.old_button("en").text)]
    await inviter.tap(right)
    assert await network.who(guest.person) is not None, "the invite was left as it was"


async def test_of_200_people_who_open_one_invite_at_once_one_comes_in(house: House, network: Network) -> None:
    inviter = await network.member(Role.COORDINATOR)
    start = await network.invite(inviter)
    await house.stop()
    crowd = [network.stranger(f"Person {n}") for n in range(200)]
    for one in crowd:
        network.world.say(one.person, f"/start {start}")
    await house.start()
    await house.settle()
    answers = [latest(one).text for one in crowd]
    assert len(answers) - answers.count(DEAD) == 1
    assert rows(house, "SELECT count(*) FROM invites WHERE used = 1") == [(1,)]
    questions = [one for one in inviter.chat.messages.values() if "Somebody opened" in one.get("text", "")]
    assert len(questions) == 1
    [first] = [one for one, text in zip(crowd, answers, strict=True) if text != DEAD]
    latest(inviter)
    await inviter.tap(answer(inviter, spoken_in(latest(first))))
    assert len(await network.team()) == 2
    assert await network.who(first.person) is not None


async def test_control_an_invite_that_is_not_used_up_lets_many_in(
    house: House, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def use(self: Invites, token: str, chat_id: int, language: str, now: int) -> Any:
        return await self.find(token, now)

    monkeypatch.setattr(Invites, "use", use)
    start = await network.invite(await network.member(Role.COORDINATOR))
    await house.stop()
    crowd = [network.stranger(f"Person {n}") for n in range(20)]
    for one in crowd:
        network.world.say(one.person, f"/start {start}")
    await house.start()
    await house.settle()
    assert [latest(one).text for one in crowd].count(DEAD) == 0


async def test_a_right_word_that_is_pressed_twice_makes_one_member(house: House, network: Network) -> None:
    inviter, guest = await network.member(Role.COORDINATOR), network.stranger()
    [word] = await guest.say(f"/start {await network.invite(inviter)}")
    question = latest(inviter).message["message_id"]
    data = answer(inviter, spoken_in(word))
    for _ in range(20):
        network.world.tap(inviter.person, question, data=data)
    await house.settle()
    assert [one.act for one in await network.log()].count("joined") == 1


async def test_a_restart_changes_nothing_for_whoever_waits(house: House, network: Network) -> None:
    inviter, guest = await network.member(Role.COORDINATOR), network.stranger()
    [word] = await guest.say(f"/start {await network.invite(inviter)}")
    await house.restart()
    latest(inviter)
    await inviter.tap(answer(inviter, spoken_in(word)))
    assert await network.who(guest.person) is not None


# The end of a role


async def test_revoking_takes_effect_on_the_next_update(network: Network) -> None:
    admin, editor = await network.member(Role.ADMIN), await network.member(Role.EDITOR, "Editor")
    handle = await _handle(network, editor)
    assert (await editor.say("/team"))[0].text.startswith("The team")
    await admin.say("/revoke")
    await admin.tap(f"tm:r:{handle}")
    [seen] = await admin.tap(f"tm:ry:{handle}")
    assert seen.text == said(people.revoked(handle, [], "en"))
    assert latest(editor).text == said(people.ended("en"))
    stranger = network.stranger()
    assert (await editor.say("/team"))[0] == (await stranger.say("/team"))[0]
    assert (await editor.tap("tm")) == (await stranger.tap("tm")) == [Seen("toast", otherwise.old_button("en").text)]


async def test_a_revoked_inviters_links_and_open_questions_die(network: Network) -> None:
    admin, inviter = await network.member(Role.ADMIN, "A"), await network.member(Role.COORDINATOR, "B")
    unopened, opened = await network.invite(inviter), await network.invite(inviter)
    guest = network.stranger()
    [word] = await guest.say(f"/start {opened}")
    latest(inviter)
    right = answer(inviter, spoken_in(word))
    await _revoke(network, admin, inviter)
    assert rows(network.house, "SELECT used FROM invites") == [(0,)], "of those, only the code of the console is left"
    [seen] = await network.stranger().say(f"/start {unopened}")
    assert seen.text == DEAD
    await inviter.tap(right)
    assert await network.who(guest.person) is None


async def test_what_a_revoked_member_proposed_is_void(network: Network) -> None:
    admin, inviter = await network.member(Role.ADMIN, "A"), await network.member(Role.COORDINATOR, "B")
    guest = network.stranger()
    await network.take_in(inviter, guest, "coordinator")
    latest(admin)
    await admin.tap(buttons(admin)[0])
    [approve] = [one for one in buttons(admin) if one.startswith("pr:y:")]
    await _revoke(network, admin, inviter)
    await admin.tap(approve)
    assert await network.who(guest.person) is None
    assert [one.act for one in await network.log()][-2:] == ["voided", "revoked"]


async def test_what_they_claimed_is_free_and_the_other_coordinators_are_told(network: Network) -> None:
    admin, gone = await network.member(Role.ADMIN, "A"), await network.member(Role.COORDINATOR, "B")
    other, editor = await network.member(Role.COORDINATOR, "C"), await network.member(Role.EDITOR, "D")
    handle, stays = await _handle(network, gone), await _handle(network, other)
    await _reviews(network, ("R-2222", handle), ("R-3333", stays), ("R-4444", handle), own=(handle, stays))
    await _revoke(network, admin, gone)
    found = {one.reference: one for one in await _all_reviews(network)}
    assert {reference: one.claimed_by for reference, one in found.items()} == {
        "R-2222": "",
        "R-3333": stays,
        "R-4444": "",
    }
    assert [set(one.own) for one in found.values()] == [{stays}] * 3, "notes for oneself go with whoever wrote them"
    assert latest(other).text == said(people.freed_by(handle, ["R-2222", "R-4444"], "en"))
    assert "R-2222" not in str(editor.chat.messages)
    assert "R-2222, R-4444" in latest(admin).text
    acts = [(one.act, one.on) for one in await network.log()]
    assert acts == [("revoked", handle), ("released", "R-2222"), ("released", "R-4444")]


async def test_a_form_that_was_open_is_gone_even_for_who_comes_back(network: Network, house: House) -> None:
    admin, gone = await network.member(Role.ADMIN, "A"), await network.member(Role.COORDINATOR, "B")
    await _reviews(network, ("R-2222", await _handle(network, gone)))
    await gone.tap("j:ow:R-2222:add")
    assert rows(house, "SELECT count(*) FROM drafts") == [(1,)], "control: a form is open"
    await _revoke(network, admin, gone)
    assert rows(house, "SELECT count(*) FROM drafts") == [(0,)]
    await house.admit(gone.person, Role.COORDINATOR)
    [seen] = await gone.say("something to remember")
    assert "f:send" not in str(seen.message)


async def test_a_coordinator_revokes_monitors_and_editors_only(network: Network) -> None:
    me = await network.member(Role.COORDINATOR, "Me")
    others = {role: await network.member(role, role.name) for role in Role if role is not Role.PUBLIC}
    await me.say("/revoke")
    offered = {one.removeprefix("tm:r:") for one in buttons(me) if one.startswith("tm:r:")}
    assert offered == {await _handle(network, others[role]) for role in (Role.MONITOR, Role.EDITOR)}
    for role in (Role.COORDINATOR, Role.ADMIN):
        handle = await _handle(network, others[role])
        for data in (f"tm:r:{handle}", f"tm:ry:{handle}"):
            assert await me.tap(data) == [Seen("toast", otherwise.old_button("en").text)]
    assert len(await network.team()) == 5


async def test_a_button_for_who_is_gone_or_never_was_is_answered_as_an_unknown_one(network: Network) -> None:
    admin, gone = await network.member(Role.ADMIN, "A"), await network.member(Role.EDITOR, "B")
    handle = await _handle(network, gone)
    await _revoke(network, admin, gone)
    assert (
        await admin.tap(f"tm:ry:{handle}")
        == await admin.tap("tm:ry:Nobody-1")
        == [Seen("toast", otherwise.old_button("en").text)]
    )


async def test_an_admin_revokes_another_admin_and_the_last_one_stays(network: Network) -> None:
    admin, other = await network.member(Role.ADMIN, "A"), await network.member(Role.ADMIN, "B")
    await _revoke(network, admin, other)
    handle = await _handle(network, admin)
    assert await admin.tap(f"tm:ry:{handle}") == [Seen("toast", otherwise.old_button("en").text)]
    await admin.say("/team")
    for data in ("tm:leave", "tm:leave:yes"):
        await admin.tap(data)
        assert latest(admin).text == said(people.last_admin("en"))
    assert [one.handle for one in await network.team()] == [handle]


async def test_anybody_else_can_leave(network: Network) -> None:
    monitor = await network.member(Role.MONITOR)
    await monitor.say("/team")
    await monitor.press("Leave the team")
    [seen] = await monitor.press("Yes, leave")
    assert seen.text == said(people.ended("en"))
    assert await network.team() == []


async def test_revoke_and_a_name_asks_at_once(network: Network) -> None:
    admin, editor = await network.member(Role.ADMIN, "A"), await network.member(Role.EDITOR, "B")
    handle = await _handle(network, editor)
    [seen] = await admin.say(f"/revoke {handle.lower()}")
    assert seen.text == said(people.confirm(Member(handle, Role.EDITOR, ""), "en"))
    [seen] = await admin.say("/revoke Nobody-1")
    assert seen.text == "Whose role do you take back?"


async def test_after_a_revocation_the_old_account_can_come_back_only_by_a_new_link(network: Network) -> None:
    admin, editor = await network.member(Role.ADMIN, "A"), await network.member(Role.EDITOR, "B")
    before = await _handle(network, editor)
    await _revoke(network, admin, editor)
    await network.take_in(admin, editor, "monitor")
    member = await network.who(editor.person)
    assert member is not None
    assert member.role is Role.MONITOR
    assert member.handle != before


async def test_many_members_come_in_pages(network: Network) -> None:
    admin = await network.member(Role.ADMIN)
    persons = [network.world.add_person(f"M{n}") for n in range(60)]

    async def admit(database: Database, server: ServerKey) -> None:
        for one in persons:
            await Members(database, server).admit(one.id, Role.MONITOR, network.world.clock().date())

    await network.within(admit)
    [first] = await admin.say("/team")
    [second] = await admin.tap("tm:p:2")
    listed = re.findall(r"^([A-Z][a-z]+-\d+)", first.text + "\n" + second.text, re.M)
    assert len(listed) == len(set(listed)) == 61


# The coordinators' group


async def test_an_admin_makes_a_group_or_a_topic_of_it_the_coordinators(network: Network) -> None:
    admin, other = await network.member(Role.ADMIN), await network.member(Role.COORDINATOR, "B")
    people_there = (admin.person, other.person)
    forum = network.world.add_group("Team", people=people_there, topics=("General", "Queue"))
    topic = max(forum.topics)
    [seen] = await network.house.talk(admin.person, forum).say("/coordinators", thread_id=topic)
    assert seen.text == said(rooms.chosen(True, "en"))
    assert await _room(network) == Room(forum.id, topic)
    assert "chose a group" in latest(other).text
    [seen] = await network.house.talk(admin.person, forum).say("/coordinators")
    assert seen.text == said(rooms.chosen(False, "en"))
    assert await _room(network) == Room(forum.id, None)
    [seen] = await network.house.talk(admin.person, forum).say("/coordinators off")
    assert seen.text == said(rooms.ended("en"))
    assert await _room(network) is None
    [seen] = await network.house.talk(admin.person, forum).say("/coordinators off")
    assert seen.text == said(rooms.was_none("en"))
    log = await network.log()
    assert [(one.act, one.on) for one in log] == [("room", "chosen"), ("room", "chosen"), ("room", "ended")]
    assert str(abs(forum.id)) not in str(log)


@pytest.mark.parametrize("role", [None, Role.MONITOR, Role.EDITOR, Role.COORDINATOR])
async def test_nobody_else_chooses_a_group_and_nobody_is_told_why(network: Network, role: Role | None) -> None:
    talk = network.stranger() if role is None else await network.member(role)
    group = network.world.add_group("Team", people=(talk.person,))
    assert await network.house.talk(talk.person, group).say("/coordinators") == []
    assert await _room(network) is None


async def test_a_group_that_sends_the_bot_away_is_forgotten(network: Network) -> None:
    admin = await network.member(Role.ADMIN)
    groups = [network.world.add_group(name, people=(admin.person,)) for name in ("Team", "Another")]
    await network.house.talk(admin.person, groups[0]).say("/coordinators")
    network.world.set_bot_status(groups[1], "left")
    await network.house.settle()
    assert await _room(network) == Room(groups[0].id, None)
    network.world.set_bot_status(groups[0], "kicked")
    await network.house.settle()
    assert await _room(network) is None
    assert (await network.log())[-1].actor == "bot"


async def test_a_bot_that_is_taken_into_a_group_still_says_hello(network: Network) -> None:
    admin = await network.member(Role.ADMIN)
    group = network.world.add_group("Team", people=(admin.person,), bot=False)
    seen = await network.house.talk(admin.person, group).after(
        lambda: network.world.set_bot_status(group, "member", by=admin.person)
    )
    assert len(seen) == 1


# The log


@pytest.mark.parametrize("language", ["en", "km"])
def test_every_act_has_words(language: str) -> None:
    from storage.audit import Act

    said_of = {act: audit.told(Entry(1, "2026-11-23", "Lotus-4", act.value, "R-7F3K"), language) for act in Act}
    assert set(audit.WORDS) == set(Act)
    assert len(set(said_of.values())) == len(Act)
    assert all("R-7F3K" in words for words in said_of.values())


def test_what_cannot_be_read_says_so() -> None:
    assert "cannot be read" in audit.told(Entry(7, "", "?", "unreadable", ""), "en")


def test_a_proposal_is_told_by_what_it_is_on_and_how_it_began() -> None:
    entry = Entry(7, "2026-11-23", "Lotus-4", "approved", "coordinator:I-4F7A09BC:0123456789abcdef")
    assert audit.told(entry, "en") == "Lotus-4 approved: Take in a new coordinator, I-4F7A09BC (012345)"


async def test_the_log_is_read_in_pages_of_15_with_its_head(network: Network) -> None:
    admin = await network.member(Role.ADMIN)

    async def fill(database: Database, server: ServerKey) -> str:
        from storage.audit import Act

        chain = Audit(database, server)
        for n in range(40):
            await chain.note(network.world.clock().date(), "Lotus-4", Act.CLAIMED, f"R-{n:04d}")
        return str(await chain.head())

    head = await network.within(fill)
    [first] = await admin.say("/audit")
    assert re.findall(r"^(\d+)\.", first.text, re.M) == [str(n) for n in range(40, 25, -1)]
    assert f"--head {head}" in first.text
    [second] = await admin.press("Older ▶")
    assert re.findall(r"^(\d+)\.", second.text, re.M) == [str(n) for n in range(25, 10, -1)]
    [third] = await admin.press("Older ▶")
    assert re.findall(r"^(\d+)\.", third.text, re.M) == [str(n) for n in range(10, 0, -1)]
    assert third.buttons[0] == ("◀ Newest",)


async def test_each_morning_the_head_comes_without_a_sound(network: Network) -> None:
    coordinator, guest = await network.member(Role.COORDINATOR), network.stranger()
    await network.take_in(coordinator, guest, "monitor")
    at_noon(network.world)
    await later(network.house, 0 * HOUR)
    await later(network.house, HOUR)
    kept = [one for one in coordinator.chat.messages.values() if one.get("text", "").startswith("Keep this")]
    assert len(kept) == 1
    [call] = [one for one in network.world.calls if "Keep this" in str(one.params.get("text", ""))]
    assert call.params["disable_notification"]
    assert not [one for one in guest.chat.messages.values() if one.get("text", "").startswith("Keep this")]


async def _handle(network: Network, talk: Talk) -> str:
    member = await network.who(talk.person)
    assert member is not None
    return member.handle


async def _revoke(network: Network, by: Talk, whom: Talk) -> None:
    handle = await _handle(network, whom)
    await by.say("/revoke")
    await by.tap(f"tm:r:{handle}")
    await by.tap(f"tm:ry:{handle}")


async def _room(network: Network) -> Room | None:
    return await network.within(lambda database, server: Rooms(database, server).get())


async def _all_reviews(network: Network) -> list[Review]:
    return await network.within(lambda database, server: Reviews(database, server).all())


async def _reviews(network: Network, *claims: tuple[str, str], own: Sequence[str] = ()) -> None:
    """Incidents that are reviewed, each with whoever claimed it."""

    async def work(database: Database, server: ServerKey) -> None:
        for n, (reference, handle) in enumerate(claims):
            await database.execute(
                "INSERT INTO incidents (reference, state, received_on) VALUES (?, 'new', '2026-11-23')",
                (reference,),
            )
            notes = dict.fromkeys(own, ("a word",))
            await Reviews(database, server).keep(Review(reference, Head(hour=n), claimed_by=handle, own=notes))

    await network.within(work)
