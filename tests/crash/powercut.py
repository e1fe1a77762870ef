"""A power cut: the disk holds what was synced to it, and what was only in memory is gone."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

_SOURCE = Path(__file__).with_name("powercut.c")


def built(folder: Path) -> Path | None:
    """The library that keeps what was synced, built into this folder; None where there is no C compiler."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        return None
    library = folder / "powercut.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", library, _SOURCE, "-ldl"], check=True)
    return library


class Disk:
    """What is surely on the disk below one data directory."""

    def __init__(self, library: Path, data: Path, kept: Path) -> None:
        kept.mkdir(parents=True)
        self._library = library
        self._data = data
        self._kept = kept

    def environment(self) -> dict[str, str]:
        """What makes a process keep what it syncs."""
        return {
            "LD_PRELOAD": str(self._library),
            "POWERCUT_FOLDER": str(self._data.resolve()),
            "POWERCUT_DISK": str(self._kept),
        }

    def cut(self) -> None:
        """Cut the power: files are what they were when they were last synced, or are gone."""
        shutil.rmtree(self._data)
        shutil.copytree(self._kept, self._data, ignore=shutil.ignore_patterns("*.draft"))
