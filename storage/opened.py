"""What lies under the office key, opened: incidents, additions, the team's notes, and the files that are listed there."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from storage.sealing import OfficeKey, Unreadable


class Listed(BaseModel):
    """A file as the incident lists it: what was received, before anything was done with it."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    id: Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None = None
    """None for a file that was announced, and never arrived."""
    size: Annotated[int, Field(ge=0)] = 0
    kind: str = ""
    type: str = ""
    declared_type: str | None = None
    file_name: str | None = None
    caption: str | None = None
    received_at: dt.datetime | None = None

    def original(self, padded: bytes) -> bytes | None:
        """The listed bytes, if these are they with nothing but zeros behind them."""
        original, rest = padded[: self.size], padded[self.size :]
        return original if hashlib.sha256(original).hexdigest() == self.sha256 and not any(rest) else None


class Incident(BaseModel):
    """What was sealed: an incident, or an addition to one."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    ctx: str
    reference: str
    form: str
    received_at: dt.datetime
    language: str
    answers: Mapping[str, Any]
    huridocs: Any = None
    evidence: tuple[Listed, ...] = ()
    mailbox: str | None = None
    flood: bool = False


class Note(BaseModel):
    """What somebody of the team said to the others about an incident, or wrote down for a document."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    ctx: str
    by: str
    on: str
    words: str
    written: str = ""
    """``en`` or ``km``: these words stand in a submission, without names. Empty: they are for the team alone."""
    appeal: str = ""
    """The form of forms.appeals that ``facts`` answer, by the keys of its questions; then there are no other words."""
    facts: Mapping[str, str] = Field(default_factory=dict)


_Record = TypeVar("_Record", Incident, Note)

SUFFIXES: Mapping[str, str] = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/heic": ".heic",
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
    "audio/ogg": ".ogg",
    "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a",
    "application/pdf": ".pdf",
    "text/plain": ".txt",
}
"""Endings of names by what the bytes are, never by what the sender called them."""


def opened(sealed: bytes, key: OfficeKey, kind: type[_Record]) -> _Record:
    """What was sealed. Raises Unreadable, with ``no incident`` or ``no note`` for what opens and is none."""
    try:
        return kind.model_validate_json(key.open(sealed))
    except ValidationError:
        raise Unreadable(f"no {kind.__name__.lower()}") from None
