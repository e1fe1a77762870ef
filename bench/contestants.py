"""Who is measured: our bot, and the echo bots with what each needs to run."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bench.server import QUESTION

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
OURS = "sangket"
ANSWER_MARKER = "mass trials"


class UnavailableError(Exception):
    """This contestant cannot run here; the message says why."""


@dataclass(frozen=True)
class Contestant:
    """A bot as a program: how to start it, what to set, and a piece of its right answer in lower case."""

    name: str
    title: str
    command: tuple[str, ...]
    marker: str = QUESTION.lower()
    environment: Mapping[str, str] = field(default_factory=dict)


def cache_directory() -> Path:
    """Where downloads and the bots' data go, outside the repository."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    directory = Path(base) / "sangket-bench"
    directory.mkdir(parents=True, exist_ok=True)
    return directory


def sangket() -> Contestant:
    """Our bot as operators run it, but for pacing, which would measure Telegram's limits instead."""
    if not (ROOT / "bot" / "__main__.py").exists():
        raise UnavailableError("there is no bot/__main__.py to run")
    settings = {"MESSAGES_PER_SECOND": "0", "LOG_LEVEL": "WARNING"}
    return Contestant(OURS, "Sangket", (sys.executable, "-m", "bot", "run"), ANSWER_MARKER, settings)


def ptb() -> Contestant:
    return Contestant("ptb", "python-telegram-bot", (sys.executable, "-m", "bench.echo.python_telegram_bot"))


def ptb_concurrent() -> Contestant:
    command = (sys.executable, "-m", "bench.echo.python_telegram_bot", "--concurrent")
    return Contestant("ptb-concurrent", "python-telegram-bot, concurrent", command)


def ptb_limited(*, in_turn: bool) -> Contestant:
    """With the library's own rate limiter, whose extra requirement nothing else here has."""
    python = _environment(HERE / "requirements.txt") / "bin" / "python"
    style = ("--in-turn",) if in_turn else ()
    title = f"python-telegram-bot's limiter, {'one after the other' if in_turn else 'all at once'}"
    return Contestant("ptb-limited", title, (str(python), "-m", "bench.echo.rate_limited", *style))


def aiogram() -> Contestant:
    """aiogram pins an older pydantic than ours, so it gets an environment of its own."""
    python = _environment(HERE / "requirements.txt") / "bin" / "python"
    return Contestant("aiogram", "aiogram", (str(python), "-m", "bench.echo.aiogram_polling"))


def grammy() -> Contestant:
    return Contestant("grammy", "grammY", _node(), environment=_node_path())


def grammy_runner() -> Contestant:
    return Contestant("grammy-runner", "grammY, runner", (*_node(), "--runner"), environment=_node_path())


CONTESTANTS: Mapping[str, Callable[[], Contestant]] = {
    OURS: sangket,
    "ptb": ptb,
    "ptb-concurrent": ptb_concurrent,
    "aiogram": aiogram,
    "grammy": grammy,
    "grammy-runner": grammy_runner,
}


def _environment(requirements: Path) -> Path:
    """A virtual environment with these requirements, made on first use and again when they change."""
    directory = _kept_for(requirements, "python")
    if not (directory / "ready").exists():
        uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
        if uv is None:
            raise UnavailableError("uv is not installed")
        _install([uv, "venv", "--clear", "--python", sys.executable, str(directory)])
        _install([uv, "pip", "install", "--python", str(directory / "bin" / "python"), "-r", str(requirements)])
        (directory / "ready").touch()
    return directory


def _node() -> tuple[str, str]:
    node = shutil.which("node")
    if node is None:
        raise UnavailableError("node is not installed")
    return node, str(HERE / "echo" / "grammy.cjs")


def _node_path() -> dict[str, str]:
    """Where ``require`` finds the packages, installed on first use and again when package.json changes."""
    manifest = HERE / "package.json"
    directory = _kept_for(manifest, "node")
    if not (directory / "ready").exists():
        npm = shutil.which("npm")
        if npm is None:
            raise UnavailableError("npm is not installed")
        directory.mkdir(exist_ok=True)
        shutil.copy(manifest, directory)
        _install([npm, "install", "--prefix", str(directory), "--no-audit", "--no-fund", "--no-package-lock"])
        (directory / "ready").touch()
    return {"NODE_PATH": str(directory / "node_modules")}


def _kept_for(manifest: Path, kind: str) -> Path:
    version = hashlib.sha256(manifest.read_bytes()).hexdigest()[:12]
    return cache_directory() / f"{kind}-{version}"


def _install(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines() or ["no message"]
        raise UnavailableError(f"{Path(command[0]).name} could not install it: {said[-1]}")
