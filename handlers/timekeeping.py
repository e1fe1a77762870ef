"""The button with which an admin says that the server's clock is right."""

from __future__ import annotations

from telegram import Update
from telegram.ext import CallbackQueryHandler

from handlers.access import Rule, under
from handlers.team import Team
from handlers.turn import Context, Handler
from storage.audit import Act
from storage.members import Role
from storage.timekeeping import Timekeeping
from texts import timekeeping as texts


class RightClock:
    """Lets go on what waits since the clock leapt (schedules.timekeeping)."""

    def __init__(self, timekeeping: Timekeeping, team: Team) -> None:
        self._timekeeping = timekeeping
        self._team = team

    def handlers(self) -> list[Handler]:
        """For admins."""
        return under(Rule(Role.ADMIN), CallbackQueryHandler(self.right, r"^ck:right$"))

    async def right(self, update: Update, context: Context) -> None:
        """What the clock shows now is right: from it on leaps are looked for."""
        if not await self._timekeeping.release():
            context.answer(texts.goes_on(context.language))
            return
        await self._timekeeping.saw(context.unix)
        await self._team.note(context, Act.CLOCK, "right")
        context.answer(texts.released(context.turn.now, context.language))
