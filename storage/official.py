"""The official text of a report in a file of its own, which an import replaces whole while the bot runs.

The text is public: nothing in the file is sealed, and nothing of people is ever in it. It has two full-text indexes:
one of Latin words by their stem, so that “deported” finds “deportation”; one of three characters each, for Khmer, which
puts no spaces between words, and for fragments.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import aiosqlite

from storage.database import StorageError

T = TypeVar("T")
Row = tuple[str, int | None, str, str, str]
"""Place, paragraph number or None, heading, text, and the text's key: folded words parted by single spaces."""

FEW = 1_000
"""So many passages are weighed for one question at most: what bounds the time that the commonest words take."""

MOST_TERMS = 8
LONGEST_TERM = 60
_SMALL = 2_000
"""Up to so many passages, terms of less than three characters are looked for in every one."""

_OURS = 0x53414E47
_FORMAT = 1
_SCHEMA = f"""
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA application_id = {_OURS};
PRAGMA user_version = {_FORMAT};
BEGIN;
CREATE TABLE document (symbol TEXT NOT NULL);
CREATE TABLE passages (
    id INTEGER PRIMARY KEY,
    place TEXT NOT NULL,
    paragraph INTEGER,
    heading TEXT NOT NULL,
    text TEXT NOT NULL,
    key TEXT NOT NULL
);
CREATE INDEX passages_by_place ON passages (place);
CREATE VIRTUAL TABLE words USING fts5(key, content='', tokenize='porter unicode61 remove_diacritics 0');
CREATE VIRTUAL TABLE pieces USING fts5(key, content='', columnsize=0, detail=none, tokenize='trigram');
"""
_INDEX = (
    "INSERT INTO pieces (rowid, key) SELECT id, key FROM passages",
    "INSERT INTO words (words) VALUES ('optimize')",
    "INSERT INTO pieces (pieces) VALUES ('optimize')",
    "COMMIT",
)
_MATCHING = (
    f"(SELECT rowid AS found FROM pieces WHERE pieces MATCH ? LIMIT {2 * FEW}) CROSS JOIN passages ON id = found"  # noqa: S608 - a constant
)
_PLACE = """
SELECT id, place, paragraph, heading, text FROM passages
WHERE place = :place OR (place >= :place || ' (' AND place < :place || ' )')
"""
_TABLE = """
WITH numbered (place) AS (VALUES (?))
SELECT id, passages.place, paragraph, heading, text FROM passages, numbered WHERE passages.place = 'table'
AND id > (SELECT id FROM passages AS before WHERE before.place = numbered.place)
AND id < coalesce((SELECT id FROM passages AS after WHERE after.place = numbered.place + 1 || ''), id + 1)
"""
_TABLE_AFTER = re.compile(r"table after (\d{1,3})")
_KHMER = re.compile("[\u1780-\u17dd]+")
_TERM = re.compile("[\u1780-\u17dd]+|[^ \u1780-\u17dd]+")

_log = logging.getLogger("sangket.official")


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage as it was imported, word for word."""

    place: str
    paragraph: int | None
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a search found. ``whole`` says that it has all of the terms; ``score`` only orders hits."""

    passage: StoredPassage
    whole: bool
    score: float


def write(path: Path, symbol: str, rows: Iterable[Row]) -> None:
    """Put the text of a report in place of the one at ``path``: all of it is on disk when this returns, or nothing is.

    Blocks for some 0.1 s with one report. Raises StorageError and OSError; the old file is then as it was.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f"{path.name}.", suffix=".new", dir=path.parent)  # its mode is 0600
    new = Path(name)
    try:
        _fill(new, symbol, rows)
        os.fsync(descriptor)
        new.replace(path)
    except sqlite3.Error as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_ERROR:
            raise  # our own mistake
        raise StorageError(error.sqlite_errorname) from None
    finally:
        os.close(descriptor)
        new.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _fill(file: Path, symbol: str, rows: Iterable[Row]) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.executescript(_SCHEMA)
        connection.execute("INSERT INTO document (symbol) VALUES (?)", (symbol,))
        for number, row in enumerate(rows, 1):
            connection.execute(
                "INSERT INTO passages (id, place, paragraph, heading, text, key) VALUES (?, ?, ?, ?, ?, ?)",
                (number, *row),
            )
            words = _KHMER.sub(" ", row[-1])
            connection.execute("INSERT INTO words (rowid, key) VALUES (?, ?)", (number, words))
        for statement in _INDEX:
            connection.execute(statement)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class _Connection(aiosqlite.Connection):
    """aiosqlite's connection that answers a whole question in one visit to its thread."""

    async def ask(self, question: Callable[[sqlite3.Connection], T]) -> T:
        """What ``question`` returns when it is given SQLite's own connection."""
        answer: T = await self._execute(question, self._conn)  # type: ignore[no-untyped-call]
        return answer


_Identity = tuple[int, int, int, int]
"""Device, inode, time of change in nanoseconds, and size: a file that was replaced differs."""


class OfficialTexts:
    """Look-ups in the imported text. No file, or one that cannot be read, means that there is no text: no error.

    A new file is noticed at the next look-up. With ``report``, the symbol of the one that answers, the text of another
    report is none: its paragraphs have other numbers.
    """

    def __init__(self, path: Path, report: str | None = None) -> None:
        self._path = path
        self._report = report
        self._lock = asyncio.Lock()
        self._connection: _Connection | None = None
        self._symbol: str | None = None
        self._identity: _Identity | None = None

    async def symbol(self) -> str | None:
        """The symbol of the report whose text there is; None when there is none."""
        async with self._lock:
            await self._refresh()
            return self._symbol

    async def at(self, places: Sequence[str]) -> list[StoredPassage]:
        """The passages at these places, in the document's order; ``105`` gives its opening and all of its points.

        ``table`` gives every table of the body, ``table after 9`` those between paragraphs 9 and 10.
        """
        return await self._ask(lambda connection: _at(connection, places)) or []

    async def search(self, terms: Sequence[str], most: int) -> list[Hit]:
        """The passages that have these terms (keys, as the rows were given), best first, at most ``most``.

        Passages with all of the terms come before those with some. Terms are compared as they are, whatever SQLite
        or a person might read into them: Latin words by their stem, or else as a fragment; Khmer as a piece of text.
        """
        return await self._ask(lambda connection: _Search(connection, terms).best(most)) or []

    async def close(self) -> None:
        """Let go of the file."""
        async with self._lock:
            await self._let_go()

    async def _ask(self, question: Callable[[sqlite3.Connection], T]) -> T | None:
        async with self._lock:
            await self._refresh()
            if self._connection is None:
                return None
            try:
                return await self._connection.ask(question)
            except sqlite3.DatabaseError as error:
                await self._give_up(error)
                return None

    async def _refresh(self) -> None:
        """Open the file when it is another than the last time."""
        identity = _identity(self._path)
        if identity == self._identity:
            return
        await self._let_go()
        self._identity = identity
        if identity is None:
            return
        uri = f"{self._path.resolve().as_uri()}?mode=ro&immutable=1"  # an import replaces the file, it never changes it
        connection = _Connection(lambda: sqlite3.connect(uri, uri=True, isolation_level=None), iter_chunk_size=64)
        try:
            await connection
            self._connection = connection
            self._symbol = await connection.ask(_symbol)
            if self._report not in (None, self._symbol):
                _log.warning("file.of_another_report")
                await self._let_go()
                self._identity = identity
        except sqlite3.DatabaseError as error:
            self._connection = connection
            await self._give_up(error)

    async def _give_up(self, error: sqlite3.DatabaseError) -> None:
        """Do without this file, until there is another."""
        reason = getattr(error, "sqlite_errorname", "foreign file")
        _log.warning("file.unreadable", extra={"fields": {"reason": reason}})
        identity = self._identity
        await self._let_go()
        self._identity = identity

    async def _let_go(self) -> None:
        connection, self._connection = self._connection, None
        self._symbol = self._identity = None
        if connection is not None:
            await connection.close()


def _identity(path: Path) -> _Identity | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size


def _symbol(connection: sqlite3.Connection) -> str:
    """The report's symbol. Raises DatabaseError when the file is none of ours, or of another format."""
    (ours,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if (ours, version) != (_OURS, _FORMAT):
        raise sqlite3.DatabaseError("not a file of ours")
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA mmap_size = 1073741824")  # the file never changes: its pages need no copy of ours
    row = connection.execute("SELECT symbol FROM document").fetchone()
    if row is None:
        raise sqlite3.DatabaseError("without a symbol")
    return str(row[0])


def _at(connection: sqlite3.Connection, places: Sequence[str]) -> list[StoredPassage]:
    rows: dict[int, StoredPassage] = {}
    for place in dict.fromkeys(places):
        before = _TABLE_AFTER.fullmatch(place)
        found = connection.execute(_TABLE, (before[1],)) if before else connection.execute(_PLACE, {"place": place})
        rows.update((row[0], StoredPassage(*row[1:])) for row in found)
    return [rows[number] for number in sorted(rows)]


_Scores = dict[int, float]
"""How well passages answer, by their id; more is better."""


class _Search:
    """One search, on the connection's own thread."""

    def __init__(self, connection: sqlite3.Connection, terms: Sequence[str]) -> None:
        self._connection = connection
        self._words, self._pieces = _sorted_out(terms)
        self._fragments_for_unknown_words()

    def best(self, most: int) -> list[Hit]:
        """The best passages: those with everything, and, if there are fewer than wanted, those with something."""
        every = self._with_every()
        hits = self._hits(every, most, whole=True)
        if len(hits) < most and len(self._words) + len(self._pieces) > 1:
            some = {number: score for number, score in self._with_some().items() if number not in every}
            hits += self._hits(some, most - len(hits), whole=False)
        return hits

    def _fragments_for_unknown_words(self) -> None:
        """A word that stands nowhere may be a part of one that does."""
        unknown = [word for word in self._words if not self._by_words([word], 1, ranked=False)]
        self._words = [word for word in self._words if word not in unknown]
        self._pieces += unknown

    def _with_every(self) -> _Scores:
        if not self._pieces:
            return self._by_words(self._words, FEW)
        found = self._by_pieces(self._pieces, FEW)
        if self._words and found:
            among = self._by_words(self._words, FEW, among=list(found))
            found = {number: score + found[number] for number, score in among.items()}
        return found

    def _with_some(self) -> _Scores:
        """Each term by itself. Where there are rarer ones, terms that are nearly everywhere decide nothing."""
        rare = [word for word in self._words if len(self._by_words([word], FEW, ranked=False)) < FEW]
        common = [word for word in self._words if word not in rare]
        parts = [self._by_words([word], FEW) for word in rare or common[:2]]
        parts += [self._by_pieces([piece], FEW) for piece in self._pieces]
        scores: _Scores = {}
        for part in parts:
            for number, score in part.items():
                scores[number] = scores.get(number, 0.0) + score
        return scores

    def _by_words(
        self, words: Sequence[str], most: int, *, ranked: bool = True, among: Sequence[int] | None = None
    ) -> _Scores:
        """The first passages with all of these words, weighed by BM25 unless only their existence matters."""
        if not words:
            return {}
        weight = "-bm25(words)" if ranked else "0.0"
        rows = self._connection.execute(
            f"SELECT rowid, {weight} FROM words WHERE words MATCH ?{_only(among)} LIMIT ?",  # noqa: S608 - constants
            (" AND ".join(map(_quoted, words)), most),
        )
        return dict(rows.fetchall())

    def _by_pieces(self, pieces: Sequence[str], most: int) -> _Scores:
        """The first passages with all of these pieces of text, weighed by how often, for their length."""
        long = [piece for piece in pieces if len(piece) >= 3]
        if not long and not self._is_small():
            return {}
        source = _MATCHING if long else "passages"
        values = (
            [" AND ".join(map(_quoted, dict.fromkeys(t for piece in long for t in _threes(piece))))] if long else []
        )
        times = " + ".join("(length(key) - length(replace(key, ?, ''))) / length(?)" for _ in pieces)
        has = " AND ".join("instr(key, ?)" for _ in pieces)
        rows = self._connection.execute(
            f"SELECT id, ({times}) * 40.0 / (length(key) + 400) FROM {source} WHERE {has} LIMIT ?",  # noqa: S608 - as above
            (*(twice for piece in pieces for twice in (piece, piece)), *values, *pieces, most),
        )
        return dict(rows.fetchall())

    def _is_small(self) -> bool:
        (last,) = self._connection.execute("SELECT max(id) FROM passages").fetchone()
        return (last or 0) <= _SMALL

    def _hits(self, scores: _Scores, most: int, *, whole: bool) -> list[Hit]:
        best = sorted(scores, key=lambda number: (-scores[number], number))[: max(most, 0)]
        found = []
        for number in best:
            row = self._connection.execute(
                "SELECT place, paragraph, heading, text FROM passages WHERE id = ?", (number,)
            ).fetchone()
            found.append(Hit(StoredPassage(*row), whole, scores[number]))
        return found


def _sorted_out(terms: Sequence[str]) -> tuple[list[str], list[str]]:
    """Latin words and Khmer pieces, each once, not too many and not too long."""
    speakable = (term.encode("utf-8", "ignore").decode().replace("\0", " ") for term in terms)  # no lone surrogates
    cut = dict.fromkeys(piece[:LONGEST_TERM] for term in speakable for piece in _TERM.findall(term))
    kept = list(cut)[:MOST_TERMS]
    return [term for term in kept if not _KHMER.match(term)], [term for term in kept if _KHMER.match(term)]


def _quoted(term: str) -> str:
    """A string of FTS5's, in which nothing is read as its syntax."""
    return '"' + term.replace('"', '""') + '"'


def _threes(piece: str) -> list[str]:
    return [piece[place : place + 3] for place in range(len(piece) - 2)]


def _only(among: Sequence[int] | None) -> str:
    """The condition; its plus keeps FTS5 from beginning anew for each of them."""
    return "" if among is None else f" AND +rowid IN ({','.join(map(str, among))})"
