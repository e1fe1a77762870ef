"""The measurements as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from statistics import median

from bench.ceiling import Ceiling
from bench.contestants import OURS
from bench.figures import Figure, busy, ratios
from bench.rounds import Round

Results = Mapping[str, Sequence[Round | None]]
Titles = Mapping[str, str]

STOCK = "ptb"


def measured(figures: Sequence[Figure], results: Results, titles: Titles) -> list[str]:
    """Every figure of every bot: the median of its rounds, and their least and most."""
    rows = [
        [
            f"{figure.title} ({figure.unit})",
            *(_spread(figure, figure.values(_played(results[name]))) for name in results),
        ]
        for figure in figures
    ]
    return _table(["", *(titles[name] for name in results)], rows)


def compared(figures: Sequence[Figure], results: Results, titles: Titles) -> list[str]:
    """Ours divided by theirs, the median over paired rounds; empty when ours was not measured."""
    others = [name for name in results if name != OURS]
    if OURS not in results or not others:
        return []
    rows = [[figure.title, *(_ratio(figure, results[OURS], results[name]) for name in others)] for figure in figures]
    return _table(["ours / theirs", *(titles[name] for name in others)], rows)


def limits(figures: Sequence[Figure], results: Results, titles: Titles) -> list[str]:
    """For every figure under load, how busy each bot's core was, and the server's: what was full is what limits."""
    rows = []
    for figure in figures:
        if figure.load is not None:
            shares = [busy(figure.load, _played(rounds)) for rounds in results.values()]
            rows.append([figure.title, *(f"{bot:.0%} · {server:.0%}" for bot, server in shares)])
    return _table(["busy: bot · server", *(titles[name] for name in results)], rows)


def ceiling(found: Sequence[Ceiling]) -> list[str]:
    """What the server manages when the client does next to nothing, before the rounds and after them."""
    first = found[0]
    rows = [
        [f"sendMessage over {count}, calls/s", *(f"{one.messages[count]:,.0f}" for one in found)]
        for count in first.messages
    ]
    rows.append(["getUpdates, 100 at a time, updates/s", *(f"{one.updates:,.0f}" for one in found)])
    return _table(["the server's own ceiling, by connections", "before the rounds", "after them"], rows)


def aims(figures: Sequence[Figure], results: Results) -> list[str]:
    """The project's aims against the stock echo; empty without both."""
    if not {OURS, STOCK} <= results.keys():
        return []
    latency, _, rate, *_, after, start = figures
    ours, stock = results[OURS], results[STOCK]
    checks = [
        ("twice the stock python-telegram-bot echo's rate", median(ratios(rate, ours, stock)) >= 2),
        ("its median latency or less", median(ratios(latency, ours, stock)) <= 1),
        ("90 MB or less", median(after.values(_played(ours))) <= 90),
        ("first poll within 1.5 s", median(start.values(_played(ours))) <= 1.5),
    ]
    return [f"- {'met' if met else '**not met**'}: {aim}" for aim, met in checks]


def faults(results: Results, titles: Titles) -> list[str]:
    """Every question that did not get exactly its one right answer."""
    return [
        f"- {titles[name]}, round {number}, {fault}"
        for name, rounds in results.items()
        for number, one in enumerate(rounds, 1)
        if one
        for fault in one.faults
    ]


def _played(rounds: Iterable[Round | None]) -> list[Round]:
    return [one for one in rounds if one]


def _spread(figure: Figure, values: Sequence[float]) -> str:
    middle = figure.text(median(values))
    return middle if len(values) < 2 else f"{middle} ({figure.text(min(values))}–{figure.text(max(values))})"


def _ratio(figure: Figure, ours: Sequence[Round | None], theirs: Sequence[Round | None]) -> str:
    found = ratios(figure, ours, theirs)
    return f"{median(found):.2f}" if found else "–"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    rule = ["---", *("--:" for _ in head[1:])]
    return [f"| {' | '.join(cells)} |" for cells in (head, rule, *rows)]
