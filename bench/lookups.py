"""``python -m bench.lookups``: how long each kind of look-up takes, beside a bare echo bot asked the same in the same run.

Our bot is asked twice: with the facts alone, and with an official text of 107 + 100,000 paragraphs beside them. The
paragraphs are made of invented words, so that the figures need no document.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from bench.contestants import ANSWER_MARKER, CONTESTANTS, OURS, Contestant, cache_directory
from bench.processes import PROC, available_cores
from bench.remote import RemoteServer, serving
from bench.rounds import Bot, Plan, Run, started
from facts.khmer import key
from facts.loader import load
from storage.official import Row, write

HIDDEN = "hiddenword"
"""A word of paragraph 41 of the made-up text alone: who finds it has searched the text."""

QUESTIONS: Mapping[str, str] = {
    "/benchmark D": ANSWER_MARKER,
    "/case Kem Sokha": "kem sokha",
    "/case M.S.": "initials identify nobody",
    "/recommendation 105 (D)": "105 (d)",
    "/election ភ្នំពេញ": "536,625",
    "/dates 2022": "2022",
    "/law 494": "494",
    "/para 41": "41",
    "how many inmates are there": "40,000",
    "ចំនួនអ្នកទោសក្នុងពន្ធនាគារ": "",
    "/search land": "land",
    "/search government people": "",
    "/search word1 word2": "",
    "/search word777 word4242": "",
    "/search qqqq zzzz": "qqqq",
    f"/search {HIDDEN}": "",
}
"""What is asked, each with a piece of every right answer in lower case; empty where any one answer is right."""

PARAGRAPHS = 100_000
VOCABULARY = 20_000
PER_QUESTION = 120
RATE = 60.0
ECHO = "ptb"


def main() -> int:
    """Exit 0, or 1 when an answer was lost, doubled or wrong."""
    if not (PROC / "self" / "statm").exists():
        print("The measurements read /proc, which this system does not have: run them on Linux.")
        return 1
    with TemporaryDirectory(dir=cache_directory(), prefix="sangket-lookups-") as folder:
        _say(f"writing {PARAGRAPHS:,} paragraphs")
        full = Path(folder) / "full.db"
        write(full, load().document.symbol, rows())
        ours, echo = CONTESTANTS[OURS](), CONTESTANTS[ECHO]()
        contestants = {
            "facts alone": _with(ours, Path(folder) / "none.db"),
            f"and {PARAGRAPHS:,} paragraphs": _with(ours, full),
            f"echo ({echo.title})": echo,
        }
        results = {title: _measured(title, contestant) for title, contestant in contestants.items()}
    print("\n".join(_table(results)))
    wrong = [
        f"- {title}, `{q}`: {run.tally.faults}"
        for title, runs in results.items()
        for q, run in runs.items()
        if run.tally.faults
    ]
    print("\n".join(wrong))
    return 1 if wrong else 0


def _with(ours: Contestant, official: Path) -> Contestant:
    return replace(ours, environment={**ours.environment, "OFFICIAL_TEXT": str(official)})


def _measured(title: str, contestant: Contestant) -> dict[str, Run]:
    """Every question to one bot, at a steady pace of sixty a second."""
    plan = Plan(paced=PER_QUESTION, rate=RATE)
    cores = available_cores()
    with serving(cores.server) as server, started(contestant, server, cores, plan) as (bot, _):
        bot.wait_until_polling()
        bot.burst(plan.warm_up)
        return {question: _asked(bot, server, title, question, plan) for question in QUESTIONS}


def _asked(bot: Bot, server: RemoteServer, title: str, question: str, plan: Plan) -> Run:
    _say(f"{title}: {question}")
    marker = QUESTIONS[question] if not title.startswith("echo") else question.lower()
    if HIDDEN in question and title.startswith("and"):
        marker = "paragraph 41"
    bot.pace(20, seed=1, question=question, marker=marker)
    return bot.pace(plan.paced, seed=2, question=question, marker=marker)


def _table(results: Mapping[str, Mapping[str, Run]]) -> list[str]:
    """Median and 95th percentile of each, in milliseconds, and the median beside the echo's."""
    *ours, echo = results
    head = ["", *(f"{title}, ms" for title in results), *(f"{title} / echo" for title in ours)]
    lines = [f"| {' | '.join(head)} |", f"| --- |{' --: |' * (len(head) - 1)}"]
    for question in QUESTIONS:
        waits = {title: results[title][question].tally.waits for title in results}
        cells = [_spread(waits[title]) for title in results]
        ratios = [f"{median(waits[title]) / median(waits[echo]):.2f}" for title in ours]
        lines.append(f"| `{question}` | {' | '.join([*cells, *ratios])} |")
    return lines


def _spread(waits: Sequence[float]) -> str:
    return f"{median(waits) * 1000:.2f} ({quantiles(waits, n=20)[-1] * 1000:.2f})"


def rows(paragraphs: int = PARAGRAPHS) -> Iterator[Row]:
    """Paragraphs whose words are as unevenly common as those of a language (Zipf), every hundredth in Khmer."""
    chance = random.Random(1)
    words = [f"word{n}" for n in range(VOCABULARY)] + ["land", "government", "people"]
    weights = [1 / (n + 1) for n in range(VOCABULARY)] + [0.2, 0.5, 0.5]
    khmer = ["ដី", "ពន្ធនាគារ", "រដ្ឋាភិបាល", "ប្រជាជន", "ច្បាប់", "តុលាការ", "ការបោះឆ្នោត", "សិទ្ធិមនុស្ស"]
    for number in range(1, 107 + paragraphs + 1):
        if number % 100 == 0:
            text = "".join(chance.choices(khmer, k=40))
        else:
            text = " ".join(chance.choices(words, weights, k=80))
        if number == 41:
            text = f"{text} {HIDDEN}"
        yield str(number), number, "", text, key(text)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
