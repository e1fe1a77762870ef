"""``python -m bot open``: a sealed incident on a reviewer's machine, to read, to keep and to share.

What was opened stays in memory, unless the reviewer asks for files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bot.bundles import Evidence, NotOpened, Opened, open_bundle
from bot.incident_text import as_text
from storage.keyfiles import write_new
from storage.opened import SUFFIXES
from storage.sealing import KeyFault, OfficeKey
from texts.told import calm

_KEY = "office.key"


@dataclass(frozen=True)
class Shown:
    """What to print, and whether everything fitted and was written."""

    text: str
    whole: bool


def unseal(
    file: Path, *, keys_dir: Path, key: Path | None = None, save: Path | None = None, share: Path | None = None
) -> Shown:
    """Open ``file`` and check it; write the originals into ``save`` and stripped copies into ``share``.

    Raises NotOpened with a plain sentence when nothing can be shown.
    """
    try:
        opened = open_bundle(file, office_key(key, keys_dir))
    except OSError as fault:
        raise NotOpened(calm(f"{file} cannot be read: {fault.strerror}.")) from None
    except (KeyFault, NotOpened) as why:
        raise NotOpened(calm(str(why))) from None
    text, whole = as_text(opened), not opened.faults
    for folder, named in ((save, _original), (share, _copy)):
        if folder is not None:
            lines, all_written = _write_all(folder, opened, named)
            text += f"\n{folder}\n" + "".join(f"  {line}\n" for line in lines)
            whole = whole and all_written
    return Shown(text, whole)


def office_key(given: Path | None, keys_dir: Path) -> OfficeKey:
    """The key in the file that was given, else in the current folder, else in KEYS_DIR. Raises NotOpened, KeyFault."""
    for path in (given,) if given else (Path(_KEY), keys_dir / _KEY):
        if path.is_file():
            return OfficeKey.load(path)
    if given:
        raise NotOpened(f"There is no office key at {given}.")
    raise NotOpened(f"There is no {_KEY} in this folder or in {keys_dir}. Say where it is with --key FILE.")


class _NotWritten(Exception):
    """No file was made of a piece of evidence; the message is half a sentence with the reason."""


def _write_all(folder: Path, opened: Opened, named: Callable[[Evidence], tuple[str, bytes]]) -> tuple[list[str], bool]:
    """A line about each file, and whether all were written."""
    lines, all_written = [], True
    for number, evidence in enumerate(opened.evidence, 1):
        try:
            name, data = named(evidence)
            _write_new(folder / name, data)
            lines.append(f"{number}. written: {name}")
        except _NotWritten as why:
            lines.append(f"{number}. NOT written: {why}")
            all_written = False
    return lines or ["There is no evidence to write."], all_written


def _original(evidence: Evidence) -> tuple[str, bytes]:
    """The name by which the bot kept it, and the bytes as they were received."""
    return evidence.listed.id + SUFFIXES.get(evidence.listed.type, ".bin"), _bytes_of(evidence)


def _copy(evidence: Evidence) -> tuple[str, bytes]:
    """A name that leads back to nobody, and the picture alone."""
    from documents.working_copies import NotStripped, working_copy  # Pillow is for this alone

    try:
        copy = working_copy(_bytes_of(evidence))
    except NotStripped as why:
        raise _NotWritten(str(why)) from None
    return f"copy-{hashlib.sha256(copy.data).hexdigest()[:12]}{copy.suffix}", copy.data


def _bytes_of(evidence: Evidence) -> bytes:
    if evidence.original is None:
        raise _NotWritten(evidence.state)
    return evidence.original


def _write_new(path: Path, data: bytes) -> None:
    """A file for its owner only, whole or not at all, never in the place of another. Raises _NotWritten."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_new(path, data)
    except FileExistsError:
        raise _NotWritten(f"{path.name} is there already and was left as it is") from None
    except OSError as fault:
        raise _NotWritten(f"{path} cannot be written ({fault.strerror})") from None
