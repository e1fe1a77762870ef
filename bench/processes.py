"""Starting the programs under measurement, each on its own core, and reading what the kernel booked on them."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
SECONDS_TO_STOP = 10


@dataclass(frozen=True)
class Cores:
    """Which core the bot runs on and which the server; None where the machine has only one to give."""

    bot: int | None
    server: int | None


def available_cores() -> Cores:
    """The first core for the bot, the last for the server."""
    cores = sorted(os.sched_getaffinity(0))
    return Cores(cores[0], cores[-1]) if len(cores) > 1 else Cores(None, None)


@dataclass(frozen=True)
class Usage:
    """What a process and its children have used: CPU seconds since their start, resident bytes now.

    Pages that children share with their parent count once for each.
    """

    cpu_seconds: float
    resident_bytes: int


def usage(pid: int) -> Usage:
    """Read it from /proc (proc(5): stat fields 14 to 17, statm field 2)."""
    ticks = pages = 0
    for member in (pid, *_descendants(pid)):
        try:
            ticks += sum(int(field) for field in _stat(member)[11:15])
            pages += int((PROC / str(member) / "statm").read_text().split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
    return Usage(ticks / TICKS, pages * PAGE)


def _stat(pid: int) -> list[str]:
    """The fields after the program's name, which may itself hold spaces and brackets; the first is the state."""
    return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()


def _descendants(pid: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            try:
                children.setdefault(int(_stat(int(entry.name))[1]), []).append(int(entry.name))
            except (FileNotFoundError, ProcessLookupError):
                continue
    found, waiting = [], [pid]
    while waiting:
        young = children.get(waiting.pop(), [])
        found += young
        waiting += young
    return found


@contextmanager
def running(
    command: Sequence[str],
    *,
    core: int | None,
    directory: Path,
    environment: Mapping[str, str],
    stdout: int | IO[bytes],
    stderr: int | IO[bytes] | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program pinned to a core; at the end ask it to stop, and after ten seconds make it."""

    def pin() -> None:
        if core is not None:
            os.sched_setaffinity(0, {core})

    with subprocess.Popen(
        command,
        cwd=directory,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=stderr,
        preexec_fn=pin,
    ) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(SECONDS_TO_STOP)
            except subprocess.TimeoutExpired:
                process.kill()
