"""Where an incident stands, in the words that its reporter reads: a file that a network may replace by its own."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

STATES = ("received", "read", "question", "checking", "used", "closed", "withdrawn")
"""In the order in which things mostly go. The last is the reporter's own."""


class StatusesFault(Exception):
    """The file cannot be used; the message is a plain sentence."""


def _plain(words: str) -> str:
    if any(mark in words for mark in "<>&"):
        raise ValueError("has a tag; only plain words are shown")
    if not words.strip():
        raise ValueError("is empty")
    return words


_Words = Annotated[str, Field(max_length=300), AfterValidator(_plain)]


class Status(BaseModel):
    """What is said of a state, in both languages."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    en: _Words
    km: _Words

    def __getitem__(self, language: str) -> str:
        return self.km if language == "km" else self.en


class Statuses(BaseModel):
    """The words for every state."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    received: Status
    read: Status
    question: Status
    checking: Status
    used: Status
    closed: Status
    withdrawn: Status

    def words(self, state: str, language: str) -> str:
        """What is said of this state; of one that is unknown, what is said at the beginning."""
        status: Status = getattr(self, state if state in STATES else STATES[0])
        return status[language]


def load(path: Path | None = None) -> Statuses:
    """The words in this TOML file; without one, those that come with the program. Raises StatusesFault."""
    file: Traversable = path or files("texts") / "statuses.toml"
    try:
        return Statuses.model_validate(tomllib.loads(file.read_bytes().decode("utf-8-sig")))
    except OSError as fault:
        raise StatusesFault(f"{path} cannot be read: {fault.strerror}.") from None
    except UnicodeDecodeError:
        raise StatusesFault(f"{path} is not text in UTF-8.") from None
    except tomllib.TOMLDecodeError as fault:
        raise StatusesFault(f"{path} is not TOML: {fault}.") from None
    except ValidationError as faults:
        first = faults.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise StatusesFault(f"{path}: {where}: {first['msg'].removeprefix('Value error, ')}.") from None


_in_force = load()


def use(statuses: Statuses) -> None:
    """These words are in force from now on: decided once, when the bot starts."""
    global _in_force
    _in_force = statuses


def words(state: str, language: str) -> str:
    """What is said of this state, in the words in force."""
    return _in_force.words(state, language)
