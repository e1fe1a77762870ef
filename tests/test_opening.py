"""Opening things: every card has what cards promise, and a link, a button and a typed code open the same."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

import pytest
from conftest import House
from hypothesis import given, settings
from hypothesis import strategies as st
from refs import all_refs, buttons, cards_of, keyboard, languages, opened, shown, speak
from the_report import load
from walk import Walk

from bot.talk import Seen, Talk
from facts.khmer import key
from facts.report import Report
from sandbox.entities import parse_html, utf16_len
from sandbox.world import World
from storage.official import write
from texts.cards import Cards
from texts.citing import cited
from texts.frame import Quote, opened_by
from texts.language import plain

REPORT = load()
ALL = frozenset(all_refs(REPORT))
TODAY = dt.date(2026, 11, 23)
SYMBOL = "A/HRC/54/75"
OLD_BUTTON = "This button is from an older version. Please send /start."


@pytest.fixture(scope="module")
def cards(report: Report) -> Cards:
    """The texts about the current report."""
    return cards_of(report)


# What every card has


def shared(cards: Cards, ref: str, language: str) -> str:
    """What a share button types: an “e” alone would be benchmark E."""
    return cards.frame.entries.title(ref, language) if ref == "e" else ref


@languages
def test_every_card_cites_its_place_and_has_a_copy_button_a_share_button_and_a_way_home(
    cards: Cards, language: str
) -> None:
    for ref in all_refs(cards.report):
        screen = cards.card(ref, language, TODAY)
        last = shown(screen).splitlines()[-1]
        assert last.startswith(f"{SYMBOL}, "), ref
        assert [b.copy for b in buttons(screen) if b.copy] == [last], ref
        assert [b.share for b in buttons(screen) if b.share] == [shared(cards, ref, language)], ref
        assert [b.label for b in buttons(screen) if b.data == "home"] == [plain(language, "🏠 Start")], ref


@languages
def test_the_citation_names_the_place_where_the_report_says_it(cards: Cards, language: str) -> None:
    several = {"x", "l"}  # these cite all their places
    for ref in all_refs(cards.report):
        last = shown(cards.card(ref, language, TODAY)).splitlines()[-1]
        place = cited(cards.frame.entries.place(ref), "en")
        assert last == f"{SYMBOL}, {place}" or (ref[0] in several and place in last), ref


@languages
def test_every_card_is_one_that_telegram_takes(cards: Cards, language: str) -> None:
    for ref in all_refs(cards.report):
        screen = cards.card(ref, language, TODAY)
        assert 0 < utf16_len(shown(screen)) <= 4096, ref
        found = list(buttons(screen))
        assert len(found) <= 100
        for button in found:
            assert 0 < len(button.label.strip()) <= 64, ref
            assert button.data is None or 1 <= len(button.data.encode()) <= 64, ref
            assert button.copy is None or 1 <= len(button.copy) <= 256, ref


@languages
def test_no_two_buttons_of_a_card_open_the_same(cards: Cards, language: str) -> None:
    for ref in all_refs(cards.report):
        data = [b.data for b in buttons(cards.card(ref, language, TODAY)) if b.data]
        assert len(data) == len(set(data)), ref


@languages
def test_whatever_a_card_leads_to_is_there(cards: Cards, language: str) -> None:
    known = set(all_refs(cards.report))
    for ref in known:
        data = {b.data for b in buttons(cards.card(ref, language, TODAY)) if b.data}
        assert {d for d in data if d.count(":") == 1 and len(d.partition(":")[0]) == 1} <= known, ref


# Links, buttons, codes


@languages
async def test_a_link_opens_the_same_card_as_the_button_whatever_it_is(
    dara: Talk, report: Report, language: str
) -> None:
    await speak(dara, language)
    for ref in all_refs(report):
        dara.world.advance(dt.timedelta(seconds=3))
        [by_button] = await dara.tap(ref)
        [by_link] = await dara.say(f"/start {ref.replace(':', '_')}")
        assert (by_button.kind, by_link.kind) == ("edited", "message"), ref
        assert by_link.text == by_button.text, ref
        assert by_link.message["reply_markup"] == by_button.message["reply_markup"], ref


def test_every_link_is_one_that_telegram_takes(cards: Cards) -> None:
    for ref in all_refs(cards.report):
        link = urlsplit(cards.frame.sharing.link(ref))
        [payload] = parse_qs(link.query)["start"]
        assert (link.scheme, link.netloc, link.path) == ("https", "t.me", "/sangket_bot")
        assert len(payload) <= 64
        assert set(payload) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
        assert opened_by(payload) == ref


@languages
async def test_what_the_share_button_types_offers_the_same_card(dara: Talk, cards: Cards, language: str) -> None:
    await speak(dara, language)
    for ref in ("b:D", "c:kem-sokha", "n:2021-03-01-ms-2", "e", "e:12", "p:41", "x:commune-votes"):
        [card] = await dara.say(f"/start {ref.replace(':', '_')}")
        [share] = [b for b in keyboard(card) if "switch_inline_query_chosen_chat" in b]
        chosen = share["switch_inline_query_chosen_chat"]
        assert chosen["query"] == shared(cards, ref, language)
        assert chosen["allow_group_chats"] is chosen["allow_channel_chats"] is chosen["allow_user_chats"] is True
        query = dara.world.ask_inline(dara.person, chosen["query"])
        await dara.after(lambda: None)
        offer = dara.world.inline_queries[query].results[0]
        assert offer["id"] == ref
        assert offer["content"]["text"] == card.text


LEADS_NOWHERE = [
    "c_nobody",
    "c_",
    "c_Kem-Sokha",
    "n_2021-03-01-ms-3",
    "l_cc-999",
    "p_0",
    "p_108",
    "p_041",
    "p_x",
    "e_26",
    "e_99",
    "r_105z",
    "d_",
    "x_",
    "z_1",
    "c:kem-sokha:1",
    "n_",
    "xs_b",
    "q_p_41",
]


@pytest.mark.parametrize("payload", LEADS_NOWHERE)
async def test_a_link_to_what_is_not_there_is_a_plain_start(sok: Talk, payload: str) -> None:
    [seen] = await sok.say(f"/start {payload}")
    assert seen.text.startswith("សង្កេត (Sangket)")


@pytest.mark.parametrize(
    "data",
    [
        "c:nobody",
        "n:2021-03-01-ms-3",
        "l:cc-999",
        "p:0",
        "p:108",
        "p:041",
        "p:x",
        "e:26",
        "r:105z",
        "d:x",
        "x:x",
        "b:U",
        "q:c:nobody",
        "q:p:999",
        "q:p:x:p:2",
        "xs:c:nobody",
        "xs:p:x",
        "xs:p:0",
        "xs:b:U:p:3",
        "z:1",
        "c:",
        "c:ខ្មែរ",
        "e:map",
        "e:map:purple",
        "ep:XYZ",
        "cc:murder",
        "cs:nobody",
        "cb:Z",
        "rb:Z",
        "rs:nobody",
        "ls:nobody",
        "an:",
        "an:x",
        "ds:never",
        "in:x",
    ],
)
async def test_a_button_of_something_that_is_not_there_answers_calmly_and_leaves_the_screen(
    dara: Talk, data: str
) -> None:
    await dara.say("/help")
    assert await dara.tap(data) == [Seen("toast", OLD_BUTTON)]
    [home] = await dara.press("🏠 Start")
    assert home.kind == "edited", "and the screen is still good"


@pytest.mark.parametrize(
    ("data", "begins"),
    [
        ("in:zz", "Cases and trials in the report"),
        ("td:trial-1999-01-01", "Trials (5)"),
        ("td:trial-2022-12-22", "Trials (5)"),
        ("xs:b:F", "Where the report disagrees with itself"),
        ("xs:l:lango", "Where the report disagrees with itself"),
        ("q:b:D", "D. End mass trials"),
        ("cs:trial:99", "Trials (5)"),
        ("ds:1066", "The report carries no date of 1066"),
        ("ag:99", "Agenda for the Government"),
        ("xs:999", "Where the report disagrees with itself"),
        ("an:3:99", "Annex III"),
        ("cb:S", "Cases on S."),
    ],
)
async def test_a_button_whose_page_or_list_is_not_there_shows_the_nearest(dara: Talk, data: str, begins: str) -> None:
    await dara.say("/help")
    [screen] = await dara.tap(data)
    assert screen.text.startswith(begins)
    assert "home" in opened(screen)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from("bcdelnprxq"), st.text("abcDE019-:x ", max_size=20))
def test_nothing_is_known_by_a_key_that_the_report_does_not_have(kind: str, rest: str) -> None:
    ref = f"{kind}:{rest}"
    assert REPORT.knows(ref) == (ref in ALL)


# The report's own words


@dataclass
class Official:
    """An official text of our own making, put where the bot looks for one. It can be taken away again."""

    house: House
    rows: dict[str, str] = field(default_factory=dict)

    def has(self, **rows: str) -> None:
        """These passages, by place; ``_43`` is paragraph 43."""
        self.put({place.lstrip("_"): text for place, text in rows.items()})

    def put(self, rows: dict[str, str]) -> None:
        """These passages, by place."""
        write(
            self.house.settings.official_file,
            SYMBOL,
            [(place, _number(place), "Heading", text, key(text)) for place, text in rows.items()],
        )

    def take_away(self) -> None:
        """As if it had never been imported."""
        self.house.settings.official_file.unlink()


def _number(place: str) -> int | None:
    number = place.partition(" ")[0]
    return int(number) if number.isdigit() else None


@pytest.fixture
def official(house: House) -> Official:
    return Official(house)


OWN = "The report's own words:"


@pytest.mark.parametrize(
    ("ref", "place"),
    [
        ("p:43", "43"),
        ("c:kem-sokha", "43"),
        ("r:105d", "105 (d)"),
        ("r:ih", "annex I (h)"),
        ("l:lango", "28"),
        ("d:call-2023", "3"),
        ("x:disability-law", "72"),
    ],
)
async def test_a_card_quotes_the_paragraph_that_it_is_about(
    dara: Talk, official: Official, ref: str, place: str
) -> None:
    [before] = await dara.say(f"/start {ref.replace(':', '_')}")
    assert OWN not in before.text, "control"
    official.put({place: "Wording of the seventh heron.", "99": "Wording of another bird."})
    [card] = await dara.say(f"/start {ref.replace(':', '_')}")
    assert f"{OWN}\nWording of the seventh heron. ({cited(place, 'en')})" in card.text
    assert "another bird" not in card.text
    official.take_away()
    [after] = await dara.say(f"/start {ref.replace(':', '_')}")
    assert after.text == before.text


async def test_a_quotation_folds_and_what_looks_like_markup_in_it_is_shown_as_it_is(
    dara: Talk, official: Official
) -> None:
    official.has(_43="The <b>seventh</b> heron & co.")
    [card] = await dara.say("/para 43")
    assert "The <b>seventh</b> heron & co. (para. 43)" in card.text
    assert "expandable_blockquote" in [entity["type"] for entity in card.message["entities"]]


async def test_a_long_quotation_has_a_screen_of_its_own_with_pages(dara: Talk, official: Official) -> None:
    words = [f"heron{n}" for n in range(1200)]
    official.has(_43=" ".join(words))
    [card] = await dara.say("/para 43")
    assert OWN not in card.text
    [first] = await dara.press("📖 Its own words")
    assert (first.kind, OWN in first.text) == ("edited", True)
    seen = [first]
    for _ in range(int(first.buttons[0][1].removeprefix("1/")) - 1):
        seen += await dara.press("▶")
    whole = " ".join(page.text for page in seen)
    assert [word for word in words if f"{word} " not in whole] == [], "every word is on one of the pages"
    assert all(page.text.endswith(f"{SYMBOL}, para. 43") for page in seen)
    [round_] = await dara.press("▶")
    assert round_.text == first.text
    [back] = await dara.press("◀ Back")
    assert back.text == card.text


async def test_a_button_to_the_own_words_shows_the_card_when_the_text_was_taken_away(
    dara: Talk, official: Official
) -> None:
    official.has(_43="heron " * 400)
    await dara.say("/para 43")
    official.take_away()
    [card] = await dara.press("📖 Its own words")
    assert card.text.startswith("Paragraph 43")


async def test_a_benchmark_leads_to_all_its_paragraphs(dara: Talk, official: Official) -> None:
    official.put({str(n): f"Wording of heron {n}." for n in range(1, 108)})
    [card] = await dara.say("D")
    assert OWN not in card.text
    [quoted] = await dara.press("📖 Its own words")
    for number in range(39, 47):
        assert f"Wording of heron {number}. (para. {number})" in quoted.text
    for number in (38, 47):
        assert f"Wording of heron {number}." not in quoted.text


async def test_the_official_text_is_searched_and_the_match_is_shown(dara: Talk, official: Official) -> None:
    [before] = await dara.say("/search quetzals roosting")
    assert "p:91" not in opened(before), "control"
    official.has(_91="Some words before; and quetzals were roosting in the delta.", _92="Other words.")
    [found] = await dara.say("/search quetzals roosting")
    assert "Paragraph 91" in found.text
    assert "and quetzals were roosting" in found.text
    assert "(para. 91)" in found.text
    bold = [entity for entity in found.message["entities"] if entity["type"] == "bold"]
    marked = [_part(found.text, entity["offset"], entity["length"]) for entity in bold]
    assert {"quetzals", "roosting"} <= set(" ".join(marked).split())
    assert "p:91" in opened(found)


async def test_a_point_found_in_the_text_leads_to_the_recommendation(dara: Talk, official: Official) -> None:
    official.put({"105 (d)": "Let herons nest.", "annex I (h)": "Let egrets nest."})
    [found] = await dara.say("/search herons nest")
    assert "r:105d" in opened(found)
    [found] = await dara.say("/search egrets nest")
    assert "r:ih" in opened(found)


async def test_a_file_that_is_no_official_text_is_as_good_as_none(dara: Talk, official: Official) -> None:
    official.house.settings.official_file.write_bytes(b"This is not a database. " * 300)
    [card] = await dara.say("/para 43")
    assert card.text.startswith("Paragraph 43")
    assert OWN not in card.text
    official.has(_43="Wording of the heron.")
    [card] = await dara.say("/para 43")
    assert OWN in card.text


@languages
def test_a_card_with_the_longest_quotation_is_still_one_that_telegram_takes(cards: Cards, language: str) -> None:
    for ref in all_refs(cards.report):
        for length in (200, 1499, 5000):
            quotes = (Quote("41", "&" * length),)
            text, _ = parse_html(str(cards.card(ref, language, TODAY, quotes).text))
            assert utf16_len(text) <= 4096, (ref, length)


def _part(text: str, offset: int, length: int) -> str:
    """A part of a text, counted as Telegram does."""
    return text.encode("utf-16-le")[2 * offset : 2 * (offset + length)].decode("utf-16-le")


# Every way there is


class LongWalk(Walk):
    """A walk over pictures too: those come as new messages, and so does the text after one."""

    async def _pressed(self, data: str) -> Seen:
        self.talk.world.advance(dt.timedelta(seconds=2))
        before = self.talk.last
        assert before is not None
        seen = await self.talk.tap(data)
        if not seen:
            return before
        assert len(seen) == 1, data
        assert seen[0].kind != "toast", f"{data} answers with {seen[0].text}"
        turned = bool(before.message.get("photo")) != bool(seen[0].message.get("photo"))
        assert seen[0].kind == ("message" if turned else "edited"), data
        return seen[0]


@languages
async def test_whatever_is_pressed_no_way_ends_and_everything_is_reached(
    house: House, world: World, report: Report, language: str
) -> None:
    talk = house.talk(world.add_person("Walker", language_code=language))
    await speak(talk, language)
    walk = LongWalk(talk)
    for command in ("/help", "/para"):
        [page] = await talk.say(command)
        await walk.from_screen(page)
    assert walk.dead_ends("home") == set()
    unreached = {ref for ref in all_refs(report) if ref not in walk.ways}
    assert unreached == set(), "every thing is reached by pressing alone"
    assert all(tap.answered for tap in world.taps.values())


def test_there_is_much_to_open() -> None:
    """Control: the checks above are about every kind of thing."""
    assert len(ALL) > 400
    assert {ref[0] for ref in ALL} == set("bcdelnprx")


def test_a_way_that_ends_would_be_found(dara: Talk) -> None:
    """Control."""
    walk = LongWalk(dara, {"help": {"a"}, "a": {"home"}, "home": {"help"}, "x": {"x"}})
    assert walk.dead_ends("home") == {"x"}
