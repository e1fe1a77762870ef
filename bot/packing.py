"""The sealed bundle of an incident, as it is carried to the reviewers' machine. Nothing is opened here."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from storage.evidence import Blobs, Evidence
from storage.incidents import Incidents, Sealed
from storage.notes import Notes


@dataclass(frozen=True)
class Packing:
    """All that belongs to an incident: how it is kept, what was added, the team's notes, and the ids of its files."""

    incident: Sequence[Sealed]
    """The incident and then its additions; empty when it is not here or was withdrawn."""
    notes: Sequence[Sealed]
    files: Sequence[str]

    @classmethod
    async def of(cls, reference: str, incidents: Incidents, notes: Notes, evidence: Evidence) -> Packing:
        """What there is, in the caller's transaction."""
        return cls(await incidents.sealed(reference), await notes.sealed(reference), await evidence.of(reference))

    @property
    def planted(self) -> list[str]:
        """The names of what this server did not write."""
        return [one.name for one in (*self.incident, *self.notes) if not one.genuine]

    def size(self, blobs: Blobs) -> int:
        """How many bytes the bundle holds at least."""
        sealed = sum(len(data) for data in self._sealed().values())
        paths = map(blobs.path, self.files)
        return sealed + sum(path.stat().st_size for path in paths if path.exists())

    def packed(self, blobs: Blobs) -> bytes:
        """A tar of ``incident.age``, ``additions/<n>.age``, ``notes/<n>.age`` and ``evidence/<id>.age``; a file that is
        missing is missed when it is opened."""
        whole = io.BytesIO()
        with tarfile.open(fileobj=whole, mode="w") as tar:
            for name, data in self._sealed().items():
                _add(tar, name, data)
            for file_id in self.files:
                path = blobs.path(file_id)
                if path.exists():
                    _add(tar, f"evidence/{file_id}.age", path.read_bytes())
        return whole.getvalue()

    def _sealed(self) -> Mapping[str, bytes]:
        """The rows, by what they are called in the bundle."""
        first, *additions = self.incident
        named = {f"additions/{number}.age": one.sealed for number, one in enumerate(additions, 1)}
        named |= {f"notes/{number}.age": one.sealed for number, one in enumerate(self.notes, 1)}
        return {"incident.age": first.sealed, **named}


def _add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(data)
    member.mode = 0o600
    tar.addfile(member, io.BytesIO(data))
