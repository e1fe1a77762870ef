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

from bot import first_admin, logs, profile
from bot.api import BotApi, NoNetwork, Refused
from bot.attachments import Attachments
from bot.building import Building
from bot.changed_office import is_changed
from bot.clock import Clock
from bot.courier import Courier
from bot.dispatch import Parts, add_handlers
from bot.intake import Intake, Polling
from bot.pace import Pace
from bot.pictures import Gallery
from bot.sender import Fatal, Sender, plain_refusal
from bot.settings import Settings
from bot.webhook import Endpoint, announce
from bot.wire import NotSent, Unclear, Wire
from bot.worker import Worker
from documents.pictures import Pictures
from facts.report import Report
from handlers import errors
from handlers.showing import emptying, notice, replacing, vanishing
from handlers.turn import App, Context
from schedules.answers import AnswersIn
from schedules.broadcasts import BroadcastNews
from schedules.detention import DetentionClock
from schedules.drafts import DraftsEnd
from schedules.feeding import Feeder
from schedules.heads import Heads
from schedules.queue import QueueNews
from schedules.reading import ReadingEnds
from schedules.reminders import Planner
from schedules.retention import Retention
from schedules.sent import SubmissionsSent
from schedules.soundness import SoundnessWatch
from schedules.tellings import TellingsDue
from schedules.ticker import Ticker
from schedules.timekeeping import ClockWatch
from schedules.wording import Wording
from schedules.workplans import SectionsDue
from storage import identity
from storage.database import Database, DataLock
from storage.evidence import Blobs
from storage.listeners import Profile
from storage.official import OfficialTexts
from storage.sealing import DraftKeys, KeyFault, OfficeLock, ServerKey
from storage.soundness import Soundness
from storage.tables import Tables
from texts.broadcasts import Broadcasts
from texts.detention import Reminders
from texts.entries import Entries

log = logging.getLogger("sangket")

SHUTDOWN_SECONDS = 3.0
_LONGEST_PAUSE = 30.0
_UNWELCOME = "Telegram refuses this bot for a reason it did not explain; see what @BotFather says of it."


class Sangket:
    """The running bot: five loops over one database."""

    def __init__(
        self,
        api: BotApi,
        intake: Callable[[], Coroutine[Any, Any, None]],
        worker: Worker,
        sender: Sender,
        feeder: Feeder,
        ticker: Ticker,
    ) -> None:
        self.api = api
        self._intake = intake
        self._worker = worker
        self._sender = sender
        self._feeder = feeder
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
        return all(part.settled for part in (self._worker, self._ticker, self._feeder, self._sender))

    def _loops(self) -> list[Callable[[], Coroutine[Any, Any, None]]]:
        bot = [self._intake, self._worker.run, self._sender.run, self._feeder.run, self._ticker.run]
        return [*bot, self._show_profile]

    async def _show_profile(self) -> None:
        await profile.update(self.api)


@asynccontextmanager
async def sangket(
    settings: Settings,
    wire: Wire,
    reports: Sequence[Report],
    clock: Clock,
    *,
    say: Callable[[str], None] = print,
    new_admin: bool = False,
    uptime: Callable[[], float] | None = None,
) -> AsyncIterator[Sangket]:
    """The bot, ready to run, on its data directory; everything is closed again at the end.

    ``reports`` has the newest last. ``say`` gets plain sentences for the operator, among them a code for a first admin
    where there is none, or where ``new_admin`` asks for one. ``uptime`` is what the clock is compared with; a clock that a
    test moves is always right. Raises InUse, KeyFault, StorageError and Fatal.
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
                goes_on = uptime or (lambda: clock().timestamp())
                bot = await _assemble(
                    settings, api, me, reports, clock, goes_on, database, server, drafts, official, say
                )
                await first_admin.offer(database, server, me["username"], clock, say, wanted=new_admin)
                yield bot
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
    uptime: Callable[[], float],
    database: Database,
    server: ServerKey,
    drafts: DraftKeys,
    official: OfficialTexts,
    say: Callable[[str], None],
) -> Sangket:
    """Every part, given what it needs."""
    office = OfficeLock.load(settings.office_lock)
    blobs = Blobs(settings.evidence_folder)
    blobs.tidy()
    tables = Tables.over(database, server, drafts, office)
    await database.write(lambda: tables.subscriptions.adopt(Profile(settings.time_zone)))
    if office is not None and await is_changed(database, tables, server, office, clock):
        say(
            "The recipients of incidents are not those of the last start. They are now"
            f" {', '.join(office.fingerprints)}. If you did not change {settings.office_lock}, stop and find out who did."
        )
        if office.held:
            say("No incidents are taken in until a coordinator has approved the new list in the chat.")
        log.error("office.changed")
    parts = Parts.of(settings, me, reports, database, tables, server, office, official)
    application = await _application(me, parts)
    gallery = Gallery(api, Pictures(reports[-1]), tables.pictures, database)
    attachments = Attachments(api, parts.key, blobs, database, tables)
    building = Building(database, tables, reports[-1], parts.key, office)
    courier = Courier(api, gallery, attachments, building, office, blobs, database, tables, parts.filling, clock)
    sender = Sender(database, tables, courier, Pace(settings.messages_per_second), clock)
    worker = Worker(database, tables.inbox, tables.outbox, tables.chats, tables.drafts, application, sender, clock)
    intake = Intake(worker.take)
    taking = (
        Polling(api, intake).run if settings.webhook_url is None else partial(_take_posts, settings, api, intake, say)
    )
    wording = Wording(tables, reports[-1], settings.time_zone)
    feeder = Feeder(database, tables, wording, notice, sender.room, sender.take, clock, settings.messages_per_second)
    retention = Retention(database, tables, drafts, settings.incident_days)
    drafts_end = DraftsEnd(database, tables, blobs, notice, emptying, sender.take)
    answers = AnswersIn(database, tables, settings.answers_folder, notice, sender.take)
    tellings = TellingsDue(database, tables, notice, sender.take)
    queue_news = QueueNews(
        database, tables, parts.queue, ZoneInfo(settings.time_zone), settings.nudge_hours, notice, sender.take
    )
    heads = Heads(database, tables, ZoneInfo(settings.time_zone), notice, sender.take)
    detention = DetentionClock(
        database,
        tables,
        Reminders(Entries(reports[-1])),
        reports[-1].cases,
        ZoneInfo(settings.time_zone),
        settings.contact_days,
        notice,
        sender.take,
    )
    reading_ends = ReadingEnds(database, tables, vanishing, sender.take)  # before old traces are forgotten
    watch = ClockWatch(database, tables, uptime, notice, sender.take)
    planner = Planner(
        database,
        tables,
        reports[-1].benchmarks,
        reports[-1].cases,
        ZoneInfo(settings.time_zone),
        notice,
        sender.take,
    )
    chores = [
        watch.tend,  # before whatever goes by the clock
        reading_ends.tend,  # no message stays longer because there is much else to do
        planner.tend,
        tellings.tend,
        SubmissionsSent(database, tables, notice, sender.take).tend,
        retention.tend,
        drafts_end.tend,
        answers.tend,
        queue_news.tend,
        heads.tend,
        SectionsDue(database, tables, reports[-1], ZoneInfo(settings.time_zone), notice, sender.take).tend,
        detention.tend,
        BroadcastNews(database, tables, Broadcasts(Entries(reports[-1])), notice, replacing, sender.take).tend,
        SoundnessWatch(database, Soundness(database, tables)).tend,
        feeder.tend,
    ]
    return Sangket(api, taking, worker, sender, feeder, Ticker(chores, clock))


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


async def _application(me: dict[str, Any], parts: Parts) -> App:
    """PTB's application: types, filters and dispatch; none of its network, state or persistence."""
    assert parts.settings.telegram_token is not None  # noqa: S101 - asked by the caller
    token = parts.settings.telegram_token.get_secret_value()
    bot = ExtBot(token, request=NoNetwork(me), get_updates_request=NoNetwork(me))
    application: App = (
        ApplicationBuilder().bot(bot).updater(None).job_queue(None).context_types(ContextTypes(context=Context)).build()
    )
    add_handlers(application, parts)
    application.add_error_handler(errors.remember)
    await application.initialize()
    return application


def _first(group: BaseExceptionGroup[Fatal]) -> Fatal:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    assert isinstance(error, Fatal)  # noqa: S101 - split by this type
    return error
