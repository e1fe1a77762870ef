"""The call for information that a command or a button is about."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from forms.cutoff import Occurrence
from handlers.turn import Context
from storage.deadlines import CALL, Deadline, Deadlines
from texts import due, otherwise

CALL_ID = "([0-9a-f]{8})"
"""The id of a call in the data of a button."""


class Calls:
    """Calls, by the network's own zone."""

    def __init__(self, deadlines: Deadlines, zone: ZoneInfo) -> None:
        self._deadlines = deadlines
        self.zone = zone

    async def next(self, now: dt.datetime) -> Deadline | None:
        """That whose cut-off comes next; None when none is ahead."""
        calls = [one for one in await self._deadlines.all() if one.kind == CALL and not one.cancelled]
        ahead = [(found.at, one.id, one) for one in calls if (found := self.occurrence(one, now)) is not None]
        return min(ahead)[2] if ahead else None

    async def asked_for(self, context: Context) -> Deadline | None:
        """That of the pressed button, whose pattern finds it first; else that the button is old is said."""
        call = await self._deadlines.get(context.found[0])
        if call is not None and call.kind == CALL and not call.cancelled:
            return call
        context.answer(otherwise.old_button(context.language))
        return None

    def occurrence(self, call: Deadline, now: dt.datetime) -> Occurrence | None:
        """When its cut-off is over; None when it is."""
        return due.cutoff(call, self.zone.key).next(now)

    def today(self, now: dt.datetime) -> dt.date:
        """The day in the network's zone."""
        return now.astimezone(self.zone).date()
