"""What the reviewers' machine and the console leave in a folder: answers, which are put into the mailboxes they are for,
and word that an incident was bundled, which is noted."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
import logging
import secrets
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from storage.audit import Act
from storage.database import Database
from storage.outbox import Call, Letter, Queued
from storage.reviews import Went
from storage.tables import Tables
from texts.mailbox import answered
from texts.screen import Screen

log = logging.getLogger("sangket.answers")

_LARGEST = 64 * 1024
_COPIED_BY = 300
"""Seconds after which a file that cannot be read is no answer."""
_CONSOLE = "console"


class AnswersIn:
    """Takes every ``*.answer`` and ``*.bundled`` in the folder, once. One that fits nothing is deleted, too: it names a
    mailbox or an incident."""

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
        for file in self._files("*.answer"):
            public, sealed = _read(file)
            if not public and now.timestamp() - file.stat().st_mtime < _COPIED_BY:
                continue  # it may still be on its way
            if not public or not await self._put(public, sealed, now):
                log.error("refused")
            file.unlink()
        for file in self._files("*.bundled"):
            reference = _bundled(file)
            if not reference and now.timestamp() - file.stat().st_mtime < _COPIED_BY:
                continue
            if reference:
                await self._note_bundle(reference, now.date())
            file.unlink()

    def _files(self, pattern: str) -> list[Path]:
        """What is named so; a folder of such a name is nobody's answer, and must not keep the others waiting."""
        return sorted(one for one in self._folder.glob(pattern) if one.is_file())

    async def _note_bundle(self, reference: str, today: dt.date) -> None:
        """Somebody at the console took a sealed copy."""

        async def work() -> None:
            review = await self._tables.reviews.of(reference)
            if review is not None:
                await self._tables.audit.note(today, _CONSOLE, Act.BUNDLED, reference)
                went = Went("bundled", _CONSOLE, today.isoformat())
                await self._tables.reviews.keep(replace(review, went=(*review.went, went)))

        await self._database.write(work)

    async def _put(self, public: str, sealed: bytes, now: dt.datetime) -> bool:
        """Put it into the mailbox, and tell whoever asked to be told, naming nothing."""

        async def work() -> tuple[bool, list[Queued]]:
            new = await self._tables.mailboxes.put_sealed(public, sealed)
            chat_id = await self._tables.replies.whom_to_tell(now, public=public) if new else None
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
        return _whole(whole["mailbox"]), base64.b64decode(whole["sealed"], validate=True)
    except (OSError, ValueError, KeyError, TypeError, RecursionError, binascii.Error):
        return "", b""


def _bundled(file: Path) -> str:
    """The reference of what was bundled; empty for what does not say."""
    try:
        with file.open("rb") as opened:
            return _whole(json.loads(opened.read(_LARGEST))["bundled"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return ""


def _whole(name: object) -> str:
    """The name as text. Raises ValueError for half of a surrogate pair, which no table can look for."""
    text = str(name)
    text.encode()
    return text
