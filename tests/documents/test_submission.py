"""A whole submission: its order, its headings, its size."""

from __future__ import annotations

import pytest
from network import SUBMITTERS, material, told

from documents.print import pages
from documents.submission.compiling import compiled
from documents.submission.files import files
from facts.report import Report
from forms.incident import LETTERS
from texts.papers import HEADINGS, LANGUAGES


def test_submitters_stand_first_and_paragraphs_are_numbered_through_in_the_order_of_the_benchmarks(
    report: Report,
) -> None:
    made = compiled(material(report, [told(n, benchmarks=(letter,)) for n, letter in enumerate("DAB")]))
    assert made.main.front[0][1] == "; ".join(SUBMITTERS.names)
    numbers = [item.number for item in made.main.items if item.number is not None]
    assert numbers == [str(n) for n in range(1, len(numbers) + 1)]
    headings = [part.heading for part in made.main.parts if part.heading.startswith("Benchmark ")]
    assert [one[10] for one in headings] == ["A", "B", "D"]


def test_an_incident_of_several_benchmarks_stands_once_and_is_pointed_to(report: Report) -> None:
    made = compiled(material(report, [told(1, benchmarks=("D", "A"))]))
    texts = [item.text for item in made.main.items]
    assert sum("kanarywritten001x" in text for text in texts) == 1
    assert f"See also paragraph {made.used['R-A001']}." in texts
    [d] = [part for part in made.main.parts if part.heading.startswith("Benchmark D")]
    assert "kanarywritten001x" not in repr(d)


@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_are_in_the_language_that_was_chosen(report: Report, language: str) -> None:
    made = compiled(material(report, [told(1, ["anonymised", "rapporteur"])], language=language))
    assert made.main.title == HEADINGS["title"][language]
    assert made.annex is not None
    assert made.annex.marking == HEADINGS["confidential"][language]


def test_the_networks_own_assessment_is_never_without_whose_it_is(report: Report) -> None:
    made = compiled(material(report, []))
    [own] = [item for item in made.main.items if "Off target" in item.text]
    assert "not the UN’s" in own.label
    assert "The report graded this benchmark" not in own.text


def test_five_hundred_incidents_over_all_benchmarks_become_files(report: Report) -> None:
    incidents = [told(n, ["anonymised", "rapporteur"], benchmarks=(LETTERS[n % 20],)) for n in range(500)]
    made = compiled(material(report, incidents))
    assert len(made.used) == 500
    assert made.left_out == ()
    assert pages(made.main) > 40
    assert {"submission.docx", "annex-confidential.docx", "incidents.xlsx"} <= files(made).keys()
