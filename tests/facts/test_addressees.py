"""Addressees: everyday words for those whom recommendations are addressed to, in both languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from the_report import load

from facts.addressees import addressee, asked_of
from facts.models import Addressee

LEADERS, GOVERNMENT, CIVIL_SOCIETY, INTERNATIONAL = Addressee

CALLED = {
    LEADERS: ["next generation of leaders", "the next generation", "leaders", "young leaders", "ជំនាន់ក្រោយ", "យុវជន"],
    GOVERNMENT: ["government", "the Government", "GOVT", "authorities", "ministries", "រដ្ឋាភិបាល", "អាជ្ញាធរ"],
    CIVIL_SOCIETY: [
        "NGOs",
        "ngo",
        "N\u200bGO",
        "CSOs",
        "civil society",
        "for civil society",
        "to the NGOs",
        "us",
        "អង្គការ",
        "សង្គមស៊ីវិល",
        "សង្គម\u200bស៊ីវិល",
        "អង្គការសង្គមស៊ីវិល",
    ],
    INTERNATIONAL: ["UN", "the United Nations", "embassies", "donors", "OHCHR", "អង្គការសហប្រជាជាតិ", "ស្ថានទូត", "អន្តរជាតិ"],
}

ASKED_IN_THE_PLURAL = {
    "recommendations for NGOs": CIVIL_SOCIETY,
    "Recommendations to the Government": GOVERNMENT,
    "the recommendations for us": CIVIL_SOCIETY,
    "what is recommended to the embassies": INTERNATIONAL,
}

ASKED = {
    "recommendation for NGOs": CIVIL_SOCIETY,
    "recommended to the UN": INTERNATIONAL,
    "for the next generation": LEADERS,
    "asked of the authorities": GOVERNMENT,
    "អនុសាសន៍សម្រាប់អង្គការ": CIVIL_SOCIETY,
    "អនុសាសន៍ ជូន រដ្ឋាភិបាល": GOVERNMENT,
    "អនុសាសន៍ចំពោះសហប្រជាជាតិ": INTERNATIONAL,
}

NOBODY = ["", " ", "banana", "105d", "recommendations", "recommendations for bananas", "NGO law", "state of emergency", "ពន្ធនាគារ", "អនុសាសន៍"]  # fmt: skip


@pytest.mark.parametrize(("who", "words"), [(who, words) for who, all_ in CALLED.items() for words in all_])
def test_everyday_words_name_an_addressee(who: Addressee, words: str) -> None:
    assert addressee(words) is who


@pytest.mark.parametrize(("words", "who"), ASKED.items())
def test_asking_for_somebodys_recommendations_names_them(words: str, who: Addressee) -> None:
    assert asked_of(words) is who


@pytest.mark.parametrize(("words", "who"), ASKED_IN_THE_PLURAL.items())
def test_asking_for_somebodys_recommendations_in_the_plural_names_them(words: str, who: Addressee) -> None:
    assert asked_of(words) is who


@pytest.mark.parametrize("words", NOBODY)
def test_other_words_name_nobody(words: str) -> None:
    assert addressee(words) is None
    assert asked_of(words) is None


@pytest.mark.parametrize("words", ["NGOs", "government", "UN", "young leaders", "អង្គការ"])
def test_an_addressee_alone_asks_for_no_recommendations(words: str) -> None:
    assert addressee(words) is not None
    assert asked_of(words) is None


@pytest.mark.parametrize("words", ["the government", "the UN", "toun", "of state"])
def test_an_article_or_a_syllable_does_not_ask_for_recommendations(words: str) -> None:
    assert asked_of(words) is None


def test_the_reports_own_words_name_every_addressee() -> None:
    for who in Addressee:
        assert addressee(who.value) is who
        assert any(one.addressee is who for one in load().recommendations.values())


@given(st.text(max_size=4096) | st.lists(st.sampled_from(["recommendation", "s", "for", "to", " ", "the", "អនុសាសន៍", "NGO"])).map("".join))  # fmt: skip
def test_any_text_names_one_addressee_or_nobody(words: str) -> None:
    assert addressee(words) in {None, *Addressee}
    assert asked_of(words) in {None, *Addressee}


def test_floods_of_asking_end() -> None:
    for flood in ("the " * 1024, "recommendations for " * 200, "អនុសាសន៍" * 500, "to" * 2048):
        assert asked_of(flood) is None
