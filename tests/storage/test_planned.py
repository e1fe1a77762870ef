"""Since when a deadline, a date of a case or a profile is known."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.database import Database
from storage.planned import Planned


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = await Database.open(tmp_path / "sangket.db")
    yield database
    await database.close()


async def test_what_is_known_stays_known_since_the_first_time(database: Database) -> None:
    planned = Planned(database)
    await database.write(lambda: planned.begin(["d:1:1", "p:here"], 100))
    await database.write(lambda: planned.begin(["d:1:1", "d:1:2"], 200))
    assert await database.write(planned.since) == {"d:1:1": 100, "p:here": 100, "d:1:2": 200}


async def test_a_moment_that_a_wrong_clock_wrote_gives_way_to_an_earlier_one(database: Database) -> None:
    planned = Planned(database)
    await database.write(lambda: planned.begin(["d:1:1"], 900))
    await database.write(lambda: planned.begin(["d:1:1"], 200))
    assert await database.write(planned.since) == {"d:1:1": 200}


async def test_what_is_over_is_forgotten_and_nothing_else(database: Database) -> None:
    planned = Planned(database)
    await database.write(lambda: planned.begin(["d:1:1", "d:1:2"], 100))
    await database.write(lambda: planned.end({"d:1:1", "never there"}))
    assert await database.write(planned.since) == {"d:1:2": 100}
