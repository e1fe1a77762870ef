"""At the start: whether incidents would be sealed to others than before, and who is asked about it."""

from __future__ import annotations

import secrets

from bot.clock import Clock
from handlers.showing import notice
from storage import identity
from storage.audit import Act
from storage.database import Database
from storage.members import Role
from storage.outbox import Letter
from storage.proposals import Kind
from storage.sealing import OfficeLock, ServerKey
from storage.tables import Tables
from texts import recipients as texts

_SECONDS = 30 * 24 * 3600
"""How long it waits for a coordinator; each start asks anew."""


async def is_changed(database: Database, tables: Tables, server: ServerKey, office: OfficeLock, clock: Clock) -> bool:
    """Whether the recipients are others than those that were accepted.

    Where there are coordinators, nothing is sealed to the new ones until one of them has approved the list; where
    there is nobody yet to ask, the operator's word is enough.
    """

    async def work() -> bool:
        if await identity.knows_office(database, server, office.recipients):
            await identity.accept_office(database, server, office.recipients)
            return False
        chats = await tables.members.chats(Role.COORDINATOR)
        if not chats:
            await identity.accept_office(database, server, office.recipients)
            return True
        office.held = True
        now = clock()
        content = {"recipients": list(office.recipients)}
        proposal = await tables.proposals.propose(
            Kind.RECIPIENTS, "office", content, "console", int(now.timestamp()), _SECONDS
        )
        await tables.audit.note(now.date(), "console", Act.PROPOSED, f"{proposal.kind}:office:{proposal.digest}")
        letters = []
        for chat_id in chats:
            language = await tables.chats.language(chat_id) or "en"
            call = notice(chat_id, texts.notice(proposal.id, language))
            letters.append(Letter(f"office:{secrets.token_hex(8)}", chat_id, call, language))
        await tables.outbox.add(letters, now.date())
        return True

    return await database.write(work)
