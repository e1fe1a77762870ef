"""What a fact is: frozen records, each with its place in the report and its words in English and Khmer."""

from __future__ import annotations

import datetime as dt
import re
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

LETTERS = "ABCDEFGHIJKLMNOPQRST"

_PLACE = re.compile(
    r"^(?:\d{1,3}(?:[–,] ?\d{1,3})*(?: \([a-k]\))?|annex (?:I|II|III)(?: \([a-j]\))?|table|summary|footnote \d{1,2})$"
)


def _is_place(value: str) -> str:
    if not _PLACE.match(value):
        raise ValueError("not a place in the report, such as 46, 39–41, 105 (d), annex III, table or footnote 14")
    return value


Place = Annotated[str, AfterValidator(_is_place)]
"""Where the report says it: a paragraph (``46``), a range, ``105 (d)``, ``annex III``, ``table``, ``footnote 14``."""

Letter = Annotated[str, Field(pattern=f"^[{LETTERS}]$")]


class Fact(BaseModel):
    """Frozen, and closed to fields nobody knows, so that a slip of the pen in a data file is found at load."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, str_min_length=1)


class Words(Fact):
    """The same thing said in English and in Khmer."""

    en: str
    km: str

    def __getitem__(self, language: str) -> str:
        """The words in ``language`` (``en`` or ``km``)."""
        return self.km if language == "km" else self.en


class Keywords(Fact):
    """What people type when they mean this, beyond the words of the title; the first weighs most."""

    en: tuple[str, ...]
    km: tuple[str, ...]


class Statement(Words):
    """One thing the report says, in our own words, and where it says it."""

    source: Place


class Figure(Statement):
    """A number of the report, as people should read it; the words say what it counts.

    ``value_km`` is the number in Khmer where ``value`` holds English words, such as “some 40,000”.
    """

    value: str
    value_km: str | None = None

    def shown(self, language: str) -> str:
        """The number in ``language``."""
        return self.value_km if language == "km" and self.value_km else self.value


class Caution(Words):
    """Where the report disagrees with itself: both readings, both places, and nothing corrected in silence."""

    sources: Annotated[tuple[Place, ...], Field(min_length=1)]


class Footnote(Fact):
    """A source the report itself cites: the footnote's number and what it points to, named briefly."""

    number: Annotated[int, Field(ge=1, le=99)]
    cites: str


class Grade(StrEnum):
    """The three grades of the report's own scale (para. 23)."""

    ON_TARGET = "on target"
    VARIABLE = "variable"
    OFF_TARGET = "off target"


class Timeframe(StrEnum):
    """The two time frames of annex II."""

    YEARS = "2022–2023"
    PROGRESSIVE = "2015–2030"

    def lapsed(self, on: dt.date) -> bool:
        """Whether the last year of the time frame is over on this day."""
        return on.year > int(self.value[-4:])


class Benchmark(Fact):
    """One of the twenty benchmarks: its names, its grade with date and place, and what the report tells of it."""

    letter: Letter
    title: Words
    annex_title: Words | None = None
    short: Words
    grade: Grade
    grade_source: Place
    timeframe: Timeframe
    timeframe_source: Place = "annex II"
    paragraphs: tuple[int, int]
    account: Annotated[tuple[Statement, ...], Field(min_length=2)]
    figures: tuple[Figure, ...] = ()
    cautions: tuple[Caution, ...] = ()
    footnotes: tuple[Footnote, ...] = ()
    keywords: Keywords

    @model_validator(mode="after")
    def _grade_lies_in_its_section(self) -> Benchmark:
        first, last = self.paragraphs
        if not (first < last and self.grade_source == str(last)):
            raise ValueError("the grade stands in the last paragraph of the benchmark's section")
        return self

    @property
    def number(self) -> int:
        """1 for A to 20 for T."""
        return LETTERS.index(self.letter) + 1


class Addressee(StrEnum):
    """Whom a recommendation is addressed to (paras. 104–107 and annex I)."""

    LEADERS = "next generation of leaders"
    GOVERNMENT = "government"
    CIVIL_SOCIETY = "civil society"
    INTERNATIONAL = "international community"


class Recommendation(Fact):
    """One recommendation. Which benchmarks it touches is our reading; the report does not say."""

    id: Annotated[str, Field(pattern=r"^(?:10[4-7][a-k]|i[a-j])$")]
    addressee: Addressee
    source: Place
    summary: Words
    benchmarks: tuple[Letter, ...]


class Case(Fact):
    """A person, group or trial that the report names, exactly as it names them, and the benchmarks concerned."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$")]
    kind: Literal["person", "group", "trial"]
    name: Words
    summary: Words
    source: Place
    benchmarks: Annotated[tuple[Letter, ...], Field(min_length=1)]


class Tally(Fact):
    """How many benchmarks the report itself counts under each grade, and where."""

    on_target: int
    variable: int
    off_target: int
    source: Place


class Document(Fact):
    """The UN document that a folder of facts was taken from."""

    symbol: str
    title: Words
    author: str
    as_of: dt.date
    as_of_words: Words
    covers_source: Place
    scale_source: Place
    tally: Tally
