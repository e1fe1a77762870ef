"""Whom people can turn to when a bot is not enough: numbers and steps that a network writes into a file of its own."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError


class ContactsFault(Exception):
    """The file cannot be used; the message is a plain sentence."""


_Line = Annotated[str, Field(min_length=1, max_length=300)]


class Words(BaseModel):
    """A line in both languages."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    en: _Line
    km: _Line

    def __getitem__(self, language: str) -> str:
        return self.km if language == "km" else self.en


class Contacts(BaseModel):
    """``other_channel``: how to reach the network without Telegram; ``help``: numbers and steps when somebody is in
    danger or was just detained; ``trained``: who listens to children and to survivors of sexual violence."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    other_channel: Words | None = None
    help: Annotated[tuple[Words, ...], Field(max_length=8)] = ()
    trained: Annotated[tuple[Words, ...], Field(max_length=4)] = ()


def load(path: Path) -> Contacts:
    """The contacts in this TOML file. Raises ContactsFault."""
    try:
        return Contacts.model_validate(tomllib.loads(path.read_text("utf-8-sig")))
    except OSError as fault:
        raise ContactsFault(f"{path} cannot be read: {fault.strerror}.") from None
    except UnicodeDecodeError:
        raise ContactsFault(f"{path} is not text in UTF-8.") from None
    except tomllib.TOMLDecodeError as fault:
        raise ContactsFault(f"{path} is not TOML: {fault}.") from None
    except ValidationError as faults:
        first = faults.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ContactsFault(f"{path}: {where}: {first['msg']}.") from None
