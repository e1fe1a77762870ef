"""The pictures themselves: sharp, within their rooms, in both languages, and of nothing but the facts."""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
import typst

from documents import pictures as drawing
from documents.pictures import WIDTH, Fit, Pictures
from documents.places import STEPS, TILES, shade
from facts.models import Election, Words
from facts.report import Report
from texts.language import LANGUAGES

KINDS = ("scorecard", "election-map", "election-bars")
NAMES = [f"{kind}:{language}:{theme}" for kind in KINDS for language in LANGUAGES for theme in ("light", "dark")]
TEMPLATES = Path(drawing.__file__).parent / "templates"
MARKUP = '#panic("x") *b* _i_ $x$ <y> [z] @ref // `c` \\u{41} {}'
"""What would stop typst, or change the letters, were it read as typst."""


@pytest.fixture(scope="module")
def pictures(report: Report) -> Pictures:
    return Pictures(report)


@pytest.fixture(scope="module")
def election(report: Report) -> Election:
    assert report.election is not None
    return report.election


def with_name(report: Report, letter: str, words: str) -> Report:
    """The facts with another short name for this benchmark."""
    changed = report.benchmarks[letter].model_copy(update={"short": Words(en=words, km=words)})
    return replace(report, benchmarks={**report.benchmarks, letter: changed})


def size(picture: bytes) -> tuple[int, int]:
    """Width and height of a PNG (W3C PNG, 11.2.2)."""
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", picture[16:24])
    return width, height


def corner(picture: bytes) -> tuple[int, ...]:
    """The colour of the first pixel, 8 bits each of red, green, blue and, where there is one, opacity."""
    depth, kind = picture[24], picture[25]
    assert (depth, kind) in ((8, 2), (8, 6))
    at, packed = 8, b""
    while at < len(picture):
        length, name = struct.unpack(">I4s", picture[at : at + 8])
        packed += picture[at + 8 : at + 8 + length] if name == b"IDAT" else b""
        at += 12 + length
    return tuple(zlib.decompressobj().decompress(packed, 16)[1 : 4 if kind == 2 else 5])


def misfits(found: list[Fit]) -> list[str]:
    """What is wider or higher than its room, or too small to be read on a phone."""
    return [one.words for one in found if one.takes > one.room or one.size < 11]


# What comes out


def test_these_are_all_the_pictures_there_are(pictures: Pictures) -> None:
    assert pictures.names() == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_is_sharp_on_a_phone_and_no_taller_than_it_shows(pictures: Pictures, name: str) -> None:
    width, height = size(pictures.render(name))
    assert width == WIDTH == 3 * 360
    assert height <= 1.5 * width


@pytest.mark.parametrize("name", NAMES)
def test_nothing_leaves_its_room_and_everything_can_be_read(pictures: Pictures, name: str) -> None:
    assert misfits(pictures.fits(name)) == []


def test_each_name_and_number_was_measured(pictures: Pictures, report: Report, election: Election) -> None:
    for language in LANGUAGES:
        named = [one.words for one in pictures.fits(f"scorecard:{language}:light")]
        assert sorted(named) == sorted(b.short[language] for b in report.benchmarks.values())
        mapped = {one.words for one in pictures.fits(f"election-map:{language}:light")}
        assert {p.name[language] for p in election.provinces} <= mapped
        assert {f"{p.seats[1]} / {p.total}" for p in election.provinces} <= mapped
        assert "96 / 533" in mapped


def test_a_name_too_long_for_its_room_would_be_found(report: Report) -> None:
    """Control."""
    long = "A name that nobody could print in one line on a phone, however narrow its letters might be made"
    fits = Pictures(with_name(report, "D", long)).fits("scorecard:en:light")
    assert misfits(fits) == [long]
    assert misfits([Fit("small", 10, 5, 10.9)]) == ["small"]


def test_no_letters_are_smaller_than_eleven_pixels_on_a_phone() -> None:
    sizes = [
        float(points)
        for file in TEMPLATES.glob("*.typ")
        for points in re.findall(r"size: (?:sized\()?([0-9.]+)pt", file.read_text("utf-8"))
    ]
    assert len(sizes) > 10
    assert min(sizes) >= 11


@pytest.mark.parametrize("name", ["scorecard:km:light", "election-map:en:dark"])
def test_the_same_facts_give_the_same_bytes(report: Report, name: str) -> None:
    assert Pictures(report).render(name) == Pictures(report).render(name)


@pytest.mark.parametrize("kind", KINDS)
def test_light_and_dark_have_an_opaque_ground_of_their_own(pictures: Pictures, kind: str) -> None:
    light = corner(pictures.render(f"{kind}:en:light"))
    dark = corner(pictures.render(f"{kind}:en:dark"))
    assert min(light[:3]) > 240
    assert max(dark[:3]) < 50
    assert {*light[3:], *dark[3:]} <= {255}


def test_letters_come_from_the_font_that_is_installed_with_the_bot() -> None:
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(drawing.FONTS)])
    assert fonts.families() == ["Noto Sans Khmer"]
    theme = (TEMPLATES / "theme.typ").read_text("utf-8")
    assert 'font: "Noto Sans Khmer", fallback: false' in theme


# What goes in


@pytest.mark.parametrize("name", ["scorecard", "scorecard:fr:light", "../theme:en:light", "scorecard:en:light:", ""])
def test_an_unknown_name_is_a_key_error(pictures: Pictures, name: str) -> None:
    for asked in (pictures.render, pictures.digest, pictures.fits):
        with pytest.raises(KeyError):
            asked(name)


def test_without_an_election_table_there_are_no_pictures_of_it(report: Report) -> None:
    without = Pictures(replace(report, election=None))
    assert {name.partition(":")[0] for name in without.names()} == {"scorecard"}
    with pytest.raises(KeyError):
        without.render("election-map:en:light")


def test_names_are_words_and_never_instructions(report: Report) -> None:
    strange = Pictures(with_name(report, "D", MARKUP))
    assert size(strange.render("scorecard:en:light"))[0] == WIDTH
    assert MARKUP in [one.words for one in strange.fits("scorecard:en:light")]
    with pytest.raises(typst.TypstError):
        typst.compile(MARKUP.encode(), format="png")  # control


def test_another_fact_word_language_or_tool_is_another_digest(
    report: Report, pictures: Pictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "scorecard:en:light"
    before = pictures.digest(name)
    assert Pictures(report).digest(name) == before
    assert len({pictures.digest(one) for one in NAMES}) == len(NAMES)
    assert Pictures(with_name(report, "D", "Another name")).digest(name) != before
    assert Pictures(with_name(report, "D", "Another name")).digest("election-map:en:light") == pictures.digest(
        "election-map:en:light"
    )
    monkeypatch.setattr(drawing, "_tools", lambda: "typst 99")
    assert Pictures(report).digest(name) != before


def test_the_tools_are_renderer_font_and_templates() -> None:
    assert f"typst {typst.__version__}" in drawing._tools()  # type: ignore[attr-defined]
    assert "fontpkg-noto-sans-khmer" in drawing._tools()
    assert len(drawing._tools().split()) == 4 + len(list(TEMPLATES.glob("*.typ")))


# The map


def test_each_province_has_a_tile_of_its_own(election: Election) -> None:
    assert set(TILES) == {province.code for province in election.provinces}
    assert len(set(TILES.values())) == 25


EAST_OF = [
    ("11", "10"),
    ("16", "19"),
    ("19", "13"),
    ("13", "22"),
    ("02", "24"),
    ("12", "04"),
    ("14", "12"),
    ("08", "05"),
]
SOUTH_OF = [
    ("01", "22"),
    ("17", "22"),
    ("06", "13"),
    ("10", "19"),
    ("11", "16"),
    ("03", "10"),
    ("04", "06"),
    ("15", "02"),
]
SOUTH_OF += [("09", "15"), ("18", "09"), ("07", "05"), ("23", "07"), ("21", "08"), ("08", "12"), ("20", "14")]


def test_tiles_stand_as_the_provinces_do() -> None:
    for east, west in EAST_OF:
        assert TILES[east][1] > TILES[west][1], (east, west)
    for south, north in SOUTH_OF:
        assert TILES[south][0] > TILES[north][0], (south, north)


def test_no_shade_depends_on_which_side_of_a_contradiction_is_right(election: Election) -> None:
    for province in election.provinces:
        assert shade(province.seats[1], province.total) == shade(province.seats[1], sum(province.seats)), province.code
    assert [shade(seats, 100) for seats in (0, STEPS[0], STEPS[1], STEPS[2], 100)] == [0, 1, 2, 3, 3], "control"


def test_a_sign_stands_where_seats_do_not_add_up(report: Report, election: Election) -> None:
    """Six rows of the table; a picture without a sign would be another picture."""
    odd = {p.code for p in election.provinces if sum(p.seats) != p.total}
    assert odd == {"03", "05", "10", "17", "20", "21"}
    [*mended] = (p.model_copy(update={"total": sum(p.seats)}) for p in election.provinces)
    mended_election = election.model_copy(update={"provinces": tuple(mended)})
    name = "election-map:en:light"
    assert Pictures(replace(report, election=mended_election)).digest(name) != Pictures(report).digest(name)
