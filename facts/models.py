"""What a fact is: frozen records, each with its place in the report and its words in English and Khmer."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from facts import places

LETTERS = "ABCDEFGHIJKLMNOPQRST"


def _written(pattern: str, such_as: str) -> AfterValidator:
    """The check that text is written in a certain way; it fails with words that an editor of data files understands."""
    form = re.compile(pattern)

    def checked(value: str) -> str:
        if not form.fullmatch(value):
            raise ValueError(f"“{value}” is not {such_as}")
        return value

    return AfterValidator(checked)


def _in_the_calendar(value: str) -> str:
    """A date as it is written, of which there is such a day. Raises ValueError."""
    try:
        dt.date.fromisoformat(f"{value}-01-01"[:10])
    except ValueError:
        raise ValueError(f"there is no day {value}") from None
    return value


Place = Annotated[str, AfterValidator(places.checked)]
"""Where the report says it: a paragraph (``46``), a range, ``105 (d)``, ``annex III``, ``table``, ``footnote 14``."""

Letter = Annotated[str, _written(f"[{LETTERS}]", f"a letter from {LETTERS[0]} to {LETTERS[-1]}")]
Id = Annotated[
    str, Field(max_length=48), _written("[a-z0-9]+(?:-[a-z0-9]+)*", "an id of small letters, digits and single hyphens")
]
Initials = Annotated[str, _written(r"(?:[A-Z]\.){2,4}", "initials such as K.S.")]
IsoDate = Annotated[
    str,
    _written("[0-9]{4}(?:-[0-9]{2}){0,2}", "a date such as 2024-05-15, 2024-05 or 2024"),
    AfterValidator(_in_the_calendar),
]
Ref = Annotated[str, _written("e|[bcdelnprx]:[A-Za-z0-9-]{1,48}", "something that can be opened, such as b:D or p:41")]
"""What everything that can be opened is called, in buttons and links: its kind and its key.

``b:D`` benchmark, ``r:105d`` recommendation, ``c:cnrp`` case or trial, ``n:2022-03-17-ts-2`` defendant, ``l:cc-494``
law, ``d:call-2023`` date, ``e:12`` a province in the election, ``x:august-2022`` contradiction, ``p:41`` paragraph.
"""


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

    ``value_km`` is the number in Khmer where ``value`` holds English words, such as “some 40,000”. ``basis`` is whose
    number it is or how it was counted, where the report says so.
    """

    value: str
    value_km: str | None = None
    basis: Words | None = None
    footnotes: tuple[int, ...] = ()

    def shown(self, language: str) -> str:
        """The number in ``language``."""
        return self.value_km if language == "km" and self.value_km else self.value


class Footnote(Fact):
    """A source the report itself cites: the footnote's number, what it points to, and where its mark stands.

    The annexes number their footnotes anew, so a number alone does not name one.
    """

    part: Annotated[str, _written("body|annex [IVX]+", "body or an annex such as annex I")] = "body"
    number: Annotated[int, Field(ge=1, le=199)]
    paragraphs: tuple[int, ...] = ()
    cites: str


class Grade(StrEnum):
    """The three grades of the report's own scale (para. 23)."""

    ON_TARGET = "on target"
    VARIABLE = "variable"
    OFF_TARGET = "off target"


@dataclass(frozen=True)
class Timeframe:
    """The years in which a benchmark is to be reached, as the report prints them: ``2022–2023``."""

    value: str

    @classmethod
    def read(cls, value: object) -> Timeframe:
        """A time frame as data files write it, with an en dash. Raises ValueError."""
        years = re.fullmatch("([0-9]{4})–([0-9]{4})", value) if isinstance(value, str) else None
        if years is None or years[1] > years[2]:
            raise ValueError(f"“{value}” is not a time frame such as 2022–2023, with the long dash –")
        return cls(years[0])

    @property
    def progressive(self) -> bool:
        """Whether it is that of the Sustainable Development Goals, with which some benchmarks go step by step."""
        return self.value == "2015–2030"

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
    timeframe: Annotated[Timeframe, BeforeValidator(Timeframe.read)]
    timeframe_source: Place = "annex II"
    paragraphs: tuple[int, int]
    account: Annotated[tuple[Statement, ...], Field(min_length=2)]
    figures: tuple[Figure, ...] = ()
    keywords: Keywords

    @model_validator(mode="after")
    def _grade_lies_in_its_section(self) -> Benchmark:
        first, last = self.paragraphs
        if first > last:
            raise ValueError(f"paragraphs: {first} comes after {last}")
        if self.grade_source != str(last):
            raise ValueError(f"grade_source: the grade stands in the last paragraph of the section, {last}")
        return self

    @property
    def number(self) -> int:
        """1 for A to 20 for T."""
        return LETTERS.index(self.letter) + 1


class Addressee(StrEnum):
    """Whom a recommendation is addressed to."""

    LEADERS = "next generation of leaders"
    GOVERNMENT = "government"
    CIVIL_SOCIETY = "civil society"
    INTERNATIONAL = "international community"


class Recommendation(Fact):
    """One recommendation: ``105d`` of a paragraph, ``ih`` of the agenda in annex I.

    Which benchmarks it touches is our reading; the report does not say.
    """

    id: Annotated[
        str, _written("[0-9]{1,3}[a-z]?|i[a-z]", "a recommendation's id, such as 105d, or ih for annex I (h)")
    ]
    addressee: Addressee
    source: Place
    summary: Words
    benchmarks: tuple[Letter, ...]


class About(StrEnum):
    """What a detail of a case tells; in the order in which details are shown."""

    HAPPENED = "happened"
    CHARGE = "charge"
    COURT = "court"
    VERDICT = "verdict"
    SENTENCE = "sentence"
    SUSPENSION = "suspension"
    PRESENCE = "presence"
    STATUS = "status"
    LATER = "later"
    UNSAID = "unsaid"


class Detail(Statement):
    """One thing the report says about a case, or, when it is about what is unsaid, does not say."""

    about: About


class Case(Fact):
    """A person, group or trial that the report names, exactly as it names them, and the benchmarks concerned.

    ``keywords`` hold other spellings of the same name, for finding it; they are never shown.
    """

    id: Id
    kind: Literal["person", "group", "trial"]
    name: Words
    summary: Words
    source: Place
    benchmarks: Annotated[tuple[Letter, ...], Field(min_length=1)]
    details: tuple[Detail, ...] = ()
    charges: tuple[Id, ...] = ()
    laws: tuple[Id, ...] = ()
    trials: tuple[Id, ...] = ()
    keywords: Keywords = Keywords(en=(), km=())

    @model_validator(mode="after")
    def _trial_is_called_by_its_verdict(self) -> Case:
        if self.kind == "trial":
            if not re.fullmatch("trial-[0-9]{4}-[0-9]{2}-[0-9]{2}", self.id):
                raise ValueError(f"id: a trial is called by the day of its verdict, trial-2024-05-15; not {self.id}")
            _in_the_calendar(self.id.removeprefix("trial-"))
        return self


class Sentenced(Fact):
    """Defendants whom the report lists together: their initials in its order, and what it says of each of them."""

    trial: Id
    initials: Annotated[tuple[Initials, ...], Field(min_length=1)]
    source: Place
    sentence: Words
    charge: Words
    presence: Words | None = None
    suspension: Words | None = None
    later: Words | None = None
    note: Words | None = None


class Defendant(Fact):
    """One defendant of one trial. Initials identify nobody: the key is trial, initials, and place among equals.

    ``ordinal`` of ``ordinals`` counts the same initials within the trial, from 1, in the report's order.
    """

    initials: Initials
    ordinal: int
    ordinals: int
    said: Sentenced

    @property
    def id(self) -> str:
        """Such as ``2022-03-17-ts-2``."""
        letters = self.initials.replace(".", "").lower()
        return f"{self.said.trial.removeprefix('trial-')}-{letters}-{self.ordinal}"


class Party(Fact):
    """A party of the election table, or its column “Other”, with what the table's notes say of it."""

    abbreviation: str
    name: Words
    note: Statement | None = None
    keywords: Keywords = Keywords(en=(), km=())


class Counts(Fact):
    """One row of numbers as printed: nothing in it was computed by us.

    ``votes`` and ``chiefs`` are for the first two parties, ``seats`` for all six columns.
    """

    votes: tuple[int, int]
    chiefs: tuple[int, int]
    seats: tuple[int, int, int, int, int, int]
    total: int


class Province(Counts):
    """A province's row. ``code`` is the two-digit geocode of the national statistics, ``spellings`` are for finding it."""

    code: Annotated[str, _written("0[1-9]|1[0-9]|2[0-5]", "a province's code, 01 to 25")]
    name: Words
    spellings: tuple[str, ...] = ()


class Percentages(Fact):
    """The row of percentages, as printed."""

    votes: tuple[str, str]
    chiefs: tuple[str, str]
    seats: tuple[str, str, str, str, str, str]
    total: str


class Election(Fact):
    """A table of results of commune elections: rows, printed totals, notes, parties."""

    name: Words
    source: Place
    counted_by: Statement
    parties: Annotated[tuple[Party, ...], Field(min_length=6, max_length=6)]
    provinces: Annotated[tuple[Province, ...], Field(min_length=25, max_length=25)]
    printed: Counts
    percentages: Percentages
    notes: tuple[Figure, ...]
    keywords: Keywords = Keywords(en=(), km=())


class Exactness(StrEnum):
    """How exactly the report dates something."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    RANGE = "range"


class Dated(Statement):
    """A date or time frame of the report.

    ``when`` and ``until`` are ISO 8601 as exact as the report is: ``2023-05-15``, ``2023-05``, ``2023``. ``shown`` is
    given where the report is vaguer than that (“end of 2021”). ``ahead`` says that the report looked forward to it:
    a deadline, a time frame, a plan. What is ahead lapses when its last day is over.
    """

    id: Id
    when: IsoDate
    until: IsoDate | None = None
    shown: Words | None = None
    ahead: bool = False
    benchmarks: tuple[Letter, ...] = ()

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Dated:
        if self.until is not None and self.until <= self.when:
            raise ValueError(f"until: {self.until} does not come after {self.when}")
        return self

    @property
    def exactness(self) -> Exactness:
        """By how much of the date there is."""
        if self.until is not None:
            return Exactness.RANGE
        return {4: Exactness.YEAR, 7: Exactness.MONTH}.get(len(self.when), Exactness.DAY)

    def lapsed(self, on: dt.date) -> bool:
        """Whether it was ahead when the report was written, and its last day is over on this day."""
        last = self.until or self.when
        return self.ahead and on.isoformat()[: len(last)] > last


class Charge(Fact):
    """An offence that somebody in the report was charged with."""

    id: Id
    name: Words
    keywords: Keywords = Keywords(en=(), km=())


class Standing(StrEnum):
    """What kind of law it is, as the report speaks of it."""

    CRIMINAL_CODE = "criminal code"
    LAW = "law"
    DRAFT = "draft"
    WANTED = "wanted"
    DECREE = "decree"
    TREATY = "treaty"


class Law(Fact):
    """A law, an article of the Criminal Code, a draft, a treaty, or a law that the report finds missing."""

    id: Id
    standing: Standing
    article: str | None = None
    name: Words
    statements: Annotated[tuple[Statement, ...], Field(min_length=1)]
    benchmarks: tuple[Letter, ...] = ()
    keywords: Keywords = Keywords(en=(), km=())


class Paragraph(Words):
    """What a numbered paragraph says, in a sentence or two of our own."""

    number: Annotated[int, Field(ge=1)]


class Contradiction(Fact):
    """Where the report disagrees with itself: what each place says, and what can and cannot be concluded.

    ``gist`` is for answers that touch it. ``touches`` are the things whose answers show it, such as ``b:D``, ``c:cnrp``,
    ``e:13`` for a province or ``e`` for the election as a whole; paragraphs follow from the readings.
    """

    id: Id
    gist: Words
    readings: Annotated[tuple[Statement, ...], Field(min_length=2)]
    conclude: Words
    touches: Annotated[tuple[Ref, ...], Field(min_length=1)]


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
    covers: Words
    covers_source: Place
    scale_source: Place
    tally: Tally
