"""How long a reply may be, as calls say it and coordinators write it down."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.limits import Limits, limits


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2,500 words", Limits(2500)),
        ("2500 words", Limits(2500)),
        ("2 500 words", Limits(2500)),
        ("2\u00a0500 words", Limits(2500)),
        ("2’500 words", Limits(2500)),
        ("Maximum 2.500 palabras", Limits(2500)),
        ("2 000 mots ou 5 pages", Limits(2000, 5)),
        ("2000-word limit", Limits(2000)),
        ("Word limit: 2,815", Limits(2815)),
        ("word limit is 2,815", Limits(2815)),
        ("Pages: 5", Limits(None, 5)),
        ("not more than 1,500 words", Limits(1500)),
        ("replies of more than 5 pages are not read", Limits(None, 5)),
        ("5 pages", Limits(None, 5)),
        ("five pages", Limits(None, 5)),
        ("five (5) pages", Limits(None, 5)),
        ("5 (five) A4 pages", Limits(None, 5)),
        ("5 single-spaced pages", Limits(None, 5)),
        ("10 pp.", Limits(None, 10)),
        ("3-5 pages", Limits(None, 5)),
        ("10 pages or 5000 words", Limits(5000, 10)),
        ("2,500 words: 5 pages", Limits(2500, 5)),
        ("2.5 pages", Limits(None, 2)),
        ("១០ ទំព័រ", Limits(None, 10)),
        ("២៥០០ ពាក្យ", Limits(2500)),
        ("មិនលើសពី ២.៥០០ពាក្យ", Limits(2500)),
        ("ពាក្យ ២,៥០០ ឬ ៥ ទំព័រ", Limits(2500, 5)),
    ],
)
def test_a_limit_is_read_however_it_is_written(written: str, meant: Limits) -> None:
    assert limits(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("5 pages; 10 pages for coalitions", Limits(None, 5)),
        ("1,500/2,000 words by status", Limits(1500)),
        ("1,500 or 2,000 words", Limits(1500)),
        ("between 1,500 and 2,000 words", Limits(2000)),
    ],
)
def test_of_several_the_one_that_holds_for_everybody_counts(written: str, meant: Limits) -> None:
    assert limits(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("at least 500 words, at most 2,000 words", Limits(2000)),
        ("2,500 words with a 300-word summary", Limits(2500)),
        ("2,500 words in all, 500 words per question", Limits(2500)),
        ("យ៉ាងតិច ៥០០ ពាក្យ", Limits()),
        ("minimum of 2 pages", Limits()),
    ],
)
def test_what_is_no_limit_of_the_whole_is_not_taken_for_one(written: str, meant: Limits) -> None:
    assert limits(written) == meant
    assert limits("500 words") == Limits(500), "control: without the words around it, it is one"


@pytest.mark.parametrize("written", ["", "short", "0 words", "by 15 May 2027", "see page 5", "a few words", "keywords"])
def test_where_nothing_is_said_there_is_no_limit(written: str) -> None:
    assert limits(written) == Limits()


@given(st.text(max_size=200) | st.text("0123456789.,’' /orwdspage()-៥ពាក្យ", max_size=200))
def test_whatever_is_written_a_limit_is_a_number_above_nought_or_nothing(written: str) -> None:
    found = limits(written)
    assert all(one is None or one > 0 for one in (found.words, found.pages))
