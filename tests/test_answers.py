"""Every status change reaches the reporter exactly as promised: in the mailbox in its words, and here without a word."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from conftest import House
from incident_story import Teller, at_noon, count, later, rows
from telegram import Update
from telegram.ext import CommandHandler

import bot.application
from bot.dispatch import Parts, add_handlers
from bot.talk import Seen, Talk
from handlers.access import Rule, under
from handlers.answers import Answers
from handlers.team import Team
from handlers.turn import App, Context
from sandbox.world import World
from storage.audit import Act, Audit
from storage.database import Database
from storage.members import Role
from storage.reviews import Review, Reviews
from storage.sealing import ServerKey
from storage.tables import Tables
from texts import statuses
from texts.mailbox import answered, told_no_more
from texts.statuses import STATES

CHANGES = STATES[1:-1]
"""What the team can set."""
HERE = ("f:c:contact:here",)
QUESTION = "Which market was it?"
HOUR = dt.timedelta(minutes=61)
MOMENT = dt.timedelta(minutes=2)


class Desk:
    """A desk with one command, which does what the screens of reviewers do: send, and keep the review."""

    def __init__(self, tables: Tables) -> None:
        self._reviews = tables.reviews
        self._answers = Answers(tables, Team(tables))

    async def send(self, update: Update, context: Context) -> None:
        """``/x REFERENCE STATE WORDS``, with - for no state."""
        reference, state, *words = context.args or []
        review = await self._reviews.of(reference)
        assert review is not None
        kept = await self._answers.send(context, review, state=state.strip("-"), words=" ".join(words))
        await self._reviews.keep(kept)


@pytest.fixture(autouse=True)
def desk(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bot has that command, too."""

    def with_desk(application: App, parts: Parts) -> None:
        application.add_handlers(under(Rule(Role.COORDINATOR), CommandHandler("x", Desk(parts.tables).send)))
        add_handlers(application, parts)

    monkeypatch.setattr(bot.application, "add_handlers", with_desk)


@dataclass
class Story:
    """An incident that was told, whoever told it, and a coordinator."""

    house: House
    reporter: Teller
    receipt: str
    reference: str
    member: Talk
    phone: Teller
    """Another account of the reporter, which reads English."""

    async def say(self, state: str, words: str = "", after: dt.timedelta = HOUR) -> None:
        """The coordinator says this."""
        await later(self.house, after)
        await self.member.say(f"/x {self.reference} {state or '-'} {words}".strip())

    def notices(self) -> list[dict[str, Any]]:
        """What the reporter's chat got without having asked."""
        return self._unasked({str(answered(language).text) for language in ("en", "km")})

    def words_on_a_power_cut(self) -> list[dict[str, Any]]:
        """What it got because the power had gone."""
        return self._unasked({str(told_no_more(language).text) for language in ("en", "km")})

    def _unasked(self, texts: set[str]) -> list[dict[str, Any]]:
        chat = self.house.world.private_chat(self.reporter.person)
        return [one | chat.extras.get(n, {}) for n, one in chat.messages.items() if one.get("text") in texts]

    async def mailbox(self) -> str:
        """What the receipt opens, on the other phone."""
        seen = await self.phone.do(self.receipt)
        return seen[-1].text

    async def review(self) -> Review:
        """As it is kept."""
        found = await read(self.house, Reviews, lambda reviews: reviews.of(self.reference))
        assert isinstance(found, Review)
        return found


async def read(house: House, repository: Any, look: Any) -> Any:
    """What a repository over the server key says, while the bot runs."""
    database = await Database.open(house.database)
    try:
        server = ServerKey.load(house.settings.server_key, house.world.clock().date())
        return await database.write(lambda: look(repository(database, server)))
    finally:
        await database.close()


async def story(house: House, world: World, *, here: bool = True, language: str = "en") -> Story:
    """Somebody told something."""
    at_noon(world)
    talk = house.talk(world.add_person("Dara"))
    await talk.say("/start")
    await talk.press("ខ្មែរ" if language == "km" else "English")
    reporter = Teller(house, talk)
    receipt = await reporter.hand_in(**({"contact": HERE} if here else {}))
    [(reference,)] = rows(house, "SELECT reference FROM incidents")
    coordinator = world.add_person("Bopha")
    await house.admit(coordinator, Role.COORDINATOR)
    phone = house.talk(world.add_person("Other"))
    await phone.say("/start")
    await phone.press("English")
    return Story(house, reporter, receipt, reference, house.talk(coordinator), Teller(house, phone))


async def power_cut(house: House) -> None:
    """The power goes, and comes back; what was in memory is gone."""
    await house.stop()
    shutil.rmtree(house.settings.draft_keys_folder())
    await house.start()
    await later(house, MOMENT)


def expected(language: str, count: int) -> list[tuple[str, bool]]:
    """So many notices, each without a sound."""
    return [(str(answered(language).text), True)] * count


def got(notices: Sequence[dict[str, Any]]) -> list[tuple[str, bool]]:
    return [(one["text"], one.get("silent", False)) for one in notices]


@pytest.mark.parametrize("here", [True, False], ids=["told here", "by receipt"])
@pytest.mark.parametrize("language", ["en", "km"])
@pytest.mark.parametrize("blocked", [False, True], ids=["reachable", "blocked"])
@pytest.mark.parametrize("restarted", [False, True], ids=["", "restarted"])
async def test_every_status_change_reaches_the_reporter_exactly_as_promised(
    house: House, world: World, here: bool, language: str, blocked: bool, restarted: bool
) -> None:
    told = await story(house, world, here=here, language=language)
    if blocked:
        world.block(told.reporter.person)
    reachable = here and not blocked
    for number, state in enumerate(CHANGES, 1):
        if restarted:
            await house.restart()
        await told.say(state)
        assert got(told.notices()) == expected(language, number if reachable else 0), state
        assert (await told.review()).state == state
        assert statuses.words(state, "en") in await told.mailbox()
    await later(house, HOUR)
    for state in reversed(CHANGES):  # several in a row
        if restarted:
            await house.restart()
        await told.say(state, QUESTION, MOMENT)
    assert got(told.notices()) == expected(language, len(CHANGES) + 1 if reachable else 0)
    shown = await told.mailbox()
    assert shown.count(QUESTION) == len(CHANGES), "the letters are all there"
    assert statuses.words(CHANGES[0], "en") in shown, "the last state"
    assert shown.count("•") == min(12, 1 + 2 * len(CHANGES)), "each change"
    await later(house, dt.timedelta(hours=3))
    assert len(told.notices()) == (len(CHANGES) + 1 if reachable else 0)


async def test_control_without_the_notice_the_promise_is_seen_to_be_broken(
    house: House, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(self: Answers, context: Context, reference: str) -> None:
        return

    monkeypatch.setattr(Answers, "_tell", nothing)
    told = await story(house, world)
    await told.say("read")
    assert got(told.notices()) != expected("en", 1)


async def test_a_notice_names_nothing(house: House, world: World) -> None:
    told = await story(house, world)
    await told.say("question", QUESTION)
    [notice] = told.notices()
    whole = json.dumps(notice, ensure_ascii=False)
    for word in (told.reference, QUESTION, "incident", "question", "reviewer", "Sangket network"):
        assert word not in whole.replace("/receipt", "")


async def test_a_state_that_it_has_already_is_no_news(house: House, world: World) -> None:
    told = await story(house, world)
    await told.say("read")
    await told.say("read")
    await told.say("")
    assert (count(house, "replies"), len(told.notices())) == (1, 1)
    await told.say("read", QUESTION)  # but words are
    assert (count(house, "replies"), len(told.notices())) == (2, 2)


async def test_words_alone_leave_the_state_as_it_is(house: House, world: World) -> None:
    told = await story(house, world)
    await told.say("checking")
    await told.say("", QUESTION)
    assert (await told.review()).state == "checking"
    shown = await told.mailbox()
    assert statuses.words("checking", "en") in shown
    assert QUESTION in shown


async def test_who_looked_before_the_next_letter_came_is_told_at_the_end_of_the_hour(
    house: House, world: World
) -> None:
    told = await story(house, world)
    await told.say("read")
    await told.mailbox()
    await told.say("checking", after=MOMENT)
    assert len(told.notices()) == 1, "not twice in an hour"
    await later(house, HOUR)
    assert len(told.notices()) == 2
    await later(house, dt.timedelta(hours=5))
    assert len(told.notices()) == 2, "and once"


async def test_who_looked_again_meanwhile_is_not_told_of_what_they_saw(house: House, world: World) -> None:
    told = await story(house, world)
    await told.say("read")
    await told.mailbox()
    await told.say("checking", after=MOMENT)
    await told.mailbox()
    await later(house, HOUR)
    assert len(told.notices()) == 1


async def test_each_incident_has_its_own_hour(house: House, world: World) -> None:
    told = await story(house, world)
    await told.reporter.do("/start")
    await told.reporter.hand_in(contact=HERE)
    for (reference,) in rows(house, "SELECT reference FROM incidents"):
        await told.member.say(f"/x {reference} read")
    assert len(told.notices()) == 2


async def test_after_a_withdrawal_nothing_is_ever_told(house: House, world: World) -> None:
    told = await story(house, world)
    await told.say("read")
    await told.phone.do(told.receipt, "mb:withdraw", "mb:withdraw:yes")
    for state in CHANGES:
        await told.say(state, QUESTION)
    assert len(told.notices()) == 1
    assert (count(house, "replies"), count(house, "tellings"), count(house, "waiting")) == (0, 0, 0)
    assert (await told.review()).state == "withdrawn"
    shown = await told.mailbox()
    assert statuses.words("withdrawn", "en") in shown
    assert QUESTION not in shown


async def test_when_the_thirty_days_are_over_nobody_is_told_and_the_letters_are_there(
    house: House, world: World
) -> None:
    told = await story(house, world)
    await later(house, dt.timedelta(days=16))
    await later(house, dt.timedelta(days=16))
    await told.say("read")
    assert told.notices() == []
    assert (count(house, "tellings"), count(house, "waiting")) == (0, 0)
    assert statuses.words("read", "en") in await told.mailbox()


async def test_tellings_outlive_the_daily_change_of_keys(house: House, world: World) -> None:
    told = await story(house, world)
    for _ in range(5):
        await later(house, dt.timedelta(days=1))
    keys = (house.settings.draft_keys_folder() / "draft.keys").read_text().splitlines()
    assert len(keys) <= 2, "and keep no old key alive"
    await told.say("read")
    assert len(told.notices()) == 1


# A power cut


@pytest.mark.parametrize("language", ["en", "km"])
async def test_a_power_cut_takes_who_is_to_be_told_and_they_are_told_that_once(
    house: House, world: World, language: str
) -> None:
    told = await story(house, world, language=language)
    await power_cut(house)
    [said] = told.words_on_a_power_cut()
    assert said["text"] == str(told_no_more(language).text)
    assert said["silent"] is True
    assert (count(house, "tellings"), count(house, "waiting")) == (0, 0)
    await told.say("read")
    assert told.notices() == []
    assert statuses.words("read", "en") in await told.mailbox()
    await power_cut(house)
    await house.restart()
    assert len(told.words_on_a_power_cut()) == 1


async def test_who_did_not_ask_to_be_told_is_not_told_of_a_power_cut(house: House, world: World) -> None:
    told = await story(house, world, here=False)
    await power_cut(house)
    assert told.words_on_a_power_cut() == []


async def test_a_restart_is_no_power_cut(house: House, world: World) -> None:
    told = await story(house, world)
    await house.restart()
    await later(house, HOUR)
    assert told.words_on_a_power_cut() == []
    await told.say("read")
    assert len(told.notices()) == 1  # the control


async def test_who_asks_after_the_power_cut_is_told_again(house: House, world: World) -> None:
    told = await story(house, world)
    await power_cut(house)
    await told.reporter.hand_in(contact=HERE)
    [other] = [one for (one,) in rows(house, "SELECT reference FROM incidents") if one != told.reference]
    await told.member.say(f"/x {other} read")
    assert len(told.notices()) == 1


# What is kept


async def test_the_audit_says_what_was_sent_and_never_its_words(house: House, world: World) -> None:
    told = await story(house, world)
    await told.say("question", QUESTION)
    await told.say("checking")
    await told.say("", QUESTION)
    entries = await read(house, Audit, lambda audit: audit.on(told.reference))
    assert [one.act for one in entries] == [Act.ANSWERED, Act.STATE, Act.STATE, Act.ANSWERED]
    assert {one.actor for one in entries} <= {one.actor for one in entries if one.actor.count("-") == 1}
    assert QUESTION not in repr(entries)


async def test_the_reporters_chat_is_nowhere_on_the_disk_in_clear(house: House, world: World) -> None:
    told = await story(house, world)
    await told.say("question", QUESTION)
    await house.stop()
    number = str(told.reporter.person.id).encode()
    files = [file.read_bytes() for file in house.settings.data_dir.rglob("*") if file.is_file()]
    assert not any(number in data or QUESTION.encode() in data for data in files)
    assert any(told.reference.encode() in data for data in files)  # the control: this is in clear
    await house.start()


async def test_somebody_without_a_role_meets_no_such_command(house: House, world: World) -> None:
    told = await story(house, world)
    seen: list[Seen] = await told.phone.talk.say(f"/x {told.reference} read")
    assert count(house, "replies") == 0
    assert all(told.reference not in one.text for one in seen)
