"""What to cut first when a submission is too long."""

from __future__ import annotations

from dataclasses import replace

from network import DAY, material, told

from documents.counting import words
from documents.paper import Item, Paper, Part
from documents.print import pages
from documents.submission.compiling import compiled
from documents.submission.cutting import cuts
from facts.report import Report
from forms.limits import Limits


def paper(*sections: tuple[int, ...]) -> Paper:
    """Sections with paragraphs of so many words, their number counted in, on one incident each."""
    found, number = [], 0
    for place, section in enumerate(sections):
        items = []
        for length in section:
            number += 1
            items.append(Item("word " * (length - 1), str(number), reference=f"R-{number:04d}"))
        found.append(Part(f"Section{place}", tuple(items)))
    return Paper("Title", (), tuple(found), DAY)


def without(whole: Paper, references: set[str]) -> Paper:
    """What is left of it."""
    return replace(
        whole,
        parts=tuple(
            replace(part, items=tuple(item for item in part.items if item.reference not in references))
            for part in whole.parts
        ),
    )


def test_what_is_proposed_makes_it_fit_and_the_last_of_it_is_needed() -> None:
    whole = paper((30, 20, 40), (10, 50), (25,))
    for most in range(100, words(whole), 7):
        found = cuts(whole, Limits(most))
        assert words(without(whole, {one.reference for one in found})) <= most
        assert words(without(whole, {one.reference for one in found[:-1]})) > most, (
            "control: with one less it is too long"
        )
        assert sum(one.words for one in found) == words(whole) - words(
            without(whole, {one.reference for one in found})
        ), "the words that it says it saves are saved"


def test_the_longest_section_loses_its_longest_paragraph_first() -> None:
    whole = paper((30, 20), (45, 60, 10), (90,))
    first = cuts(whole, Limits(words(whole) - 1))
    assert [(one.number, one.words) for one in first] == [("4", 60)]


def test_no_benchmark_falls_silent_while_another_has_two_left() -> None:
    whole = paper((90,), (5, 5, 5), (40, 3))
    order = [one.number for one in cuts(whole, Limits(1))]
    assert order == ["5", "4", "3", "1", "2", "6"]
    assert len(order) == len(list(whole.items)), "control: in the end everything would go"


def test_what_fits_is_not_cut() -> None:
    whole = paper((30, 20))
    assert cuts(whole, Limits(words(whole))) == ()
    assert cuts(whole, Limits()) == ()
    assert cuts(whole, Limits(words(whole) - 1)), "control: one word too many is"


def test_what_no_incident_stands_behind_is_not_proposed() -> None:
    whole = Paper("Title", (), (Part("Method", (Item("word " * 500, "1"),)),), DAY)
    assert cuts(whole, Limits(100)) == ()


def test_an_incident_goes_with_all_its_lines() -> None:
    lines = (Item("two words", "A1", reference="R-A"), Item("three more words", reference="R-A"))
    (cut,) = cuts(Paper("", (), (Part("Annex", lines),), DAY), Limits(1))
    assert (cut.number, cut.words, cut.reference) == ("A1", 6, "R-A")


def test_a_limit_in_pages_is_met_on_paper() -> None:
    whole = paper(*[(60,) * 12 for _ in range(5)])
    assert pages(whole) > 5, "control: there is something to cut"
    for most in (3, 5):
        left = without(whole, {one.reference for one in cuts(whole, Limits(None, most))})
        assert pages(left) <= most
    assert cuts(whole, Limits(None, pages(whole))) == ()


def test_the_stricter_of_two_limits_counts() -> None:
    whole = paper(*[(60,) * 12 for _ in range(5)])
    by_pages = len(cuts(whole, Limits(None, 3)))
    assert len(cuts(whole, Limits(100, 3))) > by_pages
    assert len(cuts(whole, Limits(words(whole), 3))) == by_pages > 0


def test_in_a_real_submission_every_benchmark_keeps_a_paragraph(report: Report) -> None:
    incidents = [told(n, benchmarks=(letter,)) for n, letter in enumerate("A" + "B" * 9 + "CD" * 3)]
    main = compiled(material(report, incidents)).main
    gone = {one.reference for one in cuts(main, Limits(words(main) - 150))}
    left = {item.reference for item in without(main, gone).items}
    assert gone
    assert all(left & {one.reference for one in incidents if one.review.benchmarks == (letter,)} for letter in "ABCD")
    everything = {one.reference for one in cuts(main, Limits(1))}
    assert everything == {one.reference for one in incidents}, "control"
