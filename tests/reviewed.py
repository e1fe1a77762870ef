"""Incidents that reviewers have judged, put into the running bot as if people had told them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from backstage import Backstage
from conftest import House

from storage.reviews import Head, Review, withdrawn

HEAD = Head("arrest", "02", "17", ("B",), counts=True, source="0102")


class Reviewed:
    """Judges, behind the scenes."""

    def __init__(self, house: House) -> None:
        self._backstage = backstage = Backstage(house)
        self._now = house.world.clock
        self._tables = backstage.tables
        self._count = 0

    async def add(self, count: int = 1, hour: int | None = None, head: Head = HEAD, **review: Any) -> list[str]:
        """So many incidents, found likely and linked to benchmark B, or as said here; their references."""
        return [await self._one(hour, head, review) for _ in range(count)]

    async def change(self, reference: str, **review: Any) -> None:
        """Judge one otherwise."""
        await self._backstage.do(lambda: self._changed(reference, review))

    async def withdraw(self, reference: str) -> None:
        """What the teller does with the receipt."""

        async def deed() -> None:
            await self._tables.incidents.withdraw(reference)
            review = await self._tables.reviews.of(reference)
            assert review is not None
            await self._tables.reviews.keep(withdrawn(review))

        await self._backstage.do(deed)

    async def of(self, reference: str) -> Review:
        """How one is judged now."""
        review = await self._backstage.do(lambda: self._tables.reviews.of(reference))
        assert review is not None
        return review

    async def _one(self, hour: int | None, head: Head, review: dict[str, Any]) -> str:
        self._count += 1
        reference = f"R-{self._count:04}"
        now = self._now()
        head = replace(head, hour=int(now.timestamp()) // 3600 if hour is None else hour)

        async def deed() -> None:
            await self._tables.incidents.take(reference, {"form": "incident"}, now.date())
            kept = Review(reference, head, state="used", finding="04", benchmarks=head.benchmarks)
            await self._tables.reviews.keep(replace(kept, **review))

        await self._backstage.do(deed)
        return reference

    async def _changed(self, reference: str, review: dict[str, Any]) -> None:
        known = await self._tables.reviews.of(reference)
        assert known is not None
        await self._tables.reviews.keep(replace(known, **review))
