"""``python -m bench.deliveries``: what telling many people costs.

Broadcasts go to a local Telegram in this process that keeps Telegram's pace, from the bot as its operators run it and,
beside it, from a bare python-telegram-bot with its own rate limiter; strangers ask something meanwhile. Then the tick of
the clock over a million subscriptions, and memory while very many are written to. About a quarter of an hour;
``--long`` adds broadcasts of 10,000 messages, which take five to ten minutes each: Telegram's pace is not to be hurried.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Sequence

import uvloop

from bench.contestants import OURS, UnavailableError
from bench.deliveries.contest import Contestant, contestants
from bench.deliveries.memory import memory
from bench.deliveries.page import Season, page
from bench.deliveries.plan import Plan
from bench.deliveries.sending import broadcast, interrupted
from bench.deliveries.ticks import ticks
from bench.processes import PROC, Cores, available_cores
from bench.rounds import BotFailedError

LONG = 10_000
PARTS = ("broadcasts", "questions", "ticks", "memory")


def main() -> int:
    """Exit 0; 1 when our bot failed, or somebody did not get what was sent, or our bot met a 429."""
    arguments = _arguments()
    if not (PROC / "self" / "statm").exists():
        print("The measurements read /proc, which this system does not have: run them on Linux.")
        return 1
    plan = Plan.quick() if arguments.quick else Plan()
    cores = available_cores()
    if cores.server is not None:
        os.sched_setaffinity(0, {cores.server})
    load, season = os.getloadavg()[0], Season()
    try:
        uvloop.run(_play(plan, season, cores, arguments.only or PARTS, arguments.bot, long=arguments.long))
    except BotFailedError as failure:
        print(f"The bot failed: {failure}")
        return 1
    pinned = "not pinned" if cores.bot is None else f"bot on core {cores.bot}, people on core {cores.server}"
    print(
        f"Python {platform.python_version()}, {pinned}; load average {load:.1f} before and {os.getloadavg()[0]:.1f}"
        " after; median (least–most).\n"
    )
    print("\n".join(page(plan, season)))
    return 1 if season.faults or _floods(season) else 0


async def _play(
    plan: Plan, season: Season, cores: Cores, parts: Sequence[str], names: Sequence[str] | None, *, long: bool
) -> None:
    several = _entered(season, names)
    if "broadcasts" in parts:
        sizes = [(plan.messages, 0.0), (plan.messages, plan.latency), *([(LONG, plan.latency)] if long else [])]
        for count, latency in sizes:
            for title, one in several.items():
                _say(f"{title}: {count:,} messages")
                found = await broadcast(one, count, latency, cores)
                season.broadcasts.setdefault((count, latency), {})[title] = found
    if "questions" in parts:
        for title, one in several.items():
            _say(f"{title}: questions")
            season.interrupted[title] = await interrupted(one, plan, cores)
    if "ticks" in parts:
        _say("ticks")
        season.ticks = await ticks(plan)
    if "memory" in parts:
        _say("memory")
        season.memory = await memory(plan.audience, cores)


def _entered(season: Season, names: Sequence[str] | None) -> dict[str, Contestant]:
    """Who is here, by title."""
    try:
        entered = contestants()
    except UnavailableError as reason:
        season.notes.append(f"python-telegram-bot's limiter was skipped: {reason}")
        entered = contestants(others=False)
    return {title: one for name, (title, one) in entered.items() if not names or name in names}


def _floods(season: Season) -> int:
    """Calls of our bot that were refused with 429."""
    title = contestants(others=False)[OURS][0]
    sent = [several[title].sent for several in season.broadcasts.values() if title in several]
    sent += [season.interrupted[title].sent] if title in season.interrupted else []
    return sum(one.floods for one in sent)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.deliveries", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small run that shows everything works")
    parser.add_argument("--long", action="store_true", help=f"broadcasts of {LONG:,} messages as well")
    parser.add_argument("--only", action="append", choices=PARTS, help="one part; repeatable")
    parser.add_argument(
        "--bot", action="append", metavar="NAME", help=f"one bot; repeatable: {OURS}, together, in turn"
    )
    return parser.parse_args(given)


if __name__ == "__main__":
    sys.exit(main())
