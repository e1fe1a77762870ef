"""The measurements as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from bench.deliveries.memory import Memory
from bench.deliveries.plan import CAP, MEGABYTE, MILLISECOND, Plan
from bench.deliveries.sending import Broadcast, Interrupted
from bench.deliveries.ticks import Ticks
from bench.figures import percentile

Size = tuple[int, float]
"""Of a broadcast: how many messages, and the seconds that each call is on its way."""


@dataclass
class Season:
    """Everything that was measured, by the title of who did it."""

    broadcasts: dict[Size, dict[str, Broadcast]] = field(default_factory=dict)
    interrupted: dict[str, Interrupted] = field(default_factory=dict)
    ticks: Ticks | None = None
    memory: Memory | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        """Who did not get what was sent, or got it twice."""
        sent = [(title, one.sent) for several in self.broadcasts.values() for title, one in several.items()]
        sent += [(title, one.sent) for title, one in self.interrupted.items()]
        sent += [("memory", self.memory.sent)] if self.memory is not None else []
        return [f"{title}: {fault}" for title, one in sent for fault in one.faults]


def page(plan: Plan, season: Season) -> list[str]:
    """Everything there is to say."""
    sections = [
        _broadcasts(season.broadcasts),
        _interrupted(plan, season.interrupted),
        _ticks(plan, season.ticks) if season.ticks is not None else [],
        _memory(plan, season.memory) if season.memory is not None else [],
        [f"- {note}" for note in (*season.faults, *season.notes)],
    ]
    return [line for section in sections if section for line in (*section, "")]


def _broadcasts(several: Mapping[Size, Mapping[str, Broadcast]]) -> list[str]:
    rows = []
    for (count, latency), by_title in several.items():
        cells = [_rate(one) for one in by_title.values()]
        rows.append([f"{count:,} messages, {_way(latency)}", *cells])
    titles = list(next(iter(several.values()), {}))
    return _table([f"messages a second, of {CAP}; calls refused (429)", *titles], rows) if rows else []


def _rate(one: Broadcast) -> str:
    lost = f"; {one.sent.wanted - one.sent.reached:,} lost" if one.sent.wanted > one.sent.reached else ""
    cpu = f"; CPU {one.cpu_per_thousand:.2f} s a thousand"
    return f"{one.sent.rate:.1f} ({one.sent.rate / CAP:.0%}); {one.sent.floods:,}{lost}{cpu}"


def _way(latency: float) -> str:
    return f"{latency / MILLISECOND:.0f} ms to Telegram" if latency else "no way to Telegram"


def _interrupted(plan: Plan, several: Mapping[str, Interrupted]) -> list[str]:
    rows = []
    for when, title in (("quiet", "nothing is sent"), ("meanwhile", f"a broadcast to {plan.crowd:,} runs")):
        for share, name in ((0.50, "median"), (0.95, "p95"), (1.0, "longest")):
            waits = [percentile(getattr(one, when), share) for one in several.values()]
            rows.append([f"{title}: {name} (ms)", *(f"{wait / MILLISECOND:,.0f}" for wait in waits)])
    rows.append(["median meanwhile / with nothing sent", *(_slowed(one) for one in several.values())])
    rows.append(["the broadcast meanwhile, messages a second", *(f"{one.sent.rate:.1f}" for one in several.values())])
    rows.append(["calls refused (429)", *(f"{one.sent.floods:,}" for one in several.values())])
    rows.append(["questions without an answer", *(f"{one.unanswered:,}" for one in several.values())])
    head = f"{plan.questions} questions, {plan.questions_per_second:.0f} a second, {_way(plan.latency)}"
    return _table([head, *several], rows) if several else []


def _slowed(one: Interrupted) -> str:
    return f"{median(one.meanwhile) / median(one.quiet):.1f}" if one.meanwhile and one.quiet else "–"


def _ticks(plan: Plan, ticks: Ticks) -> list[str]:
    head = f"{ticks.subscriptions:,} subscriptions, {plan.deadlines:,} deadlines, {plan.profiles} profiles"
    rows = [
        ("a tick, nothing due", ticks.idle),
        (f"a tick, {_span(ticks.rounds)} reminders due", ticks.busy),
        ("the first tick after a start", [ticks.first]),
        ("giving 1,000 places their delivery", _a_thousand(ticks.expanding, ticks.expanded)),
        ("the longest look of the feeder meanwhile", [max(ticks.expanding)]),
        ("writing 1,000 letters, some expanding among it", _a_thousand(ticks.feeding, ticks.fed)),
        ("the longest look of the feeder meanwhile", [max(ticks.feeding)]),
        ("to compare: one look at every subscription", ticks.scans),
    ]
    shown = [[title, _spread(values), _times(values, ticks.scans)] for title, values in rows if values]
    return _table([head, "ms", "of a look at every subscription"], shown)


def _a_thousand(values: Sequence[float], count: int) -> list[float]:
    return [sum(values) * 1000 / count] if count else []


def _span(counts: Sequence[int]) -> str:
    least, most = min(counts), max(counts)
    return f"{least:,}" if least == most else f"{least:,}–{most:,}"


def _times(values: Sequence[float], scans: Sequence[float]) -> str:
    return f"{median(values) / median(scans):.2f}"


def _memory(plan: Plan, memory: Memory) -> list[str]:
    rows = [
        ["before it (MB)", f"{memory.before / MEGABYTE:.1f}"],
        ["at most (MB)", f"{memory.most / MEGABYTE:.1f}"],
        ["after it (MB)", f"{memory.after / MEGABYTE:.1f}"],
        ["at most / before", f"{memory.most / memory.before:.2f}"],
        ["messages a second", f"{memory.sent.rate:,.0f}"],
        ["CPU a thousand messages (s)", f"{memory.cpu * 1000 / max(memory.sent.reached, 1):.2f}"],
    ]
    return _table([f"a broadcast to {plan.audience:,}, without pace", ""], rows)


def _spread(values: Sequence[float]) -> str:
    """Median, least and most, in milliseconds; one value where there is one."""
    middle, least, most = (f"{value / MILLISECOND:,.1f}" for value in (median(values), min(values), max(values)))
    return middle if len(values) == 1 else f"{middle} ({least}–{most})"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    rule = ["---", *("--:" for _ in head[1:])]
    return [f"| {' | '.join(cells)} |" for cells in (head, rule, *rows)]
