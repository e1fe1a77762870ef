"""Plain words and /search: the best finds first, what must be said before them, and calm whatever is typed."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import House, early
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from refs import cards_of, languages, opened, shown, speak

from bot.talk import Seen, Talk
from facts.report import Report
from sandbox.records import NotPossible
from sandbox.world import World
from storage.members import Role
from texts.cards import Cards
from texts.commands import COMMANDS
from texts.findings import SHOWN, Notes

BEYOND = "⏳ The report covers early June 2022 to the first week of June 2023 (para. 1)."
NO_YES = "I do not answer yes or no. This is what the report says:"
NOTHING = "I found nothing in the report for"


@pytest.fixture(scope="module")
def cards(report: Report) -> Cards:
    return cards_of(report)


# Finding


@pytest.mark.parametrize(
    ("asked", "ref"),
    [
        ("what happened to Kem Sokha?", "c:kem-sokha"),
        ("tell me about microfinance", "b:I"),
        ("NagaWorld", "c:nagaworld-strikers"),
        ("land evictions", "b:M"),
        ("prison overcrowding", "b:F"),
        ("election results in Kandal", "e:08"),
        ("what does the report say about online scams?", "b:P"),
        ("who is Theary Seng", "c:theary-seng"),
        ("climate change", "b:N"),
        ("តើ Kem Sokha ត្រូវបានផ្តន្ទាទោសឬទេ", "c:kem-sokha"),
        ("តើរបាយការណ៍និយាយអ្វីអំពីមីក្រូហិរញ្ញវត្ថុ", "b:I"),
        ("ខេត្តកណ្តាល", "e:08"),
        ("ដីធ្លី", "b:M"),
    ],
)
async def test_a_question_finds_what_answers_it(dara: Talk, asked: str, ref: str) -> None:
    await speak(dara, "en")
    for text in (asked, f"/search {asked}"):
        [seen] = await dara.say(text)
        cards = [b for b in opened(seen)[:6] if b == ref]
        title = {"b": f"{ref[2:]}. "}.get(ref[0])
        assert cards or (title and seen.text.partition("\n\n")[2].startswith(title)) or is_card(seen, ref), text


def is_card(seen: Seen, ref: str) -> bool:
    """Whether this is the card of a thing: its share button passes it on."""
    return f"'query': '{ref}'" in str(seen.message.get("reply_markup"))


async def test_search_lists_and_does_not_open(dara: Talk) -> None:
    [listed] = await dara.say("/search Kem Sokha")
    assert listed.text.startswith("On “Kem Sokha” the report has:")
    assert opened(listed)[0] == "c:kem-sokha"
    [card] = await dara.say("Kem Sokha")
    assert is_card(card, "c:kem-sokha"), "control: plain words open what is clearly meant"


@pytest.mark.parametrize("asked", ["land", "elections", "police", "children", "court", "ដី", "តុលាការ"])
async def test_finds_are_few_each_with_its_place_and_a_button(dara: Talk, asked: str) -> None:
    await speak(dara, "en")
    [seen] = await dara.say(f"/search {asked}")
    numbered = [line for line in seen.text.splitlines() if re.match(r"[1-9]\. ", line)]
    assert 1 <= len(numbered) <= SHOWN
    refs = [data for data in opened(seen) if data not in ("help", "home", "bs")]
    assert len(refs) == len(numbered)
    assert len(re.findall(r"\((?:paras?\. |annex |table |summary|footnote )[^)]*\)+$", seen.text, re.MULTILINE)) == len(
        numbered
    )


async def test_zero_width_spaces_make_no_difference(dara: Talk) -> None:
    await speak(dara, "km")
    [without] = await dara.say("/search ពន្ធនាគារ")
    [with_] = await dara.say("/search ពន្ធ\u200bនាគារ")
    assert opened(with_) == opened(without)
    assert opened(without)[0] == "b:F"


@pytest.mark.parametrize("asked", ["zzzz", "qwertz uiop", "🙂", "ไทย", "日本語", "अ", "xyzzy <b>&"])
async def test_nothing_found_explains_itself_and_offers_the_next_step(dara: Talk, asked: str) -> None:
    for text in (asked, f"/search {asked}"):
        [seen] = await dara.say(text)
        assert seen.text.startswith(f"{NOTHING} “{asked}”"), text
        assert "That does not mean it did not happen" in seen.text
        assert {"bs", "cs", "ds:ahead", "ls", "help", "home"} <= set(opened(seen))


async def test_the_command_alone_asks_for_words(dara: Talk) -> None:
    [seen] = await dara.say("/search")
    assert "/search land evictions" in seen.text
    assert "home" in opened(seen)


# What must be said first


@pytest.mark.parametrize(
    "asked",
    [
        "what happened in 2024",
        "2025",
        "Kem Sokha 2025",
        "elections 2028",
        "what is the situation today",
        "who is the prime minister now",
        "latest news about NagaWorld",
        "results of July 2023",
        "what happened in December 2023?",
        "តើមានអ្វីកើតឡើងនៅឆ្នាំ ២០២៤",
        "ពន្ធនាគារថ្ងៃនេះ",
        "ខែកក្កដា ឆ្នាំ 2023",
    ],
)
async def test_what_is_asked_of_a_later_time_is_told_what_the_report_covers(dara: Talk, asked: str) -> None:
    if asked == "2025":
        asked = "/search 2025"
    await speak(dara, "en")
    [seen] = await dara.say(asked)
    assert BEYOND in seen.text


@pytest.mark.parametrize(
    "asked", ["June 2022", "elections of 2022", "what happened in May 2023?", "2017 elections", "prisons"]
)
async def test_what_is_asked_of_its_own_time_is_not(dara: Talk, asked: str) -> None:
    """Control."""
    [seen] = await dara.say(asked)
    assert "⏳" not in seen.text


@pytest.mark.parametrize(
    "asked",
    [
        "is Kem Sokha in prison?",
        "was Kem Sokha released",
        "did CLP win",
        "are prisons overcrowded",
        "has the government replied?",
        "can workers strike?",
        "does the report mention torture",
        "តើ Kem Sokha ជាប់ពន្ធនាគារឬទេ",
        "តើពន្ធនាគារចង្អៀតទេ?",
        "ពន្ធនាគារចង្អៀតមែនទេ",
    ],
)
async def test_a_question_that_waits_for_yes_or_no_is_told_that_none_is_given(dara: Talk, asked: str) -> None:
    await speak(dara, "en")
    for text in (asked, f"/search {asked}"):
        [seen] = await dara.say(text)
        assert NO_YES in seen.text, text
        first = seen.text.replace(NO_YES, "").lstrip().splitlines()[0].lower()
        assert not re.match(r"(?:yes|no|true|false|indeed|correct)\b", first)


@pytest.mark.parametrize("asked", ["prisons", "what about prisons", "who is Kem Sokha", "how many inmates", "ពន្ធនាគារ"])
async def test_other_questions_are_not(dara: Talk, asked: str) -> None:
    """Control."""
    await speak(dara, "en")
    [seen] = await dara.say(asked)
    assert NO_YES not in seen.text


@pytest.mark.parametrize(
    ("asked", "unknown"),
    [
        ("what did Xyzzy say of prisons", "xyzzy"),
        ("prison conditions on Mars according to zorblax", "zorblax"),
        ("elections in Wakanda", "wakanda"),
    ],
)
async def test_words_that_are_nowhere_are_named_as_not_found(dara: Talk, asked: str, unknown: str) -> None:
    for text in (asked, f"/search {asked}"):
        [seen] = await dara.say(text)
        assert re.search(f"I do not find “(?:[^\n]*)?{unknown}", seen.text), text


async def test_words_that_are_there_are_not(dara: Talk) -> None:
    """Control."""
    for asked in ("prison conditions", "land evictions", "Kem Sokha", "torture of prisoners"):
        [seen] = await dara.say(asked)
        assert "I do not find “prison" not in seen.text
        assert "I do not find “land" not in seen.text
        assert "I do not find “kem" not in seen.text


async def test_everything_that_must_be_said_is_said_together_and_once(dara: Talk) -> None:
    [seen] = await dara.say("was the zorblax prison closed in 2025?")
    assert seen.text.count(BEYOND) == 1
    assert seen.text.count(NO_YES) == 1
    assert seen.text.count("I do not find “zorblax”") == 1
    assert seen.text.index(BEYOND) < seen.text.index(NO_YES)


@languages
def test_the_notes_are_said_in_both_languages_and_the_period_has_its_place(cards: Cards, language: str) -> None:
    notes = Notes(beyond=True, yes_or_no=True, unknown=("zorblax",))
    text = shown(cards.findings.none("x", language, notes))
    document = cards.report.document
    assert document.covers[language] in text
    assert {"en": "(para. 1)", "km": "(កថាខណ្ឌ 1)"}[language] in text
    listed = shown(cards.findings.several("x", ["b:D"], language, notes=notes))
    assert "zorblax" in listed
    assert cards.findings.noted(Notes(), language) == ""


@languages
async def test_with_one_report_nothing_is_compared(dara: Talk, report: Report, language: str) -> None:
    await speak(dara, language)
    [seen] = await dara.say("/changes")
    assert report.document.symbol in seen.text
    assert "→" not in seen.text
    assert {"bs", "home"} <= set(opened(seen))


# Whoever asks, wherever


async def test_in_a_group_the_command_is_answered_and_plain_words_are_not(house: House, world: World) -> None:
    chanthy = world.add_person("Chanthy")
    group = world.add_group("Network", people=(chanthy,))
    talk = house.talk(chanthy, group)
    assert await talk.say("was Kem Sokha released") == []
    [seen] = await talk.say("/search was Kem Sokha released")
    assert NO_YES in seen.text
    assert "reply_to_message" in seen.message


async def test_every_command_of_everybody_is_answered_in_a_group(house: House, world: World) -> None:
    chanthy = world.add_person("Chanthy")
    group = world.add_group("Network", people=(chanthy,))
    talk = house.talk(chanthy, group)
    for command in COMMANDS:
        if command.role > Role.PUBLIC:
            continue
        world.advance(dt.timedelta(seconds=5))
        [seen] = await talk.say(f"/{command.name}")
        assert seen.text, command.name


# Whatever is typed


class Patience(logging.Handler):
    """One running bot and one person who types anything; what the bot logs as an error is kept."""

    def __init__(self, folder: Path, report: Report) -> None:
        super().__init__(logging.ERROR)
        self.errors: list[str] = []
        self.world = World(pace=False, seed=1, clock=early)
        self.house = House(self.world, folder, report)
        self.runner = asyncio.Runner()
        self.runner.run(self.house.start())
        self.dara = self.house.talk(self.world.add_person("Dara"))
        self.hear("/start")
        logging.getLogger("sangket").addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        self.errors.append(str(record.msg))

    def hear(self, text: str) -> list[Seen]:
        """What is answered to this; what no app would send is not sent."""
        self.world.advance(dt.timedelta(seconds=5))
        try:
            seen: list[Seen] = self.runner.run(self.dara.say(text))
        except (NotPossible, UnicodeError):
            return []
        return seen

    def end(self) -> None:
        logging.getLogger("sangket").removeHandler(self)
        self.runner.run(self.house.stop())
        self.runner.close()


@pytest.fixture(scope="module")
def patience(tmp_path_factory: pytest.TempPathFactory, report: Report) -> Iterator[Patience]:
    patience = Patience(tmp_path_factory.mktemp("patience"), report)
    yield patience
    patience.end()


_CODES = ("D", "105d", "M.S.", "trial", "2022", "494", "annex II", "Kandal", "CPP", "c:kem-sokha", "e", "p:x", "៤", "ឃ")
_ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
_ODD = st.text(
    st.sampled_from("\u200b\u200c\u200d\u202e\u2066\u2069\u0301\u17d2\x00\x07<>&'\"{}%=\n\t /:_-@#.()🟠👩🏽‍🚀កឃ៤dD1"),
    max_size=60,
)
_TYPED = st.one_of(
    _ANY,
    _ODD,
    st.sampled_from(_CODES),
    st.builds("{} {}".format, st.sampled_from(_CODES), _ANY),
    st.builds(lambda text, times: (text * times)[:4000], st.one_of(_ODD, _ANY), st.integers(2, 4000)),
)


@settings(
    max_examples=400, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
@given(st.sampled_from([f"/{command.name} " for command in COMMANDS] + [""]), _TYPED)
def test_every_command_with_any_text_gives_exactly_one_calm_answer(
    patience: Patience, command: str, typed: str
) -> None:
    seen = patience.hear((command + typed)[:4096])
    assert patience.errors == []
    if command:
        assert len(seen) == 1
    for one in seen:
        assert one.kind == "message"
        assert "Something went wrong" not in one.text
        assert "Many messages" not in one.text
        assert len(one.text) <= 4096
        assert one.buttons, "and leads on"


def test_a_fault_would_be_seen(patience: Patience, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control."""
    from facts.search import Finder

    def stumble(*_: object, **__: object) -> None:
        raise ValueError("stumbled")

    monkeypatch.setattr(Finder, "things", stumble)
    for _ in range(3):
        seen = patience.hear("/search anything")
    assert any(re.search(r"\bE-[0-9A-Z]{4}\b", one.text) for one in seen), "with its number, in either language"
    assert patience.errors
    patience.errors.clear()


async def test_what_is_not_found_is_said_before_what_the_report_says(dara: Talk) -> None:
    [seen] = await dara.say("is Kem Sokha a Xyzzyman?")
    assert 0 <= seen.text.index("I do not find “xyzzyman”") < seen.text.index("This is what the report says:")
