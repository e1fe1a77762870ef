"""``python -m bench.submissions``: seconds and memory to build a submission, beside what the libraries take by themselves.

The incidents are made up and sealed as the bot seals them. Each size is built in a process of its own, so that its memory is
its own. Beside it the same work is done by the libraries alone, in one more process: pyrage opens as many files, python-docx
writes as many paragraphs and saves them, typst sets the same page data. What is ours is the rest: reading, clearing, ordering,
numbering, footnotes, hashes, writing the zip again.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import io
import multiprocessing
import random
import resource
import time
from collections.abc import Callable, Sequence
from typing import Any

from documents.submission.compiling import compiled
from documents.submission.files import files
from documents.submission.gathering import Kit, Parts, material
from documents.submission.material import Submitters
from facts.loader import load_all
from forms.incident import CATEGORIES, LETTERS
from forms.moment import Moment
from storage.deadlines import Deadline
from storage.reviews import Head, Review
from storage.sealing import OfficeKey, OfficeLock, padded_json

SIZES = (500, 5_000)
_ENGLISH = (
    "In {month} police in the province detained a human rights defender without showing a warrant. For three days neither"
    " the family nor a lawyer was allowed to meet the person, who was then released without a charge."
)
_KHMER = "ប៉ូលិសបានឃាត់ខ្លួនអ្នកការពារសិទ្ធិមនុស្សម្នាក់ ដោយមិនបានបង្ហាញដីកា។ អស់រយៈពេលបីថ្ងៃ គ្រួសារ និងមេធាវីមិនអាចជួបបានទេ។"


def main() -> int:
    """Exit 0."""
    arguments = _arguments()
    sizes = (20, 60) if arguments.quick else SIZES
    print(
        "| incidents | pages of PDF | built (s) | the libraries alone (s) | built / alone | memory at most (MB) | before (MB) |"
    )
    print("| --: | --: | --: | --: | --: | --: | --: |")
    for size in sizes:
        ours, theirs = _alone(_build, size), _alone(_libraries, size)
        print(
            f"| {size:,} | {ours['pages']:,.0f} | {ours['seconds']:.1f} | {theirs['seconds']:.1f}"
            f" | {ours['seconds'] / theirs['seconds']:.2f} | {ours['most']:.0f} | {ours['before']:.0f} |"
        )
        print(
            "|  | " + "; ".join(f"{name} {ours[name]:.1f}" for name in ("opening", "compiling", "files")) + " |||||||"
        )
        print("|  | " + "; ".join(f"{name} {theirs[name]:.1f}" for name in ("pyrage", "docx", "typst")) + " |||||||")
    return 0


def _alone(work: Callable[[int], dict[str, float]], size: int) -> dict[str, float]:
    """In a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, (size,))


def _build(size: int) -> dict[str, float]:
    report = load_all()[-1]
    kit, sealed, key = _network(size)
    before, began = _memory(), time.perf_counter()
    opened = material(kit, sealed, key, report)
    read = time.perf_counter()
    done = compiled(opened)
    put_together = time.perf_counter()
    made = files(done)
    ended = time.perf_counter()
    assert len(done.used) == size
    return {
        "seconds": ended - began,
        "opening": read - began,
        "compiling": put_together - read,
        "files": ended - put_together,
        "pages": made["submission.pdf"].count(b"/Type /Page\n") or made["submission.pdf"].count(b"/Type/Page/"),
        "before": before,
        "most": _memory(),
    }


def _libraries(size: int) -> dict[str, float]:
    """The least that the libraries need for as many."""
    import docx
    import pyrage

    from documents.print import compiled_by_typst

    kit, sealed, key = _network(size)
    paper = compiled(material(kit, sealed, key, load_all()[-1])).main
    began = time.perf_counter()
    for parts in sealed.values():
        for data in parts.values():
            pyrage.decrypt(data, key._identities)
    opened = time.perf_counter()
    document = docx.Document()
    for item in paper.items:
        for text in (f"{item.number}.", item.text, item.original, *item.notes):
            document.add_paragraph(text)
    document.save(io.BytesIO())
    written = time.perf_counter()
    compiled_by_typst(paper, format="pdf")
    ended = time.perf_counter()
    return {
        "seconds": ended - began,
        "pyrage": opened - began,
        "docx": written - opened,
        "typst": ended - written,
    }


def _network(size: int) -> tuple[Kit, dict[str, Parts], OfficeKey]:
    """So many incidents over all benchmarks, each with a paragraph in both languages, all allowed in the main text."""
    dice = random.Random(size)
    key = OfficeKey.new()
    lock = OfficeLock(key.recipients)
    sealed: dict[str, Parts] = {
        reference: _parts(reference, lock, dice) for reference in (f"R-{n:04d}" for n in range(size))
    }
    reviews = tuple(
        Review(
            one,
            Head("arrest", "02", f"{dice.randint(1, 25):02d}", (), source="0102", hour=n),
            state="used",
            finding=dice.choice(("0101", "04", "03")),
            benchmarks=tuple(sorted(dice.sample(LETTERS, 2))),
        )
        for n, one in enumerate(sealed)
    )
    digests = {
        one: {name: hashlib.sha256(data).hexdigest() for name, data in parts.items()} for one, parts in sealed.items()
    }
    call = Deadline("Call for information 2027", "2027-05-15", "Europe/Zurich", id="01234567", limits="2,500 words")
    return Kit("A/HRC/54/75", call, Submitters(("Lotus", "Teak")), "2027-05-10", reviews, digests), sealed, key


def _parts(reference: str, lock: OfficeLock, dice: random.Random) -> dict[str, bytes]:
    when = dt.datetime(2026, dice.randint(1, 12), dice.randint(1, 28))  # noqa: DTZ001 - the form's own clock
    answers: dict[str, Any] = {
        "category": dice.choice(CATEGORIES[:4]).name,
        "children": "no",
        "account": [{"text": "word " * 150}],
        "when": Moment(when, "day").to_json(),
        "where": {"code": f"{dice.randint(1, 25):02d}"},
        "affected": "group",
        "actors": ["police"],
        "consent": ["anonymised"],
    }
    incident = {"reference": reference, "form": "incident", "language": "km", "answers": answers}
    notes = [_ENGLISH.format(month=f"{when:%B %Y}"), _KHMER]
    records: list[tuple[str, dict[str, Any]]] = [
        (f"incident:{reference}:1", {**incident, "received_at": "2027-01-05T09:12:00+00:00"}),
        *(
            (f"note:{reference}:{n}:1", {"by": "Lotus-4", "on": "2027-02-01", "words": words, "written": language})
            for n, (language, words) in enumerate(zip(("en", "km"), notes, strict=True), 1)
        ),
    ]
    return {name: lock.seal(padded_json({"ctx": name, **record})) for name, record in records}


def _memory() -> float:
    """The most that this process has had so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.submissions", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small run that shows everything works")
    return parser.parse_args(given)


if __name__ == "__main__":
    raise SystemExit(main())
