"""Sealed incidents as they are carried to a reviewer's machine: read with care, opened, and checked against themselves.

A bundle is a plain tar of ``incident.age``, ``additions/<n>.age``, ``notes/<n>.age`` and ``evidence/<id>.age``. Whoever
has the public half of the office key can seal anything, and whoever carries a bundle can swap its parts: nothing in it
is believed before it was compared with its name, its hash and its neighbours.
"""

from __future__ import annotations

import io
import re
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from storage.opened import Incident as Incident
from storage.opened import Listed, Note, opened
from storage.sealing import OfficeKey, Unreadable

MOST_BYTES = 256 * 1024 * 1024
"""One form brings 25 MB at most; additions may bring as much again, several times."""

_MOST_MEMBERS = 1000
_AGE = b"age-encryption.org/"
_REFERENCE = re.compile(r"R-[0-9A-Z]{4,8}(?![0-9A-Z])")
_MEMBER = re.compile(r"incident\.age|(?:additions|notes)/[1-9][0-9]{0,5}\.age|evidence/[0-9a-f]{32}\.age")


class NotOpened(Exception):
    """Nothing can be shown; the message says in plain words why."""


@dataclass(frozen=True)
class Evidence:
    """A listed file and its original bytes; None when they did not come along, or are not what was received."""

    listed: Listed
    original: bytes | None
    state: str


@dataclass(frozen=True)
class Opened:
    """Everything readable of one incident, and in words what does not fit. No faults: everything fits."""

    incident: Incident
    additions: Mapping[int, Incident]
    notes: Mapping[int, Note]
    evidence: tuple[Evidence, ...]
    faults: tuple[str, ...]


def open_bundle(path: Path, key: OfficeKey) -> Opened:
    """What is in a bundle, or in a single ``incident.age``. Raises NotOpened, OSError when the file cannot be read."""
    if path.stat().st_size > MOST_BYTES:
        raise NotOpened(f"{path.name} is larger than any bundle: more than {MOST_BYTES // 1024**2} MiB.")
    data = path.read_bytes()
    if data.startswith(_AGE):
        return _Opening({"incident.age": data}, key, whole=False).opened(path.name)
    members, strangers = _members(data, path.name)
    return _Opening(members, key, whole=True, faults=strangers).opened(path.name)


def _members(data: bytes, name: str) -> tuple[dict[str, bytes], list[str]]:
    """The sealed parts by their names, and in words what does not belong there and was not read."""
    members: dict[str, bytes] = {}
    strangers = []
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as tar:
            for number, member in enumerate(tar):
                if number >= _MOST_MEMBERS:
                    raise NotOpened(f"{name} has more parts than any bundle.")
                if not _MEMBER.fullmatch(member.name) or not _plain(member):
                    strangers.append(f"Something that belongs to no bundle was not read: {member.name[:80]}")
                elif member.name in members:
                    raise NotOpened(f"{name} has {member.name} twice: somebody tampered with it.")
                else:
                    members[member.name] = _content(tar, member)
    except (tarfile.TarError, ValueError, ArithmeticError, RecursionError, EOFError):
        raise NotOpened(f"{name} is neither a whole bundle (.tar) nor a sealed incident (.age).") from None
    if "incident.age" not in members:
        raise NotOpened(f"{name} has no incident.age in it.")
    return members, strangers


def _plain(member: tarfile.TarInfo) -> bool:
    """Whether it is a file and its bytes lie in the tar: no link, no device, nothing sparse."""
    return member.type in (tarfile.REGTYPE, tarfile.AREGTYPE) and not member.issparse()


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    """Never more than the file has, whatever it claims: tarfile raises ReadError where bytes are missing."""
    file = tar.extractfile(member)
    return b"" if file is None else file.read()


class _Opening:
    """One bundle being opened; faults are collected on the way, so that what is good is still shown."""

    def __init__(
        self, members: Mapping[str, bytes], key: OfficeKey, *, whole: bool, faults: list[str] | None = None
    ) -> None:
        self._members = members
        self._key = key
        self._whole = whole
        self._faults = faults or []

    def opened(self, file_name: str) -> Opened:
        """Everything, compared with everything else. Raises NotOpened when the incident itself cannot be read."""
        try:
            incident = opened(self._members["incident.age"], self._key, Incident)
        except Unreadable as why:
            raise NotOpened(f"{file_name}: {_in_words(why)}") from None
        self._check_place(incident, file_name)
        additions = dict(self._additions(incident.reference))
        listed = [file for record in (incident, *additions.values()) for file in record.evidence]
        self._check_list(listed)
        notes = dict(self._notes(incident.reference))
        evidence = tuple(map(partial(self._evidence, listed=listed), listed))
        return Opened(incident, additions, notes, evidence, tuple(self._faults))

    def _check_place(self, incident: Incident, file_name: str) -> None:
        reference, ctx = incident.reference, incident.ctx
        expected = rf"incident:{re.escape(reference)}:1"
        if not self._whole:
            expected += rf"|addition:{re.escape(reference)}:[1-9][0-9]*:1"
        if not _REFERENCE.fullmatch(reference) or not re.fullmatch(expected, ctx) or not ctx.startswith(incident.form):
            self._faults.append(f"The incident calls itself {reference}, but was sealed as {ctx}: it was swapped.")
        named = _REFERENCE.search(file_name)
        if named and named[0] != reference:
            self._faults.append(f"The file is called {named[0]}, but the incident in it is {reference}: swapped.")

    def _additions(self, reference: str) -> Iterator[tuple[int, Incident]]:
        for number in self._numbers("additions"):
            try:
                addition = opened(self._members[f"additions/{number}.age"], self._key, Incident)
            except Unreadable as why:
                self._faults.append(f"Addition {number}: {_in_words(why)}")
                continue
            if (addition.ctx, addition.reference) == (f"addition:{reference}:{number}:1", reference):
                yield number, addition
            else:
                self._faults.append(f"Addition {number} was sealed as {addition.ctx}: swapped, and not shown.")

    def _notes(self, reference: str) -> Iterator[tuple[int, Note]]:
        for number in self._numbers("notes"):
            try:
                note = opened(self._members[f"notes/{number}.age"], self._key, Note)
            except Unreadable as why:
                self._faults.append(f"Note {number}: {_in_words(why)}")
                continue
            if note.ctx == f"note:{reference}:{number}:1":
                yield number, note
            else:
                self._faults.append(f"Note {number} was sealed as {note.ctx}: swapped, and not shown.")

    def _numbers(self, folder: str) -> list[int]:
        return sorted(int(name[len(folder) + 1 : -4]) for name in self._members if name.startswith(f"{folder}/"))

    def _check_list(self, listed: list[Listed]) -> None:
        ids = {file.id for file in listed}
        if len(ids) < len(listed):
            self._faults.append("The same file is listed twice.")
        for name in self._members:
            if name.startswith("evidence/") and name[9:-4] not in ids:
                self._faults.append(f"{name} is listed by nobody: swapped or added, and not opened.")

    def _evidence(self, file: Listed, *, listed: list[Listed]) -> Evidence:
        if file.sha256 is None:
            return self._faulty(file, "LOST: it was announced, but the bot never received it.")
        sealed = self._members.get(f"evidence/{file.id}.age")
        if sealed is None:
            return self._missing(file) if self._whole else Evidence(file, None, "not in this file; it is in the bundle")
        try:
            padded = self._key.open(sealed)
        except Unreadable as why:
            return self._faulty(file, _in_words(why))
        if (original := file.original(padded)) is not None:
            return Evidence(file, original, "unaltered")
        others = [other for other in listed if other != file and other.original(padded) is not None]
        if others:
            return self._faulty(file, f"SWAPPED: in its place is evidence {listed.index(others[0]) + 1}.")
        return self._faulty(file, "ALTERED: size and SHA-256 are not those of what was received.")

    def _missing(self, file: Listed) -> Evidence:
        return self._faulty(file, "MISSING: it is listed, but not in the bundle.")

    def _faulty(self, file: Listed, state: str) -> Evidence:
        self._faults.append(f"Evidence {file.id}: {state}")
        return Evidence(file, None, state)


def _in_words(why: Unreadable) -> str:
    return {
        "sealed to another key": "it is sealed to another office key than this one.",
        "no incident": "it opens, but is no incident.",
        "no note": "it opens, but is no note.",
    }.get(str(why), "DAMAGED: it was altered or cut short, and cannot be opened.")


def parts_of(path: Path, key: OfficeKey) -> tuple[str, dict[str, bytes]]:
    """The reference of a bundle, and its sealed parts by the names under which the server keeps them, without the evidence.
    Nothing is compared: whoever asks has the hashes. Raises NotOpened, OSError."""
    if path.stat().st_size > MOST_BYTES:
        raise NotOpened(f"{path.name} is larger than any bundle: more than {MOST_BYTES // 1024**2} MiB.")
    members, _ = _members(path.read_bytes(), path.name)
    try:
        reference = opened(members["incident.age"], key, Incident).reference
    except Unreadable as why:
        raise NotOpened(f"{path.name}: {_in_words(why)}") from None
    parts = {f"incident:{reference}:1": members["incident.age"]}
    for folder, kind in (("additions", "addition"), ("notes", "note")):
        for name, data in members.items():
            if name.startswith(f"{folder}/"):
                parts[f"{kind}:{reference}:{name[len(folder) + 1 : -4]}:1"] = data
    return reference, parts
