"""How much is measured."""

from __future__ import annotations

import random
from dataclasses import dataclass

DOCUMENT = b"%PDF-1.7\n" + random.Random(1).randbytes(200_000 - 9)
"""200 kB that nothing makes smaller, as a scan or a picture."""

MILLISECOND = 1e-3


@dataclass(frozen=True)
class Plan:
    """How much is done in each of ``rounds``."""

    rounds: int = 3
    alone: int = 25
    """Incidents that are told one after the other: fewer than make a flood."""
    crowd: int = 1_000
    sending: int = 5
    """Of so many people in the crowd one sends a document."""
    kept: int = 100
    """Incidents whose size on the disk is measured, without a file and with one."""
    sealed: int = 1_000
    blocks: int = 25
    lookups: int = 80
    """In a block."""

    @classmethod
    def quick(cls) -> Plan:
        """A small run that shows everything works; its figures are no basis for anything."""
        return cls(rounds=1, alone=3, crowd=40, kept=5, sealed=20, blocks=2, lookups=10)
