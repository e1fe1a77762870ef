"""Pressing every button that there is, breadth first."""

from __future__ import annotations

import datetime as dt
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from bot.talk import Seen, Talk


@dataclass
class Walk:
    """Everything that can be reached from a screen by pressing buttons, breadth first."""

    talk: Talk
    ways: dict[str, set[str]] = field(default_factory=dict)
    """From the data of each button to those on the screen that it shows."""
    refusals: set[str] = field(default_factory=set)
    """What Telegram refused on the way."""

    async def from_screen(self, screen: Seen) -> None:
        """Press everything once."""
        waiting = deque(sorted(datas(screen)))
        while waiting:
            data = waiting.popleft()
            if data in self.ways or data.startswith(("lang:", "in:go")):
                continue  # another language; a form, in which each button works once (tests/test_filling.py)
            self.ways[data] = datas(await self._pressed(data))
            waiting.extend(sorted(self.ways[data] - self.ways.keys()))

    async def _pressed(self, data: str) -> Seen:
        world = self.talk.world
        world.advance(dt.timedelta(seconds=2))
        already, before = set(world.taps), self.talk.last
        seen = await self.talk.tap(data)
        [tap] = set(world.taps) - already
        assert world.taps[tap].answered, f"{data} is left turning"
        self.refusals |= {call.error for call in world.calls if call.error}
        if not seen:
            assert self.talk.last is not None
            return self.talk.last
        [screen] = seen
        pictures = [shown for shown in (before, screen) if shown is not None and "photo" in shown.message]
        assert screen.kind == "edited" or pictures, f"{data} does not edit in place: {screen}"
        return screen

    def dead_ends(self, goal: str) -> set[str]:
        """Screens from which no way leads to the goal."""
        reaching = {goal}
        while grown := {data for data, onward in self.ways.items() if onward & reaching} - reaching:
            reaching |= grown
        return self.ways.keys() - reaching


def datas(screen: Seen) -> set[str]:
    """The data of all buttons on a screen."""
    keyboard: list[list[dict[str, Any]]] = screen.message.get("reply_markup", {}).get("inline_keyboard", [])
    return {button["callback_data"] for row in keyboard for button in row if "callback_data" in button}
