"""What the crash tests share."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from crash.crowd import Answers
from crash.powercut import built


@pytest.fixture(scope="session")
def answers() -> Answers:
    """What a bot that never dies says."""
    return asyncio.run(Answers.learn())


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What keeps, in each process, only what is synced."""
    found = built(tmp_path_factory.mktemp("powercut"))
    if found is None:
        pytest.skip("there is no C compiler here to build the disk that forgets")
    return found
