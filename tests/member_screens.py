"""Every screen of a team and of what it publishes, with as little and as much on it as there can be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import count, product, takewhile
from typing import Any
from zoneinfo import ZoneInfo

from broadcast_screens import broadcast_screens
from coverage_screens import coverage_screens
from deadline_screens import deadline_screens
from judging_screens import LITTLE, WHO, much
from markupsafe import Markup
from reminder_screens import calendar_screens
from reminder_screens import reminder_screens as due_screens
from showings import PAGE, QUOTES, TODAY, WORST, Shown, paged, shown
from submission_screens import submission_screens
from subscription_screens import subscription_screens

from facts.report import Report
from forms.assessment import GRADES
from forms.case_news import FAMILY, HELD, KINDS, LAWYER, RELEASE
from forms.clock import Clock, Days, Happening
from forms.cutoff import Occurrence
from forms.incident import CATEGORIES, CONSENTS, LETTERS, URGENCIES
from forms.moment import Moment
from forms.where import provinces
from handlers.exports import MOST
from storage.assessments import Assessment
from storage.audit import Act, Entry
from storage.audit import Head as End
from storage.case_entries import CaseEntry
from storage.deadlines import CALL, OWN, Deadline
from storage.invites import Invite
from storage.members import Member, Role
from storage.opened import Incident, Listed, Note
from storage.proposals import Kind, Proposal
from storage.reviews import Head, Review, Went
from texts import (
    approvals,
    assessments,
    audit,
    escalation,
    exports,
    invites,
    people,
    queue,
    reading,
    recipients,
    rooms,
    timekeeping,
    withdrawn,
)
from texts.cards import Cards
from texts.detention import Reminders
from texts.judging import summary
from texts.living_cases import LivingCases, Reader, not_there, visible
from texts.queue import May, Queue, Shelf
from texts.reading import Opened, Reading
from texts.spoken import WORDS
from texts.statistics import Statistics

LEADS_NOWHERE: Mapping[str, str] = {
    "invites.word": "whoever waits for a call has nothing to press",
    "audit.keep": "a number to keep, once a day",
    "broadcasts.sent": "whatever could be pressed besides stopping would take its place",
    "exports.not_sent": "it comes in the place of a file",
    "reading.below_file": "it goes with the file; the incident above it leads on",
    "submissions.below_page": "it goes with the picture; the submission above it leads on",
    "submissions.below_preview": "it goes with the file; the submission above it leads on",
    "submissions.below_built": "it stays with the file; the submission above it leads on",
    "submissions.below_kit": "it stays with the file; the submission above it leads on",
    "submissions.not_built": "it comes in the place of a file",
    "reading.below_bundle": "it stays with the file; the incident above it leads on",
    "reading.screens, before the last": "the last of the messages leads on",
    "rooms.chosen": "in a group, where each button is everybody's",
    "rooms.ended": "in a group",
    "rooms.was_none": "in a group",
    "queue.in_group": "in a group, where links lead into the private chat",
    "queue.came, in a group": "in a group",
    "queue.waits, in a group": "in a group",
    "workplan.due_soon, in a group": "in a group",
}
"""Screens without a button that asks for more, and why."""

CAPTIONS = (
    "reading.below_file",
    "reading.below_bundle",
    "calendar.below",
    "coverage.below_picture",
    "submissions.below_page",
    "submissions.below_preview",
    "submissions.below_built",
    "submissions.below_kit",
)
"""They stand below a file, where Telegram takes fewer letters."""

NIGHT = Moment(
    dt.datetime(2026, 9, 30, 18), "part_of_day", "night", about=True, until=Moment(dt.datetime(2026, 10, 1), "day")
)
DIGEST = "0123456789abcdef"
TEAM = tuple(Member(f"Kingfisher-{n}", Role(1 + n % 4), "2026-11-23") for n in range(9000, 9090))
HANDLES = [one.handle for one in TEAM]
MANY = [f"R-7{n:03}" for n in range(500)]
WENT = tuple(
    Went(what, who, f"2026-11-{day:02}")
    for day, what, who in product(
        range(1, 11), ("opened", "fetched", "bundled", "exported", "assessment T"), (WHO, "console")
    )
)


def member_screens(cards: Cards, language: str) -> Shown:
    """Each with the name of the function that makes it."""
    report = cards.report
    yield from team_screens(language)
    yield from invite_screens(language)
    yield from room_screens(language)
    yield from approval_screens(cards, language)
    yield from audit_screens(report, language)
    yield from queue_screens(report, language)
    yield from reading_screens(language)
    yield from withdrawn_screens(language)
    yield from export_screens(language)
    yield from broadcast_screens(cards, language)
    yield from deadline_screens(cards, language)
    yield from submission_screens(language)
    yield from coverage_screens(cards, language)
    yield from statistics_screens(report, language)
    yield from assessment_screens(cards, language)
    yield from news_screens(cards, language)
    yield from reminder_screens(cards, language)
    yield from subscription_screens(cards, language)
    yield from due_screens(cards, language)
    yield from calendar_screens(language)
    yield from clock_screens(language)
    yield from escalation_screens(language)


def team_screens(language: str) -> Shown:
    """Who works here."""
    for me in (TEAM[0], TEAM[3]):
        yield shown(people.team, [me], me, 1, language)
        yield from paged(people.team, TEAM, me, PAGE, language)
    for members in ((), TEAM):
        yield shown(people.whom, members, language)
    for member in TEAM[:4]:
        yield shown(people.confirm, member, language)
    for freed in ((), MANY):
        yield shown(people.revoked, WHO, freed, language)
        yield shown(people.freed_by, WHO, freed, language)
    for screen in (people.ended, people.leave, people.last_admin):
        yield shown(screen, language)


def invite_screens(language: str) -> Shown:
    """The way into the team."""
    roles = [role for role in Role if role > Role.PUBLIC]
    link = f"https://t.me/{'x' * 32}?start=i_{'x' * 22}"
    fresh = Invite("I-0123ABCD", Role.COORDINATOR, WHO, (0, 1, 2, 3), 0)
    opened = replace(fresh, chat_id=1)
    heard = replace(opened, heard=True)
    yield shown(invites.choose, roles[:3], (), language)
    yield shown(invites.choose, roles, [fresh, opened, heard] * 30, language)
    for role in roles:
        yield shown(invites.made, role, fresh.id, link, language)
        yield shown(invites.which, replace(opened, role=role), language)
        member = Member(WHO, role, "2026-11-23")
        for screen in (invites.admitted, invites.welcome, invites.by_console):
            yield shown(screen, member, language)
    for four in range(0, len(WORDS), 4):
        yield shown(invites.which, replace(opened, words=tuple(range(four, four + 4))), language)
    for place in range(len(WORDS)):
        yield shown(invites.word, place, language)
    for one in (fresh, heard):
        yield shown(invites.state, one, language)
    for said in (invites.own, invites.dead, invites.wrong, invites.not_them, invites.ended, invites.already):
        yield shown(said, language)


def room_screens(language: str) -> Shown:
    """The coordinators' group."""
    for topic in (True, False):
        yield shown(rooms.chosen, topic, language)
    yield shown(rooms.changed, WHO, language)
    for screen in (rooms.ended, rooms.was_none, rooms.how):
        yield shown(screen, language)


def approval_screens(cards: Cards, language: str) -> Shown:
    """What takes two people. Judging has its own words for what it proposes."""
    case = max(cards.report.cases, key=len)
    each = [Proposal("0" * 12, kind, _subject(kind, case), {}, WHO, 1) for kind in Kind]
    for handle in (WHO, HANDLES[0]):
        yield shown(approvals.listed, (), handle, language)
        yield from paged(approvals.listed, each * 9, handle, language, PAGE)
        words = invites.approving(Role.COORDINATOR, HANDLES[0], language)
        yield shown(approvals.looked_at, each[-1], words, (), handle, language)
    for words in (
        recipients.changed([f"{n:08}" for n in range(20)], language),
        exports.what(MANY[:MOST], WHO, language),
        *_published(cards, language),
    ):
        yield shown(approvals.looked_at, each[0], words, (), HANDLES[0], language)
    for one in each:
        for screen in (approvals.waits, approvals.proposed, approvals.nobody, approvals.declined):
            yield shown(screen, one, language)
        for screen in (approvals.was_approved, approvals.was_declined, approvals.was_voided):
            yield shown(screen, one, language)
    for said in (approvals.voided, approvals.gone, approvals.not_by_you):
        yield shown(said, language)
    yield shown(recipients.notice, "0" * 12, language)
    yield shown(recipients.accepted, language)


def _subject(kind: Kind, case: str) -> str:
    return {Kind.CASE: f"{case}/{'0' * 12}", Kind.RECIPIENTS: "office", Kind.EXPORT: "confirmed"}.get(kind, "R-7F3K")


def audit_screens(report: Report, language: str) -> Shown:
    """Who did what."""
    case = max(report.cases, key=len)
    subjects = (f"{kind}:{_subject(kind, case)}:{DIGEST}" for kind in Kind)
    named = ("chosen", "held", "right", "coordinator:I-0123ABCD", f"R-7F3K:{WHO}", *subjects)
    end = End(99_999, "x" * 14)
    yield shown(audit.page, (), End(0, "x" * 14), language)
    for act, on in product((*Act, "unreadable"), named):
        actors = (WHO, "console", "bot")
        entries = [Entry(99_998 - n, "2026-11-23", actors[n % 3], str(act), on) for n in range(15)]
        yield shown(audit.page, entries, end, language)
    yield shown(audit.keep, end, language)


def queue_screens(report: Report, language: str) -> Shown:
    """What came in."""
    shorts = {key: benchmark.short for key, benchmark in report.benchmarks.items()}
    texts, full, hour = Queue(shorts, "x" * 32, summary), much(report), 99 * 24
    heads = [
        Head(category, urgency.name, "0102", flood=True)
        for category, urgency in product(("", "sensitive", *(one.name for one in CATEGORIES)), URGENCIES)
    ]
    came = [replace(full, reference=f"R-7{n:03}", head=head, claimed_by="") for n, head in enumerate(heads)]
    places = [f"in-{one.code}" for one in provinces()]
    parts = ("open", "new", "mine", "urgent", "old", "waiting", "closed")
    every = (*parts, *places, *(f"on-{letter}" for letter in LETTERS))
    counts = dict.fromkeys(every, 9999)
    for part, reviews in product(every, ((), [full, *came])):
        shelf = Shelf(part, reviews, 1, counts, WHO, hour)
        for number in range(1, shelf.pages + 1):
            yield shown(texts.listed, replace(shelf, page=number), language)
    for numbers in ({}, counts):
        yield shown(texts.letters, numbers, language)
        yield shown(texts.provinces, numbers, language)
    yield from card_screens(texts, (LITTLE, full, *came), hour, language)
    yield shown(texts.gone, language)
    for handles in ((), HANDLES):
        yield shown(texts.choose, full, handles, language)
    yield shown(texts.handed_over, full, WHO, language)
    yield shown(texts.taken_off, full, WHO, language)
    yield shown(texts.in_group, (), hour, language)
    for some in (came[:1], came):
        yield shown(texts.in_group, some, hour, language)
        yield shown(texts.still_yours, some, hour, language)
        for say in (texts.came, texts.waits):
            yield shown(say, some, hour, language, in_group=False)
            yield f"queue.{say.__name__}, in a group", say(some, hour, language, in_group=True)
    yield shown(queue.no_such, language)


def card_screens(texts: Queue, reviews: Iterable[Review], hour: int, language: str) -> Shown:
    """One incident of the queue."""
    everything = May(claim=True, release=True, read=True, judge=True, answer=True)
    for review, may, handle in product(reviews, (May(), everything), (WHO, HANDLES[0])):
        yield shown(texts.card, review, may, handle, hour, "on-A:99", language, "!")
    for review in (LITTLE, Review("R-7F3K", Head(), went=WENT)):
        yield shown(texts.withdrawn, review, "", language)


def withdrawn_screens(language: str) -> Shown:
    """What a reporter does to an incident that was read."""
    for review in (LITTLE, Review("R-7F3K", Head(), went=WENT)):
        yield shown(withdrawn.withdrawn, review, language)
    yield shown(withdrawn.added, "R-7F3K", language)


def reading_screens(language: str) -> Shown:
    """An incident that is opened."""
    texts = Reading(1440, ZoneInfo("Asia/Phnom_Penh"))
    for opened in (_opened({}, 0), _opened(_worst_answers(), 25)):
        parts = takewhile(bool, (texts.screens(opened, part, language) for part in count(1)))
        for *before, last in parts:
            yield from (("reading.screens, before the last", screen) for screen in before)
            yield "reading.screens", last
    yield shown(texts.sealed_only, "R-7F3K", language)
    for why in ("foreign", "planted", "swapped", "damaged"):
        yield shown(texts.unreadable, "R-7F3K", why, language)
    for why in ("gone", "large", "damaged", "planted"):
        yield shown(reading.withheld, why, language)
    yield shown(texts.below_file, "R-7F3K", 999, language)
    yield shown(texts.below_bundle, "R-7F3K", language)
    for said in (reading.read, reading.on_its_way, reading.not_taken, reading.never_came):
        yield shown(said, language)


def _opened(answers: Mapping[str, Any], files: int) -> Opened:
    """An incident with several additions and notes, and these answers in each of them."""
    noon = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
    listed = [
        Listed(
            id=f"{n:032x}", sha256="0" * 64, size=10_000_000, kind="document", type=WORST[:300], caption=WORST[:1024]
        )
        for n in range(files)
    ]
    lost = Listed(id="f" * 32)
    incident = Incident(
        ctx="", reference="R-7F3K", form="incident", received_at=noon, language="km", answers=answers,
        evidence=(*listed, lost) if listed else (), flood=bool(files),
    )  # fmt: skip
    few = range(min(files, 3))
    note = Note(ctx="", by=WHO, on="2026-11-23", words=WORST[:2000])
    additions = {n: incident.model_copy(update={"evidence": ()}) for n in few}
    return Opened(incident, additions, dict.fromkeys(few, note), tuple(few), tuple(few))


def _worst_answers() -> Mapping[str, Any]:
    moment = {**NIGHT.to_json(), "said": WORST[:300]}
    return {
        "category": CATEGORIES[0].name,
        "account": [{"text": WORST[:4096]}] * 4,
        "when": moment,
        "where": {"pin": [11.123456, 104.123456], "code": "171008", "said": WORST[:300]},
        "affected": {"n": 1_000_000},
        "benchmarks": list(LETTERS),
        "consent": [*(option.name for option in CONSENTS), *(f"{n}{WORST}" for n in range(20))],
        "contact": {"words": WORST[:300]},
        WORST[:3000]: {WORST[:300]: [WORST[:3000]]},
        "nothing": None,
    }


def export_screens(language: str) -> Shown:
    """Sealed files of many."""
    full = dict.fromkeys(("confirmed", "found", *LETTERS), MOST)
    for counts in ({}, full):
        yield shown(exports.choose, counts, MOST, language)
    yield shown(exports.sent, MOST, WHO, language)
    yield shown(exports.not_sent, "R-7F3K", language)


def statistics_screens(report: Report, language: str) -> Shown:
    """What everybody may see in numbers."""
    texts = Statistics({key: benchmark.short for key, benchmark in report.benchmarks.items()}, 180)
    tables = {
        "benchmark": list(LETTERS),
        "category": [one.name for one in CATEGORIES],
        "province": [one.code for one in provinces()],
        "month": [f"{year}-{month:02}" for year in range(2026, 2036) for month in range(1, 13)],
    }
    for table, groups in tables.items():
        yield shown(texts.table, table, {}, "2026-11-23", 1, language)
        yield from paged(texts.table, table, dict.fromkeys(groups, 999_999), "2026-11-23", PAGE, language)


def assessment_screens(cards: Cards, language: str) -> Shown:
    """The network's own grades."""
    whole = Assessment(
        "T", GRADES[1].name, WORST[:1000], WHO, "2026-11-23", tuple(MANY), 999_999, WORST[:400], WORST[:600],
        WORST[:200], number=9999,
    )  # fmt: skip
    bare = replace(whole, grounds="x", references=(), counted=0, sources="", government="", government_source="")
    back = replace(whole, back_by=WHO, back_on="2026-11-23")
    doubts = assessments.Doubts(999, 999)
    for letter, benchmark in cards.report.benchmarks.items():
        card = cards.card(f"b:{letter}", language, TODAY, QUOTES)
        for one in (replace(whole, letter=letter), replace(bare, letter=letter)):
            name, beside = shown(assessments.beside, card, one, language)
            yield name, beside
            yield shown(assessments.for_coordinators, beside, letter, doubts, language)
        yield shown(assessments.for_coordinators, card, letter, assessments.Doubts(), language)
        yield shown(assessments.in_full, whole, benchmark.short, language)
        for found, none in (((), assessments.Doubts()), ((whole, *[back] * 20), doubts)):
            yield shown(assessments.overview, letter, benchmark.short, found, none, MANY if found else (), language)
    for one in (whole, bare):
        yield shown(assessments.preview, one, DIGEST, language)
        yield shown(assessments.decided, one, language)
        yield shown(assessments.confirm_back, one, language)
    yield shown(assessments.taken_back, "T", language)
    for say in (assessments.was_decided, assessments.was_taken_back):
        yield shown(say, "T", WHO, language)


def news_screens(cards: Cards, language: str) -> Shown:
    """What became of cases."""
    texts = LivingCases(cards.frame.entries)
    for case, reader in product(cards.report.cases, (Reader(language), Reader(language, True, True))):
        lengths = [cards.cases.card(case, language, QUOTES[:1], folded=folded) for folded in (False, True)]
        for news, clock in (((), Clock()), (visible(_news(case), member=reader.member), _clock())):
            yield shown(texts.beside, lengths, case, news, clock, reader)
    for news, clock in (((), Clock()), (_news(case), _clock())):
        yield from paged(texts.all, case, PAGE, news, clock, reader)
    for entry in _news(case)[: len(KINDS)]:
        yield shown(texts.ask, entry, language)
    for yes, other in product((True, False), repeat=2):
        yield shown(texts.done, case, language, retracted=yes, fresh=other)
    yield shown(texts.news, case, language)
    yield shown(not_there, language)


def _published(cards: Cards, language: str) -> list[Markup]:
    """All that a second person reads of news."""
    texts = LivingCases(cards.frame.entries)
    case = max(cards.report.cases, key=lambda key: len(cards.report.cases[key].name.km))
    each = product(_news(case)[: len(KINDS)], (True, False))
    return [texts.gone(language), *(texts.proposed(one, language, retract=retract) for one, retract in each)]


def _news(case: str) -> list[CaseEntry]:
    """More than a card can show, of every kind, in the language of the one and the other."""
    return [
        CaseEntry(
            case, KINDS[n % len(KINDS)], NIGHT.to_json(), WORST[:200], WHO, WORST[:600], ("en", "km")[n % 2],
            "2026-11-23", f"{n:012x}",
        )
        for n in range(30)
    ]  # fmt: skip


def _clock() -> Clock:
    """Everything counted that can be."""
    days = Days(99_999, Happening("0" * 12, LAWYER, NIGHT))
    return Clock(
        Days(99_999, Happening("0" * 12, HELD, NIGHT)), Happening("0" * 12, RELEASE, NIGHT), days, days,
        days.of, days.of, 999,
    )  # fmt: skip


def reminder_screens(cards: Cards, language: str) -> Shown:
    """What the editor of a case is reminded of."""
    texts = Reminders(cards.frame.entries)
    for case, days in product(cards.report.cases, (0, 1)):
        yield shown(texts.hearing_near, case, days, language)
        yield shown(texts.appeal_near, case, days * 999, language)
        yield shown(texts.what_happened, case, NIGHT, language)
        for kind in (FAMILY, LAWYER):
            yield shown(texts.no_contact, case, kind, 99_999, language)


def clock_screens(language: str) -> Shown:
    """The server's clock in doubt."""
    midnight = dt.datetime(2026, 9, 30, 17, tzinfo=dt.UTC)
    yield shown(timekeeping.leapt, midnight, midnight - dt.timedelta(days=9999), language)
    yield shown(timekeeping.released, midnight, language)
    yield shown(timekeeping.goes_on, language)


def escalation_screens(language: str) -> Shown:
    """The last word before a cut-off."""
    at = dt.datetime(2026, 9, 30, 22, tzinfo=dt.UTC)
    standings = (escalation.Standing(0, 0), escalation.Standing(999_999, 999_999, tuple(LETTERS)))
    for kind, early, standing in product((CALL, OWN), (0, 20), standings):
        deadline = Deadline(WORST[:300], "2026-09-30", "Europe/Zurich", kind=kind, id="0" * 8)
        occurrence = Occurrence(dt.date(2026, 9, 30), at - dt.timedelta(days=early), at)
        now = at - dt.timedelta(hours=21)
        yield shown(escalation.nearly_over, deadline, occurrence, standing, "Asia/Phnom_Penh", now, language)
