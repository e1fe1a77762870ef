"""Imports point one way: every contract holds, and each is seen to break when somebody violates it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

HOME = Path(__file__).parents[1]
SETTINGS = tomllib.loads((HOME / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
NAMES = [contract["name"] for contract in SETTINGS["contracts"]]
ONE_WAY, SANDBOX, TELEGRAM, SQLITE, CRYPTOGRAPHY = NAMES

VIOLATIONS = [
    ("texts/welcome.py", "import handlers.welcome", ONE_WAY),
    ("storage/chats.py", "import texts.language", ONE_WAY),
    ("storage/chats.py", "import facts.models", ONE_WAY),
    ("facts/search.py", "import storage.chats", ONE_WAY),
    ("forms/__init__.py", "import facts.models", ONE_WAY),
    ("documents/__init__.py", "import schedules.ticker", ONE_WAY),
    ("handlers/welcome.py", "import schedules.ticker", ONE_WAY),
    ("schedules/ticker.py", "import handlers.turn", ONE_WAY),
    ("handlers/welcome.py", "import bot.settings", ONE_WAY),
    ("schedules/retention.py", "def later() -> None:\n    import bot.clock", ONE_WAY),
    ("sandbox/world.py", "import facts.models", SANDBOX),
    ("sandbox/world.py", "import telegram", SANDBOX),
    ("texts/welcome.py", "from telegram import Update", TELEGRAM),
    ("storage/outbox.py", "from telegram.error import BadRequest", TELEGRAM),
    ("forms/__init__.py", "import telegram.ext", TELEGRAM),
    ("handlers/welcome.py", "import sqlite3", SQLITE),
    ("schedules/retention.py", "import aiosqlite", SQLITE),
    ("bot/worker.py", "from sqlite3 import Error", SQLITE),
    ("bot/worker.py", "from cryptography.fernet import Fernet", CRYPTOGRAPHY),
    ("storage/inbox.py", "import cryptography", CRYPTOGRAPHY),
    ("storage/database.py", "from cryptography.hazmat.primitives import hashes", CRYPTOGRAPHY),
]


def lint(folder: Path) -> tuple[bool, list[str]]:
    """Whether all contracts hold in this copy of the rooms, and the names of those that do not."""
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--no-logo"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "Contracts: " in done.stdout, done.stdout + done.stderr
    return done.returncode == 0, [name for name in NAMES if f"{name} BROKEN" in done.stdout]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rooms and their contracts, somewhere else."""
    folder = tmp_path_factory.mktemp("rooms")
    shutil.copy(HOME / "pyproject.toml", folder)
    for room in SETTINGS["root_packages"]:
        shutil.copytree(HOME / room, folder / room, ignore=shutil.ignore_patterns("__pycache__", "page", "reports"))
    return folder


@contextmanager
def changed(file: Path, line: str) -> Iterator[None]:
    """The file with one more line at its end."""
    before = file.read_text("utf-8")
    file.write_text(f"{before}\n\n{line}  # noqa\n", "utf-8")
    try:
        yield
    finally:
        file.write_text(before, "utf-8")


def test_every_contract_holds(copy: Path) -> None:
    assert lint(copy) == (True, [])


@pytest.mark.parametrize(("file", "line", "contract"), VIOLATIONS, ids=[f"{f}: {line}" for f, line, _ in VIOLATIONS])
def test_a_violation_breaks_its_contract(copy: Path, file: str, line: str, contract: str) -> None:
    with changed(copy / file, line):
        holds, broken = lint(copy)
    assert not holds
    assert contract in broken


def test_every_contract_and_every_room_is_covered_by_these_tests() -> None:
    assert {contract for _, _, contract in VIOLATIONS} == set(NAMES)
    rooms = {folder.name for folder in HOME.iterdir() if (folder / "__init__.py").is_file()} - {"tests", "bench"}
    assert rooms == set(SETTINGS["root_packages"])
    [layers] = [contract["layers"] for contract in SETTINGS["contracts"] if contract["type"] == "layers"]
    assert {room for layer in layers for room in layer.split(" | ")} == rooms
