"""/calendar: what is due, as a file for calendar programs."""

from __future__ import annotations

from dataclasses import replace

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from documents.calendar import coming
from forms.cutoff import morning
from handlers.showing import document
from handlers.turn import Context, Handler
from storage.listeners import Profile
from storage.outbox import Call
from storage.tables import Tables
from texts import calendar as texts
from texts import otherwise

FILE = "dates.ics"
"""A name that says nothing of whose dates they are."""


class Calendars:
    """Sends the file, which the courier makes right before it goes: see bot.courier. Everybody may have it, everywhere."""

    def __init__(self, tables: Tables, home: str) -> None:
        self._deadlines = tables.deadlines
        self._listeners = tables.listeners
        self._home = home

    def handlers(self) -> list[Handler]:
        """The command, and the button of all and of one."""
        return [
            CommandHandler("calendar", self.send),
            CallbackQueryHandler(self.send, "^cal(?::([0-9a-f]{8}))?$"),
        ]

    async def send(self, update: Update, context: Context) -> None:
        """All that comes, or the deadline of the pressed button."""
        wanted = context.found[0] if context.matches else ""
        deadlines = [one for one in await self._deadlines.all() if wanted in ("", one.id)]
        if wanted and not deadlines:
            context.answer(otherwise.old_button(context.language))
        elif not any(coming(one, self._home, context.turn.now) for one in deadlines):
            context.answer(texts.nothing(context.language))
        else:
            context.answer(texts.coming(context.language))
            context.turn.calls.append(await self._file(wanted, context))

    async def _file(self, wanted: str, context: Context) -> Call:
        """The file, which reminds when this place is reminded."""
        place = context.place
        listener = await self._listeners.of(place)
        profile = listener.profile if listener is not None else Profile(self._home)
        asked = {
            "calendar": wanted,
            "name": FILE,
            "home": self._home,
            "zone": profile.zone,
            "hour": morning(profile.quiet_from, profile.quiet_to),
        }
        call = document(place.chat_id, asked, texts.below(context.language), texts.not_sent(context.language))
        return _in_topic(call, place.thread_id)


def _in_topic(call: Call, thread_id: int | None) -> Call:
    """The call, and what is called in its place, in this topic."""
    if thread_id is None:
        return call
    otherwise_ = None if call.otherwise is None else _in_topic(call.otherwise, thread_id)
    return replace(call, params=call.params | {"message_thread_id": thread_id}, otherwise=otherwise_)
