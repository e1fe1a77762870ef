"""Pictures of the facts, drawn with typst from the templates beside this file.

A picture's name tells what, in which language, and for which background: ``scorecard:km:dark``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from importlib.metadata import version
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

from documents.places import STEPS, TILES, shade
from facts.models import Counts, Election, Grade
from facts.report import Report
from texts import pictures as words
from texts.benchmarks import grade_word
from texts.language import LANGUAGES

THEMES = ("light", "dark")
WIDTH = 1080
"""Pixels: three for each of a small phone's 360."""

TEMPLATES = Path(__file__).parent / "templates"
FONTS = Path(str(files("fontpkg_noto_sans_khmer"))) / "files"
PIXELS_PER_INCH = 216  # pages are 360 points wide, and an inch has 72
_MARKS = {Grade.ON_TARGET: "on", Grade.VARIABLE: "variable", Grade.OFF_TARGET: "off"}

Data = Mapping[str, Any]


@dataclass(frozen=True)
class Fit:
    """Words, the room they were given, how much of it they take, and the size of their letters, in points."""

    words: str
    room: float
    takes: float
    size: float


class Pictures:
    """The pictures of one report. They depend on nothing but the facts, the words and what draws them."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._kinds: dict[str, Callable[[str], Data]] = {"scorecard": self._scorecard}
        if report.election is not None:
            self._kinds["election-map"] = partial(self._election_map, report.election)
            self._kinds["election-bars"] = partial(self._election_bars, report.election)
        self.digest = lru_cache(64)(self._digest)

    def names(self) -> list[str]:
        """Every picture that there is."""
        return [f"{kind}:{language}:{theme}" for kind in self._kinds for language in LANGUAGES for theme in THEMES]

    def render(self, name: str) -> bytes:
        """The picture as PNG, WIDTH pixels wide. Raises KeyError when there is no such picture."""
        kind, inputs = self._asked(name)
        import typst  # 7 MB that a bot without pictures does without

        picture = typst.compile(
            TEMPLATES / f"{kind}.typ",
            root=TEMPLATES,
            font_paths=[FONTS],
            ignore_system_fonts=True,
            format="png",
            ppi=PIXELS_PER_INCH,
            sys_inputs=inputs,
        )
        assert isinstance(picture, bytes)  # noqa: S101 - each template makes one page
        return picture

    def fits(self, name: str) -> list[Fit]:
        """How what must keep to its room does so. Raises KeyError as ``render``."""
        kind, inputs = self._asked(name)
        import typst

        found = typst.query(
            TEMPLATES / f"{kind}.typ",
            "<fit>",
            field="value",
            root=TEMPLATES,
            font_paths=[FONTS],
            ignore_system_fonts=True,
            sys_inputs=inputs,
        )
        return [Fit(**one) for one in json.loads(found)]

    def _digest(self, name: str) -> str:
        """Of everything the picture is drawn from: another digest, another picture. Raises KeyError as ``render``."""
        kind, inputs = self._asked(name)
        return hashlib.sha256("\n".join([kind, inputs["data"], _tools()]).encode()).hexdigest()[:16]

    def _asked(self, name: str) -> tuple[str, dict[str, str]]:
        """The template, and what it is given."""
        if name not in self.names():
            raise KeyError(name)
        kind, language, theme = name.split(":")
        data = {"language": language, "theme": theme, **self._kinds[kind](language)}
        return kind, {"data": json.dumps(data, ensure_ascii=False, sort_keys=True)}

    def _scorecard(self, language: str) -> Data:
        groups = [
            {
                "grade": _MARKS[grade],
                "word": grade_word(grade, language),
                "benchmarks": [[b.letter, b.short[language]] for b in self._report.graded(grade)],
            }
            for grade in Grade
        ]
        return {"words": words.scorecard(self._report.document, language), "groups": groups}

    def _election_map(self, election: Election, language: str) -> Data:
        tiles = [
            {
                "row": TILES[province.code][0],
                "column": TILES[province.code][1],
                "name": province.name[language],
                "seats": f"{province.seats[1]} / {province.total}",
                "shade": shade(province.seats[1], province.total),
                "odd": not _adds_up(province),
            }
            for province in election.provinces
        ]
        return {
            "words": words.election_map(self._report.document, election, language),
            "tiles": tiles,
            "steps": [f"< {STEPS[0]}", *(f"{low}–{high}" for low, high in pairwise(STEPS)), f"{STEPS[-1]} +"],
        }

    def _election_bars(self, election: Election, language: str) -> Data:
        names = [party.name[language] for party in election.parties]
        parts = [
            {"of": of, "bars": list(zip(names, counts, strict=False))}  # votes and chiefs: of the first two parties
            for of, counts in _counted(election)
        ]
        return {"words": words.election_bars(self._report.document, election, language), "parts": parts}


def _counted(election: Election) -> list[tuple[str, tuple[int, ...]]]:
    """What the printed totals count, party by party."""
    printed = election.printed
    return [("votes", printed.votes), ("seats", printed.seats), ("chiefs", printed.chiefs)]


def _adds_up(row: Counts) -> bool:
    return sum(row.seats) == row.total


@cache
def _tools() -> str:
    """What draws: the versions of the renderer and the font, and the templates."""
    packages = [f"{name} {version(name)}" for name in ("typst", "fontpkg-noto-sans-khmer")]
    templates = [hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(TEMPLATES.glob("*.typ"))]
    return " ".join([*packages, *templates])
