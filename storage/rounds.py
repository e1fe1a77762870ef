"""One message to many places: a step of a deadline's reminders, a notice that it changed, a broadcast.

A round is opened once, by its key. First every place that it is for gets a row in ``deliveries``, some thousands in one
transaction; then they are fed to the outbox, as many as Telegram's pace takes. So it can be paused, voided and counted,
and a restart goes on where it was.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from storage.database import Database, Row
from storage.listeners import Profile
from storage.outbox import Priority
from storage.sealing import ServerKey, Unreadable

REMINDER, NOTICE, BROADCAST = "reminder", "notice", "broadcast"
RUNNING, PAUSED, DONE, VOID = "running", "paused", "done", "void"
_COLUMNS = "id, kind, key, sealed, state, priority, reached, ends, made_on"
_BLOCK = 1024
_ASKED = "SELECT place, 1 AS told FROM subscriptions WHERE topic = ?{n} AND place > ?1 ORDER BY place LIMIT ?2"
_TOLD = (
    "SELECT place, state IN ('sent', 'unknown') OR again AS told FROM deliveries"
    " WHERE subject = ?{n} AND place > ?1 ORDER BY place LIMIT ?2"
)
"""The next places that are subscribed to a topic, or have a delivery of a subject. How many are looked at is bounded, and
not how many of them fit, so that no transaction takes long."""
_WANTED = """EXISTS (SELECT 1 FROM subscriptions AS s
    WHERE s.place = l.place AND s.topic IN (SELECT value FROM json_each(?6)))"""
_SIDE_BY_SIDE = 100
_AT_ONCE = 500
"""So many deliveries are void in the moment in which their round is; the others soon after, some at a time."""


@dataclass(frozen=True)
class Round:
    """``content`` is what is said, as plain JSON that the kind of round knows; ``topics`` whose subscribers get it, and
    ``profile`` which of them, if not all. ``subject`` is what a place gets once, in however many rounds it is. ``told``
    are the subjects of earlier rounds: only places that got one of them, or may have, get this, and of them only
    subscribers of ``topics``."""

    kind: str
    key: str
    subject: str
    topics: tuple[str, ...] = ()
    profile: str = ""
    content: Mapping[str, Any] = field(default_factory=dict)
    not_before: int = 0
    ends: int = 0
    priority: Priority = Priority.REMINDER
    state: str = RUNNING
    id: str = ""
    """12 hexadecimal digits; empty before it is opened."""
    reached: bytes | None = b""
    """The last place that has its delivery; None when all have."""
    told: tuple[str, ...] = ()


@dataclass(frozen=True)
class Standing:
    """How far an open round is. ``next_at``: unix seconds from which on the next of its deliveries may go."""

    id: str
    state: str
    ends: int
    expanding: bool
    next_at: int | None
    queued: bool
    """Letters of it are in the outbox."""

    @property
    def is_over(self) -> bool:
        """Every place has its delivery, and every delivery its end."""
        return not (self.expanding or self.queued or self.next_at is not None)


class Rounds:
    """Rounds, and which of them run."""

    def __init__(self, database: Database, server: ServerKey) -> None:
        self._database = database
        self._server = server
        self.stirred = asyncio.Event()
        """Set when a round began or goes on, for whoever feeds them: looking takes a transaction, which comes after the one
        that set it."""

    async def open(self, one: Round, today: dt.date) -> Round | None:
        """Begin a round; None when there was one of this key before. ``state`` VOID only remembers that it was left out."""
        number = secrets.token_hex(6)
        rows = await self._database.execute(
            f"INSERT INTO rounds ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - ours
            " ON CONFLICT (key) DO NOTHING RETURNING id",
            (
                number,
                one.kind,
                one.key,
                self._sealed(number, one),
                one.state,
                int(one.priority),
                b"" if (one.topics or one.told) and one.state != VOID else None,
                one.ends,
                today.isoformat(),
            ),
        )
        self.stirred.set()
        return await self.get(number) if rows else None

    async def known(self, beginning: str) -> set[str]:
        """The keys with this beginning of rounds that were opened or left out."""
        rows = await self._database.read("SELECT key FROM rounds WHERE key >= ?1 AND key < ?1 || x'7f'", (beginning,))
        return {key for (key,) in rows}

    async def get(self, round_id: str) -> Round | None:
        """The round of this id; None when there is none or it cannot be read."""
        rows = await self._database.read(f"SELECT {_COLUMNS} FROM rounds WHERE id = ?", (round_id,))  # noqa: S608 - ours
        return self._opened(rows[0]) if rows else None

    async def open_ones(self) -> list[Round]:
        """Those that run or are paused, as far as they can be read, in the order in which they are fed."""
        rows = await self._database.read(
            f"SELECT {_COLUMNS} FROM rounds WHERE state IN ('running', 'paused') ORDER BY priority, made_on, id"  # noqa: S608 - ours
        )
        return [one for row in rows if (one := self._opened(row)) is not None]

    async def of(self, beginning: str) -> list[Round]:
        """Those whose keys begin so, in the order of their keys."""
        rows = await self._database.read(
            f"SELECT {_COLUMNS} FROM rounds WHERE key >= ?1 AND key < ?1 || x'7f' ORDER BY key",  # noqa: S608 - ours
            (beginning,),
        )
        return [one for row in rows if (one := self._opened(row)) is not None]

    async def standings(self) -> list[Standing]:
        """How far each open round is, in the order in which they are fed. It takes two looks into an index for each."""
        rows = await self._database.read(
            "SELECT id, state, ends, reached IS NOT NULL,"
            " (SELECT min(not_before) FROM deliveries WHERE round = rounds.id AND state = 'waiting'),"
            " EXISTS (SELECT 1 FROM deliveries WHERE round = rounds.id AND state = 'queued')"
            " FROM rounds WHERE state IN ('running', 'paused') ORDER BY priority, made_on, id"
        )
        return [
            Standing(number, state, ends, bool(expanding), next_at, bool(queued))
            for number, state, ends, expanding, next_at, queued in rows
        ]

    async def expand(self, one: Round, most: int) -> bool:
        """Look at up to ``most`` more places, and give those that it is for their delivery; whether all have one now.
        Places that cannot be written to, and those that got this subject already, get none."""
        if one.reached is None:
            return True
        if await self._in_the_air(one.told):
            return False
        source, names = (_TOLD, one.told) if one.told else (_ASKED, one.topics)
        union = _together([source.format(n=3 + n) for n in range(len(names))])
        rows = await self._database.read(
            f"SELECT place, max(told) FROM ({union}) GROUP BY place ORDER BY place LIMIT ?2",  # noqa: S608 - ours
            (one.reached, most, *names),
        )
        await self.deliver_to(one, [bytes(place) for place, told in rows if told])
        return await self._reach(one, bytes(rows[-1][0]) if len(rows) == most else None)

    async def _in_the_air(self, told: Sequence[str]) -> bool:
        """Whether letters with these subjects are on their way although their round is void: whether they come to their
        place, and so count as told, is known in a moment."""
        for subject in told:
            rows = await self._database.read(
                "SELECT 1 FROM rounds WHERE key >= ?1 AND key < ?1 || x'7f' AND state = 'void'"
                " AND EXISTS (SELECT 1 FROM deliveries WHERE round = rounds.id AND state = 'queued') LIMIT 1",
                (subject,),
            )
            if rows:
                return True
        return False

    async def _reach(self, one: Round, reached: bytes | None) -> bool:
        await self._database.execute("UPDATE rounds SET reached = ? WHERE id = ?", (reached, one.id))
        return reached is None

    async def deliver_to(self, one: Round, marks: Sequence[bytes]) -> None:
        """Give these places their delivery, not before they wake up; of those that were told before, such as are still
        subscribed to what it is about."""
        wanted, topics = (f" AND {_WANTED}", (json.dumps(one.topics),)) if one.told else ("", ())
        await self._database.execute_many(
            "INSERT INTO deliveries (subject, place, round, state, not_before)"  # noqa: S608 - ours
            " SELECT ?1, place, ?2, 'waiting', max(?3, asleep_until) FROM listeners l"
            f" WHERE place = ?4 AND blocked_on IS NULL AND (?5 = '' OR profile = ?5){wanted} ON CONFLICT DO NOTHING",
            [(one.subject, one.id, one.not_before, mark, one.profile, *topics) for mark in marks],
        )
        self.stirred.set()

    async def tell_the_told(self, one: Round, *beginnings: str) -> None:
        """Have it delivered to every place that got, or may have got, something whose subject begins so, and that is
        still subscribed to what that was about."""
        sources = [source for beginning in beginnings for source in await self.of(beginning) if source.id != one.id]
        topics = one.topics or tuple(sorted({topic for source in sources for topic in source.topics}))
        told = tuple(sorted({source.subject for source in sources} - {one.subject}))
        if told:
            await self.reword(replace(one, topics=topics, told=told))
            await self._reach(one, b"")

    async def turn(self, round_id: str, state: str) -> bool:
        """Pause, resume, end or void it; whether it was still open. What waits of one that is void never goes out, and
        neither does what lies in the outbox (storage.deliveries)."""
        rows = await self._database.execute(
            "UPDATE rounds SET state = ?1, reached = CASE ?1 WHEN 'void' THEN x'' ELSE reached END"
            " WHERE id = ?2 AND state IN ('running', 'paused') RETURNING id",
            (state, round_id),
        )
        if rows and state == VOID:
            await self.sweep(round_id, _AT_ONCE)
        self.stirred.set()
        return bool(rows)

    async def sweep(self, round_id: str, most: int) -> bool:
        """Make up to so many deliveries void that wait for a round that is over; whether none is left."""
        rows = await self._database.execute(
            "UPDATE deliveries SET state = 'void' WHERE (subject, place) IN (SELECT subject, place FROM deliveries"
            " WHERE round = ? AND state = 'waiting' LIMIT ?) RETURNING 1",
            (round_id, most),
        )
        if len(rows) < most:
            await self._database.execute("UPDATE rounds SET reached = NULL WHERE id = ?", (round_id,))
        return len(rows) < most

    async def unswept(self) -> list[str]:
        """Void rounds of which deliveries may still wait."""
        rows = await self._database.read("SELECT id FROM rounds WHERE state = 'void' AND reached IS NOT NULL")
        return [round_id for (round_id,) in rows]

    async def void(self, beginning: str) -> None:
        """Void every open round whose key begins so."""
        for one in await self.of(beginning):
            await self.turn(one.id, VOID)

    async def reword(self, one: Round) -> None:
        """Keep its content, as it is now."""
        await self._database.execute("UPDATE rounds SET sealed = ? WHERE id = ?", (self._sealed(one.id, one), one.id))

    async def forget(self, before: dt.date, most: int) -> bool:
        """Delete up to so many deliveries of what was over before this day, or of such rounds once those are gone; whether
        nothing is left of them."""
        old = "SELECT id FROM rounds WHERE made_on < ? AND state IN ('done', 'void')"
        given = (before.isoformat(), most)
        gone = await self._database.execute(
            "DELETE FROM deliveries WHERE (subject, place) IN"  # noqa: S608 - ours
            f" (SELECT subject, place FROM deliveries WHERE round IN ({old}) LIMIT ?) RETURNING 1",
            given,
        )
        if gone:
            return False
        rows = await self._database.execute(
            f"DELETE FROM rounds WHERE id IN ({old} LIMIT ?) RETURNING 1",  # noqa: S608 - ours
            given,
        )
        return len(rows) < most

    def _sealed(self, number: str, one: Round) -> bytes:
        whole = json.dumps(
            [one.subject, one.topics, one.profile, one.content, one.not_before, one.told], ensure_ascii=False
        ).encode(errors="replace")
        return self._server.sealer.seal(whole + b" " * (-len(whole) % _BLOCK), _name(number))

    def _opened(self, row: Row) -> Round | None:
        number, kind, key, sealed, state, priority, reached, ends, _ = row
        try:
            subject, topics, profile, content, not_before, told = json.loads(
                self._server.sealer.open(bytes(sealed), _name(number))
            )
        except (Unreadable, ValueError, TypeError):
            return None
        where = None if reached is None else bytes(reached)
        return Round(
            kind,
            key,
            subject,
            tuple(topics),
            profile,
            content,
            not_before,
            ends,
            Priority(priority),
            state,
            number,
            where,
            tuple(told),
        )


def marked(profile: Profile) -> str:
    """A profile in the key of a round."""
    return str(profile).replace(" ", "|")


def _together(sources: Sequence[str]) -> str:
    """The rows of all of these, some at a time within one another: SQLite puts no more than 500 side by side."""
    while len(sources) > _SIDE_BY_SIDE:
        groups = [sources[n : n + _SIDE_BY_SIDE] for n in range(0, len(sources), _SIDE_BY_SIDE)]
        sources = [_together(group) for group in groups]
    return " UNION ALL ".join(f"SELECT * FROM ({source})" for source in sources)  # noqa: S608 - ours


def _name(number: str) -> str:
    return f"round:{number}"
