"""Who answers what: every topic with what it needs, in the order in which they are asked.

In PTB's groups, the first handler of each that fits answers: -2 looks up who speaks, -1 what lies on their desk, 0 answers,
1 comes back to an open question, 2 remembers what could be deleted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from bot.settings import Settings, contacts, statuses
from facts.codes import Codes
from facts.report import Report
from facts.search import Finder
from facts.wishes import Wish
from handlers.access import EVERYBODY, checked, under
from handlers.allowance import Allowance
from handlers.answers import Answers
from handlers.approvals import Approvals
from handlers.arrivals import Arrivals
from handlers.asking import Asking, Granted
from handlers.assessments import Assessments
from handlers.audiences import Audiences
from handlers.audit import AuditPages
from handlers.benchmarks import BenchmarkLookups
from handlers.broadcasts import Broadcasts
from handlers.calendar import Calendars
from handlers.calls import Calls
from handlers.cases import CaseLookups
from handlers.coverage import Coverage
from handlers.dates import DateLookups
from handlers.deadlines import Deadlines
from handlers.desks import HOURS, Desks
from handlers.elections import ElectionLookups
from handlers.exports import Exports
from handlers.filling import Fillings
from handlers.finding import Finding
from handlers.incidents import TOLD_DAYS, Tellings
from handlers.inline import Inline
from handlers.invites import Invitations
from handlers.judging import Judging
from handlers.laws import LawLookups
from handlers.listening import Listening
from handlers.living_cases import LivingCases
from handlers.mailboxes import Receipts
from handlers.opening import Opening, Openings
from handlers.otherwise import Otherwise
from handlers.passages import PassageLookups
from handlers.people import People
from handlers.queue import Queue
from handlers.reading import Reading
from handlers.recipients import Recipients
from handlers.recommendations import RecommendationLookups
from handlers.rooms import TeamRooms
from handlers.scorecard import Scorecards
from handlers.standing import Standings
from handlers.statistics import Statistics
from handlers.submissions import Submissions
from handlers.subscriptions import Subscriptions
from handlers.team import Team
from handlers.timekeeping import RightClock
from handlers.turn import App
from handlers.wanted import Wanted
from handlers.welcome import Welcomes
from handlers.workplan import Workplans
from schedules.retention import ASIDE_DAYS, KEPT_DAYS, SENT_DAYS
from storage.database import Database
from storage.official import OfficialTexts
from storage.sealing import OfficeKey, OfficeLock, ServerKey
from storage.tables import Tables
from texts import statuses as status_words
from texts.broadcasts import Broadcasts as BroadcastTexts
from texts.cards import Cards
from texts.filling import Filling
from texts.frame import Sharing
from texts.incidents import Telling
from texts.judging import summary
from texts.queue import Queue as QueueTexts
from texts.reading import Reading as ReadingTexts
from texts.scorecard import Scorecard
from texts.statistics import Statistics as StatisticsTexts
from texts.welcome import Welcome


@dataclass(frozen=True)
class Parts:
    """What the topics are made of."""

    settings: Settings
    username: str
    inline: bool
    reports: Sequence[Report]
    database: Database
    tables: Tables
    server: ServerKey
    office: OfficeLock | None
    official: OfficialTexts
    filling: Filling
    around: Telling
    queue: QueueTexts
    key: OfficeKey | None
    """The office key, where it lies on this server: then incidents are read in the chat."""

    @classmethod
    def of(
        cls,
        settings: Settings,
        me: dict[str, Any],
        reports: Sequence[Report],
        database: Database,
        tables: Tables,
        server: ServerKey,
        office: OfficeLock | None,
        official: OfficialTexts,
    ) -> Parts:
        """With the texts that depend on settings. ``me`` is what Telegram says of the bot; the newest report is last."""
        around = _around(settings, me["username"])
        titles = {key: benchmark.short for key, benchmark in reports[-1].benchmarks.items()}
        return cls(
            settings,
            me["username"],
            bool(me.get("supports_inline_queries")),
            reports,
            database,
            tables,
            server,
            office,
            official,
            Filling(titles, around.trained),
            around,
            QueueTexts(titles, me["username"], summary),
            OfficeKey.load(settings.office_key) if settings.office_key.exists() else None,
        )


def add_handlers(application: App, parts: Parts) -> None:
    """Have the topics answer."""
    settings, tables, server = parts.settings, parts.tables, parts.server
    status_words.use(statuses(settings))
    filling, around, official = parts.filling, parts.around, parts.official
    *earlier, report = parts.reports
    finder, codes = Finder(report), Codes(report)
    cards = Cards(report, Sharing(parts.username, inline=parts.inline), earlier)
    opening = Opening(cards, official)
    finding = Finding(cards, finder, opening, official)
    zone = ZoneInfo(settings.time_zone)
    desks = Desks(tables.drafts, tables.evidence, tables.traces)
    fillings = Fillings(desks, tables.evidence, filling, zone, Allowance(burst=15, per_minute=1))
    telling = Tellings(
        desks,
        fillings,
        tables,
        server,
        around,
        filling,
        zone,
        settings.incidents_per_day,
        settings.mailbox_days,
        settings.incident_heads,
    )
    guesses = Allowance(burst=5, per_minute=5 / 60)
    team = Team(tables)
    approvals = Approvals(tables.proposals, team)
    Recipients(parts.database, server, parts.office, approvals)
    titles = {letter: benchmark.short for letter, benchmark in report.benchmarks.items()}
    statistics = Statistics(tables, StatisticsTexts(titles, settings.incident_days), zone)
    living = LivingCases(tables, cards, opening, desks, fillings, telling, approvals, zone)
    assessments = Assessments(tables, report, statistics, opening, desks, fillings, telling, team)
    deadlines = Deadlines(tables, report, cards, opening, desks, fillings, filling, telling, team, zone)
    standings = Standings(tables, report, zone)
    subscriptions = Subscriptions(tables, cards, finder, opening, standings)  # its button stands below what others say
    answers = Answers(tables, team)
    judging = Judging(tables, team, approvals, answers, desks, fillings, filling, telling, cards, finder, codes)
    calls, wanted = Calls(tables.deadlines, zone), Wanted(tables, report, zone)
    coverage = Coverage(tables, report, calls, wanted, team)
    members_only = (
        approvals,
        judging,
        assessments,
        deadlines,
        living,
        Queue(tables, team, parts.queue),
        Invitations(tables, team, approvals, parts.username),
        People(tables, team, approvals),
        AuditPages(tables.audit),
        TeamRooms(tables, team),
        Reading(tables, parts.key, team, answers, ReadingTexts(settings.reading_minutes, zone)),
        Exports(tables, team, approvals),
        Broadcasts(
            tables,
            team,
            approvals,
            desks,
            fillings,
            telling,
            BroadcastTexts(cards.frame.entries),
            Audiences(tables, report, zone),
            zone,
            settings.broadcast_alone,
            settings.messages_per_second,
        ),
        RightClock(tables.timekeeping, team),
        coverage,
        Workplans(tables, report, calls, coverage, wanted, desks, fillings, telling),
        Submissions(
            tables,
            team,
            approvals,
            desks,
            fillings,
            telling,
            zone,
            settings.reading_minutes * 60,
            here=parts.key is not None,
        ),
    )
    topics = (  # the first that fits answers, so the order matters; Otherwise fits everything
        telling,
        Receipts(desks, fillings, telling, tables, server, filling, around, guesses, team, approvals),
        fillings,
        BenchmarkLookups(cards, finder, opening),
        CaseLookups(cards, finder, codes, opening, finding),
        RecommendationLookups(cards, finder, codes, opening, finding),
        ElectionLookups(cards, finder, opening),
        DateLookups(cards, finder),
        subscriptions,
        Listening(tables, cards, standings),
        Calendars(tables, settings.time_zone),
        LawLookups(cards, codes, opening, finding),
        PassageLookups(cards, codes, opening),
        statistics,
        Scorecards(Scorecard(report)),
        Openings(cards, opening),
        Welcomes(tables.chats, tables.listeners, _welcome(settings, report), cards, opening, telling),
        Inline(cards, finder, codes),
        Asking(cards, finder, codes, opening, finding, _granted(deadlines, subscriptions)),
        Otherwise(),
    )
    arrivals = Arrivals(tables, Allowance(), Allowance(burst=60, per_minute=120))
    application.add_handlers(arrivals.handlers(), group=-2)
    application.add_handlers(desks.handlers(), group=-1)
    for one in members_only:
        application.add_handlers(checked(one.handlers()), group=0)
    for topic in topics:
        application.add_handlers(under(EVERYBODY, *topic.handlers()), group=0)
    application.add_handlers(fillings.returning(), group=1)
    application.add_handlers(desks.leaving(), group=2)


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
        heads=settings.incident_heads,
        told_days=TOLD_DAYS,
    )


def _granted(deadlines: Deadlines, subscriptions: Subscriptions) -> Granted:
    return {
        Wish.DUE: deadlines.said_when,
        Wish.DONE: deadlines.said_done,
        Wish.REMIND: subscriptions.choose,
        Wish.STOP: subscriptions.said_stop,
    }


def _welcome(settings: Settings, report: Report) -> Welcome:
    return Welcome(
        report.document,
        days=KEPT_DAYS,
        aside_days=ASIDE_DAYS,
        incident_days=settings.incident_days,
        mailbox_days=settings.mailbox_days,
        read_here=settings.office_key.exists(),
        in_memory=settings.drafts_in_memory,
        heads=settings.incident_heads,
        told_days=TOLD_DAYS,
        sent_days=SENT_DAYS,
        elections=report.election is not None,
    )
