"""Who asked when, and which answer belongs to which question: the bookkeeping inside the server."""

from __future__ import annotations

from collections import deque
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Tally:
    """What came of a run. Instants are of the monotonic clock, in seconds; 0.0 means not yet."""

    asked: int
    answered: int
    surplus: int
    wrong: int
    first_asked_at: float
    last_answered_at: float
    first_poll_at: float
    waits: tuple[float, ...]
    """Seconds from a person's text to the bot's reply, one per answered question."""

    @property
    def lost(self) -> int:
        """Questions that no answer came to."""
        return self.asked - self.answered

    @property
    def seconds(self) -> float:
        """From the first question to the last answer."""
        return max(self.last_answered_at - self.first_asked_at, 0.0)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answered / self.seconds if self.seconds else 0.0

    @property
    def faults(self) -> str:
        """Lost, doubled and wrong answers in words; empty when every question got its one answer."""
        named = ((self.lost, "lost"), (self.surplus, "answered twice or unasked"), (self.wrong, "with a wrong text"))
        return ", ".join(f"{count} {what}" for count, what in named if count)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> Tally:
        return cls(**{**row, "waits": tuple(row["waits"])})


class Ledger:
    """Matches answers to questions by chat and order.

    An answer to a chat with no question handed out and open is surplus: doubled, or never asked for.
    ``marker`` is a piece of text, in lower case, that every right answer holds.
    """

    def __init__(self, marker: str = "") -> None:
        self.first_poll_at = 0.0
        self._marker = marker
        self._open: dict[int, deque[tuple[int, float]]] = {}
        self._handed_out = -1
        self._waits: list[float] = []
        self._asked = self._surplus = self._wrong = 0
        self._first_asked_at = self._last_answered_at = 0.0

    def ask(self, chat_id: int, update_id: int, at: float) -> None:
        """A person in this chat wrote a text that became this update."""
        self._open.setdefault(chat_id, deque()).append((update_id, at))
        self._asked += 1
        self._first_asked_at = self._first_asked_at or at

    def hand_out(self, update_id: int) -> None:
        """The bot was given every update up to this one."""
        self._handed_out = max(self._handed_out, update_id)

    def answer(self, chat_id: int, text: str, at: float) -> None:
        """The bot wrote to this chat."""
        waiting = self._open.get(chat_id)
        if not waiting or waiting[0][0] > self._handed_out:
            self._surplus += 1
            return
        _, asked_at = waiting.popleft()
        self._waits.append(at - asked_at)
        self._last_answered_at = at
        if self._marker not in text.lower():
            self._wrong += 1

    @property
    def answered(self) -> int:
        """Questions that got their answer."""
        return len(self._waits)

    def tally(self) -> Tally:
        return Tally(
            asked=self._asked,
            answered=len(self._waits),
            surplus=self._surplus,
            wrong=self._wrong,
            first_asked_at=self._first_asked_at,
            last_answered_at=self._last_answered_at,
            first_poll_at=self.first_poll_at,
            waits=tuple(self._waits),
        )
