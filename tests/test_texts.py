"""How things are said: escaped by construction, cited so that they can be found, short enough to read."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup
from the_report import load

from facts.report import Report
from sandbox.entities import parse_html
from texts import otherwise
from texts.benchmarks import MARKS, Benchmarks
from texts.citing import cited
from texts.frame import Frame, Sharing
from texts.language import LANGUAGES, NAMES, likely, plain, say
from texts.layout import pages, paragraphs, shortened
from texts.screen import Button, grid

BENCHMARKS = Benchmarks(Frame(load(), Sharing("sangket_bot", inline=True)))
TYPED = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=80)
"""What people can type: the worker takes lone surrogates and control characters out."""


def shown(markup: Markup) -> str:
    """What a person reads."""
    text, _ = parse_html(str(markup))
    return text


# Escaping


@settings(deadline=None)
@given(TYPED, st.sampled_from(LANGUAGES))
def test_whatever_is_typed_is_said_back_as_it_was_typed(typed: str, language: str) -> None:
    for screen in (
        BENCHMARKS.choose(typed, (), language),
        BENCHMARKS.choose(typed, ("A", "B"), language),
        BENCHMARKS.wrong_letter(typed, ("A",), language),
        otherwise.unknown_command(shortened(typed), language),
    ):
        assert shortened(typed) in shown(screen.text)


@pytest.mark.parametrize(
    "typed", ["<b>bold</b>", "&amp;", "</i>", '<a href="tg://user?id=1">x</a>', "{0.__class__}", "%s {error}"]
)
def test_what_looks_like_markup_or_a_placeholder_stays_what_was_typed(typed: str) -> None:
    for language in LANGUAGES:
        text, entities = parse_html(str(otherwise.unknown_command(typed, language).text))
        assert typed in text
        assert entities == [], "and formats nothing"


def test_values_are_escaped_and_sentences_are_not() -> None:
    assert say("en", "<b>{x}</b>", x="<i>&") == "<b>&lt;i&gt;&amp;</b>"
    assert say("en", "<b>{x}</b>", x=Markup("<i>y</i>")) == "<b><i>y</i></b>"
    assert plain("en", "{x}", x="<i>&") == "<i>&", "a button has no markup"


def test_a_sentence_that_is_missing_a_value_is_a_mistake_that_is_seen() -> None:
    with pytest.raises(KeyError):
        say("en", "Hello {name}")


# Languages


def test_a_sentence_nobody_translated_is_said_in_english() -> None:
    assert plain("km", "A sentence nobody translated") == "A sentence nobody translated"
    assert plain("fr", "Help") == "Help"


@pytest.mark.parametrize(
    ("app", "typed", "language"),
    [
        ("en", "hello", "en"),
        ("km", "hello", "km"),
        ("km-KH", "hello", "km"),
        ("en", "អរុណសួស្ដី", "km"),
        ("en", "benchmark ៤", "km"),
        ("fr", "bonjour", "en"),
        (None, "", "en"),
        (None, "ក", "km"),
        ("", "ไทย", "en"),
    ],
)
def test_a_stranger_is_answered_in_the_likelier_language(app: str | None, typed: str, language: str) -> None:
    assert likely(app, typed) == language


def test_each_language_is_called_by_its_own_name() -> None:
    assert set(NAMES) == set(LANGUAGES)
    assert NAMES["km"] == "ខ្មែរ"


# Citing


@pytest.mark.parametrize(
    ("place", "english"),
    [
        ("46", "para. 46"),
        ("39–41", "paras. 39–41"),
        ("13, 36", "paras. 13, 36"),
        ("105 (d)", "para. 105 (d)"),
        ("annex II", "annex II"),
        ("annex I (d)", "annex I (d)"),
        ("table", "table after para. 9"),
        ("summary", "summary"),
        ("footnote 14", "footnote 14"),
    ],
)
def test_a_place_is_written_so_that_it_can_be_found(place: str, english: str) -> None:
    assert cited(place, "en") == english
    khmer = cited(place, "km")
    assert re.search("[\u1780-\u17ff]", khmer)
    assert set(re.findall(r"\d+", khmer)) >= set(re.findall(r"\d+", place))


def test_every_place_in_the_facts_is_cited_in_words(report: Report) -> None:
    places = {
        place
        for benchmark in report.benchmarks.values()
        for place in (
            benchmark.grade_source,
            benchmark.timeframe_source,
            *(one.source for one in (*benchmark.account, *benchmark.figures)),
        )
    } | {reading.source for x in report.contradictions.values() for reading in x.readings}
    assert len(places) > 50
    for place in places:
        for language in LANGUAGES:
            assert cited(place, language) != place or place.startswith(("annex", "footnote", "summary"))
            assert not re.match(r"\d", cited(place, language))


# Length


@settings(deadline=None)
@given(TYPED, st.integers(2, 80))
def test_what_is_said_back_is_one_short_line(typed: str, most: int) -> None:
    short = shortened(typed, most)
    assert len(short) <= most
    assert "\n" not in short
    if len(" ".join(typed.split())) <= most:
        assert short == " ".join(typed.split())


@settings(deadline=None)
@given(st.lists(st.integers(0, 4000).map(lambda n: Markup("x" * n)), max_size=20), st.integers(1, 3000))
def test_pages_hold_every_line_once_in_order_and_are_no_longer_than_they_may_be(lines: list[Markup], most: int) -> None:
    found = pages(lines, most)
    assert [line for page in found for line in page] == lines
    for page in found:
        assert len(page) <= 1 or sum(map(len, page)) <= most
    assert not any(page == [] for page in found[1:])


@settings(deadline=None)
@given(st.integers(0, 30), st.integers(1, 8))
def test_a_grid_holds_every_button_once_in_order(count: int, width: int) -> None:
    buttons = [Button(str(n), str(n)) for n in range(count)]
    rows = grid(buttons, width)
    assert [button for row in rows for button in row] == buttons
    assert all(1 <= len(row) <= width for row in rows)


# What changes with the day


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_time_frame_is_over_only_when_its_last_year_is(report: Report, language: str) -> None:
    over = plain(language, "Time frame: {years}, now over <i>({place})</i>", years="2022–2023", place="X").partition(
        "<i>"
    )[0]
    [letter, *_] = [b.letter for b in report.benchmarks.values() if not b.timeframe.progressive]
    assert over not in shown(BENCHMARKS.card(letter, language, dt.date(2023, 12, 31)).text)
    assert over in shown(BENCHMARKS.card(letter, language, dt.date(2024, 1, 1)).text)
    progressive = [b.letter for b in report.benchmarks.values() if b.timeframe.progressive]
    assert progressive, "control"
    for letter in progressive:
        assert "2015–2030" in shown(BENCHMARKS.card(letter, language, dt.date(2026, 11, 23)).text)


# What a card leads to


def test_each_card_offers_just_the_details_that_there_are(report: Report) -> None:
    for benchmark in report.benchmarks.values():
        letter = benchmark.letter
        kinds = set(BENCHMARKS.kinds(letter))
        assert ("fig" in kinds) == bool(benchmark.figures)
        assert "src" in kinds
        offered = {b.data for row in BENCHMARKS.card(letter, "en", dt.date(2026, 11, 23)).rows for b in row if b.data}
        assert {data for data in offered if data.startswith(f"b:{letter}:")} == {f"b:{letter}:{k}" for k in kinds}
        assert (f"cb:{letter}" in offered) == bool(report.cases_on(letter))
        assert (f"rb:{letter}" in offered) == bool(report.recommendations_on(letter))
        assert (f"xs:b:{letter}" in offered) == bool(report.contradictions_on(f"b:{letter}"))


def all_of(letter: str, kind: str, language: str) -> str:
    """Everything that all pages of a detail say."""
    whole: list[str] = []
    while len(whole) < 20:
        text = shown(BENCHMARKS.detail(letter, kind, len(whole) + 1, language).text)
        if text in whole:
            break
        whole.append(text)
    return "\n".join(whole)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_details_leave_nothing_of_the_facts_out(report: Report, language: str) -> None:
    for benchmark in report.benchmarks.values():
        letter = benchmark.letter
        wanted: dict[str, list[str]] = {
            "fig": [f"{figure.shown(language)} {figure[language]}" for figure in benchmark.figures],
            "src": [note.cites for note in report.footnotes_on(letter)],
        }
        for kind in BENCHMARKS.kinds(letter):
            text = all_of(letter, kind, language)
            assert [one for one in wanted[kind] if one not in text] == [], (letter, kind)
            assert "A/HRC/54/75" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_grades_are_told_by_word_and_by_sign(report: Report, language: str) -> None:
    """A sign alone does not reach who cannot see colours; a word alone is slow to find among twenty."""
    assert len(set(MARKS.values())) == 3
    for grade, mark in MARKS.items():
        for benchmark in report.graded(grade):
            text = shown(BENCHMARKS.card(benchmark.letter, language, dt.date(2026, 11, 23)).text)
            word = plain(language, grade.value.capitalize())
            assert f"{mark} {word}" in text


def test_no_empty_line_stands_below_a_quotation_and_none_for_what_is_empty() -> None:
    quotation = Markup("<blockquote expandable>a</blockquote>")
    assert paragraphs([quotation, Markup("b")]) == quotation + "\nb"
    assert paragraphs([Markup("a"), Markup(), quotation]) == "a\n\n" + quotation
    assert paragraphs([Markup("a"), Markup("b")]) == "a\n\nb", "control"
