"""How a chat wants to be reminded: its zone and quiet hours, how often, in how many messages, and when not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from telegram import Update
from telegram.ext import CallbackQueryHandler

from handlers.standing import Standings
from handlers.turn import Context, Handler
from storage.listeners import Listener
from storage.tables import Tables
from texts import subscriptions as texts
from texts.cards import Cards
from texts.screen import Screen
from texts.subscriptions import NAPS, QUIET, ZONES, Standing

_DAY = 86400


class Listening:
    """The settings behind /subscriptions. Nothing is kept of a place that is told of nothing."""

    def __init__(self, tables: Tables, cards: Cards, standings: Standings) -> None:
        self._listeners = tables.listeners
        self._subscriptions = tables.subscriptions
        self._deliveries = tables.deliveries
        self._standings = standings
        self._texts = texts.Subscriptions(cards.frame.entries, cards.report.cases)

    def handlers(self) -> list[Handler]:
        """What can be chosen, and each choice."""
        naps = "|".join(str(days) for days in (0, *NAPS))
        return [
            CallbackQueryHandler(self.settings, "^sb:set$"),
            CallbackQueryHandler(self.zones, "^sb:set:zone$"),
            CallbackQueryHandler(self.quiet, "^sb:set:quiet$"),
            CallbackQueryHandler(self.pause, "^sb:zzz$"),
            CallbackQueryHandler(self.live_in, f"^sb:set:zone:({'|'.join(ZONES)})$"),
            CallbackQueryHandler(self.be_quiet, f"^sb:set:quiet:({'|'.join(QUIET)})$"),
            CallbackQueryHandler(self.how_often, "^sb:set:(all|few)$"),
            CallbackQueryHandler(self.how_many, "^sb:set:(each|one)$"),
            CallbackQueryHandler(self.sleep, f"^sb:zzz:({naps})$"),
        ]

    async def settings(self, update: Update, context: Context) -> None:
        """How it is now."""
        await self._offer(context, self._texts.settings)

    async def zones(self, update: Update, context: Context) -> None:
        """Which zones there are."""
        await self._offer(context, self._texts.zones)

    async def quiet(self, update: Update, context: Context) -> None:
        """Which quiet hours there are."""
        await self._offer(context, self._texts.quiet)

    async def pause(self, update: Update, context: Context) -> None:
        """For how long it can be left in peace."""
        await self._offer(context, self._texts.pause)

    async def live_in(self, update: Update, context: Context) -> None:
        """The chosen zone."""
        zone = ZONES[context.found[0]]
        await self._change(context, lambda one: replace(one, profile=replace(one.profile, zone=zone)))

    async def be_quiet(self, update: Update, context: Context) -> None:
        """The chosen quiet hours."""
        start, end = QUIET[context.found[0]]
        await self._change(
            context, lambda one: replace(one, profile=replace(one.profile, quiet_from=start, quiet_to=end))
        )

    async def how_often(self, update: Update, context: Context) -> None:
        """All reminders, or few."""
        leads = context.found[0]
        await self._change(context, lambda one: replace(one, profile=replace(one.profile, leads=leads)))

    async def how_many(self, update: Update, context: Context) -> None:
        """Each reminder by itself, or one message a morning."""
        digest = context.found[0] == "one"
        await self._change(context, lambda one: replace(one, digest=digest))

    async def sleep(self, update: Update, context: Context) -> None:
        """Send nothing for so many days; for 0, wake up. What waits already waits with it."""
        days = int(context.found[0])
        until = context.unix + days * _DAY if days else 0
        listener = await self._known(context)
        if listener is None:
            return
        await self._listeners.keep(replace(listener, asleep_until=until))
        await self._deliveries.shift(self._listeners.mark(context.place), until)
        note = texts.asleep(days, context.language) if days else texts.awake(context.language)
        context.answer(self._texts.here(await self._standings.of(context), note))

    async def _offer(self, context: Context, screen: Callable[[Standing], Screen]) -> None:
        """A choice, for a place that is told of something."""
        if await self._known(context) is not None:
            context.answer(screen(await self._standings.of(context)))

    async def _change(self, context: Context, change: Callable[[Listener], Listener]) -> None:
        """Keep a setting, and show what it means."""
        listener = await self._known(context)
        if listener is not None:
            await self._listeners.keep(change(listener))
            context.answer(self._texts.settings(await self._standings.of(context), texts.changed(context.language)))

    async def _known(self, context: Context) -> Listener | None:
        """This place, if it is told of anything; else that is said."""
        listener = await self._listeners.of(context.place)
        if listener is not None and await self._subscriptions.of(context.place):
            return listener
        context.answer(self._texts.here(await self._standings.of(context), texts.nothing_to_set(context.language)))
        return None
