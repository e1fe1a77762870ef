"""/statistics: how many incidents reviewers found, by benchmark, category, province and month."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from forms.counting import FOUND, KINDS, TABLES, Told, counted, renewed
from forms.where import place
from handlers.turn import Context, Handler
from storage.published import Published
from storage.reviews import Review
from storage.tables import Tables
from texts.statistics import Statistics as Texts


class Statistics:
    """Shows numbers that are renewed once a week, on the first day on which somebody asks.

    Between two renewals nothing changes, whatever is reviewed or withdrawn: who asks again and again sees no single
    incident come or go (forms.counting).
    """

    def __init__(self, tables: Tables, texts: Texts, zone: ZoneInfo) -> None:
        self._reviews = tables.reviews
        self._published = tables.published
        self._texts = texts
        self._zone = zone

    def handlers(self) -> list[Handler]:
        """The command, and the buttons that switch between tables."""
        return [
            CommandHandler("statistics", self.show),
            CallbackQueryHandler(self.show, f"^st(?::({'|'.join(TABLES)})(?::([0-9]{{1,3}}))?)?$"),
        ]

    async def show(self, update: Update, context: Context) -> None:
        """One table; by benchmark at first."""
        table = (context.found[0] if context.matches else "") or TABLES[0]
        shown = await self.shown(context)
        context.answer(self._texts.table(table, shown.counts.get(table, {}), shown.day, context.page, context.language))

    async def shown(self, context: Context) -> Published:
        """What everybody may see this week."""
        today = context.turn.now.astimezone(self._zone).date()
        last = await self._published.last()
        if last is not None and last.day >= _monday(today).isoformat():
            return last
        now = counted(self._told(review, today) for review in await self._reviews.all())
        return await self._published.renew(renewed(last.counts if last else {}, now), today)

    def _told(self, review: Review, today: dt.date) -> Told:
        """What there is to count of an incident; the month that is not over is none."""
        month = dt.datetime.fromtimestamp(review.head.hour * 3600, self._zone).strftime("%Y-%m")
        return told(review, month if month < today.isoformat()[:7] else "")


def told(review: Review, month: str = "") -> Told:
    """A review as forms.counting needs it."""
    head = review.head
    return Told(
        review.reference,
        head.hour,
        review.finding in FOUND and review.state != "withdrawn",
        head.counts,
        head.category if head.category in KINDS else "",
        head.province if place(head.province) is not None else "",
        month,
        review.benchmarks,
        review.duplicates,
    )


def _monday(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())
