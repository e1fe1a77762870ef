"""/audit: who did what."""

from __future__ import annotations

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from handlers.access import Rule, under
from handlers.turn import Context, Handler
from storage.audit import Audit
from storage.members import Role
from texts import audit as texts

_ON_A_PAGE = 15


class AuditPages:
    """The chain, newest first. It can be read here and changed nowhere."""

    def __init__(self, audit: Audit) -> None:
        self._audit = audit

    def handlers(self) -> list[Handler]:
        """The newest entries, and those before one."""
        return under(
            Rule(Role.COORDINATOR),
            CommandHandler("audit", self.page),
            CallbackQueryHandler(self.page, "^tm:a(?::([0-9]{1,9}))?$"),
        )

    async def page(self, update: Update, context: Context) -> None:
        """A page of entries and the head of the whole."""
        before = int(context.found[0]) if context.matches and context.found[0] else None
        entries = await self._audit.last(_ON_A_PAGE, before)
        context.answer(texts.page(entries, await self._audit.head(), context.language))
