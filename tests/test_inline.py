"""The bot's name typed in any chat: public facts are offered letter by letter, and the chosen one is sent there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import House
from hypothesis import given, settings
from hypothesis import strategies as st
from refs import all_refs, cards_of, languages, shown, speak
from the_report import load

from bot.talk import Talk
from facts.codes import Codes
from facts.search import Finder
from handlers.inline import Inline
from sandbox.entities import parse_html, utf16_len
from sandbox.records import Chat, Person
from sandbox.world import World
from texts.cards import Cards
from texts.inline import Offers

TODAY = dt.date(2026, 11, 23)
REPORT = load()
CARDS = cards_of(REPORT)

Offer = dict[str, Any]


@pytest.fixture(scope="module")
def cards() -> Cards:
    return CARDS


async def offered(talk: Talk, query: str, offset: str = "") -> list[Offer]:
    """What is offered to somebody who types this after the bot's name."""
    query_id = talk.world.ask_inline(talk.person, query, offset=offset)
    assert await talk.after(lambda: None) == [], "nothing is said in the chat with the bot"
    assert talk.world.inline_queries[query_id].answered
    return talk.world.inline_queries[query_id].results


def last_answer(world: World) -> dict[str, Any]:
    """What the bot sent to Telegram as its last answer to an inline query."""
    return [call for call in world.calls if call.method == "answerInlineQuery"][-1].params


def ids(offers: list[Offer]) -> list[str]:
    return [offer["id"] for offer in offers]


# What is offered


async def test_an_empty_query_offers_the_benchmarks_ten_by_ten(dara: Talk) -> None:
    first = await offered(dara, "")
    assert ids(first) == [f"b:{letter}" for letter in "ABCDEFGHIJ"]
    following = last_answer(dara.world)["next_offset"]
    assert ids(await offered(dara, "", following)) == [f"b:{letter}" for letter in "KLMNOPQRST"]
    assert last_answer(dara.world)["next_offset"] == ""


@pytest.mark.parametrize("query", ["D", "d", "4", "៤", "ឃ", "benchmark D", "ចំណុចវាស់វែង D"])
async def test_a_letter_offers_its_benchmark(dara: Talk, query: str) -> None:
    assert ids(await offered(dara, query)) == ["b:D"]


@pytest.mark.parametrize(
    ("query", "ref"),
    [
        ("Kem Sokha", "c:kem-sokha"),
        ("kem sok", "c:kem-sokha"),
        ("prison", "b:F"),
        ("ពន្ធនាគារ", "b:F"),
        ("ពន្ធ\u200bនាគារ", "b:F"),
        ("Kandal", "e:08"),
        ("កណ្តាល", "e:08"),
        ("105d", "r:105d"),
        ("១០៥(d)", "r:105d"),
        ("para 41", "p:41"),
        ("article 494", "l:cc-494"),
        ("LANGO", "l:lango"),
        ("c:kem-sokha", "c:kem-sokha"),
        ("x:commune-votes", "x:commune-votes"),
    ],
)
async def test_names_codes_and_words_in_both_languages_offer_what_is_meant_first(
    dara: Talk, query: str, ref: str
) -> None:
    assert ids(await offered(dara, query))[:1] == [ref]


async def test_initials_offer_everybody_who_has_them_and_each_says_that_they_identify_nobody(dara: Talk) -> None:
    offers = await offered(dara, "M.S.")
    assert len(offers) == 4
    for offer in offers:
        assert offer["id"].startswith("n:")
        assert "Initials identify nobody" in offer["content"]["text"]


async def test_an_annex_as_a_whole_is_not_offered_as_a_point_of_the_first(dara: Talk) -> None:
    assert "r:ii" not in ids(await offered(dara, "annex II"))


@pytest.mark.parametrize("query", ["", "e", "election", "prison", "court", "ដី", "report", "the", "law"])
async def test_at_most_ten_come_at_once_and_next_offset_leads_through_all_once(dara: Talk, query: str) -> None:
    seen: list[str] = []
    offset = ""
    for _ in range(5):
        dara.world.advance(dt.timedelta(seconds=2))
        offers = await offered(dara, query, offset)
        assert len(offers) <= 10
        seen += ids(offers)
        offset = last_answer(dara.world)["next_offset"]
        if not offset:
            break
    assert offset == "", "it comes to an end"
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize("offset", ["-1", "x", "9999", "1e3", "٣", "10 ", "999999999999999999999999", "\u200b"])
async def test_an_offset_of_nobodys_making_harms_nothing(dara: Talk, offset: str) -> None:
    offers = await offered(dara, "", offset)
    assert ids(offers) in ([f"b:{letter}" for letter in "ABCDEFGHIJ"], [])


@pytest.mark.parametrize("query", ["zzzzz", "🏛", "'; SELECT zz;--", "<zzz>", "\u200b\u200b.", "x" * 256])
async def test_where_nothing_fits_a_button_leads_to_the_private_chat(dara: Talk, query: str) -> None:
    assert await offered(dara, query) == []
    button = last_answer(dara.world)["button"]
    assert button["text"] == "Nothing found. Ask me in a private chat"
    assert len(button["text"]) <= 64
    [home] = await dara.say(f"/start {button['start_parameter']}")
    assert "Please choose your language" in home.text


# What an offer is


@languages
def test_every_offer_is_one_that_telegram_takes(cards: Cards, language: str) -> None:
    for ref in all_refs(cards.report):
        offer = Offers(cards).of(ref, language, TODAY)
        text, _ = parse_html(str(offer.text))
        assert 0 < utf16_len(text) <= 4096, ref
        assert 1 <= len(offer.ref.encode()) <= 64
        assert offer.title.strip(), ref
        assert offer.description.strip(), ref
        assert offer.link.startswith("https://t.me/sangket_bot?start="), ref


@languages
def test_an_offer_is_the_card_itself_with_its_place_and_its_warning(cards: Cards, language: str) -> None:
    for ref in all_refs(cards.report):
        text, _ = parse_html(str(Offers(cards).of(ref, language, TODAY).text))
        assert text == shown(cards.card(ref, language, TODAY)), ref
        assert text.splitlines()[-1].startswith("A/HRC/54/75, ")
        for contradiction in cards.report.contradictions_on(ref)[:1]:
            assert contradiction.gist[language] in text, ref


async def test_offers_are_public_things_and_never_what_somebody_typed(dara: Talk) -> None:
    for query in ("", "D", "Kem Sokha canary", "my name is canary", "canary"):
        for offer in await offered(dara, query):
            assert offer["id"] in set(all_refs(REPORT))
            assert "canary" not in str(offer)


async def test_an_offer_has_no_buttons_that_would_ask_the_bot_in_a_chat_it_is_not_in(dara: Talk) -> None:
    for offer in await offered(dara, ""):
        buttons = [button for row in offer["reply_markup"]["inline_keyboard"] for button in row]
        assert [set(button) for button in buttons] == [{"text", "url"}]
        assert buttons[0]["url"].endswith(f"?start={offer['id'].replace(':', '_')}")


async def test_it_is_offered_in_the_language_of_who_types(dara: Talk, sok: Talk) -> None:
    [offer] = await offered(sok, "D")
    assert offer["content"]["text"].startswith("D. បញ្ចប់")
    [offer] = await offered(dara, "D")
    assert offer["content"]["text"].startswith("D. End mass trials")
    [offer, *_] = await offered(dara, "ពន្ធនាគារ")
    assert offer["content"]["text"].startswith("F. កែលម្អ"), "who has not chosen is answered as they write"
    await speak(dara, "km")
    [offer] = await offered(dara, "D")
    assert offer["content"]["text"].startswith("D. បញ្ចប់")
    answer = last_answer(dara.world)
    assert answer["is_personal"] is True, "one person's language is not shown to another"
    assert answer["cache_time"] <= 300


# What becomes of it


async def test_the_chosen_offer_appears_in_the_chat_it_was_chosen_in(house: House, world: World, dara: Talk) -> None:
    sok = world.add_person("Sok")
    group = world.add_group("Friends", people=(dara.person, sok), bot=False)
    query = world.ask_inline(dara.person, "Kem Sokha", chat=group)
    await house.settle()
    message = world.choose(dara.person, query, "c:kem-sokha", chat=group)
    assert message["text"].startswith("Kem Sokha\nPerson")
    assert message["via_bot"]["id"] == world.bot.id
    assert message["from"]["id"] == dara.person.id
    assert group.messages[message["message_id"]] == message
    await house.settle()
    assert [m for m in group.messages.values() if m["from"]["is_bot"]] == [], "the bot itself says nothing there"


async def test_its_link_opens_the_same_card_in_the_private_chat(dara: Talk) -> None:
    for offer in await offered(dara, "land"):
        [card] = await dara.say(f"/start {offer['id'].replace(':', '_')}")
        assert card.text == offer["content"]["text"]


@pytest.mark.parametrize("kind", ["group", "private"])
async def test_what_was_sent_through_the_bot_is_not_taken_for_a_question(
    house: House, world: World, dara: Talk, kind: str
) -> None:
    chat = world.add_group("Network", people=(dara.person,)) if kind == "group" else None
    await dara.say("/help")
    query = world.ask_inline(dara.person, "prisons", chat=chat)
    await house.settle()
    talk = house.talk(dara.person, chat)
    assert await talk.after(lambda: world.choose(dara.person, query, "b:F", chat=chat)) == []
    [card] = await talk.say("/benchmark D")
    assert card.text.startswith("D."), "control: the bot listens there"


async def test_an_old_query_that_telegram_refuses_harms_nothing(world: World, dara: Talk) -> None:
    old = world.ask_inline(dara.person, "D")
    world.inline_queries[old].until = world.now() - 1
    assert await dara.after(lambda: None) == [], "and nobody is apologised to"
    assert not world.inline_queries[old].answered
    assert "query is too old" in str([call.error for call in world.calls]), "control: Telegram did refuse it"
    [card] = await dara.say("D")
    assert card.text.startswith("D.")
    assert ids(await offered(dara, "D")) == ["b:D"]


async def test_queries_typed_while_the_bot_was_away_are_let_go(house: House, world: World, dara: Talk) -> None:
    await house.stop()
    old = world.ask_inline(dara.person, "D")
    world.advance(dt.timedelta(minutes=2))
    await house.start()
    assert await dara.after(lambda: None) == []
    assert not world.inline_queries[old].answered
    assert ids(await offered(dara, "D")) == ["b:D"]


# How much of it


def typed(world: World, person: Person, count: int) -> Iterator[str]:
    """Somebody's fingers: so many queries at once."""
    for number in range(count):
        yield world.ask_inline(person, f"prison {number}")


async def test_a_hundred_queries_in_a_second_do_not_take_the_allowance_of_messages(
    house: House, world: World, dara: Talk, sok: Talk
) -> None:
    world.advance(dt.timedelta(minutes=5))
    queries = list(typed(world, dara.person, 100))
    await house.settle()
    answered = [query for query in queries if world.inline_queries[query].answered]
    assert 50 <= len(answered) < 100, "control: it is a flood"
    for _ in range(29):
        [card] = await dara.say("D")
        assert card.text.startswith("D."), "as much as a person may write"
    assert ids(await offered(sok, "D")) == ["b:D"], "and it is nobody else's flood"


async def test_a_flood_of_queries_is_listened_to_again_after_a_while(house: House, world: World, dara: Talk) -> None:
    list(typed(world, dara.person, 100))
    await house.settle()
    world.advance(dt.timedelta(minutes=1))
    assert ids(await offered(dara, "D")) == ["b:D"]


async def test_a_flood_of_messages_does_not_take_the_allowance_of_queries(dara: Talk, world: World) -> None:
    for _ in range(40):
        world.say(dara.person, "D")
    await dara.after(lambda: None)
    assert ids(await offered(dara, "D")) == ["b:D"]


async def test_nobody_who_only_types_the_bots_name_is_remembered(house: House, world: World) -> None:
    stranger = world.add_person("Stranger")
    friends: Chat = world.add_group("Friends", people=(stranger,), bot=False)
    world.ask_inline(stranger, "Kem Sokha canary", chat=friends)
    await house.settle()
    kept = house.database.read_bytes() + house.database.with_name("sangket.db-wal").read_bytes()
    assert b"canary" not in kept
    assert str(stranger.id).encode() not in kept


MEANT = Inline(CARDS, Finder(REPORT), Codes(REPORT))._meant
ALL = frozenset(all_refs(REPORT))


@settings(deadline=None)
@given(st.text(max_size=256))
def test_whatever_is_typed_offers_only_what_is_there_and_nothing_twice(query: str) -> None:
    found = MEANT(query)
    assert set(found) <= ALL
    assert len(found) == len(set(found))
