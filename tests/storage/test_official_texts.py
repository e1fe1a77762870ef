"""The file of the official text: replaced whole, noticed when it changes, missed without harm, searched fast."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from facts.khmer import key
from storage.database import StorageError
from storage.official import FEW, MOST_TERMS, OfficialTexts, Row, write

COURT = "តុលាការ\u200bកំពូល"
TEXTS = {
    "summary": "A survey of orchards, and of those who keep them.",
    "7": "The deportation of gardeners went on for years.",
    "8": "Nobody was deported in the year of the great harvest.",
    "table": "Tree | Goats\nOak | 3",
    "41": "Two gardeners were tried. The trial was held under a tree.",
    "105": "Gardeners are asked:",
    "105 (a)": "To plant mangoes;",
    "105 (d)": "To release every bird that they keep.",
    "106": "A bird in a garden is worth two trials of gardeners, said the garden.",
    "annex I": "Ten wishes for orchards:",
    "annex I (d)": "Fewer microfungi;",
    "annex II": f"The orchard court is called {COURT}។",
    "footnote 10": "See orchard law.",
}


def row(place: str, text: str) -> Row:
    """A row as an import gives it."""
    number = place.partition(" ")[0]
    return place, int(number) if number.isdecimal() else None, "D. Orchards", text, key(text)


ROWS = [row(place, text) for place, text in TEXTS.items()]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "official.db"


@pytest.fixture
async def texts(path: Path) -> AsyncIterator[OfficialTexts]:
    """Look-ups in the orchard document."""
    write(path, "O/1", ROWS)
    texts = OfficialTexts(path)
    yield texts
    await texts.close()


def beside(path: Path) -> list[str]:
    """What is in the file's folder."""
    return sorted(file.name for file in path.parent.iterdir())


def remove(path: Path) -> None:
    """The file, or the folder that lies in its place."""
    if path.is_dir():
        path.rmdir()
    else:
        path.unlink()


def put_damaged(path: Path, damage: str) -> None:
    """A file that is none of ours, or no longer."""
    write(path, "O/1", ROWS * 50)
    good = path.read_bytes()
    remove(path)
    if damage == "folder":
        path.mkdir()
    elif damage == "other database":
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE document (symbol)")
    else:
        content = {"foreign": b"no database at all " * 500, "truncated": good[:6000], "empty": b""}
        path.write_bytes(content.get(damage, good[:4096] + b"\xa5" * (len(good) - 4096)))


async def found(texts: OfficialTexts, *terms: str, most: int = 10) -> list[str]:
    """The places that a search for these words finds."""
    return [hit.passage.place for hit in await texts.search([key(term) for term in terms], most)]


# Looking up


async def test_a_place_gives_its_passage_word_for_word(texts: OfficialTexts) -> None:
    (passage,) = await texts.at(["annex II"])
    assert passage.text == TEXTS["annex II"]
    assert (passage.place, passage.paragraph, passage.heading) == ("annex II", None, "D. Orchards")


async def test_a_paragraph_comes_with_its_points_and_nothing_else(texts: OfficialTexts) -> None:
    assert [passage.place for passage in await texts.at(["105"])] == ["105", "105 (a)", "105 (d)"]
    assert [passage.place for passage in await texts.at(["105 (d)"])] == ["105 (d)"]
    assert [passage.place for passage in await texts.at(["annex I"])] == ["annex I", "annex I (d)"]
    assert [passage.place for passage in await texts.at(["10"])] == []


async def test_several_places_come_once_each_in_the_documents_order(texts: OfficialTexts) -> None:
    places = ["footnote 10", "105 (a)", "105", "7", "7", "no such place", "' OR 1=1 --", "%"]
    assert [p.place for p in await texts.at(places)] == ["7", "105", "105 (a)", "105 (d)", "footnote 10"]


async def test_a_table_is_found_by_the_paragraph_before_it(path: Path) -> None:
    places = ["8", "9", "9 (a)", "table", "10", "table", "11", "12"]
    write(path, "O/1", [row(place, f"Row {number}") for number, place in enumerate(places)])
    texts = OfficialTexts(path)
    assert [passage.text for passage in await texts.at(["table after 9"])] == ["Row 3"]
    assert [passage.text for passage in await texts.at(["table after 10"])] == ["Row 5"]
    assert [passage.text for passage in await texts.at(["table"])] == ["Row 3", "Row 5"]
    assert await texts.at(["table after 8", "table after 12", "table after 77"]) == []
    await texts.close()


# Searching


async def test_words_are_found_by_their_stem(texts: OfficialTexts) -> None:
    assert set(await found(texts, "deported")) == {"7", "8"}
    assert set(await found(texts, "deportations")) == {"7", "8"}
    assert set(await found(texts, "trial")) == {"41", "106"}


async def test_khmer_is_found_within_a_sentence_with_and_without_invisible_spaces(texts: OfficialTexts) -> None:
    assert await found(texts, COURT) == ["annex II"]
    assert await found(texts, "កំពូល") == ["annex II"]
    assert await found(texts, "ពូ") == ["annex II"]
    assert await found(texts, "តុលាការឧទ្ធរណ៍") == []


async def test_a_fragment_finds_the_word_it_is_from(texts: OfficialTexts) -> None:
    assert await found(texts, "icrofung") == ["annex I (d)"]


async def test_passages_with_every_term_come_first_and_say_so(texts: OfficialTexts) -> None:
    hits = await texts.search(["gardeners", "bird"], 10)
    assert hits[0].passage.place == "106"
    assert [hit.whole for hit in hits] == [True] + [False] * (len(hits) - 1)
    assert {hit.passage.place for hit in hits} == {"7", "41", "105", "105 (d)", "106"}


async def test_khmer_and_english_are_asked_together(texts: OfficialTexts) -> None:
    hits = await texts.search(["orchard", key(COURT)], 1)
    assert [(hit.passage.place, hit.whole) for hit in hits] == [("annex II", True)]


async def test_a_word_that_stands_nowhere_does_not_hide_the_others(texts: OfficialTexts) -> None:
    assert await found(texts, "zzzyx", "mangoes") == ["105 (a)"]
    assert await found(texts, "zzzyx") == []


async def test_no_more_than_wanted_are_given(texts: OfficialTexts) -> None:
    assert len(await found(texts, "gardeners", most=2)) == 2
    assert await found(texts, "gardeners", most=0) == []
    assert await found(texts) == []


@pytest.mark.parametrize(
    "term",
    ['"', '"a" OR "b', "bird*", "NEAR(bird", "key:bird", "-bird", "^bird", "a AND", "\0", "(", "\ud800", "%", "_"],
)
async def test_nothing_is_read_as_a_language_of_queries(texts: OfficialTexts, term: str) -> None:
    for hit in await texts.search([term, "mangoes"], 50):
        assert hit.passage.place in TEXTS


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(terms=st.lists(st.text(), max_size=5))
def test_any_words_are_searched_without_an_error(tmp_path: Path, terms: list[str]) -> None:
    path = tmp_path / "any.db"
    if not path.exists():
        write(path, "O/1", ROWS)

    async def search() -> None:
        texts = OfficialTexts(path)
        await texts.search(terms, 5)
        await texts.search([key(term) for term in terms], 5)
        await texts.at(terms)
        assert await texts.symbol() == "O/1"
        await texts.close()

    asyncio.run(search())


async def test_common_words_weigh_a_bounded_number_of_passages(path: Path) -> None:
    many = [row(str(number), f"The common garden, number {number}.") for number in range(3 * FEW)]
    write(path, "O/1", [*many, row("9999", "The garden is rare here: quince.")])
    texts = OfficialTexts(path)
    assert len(await texts.search(["garden"], 10 * FEW)) == FEW
    assert (await found(texts, "quince", "common"))[0] == "9999"
    assert await found(texts, *(["garden"] * 3), *(f"x{n}" for n in range(2 * MOST_TERMS)), most=1) == ["0"]
    await texts.close()


# The file


async def test_without_a_file_there_is_no_text_and_no_error(path: Path) -> None:
    texts = OfficialTexts(path)
    assert await texts.symbol() is None
    assert await texts.symbol() is None
    assert await texts.at(["7"]) == []
    assert await texts.search(["garden"], 5) == []
    await texts.close()


async def test_a_new_file_is_noticed_at_the_next_look_up(texts: OfficialTexts, path: Path) -> None:
    assert await found(texts, "mangoes") == ["105 (a)"]
    write(path, "O/2", [row("1", "Only quinces.")])
    assert await found(texts, "mangoes") == []
    assert await found(texts, "quince") == ["1"]
    assert await texts.symbol() == "O/2"


async def test_the_text_of_another_report_than_the_one_that_answers_is_none(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(path, "O/1", ROWS)
    texts = OfficialTexts(path, "O/2")
    with caplog.at_level(logging.INFO, "sangket.official"):
        assert await texts.at(["105"]) == []
        assert await texts.symbol() is None
    assert [record.getMessage() for record in caplog.records] == ["file.of_another_report"]
    write(path, "O/2", ROWS)
    assert await texts.symbol() is not None
    await texts.close()


async def test_a_file_that_comes_and_goes_is_noticed(path: Path) -> None:
    texts = OfficialTexts(path)
    assert await texts.symbol() is None
    write(path, "O/1", ROWS)
    assert await texts.symbol() is not None
    remove(path)
    assert await texts.symbol() is None
    await texts.close()


async def test_look_ups_and_imports_at_once_see_one_whole_text_or_the_other(path: Path) -> None:
    write(path, "O/0", ROWS)
    texts = OfficialTexts(path)

    async def look() -> set[int]:
        return {len(await texts.at(["105"])) for _ in range(30)}

    async def replace() -> None:
        for number in range(10):
            rows = ROWS if number % 2 else [row("105", "Alone:")]
            await asyncio.to_thread(write, path, f"O/{number}", rows)

    seen, _, more = await asyncio.gather(look(), replace(), look())
    assert seen | more <= {1, 3}
    await texts.close()


@pytest.mark.parametrize("damage", ["foreign", "truncated", "scribbled", "empty", "other database", "folder"])
async def test_a_damaged_file_is_one_log_line_and_no_text(
    path: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    put_damaged(path, damage)
    texts = OfficialTexts(path)
    with caplog.at_level(logging.INFO, "sangket.official"):
        for _ in range(3):
            assert await texts.search(["gardeners", "bird"], 5) == []
            assert await texts.at(["105"]) == []
            assert await texts.symbol() is None
    assert [record.getMessage() for record in caplog.records] == ["file.unreadable"]
    remove(path)
    write(path, "O/1", ROWS)
    assert await texts.symbol() is not None
    await texts.close()


async def test_a_whole_file_is_no_log_line(texts: OfficialTexts, caplog: pytest.LogCaptureFixture) -> None:
    """Control: what the damaged files are told by."""
    with caplog.at_level(logging.INFO, "sangket.official"):
        assert await found(texts, "bird")
    assert caplog.records == []


# Writing


def test_the_file_is_private_and_alone(path: Path) -> None:
    write(path, "O/1", ROWS)
    assert path.stat().st_mode & 0o777 == 0o600
    assert beside(path) == [path.name]


def test_what_fails_half_way_leaves_the_old_file(path: Path) -> None:
    write(path, "O/1", ROWS)
    before = path.read_bytes()

    def broken() -> Iterator[Row]:
        yield ROWS[0]
        raise OSError("the source went away")

    with pytest.raises(OSError, match="went away"):
        write(path, "O/2", broken())
    assert path.read_bytes() == before
    assert beside(path) == [path.name]


def test_a_full_disk_is_a_storage_error(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connect = sqlite3.connect

    def small(*given: object, **more: object) -> sqlite3.Connection:
        connection = connect(*given, **more)  # type: ignore[call-overload]
        connection.execute("PRAGMA max_page_count = 4")
        return connection  # type: ignore[no-any-return]

    monkeypatch.setattr(sqlite3, "connect", small)
    with pytest.raises(StorageError, match="SQLITE_FULL"):
        write(path, "O/1", ROWS)
    assert beside(path) == []
