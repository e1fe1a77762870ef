"""The kinds of questions there are, and what each takes for an answer."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from forms.form import Answered, Answers, Given, More, Progress, Refused, Step, Taken, Unsure, Wrong
from forms.when import Moment, Reason, coming, understood
from forms.where import found, place, within

_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
_MOST_LETTERS = 20_000
"""Of one account: five full messages."""
_MOST_PEOPLE = 1_000_000
_SHORT = 300
_DEEPEST = 6


def is_empty(words: str) -> bool:
    """Whether there is nothing to see in these words. Zero-width spaces are legal in Khmer, but no answer."""
    return not _INVISIBLE.sub("", words)


@dataclass(frozen=True)
class Option:
    """One thing to choose. ``code`` is its term in a HURIDOCS micro-thesaurus, where there is one; ``benchmarks`` are
    the letters of those it probably touches."""

    name: str
    code: str = ""
    benchmarks: str = ""


@dataclass(frozen=True, kw_only=True)
class Notice(Step):
    """Something to be read before going on."""

    def take(self, given: Given, partial: Any) -> Taken:
        """Only the button counts."""
        if given.file:
            return Refused(Wrong.NO_FILES)
        return Answered(True) if given.choice == "ok" else Refused(Wrong.CHOOSE)


@dataclass(frozen=True, kw_only=True)
class OneOf(Step):
    """One of several options; with ``number`` also a count of people, with ``free`` also the person's own words, of which
    ``most`` letters."""

    options: tuple[Option, ...]
    number: bool = False
    free: bool = False
    most: int = _SHORT

    def take(self, given: Given, partial: Any) -> Taken:
        """The name of an option, ``{"n": 7}`` or ``{"words": "…"}``."""
        if given.file or given.pin:
            return Refused(Wrong.NO_FILES)
        if any(option.name == given.choice for option in self.options):
            return Answered(given.choice)
        if given.choice or is_empty(given.words):
            return Refused(Wrong.CHOOSE if given.choice else Wrong.EMPTY)
        if self.number:
            return _counted(given.words)
        return self._own(given.words)

    def _own(self, words: str) -> Taken:
        """What becomes of the person's own words."""
        return _within(words, self.most) if self.free else Refused(Wrong.CHOOSE)


@dataclass(frozen=True, kw_only=True)
class Reading(OneOf):
    """One of several options, or words that ``read`` understands: it gives them as they are kept, or nothing."""

    read: Callable[[str], str]
    wrong: Wrong

    def _own(self, words: str) -> Taken:
        """``{"words": …}`` as they were understood, in whatever way they were written."""
        read = self.read(words) if len(words) <= self.most else ""
        return Answered({"words": read}) if read else Refused(self.wrong)


def _counted(words: str) -> Taken:
    """The one number in these words, such as ``7 people`` or ``1,200``."""
    numbers = re.findall(r"\d+(?:[,.\u200b ]\d{3})*", words)
    digits = re.sub(r"\D", "", numbers[0]) if len(numbers) == 1 else ""
    if not digits or len(words) > _SHORT or not 1 <= int(digits[:8]) <= _MOST_PEOPLE:
        return Refused(Wrong.NUMBER)
    return Answered({"n": int(digits)})


def _within(words: str, most: int) -> Taken:
    """In units of UTF-16, as Telegram counts, so that what is put together from answers fits a message."""
    length = len(words.encode("utf-16-le", "surrogatepass")) // 2
    return Answered({"words": words}) if length <= most else Refused(Wrong.LONG)


@dataclass(frozen=True, kw_only=True)
class Words(Step):
    """One message of at most ``most`` letters."""

    most: int

    def take(self, given: Given, partial: Any) -> Taken:
        """``{"words": "…"}``."""
        if given.file or given.pin:
            return Refused(Wrong.NO_FILES)
        if given.choice:
            return Refused(Wrong.WORDS)
        return Refused(Wrong.EMPTY) if is_empty(given.words) else _within(given.words, self.most)


@dataclass(frozen=True, kw_only=True)
class SomeOf(Step):
    """Any number of options, ticked one by one. ``proposed`` ticks some beforehand."""

    options: tuple[Option, ...]
    proposed: Callable[[Answers], list[str]] = lambda answers: []

    def opened(self, answers: Answers) -> Any:
        """What is ticked at first."""
        return self.proposed(answers)

    def reopened(self, value: Any) -> Any:
        """What was ticked."""
        return value

    def take(self, given: Given, partial: Any) -> Taken:
        """Tick or untick; several at once when they were typed."""
        if given.file or given.pin:
            return Refused(Wrong.NO_FILES)
        names = [option.name for option in self.options]
        chosen = given.choice.split(",")
        if not given.choice or not set(chosen) <= set(names):
            return Refused(Wrong.CHOOSE)
        ticked = set(partial or []) ^ set(chosen)
        return More([name for name in names if name in ticked])

    def finish(self, partial: Any) -> Answered | Refused:
        """What is ticked; nothing is an answer, too."""
        return Answered(partial or [])


@dataclass(frozen=True, kw_only=True)
class Account(Step):
    """What happened, in the person's own words: written in as many messages as they like, or spoken. Files that come
    along belong to it, and so do the words below them.

    Holds ``[{"text": …, "message": …} | {"file": id}]``, in order.
    """

    def reopened(self, value: Any) -> Any:
        """What was told."""
        return value

    def take(self, given: Given, partial: Any) -> Taken:
        """One more message."""
        parts = list(partial or [])
        if given.pin:
            return Refused(Wrong.PIN)
        if given.choice:
            return Refused(Wrong.WORDS)
        if is_empty(given.words) and not given.file:
            return Refused(Wrong.EMPTY)
        if sum(len(part.get("text", "")) for part in parts) + len(given.words) > _MOST_LETTERS:
            return Refused(Wrong.LONG)
        if given.file:
            parts.append({"file": given.file})
        if not is_empty(given.words):
            parts.append({"text": given.words, "message": given.message})
        return More(parts)

    def finish(self, partial: Any) -> Answered | Refused:
        """That was the account."""
        return Answered(partial) if partial else Refused(Wrong.NEEDED)


def reworded(progress: Progress, message: int, words: str) -> Progress | None:
    """The same with the text of an edited message in the place of the old one; None when no answer holds it."""
    if is_empty(words):
        return None
    if (parts := _with(progress.partial, message, words)) is not None:
        return replace(progress, partial=parts)
    if (parts := _with(progress.answers.get("account"), message, words)) is not None:
        return replace(progress, answers=progress.answers | {"account": parts})
    return None


def _with(held: Any, message: int, words: str) -> list[Any] | None:
    """The parts of an account with these words for that message; None when it is none of them."""
    if not isinstance(held, list) or not any(_is_of(part, message) for part in held):
        return None
    changed = [part | {"text": words} if _is_of(part, message) else part for part in held]
    return changed if sum(len(part.get("text", "")) for part in changed) <= _MOST_LETTERS else None


def _is_of(part: Any, message: int) -> bool:
    return isinstance(part, dict) and part.get("message") == message


@dataclass(frozen=True, kw_only=True)
class Evidence(Step):
    """Files. Holds their ids, in order."""

    def reopened(self, value: Any) -> Any:
        """The files that were given."""
        return value

    def take(self, given: Given, partial: Any) -> Taken:
        """One more file."""
        if given.file:
            return More([*(partial or []), given.file])
        return Refused(Wrong.PIN if given.pin else Wrong.FILES)

    def finish(self, partial: Any) -> Answered | Refused:
        """These were all; none is an answer, too."""
        return Answered(partial or [])


WHEN_BUTTONS = ("today", "yesterday", "this_week", "unknown")
_AHEAD_BUTTONS = ("today", "yesterday", "tomorrow")


@dataclass(frozen=True, kw_only=True)
class When(Step):
    """A time, as precisely as it is known: by a button, or in words that are said back before they count.

    ``ahead``: it may be to come, and has to be known. ``lasting``: it may go on for a while; else its beginning counts.
    """

    ahead: bool = False
    lasting: bool = True

    @property
    def buttons(self) -> tuple[str, ...]:
        """What can be pressed instead of written."""
        return _AHEAD_BUTTONS if self.ahead else WHEN_BUTTONS

    def take(self, given: Given, partial: Any) -> Taken:
        """A ``Moment`` as JSON."""
        if given.file or given.pin:
            return Refused(Wrong.NO_FILES)
        if given.choice:
            moment = _chosen(given.choice, given.now) if given.choice in self.buttons else None
            return Answered(moment.to_json()) if moment else Refused(Wrong.CHOOSE)
        if is_empty(given.words):
            return Refused(Wrong.EMPTY)
        told = understood(given.words, given.now, ahead=self.ahead)
        if isinstance(told, Reason):
            return Refused(Wrong.TIME, told.name)
        if told.at is None and self.ahead:
            return Refused(Wrong.NEEDED)
        told = told if self.lasting else replace(told, until=None)
        return Unsure(told.to_json() | {"said": given.words})


@dataclass(frozen=True, kw_only=True)
class Day(Step):
    """An exact day, written and said back before it counts; or the one that is proposed, by its button.

    ``ahead``: it is today or later. Holds ``{"proposed": …}``, a ``Moment`` as JSON.
    """

    ahead: bool = True

    def reopened(self, value: Any) -> Any:
        """The day that was given is proposed."""
        return {"proposed": value} if value else None

    def take(self, given: Given, partial: Any) -> Taken:
        """A ``Moment`` of the precision of a day, as JSON."""
        if given.file or given.pin:
            return Refused(Wrong.NO_FILES)
        if given.choice:
            return self._proposed(given, (partial or {}).get("proposed"))
        if is_empty(given.words):
            return Refused(Wrong.EMPTY)
        told = coming(given.words, given.now) if self.ahead else understood(given.words, given.now, ahead=True)
        if isinstance(told, Reason):
            over = self.ahead and isinstance(understood(given.words, given.now), Moment)
            return Refused(Wrong.PAST if over else Wrong.NO_DAY if told is Reason.IMPOSSIBLE else Wrong.DAY)
        if told.at is None or told.precision != "day" or told.about or told.until is not None:
            return Refused(Wrong.DAY)
        if self.ahead and told.at.date() < given.now.date():
            return Refused(Wrong.PAST)
        return Unsure(told.to_json() | {"said": given.words})

    def _proposed(self, given: Given, value: Any) -> Taken:
        moment = Moment.from_json(value)
        if given.choice != "proposed" or moment is None or moment.at is None:
            return Refused(Wrong.CHOOSE)
        if self.ahead and moment.at.date() < given.now.date():
            return Refused(Wrong.PAST)
        return Answered(value)


def day_answer(day: dt.date) -> dict[str, Any]:
    """A day as a step keeps it."""
    return Moment(dt.datetime.combine(day, dt.time()), "day").to_json()


def _chosen(choice: str, now: dt.datetime) -> Moment | None:
    midnight = dt.datetime.combine(now.date(), dt.time())
    if choice == "today":
        return Moment(midnight, "day")
    if choice == "yesterday":
        return Moment(midnight - dt.timedelta(days=1), "day")
    if choice == "tomorrow":
        return Moment(midnight + dt.timedelta(days=1), "day")
    if choice == "this_week":
        return Moment(midnight - dt.timedelta(days=midnight.weekday()), "week")
    return Moment(None, "unknown") if choice == "unknown" else None


@dataclass(frozen=True, kw_only=True)
class Where(Step):
    """A place: province, district, commune by buttons; or typed, in either language; a point on the map if asked for.

    ``deepest`` is how far it goes: 2, 4 or 6 digits of a place's code. Holds ``{"code": …}`` or ``{"matches": […]}``, with
    ``"asking_pin": true`` once the person wants to send a point.
    """

    deepest: int = _DEEPEST

    def take(self, given: Given, partial: Any) -> Taken:
        """``{"code": "171008"}``, ``{"pin": [lat, lon], "code": …}``, ``{"elsewhere": "online"}``."""
        held = partial or {}
        if given.file:
            return Refused(Wrong.NO_FILES)
        if given.pin:
            return self._pinned(given.pin, held)
        if given.choice:
            return self._chosen(given.choice, held)
        if is_empty(given.words):
            return Refused(Wrong.EMPTY)
        matches = found(given.words, held.get("code", "")) or found(given.words)
        if not matches:
            return Refused(Wrong.PLACE)
        if len(matches) == 1 or matches[0].sure:
            said = {"said": given.words} if self.deepest == _DEEPEST else {}
            return Unsure({"code": matches[0].place.code[: self.deepest]} | said)
        codes = dict.fromkeys(match.place.code[: self.deepest] for match in matches)
        return More({"matches": list(codes), "code": held.get("code", "")})

    def _pinned(self, pin: tuple[float, float], held: dict[str, Any]) -> Taken:
        if not held.get("asking_pin"):
            return Refused(Wrong.PIN)
        value: dict[str, Any] = {"pin": list(pin)}
        return Answered(value | ({"code": held["code"]} if held.get("code") else {}))

    def _chosen(self, choice: str, held: dict[str, Any]) -> Taken:
        verb, _, code = choice.rpartition(":")
        if choice == "unknown" or (choice in ("online", "abroad") and self.deepest > 2):
            return Answered({"elsewhere": choice})
        if choice == "pin" and self.deepest > 2:
            return More(held | {"asking_pin": True})
        if choice == "provinces":
            return More({})
        known = place(code)
        if known is None or verb not in ("in", "here"):
            return Refused(Wrong.CHOOSE)
        if verb == "here" or not within(code) or len(code) >= self.deepest:
            return Answered({"code": code[: self.deepest]})
        return More({"code": code})
