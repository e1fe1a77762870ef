"""Answers from the reviewers' machine: files that lie in a folder are put into the mailboxes they are for."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
import logging
import secrets
from collections.abc import Callable
from pathlib import Path

from storage.database import Database
from storage.outbox import Call, Letter, Queued
from storage.tables import Tables
from texts.mailbox import answered
from texts.screen import Screen

log = logging.getLogger("sangket.answers")

_LARGEST = 64 * 1024
_COPIED_BY = 300
"""Seconds after which a file that cannot be read is no answer."""


class AnswersIn:
    """Takes every ``*.answer`` in the folder, once. One that fits no mailbox is deleted, too: it names one."""

    def __init__(
        self,
        database: Database,
        tables: Tables,
        folder: Path,
        say: Callable[[int, Screen], Call],
        hand_over: Callable[[list[Queued]], None],
    ) -> None:
        self._database = database
        self._tables = tables
        self._folder = folder
        self._say = say
        self._hand_over = hand_over

    async def tend(self, now: dt.datetime) -> None:
        """Take what lies there."""
        for file in sorted(self._folder.glob("*.answer")):
            public, sealed = _read(file)
            if not public and now.timestamp() - file.stat().st_mtime < _COPIED_BY:
                continue  # it may still be on its way
            if not public or not await self._put(public, sealed, now):
                log.error("refused")
            file.unlink()

    async def _put(self, public: str, sealed: bytes, now: dt.datetime) -> bool:
        """Put it into the mailbox, and tell whoever asked to be told, naming nothing."""

        async def work() -> tuple[bool, list[Queued]]:
            new = await self._tables.mailboxes.put_sealed(public, sealed)
            chat_id = await self._tables.mailboxes.whom_to_tell(public, now.date()) if new else None
            if chat_id is None:
                return new is not None, []
            language = await self._tables.chats.language(chat_id) or "en"
            call = self._say(chat_id, answered(language))
            letter = Letter(f"answer:{secrets.token_hex(8)}", chat_id, call, language)
            return True, await self._tables.outbox.add([letter], now.date())

        taken, queued = await self._database.write(work)
        self._hand_over(queued)
        return taken


def _read(file: Path) -> tuple[str, bytes]:
    """The mailbox and the sealed letter; an empty mailbox for what is no answer."""
    try:
        with file.open("rb") as opened:
            whole = json.loads(opened.read(_LARGEST))
        return str(whole["mailbox"]), base64.b64decode(whole["sealed"], validate=True)
    except (OSError, ValueError, KeyError, TypeError, RecursionError, binascii.Error):
        return "", b""
