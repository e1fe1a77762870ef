"""Files that hold keys: for their owner's eyes only, and written whole or not at all."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


class KeyFault(Exception):
    """A key file cannot be used; the message is a plain sentence for the operator."""


def read_private(path: Path) -> str:
    """The text of a file that holds a secret. Raises KeyFault when others can read it, or it is not text."""
    if path.stat().st_mode & 0o077:
        raise KeyFault(f"{path} can be read by others. Run: chmod 600 {path}")
    return read_text(path)


def read_text(path: Path) -> str:
    """The text of a key file that anybody may read. Raises KeyFault when it is not text."""
    try:
        return path.read_bytes().decode("ascii")
    except UnicodeDecodeError:
        raise KeyFault(f"{path} is damaged: it is not text.") from None


def write_private(path: Path, text: str, *, fresh: bool = False) -> None:
    """Write a file that only its owner can read, whole or not at all, and on the disk when this returns.

    With ``fresh``, raises FileExistsError where there is such a file already, which then stays as it is.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if fresh:
            path.hardlink_to(draft)
        else:
            draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    _sync(path.parent)


def write_new(path: Path, data: bytes) -> None:
    """Write a file that only its owner can read and that is not there yet; whole, or not at all. Raises OSError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        path.unlink(missing_ok=True)
        raise


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
