"""Builds everything, in order, and runs it until it is told to stop."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from telegram.ext import ApplicationBuilder, ContextTypes, ExtBot

from bot import logs, profile
from bot.api import BotApi, NoNetwork, Refused
from bot.clock import Clock
from bot.courier import Courier
from bot.intake import Intake, Polling
from bot.pace import Pace
from bot.pictures import Gallery
from bot.sender import Fatal, Sender, plain_refusal
from bot.settings import Settings, contacts
from bot.webhook import Endpoint, announce
from bot.wire import NotSent, Unclear, Wire
from bot.worker import Worker
from documents.pictures import Pictures
from facts.codes import Codes
from facts.report import Report
from facts.search import Finder
from handlers import errors
from handlers.allowance import Allowance
from handlers.arrivals import Arrivals
from handlers.asking import Asking
from handlers.benchmarks import BenchmarkLookups
from handlers.cases import CaseLookups
from handlers.dates import DateLookups
from handlers.desks import Desks
from handlers.elections import ElectionLookups
from handlers.filling import Fillings
from handlers.finding import Finding
from handlers.incidents import HOURS, Tellings
from handlers.inline import Inline
from handlers.laws import LawLookups
from handlers.mailboxes import Receipts
from handlers.opening import Opening, Openings
from handlers.otherwise import Otherwise
from handlers.passages import PassageLookups
from handlers.recommendations import RecommendationLookups
from handlers.scorecard import Scorecards
from handlers.showing import emptying, notice
from handlers.turn import App, Context
from handlers.welcome import Welcomes
from schedules.answers import AnswersIn
from schedules.drafts import DraftsEnd
from schedules.retention import ASIDE_DAYS, KEPT_DAYS, Retention
from schedules.ticker import Ticker
from storage import identity
from storage.database import Database, DataLock
from storage.evidence import Blobs
from storage.official import OfficialTexts
from storage.sealing import DraftKeys, KeyFault, OfficeLock, ServerKey
from storage.tables import Tables
from texts.cards import Cards
from texts.filling import Filling
from texts.frame import Sharing
from texts.incidents import Telling
from texts.scorecard import Scorecard
from texts.welcome import Welcome

log = logging.getLogger("sangket")

SHUTDOWN_SECONDS = 3.0
_LONGEST_PAUSE = 30.0
_UNWELCOME = "Telegram refuses this bot for a reason it did not explain; see what @BotFather says of it."


class Sangket:
    """The running bot: four loops over one database."""

    def __init__(
        self,
        api: BotApi,
        intake: Callable[[], Coroutine[Any, Any, None]],
        worker: Worker,
        sender: Sender,
        ticker: Ticker,
    ) -> None:
        self.api = api
        self._intake = intake
        self._worker = worker
        self._sender = sender
        self._ticker = ticker
        self._over = False

    async def run(self) -> None:
        """Run until cancelled; a loop that dies takes the others along, so that a supervisor can start anew.

        Raises Fatal for what no restart would mend.
        """
        await self._worker.begin()
        try:
            async with asyncio.TaskGroup() as group:
                for loop in self._loops():
                    group.create_task(loop())
        except BaseExceptionGroup as several:
            fatal, _ = several.split(Fatal)
            if fatal is not None:
                raise _first(fatal) from None
            raise
        finally:
            self._over = True
            await self._sender.finish(SHUTDOWN_SECONDS)

    @property
    def settled(self) -> bool:
        """Everything that came in was handled, and everything decided was sent and written down."""
        if self._over:
            raise RuntimeError("the bot has stopped")
        return self._worker.settled and self._sender.settled

    def _loops(self) -> list[Callable[[], Coroutine[Any, Any, None]]]:
        return [self._intake, self._worker.run, self._sender.run, self._ticker.run, self._show_profile]

    async def _show_profile(self) -> None:
        await profile.update(self.api)


@asynccontextmanager
async def sangket(
    settings: Settings, wire: Wire, reports: Sequence[Report], clock: Clock, *, say: Callable[[str], None] = print
) -> AsyncIterator[Sangket]:
    """The bot, ready to run, on its data directory; everything is closed again at the end.

    ``reports`` has the newest last. ``say`` gets plain sentences for the operator. Raises InUse, KeyFault, StorageError and Fatal.
    """
    token = settings.telegram_token
    assert token is not None  # noqa: S101 - run gives the sandbox's when none is set
    lock = DataLock(settings.data_dir)
    api = BotApi(wire, settings.telegram_api_url, token.get_secret_value())
    try:
        server, drafts = _keys(settings, clock().date())
        database = await Database.open(settings.database)
        try:
            await identity.recognise(database, server)
            me = await introduce(api, say)
            official = OfficialTexts(settings.official_file, reports[-1].document.symbol)
            try:
                yield await _assemble(settings, api, me, reports, clock, database, server, drafts, official, say)
            finally:
                await official.close()
        finally:
            await database.close()
    finally:
        await api.close()
        lock.release()


def _keys(settings: Settings, today: dt.date) -> tuple[ServerKey, DraftKeys]:
    """The keys, made where there are none yet; but never a new server key for data that an older one sealed."""
    file = settings.server_key
    if not file.exists() and settings.database.exists():
        raise KeyFault(f"{file} is missing, and the data directory was made with it. Put it back.")
    return ServerKey.load(file, today), DraftKeys.load(settings.draft_keys_folder() / "draft.keys", today)


async def introduce(api: BotApi, say: Callable[[str], None]) -> dict[str, Any]:
    """Who the bot is, by Telegram's word; waits for Telegram as long as it takes."""
    try:
        me: dict[str, Any] = await _insist(partial(api.call, "getMe"), say)
    except Refused as refusal:
        raise Fatal(plain_refusal(401) if refusal.code in (401, 404) else _UNWELCOME) from None
    return me


async def _insist(work: Callable[[], Awaitable[Any]], say: Callable[[str], None]) -> Any:
    """The result of ``work``, tried until Telegram answers; says once that it is being waited for."""
    pause = 0.0
    while True:
        try:
            return await work()
        except Refused as refusal:
            if refusal.retry_after is None:
                raise
            kind = "retry_after"
        except (NotSent, Unclear) as error:
            kind = type(error).__name__
        if not pause:
            say("Telegram cannot be reached. I keep trying; nothing is lost meanwhile.")
        pause = min(_LONGEST_PAUSE, pause * 2 or 1.0)
        log.warning("start.waiting", extra=logs.fields(kind=kind, seconds=pause))
        await asyncio.sleep(pause)


async def _assemble(
    settings: Settings,
    api: BotApi,
    me: dict[str, Any],
    reports: Sequence[Report],
    clock: Clock,
    database: Database,
    server: ServerKey,
    drafts: DraftKeys,
    official: OfficialTexts,
    say: Callable[[str], None],
) -> Sangket:
    """Every part, given what it needs."""
    office = OfficeLock.load(settings.office_lock)
    if office is not None and not await identity.same_office(database, server, office.recipients):
        say(
            "The recipients of incidents are not those of the last start. They are now"
            f" {', '.join(office.fingerprints)}. If you did not change {settings.office_lock}, stop and find out who did."
        )
        log.error("office.changed")
    blobs = Blobs(settings.evidence_folder)
    blobs.tidy()
    tables = Tables.over(database, server, drafts, office)
    around = _around(settings, me["username"])
    filling = Filling({key: benchmark.short for key, benchmark in reports[-1].benchmarks.items()}, around.trained)
    application = await _application(settings, me, reports, tables, server, official, filling, around)
    gallery = Gallery(api, Pictures(reports[-1]), tables.pictures, database)
    courier = Courier(api, gallery, office, blobs, database, tables, filling, clock)
    sender = Sender(database, tables.outbox, tables.chats, courier, Pace(settings.messages_per_second), clock)
    worker = Worker(database, tables.inbox, tables.outbox, tables.chats, tables.drafts, application, sender, clock)
    intake = Intake(worker.take)
    taking = (
        Polling(api, intake).run if settings.webhook_url is None else partial(_take_posts, settings, api, intake, say)
    )
    retention = Retention(database, tables, drafts, settings.incident_days)
    drafts_end = DraftsEnd(database, tables, blobs, notice, emptying, sender.take)
    answers = AnswersIn(database, tables, settings.answers_folder, notice, sender.take)
    return Sangket(api, taking, worker, sender, Ticker([retention.tend, drafts_end.tend, answers.tend], clock))


async def _take_posts(settings: Settings, api: BotApi, intake: Intake, say: Callable[[str], None]) -> None:
    """Listen for Telegram's posts until cancelled, and tell Telegram where."""
    assert settings.webhook_url is not None  # noqa: S101 - asked by the caller
    assert settings.webhook_secret is not None  # noqa: S101 - settings.load saw to it
    host, _, port = settings.webhook_listen.rpartition(":")
    secret = settings.webhook_secret.get_secret_value()
    async with Endpoint(intake, secret).listening(host, int(port)):
        try:
            await _insist(partial(announce, api, settings.webhook_url, secret), say)
        except Refused:
            raise Fatal("Telegram does not take WEBHOOK_URL: it must be a public https address.") from None
        await asyncio.Event().wait()


async def _application(
    settings: Settings,
    me: dict[str, Any],
    reports: Sequence[Report],
    tables: Tables,
    server: ServerKey,
    official: OfficialTexts,
    filling: Filling,
    around: Telling,
) -> App:
    """PTB's application: types, filters and dispatch; none of its network, state or persistence."""
    assert settings.telegram_token is not None  # noqa: S101 - asked by the caller
    bot = ExtBot(settings.telegram_token.get_secret_value(), request=NoNetwork(me), get_updates_request=NoNetwork(me))
    application: App = (
        ApplicationBuilder().bot(bot).updater(None).job_queue(None).context_types(ContextTypes(context=Context)).build()
    )
    *earlier, report = reports
    finder, codes = Finder(report), Codes(report)
    cards = Cards(report, Sharing(me["username"], inline=bool(me.get("supports_inline_queries"))), earlier)
    opening = Opening(cards, official)
    finding = Finding(cards, finder, opening, official)
    zone = ZoneInfo(settings.time_zone)
    desks = Desks(tables.drafts, tables.evidence, tables.traces)
    fillings = Fillings(desks, tables.evidence, filling, zone, Allowance(burst=15, per_minute=1))
    telling = Tellings(
        desks, fillings, tables, server, around, filling, zone, settings.incidents_per_day, settings.mailbox_days
    )
    guesses = Allowance(burst=5, per_minute=5 / 60)
    topics = (  # the first that fits answers, so the order matters; Otherwise fits everything
        telling,
        Receipts(desks, fillings, telling, tables, server, filling, around, guesses),
        fillings,
        BenchmarkLookups(cards, finder, opening),
        CaseLookups(cards, finder, codes, opening, finding),
        RecommendationLookups(cards, finder, codes, opening, finding),
        ElectionLookups(cards, finder, opening),
        DateLookups(cards, finder),
        LawLookups(cards, codes, opening, finding),
        PassageLookups(cards, codes, opening),
        Scorecards(Scorecard(report)),
        Openings(cards, opening),
        Welcomes(tables.chats, _welcome(settings, report), cards, opening, telling),
        Inline(cards, finder, codes),
        Asking(cards, finder, codes, opening, finding),
        Otherwise(),
    )
    arrivals = Arrivals(tables.chats, Allowance(), Allowance(burst=60, per_minute=120))
    application.add_handlers(arrivals.handlers(), group=-2)
    application.add_handlers(desks.handlers(), group=-1)
    for topic in topics:
        application.add_handlers(topic.handlers(), group=0)
    application.add_handlers(fillings.returning(), group=1)
    application.add_handlers(desks.leaving(), group=2)
    application.add_error_handler(errors.remember)
    await application.initialize()
    return application


def _around(settings: Settings, username: str) -> Telling:
    return Telling(
        contacts(settings),
        username=username,
        hours=HOURS,
        days=settings.incident_days,
        mailbox_days=settings.mailbox_days,
        per_day=settings.incidents_per_day,
        read_here=settings.office_key.exists(),
        in_memory=settings.drafts_in_memory,
    )


def _welcome(settings: Settings, report: Report) -> Welcome:
    return Welcome(
        report.document,
        days=KEPT_DAYS,
        aside_days=ASIDE_DAYS,
        incident_days=settings.incident_days,
        mailbox_days=settings.mailbox_days,
        read_here=settings.office_key.exists(),
        elections=report.election is not None,
    )


def _first(group: BaseExceptionGroup[Fatal]) -> Fatal:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    assert isinstance(error, Fatal)  # noqa: S101 - split by this type
    return error
