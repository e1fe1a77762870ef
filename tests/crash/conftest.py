"""What the crash tests share."""

from __future__ import annotations

import asyncio

import pytest

from crash.crowd import Answers


@pytest.fixture(scope="session")
def answers() -> Answers:
    """What a bot that never dies says."""
    return asyncio.run(Answers.learn())
