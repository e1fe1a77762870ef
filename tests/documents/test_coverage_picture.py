"""The picture of what is covered: in both languages and themes, and without a number that is too small."""

from __future__ import annotations

import io
from itertools import product

import pytest
from PIL import Image

from documents.coverage_picture import coverage
from documents.pictures import THEMES, WIDTH
from facts.report import Report
from forms.coverage import Drawn
from texts.coverage import on_bar
from texts.language import LANGUAGES


def rows(report: Report, reviewed: int = 12) -> list[Drawn]:
    return [Drawn(letter, one.short.km, reviewed, 4, True) for letter, one in report.benchmarks.items()]


@pytest.mark.parametrize(("language", "theme"), list(product(LANGUAGES, THEMES)))
def test_it_is_drawn_as_wide_as_the_others_and_the_same_again(report: Report, language: str, theme: str) -> None:
    made = coverage(rows(report), language, theme)
    assert Image.open(io.BytesIO(made)).width == WIDTH
    assert coverage(rows(report), language, theme) == made
    assert coverage(rows(report, 13), language, theme) != made, "control"


def test_nothing_reviewed_at_all_can_be_drawn(report: Report) -> None:
    assert coverage(rows(report, 0), "km", "light")


def test_what_is_under_three_is_a_dash() -> None:
    assert on_bar(0, 0) == "–"
    assert on_bar(3, 0) == "3 · –"
    assert on_bar(1_200, 25) == "1,200 · 25"
