"""What a coordinator writes to many at once, and to whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from forms.form import Form, Given, Refused, Taken, Wrong
from forms.steps import Words

MOST = 1500
"""Of each text, in units of UTF-16 as Telegram counts: so that whoever approves sees both in one message."""

BY_ROLE, BY_TOPIC = "r", "t"

MEMBERS, MONITORS, EDITORS, COORDINATORS = "members", "monitors", "editors", "coordinators"

ROLES = (MEMBERS, MONITORS, EDITORS, COORDINATORS)
"""Audiences of members, in the order in which they are offered. ``coordinators`` has the admins among them."""


@dataclass(frozen=True, kw_only=True)
class Text(Words):
    """One text of a broadcast, as it will come."""

    def take(self, given: Given, partial: Any) -> Taken:
        """``{"words": "…"}``, without what Telegram would cut off at its ends."""
        words = given.words.replace("\t", " ").strip()
        if len(words.encode("utf-16-le", "surrogatepass")) // 2 > self.most:
            return Refused(Wrong.LONG)
        return super().take(replace(given, words=words), partial)


BROADCAST = Form(
    "broadcast",
    (Text(name="broadcast_km", needed=True, most=MOST), Text(name="broadcast_en", needed=True, most=MOST)),
)


@dataclass(frozen=True)
class Audience:
    """For whom it is: ``what`` is one of ROLES, or a topic of storage.subscriptions. ``name`` is the title of a deadline,
    for its topic alone."""

    by: str
    what: str
    name: str = ""

    @property
    def topics(self) -> tuple[str, ...]:
        """The topic whose subscribers get it; none where it is for members."""
        return (self.what,) if self.by == BY_TOPIC else ()

    def to_json(self) -> dict[str, str]:
        """As it is kept."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, str]) -> Audience:
        """What ``to_json`` gave."""
        return cls(**kept)


def without_words(content: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of a broadcast once it is over: never what it said."""
    return {name: value for name, value in content.items() if name not in ("km", "en")}
