"""One file, one writer, one transaction at a time: all of it or none of it."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable
from functools import partial
from pathlib import Path

import pytest

from storage.database import Database, DataLock, InUse, StorageError, migrations


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "sangket.db"


@pytest.fixture
async def database(file: Path) -> AsyncIterator[Database]:
    database = await Database.open(file)
    yield database
    await database.close()


async def remember(database: Database, chat: str) -> None:
    await database.execute("INSERT INTO chats (chat, language, seen_on) VALUES (?, 'km', '2026-11-23')", (chat,))


async def chats(database: Database) -> list[str]:
    """Which chats are in the table, read in a transaction of its own."""
    rows = await database.write(lambda: database.read("SELECT chat FROM chats ORDER BY chat"))
    return [row[0] for row in rows]


def on_disk(file: Path) -> list[str]:
    """Which chats another connection sees: what is committed, and nothing else."""
    connection = sqlite3.connect(file)
    try:
        return [row[0] for row in connection.execute("SELECT chat FROM chats ORDER BY chat")]
    finally:
        connection.close()


def content(file: Path) -> bytes:
    return file.read_bytes()


def overwrite(file: Path, new: bytes) -> None:
    file.write_bytes(new)


# Transactions


async def test_a_transaction_is_on_disk_when_write_returns(database: Database, file: Path) -> None:
    async def work() -> str:
        await remember(database, "a")
        await remember(database, "b")
        assert on_disk(file) == [], "control: nothing is committed before the end"
        return "done"

    assert await database.write(work) == "done"
    assert on_disk(file) == ["a", "b"]


async def test_a_transaction_that_fails_leaves_nothing(database: Database, file: Path) -> None:
    async def work() -> None:
        await remember(database, "a")
        raise ValueError("half way")

    with pytest.raises(ValueError, match="half way"):
        await database.write(work)
    assert on_disk(file) == []
    await database.write(lambda: remember(database, "b"))
    assert on_disk(file) == ["b"], "the next one is not disturbed"


async def test_a_mistake_in_sql_undoes_the_whole_transaction(database: Database, file: Path) -> None:
    async def work() -> None:
        await remember(database, "a")
        await remember(database, "a")

    with pytest.raises(sqlite3.IntegrityError):
        await database.write(work)
    assert on_disk(file) == []


async def test_outside_a_transaction_nothing_can_be_read_or_written(database: Database) -> None:
    with pytest.raises(RuntimeError, match="outside a transaction"):
        await database.read("SELECT 1")
    with pytest.raises(RuntimeError, match="outside a transaction"):
        await remember(database, "a")
    with pytest.raises(RuntimeError, match="outside a transaction"):
        await database.execute_many("INSERT INTO chats VALUES (?, 'km', '')", [("a",)])
    with pytest.raises(RuntimeError, match="outside a transaction"):
        async with database.savepoint():
            pass
    assert await chats(database) == []


async def test_transactions_do_not_mix(database: Database) -> None:
    """One fails while the other waits for its turn: only the failed one is undone."""

    async def failing() -> None:
        await remember(database, "failing")
        await asyncio.sleep(0.01)
        raise ValueError

    async def good() -> None:
        assert await database.read("SELECT chat FROM chats") == []
        await remember(database, "good")

    outcomes = await asyncio.gather(database.write(failing), database.write(good), return_exceptions=True)
    assert isinstance(outcomes[0], ValueError)
    assert await chats(database) == ["good"]


@pytest.mark.parametrize("steps", range(12))
async def test_a_cancelled_caller_leaves_a_whole_transaction_or_none(
    database: Database, file: Path, steps: int
) -> None:
    async def work() -> None:
        await remember(database, "a")
        await asyncio.sleep(0)
        await remember(database, "b")

    caller = asyncio.get_running_loop().create_task(database.write(work))
    for _ in range(steps):
        await asyncio.sleep(0)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    assert on_disk(file) in ([], ["a", "b"])
    assert await chats(database) == on_disk(file), "and no transaction is left open"


async def test_a_caller_cancelled_in_the_middle_still_commits_everything(database: Database, file: Path) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        await remember(database, "a")
        begun.set()
        await go_on.wait()
        await remember(database, "b")

    caller = asyncio.get_running_loop().create_task(database.write(work))
    await begun.wait()
    caller.cancel()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await caller
    assert on_disk(file) == ["a", "b"]


# A part that fails alone


async def failing_part(database: Database, deed: Awaitable[object]) -> None:
    """A part of a transaction that does something and then fails."""
    async with database.savepoint():
        await deed
        raise ValueError("the part")


async def test_a_part_that_fails_is_undone_alone(database: Database, file: Path) -> None:
    async def work() -> None:
        await remember(database, "before")
        with pytest.raises(ValueError, match="the part"):
            await failing_part(database, remember(database, "within"))
        await remember(database, "after")

    await database.write(work)
    assert on_disk(file) == ["after", "before"]


async def test_a_part_that_fails_first_is_undone_alone(database: Database, file: Path) -> None:
    async def work() -> None:
        with pytest.raises(ValueError, match="the part"):
            await failing_part(database, remember(database, "within"))
        await remember(database, "after")

    await database.write(work)
    assert on_disk(file) == ["after"]


async def test_a_part_that_goes_well_stays_and_sees_itself(database: Database, file: Path) -> None:
    async def work() -> None:
        for name in ("a", "b"):
            async with database.savepoint():
                await remember(database, name)
                assert (name,) in await database.read("SELECT chat FROM chats")
        async with database.savepoint():
            await database.read("SELECT 1")

    await database.write(work)
    assert on_disk(file) == ["a", "b"]


async def test_a_part_that_only_reads_may_fail_too(database: Database, file: Path) -> None:
    async def work() -> None:
        await remember(database, "a")
        with pytest.raises(ValueError, match="the part"):
            await failing_part(database, database.read("SELECT 1"))

    await database.write(work)
    assert on_disk(file) == ["a"]


async def test_parts_stay_undone_when_the_whole_fails(database: Database, file: Path) -> None:
    async def work() -> None:
        async with database.savepoint():
            await remember(database, "a")
        raise ValueError("the whole")

    with pytest.raises(ValueError, match="the whole"):
        await database.write(work)
    assert on_disk(file) == []


# The disk


async def fill(database: Database) -> None:
    """Write more than the disk takes."""
    await database.execute(
        "INSERT INTO inbox (update_id, state, sealed, arrived_on) VALUES (1, 'waiting', zeroblob(500000), '2026')"
    )


async def shrink_the_disk(database: Database) -> None:
    """From now on no more than a few pages can be added, as on a full disk."""
    [(pages,)] = await database.write(lambda: database.read("PRAGMA page_count"))
    await database.write(lambda: database.read(f"PRAGMA max_page_count = {pages + 10}"))


async def test_a_full_disk_is_a_storage_error_and_undoes_everything(database: Database, file: Path) -> None:
    async def work() -> None:
        await remember(database, "a")
        await fill(database)

    await shrink_the_disk(database)
    with pytest.raises(StorageError, match="SQLITE_FULL"):
        await database.write(work)
    assert on_disk(file) == []
    await database.write(lambda: remember(database, "b"))
    assert on_disk(file) == ["b"], "and the next one is taken as soon as there is room"


async def test_a_disk_that_fills_up_within_a_part_is_a_storage_error_too(database: Database, file: Path) -> None:
    """SQLite then ends the transaction by itself: there is no savepoint to go back to."""

    async def work() -> None:
        await remember(database, "a")
        async with database.savepoint():
            await remember(database, "b")
            await fill(database)

    await shrink_the_disk(database)
    with pytest.raises(StorageError, match="SQLITE_FULL"):
        await database.write(work)
    assert on_disk(file) == []
    await database.write(lambda: remember(database, "c"))
    assert on_disk(file) == ["c"]


CLOSING_ON_A_FAULTY_DISK = """
import asyncio, resource, sys
from pathlib import Path
from storage.database import Database, StorageError

async def main():
    database = await Database.open(Path(sys.argv[1]))
    sql = "INSERT INTO inbox (update_id, state, sealed, arrived_on) VALUES (?, 'waiting', zeroblob(200000), '2026')"
    for number in range(3):
        await database.write(lambda: database.execute(sql, (number,)))
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))
    try:
        await database.close()
    except StorageError as error:
        print(error)

asyncio.run(main())
"""


def test_a_fault_of_the_disk_at_the_end_does_not_keep_the_process_alive(file: Path) -> None:
    """The connection's thread must end even when the write-ahead log cannot be folded in."""
    ended = subprocess.run(
        [sys.executable, "-c", CLOSING_ON_A_FAULTY_DISK, str(file)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=10,
    )
    assert ended.stderr == ""
    assert ended.stdout.startswith(("SQLITE_FULL", "SQLITE_IOERR"))


@pytest.mark.parametrize("damaged", [b"this is no database at all" * 200, b"\x00" * 5000, b"SQLite format 3\x00" * 300])
async def test_a_damaged_file_is_a_storage_error_and_is_left_as_it_is(file: Path, damaged: bytes) -> None:
    overwrite(file, damaged)
    with pytest.raises(StorageError):
        await Database.open(file)
    assert content(file) == damaged


async def open_and_read(file: Path) -> None:
    database = await Database.open(file)
    try:
        await chats(database)
    finally:
        await database.close()


async def test_a_file_damaged_in_the_middle_is_a_storage_error_when_it_is_met(file: Path) -> None:
    database = await Database.open(file)
    for number in range(300):
        await database.write(partial(remember, database, f"chat {number}"))
    await database.close()
    whole = content(file)
    overwrite(file, whole[:4096] + b"\xa5" * (len(whole) - 4096))
    with pytest.raises(StorageError):
        await open_and_read(file)


async def test_a_locked_file_is_a_storage_error(database: Database, file: Path) -> None:
    await database.write(lambda: database.read("PRAGMA busy_timeout = 1"))
    other = sqlite3.connect(file, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match="SQLITE_BUSY"):
            await database.write(lambda: remember(database, "a"))
    finally:
        other.close()
    await database.write(lambda: remember(database, "b"))
    assert on_disk(file) == ["b"]


async def test_a_storage_error_says_sqlites_name_and_nothing_of_what_was_written(database: Database) -> None:
    async def work() -> None:
        await remember(database, "a canary")
        await fill(database)

    await shrink_the_disk(database)
    with pytest.raises(StorageError) as error:
        await database.write(work)
    assert str(error.value) == "SQLITE_FULL"
    assert error.value.__cause__ is None


async def test_the_file_is_for_its_owner_only(database: Database, file: Path) -> None:
    await database.write(lambda: remember(database, "a"))
    for name in ("sangket.db", "sangket.db-wal", "sangket.db-shm"):
        assert file.with_name(name).stat().st_mode & 0o077 == 0, name


async def test_power_cuts_and_stolen_disks_were_thought_of(database: Database) -> None:
    """FULL: what Telegram was told about survives a power cut. secure_delete: what was deleted is overwritten."""
    for pragma, value in (("synchronous", 2), ("journal_mode", "wal"), ("secure_delete", 1), ("foreign_keys", 1)):
        assert await database.write(partial(database.read, f"PRAGMA {pragma}")) == [(value,)], pragma


async def test_tidying_leaves_nothing_in_the_write_ahead_log(database: Database, file: Path) -> None:
    wal = file.with_name("sangket.db-wal")
    await database.write(lambda: remember(database, "a canary"))
    assert b"a canary" in content(wal), "control"
    await database.write(lambda: database.execute("DELETE FROM chats"))
    await database.tidy()
    assert content(wal) == b""
    assert b"a canary" not in content(file)


# Migrations


def schema(file: Path) -> tuple[list[tuple[str, ...]], int]:
    """Everything the file is made of, and its version."""
    connection = sqlite3.connect(file)
    try:
        made = connection.execute(
            "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name"
        ).fetchall()
        [(version,)] = connection.execute("PRAGMA user_version")
        return made, version
    finally:
        connection.close()


async def test_a_fresh_database_has_the_newest_schema(database: Database, file: Path) -> None:
    made, version = schema(file)
    assert version == migrations()[-1][0] == len(migrations())
    assert {name for kind, name, *_ in made if kind == "table"} >= {"inbox", "outbox", "chats", "identity"}


async def test_a_database_of_any_age_becomes_the_same_as_a_fresh_one(database: Database, file: Path) -> None:
    for age in range(len(migrations()) + 1):
        old = file.with_name(f"of-age-{age}.db")
        connection = sqlite3.connect(old)
        for number, sql in migrations()[:age]:
            connection.executescript(f"{sql}; PRAGMA user_version = {number};")
        connection.close()
        await (await Database.open(old)).close()
        assert schema(old) == schema(file), f"from version {age}"


async def test_opening_again_changes_nothing_and_keeps_everything(file: Path) -> None:
    first = await Database.open(file)
    await first.write(lambda: remember(first, "a"))
    await first.close()
    before = schema(file)
    again = await Database.open(file)
    assert await chats(again) == ["a"]
    await again.close()
    assert schema(file) == before


async def test_migrations_are_numbered_without_gaps() -> None:
    assert [number for number, _ in migrations()] == list(range(1, len(migrations()) + 1))


async def test_a_migration_that_fails_leaves_the_database_as_it_was(file: Path) -> None:
    """Something stands where the first migration wants to build its last table."""
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE chats (squatter)")
    connection.close()
    with pytest.raises(sqlite3.OperationalError, match="chats"):
        await Database.open(file)
    made, version = schema(file)
    assert ([name for _, name, *_ in made], version) == (["chats"], 0)


# The lock on the data directory


def test_a_second_instance_is_refused_until_the_first_is_gone(tmp_path: Path) -> None:
    first = DataLock(tmp_path / "data")
    with pytest.raises(InUse, match="data"):
        DataLock(tmp_path / "data")
    DataLock(tmp_path / "other").release()
    first.release()
    DataLock(tmp_path / "data").release()


def test_the_data_directory_is_for_its_owner_only(tmp_path: Path) -> None:
    DataLock(tmp_path / "deep" / "data").release()
    assert (tmp_path / "deep" / "data").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "deep" / "data" / "lock").stat().st_mode & 0o777 == 0o600


def test_a_killed_instance_does_not_keep_the_lock(tmp_path: Path) -> None:
    code = (
        "import sys, os; from pathlib import Path; from storage.database import DataLock;"
        "DataLock(Path(sys.argv[1])); print('held', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(InUse):
            DataLock(tmp_path)
        holder.kill()
    DataLock(tmp_path).release()
