"""Guided conversations as data: a form has steps, a step knows which answers it takes.

Nothing here knows Telegram, storage or words. What was answered so far is a ``Progress``; each function gives a new
one. The step that is asked follows from the answers: it is the first that applies and has none. So a form
can change while somebody is filling it in, and Back only has to take an answer away.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

Answers = Mapping[str, Any]
"""Plain JSON values by the name of the step. None stands for what was skipped."""


class Wrong(StrEnum):
    """Why something is no answer to the step that is asked. The step is then asked again and keeps what it has."""

    CHOOSE = "choose"
    """It is none of the options."""
    WORDS = "words"
    """Words are expected."""
    EMPTY = "empty"
    """There is nothing in it."""
    LONG = "long"
    """It is longer than the step takes."""
    NUMBER = "number"
    """It is no number between 1 and a million."""
    TIME = "time"
    """It is no time; ``detail`` says why."""
    PLACE = "place"
    """No such place is known."""
    PIN = "pin"
    """A point on the map came that nobody asked for."""
    NO_FILES = "no_files"
    """This step takes no files."""
    FILES = "files"
    """This step takes files only."""
    MANY = "many"
    """There are as many files as one incident may have."""
    DAY = "day"
    """It is no exact day."""
    NO_DAY = "no_day"
    """There is no such day."""
    PAST = "past"
    """That is over."""
    HOUR = "hour"
    """It is no hour that can mean only one."""
    ZONE = "zone"
    """No such zone is known."""
    HANDLE = "handle"
    """Nobody has this handle who could be meant."""
    KIND = "kind"
    """Something that is never taken, such as a contact, a sticker or a poll."""
    NEEDED = "needed"
    """The step cannot be left without an answer."""


@dataclass(frozen=True)
class Given:
    """What a person did: wrote words, pressed a button, sent a file or a point on the map."""

    now: dt.datetime
    """Local time in the form's zone, without a zone of its own."""
    words: str = ""
    choice: str = ""
    file: str = ""
    """The id of the evidence, which is being taken in; ``words`` are then those below it."""
    pin: tuple[float, float] | None = None
    """Latitude and longitude in degrees."""
    message: int = 0
    """The number of the message, so that an edited one is recognised; 0 for a button."""


@dataclass(frozen=True)
class Answered:
    """The step is answered."""

    value: Any


@dataclass(frozen=True)
class More:
    """Kept, but the step stays open for more."""

    partial: Any


@dataclass(frozen=True)
class Unsure:
    """Understood as this, if the person agrees."""

    value: Any


@dataclass(frozen=True)
class Refused:
    """No answer to this step."""

    why: Wrong
    detail: str = ""


Taken = Answered | More | Unsure | Refused


def always(answers: Answers) -> bool:
    """For steps that are asked of everybody."""
    return True


def agrees(answers: Answers) -> str:
    """For steps whose answer stands beside any other."""
    return ""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One question. ``needed`` steps cannot be skipped; ``applies`` says of whom it is asked. ``clash`` names why its
    answer cannot stand beside the others, or is empty: then it is asked again, and nothing is lost."""

    name: str
    needed: bool = False
    applies: Callable[[Answers], bool] = always
    clash: Callable[[Answers], str] = agrees

    def opened(self, answers: Answers) -> Any:
        """What the step holds before anything was given to it."""
        return None

    def reopened(self, value: Any) -> Any:
        """What the step holds when its answer ``value`` is to be changed; None to begin anew."""
        return None

    def take(self, given: Given, partial: Any) -> Taken:
        """What becomes of this, after ``partial`` was given before."""
        raise NotImplementedError

    def finish(self, partial: Any) -> Answered | Refused:
        """The answer, when the person says that this was all."""
        return Refused(Wrong.NEEDED)


@dataclass(frozen=True)
class Progress:
    """A form in progress: plain JSON values all through."""

    answers: dict[str, Any] = field(default_factory=dict)
    partial: Any = None
    """What was given to the asked step so far; None when it was just opened."""
    unsure: Any = None
    """What was understood and waits for a yes."""
    changing: str = ""
    """The step that is asked again although it has an answer."""

    def to_json(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "answers": self.answers,
            "partial": self.partial,
            "unsure": self.unsure,
            "changing": self.changing,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Progress:
        """What ``to_json`` gave."""
        return cls(kept["answers"], kept["partial"], kept["unsure"], kept["changing"])


class Form:
    """Steps in the order in which they are asked."""

    def __init__(self, name: str, steps: tuple[Step, ...]) -> None:
        self.name = name
        self.steps = steps
        self._by_name = {step.name: step for step in steps}

    def applying(self, answers: Answers) -> tuple[Step, ...]:
        """The steps that are asked of somebody who answered this."""
        return tuple(step for step in self.steps if step.applies(answers))

    def asked(self, progress: Progress) -> Step | None:
        """The step that is asked now; None when everything is answered and nothing clashes."""
        if progress.changing:
            return self._by_name[progress.changing]
        answers = progress.answers
        return next((step for step in self.applying(answers) if step.name not in answers or step.clash(answers)), None)

    def step(self, name: str) -> Step | None:
        """The step of this name."""
        return self._by_name.get(name)

    def position(self, progress: Progress) -> tuple[int, int]:
        """(number of the asked step, number of steps), as far as is known at this point."""
        steps = self.applying(progress.answers)
        asked = self.asked(progress)
        return (steps.index(asked) + 1 if asked in steps else len(steps)), len(steps)

    def kept(self, answers: Answers) -> dict[str, Any]:
        """The answers to steps that apply: what is handed in."""
        return {step.name: answers.get(step.name) for step in self.applying(answers)}

    def partial(self, progress: Progress) -> Any:
        """What the asked step holds at this moment."""
        asked = self.asked(progress)
        if asked is None or progress.partial is not None:
            return progress.partial
        return asked.opened(progress.answers)

    def take(self, progress: Progress, given: Given) -> Progress | Refused:
        """Where this leads. A refusal changes nothing."""
        asked = self.asked(progress)
        if asked is None:
            return Refused(Wrong.CHOOSE)
        taken = asked.take(given, self.partial(progress))
        if isinstance(taken, Answered):
            return self._answered(progress, asked, taken.value)
        if isinstance(taken, More):
            return replace(progress, partial=taken.partial, unsure=None)
        if isinstance(taken, Unsure):
            return replace(progress, unsure=taken.value)
        return taken

    def agree(self, progress: Progress) -> Progress | None:
        """Yes, this was understood rightly; None when nothing waits for a yes."""
        asked = self.asked(progress)
        if asked is None or progress.unsure is None:
            return None
        return self._answered(progress, asked, progress.unsure)

    def disagree(self, progress: Progress) -> Progress | None:
        """No: ask again; None when nothing waits for it."""
        return None if progress.unsure is None else replace(progress, unsure=None, partial=None)

    def finish(self, progress: Progress) -> Progress | Refused:
        """That was all for this step."""
        asked = self.asked(progress)
        if asked is None:
            return Refused(Wrong.CHOOSE)
        taken = asked.finish(self.partial(progress))
        return taken if isinstance(taken, Refused) else self._answered(progress, asked, taken.value)

    def skip(self, progress: Progress) -> Progress | Refused:
        """Go on without an answer; what was given already, on an older screen, is one."""
        asked = self.asked(progress)
        if asked is None or asked.needed:
            return Refused(Wrong.NEEDED)
        given = asked.finish(progress.partial) if progress.partial else None
        return self._answered(progress, asked, given.value if isinstance(given, Answered) else None)

    def back(self, progress: Progress) -> Progress | None:
        """One step back: out of a change, out of a question within the step, else the last answer is taken away and
        asked for again with what was given; None at the first step. What the open step holds is kept as its answer."""
        if progress.unsure is not None:
            return replace(progress, unsure=None)
        if progress.changing:
            return replace(progress, changing="", partial=None)
        asked = self.asked(progress)
        before = None
        for step in self.applying(progress.answers):
            if step is asked:
                break
            before = step
        if before is None:
            return None
        answers = {name: value for name, value in progress.answers.items() if name != before.name}
        given = asked.finish(progress.partial) if asked is not None and progress.partial else None
        if asked is not None and isinstance(given, Answered):
            answers[asked.name] = given.value
        return Progress(answers, before.reopened(progress.answers[before.name]))

    def begin_anew(self, progress: Progress) -> Progress:
        """The asked step without anything that was given to it."""
        return replace(progress, partial=None, unsure=None)

    def change(self, progress: Progress, name: str) -> Progress | None:
        """Ask this step again and keep its answer until there is a new one; None when there is nothing to change."""
        step = self._by_name.get(name)
        if step is None or name not in progress.answers or not step.applies(progress.answers):
            return None
        value = progress.answers[name]
        return Progress(dict(progress.answers), step.reopened(value), None, name)

    def _answered(self, progress: Progress, step: Step, value: Any) -> Progress:
        """The answer is kept. Where an earlier proposal was taken as it was, the proposal that follows now takes its place."""
        before, answers = progress.answers, {**progress.answers, step.name: value}
        for other in self.steps:
            if (
                other is not step
                and other.name in before
                and before[other.name] == (old := other.opened(before))
                and old
            ):
                answers[other.name] = other.opened(answers)
        return Progress(answers)
