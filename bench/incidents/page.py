"""The measurements as Markdown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median
from typing import TypeVar

from bench.figures import percentile
from bench.incidents.added import AS_IT_IS, VARIANTS, Added
from bench.incidents.plan import DOCUMENT, MILLISECOND, Plan
from bench.incidents.sealing import Sealing
from bench.incidents.season import Season
from bench.incidents.taking import Alone, Busy, Sizes, Together

TELEGRAMS_PACE = 30
"""Messages a second that Telegram takes from one bot (core.telegram.org/bots/faq)."""

T = TypeVar("T")
Read = tuple[str, int, Callable[[T], float]]
"""A row's title, its decimals, and where its figure stands."""


def page(plan: Plan, season: Season) -> list[str]:
    """Everything there is to say: of each figure the median of the rounds, and the least and the most."""
    document = f"a document of {len(DOCUMENT) // 1000} kB"
    sections = [
        _table([f"{plan.alone} people one after the other", f"each with {document}"], _alone(season.alone)),
        _table(
            [f"{plan.crowd:,} people at once", f"every {plan.sending}th with {document}"], _together(season.together)
        ),
        _table([f"bytes, {plan.kept} incidents", "without files", f"with {document}"], _sizes(season)),
        _table([f"seconds for {plan.sealed:,}", ""], _rows(season.sealing, _SEALING)),
        _table(["a look-up", "ms", "CPU, ms", "as it is / this", "CPU, as it is / this"], _added(season.added)),
        ["## What limits each", "", *_limits(season)],
    ]
    if season.faults:
        sections.append(["## Faults", "", *(f"- {fault}" for fault in season.faults)])
    return [line for section in sections for line in (*section, "")]


_ALONE: tuple[Read[Alone], ...] = (
    ("updates of an incident", 0, lambda one: one.updates),
    ("the bot's CPU for an incident (s)", 3, lambda one: one.cpu),
    ("for as many look-ups (s)", 3, lambda one: one.lookup_cpu),
    ("an incident / as many look-ups", 2, lambda one: one.cpu / one.lookup_cpu),
    ("wall time of an incident (s)", 3, lambda one: one.wall),
)
_TOGETHER: tuple[Read[Together], ...] = (
    ("incidents told", 0, lambda one: one.told),
    ("there, opened with the office key", 0, lambda one: one.kept),
    ("until the last receipt (s)", 1, lambda one: one.seconds),
    ("answers a second", 0, lambda one: one.updates / one.seconds),
    ("the bot's CPU for an incident (s)", 3, lambda one: one.cpu),
    ("messages sent or changed", 0, lambda one: one.answers),
    (f"for these, {TELEGRAMS_PACE} a second alone would need (s)", 0, lambda one: one.answers / TELEGRAMS_PACE),
    ("write-ahead log at the end (bytes)", 0, lambda one: one.log_bytes),
)
_SIZES: tuple[Read[Sizes], ...] = (
    ("as told, in clear", 0, lambda one: one.told),
    ("its sealed row", 0, lambda one: one.row),
    ("the first letter in its mailbox", 0, lambda one: one.letter),
    ("the database, tidied, grew by", 0, lambda one: one.database),
    ("of it in use after a week", 0, lambda one: one.lasting),
    ("sealed files", 0, lambda one: one.blobs),
    ("all / in clear", 2, lambda one: one.whole / one.told),
    ("all after a week / in clear", 2, lambda one: one.lasting_whole / one.told),
    ("write-ahead log of all, before it is tidied", 0, lambda one: one.log_bytes),
)
_SEALING: tuple[Read[Sealing], ...] = (
    ("sealing incidents", 2, lambda one: one.seal),
    ("sealing documents", 2, lambda one: one.seal_documents),
    ("opening incidents", 2, lambda one: one.open),
    ("opening incidents with a document", 2, lambda one: one.open_documents),
    ("opening mailboxes", 2, lambda one: one.open_mailboxes),
)


def _alone(rounds: Sequence[Alone]) -> list[list[str]]:
    return [
        *_rows(rounds, _ALONE),
        *_waits("an answer", [one.waits for one in rounds]),
        *_waits("an answer to the document", [one.waits_for_files for one in rounds]),
        *_waits("an answer to a look-up", [one.lookup_waits for one in rounds]),
    ]


def _together(rounds: Sequence[Together]) -> list[list[str]]:
    return [
        *_rows(rounds, _TOGETHER),
        *_waits("an answer", [one.waits for one in rounds]),
        *_waits("an answer to a document", [one.waits_for_files for one in rounds]),
    ]


def _sizes(season: Season) -> list[list[str]]:
    short, long = _rows(season.short, _SIZES), _rows(season.long, _SIZES)
    return [[title, left, right] for (title, left), (_, right) in zip(short, long, strict=True)]


def _added(rounds: Sequence[Added]) -> list[list[str]]:
    """Of each round the median block; ratios are of blocks that were neighbours in time."""
    rows = []
    for name in VARIANTS:
        row, ratios = [name], []
        for kind in ("wall", "cpu"):
            blocks = [getattr(one, kind) for one in rounds]
            row.append(_spread([median(one[name]) / MILLISECOND for one in blocks], 2))
            pairs = [zip(one[AS_IT_IS], one[name], strict=True) for one in blocks]
            ratios.append(_spread([median(a / b for a, b in pair) for pair in pairs], 2))
        rows.append([*row, *(ratios if name != AS_IT_IS else ["", ""])])
    return rows


def _limits(season: Season) -> list[str]:
    """Which core was full, and how much others took of both."""
    loads: tuple[tuple[str, Sequence[Alone | Together]], ...] = (
        ("One after the other", season.alone),
        ("All at once", season.together),
    )
    return [f"- {title}: {_busy([one.busy for one in rounds])}." for title, rounds in loads]


def _busy(rounds: Sequence[Busy]) -> str:
    bot, people, others = (
        f"{median(share):.0%}" for share in zip(*((one.bot, one.people, one.others) for one in rounds), strict=True)
    )
    return f"the bot computed {bot} of the time, people and Telegram {people}, others on this machine {others}"


def _rows(rounds: Sequence[T], read: Sequence[Read[T]]) -> list[list[str]]:
    return [[title, _spread([value(one) for one in rounds], decimals)] for title, decimals, value in read]


def _waits(title: str, rounds: Sequence[Sequence[float]]) -> list[list[str]]:
    """Median and 95th percentile of each round's waits."""
    shares = (("median", 0.50), ("p95", 0.95))
    found = {name: [percentile(waits, share) / MILLISECOND for waits in rounds] for name, share in shares}
    return [[f"{title}, {name} (ms)", _spread(values, 1)] for name, values in found.items()]


def _spread(values: Sequence[float], decimals: int) -> str:
    """Median, least and most; one value where they are the same."""
    middle, least, most = (f"{value:,.{decimals}f}" for value in (median(values), min(values), max(values)))
    return middle if least == most else f"{middle} ({least}–{most})"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    rule = ["---", *("--:" for _ in head[1:])]
    return [f"| {' | '.join(cells)} |" for cells in (head, rule, *rows)]
