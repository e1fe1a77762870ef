"""All repositories over one database, for those who tend them together."""

from __future__ import annotations

from dataclasses import dataclass

from storage.answered import Answered
from storage.assessments import Assessments
from storage.audit import Audit
from storage.case_entries import CaseEntries
from storage.chats import Chats
from storage.database import Database
from storage.deadlines import Deadlines
from storage.deliveries import Deliveries
from storage.drafts import Drafts
from storage.evidence import Evidence
from storage.inbox import Inbox
from storage.incidents import Incidents
from storage.invites import Invites
from storage.listeners import Listeners
from storage.mailboxes import Mailboxes
from storage.members import Members
from storage.notes import Notes
from storage.nudges import Nudges
from storage.outbox import Outbox
from storage.pictures import SentPictures
from storage.planned import Planned
from storage.proposals import Proposals
from storage.published import PublishedCounts
from storage.quotas import Quotas
from storage.replies import Replies
from storage.reviews import Reviews
from storage.rooms import Rooms
from storage.rounds import Rounds
from storage.sealing import DraftKeys, OfficeLock, ServerKey
from storage.submissions import Submissions
from storage.subscriptions import Subscriptions
from storage.tended import Tended
from storage.timekeeping import Timekeeping
from storage.traces import Traces
from storage.workplans import Workplans


@dataclass(frozen=True)
class Tables:
    """One repository for each table."""

    inbox: Inbox
    outbox: Outbox
    chats: Chats
    drafts: Drafts
    evidence: Evidence
    incidents: Incidents
    mailboxes: Mailboxes
    quotas: Quotas
    traces: Traces
    pictures: SentPictures
    tended: Tended
    members: Members
    invites: Invites
    rooms: Rooms
    reviews: Reviews
    notes: Notes
    replies: Replies
    proposals: Proposals
    audit: Audit
    nudges: Nudges
    assessments: Assessments
    published: PublishedCounts
    case_entries: CaseEntries
    deadlines: Deadlines
    listeners: Listeners
    subscriptions: Subscriptions
    rounds: Rounds
    deliveries: Deliveries
    answered: Answered
    timekeeping: Timekeeping
    planned: Planned
    workplans: Workplans
    submissions: Submissions

    @classmethod
    def over(cls, database: Database, server: ServerKey, drafts: DraftKeys, office: OfficeLock | None) -> Tables:
        """The repositories, each with the keys that it needs."""
        return cls(
            Inbox(database, drafts.sealer, server),
            Outbox(database, drafts.sealer, server),
            Chats(database, server),
            Drafts(database, drafts.sealer, server),
            Evidence(database, server),
            Incidents(database, office, server),
            Mailboxes(database, server),
            Quotas(database, drafts),
            Traces(database, drafts),
            SentPictures(database),
            Tended(database),
            Members(database, server),
            Invites(database, server),
            Rooms(database, server),
            Reviews(database, server),
            Notes(database, office, server),
            Replies(database, server, drafts),
            Proposals(database, server),
            Audit(database, server),
            Nudges(database, server),
            Assessments(database, server),
            PublishedCounts(database, server),
            CaseEntries(database, server),
            Deadlines(database, server),
            Listeners(database, server),
            Subscriptions(database, server),
            Rounds(database, server),
            Deliveries(database),
            Answered(database),
            Timekeeping(database),
            Planned(database),
            Workplans(database, server),
            Submissions(database, server),
        )

    async def moved(self, old_chat_id: int, new_chat_id: int) -> None:
        """A group became a supergroup and has a new id."""
        await self.chats.moved(old_chat_id, new_chat_id)
        await self.rooms.moved(old_chat_id, new_chat_id)
        await self.listeners.moved(old_chat_id, new_chat_id)

    async def needed_keys(self) -> set[bytes]:
        """The ids of the draft keys that rows are sealed with; traces are carried over instead."""
        return await self.inbox.needed_keys() | await self.outbox.needed_keys() | await self.drafts.needed_keys()
