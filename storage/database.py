"""One SQLite file, one writer connection, one transaction at a time."""

from __future__ import annotations

import asyncio
import fcntl
import os
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite

T = TypeVar("T")
Row = tuple[Any, ...]
Statement = tuple[str, Sequence[Any], bool]
"""SQL, its values, and whether the values are many rows of them."""

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = {synchronous}",
    "PRAGMA secure_delete = ON",
    "PRAGMA foreign_keys = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA busy_timeout = 5000",
    "PRAGMA wal_autocheckpoint = 1000",
    "PRAGMA cache_size = -512",  # KiB; what is read and written is small and new
)

_NOT_OUR_FAULT = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_NOTADB,
}

_inside: ContextVar[bool] = ContextVar("inside a transaction", default=False)


class StorageError(Exception):
    """The disk is full, broken or locked, or the data is newer than the program; SQLite's name for it or a few words."""


class InUse(Exception):
    """Another process works on this data directory."""


class DataLock:
    """Keeps a second instance off a data directory for as long as this process lives."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._descriptor = os.open(directory / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._descriptor)
            raise InUse(str(directory)) from None

    def release(self) -> None:
        """Let another instance in. The kernel does the same when the process dies."""
        os.close(self._descriptor)


class _Connection(aiosqlite.Connection):
    """aiosqlite's connection that can run several statements in one visit to its thread.

    A visit costs about 40 µs; an update needs four of them instead of eight.
    """

    async def sequence(self, statements: Sequence[Statement]) -> list[Row]:
        """Run these in order; the rows that the last one returns."""
        rows: list[Row] = await self._execute(self._sequence, statements)  # type: ignore[no-untyped-call]
        return rows

    def _sequence(self, statements: Sequence[Statement]) -> list[Row]:
        rows: list[Row] = []
        for sql, values, many in statements:
            run = self._conn.executemany if many else self._conn.execute
            rows = run(sql, values).fetchall()
        return rows


class Database:
    """The connection that repositories share. Its methods work only inside a transaction.

    Worker, sender and ticker open transactions with ``write``; everybody else is called within one. The
    transaction begins with the first statement that changes something: nobody else has the file open (DataLock).
    """

    def __init__(self, connection: _Connection) -> None:
        self._connection = connection
        self._lock = asyncio.Lock()
        self._begun = False
        self._savepoint_wanted = False
        self._at_the_end: list[Statement] = []

    @classmethod
    async def open(cls, path: Path, *, synchronous: str = "FULL") -> Database:
        """The database at ``path``, migrated to the newest schema.

        ``synchronous`` is FULL, so that what Telegram was told about survives a power cut (WAL with NORMAL
        lost updates in 18 of 22 simulated cuts); anything less is for tests that show this.
        """
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        os.close(descriptor)
        connection = _Connection(lambda: sqlite3.connect(path, isolation_level=None), iter_chunk_size=64)
        try:
            await connection
            database = cls(connection)
            for pragma in _PRAGMAS:
                await connection.execute_fetchall(pragma.format(synchronous=synchronous))
            await database._migrate()
        except sqlite3.Error as error:
            await connection.close()
            raise _explained(error) from None
        except BaseException:
            await connection.close()
            raise
        return database

    @classmethod
    async def looking_on(cls, path: Path) -> Database:
        """The database of a bot that may be running: for reading only, and as it is. Raises StorageError."""
        connection = _Connection(
            lambda: sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None),
            iter_chunk_size=64,
        )
        try:
            await connection
            [(version,)] = await connection.execute_fetchall("PRAGMA user_version")
        except sqlite3.Error as error:
            await connection.close()
            raise _explained(error) from None
        if version != migrations()[-1][0]:
            await connection.close()
            raise StorageError("it was made by another version of this program")
        return cls(connection)

    async def stop_looking(self) -> None:
        """Close what ``looking_on`` opened."""
        await self._connection.close()

    async def write(self, work: Callable[[], Awaitable[T]]) -> T:
        """Run ``work`` as one transaction: all of it is on disk when this returns, or none of it ever was.

        A transaction within a transaction is refused, for it would wait for itself.

        Runs to its end even when the caller is cancelled. Raises what ``work`` raises, and StorageError.
        """
        if _inside.get():
            raise RuntimeError("a transaction was begun inside a transaction")
        task = asyncio.get_running_loop().create_task(self._unit(work))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            await asyncio.wait([task])
            raise

    async def _unit(self, work: Callable[[], Awaitable[T]]) -> T:
        async with self._lock:
            _inside.set(True)
            try:
                result = await work()
                await self._commit()
            except BaseException:
                await self._connection.rollback()
                raise
            finally:
                self._begun = self._savepoint_wanted = False
                self._at_the_end = []
            return result

    async def _commit(self) -> None:
        if self._at_the_end or self._begun:
            await self._run([*self._beginning(), *self._at_the_end, ("COMMIT", (), False)])

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """A part of the transaction that can fail alone: an exception undoes what was written within.

        The savepoint is set only when something is written, so that mere reading costs nothing.
        """
        _must_be_inside()
        self._savepoint_wanted = True
        kept = len(self._at_the_end)
        try:
            yield
        except BaseException:
            del self._at_the_end[kept:]
            if not self._savepoint_wanted and self._connection.in_transaction:  # a full disk ends it by itself
                await self._run([("ROLLBACK TO part", (), False), ("RELEASE part", (), False)])
            raise
        else:
            if not self._savepoint_wanted:
                await self._run([("RELEASE part", (), False)])
        finally:
            self._savepoint_wanted = False

    async def read(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """The rows of a SELECT. Does not see what ``at_the_end`` was given."""
        _must_be_inside()
        return await self._run([(sql, values, False)])

    async def execute(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """Run a statement that changes something, now; its RETURNING rows."""
        _must_be_inside()
        return await self._run([*self._beginning(), (sql, values, False)])

    async def execute_many_then_read(
        self, sql: str, rows: Sequence[Sequence[Any]], query: str, values: Sequence[Any]
    ) -> list[Row]:
        """``execute_many`` and then a SELECT, in one visit to the thread; the rows of the SELECT."""
        _must_be_inside()
        changes = [*self._beginning(), (sql, rows, True)] if rows else []
        return await self._run([*changes, (query, values, False)])

    async def execute_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run a statement that changes something for each row of values, now."""
        _must_be_inside()
        if rows:
            await self._run([*self._beginning(), (sql, rows, True)])

    def at_the_end(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run this for each row of values right before the commit: for the last word about rows, read by nobody
        within the transaction."""
        _must_be_inside()
        if rows:
            self._at_the_end.append((sql, rows, True))

    def _beginning(self) -> list[Statement]:
        """What must be run before the next statement that changes something."""
        statements: list[Statement] = []
        if not self._begun:
            self._begun = True
            statements.append(("BEGIN IMMEDIATE", (), False))
        if self._savepoint_wanted:
            self._savepoint_wanted = False
            statements.append(("SAVEPOINT part", (), False))
        return statements

    async def _run(self, statements: Sequence[Statement]) -> list[Row]:
        try:
            return await self._connection.sequence(statements)
        except sqlite3.Error as error:
            raise _explained(error) from None

    async def tidy(self) -> None:
        """Fold the write-ahead log into the file and empty it, so that deleted bytes do not linger there."""
        async with self._lock:
            await self._run([("PRAGMA wal_checkpoint(TRUNCATE)", (), False)])

    async def rearrange(self) -> None:
        """Write every table anew in the order of its keys, so that no page tells what came with what; then tidy."""
        async with self._lock:
            await self._run([("VACUUM", (), False)])
        await self.tidy()

    async def close(self) -> None:
        """Wait for the transaction under way, tidy and close."""
        try:
            await self.tidy()
        finally:  # the connection's thread would keep the process alive
            await self._connection.close()

    async def _migrate(self) -> None:
        """Bring the schema up to date: each numbered file once, in order, each whole or not at all."""
        [(version,)] = await self._connection.execute_fetchall("PRAGMA user_version")
        known = migrations()
        if version > known[-1][0]:
            raise StorageError("it was made by a newer version of this program")
        for number, sql in known:
            if number > version:
                script = f"BEGIN IMMEDIATE;\n{sql}\nPRAGMA user_version = {number};\nCOMMIT;"
                try:
                    await self._connection.executescript(script)
                except sqlite3.Error:
                    await self._connection.rollback()
                    raise


def migrations() -> list[tuple[int, str]]:
    """The numbered SQL files, in order, as (number, text)."""
    folder = files("storage") / "migrations"
    found = [(int(f.name[:4]), f.read_text("utf-8")) for f in folder.iterdir() if f.name.endswith(".sql")]
    return sorted(found)


def _must_be_inside() -> None:
    if not _inside.get():
        raise RuntimeError("a repository was used outside a transaction")


def _explained(error: sqlite3.Error) -> Exception:
    """StorageError when the disk or another process is to blame; our own mistakes stay what they are."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    return StorageError(error.sqlite_errorname) if code in _NOT_OUR_FAULT else error
