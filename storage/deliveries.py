"""What was sent to whom: one row for each subject and place, recorded once, delivered at least once.

``waiting``: not in the outbox yet. ``queued``: a letter in the outbox carries it. ``sent``: Telegram took it. ``gone``: the
chat cannot be written to. ``refused``: Telegram would not have it. ``unknown``: its answer was lost so often that nobody
can tell. ``void``: it was not to be sent any more. ``again`` counts how often an answer was lost.

A letter that is in the air while its delivery becomes void ends as what it was: the ledger says what happened.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from storage.database import Database

CARRIER = "to:"
"""How the keys of letters begin that carry a delivery, or several in a digest."""

STALE_SECONDS = 600
"""A letter that lay in the outbox for longer is written anew: it says how long is left, and night may have begun."""


@dataclass(frozen=True)
class Delivery:
    """One row: what, to which place, in which round."""

    subject: str
    place: bytes
    round: str


class Still(Enum):
    """What is to be done with a letter whose turn has come."""

    GO = "go"
    BACK = "back"
    """Not now: to be written anew later."""
    DROP = "drop"
    """Never."""
    GONE = "gone"
    """Never: it turned out meanwhile that the chat cannot be written to."""


class Deliveries:
    """The ledger."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def waiting(self, round_id: str, now: int, most: int) -> list[Delivery]:
        """Up to so many of this round that may go now."""
        rows = await self._database.read(
            "SELECT subject, place, round FROM deliveries WHERE round = ? AND state = 'waiting' AND not_before <= ?"
            " ORDER BY not_before LIMIT ?",
            (round_id, now, most),
        )
        return [Delivery(subject, bytes(place), of) for subject, place, of in rows]

    async def queue(self, carried: Mapping[str, Sequence[Delivery]], now: int) -> None:
        """Letters, by key, that were put into the outbox, and what each carries: one thing, or several in a digest."""
        await self._database.execute_many(
            "UPDATE deliveries SET state = 'queued', letter = ?, queued_at = ? WHERE subject = ? AND place = ?",
            [(key, now, one.subject, one.place) for key, several in carried.items() for one in several],
        )

    async def postpone(self, several: Collection[Delivery], not_before: int) -> None:
        """Not before then."""
        await self._database.execute_many(
            "UPDATE deliveries SET not_before = ? WHERE subject = ? AND place = ? AND state = 'waiting'",
            [(not_before, one.subject, one.place) for one in several],
        )

    async def shift(self, place: bytes, not_before: int) -> None:
        """Everything that waits for this place waits until then; with 0 it waits for nothing but the quiet hours."""
        await self._database.execute(
            "UPDATE deliveries SET not_before = ? WHERE place = ? AND state = 'waiting'", (not_before, place)
        )

    async def drop(self, several: Collection[Delivery], state: str = "void") -> None:
        """These are not to be sent any more: they are void, or gone."""
        await self._database.execute_many(
            "UPDATE deliveries SET state = ? WHERE subject = ? AND place = ? AND state = 'waiting'",
            [(state, one.subject, one.place) for one in several],
        )

    async def for_place(self, place: bytes, now: int) -> list[Delivery]:
        """All that waits for one place and may go now."""
        rows = await self._database.read(
            "SELECT subject, place, round FROM deliveries WHERE place = ? AND state IN ('waiting', 'queued')"
            " AND state = 'waiting' AND not_before <= ? ORDER BY subject",
            (place, now),
        )
        return [Delivery(subject, bytes(where), of) for subject, where, of in rows]

    async def drop_those_of(self, place: bytes, beginning: str) -> None:
        """Nothing whose subject begins so goes to this place any more, not even what lies in the outbox."""
        await self._database.execute(
            "UPDATE deliveries SET state = 'void' WHERE place = ? AND state IN ('waiting', 'queued')"
            " AND subject >= ? AND subject < ? || x'7f'",
            (place, beginning, beginning),
        )

    async def still(self, letter: str, now: int) -> Still:
        """What is to be done with this letter: asked right before it goes."""
        rows = await self._database.read(
            "SELECT d.state, r.state, r.ends, d.queued_at, l.blocked_on, t.held FROM deliveries d"
            " JOIN rounds r ON r.id = d.round LEFT JOIN listeners l ON l.place = d.place LEFT JOIN timekeeping t"
            " WHERE d.letter = ?",
            (letter,),
        )
        live = [row for row in rows if row[0] == "queued" and row[1] in ("running", "paused") and not 0 < row[2] <= now]
        if not live:
            return Still.DROP
        if any(blocked_on for *_, blocked_on, _ in live):
            return Still.GONE
        fresh = all(
            state == "running" and 0 <= now - queued < STALE_SECONDS and not held
            for _, state, _, queued, _, held in live
        )
        return Still.GO if fresh and len(live) == len(rows) else Still.BACK

    async def ended(self, states: Sequence[tuple[str, str]]) -> None:
        """(state, letter) each: how letters ended."""
        await self._database.execute_many("UPDATE deliveries SET state = ?, letter = NULL WHERE letter = ?", states)

    async def doubtful(self, letters: Collection[str]) -> None:
        """The answers to these letters were lost; they are sent again."""
        await self._database.execute_many(
            "UPDATE deliveries SET again = again + 1 WHERE letter = ?", [(one,) for one in letters]
        )

    async def back(self, letters: Collection[str], now: int) -> None:
        """These are to be written anew; what has ended, or is of a round that is over, is not to be sent any more."""
        these = "letter IN (SELECT value FROM json_each(?))"
        running = "(SELECT id FROM rounds WHERE state IN ('running', 'paused') AND (ends = 0 OR ends > ?))"
        keys = json.dumps(list(letters))
        await self._database.execute(
            f"UPDATE deliveries SET state = 'waiting', letter = NULL WHERE {these} AND state = 'queued'"  # noqa: S608 - ours
            f" AND round IN {running}",
            (keys, now),
        )
        await self._database.execute(
            f"UPDATE deliveries SET state = 'void', letter = NULL WHERE {these}",  # noqa: S608 - ours
            (keys,),
        )

    async def counts(self, round_ids: Collection[str]) -> dict[str, int]:
        """How many deliveries of these rounds are in each state; ``again``: how many may have come more than once. What
        still waits of a round that is void counts as void. Indexes alone are read, for they can be a million."""
        these = json.dumps(list(round_ids))
        rows = await self._database.read(
            "SELECT CASE WHEN r.state = 'void' AND d.state = 'waiting' THEN 'void' ELSE d.state END AS how, sum(d.n)"
            " FROM (SELECT round, state, count(*) AS n FROM deliveries"
            " WHERE round IN (SELECT value FROM json_each(?)) GROUP BY round, state) d"
            " JOIN rounds r ON r.id = d.round GROUP BY how",
            (these,),
        )
        [(again,)] = await self._database.read(
            "SELECT count(*) FROM deliveries WHERE round IN (SELECT value FROM json_each(?)) AND again > 0", (these,)
        )
        return dict(rows) | {"again": again}

    async def sent(self, round_ids: Collection[str]) -> int:
        """How many deliveries of these rounds Telegram took: read from the index alone, for they can be a million."""
        [(count,)] = await self._database.read(
            "SELECT count(*) FROM deliveries WHERE round IN (SELECT value FROM json_each(?)) AND state = 'sent'",
            (json.dumps(list(round_ids)),),
        )
        return int(count)

    async def progress(self, round_id: str) -> dict[str, int]:
        """How many deliveries of this round are in each state: read from an index alone, so that it can be asked often."""
        rows = await self._database.read(
            "SELECT state, count(*) FROM deliveries WHERE round = ? GROUP BY state", (round_id,)
        )
        return dict(rows)

    async def states(self, round_id: str) -> dict[bytes, str]:
        """How it stands with each place of a small round."""
        rows = await self._database.read("SELECT place, state FROM deliveries WHERE round = ?", (round_id,))
        return {bytes(place): state for place, state in rows}
