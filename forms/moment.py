"""When something happened, as precisely as it was told, and why what was told could not be taken."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal, get_args

Precision = Literal["minute", "part_of_day", "day", "week", "month", "year", "unknown"]
Part = Literal["", "morning", "afternoon", "evening", "night"]

STARTS = {"morning": 4, "afternoon": 12, "evening": 16, "night": 18}
"""The hour at which a part of the day begins: early, so that what has begun is not taken for the future."""


class Reason(Enum):
    """Why what was said was not taken."""

    NOT_UNDERSTOOD = "not understood"
    FUTURE = "future"
    IMPOSSIBLE = "impossible"
    TOO_LONG_AGO = "too long ago"
    AMBIGUOUS = "ambiguous"
    TOO_LONG = "too long"


class Refused(Exception):
    """Ends the reading of what was said."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True)
class Moment:
    """When something happened, as precisely as it was told, in the form's zone.

    ``at`` is the naive local start of the period: 00:00 of the day, the Monday of the week, the first of the month;
    for a part of the day its hour in ``STARTS``. ``None`` is not known. A night carries the date of its evening.
    ``until``, for what lasted, is the last period, as precisely as *it* was told; it has no ``until`` of its own.
    """

    at: dt.datetime | None
    precision: Precision
    part: Part = ""
    about: bool = False
    until: Moment | None = None

    @property
    def huridocs(self) -> str:
        """The code of HURIDOCS micro-thesaurus 48 for the date: empty for an exact day, and where there is no date."""
        if self.precision == "year":
            return "03"  # unknown month and day
        if self.precision == "month":
            return "02"  # unknown day
        return "01" if self.about or self.precision == "week" else ""  # estimate

    def to_json(self) -> dict[str, Any]:
        """Plain JSON, from which :meth:`from_json` makes an equal moment."""
        return {
            "at": self.at and self.at.isoformat(timespec="minutes"),
            "precision": self.precision,
            "part": self.part,
            "about": self.about,
            "until": self.until and self.until.to_json(),
        }

    @classmethod
    def from_json(cls, value: object) -> Moment | None:
        """The moment that ``to_json`` wrote; ``None`` for anything else."""
        first = _single(value)
        if first is None or not isinstance(value, Mapping) or value["until"] is None:
            return first
        last = _single(value["until"])
        if last is None or value["until"]["until"] is not None:
            return None
        if first.at is None or last.at is None or last.at < first.at:
            return None
        return cls(first.at, first.precision, first.part, first.about, last)


_FIELDS = {"at", "precision", "part", "about", "until"}
"""Beside them, an answer keeps the words that it was understood from as ``said``."""


def _single(value: object) -> Moment | None:
    """The moment without its end."""
    if not isinstance(value, Mapping) or set(value) - {"said"} != _FIELDS or not isinstance(value["about"], bool):
        return None
    at, precision, part = value["at"], value["precision"], value["part"]
    if precision not in get_args(Precision) or part not in get_args(Part):
        return None
    if (at is None) != (precision == "unknown") or bool(part) != (precision == "part_of_day"):
        return None
    if at is None:
        return Moment(None, "unknown", about=value["about"]) if value["until"] is None else None
    moment = _minute(at)
    return None if moment is None else Moment(moment, precision, part, value["about"])


def _minute(text: object) -> dt.datetime | None:
    """A naive time written to the minute."""
    try:
        return dt.datetime.strptime(text, "%Y-%m-%dT%H:%M") if isinstance(text, str) else None  # noqa: DTZ007
    except ValueError:
        return None
