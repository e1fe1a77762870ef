"""The queue of updates: how long they are kept, how the bot fetches and confirms them."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, takewhile
from typing import Any, Final

from sandbox.refusal import Refusal, conflict

QUEUE_LIMIT: Final = 100_000
KEPT_SECONDS: Final = 24 * 3600
TAP_SECONDS: Final = 150
INLINE_SECONDS: Final = 30
QUIET_SECONDS: Final = 7 * 24 * 3600
"""After a week without updates the next identifier is chosen at random (core.telegram.org/bots/api#update)."""
AHEAD: Final = 10
"""An offset this far beyond the last update is taken for a mistake and ignored, as TDLib's queue does."""

DEFAULT_KINDS: Final = frozenset(
    {
        "message",
        "edited_message",
        "channel_post",
        "edited_channel_post",
        "business_connection",
        "business_message",
        "edited_business_message",
        "deleted_business_messages",
        "guest_message",
        "inline_query",
        "chosen_inline_result",
        "callback_query",
        "shipping_query",
        "pre_checkout_query",
        "purchased_paid_media",
        "poll",
        "poll_answer",
        "my_chat_member",
        "chat_join_request",
        "chat_boost",
        "removed_chat_boost",
        "managed_bot",
    }
)
KINDS: Final = DEFAULT_KINDS | {"chat_member", "message_reaction", "message_reaction_count"}
_LIFETIMES: Final[Mapping[str, int]] = {"callback_query": TAP_SECONDS, "inline_query": INLINE_SECONDS}


@dataclass(frozen=True, slots=True)
class Queued:
    """An update that waits to be confirmed, and the moment (Unix seconds) after which Telegram forgets it."""

    update: dict[str, Any]
    until: float


class Poll:
    """A getUpdates request that waits: woken when something came, or ended with a refusal."""

    def __init__(self) -> None:
        self._woken: asyncio.Future[Refusal | None] = asyncio.get_running_loop().create_future()

    def end(self, refusal: Refusal | None = None) -> None:
        if not self._woken.done():
            self._woken.set_result(refusal)

    async def wait(self, seconds: float, gone: asyncio.Event) -> None:
        """Return when woken, when `seconds` are over or the client is `gone`; raise the refusal it was ended with."""
        leaving = asyncio.ensure_future(gone.wait())
        try:
            await asyncio.wait((self._woken, leaving), timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            leaving.cancel()
        refusal = self._woken.result() if self._woken.done() else None
        if refusal is not None:
            raise refusal


class Updates:
    """What happened and was not yet confirmed by the bot, oldest first. `now` gives Unix seconds."""

    def __init__(self, dice: random.Random, now: Callable[[], float]) -> None:
        self._dice = dice
        self._now = now
        self._queue: dict[int, Queued] = {}
        self._in_order = True
        self._next_id = self._random_id()
        self._last_at: float | None = None
        self._earliest_end = float("inf")
        self._poll: Poll | None = None
        self.arrived = asyncio.Event()
        self.allowed: frozenset[str] = DEFAULT_KINDS
        self.hung_up = False

    def put(self, kind: str, payload: Mapping[str, Any]) -> int | None:
        """Queue an update of a kind; None when the bot did not ask for this kind or the queue is full."""
        if kind not in self.allowed or len(self._queue) >= QUEUE_LIMIT:
            return None
        now = self._now()
        update_id = self._take_id(now)
        self._append(update_id, {"update_id": update_id, kind: payload}, now, _LIFETIMES.get(kind, KEPT_SECONDS))
        return update_id

    def put_raw(self, update: dict[str, Any]) -> int:
        """Queue any object as an update, also a malformed one or one with an identifier already used."""
        now = self._now()
        given = update.get("update_id")
        update_id = given if type(given) is int else self._take_id(now)
        self._in_order = self._in_order and update_id >= self._next_id - 1
        self._next_id = max(self._next_id, update_id + 1)
        self._append(update_id, {"update_id": update_id} | update, now, KEPT_SECONDS)
        return update_id

    def take(self, offset: int, limit: int) -> list[dict[str, Any]]:
        """The oldest unconfirmed updates; a positive offset confirms all before it, a negative one counts from the end."""
        self._expire()
        if offset < 0:
            offset = next(islice(self._queue, max(0, len(self._queue) + offset), None), 0)
        if 0 < offset <= self._next_id + AHEAD:
            self._confirm(offset)
        return [queued.update for queued in islice(self._queue.values(), limit)]

    async def poll(self, offset: int, limit: int, timeout: float, gone: asyncio.Event) -> list[dict[str, Any]]:  # noqa: ASYNC109 (the Bot API's own word)
        """`take`, but waits up to `timeout` seconds for the first update; ends any older request that still waits."""
        self.end_poll(
            conflict("terminated by other getUpdates request; make sure that only one bot instance is running")
        )
        found = self.take(offset, limit)
        if found or timeout <= 0 or self.hung_up:
            return found
        self._poll = poll = Poll()
        try:
            await poll.wait(timeout, gone)
        finally:
            if self._poll is poll:
                self._poll = None
        return [] if gone.is_set() else self.take(0, limit)

    @property
    def is_polled(self) -> bool:
        """Whether a getUpdates request waits."""
        return self._poll is not None

    def end_poll(self, refusal: Refusal | None = None) -> None:
        """Answer the waiting getUpdates request at once: with what there is, or with a refusal."""
        if self._poll is not None:
            self._poll.end(refusal)
            self._poll = None

    def first(self) -> dict[str, Any] | None:
        """The oldest unconfirmed update, for the webhook."""
        self._expire()
        return next((queued.update for queued in self._queue.values()), None)

    def confirm_one(self, update_id: int) -> None:
        self._queue.pop(update_id, None)

    def clear(self) -> None:
        self._queue.clear()

    def pending(self) -> int:
        self._expire()
        return len(self._queue)

    def _append(self, update_id: int, update: dict[str, Any], now: float, seconds: int) -> None:
        self._queue[update_id] = Queued(update, now + seconds)
        self._earliest_end = min(self._earliest_end, now + seconds)
        self._last_at = now
        self.arrived.set()
        self.end_poll()

    def _confirm(self, offset: int) -> None:
        for update_id in list(self._queue) if not self._in_order else list(self._older_than(offset)):
            if update_id < offset:
                del self._queue[update_id]
        self._in_order = self._in_order or not self._queue

    def _older_than(self, offset: int) -> Iterator[int]:
        return takewhile(lambda update_id: update_id < offset, self._queue)

    def _expire(self) -> None:
        now = self._now()
        if now < self._earliest_end:
            return
        self._queue = {update_id: queued for update_id, queued in self._queue.items() if now < queued.until}
        self._earliest_end = min((queued.until for queued in self._queue.values()), default=float("inf"))

    def _take_id(self, now: float) -> int:
        if self._last_at is not None and now - self._last_at >= QUIET_SECONDS:
            self._next_id = self._random_id()
        self._next_id += 1
        return self._next_id - 1

    def _random_id(self) -> int:
        return self._dice.randrange(100_000_000, 900_000_000)
