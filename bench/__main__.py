"""``python -m bench``: measure our bot beside echo bots and print the tables.

A full run takes about a quarter of an hour and wants the machine to itself. The first one installs the other bots'
libraries into a cache directory.
"""

from __future__ import annotations

import argparse
import platform
import sys
from collections.abc import Sequence

from bench import tables
from bench.ceiling import Ceiling
from bench.contestants import CONTESTANTS, OURS, Contestant, UnavailableError, cache_directory
from bench.figures import figures
from bench.processes import PROC, Cores, available_cores
from bench.remote import RemoteServer, measure_ceiling, serving
from bench.rounds import BotFailedError, Plan, Round, play, rehearse
from bench.server import QUESTION

CEILING_UPDATES = 20_000


def main() -> int:
    """Exit 0, or 1 when our own bot failed, or lost, doubled or misanswered a question."""
    arguments = _arguments()
    if not (PROC / "self" / "statm").exists():
        print("The measurements read /proc, which this system does not have: run them on Linux.")
        return 1
    plan = Plan.quick() if arguments.quick else Plan()
    if arguments.rounds:
        plan = Plan(**{**vars(plan), "rounds": arguments.rounds})
    cores = available_cores()
    season = Season(plan, cores)
    season.enter(arguments.only or list(CONTESTANTS))
    before = _ceiling(season)
    season.play()
    print("\n".join(_page(season, [before, _ceiling(season)])))
    return 1 if season.ours_failed() else 0


class Season:
    """All rounds of all bots against one server, the bots taking turns so that the machine's moods hit all alike."""

    def __init__(self, plan: Plan, cores: Cores) -> None:
        self.plan, self.cores = plan, cores
        self.results: dict[str, list[Round | None]] = {}
        self.titles: dict[str, str] = {}
        self.notes: list[str] = []
        self._contestants: list[Contestant] = []

    def enter(self, names: Sequence[str]) -> None:
        """Rehearse each; who cannot run here is left out with a note."""
        with serving(self.cores.server) as server:
            for name in names:
                _say(f"preparing {name}")
                try:
                    contestant = CONTESTANTS[name]()
                    rehearse(contestant, server, self.cores, self.plan)
                except (UnavailableError, BotFailedError) as reason:
                    self._note(f"{name} was skipped: {reason}")
                else:
                    self._contestants.append(contestant)
                    self.titles[name] = contestant.title

    def play(self) -> None:
        """Every bot once a round; who begins moves on by one each round."""
        results: dict[str, list[Round | None]] = {contestant.name: [] for contestant in self._contestants}
        for number in range(self.plan.rounds):
            first = number % max(len(self._contestants), 1)
            for contestant in self._contestants[first:] + self._contestants[:first]:
                with serving(self.cores.server) as server:
                    results[contestant.name].append(self._round(contestant, server, number + 1))
        self.results = {name: rounds for name, rounds in results.items() if any(rounds)}

    def ours_failed(self) -> bool:
        """Our bot was meant to run and did not, or some question did not get its one right answer."""
        rounds = self.results.get(OURS, [])
        return any(one is None or one.faults for one in rounds) or any(note.startswith(OURS) for note in self.notes)

    def _round(self, contestant: Contestant, server: RemoteServer, number: int) -> Round | None:
        try:
            one = play(contestant, server, self.cores, self.plan, seed=number)
        except BotFailedError as reason:
            self._note(f"{contestant.name} failed in round {number}: {reason}")
            return None
        _say(f"round {number}: {contestant.name}, {one.burst.tally.rate:,.0f} updates/s")
        return one

    def _note(self, text: str) -> None:
        _say(text)
        self.notes.append(text)


def _ceiling(season: Season) -> Ceiling:
    _say("measuring the server's own ceiling")
    return measure_ceiling(season.cores, seconds=season.plan.ceiling_seconds, updates=CEILING_UPDATES)


def _page(season: Season, found: Sequence[Ceiling]) -> list[str]:
    """Everything there is to say, as Markdown."""
    listed, results, titles = figures(season.plan), season.results, season.titles
    sections = [
        ("", [_where(season)]),
        ("", tables.measured(listed, results, titles) if results else []),
        ("", tables.compared(listed, results, titles)),
        ("Aims", tables.aims(listed, results)),
        ("What limits each", tables.limits(listed, results, titles) if results else []),
        ("", tables.ceiling(found)),
        ("Not answered exactly once and rightly", tables.faults(results, titles)),
        ("Notes", [f"- {note}" for note in season.notes]),
    ]
    page: list[str] = []
    for heading, lines in sections:
        if lines:
            page += [*([f"## {heading}", ""] if heading else []), *lines, ""]
    return page


def _where(season: Season) -> str:
    plan, cores = season.plan, season.cores
    pinned = "not pinned" if cores.bot is None else f"bot on core {cores.bot}, server on core {cores.server}"
    return (
        f"`{QUESTION}`, {plan.rounds} rounds, Python {platform.python_version()}, {pinned}; data in {_filesystem()}; "
        f"the slow line is cut off after {plan.slow_at_most:.0f} s; median (least–most)."
    )


def _filesystem() -> str:
    """The kind of file system the bots' data is on: durable means little on a memory-backed one."""
    best, kind = "", "an unknown file system"
    for line in (PROC / "self" / "mounts").read_text().splitlines():
        _, point, name, *_ = line.split()
        if len(point) > len(best) and cache_directory().is_relative_to(point):
            best, kind = point, name
    return kind


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small run that shows everything works")
    parser.add_argument(
        "--only",
        action="append",
        choices=list(CONTESTANTS),
        metavar="NAME",
        help="one bot; repeatable: " + ", ".join(CONTESTANTS),
    )
    parser.add_argument(
        "--rounds", type=int, metavar="N", help=f"how often each bot is measured (default {Plan.rounds})"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
