"""Two reports side by side: how each grade moved, on the report's own scale."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from types import MappingProxyType

import pytest
from the_report import load

from facts.changes import Move, moves
from facts.models import LETTERS, Benchmark, Grade
from facts.report import Report

REPORT = load()
SCALE = [Grade.OFF_TARGET, Grade.VARIABLE, Grade.ON_TARGET]


def with_benchmarks(*benchmarks: Benchmark) -> Report:
    """The report with only these benchmarks."""
    return replace(REPORT, benchmarks=MappingProxyType({one.letter: one for one in benchmarks}))


def graded(letter: str, grade: Grade) -> Benchmark:
    """The benchmark with another grade."""
    return REPORT.benchmarks[letter].model_copy(update={"grade": grade})


def test_beside_itself_nothing_moved() -> None:
    found = moves(REPORT, REPORT)
    assert [move.letter for move in found] == list(LETTERS)
    assert {(move.direction, move.reworded) for move in found} == {("same", False)}


@pytest.mark.parametrize(("was", "now"), list(product(Grade, Grade)))
def test_a_grade_nearer_to_the_target_is_better_and_one_further_is_worse(was: Grade, now: Grade) -> None:
    [move] = moves(with_benchmarks(graded("D", was)), with_benchmarks(graded("D", now)))
    assert (move.was, move.now) == (was, now)
    step = SCALE.index(now) - SCALE.index(was)
    assert move.direction == ("same" if not step else "better" if step > 0 else "worse")


def test_a_benchmark_of_only_one_report_is_new_or_gone() -> None:
    old = with_benchmarks(graded("C", Grade.VARIABLE), graded("D", Grade.VARIABLE))
    new = with_benchmarks(graded("D", Grade.VARIABLE), graded("E", Grade.OFF_TARGET))
    assert moves(old, new) == [
        Move("C", Grade.VARIABLE, None),
        Move("D", Grade.VARIABLE, Grade.VARIABLE),
        Move("E", None, Grade.OFF_TARGET),
    ]
    assert [move.direction for move in moves(old, new)] == ["gone", "same", "new"]
    assert [move.direction for move in moves(new, old)] == ["new", "same", "gone"]


def test_a_title_that_changed_is_marked_and_one_that_only_looks_different_is_not() -> None:
    mass_trials = REPORT.benchmarks["D"]
    loud = mass_trials.title.model_copy(update={"en": mass_trials.title.en.upper() + "."})
    other = mass_trials.title.model_copy(update={"en": "Something else"})
    for title, reworded in ((loud, False), (other, True)):
        [move] = moves(with_benchmarks(mass_trials), with_benchmarks(mass_trials.model_copy(update={"title": title})))
        assert move.reworded is reworded
        assert move.direction == "same"
