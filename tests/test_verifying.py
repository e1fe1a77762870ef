"""``python -m bot audit``: what the operator sees of a whole chain, and of one that somebody changed."""

from __future__ import annotations

import datetime as dt
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from conftest import House

from bot.__main__ import main
from bot.talk import Talk
from storage.audit import Act, Audit
from storage.database import Database
from storage.sealing import ServerKey

TODAY = dt.date(2026, 11, 23)
Command = Callable[..., tuple[int, str]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the settings of this test point to."""
    for name in ("DATA_DIR", "KEYS_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
        (tmp_path / name.lower()).mkdir(mode=0o700)
    monkeypatch.delenv("TELEGRAM_TOKEN", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def command(folder: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run it; the exit code, and all that it printed."""

    def run(*arguments: str) -> tuple[int, str]:
        code = main(["audit", *arguments])
        captured = capsys.readouterr()
        return code, captured.out + captured.err

    return run


@pytest.fixture
def chain(folder: Path) -> Path:
    """A database with five entries."""
    import asyncio

    async def fill() -> None:
        server = ServerKey.load(folder / "keys_dir" / "server.key", TODAY)
        database = await Database.open(folder / "data_dir" / "sangket.db")
        audit = Audit(database, server)
        for n in range(5):
            await database.write(lambda n=n: audit.note(TODAY, "Lotus-4", Act.CLAIMED, f"R-{n:04d}"))  # type: ignore[misc]
        await database.close()

    asyncio.run(fill())
    return folder / "data_dir" / "sangket.db"


def edit(path: Path, sql: str) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(sql)


def test_a_whole_chain_is_whole(chain: Path, command: Command) -> None:
    code, shown = command("verify")
    assert code == 0
    assert re.match(r"5 entries, head 5:[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}\nThe chain is whole\.", shown)


def test_an_entry_that_was_changed_is_named_and_the_command_fails(chain: Path, command: Command) -> None:
    edit(chain, "UPDATE audit SET sealed = (SELECT sealed FROM audit WHERE n = 2) WHERE n = 3")
    code, shown = command("verify")
    assert code == 1
    assert shown.endswith("Entry 3 was changed, or is not where it was written.\n")


def test_a_cut_end_is_found_with_a_head_that_was_kept_and_only_then(chain: Path, command: Command) -> None:
    head = command("verify")[1].split()[3]
    edit(chain, "DELETE FROM audit WHERE n > 3")
    assert command("verify")[0] == 0
    code, shown = command("verify", "--head", head)
    assert code == 1
    assert "There were 5 entries, and now the chain is whole only to 3." in shown


def test_several_heads_are_compared(chain: Path, command: Command) -> None:
    head = command("verify")[1].split()[3]
    code, shown = command("verify", "--head", head, "--head", head.lower())
    assert code == 0
    assert "fits the heads" in shown
    wrong = head[:-1] + ("2" if head[-1] != "2" else "3")
    assert command("verify", "--head", head, "--head", wrong)[0] == 1


def test_what_is_no_head_is_asked_for_again(chain: Path, command: Command) -> None:
    code, shown = command("verify", "--head", "41")
    assert (code, shown) == (2, "41 is no head. A head looks like 41:ABCD-EFGH-JKMN.\n")


def test_all_entries_are_shown_as_lines(chain: Path, command: Command) -> None:
    code, shown = command("show")
    assert code == 0
    assert [line.split() for line in shown.splitlines()] == [
        [str(n + 1), "2026-11-23", "Lotus-4", "claimed", f"R-{n:04d}"] for n in range(5)
    ]


def test_what_cannot_be_read_is_shown_as_such_and_fails(chain: Path, command: Command) -> None:
    edit(chain, "UPDATE audit SET sealed = zeroblob(100) WHERE n = 2")
    code, shown = command("show")
    assert code == 1
    assert shown.splitlines()[1].split() == ["2", "?", "unreadable"]


def test_another_server_key_finds_fault(chain: Path, folder: Path, command: Command) -> None:
    (folder / "keys_dir" / "server.key").unlink()
    ServerKey.load(folder / "keys_dir" / "server.key", TODAY)
    assert command("verify")[0] == 1


def test_without_a_database_it_says_so(folder: Path, command: Command) -> None:
    code, shown = command("verify")
    assert code == 1
    assert shown.startswith("There is no database in ")


async def test_the_bot_may_run_meanwhile(house: House, dara: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    import asyncio

    from bot.verifying import verify

    code = next(
        re.findall(r"^/start (a_\S+)$", sentence, re.M)[0] for sentence in house.said if "/start a_" in sentence
    )
    await dara.say(f"/start {code}")
    head, faults = await asyncio.to_thread(verify, house.settings, [])
    assert (head.count, faults) == (1, [])
