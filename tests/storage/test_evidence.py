"""Files that people sent: which are wanted, and that each is on the disk whole, sealed, or not at all."""

from __future__ import annotations

import datetime as dt
import errno
import os
import resource
import stat
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pytest

from storage.database import Database, Row
from storage.drafts import Draft
from storage.evidence import Blobs
from storage.sealing import DraftKeys, OfficeKey, OfficeLock, ServerKey
from storage.tables import Tables

T = TypeVar("T")

MONDAY = dt.date(2026, 11, 23)
DARA = 6_123_456_789
SOK = 6_987_654_321
SEALED = os.urandom(300_000)


class Store:
    """Rows and files, as the bot has them."""

    def __init__(self, folder: Path, database: Database) -> None:
        server = ServerKey.load(folder / "server.key", MONDAY)
        keys = DraftKeys.load(folder / "draft.keys", MONDAY)
        self.database = database
        self.folder = folder / "evidence"
        self.tables = Tables.over(database, server, keys, OfficeLock(OfficeKey.new().recipients))
        self.evidence = self.tables.evidence
        self.blobs = Blobs(self.folder)

    async def do(self, deed: Callable[[], Awaitable[T]]) -> T:
        return await self.database.write(deed)

    async def rows(self, sql: str) -> list[Row]:
        return await self.do(lambda: self.database.read(sql))

    async def begin(self, chat_id: int, *file_ids: str) -> None:
        """A form in progress with these files."""
        draft = Draft("incident", 0, 2**40, {"answers": {}, "partial": None})
        await self.do(lambda: self.tables.drafts.keep(chat_id, {"incident": draft}))
        for file_id in file_ids:
            await self.expect(chat_id, file_id)

    async def expect(self, chat_id: int, file_id: str) -> None:
        """A file is asked for, and comes."""
        await self.do(lambda: self.evidence.expect(file_id, chat_id, MONDAY))
        self.blobs.write(file_id, SEALED)

    async def end(self, chat_id: int) -> None:
        """The draft of this chat is over."""
        await self.do(lambda: self.tables.drafts.keep(chat_id, {}))

    async def take(self, reference: str) -> None:
        """An incident is handed in."""
        await self.do(lambda: self.tables.incidents.take(reference, {"told": "all"}, MONDAY))

    async def sweep(self) -> int:
        """Remove the files that nobody wants; how many."""
        before = self.files()
        self.blobs.remove(self.blobs.all() - await self.do(self.evidence.all))
        return len(before - self.files())

    def files(self) -> set[str]:
        """What is on the disk."""
        return {file.name for file in self.folder.iterdir()} if self.folder.is_dir() else set()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    database = await Database.open(tmp_path / "sangket.db")
    yield Store(tmp_path, database)
    await database.close()


# Which are wanted


async def test_files_that_were_handed_in_survive_the_end_of_their_draft(store: Store) -> None:
    await store.begin(DARA, "proof", "slip")
    await store.take("R-AAAA")
    await store.do(lambda: store.evidence.hand_in(["proof"], "R-AAAA"))
    await store.end(DARA)
    assert await store.do(store.evidence.all) == {"proof"}, "control: the one not handed in goes with the draft"
    assert await store.sweep() == 1
    assert store.files() == {"proof.age"}
    assert await store.do(lambda: store.evidence.of("R-AAAA")) == ["proof"]


async def test_what_was_handed_in_tells_no_chat_any_more(store: Store) -> None:
    await store.begin(DARA, "proof")
    assert await store.rows("SELECT draft IS NULL, reference FROM evidence") == [(0, None)], "control"
    await store.take("R-AAAA")
    await store.do(lambda: store.evidence.hand_in(["proof"], "R-AAAA"))
    assert await store.rows("SELECT draft IS NULL, reference FROM evidence") == [(1, "R-AAAA")]


async def test_files_belong_to_the_incident_they_came_with(store: Store) -> None:
    await store.begin(DARA, "dara-b", "dara-a")
    await store.begin(SOK, "sok")
    for reference in ("R-AAAA", "R-BBBB"):
        await store.take(reference)
    await store.do(lambda: store.evidence.hand_in(["dara-b", "dara-a"], "R-AAAA"))
    await store.do(lambda: store.evidence.hand_in(["sok"], "R-BBBB"))
    assert await store.do(lambda: store.evidence.of("R-AAAA")) == ["dara-a", "dara-b"]
    assert await store.do(lambda: store.evidence.of("R-BBBB")) == ["sok"]
    assert await store.do(lambda: store.evidence.of("R-CCCC")) == []


async def test_files_that_were_dropped_are_swept_and_others_stay(store: Store) -> None:
    await store.begin(DARA, "kept", "dropped")
    await store.begin(SOK, "another's")
    assert await store.sweep() == 0, "control"
    await store.do(lambda: store.evidence.drop(["dropped"]))
    assert store.files() == {"kept.age", "dropped.age", "another's.age"}, "the row goes first, the file at the sweep"
    assert await store.sweep() == 1
    assert store.files() == {"kept.age", "another's.age"}
    await store.do(lambda: store.evidence.drop(["dropped", "never was"]))
    await store.do(lambda: store.evidence.drop([]))


async def test_the_files_of_a_withdrawn_incident_are_swept(store: Store) -> None:
    await store.begin(DARA, "proof", "other")
    for reference, file_id in (("R-AAAA", "proof"), ("R-BBBB", "other")):
        await store.take(reference)
        await store.do(partial(store.evidence.hand_in, [file_id], reference))
    await store.do(lambda: store.tables.incidents.withdraw("R-AAAA"))
    assert await store.sweep() == 1
    assert store.files() == {"other.age"}


async def test_a_file_that_no_row_knows_is_swept(store: Store) -> None:
    store.blobs.write("stray", SEALED)
    assert await store.sweep() == 1
    assert store.files() == set()


async def test_there_is_nothing_to_sweep_before_the_first_file(store: Store) -> None:
    assert await store.sweep() == 0
    store.blobs.tidy()
    assert not store.folder.exists()


# On the disk


async def test_what_is_written_is_there_whole_for_its_owner_only(store: Store) -> None:
    store.blobs.write("proof", SEALED)
    file = store.blobs.path("proof")
    assert file.read_bytes() == SEALED
    assert file.stat().st_mode & 0o777 == 0o600
    assert store.folder.stat().st_mode & 0o777 == 0o700
    assert store.files() == {"proof.age"}


async def test_a_file_does_not_tell_when_it_came(store: Store) -> None:
    store.blobs.write("proof", SEALED)
    assert store.blobs.path("proof").stat().st_mtime == 0


async def test_what_is_gone_already_can_be_removed(store: Store) -> None:
    store.blobs.write("proof", SEALED)
    store.blobs.remove(["proof", "never was", "proof"])
    assert store.files() == set()


async def test_a_file_that_comes_again_takes_the_place_of_the_first(store: Store) -> None:
    store.blobs.write("proof", b"first")
    store.blobs.write("proof", b"second")
    assert store.blobs.path("proof").read_bytes() == b"second"
    assert store.files() == {"proof.age"}


async def test_a_file_is_synced_before_it_gets_its_name_and_its_folder_after(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    sync, rename = os.fsync, Path.replace

    def fsync(descriptor: int) -> None:
        steps.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        sync(descriptor)

    def replace(self: Path, target: Path) -> Path:
        steps.append("name")
        return rename(self, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", replace)
    store.blobs.write("proof", SEALED)
    assert steps == ["file", "name", "folder"]


async def test_a_file_that_is_being_written_is_not_swept(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[set[str]] = []
    sync = os.fsync

    def fsync(descriptor: int) -> None:
        if not seen:
            seen.append(store.files())
            assert store.blobs.all() == set()
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    store.blobs.write("proof", SEALED)
    [[half]] = seen
    assert half.startswith("."), "control: the sweep came while the file was half written"
    assert store.blobs.path("proof").read_bytes() == SEALED


async def test_what_a_killed_process_left_half_written_is_tidied_at_the_next_start(store: Store) -> None:
    await store.begin(DARA, "proof")
    half = store.folder / ".other.0badc0de"
    half.write_bytes(SEALED[:1000])
    assert await store.sweep() == 0
    assert half.exists(), "control: the sweep leaves it"
    store.blobs.tidy()
    assert store.files() == {"proof.age"}


async def test_a_full_disk_leaves_nothing_and_the_next_try_works(store: Store) -> None:
    store.blobs.write("before", b"sealed")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(OSError) as full:
            store.blobs.write("proof", SEALED)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert full.value.errno == errno.EFBIG, "control: it failed at the limit"
    assert store.files() == {"before.age"}
    store.blobs.write("proof", SEALED)
    assert store.blobs.path("proof").read_bytes() == SEALED


@pytest.mark.parametrize("broken", ["os.fsync", "pathlib.Path.replace"])
async def test_a_disk_that_fails_at_the_last_moment_leaves_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    store.blobs.write("before", b"sealed")

    def fail(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "no space")

    with monkeypatch.context() as patched:
        patched.setattr(broken, fail)
        with pytest.raises(OSError, match="no space"):
            store.blobs.write("proof", SEALED)
    assert store.files() == {"before.age"}


async def test_a_second_try_that_fails_leaves_the_first_file_alone(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.blobs.write("proof", b"first")

    def fail(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "no space")

    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", fail)
        with pytest.raises(OSError, match="no space"):
            store.blobs.write("proof", b"second")
    assert store.blobs.path("proof").read_bytes() == b"first"


async def test_a_folder_beside_the_files_does_not_stop_the_sweep(store: Store) -> None:
    """A file system of its own has a ``lost+found``."""
    await store.begin(DARA, "kept")
    (store.folder / "lost+found").mkdir()
    store.blobs.write("stray", SEALED)
    assert await store.sweep() == 1
    assert store.files() == {"kept.age", "lost+found"}


async def test_a_hidden_folder_beside_the_files_does_not_stop_the_start(store: Store) -> None:
    """Desktops and file servers put theirs wherever somebody deletes something."""
    await store.begin(DARA, "kept")
    (store.folder / ".Trash-0").mkdir()
    (store.folder / ".half.0badc0de").write_bytes(SEALED)
    store.blobs.tidy()
    assert store.files() == {"kept.age", ".Trash-0"}
