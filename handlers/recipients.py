"""Who can open incidents: a change of that takes a coordinator's word besides the operator's."""

from __future__ import annotations

from markupsafe import Markup

from handlers.approvals import Approvals, Deed
from handlers.turn import Context
from storage import identity
from storage.database import Database
from storage.members import Role
from storage.proposals import Kind, Proposal
from storage.sealing import OfficeLock, ServerKey
from texts import recipients as texts
from texts.screen import Screen


class Recipients:
    """Accepts the recipients that the operator put on the server, once a coordinator has compared them."""

    def __init__(self, database: Database, server: ServerKey, office: OfficeLock | None, approvals: Approvals) -> None:
        self._database = database
        self._server = server
        self._office = office
        approvals.carries(Kind.RECIPIENTS, Deed(Role.COORDINATOR, self._words, self._accept))

    async def _words(self, proposal: Proposal, language: str) -> Markup:
        return texts.changed(OfficeLock(proposal.content["recipients"]).fingerprints, language)

    async def _accept(self, context: Context, proposal: Proposal) -> Screen | None:
        """Take incidents in again; not if the file was changed once more since it was proposed."""
        office = self._office
        if office is None or not office.held or list(office.recipients) != proposal.content["recipients"]:
            return None
        await identity.accept_office(self._database, self._server, office.recipients)
        office.held = False
        return texts.accepted(context.language)
