"""The measurement of reviewing runs, and fails when the chain it wrote is not whole."""

from __future__ import annotations

import pytest

from bench import reviews
from storage.audit import Audit


def test_the_short_run_prints_a_row_for_each_size_and_the_audit(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["bench.reviews", "--quick"])
    assert reviews.main() == 0
    printed = capsys.readouterr().out
    assert printed.startswith("| incidents | /benchmark D, ms |")
    assert "\n| 5 |" in printed
    assert "\n| 20 |" in printed
    assert "to verify 200" in printed


async def test_a_chain_that_is_not_whole_fails_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Control."""

    async def broken(self: Audit, anchors: object = ()) -> list[str]:
        return ["Entry 7 is missing."]

    monkeypatch.setattr(Audit, "faults", broken)
    *_, faults = await reviews._audited(3)
    assert faults
