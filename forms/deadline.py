"""What coordinators enter of a call for information, or of a date that the network sets itself.

Asked are the questions without whose answer nobody can be reminded; the rest of what a call says is asked only of who
ticks that the call says it. So it takes a minute when the call has just come, and can be completed later.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from functools import cache
from zoneinfo import available_timezones

from forms.form import Answers, Form, Step, Wrong
from forms.incident import LETTERS
from forms.moment import Moment
from forms.steps import Day, OneOf, Option, Reading, SomeOf, Words
from forms.when import hour

CALL, OWN = "call", "own"

WHOLE = "whole"
"""The answer about the hour where the whole day counts."""

GENEVA, PHNOM_PENH = "geneva", "phnom_penh"
ZONES: Mapping[str, str] = {GENEVA: "Europe/Zurich", PHNOM_PENH: "Asia/Phnom_Penh"}
"""IANA names of the zones that have a button."""

_CITIES: Mapping[str, tuple[str, ...]] = {
    "Europe/Zurich": ("geneva", "genève", "geneve", "zurich", "switzerland", "cet", "cest", "ហ្សឺណែវ", "ស្វីស"),
    "Asia/Phnom_Penh": ("phnom penh", "cambodia", "ict", "ភ្នំពេញ", "កម្ពុជា"),
    "America/New_York": ("new york", "washington", "ញូវយ៉ក"),
    "Europe/London": ("london", "ឡុងដ៍"),
    "Europe/Brussels": ("brussels", "the hague", "paris", "berlin", "vienna", "ប៉ារីស", "ប្រ៊ុចសែល"),
    "Asia/Bangkok": ("bangkok", "thailand", "បាងកក"),
    "Asia/Ho_Chi_Minh": ("hanoi", "ho chi minh city", "ហាណូយ"),
    "Asia/Jakarta": ("jakarta", "ចាការតា"),
    "Asia/Singapore": ("singapore", "kuala lumpur", "សិង្ហបុរី"),
    "Asia/Manila": ("manila", "ម៉ានីល"),
    "Asia/Tokyo": ("tokyo", "តូក្យូ"),
    "Asia/Seoul": ("seoul", "សេអ៊ូល"),
    "Australia/Sydney": ("sydney", "canberra", "melbourne", "ស៊ីដនី"),
    "UTC": ("utc", "gmt", "z"),
}
"""What people call the zones in which calls are made. Any IANA name is taken, too."""

LANGUAGES = ("english", "french", "spanish", "arabic", "chinese", "russian", "khmer")
FORMATS = ("word", "pdf", "rtf", "text", "online")
PUBLICATIONS = ("published", "request", "closed")

OPENS, TONGUES, SHAPES, LIMITS, ADDRESS, KEY_QUESTIONS, PUBLICATION, SYMBOL, BENCHMARKS, RESPONSIBLE = (
    "opens",
    "languages",
    "formats",
    "limits",
    "address",
    "questions",
    "publication",
    "symbol",
    "benchmarks",
    "responsible",
)
DETAILS = (OPENS, TONGUES, SHAPES, LIMITS, ADDRESS, KEY_QUESTIONS, PUBLICATION, SYMBOL, BENCHMARKS, RESPONSIBLE)
"""What a call may say besides; the network's own dates have the last two."""

_PERIODS: Mapping[str, dt.timedelta] = {"weekly": dt.timedelta(days=7), "yearly": dt.timedelta(days=365)}
"""How soon what comes again comes again."""

_HANDLE = re.compile(r"([a-z]{2,16})[ -]?([0-9]{1,4})")


def zone(words: str) -> str:
    """The IANA name of the zone that somebody means by a city, or by that name; empty where none is known."""
    meant = " ".join(words.replace("_", " ").casefold().split())
    cities = (name for name, called in _CITIES.items() if meant in called)
    return next(cities, "") or _iana().get(meant, "")


def day(answers: Answers, step: str) -> dt.date | None:
    """The day that was given to this step; None where there is none."""
    moment = Moment.from_json(answers.get(step))
    return moment.at.date() if moment is not None and moment.at is not None else None


@cache
def _iana() -> Mapping[str, str]:
    """Names of zones with a continent, as people may write them."""
    return {name.replace("_", " ").casefold(): name for name in available_timezones() if "/" in name}


def _handle(words: str) -> str:
    """A handle as the team writes it, such as Lotus-4."""
    found = _HANDLE.fullmatch(words.strip().casefold())
    return f"{found[1].capitalize()}-{int(found[2])}" if found else ""


def _is_call(answers: Answers) -> bool:
    return answers.get("dl_kind") == CALL


def _is_own(answers: Answers) -> bool:
    return answers.get("dl_kind") == OWN


def _ticked(detail: str) -> Callable[[Answers], bool]:
    """Whether a call says it; of the network's own dates all that they can have is asked."""

    def applies(answers: Answers) -> bool:
        if _is_own(answers):
            return detail in (BENCHMARKS, RESPONSIBLE)
        return detail in (answers.get("dl_details") or ())

    return applies


def _internal_clash(answers: Answers) -> str:
    """The network's own day comes before the last one, but not before the time before was over: nobody is reminded then."""
    own, last = day(answers, "dl_internal"), day(answers, "dl_day")
    if own is None or last is None:
        return ""
    if own >= last:
        return "internal"
    most = _PERIODS.get(answers.get("dl_repeats") or "") if _is_own(answers) else None
    return "internal_early" if most is not None and last - own >= most else ""


def _opens_clash(answers: Answers) -> str:
    opens, last = day(answers, "dl_opens"), day(answers, "dl_day")
    return "opens" if opens and last and opens > last else ""


def _said(detail: str, most: int) -> Step:
    return Words(name=f"dl_{detail}", most=most, applies=_ticked(detail))


def _options(names: tuple[str, ...]) -> tuple[Option, ...]:
    return tuple(map(Option, names))


DEADLINE = Form(
    "deadline",
    (
        OneOf(name="dl_kind", options=_options((CALL, OWN)), needed=True),
        OneOf(name="dl_mandate", options=(Option("cambodia"),), free=True, most=120, needed=True, applies=_is_call),
        Words(name="dl_name", most=100, needed=True, applies=_is_own),
        Day(name="dl_day", needed=True),
        Reading(name="dl_hour", options=(Option(WHOLE),), read=hour, wrong=Wrong.HOUR, needed=True),
        Reading(name="dl_zone", options=_options(tuple(ZONES)), read=zone, wrong=Wrong.ZONE, needed=True),
        OneOf(name="dl_title", options=(Option("proposed"),), free=True, most=100, needed=True, applies=_is_call),
        OneOf(name="dl_repeats", options=_options(("once", "weekly", "yearly")), needed=True, applies=_is_own),
        Day(name="dl_internal", clash=_internal_clash),
        Words(name="dl_source", most=300, needed=True, applies=_is_call),
        SomeOf(name="dl_details", options=_options(DETAILS), applies=_is_call),
        Day(name="dl_opens", ahead=False, applies=_ticked(OPENS), clash=_opens_clash),
        SomeOf(name="dl_languages", options=_options(LANGUAGES), applies=_ticked(TONGUES)),
        SomeOf(name="dl_formats", options=_options(FORMATS), applies=_ticked(SHAPES)),
        _said(LIMITS, 200),
        _said(ADDRESS, 300),
        _said(KEY_QUESTIONS, 1000),
        OneOf(name="dl_publication", options=_options(PUBLICATIONS), applies=_ticked(PUBLICATION)),
        _said(SYMBOL, 60),
        SomeOf(
            name="benchmarks",
            options=tuple(Option(letter) for letter in LETTERS),
            applies=_ticked(BENCHMARKS),
        ),
        Reading(
            name="dl_responsible",
            options=(Option("me"),),
            read=_handle,
            wrong=Wrong.HANDLE,
            applies=_ticked(RESPONSIBLE),
        ),
    ),
)
