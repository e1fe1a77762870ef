"""``python -m bench.incidents``: what an incident costs: to take it in, from a thousand people at once, to keep and to open.

The bot runs as its operators run it, in a process of its own on a core of its own. The people are in this process,
in the local Telegram that the bot reaches over loopback; each answers as soon as the question is there, and never
before. Telegram's pace is switched off, and worked out beside. What was taken in is opened afterwards with the office
key and compared with what was told. A full run takes about ten minutes.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from dataclasses import replace

import uvloop

from bench.incidents.page import page
from bench.incidents.plan import Plan
from bench.incidents.season import play
from bench.processes import PROC, available_cores
from bench.rounds import BotFailedError


def main() -> int:
    """Exit 0, or 1 when the bot failed or an incident is not there exactly once and as it was told."""
    arguments = _arguments()
    if not (PROC / "self" / "statm").exists():
        print("The measurements read /proc, which this system does not have: run them on Linux.")
        return 1
    plan = Plan.quick() if arguments.quick else Plan()
    if arguments.rounds:
        plan = replace(plan, rounds=arguments.rounds)
    cores = available_cores()
    if cores.server is not None:
        os.sched_setaffinity(0, {cores.server})
    load = os.getloadavg()[0]
    try:
        season = uvloop.run(play(plan, cores))
    except BotFailedError as failure:
        print(f"The bot failed: {failure}")
        return 1
    pinned = "not pinned" if cores.bot is None else f"bot on core {cores.bot}, people on core {cores.server}"
    print(
        f"{plan.rounds} rounds, Python {platform.python_version()}, {pinned}; load average {load:.1f} before and"
        f" {os.getloadavg()[0]:.1f} after; median (least–most).\n"
    )
    print("\n".join(page(plan, season)))
    return 1 if season.faults else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.incidents", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small run that shows everything works")
    parser.add_argument("--rounds", type=int, metavar="N", help=f"how often all is measured (default {Plan.rounds})")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
